package preview_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	neturl "net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/sstc/sstc/assets"
	"github.com/sstc/sstc/compiler"
	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/preview"
)

// An app is a small app, compiled and served.
type app struct {
	*preview.Preview
	t  *testing.T
	mu sync.Mutex
	// log is what the preview has said so far.
	log []preview.Entry
}

// build compiles an app whose run() is given, and returns its output
// directory.
func build(t *testing.T, run string, files map[string]string) string {
	t.Helper()
	return compile(t, write(t, run, files), true)
}

// buildSite is build with the build commands of sites.
func buildSite(t *testing.T, run string, files map[string]string) string {
	t.Helper()
	return compile(t, write(t, run, files), false)
}

func write(t *testing.T, run string, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	all := map[string]string{
		"sst.config.ts": "/// <reference path=\"./.sst/platform/config.d.ts\" />\nexport default $config({\n  app() { return { name: \"shop\", home: \"aws\" }; },\n  async run() {\n" + run + "\n  },\n});\n",
		"package.json":  `{"name":"shop","type":"module"}`,
	}
	for name, content := range files {
		all[name] = content
	}
	for name, content := range all {
		path := filepath.Join(dir, filepath.FromSlash(name))
		must(t, os.MkdirAll(filepath.Dir(path), 0o777))
		must(t, os.WriteFile(path, []byte(content), 0o666))
	}
	return dir
}

func compile(t *testing.T, dir string, prebuilt bool) string {
	t.Helper()
	b, diags, err := compiler.Compile(compiler.Options{Dir: dir, Out: filepath.Join(t.TempDir(), "out"), Stage: "test", Prebuilt: prebuilt, Hermetic: true, Targets: []string{"pulumi"}})
	if err != nil || diags.HasErrors() {
		var text bytes.Buffer
		diag.Render(&text, diags, func(string) []byte { return nil })
		t.Fatalf("%v\n%s", err, text.String())
	}
	checkManifest(t, b.Out)
	return b.Out
}

var manifestSchema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(assets.ManifestSchema))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("manifest.schema.json", doc); err != nil {
		return nil, err
	}
	return c.Compile("manifest.schema.json")
})

// checkManifest compares a manifest with its schema.
func checkManifest(t *testing.T, out string) {
	t.Helper()
	schema, err := manifestSchema()
	must(t, err)
	text, err := os.ReadFile(filepath.Join(out, assets.ManifestName))
	must(t, err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	must(t, err)
	if err := schema.Validate(doc); err != nil {
		t.Error(err)
	}
}

// serve serves a build until the test ends.
func serve(t *testing.T, out string, opts preview.Options) *app {
	t.Helper()
	a := &app{t: t}
	opts.Out, opts.Port = out, -1
	opts.Log = func(e preview.Entry) {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.log = append(a.log, e)
	}
	p, diags, err := preview.Start(opts)
	if err != nil || p == nil {
		t.Fatalf("not served: %v, %v", diags, err)
	}
	a.Preview = p
	t.Cleanup(func() {
		p.Close()
		if t.Failed() {
			a.mu.Lock()
			defer a.mu.Unlock()
			for _, e := range a.log {
				t.Log(e)
			}
		}
	})
	return a
}

func start(t *testing.T, run string, files map[string]string) *app {
	t.Helper()
	needNode(t)
	return serve(t, build(t, run, files), preview.Options{})
}

func needNode(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("node is not on the PATH")
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// url is the URL of what a component has.
func (a *app) url(name string) string {
	a.t.Helper()
	for _, s := range a.Sites {
		if s.Name == name {
			return s.URL
		}
	}
	a.t.Fatalf("nothing is served for %q: %v", name, a.Sites)
	return ""
}

// An answer is a response that has been read.
type answer struct {
	status int
	header http.Header
	body   string
}

func (r answer) json(t *testing.T) map[string]any {
	t.Helper()
	var o map[string]any
	if err := json.Unmarshal([]byte(r.body), &o); err != nil {
		t.Fatalf("not JSON: %d %s", r.status, r.body)
	}
	return o
}

var client = &http.Client{
	Timeout:       patience,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Transport:     &http.Transport{DisableCompression: true, DisableKeepAlives: true},
}

// do sends a request: "GET /path", headers in pairs. A header named "body" is
// the body.
func (a *app) do(component, request string, headers ...string) answer {
	a.t.Helper()
	method, path, _ := strings.Cut(request, " ")
	var body io.Reader
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "body" {
			body = strings.NewReader(headers[i+1])
		}
	}
	base := a.URL
	if component != "" {
		base = a.url(component)
	}
	r, err := http.NewRequest(method, base+path, body)
	must(a.t, err)
	for i := 0; i < len(headers); i += 2 {
		if headers[i] != "body" {
			r.Header.Add(headers[i], headers[i+1])
		}
	}
	res, err := client.Do(r)
	must(a.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	must(a.t, err)
	return answer{res.StatusCode, res.Header, string(text)}
}

// until is what a function does that answers in two parts: between them it
// waits for a file, whose name the request has.
const until = `
import { existsSync } from "node:fs";
const until = async ({ queryStringParameters: query }) => {
  while (query?.until && !existsSync(query.until)) await new Promise((r) => setTimeout(r, 10));
};
`

// streamed gets the first part of an answer, and has the function make the
// second once it is there.
func (a *app) streamed(url, first string) (rest string) {
	a.t.Helper()
	file := filepath.Join(a.t.TempDir(), "read")
	res, err := client.Get(url + "?until=" + neturl.QueryEscape(file))
	must(a.t, err)
	defer res.Body.Close()
	begun := make([]byte, len(first))
	_, err = io.ReadFull(res.Body, begun)
	must(a.t, err)
	if string(begun) != first {
		a.t.Errorf("it begins with %q", begun)
	}
	must(a.t, os.WriteFile(file, nil, 0o666))
	all, err := io.ReadAll(res.Body)
	must(a.t, err)
	return string(all)
}

// patience is how long to wait for what must happen: its end is a failure, on
// however slow a machine.
const patience = 2 * time.Minute

// eventually waits until f holds.
func (a *app) eventually(what string, f func() bool) {
	a.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if f() {
			return
		}
	}
	a.t.Fatalf("it never happened that %s", what)
}

// logged reports whether a line of the log has a text in it.
func (a *app) logged(text string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, e := range a.log {
		if strings.Contains(e.Text, text) {
			return true
		}
	}
	return false
}

func (a *app) expect(got answer, status int, body string) {
	a.t.Helper()
	if got.status != status || !strings.Contains(got.body, body) {
		a.t.Errorf("got %d %s\n%v\nwant %d with %q", got.status, got.body, got.header, status, body)
	}
}

func (a *app) expectHeader(got answer, name, want string) {
	a.t.Helper()
	if v := got.header.Get(name); v != want {
		a.t.Errorf("header %s is %q, want %q", name, v, want)
	}
}
