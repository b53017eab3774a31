package translate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
)

// A reverse is what a row needs to be used from cfn to pulumi beyond what it
// says for the other direction: code for what is not one to one. It is found by
// the row's token.
type reverse struct {
	// gives says what a reference becomes: keys are CloudFormation's attributes,
	// and "Ref"; values are Pulumi's, as paths ("masterUserSecrets.0.secretArn"),
	// or strings with such paths in braces: "{arn}:*". Without an entry, the
	// row's attrs are read the other way, and then names are compared.
	gives map[string]string

	// forms undo the row's forms, by its keys. A form of the row that has none
	// here is not undone: a resource with the property goes to Cloud Control.
	forms map[string]backForm

	// split runs before the table, takes properties that the table does not
	// know, and adds the resources that they become.
	split func(s *splitter)

	// settle runs after the table.
	settle func(s *splitter)

	// dropped are CloudFormation properties at the top, separated by spaces,
	// that Pulumi's resource has nothing for and does not need.
	dropped string

	// never are Pulumi properties, by the keys of names, that are not used in
	// this direction, where two have the same counterpart.
	never string
}

// A backForm converts a value of CloudFormation's into one of Pulumi's.
type backForm func(s *splitter, v ir.Value) ir.Value

// backOnOff reads one of two words as a boolean.
func backOnOff(on string) backForm {
	return func(s *splitter, v ir.Value) ir.Value {
		if text, ok := v.(ir.String); ok {
			return ir.Bool(string(text) == on)
		}
		return v
	}
}

// backMember puts a value into an object with one property.
func backMember(name string) backForm {
	return func(s *splitter, v ir.Value) ir.Value { return ir.Obj(name, v) }
}

// backObjects takes the one property out of each object of a list.
func backObjects(property string) backForm {
	return func(s *splitter, v ir.Value) ir.Value {
		l, ok := v.(ir.List)
		if !ok {
			return v
		}
		out := make(ir.List, len(l))
		for i, e := range l {
			out[i] = objectIn(e).Get(property)
		}
		return out
	}
}

// backKeyed writes a map as a list of objects with the key as one property,
// and the value as another one or, if that is "", with its own.
func backKeyed(key, value string) backForm {
	return func(s *splitter, v ir.Value) ir.Value {
		o, ok := v.(*ir.Object)
		if !ok {
			return v
		}
		out := ir.List{}
		for _, f := range o.Fields {
			if value != "" {
				out = append(out, ir.Obj(key, f.Key, value, text(f.Value)))
				continue
			}
			entry := ir.Obj(key, f.Key)
			for i := range objectIn(f.Value).Len() {
				g := objectIn(f.Value).Fields[i]
				entry.Fields = append(entry.Fields, ir.Field{Key: small(g.Key), Value: smalls(g.Value)})
			}
			out = append(out, entry)
		}
		return out
	}
}

// smalls puts the keys of an object, and of those in it, into Pulumi's
// spelling.
func smalls(v ir.Value) ir.Value {
	switch v := v.(type) {
	case *ir.Object:
		o := &ir.Object{Fields: make([]ir.Field, 0, v.Len())}
		for _, f := range v.Fields {
			o.Fields = append(o.Fields, ir.Field{Key: small(f.Key), Value: smalls(f.Value)})
		}
		return o
	case ir.List:
		l := make(ir.List, len(v))
		for i, e := range v {
			l[i] = smalls(e)
		}
		return l
	}
	return v
}

func small(name string) string { return schema.NativeName(name) }

// backEachWord is eachWord in this direction.
func backEachWord(write func(string) string) backForm {
	f := eachWord(write)
	return func(s *splitter, v ir.Value) ir.Value { return f(nil, v) }
}

func backAsIs(s *splitter, v ir.Value) ir.Value { return v }

// A branch is what becomes of one CloudFormation property: its value goes to a
// Pulumi property, or those inside it go on.
type branch struct {
	leaf  *leaf
	inner map[string]*branch
}

// A leaf is the Pulumi property that a value goes to, by its path from the
// object that encloses it.
type leaf struct {
	f    *field
	path []leafStep
	rank int // how good a counterpart it is; less is better
}

type leafStep struct {
	name string
	list bool // that it is a list, which gets one element
}

// backward returns the branches of the CloudFormation object of a mapping.
func (m *mapping) backward() map[string]*branch {
	if m.back == nil {
		m.back = map[string]*branch{}
		m.fillBack(m.back, m, nil)
	}
	return m.back
}

func (m *mapping) fillBack(into map[string]*branch, of *mapping, path []leafStep) {
	if of.pulumi == nil || len(path) > 3 {
		return
	}
	back := backwards[m.row.pulumi]
	for _, p := range of.pulumi.Properties {
		if !p.Input || of.path == "" && (p.Name == "region" && m.row.names["region"] == "" || p.Name == "tagsAll") {
			continue
		}
		f := of.field(p.Name)
		if hasWord(back.never, f.key) {
			continue
		}
		step := leafStep{p.Name, f.from != nil && (f.from.Kind == schema.List || f.from.Kind == schema.Set)}
		steps := append(slices.Clone(path), step)
		switch f.kind {
		case fieldInline:
			m.fillBack(into, f.sub, steps)
		case fieldMapped:
			if f.form != nil && back.forms[f.key] == nil && back.forms[typeKeyOf(of, p.Name)] == nil {
				continue
			}
			l := &leaf{f: f, path: steps, rank: 4 * len(steps)}
			if p.Deprecated {
				l.rank += 2
			}
			if !strings.EqualFold(p.Name, f.path[len(f.path)-1]) {
				l.rank++
			}
			addLeaf(into, f.path, l)
		}
	}
}

func typeKeyOf(m *mapping, name string) string {
	if m.cfn == nil {
		return name
	}
	return m.cfn.Name + ":" + name
}

func addLeaf(into map[string]*branch, path []string, l *leaf) {
	b := into[path[0]]
	if b == nil {
		b = &branch{}
		into[path[0]] = b
	}
	if len(path) > 1 {
		if b.inner == nil {
			b.inner = map[string]*branch{}
		}
		addLeaf(b.inner, path[1:], l)
		return
	}
	if b.leaf == nil || l.rank < b.leaf.rank {
		b.leaf = l
	}
}

// object carries the properties of a CloudFormation object over to out.
func (s *splitter) object(in *ir.Object, m *mapping, out *ir.Object) {
	s.branches(in, m.backward(), m, out, m.path)
}

func (s *splitter) branches(in *ir.Object, branches map[string]*branch, m *mapping, out *ir.Object, at string) {
	for i := range in.Len() {
		name, v := in.Fields[i].Key, in.Fields[i].Value
		if v == nil || v == (ir.Null{}) {
			continue
		}
		path := strings.TrimPrefix(at+"."+name, ".")
		b := branches[name]
		switch {
		case b == nil:
			if at == "" && name == "Tags" || isEmptyValue(v) {
				continue // there is nothing to be tagged, or to be said
			}
			s.problem("there is nothing for %s", path)
		case b.inner != nil && (b.leaf == nil || !isNative(v)):
			o, ok := v.(*ir.Object)
			if l, isList := v.(ir.List); isList && len(l) == 1 {
				o, ok = l[0].(*ir.Object)
			}
			if !ok {
				s.problem("%s is not known", path)
				continue
			}
			if b.leaf != nil { // some of its parts have places of their own
				rest := &ir.Object{}
				parts := &ir.Object{}
				for _, f := range o.Fields {
					if b.inner[f.Key] != nil {
						parts.Fields = append(parts.Fields, f)
					} else {
						rest.Fields = append(rest.Fields, f)
					}
				}
				o = parts
				if rest.Len() > 0 {
					s.leaf(rest, b.leaf, m, out)
				}
			}
			s.branches(o, b.inner, m, out, path)
		default:
			s.leaf(v, b.leaf, m, out)
		}
	}
}

// leaf carries a value over to the Pulumi property of a leaf.
func (s *splitter) leaf(v ir.Value, l *leaf, m *mapping, out *ir.Object) {
	back := backwards[s.row.pulumi]
	form := back.forms[l.f.key]
	if form == nil {
		form = back.forms[typeKeyOf(m, l.path[len(l.path)-1].name)]
	}
	if form != nil {
		v = form(s, v)
	} else {
		v = s.convert(v, l.f, l.f.from, l.f.to)
	}
	if v != nil {
		s.putBack(out, l.path, v)
	}
}

// isNative is for a property that is both something in itself and has parts: a
// value that is no object is the former.
func isNative(v ir.Value) bool {
	_, isObject := v.(*ir.Object)
	return !isObject
}

func isEmptyValue(v ir.Value) bool {
	switch v := v.(type) {
	case *ir.Object:
		return v.Len() == 0
	case ir.List:
		return len(v) == 0
	}
	return false
}

// putBack sets a Pulumi property by its path.
func (s *splitter) putBack(o *ir.Object, path []leafStep, v ir.Value) {
	for len(path) > 1 {
		var inner *ir.Object
		old := o.Get(path[0].name)
		if l, ok := old.(ir.List); ok && len(l) == 1 {
			old = l[0]
		}
		inner, ok := old.(*ir.Object)
		if !ok {
			inner = &ir.Object{}
			var whole ir.Value = inner
			if path[0].list {
				whole = ir.List{inner}
			}
			o.Fields = append(o.Fields, ir.Field{Key: path[0].name, Value: whole})
		}
		o, path = inner, path[1:]
	}
	for i := range o.Fields {
		if o.Fields[i].Key == path[0].name {
			o.Fields[i].Value = v
			return
		}
	}
	o.Fields = append(o.Fields, ir.Field{Key: path[0].name, Value: v})
}

// convert turns a value of the CloudFormation type to into one of the Pulumi
// type from: what builder.convert does, undone.
func (s *splitter) convert(v ir.Value, f *field, from, to *schema.Type) ir.Value {
	if v == nil || v == (ir.Null{}) {
		return nil
	}
	if from == nil {
		return v
	}
	if from.Kind == schema.Union {
		from = pickBack(from, to, v)
	}
	switch from.Kind {
	case schema.Any:
		return v
	case schema.String:
		switch x := v.(type) {
		case *ir.Object:
			return ir.NewCall(ir.FuncJSONEncode, x)
		case ir.List:
			if to = pick(to, v); to != nil && to.Kind != schema.List {
				return ir.NewCall(ir.FuncJSONEncode, x)
			}
			return s.sole(x, f, from, to)
		}
		return text(v)
	case schema.Number:
		switch x := v.(type) {
		case ir.String:
			if n, err := strconv.ParseFloat(string(x), 64); err == nil {
				return ir.Number(n)
			}
			s.problem("%s is no number", f.key)
			return nil
		case ir.List:
			return s.sole(x, f, from, to)
		}
		return v
	case schema.Bool:
		switch x := v.(type) {
		case ir.String:
			if x == "true" || x == "false" {
				return ir.Bool(x == "true")
			}
			s.problem("%s is neither true nor false", f.key)
			return nil
		case ir.List:
			return s.sole(x, f, from, to)
		}
		return v
	case schema.List, schema.Set:
		switch x := v.(type) {
		case ir.List:
			out := make(ir.List, 0, len(x))
			for _, e := range x {
				if c := s.convert(e, f, from.Elem, elem(pick(to, v))); c != nil {
					out = append(out, c)
				}
			}
			return out
		case *ir.Object, ir.String, ir.Number, ir.Bool:
			if c := s.convert(v, f, from.Elem, to); c != nil {
				return ir.List{c}
			}
			return nil
		}
		if to != nil && pick(to, v).Kind != schema.List {
			return ir.List{v}
		}
		return v
	case schema.Map:
		switch x := v.(type) {
		case *ir.Object:
			m := &ir.Object{Fields: make([]ir.Field, 0, x.Len())}
			for _, e := range x.Fields {
				if c := s.convert(e.Value, f, from.Elem, elem(pick(to, v))); c != nil {
					m.Fields = append(m.Fields, ir.Field{Key: e.Key, Value: c})
				}
			}
			return m
		case ir.List:
			key := pairKey(elem(pick(to, v)))
			if key == "" && len(x) == 1 {
				return s.convert(x[0], f, from, to)
			}
			m := &ir.Object{}
			for _, e := range x {
				o := objectIn(e)
				k, ok := o.Get(key).(ir.String)
				if !ok {
					s.problem("a key in %s is not known", f.key)
					return nil
				}
				m = m.With(string(k), s.convert(o.Get("Value"), f, from.Elem, nil))
			}
			return m
		}
		s.problem("%s is not known", f.key)
		return nil
	case schema.Obj:
		switch x := v.(type) {
		case *ir.Object:
			if from.Object == nil {
				return x
			}
			out := &ir.Object{}
			s.object(x, f.objects(s.row), out)
			return out
		case ir.List:
			return s.sole(x, f, from, to)
		}
		s.problem("%s is not known", f.key)
		return nil
	}
	return v
}

// sole converts the only element of a list.
func (s *splitter) sole(l ir.List, f *field, from, to *schema.Type) ir.Value {
	switch len(l) {
	case 0:
		return nil
	case 1:
		return s.convert(l[0], f, from, elem(pick(to, l)))
	}
	s.problem("%s has %d elements", f.key, len(l))
	return nil
}

// pickBack chooses of a Pulumi union's options the one that suits the value.
func pickBack(from, to *schema.Type, v ir.Value) *schema.Type {
	hasString := slices.ContainsFunc(from.Options, func(o *schema.Type) bool { return o.Kind == schema.String })
	document := to != nil && (to.Kind == schema.Any || to.Kind == schema.Union && slices.ContainsFunc(to.Options, func(o *schema.Type) bool { return o.Kind == schema.Any }))
	if hasString && document {
		return &schema.Type{Kind: schema.String}
	}
	for _, o := range from.Options {
		switch v.(type) {
		case ir.List:
			if o.Kind == schema.List {
				return o
			}
		case *ir.Object:
			if o.Kind == schema.Obj || o.Kind == schema.Map {
				return o
			}
		default:
			if o.Kind == schema.String {
				return o
			}
		}
	}
	return from.Options[0]
}

// A splitter makes what becomes of one CloudFormation resource. References in
// its values are CloudFormation's until the very end; one whose attribute begins
// with ownAttr is Pulumi's already.
type splitter struct {
	*fromCFN
	e    *source
	r    *ir.Resource
	row  *row
	in   *ir.Object // its properties, without those that code has taken; no one else has this object
	out  *ir.Object // what they become
	main *ir.Resource
	made []*ir.Resource
	// problems are why it has to go to Cloud Control instead.
	problems []string
}

const ownAttr = "\x00"

func (s *splitter) problem(format string, args ...any) {
	s.problems = append(s.problems, fmt.Sprintf(format, args...))
}

// take removes a property from those to be carried over by the table, and
// returns it; nil if it was not given.
func (s *splitter) take(name string) ir.Value {
	for i, f := range s.in.Fields {
		if f.Key == name {
			s.in.Fields = slices.Delete(s.in.Fields, i, i+1)
			return f.Value
		}
	}
	return nil
}

// list is take for a list of which all elements are known. One element counts
// as a list.
func (s *splitter) list(name string) ir.List {
	switch v := s.take(name).(type) {
	case nil:
		return nil
	case ir.List:
		return v
	case ir.String, ir.Ref, ir.Join, *ir.Object:
		return ir.List{v}
	default:
		s.problem("%s is not known", name)
		return nil
	}
}

// set sets a Pulumi property at the top.
func (s *splitter) set(name string, v any) {
	if value := ir.Of(v); value != nil {
		s.putBack(s.out, []leafStep{{name: name}}, value)
	}
}

// self is a reference to the CloudFormation resource.
func (s *splitter) self(attr string) ir.Value { return ir.Ref{Resource: s.r.ID, Attr: attr} }

// ownRef is a reference to a Pulumi resource that has been made.
func ownRef(r *ir.Resource, attr string) ir.Value {
	return ir.Ref{Resource: r.ID, Attr: ownAttr + attr}
}

// add makes another Pulumi resource beside the main one.
func (s *splitter) add(suffix, token string, props *ir.Object) *ir.Resource {
	r := &ir.Resource{ID: s.e.id + suffix, Name: s.e.name + suffix, Type: token, Props: props}
	for n := 2; slices.ContainsFunc(s.made, func(m *ir.Resource) bool { return m.ID == r.ID }) || suffix != "" && s.flat.ids[r.ID]; n++ {
		r.ID = fmt.Sprintf("%s%s%d", s.e.id, suffix, n)
		r.Name = fmt.Sprintf("%s%s%d", s.e.name, suffix, n)
	}
	s.made = append(s.made, r)
	return r
}

// part makes a resource of those properties that Pulumi has a type of its own
// for, which the row of token says to be a part of this one.
func (s *splitter) part(suffix, token string, props *ir.Object) *ir.Resource {
	r := rowOf(token)
	facts := s.pulumi(token)
	sub := &splitter{fromCFN: s.fromCFN, e: s.e, r: s.r, row: r, in: props, out: &ir.Object{}}
	if r.fold != "" {
		sub.out = ir.Obj(r.fold, s.self("Ref"))
	}
	m := newMapping(r, "", &facts.Object, rootOf(r, s.cfn(r.cfn)))
	sub.object(props, m, sub.out)
	s.problems = append(s.problems, sub.problems...)
	if settle := backwards[token].settle; settle != nil {
		settle(sub)
	}
	return s.add(suffix, token, sub.out)
}

// partOf is part for the properties with the given names, if any is given.
func (s *splitter) partOf(suffix, token string, names ...string) *ir.Resource {
	props := &ir.Object{}
	for _, name := range names {
		if v := s.take(name); v != nil && !isEmptyValue(v) {
			props.Fields = append(props.Fields, ir.Field{Key: name, Value: v})
		}
	}
	if props.Len() == 0 {
		return nil
	}
	return s.part(suffix, token, props)
}
