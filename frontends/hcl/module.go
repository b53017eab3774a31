package hcl

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// moduleMeta are the arguments of a block module that are no inputs.
var moduleMeta = []string{"source", "count", "for_each", "depends_on"}

// evalModule evaluates a module, with its inputs, as a whole: as TypeScript
// would call a function. Its value is the object of its outputs.
func evalModule(m *module, n *node) {
	e := m.e
	for _, b := range n.block.Body.Blocks {
		e.errorAt(b.TypeRange, diag.BlockOrArgument, "Argument written as a block", fmt.Sprintf("The inputs of a module are arguments: %s = { ... }", b.Type))
	}
	a := n.block.Body.Attributes["source"]
	if a == nil {
		e.errorAt(n.named, diag.MissingArgument, "Missing argument", `A module needs a source: the directory that it is in, as in source = "./storage".`)
		return
	}
	source, ok := literalString(a)
	if !ok {
		e.errorAt(a.Expr.Range(), diag.InvalidExpression, "Not a plain string", "The source of a module is a plain string: modules are read before anything is evaluated.")
		return
	}
	if !isLocal(source) {
		e.errorAt(a.Expr.Range(), diag.InvalidValue, "Not a local module", fmt.Sprintf("The source %q does not begin with ./ or ../. A build downloads nothing, so a module is a directory of the project.", source))
		return
	}
	dir := path.Join(m.def.dir, source)
	for p := m; p != nil; p = p.parent {
		if p.def.dir == dir {
			e.errorAt(a.Expr.Range(), diag.ReferenceCycle, "Module in itself", fmt.Sprintf("The module in %q uses itself.", dir))
			return
		}
	}
	at := a.Expr.Range()
	before := len(e.diags)
	def := e.definition(dir, &at)
	if def == nil || def.broken || e.diags[before:].HasErrors() && len(def.nodes) == 0 {
		return
	}
	var names []string
	for _, v := range def.nodes {
		if v.kind == "variable" {
			names = append(names, v.name)
		}
	}
	for _, arg := range sortedAttributes(n.block.Body) {
		if !slices.Contains(moduleMeta, arg.Name) && !slices.Contains(names, arg.Name) {
			e.errorAt(arg.NameRange, diag.UnsupportedArgument, "Unsupported argument", fmt.Sprintf("The module in %q has no variable %q.%s", dir, arg.Name, diag.Suggest(arg.Name, names)))
		}
	}
	list := e.instances(n.block.Body, "", &scope{m: m})
	if list == nil {
		return
	}
	var values []ir.Value
	for _, in := range list {
		inner := newModule(e, def, m)
		inner.call = n.named
		inner.depends = e.dependsOn(n.block.Body, in.s)
		for _, arg := range sortedAttributes(n.block.Body) {
			if slices.Contains(names, arg.Name) {
				inner.inputs[arg.Name] = input{value: e.eval(arg.Expr, in.s), at: arg.Expr.Range()}
			}
		}
		e.within(inner, inner.evaluate)
		out := &ir.Object{}
		for _, o := range def.nodes {
			if o.kind == "output" {
				v := inner.outs[o.name]
				if v == nil {
					v = poison
				}
				out.Fields = append(out.Fields, ir.Field{Key: o.name, Value: v})
			}
		}
		values = append(values, out)
	}
	m.states[n.id].value = gather(n.block.Body, list, values)
}

// isLocal reports whether the source of a module is a directory of the project.
func isLocal(source string) bool {
	return strings.HasPrefix(source, "./") || strings.HasPrefix(source, "../")
}

// within notes, at what f finds wrong in a module, who uses the module.
func (e *evaluation) within(m *module, f func()) {
	before, beforeApp := len(e.diags), len(e.app.Diagnostics())
	f()
	found := slices.Concat(e.diags[before:], e.app.Diagnostics()[beforeApp:])
	for _, d := range found {
		if d.Subject != nil && path.Dir(d.Subject.Filename) == m.def.dir {
			d.Notes = append(d.Notes, e.note("the module is used here", m.call))
		}
	}
}

// callRange is where the block module stands that made the module.
func (m *module) callRange() hcl.Range { return m.call }
