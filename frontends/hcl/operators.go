package hcl

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
	"github.com/sstc/sstc/compiler/schema"
)

// binary applies an operator. Known operands are hcl's own affair; of what is
// known only after deployment, some comparisons can be decided.
func (e *evaluation) binary(x *hclsyntax.BinaryOpExpr, s *scope) ir.Value {
	secret := false
	if x.Op == hclsyntax.OpLogicalAnd || x.Op == hclsyntax.OpLogicalOr {
		// What the first operand decides, the second cannot change.
		left, ok := e.condition(e.eval(x.LHS, s), x.LHS.Range(), "A condition", &secret)
		if !ok {
			return poison
		}
		if left == (x.Op == hclsyntax.OpLogicalOr) {
			return secretIf(secret, ir.Bool(left))
		}
		right, ok := e.condition(e.eval(x.RHS, s), x.RHS.Range(), "A condition", &secret)
		if !ok {
			return poison
		}
		return secretIf(secret, ir.Bool(right))
	}
	left, right := e.eval(x.LHS, s), e.eval(x.RHS, s)
	if isPoison(left) || isPoison(right) {
		return poison
	}
	left, right = revealAll(left, &secret), revealAll(right, &secret)
	if x.Op == hclsyntax.OpEqual || x.Op == hclsyntax.OpNotEqual {
		equal, decided := e.equal(left, right)
		if !decided {
			v := left
			if !isUnknown(v) && knownData(v) {
				v = right
			}
			return e.unknown(x.SrcRange, "A comparison")
		}
		return secretIf(secret, ir.Bool(equal == (x.Op == hclsyntax.OpEqual)))
	}
	what := "Arithmetic"
	if x.Op.Type == cty.Bool {
		what = "A comparison"
	}
	l, ok := e.operand(left, x.LHS.Range(), what)
	r, ok2 := e.operand(right, x.RHS.Range(), what)
	if !ok || !ok2 {
		return poison
	}
	v, diags := (&hclsyntax.BinaryOpExpr{LHS: l, Op: x.Op, RHS: r, SrcRange: x.SrcRange}).Value(nil)
	return secretIf(secret, e.result(v, diags, diag.InvalidExpression))
}

func (e *evaluation) unary(x *hclsyntax.UnaryOpExpr, s *scope) ir.Value {
	secret := false
	v := reveal(e.eval(x.Val, s), &secret)
	if x.Op == hclsyntax.OpLogicalNot {
		yes, ok := e.condition(v, x.Val.Range(), "A condition", &secret)
		if !ok {
			return poison
		}
		return secretIf(secret, ir.Bool(!yes))
	}
	l, ok := e.operand(v, x.Val.Range(), "Arithmetic")
	if !ok {
		return poison
	}
	out, diags := (&hclsyntax.UnaryOpExpr{Op: x.Op, Val: l, SrcRange: x.SrcRange, SymbolRange: x.SymbolRange}).Value(nil)
	return secretIf(secret, e.result(out, diags, diag.InvalidExpression))
}

// operand is a value as hcl's operators take it.
func (e *evaluation) operand(v ir.Value, at hcl.Range, what string) (hclsyntax.Expression, bool) {
	v = e.decided(v)
	switch {
	case isPoison(v):
		return nil, false
	case isUnknown(v):
		e.unknown(at, what)
		return nil, false
	case !knownData(v):
		e.errorAt(at, diag.InvalidExpression, "Invalid operand", fmt.Sprintf("%s needs a number, and this is %s.", what, arg.Describe(v)))
		return nil, false
	}
	return literal(v, at), true
}

func literal(v ir.Value, at hcl.Range) hclsyntax.Expression {
	return &hclsyntax.LiteralValueExpr{Val: toCty(v), SrcRange: at}
}

// result is what hcl made of known operands.
func (e *evaluation) result(v cty.Value, diags hcl.Diagnostics, code diag.Code) ir.Value {
	if diags.HasErrors() {
		for _, d := range diags {
			r := hcl.Range{}
			if d.Subject != nil {
				r = *d.Subject
			}
			e.errorAt(r, code, d.Summary, sentence(capitalized(d.Detail)))
		}
		return poison
	}
	return fromCty(v)
}

// equal compares two values, and reports whether it can be decided: what is
// known only after deployment is equal to itself and different from null, from
// the empty string, and from values of other types.
func (e *evaluation) equal(a, b ir.Value) (equal, decided bool) {
	a, b = e.decided(a), e.decided(b)
	_, aNull := a.(ir.Null)
	_, bNull := b.(ir.Null)
	if aNull || bNull {
		return aNull && bNull, true
	}
	ua, ub := isUnknown(a), isUnknown(b)
	switch {
	case ua && ub:
		if ir.PrintValue(a) == ir.PrintValue(b) {
			return true, true
		}
		return false, false
	case ub:
		return e.equal(b, a)
	case ua:
		if b == ir.Value(ir.String("")) {
			return false, true
		}
		return false, e.otherType(a, b)
	}
	switch a := a.(type) {
	case ir.List:
		b, ok := b.(ir.List)
		if !ok || len(a) != len(b) {
			return false, true
		}
		all := true
		for i := range a {
			eq, ok := e.equal(a[i], b[i])
			if ok && !eq {
				return false, true
			}
			all = all && ok
		}
		return all, all
	case *ir.Object:
		b, ok := b.(*ir.Object)
		if !ok || a.Len() != b.Len() {
			return false, true
		}
		all := true
		for i := range a.Len() {
			other := b.Get(a.Fields[i].Key)
			if other == nil {
				return false, true
			}
			eq, ok := e.equal(a.Fields[i].Value, other)
			if ok && !eq {
				return false, true
			}
			all = all && ok
		}
		return all, all
	case ir.Opaque:
		o, ok := b.(ir.Opaque)
		return ok && reflect.TypeOf(a.X).Comparable() && reflect.TypeOf(o.X).Comparable() && a.X == o.X, true
	}
	if _, ok := b.(ir.List); ok {
		return false, true
	}
	if _, ok := b.(*ir.Object); ok {
		return false, true
	}
	return a == b, true
}

// otherType reports whether an unknown value cannot have the type of a known one.
func (e *evaluation) otherType(unknown, known ir.Value) bool {
	if e.app == nil {
		return false
	}
	is := func(kinds ...schema.Kind) bool { return slices.Contains(kinds, e.app.TypeOf(unknown).Kind) }
	switch known.(type) {
	case ir.String:
		return is(schema.Number, schema.Bool, schema.List, schema.Set, schema.Map, schema.Obj)
	case ir.Number:
		return is(schema.String, schema.Bool, schema.List, schema.Set, schema.Map, schema.Obj)
	case ir.Bool:
		return is(schema.String, schema.Number, schema.List, schema.Set, schema.Map, schema.Obj)
	case ir.List:
		return is(schema.String, schema.Number, schema.Bool, schema.Map, schema.Obj)
	case *ir.Object:
		return is(schema.String, schema.Number, schema.Bool, schema.List, schema.Set)
	}
	return true // a component, say
}
