// Lets a server that speaks of Request and Response be a function of
// Lambda@Edge that answers what CloudFront would ask the origin for.
function requestOf(request) {
  const headers = new Headers();
  for (const list of Object.values(request.headers)) for (const { key, value } of list) if (value) headers.append(key, value);
  const host = headers.get("x-forwarded-host") ?? headers.get("host");
  const { method, uri, querystring, body } = request;
  const sent = method === "GET" || method === "HEAD" || !body?.data ? undefined : body.encoding === "base64" ? Buffer.from(body.data, "base64") : body.data;
  return new Request("https://" + host + uri + (querystring ? "?" + querystring : ""), { method, headers, body: sent });
}

// CloudFront refuses answers with these.
const refused = /^(connection|content-length|expect|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|via|x-accel-.*|x-amz-cf-.*|x-cache|x-edge-.*|x-real-ip)$/;

export const atEdge = (serve) => async (event) => {
  const response = await serve(requestOf(event.Records[0].cf.request));
  const headers = {};
  for (const [key, value] of response.headers) if (!refused.test(key)) (headers[key] ??= []).push({ key, value });
  const body = Buffer.from(await response.arrayBuffer()).toString("base64");
  return { status: String(response.status), headers, bodyEncoding: "base64", body };
};
