function check(value, name) {
  if (typeof value === "string") return;
  const e = new TypeError(`The "${name}" argument must be of type string. Received ${load("util").received(value)}`);
  e.code = "ERR_INVALID_ARG_TYPE";
  throw e;
}

// normalise resolves "." and ".." in a list of names. Above the root there is
// nothing; above the start of a relative path is "..".
function normalise(names, absolute) {
  const out = [];
  for (const name of names) {
    if (name === "" || name === ".") continue;
    if (name !== "..") out.push(name);
    else if (out.length > 0 && out.at(-1) !== "..") out.pop();
    else if (!absolute) out.push("..");
  }
  return out;
}

function extname(base) {
  const dot = base.lastIndexOf(".");
  return dot <= 0 || base === ".." ? "" : base.slice(dot);
}

// make returns path for one system. The root of a path is all before its first
// name: "/" or "", and for Windows also "C:\", "C:" and "\\host\share\".
function make(windows) {
  const sep = windows ? "\\" : "/";
  const split = windows ? (p) => p.split(/[\\/]/) : (p) => p.split("/");
  const isSep = (c) => c === "/" || (windows && c === "\\");
  const root = (p) => {
    if (!windows) return p.startsWith("/") ? "/" : "";
    return /^[\\/]{2}[^\\/]+[\\/]+[^\\/]+(?=[\\/]|$)[\\/]?/.exec(p)?.[0] ?? /^[A-Za-z]:[\\/]?/.exec(p)?.[0] ?? (isSep(p[0]) ? p[0] : "");
  };
  const isRooted = (r) => isSep(r.at(-1) ?? "") || /^[\\/]{2}/.test(r);
  const trimmed = (p) => {
    const r = root(p).length;
    let end = p.length;
    while (end > r && isSep(p[end - 1])) end--;
    return p.slice(0, end);
  };
  const rootText = (r) => (windows ? (/^[\\/]{2}/.test(r) ? "\\\\" + split(r).filter(Boolean).join("\\") + "\\" : r.replaceAll("/", "\\")) : r);

  const path = {
    sep, delimiter: windows ? ";" : ":",
    normalize(p) {
      check(p, "path");
      if (p === "") return ".";
      // Most are normal already.
      if (!windows && p[0] === "/" && !p.includes("//") && !p.includes("/.")) return p;
      const r = root(p);
      const absolute = isRooted(r);
      const body = normalise(split(p.slice(r.length)), absolute).join(sep);
      const trailing = isSep(p.at(-1)) && p.length > r.length;
      if (body === "") return (absolute ? rootText(r) : rootText(r) + (trailing ? "." + sep : ".")) || ".";
      return rootText(r) + body + (trailing ? sep : "");
    },
    join(...parts) {
      for (const p of parts) check(p, "path");
      const joined = parts.filter((p) => p !== "").join(sep);
      return joined === "" ? "." : path.normalize(joined);
    },
    resolve(...parts) {
      let result = "";
      for (let i = parts.length - 1; i >= -1; i--) {
        const p = i >= 0 ? parts[i] : windows ? "C:\\" : host.config.cwd;
        check(p, `paths[${i}]`);
        if (p === "") continue;
        result = result === "" ? p : isSep(p.at(-1)) ? p + result : p + sep + result;
        if (isRooted(root(p))) break;
      }
      const normal = path.normalize(result || ".");
      return normal.length > root(normal).length && isSep(normal.at(-1)) ? normal.slice(0, -1) : normal;
    },
    isAbsolute(p) {
      check(p, "path");
      return isRooted(root(p));
    },
    relative(from, to) {
      check(from, "from");
      check(to, "to");
      const a = path.resolve(from), b = path.resolve(to);
      const fold = (s) => (windows ? s.toLowerCase() : s);
      if (fold(a) === fold(b)) return "";
      if (windows && fold(root(a)) !== fold(root(b))) return b;
      const as = split(a.slice(root(a).length)).filter(Boolean);
      const bs = split(b.slice(root(b).length)).filter(Boolean);
      let i = 0;
      while (i < as.length && i < bs.length && fold(as[i]) === fold(bs[i])) i++;
      return [...Array(as.length - i).fill(".."), ...bs.slice(i)].join(sep);
    },
    dirname(p) {
      check(p, "path");
      if (p === "") return ".";
      const r = root(p), t = trimmed(p);
      let end = t.length;
      while (end > r.length && !isSep(t[end - 1])) end--;
      if (!windows && end === 2 && r === "/" && t[1] === "/") return "//";
      return (end > r.length ? t.slice(0, end - 1) : r) || ".";
    },
    basename(p, suffix) {
      check(p, "path");
      if (suffix !== undefined) check(suffix, "suffix");
      if (suffix === p) return "";
      const least = windows && /^[A-Za-z]:/.test(p) ? 2 : 0;
      let end = p.length;
      while (end > least && isSep(p[end - 1])) end--;
      let start = end;
      while (start > least && !isSep(p[start - 1])) start--;
      const base = p.slice(start, end);
      return suffix && base !== suffix && base.endsWith(suffix) ? base.slice(0, -suffix.length) : base;
    },
    extname(p) {
      check(p, "path");
      return extname(path.basename(p));
    },
    parse(p) {
      check(p, "path");
      const r = root(p), t = trimmed(p);
      let start = t.length;
      while (start > r.length && !isSep(t[start - 1])) start--;
      const base = t.slice(start), ext = extname(base);
      const dir = start > r.length ? t.slice(0, start - 1) : r;
      return { root: r, dir, base, ext, name: base.slice(0, base.length - ext.length) };
    },
    format(o) {
      if (o === null || typeof o !== "object") check(o, "pathObject");
      const dir = o.dir || o.root, base = o.base || (o.name ?? "") + (o.ext ? (o.ext[0] === "." ? "" : ".") + o.ext : "");
      return !dir ? base : dir === o.root ? dir + base : dir + sep + base;
    },
    toNamespacedPath: (p) => p,
    matchesGlob(p, pattern) { return load("internal_glob").matches(p, pattern); },
  };
  path._makeLong = path.toNamespacedPath;
  return path;
}

const posix = make(false), win32 = make(true);
posix.posix = win32.posix = posix;
posix.win32 = win32.win32 = win32;
module.exports = posix;
