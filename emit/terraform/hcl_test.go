package terraform

import (
	"bytes"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// evaluate parses a body and returns the value of its attribute "a".
func evaluate(t *testing.T, text []byte) cty.Value {
	t.Helper()
	f, diags := hclsyntax.ParseConfig(text, "x.tf", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("%v\n%s", diags, text)
	}
	v, diags := f.Body.(*hclsyntax.Body).Attributes["a"].Expr.Value(&hcl.EvalContext{
		Variables: map[string]cty.Value{"x": cty.StringVal("X")},
		Functions: map[string]function.Function{"chomp": stdlib.ChompFunc},
	})
	if diags.HasErrors() {
		t.Fatalf("%v\n%s", diags, text)
	}
	return v
}

// What is written as a string reads back as the same string: alone, in the
// middle of a template, as a key, and inside an object; and it is formatted.
func FuzzText(f *testing.F) {
	for _, s := range []string{
		"", "plain", "a\nb\n", "a\nb", "\n", "\n\n", " a\n  b\n", "a\n\n   \nb", "\ta\n\tb", "EOT\nEOT2\n", "${", "$${", "%{", "$", "$$", "%", "a$\nb", "\\", `"`,
		"a\r\nb", "\x00", "\u2028\n", "é", "e\u0301", "a\n\u0301b", "\U0001F600\n\U0001F468\u200d\U0001F469", "<<EOT\n", "# c\n// d\n/* e */\n", "for", "true", "null", "a-b", "1a",
		"line\n  ${not}\n\t%{no}\n", "  \n a\n", "trailing  \nspace  ", "\ufeffa\nb",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "?")
		check := func(what string, v expr, want cty.Value) {
			b := body{}
			b.attr("a", v)
			out := b.file()
			if got := evaluate(t, out); !got.RawEquals(want) {
				t.Errorf("%s %q reads back as %#v from\n%s", what, s, got, out)
			}
			if want := hclwrite.Format(out); !bytes.Equal(out, want) {
				t.Errorf("%s %q is not formatted: want\n%sgot\n%s", what, s, want, out)
			}
		}
		check("the string", text(s), cty.StringVal(s))
		check("the template", template{{text: s}, {expr: raw("x")}, {text: s}}, cty.StringVal(s+"X"+s))
		check("the template", template{{expr: raw("x")}, {text: s}, {expr: raw("x")}}, cty.StringVal("X"+s+"X"))
		check("the element", list{text(s), raw("1")}, cty.TupleVal([]cty.Value{cty.StringVal(s), cty.NumberIntVal(1)}))
		check("the key", object{{s + "k", text("v")}, {"b2", raw("2")}}, cty.ObjectVal(map[string]cty.Value{cty.StringVal(s + "k").AsString(): cty.StringVal("v"), "b2": cty.NumberIntVal(2)}))
		check("the value", object{{"long_name", text(s)}, {"b", text(s)}, {"c", raw("1")}}, cty.ObjectVal(map[string]cty.Value{"long_name": cty.StringVal(s), "b": cty.StringVal(s), "c": cty.NumberIntVal(1)}))
	})
}

func TestSnake(t *testing.T) {
	for in, want := range map[string]string{
		"UploadsBucket": "uploads_bucket", "MyAPIKey2": "my_api_key2", "HTTPServer": "http_server", "a": "a", "A": "a", "A1B2": "a1_b2",
		"my-app": "my_app", "my app!": "my_app", "2fast": "x2fast", "": "x", "___": "x", "AwsProvider.sst.us-east-1": "aws_provider_sst_us_east_1", "Ünicode": "nicode",
	} {
		if got := snake(in); got != want {
			t.Errorf("snake(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestParsePath(t *testing.T) {
	for in, want := range map[string]int{
		"tags": 1, "a.b.c": 3, `tags["a.b"]`: 2, "a[0].b": 3, "a[*].b": 3, `a["x]y"].b`: 3, "": -1, "a[": -1, "a[x]": -1, "a[-1]": -1, `a["x`: -1,
	} {
		steps, ok := parsePath(in)
		if got := len(steps); ok != (want >= 0) || ok && got != want {
			t.Errorf("parsePath(%q) = %v, %v", in, steps, ok)
		}
	}
}
