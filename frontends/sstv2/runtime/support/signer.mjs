// Signs what CloudFront asks of function URLs, which IAM lets nobody else call.
import crypto from "node:crypto";

const hash = (data) => crypto.createHash("sha256").update(data).digest("hex");
const hmac = (key, data) => crypto.createHmac("sha256", key).update(data).digest();
const encode = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** decoded is part of a query, of which a plus is left as it is. */
const decoded = (text) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

function query(text) {
  return text.split("&").filter(Boolean).map((pair) => {
    const at = pair.indexOf("=");
    return at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
  }).map(([name, value]) => `${encode(decoded(name))}=${encode(decoded(value))}`).sort().join("&");
}

export function sign(request, region, credentials, now) {
  const stamp = now.toISOString().replace(/[-:]|\.\d+/g, ""), day = stamp.slice(0, 8), scope = `${day}/${region}/lambda/aws4_request`;
  const body = request.body?.data ? Buffer.from(request.body.data, request.body.encoding === "base64" ? "base64" : "utf8") : "";
  const headers = { host: request.origin.custom.domainName, "x-amz-content-sha256": hash(body), "x-amz-date": stamp };
  if (credentials.sessionToken) headers["x-amz-security-token"] = credentials.sessionToken;
  const names = Object.keys(headers).sort(), signed = names.join(";");
  const canonical = [
    request.method, encode(request.uri).replace(/%2F/g, "/"), query(request.querystring ?? ""),
    ...names.map((name) => `${name}:${headers[name]}`), "", signed, headers["x-amz-content-sha256"],
  ].join("\n");
  const text = ["AWS4-HMAC-SHA256", stamp, scope, hash(canonical)].join("\n");
  const key = [region, "lambda", "aws4_request"].reduce(hmac, hmac(`AWS4${credentials.secretAccessKey}`, day));
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${hmac(key, text).toString("hex")}`;
  return headers;
}

export const handler = async (event) => {
  const { request } = event.Records[0].cf;
  const domain = request.origin?.custom?.domainName, region = /\.lambda-url\.([a-z0-9-]+)\.on\.aws$/.exec(domain ?? "")?.[1];
  if (!region) return request;
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = process.env;
  for (const [name, value] of Object.entries(sign(request, region, { accessKeyId, secretAccessKey, sessionToken }, new Date()))) {
    request.headers[name] = [{ key: name, value }];
  }
  return request;
};
