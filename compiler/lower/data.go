package lower

import (
	"fmt"
	"strconv"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

// This file keeps what only an evaluation can use (components, resources,
// functions) out of what is emitted.

// findOpaque returns a component, resource or function inside v, or nil.
func findOpaque(v ir.Value) ir.Value {
	var found ir.Value
	ir.Walk(v, func(v ir.Value) bool {
		if _, ok := v.(ir.Opaque); ok && found == nil {
			found = v
		}
		return found == nil
	})
	return found
}

// plain is v as a provider can be given it. A resource counts as its ID, as in
// Pulumi; what else is no data is reported and left out. Path leads to v in the
// call at a place.
func (a *App) plain(v ir.Value, at Place, path arg.Path) ir.Value {
	if findOpaque(v) == nil {
		return v
	}
	all := func(vs []ir.Value) []ir.Value {
		out := make([]ir.Value, 0, len(vs))
		for i, e := range vs {
			if e = a.plain(e, at, path.Key(strconv.Itoa(i))); e != nil {
				out = append(out, e)
			}
		}
		return out
	}
	switch v := v.(type) {
	case ir.List:
		return ir.List(all(v))
	case *ir.Object:
		o := &ir.Object{}
		for _, f := range v.Fields {
			if e := a.plain(f.Value, at, path.Key(f.Key)); e != nil {
				o.Fields = append(o.Fields, ir.Field{Key: f.Key, Value: e})
			}
		}
		return o
	case ir.Call:
		if args := all(v.Args); len(args) == len(v.Args) {
			return ir.NewCall(v.Func, args...)
		}
		return nil
	case ir.Opaque:
		switch h := v.X.(type) {
		case ResourceHandle:
			return h.Attr("id")
		case arg.Poison:
			return nil
		}
		a.diags.Add(diag.WrongType, at.Arg(path), "Wrong type",
			fmt.Sprintf("A property of a resource cannot be %s. Give it a property of that, such as its name or ARN.", arg.Describe(v)))
	}
	return nil
}

// data is a value that ends up as JSON, and so must be data. It is nil if the
// value was not given, or is something else, which is reported.
func (c *Scope) data(v arg.Value) ir.Value {
	bad := findOpaque(v.V)
	if bad == nil {
		return v.V
	}
	if bad != ir.Value(ir.Opaque{X: arg.Poison{}}) {
		c.errorAt(v.At, diag.WrongType, "Wrong type",
			fmt.Sprintf("There is %s in this value, which must be data. Give it a property of that, such as its ARN.", arg.Describe(bad)))
	}
	return nil
}

// dataList is the list whose elements are vs, nil if there was none.
func (c *Scope) dataList(vs []arg.Value) ir.Value {
	if vs == nil {
		return nil
	}
	l := ir.List{}
	for _, v := range vs {
		if d := c.data(v); d != nil {
			l = append(l, d)
		}
	}
	return l
}

// jsonText is a value as JSON, nil if it was not given.
func (c *Scope) jsonText(v arg.Value) ir.Value {
	if d := c.data(v); d != nil {
		return ir.NewCall(ir.FuncJSONEncode, d)
	}
	return nil
}
