// util.isDeepStrictEqual and the deepEqual functions of assert.
const { types } = load("internal_types");

const boxes = [types.isNumberObject, types.isStringObject, types.isBooleanObject, types.isBigIntObject, types.isSymbolObject];
const tag = (v) => Object.prototype.toString.call(v);
const enumerableKeys = (v, strict) => {
  const keys = Object.keys(v);
  if (strict) for (const s of Object.getOwnPropertySymbols(v)) if (Object.prototype.propertyIsEnumerable.call(v, s)) keys.push(s);
  return keys;
};

function equal(a, b, strict, seen = []) {
  if (a === b) return strict ? Object.is(a, b) || a !== 0 : true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) {
    if (strict) return Object.is(a, b);
    return (typeof a !== "object" || a === null) && (typeof b !== "object" || b === null) && (a == b || (a !== a && b !== b));
  }
  if (strict && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (tag(a) !== tag(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  if (types.isDate(a) !== types.isDate(b) || types.isRegExp(a) !== types.isRegExp(b)) return false;
  if (types.isDate(a) && +a !== +b && !(Number.isNaN(+a) && Number.isNaN(+b))) return false;
  if (types.isRegExp(a) && (String(a) !== String(b) || a.lastIndex !== b.lastIndex)) return false;
  if (a instanceof Error || b instanceof Error) {
    if (!(a instanceof Error && b instanceof Error) || a.message !== b.message || a.name !== b.name) return false;
    if (!equal(a.cause, b.cause, strict, seen)) return false;
  }
  for (const is of boxes) {
    if (is(a) !== is(b)) return false;
    if (is(a) && !Object.is(a.valueOf(), b.valueOf())) return false;
  }
  if (types.isAnyArrayBuffer(a)) return equal(new Uint8Array(a), new Uint8Array(b), strict, seen);
  if (ArrayBuffer.isView(a)) {
    if (a.byteLength !== b.byteLength) return false;
    if (types.isDataView(a)) return equal(new Uint8Array(a.buffer, a.byteOffset, a.byteLength), new Uint8Array(b.buffer, b.byteOffset, b.byteLength), strict, seen);
    for (let i = 0; i < a.length; i++) if (!(strict ? Object.is(a[i], b[i]) : a[i] == b[i])) return false;
    return true;
  }
  if (types.isSet(a) !== types.isSet(b) || types.isMap(a) !== types.isMap(b)) return false;

  if (seen.some(([x, y]) => x === a && y === b)) return true;
  seen = [...seen, [a, b]];
  const keys = enumerableKeys(a, strict);
  if (Array.isArray(a) && a.length !== b.length) return false;
  if (keys.length !== enumerableKeys(b, strict).length) return false;
  for (const k of keys) {
    if (!Object.prototype.propertyIsEnumerable.call(b, k)) return false;
    if (!equal(a[k], b[k], strict, seen)) return false;
  }
  if (types.isSet(a)) {
    if (a.size !== b.size) return false;
    const left = [...b];
    for (const v of a) {
      const i = left.findIndex((w) => equal(v, w, strict, seen));
      if (i < 0) return false;
      left.splice(i, 1);
    }
  } else if (types.isMap(a)) {
    if (a.size !== b.size) return false;
    const left = [...b];
    for (const [k, v] of a) {
      const i = left.findIndex(([l, w]) => equal(k, l, strict, seen) && equal(v, w, strict, seen));
      if (i < 0) return false;
      left.splice(i, 1);
    }
  } else if (types.isWeakMap(a) || types.isWeakSet(a) || types.isPromise(a)) {
    return false;
  }
  return true;
}
exports.equal = equal;
