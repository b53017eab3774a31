// What a closed box does not have loads, so that libraries which may use it
// load, and is forbidden when it is used.
exports.refuse = (module, functions, classes = []) => {
  const out = {};
  // Functions that can be called with new: some are classes.
  for (const name of functions) out[name] = { [name]: function (first) { refused(`${module}.${name}`, first); } }[name];
  for (const name of classes) {
    // Libraries extend these, and only use what they extended.
    out[name] = { [name]: class extends load("events") {
      constructor(...args) {
        super();
        this.options = args.find((a) => a !== null && typeof a === "object") ?? {};
      }
    } }[name];
    for (const method of ["connect", "listen", "request", "createConnection", "bind", "send", "resolve", "lookup", "postMessage", "fork", "eval"]) {
      out[name].prototype[method] = function (first) { refused(`${module}.${name}.${method}`, first); };
    }
    for (const method of ["destroy", "close", "unref", "ref", "end", "setTimeout", "setNoDelay", "setKeepAlive"]) out[name].prototype[method] = function () { return this; };
  }
  return out;
};

function refused(what, first) {
  let detail = "";
  if (typeof first === "string" || typeof first === "number") detail = String(first);
  else if (typeof first?.href === "string") detail = first.href;
  else if (typeof first?.url === "string") detail = first.url;
  else if (first !== null && typeof first === "object") {
    const host = first.hostname ?? first.host;
    if (typeof host === "string") detail = (first.protocol ? first.protocol + "//" : "") + host + (first.port ? ":" + first.port : "") + (first.path ?? "");
    else if (typeof first.path === "string") detail = first.path;
  }
  host.forbid(what, detail);
}
exports.refused = refused;
