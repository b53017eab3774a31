package hcl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower"
	"github.com/sstc/sstc/compiler/lower/arg"
)

// A method's call is a block with the method's name. One rule makes its
// arguments of labels and body, for every method and static:
//
//   - Each parameter can be given in the body by its name.
//   - The fields of the last parameter that is an object (args) are arguments of
//     the body themselves.
//   - The first parameter, if it is text, can be given as the block's label; or,
//     if there is none, the field "name" of that object.
//   - The parameter opts is the block options.

// A signature is a method's parameters as a block has them.
type signature struct {
	name   string
	params []arg.Field
	// spread is the index of the parameter whose fields stand in the body; -1
	// for none.
	spread int
	// label is what the label gives: a parameter, or a field of spread. It is
	// "" if a label is only a name for references.
	label string
	sh    shape
}

func signatureOf(m lower.Method) signature {
	sig := signature{name: m.Name, params: arg.Fields(m.Params), spread: -1}
	for i, f := range sig.params {
		if f.Name == "opts" {
			continue
		}
		switch s := argShape(f); {
		case s.kind == arg.Object && len(arg.ShapeOf(f).Of) == 0, s.kind == arg.Mapping, s.kind == arg.Any && len(arg.ShapeOf(f).Of) == 0:
			sig.spread = i
		}
	}
	var inner shape
	if sig.spread >= 0 {
		inner = argShape(sig.params[sig.spread])
	}
	switch {
	case len(sig.params) > 0 && sig.params[0].IsText():
		sig.label = sig.params[0].Name
	case sig.spread >= 0 && inner.field != nil:
		if _, _, ok := inner.field("name"); ok {
			sig.label = "name"
		}
	}
	sig.sh = shape{kind: arg.Object, takes: "an object", open: inner.open, elem: inner.elem}
	for i, f := range sig.params {
		if f.Name != "opts" && i != sig.spread {
			sig.sh.names = append(sig.sh.names, f.Name)
		}
	}
	sig.sh.names = append(sig.sh.names, inner.names...)
	sig.sh.field = func(name string) (string, shape, bool) {
		if i := sig.param(name); i >= 0 && name != "opts" {
			return name, argShape(sig.params[i]), true
		}
		if inner.field != nil {
			return inner.field(name)
		}
		return "", shape{}, false
	}
	return sig
}

// param is the index of a parameter, or -1.
func (sig signature) param(name string) int {
	return slices.IndexFunc(sig.params, func(f arg.Field) bool { return f.Name == name })
}

// A call is one call of a method or a static, as it is written.
type call struct {
	args []ir.Value
	at   *place
	// label is the name for references; "" if there is none.
	label string
}

// read makes a call of a block. It returns nil after an error that leaves
// nothing to call.
func (sig signature) read(e *evaluation, b blockAt, named hcl.Range, skip []string) *call {
	r := reader{e: e, what: fmt.Sprintf("the block %q", sig.name), skip: func(name string) bool {
		return slices.Contains(skip, name) || name == "options"
	}}
	if sig.param("opts") >= 0 {
		r.more = []string{"options"}
	}
	r.hint = func(name string) string {
		for _, f := range sig.params {
			if s := argShape(f); len(arg.ShapeOf(f).Of) > 0 && s.field != nil && has(s, name) {
				return fmt.Sprintf("Is it for %q? Then it stands in a block %s { ... }.", f.Name, f.Name)
			}
		}
		return ""
	}
	body, src := r.read(b.Body, sig.sh, b.s)
	c := &call{args: make([]ir.Value, len(sig.params)), at: &place{e: e, named: named, args: map[string]*source{}}}
	if len(b.Labels) > 1 {
		e.errorAt(b.LabelRanges[1], diag.InvalidSyntax, "Too many labels", fmt.Sprintf("The block %q has one label at most.", sig.name))
		return nil
	}
	if len(b.Labels) == 1 {
		c.label = b.Labels[0]
		at := b.LabelRanges[0]
		if sig.label != "" {
			if body.Has(sig.label) {
				e.errorAt(src.parts[sig.label].key, diag.DuplicateName, "Argument set twice", fmt.Sprintf("The label of the block is its %q already.", sig.label), e.note("the label is here", at))
				return nil
			}
			body = ir.Obj(sig.label, c.label).Merge(body)
			src.parts[sig.label] = &source{key: at, value: at}
		}
	} else if sig.label != "" {
		if text, ok := body.Get(sig.label).(ir.String); ok {
			c.label = string(text)
		}
	}
	rest := &ir.Object{}
	restSrc := &source{parts: map[string]*source{}}
	for _, f := range body.Fields {
		if i := sig.param(f.Key); i >= 0 {
			c.args[i] = f.Value
			c.at.args[itoa(i)] = src.parts[f.Key]
			continue
		}
		rest.Fields = append(rest.Fields, f)
		restSrc.parts[f.Key] = src.parts[f.Key]
	}
	if i := sig.spread; i >= 0 && (rest.Len() > 0 || sig.params[i].Required && c.args[i] == nil) {
		if given, ok := c.args[i].(*ir.Object); ok {
			rest = given.Merge(rest)
		}
		c.args[i] = rest
		c.at.args[itoa(i)] = restSrc
	}
	if i := sig.param("opts"); i >= 0 {
		opts, optSrc, _ := e.options(b.Body, b.s, nil)
		if opts.Len() > 0 {
			c.args[i] = opts
			c.at.args[itoa(i)] = optSrc
		}
	} else {
		for _, block := range b.Body.Blocks {
			if block.Type == "options" {
				e.errorAt(block.TypeRange, diag.UnsupportedBlock, "Unknown block", fmt.Sprintf("%q takes no options.", sig.name))
			}
		}
	}
	missing := false
	for i, f := range sig.params {
		if f.Required && c.args[i] == nil {
			missing = true
			takes := arg.DescribeField(f)
			if arg.ShapeOf(f).Kind == arg.Any && f.Doc != "" {
				takes = strings.ToLower(f.Doc[:1]) + strings.TrimSuffix(f.Doc[1:], ".")
			}
			what := fmt.Sprintf("The block %q needs the argument %q: %s.", sig.name, f.Name, takes)
			if f.Name == sig.label {
				what = fmt.Sprintf("The block %q needs a label, its %q: %s.", sig.name, f.Name, arg.DescribeField(f))
			}
			e.errorAt(named, diag.MissingArgument, "Missing argument", what)
		}
	}
	if missing {
		return nil
	}
	for len(c.args) > 0 && c.args[len(c.args)-1] == nil {
		c.args = c.args[:len(c.args)-1]
	}
	return c
}

// finished are the arguments as lower takes them.
func (c *call) finished(e *evaluation, where string) []ir.Value {
	out := make([]ir.Value, len(c.args))
	for i, v := range c.args {
		if v != nil {
			out[i] = e.finish(v, inside(where, itoa(i)))
		}
	}
	return out
}

// methodResults are what the methods of a component have returned.
type methodResults struct{ byMethod map[string][]result }

type result struct {
	label string
	value ir.Value
}

func (r *methodResults) add(method string, res result) {
	if r.byMethod == nil {
		r.byMethod = map[string][]result{}
	}
	r.byMethod[method] = append(r.byMethod[method], res)
}

// value is the results of a method: of blocks with labels an object, of one
// without the result itself, of several without a list.
func (r *methodResults) value(method string) ir.Value {
	list := r.byMethod[method]
	if len(list) == 0 {
		return nil
	}
	o, l := &ir.Object{}, ir.List{}
	for _, res := range list {
		if res.label != "" {
			o = o.With(res.label, res.value)
		} else {
			l = append(l, res.value)
		}
	}
	switch {
	case o.Len() > 0:
		return o
	case len(l) == 1:
		return l[0]
	}
	return l
}

// evalMethod calls a method: for each of the components that the block around
// it has made, as often as the call's own block says.
func evalMethod(m *module, n *node) {
	e := m.e
	m.states[n.id].value = ir.Null{}
	all, _ := m.states[n.owner.id].extra.([]made)
	sig := signatureOf(*n.method)
	for _, c := range all {
		s := c.s
		blocks := []blockAt{{n.block, s}}
		if n.block.Type == "dynamic" {
			_, blocks = e.dynamic(n.block, s)
		}
		for _, b := range blocks {
			skip := []string{"for_each", "count"}
			for _, in := range e.instances(b.Body, "", b.s) {
				called := sig.read(e, blockAt{b.Block, in.s}, b.TypeRange, skip)
				res := result{value: poison}
				switch {
				case in.key != nil:
					text, _ := ir.Concat(in.key).(ir.String)
					res.label = string(text)
				case called != nil:
					res.label = called.label
				case len(b.Labels) > 0:
					res.label = b.Labels[0]
				}
				if called != nil {
					v, err := e.app.Call(c.inst, n.method.Name, called.finished(e, c.inst.Name+capitalized(n.method.Name)), called.at)
					if err != nil {
						v = e.internal(n.named, err)
					}
					if v == nil {
						v = ir.Null{}
					}
					res.value = v
				}
				if e.results[c.inst] == nil {
					e.results[c.inst] = &methodResults{}
				}
				e.results[c.inst].add(n.name, res)
			}
		}
	}
}

// evalStatic calls a function of a component's class, for a block component
// whose type ends in the function's name.
func evalStatic(m *module, n *node, def *lower.Definition, static lower.Method) {
	e := m.e
	sig := signatureOf(static)
	list := e.instances(n.block.Body, n.name, &scope{m: m})
	if list == nil {
		return
	}
	skip := slices.Clone(meta)
	if result := lower.LookupAny(static.Returns); result != nil {
		for _, method := range result.Methods {
			if blockMethod(n.block.Labels[0], method.Name) != nil {
				skip = append(skip, method.Name)
			}
		}
	}
	var values []ir.Value
	var all []made
	for _, in := range list {
		b := *n.block
		b.Labels, b.LabelRanges = nil, nil
		if sig.label == "name" && b.Body.Attributes["name"] == nil {
			// The name is the block's own.
			b.Labels, b.LabelRanges = []string{in.name}, []hcl.Range{n.named}
			if name := e.nameOption(b.Body, in.s); name == noName {
				values = append(values, poison)
				continue
			} else if name != "" {
				b.Labels[0] = name
			}
		}
		called := sig.read(e, blockAt{&b, in.s}, n.named, skip)
		v := poison
		if called != nil {
			var err error
			if v, err = e.app.CallStatic(def.Type, static.Name, called.finished(e, capitalized(static.Name)), called.at); err != nil {
				v = e.internal(n.named, err)
			}
			if v == nil {
				v = ir.Null{}
			}
		}
		if o, ok := v.(ir.Opaque); ok {
			if inst, ok := o.X.(*lower.Instance); ok {
				all = append(all, made{inst, in})
			}
		}
		values = append(values, v)
	}
	m.states[n.id].extra = all
	m.states[n.id].value = gather(n.block.Body, list, values)
}
