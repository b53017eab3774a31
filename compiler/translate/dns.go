package translate

import (
	"strings"

	"github.com/sstc/sstc/compiler/ir"
)

var acmRows = []row{
	{
		pulumi: "aws:acm/certificate:Certificate",
		cfn:    "AWS::CertificateManager::Certificate",
		names: map[string]string{
			"options":           ".",
			"options.export":    "CertificateExport",
			"validationOptions": "DomainValidationOptions",
		},
		forms:   map[string]form{"subjectAlternativeNames": orNothing},
		ignored: "earlyRenewalDuration",
		attrs:   map[string]string{"arn": "Ref"},
		finish:  validateByZone,
	},
	// CloudFormation makes the records of a certificate that has a hosted
	// zone, and waits until it is valid.
	{
		pulumi:  "aws:acm/certificateValidation:CertificateValidation",
		cfn:     "AWS::CertificateManager::Certificate",
		fold:    "certificateArn",
		ignored: "validationRecordFqdns",
		attrs:   map[string]string{"certificateArn": "Ref"},
	},
}

// validationRecord is the row of a record that proves the ownership of a
// certificate's domain.
var validationRecord = row{
	pulumi:  "aws:route53/record:Record",
	cfn:     "AWS::CertificateManager::Certificate",
	foldBy:  func(t *translator, e *entry) *ir.Resource { return t.certificateOf(e.res) },
	ignored: "aliases allowOverwrite healthCheckId name records setIdentifier ttl type zoneId",
}

// certificateOf returns the certificate that a record is to validate, or nil.
func (t *translator) certificateOf(r *ir.Resource) *ir.Resource {
	var found *ir.Resource
	ir.Walk(r.Props, func(v ir.Value) bool {
		if ref, ok := v.(ir.Ref); ok && ref.Attr == "domainValidationOptions" {
			if e := t.entries[ref.Resource]; e != nil && e.res.Type == "aws:acm/certificate:Certificate" {
				found = e.res
			}
		}
		return found == nil
	})
	return found
}

// validateByZone tells a certificate the hosted zones in which the app makes
// its validation records.
func validateByZone(b *builder) {
	if b.get("ValidationMethod") != ir.Value(ir.String("DNS")) {
		return
	}
	var domains ir.List
	domains = append(domains, b.get("DomainName"))
	if more, ok := b.get("SubjectAlternativeNames").(ir.List); ok {
		domains = append(domains, more...)
	}
	zones := map[string]ir.Value{} // by domain without a wildcard
	var sole ir.Value
	same := true
	for _, r := range b.p.Resources {
		if b.entries[r.ID].row != &validationRecord || b.certificateOf(r) != b.r {
			continue
		}
		zone := b.value(r.Props.Get("zoneId"))
		if domain := validatedDomain(r, domains); domain != nil {
			zones[baseDomain(b.value(domain))] = zone
		}
		same = same && (sole == nil || ir.PrintValue(sole) == ir.PrintValue(zone))
		sole = zone
	}
	var options ir.List
	for _, d := range domains {
		zone := zones[baseDomain(d)]
		if zone == nil && same {
			zone = sole
		}
		if zone == nil {
			b.warn("No record of this app validates it, so its creation waits until somebody has made the records that the certificate asks for.")
			continue
		}
		options = append(options, ir.Obj("DomainName", d, "HostedZoneId", zone))
	}
	if options != nil {
		b.set("DomainValidationOptions", options)
	}
}

// validatedDomain returns the domain whose validation option a record is made
// from: found by its name, or by its place in the list.
func validatedDomain(r *ir.Resource, domains ir.List) ir.Value {
	var domain ir.Value
	ir.Walk(r.Props, func(v ir.Value) bool {
		c, ok := v.(ir.Call)
		if !ok {
			return domain == nil
		}
		if ref, ok := c.Args[0].(ir.Ref); ok && ref.Attr == "domainValidationOptions" {
			switch {
			case c.Func == ir.FuncFind:
				domain = c.Args[2]
			case c.Func == ir.FuncIndex && len(domains) == 1:
				domain = domains[0]
			}
		}
		return domain == nil
	})
	return domain
}

// baseDomain is the text of a domain without a leading wildcard: both have the
// same record.
func baseDomain(v ir.Value) string {
	if s, ok := v.(ir.String); ok {
		return strings.TrimPrefix(string(s), "*.")
	}
	return ir.PrintValue(v)
}

var route53Rows = []row{
	{
		pulumi: "aws:route53/record:Record",
		cfn:    "AWS::Route53::RecordSet",
		variant: func(t *translator, e *entry) *row {
			if t.certificateOf(e.res) != nil {
				return &validationRecord
			}
			return e.row
		},
		names: map[string]string{
			"aliases":                                "AliasTarget",
			"aliases.name":                           "DNSName",
			"aliases.zoneId":                         "HostedZoneId",
			"cidrRoutingPolicy":                      "CidrRoutingConfig",
			"failoverRoutingPolicies":                ".",
			"failoverRoutingPolicies.type":           "Failover",
			"geolocationRoutingPolicies":             "GeoLocation",
			"geolocationRoutingPolicies.continent":   "ContinentCode",
			"geolocationRoutingPolicies.country":     "CountryCode",
			"geolocationRoutingPolicies.subdivision": "SubdivisionCode",
			"latencyRoutingPolicies":                 ".",
			"multivalueAnswerRoutingPolicy":          "MultiValueAnswer",
			"records":                                "ResourceRecords",
			"weightedRoutingPolicies":                ".",
			"zoneId":                                 "HostedZoneId",
		},
		forms: map[string]form{
			"failoverRoutingPolicies": sole,
			"latencyRoutingPolicies":  sole,
			"weightedRoutingPolicies": sole,
		},
		ignored: "allowOverwrite",
		attrs:   map[string]string{"fqdn": "Ref", "name": "Ref"},
		finish:  finishRecord,
	},
	{
		pulumi: "aws:route53/zone:Zone",
		cfn:    "AWS::Route53::HostedZone",
		names: map[string]string{
			"comment":                   "HostedZoneConfig.Comment",
			"enableAcceleratedRecovery": "HostedZoneFeatures.EnableAcceleratedRecovery",
			"tags":                      "HostedZoneTags",
		},
		ignored: "forceDestroy",
		attrs:   map[string]string{"zoneId": "Ref", "arn": "arn:{aws:partition}:route53:::hostedzone/{Ref}"},
		finish: func(b *builder) {
			vpcs, _ := b.get("VPCs").(ir.List)
			for _, v := range vpcs {
				if o, ok := v.(*ir.Object); ok && o.Get("VPCRegion") == nil {
					o.Fields = append(o.Fields, ir.Field{Key: "VPCRegion", Value: ir.Param{Name: ir.PseudoRegion}})
				}
			}
		},
	},
	{
		pulumi: "aws:route53/healthCheck:HealthCheck",
		cfn:    "AWS::Route53::HealthCheck",
		within: "HealthCheckConfig",
		names: map[string]string{
			"childHealthThreshold":  "HealthCheckConfig.HealthThreshold",
			"cloudwatchAlarmName":   "HealthCheckConfig.AlarmIdentifier.Name",
			"cloudwatchAlarmRegion": "HealthCheckConfig.AlarmIdentifier.Region",
			"fqdn":                  "HealthCheckConfig.FullyQualifiedDomainName",
			"invertHealthcheck":     "HealthCheckConfig.Inverted",
			"tags":                  "HealthCheckTags",
		},
		implied: map[string]ir.Value{"disabled": ir.Bool(false)},
		ignored: "referenceName triggers",
		attrs:   map[string]string{"arn": "arn:{aws:partition}:route53:::healthcheck/{Ref}"},
	},
	{
		pulumi:  "aws:route53/hostedZoneDnsSec:HostedZoneDnsSec",
		cfn:     "AWS::Route53::DNSSEC",
		implied: map[string]ir.Value{"signingStatus": ir.String("SIGNING")},
	},
	{pulumi: "aws:route53/keySigningKey:KeySigningKey", cfn: "AWS::Route53::KeySigningKey"},
	{
		pulumi: "aws:route53/queryLog:QueryLog",
		cfn:    "AWS::Route53::HostedZone",
		fold:   "zoneId",
		within: "QueryLoggingConfig",
		names:  map[string]string{"cloudwatchLogGroupArn": "QueryLoggingConfig.CloudWatchLogsLogGroupArn"},
	},
	{pulumi: "aws:route53/resolverEndpoint:ResolverEndpoint", cfn: "AWS::Route53Resolver::ResolverEndpoint"},
	{pulumi: "aws:route53/resolverRule:ResolverRule", cfn: "AWS::Route53Resolver::ResolverRule"},
	{pulumi: "aws:route53/resolverRuleAssociation:ResolverRuleAssociation", cfn: "AWS::Route53Resolver::ResolverRuleAssociation"},
	{pulumi: "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig", cfn: "AWS::Route53Resolver::ResolverQueryLoggingConfig"},
	{
		pulumi: "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation",
		cfn:    "AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation",
	},
	{pulumi: "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList", cfn: "AWS::Route53Resolver::FirewallDomainList"},
	{pulumi: "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup", cfn: "AWS::Route53Resolver::FirewallRuleGroup"},
	{
		pulumi:  "aws:route53/resolverFirewallRule:ResolverFirewallRule",
		cfn:     "AWS::Route53Resolver::FirewallRuleGroup",
		fold:    "firewallRuleGroupId",
		within:  "FirewallRules[]",
		ignored: "name",
	},
	{
		pulumi: "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation",
		cfn:    "AWS::Route53Resolver::FirewallRuleGroupAssociation",
	},
}

// sole takes the only element of a list.
func sole(b *builder, v ir.Value) ir.Value {
	if l, ok := v.(ir.List); ok && len(l) == 1 {
		return l[0]
	}
	return v
}

// finishRecord writes a record's name in full and quotes texts: Pulumi's
// provider does both by itself.
func finishRecord(b *builder) {
	if name, ok := b.get("Name").(ir.String); ok {
		if zone := b.refTo(b.r.Props.Get("zoneId")); zone != nil && zone.res.Read == nil {
			if zoneName, ok := zone.res.Props.Get("name").(ir.String); ok {
				base := strings.TrimSuffix(string(zoneName), ".")
				full := strings.TrimSuffix(string(name), ".")
				switch {
				case full == "":
					b.set("Name", base)
				case full != base && !strings.HasSuffix(full, "."+base):
					b.set("Name", full+"."+base)
				}
			}
		}
	}
	records, _ := b.get("ResourceRecords").(ir.List)
	switch b.get("Type") {
	case ir.String("TXT"), ir.String("SPF"):
	default:
		return
	}
	for i, r := range records {
		if s, ok := r.(ir.String); ok && strings.HasPrefix(string(s), `"`) {
			continue
		}
		records[i] = ir.Concat(`"`, r, `"`)
	}
}
