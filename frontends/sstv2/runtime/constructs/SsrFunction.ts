// The functions of sites: their code is what the site's build has left behind.
import { Construct } from "constructs";
import { Duration } from "aws-cdk-lib/core";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { appOf, project, toCdkDuration, toCdkSize, type SSTConstruct } from "./library.js";
import { bindingEnvironment, bindingPermissions, allBound } from "./binding.js";
import { PackedCode, packed, prefetchSecrets } from "./Function.js";
import { attachPermissionsToRole, type Permissions } from "./permission.js";
import { cdkRuntime } from "./runtimes.js";

export class SsrFunction extends Construct implements SSTConstruct {
  readonly id: string;
  readonly _doNotAllowOthersToBind = true;
  readonly function: lambda.Function;
  /** The key of the function's code, which is another when its code is. */
  readonly _codeKey: string;
  private readonly props: any;
  private functionUrl?: lambda.FunctionUrl;

  constructor(scope: Construct, id: string, given: any) {
    super(scope, id);
    this.id = id;
    const props = { timeout: 10, memorySize: 1024, runtime: "nodejs18.x", architecture: lambda.Architecture.ARM_64, ...given };
    this.props = props;
    const { memorySize, timeout, logRetention } = props;
    const code = new PackedCode();
    this.function = new lambda.Function(this, "ServerFunction", {
      ...props,
      code,
      handler: props.setting ?? code.part("handler"),
      runtime: cdkRuntime(props.runtime),
      memorySize: typeof memorySize === "string" ? toCdkSize(memorySize).toMebibytes() : memorySize,
      timeout: typeof timeout === "string" ? toCdkDuration(timeout) : Duration.seconds(timeout),
      logRetention: logRetention ?? RetentionDays.THREE_DAYS,
      logRetentionRetryOptions: logRetention && { maxRetries: 100 },
    });
    code.id = packed(this, { ...props, architecture: props.architecture === lambda.Architecture.X86_64 ? "x86_64" : "arm_64" }, props.packing);
    this._codeKey = code.part("key");
    this.attachPermissions(props.permissions || []);
    this.addEnvironment("SST_APP", appOf(this).name);
    this.addEnvironment("SST_STAGE", appOf(this).stage);
    this.addEnvironment("SST_SSM_PREFIX", project().ssmPrefix);
    const bind = props.bind || [];
    for (const r of allBound(`the function "${this.node.id}"`, bind)) {
      for (const [name, value] of Object.entries(bindingEnvironment(r))) this.addEnvironment(name, value);
      this.attachPermissions(bindingPermissions(r));
    }
    if (props.prefetchSecrets) prefetchSecrets(this, this.function, this._codeKey);
  }

  get role() { return this.function.role; }
  get functionArn(): string { return this.function.functionArn; }
  get functionName(): string { return this.function.functionName; }
  get url(): string | undefined { return this.functionUrl?.url; }

  addEnvironment(name: string, value: string) { return this.function.addEnvironment(name, value); }
  addFunctionUrl(props?: lambda.FunctionUrlOptions) { return (this.functionUrl = this.function.addFunctionUrl(props)); }
  grantInvoke(grantee: iam.IGrantable) { return this.function.grantInvoke(grantee); }
  attachPermissions(permissions: Permissions) { attachPermissionsToRole(this.function.role as iam.Role, permissions); }

  getConstructMetadata() {
    const { runtime, handler, prefetchSecrets, nodejs } = this.props;
    // SST uploads the map unless the site says that there is one, or none.
    const missingSourcemap = this.props.missingSourcemap ?? (nodejs?.sourcemap === undefined ? undefined : true);
    return {
      type: "Function",
      data: { arn: this.functionArn, runtime, handler, missingSourcemap, localId: this.node.addr, secrets: [], prefetchSecrets },
    };
  }
  getBindings() { return undefined; }
}
