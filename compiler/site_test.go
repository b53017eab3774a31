package compiler

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sstc/sstc/adapters"
	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/frontends"
)

func newSiteTest(t *testing.T, files ...string) (*compilation, *ir.Site, string) {
	t.Helper()
	dir := t.TempDir()
	for _, name := range append(files, "web/package.json") {
		text := ""
		if strings.HasSuffix(name, "package.json") {
			text = `{"scripts":{"build":"vite build"}}`
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	view, err := frontends.NewFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	c := &compilation{build: &Build{}, files: view, env: &frontends.Env{Files: map[string]string{"FROM_FILE": "1", "TZ": "Asia/Tokyo"}, Declared: map[string]string{"DECLARED": "1"}}}
	return c, &ir.Site{ID: "Web", Name: "Web", Root: "web", Build: &ir.SiteBuild{}}, filepath.Join(view.AbsApp(), "web")
}

// The package manager is that of the lockfile, in the site or in the app.
func TestBuildScript(t *testing.T) {
	for _, c := range []struct{ lockfile, want string }{
		{"web/package-lock.json", "npm run build"},
		{"web/yarn.lock", "yarn run build"},
		{"yarn.lock", "yarn run build"},
		{"web/pnpm-lock.yaml", "pnpm run build"},
		{"bun.lockb", "bun run build"},
		{"web/bun.lock", "bun run build"},
	} {
		compilation, site, dir := newSiteTest(t, c.lockfile)
		var diags diag.List
		if got := compilation.buildScript(site, dir, &diags); got != c.want || len(diags) > 0 {
			t.Errorf("with %s: %q, want %q; %v", c.lockfile, got, c.want, diags)
		}
	}
}

func TestBuildEnvironment(t *testing.T) {
	t.Setenv("OF_PROCESS", "1")
	c, site, dir := newSiteTest(t)
	ref := func(attr string) ir.Value { return ir.Ref{Resource: "R", Attr: attr} }
	site.Build.Env = []ir.Field{
		{Key: "KNOWN", Value: ir.String("x")},
		{Key: "API_URL", Value: ref("url")},
		{Key: "JOINED", Value: ir.Concat("https://", ref("host"), "/", ref("path"))},
		{Key: "PART", Value: ir.NewCall(ir.FuncIndex, ir.NewCall(ir.FuncSplit, ir.String("/"), ref("url")), ir.Number(2))},
		{Key: "SST_RESOURCE_B", Value: ir.NewCall(ir.FuncJSONEncode, ir.Obj("name", ref("name"), "type", "sst.aws.Bucket"))},
		{Key: "TZ", Value: ir.String("Europe/Berlin")},
	}
	framework := adapters.Build{
		Env:    []ir.KV{{Key: "QUIET", Value: "1"}, {Key: "KNOWN", Value: "of the framework"}},
		Random: []adapters.Random{{Variable: "KEY", Why: "It draws a key."}}, FixedClock: true,
	}
	environment := func() (map[string]string, diag.List) {
		t.Helper()
		var diags diag.List
		list, done, err := c.buildEnvironment(site, dir, framework, &diags)
		if err != nil {
			t.Fatal(err)
		}
		done()
		env := map[string]string{}
		for _, e := range list {
			k, v, _ := strings.Cut(e, "=")
			env[k] = v
		}
		return env, diags
	}
	env, diags := environment()
	for k, want := range map[string]string{
		"SST": "1", "KNOWN": "x", "QUIET": "1", "FROM_FILE": "1", "DECLARED": "1", "OF_PROCESS": "1",
		"TZ": "Europe/Berlin", "LC_ALL": "C.UTF-8", "DO_NOT_TRACK": "1",
		"API_URL":        "__sstc_web_apiurl__",
		"JOINED":         "https://__sstc_web_joined__/__sstc_web_joined_2__",
		"PART":           "__sstc_web_part__",
		"SST_RESOURCE_B": `{"name":"__sstc_web_sstresourceb__","type":"sst.aws.Bucket"}`,
	} {
		if env[k] != want {
			t.Errorf("%s is %q, want %q", k, env[k], want)
		}
	}
	if len(diags) != 1 || diags[0].Code != diag.SiteDiffers {
		t.Errorf("of what is random, got %v", diags)
	}
	if !strings.Contains(env["NODE_OPTIONS"], "--require") || env["SSTC_CLOCK"] == "" {
		t.Errorf("the clock does not stand still: %q", env["NODE_OPTIONS"])
	}

	// The moment follows from the sources, and from nothing that a build makes.
	before := env["SSTC_CLOCK"]
	for _, name := range []string{"dist/x.js", "node_modules/a/index.js", ".svelte-kit/x"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if env, _ := environment(); env["SSTC_CLOCK"] != before {
		t.Error("the moment has changed with what a build makes")
	}
	if err := os.WriteFile(filepath.Join(dir, "page.js"), []byte("x"), 0o666); err != nil {
		t.Fatal(err)
	}
	if env, _ := environment(); env["SSTC_CLOCK"] == before {
		t.Error("the moment is the same for other sources")
	}

	// So does the digest of the sources, and from packages of the workspace.
	framework.Preload = "globalThis.x = 1;"
	env, _ = environment()
	digest := env["SSTC_SOURCES"]
	if len(digest) != 64 || strings.Count(env["NODE_OPTIONS"], "--require") != 2 {
		t.Errorf("a script is not loaded: %q, sources %q", env["NODE_OPTIONS"], digest)
	}
	if env, _ := environment(); env["SSTC_SOURCES"] != digest {
		t.Error("the digest of the same sources is another one")
	}
	shared := filepath.Join(c.files.AbsApp(), "packages", "shared")
	for name, text := range map[string]string{
		filepath.Join(shared, "index.js"):  "1",
		filepath.Join(dir, "package.json"): `{"scripts":{"build":"x"},"dependencies":{"shared":"*","other":"*"}}`,
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, "node_modules"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(shared, filepath.Join(dir, "node_modules", "shared")); err != nil {
		t.Skip("no links: ", err)
	}
	env, _ = environment()
	digest = env["SSTC_SOURCES"]
	if err := os.WriteFile(filepath.Join(shared, "index.js"), []byte("2"), 0o666); err != nil {
		t.Fatal(err)
	}
	if env, _ := environment(); env["SSTC_SOURCES"] == digest {
		t.Error("the digest is the same for another package of the workspace")
	}

	c.opts.Hermetic = true
	if env, _ := environment(); env["OF_PROCESS"] != "" || env["PATH"] == "" || env["FROM_FILE"] != "1" {
		t.Error("a hermetic build sees the process, or lacks what it needs")
	}
	texts := map[string]bool{}
	for _, h := range c.placeholders["Web"] {
		if texts[h.Text] || h.Whole == "" {
			t.Errorf("the placeholder %+v is not one of its own", h.Placeholder)
		}
		texts[h.Text] = true
	}
	if !slices.ContainsFunc(c.placeholders["Web"], func(h placeholder) bool { return h.Whole == "https://__sstc_web_joined__/__sstc_web_joined_2__" }) {
		t.Error("no placeholder knows the whole text of JOINED")
	}
}
