package compiler_test

import (
	"bytes"
	"cmp"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/sstc/sstc/assets"
	"github.com/sstc/sstc/internal/browser"
	"github.com/sstc/sstc/preview"
)

// A visit is what a person does with an app that is served by the preview. All
// apps have the same pages, with links to them on each: home, /dyn/7, /about,
// /form and /stream, as far as the framework has such a thing. A page's h1
// begins with the app's name, such as ASTRO-HOME; it has a picture and a style
// sheet, and when its scripts are at work, its html element says data-ready.
type visit struct {
	name string // of the app, in headings
	home string // is in the home page; HOST is the preview's

	homeBy       string // what serves the home page, if it is prerendered
	noDynamic    bool   // there is no /dyn/7
	noAbout      bool   // nothing is prerendered
	aboutBy      string // what serves what is prerendered; "" for the bucket
	noForm       bool   // there is nothing to send a form to
	formPath     string // where the fields of the form can be sent without a script of the framework; "" if nowhere
	checksOrigin bool   // a form from another site is refused
	// stream is a path that says FIRST, and LATER 1.5 seconds after: /stream,
	// which is a page, or an API route.
	stream string
	// byScript says that pages are put together in the browser: /dyn/7 is the
	// page for everything else.
	byScript  bool
	missing   string // is in the page for what does not exist
	noBrowser bool   // nothing in it that another app does not show
	// lost says that a page that does not exist has the status 200: it is sent
	// before the route is loaded.
	lost      bool
	redirects map[string]string
	images    bool // pic.png can be had in another size and format
	// revalidates says that /soon is made again in the background when it is a
	// second old.
	revalidates bool
}

// A previewed is a build that the preview serves.
type previewed struct {
	*preview.Preview
	t  *testing.T
	mu sync.Mutex
	// log is what the preview has said so far.
	log []preview.Entry
}

func servePreview(t *testing.T, out string, set map[string]string) *previewed {
	t.Helper()
	p := &previewed{t: t}
	served, diags, err := preview.Start(preview.Options{Out: out, Port: -1, Set: set, Log: func(e preview.Entry) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.log = append(p.log, e)
	}})
	if err != nil || served == nil {
		t.Fatalf("not served: %v, %v", diags, err)
	}
	p.Preview = served
	t.Cleanup(func() {
		p.Close()
		if t.Failed() {
			p.mu.Lock()
			defer p.mu.Unlock()
			for _, e := range p.log {
				t.Log(e)
			}
		}
	})
	return p
}

// url is the URL of a component.
func (p *previewed) url(name string) string {
	for _, s := range p.Sites {
		if s.Name == name {
			return s.URL
		}
	}
	p.t.Fatalf("nothing is served for %q: %v", name, p.Sites)
	return ""
}

// servedBy is what answered the last request for a path, once that is logged.
func (p *previewed) servedBy(path string) string {
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		p.mu.Lock()
		for _, e := range slices.Backward(p.log) {
			if e.Kind == "request" && e.Text == path {
				p.mu.Unlock()
				return e.Served
			}
		}
		p.mu.Unlock()
	}
	return "nothing that was logged"
}

// fetch sends a request as a browser would. Headers are in pairs.
func (p *previewed) fetch(method, target, body string, headers ...string) (*http.Response, string) {
	p.t.Helper()
	res := p.send(method, target, body, headers...)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	// Nobody reads the body of a redirect, which astro-sst 2 says is compressed
	// when it is empty.
	if err != nil && res.Header.Get("Location") == "" {
		p.t.Errorf("%s %s: %v", method, target, err)
	}
	return res, string(text)
}

func (p *previewed) send(method, target, body string, headers ...string) *http.Response {
	p.t.Helper()
	r, err := http.NewRequest(method, target, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	// Frameworks do not stream for robots.
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36")
	r.Header.Set("Accept", "text/html,*/*;q=0.8")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	client := http.Client{Timeout: 3 * time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	return res
}

// visit serves a build and uses it, by HTTP and then in a browser.
func (c frameworkCase) visit(t *testing.T, out string, m *assets.Manifest) {
	p := servePreview(t, out, nil)
	web := p.url("Web")
	c.byHTTP(t, p, web, m)
	if c.visited.noBrowser {
		return
	}
	if b := browser.Open(t, "client-side navigation, forms with JavaScript, the console, screenshots"); b != nil {
		c.inBrowser(t, b, web)
	}
}

// byHTTP checks what needs no browser.
func (c frameworkCase) byHTTP(t *testing.T, p *previewed, web string, m *assets.Manifest) {
	v := c.visited
	page := func(path string, status int, want string) {
		t.Helper()
		res, body := p.fetch("GET", web+path, "")
		if res.StatusCode != status || !strings.Contains(body, want) {
			t.Errorf("GET %s: status %d, want %d, body lacks %q:\n%s", path, res.StatusCode, status, want, body)
		}
		if got := res.Header.Get("Content-Type"); status == 200 && !strings.HasPrefix(got, "text/html") {
			t.Errorf("GET %s: content type %q", path, got)
		}
	}
	u, _ := url.Parse(web)
	page("/", 200, strings.ReplaceAll(v.home, "HOST", u.Host))
	if v.homeBy != "" {
		if by := p.servedBy("/"); !strings.HasPrefix(by, v.homeBy) {
			t.Errorf("the home page was served by %s, not %s", by, v.homeBy)
		}
	}
	switch {
	case v.byScript:
		page("/dyn/7", 200, "")
	case !v.noDynamic:
		page("/dyn/7", 200, v.name+"-DYN-")
	}
	page("/nothing", map[bool]int{false: 404, true: 200}[v.lost], v.missing)
	if !v.noAbout {
		page("/about", 200, map[bool]string{false: v.name + "-ABOUT"}[c.app == "vite"])
		if by := p.servedBy("/about"); !strings.HasPrefix(by, cmp.Or(v.aboutBy, "bucket")) {
			t.Errorf("/about is prerendered, and was served by %s", by)
		}
	}
	for _, r := range c.requests {
		if !strings.HasPrefix(r.Path, "/api/") {
			continue
		}
		method, body, headers := "GET", r.Body, []string{"Origin", web}
		if r.Method != "" {
			method = r.Method
		}
		if r.Base64 != "" {
			body, headers = "\xff\x00\xff\x00\xff", append(headers, "Content-Type", "application/octet-stream")
		}
		res, text := p.fetch(method, web+r.Path, body, headers...)
		if res.StatusCode != r.status || !strings.Contains(text, r.want) {
			t.Errorf("%s %s: status %d, body %q", method, r.Path, res.StatusCode, text)
		}
		if method == "GET" && v.name != "NEXT" && !slices.ContainsFunc(res.Cookies(), func(c *http.Cookie) bool { return c.Name == "a" && c.Value == "1" }) {
			t.Errorf("%s sets no cookie a=1: %v", r.Path, res.Header)
		}
	}
	for pattern, cache := range c.files {
		for _, f := range m.Sites[0].Files {
			// What Next.js keeps for its server is not served.
			if ok, _ := filepath.Match(pattern, f.Path); ok && !strings.HasPrefix(f.Path, "_cache/") && f.Path != "_assets/BUILD_ID" {
				c.file(t, p, web, f, cache)
				break
			}
		}
	}
	if v.formPath != "" {
		res, body := p.fetch("POST", web+v.formPath, "x=42", "Content-Type", "application/x-www-form-urlencoded", "Origin", web)
		if to := res.Header.Get("Location"); to != "" {
			// The answer is in a cookie, and on the page that is sent then.
			var cookies []string
			for _, c := range res.Cookies() {
				cookies = append(cookies, c.Name+"="+c.Value)
			}
			res, body = p.fetch("GET", web+strings.TrimPrefix(to, web), "", "Cookie", strings.Join(cookies, "; "))
		}
		if res.StatusCode != 200 || !strings.Contains(strings.ReplaceAll(body, "<!-- -->", ""), "SAVED 42") {
			t.Errorf("the form without JavaScript: status %d\n%s", res.StatusCode, body)
		}
		if res, _ := p.fetch("POST", web+v.formPath, "x=42", "Content-Type", "application/x-www-form-urlencoded", "Origin", "https://evil.example"); v.checksOrigin && res.StatusCode != 403 {
			t.Errorf("the form from another site: status %d, want 403", res.StatusCode)
		}
	}
	for from, to := range v.redirects {
		res := p.send("GET", web+from, "")
		res.Body.Close()
		if got := res.Header.Get("Location"); res.StatusCode != 301 && res.StatusCode != 307 || strings.TrimPrefix(got, web) != to {
			t.Errorf("GET %s: status %d, location %q, want one to %s", from, res.StatusCode, got, to)
		}
	}
	if v.images {
		c.image(t, p, web)
	}
	if v.revalidates {
		c.revalidation(t, p, web)
	}
	if v.stream != "" {
		c.stream(t, p, web+v.stream)
	}
}

// image asks for a picture in another size and format.
func (c frameworkCase) image(t *testing.T, p *previewed, web string) {
	res, body := p.fetch("GET", web+"/_next/image?url=%2Fpic.png&w=64&q=75", "", "Accept", "image/webp,*/*")
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "image/webp" || !strings.HasPrefix(body, "RIFF") {
		t.Errorf("the image: status %d, %v, %d bytes", res.StatusCode, res.Header, len(body))
	}
	if res, _ := p.fetch("GET", web+"/_next/image?url=%2Fpic.png&w=65&q=75", ""); res.StatusCode != 400 {
		t.Errorf("the image in a size that is not allowed: status %d", res.StatusCode)
	}
}

// revalidation asks for a page that is too old until there is a new one.
func (c frameworkCase) revalidation(t *testing.T, p *previewed, web string) {
	res, _ := p.fetch("GET", web+"/isr/one", "")
	if got := res.Header.Get("X-Nextjs-Cache"); got != "HIT" {
		t.Errorf("/isr/one is %q in the cache, want HIT", got)
	}
	var seen []string
	for deadline := time.Now().Add(3 * time.Minute); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		res, body := p.fetch("GET", web+"/soon", "")
		if got := res.Header.Get("X-Nextjs-Cache"); len(seen) == 0 || seen[len(seen)-1] != got {
			seen = append(seen, got)
		}
		if res.StatusCode != 200 || !strings.Contains(body, "NEXT-SOON") {
			t.Fatalf("/soon: status %d\n%s", res.StatusCode, body)
		}
		if i := slices.Index(seen, "STALE"); i >= 0 && slices.Contains(seen[i:], "HIT") {
			return
		}
	}
	t.Errorf("/soon is never made again: it was %q", seen)
}

// file compares a file with how it is served.
func (c frameworkCase) file(t *testing.T, p *previewed, web string, f assets.SiteFile, cache string) {
	t.Helper()
	path := "/" + strings.TrimPrefix(f.Path, "_assets/")
	res, _ := p.fetch("GET", web+path, "")
	if res.StatusCode != 200 || res.Header.Get("Cache-Control") != cache {
		t.Errorf("GET %s: status %d, cache-control %q, want %q", path, res.StatusCode, res.Header.Get("Cache-Control"), cache)
	}
	if want := f.ContentType; res.Header.Get("Content-Type") != want {
		t.Errorf("GET %s: content type %q, want %q", path, res.Header.Get("Content-Type"), want)
	}
	if textual := slices.Contains([]string{".html", ".js", ".css", ".txt"}, filepath.Ext(path)); textual && !strings.HasSuffix(strings.ToLower(f.ContentType), "charset=utf-8") {
		t.Errorf("GET %s: content type %q, which says no charset", path, f.ContentType)
	}
}

// stream checks that the first part of a page is there before the last. What is
// not streamed arrives at once, however often one looks; on a busy machine, what
// is streamed may be read late, and is looked at again.
func (c frameworkCase) stream(t *testing.T, p *previewed, target string) {
	const tries = 5
	for try := 1; ; try++ {
		res := p.send("GET", target, "")
		var body bytes.Buffer
		var first, later time.Time
		for buffer := make([]byte, 4096); ; {
			n, err := res.Body.Read(buffer)
			body.Write(buffer[:n])
			if first.IsZero() && bytes.Contains(body.Bytes(), []byte("FIRST")) {
				first = time.Now()
			}
			if later.IsZero() && bytes.Contains(body.Bytes(), []byte("LATER")) {
				later = time.Now()
			}
			if err != nil {
				break
			}
		}
		res.Body.Close()
		switch {
		case res.StatusCode != 200 || first.IsZero() || later.IsZero():
			t.Fatalf("GET %s: status %d\n%s", target, res.StatusCode, &body)
		case later.Sub(first) >= 500*time.Millisecond:
			return
		case try == tries:
			t.Fatalf("GET %s: LATER comes %s after FIRST, in the last of %d tries\n%s", target, later.Sub(first), tries, &body)
		}
	}
}

// inBrowser checks what a person sees.
func (c frameworkCase) inBrowser(t *testing.T, b *browser.Tab, web string) {
	v := c.visited
	fresh := func(path, heading string) {
		t.Helper()
		b.Go(web + path)
		b.See("h1", v.name+"-"+heading)
		b.Until("document.documentElement.dataset.ready === '1'")
		looksRight(b)
	}
	fresh("/", "HOME")
	b.Screenshot("home")
	// A page that is not loaded anew keeps what was put into it.
	b.Eval("window.kept = 'kept'")
	to := func(path, heading string) {
		t.Helper()
		b.Until("document.documentElement.dataset.ready === '1'")
		b.Click(`a[href="` + path + `"]`)
		b.See("h1", v.name+"-"+heading)
		if b.Eval("window.kept") != "kept" {
			t.Errorf("the link to %s loaded a new page", path)
			b.Eval("window.kept = 'kept'")
		}
		if got := b.Eval("location.pathname.replace(/(.)\\/$/, '$1')"); got != path {
			t.Errorf("the link to %s leads to %s", path, got)
		}
		b.Screenshot(strings.ToLower(heading))
	}
	if !v.noDynamic {
		to("/dyn/7", "DYN-7")
	}
	if !v.noAbout {
		to("/about", "ABOUT")
	}
	if !v.noForm {
		to("/form", "FORM")
		b.Until("document.documentElement.dataset.ready === '1'")
		b.Type("input[name=x]", "42")
		b.Click("form button")
		b.See("output", "SAVED 42")
		b.Screenshot("form-sent")
	}
	if v.stream == "/stream" {
		to("/stream", "STREAM")
		b.See("output", "LATER")
	}
	b.Eval("history.back()")
	b.See("h1", v.name+"-")
	b.Quiet()

	// Once more, from the server.
	if !v.noDynamic {
		fresh("/dyn/8", "DYN-8")
	}
	if !v.noAbout {
		fresh("/about", "ABOUT")
	}
	if v.stream == "/stream" {
		fresh("/stream", "STREAM")
		b.See("output", "LATER")
	}
	if v.images {
		fresh("/img", "IMG")
		b.Screenshot("images")
	}
	b.Settle()
	b.Quiet()
	b.Go(web + "/nothing")
	b.Settle()
	b.Screenshot("404")
}

// A site is visited over HTTP alone where there is no Chromium, and what is
// wrong with it is found then too.
func TestVisitWithoutBrowser(t *testing.T) {
	t.Setenv("SSTC_CHROMIUM", "none")
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("node is not on the PATH")
	}
	archive := txtar.Parse([]byte(`A site.
prebuilt: true
-- sst.config.ts --
export default $config({
  app: () => ({ name: "app", home: "aws" }),
  async run() {
    new sst.aws.SvelteKit("Web", { path: "web" });
  },
});
-- web/node_modules/@sveltejs/kit/package.json --
{ "version": "2.70.4" }
-- web/node_modules/svelte-kit-sst/package.json --
{ "version": "3.0.0" }
-- web/.svelte-kit/svelte-kit-sst/server/manifest.js --
return { appDir: "_app", appPath: "_app" }
-- web/.svelte-kit/svelte-kit-sst/server/lambda-handler/index.js --
const pages = {
  "GET /": () => [200, "<h1>HAND-HOME</h1>"],
  "GET /dyn/7": () => [200, "<h1>HAND-DYN-7</h1>"],
  "POST /form": (event) => (new URL(event.headers.origin).host === event.headers["x-forwarded-host"] ? [200, "SAVED " + Buffer.from(event.body, "base64").toString().slice(2)] : [403, "no"]),
  "GET /old": () => [301, "", { location: "/dyn/7" }],
  "PUT /api/echo": (event) => [200, event.body, { "content-type": "text/plain" }],
  "GET /api/cookie": () => [200, "cookie", {}, ["a=1; Path=/"]],
};
export const handler = awslambda.streamifyResponse(async (event, stream) => {
  const [statusCode, body, headers, cookies] = pages[event.requestContext.http.method + " " + event.rawPath]?.(event) ?? [404, "none"];
  stream = awslambda.HttpResponseStream.from(stream, { statusCode, headers: { "content-type": "text/html", ...headers }, cookies });
  stream.end(body);
});
-- web/.svelte-kit/svelte-kit-sst/client/robots.txt --
User-agent: *
-- web/.svelte-kit/svelte-kit-sst/client/_app/immutable/a.js --
let a;
-- web/.svelte-kit/svelte-kit-sst/prerendered/about.html --
<h1>HAND-ABOUT</h1>
`))
	build, files := compileIn(t, t.TempDir(), archive, func(o *options) { o.Targets, o.Prebuilt = []string{"pulumi"}, true })
	if build.Packed == nil {
		t.Fatalf("not built: %s", files[len(files)-1].Data)
	}
	text, err := os.ReadFile(filepath.Join(build.Out, assets.ManifestName))
	if err != nil {
		t.Fatal(err)
	}
	m, err := assets.DecodeManifest(text)
	if err != nil {
		t.Fatal(err)
	}
	frameworkCase{
		requests: []frameworkRequest{{Path: "/api/cookie", status: 200, want: "cookie"}, {Method: "PUT", Path: "/api/echo", Base64: "/wD/AP8=", status: 200, want: "/wD/AP8="}},
		files:    map[string]string{"robots.txt": revisited, "_app/immutable/*.js": immutable},
		visited:  visit{name: "HAND", home: "HAND-HOME", formPath: "/form", checksOrigin: true, redirects: map[string]string{"/old": "/dyn/7"}},
	}.visit(t, build.Out, m)
}

// looksRight waits until the style sheet is in effect, and the images are shown.
func looksRight(b *browser.Tab) {
	b.Until("getComputedStyle(document.querySelector('h1')).color === 'rgb(102, 51, 153)'")
	b.Until("document.images.length > 0 && [...document.images].every((i) => i.complete && i.naturalWidth > 0)")
}

// TestFrameworksRouter visits a static site, a site with a server under a path,
// and an API, all behind one Router.
func TestFrameworksRouter(t *testing.T) {
	if !wantsFramework("router") {
		t.Skip("SSTC_FRAMEWORKS does not name it")
	}
	dir := filepath.Join(t.TempDir(), "app")
	copyOver(t, filepath.Join("..", "testdata", "frameworks", "router"), dir)
	installPackages(t, dir)
	out := filepath.Join(dir, "out")
	buildFramework(t, dir, out)
	p := servePreview(t, out, nil)
	at := p.url("Router")
	host := strings.TrimPrefix(at, "http://")
	for _, c := range []struct {
		method, path, body string
		status             int
		want, by           string
	}{
		{"GET", "/", "", 200, "LANDING", "bucket"},
		{"GET", "/style.css", "", 200, "rebeccapurple", "bucket"},
		{"GET", "/guide", "", 200, "GUIDE", "bucket"},
		{"GET", "/app", "", 308, "", "Web"},
		{"GET", "/app/", "", 200, "APP " + host, "Web"},
		{"GET", "/app/hello", "", 200, "HELLO", "bucket"},
		{"GET", "/app/robots.txt", "", 200, "User-agent", "bucket"},
		{"GET", "/app/nothing", "", 404, "", "Web"},
		{"GET", "/api/notes/7?x=1", "", 200, `{"id":"7","host":"` + host + `"}`, "Api"},
		{"POST", "/api/notes", `{"text":"milk"}`, 201, `{"kept":"milk"}`, "Api"},
		{"GET", "/api/none", "", 404, "Not Found", ""},
		{"GET", "/nothing", "", 200, "LANDING", "bucket"}, // as for an app of one page
	} {
		res, body := p.fetch(c.method, at+c.path, c.body, "Content-Type", "application/json")
		if by := p.servedBy(c.path); res.StatusCode != c.status || !strings.Contains(body, c.want) || !strings.Contains(by, c.by) {
			t.Errorf("%s %s: status %d by %s, want %d by %s with %q: %s", c.method, c.path, res.StatusCode, by, c.status, c.by, c.want, body)
		}
	}

	b := browser.Open(t, "both sites and their API in a browser")
	if b == nil {
		return
	}
	b.Go(at)
	b.See("h1", "LANDING")
	b.Until("document.documentElement.dataset.ready === '1'")
	b.Type("input", "bread")
	b.Click("button")
	b.See("output", "201 KEPT bread")
	b.Screenshot("landing")
	b.Click(`a[href="/app"]`)
	b.See("h1", "APP "+host)
	b.Until("document.documentElement.dataset.ready === '1'")
	b.Type("input", "42")
	b.Click("form button")
	b.See("output", "SAVED 42")
	b.Screenshot("app")
	b.Eval("window.kept = 'kept'")
	b.Click(`a[href="/app/hello"]`)
	b.See("h1", "HELLO")
	if b.Eval("window.kept") != "kept" {
		t.Error("the link to /app/hello loaded a new page")
	}
	b.Click(`a[href="/"]`)
	b.See("h1", "LANDING")
	b.Quiet()
	b.Go(p.URL)
	b.See("#sites", "Router")
	b.Settle()
	b.Screenshot("start-page")
	b.Quiet()
}
