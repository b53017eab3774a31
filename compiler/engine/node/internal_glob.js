// Patterns of fs.glob and path.matchesGlob: *, ?, **, [a-z], {a,b}.
const path = require("path");

function braces(pattern) {
  const open = pattern.indexOf("{");
  if (open < 0) return [pattern];
  let depth = 0, start = open + 1;
  const parts = [];
  for (let i = open; i < pattern.length; i++) {
    const c = pattern[i];
    if (c === "{") depth++;
    if (c === "," && depth === 1) parts.push(pattern.slice(start, i)), start = i + 1;
    if (c === "}" && --depth === 0) {
      parts.push(pattern.slice(start, i));
      return parts.flatMap((p) => braces(pattern.slice(0, open) + p + pattern.slice(i + 1)));
    }
  }
  return [pattern];
}
function segment(pattern) {
  const source = pattern.replace(/\[(!?)([^\]]+)\]|[*?.+^$(){}|\\\]]/g, (m, not, set) => (set ? `[${not ? "^" : ""}${set}]` : m === "*" ? "[^/]*" : m === "?" ? "[^/]" : "\\" + m));
  return new RegExp(`^${pattern.startsWith(".") ? "" : "(?!\\.)"}${source}$`);
}
function match(names, patterns) {
  if (patterns.length === 0) return names.length === 0;
  if (patterns[0] === "**") {
    for (let i = 0; i <= names.length; i++) {
      if (match(names.slice(i), patterns.slice(1))) return true;
      if (names[i]?.startsWith(".")) return false;
    }
    return false;
  }
  return names.length > 0 && segment(patterns[0]).test(names[0]) && match(names.slice(1), patterns.slice(1));
}
const split = (p) => path.normalize(p).split("/").filter(Boolean);
exports.matches = (file, pattern) => braces(pattern).some((p) => path.isAbsolute(p) === path.isAbsolute(file) && match(split(file), split(p)));

exports.find = (fs, pattern, options) => {
  const cwd = options?.cwd === undefined ? host.config.cwd : path.resolve(String(options.cwd.pathname ?? options.cwd));
  const found = new Set();
  const exclude = typeof options?.exclude === "function" ? options.exclude : (name) => (options?.exclude ?? []).some((p) => exports.matches(name, p));
  for (const one of [pattern].flat().flatMap(braces)) {
    const parts = split(one);
    const walk = (at, shown, i) => {
      if (i === parts.length) return void (fs.existsSync(at) && found.add(shown || "."));
      const part = parts[i];
      if (part === "..") return walk(path.dirname(at), path.join(shown, ".."), i + 1);
      if (part === "**") {
        walk(at, shown, i + 1);
        if (!fs.existsSync(at) || !fs.statSync(at).isDirectory()) return;
        for (const d of fs.readdirSync(at, { withFileTypes: true })) {
          const name = path.join(shown, d.name);
          if (!d.name.startsWith(".") && !exclude(name)) {
            if (d.isDirectory()) walk(path.join(at, d.name), name, i);
            else if (i === parts.length - 1) found.add(name);
          }
        }
        return;
      }
      if (!/[*?[]/.test(part)) return walk(path.join(at, part), path.join(shown, part), i + 1);
      if (!fs.existsSync(at) || !fs.statSync(at).isDirectory()) return;
      const re = segment(part);
      for (const d of fs.readdirSync(at, { withFileTypes: true })) {
        const name = path.join(shown, d.name);
        if (re.test(d.name) && !exclude(name) && (d.isDirectory() || i === parts.length - 1)) walk(path.join(at, d.name), name, i + 1);
      }
    };
    if (path.isAbsolute(one)) walk("/", "/", 0);
    else walk(cwd, "", 0);
  }
  return [...found].sort();
};
