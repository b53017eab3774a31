package pulumiyaml

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/sstc/sstc/compiler/schema"
)

// verify reads a Pulumi.yaml back as the language host would, and returns what
// it would refuse: expressions that do not parse, names that lead nowhere, and
// values of a type that does not fit (pkg/pulumiyaml/analyser.go of
// pulumi-yaml). The real tools do that too, when they are there.
func verify(t *testing.T, content []byte) []string {
	t.Helper()
	var doc struct {
		Name, Description, Runtime string
		Config                     map[string]struct {
			Type    string
			Items   struct{ Type string }
			Default any
			Secret  bool
		}
		Variables map[string]any
		Resources map[string]struct {
			Type, Name      string
			DefaultProvider bool `yaml:"defaultProvider"`
			Properties      map[string]any
			Get             struct {
				ID    any
				State map[string]any
			}
			Options map[string]any
		}
		Outputs map[string]any
	}
	d := yaml.NewDecoder(strings.NewReader(string(content)))
	d.KnownFields(true)
	if err := d.Decode(&doc); err != nil {
		t.Fatalf("%v in\n%s", err, content)
	}
	v := &verifier{roots: map[string]*schema.Type{}}
	if doc.Name == "" || doc.Runtime != "yaml" {
		v.problem("the project has no name or another runtime")
	}
	declare := func(name string, typ *schema.Type) {
		if _, twice := v.roots[name]; twice || name == "pulumi" {
			v.problem("the name %q is taken", name)
		}
		v.roots[name] = typ
	}
	for name, c := range doc.Config {
		kind := map[string]schema.Kind{"string": schema.String, "integer": schema.Number, "boolean": schema.Bool, "array": schema.List}[c.Type]
		if kind == "" || kind == schema.List != (c.Items.Type == "string") {
			v.problem("the configuration %q has type %q of %q", name, c.Type, c.Items.Type)
		}
		declare(name, &schema.Type{Kind: kind, Elem: str})
	}
	for name, r := range doc.Resources {
		o := &schema.Object{}
		if s := schema.PulumiResource(r.Type); s != nil {
			o = &s.Object
		}
		declare(name, &schema.Type{Kind: resourceKind, Object: o})
	}
	for name, x := range doc.Variables {
		declare(name, v.declared(x))
	}
	for name, x := range doc.Variables {
		v.at = name
		v.typeOf(x)
	}
	for name, r := range doc.Resources {
		v.at = name
		s := schema.PulumiResource(r.Type)
		for key, x := range r.Properties {
			v.at = name + "." + key
			v.check(x, v.propertyType(s, key, func(p *schema.Property) bool { return p.Input }))
		}
		for key, x := range r.Get.State {
			v.at = name + ".get.state." + key
			v.check(x, v.propertyType(s, key, func(*schema.Property) bool { return true }))
		}
		if s != nil && r.Get.ID == nil {
			for _, p := range s.Properties {
				if p.Required && r.Properties[p.Name] == nil {
					v.problem("there is no %q", p.Name)
				}
			}
		}
		if r.Get.ID != nil && r.Properties != nil {
			v.problem("it has both properties and get")
		}
		v.at = name + ".options"
		for key, x := range r.Options {
			v.option(key, x)
		}
	}
	for name, x := range doc.Outputs {
		v.at = "outputs." + name
		v.typeOf(x)
	}
	return v.problems
}

const resourceKind schema.Kind = "resource"

type verifier struct {
	roots    map[string]*schema.Type
	at       string
	problems []string
}

func (v *verifier) problem(format string, args ...any) {
	v.problems = append(v.problems, v.at+": "+fmt.Sprintf(format, args...))
}

func (v *verifier) propertyType(s *schema.Resource, name string, allowed func(*schema.Property) bool) *schema.Type {
	if s == nil {
		return nil
	}
	p := s.Property(name)
	if p == nil || !allowed(p) {
		v.problem("there is no such property")
		return nil
	}
	return p.Type
}

// option checks a resource option: that it exists, and names resources where
// it has to.
func (v *verifier) option(name string, x any) {
	isResource := func(x any) {
		if t := v.typeOf(x); t == nil || t.Kind != resourceKind {
			v.problem("%s names %v, which is no resource", name, x)
		}
	}
	switch name {
	case "parent", "provider", "deletedWith":
		isResource(x)
	case "dependsOn":
		for _, e := range x.([]any) {
			isResource(e)
		}
	case "protect", "retainOnDelete", "deleteBeforeReplace", "version", "import", "ignoreChanges", "replaceOnChanges",
		"additionalSecretOutputs", "aliases", "customTimeouts":
	default:
		v.problem("there is no option %q", name)
	}
}

// declared returns the type of a variable, all of which are invokes.
func (v *verifier) declared(x any) *schema.Type {
	m, _ := x.(map[string]any)
	inv, _ := m["fn::invoke"].(map[string]any)
	f := schema.PulumiFunction(fmt.Sprint(inv["function"]))
	if f == nil {
		v.problem("%v is no function", inv["function"])
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(inv)) {
		switch key {
		case "function":
		case "arguments":
			v.check(inv[key], &schema.Type{Kind: schema.Obj, Object: &f.Object})
		case "options":
			for k, o := range inv[key].(map[string]any) {
				v.option(k, o)
			}
		case "return":
			if p := f.Property(inv[key].(string)); p != nil && p.Output {
				return p.Type
			}
			v.problem("%v returns no %v", inv["function"], inv[key])
		default:
			v.problem("fn::invoke takes no %q", key)
		}
	}
	return &schema.Type{Kind: schema.Obj, Object: &f.Object}
}

var str = &schema.Type{Kind: schema.String}

// typeOf returns the type of an expression, nil if unknown.
func (v *verifier) typeOf(x any) *schema.Type {
	switch x := x.(type) {
	case string:
		parts, ok := interpolation(x)
		if !ok {
			v.problem("%q does not parse", x)
			return nil
		}
		var last *schema.Type
		for _, p := range parts {
			if p.access != "" {
				last = v.access(p.access)
				if last != nil && len(parts) > 1 && last.Kind != schema.String && last.Kind != schema.Number && last.Kind != schema.Bool {
					v.problem("%q puts a %s into a string", x, last.Kind)
				}
			}
		}
		if len(parts) == 1 && parts[0].access != "" {
			return last
		}
		return str
	case int, float64:
		return &schema.Type{Kind: schema.Number}
	case bool:
		return &schema.Type{Kind: schema.Bool}
	case []any:
		for _, e := range x {
			v.typeOf(e)
		}
		return &schema.Type{Kind: schema.List}
	case map[string]any:
		if len(x) == 1 {
			for fn, arg := range x {
				if strings.HasPrefix(strings.ToLower(fn), "fn::") {
					return v.call(fn, arg)
				}
			}
		}
		for k, e := range x {
			if parts, ok := interpolation(k); !ok || len(parts) > 1 || len(parts) == 1 && parts[0].access != "" {
				v.problem("the key %q is interpolated", k)
			}
			v.typeOf(e)
		}
		return &schema.Type{Kind: schema.Map}
	}
	return nil
}

func (v *verifier) call(fn string, arg any) *schema.Type {
	pair := func() (any, any) {
		l, ok := arg.([]any)
		if !ok || len(l) != 2 {
			v.problem("%s takes a list of two", fn)
			return nil, nil
		}
		return l[0], l[1]
	}
	switch fn {
	case "fn::invoke":
		return v.declared(map[string]any{fn: arg})
	case "fn::toJSON":
		v.typeOf(arg)
		return str
	case "fn::toBase64", "fn::fromBase64":
		v.check(arg, str)
		return str
	case "fn::join":
		sep, list := pair()
		v.check(sep, str)
		v.check(list, &schema.Type{Kind: schema.List, Elem: &schema.Type{Kind: strictString}})
		return str
	case "fn::split":
		sep, s := pair()
		v.check(sep, str)
		v.check(s, str)
		return &schema.Type{Kind: schema.List, Elem: str}
	case "fn::select":
		i, list := pair()
		v.check(i, &schema.Type{Kind: schema.Number})
		if t := v.typeOf(list); t != nil {
			if t.Kind != schema.List {
				v.problem("fn::select from a %s", t.Kind)
			}
			return t.Elem
		}
		return nil
	case "fn::secret":
		return v.typeOf(arg)
	case "fn::fileAsset":
		return &schema.Type{Kind: schema.Asset}
	case "fn::fileArchive":
		return &schema.Type{Kind: schema.Archive}
	}
	v.problem("there is no function %q", fn)
	return nil
}

// strictString is the type of fn::join's elements, which are not converted.
const strictString schema.Kind = "string and nothing else"

// check checks an expression against a type, nil for any.
func (v *verifier) check(x any, want *schema.Type) {
	if want == nil || want.Kind == schema.Any || x == nil {
		v.typeOf(x)
		return
	}
	if want.Kind == schema.Union {
		before := len(v.problems)
		for _, o := range want.Options {
			v.problems = v.problems[:before]
			v.check(x, o)
			if len(v.problems) == before {
				return
			}
		}
		return
	}
	if l, ok := x.([]any); ok && want.Kind == schema.List {
		for _, e := range l {
			v.check(e, want.Elem)
		}
		return
	}
	if m, ok := x.(map[string]any); ok && (len(m) != 1 || !strings.HasPrefix(slices.Collect(maps.Keys(m))[0], "fn::")) {
		switch want.Kind {
		case schema.Map:
			for _, e := range m {
				v.check(e, want.Elem)
			}
			return
		case schema.Obj:
			for k, e := range m {
				p := want.Object.Property(k)
				if p == nil {
					v.problem("there is no property %q in it", k)
					continue
				}
				v.check(e, p.Type)
			}
			return
		}
	}
	got := v.typeOf(x)
	if got == nil {
		return
	}
	fits := got.Kind == want.Kind
	switch want.Kind {
	case schema.String:
		fits = fits || got.Kind == schema.Number || got.Kind == schema.Bool
	case schema.Asset:
		fits = fits || got.Kind == schema.Archive
	case strictString:
		fits = got.Kind == schema.String
	case schema.List:
		if fits && got.Elem != nil && want.Elem != nil {
			fits = got.Elem.Kind == want.Elem.Kind || want.Elem.Kind == strictString && got.Elem.Kind == schema.String
		}
	}
	if !fits {
		v.problem("%v is a %s, where a %s is wanted", x, got.Kind, want.Kind)
	}
}

// access follows a property access, such as A.b["c"][0].
func (v *verifier) access(a string) *schema.Type {
	root := strings.IndexAny(a, ".[")
	if root < 0 {
		root = len(a)
	}
	t, ok := v.roots[a[:root]]
	if !ok {
		v.problem("${%s}: there is no %q", a, a[:root])
		return nil
	}
	rest := a[root:]
	for rest != "" && t != nil && t.Kind != schema.Any {
		switch {
		case rest[0] == '.':
			end := strings.IndexAny(rest[1:], ".[") + 1
			if end == 0 {
				end = len(rest)
			}
			name := rest[1:end]
			rest = rest[end:]
			if t.Kind != schema.Obj && t.Kind != resourceKind {
				v.problem("${%s}: %q of a %s", a, name, t.Kind)
				return nil
			}
			if t.Kind == resourceKind && (name == "id" || name == "urn") {
				t = str
				continue
			}
			if len(t.Object.Properties) == 0 {
				return nil
			}
			p := t.Object.Property(name)
			if p == nil {
				v.problem("${%s}: there is no %q", a, name)
				return nil
			}
			t = p.Type
		case strings.HasPrefix(rest, `["`):
			end := strings.Index(rest, `"]`)
			if t.Kind != schema.Map {
				v.problem("${%s}: a key of a %s", a, t.Kind)
				return nil
			}
			rest, t = rest[end+2:], t.Elem
		default:
			end := strings.IndexByte(rest, ']')
			if _, err := strconv.Atoi(rest[1:end]); err != nil || t.Kind != schema.List {
				v.problem("${%s}: an index of a %s", a, t.Kind)
				return nil
			}
			rest, t = rest[end+1:], t.Elem
		}
	}
	return t
}

// A piece of an interpolated string is text or an access.
type piece struct{ text, access string }

// interpolation takes a string apart. A string without a dollar is one piece.
func interpolation(s string) ([]piece, bool) {
	var pieces []piece
	var text strings.Builder
	flush := func() {
		pieces = append(pieces, piece{text: text.String()})
		text.Reset()
	}
	for s != "" {
		switch {
		case strings.HasPrefix(s, "$$"):
			text.WriteByte('$')
			s = s[2:]
		case strings.HasPrefix(s, "${"):
			end := strings.IndexByte(s, '}')
			if end < 3 {
				return nil, false
			}
			if text.Len() > 0 {
				flush()
			}
			pieces = append(pieces, piece{access: s[2:end]})
			s = s[end+1:]
		default:
			text.WriteByte(s[0])
			s = s[1:]
		}
	}
	if text.Len() > 0 {
		flush()
	}
	return pieces, true
}
