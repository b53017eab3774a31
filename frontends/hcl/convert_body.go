package hcl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

// body writes the fields of an object as arguments and blocks. Names to avoid
// cannot be blocks: they would mean something else.
func (c *converter) body(w *strings.Builder, o *ir.Object, sh shape, avoid []string) {
	afterBlock := false
	for i := range o.Len() {
		f := o.Fields[i]
		_, fs, ok := sh.lookup(f.Key)
		if !ok && (sh.field != nil || sh.open) {
			// SST leaves it out, and so does --ignore-unknown.
			c.lost(fmt.Sprintf("There is no argument %q.", f.Key))
			continue
		}
		if ok && isName(f.Key) && !slices.Contains(avoid, f.Key) && f.Key != "dynamic" && c.blocksOf(w, []string{f.Key}, f.Value, fs) {
			afterBlock = true
			continue
		}
		if afterBlock {
			w.WriteByte('\n')
		}
		afterBlock = false
		c.attribute(w, f.Key, f.Value)
	}
}

// attribute writes an argument.
func (c *converter) attribute(w *strings.Builder, key string, v ir.Value) {
	outer := c.comments
	c.comments = nil
	text := c.value(v)
	if strings.HasPrefix(text, "<<") {
		text = strings.TrimSuffix(text, "\n")
	}
	c.flush(w)
	c.comments = outer
	w.WriteString(key + " = " + text + "\n")
}

// blocksOf writes a value as blocks if the language has blocks for it. Path is
// the block's name and its labels.
func (c *converter) blocksOf(w *strings.Builder, path []string, v ir.Value, sh shape) bool {
	head := path[0]
	for _, l := range path[1:] {
		head += " " + quoted(l)
	}
	switch v := v.(type) {
	case *ir.Object:
		// A block can say no more than one whose shape has all of its keys.
		whole := sh.block(false, len(path) > 1)
		if len(path) == 1 {
			whole = sh.block(false, false)
		}
		switch whole.kind {
		case arg.Object:
			if whole.field != nil && c.blockable(v, whole) {
				if c.labelled(w, path, v, whole) {
					return true
				}
				c.item(w, head+" {", func(w *strings.Builder) { c.body(w, v, whole, nil) })
				return true
			}
		case arg.Changes:
			inner := changesShape(whole.of)
			if c.blockable(v, inner) && !v.Has("options") {
				c.item(w, head+" {", func(w *strings.Builder) { c.body(w, v, inner, []string{"options"}) })
				return true
			}
		}
		// A mapping whose values are blocks has its keys as labels.
		m := sh.block(false, true)
		if m.kind != arg.Mapping || m.elem == nil || v.Len() == 0 {
			return false
		}
		elem := m.elem()
		for _, f := range v.Fields {
			inner, ok := f.Value.(*ir.Object)
			e := elem.block(false, false)
			if !ok || e.kind != arg.Object || e.field == nil || !c.blockable(inner, e) {
				return false
			}
		}
		for _, f := range v.Fields {
			c.blocksOf(w, append(slices.Clone(path), f.Key), f.Value, elem)
		}
		return true
	case ir.List:
		if len(path) > 1 || len(v) == 0 {
			return false
		}
		l := sh.block(len(v) > 1, false)
		if l.kind != arg.List {
			return false
		}
		elem := l.elem().block(false, false)
		if elem.kind != arg.Object || elem.field == nil {
			return false
		}
		for _, e := range v {
			if o, ok := e.(*ir.Object); !ok || !c.blockable(o, elem) {
				return false
			}
		}
		for _, e := range v {
			c.item(w, head+" {", func(w *strings.Builder) { c.body(w, e.(*ir.Object), elem, nil) })
		}
		return true
	case ir.Opaque:
		t, ok := v.X.(*arg.Traced)
		if ok && sh.block(false, false).kind == arg.Changes {
			c.change(w, head, changesOf(t), changesShape(sh.block(false, false).of))
			return true
		}
	}
	return false
}

// labelled writes an object whose parts are changes as a block for each:
// transform "role" { ... }. It reports whether that is so.
func (c *converter) labelled(w *strings.Builder, path []string, v *ir.Object, sh shape) bool {
	if v.Len() == 0 || len(path) > 1 {
		return false
	}
	for _, f := range v.Fields {
		_, fs, _ := sh.lookup(f.Key)
		inner := fs.block(false, false)
		o, isObject := f.Value.(*ir.Object)
		traced := false
		if op, ok := f.Value.(ir.Opaque); ok {
			_, traced = op.X.(*arg.Traced)
		}
		if inner.kind != arg.Changes || !traced && !(isObject && c.blockable(o, changesShape(inner.of)) && !o.Has("options")) {
			return false
		}
	}
	for _, f := range v.Fields {
		_, fs, _ := sh.lookup(f.Key)
		c.blocksOf(w, append(slices.Clone(path), f.Key), f.Value, fs)
	}
	return true
}

// blockable reports whether all fields of an object can stand in a block.
func (c *converter) blockable(o *ir.Object, sh shape) bool {
	for i := range o.Len() {
		key := o.Fields[i].Key
		if _, _, ok := sh.lookup(key); !ok || !isName(key) || key == "dynamic" || o.Fields[i].Value == ir.Value(ir.Null{}) {
			return false
		}
	}
	return true
}
