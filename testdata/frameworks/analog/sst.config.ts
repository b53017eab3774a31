export default $config({
  app: () => ({ name: "analog", home: "aws" }),
  async run() {
    const uploads = new sst.aws.Bucket("Uploads");
    const web = new sst.aws.Analog("Web", {
      link: [uploads],
      environment: { VITE_BUCKET: uploads.name, PUBLIC_BUCKET: uploads.name },
    });
    return { url: web.url };
  },
});
