package translate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// A builder makes what becomes of one Pulumi resource. Values in it are those
// of the cfn dialect already.
type builder struct {
	*translator
	entry  *entry
	r      *ir.Resource // the Pulumi resource
	row    *row
	in     *ir.Object   // its properties, without those that code has taken; no one else has this object
	out    *ir.Object   // what they become
	target *ir.Resource // the CloudFormation resource that out is for
}

// take removes a property from those to be carried over by the table, and
// returns it; nil if it was not given.
func (b *builder) take(name string) ir.Value {
	for i, f := range b.in.Fields {
		if f.Key == name {
			b.in.Fields = slices.Delete(b.in.Fields, i, i+1)
			if f.Value == (ir.Null{}) {
				return nil
			}
			return f.Value
		}
	}
	return nil
}

// takeObject is take for an object. What is no object is reported.
func (b *builder) takeObject(name string) *ir.Object {
	v := b.take(name)
	o, ok := v.(*ir.Object)
	if v != nil && !ok {
		b.unknownValue(name)
	}
	return o
}

// takeList is take for a list. What is no list is reported.
func (b *builder) takeList(name string) ir.List {
	v := b.take(name)
	l, ok := v.(ir.List)
	if v != nil && !ok {
		b.unknownValue(name)
	}
	return l
}

// set sets a CloudFormation property, by its path; nil leaves it out.
func (b *builder) set(path string, v any) {
	if value := ir.Of(v); value != nil {
		b.put(b.out, strings.Split(path, "."), value)
	}
}

// get returns a CloudFormation property that has been set, or nil.
func (b *builder) get(path string) ir.Value {
	var v ir.Value = b.out
	for _, step := range strings.Split(path, ".") {
		o, ok := v.(*ir.Object)
		if !ok {
			return nil
		}
		v = o.Get(step)
	}
	return v
}

// put sets the value at a path in an object of the result, making the objects
// on the way. An object is laid onto one that is there.
func (b *builder) put(o *ir.Object, path []string, v ir.Value) {
	for len(path) > 1 {
		inner, ok := o.Get(path[0]).(*ir.Object)
		if !ok {
			inner = &ir.Object{}
			o.Fields = append(o.Fields, ir.Field{Key: path[0], Value: inner})
		}
		o, path = inner, path[1:]
	}
	for i := range o.Fields {
		if o.Fields[i].Key != path[0] {
			continue
		}
		old, _ := o.Fields[i].Value.(*ir.Object)
		if part, ok := v.(*ir.Object); ok && old != nil {
			for _, f := range part.Fields {
				b.put(old, []string{f.Key}, f.Value)
			}
			return
		}
		o.Fields[i].Value = v
		return
	}
	o.Fields = append(o.Fields, ir.Field{Key: path[0], Value: v})
}

// appendTo adds elements to the list at a path.
func (b *builder) appendTo(o *ir.Object, path []string, elements ir.List) {
	for len(path) > 1 {
		inner, ok := o.Get(path[0]).(*ir.Object)
		if !ok {
			inner = &ir.Object{}
			o.Fields = append(o.Fields, ir.Field{Key: path[0], Value: inner})
		}
		o, path = inner, path[1:]
	}
	list, _ := o.Get(path[0]).(ir.List)
	b.put(o, path, append(slices.Clip(list), elements...))
}

// merge lays the properties of a part onto the resource that it is a part of:
// objects are merged, lists are joined, and two values for one property are
// reported.
func (b *builder) merge(onto, part *ir.Object) {
	for _, f := range part.Fields {
		old := onto.Get(f.Key)
		switch old := old.(type) {
		case nil:
			onto.Fields = append(onto.Fields, f)
			continue
		case *ir.Object:
			if o, ok := f.Value.(*ir.Object); ok {
				b.merge(old, o)
				continue
			}
		case ir.List:
			if l, ok := f.Value.(ir.List); ok {
				b.put(onto, []string{f.Key}, append(slices.Clip(old), l...))
				continue
			}
		}
		if !sameValue(old, f.Value) {
			b.fail(diag.NotInCloudFormation, "Conflicting parts", fmt.Sprintf(
				"In CloudFormation it is a part of the resource %q, which has another value for %s already.", b.target.Name, f.Key))
		}
	}
}

// adopt gives a CloudFormation resource the name, component, range and options
// of the Pulumi resource that it comes from, and adds it to the result.
func (b *builder) adopt(r *ir.Resource) {
	r.Name = b.r.Name
	r.Component = b.r.Component
	r.Range = b.r.Range
	r.Options.Protect = b.r.Options.Protect
	r.Options.RetainOnDelete = b.r.Options.RetainOnDelete
	b.made[r.ID] = r
	b.order = append(b.order, r)
}

// add makes another CloudFormation resource beside the main one. Its ID is the
// main one's and a suffix.
func (b *builder) add(suffix, typ string, props *ir.Object) *ir.Resource {
	id := b.r.ID + suffix
	for n := 2; b.made[id] != nil || b.entries[id] != nil || b.invokes[id] != nil; n++ {
		id = fmt.Sprintf("%s%s%d", b.r.ID, suffix, n)
	}
	r := &ir.Resource{ID: id, Type: typ, Props: props}
	b.adopt(r)
	b.entry.with = append(b.entry.with, id)
	return r
}

// addNamed is add for a resource that has none of its own type: without a
// suffix, the new one has its ID and references go to it.
func (b *builder) addNamed(suffix, typ string, props *ir.Object) {
	if suffix != "" {
		b.add(suffix, typ, props)
		return
	}
	b.target.Type, b.target.Props = typ, props
	b.out = props
	b.adopt(b.target)
	b.entry.with = append(b.entry.with, b.target.ID)
}

// self is a reference to the main resource.
func (b *builder) self(attr string) ir.Value { return ir.Ref{Resource: b.target.ID, Attr: attr} }

// region takes the region that Pulumi's AWS provider lets every resource have.
func (b *builder) region() {
	if _, own := b.row.names["region"]; own || b.entry.facts.Property("region") == nil {
		return
	}
	switch v := b.take("region").(type) {
	case nil, ir.Param:
	case ir.String:
		if string(v) != b.p.App.Region {
			b.otherRegion(string(v))
		}
	default:
		b.otherRegion("a region that is known only after deployment")
	}
}

// refTo returns the Pulumi resource that a value is a reference to, or nil.
// The value is one of the cfn dialect.
func (t *translator) refTo(v ir.Value) *entry {
	if r, ok := v.(ir.Ref); ok {
		return t.entries[r.Resource]
	}
	return nil
}

// isTrue reports whether a value is true.
func isTrue(v ir.Value) bool { return v == ir.Bool(true) || v == ir.String("true") }

// objectIn returns v if it is an object, and an empty one if it is none.
func objectIn(v ir.Value) *ir.Object {
	if o, ok := v.(*ir.Object); ok && o != nil {
		return o
	}
	return &ir.Object{}
}
