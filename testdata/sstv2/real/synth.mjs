// Synthesizes an app with the real SST v2, offline, for comparison:
//
//	node synth.mjs APP OUT STAGE
//
// APP is a directory in which sst can be resolved. No account is asked: it is
// 123456789012 throughout, and npm install, which SST runs for each function,
// is stubbed out; so are Docker, cargo and dotnet, which leave behind a file where
// they are to leave something.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [app, out, stage] = process.argv.slice(2).map((a, i) => (i < 2 ? path.resolve(a) : a));
process.chdir(app);
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
fs.mkdirSync(path.join(app, ".sst", "bin"), { recursive: true });
for (const name of ["npm", "docker", "cargo", "dotnet"]) fs.writeFileSync(path.join(app, ".sst", "bin", name), stub, { mode: 0o755 });
process.env.PATH = `${path.join(app, ".sst", "bin")}:${process.env.PATH}`;

const sst = path.dirname(createRequire(path.join(app, "x.js")).resolve("sst/package.json"));
const load = (file) => import(pathToFileURL(path.join(sst, file)).href);

const { load: loadConfig } = await load("stacks/build.js");
const { setProject } = await load("project.js");
const config = ["ts", "mts", "js", "mjs"].map((ext) => path.join(app, `sst.config.${ext}`)).find((f) => fs.existsSync(f));
const [metafile, { config: configure, stacks }] = await loadConfig(config);
const given = await configure({ stage });
setProject({
  version: JSON.parse(fs.readFileSync(path.join(sst, "package.json"), "utf8")).version,
  config: { ...given, stage, ssmPrefix: given.ssmPrefix || `/sst/${given.name}/${stage}/` },
  stacks, metafile,
  paths: { root: app, config, out: path.join(app, ".sst"), artifacts: path.join(app, ".sst", "artifacts") },
});
const { App } = await load("constructs/App.js");
const read = (file) => (fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : {});
const made = new App(
  { account: "123456789012", stage, name: given.name, region: given.region, mode: "deploy" },
  { outdir: out, context: { ...read("cdk.json").context, ...read("cdk.context.json"), "aws:cdk:enable-path-metadata": given.cdk?.pathMetadata ?? false } },
);
await stacks(made);
await made.finish();
made.synth();
process.exit(0); // esbuild and others keep running
