package hcl

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower"
	"github.com/sstc/sstc/compiler/lower/arg"
	"github.com/sstc/sstc/compiler/schema"
)

func itoa(i int) string { return strconv.Itoa(i) }

// nodes are the parts of a component, on the way to one of them.
type nodes struct{ inst *lower.Instance }

// A resource is one whose type the user wrote in Terraform's spelling, so that
// its attributes are in that too.
type resource struct{ lower.ResourceHandle }

// A named value is (a part of) an attribute whose parts are in Terraform's
// spelling.
type named struct {
	value ir.Value
	typ   *schema.Type
	flat  bool // Terraform has a list around it
}

// memberOfHandle reads from a component, a resource, or what leads there.
func (e *evaluation) memberOfHandle(o ir.Opaque, key ir.Value, at hcl.Range) ir.Value {
	switch h := o.X.(type) {
	case named:
		return e.memberOfNamed(h, key, at)
	}
	name, ok := key.(ir.String)
	if !ok {
		return e.fail(at, diag.InvalidExpression, "Invalid index", fmt.Sprintf("This is %s, and no list: only something with count or for_each has an index.", arg.Describe(o)))
	}
	switch h := o.X.(type) {
	case *lower.Instance:
		return e.memberOfComponent(h, string(name), at)
	case nodes:
		if v := h.inst.Node(string(name)); v != nil {
			return v
		}
		_, known := h.inst.OutputNames()
		for _, k := range known {
			if k == string(name) {
				return ir.Null{}
			}
		}
		return e.fail(at, diag.UnknownMember, "Unknown member", fmt.Sprintf("The %s %q has no node %q.%s", h.inst.Type, h.inst.Name, string(name), diag.Suggest(string(name), known)))
	case resource:
		return e.terraformAttribute(h.ResourceHandle, string(name), at)
	case lower.ResourceHandle:
		return e.attribute(h, string(name), at)
	}
	return e.fail(at, diag.UnknownMember, "Unknown member", fmt.Sprintf("%s has no %q.", capitalized(arg.Describe(o)), string(name)))
}

func (e *evaluation) memberOfComponent(inst *lower.Instance, name string, at hcl.Range) ir.Value {
	if inst.Def == nil {
		return e.fail(at, diag.UnknownMember, "Unknown member", fmt.Sprintf("The %s %q has no %q.", inst.Type, inst.Name, name))
	}
	if name == "nodes" {
		return ir.Opaque{X: nodes{inst}}
	}
	var names []string
	for _, o := range inst.Def.Outputs {
		if o.Name == name {
			v, err := inst.Output(name)
			if err != nil {
				return e.fail(at, diag.UnknownMember, "Not available", sentence(err.Error()))
			}
			if v == nil {
				return ir.Null{}
			}
			return v
		}
		names = append(names, o.Name)
	}
	if methodOf(inst.Def, name) != nil {
		if r := e.results[inst]; r != nil {
			if v := r.value(name); v != nil {
				return v
			}
		}
		return e.fail(at, diag.UndeclaredName, "Unknown name", fmt.Sprintf("The %s %q has no block %q whose result could be read.", inst.Type, inst.Name, name))
	}
	for _, n := range inst.Def.Nodes {
		names = append(names, "nodes."+n.Name)
	}
	hint := diag.Suggest(name, names)
	for _, n := range inst.Def.Nodes {
		if n.Name == name {
			hint = fmt.Sprintf(" Did you mean nodes.%s?", name)
		}
	}
	return e.fail(at, diag.UnknownMember, "Unknown member", fmt.Sprintf("The %s %q has no %q.%s", inst.Type, inst.Name, name, hint))
}

// attribute is an attribute of a resource, in Pulumi's spelling.
func (e *evaluation) attribute(h lower.ResourceHandle, name string, at hcl.Range) ir.Value {
	attr := e.app.AttrName(h.ID, name)
	if _, ok := e.app.AttrType(h.ID, attr); !ok {
		known := schema.PulumiResource(h.Type).Names(func(*schema.Property) bool { return true })
		return e.fail(at, diag.UnknownAttribute, "Unknown attribute", fmt.Sprintf("The resource %q (%s) has no attribute %q.%s", h.Name, h.Type, name, diag.Suggest(name, known)))
	}
	return ir.Ref{Resource: h.ID, Attr: attr}
}

// terraformAttribute is an attribute of a resource, in Terraform's spelling.
func (e *evaluation) terraformAttribute(h lower.ResourceHandle, name string, at hcl.Range) ir.Value {
	t := schema.PulumiResource(h.Type)
	if name == "id" {
		return ir.Ref{Resource: h.ID, Attr: "id"}
	}
	p, known := terraformProperty(&t.Object, name)
	if p == nil {
		return e.fail(at, diag.UnknownAttribute, "Unknown attribute", fmt.Sprintf("The resource %q (%s) has no attribute %q.%s", h.Name, t.Terraform, name, diag.Suggest(name, known)))
	}
	return namedValue(ir.Ref{Resource: h.ID, Attr: p.Name}, p)
}

// namedValue is the value of a property whose parts are read in Terraform's
// spelling.
func namedValue(v ir.Value, p *schema.Property) ir.Value {
	switch p.Type.Kind {
	case schema.Obj, schema.List, schema.Set, schema.Union:
		return ir.Opaque{X: named{v, p.Type, p.Flat}}
	}
	return v
}

func (e *evaluation) memberOfNamed(n named, key ir.Value, at hcl.Range) ir.Value {
	if n.flat {
		// Terraform has a list of one, and Pulumi the element.
		if i, ok := key.(ir.Number); ok && i == 0 {
			return ir.Opaque{X: named{n.value, n.typ, false}}
		}
		return e.fail(at, diag.InvalidExpression, "Invalid index", fmt.Sprintf("This attribute is a list with one element. Read %s.", strings.TrimSpace("[0]."+keyText(key))))
	}
	switch n.typ.Kind {
	case schema.List, schema.Set:
		v := e.memberOfUnknown(n.value, key, at)
		if isPoison(v) {
			return v
		}
		return ir.Opaque{X: named{v, n.typ.Elem, false}}
	case schema.Obj:
		name, _ := key.(ir.String)
		p, known := terraformProperty(n.typ.Object, string(name))
		if n.typ.Object == nil {
			break
		}
		if p == nil {
			return e.fail(at, diag.UnknownAttribute, "Unknown attribute", fmt.Sprintf("There is no attribute %q here.%s", string(name), diag.Suggest(string(name), known)))
		}
		return namedValue(lower.Compute(ir.FuncIndex, []ir.Value{n.value, ir.String(p.Name)}), p)
	}
	return e.memberOfUnknown(n.value, key, at)
}

// pluckNamed takes an attribute, in Terraform's spelling, of each element.
func (e *evaluation) pluckNamed(n named, t hcl.Traversal) ir.Value {
	name, ok := stepName(t, 0)
	if !ok || n.typ.Elem.Object == nil {
		return e.unknown(t.SourceRange(), "Going through a list")
	}
	p, known := terraformProperty(n.typ.Elem.Object, name)
	if p == nil {
		return e.fail(t.SourceRange(), diag.UnknownAttribute, "Unknown attribute", fmt.Sprintf("The elements have no attribute %q.%s", name, diag.Suggest(name, known)))
	}
	return ir.NewCall(ir.FuncPluck, n.value, ir.String(p.Name))
}

func keyText(key ir.Value) string {
	if s, ok := key.(ir.String); ok {
		return string(s)
	}
	return ""
}

// terraformProperty is the property that Terraform calls so, or nil and the
// names that there are.
func terraformProperty(o *schema.Object, name string) (*schema.Property, []string) {
	if o == nil {
		return nil, nil
	}
	var names []string
	for _, p := range o.Properties {
		spelt := p.Terraform
		if spelt == "" {
			spelt = schema.RuleTerraformName(p.Name, false)
		}
		if spelt == name {
			return p, nil
		}
		names = append(names, spelt)
	}
	return nil, names
}
