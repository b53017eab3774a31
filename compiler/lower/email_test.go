package lower

import (
	"testing"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

func TestEmail(t *testing.T) {
	const email = "sst.aws.Email"
	goldens(t, []goldenCase{
		{"email_address", func(a *testApp) {
			e := a.new(email, "MyEmail", ir.Obj("sender", "me@example.com", "events", ir.List{
				ir.Obj("name", "OnBounce", "types", []string{"bounce", "delivery-delay"}, "topic", "arn:aws:sns:us-east-1:123456789012:t"),
			}))
			a.new("sst.aws.Function", "MyFn", ir.Obj("handler", "src/index.handler", "link", ir.List{testValue(e)}))
		}},
		{"email_domain", func(a *testApp) {
			a.new(email, "MyEmail", ir.Obj("sender", "example.com"))
		}},
		{"email_vercel", func(a *testApp) {
			a.new(email, "MyEmail", ir.Obj("sender", "mail.example.com", "dmarc", "v=DMARC1; p=reject;",
				"dns", a.dns("vercel", ir.Obj("domain", "example.com", "teamId", "team_1")),
				"mailFrom", ir.Obj("domain", "bounce.mail.example.com", "rejectOnMxFailure", true)))
		}},
		{"email_zone", func(a *testApp) {
			a.new(email, "MyEmail", ir.Obj("sender", "mail.example.com", "dns", a.dns("aws", ir.Obj("zone", "Z123", "override", true)),
				"mailFrom", ir.Obj("domain", "bounce.mail.example.com")))
		}},
		{"email_no_dns", func(a *testApp) {
			a.new(email, "MyEmail", ir.Obj("sender", "example.com", "dns", false))
		}},
		{"email_get", func(a *testApp) {
			e := a.static(email, "get", "Shared", "example.com").(ir.Opaque).X.(*Instance)
			a.Output("sender", a.get(e, "sender"), diag.Range{})
			a.Output("configSet", a.get(e, "configSet"), diag.Range{})
		}},
	})
	problems(t, []problemCase{
		{"unknown sender", func(a *testApp) { a.new(email, "E", ir.Obj("sender", ir.Ref{Resource: "X", Attr: "y"})) },
			[]string{`unknown-value #1:1.sender: address or a domain`}},
		{"records of an address", func(a *testApp) {
			a.new(email, "E", ir.Obj("sender", "me@example.com", "dns", a.dns("aws"), "dmarc", "v=DMARC1", "mailFrom", ir.Obj("domain", "x.example.com")))
		}, []string{`conflicting-arguments #2:1.dns: "dns"`, `conflicting-arguments #2:1.dmarc: "dmarc"`, `conflicting-arguments #2:1.mailFrom: "mailFrom"`}},
		{"not a subdomain", func(a *testApp) {
			a.new(email, "E", ir.Obj("sender", "example.com", "mailFrom", ir.Obj("domain", "notexample.com")))
		}, []string{`invalid-value #1:1.mailFrom.domain: not a subdomain`}},
		{"events to nowhere", func(a *testApp) {
			a.new(email, "E", ir.Obj("sender", "me@example.com", "events", ir.List{ir.Obj("name", "X", "types", []string{"send"})}))
		}, []string{`missing-argument #1:1.events: go nowhere`}},
		{"unknown event", func(a *testApp) {
			a.new(email, "E", ir.Obj("sender", "me@example.com", "events", ir.List{ir.Obj("name", "X", "types", []string{"bounced"}, "topic", "arn:aws:sns:x")}))
		}, []string{`invalid-value #1:1.events.0.types.0: Did you mean "bounce"?`}},
	})
}
