// domain: errors of what runs in a domain are its event "error".
const EventEmitter = load("events");

const stack = [];

class Domain extends EventEmitter {
  constructor() {
    super();
    this.members = [];
  }
  enter() {
    stack.push(this);
    module.exports.active = process.domain = this;
  }
  exit() {
    const at = stack.lastIndexOf(this);
    if (at >= 0) stack.splice(at);
    module.exports.active = process.domain = stack[stack.length - 1] ?? null;
  }
  add(emitter) {
    if (this.members.includes(emitter)) return;
    emitter.domain?.remove?.(emitter);
    Object.defineProperty(emitter, "domain", { value: this, writable: true, configurable: true });
    this.members.push(emitter);
  }
  remove(emitter) {
    const at = this.members.indexOf(emitter);
    if (at < 0) return;
    emitter.domain = null;
    this.members.splice(at, 1);
  }
  run(fn, ...args) {
    return this.bind(fn).apply(this, args);
  }
  bind(fn) {
    const domain = this;
    return function (...args) {
      domain.enter();
      try {
        return fn.apply(this, args);
      } catch (error) {
        if (domain.listenerCount("error") === 0) throw error;
        domain.emit("error", error);
      } finally {
        domain.exit();
      }
    };
  }
  intercept(fn) {
    const domain = this;
    return this.bind(function (error, ...args) {
      if (error) return void domain.emit("error", error);
      return fn.apply(this, args);
    });
  }
}

const create = () => new Domain();
module.exports = { Domain, create, createDomain: create, active: null };
