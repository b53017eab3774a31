if (event.request.headers.host.value.endsWith(".cloudfront.net")) {
  return { statusCode: 403, statusDescription: "Forbidden", body: { encoding: "text", data: "Forbidden" } };
}
