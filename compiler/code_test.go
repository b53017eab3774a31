package compiler_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sstc/sstc/assets"
	"github.com/sstc/sstc/compiler"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/internal/golden"
)

// Each archive in testdata/code, and for apps of SST v2 in testdata/sstv2/code,
// is an app of which want/ has what is in the archives of its functions. Files
// in bin/ are executables that stand for tools on the PATH.
func TestCode(t *testing.T) {
	testCode(t, "../testdata/code", func(*options) {}, func() string { return t.TempDir() })
}

func TestSSTv2Code(t *testing.T) {
	packages := npmPackages(t, v2Dir)
	testCode(t, filepath.Join(v2Dir, "code"), func(o *options) { o.CacheDir = packages }, func() string { return v2App(t, packages) })
}

func testCode(t *testing.T, from string, adjust func(*options), newDir func() string) {
	golden.Archives(t, from+"/*.txtar", func(t *testing.T, app *txtar.Archive) []txtar.File {
		dir := newDir()
		golden.Write(t, dir, app.Files)
		bin := filepath.Join(dir, "bin")
		if entries, err := os.ReadDir(bin); err == nil {
			for _, e := range entries {
				if err := os.Chmod(filepath.Join(bin, e.Name()), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			path := bin + string(filepath.ListSeparator) + os.Getenv("PATH")
			if strings.Contains(string(app.Comment), "\ntools: none\n") { // but those in bin/
				path = bin
				t.Setenv("CARGO_HOME", dir)
			}
			t.Setenv("PATH", path)
		}
		sources := &txtar.Archive{Comment: app.Comment}
		for _, f := range app.Files {
			if !strings.HasPrefix(f.Name, "bin/") { // whose modes have been set
				sources.Files = append(sources.Files, f)
			}
		}
		build, files := compileIn(t, dir, sources, func(o *options) {
			o.Targets = []string{"cloudformation"}
			adjust(o)
		})
		got := slices.DeleteFunc(files, func(f txtar.File) bool { return f.Name != "want/stderr" })
		if build.Packed != nil {
			got = append(got, codeOf(t, build, strings.Contains(string(app.Comment), "\nassets: shown\n"))...)
			got = append(got, handoverOf(t, build)...)
		}
		return got
	})
}

// codeOf lists what the archives of functions hold, the files themselves under
// the names of the functions. Other archives, and files, are numbered, if they are
// to be shown.
func codeOf(t *testing.T, build *compiler.Build, all bool) []txtar.File {
	t.Helper()
	var files []txtar.File
	others := 0
	for _, a := range build.Packed.Assets {
		name := a.ID
		if a.Kind != ir.AssetIsFunction {
			if a.Kind == ir.AssetIsImage || !all {
				continue
			}
			others++
			name = fmt.Sprintf("asset%d", others)
		}
		file := filepath.Join(build.Out, filepath.FromSlash(a.File))
		if !strings.HasSuffix(a.File, ".zip") {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, txtar.File{Name: "want/" + name + path.Ext(a.File), Data: withNewline(text)})
			continue
		}
		r, err := zip.OpenReader(file)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		list := ""
		if a.Kind == ir.AssetIsFunction {
			list = fmt.Sprintf("handler %s\n", a.Handler)
		}
		for _, e := range r.File {
			list += fmt.Sprintf("%s %s\n", e.Mode(), e.Name)
			content, err := e.Open()
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(content)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.ContainsRune(text, 0) {
				files = append(files, txtar.File{Name: "want/" + name + "/" + e.Name, Data: withNewline(text)})
			}
		}
		files = append(files, txtar.File{Name: "want/" + name + ".txt", Data: []byte(list)})
	}
	slices.SortFunc(files, func(a, b txtar.File) int { return strings.Compare(a.Name, b.Name) })
	return files
}

// handoverOf is what the manifest says of images, sites and invalidations.
func handoverOf(t *testing.T, build *compiler.Build) []txtar.File {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(build.Out, assets.ManifestName))
	if err != nil {
		t.Fatal(err)
	}
	m, err := assets.DecodeManifest(text)
	if err != nil {
		t.Fatal(err)
	}
	var said struct {
		Images        []*assets.ManifestImage       `json:"images,omitempty"`
		Sites         []assets.ManifestSite         `json:"sites,omitempty"`
		Invalidations []assets.ManifestInvalidation `json:"invalidations,omitempty"`
		Steps         []assets.Step                 `json:"steps"`
	}
	for _, a := range m.Assets {
		if a.Image != nil {
			said.Images = append(said.Images, a.Image)
		}
	}
	said.Sites, said.Invalidations, said.Steps = m.Sites, m.Invalidations, m.Steps
	if said.Images == nil && said.Sites == nil && said.Invalidations == nil {
		return nil
	}
	b, err := json.MarshalIndent(said, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return []txtar.File{{Name: "want/manifest.json", Data: append(b, '\n')}}
}

func withNewline(text []byte) []byte {
	if len(text) == 0 || text[len(text)-1] == '\n' {
		return text
	}
	return append(text, '\n')
}
