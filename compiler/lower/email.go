package lower

import (
	"fmt"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

type emailArgs struct {
	Sender   arg.String                    `arg:"sender,required" doc:"The address or the domain from which mail is sent."`
	DNS      *arg.OneOf[arg.Bool, arg.Ref] `arg:"dns" of:"dns" only:"false" doc:"Where the domain's records are made; false for nowhere. Default sst.aws.dns()."`
	DMARC    arg.String                    `arg:"dmarc" doc:"The domain's DMARC policy. Default \"v=DMARC1; p=none;\"."`
	MailFrom *emailMailFromArgs            `arg:"mailFrom" doc:"A subdomain for bounces."`
	Events   []emailEventArgs              `arg:"events" doc:"Whom to tell of what becomes of mail."`

	Transform struct {
		Identity           arg.Transform `arg:"identity" of:"aws:sesv2/emailIdentity:EmailIdentity"`
		ConfigurationSet   arg.Transform `arg:"configurationSet" of:"aws:sesv2/configurationSet:ConfigurationSet"`
		MailFromAttributes arg.Transform `arg:"mailFromAttributes" of:"aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes"`
	} `arg:"transform" doc:"Changes to the resources that it makes."`
}

type emailMailFromArgs struct {
	Domain            arg.String `arg:"domain,required" doc:"A subdomain of the sender's domain."`
	RejectOnMXFailure arg.Bool   `arg:"rejectOnMxFailure" doc:"Send nothing while the subdomain has no MX record. Default false."`
}

type emailEventArgs struct {
	Name  string     `arg:"name,required" doc:"Unique among the events."`
	Types []string   `arg:"types,required" enum:"send|reject|bounce|complaint|delivery|delivery-delay|rendering-failure|subscription|open|click" doc:"What to tell of."`
	Topic arg.String `arg:"topic" doc:"ARN of an SNS topic."`
	Bus   arg.String `arg:"bus" doc:"ARN of the default EventBridge bus."`
}

var email = define(Definition{
	Type:     "sst.aws.Email",
	Doc:      "An address or a domain from which mail is sent, with Amazon SES.",
	Linkable: true,
	Outputs: []Output{
		{"sender", "string", "The address or domain."},
		{"configSet", "string", "The name of the configuration set."},
	},
	Nodes: []Output{
		{"identity", "aws:sesv2/emailIdentity:EmailIdentity", "The identity."},
		{"configurationSet", "aws:sesv2/configurationSet:ConfigurationSet", "The configuration set."},
	},
	Statics: []Method{
		method(Method{Name: "get", Returns: "sst.aws.Email", Doc: "Refers to an address or domain that exists in SES."}, emailGet),
	},
}, newEmail)

func newEmail(c *Scope, a *emailArgs) {
	sender, known := a.Sender.Known()
	if a.Sender.Set() && !known {
		c.errorAt(a.Sender.At, diag.UnknownValue, "Value not known before deployment",
			"Whether the sender is an address or a domain decides what is made, so it must be known to the compiler.")
	}
	isDomain := !strings.Contains(sender, "@")
	if !isDomain {
		c.domainsOnly(a)
	}
	set := c.resource("Config", "aws:sesv2/configurationSet:ConfigurationSet", &ir.Object{}, a.Transform.ConfigurationSet)
	identity := c.resource("Identity", "aws:sesv2/emailIdentity:EmailIdentity", ir.Obj(
		"emailIdentity", a.Sender.V,
		"configurationSetName", set.Attr("configurationSetName"),
	), a.Transform.Identity)
	for _, e := range a.Events {
		c.emailEvent(e, set)
	}
	if known && isDomain {
		c.emailDomain(a, sender, identity)
	}
	c.finishEmail(identity, set, a.Sender.V)
}

func (c *Scope) finishEmail(identity, set ResourceHandle, sender ir.Value) {
	c.out("sender", sender)
	c.out("configSet", set.Attr("configurationSetName"))
	c.node("identity", identity)
	c.node("configurationSet", set)
	c.linkable(ir.Obj("sender", sender, "configSet", set.Attr("configurationSetName")),
		allow([]string{"ses:*"}, identity.Attr("arn"), set.Attr("arn")),
		// An account in the sandbox also needs permission for the recipients.
		allow([]string{"ses:SendEmail", "ses:SendRawEmail", "ses:SendTemplatedEmail"}, ir.String("*")),
	)
}

// domainsOnly reports arguments that an address cannot have.
func (c *Scope) domainsOnly(a *emailArgs) {
	report := func(name string, at arg.Path) {
		c.errorAt(at, diag.ConflictingArguments, "Conflicting arguments",
			fmt.Sprintf("%q is only for senders that are domains, and this one is an address.", name))
	}
	if a.DNS != nil && a.DNS.Handle() != nil {
		report("dns", a.DNS.At)
	}
	if a.DMARC.Set() {
		report("dmarc", a.DMARC.At)
	}
	if a.MailFrom != nil {
		report("mailFrom", arg.Path{c.argIndex, "mailFrom"})
	}
}

// emailDomain makes the records by which a domain is verified, and waits for
// that.
func (c *Scope) emailDomain(a *emailArgs, domain string, identity ResourceHandle) {
	dns := dnsOf(a.DNS)
	record := func(r dnsRecord, at arg.Path) {
		if dns != nil {
			dns.record(c, c.name(), r, at)
		}
	}
	for i := range 3 {
		token := ir.NewCall(ir.FuncIndex, ir.NewCall(ir.FuncIndex, identity.Attr("dkimSigningAttributes"), ir.String("tokens")), ir.Number(i))
		record(dnsRecord{
			kind:   "CNAME",
			name:   ir.Concat(token, "._domainkey.", domain),
			value:  ir.Concat(token, ".dkim.amazonses.com"),
			domain: ir.String(domain),
			label:  fmt.Sprintf("T%d._domainkey.", i+1),
		}, a.Sender.At)
	}
	record(dnsRecord{kind: "TXT", name: ir.String("_dmarc." + domain), value: a.DMARC.Or("v=DMARC1; p=none;")}, a.Sender.At)
	if m := a.MailFrom; m != nil {
		if name, ok := m.Domain.Known(); ok && !strings.HasSuffix(name, "."+domain) {
			c.errorAt(m.Domain.At, diag.InvalidValue, "Invalid value", fmt.Sprintf("%q is not a subdomain of %q.", name, domain))
		}
		behavior := "USE_DEFAULT_VALUE"
		if m.RejectOnMXFailure.True(false) {
			behavior = "REJECT_MESSAGE"
		}
		c.resource("MailFrom", "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes", ir.Obj(
			"emailIdentity", identity.Attr("emailIdentity"),
			"mailFromDomain", m.Domain.V,
			"behaviorOnMxFailure", behavior,
		), a.Transform.MailFromAttributes)
		record(dnsRecord{
			kind: "MX", name: m.Domain.V, priority: ir.Number(10),
			value: ir.Concat("feedback-smtp.", ir.Param{Name: ir.PseudoRegion}, ".amazonses.com"),
		}, m.Domain.At)
		record(dnsRecord{kind: "TXT", name: m.Domain.V, value: ir.String("v=spf1 include:amazonses.com ~all")}, m.Domain.At)
	}
	c.resource("Verification", "aws:ses/domainIdentityVerification:DomainIdentityVerification",
		ir.Obj("domain", domain), arg.Transform{}, dependsOn(identity))
}

func (c *Scope) emailEvent(e emailEventArgs, set ResourceHandle) {
	types := make([]string, len(e.Types))
	for i, t := range e.Types {
		types[i] = strings.ToUpper(strings.ReplaceAll(t, "-", "_"))
	}
	destination := ir.Obj("matchingEventTypes", types)
	if e.Bus.Set() {
		destination = destination.With("eventBridgeDestination", ir.Obj("eventBusArn", e.Bus.V))
	}
	if e.Topic.Set() {
		destination = destination.With("snsDestination", ir.Obj("topicArn", e.Topic.V))
	}
	if !e.Bus.Set() && !e.Topic.Set() {
		c.errorAt(arg.Path{c.argIndex, "events"}, diag.MissingArgument, "Missing argument",
			fmt.Sprintf("The events %q go nowhere. Give them a \"topic\" or a \"bus\".", e.Name))
	}
	c.resource("Event"+e.Name, "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination", ir.Obj(
		"configurationSetName", set.Attr("configurationSetName"),
		"eventDestinationName", e.Name,
		"eventDestination", destination.With("enabled", ir.Bool(true)),
	), arg.Transform{})
}

type emailGetParams struct {
	Name   string     `arg:"name,required"`
	Sender arg.String `arg:"sender,required" doc:"The address or domain."`
	Opts   arg.Value  `arg:"opts"`
}

func emailGet(c *Scope, p *emailGetParams) ir.Value {
	return c.ref(p.Name, p.Opts.V, func(c *Scope) {
		identity := c.read(p.Name+"Identity", "aws:sesv2/emailIdentity:EmailIdentity", p.Sender.Or(""), &ir.Object{})
		set := c.read(p.Name+"Config", "aws:sesv2/configurationSet:ConfigurationSet", identity.Attr("configurationSetName"), &ir.Object{})
		c.finishEmail(identity, set, identity.Attr("emailIdentity"))
	})
}
