// Stands in front of Nitro's handler. That takes the server's own host for the
// site's, and would make text of what was uploaded.
import { handler as serve } from "./index.mjs";

function prepared(event) {
  const headers = event.headers || {};
  if (headers["x-forwarded-host"]) headers.host = headers["x-forwarded-host"];
  if (event.isBase64Encoded && event.body) {
    event.body = Buffer.from(event.body, "base64");
    event.isBase64Encoded = false;
  }
  return event;
}

// Calls that only keep the server warm.
const warmed = (event) => new Promise((resolve) => setTimeout(() => resolve({}), event.delay));

const streams = serve[Symbol.for("aws.lambda.runtime.handler.streaming")];

export const handler = streams
  ? awslambda.streamifyResponse(async (event, output, context) => {
      if (event.type !== "warmer") return serve(prepared(event), output, context);
      await warmed(event);
      output.write("{}");
      output.end();
    })
  : (event, context) => (event.type === "warmer" ? warmed(event) : serve(prepared(event), context));
