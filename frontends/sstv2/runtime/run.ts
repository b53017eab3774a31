// Runs stacks() and synthesizes what it has built. The templates go to Go as
// the CDK writes them, except that files to be uploaded are intrinsic functions
// of our own, Fn::SstcAsset, which Go replaces.
import fs from "fs";
import os from "os";
import path from "path";
import * as cdk from "aws-cdk-lib/core";
import { Manifest } from "aws-cdk-lib/cloud-assembly-schema";
import { PATH_METADATA_ENABLE_CONTEXT } from "aws-cdk-lib/cx-api";
import { Node, type IConstruct } from "constructs";
import { App } from "./constructs/App.js";
import { project } from "./constructs/library.js";
import { checkMethods } from "./constructs/props.js";
import { Stack } from "./constructs/Stack.js";
import { interceptAssets, assets } from "./assets.js";
import { interceptNodejsFunction } from "./nodejsFunction.js";
import { deferFacts } from "./facts.js";
import { rememberIdentities } from "./identity.js";
import { quickenResolution } from "./resolution.js";
import { allInvalidations, sites } from "./sites.js";

declare const require: { (name: string): any; resolve(name: string): string };

const outdir = path.join(os.tmpdir(), "cdk.out"); // in memory

interface Settings {
  context: Record<string, unknown>;
}

export async function run(stacks: (app: App) => unknown, settings: Settings) {
  notePlaces();
  interceptAssets(outdir);
  interceptNodejsFunction();
  quickenResolution();
  rememberIdentities();
  deferFacts();
  // The CDK checks what it has just written itself against a JSON schema, which
  // takes longer than all the rest.
  Object.assign(Manifest, { validate() {} });
  leaveOutMetadata();
  lookUpWithoutAccount(settings.context);
  checkMethods("App", App);
  checkMethods("Stack", Stack);
  const { name, stage, region, account } = project();
  const app = new App(
    { mode: "deploy", name, stage, region, account: account || cdk.Aws.ACCOUNT_ID },
    { outdir, context: { ...settings.context, [PATH_METADATA_ENABLE_CONTEXT]: project().cdk.pathMetadata ?? false }, treeMetadata: false },
  );
  await stacks(app);
  await app.finish();
  const assembly = app.synth();
  const all = app.node.findAll();
  const resources = all.filter((c): c is cdk.CfnResource => cdk.CfnResource.isCfnResource(c));
  const logicalIds = new Map(resources.map((r) => [r, r.stack.resolve(r.logicalId) as string]));
  const paths = new Map<cdk.Stack, Record<string, string>>();
  for (const [resource, id] of logicalIds) {
    if (!paths.has(resource.stack)) paths.set(resource.stack, {});
    paths.get(resource.stack)![id] = resource.node.path;
  }
  return {
    stacks: all.filter((c): c is cdk.Stack => cdk.Stack.isStack(c)).map((stack) => ({ ...describe(stack), constructs: paths.get(stack) ?? {} })),
    // Where a resource is made, or else the construct that it belongs to.
    places: resources.map((r) => ({ stack: idOf(r.stack), logicalId: logicalIds.get(r), frame: frameOf(r) })),
    assets: assets(outdir),
    sites: sites(),
    invalidations: allInvalidations(),
    missing: (assembly.manifest.missing ?? []).map((m) => ({ ...m, follows: hasStandIn(m.props) })),
    messages: all.flatMap(messages),
  };
}

// The assembly lists what the CDK notes of each construct, such as its logical ID,
// for the CDK's own programs. It is a good part of the assembly, and nobody reads
// it here.
function leaveOutMetadata() {
  const shared = require(path.join(path.dirname(require.resolve("aws-cdk-lib/package.json")), "core/lib/stack-synthesizers/_shared.js"));
  const { addStackArtifactToAssembly } = shared;
  const usual = Object.getOwnPropertyDescriptor(Node.prototype, "metadata")!;
  const get = function (this: Node) {
    return usual.get!.call(this).filter((m: { type: string }) => !m.type.startsWith("aws:cdk:"));
  };
  shared.addStackArtifactToAssembly = (...args: unknown[]) => {
    Object.defineProperty(Node.prototype, "metadata", { ...usual, get });
    try {
      return addStackArtifactToAssembly(...args);
    } finally {
      Object.defineProperty(Node.prototype, "metadata", usual);
    }
  };
}

// Where in the user's files constructs are made: the first frame there of the
// stack, which is taken when a construct enters the tree. What the CDK's own
// constructs put into themselves is where they are.
const frames = new WeakMap<IConstruct, string>();

/** jsii is what each class of the CDK's says of itself; some are in another class of the same name. */
const jsii = Symbol.for("jsii.rtti");
const isOfCDK = (c: any) => Object.hasOwn(c, jsii) || (Object.getPrototypeOf(c).name === c.name && Object.hasOwn(Object.getPrototypeOf(c), jsii));

function notePlaces() {
  const nodes = Node.prototype as any;
  const { addChild } = nodes;
  nodes.addChild = function (child: IConstruct, name: string) {
    const scope: IConstruct = this.host;
    if (!scope.node.scope || cdk.Stack.isStack(scope) || !isOfCDK(scope.constructor)) {
      const stack = new Error().stack!;
      const at = stack.indexOf("(sst.config:");
      if (at >= 0) frames.set(child, stack.slice(at + 1, stack.indexOf(")", at)));
    }
    return addChild.call(this, child, name);
  };
}

function frameOf(c: IConstruct | undefined): string {
  while (c && !frames.has(c)) c = c.node.scope;
  return c ? frames.get(c)! : "";
}

/** unknownAccount stands for the account in keys of look-ups. */
const unknownAccount = "<account>";

/** standIns are the texts in what the CDK takes in place of results that are missing. Look-ups of them are none of the app's. */
const standIns = new Set<string>();

const hasStandIn = (v: unknown): boolean => (typeof v === "object" && v !== null ? Object.values(v).some(hasStandIn) : standIns.has(v as string));

function noteStandIns(value: unknown, asked: unknown[]) {
  if (typeof value === "string" && !asked.includes(value)) standIns.add(value);
  if (typeof value === "object" && value !== null) for (const v of Object.values(value)) noteStandIns(v, asked);
}

// Where the account is not known, results of look-ups are found without it, if
// they are of one account, and what is missing is listed all the same.
function lookUpWithoutAccount(context: Record<string, unknown>) {
  const { getValue } = cdk.ContextProvider;
  cdk.ContextProvider.getValue = (scope, options) => {
    const result = find(scope, options);
    if (result.value === options.dummyValue) noteStandIns(options.dummyValue, Object.values(options.props ?? {}));
    return result;
  };
  const find: typeof getValue = (scope, options) => {
    const stack = cdk.Stack.of(scope);
    if (!cdk.Token.isUnresolved(stack.account) || cdk.Token.isUnresolved(stack.region)) return getValue.call(cdk.ContextProvider, scope, options);
    const { key, props } = cdk.ContextProvider.getKey(scope, { ...options, props: { ...options.props, account: unknownAccount } });
    const found = Object.keys(context).filter((k) => k.replace(/account=\d{12}(?=:|$)/, `account=${unknownAccount}`) === key);
    if (found.length === 1) return { value: context[found[0]] };
    stack.reportMissingContextKey({ key, provider: options.provider as any, props: props as any });
    return { value: options.dummyValue };
  };
}

const idOf = (stack: cdk.Stack) => (stack.nestedStackParent ? cdk.Names.uniqueId(stack) : stack.artifactId);

function describe(stack: cdk.Stack) {
  const parent = stack.nestedStackParent;
  const known = (text: string | undefined) => (text === undefined || cdk.Token.isUnresolved(text) || text.startsWith("unknown-") ? "" : text);
  const resource = stack.nestedStackResource as cdk.CfnResource | undefined;
  return {
    id: idOf(stack),
    name: parent ? "" : stack.stackName,
    account: parent ? "" : known(stack.account),
    region: parent ? "" : known(stack.region),
    parent: parent ? idOf(parent) : "",
    resource: parent && resource ? parent.resolve(resource.logicalId) : "",
    dependsOn: stack.dependencies.map((s) => s.artifactId),
    terminationProtection: stack.terminationProtection ?? false,
    tags: stack.tags.tagValues(),
    template: fs.readFileSync(path.join(outdir, stack.templateFile), "utf8"),
  };
}

// messages are what constructs had to say, such as Annotations.addError.
function messages(c: IConstruct) {
  const levels: Record<string, string> = { "aws:cdk:error": "error", "aws:cdk:warning": "warning" };
  return c.node.metadata
    .filter((m) => levels[m.type])
    .map((m) => ({ level: levels[m.type], text: String(m.data), path: c.node.path, frame: frameOf(c) }));
}
