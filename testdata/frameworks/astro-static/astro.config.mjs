import { defineConfig } from "astro/config";
import sst from "astro-sst";

export default defineConfig({
  output: "static",
  adapter: sst(),
  redirects: { "/old": "/about" },
  vite: { build: { assetsInlineLimit: 0 } },
});
