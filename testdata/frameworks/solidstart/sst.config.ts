export default $config({
  app: () => ({ name: "solidstart", home: "aws" }),
  async run() {
    const uploads = new sst.aws.Bucket("Uploads");
    const web = new sst.aws.SolidStart("Web", {
      link: [uploads],
      environment: { VITE_BUCKET: uploads.name, PUBLIC_BUCKET: uploads.name, STREAMING: "1" },
    });
    return { url: web.url };
  },
});
