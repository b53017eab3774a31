package translate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
)

// value returns v in terms of the cfn dialect: references name CloudFormation
// resources and attributes, invokes have become parameters or values, and
// secrets are not marked, since the parameters that hold them are. Lists and
// objects are always copies.
func (t *translator) value(v ir.Value) ir.Value {
	switch v := v.(type) {
	case ir.List:
		return t.values(v)
	case *ir.Object:
		if v == nil {
			return &ir.Object{}
		}
		o := &ir.Object{Fields: make([]ir.Field, len(v.Fields))}
		for i, f := range v.Fields {
			o.Fields[i] = ir.Field{Key: f.Key, Value: t.value(f.Value)}
		}
		return o
	case ir.Join:
		parts := make([]any, len(v.Parts))
		for i, p := range v.Parts {
			parts[i] = t.value(p)
		}
		return ir.Concat(parts...)
	case ir.Ref:
		return t.reference(v, nil)
	case ir.Call:
		return t.call(v)
	}
	return v
}

// unavailable stands for a value that CloudFormation does not give. It has been
// reported, so that no template has it.
var unavailable = ir.Param{Name: "aws:unavailable"}

func (t *translator) values(l []ir.Value) ir.List {
	out := make(ir.List, len(l))
	for i, e := range l {
		out[i] = t.value(e)
	}
	return out
}

func (t *translator) call(v ir.Call) ir.Value {
	switch v.Func {
	case ir.FuncSecret:
		return t.value(v.Args[0])
	case ir.FuncIndex:
		// What is nested in an attribute may be an attribute of its own in
		// CloudFormation, so the whole chain is looked at together.
		var path []string
		var base ir.Value = v
		for {
			c, ok := base.(ir.Call)
			if !ok || c.Func != ir.FuncIndex {
				if ok && c.Func == ir.FuncSecret {
					base = c.Args[0]
					continue
				}
				break
			}
			step, ok := pathStep(c.Args[1])
			if !ok {
				break
			}
			path = append(path, step)
			base = c.Args[0]
		}
		if ref, ok := base.(ir.Ref); ok {
			slices.Reverse(path)
			return t.reference(ref, path)
		}
	}
	args := make([]ir.Value, len(v.Args))
	for i, a := range v.Args {
		args[i] = t.value(a)
	}
	return ir.NewCall(v.Func, args...)
}

func pathStep(v ir.Value) (string, bool) {
	switch v := v.(type) {
	case ir.String:
		return string(v), true
	case ir.Number:
		return ir.FormatNumber(float64(v)), true
	}
	return "", false
}

// reference returns what a reference to an attribute, or to what a path leads
// to in it, becomes.
func (t *translator) reference(ref ir.Ref, path []string) ir.Value {
	if i := t.invokes[ref.Resource]; i != nil {
		full := path
		if ref.Attr != "" {
			full = append([]string{ref.Attr}, path...)
		}
		return t.invoke(i, full)
	}
	e := t.entries[ref.Resource]
	switch {
	case e == nil:
		t.diags.Add(diag.UnknownReference, t.subject.rng, "Unknown reference",
			fmt.Sprintf("%s refers to the resource %q, and there is none. This is a bug in sstc.", t.subject.what, ref.Resource))
		return unavailable
	case e.res.Read != nil:
		return t.existing(e, ref.Attr, path)
	case e.row == nil:
		return unavailable // the resource itself has been reported
	}
	full := append([]string{ref.Attr}, path...)
	for n := len(full); n > 0; n-- {
		name := strings.Join(full[:n], ".")
		if compute := e.row.computed[name]; compute != nil {
			if v := compute(t, e); v != nil {
				return index(v, full[n:])
			}
		}
		if expr, ok := e.row.attrs[name]; ok {
			return e.typed(ref.Attr, path, index(t.expression(e, expr), full[n:]))
		}
	}
	if v := t.attribute(e, ref.Attr, path); v != nil {
		return e.typed(ref.Attr, path, v)
	}
	t.fail(diag.NotInCloudFormation, "Not in CloudFormation", fmt.Sprintf(
		"It refers to the attribute %q of %q (%s), which CloudFormation does not give.", strings.Join(full, "."), e.res.Name, e.res.Type))
	return unavailable
}

// typed marks what stands for a number in Pulumi: CloudFormation gives all that
// an attribute holds as text, and it matters where the value goes into JSON.
func (e *entry) typed(attr string, path []string, v ir.Value) ir.Value {
	p := e.facts.Property(attr)
	if _, isRef := v.(ir.Ref); isRef && len(path) == 0 && p != nil && p.Type.Kind == schema.Number {
		return ir.NewCall(ir.FuncToNumber, v)
	}
	return v
}

// attribute finds an attribute for which the row has no entry; nil if there is
// none.
func (t *translator) attribute(e *entry, attr string, path []string) ir.Value {
	facts := t.cfn(e.row.cfn)
	if facts == nil {
		return nil
	}
	id := e.id()
	if attr == "id" {
		return index(ir.Ref{Resource: id, Attr: "Ref"}, path)
	}
	// The property's counterpart, if it is what Ref returns or an attribute
	// too: then the reference also makes one wait for the other.
	if e.into == "" {
		f := t.mapping(e).field(attr)
		if f.kind == fieldMapped && len(f.path) == 1 && len(path) == 0 {
			if f.path[0] == facts.RefReturns {
				return ir.Ref{Resource: id, Attr: "Ref"}
			}
			if p := facts.Property(f.path[0]); p != nil && p.Output {
				return ir.Ref{Resource: id, Attr: p.Name}
			}
		}
	}
	if v := e.res.Props.Get(attr); v != nil {
		if e.echoing {
			return nil
		}
		e.echoing = true
		defer func() { e.echoing = false }()
		if t.building != nil {
			// The value says no longer whose it is.
			t.building.waits = append(t.building.waits, id)
		}
		return index(t.value(v), path)
	}
	full := append([]string{attr}, path...)
	for n := len(full); n > 0; n-- {
		if p := outputNamed(facts, strings.Join(full[:n], ".")); p != nil {
			return index(ir.Ref{Resource: id, Attr: p.Name}, full[n:])
		}
	}
	return nil
}

// id is the CloudFormation logical ID that references to the entry use: that
// of the resource into which it is folded, if it is.
func (e *entry) id() string {
	switch {
	case e.logicalID != "":
		return e.logicalID
	case e.into != "":
		return e.into
	}
	return e.res.ID
}

func outputNamed(r *schema.Resource, name string) *schema.Property {
	for _, p := range r.Properties {
		if p.Output && len(p.Name) == len(name) && strings.EqualFold(p.Name, name) {
			return p
		}
	}
	return nil
}

// index applies the rest of a path to a value.
func index(v ir.Value, path []string) ir.Value {
	for _, step := range path {
		var key ir.Value = ir.String(step)
		if n, err := strconv.Atoi(step); err == nil {
			key = ir.Number(n)
		}
		v = ir.NewCall(ir.FuncIndex, v, key)
	}
	return v
}

// expression evaluates an entry of row.attrs.
func (t *translator) expression(e *entry, expr string) ir.Value {
	return expand(expr, func(name string) ir.Value {
		if prop, ok := strings.CutPrefix(name, "="); ok {
			if e.main != nil && e.main.Props != nil {
				return e.main.Props.Get(prop)
			}
			return t.given(e, prop)
		}
		return ir.Ref{Resource: e.id(), Attr: name}
	})
}

// given returns the value of a CloudFormation property of a resource that has
// not been built yet, from the Pulumi property that it comes from.
func (t *translator) given(e *entry, prop string) ir.Value {
	m := t.mapping(e)
	for _, f := range objectIn(e.res.Props).Fields {
		if g := m.field(f.Key); len(g.path) == 1 && g.path[0] == prop {
			return t.value(f.Value)
		}
	}
	return nil
}

// expand evaluates a template such as "arn:{aws:partition}:s3:::{Ref}", or a
// name alone. Names are looked up; a name that gives nil is left out.
func expand(template string, lookup func(name string) ir.Value) ir.Value {
	resolve := func(name string) ir.Value {
		if strings.HasPrefix(name, "aws:") {
			return ir.Param{Name: name}
		}
		return lookup(name)
	}
	if !strings.Contains(template, "{") {
		return resolve(template)
	}
	var parts []any
	for template != "" {
		text, rest, found := strings.Cut(template, "{")
		parts = append(parts, text)
		if !found {
			break
		}
		name, rest, _ := strings.Cut(rest, "}")
		if v := resolve(name); v != nil {
			parts = append(parts, v)
		}
		template = rest
	}
	return ir.Concat(parts...)
}

// existing returns an attribute of a resource that exists already: its ID is
// known, what was given of its state is, and the rest becomes a parameter that
// the uploader looks up through Cloud Control.
func (t *translator) existing(e *entry, attr string, path []string) ir.Value {
	id := t.value(e.res.Read)
	if attr == "id" {
		return id
	}
	if v := e.res.Props.Get(attr); v != nil {
		return index(t.value(v), path)
	}
	full := strings.Join(append([]string{attr}, path...), ".")
	if e.row == nil || e.row.isPart() || e.facts == nil {
		t.fail(diag.NotInCloudFormation, "Not in CloudFormation", fmt.Sprintf(
			"It refers to the attribute %q of the existing resource %q (%s), which cannot be looked up.", full, e.res.Name, e.res.Type))
		return unavailable
	}
	expr, ok := e.row.attrs[full]
	if !ok {
		f := t.mapping(e).field(attr)
		facts := t.cfn(e.row.cfn)
		switch {
		case f.kind == fieldMapped && len(f.path) == 1:
			expr = f.path[0]
		default:
			if p := outputNamed(facts, full); p != nil {
				expr = p.Name
			}
		}
		if expr == facts.RefReturns {
			return id
		}
	}
	if expr == "" {
		t.fail(diag.NotInCloudFormation, "Not in CloudFormation", fmt.Sprintf(
			"It refers to the attribute %q of the existing resource %q (%s), which CloudFormation does not give.", full, e.res.Name, e.res.Type))
		return unavailable
	}
	return expand(expr, func(name string) ir.Value {
		name = strings.TrimPrefix(name, "=")
		if name == "Ref" {
			return id
		}
		if literal, ok := e.row.literals[name]; ok && t.cfn(e.row.cfn).RefReturns == strings.Trim(e.row.literals["Ref"], "{=}") {
			return expand(literal, func(string) ir.Value { return id })
		}
		lookup := &ir.Invoke{
			ID:    e.res.ID,
			Token: "aws:cloudcontrol/getResource:getResource",
			Args:  ir.Obj("typeName", e.row.cfn, "identifier", id),
			Range: e.res.Range,
		}
		return t.lookup(lookup, []string{"properties", name}, false)
	})
}
