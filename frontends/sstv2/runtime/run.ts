// Runs stacks() and synthesizes what it has built. The templates go to Go as
// the CDK writes them, except that files to be uploaded are intrinsic functions
// of our own, Fn::SstcAsset, which Go replaces.
import fs from "fs";
import os from "os";
import path from "path";
import * as cdk from "aws-cdk-lib/core";
import { Manifest } from "aws-cdk-lib/cloud-assembly-schema";
import type { IConstruct } from "constructs";
import { App } from "./constructs/App.js";
import { interceptAssets, assets } from "./assets.js";
import { interceptNodejsFunction } from "./nodejsFunction.js";
import { allInvalidations, sites } from "./sites.js";

const outdir = path.join(os.tmpdir(), "cdk.out"); // in memory

interface Settings {
  context: Record<string, unknown>;
}

export async function run(stacks: (app: App) => unknown, settings: Settings) {
  interceptAssets(outdir);
  interceptNodejsFunction();
  // The CDK checks what it has just written itself against a JSON schema, which
  // takes longer than all the rest.
  Object.assign(Manifest, { validate() {} });
  lookUpWithoutAccount(settings.context);
  const app = new App({ outdir, context: settings.context, treeMetadata: false });
  await stacks(app);
  await app.finish();
  const assembly = app.synth();
  const all = app.node.findAll();
  return {
    stacks: all.filter((c): c is cdk.Stack => cdk.Stack.isStack(c)).map((stack) => describe(stack)),
    assets: assets(outdir),
    sites: sites(),
    invalidations: allInvalidations(),
    missing: assembly.manifest.missing ?? [],
    messages: all.flatMap(messages),
  };
}

/** unknownAccount stands for the account in keys of look-ups. */
const unknownAccount = "<account>";

// Where the account is not known, results of look-ups are found without it, if
// they are of one account, and what is missing is listed all the same.
function lookUpWithoutAccount(context: Record<string, unknown>) {
  const { getValue } = cdk.ContextProvider;
  cdk.ContextProvider.getValue = (scope, options) => {
    const stack = cdk.Stack.of(scope);
    if (!cdk.Token.isUnresolved(stack.account) || cdk.Token.isUnresolved(stack.region)) return getValue.call(cdk.ContextProvider, scope, options);
    const { key, props } = cdk.ContextProvider.getKey(scope, { ...options, props: { ...options.props, account: unknownAccount } });
    const found = Object.keys(context).filter((k) => k.replace(/account=\d{12}(?=:|$)/, `account=${unknownAccount}`) === key);
    if (found.length === 1) return { value: context[found[0]] };
    stack.reportMissingContextKey({ key, provider: options.provider as any, props: props as any });
    return { value: options.dummyValue };
  };
}

function describe(stack: cdk.Stack) {
  const parent = stack.nestedStackParent;
  const known = (text: string | undefined) => (text === undefined || cdk.Token.isUnresolved(text) || text.startsWith("unknown-") ? "" : text);
  const resource = stack.nestedStackResource as cdk.CfnResource | undefined;
  return {
    id: parent ? cdk.Names.uniqueId(stack) : stack.artifactId,
    name: parent ? "" : stack.stackName,
    account: parent ? "" : known(stack.account),
    region: parent ? "" : known(stack.region),
    parent: parent ? (parent.nestedStackParent ? cdk.Names.uniqueId(parent) : parent.artifactId) : "",
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
    .map((m) => ({ level: levels[m.type], text: String(m.data), path: c.node.path }));
}
