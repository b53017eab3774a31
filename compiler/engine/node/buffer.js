// Text becomes bytes and bytes text in Go; the rest is Uint8Array's.
const encodings = {
  "utf8": "utf8", "utf-8": "utf8", "hex": "hex", "base64": "base64", "base64url": "base64url",
  "latin1": "latin1", "binary": "latin1", "ascii": "ascii",
  "ucs2": "utf16le", "ucs-2": "utf16le", "utf16le": "utf16le", "utf-16le": "utf16le",
};
const typeError = (message, code) => Object.assign(new TypeError(message), { code });
const rangeError = (message, code) => Object.assign(new RangeError(message), { code });

function encodingOf(name) {
  if (name === undefined || name === null || name === "") return "utf8";
  const e = encodings[String(name).toLowerCase()];
  if (e === undefined) throw typeError(`Unknown encoding: ${name}`, "ERR_UNKNOWN_ENCODING");
  return e;
}

function encode(text, encoding) {
  if (text === "") return new ArrayBuffer(0);
  const to = { ascii: "latin1", base64url: "base64" }[encoding] ?? encoding;
  return host.forBytes("node:encode", to + " " + text);
}

const byteLength = (value, encoding) => {
  if (typeof value !== "string") {
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return value.byteLength;
    throw typeError(`The "string" argument must be of type string or an instance of Buffer or ArrayBuffer. Received ${load("util").received(value)}`, "ERR_INVALID_ARG_TYPE");
  }
  switch (encodings[String(encoding ?? "utf8").toLowerCase()] ?? "utf8") {
    case "latin1": case "ascii": return value.length;
    case "utf16le": return value.length * 2;
    case "hex": return value.length >>> 1;
    case "base64": case "base64url": {
      const length = value.endsWith("==") ? value.length - 2 : value.endsWith("=") ? value.length - 1 : value.length;
      return (length * 3) >>> 2;
    }
  }
  let n = value.length;
  for (let i = 0; i < value.length; i++) {
    const c = value.charCodeAt(i);
    if (c >= 0x80) n += c >= 0x800 ? 2 : 1;
    if (c >= 0xd800 && c <= 0xdbff && (value.charCodeAt(i + 1) & 0xfc00) === 0xdc00) n--, i++;
  }
  return n;
};

class FastBuffer extends Uint8Array {}

function Buffer(value, encodingOrOffset, length) {
  return typeof value === "number" ? Buffer.alloc(value) : Buffer.from(value, encodingOrOffset, length);
}
Buffer.prototype = FastBuffer.prototype;
host.hidden(Buffer.prototype, "constructor", Buffer);
Object.setPrototypeOf(Buffer, Uint8Array);
Object.defineProperty(Buffer, Symbol.species, { get: () => FastBuffer, configurable: true });

const view = (buffer, offset, length) => new FastBuffer(buffer, offset, length);
const fromString = (text, encoding) => view(encode(text, encodingOf(encoding)));

Buffer.from = (value, encodingOrOffset, length) => {
  if (typeof value === "string") return fromString(value, encodingOrOffset);
  if (value !== null && typeof value === "object") {
    if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) {
      if (encodingOrOffset > value.byteLength) throw rangeError('"offset" is outside of buffer bounds', "ERR_BUFFER_OUT_OF_BOUNDS");
      return view(value, encodingOrOffset, length);
    }
    const primitive = typeof value.valueOf === "function" ? value.valueOf() : undefined;
    if (primitive !== null && primitive !== undefined && primitive !== value && (typeof primitive === "string" || typeof primitive === "object")) {
      return Buffer.from(primitive, encodingOrOffset, length);
    }
    if (value.type === "Buffer" && Array.isArray(value.data)) return Buffer.from(value.data);
    if (typeof value.length === "number" || ArrayBuffer.isView(value)) {
      const b = new FastBuffer(value.length >>> 0);
      if (value instanceof Uint8Array) b.set(value); // many times faster than what follows
      else for (let i = 0; i < b.length; i++) b[i] = value[i];
      return b;
    }
    if (typeof value[Symbol.toPrimitive] === "function") return Buffer.from(value[Symbol.toPrimitive]("string"), encodingOrOffset);
  }
  throw typeError(`The first argument must be of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object. Received ${load("util").received(value)}`, "ERR_INVALID_ARG_TYPE");
};
function size(n) {
  if (typeof n !== "number") throw typeError(`The "size" argument must be of type number. Received ${load("util").received(n)}`, "ERR_INVALID_ARG_TYPE");
  if (!(n >= 0 && n <= 0x100000000)) throw rangeError(`The value of "size" is out of range. It must be >= 0 && <= 4294967296. Received ${n}`, "ERR_OUT_OF_RANGE");
  return n;
}
Buffer.alloc = (n, fill, encoding) => {
  const b = new FastBuffer(size(n));
  return fill === undefined || fill === 0 ? b : b.fill(fill, encoding);
};
Buffer.allocUnsafe = Buffer.allocUnsafeSlow = (n) => new FastBuffer(size(n));
Buffer.of = (...bytes) => Buffer.from(bytes);
Buffer.isBuffer = (b) => b instanceof FastBuffer;
Buffer.isEncoding = (name) => typeof name === "string" && name.toLowerCase() in encodings;
Buffer.byteLength = byteLength;
Buffer.concat = (list, total) => {
  if (!Array.isArray(list)) throw typeError(`The "list" argument must be an instance of Array. Received ${load("util").received(list)}`, "ERR_INVALID_ARG_TYPE");
  total ??= list.reduce((n, b) => n + b.length, 0);
  const out = Buffer.alloc(total);
  let at = 0;
  for (const b of list) {
    if (at >= total) break;
    const part = at + b.length > total ? b.subarray(0, total - at) : b;
    out.set(part, at);
    at += part.length;
  }
  return out;
};
Buffer.compare = (a, b) => {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
  return Math.sign(a.length - b.length);
};
Buffer.copyBytesFrom = (source, offset = 0, length) => {
  const part = source.subarray(offset, length === undefined ? undefined : offset + length);
  return Buffer.from(new Uint8Array(part.buffer.slice(part.byteOffset, part.byteOffset + part.byteLength)));
};
Buffer.poolSize = 8192;

const clamp = (n, length, otherwise) => {
  if (n === undefined) return otherwise;
  n = Math.trunc(Number(n)) || 0;
  return n < 0 ? 0 : n > length ? length : n;
};

const methods = {
  toString(encoding, start, end) {
    start = clamp(start, this.length, 0);
    end = clamp(end, this.length, this.length);
    encoding = encodingOf(encoding);
    if (end <= start) return "";
    let text = "";
    if (end - start <= 32 && encoding === "hex") {
      for (let i = start; i < end; i++) text += (this[i] < 16 ? "0" : "") + this[i].toString(16);
      return text;
    }
    return host.withBytes("node:decode", encoding, this.subarray(start, end));
  },
  toLocaleString(...args) { return this.toString(...args); },
  toJSON() { return { type: "Buffer", data: Array.from(this) }; },
  equals(other) {
    if (!(other instanceof Uint8Array)) throw typeError(`The "otherBuffer" argument must be an instance of Buffer or Uint8Array. Received ${load("util").received(other)}`, "ERR_INVALID_ARG_TYPE");
    return Buffer.compare(this, other) === 0;
  },
  compare(target, ts = 0, te = target.length, ss = 0, se = this.length) {
    return Buffer.compare(this.subarray(ss, se), target.subarray(ts, te));
  },
  write(text, offset, length, encoding) {
    if (typeof offset === "string") [encoding, offset, length] = [offset];
    else if (typeof length === "string") [encoding, length] = [length];
    offset = offset === undefined ? 0 : offset >>> 0;
    if (offset > this.length) throw rangeError(`The value of "offset" is out of range. It must be >= 0 && <= ${this.length}. Received ${offset}`, "ERR_OUT_OF_RANGE");
    const room = Math.min(length ?? Infinity, this.length - offset);
    const bytes = fromString(String(text), encoding);
    let n = Math.min(bytes.length, room);
    // No half of a character is written.
    if (n < bytes.length && encodingOf(encoding) === "utf8") while (n > 0 && (bytes[n] & 0xc0) === 0x80) n--;
    if (encodingOf(encoding) === "utf16le") n &= ~1;
    this.set(bytes.subarray(0, n), offset);
    return n;
  },
  fill(value, start, end, encoding) {
    if (typeof start === "string") [encoding, start, end] = [start];
    else if (typeof end === "string") [encoding, end] = [end];
    start = clamp(start, this.length, 0);
    end = clamp(end, this.length, this.length);
    if (typeof value === "string" || value instanceof Uint8Array) {
      const bytes = typeof value === "string" ? fromString(value, encoding) : value;
      if (bytes.length === 0) {
        if (value.length > 0) throw typeError(`The argument 'value' is invalid. Received '${value}'`, "ERR_INVALID_ARG_VALUE");
        Uint8Array.prototype.fill.call(this, 0, start, end);
      } else {
        for (let i = start; i < end; i++) this[i] = bytes[(i - start) % bytes.length];
      }
      return this;
    }
    return Uint8Array.prototype.fill.call(this, Number(value) & 255, start, end);
  },
  copy(target, at = 0, start = 0, end = this.length) {
    const n = Math.max(0, Math.min(end - start, target.length - at, this.length - start));
    target.set(this.subarray(start, start + n), at);
    return n;
  },
  slice(start, end) { return this.subarray(start, end); },
  indexOf(value, offset, encoding) { return search(this, value, offset, encoding, 1); },
  lastIndexOf(value, offset, encoding) { return search(this, value, offset, encoding, -1); },
  includes(value, offset, encoding) { return search(this, value, offset, encoding, 1) >= 0; },
};
methods.toLocaleString = methods.toString;

function search(b, value, offset, encoding, direction) {
  if (typeof offset === "string") [encoding, offset] = [offset];
  offset = Math.trunc(Number(offset));
  if (Number.isNaN(offset)) offset = direction > 0 ? 0 : b.length;
  if (offset < 0) offset = Math.max(b.length + offset, direction > 0 ? 0 : -1);
  let bytes = value;
  if (typeof value === "number") bytes = [value & 255];
  else if (typeof value === "string") bytes = fromString(value, encoding);
  else if (!(value instanceof Uint8Array)) throw typeError(`The "value" argument must be one of type number or string or an instance of Buffer or Uint8Array. Received ${load("util").received(value)}`, "ERR_INVALID_ARG_TYPE");
  if (bytes.length === 0) return Math.min(offset, b.length);
  const last = b.length - bytes.length;
  for (let i = direction > 0 ? offset : Math.min(offset, last); direction > 0 ? i <= last : i >= 0; i += direction) {
    let j = 0;
    while (j < bytes.length && b[i + j] === bytes[j]) j++;
    if (j === bytes.length) return i;
  }
  return -1;
}

// ---- Numbers --------------------------------------------------------------

const dataView = (b) => new DataView(b.buffer, b.byteOffset, b.byteLength);
function place(b, offset, width) {
  if (typeof offset !== "number") throw typeError(`The "offset" argument must be of type number. Received ${load("util").received(offset)}`, "ERR_INVALID_ARG_TYPE");
  if (!Number.isInteger(offset)) throw rangeError(`The value of "offset" is out of range. It must be an integer. Received ${offset}`, "ERR_OUT_OF_RANGE");
  if (b.length < width) throw rangeError("Attempt to access memory outside buffer bounds", "ERR_BUFFER_OUT_OF_BOUNDS");
  if (offset < 0 || offset + width > b.length) throw rangeError(`The value of "offset" is out of range. It must be >= 0 and <= ${b.length - width}. Received ${offset}`, "ERR_OUT_OF_RANGE");
  return offset;
}
function within(value, min, max, shown) {
  if (value < min || value > max) {
    throw rangeError(`The value of "value" is out of range. It must be ${shown ?? `>= ${min} and <= ${max}`}. Received ${separated(value)}`, "ERR_OUT_OF_RANGE");
  }
}
function separated(n) {
  const s = String(n);
  if (Math.abs(Number(n)) <= 0x100000000 && typeof n !== "bigint") return s;
  return s.replace(/\B(?=(\d{3})+$)/g, "_") + (typeof n === "bigint" ? "n" : "");
}
for (const [kind, width, get, min, max] of [
  ["UInt8", 1, "Uint8", 0, 255], ["Int8", 1, "Int8", -128, 127],
  ["UInt16", 2, "Uint16", 0, 65535], ["Int16", 2, "Int16", -32768, 32767],
  ["UInt32", 4, "Uint32", 0, 4294967295], ["Int32", 4, "Int32", -2147483648, 2147483647],
  ["BigUInt64", 8, "BigUint64", 0n, 0xffffffffffffffffn, ">= 0n and < 2n ** 64n"], ["BigInt64", 8, "BigInt64", -0x8000000000000000n, 0x7fffffffffffffffn, ">= -(2n ** 63n) and < 2n ** 63n"],
  ["Float", 4, "Float32"], ["Double", 8, "Float64"],
]) {
  const shown = width === 8 && min !== undefined ? (min === 0n ? ">= 0n and < 2n ** 64n" : ">= -(2n ** 63n) and < 2n ** 63n") : undefined;
  for (const [suffix, little] of width === 1 ? [["", true]] : [["LE", true], ["BE", false]]) {
    methods[`read${kind}${suffix}`] = function (offset = 0) {
      return dataView(this)["get" + get](place(this, offset, width), little);
    };
    methods[`write${kind}${suffix}`] = function (value, offset = 0) {
      if (typeof min !== "bigint") value = Number(value);
      if (min !== undefined) within(value, min, max, shown);
      dataView(this)["set" + get](place(this, offset, width), value, little);
      return offset + width;
    };
  }
}
for (const little of [true, false]) {
  for (const signed of [false, true]) {
    const name = `${signed ? "Int" : "UInt"}${little ? "LE" : "BE"}`;
    methods["read" + name] = function (offset, width) {
      place(this, offset, width);
      let n = 0;
      for (let i = 0; i < width; i++) n = n * 256 + this[little ? offset + width - 1 - i : offset + i];
      return signed && n >= 2 ** (8 * width - 1) ? n - 2 ** (8 * width) : n;
    };
    methods["write" + name] = function (value, offset, width) {
      place(this, offset, width);
      within(value, signed ? -(2 ** (8 * width - 1)) : 0, signed ? 2 ** (8 * width - 1) - 1 : 2 ** (8 * width) - 1);
      if (value < 0) value += 2 ** (8 * width);
      for (let i = 0; i < width; i++) {
        this[little ? offset + i : offset + width - 1 - i] = value % 256;
        value = Math.floor(value / 256);
      }
      return offset + width;
    };
  }
}
for (const [width, name] of [[16, "swap16"], [32, "swap32"], [64, "swap64"]]) {
  methods[name] = function () {
    const n = width / 8;
    if (this.length % n) throw rangeError(`Buffer size must be a multiple of ${width}-bits`, "ERR_INVALID_BUFFER_SIZE");
    for (let i = 0; i < this.length; i += n) this.subarray(i, i + n).reverse();
    return this;
  };
}
for (const [name, method] of Object.entries(methods)) {
  host.hidden(Buffer.prototype, name, method);
  if (name.includes("UInt")) host.hidden(Buffer.prototype, name.replace("UInt", "Uint"), method);
}
for (const encoding of ["utf8", "hex", "latin1", "ascii", "base64", "base64url", "ucs2"]) {
  host.hidden(Buffer.prototype, encoding + "Slice", function (start, end) { return this.toString(encoding, start, end); });
  host.hidden(Buffer.prototype, encoding + "Write", function (text, offset, length) { return this.write(text, offset, length, encoding); });
}
Object.defineProperty(Buffer.prototype, "parent", { get() { return this.buffer; }, configurable: true });
Object.defineProperty(Buffer.prototype, "offset", { get() { return this.byteOffset; }, configurable: true });
host.hidden(Buffer.prototype, Symbol.for("nodejs.util.inspect.custom"), function () {
  const shown = this.toString("hex", 0, 50).replace(/..(?=.)/g, "$& ");
  const more = this.length - 50;
  return `<Buffer ${shown}${more > 0 ? ` ... ${more} more byte${more > 1 ? "s" : ""}` : ""}>`.replace("<Buffer >", "<Buffer >");
});

// ---- The rest of the module -----------------------------------------------

function invalidCharacter() {
  const { DOMException } = load("internal_event");
  return new DOMException("Invalid character", "InvalidCharacterError");
}
exports.btoa = function btoa(text) {
  text = String(text);
  if (/[^\0-\xff]/.test(text)) throw invalidCharacter();
  return fromString(text, "latin1").toString("base64");
};
exports.atob = function atob(text) {
  text = String(text).replace(/[\t\n\f\r ]/g, "");
  if (text.length % 4 === 0) text = text.replace(/==?$/, "");
  if (/[^A-Za-z0-9+/]/.test(text)) throw invalidCharacter();
  if (text.length % 4 === 1) {
    const { DOMException } = load("internal_event");
    throw new DOMException("The string to be decoded is not correctly encoded.", "InvalidCharacterError");
  }
  return fromString(text, "base64").toString("latin1");
};

class Blob {
  #bytes;
  constructor(parts = [], options = {}) {
    this.#bytes = Buffer.concat(Array.from(parts, (p) =>
      p instanceof Blob ? p.#bytes : typeof p === "string" ? Buffer.from(p)
        : ArrayBuffer.isView(p) ? view(p.buffer, p.byteOffset, p.byteLength) : p instanceof ArrayBuffer ? view(p) : Buffer.from(String(p))));
    this.type = String(options.type ?? "").toLowerCase();
  }
  get size() { return this.#bytes.length; }
  async text() { return this.#bytes.toString(); }
  async bytes() { return new Uint8Array(this.#bytes); }
  async arrayBuffer() { return new Uint8Array(this.#bytes).buffer; }
  slice(start, end, type) { return new Blob([Uint8Array.prototype.slice.call(this.#bytes, start, end)], { type }); }
}
class File extends Blob {
  constructor(parts, name, options = {}) {
    super(parts, options);
    this.name = String(name);
    this.lastModified = options.lastModified ?? Date.now();
  }
}

Object.assign(exports, {
  Buffer, SlowBuffer: Buffer, Blob, File, kMaxLength: 0x100000000, kStringMaxLength: 536870888, INSPECT_MAX_BYTES: 50,
  constants: { MAX_LENGTH: 0x100000000, MAX_STRING_LENGTH: 536870888 },
  isUtf8(b) { return !Buffer.from(b.buffer ?? b, b.byteOffset, b.byteLength).toString().includes("\ufffd") || load("util").isValidUTF8(b); },
  isAscii: (b) => new Uint8Array(b.buffer ?? b, b.byteOffset, b.byteLength).every((c) => c < 128),
  transcode: (b, from, to) => Buffer.from(Buffer.from(b).toString(from), to),
  resolveObjectURL() {},
});
