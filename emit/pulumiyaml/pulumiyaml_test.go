package pulumiyaml

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/emit"
	"github.com/sstc/sstc/internal/golden"
)

func render(l diag.List) string {
	var b strings.Builder
	for _, d := range l.Sorted() {
		at := ""
		if d.Subject != nil {
			at = fmt.Sprintf("%s:%d: ", d.Subject.Filename, d.Subject.Start.Line)
		}
		fmt.Fprintf(&b, "%s%s [%s]\n  %s\n", at, d.Summary, d.Code, d.Detail)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	for _, e := range examples() {
		t.Run(e.name, func(t *testing.T) {
			if l := emit.CheckPulumi(e.program); len(l) > 0 {
				t.Fatalf("the program is not valid:\n%s", render(l))
			}
			files, diags := Emitter{}.Emit(e.program, e.opts)
			got := &txtar.Archive{Comment: []byte(e.about + "\n\n")}
			if len(diags) > 0 {
				got.Files = append(got.Files, txtar.File{Name: "diagnostics", Data: []byte(render(diags))})
			}
			for _, f := range files {
				got.Files = append(got.Files, txtar.File{Name: f.Path, Data: f.Content})
			}
			golden.File(t, filepath.Join("testdata", e.name+".txtar"), txtar.Format(got))
			for _, f := range files {
				for _, problem := range verify(t, f.Content) {
					t.Error(problem)
				}
			}
		})
	}
}

// Every golden belongs to an example.
func TestGoldensAreUsed(t *testing.T) {
	known := map[string]bool{}
	for _, e := range examples() {
		known[e.name+".txtar"] = true
	}
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !known[filepath.Base(f)] {
			t.Errorf("%s belongs to no example", f)
		}
	}
}

func TestEmitIsPure(t *testing.T) {
	for _, e := range examples() {
		before := examples()
		first, _ := Emitter{}.Emit(e.program, e.opts)
		second, _ := Emitter{}.Emit(e.program, e.opts)
		if !reflect.DeepEqual(first, second) {
			t.Errorf("%s: two runs differ", e.name)
		}
		for _, b := range before {
			if b.name == e.name && !reflect.DeepEqual(b.program, e.program) {
				t.Errorf("%s: Emit changed the program", e.name)
			}
		}
	}
}

// The order in which the app made its resources does not show.
func TestOrderOfResources(t *testing.T) {
	for _, e := range examples() {
		want, _ := Emitter{}.Emit(e.program, e.opts)
		reversed := *e.program
		reversed.Resources = nil
		for i := len(e.program.Resources) - 1; i >= 0; i-- {
			reversed.Resources = append(reversed.Resources, e.program.Resources[i])
		}
		if got, _ := (Emitter{}).Emit(&reversed, e.opts); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the order of resources changes the output", e.name)
		}
	}
}

// escape and the reader of this test, which follows the grammar of
// pulumi-yaml (ast/interpolation.go), agree on every text.
func FuzzEscape(f *testing.F) {
	for _, s := range []string{"", "$", "$$", "${", "$${", "$${a}", "a$", "$$$", "{$}"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		want := slices.DeleteFunc([]piece{{text: a}, {access: "x"}, {text: b}}, func(p piece) bool { return p == piece{} })
		got, ok := interpolation(escape(a, true) + "${x}" + escape(b, false))
		if !ok || !slices.Equal(got, want) {
			t.Errorf("%q, x, %q reads back as %+v", a, b, got)
		}
	})
}

func TestProviderKey(t *testing.T) {
	for pkg, want := range map[string]string{"aws": "awsProvider", "docker-build": "dockerBuildProvider", "9p": "_pProvider"} {
		if got := providerKey(pkg); got != want {
			t.Errorf("providerKey(%q) = %q, want %q", pkg, got, want)
		}
	}
}

func BenchmarkEmit(b *testing.B) {
	p := &ir.Program{App: app(), Dialect: ir.Pulumi}
	base := examples()[0].program
	p.Components, p.Params, p.Assets, p.Providers = base.Components, base.Params, base.Assets, base.Providers
	for i := 0; len(p.Resources) < 1500; i++ {
		for _, r := range base.Resources {
			c := *r
			c.ID += fmt.Sprint(i)
			c.Name = c.ID
			c.Props = ir.Map(r.Props, func(v ir.Value) ir.Value {
				if x, ok := v.(ir.Ref); ok {
					x.Resource += fmt.Sprint(i)
					return x
				}
				return v
			}).(*ir.Object)
			p.Resources = append(p.Resources, &c)
		}
	}
	for b.Loop() {
		if _, l := (Emitter{}).Emit(p, emit.Options{}); len(l) > 0 {
			b.Fatal(render(l))
		}
	}
}
