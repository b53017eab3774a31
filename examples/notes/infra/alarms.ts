import { reminders } from "./jobs";
import { failedExports } from "./queue";

new aws.cloudwatch.MetricAlarm("ExportsFail", {
  alarmDescription: $interpolate`Exports have failed three times; they wait in ${failedExports.url}`,
  namespace: "AWS/SQS",
  metricName: "ApproximateNumberOfMessagesVisible",
  dimensions: { QueueName: failedExports.nodes.queue.name },
  statistic: "Maximum",
  comparisonOperator: "GreaterThanThreshold",
  threshold: 0,
  evaluationPeriods: 1,
  period: 300,
  treatMissingData: "notBreaching",
  alarmActions: $app.stage === "production" ? [reminders.arn] : [],
});
