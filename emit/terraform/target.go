package terraform

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
)

// A target is what a reference can point at, and a block of the output: a
// resource, or a data source.
type target struct {
	id   string
	res  *ir.Resource // nil for an invoke
	inv  *ir.Invoke   // nil for a resource
	kind targetKind

	token   string
	pkg     *pkg
	tfType  string           // "aws_s3_bucket"
	name    string           // "uploads"
	address string           // "aws_s3_bucket.uploads", "data.aws_vpc.main"
	pulumi  *schema.Resource // nil if nothing is known of it
	tf      *schema.Resource // nil if nothing is known of it
	lookup  *lookup          // of a readTarget
}

type targetKind int

const (
	resourceTarget targetKind = iota
	dataTarget                // an invoke
	readTarget                // a resource that exists, read by a data source
	givenTarget               // a resource that exists and is not read: only what the program says of it is known
	providerTarget            // an explicit provider
	commandTarget             // a command:local:Command
	brokenTarget              // reported already
)

// A pkg is a Pulumi package that the program uses.
type pkg struct {
	name     string
	provider *schema.Provider // nil if unknown
	local    string           // the provider's local name in Terraform
	source   string           // "hashicorp/aws"
	version  string           // "" for any
	explicit []*target        // in the order of the program
	warned   bool             // that its schema is unknown
}

func (e *emission) pkg(name string) *pkg {
	if p := e.packages[name]; p != nil {
		return p
	}
	p := &pkg{name: name, provider: schema.PulumiProvider(name)}
	if s := p.provider; s != nil {
		p.source, p.version = s.Source, s.Version
		p.local = strings.TrimSuffix(s.Prefix, "_")
	}
	switch {
	case name == nativePackage:
		p.local, p.source = "awscc", "hashicorp/awscc"
	case p.local == "":
		p.local = snake(name)
	}
	e.packages[name] = p
	return p
}

func (e *emission) rng(t *target) diag.Range {
	if t.res != nil {
		return t.res.Range
	}
	return t.inv.Range
}

func (t *target) component() string {
	if t.res != nil {
		return t.res.Component
	}
	return t.inv.Component
}

// who describes a target at the beginning of a sentence.
func (e *emission) who(t *target) string {
	name, kind := t.id, "call"
	if t.res != nil {
		name, kind = t.res.Name, "resource"
	}
	if c := e.components[t.component()]; c != nil {
		return fmt.Sprintf("The %s %q (%s), made by the component %q,", kind, name, t.token, c.Name)
	}
	return fmt.Sprintf("The %s %q (%s)", kind, name, t.token)
}

// invalid reports that a target does not fit Terraform's schema. For what a
// component made that is a mistake in sstc, unless a transform is to blame.
func (e *emission) invalid(t *target, code diag.Code, summary, detail string) {
	if e.components[t.component()] != nil {
		detail += " Unless a transform set it, this is a bug in sstc."
	}
	e.diags.Add(code, e.rng(t), summary, e.who(t)+" "+detail)
}

// resolveTargets finds the Terraform type of everything in the program, and
// names it.
func (e *emission) resolveTargets() {
	for _, r := range e.p.Resources {
		t := &target{id: r.ID, res: r, token: r.Type}
		e.targets[r.ID] = t
		e.ordered = append(e.ordered, t)
		e.resolve(t)
		t.name = e.names.name(t.tfType, r.ID, snake(r.ID))
		switch t.kind {
		case readTarget:
			t.address = "data." + t.tfType + "." + t.name
		default:
			t.address = t.tfType + "." + t.name
		}
	}
	type key struct{ token, provider string }
	seen := map[key][]*target{}
	for _, i := range e.p.Invokes {
		k := key{i.Token, i.Provider}
		var same *target
		for _, o := range seen[k] {
			if reflect.DeepEqual(o.inv.Args, i.Args) && reflect.DeepEqual(o.inv.DependsOn, i.DependsOn) {
				same = o
			}
		}
		if same != nil {
			e.targets[i.ID] = same
			continue
		}
		t := &target{id: i.ID, inv: i, token: i.Token, kind: dataTarget}
		seen[k] = append(seen[k], t)
		e.targets[i.ID] = t
		e.ordered = append(e.ordered, t)
		e.resolve(t)
		t.name = e.names.name("data."+t.tfType, i.ID, snake(i.ID))
		t.address = "data." + t.tfType + "." + t.name
	}
	for _, d := range e.p.Params {
		if d.Kind == ir.ParamLookup && d.Lookup != nil {
			t := &target{id: d.Name, inv: d.Lookup, token: d.Lookup.Token, kind: dataTarget}
			e.resolve(t)
			t.name = e.names.name("data."+t.tfType, d.Name, snake(d.Name))
			t.address = "data." + t.tfType + "." + t.name
			e.lookups[d.Name] = t
			e.ordered = append(e.ordered, t)
		}
	}
	for _, p := range e.packages {
		e.nameAliases(p)
	}
}

func (e *emission) resolve(t *target) {
	if name, ok := strings.CutPrefix(t.token, "pulumi:providers:"); ok {
		if isNative(name) {
			t.kind = brokenTarget // what uses it is reported
			return
		}
		t.kind = providerTarget
		t.pkg = e.pkg(name)
		t.pkg.explicit = append(t.pkg.explicit, t)
		t.tfType = t.pkg.local
		return
	}
	if t.token == "command:local:Command" && t.res.Read == nil {
		t.kind, t.tfType = commandTarget, "terraform_data"
		return
	}
	name, _, _ := strings.Cut(t.token, ":")
	if isNative(name) {
		e.unsupported(t, fmt.Sprintf("is of the package %q, which has no Terraform provider.", name))
		return
	}
	t.pkg = e.pkg(name)
	if name == nativePackage {
		if !resolveNative(t) {
			e.unsupported(t, "has no twin in the Terraform provider awscc.")
		} else if t.res.Read != nil {
			t.kind = givenTarget
		}
		return
	}
	if t.inv != nil {
		t.pulumi = schema.PulumiFunction(t.token)
	} else {
		t.pulumi = schema.PulumiResource(t.token)
	}
	guessed := true
	if t.pulumi != nil {
		t.tfType, guessed = t.pulumi.Terraform, t.pulumi.Guessed
	}
	if t.tfType == "" {
		t.tfType = schema.RuleTerraformType(t.token)
	}
	if t.inv != nil {
		t.tf = schema.TerraformData(t.tfType)
	} else {
		t.tf = schema.TerraformResource(t.tfType)
	}
	switch {
	case t.tf == nil && t.pulumi != nil && t.pulumi.Terraform == "":
		e.unsupported(t, fmt.Sprintf("has no twin in the Terraform provider %s.", t.pkg.source))
		return
	case t.tf == nil && guessed:
		e.warnGuessed(t)
	}
	if t.res != nil && t.res.Read != nil {
		e.resolveRead(t)
	}
}

// isNative reports whether a package has no Terraform provider.
func isNative(pkg string) bool {
	if pkg == "pulumi" || strings.HasPrefix(pkg, "pulumi-") {
		return true
	}
	p := schema.PulumiProvider(pkg)
	return p != nil && p.Source == ""
}

func (e *emission) unsupported(t *target, why string) {
	t.kind = brokenTarget
	kind := "resource"
	if t.inv != nil {
		kind = "call"
	}
	e.diags.Add(diag.NotInTerraform, e.rng(t), "Not available in Terraform",
		fmt.Sprintf("%s %s Build for Pulumi instead (--target pulumi), or take the %s out.", e.who(t), why, kind))
}

// warnGuessed says, once for a package, that names are made by rule.
func (e *emission) warnGuessed(t *target) {
	if t.pkg.warned {
		return
	}
	t.pkg.warned = true
	if t.pkg.source == "" {
		t.pkg.source = t.pkg.name + "/" + t.pkg.name
	}
	e.diags.Warn(diag.UnknownProvider, e.rng(t), "Provider schema not known",
		fmt.Sprintf("%s becomes %s of the provider %s. sstc has no schema of that type: the Terraform names are made from Pulumi's by rule and may be wrong. Check them with terraform validate.", e.who(t), t.tfType, t.pkg.source))
}
