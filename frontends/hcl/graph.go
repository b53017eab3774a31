package hcl

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower"
)

// A blockKind is a kind of block that may stand at the top of a file.
type blockKind struct {
	name   string
	labels []string // what its labels are, for messages
	eval   func(m *module, n *node)
	// ranks before the blocks of a higher rank: what holds for all that is
	// made after it.
	rank int
}

// kinds are in a function, since their functions lead back to them.
func kinds() []blockKind {
	return []blockKind{
		{"app", nil, evalApp, 0},
		{"variable", []string{"name"}, evalVariable, 2},
		{"locals", nil, nil, 2},
		{"transform", []string{"type"}, evalGlobalTransform, 1},
		{"linkable", []string{"type"}, evalLinkable, 1},
		{"provider", []string{"name"}, evalProvider, 2},
		{"component", []string{"type", "name"}, evalComponent, 2},
		{"resource", []string{"type", "name"}, evalResource, 2},
		{"data", []string{"type", "name"}, evalData, 2},
		{"secret", []string{"name"}, evalComponent, 2},
		{"module", []string{"name"}, evalModule, 2},
		{"output", []string{"name"}, evalOutput, 2},
	}
}

func topLevel(name string) *blockKind {
	for _, k := range kinds() {
		if k.name == name {
			return &k
		}
	}
	return nil
}

// A node is what is evaluated as one: a block, one of the values in a block
// locals, or the call of a method.
type node struct {
	id     int
	kind   string
	addr   string // "component.Uploads", for messages and references
	name   string
	block  *hclsyntax.Block
	attr   *hclsyntax.Attribute // of a local value
	owner  *node                // of a method's call
	method *lower.Method
	named  hcl.Range // where the name is
	rank   int
	eval   func(m *module, n *node)
	refs   []reference
}

// A reference is a node that another one refers to.
type reference struct {
	to *node
	at hcl.Range
}

// declare makes the nodes of a module's blocks.
func (e *evaluation) declare(d *definition, blocks []*hclsyntax.Block) {
	for _, b := range blocks {
		k := topLevel(b.Type)
		if k == nil {
			var names []string
			for _, k := range kinds() {
				names = append(names, k.name)
			}
			e.errorAt(b.TypeRange, diag.UnsupportedBlock, "Unknown block", fmt.Sprintf("There is no block %q at the top of a file.%s", b.Type, diag.Suggest(b.Type, names)))
			continue
		}
		if b.Type == "locals" {
			e.declareLocals(d, b)
			continue
		}
		if !e.labelled(b, k.labels) {
			continue
		}
		n := &node{kind: b.Type, block: b, named: b.TypeRange, rank: k.rank, eval: k.eval}
		if len(b.Labels) > 0 {
			n.name = b.Labels[len(b.Labels)-1]
			n.named = b.LabelRanges[len(b.Labels)-1]
		}
		n.addr = address(b.Type, n.name)
		switch b.Type {
		case "app":
			if d.dir != "." {
				e.errorAt(b.TypeRange, diag.UnsupportedBlock, "Unknown block", "A module has no block app: there is one app, and what uses the module belongs to it.")
				continue
			}
			n.addr = "app"
		case "transform", "linkable":
			n.addr = fmt.Sprintf("%s.%d", b.Type, len(d.nodes)) // there may be several
		case "provider":
			if alias, ok := literalString(b.Body.Attributes["alias"]); ok {
				n.addr = address(n.addr, alias)
			}
		}
		if !e.add(d, n) {
			continue
		}
		switch {
		case b.Type == "app":
			d.app = n
		case b.Type == "provider" && b.Body.Attributes["alias"] == nil:
			if d.dir != "." {
				e.errorAt(b.TypeRange, diag.UnsupportedBlock, "Default provider in a module", "A default provider is the whole app's, so it is configured in the app's own files. Give this one an alias.")
			}
			d.config = append(d.config, n)
		case b.Type == "component":
			e.declareMethods(d, n)
		}
	}
	for _, n := range d.nodes {
		e.findReferences(d, n)
	}
}

// address joins names to what a reference spells: a.b, or a["b c"].
func address(base, name string) string {
	if hclsyntax.ValidIdentifier(name) {
		return base + "." + name
	}
	return base + "[" + strconv.Quote(name) + "]"
}

// add adds a node to a definition, and reports whether its address was free.
func (e *evaluation) add(d *definition, n *node) bool {
	n.id = len(d.nodes)
	if n.method == nil {
		if other := d.byAddr[n.addr]; other != nil {
			what := fmt.Sprintf("There is already a %s %q.", n.kind, n.name)
			switch n.kind {
			case "app":
				what = "There is already a block app."
			case "local":
				what = fmt.Sprintf("There is already a local value %q.", n.name)
			case "component", "resource":
				what += " References go by the name alone. Where two are to share one, give the block another name, and the old one in options { name = ... }."
			case "provider":
				what = fmt.Sprintf("There is already a provider %q with this alias, or without one.", n.name)
			}
			e.errorAt(n.named, diag.DuplicateName, "Duplicate name", what, e.note("first declared here", other.named))
			return false
		}
		d.byAddr[n.addr] = n
	}
	d.nodes = append(d.nodes, n)
	return true
}

// labelled checks the number of a block's labels.
func (e *evaluation) labelled(b *hclsyntax.Block, want []string) bool {
	example := b.Type
	for _, w := range want {
		example += " " + strconv.Quote(strings.ToUpper(w))
	}
	if len(b.Labels) > len(want) {
		e.errorAt(b.LabelRanges[len(want)], diag.InvalidSyntax, "Too many labels", fmt.Sprintf("The block %q begins %s { ... }.", b.Type, example))
		return false
	}
	if len(b.Labels) < len(want) {
		e.errorAt(b.TypeRange, diag.InvalidSyntax, "Missing label", fmt.Sprintf("The block %q has no %s: it begins %s { ... }.", b.Type, want[len(b.Labels)], example))
		return false
	}
	return true
}

func (e *evaluation) declareLocals(d *definition, b *hclsyntax.Block) {
	if !e.labelled(b, nil) {
		return
	}
	for _, inner := range b.Body.Blocks {
		e.errorAt(inner.TypeRange, diag.BlockOrArgument, "Argument written as a block", fmt.Sprintf("A local value is an argument. Write %s = { ... }.", inner.Type))
	}
	for _, a := range sortedAttributes(b.Body) {
		e.add(d, &node{kind: "local", name: a.Name, addr: "local." + a.Name, attr: a, named: a.NameRange, rank: 2, eval: evalLocal})
	}
}

// declareMethods makes nodes of the blocks in a component that call a method of
// it: they may refer to what needs the component.
func (e *evaluation) declareMethods(d *definition, n *node) {
	typ := n.block.Labels[0]
	add := func(b *hclsyntax.Block, name string) {
		if m := blockMethod(typ, name); m != nil {
			call := &node{kind: "method", name: name, addr: n.addr + "." + name, block: b, owner: n, method: m, named: b.TypeRange, rank: 2, eval: evalMethod}
			e.add(d, call)
			d.methods[call.addr] = append(d.methods[call.addr], call)
		}
	}
	for _, item := range e.items(n.block.Body) {
		switch {
		case item.block != nil && item.block.Type == "dynamic" && len(item.block.Labels) > 0:
			add(item.block, item.block.Labels[0])
		case item.block != nil:
			add(item.block, item.block.Type)
		case blockMethod(typ, item.attr.Name) != nil:
			for _, b := range e.asBlocks(item.attr, true) {
				add(b, b.Type)
			}
		}
	}
}

// blockMethod is the method that a block of this name calls in a block component
// of the type, or nil: a method of the component, or of the one that a function
// of a class returns.
func blockMethod(typ, name string) *lower.Method {
	if def := lower.Lookup(typ); def != nil {
		return methodOf(def, name)
	}
	_, static := staticOf(typ)
	if static == nil {
		return nil
	}
	if sh := signatureOf(*static).sh; sh.field != nil {
		if _, _, taken := sh.field(name); taken {
			return nil
		}
	}
	if def := lower.LookupAny(static.Returns); def != nil {
		return methodOf(def, name)
	}
	return nil
}

func methodOf(def *lower.Definition, name string) *lower.Method {
	for i, m := range def.Methods {
		if m.Name == name {
			return &def.Methods[i]
		}
	}
	return nil
}

// literalString is the value of an argument that is a plain string.
func literalString(a *hclsyntax.Attribute) (string, bool) {
	if a == nil {
		return "", false
	}
	return literalKey(a.Expr)
}

// findReferences finds what a node refers to, and reports names that nothing
// has.
func (e *evaluation) findReferences(d *definition, n *node) {
	f := &finder{e: e, d: d, n: n}
	if n.attr != nil {
		f.expression(n.attr.Expr, nil)
		return
	}
	if n.owner != nil {
		n.refs = append(n.refs, reference{n.owner, n.named})
	}
	switch n.kind {
	case "app":
		for _, c := range d.config {
			n.refs = append(n.refs, reference{c, c.named})
		}
	case "variable":
		// A default, a type and validations refer to nothing but the variable.
		return
	case "provider":
		if n.block.Body.Attributes["alias"] != nil {
			break
		}
		f.body(n.block.Body, nil, nil)
		return
	case "component":
		f.body(n.block.Body, nil, func(b *hclsyntax.Block) bool {
			if b.Type == "dynamic" && len(b.Labels) > 0 {
				return blockMethod(n.block.Labels[0], b.Labels[0]) != nil
			}
			return blockMethod(n.block.Labels[0], b.Type) != nil
		})
		return
	}
	var names []string
	if n.block.Type == "dynamic" {
		names = []string{iteratorName(n.block)}
	}
	f.body(n.block.Body, names, nil)
}

type finder struct {
	e *evaluation
	d *definition
	n *node
}

func (f *finder) add(n *node, at hcl.Range) {
	if !slices.ContainsFunc(f.n.refs, func(r reference) bool { return r.to == n }) {
		f.n.refs = append(f.n.refs, reference{n, at})
	}
}

// body goes through a body, without the blocks that skip is true of. Names are
// those that a dynamic block around it declares.
func (f *finder) body(b *hclsyntax.Body, names []string, skip func(*hclsyntax.Block) bool) {
	typ := ""
	if f.n.kind == "component" && skip != nil {
		typ = f.n.block.Labels[0]
	}
	for _, item := range f.e.items(b) {
		if a := item.attr; a != nil {
			if typ != "" && blockMethod(typ, a.Name) != nil && inJSON(a.NameRange) {
				continue // its calls are nodes of their own
			}
			x := a.Expr
			if a.Name == "depends_on" {
				x = f.e.nativeList(x)
			}
			f.expression(x, names)
			continue
		}
		if skip != nil && skip(item.block) {
			continue
		}
		inner := names
		if item.block.Type == "dynamic" && len(item.block.Labels) == 1 {
			inner = append(names[:len(names):len(names)], iteratorName(item.block))
		}
		f.body(item.block.Body, inner, nil)
	}
}

// nativeList is a list of references, which are strings in JSON.
func (e *evaluation) nativeList(x hclsyntax.Expression) hclsyntax.Expression {
	if t, ok := x.(*hclsyntax.TupleConsExpr); ok && inJSON(x.Range()) {
		list := *t
		list.Exprs = nil
		for _, el := range t.Exprs {
			list.Exprs = append(list.Exprs, e.asNative(el))
		}
		return &list
	}
	return x
}

func (f *finder) expression(x hclsyntax.Expression, names []string) {
	for _, t := range hclsyntax.Variables(x) {
		if !slices.Contains(names, t.RootName()) {
			f.traversal(t)
		}
	}
}

// scoped are the names that only some places have: whether this one has them is
// known when it is evaluated.
var scoped = []string{"each", "count", "self", "prior", "path"}

// roots are the names with which a reference may begin.
var roots = []string{"app", "component", "count", "data", "each", "local", "module", "path", "prior", "provider", "resource", "secret", "self", "var"}

func (f *finder) traversal(t hcl.Traversal) {
	root := t.RootName()
	if slices.Contains(scoped, root) {
		return
	}
	whole := t.SourceRange()
	if !slices.Contains(roots, root) {
		hint := diag.Suggest(root, roots)
		if n := f.d.byAddr["local."+root]; n != nil {
			hint = fmt.Sprintf(" Did you mean local.%s?", root)
		} else if f.d.byAddr["var."+root] != nil || f.d.byAddr["variable."+root] != nil {
			hint = fmt.Sprintf(" Did you mean var.%s?", root)
		} else if f.d.byAddr["component."+root] != nil {
			hint = fmt.Sprintf(" Did you mean component.%s?", root)
		} else if f.n.kind == "variable" {
			hint = ""
		}
		f.e.errorAt(t[0].SourceRange(), diag.UndeclaredName, "Unknown name", fmt.Sprintf("There is no name %q here.%s", root, hint))
		return
	}
	if root == "app" {
		if name, _ := stepName(t, 1); name != "stage" && f.d.app != nil {
			f.add(f.d.app, whole)
		}
		return
	}
	name, ok := stepName(t, 1)
	if !ok {
		f.e.errorAt(whole, diag.UndeclaredName, "Incomplete reference", fmt.Sprintf("A reference that begins with %q goes on with a name, as in %s.%s.", root, root, exampleName[root]))
		return
	}
	kind := root
	if root == "var" {
		kind = "variable"
	}
	addr := address(kind, name)
	at := hcl.RangeBetween(t[0].SourceRange(), t[1].SourceRange())
	if root == "provider" {
		alias, ok := stepName(t, 2)
		if !ok {
			f.e.errorAt(whole, diag.UndeclaredName, "Incomplete reference", fmt.Sprintf("A provider is referred to by its alias, as in provider.%s.west. The default provider is used without being named.", name))
			return
		}
		addr = address(addr, alias)
		at = whole
	}
	n := f.d.byAddr[addr]
	if n == nil {
		f.undeclared(root, kind, name, addr, at)
		return
	}
	f.add(n, whole)
	if root == "component" {
		for i := 2; i < len(t); i++ {
			if step, ok := t[i].(hcl.TraverseAttr); ok {
				for _, call := range f.d.methods[n.addr+"."+step.Name] {
					f.add(call, whole)
				}
			}
		}
	}
}

var exampleName = map[string]string{
	"component": "Uploads.name", "data": "current.id", "local": "name", "module": "storage.url", "resource": "Uploads.arn", "secret": "Token.value", "var": "name", "provider": "aws.west",
}

func (f *finder) undeclared(root, kind, name, addr string, at hcl.Range) {
	var names []string
	others := ""
	for _, n := range f.d.nodes {
		switch {
		case n == f.n:
		case n.kind == kind:
			names = append(names, n.name)
		case n.name == name && n.method == nil && n.kind != "output" && others == "":
			others = strings.Replace(n.addr, "variable.", "var.", 1)
		}
	}
	hint := diag.Suggest(name, names)
	if others != "" {
		hint = fmt.Sprintf(" Did you mean %s?", others)
	}
	what := map[string]string{"local": "local value", "component": "component", "data": "data source", "module": "module", "provider": "provider with the alias", "resource": "resource", "secret": "secret", "var": "variable"}[root]
	if root == "provider" {
		hint = ""
	}
	where := ""
	if f.d.dir != "." {
		where = " in this module"
	}
	f.e.errorAt(at, diag.UndeclaredName, "Unknown name", fmt.Sprintf("There is no %s %q%s.%s", what, name, where, hint))
}

// stepName is the name that the i-th step of a reference goes to.
func stepName(t hcl.Traversal, i int) (string, bool) {
	if i >= len(t) {
		return "", false
	}
	switch s := t[i].(type) {
	case hcl.TraverseAttr:
		return s.Name, true
	case hcl.TraverseIndex:
		if s.Key.Type() == cty.String && s.Key.IsKnown() && !s.Key.IsNull() {
			return s.Key.AsString(), true
		}
	}
	return "", false
}

// A phase is how far the evaluation of a node is.
type phase int

const (
	unvisited phase = iota
	visiting
	done
)

type state struct {
	phase phase
	value ir.Value
	extra any // what a component's methods need of it
}

// A module is one use of a definition: the app itself, or what a block module
// made of it.
type module struct {
	e      *evaluation
	def    *definition
	parent *module
	call   hcl.Range // the block module
	inputs map[string]input
	// depends are what all that the module makes depends on.
	depends ir.List
	states  []state
	// outs are the values of the blocks output, by name.
	outs map[string]ir.Value
}

// An input is a value for a variable.
type input struct {
	value ir.Value
	at    hcl.Range // zero if it is from outside the files
	from  string    // where it is from, if outside the files
}

func newModule(e *evaluation, def *definition, parent *module) *module {
	return &module{e: e, def: def, parent: parent, inputs: map[string]input{}, states: make([]state, len(def.nodes)), outs: map[string]ir.Value{}}
}

// evaluate evaluates all nodes: in the order in which they stand, but what
// holds for others first, and what one refers to before it.
func (m *module) evaluate() {
	for rank := range 3 {
		for _, n := range m.def.nodes {
			if n.rank == rank {
				m.ensure(n)
			}
		}
	}
}

// A frame is a node under evaluation, and where it refers to the next one.
type frame struct {
	m  *module
	n  *node
	at hcl.Range
}

// ensure evaluates a node, and what it refers to before it, and returns its
// value.
func (m *module) ensure(n *node) ir.Value {
	s := &m.states[n.id]
	switch s.phase {
	case done:
		return s.value
	case visiting:
		m.e.cycle(m, n)
		return poison
	}
	s.phase = visiting
	f := &frame{m: m, n: n}
	m.e.stack = append(m.e.stack, f)
	for _, r := range n.refs {
		f.at = r.at
		m.ensure(r.to)
	}
	if s.value == nil { // else it is in a cycle, which has been reported
		n.eval(m, n)
	}
	if s.value == nil {
		s.value = poison
	}
	m.e.poisoned = m.e.poisoned || isPoison(s.value)
	s.phase = done
	m.e.stack = m.e.stack[:len(m.e.stack)-1]
	return s.value
}

// cycle reports that a node needs itself. All that are in the cycle are
// without a value.
func (e *evaluation) cycle(m *module, n *node) {
	i := slices.IndexFunc(e.stack, func(f *frame) bool { return f.m == m && f.n == n })
	frames := e.stack[i:]
	if slices.ContainsFunc(frames, func(f *frame) bool { return f.m.states[f.n.id].value != nil }) {
		return // a part of it has been reported
	}
	var path []string
	var notes []diag.Note
	for j, f := range frames {
		f.m.states[f.n.id].value = poison
		path = append(path, f.n.spell())
		if j > 0 {
			notes = append(notes, e.note(fmt.Sprintf("%s refers to %s", f.n.spell(), frames[(j+1)%len(frames)].n.spell()), f.at))
		}
	}
	if len(frames) == 1 {
		e.errorAt(frames[0].at, diag.ReferenceCycle, "References in a circle", fmt.Sprintf("%s refers to itself. Take the reference out.", n.spell()))
		return
	}
	path = append(path, n.spell())
	e.errorAt(frames[0].at, diag.ReferenceCycle, "References in a circle",
		fmt.Sprintf("%s: none of these can be evaluated before the others. Take one of the references out.", strings.Join(path, " → ")), notes...)
}

// spell is what a reference to the node looks like.
func (n *node) spell() string { return strings.Replace(n.addr, "variable", "var", 1) }
