// The runtimes of functions, and what the app's CDK may be too old for.
import type { CfnResource } from "aws-cdk-lib/core";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { invalid, project } from "./library.js";
import { known } from "./props.js";

// What a function runs on that names no runtime, by the version of SST that brought it.
const defaults: [string, string][] = [["2.47.0", "nodejs22.x"], ["2.35.0", "nodejs18.x"]];

/** defaultRuntime is that of the SST which the app has: its functions are there already, and are to stay as they are. */
export function defaultRuntime(): string {
  const since = (version: string) => project().version.localeCompare(version, "en", { numeric: true }) >= 0;
  return defaults.find(([version]) => since(version))?.[1] ?? "nodejs16.x";
}

// The runtimes that SST calls otherwise than Lambda does.
const names: Record<string, string> = { go: "provided.al2023", "go1.x": "provided.al2023", rust: "provided.al2023" };

/** cdkRuntime is what the CDK calls a runtime, which may be newer than the app's CDK. */
export function cdkRuntime(name: string): lambda.Runtime {
  const lambdaName = names[name] ?? name;
  const found = Object.values(lambda.Runtime).find((r) => r instanceof lambda.Runtime && r.name === lambdaName);
  if (found) return found;
  // Others are those of SST's that this CDK is too old for.
  const runtimes = known().shapes.FunctionProps.runtime.slice(1).split("|");
  if (!runtimes.includes(name)) return invalid(`There is no runtime "${name}" for a function. Known are ${runtimes.map((r) => `"${r}"`).join(", ")}.`);
  const { NODEJS, PYTHON, JAVA, DOTNET_CORE, OTHER } = lambda.RuntimeFamily;
  const families = { nodejs: NODEJS, python: PYTHON, java: JAVA, dotnet: DOTNET_CORE, "provided.": OTHER };
  const newer = Object.entries(families).find(([prefix]) => lambdaName.startsWith(prefix));
  if (!newer) return invalid(`There is no runtime "${name}" for a function.`);
  return new lambda.Runtime(lambdaName, newer[1], { supportsInlineCode: ["nodejs", "python"].includes(newer[0]) });
}

/** addFunctionUrl gives a function a URL, which may stream what it answers. */
export function addFunctionUrl(fn: Pick<lambda.IFunction, "addFunctionUrl">, streaming: boolean | undefined, options: lambda.FunctionUrlOptions): lambda.FunctionUrl {
  const mode = streaming ? "RESPONSE_STREAM" : "BUFFERED";
  if (lambda.InvokeMode) return fn.addFunctionUrl({ ...options, invokeMode: lambda.InvokeMode[mode] });
  const url = fn.addFunctionUrl(options);
  (url.node.defaultChild as CfnResource).addPropertyOverride("InvokeMode", mode);
  return url;
}
