package lower

import (
	"strings"

	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

type certificateArgs struct {
	DomainName       arg.String   `arg:"domainName,required" doc:"The domain."`
	AlternativeNames []arg.String `arg:"alternativeNames" doc:"Further domains."`
	DNS              arg.Ref      `arg:"dns,required" of:"dns" doc:"Where the records are made that prove ownership."`
}

var certificate = define(Definition{
	Type:    "sst.aws.DnsValidatedCertificate",
	Doc:     "A certificate whose domains are validated by DNS records.",
	Outputs: []Output{{"arn", "string", "The ARN of the certificate, once it is valid."}},
}, newCertificate)

func newCertificate(c *Scope, a *certificateArgs) {
	cert := c.resource("Certificate", "aws:acm/certificate:Certificate", ir.Obj(
		"domainName", a.DomainName.V,
		"validationMethod", "DNS",
		"subjectAlternativeNames", ir.List(append([]ir.Value{}, values(a.AlternativeNames)...)),
	), arg.Transform{})

	var records []arg.Handle
	if dns, ok := a.DNS.Handle().(*dnsAdapter); ok {
		domains, options := validationOptions(a, cert)
		for i, d := range domains {
			option := func(key string) ir.Value { return ir.NewCall(ir.FuncIndex, options[i], ir.String(key)) }
			records = append(records, dns.record(c, c.name(), dnsRecord{
				kind: "CNAME", name: option("resourceRecordName"), value: option("resourceRecordValue"), domain: d.V,
			}, d.At))
		}
	}
	valid := c.resource("Validation", "aws:acm/certificateValidation:CertificateValidation",
		ir.Obj("certificateArn", cert.Attr("arn")), arg.Transform{}, dependsOn(records...))
	c.out("arn", valid.Attr("certificateArn"))
}

// validationOptions returns, for each domain that needs a record of its own,
// the description of that record: an object with resourceRecordName and
// resourceRecordValue. A domain and its wildcard have the same record.
func validationOptions(a *certificateArgs, cert ResourceHandle) (domains []arg.String, options []ir.Value) {
	all := append([]arg.String{a.DomainName}, a.AlternativeNames...)
	seen := map[string]bool{}
	for _, name := range all {
		known, ok := name.Known()
		base := strings.TrimPrefix(known, "*.")
		if ok && seen[base] {
			continue
		}
		seen[base] = true
		domains = append(domains, name)
	}
	// The provider gives them in no order.
	list := cert.Attr("domainValidationOptions")
	if len(domains) == 1 {
		return domains, []ir.Value{ir.NewCall(ir.FuncIndex, list, ir.Number(0))}
	}
	for i, name := range domains {
		find := []ir.Value{list, ir.String("domainName"), name.V}
		if len(domains) == len(all) {
			find = append(find, ir.Number(i))
		}
		options = append(options, ir.NewCall(ir.FuncFind, find...))
	}
	return domains, options
}

// usEast1 is the provider for what CloudFront takes from that region alone.
func (c *Scope) usEast1() ResourceHandle { return c.regionProvider("us-east-1") }
