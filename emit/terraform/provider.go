package terraform

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"

	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
	"github.com/sstc/sstc/emit"
)

var noOptions emit.Options

// nameAliases gives each explicit provider an alias: its region if that is all
// it says, or all in which it differs from the default provider, and no other
// provider says the same; else a name made from its ID.
func (e *emission) nameAliases(p *pkg) {
	var usual *ir.Object
	for _, c := range e.p.Providers {
		if c.Package == p.name {
			usual = c.Args.With("region", nil)
		}
	}
	region := func(t *target) string {
		s, ok := t.res.Props.Get("region").(ir.String)
		rest := t.res.Props.With("region", nil)
		if !ok || rest.Len() > 0 && !reflect.DeepEqual(rest, usual) {
			return ""
		}
		return snake(string(s))
	}
	count := map[string]int{}
	for _, t := range p.explicit {
		count[region(t)]++
	}
	names := namer{}
	for _, t := range p.explicit {
		want := snake(t.id)
		if r := region(t); r != "" && count[r] == 1 {
			want = r
		}
		t.name = names.name("", t.id, want)
		t.address = p.local + "." + t.name
	}
}

// providerArgument says which provider a resource or data source uses, if that
// is not the default one.
func (e *emission) providerArgument(b *block, id string) {
	if t := e.targets[id]; t != nil && t.kind == providerTarget {
		b.first = []item{{"provider", raw(t.address)}}
	}
}

// providerBlocks writes the default providers, then the explicit ones.
func (e *emission) providerBlocks() {
	configs := slices.SortedFunc(slices.Values(e.p.Providers), func(a, b *ir.ProviderConfig) int { return cmp.Compare(a.Package, b.Package) })
	hasAWS := slices.ContainsFunc(configs, func(c *ir.ProviderConfig) bool { return c.Package == "aws" })
	if _, used := e.packages["aws"]; !hasAWS && (used || e.usesPseudo()) && e.p.App.Region != "" {
		configs = append([]*ir.ProviderConfig{{Package: "aws"}}, configs...)
	}
	if _, used := e.packages[nativePackage]; used && !slices.ContainsFunc(configs, func(c *ir.ProviderConfig) bool { return c.Package == nativePackage }) {
		configs = append(configs, &ir.ProviderConfig{Package: nativePackage})
	}
	for _, config := range configs {
		if _, used := e.packages[config.Package]; !used && !(config.Package == "aws" && e.usesPseudo()) {
			continue
		}
		p := e.pkg(config.Package)
		args := config.Args
		if (p.name == "aws" || p.name == nativePackage) && !args.Has("region") && e.p.App.Region != "" {
			args = ir.Obj("region", e.p.App.Region).Merge(args)
		}
		if args.Len() > 0 {
			e.providerBlock(p, context{what: fmt.Sprintf("The configuration of the provider %q", p.name)}, "", args)
		}
	}
	for _, name := range e.packageNames() {
		p := e.packages[name]
		for _, t := range p.explicit {
			e.providerBlock(p, context{t: t}, t.name, t.res.Props)
		}
	}
}

func (e *emission) providerBlock(p *pkg, c context, alias string, args *ir.Object) {
	b := e.providers.block("provider", p.local)
	if alias != "" {
		b.attr("alias", text(alias))
	}
	var from, to *schema.Object
	if p.provider != nil {
		from = p.provider.Config
		if tf := schema.TerraformProvider(p.provider.Prefix); tf != nil && len(tf.Config.Properties) > 0 {
			to = tf.Config
		}
	}
	e.fill(&b.body, c, args, from, to)
	e.required(&b.body, c, to)
}

func (e *emission) packageNames() []string {
	var names []string
	for name := range e.packages {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (e *emission) usesPseudo() bool {
	return e.used[ir.PseudoAccount] || e.used[ir.PseudoRegion] || e.used[ir.PseudoPartition]
}

// pseudoBlocks writes the data sources behind the pseudo parameters in use,
// above the others.
func (e *emission) pseudoBlocks() {
	var blocks []*block
	for _, x := range []struct{ param, data string }{
		{ir.PseudoAccount, "aws_caller_identity"},
		{ir.PseudoPartition, "aws_partition"},
		{ir.PseudoRegion, "aws_region"},
	} {
		if e.used[x.param] {
			e.pkg("aws")
			blocks = append(blocks, &block{kind: "data", labels: []string{x.data, "current"}})
		}
	}
	e.data.blocks = append(blocks, e.data.blocks...)
}

// minVersion is of the first Terraform with import blocks.
const minVersion = ">= 1.5.0"

func (e *emission) versionsBlock() {
	b := e.versions.block("terraform")
	b.attr("required_version", text(minVersion))
	required := &block{kind: "required_providers"}
	for _, name := range e.packageNames() {
		p := e.packages[name]
		o := object{{"source", text(p.source)}}
		if p.version != "" {
			o = append(o, item{"version", text(p.version)})
		}
		required.attr(p.local, o)
	}
	if len(required.attrs) > 0 {
		b.blocks = append(b.blocks, required)
	}
}

// variableBlocks declares the variables in use.
func (e *emission) variableBlocks() {
	add := func(name, description string, more ...item) {
		b := e.vars.block("variable", name)
		if description != "" {
			b.attr("description", text(description))
		}
		b.attrs = append(b.attrs, more...)
	}
	if e.used["var."+assetsBucket] {
		add(assetsBucket, "Bucket that the assets were uploaded to.", item{"type", raw("string")})
	}
	if e.used["var."+assetsPrefix] {
		add(assetsPrefix, "What the keys of the assets begin with, such as \"assets/\".", item{"type", raw("string")}, item{"default", text("")})
	}
	if e.used["var."+imageRepository] {
		add(imageRepository, "Name of the repository of Amazon ECR that the container images were pushed to.", item{"type", raw("string")})
	}
	for _, d := range e.p.Params {
		name := e.variables[d.Name]
		if !e.used["var."+name] {
			continue
		}
		more := []item{{"type", raw(variableType(d))}}
		if d.Default != nil {
			more = append(more, item{"default", e.value(context{what: fmt.Sprintf("The parameter %q", d.Name)}, d.Default, nil, nil)})
		}
		description := d.Description
		if d.Kind == ir.ParamSecret {
			more = append(more, item{"sensitive", raw("true")})
			if description == "" {
				description = fmt.Sprintf("The secret %s.", d.Name)
			}
		}
		add(name, description, more...)
	}
}

func variableType(d *ir.ParamDecl) string {
	if d.List {
		return "list(string)"
	}
	switch d.Default.(type) {
	case ir.Bool:
		return "bool"
	case ir.Number:
		return "number"
	case ir.List, *ir.Object:
		return "any"
	}
	return "string"
}

// outputBlocks writes the app's outputs.
func (e *emission) outputBlocks() {
	names := namer{}
	for _, o := range e.p.Outputs {
		b := e.outputs.block("output", names.name("", o.Name, outputName(o.Name)))
		b.attr("value", e.value(context{what: fmt.Sprintf("The output %q", o.Name), at: o.Range}, o.Value, nil, nil))
		if e.secret(o.Value, nil) {
			b.attr("sensitive", raw("true"))
		}
	}
}

// outputName is a name as Terraform allows it for an output.
func outputName(name string) string {
	if isOutputName(name) {
		return name
	}
	return snake(name)
}

func isOutputName(s string) bool {
	for i := range len(s) {
		if c := s[i]; !(isIdent(string(c)) || i > 0 && (c == '-' || c >= '0' && c <= '9')) {
			return false
		}
	}
	return s != ""
}
