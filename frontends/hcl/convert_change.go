package hcl

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower"
	"github.com/sstc/sstc/compiler/lower/arg"
	"github.com/sstc/sstc/compiler/schema"
)

// A changed is what a transform made of the arguments of one component or
// resource.
type changed struct {
	name                  string
	before, after         *ir.Object
	optsBefore, optsAfter *ir.Object
}

// changesOf are the changes that a callback has made.
func changesOf(t *arg.Traced) []changed {
	var list []changed
	for _, call := range t.Calls {
		at := func(vs []ir.Value, i int) *ir.Object {
			if i < len(vs) {
				o, _ := vs[i].(*ir.Object)
				return o
			}
			return nil
		}
		name := ir.String("")
		if len(call.Args) > 2 {
			name, _ = call.Args[2].(ir.String)
		}
		list = append(list, changed{string(name), at(call.Args, 0), at(call.Changed, 0), at(call.Args, 1), at(call.Changed, 1)})
	}
	return list
}

// change writes a block transform.
func (c *converter) change(w *strings.Builder, head string, list []changed, sh shape) {
	if len(list) == 0 {
		c.lost(fmt.Sprintf("The callback of %s is not called in this stage.", head))
		c.flush(w)
		return
	}
	c.item(w, head+" {", func(w *strings.Builder) { c.changeBody(w, list, sh) })
}

// changeBody writes what is changed. Where something is changed in several ways,
// it depends on the name.
func (c *converter) changeBody(w *strings.Builder, list []changed, sh shape) {
	general := slices.Clone(list)
	for i := range general {
		general[i].after = c.generalized(list[i].name, list[i].before, list[i].after)
	}
	for _, key := range changedKeys(list) {
		if expr, ok := c.delta(key, list); ok {
			c.flush(w)
			w.WriteString(key + " = " + expr + "\n")
			continue
		}
		c.changeKey(w, key, general, sh)
	}
	opts := &ir.Object{}
	for i, e := range list {
		mine := &ir.Object{}
		for j := range e.optsAfter.Len() {
			f := e.optsAfter.Fields[j]
			if !same(f.Value, e.optsBefore.Get(f.Key)) {
				mine.Fields = append(mine.Fields, f)
			}
		}
		for j := range e.optsBefore.Len() {
			if key := e.optsBefore.Fields[j].Key; !e.optsAfter.Has(key) {
				c.lost(fmt.Sprintf("The option %q is taken away.", key))
			}
		}
		switch {
		case i == 0:
			opts = mine
		case !same(opts, mine):
			c.lost(fmt.Sprintf("The options of %q are changed in another way than those of %q.", e.name, list[0].name))
		}
	}
	c.options(w, opts, nil, "", false)
}

// changedKeys are the keys that differ in any of the changes.
func changedKeys(list []changed) []string {
	var keys []string
	for _, e := range list {
		for _, o := range []*ir.Object{e.after, e.before} {
			for i := range o.Len() {
				key := o.Fields[i].Key
				if !slices.Contains(keys, key) && !same(e.before.Get(key), e.after.Get(key)) {
					keys = append(keys, key)
				}
			}
		}
	}
	return keys
}

// same reports whether two values are equal. One without fields is equal to an
// empty one.
func same(a, b ir.Value) bool {
	switch x := a.(type) {
	case *ir.Object:
		y, ok := b.(*ir.Object)
		if !ok || x.Len() != y.Len() {
			return false
		}
		for i := range x.Len() {
			if x.Fields[i].Key != y.Fields[i].Key || !same(x.Fields[i].Value, y.Fields[i].Value) {
				return false
			}
		}
		return true
	case ir.List:
		y, ok := b.(ir.List)
		return ok && slices.EqualFunc(x, y, same)
	}
	return reflect.DeepEqual(a, b)
}

// pathsOf are expressions for the values in what a transform is given that are
// known only after deployment, by their marked text.
func pathsOf(before *ir.Object) map[string]string {
	paths := map[string]string{}
	var walk func(v ir.Value, path string)
	walk = func(v ir.Value, path string) {
		switch v := v.(type) {
		case *ir.Object:
			for i := range v.Len() {
				walk(v.Fields[i].Value, address(path, v.Fields[i].Key))
			}
		case ir.List:
			for i, e := range v {
				walk(e, fmt.Sprintf("%s[%d]", path, i))
			}
		case ir.Ref, ir.Call, ir.Join, ir.Param:
			if key := markText(v); paths[key] == "" {
				paths[key] = path
			}
			if document := encoded(v); document != nil {
				walk(document, "jsondecode("+path+")")
			}
		}
	}
	walk(before, "prior")
	return paths
}

// generalized is what a transform has made, with references to what it was
// given in place of values that have no other name.
func (c *converter) generalized(name string, before, after *ir.Object) *ir.Object {
	paths := pathsOf(before)
	var replace func(v ir.Value) ir.Value
	replace = func(v ir.Value) ir.Value {
		switch x := v.(type) {
		case ir.String:
			if name != "" && string(x) == name {
				return ir.Opaque{X: priorPath("self.name")}
			}
		case *ir.Object:
			o := &ir.Object{}
			for i := range x.Len() {
				o.Fields = append(o.Fields, ir.Field{Key: x.Fields[i].Key, Value: replace(x.Fields[i].Value)})
			}
			return o
		case ir.List:
			l := make(ir.List, len(x))
			for i, e := range x {
				l[i] = replace(e)
			}
			return l
		case ir.Ref, ir.Call, ir.Join, ir.Param:
			if _, ok := c.reference(v, true); ok {
				return v
			}
			if p := paths[markText(v)]; p != "" {
				return ir.Opaque{X: priorPath(p)}
			}
			if j, ok := x.(ir.Join); ok {
				parts := make([]any, len(j.Parts))
				for i, e := range j.Parts {
					parts[i] = replace(e)
				}
				return ir.Concat(parts...)
			}
			if call, ok := x.(ir.Call); ok {
				args := make([]ir.Value, len(call.Args))
				for i, e := range call.Args {
					args[i] = replace(e)
				}
				return ir.Call{Func: call.Func, Args: args}
			}
		}
		return v
	}
	out := &ir.Object{}
	for i := range after.Len() {
		f := after.Fields[i]
		if !same(f.Value, before.Get(f.Key)) {
			f.Value = replace(f.Value)
		}
		out.Fields = append(out.Fields, f)
	}
	return out
}

// changeKey writes what becomes of one argument.
func (c *converter) changeKey(w *strings.Builder, key string, list []changed, sh shape) {
	if key == "transform" && c.changeTransforms(w, list, sh) {
		return
	}
	prior := address("prior", key)
	first := list[0].after.Get(key)
	uniform := !slices.ContainsFunc(list, func(e changed) bool { return !same(e.after.Get(key), first) })
	write := func(expr string) {
		c.flush(w)
		w.WriteString(key + " = " + expr + "\n")
	}
	if !isName(key) {
		c.lost(fmt.Sprintf("The argument %q cannot be written.", key))
		c.flush(w)
		return
	}
	if uniform {
		if first == nil {
			write("null")
			return
		}
		_, fs, ok := sh.lookup(key)
		if ok && key != "options" && c.blocksOf(w, []string{key}, first, fs) {
			return
		}
		c.attribute(w, key, first)
		return
	}
	// A default: what is there stays.
	var def ir.Value
	isDefault := true
	for _, e := range list {
		b, a := e.before.Get(key), e.after.Get(key)
		switch {
		case b != nil:
			isDefault = isDefault && same(a, b)
		case def == nil:
			def = a
			isDefault = isDefault && a != nil
		default:
			isDefault = isDefault && same(a, def)
		}
	}
	if isDefault && def != nil {
		write(fmt.Sprintf("%s == null ? %s : %s", prior, c.value(def), prior))
		return
	}
	// Else by name: those that get the same together.
	type group struct {
		names []string
		value ir.Value
	}
	var groups []*group
	seen := map[string]ir.Value{}
	for _, e := range list {
		a := e.after.Get(key)
		if other, ok := seen[e.name]; ok && !same(other, a) {
			c.lost(fmt.Sprintf("%q is set in different ways for several that are called %q.", key, e.name))
		}
		if _, ok := seen[e.name]; !ok && !same(a, e.before.Get(key)) {
			i := slices.IndexFunc(groups, func(g *group) bool { return same(g.value, a) })
			if i < 0 {
				i = len(groups)
				groups = append(groups, &group{value: a})
			}
			groups[i].names = append(groups[i].names, quoted(e.name))
		}
		seen[e.name] = a
	}
	var lines []string
	for _, g := range groups {
		condition := "self.name == " + g.names[0]
		if len(g.names) > 1 {
			condition = "contains([" + strings.Join(g.names, ", ") + "], self.name)"
		}
		value := c.value(g.value)
		if strings.Contains(value, "<<") {
			value = c.plainText(g.value)
		}
		lines = append(lines, condition+" ? "+value+" :")
	}
	if len(lines) == 1 && !strings.Contains(lines[0], "\n") {
		write(lines[0] + " " + prior)
		return
	}
	write("(\n" + strings.Join(lines, "\n") + "\n" + prior + "\n)")
}

// delta is an expression for what all changes put into an argument, as long as it
// is the same for all: more fields of an object, more elements of a list, or
// such in a JSON text.
func (c *converter) delta(key string, list []changed) (string, bool) {
	comments, diags := len(c.comments), len(c.diags)
	defer func() { c.prior, c.selfName = nil, "" }()
	prior := address("prior", key)
	some, all := false, isName(key)
	for _, e := range list {
		some = some || e.before.Has(key)
		all = all && e.before.Has(key)
	}
	if !some || key == "transform" {
		return "", false
	}
	var expr string
	for i, e := range list {
		b, a := e.before.Get(key), e.after.Get(key)
		path := prior
		if !all {
			empty := "{}"
			if l, ok := a.(ir.List); ok {
				empty = "[]"
				if b == nil {
					b = l[:0]
				}
			} else if b == nil {
				b = &ir.Object{}
			}
			path = fmt.Sprintf("%s == null ? %s : %s", prior, empty, prior)
		}
		c.prior, c.selfName = pathsOf(e.before), e.name
		mine, ok := c.deltaOf(path, b, a)
		if !ok || i > 0 && mine != expr || len(c.comments) > comments {
			c.comments, c.diags = c.comments[:comments], c.diags[:diags]
			return "", false
		}
		expr = mine
	}
	return expr, true
}

func (c *converter) deltaOf(path string, before, after ir.Value) (string, bool) {
	if b, a := encoded(before), encoded(after); b != nil && a != nil {
		inner, ok := c.deltaOf("jsondecode("+path+")", b, a)
		return "jsonencode(" + inner + ")", ok
	}
	switch a := after.(type) {
	case *ir.Object:
		b, ok := before.(*ir.Object)
		if !ok || a.Len() == 0 {
			return "", false
		}
		var parts []string
		rebuilt := b
		for _, f := range a.Fields {
			old := b.Get(f.Key)
			if same(f.Value, old) {
				continue
			}
			rebuilt = rebuilt.With(f.Key, f.Value)
			text, ok := "", false
			if old != nil {
				text, ok = c.deltaOf(address(path, f.Key), old, f.Value)
			}
			if !ok {
				text = c.value(f.Value)
			}
			parts = append(parts, keyOf(f.Key)+" = "+text)
		}
		if !same(rebuilt, a) {
			return "", false
		}
		if len(parts) == 1 {
			return "merge(" + path + ", { " + parts[0] + " })", true
		}
		return "merge(" + path + ", {\n" + strings.Join(parts, "\n") + "\n})", true
	case ir.List:
		b, ok := before.(ir.List)
		if !ok || len(a) <= len(b) || !slices.EqualFunc(a[:len(b)], b, same) {
			return "", false
		}
		return "concat(" + path + ", " + c.value(a[len(b):]) + ")", true
	}
	return "", false
}

// encoded is the object, or the list, that a JSON text is of, or nil.
func encoded(v ir.Value) ir.Value {
	switch v := v.(type) {
	case ir.Call:
		if v.Func == ir.FuncJSONEncode {
			return v.Args[0]
		}
	case ir.String:
		if len(v) > 2 && v[0] == '{' {
			if d, err := ir.DecodeJSON(string(v)); err == nil && ir.EncodeJSON(d) == string(v) {
				return d
			}
		}
	}
	return nil
}

// constant is what a callback always sets, or nil if it does more than that.
func constant(list []changed) *ir.Object {
	if len(list) == 0 {
		return nil
	}
	set := &ir.Object{}
	for _, key := range changedKeys(list) {
		v := list[0].after.Get(key)
		for _, e := range list {
			if a := e.after.Get(key); a == nil || !same(a, v) {
				return nil
			}
		}
		set = set.With(key, v)
	}
	for _, e := range list {
		if !same(e.optsBefore, e.optsAfter) {
			return nil
		}
	}
	return set
}

// move makes what a callback has changed a part of the blocks transform at the
// top, for a callback that stands where there are no blocks. It reports whether
// all that the callback was called with is known there.
func (c *converter) move(t *arg.Traced) bool {
	var to []*lower.Change
	list := changesOf(t)
	for _, e := range list {
		var found []*lower.Change
		for _, r := range c.args.Recording.Changes {
			if r.Name == e.name {
				found = append(found, r)
			}
		}
		if len(found) != 1 || !same(e.optsBefore, e.optsAfter) {
			return false
		}
		to = append(to, found[0])
	}
	for i, r := range to {
		if c.moved[r] == nil {
			c.moved[r] = append(c.moved[r], list[i])
		}
	}
	return len(to) > 0
}

// changeTransforms writes what a transform gives a component to transform in
// turn. Of callbacks it is what these change. It reports whether that is all.
func (c *converter) changeTransforms(w *strings.Builder, list []changed, sh shape) bool {
	_, fs, ok := sh.lookup("transform")
	if !ok {
		return false
	}
	inner := map[string][]changed{}
	objects := map[string]*ir.Object{}
	var order []string
	for _, e := range list {
		before, _ := e.before.Get("transform").(*ir.Object)
		after, ok := e.after.Get("transform").(*ir.Object)
		if !ok && e.after.Has("transform") {
			return false
		}
		for i := range before.Len() {
			if !after.Has(before.Fields[i].Key) {
				return false
			}
		}
		for i := range after.Len() {
			f := after.Fields[i]
			if same(f.Value, before.Get(f.Key)) {
				continue
			}
			if !slices.Contains(order, f.Key) {
				order = append(order, f.Key)
			}
			switch v := f.Value.(type) {
			case *ir.Object:
				if objects[f.Key] != nil && !same(objects[f.Key], v) {
					return false
				}
				objects[f.Key] = v
			case ir.Opaque:
				t, ok := v.X.(*arg.Traced)
				if !ok {
					return false
				}
				inner[f.Key] = append(inner[f.Key], changesOf(t)...)
			}
		}
	}
	for _, key := range order {
		if objects[key] != nil && inner[key] != nil {
			return false
		}
	}
	for _, key := range order {
		_, ks, _ := fs.block(false, true).lookup(key)
		if objects[key] != nil {
			if !c.blocksOf(w, []string{"transform", key}, objects[key], ks) {
				c.lost(fmt.Sprintf("The transform of %q cannot be written.", key))
				c.flush(w)
			}
			continue
		}
		c.change(w, "transform "+quoted(key), inner[key], changesShape(ks.block(false, false).of))
	}
	return true
}

// transforms writes the blocks transform at the top: what changed components and
// resources of a type, wherever they were made.
func (c *converter) transforms(w *strings.Builder) {
	byType := map[string][]changed{}
	var order []string
	touched := map[string]bool{}
	for _, r := range c.args.Recording.Changes {
		e := changed{name: r.Name}
		e.before, _ = r.Before.(*ir.Object)
		e.after, _ = r.After.(*ir.Object)
		e.optsBefore, _ = r.OptionsBefore.(*ir.Object)
		e.optsAfter, _ = r.OptionsAfter.(*ir.Object)
		for _, m := range c.moved[r] {
			for _, key := range changedKeys([]changed{m}) {
				e.before = e.before.With(key, m.before.Get(key))
			}
		}
		if byType[r.Type] == nil {
			order = append(order, r.Type)
		}
		byType[r.Type] = append(byType[r.Type], e)
		if !same(e.before, e.after) || !same(e.optsBefore, e.optsAfter) {
			touched[r.Type] = true
		}
	}
	c.where, c.position = diag.Range{}, len(c.args.Recording.Acts)
	for _, typ := range order {
		if !touched[typ] {
			continue
		}
		name, sh := typ, shape{}
		if def := lower.Lookup(typ); def != nil {
			sh = componentShape(def)
		} else {
			name = typeName(typ, schema.ResourceMember)
			sh = (&resourceType{typ, schema.PulumiResource(typ), false}).shape()
		}
		c.change(w, "transform "+quoted(name), byType[typ], sh)
	}
}

// linkables writes how resources are linked.
func (c *converter) linkables(w *strings.Builder) {
	byType := map[string][]*ir.Object{}
	var order []string
	for _, l := range c.args.Recording.Links {
		h, ok := l.Handle.(lower.ResourceHandle)
		for _, call := range l.By.Calls {
			result, _ := call.Result.(*ir.Object)
			if inst, isInstance := l.Handle.(*lower.Instance); isInstance && inst.Def == nil {
				break // a block of its own
			}
			if !ok {
				c.where = diag.Range{}
				c.lost(fmt.Sprintf("How %s is linked is a function of its class.", l.Handle.HandleType()))
				c.flush(w)
				break
			}
			own := func(v ir.Value) ir.Value {
				if ref, ok := v.(ir.Ref); ok && ref.Resource == h.ID {
					return ir.Opaque{X: priorPath(address("self", ref.Attr))}
				}
				return v
			}
			result, _ = ir.Map(result, own).(*ir.Object)
			if byType[h.Type] == nil {
				order = append(order, h.Type)
			}
			byType[h.Type] = append(byType[h.Type], result)
		}
	}
	for _, typ := range order {
		c.item(w, "linkable "+quoted(typeName(typ, schema.ResourceMember))+" {", func(w *strings.Builder) {
			for _, o := range byType[typ][1:] {
				if !same(o, byType[typ][0]) {
					c.lost("Not all are linked in the same way.")
					break
				}
			}
			c.body(w, byType[typ][0], anything(), nil)
		})
	}
}
