// What all constructs share: the app's settings, the questions to Go, and the
// small formats of SST's props.
import fs from "fs";
import path from "path";
import type { Construct, IConstruct } from "constructs";
import * as cdk from "aws-cdk-lib/core";

declare const __sstc_library: { project: Project; call(name: string, arg: unknown): any; parts: Map<string, Parts> };

export interface Project {
  name: string;
  stage: string;
  region: string;
  account: string;
  ssmPrefix: string;
  root: string;
  version: string;
  disableStackNameCheck: boolean;
  cdk: Record<string, any>;
}

export const project = (): Project => __sstc_library.project;

/** ask has Go answer a question. */
export const ask = (name: string, arg: unknown) => __sstc_library.call(name, arg);

/** What of the configuration takes part in making a function's code: hooks, which are given the args, and plugins of esbuild. */
export interface Parts { hooks: Record<string, unknown>; args: unknown[]; plugins: unknown[] }

/** takesPart has Go find the parts of a function. */
export const takesPart = (id: string, parts: Parts) => void __sstc_library.parts.set(id, parts);

/** unsupported refuses what SST can do and sstc cannot yet. */
export function unsupported(what: string): never {
  throw Object.assign(new Error(`${what} is not supported by sstc yet.`), { code: "SSTC_V2_UNSUPPORTED" });
}

export function invalid(message: string): never {
  throw Object.assign(new Error(message), { code: "SSTC_V2_INVALID" });
}

/** dockerfile sees that there is what an image is to be built from. */
export function dockerfile(owner: string, dir: string, file = "Dockerfile") {
  const name = path.join(dir, file);
  if (!fs.existsSync(name)) invalid(`There is no file "${name}", which the container image of ${owner} is built from.`);
}

export interface SSTConstruct extends Construct {
  readonly id: string;
  getConstructMetadata(): { type: string; data: Record<string, any>; local?: unknown };
  getBindings(): Bindings | undefined;
  /** What a permission that names the construct allows: actions and resources. */
  _permissions?(): [string | string[], string[]][];
}

/** Bindings are what code that is bound to a construct gets. */
export interface Bindings {
  clientPackage: string;
  variables: Record<string, Variable>;
  permissions: Record<string, string[]>;
}

export type Variable =
  | { type: "plain"; value: string } // in the environment, and in SSM
  | { type: "secret" } // put into SSM by the user
  | { type: "secret_reference"; secret: { name: string } & SSTConstruct } // the value of a secret
  | { type: "site_url"; value: string } // in SSM alone
  | { type: "auth_id"; value: string };

export const isSSTConstruct = (c: any): c is SSTConstruct => typeof c === "object" && c !== null && "getConstructMetadata" in c;

const rtti = Symbol.for("jsii.rtti");

/** fqn is the name that the CDK gives a class, whichever copy of it the object is of. */
const fqn = (c: any): string => {
  const name = c?.constructor?.[rtti]?.fqn;
  return typeof name === "string" ? name : "";
};
export const isCDKConstruct = (c: any): boolean => fqn(c).startsWith("aws-cdk-lib") || fqn(c).startsWith("@aws-cdk/");
export const isOf = (c: any, name: string): boolean => fqn(c) === name;

/** functionRef points to a function in a construct's metadata. */
export function functionRef(fn: any) {
  let of = fn?.constructor;
  while (of && of[rtti]?.fqn !== "aws-cdk-lib.aws_lambda.Function") of = Object.getPrototypeOf(of); // one that is imported is another class's
  if (!of) return undefined;
  return { node: fn.node.addr, stack: cdk.Stack.of(fn).stackName };
}

/** constant finds a member of an enumeration of the CDK's by SST's lower-case name. */
export function constant<T extends object>(of: T, name: string | undefined): any {
  return name === undefined ? undefined : (of as any)[name.toUpperCase()];
}

/** requiredConstant does so for what cannot be left out, of which what says what it is. */
export function requiredConstant<T extends object>(of: T, name: string, what: string): any {
  const found = typeof name === "string" ? constant(of, name) : undefined;
  return found ?? invalid(`${what} is ${shown(name)}. Known are ${Object.keys(of).map((key) => `"${key.toLowerCase()}"`).join(", ")}.`);
}

/** shown is a value as messages have it. */
export function shown(value: any): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  if (value.node?.id !== undefined) return `the ${value.constructor?.name ?? "construct"} "${value.node.id}"`;
  if (Array.isArray(value)) return "a list";
  return [undefined, Object].includes(value.constructor) ? "an object" : `a ${value.constructor.name}`;
}

// An amount is a number and a unit, such as "5 minutes".
const amounts = {
  duration: { is: "length of time", example: "5 minutes", units: ["seconds", "minutes", "hours", "days"] },
  size: { is: "size", example: "512 MB", units: ["MB", "GB"] },
};
export type AmountKind = keyof typeof amounts;

interface Amount {
  count: number;
  unit?: string;
  /** problem is what is wrong with it, and fatal if there is nothing to be made of it. */
  problem?: string;
  fatal?: boolean;
}

/** readAmount reads an amount as SST does, with what is wrong with it. */
export function readAmount(kind: AmountKind, given: any): Amount {
  const { is, example, units } = amounts[kind];
  const known = `Write a number and one of ${units.map((u) => `"${u}"`).join(", ")}, such as "${example}".`;
  const bad = (fatal: boolean, problem: string, count = NaN): Amount => ({ count, fatal, problem: `is ${shown(given)}, which ${problem}. ${known}` });
  const [number, word] = typeof given === "string" ? given.split(" ") : [];
  if (number === undefined || word === undefined) return bad(true, `is no ${is}`);
  const count = parseInt(number, 10);
  if (Number.isNaN(count)) return bad(true, "does not begin with a number");
  const unit = units.find((u) => (kind === "size" ? word === u : word.toLowerCase().startsWith(u.slice(0, -1))));
  if (!unit) return kind === "size" ? bad(true, `has an unknown unit`) : bad(false, "has a unit that SST takes for nothing, so that it is 0", 0);
  return String(count) === number ? { count, unit } : { ...bad(false, `SST takes for ${count} ${unit}`, count), unit };
}

/** amount is one that SST can make something of. */
function amount(kind: AmountKind, given: any): Amount {
  const read = readAmount(kind, given);
  return read.fatal ? invalid(`The ${amounts[kind].is} ${read.problem}`) : read;
}

export function toCdkDuration(duration: string): cdk.Duration {
  const { count, unit = "days" } = amount("duration", duration);
  return cdk.Duration[unit as "days"](count);
}

export function toCdkSize(size: string): cdk.Size {
  const { count, unit } = amount("size", size);
  return unit === "MB" ? cdk.Size.mebibytes(count) : cdk.Size.gibibytes(count);
}

/** bounded sees that Lambda takes a number, unless it is known only when the app is deployed. */
export function bounded(n: number, unit: string, low: number, high: number, what: string): void {
  if (!cdk.Token.isUnresolved(n) && !(n >= low && n <= high)) invalid(`${what} is ${n} ${unit}. Lambda takes ${low} to ${high} ${unit}.`);
}

/** normalized is an id as environment variables and SSM have it. */
const normalized = (id: string) => id.replace(/-/g, "_");

/** environmentName is the variable that a function reads a binding from. */
export const environmentName = (c: SSTConstruct, prop: string) => `SST_${c.constructor.name}_${prop}_${normalized(c.id)}`;

/** elsewhere is a variable whose value code reads from SSM when it runs. */
export const elsewhere = "__FETCH_FROM_SSM__";

export const fallbackPrefix = () => `/sst/${project().name}/.fallback/`;

/** parameterPath is the SSM parameter of a binding. */
export const parameterPath = (c: SSTConstruct, prop: string, prefix = project().ssmPrefix) =>
  `${prefix}${c.constructor.name}/${normalized(c.id)}/${prop}`;

/** pathInApp names a construct by those that it is in, with the stack as the user calls it. */
export function pathInApp(c: IConstruct): string {
  const stack = cdk.Stack.of(c), prefix = appOf(stack).logicalPrefixedName?.("") ?? "";
  const inStack = c.node.path.startsWith(`${stack.node.path}/`) ? c.node.path.slice(stack.node.path.length) : c.node.path;
  return `${stack.node.path.startsWith(prefix) ? stack.node.path.slice(prefix.length) : stack.node.path}${inStack}`;
}

/** app is the root of a construct's tree. */
export const appOf = (c: IConstruct) => c.node.root as any;
