package lower

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
	"github.com/sstc/sstc/emit"
	"github.com/sstc/sstc/internal/golden"
)

// A testApp is an App with calls short enough for tables. Arguments are as for
// [ir.Of], or an *Instance, a ResourceHandle, or an [arg.Callback].
type testApp struct {
	*App
	t     *testing.T
	calls int
}

func newTestApp(t *testing.T) *testApp {
	a := NewApp(ir.App{Name: "probe", Stage: "test", Home: "aws", Removal: "remove", Region: "us-east-1"})
	return &testApp{App: a, t: t}
}

// A testPlace is the n-th call. The range of an argument has the path of the
// argument for a file name, so that tests can see what a diagnostic is about:
// "#1:1.notifications.0".
type testPlace int

func (p testPlace) Range() diag.Range { return p.Arg(nil) }

func (p testPlace) Arg(path arg.Path) diag.Range {
	pos := diag.Pos{Line: int(p), Column: 1}
	return diag.Range{Filename: fmt.Sprintf("#%d:%s", p, strings.Join(path, ".")), Start: pos, End: pos}
}

func (p testPlace) Key(path arg.Path) diag.Range { return p.Arg(path) }

func (a *testApp) place() Place {
	a.calls++
	return testPlace(a.calls)
}

// new makes a component; what follows the name are args and opts.
func (a *testApp) new(typ, name string, rest ...any) *Instance {
	a.t.Helper()
	vs := append(testValues(rest), nil, nil)
	inst, err := a.New(typ, name, vs[0], vs[1], a.place())
	if err != nil {
		a.t.Fatal(err)
	}
	return inst
}

func (a *testApp) call(inst *Instance, method string, args ...any) ir.Value {
	a.t.Helper()
	v, err := a.Call(inst, method, testValues(args), a.place())
	if err != nil {
		a.t.Fatal(err)
	}
	return v
}

func (a *testApp) static(typ, method string, args ...any) ir.Value {
	a.t.Helper()
	v, err := a.CallStatic(typ, method, testValues(args), a.place())
	if err != nil {
		a.t.Fatal(err)
	}
	return v
}

// get reads an output.
func (a *testApp) get(inst *Instance, output string) ir.Value {
	a.t.Helper()
	v, err := inst.Output(output)
	if err != nil {
		a.t.Fatal(err)
	}
	if v == nil {
		a.t.Fatalf("%s has no output %s", inst.Type, output)
	}
	return v
}

func testValues(args []any) []ir.Value {
	vs := make([]ir.Value, len(args))
	for i, x := range args {
		vs[i] = testValue(x)
	}
	return vs
}

func testValue(x any) ir.Value {
	switch x := x.(type) {
	case *Instance:
		return opaque(x)
	case ResourceHandle:
		return opaque(x)
	case arg.Callback:
		return ir.Opaque{X: x}
	}
	return ir.Of(x)
}

// A goldenCase is a configuration, and by its name the file in testdata that
// has the program made of it.
type goldenCase struct {
	name  string // <component>_<case>
	build func(a *testApp)
}

// golden lowers each case, checks the program against the providers' schemas,
// and compares it with testdata/<name>.txt, or writes that if SSTC_UPDATE is
// set. Diagnostics that are only warnings are part of the text.
func goldens(t *testing.T, cases []goldenCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := newTestApp(t)
			c.build(a)
			p, diags := a.Finish()
			diags = append(diags, emit.CheckPulumi(p)...)
			var got strings.Builder
			for _, d := range diags.Sorted() {
				if d.Severity == diag.Error {
					t.Errorf("%s: %s", d.Code, d.Detail)
				}
				fmt.Fprintf(&got, "%s %s: %s\n\n", d.Severity, d.Code, d.Detail)
			}
			for _, r := range p.Resources {
				checkOpaque(t, r.ID, r.Props)
			}
			checkDeclared(t, p, a.instances)
			got.WriteString(ir.Print(p))
			golden.File(t, filepath.Join("testdata", c.name+".txt"), []byte(got.String()))
		})
	}
}

func checkOpaque(t *testing.T, id string, v ir.Value) {
	ir.Walk(v, func(v ir.Value) bool {
		if o, ok := v.(ir.Opaque); ok {
			t.Errorf("%s holds a %T, which cannot be emitted", id, o.X)
		}
		return true
	})
}

// checkDeclared checks that components have the outputs and nodes that they
// declare, and no others. Of those that depend on the arguments the
// declaration says so: "..., if ...". What refers to something that exists has
// the nodes that can be looked up.
func checkDeclared(t *testing.T, p *ir.Program, instances []*Instance) {
	t.Helper()
	for _, inst := range instances {
		if inst.Def == nil {
			continue
		}
		check := func(kind string, declared []Output, has func(string) bool, names []string) {
			for _, o := range declared {
				if !has(o.Name) && !strings.Contains(o.Doc, " if ") {
					t.Errorf("%s (%s) has no %s %q", inst.Name, inst.Type, kind, o.Name)
				}
			}
			for _, name := range names {
				if !slices.ContainsFunc(declared, func(o Output) bool { return o.Name == name }) {
					t.Errorf("%s (%s) does not declare the %s %q", inst.Name, inst.Type, kind, name)
				}
			}
		}
		check("output", inst.Def.Outputs, func(name string) bool { o, ok := inst.outputs[name]; return ok && (o.value != nil || o.err != "") }, slices.Sorted(maps.Keys(inst.outputs)))
		refers := slices.ContainsFunc(p.Resources, func(r *ir.Resource) bool { return r.Component == inst.ID && r.Read != nil })
		check("node", inst.Def.Nodes, func(name string) bool { return inst.nodes[name] != nil || refers }, slices.Sorted(maps.Keys(inst.nodes)))
	}
}

// A problemCase is a configuration that has something wrong with it.
type problemCase struct {
	name  string
	build func(a *testApp)
	// want has what is expected, as "code place: part of the detail", the place
	// as in [testPlace].
	want []string
}

// problems checks that each case gives exactly the diagnostics it should.
func problems(t *testing.T, cases []problemCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := newTestApp(t)
			c.build(a)
			_, diags := a.Finish()
			var got []string
			for _, d := range diags {
				subject := ""
				if d.Subject != nil {
					subject = d.Subject.Filename
				}
				got = append(got, fmt.Sprintf("%s %s: %s", d.Code, subject, d.Detail))
			}
			matches := func(got, want string) bool {
				head, part, _ := strings.Cut(want, ": ")
				return strings.HasPrefix(got, head+": ") && strings.Contains(got[len(head):], part)
			}
			if !slices.EqualFunc(got, c.want, matches) {
				t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}
