package assets

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// cachePackage puts a package into an npm cache, and returns its digest as
// lockfiles have it.
func cachePackage(t *testing.T, cache string, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for name, content := range files {
		must(t, w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "package/" + name, Mode: 0o644, Size: int64(len(content))}))
		_, err := w.Write([]byte(content))
		must(t, err)
	}
	must(t, w.Close())
	must(t, z.Close())
	sum := sha512.Sum512(b.Bytes())
	x := hex.EncodeToString(sum[:])
	dir := filepath.Join(cache, "_cacache", "content-v2", "sha512", x[:2], x[2:4])
	must(t, os.MkdirAll(dir, 0o777))
	must(t, os.WriteFile(filepath.Join(dir, x[4:]), b.Bytes(), 0o666))
	return "sha512-" + base64.StdEncoding.EncodeToString(sum[:])
}

// TestInstallBeside packs a bundle that needs sharp, which is there in some way
// or other.
func TestInstallBeside(t *testing.T) {
	const sharp = `{"name":"sharp","version":"1.0.0","optionalDependencies":{"@img/sharp-linux-arm64":"1.0.0","@img/sharp-linux-x64":"1.0.0"}}`
	platform := func(cpu string) string {
		return `{"name":"@img/sharp-linux-` + cpu + `","version":"1.0.0","os":["linux"],"cpu":["` + cpu + `"],"libc":["glibc"]}`
	}
	const inBundle, inApp = "bundle/node_modules/", "node_modules/"
	has := func(at string, cpus ...string) map[string]string {
		files := map[string]string{at + "sharp/package.json": sharp, at + "sharp/lib/index.js": at}
		for _, cpu := range cpus {
			files[at+"@img/sharp-linux-"+cpu+"/package.json"] = platform(cpu)
		}
		return files
	}
	cache := t.TempDir()
	t.Setenv("npm_config_cache", cache)
	integrity := cachePackage(t, cache, map[string]string{"package.json": platform("arm64"), "lib/sharp.js": "arm64"})
	damaged := cachePackage(t, cache, map[string]string{"package.json": platform("arm64"), "lib/sharp.js": "damaged"})
	sum, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(damaged, "sha512-"))
	x := hex.EncodeToString(sum)
	must(t, os.WriteFile(filepath.Join(cache, "_cacache", "content-v2", "sha512", x[:2], x[2:4], x[4:]), []byte("x"), 0o666))
	lock := func(integrity string) map[string]string {
		return map[string]string{"package-lock.json": `{"packages":{"node_modules/@img/sharp-linux-arm64":{"version":"1.0.0","integrity":"` + integrity + `","os":["linux"],"cpu":["arm64"]}}}`}
	}
	for _, c := range []struct {
		name  string
		files []map[string]string
		want  []string // in node_modules of the archive
		from  string   // where the package is from
		err   string
	}{
		{"the bundle has it", []map[string]string{has(inBundle, "arm64"), has(inApp, "arm64")},
			[]string{"@img/sharp-linux-arm64", "sharp"}, inBundle, ""},
		{"the app has it", []map[string]string{has(inApp, "arm64", "x64")},
			[]string{"@img/sharp-linux-arm64", "sharp"}, inApp, ""},
		{"the bundle has it for another platform", []map[string]string{has(inBundle, "x64"), has(inApp, "arm64", "x64")},
			[]string{"@img/sharp-linux-arm64", "sharp"}, inApp, ""},
		{"it is in the cache", []map[string]string{has(inBundle, "x64"), has(inApp, "x64"), lock(integrity)},
			[]string{"@img/sharp-linux-arm64", "sharp"}, inApp, ""},
		{"what it needs is kept from the app", []map[string]string{{
			"package.json": `{"dependencies":{"next":"1"}}`, inApp + "next/package.json": `{"name":"next"}`,
			inApp + "next/node_modules/sharp/package.json":                  sharp,
			inApp + "next/node_modules/sharp/lib/index.js":                  inApp,
			inApp + "next/node_modules/@img/sharp-linux-arm64/package.json": platform("arm64"),
		}}, []string{"@img/sharp-linux-arm64", "sharp"}, inApp, ""},
		{"the app has it for another platform", []map[string]string{has(inApp, "x64")}, nil, "", "npm cache add @img/sharp-linux-arm64@1.0.0"},
		{"nobody has it", nil, nil, "", "add it to package.json"},
		{"the lockfile has another", []map[string]string{has(inApp, "x64"), lock("sha512-" + strings.Repeat("A", 86) + "==")}, nil, "", "for linux-arm64"},
	} {
		root := t.TempDir()
		files := map[string]string{"bundle/index.mjs": "export const handler = 1;"}
		for _, m := range c.files {
			for k, v := range m {
				files[k] = v
			}
		}
		for name, content := range files {
			must(t, os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o777))
			must(t, os.WriteFile(filepath.Join(root, name), []byte(content), 0o666))
		}
		p, err := newProject(Options{Root: root})
		must(t, err)
		u := &unit{tree: p.newTree(diag.Range{}, "The function"), fn: &ir.Function{
			Bundle: "bundle", BuiltIn: ".", Handler: "index.handler", Runtime: "nodejs24.x", Architecture: "arm64", Node: ir.NodeOptions{Install: []string{"sharp"}},
		}}
		must(t, p.packBundle(u))
		if c.err != "" {
			if len(u.tree.diags) != 1 || !u.tree.diags.HasErrors() || !strings.Contains(u.tree.diags[0].Detail, c.err) {
				t.Errorf("%s: got %v, want %q", c.name, u.tree.diags, c.err)
			}
			continue
		}
		if len(u.tree.diags) > 0 {
			t.Errorf("%s: %s", c.name, u.tree.diags[0].Detail)
		}
		var got []string
		for name := range u.tree.files {
			if pkg, ok := strings.CutSuffix(name, "/package.json"); ok {
				got = append(got, strings.TrimPrefix(pkg, "node_modules/"))
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: the archive has %v, want %v", c.name, got, c.want)
		}
		if e := u.tree.files["node_modules/sharp/lib/index.js"]; e != nil {
			if b, _ := os.ReadFile(e.path); string(b) != c.from {
				t.Errorf("%s: it is from %s, want %s", c.name, b, c.from)
			}
		}
	}

	root := t.TempDir()
	for name, content := range lock(damaged) {
		must(t, os.WriteFile(filepath.Join(root, name), []byte(content), 0o666))
	}
	p, err := newProject(Options{Root: root})
	must(t, err)
	if _, err := p.cached(p.root, "@img/sharp-linux-arm64", "arm64"); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("of a damaged cache: %v", err)
	}
}
