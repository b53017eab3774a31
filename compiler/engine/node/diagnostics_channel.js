const channels = new Map();
class Channel {
  #subscribers = [];
  constructor(name) { this.name = name; }
  get hasSubscribers() { return this.#subscribers.length > 0; }
  subscribe(f) { this.#subscribers.push(f); }
  unsubscribe(f) {
    const i = this.#subscribers.indexOf(f);
    if (i >= 0) this.#subscribers.splice(i, 1);
    return i >= 0;
  }
  publish(message) { for (const f of [...this.#subscribers]) f(message, this.name); }
  bindStore() {}
  unbindStore() {}
  runStores(context, f, self, ...args) { this.publish(context); return Reflect.apply(f, self, args); }
}
const channel = (name) => {
  if (!channels.has(name)) channels.set(name, new Channel(name));
  return channels.get(name);
};
module.exports = {
  Channel, channel, hasSubscribers: (name) => channel(name).hasSubscribers,
  subscribe: (name, f) => channel(name).subscribe(f), unsubscribe: (name, f) => channel(name).unsubscribe(f),
  tracingChannel(name) {
    const events = {};
    for (const e of ["start", "end", "asyncStart", "asyncEnd", "error"]) events[e] = channel(`tracing:${name}:${e}`);
    return { ...events, hasSubscribers: false, subscribe() {}, unsubscribe() {}, traceSync: (f, c, self, ...args) => Reflect.apply(f, self, args), tracePromise: async (f, c, self, ...args) => Reflect.apply(f, self, args), traceCallback: (f, p, c, self, ...args) => Reflect.apply(f, self, args) };
  },
};
