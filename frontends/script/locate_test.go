package script

import (
	"strings"
	"testing"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/lower/arg"
)

// In each text, ‸ is where the engine says that the call is, and what is
// between « and » must be found for the path.
func TestArgument(t *testing.T) {
	for _, c := range []struct{ text, path string }{
		{`‸new sst.aws.Bucket("A", { «acess»: "public" })`, "1 acess"},
		{`new sst.aws.Bucket‸("A", { «acess»: "public" })`, "1 acess"},
		{`‸new sst.aws.Bucket("A", { transform: { bucket: { «tags»: 1 } } })`, "1 transform bucket tags"},
		{`‸new A("x", { list: ["a", «"b"»] })`, "1 list 1"},
		{`‸new A("x", { list: [{ a: 1 }, { «b»: 2 }] })`, "1 list 1 b"},
		{`‸new A("x", { "«a-b»": 1 })`, ""},
		{`‸new A("x", { ...rest, /* a, b: */ s: "a,}", t: ` + "`}${ {x: 1}.x },`" + `, «c»: 1 })`, "1 c"},
		{`‸new A("x", { «args», b: 1 })`, "1 args"},
		{`‸new A<Foo<Bar>>("x", { «c»: 1 })`, "1 c"},
		{`api.‸route("GET /", { «handlr»: "x" }, { a: 1 })`, "1 handlr"},
		{`api.‸route("GET /", h, { «a»: 1 })`, "2 a"},
		{`‸new «A»("x", { b: 1 })`, ""},
		{`‸new A(«"x"», args)`, "name"},
		// What cannot be found falls back to what encloses it.
		{`‸new A("x", «args»)`, "1 deep key"},
		{`‸new A("x", { «a»: args })`, "1 a b"},
	} {
		if c.path == "" {
			continue
		}
		plain := strings.NewReplacer("‸", "", "«", "", "»", "").Replace(c.text)
		at := strings.Index(strings.NewReplacer("«", "", "»", "").Replace(c.text), "‸")
		want := c.text[strings.Index(c.text, "«")+len("«") : strings.Index(c.text, "»")]
		s := newSource(plain)
		site := s.callAt(diag.Pos{Line: 1, Column: at + 1})
		if site == nil {
			t.Errorf("%s: no call", c.text)
			continue
		}
		var got span
		ok := false
		if c.path == "name" {
			got, ok = site.name()
		} else {
			got, ok = site.argument(arg.Path(strings.Fields(c.path)))
		}
		if !ok || plain[got.start:got.end] != want {
			t.Errorf("%s: found %q, %v", c.text, plain[got.start:got.end], ok)
		}
	}
}

// Whatever a file holds, looking for an argument ends, and what is found is in
// the file.
func FuzzArgument(f *testing.F) {
	f.Add("new A(\"x\", { a: [1, { b: `${c}` }] })", 1, 1, "1 a 1 b")
	f.Add("f(/*", 1, 2, "0")
	f.Add("x(\"\\", 1, 1, "0 a")
	f.Add("export default { async run() { return { a: 1 }; } }", 1, 1, "a")
	f.Add("export default { run: async () => { return", 1, 1, "a")
	f.Fuzz(func(t *testing.T, text string, line, column int, path string) {
		s := newSource(text)
		if got, ok := s.runOutput(path); ok {
			_ = text[got.start:got.end]
			s.pos(got.start)
		}
		site := s.callAt(diag.Pos{Line: line, Column: column})
		if site == nil {
			return
		}
		for _, found := range append([]span{site.callee}, site.args...) {
			s.pos(found.start)
			s.pos(found.end)
		}
		if got, ok := site.argument(arg.Path(strings.Fields(path))); ok && (got.start < 0 || got.end > len(text) || got.start > got.end) {
			t.Errorf("found %v in %d bytes", got, len(text))
		}
		if got, ok := site.name(); ok {
			_ = text[got.start:got.end]
		}
	})
}
