import { files, table } from "./storage";

export const failedExports = new sst.aws.Queue("FailedExports");

export const exports = new sst.aws.Queue("Exports", {
  visibilityTimeout: "6 minutes",
  dlq: { queue: failedExports.arn, retry: 3 },
});

exports.subscribe(
  { handler: "functions/export.handler", link: [table, files], timeout: "1 minute" },
  { batch: { size: 5, partialResponses: true } },
);
