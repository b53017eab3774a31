// Stands in front of a server's handler, and answers calls that only keep it
// warm.
import { handler as serve } from "%s";

const answer = (event) =>
  new Promise((resolve) => setTimeout(resolve, event.delay)).then(() => ({ type: "warmer", serverId: process.env.AWS_LAMBDA_LOG_STREAM_NAME }));

export const handler = serve[Symbol.for("aws.lambda.runtime.handler.streaming")]
  ? awslambda.streamifyResponse(async (event, output, context) => {
      if (event.type !== "warmer") return serve(event, output, context);
      output.write(JSON.stringify(await answer(event)));
      output.end();
    })
  : (event, context) => (event.type === "warmer" ? answer(event) : serve(event, context));
