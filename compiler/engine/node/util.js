const { types } = load("internal_types");
const custom = Symbol.for("nodejs.util.inspect.custom");

// ---- inspect --------------------------------------------------------------

const defaults = {
  showHidden: false, depth: 2, colors: false, customInspect: true, showProxy: false, maxArrayLength: 100,
  maxStringLength: 10000, breakLength: 128, compact: 3, sorted: false, getters: false, numericSeparator: false,
};
const styles = {
  special: "cyan", number: "yellow", bigint: "yellow", boolean: "yellow", undefined: "grey", null: "bold",
  string: "green", symbol: "green", date: "magenta", regexp: "red", module: "underline",
};
const colors = {
  reset: [0, 0], bold: [1, 22], dim: [2, 22], italic: [3, 23], underline: [4, 24], blink: [5, 25], inverse: [7, 27],
  hidden: [8, 28], strikethrough: [9, 29], doubleunderline: [21, 24], black: [30, 39], red: [31, 39], green: [32, 39],
  yellow: [33, 39], blue: [34, 39], magenta: [35, 39], cyan: [36, 39], white: [37, 39], gray: [90, 39], grey: [90, 39],
  redBright: [91, 39], greenBright: [92, 39], yellowBright: [93, 39], blueBright: [94, 39], magentaBright: [95, 39],
  cyanBright: [96, 39], whiteBright: [97, 39], bgBlack: [40, 49], bgRed: [41, 49], bgGreen: [42, 49], bgYellow: [43, 49],
  bgBlue: [44, 49], bgMagenta: [45, 49], bgCyan: [46, 49], bgWhite: [47, 49], bgGray: [100, 49],
};

function inspect(value, options, ...legacy) {
  const ctx = { ...defaults, breakLength: 80, seen: [], circular: new Map(), indent: 0, level: 0 };
  if (typeof options === "boolean") {
    ctx.showHidden = options;
    if (legacy.length > 0) ctx.depth = legacy[0];
    if (legacy.length > 1) ctx.colors = legacy[1];
  } else if (options) {
    for (const [name, v] of Object.entries(options)) if (v !== undefined || name === "depth") ctx[name] = v;
  }
  if (ctx.maxArrayLength === null) ctx.maxArrayLength = Infinity;
  if (ctx.maxStringLength === null) ctx.maxStringLength = Infinity;
  if (ctx.depth === null || ctx.depth === undefined) ctx.depth = Infinity;
  ctx.style = ctx.colors
    ? (text, style) => {
      const color = colors[styles[style]];
      return color ? `\x1b[${color[0]}m${text}\x1b[${color[1]}m` : text;
    }
    : (text) => text;
  return show(ctx, value, 0, true);
}

const escapes = { "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", "\\": "\\\\" };
function quote(text) {
  const q = !text.includes("'") ? "'" : !text.includes('"') ? '"' : !text.includes("`") && !text.includes("${") ? "`" : "'";
  const escaped = text.replace(/[\x00-\x1f\x7f-\x9f\\']|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, (c) =>
    c === "'" ? (q === "'" ? "\\'" : c) : escapes[c] ?? (c >= "\ud800" ? "\\u" + c.charCodeAt(0).toString(16).toUpperCase() : "\\x" + c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")));
  return q + escaped + q;
}
const numberText = (n) => (Object.is(n, -0) ? "-0" : String(n));

function primitive(ctx, value) {
  switch (typeof value) {
    case "string": {
      let more = "";
      if (value.length > ctx.maxStringLength) {
        const n = value.length - ctx.maxStringLength;
        value = value.slice(0, ctx.maxStringLength);
        more = `... ${n} more character${n > 1 ? "s" : ""}`;
      }
      if (ctx.compact !== true && value.length > 16 && value.length > ctx.breakLength - ctx.indent - 4 && value.includes("\n")) {
        return value.split(/(?<=\n)/).map((line) => ctx.style(quote(line), "string")).join(` +\n${" ".repeat(ctx.indent + 2)}`) + more;
      }
      return ctx.style(quote(value), "string") + more;
    }
    case "number": return ctx.style(numberText(value), "number");
    case "bigint": return ctx.style(`${value}n`, "bigint");
    case "boolean": return ctx.style(`${value}`, "boolean");
    case "undefined": return ctx.style("undefined", "undefined");
    case "symbol": return ctx.style(symbolText(value), "symbol");
  }
  return ctx.style("null", "null");
}
const symbolText = (s) => Symbol.prototype.toString.call(s);

function show(ctx, value, level, typed) {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return primitive(ctx, value);
  const proxy = types.isProxy(value);
  if (ctx.customInspect && !proxy) {
    const own = value[custom];
    if (typeof own === "function" && own !== inspect && !(value.constructor && value.constructor.prototype === value)) {
      const depth = ctx.depth === Infinity ? Infinity : ctx.depth - level;
      const options = {};
      for (const name of Object.keys(defaults)) options[name] = ctx[name];
      const result = own.call(value, depth, { ...options, depth, stylize: ctx.style }, inspect);
      if (result !== value) return typeof result === "string" ? result.replaceAll("\n", "\n" + " ".repeat(ctx.indent)) : show(ctx, result, level);
    }
  }
  if (ctx.seen.includes(value)) {
    if (!ctx.circular.has(value)) ctx.circular.set(value, ctx.circular.size + 1);
    return ctx.style(`[Circular *${ctx.circular.get(value)}]`, "special");
  }
  return showObject(ctx, value, level, typed);
}

// className returns the name of the class of an object, as its prototype has it.
function className(value) {
  for (let o = value, first = true; o !== null && o !== undefined; o = Object.getPrototypeOf(o), first = false) {
    const d = Object.getOwnPropertyDescriptor(o, "constructor");
    if (d !== undefined && typeof d.value === "function" && d.value.name !== "" && value instanceof d.value) return d.value.name;
  }
  return null;
}
function prefix(name, tag, fallback, size = "") {
  if (name === null) return tag !== "" && tag !== fallback ? `[${fallback}${size}: null prototype] [${tag}] ` : `[${fallback}${size}: null prototype] `;
  return tag !== "" && tag !== name ? `${name}${size} [${tag}] ` : `${name}${size} `;
}

const enumerable = (o, k) => Object.prototype.propertyIsEnumerable.call(o, k);
function keysOf(ctx, value) {
  const keys = ctx.showHidden ? Object.getOwnPropertyNames(value) : Object.keys(value);
  for (const s of Object.getOwnPropertySymbols(value)) if (ctx.showHidden || enumerable(value, s)) keys.push(s);
  return keys;
}
const isIndex = (k) => typeof k === "string" && /^(0|[1-9]\d{0,9})$/.test(k) && Number(k) < 4294967295;

function showObject(ctx, value, level, typed) {
  const name = className(value);
  let tag = value[Symbol.toStringTag];
  if (typeof tag !== "string" || (tag !== "" && (ctx.showHidden ? Object.hasOwn(value, Symbol.toStringTag) : enumerable(value, Symbol.toStringTag)))) tag = "";
  let keys, base = "", braces = ["{", "}"], entries = () => [], isList = false, indentEntries = false;

  if (Array.isArray(value)) {
    keys = keysOf(ctx, value).filter((k) => !isIndex(k));
    const p = name !== "Array" || tag !== "" ? prefix(name, tag, "Array", `(${value.length})`) : "";
    braces = [p + "[", "]"];
    if (value.length === 0 && keys.length === 0) return braces[0] + "]";
    isList = true;
    entries = () => arrayEntries(ctx, value, level);
  } else if (types.isSet(value)) {
    keys = keysOf(ctx, value);
    braces = [prefix(name, tag, "Set", `(${value.size})`) + "{", "}"];
    if (value.size === 0 && keys.length === 0) return braces[0] + "}";
    entries = () => limited(ctx, [...Set.prototype.values.call(value)], (v) => nested(ctx, v, level));
  } else if (types.isMap(value)) {
    keys = keysOf(ctx, value);
    braces = [prefix(name, tag, "Map", `(${value.size})`) + "{", "}"];
    if (value.size === 0 && keys.length === 0) return braces[0] + "}";
    entries = () => limited(ctx, [...Map.prototype.entries.call(value)], ([k, v]) => `${nested(ctx, k, level)} => ${nested(ctx, v, level)}`);
  } else if (types.isTypedArray(value)) {
    keys = keysOf(ctx, value).filter((k) => !isIndex(k));
    const fallback = Object.getPrototypeOf(Uint8Array.prototype);
    const kind = Object.getOwnPropertyDescriptor(fallback, Symbol.toStringTag).get.call(value);
    braces = [prefix(name, tag, kind, `(${value.length})`) + "[", "]"];
    if (value.length === 0 && keys.length === 0 && !ctx.showHidden) return braces[0] + "]";
    isList = true;
    entries = () => limited(ctx, Array.from(value.subarray(0, ctx.maxArrayLength + 1)), (v) => primitive(ctx, v), value.length);
  } else {
    keys = keysOf(ctx, value);
    if (types.isArgumentsObject(value)) {
      braces = ["[Arguments] {", "}"];
      if (keys.length === 0) return "[Arguments] {}";
    } else if (typeof value === "function") {
      base = functionText(value, name, tag);
      if (keys.length === 0) return ctx.style(base, "special");
    } else if (types.isRegExp(value)) {
      base = RegExp.prototype.toString.call(value);
      const p = prefix(name, tag, "RegExp");
      if (p !== "RegExp ") base = p + base;
      if (keys.length === 0 || level > ctx.depth) return ctx.style(base, "regexp");
    } else if (types.isDate(value)) {
      base = Number.isNaN(+value) ? "Invalid Date" : value.toISOString();
      const p = prefix(name, tag, "Date");
      if (p !== "Date ") base = p + base;
      if (keys.length === 0) return ctx.style(base, "date");
    } else if (types.isNativeError(value) || value instanceof Error) {
      base = errorText(ctx, value, name, tag, keys);
      const hiddenKeys = [];
      if ("cause" in value && Object.hasOwn(value, "cause") && !keys.includes("cause")) hiddenKeys.push("cause");
      if (Array.isArray(value.errors) && !keys.includes("errors")) hiddenKeys.push("errors");
      keys = [...keys, ...hiddenKeys];
      if (keys.length === 0) return base;
    } else if (types.isAnyArrayBuffer(value)) {
      const kind = types.isArrayBuffer(value) ? "ArrayBuffer" : "SharedArrayBuffer";
      braces = [prefix(name, tag, kind) + "{", "}"];
      keys.unshift("byteLength");
      entries = () => [`[Uint8Contents]: <${load("buffer").Buffer.from(value).toString("hex", 0, 50).replace(/..(?=.)/g, "$& ")}>`];
    } else if (types.isDataView(value)) {
      braces = [prefix(name, tag, "DataView") + "{", "}"];
      keys.unshift("byteLength", "byteOffset", "buffer");
    } else if (types.isPromise(value)) {
      braces = [prefix(name, tag, "Promise") + "{", "}"];
      entries = () => [ctx.style("<pending>", "special")];
    } else if (types.isWeakSet(value) || types.isWeakMap(value)) {
      braces = [prefix(name, tag, types.isWeakSet(value) ? "WeakSet" : "WeakMap") + "{", "}"];
      entries = () => [ctx.style("<items unknown>", "special")];
    } else if (types.isBoxedPrimitive(value)) {
      const inner = value.valueOf();
      const kind = { number: "Number", string: "String", boolean: "Boolean", bigint: "BigInt", symbol: "Symbol" }[typeof inner];
      if (kind === "String") keys = keys.filter((k) => !isIndex(k));
      base = `[${kind}${name !== kind ? (name === null ? " (null prototype)" : ` (${name})`) : ""}: ${primitive({ ...ctx, style: (t) => t }, inner)}]`;
      if (tag !== "" && tag !== name) base += ` [${tag}]`;
      if (keys.length === 0) return ctx.style(base, kind.toLowerCase());
    } else if (tag === "Module" || (name === null && tag === "Module")) {
      braces = ["[Module: null prototype] {", "}"];
    } else if (types.isGeneratorObject(value)) {
      braces = ["Object [Generator] {", "}"];
    } else {
      const p = name === "Object" && tag === "" ? "" : prefix(name, tag, "Object");
      braces = [p + "{", "}"];
      if (keys.length === 0) return p + "{}";
    }
  }

  if (level > ctx.depth) {
    return ctx.style(`[${Array.isArray(value) ? "Array" : (name === null ? "Object: null prototype" : tag !== "" && tag !== name ? `${name} [${tag}]` : name)}]`, "special");
  }
  ctx.seen.push(value);
  ctx.level = level;
  let output = entries();
  for (const k of keys) output.push(property(ctx, value, level, k, isList ? "list" : "object"));
  ctx.seen.pop();
  if (ctx.circular.has(value)) {
    const reference = ctx.style(`<ref *${ctx.circular.get(value)}>`, "special");
    if (base === "") braces[0] = `${reference} ${braces[0]}`;
    else base = `${reference} ${base}`;
  }
  if (ctx.sorted && !isList) output.sort(typeof ctx.sorted === "function" ? ctx.sorted : undefined);
  return layout(ctx, output, base, braces, isList, level, value);
}

function nested(ctx, value, level) {
  ctx.indent += 2;
  const text = show(ctx, value, level + 1);
  ctx.indent -= 2;
  return text;
}
function limited(ctx, items, format, length = items.length) {
  const out = items.slice(0, ctx.maxArrayLength).map(format);
  const more = length - out.length;
  if (more > 0) out.push(`... ${more} more item${more > 1 ? "s" : ""}`);
  return out;
}
function arrayEntries(ctx, value, level) {
  const out = [];
  let shown = 0, i = 0;
  for (; i < value.length && shown < ctx.maxArrayLength; shown++) {
    if (Object.hasOwn(value, i)) {
      out.push(property(ctx, value, level, String(i), "element"));
      i++;
      continue;
    }
    const start = i;
    while (i < value.length && !Object.hasOwn(value, i)) i++;
    out.push(ctx.style(`<${i - start} empty item${i - start > 1 ? "s" : ""}>`, "undefined"));
  }
  if (i < value.length) out.push(`... ${value.length - i} more item${value.length - i > 1 ? "s" : ""}`);
  return out;
}
function functionText(value, name, tag) {
  const source = Function.prototype.toString.call(value);
  if (/^class[\s{]/.test(source)) {
    const own = Object.hasOwn(value, "name") && typeof value.name === "string" ? value.name : "";
    let text = own ? `[class ${own}` : "[class (anonymous)";
    if (name !== "Function" && name !== null) text += ` [${name}]`;
    const parent = Object.getPrototypeOf(value);
    if (parent?.name) text += ` extends ${parent.name}`;
    else if (parent === null) text += " extends null";
    return text + "]";
  }
  const kind = types.isAsyncFunction(value) ? (types.isGeneratorFunction(value) ? "AsyncGeneratorFunction" : "AsyncFunction") : types.isGeneratorFunction(value) ? "GeneratorFunction" : "Function";
  let text = `[${kind}`;
  if (name === null) text += " (null prototype)";
  text += typeof value.name === "string" && value.name !== "" ? `: ${value.name}]` : " (anonymous)]";
  if (name !== kind && name !== null && name !== "Function") text += ` ${name}`;
  if (tag !== "" && name !== tag && tag !== kind) text += ` [${tag}]`;
  return text;
}
function errorText(ctx, value, name, tag, keys) {
  let title;
  try {
    title = Error.prototype.toString.call(value);
  } catch {
    title = "Error";
  }
  const own = typeof value.name === "string" ? value.name : "Error";
  if (name !== null && name !== own && !own.includes(name) && title.startsWith(own) && name.endsWith("Error") && own === "Error") title = name + title.slice(own.length);
  for (const k of ["name", "message", "stack"]) {
    const i = keys.indexOf(k);
    if (i >= 0 && (k !== "name" || title.includes(value[k])) ) keys.splice(i, 1);
  }
  const stack = typeof value.stack === "string" ? value.stack.split("\n").filter((l) => /^\s+at /.test(l) && !l.includes("(node:")).map((l) => "    " + l.trim()) : [];
  let text = stack.length > 0 ? title + "\n" + stack.join("\n") : `[${title}]`;
  if (ctx.indent > 0) text = text.replaceAll("\n", "\n" + " ".repeat(ctx.indent));
  return text;
}
function property(ctx, value, level, key, kind) {
  const d = Object.getOwnPropertyDescriptor(value, key) ?? { value: value[key], enumerable: true };
  let text;
  if (d.value !== undefined || (!d.get && !d.set)) {
    const by = ctx.compact !== true || kind !== "object" ? 2 : 3;
    ctx.indent += by;
    text = show(ctx, d.value, level + 1);
    ctx.indent -= by;
  } else if (d.get) {
    if (ctx.getters && (ctx.getters === true || (ctx.getters === "get") === !d.set)) {
      try {
        ctx.indent += 2;
        text = `[Getter${d.set ? "/Setter" : ""}: ${show(ctx, value[key], level + 1)}]`;
      } catch (e) {
        text = `[Getter: <Inspection threw (${e.message})>]`;
      } finally {
        ctx.indent -= 2;
      }
    } else {
      text = ctx.style(d.set ? "[Getter/Setter]" : "[Getter]", "special");
    }
  } else {
    text = ctx.style("[Setter]", "special");
  }
  if (kind === "element") return text;
  let label;
  if (typeof key === "symbol") label = ctx.style(`[${symbolText(key)}]`, "symbol");
  else if (key === "__proto__") label = "['__proto__']";
  else if (d.enumerable === false) label = `[${key}]`;
  else if (/^[a-zA-Z_][a-zA-Z_0-9]*$/.test(key)) label = key;
  else label = ctx.style(quote(key), "string");
  return `${label}: ${text}`;
}

const plain = (text) => text.replace(/\x1b\[\d+m/g, "");
function layout(ctx, output, base, braces, isList, level, value) {
  if (ctx.compact !== true) {
    const count = output.length;
    if (isList && count > 6 && ctx.compact >= 1) output = columns(ctx, output, value);
    if (typeof ctx.compact === "number" && ctx.compact >= 1 && ctx.level - level < ctx.compact && count === output.length) {
      const start = output.length + ctx.indent + braces[0].length + base.length + 10;
      const total = output.reduce((n, s) => n + plain(s).length, output.length + start);
      if (total <= ctx.breakLength && !output.some((s) => s.includes("\n")) && !base.includes("\n")) {
        return `${base ? base + " " : ""}${braces[0]} ${output.join(", ")} ${braces[1]}`;
      }
    }
    const line = "\n" + " ".repeat(ctx.indent);
    return `${base ? base + " " : ""}${braces[0]}${line}  ${output.join("," + line + "  ")}${line}${braces[1]}`;
  }
  const total = output.reduce((n, s) => n + plain(s).length, output.length + 0) + braces[0].length + base.length;
  if (total + output.length <= ctx.breakLength && !output.some((s) => s.includes("\n"))) return `${braces[0]}${base ? ` ${base}` : ""} ${output.join(", ")} ${braces[1]}`;
  const indent = "\n" + " ".repeat(ctx.indent);
  return `${base ? `${base} ` : ""}${braces[0]}${base === "" && braces[0].length === 1 ? " " : indent + "  "}${output.join("," + indent + "  ")} ${braces[1]}`;
}

// columns lays the short elements of a long list out in a table, near the
// shape that looks square in a terminal.
function columns(ctx, output, value) {
  const more = ctx.maxArrayLength < value.length ? output.length - 1 : output.length;
  const widths = output.slice(0, more).map((s) => plain(s).length + 2);
  if (output.slice(0, more).some((s) => s.includes("\n"))) return output;
  const total = widths.reduce((a, b) => a + b, 0), widest = Math.max(...widths);
  if (widest * 3 + ctx.indent >= ctx.breakLength || !(total / widest > 5 || widest - 2 <= 6)) return output;
  const bias = Math.sqrt(widest - total / output.length);
  const biased = Math.max(widest - 3 - bias, 1);
  const n = Math.min(
    Math.round(Math.sqrt(2.5 * biased * more) / biased),
    Math.floor((ctx.breakLength - ctx.indent) / widest),
    ctx.compact * 4, 15);
  if (n <= 1) return output;
  const columnWidths = [];
  for (let c = 0; c < n; c++) {
    let w = 0;
    for (let i = c; i < more; i += n) w = Math.max(w, widths[i]);
    columnWidths.push(w);
  }
  const numeric = value !== undefined && Array.prototype.every.call(value, (v) => typeof v === "number" || typeof v === "bigint");
  const rows = [];
  for (let i = 0; i < more; i += n) {
    const last = Math.min(i + n, more);
    let row = "";
    for (let j = i; j < last; j++) {
      const cell = j === last - 1 ? output[j] : output[j] + ", ";
      const pad = " ".repeat(Math.max(0, columnWidths[j - i] - (j === last - 1 ? 2 : 0) - plain(cell).length));
      if (numeric) row += pad + cell;
      else row += j === last - 1 ? cell : cell + pad;
    }
    rows.push(row);
  }
  for (let i = more; i < output.length; i++) rows.push(output[i]);
  return rows;
}

inspect.custom = custom;
inspect.defaultOptions = { ...defaults };
inspect.colors = colors;
inspect.styles = styles;

// ---- format ---------------------------------------------------------------

function format(...args) { return formatWithOptions({}, ...args); }
function formatWithOptions(options, ...args) {
  let out = "", i = 0;
  if (typeof args[0] === "string") {
    const template = args[0];
    i = 1;
    if (args.length === 1) return template;
    out = template.replace(/%([sdifjoOc%])/g, (whole, c) => {
      if (c === "%") return "%";
      if (i >= args.length) return whole;
      const v = args[i++];
      switch (c) {
        case "s":
          if (typeof v === "number") return numberText(v);
          if (typeof v === "bigint") return `${v}n`;
          if (typeof v !== "object" || v === null) return String(v);
          return hasOwnText(v) ? String(v) : inspect(v, { ...options, depth: 0, colors: false, compact: 3 });
        case "d": return typeof v === "bigint" ? `${v}n` : typeof v === "symbol" ? "NaN" : numberText(Number(v));
        case "i": return typeof v === "bigint" ? `${v}n` : typeof v === "symbol" ? "NaN" : numberText(parseInt(v));
        case "f": return typeof v === "symbol" ? "NaN" : numberText(parseFloat(v));
        case "j":
          try {
            return JSON.stringify(v);
          } catch (e) {
            if (/circular/i.test(e.message)) return "[Circular]";
            throw e;
          }
        case "o": return inspect(v, { ...options, showHidden: true, showProxy: true, depth: 4 });
        case "O": return inspect(v, options);
      }
      return "";
    });
  }
  for (; i < args.length; i++) {
    if (i > 0) out += " ";
    out += typeof args[i] === "string" ? args[i] : inspect(args[i], options);
  }
  return out;
}
// An object whose toString is the program's own, not one of the language's.
function hasOwnText(v) {
  if (typeof v.toString !== "function") return false;
  let o = v;
  while (o !== null && !Object.hasOwn(o, "toString")) o = Object.getPrototypeOf(o);
  const owner = o && Object.getOwnPropertyDescriptor(o, "constructor")?.value;
  return o === v || typeof owner !== "function" || globalThis[owner.name] !== owner;
}

// received describes an argument as Node's messages do.
function received(value) {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "function") return `function ${value.name}`;
  if (typeof value === "object") return value.constructor?.name ? `an instance of ${value.constructor.name}` : inspect(value, { depth: -1 });
  let text = inspect(value, { colors: false });
  if (text.length > 28) text = text.slice(0, 25) + "...";
  return `type ${typeof value} (${text})`;
}

// ---- The rest -------------------------------------------------------------

const promisified = Symbol.for("nodejs.util.promisify.custom");
function promisify(f) {
  if (typeof f !== "function") throw Object.assign(new TypeError(`The "original" argument must be of type function. Received ${received(f)}`), { code: "ERR_INVALID_ARG_TYPE" });
  if (f[promisified]) return f[promisified];
  const wrapped = function (...args) {
    return new Promise((resolve, reject) => {
      f.call(this, ...args, (e, value) => (e ? reject(e) : resolve(value)));
    });
  };
  Object.setPrototypeOf(wrapped, Object.getPrototypeOf(f));
  Object.defineProperties(wrapped, Object.getOwnPropertyDescriptors(f));
  host.hidden(wrapped, promisified, wrapped);
  return wrapped;
}
promisify.custom = promisified;
host.hidden(setTimeout, promisified, (ms, value) => new Promise((resolve) => setTimeout(resolve, ms, value)));
host.hidden(setImmediate, promisified, (value) => new Promise((resolve) => setImmediate(resolve, value)));

function callbackify(f) {
  return function (...args) {
    const callback = args.pop();
    f.apply(this, args).then((value) => host.nextTick(callback, null, value), (e) => host.nextTick(callback, e ?? new Error("Promise was rejected with a falsy value")));
  };
}

function inherits(constructor, parent) {
  Object.defineProperty(constructor, "super_", { value: parent, writable: true, configurable: true });
  Object.setPrototypeOf(constructor.prototype, parent.prototype);
}

const warned = new Set();
function deprecate(f, message, code) {
  return function (...args) {
    if (!warned.has(code ?? message)) {
      warned.add(code ?? message);
      process.emitWarning(message, { type: "DeprecationWarning", code });
    }
    return new.target ? Reflect.construct(f, args, new.target) : Reflect.apply(f, this, args);
  };
}

class TextEncoder {
  get encoding() { return "utf-8"; }
  encode(text = "") {
    const { Buffer } = load("buffer");
    return new Uint8Array(Buffer.from(String(text)).buffer);
  }
  encodeInto(text, target) {
    const { Buffer } = load("buffer");
    const written = Buffer.from(target.buffer, target.byteOffset, target.byteLength).write(text);
    return { read: Buffer.from(target.buffer, target.byteOffset, written).toString().length, written };
  }
}
class TextDecoder {
  #fatal; #keepBOM; #pending = null; #encoding;
  constructor(label = "utf-8", options = {}) {
    const name = String(label).trim().toLowerCase();
    this.#encoding = { "utf-8": "utf-8", utf8: "utf-8", "unicode-1-1-utf-8": "utf-8", "utf-16le": "utf-16le", "utf-16": "utf-16le", latin1: "windows-1252", "iso-8859-1": "windows-1252", ascii: "windows-1252", "us-ascii": "windows-1252", "windows-1252": "windows-1252" }[name];
    if (!this.#encoding) throw Object.assign(new RangeError(`The "${label}" encoding is not supported`), { code: "ERR_ENCODING_NOT_SUPPORTED" });
    this.#fatal = Boolean(options.fatal);
    this.#keepBOM = Boolean(options.ignoreBOM);
  }
  get encoding() { return this.#encoding; }
  get fatal() { return this.#fatal; }
  get ignoreBOM() { return this.#keepBOM; }
  decode(input, options = {}) {
    const { Buffer } = load("buffer");
    let bytes = input === undefined ? Buffer.alloc(0) : ArrayBuffer.isView(input) ? Buffer.from(input.buffer, input.byteOffset, input.byteLength) : Buffer.from(input);
    if (this.#pending) bytes = Buffer.concat([this.#pending, bytes]);
    this.#pending = null;
    if (options.stream && this.#encoding === "utf-8") {
      const n = load("string_decoder").incomplete(bytes);
      if (n > 0) {
        this.#pending = Buffer.concat([bytes.subarray(bytes.length - n)]);
        bytes = bytes.subarray(0, bytes.length - n);
      }
    }
    if (this.#fatal && this.#encoding === "utf-8" && !isValidUTF8(bytes)) {
      throw Object.assign(new TypeError("The encoded data was not valid for encoding utf-8"), { code: "ERR_ENCODING_INVALID_ENCODED_DATA" });
    }
    const text = bytes.toString({ "utf-8": "utf8", "utf-16le": "utf16le", "windows-1252": "latin1" }[this.#encoding]);
    return !this.#keepBOM && text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  }
}
function isValidUTF8(bytes) {
  const { Buffer } = load("buffer");
  return Buffer.from(bytes.toString("utf8")).equals(bytes);
}

function styleText(format, text) {
  for (const name of [format].flat()) {
    const color = colors[name];
    if (color) text = `\x1b[${color[0]}m${text}\x1b[${color[1]}m`;
  }
  return text;
}

function parseArgs({ args = process.argv.slice(2), options = {}, allowPositionals = false, strict = true } = {}) {
  const values = Object.create(null), positionals = [];
  const fail = (message, code) => { throw Object.assign(new TypeError(message), { code }); };
  const set = (name, value) => {
    const o = options[name];
    if (!o && strict) fail(`Unknown option '--${name}'`, "ERR_PARSE_ARGS_UNKNOWN_OPTION");
    if (o?.type === "string" && value === undefined) fail(`Option '--${name} <value>' argument missing`, "ERR_PARSE_ARGS_INVALID_OPTION_VALUE");
    if (o?.multiple) (values[name] ??= []).push(value ?? true);
    else values[name] = value ?? true;
  };
  for (let i = 0; i < args.length; i++) {
    const a = args[i];
    if (a === "--") {
      positionals.push(...args.slice(i + 1));
      break;
    }
    const long = /^--([^=]+)(?:=(.*))?$/s.exec(a);
    const short = /^-([^-])(.*)$/s.exec(a);
    let name = long?.[1], value = long?.[2];
    if (short) {
      name = Object.keys(options).find((k) => options[k].short === short[1]) ?? short[1];
      if (short[2]) value = short[2];
    }
    if (name === undefined) {
      if (!allowPositionals && strict) fail(`Unexpected argument '${a}'. This command does not take positional arguments`, "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL");
      positionals.push(a);
      continue;
    }
    if (value === undefined && options[name]?.type === "string" && i + 1 < args.length && !args[i + 1].startsWith("-")) value = args[++i];
    set(name, value);
  }
  for (const [name, o] of Object.entries(options)) if (o.default !== undefined && values[name] === undefined) values[name] = o.default;
  return { values, positionals };
}

module.exports = {
  inspect, format, formatWithOptions, received, types, promisify, callbackify, inherits, deprecate, TextEncoder, TextDecoder,
  isValidUTF8, styleText, parseArgs,
  isDeepStrictEqual: (a, b) => load("internal_equal").equal(a, b, true),
  stripVTControlCharacters: (text) => text.replace(/\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07]*\x07|\x1b[@-Z\\-_]/g, ""),
  toUSVString: (text) => String(text).toWellFormed(),
  debuglog: () => Object.assign(() => {}, { enabled: false }),
  debug: () => Object.assign(() => {}, { enabled: false }),
  getSystemErrorName: (n) => ({ "-2": "ENOENT", "-13": "EACCES", "-17": "EEXIST", "-22": "EINVAL" })[n],
  isArray: Array.isArray, isBoolean: (v) => typeof v === "boolean", isNull: (v) => v === null, isUndefined: (v) => v === undefined,
  isNullOrUndefined: (v) => v === null || v === undefined, isNumber: (v) => typeof v === "number", isString: (v) => typeof v === "string",
  isSymbol: (v) => typeof v === "symbol", isFunction: (v) => typeof v === "function", isRegExp: types.isRegExp, isDate: types.isDate,
  isObject: (v) => v !== null && typeof v === "object", isError: (v) => v instanceof Error,
  isPrimitive: (v) => (typeof v !== "object" && typeof v !== "function") || v === null,
  log: (...args) => console.log(...args),
  _extend: (target, source) => Object.assign(target, source),
};
for (const [name, from] of [["AbortController", "internal_event"], ["AbortSignal", "internal_event"]]) host.lazy(module.exports, name, () => load(from)[name]);
