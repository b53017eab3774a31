const { Buffer } = require("buffer");
const names = { md5: "md5", sha1: "sha1", sha224: "sha224", sha256: "sha256", sha384: "sha384", sha512: "sha512", "sha512-256": "sha512-256" };

function bytesOf(data, encoding, name = "data") {
  if (typeof data === "string") return Buffer.from(data, encoding);
  if (ArrayBuffer.isView(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (data instanceof ArrayBuffer) return Buffer.from(data);
  if (data instanceof KeyObject) return data.export();
  throw Object.assign(new TypeError(`The "${name}" argument must be of type string or an instance of Buffer, TypedArray, or DataView. Received ${load("util").received(data)}`), { code: "ERR_INVALID_ARG_TYPE" });
}

const digestOf = (argument, bytes) => Buffer.from(host.bytesForBytes("node:hash", argument, bytes));
const output = (bytes, encoding) => (encoding && encoding !== "buffer" ? bytes.toString(encoding) : bytes);
const algorithm = (name) => {
  const known = names[String(name).toLowerCase().replace(/^rsa-/, "").replace(/^sha-/, "sha").replace(/^sha512\//, "sha512-")];
  if (!known) throw new Error("Digest method not supported");
  return known;
};

class Hash {
  #argument; #parts = []; #done = false;
  constructor(argument, parts = []) {
    this.#argument = argument;
    this.#parts = parts;
  }
  update(data, encoding) {
    if (this.#done) throw Object.assign(new Error("Digest already called"), { code: "ERR_CRYPTO_HASH_FINALIZED" });
    // Copied, as the program may write over what it gave.
    this.#parts.push(typeof data === "string" && (encoding === undefined || encoding === "utf8") ? data : Buffer.concat([bytesOf(data, encoding)]));
    return this;
  }
  digest(encoding) {
    if (this.#done) throw Object.assign(new Error("Digest already called"), { code: "ERR_CRYPTO_HASH_FINALIZED" });
    this.#done = true;
    // The usual case crosses once.
    if (encoding === "hex" && this.#parts.length === 1 && typeof this.#parts[0] === "string") return host("node:hash.text", this.#argument + "\n" + this.#parts[0]);
    return output(digestOf(this.#argument, Buffer.concat(this.#parts.map((part) => bytesOf(part)))), encoding);
  }
  copy() { return new this.constructor(this.#argument, [...this.#parts]); }
  write(data, encoding) { this.update(data, encoding); return true; }
  end(data, encoding) {
    if (data !== undefined) this.update(data, encoding);
    this.#result = this.digest();
    return this;
  }
  #result;
  #encoding;
  setEncoding(encoding) { this.#encoding = encoding; return this; }
  read() { return this.#result === undefined ? null : output(this.#result, this.#encoding); }
  on() { return this; }
  once() { return this; }
  emit() { return false; }
}
class Hmac extends Hash {}

class KeyObject {
  #bytes;
  constructor(bytes) { this.#bytes = bytes; this.type = "secret"; }
  get symmetricKeySize() { return this.#bytes.length; }
  export() { return this.#bytes; }
}

const random = (n) => {
  const b = Buffer.alloc(n);
  for (let i = 0; i < n; i += 4) {
    const r = host.random32();
    for (let j = 0; j < 4 && i + j < n; j++) b[i + j] = r >>> (8 * j);
  }
  return b;
};
const uuid = () => {
  const b = random(16);
  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;
  return b.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
};
const later = (callback, make) => {
  if (typeof callback !== "function") return make();
  let result;
  try {
    result = make();
  } catch (e) {
    return void setImmediate(callback, e);
  }
  setImmediate(callback, null, result);
};

function pbkdf2(password, salt, iterations, length, digest) {
  const argument = algorithm(digest) + " " + (bytesOf(password).toString("hex"));
  const out = [];
  for (let block = 1, have = 0; have < length; block++) {
    const index = Buffer.alloc(4);
    index.writeUInt32BE(block);
    let u = digestOf(argument, Buffer.concat([bytesOf(salt), index]));
    const t = Buffer.from(u);
    for (let i = 1; i < iterations; i++) {
      u = digestOf(argument, u);
      for (let j = 0; j < t.length; j++) t[j] ^= u[j];
    }
    out.push(t);
    have += t.length;
  }
  return Buffer.concat(out, length);
}

function hkdf(digest, key, salt, info, length) {
  const name = algorithm(digest);
  const size = digestOf(name, Buffer.alloc(0)).length;
  salt = bytesOf(salt);
  const prk = digestOf(`${name} ${(salt.length ? salt : Buffer.alloc(size)).toString("hex")}`, bytesOf(key)).toString("hex");
  let t = Buffer.alloc(0);
  const out = [];
  for (let i = 1; out.length * size < length; i++) out.push(t = digestOf(`${name} ${prk}`, Buffer.concat([t, bytesOf(info), Buffer.from([i])])));
  return new Uint8Array(Buffer.concat(out, length)).buffer;
}

function timingSafeEqual(a, b) {
  if (a.byteLength !== b.byteLength) {
    throw Object.assign(new RangeError("Input buffers must have the same byte length"), { code: "ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH" });
  }
  return bytesOf(a).equals(bytesOf(b));
}

function randomInt(min, max, callback) {
  if (max === undefined || typeof max === "function") [min, max, callback] = [0, min, max];
  if (!(max > min)) throw Object.assign(new RangeError(`The value of "max" is out of range. It must be greater than the value of "min" (${min}). Received ${max}`), { code: "ERR_OUT_OF_RANGE" });
  return later(callback, () => min + Math.floor(((host.random32() * 0x200000 + (host.random32() >>> 11)) / 0x20000000000000) * (max - min)));
}

function fillRandom(view, offset = 0, size = view.byteLength - offset) {
  bytesOf(view).set(random(size), offset);
  return view;
}

class CryptoKey {
  constructor(bytes, algorithm, extractable, usages) {
    Object.assign(this, { type: "secret", algorithm, extractable, usages });
    host.hidden(this, "bytes", bytes);
  }
}
const nameOf = (a) => (typeof a === "string" ? a : a.name).toUpperCase();
const buffer = (b) => new Uint8Array(b).buffer;
const refuse = (what) => async () => host.forbid("crypto.subtle." + what);
const subtle = {
  async digest(a, data) { return buffer(digestOf(algorithm(nameOf(a)), bytesOf(data))); },
  async importKey(format, data, a, extractable, usages) {
    if (format !== "raw") host.forbid("crypto.subtle.importKey", format);
    const hash = a.hash === undefined ? undefined : { name: nameOf(a.hash) };
    return new CryptoKey(Buffer.concat([bytesOf(data)]), { name: nameOf(a), ...(hash && { hash }) }, extractable, usages);
  },
  async exportKey(format, key) { return buffer(key.bytes); },
  async sign(a, key, data) {
    if (nameOf(a) !== "HMAC") host.forbid("crypto.subtle.sign", nameOf(a));
    return buffer(digestOf(algorithm(key.algorithm.hash.name) + " " + key.bytes.toString("hex"), bytesOf(data)));
  },
  async verify(a, key, signature, data) { return bytesOf(await subtle.sign(a, key, data)).equals(bytesOf(signature)); },
  encrypt: refuse("encrypt"), decrypt: refuse("decrypt"), generateKey: refuse("generateKey"), deriveBits: refuse("deriveBits"),
  deriveKey: refuse("deriveKey"), wrapKey: refuse("wrapKey"), unwrapKey: refuse("unwrapKey"),
};
const webcrypto = {
  subtle,
  randomUUID: uuid,
  getRandomValues(array) {
    if (array.byteLength > 65536) throw new (load("internal_event").DOMException)(`The requested length exceeds 65,536 bytes`, "QuotaExceededError");
    return fillRandom(array);
  },
};

module.exports = {
  webcrypto, subtle, Hash, Hmac, KeyObject,
  createHash: (name) => new Hash(algorithm(name)),
  createHmac: (name, key) => new Hmac(algorithm(name) + " " + bytesOf(key, undefined, "key").toString("hex")),
  hash: (name, data, encoding = "hex") => output(digestOf(algorithm(name), bytesOf(data)), encoding),
  getHashes: () => Object.keys(names), getCiphers: () => [], getCurves: () => [],
  randomBytes: (n, callback) => later(callback, () => random(n)),
  pseudoRandomBytes: (n, callback) => later(callback, () => random(n)),
  randomFillSync: fillRandom,
  randomFill: (view, ...rest) => later(rest.pop(), () => fillRandom(view, ...rest)),
  randomUUID: uuid, randomInt, getRandomValues: webcrypto.getRandomValues, timingSafeEqual,
  createSecretKey: (key, encoding) => new KeyObject(bytesOf(key, encoding)),
  pbkdf2Sync: pbkdf2,
  pbkdf2: (...args) => later(args.pop(), () => pbkdf2(...args)),
  hkdfSync: hkdf,
  hkdf: (...args) => later(args.pop(), () => hkdf(...args)),
  constants: {}, fips: 0, getFips: () => 0, setFips() {},
};
for (const name of [
  "createCipheriv", "createDecipheriv", "createSign", "createVerify", "sign", "verify", "generateKeyPair", "generateKeyPairSync",
  "generateKey", "generateKeySync", "createPrivateKey", "createPublicKey", "publicEncrypt", "privateDecrypt", "privateEncrypt",
  "publicDecrypt", "createDiffieHellman", "createECDH", "scrypt", "scryptSync", "diffieHellman", "generatePrimeSync", "X509Certificate",
]) {
  module.exports[name] = function () { host.forbid("crypto." + name); };
}
