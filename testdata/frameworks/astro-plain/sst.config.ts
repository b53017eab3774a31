export default $config({
  app: () => ({ name: "astro-plain", home: "aws" }),
  async run() {
    const uploads = new sst.aws.Bucket("Uploads");
    const web = new sst.aws.StaticSite("Web", {
      build: { command: "astro build", output: "dist" },
      errorPage: "404.html",
      environment: { PUBLIC_BUCKET: uploads.name, ASTRO_TELEMETRY_DISABLED: "1" },
    });
    return { url: web.url };
  },
});
