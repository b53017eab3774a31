package hcl

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower"
	"github.com/sstc/sstc/compiler/lower/arg"
	"github.com/sstc/sstc/compiler/schema"
)

// A resourceType is a provider's resource type, or a function of it, as the
// user spelt it: "aws.s3.Bucket" and "aws:s3/bucket:Bucket" with Pulumi's
// property names, "aws_s3_bucket" with Terraform's.
type resourceType struct {
	token     string
	schema    *schema.Resource // nil if nothing is known of it
	terraform bool
}

// shape is the shape of what it may be given.
func (t *resourceType) shape() shape {
	if t.schema == nil {
		return anything()
	}
	n := pulumiNames
	if t.terraform {
		n = terraformNames
	}
	return objectShape(&t.schema.Object, inputs, n)
}

// terraformOf is the schema, if names are Terraform's.
func (t *resourceType) terraformOf() *schema.Resource {
	if t.terraform {
		return t.schema
	}
	return nil
}

// rename is a property path in Pulumi's spelling.
func (t *resourceType) rename(name string) string {
	if !t.terraform || t.schema == nil {
		return name
	}
	if p, _ := terraformProperty(&t.schema.Object, name); p != nil {
		return p.Name
	}
	return name
}

// resourceType finds a resource type, or returns nil after a diagnostic.
func (e *evaluation) resourceType(typ string, at hcl.Range) *resourceType {
	if isTerraformType(typ) {
		token := schema.PulumiTokenForTerraform(typ)
		if token == "" {
			if data := schema.PulumiTokenForTerraformData(typ); data != "" {
				e.errorAt(at, diag.UnknownResource, "Unknown resource type", fmt.Sprintf("%q is a data source. Write data %q instead of resource.", typ, typ))
				return nil
			}
			e.errorAt(at, diag.UnknownResource, "Unknown resource type", fmt.Sprintf("There is no resource type %q, or sstc knows of no such type. Types of other providers are written in Pulumi's way, as in \"aws.s3.Bucket\".", typ))
			return nil
		}
		return &resourceType{token, schema.PulumiResource(token), true}
	}
	return e.pulumiType(typ, at, schema.ResourceMember)
}

// functionType is resourceType for a block data.
func (e *evaluation) functionType(typ string, at hcl.Range) *resourceType {
	if isTerraformType(typ) {
		token := schema.PulumiTokenForTerraformData(typ)
		if token == "" {
			if res := schema.PulumiTokenForTerraform(typ); res != "" {
				e.errorAt(at, diag.UnknownResource, "Unknown data source", fmt.Sprintf("%q is a resource type and no data source. To refer to one that exists, write a resource with options { id = ... }.", typ))
				return nil
			}
			e.errorAt(at, diag.UnknownResource, "Unknown data source", fmt.Sprintf("There is no data source %q, or sstc knows of no such one. Functions of other providers are written in Pulumi's way, as in \"aws.ec2.getVpc\".", typ))
			return nil
		}
		return &resourceType{token, schema.PulumiFunction(token), true}
	}
	return e.pulumiType(typ, at, schema.FunctionMember)
}

func isTerraformType(typ string) bool {
	return strings.Contains(typ, "_") && !strings.ContainsAny(typ, ".:")
}

// pulumiType finds a type by the name that Pulumi's SDKs have for it, or by its
// token.
func (e *evaluation) pulumiType(typ string, at hcl.Range, want schema.MemberKind) *resourceType {
	what := map[schema.MemberKind]string{schema.ResourceMember: "resource type", schema.FunctionMember: "data source"}[want]
	find := func(token string) *schema.Resource {
		if want == schema.FunctionMember {
			return schema.PulumiFunction(token)
		}
		return schema.PulumiResource(token)
	}
	if strings.Count(typ, ":") == 2 {
		if s := find(typ); s != nil || !known(typ) {
			return &resourceType{typ, s, false}
		}
		e.errorAt(at, diag.UnknownResource, "Unknown "+what, fmt.Sprintf("There is no %s %q.", what, typ))
		return nil
	}
	parts := strings.Split(typ, ".")
	if len(parts) < 2 {
		e.errorAt(at, diag.UnknownResource, "Unknown "+what, fmt.Sprintf("%q is no %s. One is written as in Terraform, \"aws_s3_bucket\", or as in Pulumi, \"aws.s3.Bucket\".", typ, what))
		return nil
	}
	if parts[0] == "sst" {
		e.errorAt(at, diag.UnknownResource, "Unknown "+what, fmt.Sprintf("%s is a component. Write component %q.", typ, typ))
		return nil
	}
	pkg, module, name := lower.SchemaPackage(lower.PackageName(parts[0])), strings.Join(parts[1:len(parts)-1], "/"), parts[len(parts)-1]
	if name == "Provider" && module == "" {
		e.errorAt(at, diag.UnknownResource, "Unknown "+what, fmt.Sprintf("A provider has a block of its own: provider %q { alias = ... }", parts[0]))
		return nil
	}
	token, kind := schema.PulumiMember(pkg, module, name)
	switch {
	case kind == want:
		return &resourceType{token, find(token), false}
	case known(pkg) || kind != schema.NoMember:
		var names []string
		for _, n := range schema.PulumiMembers(pkg, module) {
			if _, k := schema.PulumiMember(pkg, module, n); k == want {
				names = append(names, n)
			}
		}
		full := strings.Join(parts[:len(parts)-1], ".")
		if module != "" && !slices.Contains(schema.PulumiModules(pkg), module) {
			e.errorAt(at, diag.UnknownResource, "Unknown "+what, fmt.Sprintf("The provider %q has no %q.%s", pkg, strings.Join(parts[1:len(parts)-1], "."), diag.Suggest(module, schema.PulumiModules(pkg))))
			return nil
		}
		hint := diag.Suggest(name, names)
		if near := diag.Nearest(name, names); near != "" {
			hint = fmt.Sprintf(" Did you mean %q?", full+"."+near)
		}
		e.errorAt(at, diag.UnknownResource, "Unknown "+what, fmt.Sprintf("There is no %s %q.%s", what, typ, hint))
		return nil
	}
	// Nothing is known of this provider; the usual form of tokens is assumed.
	if module == "" {
		module = "index"
	}
	lowerFirst := strings.ToLower(name[:1]) + name[1:]
	return &resourceType{token: pkg + ":" + module + "/" + lowerFirst + ":" + name}
}

// known reports whether all types of the package that a token is of are known.
func known(token string) bool {
	pkg, _, _ := strings.Cut(token, ":")
	return slices.Contains(schema.PulumiPackages(), pkg) && !schema.PulumiPartial(pkg)
}

func evalResource(m *module, n *node) {
	e := m.e
	t := e.resourceType(n.block.Labels[0], n.block.LabelRanges[0])
	if t == nil {
		return
	}
	list := e.instances(n.block.Body, n.name, &scope{m: m})
	if list == nil {
		return
	}
	r := reader{e: e, what: n.block.Labels[0], more: []string{"options"}, skip: func(name string) bool { return slices.Contains(meta, name) || name == "options" }}
	body := n.block.Body
	if sh := t.shape(); sh.field != nil {
		if _, _, own := sh.field("options"); own {
			// A property of that name is an argument, and the options are a block.
			r.asIs = "options"
			body = withoutArgument(body, "options")
		}
	}
	var values []ir.Value
	for _, in := range list {
		props, src := r.read(n.block.Body, t.shape(), in.s)
		opts, optSrc, name := e.options(body, in.s, t.rename)
		opts = m.afterDependencies(opts)
		if name == noName {
			values = append(values, poison)
			continue
		}
		if name != "" {
			in.name = name
		}
		id := opts.Get("id")
		if id != nil {
			opts = opts.With("id", nil)
		}
		at := &place{e, n.named, map[string]*source{"1": src, "2": optSrc}}
		finished, _ := e.finish(props, in.name).(*ir.Object)
		options, _ := e.finish(opts, in.name).(*ir.Object)
		var h lower.ResourceHandle
		var err error
		switch {
		case id == nil:
			h, err = e.app.Resource(t.token, in.name, finished, options, at)
		case isPoison(id):
			values = append(values, poison)
			continue
		default:
			h, err = e.app.Read(t.token, in.name, e.finish(id, in.name), finished, options, at)
		}
		switch {
		case err != nil:
			values = append(values, e.internal(n.named, err))
		case t.terraform:
			values = append(values, ir.Opaque{X: resource{h}})
		default:
			values = append(values, ir.Opaque{X: h})
		}
	}
	m.states[n.id].value = gather(n.block.Body, list, values)
}

// withoutArgument is a body without one of its arguments.
func withoutArgument(b *hclsyntax.Body, name string) *hclsyntax.Body {
	rest := *b
	rest.Attributes = maps.Clone(b.Attributes)
	delete(rest.Attributes, name)
	return &rest
}

func evalData(m *module, n *node) {
	e := m.e
	t := e.functionType(n.block.Labels[0], n.block.LabelRanges[0])
	if t == nil {
		return
	}
	list := e.instances(n.block.Body, n.name, &scope{m: m})
	if list == nil {
		return
	}
	r := reader{e: e, what: n.block.Labels[0], more: []string{"options"}, skip: func(name string) bool { return slices.Contains(meta, name) || name == "options" }}
	var values []ir.Value
	for _, in := range list {
		args, src := r.read(n.block.Body, t.shape(), in.s)
		opts, optSrc, _ := e.options(n.block.Body, in.s, nil)
		at := &place{e, n.named, map[string]*source{"0": src, "2": optSrc}}
		finished, _ := e.finish(args, "").(*ir.Object)
		options, _ := e.finish(opts, "").(*ir.Object)
		v, err := e.app.Invoke(t.token, finished, options, at)
		switch {
		case err != nil:
			v = e.internal(n.named, err)
		case t.terraform && t.schema != nil:
			v = ir.Opaque{X: named{v, &schema.Type{Kind: schema.Obj, Object: &t.schema.Object}, false}}
		}
		values = append(values, v)
	}
	m.states[n.id].value = gather(n.block.Body, list, values)
}

// evalProvider makes an explicit provider, of a block with an alias; the block
// app takes in the others.
func evalProvider(m *module, n *node) {
	e := m.e
	m.states[n.id].value = ir.Null{}
	alias := n.block.Body.Attributes["alias"]
	if alias == nil {
		return
	}
	name, ok := literalString(alias)
	if !ok {
		e.errorAt(alias.Expr.Range(), diag.InvalidExpression, "Not a plain string", "An alias is a plain string, since references name it.")
		m.states[n.id].value = poison
		return
	}
	pkg := lower.SchemaPackage(lower.PackageName(n.name))
	sh := providerShape(pkg)
	props, src := reader{e: e, what: fmt.Sprintf("the provider %q", n.name), more: []string{"options"}, skip: func(name string) bool {
		return name == "alias" || name == "options" || name == "depends_on"
	}}.read(n.block.Body, sh, &scope{m: m})
	opts, optSrc, own := e.options(n.block.Body, &scope{m: m}, nil)
	if own == noName {
		m.states[n.id].value = poison
		return
	}
	if own != "" {
		name = own
	}
	at := &place{e, alias.Expr.Range(), map[string]*source{"1": src, "2": optSrc}}
	finished, _ := e.finish(props, name).(*ir.Object)
	options, _ := e.finish(opts, name).(*ir.Object)
	h, err := e.app.Resource("pulumi:providers:"+pkg, name, finished, options, at)
	if err != nil {
		m.states[n.id].value = e.internal(n.named, err)
		return
	}
	m.states[n.id].value = ir.Opaque{X: h}
}

// providerShape is the shape of a provider's settings, in Pulumi's spelling or in
// Terraform's.
func providerShape(pkg string) shape {
	p := schema.PulumiResource("pulumi:providers:" + pkg)
	if p == nil {
		return anything()
	}
	return objectShape(&p.Object, inputs, eitherNames)
}

// evalApp makes the app of the block app and of the default providers.
func evalApp(m *module, n *node) {
	e := m.e
	s := &scope{m: m}
	fields := arg.Fields(configType)
	sh := fieldsShape(fields)
	config, src := reader{e: e, what: "the block app", hint: func(name string) string {
		if name == "region" {
			return `The region is an argument of the provider: provider "aws" { region = "eu-west-1" }`
		}
		return ""
	}}.read(n.block.Body, sh, s)
	for _, p := range m.def.config {
		inner := providerShape(lower.SchemaPackage(lower.PackageName(p.name)))
		known := inner.field
		if known != nil {
			inner.names = append(inner.names, "version")
			inner.field = func(name string) (string, shape, bool) {
				if name == "version" || name == "package" {
					return name, shape{kind: arg.Scalar, takes: "a string"}, true
				}
				return known(name)
			}
		}
		settings, part := reader{e: e, what: fmt.Sprintf("the provider %q", p.name)}.read(p.block.Body, inner, s)
		part.key, part.value = p.named, p.named
		providers, _ := config.Get("providers").(*ir.Object)
		if providers.Has(p.name) {
			e.errorAt(p.named, diag.DuplicateName, "Duplicate name", fmt.Sprintf("The block app configures the provider %q already.", p.name))
			continue
		}
		config = config.With("providers", providers.With(p.name, settings))
		if src.parts["providers"] == nil {
			src.parts["providers"] = &source{key: p.named, value: p.named, parts: map[string]*source{}}
		}
		if list := src.parts["providers"].parts; list != nil {
			list[p.name] = part
		}
	}
	e.config, _ = stripSecrets(config).(*ir.Object)
	m.states[n.id].value = ir.Null{}
	bad := false
	ir.Walk(config, func(v ir.Value) bool { bad = bad || isPoison(v); return !bad })
	if bad {
		return
	}
	at := &place{e, n.named, map[string]*source{"0": src}}
	app, diags := lower.Configure(e.withoutNulls(config), lower.Surrounding{
		Stage: e.args.Stage, ConfigFile: e.args.ConfigFile, Env: e.args.Env.Lookup, EnvHolding: e.args.Env.Holding, IgnoreUnknown: e.args.IgnoreUnknown,
		PlanSite: e.args.PlanSite,
	}, at.Arg)
	e.diags = append(e.diags, diags...)
	e.app = app
}
