// Builds the page: copies src/ to dist/, with the API's URL filled in, and the
// digest of each script and style sheet in its name, so that browsers may keep
// them for ever.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const api = process.env.API_URL;
if (!api) throw new Error("API_URL is not set.");

rmSync("dist", { recursive: true, force: true });
mkdirSync("dist/assets", { recursive: true });
let html = readFileSync("src/index.html", "utf8");
for (const name of readdirSync("src").sort()) {
  if (name === "index.html") continue;
  const text = readFileSync(`src/${name}`, "utf8").replaceAll("%API_URL%", api);
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 10);
  const hashed = name.replace(/(?=\.\w+$)/, `-${digest}`);
  writeFileSync(`dist/assets/${hashed}`, text);
  html = html.replaceAll(`/${name}"`, `/assets/${hashed}"`);
}
writeFileSync("dist/index.html", html);
