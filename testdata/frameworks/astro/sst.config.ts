export default $config({
  app: () => ({ name: "astro", home: "aws" }),
  async run() {
    const uploads = new sst.aws.Bucket("Uploads");
    const web = new sst.aws.Astro("Web", {
      link: [uploads],
      environment: { VITE_BUCKET: uploads.name, PUBLIC_BUCKET: uploads.name, ASTRO_STREAM: "1", ASTRO_KEY: "4Kv9xkfnhzEO2lBWDCxYEcCjeLXyJqbWTXnCtSlqWyQ=" },
    });
    return { url: web.url };
  },
});
