package hcl

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

// An item is an argument or a block of a body.
type item struct {
	attr  *hclsyntax.Attribute
	block *hclsyntax.Block
}

func (i item) start() int {
	if i.attr != nil {
		return i.attr.SrcRange.Start.Byte
	}
	return i.block.TypeRange.Start.Byte
}

// items are the arguments and blocks of a body in the order in which they stand.
// In JSON, the blocks that every body may have are told by their names.
func (e *evaluation) items(b *hclsyntax.Body) []item {
	list := make([]item, 0, len(b.Attributes)+len(b.Blocks))
	for _, a := range b.Attributes {
		if inJSON(a.NameRange) && (a.Name == "options" || a.Name == "dynamic") {
			if blocks := e.asBlocks(a, a.Name == "dynamic"); blocks != nil {
				for _, b := range blocks {
					list = append(list, item{block: b})
				}
				continue
			}
		}
		list = append(list, item{attr: a})
	}
	for _, block := range b.Blocks {
		list = append(list, item{block: block})
	}
	slices.SortStableFunc(list, func(x, y item) int { return x.start() - y.start() })
	return list
}

// A source is where a value stands, and where its parts do.
type source struct {
	key   hcl.Range // its name
	value hcl.Range // the expression, or the head of the block
	expr  hclsyntax.Expression
	parts map[string]*source
}

// find follows a path as far as it leads.
func (s *source) find(path arg.Path) *source {
	for len(path) > 0 {
		next := s.parts[path[0]]
		if next == nil && s.expr != nil {
			next = partOf(s.expr, path[0])
		}
		if next == nil {
			return s
		}
		s, path = next, path[1:]
	}
	return s
}

// partOf finds an element of what is written as a list or an object.
func partOf(x hclsyntax.Expression, key string) *source {
	switch x := x.(type) {
	case *hclsyntax.ParenthesesExpr:
		return partOf(x.Expression, key)
	case *hclsyntax.TupleConsExpr:
		for i, el := range x.Exprs {
			if itoa(i) == key {
				return &source{key: el.Range(), value: el.Range(), expr: el}
			}
		}
	case *hclsyntax.ObjectConsExpr:
		for _, item := range x.Items {
			if name, ok := literalKey(item.KeyExpr); ok && name == key {
				return &source{key: item.KeyExpr.Range(), value: item.ValueExpr.Range(), expr: item.ValueExpr}
			}
		}
	}
	return nil
}

// at is the range of a value: its name if it goes over several lines.
func (s *source) at() hcl.Range {
	if s.value.Start.Line != s.value.End.Line {
		return s.key
	}
	return s.value
}

// A blockAt is a block with the scope that its body has: a dynamic block stands
// for several.
type blockAt struct {
	*hclsyntax.Block
	s *scope
}

func (b blockAt) head() hcl.Range {
	if n := len(b.LabelRanges); n > 0 {
		return hcl.RangeBetween(b.TypeRange, b.LabelRanges[n-1])
	}
	return b.TypeRange
}

// inner is a block without its first label.
func (b blockAt) inner() blockAt {
	c := *b.Block
	c.TypeRange = c.LabelRanges[0]
	c.Labels, c.LabelRanges = c.Labels[1:], c.LabelRanges[1:]
	return blockAt{&c, b.s}
}

// A reader reads a body into an object.
type reader struct {
	e *evaluation
	// skip is true of names that are not the object's: for_each, the methods.
	skip func(name string) bool
	// asIs is a name that skip is about where it is a block, and not where it is
	// an argument; "" for none.
	asIs string
	// more are the names of blocks that there may be besides, for messages.
	more []string
	// what is the thing that the body is of, for messages.
	what string
	// nulls keeps what is null.
	nulls bool
	// hint says more of a name that there is not; nil for nothing.
	hint func(name string) string
}

// read reads a body whose arguments have the shape of an object.
func (r reader) read(b *hclsyntax.Body, sh shape, s *scope) (*ir.Object, *source) {
	out := &ir.Object{}
	src := &source{parts: map[string]*source{}}
	written := map[string]hcl.Range{}
	groups := map[string][]blockAt{}
	var order []item
	for _, it := range r.e.items(b) {
		if it.attr != nil {
			if r.skip == nil || it.attr.Name == r.asIs || !r.skip(it.attr.Name) {
				order = append(order, it)
			}
			continue
		}
		if r.skip != nil && r.skip(it.block.Type) {
			continue
		}
		name, blocks := it.block.Type, []blockAt{{it.block, s}}
		if name == "dynamic" {
			if len(it.block.Labels) == 1 && r.skip != nil && r.skip(it.block.Labels[0]) {
				continue
			}
			name, blocks = r.e.dynamic(it.block, s)
			if name == "" {
				continue
			}
		}
		if _, ok := groups[name]; !ok {
			order = append(order, it)
			groups[name] = []blockAt{}
		}
		groups[name] = append(groups[name], blocks...)
	}
	seen := map[string]bool{}
	for _, it := range order {
		if a := it.attr; a != nil {
			key, fs, ok := sh.lookup(a.Name)
			if !ok {
				r.unknownArgument(a, sh)
				continue
			}
			if other, ok := written[key]; ok {
				r.e.errorAt(a.NameRange, diag.DuplicateName, "Argument set twice", fmt.Sprintf("The argument %q was already set.", a.Name), r.e.note("first set here", other))
				continue
			}
			written[key] = a.NameRange
			v, part := r.argument(a, fs, s)
			src.parts[key] = part
			if v != ir.Value(ir.Null{}) || r.nulls {
				out.Fields = append(out.Fields, ir.Field{Key: key, Value: v})
			}
			continue
		}
		name := it.block.Type
		if name == "dynamic" {
			name = it.block.Labels[0]
		}
		if seen[name] {
			continue
		}
		seen[name] = true
		blocks := groups[name]
		key, fs, ok := sh.lookup(name)
		if !ok {
			r.unknownBlock(it.block, name, sh)
			continue
		}
		if other, ok := written[key]; ok {
			r.e.errorAt(it.block.TypeRange, diag.DuplicateName, "Argument set twice", fmt.Sprintf("The argument %q is written as an argument and as a block. Write all of it in one way.", name), r.e.note("first set here", other))
			continue
		}
		written[key] = it.block.TypeRange
		if len(blocks) == 0 {
			continue // a dynamic block of nothing
		}
		v, part := r.blocks(name, blocks, fs)
		src.parts[key] = part
		out.Fields = append(out.Fields, ir.Field{Key: key, Value: v})
	}
	return out, src
}

// lookup finds an argument of an object.
func (s shape) lookup(name string) (key string, field shape, ok bool) {
	if s.field != nil {
		if key, field, ok = s.field(name); ok {
			return key, field, ok
		}
	}
	if s.open {
		if s.elem != nil {
			return name, s.elem(), true
		}
		return name, anything(), true
	}
	return "", shape{}, false
}

// argument evaluates an argument.
func (r reader) argument(a *hclsyntax.Attribute, sh shape, s *scope) (ir.Value, *source) {
	if inJSON(a.NameRange) {
		if b := sh.block(false, false); b.kind == arg.Object && b.field != nil || b.kind == arg.Changes || b.kind == arg.List {
			if blocks := r.e.asBlocks(a, false); blocks != nil && (b.kind != arg.List || isTuple(a.Expr)) {
				many := make([]blockAt, len(blocks))
				for i, block := range blocks {
					many[i] = blockAt{block, s}
				}
				if len(many) > 0 {
					return r.blocks(a.Name, many, sh)
				}
			}
		}
	}
	v := r.e.eval(a.Expr, s)
	if sh.convert != nil && !isPoison(v) {
		v = sh.convert(v)
	}
	return v, &source{key: a.NameRange, value: a.Expr.Range(), expr: a.Expr}
}

func isTuple(x hclsyntax.Expression) bool {
	_, ok := x.(*hclsyntax.TupleConsExpr)
	return ok
}

// blocks is the value of an argument that is written as blocks.
func (r reader) blocks(name string, blocks []blockAt, sh shape) (ir.Value, *source) {
	first := blocks[0]
	src := &source{key: first.TypeRange, value: first.head(), parts: map[string]*source{}}
	labelled := slices.ContainsFunc(blocks, func(b blockAt) bool { return len(b.Labels) > 0 })
	sh = sh.block(len(blocks) > 1 && !labelled, labelled)
	switch sh.kind {
	case arg.Scalar:
		r.e.errorAt(first.TypeRange, diag.BlockOrArgument, "Argument written as a block",
			fmt.Sprintf("%q takes %s, so it is written as an argument: %s = ...", name, sh.takes, name))
		return poison, src
	case arg.List:
		elem := sh.elem().block(false, false)
		if elem.kind == arg.Scalar {
			r.e.errorAt(first.TypeRange, diag.BlockOrArgument, "Argument written as a block",
				fmt.Sprintf("%q takes %s, so it is written as an argument: %s = [...]", name, sh.takes, name))
			return poison, src
		}
		list := ir.List{}
		for i, b := range blocks {
			v, part := r.blocks(name, []blockAt{b}, elem)
			list = append(list, v)
			src.parts[itoa(i)] = part
		}
		return list, src
	case arg.Any:
		if len(blocks) > 1 && !labelled {
			return r.blocks(name, blocks, shape{kind: arg.List, takes: sh.takes, elem: anything})
		}
	case arg.Changes:
		if !labelled {
			if len(blocks) > 1 {
				r.e.errorAt(blocks[1].TypeRange, diag.DuplicateName, "Repeated block", fmt.Sprintf("There is already a block %q here.", name), r.e.note("first written here", first.TypeRange))
			}
			return r.e.changes(first, sh), src
		}
	}
	return r.objectOf(name, blocks, sh, src)
}

// objectOf is an object written as one block, or in parts: a block with labels
// is the part that the labels lead to.
func (r reader) objectOf(name string, blocks []blockAt, sh shape, src *source) (ir.Value, *source) {
	out := &ir.Object{}
	parts := map[string][]blockAt{}
	var order []string
	whole := false
	for _, b := range blocks {
		if len(b.Labels) > 0 {
			label := b.Labels[0]
			if parts[label] == nil {
				order = append(order, label)
			}
			parts[label] = append(parts[label], b.inner())
			continue
		}
		if whole {
			r.e.errorAt(b.TypeRange, diag.DuplicateName, "Repeated block", fmt.Sprintf("There is already a block %q here, and it takes %s.", name, sh.takes), r.e.note("first written here", blocks[0].TypeRange))
			continue
		}
		whole = true
		inner := r
		inner.skip, inner.more, inner.hint, inner.what = nil, nil, nil, fmt.Sprintf("the block %q", name)
		o, s := inner.read(b.Body, sh, b.s)
		out = o.Merge(out)
		for k, p := range s.parts {
			src.parts[k] = p
		}
	}
	for _, label := range order {
		list := parts[label]
		key, fs, ok := sh.lookup(label)
		if !ok {
			r.e.errorAt(list[0].TypeRange, diag.UnsupportedBlock, "Unknown label", fmt.Sprintf("A label leads to a part of %q, and there is no part %q.%s", name, label, diag.Suggest(label, sh.names)))
			continue
		}
		if out.Has(key) {
			r.e.errorAt(list[0].TypeRange, diag.DuplicateName, "Argument set twice", fmt.Sprintf("%q is set by another block %q already.", label, name))
			continue
		}
		v, part := r.blocks(label, list, fs)
		src.parts[key] = part
		out = out.With(key, v)
	}
	return out, src
}

func (r reader) unknownArgument(a *hclsyntax.Attribute, sh shape) {
	if slices.Contains(r.more, a.Name) {
		r.e.errorAt(a.NameRange, diag.BlockOrArgument, "Block written as an argument", fmt.Sprintf("%q is a block. Write %s { ... }.", a.Name, a.Name))
		return
	}
	r.e.errorAt(a.NameRange, diag.UnsupportedArgument, "Unsupported argument",
		fmt.Sprintf("There is no argument named %q in %s.%s", a.Name, r.where(), r.suggest(a.Name, sh)))
}

// suggest says what a name that there is not may mean.
func (r reader) suggest(name string, sh shape) string {
	if r.hint != nil {
		if h := r.hint(name); h != "" {
			return " " + h
		}
	}
	if h := elsewhere[name]; h != "" && slices.Contains(r.more, "options") {
		return " " + h
	}
	return diag.Suggest(name, append(slices.Clone(sh.names), r.more...))
}

// elsewhere says where Terraform's settings of a resource are written here.
var elsewhere = map[string]string{
	"lifecycle":   "What Terraform has there is in the block options, as in options { protect = true }.",
	"provider":    "It is in the block options, as in options { provider = provider.aws.west }.",
	"providers":   "It is in the block options, as in options { provider = provider.aws.west }.",
	"provisioner": "A build runs no programs on machines. Do the step after the deployment.",
	"connection":  "A build runs no programs on machines. Do the step after the deployment.",
	"timeouts":    "It is in the block options, as in options { customTimeouts = { create = \"5m\" } }.",
}

func (r reader) unknownBlock(b *hclsyntax.Block, name string, sh shape) {
	at := b.TypeRange
	if b.Type == "dynamic" {
		at = b.LabelRanges[0]
	}
	r.e.errorAt(at, diag.UnsupportedBlock, "Unknown block",
		fmt.Sprintf("There is no block %q in %s.%s", name, r.where(), r.suggest(name, sh)))
}

func (r reader) where() string {
	if r.what == "" {
		return "this block"
	}
	return r.what
}

// iteratorName is the name that a dynamic block gives its element.
func iteratorName(b *hclsyntax.Block) string {
	if a := b.Body.Attributes["iterator"]; a != nil {
		if name := hcl.ExprAsKeyword(a.Expr); name != "" {
			return name
		}
		if name, ok := literalKey(a.Expr); ok {
			return name
		}
	}
	if len(b.Labels) == 0 {
		return ""
	}
	return b.Labels[0]
}

// dynamic is the blocks that a dynamic block stands for.
func (e *evaluation) dynamic(b *hclsyntax.Block, s *scope) (name string, blocks []blockAt) {
	if len(b.Labels) != 1 {
		e.errorAt(b.TypeRange, diag.InvalidSyntax, "Missing label", `A dynamic block has the name of the blocks as its label, as in dynamic "notifications" { for_each = ... content { ... } }.`)
		return "", nil
	}
	name = b.Labels[0]
	var content *hclsyntax.Block
	inner := b.Body.Blocks
	if a := b.Body.Attributes["content"]; a != nil {
		inner = append(inner, e.asBlocks(a, false)...)
	}
	for _, c := range inner {
		switch {
		case c.Type != "content":
			e.errorAt(c.TypeRange, diag.UnsupportedBlock, "Unknown block", fmt.Sprintf("A dynamic block has one block, content, and no block %q.", c.Type))
		case content != nil:
			e.errorAt(c.TypeRange, diag.DuplicateName, "Repeated block", "A dynamic block has one block content.", e.note("first written here", content.TypeRange))
		default:
			content = c
		}
	}
	for _, a := range sortedAttributes(b.Body) {
		if !slices.Contains([]string{"for_each", "iterator", "labels"}, a.Name) && !(a.Name == "content" && inJSON(a.NameRange)) {
			e.errorAt(a.NameRange, diag.UnsupportedArgument, "Unsupported argument", fmt.Sprintf("A dynamic block has no argument %q.%s", a.Name, diag.Suggest(a.Name, []string{"for_each", "iterator", "labels"})))
		}
	}
	each := b.Body.Attributes["for_each"]
	if content == nil || each == nil {
		e.errorAt(b.TypeRange, diag.MissingArgument, "Incomplete block", "A dynamic block needs the argument for_each and the block content.")
		return name, nil
	}
	secret := false
	list, ok := e.entries(e.eval(each.Expr, s), each.Expr.Range(), "for_each", &secret)
	if !ok {
		return name, nil
	}
	for _, el := range list {
		inner := s.with(map[string]ir.Value{iteratorName(b): ir.Obj("key", el.key, "value", el.value)})
		c := &hclsyntax.Block{Type: name, TypeRange: b.LabelRanges[0], Body: content.Body, OpenBraceRange: content.OpenBraceRange, CloseBraceRange: content.CloseBraceRange}
		if a := b.Body.Attributes["labels"]; a != nil {
			labels, ok := e.eval(a.Expr, inner).(ir.List)
			if !ok {
				e.errorAt(a.Expr.Range(), diag.InvalidExpression, "Not a list", "The labels of a dynamic block are a list of strings.")
			}
			for _, l := range labels {
				if isPoison(l) {
					continue
				}
				text, ok := e.keyText(l, a.Expr.Range(), "A label")
				if !ok {
					continue
				}
				c.Labels = append(c.Labels, text)
				c.LabelRanges = append(c.LabelRanges, a.Expr.Range())
			}
		}
		blocks = append(blocks, blockAt{c, inner})
	}
	return name, blocks
}
