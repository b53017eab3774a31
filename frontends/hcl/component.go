package hcl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower"
	"github.com/sstc/sstc/compiler/lower/arg"
)

// An instance is one of those that a block with count or for_each stands for,
// or the only one.
type instance struct {
	key  ir.Value // nil without count and for_each
	s    *scope
	name string // the label, with the key behind it
}

// meta are the arguments that say how often, and after what, a block is there.
var meta = []string{"count", "for_each", "depends_on"}

// instances finds what a block stands for. The result is nil after an error.
func (e *evaluation) instances(b *hclsyntax.Body, label string, s *scope) []instance {
	count, each := b.Attributes["count"], b.Attributes["for_each"]
	switch {
	case count != nil && each != nil:
		e.errorAt(each.NameRange, diag.ConflictingArguments, "Conflicting arguments", "count and for_each exclude each other.", e.note("count is here", count.NameRange))
		return nil
	case count != nil:
		n, ok := e.count(count, s)
		if !ok {
			return nil
		}
		list := make([]instance, n)
		for i := range list {
			name := label
			if i > 0 {
				name += itoa(i)
			}
			list[i] = instance{ir.Number(i), s.with(map[string]ir.Value{"count": ir.Obj("index", i)}), name}
		}
		return list
	case each != nil:
		return e.forEach(each, label, s)
	}
	return []instance{{nil, s, label}}
}

func (e *evaluation) count(a *hclsyntax.Attribute, s *scope) (int, bool) {
	at := a.Expr.Range()
	secret := false
	v := e.decided(reveal(e.eval(a.Expr, s), &secret))
	switch n := v.(type) {
	case ir.Number:
		if n >= 0 && float64(int(n)) == float64(n) && n <= 10000 {
			return int(n), true
		}
		e.errorAt(at, diag.InvalidValue, "Invalid count", fmt.Sprintf("count is a whole number from 0, not %s.", ir.FormatNumber(float64(n))))
		return 0, false
	}
	switch {
	case isPoison(v):
	case isUnknown(v):
		e.unknown(at, "count")
	default:
		e.errorAt(at, diag.WrongType, "Wrong type", fmt.Sprintf("count is a whole number, not %s.", arg.Describe(v)))
	}
	return 0, false
}

func (e *evaluation) forEach(a *hclsyntax.Attribute, label string, s *scope) []instance {
	at := a.Expr.Range()
	secret := false
	list, ok := e.entries(e.eval(a.Expr, s), at, "for_each", &secret)
	if !ok {
		return nil
	}
	if secret {
		e.errorAt(at, diag.InvalidExpression, "Secret as a key", "The keys of for_each become parts of names, so they cannot be secret. If they are none after all, say so with nonsensitive.")
		return nil
	}
	out := []instance{}
	seen := map[string]bool{}
	for _, el := range list {
		key := el.key
		if _, isIndex := key.(ir.Number); isIndex { // a list: its elements are the keys
			key = e.decided(el.value)
			text, ok := key.(ir.String)
			switch {
			case isPoison(key):
				return nil
			case isUnknown(key):
				e.unknown(at, "A key of for_each")
				return nil
			case !ok:
				e.errorAt(at, diag.InvalidExpression, "Not a set of strings", fmt.Sprintf("The elements of a list in for_each become keys, so they are strings, and one is %s. Use an object, whose keys are written out.", arg.Describe(key)))
				return nil
			case seen[string(text)]:
				e.errorAt(at, diag.DuplicateName, "Repeated key", fmt.Sprintf("The key %q is there twice. distinct leaves repetitions out.", string(text)))
				return nil
			}
		}
		text := string(key.(ir.String))
		seen[text] = true
		out = append(out, instance{key, s.with(map[string]ir.Value{"each": ir.Obj("key", key, "value", el.value)}), label + pascal(text)})
	}
	slices.SortStableFunc(out, func(x, y instance) int {
		return strings.Compare(string(x.key.(ir.String)), string(y.key.(ir.String)))
	})
	return out
}

// pascal makes a key fit for a name: letters and digits, each word with a
// capital.
func pascal(s string) string {
	var b strings.Builder
	up := true
	for _, r := range s {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9') {
			up = true
			continue
		}
		if up {
			r = []rune(strings.ToUpper(string(r)))[0]
		}
		up = false
		b.WriteRune(r)
	}
	return b.String()
}

// gather is the value of a block: of one with count a list, of one with
// for_each an object.
func gather(b *hclsyntax.Body, list []instance, values []ir.Value) ir.Value {
	switch {
	case b.Attributes["count"] != nil:
		return ir.List(values)
	case b.Attributes["for_each"] != nil:
		o := &ir.Object{}
		for i, in := range list {
			o.Fields = append(o.Fields, ir.Field{Key: string(in.key.(ir.String)), Value: values[i]})
		}
		return o
	}
	return values[0]
}

// A place is where a call to lower stands in the user's files: a block.
type place struct {
	e     *evaluation
	named hcl.Range
	args  map[string]*source // by the number of the argument
}

// Range implements [lower.Place].
func (p *place) Range() diag.Range { return p.e.pos(p.named) }

// Arg implements [lower.Place].
func (p *place) Arg(path arg.Path) diag.Range {
	if s := p.find(path); s != nil {
		return p.e.pos(s.at())
	}
	return p.Range()
}

// Key implements [lower.Place].
func (p *place) Key(path arg.Path) diag.Range {
	if s := p.find(path); s != nil {
		return p.e.pos(s.key)
	}
	return p.Range()
}

func (p *place) find(path arg.Path) *source {
	if len(path) == 0 {
		return nil
	}
	s := p.args[path[0]]
	if s == nil {
		return nil
	}
	if s = s.find(path[1:]); s.key.Filename == "" {
		return nil // the block as a whole
	}
	return s
}

// noName is the name of what was given one that could not be had.
const noName = "\x00"

// options reads the block options, and depends_on. Name is what the block says
// of the name: "" if nothing.
func (e *evaluation) options(b *hclsyntax.Body, s *scope, rename func(string) string) (opts *ir.Object, src *source, name string) {
	opts, src = &ir.Object{}, &source{parts: map[string]*source{}}
	var first *hclsyntax.Block
	if a := b.Attributes["options"]; a != nil && !inJSON(a.NameRange) {
		e.errorAt(a.NameRange, diag.BlockOrArgument, "Block written as an argument", "\"options\" is a block. Write options { ... }.")
	}
	for _, it := range e.items(b) {
		if it.block == nil || it.block.Type != "options" {
			continue
		}
		if first != nil {
			e.errorAt(it.block.TypeRange, diag.DuplicateName, "Repeated block", "There is already a block options here.", e.note("first written here", first.TypeRange))
			continue
		}
		first = it.block
		if len(first.Labels) > 0 {
			e.errorAt(first.LabelRanges[0], diag.InvalidSyntax, "Too many labels", "The block options has no labels.")
		}
		sh := fieldsShape(lower.OptionFields())
		sh.names = append(sh.names, "name")
		known := sh.field
		sh.field = func(n string) (string, shape, bool) {
			if n == "name" {
				return n, shape{kind: arg.Scalar, takes: "a string"}, true
			}
			return known(n)
		}
		opts, src = reader{e: e, what: "options"}.read(first.Body, sh, s)
	}
	if v := opts.Get("name"); v != nil {
		ok := false
		if name, ok = e.keyText(v, src.parts["name"].value, "A name"); !ok {
			name = noName
		}
		opts = opts.With("name", nil)
	}
	if rename != nil {
		for _, key := range []string{"ignoreChanges", "replaceOnChanges", "additionalSecretOutputs"} {
			if l, ok := opts.Get(key).(ir.List); ok {
				list := make(ir.List, len(l))
				for i, v := range l {
					if text, ok := v.(ir.String); ok {
						v = ir.String(rename(string(text)))
					}
					list[i] = v
				}
				opts = opts.With(key, list)
			}
		}
	}
	return after(opts, e.dependsOn(b, s)), src, name
}

// dependsOn is what depends_on lists.
func (e *evaluation) dependsOn(b *hclsyntax.Body, s *scope) ir.List {
	a := b.Attributes["depends_on"]
	if a == nil {
		return nil
	}
	v := e.eval(e.nativeList(a.Expr), s)
	l, ok := v.(ir.List)
	if !ok {
		if !isPoison(v) {
			e.errorAt(a.Expr.Range(), diag.WrongType, "Wrong type", fmt.Sprintf("depends_on is a list of components and resources, not %s.", arg.Describe(v)))
		}
		return nil
	}
	for i, el := range l {
		if !dependable(el) {
			at := a.Expr.Range()
			if p := partOf(a.Expr, itoa(i)); p != nil {
				at = p.value
			}
			e.errorAt(at, diag.WrongType, "Wrong type", fmt.Sprintf("depends_on has components and resources, and this is %s.", arg.Describe(el)))
		}
	}
	return l
}

// after adds to options what something depends on.
func after(opts *ir.Object, l ir.List) *ir.Object {
	if len(l) == 0 {
		return opts
	}
	before, ok := opts.Get("dependsOn").(ir.List)
	if !ok && opts.Has("dependsOn") {
		before = ir.List{opts.Get("dependsOn")}
	}
	return opts.With("dependsOn", append(l[:len(l):len(l)], before...))
}

// afterDependencies adds what the module as a whole depends on.
func (m *module) afterDependencies(opts *ir.Object) *ir.Object {
	for ; m != nil; m = m.parent {
		opts = after(opts, m.depends)
	}
	return opts
}

// dependable reports whether a value is a component or a resource, or several.
func dependable(v ir.Value) bool {
	switch v := v.(type) {
	case ir.List:
		return !slices.ContainsFunc(v, func(el ir.Value) bool { return !dependable(el) })
	case *ir.Object:
		return !slices.ContainsFunc(v.Fields, func(f ir.Field) bool { return !dependable(f.Value) })
	}
	return isHandle(v) || isPoison(v)
}

// A made is a component that a block has made, for its methods.
type made struct {
	inst *lower.Instance // nil if it could not be made
	instance
}

// evalComponent makes the components of a block component, or secret.
func evalComponent(m *module, n *node) {
	e := m.e
	typ, typRange := "sst.Secret", n.block.TypeRange
	if n.kind == "component" {
		typ, typRange = n.block.Labels[0], n.block.LabelRanges[0]
	}
	if def, static := staticOf(typ); static != nil {
		evalStatic(m, n, def, *static)
		return
	}
	def := lower.Lookup(typ)
	if def == nil {
		e.unknownComponent(typ, typRange)
		return
	}
	sh := componentShape(def)
	if n.kind == "secret" {
		sh = shape{kind: arg.Object, names: sh.names, field: sh.field}
	}
	r := reader{e: e, what: typ, more: []string{"options"}}
	for _, method := range def.Methods {
		r.more = append(r.more, method.Name)
	}
	r.skip = func(name string) bool {
		return slices.Contains(meta, name) || name == "options" || methodOf(def, name) != nil && !r.asArgument(n.block.Body, name)
	}
	list := e.instances(n.block.Body, n.name, &scope{m: m})
	if list == nil {
		return
	}
	var values []ir.Value
	var all []made
	for _, in := range list {
		args, src := r.read(n.block.Body, sh, in.s)
		opts, optSrc, name := e.options(n.block.Body, in.s, nil)
		opts = m.afterDependencies(opts)
		if name == noName {
			values = append(values, poison)
			continue
		}
		if name != "" {
			in.name = name
		}
		at := &place{e, n.named, map[string]*source{"1": src, "2": optSrc}}
		finished, _ := e.finish(args, in.name).(*ir.Object)
		options, _ := e.finish(opts, in.name).(*ir.Object)
		inst, err := e.app.New(typ, in.name, finished, options, at)
		if err != nil {
			values = append(values, e.internal(n.named, err))
			continue
		}
		all = append(all, made{inst, in})
		values = append(values, ir.Opaque{X: inst})
	}
	m.states[n.id].extra = all
	m.states[n.id].value = gather(n.block.Body, list, values)
}

// asArgument reports a method that is written as an argument, which is an error
// of the argument's.
func (r reader) asArgument(b *hclsyntax.Body, name string) bool {
	a := b.Attributes[name]
	return a != nil && !inJSON(a.NameRange)
}

// internal reports an error that only a mistake of sstc's can cause.
func (e *evaluation) internal(at hcl.Range, err error) ir.Value {
	return e.fail(at, diag.EvaluationFailed, "Evaluation failed", sentence(err.Error()))
}

func (e *evaluation) unknownComponent(typ string, at hcl.Range) {
	if before, name, ok := cutLast(typ); ok {
		if def := lower.Lookup(before); def != nil {
			var names []string
			for _, s := range def.Statics {
				names = append(names, s.Name)
			}
			e.errorAt(at, diag.UnknownMember, "Unknown member", fmt.Sprintf("The component %s has no function %q.%s", before, name, diag.Suggest(name, names)))
			return
		}
	}
	if lower.IsPlanned(typ) {
		e.errorAt(at, diag.UnknownComponent, "Unsupported component", fmt.Sprintf("The component %s is not supported by sstc yet.", typ))
		return
	}
	hint := lower.Suggest(typ)
	if lower.Lookup("sst.aws."+typ) != nil {
		hint = fmt.Sprintf(" Did you mean sst.aws.%s?", typ)
	}
	e.errorAt(at, diag.UnknownComponent, "Unknown component", fmt.Sprintf("There is no component %s.%s", typ, hint))
}

func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, '.')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// staticOf is the function of a component's class that a type names:
// "sst.aws.Bucket.get".
func staticOf(typ string) (*lower.Definition, *lower.Method) {
	before, name, ok := cutLast(typ)
	if !ok {
		return nil, nil
	}
	def := lower.LookupAny(before)
	if def == nil {
		return nil, nil
	}
	for i, s := range def.Statics {
		if s.Name == name {
			return def, &def.Statics[i]
		}
	}
	return nil, nil
}

// nameOption is the name in the block options, read ahead of the others.
func (e *evaluation) nameOption(b *hclsyntax.Body, s *scope) string {
	for _, it := range e.items(b) {
		if it.block == nil || it.block.Type != "options" || it.block.Body.Attributes["name"] == nil {
			continue
		}
		a := it.block.Body.Attributes["name"]
		v := e.eval(a.Expr, s)
		if isPoison(v) {
			return noName
		}
		if name, ok := e.keyText(v, a.Expr.Range(), "A name"); ok {
			return name
		}
		return noName
	}
	return ""
}
