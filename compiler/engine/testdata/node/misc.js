const p = (f) => { try { console.log(f()); } catch (e) { console.log(e.name, e.code, e.message); } };
const qs = require("querystring");
for (const s of ["", "a=1&b=2&a=3", "a", "=b", "a=b=c", "a=%20+%zz", "&&a=1&&", "é=ü", "a%20b=c%3Dd"]) p(() => JSON.stringify(qs.parse(s)));
p(() => qs.parse("a:1;b:2", ";", ":")); p(() => qs.parse("a=1&b=2&c=3", null, null, { maxKeys: 2 }));
for (const o of [{ a: 1, b: "x y", c: [1, "2"], d: true, e: null, f: undefined, g: NaN, h: 5n, i: {} }, {}, null, "x", { "k ey": "v&l=ue" }, { a: "é!'()*~-_." }]) p(() => qs.stringify(o));
p(() => qs.stringify({ a: 1, b: 2 }, ";", ":")); p(() => qs.escape("a b&c=d/é")); p(() => qs.unescape("%41%zz%20")); 
const EventEmitter = require("events");
const e = new EventEmitter(), log = [];
e.on("newListener", (type) => log.push("new:" + String(type)));
e.on("x", (...a) => log.push("1:" + a)); e.prependListener("x", () => log.push("0")); e.once("x", () => log.push("once")); e.on(Symbol.for("s"), () => {});
p(() => [e.emit("x", 1, 2), e.emit("x"), e.emit("none"), log.join(" "), e.listenerCount("x"), e.eventNames(), e.listeners("x").length, e.getMaxListeners()]);
p(() => e.emit("error", new Error("boom"))); p(() => e.emit("error", "text")); p(() => e.emit("error")); p(() => e.on("x", 5)); p(() => { e.removeAllListeners("x"); return e.listenerCount("x"); }); p(() => { const f = () => {}; e.on("y", f).on("y", f).off("y", f); return e.listenerCount("y"); });
p(() => { function Old() { EventEmitter.call(this); } require("util").inherits(Old, EventEmitter); const o = new Old(); let n = 0; o.on("a", function () { n += this === o ? 1 : 100; }); o.emit("a"); return n; });
p(() => { class New extends EventEmitter { constructor() { super(); this.q = 1; } } return [new New() instanceof EventEmitter, EventEmitter.EventEmitter === EventEmitter, EventEmitter.defaultMaxListeners]; });
const assert = require("assert");
p(() => assert(true)); p(() => assert.ok(0, "message")); p(() => assert.strictEqual(1, 2)); p(() => assert.deepStrictEqual({ a: 1 }, { a: 1 })); p(() => assert.deepEqual([1, "2"], ["1", 2])); p(() => assert.throws(() => { throw new TypeError("t"); }, TypeError)); p(() => assert.throws(() => {})); p(() => assert.throws(() => { throw new Error("abc"); }, /abc/)); p(() => assert.equal(1, 2)); p(() => assert.notStrictEqual(1, 1)); p(() => assert.fail("f")); p(() => assert.fail()); p(() => assert.ifError(null)); p(() => assert.match("abc", /b/)); p(() => { try { assert.strictEqual(1, 2); } catch (e) { return [e.code, e.actual, e.expected, e.operator, e.generatedMessage]; } });
p(() => assert.notDeepEqual({ a: 1 }, { a: 1 }, "nd")); p(() => assert.doesNotThrow(() => 1)); p(() => assert.strict.equal(1, 1)); p(() => assert.throws(() => { throw new Error("x"); }, { message: "x", name: "Error" }));
const crypto = require("crypto");
for (const a of ["md5", "sha1", "sha224", "sha256", "sha384", "sha512", "SHA256", "RSA-SHA256", "sha512-256"]) p(() => [crypto.createHash(a).update("data").update(Buffer.from("é")).digest("hex"), crypto.createHmac(a, "key").update("x").digest("base64")]);
p(() => [crypto.createHash("md5").update("\u00e9").digest("hex"), crypto.createHash("md5").update("\ud83d").update("\ude00").digest("hex"), crypto.createHmac("sha256", "k").update("a\nb").digest("hex"), crypto.createHash("sha1").update("").digest("hex"), crypto.createHash("md5").update("\ud83d").digest("hex"), crypto.createHash("md5").update("ff", "hex").digest("hex")]);
p(() => crypto.createHash("nope")); p(() => { const h = crypto.createHash("md5"); h.digest(); h.update("x"); }); p(() => { const h = crypto.createHash("md5"); h.digest(); h.digest(); }); p(() => crypto.createHash("md5").update(5)); p(() => crypto.createHash("sha256").update("a").copy().update("b").digest("base64url")); p(() => crypto.timingSafeEqual(Buffer.from("a"), Buffer.from("a"))); p(() => crypto.timingSafeEqual(Buffer.from("a"), Buffer.from("ab"))); p(() => crypto.pbkdf2Sync("pw", "salt", 3, 40, "sha256").toString("hex")); p(() => Buffer.from(crypto.hkdfSync("sha256", "key", "salt", "info", 42)).toString("hex")); p(() => crypto.randomBytes(7).length); p(() => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID())); p(() => crypto.createHash("sha256").update("x").digest()); p(() => { const n = crypto.randomInt(5, 7); return n === 5 || n === 6; }); p(() => crypto.createHmac("sha256", Buffer.from([1, 2])).update("").digest("latin1").length);
const zlib = require("zlib");
p(() => zlib.gunzipSync(zlib.gzipSync("hello")).toString()); p(() => zlib.inflateSync(zlib.deflateSync(Buffer.from("x".repeat(1000)))).length); p(() => zlib.inflateRawSync(zlib.deflateRawSync("raw")).toString()); p(() => zlib.unzipSync(zlib.gzipSync("u")).toString()); p(() => zlib.gunzipSync(Buffer.from("H4sIAAAAAAAAA8tIzcnJBwCGphA2BQAAAA==", "base64")).toString());
const net = require("net");
p(() => ["1.2.3.4", "256.1.1.1", "01.2.3.4", "::1", "1::2::3", "fe80::1%eth0", "x", "::ffff:1.2.3.4"].map(net.isIP));
p(() => require("os").EOL); p(() => require("module").isBuiltin("fs")); p(() => require("module").isBuiltin("nope")); p(() => require("tty").isatty(9)); p(() => typeof require("perf_hooks").performance.now());
for (const list of [["b", "a", "C", "A", "B", "c"], ["é", "e", "z", "E", "è", "ee"], ["a-b", "a_b", "ab", "a b", "a.b", "a/b", "aB"], ["item10", "item9", "item1", "Item2"], ["ä", "a", "o", "ö", "z", "ß", "ss", "st"], ["1", "10", "2", "a1", "_x", "-x", "x"], ["résumé", "resume", "Resume", "Résumé"], ["co-op", "coop", "CO-OP"], ["α", "β", "a", "я", "б", "Ω"], ["", "a", " ", "!"]]) {
  p(() => [...list].sort((a, b) => a.localeCompare(b)).join("|")); p(() => [...list].sort(new Intl.Collator("en", { numeric: true }).compare).join("|"));
}
p(() => {
  // ASCII text has a way of its own, which is the same.
  const texts = ["", "\x01"];
  for (let i = 0, n = 1; i < 25; i++) {
    let text = "";
    for (let j = 0; j <= i % 4; j++) text += String.fromCharCode(32 + (n = n * 48271 % 2147483647) % 95);
    texts.push(text, text.toUpperCase());
  }
  return texts.flatMap((a) => texts.filter((b) => a.localeCompare(b) !== a.localeCompare(b, "en", {}))).length;
});
p(() => ["a".localeCompare("A", undefined, { sensitivity: "base" }), "é".localeCompare("e", undefined, { sensitivity: "base" }), "a".localeCompare("á", undefined, { sensitivity: "accent" }), "a".localeCompare("b"), "a".localeCompare("a"), "10".localeCompare("9", undefined, { numeric: true })]);
p(() => [(1234567.891).toLocaleString(), (0.5).toLocaleString("en-US", { style: "percent" }), (99.5).toLocaleString("en-US", { style: "currency", currency: "USD" }), new Intl.NumberFormat("en-US").format(1e6)]);
p(() => [new Date(86400000 * 365).toLocaleDateString("en-US", { timeZone: "UTC" }), new Intl.DateTimeFormat("en-US", { year: "numeric", month: "long", day: "numeric", timeZone: "UTC" }).format(new Date(0)), new Intl.PluralRules("en", { type: "ordinal" }).select(22), new Intl.ListFormat("en").format(["a", "b", "c"])]);
p(() => [new Date("2020-02-30").getTime(), new Date("2020-01-01").getTime(), new Date(2020, 0).toISOString(), new Date("2020-01-01T10:00:00+02:00").toISOString(), new Date("Tue, 05 Nov 2019 12:00:00 GMT").toISOString(), new Date(2019, 11, 31, 23, 59, 59, 999).toJSON(), Date.UTC(2000, 1), new Date(new Date(5)).getTime(), new Date("x").getTime(), new Date(undefined).getTime(), new Date(null).getTime(), typeof Date(), Date.length, Date.name, new Date(0) instanceof Date, Object.prototype.toString.call(new Date())]);
p(() => { class MyDate extends Date { x() { return this.getTime() + 1; } } return [new MyDate(5).x(), new MyDate(5) instanceof Date, new Date(2020, 5, 15).toString(), new Date(0).toDateString(), new Date(0).toTimeString()]; });
p(() => { const c = new AbortController(); let n = 0; c.signal.addEventListener("abort", () => n++); c.abort(); c.abort(); return [n, c.signal.aborted, c.signal.reason.name, c.signal.reason.message, c.signal.reason.code]; }); p(() => AbortSignal.abort("why").reason); p(() => { AbortSignal.abort().throwIfAborted(); });
p(() => { const t = new EventTarget(), seen = []; t.addEventListener("x", (e) => seen.push(e.type, e.target === t), { once: true }); t.dispatchEvent(new Event("x")); t.dispatchEvent(new Event("x")); return seen; });
p(() => { const o = {}; Error.captureStackTrace(o); return typeof o.stack; }); p(() => { class E extends Error { constructor(m) { super(m); this.name = "E"; Error.captureStackTrace(this, E); } } return [new E("m").stack.split("\n")[0], String(new E("q"))]; });
p(() => new Headers({ A: "1", b: "2" }).get("a")); p(() => [...new Headers([["x", "1"], ["X", "2"]])]); p(() => typeof fetch);
p(() => process.argv.length >= 2 && typeof process.version === "string" && process.platform); p(() => typeof process.hrtime.bigint()); p(() => process.env.PATH_THAT_IS_NOT_SET); p(() => { process.env.NEW_ONE = 5; return process.env.NEW_ONE; }); p(() => process.nextTick(5)); p(() => setTimeout("x"));
p(() => require("child_process").execSync === undefined); p(() => Object.keys(require("path")).sort().join()); p(() => typeof require("fs").constants.O_RDONLY);
(async () => {
  const order = [];
  setTimeout(() => order.push("timeout"), 1); process.nextTick(() => order.push("tick")); Promise.resolve().then(() => order.push("micro")); queueMicrotask(() => order.push("queued"));
  await new Promise((r) => setTimeout(r, 20)); console.log(order.join());
  console.log(await Array.fromAsync?.([1, Promise.resolve(2)]) ?? [1, 2]);
  const { Readable, Transform, Writable, pipeline, PassThrough } = require("stream");
  let out = ""; for await (const c of Readable.from(["a", "b", "c"])) out += c; console.log(out);
  const chunks = []; await require("stream/promises").pipeline(Readable.from(["x", "y"]), new Transform({ transform(c, e, cb) { cb(null, c.toString().toUpperCase()); } }), new Writable({ write(c, e, cb) { chunks.push(c.toString()); cb(); } })); console.log(chunks.join(""));
  const pt = new PassThrough(); pt.write("1"); pt.end("2"); let s = ""; pt.on("data", (d) => (s += d)); await require("events").once(pt, "end"); console.log(s);
  try { await require("stream/promises").pipeline(Readable.from(["x"]), new Transform({ transform(c, e, cb) { cb(new Error("bad")); } })); } catch (e) { console.log(e.message); }
  const r = new Readable({ read() { this.push("data"); this.push(null); } }); r.setEncoding("utf8"); r.on("data", (d) => console.log(typeof d, d)); await new Promise((d) => r.on("close", d)); console.log(r.readableEnded, r.destroyed);
  console.log(await require("stream/consumers").text(Readable.from(["p", "q"]))); console.log(Buffer.from(await crypto.webcrypto.subtle.digest("SHA-256", Buffer.from("x"))).toString("hex"));
  const als = new (require("async_hooks").AsyncLocalStorage)(); console.log(als.run(5, () => als.getStore()), als.getStore()); await als.run({ a: 1 }, async () => { await null; console.log(als.getStore()); });
  for await (const v of require("timers/promises").setInterval(1, "v")) { console.log(v); break; }
  console.log(await Promise.race([require("timers/promises").setTimeout(5, "slow"), require("timers/promises").setTimeout(1, "fast")]));
  try { await require("assert").rejects(Promise.resolve(1)); } catch (e) { console.log(e.code, e.message); }
})();
