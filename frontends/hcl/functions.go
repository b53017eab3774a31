package hcl

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower"
	"github.com/sstc/sstc/compiler/lower/arg"
	"github.com/sstc/sstc/compiler/schema"
)

// A builtin is a function of the language.
type builtin struct {
	// least and most are how many arguments it takes; most is -1 for any number.
	least, most int
	// call gets values of which some may be unknown or secret.
	call func(c *invocation) ir.Value
	// lazy gets the expressions, and evaluates them itself.
	lazy func(e *evaluation, x *hclsyntax.FunctionCallExpr, s *scope) ir.Value
	// known is a function of known values.
	known *function.Function
	// keep leaves the marks of secrets on what is inside the arguments, for a
	// function that only moves things.
	keep bool
}

// An invocation is one call of a function.
type invocation struct {
	e      *evaluation
	x      *hclsyntax.FunctionCallExpr
	s      *scope
	args   []ir.Value  // plain, and without marks of secrets
	at     []hcl.Range // where they stand
	secret bool        // one of them was a secret, or had one in it
	keep   bool
}

// builtins are all functions, by name. It is filled late, since some of them
// lead back here.
var builtins map[string]builtin

func init() {
	builtins = map[string]builtin{}
	for _, table := range []map[string]builtin{knownFunctions(), numberFunctions(), stringFunctions(), collectionFunctions(), encodingFunctions(), fileFunctions(), networkFunctions(), typeFunctions(), appFunctions()} {
		maps.Copy(builtins, table)
	}
}

// refused are functions of Terraform's that a build cannot have, and why.
var refused = map[string]string{
	"timestamp":        "A build gives the same every time, whatever the clock says. Give the time as a variable.",
	"plantimestamp":    "A build gives the same every time, whatever the clock says. Give the time as a variable.",
	"uuid":             "A build gives the same every time, and this would be another value in each. uuidv5 makes one of a name.",
	"bcrypt":           "It draws a salt by chance, and a build gives the same every time.",
	"rsadecrypt":       "A build has no private keys. Use a secret.",
	"base64gzip":       "What a compressor makes differs from version to version.",
	"abspath":          "The path of this machine must not get into what is built. Paths are relative to the app's directory.",
	"pathexpand":       "The home directory is this machine's, and must not get into what is built.",
	"ephemeralasnull":  "There are no ephemeral values here.",
	"write_attributes": "There are no ephemeral values here.",
}

// call evaluates a call of a function.
func (e *evaluation) call(x *hclsyntax.FunctionCallExpr, s *scope) ir.Value {
	if strings.Contains(x.Name, "::") {
		return e.namespaced(x, s)
	}
	f, ok := builtins[x.Name]
	if !ok {
		if why := refused[x.Name]; why != "" {
			return e.fail(x.NameRange, diag.InvalidCall, "Function not available", fmt.Sprintf("The function %q is not there. %s", x.Name, why))
		}
		names := slices.Collect(maps.Keys(builtins))
		hint := diag.Suggest(x.Name, names)
		for _, m := range lower.Functions() {
			if _, name, _ := cutLast(m.Name); name == x.Name {
				hint = fmt.Sprintf(" Did you mean %s?", strings.ReplaceAll(m.Name, ".", "::"))
			}
		}
		return e.fail(x.NameRange, diag.InvalidCall, "Unknown function", fmt.Sprintf("There is no function %q.%s", x.Name, hint))
	}
	if f.lazy != nil {
		if len(x.Args) < f.least || f.most >= 0 && len(x.Args) > f.most {
			return e.wrongCount(x, f, len(x.Args))
		}
		return f.lazy(e, x, s)
	}
	c, ok := e.invocation(x, s, f.keep)
	if !ok {
		return poison
	}
	if len(c.args) < f.least || f.most >= 0 && len(c.args) > f.most {
		return e.wrongCount(x, f, len(c.args))
	}
	var v ir.Value
	if f.call != nil {
		v = f.call(c)
	} else {
		v = c.known(*f.known)
	}
	return secretIf(c.secret, v)
}

func (e *evaluation) wrongCount(x *hclsyntax.FunctionCallExpr, f builtin, n int) ir.Value {
	want := plural(f.least, "argument")
	switch {
	case f.most < 0:
		want = "at least " + want
	case f.most != f.least:
		want = fmt.Sprintf("%d to %d arguments", f.least, f.most)
	}
	at := x.NameRange
	if n > f.most && f.most >= 0 && !x.ExpandFinal && f.most < len(x.Args) {
		at = x.Args[f.most].Range()
	}
	return e.fail(at, diag.InvalidCall, "Wrong number of arguments", fmt.Sprintf("The function %q takes %s, not %d.", x.Name, want, n))
}

// invocation evaluates the arguments of a call.
func (e *evaluation) invocation(x *hclsyntax.FunctionCallExpr, s *scope, keep bool) (*invocation, bool) {
	c := &invocation{e: e, x: x, s: s, keep: keep}
	good := true
	for i, a := range x.Args {
		v := e.eval(a, s)
		if isPoison(v) {
			good = false
			continue
		}
		if i == len(x.Args)-1 && x.ExpandFinal {
			list, ok := e.entries(v, a.Range(), "An argument followed by ...", &c.secret)
			if !ok {
				good = false
			}
			for _, el := range list {
				c.add(el.value, a.Range())
			}
			continue
		}
		c.add(v, a.Range())
	}
	return c, good
}

func (c *invocation) add(v ir.Value, at hcl.Range) {
	v = plainAll(v)
	if c.keep {
		v = reveal(v, &c.secret)
	} else {
		v = revealAll(v, &c.secret)
	}
	c.args = append(c.args, v)
	c.at = append(c.at, at)
}

// plainAll is a value without what only expressions need to know of its parts.
func plainAll(v ir.Value) ir.Value {
	found := false
	ir.Walk(v, func(v ir.Value) bool {
		if o, ok := v.(ir.Opaque); ok {
			if _, ok := o.X.(named); ok {
				found = true
			}
		}
		return !found
	})
	if !found {
		return v
	}
	return ir.Map(v, plain)
}

// fail reports an error about an argument.
func (c *invocation) fail(i int, detail string) ir.Value {
	return c.e.fail(c.at[i], diag.InvalidCall, "Invalid argument of a function", fmt.Sprintf("In %s: %s", c.x.Name, detail))
}

// unknown reports an argument that must be known.
func (c *invocation) unknown(i int) ir.Value {
	return c.e.unknown(c.at[i], fmt.Sprintf("The function %q", c.x.Name))
}

// settled is an argument with whatever the configuration itself has decided in
// place of references, if all of it is known then.
func (c *invocation) settled(i int) (ir.Value, bool) {
	v := c.args[i]
	if knownData(v) {
		return v, true
	}
	settled := ir.Map(v, c.e.decided)
	if ir.Known(settled) {
		return settled, true
	}
	return v, false
}

// known applies a function of known values; hcl converts the arguments to its
// parameters' types.
func (c *invocation) known(f function.Function) ir.Value {
	call := *c.x
	call.Args, call.ExpandFinal = nil, false
	for i := range c.args {
		v, ok := c.settled(i)
		if !ok {
			return c.notKnown(i)
		}
		call.Args = append(call.Args, literal(v, c.at[i]))
	}
	v, diags := call.Value(&hcl.EvalContext{Functions: map[string]function.Function{call.Name: f}})
	result := c.e.result(v, diags, diag.InvalidCall)
	if l, ok := result.(ir.List); ok {
		c.e.steps += len(l)
	}
	return result
}

// notKnown reports an argument that is no known data: a value known only after
// deployment, or a component.
func (c *invocation) notKnown(i int) ir.Value {
	v := c.args[i]
	var handle ir.Value
	poisoned := false
	ir.Walk(v, func(v ir.Value) bool {
		poisoned = poisoned || isPoison(v)
		if isHandle(v) && handle == nil {
			handle = v
		}
		return true
	})
	switch {
	case poisoned:
		return poison
	case handle != nil:
		return c.fail(i, fmt.Sprintf("%s cannot be used here. Use one of its properties, such as its name.", arg.Describe(handle)))
	}
	return c.unknown(i)
}

// text is an argument that is a string; ok says that it is known.
func (c *invocation) text(i int) (text string, ok bool) {
	switch v := c.e.decided(c.args[i]).(type) {
	case ir.String:
		return string(v), true
	case ir.Number, ir.Bool:
		t, _ := ir.Concat(v).(ir.String)
		return string(t), true
	}
	return "", false
}

// mustText is text, where what is not known is an error.
func (c *invocation) mustText(i int) (string, bool) {
	t, ok := c.text(i)
	if !ok {
		if isUnknown(c.args[i]) {
			c.unknown(i)
		} else {
			c.fail(i, fmt.Sprintf("a string is required, not %s.", arg.Describe(c.args[i])))
		}
	}
	return t, ok
}

// textOrUnknown checks an argument that is a string, known or not.
func (c *invocation) textOrUnknown(i int) bool {
	v := c.args[i]
	if isUnknown(v) {
		switch t := c.e.app.TypeOf(v); t.Kind {
		case schema.List, schema.Set, schema.Map, schema.Obj:
			c.fail(i, fmt.Sprintf("a string is required, not a %s.", t))
			return false
		}
		return true
	}
	_, ok := c.mustText(i)
	return ok
}

// list is an argument that is a list, of known length.
func (c *invocation) list(i int) (ir.List, bool) {
	v := c.args[i]
	if isUnknown(v) {
		if given, ok := c.e.app.Given(v).(ir.List); ok {
			return given, true
		}
	}
	switch v := v.(type) {
	case ir.List:
		return v, true
	case ir.Null:
		c.fail(i, "a list is required, and this is null.")
		return nil, false
	}
	if isUnknown(v) {
		c.unknown(i)
	} else {
		c.fail(i, fmt.Sprintf("a list is required, not %s.", arg.Describe(v)))
	}
	return nil, false
}

// object is an argument that is an object, with known keys.
func (c *invocation) object(i int) (*ir.Object, bool) {
	v := c.args[i]
	if isUnknown(v) {
		if given, ok := c.e.app.Given(v).(*ir.Object); ok {
			return given, true
		}
	}
	if o, ok := v.(*ir.Object); ok {
		return o, true
	}
	if isUnknown(v) {
		c.unknown(i)
	} else {
		c.fail(i, fmt.Sprintf("an object is required, not %s.", arg.Describe(v)))
	}
	return nil, false
}

// number is an argument that is a known whole number.
func (c *invocation) number(i int) (int, bool) {
	v := c.e.decided(c.args[i])
	if s, ok := v.(ir.String); ok {
		if n, problem := convertPlain(s, numberType); problem == "" {
			v = n
		}
	}
	n, ok := v.(ir.Number)
	switch {
	case ok && float64(int(n)) == float64(n):
		return int(n), true
	case isUnknown(v):
		c.unknown(i)
	default:
		c.fail(i, fmt.Sprintf("a whole number is required, not %s.", arg.Describe(v)))
	}
	return 0, false
}

// compute applies a function of ir's, at deployment if an argument is unknown.
func (c *invocation) compute(fn ir.Func, args ...ir.Value) ir.Value {
	return lower.Compute(fn, args)
}

// namespaced evaluates a call of what TypeScript has under sst or a provider:
// sst::aws::permission(...), sst::aws::Bucket::get(...), aws::ec2::getVpc(...).
func (e *evaluation) namespaced(x *hclsyntax.FunctionCallExpr, s *scope) ir.Value {
	if s.closed() != "" {
		return e.fail(x.NameRange, diag.InvalidCall, "Function not available", "A template, or the default of a variable, makes nothing and asks nothing.")
	}
	name := strings.ReplaceAll(x.Name, "::", ".")
	var args []ir.Value
	at := &place{e: e, named: x.NameRange, args: map[string]*source{}}
	for i, a := range x.Args {
		v := e.eval(a, s)
		if i == len(x.Args)-1 && x.ExpandFinal {
			l, _ := v.(ir.List)
			args = append(args, l...)
			continue
		}
		if v == ir.Value(ir.Null{}) {
			v = nil
		}
		args = append(args, v)
		at.args[itoa(i)] = &source{key: a.Range(), value: a.Range(), expr: a}
	}
	finished := func(where string) []ir.Value {
		out := make([]ir.Value, len(args))
		for i, v := range args {
			if v != nil {
				out[i] = e.finish(v, inside(where, itoa(i)))
			}
		}
		return out
	}
	answer := func(v ir.Value, err error) ir.Value {
		switch {
		case err != nil:
			return e.internal(x.NameRange, err)
		case v == nil:
			return ir.Null{}
		}
		return v
	}
	if strings.HasPrefix(name, "sst.") {
		for _, m := range lower.Functions() {
			if m.Name != name {
				continue
			}
			for _, f := range arg.Fields(m.Params) {
				if arg.IsFunc(f) {
					return e.fail(x.NameRange, diag.InvalidCall, "Function not available", fmt.Sprintf("%s takes a function as its argument %q, and there are none in HCL. Use jsondecode, merge and jsonencode.", name, f.Name))
				}
			}
			return answer(e.app.CallFunction(name, finished(name), at))
		}
		if def, static := staticOf(name); static != nil {
			return answer(e.app.CallStatic(def.Type, static.Name, finished(capitalized(static.Name)), at))
		}
		return e.unknownFunction(x, name)
	}
	t := e.functionType(name, x.NameRange)
	if t == nil {
		return poison
	}
	var input, opts *ir.Object
	for i, v := range finished("") {
		o, ok := v.(*ir.Object)
		if !ok && v != nil && !isPoison(v) || i > 1 {
			return e.fail(x.Args[min(i, len(x.Args)-1)].Range(), diag.InvalidCall, "Invalid argument of a function", fmt.Sprintf("%s takes an object with its arguments, and an object with options.", x.Name))
		}
		if i == 0 {
			input = o
		} else {
			opts = o
		}
	}
	if input == nil {
		input = &ir.Object{}
	}
	return answer(e.app.Invoke(t.token, input, opts, at))
}

func (e *evaluation) unknownFunction(x *hclsyntax.FunctionCallExpr, name string) ir.Value {
	if lower.Lookup(name) != nil {
		return e.fail(x.NameRange, diag.InvalidCall, "Not a function", fmt.Sprintf("%s is a component. Write component %q \"NAME\" { ... } at the top of a file.", name, name))
	}
	var names []string
	for _, m := range lower.Functions() {
		names = append(names, strings.ReplaceAll(m.Name, ".", "::"))
	}
	for _, def := range lower.Definitions() {
		for _, m := range def.Statics {
			names = append(names, strings.ReplaceAll(def.Type+"."+m.Name, ".", "::"))
		}
	}
	hint := ""
	if near := diag.Nearest(x.Name, names); near != "" {
		hint = fmt.Sprintf(" Did you mean %s?", near)
	}
	return e.fail(x.NameRange, diag.InvalidCall, "Unknown function", fmt.Sprintf("There is no function %s.%s", x.Name, hint))
}
