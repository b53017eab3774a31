const promised = (start) => (value, options) => new Promise((resolve, reject) => {
  const signal = options?.signal;
  if (signal?.aborted) return reject(signal.reason);
  const timer = start(() => resolve(value));
  if (options?.ref === false) timer.unref();
  signal?.addEventListener("abort", () => {
    timer.close();
    reject(signal.reason);
  }, { once: true });
});
const wait = (ms, value, options) => promised((f) => setTimeout(f, ms))(value, options);
module.exports = {
  setTimeout: wait,
  setImmediate: promised((f) => setImmediate(f)),
  async *setInterval(ms, value, options) {
    for (;;) {
      await wait(ms, undefined, options);
      yield value;
    }
  },
  scheduler: { wait: (ms, options) => wait(ms, undefined, options), yield: () => module.exports.setImmediate() },
};
