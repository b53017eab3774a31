package compiler_test

import (
	"archive/zip"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/sstc/sstc/assets"
	"github.com/sstc/sstc/compiler"
)

// A frameworkCase is an app in testdata/frameworks, and what its functions must
// answer and its files must be like.
type frameworkCase struct {
	app string
	// over is an app whose files this one's are laid over, and whose lockfile it
	// has unless it brings its own; without are files and directories of it that
	// are left out.
	over     string
	without  []string
	public   string // the directory of public files, if it is not public
	requests []frameworkRequest
	images   []frameworkRequest // of the image optimizer
	files    map[string]string  // name → Cache-Control; a * in the name stands for anything
	absent   []string           // patterns of files that must not be published
	visited  visit
	differ   []string // patterns of files that another build has otherwise, or not at all; "server: " before those of the server
}

type frameworkRequest struct {
	Method  string            `json:"method,omitempty"`
	Path    string            `json:"path"`
	Headers map[string]string `json:"headers,omitempty"`
	Body    string            `json:"body,omitempty"`
	Base64  string            `json:"base64,omitempty"`

	status int
	want   string // is in the body
	header string // "name: value", must be in the answer
}

const (
	immutable = "public,max-age=31536000,immutable"
	revisited = "public,max-age=0,s-maxage=86400,stale-while-revalidate=86400"
	// Those of static sites, as in SST.
	forever  = "max-age=31536000,public,immutable"
	uncached = "max-age=0,no-cache,no-store,must-revalidate"
)

// upload are bytes that are no text, 3 * 255 in sum, for an API route.
func upload(path string, headers map[string]string) frameworkRequest {
	return frameworkRequest{Method: "POST", Path: path, Base64: "/wD/AP8=", Headers: headers, status: 200, want: `"sum":765`}
}

var binary = map[string]string{"content-type": "application/octet-stream"}

var frameworkCases = []frameworkCase{
	{
		app: "astro",
		visited: visit{name: "ASTRO", home: "ASTRO-HOME HOST", formPath: "/form?_action=save", checksOrigin: true, stream: "/stream",
			redirects: map[string]string{"/old": "/about", "/r/5": "/dyn/5"}},
		requests: []frameworkRequest{
			{Path: "/", status: 200, want: "ASTRO-HOME example.com bucket-name"},
			{Path: "/dyn/7", status: 200, want: "ASTRO-DYN-7"},
			{Path: "/api/hello?q=x", status: 200, want: `"q":"x"`},
			{Path: "/nothing", status: 404, want: "ASTRO-404"},
		},
		files:  map[string]string{"about/index.html": revisited, "robots.txt": revisited, "_astro/*.css": immutable, "_astro/index.*.js": revisited, "_astro/ClientRouter.*.js": immutable, "nested/h.txt": revisited},
		absent: []string{"*.map"},
		// Identifiers are numbered in the order of chunks, whose names follow from paths.
		differ: []string{"server: bundle.mjs"},
	},
	{
		app: "astro4", over: "astro",
		visited: visit{name: "ASTRO", home: "ASTRO-HOME HOST", formPath: "/form?_astroAction=save", stream: "/stream",
			redirects: map[string]string{"/old": "/about", "/r/5": "/dyn/5"}},
		requests: []frameworkRequest{
			{Path: "/", status: 200, want: "ASTRO-HOME example.com bucket-name"},
			{Path: "/dyn/7", status: 200, want: "ASTRO-DYN-7"},
			{Path: "/api/hello?q=x", status: 200, want: `"q":"x"`},
			{Path: "/nothing", status: 404, want: "Not found"}, // astro-sst 2 knows of no page for that
		},
		files:  map[string]string{"about/index.html": revisited, "robots.txt": revisited, "_astro/*.css": immutable, "nested/h.txt": revisited},
		absent: []string{"*.map"},
		differ: []string{"server: bundle.mjs"},
	},
	{
		app: "astro-hybrid", over: "astro",
		visited: visit{name: "ASTRO", home: "ASTRO-HOME", homeBy: "bucket", formPath: "/form?_action=save", checksOrigin: true,
			redirects: map[string]string{"/old": "/about"}},
		requests: []frameworkRequest{
			{Path: "/dyn/7", status: 200, want: "ASTRO-DYN-7"},
			{Path: "/api/hello?q=x", status: 200, want: `"q":"x"`},
			{Path: "/nothing", status: 404, want: "ASTRO-404"},
		},
		files:  map[string]string{"index.html": revisited, "about/index.html": revisited, "_astro/*.css": immutable},
		absent: []string{"*.map"},
		differ: []string{"server: bundle.mjs"},
	},
	{
		app: "astro-static", over: "astro", without: []string{"src/actions", "src/pages/api", "src/pages/form.astro", "src/pages/stream.astro"},
		visited: visit{name: "ASTRO", home: "ASTRO-HOME", homeBy: "bucket", noForm: true, missing: "ASTRO-404", redirects: map[string]string{"/old": "/about"}},
		files:   map[string]string{"index.html": revisited, "about/index.html": revisited, "dyn/7/index.html": revisited, "_astro/*.css": immutable},
		absent:  []string{"*.map", "sst.buildMeta.json"},
	},
	{
		app: "astro-plain", over: "astro", without: []string{"src/actions", "src/pages/api", "src/pages/dyn", "src/pages/form.astro", "src/pages/stream.astro"},
		visited: visit{name: "ASTRO", home: "ASTRO-HOME", homeBy: "bucket", noDynamic: true, noForm: true, missing: "ASTRO-404"},
		files:   map[string]string{"index.html": uncached, "about/index.html": uncached, "_astro/*.css": forever},
	},
	{
		app:     "vite",
		visited: visit{name: "VITE", home: "<main>", homeBy: "bucket", byScript: true, lost: true},
		files:   map[string]string{"index.html": uncached, "robots.txt": revisited, "assets/index-*.css": forever, "pic.png": revisited},
	},
	{
		app: "sveltekit", public: "static",
		visited: visit{name: "SVELTE", home: "SVELTE-HOME HOST", formPath: "/form?/save", checksOrigin: true},
		requests: []frameworkRequest{
			{Path: "/", status: 200, want: "SVELTE-HOME"},
			{Path: "/dyn/7", status: 200, want: "7"},
			{Path: "/about", status: 200, want: "<"},
			{Path: "/api/hello?q=x", status: 200, want: `"q":"x"`},
			{Method: "POST", Path: "/form?/save", Body: "x=1", status: 200, want: `"type":"success"`,
				Headers: map[string]string{"content-type": "application/x-www-form-urlencoded", "origin": "https://example.com"}},
			upload("/api/hello", map[string]string{"content-type": "application/octet-stream", "origin": "https://example.com"}),
		},
		files: map[string]string{"about.html": revisited, "_app/version.json": revisited, "_app/immutable/entry/start.*.js": immutable},
	},
	{
		app: "sveltekit-prerendered", over: "sveltekit", public: "static", without: []string{"src/routes/api", "src/routes/form"},
		visited:  visit{name: "SVELTE", home: "SVELTE-HOME", homeBy: "bucket", noForm: true},
		requests: []frameworkRequest{{Path: "/dyn/7", status: 200, want: "SVELTE-DYN-7"}, {Path: "/nothing", status: 404}},
		files:    map[string]string{"index.html": revisited, "about.html": revisited, "dyn/7.html": revisited, "_app/version.json": revisited},
	},
	{
		app:     "reactrouter",
		visited: visit{name: "RR7", home: "RR7-HOME", formPath: "/form", stream: "/stream"},
		requests: []frameworkRequest{
			{Path: "/", status: 200, want: "RR7-HOME"},
			{Path: "/dyn/7", status: 200, want: "RR7-DYN"},
			{Path: "/api/hello", status: 200, want: "world"},
			{Path: "/nothing", status: 404, want: "404"},
			upload("/api/hello", binary),
		},
		files: map[string]string{"about/index.html": revisited, "robots.txt": revisited, "assets/home-*.js": immutable, "assets/manifest-*.js": immutable},
	},
	{
		app: "reactrouter-spa", over: "reactrouter", without: []string{"app/routes/api.jsx", "app/routes/stream.jsx"},
		visited: visit{name: "RR7", home: "<html", homeBy: "bucket", byScript: true, lost: true},
		files:   map[string]string{"index.html": revisited, "about/index.html": revisited, "assets/home-*.js": immutable},
	},
	{
		app:     "remix",
		visited: visit{name: "REMIX", home: "HOST", formPath: "/form", noAbout: true, stream: "/stream"},
		requests: []frameworkRequest{
			{Path: "/", status: 200, want: "<h1>"},
			{Path: "/dyn/7", status: 200, want: "7"},
			{Path: "/api/hello", status: 200, want: "world"},
			upload("/api/hello", binary),
		},
		files: map[string]string{"robots.txt": revisited, "assets/root-*.js": immutable},
	},
	{
		app:     "solidstart",
		visited: visit{name: "SOLID", home: "from-server-fn", stream: "/stream", lost: true},
		requests: []frameworkRequest{
			{Path: "/", status: 200, want: "<h1"},
			{Path: "/dyn/7", status: 200, want: "7"},
			{Path: "/api/hello", status: 200, want: "world"},
			upload("/api/hello", binary),
		},
		files:  map[string]string{"about/index.html": revisited, "_build/assets/client-*.js": immutable, "_build/.vite/manifest.json": revisited},
		absent: []string{"*.br", "*.gz"},
		// Vinxi puts paths of sources into what it hashes, and into client code.
		differ: []string{"_build/.vite/manifest.json", "_build/assets/*", "about/index.html", "server: chunks/*/*"},
	},
	{
		app: "nextjs",
		visited: visit{name: "NEXT", home: "NEXT-HOME", aboutBy: "Web server", formPath: "", images: true, revalidates: true,
			redirects: map[string]string{"/old": "/ssr"}},
		requests: []frameworkRequest{
			{Path: "/", status: 200, want: "NEXT-HOME"},
			{Path: "/dyn/7", status: 200, want: "DYN-"},
			{Path: "/ssr", status: 200, want: "host=example.com mw=1 bucket=bucket-name"},
			{Path: "/isr/one", status: 200, want: "ISR-", header: "x-nextjs-cache: HIT"},
			{Path: "/old", status: 307},
			{Path: "/nothing", status: 404},
			{Path: "/api/hello?q=x", status: 200, want: `"q":"x"`},
			upload("/api/hello", binary),
		},
		images: []frameworkRequest{
			{Path: "/_next/image?url=%2Fpic.png&w=64&q=75", Headers: map[string]string{"accept": "image/webp"}, status: 200, header: "content-type: image/webp"},
			{Path: "/_next/image?url=%2Fpic.png&w=65&q=75", status: 400},
		},
		files: map[string]string{
			"_assets/_next/static/*/_buildManifest.js": immutable, "_assets/_next/static/media/*.png": immutable,
			"_assets/nested/hello.txt": revisited, "_assets/robots.txt": revisited, "_assets/BUILD_ID": revisited,
			"_cache/*/route-cache/APP_PAGE/*/$/index.cache": revisited,
		},
		absent: []string{"*.map"},
	},
	{
		app: "nextjs-streaming", over: "nextjs",
		visited: visit{name: "NEXT", home: "NEXT-HOME", aboutBy: "Web server", stream: "/stream", images: true, noBrowser: true},
		requests: []frameworkRequest{
			{Path: "/", status: 200, want: "NEXT-HOME"},
			{Path: "/stream", status: 200, want: "LATER"},
			{Path: "/api/hello?q=x", status: 200, want: `"q":"x"`},
			upload("/api/hello", binary),
		},
		files: map[string]string{"_assets/_next/static/*/_buildManifest.js": immutable, "_assets/robots.txt": revisited},
	},
	{
		app:     "nuxt",
		visited: visit{name: "NUXT", home: "NUXT-HOME HOST", formPath: "/api/save", stream: "/api/stream"},
		requests: []frameworkRequest{
			{Path: "/", status: 200, want: "example.com"},
			{Path: "/dyn/7", status: 200, want: "7"},
			{Path: "/api/hello?q=x", status: 200, want: `"q":"x"`},
			upload("/api/upload", binary),
		},
		files: map[string]string{"about/index.html": revisited, "_nuxt/*.js": immutable, "_nuxt/builds/latest.json": revisited},
		// A random name of the build, and an order that varies.
		differ: []string{"_nuxt/builds/*", "_nuxt/builds/meta/*", "about/*", "server: chunks/*/*"},
	},
	{
		app:     "tanstackstart",
		visited: visit{name: "TSS", home: "from-server-fn", noAbout: true, stream: "/stream"},
		requests: []frameworkRequest{
			{Path: "/", status: 200, want: "from-server-fn"},
			{Path: "/dyn/7", status: 200, want: "7"},
			{Path: "/api/hello", status: 200, want: "world"},
			upload("/api/hello", binary),
		},
		files: map[string]string{"robots.txt": revisited, "assets/index-*.js": immutable},
		// The manifest has paths of sources, and is hashed.
		differ: []string{"server: _tanstack-start-manifest_v-*.mjs", "server: _ssr/ssr.mjs", "server: index.mjs"},
	},
	{
		app:     "analog",
		visited: visit{name: "ANALOG", home: "ANALOG-HOME from-load", homeBy: "bucket", formPath: "/api/_analog/pages/form"},
		requests: []frameworkRequest{
			{Path: "/", status: 200, want: "ANALOG-HOME from-load"},
			{Path: "/dyn/7", status: 200, want: "ANALOG-DYN-7"},
			{Path: "/api/hello?q=x", status: 200, want: `"q":"x"`},
			{Path: "/nothing", status: 404, want: "ANALOG-404"},
			upload("/api/hello", binary),
		},
		files: map[string]string{"index.html": revisited, "about/index.html": revisited, "robots.txt": revisited, "assets/index-*.css": immutable},
		// Nitro names what it loads late after paths of sources.
		differ: []string{"server: chunks/nitro/nitro.mjs"},
	},
}

// TestFrameworks builds an app of each framework from its source, and calls
// its server. It needs npm, Node and minutes, so it runs only if
// SSTC_FRAMEWORKS names apps, or is "all": make frameworks.
func TestFrameworks(t *testing.T) {
	if os.Getenv("SSTC_FRAMEWORKS") == "" {
		t.Skip("SSTC_FRAMEWORKS is not set")
	}
	for _, c := range frameworkCases {
		if !wantsFramework(c.app) {
			continue
		}
		t.Run(c.app, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "app")
			c.install(t, dir)
			out := filepath.Join(dir, "out")
			buildFramework(t, dir, out)
			m := c.check(t, out)
			c.visit(t, out, m)
			c.buildAgain(t, out)
		})
	}
}

// wantsFramework reports whether SSTC_FRAMEWORKS names an app.
func wantsFramework(app string) bool {
	wanted := os.Getenv("SSTC_FRAMEWORKS")
	return wanted == "all" || slices.Contains(strings.Split(wanted, ","), app)
}

// buildFramework builds an app for all targets.
func buildFramework(t *testing.T, dir, out string) {
	t.Helper()
	var console bytes.Buffer
	build, diags, err := compiler.Compile(compiler.Options{
		Dir: dir, Out: out, Stage: "test", Targets: compiler.Targets(), ProcessEnv: os.LookupEnv,
		Console: func(_, text string) { fmt.Fprintln(&console, text) },
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range diags {
		t.Logf("%s %s: %s", d.Severity, d.Code, d.Detail)
	}
	if diags.HasErrors() {
		t.Fatalf("the build printed\n%s", &console)
	}
	for _, p := range build.Phases {
		t.Logf("%s: %s", p.Name, p.Duration)
	}
}

func (c frameworkCase) check(t *testing.T, out string) *assets.Manifest {
	text, err := os.ReadFile(filepath.Join(out, assets.ManifestName))
	if err != nil {
		t.Fatal(err)
	}
	m, err := assets.DecodeManifest(text)
	if err != nil {
		t.Fatal(err)
	}
	files := m.Sites[0].Files
	for pattern, want := range c.files {
		found := false
		for _, f := range files {
			if ok, _ := filepath.Match(pattern, f.Path); ok {
				found = true
				if f.CacheControl != want {
					t.Errorf("%s is kept for %q, want %q", f.Path, f.CacheControl, want)
				}
			}
		}
		if !found {
			t.Errorf("there is no file %s among %d", pattern, len(files))
		}
	}
	for _, pattern := range c.absent {
		for _, f := range files {
			if ok, _ := filepath.Match(pattern, filepath.Base(f.Path)); ok {
				t.Errorf("%s is published", f.Path)
			}
		}
	}
	for _, p := range m.Placeholders {
		t.Logf("%s is in %s", p.Text, strings.Join(p.Files, ", "))
	}
	t.Logf("%d files", len(files))
	if c.requests != nil {
		c.call(t, out, m, "WebServer", c.requests)
	}
	if c.images != nil {
		c.call(t, out, m, "WebImageOptimizer", c.images)
	}
	return m
}

// call calls a function of a build, the first whose name begins so, with
// requests, and compares its answers. Of AWS there is the bucket with the site's
// files; a cache that cannot be reached is an empty one.
func (c frameworkCase) call(t *testing.T, out string, m *assets.Manifest, name string, requests []frameworkRequest) {
	i := slices.IndexFunc(m.Functions, func(f assets.ManifestFunction) bool { return strings.HasPrefix(f.Name, name) })
	if i < 0 {
		t.Fatalf("there is no function %s", name)
	}
	function := m.Functions[i]
	t.Logf("%s: %d bytes, unpacked %d, handler %s", function.Name, function.Size, function.Unpacked, function.Handler)
	var archive string
	for _, a := range m.Assets {
		if a.ID == function.Asset {
			archive = filepath.Join(out, filepath.FromSlash(a.File))
		}
	}
	unpacked := t.TempDir()
	unpack(t, archive, unpacked)
	list, err := json.Marshal(requests)
	if err != nil {
		t.Fatal(err)
	}
	const bucket = "assets-bucket"
	aws := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, ok := strings.CutPrefix(r.URL.Path, "/"+bucket+"/")
		if !ok || r.Method != "GET" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		for _, f := range m.Sites[0].Files {
			if f.Path == name {
				w.Header().Set("Content-Type", f.ContentType)
				http.ServeFile(w, r, filepath.Join(out, filepath.FromSlash(m.Sites[0].Dir), filepath.FromSlash(name)))
				return
			}
		}
		w.WriteHeader(http.StatusNotFound)
	}))
	defer aws.Close()
	cmd := exec.Command("node", filepath.Join("..", "testdata", "frameworks", "invoke.mjs"), unpacked, function.Handler, string(list))
	cmd.Env = append(os.Environ(), "NODE_ENV=production", "PUBLIC_BUCKET=bucket-name", "VITE_BUCKET=bucket-name",
		"AWS_ENDPOINT_URL="+aws.URL, "AWS_MAX_ATTEMPTS=1", "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=x", "AWS_SECRET_ACCESS_KEY=x",
		"BUCKET_NAME="+bucket, "BUCKET_KEY_PREFIX=_assets",
		"CACHE_BUCKET_NAME="+bucket, "CACHE_BUCKET_REGION=us-east-1", "CACHE_BUCKET_KEY_PREFIX=_cache", "CACHE_DYNAMO_TABLE=x",
		"REVALIDATION_QUEUE_URL="+aws.URL+"/queue", "REVALIDATION_QUEUE_REGION=us-east-1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	printed, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s%s", err, printed, &stderr)
	}
	var answers []struct {
		StatusCode int
		Headers    map[string]any
		Cookies    []string
		Body       string
	}
	lines := bytes.Split(bytes.TrimSpace(printed), []byte("\n"))
	if err := json.Unmarshal(lines[len(lines)-1], &answers); err != nil {
		t.Fatalf("%v: %s", err, printed)
	}
	for i, r := range requests {
		a := answers[i]
		if a.StatusCode != r.status || !strings.Contains(a.Body, r.want) {
			t.Errorf("%s %s: status %d, want %d; body %q lacks %q\n%s", r.Method, r.Path, a.StatusCode, r.status, a.Body, r.want, &stderr)
		}
		if name, value, ok := strings.Cut(r.header, ": "); ok && fmt.Sprint(a.Headers[name]) != value {
			t.Errorf("%s %s: the header %s is %v, want %s", r.Method, r.Path, name, a.Headers[name], value)
		}
	}
}

// buildAgain builds the app once more, in another directory, and compares. What
// may differ is named by the case.
func (c frameworkCase) buildAgain(t *testing.T, first string) {
	dir := filepath.Join(t.TempDir(), "elsewhere", "a")
	c.install(t, dir)
	out := filepath.Join(dir, "out")
	buildFramework(t, dir, out)
	digests := func(out string) map[string]string {
		text, err := os.ReadFile(filepath.Join(out, assets.ManifestName))
		if err != nil {
			t.Fatal(err)
		}
		m, err := assets.DecodeManifest(text)
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]string{}
		for _, s := range m.Sites {
			for _, f := range s.Files {
				all[f.Path] = f.Digest
			}
		}
		for _, a := range m.Assets {
			dir := t.TempDir()
			unpack(t, filepath.Join(out, filepath.FromSlash(a.File)), dir)
			err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
				if err != nil || !d.Type().IsRegular() {
					return err
				}
				b, err := os.ReadFile(name)
				rel, _ := filepath.Rel(dir, name)
				all["server: "+filepath.ToSlash(rel)] = fmt.Sprintf("%x", sha256.Sum256(b))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		return all
	}
	a, b := digests(first), digests(out)
	var differ []string
	for name := range a {
		if a[name] != b[name] {
			differ = append(differ, name)
		}
	}
	for name := range b {
		if _, ok := a[name]; !ok {
			differ = append(differ, name)
		}
	}
	slices.Sort(differ)
	for _, name := range differ {
		if !slices.ContainsFunc(c.differ, func(p string) bool { ok, _ := filepath.Match(p, name); return ok }) {
			t.Errorf("%s is another one in a second build", name)
		}
	}
	if c.differ == nil {
		sameTree(t, first, out)
	}
	t.Logf("%d of %d files differ in a second build", len(differ), len(a))
}

// sameTree checks that two directories have the same files: all that a build
// writes, archives included.
func sameTree(t *testing.T, a, b string) {
	t.Helper()
	read := func(dir string) map[string]string {
		all := map[string]string{}
		err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := os.ReadFile(name)
			rel, _ := filepath.Rel(dir, name)
			all[filepath.ToSlash(rel)] = string(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	one, two := read(a), read(b)
	for _, name := range slices.Sorted(maps.Keys(one)) {
		if text, ok := two[name]; !ok || text != one[name] {
			t.Errorf("%s is another one, or missing, in the output of a second build%s", name, firstDifference(one[name], text))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(two)) {
		if _, ok := one[name]; !ok {
			t.Errorf("%s is only in the output of a second build", name)
		}
	}
}

// firstDifference are the first lines in which texts differ.
func firstDifference(a, b string) string {
	one, two := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(one), len(two)) {
		if one[i] != two[i] && utf8.ValidString(one[i]) && utf8.ValidString(two[i]) {
			return fmt.Sprintf(":\n-%s\n+%s", one[i], two[i])
		}
	}
	return ""
}

// install puts the app's files and its packages into a directory.
func (c frameworkCase) install(t *testing.T, dir string) {
	t.Helper()
	apps := filepath.Join("..", "testdata", "frameworks")
	if c.over != "" {
		copyOver(t, filepath.Join(apps, c.over), dir)
		for _, name := range c.without {
			name = filepath.Join(dir, filepath.FromSlash(name))
			if _, err := os.Stat(name); err != nil {
				t.Fatal(err)
			}
			if err := os.RemoveAll(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	copyOver(t, filepath.Join(apps, c.app), dir)
	// What all pages show.
	for name, to := range map[string]string{"app.css": ".", "pic.png": cmp.Or(c.public, "public")} {
		b, err := os.ReadFile(filepath.Join(apps, "shared", name))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, to, name), b, 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	installPackages(t, dir)
}

// copyOver copies a directory over another one.
func copyOver(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o777)
		}
		b, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), b, 0o666)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// installPackages installs what an app's lockfile names. What npm has installed
// is kept by the digest of the lockfile, and shared by hard links.
func installPackages(t *testing.T, dir string) {
	t.Helper()
	lock, err := os.ReadFile(filepath.Join(dir, "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(cache, "sstc-frameworks", fmt.Sprintf("%x", sha256.Sum256(lock))[:16])
	if _, err := os.Stat(filepath.Join(kept, "node_modules")); err != nil {
		if err := os.MkdirAll(filepath.Dir(kept), 0o777); err != nil {
			t.Fatal(err)
		}
		work, err := os.MkdirTemp(filepath.Dir(kept), "new-*")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(work)
		for _, name := range []string{"package.json", "package-lock.json"} {
			b, err := os.ReadFile(filepath.Join(dir, name))
			if err == nil {
				err = os.WriteFile(filepath.Join(work, name), b, 0o666)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		npmInstall(t, work)
		// Another test may have been faster.
		if err := os.Rename(work, kept); err != nil {
			if _, gone := os.Stat(filepath.Join(kept, "node_modules")); gone != nil {
				t.Fatal(err)
			}
		}
	}
	linkTree(t, filepath.Join(kept, "node_modules"), filepath.Join(dir, "node_modules"))
}

// npmInstall runs npm ci, again if the network or the registry fails it.
func npmInstall(t *testing.T, dir string) {
	t.Helper()
	const tries = 3
	start := time.Now()
	for try := 1; ; try++ {
		cmd := exec.Command("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline", "--fetch-retries=4")
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err == nil {
			t.Logf("npm ci: %s", time.Since(start).Round(time.Second))
			return
		}
		// A lockfile that does not suit package.json never will.
		if try == tries || bytes.Contains(out, []byte("EUSAGE")) {
			t.Fatalf("npm ci: %v\n%s", err, out)
		}
		t.Logf("npm ci, try %d of %d: %v\n%s", try, tries, err, out)
		time.Sleep(time.Duration(try) * 5 * time.Second)
	}
}

// linkTree copies a directory by hard links, so that it takes no time.
func linkTree(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		switch {
		case d.IsDir():
			return os.MkdirAll(target, 0o777)
		case d.Type()&fs.ModeSymlink != 0:
			link, err := os.Readlink(name)
			if err != nil {
				return err
			}
			return os.Symlink(link, target)
		}
		if os.Link(name, target) == nil {
			return nil
		}
		b, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		return os.WriteFile(target, b, info.Mode())
	})
	if err != nil {
		t.Fatal(err)
	}
}

func unpack(t *testing.T, archive, dir string) {
	t.Helper()
	r, err := zip.OpenReader(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, f := range r.File {
		target := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(target), 0o777); err != nil {
			t.Fatal(err)
		}
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(in)
		in.Close()
		if err == nil {
			if f.Mode()&fs.ModeSymlink != 0 {
				err = os.Symlink(string(content), target)
			} else {
				err = os.WriteFile(target, content, f.Mode())
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
