package assets

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zip"
	"golang.org/x/tools/txtar"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// Each testdata/*.txtar is a project, with the functions to be packed in
// program.json, and what becomes of it: want/archives.txt, a listing, and
// want/diagnostics.txt. A file named "x -> y" is a link to y, and one named
// "x +x" is executable.
func TestPack(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no testdata: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			compiled := strings.Contains(string(a.Comment), "needs go")
			if compiled {
				needsGo(t)
			}
			root := t.TempDir()
			p, want := unpackProject(t, a, root)
			out := t.TempDir()
			result, diags, err := Pack(Options{Root: filepath.Join(root, "app"), WorkspaceRoot: root, Dir: out}, p)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			if len(diags) > 0 {
				got["want/diagnostics.txt"] = describe(diags)
			}
			if diags.HasErrors() != (result == nil) {
				t.Errorf("result %v with diagnostics:\n%s", result, describe(diags))
			}
			if result != nil {
				got["want/archives.txt"] = listing(t, out, result)
				if compiled { // the bytes depend on the compiler's version
					got["want/archives.txt"] = regexp.MustCompile(`[0-9a-f]{64}|\d{7} [0-9a-f]{12} bootstrap`).ReplaceAllString(got["want/archives.txt"], "...")
				}
			}
			compareGolden(t, file, a, want, got)
		})
	}
}

// unpackProject writes an archive's files into root and returns the program
// and what is wanted. Paths in the archive are relative to the app's root,
// which is root/app.
func unpackProject(t testing.TB, a *txtar.Archive, root string) (*ir.Program, map[string]string) {
	t.Helper()
	want := map[string]string{}
	var p *ir.Program
	for _, f := range a.Files {
		if strings.HasPrefix(f.Name, "want/") {
			want[f.Name] = string(f.Data)
			continue
		}
		if f.Name == "program.json" {
			p = decodeProgram(t, f.Data)
			continue
		}
		name, target, isLink := strings.Cut(f.Name, " -> ")
		name, isExec := strings.CutSuffix(name, " +x")
		name = filepath.Join(root, "app", name)
		must(t, os.MkdirAll(filepath.Dir(name), 0o777))
		mode := os.FileMode(0o666)
		if isExec {
			mode = 0o777
		}
		if isLink {
			must(t, os.Symlink(target, name))
		} else {
			must(t, os.WriteFile(name, f.Data, mode))
		}
	}
	if p == nil {
		t.Fatal("no program.json")
	}
	return p, want
}

// decodeProgram reads {"functions": [...], "assets": [...]}, with the
// configuration's names for what a function has. Function number n is at line
// n of sst.config.ts.
func decodeProgram(t testing.TB, data []byte) *ir.Program {
	t.Helper()
	var spec struct {
		Functions []struct {
			Name, Handler, Runtime, Architecture, Bundle string
			CopyFiles                                    []ir.CopyFile
			Files                                        []ir.File
			Nodejs                                       struct {
				Format, Banner    string
				Minify, SourceMap *bool
				Splitting         bool
				Install           []string
				Loader            []ir.KV
				ESBuild           json.RawMessage
			}
		}
		Assets []struct {
			ID, Kind, Source string
			Parts            []ir.AssetPart
		}
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	must(t, d.Decode(&spec))
	p := &ir.Program{}
	line := 0
	rng := func() diag.Range {
		line++
		return diag.Range{Filename: "sst.config.ts", Start: diag.Pos{Line: line, Column: 1}, End: diag.Pos{Line: line, Column: 2}}
	}
	for _, s := range spec.Functions {
		f := &ir.Function{ID: s.Name, Name: s.Name, Handler: s.Handler, Runtime: s.Runtime, Architecture: s.Architecture,
			Bundle: s.Bundle, CopyFiles: s.CopyFiles, Files: s.Files, Range: rng()}
		if f.Runtime == "" {
			f.Runtime = "nodejs22.x"
		}
		f.Node = ir.NodeOptions{Format: s.Nodejs.Format, Banner: s.Nodejs.Banner, Minify: s.Nodejs.Minify,
			SourceMap: s.Nodejs.SourceMap, Splitting: s.Nodejs.Splitting, Install: s.Nodejs.Install, Loader: s.Nodejs.Loader}
		if s.Nodejs.ESBuild != nil {
			v, err := ir.DecodeJSON(string(s.Nodejs.ESBuild))
			must(t, err)
			f.Node.ESBuild = v.(*ir.Object)
		}
		p.Functions = append(p.Functions, f)
		p.Assets = append(p.Assets, &ir.Asset{ID: f.ID, Kind: ir.AssetIsFunction, Range: f.Range})
	}
	for _, s := range spec.Assets {
		p.Assets = append(p.Assets, &ir.Asset{ID: s.ID, Kind: ir.AssetKind(s.Kind), Source: s.Source, Parts: s.Parts, Range: rng()})
	}
	return p
}

func describe(diags diag.List) string {
	var b strings.Builder
	at := func(r *diag.Range) string {
		if r == nil {
			return "-"
		}
		return fmt.Sprintf("%s:%d:%d-%d", r.Filename, r.Start.Line, r.Start.Column, r.End.Column)
	}
	for _, d := range diags.Sorted() {
		fmt.Fprintf(&b, "%s %s [%s] %s\n\t%s\n", at(d.Subject), d.Severity, d.Code, d.Summary, d.Detail)
		for _, n := range d.Notes {
			fmt.Fprintf(&b, "\t%s note: %s\n", at(n.Subject), n.Message)
		}
	}
	return b.String()
}

// listing is one line for each file of each archive: mode, size, digest, name.
func listing(t testing.TB, dir string, r *Result) string {
	t.Helper()
	var b strings.Builder
	for _, a := range r.Assets {
		fmt.Fprintf(&b, "%s %s", a.ID, a.File)
		if a.Handler != "" {
			fmt.Fprintf(&b, " %s", a.Handler)
		}
		fmt.Fprintln(&b)
		data, err := os.ReadFile(filepath.Join(dir, a.File))
		must(t, err)
		if int64(len(data)) != a.Size {
			t.Errorf("%s: size is %d, want %d", a.ID, a.Size, len(data))
		}
		if filepath.Ext(a.File) != ".zip" || a.Kind == ir.AssetIsFile {
			continue
		}
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		must(t, err)
		for _, f := range z.File {
			content := readEntry(t, f)
			s, err := sumOf(bytes.NewReader(content))
			must(t, err)
			target := ""
			if f.Mode()&os.ModeSymlink != 0 {
				target = " -> " + string(content)
			}
			fmt.Fprintf(&b, "  %v %7d %.12s %s%s\n", f.Mode(), len(content), s.digest, f.Name, target)
		}
	}
	if len(r.Inputs) > 0 {
		fmt.Fprintln(&b, "inputs")
		for _, i := range r.Inputs {
			fmt.Fprintf(&b, "  %.12s %s\n", i.Digest, i.Path)
		}
	}
	return b.String()
}

func readEntry(t testing.TB, f *zip.File) []byte {
	t.Helper()
	r, err := f.Open()
	must(t, err)
	defer r.Close()
	var b bytes.Buffer
	_, err = b.ReadFrom(r)
	must(t, err)
	return b.Bytes()
}

// compareGolden compares the want/ sections with got or, with SSTC_UPDATE
// set, rewrites them.
func compareGolden(t *testing.T, file string, a *txtar.Archive, want, got map[string]string) {
	t.Helper()
	if os.Getenv("SSTC_UPDATE") != "" {
		a.Files = slices.DeleteFunc(a.Files, func(f txtar.File) bool { return strings.HasPrefix(f.Name, "want/") })
		for _, name := range []string{"want/archives.txt", "want/diagnostics.txt"} {
			if got[name] != "" {
				a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(got[name])})
			}
		}
		must(t, os.WriteFile(file, txtar.Format(a), 0o644))
		return
	}
	for _, name := range []string{"want/archives.txt", "want/diagnostics.txt"} {
		if got[name] != want[name] {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got[name], want[name])
		}
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A file of a bundle that the compiler replaces is no input: what was there does
// not matter.
func TestReplacedIsNoInput(t *testing.T) {
	digest := func(replaced, kept string) Input {
		root := t.TempDir()
		must(t, os.MkdirAll(filepath.Join(root, "bundle"), 0o777))
		for name, content := range map[string]string{"index.mjs": kept, "keys.json": replaced} {
			must(t, os.WriteFile(filepath.Join(root, "bundle", name), []byte(content), 0o666))
		}
		p, err := newProject(Options{Root: root})
		must(t, err)
		u := &unit{tree: p.newTree(diag.Range{}, "The function"), fn: &ir.Function{
			Bundle: "bundle", Handler: "index.handler", Runtime: "nodejs24.x", Files: []ir.File{{Path: "keys.json", Content: "{}"}},
		}}
		must(t, p.packBundle(u))
		must(t, p.addExtra(u))
		if len(u.tree.diags) > 0 || u.tree.files["keys.json"] == nil {
			t.Fatalf("%v, %v", u.tree.diags, u.tree.files)
		}
		return p.sortedInputs()[0]
	}
	one := digest(`{"key":1}`, "export const handler = 1;")
	if two := digest(`{"key":2}`, "export const handler = 1;"); one != two {
		t.Errorf("the input is %v, then %v", one, two)
	}
	if two := digest(`{"key":1}`, "export const handler = 2;"); one == two {
		t.Error("the input does not follow what is packed")
	}
}
