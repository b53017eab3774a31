package lower

import (
	"testing"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

func TestAPIGatewayV2(t *testing.T) {
	const api = "sst.aws.ApiGatewayV2"
	goldens(t, []goldenCase{
		{"apigatewayv2_default", func(a *testApp) {
			x := a.new(api, "MyApi")
			a.call(x, "route", "GET /", "src/index.handler")
			a.Output("url", a.get(x, "url"), diag.Range{})
		}},
		{"apigatewayv2_auth", func(a *testApp) {
			x := a.new(api, "MyApi")
			j := a.call(x, "addAuthorizer", ir.Obj("name", "Jwt", "jwt", ir.Obj("issuer", "https://issuer.com", "audiences", []string{"aud"}))).(ir.Opaque).X.(*Instance)
			l := a.call(x, "addAuthorizer", ir.Obj("name", "Fn", "lambda", ir.Obj("function", "src/auth.handler", "ttl", "1 minute", "response", "iam"))).(ir.Opaque).X.(*Instance)
			a.call(x, "route", "get /", "src/index.handler", ir.Obj("auth", ir.Obj("jwt", ir.Obj("authorizer", a.get(j, "id"), "scopes", []string{"read"}))))
			a.call(x, "route", "POST /fn", "arn:aws:lambda:us-east-1:123456789012:function:fn:3", ir.Obj("auth", ir.Obj("lambda", a.get(l, "id"))))
			a.call(x, "routeUrl", "GET /u", "https://example.com", ir.Obj("auth", ir.Obj("iam", true)))
			a.call(x, "routeUrl", "$default", "https://example.com", ir.Obj("auth", false, "name", "Rest"))
			a.call(x, "routeUrl", "GET /older", "https://example.com", ir.Obj("auth", ir.Obj("jwt", ir.Obj("issuer", "https://old.com", "audiences", []string{"aud"}))))
		}},
		{"apigatewayv2_domain", func(a *testApp) {
			x := a.new(api, "MyApi", ir.Obj("domain", "api.example.com"))
			a.Output("url", a.get(x, "url"), diag.Range{})
		}},
		{"apigatewayv2_cloudflare", func(a *testApp) {
			a.new(api, "MyApi", ir.Obj("domain", ir.Obj("name", "api.example.com", "path", "v1",
				"dns", a.dns("cloudflare", ir.Obj("proxy", true, "transform", ir.Obj("record", ir.Obj("comment", "by sstc")))))))
		}},
		{"apigatewayv2_existing_domain", func(a *testApp) {
			x := a.new(api, "MyApi", ir.Obj("domain", ir.Obj("nameId", "api.example.com", "path", "v1")))
			a.Output("url", a.get(x, "url"), diag.Range{})
		}},
		{"apigatewayv2_all", func(a *testApp) {
			net := a.new("sst.aws.Vpc", "MyVpc")
			b := a.new("sst.aws.Bucket", "MyBucket")
			x := a.new(api, "MyApi", ir.Obj(
				"link", ir.List{testValue(b)},
				"vpc", testValue(net),
				"cors", ir.Obj("allowOrigins", []string{"https://example.com"}, "allowCredentials", true, "maxAge", "1 day"),
				"accessLog", ir.Obj("retention", "forever"),
				"transform", ir.Obj(
					"api", ir.Obj("disableExecuteApiEndpoint", true),
					"stage", ir.Obj("description", "the stage"),
					"route", ir.Obj(
						"handler", testValue(arg.Callback(func(args ...ir.Value) (ir.Value, []ir.Value, error) {
							return nil, []ir.Value{args[0].(*ir.Object).With("memory", ir.String("2048 MB")), args[1]}, nil
						})),
						"args", ir.Obj("auth", ir.Obj("iam", true)),
					),
				),
			))
			a.call(x, "route", "ANY /{proxy+}", ir.Obj("handler", "src/index.handler", "environment", ir.Obj("A", "1")), ir.Obj(
				"transform", ir.Obj("integration", ir.Obj("timeoutMilliseconds", 5000))))
			a.call(x, "routePrivate", "GET /private", "arn:aws:elasticloadbalancing:us-east-1:1:listener/app/1/2/3")
			a.new("sst.aws.Function", "MyFn", ir.Obj("handler", "src/fn.handler", "link", ir.List{testValue(x)}))
		}},
	})
}

func TestAPIGatewayV2Problems(t *testing.T) {
	const api = "sst.aws.ApiGatewayV2"
	route := func(route any) func(a *testApp) {
		return func(a *testApp) { a.call(a.new(api, "MyApi"), "route", route, "src/index.handler") }
	}
	domain := func(d *ir.Object) func(a *testApp) {
		return func(a *testApp) { a.new(api, "MyApi", ir.Obj("domain", d)) }
	}
	problems(t, []problemCase{
		{"no method", route("/users"), []string{`invalid-value #2:0: "GET /users"`}},
		{"too many words", route("GET /users all"), []string{`invalid-value #2:0: is not a route`}},
		{"method", route("GETT /users"), []string{`invalid-value #2:0: Did you mean "GET"?`}},
		{"path", route("GET users"), []string{`invalid-value #2:0: begin with a slash`}},
		{"unknown", route(ir.Ref{Resource: "X", Attr: "y"}), []string{`unknown-value #2:0: known to the compiler`}},
		{"twice", func(a *testApp) {
			x := a.new(api, "MyApi")
			a.call(x, "routeUrl", "GET /", "https://example.com")
			a.call(x, "routeUrl", "get /", "https://example.com")
		}, []string{`duplicate-name #3:0: has a route "GET /" already`}},
		{"no VPC", func(a *testApp) {
			a.call(a.new(api, "MyApi"), "routePrivate", "GET /", "arn:aws:elasticloadbalancing:x")
		}, []string{`missing-argument #2:: "vpc"`}},
		{"unknown argument of a route", func(a *testApp) {
			a.call(a.new(api, "MyApi"), "routeUrl", "GET /", "https://example.com", ir.Obj("auht", false))
		}, []string{`unsupported-argument #2:2.auht: Did you mean "auth"?`}},
		{"two authorizers", func(a *testApp) {
			a.call(a.new(api, "MyApi"), "addAuthorizer", ir.Obj("name", "X"))
		}, []string{`conflicting-arguments #2:0: either`}},
		{"no authorizer", func(a *testApp) {
			a.call(a.new(api, "MyApi"), "routeUrl", "GET /", "https://example.com", ir.Obj("auth", ir.Obj("jwt", ir.Obj("scopes", []string{"x"}))))
		}, []string{`missing-argument #2:2.auth.jwt: "authorizer"`}},
		{"two names", domain(ir.Obj("name", "a.example.com", "nameId", "a.example.com")), []string{`conflicting-arguments #1:1.domain.nameId: exclude`}},
		{"no name", domain(ir.Obj("path", "v1")), []string{`missing-argument #1:1.domain: "nameId"`}},
		{"no certificate", domain(ir.Obj("name", "a.example.com", "dns", false)), []string{`missing-argument #1:1.domain: "cert"`}},
		{"wrong dns", domain(ir.Obj("name", "a.example.com", "dns", true)), []string{`invalid-value #1:1.domain.dns: only be false`}},
		{"outside Vercel's domain", func(a *testApp) {
			a.new(api, "MyApi", ir.Obj("domain", ir.Obj("name", "a.example.org", "cert", "arn:aws:acm:us-east-1:1:certificate/1",
				"dns", a.dns("vercel", ir.Obj("domain", "example.com")))))
		}, []string{`invalid-value #2:1.domain.name: not in the domain "example.com"`}},
	})
}
