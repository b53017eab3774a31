package typescript

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/lower"
	"github.com/sstc/sstc/compiler/lower/arg"
	"github.com/sstc/sstc/compiler/schema"
)

// A declarer writes declarations. Lines are indented by two spaces a level.
type declarer struct {
	strings.Builder
	depth int
	// space is the namespace that is being written.
	space string
	// interfaces are the names of those for structs that declare arguments, and
	// pending those that are still to be written into the namespace.
	interfaces map[reflect.Type]string
	pending    []reflect.Type
}

func (d *declarer) line(format string, args ...any) {
	d.WriteString(strings.Repeat("  ", d.depth))
	if len(args) == 0 {
		d.WriteString(format)
	} else {
		fmt.Fprintf(d, format, args...)
	}
	d.WriteByte('\n')
}

// block writes what body writes between braces.
func (d *declarer) block(head string, body func()) {
	d.line("%s {", head)
	d.depth++
	body()
	d.depth--
	d.line("}")
}

func (d *declarer) doc(text string) {
	if text != "" {
		d.line("/** %s */", strings.ReplaceAll(text, "*/", "*\u200b/"))
	}
}

// sstDeclarations declares what is in the namespace sst, from the registry of
// components.
func sstDeclarations() string {
	d := &declarer{interfaces: map[reflect.Type]string{}}
	d.line("// SST's components, as sstc has them.")
	for _, def := range lower.Definitions() {
		if def.Args != nil {
			d.interfaces[def.Args] = def.Type + "Args"
		}
	}
	for _, space := range sstNamespaces() {
		d.space = space
		d.line("")
		d.block("declare namespace "+space, func() {
			for _, def := range lower.Definitions() {
				if parent, name := splitName(def.Type); parent == space {
					d.component(def, name)
				}
			}
			for _, f := range lower.Functions() {
				if parent, name := splitName(f.Name); parent == space {
					d.doc(f.Doc)
					result := d.result(f.Returns)
					if f.Returns == "object" {
						result = record
					}
					d.line("function %s(%s): %s;", name, d.params(f.Params, 0), result)
				}
			}
			for len(d.pending) > 0 {
				next := d.pending[0]
				d.pending = d.pending[1:]
				_, name := splitName(d.interfaces[next])
				d.block("interface "+name, func() { d.fields(next, "") })
			}
		})
	}
	return d.String()
}

// sstNamespaces are those that have members, sorted.
func sstNamespaces() []string {
	var spaces []string
	for _, def := range lower.Definitions() {
		space, _ := splitName(def.Type)
		spaces = append(spaces, space)
	}
	for _, f := range lower.Functions() {
		space, _ := splitName(f.Name)
		spaces = append(spaces, space)
	}
	slices.Sort(spaces)
	return slices.Compact(spaces)
}

func splitName(typ string) (space, name string) {
	i := strings.LastIndexByte(typ, '.')
	return typ[:i], typ[i+1:]
}

func (d *declarer) component(def *lower.Definition, name string) {
	d.doc(def.Doc)
	generic := ""
	if def.Type == "sst.Linkable" {
		generic = "<T extends " + record + " = " + record + ">"
	}
	d.block("class "+name+generic+" extends Component", func() {
		if def.Args == nil {
			d.line("private constructor();")
		} else {
			d.line("constructor(name: string, args%s, opts?: $util.ComponentResourceOptions);", d.constructorArgs(def, name))
		}
		for _, o := range def.Outputs {
			d.doc(o.Doc)
			text := d.output(o.Type)
			if def.Type == "sst.Linkable" && o.Name == "properties" {
				text = "T"
			}
			d.line("readonly %s: %s;", o.Name, text)
		}
		if len(def.Nodes) > 0 {
			d.doc("What the component is made of.")
			d.block("readonly nodes:", func() {
				for _, n := range def.Nodes {
					d.doc(n.Doc)
					d.line("readonly %s: %s;", n.Name, d.output(n.Type))
				}
			})
		}
		for _, m := range def.Methods {
			d.method("", m)
		}
		for _, m := range def.Statics {
			d.method("static ", m)
		}
		if def.Linkable {
			d.line("getSSTLink(): Required<Definition>;")
		}
		if def.Type == "sst.Linkable" {
			d.doc("Makes the resources of a class linkable.")
			d.line("static wrap<R>(cls: abstract new (...args: any[]) => R, callback: (resource: R) => Definition): void;")
		}
	})
	if def.Args != nil {
		d.block("interface "+name+"Args"+generic, func() { d.fields(def.Args, def.Type) })
	}
}

// constructorArgs is the type of the arguments of a component, from after the
// parameter's name.
func (d *declarer) constructorArgs(def *lower.Definition, name string) string {
	if def.Type == "sst.Linkable" {
		return ": LinkableArgs<T>"
	}
	fields := arg.Fields(def.Args)
	types := name + "Args"
	required := slices.ContainsFunc(fields, func(f arg.Field) bool { return f.Required })
	if def.Normalize != nil {
		// What is not an object of arguments is the first of them.
		types = d.typ(fields[0].Type, fields[0]) + " | " + types
	}
	if required {
		return ": " + types
	}
	return "?: " + types
}

func (d *declarer) method(modifier string, m lower.Method) {
	d.doc(m.Doc)
	d.line("%s%s(%s): %s;", modifier, m.Name, d.params(m.Params, 0), d.result(m.Returns))
	if m.Normalize != nil {
		d.doc("@deprecated Give a name first.")
		d.line("%s%s(%s): %s;", modifier, m.Name, d.params(m.Params, 1), d.result(m.Returns))
	}
}

// params are the fields of a struct as parameters, without the first skip.
func (d *declarer) params(t reflect.Type, skip int) string {
	var list []string
	optional := false
	for _, f := range arg.Fields(t)[skip:] {
		name := f.Name
		if slices.Contains(reserved, name) {
			name += "_"
		}
		optional = optional || !f.Required
		if optional {
			name += "?"
		}
		list = append(list, name+": "+d.input(f.Type, f))
	}
	return strings.Join(list, ", ")
}

// reserved are JavaScript's words that arguments may be called, and
// parameters, modules and constants may not.
var reserved = []string{
	"break", "case", "catch", "class", "const", "continue", "default", "delete", "do", "else", "enum", "export", "extends", "false", "finally",
	"for", "function", "if", "import", "in", "new", "null", "return", "super", "switch", "this", "throw", "true", "try", "typeof", "var", "void",
	"while", "with",
}

// fields writes the members of an interface. Typ is the component's, of its
// own arguments.
func (d *declarer) fields(t reflect.Type, typ string) {
	for _, f := range arg.Fields(t) {
		if strings.HasPrefix(f.Name, "_") {
			continue // SST's own
		}
		d.doc(f.Doc)
		optional := "?"
		if f.Required {
			optional = ""
		}
		text := d.input(f.Type, f)
		if typ == "sst.Linkable" && f.Name == "properties" {
			text = "T"
		}
		d.line("%s%s: %s;", propertyName(f.Name), optional, text)
	}
}

// propertyName quotes a name that is no identifier.
func propertyName(name string) string {
	for i, c := range name {
		if c != '_' && c != '$' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (i == 0 || c < '0' || c > '9') {
			return quote(name)
		}
	}
	return name
}

// input is the type of an argument.
func (d *declarer) input(t reflect.Type, f arg.Field) string {
	text := d.typ(t, f)
	if t.Kind() == reflect.Struct && isArgStruct(t) || isCallback(t) || text == "any" || strings.HasPrefix(text, "$util.") {
		return text
	}
	return "$util.Input<" + text + ">"
}

func isCallback(t reflect.Type) bool {
	return t == reflect.TypeFor[arg.Func]() || t == reflect.TypeFor[arg.Transform]()
}

// isArgStruct reports whether a type is a struct that declares arguments,
// rather than one of package arg's.
func isArgStruct(t reflect.Type) bool { return t.PkgPath() != reflect.TypeFor[arg.Value]().PkgPath() }

// typ is the type of an argument, once known.
func (d *declarer) typ(t reflect.Type, f arg.Field) string {
	switch t {
	case reflect.TypeFor[arg.String]():
		return stringChoice(f)
	case reflect.TypeFor[arg.Bool]():
		if f.Only != "" {
			return f.Only
		}
		return "boolean"
	case reflect.TypeFor[arg.Number]():
		return "number"
	case reflect.TypeFor[arg.Duration]():
		return "sst.Duration"
	case reflect.TypeFor[arg.Size]():
		return "sst.Size"
	case reflect.TypeFor[arg.Ref]():
		return d.handles(f.Of)
	case reflect.TypeFor[arg.Func]():
		return "(...args: any[]) => any"
	case reflect.TypeFor[arg.Transform]():
		return "sst.Transform<" + d.transformed(f.Of) + ">"
	case reflect.TypeFor[arg.Value]():
		return d.value(f)
	}
	switch t.Kind() {
	case reflect.Pointer:
		return d.typ(t.Elem(), f)
	case reflect.String:
		return stringChoice(f)
	case reflect.Bool:
		return "boolean"
	case reflect.Int:
		return "number"
	case reflect.Slice:
		if isObject(t.Elem()) {
			return d.input(t.Elem(), f) + "[]"
		}
		return list(d.input(t.Elem(), f))
	}
	switch {
	case isLater(t):
		form, _ := t.FieldByName("Form")
		return d.object(form.Type.Elem())
	case isOneOf(t):
		a, _ := t.FieldByName("A")
		b, _ := t.FieldByName("B")
		return d.typ(a.Type, f) + " | " + d.typ(b.Type, f)
	case isMap(t):
		entries, _ := t.FieldByName("Entries")
		value, _ := entries.Type.Elem().FieldByName("Value")
		return "{ [name: string]: " + d.input(value.Type, f) + " }"
	}
	return d.object(t)
}

func isObject(t reflect.Type) bool { return t.Kind() == reflect.Struct && isArgStruct(t) }
func isOneOf(t reflect.Type) bool  { return strings.HasPrefix(t.Name(), "OneOf[") }
func isLater(t reflect.Type) bool  { return strings.HasPrefix(t.Name(), "Later[") }
func isMap(t reflect.Type) bool    { return strings.HasPrefix(t.Name(), "Map[") }

// list is the type of a list.
func list(elem string) string {
	if strings.ContainsAny(elem, " ") && !strings.HasPrefix(elem, "$util.Input<") {
		return "(" + elem + ")[]"
	}
	return elem + "[]"
}

// object is the type of a struct: its interface, or, if the struct has no name,
// the type itself.
func (d *declarer) object(t reflect.Type) string {
	if name := d.interfaces[t]; name != "" {
		return name
	}
	if t.Name() != "" {
		name := d.space + "." + strings.ToUpper(t.Name()[:1]) + t.Name()[1:]
		if !slices.Contains(slices.Collect(maps.Values(d.interfaces)), name) {
			d.interfaces[t] = name
			d.pending = append(d.pending, t)
			return name
		}
	}
	inner := &declarer{depth: d.depth + 1, space: d.space, interfaces: d.interfaces}
	inner.fields(t, "")
	d.pending = append(d.pending, inner.pending...)
	return "{\n" + inner.String() + strings.Repeat("  ", d.depth) + "}"
}

// stringChoice is the type of text.
func stringChoice(f arg.Field) string {
	if len(f.Enum) == 0 {
		return "string"
	}
	var words []string
	for _, e := range f.Enum {
		words = append(words, quote(e))
	}
	if f.Also != "" {
		// Editors still offer the usual ones.
		words = append(words, "(string & {})")
	}
	return strings.Join(words, " | ")
}

// value is the type of an argument that the component reads as it is. Of names
// the component that it may be, or whose arguments it may be; in place of a
// function a handler will do, or an ARN.
func (d *declarer) value(f arg.Field) string {
	if f.Name == "opts" {
		return "$util.ComponentResourceOptions"
	}
	var types []string
	for _, t := range f.Of {
		if t == "sst.aws.Function" {
			types = append(types, "string")
		}
		types = append(types, t+"Args", t)
	}
	if types == nil {
		return "any"
	}
	return strings.Join(types, " | ")
}

// handles are the types of components and resources.
func (d *declarer) handles(of []string) string {
	var types []string
	for _, t := range of {
		if text := handleType(t); text != "" {
			types = append(types, text)
		}
	}
	if types == nil {
		return "any"
	}
	return strings.Join(types, " | ")
}

// handleType is the class of a component or of a resource, or "" if it is not
// declared: a component that sstc does not have, or a resource of a provider
// that the app may not use.
func handleType(t string) string {
	if strings.HasPrefix(t, "sst.") {
		if lower.Lookup(t) != nil || lower.LookupAny(t) != nil {
			return t
		}
		return ""
	}
	if t == "dns" {
		return "sst.Dns"
	}
	return resourcePath(t)
}

// resourcePath is where the class of an AWS resource is, from inside the
// namespace sst, in which aws is another.
func resourcePath(token string) string {
	if !strings.HasPrefix(token, "aws:") || schema.PulumiResource(token) == nil {
		return ""
	}
	module, name := tokenPath(token)
	return "globalThis.aws." + dotted(module) + name
}

// transformed is the type of the arguments that a transform changes.
func (d *declarer) transformed(of []string) string {
	if len(of) == 1 {
		if t := handleType(of[0]); t != "" {
			return t + "Args"
		}
	}
	return "any"
}

// output is the type of a property or a node.
func (d *declarer) output(typ string) string {
	elem, isList := strings.CutSuffix(typ, "[]")
	text := elem
	switch elem {
	case "string", "number", "boolean":
	case "object", "any":
		text = "any"
	default:
		if text = handleType(elem); text == "" {
			return "any"
		}
		if !isList {
			return "sst.Node<" + text + ">"
		}
	}
	if isList {
		text += "[]"
	}
	return "$util.Output<" + text + ">"
}

// result is the type of what a method returns.
func (d *declarer) result(typ string) string {
	switch typ {
	case "":
		return "void"
	case "dns":
		return "sst.Dns"
	case "object":
		return "$util.Output<" + record + ">"
	}
	return d.output(typ)
}

// record is the type of an object of which nothing is known.
const record = "{ [name: string]: any }"
