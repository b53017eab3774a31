// What sites and routers share. CloudFront's runtime knows no destructuring,
// spread, default arguments, classes, for...of or optional chaining.

// under says whether a path is a directory or something in it.
const under = (path, dir) => path === dir || path.startsWith(dir.endsWith("/") ? dir : dir + "/");

const text = (entry) =>
  !entry ? "" : entry.multiValue ? entry.multiValue.map((v) => v.value).join(",") : entry.value;

// read returns the JSON value of a key, or undefined.
async function read(key) {
  try {
    return JSON.parse(await cf.kvs().get(key));
  } catch (e) {
    return undefined;
  }
}

function send(origin, options) {
  if (options.connectionAttempts) origin.connectionAttempts = options.connectionAttempts;
  if (options.timeouts && Object.keys(options.timeouts).length) origin.timeouts = options.timeouts;
  cf.updateRequestOrigin(origin);
}

function toBucket(request, uri, domain, options) {
  request.uri = uri;
  request.cookies = {};
  const access = { enabled: true, signingBehavior: "always", signingProtocol: "sigv4", originType: "s3" };
  send({ domainName: domain, originAccessControlConfig: access }, options || {});
}

// toServer returns a response only if the server would be refused the request.
function toServer(request, host, options) {
  options = options || {};
  // The server itself sees its own name as host.
  request.headers["x-forwarded-host"] = request.headers.host;
  if (sizeOf(request) > 9728) {
    return {
      statusCode: 431,
      statusDescription: "Request Header Fields Too Large",
      headers: { "cache-control": { value: "no-store" }, "content-type": { value: "text/plain; charset=utf-8" } },
      body: { encoding: "text", data: "The request's headers and cookies are too large." },
    };
  }
  const origin = {
    domainName: host,
    originAccessControlConfig: options.originAccessControlConfig || { enabled: false },
  };
  // The distribution's own origin is the one for plain HTTP.
  if (options.protocol !== "http") {
    origin.customOriginConfig = { port: 443, protocol: "https", sslProtocols: ["TLSv1.2"] };
  }
  send(origin, options);
}

// sizeOf is the size of the headers and cookies in bytes. CloudFront refuses to
// forward more than 10240, and adds some of its own.
function sizeOf(request) {
  // "cookie: "
  let size = 8;
  const add = (entries, extra) => {
    Object.keys(entries).forEach((name) => {
      (entries[name].multiValue || [entries[name]]).forEach((v) => {
        size += name.length + v.value.length + extra;
      });
    });
  };
  add(request.headers, 4);
  add(request.cookies, 3);
  return size;
}
