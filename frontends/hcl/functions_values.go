package hcl

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
	"github.com/sstc/sstc/compiler/schema"
)

var numberType = cty.Number

// knownFunctions are cty's own, for which everything must be known.
func knownFunctions() map[string]builtin {
	table := map[string]builtin{}
	for name, f := range map[string]function.Function{
		"chomp": stdlib.ChompFunc, "compact": stdlib.CompactFunc, "csvdecode": stdlib.CSVDecodeFunc,
		"formatdate": stdlib.FormatDateFunc, "formatlist": stdlib.FormatListFunc, "indent": stdlib.IndentFunc, "regex": stdlib.RegexFunc,
		"regexall": stdlib.RegexAllFunc, "setintersection": stdlib.SetIntersectionFunc, "setproduct": stdlib.SetProductFunc,
		"setsubtract": stdlib.SetSubtractFunc, "setunion": stdlib.SetUnionFunc, "sort": stdlib.SortFunc, "strrev": stdlib.ReverseFunc,
		"substr": stdlib.SubstrFunc, "timeadd": stdlib.TimeAddFunc, "title": stdlib.TitleFunc, "trim": stdlib.TrimFunc, "trimsuffix": stdlib.TrimSuffixFunc,
	} {
		table[name] = builtin{most: -1, known: &f} // cty counts the arguments itself
	}
	return table
}

func numberFunctions() map[string]builtin {
	table := map[string]builtin{}
	for name, f := range map[string]function.Function{
		"abs": stdlib.AbsoluteFunc, "ceil": stdlib.CeilFunc, "floor": stdlib.FloorFunc, "log": stdlib.LogFunc, "max": stdlib.MaxFunc,
		"min": stdlib.MinFunc, "parseint": stdlib.ParseIntFunc, "pow": stdlib.PowFunc, "range": stdlib.RangeFunc, "signum": stdlib.SignumFunc,
	} {
		table[name] = builtin{most: -1, known: &f}
	}
	table["sum"] = builtin{least: 1, most: 1, call: func(c *invocation) ir.Value {
		v, ok := c.settled(0)
		if !ok {
			return c.notKnown(0)
		}
		l, ok := v.(ir.List)
		if !ok || len(l) == 0 {
			return c.fail(0, "a list with at least one number is required.")
		}
		sum := cty.Zero
		for _, el := range l {
			n, problem := convertPlain(el, cty.Number)
			if problem != "" || n == ir.Value(ir.Null{}) {
				return c.fail(0, fmt.Sprintf("the elements must be numbers, and one is %s.", arg.Describe(el)))
			}
			sum = sum.Add(toCty(n))
		}
		return fromCty(sum)
	}}
	return table
}

func stringFunctions() map[string]builtin {
	// late makes a function of a string that some target can apply at deployment.
	late := func(known function.Function, fn ir.Func) builtin {
		return builtin{least: 1, most: 1, call: func(c *invocation) ir.Value {
			if _, ok := c.settled(0); ok {
				return c.known(known)
			}
			if !isUnknown(c.args[0]) || !c.textOrUnknown(0) {
				return c.notKnown(0)
			}
			return c.compute(fn, c.args[0])
		}}
	}
	return map[string]builtin{
		"lower":     late(stdlib.LowerFunc, ir.FuncLower),
		"upper":     late(stdlib.UpperFunc, ir.FuncUpper),
		"trimspace": late(stdlib.TrimSpaceFunc, ir.FuncTrim),
		"format":    {least: 1, most: -1, call: format},
		"join":      {least: 2, most: -1, call: join},
		"replace":   {least: 3, most: 3, call: replace},
		"replacefirst": {least: 3, most: 3, call: func(c *invocation) ir.Value {
			old, ok := c.mustText(1)
			if !ok || !c.textOrUnknown(0) || !c.textOrUnknown(2) {
				return poison
			}
			if text, known := c.text(0); known {
				before, after, found := strings.Cut(text, old)
				if !found {
					return ir.String(text)
				}
				return ir.Concat(before, c.args[2], after)
			}
			return c.compute(ir.FuncReplaceFirst, c.args[0], ir.String(old), c.args[2])
		}},
		"split": {least: 2, most: 2, call: func(c *invocation) ir.Value {
			sep, ok := c.mustText(0)
			if !ok || !c.textOrUnknown(1) {
				return poison
			}
			if text, ok := c.text(1); ok {
				if text == "" {
					return ir.List{}
				}
				return ir.Of(strings.Split(text, sep))
			}
			return c.compute(ir.FuncSplit, ir.String(sep), c.args[1])
		}},
		"trimprefix": {least: 2, most: 2, call: func(c *invocation) ir.Value {
			if _, ok := c.settled(0); ok {
				return c.known(stdlib.TrimPrefixFunc)
			}
			if prefix, ok := c.text(1); ok && scheme.MatchString(prefix) && c.textOrUnknown(0) {
				return afterScheme(c.args[0], prefix)
			}
			return c.notKnown(0)
		}},
		"startswith": {least: 2, most: 2, call: func(c *invocation) ir.Value {
			prefix, ok := c.mustText(1)
			if !ok || !c.textOrUnknown(0) {
				return poison
			}
			text, all := c.text(0)
			if !all {
				text = head(c.e.decided(c.args[0]))
			}
			switch {
			case all || len(text) >= len(prefix):
				return ir.Bool(strings.HasPrefix(text, prefix))
			case !strings.HasPrefix(prefix, text):
				return ir.Bool(false)
			}
			return c.unknown(0)
		}},
		"endswith": {least: 2, most: 2, call: func(c *invocation) ir.Value {
			suffix, ok := c.mustText(1)
			if !ok || !c.textOrUnknown(0) {
				return poison
			}
			text, all := c.text(0)
			if !all {
				text = tail(c.e.decided(c.args[0]))
			}
			switch {
			case all || len(text) >= len(suffix):
				return ir.Bool(strings.HasSuffix(text, suffix))
			case !strings.HasSuffix(suffix, text):
				return ir.Bool(false)
			}
			return c.unknown(0)
		}},
		"strcontains": {least: 2, most: 2, call: func(c *invocation) ir.Value {
			text, ok := c.mustText(0)
			part, ok2 := c.mustText(1)
			if !ok || !ok2 {
				return poison
			}
			return ir.Bool(strings.Contains(text, part))
		}},
		"templatestring": {least: 2, most: 2, call: func(c *invocation) ir.Value {
			text, ok := c.mustText(0)
			if !ok {
				return poison
			}
			return c.e.renderTemplate(text, c.at[0].Filename, c.at[0], c.args[1], c)
		}},
	}
}

// head and tail are what is known of the ends of a string.
func head(v ir.Value) string {
	if j, ok := v.(ir.Join); ok {
		s, _ := j.Parts[0].(ir.String)
		return string(s)
	}
	return ""
}

func tail(v ir.Value) string {
	if j, ok := v.(ir.Join); ok {
		s, _ := j.Parts[len(j.Parts)-1].(ir.String)
		return string(s)
	}
	return ""
}

// scheme is what is in a URL once, at the beginning.
var scheme = regexp.MustCompile(`^\w+://$`)

func afterScheme(v ir.Value, scheme string) ir.Value {
	return ir.NewCall(ir.FuncIndex, ir.NewCall(ir.FuncSplit, ir.String(scheme), v), ir.Number(1))
}

func replace(c *invocation) ir.Value {
	old, ok := c.mustText(1)
	if !ok || !c.textOrUnknown(0) || !c.textOrUnknown(2) {
		return poison
	}
	text, known := c.text(0)
	_, replacementKnown := c.text(2)
	pattern := len(old) > 1 && strings.HasPrefix(old, "/") && strings.HasSuffix(old, "/")
	switch {
	case known && replacementKnown && pattern:
		c.args[1] = ir.String(old[1 : len(old)-1])
		return c.known(stdlib.RegexReplaceFunc)
	case known && replacementKnown:
		return c.known(stdlib.ReplaceFunc)
	case pattern && !known:
		return c.unknown(0)
	case pattern:
		return c.unknown(2)
	case known: // what is put in is text like any other
		var parts []any
		for i, p := range strings.Split(text, old) {
			if i > 0 {
				parts = append(parts, c.args[2])
			}
			parts = append(parts, p)
		}
		return ir.Concat(parts...)
	case scheme.MatchString(old) && c.args[2] == ir.Value(ir.String("")):
		return afterScheme(c.args[0], old)
	}
	return c.compute(ir.FuncReplace, c.args[0], ir.String(old), c.args[2])
}

func join(c *invocation) ir.Value {
	if !c.textOrUnknown(0) {
		return poison
	}
	if isUnknown(c.args[1]) && len(c.args) == 2 {
		if _, ok := c.e.app.Given(c.args[1]).(ir.List); !ok {
			return c.compute(ir.FuncJoin, c.args[0], c.args[1])
		}
	}
	var parts []any
	for i := 1; i < len(c.args); i++ {
		l, ok := c.list(i)
		if !ok {
			return poison
		}
		for _, el := range l {
			t := c.e.text(el, c.at[i], &c.secret)
			if isPoison(t) {
				return poison
			}
			if len(parts) > 0 {
				parts = append(parts, c.args[0])
			}
			parts = append(parts, t)
		}
	}
	return ir.Concat(parts...)
}

var verb = regexp.MustCompile(`%(%|[-+ #0]*[\d.*]*(?:\[\d+\])?[a-zA-Z])`)

// format is cty's own; a value that is not known can be where %s or %v is.
func format(c *invocation) ir.Value {
	allKnown := true
	for i := range c.args {
		_, ok := c.settled(i)
		allKnown = allKnown && ok
	}
	if allKnown {
		return c.known(stdlib.FormatFunc)
	}
	text, ok := c.mustText(0)
	if !ok {
		return poison
	}
	var parts []any
	next, end := 1, 0
	for _, at := range verb.FindAllStringIndex(text, -1) {
		parts = append(parts, text[end:at[0]])
		end = at[1]
		v := text[at[0]:at[1]]
		if v == "%%" {
			parts = append(parts, "%")
			continue
		}
		if next >= len(c.args) {
			return c.fail(0, fmt.Sprintf("there is no value for %s.", v))
		}
		i := next
		next++
		if settled, ok := c.settled(i); ok && !strings.ContainsAny(v, "*[") {
			one := *c
			one.args, one.at = []ir.Value{ir.String(v), settled}, []hcl.Range{c.at[0], c.at[i]}
			s := one.known(stdlib.FormatFunc)
			if isPoison(s) {
				return poison
			}
			parts = append(parts, s)
			continue
		}
		if v != "%s" && v != "%v" && v != "%d" {
			return c.notKnown(i)
		}
		s := c.e.text(c.args[i], c.at[i], &c.secret)
		if isPoison(s) {
			return poison
		}
		parts = append(parts, s)
	}
	if next < len(c.args) {
		return c.fail(next, "there is no verb for this value in the format.")
	}
	return ir.Concat(append(parts, text[end:])...)
}

func collectionFunctions() map[string]builtin {
	return map[string]builtin{
		"alltrue": {least: 1, most: 1, call: func(c *invocation) ir.Value { return truths(c, true) }},
		"anytrue": {least: 1, most: 1, call: func(c *invocation) ir.Value { return truths(c, false) }},
		"chunklist": {least: 2, most: 2, keep: true, call: func(c *invocation) ir.Value {
			l, ok := c.list(0)
			n, ok2 := c.number(1)
			if !ok || !ok2 {
				return poison
			}
			if n < 0 {
				return c.fail(1, "the size must not be negative.")
			}
			out := ir.List{}
			if n == 0 && len(l) > 0 {
				return ir.List{l}
			}
			for len(l) > 0 {
				k := min(n, len(l))
				out = append(out, l[:k:k])
				l = l[k:]
			}
			return out
		}},
		"coalesce": {least: 1, most: -1, keep: true, call: func(c *invocation) ir.Value {
			for _, v := range c.args {
				if v != ir.Value(ir.Null{}) && v != ir.Value(ir.String("")) {
					return v
				}
			}
			return c.e.fail(c.x.Range(), diag.InvalidCall, "Invalid argument of a function", "In coalesce: all values are null or empty.")
		}},
		"coalescelist": {least: 1, most: -1, keep: true, call: func(c *invocation) ir.Value {
			for i, v := range c.args {
				if v == ir.Value(ir.Null{}) {
					continue
				}
				if isUnknown(v) {
					return v
				}
				l, ok := c.list(i)
				if !ok {
					return poison
				}
				if len(l) > 0 {
					return l
				}
			}
			return c.e.fail(c.x.Range(), diag.InvalidCall, "Invalid argument of a function", "In coalescelist: all lists are null or empty.")
		}},
		"concat": {least: 1, most: -1, keep: true, call: func(c *invocation) ir.Value {
			out := ir.List{}
			for i := range c.args {
				l, ok := c.list(i)
				if !ok {
					return poison
				}
				out = append(out, l...)
			}
			return out
		}},
		"contains": {least: 2, most: 2, call: func(c *invocation) ir.Value {
			_, found, unsure, ok := find(c)
			switch {
			case !ok:
				return poison
			case found:
				return ir.Bool(true)
			case unsure >= 0:
				return c.unknown(unsure)
			}
			return ir.Bool(false)
		}},
		"index": {least: 2, most: 2, call: func(c *invocation) ir.Value {
			i, found, unsure, ok := find(c)
			switch {
			case !ok:
				return poison
			case unsure >= 0:
				return c.unknown(unsure)
			case !found:
				return c.fail(1, "the list has no such element.")
			}
			return ir.Number(i)
		}},
		"distinct": {least: 1, most: 1, keep: true, call: func(c *invocation) ir.Value {
			l, ok := c.list(0)
			if !ok {
				return poison
			}
			out := ir.List{}
			for _, v := range l {
				repeated := false
				for _, seen := range out {
					eq, decided := c.e.equal(v, seen)
					if !decided {
						return c.unknown(0)
					}
					repeated = repeated || eq
				}
				if !repeated {
					out = append(out, v)
				}
			}
			return out
		}},
		"element": {least: 2, most: 2, keep: true, call: func(c *invocation) ir.Value {
			n, ok := c.number(1)
			if !ok {
				return poison
			}
			if isUnknown(c.args[0]) {
				if _, given := c.e.app.Given(c.args[0]).(ir.List); !given {
					return c.e.memberOfUnknown(c.args[0], ir.Number(n), c.at[1])
				}
			}
			l, ok := c.list(0)
			if !ok {
				return poison
			}
			if len(l) == 0 {
				return c.fail(0, "the list is empty.")
			}
			return l[((n%len(l))+len(l))%len(l)]
		}},
		"flatten": {least: 1, most: 1, keep: true, call: func(c *invocation) ir.Value {
			if isUnknown(c.args[0]) {
				return c.compute(ir.FuncFlatten, c.args[0])
			}
			l, ok := c.list(0)
			if !ok {
				return poison
			}
			late := false
			var flat func(l ir.List) ir.List
			flat = func(l ir.List) ir.List {
				out := ir.List{}
				for _, v := range l {
					if inner, ok := v.(ir.List); ok {
						out = append(out, flat(inner)...)
						continue
					}
					if isUnknown(v) {
						if k := c.e.app.TypeOf(v).Kind; k == schema.List || k == schema.Set {
							late = true
						}
					}
					out = append(out, v)
				}
				return out
			}
			out := flat(l)
			if late {
				return c.compute(ir.FuncFlatten, l)
			}
			return out
		}},
		"keys": {least: 1, most: 1, keep: true, call: func(c *invocation) ir.Value {
			o, ok := c.object(0)
			if !ok {
				return poison
			}
			return ir.Of(sortedKeys(o))
		}},
		"values": {least: 1, most: 1, keep: true, call: func(c *invocation) ir.Value {
			o, ok := c.object(0)
			if !ok {
				return poison
			}
			out := ir.List{}
			for _, k := range sortedKeys(o) {
				out = append(out, o.Get(k))
			}
			return out
		}},
		"length": {least: 1, most: 1, call: func(c *invocation) ir.Value {
			switch v := c.args[0].(type) {
			case ir.List:
				return ir.Number(len(v))
			case *ir.Object:
				return ir.Number(v.Len())
			}
			if _, ok := c.settled(0); ok {
				return c.known(stdlib.StrlenFunc)
			}
			if !isUnknown(c.args[0]) {
				return c.notKnown(0)
			}
			if given, ok := c.e.app.Given(c.args[0]).(ir.List); ok {
				return ir.Number(len(given))
			}
			switch c.e.app.TypeOf(c.args[0]).Kind {
			case schema.List, schema.Set, schema.String:
				return c.compute(ir.FuncLength, c.args[0])
			}
			return c.unknown(0)
		}},
		"lookup": {least: 2, most: 3, keep: true, call: func(c *invocation) ir.Value {
			key, ok := c.mustText(1)
			if !ok {
				return poison
			}
			if isUnknown(c.args[0]) && len(c.args) == 2 {
				return c.e.memberOfUnknown(c.args[0], ir.String(key), c.at[1])
			}
			o, ok := c.object(0)
			switch {
			case !ok:
				return poison
			case o.Has(key):
				return o.Get(key)
			case len(c.args) == 3:
				return c.args[2]
			}
			return c.fail(1, fmt.Sprintf("the object has no %q, and there is no default.%s", key, diag.Suggest(key, sortedKeys(o))))
		}},
		"matchkeys": {least: 3, most: 3, keep: true, call: func(c *invocation) ir.Value {
			values, ok := c.list(0)
			keys, ok2 := c.list(1)
			search, ok3 := c.list(2)
			if !ok || !ok2 || !ok3 {
				return poison
			}
			if len(values) != len(keys) {
				return c.fail(1, "there must be as many keys as values.")
			}
			out := ir.List{}
			for i, k := range keys {
				for _, s := range search {
					eq, decided := c.e.equal(k, s)
					if !decided {
						return c.unknown(1)
					}
					if eq {
						out = append(out, values[i])
						break
					}
				}
			}
			return out
		}},
		"merge": {least: 0, most: -1, keep: true, call: func(c *invocation) ir.Value {
			out := &ir.Object{}
			for i, v := range c.args {
				if v == ir.Value(ir.Null{}) {
					continue
				}
				o, ok := c.object(i)
				if !ok {
					return poison
				}
				out = out.Merge(o)
			}
			return out
		}},
		"one": {least: 1, most: 1, keep: true, call: func(c *invocation) ir.Value {
			if c.args[0] == ir.Value(ir.Null{}) {
				return ir.Null{}
			}
			l, ok := c.list(0)
			switch {
			case !ok:
				return poison
			case len(l) == 0:
				return ir.Null{}
			case len(l) == 1:
				return l[0]
			}
			return c.fail(0, fmt.Sprintf("the list must have one element at most, and has %d.", len(l)))
		}},
		"reverse": {least: 1, most: 1, keep: true, call: func(c *invocation) ir.Value {
			l, ok := c.list(0)
			if !ok {
				return poison
			}
			out := slices.Clone(l)
			slices.Reverse(out)
			return out
		}},
		"slice": {least: 3, most: 3, keep: true, call: func(c *invocation) ir.Value {
			l, ok := c.list(0)
			from, ok2 := c.number(1)
			to, ok3 := c.number(2)
			switch {
			case !ok || !ok2 || !ok3:
				return poison
			case from < 0 || from > len(l):
				return c.fail(1, fmt.Sprintf("the list has %s.", plural(len(l), "element")))
			case to < from || to > len(l):
				return c.fail(2, fmt.Sprintf("the end must be from %d to %d.", from, len(l)))
			}
			return l[from:to:to]
		}},
		"transpose": {least: 1, most: 1, call: func(c *invocation) ir.Value {
			v, ok := c.settled(0)
			o, isObject := v.(*ir.Object)
			if !ok {
				return c.notKnown(0)
			}
			if !isObject {
				return c.fail(0, "an object of lists of strings is required.")
			}
			out := map[string][]string{}
			for _, k := range sortedKeys(o) {
				l, ok := o.Get(k).(ir.List)
				if !ok {
					return c.fail(0, "an object of lists of strings is required.")
				}
				for _, el := range l {
					s, ok := el.(ir.String)
					if !ok {
						return c.fail(0, "an object of lists of strings is required.")
					}
					out[string(s)] = append(out[string(s)], k)
				}
			}
			res := &ir.Object{}
			for _, k := range slices.Sorted(maps.Keys(out)) {
				res.Fields = append(res.Fields, ir.Field{Key: k, Value: ir.Of(out[k])})
			}
			return res
		}},
		"zipmap": {least: 2, most: 2, keep: true, call: func(c *invocation) ir.Value {
			keys, ok := c.list(0)
			values, ok2 := c.list(1)
			if !ok || !ok2 {
				return poison
			}
			if len(keys) != len(values) {
				return c.fail(1, "there must be as many values as keys.")
			}
			out := &ir.Object{}
			for i, k := range keys {
				key, ok := c.e.keyText(k, c.at[0], "A key")
				if !ok {
					return poison
				}
				out = out.With(key, values[i])
			}
			return out
		}},
	}
}

func sortedKeys(o *ir.Object) []string {
	var keys []string
	for i := range o.Len() {
		keys = append(keys, o.Fields[i].Key)
	}
	slices.Sort(keys)
	return keys
}

// find looks for a value in a list. Unsure is the argument because of which it
// cannot be said, or -1.
func find(c *invocation) (at int, found bool, unsure int, ok bool) {
	l, ok := c.list(0)
	if !ok {
		return 0, false, -1, false
	}
	unsure = -1
	for i, v := range l {
		eq, decided := c.e.equal(v, c.args[1])
		switch {
		case decided && eq:
			return i, true, unsure, true
		case !decided && unsure < 0:
			unsure = 0
			if isUnknown(c.args[1]) {
				unsure = 1
			}
		}
	}
	return 0, false, unsure, true
}

func truths(c *invocation, all bool) ir.Value {
	l, ok := c.list(0)
	if !ok {
		return poison
	}
	for _, v := range l {
		if v == ir.Value(ir.Null{}) {
			if all {
				return ir.Bool(false)
			}
			continue
		}
		yes, ok := c.e.condition(v, c.at[0], "The function "+c.x.Name, &c.secret)
		if !ok {
			return poison
		}
		if yes != all {
			return ir.Bool(!all)
		}
	}
	return ir.Bool(all)
}

func typeFunctions() map[string]builtin {
	list := builtin{least: 1, most: 1, keep: true, call: func(c *invocation) ir.Value {
		if isUnknown(c.args[0]) || c.args[0] == ir.Value(ir.Null{}) {
			return c.args[0]
		}
		l, ok := c.list(0)
		if !ok {
			return poison
		}
		return l
	}}
	return map[string]builtin{
		"tolist": list,
		"toset": {least: 1, most: 1, keep: true, call: func(c *invocation) ir.Value {
			if isUnknown(c.args[0]) || c.args[0] == ir.Value(ir.Null{}) {
				return c.args[0]
			}
			l, ok := c.list(0)
			if !ok {
				return poison
			}
			return sortedSet(l)
		}},
		"tomap": {least: 1, most: 1, keep: true, call: func(c *invocation) ir.Value {
			if isUnknown(c.args[0]) || c.args[0] == ir.Value(ir.Null{}) {
				return c.args[0]
			}
			o, ok := c.object(0)
			if !ok {
				return poison
			}
			return o
		}},
		"tostring": {least: 1, most: 1, call: func(c *invocation) ir.Value {
			v := c.e.decided(c.args[0])
			if isUnknown(v) {
				switch c.e.app.TypeOf(v).Kind {
				case schema.Number, schema.Bool:
					return c.compute(ir.FuncToString, v)
				}
				if !c.textOrUnknown(0) {
					return poison
				}
				return v
			}
			return c.convert(v, cty.String)
		}},
		"tonumber": {least: 1, most: 1, call: func(c *invocation) ir.Value {
			v := c.e.decided(c.args[0])
			if isUnknown(v) {
				switch c.e.app.TypeOf(v).Kind {
				case schema.Number:
					return v
				case schema.String, schema.Any, schema.Union:
					return c.compute(ir.FuncToNumber, v)
				}
				return c.unknown(0)
			}
			return c.convert(v, cty.Number)
		}},
		"tobool": {least: 1, most: 1, call: func(c *invocation) ir.Value {
			v := c.e.decided(c.args[0])
			if isUnknown(v) {
				if c.e.app.TypeOf(v).Kind == schema.Bool {
					return v
				}
				return c.unknown(0)
			}
			return c.convert(v, cty.Bool)
		}},
		"sensitive": {least: 1, most: 1, keep: true, call: func(c *invocation) ir.Value { return secretIf(true, c.args[0]) }},
		"nonsensitive": {least: 1, most: 1, call: func(c *invocation) ir.Value {
			c.secret = false
			return c.args[0]
		}},
		"issensitive": {least: 1, most: 1, call: func(c *invocation) ir.Value {
			secret := c.secret
			c.secret = false
			return ir.Bool(secret)
		}},
		"try": {least: 1, most: -1, lazy: func(e *evaluation, x *hclsyntax.FunctionCallExpr, s *scope) ir.Value {
			var failed diag.List
			for i, a := range x.Args {
				v, problems := e.attempt(a, s)
				if problems == nil {
					return v
				}
				failed = problems
				if i == len(x.Args)-1 {
					e.diags = append(e.diags, failed...)
				}
			}
			return poison
		}},
		"can": {least: 1, most: 1, lazy: func(e *evaluation, x *hclsyntax.FunctionCallExpr, s *scope) ir.Value {
			v, problems := e.attempt(x.Args[0], s)
			if problems == nil && isPoison(v) {
				return poison
			}
			return ir.Bool(problems == nil)
		}},
	}
}

// attempt evaluates an expression, and returns what is wrong with it instead of
// reporting it.
func (e *evaluation) attempt(x hclsyntax.Expression, s *scope) (ir.Value, diag.List) {
	before := len(e.diags)
	v := e.eval(x, s)
	problems := slices.Clone(e.diags[before:])
	if !problems.HasErrors() {
		return v, nil
	}
	e.diags = e.diags[:before]
	return v, problems
}

func (c *invocation) convert(v ir.Value, t cty.Type) ir.Value {
	out, problem := convertPlain(v, t)
	if problem != "" {
		return c.fail(0, fmt.Sprintf("%s cannot be converted to %s.", arg.Describe(v), t.FriendlyName()))
	}
	return out
}

// renderTemplate evaluates the text of a template with the names in vars.
func (e *evaluation) renderTemplate(text, file string, at hcl.Range, vars ir.Value, c *invocation) ir.Value {
	o, ok := vars.(*ir.Object)
	if !ok {
		return c.fail(1, fmt.Sprintf("the names for the template are an object, not %s.", arg.Describe(vars)))
	}
	inline := file == at.Filename
	before := len(e.diags)
	defer func() {
		// Where in a string that has been computed, nobody can see.
		for _, d := range e.diags[before:] {
			if inline && d.Subject != nil {
				r := e.pos(at)
				d.Subject = &r
			}
		}
	}()
	expr, diags := hclsyntax.ParseTemplate([]byte(text), file, hcl.InitialPos)
	if diags.HasErrors() {
		e.syntax(diags)
		return poison
	}
	names := map[string]ir.Value{}
	for _, f := range o.Fields {
		names[f.Key] = f.Value
	}
	return e.eval(expr, &scope{m: c.s.m, names: names, only: inTemplate})
}
