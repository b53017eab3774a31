// Tells of properties that constructs do not have. They have no effect, as with
// SST, whose types only an editor reads.
import { ask } from "./library.js";

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
      look(args[2], of.props, "", `the ${name} "${args[1]}"`);
      return within(() => Reflect.construct(target, args, newTarget));
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
      if (inside === 0) args.forEach((arg, i) => look(arg, shapes[i] ?? "", "", `${method}() of the ${name} "${this.id ?? this.stackName ?? this.name}"`));
      // An app's stacks are functions of the user's.
      return name === "App" ? own.apply(this, args) : within(() => own.apply(this, args));
    };
  }
}

function within<T>(make: () => T): T {
  inside++;
  try {
    return make();
  } finally {
    inside--;
  }
}

const isPlain = (value: object) => [Object.prototype, null].includes(Object.getPrototypeOf(value));

/** recorder is told of the properties that are given, by tests. */
export const recorder: { seen?: (shape: string, name: string) => void } = {};

function look(value: any, shape: string, at: string, owner: string): void {
  if (shape === "" || shape === "cdk" || inside > 0 || typeof value !== "object" || value === null) return;
  const kind = shape.slice(0, 2), each = shape.slice(2);
  if (kind === "[]") {
    if (Array.isArray(value)) value.forEach((v, i) => look(v, each, `${at}[${i}]`, owner));
    return;
  }
  if (!isPlain(value)) return;
  if (kind === "{}") {
    for (const [key, v] of Object.entries(value)) look(v, each, `${at}[${JSON.stringify(key)}]`, owner);
    return;
  }
  const names = known().shapes[shape];
  for (const [key, v] of Object.entries(value)) {
    if (v !== undefined) recorder.seen?.(shape, key);
    if (Object.hasOwn(names, key)) look(v, names[key], at ? `${at}.${key}` : key, owner);
    else if (v !== undefined) ask("unknown property", { owner, at, name: key, known: Object.keys(names), more: Object.values(names).includes("cdk") });
  }
}
