import { Construct } from "constructs";
import { Stack } from "aws-cdk-lib/core";
import * as iam from "aws-cdk-lib/aws-iam";
import { appOf, elsewhere, environmentName, parameterPath, type Bindings, type SSTConstruct } from "./library.js";
import { serve } from "./support.js";

declare const require: (name: string) => any;

// The construct of each API, since an API has one at most.
const attached = new Map<any, Auth>();

export class Auth extends Construct implements SSTConstruct {
  /** list has those of all apps, of which a build has one. */
  static readonly list = new Set<Auth>();
  readonly id: string;
  private readonly authenticator: any;
  private readonly apis: any[] = [];

  constructor(scope: Construct, id: string, props: any) {
    super(scope, props.cdk?.id || id);
    refuseCognito(props);
    this.id = id;
    this.authenticator = props.authenticator;
    makeKeys(this, parameterPath(this, "publicKey"), parameterPath(this, "privateKey"));
    Auth.list.add(this);
    appOf(this).beforeFinish(() => this.injectConfig());
  }

  /** injectConfig binds to the construct the functions of the APIs that it is attached to. */
  injectConfig() {
    for (const api of this.apis) {
      for (const route of api.routes) api.getFunction(route)?.bind([this]);
    }
  }
  static injectConfig() {
    for (const auth of Auth.list) auth.injectConfig();
  }

  /** attach has an API answer for the users of the authenticator. */
  attach(scope: Construct, { api, prefix = "/auth" }: { api: any; prefix?: string }) {
    const other = attached.get(api);
    if (other === this) throw new Error("This Auth construct has already been attached to this Api construct.");
    if (other) throw new Error("This Api construct already has an Auth construct attached.");
    attached.set(api, this);
    prefix = prefix || "/auth";
    for (const path of [`ANY ${prefix}/{proxy+}`, `GET ${prefix}`]) {
      api.addRoutes(scope, { [path]: { type: "function", function: this.authenticator, authorizer: "none" } });
      const fn = api.getFunction(path);
      fn.addEnvironment(environmentName(this, "prefix"), prefix);
      for (const key of ["publicKey", "privateKey"]) fn.addEnvironment(environmentName(this, key), elsewhere);
      fn.attachPermissions([new iam.PolicyStatement({ actions: ["ssm:GetParameters"], resources: [parameterArn(this, "*")] })]);
    }
    if (this.apis.length === 0) {
      const { StringParameter } = require("aws-cdk-lib/aws-ssm");
      new StringParameter(this, "prefix", { parameterName: parameterPath(this, "prefix"), stringValue: prefix });
    }
    this.apis.push(api);
  }

  getConstructMetadata() { return { type: "Auth", data: {} }; }
  getBindings(): Bindings {
    return {
      clientPackage: "auth",
      variables: { publicKey: { type: "secret" } },
      permissions: { "ssm:GetParameters": [parameterArn(this, "publicKey")] },
    };
  }
}

export function refuseCognito(props: any, ...more: string[]) {
  if (!props.authenticator || ["defaults", "login", "triggers", "identityPoolFederation", ...more].some((name) => name in props)) {
    throw new Error("An Auth construct needs an authenticator, and has none of the props of Cognito, which is a construct of its own.");
  }
}

export function parameterArn(c: SSTConstruct, prop: string) {
  const { region, account } = appOf(c);
  return `arn:${Stack.of(c).partition}:ssm:${region}:${account}:parameter${parameterPath(c, prop)}`;
}

/** makeKeys has the keys made that sessions are signed with. */
export function makeKeys(scope: Construct, publicPath: string, privatePath: string) {
  const { partition, region, account } = Stack.of(scope);
  serve(scope, "StackMetadata", "Custom::AuthKeys", { publicPath, privatePath }, "CloudFrontInvalidatorPolicy", [
    new iam.PolicyStatement({
      actions: ["ssm:GetParameter", "ssm:PutParameter", "ssm:DeleteParameter", "ssm:DeleteParameters"],
      resources: [`arn:${partition}:ssm:${region}:${account}:parameter/*`],
    }),
  ]);
}
