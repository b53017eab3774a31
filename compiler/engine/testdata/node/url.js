const url = require("url");
const show = (u) => ["href", "origin", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash"].map((k) => JSON.stringify(u[k])).join(" ");
const inputs = [
  "http://example.com", "HTTP://EXAMPLE.com:80/a/./b/../c?q#f", "https://user:pa%20ss@host:8443/p?x=1&y=2#frag", "https://user@host", "https://:pw@host",
  "http://host:80", "https://host:443/", "https://host:80/", "ftp://h:21/x", "ws://h", "wss://h:443", "file:///a/b", "file://host/a", "file:a", "file:///C:/x/../y", "file:///C|/x", "file://localhost/x",
  "mailto:a@b.c", "data:text/plain,hello world?x#y z", "javascript:alert(1)", "blob:https://a.com/x", "urn:isbn:1", "about:blank", "non-special://host:80/a/../b?q#f", "non-special:/a/../b", "non-special://user:p@h", "a:b",
  "http://1.2.3.4", "http://0x7f.1", "http://256", "http://256.256.256.256", "http://1.2.3.4.5", "http://[::1]:80/", "http://[1:2:3:4:5:6:7:8]", "http://[1::0:0:8]/", "http://[::ffff:1.2.3.4]", "http://[1:2]", "http://[::1", "http://a..b/", "http://a.b./",
  "http://münchen.de/ä?ö#ü", "http://日本語.jp", "http://xn--mnchen-3ya.de", "http://EX%41MPLE.com", "http://a%00b", "http://a b", "http://a<b", "http://ho\tst/p\nath", "  http://x  ",
  "http://h/%zz%41?%zz#%zz", "http://h/a b?c d#e f", "http://h/\"<>`{}|\\^?\"<>'`{}|#\"<>`", "http://h/'()*!~", "http:\\\\h\\a\\b", "http:h/x", "http:///h", "http://", "https:", "", "foo", "//h/x", "http://h:65536", "http://h:99999999", "http://h:", "http://h:08080/", "http://h:a", "http://@h", "http://a@b@c/", "http://h?q", "http://h#f", "http://h/.//x", "non-special:/.//x", "http://h/%2e/%2E%2e/x", "http://h/a/%2e%2e",
];
for (const input of inputs) {
  try { console.log(input, show(new URL(input))); } catch (e) { console.log(input, e.name, e.code, e.message, e.input); }
}
for (const base of ["http://h/a/b?q#f", "file:///x/y/z", "file:///C:/x/y", "mailto:x@y", "non-special://h/a/b", "https://u:p@h:8/d/"]) {
  for (const input of ["", "x", "./x", "../x", "../../../x", "/x", "//other/x", "?z", "#z", "http:x", "https:x", "https://n/x", "\\x", ".", "..", "C|/w", "/D:/w", "a/b/../c/", "file:w", "/..//x", "x:y"]) {
    try { console.log(base, input, new URL(input, base).href); } catch (e) { console.log(base, input, e.code, e.base); }
  }
}
for (const [property, values] of Object.entries({
  protocol: ["https", "ftp:", "file", "mailto", "1x", "htt ps"], host: ["new:81", "new", "[::2]:3", "", "a b", "x/y", "n:x"], hostname: ["n2", "n2:3", ""], port: ["", "8080", "80", "x", "81x", "99999"],
  pathname: ["", "p q", "/a/../b", "?#", "\\z"], search: ["", "?a b", "z#", "?"], hash: ["", "#x y", "w"], username: ["u@:", ""], password: ["p/?", ""], href: ["https://all.new/"],
})) {
  for (const start of ["http://u:p@h:9/p?q#f", "file:///p", "mailto:a", "x-y://h/p"]) {
    for (const v of values) {
      const u = new URL(start);
      try { u[property] = v; console.log(start, property, v, u.href); } catch (e) { console.log(start, property, v, e.code); }
    }
  }
}
try { new URL("x:y").href = "bad"; } catch (e) { console.log(e.code); }
console.log(URL.canParse("http://x"), URL.canParse("x"), URL.canParse("x", "http://h"), JSON.stringify({ u: new URL("http://h/") }), String(new URL("http://h/")), new URL("http://h/") instanceof URL);
const p = new URLSearchParams("?a=1&b=2&a=3&c=%20+x&d&=e&&%zz=%41&é=ü");
console.log(p.toString(), p.get("a"), p.getAll("a"), p.get("x"), p.has("a"), p.has("a", "3"), p.has("a", "9"), [...p.keys()], [...p.values()], p.size);
p.append("z", "1 &=+~!'()*-._"); p.set("a", "9"); p.delete("b"); p.sort();
console.log(p.toString(), [...p.entries()]);
p.forEach((v, k, all) => console.log(k, v, all === p));
for (const init of [{ a: 1, b: [1, 2] }, [["x", "y"], ["x", "z"]], new Map([["m", 1]]), "", "a=b", undefined, new URLSearchParams("q=1"), [], "?"]) console.log(new URLSearchParams(init).toString());
for (const bad of [[["a"]], [["a", "b", "c"]], [1]]) { try { new URLSearchParams(bad); } catch (e) { console.log(e.name, e.code, e.message); } }
const u = new URL("http://h/?a=1");
u.searchParams.append("b", "2 3"); console.log(u.href); u.search = "?z=9"; console.log([...u.searchParams]); u.searchParams.delete("z"); console.log(u.href); u.href = "http://k/?n=1"; console.log(u.searchParams.get("n"));
console.log(new URL("http://u:p@h:1/p?q=1#f"), new URLSearchParams("a=1&b=2"), { u: { v: new URL("http://h") } });
for (const f of ["file:///a%20b/c", "file:///%41/é", "file://host/x", "http://x", "file:///a%2fb", "file:///"]) { try { console.log(url.fileURLToPath(f), url.fileURLToPath(new URL(f))); } catch (e) { console.log(f, e.name, e.code, e.message); } }
for (const f of ["/a b/c", "/a%b", "/é#?", "/a/", "/", "/a\\b\n"]) console.log(url.pathToFileURL(f).href);
for (const f of ["http://user:pass@host.com:8080/p/a/t/h?query=string#hash", "/rel/path?x=y", "//host/p", "mailto:a@b.c", "HTTP://H.com", "http://h", "x", "http://h/a b", "http://a@b@c/d", "javascript:alert('x')", "http://h?x", "#f", "?q=1&q=2", "file:///a/b", "http://[::1]:80/x", "foo:bar", "http://h/{x}"]) {
  const { protocol, slashes, auth, host, port, hostname, hash, search, query, pathname, path, href } = url.parse(f);
  console.log(f, JSON.stringify({ protocol, slashes, auth, host, port, hostname, hash, search, query, pathname, path, href }), url.format(url.parse(f)), JSON.stringify(url.parse(f, true).query));
}
console.log(url.format({ protocol: "https", hostname: "h", port: 8, pathname: "p", query: { a: 1, b: [2, 3] }, hash: "x" }), url.format({ host: "h:1", pathname: "/x#y?z", search: "q" }), url.format(new URL("http://u:p@h/x?y#z"), { auth: false, fragment: false, search: false }));
for (const [a, b] of [["/one/two/three", "four"], ["http://example.com/", "/one"], ["http://example.com/one", "/two"], ["http://a/b", "../c"], ["a/b", "c"], ["/a/b/", "../c?x#y"], ["http://h/a?b", "?c"]]) console.log(url.resolve(a, b));
console.log(url.domainToASCII("español.com"), url.domainToUnicode("xn--espaol-zwa.com"), url.domainToASCII("xn--iñvalid.com"), JSON.stringify(url.urlToHttpOptions(new URL("https://a:b@測試.com/x?y#z"))));
