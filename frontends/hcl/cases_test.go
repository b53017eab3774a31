package hcl

import (
	"bytes"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/frontends"
	"github.com/sstc/sstc/internal/golden"
)

// Each archive in testdata has cases: NAME.hcl, or NAME.json, is a
// configuration, and NAME.txt what comes of it: the program without what all
// have in common, and the diagnostics. A configuration without a block app gets
// one. Files in directories are there for all cases. SSTC_UPDATE=1 rewrites the
// results.
//
// Comments in a case are options: "# env: NAME=value", "# var: name=value",
// "# var-file: name".
func TestCases(t *testing.T) {
	golden.Cases(t, "testdata/*.txtar", []string{".hcl", ".json"}, func(t *testing.T, c txtar.File, shared []txtar.File) []byte {
		config := ConfigFile
		if path.Ext(c.Name) == ".json" {
			config += ".json"
		}
		return []byte(evaluateCase(t, config, string(c.Data), shared))
	})
}

const plainApp = "app {\n  name = \"app\"\n  home = \"aws\"\n}\n"

func evaluateCase(t testing.TB, config, text string, shared []txtar.File) string {
	t.Helper()
	dir := t.TempDir()
	files := append(slices.Clone(shared), txtar.File{Name: config, Data: []byte(text)})
	if !strings.Contains(text, "app {") && !strings.Contains(text, `"app":`) {
		files = append(files, txtar.File{Name: "zz.sst.hcl", Data: []byte(plainApp)})
	}
	golden.Write(t, dir, files)
	args := argsFor(t, dir, config)
	for line := range strings.Lines(text) {
		name, value, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "# "), ": ")
		k, v, _ := strings.Cut(value, "=")
		switch {
		case !ok:
		case name == "env":
			args.Env.Declared[k] = v
		case name == "var":
			args.Vars = append(args.Vars, frontends.Var{Name: k, Value: v})
		case name == "var-file":
			b, err := os.ReadFile(filepath.Join(dir, value))
			if err != nil {
				t.Fatal(err)
			}
			args.VarFiles = append(args.VarFiles, frontends.VarFile{Name: value, Text: b})
		}
	}
	r, diags, err := Frontend{}.Evaluate(args)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if r != nil && !diags.HasErrors() {
		program := *r.Program
		if !strings.Contains(text, "# in full") {
			program = withoutComponents(program, text)
		}
		b.WriteString(shortened(ir.Print(&program)))
	}
	diag.Render(&b, diags, args.Files.Source)
	if bytes.Contains(b.Bytes(), []byte(dir)) {
		t.Error("the result has the path of this machine")
	}
	return b.String()
}

func argsFor(t testing.TB, dir, config string) frontends.Args {
	files, err := frontends.NewFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	return frontends.Args{Files: files, ConfigFile: config, Stage: "test", Env: &frontends.Env{Declared: map[string]string{}}}
}

// withoutComponents leaves out what components of SST's made: that is tested
// where they are written. "# in full" in a case keeps it, and "# shows ID" a
// resource.
func withoutComponents(p ir.Program, text string) ir.Program {
	components := map[string]bool{}
	for _, c := range p.Components {
		components[c.ID] = strings.HasPrefix(c.Type, "sst.")
	}
	p.Resources = slices.DeleteFunc(slices.Clone(p.Resources), func(r *ir.Resource) bool {
		return components[r.Component] && !strings.Contains(text, "# shows "+r.ID+"\n")
	})
	p.Functions = nil
	p.Assets = slices.DeleteFunc(slices.Clone(p.Assets), func(a *ir.Asset) bool { return a.Kind == ir.AssetIsFunction })
	return p
}

const usual = `app app
  stage: test
  home: aws
  removal: retain
  region: us-east-1
  dialect: pulumi

provider aws
  region = "us-east-1"
  defaultTags = {tags: {sst:app: "app", sst:stage: "test"}}
`

// shortened leaves out of a program what all of these have.
func shortened(program string) string {
	return strings.TrimPrefix(strings.TrimPrefix(program, usual), "\n")
}
