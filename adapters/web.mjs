// Lets a server that speaks of Request and Response be a Lambda function that
// streams what it answers: `serve` is (request) => Promise<Response>.
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

function requestOf(event, signal) {
  const headers = new Headers();
  for (const [name, value] of Object.entries(event.headers)) if (value !== undefined) headers.set(name, value);
  if (event.cookies) headers.set("cookie", event.cookies.join("; "));
  const host = headers.get("x-forwarded-host") ?? headers.get("host");
  const query = event.rawQueryString ? "?" + event.rawQueryString : "";
  const method = event.requestContext.http.method;
  const body =
    event.body === undefined || method === "GET" || method === "HEAD"
      ? undefined
      : event.isBase64Encoded ? Buffer.from(event.body, "base64") : event.body;
  return new Request("https://" + host + event.rawPath + query, { method, headers, body, signal });
}

export const streaming = (serve) =>
  awslambda.streamifyResponse(async (event, output) => {
    if (event.type === "warmer") {
      await new Promise((resolve) => setTimeout(resolve, event.delay));
      output.write("{}");
      output.end();
      return;
    }
    const abort = new AbortController();
    output.once("close", () => abort.abort());
    const response = await serve(requestOf(event, abort.signal));
    const headers = Object.fromEntries(response.headers);
    delete headers["set-cookie"];
    output = awslambda.HttpResponseStream.from(output, { statusCode: response.status, headers, cookies: response.headers.getSetCookie() });
    // The status and the headers go with the first write, even if there is no body.
    output.write("");
    if (response.body) await pipeline(Readable.fromWeb(response.body), output);
    else output.end();
  });
