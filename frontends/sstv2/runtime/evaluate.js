// What Go calls to run a configuration of SST v2, and what the bundle calls
// for what is not in it.
(() => {
  "use strict";
  const require = __sstc_require_from;
  const host = globalThis.__sstc_v2;
  delete globalThis.__sstc_v2;
  const hidden = (name, value) => Object.defineProperty(globalThis, name, { value, enumerable: false, configurable: true, writable: true });

  // An import of a CommonJS module has the module's exports as its default,
  // as in Node, also where the exports claim to have been an ES module.
  const namespaces = new Map();
  function asNamespace(exports) {
    if (typeof exports !== "object" || exports === null || !exports.__esModule) return exports;
    let namespace = namespaces.get(exports);
    if (namespace === undefined) {
      namespace = {};
      for (const key of Object.getOwnPropertyNames(exports)) {
        if (key === "__esModule") continue;
        Object.defineProperty(namespace, key, { get: () => exports[key], enumerable: true, configurable: true });
      }
      namespaces.set(exports, namespace);
    }
    return namespace;
  }

  // A class that the library does not have would be undefined, and `new` of that
  // "not a function".
  function strict(namespace, from) {
    const names = Object.getOwnPropertyNames(namespace);
    Object.setPrototypeOf(namespace, new Proxy({}, {
      get(_, name) {
        if (typeof name !== "string" || !/^[A-Z]/.test(name)) return undefined;
        throw new Error(`${from} has no ${name}: it has ${names.filter((n) => /^[A-Z]/.test(n)).sort().join(", ")}`);
      },
    }));
    return namespace;
  }
  hidden("__sstc_import", (file) => {
    if (file.startsWith("node:")) return __node_require(file);
    const namespace = asNamespace(require(file, "/"));
    const library = /^sst:(constructs(?:\/future|\/deprecated)?)\/index\.ts$/.exec(file);
    return library && Object.getPrototypeOf(namespace) === Object.prototype ? strict(namespace, "sst/" + library[1]) : namespace;
  });

  // What the library asks of Go, and what both know of the app.
  const library = {
    call: (name, arg) => JSON.parse(host(JSON.stringify({ name, arg: arg ?? null, at: new Error().stack }))),
    project: undefined,
    // What takes part in making functions' code, by what Go calls the functions.
    parts: new Map(),
  };
  hidden("__sstc_parts", (id) => library.parts.get(id));
  hidden("__sstc_library", library);

  let config;
  hidden("__sstc_app", async (text) => {
    await __sstc_load();
    config = __sstc_config;
    for (const name of ["config", "stacks"]) {
      if (typeof config?.[name] !== "function") {
        throw new Error(`The configuration has no ${name}(). It must export default { config(input) {...}, stacks(app) {...} }.`);
      }
    }
    return JSON.stringify(await config.config(JSON.parse(text)) ?? null);
  });
  hidden("__sstc_synth", async (text) => {
    library.project = JSON.parse(text);
    return JSON.stringify(await require("sst:run.ts", "/").run(config.stacks, library.project));
  });
})();
