// A site: files in a bucket, and perhaps servers for the rest. The store has
// what there is to know of it under "metadata", and a key for each file, or the
// directory that it is in under "routes". A key whose value is not "s3" is a
// redirect: "301 /new".
//
// With a "build", the keys have its name in front, and the files are in its
// directory, s3.dir. What "shared" matches is where it is for all builds: files
// with a hash in their names, which pages of earlier builds still ask for.

async function site(request, namespace, meta) {
  const base = meta.base || "";
  const inside = under(request.uri, base);
  const path = inside ? request.uri.slice(base.length) : request.uri;
  const s3 = meta.s3;
  const keys = meta.build ? namespace + ":" + meta.build : namespace;
  if (s3) {
    const file = (uri) => toBucket(request, s3.dir + uri, s3.domain);
    // A form on a page that is a file is the server's to answer.
    const sends = ["POST", "PUT", "PATCH", "DELETE"].includes(request.method);
    const found = inside && !(sends && meta.servers) && (await lookUp(keys, path));
    if (found && found.value !== "s3") return redirect(found.value);
    if (found) return file(request.uri + found.suffix);
    const shared = inside && meta.shared && new RegExp(meta.shared.match).test(path);
    if (shared || (inside && (s3.routes || []).concat(meta.routes || []).some((dir) => under(path, dir)))) {
      if (shared) s3.dir = meta.shared.dir;
      if (path.endsWith("/")) return file(request.uri + "index.html");
      return file(path.split("/").pop().includes(".") ? request.uri : request.uri + "/index.html");
    }
    if (meta.custom404 && !meta.errorResponseCode) return file(base + meta.custom404);
    if (!meta.servers) return file(request.uri);
  }
  if (meta.image && under(path, meta.image.route)) {
    cacheKey(request, ["accept"]);
    return toServer(request, meta.image.host, meta.image);
  }
  if (meta.servers) {
    // CloudFront does not forward a query with a slash in a name, as form
    // actions of SvelteKit have it: "?/login".
    const query = request.querystring;
    Object.keys(query).forEach((name) => {
      if (!name.includes("/")) return;
      query[encodeURIComponent(name)] = query[name];
      delete query[name];
    });
    ["city", "country", "region", "latitude", "longitude"].forEach((name) => {
      const header = request.headers["cloudfront-viewer-" + name];
      if (header) request.headers["x-open-next-" + name] = header;
    });
    cacheKey(request, ["rsc", "next-router-prefetch", "next-router-state-tree", "next-url", "x-prerender-revalidate"]);
    // Servers for some paths: a list of regular expressions.
    const i = (meta.split || []).findIndex((paths) => new RegExp(paths).test(path));
    const at = i < 0 ? meta : await readAll(keys, "server:" + i);
    return toServer(request, nearest(request, at.servers), at.origin);
  }
}

// readAll reads an object that has "more" parts if it is longer than a value
// may be. What is in several parts is a list.
async function readAll(keys, name) {
  const value = await read(keys + ":" + name);
  if (!value || !value.more) return value;
  if (value.build) keys += ":" + value.build;
  for (let i = 0; i < value.more; i++) {
    const part = (await read(keys + ":" + name + ":" + i)) || {};
    Object.keys(part).forEach((k) => (value[k] = (value[k] || []).concat(part[k])));
  }
  return value;
}

// lookUp finds the file that a path stands for, and says what has to be added
// to the path to make it that of the file. Undefined if there is no such file.
async function lookUp(keys, path) {
  try {
    path = decodeURIComponent(path);
  } catch (e) {
    return undefined;
  }
  const suffixes = path.endsWith("/") ? ["index.html"] : ["", ".html", "/index.html"];
  const get = (s) => cf.kvs().get(keys + ":" + path + s).then((v) => ({ suffix: s, value: v }), () => undefined);
  return (await Promise.all(suffixes.map(get))).find((found) => found);
}

const redirect = (target) => ({ statusCode: Number(target.slice(0, 3)), headers: { location: { value: target.slice(4) } } });

// cacheKey sums up the headers that a cached page depends on.
function cacheKey(request, names) {
  const key = names.map((name) => text(request.headers[name])).join("") + text(request.cookies.__prerender_bypass);
  const hash = require("crypto").createHash("md5").update(key).digest("hex");
  request.headers["x-open-next-cache-key"] = { value: hash };
}

// nearest is the host of the server next to the viewer. A server is
// [host, latitude, longitude].
function nearest(request, servers) {
  const at = ["latitude", "longitude"].map((name) => parseFloat(text(request.headers["cloudfront-viewer-" + name])));
  if (isNaN(at[0]) || isNaN(at[1])) return servers[0][0];
  const rad = Math.PI / 180;
  // The haversine of the angle between two places grows with their distance.
  const haversine = (s) => {
    const a = Math.sin(((s[1] - at[0]) * rad) / 2);
    const b = Math.sin(((s[2] - at[1]) * rad) / 2);
    return a * a + Math.cos(at[0] * rad) * Math.cos(s[1] * rad) * b * b;
  };
  return servers.reduce((best, s) => (haversine(s) < haversine(best) ? s : best))[0];
}

async function $site(event, namespace) {
  const meta = await readAll(namespace, "metadata");
  return (meta && (await site(event.request, namespace, meta))) || event.request;
}
