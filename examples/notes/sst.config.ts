/// <reference path="./.sst/platform/config.d.ts" />

// A notebook: an API and a web page over a table, attachments in a bucket,
// exports through a queue, and reminders once an hour.
export default $config({
  app(input) {
    return {
      name: "notes",
      home: "aws",
      removal: input.stage === "production" ? "retain" : "remove",
      protect: input.stage === "production",
      providers: { aws: { region: "eu-central-1" } },
    };
  },
  async run() {
    // Holds for every function that is made after it.
    $transform(sst.aws.Function, (args) => {
      args.architecture ??= "arm64";
      args.memory ??= "256 MB";
      args.logging ??= { retention: $app.stage === "production" ? "1 year" : "1 week" };
    });

    const { api } = await import("./infra/api");
    const { site } = await import("./infra/web");
    const { reminders } = await import("./infra/jobs");
    await import("./infra/alarms");

    return { api: api.url, site: site.url, reminders: reminders.arn };
  },
});
