package pulumiyaml

import (
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// readBack is the value that a YAML library reads in a document, strings
// apart from everything else by their Go type.
func readBack(t *testing.T, b []byte) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal(b, &v); err != nil {
		t.Fatalf("%v in\n%s", err, b)
	}
	return v
}

func FuzzText(f *testing.F) {
	for _, s := range []string{
		"", "a", "a b", " a", "a ", "a: b", "a:", ":", "a #b", "#", "- a", "-", "?", "? a", "null", "Null", "~", "yes", "on", "True",
		"1", "-1", "1.5", "1e3", "0x1f", "1_000", "12:30", "2001-01-01", ".inf", ".nan", "=", "<<", "123456789012", "0123",
		"'a'", `"a"`, "it's", "a\nb", "a\nb\n", "a\n\nb\n\n", "\na", " a\nb", "a\n b", "a \nb", "\ta\nb", "a\tb", "a\r\nb", "\n", "\n\n",
		"{a}", "[a]", "a, b", "*", "&a", "!a", "|", ">", "%a", "@a", "`a`", "${A.b}", "arn:aws:s3:::${A.b}/*", "---", "...", "a\n---\nb", "a\n...\nb",
		"\u00e9", "\u2028", "\ufeffa", "a\u0085b", "\U0001F600", "\x00", "\x7f", "a\\b", "http://x.y/#z", "a\n# b", "(a)", "/*", "$default", "\u00a0", strings.Repeat("k", 1500),
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m := &mapping{}
		m.add("text", text(s))
		m.add("list", sequence{text(s), sequence{text(s)}, &mapping{[]entry{{key: "k", value: text(s)}}}})
		m.entries = append(m.entries, entry{key: "last", value: text("x"), apart: true, comment: "about last"})
		want := string([]rune(s)) // what is not UTF-8 cannot be in YAML
		got := readBack(t, document(m))
		if !reflect.DeepEqual(got, map[string]any{
			"text": want,
			"list": []any{want, []any{want}, map[string]any{"k": want}},
			"last": "x",
		}) {
			t.Errorf("%q reads back as\n%#v\nfrom\n%s", s, got, document(m))
		}
		m = &mapping{[]entry{{key: s, value: &mapping{[]entry{{key: "x" + s, value: scalar("1")}}}}}}
		if got := readBack(t, document(m)); !reflect.DeepEqual(got, map[string]any{want: map[string]any{"x" + want: 1}}) {
			t.Errorf("the key %q reads back as\n%#v\nfrom\n%s", s, got, document(m))
		}
	})
}

func TestLayout(t *testing.T) {
	m := &mapping{}
	m.add("a", &mapping{})
	m.add("b", sequence{})
	m.add("c", sequence{&mapping{[]entry{{key: "x", value: text("1")}, {key: "y", value: sequence{text("z")}}}}, sequence{scalar("1"), sequence{scalar("2")}}})
	m.add("left out", nonEmpty(sequence{}))
	const want = `a: {}
b: []
c:
  - x: '1'
    'y':
      - z
  - - 1
    - - 2
`
	if got := string(document(m)); got != want {
		t.Errorf("got\n%s", got)
	}
}
