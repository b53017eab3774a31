// Invokes subscribers of an event bus again that have failed, later each time.
import { GetFunctionCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

const lambda = new LambdaClient({}), sqs = new SQSClient({});
// AWS would take a fourth attempt for a loop, and end it.
for (const client of [lambda, sqs]) client.middlewareStack.remove("recursionDetectionMiddleware");

export async function handler({ Records }) {
  for (const { body } of Records) {
    const { requestContext, requestPayload, responsePayload } = JSON.parse(body);
    const FunctionName = requestContext.functionArn.split(":")[6];
    if (!responsePayload) {
      await lambda.send(new InvokeCommand({ FunctionName, InvocationType: "Event", Payload: JSON.stringify(requestPayload) }))
        .catch((error) => { if (error.name !== "ResourceNotFoundException") throw error; });
      continue;
    }
    // A failure: it comes back in some seconds, without the response.
    const attempts = (requestPayload.attempts || 0) + 1;
    const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName }));
    if (attempts > (parseInt(Configuration?.Environment?.Variables?.SST_RETRIES ?? "", 10) || 0)) {
      console.log(`${FunctionName} has failed ${attempts} times: no more`);
      continue;
    }
    await sqs.send(new SendMessageCommand({
      QueueUrl: process.env.RETRIER_QUEUE_URL,
      DelaySeconds: Math.min(2 ** attempts, 900),
      MessageBody: JSON.stringify({ requestPayload: { ...requestPayload, attempts }, requestContext }),
    }));
  }
}
