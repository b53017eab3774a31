// Programs of the kinds of syntax that are rewritten, with all kinds of values.
const values = [undefined, null, true, false, 0, -0, 1, -1.5, NaN, Infinity, "", "0", "1", "a", "b", "10", "9", 10n, [], [1], {}, { valueOf: () => 3 }, { toString: () => "x" }, Symbol.iterator, () => {}, new Date(5)];
const show = (v) => (typeof v === "symbol" ? v.toString() : typeof v === "bigint" ? v + "n" : typeof v === "function" ? "f" : Object.is(v, -0) ? "-0" : Array.isArray(v) ? "[" + v.map(show) + "]" : typeof v === "object" && v !== null ? "o" : String(v));
const attempt = (f) => { try { return show(f()); } catch (e) { return e.name + ": " + e.message; } };
for (const a of values) {
  for (const b of values) {
    console.log(show(a), show(b), [
      () => a === b, () => a !== b, () => a == b, () => a != b, () => a < b, () => a > b, () => a <= b, () => a >= b,
      () => a - b, () => a * b, () => a / b, () => a % b, () => a & b, () => a | b, () => a ^ b, () => a << b, () => a >> b, () => a >>> b, () => a in b,
      () => { let x = a; x -= b; return x; }, () => { let x = { y: a }; x.y *= b; return x.y; }, () => a[b], () => a?.[b], () => ({ [a]: b })[a],
      () => { switch (a) { case b: return "same"; default: return "other"; } },
      () => a + b, () => 1 + a + b, () => { let x = a; x += b; return x; }, () => a ?? b, () => { let x = a; x ||= b; return x; }, () => { let x = a; x &&= b; return x; }, () => { let x = a; x ??= b; return x; },
      () => { const x = { y: a }; x.y ||= b; return x.y; }, () => { const x = { y: a }; x["y"] &&= b; return x.y; }, () => { const x = [a], k = 0; x[k] ??= b; return x[0]; }, () => { const { y = b } = { y: a }; return y; },
      () => a == null, () => a === undefined, () => null !== b, () => { a[b] ||= 1; return a[b]; }, () => { a.length ??= b; return a.length; },
    ].map(attempt).join(" | "));
  }
  console.log(show(a), [() => typeof a, () => typeof (a), () => typeof a?.b, () => typeof a.length, () => typeof notDeclared, () => typeof (notDeclared), () => a[0], () => a?.[0], () => a?.["length"], () => { const { length } = a; return length; }, () => { let length; ({ length = 5 } = a); return length; }, () => (({ length: x, ...y }) => [x, y])(a), () => { const [{ 0: x, length }] = [a]; return [x, length]; }, () => ({ ...a }), () => Object.entries({ ...a, b: 1 }).length, () => { let n = 0; for (const k in a) n += k.length; return n; }, () => Array(a).length, () => new Array(a).length, () => ((x, { length } = { length: 3 }) => length)(a)].map(attempt).join(" | "));
  console.log(show(a), [() => a.length, () => a?.length, () => +a, () => -a, () => ~a, () => { let x = a; x++; return x; }, () => { let x = a; return x--; }, () => a?.length?.toFixed(1), () => (a?.length).toFixed, () => a ** 2].map(attempt).join(" | "));
}
// The order of evaluation.
const trace = [];
const t = (name, value) => (trace.push(name), value);
t("a", 1) === t("b", 2); t("c", 3) - t("d", 4) * t("e", 5); t("f", {})[t("g", "x")] = t("h", 6); t("i", "k") in t("j", {}); [t("k", [1])][t("l", 0)].length; let m = 1; m -= t("m", (m = 10)); t("n", { p: 2 }).p **= t("o", 3);
switch (t("q", 2)) { case t("r", 1): case t("s", 2): t("t"); case t("u", 3): }
console.log(trace.join(""), m);
const o = { get x() { trace.push("get"); return 0; }, set x(v) { trace.push("set" + v); } }; t("v", o)[t("w", "x")] ||= t("x", { y: 1 }).y; t("y", o).x ??= t("z", 1); let u; u ??= t("1", u === undefined); u &&= t("2", null); u ||= () => 1; t("3", 1) + t("4", "a") + t("5", 2);
console.log(trace.join(""), typeof u, Object.keys((({ a = 1, length, ...rest }) => rest)({ b: 1, c: 2, length: 4 })), (({ length }) => length)(Object.create(null, { length: { value: 6 } })), { length: { length: 2 } }.length.length);
// Lengths that are written, and odd places for reads.
const list = [1, 2, 3, 4];
list.length = 2; list.length += 1; list.length--; ++list.length; [list.length] = [2]; ({ a: list.length = 1 } = {}); for (list.length of [3]); for (list.length in { 2: 1 });
console.log(list.length, delete [].length === false || "sloppy", list.length.toString().length, `${list.length}${[].length}`, (list, "abc").length, [list].map((x) => x.length), ((...args) => args.length)(1, 2), (function () { return arguments.length; })(1, 2, 3), new (class { length() { return "method"; } })().length(), "abc"?.length?.toFixed(2), null?.length.x.y, undefined?.a.length ?? "none");
class Base { static get length() { return 7; } get length() { return 8; } }
class Derived extends Base { get length() { return super.length + 1; } static #x = 1; static has(o) { return #x in o; } ["computed" + 1] = this.length; static { this.y = this.length === 7; } }
console.log(new Derived().length, Derived.length, Derived.has(Derived), Derived.has({}), new Derived().computed1, Derived.y);
// Control flow and the rest of the language.
outer: for (let i = 0; i < 3; i++) { for (let j = 0; j < 3; j++) { if (i * j === 2) break outer; if (j > i) continue outer; console.log(i, j); } }
const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2)); console.log(fib(12));
function* count(n) { for (let i = 0; i !== n; i++) { const got = yield i * 2; if (got === "stop") return "stopped"; } }
const g = count(5); console.log(g.next().value, g.next().value, g.next("stop").value, [...count(3)].length);
async function* later(n) { while (n-- > 0) { await null; yield n; } }
for await (const x of later(3)) console.log(x === 1 ? "one" : x);
const { length, [`len${"gth"}`]: same, ...others } = "abcd"; console.log(length === same, Object.keys(others).length);
let i = 0; do { i += 2; } while (i < 5); while (i-- > 3); console.log(i, i > 2 === false, 1 < 2 === true, !(i === 2), typeof i === "number", void 0 === undefined, i == null);
const sorted = ["b", "a", "c"].sort((x, y) => (x < y ? -1 : x > y ? 1 : 0)); console.log(sorted, sorted.filter((x, j, all) => all.indexOf(x) === j && x >= "b"), sorted[sorted.length - 1], sorted.at(-1) === sorted[sorted.length - 1]);
const text = "x=1;y=22"; console.log(Object.fromEntries(text.split(";").map((p) => p.split("=")).filter(([k, v]) => k !== "" && v.length > 0)), /=(\d+)$/.exec(text)?.[1].length, text.replace(/\d/g, (d) => (d === "1" ? "one" : d * 2)));
var v = 1; { var v = 2; } console.log(v, (() => { try { return v === 2 ? "try" : ""; } finally { v -= 1; } })(), v); if (v === 1) { console.log("if"); } else console.log("else");
const tag = (s, ...a) => s.raw.length + a.length; console.log(tag`a${1}b${2 - 1}c`, `nested ${`inner ${i - 1 < 5}`}`); console.log([1, 2, 3].reduce((a, b) => a - b), Math.max(...[1, 2].map((x) => x ** 2)), 2 ** -1, (-2) ** 2, ((a, b) => a === b)(1, 1));
console.log(eval("1 === 1"), new Function("a", "return a.length === 2")("ab"), JSON.stringify({ a: [1 === 1, { b: "x".length }] }), (({ a = 1 === 1 } = {}) => a)(), ((a, b = a.length) => b)("xyz"));
