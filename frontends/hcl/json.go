package hcl

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/json"
	"github.com/zclconf/go-cty/cty"

	"github.com/sstc/sstc/compiler/diag"
)

// A file in JSON becomes the same syntax tree as one in HCL's own syntax. The
// blocks at the top are told from arguments by their names; what is inside
// becomes arguments, and where a block is wanted, an argument whose value is an
// object is taken for one (asBlocks). Strings are templates.

// parseJSON reads a file in JSON, or returns nil after a diagnostic.
func (e *evaluation) parseJSON(text []byte, rel string) *hclsyntax.Body {
	expr, diags := json.ParseExpression(text, rel)
	e.syntax(diags)
	if diags.HasErrors() {
		return nil
	}
	pairs, diags := hcl.ExprMap(expr)
	if diags.HasErrors() {
		e.errorAt(expr.Range(), diag.InvalidSyntax, "Not an object", "A configuration in JSON is an object whose keys are the names of blocks, such as app and component.")
		return nil
	}
	before := len(e.diags)
	body := &hclsyntax.Body{Attributes: hclsyntax.Attributes{}, SrcRange: expr.Range()}
	for _, p := range pairs {
		name := jsonKey(p.Key)
		if name == "//" {
			continue
		}
		depth := 0
		if k := topLevel(name); k != nil {
			depth = len(k.labels)
		}
		e.jsonBlocks(body, name, p.Key.Range(), nil, nil, depth, p.Value)
	}
	if e.diags[before:].HasErrors() {
		return nil
	}
	return body
}

// jsonKey is the name of a property.
func jsonKey(key hcl.Expression) string {
	v, _ := key.Value(nil)
	if v.Type() != cty.String || v.IsNull() {
		return ""
	}
	return v.AsString()
}

// jsonBlocks adds the blocks of one type: objects nested as deep as the block
// has labels, with a list wherever there are several.
func (e *evaluation) jsonBlocks(into *hclsyntax.Body, name string, nameRange hcl.Range, labels []string, ranges []hcl.Range, depth int, value hcl.Expression) {
	if list, diags := hcl.ExprList(value); !diags.HasErrors() {
		for _, v := range list {
			e.jsonBlocks(into, name, nameRange, labels, ranges, depth, v)
		}
		return
	}
	pairs, diags := hcl.ExprMap(value)
	if diags.HasErrors() {
		e.errorAt(value.Range(), diag.InvalidSyntax, "Not an object", "The block "+quote(name)+" is written as an object in JSON, or as a list of objects.")
		return
	}
	if depth > 0 {
		for _, p := range pairs {
			if key := jsonKey(p.Key); key != "//" {
				e.jsonBlocks(into, name, nameRange, append(labels[:len(labels):len(labels)], key), append(ranges[:len(ranges):len(ranges)], p.Key.Range()), depth-1, p.Value)
			}
		}
		return
	}
	r := value.Range()
	block := &hclsyntax.Block{
		Type: name, Labels: labels, TypeRange: nameRange, LabelRanges: ranges,
		OpenBraceRange: value.StartRange(), CloseBraceRange: value.StartRange(),
		Body: &hclsyntax.Body{Attributes: hclsyntax.Attributes{}, SrcRange: r, EndRange: hcl.Range{Filename: r.Filename, Start: r.End, End: r.End}},
	}
	for _, p := range pairs {
		key := jsonKey(p.Key)
		if key == "//" {
			continue
		}
		if other := block.Body.Attributes[key]; other != nil {
			e.errorAt(p.Key.Range(), diag.DuplicateName, "Attribute redefined", "The argument "+quote(key)+" was already set.", e.note("first set here", other.NameRange))
			continue
		}
		block.Body.Attributes[key] = &hclsyntax.Attribute{
			Name: key, Expr: e.jsonExpression(p.Value), NameRange: p.Key.Range(),
			SrcRange: hcl.RangeBetween(p.Key.Range(), p.Value.Range()), EqualsRange: p.Value.StartRange(),
		}
	}
	into.Blocks = append(into.Blocks, block)
}

// jsonExpression makes an expression of HCL's own syntax of one in JSON.
func (e *evaluation) jsonExpression(x hcl.Expression) hclsyntax.Expression {
	if list, diags := hcl.ExprList(x); !diags.HasErrors() {
		t := &hclsyntax.TupleConsExpr{SrcRange: x.Range(), OpenRange: x.StartRange()}
		for _, v := range list {
			t.Exprs = append(t.Exprs, e.jsonExpression(v))
		}
		return t
	}
	if pairs, diags := hcl.ExprMap(x); !diags.HasErrors() {
		o := &hclsyntax.ObjectConsExpr{SrcRange: x.Range(), OpenRange: x.StartRange()}
		for _, p := range pairs {
			o.Items = append(o.Items, hclsyntax.ObjectConsItem{
				KeyExpr:   &hclsyntax.ObjectConsKeyExpr{Wrapped: e.jsonExpression(p.Key), ForceNonLiteral: true},
				ValueExpr: e.jsonExpression(p.Value),
			})
		}
		return o
	}
	v, _ := x.Value(nil)
	if v.IsNull() || v.Type() != cty.String || !strings.Contains(v.AsString(), "${") && !strings.Contains(v.AsString(), "%{") {
		return &hclsyntax.LiteralValueExpr{Val: v, SrcRange: x.Range()}
	}
	start := x.Range().Start
	start.Byte++
	start.Column++
	expr, diags := hclsyntax.ParseTemplate([]byte(v.AsString()), x.Range().Filename, start)
	e.syntax(diags)
	if diags.HasErrors() {
		return &hclsyntax.LiteralValueExpr{Val: cty.StringVal(""), SrcRange: x.Range()}
	}
	return expr
}

// inJSON reports whether something stands in a file in JSON.
func inJSON(r hcl.Range) bool { return strings.HasSuffix(r.Filename, ".json") }

// asNative is an expression that is syntax and no value (a type, a reference),
// which JSON has to write as a string.
func (e *evaluation) asNative(x hclsyntax.Expression) hclsyntax.Expression {
	if !inJSON(x.Range()) {
		return x
	}
	v, diags := x.Value(nil)
	if diags.HasErrors() || v.IsNull() || v.Type() != cty.String {
		return x
	}
	start := x.Range().Start
	start.Byte++
	start.Column++
	expr, diags := hclsyntax.ParseExpression([]byte(v.AsString()), x.Range().Filename, start)
	e.syntax(diags)
	if diags.HasErrors() {
		return x
	}
	return expr
}

// asBody makes a body of an object in a JSON file, or returns nil if it is none.
func (e *evaluation) asBody(x hclsyntax.Expression) *hclsyntax.Body {
	o, ok := x.(*hclsyntax.ObjectConsExpr)
	if !ok {
		return nil
	}
	body := &hclsyntax.Body{Attributes: hclsyntax.Attributes{}, SrcRange: o.SrcRange, EndRange: hcl.Range{Filename: o.SrcRange.Filename, Start: o.SrcRange.End, End: o.SrcRange.End}}
	for _, item := range o.Items {
		name, ok := literalKey(item.KeyExpr)
		if !ok {
			return nil
		}
		if name == "//" {
			continue
		}
		body.Attributes[name] = &hclsyntax.Attribute{
			Name: name, Expr: item.ValueExpr, NameRange: item.KeyExpr.Range(),
			SrcRange: hcl.RangeBetween(item.KeyExpr.Range(), item.ValueExpr.Range()), EqualsRange: item.ValueExpr.StartRange(),
		}
	}
	return body
}

// asBlocks makes blocks of an argument in a JSON file: of an object whose keys
// are labels, if labelled, or of a list of objects, or of one. It returns nil
// if the argument is nothing of the kind.
func (e *evaluation) asBlocks(a *hclsyntax.Attribute, labelled bool) []*hclsyntax.Block {
	if !inJSON(a.NameRange) {
		return nil
	}
	block := func(x hclsyntax.Expression, labels []string, ranges []hcl.Range) *hclsyntax.Block {
		body := e.asBody(x)
		if body == nil {
			return nil
		}
		return &hclsyntax.Block{Type: a.Name, TypeRange: a.NameRange, Labels: labels, LabelRanges: ranges, Body: body, OpenBraceRange: x.StartRange(), CloseBraceRange: x.StartRange()}
	}
	var blocks []*hclsyntax.Block
	add := func(b *hclsyntax.Block) bool {
		blocks = append(blocks, b)
		return b != nil
	}
	switch x := a.Expr.(type) {
	case *hclsyntax.TupleConsExpr:
		for _, el := range x.Exprs {
			if !add(block(el, nil, nil)) {
				return nil
			}
		}
	case *hclsyntax.ObjectConsExpr:
		if !labelled {
			if !add(block(x, nil, nil)) {
				return nil
			}
			return blocks
		}
		for _, item := range x.Items {
			name, ok := literalKey(item.KeyExpr)
			if !ok {
				return nil
			}
			parts := []hclsyntax.Expression{item.ValueExpr}
			if t, ok := item.ValueExpr.(*hclsyntax.TupleConsExpr); ok {
				parts = t.Exprs
			}
			for _, p := range parts {
				if !add(block(p, []string{name}, []hcl.Range{item.KeyExpr.Range()})) {
					return nil
				}
			}
		}
	default:
		return nil
	}
	return blocks
}

// literalKey is the key of an item of an object, if it is written out.
func literalKey(x hclsyntax.Expression) (string, bool) {
	if k, ok := x.(*hclsyntax.ObjectConsKeyExpr); ok {
		if !k.ForceNonLiteral {
			if name := hcl.ExprAsKeyword(k.Wrapped); name != "" {
				return name, true
			}
		}
		x = k.Wrapped
	}
	switch x := x.(type) {
	case *hclsyntax.LiteralValueExpr:
		if x.Val.Type() == cty.String && !x.Val.IsNull() {
			return x.Val.AsString(), true
		}
	case *hclsyntax.TemplateExpr:
		if x.IsStringLiteral() {
			v, _ := x.Value(nil)
			return v.AsString(), true
		}
	}
	return "", false
}

// parseJSONValues reads a file of names and values, or returns nil after a
// diagnostic.
func (e *evaluation) parseJSONValues(text []byte, rel string) *hclsyntax.Body {
	expr, diags := json.ParseExpression(text, rel)
	e.syntax(diags)
	if diags.HasErrors() {
		return nil
	}
	before := len(e.diags)
	body := e.asBody(e.jsonExpression(expr))
	if body == nil && !e.diags[before:].HasErrors() {
		e.errorAt(expr.Range(), diag.InvalidSyntax, "Not an object", "A file of variables in JSON is an object whose keys are the names of variables.")
	}
	return body
}
