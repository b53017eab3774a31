package lower

import (
	"fmt"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

type cdnArgs struct {
	Comment               arg.String                            `arg:"comment" doc:"Describes the distribution, in up to 128 characters."`
	Origins               arg.Value                             `arg:"origins,required" doc:"Where what is served comes from, as in aws.cloudfront.Distribution."`
	OriginGroups          arg.Value                             `arg:"originGroups" doc:"Origins that stand in for each other."`
	DefaultCacheBehavior  arg.Value                             `arg:"defaultCacheBehavior,required" doc:"How requests are answered."`
	OrderedCacheBehaviors arg.Value                             `arg:"orderedCacheBehaviors" doc:"How requests of certain paths are answered."`
	DefaultRootObject     arg.Value                             `arg:"defaultRootObject" doc:"What is served for the root."`
	CustomErrorResponses  arg.Value                             `arg:"customErrorResponses" doc:"What is served instead of errors."`
	Domain                *arg.OneOf[arg.String, cdnDomainArgs] `arg:"domain" doc:"A custom domain."`
	Wait                  arg.Bool                              `arg:"wait" doc:"Wait until the distribution is deployed everywhere. Default false."`
	Invalidation          arg.Value                             `arg:"invalidation" doc:"Has no effect: sites say themselves what is to be invalidated."`
	Tags                  arg.Value                             `arg:"tags" doc:"Tags of the distribution."`
	WebACLARN             arg.String                            `arg:"webAclArn" doc:"ARN of a web ACL (AWS WAF)."`
	Transform             struct {
		Distribution arg.Transform `arg:"distribution" of:"aws:cloudfront/distribution:Distribution"`
	} `arg:"transform" doc:"Changes to the resources that it makes."`
}

type cdnDomainArgs struct {
	Name      arg.String                    `arg:"name,required" doc:"The domain."`
	Aliases   []arg.String                  `arg:"aliases" doc:"Further domains under which the same is served."`
	Redirects []arg.String                  `arg:"redirects" doc:"Domains from which visitors are sent to the domain."`
	Cert      arg.String                    `arg:"cert" doc:"ARN of a certificate in us-east-1. Default: one is made."`
	DNS       *arg.OneOf[arg.Bool, arg.Ref] `arg:"dns" of:"dns" only:"false" doc:"Where the domain's records are made; false for nowhere. Default sst.aws.dns()."`
}

var cdn = define(Definition{
	Type: "sst.aws.Cdn",
	Doc:  "A CloudFront distribution with a custom domain. Other components make theirs by it.",
	Outputs: []Output{
		{"url", "string", "The URL that CloudFront gave the distribution."},
		{"domainUrl", "string", "The URL with the custom domain, if there is one."},
	},
	Nodes: []Output{{"distribution", "aws:cloudfront/distribution:Distribution", "The distribution."}},
	Statics: []Method{
		method(Method{Name: "get", Returns: "sst.aws.Cdn", Doc: "Refers to a distribution that exists, by ID."}, cdnGet),
	},
}, newCdn)

// A cdnDomain is a custom domain, with its defaults.
type cdnDomain struct {
	names     []arg.String // the domain itself, then its aliases
	redirects []arg.String
	cert      ir.Value // ARN; nil if a certificate is to be made
	dns       *dnsAdapter
}

// cdnDomain returns nil if there is no custom domain.
func (c *Scope) cdnDomain(a *arg.OneOf[arg.String, cdnDomainArgs]) *cdnDomain {
	switch {
	case a == nil:
		return nil
	case a.A != nil:
		return &cdnDomain{names: []arg.String{*a.A}, dns: dnsOf(nil)}
	case a.B == nil:
		return nil
	}
	d := &cdnDomain{names: append([]arg.String{a.B.Name}, a.B.Aliases...), redirects: a.B.Redirects, cert: a.B.Cert.V, dns: dnsOf(a.B.DNS)}
	if d.dns == nil && d.cert == nil {
		c.errorAt(a.At, diag.MissingArgument, "Missing argument",
			`Without DNS no certificate can be validated. Give the ARN of one as "cert", or leave out "dns: false".`)
		return nil
	}
	return d
}

func newCdn(c *Scope, a *cdnArgs) {
	domain := c.cdnDomain(a.Domain)
	certificate := ir.Obj("cloudfrontDefaultCertificate", true)
	aliases := ir.List{}
	if domain != nil {
		aliases = values(domain.names)
		arn := domain.cert
		if arn == nil {
			arn = c.cdnCertificate(domain.names, domain.dns)
		}
		certificate = ir.Obj("acmCertificateArn", arn, "sslSupportMethod", "sni-only", "minimumProtocolVersion", "TLSv1.2_2021")
	}
	d := c.resource("Distribution", "aws:cloudfront/distribution:Distribution", ir.Obj(
		"comment", a.Comment.V,
		"enabled", true,
		"origins", a.Origins.V,
		"originGroups", a.OriginGroups.V,
		"defaultCacheBehavior", a.DefaultCacheBehavior.V,
		"orderedCacheBehaviors", a.OrderedCacheBehaviors.V,
		"defaultRootObject", a.DefaultRootObject.V,
		"customErrorResponses", a.CustomErrorResponses.V,
		"restrictions", ir.Obj("geoRestriction", ir.Obj("restrictionType", "none")),
		"aliases", aliases,
		"viewerCertificate", certificate,
		"waitForDeployment", a.Wait.Or(false),
		"tags", a.Tags.V,
		// The property is the ARN all the same.
		"webAclId", a.WebACLARN.V,
	), a.Transform.Distribution)
	if domain != nil {
		if domain.dns != nil {
			domain.dns.createAliases(c, domain.names, d.Attr("domainName"), d.Attr("hostedZoneId"))
		}
		if len(domain.redirects) > 0 {
			c.httpsRedirect(domain)
		}
		c.out("domainUrl", ir.Concat("https://", domain.names[0].V))
	}
	c.out("url", ir.Concat("https://", d.Attr("domainName")))
	c.node("distribution", d)
}

// cdnCertificate makes a certificate for CloudFront, which takes those of
// us-east-1 alone. The component's own name is the prefix of its name.
func (c *Scope) cdnCertificate(names []arg.String, dns *dnsAdapter) ir.Value {
	cert := c.childAt(arg.Path{c.argIndex, "domain"}, "sst.aws.DnsValidatedCertificate", c.name()+"Ssl", ir.Obj(
		"domainName", names[0].V,
		"alternativeNames", ir.List(append([]ir.Value{}, values(names[1:])...)),
		"dns", opaque(dns),
	), arg.Transform{}, withProvider(c.usEast1()))
	arn, _ := cert.Output("arn")
	return arn
}

// distributionOf is the distribution that a Cdn made or refers to.
func distributionOf(cdn *Instance) ResourceHandle {
	return cdn.nodes["distribution"].(ir.Opaque).X.(ResourceHandle)
}

// siteURL is the URL under which a distribution is known: that with the custom
// domain, if there is one.
func siteURL(cdn *Instance) ir.Value {
	if url, _ := cdn.Output("domainUrl"); url != nil {
		return url
	}
	url, _ := cdn.Output("url")
	return url
}

type cdnGetParams struct {
	Name           string     `arg:"name,required"`
	DistributionID arg.String `arg:"distributionID,required"`
	Opts           arg.Value  `arg:"opts"`
}

func cdnGet(c *Scope, p *cdnGetParams) ir.Value {
	return c.ref(p.Name, p.Opts.V, func(c *Scope) { c.referToCdn(p.DistributionID.Or("")) })
}

// referToCdn makes the component one that refers to a distribution. Whether
// that has a custom domain is not known, so it is known by its own.
func (c *Scope) referToCdn(id ir.Value) {
	d := c.read(c.name()+"Distribution", "aws:cloudfront/distribution:Distribution", id, &ir.Object{})
	c.out("url", ir.Concat("https://", d.Attr("domainName")))
	c.node("distribution", d)
}

// httpsRedirect sends visitors of some domains on to another. It stands inside
// a Cdn, and users cannot make it.
var httpsRedirect = &Definition{
	Type: "sst.aws.HttpsRedirect",
	Doc:  "What a Cdn makes for domain.redirects.",
}

func (c *Scope) httpsRedirect(domain *cdnDomain) {
	c.inner(httpsRedirect, c.name()+"Redirect", func(c *Scope) {
		arn := domain.cert
		if arn == nil {
			arn = c.cdnCertificate(domain.redirects, domain.dns)
		}
		bucket := c.child("sst.aws.Bucket", c.name()+"Bucket", &ir.Object{}, arg.Transform{})
		name, _ := bucket.Output("name")
		website := c.resource("BucketWebsite", "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration", ir.Obj(
			"bucket", name,
			"redirectAllRequestsTo", ir.Obj("hostName", domain.names[0].V, "protocol", "https"),
		), arg.Transform{})
		guard := c.resource("CloudfrontFunctionRequest", "aws:cloudfront/function:Function", ir.Obj(
			"runtime", edgeRuntime,
			"code", edgeGuard(),
		), arg.Transform{})
		d := c.resource("Distribution", "aws:cloudfront/distribution:Distribution", ir.Obj(
			"enabled", true,
			"waitForDeployment", false,
			"aliases", ir.List(values(domain.redirects)),
			"restrictions", ir.Obj("geoRestriction", ir.Obj("restrictionType", "none")),
			"comment", redirectComment(domain),
			"priceClass", "PriceClass_All",
			"viewerCertificate", ir.Obj("acmCertificateArn", arn, "sslSupportMethod", "sni-only"),
			"defaultCacheBehavior", ir.Obj(
				"allowedMethods", []string{"GET", "HEAD", "OPTIONS"},
				"targetOriginId", "s3Origin",
				"viewerProtocolPolicy", "redirect-to-https",
				"cachedMethods", []string{"GET", "HEAD"},
				"forwardedValues", ir.Obj("cookies", ir.Obj("forward", "none"), "queryString", false),
				"functionAssociations", ir.List{ir.Obj("eventType", "viewer-request", "functionArn", guard.Attr("arn"))},
			),
			"origins", ir.List{ir.Obj(
				"originId", "s3Origin",
				"domainName", website.Attr("websiteEndpoint"),
				"customOriginConfig", ir.Obj("httpPort", 80, "httpsPort", 443, "originProtocolPolicy", "http-only", "originSslProtocols", []string{"TLSv1.2"}),
			)},
		), arg.Transform{})
		if domain.dns != nil {
			domain.dns.createAliases(c, domain.redirects, d.Attr("domainName"), d.Attr("hostedZoneId"))
		}
	})
}

// redirectComment describes a redirect in the 128 characters that CloudFront
// allows.
func redirectComment(domain *cdnDomain) ir.Value {
	parts := []any{"Redirect to ", domain.names[0].V, " from "}
	for i, r := range domain.redirects {
		if i > 0 {
			parts = append(parts, ", ")
		}
		parts = append(parts, r.V)
	}
	comment := ir.Concat(parts...)
	if s, ok := comment.(ir.String); ok && len(s) > 128 {
		comment = s[:125] + "..."
	}
	return comment
}

// inner makes a component that users do not make themselves inside this one.
func (c *Scope) inner(def *Definition, name string, build func(c *Scope)) *Instance {
	inst := &Instance{Name: name, Type: def.Type, Def: def, Parent: c.inst, outputs: map[string]output{}, nodes: map[string]ir.Value{}}
	at := c.at
	if _, ok := at.(nestedPlace); !ok {
		at = within{at}
	}
	inst.scope = &Scope{app: c.app, inst: inst, opts: Options{}.inherit(c.opts), at: at, argIndex: c.argIndex}
	c.app.register(inst, inst.scope.opts, at)
	build(inst.scope)
	return inst
}

// hostOf is the host of a URL, which may be known only at deployment: what is
// between the second and the third slash.
func hostOf(url ir.Value) ir.Value {
	if j, ok := url.(ir.Join); ok && len(j.Parts) == 2 && j.Parts[0] == ir.Value(ir.String("https://")) {
		if ref, ok := j.Parts[1].(ir.Ref); ok && ref.Attr == "domainName" {
			return ref // it has no path
		}
	}
	parts := ir.NewCall(ir.FuncSplit, ir.String("/"), url)
	if list, ok := parts.(ir.List); ok && len(list) < 3 {
		return ir.String("")
	}
	return ir.NewCall(ir.FuncIndex, parts, ir.Number(2))
}

// schemeOf is the scheme of a URL if it is known, else "https".
func schemeOf(url ir.Value) string {
	if j, ok := url.(ir.Join); ok {
		url = j.Parts[0]
	}
	if s, ok := url.(ir.String); ok {
		if scheme, _, found := strings.Cut(string(s), "://"); found {
			return scheme
		}
	}
	return "https"
}

// checkURL reports a URL that is known not to be one.
func (c *Scope) checkURL(url arg.String) {
	known, ok := url.Known()
	if ok && hostOf(url.V) == ir.Value(ir.String("")) || ok && !strings.Contains(known, "://") {
		c.errorAt(url.At, diag.InvalidValue, "Invalid URL", fmt.Sprintf(`%q is not a URL such as "https://example.com".`, known))
	}
}
