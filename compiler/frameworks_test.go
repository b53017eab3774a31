package compiler

import (
	"bytes"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"github.com/sstc/sstc/adapters"
	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/internal/golden"
)

// Each archive in testdata/sites is the directory of a site after its build,
// and in want/plan.txt what the adapter makes of it, or in want/stderr what is
// wrong with it. Its name begins with the adapter's. The first line says what
// it shows; lines below it "option: name=value" are the framework's own
// arguments, and one "env: name=value" the build's environment. SSTC_UPDATE=1
// rewrites want/.
func TestPlans(t *testing.T) {
	golden.Archives(t, "../testdata/sites/*.txtar", func(t *testing.T, a *txtar.Archive) []txtar.File {
		framework, _, _ := strings.Cut(path.Base(t.Name()), "_")
		adapter := frameworkOf(&ir.Site{Framework: framework})
		if adapter == nil {
			t.Fatalf("there is no adapter %q", framework)
		}
		site := fstest.MapFS{}
		args := adapters.Args{Site: site, Name: "Web"}
		for line := range strings.Lines(string(a.Comment)) {
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
		for _, f := range a.Files {
			site[f.Name] = &fstest.MapFile{Data: f.Data}
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
		return got
	})
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
