package compiler_test

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sstc/sstc/compiler"
	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/frontends/hcl"
	"github.com/sstc/sstc/internal/golden"
)

// differentInHCL are the apps of testdata/apps whose conversion is not the same
// app, and why.
var differentInHCL = map[string]string{
	"component_resource": "has a class of its own, which groups resources",
	"component_subclass": "links a class of its own",
	"link_classes":       "links classes of its own",
}

// Each app in TypeScript that builds is the same app when it has been converted
// to HCL, in one file and in several, and gives the same files.
func TestConvertApps(t *testing.T) {
	names, err := filepath.Glob(filepath.Join("..", "testdata", "apps", "*.txtar"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range names {
		app, want := golden.Read(t, name)
		has := func(files []txtar.File, name string) bool {
			return slices.ContainsFunc(files, func(f txtar.File) bool { return f.Name == name })
		}
		if !has(app.Files, "sst.config.ts") || !has(want, "want/ir.txt") {
			continue
		}
		app = withoutHCL(app)
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			for _, single := range []bool{false, true} {
				v, diags := convertApp(t, app, single)
				why := differentInHCL[strings.TrimSuffix(filepath.Base(name), ".txtar")]
				switch {
				case v.Same && why != "":
					t.Errorf("the conversion is the same app after all: it %s", why)
				case !v.Same && why == "":
					for _, d := range diags {
						t.Errorf("%s: %s", d.Summary, d.Detail)
					}
				}
				if v.Same && !single { // the programs of both have been compared
					compareEmitted(t, want, compileConverted(t, app, v.Files))
				}
			}
		})
	}
}

// Each archive in testdata/convert is an app in TypeScript and, under want/, the
// HCL that is made of it, and the warnings. What is said to be the same app gives
// the same files.
func TestConvert(t *testing.T) {
	golden.Archives(t, "../testdata/convert/*.txtar", func(t *testing.T, app *txtar.Archive) []txtar.File {
		t.Parallel()
		v, diags := convertApp(t, app, false)
		var got []txtar.File
		for _, f := range v.Files {
			got = append(got, txtar.File{Name: "want/" + f.Name, Data: f.Text})
		}
		if len(diags) > 0 {
			var printed bytes.Buffer
			diag.Render(&printed, diags, v.Sources.Source)
			got = append(got, txtar.File{Name: "want/stderr", Data: printed.Bytes()})
		}
		if v.Same {
			compareEmitted(t, compileApp(t, app, ""), compileConverted(t, app, v.Files))
		}
		return got
	})
}

// The example is the same app in HCL.
func TestConvertNotes(t *testing.T) {
	v, diags, err := compiler.Convert(compiler.Options{Dir: filepath.Join("..", "examples", "notes"), Stage: "dev"}, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range diags {
		t.Errorf("%s: %s", d.Summary, d.Detail)
	}
	if !v.Same {
		t.Error("the conversion is another app")
	}
}

func withoutHCL(app *txtar.Archive) *txtar.Archive {
	files := slices.DeleteFunc(slices.Clone(app.Files), func(f txtar.File) bool {
		return strings.HasSuffix(f.Name, ".hcl") || strings.HasSuffix(f.Name, ".hcl.json")
	})
	return &txtar.Archive{Comment: app.Comment, Files: files}
}

func convertApp(t *testing.T, app *txtar.Archive, single bool) (*compiler.Conversion, diag.List) {
	t.Helper()
	dir := t.TempDir()
	golden.Write(t, dir, app.Files)
	opts := appOptions(t, dir, string(app.Comment))
	opts.Dir = dir
	v, diags, err := compiler.Convert(opts, single)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range v.Files {
		formatted, problems := hcl.Format(f.Name, f.Text)
		if problems.HasErrors() || !bytes.Equal(formatted, f.Text) {
			t.Errorf("%s is not formatted", f.Name)
		}
	}
	return v, diags
}

// compileConverted compiles an app with files in place of its configuration.
func compileConverted(t *testing.T, app *txtar.Archive, files []hcl.ConvertedFile) []txtar.File {
	t.Helper()
	converted := &txtar.Archive{Comment: app.Comment}
	for _, f := range app.Files {
		if f.Name != "sst.config.ts" {
			converted.Files = append(converted.Files, f)
		}
	}
	for _, f := range files {
		converted.Files = append(converted.Files, txtar.File{Name: f.Name, Data: f.Text})
	}
	return compileApp(t, converted, "")
}

// compareEmitted compares what is emitted. In ir.txt the order differs where
// files were evaluated in another one, and stderr names the configuration.
func compareEmitted(t *testing.T, want, got []txtar.File) {
	t.Helper()
	emitted := func(files []txtar.File) []txtar.File {
		return slices.DeleteFunc(slices.Clone(files), func(f txtar.File) bool { return f.Name == "want/ir.txt" || f.Name == "want/stderr" })
	}
	golden.Files(t, emitted(want), emitted(got))
}
