// Files are read and written through the host. Nothing is written to a disk: what
// is written stays in memory, where the program can read it back. The host says
// where that may be; all other writes are forbidden.
const { Buffer } = require("buffer");
const path = require("path");
const { EventEmitter } = require("events");

// ---- Paths and errors -----------------------------------------------------

function resolved(file, name = "path") {
  if (typeof file?.href === "string") file = require("url").fileURLToPath(file);
  else if (file instanceof Uint8Array) file = Buffer.from(file).toString();
  if (typeof file !== "string") {
    throw Object.assign(new TypeError(`The "${name}" argument must be of type string or an instance of Buffer or URL. Received ${load("util").received(file)}`), { code: "ERR_INVALID_ARG_TYPE" });
  }
  if (file.includes("\0")) {
    throw Object.assign(new TypeError(`The argument '${name}' must be a string, Uint8Array, or URL without null bytes. Received ${load("util").inspect(file)}`), { code: "ERR_INVALID_ARG_VALUE" });
  }
  return path.resolve(file);
}

const texts = {
  ENOENT: [-2, "no such file or directory"], EEXIST: [-17, "file already exists"], ENOTDIR: [-20, "not a directory"],
  EISDIR: [-21, "illegal operation on a directory"], ENOTEMPTY: [-39, "directory not empty"],
  ELOOP: [-40, "too many symbolic links encountered"], EINVAL: [-22, "invalid argument"], EBADF: [-9, "bad file descriptor"],
};
function failed(code, syscall, file, dest) {
  const [errno, text] = texts[code];
  const e = new Error(`${code}: ${text}, ${syscall}` + (file === undefined ? "" : ` '${file}'`) + (dest === undefined ? "" : ` -> '${dest}'`));
  return Object.assign(e, { errno, code, syscall }, file === undefined ? {} : { path: file }, dest === undefined ? {} : { dest });
}
// isDirectoryError is what Node throws where a directory takes an option.
function isDirectoryError(syscall, file, text) {
  const e = new Error(`Path is a directory: ${syscall} returned EISDIR (${text}) ${file}`);
  return Object.assign(Object.defineProperty(e, "name", { value: "SystemError", configurable: true, writable: true }), { code: "ERR_FS_EISDIR", errno: 21, syscall, path: String(file) });
}
const encodingOf = (options) => (typeof options === "string" ? options : options?.encoding ?? null);

// ---- The host's files -----------------------------------------------------

function writable(what, file) {
  if (host("node:fs.may", file) === "") host.forbid("fs." + what, file);
}
function forbidOutside(error, what, file) {
  if (error.code === "SSTC_OUTSIDE") host.forbid("fs." + what, file);
}
function parentOf(file, syscall, ...shown) {
  const parent = kind(path.dirname(file));
  if (shown.length === 0) shown = [file];
  if (parent === "") throw failed("ENOENT", syscall, ...shown);
  if (parent[0] !== "d") throw failed("ENOTDIR", syscall, ...shown);
}

// kind returns "d", "f" or "x" (a file that can be executed) and the size, or "".
const kind = (file) => host("node:fs.stat", file);
const exists = (file) => kind(file) !== "";
const isDirectory = (file) => kind(file)[0] === "d";
const store = (file, bytes, how = "w") => host.withBytes("node:fs.write", how + file, bytes);

// ---- Reading --------------------------------------------------------------

// Files have numbers of their own, by which programs tell whether two names are
// of one file.
function inode(file) {
  let n = 2166136261;
  for (let i = 0; i < file.length; i++) n = Math.imul(n ^ file.charCodeAt(i), 16777619);
  return (n >>> 0) + 1;
}

class Stats {
  constructor(kind, file, bigint) {
    const n = bigint ? BigInt : Number;
    const directory = kind[0] === "d", permissions = kind[0] === "f" ? 0o644 : 0o755;
    const size = directory ? 4096 : Number(kind.slice(1));
    const ms = host.clock.origin;
    Object.assign(this, {
      dev: n(1), mode: n((directory ? 0o40000 : 0o100000) | permissions), nlink: n(1), uid: n(1000), gid: n(1000), rdev: n(0),
      blksize: n(4096), ino: n(inode(file)), size: n(size), blocks: n(Math.ceil(size / 512)),
      atimeMs: n(ms), mtimeMs: n(ms), ctimeMs: n(ms), birthtimeMs: n(ms),
    });
    for (const name of ["atime", "mtime", "ctime", "birthtime"]) host.lazy(this, name, () => new Date(ms));
  }
  isDirectory() { return (Number(this.mode) & 0o170000) === 0o40000; }
  isFile() { return (Number(this.mode) & 0o170000) === 0o100000; }
  isSymbolicLink() { return false; }
  isFIFO() { return false; }
  isSocket() { return false; }
  isBlockDevice() { return false; }
  isCharacterDevice() { return false; }
}

class Dirent {
  constructor(name, parent, kind) {
    this.name = name;
    this.parentPath = this.path = parent;
    host.hidden(this, "kind", kind);
  }
  isDirectory() { return this.kind === "d"; }
  isFile() { return this.kind !== "d"; }
  isSymbolicLink() { return false; }
  isFIFO() { return false; }
  isSocket() { return false; }
  isBlockDevice() { return false; }
  isCharacterDevice() { return false; }
}

function list(what, directory, shown) {
  try {
    return JSON.parse(host("node:fs.dir", directory));
  } catch (e) {
    forbidOutside(e, what, shown);
    if (e.path !== undefined && e.path !== shown) throw failed(e.code, "scandir", shown);
    throw e;
  }
}

const sync = {
  readFileSync(file, options) {
    if (typeof file === "number") {
      const open = opened(file, "read");
      return sync.readFileSync(open.file, options);
    }
    const full = resolved(file), encoding = encodingOf(options);
    try {
      if (/^utf-?8$/i.test(encoding ?? "")) return host("node:fs.text", full);
      const bytes = Buffer.from(host.forBytes("node:fs.bytes", full));
      return encoding && encoding !== "buffer" ? bytes.toString(encoding) : bytes;
    } catch (e) {
      forbidOutside(e, "readFileSync", file);
      if (e.code === "EISDIR") throw failed("EISDIR", "read");
      if (e.path !== undefined && e.path !== file) throw failed(e.code, e.syscall, String(file));
      throw e;
    }
  },
  existsSync(file) {
    try {
      return kind(resolved(file)) !== "";
    } catch {
      return false;
    }
  },
  statSync(file, options) {
    const full = resolved(file), k = kind(full);
    if (k !== "") return new Stats(k, full, options?.bigint);
    if (options?.throwIfNoEntry === false) return undefined;
    throw failed("ENOENT", "stat", String(file));
  },
  lstatSync(file, options) {
    const full = resolved(file), k = kind(full);
    if (k !== "") return new Stats(k, full, options?.bigint);
    if (options?.throwIfNoEntry === false) return undefined;
    throw failed("ENOENT", "lstat", String(file));
  },
  accessSync(file) {
    if (kind(resolved(file)) === "") throw failed("ENOENT", "access", String(file));
  },
  realpathSync(file) {
    const full = resolved(file);
    if (kind(full) === "") throw failed("ENOENT", "lstat", full);
    return full;
  },
  readlinkSync(file) {
    if (kind(resolved(file)) === "") throw failed("ENOENT", "readlink", String(file));
    throw failed("EINVAL", "readlink", String(file));
  },
  readdirSync(directory, options) {
    const full = resolved(directory), shown = String(typeof directory?.href === "string" ? full : directory);
    const result = [];
    const walk = (at, prefix, from) => {
      const entries = list("readdirSync", at, from);
      for (const entry of entries) {
        const name = entry.slice(1);
        result.push(options?.withFileTypes ? new Dirent(name, from, entry[0]) : prefix + name);
      }
      if (!options?.recursive) return;
      for (const entry of entries) {
        const name = entry.slice(1);
        if (entry[0] === "d") walk(path.join(at, name), prefix + name + "/", path.join(from, name));
      }
    };
    walk(full, "", shown);
    return encodingOf(options) === "buffer" ? result.map((r) => Buffer.from(r)) : result;
  },
  opendirSync(directory) {
    const entries = sync.readdirSync(directory, { withFileTypes: true });
    return {
      path: directory, readSync: () => entries.shift() ?? null, read: async () => entries.shift() ?? null, closeSync() {}, async close() {},
      async *[Symbol.asyncIterator]() { yield* entries; },
    };
  },
  globSync(pattern, options) { return load("internal_glob").find(sync, pattern, options); },

  // ---- Writing ------------------------------------------------------------

  writeFileSync(file, data, options) {
    if (typeof file === "number") return void sync.writeSync(file, data);
    const full = resolved(file), flag = String(options?.flag ?? "w");
    writable("writeFileSync", full);
    if (isDirectory(full)) throw failed("EISDIR", "open", file);
    parentOf(full, "open");
    const bytes = typeof data === "string" ? Buffer.from(data, encodingOf(options) ?? "utf8") : Buffer.from(data);
    if (flag.includes("x") && exists(full)) throw failed("EEXIST", "open", file);
    store(full, bytes, flag.startsWith("a") ? "a" : "w");
    if (typeof options?.mode === "number") sync.chmodSync(full, options.mode);
  },
  appendFileSync(file, data, options) {
    writable("appendFileSync", resolved(file));
    sync.writeFileSync(file, data, { encoding: encodingOf(options), flag: "a" });
  },
  mkdirSync(directory, options) {
    const full = resolved(directory);
    const recursive = typeof options === "object" && options?.recursive;
    if (recursive && isDirectory(full)) return undefined;
    writable("mkdirSync", full);
    if (exists(full)) throw failed("EEXIST", "mkdir", directory);
    let first;
    if (recursive && !exists(path.dirname(full))) first = sync.mkdirSync(path.dirname(full), options);
    parentOf(full, "mkdir");
    host("node:fs.mkdir", full);
    return recursive ? first ?? full : undefined;
  },
  mkdtempSync(prefix) {
    writable("mkdtempSync", resolved(prefix, "prefix"));
    let name;
    do {
      name = prefix + Array.from({ length: 6 }, () => "abcdefghijklmnopqrstuvwxyz0123456789"[host.random32() % 36]).join("");
    } while (exists(resolved(name)));
    sync.mkdirSync(name);
    return name;
  },
  rmSync(file, options) {
    const full = resolved(file);
    if (options?.force && !exists(full)) return;
    writable("rmSync", full);
    if (!exists(full)) throw failed("ENOENT", "lstat", String(file));
    if (isDirectory(full) && !options?.recursive) throw isDirectoryError("rm", file, "is a directory");
    host("node:fs.remove", full);
  },
  rmdirSync(directory, options) {
    const full = resolved(directory);
    writable("rmdirSync", full);
    if (!exists(full)) throw failed("ENOENT", "rmdir", directory);
    if (!isDirectory(full)) throw failed("ENOTDIR", "rmdir", directory);
    if (!options?.recursive && list("rmdirSync", full, full).length > 0) throw failed("ENOTEMPTY", "rmdir", directory);
    host("node:fs.remove", full);
  },
  unlinkSync(file) {
    const full = resolved(file);
    writable("unlinkSync", full);
    if (!exists(full)) throw failed("ENOENT", "unlink", file);
    if (isDirectory(full)) throw failed("EISDIR", "unlink", file);
    host("node:fs.remove", full);
  },
  renameSync(from, to) {
    const a = resolved(from, "oldPath"), b = resolved(to, "newPath");
    writable("renameSync", a);
    writable("renameSync", b);
    if (!exists(a)) throw failed("ENOENT", "rename", String(from), String(to));
    parentOf(b, "rename", String(from), String(to));
    if (isDirectory(b) && a !== b) {
      if (!isDirectory(a)) throw failed("EISDIR", "rename", String(from), String(to));
      if (list("renameSync", b, b).length > 0) throw failed("ENOTEMPTY", "rename", String(from), String(to));
    }
    host("node:fs.rename", JSON.stringify([a, b]));
  },
  copyFileSync(from, to, mode) {
    const a = resolved(from, "src"), b = resolved(to, "dest");
    writable("copyFileSync", b);
    const names = [String(from), String(to)];
    if (!exists(a)) {
      try {
        sync.readFileSync(from); // which may be forbidden
      } catch (e) {
        throw e.code === "ENOENT" ? failed("ENOENT", "copyfile", ...names) : e;
      }
    }
    if (isDirectory(a) || isDirectory(b)) throw failed("EISDIR", "copyfile", ...names);
    parentOf(b, "copyfile", ...names);
    if (mode & 1 && exists(b)) throw failed("EEXIST", "copyfile", ...names);
    host("node:fs.copy", JSON.stringify([a, b]));
  },
  cpSync(from, to, options, inside = []) {
    const a = resolved(from, "src"), b = resolved(to, "dest");
    writable("cpSync", b);
    if (options?.filter && !options.filter(from, to)) return;
    if (!isDirectory(a)) {
      sync.mkdirSync(path.dirname(b), { recursive: true });
      if (exists(b) && options?.errorOnExist && options.force === false) throw Object.assign(failed("EEXIST", "cp", to), { code: "ERR_FS_CP_EEXIST" });
      return exists(b) && options?.force === false ? undefined : sync.copyFileSync(a, b);
    }
    if (!options?.recursive) throw isDirectoryError("cp", from, `${from} is a directory (not copied)`);
    // A link is followed, but for one that leads to where it is.
    const real = host("node:fs.real", a);
    if (inside.includes(real)) throw failed("ELOOP", "cp", String(from));
    sync.mkdirSync(b, { recursive: true });
    for (const name of sync.readdirSync(a)) sync.cpSync(path.join(String(from.href ? a : from), name), path.join(String(to.href ? b : to), name), options, [...inside, real]);
  },
  truncateSync(file, length = 0) {
    const full = resolved(file);
    writable("truncateSync", full);
    const old = sync.readFileSync(full);
    store(full, length <= old.length ? old.subarray(0, length) : Buffer.concat([old], length));
  },

  // ---- Descriptors --------------------------------------------------------

  openSync(file, flags = "r") {
    const full = resolved(file);
    const forWriting = typeof flags === "number" ? (flags & 3) !== 0 : flags !== "r" && flags !== "rs";
    if (forWriting) {
      writable("openSync", full);
      if (/^[wa]/.test(flags) && (flags[0] === "w" || !exists(full))) sync.writeFileSync(full, "", { flag: flags });
    }
    if (!exists(full)) throw failed("ENOENT", "open", String(file));
    descriptors.set(++lastDescriptor, { file: full, at: 0, append: /^a/.test(flags) });
    return lastDescriptor;
  },
  closeSync(fd) {
    opened(fd, "close");
    descriptors.delete(fd);
  },
  fstatSync(fd, options) { return sync.statSync(opened(fd, "fstat").file, options); },
  readSync(fd, buffer, offset = 0, length = buffer.byteLength - offset, position = null) {
    if (offset !== null && typeof offset === "object") ({ offset = 0, length = buffer.byteLength - offset, position = null } = offset);
    const open = opened(fd, "read");
    open.bytes ??= sync.readFileSync(open.file);
    const at = position ?? open.at;
    const part = open.bytes.subarray(Number(at), Number(at) + length);
    new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength).set(part, offset);
    if (position === null) open.at += part.length;
    return part.length;
  },
  writeSync(fd, data, ...rest) {
    if (fd === 1 || fd === 2) {
      process[fd === 1 ? "stdout" : "stderr"].write(data);
      return Buffer.byteLength(data);
    }
    const open = opened(fd, "write");
    let bytes, position;
    if (typeof data === "string") {
      bytes = Buffer.from(data, rest[1]);
      position = rest[0];
    } else {
      const [offset = 0, length = data.byteLength - offset] = rest;
      bytes = Buffer.from(data.buffer, data.byteOffset + offset, length);
      position = rest[2];
    }
    const size = Number(kind(open.file).slice(1));
    const at = open.append ? size : position ?? open.at;
    open.bytes = undefined;
    if (at === size) {
      store(open.file, bytes, "a");
    } else {
      const old = sync.readFileSync(open.file), out = Buffer.alloc(Math.max(old.length, at + bytes.length));
      out.set(old);
      out.set(bytes, at);
      store(open.file, out);
    }
    if (position === undefined || position === null) open.at = at + bytes.length;
    return bytes.length;
  },
};
for (const name of ["chmod", "lchmod", "chown", "utimes", "lchown", "lutimes"]) {
  sync[name + "Sync"] = (file, mode) => {
    const full = resolved(file);
    writable(name + "Sync", full);
    if (!exists(full)) throw failed("ENOENT", name, String(file));
    if (name === "chmod") host("node:fs.chmod", ((typeof mode === "string" ? parseInt(mode, 8) : Number(mode)) & 0o100 ? "x" : "f") + full);
  };
}
const many = (one) => (fd, buffers, position = null) => {
  let total = 0;
  for (const b of buffers) total += one(fd, b, 0, b.byteLength, position === null ? null : position + total);
  return total;
};
sync.readvSync = many(sync.readSync);
sync.writevSync = many(sync.writeSync);
sync.ftruncateSync = (fd, length) => sync.truncateSync(opened(fd, "ftruncate").file, length);
for (const name of ["symlink", "link"]) {
  sync[name + "Sync"] = (target, file) => host.forbid(`fs.${name}Sync`, String(file));
}
sync.fchmodSync = (fd, mode) => sync.chmodSync(opened(fd, "fchmod").file, mode);
for (const name of ["fsync", "fdatasync", "fchown", "futimes"]) sync[name + "Sync"] = (fd) => void opened(fd, name);

const descriptors = new Map();
let lastDescriptor = 2;
function opened(fd, syscall) {
  const open = descriptors.get(fd);
  if (!open) throw failed("EBADF", syscall);
  return open;
}

// ---- The same with callbacks and promises ---------------------------------

const fs = { ...sync };
const promises = {};
for (const [name, f] of Object.entries(sync)) {
  const base = name.slice(0, -4);
  promises[base] = async (...args) => f(...args);
  fs[base] = (...args) => {
    const callback = args.pop();
    if (typeof callback !== "function") {
      throw Object.assign(new TypeError(`The "cb" argument must be of type function. Received ${load("util").received(callback)}`), { code: "ERR_INVALID_ARG_TYPE" });
    }
    let result;
    try {
      result = f(...args);
    } catch (e) {
      return void setImmediate(callback, e);
    }
    setImmediate(callback, null, result);
  };
}
fs.exists = (file, callback) => void setImmediate(callback, sync.existsSync(file));
delete promises.exists;
promises.open = async (file, flags) => {
  const fd = sync.openSync(file, flags);
  return {
    fd,
    readFile: async (options) => sync.readFileSync(fd, options),
    read: async (buffer, ...rest) => ({ bytesRead: sync.readSync(fd, buffer, ...rest), buffer }),
    write: async (data, ...rest) => ({ bytesWritten: sync.writeSync(fd, data, ...rest), buffer: data }),
    writeFile: async (data) => void sync.writeSync(fd, data),
    stat: async (options) => sync.fstatSync(fd, options),
    close: async () => sync.closeSync(fd),
    async [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]() { sync.closeSync(fd); },
  };
};
promises.glob = async function* (pattern, options) { yield* sync.globSync(pattern, options); };
fs.realpath.native = fs.realpath;
fs.realpathSync.native = fs.realpathSync;

const constants = {
  F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1, COPYFILE_EXCL: 1, COPYFILE_FICLONE: 2, COPYFILE_FICLONE_FORCE: 4,
  O_RDONLY: 0, O_WRONLY: 1, O_RDWR: 2, O_CREAT: 64, O_EXCL: 128, O_TRUNC: 512, O_APPEND: 1024,
  S_IFMT: 0o170000, S_IFREG: 0o100000, S_IFDIR: 0o40000, S_IFLNK: 0o120000,
};
promises.constants = constants;

fs.createReadStream = (file, options) => {
  const { Readable } = require("stream");
  const stream = new Readable({
    encoding: encodingOf(options),
    read() {
      try {
        const bytes = sync.readFileSync(file);
        this.push(bytes.subarray(options?.start ?? 0, options?.end === undefined ? undefined : options.end + 1));
        this.push(null);
      } catch (e) {
        this.destroy(e);
      }
    },
  });
  stream.path = file;
  return stream;
};
fs.createWriteStream = (file, options) => {
  const { Writable } = require("stream");
  writable("createWriteStream", resolved(file));
  sync.writeFileSync(file, "", { flag: options?.flags ?? "w" });
  const stream = new Writable({
    write(chunk, encoding, done) {
      try {
        sync.appendFileSync(file, chunk);
        done();
      } catch (e) {
        done(e);
      }
    },
  });
  stream.path = file;
  return stream;
};
// Nothing changes while a program runs.
fs.watch = fs.watchFile = () => Object.assign(new EventEmitter(), { close() {}, ref() { return this; }, unref() { return this; } });
fs.unwatchFile = () => {};

fs.openAsBlob = async (file) => new Blob([sync.readFileSync(file)]);
for (const name of ["F_OK", "R_OK", "W_OK", "X_OK"]) fs[name] = constants[name];
module.exports = Object.assign(fs, { constants, promises, Stats, Dirent });
// For the host's own scripts: whether anything there has been written.
host.hidden(fs, "__written", (file) => host("node:fs.holds", file) !== "");
host.lazy(fs, "ReadStream", () => require("stream").Readable);
host.lazy(fs, "WriteStream", () => require("stream").Writable);
