import { readdirSync } from "node:fs";

// The app of the scripts: something of everything that could differ between
// two builds.
export default $config({
  app: () => ({ name: "script", home: "aws" }),
  async run() {
    const outputs = {
      built: new Date().toISOString(),
      chance: Math.random(),
      where: process.cwd(),
      greeting: process.env.GREETING ?? "none",
    };
    for (const file of readdirSync("infra")) {
      const { outputs: more } = await import(`./infra/${file}`);
      Object.assign(outputs, more);
    }
    return outputs;
  },
});
