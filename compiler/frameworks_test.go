package compiler

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"github.com/sstc/sstc/adapters"
	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// Each archive in testdata/sites is the directory of a site after its build,
// and in want/plan.txt what the adapter makes of it, or in want/stderr what is
// wrong with it. Its name begins with the adapter's. The first line says what
// it shows; lines below it "option: name=value" are the framework's own
// arguments, and one "env: name=value" the build's environment. SSTC_UPDATE=1
// rewrites want/.
func TestPlans(t *testing.T) {
	names, err := filepath.Glob(filepath.Join("..", "testdata", "sites", "*.txtar"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range names {
		base := strings.TrimSuffix(filepath.Base(name), ".txtar")
		t.Run(base, func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			framework, _, _ := strings.Cut(base, "_")
			adapter := frameworkOf(&ir.Site{Framework: framework})
			if adapter == nil {
				t.Fatalf("there is no adapter %q", framework)
			}
			site := fstest.MapFS{}
			args := adapters.Args{Site: site, Name: "Web"}
			for line := range strings.Lines(string(archive.Comment)) {
				if kv, ok := strings.CutPrefix(strings.TrimSpace(line), "option: "); ok {
					k, v, _ := strings.Cut(kv, "=")
					args.Options = append(args.Options, ir.KV{Key: k, Value: v})
				}
				if kv, ok := strings.CutPrefix(strings.TrimSpace(line), "env: "); ok {
					k, v, _ := strings.Cut(kv, "=")
					args.Env = func(name string) string {
						if name == k {
							return v
						}
						return ""
					}
				}
			}
			isWant := func(f txtar.File) bool { return strings.HasPrefix(f.Name, "want/") }
			for _, f := range archive.Files {
				if !isWant(f) {
					site[f.Name] = &fstest.MapFile{Data: f.Data}
				}
			}
			plan, diags := adapter.Plan(args)
			var got []txtar.File
			if plan != nil && !diags.HasErrors() {
				got = append(got, txtar.File{Name: "want/plan.txt", Data: []byte(ir.PrintPlan(plan))})
				checkPlan(t, plan)
			} else if len(diags) == 0 {
				t.Error("there is neither a plan nor a diagnostic")
			}
			if len(diags) > 0 {
				var printed bytes.Buffer
				diag.Render(&printed, diags, func(string) []byte { return nil })
				got = append(got, txtar.File{Name: "want/stderr", Data: printed.Bytes()})
			}
			made := &txtar.Archive{Comment: archive.Comment, Files: append(slices.DeleteFunc(slices.Clone(archive.Files), isWant), got...)}
			if text := txtar.Format(made); !bytes.Equal(text, txtar.Format(archive)) {
				if os.Getenv("SSTC_UPDATE") == "" {
					t.Errorf("the archive differs; run with SSTC_UPDATE=1 and read the diff. Got:\n%s", txtar.Format(&txtar.Archive{Files: got}))
				} else if err := os.WriteFile(name, text, 0o666); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// checkPlan checks what holds of every plan.
func checkPlan(t *testing.T, p *ir.SitePlan) {
	t.Helper()
	if p.Base != "" && (!strings.HasPrefix(p.Base, "/") || strings.HasSuffix(p.Base, "/")) {
		t.Errorf("the base path is %q", p.Base)
	}
	if len(p.Servers) > 0 && (p.Fallback != "" || p.NotFound != "") {
		t.Error("there are servers, and pages that stand in for them")
	}
	if len(p.Assets) == 0 {
		t.Error("there are no files")
	}
	for i, s := range p.Servers {
		if (i == 0) != (len(s.Paths) == 0) {
			t.Errorf("server %d has the paths %v", i, s.Paths)
		}
	}
}
