export default $config({
  app: () => ({ name: "nextjs", home: "aws" }),
  async run() {
    const uploads = new sst.aws.Bucket("Uploads");
    const web = new sst.aws.Nextjs("Web", {
      link: [uploads],
      environment: {
        NEXT_PUBLIC_BUCKET: uploads.name,
        PUBLIC_BUCKET: uploads.name,
        NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
      },
      // npm installs sharp for the machine that this is built on.
      transform: { imageOptimizer: { architecture: "x86_64" } },
    });
    return { url: web.url };
  },
});
