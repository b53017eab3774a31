package lower

import (
	"testing"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

func TestCdn(t *testing.T) {
	const cdn = "sst.aws.Cdn"
	behavior := ir.Obj(
		"targetOriginId", "app", "viewerProtocolPolicy", "redirect-to-https",
		"allowedMethods", []string{"GET", "HEAD"}, "cachedMethods", []string{"GET", "HEAD"},
		"forwardedValues", ir.Obj("queryString", true, "cookies", ir.Obj("forward", "all")),
	)
	origins := ir.List{ir.Obj("originId", "app", "domainName", "app.example.net", "customOriginConfig", ir.Obj(
		"httpPort", 80, "httpsPort", 443, "originProtocolPolicy", "https-only", "originSslProtocols", []string{"TLSv1.2"}))}
	goldens(t, []goldenCase{
		{"cdn_custom", func(a *testApp) {
			a.Provider(&ir.ProviderConfig{Package: "aws", Args: ir.Obj("region", "eu-west-1", "defaultTags", ir.Obj("tags", ir.Obj("team", "web")))})
			x := a.new(cdn, "MyCdn", ir.Obj(
				"comment", "mine", "origins", origins, "defaultCacheBehavior", behavior,
				"domain", ir.Obj("name", "example.com", "dns", a.dns("vercel", ir.Obj("domain", "example.com"))),
				"wait", true, "tags", ir.Obj("a", "b"),
				"transform", ir.Obj("distribution", ir.Obj("httpVersion", "http2and3", "isIpv6Enabled", true)),
			))
			a.Output("url", a.get(x, "url"), diag.Range{})
			a.Output("domainUrl", a.get(x, "domainUrl"), diag.Range{})
		}},
		{"cdn_get", func(a *testApp) {
			x := a.static(cdn, "get", "Shared", "E123").(ir.Opaque).X.(*Instance)
			a.Output("url", a.get(x, "url"), diag.Range{})
		}},
		{"certificate_cloudflare", func(a *testApp) {
			east, err := a.Resource("pulumi:providers:aws", "East", ir.Obj("region", "us-east-1"), nil, a.place())
			if err != nil {
				t.Fatal(err)
			}
			x := a.new("sst.aws.DnsValidatedCertificate", "MyCert",
				ir.Obj("domainName", "a.example.com", "alternativeNames", []string{"*.a.example.com", "b.example.co.uk"}, "dns", a.dns("cloudflare", ir.Obj("accountId", "acc"))),
				ir.Obj("provider", testValue(east)))
			a.Output("arn", a.get(x, "arn"), diag.Range{})
		}},
	})
	problems(t, []problemCase{
		{"no DNS for a certificate", func(a *testApp) {
			a.new("sst.aws.DnsValidatedCertificate", "C", ir.Obj("domainName", "a.example.com", "dns", false))
		}, []string{`wrong-type #1:1.dns: a dns`}},
		{"overriding in Cloudflare", func(a *testApp) { a.dns("cloudflare", ir.Obj("override", true)) },
			[]string{`unsupported-feature #1:0.override: cannot replace`}},
		{"unknown domain in Vercel", func(a *testApp) { a.dns("vercel", ir.Obj("domain", ir.Ref{Resource: "X", Attr: "y"})) },
			[]string{`unknown-value #1:0.domain: relative to the domain`}},
		{"a public suffix", func(a *testApp) {
			a.new(cdn, "C", ir.Obj("origins", origins, "defaultCacheBehavior", behavior, "domain", "co.uk"))
		}, []string{`invalid-value #1:1.domain.domainName: "co.uk"`, `invalid-value #1:1.domain: "co.uk"`}},
	})
}

// TestRedirectComment checks that a comment stays within what CloudFront takes.
func TestRedirectComment(t *testing.T) {
	a := newTestApp(t)
	redirects := make(ir.List, 20)
	for i := range redirects {
		redirects[i] = ir.String("redirected" + string(rune('a'+i)) + ".example.com")
	}
	a.new("sst.aws.Router", "R", ir.Obj("domain", ir.Obj("name", "example.com", "redirects", redirects)))
	p, diags := a.Finish()
	if diags.HasErrors() {
		t.Fatal(diags[0].Detail)
	}
	comment := p.FindResource("RCdnRedirectDistribution").Props.Get("comment").(ir.String)
	if len(comment) != 128 {
		t.Errorf("the comment has %d characters: %s", len(comment), comment)
	}
}
