// Adds a file to a zip without touching what is in it.
import { crc32 } from "node:zlib";

const end = 0x06054b50, fixed = 22;

export function addFile(zip, name, content) {
  let at = zip.length - fixed;
  while (at >= 0 && zip.readUInt32LE(at) !== end) at--;
  if (at < 0) throw new Error("The code is no zip.");
  const count = zip.readUInt16LE(at + 10), size = zip.readUInt32LE(at + 12), offset = zip.readUInt32LE(at + 16);
  if (count >= 0xffff - 1 || offset === 0xffffffff) throw new Error("The code is too large.");
  const path = Buffer.from(name);
  const local = Buffer.alloc(30), entry = Buffer.alloc(46);
  const header = (buffer, start) => {
    buffer.writeUInt16LE(20, start); // the version needed: stored, not compressed
    buffer.writeUInt16LE(0x21, start + 8); // 1980-01-01
    buffer.writeUInt32LE(crc32(content), start + 10);
    buffer.writeUInt32LE(content.length, start + 14);
    buffer.writeUInt32LE(content.length, start + 18);
    buffer.writeUInt16LE(path.length, start + 22);
  };
  local.writeUInt32LE(0x04034b50, 0);
  header(local, 4);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(0x0314, 4); // made on a Unix
  header(entry, 6);
  entry.writeUInt32LE((0o100644 << 16) >>> 0, 38);
  entry.writeUInt32LE(offset, 42);
  const tail = Buffer.from(zip.subarray(at, at + fixed));
  tail.writeUInt16LE(count + 1, 8);
  tail.writeUInt16LE(count + 1, 10);
  tail.writeUInt32LE(size + entry.length + path.length, 12);
  tail.writeUInt32LE(offset + local.length + path.length + content.length, 16);
  tail.writeUInt16LE(0, 20); // no comment
  return Buffer.concat([zip.subarray(0, offset), local, path, content, zip.subarray(offset, offset + size), entry, path, tail]);
}
