// What sites with a server have in common. A framework's class says in a plan
// what its build has left behind, in the words of SST's plans, which apps may
// change with cdk.transform.
import path from "path";
import { Construct } from "constructs";
import { Duration, Fn as CfnFn, RemovalPolicy, Stack, Token } from "aws-cdk-lib/core";
import * as cloudfront from "aws-cdk-lib/aws-cloudfront";
import { HttpOrigin, OriginGroup, S3Origin } from "aws-cdk-lib/aws-cloudfront-origins";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import * as s3 from "aws-cdk-lib/aws-s3";
import { appOf, ask, isCDKConstruct, pathInApp, toCdkDuration, type Bindings, type SSTConstruct } from "./library.js";
import { Distribution } from "./Distribution.js";
import { EdgeFunction } from "./EdgeFunction.js";
import { PackedCode, packed } from "./Function.js";
import { attachPermissionsToRole, type Permissions } from "./permission.js";
import { addFunctionUrl } from "./runtimes.js";
import { SsrFunction } from "./SsrFunction.js";
import { charset, fileRules, placeholders, siteBindings } from "./StaticSite.js";
import { serve, warmer } from "./support.js";
import { addSite, type FileRule } from "../sites.js";

declare const require: (name: string) => any;

export interface Copy { from: string; to: string; cached: boolean; versionedSubDir?: string }

export interface Plan {
  edge: boolean;
  buildId?: string;
  cloudFrontFunctions?: Record<string, { constructId: string; injections: string[] }>;
  edgeFunctions?: Record<string, any>;
  origins: Record<string, any>;
  behaviors: { cacheType: "server" | "static"; pattern?: string; origin: string; allowedMethods?: cloudfront.AllowedMethods; cfFunction?: string; edgeFunction?: string }[];
  errorResponses?: cloudfront.ErrorResponse[];
  serverCachePolicy?: { allowedHeaders?: string[] };
  warmer?: { function: string };
}

export abstract class SsrSite extends Construct implements SSTConstruct {
  readonly id: string;
  readonly cdk: { function: lambda.Function | undefined; bucket: s3.Bucket; distribution: cloudfront.IDistribution; hostedZone?: any; certificate?: any };
  protected readonly props: any;
  protected readonly serverFunctions: SsrFunction[] = [];
  protected readonly edgeFunctions: Record<string, EdgeFunction> = {};
  private signer?: EdgeFunction;
  private readonly distribution: Distribution;
  private readonly bucket: s3.Bucket;
  private readonly edge: boolean;

  constructor(scope: Construct, id: string, given: any = {}) {
    super(scope, given.cdk?.id || id);
    this.id = id;
    this.props = {
      path: ".", runtime: "nodejs18.x", timeout: "10 seconds", memorySize: "1024 MB",
      ...given,
      invalidation: { wait: given.waitForInvalidation, paths: "all", ...given.invalidation },
    };
    const { props } = this;
    if (props.fileOptions) throw new Error(`In the "${id}" construct, the "fileOptions" property has been replaced by "assets.fileOptions".`);
    const at = new Error().stack;
    this.bucket = isCDKConstruct(props.cdk?.bucket) ? props.cdk.bucket : new s3.Bucket(this, "S3Bucket", {
      publicReadAccess: false,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      autoDeleteObjects: true,
      removalPolicy: RemovalPolicy.DESTROY,
      enforceSSL: true,
      ...props.cdk?.bucket,
    });
    const plan = this.plan(this.bucket, ask("site", {
      path: pathInApp(this),
      name: this.node.id,
      root: props.path,
      framework: this.framework,
      edge: props.edge ?? false,
      command: props.buildCommand ?? "",
      environment: Object.entries<string>(props.environment ?? {}).map(([name, value]) => ({ name, text: Token.isUnresolved(value) ? `{{ ${name} }}` : value })),
    }));
    props.cdk?.transform?.(plan);
    const seconds = typeof props.timeout === "number" ? props.timeout : toCdkDuration(props.timeout).toSeconds();
    if (plan.edge && seconds > 30) throw new Error(`In the "${id}" construct, timeout must be less than or equal to 30 seconds when deploying to the edge.`);
    if (seconds > 180) throw new Error(`In the "${id}" construct, timeout must be less than or equal to 180 seconds.`);
    this.edge = plan.edge;
    this.distribution = this.createDistribution(plan);
    this.cdk = { function: this.server?.function as lambda.Function | undefined, bucket: this.bucket, ...this.distribution.cdk };
    const warmed = [...this.warmed, ...(props.warm && this.serverFunctions[0] ? [{ function: this.serverFunctions[0], concurrency: props.warm }] : [])];
    if (warmed.length > 0) this.createWarmer(plan, warmed);
    this.addFiles(plan, at);
  }

  /** framework names the adapter that reads the build; without one the plan is made of its files. */
  protected get framework(): string { return ""; }
  protected abstract plan(bucket: s3.Bucket, built: { servers: any[] }): Plan;
  private readonly warmed: { function: SsrFunction; concurrency: number }[] = [];

  /** server is what answers requests, in the region or else at the edge. */
  private get server(): SsrFunction | EdgeFunction | undefined { return this.serverFunctions[0] ?? Object.values(this.edgeFunctions)[0]; }
  get url(): string { return this.distribution.url; }
  get customDomainUrl(): string | undefined { return this.distribution.customDomainUrl; }

  attachPermissions(permissions: Permissions): void {
    attachPermissionsToRole(this.server?.role as iam.Role, permissions);
  }

  getConstructMetadata() {
    const { path, runtime, bind, regional } = this.props;
    return {
      type: this.constructor.name,
      data: {
        mode: "deployed",
        path,
        runtime,
        customDomainUrl: this.customDomainUrl,
        url: this.url,
        edge: this.edge,
        server: this.server?.functionArn,
        secrets: (bind || []).filter((c: any) => c.getConstructMetadata?.().type === "Secret").map((c: any) => c.name),
        prefetchSecrets: regional?.prefetchSecrets,
      },
    };
  }
  getBindings(): Bindings { return siteBindings(this); }

  /** inSite is a path of the site's, from the app's root. */
  protected inSite(...names: string[]): string { return path.join(this.props.path, ...names); }

  private createDistribution(plan: Plan) {
    const { cdk, customDomain } = this.props;
    const functions = this.cloudFrontFunctions(plan);
    this.makeEdgeFunctions(plan);
    const origins = this.origins(plan);
    const behavior = this.behaviorsOf(plan, functions, origins);
    const distribution = new Distribution(this, "CDN", {
      scopeOverride: this,
      customDomain,
      cdk: {
        distribution: {
          defaultRootObject: "",
          errorResponses: plan.errorResponses,
          ...cdk?.distribution,
          defaultBehavior: behavior(plan.behaviors.find((b) => !b.pattern)!),
          additionalBehaviors: {
            ...Object.fromEntries(plan.behaviors.filter((b) => b.pattern).map((b) => [b.pattern, behavior(b)])),
            ...cdk?.distribution?.additionalBehaviors,
          },
        },
      },
    });
    const { partition, account } = Stack.of(this);
    const policy = new iam.Policy(this, "ServerFunctionInvalidatorPolicy", {
      statements: [new iam.PolicyStatement({
        actions: ["cloudfront:CreateInvalidation"],
        resources: [`arn:${partition}:cloudfront::${account}:distribution/${distribution.cdk.distribution.distributionId}`],
      })],
    });
    for (const fn of [...this.serverFunctions, ...Object.values(this.edgeFunctions)]) fn.role?.attachInlinePolicy(policy);
    return distribution;
  }

  private cloudFrontFunctions(plan: Plan) {
    return Object.fromEntries(Object.entries(plan.cloudFrontFunctions ?? {}).map(([name, { constructId, injections }]) => {
      const code = `\nfunction handler(event) {\n  var request = event.request;\n  ${injections.join("\n")}\n  return request;\n}`;
      return [name, new cloudfront.Function(this, constructId, { code: cloudfront.FunctionCode.fromInline(ask("minify", code)) })];
    }));
  }

  private makeEdgeFunctions(plan: Plan) {
    const { runtime, timeout, memorySize, bind, permissions, nodejs, environment, cdk, path: site } = this.props;
    for (const [name, { constructId, function: own }] of Object.entries<any>(plan.edgeFunctions ?? {})) {
      const fn = new EdgeFunction(this, constructId, {
        runtime, timeout, memorySize, bind, permissions,
        ...own,
        nodejs: { format: "esm", ...nodejs, ...own.nodejs, esbuild: { ...nodejs?.esbuild, ...own.nodejs?.esbuild } },
        environment: { ...environment, ...own.environment },
        ...cdk?.server,
        packing: { builtIn: site },
      });
      this.bucket.grantReadWrite(fn.role);
      this.edgeFunctions[name] = fn;
    }
  }

  /** authType is who may call the servers. With IAM it is CloudFront, for which a function at the edge signs requests. */
  private get authType() { return this.props.regional?.enableServerUrlIamAuth ? lambda.FunctionUrlAuthType.AWS_IAM : lambda.FunctionUrlAuthType.NONE; }

  private signingFunction(): EdgeFunction {
    return (this.signer ??= new EdgeFunction(this, "ServerUrlSigningFunction", {
      handler: "index.handler", timeout: 10, memorySize: 128, files: [{ path: "index.mjs", content: ask("support", "signer.mjs") }],
    }));
  }

  private signFor(fn: lambda.IFunction) {
    if (!this.props.regional?.enableServerUrlIamAuth) return;
    this.signingFunction().attachPermissions([new iam.PolicyStatement({ actions: ["lambda:InvokeFunctionUrl"], resources: [fn.functionArn] })]);
  }

  private origins(plan: Plan) {
    const made: Record<string, any> = {};
    const entries = Object.entries(plan.origins);
    for (const [name, origin] of entries) {
      if (origin.type === "s3") made[name] = new S3Origin(this.bucket, { originPath: `/${origin.originPath ?? ""}`, ...this.props.cdk?.s3Origin });
      else if (origin.type === "function") made[name] = this.serverOrigin(origin);
      else if (origin.type === "image-optimization-function") made[name] = this.imageOrigin(origin);
    }
    for (const [name, origin] of entries) {
      if (origin.type !== "group") continue;
      made[name] = new OriginGroup({
        primaryOrigin: made[origin.primaryOriginName], fallbackOrigin: made[origin.fallbackOriginName], fallbackStatusCodes: origin.fallbackStatusCodes,
      });
    }
    return made;
  }

  private serverOrigin(origin: any) {
    const { runtime, timeout, memorySize, bind, permissions, nodejs, environment, cdk, regional, warm } = this.props;
    const own = origin.function;
    const fn = new SsrFunction(this, origin.constructId, {
      runtime, timeout, memorySize, bind, permissions,
      ...own,
      nodejs: { format: "esm", ...nodejs, ...own.nodejs, esbuild: { ...nodejs?.esbuild, ...own.nodejs?.esbuild } },
      environment: { ...environment, ...own.environment },
      ...cdk?.server,
      copyFiles: [...(own.copyFiles ?? []), ...(cdk?.server?.copyFiles ?? [])],
      prefetchSecrets: regional?.prefetchSecrets,
      ...this.packing(own, [...(warm ? [answerWarmer(origin.streaming)] : []), ...(origin.injections ?? [])], origin.streaming),
    });
    this.serverFunctions.push(fn);
    if (origin.warm) this.warmed.push({ function: fn, concurrency: origin.warm });
    this.bucket.grantReadWrite(fn.role!);
    this.signFor(fn.function);
    const url = addFunctionUrl(fn, origin.streaming, { authType: this.authType });
    return new HttpOrigin(CfnFn.parseDomainName(url.url), { readTimeout: typeof timeout === "string" ? toCdkDuration(timeout) : Duration.seconds(timeout) });
  }

  /** packing is what Go has to know of a server's code. With injections, a module of ours runs them before the handler. */
  private packing({ bundle, handler, entry }: any, injections: string[], streaming?: boolean) {
    const packing: any = {
      bundle: bundle ?? "",
      builtIn: this.props.path,
      entry: entry ?? "",
      placeholders: Object.entries<string>(this.props.environment ?? {}).filter(([, value]) => Token.isUnresolved(value)).map(([name]) => name),
    };
    if (injections.length === 0) return { packing };
    const { dir, name, ext } = path.posix.parse(handler);
    const call = `const { ${ext.slice(1)}: handle } = await import("./${name}.mjs");`;
    const content = streaming
      ? `export const handler = awslambda.streamifyResponse(async (event, responseStream, context) => {\n${injections.join("\n")}\n${call}\nreturn handle(event, responseStream, context);\n});\n`
      : `export const handler = async (event, context) => {\n${injections.join("\n")}\n${call}\nreturn handle(event, context);\n};\n`;
    packing.files = [{ path: path.posix.join(dir, "server-index.mjs"), content }];
    return { packing, setting: path.posix.join(dir, "server-index.handler") };
  }

  private imageOrigin({ function: { bundle, ...own } }: any) {
    const code = new PackedCode();
    const fn = new lambda.Function(this, "ImageFunction", {
      currentVersionOptions: { removalPolicy: RemovalPolicy.DESTROY },
      logRetention: RetentionDays.THREE_DAYS,
      timeout: Duration.seconds(25),
      initialPolicy: [new iam.PolicyStatement({ actions: ["s3:GetObject"], resources: [this.bucket.arnForObjects("*")] })],
      ...own,
      code: bundle ? code : own.code,
    });
    if (bundle) code.id = packed(fn, { runtime: "nodejs22.x", handler: own.handler, architecture: "arm_64" }, { bundle, builtIn: this.props.path });
    this.signFor(fn);
    return new HttpOrigin(CfnFn.parseDomainName(fn.addFunctionUrl({ authType: this.authType }).url));
  }

  private behaviorsOf(plan: Plan, functions: Record<string, cloudfront.Function>, origins: Record<string, any>) {
    const { cdk, regional } = this.props, given = cdk?.distribution?.defaultBehavior;
    let cachePolicy: any, originRequestPolicy: any;
    return (behavior: Plan["behaviors"][number]) => {
      const fn = functions[behavior.cfFunction ?? ""];
      const associations = fn ? [{ eventType: cloudfront.FunctionEventType.VIEWER_REQUEST, function: fn }] : [];
      const common = {
        origin: origins[behavior.origin],
        viewerProtocolPolicy: cdk?.viewerProtocolPolicy ?? cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        cachedMethods: cloudfront.CachedMethods.CACHE_GET_HEAD_OPTIONS,
        compress: true,
        responseHeadersPolicy: cdk?.responseHeadersPolicy,
      };
      if (behavior.cacheType === "static") {
        return {
          ...common,
          allowedMethods: behavior.allowedMethods ?? cloudfront.AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
          cachePolicy: cloudfront.CachePolicy.CACHING_OPTIMIZED,
          functionAssociations: fn ? associations : undefined,
        };
      }
      if (behavior.cacheType !== "server") throw new Error(`Invalid behavior type in the "${this.id}" site.`);
      return {
        ...common,
        allowedMethods: behavior.allowedMethods ?? cloudfront.AllowedMethods.ALLOW_ALL,
        cachePolicy: cdk?.serverCachePolicy ?? (cachePolicy ??= this.serverCachePolicy(plan)),
        // All that viewers send but the host, which is the function's.
        originRequestPolicy: (originRequestPolicy ??= cloudfront.OriginRequestPolicy.fromOriginRequestPolicyId(this, "ServerOriginRequestPolicy", "b689b0a8-53d0-40ab-baf2-68738e2966ac")),
        ...given,
        functionAssociations: [...associations, ...(given?.functionAssociations ?? [])],
        edgeLambdas: [
          ...[this.edgeFunctions[behavior.edgeFunction ?? ""], regional?.enableServerUrlIamAuth ? this.signingFunction() : undefined].filter((fn) => fn !== undefined).map((fn) => ({
            includeBody: true, eventType: cloudfront.LambdaEdgeEventType.ORIGIN_REQUEST, functionVersion: fn.currentVersion,
          })),
          ...(given?.edgeLambdas ?? []),
        ],
      };
    };
  }

  private serverCachePolicy(plan: Plan) {
    const headers = plan.serverCachePolicy?.allowedHeaders ?? [];
    return new cloudfront.CachePolicy(this, "ServerCache", {
      queryStringBehavior: cloudfront.CacheQueryStringBehavior.all(),
      headerBehavior: headers.length > 0 ? cloudfront.CacheHeaderBehavior.allowList(...headers) : cloudfront.CacheHeaderBehavior.none(),
      cookieBehavior: cloudfront.CacheCookieBehavior.none(),
      defaultTtl: Duration.days(0), maxTtl: Duration.days(365), minTtl: Duration.days(0),
      enableAcceptEncodingBrotli: true,
      enableAcceptEncodingGzip: true,
      comment: "SST server response cache policy",
    });
  }

  private createWarmer(plan: Plan, warmed: { function: SsrFunction; concurrency: number }[]) {
    const { Rule, Schedule } = require("aws-cdk-lib/aws-events");
    const { LambdaFunction } = require("aws-cdk-lib/aws-events-targets");
    const fn = warmer(this, "WarmerFunction", {
      ...(plan.warmer ? { code: lambda.Code.fromAsset(plan.warmer.function) } : {}),
      environment: { WARM_PARAMS: JSON.stringify(warmed.map((w) => ({ concurrency: w.concurrency, function: w.function.functionName }))) },
    });
    for (const w of warmed) w.function.grantInvoke(fn);
    new Rule(this, "WarmerRule", { schedule: Schedule.rate(Duration.minutes(5)), targets: [new LambdaFunction(fn, { retryAttempts: 0 })] });
    serve(this, "Prewarmer", "Custom::FunctionInvoker", { version: warmed.map((w) => w.function._codeKey).join(" "), functionName: fn.functionName }, "PrewarmerPolicy", [
      new iam.PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [fn.functionArn] }),
    ]);
  }

  private addFiles(plan: Plan, at?: string) {
    const { assets, invalidation, environment } = this.props;
    const copy: Copy[] = Object.values(plan.origins).filter((o) => o.type === "s3").flatMap((o) => o.copy);
    const seconds = (given: any, otherwise: string) => (typeof given === "number" ? given : toCdkDuration(given ?? otherwise).toSeconds());
    const plainTTL = seconds(assets?.nonVersionedFilesTTL, "1 day"), versionedTTL = seconds(assets?.versionedFilesTTL, "365 days");
    const plain = assets?.nonVersionedFilesCacheHeader ?? `public,max-age=0,s-maxage=${plainTTL},stale-while-revalidate=${Math.max(Math.floor(plainTTL / 10), 30)}`;
    const versioned = assets?.versionedFilesCacheHeader ?? `public,max-age=${versionedTTL},immutable`;
    const rules = fileRules(assets?.fileOptions, copy.filter((c) => c.cached).flatMap(({ to, versionedSubDir }) => {
      if (!versionedSubDir) return [{ files: "**", cacheControl: plain }];
      const files = path.posix.join(to, versionedSubDir, "**");
      return [{ files: "**", ignore: files, cacheControl: plain }, { files, cacheControl: versioned }];
    }));
    const cached = copy.filter((c) => c.cached), { paths } = invalidation;
    const invalidate: string[] = cached.length === 0 || paths === "none" ? [] : paths === "all" ? ["/*"]
      : paths === "versioned" ? cached.filter((c) => c.versionedSubDir).map((c) => path.posix.join("/", c.to, c.versionedSubDir!, "*"))
      : paths;
    appOf(this).defer(() => addSite(this, {
      at,
      root: this.props.path,
      environment: {},
      trees: copy.map(({ from, to }) => ({ from, to, charset: charset(assets), rules: inTree(rules, to) })),
      replacements: placeholders(environment, "**/*.json"),
      bucket: this.bucket.bucketName,
      distribution: this.cdk.distribution.distributionId,
      purge: false,
      wait: invalidation.wait ?? false,
      invalidate: [...new Set(invalidate)],
    }));
  }
}

/** inTree has patterns of the bucket as those of a directory in it. */
function inTree(rules: FileRule[], to: string): FileRule[] {
  const dir = to.replace(/^\/+|\/+$/g, "");
  if (!dir) return rules;
  const inside = (patterns: string[] = []) => patterns.flatMap((p) => (p.startsWith("**") ? [p] : p.startsWith(`${dir}/`) ? [p.slice(dir.length + 1)] : []));
  return rules.map((r) => ({ ...r, include: inside(r.include), exclude: inside(r.exclude) })).filter((r) => r.include.length > 0);
}

/** hostHeader tells the server what host was asked for, which CloudFront replaces by its own. */
export const hostHeader = 'request.headers["x-forwarded-host"] = request.headers.host;';

/** answerWarmer has a server answer what keeps it warm. */
const answerWarmer = (streaming?: boolean) => `if (event.type === "warmer") {
  await new Promise((resolve) => setTimeout(resolve, event.delay));
  const answer = { serverId: "server-" + Math.random().toString(36).slice(2, 8) };
  ${streaming ? "responseStream.write(JSON.stringify(answer));\n  return void responseStream.end();" : "return answer;"}
}`;
