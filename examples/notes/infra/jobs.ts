import { table } from "./storage";

// A topic of the provider's own, made linkable.
sst.Linkable.wrap(aws.sns.Topic, (topic) => ({
  properties: { arn: topic.arn },
  include: [sst.aws.permission({ actions: ["sns:Publish"], resources: [topic.arn] })],
}));

export const reminders = new aws.sns.Topic("Reminders", { displayName: "Notes" });

new sst.aws.Cron("Remind", {
  schedule: "rate(1 hour)",
  function: { handler: "functions/remind.handler", link: [table, reminders], timeout: "5 minutes" },
});
