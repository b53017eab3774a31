// Stands in front of a server's handler, and answers calls that only keep it
// warm.
import { handler as serve } from "%s";

const warmed = (event) => new Promise((resolve) => setTimeout(() => resolve({}), event.delay));

export const handler = serve[Symbol.for("aws.lambda.runtime.handler.streaming")]
  ? awslambda.streamifyResponse(async (event, output, context) => {
      if (event.type !== "warmer") return serve(event, output, context);
      await warmed(event);
      output.write("{}");
      output.end();
    })
  : (event, context) => (event.type === "warmer" ? warmed(event) : serve(event, context));
