package main

import (
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/schema"
)

// A binder compares Pulumi's types with Terraform's: it corrects names, and
// says what is flat, secret and computed.
type binder struct {
	reportf func(format string, args ...any)
	bound   map[*schema.Object]bool
	// grow says that Terraform's side is of an older version and is to be
	// extended with what only Pulumi has.
	grow bool
	// blocks says that the provider writes nested objects as blocks, for
	// guesses.
	blocks bool
}

// bind does so for an object and all it contains. where names it in the report.
func (b *binder) bind(where string, o *schema.Object, tf *tfBlock) {
	if b.bound[o] {
		b.relax(o, tf, map[*schema.Object]bool{})
		return
	}
	b.bound[o] = true
	used := map[string]bool{}
	for _, p := range o.Properties {
		if tf.has(p.Terraform) {
			used[p.Terraform] = true
		}
	}
	for _, p := range o.Properties {
		b.property(where+"."+p.Name, p, tf, used)
	}
	for _, name := range sorted(tf.Attrs) {
		if a := tf.Attrs[name]; !used[name] && (a.has("r") || a.has("o")) && name != "id" {
			b.reportf("no Pulumi twin: %s: %s %s", where, name, a.flags)
		}
	}
	for _, name := range sorted(tf.Blocks) {
		if !used[name] && name != "timeouts" {
			b.reportf("no Pulumi twin: %s: %s block", where, name)
		}
	}
}

// relax makes inputs of what can be set in one of the places that have an
// object, though not in the place it was bound to first.
func (b *binder) relax(o *schema.Object, tf *tfBlock, seen map[*schema.Object]bool) {
	if seen[o] {
		return
	}
	seen[o] = true
	for _, p := range o.Properties {
		inner := tf.Blocks[p.Terraform]
		if a, ok := tf.Attrs[p.Terraform]; ok {
			p.Input = p.Input || a.has("r") || a.has("o")
			inner = a.block
		}
		t := p.Type
		for t.Elem != nil {
			t = t.Elem
		}
		if inner != nil && t.Object != nil {
			b.relax(t.Object, inner, seen)
		}
	}
}

func (b *tfBlock) has(name string) bool {
	_, isAttr := b.Attrs[name]
	return isAttr || b.Blocks[name] != nil
}

func (b *binder) property(where string, p *schema.Property, tf *tfBlock, used map[string]bool) {
	if !tf.has(p.Terraform) {
		p.Terraform = ""
		for _, name := range nameCandidates(p) {
			if tf.has(name) && !used[name] {
				p.Terraform = name
				used[name] = true
				break
			}
		}
		if p.Terraform == "" && b.grow {
			b.extend(p, tf)
			used[p.Terraform] = true
		}
		if p.Terraform == "" {
			b.reportf("no Terraform twin: %s", where)
			b.guess(p)
			return
		}
	} else if !slices.Contains(nameCandidates(p), p.Terraform) {
		b.reportf("unusual name: %s: %s", where, p.Terraform)
	}
	p.Guessed = false
	if x := tf.Blocks[p.Terraform]; x != nil {
		p.Block = true
		b.value(where, p, x.Mode, x)
		return
	}
	a := tf.Attrs[p.Terraform]
	p.Secret = p.Secret || a.has("s")
	p.Deprecated = p.Deprecated || a.has("d")
	if !a.has("r") && !a.has("o") {
		p.Input = false
	}
	if a.has("w") {
		p.Output = false
	}
	if a.block != nil {
		b.value(where, p, a.block.Nested, a.block)
		return
	}
	if t, ok := a.typ.([]any); ok && t[0] == "map" && p.Type.Kind == schema.Any {
		// The source writes Terraform's dynamic type as a map.
		a.typ = "any"
		tf.Attrs[p.Terraform] = a
	}
	// An attribute may hold objects without being a nested attribute.
	mode, elem := "single", a.typ
	if t, ok := a.typ.([]any); ok && t[0] != "object" {
		mode, elem = t[0].(string), t[1]
	}
	var inner *tfBlock
	if t, ok := elem.([]any); ok && t[0] == "object" {
		inner = &tfBlock{Attrs: map[string]tfAttr{}}
		for name, typ := range t[1].(map[string]any) {
			inner.Attrs[name] = tfAttr{typ: typ, flags: "o"}
		}
	}
	b.value(where, p, mode, inner)
}

// value compares a value with its twin of a mode: inner is the block, or the
// element, or nil if that is no object.
func (b *binder) value(where string, p *schema.Property, mode string, inner *tfBlock) {
	t := p.Type
	isList := mode == "list" || mode == "set"
	switch {
	case t.Kind == schema.List && (isList || mode == "map"), t.Kind == schema.Map && mode == "map":
		t = t.Elem
	case isList && (t.Kind == schema.Obj || t.Kind == schema.String || t.Kind == schema.Number || t.Kind == schema.Bool):
		p.Flat = true
	case mode != "single", t.Kind == schema.List:
		b.reportf("shape: %s: %s against %s", where, t, mode)
		p.Guessed = true
		for t.Elem != nil {
			t = t.Elem
		}
		if t.Object != nil {
			b.guessAll(t.Object)
		}
		return
	}
	if inner == nil && t.Kind == schema.Obj && mode != "map" {
		b.reportf("shape: %s: %s against %s of no object", where, t, mode)
	}
	if inner == nil {
		return
	}
	if t.Kind == schema.Obj && t.Object != nil {
		b.bind(where, t.Object, inner)
	}
}

// guess names a property whose twin is unknown by rule.
func (b *binder) guess(p *schema.Property) {
	if pulumiOnly[p.Name] {
		return
	}
	isBlocks := p.Type.Kind == schema.List && p.Type.Elem.Kind == schema.Obj
	p.Terraform = schema.RuleTerraformName(p.Name, isBlocks)
	p.Guessed = true
	b.guessForm(p)
}

func (b *binder) guessForm(p *schema.Property) {
	isObject := p.Type.Kind == schema.Obj
	if !isObject && (p.Type.Kind != schema.List || p.Type.Elem.Kind != schema.Obj) {
		return
	}
	p.Block = b.blocks
	p.Flat = b.blocks && isObject && p.Name != "timeouts"
}

// guessAll guesses what no bind has settled, in an object and all it contains.
func (b *binder) guessAll(o *schema.Object) {
	seen := map[*schema.Object]bool{}
	visit(o, seen)
	for o := range seen {
		if b.bound[o] {
			continue
		}
		b.bound[o] = true
		for _, p := range o.Properties {
			if p.Terraform == "" {
				b.guess(p)
			} else {
				b.guessForm(p)
			}
		}
	}
}

// extend adds to a block what Pulumi has and the block lacks, being of an
// older version.
func (b *binder) extend(p *schema.Property, tf *tfBlock) {
	b.guess(p)
	t := p.Type
	list := t.Kind == schema.List
	if list {
		t = t.Elem
	}
	if t.Kind == schema.Obj {
		block := &tfBlock{Mode: "list", FormGuess: 1}
		if !list {
			block.Max = 1
		}
		if tf.Blocks == nil {
			tf.Blocks = map[string]*tfBlock{}
		}
		tf.Blocks[p.Terraform] = block
		return // Binding the object fills the block.
	}
	flags := "o"
	if p.Required {
		flags = "r"
	} else if !p.Input {
		flags = "c"
	}
	if tf.Attrs == nil {
		tf.Attrs = map[string]tfAttr{}
	}
	tf.Attrs[p.Terraform] = tfAttr{typ: tfNotation(p.Type), flags: flags, guessed: true}
}

// tfNotation is a type without objects in the notation of [tfAttr].
func tfNotation(t *schema.Type) any {
	if t.Elem != nil {
		return []any{string(t.Kind), tfNotation(t.Elem)}
	}
	return string(t.Kind)
}

// nameCandidates are the Terraform names that a property may stand for,
// likeliest first.
func nameCandidates(p *schema.Property) []string {
	rule := schema.RuleTerraformName(p.Name, false)
	return []string{
		rule, schema.RuleTerraformName(p.Name, true), rule + "s", strings.TrimSuffix(rule, "es"),
		splitDigits(rule), // "ipv6", but "line_1"
	}
}

func splitDigits(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if i > 0 && '0' <= s[i] && s[i] <= '9' && (s[i-1] < '0' || s[i-1] > '9') && s[i-1] != '_' {
			b.WriteByte('_')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
