const { refused, refuse } = load("internal_refused");

class Headers {
  #map = new Map(); // lower-case name -> value
  constructor(init) {
    if (init === undefined || init === null) return;
    const pairs = typeof init[Symbol.iterator] === "function" ? init : Object.entries(init);
    for (const [name, value] of pairs) this.append(name, value);
  }
  append(name, value) {
    name = String(name).toLowerCase();
    value = String(value).trim();
    this.#map.set(name, this.#map.has(name) ? `${this.#map.get(name)}, ${value}` : value);
  }
  delete(name) { this.#map.delete(String(name).toLowerCase()); }
  get(name) { return this.#map.get(String(name).toLowerCase()) ?? null; }
  has(name) { return this.#map.has(String(name).toLowerCase()); }
  set(name, value) { this.#map.set(String(name).toLowerCase(), String(value).trim()); }
  getSetCookie() { return this.has("set-cookie") ? [this.get("set-cookie")] : []; }
  forEach(f, self) { for (const [n, v] of this) f.call(self, v, n, this); }
  *entries() { yield* [...this.#map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)); }
  *keys() { for (const [n] of this.entries()) yield n; }
  *values() { for (const [, v] of this.entries()) yield v; }
  [Symbol.iterator]() { return this.entries(); }
}

class FormData {
  #list = [];
  append(name, value) { this.#list.push([String(name), value]); }
  set(name, value) { this.delete(name); this.append(name, value); }
  delete(name) { this.#list = this.#list.filter(([n]) => n !== String(name)); }
  get(name) { return this.#list.find(([n]) => n === String(name))?.[1] ?? null; }
  getAll(name) { return this.#list.filter(([n]) => n === String(name)).map(([, v]) => v); }
  has(name) { return this.#list.some(([n]) => n === String(name)); }
  *entries() { yield* this.#list; }
  *keys() { for (const [n] of this.#list) yield n; }
  *values() { for (const [, v] of this.#list) yield v; }
  [Symbol.iterator]() { return this.entries(); }
}

class Body {
  #body;
  constructor(body) { this.#body = body; }
  bodyUsed = false;
  get body() { return null; }
  async #bytes() {
    const { Buffer } = load("buffer");
    const body = await this.#body;
    if (body === undefined || body === null) return Buffer.alloc(0);
    if (typeof body?.arrayBuffer === "function") return Buffer.from(await body.arrayBuffer());
    if (ArrayBuffer.isView(body)) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    return body instanceof ArrayBuffer ? Buffer.from(body) : Buffer.from(String(body));
  }
  async text() { return (await this.#bytes()).toString(); }
  async json() { return JSON.parse(await this.text()); }
  async arrayBuffer() { return new Uint8Array(await this.#bytes()).buffer; }
  async bytes() { return new Uint8Array(await this.#bytes()); }
  async blob() { return new Blob([await this.#bytes()], { type: this.headers.get("content-type") ?? "" }); }
}
class Request extends Body {
  constructor(input, init = {}) {
    super(init.body);
    this.url = new URL(input?.url ?? input).href;
    this.method = String(init.method ?? input?.method ?? "GET").toUpperCase();
    this.headers = new Headers(init.headers ?? input?.headers);
    this.signal = init.signal ?? new AbortController().signal;
  }
  clone() { return new Request(this); }
}
class Response extends Body {
  constructor(body, init = {}) {
    super(body);
    this.status = init.status ?? 200;
    this.statusText = init.statusText ?? "";
    this.headers = new Headers(init.headers);
    this.type = "default";
    this.url = "";
    this.redirected = false;
  }
  get ok() { return this.status >= 200 && this.status < 300; }
  static json(value, init = {}) { return new Response(JSON.stringify(value), { ...init, headers: { "content-type": "application/json", ...init.headers } }); }
  static error() { return new Response(null, { status: 0 }); }
  static redirect(url, status = 302) { return new Response(null, { status, headers: { location: String(url) } }); }
}

module.exports = {
  Headers, Request, Response, FormData,
  async fetch(resource) { refused("fetch", resource); },
  WebSocket: class WebSocket { constructor(url) { refused("WebSocket", url); } },
};
