class EventEmitter {
  constructor() { EventEmitter.init.call(this); }
  setMaxListeners(n) { this._maxListeners = n; return this; }
  getMaxListeners() { return this._maxListeners ?? EventEmitter.defaultMaxListeners; }
  emit(type, ...args) {
    const listeners = this._events?.[type];
    if (listeners === undefined || listeners.length === 0) {
      if (type !== "error") return false;
      if (args[0] instanceof Error) throw args[0];
      const e = new Error("Unhandled error. (" + load("util").inspect(args[0]) + ")");
      e.code = "ERR_UNHANDLED_ERROR";
      e.context = args[0];
      throw e;
    }
    for (const listener of [...listeners]) Reflect.apply(listener, this, args);
    return true;
  }
  addListener(type, listener) { return add(this, type, listener, false); }
  on(type, listener) { return add(this, type, listener, false); }
  prependListener(type, listener) { return add(this, type, listener, true); }
  once(type, listener) { return add(this, type, onceWrapper(this, type, listener), false); }
  prependOnceListener(type, listener) { return add(this, type, onceWrapper(this, type, listener), true); }
  removeListener(type, listener) {
    check(listener);
    const listeners = this._events?.[type];
    if (!listeners) return this;
    const i = listeners.findLastIndex((l) => l === listener || l.listener === listener);
    if (i < 0) return this;
    listeners.splice(i, 1);
    if (listeners.length === 0) delete this._events[type];
    if (this._events.removeListener) this.emit("removeListener", type, listener);
    return this;
  }
  off(type, listener) { return this.removeListener(type, listener); }
  removeAllListeners(type) {
    if (!this._events) return this;
    if (arguments.length > 0 && !this._events.removeListener) {
      delete this._events[type];
    } else if (arguments.length > 0) {
      for (const l of (this._events[type] ?? []).toReversed()) this.removeListener(type, l);
    } else {
      for (const t of Reflect.ownKeys(this._events)) if (t !== "removeListener") this.removeAllListeners(t);
      this._events = Object.create(null);
    }
    return this;
  }
  listeners(type) { return (this._events?.[type] ?? []).map((l) => l.listener ?? l); }
  rawListeners(type) { return [...(this._events?.[type] ?? [])]; }
  listenerCount(type, listener) {
    const listeners = this._events?.[type] ?? [];
    return listener ? listeners.filter((l) => l === listener || l.listener === listener).length : listeners.length;
  }
  eventNames() { return this._events ? Reflect.ownKeys(this._events) : []; }
}

function check(listener) {
  if (typeof listener === "function") return;
  const e = new TypeError('The "listener" argument must be of type function. Received ' + load("util").received(listener));
  e.code = "ERR_INVALID_ARG_TYPE";
  throw e;
}

function add(emitter, type, listener, first) {
  check(listener);
  if (!emitter._events) EventEmitter.init.call(emitter);
  if (emitter._events.newListener) emitter.emit("newListener", type, listener.listener ?? listener);
  const listeners = emitter._events[type] ??= [];
  if (first) listeners.unshift(listener);
  else listeners.push(listener);
  return emitter;
}

function onceWrapper(emitter, type, listener) {
  check(listener);
  let fired = false;
  const wrapper = function (...args) {
    if (fired) return;
    fired = true;
    emitter.removeListener(type, wrapper);
    return Reflect.apply(listener, emitter, args);
  };
  wrapper.listener = listener;
  return wrapper;
}

// Node's is a function, so that libraries may call it without new.
function Emitter(options) { EventEmitter.init.call(this, options); }
Emitter.prototype = EventEmitter.prototype;
host.hidden(Emitter.prototype, "constructor", Emitter);
Object.defineProperty(Emitter, "name", { value: "EventEmitter" });
for (const name of Object.getOwnPropertyNames(Emitter.prototype)) {
  if (name !== "constructor") Object.defineProperty(Emitter.prototype, name, { enumerable: true });
}
Emitter.prototype._events = undefined;
Emitter.prototype._eventsCount = 0;
Emitter.prototype._maxListeners = undefined;
EventEmitter.defaultMaxListeners = Emitter.defaultMaxListeners = 10;
EventEmitter.init = Emitter.init = function () {
  if (this._events === undefined || this._events === Object.getPrototypeOf(this)._events) this._events = Object.create(null);
  this._maxListeners ??= undefined;
};

Emitter.once = (emitter, name, options) => new Promise((resolve, reject) => {
  if (options?.signal?.aborted) return reject(options.signal.reason);
  if (typeof emitter.addEventListener === "function" && typeof emitter.on !== "function") {
    emitter.addEventListener(name, (event) => resolve([event]), { once: true });
    return;
  }
  const fail = (e) => { emitter.removeListener(name, done); reject(e); };
  const done = (...args) => { emitter.removeListener("error", fail); resolve(args); };
  emitter.once(name, done);
  if (name !== "error") emitter.once("error", fail);
});
Emitter.on = (emitter, name) => {
  const queue = [], waiting = [];
  let failed;
  const next = (...args) => { if (waiting.length) waiting.shift().resolve({ value: args, done: false }); else queue.push(args); };
  const fail = (e) => { failed = e; waiting.shift()?.reject(e); };
  emitter.on(name, next);
  if (name !== "error") emitter.on("error", fail);
  return {
    next() {
      if (queue.length) return Promise.resolve({ value: queue.shift(), done: false });
      if (failed) return Promise.reject(failed);
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    return() {
      emitter.off(name, next);
      emitter.off("error", fail);
      for (const w of waiting) w.resolve({ value: undefined, done: true });
      return Promise.resolve({ value: undefined, done: true });
    },
    [Symbol.asyncIterator]() { return this; },
  };
};
Emitter.listenerCount = (emitter, type) => emitter.listenerCount(type);
Emitter.getEventListeners = (emitter, type) => emitter.listeners(type);
Emitter.setMaxListeners = (n, ...emitters) => { for (const e of emitters) e.setMaxListeners?.(n); };
Emitter.errorMonitor = Symbol("events.errorMonitor");
Emitter.captureRejectionSymbol = Symbol.for("nodejs.rejection");
Emitter.EventEmitter = Emitter;
host.lazy(Emitter, "EventEmitterAsyncResource", () => class EventEmitterAsyncResource extends Emitter {});

module.exports = Emitter;
