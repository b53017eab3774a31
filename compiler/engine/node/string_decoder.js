const { Buffer } = require("buffer");

// incomplete returns how many bytes at the end begin a character of UTF-8 that
// they do not complete.
function incomplete(bytes) {
  for (let n = 1; n <= Math.min(3, bytes.length); n++) {
    const b = bytes[bytes.length - n];
    if ((b & 0xc0) === 0x80) continue;
    const length = b >= 0xf0 && b < 0xf5 ? 4 : b >= 0xe0 ? 3 : b >= 0xc2 ? 2 : 1;
    return length > n && b < 0xf5 ? n : 0;
  }
  return 0;
}

class StringDecoder {
  #pending = Buffer.alloc(0);
  constructor(encoding) {
    this.encoding = { "utf-8": "utf8", ucs2: "utf16le", "ucs-2": "utf16le", binary: "latin1" }[String(encoding ?? "utf8").toLowerCase()] ?? String(encoding ?? "utf8").toLowerCase();
    if (!Buffer.isEncoding(this.encoding)) throw Object.assign(new TypeError(`Unknown encoding: ${encoding}`), { code: "ERR_UNKNOWN_ENCODING" });
  }
  write(chunk) {
    if (typeof chunk === "string") return chunk;
    const bytes = Buffer.concat([this.#pending, Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)]);
    let keep = 0;
    switch (this.encoding) {
      case "utf8": keep = incomplete(bytes); break;
      case "utf16le": {
        keep = bytes.length % 2;
        const last = bytes[bytes.length - keep - 1];
        if (bytes.length - keep >= 2 && last >= 0xd8 && last <= 0xdb) keep += 2;
        break;
      }
      case "base64": case "base64url": keep = bytes.length % 3; break;
    }
    this.#pending = bytes.subarray(bytes.length - keep);
    return bytes.toString(this.encoding, 0, bytes.length - keep);
  }
  end(chunk) {
    let text = chunk === undefined ? "" : this.write(chunk);
    if (this.#pending.length) text += this.encoding === "utf8" ? "\ufffd" : this.#pending.toString(this.encoding);
    this.#pending = Buffer.alloc(0);
    return text;
  }
}
module.exports = { StringDecoder };
host.hidden(module.exports, "incomplete", incomplete);
