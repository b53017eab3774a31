// The global console.
let indent = "";
const counts = new Map();

function print(level, args) {
  let text;
  if (args.every((a) => typeof a === "string") && !(args.length > 1 && args[0].includes("%"))) text = args.join(" ");
  else text = load("util").format(...args);
  if (indent) text = text.split("\n").map((line) => indent + line).join("\n");
  host("node:print", level + " " + text);
}

const console = {};
for (const level of ["log", "info", "warn", "error", "debug"]) {
  console[level] = { [level](...args) { print(level, args); } }[level];
}
Object.assign(console, {
  trace(...args) {
    const stack = new Error().stack.split("\n").slice(1).join("\n").trimEnd();
    print("error", ["Trace" + (args.length ? ": " + load("util").format(...args) : "") + "\n" + stack]);
  },
  dir(value, options) { print("log", [load("util").inspect(value, { customInspect: false, ...options })]); },
  dirxml(...args) { print("log", args); },
  assert(condition, ...args) {
    if (condition) return;
    if (typeof args[0] === "string") args[0] = "Assertion failed: " + args[0];
    else args.unshift("Assertion failed");
    print("warn", args);
  },
  count(label = "default") {
    counts.set(label, (counts.get(label) ?? 0) + 1);
    print("log", [`${label}: ${counts.get(label)}`]);
  },
  countReset(label = "default") { counts.delete(label); },
  group(...args) { if (args.length) print("log", args); indent += "  "; },
  groupEnd() { indent = indent.slice(2); },
  time() {},
  timeLog(label = "default", ...args) { print("log", [`${label}: 0ms`, ...args]); },
  timeEnd(label = "default") { print("log", [`${label}: 0ms`]); },
  timeStamp() {}, profile() {}, profileEnd() {}, clear() {},
  table(rows, columns) {
    if (rows === null || typeof rows !== "object") return print("log", [rows]);
    const { inspect } = load("util");
    const show = (v) => inspect(v, { depth: v !== null && typeof v === "object" && !Array.isArray(v) && Object.keys(v).length > 2 ? -1 : 0, maxArrayLength: 3, breakLength: Infinity });
    const header = ["(index)"], lines = [];
    let values = false;
    const entries = rows instanceof Map ? [...rows.entries()].map(([k, v], i) => [i, { Key: k, Values: v }])
      : rows instanceof Set ? [...rows].map((v, i) => [i, v]) : Object.entries(rows);
    for (const [index, row] of entries) {
      const line = { "(index)": String(index) };
      if (row !== null && typeof row === "object") {
        for (const key of columns ?? Object.keys(row)) {
          if (!header.includes(key)) header.push(key);
          if (Object.hasOwn(row, key)) line[key] = show(row[key]);
        }
      } else {
        values = true;
        line.Values = show(row);
      }
      lines.push(line);
    }
    if (values && !header.includes("Values")) header.push("Values");
    const widths = header.map((h) => Math.max(h.length, ...lines.map((l) => (l[h] ?? "").length)) + 2);
    const cells = (get) => "│" + header.map((h, i) => (" " + get(h)).padEnd(widths[i])).join("│") + "│";
    const rule = (l, m, r) => l + widths.map((w) => "─".repeat(w)).join(m) + r;
    print("log", [[rule("┌", "┬", "┐"), cells((h) => h), rule("├", "┼", "┤"), ...lines.map((l) => cells((h) => l[h] ?? "")), rule("└", "┴", "┘")].join("\n")]);
  },
});
console.groupCollapsed = console.group;
console.Console = class Console { constructor() { Object.assign(this, console); } };
module.exports = console;
