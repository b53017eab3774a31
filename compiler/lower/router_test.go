package lower

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// dns makes an adapter, as sst.aws.dns() does.
func (a *testApp) dns(provider string, args ...any) ir.Value {
	a.t.Helper()
	v, err := a.CallFunction("sst."+provider+".dns", testValues(args), a.place())
	if err != nil {
		a.t.Fatal(err)
	}
	return v
}

func TestRouter(t *testing.T) {
	const router = "sst.aws.Router"
	goldens(t, []goldenCase{
		{"router_default", func(a *testApp) {
			r := a.new(router, "MyRouter")
			a.Output("url", a.get(r, "url"), diag.Range{})
			a.Output("distributionID", a.get(r, "distributionID"), diag.Range{})
		}},
		{"router_inline", func(a *testApp) {
			a.new(router, "MyRouter", ir.Obj("routes", ir.Obj("/*", "https://example.com")))
		}},
		{"router_inline_all", func(a *testApp) {
			b := a.new("sst.aws.Bucket", "MyBucket", ir.Obj("access", "cloudfront"))
			fn := a.new("sst.aws.Function", "MyFn", ir.Obj("handler", "src/index.handler", "url", true))
			a.new(router, "MyRouter", ir.Obj(
				"domain", ir.Obj("name", "example.com", "cert", "arn:aws:acm:us-east-1:1:certificate/1", "dns", false),
				"routes", ir.Obj(
					"/api/*", a.get(fn, "url"),
					"/v1/*", ir.Obj("url", "https://v1.example.com/x", "rewrite", ir.Obj("regex", `^/v1/(\d+)$`, "to", "/$1"), "cachePolicy", "policy-1"),
					"/files/*", ir.Obj("bucket", testValue(b), "edge", ir.Obj(
						"viewerRequest", ir.Obj("injection", "console.log(event);", "kvStore", "arn:aws:cloudfront::1:key-value-store/1"),
						"viewerResponse", ir.Obj("injection", `event.response.headers["x-a"] = { value: "b" };`),
					)),
					"/old/*", ir.Obj("bucket", "old.s3.amazonaws.com"),
				),
			))
		}},
		{"router_domain_bucket", func(a *testApp) {
			b := a.new("sst.aws.Bucket", "MyBucket", ir.Obj("access", "cloudfront"))
			r := a.new(router, "MyRouter", ir.Obj("domain", "example.com"))
			a.call(r, "routeBucket", "/files", b)
			a.call(r, "route", "/api", "https://api.example.com")
		}},
		{"router_function", func(a *testApp) {
			r := a.new(router, "MyRouter")
			fn := a.new("sst.aws.Function", "MyFn", ir.Obj("handler", "src/index.handler",
				"url", ir.Obj("router", ir.Obj("instance", testValue(r), "path", "/api"))))
			a.Output("url", a.get(fn, "url"), diag.Range{})
			a.new("sst.aws.Function", "Docs", ir.Obj("handler", "src/index.handler", "url", ir.Obj("route", ir.Obj(
				"router", testValue(r), "domain", "*.docs.example.com", "readTimeout", "30 seconds", "rewrite", ir.Obj("regex", "^/x", "to", "")))))
			a.call(r, "route", "api.example.com/v1", "http://origin.example.com", ir.Obj("connectionAttempts", 1, "keepAliveTimeout", "10 seconds"))
		}},
		{"router_protected", func(a *testApp) {
			r := a.new(router, "MyRouter", ir.Obj("protection", "oac", "edge", ir.Obj(
				"viewerRequest", ir.Obj("injection", "if (event.request.uri === '/') return event.request;", "kvStore", "arn:aws:cloudfront::1:key-value-store/1"),
				"viewerResponse", ir.Obj("injection", "event.response.statusCode = 200;"),
			), "transform", ir.Obj("cachePolicy", ir.Obj("maxTtl", 10), "cdn", ir.Obj("comment", "mine"))))
			a.new("sst.aws.Function", "MyFn", ir.Obj("handler", "src/index.handler", "url", ir.Obj("router", ir.Obj("instance", testValue(r)))))
		}},
		{"router_edge_signing", func(a *testApp) {
			r := a.new(router, "MyRouter", ir.Obj("protection", "oac-with-edge-signing"))
			a.new("sst.aws.Function", "MyFn", ir.Obj("handler", "src/index.handler", "url", ir.Obj("router", ir.Obj("instance", testValue(r)))))
			a.new(router, "Other", ir.Obj("protection", ir.Obj("mode", "oac-with-edge-signing", "edgeFunction", ir.Obj("memory", "256 MB", "timeout", "10 seconds"))))
		}},
		{"router_signed", func(a *testApp) {
			a.new(router, "MyRouter", ir.Obj("protection", ir.Obj("mode", "oac-with-edge-signing",
				"edgeFunction", ir.Obj("arn", "arn:aws:lambda:us-east-1:123456789012:function:sign:3"))))
		}},
		{"router_waf", func(a *testApp) {
			a.new(router, "MyRouter", ir.Obj("waf", true))
			a.new(router, "Strict", ir.Obj("routes", ir.Obj("/*", "https://example.com"), "waf", ir.Obj(
				"rateLimitPerIp", 100, "managedRules", ir.Obj("sqlInjection", false),
				"logging", ir.Obj("include", "blocked", "retention", "1 week", "redact", ir.Obj("method", true, "headers", []string{"X-Key"})),
			), "transform", ir.Obj("waf", ir.Obj("description", "strict"))))
			a.new(router, "Logged", ir.Obj("waf", ir.Obj("logging", true)))
		}},
		{"router_get", func(a *testApp) {
			r := a.static(router, "get", "Shared", "E123").(ir.Opaque).X.(*Instance)
			a.call(r, "route", "/api", "https://api.example.com")
			a.Output("url", a.get(r, "url"), diag.Range{})
		}},
	})
}

func TestRouterProblems(t *testing.T) {
	const router = "sst.aws.Router"
	route := func(args ...any) func(a *testApp) {
		return func(a *testApp) { a.call(a.new(router, "MyRouter"), "route", args...) }
	}
	problems(t, []problemCase{
		{"not a URL", route("/api", "api.example.com"), []string{`invalid-value #2:1: not a URL`}},
		{"unknown pattern", route(ir.Ref{Resource: "X", Attr: "y"}, "https://example.com"), []string{`unknown-value #2:0: known to the compiler`}},
		{"comma", route("/a,b", "https://example.com"), []string{`invalid-value #2:0: comma`}},
		{"routes twice", func(a *testApp) {
			r := a.new(router, "MyRouter", ir.Obj("routes", ir.Obj("/*", "https://example.com")))
			a.call(r, "route", "/api", "https://example.com")
		}, []string{`conflicting-arguments #2:: "MyRouter"`}},
		{"inline in a function", func(a *testApp) {
			r := a.new(router, "MyRouter", ir.Obj("routes", ir.Obj("/*", "https://example.com")))
			a.new("sst.aws.Function", "MyFn", ir.Obj("handler", "a.b", "url", ir.Obj("router", ir.Obj("instance", testValue(r)))))
		}, []string{`conflicting-arguments #2:1.url.router.instance: older argument "routes"`}},
		{"inline path", func(a *testApp) {
			a.new(router, "MyRouter", ir.Obj("routes", ir.Obj("api/*", "https://example.com")))
		}, []string{`invalid-value #1:1.routes.api/*: slash`}},
		{"inline without target", func(a *testApp) {
			a.new(router, "MyRouter", ir.Obj("routes", ir.Obj("/api/*", &ir.Object{})))
		}, []string{`conflicting-arguments #1:1.routes./api/*: must have either`}},
		{"inline and protected", func(a *testApp) {
			a.new(router, "MyRouter", ir.Obj("protection", "oac", "routes", ir.Obj("/*", "https://example.com")))
		}, []string{`conflicting-arguments #1:1.protection: older argument`}},
		{"other kind of protection", func(a *testApp) { a.new(router, "MyRouter", ir.Obj("protection", "iam")) },
			[]string{`invalid-value #1:1.protection: Did you mean "oac"?`}},
		{"function of the edge without version", func(a *testApp) {
			a.new(router, "MyRouter", ir.Obj("protection", ir.Obj("mode", "oac-with-edge-signing",
				"edgeFunction", ir.Obj("arn", "arn:aws:lambda:us-east-1:123456789012:function:sign"))))
		}, []string{`invalid-value #1:1.protection.edgeFunction.arn: ARN of a version`}},
		{"site", func(a *testApp) { a.call(a.new(router, "MyRouter"), "routeSite", "/", "x") }, []string{`unsupported-feature #2:: "routeSite"`}},
		{"no certificate", func(a *testApp) {
			a.new(router, "MyRouter", ir.Obj("domain", ir.Obj("name", "example.com", "dns", false)))
		}, []string{`missing-argument #1:1.domain: "cert"`}},
		{"unknown domain", func(a *testApp) {
			a.new(router, "MyRouter", ir.Obj("domain", ir.Obj("name", ir.Param{Name: ir.PseudoRegion}, "cert", "arn:aws:acm:us-east-1:1:certificate/1")))
		}, []string{`unknown-value #1:1.domain.name: which zone it is: dns: sst.aws.dns`}},
		{"no domain", func(a *testApp) {
			a.new(router, "MyRouter", ir.Obj("domain", ir.Obj("name", "localhost", "cert", "arn:aws:acm:us-east-1:1:certificate/1")))
		}, []string{`invalid-value #1:1.domain.name: "localhost"`}},
		{"too much code", func(a *testApp) {
			a.new(router, "MyRouter", ir.Obj("edge", ir.Obj("viewerRequest", ir.Obj("injection", strings.Repeat("a();", 2000)))))
		}, []string{`invalid-value #1:1.edge: CloudFront allows 10240`}},
		{"two stores", func(a *testApp) {
			a.new(router, "MyRouter", ir.Obj("edge", ir.Obj("viewerRequest", ir.Obj("injection", "", "kvStores", []string{"a", "b"}))))
		}, []string{`invalid-value #1:1.edge.viewerRequest.kvStores.1: only one`}},
	})

	a := newTestApp(t)
	r := a.new(router, "MyRouter")
	a.call(r, "route", "/api", "https://a.example.com")
	a.call(r, "route", "/api", "https://b.example.com")
	if _, diags := a.Finish(); len(diags) != 2 || diags[0].Code != diag.DuplicateName {
		for _, d := range diags {
			t.Log(d.Code, d.Detail)
		}
		t.Error("a route that is there already is not reported")
	}
}

// FuzzHostPattern checks that a host becomes a regular expression that matches
// the host itself and nothing longer.
func FuzzHostPattern(f *testing.F) {
	for _, host := range []string{"example.com", "*.example.com", "a+b(c)[d]{e}|f^g$h\\i?", ""} {
		f.Add(host)
	}
	f.Fuzz(func(t *testing.T, host string) {
		if !utf8.ValidString(host) || strings.ContainsAny(host, "\n\r\x00") {
			t.Skip()
		}
		re, err := regexp.Compile("^(?:" + hostPattern(host) + ")$")
		if err != nil {
			t.Fatal(err)
		}
		if !re.MatchString(strings.ReplaceAll(host, "*", "any.thing")) {
			t.Errorf("%q does not match itself: %s", host, re)
		}
		if !strings.HasSuffix(host, "*") && re.MatchString(strings.ReplaceAll(host, "*", "any")+"\x00") {
			t.Errorf("%q matches more: %s", host, re)
		}
	})
}
