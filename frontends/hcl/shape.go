package hcl

import (
	"slices"

	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower"
	"github.com/sstc/sstc/compiler/lower/arg"
	"github.com/sstc/sstc/compiler/schema"
)

// A shape is what may be written for an argument: by it a body knows blocks
// from arguments, and what a block stands for.
type shape struct {
	kind arg.Kind
	// field finds an argument of an object: the name that it has where the
	// value goes, and its shape.
	field func(name string) (key string, s shape, ok bool)
	names []string // of the arguments of an object; for messages
	open  bool     // the object may have other arguments too
	elem  func() shape
	of    []string // as in [arg.Shape]
	// takes says in words what may be given.
	takes string
	// convert, if set, brings the value of an expression into the spelling of
	// where it goes.
	convert func(ir.Value) ir.Value
	options []shape
}

func anything() shape { return shape{kind: arg.Any, open: true, takes: "any value"} }

// fieldsShape is the shape of an object with declared arguments.
func fieldsShape(fields []arg.Field) shape {
	s := shape{kind: arg.Object, takes: "an object"}
	for _, f := range fields {
		s.names = append(s.names, f.Name)
	}
	s.field = func(name string) (string, shape, bool) {
		for _, f := range fields {
			if f.Name == name {
				return name, argShape(f), true
			}
		}
		return "", shape{}, false
	}
	return s
}

func argShape(f arg.Field) shape { return shapeOf(arg.ShapeOf(f), f) }

func shapeOf(d arg.Shape, f arg.Field) shape {
	takes := arg.DescribeField(f)
	switch d.Kind {
	case arg.Object:
		s := fieldsShape(d.Fields)
		s.takes = takes
		return s
	case arg.List:
		return shape{kind: arg.List, takes: takes, elem: func() shape { return argShape(d.Elem) }}
	case arg.Mapping:
		return shape{kind: arg.Mapping, takes: takes, open: true, elem: func() shape { return argShape(d.Elem) }}
	case arg.Choice:
		s := shape{kind: arg.Choice, takes: takes}
		for _, o := range d.Options {
			s.options = append(s.options, shapeOf(o, f))
		}
		return s
	case arg.Changes:
		return shape{kind: arg.Changes, takes: takes, of: d.Of}
	case arg.Any:
		for _, typ := range d.Of {
			if def := lower.Lookup(typ); def != nil {
				s := componentShape(def)
				s.takes = takes
				return s
			}
		}
		s := anything()
		s.takes = takes
		return s
	}
	return shape{kind: arg.Scalar, takes: takes}
}

func componentShape(def *lower.Definition) shape {
	d := arg.ShapeOf(arg.Field{Type: def.Args})
	return shapeOf(d, arg.Field{Type: def.Args})
}

// changesShape is the shape of what may be changed by a transform of a type.
func changesShape(of []string) shape {
	for _, typ := range of {
		if def := lower.Lookup(typ); def != nil {
			return componentShape(def)
		}
		if r := schema.PulumiResource(typ); r != nil {
			return objectShape(&r.Object, inputs, pulumiNames)
		}
	}
	return anything()
}

// A naming is how a property is spelt in the user's file.
type naming int

const (
	pulumiNames naming = iota
	terraformNames
	eitherNames
)

func inputs(p *schema.Property) bool { return p.Input }

// objectShape is the shape of an object of a provider's schema.
func objectShape(o *schema.Object, keep func(*schema.Property) bool, n naming) shape {
	s := shape{kind: arg.Object, takes: "an object"}
	if o == nil {
		return anything()
	}
	find := func(name string) (*schema.Property, naming) {
		if n != terraformNames {
			if p := o.Property(name); p != nil && keep(p) {
				return p, pulumiNames
			}
		}
		if n != pulumiNames {
			for _, p := range o.Properties {
				if keep(p) && terraformSpelling(p) == name {
					return p, terraformNames
				}
			}
		}
		return nil, n
	}
	for _, p := range o.Properties {
		switch {
		case !keep(p):
		case n == terraformNames:
			s.names = append(s.names, terraformSpelling(p))
		default:
			s.names = append(s.names, p.Name)
		}
	}
	s.field = func(name string) (string, shape, bool) {
		p, spelt := find(name)
		if p == nil {
			return "", shape{}, false
		}
		return p.Name, typeShape(p.Type, spelt, p.Flat), true
	}
	return s
}

func terraformSpelling(p *schema.Property) string {
	if p.Terraform != "" {
		return p.Terraform
	}
	return schema.RuleTerraformName(p.Name, false)
}

// typeShape is the shape of a value of a provider's type.
func typeShape(t *schema.Type, n naming, flat bool) shape {
	s := shape{kind: arg.Scalar, takes: "a " + t.String()}
	switch t.Kind {
	case schema.Obj:
		s = objectShape(t.Object, func(*schema.Property) bool { return true }, n)
	case schema.List, schema.Set:
		s = shape{kind: arg.List, takes: "a " + t.String(), elem: func() shape { return typeShape(t.Elem, n, false) }}
	case schema.Map:
		s = shape{kind: arg.Mapping, takes: "a " + t.String(), open: true, elem: func() shape { return typeShape(t.Elem, n, false) }}
	case schema.Any:
		s = anything()
	case schema.Union:
		s = shape{kind: arg.Choice, takes: t.String()}
		for _, o := range t.Options {
			s.options = append(s.options, typeShape(o, n, false))
		}
	}
	if n == terraformNames {
		s.convert = func(v ir.Value) ir.Value { return fromTerraform(v, t, flat) }
	}
	return s
}

// fromTerraform brings a value into Pulumi's spelling.
func fromTerraform(v ir.Value, t *schema.Type, flat bool) ir.Value {
	v = plain(v)
	if l, ok := v.(ir.List); ok && flat {
		switch len(l) {
		case 0:
			return ir.Null{}
		case 1:
			v = plain(l[0])
		}
	}
	switch x := v.(type) {
	case ir.List:
		if t.Kind == schema.List || t.Kind == schema.Set {
			list := make(ir.List, len(x))
			for i, el := range x {
				list[i] = fromTerraform(el, t.Elem, false)
			}
			return list
		}
	case *ir.Object:
		switch {
		case t.Kind == schema.Map:
			o := &ir.Object{}
			for i := range x.Len() {
				o.Fields = append(o.Fields, ir.Field{Key: x.Fields[i].Key, Value: fromTerraform(x.Fields[i].Value, t.Elem, false)})
			}
			return o
		case t.Kind == schema.Obj && t.Object != nil:
			o := &ir.Object{}
			for i := range x.Len() {
				f := x.Fields[i]
				if p, _ := terraformProperty(t.Object, f.Key); p != nil {
					f = ir.Field{Key: p.Name, Value: fromTerraform(f.Value, p.Type, p.Flat)}
				}
				o.Fields = append(o.Fields, f)
			}
			return o
		}
	case ir.Number:
		if t.Kind == schema.String {
			return ir.Concat(x) // Terraform converts
		}
	case ir.Bool:
		if t.Kind == schema.String {
			return ir.Concat(x)
		}
	}
	return v
}

// block chooses, where an argument can be given in several shapes, the one that
// a block can be. Many says that there are several blocks without labels,
// labelled that there are labels.
func (s shape) block(many, labelled bool) shape {
	if s.kind != arg.Choice {
		return s
	}
	var flat []shape
	var collect func(s shape)
	collect = func(s shape) {
		if s.kind == arg.Choice {
			for _, o := range s.options {
				collect(o)
			}
			return
		}
		flat = append(flat, s)
	}
	collect(s)
	order := []arg.Kind{arg.Object, arg.List, arg.Mapping, arg.Changes, arg.Any}
	switch {
	case many:
		order = []arg.Kind{arg.List, arg.Mapping, arg.Object, arg.Changes, arg.Any}
	case labelled:
		order = []arg.Kind{arg.Mapping, arg.Object, arg.Changes, arg.List, arg.Any}
	}
	for _, k := range order {
		if i := slices.IndexFunc(flat, func(o shape) bool {
			// A list of what is written as an expression is one itself.
			return o.kind == k && !(k == arg.List && o.elem().block(false, false).kind == arg.Scalar)
		}); i >= 0 {
			found := flat[i]
			if found.convert == nil {
				found.convert = s.convert
			}
			return found
		}
	}
	return shape{kind: arg.Scalar, takes: s.takes}
}

// has reports whether an object has an argument.
func has(s shape, name string) bool {
	_, _, ok := s.field(name)
	return ok
}
