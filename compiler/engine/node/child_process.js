const { Buffer } = require("buffer");
const EventEmitter = require("events");

// A command runs if the host allows it, and has run when the call returns.
function execute(what, command, options) {
  const cwd = options?.cwd === undefined ? host.config.cwd : require("path").resolve(String(options.cwd.pathname ?? options.cwd));
  const request = { what: "child_process." + what, stack: new Error().stack, dir: cwd, ...command };
  const [answer, slot] = host.forTextAndBytes("node:exec", JSON.stringify(request));
  const [status, length] = answer.split(" ").map(Number), bytes = Buffer.from(slot);
  return { status, stdout: bytes.subarray(0, length), stderr: bytes.subarray(length) };
}
const shownAs = ({ line, name, args }) => line ?? [name, ...args].join(" ");
const file = (name, args) => ({ name: String(name), args: (args ?? []).map(String) });
const shell = (name, args, options) => (options?.shell ? { line: [name, ...(args ?? [])].join(" ") } : file(name, args));
const output = (bytes, options) => (options?.encoding && options.encoding !== "buffer" ? bytes.toString(options.encoding) : bytes);
const inherits = (options) => options?.stdio === "inherit" || options?.stdio?.[1] === "inherit";
// checked is what a command has printed, if it has succeeded.
function checked(what, command, options) {
  const r = result(what, command, options);
  if (r.status === 0) return r.stdout;
  const text = r.stderr === null ? "" : r.stderr.toString();
  throw Object.assign(new Error(`Command failed: ${shownAs(command)}` + (text ? `\n${text}` : "")), r);
}
const withArgs = (args, options) => (Array.isArray(args) ? [args, options] : [[], args]);

function started(what, command, options, callback) {
  const child = Object.assign(new EventEmitter(), { pid: 2, exitCode: null, killed: false, kill: () => false, ref() {}, unref() {}, stdin: null });
  const stream = () => {
    const { Readable } = require("stream");
    return new Readable({ read() {} });
  };
  const { status, stdout, stderr } = execute(what, command, options); // throws if it is forbidden
  child.stdout = stream();
  child.stderr = stream();
  setImmediate(() => {
    if (inherits(options)) process.stdout.write(stdout);
    else if (stdout.length > 0) child.stdout.push(stdout);
    if (stderr.length > 0) child.stderr.push(stderr);
    child.stdout.push(null);
    child.stderr.push(null);
    child.exitCode = status;
    child.emit("spawn");
    child.emit("exit", status, null);
    setImmediate(() => {
      child.emit("close", status, null);
      const text = { encoding: "utf8", ...options }, cmd = shownAs(command);
      const error = status === 0 ? null : Object.assign(new Error(`Command failed: ${cmd}\n${stderr}`), { code: status, killed: false, signal: null, cmd });
      callback?.(error, output(stdout, text), output(stderr, text));
    });
  });
  return child;
}
function result(what, command, options) {
  const r = execute(what, command, options), stderr = output(r.stderr, options);
  let stdout = output(r.stdout, options);
  if (inherits(options)) {
    process.stdout.write(r.stdout);
    stdout = null;
  }
  return { pid: 2, status: r.status, signal: null, stdout, stderr, output: [null, stdout, stderr] };
}

const child = module.exports = {
  execSync: (line, options) => checked("execSync", { line: String(line) }, options),
  execFileSync: (name, args, options) => {
    [args, options] = withArgs(args, options);
    return checked("execFileSync", shell(name, args, options), options);
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
    child[name](...args, (e, stdout, stderr) => (e ? reject(Object.assign(e, { stdout, stderr })) : resolve({ stdout, stderr })));
  }));
}
