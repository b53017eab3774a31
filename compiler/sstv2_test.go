package compiler_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/internal/golden"
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
			for _, f := range real.Files {
				got, ok := ours[f.Name]
				if !ok {
					t.Errorf("there is no %s", f.Name)
					continue
				}
				compareTemplates(t, f.Name, template(t, f.Data), got, string(real.Comment))
			}
		})
	}
}

// recordReal has the real SST make templates.
func recordReal(t *testing.T, name string, app *txtar.Archive) {
	packages := npmPackages(t, filepath.Join(v2Dir, "real"))
	dir := v2App(t, packages)
	golden.Write(t, dir, app.Files)
	script, err := filepath.Abs(filepath.Join(v2Dir, "real", "synth.mjs"))
	if err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	cmd := exec.Command("node", script, dir, out, "test")
	if b, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	old, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	made := &txtar.Archive{Comment: old.Comment}
	var manifest struct {
		Artifacts map[string]struct {
			Type       string
			Properties struct{ TemplateFile, StackName string }
		}
	}
	b, err := os.ReadFile(filepath.Join(out, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &manifest); err != nil {
		t.Fatal(err)
	}
	for _, id := range slices.Sorted(maps.Keys(manifest.Artifacts)) {
		a := manifest.Artifacts[id]
		if a.Type != "aws:cloudformation:stack" {
			continue
		}
		b, err := os.ReadFile(filepath.Join(out, a.Properties.TemplateFile))
		if err != nil {
			t.Fatal(err)
		}
		if a.Properties.StackName == "" {
			a.Properties.StackName = id
		}
		made.Files = append(made.Files, txtar.File{Name: a.Properties.StackName + ".json", Data: append(bytes.TrimSpace(b), '\n')})
	}
	if err := os.WriteFile(name, txtar.Format(made), 0o666); err != nil {
		t.Fatal(err)
	}
}

// template reads a template without what is left out on purpose, and with
// numbers as numbers.
func template(t *testing.T, data []byte) any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	delete(v, "AWSTemplateFormatVersion")
	if params, ok := v["Parameters"].(map[string]any); ok {
		delete(params, "SstcAssetBucket")
		delete(params, "SstcAssetPrefix")
		delete(params, "SstcImageRepository")
	}
	if outputs, ok := v["Outputs"].(map[string]any); ok {
		maps.DeleteFunc(outputs, func(id string, _ any) bool { return strings.HasPrefix(id, "Sstc") })
		if len(outputs) == 0 {
			delete(v, "Outputs")
		}
	}
	if resources, ok := v["Resources"].(map[string]any); ok {
		maps.DeleteFunc(resources, func(id string, _ any) bool { return strings.HasPrefix(id, "CustomResourceHandler") })
	}
	return normal(v)
}

// account is the one that the real SST was told of. Ours does not know it, and
// refers to it.
const account = "123456789012"

func normal(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if isAccount(v) {
			return normal(account)
		}
		if join, ok := v["Fn::Join"].([]any); ok && len(join) == 2 && join[0] == "" {
			if parts, ok := join[1].([]any); ok {
				return joined(parts)
			}
		}
		_, key := v["S3Key"]
		_, bucket := v["S3Bucket"]
		if key || bucket {
			return "an asset"
		}
		for k, e := range v {
			v[k] = normal(e)
		}
	case []any:
		for i, e := range v {
			v[i] = normal(e)
		}
	case string:
		if f, err := strconv.ParseFloat(v, 64); err == nil {
			return f
		}
	}
	return v
}

func isAccount(v any) bool {
	m, ok := v.(map[string]any)
	return ok && len(m) == 1 && m["Ref"] == "AWS::AccountId"
}

// joined is a join without a delimiter whose known parts are as long as can be.
func joined(parts []any) any {
	var flat []any
	for _, p := range parts {
		if isAccount(p) {
			p = account
		} else if _, ok := p.(string); !ok {
			p = normal(p)
		}
		more := []any{p}
		if m, ok := p.(map[string]any); ok {
			if join, ok := m["Fn::Join"].([]any); ok && join[0] == "" {
				more = join[1].([]any)
			}
		}
		for _, p := range more {
			text, isText := p.(string)
			if before, ok := last(flat).(string); ok && isText {
				flat[len(flat)-1] = before + text
				continue
			}
			flat = append(flat, p)
		}
	}
	if text, ok := last(flat).(string); ok && len(flat) == 1 {
		return normal(text)
	}
	return map[string]any{"Fn::Join": []any{"", flat}}
}

func last(list []any) any {
	if len(list) == 0 {
		return nil
	}
	return list[len(list)-1]
}

// compareTemplates reports where two templates differ. Known has the paths at which
// they may, a pattern on each line after the first, with its reason.
func compareTemplates(t *testing.T, at string, want, got any, known string) {
	t.Helper()
	w, isMap := want.(map[string]any)
	g, isMap2 := got.(map[string]any)
	if isMap && isMap2 {
		keys := map[string]bool{}
		for k := range w {
			keys[k] = true
		}
		for k := range g {
			keys[k] = true
		}
		for _, k := range slices.Sorted(maps.Keys(keys)) {
			compareTemplates(t, at+"/"+k, w[k], g[k], known)
		}
		return
	}
	wl, isList := want.([]any)
	gl, isList2 := got.([]any)
	if isList && isList2 && len(wl) == len(gl) {
		for i := range wl {
			compareTemplates(t, fmt.Sprintf("%s/%d", at, i), wl[i], gl[i], known)
		}
		return
	}
	a, _ := json.Marshal(want)
	b, _ := json.Marshal(got)
	if bytes.Equal(a, b) {
		return
	}
	_, patterns, _ := strings.Cut(known, "\n")
	for line := range strings.Lines(patterns) {
		pattern, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		if pattern != "" && regexp.MustCompile("^"+pattern+"$").MatchString(at) {
			return
		}
	}
	t.Errorf("%s\n  real %.600s\n  ours %.600s", at, a, b)
}
