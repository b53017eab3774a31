// A router: the store has the list of its routes, each of which is
// "type,namespace,host,path".

async function $router(event, namespace) {
  const request = event.request;
  const route = match(await routes(namespace), request.headers.host.value, request.uri);
  const meta = route && (await readAll(route.namespace, "metadata"));
  if (!meta) return request;
  if (meta.rewrite) request.uri = request.uri.replace(new RegExp(meta.rewrite.regex), meta.rewrite.to);
  let response;
  if (route.type === "url") response = toServer(request, meta.host, meta.origin);
  if (route.type === "bucket") toBucket(request, request.uri, meta.domain, meta.origin);
  if (route.type === "site") response = await site(request, route.namespace, meta);
  return response || request;
}

// routes reads the list, which is in parts if it is longer than a value may be.
async function routes(namespace) {
  const list = (await read(namespace + ":routes")) || [];
  if (!list.parts) return list;
  const parts = [];
  for (let i = 0; i < list.parts; i++) parts.push(cf.kvs().get(namespace + ":routes:" + i));
  try {
    return JSON.parse((await Promise.all(parts)).join(""));
  } catch (e) {
    return [];
  }
}

// match finds the route with the longest host, and of those the one with the
// longest path. A host is a regular expression, or empty for all.
function match(list, host, uri) {
  let best;
  list.forEach((entry) => {
    const parts = entry.split(",");
    const r = { type: parts[0], namespace: parts[1], host: parts[2], path: parts.slice(3).join(",") };
    if (r.host && !new RegExp("^" + r.host + "$").test(host)) return;
    if (!under(uri, r.path)) return;
    if (best && (r.host.length < best.host.length || (r.host.length === best.host.length && r.path.length < best.path.length))) return;
    best = r;
  });
  return best;
}
