const { config } = host;
const { EventEmitter } = require("events");

const process = module.exports = new EventEmitter();

// What the program writes stays with it; what it reads is asked of the host,
// which keeps the record. The host's answer is good until it starts the program
// anew.
const own = new Map(); // name -> string, or undefined if deleted
const answers = new Map(); // name -> the host's answer
let answersOf = -1; // the start that they are of
const names = () => {
  const all = new Set(JSON.parse(host("node:env.names")));
  for (const [name, value] of own) {
    if (value === undefined) all.delete(name);
    else all.add(name);
  }
  return [...all];
};
const read = (name) => {
  if (typeof name !== "string") return undefined;
  if (own.has(name)) return own.get(name);
  if (answersOf !== host.starts) {
    answers.clear();
    answersOf = host.starts;
  }
  let answer = answers.get(name);
  if (answer === undefined) answers.set(name, answer = host("node:env", name));
  return answer === "" ? undefined : answer.slice(1);
};
const env = new Proxy({}, {
  get: (_, name) => read(name) ?? (typeof name === "string" ? Object.prototype[name] : undefined),
  has: (_, name) => read(name) !== undefined,
  set: (_, name, value) => (own.set(name, String(value)), true),
  defineProperty: (_, name, d) => (own.set(name, String(d.value)), true),
  deleteProperty: (_, name) => (own.set(name, undefined), true),
  ownKeys: () => names(),
  getOwnPropertyDescriptor(_, name) {
    const value = read(name);
    return value === undefined ? undefined : { value, writable: true, enumerable: true, configurable: true };
  },
});

const version = "v22.12.0";
const write = (level) => {
  let pending = "";
  return {
    write(chunk, encoding, callback) {
      const text = pending + (typeof chunk === "string" ? chunk : load("buffer").Buffer.from(chunk).toString());
      const lines = text.split("\n");
      pending = lines.pop();
      for (const line of lines) host("node:print", level + " " + line);
      callback = typeof encoding === "function" ? encoding : callback;
      if (callback) host.nextTick(callback);
      return true;
    },
    end() { if (pending) this.write("\n"); },
    isTTY: false, fd: level === "stdout" ? 1 : 2, writable: true, columns: 80,
    on() { return this; }, once() { return this; }, emit() { return false; }, removeListener() { return this; },
    getColorDepth: () => 1, hasColors: () => false,
  };
};

Object.assign(process, {
  title: "node", version, versions: { node: version.slice(1), v8: "12.4.254.21-node.21", modules: "127", uv: "1.49.1", zlib: "1.3.0.1", openssl: "3.0.15" },
  release: { name: "node", lts: "Jod" },
  arch: "x64", platform: "linux", pid: 1, ppid: 0, exitCode: undefined,
  execPath: "/usr/local/bin/node", execArgv: [], argv0: "node",
  argv: ["/usr/local/bin/node", config.cwd.replace(/\/$/, "") + "/sst.config.ts", ...config.argv],
  env, features: {}, config: { variables: {} },
  stdout: write("stdout"), stderr: write("stderr"),
  stdin: { isTTY: false, fd: 0, on() { return this; }, once() { return this; }, resume() { return this; }, pause() { return this; } },
  cwd: () => config.cwd,
  chdir(path) { host.forbid("process.chdir", path); },
  exit(code) { host("node:exit", String(code ?? process.exitCode ?? 0)); },
  abort() { host("node:exit", "134"); },
  reallyExit(code) { process.exit(code); },
  kill(pid) { host.forbid("process.kill", pid); },
  nextTick: host.nextTick,
  umask: () => 0o22,
  uptime: () => host.elapsed() / 1000,
  hrtime: Object.assign((previous) => {
    const ms = host.elapsed();
    let s = Math.floor(ms / 1000), ns = Math.round((ms % 1000) * 1e6);
    if (previous) {
      s -= previous[0];
      ns -= previous[1];
      if (ns < 0) s--, ns += 1e9;
    }
    return [s, ns];
  }, { bigint: () => BigInt(Math.round(host.elapsed() * 1e6)) }),
  memoryUsage: Object.assign(() => ({ rss: 67108864, heapTotal: 33554432, heapUsed: 16777216, external: 1048576, arrayBuffers: 16384 }), { rss: () => 67108864 }),
  cpuUsage: () => ({ user: 0, system: 0 }),
  resourceUsage: () => ({ userCPUTime: 0, systemCPUTime: 0, maxRSS: 65536 }),
  getuid: () => 1000, geteuid: () => 1000, getgid: () => 1000, getegid: () => 1000, getgroups: () => [1000],
  emitWarning(warning, options) {
    const type = typeof options === "string" ? options : options?.type ?? warning?.name ?? "Warning";
    host("node:print", "warn " + `(node:1) ${type}: ${warning?.message ?? warning}`);
  },
  dlopen() { host.forbid("process.dlopen"); },
  getBuiltinModule: (name) => (host.isBuiltin(name) ? require(name) : undefined),
  hasUncaughtExceptionCaptureCallback: () => false,
});
host.hidden(process, Symbol.toStringTag, "process");
