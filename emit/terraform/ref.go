package terraform

import (
	"fmt"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
)

// A place is an expression that names something inside a resource, with what
// the two schemas say is there. Both types are nil where nothing is known.
type place struct {
	text       string
	pulumi, tf *schema.Type
	// whole is set for a data source as a whole, the value of a reference
	// without attribute.
	whole *target
	// list is set for the element of a list of at most one: the list.
	list string
}

// traverse turns a reference, or an index into something, into a place. It
// reports false after a diagnostic.
func (e *emission) traverse(c context, v ir.Value) (place, bool) {
	switch v := v.(type) {
	case ir.Ref:
		t := e.targets[v.Resource]
		if t == nil {
			e.diags.Add(diag.UnknownReference, c.rng(e), "Reference to an unknown resource",
				fmt.Sprintf("%s refers to %q, which is not in the program. This is a bug in sstc.", c.who(e), v.Resource))
			return place{}, false
		}
		if v.Attr == "" {
			return place{text: t.address, whole: t}, t.kind != brokenTarget
		}
		if known := t.given(v.Attr); known != nil {
			return e.traverse(c, known)
		}
		return e.attribute(c, t, v.Attr)
	case ir.Call:
		switch v.Func {
		case ir.FuncIndex:
			base, ok := e.traverse(c, v.Args[0])
			if !ok {
				return base, false
			}
			return e.index(c, base, v.Args[1])
		case ir.FuncPluck:
			base, ok := e.traverse(c, v.Args[0])
			if !ok {
				return base, false
			}
			base.text += "[*]"
			base.pulumi, base.tf = elem(base.pulumi), elem(base.tf)
			return e.index(c, base, v.Args[1])
		case ir.FuncFind:
			list, ok := e.traverse(c, v.Args[0])
			if !ok {
				return list, false
			}
			element := place{text: "e", pulumi: elem(list.pulumi), tf: elem(list.tf)}
			attribute, ok := e.index(c, element, v.Args[1])
			if !ok {
				return attribute, false
			}
			want := string(inline(e.value(c, v.Args[2], nil, nil)))
			element.text = fmt.Sprintf("one([for e in %s : e if %s == %s])", list.text, attribute.text, want)
			return element, true
		}
	}
	s := string(inline(e.value(c, v, nil, nil)))
	switch v.(type) {
	case ir.Call, ir.Param:
	default:
		s = "(" + s + ")"
	}
	return place{text: s}, true
}

// given is the value of an attribute of a resource that exists, if the program
// says it; else nil.
func (t *target) given(attr string) ir.Value {
	switch {
	case t.kind == givenTarget && attr == "id", t.kind == readTarget && attr == "id" && t.tf.Property("id") == nil:
		return t.res.Read
	case t.kind == givenTarget:
		return t.res.Props.Get(attr)
	}
	return nil
}

func elem(t *schema.Type) *schema.Type {
	if t == nil {
		return nil
	}
	return t.Elem
}

// attribute is the place of a top-level attribute, by its Pulumi name.
func (e *emission) attribute(c context, t *target, attr string) (place, bool) {
	switch t.kind {
	case brokenTarget:
		return place{}, false
	case providerTarget:
		e.diags.Add(diag.UnknownAttribute, c.rng(e), "Reference to a provider",
			fmt.Sprintf("%s refers to %q of a provider. Terraform's providers have no attributes.", c.who(e), attr))
		return place{}, false
	case commandTarget:
		if attr != "id" {
			e.diags.Add(diag.NotInTerraform, c.rng(e), "Not available in Terraform",
				fmt.Sprintf("%s uses %q of the command %q. Terraform runs commands, but does not keep what they print. Use the external data source for that, or build for Pulumi instead (--target pulumi).", c.who(e), attr, t.res.Name))
			return place{}, false
		}
		return place{text: t.address + ".id", tf: stringType}, true
	case givenTarget:
		e.diags.Add(diag.NotInTerraform, c.rng(e), "Not available in Terraform",
			fmt.Sprintf("%s uses %q of the existing %s %q. Terraform has no data source that finds one by its ID; only the ID itself, and what was given to get(), can be used.", c.who(e), attr, t.token, t.res.Name))
		return place{}, false
	}

	if t.pulumi == nil { // nothing is known of the package
		name := snake(attr)
		return e.secretPlace(t, attr, place{text: t.address + "." + name}), true
	}
	p := t.pulumi.Property(attr)
	name := ""
	switch {
	case attr == "id":
		name = idAttribute(t)
	case p != nil:
		name = p.Terraform
	}
	if name == "" {
		e.unknownAttribute(c, t, attr)
		return place{}, false
	}
	out := place{text: t.address + "." + name}
	if p != nil {
		out.pulumi = p.Type
	}
	if t.tf != nil {
		q := t.tf.Property(name)
		// The tags that a data source finds are all of them.
		if q == nil && name == "tags_all" && t.kind == readTarget {
			if q = t.tf.Property("tags"); q != nil {
				out.text = t.address + ".tags"
			}
		}
		if q == nil || !q.Output {
			e.unknownAttribute(c, t, attr)
			return place{}, false
		}
		out.tf = q.Type
	}
	if p != nil && p.Flat {
		out = unwrap(out)
	}
	return e.secretPlace(t, attr, out), true
}

func (e *emission) unknownAttribute(c context, t *target, attr string) {
	what := "the resource type"
	if t.kind != resourceTarget {
		what = "the data source"
	}
	e.diags.Add(diag.UnknownAttribute, c.rng(e), "Unknown attribute",
		fmt.Sprintf("%s uses %q of %q. In Terraform %s %s has no such attribute.", c.who(e), attr, t.id, what, t.tfType))
}

// secretPlace hides an output that additionalSecretOutputs names.
func (e *emission) secretPlace(t *target, attr string, p place) place {
	if t.res != nil {
		for _, s := range t.res.Options.AdditionalSecrets {
			if s == attr {
				p.text = "sensitive(" + p.text + ")"
			}
		}
	}
	return p
}

// idAttributes are the attributes that hold what Pulumi calls the ID, for
// resource types without an attribute of that name.
var idAttributes = map[string]string{
	"aws_appsync_api":                     "api_id",
	"aws_bedrock_guardrail":               "guardrail_id",
	"aws_cloudwatch_log_delivery_source":  "name",
	"aws_cognito_managed_login_branding":  "managed_login_branding_id",
	"aws_dsql_cluster":                    "identifier",
	"aws_lambda_capacity_provider":        "name",
	"aws_s3tables_table_bucket":           "arn",
	"aws_s3vectors_index":                 "index_arn",
	"aws_s3vectors_vector_bucket":         "vector_bucket_arn",
	"aws_timestreamquery_scheduled_query": "arn",
	"aws_vpc_route_server":                "route_server_id",
}

// idAttribute names the attribute that holds the provider's ID, or "".
func idAttribute(t *target) string {
	if t.tf == nil || t.tf.Property("id") != nil {
		return "id"
	}
	candidates := []string{idAttributes[t.tfType], t.tfType[strings.LastIndexByte(t.tfType, '_')+1:] + "_id", "arn", "name"}
	for _, p := range t.tf.Properties {
		if noun, ok := strings.CutSuffix(p.Name, "_id"); ok && p.Output && strings.HasSuffix(t.tfType, "_"+noun) {
			candidates = append([]string{p.Name}, candidates...)
		}
	}
	for _, name := range candidates {
		if p := t.tf.Property(name); p != nil && p.Output {
			return name
		}
	}
	return ""
}

// unwrap is the element of a list or set that Pulumi shows as the element
// itself.
func unwrap(p place) place {
	p.list = p.text
	if p.tf != nil && p.tf.Kind == schema.Set {
		p.text = "one(" + p.text + ")"
	} else {
		p.text += "[0]"
	}
	p.tf = elem(p.tf)
	return p
}

// index is an element or a nested attribute of a place.
func (e *emission) index(c context, p place, key ir.Value) (place, bool) {
	switch k := key.(type) {
	case ir.Number:
		if p.tf != nil && p.tf.Kind == schema.Set {
			p.text = "tolist(" + p.text + ")"
		}
		return place{text: p.text + "[" + ir.FormatNumber(float64(k)) + "]", pulumi: elem(p.pulumi), tf: elem(p.tf)}, true
	case ir.String:
		return e.member(c, p, string(k))
	}
	return place{text: p.text + "[" + string(inline(e.value(c, key, nil, nil))) + "]", pulumi: elem(p.pulumi), tf: elem(p.tf)}, true
}

func (e *emission) member(c context, p place, key string) (place, bool) {
	if p.whole != nil {
		return e.attribute(c, p.whole, key)
	}
	object := objectOf(p.pulumi)
	if object == nil || p.pulumi.Kind == schema.Map {
		var t *schema.Type
		if p.pulumi != nil && p.pulumi.Kind == schema.Map {
			t = p.pulumi.Elem
		}
		if t == nil && isIdent(key) && p.tf == nil {
			return place{text: p.text + "." + key}, true
		}
		return place{text: p.text + "[" + string(inline(text(key))) + "]", pulumi: t, tf: elem(p.tf)}, true
	}
	prop := object.Property(key)
	fields := objectOf(p.tf)
	if prop == nil || prop.Terraform == "" || fields != nil && fields.Property(prop.Terraform) == nil {
		e.diags.Add(diag.UnknownAttribute, c.rng(e), "Unknown attribute",
			fmt.Sprintf("%s uses %q inside %s, which has no such attribute in Terraform.", c.who(e), key, p.text))
		return place{}, false
	}
	out := place{text: p.text + "." + prop.Terraform, pulumi: prop.Type}
	if fields != nil {
		out.tf = fields.Property(prop.Terraform).Type
	}
	if prop.Flat {
		out = unwrap(out)
	}
	return out, true
}

// objectOf returns the object that a type is, or that one of the types it may
// be is.
func objectOf(t *schema.Type) *schema.Object {
	if t == nil {
		return nil
	}
	switch t.Kind {
	case schema.Obj:
		return t.Object
	case schema.Union:
		for _, o := range t.Options {
			if x := objectOf(o); x != nil {
				return x
			}
		}
	}
	return nil
}

var stringType = &schema.Type{Kind: schema.String}

// secret reports whether Terraform will treat a value as sensitive, and so
// wants an output that shows it to say so.
func (e *emission) secret(v ir.Value, seen map[ir.Ref]bool) bool {
	found := false
	ir.Walk(v, func(v ir.Value) bool {
		switch v := v.(type) {
		case ir.Param:
			d := e.params[v.Name]
			found = found || d != nil && d.Kind == ir.ParamSecret
		case ir.Call:
			found = found || v.Func == ir.FuncSecret
		case ir.Ref:
			found = found || e.secretRef(v, seen)
		}
		return !found
	})
	return found
}

// secretRef is secret for a reference: the provider hides the attribute, or
// the program gave it a secret value.
func (e *emission) secretRef(r ir.Ref, seen map[ir.Ref]bool) bool {
	t := e.targets[r.Resource]
	if t == nil || seen[r] {
		return false
	}
	if seen == nil {
		seen = map[ir.Ref]bool{}
	}
	seen[r] = true
	var props *ir.Object
	if t.inv != nil {
		props = t.inv.Args
	} else {
		props = t.res.Props
		for _, s := range t.res.Options.AdditionalSecrets {
			if s == r.Attr {
				return true
			}
		}
		if t.kind == givenTarget && r.Attr == "id" {
			return e.secret(t.res.Read, seen)
		}
	}
	if t.pulumi != nil && t.tf != nil {
		for _, p := range t.pulumi.Properties {
			if q := t.tf.Property(p.Terraform); (p.Name == r.Attr || r.Attr == "") && q != nil && hasSecret(q, 3) {
				return true
			}
		}
	}
	if r.Attr == "" {
		return props != nil && e.secret(props, seen)
	}
	return e.secret(props.Get(r.Attr), seen)
}

// hasSecret reports whether a property is sensitive, or one in it down to a
// depth.
func hasSecret(p *schema.Property, depth int) bool {
	if p.Secret {
		return true
	}
	t := p.Type
	for t != nil && t.Elem != nil {
		t = t.Elem
	}
	if t == nil || t.Object == nil || depth == 0 {
		return false
	}
	for _, q := range t.Object.Properties {
		if hasSecret(q, depth-1) {
			return true
		}
	}
	return false
}
