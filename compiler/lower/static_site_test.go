package lower

import (
	"strings"
	"testing"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

func TestStaticSite(t *testing.T) {
	const site = "sst.aws.StaticSite"
	goldens(t, []goldenCase{
		{"staticsite_default", func(a *testApp) {
			s := a.new(site, "MySite", ir.Obj("path", "site"))
			a.Output("url", a.get(s, "url"), diag.Range{})
		}},
		{"staticsite_build", func(a *testApp) {
			b := a.new("sst.aws.Bucket", "MyBucket")
			a.new(site, "MySite", ir.Obj(
				"path", "packages/web",
				"build", ir.Obj("command", "npm run build", "output", "dist"),
				"environment", ir.Obj("VITE_A", "1", "VITE_BUCKET", a.get(b, "name")),
				"link", ir.List{testValue(b)},
				"dev", ir.Obj("command", "vite"),
				"vite", ir.Obj("types", "src/env.d.ts"),
			))
		}},
		{"staticsite_domain_error", func(a *testApp) {
			a.new(site, "MySite", ir.Obj("path", "site", "errorPage", "404.html", "domain", ir.Obj(
				"name", "example.com",
				"aliases", []string{"app.example.com", "*.example.com", "example.org"},
				"redirects", []string{"www.example.com"},
			)))
		}},
		{"staticsite_cloudflare", func(a *testApp) {
			a.new(site, "MySite", ir.Obj("domain", ir.Obj("name", "docs.example.com", "redirects", []string{"www.example.com", "old.example.com"},
				"dns", a.dns("cloudflare", ir.Obj("zone", "415e6f4653b6d95b775d350f32119abb")))))
		}},
		{"staticsite_router", func(a *testApp) {
			r := a.new("sst.aws.Router", "MyRouter")
			s := a.new(site, "MySite", ir.Obj("path", "site", "router", ir.Obj("instance", testValue(r), "path", "/docs")))
			a.new(site, "Other", ir.Obj("path", "other", "route", ir.Obj("router", testValue(r), "domain", "other.example.com")))
			a.Output("url", a.get(s, "url"), diag.Range{})
		}},
		{"staticsite_assets", func(a *testApp) {
			a.new(site, "MySite", ir.Obj(
				"path", "site", "indexPage", "home.html",
				"assets", ir.Obj("bucket", "my-files", "path", "/v1/", "purge", false, "routes", []string{"images/"}, "fileOptions", ir.List{
					ir.Obj("files", "**", "cacheControl", "max-age=60"),
					ir.Obj("files", []string{"**/*.html", "feed.xml"}, "ignore", "404.html", "contentType", "text/html"),
				}),
				"invalidation", ir.Obj("wait", true, "paths", []string{"/home.html"}),
				"edge", ir.Obj("viewerRequest", ir.Obj("injection", "if (event.request.uri === '/x') event.request.uri = '/y';", "kvStore", "arn:aws:cloudfront::1:key-value-store/1")),
				"transform", ir.Obj("cdn", ir.Obj("comment", "mine")),
			))
		}},
	})
}

func TestStaticSiteProblems(t *testing.T) {
	const site = "sst.aws.StaticSite"
	problems(t, []problemCase{
		{"dropped arguments", func(a *testApp) { a.new(site, "S", ir.Obj("base", "/docs", "cdn", false)) },
			[]string{`unsupported-feature #1:1.base: "router.path"`, `unsupported-feature #1:1.cdn: "router"`}},
		{"router and domain", func(a *testApp) {
			r := a.new("sst.aws.Router", "MyRouter")
			a.new(site, "S", ir.Obj("router", ir.Obj("instance", testValue(r)), "domain", "example.com",
				"edge", ir.Obj("viewerRequest", ir.Obj("injection", ""))))
		}, []string{`conflicting-arguments #2:1.domain: "domain"`, `conflicting-arguments #2:1.edge: "edge"`}},
		{"no router", func(a *testApp) { a.new(site, "S", ir.Obj("router", ir.Obj("path", "/docs"))) },
			[]string{`missing-argument #1:: "instance"`}},
		{"encoding", func(a *testApp) { a.new(site, "S", ir.Obj("assets", ir.Obj("textEncoding", "ascii"))) },
			[]string{`unsupported-feature #1:1.assets.textEncoding: UTF-8`}},
		{"invalidation", func(a *testApp) { a.new(site, "S", ir.Obj("invalidation", ir.Obj("paths", "some"))) },
			[]string{`invalid-value #1:1.invalidation.paths: "all"`}},
		{"unknown output", func(a *testApp) {
			a.new(site, "S", ir.Obj("build", ir.Obj("command", "make", "output", ir.Ref{Resource: "X", Attr: "y"})))
		}, []string{`unknown-value #1:1.build.output: known to the compiler`}},
		{"callback as link", func(a *testApp) { a.new(site, "S", ir.Obj("link", ir.List{ir.Null{}})) },
			[]string{`invalid-link #1:1.link.0: undefined`}},
	})
}

// TestEdgeOfComponents runs the code that components made on what they put in
// the store, once with the user's own code in front.
func TestEdgeOfComponents(t *testing.T) {
	a := newTestApp(t)
	r := a.new("sst.aws.Router", "MyRouter", ir.Obj("edge", ir.Obj("viewerRequest", ir.Obj(
		"injection", `const request = event.request; if (request.uri === "/teapot") return { statusCode: 418 };`))))
	a.call(r, "route", "/api", "https://api.example.com", ir.Obj("rewrite", ir.Obj("regex", `^/api/(\w+)$`, "to", "/v1/$1")))
	a.new("sst.aws.StaticSite", "Docs", ir.Obj("router", ir.Obj("instance", testValue(r), "path", "/docs"), "assets", ir.Obj("path", "files")))
	a.new("sst.aws.StaticSite", "Host", ir.Obj("router", ir.Obj("instance", testValue(r), "domain", "*.example.org")))
	p, diags := a.Finish()
	if diags.HasErrors() {
		t.Fatal(diags[0].Detail)
	}
	store := map[string]string{}
	for _, kv := range p.KeyValues {
		for _, e := range kv.Entries {
			// What is known only after deployment is called after what it is of.
			v := ir.Map(e.Value, func(v ir.Value) ir.Value {
				if ref, ok := v.(ir.Ref); ok {
					return ir.String(ref.Resource)
				}
				return v
			})
			store[kv.Namespace+":"+e.Key] = string(v.(ir.String))
		}
	}
	code, _ := p.FindResource("MyRouterCloudfrontFunctionRequest").Props.Get("code").(ir.String)
	for _, c := range []struct{ host, uri, origin, want string }{
		{"example.com", "/api/users", "api.example.com", "/v1/users"},
		{"example.com", "/docs/intro", "DocsAssetsBucket", "/files/docs/index.html"},
		{"example.com", "/other", "", "/other"},
		{"a.example.org", "/intro", "HostAssetsBucket", "/index.html"},
	} {
		got := runEdge(t, string(code), store, edgeRequest{uri: c.uri, headers: map[string]string{"host": c.host}})
		origin := ""
		if got.Origin != nil {
			origin = got.Origin.DomainName
		}
		if origin != c.origin || got.URI != c.want {
			t.Errorf("%s%s goes to %q %s, want %q %s", c.host, c.uri, origin, got.URI, c.origin, c.want)
		}
	}
	if got := runEdge(t, string(code), store, edgeRequest{uri: "/teapot"}); got.Status != 418 {
		t.Errorf("the user's code did not answer: %+v", got)
	}
	if strings.Contains(string(code), "//") && strings.Contains(string(code), "\n//") {
		t.Error("there are comments in the code")
	}
}
