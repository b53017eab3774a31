// util.types: what kind of object a value is, whatever it pretends.
const brand = (method, ...args) => (value) => {
  try {
    Reflect.apply(method, value, args);
    return true;
  } catch {
    return false;
  }
};
const getter = (object, name) => Object.getOwnPropertyDescriptor(object, name).get;
const isObject = (v) => v !== null && (typeof v === "object" || typeof v === "function");
const tagged = (tag) => (v) => isObject(v) && Object.prototype.toString.call(v) === `[object ${tag}]`;
const TypedArray = Object.getPrototypeOf(Uint8Array);
const kindOf = getter(TypedArray.prototype, Symbol.toStringTag);

const types = {
  isDate: brand(Date.prototype.getTime),
  isMap: brand(getter(Map.prototype, "size")),
  isSet: brand(getter(Set.prototype, "size")),
  isWeakMap: brand(WeakMap.prototype.has, {}),
  isWeakSet: brand(WeakSet.prototype.has, {}),
  isRegExp: (v) => isObject(v) && v !== RegExp.prototype && brandRegExp(v),
  isPromise: (v) => v instanceof Promise,
  isArrayBuffer: brand(getter(ArrayBuffer.prototype, "byteLength")),
  isSharedArrayBuffer: brand(getter(SharedArrayBuffer.prototype, "byteLength")),
  isAnyArrayBuffer: (v) => types.isArrayBuffer(v) || types.isSharedArrayBuffer(v),
  isDataView: (v) => ArrayBuffer.isView(v) && !types.isTypedArray(v),
  isTypedArray: (v) => kindOf.call(v) !== undefined,
  isArrayBufferView: ArrayBuffer.isView,
  isNumberObject: (v) => typeof v === "object" && brandNumber(v),
  isStringObject: (v) => typeof v === "object" && brandString(v),
  isBooleanObject: (v) => typeof v === "object" && brandBoolean(v),
  isBigIntObject: (v) => typeof v === "object" && brandBigInt(v),
  isSymbolObject: (v) => typeof v === "object" && brandSymbol(v),
  isBoxedPrimitive: (v) => types.isNumberObject(v) || types.isStringObject(v) || types.isBooleanObject(v) || types.isBigIntObject(v) || types.isSymbolObject(v),
  isNativeError: (v) => v instanceof Error && tagged("Error")(v),
  isAsyncFunction: (v) => typeof v === "function" && /^Async/.test(kindOfFunction(v)),
  isGeneratorFunction: (v) => typeof v === "function" && /Generator/.test(kindOfFunction(v)),
  isGeneratorObject: tagged("Generator"),
  isArgumentsObject: tagged("Arguments"),
  isMapIterator: tagged("Map Iterator"),
  isSetIterator: tagged("Set Iterator"),
  isModuleNamespaceObject: tagged("Module"),
  // A proxy cannot be told from its target.
  isProxy: () => false,
  isExternal: () => false,
  isKeyObject: (v) => v instanceof load("crypto").KeyObject,
  isCryptoKey: () => false,
};
const brandRegExp = brand(getter(RegExp.prototype, "source"));
const brandNumber = brand(Number.prototype.valueOf);
const brandString = brand(String.prototype.valueOf);
const brandBoolean = brand(Boolean.prototype.valueOf);
const brandBigInt = brand(BigInt.prototype.valueOf);
const brandSymbol = brand(Symbol.prototype.valueOf);
const kindOfFunction = (f) => Object.getPrototypeOf(f)?.[Symbol.toStringTag] ?? "";
for (const name of ["Int8", "Uint8", "Uint8Clamped", "Int16", "Uint16", "Int32", "Uint32", "Float32", "Float64", "BigInt64", "BigUint64"]) {
  types[`is${name}Array`] = (v) => kindOf.call(v) === `${name}Array`;
}
exports.types = types;
