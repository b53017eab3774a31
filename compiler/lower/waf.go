package lower

import (
	"strings"

	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

type wafArgs struct {
	RateLimitPerIP arg.Number `arg:"rateLimitPerIp" doc:"How many requests an address may make in 5 minutes. Default 2000."`
	ManagedRules   struct {
		CoreRuleSet    arg.Bool `arg:"coreRuleSet" doc:"Rules against common attacks. Default true."`
		KnownBadInputs arg.Bool `arg:"knownBadInputs" doc:"Rules against requests that are known to be malicious. Default true."`
		SQLInjection   arg.Bool `arg:"sqlInjection" doc:"Rules against SQL injection. Default true."`
	} `arg:"managedRules" doc:"Rules that AWS keeps."`
	Logging *arg.OneOf[arg.Bool, wafLoggingArgs] `arg:"logging" doc:"A log of the requests that the rules are applied to."`
}

type wafLoggingArgs struct {
	Include   arg.String                          `arg:"include" enum:"all|blocked" doc:"Which requests. Default all."`
	Retention arg.String                          `arg:"retention" enum:"1 day|3 days|5 days|1 week|2 weeks|1 month|2 months|3 months|4 months|5 months|6 months|1 year|13 months|18 months|2 years|3 years|5 years|6 years|7 years|8 years|9 years|10 years|forever" doc:"How long they are kept. Default 1 month."`
	Redact    *arg.OneOf[arg.Bool, wafRedactArgs] `arg:"redact" only:"false" doc:"What is left out; false for nothing. Default the query string, cookies and the header Authorization."`
}

type wafRedactArgs struct {
	QueryString arg.Bool `arg:"queryString"`
	URIPath     arg.Bool `arg:"uriPath"`
	Method      arg.Bool `arg:"method"`
	Headers     []string `arg:"headers"`
}

// routerWAF makes a web ACL and returns its ARN, or nil if there is to be none.
// What is for CloudFront is made in us-east-1.
func (c *Scope) routerWAF(a *routerArgs) ir.Value {
	if a.WAF == nil || a.WAF.A != nil && !a.WAF.A.True(false) {
		return nil
	}
	var w wafArgs
	if a.WAF.B != nil {
		w = *a.WAF.B
	}
	visible := func(metric string) *ir.Object {
		return ir.Obj("cloudwatchMetricsEnabled", true, "metricName", c.name()+metric, "sampledRequestsEnabled", true)
	}
	rules := ir.List{ir.Obj(
		"name", "RateLimitPerIP",
		"priority", 0,
		"action", ir.Obj("block", &ir.Object{}),
		"statement", ir.Obj("rateBasedStatement", ir.Obj("limit", w.RateLimitPerIP.Or(2000), "aggregateKeyType", "IP")),
		"visibilityConfig", visible("RateLimitPerIP"),
	)}
	managed := func(on arg.Bool, name string, overrides ...any) {
		if !on.True(true) {
			return
		}
		group := ir.Obj("vendorName", "AWS", "name", name).Merge(ir.Obj(overrides...))
		rules = append(rules, ir.Obj(
			"name", name,
			"priority", len(rules),
			"overrideAction", ir.Obj("none", &ir.Object{}),
			"statement", ir.Obj("managedRuleGroupStatement", group),
			"visibilityConfig", visible(name),
		))
	}
	// The core rules would refuse bodies over 8 KB.
	managed(w.ManagedRules.CoreRuleSet, "AWSManagedRulesCommonRuleSet", "ruleActionOverrides", ir.List{
		ir.Obj("name", "SizeRestrictions_BODY", "actionToUse", ir.Obj("count", &ir.Object{})),
	})
	managed(w.ManagedRules.KnownBadInputs, "AWSManagedRulesKnownBadInputsRuleSet")
	managed(w.ManagedRules.SQLInjection, "AWSManagedRulesSQLiRuleSet")
	acl := c.resource("Waf", "aws:wafv2/webAcl:WebAcl", ir.Obj(
		"scope", "CLOUDFRONT",
		"defaultAction", ir.Obj("allow", &ir.Object{}),
		"rules", rules,
		"visibilityConfig", visible("Waf"),
	), a.Transform.WAF, withProvider(c.usEast1()))
	if l := w.Logging; l != nil && (l.A == nil || l.A.True(false)) {
		var logging wafLoggingArgs
		if l.B != nil {
			logging = *l.B
		}
		c.wafLogging(a, acl, logging)
	}
	return acl.Attr("arn")
}

func (c *Scope) wafLogging(a *routerArgs, acl ResourceHandle, l wafLoggingArgs) {
	east := withProvider(c.usEast1())
	group := c.resource("WafLogGroup", "aws:cloudwatch/logGroup:LogGroup", ir.Obj(
		// WAF writes to no group of another name.
		"name", "aws-waf-logs-"+c.app.physicalName(64, c.name(), ""),
		"retentionInDays", retentionDays[l.Retention.KnownOr("1 month")],
	), a.Transform.WAFLogGroup, east)
	props := ir.Obj("resourceArn", acl.Attr("arn"), "logDestinationConfigs", ir.List{group.Attr("arn")})
	if redacted := wafRedacted(l.Redact); redacted != nil {
		props = props.With("redactedFields", redacted)
	}
	if l.Include.Is("blocked") {
		props = props.With("loggingFilter", ir.Obj("defaultBehavior", "DROP", "filters", ir.List{ir.Obj(
			"behavior", "KEEP",
			"requirement", "MEETS_ANY",
			"conditions", ir.List{ir.Obj("actionCondition", ir.Obj("action", "BLOCK"))},
		)}))
	}
	c.resource("WafLogging", "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", props, a.Transform.WAFLogging, east)
}

// wafRedacted are the fields that are left out of the log, nil for none.
func wafRedacted(a *arg.OneOf[arg.Bool, wafRedactArgs]) ir.Value {
	r := wafRedactArgs{Headers: []string{"cookie", "authorization"}}
	r.QueryString.V = ir.Bool(true)
	if a != nil {
		if a.B == nil {
			return nil
		}
		r = *a.B
	}
	fields := ir.List{}
	add := func(on bool, name string, value *ir.Object) {
		if on {
			fields = append(fields, ir.Obj(name, value))
		}
	}
	add(r.Method.True(false), "method", &ir.Object{})
	add(r.QueryString.True(false), "queryString", &ir.Object{})
	add(r.URIPath.True(false), "uriPath", &ir.Object{})
	for _, h := range r.Headers {
		add(true, "singleHeader", ir.Obj("name", strings.ToLower(h)))
	}
	return fields
}
