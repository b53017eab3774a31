// What a configuration finds around it: outputs, components, resources of any
// provider, and SST's globals. Evaluated once, before the configuration.
//
// Everything that means something happens in Go: a `new` here encodes its
// arguments, calls the host, and keeps the handle that it gets. What is here
// is the part that must be JavaScript: classes, proxies and callbacks.
//
// A string that is not known before deployment is a *symbolic string*: an
// ordinary string in which a marker, U+E000 digits U+E001, stands for the
// value. Markers survive concatenation and templates. Other values that are
// not known are Symbolic objects. Operations that cannot be carried out on
// either throw, so that a marker is never taken for text.
(() => {
"use strict";

// The engine is older than "using", for which esbuild needs no more than this.
for (const name of ["dispose", "asyncDispose"]) {
  if (!Symbol[name]) Object.defineProperty(Symbol, name, { value: Symbol.for("Symbol." + name) });
}

const OPEN = "\uE000", CLOSE = "\uE001";
const SPECIAL = "\u0000";
const ENCODE = Symbol("sstc.encode");
const TYPE = Symbol("sstc.type");

const stringify = JSON.stringify, parse = JSON.parse;
const stringMethods = {};
for (const name of Object.getOwnPropertyNames(String.prototype)) stringMethods[name] = String.prototype[name];
const { some, map, includes: listIncludes } = Array.prototype;
const StringClass = String, { isArray } = Array, keysOf = Object.keys;
const indexOf = (s, x) => stringMethods.indexOf.call(s, x);
// While something is printed, markers are text like any other.
let printing = 0;
// Until Go has sent the first, there is no symbolic value to look for.
let begun = false;
const marked = (s) => begun && printing === 0 && typeof s === "string" && indexOf(s, OPEN) >= 0;

// ---- Calls to Go ----------------------------------------------------------

const callbacks = [];
const callbackIds = new Map(); // callback → its place there
const thrown = [];

// An answer is "=" and JSON, "~" and JSON that has to be revived, or "!" and
// the number of an error of the configuration's own that is on its way up.
function answer(text) {
  if (!begun && (text[0] === "~" || indexOf(text, OPEN) >= 0)) begun = true;
  switch (text[0]) {
    case "=": return text.length > 1 ? parse(stringMethods.slice.call(text, 1)) : undefined;
    case "~": return revive(parse(stringMethods.slice.call(text, 1)));
    default: throw thrown[Number(stringMethods.slice.call(text, 1))];
  }
}

const call = (fn, payload) => answer(fn(stringify(payload)));

// Declarations: what has called one of these cannot be called again.
let declared = 0;
const declare = (fn, payload) => { declared++; return call(fn, payload); };

// tooEarly reports whether an error may come of a name that is declared further
// below: esbuild makes of such a name a variable that is undefined until then.
const tooEarly = (e) => e instanceof ReferenceError && /not initialized/.test(e.message) || e instanceof TypeError && / of undefined$/.test(e.message);

// here is the stack at the configuration's call, for positions in messages.
const here = () => new Error().stack;

globalThis.__sstc_callback = (text) => {
  begun = true;
  const { id, args } = parse(text), before = declared;
  try {
    const given = args.map(revive);
    const result = settle(callbacks[id](...given));
    return stringify({ result: encode(result), changed: given.map((v) => encode(v)) });
  } catch (e) {
    thrown.push(e);
    return stringify({ thrown: thrown.length - 1, early: tooEarly(e) && declared === before });
  }
};

// ---- Values ---------------------------------------------------------------

// encode makes JSON of a value; what JSON has no word for is an object with
// the one key U+0000.
function encode(v, depth = 0) {
  switch (typeof v) {
    case "string": case "boolean": return v;
    case "number":
      if (!Number.isFinite(v)) throw new TypeError(`${v} is not a number that can be deployed.`);
      return v;
    case "undefined": return undefined;
    case "bigint": return Number(v);
    case "symbol": throw new TypeError("A symbol cannot be deployed.");
    case "function":
      if (v[TYPE]) return special("class", v[TYPE]);
      if (v === Poison || v[ENCODE]) return special("poison");
      if (!callbackIds.has(v)) callbackIds.set(v, callbacks.push(v) - 1);
      return special("fn", callbackIds.get(v));
  }
  if (v === null) return null;
  const own = v[ENCODE];
  if (own) return own.call(v, v);
  if (depth > 100) throw new TypeError("An argument is nested too deeply, or contains itself.");
  if (Array.isArray(v)) {
    const list = new Array(v.length);
    for (let i = 0; i < v.length; i++) {
      const e = encode(v[i], depth + 1);
      list[i] = e === undefined ? special("undefined") : e;
    }
    return list;
  }
  if (typeof v.then === "function") return encode(settle(v), depth + 1);
  if (typeof v.getSSTLink === "function") return special("link", v.constructor?.__pulumiType ?? v.constructor?.name ?? "", v.__name ?? v.name ?? "", encode(v.getSSTLink(), depth + 1));
  if (v instanceof Date) return v.toJSON();
  if (v instanceof Map || v instanceof Set) throw new TypeError(`A ${v.constructor.name} cannot be deployed. Use an object or an array.`);
  const o = {};
  for (const k of keysOf(v)) {
    const e = encode(v[k], depth + 1);
    if (e !== undefined) o[marked(k) ? operand(k, "A key of an object") : k] = e;
  }
  return o;
}

// undefinedKeys are the arguments that were given, and turned out undefined.
const undefinedKeys = (args) => (typeof args === "object" && args !== null && !args[ENCODE] ? Object.keys(args).filter((k) => args[k] === undefined) : []);

const special = (...parts) => ({ [SPECIAL]: parts });

// revive makes values of what Go sent.
function revive(v) {
  if (typeof v !== "object" || v === null) return v;
  if (Array.isArray(v)) return v.map(revive);
  const s = v[SPECIAL];
  if (s === undefined) {
    for (const k of Object.keys(v)) v[k] = revive(v[k]);
    return v;
  }
  switch (s[0]) {
    case "symbolic": return symbolic(s[1], s[2]);
    case "secret": return output(revive(s[1]), true);
    case "resource": return resources.get(s[1]) ?? makeResource(s[1], s[2], s[3]);
    case "component": return components.get(s[1]) ?? makeComponent(s[1], s[2], s[3]);
    case "handle": return new Handle(s[1]);
    case "undefined": return undefined;
    case "fn": return callbacks[s[1]];
    case "asset": return new Asset(s[1]);
    case "poison": return Poison;
    case "missing": return missing(() => call(__sstc_unknownAttribute, { id: s[1], name: s[2], at: s[3] }));
  }
  throw new Error(`sstc: cannot revive ${s[0]}`);
}

// settle waits for a promise by running what is pending.
function settle(p) {
  if (typeof p !== "object" || p === null || typeof p.then !== "function" || p[ENCODE]) return p;
  let state = 0, value;
  p.then((v) => { state = 1; value = v; }, (e) => { state = 2; value = e; });
  if (state === 0) __sstc_jobs("");
  if (state === 0) throw new Error("A promise was given as a value, and it cannot be settled here. Await it first.");
  if (state === 2) throw value;
  return value;
}

// A Handle is something of Go's that only passes through: a DNS adapter.
class Handle {
  #id;
  constructor(id) { this.#id = id; }
  [ENCODE]() { return special("handle", this.#id); }
}

// An Asset is a file or a directory to be uploaded.
class Asset {
  #id;
  constructor(id) { this.#id = id; }
  [ENCODE]() { return special("asset", this.#id); }
}

// Poison stands for what could not be made. It has been reported, and what is
// done with it is not reported again.
const Poison = new Proxy(function () {}, {
  get(target, key) {
    if (key === ENCODE) return () => special("poison");
    if (key === "then" || key === TYPE || key === "__pulumiType") return undefined;
    if (key === Symbol.toPrimitive) return () => "";
    if (key === Symbol.iterator) return function* () {};
    if (key === "prototype") return target.prototype;
    return Poison;
  },
  apply: () => Poison,
  construct: () => Poison,
});

// missing stands for what a component or a resource does not have. Asking
// whether it is there is no mistake, but to use it is: that is reported, once.
const absent = new WeakSet();
function missing(report) {
  const use = () => { report?.(); report = undefined; return Poison; };
  const v = new Proxy(function () {}, {
    get(target, key) {
      if (key === ENCODE) return use()[ENCODE];
      return key === "prototype" ? target.prototype : key === "then" || key === TYPE ? undefined : use()[key];
    },
    apply: use,
    construct: use,
  });
  absent.add(v);
  return v;
}
const present = (v) => (typeof v === "function" && absent.has(v) ? undefined : v);

// ---- Values known only after deployment -----------------------------------

const symbols = new Map();
const symbolicKinds = new WeakMap(); // proxy → kind

// kindOf is what a value stands for that is symbolic and no string: "number",
// "boolean", "list", "object", "any" if that is not known either, or "decoded"
// for what is somewhere in JSON, where it may also be null or missing.
const kindOf = (v) => (begun && typeof v === "object" && v !== null ? symbolicKinds.get(v) : undefined);
// Every object is true, and different from every number; these may not be.
const isScalar = (kind) => kind === "number" || kind === "boolean" || kind === "any" || kind === "decoded";
const mayBeAnything = (kind) => kind === "any" || kind === "decoded";
const mayBeList = (kind) => kind === "list" || mayBeAnything(kind);
// textOf is what a function makes of its argument that takes a string. An array
// or an object with a symbolic value in it becomes a symbolic string.
const textOf = (v) => (typeof v === "object" && v !== null ? StringClass(v) : v);

function symbolic(id, kind) {
  let s = symbols.get(id);
  if (!s) {
    s = new Proxy(new Symbolic(id, kind), symbolicHandler);
    symbols.set(id, s);
    symbolicKinds.set(s, kind);
  }
  return s;
}

class Symbolic {
  constructor(id, kind) { this.id = id; this.kind = kind; }
}

const marker = (id) => OPEN + id + CLOSE;

// apply1 asks Go for a function of values that are not known.
const compute = (fn, ...args) => call(__sstc_compute, { fn, args: args.map((a) => encode(a)) });

function refuse(what, detail) {
  throw new UnknownValueError(`${what} needs a value that is known only after deployment. ${detail ?? "Move the computation to run time, or use a value that the configuration itself decides."}`);
}

class UnknownValueError extends Error {
  constructor(message) { super(message); this.name = "UnknownValueError"; this.code = "SSTC_UNKNOWN"; }
}

// text is what a symbolic value is in a string.
function text({ id, kind }) {
  if (kind === "object" || kind === "list") refuse(`Making a string of ${kind === "list" ? "a list" : "an object"}`, "Read one of its elements, or use $jsonStringify.");
  return marker(id);
}

// elements goes through a list for as long as `const [a, b] = list` may: a
// pattern stops by itself, and a loop or a spread does not.
const elements = ({ id, kind }) => function* () {
  for (let i = 0; i < 16; i++) yield compute("index", symbolic(id, kind), i);
  refuse("Going through a list", "How many elements it has is not known yet.");
};

// given is what a list or an object will be, where the configuration itself gave
// it to a resource; undefined otherwise.
const given = ({ id }) => answer(__sstc_given(String(id)));

const listMembers = new Set(Object.getOwnPropertyNames(Array.prototype).filter((name) => !["constructor", "toString", "toLocaleString"].includes(name)));
listMembers.add(Symbol.iterator);
// Methods by which a list is gone through.
const listLoops = new Set(["map", "forEach", "filter", "reduce", "reduceRight", "flatMap", "some", "every", "find", "findIndex", "findLast", "findLastIndex", "entries", "keys", "values", "flat"]);
// Methods of strings that are no word for a key in somebody's data.
const textMethods = new Set(["split", "toUpperCase", "toLowerCase", "trim", "trimStart", "trimEnd", "replace", "replaceAll", "startsWith", "endsWith", "padStart", "padEnd", "charAt", "charCodeAt", "codePointAt", "substring", "localeCompare", "matchAll"]);
const scalarClasses = {}; // by kind

// Under these keys a pattern looks first that asks for parts of a string, or
// has defaults (compiler/engine/guard).
const PARTS = Symbol("sstc.parts"), DEFAULTS = Symbol("sstc.defaults");
Object.defineProperty(String.prototype, PARTS, { get() { if (marked(StringClass(this))) refuse("The length, or a character, of a string"); return ""; } });

const symbolicHandler = {
  get(target, key) {
    const { id, kind } = target;
    if (kind !== "object" && listMembers.has(key)) {
      const list = given(target);
      if (isArray(list)) return typeof list[key] === "function" ? list[key].bind(list) : list[key];
    }
    const Scalar = scalarClasses[kind];
    switch (key) {
      case ENCODE: return () => special("symbolic", id);
      case INSPECT: return () => marker(id);
      case "then": return undefined;
      case "toJSON": return () => marker(id);
      case "toString": return (radix) => (radix !== undefined && +radix !== 10 ? refuse("A number in another base") : text(target));
      case "valueOf": return Scalar ? () => symbolic(id, kind) : undefined;
      case Symbol.toPrimitive:
        return (hint) => {
          if (hint === "number") refuse("Arithmetic");
          return text(target);
        };
      case Symbol.toStringTag: return Scalar ? Scalar.name : kind === "list" ? "Array" : undefined;
      case Symbol.isConcatSpreadable:
        if (!mayBeList(kind)) return false;
        return isArray(given(target)) || refuse("Joining a list with another", "How many elements it has is not known yet.");
      case PARTS: return "";
      case DEFAULTS: return kind === "decoded" ? refuse("A default") : "";
      case Symbol.iterator:
        if (mayBeList(kind)) return elements(target);
        return () => refuse("Going through a list", "How many elements it has is not known yet.");
      case "length":
        if (!Scalar && kind !== "object") return compute("length", symbolic(id, kind));
        break;
      case "join":
        if (kind !== "object" && !Scalar) return (separator = ",") => compute("join", String(separator), symbolic(id, kind));
        break;
      case "pop": case "at":
        if (kind !== "list") break;
        return (i = -1) => {
          const n = i < 0 ? Number(__sstc_count(String(id))) + i : i;
          return n >= 0 ? compute("index", symbolic(id, kind), n) : refuse(`The list method "${key}"`, "How many elements it has is not known yet.");
        };
      case "constructor": return Scalar ?? (kind === "list" ? Array : Object);
    }
    if (typeof key === "symbol") return undefined;
    if (Scalar) return key in Scalar.prototype ? () => refuse(`"${key}"`) : undefined;
    if (kind !== "object" && listLoops.has(key) && !(mayBeAnything(kind) && (key === "keys" || key === "values"))) return () => refuse("Going through a list", "How many elements it has is not known yet.");
    if (kind === "list" && key in Array.prototype) return () => refuse(`The list method "${key}"`);
    if (mayBeAnything(kind) && ["slice", "concat", "includes", "indexOf", "lastIndexOf"].includes(key)) return () => refuse(`The method "${key}"`);
    if (mayBeAnything(kind) && textMethods.has(key)) return (...args) => String.prototype[key].apply(marker(id), args);
    const n = +key;
    return compute("index", symbolic(id, kind), Number.isInteger(n) && n >= 0 ? n : key);
  },
  has: (target, key) => key === PARTS || key === DEFAULTS || typeof key === "string" && key in (given(target) ?? refuse(`Asking whether "${key}" is there`)),
  ownKeys: (target) => keysOf(given(target) ?? refuse("Listing the keys of an object")),
  getOwnPropertyDescriptor(target, key) {
    const object = given(target) ?? refuse(`Asking whether "${StringClass(key)}" is there`);
    return typeof object === "object" && Object.hasOwn(object, key) ? { configurable: true, enumerable: true, value: symbolicHandler.get(target, key) } : undefined;
  },
  getPrototypeOf: ({ kind }) => (kind === "list" ? Array.prototype : Object.prototype),
  set: () => refuse("Changing a value"),
  deleteProperty: () => refuse("Changing a value"),
  defineProperty: () => refuse("Changing a value"),
};

// known replaces each marker by its value where that is known after all (a
// name that the configuration gave, read back from the resource), and returns
// undefined if one is not.
function known(s) {
  if (!marked(s)) return s;
  const text = __sstc_known(s);
  return text[0] === "=" ? stringMethods.slice.call(text, 1) : undefined;
}

// isPlain reports whether a replacement stands for itself, and for no part of what is replaced.
const isPlain = (to) => !/\$[$&`'<\d]/.test(to);

// The methods of strings, on symbolic strings: some become functions that are
// applied at deployment, some can be decided, the rest is refused.
const symbolicString = {
  split(s, separator, limit) { return typeof separator === "string" && separator !== "" && !marked(separator) && limit === undefined ? compute("split", separator, s) : undefined; },
  toUpperCase: (s) => compute("upper", s),
  toLowerCase: (s) => compute("lower", s),
  trim: (s) => compute("trim", s),
  replaceAll(s, from, to) { return typeof from === "string" && typeof to === "string" && !marked(from) && isPlain(to) ? compute("replace", s, from, to) : undefined; },
  replace(s, from, to) {
    if (typeof to === "string" && !isPlain(to)) return undefined;
    if (from instanceof RegExp && typeof to === "string") {
      // A scheme or a character at an end is a pattern that every target has.
      const literal = /^\^?((?:[\w:]|\\?[/.-])+)\$?$/.exec(from.source);
      if (!literal || from.flags.replace("g", "") !== "") return undefined;
      const plain = stringMethods.replaceAll.call(literal[1], "\\", "");
      if (from.source.includes(".") && !from.source.includes("\\.")) return undefined;
      if (from.source.startsWith("^") && /:\/\/$/.test(plain)) return symbolicString.replace(s, plain, to);
      if (from.global && !from.source.startsWith("^") && !from.source.endsWith("$")) return compute("replace", s, plain, to);
      return undefined;
    }
    if (typeof from !== "string" || typeof to !== "string" || marked(from)) return undefined;
    // A scheme is there once, at the beginning.
    if (/^\w+:\/\/$/.test(from) && to === "") return compute("index", compute("split", from, s), 1);
    return compute("replacefirst", s, from, to);
  },
  startsWith(s, text, at) {
    if (at !== undefined) return undefined;
    const head = stringMethods.slice.call(s, 0, indexOf(s, OPEN));
    if (marked(text)) return undefined;
    if (head.length >= text.length) return stringMethods.startsWith.call(head, text);
    return stringMethods.startsWith.call(text, head) ? undefined : false;
  },
  endsWith(s, text, at) {
    if (at !== undefined) return undefined;
    const tail = stringMethods.slice.call(s, stringMethods.lastIndexOf.call(s, CLOSE) + 1);
    if (marked(text)) return undefined;
    if (tail.length >= text.length) return stringMethods.endsWith.call(tail, text);
    return stringMethods.endsWith.call(text, tail) ? undefined : false;
  },
  includes: (s, text, at) => (marked(text) || at !== undefined ? undefined : indexOf(s, text) >= 0 ? true : undefined),
  toString: (s) => s,
  valueOf: (s) => s,
  concat: (s, ...rest) => s + rest.join(""),
};

for (const name of Object.keys(stringMethods)) {
  const original = stringMethods[name];
  if (typeof original !== "function" || name === "constructor" || ["toString", "valueOf", "concat"].includes(name)) continue;
  String.prototype[name] = { [name](...args) {
    if (this === undefined || this === null) return original.apply(this, args);
    const s = typeof this === "string" ? this : String(this);
    for (let i = 0; i < args.length; i++) if (typeof args[i] === "object" && (isScalar(kindOf(args[i])) || isOutput(args[i]))) args[i] = StringClass(args[i]);
    if (!marked(s) && !some.call(args, marked)) return original.apply(s, args);
    const plain = known(s), plainArgs = args.map((a) => (marked(a) ? known(a) : a));
    if (plain !== undefined && !plainArgs.some((a, i) => a === undefined && args[i] !== undefined)) return original.apply(plain, plainArgs);
    const result = marked(s) ? symbolicString[name]?.(s, ...args) : undefined;
    if (result !== undefined) return result;
    // A replacement that is not known is text like any other.
    if (!marked(s) && (name === "replace" || name === "replaceAll" || name === "padStart" || name === "padEnd") && !marked(args[0])) return original.apply(s, args);
    if (!marked(s) && ["includes", "indexOf", "startsWith", "endsWith"].includes(name) && s === "") return original.apply(s, args);
    refuse(`The string method "${name}"`);
  } }[name];
}
String.raw = (function (raw) {
  return { raw(strings, ...values) { return raw({ raw: typeof strings?.raw === "string" ? __sstc_chars(strings.raw) : strings?.raw }, ...values); } }.raw;
})(String.raw);
String.prototype[Symbol.iterator] = (function (original) {
  return function () {
    if (marked(this)) { const plain = known(String(this)); if (plain === undefined) refuse("Going through the characters of a string"); return original.call(plain); }
    return original.call(this);
  };
})(String.prototype[Symbol.iterator]);

for (const name of ["exec", "test"]) {
  const original = RegExp.prototype[name];
  RegExp.prototype[name] = function (s) {
    if (typeof s === "object") s = textOf(s);
    if (marked(s)) { const plain = known(s); if (plain === undefined) refuse("A regular expression"); s = plain; }
    return original.call(this, s);
  };
}

// isSymbolic reports whether a value stands for another that is no list or
// object: whether it is equal to something depends.
const isSymbolic = (v) => begun && (typeof v === "string" ? marked(v) : typeof v === "object" && isScalar(kindOf(v)));

// To find an element is to compare. What is there is found; what is not there
// may yet turn out to be.
for (const name of ["includes", "indexOf", "lastIndexOf"]) {
  const original = Array.prototype[name];
  Object.defineProperty(Array.prototype, name, { configurable: true, writable: true, value: { [name](...args) {
    const found = original.apply(this, args);
    if (found !== false && found !== -1 || !isArray(this) || !isSymbolic(args[0]) && !some.call(this, isSymbolic)) return found;
    const what = `The list method "${name}"`;
    return original.call(map.call(this, (e) => compare(0, e, args[0], what)), true);
  } }[name] });
}
for (const name of ["sort", "toSorted"]) {
  const original = Array.prototype[name];
  Object.defineProperty(Array.prototype, name, { configurable: true, writable: true, value: { [name](order) {
    if (order !== undefined) return original.call(this, order);
    if (!some.call(this, isSymbolic)) return original.call(this);
    if (some.call(this, (e) => isSymbolic(e) && (typeof e !== "string" || known(e) === undefined))) refuse("Sorting");
    return original.call(this, (a, b) => (known(a) < known(b) ? -1 : known(a) > known(b) ? 1 : 0));
  } }[name] });
}
// What a callback answers is a condition.
for (const name of ["filter", "some", "every", "find", "findIndex", "findLast", "findLastIndex"]) {
  const original = Array.prototype[name];
  Object.defineProperty(Array.prototype, name, { configurable: true, writable: true, value: { [name](test, self) {
    if (typeof test !== "function") return original.call(this, test, self);
    return original.call(this, function (e, i, list) {
      const answer = test.call(this, e, i, list);
      return typeof answer === "object" ? __sstc_test(answer) : answer;
    }, self);
  } }[name] });
}
// A list in a list is flattened if it is known how long that is.
const flatten = (v) => {
  if (typeof v !== "object" || !mayBeList(kindOf(v))) return v;
  const list = given({ id: encode(v)[SPECIAL][1] });
  return isArray(list) ? list : refuse("Joining a list with another", "How many elements it has is not known yet.");
};
{
  const { flat, flatMap } = Array.prototype;
  const nested = (list, depth) => map.call(list, (e) => (isArray(e) && depth > 1 ? nested(e, depth - 1) : flatten(e)));
  Object.defineProperty(Array.prototype, "flat", { configurable: true, writable: true, value: { flat(depth = 1) { return flat.call(nested(this, depth), depth); } }.flat });
  Object.defineProperty(Array.prototype, "flatMap", { configurable: true, writable: true, value: { flatMap(f, self) {
    return flatMap.call(this, typeof f === "function" ? function (e, i, list) { return flatten(f.call(this, e, i, list)); } : f, self);
  } }.flatMap });
}

// To look something up is to compare it with every key. What has been put in
// under a marker is found under it, so that a program can drop repetitions.
const unsettled = new WeakSet(); // the collections with symbolic keys
for (const [C, name] of [[Map, "set"], [Set, "add"]]) {
  const original = C.prototype[name];
  Object.defineProperty(C.prototype, name, { configurable: true, writable: true, value: { [name](key, value) {
    if (isSymbolic(key)) unsettled.add(this);
    return original.call(this, key, value);
  } }[name] });
}
for (const [C, name] of [[Map, "get"], [Map, "has"], [Map, "delete"], [Set, "has"], [Set, "delete"]]) {
  const original = C.prototype[name], { has, keys } = C.prototype;
  Object.defineProperty(C.prototype, name, { configurable: true, writable: true, value: { [name](key) {
    const symbolicKey = isSymbolic(key);
    if ((symbolicKey || unsettled.has(this)) && !has.call(this, key)) {
      for (const k of keys.call(this)) {
        if ((symbolicKey || isSymbolic(k)) && compare(0, k, key, `Looking up in a ${C.name}`)) return original.call(this, k);
      }
    }
    return original.call(this, key);
  } }[name] });
}

// A string's keys are its characters, and an object's own are asked for by text.
for (const name of ["keys", "values", "entries", "getOwnPropertyNames", "getOwnPropertyDescriptors"]) {
  const original = Object[name];
  Object[name] = { [name](v) { return original(typeof v === "string" ? __sstc_chars(v) : v); } }[name];
}
const { assign, is, fromEntries, hasOwn } = Object;
Object.assign = { assign(target, ...sources) { return assign(target, ...map.call(sources, (v) => (typeof v === "string" ? __sstc_chars(v) : v))); } }.assign;
Object.is = { is(a, b) { return isSymbolic(a) || isSymbolic(b) ? compare(0, a, b, '"Object.is"') : is(a, b); } }.is;
Object.hasOwn = { hasOwn(o, key) { return hasOwn(o, __sstc_key(key)); } }.hasOwn;
Object.fromEntries = { fromEntries(entries) {
  const o = fromEntries(entries);
  for (const k of keysOf(o)) if (marked(k)) return fromEntries(map.call(Object.entries(o), ([k, v]) => [__sstc_key(k), v]));
  return o;
} }.fromEntries;
for (const name of ["hasOwnProperty", "propertyIsEnumerable"]) {
  const original = Object.prototype[name];
  Object.defineProperty(Object.prototype, name, { configurable: true, writable: true, value: { [name](key) { return original.call(this, __sstc_key(key)); } }[name] });
}
for (const name of ["has", "get", "set", "deleteProperty", "getOwnPropertyDescriptor", "defineProperty"]) {
  const original = Reflect[name];
  Reflect[name] = { [name](o, key, ...rest) { return original(o, marked(key) ? __sstc_key(key) : key, ...rest); } }[name];
}

globalThis.RegExp = new Proxy(RegExp, {
  apply: (target, self, args) => target(...args.map(patternOf)),
  construct: (target, args, newTarget) => Reflect.construct(target, args.map(patternOf), newTarget),
});
const patternOf = (v) => (marked(v) ? known(v) ?? refuse("A regular expression") : v);

const unary = (name, fn, symbolicFn) => function (s, ...rest) {
  if (typeof s === "object") s = textOf(s);
  if (marked(s)) {
    const plain = known(s);
    if (plain === undefined) return symbolicFn ? symbolicFn(s) : refuse(`"${name}"`);
    s = plain;
  }
  return fn.call(this, s, ...rest);
};
for (const name of ["parseInt", "parseFloat", "isNaN", "isFinite", "decodeURIComponent", "decodeURI", "encodeURI", "escape", "unescape"]) {
  globalThis[name] = unary(name, globalThis[name]);
}
globalThis.encodeURIComponent = unary("encodeURIComponent", globalThis.encodeURIComponent, (s) => compute("urlencode", s));
Number.parseInt = globalThis.parseInt;
Number.parseFloat = globalThis.parseFloat;
for (const name of ["isInteger", "isSafeInteger", "isFinite", "isNaN"]) {
  const original = Number[name];
  Number[name] = { [name](v) { return original(operand(v, `"Number.${name}"`)); } }[name];
}
Array.isArray = (v) => {
  const kind = kindOf(v);
  return mayBeAnything(kind) ? refuse("Asking whether it is a list") : kind === "list" || isArray(v);
};
for (const name of Object.getOwnPropertyNames(Math)) {
  const original = Math[name];
  if (typeof original === "function" && name !== "random") Object.defineProperty(Math, name, { configurable: true, writable: true, value: { [name](a, ...rest) {
    if (isSymbolic(a)) a = operand(a, "Arithmetic");
    if (some.call(rest, isSymbolic)) rest = map.call(rest, (v) => operand(v, "Arithmetic"));
    return arguments.length === 0 ? original() : original(a, ...rest);
  } }[name] });
}
const wrapClass = (C, convert) => {
  const wrapped = new Proxy(C, {
    apply: (target, self, args) => convert(target, args),
    construct: (target, args, newTarget) => Reflect.construct(target, args.length > 0 ? [operand(args[0], `A ${C.name}`)] : [], newTarget),
  });
  Object.defineProperty(C.prototype, "constructor", { value: wrapped });
  return wrapped;
};
globalThis.Boolean = wrapClass(Boolean, (Boolean, [v]) => Boolean(__sstc_test(v)));
globalThis.Number = wrapClass(Number, (Number, args) => {
  if (args.length === 0) return 0;
  const [v] = args, kind = kindOf(v);
  if (kind === "number") return v;
  if (mayBeAnything(kind)) return compute("tonumber", v);
  if (!marked(v)) return Number(v);
  const plain = known(v);
  return plain === undefined ? compute("tonumber", v) : Number(plain);
});
scalarClasses.number = Number;
scalarClasses.boolean = Boolean;
globalThis.BigInt = new Proxy(BigInt, { apply: (target, self, [v]) => target(operand(v, "Arithmetic")) });

// Encodings that every target has; anything else that would look into the
// characters of a symbolic string is refused.
const lazyGlobal = (name, wrap) => {
  const d = Object.getOwnPropertyDescriptor(globalThis, name);
  if (!d) return;
  const define = (value) => Object.defineProperty(globalThis, name, { configurable: true, writable: true, enumerable: d.enumerable, value });
  Object.defineProperty(globalThis, name, {
    configurable: true, enumerable: d.enumerable,
    get() {
      const made = wrap(d.get ? d.get.call(globalThis) : d.value);
      define(made); // the engine's own getter may have put the unwrapped one there
      return made;
    },
    set: define,
  });
};
lazyGlobal("btoa", (btoa) => unary("btoa", btoa, (s) => compute("base64encode", s)));
lazyGlobal("atob", (atob) => unary("atob", atob, (s) => compute("base64decode", s)));
lazyGlobal("Buffer", wrapBuffer);
lazyGlobal("URL", wrapURL);
lazyGlobal("TextEncoder", (TextEncoder) => class extends TextEncoder {
  encode(s) { return super.encode(plainOrRefuse(s, "TextEncoder")); }
  encodeInto(s, bytes) { return super.encodeInto(plainOrRefuse(s, "TextEncoder"), bytes); }
});
lazyGlobal("Intl", (Intl) => {
  for (const C of Object.values(Object.getOwnPropertyDescriptors(Intl))) {
    const methods = C.value?.prototype ?? {};
    for (const name of ["format", "formatToParts", "formatRange", "select", "compare", "of", "segment"]) {
      const d = Object.getOwnPropertyDescriptor(methods, name);
      const looking = (f) => function (...args) { return f.apply(this, map.call(args, (v) => operand(v, "Formatting"))); };
      if (d?.get) Object.defineProperty(methods, name, { configurable: true, get() { return looking(d.get.call(this)); } });
      else if (d) methods[name] = looking(d.value);
    }
  }
  return Intl;
});
lazyGlobal("Blob", (Blob) => class extends Blob {
  constructor(parts, options) { super(isArray(parts) ? map.call(parts, (s) => plainOrRefuse(s, "A Blob")) : parts, options); }
});

function plainOrRefuse(s, what) {
  if (typeof s === "object" && kindOf(s)) s = textOf(s);
  const plain = known(s);
  return plain === undefined && s !== undefined ? refuse(what) : plain;
}

function wrapBuffer(Buffer) {
  const from = Buffer.from;
  const { alloc } = Buffer;
  Buffer.alloc = (size, fill, ...rest) => alloc.call(Buffer, operand(size, "The size of a Buffer"), operand(fill, "Reading the bytes of a string"), ...rest);
  for (const name of ["write", "fill", "includes", "indexOf", "lastIndexOf"]) {
    const original = Buffer.prototype[name];
    Buffer.prototype[name] = { [name](s, ...rest) { return original.call(this, operand(s, "Reading the bytes of a string"), ...rest); } }[name];
  }
  Buffer.from = function (s, encoding, ...rest) {
    if (typeof s === "object" && isScalar(kindOf(s))) s = textOf(s);
    if (!marked(s)) return from.call(this, s, encoding, ...rest);
    const plain = known(s);
    if (plain !== undefined) return from.call(this, plain, encoding, ...rest);
    const toString = (to = "utf8") => {
      const source = (encoding ?? "utf8").replace("-", "").toLowerCase(), target = to.replace("-", "").toLowerCase();
      if (source === target) return s;
      if (source === "utf8" && target === "base64") return compute("base64encode", s);
      if (source === "base64" && target === "utf8") return compute("base64decode", s);
      refuse(`Converting from ${source} to ${target}`);
    };
    return new Proxy({}, {
      get: (_, key) => (key === "toString" ? toString : key === "then" ? undefined : refuse("Reading the bytes of a string")),
      has: () => refuse("Reading the bytes of a string"),
    });
  };
  return Buffer;
}

// Node's modules hash, compress and encode what Buffer makes of text, so that
// it has to be the one above.
globalThis.__sstc_require = (name) => {
  const path = String(name).replace(/^file:\/\//, "");
  const { builtinModules, createRequire } = __node_require("module");
  if (builtinModules.includes(path.replace(/^node:/, "")) || path.endsWith(".json")) return createRequire(process.cwd() + "/.sst/platform/sst.config.mjs")(path);
  throw new Error(`The module ${stringify(path)} is not in the bundle, because its path is put together in a way that does not show which files it may lead to. Begin the path with a text, as in import("./infra/" + name).`);
};

const nodeRequire = globalThis.__node_require;
const looked = new Set();
globalThis.__node_require = (name) => {
  const module = nodeRequire(name);
  if (["buffer", "crypto", "zlib", "querystring", "string_decoder", "stream"].includes(name)) void globalThis.Buffer;
  if (name === "url") module.URL = globalThis.URL;
  if (looked.has(name)) return looksInto[name]?.made ?? module;
  looked.add(name);
  const look = looksInto[name];
  if (look) look.made = look(module);
  return look?.made ?? module;
};

// mention reports whether there is a symbolic value in a value.
const mention = (v, depth = 0) => isSymbolic(v) || typeof v === "object" && v !== null && depth < 20 && (kindOf(v) !== undefined || some.call(Object.values(v), (e) => mention(e, depth + 1)));
const unmentioned = (what, f, count) => function (...args) {
  for (let i = 0; i < count; i++) if (mention(args[i])) refuse(what);
  return f.apply(this, args);
};
const looksInto = {
  // Equality is decided in the module itself, where the guard is not.
  assert(assert) {
    const made = unmentioned("An assertion", assert, 1);
    for (const name of keysOf(assert)) {
      const f = assert[name];
      made[name] = typeof f === "function" && !/^[A-Z]/.test(name) && !["fail", "throws", "rejects", "doesNotThrow", "doesNotReject", "strict"].includes(name) ? unmentioned("An assertion", f, name === "ok" ? 1 : 2) : f;
    }
    made.strict = made;
    return made;
  },
  util(util) {
    util.isDeepStrictEqual = unmentioned('"isDeepStrictEqual"', util.isDeepStrictEqual, 2);
    return util;
  },
  // Text that is hashed need not pass through Buffer.
  crypto(crypto) {
    const { update } = crypto.Hash.prototype;
    crypto.Hash.prototype.update = function (data, ...rest) {
      return update.call(this, typeof data === "string" ? plainOrRefuse(data, "Reading the bytes of a string") : data, ...rest);
    };
    return crypto;
  },
  // Whether a file is there is answered with no for any path that is none.
  fs(fs) {
    for (const name of keysOf(fs)) {
      const f = fs[name];
      if (typeof f === "function" && /^[a-z]/.test(name)) fs[name] = Object.assign({ [name](path, ...rest) { return f.call(this, isSymbolic(path) ? plainOrRefuse(path, "The path of a file") : path, ...rest); } }[name], f);
    }
    return fs;
  },
};
looksInto["assert/strict"] = looksInto.assert;
looksInto["fs/promises"] = looksInto.fs;

function wrapURL(URL) {
  for (const name of ["canParse", "parse"]) {
    const original = URL[name];
    if (original) URL[name] = unary(`URL.${name}`, original);
  }
  return new Proxy(URL, {
    construct(target, [input, base], newTarget) {
      const text = String(input);
      if (!marked(text)) return Reflect.construct(target, base === undefined ? [text] : [text, String(base)], newTarget);
      const plain = known(text);
      if (plain !== undefined) return Reflect.construct(target, [plain], newTarget);
      const part = (i) => compute("index", compute("split", "/", text), i);
      // Who may use it stands before the host, in addresses of databases for one.
      const host = () => __sstc_hasUser(text) === "true" ? refuse("The host of a URL that may have a user in it") : part(2);
      const url = {
        href: text, toString: () => text, toJSON: () => text,
        get protocol() { return part(0); },
        get host() { return host(); },
        get hostname() { return compute("index", compute("split", ":", host()), 0); },
        get origin() { return part(0) + "//" + host(); },
      };
      for (const [name, what] of [["pathname", "path"], ["search", "query"], ["searchParams", "query"], ["hash", "fragment"], ["port", "port"], ["username", "user"], ["password", "password"]]) {
        Object.defineProperty(url, name, { get: () => refuse(`The ${what} of a URL`) });
      }
      return url;
    },
  });
}

JSON.stringify = function (value, replacer, space) {
  if (isOutput(value)) value = value.__value;
  const text = stringify(value, replacer, space);
  if (!marked(text)) return text;
  // Once more, so that values that are no strings are not taken for strings.
  const exact = stringify(value, function (key, v) {
    if (isArray(replacer) && key !== "" && !isArray(this) && !listIncludes.call(map.call(replacer, StringClass), key)) return undefined;
    if (kindOf(this[key]) !== undefined) v = this[key];
    if (typeof replacer === "function") v = replacer.call(this, key, v);
    return kindOf(v) !== undefined ? EXACT + encode(v)[SPECIAL][1] : v;
  });
  return compute("jsonencode", parse(exact, (_, v) => (typeof v === "string" && v[0] === EXACT ? symbols.get(+stringMethods.slice.call(v, 1)) : v)));
};
const EXACT = "\uE002";
JSON.parse = function (text, reviver) {
  if (isOutput(text)) text = text.__value;
  const kind = kindOf(text);
  if (kind === "number" || kind === "boolean") return text;
  if (mayBeAnything(kind)) text = StringClass(text);
  if (typeof text !== "string" || !marked(text)) return parse(text, reviver);
  const plain = known(text);
  if (plain === undefined && typeof reviver === "function") refuse("Reviving what is decoded");
  return plain !== undefined ? parse(plain, reviver) : compute("jsondecode", text);
};

// What is printed is for a person, who is shown what a marker stands for.
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

const printed = (f) => {
  printing++;
  try { return f(); } finally { printing--; }
};

lazyGlobal("console", (console) => {
  const { format } = __node_require("util");
  for (const level of ["log", "info", "warn", "error", "debug", "dir", "group", "groupCollapsed"]) {
    const original = console[level];
    console[level] = function (...args) {
      if (args.length === 0) return original.call(console);
      original.call(console, __sstc_describe(printed(() => (level === "dir" ? format(args[0]) : format(...args)))));
    };
  }
  for (const name of ["table", "trace", "assert"]) {
    const original = console[name];
    console[name] = (...args) => printed(() => original.apply(console, args));
  }
  return console;
});

// What the guard (compiler/engine/guard) makes of operators on which a
// symbolic value would go wrong in silence. A value that is known after all
// takes the marker's place.
const operand = (v, what) => {
  if (typeof v === "object") return isScalar(kindOf(v)) ? refuse(what) : v;
  if (typeof v !== "string" || !marked(v)) return v;
  const plain = known(v);
  return plain === undefined ? refuse(what) : plain;
};
const comparisons = [
  (a, b) => a === b, (a, b) => a !== b, (a, b) => a == b, (a, b) => a != b,
  (a, b) => a < b, (a, b) => a > b, (a, b) => a <= b, (a, b) => a >= b,
];
const hidden = (name, value) => Object.defineProperty(globalThis, name, { value });
hidden("__sstc_cmp", (op, a, b) => {
  a = present(a);
  b = present(b);
  return isSymbolic(a) || isSymbolic(b) ? compare(op, a, b, "A comparison") : comparisons[op](a, b);
});
function compare(op, a, b, what) {
  const kind = kindOf(a) ?? kindOf(b);
  if (isScalar(kind)) return compareScalars(op, a, b, kind, what);
  // A string is equal to itself, and to nothing that is no string, whatever it will be.
  if (op < 4) {
    const equal = op % 2 === 0;
    if (a === b) return equal;
    if (typeof a !== "string" || typeof b !== "string") { if (op < 2 || a === undefined || b === undefined || a === null || b === null) return !equal; }
    if (a === "" || b === "") return !equal; // what a resource has for a string is never empty
    if (typeof a === "string" && typeof b === "string" && __sstc_differ(a + "\0" + b) === "true") return !equal;
  }
  return comparisons[op](operand(a, what), operand(b, what));
}
// compareScalars compares a symbolic number or boolean. It is equal to itself,
// and to nothing of another type.
function compareScalars(op, a, b, kind, what) {
  if (op < 4) {
    const equal = op % 2 === 0, other = kindOf(a) ? b : a;
    if (a === b) return equal;
    if (other === undefined || other === null) return kind === "decoded" ? refuse(what) : !equal;
    if (op < 2 && !mayBeAnything(kind) && typeof other !== kind && !isScalar(kindOf(other))) return !equal;
  }
  refuse(what);
}
hidden("__sstc_test", (v) => (typeof v === "object" && isScalar(kindOf(v)) ? refuse("A condition") : present(v))); // a string is true: it is not empty
hidden("__sstc_nullish", (v) => (typeof v === "object" && kindOf(v) === "decoded" ? refuse("Whether a value is there") : present(v)));
hidden("__sstc_typeof", (v) => {
  v = present(v);
  const kind = typeof v === "object" ? kindOf(v) : undefined;
  return kind === undefined ? typeof v : mayBeAnything(kind) ? refuse("The type of a value") : scalarClasses[kind] ? kind : "object";
});
let lastMember;
hidden("__sstc_testMember", (o, k) => { __sstc_test(o[k]); lastMember = k; return o; });
hidden("__sstc_nullishMember", (o, k) => { __sstc_nullish(o[k]); lastMember = k; return o; });
hidden("__sstc_lastKey", () => lastMember);
hidden("__sstc_loop", Object.freeze({ on: true }));
hidden("__sstc_parts", PARTS);
hidden("__sstc_defaults", DEFAULTS);
hidden("__sstc_len", (v) => (typeof v === "string" && marked(v) ? operand(v, `".length"`).length : v.length));
hidden("__sstc_olen", (v) => (v === undefined || v === null ? undefined : __sstc_len(v)));
hidden("__sstc_chars", (v) => (typeof v === "string" && marked(v) ? operand(v, "The length, or a character, of a string") : v));
hidden("__sstc_size", (v) => operand(v, "The length of an array"));
hidden("__sstc_num", (v) => operand(v, "Arithmetic"));
// A sum with a string is text. One with a value of a type that is not known may be.
hidden("__sstc_add", (a, b) => {
  if (typeof a === "object" && typeof b !== "string" && isScalar(kindOf(a)) || typeof b === "object" && typeof a !== "string" && isScalar(kindOf(b))) refuse("Arithmetic");
  return a + b;
});
hidden("__sstc_key", (v) => operand(v, "A key of an object"));
hidden("__sstc_switch", (v) => operand(v, "A switch"));
hidden("__sstc_case", (v) => operand(v, "A case"));

// ---- Outputs --------------------------------------------------------------

// An Output holds its value: all that can be known is known when it is made.
// What Pulumi would know only after deployment is symbolic in it.
class OutputImpl {
  constructor(value, secret) {
    this.__value = value;
    this.__secret = secret;
  }
  apply(fn) {
    const before = declared;
    let result;
    try {
      result = fn(this.__value);
    } catch (e) {
      // In Pulumi callbacks run later, when what is declared below exists.
      if (!tooEarly(e) || declared !== before) throw e;
      const value = this.__value, secret = this.__secret;
      begun = true;
      const { id, text } = parse(__sstc_defer(""));
      const pending = () => { __sstc_resolve(stringify({ id, value: encode(output(fn(value), secret)) })); };
      deferred.push(pending);
      return output(text, secret);
    }
    return output(result, this.__secret);
  }
  get() { return this.__value; }
  // Pulumi gives a sentence of advice in place of the value, and goes on.
  toString() { return String(bare(this, "string")); }
  toJSON() { return bare(this, "json"); }
}

function bare(output, kind) {
  const value = output.__value;
  if (output.__secret && !marked(value)) {
    throw new Error(kind === "json" ? "A secret Output cannot be made JSON of as it is. Use $jsonStringify(...)." : "A secret Output cannot be put into a string as it is. Use $interpolate`...`.");
  }
  call(__sstc_bareOutput, { kind, at: here() });
  return value;
}

const deferred = [];

// What an Output has of its own; everything else is read from its value.
const outputMembers = new Set(["apply", "get", "toString", "toJSON", "__value", "__secret", "constructor"]);

const outputHandler = {
  get(target, key) {
    if (key === ENCODE) return () => (target.__secret ? special("secret", encode(target.__value)) : encode(target.__value));
    if (key === "__pulumiOutput") return true;
    if (key === INSPECT) return (depth, options, inspect) => `Output<${target.__secret ? "secret" : inspect(target.__value, options)}>`;
    if (key === "then") return undefined;
    if (key === "isSecret") return Promise.resolve(Boolean(target.__secret));
    if (key === "isKnown") return Promise.resolve(true);
    if (key === "promise") return () => Promise.resolve(target.__value);
    if (key === "resources") return () => new Set();
    if (key === Symbol.toPrimitive) return () => target.toString();
    if (outputMembers.has(key)) {
      // A value may have a property of such a name too, but only these mean the Output.
      return typeof target[key] === "function" ? target[key].bind(target) : target[key];
    }
    if (typeof key === "symbol") return undefined;
    const v = target.__value;
    if (v === undefined || v === null) return output(undefined, target.__secret);
    const member = (typeof v === "string" && (key === "length" || +key >= 0) ? __sstc_chars(v) : v)[key];
    if (typeof member === "function" && !isResourceLike(v)) return undefined;
    return output(member, target.__secret);
  },
  has: (_, key) => key === "__pulumiOutput" || outputMembers.has(key),
  getPrototypeOf: () => OutputImpl.prototype,
};

const isOutput = (v) => typeof v === "object" && v !== null && v.__pulumiOutput === true;
const isResourceLike = (v) => v instanceof Resource;

const makeOutput = (value, secret) => new Proxy(new OutputImpl(value, secret), outputHandler);

// output makes an Output of a value in which outputs and promises may be
// nested to any depth, as Pulumi's does.
function output(v, secret = false) {
  const found = { secret };
  const value = unwrap(v, found, 0);
  return makeOutput(value, found.secret);
}

function unwrap(v, found, depth) {
  if (typeof v !== "object" || v === null) return v;
  if (isOutput(v)) {
    if (v.__secret) found.secret = true;
    return unwrap(v.__value, found, depth + 1);
  }
  if (v[ENCODE] || v instanceof Resource || depth > 100) return v;
  if (typeof v.then === "function") return unwrap(settle(v), found, depth + 1);
  if (Array.isArray(v)) {
    let copy;
    for (let i = 0; i < v.length; i++) {
      const e = unwrap(v[i], found, depth + 1);
      if (e !== v[i] && !copy) copy = v.slice();
      if (copy) copy[i] = e;
    }
    return copy ?? v;
  }
  const proto = Object.getPrototypeOf(v);
  if (proto !== Object.prototype && proto !== null) return v;
  let copy;
  for (const k of Object.keys(v)) {
    const e = unwrap(v[k], found, depth + 1);
    if (e !== v[k] && !copy) copy = { ...v };
    if (copy) copy[k] = e;
  }
  return copy ?? v;
}

const secret = (v) => output(v, true);
const unsecret = (v) => makeOutput(output(v).__value, false);

function all(values) {
  return output(Array.isArray(values) ? [...values] : { ...values });
}

const concat = (...parts) => output(parts).apply((parts) => parts.join(""));

function interpolate(strings, ...values) {
  return output(values).apply((values) => strings.reduce((text, s, i) => text + s + (i < values.length ? values[i] : ""), ""));
}

const jsonStringify = (v, replacer, space) => output(v).apply((v) => JSON.stringify(v, replacer, space));
const jsonParse = (text, reviver) => output(text).apply((t) => JSON.parse(t, reviver));

// ---- Resources and components ---------------------------------------------

const resources = new Map();
const components = new Map();

class Resource {
  // In SST many nodes are outputs of resources; here they are the resources
  // themselves, and serve as both.
  apply(fn) { return output(this).apply(fn); }
  get() { return this; }
  [INSPECT]() { return `${this.__pulumiType} ${stringify(this.__name)}`; }
  static isInstance(v) { return v instanceof Resource; }
}
class CustomResource extends Resource {
  static isInstance(v) { return v instanceof CustomResource; }
}
class ProviderResource extends CustomResource {}

// A ComponentResource groups what its subclass makes.
class ComponentResource extends Resource {
  constructor(type, name, args, opts) {
    super();
    if (type === undefined) return; // a component of SST's, which registers itself
    this.__id = declare(__sstc_group, { type, name, opts: encode(opts ?? {}), at: here() });
    this.__name = name;
    this.__pulumiType = type;
    components.set(this.__id, this);
  }
  get urn() { return output(`urn:pulumi:${$app.stage}::${$app.name}::${this.__pulumiType}::${this.__name}`); }
  [ENCODE]() { return special("component", this.__id, ...ownLink(this)); }
  registerOutputs() {}
  getData() { return Promise.resolve({}); }
  static isInstance(v) { return v instanceof ComponentResource; }
}

// ownLink is how the user's code says what a component or a resource gives to
// those linked to it: a callback's number, in a list, or no number.
function ownLink(v) {
  const f = v.getSSTLink;
  if (typeof f !== "function" || f === builtInLink) return [];
  if (!linkCallbacks.has(v)) linkCallbacks.set(v, callbacks.push(() => v.getSSTLink()) - 1);
  return [linkCallbacks.get(v)];
}
const linkCallbacks = new WeakMap();

function builtInLink() { return call(__sstc_link, { id: this.__id, at: here() }); }

function makeComponent(id, type, name) {
  const c = Object.create(componentClass(type).prototype);
  return adopt(c, id, name);
}

function adopt(c, id, name) {
  Object.defineProperty(c, "__id", { value: id });
  Object.defineProperty(c, "__name", { value: name });
  components.set(id, c);
  return c;
}

class Component extends ComponentResource {}

const classes = new Map();

// componentClass makes the class of one of SST's components from what the
// registry says of it.
function componentClass(type) {
  let C = classes.get(type);
  if (C) return C;
  const def = parse(__sstc_definition(type));
  const className = type.slice(type.lastIndexOf(".") + 1);
  C = { [className]: class extends Component {
    constructor(name, args, opts) {
      super();
      const result = declare(__sstc_new, { type, name: nameOf(name), args: encode(args), opts: encode(opts), at: here() });
      adopt(this, result, nameOf(name));
    }
  } }[className];
  Object.defineProperty(C, TYPE, { value: type });
  C.__pulumiType = type.replaceAll(".", ":").replace(/^sst:(?!aws:|cloudflare:|x:)/, "sst:sst:");
  C.prototype.__pulumiType = C.__pulumiType;
  for (const name of def.outputs) {
    Object.defineProperty(C.prototype, name, { configurable: true, get() { return read(this.__id, name); } });
  }
  Object.defineProperty(C.prototype, "nodes", { configurable: true, get() { return nodesOf(this.__id, type, def.nodes); } });
  Object.defineProperty(C.prototype, "getSSTLink", { configurable: true, writable: true, value: builtInLink });
  for (const name of def.methods) {
    C.prototype[name] = function (...args) {
      return result(declare(__sstc_method, { id: this.__id, name, args: encode(args), at: here() }));
    };
  }
  for (const name of def.statics) {
    C[name] = (...args) => result(call(__sstc_static, { type, name, args: encode(args), at: here() }));
  }
  for (const name of def.versions) {
    Object.defineProperty(C, name, { get: () => componentClass(`${type}.${name}`) });
  }
  classes.set(type, C);
  // Reading what a component does not have is a mistake, unless JavaScript
  // itself asks. The user's subclasses keep what they define.
  Object.setPrototypeOf(C.prototype, new Proxy(Object.create(Component.prototype), {
    get(target, key, receiver) {
      if (key in target || typeof key === "symbol" || unasked.has(key) || key in Object.prototype) return Reflect.get(target, key, receiver);
      if (components.get(receiver.__id) !== receiver || Object.getPrototypeOf(receiver) !== C.prototype) return undefined;
      const at = here();
      return missing(() => call(__sstc_unknownMember, { type, member: key, name: receiver.__name, at }));
    },
  }));
  return C;
}

const unasked = new Set(["then", "toJSON", "__pulumiOutput", "__value", "__id", "__name", "asymmetricMatch", "nodeType", "$$typeof", "inspect", "getSSTLink", "length", "name"]);

// nameOf is the name of a component or a resource. It must be known, for other
// names are made from it.
const nameOf = (name) => {
  const v = isOutput(name) ? name.__value : name;
  if (typeof v !== "string") throw new TypeError("The first argument is the name, which must be a string.");
  return known(v) ?? refuse("The name of a component or a resource", "Choose a name that the configuration itself decides.");
};

// result wraps what a method returned: components as they are, other values as
// outputs.
const result = (v) => (v === undefined || v === null || v instanceof Resource || v === Poison || v instanceof Handle ? v ?? undefined : output(v));

function read(id, name) {
  const v = call(__sstc_output, { id, name, at: here() });
  return v instanceof Resource ? v : output(v);
}

const nodesOf = (id, type, names) => new Proxy({}, {
  get(_, key) {
    if (typeof key === "symbol" || unasked.has(key)) return undefined;
    if (!names.includes(key)) { call(__sstc_unknownMember, { type, member: "nodes." + key, name: components.get(id).__name, at: here() }); return Poison; }
    const v = call(__sstc_node, { id, name: key });
    return Array.isArray(v) ? output(v) : v;
  },
  has: (_, key) => names.includes(key),
  ownKeys: () => names,
  getOwnPropertyDescriptor: (_, key) => (names.includes(key) ? { configurable: true, enumerable: true } : undefined),
});

// Attributes of a resource come from the provider's schema.
const resourceHandler = {
  get(target, key, receiver) {
    if (typeof key === "symbol" || key in target || key === "then") return Reflect.get(target, key, receiver);
    if (key === "toJSON" || key === "__pulumiOutput" || key === "__value" || key === "getSSTLink") return undefined;
    const v = call(__sstc_attribute, { id: target.__id, name: key, at: here() });
    return v === undefined || absent.has(v) ? v : output(v);
  },
};

function makeResource(id, token, name) {
  const target = Object.create(resourceClass(token).prototype);
  return bindResource(target, id, token, name);
}

function bindResource(target, id, token, name) {
  Object.defineProperty(target, "__id", { value: id });
  Object.defineProperty(target, "__name", { value: name });
  Object.defineProperty(target, "__pulumiType", { value: token });
  const r = new Proxy(target, resourceHandler);
  resources.set(id, r);
  return r;
}

const resourceClasses = new Map();

function resourceClass(token) {
  let C = resourceClasses.get(token);
  if (C) return C;
  const Base = token.startsWith("pulumi:providers:") ? ProviderResource : CustomResource;
  const className = token.startsWith("pulumi:providers:") ? "Provider" : token.slice(token.lastIndexOf(":") + 1);
  C = { [className]: class extends Base {
    constructor(name, args, opts) {
      super();
      const id = declare(__sstc_resource, { token, name: nameOf(name), args: encode(args), undefined: undefinedKeys(args), opts: encode(opts), at: here() });
      return bindResource(this, id, token, nameOf(name));
    }
    [ENCODE]() { return special("resource", this.__id, ...ownLink(this)); }
    get urn() { return output(`urn:pulumi:${$app.stage}::${$app.name}::${token}::${this.__name}`); }
  } }[className];
  C.__pulumiType = token;
  C.prototype.__pulumiType = token;
  for (const name of parse(__sstc_closureMethods(token))) {
    C.prototype[name] = refusedClosure("The method " + name);
  }
  C.get = (name, id, state, opts) => call(__sstc_read, { token, name: nameOf(name), ref: encode(id), args: encode(state), opts: encode(opts), at: here() });
  C.isInstance = (v) => v instanceof C;
  Object.defineProperty(C, TYPE, { value: token });
  resourceClasses.set(token, C);
  return C;
}

// ---- Providers ------------------------------------------------------------

// A provider's package is a tree of modules; what a name in it means is asked
// of the schema when it is read.
const packages = new Map();

function providerPackage(pkg) {
  let p = packages.get(pkg);
  if (!p) packages.set(pkg, (p = providerModule(pkg, "")));
  return p;
}

function providerModule(pkg, module) {
  const members = new Map();
  const get = (_, key) => {
    if (typeof key === "symbol" || key === "then" || key === "__esModule") return undefined;
    if (!members.has(key)) members.set(key, providerMember(pkg, module, key));
    return members.get(key);
  };
  return new Proxy({}, {
    get,
    has: (_, key) => typeof key === "string" && key !== "then",
    set: () => true,
  });
}

function providerMember(pkg, module, name) {
  const m = parse(__sstc_member(stringify({ pkg, module, name, at: here() })));
  switch (m.kind) {
    case "resource": return resourceClass(m.token);
    case "module": return providerModule(pkg, m.token);
    case "value": return m.value;
    case "constant": return constant(m.value, `${pkg}.${module ? stringMethods.replaceAll.call(module, "/", ".") + "." : ""}${name}`);
    case "helper": return helper(m.token, m.output);
    case "closure": return refusedClosure(m.token);
    case "function": {
      // The option "async" chose between two ways of asking that are one now.
      const invoke = (args, { async, ...opts } = {}) => call(__sstc_invoke, { token: m.token, args: encode(args), undefined: undefinedKeys(args), opts: encode(opts), at: here() });
      // The plain form returns a promise, the Output form an output.
      return name.endsWith("Output") ? (args, opts) => output(invoke(args, opts)) : (args, opts) => Promise.resolve(invoke(args, opts));
    }
    case "poison": return Poison;
  }
  return undefined;
}

// constant is a value of an SDK. To read what an enumeration does not have is a
// mistake, which in JavaScript nobody notices.
function constant(value, path) {
  if (typeof value !== "object" || value === null) return value;
  return new Proxy(value, {
    get(target, key) {
      if (key in target) return constant(target[key], path + "." + key);
      if (typeof key === "symbol" || unasked.has(key)) return undefined;
      call(__sstc_unknownConstant, { name: path, member: key, args: Object.keys(target), at: here() });
      return Poison;
    },
  });
}

// refusedClosure is a class, or a function, of an SDK's that would pack a
// function of the configuration's.
function refusedClosure(what) {
  return function () {
    call(__sstc_closure, { name: what, at: here() });
    return Poison;
  };
}

// Functions of the AWS SDK for Pulumi that need no provider. All but the first
// give a promise there, and have a second form that takes and gives outputs.
const helpers = {
  assumeRolePolicyForPrincipal: (principal) => ({
    Version: "2012-10-17",
    Statement: [{ Sid: "AllowAssumeRole", Effect: "Allow", Action: "sts:AssumeRole", Principal: principal }],
  }),
  arnBuild: (...parts) => ["arn", ...parts.slice(0, 5)].join(":"),
  arnParse: (arn) => {
    const [, partition, service, region, accountId] = arn.split(":");
    // The resource is all that follows, colons included.
    const head = `arn:${partition}:${service}:${region}:${accountId}:`;
    return { partition, service, region, accountId, resource: marked(arn) ? compute("replacefirst", arn, head, "") : arn.slice(head.length) };
  },
  trimIamRolePath: (arn) => arn.replace(/:role\/.*\/(?=[^/]+$)/, ":role/"),
};

function helper(name, isOutput) {
  const f = helpers[name];
  if (name === "assumeRolePolicyForPrincipal") return f;
  return isOutput ? (...args) => output(args).apply((args) => f(...args)) : async (...args) => f(...args);
}

// ---- Modules that configurations import -----------------------------------

class Config {
  constructor(name) { this.name = name; }
  get() { return undefined; }
  getSecret() { return undefined; }
  getBoolean() { return undefined; }
  getNumber() { return undefined; }
  getObject() { return undefined; }
  require(key) { throw new Error(`There is no configuration value "${this.name ? this.name + ":" : ""}${key}": SST apps have no Pulumi configuration. Use an environment variable or a secret.`); }
  requireSecret(key) { return this.require(key); }
  requireBoolean(key) { return this.require(key); }
  requireNumber(key) { return this.require(key); }
  requireObject(key) { return this.require(key); }
}

// asset declares something to be uploaded. What is not there has been reported.
function asset(request) {
  const id = call(__sstc_asset, { ...request, at: here() });
  return id === undefined ? Poison : new Asset(id);
}

const fileAsset = (kind) => function (path) { return asset({ kind, path: String(path) }); };
const assetModule = {
  FileAsset: fileAsset("file"), FileArchive: fileAsset("directory"),
  StringAsset: function (text) { return asset({ kind: "text", text: encode(text) }); },
  RemoteAsset: unsupportedClass("RemoteAsset", "A build fetches nothing. Put the file into the project and use FileAsset."),
  RemoteArchive: unsupportedClass("RemoteArchive", "A build fetches nothing. Put the files into the project and use FileArchive."),
  AssetArchive: function (assets) { return asset({ kind: "archive", args: encode(settle(assets)) }); },
};

// unsupportedClass is a class, or a function, that exists and cannot be used.
function unsupportedClass(what, why) {
  return function () {
    call(__sstc_unsupported, { name: what, kind: why, at: here() });
    return Poison;
  };
}

const log = { info: (m) => console.info(m), warn: (m) => console.warn(m), error: (m) => console.error(m), debug() {}, hasErrors: () => false };

const OutputNamespace = Object.assign(function Output() {}, {
  create: (v) => output(v), isInstance: isOutput,
});
OutputNamespace.prototype = OutputImpl.prototype;
Object.defineProperty(OutputNamespace, Symbol.hasInstance, { value: isOutput });

// mergeOptions joins two sets of resource options: lists are joined, of other
// options the second counts.
function mergeOptions(a, b) {
  const merged = { ...a };
  const list = (v) => (v === undefined || v === null ? [] : Array.isArray(v) ? v : [v]);
  const providers = (v) => (v && !Array.isArray(v) ? Object.values(v) : v);
  for (const key of Object.keys(b ?? {})) {
    const [first, second] = key === "providers" ? [providers(merged[key]), providers(b[key])] : [merged[key], b[key]];
    merged[key] = key === "dependsOn" || Array.isArray(first) || Array.isArray(second) ? [...list(first), ...list(second)] : second;
  }
  return merged;
}

const pulumi = {
  output, all, interpolate, concat, secret, unsecret, jsonStringify, jsonParse,
  Output: OutputNamespace, Config, Resource, CustomResource, ComponentResource, ProviderResource,
  isSecret: async (o) => Boolean(o?.__secret), isOutput, isUnknown: () => false, containsUnknowns: () => false,
  resourceName: (r) => r.__name, resourceType: (r) => r.__pulumiType,
  getStack: () => $app.stage, getProject: () => $app.name, getOrganization: () => "organization",
  deferredOutput: unsupportedClass("deferredOutput", "Refer to what is declared later in a callback of .apply."),
  mergeOptions,
  runtime: {
    isDryRun: () => true, getStack: () => $app.stage, getProject: () => $app.name, registerStackTransformation: (f) => { call(__sstc_transformAll, { fn: encode(f) }); },
    invoke: async (token, args, opts) => call(__sstc_invoke, { token, args: encode(args), opts: encode(opts), at: here() }),
    hasEngine: () => true, isTestModeEnabled: () => false, allConfig: () => ({}),
  },
  asset: assetModule, log,
  dynamic: {
    Resource: unsupportedClass("dynamic.Resource", "It is a program that runs during deployment, and templates hold none. Use a resource of a provider, or run the step after the deployment."),
  },
  ResourceHook: unsupportedClass("ResourceHook", "It is a function that runs during deployment, and templates hold none."),
  ErrorHook: unsupportedClass("ErrorHook", "It is a function that runs during deployment, and templates hold none."),
  StackReference: unsupportedClass("StackReference", "It reads the state of another Pulumi stack. Pass the value as an environment variable, or read it with a data source."),
  RunError: class RunError extends Error {}, ResourceError: class ResourceError extends Error {}, InputPropertyError: class extends Error {},
  iterable: {
    toObject: (list, f) => output(list).apply((l) => Object.fromEntries(l.map(f))),
    groupBy: (list, f) => output(list).apply((l) => { const g = {}; for (const e of l) { const [k, v] = f(e); (g[k] ??= []).push(v); } return g; }),
  },
};
pulumi.runtime.registerResourceTransform = pulumi.runtime.registerStackTransformation;
for (const name of Object.keys(assetModule)) pulumi.asset[name] = assetModule[name];

const $interpolate = interpolate;

// sst is a tree too: its leaves are components, and a few functions.
function sstNamespace(path) {
  const members = new Map();
  return new Proxy({}, {
    get(_, key) {
      if (typeof key === "symbol" || key === "then" || key === "__esModule" || key === "default") return undefined;
      if (!members.has(key)) {
        const name = path + "." + key;
        const kind = __sstc_kind(name);
        members.set(key,
          kind === "namespace" ? sstNamespace(name)
          : kind === "component" ? componentWith(name)
          : kind === "function" ? (...args) => call(__sstc_function, { name, args: encode(args), at: here() })
          : kind === "class" ? sstClasses[name]
          : unknownComponent(name));
      }
      return members.get(key);
    },
  });
}

const sstClasses = { "sst.Component": Component };

function componentWith(name) {
  const C = componentClass(name);
  if (name !== "sst.Linkable") return C;
  // The properties are those that it was given, not an output of them.
  const Linkable = class Linkable extends C {
    constructor(name, definition) { super(name, definition); Object.defineProperty(this, "properties", { value: definition?.properties }); }
  };
  Object.defineProperty(Linkable, TYPE, { value: name });
  Linkable.wrap = wrapLinkable;
  return Linkable;
}

function unknownComponent(name) {
  return new Proxy(function () {}, {
    construct() { call(__sstc_unknownComponent, { name, at: here() }); return Poison; },
    apply() { call(__sstc_unknownComponent, { name, at: here() }); return Poison; },
    get(target, key) {
      if (key === "prototype") return target.prototype;
      if (key === "__pulumiType") return name;
      if (key === ENCODE) return () => special("poison");
      if (typeof key === "symbol") return undefined;
      return unknownComponent(name + "." + key);
    },
  });
}

function wrapLinkable(C, fn) {
  if (typeof C !== "function") throw new Error("sst.Linkable.wrap needs a class: that of a resource, or one that extends $util.ComponentResource.");
  C.prototype.getSSTLink = function () { return fn(this); };
}

const sst = sstNamespace("sst");

function transformClass(C, fn) {
  if (typeof C === "function" && C[ENCODE]) return; // what cannot be made needs no changing
  const type = C?.[TYPE];
  if (!type) throw new Error("$transform needs a component's or a resource's class.");
  call(__sstc_transform, { type, fn: encode((args, opts, name) => fn(args, opts, name)) });
}

Object.assign(globalThis, {
  $config: (input) => input,
  $output: output, $apply: (v, fn) => output(v).apply(fn), $resolve: all, $interpolate, $concat: concat,
  $jsonParse: jsonParse, $jsonStringify: jsonStringify,
  $util: pulumi, $asset: (path) => asset({ kind: "any", path: String(path) }),
  $transform: transformClass, $linkable: wrapLinkable, $secrets: {}, $dev: false,
  sst,
});

// __sstc_module is what an import of one of the packages that sstc stands in
// for gives. Its members are read when they are used, so they are on the
// prototype: esbuild copies the own properties of a module.
globalThis.__sstc_module = (name) => {
  if (name === "@pulumi/pulumi") return pulumi;
  if (name.startsWith("@pulumi/pulumi/")) {
    const sub = stringMethods.split.call(name, "/")[2];
    return { output: pulumi, resource: pulumi, asset: assetModule, runtime: pulumi.runtime, dynamic: pulumi.dynamic, log }[sub] ?? pulumi;
  }
  if (name === "sst") return Object.create(sst);
  const [pkg, ...sub] = parse(name);
  let m = providerPackage(pkg);
  for (const s of sub) m = m[s];
  return Object.create(m);
};

// ---- Evaluation -----------------------------------------------------------

const globalsOf = (names) => {
  for (const name of names) {
    Object.defineProperty(globalThis, name, { configurable: true, enumerable: true, writable: true, value: providerPackage(name) });
  }
};

let config;

// __sstc_app calls app() and returns what it returned.
globalThis.__sstc_app = async (text) => {
  await globalThis.__sstc_load();
  config = globalThis.__sstc_config;
  if (typeof config !== "object" || config === null || typeof config.app !== "function" || typeof config.run !== "function") {
    throw new Error("sst.config.ts must `export default $config({ app(input) {...}, async run() {...} })`.");
  }
  return stringify(encode((await config.app(parse(text))) ?? null));
};

// __sstc_run calls run() and returns what it returned.
globalThis.__sstc_run = async (text) => {
  const { app, cli, packages } = parse(text);
  globalThis.$app = app;
  globalThis.$cli = cli;
  globalsOf(packages);
  let returned = await config.run();
  if (isOutput(returned)) returned = returned.__value;
  if (typeof returned !== "object" || returned === null || isArray(returned) || returned[ENCODE] || kindOf(returned)) return stringify({ outputs: encode(returned) });
  const outputs = {};
  for (const name of keysOf(returned)) {
    try {
      const value = encode(returned[name]);
      call(__sstc_check, { name, value });
      outputs[name] = value;
    } catch (e) {
      if (!(e instanceof Error)) throw e;
      call(__sstc_check, { name, text: e.name === "Error" || e.code === "SSTC_UNKNOWN" ? e.message : `${e.name}: ${e.message}`, kind: e.code, at: e.stack });
    }
  }
  return stringify({ outputs });
};

// __sstc_finish runs the callbacks that had to wait.
globalThis.__sstc_finish = () => {
  for (let f; (f = deferred.shift()); ) f();
  call(__sstc_retry, {});
  return "";
};
})();
