const { Buffer } = require("buffer");
const bytesOf = (data) => (typeof data === "string" ? Buffer.from(data) : ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data));

const zlib = module.exports = {
  constants: { Z_NO_COMPRESSION: 0, Z_BEST_SPEED: 1, Z_BEST_COMPRESSION: 9, Z_DEFAULT_COMPRESSION: -1, Z_SYNC_FLUSH: 2, Z_FINISH: 4, BROTLI_PARAM_QUALITY: 1 },
  crc32(data, value = 0) {
    let crc = ~value;
    for (const b of bytesOf(data)) {
      crc ^= b;
      for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    }
    return ~crc >>> 0;
  },
};
Object.assign(zlib, zlib.constants);
for (const [name, Class] of [["gzip", "Gzip"], ["gunzip", "Gunzip"], ["deflate", "Deflate"], ["inflate", "Inflate"], ["deflateRaw", "DeflateRaw"], ["inflateRaw", "InflateRaw"], ["unzip", "Unzip"]]) {
  const sync = (data) => {
    const bytes = bytesOf(data);
    const method = name === "unzip" ? (bytes[0] === 0x1f && bytes[1] === 0x8b ? "gunzip" : "inflate") : name;
    return Buffer.from(host.bytesForBytes("node:compress", method, bytes));
  };
  zlib[name + "Sync"] = sync;
  zlib[name] = (data, ...rest) => {
    const callback = rest.pop();
    let result;
    try {
      result = sync(data);
    } catch (e) {
      return void setImmediate(callback, e);
    }
    setImmediate(callback, null, result);
  };
  zlib["create" + Class] = () => {
    const { Transform } = require("stream");
    const parts = [];
    return new Transform({
      transform(chunk, encoding, done) { parts.push(chunk); done(); },
      flush(done) {
        try {
          done(null, sync(Buffer.concat(parts)));
        } catch (e) {
          done(e);
        }
      },
    });
  };
}
for (const name of ["brotliCompressSync", "brotliDecompressSync", "brotliCompress", "brotliDecompress", "createBrotliCompress", "createBrotliDecompress", "zstdCompressSync", "zstdDecompressSync"]) {
  zlib[name] = () => host.forbid("zlib." + name);
}
