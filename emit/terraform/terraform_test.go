package terraform

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"golang.org/x/tools/txtar"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/emit"
	"github.com/sstc/sstc/internal/golden"
	"github.com/sstc/sstc/internal/tfcheck"
)

var _ emit.Emitter = Emitter{}

// Each program in programs_test.go has a golden: the files, or what was said
// instead. Programs without errors have to pass terraform plan too.
func TestEmit(t *testing.T) {
	for _, e := range examples {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			p := e.program
			if diags := emit.CheckPulumi(p); diags.HasErrors() && !e.wrong {
				t.Fatalf("the example does not pass CheckPulumi:\n%s", render(diags))
			}
			before := ir.Print(p)
			files, diags := Emitter{}.Emit(p, e.opts)
			if ir.Print(p) != before {
				t.Error("Emit changed the program")
			}
			again, _ := Emitter{}.Emit(p, e.opts)
			if !reflect.DeepEqual(files, again) {
				t.Error("a second call gives other files")
			}
			got := &txtar.Archive{Comment: []byte(e.about + "\n\n")}
			if len(diags) > 0 {
				got.Files = append(got.Files, txtar.File{Name: "diagnostics", Data: []byte(render(diags))})
			}
			if !diags.HasErrors() {
				for _, f := range files {
					got.Files = append(got.Files, txtar.File{Name: f.Path, Data: f.Content})
					checkFormat(t, f)
				}
			}
			golden.File(t, filepath.Join("testdata", e.name+".txtar"), txtar.Format(got))
			if !diags.HasErrors() && !testing.Short() {
				plan(t, p, files)
			}
		})
	}
}

func checkFormat(t *testing.T, f emit.File) {
	t.Helper()
	if want := hclwrite.Format(f.Content); !bytes.Equal(f.Content, want) {
		t.Errorf("%s is not formatted; it should be:\n%s\nand is:\n%s", f.Path, want, f.Content)
	}
}

func plan(t *testing.T, p *ir.Program, files []emit.File) {
	t.Helper()
	out := t.TempDir()
	dir := filepath.Join(out, "terraform")
	for _, d := range []string{"terraform", "assets"} {
		if err := os.Mkdir(filepath.Join(out, d), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	var text []byte
	for _, f := range files {
		text = append(text, f.Content...)
		if err := os.WriteFile(filepath.Join(out, f.Path), f.Content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, a := range p.Assets {
		if err := os.WriteFile(filepath.Join(out, a.File), []byte("zip"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	vars := map[string]string{}
	for name, v := range variableNames(p) {
		if strings.Contains(string(text), fmt.Sprintf("variable %q", v)) && p.FindParam(name).Default == nil {
			vars[v] = "given"
			if p.FindParam(name).List {
				vars[v] = `["given"]`
			}
		}
	}
	if strings.Contains(string(text), `variable "assets_bucket"`) {
		vars["assets_bucket"] = "my-assets"
	}
	tfcheck.Plan(t, dir, vars)
}

func render(l diag.List) string {
	var b strings.Builder
	for _, d := range l.Sorted() {
		fmt.Fprintf(&b, "%s: %s [%s]\n", d.Severity, d.Summary, d.Code)
		if d.Subject != nil {
			fmt.Fprintf(&b, "  %s:%d\n", d.Subject.Filename, d.Subject.Start.Line)
		}
		fmt.Fprintf(&b, "  %s\n", d.Detail)
	}
	return b.String()
}

// An app of 1,500 resources takes a few milliseconds. The schemas are decoded
// once, before the clock runs.
func BenchmarkEmit(b *testing.B) {
	p := manyResources(250)
	b.Run(fmt.Sprint(len(p.Resources)), func(b *testing.B) {
		for b.Loop() {
			if _, diags := (Emitter{}).Emit(p, emit.Options{}); diags.HasErrors() {
				b.Fatal(render(diags))
			}
		}
	})
}

// manyResources repeats the lambda example n times, under other names.
func manyResources(n int) *ir.Program {
	one := lambda()
	p := &ir.Program{App: one.App, Dialect: one.Dialect, Params: one.Params}
	for i := range n {
		rename := func(id string) string { return fmt.Sprintf("%s%d", id, i) }
		for _, c := range one.Components {
			p.Components = append(p.Components, &ir.Component{ID: rename(c.ID), Name: rename(c.Name), Type: c.Type})
		}
		for _, a := range one.Assets {
			d := *a
			d.ID = rename(a.ID)
			p.Assets = append(p.Assets, &d)
		}
		for _, r := range one.Resources {
			d := *r
			d.ID, d.Name, d.Component = rename(r.ID), rename(r.Name), rename(r.Component)
			d.Options.DependsOn = nil
			d.Props = ir.Map(r.Props, func(v ir.Value) ir.Value {
				switch v := v.(type) {
				case ir.Ref:
					return ir.Ref{Resource: rename(v.Resource), Attr: v.Attr}
				case ir.AssetRef:
					return ir.AssetRef{Asset: rename(v.Asset), Attr: v.Attr}
				}
				return v
			}).(*ir.Object)
			p.Resources = append(p.Resources, &d)
		}
	}
	return p
}

func TestRetained(t *testing.T) {
	p := lambda()
	p.Resources = append(p.Resources,
		with(res("", "layer", "aws:lambda/layerVersion:LayerVersion", "layerName", "l"), ir.Options{RetainOnDelete: true}), // has skip_destroy
		with(res("", "net", "aws:ec2/vpc:Vpc", "cidrBlock", "10.0.0.0/16"), ir.Options{RetainOnDelete: true}),
		existingRetained())
	want := []string{"aws_s3_bucket.uploads_bucket", "aws_vpc.net"}
	if got := retainedAddresses(p); !reflect.DeepEqual(got, want) {
		t.Errorf("Retained = %q, want %q", got, want)
	}
}

func existingRetained() *ir.Resource {
	r := existing("old", "aws:s3/bucket:Bucket", ir.String("old"))
	r.Options.RetainOnDelete = true
	return r
}

// An app that retains everything is warned once, instead of a comment on each
// resource.
func TestRetainAll(t *testing.T) {
	p := &ir.Program{App: app(), Dialect: ir.Pulumi}
	p.App.Removal = "retain-all"
	for _, name := range []string{"a", "b"} {
		p.Resources = append(p.Resources, with(res("", name, "aws:sns/topic:Topic", "name", name), ir.Options{RetainOnDelete: true}))
	}
	files, diags := Emitter{}.Emit(p, emit.Options{})
	if len(diags) != 1 || diags[0].Code != diag.WeakerInTerraform {
		t.Errorf("diagnostics:\n%s", render(diags))
	}
	for _, f := range files {
		if bytes.Contains(f.Content, []byte("Retained")) {
			t.Errorf("%s has a comment:\n%s", f.Path, f.Content)
		}
	}
}

func TestVariables(t *testing.T) {
	p := &ir.Program{Params: []*ir.ParamDecl{{Name: "StripeKey"}, {Name: "stripe_key"}, {Name: "version"}}}
	got := variableNames(p)
	if got["StripeKey"] != "stripe_key" || got["stripe_key"] == "stripe_key" || got["version"] == "version" || len(got) != 3 {
		t.Errorf("Variables = %v", got)
	}
}
