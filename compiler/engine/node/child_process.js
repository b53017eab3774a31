const { Buffer } = require("buffer");
const EventEmitter = require("events");

// A command runs if the host allows it, and has run when the call returns.
function execute(what, command, options) {
  const cwd = options?.cwd === undefined ? host.config.cwd : require("path").resolve(String(options.cwd.pathname ?? options.cwd));
  const request = { what: "child_process." + what, stack: new Error().stack, dir: cwd, ...command };
  return Buffer.from(host.forBytes("node:exec", JSON.stringify(request)));
}
const file = (name, args) => ({ name: String(name), args: (args ?? []).map(String) });
const shell = (name, args, options) => (options?.shell ? { line: [name, ...(args ?? [])].join(" ") } : file(name, args));
const output = (bytes, options) => (options?.encoding && options.encoding !== "buffer" ? bytes.toString(options.encoding) : bytes);
const inherits = (options) => options?.stdio === "inherit" || options?.stdio?.[1] === "inherit";
function shown(bytes, options) {
  if (!inherits(options)) return output(bytes, options);
  process.stdout.write(bytes);
  return null;
}
const withArgs = (args, options) => (Array.isArray(args) ? [args, options] : [[], args]);

function started(what, command, options, callback) {
  const child = Object.assign(new EventEmitter(), { pid: 2, exitCode: null, killed: false, kill: () => false, ref() {}, unref() {}, stdin: null });
  const stream = () => {
    const { Readable } = require("stream");
    return new Readable({ read() {} });
  };
  const bytes = execute(what, command, options); // throws if it is forbidden
  child.stdout = stream();
  child.stderr = stream();
  setImmediate(() => {
    if (inherits(options)) process.stdout.write(bytes);
    else child.stdout.push(bytes);
    child.stdout.push(null);
    child.stderr.push(null);
    child.exitCode = 0;
    child.emit("spawn");
    child.emit("exit", 0, null);
    setImmediate(() => {
      child.emit("close", 0, null);
      const text = { encoding: "utf8", ...options };
      callback?.(null, output(bytes, text), output(Buffer.alloc(0), text));
    });
  });
  return child;
}
function result(what, command, options) {
  const stdout = shown(execute(what, command, options), options), stderr = output(Buffer.alloc(0), options);
  return { pid: 2, status: 0, signal: null, stdout, stderr, output: [null, stdout, stderr] };
}

const child = module.exports = {
  execSync: (line, options) => shown(execute("execSync", { line: String(line) }, options), options),
  execFileSync: (name, args, options) => {
    [args, options] = withArgs(args, options);
    return shown(execute("execFileSync", shell(name, args, options), options), options);
  },
  spawnSync: (name, args, options) => {
    [args, options] = withArgs(args, options);
    return result("spawnSync", shell(name, args, options), options);
  },
  exec: (line, options, callback) => {
    if (typeof options === "function") [options, callback] = [undefined, options];
    return started("exec", { line: String(line) }, options, callback);
  },
  execFile: (name, ...rest) => {
    const callback = typeof rest.at(-1) === "function" ? rest.pop() : undefined;
    const [args, options] = withArgs(...rest);
    return started("execFile", shell(name, args, options), options, callback);
  },
  spawn: (name, args, options) => {
    [args, options] = withArgs(args, options);
    return started("spawn", shell(name, args, options), options);
  },
  fork: (name) => host.forbid("child_process.fork", name),
  ChildProcess: EventEmitter,
};
const promisified = Symbol.for("nodejs.util.promisify.custom");
for (const name of ["exec", "execFile"]) {
  host.hidden(child[name], promisified, (...args) => new Promise((resolve, reject) => {
    child[name](...args, (e, stdout, stderr) => (e ? reject(e) : resolve({ stdout, stderr })));
  }));
}
