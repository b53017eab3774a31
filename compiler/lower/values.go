package lower

import (
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
)

// This file has what frontends ask about values that are known only after
// deployment: their types, what can be read from them, and what is known of
// them after all.

var (
	stringType = &schema.Type{Kind: schema.String}
	numberType = &schema.Type{Kind: schema.Number}
	anyType    = &schema.Type{Kind: schema.Any}
	stringList = &schema.Type{Kind: schema.List, Elem: stringType}
)

// TypeOf returns the type of an unknown value, as far as it is known.
func (a *App) TypeOf(v ir.Value) *schema.Type {
	switch v := v.(type) {
	case ir.Ref:
		t, _ := a.AttrType(v.Resource, v.Attr)
		return t
	case ir.Param, ir.Join, ir.AssetRef, ir.String:
		return stringType
	case ir.Call:
		switch v.Func {
		case ir.FuncSplit:
			return stringList
		case ir.FuncLength, ir.FuncToNumber:
			return numberType
		case ir.FuncJSONDecode, ir.FuncFlatten, ir.FuncPluck:
			return anyType
		case ir.FuncSecret:
			return a.TypeOf(v.Args[0])
		case ir.FuncFind:
			if t := a.TypeOf(v.Args[0]); t.Elem != nil {
				return t.Elem
			}
			return anyType
		case ir.FuncIndex:
			t := a.TypeOf(v.Args[0])
			switch key := v.Args[1].(type) {
			case ir.Number:
				if t.Elem != nil {
					return t.Elem
				}
			case ir.String:
				if t.Kind == schema.Map && t.Elem != nil {
					return t.Elem
				}
				if p := t.Object.Property(string(key)); p != nil {
					return p.Type
				}
			}
			return anyType
		}
		return stringType
	}
	return anyType
}

// Given returns what an unknown value will be if the configuration itself gave
// it, as a property of a resource, or a part of one; nil otherwise. Lists and
// objects may have unknown values in them.
func (a *App) Given(v ir.Value) ir.Value {
	switch v := v.(type) {
	case ir.Ref:
		return a.KnownAttr(v)
	case ir.Call:
		if v.Func != ir.FuncIndex {
			return nil
		}
		switch base := a.Given(v.Args[0]).(type) {
		case *ir.Object:
			if key, ok := v.Args[1].(ir.String); ok {
				return base.Get(string(key))
			}
		case ir.List:
			if i, ok := v.Args[1].(ir.Number); ok && i >= 0 && int(i) < len(base) {
				return base[int(i)]
			}
		}
	}
	return nil
}

// HasMember reports whether an unknown value can have an element or attribute.
func (a *App) HasMember(v, key ir.Value) bool {
	t := a.TypeOf(v)
	name, isName := key.(ir.String)
	if !isName || t.Kind != schema.Obj || t.Object == nil {
		return true
	}
	return t.Object.Property(string(name)) != nil
}

// Compute applies a function, at deployment if it cannot be applied now. It
// returns nil for an entry that an object does not have.
func Compute(fn ir.Func, args []ir.Value) ir.Value {
	if fn == ir.FuncIndex {
		if ref, ok := args[0].(ir.Ref); ok && ref.Attr == "" {
			if name, ok := args[1].(ir.String); ok {
				return ir.Ref{Resource: ref.Resource, Attr: string(name)}
			}
		}
		// A set of options: {a: {...}}[key].
		if o, ok := args[0].(*ir.Object); ok {
			if k, ok := args[1].(ir.String); ok && !o.Has(string(k)) {
				return nil
			}
		}
	}
	if fn == ir.FuncJSONDecode {
		// What was encoded here is still there, also for targets that cannot decode.
		if c, ok := args[0].(ir.Call); ok && c.Func == ir.FuncJSONEncode {
			return c.Args[0]
		}
	}
	return ir.NewCall(fn, args...)
}
