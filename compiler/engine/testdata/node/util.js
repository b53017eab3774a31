const util = require("util");
const p = (...values) => console.log(...values);
class Foo { constructor() { this.a = 1; } get g() { return 1; } }
class Bar extends Foo {}
const circular = { name: "c" }; circular.self = circular; circular.list = [circular];
const values = [
  undefined, null, true, 0, -0, 1.5, NaN, Infinity, 10n, "text", "it's", 'say "x"', `it's "both"`, "new\nline\ttab\\", "\x00\x1b\x7f\u0085", "", Symbol("s"), Symbol(),
  [], [1, 2, 3], [1, , 3], [, ,], [undefined, null], ["a", "b"], Array(5), [1, [2, [3, [4, [5]]]]], Object.assign([1], { x: 1, "y-z": 2 }), new Array(120).fill(7), Array.from({ length: 27 }, (_, i) => "item" + i), Array.from({ length: 7 }, (_, i) => i * 1000),
  {}, { a: 1 }, { a: { b: { c: { d: 1 } } } }, { "a-b": 1, 1: 2, valid_name: 3, "": 4 }, { f() {}, g: () => {}, h: class {}, i: class X extends Foo {}, j: async () => {}, k: function* () {}, l: async function* named() {} }, { get x() { return 1; }, set x(v) {}, get y() { return 1; }, set z(v) {} },
  { [Symbol("k")]: 1, [Symbol.iterator]: 2 }, Object.create(null), Object.assign(Object.create(null), { a: 1 }), Object.create({ inherited: 1 }), new Foo(), new Bar(), Foo, Bar, function named() {}, () => {}, Object.assign(() => {}, { prop: 1 }), Math.max,
  new Map(), new Map([["a", 1], [{ k: 1 }, [1, 2]]]), new Set(), new Set([1, "a", {}]), new WeakMap(), new WeakSet(), new Date(0), new Date(NaN), /re/gi, Object.assign(/x/, { p: 1 }), new Boolean(false), new Number(3), new String("abc"), Object(Symbol("b")), Object(5n),
  new Uint8Array([1, 2, 3]), new Float64Array(2), new Uint8Array(0), new ArrayBuffer(4), new DataView(new ArrayBuffer(2)), circular, [[]], [{}], { a: [] , b: {} }, [null], [[1, 2, [3, 4]], { x: [1, { y: 2 }] }],
  { long: "x".repeat(100) }, { a: "x".repeat(30), b: "y".repeat(30), c: "z".repeat(30) }, { a: 1, b: "two", c: [3, 4, 5], d: { e: { f: 6 } }, g: null, h: undefined, i: true }, ["x".repeat(50), "y".repeat(50)],
  { key: "multi\nline string that is rather long and goes on for a while, more than eighty columns wide" }, new Proxy({ a: 1 }, {}), (function () { return arguments; })(1, "b"), globalThis.Math[Symbol.toStringTag], { [Symbol.toStringTag]: "Tagged", a: 1 }, new (class Empty {})(), new (class extends Map {})([[1, 2]]), new (class MyArray extends Array {})(1, 2), new (class extends Set {})(),
  Array.from({ length: 10 }, (_, i) => ({ id: i, name: "n" + i })), Object.fromEntries(Array.from({ length: 30 }, (_, i) => ["key" + i, i])), { a: { b: { c: {} } } }, { a: { b: { c: [] } } }, { x: new Map([["k", { deep: { deeper: { deepest: 1 } } }]]) }, [new Date(0), /x/, null], [1.5, -2, 300000], ["a", 1, true, null, undefined, 5n, Symbol("z")],
  [true, false, true, false, true, false, true], ["apple", "banana", "cherry", "date", "elderberry", "fig", "grape"], [1n, 2n, 3n, 4n, 5n, 6n, 7n], [[1, 2], [3, 4], [5, 6], [7, 8], [9, 10], [11, 12], [13, 14]], { nested: { list: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30] } },
];
for (const v of values) p(util.inspect(v));
for (const options of [{ depth: 0 }, { depth: null }, { depth: 1 }, { compact: false }, { compact: 1 }, { breakLength: 40 }, { breakLength: Infinity }, { sorted: true }, { colors: true }, { maxArrayLength: 2 }, { maxStringLength: 3 }, { getters: true }]) {
  for (const v of [{ b: { c: { d: 1 } }, a: [1, 2, 3], s: "string", m: new Map([["k", { v: 1 }]]), get x() { return 5; } }, [[[[1]]]], "a long string", new Set([3, 1, 2])]) p(util.inspect(v, options));
}
p(util.inspect({ [util.inspect.custom](depth, options) { return "custom " + depth + " " + typeof options.stylize; } }), util.inspect([{ [util.inspect.custom]: () => ({ replaced: 1 }) }]), util.inspect({ inner: { [util.inspect.custom]: () => "two\nlines" } }));
for (const args of [["%s", "a"], ["%s", 1, 2], ["%d", "42"], ["%d", "x"], ["%i", 42.9], ["%f", "1.5x"], ["%j", { a: 1 }], ["%o", { f() {} }], ["%O", { a: { b: { c: { d: 1 } } } }], ["%%"], ["%s %s", "only"], ["%x", 1], ["a", "b", { c: 1 }], [1, "a"], ["%s", null], ["%s", undefined], ["%s", Symbol("q")], ["%s", 5n], ["%s", -0], ["%s", {}], ["%s", { toString() { return "own"; } }], ["%s", [1, [2, [3]]]], ["%s", new Foo()], ["%s", new Date(0)], ["%s", () => 1], ["%d", 5n], ["%d", {}], ["%c styled", "css"], ["100%", 1], ["%s%", "x"], [], [undefined], [null, 1], ["%j", circular], ["%s", "a\nb"], [{ a: 1 }, "x"], ["%i", "0x10"], ["%s", class A {}]]) p(util.format(...args));
p(util.isDeepStrictEqual({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }), util.isDeepStrictEqual([1], ["1"]), util.isDeepStrictEqual(new Map([[{}, 1]]), new Map([[{}, 1]])), util.isDeepStrictEqual(new Set([1, 2]), new Set([2, 1])), util.isDeepStrictEqual(NaN, NaN), util.isDeepStrictEqual(0, -0), util.isDeepStrictEqual(new Date(0), new Date(0)), util.isDeepStrictEqual(/a/g, /a/i), util.isDeepStrictEqual(new Foo(), { a: 1 }), util.isDeepStrictEqual([1, , 3], [1, undefined, 3]), util.isDeepStrictEqual(circular, circular));
for (const [name, f] of Object.entries(util.types).sort(([a], [b]) => (a < b ? -1 : 1))) {
  if (/isProxy|isExternal|KeyObject|CryptoKey|EventTarget|isModuleNamespace/.test(name)) continue;
  p(name, [new Date(), new Map(), new Set(), /x/, [], {}, new Error(), Promise.resolve(), new WeakMap(), new Uint8Array(), new ArrayBuffer(1), Object(1), Object("s"), async () => {}, function* () {}, (function* () {})(), (function () { return arguments; })(), new Map().keys(), new DataView(new ArrayBuffer(1)), null, undefined, 1, "s"].map((v) => (f(v) ? 1 : 0)).join(""));
}
p(util.stripVTControlCharacters("\x1b[31mred\x1b[0m"), util.toUSVString("a\ud800"), util.inspect.defaultOptions.depth, typeof util.promisify.custom);
const { A, B } = { A: function A() {}, B: function B() {} }; util.inherits(A, B); p(A.super_ === B, new A() instanceof B);
(async () => {
  p(await util.promisify((a, cb) => cb(null, a + 1))(1));
  try { await util.promisify((cb) => cb(new Error("no")))(); } catch (e) { p(e.message); }
  util.callbackify(async (x) => x * 2)(4, (e, v) => p(e, v));
  try { util.promisify(5); } catch (e) { p(e.code, e.message); }
})();
console.log("%s is %d years", "Bob", 42, { extra: true }); console.log(); console.log("a", 1, [2]); console.error === console.log; console.table([{ a: 1, b: "x" }, { a: 2, c: true }]); console.table([1, "two"]); console.table(5); console.group("G"); console.log("in\nside"); console.groupEnd(); console.log("out"); console.dir({ a: { b: { c: { d: 1 } } } }, { depth: 0 }); console.count(); console.count("x"); console.count();
