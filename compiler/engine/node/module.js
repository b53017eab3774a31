const path = require("path");

class Module {
  constructor(id = "") { Object.assign(this, { id, exports: {}, loaded: false, children: [], paths: [] }); }
}

// createRequire returns a require for built-in modules and JSON files. Code is
// part of the bundle, or is not there.
function createRequire(from) {
  const file = typeof from === "string" && !from.startsWith("file:") ? from : require("url").fileURLToPath(from);
  // Where packages are loaded one by one (compiler/engine/modules), by their require.
  if (globalThis.__sstc_make_require) return globalThis.__sstc_make_require(file);
  const directory = file.endsWith("/") ? file : path.dirname(file);
  const resolve = (name) => {
    if (host.isBuiltin(name)) return name;
    if (/^\.{0,2}\//.test(name) || path.isAbsolute(name)) {
      const full = path.resolve(directory, name);
      const fs = require("fs");
      for (const candidate of [full, full + ".json"]) if (fs.existsSync(candidate) && fs.statSync(candidate).isFile()) return candidate;
    } else {
      const fs = require("fs");
      for (let at = directory; ; at = path.dirname(at)) {
        const candidate = path.join(at, "node_modules", name);
        if (fs.existsSync(candidate) && fs.statSync(candidate).isFile()) return candidate;
        if (at === path.dirname(at)) break;
      }
    }
    throw Object.assign(new Error(`Cannot find module '${name}'\nRequire stack:\n- ${file}`), { code: "MODULE_NOT_FOUND", requireStack: [file] });
  };
  const require_ = (name) => {
    const found = resolve(name);
    if (host.isBuiltin(found)) return require(found);
    if (!found.endsWith(".json")) host.forbid("module.createRequire", found);
    return Module._cache[found] ??= JSON.parse(require("fs").readFileSync(found, "utf8").replace(/^\ufeff/, ""));
  };
  require_.resolve = Object.assign(resolve, { paths: () => [] });
  require_.cache = Module._cache;
  require_.main = undefined;
  require_.extensions = Module._extensions;
  return require_;
}

module.exports = Object.assign(Module, {
  Module, createRequire, builtinModules: host.config.modules, isBuiltin: host.isBuiltin,
  _cache: Object.create(null), _extensions: Object.create(null), _resolveFilename: (name) => name, _nodeModulePaths: () => [],
  _load() { host.forbid("module._load"); },
  register() {}, registerHooks() {}, findPackageJSON() {}, syncBuiltinESMExports() {}, wrap: (code) => code, globalPaths: [],
  findSourceMap() {}, enableCompileCache: () => ({ status: 3 }), constants: { compileCacheStatus: {} },
  SourceMap: class SourceMap {},
});
