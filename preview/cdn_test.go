package preview_test

import (
	"strings"
	"testing"

	"github.com/sstc/sstc/preview"
)

func TestSite(t *testing.T) {
	a := start(t, `
    const api = new sst.aws.Function("Api", { handler: "echo.handler", url: true });
    new sst.aws.StaticSite("Spa", { path: "spa", environment: { API: api.url } });
    new sst.aws.StaticSite("Docs", { path: "docs", errorPage: "404.html",
      edge: {
        viewerRequest: { injection: "if (event.request.uri === '/edge') return { statusCode: 302, headers: { location: { value: '/else' } }, cookies: { c: { value: '1', attributes: 'Path=/' } } };\nif (event.request.uri === '/throws') throw new Error('at the edge');" },
        viewerResponse: { injection: "event.response.headers['x-edge'] = { value: event.request.uri };" },
      } });`, map[string]string{
		"echo.ts": echo, "spa/index.html": "<p>spa", "spa/assets/app-12345678.js": "let a = 1;", "spa/favicon.ico": "icon", "spa/deep/index.html": "deep", "spa/page.html": "page",
		"docs/index.html": "<p>docs", "docs/404.html": "no such page", "docs/guide/index.html": "guide",
	})
	for _, c := range []struct {
		site, request string
		status        int
		body          string
	}{
		{"Spa", "GET /", 200, "<p>spa"},
		{"Spa", "GET /index.html", 200, "<p>spa"},
		{"Spa", "GET /some/route?x=1", 200, "<p>spa"},
		{"Spa", "GET /assets/app-12345678.js", 200, "let a = 1;"},
		{"Spa", "GET /page", 200, "page"},
		{"Spa", "GET /deep", 200, "deep"},
		{"Spa", "GET /deep/", 200, "deep"},
		{"Spa", "GET /assets/none.js", 403, "AccessDenied"},
		{"Spa", "HEAD /", 200, ""},
		{"Spa", "POST /", 403, "AccessDenied"},
		{"Docs", "GET /", 200, "<p>docs"},
		{"Docs", "GET /guide", 200, "guide"},
		{"Docs", "GET /none", 404, "no such page"},
		{"Docs", "HEAD /none", 404, ""},
		{"Docs", "GET /throws", 503, "at the edge"},
		{"Docs", "GET /edge", 302, ""},
	} {
		got := a.do(c.site, c.request)
		if got.status != c.status || c.body == "" != (got.body == "") || !strings.Contains(got.body, c.body) {
			t.Errorf("%s %s: got %d %q, want %d %q", c.site, c.request, got.status, got.body, c.status, c.body)
		}
	}
	got := a.do("Docs", "GET /edge")
	a.expectHeader(got, "Location", "/else")
	a.expectHeader(got, "Set-Cookie", "c=1; Path=/")
	a.expectHeader(a.do("Docs", "GET /guide"), "X-Edge", "/guide")

	got = a.do("Spa", "GET /assets/app-12345678.js")
	a.expectHeader(got, "Content-Type", "text/javascript;charset=UTF-8")
	a.expectHeader(got, "Cache-Control", "max-age=31536000,public,immutable")
	a.expectHeader(got, "Last-Modified", "")
	etag := got.header.Get("Etag")
	a.expect(a.do("Spa", "GET /assets/app-12345678.js", "If-None-Match", etag), 304, "")
	a.expect(a.do("Spa", "GET /assets/app-12345678.js", "If-None-Match", `"other"`), 200, "let")
	got = a.do("Spa", "GET /assets/app-12345678.js", "Range", "bytes=4-4")
	a.expect(got, 206, "a")
	a.expectHeader(got, "Content-Range", "bytes 4-4/10")
	a.expectHeader(a.do("Spa", "HEAD /assets/app-12345678.js"), "Content-Length", "10")
}

func TestRouter(t *testing.T) {
	a := start(t, `
    const router = new sst.aws.Router("Router", { domain: { name: "shop.example", dns: false, cert: "arn:aws:acm:us-east-1:000000000000:certificate/x" } });
    new sst.aws.StaticSite("Web", { path: "web", router: { instance: router } });
    new sst.aws.StaticSite("Docs", { path: "docs", router: { instance: router, path: "/docs" } });
    const api = new sst.aws.Function("Api", { handler: "api.handler", url: { router: { instance: router, path: "/api", rewrite: { regex: "^/api/(.*)$", to: "/$1" } } } });
    new sst.aws.Function("Admin", { handler: "api.handler", url: { router: { instance: router, domain: "admin.shop.example" } } });
    const files = new sst.aws.Bucket("Files", { access: "cloudfront" });
    router.routeBucket("/files", files, { rewrite: { regex: "^/files/(.*)$", to: "/$1" } });
    router.route("/outside", "https://other.example");
    const http = new sst.aws.ApiGatewayV2("Http");
    http.route("GET /http/{id}", "api.handler");
    router.route("/http", http.url);
    new sst.aws.Function("Stream", { handler: "api.stream", streaming: true, timeout: "15 minutes", url: { router: { instance: router, path: "/stream" } } });
    new sst.aws.Function("Links", { handler: "api.links", url: true, link: [router, api] });`, map[string]string{
		"web/index.html": "web", "docs/index.html": "docs", "docs/a.html": "page a",
		"api.ts": until + `
export const handler = async (event) => {
  if (event.rawPath === "/go") return { statusCode: 303, headers: { location: "https://" + event.headers["x-forwarded-host"] + "/api/gone" } };
  return { path: event.rawPath, query: event.rawQueryString, host: event.headers["x-forwarded-host"], own: event.headers.host, origin: event.headers.origin, cookies: event.cookies, proto: event.headers["x-forwarded-proto"], params: event.pathParameters, body: event.body };
};
export const stream = awslambda.streamifyResponse(async (event, out) => {
  out = awslambda.HttpResponseStream.from(out, { statusCode: 200, headers: { "content-type": "text/event-stream" } });
  out.write("one ");
  await until(event);
  out.end("two");
});
export const links = async () => [process.env.SST_RESOURCE_Router, process.env.SST_RESOURCE_Api];`,
	})
	var routes []string
	for _, r := range a.Sites[0].Routes {
		routes = append(routes, r.Path+" "+r.To+" "+strings.TrimPrefix(r.URL, a.url("Router")))
	}
	if got, want := strings.Join(routes, "\n"), "/ Web /\n/api Api /api\n/docs Docs /docs\n/files Files /files\n/http Http /http\n/outside other.example /outside\n/stream Stream /stream"; got != want {
		t.Errorf("the routes are\n%s\nwant\n%s", got, want)
	}
	if r := a.Sites[1].Routes; len(r) != 1 || r[0].To != "Admin" {
		t.Errorf("the routes of %s are %v", a.Sites[1].Name, r)
	}
	a.expect(a.do("Router", "GET /"), 200, "web")
	a.expect(a.do("Router", "GET /deep/link"), 200, "web")
	a.expect(a.do("Router", "GET /docs"), 200, "docs")
	a.expect(a.do("Router", "GET /docs/a"), 200, "page a")
	a.expect(a.do("Router", "GET /files/none.txt"), 403, "AccessDenied")
	a.expect(a.do("Router", "GET /outside/x"), 502, "other.example, which is not on this machine")
	host := strings.TrimPrefix(a.url("Router"), "http://")
	o := a.do("Router", "POST /api/a%20b?x=1&y=%2F&x=2", "Cookie", "b=2; a=1", "Origin", a.url("Router"), "Content-Type", "text/plain", "body", "sent").json(t)
	for name, want := range map[string]string{"path": `"/a%20b"`, "query": `"x=1&y=%2F&x=2"`, "host": `"` + host + `"`, "cookies": `["b=2","a=1"]`, "proto": `"https"`, "origin": `"https://` + host + `"`, "body": `"sent"`} {
		if got := compact(o[name]); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if o["own"] == host {
		t.Error("the function's own host is the router's")
	}
	a.expectHeader(a.do("Router", "GET /api/go"), "Location", a.url("Router")+"/api/gone")
	a.expect(a.do("Router", "GET /http/7"), 200, `"params":{"id":"7"}`)
	o = a.do("Router as admin.shop.example", "GET /x").json(t)
	if o["path"] != "/x" || o["host"] != strings.TrimPrefix(a.url("Router as admin.shop.example"), "http://") {
		t.Errorf("got %v", o)
	}
	// A stream comes through as it is made.
	if rest := a.streamed(a.url("Router")+"/stream", "one "); rest != "two" {
		t.Errorf("it ends with %q", rest)
	}
	links := a.do("Links", "GET /").body
	if !strings.Contains(links, `\"url\":\"`+a.url("Router")+`\"`) || !strings.Contains(links, a.url("Router")+"/api") || strings.Contains(links, "shop.example") {
		t.Errorf("links: %s", links)
	}
}

// The older kind of Router has a behaviour for each path.
func TestInlineRouter(t *testing.T) {
	a := start(t, `
    const api = new sst.aws.Function("Api", { handler: "echo.handler", url: true });
    const files = new sst.aws.Bucket("Files", { access: "cloudfront" });
    new sst.aws.Router("Router", { routes: {
      "/api/*": api.url,
      "/new/*": { url: api.url, rewrite: { regex: "^/new/(.*)$", to: "/old/$1" } },
      "/files/*": { bucket: files },
      "/plain.txt": { url: "https://other.example" },
    } });`, map[string]string{"echo.ts": echo})
	a.expect(a.do("Router", "GET /api/x?y=1"), 200, `"rawPath":"/api/x"`)
	a.expect(a.do("Router", "GET /new/x"), 200, `"rawPath":"/old/x"`)
	a.expect(a.do("Router", "GET /files/x"), 403, "AccessDenied")
	a.expect(a.do("Router", "DELETE /files/x"), 403, "does not allow DELETE")
	a.expect(a.do("Router", "GET /plain.txt"), 502, "other.example")
	a.expect(a.do("Router", "GET /"), 502, "Nothing is served at this path")
}

// A site behind a Router of another app has no URL here, and it is said why.
func TestForeignRouter(t *testing.T) {
	a := start(t, `
    const router = sst.aws.Router.get("Router", "E1");
    new sst.aws.StaticSite("Web", { path: "web", router: { instance: router } });`, map[string]string{"web/index.html": "web"})
	if len(a.Sites) != 0 || !a.logged("a Router that is not of this app") {
		t.Errorf("sites: %v", a.Sites)
	}
}

// Values known only after deployment are filled in in a site's files.
func TestPlaceholders(t *testing.T) {
	needNode(t)
	out := buildSite(t, `
    const fn = new sst.aws.Function("Fn", { handler: "echo.handler", url: true });
    const bucket = new sst.aws.Bucket("Files");
    new sst.aws.StaticSite("Web", { path: "web", build: { command: "node build.mjs", output: "dist" }, environment: { URL: fn.url, BUCKET: bucket.name } });`, map[string]string{
		"echo.ts":       echo,
		"web/build.mjs": `import fs from "node:fs"; fs.mkdirSync("dist"); fs.writeFileSync("dist/index.html", process.env.URL + " " + process.env.BUCKET + " " + process.env.URL);`,
	})
	a := serve(t, out, preview.Options{})
	url := a.url("Fn") + "/"
	got := a.do("Web", "GET /")
	a.expect(got, 200, url+" shop-test-files")
	if strings.Count(got.body, url) != 2 {
		t.Errorf("got %s", got.body)
	}
}
