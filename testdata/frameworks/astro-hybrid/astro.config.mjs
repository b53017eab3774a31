import { defineConfig } from "astro/config";
import sst from "astro-sst";

// Pages are rendered in advance, but for those that say otherwise.
export default defineConfig({
  output: "static",
  adapter: sst(),
  redirects: { "/old": "/about" },
  vite: { build: { assetsInlineLimit: 0 } },
});
