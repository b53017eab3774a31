export default $config({
  app: () => ({ name: "nuxt", home: "aws" }),
  async run() {
    const uploads = new sst.aws.Bucket("Uploads");
    const web = new sst.aws.Nuxt("Web", {
      link: [uploads],
      environment: { VITE_BUCKET: uploads.name, PUBLIC_BUCKET: uploads.name, STREAMING: "1" },
    });
    return { url: web.url };
  },
});
