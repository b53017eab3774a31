// Functions of Lambda@Edge. They are in us-east-1 whatever their stack's region,
// so that functions of sstc's own make them. They have no environment: what they
// are given in its place is put into their code when they are deployed.
import { Construct, type IConstruct } from "constructs";
import { CustomResource, Stack } from "aws-cdk-lib/core";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { appOf, project, toCdkDuration, toCdkSize } from "./library.js";
import { bindingEnvironment, bindingPermissions, allBound } from "./binding.js";
import { packed } from "./Function.js";
import { attachPermissionsToRole, type Permissions } from "./permission.js";
import { edgeProvider } from "./support.js";
import { bucket, part } from "../assets.js";

/** environmentFile is what the functions that deploy add to the code. */
const environmentFile = 'process.env.LAMBDA_TASK_ROOT + "/sst-environment.json"';

/** readEnvironment has code begin with it, in either format. */
const readEnvironment = (format: string) => (format === "cjs"
  ? `Object.assign(process.env, JSON.parse(require("fs").readFileSync(${environmentFile}, "utf8")));`
  : `import { readFileSync as __sstcEnvironment } from "fs";\nObject.assign(process.env, JSON.parse(__sstcEnvironment(${environmentFile}, "utf8")));`);

/** What stands in front of a handler whose code is made already. */
const wrapper = (handler: string) => {
  const at = handler.lastIndexOf(".");
  return `${readEnvironment("esm")}\nexport const { ${handler.slice(at + 1)}: handler } = await import("./${handler.slice(0, at)}.mjs");\n`;
};

export class EdgeFunction extends Construct {
  readonly role: iam.Role;
  readonly functionArn: string;
  readonly function: lambda.IFunction;
  readonly currentVersion: lambda.IVersion;
  private readonly environment: Record<string, string>;

  constructor(scope: Construct, id: string, given: any) {
    super(scope, id);
    const props = { runtime: "nodejs18.x", timeout: 10, memorySize: 1024, ...given }, owner: IConstruct = props.scopeOverride || this;
    const app = appOf(this), stack = Stack.of(this);
    this.environment = { ...props.environment, SST_APP: app.name, SST_STAGE: app.stage, SST_REGION: app.region, SST_SSM_PREFIX: project().ssmPrefix };
    this.role = new iam.Role(owner as Construct, "ServerLambdaRole", {
      assumedBy: new iam.CompositePrincipal(new iam.ServicePrincipal("lambda.amazonaws.com"), new iam.ServicePrincipal("edgelambda.amazonaws.com")),
      managedPolicies: [
        iam.ManagedPolicy.fromManagedPolicyArn(this, "EdgeLambdaPolicy", `arn:${stack.partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole`),
      ],
    });
    const permissions: any = props.permissions === "*" ? "*" : [...(props.permissions ?? [])], bind = props.bind ?? [];
    for (const r of allBound(`the function "${id}"`, bind)) {
      Object.assign(this.environment, bindingEnvironment(r));
      if (permissions !== "*") permissions.push(...bindingPermissions(r));
    }
    this.attachPermissions(permissions);

    const { handler, code } = this.pack(props);
    const { timeout, memorySize } = props;
    const settings = {
      Description: `${id} handler`,
      Handler: handler,
      Code: { S3Bucket: bucket(), S3Key: part(code, "key") },
      Runtime: props.runtime === "nodejs16.x" ? "nodejs18.x" : props.runtime,
      MemorySize: typeof memorySize === "string" ? toCdkSize(memorySize).toMebibytes() : memorySize,
      Timeout: typeof timeout === "string" ? toCdkDuration(timeout).toSeconds() : timeout,
      Role: this.role.roleArn,
    };
    const store = codeBucket(stack);
    const provider = edgeProvider(stack, "EdgeLambdaProvider", "edge-lambda.handler", ["lambda:*", "s3:*"], (made) => void this.role.grantPassRole(made.role!));
    const name = `${id}EdgeLambda`;
    const fn = new CustomResource(owner as Construct, name, {
      serviceToken: provider.functionArn,
      resourceType: "Custom::SSTEdgeLambda",
      properties: {
        FunctionNamePrefix: `${stack.stackName}-${name}`,
        FunctionBucket: store.getAttString("BucketName"),
        FunctionParams: settings,
        Environment: this.environment, // may have more in it when the app is synthesized
      },
    });
    this.functionArn = fn.getAttString("FunctionArn");
    // Another version when anything of the function is another.
    const version = new CustomResource(owner as Construct, `${id}EdgeLambdaVersion`, {
      serviceToken: edgeProvider(stack, "EdgeLambdaVersionProvider", "edge-lambda-version.handler", ["lambda:*"]).functionArn,
      resourceType: "Custom::SSTEdgeLambdaVersion",
      properties: { FunctionArn: this.functionArn, FunctionParams: settings, Environment: this.environment },
    });
    this.function = lambda.Function.fromFunctionAttributes(owner as Construct, "ICdkFunction", { functionArn: this.functionArn, role: this.role });
    this.currentVersion = lambda.Version.fromVersionArn(this, `${id}FunctionVersion`, `${this.functionArn}:${version.getAttString("Version")}`);
  }

  attachPermissions(permissions: Permissions): void { attachPermissionsToRole(this.role, permissions); }
  addEnvironment(name: string, value: string): void { this.environment[name] = value; }

  /** pack tells Go of the code. */
  private pack(props: any): { handler: string; code: string } {
    const format = props.nodejs?.format ?? "esm", placeholders = Object.keys(props.environment ?? {});
    const common = { ...props, permissions: undefined, bind: undefined, environment: undefined, architecture: "x86_64" };
    if (props.files) return { handler: props.handler, code: packed(this, common, { files: props.files }) };
    if (props.bundle) {
      const handler = "sst-edge.handler";
      return { handler, code: packed(this, { ...common, handler }, { ...props.packing, bundle: props.bundle, placeholders, files: [{ path: "sst-edge.mjs", content: wrapper(props.handler) }] }) };
    }
    const nodejs = { ...props.nodejs, banner: [readEnvironment(format), props.nodejs?.banner ?? ""].join("\n") };
    const code = packed(this, { ...common, nodejs }, { ...props.packing, entry: props.entry ?? "", placeholders });
    return { handler: part(code, "handler"), code };
  }
}

/** codeBucket is where a stack's functions at the edge have their code, in us-east-1. */
function codeBucket(stack: Stack): CustomResource {
  const id = "EdgeLambdaBucket";
  return (stack.node.tryFindChild(id) as CustomResource | undefined) ?? new CustomResource(stack, id, {
    serviceToken: edgeProvider(stack, "EdgeLambdaBucketProvider", "s3-bucket.handler", ["s3:*"]).functionArn,
    resourceType: "Custom::SSTEdgeLambdaBucket",
    properties: { BucketNamePrefix: `${stack.stackName}-${id}` },
  });
}
