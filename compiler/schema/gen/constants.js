// Prints the constants of Pulumi SDKs as JSON: per package, per path below it,
// the value. Arguments: directories with node_modules, "--", npm package names.
// Later directories hold older SDKs; they add what the newer ones have dropped.
const { createRequire } = require("node:module");
const args = process.argv.slice(2);
const dirs = args.slice(0, args.indexOf("--")), names = args.slice(args.indexOf("--") + 1);
const isData = (v) => typeof v === "string" || typeof v === "number";
const isRecord = (v) => typeof v === "object" && v !== null && Object.keys(v).length > 0;

// An enumeration holds data only; so does a record of records, such as
// aws.iam.Principals, if its name says that it is no module.
const isEnum = (name, v) => isRecord(v) && (Object.values(v).every(isData) ||
  /^[A-Z]/.test(name) && Object.values(v).every((e) => isRecord(e) && Object.values(e).every(isData)));

function walk(module, path, out, seen) {
  if (seen.has(module)) return;
  seen.add(module);
  for (const name of Object.keys(module)) {
    const v = module[name];
    if (name === "config" && path.length === 0) continue; // the provider's settings on this machine
    if (isData(v) || isEnum(name, v)) out[[...path, name].join("/")] = v;
    else if (isRecord(v)) walk(v, [...path, name], out, seen);
  }
}

function load(dir, name) {
  try {
    return createRequire(dir + "/")(name);
  } catch (e) {
    if (e.code !== "MODULE_NOT_FOUND") throw e;
  }
}

const packages = {};
for (const name of names) {
  for (const sdk of dirs.map((dir) => load(dir, name)).filter(Boolean)) {
    const all = (packages[name] ??= {}), found = {};
    walk(sdk, [], found, new Set());
    for (const [path, v] of Object.entries(found)) all[path] = isRecord(v) ? { ...v, ...all[path] } : all[path] ?? v;
  }
}
process.stdout.write(JSON.stringify(packages));
