import { defineConfig } from "astro/config";

export default defineConfig({ redirects: { "/old": "/about" }, vite: { build: { assetsInlineLimit: 0 } } });
