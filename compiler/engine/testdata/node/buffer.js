const { Buffer: B, ...buffer } = require("buffer");
const p = (f) => { try { console.log(f()); } catch (e) { console.log(e.name, e.code, e.message); } };
const text = "héllo €uro 😀 \u0000end";
for (const encoding of ["utf8", "utf-8", "UTF8", "hex", "base64", "base64url", "latin1", "binary", "ascii", "ucs2", "utf16le", "UTF-16LE"]) {
  p(() => B.from(text).toString(encoding));
  p(() => B.from("48656c6c6f7z", encoding));
  p(() => B.from("SGk-Pz8_\n8=", encoding));
  p(() => B.byteLength("SGVsbG8=", encoding));
  p(() => B.alloc(5).write("aébc", encoding));
}
p(() => B.from("é😀").toString("latin1")); p(() => B.from("\ud800x")); p(() => B.from([0xff, 0xc3, 0x28, 0xe2, 0x82, 0xf0, 0x9f, 0x98]).toString()); p(() => B.from([0xe2, 0x28, 0xa1, 0xed, 0xa0, 0x80, 0x41]).toString());
p(() => B.from("x", "nope")); p(() => B.from(5)); p(() => B.from(null)); p(() => B.from(undefined)); p(() => B.from({})); p(() => B.from(true)); p(() => B.from(Symbol("x")));
p(() => B.from([1, 256, -1, 3.7, "5", "x"])); p(() => B.from(new Uint16Array([1, 300]))); p(() => B.from(new Uint8Array([1, 2, 3]).buffer, 1)); p(() => B.from({ length: 2, 0: 7, 1: 8 })); p(() => B.from(new String("boxed"))); p(() => B.from({ type: "Buffer", data: [1, 2] })); p(() => B.from(B.from("copy")));
p(() => B.alloc(3)); p(() => B.alloc(5, "ab")); p(() => B.alloc(4, 7)); p(() => B.alloc(-1)); p(() => B.alloc("5")); p(() => B.alloc(4, "YQ==", "base64")); p(() => B.of(1, 2, 3)); p(() => B.allocUnsafe(2).length);
p(() => B.concat([B.from("a"), B.from("bc")])); p(() => B.concat([B.from("abc"), B.from("def")], 4)); p(() => B.concat([B.from("a")], 3)); p(() => B.concat([])); p(() => B.concat("x"));
p(() => [B.compare(B.from("a"), B.from("b")), B.compare(B.from("b"), B.from("a")), B.compare(B.from("a"), B.from("a")), B.compare(B.from("a"), B.from("ab"))]);
p(() => [B.isBuffer(B.alloc(1)), B.isBuffer(new Uint8Array(1)), B.isEncoding("hex"), B.isEncoding("nope"), B.isEncoding(1)]);
const b = B.from("hello world");
p(() => b.slice(1, 4)); p(() => b.slice(-5)); p(() => b.subarray(2)); p(() => b.slice(0, 5).toString()); p(() => b.indexOf("o")); p(() => b.indexOf("o", 5)); p(() => b.lastIndexOf("o")); p(() => b.indexOf("zz")); p(() => b.includes("wor")); p(() => b.indexOf(B.from("ld"))); p(() => b.indexOf(111)); p(() => b.indexOf("")); p(() => b.indexOf("", 100)); p(() => b.indexOf("h", -11)); p(() => b.lastIndexOf("h", -20)); p(() => b.lastIndexOf("l", 3)); p(() => b.indexOf({}));
p(() => b.equals(B.from("hello world"))); p(() => b.equals("x")); p(() => b.compare(B.from("hello"), 0, 5, 0, 5)); p(() => b.toJSON()); p(() => JSON.stringify(B.from("hi"))); p(() => b.toString("utf8", 3, 8)); p(() => b.toString("hex", -3, 2)); p(() => String(b)); p(() => b + "!"); p(() => [...B.from("ab")]); p(() => b.length); p(() => b.at(-1)); p(() => b.map((x) => x + 1).toString()); p(() => b.filter((x) => x > 110)); p(() => b.constructor.name);
p(() => { const c = B.alloc(4); return [b.copy(c, 1, 2), c]; }); p(() => { const c = B.alloc(6); c.fill("abc", 1, 5); return c; }); p(() => B.alloc(3).fill("")); p(() => B.alloc(3).fill("é")); p(() => B.alloc(3).fill(300)); p(() => B.alloc(4).fill("6162", "hex"));
p(() => { const c = B.alloc(6); return [c.write("é", 5), c.write("ab", 1), c.write("abc", 4), c.write("ffff", 0, "hex"), c]; }); p(() => B.alloc(2).write("x", 5));
const n = B.alloc(16);
for (const [name, ...args] of [["UInt8", 200], ["Int8", -5], ["UInt16LE", 0x1234], ["UInt16BE", 0x1234], ["Int16LE", -2], ["Int16BE", -2], ["UInt32LE", 0xdeadbeef], ["UInt32BE", 0xdeadbeef], ["Int32LE", -7], ["Int32BE", -7], ["FloatLE", 1.5], ["FloatBE", 0.1], ["DoubleLE", 0.1], ["DoubleBE", -1e300], ["BigUInt64LE", 2n ** 63n], ["BigInt64BE", -5n]]) {
  p(() => [name, n["write" + name](...args, 3), n["read" + name](3), n.toString("hex")]);
}
p(() => [n.writeUIntBE(0x123456, 0, 3), n.readUIntBE(0, 3), n.readUIntLE(0, 3), n.writeIntLE(-5, 0, 6), n.readIntLE(0, 6), n.readIntBE(0, 6)]);
p(() => n.readUInt8(16)); p(() => n.readUInt32LE(13)); p(() => n.readUInt8(1.5)); p(() => n.readUInt8("x")); p(() => n.writeUInt8(256)); p(() => n.writeInt8(-129)); p(() => n.writeUInt32LE(2 ** 32)); p(() => n.writeBigUInt64LE(2n ** 64n)); p(() => n.readUint8(0)); p(() => B.alloc(1).readUInt16LE(0));
p(() => B.from([1, 2, 3, 4]).swap16()); p(() => B.from([1, 2, 3, 4]).swap32()); p(() => B.from([1, 2, 3]).swap16());
p(() => B.from("x".repeat(60))); p(() => B.from("x".repeat(51))); p(() => ({ b: B.from("ab") })); p(() => B.alloc(0)); p(() => [B.from("a"), new Uint8Array(2)]);
p(() => buffer.btoa("hi\xff")); p(() => buffer.atob("aGk=")); p(() => buffer.btoa("€")); p(() => buffer.atob("a")); p(() => buffer.atob(" aG k= ")); p(() => buffer.atob("!!!!"));
p(() => new TextEncoder().encode("é😀")); p(() => new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61, 0xff]))); p(() => new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([0xff]))); p(() => new TextDecoder("latin1").encoding); p(() => new TextDecoder("nope")); p(() => new TextDecoder("utf-16le").decode(new Uint8Array([0x61, 0, 0x3d, 0xd8, 0, 0xde]))); p(() => new TextEncoder().encodeInto("aéb", new Uint8Array(3)));
p(() => { const d = new TextDecoder(); return d.decode(new Uint8Array([0xe2, 0x82]), { stream: true }) + "|" + d.decode(new Uint8Array([0xac]), { stream: true }) + "|" + d.decode(); });
const { StringDecoder } = require("string_decoder");
for (const encoding of ["utf8", "utf16le", "base64", "hex", "latin1"]) { const d = new StringDecoder(encoding); p(() => [d.write(B.from([0x61, 0xe2])), d.write(B.from([0x82])), d.write(B.from([0xac, 0x62, 0xf0, 0x9f])), d.end()]); }
p(() => new StringDecoder("nope")); p(() => structuredClone(new Map([[1, { a: new Date(0), s: new Set([1]), u: new Uint8Array([1]) }]]))); p(() => structuredClone(() => 1)); p(() => { const a = { x: 1 }; a.self = a; const c = structuredClone(a); return c.self === c && c !== a; });
