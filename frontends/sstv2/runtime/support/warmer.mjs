// Keeps as many instances of functions warm as are asked for.
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";

const lambda = new LambdaClient({});

export async function handler() {
  await Promise.all(JSON.parse(process.env.WARM_PARAMS).flatMap(({ function: FunctionName, concurrency }) =>
    // Each waits long enough for the others to need an instance of their own.
    Array.from({ length: concurrency }, () => lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify({ type: "warmer", delay: 75 }) })).catch(console.error))));
}
