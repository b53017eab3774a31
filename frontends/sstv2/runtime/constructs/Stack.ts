import type { Construct, IConstruct } from "constructs";
import * as cdk from "aws-cdk-lib/core";
import { isCDKConstruct, isSSTConstruct, project } from "./library.js";

declare const require: (name: string) => any;

export class Stack extends cdk.Stack {
  readonly stage: string;
  readonly defaultFunctionProps: any[];
  /** A stack is inactive only while SST removes it or watches another. */
  readonly isActive = true;

  constructor(scope: Construct, id: string, props?: any) {
    const app = scope.node.root as any;
    if (props && (isSSTConstruct(props) || isCDKConstruct(props))) {
      throw new Error(`The props of the "${id}" stack must be an object, and a construct was given.`);
    }
    if (props?.env) {
      throw new Error(`Do not set the "env" prop of the "${id}" stack: its account and region are the app's.`);
    }
    super(scope, app.logicalPrefixedName(id), {
      ...props,
      env: { account: app.account, region: app.region },
      synthesizer: props?.synthesizer || synthesizer(),
    });
    this.stage = app.stage;
    this.defaultFunctionProps = app.defaultFunctionProps.map((props: any) => (typeof props === "function" ? props(this) : props));
  }

  /** customResourceHandler is there when it is asked for. */
  get customResourceHandler(): any {
    return require("./support.js").customResourceHandler(this);
  }

  setDefaultFunctionProps(props: any): void {
    if (this.getAllFunctions().length > 0) {
      throw new Error("Default function props of a stack must be set before it has functions. Use addDefaultFunctionEnv or addDefaultFunctionPermissions to add to them later.");
    }
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

  getAllFunctions(): any[] {
    return this.node.findAll().filter((c: IConstruct) => isSSTConstruct(c) && "_isLiveDevEnabled" in c);
  }

  addOutputs(outputs: Record<string, string | cdk.CfnOutputProps | undefined>): void {
    for (const [key, value] of Object.entries(outputs)) {
      if (value === undefined) continue;
      // A construct may have the output's name: only the logical ID is that.
      const output = new cdk.CfnOutput(this, `SSTStackOutput${key}`, typeof value === "string" ? { value } : value);
      output.overrideLogicalId(key.replace(/[^A-Za-z0-9]/g, ""));
    }
  }
}

const synthesizerProps = [
  "qualifier", "bootstrapStackVersionSsmParameter", "fileAssetsBucketName", "deployRoleArn", "fileAssetPublishingRoleArn",
  "imageAssetPublishingRoleArn", "imageAssetsRepositoryName", "cloudFormationExecutionRole", "lookupRoleArn",
];

/** synthesizer is that of config()'s cdk settings, if it has any. */
function synthesizer() {
  const given = project().cdk;
  const props = Object.fromEntries(synthesizerProps.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]));
  return Object.keys(props).length === 0 ? undefined : new cdk.DefaultStackSynthesizer(props);
}
