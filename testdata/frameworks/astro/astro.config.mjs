import { defineConfig } from "astro/config";
import sst from "astro-sst";

export default defineConfig({
  output: "server",
  adapter: sst({ responseMode: process.env.ASTRO_STREAM ? "stream" : "buffer" }),
  redirects: { "/old": "/about", "/r/[id]": "/dyn/[id]" },
  vite: { build: { assetsInlineLimit: 0 } },
});
