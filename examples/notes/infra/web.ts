import { api } from "./api";

export const site = new sst.aws.StaticSite("Web", {
  path: "web",
  build: { command: "node build.mjs", output: "dist" },
  // Known only after deployment: the build sees a placeholder, and the
  // uploader replaces it.
  environment: { API_URL: api.url },
  assets: {
    fileOptions: [
      { files: "assets/**", cacheControl: "max-age=31536000,public,immutable" },
      { files: "**/*.html", cacheControl: "max-age=0,no-cache,must-revalidate" },
    ],
  },
});
