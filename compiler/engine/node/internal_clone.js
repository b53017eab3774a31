const { types } = load("internal_types");

function fail(value) {
  const { DOMException } = load("internal_event");
  let text;
  try {
    text = typeof value === "function" ? String(value) : typeof value === "symbol" ? value.toString() : "#<" + (value.constructor?.name ?? "Object") + ">";
  } catch {
    text = "value";
  }
  throw new DOMException(`${text} could not be cloned.`, "DataCloneError");
}

const errors = { EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

function clone(value, seen) {
  if (typeof value === "function" || typeof value === "symbol") fail(value);
  if (typeof value !== "object" || value === null) return value;
  if (seen.has(value)) return seen.get(value);
  const keep = (copy) => (seen.set(value, copy), copy);
  if (types.isDate(value)) return keep(new Date(+value));
  if (types.isRegExp(value)) return keep(new RegExp(value.source, value.flags));
  if (types.isBoxedPrimitive(value)) return types.isSymbolObject(value) ? fail(value) : keep(Object(value.valueOf()));
  if (types.isAnyArrayBuffer(value)) return keep(value.slice(0));
  if (ArrayBuffer.isView(value)) {
    const buffer = clone(value.buffer, seen);
    if (types.isDataView(value)) return keep(new DataView(buffer, value.byteOffset, value.byteLength));
    const kind = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get.call(value);
    return keep(new globalThis[kind](buffer, value.byteOffset, value.length));
  }
  if (types.isMap(value)) {
    const copy = keep(new Map());
    for (const [k, v] of [...value]) copy.set(clone(k, seen), clone(v, seen));
    return copy;
  }
  if (types.isSet(value)) {
    const copy = keep(new Set());
    for (const v of [...value]) copy.add(clone(v, seen));
    return copy;
  }
  if (value instanceof Error) {
    const copy = keep(new (errors[value.name] ?? Error)(value.message));
    host.hidden(copy, "stack", value.stack);
    if ("cause" in value) host.hidden(copy, "cause", clone(value.cause, seen));
    return copy;
  }
  if (types.isWeakMap(value) || types.isWeakSet(value) || types.isPromise(value) || value instanceof WeakRef) fail(value);
  const copy = keep(Array.isArray(value) ? new Array(value.length) : {});
  for (const key of Object.keys(value)) copy[key] = clone(value[key], seen);
  return copy;
}

exports.structuredClone = function structuredClone(value) {
  if (arguments.length === 0) throw Object.assign(new TypeError("The \"value\" argument must be specified"), { code: "ERR_MISSING_ARGS" });
  return clone(value, new Map());
};
