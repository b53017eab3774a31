// A module of the library is loaded when the first of its names is used: each
// brings its part of the CDK with it.
declare const require: (name: string) => Record<string, unknown>;
declare const module: { exports: object };

const files: Record<string, string[]> = {
  App: ["App"],
};

for (const [file, names] of Object.entries(files)) {
  for (const name of names) {
    Object.defineProperty(module.exports, name, { get: () => require(`./${file}.js`)[name], enumerable: true });
  }
}
