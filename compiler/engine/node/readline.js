// There is nobody to ask: questions are forbidden. Lines of a stream can be read.
const EventEmitter = require("events");
class Interface extends EventEmitter {
  constructor(options) {
    super();
    const input = options?.input;
    this.terminal = false;
    if (!input || typeof input[Symbol.asyncIterator] !== "function") return;
    (async () => {
      for await (const line of this) this.emit("line", line);
      this.emit("close");
    }).call(this);
    this.input = input;
  }
  async *[Symbol.asyncIterator]() {
    let rest = "";
    for await (const chunk of this.input) {
      const lines = (rest + chunk).split(/\r?\n/);
      rest = lines.pop();
      yield* lines;
    }
    if (rest) yield rest;
  }
  question(text) { host.forbid("readline.question", text); }
  setPrompt() {}
  prompt() {}
  write() {}
  close() { this.emit("close"); }
  pause() { return this; }
  resume() { return this; }
}
module.exports = {
  Interface, createInterface: (options) => new Interface(options), emitKeypressEvents() {},
  clearLine: () => true, clearScreenDown: () => true, cursorTo: () => true, moveCursor: () => true,
  get promises() { return require("readline/promises"); },
};
