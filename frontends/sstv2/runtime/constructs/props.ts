// Tells of properties that constructs do not have, and of values that these do
// not take. Both have no effect, as with SST, whose types only an editor reads.
import { ask, invalid, readAmount, shown, type AmountKind } from "./library.js";

interface Class { props: string; methods: Record<string, string[]>; members: string[] }
interface List { shapes: Record<string, Record<string, string>>; classes: Record<string, Class>; values: string[] }

let list: List | undefined; // frontends/sstv2/props.json
export const known = (): List => (list ??= ask("props", null));

const results = new Map<string, unknown>();
let inside = 0; // constructs that are being made: what they give each other nobody has written

/** checked is a class whose users are told of properties that it does not have. Its name is that by which it is imported. */
export function checked(name: string, Class: any): any {
  const of = known().classes[name];
  if (!of) return Class;
  if (results.has(name)) return results.get(name);
  checkMethods(name, Class);
  const result = of.props === "" ? Class : new Proxy(Class, {
    construct(target, args, newTarget) {
      return looking(() => Reflect.construct(target, args, newTarget), `the ${name} "${args[1]}"`, [[args[2], of.props]]);
    },
  });
  results.set(name, result);
  return result;
}

/** checkedAll does so with the classes of a module. */
export function checkedAll(name: string, exports: object): object {
  return Object.fromEntries(Object.entries(exports).map(([member, Class]) => [member, checked(`${name}.${member}`, Class)]));
}

const done = new WeakSet<object>();

/** checkMethods does the same for the methods of a class. */
export function checkMethods(name: string, { prototype }: any) {
  if (done.has(prototype)) return;
  done.add(prototype);
  for (const [method, shapes] of Object.entries(known().classes[name].methods)) {
    const own = prototype[method];
    prototype[method] = function (...args: any[]) {
      const owner = `${method}() of the ${name} "${this.id ?? this.stackName ?? this.name}"`;
      return looking(() => own.apply(this, args), owner, args.map((arg, i) => [arg, shapes[i] ?? ""]), name === "App");
    };
  }
}

/** looking looks at what is given to a construct's maker or a method of it. An app's stacks are functions of the user's, and outside. */
function looking<T>(make: () => T, owner: string, given: [any, string][], outside = false): T {
  if (inside > 0) return make();
  const found: Findings = { words: [], missing: [] };
  for (const [value, shape] of given) {
    if (value === undefined && shape !== "") found.missing.push(`No props of ${owner} are given.`);
    look(value, shape, "", owner, found);
  }
  if (!outside) inside++;
  let made: T;
  try {
    made = make();
  } catch (e) {
    // The engine's words for what is missing are of no use to the user.
    if (outside || !(e instanceof TypeError) || (e as any).code || found.missing.length === 0) throw e;
    invalid(found.missing[0]);
  } finally {
    if (!outside) inside--;
  }
  for (const tell of found.words) tell();
  return made;
}

/** Findings are what is told when a construct has been made, and what is missing if it cannot be. */
interface Findings { words: (() => void)[]; missing: string[] }

/** lookAtWord looks at what may be one of some words, or has a part that may be anything, such as a number. */
function lookAtWord(value: any, words: string[], property: string, what: string, found: Findings) {
  const kind: AmountKind | undefined = words.includes("${number} days") ? "duration" : words.includes("${number} MB") ? "size" : undefined;
  if (value === undefined || value === null || value === false || (typeof value === "number" && words.includes("${number}"))) return;
  if (kind) {
    const { problem, fatal } = readAmount(kind, value);
    if (problem && fatal) invalid(`${what} ${problem}`);
    if (problem) ask("unknown value", { detail: `${what} ${problem}` });
    return;
  }
  const flags = inAnyCase.has(property) ? "si" : "s";
  if (typeof value !== "string" || words.some((w) => pattern(w, flags).test(value))) return;
  const known = words.map((w) => w.replace(/\$\{\w+\}/, "…"));
  found.words.push(() => ask("unknown value", { detail: `${what} is ${shown(value)}, which SST does not know.`, value, known }));
}

// Properties whose words SST looks up among the CDK's constants, which it does in capitals.
const inAnyCase = new Set(["allowMethods", "allowedMethods", "endpointType", "logRetention", "responseTypes", "retention", "stream", "tracing"]);

/** pattern is a word whose parts ${number} and ${string} may be anything. */
const pattern = (word: string, flags: string) =>
  new RegExp(`^${word.split(/\$\{(\w+)\}/).map((part, i) => (i % 2 === 0 ? part.replace(/[.*+?^$()|[\]{}\\]/g, "\\$&") : part === "number" ? "[\\d.]+" : ".*")).join("")}$`, flags);

const isPlain = (value: object) => [Object.prototype, null].includes(Object.getPrototypeOf(value));

/** recorder is told of the properties that are given, by tests. */
export const recorder: { seen?: (shape: string, name: string) => void } = {};

function look(value: any, shape: string, at: string, owner: string, found: Findings): void {
  if (shape.startsWith("=")) return lookAtWord(value, shape.slice(1).split("|"), /(\w+)(\[\d+\])*$/.exec(at)?.[1] ?? "", at ? `${at} of ${owner}` : `The argument of ${owner}`, found);
  if (shape === "" || shape === "cdk" || typeof value !== "object" || value === null) return;
  const kind = shape.slice(0, 2), each = shape.slice(2);
  const part = (v: any, name: string) => {
    if (v === undefined) found.missing.push(`${at}[${name}] of ${owner} is undefined.`);
    look(v, each, `${at}[${name}]`, owner, found);
  };
  if (kind === "[]") {
    if (Array.isArray(value)) value.forEach((v, i) => part(v, String(i)));
    return;
  }
  if (!isPlain(value)) return;
  if (kind === "{}") {
    for (const [key, v] of Object.entries(value)) part(v, JSON.stringify(key));
    return;
  }
  const names = known().shapes[shape];
  for (const [key, v] of Object.entries(value)) {
    if (v !== undefined) recorder.seen?.(shape, key);
    if (Object.hasOwn(names, key)) look(v, names[key], at ? `${at}.${key}` : key, owner, found);
    else if (v !== undefined) ask("unknown property", { owner, at, name: key, known: Object.keys(names), more: Object.values(names).includes("cdk") });
  }
}
