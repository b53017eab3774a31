// Streams that do what the common uses of Node's streams need: events, pipe,
// async iteration, errors and ends. High-water marks do not limit them, as
// nothing that they carry comes from outside the program.
const EventEmitter = require("events");
const { Buffer } = require("buffer");

function Stream(options) { EventEmitter.call(this, options); }
Stream.prototype = Object.create(EventEmitter.prototype, { constructor: { value: Stream, writable: true, configurable: true } });
Object.setPrototypeOf(Stream, EventEmitter);

const chunkOf = (chunk, encoding, objectMode) =>
  (objectMode ? chunk : typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk instanceof Uint8Array && !Buffer.isBuffer(chunk) ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : chunk);

// Each class is a mixin of methods, so that Duplex can have both.
const common = {
  destroy(e, callback) {
    if (this.destroyed) return this;
    this.destroyed = true;
    const done = (failed) => {
      host.nextTick(() => {
        const error = failed ?? e;
        if (error) {
          this.errored = error;
          this.emit("error", error);
        }
        this.closed = true;
        this.emit("close");
        callback?.(error);
      });
    };
    if (this._destroy) this._destroy(e ?? null, done);
    else done();
    return this;
  },
};

const readable = {
  initReadable(options) {
    Object.assign(this, { readable: true, readableEnded: false, readableFlowing: null, destroyed: false, errored: null });
    host.hidden(this, "r", {
      queue: [], ended: false, reading: false, waiting: [], objectMode: Boolean(options?.objectMode || options?.readableObjectMode),
      encoding: options?.encoding, pipes: [], scheduled: false,
    });
    if (options?.read) this._read = options.read;
    if (options?.destroy) this._destroy = options.destroy;
  },
  get readableObjectMode() { return this.r.objectMode; },
  get readableLength() { return this.r.queue.reduce((n, c) => n + (this.r.objectMode ? 1 : c.length), 0); },
  get readableHighWaterMark() { return this.r.objectMode ? 16 : 65536; },
  get readableEncoding() { return this.r.encoding ?? null; },
  _read() {},
  push(chunk, encoding) {
    const { r } = this;
    if (chunk === null) r.ended = true;
    else {
      if (r.ended) {
        this.destroy(Object.assign(new Error("stream.push() after EOF"), { code: "ERR_STREAM_PUSH_AFTER_EOF" }));
        return false;
      }
      chunk = chunkOf(chunk, encoding, r.objectMode);
      if (r.objectMode || chunk.length > 0) r.queue.push(chunk);
    }
    r.reading = false;
    this.schedule();
    return true;
  },
  unshift(chunk, encoding) {
    this.r.queue.unshift(chunkOf(chunk, encoding, this.r.objectMode));
    this.schedule();
  },
  decode(chunk) {
    const { r } = this;
    if (!r.encoding || r.objectMode) return chunk;
    r.decoder ??= new (require("string_decoder").StringDecoder)(r.encoding);
    return r.decoder.write(chunk);
  },
  schedule() {
    const { r } = this;
    if (r.scheduled || this.destroyed) return;
    r.scheduled = true;
    host.nextTick(() => {
      r.scheduled = false;
      this.flow();
    });
  },
  flow() {
    const { r } = this;
    while (this.readableFlowing && r.queue.length > 0 && !this.destroyed) this.emit("data", this.decode(r.queue.shift()));
    if (this.destroyed) return;
    if (r.queue.length === 0 && r.ended) {
      if (!this.readableEnded && (this.readableFlowing || r.readAll)) {
        this.readableEnded = true;
        this.readable = false;
        this.emit("end");
        if (this.w === undefined || this.writableFinished) this.destroy();
      } else if (this.listenerCount("readable") > 0 && !r.readAll) {
        r.readAll = true;
        this.emit("readable");
        this.schedule();
      }
    } else if (r.queue.length > 0 && this.listenerCount("readable") > 0) {
      this.emit("readable");
    }
    if (!r.ended && !r.reading && (this.readableFlowing || this.listenerCount("readable") > 0) && r.queue.length === 0) {
      r.reading = true;
      try {
        this._read(this.readableHighWaterMark);
      } catch (e) {
        this.destroy(e);
      }
    }
  },
  read(n) {
    const { r } = this;
    if (r.queue.length === 0) {
      if (r.ended) {
        r.readAll = true;
        this.schedule();
      } else if (!r.reading) {
        r.reading = true;
        this._read(this.readableHighWaterMark);
      }
      if (r.queue.length === 0) return null;
    }
    let chunk;
    if (r.objectMode) {
      chunk = r.queue.shift();
    } else {
      const all = Buffer.concat(r.queue.splice(0));
      if (n !== undefined && n < all.length) {
        r.queue.push(all.subarray(n));
        chunk = all.subarray(0, n);
      } else if (n !== undefined && n > all.length && !r.ended) {
        r.queue.push(all);
        return null;
      } else {
        chunk = all;
      }
    }
    if (r.queue.length === 0 && r.ended) {
      r.readAll = true;
      this.schedule();
    }
    return this.decode(chunk);
  },
  setEncoding(encoding) { this.r.encoding = encoding; return this; },
  resume() {
    this.readableFlowing = true;
    this.schedule();
    return this;
  },
  pause() { this.readableFlowing = false; return this; },
  isPaused() { return this.readableFlowing === false; },
  pipe(target, options) {
    this.r.pipes.push(target);
    this.on("data", (chunk) => target.write(chunk));
    if (options?.end !== false && target !== process.stdout && target !== process.stderr) this.once("end", () => target.end());
    target.emit("pipe", this);
    return target;
  },
  unpipe() { this.removeAllListeners("data"); return this; },
  wrap(old) {
    old.on("data", (c) => this.push(c)).on("end", () => this.push(null));
    return this;
  },
  [Symbol.asyncIterator]() {
    const chunks = [], waiting = [];
    let ended = false, failed = null;
    const settle = () => {
      while (waiting.length > 0 && (chunks.length > 0 || ended || failed)) {
        const { resolve, reject } = waiting.shift();
        if (chunks.length > 0) resolve({ value: chunks.shift(), done: false });
        else if (failed) reject(failed);
        else resolve({ value: undefined, done: true });
      }
    };
    this.on("data", (c) => { chunks.push(c); settle(); });
    this.once("end", () => { ended = true; settle(); });
    this.once("error", (e) => { failed = e; settle(); });
    this.once("close", () => { ended = true; settle(); });
    if (this.readableEnded || (this.destroyed && !this.errored)) ended = true;
    return {
      next: () => new Promise((resolve, reject) => { waiting.push({ resolve, reject }); settle(); }),
      return: async () => {
        this.destroy();
        return { value: undefined, done: true };
      },
      [Symbol.asyncIterator]() { return this; },
    };
  },
  async toArray() {
    const out = [];
    for await (const chunk of this) out.push(chunk);
    return out;
  },
};
const on = EventEmitter.prototype.on;
const listening = function (type, f) {
  on.call(this, type, f);
  if (type === "data" && this.r && this.readableFlowing !== false) this.resume();
  if (type === "readable" && this.r) this.schedule();
  return this;
};

const writable = {
  initWritable(options) {
    Object.assign(this, { writable: true, writableEnded: false, writableFinished: false, destroyed: false, errored: null });
    host.hidden(this, "w", { queue: [], busy: false, objectMode: Boolean(options?.objectMode || options?.writableObjectMode), decode: options?.decodeStrings !== false, encoding: "utf8", corked: 0 });
    if (options?.write) this._write = options.write;
    if (options?.writev) this._writev = options.writev;
    if (options?.final) this._final = options.final;
    if (options?.destroy) this._destroy = options.destroy;
  },
  get writableObjectMode() { return this.w.objectMode; },
  get writableLength() { return this.w.queue.length; },
  get writableHighWaterMark() { return this.w.objectMode ? 16 : 65536; },
  get writableNeedDrain() { return false; },
  write(chunk, encoding, callback) {
    if (typeof encoding === "function") [encoding, callback] = [undefined, encoding];
    if (chunk === null) throw Object.assign(new TypeError("May not write null values to stream"), { code: "ERR_STREAM_NULL_VALUES" });
    if (this.writableEnded || this.destroyed) {
      const e = Object.assign(new Error(this.destroyed ? "Cannot call write after a stream was destroyed" : "write after end"), { code: this.destroyed ? "ERR_STREAM_DESTROYED" : "ERR_STREAM_WRITE_AFTER_END" });
      host.nextTick(() => { callback?.(e); if (!this.destroyed) this.destroy(e); });
      return false;
    }
    const text = typeof chunk === "string" && !this.w.objectMode;
    if (text && this.w.decode) [chunk, encoding] = [Buffer.from(chunk, encoding ?? this.w.encoding), "buffer"];
    this.w.queue.push([chunkOf(chunk, encoding, this.w.objectMode || !this.w.decode), encoding ?? (text ? this.w.encoding : "buffer"), callback]);
    this.drain();
    return true;
  },
  drain() {
    const { w } = this;
    if (w.busy || w.corked || this.destroyed) return;
    const next = w.queue.shift();
    if (next === undefined) {
      if (this.writableEnded && !w.finishing) {
        w.finishing = true;
        const done = (e) => {
          if (e) return void this.destroy(e);
          this.writableFinished = true;
          host.nextTick(() => {
            this.emit("finish");
            if (this.r === undefined || this.readableEnded) this.destroy();
          });
        };
        try {
          if (this._final) this._final(done);
          else done();
        } catch (e) {
          this.destroy(e);
        }
      }
      return;
    }
    w.busy = true;
    const [chunk, encoding, callback] = next;
    const done = (e) => {
      w.busy = false;
      if (e) {
        host.nextTick(() => callback?.(e));
        return void this.destroy(e);
      }
      host.nextTick(() => {
        callback?.(null);
        if (w.queue.length === 0 && !this.writableEnded) this.emit("drain");
      });
      this.drain();
    };
    try {
      if (this._write) this._write(chunk, encoding, done);
      else if (this._writev) this._writev([{ chunk, encoding }], done);
      else throw Object.assign(new Error("The _write() method is not implemented"), { code: "ERR_METHOD_NOT_IMPLEMENTED" });
    } catch (e) {
      this.destroy(e);
    }
  },
  end(chunk, encoding, callback) {
    if (typeof chunk === "function") [chunk, callback] = [undefined, chunk];
    if (typeof encoding === "function") [encoding, callback] = [undefined, encoding];
    if (chunk !== undefined && chunk !== null) this.write(chunk, encoding);
    if (callback) this.once("finish", callback);
    this.writableEnded = true;
    this.writable = false;
    this.w.corked = 0;
    this.drain();
    return this;
  },
  cork() { this.w.corked++; },
  uncork() {
    this.w.corked = Math.max(0, this.w.corked - 1);
    this.drain();
  },
  setDefaultEncoding(encoding) { this.w.encoding = encoding; return this; },
};

// make defines a class that may be called without new, as in older libraries.
function make(name, parent, mixins, init) {
  const Class = function (options) {
    if (!(this instanceof Class)) return new Class(options);
    Stream.call(this, options);
    init.call(this, options);
    options?.construct?.call(this, (e) => { if (e) this.destroy(e); });
  };
  Object.defineProperty(Class, "name", { value: name });
  Class.prototype = Object.create(parent.prototype, { constructor: { value: Class, writable: true, configurable: true } });
  Object.setPrototypeOf(Class, parent);
  for (const mixin of mixins) {
    for (const key of Reflect.ownKeys(mixin)) Object.defineProperty(Class.prototype, key, { ...Object.getOwnPropertyDescriptor(mixin, key), enumerable: false });
  }
  host.hidden(Class.prototype, "on", listening);
  host.hidden(Class.prototype, "addListener", listening);
  return Class;
}

const Readable = make("Readable", Stream, [common, readable], readable.initReadable);
const Writable = make("Writable", Stream, [common, writable], writable.initWritable);
Object.defineProperty(Writable, Symbol.hasInstance, {
  value(object) {
    if (Function.prototype[Symbol.hasInstance].call(this, object)) return true;
    return this === Writable && object?.w !== undefined && typeof object.end === "function";
  },
});
const Duplex = make("Duplex", Readable, [common, writable], function (options) {
  readable.initReadable.call(this, options);
  writable.initWritable.call(this, options);
});
const Transform = make("Transform", Duplex, [], function (options) {
  readable.initReadable.call(this, options);
  writable.initWritable.call(this, options);
  if (options?.transform) this._transform = options.transform;
  if (options?.flush) this._flush = options.flush;
});
Object.assign(Transform.prototype, {
  _write(chunk, encoding, done) {
    this._transform(chunk, encoding, (e, value) => {
      if (value !== undefined && value !== null) this.push(value);
      done(e);
    });
  },
  _final(done) {
    const finish = (e, value) => {
      if (value !== undefined && value !== null) this.push(value);
      if (!e) this.push(null);
      done(e);
    };
    if (this._flush) this._flush(finish);
    else finish();
  },
  _transform() { throw Object.assign(new Error("The _transform() method is not implemented"), { code: "ERR_METHOD_NOT_IMPLEMENTED" }); },
});
const PassThrough = make("PassThrough", Transform, [], function (options) {
  readable.initReadable.call(this, options);
  writable.initWritable.call(this, options);
});
PassThrough.prototype._transform = (chunk, encoding, done) => done(null, chunk);

Readable.from = (items, options) => {
  const single = typeof items === "string" || items instanceof Uint8Array;
  const iterator = single ? [items][Symbol.iterator]() : (items[Symbol.asyncIterator] ?? items[Symbol.iterator]).call(items);
  return new Readable({
    objectMode: true, ...options,
    async read() {
      try {
        const { value, done } = await iterator.next();
        this.push(done ? null : await value);
      } catch (e) {
        this.destroy(e);
      }
    },
  });
};

function finished(stream, options, callback) {
  if (typeof options === "function") callback = options;
  let called = false;
  const done = (e) => {
    if (called) return;
    called = true;
    callback(e);
  };
  const check = () => {
    if ((!stream.r || stream.readableEnded) && (!stream.w || stream.writableFinished)) done();
  };
  stream.on("end", check).on("finish", check).on("error", done);
  stream.on("close", () => {
    const early = (stream.r && !stream.readableEnded) || (stream.w && !stream.writableFinished);
    done(early ? Object.assign(new Error("Premature close"), { code: "ERR_STREAM_PREMATURE_CLOSE" }) : undefined);
  });
  host.nextTick(check);
  return () => { called = true; };
}

function pipeline(...streams) {
  const callback = typeof streams.at(-1) === "function" && !isSource(streams.at(-1)) ? streams.pop() : () => {};
  if (streams.length === 1 && Array.isArray(streams[0])) streams = streams[0];
  if (streams.at(-1) !== null && typeof streams.at(-1) === "object" && !streams.at(-1).on) streams.pop(); // options
  const list = streams.map((s, i) => {
    if (typeof s === "function") return Duplexed(s, i);
    return typeof s.pipe === "function" || s.w ? s : Readable.from(s);
  });
  let left = list.length, failed;
  for (const s of list) {
    finished(s, (e) => {
      if (e && !failed) {
        failed = e;
        for (const other of list) other.destroy();
      }
      if (--left === 0) callback(failed);
    });
  }
  for (let i = 0; i + 1 < list.length; i++) list[i].pipe(list[i + 1]);
  return list.at(-1);
}
const isSource = (f) => f.constructor?.name === "AsyncGeneratorFunction" || f.constructor?.name === "GeneratorFunction";
function Duplexed(f, i) {
  if (i === 0) return Readable.from(f());
  const input = new PassThrough({ objectMode: true });
  const out = new Duplex({
    objectMode: true,
    write(chunk, encoding, done) { input.write(chunk, encoding, done); },
    final(done) { input.end(); done(); },
    read() {},
  });
  (async () => {
    try {
      const result = f(input);
      if (typeof result?.[Symbol.asyncIterator] === "function") for await (const chunk of result) out.push(chunk);
      else await result;
      out.push(null);
      out.resume();
    } catch (e) {
      out.destroy(e);
    }
  })();
  return out;
}

module.exports = Object.assign(Stream, {
  Stream, Readable, Writable, Duplex, Transform, PassThrough, finished, pipeline,
  isReadable: (s) => Boolean(s?.readable), isErrored: (s) => Boolean(s?.errored), isDisturbed: (s) => Boolean(s?.readableFlowing),
  addAbortSignal: (signal, s) => { signal.addEventListener("abort", () => s.destroy(signal.reason)); return s; },
  getDefaultHighWaterMark: (objectMode) => (objectMode ? 16 : 65536), setDefaultHighWaterMark() {},
});
host.lazy(Stream, "promises", () => require("stream/promises"));
host.hidden(finished, Symbol.for("nodejs.util.promisify.custom"), (s) => require("stream/promises").finished(s));
host.hidden(pipeline, Symbol.for("nodejs.util.promisify.custom"), (...s) => require("stream/promises").pipeline(...s));
