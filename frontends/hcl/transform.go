package hcl

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower"
	"github.com/sstc/sstc/compiler/lower/arg"
	"github.com/sstc/sstc/compiler/schema"
)

// changes makes of a block a transform: what it sets is laid over what the
// component chose, which is prior.
func (e *evaluation) changes(b blockAt, sh shape) ir.Value {
	return ir.Opaque{X: e.changer(b, changesShape(sh.of), nil)}
}

// changer is a callback (args, opts, name) that lays a block's arguments over
// args, and those of its block options over opts.
func (e *evaluation) changer(b blockAt, sh shape, typ *schema.Resource) arg.Callback {
	return func(args ...ir.Value) (ir.Value, []ir.Value, error) {
		var prior, opts, name ir.Value = &ir.Object{}, &ir.Object{}, ir.String("")
		for i, v := range args {
			switch {
			case v == nil:
			case i == 0:
				prior = v
			case i == 1:
				opts = v
			case i == 2:
				name = v
			}
		}
		seen := prior
		if typ != nil {
			seen = toTerraform(prior, &typ.Object)
		}
		s := b.s.with(map[string]ir.Value{"prior": seen, "self": ir.Obj("name", name, "options", opts)})
		text, _ := name.(ir.String)
		r := reader{e: e, what: "this transform", more: []string{"options"}, nulls: true, skip: func(name string) bool { return name == "options" }}
		over, _ := r.read(b.Body, sh, s)
		changed, _ := prior.(*ir.Object)
		for _, f := range over.Fields {
			switch {
			case isPoison(f.Value):
				e.poisoned = true
			case f.Value == ir.Value(ir.Null{}):
				changed = changed.With(f.Key, nil)
			case f.Key == "transform":
				// What it transforms already stays transformed.
				before, _ := changed.Get(f.Key).(*ir.Object)
				if more, ok := e.finish(f.Value, inside(string(text), "Transform")).(*ir.Object); ok {
					changed = changed.With(f.Key, before.Merge(more))
				}
			default:
				changed = changed.With(f.Key, e.finish(f.Value, inside(string(text), capitalized(f.Key))))
			}
		}
		more, _, _ := e.options(b.Body, s, nil)
		o, _ := opts.(*ir.Object)
		finished, _ := e.finish(more, string(text)).(*ir.Object)
		return nil, []ir.Value{changed, o.Merge(finished), name}, nil
	}
}

// toTerraform is an object as one reads it in Terraform's spelling.
func toTerraform(v ir.Value, o *schema.Object) ir.Value {
	x, ok := v.(*ir.Object)
	if !ok || o == nil {
		return v
	}
	out := &ir.Object{}
	for i := range x.Len() {
		f := x.Fields[i]
		if p := o.Property(f.Key); p != nil {
			f.Key = terraformSpelling(p)
			inner := p.Type
			if l, ok := f.Value.(ir.List); ok && inner.Elem != nil {
				list := make(ir.List, len(l))
				for i, el := range l {
					list[i] = toTerraform(el, inner.Elem.Object)
				}
				f.Value = list
			} else {
				f.Value = toTerraform(f.Value, inner.Object)
			}
			if p.Flat {
				f.Value = ir.List{f.Value}
			}
		}
		out.Fields = append(out.Fields, f)
	}
	return out
}

// evalGlobalTransform has a block transform change all components, or all
// resources, of its type.
func evalGlobalTransform(m *module, n *node) {
	e := m.e
	m.states[n.id].value = ir.Null{}
	typ, at := n.block.Labels[0], n.block.LabelRanges[0]
	b := blockAt{n.block, &scope{m: m}}
	if def := lower.Lookup(typ); def != nil {
		e.app.Transform(typ, e.changer(b, componentShape(def), nil))
		return
	}
	if len(typ) > 4 && typ[:4] == "sst." {
		e.unknownComponent(typ, at)
		return
	}
	t := e.resourceType(typ, at)
	if t == nil {
		return
	}
	e.app.Transform(t.token, e.changer(b, t.shape(), t.terraformOf()))
}

// A linkableType is what a block linkable says of the resources of a type.
type linkableType struct {
	m *module
	n *node
	t *resourceType
}

// evalLinkable makes the resources of a type linkable.
func evalLinkable(m *module, n *node) {
	e := m.e
	m.states[n.id].value = ir.Null{}
	t := e.resourceType(n.block.Labels[0], n.block.LabelRanges[0])
	if t == nil {
		return
	}
	if other := e.linkables[t.token]; other != nil {
		e.errorAt(n.named, diag.DuplicateName, "Duplicate name", fmt.Sprintf("There is already a block linkable for %s.", n.block.Labels[0]), e.note("first declared here", other.n.named))
		return
	}
	for _, it := range e.items(n.block.Body) {
		name, r := "", hcl.Range{}
		if it.attr != nil {
			name, r = it.attr.Name, it.attr.NameRange
		} else {
			name, r = it.block.Type, it.block.TypeRange
		}
		if !slices.Contains([]string{"properties", "include"}, name) {
			e.errorAt(r, diag.UnsupportedArgument, "Unsupported argument", fmt.Sprintf("A block linkable has properties and include, and no %q.", name))
		}
	}
	e.linkables[t.token] = &linkableType{m, n, t}
}

// linkResource tells lower how a resource is linked, if the configuration says.
func (e *evaluation) linkResource(h lower.ResourceHandle) {
	l := e.linkables[h.Type]
	if l == nil {
		return
	}
	e.app.LinkBy(h, func(...ir.Value) (ir.Value, []ir.Value, error) {
		self := ir.Value(ir.Opaque{X: h})
		if l.t.terraform {
			self = ir.Opaque{X: resource{h}}
		}
		s := (&scope{m: l.m}).with(map[string]ir.Value{"self": self})
		sh := shape{kind: arg.Object, field: func(name string) (string, shape, bool) { return name, anything(), true }}
		o, _ := reader{e: e, what: "this block"}.read(l.n.block.Body, sh, s)
		return e.finish(o, h.Name), nil, nil
	})
}
