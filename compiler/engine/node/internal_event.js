const codes = {
  IndexSizeError: 1, HierarchyRequestError: 3, WrongDocumentError: 4, InvalidCharacterError: 5, NoModificationAllowedError: 7,
  NotFoundError: 8, NotSupportedError: 9, InUseAttributeError: 10, InvalidStateError: 11, SyntaxError: 12, InvalidModificationError: 13,
  NamespaceError: 14, InvalidAccessError: 15, TypeMismatchError: 17, SecurityError: 18, NetworkError: 19, AbortError: 20,
  URLMismatchError: 21, QuotaExceededError: 22, TimeoutError: 23, InvalidNodeTypeError: 24, DataCloneError: 25,
};
class DOMException extends Error {
  constructor(message = "", options = "Error") {
    super(message, typeof options === "object" && "cause" in options ? { cause: options.cause } : undefined);
    host.hidden(this, "name", typeof options === "object" ? options.name ?? "Error" : String(options));
    host.hidden(this, "code", codes[this.name] ?? 0);
  }
}

class Event {
  #type; #prevented = false;
  stopped = false;
  constructor(type, options = {}) {
    this.#type = String(type);
    host.hidden(this, "stopped", false);
    this.bubbles = Boolean(options.bubbles);
    this.cancelable = Boolean(options.cancelable);
    this.composed = Boolean(options.composed);
    this.target = this.currentTarget = null;
    this.timeStamp = host.elapsed();
  }
  get type() { return this.#type; }
  get defaultPrevented() { return this.#prevented; }
  preventDefault() { if (this.cancelable) this.#prevented = true; }
  stopPropagation() {}
  stopImmediatePropagation() { this.stopped = true; }
  composedPath() { return this.target ? [this.target] : []; }
}
class CustomEvent extends Event {
  constructor(type, options = {}) {
    super(type, options);
    this.detail = options.detail ?? null;
  }
}

class EventTarget {
  #listeners = new Map();
  addEventListener(type, listener, options) {
    if (listener === null || listener === undefined) return;
    const once = typeof options === "object" && Boolean(options?.once);
    const list = this.#listeners.get(type) ?? [];
    if (list.some((l) => l.listener === listener)) return;
    this.#listeners.set(type, [...list, { listener, once }]);
    if (typeof options === "object") options?.signal?.addEventListener("abort", () => this.removeEventListener(type, listener), { once: true });
  }
  removeEventListener(type, listener) {
    this.#listeners.set(type, (this.#listeners.get(type) ?? []).filter((l) => l.listener !== listener));
  }
  dispatchEvent(event) {
    event.target = event.currentTarget = this;
    const handler = this["on" + event.type];
    if (typeof handler === "function") handler.call(this, event);
    for (const { listener, once } of this.#listeners.get(event.type) ?? []) {
      if (event.stopped) break;
      if (once) this.removeEventListener(event.type, listener);
      if (typeof listener === "function") listener.call(this, event);
      else listener.handleEvent(event);
    }
    event.currentTarget = null;
    return !event.defaultPrevented;
  }
}

const key = Symbol("key");
class AbortSignal extends EventTarget {
  #aborted = false; #reason;
  constructor(k) {
    if (k !== key) throw Object.assign(new TypeError("Illegal constructor"), { code: "ERR_ILLEGAL_CONSTRUCTOR" });
    super();
    this.onabort = null;
  }
  get aborted() { return this.#aborted; }
  get reason() { return this.#reason; }
  throwIfAborted() { if (this.#aborted) throw this.#reason; }
  static abort(reason) {
    const signal = new AbortSignal(key);
    AbortSignal[key](signal, reason);
    return signal;
  }
  static timeout(ms) {
    const signal = new AbortSignal(key);
    setTimeout(() => AbortSignal[key](signal, new DOMException("The operation was aborted due to timeout", "TimeoutError")), ms).unref();
    return signal;
  }
  static any(signals) {
    const signal = new AbortSignal(key);
    for (const s of signals) {
      if (s.aborted) {
        AbortSignal[key](signal, s.reason);
        break;
      }
      s.addEventListener("abort", () => AbortSignal[key](signal, s.reason), { once: true });
    }
    return signal;
  }
  static [key](signal, reason = new DOMException("This operation was aborted", "AbortError")) {
    if (signal.#aborted) return;
    signal.#aborted = true;
    signal.#reason = reason;
    signal.dispatchEvent(new Event("abort"));
  }
}
class AbortController {
  #signal = new AbortSignal(key);
  get signal() { return this.#signal; }
  abort(reason) { AbortSignal[key](this.#signal, reason); }
}
for (const C of [DOMException, Event, EventTarget, AbortSignal, AbortController]) Object.defineProperty(C.prototype, Symbol.toStringTag, { value: C.name, configurable: true });

module.exports = { DOMException, Event, CustomEvent, EventTarget, AbortSignal, AbortController };
