package assets

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
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
	at := hex.EncodeToString(sum)
	must(t, os.WriteFile(filepath.Join(cache, "_cacache", "content-v2", "sha512", at[:2], at[2:4], at[4:]), []byte("x"), 0o666))
	lock := func(integrity string) map[string]string {
		return map[string]string{"package-lock.json": `{"packages":{"node_modules/@img/sharp-linux-arm64":{"version":"1.0.0","integrity":"` + integrity + `","os":["linux"],"cpu":["arm64"]}}}`}
	}
	const arm64 = "@img/sharp-linux-arm64"
	pnpm := func(integrity string) map[string]string {
		return map[string]string{"pnpm-lock.yaml": "lockfileVersion: '9.0'\npackages:\n\n  '" + arm64 + "@1.0.0':\n    resolution: {integrity: " + integrity + "}\n    cpu: [arm64]\n    os: [linux]\n\nsnapshots:\n\n  '" + arm64 + "@1.0.0':\n    optional: true\n"}
	}
	// stores are pnpm's of both forms: files by their digests.
	sha := func(content string) (hexDigest, integrity string) {
		sum := sha512.Sum512([]byte(content))
		return hex.EncodeToString(sum[:]), "sha512-" + base64.StdEncoding.EncodeToString(sum[:])
	}
	x, missing := sha("an archive that npm's cache lacks")
	store := func(index, damage string) map[string]string {
		dir := t.TempDir()
		files := map[string]string{"package.json": platform("arm64"), "lib/sharp.js": "arm64"}
		var list []string
		for name, content := range files {
			y, integrity := sha(content)
			path := filepath.Join(dir, "files", y[:2], y[2:])
			must(t, os.MkdirAll(filepath.Dir(path), 0o777))
			must(t, os.WriteFile(path, []byte(content+damage), 0o666))
			list = append(list, fmt.Sprintf(`"%s":{"checkedAt":1,"integrity":"%s","mode":420,"size":%d}`, name, integrity, len(content)))
		}
		path := filepath.Join(dir, filepath.FromSlash(index))
		must(t, os.MkdirAll(filepath.Dir(path), 0o777))
		must(t, os.WriteFile(path, []byte(`{"name":"`+arm64+`","files":{`+strings.Join(list, ",")+`}}`), 0o666))
		return map[string]string{"node_modules/.modules.yaml": "layoutVersion: 5\nstoreDir: " + dir + "\n"}
	}
	pnpm9, pnpm10 := "files/"+x[:2]+"/"+x[2:]+"-index.json", "index/"+x[:2]+"/"+x[2:64]+"-@img+sharp-linux-arm64@1.0.0.json"
	yarn1 := func(integrity string) map[string]string {
		return map[string]string{"yarn.lock": "# yarn lockfile v1\n\n\n\"" + arm64 + "@1.0.0\":\n  version \"1.0.0\"\n  resolved \"https://registry.yarnpkg.com/x.tgz#1\"\n  integrity " + integrity + "\n\nother@^2.0.0, other@^2.1.0:\n  version \"2.1.0\"\n  integrity sha512-x\n"}
	}
	yarn4 := func(summed bool, damage string) map[string]string {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for name, content := range map[string]string{"package.json": platform("arm64"), "lib/sharp.js": "arm64"} {
			w, err := z.Create("node_modules/" + arm64 + "/" + name)
			must(t, err)
			_, err = w.Write([]byte(content))
			must(t, err)
		}
		must(t, z.Close())
		y, _ := sha(b.String())
		checksum := ""
		if summed {
			checksum = "  checksum: 10c0/" + y + "\n"
		}
		return map[string]string{
			".yarn/cache/@img-sharp-linux-arm64-npm-1.0.0-0123456789-10c0.zip": b.String() + damage,
			"yarn.lock": "__metadata:\n  version: 8\n  cacheKey: 10c0\n\n\"" + arm64 + "@npm:1.0.0\":\n  version: 1.0.0\n  resolution: \"" + arm64 + "@npm:1.0.0\"\n" + checksum + "  conditions: os=linux & cpu=arm64\n  languageName: node\n  linkType: hard\n",
		}
	}
	t.Setenv("YARN_GLOBAL_FOLDER", t.TempDir())
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
		{"pnpm's lockfile, npm's cache", []map[string]string{has(inApp, "x64"), pnpm(integrity)}, []string{arm64, "sharp"}, inApp, ""},
		{"pnpm 9's store", []map[string]string{has(inApp, "x64"), pnpm(missing), store(pnpm9, "")}, []string{arm64, "sharp"}, inApp, ""},
		{"pnpm 10's store", []map[string]string{has(inApp, "x64"), pnpm(missing), store(pnpm10, "")}, []string{arm64, "sharp"}, inApp, ""},
		{"pnpm without it", []map[string]string{has(inApp, "x64"), pnpm(missing)}, nil, "", "in pnpm-workspace.yaml, supportedArchitectures: { os: [current, linux], cpu: [current, arm64], libc: [current, glibc] }"},
		{"Yarn 1's lockfile, npm's cache", []map[string]string{has(inApp, "x64"), yarn1(integrity)}, []string{arm64, "sharp"}, inApp, ""},
		{"Yarn 1 without it", []map[string]string{has(inApp, "x64"), yarn1(missing)}, nil, "", "npm cache add @img/sharp-linux-arm64@1.0.0"},
		{"Yarn 4's cache", []map[string]string{has(inApp, "x64"), yarn4(false, "")}, []string{arm64, "sharp"}, inApp, ""},
		{"Yarn's cache, with a checksum", []map[string]string{has(inApp, "x64"), yarn4(true, "")}, []string{arm64, "sharp"}, inApp, ""},
		{"Yarn 4 with another archive", []map[string]string{has(inApp, "x64"), yarn4(true, "x")}, nil, "", "in .yarnrc.yml, supportedArchitectures"},
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

	for _, files := range [][]map[string]string{{lock(damaged)}, {pnpm(missing), store(pnpm9, "x")}} {
		root := t.TempDir()
		for _, m := range files {
			for name, content := range m {
				must(t, os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o777))
				must(t, os.WriteFile(filepath.Join(root, name), []byte(content), 0o666))
			}
		}
		p, err := newProject(Options{Root: root})
		must(t, err)
		if _, err := p.cached(p.root, arm64, "1.0.0", "arm64"); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("of a damaged cache: %v", err)
		}
	}
}
