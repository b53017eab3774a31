// Web streams, as far as programs use them that have nothing to stream: a
// queue with a reader, without back pressure.
class ReadableStream {
  #source; #queue = []; #closed = false; #error; #waiting = []; #pulling = false; #controller; #started;
  constructor(source = {}) {
    this.#source = source;
    this.#controller = {
      enqueue: (chunk) => {
        if (this.#closed) throw new TypeError("Invalid state: Controller is already closed");
        if (this.#waiting.length) this.#waiting.shift().resolve({ value: chunk, done: false });
        else this.#queue.push(chunk);
      },
      close: () => {
        this.#closed = true;
        for (const w of this.#waiting.splice(0)) w.resolve({ value: undefined, done: true });
      },
      error: (e) => {
        this.#error = { e };
        for (const w of this.#waiting.splice(0)) w.reject(e);
      },
      get desiredSize() { return 1; },
    };
    this.#started = (async () => source.start?.(this.#controller))().catch((e) => this.#controller.error(e));
    this.locked = false;
  }
  static from(items) {
    const iterator = (items[Symbol.asyncIterator] ?? items[Symbol.iterator]).call(items);
    return new ReadableStream({
      async pull(c) {
        const { value, done } = await iterator.next();
        if (done) c.close();
        else c.enqueue(value);
      },
    });
  }
  async #next() {
    await this.#started;
    while (true) {
      if (this.#queue.length) return { value: this.#queue.shift(), done: false };
      if (this.#error) throw this.#error.e;
      if (this.#closed) return { value: undefined, done: true };
      if (!this.#source.pull || this.#pulling) return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
      this.#pulling = true;
      try {
        await this.#source.pull(this.#controller);
      } catch (e) {
        this.#controller.error(e);
      } finally {
        this.#pulling = false;
      }
    }
  }
  getReader() {
    if (this.locked) throw new TypeError("Invalid state: ReadableStream is locked");
    this.locked = true;
    return { read: () => this.#next(), releaseLock: () => { this.locked = false; }, cancel: (reason) => this.cancel(reason), closed: Promise.resolve() };
  }
  async cancel(reason) {
    this.#queue = [];
    this.#closed = true;
    await this.#source.cancel?.(reason);
  }
  async *[Symbol.asyncIterator]() {
    const reader = this.getReader();
    for (let r = await reader.read(); !r.done; r = await reader.read()) yield r.value;
    reader.releaseLock();
  }
  values() { return this[Symbol.asyncIterator](); }
  async pipeTo(target) {
    const writer = target.getWriter();
    for await (const chunk of this) await writer.write(chunk);
    await writer.close();
  }
  pipeThrough({ readable, writable }) {
    this.pipeTo(writable).catch(() => {});
    return readable;
  }
  tee() {
    const reader = this.getReader(), queues = [[], []];
    return queues.map((own, i) => new ReadableStream({
      async pull(c) {
        if (own.length === 0) {
          const r = await reader.read();
          own.push(r);
          queues[1 - i].push(r);
        }
        const { value, done } = own.shift();
        if (done) c.close();
        else c.enqueue(value);
      },
    }));
  }
}

class WritableStream {
  #sink; #last;
  constructor(sink = {}) {
    this.#sink = sink;
    this.locked = false;
    this.#last = (async () => sink.start?.({ error() {} }))();
  }
  #then(f) { return (this.#last = this.#last.then(f)); }
  getWriter() {
    this.locked = true;
    return {
      write: (chunk) => this.#then(() => this.#sink.write?.(chunk, { error() {} })), close: () => this.close(), abort: (reason) => this.abort(reason),
      releaseLock: () => { this.locked = false; }, ready: Promise.resolve(), closed: Promise.resolve(), desiredSize: 1,
    };
  }
  close() { return this.#then(() => this.#sink.close?.()); }
  abort(reason) { return this.#then(() => this.#sink.abort?.(reason)); }
}

class TransformStream {
  constructor(transformer = {}) {
    let controller;
    this.readable = new ReadableStream({ start(c) { controller = { enqueue: c.enqueue, error: c.error, terminate: c.close, desiredSize: 1 }; return transformer.start?.(controller); } });
    this.writable = new WritableStream({
      write: (chunk) => (transformer.transform ? transformer.transform(chunk, controller) : controller.enqueue(chunk)),
      close: async () => {
        await transformer.flush?.(controller);
        controller.terminate();
      },
    });
  }
}
class TextDecoderStream extends TransformStream {
  constructor(label) {
    const decoder = new TextDecoder(label);
    super({ transform: (chunk, c) => c.enqueue(decoder.decode(chunk, { stream: true })), flush: (c) => { const rest = decoder.decode(); if (rest) c.enqueue(rest); } });
  }
}
class TextEncoderStream extends TransformStream {
  constructor() { super({ transform: (chunk, c) => c.enqueue(new TextEncoder().encode(chunk)) }); }
}
class CountQueuingStrategy {
  constructor({ highWaterMark }) { this.highWaterMark = highWaterMark; }
  size() { return 1; }
}
class ByteLengthQueuingStrategy extends CountQueuingStrategy {
  size(chunk) { return chunk.byteLength; }
}
module.exports = { ReadableStream, WritableStream, TransformStream, TextDecoderStream, TextEncoderStream, CountQueuingStrategy, ByteLengthQueuingStrategy };
