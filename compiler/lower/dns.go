package lower

import (
	"fmt"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

// A dnsAdapter is what sst.aws.dns() and its like return: where the records of
// a domain are kept.
//
// SST also makes CAA records in zones outside Route 53, so that Amazon may
// issue certificates. sstc does not: they are the zone's, and not of any one
// app or stage, and the providers cannot share a record. A zone without CAA
// records needs none; one that has some must allow amazon.com.
type dnsAdapter struct {
	provider  string     // "aws", "cloudflare" or "vercel"
	zone      arg.String // ID of the zone (aws, cloudflare)
	override  arg.Bool   // replace records that exist (aws)
	proxy     arg.Bool   // send what is aliased through Cloudflare
	account   arg.String // Cloudflare's account
	domain    arg.String // the domain in the Vercel account
	team      arg.String // Vercel's team
	transform arg.Transform
}

// dnsType is the HandleType of adapters, and the tag for arguments that take
// one.
const dnsType = "dns"

// HandleType makes adapters [arg.Handle]s.
func (*dnsAdapter) HandleType() string { return dnsType }

type dnsTransform struct {
	Record arg.Transform `arg:"record"`
}

type awsDNSParams struct {
	Args struct {
		Zone      arg.String   `arg:"zone" doc:"ID of the hosted zone. Default: the public zone of the registrable domain, such as example.com for api.dev.example.com. Give it if a subdomain has a zone of its own."`
		Override  arg.Bool     `arg:"override" doc:"Replace records that exist."`
		Transform dnsTransform `arg:"transform" doc:"Changes to the records that it makes."`
	} `arg:"args"`
}

type cloudflareDNSParams struct {
	Args struct {
		Zone      arg.String   `arg:"zone" doc:"ID of the zone. Default: that of the registrable domain, such as example.com for api.dev.example.com."`
		AccountID arg.String   `arg:"accountId" doc:"The account in which to look for the zone. Default CLOUDFLARE_DEFAULT_ACCOUNT_ID."`
		Proxy     arg.Bool     `arg:"proxy" doc:"Send requests through Cloudflare."`
		Override  arg.Bool     `arg:"override" doc:"Replace records that exist. The provider can no longer do that."`
		Transform dnsTransform `arg:"transform" doc:"Changes to the records that it makes."`
	} `arg:"args"`
}

type vercelDNSParams struct {
	Args struct {
		Domain    arg.String   `arg:"domain,required" doc:"The domain in the Vercel account, such as example.com."`
		TeamID    arg.String   `arg:"teamId" doc:"The team that has the domain. Default VERCEL_TEAM_ID."`
		Transform dnsTransform `arg:"transform" doc:"Changes to the records that it makes."`
	} `arg:"args,required"`
}

var awsDNS = method(Method{
	Name: "sst.aws.dns", Returns: dnsType, Doc: "Keeps the records of a domain in Route 53.",
}, func(c *Scope, p *awsDNSParams) ir.Value {
	return opaque(&dnsAdapter{provider: "aws", zone: p.Args.Zone, override: p.Args.Override, transform: p.Args.Transform.Record})
})

var cloudflareDNS = method(Method{
	Name: "sst.cloudflare.dns", Returns: dnsType, Doc: "Keeps the records of a domain in Cloudflare.",
}, func(c *Scope, p *cloudflareDNSParams) ir.Value {
	if p.Args.Override.True(false) {
		c.warnAt(p.Args.Override.At, diag.UnsupportedFeature, "Not supported",
			"Version 6 of the Cloudflare provider cannot replace records that exist. Remove them before this app makes its own.")
	}
	d := &dnsAdapter{provider: "cloudflare", zone: p.Args.Zone, account: p.Args.AccountID, proxy: p.Args.Proxy, transform: p.Args.Transform.Record}
	d.account = c.orEnv(d.account, "CLOUDFLARE_DEFAULT_ACCOUNT_ID")
	return opaque(d)
})

var vercelDNS = method(Method{
	Name: "sst.vercel.dns", Returns: dnsType, Doc: "Keeps the records of a domain in Vercel.",
}, func(c *Scope, p *vercelDNSParams) ir.Value {
	d := &dnsAdapter{provider: "vercel", domain: p.Args.Domain, transform: p.Args.Transform.Record}
	d.team = c.orEnv(p.Args.TeamID, "VERCEL_TEAM_ID")
	if _, ok := d.domain.Known(); !ok && d.domain.Set() {
		c.errorAt(d.domain.At, diag.UnknownValue, "Value not known before deployment",
			"The names of records are made relative to the domain, so it must be known to the compiler.")
	}
	return opaque(d)
})

// orEnv is an argument, or if it was not given an environment variable.
func (c *Scope) orEnv(v arg.String, name string) arg.String {
	if env, ok := c.app.Env(name); ok && env != "" && !v.Set() {
		v.V = ir.String(env)
	}
	return v
}

// A dnsRecord is a record to be made.
type dnsRecord struct {
	kind  string // "CNAME", "TXT", "MX"
	name  ir.Value
	value ir.Value
	// domain is a name in the zone, by which the zone is found: the record's
	// own name, or, for one that is not known yet, the domain it is about.
	// What it is called in the app is made of it too.
	domain   ir.Value
	label    string // put before domain in that name
	priority ir.Value
	alias    bool // what it names serves web requests
}

// record makes one record. Prefix is what its name in the app begins with, and
// at where the domain was given.
func (d *dnsAdapter) record(c *Scope, prefix string, r dnsRecord, at arg.Path, options ...ResourceOption) ResourceHandle {
	if r.domain == nil {
		r.domain = r.name
	}
	switch d.provider {
	case "cloudflare":
		return d.cloudflareRecord(c, prefix, r, at, options)
	case "vercel":
		return d.vercelRecord(c, prefix, r, at, options)
	}
	value := r.value
	if r.priority != nil {
		value = ir.Concat(r.priority, " ", value)
	}
	zone := d.hostedZone(c, r.domain, at)
	return d.route53Record(c, prefix, r, zone, ir.Obj("ttl", 60, "records", ir.List{value}), options...)
}

// createAlias makes the records by which a name leads to what AWS serves under
// another; zone is the hosted zone of that.
func (d *dnsAdapter) createAlias(c *Scope, prefix string, name, target, zone ir.Value, at arg.Path) []ResourceHandle {
	switch d.provider {
	case "cloudflare":
		return []ResourceHandle{d.record(c, prefix, dnsRecord{kind: "CNAME", name: name, value: target, alias: true}, at)}
	case "vercel":
		// A domain itself cannot have a CNAME record.
		kind := "CNAME"
		if s, _ := name.(ir.String); strings.HasPrefix(string(s), d.domain.KnownOr("")) {
			kind = "ALIAS"
		}
		return []ResourceHandle{d.record(c, prefix, dnsRecord{kind: kind, name: name, value: target}, at)}
	}
	var records []ResourceHandle
	hostedZone := d.hostedZone(c, name, at)
	for _, kind := range []string{"A", "AAAA"} {
		records = append(records, d.route53Record(c, prefix, dnsRecord{kind: kind, name: name, domain: name}, hostedZone, ir.Obj(
			"aliases", ir.List{ir.Obj("name", target, "zoneId", zone, "evaluateTargetHealth", true)},
		)))
	}
	return records
}

// createAliases makes aliases for several names at once.
func (d *dnsAdapter) createAliases(c *Scope, names []arg.String, target, zone ir.Value) {
	taken := map[string]bool{}
	for i, name := range names {
		// "*.example.com" and "example.com" would be called the same.
		prefix := c.name()
		known, _ := name.Known()
		key := logicalName(known)
		if taken[key] {
			prefix += fmt.Sprint(i)
		}
		taken[key] = true
		d.createAlias(c, prefix, name.V, target, zone, name.At)
	}
}

// resourceName is what a record is called in the app.
func (r dnsRecord) resourceName(prefix string) string {
	domain, _ := r.domain.(ir.String)
	return prefix + r.kind + "Record" + logicalName(r.label+string(domain))
}

// hostedZone is the ID of the zone of Route 53 that a domain is in.
func (d *dnsAdapter) hostedZone(c *Scope, domain ir.Value, at arg.Path) ir.Value {
	if d.zone.Set() {
		return d.zone.V
	}
	name, ok := c.zoneName(domain, at, `dns: sst.aws.dns({ zone: "Z..." })`)
	if !ok {
		return nil
	}
	return c.invoke("aws:route53/getZone:getZone", ir.Obj("name", name), "zoneId")
}

func (d *dnsAdapter) route53Record(c *Scope, prefix string, r dnsRecord, zone ir.Value, content *ir.Object, options ...ResourceOption) ResourceHandle {
	return c.resourceNamed(r.resourceName(prefix), "aws:route53/record:Record", ir.Obj(
		"zoneId", zone,
		"allowOverwrite", d.override.V,
		"type", r.kind,
		"name", r.name,
	).Merge(content), d.transform, options...)
}

func (d *dnsAdapter) cloudflareRecord(c *Scope, prefix string, r dnsRecord, at arg.Path, options []ResourceOption) ResourceHandle {
	zone := d.zone.V
	if zone == nil {
		if name, ok := c.zoneName(r.domain, at, `dns: sst.cloudflare.dns({ zone: "..." })`); ok {
			filter := ir.Obj("name", name)
			if d.account.Set() {
				filter = filter.With("account", ir.Obj("id", d.account.V))
			}
			zone = c.invoke("cloudflare:index/getZone:getZone", ir.Obj("filter", filter), "id")
		}
	}
	value := r.value
	if s, ok := value.(ir.String); r.kind == "TXT" && !(ok && strings.HasPrefix(string(s), `"`)) {
		value = ir.Concat(`"`, value, `"`)
	}
	proxied := ir.Value(ir.Bool(false))
	ttl := ir.Number(60)
	if r.alias && d.proxy.Set() {
		proxied = d.proxy.V
		if d.proxy.True(false) {
			ttl = 1 // automatic: what is proxied cannot have another
		}
	}
	return c.resourceNamed(r.resourceName(prefix), "cloudflare:index/dnsRecord:DnsRecord", ir.Obj(
		"zoneId", zone,
		"proxied", proxied,
		"type", r.kind,
		"name", r.name,
		"content", value,
		"priority", r.priority,
		"ttl", ttl,
	), d.transform, options...)
}

func (d *dnsAdapter) vercelRecord(c *Scope, prefix string, r dnsRecord, at arg.Path, options []ResourceOption) ResourceHandle {
	domain := d.domain.KnownOr("")
	if known, ok := r.domain.(ir.String); ok && known != ir.String(domain) && !strings.HasSuffix(string(known), "."+domain) {
		c.errorAt(at, diag.InvalidValue, "Invalid value", fmt.Sprintf("%q is not in the domain %q, which sst.vercel.dns was given.", string(known), domain))
	}
	return c.resourceNamed(r.resourceName(prefix), "vercel:index/dnsRecord:DnsRecord", ir.Obj(
		"domain", d.domain.V,
		"type", r.kind,
		"name", relativeName(r.name, domain),
		"value", r.value,
		"mxPriority", r.priority,
		"teamId", d.team.V,
		"ttl", 60,
	), d.transform, options...)
}

// relativeName is the name of a record without the domain, as Vercel wants it:
// "" for the domain itself.
func relativeName(name ir.Value, domain string) ir.Value {
	switch n := name.(type) {
	case ir.String:
		return ir.String(strings.TrimSuffix(strings.TrimSuffix(string(n), domain), "."))
	case ir.Join:
		last, _ := n.Parts[len(n.Parts)-1].(ir.String)
		if rest, ok := strings.CutSuffix(string(last), "."+domain); ok {
			return ir.Concat(ir.Join{Parts: n.Parts[:len(n.Parts)-1]}, rest)
		}
	}
	return ir.NewCall(ir.FuncIndex, ir.NewCall(ir.FuncSplit, ir.String("."+domain), name), ir.Number(0))
}

// zoneName is the name of the zone that a domain is taken to be in: the
// registrable domain. SST asks the account which zones there are and takes the
// longest that fits, which a compiler cannot do. How tells the user how to
// name another zone.
func (c *Scope) zoneName(domain ir.Value, at arg.Path, how string) (string, bool) {
	known, ok := domain.(ir.String)
	if !ok {
		c.errorAt(at, diag.UnknownValue, "Value not known before deployment",
			"The zone is found by the domain, which is not known to the compiler. Say which zone it is: "+how+".")
		return "", false
	}
	name := strings.ToLower(strings.TrimPrefix(strings.TrimSuffix(string(known), "."), "*."))
	zone, err := publicsuffix.EffectiveTLDPlusOne(name)
	if err != nil {
		c.errorAt(at, diag.InvalidValue, "Invalid domain", fmt.Sprintf("%q is not a domain name under which records can be made.", string(known)))
		return "", false
	}
	return zone, true
}

// dnsOf returns the adapter that an argument dns asks for: Route 53's if it
// was not given, nil if it is false.
func dnsOf(v *arg.OneOf[arg.Bool, arg.Ref]) *dnsAdapter {
	if v == nil {
		return &dnsAdapter{provider: "aws"}
	}
	d, _ := v.Handle().(*dnsAdapter)
	return d
}
