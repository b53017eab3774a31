// URLs as the WHATWG standard parses and prints them (the state machine below
// has the names of its states), and Node's older url.parse.
const typeError = (message, code, extra) => Object.assign(new TypeError(message), { code }, extra);

const special = { "http:": "80", "https:": "443", "ws:": "80", "wss:": "443", "ftp:": "21", "file:": "" };
const isSpecial = (protocol) => Object.hasOwn(special, protocol);

// ---- Percent encoding -----------------------------------------------------

// Each set is the printable characters that it encodes beside controls and
// everything beyond ASCII.
const sets = {
  control: "",
  fragment: " \"<>`",
  query: " \"#<>",
  specialQuery: " \"#<>'",
  path: " \"#<>?`{}",
  userinfo: " \"#<>?^`{}/:;=@[\\]|",
  component: " \"#<>?^`{}/:;=@[\\]|$&+,%!'()~*",
};
for (const [name, chars] of Object.entries(sets)) sets[name] = new Set(chars);

const hex = (byte) => "%" + (byte < 16 ? "0" : "") + byte.toString(16).toUpperCase();
const utf8 = (c) => [...unescape(encodeURIComponent(c.isWellFormed() ? c : "\ufffd"))].map((b) => b.charCodeAt(0));
function encode(c, set) {
  const code = c.codePointAt(0);
  if (code > 0x1f && code < 0x7f) return set.has(c) ? hex(code) : c;
  return utf8(c).map(hex).join("");
}
const encodeAll = (text, set) => Array.from(text, (c) => encode(c, set)).join("");
function percentDecode(text) {
  if (!text.includes("%")) return text;
  const bytes = [];
  for (let i = 0; i < text.length; i++) {
    const c = text.codePointAt(i);
    if (c === 0x25 && /^[0-9a-fA-F]{2}$/.test(text.slice(i + 1, i + 3))) {
      bytes.push(parseInt(text.slice(i + 1, i + 3), 16));
      i += 2;
    } else if (c < 0x80) {
      bytes.push(c);
    } else {
      bytes.push(...utf8(String.fromCodePoint(c)));
      if (c > 0xffff) i++;
    }
  }
  return load("buffer").Buffer.from(bytes).toString();
}

// ---- Hosts ----------------------------------------------------------------

// punycode encodes one label with characters beyond ASCII (RFC 3492).
function punycode(label) {
  const points = Array.from(label, (c) => c.codePointAt(0));
  const basic = points.filter((p) => p < 0x80);
  let out = String.fromCodePoint(...basic) + (basic.length ? "-" : "");
  let n = 128, delta = 0, bias = 72, done = basic.length;
  while (done < points.length) {
    const next = Math.min(...points.filter((p) => p >= n));
    delta += (next - n) * (done + 1);
    n = next;
    for (const p of points) {
      if (p < n) delta++;
      if (p !== n) continue;
      let q = delta;
      for (let k = 36; ; k += 36) {
        const t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
        if (q < t) break;
        const digit = t + ((q - t) % (36 - t));
        out += digit < 26 ? String.fromCharCode(97 + digit) : String.fromCharCode(22 + digit);
        q = Math.floor((q - t) / (36 - t));
      }
      out += q < 26 ? String.fromCharCode(97 + q) : String.fromCharCode(22 + q);
      delta = done === basic.length ? Math.floor(delta / 700) : delta >> 1;
      delta += Math.floor(delta / (done + 1));
      let k = 0;
      for (; delta > 455; k += 36) delta = Math.floor(delta / 35);
      bias = k + Math.floor((36 * delta) / (delta + 38));
      delta = 0;
      done++;
    }
    delta++;
    n++;
  }
  return "xn--" + out;
}
function unpunycode(label) {
  const body = label.slice(4);
  const dash = body.lastIndexOf("-");
  const points = dash > 0 ? Array.from(body.slice(0, dash), (c) => c.codePointAt(0)) : [];
  let n = 128, bias = 72, i = 0;
  for (let at = dash > 0 ? dash + 1 : 0; at < body.length;) {
    const start = i;
    for (let w = 1, k = 36; ; k += 36) {
      const c = body.charCodeAt(at++);
      const digit = c - 48 < 10 ? c - 22 : c - 97;
      if (!(digit >= 0 && digit < 36)) return label;
      i += digit * w;
      const t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
      if (digit < t) break;
      w *= 36 - t;
    }
    let delta = start === 0 ? Math.floor((i - start) / 700) : (i - start) >> 1;
    delta += Math.floor(delta / (points.length + 1));
    let k = 0;
    for (; delta > 455; k += 36) delta = Math.floor(delta / 35);
    bias = k + Math.floor((36 * delta) / (delta + 38));
    n += Math.floor(i / (points.length + 1));
    i %= points.length + 1;
    points.splice(i++, 0, n);
  }
  return String.fromCodePoint(...points);
}
const domainToASCII = (domain) => {
  try {
    return new URL(`ws://${domain}`).hostname;
  } catch {
    return "";
  }
};
const domainToUnicode = (domain) => domainToASCII(domain).split(".").map((l) => (l.startsWith("xn--") ? unpunycode(l) : l)).join(".");

const bad = Symbol("bad");

function parseHost(text, opaque) {
  if (text.startsWith("[")) return text.endsWith("]") ? parseIPv6(text.slice(1, -1)) : bad;
  if (opaque) return /[\0\t\n\r #/:<>?@[\\\]^|]/.test(text) ? bad : encodeAll(text, sets.control);
  let domain = percentDecode(text).toLowerCase().normalize("NFKC").replace(/\u00ad|\u200b|\u2060|\ufeff/g, "").replace(/[\u3002\uff0e\uff61]/g, ".").toLowerCase();
  if (/(^|\.)xn--[^.]*[^\0-\x7f]/.test(domain)) return bad;
  domain = domain.split(".").map((l) => (/[^\0-\x7f]/.test(l) ? punycode(l) : l)).join(".");
  if (domain === "" || /[\0-\x20"#%/:<>?@[\\\]^`{|}\x7f]/.test(domain)) return bad;
  const labels = domain.split(".");
  if (labels.at(-1) === "" && labels.length > 1) labels.pop();
  return /^(\d+|0x[0-9a-f]*)$/i.test(labels.at(-1)) ? parseIPv4(labels) : domain;
}
function parseIPv4(parts) {
  if (parts.length > 4) return bad;
  const numbers = parts.map((p) => {
    if (p === "") return NaN;
    if (/^0x[0-9a-f]*$/i.test(p)) return p.length === 2 ? 0 : parseInt(p.slice(2), 16);
    if (/^0[0-7]*$/.test(p)) return parseInt(p, 8);
    return /^[0-9]+$/.test(p) && p[0] !== "0" ? Number(p) : NaN;
  });
  if (numbers.some(Number.isNaN) || numbers.slice(0, -1).some((n) => n > 255)) return bad;
  let address = numbers.pop();
  if (address >= 256 ** (4 - numbers.length)) return bad;
  numbers.forEach((n, i) => { address += n * 256 ** (3 - i); });
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}
function parseIPv6(text) {
  const halves = text.split("::");
  if (halves.length > 2) return bad;
  const pieces = (half) => {
    if (half === "") return [];
    const out = [];
    const parts = half.split(":");
    for (const [i, p] of parts.entries()) {
      if (i === parts.length - 1 && p.includes(".")) {
        if (!/^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$/.test(p)) return [NaN];
        const b = p.split(".").map(Number);
        if (b.some((n) => n > 255)) return [NaN];
        out.push(b[0] * 256 + b[1], b[2] * 256 + b[3]);
      } else {
        out.push(/^[0-9a-f]{1,4}$/i.test(p) ? parseInt(p, 16) : NaN);
      }
    }
    return out;
  };
  const head = pieces(halves[0]), tail = halves.length === 2 ? pieces(halves[1]) : [];
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return bad;
  const all = [...head, ...Array(missing).fill(0), ...tail];
  if (all.some(Number.isNaN)) return bad;
  let best = 0, at = -1;
  for (let i = 0; i < 8; i++) {
    let n = 0;
    while (i + n < 8 && all[i + n] === 0) n++;
    if (n > 1 && n > best) [best, at] = [n, i];
    i += n;
  }
  const text16 = (list) => list.map((n) => n.toString(16)).join(":");
  return "[" + (at < 0 ? text16(all) : text16(all.slice(0, at)) + "::" + text16(all.slice(at + best))) + "]";
}

// ---- The parser -----------------------------------------------------------

const windowsDrive = (s) => /^[A-Za-z][:|]$/.test(s);
const startsWithDrive = (s) => /^[A-Za-z][:|]([/\\?#]|$)/.test(s);
const singleDot = (s) => /^(\.|%2e)$/i.test(s);
const doubleDot = (s) => /^(\.|%2e)(\.|%2e)$/i.test(s);

// A record has protocol with its colon, username, password, host (null if
// none), port, path (a list, or a string if opaque), query and fragment (null
// if none).
function shorten(url) {
  if (url.protocol === "file:" && url.path.length === 1 && /^[A-Za-z]:$/.test(url.path[0])) return;
  url.path.pop();
}

// parse returns a record, or undefined. With a state it changes the given
// record as a setter of URL does.
function parse(input, base, url, state) {
  const override = state !== undefined;
  if (!override) {
    url = { protocol: "", username: "", password: "", host: null, port: "", path: [], query: null, fragment: null };
    input = input.replace(/^[\0-\x20]+|[\0-\x20]+$/g, "");
    state = "scheme start";
  }
  const chars = Array.from(input.replace(/[\t\n\r]/g, ""));
  let buffer = "", at = false, brackets = false, passwordSeen = false;
  const rest = (i) => chars.slice(i + 1).join("");
  const copy = (...names) => { for (const n of names) url[n] = Array.isArray(base[n]) ? [...base[n]] : base[n]; };

  for (let i = 0; i <= chars.length; i++) {
    const c = chars[i]; // undefined at the end
    switch (state) {
      case "scheme start":
        if (c !== undefined && /[A-Za-z]/.test(c)) {
          buffer += c.toLowerCase();
          state = "scheme";
        } else if (!override) {
          state = "no scheme";
          i--;
        } else {
          return undefined;
        }
        break;
      case "scheme":
        if (c !== undefined && /[A-Za-z0-9+.-]/.test(c)) {
          buffer += c.toLowerCase();
        } else if (c === ":") {
          buffer += ":";
          if (override) {
            if (isSpecial(url.protocol) !== isSpecial(buffer)) return url;
            if ((url.username || url.password || url.port) && buffer === "file:") return url;
            if (url.protocol === "file:" && url.host === "") return url;
          }
          url.protocol = buffer;
          if (override) {
            if (url.port === special[url.protocol]) url.port = "";
            return url;
          }
          buffer = "";
          if (url.protocol === "file:") state = "file";
          else if (isSpecial(url.protocol)) state = base?.protocol === url.protocol ? "special relative or authority" : "special authority slashes";
          else if (chars[i + 1] === "/") state = "path or authority", i++;
          else url.path = "", state = "opaque path";
        } else if (!override) {
          buffer = "";
          state = "no scheme";
          i = -1;
        } else {
          return undefined;
        }
        break;
      case "no scheme":
        if (!base || (typeof base.path === "string" && c !== "#")) return undefined;
        if (typeof base.path === "string") {
          copy("protocol", "path", "query");
          url.fragment = "";
          state = "fragment";
        } else {
          state = base.protocol === "file:" ? "file" : "relative";
          i--;
        }
        break;
      case "special relative or authority":
        if (c === "/" && chars[i + 1] === "/") state = "special authority ignore slashes", i++;
        else state = "relative", i--;
        break;
      case "path or authority":
        if (c === "/") state = "authority";
        else state = "path", i--;
        break;
      case "relative":
        url.protocol = base.protocol;
        if (c === "/" || (c === "\\" && isSpecial(url.protocol))) {
          state = "relative slash";
          break;
        }
        copy("username", "password", "host", "port", "path", "query");
        if (c === "?") url.query = "", state = "query";
        else if (c === "#") url.fragment = "", state = "fragment";
        else if (c !== undefined) {
          url.query = null;
          shorten(url);
          state = "path";
          i--;
        }
        break;
      case "relative slash":
        if (isSpecial(url.protocol) && (c === "/" || c === "\\")) state = "special authority ignore slashes";
        else if (c === "/") state = "authority";
        else {
          copy("username", "password", "host", "port");
          state = "path";
          i--;
        }
        break;
      case "special authority slashes":
        state = "special authority ignore slashes";
        if (c === "/" && chars[i + 1] === "/") i++;
        else i--;
        break;
      case "special authority ignore slashes":
        if (c !== "/" && c !== "\\") state = "authority", i--;
        break;
      case "authority":
        if (c === "@") {
          if (at) buffer = "%40" + buffer;
          at = true;
          for (const p of buffer) {
            if (p === ":" && !passwordSeen) passwordSeen = true;
            else if (passwordSeen) url.password += encode(p, sets.userinfo);
            else url.username += encode(p, sets.userinfo);
          }
          buffer = "";
        } else if (c === undefined || c === "/" || c === "?" || c === "#" || (c === "\\" && isSpecial(url.protocol))) {
          if (at && buffer === "") return undefined;
          i -= Array.from(buffer).length + 1;
          buffer = "";
          state = "host";
        } else {
          buffer += c;
        }
        break;
      case "host":
      case "hostname":
        if (override && url.protocol === "file:") {
          i--;
          state = "file host";
        } else if (c === ":" && !brackets) {
          if (buffer === "") return undefined;
          if (override && input !== undefined && override && state === "hostname") return undefined;
          const host = parseHost(buffer, !isSpecial(url.protocol));
          if (host === bad) return undefined;
          url.host = host;
          buffer = "";
          state = "port";
        } else if (c === undefined || c === "/" || c === "?" || c === "#" || (c === "\\" && isSpecial(url.protocol))) {
          i--;
          if (isSpecial(url.protocol) && buffer === "") return undefined;
          if (override && buffer === "" && (url.username || url.password || url.port)) return undefined;
          const host = buffer === "" ? "" : parseHost(buffer, !isSpecial(url.protocol));
          if (host === bad) return undefined;
          url.host = host;
          buffer = "";
          if (override) return url;
          state = "path start";
        } else {
          if (c === "[") brackets = true;
          if (c === "]") brackets = false;
          buffer += c;
        }
        break;
      case "port":
        if (c !== undefined && /[0-9]/.test(c)) {
          buffer += c;
        } else if (override || c === undefined || c === "/" || c === "?" || c === "#" || (c === "\\" && isSpecial(url.protocol))) {
          if (buffer !== "") {
            if (Number(buffer) > 65535) return undefined;
            const port = String(Number(buffer));
            url.port = port === special[url.protocol] ? "" : port;
            buffer = "";
          }
          if (override) return url;
          state = "path start";
          i--;
        } else {
          return undefined;
        }
        break;
      case "file":
        url.protocol = "file:";
        url.host = "";
        if (c === "/" || c === "\\") {
          state = "file slash";
        } else if (base?.protocol === "file:") {
          copy("host", "path", "query");
          if (c === "?") url.query = "", state = "query";
          else if (c === "#") url.fragment = "", state = "fragment";
          else if (c !== undefined) {
            url.query = null;
            if (!startsWithDrive(c + rest(i))) shorten(url);
            else url.path = [];
            state = "path";
            i--;
          }
        } else {
          state = "path";
          i--;
        }
        break;
      case "file slash":
        if (c === "/" || c === "\\") {
          state = "file host";
        } else {
          if (base?.protocol === "file:") {
            url.host = base.host;
            if (!startsWithDrive((c ?? "") + rest(i)) && /^[A-Za-z]:$/.test(base.path[0] ?? "")) url.path.push(base.path[0]);
          }
          state = "path";
          i--;
        }
        break;
      case "file host":
        if (c === undefined || c === "/" || c === "\\" || c === "?" || c === "#") {
          i--;
          if (!override && windowsDrive(buffer)) {
            state = "path";
          } else if (buffer === "") {
            url.host = "";
            if (override) return url;
            state = "path start";
          } else {
            let host = parseHost(buffer, false);
            if (host === bad) return undefined;
            if (host === "localhost") host = "";
            url.host = host;
            if (override) return url;
            buffer = "";
            state = "path start";
          }
        } else {
          buffer += c;
        }
        break;
      case "path start":
        if (isSpecial(url.protocol)) {
          state = "path";
          if (c !== "/" && c !== "\\") i--;
        } else if (!override && c === "?") url.query = "", state = "query";
        else if (!override && c === "#") url.fragment = "", state = "fragment";
        else if (c !== undefined) {
          state = "path";
          if (c !== "/") i--;
        } else if (override && url.host === null) url.path.push("");
        break;
      case "path": {
        const slash = c === "/" || (c === "\\" && isSpecial(url.protocol));
        if (c === undefined || slash || (!override && (c === "?" || c === "#"))) {
          if (doubleDot(buffer)) {
            shorten(url);
            if (!slash) url.path.push("");
          } else if (singleDot(buffer)) {
            if (!slash) url.path.push("");
          } else {
            if (url.protocol === "file:" && url.path.length === 0 && windowsDrive(buffer)) buffer = buffer[0] + ":";
            url.path.push(buffer);
          }
          buffer = "";
          if (c === "?") url.query = "", state = "query";
          if (c === "#") url.fragment = "", state = "fragment";
        } else {
          buffer += encode(c, sets.path);
        }
        break;
      }
      case "opaque path":
        if (c === "?") url.query = "", state = "query";
        else if (c === "#") url.fragment = "", state = "fragment";
        else if (c === " ") url.path += chars[i + 1] === "?" || chars[i + 1] === "#" ? "%20" : " ";
        else if (c !== undefined) url.path += encode(c, sets.control);
        break;
      case "query":
        if (c === "#" && !override) url.fragment = "", state = "fragment";
        else if (c !== undefined) url.query += encode(c, isSpecial(url.protocol) ? sets.specialQuery : sets.query);
        break;
      case "fragment":
        if (c !== undefined) url.fragment += encode(c, sets.fragment);
        break;
    }
  }
  return url;
}

const pathText = (url) => (typeof url.path === "string" ? url.path : url.path.map((p) => "/" + p).join(""));
function print(url, withFragment = true) {
  let s = url.protocol;
  if (url.host !== null) {
    s += "//";
    if (url.username || url.password) s += url.username + (url.password ? ":" + url.password : "") + "@";
    s += url.host + (url.port === "" ? "" : ":" + url.port);
  } else if (typeof url.path !== "string" && url.path.length > 1 && url.path[0] === "") {
    s += "/.";
  }
  s += pathText(url);
  if (url.query !== null) s += "?" + url.query;
  if (withFragment && url.fragment !== null) s += "#" + url.fragment;
  return s;
}

class URL {
  #url; #params;
  constructor(input, base) {
    if (arguments.length === 0) throw typeError('The "url" argument must be specified', "ERR_MISSING_ARGS");
    let against;
    if (base !== undefined) {
      against = parse(`${base}`);
      if (!against) throw typeError("Invalid URL", "ERR_INVALID_URL", { input: `${input}`, base: `${base}` });
    }
    const url = parse(`${input}`, against);
    if (!url) throw typeError("Invalid URL", "ERR_INVALID_URL", base === undefined ? { input: `${input}` } : { input: `${input}`, base: `${base}` });
    this.#url = url;
  }
  static canParse(input, base) { return URL.parse(input, base) !== null; }
  static parse(input, base) {
    try {
      return new URL(input, base);
    } catch {
      return null;
    }
  }
  static createObjectURL() { return "blob:nodedata:0"; }
  static revokeObjectURL() {}

  get href() { return print(this.#url); }
  set href(v) {
    const url = parse(`${v}`);
    if (!url) throw typeError("Invalid URL", "ERR_INVALID_URL", { input: `${v}` });
    this.#url = url;
    this.#refresh();
  }
  get origin() {
    const { protocol, host, port } = this.#url;
    if (protocol === "blob:") {
      const inner = URL.parse(pathText(this.#url));
      return inner && /^https?:$/.test(inner.protocol) ? inner.origin : "null";
    }
    return isSpecial(protocol) && protocol !== "file:" ? `${protocol}//${host}${port === "" ? "" : ":" + port}` : "null";
  }
  get protocol() { return this.#url.protocol; }
  set protocol(v) { this.#change(`${v}:`, "scheme start"); }
  get username() { return this.#url.username; }
  set username(v) { if (this.#hasCredentials()) this.#url.username = encodeAll(`${v}`, sets.userinfo); }
  get password() { return this.#url.password; }
  set password(v) { if (this.#hasCredentials()) this.#url.password = encodeAll(`${v}`, sets.userinfo); }
  get host() { return (this.#url.host ?? "") + (this.#url.port === "" ? "" : ":" + this.#url.port); }
  set host(v) { if (typeof this.#url.path !== "string") this.#change(`${v}`, "host"); }
  get hostname() { return this.#url.host ?? ""; }
  set hostname(v) { if (typeof this.#url.path !== "string") this.#change(`${v}`, "hostname"); }
  get port() { return this.#url.port; }
  set port(v) {
    if (!this.#hasCredentials()) return;
    if (`${v}` === "") this.#url.port = "";
    else this.#change(`${v}`, "port");
  }
  get pathname() { return pathText(this.#url); }
  set pathname(v) {
    if (typeof this.#url.path === "string") return;
    this.#url.path = [];
    parse(`${v}`, undefined, this.#url, "path start");
  }
  get search() { return this.#url.query ? "?" + this.#url.query : ""; }
  set search(v) {
    v = `${v}`;
    this.#url.query = v === "" ? null : "";
    if (v !== "") parse(v.replace(/^\?/, ""), undefined, this.#url, "query");
    this.#refresh();
  }
  get searchParams() {
    if (!this.#params) {
      this.#params = new URLSearchParams(this.#url.query ?? "");
      URLSearchParams.own(this.#params, (text) => { this.#url.query = text === "" ? null : text; });
    }
    return this.#params;
  }
  get hash() { return this.#url.fragment ? "#" + this.#url.fragment : ""; }
  set hash(v) {
    v = `${v}`;
    this.#url.fragment = v === "" ? null : "";
    if (v !== "") parse(v.replace(/^#/, ""), undefined, this.#url, "fragment");
  }
  toString() { return this.href; }
  toJSON() { return this.href; }

  #hasCredentials() { return this.#url.host !== null && this.#url.host !== "" && this.#url.protocol !== "file:"; }
  #change(text, state) {
    const url = parse(text, undefined, { ...this.#url, path: this.#url.path }, state);
    if (url) this.#url = url;
  }
  #refresh() { if (this.#params) URLSearchParams.reset(this.#params, this.#url.query ?? ""); }
  [Symbol.for("nodejs.util.inspect.custom")](depth, options, inspect) {
    if (depth < 0) return "[URL]";
    const shown = {};
    for (const name of ["href", "origin", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "searchParams", "hash"]) shown[name] = this[name];
    return "URL " + inspect(shown, options);
  }
}
for (const name of ["href", "origin", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "searchParams", "hash", "toString", "toJSON"]) {
  Object.defineProperty(URL.prototype, name, { enumerable: true });
}
Object.defineProperty(URL.prototype, Symbol.toStringTag, { value: "URL", configurable: true });

// ---- URLSearchParams ------------------------------------------------------

const formUnsafe = /[^A-Za-z0-9*\-._]/gu;
const formEncode = (s) => s.replace(formUnsafe, (c) => (c === " " ? "+" : utf8(c).map(hex).join("")));
const formDecode = (s) => percentDecode(s.replaceAll("+", " "));

class URLSearchParams {
  #list = []; #changed = null;
  constructor(init) {
    if (init === undefined || init === null) return;
    if (typeof init === "object" || typeof init === "function") {
      if (typeof init[Symbol.iterator] === "function") {
        for (const pair of init) {
          const p = typeof pair === "object" && pair !== null && typeof pair[Symbol.iterator] === "function" ? [...pair] : [];
          if (p.length !== 2) throw typeError("Each query pair must be an iterable [name, value] tuple", "ERR_INVALID_TUPLE");
          this.#list.push([`${p[0]}`.toWellFormed(), `${p[1]}`.toWellFormed()]);
        }
      } else {
        for (const key of Reflect.ownKeys(init)) {
          if (Object.getOwnPropertyDescriptor(init, key)?.enumerable) this.#list.push([`${key}`.toWellFormed(), `${init[key]}`.toWellFormed()]);
        }
      }
    } else {
      this.#read(`${init}`);
    }
  }
  static own(params, changed) { params.#changed = changed; }
  static reset(params, query) { params.#read(query); }
  #read(text) {
    this.#list = text.replace(/^\?/, "").split("&").filter(Boolean).map((part) => {
      const i = part.indexOf("=");
      return i < 0 ? [formDecode(part), ""] : [formDecode(part.slice(0, i)), formDecode(part.slice(i + 1))];
    });
  }
  #update() { this.#changed?.(this.toString()); }
  get size() { return this.#list.length; }
  append(name, value) {
    need(arguments, 2, '"name" and "value" arguments');
    this.#list.push([`${name}`.toWellFormed(), `${value}`.toWellFormed()]);
    this.#update();
  }
  delete(name, value) {
    need(arguments, 1, '"name" argument');
    this.#list = this.#list.filter(([n, v]) => n !== `${name}` || (value !== undefined && v !== `${value}`));
    this.#update();
  }
  get(name) {
    need(arguments, 1, '"name" argument');
    return this.#list.find(([n]) => n === `${name}`)?.[1] ?? null;
  }
  getAll(name) { return this.#list.filter(([n]) => n === `${name}`).map(([, v]) => v); }
  has(name, value) { return this.#list.some(([n, v]) => n === `${name}` && (value === undefined || v === `${value}`)); }
  set(name, value) {
    need(arguments, 2, '"name" and "value" arguments');
    name = `${name}`;
    const i = this.#list.findIndex(([n]) => n === name);
    if (i < 0) this.#list.push([name, `${value}`]);
    else {
      this.#list[i] = [name, `${value}`];
      this.#list = this.#list.filter(([n], j) => n !== name || j === i);
    }
    this.#update();
  }
  sort() {
    this.#list.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    this.#update();
  }
  forEach(f, self) {
    if (typeof f !== "function") throw typeError(`The "callback" argument must be of type function. Received ${load("util").received(f)}`, "ERR_INVALID_ARG_TYPE");
    for (const [n, v] of this.#list) f.call(self, v, n, this);
  }
  *entries() { for (let i = 0; i < this.#list.length; i++) yield [...this.#list[i]]; }
  *keys() { for (const [n] of this.entries()) yield n; }
  *values() { for (const [, v] of this.entries()) yield v; }
  [Symbol.iterator]() { return this.entries(); }
  toString() { return this.#list.map(([n, v]) => formEncode(n) + "=" + formEncode(v)).join("&"); }
  [Symbol.for("nodejs.util.inspect.custom")](depth, options, inspect) {
    if (depth < 0 && this.#list.length > 0) return "[Object]";
    return this.#list.length === 0 ? "URLSearchParams {}" : `URLSearchParams { ${this.#list.map(([n, v]) => `${inspect(n)} => ${inspect(v)}`).join(", ")} }`;
  }
}
Object.defineProperty(URLSearchParams.prototype, Symbol.toStringTag, { value: "URLSearchParams", configurable: true });
function need(args, n, names) {
  if (args.length < n) throw typeError(`The ${names} must be specified`, "ERR_MISSING_ARGS");
}

// ---- Files ----------------------------------------------------------------

function fileURLToPath(url, options) {
  if (typeof url === "string") url = new URL(url);
  else if (typeof url?.href !== "string") throw typeError(`The "path" argument must be of type string or an instance of URL. Received ${load("util").received(url)}`, "ERR_INVALID_ARG_TYPE");
  if (url.protocol !== "file:") throw typeError("The URL must be of scheme file", "ERR_INVALID_URL_SCHEME");
  if (options?.windows) {
    const path = percentDecode(url.pathname).replaceAll("/", "\\");
    return url.hostname ? `\\\\${domainToUnicode(url.hostname)}${path}` : path.slice(1);
  }
  if (url.hostname !== "") throw typeError('File URL host must be "localhost" or empty on linux', "ERR_INVALID_FILE_URL_HOST");
  if (/%2f/i.test(url.pathname)) throw typeError("File URL path must not include encoded / characters", "ERR_INVALID_FILE_URL_PATH");
  return percentDecode(url.pathname);
}
function pathToFileURL(file) {
  let full = require("path").resolve(file);
  if (/\/$/.test(file) && full !== "/") full += "/";
  const escaped = full.replace(/[%\\\n\r\t?#]/g, (c) => hex(c.charCodeAt(0)));
  return new URL("file://" + escaped);
}

// ---- The older interface --------------------------------------------------

class Url {
  protocol = null; slashes = null; auth = null; host = null; port = null; hostname = null;
  hash = null; search = null; query = null; pathname = null; path = null; href = null;
  format() { return format(this); }
  parse(text, query, slashes) { return Object.assign(this, legacyParse(text, query, slashes)); }
  resolve(to) { return resolve(format(this), to); }
}
const slashed = /^(https?|ftp|gopher|file|wss?):$/;
const escapeLegacy = (s) => s.replace(/[\t\n\r "'<>\\^`{|}]/g, (c) => hex(c.charCodeAt(0)));

function legacyParse(text, parseQuery, slashesDenoteHost) {
  if (text instanceof Url) return text;
  if (typeof text !== "string") throw typeError(`The "url" argument must be of type string. Received ${load("util").received(text)}`, "ERR_INVALID_ARG_TYPE");
  const url = new Url();
  const mark = /[?#]/.exec(text);
  const end = mark ? mark.index : text.length;
  let rest = (text.slice(0, end).replaceAll("\\", "/") + text.slice(end)).trim();
  const scheme = /^[a-z0-9.+-]+:/i.exec(rest);
  if (scheme) {
    url.protocol = scheme[0].toLowerCase();
    rest = rest.slice(scheme[0].length);
  }
  const script = url.protocol === "javascript:";
  if (!script && rest.startsWith("//") && (url.protocol !== null || slashesDenoteHost || /^\/\/[^@/]+@[^@/]+/.test(rest))) {
    url.slashes = true;
    rest = rest.slice(2);
  }
  if (!script && (url.slashes || (url.protocol !== null && !slashed.test(url.protocol)))) {
    let stop = rest.search(/[/?#]/);
    if (stop < 0) stop = rest.length;
    const atSign = rest.lastIndexOf("@", stop - 1);
    if (atSign >= 0) {
      const whole = rest.slice(0, stop).lastIndexOf("@");
      url.auth = decodeURIComponent(rest.slice(0, whole));
      rest = rest.slice(whole + 1);
    }
    stop = rest.search(/[\t\n\r "#%'/;<>?\\^`{|}]/);
    if (stop < 0) stop = rest.length;
    let host = rest.slice(0, stop);
    rest = rest.slice(stop);
    const port = /:(\d*)$/.exec(host);
    if (port) {
      if (port[1] !== "") url.port = port[1];
      host = host.slice(0, port.index);
    }
    url.hostname = host.toLowerCase();
    if (url.hostname.startsWith("[") && url.hostname.endsWith("]")) url.hostname = url.hostname.slice(1, -1);
    else if (/[^\0-\x7f]/.test(url.hostname)) url.hostname = domainToASCII(url.hostname);
    url.host = (url.hostname.includes(":") ? `[${url.hostname}]` : url.hostname) + (url.port ? ":" + url.port : "");
    if (rest !== "" && !/^[/?#]/.test(rest)) rest = "/" + rest;
  }
  if (!script) rest = escapeLegacy(rest);
  const hash = rest.indexOf("#");
  if (hash >= 0) {
    url.hash = rest.slice(hash);
    rest = rest.slice(0, hash);
  }
  const question = rest.indexOf("?");
  if (question >= 0) {
    url.search = rest.slice(question);
    url.query = url.search.slice(1);
    rest = rest.slice(0, question);
  } else if (parseQuery) {
    url.search = null;
    url.query = Object.create(null);
  }
  if (parseQuery && typeof url.query === "string") url.query = require("querystring").parse(url.query);
  if (rest !== "") url.pathname = rest;
  else if (slashed.test(url.protocol ?? "") && url.hostname) url.pathname = "/";
  if (url.pathname || url.search) url.path = (url.pathname ?? "") + (url.search ?? "");
  url.href = format(url);
  return url;
}

function format(url, options) {
  if (typeof url === "string") url = legacyParse(url);
  if (url instanceof URL) {
    const copy = new URL(url.href);
    if (options?.auth === false) copy.username = copy.password = "";
    if (options?.fragment === false) copy.hash = "";
    if (options?.search === false) copy.search = "";
    let text = copy.href;
    if (options?.unicode) text = text.replace(copy.hostname, domainToUnicode(copy.hostname));
    return text;
  }
  if (url === null || typeof url !== "object") throw typeError(`The "urlObject" argument must be one of type object or string. Received ${load("util").received(url)}`, "ERR_INVALID_ARG_TYPE");
  const auth = url.auth ? encodeURIComponent(url.auth).replace(/%3A/i, ":") + "@" : "";
  let protocol = url.protocol ?? "";
  if (protocol && !protocol.endsWith(":")) protocol += ":";
  let host = "";
  if (url.host) host = auth + url.host;
  else if (url.hostname) host = auth + (url.hostname.includes(":") && !url.hostname.startsWith("[") ? `[${url.hostname}]` : url.hostname) + (url.port ? ":" + url.port : "");
  let search = url.search || (url.query !== null && typeof url.query === "object" && Object.keys(url.query).length > 0 ? "?" + require("querystring").stringify(url.query) : "");
  let pathname = (url.pathname ?? "").replace(/[?#]/g, (c) => hex(c.charCodeAt(0)));
  if (url.slashes || slashed.test(protocol)) {
    if (url.slashes || host) {
      if (pathname && !pathname.startsWith("/")) pathname = "/" + pathname;
      host = "//" + host;
    } else if (protocol === "file:") {
      host = "//";
    }
  }
  let hash = url.hash ?? "";
  if (hash && !hash.startsWith("#")) hash = "#" + hash;
  if (search && !search.startsWith("?")) search = "?" + search;
  return protocol + host + pathname + search.replaceAll("#", "%23") + hash;
}

function resolve(from, to) {
  const absolute = URL.parse(from);
  if (absolute && isSpecial(absolute.protocol)) return new URL(to, absolute).href.replace(/^(\w+:\/\/[^/]+)\/$/, (all, origin) => (to === "" || /\/$/.test(to) || /^\w+:\/\/[^/]+$/.test(to) === false ? all : origin + "/"));
  const base = new URL(from, "resolve://host/");
  const target = new URL(to, base);
  if (target.protocol !== "resolve:") return target.href;
  const { pathname, search, hash } = target;
  return (from.startsWith("/") || to.startsWith("/") ? pathname : pathname.slice(1)) + search + hash;
}

function urlToHttpOptions(url) {
  const { hostname } = url;
  const options = {
    protocol: url.protocol, hostname: hostname.startsWith("[") ? hostname.slice(1, -1) : hostname, hash: url.hash,
    search: url.search, pathname: url.pathname, path: `${url.pathname}${url.search}`, href: url.href,
  };
  if (url.port !== "") options.port = Number(url.port);
  if (url.username || url.password) options.auth = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return options;
}

module.exports = {
  URL, URLSearchParams, Url, parse: legacyParse, format, resolve, resolveObject: (from, to) => legacyParse(resolve(from, to)),
  fileURLToPath, pathToFileURL, urlToHttpOptions, domainToASCII, domainToUnicode,
};
