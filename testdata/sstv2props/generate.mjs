// Lists what the constructs of SST 2.49.8 take and have, from their declarations:
//
//	npm install --prefix DIR sst@2.49.8 typescript@5.4
//	node testdata/sstv2props/generate.mjs DIR
//
// writes frontends/sstv2/props.json. In "shapes" are the properties of objects, by
// a name for each object. What a property may hold is "" if that is no object whose
// properties are SST's, the name of a shape, = and what strings it may be, with |
// between them and ${} for parts of them, {} or [] and one of those for values by
// name or lists, and "cdk" if the property is declared by the CDK. In "classes" are,
// for each class, the shape of the props, those of its methods' parameters, and the
// names of its members that are neither private nor undefined in some constructs.
import { createRequire } from "module";
import fs from "fs";
import path from "path";

const dir = path.resolve(process.argv[2], "node_modules");
const ts = createRequire(path.join(dir, "x.js"))("typescript");
const home = path.join(dir, "sst/constructs");
const roots = ["index.d.ts", "future/index.d.ts"].map((name) => path.join(home, name));
const program = ts.createProgram(roots, {
  module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, target: ts.ScriptTarget.ES2022, strict: true, skipLibCheck: true, types: [],
});
const checker = program.getTypeChecker();

const isSST = (declaration) => declaration.getSourceFile().fileName.startsWith(home + "/");
const isClass = (type) => type.symbol && (type.symbol.flags & ts.SymbolFlags.Class) !== 0;
const parts = (type) => (type.isUnion() ? type.types.flatMap(parts) : [type.flags & ts.TypeFlags.TypeParameter ? checker.getBaseConstraintOfType(type) ?? type : type]);

const shapes = {};
const names = new Map(); // of shapes, by the types that they are of

// shapeOf is what a property of one of some types may hold. Hint is a name for an object without one.
function shapeOf(types, hint) {
  const lists = [], maps = [], all = [];
  for (const type of types.flatMap(parts).flatMap(parts)) {
    if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return "";
    if (!(type.flags & ts.TypeFlags.Object) && !type.isIntersection()) continue;
    if (checker.isArrayType(type) || checker.isTupleType(type)) {
      lists.push(...checker.getTypeArguments(type));
      continue;
    }
    const properties = checker.getPropertiesOfType(type);
    // Functions and objects of classes are nobody's to check.
    if (type.getCallSignatures().length > 0 || isClass(type) || properties.some((p) => p.name === "getConstructMetadata")) continue;
    const [index] = checker.getIndexInfosOfType(type);
    if (index) {
      if (properties.length > 0) return "";
      maps.push(index.type);
    } else if (properties.some((p) => p.declarations?.some(isSST))) all.push(type);
    else return "";
  }
  const objects = [...new Set(all)], listed = lists.length > 0 ? within("[]", shapeOf(lists, hint)) : "";
  if (lists.length + maps.length + objects.length === 0) return wordsOf(types);
  if ([listed, maps, objects].filter((of) => of.length > 0).length !== 1) return "";
  if (listed) return listed;
  if (maps.length > 0) return within("{}", shapeOf(maps, hint));
  return shapeOfObjects(objects, hint);
}

// What SST passes on as it is, so that other strings have their effect too.
const passedOn = ["basePath", "textEncoding"];

// wordsOf is what strings some types have, where these are not all strings.
function wordsOf(types) {
  const alias = types.flatMap(parts).concat(types).map((type) => type.aliasSymbol?.declarations?.[0]).find(Boolean);
  if (alias && !isSST(alias) && !program.isSourceFileDefaultLibrary(alias.getSourceFile())) return ""; // others have versions
  const words = types.flatMap(parts).flatMap(parts).flatMap((type) => {
    const { String, Boolean, EnumLiteral, InstantiableNonPrimitive, Index, StringMapping } = ts.TypeFlags;
    if (type.isIntersection() || (type.flags & (String | EnumLiteral | InstantiableNonPrimitive | Index | StringMapping) && !(type.flags & Boolean))) return [null];
    if (type.isStringLiteral()) return [type.value];
    if (type.flags & ts.TypeFlags.Number) return ["${number}"];
    if (type.flags & ts.TypeFlags.TemplateLiteral) return [type.texts.reduce((all, text, i) => `${all}\${${checker.typeToString(type.types[i - 1])}}${text}`)];
    return [];
  });
  return words.includes(null) || words.every((word) => word === "${number}") ? "" : `=${[...new Set(words)].sort().join("|")}`;
}

const within = (kind, shape) => (shape === "" ? "" : kind + shape);

function shapeOfObjects(types, hint) {
  const key = types.map((type) => type.id).sort().join();
  if (names.has(key)) return names.get(key);
  const declared = [...new Set(types.map((type) => (type.aliasSymbol ?? type.symbol)?.name))].filter((name) => name && !name.startsWith("__") && !["Omit", "Pick", "Partial"].includes(name));
  let name = declared.length === 1 && types.length === 1 ? declared[0] : hint;
  while (shapes[name]) name += "_";
  names.set(key, name);
  const shape = (shapes[name] = {});
  const found = new Map();
  for (const type of types) {
    for (const property of checker.getPropertiesOfType(type)) found.set(property.name, [...(found.get(property.name) ?? []), property]);
  }
  for (const [property, symbols] of [...found].sort(([a], [b]) => (a < b ? -1 : 1))) {
    shape[property] = symbols.every((symbol) => symbol.declarations?.some(isSST))
      ? passedOn.includes(property) ? "" : shapeOf(symbols.map((symbol) => checker.getTypeOfSymbol(symbol)), `${name}.${property}`)
      : "cdk";
  }
  return name;
}

const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
const isPublic = (symbol) => symbol.name !== "prototype" && symbol.declarations?.some((declaration) => isSST(declaration) && !(ts.getCombinedModifierFlags(declaration) & hidden));

const isOptional = (symbol) => parts(checker.getTypeOfSymbol(symbol)).some((type) => type.flags & ts.TypeFlags.Undefined);

const classes = {};
const values = [];

function describe(exported, prefix) {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const name = prefix + exported.name;
  if (symbol.flags & ts.SymbolFlags.Module) {
    for (const member of checker.getExportsOfModule(symbol)) describe(member, `${name}.`);
    return;
  }
  if (!(symbol.flags & ts.SymbolFlags.Value)) return;
  if (!(symbol.flags & ts.SymbolFlags.Class)) return void values.push(name);
  const statics = checker.getTypeOfSymbol(symbol), instance = checker.getDeclaredTypeOfSymbol(symbol);
  const shapesOf = (signature) => signature.parameters.map((p) => shapeOf([checker.getTypeOfSymbol(p)], `${name}.${p.name}`));
  const members = instance.getProperties().filter(isPublic);
  const methods = {};
  for (const member of members) {
    const signatures = checker.getTypeOfSymbol(member).getCallSignatures();
    if (!(member.flags & ts.SymbolFlags.Method)) continue;
    const parameters = [];
    for (const signature of signatures) signature.parameters.forEach((p, i) => (parameters[i] ??= []).push(p));
    const taken = parameters.map((of) => shapeOf(of.map((p) => checker.getTypeOfSymbol(p)), `${name}.${of[0].name}`));
    if (taken.some((shape) => shape !== "")) methods[member.name] = taken;
  }
  const [signature] = statics.getConstructSignatures();
  classes[name] = {
    props: (signature && shapesOf(signature)[2]) ?? "",
    methods,
    members: [...members, ...statics.getProperties().filter(isPublic)].flatMap((member) => [
      ...(isOptional(member) ? [] : [member.name]),
      // Of an active stack, where there is a union for those that are not.
      ...(member.name === "cdk" ? checker.getNonNullableType(checker.getTypeOfSymbol(member)).getProperties().filter((p) => !isOptional(p)).map((p) => `cdk.${p.name}`) : []),
    ]).sort(),
  };
}

for (const [i, prefix] of ["", "future."].entries()) {
  for (const exported of checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(roots[i])))) describe(exported, prefix);
}
// Only the shapes that an app can come to.
const reached = new Set();
function reach(shape) {
  const name = shape.replace(/^(\[\]|\{\})+/, "");
  if (!shapes[name] || reached.has(name)) return;
  reached.add(name);
  Object.values(shapes[name]).forEach(reach);
}
for (const { props, methods } of Object.values(classes)) [props, ...Object.values(methods).flat()].forEach(reach);
for (const name of Object.keys(shapes)) if (!reached.has(name)) delete shapes[name];
const sorted = (of) => Object.fromEntries(Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1)));
const lines = (of) => `{\n${Object.entries(sorted(of)).map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(",\n")}\n  }`;
fs.writeFileSync(
  new URL("../../frontends/sstv2/props.json", import.meta.url),
  `{\n  "shapes": ${lines(shapes)},\n  "classes": ${lines(classes)},\n  "values": ${JSON.stringify(values.sort())}\n}\n`,
);
