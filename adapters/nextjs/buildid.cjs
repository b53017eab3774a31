// Gives a build of Next.js that has no generateBuildId a name which follows from
// its sources, in place of a random one.
const Module = require("module");
const load = Module._load;
const id = "b" + process.env.SSTC_SOURCES.slice(0, 20).replace(/ad/g, "ae");

Module._load = function (request, parent) {
  const made = load.apply(this, arguments);
  if (!/(^|\/)generate-build-id(\.js)?$/.test(request) || !made || !made.generateBuildId) return made;
  return { ...made, generateBuildId: (generate) => made.generateBuildId(generate, () => id) };
};
