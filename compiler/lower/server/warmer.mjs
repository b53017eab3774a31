// Keeps instances of a function: as many calls at a time, each answered only
// after a moment, need as many instances. The SDK is part of Lambda's runtime.
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";

const lambda = new LambdaClient({});

export async function handler() {
  const concurrency = Number(process.env.CONCURRENCY);
  const warmerId = `warmer-${Date.now().toString(36)}`;
  const call = (index) =>
    lambda.send(
      new InvokeCommand({
        FunctionName: process.env.FUNCTION_NAME,
        Payload: JSON.stringify({ type: "warmer", warmerId, index, concurrency, delay: 75 }),
      }),
    );
  const answers = await Promise.allSettled(Array.from({ length: concurrency }, (_, i) => call(i)));
  const failed = answers.filter((a) => a.status === "rejected" || a.value.FunctionError);
  for (const a of failed) console.error(a.reason ?? a.value.Payload.transformToString());
  console.log(`${answers.length - failed.length} of ${concurrency} instances are warm`);
}
