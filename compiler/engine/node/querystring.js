const escape = (s) => {
  if (typeof s !== "string") s = typeof s === "object" ? String(s) : s + "";
  if (!s.isWellFormed()) throw Object.assign(new URIError("URI malformed"), { code: "ERR_INVALID_URI" });
  return encodeURIComponent(s);
};
const unescapeBuffer = (s) => {
  const { Buffer } = require("buffer");
  const bytes = [];
  for (let i = 0; i < s.length; i++) {
    if (s[i] === "%" && /^[0-9a-fA-F]{2}$/.test(s.slice(i + 1, i + 3))) {
      bytes.push(parseInt(s.slice(i + 1, i + 3), 16));
      i += 2;
    } else {
      bytes.push(s.charCodeAt(i) & 255);
    }
  }
  return Buffer.from(bytes);
};
const unescape = (s) => {
  try {
    return decodeURIComponent(s);
  } catch {
    return unescapeBuffer(s).toString();
  }
};

const primitive = (v) => {
  switch (typeof v) {
    case "string": return v;
    case "number": return Number.isFinite(v) ? String(v) : "";
    case "bigint": case "boolean": return String(v);
  }
  return "";
};

function stringify(object, separator = "&", equals = "=", options) {
  const encode = options?.encodeURIComponent ?? module.exports.escape;
  if (object === null || typeof object !== "object") return "";
  const out = [];
  for (const key of Object.keys(object)) {
    const values = Array.isArray(object[key]) ? object[key] : [object[key]];
    for (const v of values) out.push(encode(primitive(key)) + equals + encode(primitive(v)));
  }
  return out.join(separator || "&");
}

function parse(text, separator = "&", equals = "=", options) {
  const out = Object.create(null);
  if (typeof text !== "string" || text === "") return out;
  const decode = options?.decodeURIComponent ?? module.exports.unescape;
  const safe = (s) => {
    s = s.replaceAll("+", "%20");
    try {
      return decode(s);
    } catch {
      return unescape(s);
    }
  };
  const max = options?.maxKeys ?? 1000;
  let parts = text.split(separator || "&");
  if (max > 0) parts = parts.slice(0, max);
  for (const part of parts) {
    if (part === "") continue;
    const i = part.indexOf(equals || "=");
    const key = safe(i < 0 ? part : part.slice(0, i)), value = i < 0 ? "" : safe(part.slice(i + (equals || "=").length));
    if (!(key in out)) out[key] = value;
    else if (Array.isArray(out[key])) out[key].push(value);
    else out[key] = [out[key], value];
  }
  return out;
}

module.exports = { stringify, parse, escape, unescape, unescapeBuffer, encode: stringify, decode: parse };
