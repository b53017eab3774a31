// A program's world is one: code runs in it, or not at all.
class Script {
  #code;
  constructor(code) { this.#code = String(code); }
  runInThisContext() { return (0, eval)(this.#code); }
  runInContext() { host.forbid("vm.Script.runInContext"); }
  runInNewContext() { host.forbid("vm.Script.runInNewContext"); }
}
module.exports = {
  ...load("internal_refused").refuse("vm", ["runInContext", "runInNewContext", "compileFunction", "SourceTextModule", "SyntheticModule"]),
  Script, createContext: (object = {}) => object, isContext: () => false, runInThisContext: (code) => (0, eval)(String(code)), constants: {},
};
