// Synthesizes apps with the real SST v2, offline, for comparison:
//
//	node synth.mjs STAGE APP OUT [APP OUT ...]
//
// APP is a directory in which sst can be resolved. What goes wrong is in
// OUT/error.txt, and the next app follows. No account is asked: it is
// 123456789012 throughout, and npm install, which SST runs for each function,
// is stubbed out; so are Docker, cargo and dotnet, which leave behind a file where
// they are to leave something.
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [stage, ...dirs] = process.argv.slice(2).map((a, i) => (i === 0 ? a : path.resolve(a)));
process.env.NODE_ENV = "test"; // no source maps uploaded, no bootstrap stack asked
process.env.SST_STAGE = stage;
process.env.JSII_DEPRECATED = "quiet";

const stub = `#!/bin/sh
into() { mkdir -p "$1" && echo built > "$1/built"; }
case "$1" in
create) echo 0123456789abcdef0123456789abcdef ;;
cp) for to; do :; done; into "$to" ;;
run) for arg; do case "$arg" in *:/asset-output*) into "\${arg%%:/asset-output*}" ;; esac; done ;;
esac
`;
const bin = fs.mkdtempSync(path.join(os.tmpdir(), "synth-"));
process.on("exit", () => fs.rmSync(bin, { recursive: true }));
for (const name of ["npm", "docker", "cargo", "dotnet"]) fs.writeFileSync(path.join(bin, name), stub, { mode: 0o755 });
process.env.PATH = `${bin}:${process.env.PATH}`;

const sst = path.dirname(createRequire(path.join(dirs[0], "x.js")).resolve("sst/package.json"));
// esbuild would keep to the directory in which it was loaded.
Object.defineProperty(Object.prototype, "absWorkingDir", { get: () => process.cwd(), set(value) { Object.defineProperty(this, "absWorkingDir", { value, enumerable: true }); } });
const load = (file) => import(pathToFileURL(path.join(sst, file)).href);
const { load: loadConfig } = await load("stacks/build.js");
const { setProject } = await load("project.js");
const { Context } = await load("context/context.js");
const { App } = await load("constructs/App.js");
const read = (file) => (fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : {});

const project = {}; // one for all apps, since the builders of functions keep the first

async function synthesize(app, out) {
  process.chdir(app);
  Context.reset(); // what it remembers of the app before
  fs.mkdirSync(path.join(app, ".sst"), { recursive: true });
  const config = ["ts", "mts", "js", "mjs"].map((ext) => path.join(app, `sst.config.${ext}`)).find((f) => fs.existsSync(f));
  const [metafile, { config: configure, stacks }] = await loadConfig(config);
  const given = await configure({ stage });
  Object.assign(project, {
    version: JSON.parse(fs.readFileSync(path.join(sst, "package.json"), "utf8")).version,
    config: { ...given, stage, ssmPrefix: given.ssmPrefix || `/sst/${given.name}/${stage}/` },
    stacks, metafile,
    paths: { root: app, config, out: path.join(app, ".sst"), artifacts: path.join(app, ".sst", "artifacts") },
  });
  setProject(project);
  const made = new App(
    { account: "123456789012", stage, name: given.name, region: given.region, mode: "deploy" },
    { outdir: out, context: { ...read("cdk.json").context, ...read("cdk.context.json"), "aws:cdk:enable-path-metadata": given.cdk?.pathMetadata ?? false } },
  );
  await stacks(made);
  await made.finish();
  made.synth();
}

for (let i = 0; i < dirs.length; i += 2) {
  try {
    await synthesize(dirs[i], dirs[i + 1]);
  } catch (error) {
    fs.mkdirSync(dirs[i + 1], { recursive: true });
    fs.writeFileSync(path.join(dirs[i + 1], "error.txt"), `${error?.message ?? error}\n`);
    console.error(error);
    process.exitCode = 1;
  }
}
process.exit(); // esbuild and others keep running
