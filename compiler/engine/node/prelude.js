// The prelude makes QuickJS's global object look like Node's, and returns the
// bridge through which Go works it. It runs before any other script, so that
// what it captures here is genuine. It must stay small: everything that a
// program may not use is a module of its own, loaded when first touched.
(function (config) {
  "use strict";
  const global = globalThis;
  const { __sstc_host: rawHost, __sstc_eval: rawEval, __sstc_slot: slot } = global;
  for (const name of ["__sstc_host", "__sstc_eval", "__sstc_slot"]) delete global[name];
  slot.value = undefined;

  const { defineProperty } = Object;
  const hidden = (object, name, value) =>
    defineProperty(object, name, { value, writable: true, enumerable: false, configurable: true });

  // ---- The border with Go -------------------------------------------------

  // Saved, because a frontend may give strings methods of its own.
  const charCodeAt = Function.prototype.call.bind(String.prototype.charCodeAt);
  const slice = Function.prototype.call.bind(String.prototype.slice);

  const hostErrors = new WeakMap(); // Error made of a Go error -> its number

  function host(name, arg) {
    const answer = rawHost(name, arg === undefined ? "" : arg);
    if (charCodeAt(answer, 0) === 61 /* = */) return slice(answer, 1);
    const d = JSON.parse(slice(answer, 1));
    const Class = { TypeError, RangeError, SyntaxError, ReferenceError }[d.name] ?? Error;
    const error = new Class(d.message);
    if (error.name !== d.name) hidden(error, "name", d.name);
    if (d.code) error.code = d.code;
    if (d.props) Object.assign(error, d.props);
    hostErrors.set(error, d.host);
    throw error;
  }

  function takeSlot() {
    const { value } = slot;
    slot.value = undefined;
    return value;
  }

  // Bytes cross in the slot, as an ArrayBuffer.
  host.withBytes = (name, arg, bytes) => {
    slot.value = bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer
      : bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    try {
      return host(name, arg);
    } finally {
      slot.value = undefined;
    }
  };
  host.forBytes = (name, arg) => (host(name, arg), takeSlot());
  host.forTextAndBytes = (name, arg) => [host(name, arg), takeSlot()];
  host.bytesForBytes = (name, arg, bytes) => {
    slot.value = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    host(name, arg);
    return takeSlot();
  };
  host.forbid = (what, detail = "") =>
    host("node:forbid", JSON.stringify({ what, detail: String(detail), stack: new Error().stack }));
  host.config = config;
  host.hidden = hidden;

  // evaluate evaluates the script that Go has ready.
  function evaluate() {
    const answer = rawEval();
    const value = takeSlot();
    if (answer === "!") throw value;
    return value;
  }

  const text = (get) => {
    try {
      const v = get();
      return typeof v === "string" ? v : v === undefined || v === null ? "" : String(v);
    } catch {
      return "";
    }
  };

  function describe(thrown, depth = 0) {
    if (!(thrown instanceof Error)) {
      let message;
      try {
        message = typeof thrown === "object" && thrown !== null ? JSON.stringify(thrown) : String(thrown);
      } catch {
        message = Object.prototype.toString.call(thrown);
      }
      return { name: "", message };
    }
    const d = {
      name: text(() => thrown.name), message: text(() => thrown.message),
      stack: text(() => thrown.stack), code: text(() => thrown.code),
    };
    if (hostErrors.has(thrown)) d.host = hostErrors.get(thrown);
    if (thrown instanceof SyntaxError && typeof thrown.lineNumber === "number") {
      d.file = text(() => thrown.fileName);
      d.line = thrown.lineNumber;
      d.column = thrown.columnNumber;
    }
    if (depth < 8) {
      try {
        if (thrown.cause !== undefined) d.cause = describe(thrown.cause, depth + 1);
        if (thrown instanceof AggregateError) d.errors = Array.from(thrown.errors, (e) => describe(e, depth + 1));
      } catch { /* a getter of the program's own */ }
    }
    return d;
  }

  const answer = (value) => (value === undefined || value === null ? "" : "=" + value);
  const failure = (thrown) => "!" + JSON.stringify(describe(thrown));

  // ---- Time and chance ----------------------------------------------------

  const clock = { now: config.now, origin: config.now, ticks: 0 };
  host.clock = clock;
  // performance.now and hrtime move a little with each reading, so that no
  // program divides by an elapsed time of zero.
  host.elapsed = () => clock.now - clock.origin + ++clock.ticks / 1000;

  // sfc32, seeded from the 64 bits of config.seed.
  function generator(a, b, c) {
    let d = 1;
    const next = () => {
      const t = (((a + b) | 0) + d) | 0;
      d = (d + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (c << 21) | (c >>> 11);
      c = (c + t) | 0;
      return t >>> 0;
    };
    for (let i = 0; i < 12; i++) next();
    return next;
  }
  const chance = generator(config.seed[0], config.seed[1], 0x6d617468);
  host.random32 = generator(config.seed[0], config.seed[1], 0x63727970);
  hidden(Math, "random", function random() {
    return (chance() * 0x200000 + (chance() >>> 11)) / 0x20000000000000;
  });

  // The local time zone is UTC: local methods are the UTC methods, and a time
  // without a zone is one in UTC.
  const NativeDate = global.Date;
  const nativeParse = NativeDate.parse;
  function parseDate(s) {
    s = String(s);
    const dateOnly = /^\s*[+-]?\d{4,6}(-\d\d(-\d\d)?)?\s*$/.test(s);
    if (dateOnly || /(Z|GMT|UTC?|[+-]\d\d:?\d\d|[ECMP][SD]T)\s*(\([^)]*\))?\s*$/i.test(s)) return nativeParse(s);
    return nativeParse(s + (/T\d\d:\d\d/.test(s) ? "Z" : " UTC"));
  }
  function Date(...args) {
    if (new.target === undefined) return new NativeDate(clock.now).toString();
    let time;
    if (args.length === 0) time = clock.now;
    else if (args.length > 1) time = NativeDate.UTC(...args);
    else if (args[0] instanceof NativeDate) time = +args[0];
    else {
      const v = typeof args[0] === "object" && args[0] !== null
        ? (args[0][Symbol.toPrimitive]?.("default") ?? primitive(args[0])) : args[0];
      time = typeof v === "string" ? parseDate(v) : Number(v);
    }
    return Reflect.construct(NativeDate, [time], new.target);
  }
  const primitive = (o) => {
    const v = o.valueOf();
    return typeof v === "object" ? o.toString() : v;
  };
  hidden(Date, "now", function now() { return clock.now; });
  hidden(Date, "parse", function parse(s) { return parseDate(s); });
  hidden(Date, "UTC", NativeDate.UTC);
  defineProperty(Date, "length", { value: 7 });
  defineProperty(Date, "prototype", { value: NativeDate.prototype, writable: false });
  hidden(NativeDate.prototype, "constructor", Date);
  for (const unit of ["Date", "Day", "FullYear", "Hours", "Milliseconds", "Minutes", "Month", "Seconds"]) {
    hidden(Date.prototype, "get" + unit, Date.prototype["getUTC" + unit]);
    if (unit !== "Day") hidden(Date.prototype, "set" + unit, Date.prototype["setUTC" + unit]);
  }
  const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const two = (n) => String(n).padStart(2, "0");
  const year = (y) => (y < 0 ? "-" : "") + String(Math.abs(y)).padStart(y < 0 ? 6 : 4, "0");
  const dateText = (d) => `${days[d.getUTCDay()]} ${months[d.getUTCMonth()]} ${two(d.getUTCDate())} ${year(d.getUTCFullYear())}`;
  const timeText = (d) => `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())} GMT+0000 (Coordinated Universal Time)`;
  const shown = (show) => (d) => (Number.isNaN(+d) ? "Invalid Date" : show(d));
  for (const [name, show] of Object.entries({
    toString: shown((d) => dateText(d) + " " + timeText(d)),
    toDateString: shown(dateText),
    toTimeString: shown(timeText),
  })) {
    hidden(Date.prototype, name, { [name]() { return show(this); } }[name]);
  }
  hidden(Date.prototype, "getTimezoneOffset", function getTimezoneOffset() { return Number.isNaN(+this) ? NaN : 0; });
  hidden(Date.prototype, "getYear", function getYear() { return this.getUTCFullYear() - 1900; });
  hidden(Date.prototype, "setYear", function setYear(y) {
    y = Number(y);
    return this.setUTCFullYear(y >= 0 && y <= 99 ? 1900 + Math.trunc(y) : y);
  });
  hidden(global, "Date", Date);

  // ---- Timers and jobs ----------------------------------------------------

  // Timers are kept in the order in which they are due. The clock jumps to the
  // next one when nothing else is left to do.
  const timers = [];
  let timerID = 0;
  class Timeout {
    constructor(callback, args, delay, repeat) {
      delay = Number(delay);
      if (!(delay >= 1 && delay <= 0x7fffffff)) delay = 1;
      hidden(this, "callback", callback);
      hidden(this, "args", args);
      this.id = ++timerID;
      this.delay = repeat === null ? 0 : delay;
      this.repeat = repeat === true;
      this.counted = true;
      this.arm();
    }
    arm() {
      this.due = clock.now + this.delay;
      let i = timers.length;
      while (i > 0 && timers[i - 1].due > this.due) i--;
      timers.splice(i, 0, this);
    }
    close() { return clear(this), this; }
    refresh() { return clear(this), this.arm(), this; }
    ref() { return (this.counted = true), this; }
    unref() { return (this.counted = false), this; }
    hasRef() { return this.counted; }
    [Symbol.toPrimitive]() { return this.id; }
  }
  function clear(timer) {
    if (timer === undefined || timer === null) return;
    const i = typeof timer === "object" ? timers.indexOf(timer) : timers.findIndex((t) => t.id === Number(timer));
    if (typeof timer === "object") timer.repeat = false;
    if (i >= 0) timers.splice(i, 1);
    else if (running && (running === timer || running.id === Number(timer))) running.repeat = false;
  }
  let running;
  const callable = (f) => {
    if (typeof f === "function") return f;
    const e = new TypeError(`The "callback" argument must be of type function. Received ${load("util").received(f)}`);
    e.code = "ERR_INVALID_ARG_TYPE";
    throw e;
  };
  // An hour of virtual time with nothing but intervals is a program that
  // waits for something else to happen, which nothing can make happen.
  let idleSince = null;
  function runTimer(once) {
    const index = once ? timers.findIndex((t) => !t.repeat && t.counted) : 0;
    const timer = timers[index];
    if (timer === undefined) return "";
    if (timers.every((t) => t.repeat)) {
      idleSince ??= clock.now;
      if (clock.now - idleSince > 3_600_000) return "";
    } else {
      idleSince = null;
    }
    timers.splice(index, 1);
    clock.now = Math.max(clock.now, timer.due);
    running = timer;
    try {
      timer.callback.apply(timer, timer.args);
    } finally {
      running = undefined;
    }
    if (timer.repeat) timer.arm();
    return "=1";
  }

  const ticks = [];
  host.nextTick = (callback, ...args) => void ticks.push(callable(callback), args);
  function runTicks() {
    if (ticks.length === 0) return "";
    while (ticks.length > 0) {
      const [callback, args] = ticks.splice(0, 2);
      callback(...args);
    }
    return "=1";
  }

  const globals = {
    setTimeout(callback, delay, ...args) { return new Timeout(callable(callback), args, delay, false); },
    setInterval(callback, delay, ...args) { return new Timeout(callable(callback), args, delay, true); },
    setImmediate(callback, ...args) { return new Timeout(callable(callback), args, 0, null); },
    clearTimeout: clear, clearInterval: clear, clearImmediate: clear,
    queueMicrotask(callback) {
      callable(callback);
      Promise.resolve().then(() => {
        try {
          callback();
        } catch (e) {
          host.nextTick(() => { throw e; });
        }
      });
    },
  };
  for (const [name, f] of Object.entries(globals)) hidden(global, name, f);

  // ---- Modules ------------------------------------------------------------

  const loaded = Object.create(null);
  const known = new Set(config.modules);

  // load returns a module of the folder of this file.
  function load(name) {
    let module = loaded[name];
    if (module === undefined) {
      module = loaded[name] = { exports: {} };
      try {
        host("node:load", name);
        evaluate()(module.exports, builtin, module, host, load);
      } catch (e) {
        delete loaded[name];
        throw e;
      }
    }
    return module.exports;
  }

  const notFound = (name) => (name.startsWith("node:")
    ? Object.assign(new Error(`No such built-in module: ${name}`), { code: "ERR_UNKNOWN_BUILTIN_MODULE" })
    : Object.assign(new Error(`Cannot find module '${name}'`), { code: "MODULE_NOT_FOUND" }));

  // builtin is require for the names of Node's modules.
  function builtin(name) {
    const bare = name.startsWith("node:") ? name.slice(5) : name;
    if (!known.has(bare)) throw notFound(name);
    const exports = load(bare.replaceAll("/", "_"));
    if (!Object.hasOwn(exports, "default")) hidden(exports, "default", exports);
    return exports;
  }
  host.isBuiltin = (name) => known.has(name.startsWith("node:") ? name.slice(5) : name);
  builtin.resolve = (name) => {
    if (host.isBuiltin(name)) return name;
    throw notFound(name);
  };
  hidden(global, "__node_require", builtin);
  hidden(global, "__unit", function __unit(id) {
    host("node:unit", String(id));
    return evaluate();
  });

  // lazy defines a property that is made when it is first read.
  function lazy(object, name, make) {
    defineProperty(object, name, {
      get() {
        const value = make();
        hidden(object, name, value);
        return value;
      },
      set(value) { hidden(object, name, value); },
      enumerable: false, configurable: true,
    });
  }
  host.lazy = lazy;
  hidden(global, "global", global);
  for (const [module, names] of Object.entries(config.globals)) {
    for (const name of names) lazy(global, name, () => load(module)[name]);
  }
  for (const name of ["process", "console"]) lazy(global, name, () => load(name));
  lazy(global, "crypto", () => load("crypto").webcrypto);
  lazy(global, "performance", () => load("perf_hooks").performance);

  // ---- What the language lacks here ---------------------------------------

  const trace = (object) => {
    try {
      return object instanceof Error ? Error.prototype.toString.call(object) : "Error";
    } catch {
      return "Error";
    }
  };
  hidden(Error, "stackTraceLimit", 10);
  hidden(Error, "captureStackTrace", function captureStackTrace(object, below) {
    const lines = new Error().stack.split("\n").slice(1);
    if (lines.at(-1) === "") lines.pop();
    if (typeof below === "function" && below.name) {
      const i = lines.findIndex((line) => line.startsWith(`    at ${below.name} (`));
      lines.splice(0, i + 1);
    }
    const limit = Number(Error.stackTraceLimit);
    if (limit >= 0) lines.splice(limit);
    hidden(object, "stack", [trace(object), ...lines].join("\n"));
  });

  hidden(Array, "fromAsync", async function fromAsync(items, map, self) {
    const result = typeof this === "function" && this !== Array ? new this() : [];
    let i = 0;
    const add = async (v) => void (result[i] = map ? await map.call(self, v, i) : v, i++);
    if (items[Symbol.asyncIterator] || items[Symbol.iterator]) {
      for await (const v of items) await add(v);
    } else {
      for (const n = items.length; i < n;) await add(await items[i]);
    }
    result.length = i;
    return result;
  });

  hidden(String.prototype, "localeCompare", function localeCompare(that, locales, options) {
    return load("internal_intl").compare(String(this), String(that), options);
  });

  // Intl replaces these when it is loaded.
  for (const [prototype, names] of [
    [Date.prototype, ["toLocaleString", "toLocaleDateString", "toLocaleTimeString"]],
    [Number.prototype, ["toLocaleString"]], [BigInt.prototype, ["toLocaleString"]],
  ]) {
    for (const name of names) {
      hidden(prototype, name, { [name](...args) {
        load("internal_intl").Intl;
        return prototype[name].apply(this, args);
      } }[name]);
    }
  }

  // ---- The bridge ---------------------------------------------------------

  let main; // the outcome of the latest start: its text is "" while pending
  host.starts = 0;

  const operations = {
    register(name) {
      hidden(global, name, { [name](arg) { return host(name, arg); } }[name]);
      return "";
    },
    eval() { return host.starts++, evaluate(), ""; },
    rethrow() { throw takeSlot(); },
    call(name, arg) { return host.starts++, answer(global[name](arg)); },
    start(name, arg) {
      host.starts++;
      const outcome = main = { text: "" };
      Promise.resolve(global[name](arg)).then(
        (value) => { outcome.text = "==" + (value ?? ""); },
        (thrown) => { outcome.text = failure(thrown); outcome.thrown = thrown; });
      return "";
    },
    // A second "=" tells an empty result from none yet.
    settled() { return main.text; },
    interruptStack(from) {
      const thrown = from === "slot" ? takeSlot() : main?.thrown;
      return thrown?.name === "InternalError" && thrown.message === "interrupted" ? thrown.stack : "";
    },
    ticks: runTicks,
    timer: runTimer,
    rejection() {
      const reason = takeSlot();
      if (loaded.process?.exports.emit("unhandledRejection", reason)) return "";
      throw reason;
    },
  };

  return function bridge(operation, a, b) {
    try {
      return operations[operation](a, b);
    } catch (thrown) {
      return failure(thrown);
    }
  };
})
