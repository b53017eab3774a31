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

// object carries the properties of one Pulumi object over to out, the
// CloudFormation object that encloses their counterparts.
func (b *builder) object(in *ir.Object, m *mapping, out *ir.Object) {
	for i := range in.Len() {
		name, v := in.Fields[i].Key, in.Fields[i].Value
		if v == nil || v == (ir.Null{}) {
			continue
		}
		f := m.field(name)
		if f.implied != nil && sameValue(v, f.implied) {
			continue
		}
		if f.form != nil {
			if v = f.form(b, v); v == nil {
				continue
			}
		}
		switch f.kind {
		case fieldIgnored:
		case fieldDropped:
			b.warn(fmt.Sprintf("The property %q is left out, because CloudFormation has nothing for it.", f.key))
		case fieldInline:
			if o, ok := v.(*ir.Object); ok {
				b.object(o, f.sub, out)
				continue
			}
			b.noCounterpart(f.key)
		case fieldMapped:
			if v = b.convert(v, f, f.from, f.to); v != nil {
				b.put(out, f.path, v)
			}
		default:
			b.noCounterpart(f.key)
		}
	}
}

// convert turns the value of a Pulumi property of type from into one that
// suits the CloudFormation type to:
//
//   - JSON text becomes the document itself, and the other way round;
//   - a map becomes a list of tags, or of names and values;
//   - one element becomes a list, and a list of at most one its element;
//   - numbers, booleans and their texts become each other;
//   - objects are carried over property by property.
//
// It returns nil for what is to be left out.
func (b *builder) convert(v ir.Value, f *field, from, to *schema.Type) ir.Value {
	to = pick(to, v)
	switch {
	case to == nil:
		return v
	case to.Kind == schema.Any:
		return b.document(v, f, from)
	case to.Kind == schema.String && from != nil && from.Kind != schema.String:
		switch v := v.(type) {
		case *ir.Object:
			return ir.NewCall(ir.FuncJSONEncode, v)
		case ir.List:
			// Falls through to the sole element.
		default:
			return text(v)
		}
	}
	switch v := v.(type) {
	case ir.Null:
		return nil
	case ir.Bool, ir.Number:
		switch to.Kind {
		case schema.List:
			return b.list(ir.List{v}, f, from, to)
		case schema.String:
			return text(v)
		}
		return v
	case ir.String:
		switch to.Kind {
		case schema.List:
			return b.list(ir.List{v}, f, from, to)
		case schema.Number:
			if n, err := strconv.ParseFloat(string(v), 64); err == nil {
				return ir.Number(n)
			}
		case schema.Bool:
			if v == "true" || v == "false" {
				return ir.Bool(v == "true")
			}
		}
		return v
	case ir.List:
		if to.Kind == schema.List {
			return b.list(v, f, elem(from), to)
		}
		switch len(v) {
		case 0:
			return nil
		case 1:
			return b.convert(v[0], f, elem(from), to)
		}
		b.fail(diag.NotInCloudFormation, "Not in CloudFormation",
			fmt.Sprintf("The property %q has %d elements, and CloudFormation takes one.", f.key, len(v)))
		return nil
	case *ir.Object:
		switch to.Kind {
		case schema.Obj:
			if to.Object == nil {
				return v
			}
			out := &ir.Object{}
			b.object(v, f.objects(b.row), out)
			return out
		case schema.Map:
			m := &ir.Object{Fields: make([]ir.Field, 0, v.Len())}
			for _, e := range v.Fields {
				if c := b.convert(e.Value, f, elem(from), to.Elem); c != nil {
					m.Fields = append(m.Fields, ir.Field{Key: e.Key, Value: c})
				}
			}
			return m
		case schema.List:
			if from != nil && from.Kind == schema.Map {
				if key := pairKey(to.Elem); key != "" {
					return pairs(v, key)
				}
			}
			return b.list(ir.List{v}, f, from, to)
		}
		return v
	default: // known only once the app is deployed
		if to.Kind == schema.List && from != nil && from.Kind != schema.List {
			if from.Kind == schema.Map {
				b.unknownValue(f.key)
				return nil
			}
			return ir.List{v}
		}
		if from != nil && from.Kind == schema.List && to.Kind != schema.List {
			return ir.NewCall(ir.FuncIndex, v, ir.Number(0))
		}
		return v
	}
}

func (b *builder) list(v ir.List, f *field, from, to *schema.Type) ir.Value {
	out := make(ir.List, 0, len(v))
	for _, e := range v {
		if c := b.convert(e, f, from, to.Elem); c != nil {
			out = append(out, c)
		}
	}
	return out
}

// document returns the JSON document that a value is or is the text of.
func (b *builder) document(v ir.Value, f *field, from *schema.Type) ir.Value {
	if from == nil || from.Kind != schema.String && from.Kind != schema.Union {
		return v
	}
	if d, ok := parseJSON(v); ok || v == ir.Value(unavailable) {
		return d
	}
	b.fail(diag.NotInCloudFormation, "Not in CloudFormation",
		fmt.Sprintf("The property %q must be JSON text of which all keys are known now, because CloudFormation takes a document.", f.key))
	return nil
}

// pick chooses of a union's options the one that suits the value: a document
// where there is a choice, so that it can be read and compared line by line.
func pick(t *schema.Type, v ir.Value) *schema.Type {
	if t == nil || t.Kind != schema.Union {
		return t
	}
	for _, o := range t.Options {
		if o.Kind == schema.Any {
			return o
		}
	}
	for _, o := range t.Options {
		switch v.(type) {
		case ir.List:
			if o.Kind == schema.List {
				return o
			}
		case *ir.Object:
			if o.Kind == schema.Obj || o.Kind == schema.Map {
				return o
			}
		case ir.Number:
			if o.Kind == schema.Number {
				return o
			}
		case ir.Bool:
			if o.Kind == schema.Bool {
				return o
			}
		default:
			if o.Kind == schema.String {
				return o
			}
		}
	}
	return t.Options[0]
}

// elem is the type of a list's or map's elements; of anything else it is the
// type itself, for one element that stands for a list.
func elem(t *schema.Type) *schema.Type {
	if t != nil && t.Elem != nil {
		return t.Elem
	}
	return t
}

// text is the text of a number or a boolean, and any other value itself.
func text(v ir.Value) ir.Value {
	switch v.(type) {
	case ir.Number, ir.Bool:
		return ir.Concat(v)
	case ir.Null:
		return nil
	}
	return v
}

// pairKey returns "Key" or "Name" if t is an object of that and Value, as tags
// and dimensions are; else "".
func pairKey(t *schema.Type) string {
	o := objectOf(t)
	if o == nil || o.Property("Value") == nil || len(o.Properties) != 2 {
		return ""
	}
	for _, key := range []string{"Key", "Name"} {
		if o.Property(key) != nil {
			return key
		}
	}
	return ""
}

// pairs writes a map as a list of names and values.
func pairs(m *ir.Object, key string) ir.List {
	l := make(ir.List, 0, m.Len())
	for _, f := range m.Fields {
		if f.Value != (ir.Null{}) {
			l = append(l, ir.Obj(key, f.Key, "Value", text(f.Value)))
		}
	}
	return l
}

// sameValue compares two values, at least one of which is a literal of a row.
func sameValue(a, b ir.Value) bool {
	switch b := b.(type) {
	case ir.List:
		l, ok := a.(ir.List)
		if !ok || len(l) != len(b) {
			return false
		}
		for i := range l {
			if !sameValue(l[i], b[i]) {
				return false
			}
		}
		return true
	case ir.Bool, ir.Number, ir.String:
		switch a.(type) {
		case ir.Bool, ir.Number, ir.String:
			return a == b
		}
	}
	return false
}

// parseJSON reads JSON text that may have values in it that are known only
// after deployment, such as a policy that user code made with JSON.stringify.
// The second result is false for what is not JSON or not text.
func parseJSON(v ir.Value) (ir.Value, bool) {
	switch v := v.(type) {
	case ir.String:
		d, err := ir.DecodeJSON(string(v))
		return d, err == nil
	case ir.Call:
		if v.Func == ir.FuncJSONEncode {
			return v.Args[0], true
		}
	case *ir.Object, ir.List:
		return v, true
	case ir.Join:
		return parseJSONWithHoles(v)
	}
	return nil, false
}

// parseJSONWithHoles decodes text in which each unknown part has been replaced
// by a mark that cannot occur otherwise, and then puts the parts back. A part
// that stands outside of quotes (a number, or a document of its own) is
// quoted for decoding.
func parseJSONWithHoles(j ir.Join) (ir.Value, bool) {
	mark, ok := unusedMark(j)
	if !ok {
		return nil, false
	}
	var t strings.Builder
	inString := false
	for i, p := range j.Parts {
		s, known := p.(ir.String)
		if !known {
			hole := mark + strconv.Itoa(i) + mark
			if !inString {
				hole = `"` + hole + `"`
			}
			t.WriteString(hole)
			continue
		}
		for k := 0; k < len(s); k++ {
			switch {
			case s[k] == '"':
				inString = !inString
			case s[k] == '\\' && inString:
				k++
			}
		}
		t.WriteString(string(s))
	}
	doc, err := ir.DecodeJSON(t.String())
	if err != nil {
		return nil, false
	}
	fill := func(s string) ir.Value {
		pieces := strings.Split(s, mark)
		parts := make([]any, len(pieces))
		for i, p := range pieces {
			if i%2 == 0 {
				parts[i] = p
				continue
			}
			n, err := strconv.Atoi(p)
			if err != nil || n >= len(j.Parts) {
				return ir.String(s)
			}
			parts[i] = j.Parts[n]
		}
		return ir.Concat(parts...)
	}
	if hasMarkedKey(doc, mark) {
		return nil, false // a template's keys are all known
	}
	return ir.Map(doc, func(v ir.Value) ir.Value {
		if s, ok := v.(ir.String); ok {
			return fill(string(s))
		}
		return v
	}), true
}

// unusedMark returns one of Unicode's noncharacters that the known parts of j do
// not have, neither as it is nor as an escape.
func unusedMark(j ir.Join) (string, bool) {
	for mark := rune(0xFDD0); mark <= 0xFDEF; mark++ {
		used := slices.ContainsFunc(j.Parts, func(p ir.Value) bool {
			s, _ := p.(ir.String)
			return strings.ContainsRune(string(s), mark) || strings.Contains(strings.ToLower(string(s)), fmt.Sprintf("%x", mark))
		})
		if !used {
			return string(mark), true
		}
	}
	return "", false
}

func hasMarkedKey(v ir.Value, mark string) bool {
	found := false
	ir.Walk(v, func(v ir.Value) bool {
		if o, ok := v.(*ir.Object); ok {
			for _, f := range o.Fields {
				found = found || strings.Contains(f.Key, mark)
			}
		}
		return !found
	})
	return found
}
