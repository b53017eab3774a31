package hcl

import (
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower"
	"github.com/sstc/sstc/compiler/lower/arg"
)

// Values are ir's. A set is a list, sorted and without repetitions. A secret is
// a call of ir.FuncSecret, also around what is known; it passes to whatever is
// computed from it, and ends where the value is handed to a component (finish).

// reveal is a value without the mark of a secret, which it notes.
func reveal(v ir.Value, secret *bool) ir.Value {
	for {
		c, ok := v.(ir.Call)
		if !ok || c.Func != ir.FuncSecret {
			return v
		}
		*secret = true
		v = c.Args[0]
	}
}

// secretIf marks a value as secret. A list or an object of secrets is one whose
// elements are secret.
func secretIf(secret bool, v ir.Value) ir.Value {
	if !secret {
		return v
	}
	switch x := v.(type) {
	case nil, ir.Null:
		return v
	case ir.Opaque:
		if _, ok := x.X.(named); !ok {
			return v
		}
	case ir.List:
		list := make(ir.List, len(x))
		for i, el := range x {
			list[i] = secretIf(true, el)
		}
		return list
	case *ir.Object:
		o := &ir.Object{Fields: make([]ir.Field, x.Len())}
		for i := range x.Len() {
			o.Fields[i] = ir.Field{Key: x.Fields[i].Key, Value: secretIf(true, x.Fields[i].Value)}
		}
		return o
	case ir.Call:
		if x.Func == ir.FuncSecret {
			return v
		}
	}
	return ir.Call{Func: ir.FuncSecret, Args: []ir.Value{v}}
}

// hasSecret reports whether a value, or anything in it, is secret.
func hasSecret(v ir.Value) bool {
	found := false
	ir.Walk(v, func(v ir.Value) bool {
		if c, ok := v.(ir.Call); ok && c.Func == ir.FuncSecret {
			found = true
		}
		return !found
	})
	return found
}

// revealAll is a value without any mark of a secret in it.
func revealAll(v ir.Value, secret *bool) ir.Value {
	if !hasSecret(v) {
		return v
	}
	*secret = true
	return ir.Map(v, func(v ir.Value) ir.Value {
		ignored := false
		return reveal(v, &ignored)
	})
}

// isUnknown reports whether a value, at its outermost, is known only after
// deployment.
func isUnknown(v ir.Value) bool {
	switch v := v.(type) {
	case ir.Ref, ir.Param, ir.AssetRef, ir.Join:
		return true
	case ir.Call:
		return v.Func != ir.FuncSecret || isUnknown(v.Args[0])
	case ir.Opaque:
		_, ok := v.X.(named)
		return ok
	}
	return false
}

// knownData reports whether a value is data, all of it known.
func knownData(v ir.Value) bool {
	v = plain(v)
	return ir.Known(v)
}

// decided is what a value will be if the configuration itself has decided that,
// such as a name that it gave to a resource; else the value.
func (e *evaluation) decided(v ir.Value) ir.Value {
	v = plain(v)
	switch x := v.(type) {
	case ir.Ref, ir.Call:
		if e.app == nil {
			return v
		}
		switch given := e.app.Given(x).(type) {
		case ir.String, ir.Number, ir.Bool:
			return given
		}
	case ir.Join:
		parts := make([]any, len(x.Parts))
		for i, p := range x.Parts {
			parts[i] = e.decided(p)
		}
		return ir.Concat(parts...)
	}
	return v
}

// plain is a value without what only expressions need to know of it.
func plain(v ir.Value) ir.Value {
	if o, ok := v.(ir.Opaque); ok {
		if n, ok := o.X.(named); ok {
			return n.value
		}
	}
	return v
}

// finish makes of a value what a component is given: without nulls in objects,
// which count as not written, and without secrets that are known, whose values
// must not be written down. Place says what the value is for; from it a secret
// gets its name.
func (e *evaluation) finish(v ir.Value, place string) ir.Value {
	switch x := v.(type) {
	case ir.List:
		list := make(ir.List, len(x))
		for i, el := range x {
			list[i] = e.finish(el, inside(place, itoa(i)))
		}
		return list
	case *ir.Object:
		o := &ir.Object{Fields: make([]ir.Field, 0, x.Len())}
		for i := range x.Len() {
			f := x.Fields[i]
			if f.Value == ir.Value(ir.Null{}) {
				continue
			}
			o.Fields = append(o.Fields, ir.Field{Key: f.Key, Value: e.finish(f.Value, inside(place, capitalized(f.Key)))})
		}
		return o
	case ir.Opaque:
		switch h := x.X.(type) {
		case arg.Poison:
			e.poisoned = true
		case named:
			return e.finish(h.value, place)
		case nodes:
			return poison
		case resource:
			e.linkResource(h.ResourceHandle)
			return ir.Opaque{X: h.ResourceHandle}
		case lower.ResourceHandle:
			e.linkResource(h)
		}
	case ir.Call:
		if x.Func == ir.FuncSecret {
			switch inner := e.finish(x.Args[0], place).(type) {
			case ir.Param:
				return inner // secret as it is
			case ir.Opaque, ir.Null:
				return inner
			default:
				if ir.Known(inner) {
					return e.app.SecretValue(place)
				}
				return ir.NewCall(ir.FuncSecret, inner)
			}
		}
	}
	return v
}

// withoutNulls is an object without what is null in it or in its parts.
func (e *evaluation) withoutNulls(o *ir.Object) *ir.Object {
	out := &ir.Object{}
	for i := range o.Len() {
		f := o.Fields[i]
		if f.Value == ir.Value(ir.Null{}) {
			continue
		}
		if inner, ok := f.Value.(*ir.Object); ok {
			f.Value = e.withoutNulls(inner)
		}
		out.Fields = append(out.Fields, f)
	}
	return out
}

// inside is the place of an entry of the value at place. Places are names for
// people, so they stop growing at some depth.
func inside(place, key string) string {
	if len(place) > 100 {
		return place
	}
	return place + key
}

// isHandle reports whether a value is a component, a resource or the like.
func isHandle(v ir.Value) bool {
	o, ok := v.(ir.Opaque)
	if !ok {
		return false
	}
	switch o.X.(type) {
	case named, nodes, arg.Poison:
		return false
	}
	return true
}
