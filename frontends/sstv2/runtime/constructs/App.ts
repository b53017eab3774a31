import fs from "fs";
import path from "path";
import type { IConstruct } from "constructs";
import * as cdk from "aws-cdk-lib/core";
import { isOf, isSSTConstruct, project, type SSTConstruct } from "./library.js";
import { makeParameters } from "./binding.js";
import { forget } from "./registry.js";
import { stack as functionalStack } from "./FunctionalStack.js";
import { Stack } from "./Stack.js";

type RemovalPolicyName = "destroy" | "retain" | "snapshot";

export interface AppDeployProps {
  mode: "deploy" | "dev" | "remove";
  name?: string;
  stage?: string;
  region?: string;
  account?: string;
}

export class App extends cdk.App {
  readonly mode: "deploy" | "dev" | "remove";
  readonly local: boolean;
  readonly name: string;
  readonly stage: string;
  readonly region: string;
  readonly account: string;
  readonly appPath: string;
  readonly defaultFunctionProps: any[] = [];
  defaultRemovalPolicy?: RemovalPolicyName;

  private tasks: { at: string; task: () => void | Promise<void> }[] = [];
  private firstTasks: (() => void)[] = [];

  constructor(deployed: AppDeployProps, props: cdk.AppProps = {}) {
    super(props);
    forget();
    this.mode = deployed.mode;
    this.local = this.mode === "dev";
    this.name = deployed.name || "my-app";
    this.stage = deployed.stage || "dev";
    this.region = deployed.region || "us-east-1";
    this.account = deployed.account || "my-account";
    this.appPath = project().root;
  }

  logicalPrefixedName(logicalName: string): string {
    return `${this.stage}-${this.name === "" ? "" : `${this.name}-`}${logicalName}`;
  }

  setDefaultRemovalPolicy(policy: RemovalPolicyName) {
    this.defaultRemovalPolicy = policy;
  }
  setDefaultFunctionProps(props: any): void {
    this.defaultFunctionProps.push(props);
  }
  addDefaultFunctionPermissions(permissions: any) {
    this.defaultFunctionProps.push({ permissions });
  }
  addDefaultFunctionEnv(environment: Record<string, string>) {
    this.defaultFunctionProps.push({ environment });
  }
  addDefaultFunctionBinding(bind: any[]) {
    this.defaultFunctionProps.push({ bind });
  }
  addDefaultFunctionLayers(layers: any[]) {
    this.defaultFunctionProps.push({ layers });
  }

  stack(fn: any, props?: any): any {
    return functionalStack(this, fn, props);
  }

  /** Types for editors are the affair of other commands. */
  registerTypes(_: SSTConstruct) {}

  isRunningSSTTest(): boolean {
    return process.env.NODE_ENV === "test";
  }

  getInputFilesFromEsbuildMetafile(file: string): string[] {
    return Object.keys(JSON.parse(fs.readFileSync(file, "utf8")).inputs).map((input) => path.resolve(input));
  }

  /** defer has something done when stacks() has returned. */
  defer(task: () => void | Promise<void>) {
    this.tasks.push({ at: new Error().stack!, task });
  }

  /** whenFinished has something done then too, or at once if it is later. */
  whenFinished(task: () => void) {
    if (this.finished) task();
    else this.defer(task);
  }

  /** beforeFinish has something done before that. */
  beforeFinish(task: () => void) {
    this.firstTasks.push(task);
  }

  private finished = false;
  async finish() {
    if (this.finished) return;
    this.finished = true;
    for (const task of this.firstTasks) task();
    uniqueIds(this);
    for (let next = this.tasks.shift(); next; next = this.tasks.shift()) {
      try {
        await next.task();
      } catch (e) {
        // It is where the construct was made, if not in code of the user's.
        if (e instanceof Error && !e.stack?.includes("(sst.config:")) e.stack = next.at;
        throw e;
      }
    }
    this.describeConstructs();
    cdk.Aspects.of(this).add({
      visit(c: IConstruct) {
        if (isBindable(c)) makeParameters(c);
      },
    });
    if (this.region.startsWith("us-gov-")) {
      cdk.Aspects.of(this).add({
        visit(c: IConstruct) {
          if (!(c instanceof cdk.CfnResource)) return;
          if (c.cfnResourceType === "AWS::Lambda::Function") c.addPropertyDeletionOverride("EphemeralStorage");
          if (c.cfnResourceType === "AWS::Logs::LogGroup") c.addPropertyDeletionOverride("Tags");
        },
      });
    }
    for (const child of this.node.children) {
      // A stack of the CDK's own, or of a class that extends SST's.
      if (!(child instanceof Stack) && !isOf(child, "aws-cdk-lib.Stack")) continue;
      cdk.Tags.of(child).add("sst:app", this.name);
      cdk.Tags.of(child).add("sst:stage", this.stage);
      this.applyRemovalPolicy(child);
      const { stackName } = child as cdk.Stack;
      const named = stackName.startsWith(`${this.stage}-`) || stackName.endsWith(`-${this.stage}`) || stackName.includes(`-${this.stage}-`);
      if (!named && !project().disableStackNameCheck) {
        throw new Error(`The stack name "${stackName}" does not have the stage in it: it must begin with "${this.stage}-", end in "-${this.stage}" or contain "-${this.stage}-".`);
      }
    }
  }

  /** describeConstructs adds an output to each stack that says what is in it. */
  private describeConstructs() {
    const inStack = new Map<cdk.Stack, object[]>();
    for (const c of this.node.findAll()) {
      if (!isSSTConstruct(c)) continue;
      const stack = cdk.Stack.of(c);
      const list = inStack.get(stack) ?? [];
      const { local, ...metadata } = c.getConstructMetadata();
      list.push({ id: c.node.id, addr: c.node.addr, stack: stack.stackName, ...metadata });
      inStack.set(stack, list);
    }
    for (const child of this.node.children) {
      if (!(child instanceof Stack)) continue;
      child.addOutputs({
        SSTMetadata: JSON.stringify({ app: this.name, stage: this.stage, version: project().version, metadata: inStack.get(child) ?? [] }),
      });
    }
  }

  private applyRemovalPolicy(c: IConstruct) {
    const policy = this.defaultRemovalPolicy;
    if (!policy) return;
    if (c instanceof cdk.CfnResource) c.applyRemovalPolicy(cdk.RemovalPolicy[policy.toUpperCase() as keyof typeof cdk.RemovalPolicy]);
    // A bucket must be empty to be deleted; the CDK can see to that, in private.
    if (policy === "destroy" && isOf(c, "aws-cdk-lib.aws_s3.Bucket") && !c.node.tryFindChild("AutoDeleteObjectsCustomResource")) {
      (c as any).enableAutoDeleteObjects();
    }
    for (const child of c.node.children) this.applyRemovalPolicy(child);
  }
}

const isBindable = (c: any): c is SSTConstruct => isSSTConstruct(c) && !(c as any)._doNotAllowOthersToBind;

/** uniqueIds refuses constructs of one class whose names in the environment would be the same. */
function uniqueIds(app: App) {
  const taken: Record<string, Record<string, string>> = {};
  cdk.Aspects.of(app).add({
    visit(c: IConstruct) {
      if (!isBindable(c)) return;
      const kind = c.constructor.name, { id } = c;
      if (!/^[a-zA-Z]([a-zA-Z0-9-_])*$/.test(id)) {
        throw new Error(`Invalid id "${id}" for ${kind} construct. It must begin with a letter, and consist of letters, digits, hyphens and underscores.`);
      }
      const name = id.replace(/-/g, "_");
      const config = kind === "Secret" || kind === "Parameter";
      const other = config ? (taken.Secret?.[name] ?? taken.Parameter?.[name]) : taken[kind]?.[name];
      const what = config ? "Config" : kind;
      if (other === id) throw new Error(`${what} with id "${id}" already exists. Ids must be unique among the constructs of one type: give this one another, and the old one in cdk.id.`);
      if (other) throw new Error(`You cannot have the same ${what} id with an underscore and hyphen: "${other}" and "${id}".`);
      (taken[kind] ??= {})[name] = id;
    },
  });
}
