package hcl

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower"
	"github.com/sstc/sstc/compiler/lower/arg"
)

var configType = reflect.TypeFor[lower.ConfigArgs]()

// variablePrefix begins the names of environment variables that give variables
// their values.
const variablePrefix = "SSTC_VAR_"

// variables finds the values that the app's variables are given from outside:
// from the environment, from files, and on the command line, where what comes
// later counts.
func (e *evaluation) variables(m *module) {
	for _, n := range m.def.nodes {
		if n.kind != "variable" {
			continue
		}
		if text, ok := e.args.Env.Lookup(variablePrefix + n.name); ok {
			m.inputs[n.name] = e.outside(n, text, variablePrefix+n.name)
		}
	}
	for _, f := range e.args.VarFiles {
		e.variableFile(m, f.Name, f.Text)
	}
	var names []string
	for _, n := range m.def.nodes {
		if n.kind == "variable" {
			names = append(names, n.name)
		}
	}
	for _, v := range e.args.Vars {
		n := m.def.byAddr[address("variable", v.Name)]
		if n == nil {
			e.diags.Add(diag.InvalidOption, diag.Range{}, "Unknown variable", fmt.Sprintf("--var names the variable %q, and the configuration has none of that name.%s", v.Name, diag.Suggest(v.Name, names)))
			continue
		}
		m.inputs[v.Name] = e.outside(n, v.Value, "--var "+v.Name)
	}
}

// outside reads a value that is given as text: as it is for a string, else as
// an expression.
func (e *evaluation) outside(n *node, text, from string) input {
	typ, _ := e.constraint(n)
	if typ == cty.String || typ == cty.DynamicPseudoType || typ == cty.Number || typ == cty.Bool {
		return input{value: ir.String(text), from: from}
	}
	expr, diags := hclsyntax.ParseExpression([]byte(text), from, hcl.InitialPos)
	if diags.HasErrors() || len(hclsyntax.Variables(expr)) > 0 {
		e.diags.Add(diag.InvalidValue, e.pos(n.named), "Invalid value", fmt.Sprintf("The value that %s gives the variable %q cannot be read: it must be %s, written as in HCL.", from, n.name, typ.FriendlyNameForConstraint()))
		return input{value: poison, from: from}
	}
	return input{value: e.eval(expr, &scope{only: inValues}), from: from}
}

// variableFile reads a file of values.
func (e *evaluation) variableFile(m *module, name string, text []byte) {
	e.sources[name] = text
	var attrs hclsyntax.Attributes
	if strings.HasSuffix(name, ".json") {
		body := e.parseJSONValues(text, name)
		if body == nil {
			return
		}
		attrs = body.Attributes
	} else {
		file, diags := hclsyntax.ParseConfig(text, name, hcl.InitialPos)
		e.syntax(diags)
		if diags.HasErrors() {
			return
		}
		body := file.Body.(*hclsyntax.Body)
		for _, b := range body.Blocks {
			e.errorAt(b.TypeRange, diag.UnsupportedBlock, "Unknown block", "A file of variables has values, as in name = \"value\", and no blocks.")
		}
		attrs = body.Attributes
	}
	body := &hclsyntax.Body{Attributes: attrs}
	for _, a := range sortedAttributes(body) {
		n := m.def.byAddr[address("variable", a.Name)]
		if n == nil {
			e.warnAt(a.NameRange, diag.UndeclaredName, "Unknown variable", fmt.Sprintf("The configuration has no variable %q, so its value is not used.", a.Name))
			continue
		}
		v := e.eval(a.Expr, &scope{only: inValues})
		m.inputs[a.Name] = input{value: v, at: a.Expr.Range()}
	}
}

// constraint is the type of a variable, and the defaults in it.
func (e *evaluation) constraint(n *node) (cty.Type, *typeexpr.Defaults) {
	a := n.block.Body.Attributes["type"]
	if a == nil {
		return cty.DynamicPseudoType, nil
	}
	typ, defaults, diags := typeexpr.TypeConstraintWithDefaults(e.asNative(a.Expr))
	if diags.HasErrors() {
		return cty.DynamicPseudoType, nil // evalVariable reports it
	}
	return typ, defaults
}

func evalVariable(m *module, n *node) {
	e := m.e
	body := n.block.Body
	fields := []string{"type", "default", "description", "sensitive", "nullable", "validation"}
	for _, it := range e.items(body) {
		switch {
		case it.attr != nil && !slices.Contains(fields, it.attr.Name):
			e.errorAt(it.attr.NameRange, diag.UnsupportedArgument, "Unsupported argument", fmt.Sprintf("A variable has no argument %q.%s", it.attr.Name, diag.Suggest(it.attr.Name, fields)))
		case it.attr != nil && it.attr.Name == "validation" && !inJSON(it.attr.NameRange):
			e.errorAt(it.attr.NameRange, diag.BlockOrArgument, "Block written as an argument", `"validation" is a block, with condition and error_message. Write validation { ... }.`)
		case it.block != nil && it.block.Type != "validation":
			code, detail := diag.UnsupportedBlock, fmt.Sprintf("A variable has no block %q.%s", it.block.Type, diag.Suggest(it.block.Type, fields))
			if slices.Contains(fields, it.block.Type) {
				code, detail = diag.BlockOrArgument, fmt.Sprintf("%q is an argument: %s = ...", it.block.Type, it.block.Type)
			}
			e.errorAt(it.block.TypeRange, code, "Unknown block", detail)
		}
	}
	s := &scope{m: m, only: inVariable}
	flag := func(name string, def bool) bool {
		a := body.Attributes[name]
		if a == nil {
			return def
		}
		secret := false
		yes, ok := e.condition(e.eval(a.Expr, s), a.Expr.Range(), fmt.Sprintf("%q", name), &secret)
		return yes || !ok && def
	}
	if a := body.Attributes["type"]; a != nil {
		if _, _, diags := typeexpr.TypeConstraintWithDefaults(e.asNative(a.Expr)); diags.HasErrors() {
			e.syntaxAs(diags, diag.InvalidExpression)
			return
		}
	}
	typ, defaults := e.constraint(n)
	in, given := m.inputs[n.name]
	def := body.Attributes["default"]
	nullable := flag("nullable", true)
	if given && in.value == ir.Value(ir.Null{}) && !nullable {
		given = false
	}
	at := in.at
	switch {
	case given:
	case def != nil:
		in = input{value: e.eval(def.Expr, s), at: def.Expr.Range()}
		at = in.at
	case m.parent != nil:
		e.errorAt(m.callRange(), diag.MissingArgument, "Missing argument", fmt.Sprintf("The module needs a value for its variable %q.", n.name), e.note("declared here", n.named))
		return
	default:
		e.errorAt(n.named, diag.MissingVariable, "Variable without a value", fmt.Sprintf("The variable %q has no default, and nothing gives it a value. Give one with --var %s=..., in a file with --var-file, or in the environment as %s%s.", n.name, n.name, variablePrefix, n.name))
		return
	}
	v := in.value
	if isPoison(v) {
		return
	}
	if defaults != nil {
		v = withDefaults(v, defaults)
	}
	v, problem := convertTo(v, typ)
	if problem != "" {
		where, from := at, ""
		if in.from != "" {
			where, from = n.named, fmt.Sprintf(" The value is from %s.", in.from)
		}
		e.errorAt(where, diag.WrongType, "Wrong type", fmt.Sprintf("The variable %q must be %s, and %s.%s", n.name, aType(typ), problem, from))
		return
	}
	secret := flag("sensitive", false)
	m.states[n.id].value = secretIf(secret, v)
	if e.validate(m, n, v, secret) {
		return
	}
	m.states[n.id].value = poison
}

// aType is a type constraint in words.
func aType(t cty.Type) string { return "of type " + typeexpr.TypeString(t) }

// validate checks the rules of a variable, and reports whether they hold.
func (e *evaluation) validate(m *module, n *node, v ir.Value, secret bool) bool {
	s := (&scope{m: m, only: inVariable}).with(map[string]ir.Value{"var": ir.Obj(n.name, v)})
	holds := true
	blocks := slices.Clone(n.block.Body.Blocks)
	if a := n.block.Body.Attributes["validation"]; a != nil {
		blocks = append(blocks, e.asBlocks(a, false)...)
	}
	for _, b := range blocks {
		if b.Type != "validation" {
			continue
		}
		cond, message := b.Body.Attributes["condition"], b.Body.Attributes["error_message"]
		if cond == nil || message == nil {
			e.errorAt(b.TypeRange, diag.MissingArgument, "Incomplete block", "A validation has a condition and an error_message.")
			continue
		}
		for _, a := range sortedAttributes(b.Body) {
			if a != cond && a != message {
				e.errorAt(a.NameRange, diag.UnsupportedArgument, "Unsupported argument", fmt.Sprintf("A validation has no argument %q.", a.Name))
			}
		}
		ignored := false
		yes, ok := e.condition(e.eval(cond.Expr, s), cond.Expr.Range(), "The condition of a validation", &ignored)
		if !ok {
			holds = false
			continue
		}
		if yes {
			continue
		}
		holds = false
		text, _ := e.eval(message.Expr, s).(ir.String)
		where := n.named
		in, given := m.inputs[n.name]
		if given && in.at.Filename != "" {
			where = in.at
		}
		from := ""
		if in.from != "" {
			from = fmt.Sprintf(" The value is from %s.", in.from)
		}
		e.errorAt(where, diag.InvalidValue, "Invalid value of a variable", fmt.Sprintf("%s%s", sentence(string(text)), from), e.note("the rule", cond.Expr.Range()))
	}
	return holds
}

func evalLocal(m *module, n *node) {
	m.states[n.id].value = m.e.eval(n.attr.Expr, &scope{m: m})
}

func evalOutput(m *module, n *node) {
	e := m.e
	fields := []string{"value", "description", "sensitive"}
	for _, it := range e.items(n.block.Body) {
		switch {
		case it.attr != nil && !slices.Contains(fields, it.attr.Name):
			e.errorAt(it.attr.NameRange, diag.UnsupportedArgument, "Unsupported argument", fmt.Sprintf("An output has no argument %q.%s", it.attr.Name, diag.Suggest(it.attr.Name, fields)))
		case it.block != nil && slices.Contains(fields, it.block.Type):
			e.errorAt(it.block.TypeRange, diag.BlockOrArgument, "Argument written as a block", fmt.Sprintf("%q is an argument: %s = { ... }", it.block.Type, it.block.Type))
		case it.block != nil:
			e.errorAt(it.block.TypeRange, diag.UnsupportedBlock, "Unknown block", fmt.Sprintf("An output has no block %q.", it.block.Type))
		}
	}
	a := n.block.Body.Attributes["value"]
	if a == nil {
		if !slices.ContainsFunc(n.block.Body.Blocks, func(b *hclsyntax.Block) bool { return b.Type == "value" }) {
			e.errorAt(n.named, diag.MissingArgument, "Missing argument", fmt.Sprintf("The output %q needs a value.", n.name))
		}
		return
	}
	v := e.eval(a.Expr, &scope{m: m})
	secret := false
	if s := n.block.Body.Attributes["sensitive"]; s != nil {
		ignored := false
		secret, _ = e.condition(e.eval(s.Expr, &scope{m: m}), s.Expr.Range(), `"sensitive"`, &ignored)
	}
	m.states[n.id].value = secretIf(secret, v)
	m.outs[n.name] = m.states[n.id].value
}

// outputs adds the app's outputs, in the order in which they stand.
func (m *module) outputs() {
	for _, n := range m.def.nodes {
		v := m.outs[n.name]
		if n.kind != "output" || v == nil || isPoison(v) || v == ir.Value(ir.Null{}) {
			continue
		}
		v = m.e.finish(v, "OutputOutputs"+capitalized(n.name))
		bad := ir.Value(nil)
		ir.Walk(v, func(v ir.Value) bool {
			if _, ok := v.(ir.Opaque); ok && bad == nil {
				bad = v
			}
			return bad == nil
		})
		switch {
		case bad == nil:
			m.e.app.Output(n.name, v, m.e.pos(n.named))
		case !isPoison(bad):
			m.e.errorAt(n.block.Body.Attributes["value"].Expr.Range(), diag.WrongType, "Wrong type", fmt.Sprintf("An output is data, and this is, or has in it, %s. Use one of its properties, such as its name.", arg.Describe(bad)))
		}
	}
}

// convertTo brings a value to a type, as far as it is known. It returns what is
// wrong, or "".
func convertTo(v ir.Value, t cty.Type) (ir.Value, string) {
	secret := false
	v = reveal(v, &secret)
	out, problem := convertPlain(v, t)
	return secretIf(secret, out), problem
}

// within is what is wrong with a value, given what is wrong with a part of it.
func within(part, problem string) string {
	if rest, ok := strings.CutPrefix(problem, "it "); ok {
		return "its " + part + " " + rest
	}
	return "of its " + part + ", " + problem
}

func convertPlain(v ir.Value, t cty.Type) (ir.Value, string) {
	if t == cty.DynamicPseudoType || v == ir.Value(ir.Null{}) || isUnknown(v) || isPoison(v) {
		return v, ""
	}
	wrong := func() (ir.Value, string) { return poison, "it is " + arg.Describe(v) }
	switch {
	case t == cty.String:
		switch v.(type) {
		case ir.String:
			return v, ""
		case ir.Number, ir.Bool:
			return ir.Concat(v), ""
		}
		return wrong()
	case t == cty.Number:
		switch x := v.(type) {
		case ir.Number:
			return v, ""
		case ir.String:
			if n, err := cty.ParseNumberVal(string(x)); err == nil {
				return fromCty(n), ""
			}
		}
		return wrong()
	case t == cty.Bool:
		switch x := v.(type) {
		case ir.Bool:
			return v, ""
		case ir.String:
			if x == "true" || x == "false" {
				return ir.Bool(x == "true"), ""
			}
		}
		return wrong()
	case t.IsListType() || t.IsSetType() || t.IsTupleType():
		l, ok := v.(ir.List)
		if !ok || t.IsTupleType() && len(l) != t.Length() {
			return wrong()
		}
		list := make(ir.List, len(l))
		for i, el := range l {
			var elem cty.Type
			if t.IsTupleType() {
				elem = t.TupleElementType(i)
			} else {
				elem = t.ElementType()
			}
			c, problem := convertTo(el, elem)
			if problem != "" {
				return poison, within(fmt.Sprintf("element %d", i), problem)
			}
			list[i] = c
		}
		if t.IsSetType() {
			return sortedSet(list), ""
		}
		return list, ""
	case t.IsMapType():
		o, ok := v.(*ir.Object)
		if !ok {
			return wrong()
		}
		out := &ir.Object{}
		for i := range o.Len() {
			c, problem := convertTo(o.Fields[i].Value, t.ElementType())
			if problem != "" {
				return poison, within(fmt.Sprintf("element %q", o.Fields[i].Key), problem)
			}
			out.Fields = append(out.Fields, ir.Field{Key: o.Fields[i].Key, Value: c})
		}
		return out, ""
	case t.IsObjectType():
		o, ok := v.(*ir.Object)
		if !ok {
			return wrong()
		}
		out := &ir.Object{}
		for i := range o.Len() { // what the type does not name is left out
			f := o.Fields[i]
			if !t.HasAttribute(f.Key) {
				continue
			}
			c, problem := convertTo(f.Value, t.AttributeType(f.Key))
			if problem != "" {
				return poison, within(fmt.Sprintf("attribute %q", f.Key), problem)
			}
			out.Fields = append(out.Fields, ir.Field{Key: f.Key, Value: c})
		}
		var names []string
		for name := range t.AttributeTypes() {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			if out.Has(name) {
				continue
			}
			if !t.AttributeOptional(name) {
				return poison, fmt.Sprintf("the attribute %q is missing", name)
			}
			out.Fields = append(out.Fields, ir.Field{Key: name, Value: ir.Null{}})
		}
		return out, ""
	}
	return v, ""
}

// withDefaults fills in the defaults of optional attributes.
func withDefaults(v ir.Value, d *typeexpr.Defaults) ir.Value {
	if d == nil {
		return v
	}
	secret := false
	v = reveal(v, &secret)
	switch x := v.(type) {
	case *ir.Object:
		out := x.Merge(nil)
		if d.Type.IsObjectType() {
			var names []string
			for name := range d.DefaultValues {
				names = append(names, name)
			}
			slices.Sort(names)
			for _, name := range names {
				if given := out.Get(name); given == nil || given == ir.Value(ir.Null{}) {
					out = out.With(name, fromCty(d.DefaultValues[name]))
				}
			}
		}
		for i, f := range out.Fields {
			key := f.Key
			if d.Type.IsMapType() {
				key = ""
			}
			out.Fields[i].Value = withDefaults(f.Value, d.Children[key])
		}
		v = out
	case ir.List:
		list := make(ir.List, len(x))
		for i, el := range x {
			key := ""
			if d.Type.IsTupleType() {
				key = itoa(i)
			}
			list[i] = withDefaults(el, d.Children[key])
		}
		v = list
	}
	return secretIf(secret, v)
}

// sortedSet is a list without repetitions, in order.
func sortedSet(l ir.List) ir.List {
	out := slices.Clone(l)
	slices.SortStableFunc(out, func(a, b ir.Value) int {
		x, ok := a.(ir.Number)
		y, ok2 := b.(ir.Number)
		if ok && ok2 {
			switch {
			case x < y:
				return -1
			case x > y:
				return 1
			}
			return 0
		}
		return strings.Compare(setKey(a), setKey(b))
	})
	return slices.CompactFunc(out, func(a, b ir.Value) bool { return setKey(a) == setKey(b) })
}

func setKey(v ir.Value) string {
	if s, ok := v.(ir.String); ok {
		return string(s)
	}
	return ir.PrintValue(v)
}

// stripSecrets takes the marks of secrets off, for what only the configuration
// itself reads again.
func stripSecrets(v ir.Value) ir.Value {
	ignored := false
	return revealAll(v, &ignored)
}
