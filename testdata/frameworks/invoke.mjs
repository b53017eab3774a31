// Calls the handler of an unpacked Lambda function with each request of a list,
// and prints what it answers: node invoke.mjs DIR HANDLER REQUESTS, where
// REQUESTS is JSON. It stands in for Lambda's runtime, of which the function
// sees no more than this.
import { createRequire } from "node:module";
import { PassThrough } from "node:stream";
import { existsSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";

const [dir, handler, requests] = process.argv.slice(2);
process.chdir(dir);

const streaming = Symbol.for("aws.lambda.runtime.handler.streaming");
globalThis.awslambda = {
  streamifyResponse: (f) => Object.assign(f, { [streaming]: "response" }),
  HttpResponseStream: {
    from(stream, metadata) {
      stream.metadata = metadata;
      return stream;
    },
  },
};

async function call(serve, event) {
  if (!serve[streaming]) return serve(event, {});
  const stream = new PassThrough();
  // OpenNext does by hand what HttpResponseStream does.
  let byHand = false;
  stream.setContentType = (type) => (byHand = type === "application/vnd.awslambda.http-integration-response");
  const chunks = [];
  stream.on("data", (c) => chunks.push(c));
  const ended = new Promise((resolve, reject) => stream.on("end", resolve).on("error", reject));
  await serve(event, stream, {});
  await ended;
  let body = Buffer.concat(chunks);
  if (byHand) {
    const zeros = Buffer.alloc(8);
    const end = body.indexOf(zeros);
    stream.metadata = JSON.parse(body.subarray(0, end));
    body = body.subarray(end + zeros.length);
  }
  return { ...stream.metadata, chunks: chunks.length, body: text(body, stream.metadata) };
}

const text = (body, { headers = {} }) => (headers["content-encoding"] === "gzip" ? gunzipSync(body) : body).toString();

const dot = handler.lastIndexOf(".");
const file = [".mjs", ".js", ".cjs"].map((x) => path.resolve(handler.slice(0, dot) + x)).find(existsSync);
const module = file.endsWith(".cjs") ? createRequire(import.meta.url)(file) : await import(file);
const answers = [];
for (const r of JSON.parse(requests)) {
  const [rawPath, rawQueryString = ""] = r.path.split("?");
  const event = {
    version: "2.0", routeKey: "$default", rawPath, rawQueryString, queryStringParameters: Object.fromEntries(new URLSearchParams(rawQueryString)),
    headers: { host: "x.lambda-url.us-east-1.on.aws", "x-forwarded-host": "example.com", ...r.headers },
    requestContext: { http: { method: r.method ?? "GET", path: rawPath, sourceIp: "192.0.2.1", protocol: "HTTP/1.1", userAgent: "test" }, timeEpoch: 0 },
    isBase64Encoded: r.base64 !== undefined,
    body: r.base64 ?? r.body,
  };
  const a = await call(module[handler.slice(dot + 1)], event);
  if (a.isBase64Encoded) a.body = Buffer.from(a.body, "base64").toString();
  answers.push(a);
}
console.log("\n" + JSON.stringify(answers));
process.exit(0);
