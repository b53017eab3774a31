package typescript

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower"
	"github.com/sstc/sstc/compiler/lower/arg"
	"github.com/sstc/sstc/compiler/schema"
)

// Values cross between JavaScript and Go as JSON. What JSON has no word for is
// an object whose one key is special; see encode and revive in
// runtime/runtime.js. An unknown value is a marker: a number in the table
// below, inside a string between markerOpen and markerClose, or on its own.
const (
	special     = "\x00"
	markerOpen  = "\uE000"
	markerClose = "\uE001"
)

// A symbol is an unknown value that JavaScript holds a marker of.
type symbol struct {
	value ir.Value
	typ   *schema.Type
	// known is what the value will be if the configuration itself decides it,
	// such as a name that it gave; nil otherwise.
	known ir.Value
}

// codec translates between the two sides. It holds what JavaScript refers to
// by number.
type codec struct {
	app     *lower.App
	symbols []symbol
	byText  map[string]int // printed value → index in symbols
	handles []arg.Handle
	// functions are callbacks by number.
	functions map[int]*function
	// call calls a callback of the configuration's by number.
	call func(id int, args []ir.Value) (ir.Value, []ir.Value, error)
}

func newCodec() *codec { return &codec{functions: map[int]*function{}, byText: map[string]int{}} }

// intern returns the number of an unknown value. Equal values get the same
// number, so that JavaScript finds them equal.
func (c *codec) intern(v ir.Value, t *schema.Type, known ir.Value) int {
	text := ir.PrintValue(v)
	if i, ok := c.byText[text]; ok {
		return i
	}
	i := len(c.symbols)
	c.symbols = append(c.symbols, symbol{v, t, known})
	c.byText[text] = i
	return i
}

// decode reads what JavaScript sent. Place says what the value is for; from it
// and the path in the value a secret gets its name.
func (c *codec) decode(text, place string) (ir.Value, error) {
	v, err := ir.DecodeJSON(text)
	if err != nil {
		return nil, err
	}
	return c.fromJS(v, place)
}

func (c *codec) fromJS(v ir.Value, place string) (ir.Value, error) {
	switch v := v.(type) {
	case ir.String:
		return c.splitMarkers(string(v))
	case ir.List:
		list := make(ir.List, len(v))
		for i, e := range v {
			var err error
			if list[i], err = c.fromJS(e, inside(place, strconv.Itoa(i))); err != nil {
				return nil, err
			}
			if list[i] == nil {
				list[i] = ir.Null{}
			}
		}
		return list, nil
	case *ir.Object:
		if s, ok := v.Get(special).(ir.List); ok && v.Len() == 1 {
			return c.specialValue(s, place)
		}
		o := &ir.Object{Fields: make([]ir.Field, 0, v.Len())}
		for _, f := range v.Fields {
			key := f.Key
			if key == "__defaults" {
				continue // Pulumi's own, found in what its import command prints
			}
			if strings.Contains(key, markerOpen) {
				if k := c.knownText(key); k != nil {
					key = *k
				} else {
					return nil, fmt.Errorf("a key of an object is known only after deployment")
				}
			}
			e, err := c.fromJS(f.Value, inside(place, capitalized(key)))
			if err != nil {
				return nil, err
			}
			if e != nil {
				o.Fields = append(o.Fields, ir.Field{Key: key, Value: e})
			}
		}
		return o, nil
	}
	return v, nil
}

// inside is the place of an entry of the value at place. Places are names for
// people, so they stop growing at some depth.
func inside(place, key string) string {
	if len(place) > 100 {
		return place
	}
	return place + key
}

func capitalized(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// specialValue reads what stands for something that JSON has no word for. A
// configuration can make such an object itself, so nothing in it is trusted.
func (c *codec) specialValue(s ir.List, place string) (ir.Value, error) {
	part := func(i int) ir.Value {
		if i < len(s) {
			return s[i]
		}
		return nil
	}
	str := func(i int) string {
		t, _ := part(i).(ir.String)
		return string(t)
	}
	// index is a number below n, or -1.
	index := func(n int) int {
		if i, ok := part(1).(ir.Number); ok && i >= 0 && i < ir.Number(n) {
			return int(i)
		}
		return -1
	}
	kind := str(0)
	switch kind {
	case "symbolic":
		if i := index(len(c.symbols)); i >= 0 {
			return c.symbols[i].value, nil
		}
	case "undefined":
		return nil, nil
	case "poison":
		return ir.Opaque{X: arg.Poison{}}, nil
	case "fn":
		id := index(1 << 31)
		return ir.Opaque{X: c.function(id)}, nil
	case "component":
		if inst := c.app.Instance(str(1)); inst != nil {
			c.ownLink(inst, s[2:])
			return ir.Opaque{X: inst}, nil
		}
	case "resource":
		if h, ok := c.app.Handle(str(1)); ok {
			c.ownLink(h, s[2:])
			return ir.Opaque{X: h}, nil
		}
	case "handle":
		if i := index(len(c.handles)); i >= 0 {
			return ir.Opaque{X: c.handles[i]}, nil
		}
	case "asset":
		if c.app.HasAsset(str(1)) {
			return ir.AssetRef{Asset: str(1), Attr: ir.AssetFile}, nil
		}
	case "class":
		return nil, fmt.Errorf("a class was given as a value: %s", str(1))
	case "link":
		def, err := c.fromJS(part(3), place)
		if err != nil {
			return nil, err
		}
		return ir.Opaque{X: c.app.CustomLink(str(2), str(1), def)}, nil
	case "secret":
		v, err := c.fromJS(part(1), place)
		if err != nil || v == nil {
			return nil, err
		}
		if ir.Known(v) && c.app == nil {
			return ir.NewCall(ir.FuncSecret, v), nil // of a provider: lower sees to it
		}
		if ir.Known(v) {
			// A secret that the configuration knows must not be written down:
			// the uploader is told to ask for it.
			return c.app.SecretValue(place), nil
		}
		if _, ok := v.(ir.Param); ok {
			return v, nil // secret as it is
		}
		return ir.NewCall(ir.FuncSecret, v), nil
	}
	return nil, fmt.Errorf("sstc: cannot read a %q from the configuration", kind)
}

// A function is a callback of the configuration's, which gets its own function
// back when it is called with it: a transform is among the arguments that
// another transform is given.
type function struct {
	id   int
	call arg.Callback
}

// Callback is how [arg.Value] finds the callback.
func (f *function) Callback() arg.Callback { return f.call }

// function is the callback of a number.
func (c *codec) function(id int) *function {
	if c.functions[id] == nil {
		c.functions[id] = &function{id, c.callback(id)}
	}
	return c.functions[id]
}

func (c *codec) callback(id int) arg.Callback {
	return func(args ...ir.Value) (ir.Value, []ir.Value, error) { return c.call(id, args) }
}

// ownLink notes the callback by which user code makes a component or a resource
// linkable, if it does.
func (c *codec) ownLink(h arg.Handle, callback ir.List) {
	if len(callback) > 0 {
		id, _ := callback[0].(ir.Number)
		c.app.LinkBy(h, c.callback(int(id)))
	}
}

// splitMarkers makes of a string what its markers stand for.
func (c *codec) splitMarkers(s string) (ir.Value, error) {
	if !strings.Contains(s, markerOpen) {
		return ir.String(s), nil
	}
	var parts []any
	for s != "" {
		before, rest, found := strings.Cut(s, markerOpen)
		parts = append(parts, before)
		if !found {
			break
		}
		digits, after, closed := strings.Cut(rest, markerClose)
		n, err := strconv.Atoi(digits)
		if !closed || err != nil || n < 0 || n >= len(c.symbols) {
			return nil, fmt.Errorf("a value known only after deployment was cut apart: it cannot be taken as text")
		}
		parts = append(parts, c.symbols[n].value)
		s = after
	}
	return ir.Concat(parts...), nil
}

// knownText replaces the markers in s by their values, or returns nil if one
// is not known.
func (c *codec) knownText(s string) *string {
	v, err := c.splitMarkersWith(s, func(sym symbol) ir.Value { return sym.known })
	if err != nil {
		return nil
	}
	text, ok := v.(ir.String)
	if !ok {
		return nil
	}
	t := string(text)
	return &t
}

// describe replaces markers by what they stand for, as a person reads it.
func (c *codec) describe(s string) string {
	v, err := c.splitMarkersWith(s, func(sym symbol) ir.Value { return ir.String("${" + ir.PrintValue(sym.value) + "}") })
	if text, ok := v.(ir.String); ok && err == nil {
		return string(text)
	}
	return s
}

func (c *codec) splitMarkersWith(s string, value func(symbol) ir.Value) (ir.Value, error) {
	var parts []any
	for s != "" {
		before, rest, found := strings.Cut(s, markerOpen)
		parts = append(parts, before)
		if !found {
			break
		}
		digits, after, _ := strings.Cut(rest, markerClose)
		n, err := strconv.Atoi(digits)
		if err != nil || n >= len(c.symbols) {
			return nil, fmt.Errorf("marker %q", digits)
		}
		v := value(c.symbols[n])
		if v == nil {
			return nil, fmt.Errorf("not known")
		}
		parts = append(parts, v)
		s = after
	}
	return ir.Concat(parts...), nil
}

// encode writes a value for JavaScript: an answer, see answer in
// runtime/runtime.js. Typ is its type, or nil if that is to be worked out.
func (c *codec) encode(v ir.Value, typ *schema.Type) string {
	if v == nil {
		return "="
	}
	special := false
	out := c.toJS(v, typ, &special)
	if special {
		return "~" + ir.EncodeJSON(out)
	}
	return "=" + ir.EncodeJSON(out)
}

// toJS makes of a value one that JSON can hold.
func (c *codec) toJS(v ir.Value, typ *schema.Type, hasSpecial *bool) ir.Value {
	mark := func(parts ...any) ir.Value {
		*hasSpecial = true
		list := make(ir.List, len(parts))
		for i, p := range parts {
			list[i] = ir.Of(p)
		}
		return ir.Obj(special, list)
	}
	switch v := v.(type) {
	case ir.List:
		list := make(ir.List, len(v))
		for i, e := range v {
			list[i] = c.toJS(e, nil, hasSpecial)
		}
		return list
	case *ir.Object:
		o := &ir.Object{Fields: make([]ir.Field, 0, v.Len())}
		for i := range v.Len() {
			o.Fields = append(o.Fields, ir.Field{Key: v.Fields[i].Key, Value: c.toJS(v.Fields[i].Value, nil, hasSpecial)})
		}
		return o
	case ir.Join:
		var text strings.Builder
		for _, p := range v.Parts {
			if s, ok := p.(ir.String); ok {
				text.WriteString(string(s))
			} else {
				text.WriteString(c.marker(c.intern(p, stringType, nil)))
			}
		}
		return ir.String(text.String())
	case ir.Opaque:
		switch x := v.X.(type) {
		case *lower.Instance:
			return mark("component", x.ID, x.Type, x.Name)
		case lower.ResourceHandle:
			return mark("resource", x.ID, x.Type, x.Name)
		case arg.Poison:
			return mark("poison")
		case arg.Handle:
			c.handles = append(c.handles, x)
			return mark("handle", len(c.handles)-1)
		case *function:
			return mark("fn", x.id)
		case *arg.Traced:
			return c.toJS(x.Of, nil, hasSpecial)
		}
	case ir.AssetRef:
		if v.Attr == ir.AssetFile {
			return mark("asset", v.Asset)
		}
		return ir.String(c.marker(c.intern(v, stringType, nil)))
	case ir.Ref, ir.Call, ir.Param:
		if call, ok := v.(ir.Call); ok && call.Func == ir.FuncSecret {
			return mark("secret", c.toJS(call.Args[0], typ, hasSpecial))
		}
		var known ir.Value
		switch given := c.app.Given(v).(type) {
		case ir.Number, ir.Bool:
			return given
		case ir.String:
			known = given
		}
		if typ == nil {
			typ = c.app.TypeOf(v)
		}
		i := c.intern(v, typ, known)
		switch typ.Kind {
		case schema.String, schema.Asset, schema.Archive:
			return ir.String(c.marker(i))
		case schema.Number:
			return mark("symbolic", i, "number")
		case schema.Bool:
			return mark("symbolic", i, "boolean")
		case schema.List, schema.Set:
			return mark("symbolic", i, "list")
		case schema.Map, schema.Obj:
			return mark("symbolic", i, "object")
		case schema.Union:
			for _, o := range typ.Options {
				if o.Kind == schema.String {
					return ir.String(c.marker(i))
				}
			}
		}
		if decoded(v) {
			return mark("symbolic", i, "decoded")
		}
		return mark("symbolic", i, "any")
	}
	return v
}

// decoded reports whether a value is a part of what is decoded at deployment.
// It may be null, or missing.
func decoded(v ir.Value) bool {
	call, ok := v.(ir.Call)
	for ok && call.Func == ir.FuncIndex {
		call, ok = call.Args[0].(ir.Call)
	}
	return ok && call.Func == ir.FuncJSONDecode
}

// hasUser reports whether a URL may have a user, and a password, in front of its
// host: those of databases do. Addresses that AWS gives have none.
func (c *codec) hasUser(text string) bool {
	v, err := c.splitMarkers(text)
	if err != nil {
		return true
	}
	parts := []ir.Value{v}
	if join, ok := v.(ir.Join); ok {
		parts = join.Parts
	}
	slashes := 0
	for _, p := range parts {
		switch p := p.(type) {
		case ir.String:
			for _, r := range p {
				switch r {
				case '/':
					slashes++
				case '@':
					if slashes < 3 {
						return true
					}
				}
			}
		case ir.Param:
			if slashes < 3 && !strings.Contains(p.Name, ":") {
				return true
			}
		default:
			if slashes < 3 && decoded(p) {
				return true
			}
		}
	}
	return false
}

func (c *codec) marker(i int) string { return markerOpen + strconv.Itoa(i) + markerClose }

// stringType is the type of text.
var stringType = &schema.Type{Kind: schema.String}

// count returns how many elements a list will have, or -1 if that is not known:
// the ARNs of some resources always have the same parts.
func (c *codec) count(v ir.Value) int {
	split, ok := v.(ir.Call)
	if !ok || split.Func != ir.FuncSplit || split.Args[0] != ir.Value(ir.String(":")) {
		return -1
	}
	if ref, ok := split.Args[1].(ir.Ref); ok && ref.Attr == "arn" {
		if h, ok := c.app.Handle(ref.Resource); ok {
			if n, ok := arnParts[h.Type]; ok {
				return n
			}
		}
	}
	return -1
}

// arnParts says how many parts the ARNs of resources have between colons.
var arnParts = map[string]int{
	"aws:cloudwatch/eventBus:EventBus":  6,
	"aws:dynamodb/table:Table":          6,
	"aws:iam/role:Role":                 6,
	"aws:kinesis/stream:Stream":         6,
	"aws:kms/key:Key":                   6,
	"aws:lambda/function:Function":      7,
	"aws:s3/bucket:Bucket":              6,
	"aws:secretsmanager/secret:Secret":  7,
	"aws:sfn/stateMachine:StateMachine": 7,
	"aws:sns/topic:Topic":               6,
	"aws:sqs/queue:Queue":               6,
}

// differ reports whether two strings cannot be equal, whatever the unknown
// values in them will be.
func (c *codec) differ(a, b string) bool {
	headA, tailA, knownA := c.ends(a)
	headB, tailB, knownB := c.ends(b)
	fits := func(s, head, tail string) bool {
		return len(s) >= len(head)+len(tail) && strings.HasPrefix(s, head) && strings.HasSuffix(s, tail)
	}
	switch {
	case knownA && knownB:
		return headA != headB
	case knownA:
		return !fits(headA, headB, tailB)
	case knownB:
		return !fits(headB, headA, tailA)
	}
	n, m := min(len(headA), len(headB)), min(len(tailA), len(tailB))
	return headA[:n] != headB[:n] || tailA[len(tailA)-m:] != tailB[len(tailB)-m:]
}

// ends returns what is known of a string's beginning and of its end, and
// whether that is all of it.
func (c *codec) ends(s string) (head, tail string, all bool) {
	v, err := c.splitMarkersWith(s, func(sym symbol) ir.Value {
		if sym.known != nil {
			return sym.known
		}
		return sym.value
	})
	if err != nil {
		return "", "", false
	}
	if text, ok := v.(ir.String); ok {
		return string(text), string(text), true
	}
	parts := []ir.Value{v}
	if join, ok := v.(ir.Join); ok {
		parts = join.Parts
	}
	if text, ok := parts[0].(ir.String); ok {
		head = string(text)
	} else {
		head = beginning(parts[0])
	}
	if text, ok := parts[len(parts)-1].(ir.String); ok {
		tail = string(text)
	}
	return head, tail, false
}

// beginning is how an unknown value always begins, as far as AWS says so.
func beginning(v ir.Value) string {
	name := ""
	switch v := v.(type) {
	case ir.Ref:
		name = v.Attr
	case ir.Call:
		if key, ok := v.Args[len(v.Args)-1].(ir.String); ok && v.Func == ir.FuncIndex {
			name = string(key)
		}
	}
	switch {
	case name == "arn", strings.HasSuffix(name, "Arn"):
		return "arn:"
	case name == "resourceRecordName": // the record that proves the ownership of a domain to ACM
		return "_"
	}
	return ""
}
