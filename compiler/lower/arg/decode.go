package arg

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// A Report takes a problem with the argument at a path.
type Report func(at Path, code diag.Code, summary, detail string)

// A Field is the declaration of one argument.
type Field struct {
	Name     string
	Doc      string
	Type     reflect.Type
	Required bool
	Enum     []string // the texts allowed; nil for any
	Also     string   // a regular expression for further texts that are allowed beside Enum, which names the usual ones
	// Of has the types that a Ref may have, nil for any; the type whose arguments
	// a Transform changes; the component that a Value may be, or whose arguments.
	Of    []string
	Only  string // the one value that a Bool may have: "true" or "false"; "" for both
	index []int
}

// Fields returns the arguments that a struct type declares, in order. Those of
// embedded structs come in their place; one that is declared again counts as it
// is declared last.
func Fields(t reflect.Type) []Field {
	if f, ok := fieldCache.Load(t); ok {
		return f.([]Field)
	}
	var fields []Field
	for i := range t.NumField() {
		sf := t.Field(i)
		if sf.Anonymous && sf.Type.Kind() == reflect.Struct && sf.Tag.Get("arg") == "" && !isLeaf(sf.Type) {
			for _, f := range Fields(sf.Type) {
				f.index = append([]int{i}, f.index...)
				fields = append(fields, f)
			}
			continue
		}
		tag, ok := sf.Tag.Lookup("arg")
		if !ok {
			continue
		}
		name, opts, _ := strings.Cut(tag, ",")
		fields = slices.DeleteFunc(fields, func(f Field) bool { return f.Name == name })
		fields = append(fields, Field{
			Name: name, Doc: sf.Tag.Get("doc"), Type: sf.Type, Required: opts == "required",
			Enum: list(sf.Tag.Get("enum")), Also: sf.Tag.Get("also"), Of: list(sf.Tag.Get("of")), Only: sf.Tag.Get("only"), index: []int{i},
		})
	}
	fieldCache.Store(t, fields)
	return fields
}

var fieldCache sync.Map // reflect.Type → []Field

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "|")
}

var (
	typeValue    = reflect.TypeFor[Value]()
	typeString   = reflect.TypeFor[String]()
	typeBool     = reflect.TypeFor[Bool]()
	typeNumber   = reflect.TypeFor[Number]()
	typeDuration = reflect.TypeFor[Duration]()
	typeSize     = reflect.TypeFor[Size]()
	typeRef      = reflect.TypeFor[Ref]()
	typeFunc     = reflect.TypeFor[Func]()
	typeTransf   = reflect.TypeFor[Transform]()
)

func isLeaf(t reflect.Type) bool {
	switch t {
	case typeValue, typeString, typeBool, typeNumber, typeDuration, typeSize, typeRef, typeFunc, typeTransf:
		return true
	}
	return isLater(t)
}

func isLater(t reflect.Type) bool { return strings.HasPrefix(t.Name(), "Later[") }

// isChoice and isMap tell the generic types by the fields that only they have.
func isChoice(t reflect.Type) bool { return strings.HasPrefix(t.Name(), "OneOf[") }
func isMap(t reflect.Type) bool    { return strings.HasPrefix(t.Name(), "Map[") }

// Decode reads v, the value at path at, into target, a pointer to a struct of
// arguments or to a type of this package. What does not fit is reported and
// left out.
func Decode(v ir.Value, at Path, target any, report Report) {
	d := decoder{report}
	d.decode(v, at, reflect.ValueOf(target).Elem(), Field{Name: last(at)})
}

// DecodeField reads v as one field of target, a pointer to a struct of
// arguments.
func DecodeField(v ir.Value, at Path, f Field, target any, report Report) {
	decoder{report}.decode(v, at, reflect.ValueOf(target).Elem().FieldByIndex(f.index), f)
}

// DescribeField says in words what a field takes.
func DescribeField(f Field) string { return describe(f.Type, f) }

func last(at Path) string {
	if len(at) == 0 {
		return ""
	}
	return at[len(at)-1]
}

type decoder struct{ report Report }

func (d decoder) decode(v ir.Value, at Path, into reflect.Value, f Field) {
	t := into.Type()
	// JavaScript programs say null and mean that there is nothing, as SST does.
	if v == nil || (isPoison(v) || isNull(v)) && t != typeValue {
		return
	}
	// A secret is as good as what it hides, except where a leaf keeps it.
	if c, ok := v.(ir.Call); ok && c.Func == ir.FuncSecret && !isLeaf(t) {
		v = c.Args[0]
	}
	switch {
	case isLeaf(t):
		if leaf := d.leaf(v, at, t, f); leaf != nil {
			val := reflect.ValueOf(d.value(leaf, at, f))
			if t == typeValue {
				into.Set(val)
			} else {
				into.Field(0).Set(val)
			}
		}
	case isChoice(t):
		d.choice(v, at, into, f)
	case isMap(t):
		o, ok := v.(*ir.Object)
		if !ok {
			d.wrongType(v, at, t, f)
			return
		}
		into.FieldByName("Value").Set(reflect.ValueOf(d.value(v, at, f)))
		entries := into.FieldByName("Entries")
		for _, field := range o.Fields {
			if isNull(field.Value) && entries.Type().Elem().Field(1).Type != typeValue {
				continue
			}
			e := reflect.New(entries.Type().Elem()).Elem()
			e.Field(0).SetString(field.Key)
			ef := f
			ef.Name = field.Key
			d.decode(field.Value, at.Key(field.Key), e.Field(1), ef)
			entries.Set(reflect.Append(entries, e))
		}
	case t.Kind() == reflect.Pointer:
		p := reflect.New(t.Elem())
		d.decode(v, at, p.Elem(), f)
		// What was not understood at all counts as not given.
		if accepts(v, t.Elem(), f) {
			into.Set(p)
		}
	case t.Kind() == reflect.Slice:
		l, ok := v.(ir.List)
		if !ok {
			d.wrongType(v, at, t, f)
			return
		}
		s := reflect.MakeSlice(t, len(l), len(l))
		for i, e := range l {
			if isNull(e) && t.Elem() != typeValue {
				d.wrongType(e, at.Key(strconv.Itoa(i)), t.Elem(), f)
			}
			d.decode(e, at.Key(strconv.Itoa(i)), s.Index(i), f)
		}
		into.Set(s)
	case t.Kind() == reflect.Struct:
		d.structure(v, at, into, f)
	case t.Kind() == reflect.String:
		if s, ok := d.known(v, at, f).(ir.String); ok && d.enum(string(s), at, f) {
			into.SetString(string(s))
		} else if d.isKnown(v) && !ok {
			d.wrongType(v, at, t, f)
		}
	case t.Kind() == reflect.Bool:
		if b, ok := d.known(v, at, f).(ir.Bool); ok {
			into.SetBool(bool(b))
		} else if d.isKnown(v) {
			d.wrongType(v, at, t, f)
		}
	case t.Kind() == reflect.Int:
		if n, ok := d.known(v, at, f).(ir.Number); ok {
			into.SetInt(int64(n))
		} else if d.isKnown(v) {
			d.wrongType(v, at, t, f)
		}
	default:
		panic("arg: cannot decode into " + t.String())
	}
}

func isPoison(v ir.Value) bool {
	o, ok := v.(ir.Opaque)
	if ok {
		_, ok = o.X.(Poison)
	}
	return ok
}

func isNull(v ir.Value) bool {
	_, ok := v.(ir.Null)
	return ok
}

// isKnown reports whether v, at its outermost, is known.
func (d decoder) isKnown(v ir.Value) bool {
	switch v.(type) {
	case ir.Ref, ir.Call, ir.Param, ir.AssetRef, ir.Join:
		return false
	}
	return true
}

func (d decoder) known(v ir.Value, at Path, f Field) ir.Value {
	if d.isKnown(v) {
		return v
	}
	d.report(at, diag.UnknownValue, "Value not known before deployment",
		fmt.Sprintf("%s decides what is built, so it must be known to the compiler, but its value comes from a resource that does not exist yet.", quoted(f.Name)))
	return nil
}

// value returns v as an argument.
func (d decoder) value(v ir.Value, at Path, f Field) Value {
	if d.isKnown(v) {
		return Value{V: v, At: at}
	}
	return Value{V: v, At: at, refuse: func() { d.known(v, at, f) }}
}

func quoted(name string) string {
	if name == "" {
		return "This argument"
	}
	return fmt.Sprintf("The argument %q", name)
}

func (d decoder) enum(s string, at Path, f Field) bool {
	if f.Enum == nil {
		return true
	}
	for _, e := range f.Enum {
		if e == s {
			return true
		}
	}
	if f.Also != "" && regexp.MustCompile(f.Also).MatchString(s) {
		return true
	}
	d.report(at, diag.InvalidValue, "Invalid value",
		fmt.Sprintf("%s cannot be %q.%s", quoted(f.Name), s, diag.Suggest(s, f.Enum)))
	return false
}

// leaf checks v against a leaf type and returns it, in the leaf's unit, or nil.
func (d decoder) leaf(v ir.Value, at Path, t reflect.Type, f Field) ir.Value {
	if isLater(t) {
		if _, isObject := v.(*ir.Object); !isObject {
			d.wrongType(v, at, t, f)
			return nil
		}
		return v
	}
	switch t {
	case typeValue:
		return v
	case typeRef:
		h := Value{V: v}.Handle()
		if h == nil || !allowed(h, f.Of) {
			d.wrongType(v, at, t, f)
			return nil
		}
		return v
	case typeFunc:
		if (Value{V: v}).Callback() == nil {
			d.wrongType(v, at, t, f)
			return nil
		}
		return v
	case typeTransf:
		if _, isObject := v.(*ir.Object); !isObject && (Value{V: v}).Callback() == nil {
			d.wrongType(v, at, t, f)
			return nil
		}
		return v
	case typeDuration, typeSize:
		s, ok := d.known(v, at, f).(ir.String)
		if !ok {
			if d.isKnown(v) {
				d.wrongType(v, at, t, f)
			}
			return nil
		}
		n, ok := parseDuration(string(s))
		if t == typeSize {
			n, ok = parseSize(string(s))
		}
		if !ok {
			d.report(at, diag.InvalidValue, "Invalid value",
				fmt.Sprintf("%s is %q, which is not %s.", quoted(f.Name), string(s), describe(t, f)))
			return nil
		}
		return n
	}
	if !d.isKnown(v) {
		if f.Only != "" {
			return d.known(v, at, f)
		}
		return v
	}
	switch v := v.(type) {
	case ir.String:
		if t == typeString {
			if !d.enum(string(v), at, f) {
				return nil
			}
			return v
		}
	case ir.Number:
		if t == typeNumber {
			return v
		}
	case ir.Bool:
		if t == typeBool {
			if f.Only != "" && f.Only != strconv.FormatBool(bool(v)) {
				d.report(at, diag.InvalidValue, "Invalid value",
					fmt.Sprintf("%s cannot be %t: it can only be %s.", quoted(f.Name), bool(v), f.Only))
				return nil
			}
			return v
		}
	}
	d.wrongType(v, at, t, f)
	return nil
}

func allowed(h Handle, of []string) bool {
	if of == nil {
		return true
	}
	for _, t := range of {
		if h.HandleType() == t {
			return true
		}
	}
	return false
}

func (d decoder) structure(v ir.Value, at Path, into reflect.Value, f Field) {
	o, ok := v.(*ir.Object)
	if !ok {
		d.wrongType(v, at, into.Type(), f)
		return
	}
	fields := Fields(into.Type())
	for i := range o.Len() {
		given := o.Fields[i]
		found := false
		for _, field := range fields {
			if field.Name == given.Key {
				found = true
				d.decode(given.Value, at.Key(given.Key), into.FieldByIndex(field.index), field)
				break
			}
		}
		if !found {
			names := make([]string, len(fields))
			for i, field := range fields {
				names[i] = field.Name
			}
			d.report(at.Key(given.Key), diag.UnsupportedArgument, "Unsupported argument",
				fmt.Sprintf("There is no argument named %q here.%s", given.Key, diag.Suggest(given.Key, names)))
		}
	}
	for _, field := range fields {
		if given := o.Get(field.Name); field.Required && (given == nil || isNull(given) && field.Type != typeValue) {
			d.report(at, diag.MissingArgument, "Missing argument",
				fmt.Sprintf("The argument %q is required: %s.", field.Name, describe(field.Type, field)))
		}
	}
}

// choice decodes v into the alternative whose shape it has; a value that has
// neither is reported once, for both.
func (d decoder) choice(v ir.Value, at Path, into reflect.Value, f Field) {
	for _, name := range []string{"A", "B"} {
		alt := into.FieldByName(name)
		if accepts(v, alt.Type().Elem(), f) {
			into.FieldByName("Value").Set(reflect.ValueOf(d.value(v, at, f)))
			p := reflect.New(alt.Type().Elem())
			d.decode(v, at, p.Elem(), f)
			alt.Set(p)
			return
		}
	}
	d.wrongType(v, at, into.Type(), f)
}

// accepts reports whether v has the outermost shape of t.
func accepts(v ir.Value, t reflect.Type, f Field) bool {
	if isChoice(t) {
		a, _ := t.FieldByName("A")
		b, _ := t.FieldByName("B")
		return accepts(v, a.Type.Elem(), f) || accepts(v, b.Type.Elem(), f)
	}
	if t.Kind() == reflect.Pointer {
		return accepts(v, t.Elem(), f)
	}
	switch v := v.(type) {
	case ir.String, ir.Join:
		return t == typeString || t == typeDuration || t == typeSize || t == typeValue || t.Kind() == reflect.String
	case ir.Number:
		return t == typeNumber || t == typeValue || t.Kind() == reflect.Int
	case ir.Bool:
		return t == typeBool || t == typeValue || t.Kind() == reflect.Bool
	case ir.List:
		return t.Kind() == reflect.Slice || t == typeValue
	case *ir.Object:
		return t == typeTransf || t == typeValue || isLater(t) || isMap(t) || t.Kind() == reflect.Struct && !isLeaf(t)
	case ir.Opaque:
		if h := (Value{V: v}).Handle(); h != nil && t == typeRef {
			return allowed(h, f.Of)
		}
		return t == typeValue || (Value{V: v}).Callback() != nil && (t == typeFunc || t == typeTransf)
	case ir.Null:
		return t == typeValue
	}
	// Unknown until deployment, when it can only be data.
	return t == typeString || t == typeNumber || t == typeBool || t == typeValue
}

func (d decoder) wrongType(v ir.Value, at Path, t reflect.Type, f Field) {
	d.report(at, diag.WrongType, "Wrong type",
		fmt.Sprintf("%s must be %s, not %s.", quoted(f.Name), describe(t, f), Describe(v)))
}

// Describe says what kind of value v is, for messages: "a number".
func Describe(v ir.Value) string {
	switch v := v.(type) {
	case nil, ir.Null:
		return "null"
	case ir.String, ir.Join:
		return "a string"
	case ir.Number:
		return "a number"
	case ir.Bool:
		return "a boolean"
	case ir.List:
		return "a list"
	case *ir.Object:
		return "an object"
	case ir.Opaque:
		if h := (Value{V: v}).Handle(); h != nil {
			return "a " + h.HandleType()
		}
		return "a function"
	}
	return "a value known only after deployment"
}

func describe(t reflect.Type, f Field) string {
	switch {
	case t.Kind() == reflect.Pointer:
		return describe(t.Elem(), f)
	case t == typeString || t.Kind() == reflect.String:
		if len(f.Enum) > 0 && len(f.Enum) <= 12 {
			return "one of " + diag.Words(f.Enum)
		}
		return "a string"
	case t == typeNumber || t.Kind() == reflect.Int:
		return "a number"
	case t == typeBool || t.Kind() == reflect.Bool:
		if f.Only != "" {
			return f.Only
		}
		return "true or false"
	case t == typeDuration:
		return `a length of time such as "30 seconds", "5 minutes", "1 hour" or "7 days"`
	case t == typeSize:
		return `a size such as "512 MB" or "2 GB"`
	case t == typeRef:
		if len(f.Of) == 0 {
			return "a component or a resource"
		}
		return "a " + strings.Join(f.Of, " or a ")
	case t == typeFunc:
		return "a function"
	case t == typeTransf:
		return "an object or a function"
	case t == typeValue:
		return "any value"
	case isChoice(t):
		a, _ := t.FieldByName("A")
		b, _ := t.FieldByName("B")
		return describe(a.Type, f) + ", or " + describe(b.Type, f)
	case isLater(t), isMap(t), t.Kind() == reflect.Struct:
		return "an object"
	case t.Kind() == reflect.Slice:
		f.Enum = nil
		if elem := describe(t.Elem(), f); elem != "any value" {
			return "a list, each element " + elem
		}
		return "a list"
	}
	return t.String()
}

var (
	durationPattern = regexp.MustCompile(`^(\d+(?:\.\d+)?) (second|minute|hour|day|week)s?$`)
	sizePattern     = regexp.MustCompile(`^(\d+(?:\.\d+)?) (MB|GB)$`)
	unitSeconds     = map[string]float64{"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
)

func parseDuration(s string) (ir.Value, bool) {
	m := durationPattern.FindStringSubmatch(s)
	if m == nil {
		return nil, false
	}
	n, err := strconv.ParseFloat(m[1], 64)
	return ir.Number(n * unitSeconds[m[2]]), err == nil
}

func parseSize(s string) (ir.Value, bool) {
	m := sizePattern.FindStringSubmatch(s)
	if m == nil {
		return nil, false
	}
	n, err := strconv.ParseFloat(m[1], 64)
	if m[2] == "GB" {
		n *= 1024
	}
	return ir.Number(n), err == nil
}
