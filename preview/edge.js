// The world of a CloudFront function: what the runtime cloudfront-js-2.0 has
// beside the language. __sstc_kvs is the host's.
(function () {
  "use strict";
  const ask = globalThis.__sstc_kvs;
  delete globalThis.__sstc_kvs;
  let origin;

  function store(id) {
    const call = (op, key) => {
      const answer = JSON.parse(ask(JSON.stringify({ op, store: id === undefined ? "" : String(id), key: String(key) })));
      if (answer.error) throw new Error(answer.error);
      return answer.value;
    };
    return {
      async get(key, options) {
        const value = call("get", key);
        const format = (options && options.format) || "string";
        if (format === "json") return JSON.parse(value);
        if (format === "bytes") return globalThis.Buffer.from(value);
        return value;
      },
      async exists(key) {
        return call("exists", key);
      },
      async meta() {
        return { creationDateTime: "2000-01-01T00:00:00Z", lastUpdatedDateTime: "2000-01-01T00:00:00Z", keyCount: call("count", "") };
      },
      async count() {
        return call("count", "");
      },
    };
  }

  const set = (kind) => (value) => {
    if (value === undefined || value === null || (typeof value !== "object" && typeof value !== "string")) {
      throw new TypeError(kind + " takes an origin.");
    }
    origin = { kind, value };
  };
  const cloudfront = {
    kvs: store,
    updateRequestOrigin: set("updateRequestOrigin"),
    selectRequestOriginById: set("selectRequestOriginById"),
    createRequestOriginGroup: set("createRequestOriginGroup"),
    edgeLocation: undefined,
    rawQueryString: () => raw,
  };
  let raw;
  const node = globalThis.__node_require;
  const modules = { cloudfront, crypto: true, querystring: true, buffer: true };
  globalThis.require = function require(name) {
    if (!Object.prototype.hasOwnProperty.call(modules, name)) throw new Error('Cannot find module "' + name + '"');
    return name === "cloudfront" ? cloudfront : node(name);
  };
  delete globalThis.__node_require;
  // CloudFront has no timers, no network, no evaluation of text, and little of
  // what browsers and Node have besides.
  for (const name of [
    "setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "clearImmediate", "queueMicrotask",
    "fetch", "WebSocket", "Headers", "Request", "Response", "FormData", "URL", "URLSearchParams", "Blob", "File", "AbortController", "AbortSignal",
    "process", "global", "performance", "structuredClone", "Intl", "crypto", "eval", "Function", "__unit",
  ]) delete globalThis[name];

  globalThis.__sstc_edge = async function (arg) {
    const { event, query } = JSON.parse(arg);
    raw = query;
    const returned = await handler(event);
    return JSON.stringify({ returned: returned === undefined ? null : returned, origin });
  };
})();
