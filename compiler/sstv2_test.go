package compiler_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/internal/golden"
	"github.com/sstc/sstc/internal/realsst"
)

const v2Dir = "../testdata/sstv2"

// npmPackages returns a directory with the packages of a package.json, which
// npm installs once into the user's cache, or skips the test.
func npmPackages(t *testing.T, from string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("needs packages of npm's")
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Skip("no cache directory to install packages into")
	}
	names := []string{"package.json"}
	if _, err := os.Stat(filepath.Join(from, "package-lock.json")); err == nil {
		names = append(names, "package-lock.json")
	}
	digest := sha256.New()
	files := map[string][]byte{}
	for _, name := range names {
		b, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = b
		digest.Write(b)
	}
	dir := filepath.Join(cache, "sstc-test", "sstv2-"+hex.EncodeToString(digest.Sum(nil)[:8]))
	if _, err := os.Stat(filepath.Join(dir, "installed")); err == nil {
		return dir
	}
	if _, err := exec.LookPath("npm"); err != nil {
		t.Skip("npm is not installed: apps of SST v2 are not tested")
	}
	if err := os.MkdirAll(filepath.Join(dir, "apps"), 0o777); err != nil {
		t.Fatal(err)
	}
	files["nx.json"] = []byte("{}\n") // a workspace, so that apps in it may read its packages
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	command := "ci"
	if len(names) == 1 {
		command = "install"
	}
	cmd := exec.Command("npm", command, "--ignore-scripts", "--no-audit", "--no-fund")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("npm cannot install the packages: %v\n%s", err, out)
	}
	if err := os.WriteFile(filepath.Join(dir, "installed"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

// v2App is a directory for an app in which the packages can be resolved.
func v2App(t *testing.T, packages string) string {
	t.Helper()
	dir, err := os.MkdirTemp(filepath.Join(packages, "apps"), "app")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// Each archive in testdata/sstv2 is an app of SST v2 as those in testdata/apps
// are of later versions: want/ has its templates.
func TestSSTv2(t *testing.T) {
	packages := npmPackages(t, v2Dir)
	golden.Archives(t, v2Dir+"/*.txtar", func(t *testing.T, app *txtar.Archive) []txtar.File {
		t.Parallel()
		return compileV2(t, app, packages)
	})
}

// Those in testdata/sstv2/older are built with an old CDK.
func TestSSTv2Older(t *testing.T) {
	packages := npmPackages(t, v2Dir+"/older")
	golden.Archives(t, v2Dir+"/older/*.txtar", func(t *testing.T, app *txtar.Archive) []txtar.File {
		t.Parallel()
		return compileV2(t, app, packages)
	})
}

func compileV2(t *testing.T, app *txtar.Archive, packages string) []txtar.File {
	t.Helper()
	build, files := compileIn(t, v2App(t, packages), app, func(o *options) {
		o.CacheDir = packages
		if !strings.Contains(string(app.Comment), "\ntarget: ") {
			o.Targets = []string{"cloudformation"}
		}
	})
	if build.Program != nil {
		_ = ir.Print(build.Program)
	}
	files = slices.DeleteFunc(files, func(f txtar.File) bool { return f.Name == "want/ir.txt" })
	if images := manifestImages(t, filepath.Join(build.Out, "manifest.json")); len(images) > 0 {
		files = append(files, txtar.File{Name: "want/images.txt", Data: images})
	}
	return files
}

// manifestImages is what a manifest says of container images, one on a line.
func manifestImages(t *testing.T, name string) []byte {
	b, err := os.ReadFile(name)
	if os.IsNotExist(err) {
		return nil // the app has mistakes
	}
	var m struct {
		Assets []struct{ Image json.RawMessage }
	}
	if err == nil {
		err = json.Unmarshal(b, &m)
	}
	if err != nil {
		t.Fatal(err)
	}
	var lines bytes.Buffer
	for _, a := range m.Assets {
		if a.Image != nil {
			if err := json.Compact(&lines, a.Image); err != nil {
				t.Fatal(err)
			}
			lines.WriteByte('\n')
		}
	}
	return lines.Bytes()
}

// The templates of testdata/sstv2/real are what the npm package sst made of
// the apps of the same name, and TestSSTv2 sees to it that those under want/ are
// what sstc makes. SSTC_RECORD=1 records them, which takes Node.
func TestSSTv2Real(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(v2Dir, "real", "*.txtar"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			app, want := golden.Read(t, filepath.Join(v2Dir, filepath.Base(name)))
			if os.Getenv("SSTC_RECORD") != "" {
				recordReal(t, name, app)
			}
			real, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			ours := map[string]any{}
			for _, f := range want {
				if strings.HasPrefix(f.Name, "want/cloudformation/") {
					ours[filepath.Base(f.Name)] = template(t, f.Data)
				}
			}
			_, patterns, _ := strings.Cut(string(real.Comment), "\n")
			known, err := realsst.ReadKinds(patterns)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range real.Files {
				got, ok := ours[f.Name]
				if !ok {
					t.Errorf("there is no %s", f.Name)
					continue
				}
				for _, d := range realsst.Compare(f.Name, template(t, f.Data), got) {
					if _, ok := known.Of(d); !ok {
						t.Errorf("%s\n  real %.600s\n  ours %.600s", d.At, d.Real, d.Ours)
					}
				}
			}
		})
	}
}

// recordReal has the real SST make templates.
func recordReal(t *testing.T, name string, app *txtar.Archive) {
	packages := npmPackages(t, filepath.Join(v2Dir, "real"))
	dir := v2App(t, packages)
	golden.Write(t, dir, app.Files)
	out := t.TempDir()
	if err := realsst.Synthesize(filepath.Join(v2Dir, "real", "synth.mjs"), dir, out, "test"); err != nil {
		t.Fatal(err)
	}
	old, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	templates, err := realsst.Templates(out)
	if err != nil {
		t.Fatal(err)
	}
	made := &txtar.Archive{Comment: old.Comment}
	for _, stack := range slices.Sorted(maps.Keys(templates)) {
		made.Files = append(made.Files, txtar.File{Name: stack + ".json", Data: append(bytes.TrimSpace(templates[stack]), '\n')})
	}
	if err := os.WriteFile(name, txtar.Format(made), 0o666); err != nil {
		t.Fatal(err)
	}
}

func template(t *testing.T, data []byte) any {
	t.Helper()
	v, err := realsst.Normal(data)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
