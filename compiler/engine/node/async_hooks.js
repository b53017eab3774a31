// A store lasts for the call of run, and if that returns a promise until the
// promise settles. The engine does not say which job belongs to which call, so
// that two asynchronous calls under way at once see the store of the later.
class AsyncLocalStorage {
  #store; #enabled = false;
  run(store, f, ...args) {
    const before = this.#store, enabled = this.#enabled;
    this.#store = store;
    this.#enabled = true;
    let result;
    try {
      result = f(...args);
    } catch (e) {
      this.#store = before;
      this.#enabled = enabled;
      throw e;
    }
    if (typeof result?.then === "function") {
      const restore = () => {
        if (this.#store === store) {
          this.#store = before;
          this.#enabled = enabled;
        }
      };
      result.then(restore, restore);
      return result;
    }
    this.#store = before;
    this.#enabled = enabled;
    return result;
  }
  exit(f, ...args) { return this.run(undefined, f, ...args); }
  getStore() { return this.#enabled ? this.#store : undefined; }
  enterWith(store) {
    this.#store = store;
    this.#enabled = true;
  }
  disable() {
    this.#enabled = false;
    this.#store = undefined;
  }
  static bind(f) { return f; }
  static snapshot() { return (f, ...args) => f(...args); }
}
class AsyncResource {
  constructor(type) { this.type = type; }
  runInAsyncScope(f, self, ...args) { return Reflect.apply(f, self, args); }
  emitDestroy() { return this; }
  asyncId() { return 1; }
  triggerAsyncId() { return 0; }
  bind(f, self) { return f.bind(self ?? this); }
  static bind(f, type, self) { return f.bind(self); }
}
const hook = { enable() { return hook; }, disable() { return hook; } };
module.exports = { AsyncLocalStorage, AsyncResource, createHook: () => hook, executionAsyncId: () => 1, triggerAsyncId: () => 0, executionAsyncResource: () => ({}), asyncWrapProviders: {} };
