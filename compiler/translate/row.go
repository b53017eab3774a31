package translate

import (
	"strings"

	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
)

// A row says how one resource type of the pulumi dialect is written in the cfn
// dialect. It states only the differences: a property that it does not mention
// goes to the CloudFormation property of the same name, whatever the case of
// its letters and whether it is in the singular or plural, and its value is
// converted as the two schemas ask (see convert.go). A property for which
// nothing is found is reported, never dropped.
//
// What is data here holds in both directions; what is code (forms, prepare,
// finish) goes from pulumi to cfn, and is undone by the row's [reverse].
type row struct {
	pulumi string // token
	also   string // other tokens of types with the same properties, separated by spaces
	cfn    string // type; "" if the resource becomes none of its own

	// within is the CloudFormation property that holds those that are not at
	// the top: "DistributionConfig". One that ends in "[]" is a list, to
	// which the resource adds an element.
	within string

	// fold is the Pulumi property that names another resource of which this
	// one is a part: its properties are added to that resource's.
	fold string

	// foldBy finds the resource that this one is a part of, where no single
	// property names it. It returns nil if there is none.
	foldBy func(t *translator, e *entry) *ir.Resource

	// identify makes the ID of the CloudFormation resource, where it cannot be
	// that of the Pulumi resource: each state of something that never changes
	// has its own.
	identify func(t *translator, e *entry) string

	// names has the properties that are called something else. Keys are paths
	// of Pulumi names from the top ("vpcConfig.vpcId"), lists not counting as a
	// step; or, for a nested type that occurs in several places, begin with the
	// type's CloudFormation name ("CacheBehavior:minTtl"). Values are paths of
	// CloudFormation names from the object that encloses the property's
	// counterpart. The value "." puts an object's properties into the enclosing
	// object.
	names map[string]string

	// forms has the properties whose values are written differently, by the
	// keys of names.
	forms map[string]form

	// ignored are properties, by the keys of names and separated by spaces,
	// that tell the Pulumi provider how to act and describe nothing that
	// exists in AWS.
	ignored string

	// dropped are properties, by the keys of names and separated by spaces,
	// that CloudFormation has nothing for and that the app can do without.
	// They are left out with a warning.
	dropped string

	// implied has, by the keys of names, the one value of a property that needs
	// no saying in CloudFormation. Any other value of it is reported.
	implied map[string]ir.Value

	// why has, by the keys of names, reasons and remedies to tell with the
	// report that CloudFormation has nothing for a property.
	why map[string]string

	// attrs says what a reference to an attribute becomes. Keys are paths
	// ("endpoint", "masterUserSecrets.0.secretArn"). Values are the name of an
	// attribute for Fn::GetAtt, "Ref", or a string with such names in braces:
	// "arn:{aws:partition}:s3:::{Ref}". In braces may also stand a pseudo
	// parameter ("aws:region") or a CloudFormation property of the resource
	// ("=Path"). Without an entry, "id" is Ref; a property that was given is
	// its own value; and any other attribute is the one of the same name.
	attrs map[string]string

	// computed has the attributes that follow from the resource's own
	// properties in ways that attrs cannot say, by path.
	computed map[string]func(t *translator, e *entry) ir.Value

	// literals gives attributes, by their CloudFormation names, in terms of
	// the resource's own properties, for references that would make a cycle:
	// "arn:{aws:partition}:s3:::{=BucketName}".
	literals map[string]string

	// variant chooses another row for a resource, by its properties.
	variant func(t *translator, e *entry) *row

	// prepare runs before the properties are carried over, and may take some
	// of them away; finish runs after. Of a fold, both run with the resource
	// that it is folded into as the one to add to.
	prepare, finish func(b *builder)
}

// addsToList reports whether the resource becomes an element of a list.
func (r *row) addsToList() bool { return strings.HasSuffix(r.within, "[]") }

// isPart reports whether the resource becomes a part of others. Parts are made
// when all others have been.
func (r *row) isPart() bool { return r.fold != "" || r.foldBy != nil || r.cfn == "" }

// A form converts a value, whose references are already CloudFormation's.
type form func(b *builder, v ir.Value) ir.Value

// onOff writes a boolean as one of two words.
func onOff(on, off string) form {
	return func(b *builder, v ir.Value) ir.Value {
		switch v {
		case ir.Bool(true), ir.String("true"):
			return ir.String(on)
		case ir.Bool(false), ir.String("false"):
			return ir.String(off)
		}
		return v
	}
}

// asIs keeps a value as it was written, where the schemas would suggest a
// conversion.
func asIs(b *builder, v ir.Value) ir.Value { return v }

// keyedBy writes a list of objects as a map: the key is one property of the
// object, the value is either another one or, if that is "", the object
// without the key.
func keyedBy(key, value string) form {
	return func(b *builder, v ir.Value) ir.Value {
		list, ok := v.(ir.List)
		if !ok {
			return v
		}
		m := &ir.Object{}
		for _, e := range list {
			o := objectIn(e)
			k, ok := o.Get(key).(ir.String)
			if !ok {
				b.unknownValue(key)
				continue
			}
			entry := o.Get(value)
			if value == "" {
				entry = capitals(o.With(key, nil))
			}
			m = m.With(string(k), entry)
		}
		return m
	}
}

// capitals puts the keys of an object that Pulumi types, and of those in it,
// into CloudFormation's spelling.
func capitals(v ir.Value) ir.Value {
	switch v := v.(type) {
	case *ir.Object:
		o := &ir.Object{Fields: make([]ir.Field, 0, v.Len())}
		for _, f := range v.Fields {
			o.Fields = append(o.Fields, ir.Field{Key: capital(f.Key), Value: capitals(f.Value)})
		}
		return o
	case ir.List:
		l := make(ir.List, len(v))
		for i, e := range v {
			l[i] = capitals(e)
		}
		return l
	}
	return v
}

func capital(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

// A field says where one Pulumi property goes.
type field struct {
	kind fieldKind
	key  string // the property's path, for messages and forms
	// path leads from the enclosing CloudFormation object to the counterpart.
	path     []string
	from, to *schema.Type
	form     form
	implied  ir.Value
	sub      *mapping // of the objects in it, made when first needed
}

type fieldKind int

const (
	fieldUnknown fieldKind = iota
	fieldMapped
	fieldInline // the object's properties go into the enclosing object
	fieldIgnored
	fieldDropped
)

// A mapping pairs a Pulumi object with the CloudFormation object that it
// becomes, and finds the counterpart of each property when first asked.
type mapping struct {
	row    *row
	path   string // of the Pulumi object, "" at the top
	pulumi *schema.Object
	cfn    *schema.Object
	fields map[string]*field
	back   map[string]*branch // by CloudFormation name; made when first asked for
}

func newMapping(r *row, path string, pulumi, cfn *schema.Object) *mapping {
	return &mapping{row: r, path: path, pulumi: pulumi, cfn: cfn, fields: map[string]*field{}}
}

// field finds the counterpart of a property.
func (m *mapping) field(name string) *field {
	f, ok := m.fields[name]
	if !ok {
		f = m.find(name)
		m.fields[name] = f
	}
	return f
}

func (m *mapping) find(name string) *field {
	key, typeKey := name, name
	if m.path != "" {
		key = m.path + "." + name
	}
	if m.cfn != nil && m.path != "" {
		typeKey = m.cfn.Name + ":" + name
	}
	r := m.row
	f := &field{key: key, form: r.forms[key]}
	if f.form == nil {
		f.form = r.forms[typeKey]
	}
	if p := m.pulumi.Property(name); p != nil {
		f.from = p.Type
	}
	if hasWord(r.ignored, key) || hasWord(r.ignored, typeKey) {
		f.kind = fieldIgnored
		return f
	}
	if hasWord(r.dropped, key) || hasWord(r.dropped, typeKey) {
		f.kind = fieldDropped
		return f
	}
	if f.implied = r.implied[key]; f.implied == nil {
		f.implied = r.implied[typeKey]
	}
	target, ok := r.names[key]
	if !ok {
		target, ok = r.names[typeKey]
	}
	switch {
	case ok && target == ".":
		f.kind = fieldInline
		f.sub = newMapping(r, key, objectOf(f.from), m.cfn)
		return f
	case ok:
		f.path = strings.Split(target, ".")
	default:
		if p := counterpart(m.cfn, name); p != nil {
			f.path = []string{p.Name}
		} else if m.path == "" && r.within != "" && !r.addsToList() {
			steps := strings.Split(r.within, ".")
			if p := counterpart(objectOf(typeAt(m.cfn, steps)), name); p != nil {
				f.path = append(steps, p.Name)
			}
		}
	}
	if f.path == nil {
		return f
	}
	f.to = typeAt(m.cfn, f.path)
	if f.to != nil {
		f.kind = fieldMapped
	}
	return f
}

// objects returns the mapping of the objects that a field's value is made of.
func (f *field) objects(r *row) *mapping {
	if f.sub == nil {
		f.sub = newMapping(r, f.key, objectOf(f.from), objectOf(f.to))
	}
	return f.sub
}

// objectOf returns the object that t is, or that its elements are; nil if it
// is none.
func objectOf(t *schema.Type) *schema.Object {
	for t != nil {
		switch t.Kind {
		case schema.Obj:
			return t.Object
		case schema.List, schema.Set, schema.Map:
			t = t.Elem
		case schema.Union:
			for _, o := range t.Options {
				if found := objectOf(o); found != nil {
					return found
				}
			}
			return nil
		default:
			return nil
		}
	}
	return nil
}

// typeAt returns the type of the property that a path leads to, or nil.
func typeAt(o *schema.Object, path []string) *schema.Type {
	var t *schema.Type
	for _, step := range path {
		p := o.Property(step)
		if p == nil || !p.Input {
			return nil
		}
		t = p.Type
		o = objectOf(t)
	}
	return t
}

// counterpart finds the CloudFormation property of a Pulumi name: the same but
// for the case of letters, else in the singular or the plural.
func counterpart(o *schema.Object, name string) *schema.Property {
	if p := sameName(o, name); p != nil {
		return p
	}
	if stem, ok := strings.CutSuffix(name, "ies"); ok {
		if p := sameName(o, stem+"y"); p != nil {
			return p
		}
	}
	if stem, ok := strings.CutSuffix(name, "s"); ok {
		if p := sameName(o, stem); p != nil {
			return p
		}
		if stem, ok := strings.CutSuffix(stem, "e"); ok {
			if p := sameName(o, stem); p != nil {
				return p
			}
		}
	}
	if p := sameName(o, name+"s"); p != nil {
		return p
	}
	return sameName(o, name+"es")
}

func sameName(o *schema.Object, name string) *schema.Property {
	if o == nil {
		return nil
	}
	for _, p := range o.Properties {
		if p.Input && len(p.Name) == len(name) && strings.EqualFold(p.Name, name) {
			return p
		}
	}
	return nil
}

// hasWord reports whether word is one of the words of a space-separated list.
func hasWord(list, word string) bool {
	for len(list) > 0 {
		var w string
		w, list, _ = strings.Cut(list, " ")
		if w == word {
			return true
		}
	}
	return false
}
