// The CDK's own functions for Node.js, whose bundling it would leave to
// esbuild's command or to Docker: Go bundles them like all others.
import path from "path";
import { Code, type CfnFunction, type CodeConfig } from "aws-cdk-lib/aws-lambda";
import * as cdk from "aws-cdk-lib/core";
import { bucket, part } from "./assets.js";
import { ask, pathInApp, unsupported } from "./constructs/library.js";

declare const require: { (name: string): any; resolve(name: string): string };

export function interceptNodejsFunction() {
  const dir = path.dirname(require.resolve("aws-cdk-lib/package.json"));
  const { Bundling } = require(path.join(dir, "aws-lambda-nodejs/lib/bundling.js"));
  Bundling.bundle = (scope: any, options: any) => {
    const { Code: RuntimeCode } = require("aws-cdk-lib/aws-lambda") as { Code: typeof Code };
    return new (bundledCode(RuntimeCode))(scope, options);
  };
}

// What esbuild's options are called by the CDK, where that is otherwise.
const names: Record<string, string> = {
  target: "target", loader: "loader", define: "define", mainFields: "mainFields", inject: "inject", keepNames: "keepNames", charset: "charset",
  minify: "minify", sourcesContent: "sourcesContent", tsconfig: "tsconfig", footer: "footer",
};

function esbuildOptions(options: any) {
  const esbuild: Record<string, unknown> = {};
  for (const [name, own] of Object.entries(names)) if (options[name] !== undefined) esbuild[own] = options[name];
  if (options.footer) esbuild.footer = { js: options.footer };
  if (options.sourceMap) esbuild.sourcemap = options.sourceMapMode && options.sourceMapMode !== "default" ? options.sourceMapMode : true;
  const sdk = /^nodejs1[0-6]\./.test(options.runtime.name) ? ["aws-sdk"] : ["@aws-sdk/*", "@smithy/*"];
  esbuild.external = options.externalModules ?? (options.bundleAwsSDK || options.runtime.isVariable ? [] : sdk);
  return esbuild;
}

const bundledCode = (Base: typeof Code) => class extends Base {
  readonly isInline = false;
  private id = "";

  constructor(private readonly scope: any, private readonly options: any) {
    super();
    for (const name of ["dockerImage", "commandHooks", "esbuildArgs", "preCompilation", "metafile", "command", "entrypoint"]) {
      if (options[name]) unsupported(`"bundling.${name}" of a NodejsFunction`);
    }
  }

  bind(): CodeConfig {
    return { s3Location: { bucketName: bucket(), objectKey: part(() => this.id, "key") } };
  }

  bindToResource(resource: cdk.CfnResource) {
    const { options } = this, { handler } = resource as CfnFunction;
    const at = handler!.lastIndexOf(".");
    const owner = resource.node.scope ?? this.scope;
    this.id = ask("function", {
      path: pathInApp(owner),
      name: owner.node.id,
      runtime: options.runtime.isVariable ? "nodejs22.x" : options.runtime.name,
      handler: `${options.entry.slice(0, -path.extname(options.entry).length)}.${handler!.slice(at + 1)}`,
      stem: handler!.slice(0, at),
      architecture: options.architecture.name === "arm64" ? "arm64" : "x86_64",
      copyFiles: [],
      nodejs: {
        format: options.format ?? "cjs", banner: options.banner, minify: options.minify, install: options.nodeModules ?? [], esbuild: esbuildOptions(options),
      },
    });
  }
};
