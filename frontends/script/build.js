// What functions of a configuration do while the code of its functions is
// made: hooks, and plugins of esbuild. Go calls __sstc_build with a request and
// is told of its end by the host function "settle": promises end when they do.
(() => {
  "use strict";
  const fs = __node_require("fs");
  const hostBuild = globalThis.__sstc_build_host;
  delete globalThis.__sstc_build_host;
  const tell = (name, arg) => JSON.parse(hostBuild(JSON.stringify({ name, arg })));
  const hidden = (name, value) => Object.defineProperty(globalThis, name, { value, enumerable: false, configurable: true, writable: true });

  // Of plugins: what they have registered, and values of theirs that esbuild
  // carries from one callback to the next.
  const callbacks = [], data = [], resolving = new Map();
  const keep = (value) => (value === undefined ? 0 : data.push(value));
  const kept = (key) => (key ? data[key - 1] : undefined);
  const bytes = (value) => Buffer.from(value.buffer, value.byteOffset, value.byteLength);

  const mistake = (text) => { throw new TypeError(text); };
  function messages(list, owner) {
    if (list === undefined || list === null) return [];
    if (!Array.isArray(list)) mistake(`What the plugin "${owner}" returned has errors or warnings that are no list.`);
    return list.map(({ text = "", location, notes, pluginName, id }) => ({
      id: id ?? "", pluginName: pluginName ?? "", text: String(text), location: location ?? null,
      notes: (notes ?? []).map((n) => ({ text: String(n.text ?? ""), location: n.location ?? null })),
    }));
  }

  function registration(plugin, list) {
    return (options, callback) => {
      if (!(options?.filter instanceof RegExp)) mistake(`The plugin "${plugin}" registers a callback without a filter, which must be a regular expression.`);
      if (typeof callback !== "function") mistake(`The plugin "${plugin}" registers a callback that is no function.`);
      list.push({ filter: options.filter.source, namespace: options.namespace ?? "", key: callbacks.push(callback) - 1 });
    };
  }

  function resolve(owner, text, options = {}) {
    const key = resolving.size + 1;
    return new Promise((done, fail) => {
      resolving.set(key, { done, fail });
      const { importer = "", namespace = "", resolveDir = "", kind = "", pluginName = owner } = options;
      tell("resolve", { key, path: String(text), importer, namespace, resolveDir, kind, pluginName, pluginData: keep(options.pluginData), with: options.with ?? {} });
    });
  }

  const operations = {
    async hook({ fn, name, out }) {
      fs.mkdirSync(out, { recursive: true });
      const { hooks, args } = __sstc_parts(fn);
      await hooks[name].call(hooks, ...args, out);
    },
    async setup({ fn, initial, out }) {
      fs.mkdirSync(out, { recursive: true });
      const options = { ...initial, plugins: undefined };
      const list = __sstc_parts(fn).plugins;
      if (!Array.isArray(list)) mistake("The plugins of esbuild must be a list.");
      const before = JSON.stringify(options), made = [];
      for (const plugin of list) {
        if (typeof plugin?.name !== "string" || plugin.name === "") mistake("A plugin of esbuild must be an object with a name.");
        if (typeof plugin.setup !== "function") mistake(`The plugin "${plugin.name}" of esbuild has no function "setup".`);
        const { name } = plugin;
        const p = { name, onStart: [], onEnd: [], onResolve: [], onLoad: [] };
        made.push(p);
        await plugin.setup({
          initialOptions: options,
          onStart: (callback) => void p.onStart.push(callbacks.push(callback) - 1),
          onEnd: (callback) => void p.onEnd.push(callbacks.push(callback) - 1),
          onDispose() {}, // nothing outlives a build
          onResolve: registration(name, p.onResolve),
          onLoad: registration(name, p.onLoad),
          resolve: (text, more) => resolve(name, text, more),
          get esbuild() { return mistake(`The plugin "${name}" uses build.esbuild, which sstc does not have: esbuild is part of sstc here, and builds nothing for plugins.`); },
        });
      }
      const changed = Object.fromEntries(Object.entries(options).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(JSON.parse(before)[key])));
      return { plugins: made, changed };
    },
    async start({ key }) {
      const result = await callbacks[key]();
      return { errors: messages(result?.errors), warnings: messages(result?.warnings) };
    },
    async resolve({ key, owner, args }) {
      const result = await callbacks[key]({ ...args, pluginData: kept(args.pluginData) });
      if (result === undefined || result === null) return null;
      if (typeof result !== "object") mistake(`A callback of the plugin "${owner}" for onResolve has not returned an object.`);
      const { path = "", external = false, namespace = "", suffix = "", sideEffects, pluginName = "" } = result;
      return {
        path, external, namespace, suffix, sideEffects: sideEffects !== false, pluginName, pluginData: keep(result.pluginData),
        errors: messages(result.errors, owner), warnings: messages(result.warnings, owner),
      };
    },
    async load({ key, owner, args }) {
      const result = await callbacks[key]({ ...args, pluginData: kept(args.pluginData) });
      if (result === undefined || result === null) return null;
      if (typeof result !== "object") mistake(`A callback of the plugin "${owner}" for onLoad has not returned an object.`);
      const { contents, resolveDir = "", loader = "", pluginName = "" } = result;
      const given = contents !== undefined && contents !== null;
      if (given && typeof contents !== "string" && !(contents instanceof Uint8Array)) mistake(`What the plugin "${owner}" has loaded is neither a string nor bytes.`);
      return {
        given, contents: typeof contents === "string" ? contents : "", bytes: given && typeof contents !== "string" ? bytes(contents).toString("base64") : "",
        resolveDir, loader, pluginName, pluginData: keep(result.pluginData),
        errors: messages(result.errors, owner), warnings: messages(result.warnings, owner),
      };
    },
    async end({ keys, result }) {
      const given = { ...result, metafile: result.metafile ? JSON.parse(result.metafile) : undefined, mangleCache: undefined, outputFiles: undefined };
      const all = { errors: [], warnings: [] };
      for (const key of keys) {
        const r = await callbacks[key](given);
        all.errors.push(...messages(r?.errors));
        all.warnings.push(...messages(r?.warnings));
      }
      return all;
    },
  };

  const describe = (e) => ({
    name: e instanceof Error ? e.name : "", message: e instanceof Error ? e.message : String(e), code: String(e?.code ?? ""), stack: String(e?.stack ?? ""),
  });
  hidden("__sstc_build", (text) => {
    const { id, operation, ...request } = JSON.parse(text);
    operations[operation](request).then(
      (value) => tell("settle", { id, value: value ?? null }),
      (e) => tell("settle", { id, error: describe(e) }),
    );
  });
  hidden("__sstc_build_resolved", (text) => {
    const { key, value, error } = JSON.parse(text);
    const { done, fail } = resolving.get(key);
    if (error) fail(new Error(error));
    else done({ ...value, pluginData: kept(value.pluginData) });
  });
})();
