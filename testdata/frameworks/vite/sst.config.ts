export default $config({
  app: () => ({ name: "vite", home: "aws" }),
  async run() {
    const uploads = new sst.aws.Bucket("Uploads");
    const web = new sst.aws.StaticSite("Web", {
      build: { command: "vite build", output: "dist" },
      environment: { VITE_BUCKET: uploads.name },
    });
    return { url: web.url };
  },
});
