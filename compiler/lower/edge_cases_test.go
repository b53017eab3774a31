package lower

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sstc/sstc/assets"
	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// TestEdgeCases runs testdata/edge.cases: sites are lowered from their plans,
// their entries are completed from their files, and the function that came of
// it is given each request.
func TestEdgeCases(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "edge.cases"))
	if err != nil {
		t.Fatal(err)
	}
	var e *edgeApp
	cases := 0
	for i, line := range strings.Split(string(text), "\n") {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		switch {
		case len(words) == 0:
		case words[0] == "app":
			e = &edgeApp{t: t, name: words[1]}
		case words[0] == "site":
			e.sites = append(e.sites, &edgeSiteCase{name: words[1], plan: &ir.SitePlan{Assets: []ir.SiteAssets{{Dir: "client"}}}})
		case strings.HasPrefix(line, " "):
			e.sites[len(e.sites)-1].set(t, words)
		default:
			cases++
			request := edgeRequest{uri: words[0], headers: map[string]string{}, cookies: map[string]string{}, query: map[string]string{}}
			if uri, query, ok := strings.Cut(words[0], "?"); ok {
				request.uri = uri
				for part := range strings.SplitSeq(query, "&") {
					k, v, _ := strings.Cut(part, "=")
					request.query[k] = v
				}
			}
			for words = words[1:]; ; words = words[1:] {
				if method, ok := strings.CutPrefix(words[0], "!"); ok {
					request.method = method
				} else if host, ok := strings.CutPrefix(words[0], "@"); ok {
					request.headers["host"] = host
				} else if k, v, ok := strings.Cut(words[0], ":"); ok {
					request.headers[k] = v
				} else if k, v, ok := strings.Cut(words[0], "="); ok {
					request.cookies[k] = v
				} else {
					break
				}
			}
			want := strings.Join(words, " ")
			if got := e.decide(request); got != want && !strings.HasPrefix(got, want+"?") {
				t.Errorf("%s, line %d: %s gives %q, want %q", e.name, i+1, request.uri, got, want)
			}
		}
	}
	if cases < 200 {
		t.Errorf("there are only %d cases", cases)
	}
	t.Logf("%d cases", cases)
}

// An edgeApp is an app of sites and what the edge has of them, once that is
// asked for.
type edgeApp struct {
	t     *testing.T
	name  string
	sites []*edgeSiteCase
	code  string
	store map[string]string
	// versions are the names of the sites' builds, by the sites' names.
	versions map[string]string
}

type edgeSiteCase struct {
	name    string
	plan    *ir.SitePlan
	files   []string
	regions []string
	route   *string
}

// set reads a line of a site's plan.
func (s *edgeSiteCase) set(t *testing.T, words []string) {
	rest := words[1:]
	main := &s.plan.Assets[0]
	switch words[0] {
	case "server":
		s.plan.Servers = []*ir.SiteServer{{Handler: "server.handler"}}
		s.regions = rest
	case "split":
		s.plan.Servers = append(s.plan.Servers, &ir.SiteServer{Name: rest[0], Handler: "server.handler", Paths: rest[1:]})
	case "images":
		s.plan.Images = &ir.SiteServer{Handler: "images.handler", Paths: rest}
	case "files":
		s.files = append(s.files, rest...)
	case "owned":
		main.Owned = append(main.Owned, rest...)
	case "to":
		main.To = rest[0]
	case "base":
		s.plan.Base = rest[0]
	case "fallback":
		s.plan.Fallback = rest[0]
	case "notFound":
		s.plan.NotFound = rest[0]
	case "redirect":
		status, _ := strconv.Atoi(rest[2])
		s.plan.Redirects = append(s.plan.Redirects, ir.SiteRedirect{From: rest[0], To: rest[1], Status: status})
	case "route":
		route := strings.Join(rest, "")
		s.route = &route
	default:
		t.Fatalf("a plan has no %q", words[0])
	}
}

// lower makes the app's function and fills its store.
func (e *edgeApp) lower() {
	a := newTestApp(e.t)
	a.PlanSite = func(s *ir.Site) (*ir.SitePlan, diag.List) {
		i := slices.IndexFunc(e.sites, func(c *edgeSiteCase) bool { return c.name == s.Name })
		return e.sites[i].plan, nil
	}
	var router *Instance
	for _, s := range e.sites {
		args := &ir.Object{}
		if len(s.regions) > 0 {
			args = ir.Obj("regions", s.regions)
		}
		if s.route != nil {
			if router == nil {
				router = a.new("sst.aws.Router", "Router")
			}
			host, path, _ := strings.Cut(*s.route, "/")
			route := ir.Obj("instance", testValue(router))
			if path != "" {
				route = route.With("path", ir.String("/"+path))
			}
			if host != "" {
				route = route.With("domain", ir.String(host))
			}
			args = args.With("router", route)
		}
		a.new("sst.aws.Astro", s.name, args)
	}
	p, diags := a.Finish()
	for _, d := range diags {
		e.t.Fatalf("%s: %s", e.name, d.Detail)
	}
	e.fill(p)
	id := e.sites[0].name
	if router != nil {
		id = "Router"
	}
	code, _ := p.FindResource(id + "CloudfrontFunctionRequest").Props.Get("code").(ir.String)
	e.code = string(code)
}

// fill fills the app's store for a program of its sites.
func (e *edgeApp) fill(p *ir.Program) {
	files := map[string][]assets.SiteFile{}
	for i, s := range p.Sites {
		tree := &s.Trees[0]
		all := e.sites[i].files
		for _, dir := range tree.Whole {
			all = append(all, dir+"/some.file")
		}
		for _, name := range all {
			// Names of files; requests have them encoded.
			files[s.ID] = append(files[s.ID], assets.SiteFile{Path: name, Name: strings.ReplaceAll(name, "%20", " "), Tree: tree})
		}
	}
	if e.store == nil {
		e.store, e.versions = map[string]string{}, map[string]string{}
	}
	p, diags := assets.CompleteSites(p, files)
	for _, d := range diags {
		e.t.Fatalf("%s: %s", e.name, d.Detail)
	}
	for _, s := range p.Sites {
		e.versions[s.Name] = s.Version
	}
	for _, kv := range p.KeyValues {
		for _, entry := range kv.Entries {
			// What is known only after deployment is called after what it is of.
			v := ir.Map(entry.Value, func(v ir.Value) ir.Value {
				if ref, ok := v.(ir.Ref); ok {
					return ir.String("https://" + ref.Resource)
				}
				return v
			})
			e.store[kv.Namespace+":"+entry.Key] = string(v.(ir.String))
		}
	}
}

// TestEdgeBuilds puts a second build of a static site beside the first, and
// switches there and back.
func TestEdgeBuilds(t *testing.T) {
	a := newTestApp(t)
	a.new("sst.aws.StaticSite", "Web", ir.Obj("assets", ir.Obj("path", "files", "routes", []string{"uploads"})))
	p, diags := a.Finish()
	if diags != nil {
		t.Fatal(diags)
	}
	code, _ := p.FindResource("WebCloudfrontFunctionRequest").Props.Get("code").(ir.String)
	e := &edgeApp{t: t, code: string(code)}
	build := func(files ...string) string {
		e.sites = []*edgeSiteCase{{name: "Web", files: files}}
		e.fill(p)
		return e.versions["Web"]
	}
	expect := func(uri, want string) {
		t.Helper()
		if got := runEdge(t, e.code, e.store, edgeRequest{uri: uri}).URI; got != want {
			t.Errorf("%s leads to %q, want %q", uri, got, want)
		}
	}
	first := build("index.html", "old.html", "logo.png", "main-ABCD2345.js", "assets/a-12345678.js", "assets/site.css", "img/x.png")
	metadata := ""
	for key, value := range e.store {
		if strings.HasSuffix(key, ":"+first+":metadata") {
			metadata = value
		}
	}
	expect("/", "/files/"+first+"/index.html")
	expect("/old", "/files/"+first+"/old.html")
	second := build("index.html", "logo.png", "main-EFGH2345.js", "assets/b-12345678.js", "assets/site.css", "img/x.png")
	if first == second {
		t.Fatal("two builds have the same name")
	}
	expect("/", "/files/"+second+"/index.html")
	expect("/old", "/files/"+second+"/index.html") // the page of a single-page app
	expect("/img/x.png", "/files/"+second+"/img/x.png")
	expect("/assets/site.css", "/files/"+second+"/assets/site.css")
	// What pages of both builds ask for.
	expect("/assets/a-12345678.js", "/files/assets/a-12345678.js")
	expect("/assets/b-12345678.js", "/files/assets/b-12345678.js")
	expect("/main-ABCD2345.js", "/files/main-ABCD2345.js")
	// What is of no build.
	expect("/uploads/me.png", "/files/uploads/me.png")
	for key := range e.store {
		if strings.Count(key, ":") == 1 && strings.HasSuffix(key, ":metadata") {
			e.store[key] = metadata
		}
	}
	expect("/", "/files/"+first+"/index.html")
	expect("/old", "/files/"+first+"/old.html")
	expect("/assets/b-12345678.js", "/files/assets/b-12345678.js")
}

// TestEdgeParts fills values beyond what one may have: with servers in every
// region that CloudFront signs its requests to, and with many directories.
func TestEdgeParts(t *testing.T) {
	a := newTestApp(t)
	var regions []string
	for r := range regionPlaces {
		regions = append(regions, r)
	}
	slices.Sort(regions)
	plan := &ir.SitePlan{
		Assets:  []ir.SiteAssets{{Dir: "client"}},
		Servers: []*ir.SiteServer{{Handler: "server.handler"}, {Name: "Api", Handler: "api.handler", Paths: []string{"/api/*"}}},
	}
	a.PlanSite = func(s *ir.Site) (*ir.SitePlan, diag.List) { return plan, nil }
	a.new("sst.aws.Astro", "Web", ir.Obj("regions", regions, "protection", "oac"))
	a.new("sst.aws.StaticSite", "Docs")
	p, diags := a.Finish()
	if diags != nil {
		t.Fatal(diags)
	}
	e := &edgeApp{t: t}
	docs := &edgeSiteCase{name: "Docs", files: []string{"index.html"}}
	for i := range 400 {
		docs.files = append(docs.files, fmt.Sprintf("section-%d/page.html", i))
	}
	e.sites = []*edgeSiteCase{{name: "Web", files: []string{"robots.txt"}}, docs}
	e.fill(p)
	for key, value := range e.store {
		if len(value) > 1024 {
			t.Errorf("%s has %d bytes", key, len(value))
		}
	}
	use := func(site string) {
		code, _ := p.FindResource(site + "CloudfrontFunctionRequest").Props.Get("code").(ir.String)
		e.code = string(code)
	}
	use("Web")
	for _, uri := range []string{"/", "/api/x"} {
		r := runEdge(t, e.code, e.store, edgeRequest{uri: uri, headers: map[string]string{"cloudfront-viewer-latitude": "35", "cloudfront-viewer-longitude": "139"}})
		if r.Origin == nil || !strings.HasSuffix(r.Origin.DomainName, "Apnortheast1Url") || strings.Contains(r.Origin.DomainName, "Api") != (uri != "/") {
			t.Errorf("%s leads to %+v", uri, r.Origin)
		}
	}
	use("Docs")
	r := runEdge(t, e.code, e.store, edgeRequest{uri: "/section-399/page.html"})
	if want := "/" + e.versions["Docs"] + "/section-399/page.html"; r.URI != want {
		t.Errorf("got %q, want %q", r.URI, want)
	}
}

// decide says in words what becomes of a request.
func (e *edgeApp) decide(request edgeRequest) string {
	if e.code == "" {
		e.lower()
	}
	r := runEdge(e.t, e.code, e.store, request)
	site := func(host, suffix string) string {
		return strings.TrimSuffix(strings.TrimPrefix(host, "https://"), suffix)
	}
	switch o := r.Origin; {
	case r.Status != 0:
		return fmt.Sprintf("%d %s", r.Status, r.Headers["location"]["value"])
	case o == nil:
		return "none"
	case o.OriginAccessControlConfig.OriginType == "s3":
		name := site(o.DomainName, "AssetsBucket")
		// The directory of the build is written as @.
		uri := strings.Replace(r.URI, "/"+e.versions[name]+"/", "/@/", 1)
		if len(e.sites) > 1 {
			return fmt.Sprintf("file %s %s", name, uri)
		}
		return "file " + uri
	case strings.Contains(o.DomainName, "ImageOptimizer"):
		return "image " + r.URI
	default:
		var query []string
		for k, v := range r.Query {
			query = append(query, k+"="+v["value"])
		}
		slices.Sort(query)
		uri := r.URI
		if len(query) > 0 {
			uri += "?" + strings.Join(query, "&")
		}
		name := strings.Replace(site(o.DomainName, "Url"), "Server", "", 1)
		if len(e.sites[0].regions) == 0 {
			name = strings.TrimSuffix(name, "Useast1")
		}
		return fmt.Sprintf("server %s %s", name, uri)
	}
}
