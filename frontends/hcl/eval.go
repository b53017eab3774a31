package hcl

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower"
	"github.com/sstc/sstc/compiler/lower/arg"
	"github.com/sstc/sstc/compiler/schema"
)

// A scope is the names that an expression can use: those of its module, and in
// front of them what the blocks and expressions around it declare.
type scope struct {
	m      *module
	outer  *scope
	names  map[string]ir.Value
	symbol *hclsyntax.AnonSymbolExpr // the element that a splat is at, and its value
	value  ir.Value
	// only, if set, says why nothing but names can be used.
	only string
}

const (
	inTemplate = "a template sees the names that it is given, and no others"
	inVariable = "what a block variable says refers to nothing but the variable itself"
	inValues   = "the values of variables refer to nothing"
)

func (s *scope) with(names map[string]ir.Value) *scope { return &scope{m: s.m, outer: s, names: names} }

func (s *scope) lookup(name string) (ir.Value, bool) {
	for ; s != nil; s = s.outer {
		if v, ok := s.names[name]; ok {
			return v, true
		}
		if s.only != "" {
			return nil, false
		}
	}
	return nil, false
}

// closed says why the module's names are out of reach, or "".
func (s *scope) closed() string {
	for ; s != nil; s = s.outer {
		if s.only != "" {
			return s.only
		}
	}
	return ""
}

// maxSteps is how many expressions an evaluation may evaluate: a hundred times
// what the largest apps need.
const maxSteps = 1_000_000

// tired reports whether that is enough, and says so to the user once.
func (e *evaluation) tired(at hcl.Range) bool {
	if e.steps < e.maxSteps {
		return false
	}
	if !e.gaveUp {
		e.gaveUp = true
		e.errorAt(at, diag.EvaluationLimit, "Evaluation takes too long", "The configuration evaluates too many expressions. Is there a for expression inside another, over long lists?")
	}
	return true
}

// eval evaluates an expression. What is wrong with it is reported, and its
// value is then poison.
func (e *evaluation) eval(x hclsyntax.Expression, s *scope) ir.Value {
	if e.steps++; e.tired(x.Range()) {
		return poison
	}
	switch x := x.(type) {
	case *hclsyntax.LiteralValueExpr:
		return fromCty(x.Val)
	case *hclsyntax.ParenthesesExpr:
		return e.eval(x.Expression, s)
	case *hclsyntax.TemplateExpr:
		return e.template(x.Parts, s)
	case *hclsyntax.TemplateWrapExpr:
		return e.eval(x.Wrapped, s)
	case *hclsyntax.TemplateJoinExpr:
		return e.templateJoin(x, s)
	case *hclsyntax.ScopeTraversalExpr:
		v := e.traverse(x.Traversal, s)
		if o, ok := v.(ir.Opaque); ok {
			if _, ok := o.X.(nodes); ok {
				return e.fail(x.Range(), diag.UndeclaredName, "Incomplete reference", "What a component is made of is read by name, as in nodes.bucket.")
			}
		}
		return v
	case *hclsyntax.RelativeTraversalExpr:
		return e.follow(e.base(x.Source, s), x.Traversal, false)
	case *hclsyntax.IndexExpr:
		base, key := e.base(x.Collection, s), e.eval(x.Key, s)
		if isPoison(base) || isPoison(key) {
			return poison
		}
		return e.member(base, key, x.Key.Range(), false)
	case *hclsyntax.SplatExpr:
		return e.splat(x, s)
	case *hclsyntax.AnonSymbolExpr:
		for ; s != nil; s = s.outer {
			if s.symbol == x {
				return s.value
			}
		}
		return poison
	case *hclsyntax.TupleConsExpr:
		list := make(ir.List, len(x.Exprs))
		for i, el := range x.Exprs {
			list[i] = e.eval(el, s)
		}
		return list
	case *hclsyntax.ObjectConsExpr:
		return e.object(x, s)
	case *hclsyntax.ObjectConsKeyExpr:
		return e.eval(x.Wrapped, s)
	case *hclsyntax.ForExpr:
		return e.forExpr(x, s)
	case *hclsyntax.ConditionalExpr:
		return e.conditional(x, s)
	case *hclsyntax.BinaryOpExpr:
		return e.binary(x, s)
	case *hclsyntax.UnaryOpExpr:
		return e.unary(x, s)
	case *hclsyntax.FunctionCallExpr:
		return e.call(x, s)
	}
	return poison // what the parser could not read, which it has reported
}

// base is what something is read from, which may be less than a value.
func (e *evaluation) base(x hclsyntax.Expression, s *scope) ir.Value {
	if t, ok := x.(*hclsyntax.ScopeTraversalExpr); ok {
		return e.traverse(t.Traversal, s)
	}
	return e.eval(x, s)
}

func (e *evaluation) template(parts []hclsyntax.Expression, s *scope) ir.Value {
	var joined []any
	bad, secret := false, false
	for _, p := range parts {
		v := e.text(e.eval(p, s), p.Range(), &secret)
		if isPoison(v) {
			bad = true
		}
		joined = append(joined, v)
	}
	if bad {
		return poison
	}
	return secretIf(secret, ir.Concat(joined...))
}

// text is a value as a part of a string.
func (e *evaluation) text(v ir.Value, at hcl.Range, secret *bool) ir.Value {
	v = reveal(plain(v), secret)
	switch x := v.(type) {
	case ir.String, ir.Number, ir.Bool, ir.Join, ir.AssetRef, ir.Param:
		return v
	case ir.Null:
		return e.fail(at, diag.InvalidExpression, "Null in a string", "This value is null, and nothing can be put into a string for it.")
	case ir.List, *ir.Object:
		return e.fail(at, diag.InvalidExpression, "Not text", fmt.Sprintf("This value is %s, which cannot be put into a string. Use one of its parts, or jsonencode.", arg.Describe(v)))
	case ir.Ref, ir.Call:
		switch t := e.app.TypeOf(x); t.Kind {
		case schema.List, schema.Set, schema.Map, schema.Obj:
			return e.fail(at, diag.InvalidExpression, "Not text", fmt.Sprintf("This value is a %s, which cannot be put into a string. Use one of its parts, or jsonencode.", t))
		}
		return v
	}
	if isPoison(v) {
		return poison
	}
	return e.fail(at, diag.InvalidExpression, "Not text", fmt.Sprintf("This is %s, which cannot be put into a string. Use one of its properties, such as its name.", arg.Describe(v)))
}

func (e *evaluation) templateJoin(x *hclsyntax.TemplateJoinExpr, s *scope) ir.Value {
	v := e.eval(x.Tuple, s)
	list, ok := v.(ir.List)
	if !ok {
		return poison
	}
	var parts []any
	secret := false
	for _, el := range list {
		t := e.text(el, x.Tuple.Range(), &secret)
		if isPoison(t) {
			return poison
		}
		parts = append(parts, t)
	}
	return secretIf(secret, ir.Concat(parts...))
}

// object evaluates an object. Of a repeated key the last value counts.
func (e *evaluation) object(x *hclsyntax.ObjectConsExpr, s *scope) ir.Value {
	o := &ir.Object{Fields: make([]ir.Field, 0, len(x.Items))}
	bad := false
	for _, item := range x.Items {
		key, ok := e.objectKey(item.KeyExpr, s)
		v := e.eval(item.ValueExpr, s)
		if !ok {
			bad = true
			continue
		}
		if o.Has(key) {
			o = o.With(key, v)
			continue
		}
		o.Fields = append(o.Fields, ir.Field{Key: key, Value: v})
	}
	if bad {
		return poison
	}
	return o
}

func (e *evaluation) objectKey(x hclsyntax.Expression, s *scope) (string, bool) {
	if key, ok := literalKey(x); ok {
		return key, true
	}
	v := e.eval(x, s)
	if isPoison(v) {
		return "", false
	}
	return e.keyText(v, x.Range(), "A key of an object")
}

// keyText is a value as a key.
func (e *evaluation) keyText(v ir.Value, at hcl.Range, what string) (string, bool) {
	switch k := e.decided(v).(type) {
	case ir.String:
		return string(k), true
	case ir.Number, ir.Bool:
		text, _ := ir.Concat(k).(ir.String)
		return string(text), true
	case ir.Null:
		e.errorAt(at, diag.InvalidExpression, "Null as a key", what+" cannot be null.")
	case ir.Call:
		if k.Func == ir.FuncSecret {
			e.errorAt(at, diag.InvalidExpression, "Secret as a key", what+" is written down as it is, so it cannot be secret. If it is none after all, say so with nonsensitive.")
			break
		}
		e.unknown(at, what)
	case ir.Ref, ir.Join, ir.Param, ir.AssetRef:
		e.unknown(at, what)
	default:
		if !isPoison(k) {
			e.errorAt(at, diag.InvalidExpression, "Not text", fmt.Sprintf("%s must be a string, not %s.", what, arg.Describe(k)))
		}
	}
	return "", false
}

// conditional evaluates the branch that counts, and not the other.
func (e *evaluation) conditional(x *hclsyntax.ConditionalExpr, s *scope) ir.Value {
	secret := false
	yes, ok := e.condition(e.eval(x.Condition, s), x.Condition.Range(), "A condition", &secret)
	if !ok {
		return poison
	}
	branch := x.FalseResult
	if yes {
		branch = x.TrueResult
	}
	return secretIf(secret, e.eval(branch, s))
}

// condition is a value as true or false.
func (e *evaluation) condition(v ir.Value, at hcl.Range, what string, secret *bool) (yes, ok bool) {
	v = e.decided(reveal(v, secret))
	switch b := v.(type) {
	case ir.Bool:
		return bool(b), true
	case ir.String:
		if b == "true" || b == "false" {
			return b == "true", true
		}
	}
	switch {
	case isPoison(v):
	case isUnknown(v):
		e.unknown(at, what)
	default:
		e.errorAt(at, diag.InvalidExpression, "Not a condition", fmt.Sprintf("%s must be true or false, not %s.", what, arg.Describe(v)))
	}
	return false, false
}

// An entry is a pair that for, for_each and a splat go through.
type entry struct{ key, value ir.Value }

// entries are the elements of a collection: of a list in its order, of an
// object in the order of its keys.
func (e *evaluation) entries(v ir.Value, at hcl.Range, what string, secret *bool) ([]entry, bool) {
	v = reveal(plain(v), secret)
	if isUnknown(v) {
		if given := e.app.Given(v); given != nil {
			v = given
		}
	}
	switch v := v.(type) {
	case ir.List:
		list := make([]entry, len(v))
		for i, el := range v {
			list[i] = entry{ir.Number(i), el}
		}
		return list, true
	case *ir.Object:
		fields := slices.Clone(v.Fields)
		sort.SliceStable(fields, func(i, j int) bool { return fields[i].Key < fields[j].Key })
		list := make([]entry, len(fields))
		for i, f := range fields {
			list[i] = entry{ir.String(f.Key), f.Value}
		}
		return list, true
	}
	switch {
	case isPoison(v):
	case isUnknown(v):
		e.unknown(at, what)
	case v == ir.Value(ir.Null{}):
		e.errorAt(at, diag.InvalidExpression, "Null in place of a list", what+" needs a list or an object, and this is null.")
	default:
		e.errorAt(at, diag.InvalidExpression, "Not a list", fmt.Sprintf("%s needs a list or an object, not %s.", what, arg.Describe(v)))
	}
	return nil, false
}

func (e *evaluation) forExpr(x *hclsyntax.ForExpr, s *scope) ir.Value {
	secret := false
	list, ok := e.entries(e.eval(x.CollExpr, s), x.CollExpr.Range(), "A for expression", &secret)
	if !ok {
		return poison
	}
	e.steps += len(list) // is work, too
	bad := false
	out, object := ir.List{}, &ir.Object{}
	for _, el := range list {
		if e.tired(x.SrcRange) {
			return poison
		}
		names := map[string]ir.Value{x.ValVar: el.value}
		if x.KeyVar != "" {
			names[x.KeyVar] = el.key
		}
		inner := s.with(names)
		if x.CondExpr != nil {
			yes, ok := e.condition(e.eval(x.CondExpr, inner), x.CondExpr.Range(), "The condition of a for expression", &secret)
			if !ok {
				return poison
			}
			if !yes {
				continue
			}
		}
		v := e.eval(x.ValExpr, inner)
		if x.KeyExpr == nil {
			out = append(out, v)
			continue
		}
		key := e.eval(x.KeyExpr, inner)
		if isPoison(key) {
			bad = true
			continue
		}
		name, ok := e.keyText(reveal(key, &secret), x.KeyExpr.Range(), "A key of an object")
		switch {
		case !ok:
			bad = true
		case x.Group:
			group, _ := object.Get(name).(ir.List)
			object = object.With(name, append(group[:len(group):len(group)], v))
		case object.Has(name):
			return e.fail(x.KeyExpr.Range(), diag.InvalidExpression, "Repeated key",
				fmt.Sprintf("Two elements have the key %q. To have a list of those with the same key, put ... after the value.", name))
		default:
			object.Fields = append(object.Fields, ir.Field{Key: name, Value: v})
		}
	}
	switch {
	case bad:
		return poison
	case x.KeyExpr != nil:
		return secretIf(secret, object)
	}
	return secretIf(secret, out)
}

func (e *evaluation) splat(x *hclsyntax.SplatExpr, s *scope) ir.Value {
	secret := false
	source := e.eval(x.Source, s)
	v := reveal(plain(source), &secret)
	if isPoison(v) {
		return poison
	}
	if o, ok := source.(ir.Opaque); ok {
		if n, ok := o.X.(named); ok && n.typ.Elem != nil {
			if r, ok := x.Each.(*hclsyntax.RelativeTraversalExpr); ok && len(r.Traversal) == 1 && r.Source == hclsyntax.Expression(x.Item) {
				return e.pluckNamed(n, r.Traversal)
			}
		}
	}
	var list ir.List
	switch v := v.(type) {
	case ir.List:
		list = v
	case ir.Null:
		list = ir.List{}
	case ir.Ref, ir.Call:
		if given, ok := e.app.Given(v).(ir.List); ok {
			// Its elements may come to more, so they are read one by one.
			for i := range given {
				list = append(list, ir.NewCall(ir.FuncIndex, v, ir.Number(i)))
			}
			break
		}
		if k := e.app.TypeOf(v).Kind; k == schema.List || k == schema.Set || k == schema.Any {
			return secretIf(secret, e.pluck(x, v))
		}
		list = ir.List{v}
	default:
		list = ir.List{v}
	}
	out := make(ir.List, len(list))
	for i, el := range list {
		if e.tired(x.SrcRange) {
			return poison
		}
		out[i] = e.eval(x.Each, &scope{m: s.m, outer: s, symbol: x.Item, value: el})
	}
	return secretIf(secret, out)
}

// pluck takes an attribute of each element of a list of unknown length.
func (e *evaluation) pluck(x *hclsyntax.SplatExpr, v ir.Value) ir.Value {
	if r, ok := x.Each.(*hclsyntax.RelativeTraversalExpr); ok && len(r.Traversal) == 1 {
		if name, ok := stepName(r.Traversal, 0); ok && r.Source == hclsyntax.Expression(x.Item) {
			if t := e.app.TypeOf(v); t.Elem == nil || t.Elem.Object == nil || t.Elem.Object.Property(name) != nil {
				return ir.NewCall(ir.FuncPluck, v, ir.String(name))
			}
			return e.fail(r.Traversal.SourceRange(), diag.UnknownAttribute, "Unknown attribute", fmt.Sprintf("The elements have no attribute %q.", name))
		}
	}
	if _, ok := x.Each.(*hclsyntax.AnonSymbolExpr); ok {
		return v
	}
	return e.unknown(x.SrcRange, "Going through a list")
}

// traverse evaluates a reference.
func (e *evaluation) traverse(t hcl.Traversal, s *scope) ir.Value {
	root := t.RootName()
	if v, ok := s.lookup(root); ok {
		return e.follow(v, t[1:], root == "prior")
	}
	at := t[0].SourceRange()
	if why := s.closed(); why != "" {
		return e.fail(at, diag.UndeclaredName, "Unknown name", fmt.Sprintf("There is no name %q here: %s.", root, why))
	}
	switch root {
	case "path":
		return e.follow(ir.Obj("root", ".", "module", s.m.def.dir, "cwd", "."), t[1:], false)
	case "app":
		if name, _ := stepName(t, 1); name == "stage" {
			return e.follow(ir.Obj("stage", e.args.Stage), t[1:], false)
		}
		if e.app == nil {
			return poison // the block app has been reported, or is in a circle
		}
		return e.follow(e.appObject(), t[1:], false)
	case "each":
		return e.fail(at, diag.UndeclaredName, "Unknown name", `"each" is the element of for_each, and nothing around this has for_each.`)
	case "count":
		return e.fail(at, diag.UndeclaredName, "Unknown name", `"count" is the number of an instance, and nothing around this has count.`)
	case "prior", "self":
		return e.fail(at, diag.UndeclaredName, "Unknown name", fmt.Sprintf("%q is only known inside a transform: it is what is being changed.", root))
	}
	name, ok := stepName(t, 1)
	if !ok {
		return poison // reported
	}
	used := 2
	addr := address(map[bool]string{true: "variable", false: root}[root == "var"], name)
	if root == "provider" {
		alias, ok := stepName(t, 2)
		if !ok {
			return poison
		}
		addr, used = address(addr, alias), 3
	}
	n := s.m.def.byAddr[addr]
	if n == nil {
		return poison // reported
	}
	return e.follow(s.m.ensure(n), t[used:], false)
}

// appObject is what a configuration reads of its app.
func (e *evaluation) appObject() *ir.Object {
	info := e.app.Info
	o := ir.Obj("name", info.Name, "stage", info.Stage, "home", info.Home, "removal", info.Removal, "protect", info.Protect, "region", info.Region)
	return o.With("providers", lower.ProviderSettings(e.config.Get("providers"), info))
}

// follow follows the steps of a reference from a value.
func (e *evaluation) follow(v ir.Value, t hcl.Traversal, lenient bool) ir.Value {
	for _, step := range t {
		if isPoison(v) {
			return poison
		}
		switch s := step.(type) {
		case hcl.TraverseAttr:
			v = e.member(v, ir.String(s.Name), nameRange(s), lenient)
		case hcl.TraverseIndex:
			v = e.member(v, fromCty(s.Key), s.SrcRange, lenient)
		default:
			return poison
		}
	}
	return v
}

// nameRange is the name of a step without the point before it.
func nameRange(s hcl.TraverseAttr) hcl.Range {
	r := s.SrcRange
	if r.End.Byte-r.Start.Byte == len(s.Name)+1 {
		r.Start.Byte++
		r.Start.Column++
	}
	return r
}

// member is an element or an attribute of a value. Lenient makes what an object
// does not have null.
func (e *evaluation) member(v, key ir.Value, at hcl.Range, lenient bool) ir.Value {
	secret := false
	v, key = reveal(v, &secret), e.decided(reveal(key, &secret))
	return secretIf(secret, e.memberOf(v, key, at, lenient))
}

func (e *evaluation) memberOf(v, key ir.Value, at hcl.Range, lenient bool) ir.Value {
	if isPoison(v) || isPoison(key) {
		return poison
	}
	name, isName := key.(ir.String)
	number, isNumber := key.(ir.Number)
	if isName && !isNumber {
		if f, err := strconv.ParseFloat(string(name), 64); err == nil {
			number, isNumber = ir.Number(f), true
		}
	}
	switch x := v.(type) {
	case *ir.Object:
		if number, ok := key.(ir.Number); ok {
			name, isName = ir.String(ir.FormatNumber(float64(number))), true
		}
		if !isName {
			break
		}
		if el := x.Get(string(name)); el != nil {
			return el
		}
		if lenient {
			return ir.Null{}
		}
		var names []string
		for i := range x.Len() {
			names = append(names, x.Fields[i].Key)
		}
		return e.fail(at, diag.UndeclaredName, "Unknown key", fmt.Sprintf("This object has no %q.%s", string(name), diag.Suggest(string(name), names)))
	case ir.List:
		if !isNumber {
			break
		}
		i := int(number)
		if float64(i) != float64(number) || i < 0 {
			return e.fail(at, diag.InvalidExpression, "Invalid index", fmt.Sprintf("A list has no element %s.", ir.FormatNumber(float64(number))))
		}
		if i >= len(x) {
			if lenient {
				return ir.Null{}
			}
			return e.fail(at, diag.InvalidExpression, "Invalid index", fmt.Sprintf("There is no element %d: the list has %s.", i, plural(len(x), "element")))
		}
		return x[i]
	case ir.Null:
		if lenient {
			return ir.Null{}
		}
		return e.fail(at, diag.InvalidExpression, "Null has no parts", "This value is null, so nothing can be read from it.")
	case ir.Opaque:
		return e.memberOfHandle(x, key, at)
	case ir.Ref, ir.Call, ir.Param, ir.Join, ir.AssetRef:
		return e.memberOfUnknown(v, key, at)
	}
	if isUnknown(key) {
		return e.unknown(at, "An index")
	}
	return e.fail(at, diag.InvalidExpression, "Invalid index", fmt.Sprintf("%s has no %s.", capitalized(arg.Describe(v)), describeKey(key)))
}

func describeKey(key ir.Value) string {
	switch k := key.(type) {
	case ir.String:
		return fmt.Sprintf("attribute %q", string(k))
	case ir.Number:
		return "element " + ir.FormatNumber(float64(k))
	}
	return "such element"
}

// memberOfUnknown reads from what is known only after deployment.
func (e *evaluation) memberOfUnknown(v, key ir.Value, at hcl.Range) ir.Value {
	if isUnknown(key) {
		return e.unknown(at, "An index")
	}
	t := e.app.TypeOf(v)
	name, isName := key.(ir.String)
	switch t.Kind {
	case schema.String, schema.Number, schema.Bool, schema.Asset, schema.Archive:
		return e.fail(at, diag.InvalidExpression, "Invalid index", fmt.Sprintf("This value is a %s, which has no %s.", t, describeKey(key)))
	case schema.List, schema.Set:
		if isName {
			if _, err := strconv.Atoi(string(name)); err != nil {
				return e.fail(at, diag.InvalidExpression, "Invalid index", fmt.Sprintf("This value is a %s. Name the element, as in [0].%s, or take %s of all with [*].%s.", t, name, name, name))
			}
			n, _ := strconv.Atoi(string(name))
			key = ir.Number(n)
		}
	case schema.Obj:
		if !e.app.HasMember(v, key) {
			return e.fail(at, diag.UnknownAttribute, "Unknown attribute", fmt.Sprintf("There is no attribute %q here.%s", string(name), diag.Suggest(string(name), t.Object.Names(func(*schema.Property) bool { return true }))))
		}
	}
	if n, ok := key.(ir.Number); ok && (n < 0 || float64(n) != math.Trunc(float64(n))) {
		return e.fail(at, diag.InvalidExpression, "Invalid index", fmt.Sprintf("A list has no element %s.", ir.FormatNumber(float64(n))))
	}
	return lower.Compute(ir.FuncIndex, []ir.Value{v, key})
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

func capitalized(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func quote(s string) string { return strconv.Quote(s) }

// fromCty is a known value of cty's as one of ours.
func fromCty(v cty.Value) ir.Value {
	v, _ = v.Unmark()
	switch {
	case v == cty.NilVal || v.IsNull():
		return ir.Null{}
	case !v.IsKnown():
		return poison
	}
	switch t := v.Type(); {
	case t == cty.String:
		return ir.String(v.AsString())
	case t == cty.Number:
		f, _ := v.AsBigFloat().Float64()
		return ir.Number(f)
	case t == cty.Bool:
		return ir.Bool(v.True())
	case t.IsObjectType() || t.IsMapType():
		o := &ir.Object{}
		for it := v.ElementIterator(); it.Next(); {
			k, el := it.Element()
			o.Fields = append(o.Fields, ir.Field{Key: k.AsString(), Value: fromCty(el)})
		}
		return o
	}
	list := ir.List{}
	for it := v.ElementIterator(); it.Next(); {
		_, el := it.Element()
		list = append(list, fromCty(el))
	}
	return list
}

// toCty is a known value as one of cty's.
func toCty(v ir.Value) cty.Value {
	switch v := v.(type) {
	case ir.String:
		return cty.StringVal(string(v))
	case ir.Number:
		// Decimal digits, as they were written: 0.1 is a tenth there.
		if n, err := cty.ParseNumberVal(strconv.FormatFloat(float64(v), 'f', -1, 64)); err == nil {
			return n
		}
		return cty.NumberFloatVal(float64(v))
	case ir.Bool:
		return cty.BoolVal(bool(v))
	case ir.List:
		if len(v) == 0 {
			return cty.EmptyTupleVal
		}
		list := make([]cty.Value, len(v))
		for i, el := range v {
			list[i] = toCty(el)
		}
		return cty.TupleVal(list)
	case *ir.Object:
		m := make(map[string]cty.Value, v.Len())
		for i := range v.Len() {
			m[v.Fields[i].Key] = toCty(v.Fields[i].Value)
		}
		return cty.ObjectVal(m)
	case nil, ir.Null:
		return cty.NullVal(cty.DynamicPseudoType)
	}
	return cty.DynamicVal // never: callers ask first
}
