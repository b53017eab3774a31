import type { Construct } from "constructs";
import * as cdk from "aws-cdk-lib/core";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { appOf, ask, bounded, constant, dockerfile, fallbackPrefix, invalid, pathInApp, project, shown, takesPart, toCdkDuration, toCdkSize, type Bindings, type SSTConstruct } from "./library.js";
import { bindingEnvironment, bindingPermissions, allBound, boundConstruct, type BindingResource } from "./binding.js";
import { attachPermissionsToRole, type Permissions } from "./permission.js";
import { useFunctions } from "./registry.js";
import { addFunctionUrl, cdkRuntime, defaultRuntime } from "./runtimes.js";
import { bucket, imageBuild, part } from "../assets.js";

declare const require: (name: string) => any;

export class Function extends lambda.Function implements SSTConstruct {
  readonly id: string;
  readonly _isLiveDevEnabled = false;
  readonly _doNotAllowOthersToBind?: boolean;
  _overrideMetadataHandler?: string;
  /** The key of the function's code, which is another when its code is. */
  readonly _codeKey: string;
  private readonly sst: any; // the props
  private functionUrl?: lambda.FunctionUrl;
  private readonly bindings: BindingResource[] = [];

  constructor(scope: Construct, id: string, given: any) {
    const app = appOf(scope), stack = cdk.Stack.of(scope) as any;
    // Of the defaults, those that were set last count most.
    let props = given ?? {};
    for (const defaults of [...(stack.defaultFunctionProps ?? [])].reverse()) props = Function.mergeProps(defaults, props);
    props = { ...props, runtime: props.runtime || defaultRuntime() };
    Function.validateHandlerSet(id, props);
    Function.validateVpcSettings(id, props);

    const isImage = props.runtime === "container";
    const code = isImage ? imageCode(id, props) : new PackedCode();
    const { functionName } = props, what = (prop: string) => `${prop} of the function "${id}"`;
    const timeout = Function.normalizeTimeout(props.timeout), memorySize = Function.normalizeMemorySize(props.memorySize);
    const disk = Function.normalizeDiskSize(props.diskSize);
    for (const [name, value] of Object.entries<any>(props.environment ?? {})) {
      if (typeof value === "boolean" || (typeof value === "number" && !cdk.Token.isUnresolved(value))) {
        invalid(`${what("environment")} has the ${typeof value} ${value} for ${name}. Variables are strings: write "${value}".`);
      }
    }
    bounded(timeout.toSeconds(), "seconds", 1, 900, what("timeout"));
    bounded(memorySize, "MB", 128, 10240, what("memorySize"));
    bounded(disk.toMebibytes(), "MB", 512, 10240, what("diskSize"));
    const logRetention = constant(logs().RetentionDays, props.logRetention);
    super(scope, id, {
      ...props,
      code,
      handler: code instanceof PackedCode ? "index.placeholder" : lambda.Handler.FROM_IMAGE,
      runtime: isImage ? lambda.Runtime.FROM_IMAGE : cdkRuntime(props.runtime),
      architecture: props.architecture === "arm_64" ? lambda.Architecture.ARM_64 : lambda.Architecture.X86_64,
      functionName: typeof functionName === "function" ? functionName({ stack, functionProps: props }) : functionName,
      memorySize,
      ephemeralStorageSize: disk,
      timeout,
      tracing: constant(lambda.Tracing, props.tracing || "active"),
      environment: props.environment,
      layers: isImage ? undefined : Function.buildLayers(scope, id, props),
      logRetention,
      logRetentionRetryOptions: logRetention && { maxRetries: 100 },
    });
    this.id = id;
    this.sst = props;
    this._doNotAllowOthersToBind = props._doNotAllowOthersToBind;
    if (code instanceof PackedCode) {
      code.id = packed(this, props);
      // As with SST, the handler is set when the app is finished: what others do to it before, such as Datadog, counts
      // no more, and functions that call their wrappers themselves are not wrapped twice.
      app.whenFinished(() => void ((this.node.defaultChild as lambda.CfnFunction).handler = code.part("handler")));
    } else {
      useFunctions().add(this.node.addr, props);
      app.defer(() => runHooks(this, props));
    }
    if (props.runtime.startsWith("java") && props.java?.experimentalUseProvidedRuntime) {
      (this.node.defaultChild as lambda.CfnFunction).runtime = props.java.experimentalUseProvidedRuntime;
    }
    this._codeKey = code instanceof PackedCode ? code.part("key") : cdk.Lazy.string({ produce: () => code.tag() });

    if (props.runtime.startsWith("nodejs")) this.addEnvironment("AWS_NODEJS_CONNECTION_REUSE_ENABLED", "1", { removeInEdge: true });
    this.attachPermissions(props.permissions || []);
    this.addEnvironment("SST_APP", app.name, { removeInEdge: true });
    this.addEnvironment("SST_STAGE", app.stage, { removeInEdge: true });
    this.addEnvironment("SST_SSM_PREFIX", project().ssmPrefix, { removeInEdge: true });
    this.bind(props.bind || []);
    if (props.disableCloudWatchLogs) {
      this.attachPermissions([
        new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], resources: ["*"] }),
      ]);
    }
    if (props.prefetchSecrets) prefetchSecrets(this, this, this._codeKey);
    if (props.url) {
      const url = props.url === true ? {} : props.url;
      this.functionUrl = addFunctionUrl(this, url.streaming, {
        authType: url.authorizer === "iam" ? lambda.FunctionUrlAuthType.AWS_IAM : lambda.FunctionUrlAuthType.NONE,
        cors: urlCors(url.cors ?? true),
      });
    }
  }

  get url(): string | undefined {
    return this.functionUrl?.url;
  }

  bind(constructs: BindingResource[]): void {
    const all = allBound(`the function "${this.id}"`, constructs);
    for (const r of all) {
      for (const [name, value] of Object.entries(bindingEnvironment(r))) this.addEnvironment(name, value);
      this.attachPermissions(bindingPermissions(r));
    }
    this.bindings.push(...all);
  }

  attachPermissions(permissions: Permissions): void {
    if (this.role) attachPermissionsToRole(this.role as iam.Role, permissions);
    // To start a job, its function must be known as well.
    if (permissions !== "*") this.bind(permissions.filter((p: any) => p?._jobManager) as any);
  }

  getConstructMetadata() {
    const { runtime, handler, nodejs, prefetchSecrets } = this.sst;
    // SST uploads the map of what Node runs, unless it is in the archive.
    const hasMap = runtime.startsWith("nodejs") && nodejs?.sourcemap === undefined;
    return {
      type: "Function",
      data: {
        arn: this.functionArn,
        runtime,
        handler: this._overrideMetadataHandler ?? handler,
        missingSourcemap: hasMap || runtime === "container" ? undefined : true,
        localId: this.node.addr,
        secrets: this.bindings.map(boundConstruct).filter((c) => c.getConstructMetadata().type === "Secret").map((c: any) => c.name),
        prefetchSecrets,
      },
    };
  }

  getBindings(): Bindings {
    return {
      clientPackage: "function",
      variables: { functionName: { type: "plain", value: this.functionName } },
      permissions: { "lambda:*": [this.functionArn] },
    };
  }

  _permissions(): [string, string[]][] {
    return [["lambda:*", [this.functionArn]]];
  }

  static validateHandlerSet(id: string, props: any): void {
    if (!props.handler) throw new Error(`No handler defined for the "${id}" Lambda function`);
  }
  static validateVpcSettings(id: string, props: any): void {
    if (props.securityGroups && !props.vpc) throw new Error(`Cannot configure "securityGroups" without "vpc" for the "${id}" Lambda function.`);
  }

  static normalizeMemorySize(size?: number | string): number {
    return typeof size === "string" ? toCdkSize(size).toMebibytes() : size || 1024;
  }
  static normalizeDiskSize(size?: number | string): cdk.Size {
    return typeof size === "string" ? toCdkSize(size) : cdk.Size.mebibytes(size || 512);
  }
  static normalizeTimeout(timeout?: number | string): cdk.Duration {
    return typeof timeout === "string" ? toCdkDuration(timeout) : cdk.Duration.seconds(timeout || 10);
  }

  static buildLayers(scope: Construct, id: string, props: any): lambda.ILayerVersion[] {
    return (props.layers || []).map((layer: string | lambda.ILayerVersion) =>
      typeof layer === "string" ? lambda.LayerVersion.fromLayerVersionArn(scope, `${id}${layer}`, layer) : Function.handleImportedLayer(scope, layer));
  }

  /** A layer of another stack reaches this one through SSM: an export could not change while it is in use, and a layer's ARN does. */
  static handleImportedLayer(scope: Construct, layer: lambda.ILayerVersion): lambda.ILayerVersion {
    const from = cdk.Stack.of(layer), to = cdk.Stack.of(scope);
    if (from === to || !cdk.Token.isUnresolved(layer.layerVersionArn)) return layer;
    const { StringParameter } = require("aws-cdk-lib/aws-ssm");
    to.addDependency(from);
    const parameterId = `${layer.node.id}Arn-${layer.node.addr}`, parameterName = `/layers/${from.node.id}/${parameterId}`;
    if (!from.node.tryFindChild(parameterId)) new StringParameter(from, parameterId, { parameterName, stringValue: layer.layerVersionArn });
    const layerId = `I${layer.node.id}-${layer.node.addr}`;
    return (scope.node.tryFindChild(layerId) as lambda.LayerVersion | undefined)
      ?? lambda.LayerVersion.fromLayerVersionArn(scope, layerId, StringParameter.valueForStringParameter(scope, parameterName));
  }

  static isInlineDefinition(definition: any): boolean {
    return typeof definition === "string" || definition instanceof Function;
  }

  static fromDefinition(scope: Construct, id: string, definition: any, inherited?: any, inheritMessage?: string): Function {
    if (typeof definition === "string") return new Function(scope, id, { ...inherited, handler: definition, _doNotAllowOthersToBind: true });
    if (definition instanceof Function) {
      if (inherited && Object.keys(inherited).length > 0) throw new Error(inheritMessage || "Cannot inherit default props when a Function is provided");
      return definition;
    }
    if (definition instanceof lambda.Function) throw new Error(`Please use sst.Function instead of lambda.Function for the "${id}" Function.`);
    if (definition?.handler !== undefined) return new Function(scope, id, { ...Function.mergeProps(inherited, definition), _doNotAllowOthersToBind: true });
    throw new Error(`Invalid function definition for the "${id}" Function: it is ${definition?.constructor === Object ? "an object without a \"handler\"" : shown(definition)}. `
      + 'A handler such as "src/lambda.main", props with a "handler", or a Function is expected');
  }

  /** mergeProps lays props on others: lists and environments add up, the rest replaces. */
  static mergeProps(base: any = {}, props: any = {}): any {
    const merged = { ...base, ...props };
    for (const list of ["layers", "bind"]) {
      const all = [...(base?.[list] || []), ...(props?.[list] || [])];
      if (all.length > 0) merged[list] = all;
    }
    const environment = { ...base?.environment, ...props?.environment };
    if (Object.keys(environment).length > 0) merged.environment = environment;
    if (base?.permissions === "*" || props?.permissions === "*") merged.permissions = "*";
    else {
      const permissions = [...(base?.permissions || []), ...(props?.permissions || [])];
      if (permissions.length > 0) merged.permissions = permissions;
    }
    return merged;
  }
}

/** hooksOf are the hooks that a function has. */
function hooksOf(id: string, { hooks = {} }: any): string[] {
  const named = ["beforeBuild", "afterBuild"].filter((name) => hooks[name]);
  for (const name of named) if (typeof hooks[name] !== "function") invalid(`The hook "${name}" of the function "${id}" must be a function.`);
  return named;
}

/** runHooks runs those of a container. What they are given is a directory that no image is built from, as with SST. */
async function runHooks(fn: Function, props: any) {
  const fs = require("fs"), dir = require("path").join(require("os").tmpdir(), "images", fn.node.addr); // in memory
  for (const name of hooksOf(fn.node.id, props)) {
    fs.mkdirSync(dir, { recursive: true });
    await props.hooks[name](props, dir);
  }
}

/** prefetchSecrets has a function's secrets put into its environment when it has been deployed. */
export function prefetchSecrets(scope: Construct, fn: lambda.Function, codeKey: string) {
  const { serve } = require("./support.js");
  const { partition, region, account } = cdk.Stack.of(fn);
  const parameters = [project().ssmPrefix, fallbackPrefix()].map((prefix) => `arn:${partition}:ssm:${region}:${account}:parameter${prefix}*`);
  // Again when the function is another, since its environment is then.
  const settings = cdk.Lazy.string({
    produce: () => digest(JSON.stringify(cdk.Stack.of(fn).resolve((fn.node.defaultChild as any)._toCloudFormation()))),
  });
  serve(scope, "SecretPrefetcher", "Custom::SecretPrefetcher", { version: `${codeKey} ${settings}`, functionName: fn.functionName }, "SecretPrefetcherPolicy", [
    new iam.PolicyStatement({ actions: ["lambda:GetFunction", "lambda:UpdateFunctionConfiguration"], resources: [fn.functionArn] }),
    new iam.PolicyStatement({ actions: ["ssm:GetParameters"], resources: parameters }),
  ]);
}

const digest = (text: string): string => require("crypto").createHash("md5").update(text).digest("hex");

const logs = () => require("aws-cdk-lib/aws-logs");

/** imageCode is code in a container image, whose directory is the function's handler. */
function imageCode(id: string, { handler, architecture, container = {} }: any) {
  dockerfile(`the function "${id}"`, handler, container.file);
  const { Platform } = require("aws-cdk-lib/aws-ecr-assets");
  const code = lambda.Code.fromAssetImage(handler, {
    platform: Platform.custom(architecture === "arm_64" ? "linux/arm64" : "linux/amd64"),
    ...(container.cmd ? { cmd: container.cmd } : {}),
    ...(container.file ? { file: container.file } : {}),
    ...imageBuild(container),
    exclude: [".sst/dist", ".sst/artifacts"],
    ignoreMode: cdk.IgnoreMode.GLOB,
  });
  return Object.assign(code, { tag: () => (code as any).asset.imageTag as string });
}

/** PackedCode is code that Go packs when the app is known. */
export class PackedCode extends lambda.Code {
  readonly isInline = false;
  id = "";
  part(name: "key" | "handler"): string {
    return part(() => this.id, name);
  }
  bind(): lambda.CodeConfig {
    return { s3Location: { bucketName: bucket(), objectKey: this.part("key") } };
  }
}

/** packed tells Go of a function, and returns what Go calls it. */
export function packed(fn: Construct, props: any, more: object = {}): string {
  const nodejs = props.nodejs ?? {}, python = props.python ?? {};
  const owner = `the function "${fn.node.id}"`;
  const { plugins, ...esbuild } = nodejs.esbuild ?? {}, hooks = props.hooks ?? {};
  useFunctions().add(fn.node.addr, props);
  if (plugins !== undefined && !Array.isArray(plugins)) invalid(`"nodejs.esbuild.plugins" of ${owner} must be a list of plugins.`);
  const named = hooksOf(fn.node.id, props);
  const packedId = ask("function", {
    path: pathInApp(fn),
    name: fn.node.id,
    runtime: props.runtime,
    handler: props.handler,
    architecture: props.architecture === "arm_64" ? "arm64" : "x86_64",
    copyFiles: props.copyFiles ?? [],
    nodejs: { ...nodejs, esbuild },
    python: { noDocker: python.noDocker ?? false, installCommands: python.installCommands ?? [] },
    java: props.java ?? {},
    go: props.go ?? {},
    hooks: named,
    plugins: (plugins?.length ?? 0) > 0,
    entry: props._entry ?? "",
    ...more,
  });
  if (named.length > 0 || plugins?.length > 0) takesPart(packedId, { hooks, args: [props], plugins: plugins ?? [] });
  return packedId;
}

export function urlCors(cors: any): lambda.FunctionUrlCorsOptions | undefined {
  if (cors === false) return undefined;
  const given = cors === true ? {} : cors;
  return {
    allowCredentials: given.allowCredentials,
    allowedHeaders: given.allowHeaders || ["*"],
    allowedMethods: (given.allowMethods || ["*"]).map((m: string) => (m === "*" ? lambda.HttpMethod.ALL : constant(lambda.HttpMethod, m))),
    allowedOrigins: given.allowOrigins || ["*"],
    exposedHeaders: given.exposeHeaders,
    maxAge: given.maxAge && toCdkDuration(given.maxAge),
  };
}
