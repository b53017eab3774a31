// Node's require, for modules that Go finds and compiles.
(() => {
  "use strict";
  const { __sstc_resolve: resolveFrom, __unit: unit, __node_require: builtin } = globalThis;
  for (const name of ["__sstc_resolve", "__unit"]) delete globalThis[name];
  const dirname = (file) => file.slice(0, Math.max(file.lastIndexOf("/"), 1));

  const cache = Object.create(null); // file -> module
  const extensions = Object.create(null);

  function Module(id, parent) {
    this.id = this.filename = id;
    this.path = dirname(id);
    this.exports = {};
    this.parent = parent;
    this.loaded = false;
    this.children = [];
    this.paths = [];
  }

  function load(file, parent) {
    let module = cache[file];
    if (module !== undefined) return module.exports;
    module = cache[file] = new Module(file, parent);
    module.require = makeRequire(file, module);
    try {
      unit(file).call(module.exports, module.exports, module.require, module, file, module.path);
    } catch (e) {
      delete cache[file];
      throw e;
    }
    module.loaded = true;
    return module.exports;
  }

  function makeRequire(file, module) {
    const found = Object.create(null);
    const resolve = (spec) => (found[spec] ??= resolveFrom(file + "\0" + spec));
    const require = (spec) => {
      const name = resolve(String(spec));
      return name.startsWith("node:") ? builtin(name) : load(name, module);
    };
    require.resolve = (spec) => {
      const name = resolve(String(spec));
      return name.startsWith("node:") && !String(spec).startsWith("node:") ? name.slice(5) : name;
    };
    require.resolve.paths = () => [];
    require.cache = cache;
    require.extensions = extensions;
    require.main = undefined;
    return require;
  }

  Object.defineProperty(globalThis, "__sstc_require_from", {
    value: (spec, file) => makeRequire(file)(spec), enumerable: false, configurable: true, writable: true,
  });
  // The engine's own createRequire knows of no packages.
  Object.defineProperty(globalThis, "__sstc_make_require", {
    value: (file) => makeRequire(file), enumerable: false, configurable: true, writable: true,
  });
})();
