import { createHash } from "node:crypto";

// CloudFront signs what it sends to the URL of a function, but leaves out the
// body, whose hash has to come in a header.
export const handler = async (event) => {
  const request = event.Records[0].cf.request;
  if (!["POST", "PUT", "PATCH", "DELETE"].includes(request.method)) return request;
  const body = request.body || {};
  if (body.inputTruncated) {
    return {
      status: "413",
      statusDescription: "Payload Too Large",
      headers: { "content-type": [{ key: "Content-Type", value: "application/json" }] },
      body: JSON.stringify({ error: "A body sent through CloudFront may have 1 MB." }),
    };
  }
  const data = Buffer.from(body.data || "", body.encoding === "base64" ? "base64" : "utf8");
  const value = createHash("sha256").update(data).digest("hex");
  request.headers["x-amz-content-sha256"] = [{ key: "x-amz-content-sha256", value }];
  return request;
};
