// The sites of web frameworks: what each leaves behind, and where.
import fs from "fs";
import path from "path";
import { Stack } from "aws-cdk-lib/core";
import { AllowedMethods } from "aws-cdk-lib/aws-cloudfront";
import type { Construct } from "constructs";
import { invalid } from "./library.js";
import { cdkRuntime } from "./runtimes.js";
import { SsrSite, hostHeader, type Plan } from "./SsrSite.js";

/** topLevel are behaviors for the files and directories at the top of a directory. */
const topLevel = (dir: string, origin: string, prefix = "", more = {}): Plan["behaviors"] =>
  fs.readdirSync(dir).map((item) => ({
    cacheType: "static", pattern: `${prefix}${item}${fs.statSync(path.join(dir, item)).isDirectory() ? "/*" : ""}`, ...more, origin,
  }));

const server = (origin: string) => ({ cacheType: "server" as const, cfFunction: "serverCfFunction", origin });

/** serving is a server in the region, or in front of a bucket at the edge. */
function serving(site: SsrSite, edge: boolean, fn: object, more: object = {}, files = "s3"): { functions?: Record<string, any>; origins: Record<string, any>; behavior: Plan["behaviors"][number] } {
  return edge
    ? { functions: { edgeServer: { constructId: "Server", function: { scopeOverride: site, ...fn } } }, origins: {}, behavior: { ...server(files), edgeFunction: "edgeServer" } }
    : { origins: { regionalServer: { type: "function", constructId: "ServerFunction", function: fn, ...more } }, behavior: server("regionalServer") };
}

const found = (site: SsrSite, dir: string, what: string) => {
  if (!fs.existsSync(dir)) invalid(`There is no ${dir}, which the build of the site "${site.id}" would have left: ${what}`);
  return dir;
};

export class SvelteKitSite extends SsrSite {
  protected plan(): Plan {
    const { basePath: given } = this.props, basePath = given ? `/${given}` : "";
    const built = ".svelte-kit/svelte-kit-sst", client = found(this, this.inSite(built, "client"), "does svelte.config.js have the adapter svelte-kit-sst?");
    const { edge = false } = this.props;
    const { functions, origins, behavior } = serving(this, edge, {
      description: "Server handler for SvelteKit",
      missingSourcemap: true,
      handler: this.inSite(built, "server", "lambda-handler", "index.handler"),
      nodejs: { esbuild: { minify: true, define: { "process.env.SST_DEBUG": "false" } } },
      copyFiles: fs.existsSync(this.inSite(built, "prerendered")) ? [{ from: this.inSite(built, "prerendered"), to: "prerendered" }] : [],
    });
    return {
      edge,
      edgeFunctions: functions,
      cloudFrontFunctions: {
        serverCfFunction: {
          constructId: "CloudFrontFunction",
          injections: [
            hostHeader,
            // CloudFront refuses names in queries with a slash, and form actions have such.
            'for (var name in request.querystring) {\n  if (name.includes("/")) {\n    request.querystring[encodeURIComponent(name)] = request.querystring[name];\n    delete request.querystring[name];\n  }\n}',
          ],
        },
      },
      origins: {
        ...origins,
        s3: {
          type: "s3",
          copy: [
            { from: `${built}/client`, to: basePath, cached: true, versionedSubDir: "_app" },
            ...(fs.existsSync(this.inSite(built, "prerendered")) ? [{ from: `${built}/prerendered`, to: basePath, cached: false }] : []),
          ],
        },
      },
      behaviors: [behavior, ...topLevel(client, "s3", basePath)],
    };
  }
}

export class SolidStartSite extends SsrSite {
  protected plan(): Plan {
    const client = found(this, this.inSite("dist", "client"), "is solid-start-sst the adapter in vite.config.ts?");
    const { edge = false } = this.props;
    const { functions, origins, behavior } = serving(this, edge, { description: "Server handler for Solid", handler: this.inSite("dist", "server", "index.handler") });
    return {
      edge,
      edgeFunctions: functions,
      cloudFrontFunctions: { serverCfFunction: { constructId: "CloudFrontFunction", injections: [hostHeader] } },
      origins: {
        ...origins,
        s3: { type: "s3", copy: [{ from: "dist/client", to: "", cached: true, versionedSubDir: "assets" }] },
      },
      behaviors: [behavior, ...topLevel(client, "s3")],
    };
  }
}

export class RemixSite extends SsrSite {
  protected get framework() { return "remix"; }

  protected plan(_: unknown, { servers: [built] }: { servers: any[] }): Plan {
    const vite = ["ts", "js", "mts", "mjs"].some((ext) => fs.existsSync(this.inSite(`vite.config.${ext}`)));
    const assets = vite ? "build/client" : "public";
    const { esbuild, handler, entry, env } = built, { edge = false } = this.props;
    const { functions, origins, behavior } = serving(this, edge, {
      description: "Server handler for Remix", handler, entry, nodejs: { esbuild },
      environment: Object.fromEntries((env ?? []).map((kv: any) => [kv.Key, kv.Value])),
    }, { streaming: true });
    return {
      edge,
      edgeFunctions: functions,
      cloudFrontFunctions: {
        serverCfFunction: { constructId: "CloudFrontFunction", injections: [hostHeader] },
        staticCfFunction: {
          constructId: "CloudFrontFunctionForStaticBehavior",
          // Names of files may have characters that paths are encoded for.
          injections: ['request.uri = request.uri.split("/").map(encodeURIComponent).join("/");'],
        },
      },
      origins: {
        ...origins,
        s3: { type: "s3", copy: [{ from: assets, to: "", cached: true, versionedSubDir: vite ? undefined : "build" }] },
      },
      behaviors: [behavior, ...topLevel(this.inSite(assets), "s3", "", { cfFunction: "staticCfFunction" })],
    };
  }
}

export class AstroSite extends SsrSite {
  protected plan(): Plan {
    const file = this.inSite("dist", "sst.buildMeta.json");
    const meta = JSON.parse(fs.readFileSync(found(this, file, "does astro.config.mjs have the adapter astro-sst, and is it up to date?"), "utf8"));
    const isStatic = meta.outputMode === "static", edge = meta.deploymentStrategy === "edge";
    const route = astroRoutes(meta);
    const { functions, origins, behavior } = serving(
      this, edge, { description: "Server handler for Astro", handler: this.inSite("dist", "server", "entry.handler") }, { streaming: meta.responseMode === "stream" }, "staticsServer",
    );
    const plan: Plan = {
      edge,
      edgeFunctions: functions,
      cloudFrontFunctions: {
        serverCfFunction: { constructId: "CloudFrontFunction", injections: [hostHeader, route] },
        serverCfFunctionHostOnly: { constructId: "CloudFrontFunctionHostOnly", injections: [hostHeader] },
      },
      origins: {
        staticsServer: { type: "s3", copy: [{ from: meta.clientBuildOutputDir, to: "", cached: true, versionedSubDir: meta.clientBuildVersionedSubDir }] },
      },
      behaviors: [],
      errorResponses: edge ? undefined : astroErrors(meta, isStatic),
    };
    if (edge) {
      plan.behaviors.push(behavior, ...topLevel(this.inSite(meta.clientBuildOutputDir), "staticsServer"));
      return plan;
    }
    if (isStatic) {
      plan.behaviors.push({ cacheType: "static", cfFunction: "serverCfFunction", origin: "staticsServer" });
      return plan;
    }
    const read = AllowedMethods.ALLOW_GET_HEAD_OPTIONS;
    plan.cloudFrontFunctions!.imageServiceCfFunction = { constructId: "ImageServiceCloudFrontFunction", injections: [hostHeader] };
    Object.assign(plan.origins, origins);
    plan.origins.fallthroughServer = { type: "group", primaryOriginName: "staticsServer", fallbackOriginName: "regionalServer", fallbackStatusCodes: [403, 404] };
    plan.behaviors.push(
      { ...server("fallthroughServer"), allowedMethods: read },
      { cacheType: "static", pattern: `${meta.clientBuildVersionedSubDir}/*`, origin: "staticsServer" },
      { cacheType: "server", pattern: "_image", cfFunction: "imageServiceCfFunction", origin: "regionalServer", allowedMethods: read },
      ...(meta.serverRoutes ?? []).map((pattern: string) => ({ cacheType: "server" as const, cfFunction: "serverCfFunctionHostOnly", pattern, origin: "regionalServer" })),
    );
    return plan;
  }
}

/** astroRoutes is code for the edge: a page rendered in advance is a file under another name, and redirects need no server. */
function astroRoutes({ routes, pageResolution }: any): string {
  const table = routes.map(({ pattern, type, prerender, redirectPath, redirectStatus }: any) => {
    const kind = type === "redirect" ? [2, redirectPath, redirectStatus] : [type === "page" && prerender ? 0 : 1];
    return `[${pattern},${kind.filter((k) => k !== undefined).map((k) => JSON.stringify(k)).join(",")}]`;
  });
  const page = pageResolution === "file"
    ? 'request.uri === "/" ? "/index.html" : request.uri.replace(/\\/?$/, ".html")'
    : 'request.uri.replace(/\\/?$/, "/index.html")';
  return `
  var route = [${table.join(",")}].find((r) => r[0].test(request.uri));
  if (route && route[1] === 0 && !/\\.[^\\/]+$/.test(request.uri)) request.uri = ${page};
  if (route && route[1] === 2) {
    var to = route[2];
    route[0].exec(request.uri).forEach((part, i) => { to = to.replace("$" + "{" + i + "}", part); });
    return { statusCode: route[3] || 308, headers: { location: { value: to } } };
  }`;
}

function astroErrors({ routes }: any, isStatic: boolean) {
  return routes.filter(({ type }: any) => type === "page").flatMap(({ route, prerender }: any) => {
    const status = { "/404": 404, "/404/": 404, "/500": 500, "/500/": 500 }[route as string];
    if (!status) return [];
    const response = { responsePagePath: `/${status}${prerender ? ".html" : ""}`, responseHttpStatus: status };
    const list = [{ httpStatus: status, ...response }];
    return status === 404 && isStatic ? [...list, { httpStatus: 403, responsePagePath: "/404.html", responseHttpStatus: 404 }] : list;
  });
}

const defaultOpenNext = "3.1.3";

export class NextjsSite extends SsrSite {
  declare private output: any;

  constructor(scope: Construct, id: string, props: any = {}) {
    const version = props.openNextVersion ?? defaultOpenNext;
    const old = version.split(".").map(Number), at = defaultOpenNext.split(".").map(Number);
    const i = old.findIndex((n: number, i: number) => n !== at[i]);
    const name = i < 0 || old[i] < at[i] ? "open-next" : "@opennextjs/aws";
    super(scope, id, { buildCommand: `npx --yes ${name}@${version} build`, ...props });
    const { disableIncrementalCache, disableTagCache } = this.output.additionalProps ?? {};
    this.edgeFunctions.middleware?.addEnvironment("OPEN_NEXT_ORIGIN", this.hosts());
    if (!disableIncrementalCache && this.serverFunctions.length > 0) {
      this.createQueue();
      if (!disableTagCache) this.createTable();
    }
  }

  protected plan(bucket: any): Plan {
    const file = found(this, this.inSite(".open-next", "open-next.output.json"), "it is what OpenNext builds.");
    const output = this.output = JSON.parse(fs.readFileSync(file, "utf8"));
    const { s3, imageOptimizer, ...servers } = output.origins, { imageOptimization = {}, environment, runtime } = this.props;
    const { Architecture } = require("aws-cdk-lib/aws-lambda"), { toCdkSize } = require("./library.js");
    const { memorySize = 1536, staticImageOptimization } = imageOptimization;
    const cache = { CACHE_BUCKET_NAME: bucket.bucketName, CACHE_BUCKET_KEY_PREFIX: "_cache", CACHE_BUCKET_REGION: Stack.of(this).region };
    return {
      edge: false,
      buildId: fs.existsSync(this.inSite(".next/BUILD_ID")) ? fs.readFileSync(this.inSite(".next/BUILD_ID"), "utf8") : undefined,
      cloudFrontFunctions: { serverCfFunction: { constructId: "CloudFrontFunction", injections: [hostHeader, nextCacheKey, nextPlace] } },
      edgeFunctions: Object.fromEntries(Object.entries<any>(output.edgeFunctions ?? {}).map(([key, fn]) => [key, {
        constructId: `${key}EdgeFunction`,
        function: { handler: fn.handler, bundle: this.inSite(fn.bundle), runtime: "nodejs18.x", memorySize: 1024, environment: { ...environment, ...cache } },
      }])),
      origins: {
        s3,
        imageOptimizer: {
          type: "image-optimization-function",
          function: {
            description: "Next.js Image Optimization Function",
            handler: imageOptimizer.handler,
            bundle: this.inSite(imageOptimizer.bundle),
            runtime: cdkRuntime("nodejs22.x"),
            architecture: Architecture.ARM_64,
            environment: { BUCKET_NAME: bucket.bucketName, BUCKET_KEY_PREFIX: "_assets", ...(staticImageOptimization ? { OPENNEXT_STATIC_ETAG: "true" } : {}) },
            memorySize: typeof memorySize === "string" ? toCdkSize(memorySize).toMebibytes() : memorySize,
          },
        },
        ...Object.fromEntries(Object.entries<any>(servers).map(([key, origin]) => {
          if (origin.type === "ecs") invalid("OpenNext has built a server for ECS, which NextjsSite does not run.");
          return [key, {
            type: "function",
            constructId: `${key}ServerFunction`,
            function: {
              description: "Next.js Server",
              missingSourcemap: true,
              handler: origin.handler,
              bundle: this.inSite(origin.bundle),
              runtime,
              architecture: Architecture.ARM_64,
              memorySize: this.props.memorySize ?? 1536,
              environment: { ...environment, ...cache },
            },
            streaming: origin.streaming,
            injections: [],
          }];
        })),
      },
      behaviors: output.behaviors.map(({ pattern, origin, edgeFunction }: any) => ({
        pattern: pattern === "*" ? undefined : pattern, origin, cacheType: origin === "s3" ? "static" : "server", cfFunction: "serverCfFunction", edgeFunction: edgeFunction ?? "",
      })),
      warmer: output.additionalProps?.warmer ? { function: this.inSite(output.additionalProps.warmer.bundle) } : undefined,
      serverCachePolicy: { allowedHeaders: ["x-open-next-cache-key"] },
    };
  }

  /** hosts are the servers by the names that OpenNext's middleware has for them. */
  private hosts(): string {
    const { Fn } = require("aws-cdk-lib/core");
    return Fn.toJsonString(Object.fromEntries(this.serverFunctions.map((fn) => [
      fn.node.id.replace("ServerFunction", ""), { host: Fn.parseDomainName(fn.url ?? ""), port: 443, protocol: "https" },
    ])));
  }

  /** createQueue makes what renders pages again that are out of date. */
  private createQueue() {
    const { Queue } = require("aws-cdk-lib/aws-sqs"), { SqsEventSource } = require("aws-cdk-lib/aws-lambda-event-sources");
    const { Code, Function: LambdaFunction } = require("aws-cdk-lib/aws-lambda"), { Duration } = require("aws-cdk-lib/core");
    const queue = new Queue(this, "RevalidationQueue", { fifo: true, receiveMessageWaitTime: Duration.seconds(20) });
    const consumer = new LambdaFunction(this, "RevalidationFunction", {
      description: "Next.js revalidator",
      handler: "index.handler",
      code: Code.fromAsset(this.inSite(".open-next", "revalidation-function")),
      runtime: cdkRuntime("nodejs22.x"),
      timeout: Duration.seconds(30),
      ...this.props.cdk?.revalidation,
    });
    consumer.addEventSource(new SqsEventSource(queue, { batchSize: 5 }));
    for (const fn of this.serverFunctions) {
      fn.addEnvironment("REVALIDATION_QUEUE_URL", queue.queueUrl);
      fn.addEnvironment("REVALIDATION_QUEUE_REGION", Stack.of(this).region);
      queue.grantSendMessages(fn.role!);
    }
  }

  /** createTable makes the table of the tags of pages, and fills it. */
  private createTable() {
    const { AttributeType, Billing, BillingMode, Table, TableV2 } = require("aws-cdk-lib/aws-dynamodb"), { PolicyStatement } = require("aws-cdk-lib/aws-iam");
    const { Code, Function: LambdaFunction } = require("aws-cdk-lib/aws-lambda"), { RetentionDays } = require("aws-cdk-lib/aws-logs");
    const { CustomResource, Duration, RemovalPolicy } = require("aws-cdk-lib/core"), { Provider } = require("aws-cdk-lib/custom-resources");
    const props = {
      partitionKey: { name: "tag", type: AttributeType.STRING },
      sortKey: { name: "path", type: AttributeType.STRING },
      pointInTimeRecovery: true,
      removalPolicy: RemovalPolicy.DESTROY,
    };
    const index = {
      indexName: "revalidate", partitionKey: { name: "path", type: AttributeType.STRING }, sortKey: { name: "revalidatedAt", type: AttributeType.NUMBER },
    };
    // Older CDKs know no global tables.
    const table = TableV2
      ? new TableV2(this, "RevalidationTable", { ...props, billing: Billing.onDemand(), globalSecondaryIndexes: [index] })
      : new Table(this, "RevalidationTable", { ...props, billingMode: BillingMode.PAY_PER_REQUEST });
    if (!TableV2) table.addGlobalSecondaryIndex(index);
    for (const fn of this.serverFunctions) {
      fn.addEnvironment("CACHE_DYNAMO_TABLE", table.tableName);
      table.grantReadWriteData(fn.role!);
    }
    const dir = this.inSite(".open-next", "dynamodb-provider");
    if (!fs.existsSync(dir)) return;
    const manifest = this.inSite(".next/prerender-manifest.json");
    const pages = fs.existsSync(manifest) ? Object.keys(JSON.parse(fs.readFileSync(manifest, "utf8")).routes ?? {}).length : 0;
    const onEventHandler = new LambdaFunction(this, "RevalidationInsertFunction", {
      description: "Next.js revalidation data insert",
      handler: "index.handler",
      code: Code.fromAsset(dir),
      runtime: cdkRuntime("nodejs22.x"),
      timeout: Duration.minutes(15),
      memorySize: Math.min(10240, Math.max(128, Math.ceil(pages / 4000) * 128)),
      initialPolicy: [new PolicyStatement({ actions: ["dynamodb:BatchWriteItem", "dynamodb:PutItem", "dynamodb:DescribeTable"], resources: [table.tableArn] })],
      environment: { CACHE_DYNAMO_TABLE: table.tableName },
    });
    const provider = new Provider(this, "RevalidationProvider", { onEventHandler, logRetention: RetentionDays.ONE_DAY });
    new CustomResource(this, "RevalidationResource", { serviceToken: provider.serviceToken, properties: { version: this.serverFunctions[0]._codeKey } });
  }
}

declare const require: (name: string) => any;

/** nextCacheKey sums up the headers by which one path has several answers. */
const nextCacheKey = `
  function header(name) {
    var h = request.headers[name];
    return !h ? "" : h.multiValue ? h.multiValue.map((one) => one.value).join(",") : h.value || "";
  }
  var names = request.uri.startsWith("/_next/image") ? ["accept"] : ["rsc", "next-router-prefetch", "next-router-state-tree", "next-url", "x-prerender-revalidate"];
  var key = names.map(header).join("");
  var bypass = request.cookies["__prerender_bypass"];
  if (bypass) key += bypass.value;
  request.headers["x-open-next-cache-key"] = { value: require("crypto").createHash("md5").update(key).digest("hex") };`;

/** nextPlace tells OpenNext where a viewer is. */
const nextPlace = `
  ["city", "country", "region", "latitude", "longitude"].forEach((name) => {
    var h = request.headers["cloudfront-viewer-" + name];
    if (h) request.headers["x-open-next-" + name] = h;
  });`;
