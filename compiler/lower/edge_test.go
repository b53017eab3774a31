package lower

import (
	"cmp"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
	"modernc.org/quickjs"

	"github.com/sstc/sstc/compiler/ir"
)

// An edgeResult is what a CloudFront function did with a request.
type edgeResult struct {
	// The request that is forwarded, or the response.
	Status  int                          `json:"statusCode"`
	URI     string                       `json:"uri"`
	Headers map[string]map[string]string `json:"headers"`
	Query   map[string]map[string]string `json:"querystring"`
	Cookies map[string]map[string]string `json:"cookies"`
	// Origin is where the request goes; nil for the distribution's own.
	Origin *edgeOriginResult `json:"origin"`
}

type edgeOriginResult struct {
	DomainName                string
	CustomOriginConfig        *struct{ Protocol string }
	OriginAccessControlConfig struct {
		Enabled    bool
		OriginType string
	}
	ConnectionAttempts int
	Timeouts           map[string]int
}

// runEdge runs the code of a CloudFront function on a request, in a world that
// has what CloudFront's has and the functions here use. The request is JSON;
// its headers are lower-cased names with values, and so are cookies and query.
func runEdge(t *testing.T, code string, store map[string]string, request edgeRequest) edgeResult {
	t.Helper()
	code, ok := strings.CutPrefix(code, "import cf from \"cloudfront\";\n")
	if !ok {
		t.Fatal("the code does not import cloudfront")
	}
	entries := func(m map[string]string) map[string]map[string]string {
		out := map[string]map[string]string{}
		for k, v := range m {
			out[k] = map[string]string{"value": v}
		}
		return out
	}
	headers := map[string]string{"host": "example.com"}
	for k, v := range request.headers {
		headers[k] = v
	}
	event, _ := json.Marshal(map[string]any{"request": map[string]any{
		"method": cmp.Or(request.method, "GET"), "uri": request.uri, "headers": entries(headers), "cookies": entries(request.cookies), "querystring": entries(request.query),
	}})
	kv, _ := json.Marshal(store)
	script := fmt.Sprintf(`
const kv = %s;
let origin = null, result = "no result";
const cf = {
  kvs: () => ({ get: async (key) => { if (!(key in kv)) throw new Error("KeyNotFound"); return kv[key]; } }),
  updateRequestOrigin: (o) => { if (origin) throw new Error("two origins"); origin = o; },
};
const require = (name) => {
  if (name !== "crypto") throw new Error(name);
  return { createHash: (kind) => ({ update: (s) => ({ digest: (f) => kind + f === "md5hex" ? md5(s) : "" }) }) };
};
%s
handler(%s).then((r) => { result = JSON.stringify(Object.assign({ origin }, r)); }, (e) => { result = "failed: " + e + e.stack; });
`, kv, code, event)
	out := evalScript(t, script, func(vm *quickjs.VM) error {
		return vm.RegisterFunc("md5", func(s string) string {
			sum := md5.Sum([]byte(s))
			return hex.EncodeToString(sum[:])
		}, false)
	})
	var r edgeResult
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return r
}

// TestEdgeSign runs the signing function with a hash that shows what it is of.
func TestEdgeSign(t *testing.T) {
	_, code, ok := strings.Cut(edgeSign, "import { createHash } from \"node:crypto\";\n")
	if !ok {
		t.Fatal("the code does not begin with its import")
	}
	for _, c := range []struct{ request, want string }{
		{`{"method":"GET","headers":{}}`, `{"method":"GET","headers":{}}`},
		{`{"method":"POST","headers":{},"body":{"encoding":"base64","data":"AAE="}}`, `sha256 of base64 AAE=`},
		{`{"method":"PUT","headers":{},"body":{"encoding":"text","data":"x"}}`, `sha256 of utf8 x`},
		{`{"method":"DELETE","headers":{}}`, `sha256 of utf8 "`},
		{`{"method":"POST","headers":{},"body":{"inputTruncated":true,"data":"x"}}`, `"status":"413"`},
	} {
		script := fmt.Sprintf(`
const createHash = (kind) => ({ update: (d) => ({ digest: () => kind + " of " + d }) });
const Buffer = { from: (s, encoding) => encoding + " " + s };
let result;
%s
handler({ Records: [{ cf: { request: %s } }] }).then((r) => { result = JSON.stringify(r); }, (e) => { result = "failed: " + e; });
`, strings.Replace(code, "export const handler", "const handler", 1), c.request)
		if got := evalScript(t, script, nil); !strings.Contains(got, c.want) {
			t.Errorf("%s gives %s, want %s", c.request, got, c.want)
		}
	}
}

// evalScript runs a script to its end, and returns what its variable result
// then is.
func evalScript(t *testing.T, script string, prepare func(*quickjs.VM) error) string {
	t.Helper()
	vm, err := quickjs.NewVM()
	if err != nil {
		t.Fatal(err)
	}
	defer vm.Close()
	if prepare != nil {
		if err := prepare(vm); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := vm.Eval(script, quickjs.EvalGlobal); err != nil {
		t.Fatalf("%v\n%s", err, script)
	}
	for {
		n, err := vm.ExecutePendingJobs()
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			break
		}
	}
	out, err := vm.Eval("result", quickjs.EvalGlobal)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(out)
}

type edgeRequest struct {
	method  string // "" for GET
	uri     string
	headers map[string]string
	cookies map[string]string
	query   map[string]string
}

func siteCode() string {
	return string(edgeCode([]string{edgeOrigin, edgeSite}, "return $site(event, \"ab12\");\n").(ir.String))
}

func routerCode() string {
	return string(edgeCode([]string{edgeOrigin, edgeSite, edgeRouter}, edgeForbid, "return $router(event, \"0000\");\n").(ir.String))
}

// TestEdgeSyntax checks that the code has nothing that CloudFront's runtime
// does not know, and leaves room for the user's.
func TestEdgeSyntax(t *testing.T) {
	unknown := map[string]bool{}
	for _, feature := range []string{
		"array-spread", "class", "class-field", "default-argument", "destructuring", "for-await", "for-of", "generator", "async-generator",
		"logical-assignment", "new-target", "object-extensions", "object-rest-spread", "optional-chain", "optional-catch-binding", "rest-argument", "bigint",
	} {
		unknown[feature] = false
	}
	for name, code := range map[string]string{"site": siteCode(), "router": routerCode(), "guard": string(edgeGuard().(ir.String))} {
		if room := edgeLimit - len(code); room < 2400 {
			t.Errorf("%s: only %d bytes are left for the user's code", name, room)
		}
		plain := api.Transform(code, api.TransformOptions{})
		lowered := api.Transform(code, api.TransformOptions{Supported: unknown})
		for _, e := range append(plain.Errors, lowered.Errors...) {
			t.Errorf("%s: %s", name, e.Text)
		}
		if string(plain.Code) != string(lowered.Code) {
			t.Errorf("%s: uses syntax that CloudFront does not know:\n%s", name, lowered.Code)
		}
	}
}

// edgeGlobals are what AWS documents for the runtime, and "cf", which is imported.
var edgeGlobals = strings.Fields(`cf require console undefined NaN Infinity globalThis
	Object Function Array Boolean Number String Math Date Promise RegExp JSON Symbol
	ArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array
	TextDecoder TextEncoder Buffer Error EvalError InternalError MemoryError RangeError ReferenceError SyntaxError TypeError URIError
	decodeURI decodeURIComponent encodeURI encodeURIComponent isFinite isNaN parseFloat parseInt atob btoa`)

// TestEdgeGlobals checks that the code asks for no other names than those that
// CloudFront's runtime has. Requests go through every part of it.
func TestEdgeGlobals(t *testing.T) {
	store := map[string]string{
		"0000:routes":   `["site,ab12,,","url,aaaa,,/api","bucket,bbbb,,/files","site,cccc,,/spa"]`,
		"aaaa:metadata": `{"host":"api.lambda","origin":{"timeouts":{"readTimeout":5}},"rewrite":{"regex":"^/api","to":""}}`,
		"bbbb:metadata": `{"domain":"files.s3","origin":{}}`,
		"ab12:metadata": `{"s3":{"domain":"b","dir":"","routes":["/_next"]},"image":{"host":"i","route":"/_next/image"},"servers":[["a",1,2],["b",3,4]],"origin":{}}`,
		"cccc:metadata": `{"base":"/spa","custom404":"/index.html","s3":{"domain":"b","dir":"","routes":[]}}`,
		"ab12:/old":     "301 /new",
		"ab12:/a.txt":   "s3",
	}
	kv, _ := json.Marshal(store)
	seen := map[string]bool{}
	for _, uri := range []string{"/", "/a.txt", "/old", "/_next/x", "/_next/image", "/%zz", "/api/x", "/files/x", "/spa/x"} {
		code, _ := strings.CutPrefix(routerCode(), "import cf from \"cloudfront\";\n")
		out := evalScript(t, fmt.Sprintf(`
const kv = %s, seen = [];
let result = "no result";
globalThis.cf = { kvs: () => ({ get: async (key) => { if (!(key in kv)) throw new Error("KeyNotFound"); return kv[key]; } }), updateRequestOrigin: () => {} };
globalThis.require = () => ({ createHash: () => ({ update: () => ({ digest: () => "" }) }) });
const latitude = { value: "50" }, event = { request: { method: "GET", uri: %q, cookies: { a: { value: "b" } }, querystring: { "/q": { value: "" } }, headers: {
  host: { value: "example.com" }, "cloudfront-viewer-latitude": latitude, "cloudfront-viewer-longitude": latitude, accept: { multiValue: [latitude] } } } };
with (new Proxy({}, { has: (_, name) => { seen.push(String(name)); return false; } })) {
%s
handler(event).then(() => { result = seen.join(" "); }, (e) => { result = "failed " + e; });
}`, kv, uri, code), nil)
		for _, name := range strings.Fields(out) {
			seen[name] = true
		}
	}
	for _, name := range []string{"event", "seen", "result"} { // the test's own
		delete(seen, name)
	}
	for name := range seen {
		if !slices.Contains(edgeGlobals, name) {
			t.Errorf("the code uses %s, which CloudFront's runtime does not have", name)
		}
	}
	if !seen["cf"] || !seen["Promise"] || !seen["Math"] || !seen["require"] {
		t.Errorf("the requests did not go through all of it: %v", seen)
	}
}

func TestEdgeSite(t *testing.T) {
	const bucket = `"s3":{"domain":"b.s3.amazonaws.com","dir":"","routes":["/assets","/blog"]}`
	spa := map[string]string{
		"ab12:metadata": `{"custom404":"/index.html",` + bucket + `}`, "ab12:/index.html": "s3", "ab12:/about.html": "s3",
		"ab12:/docs/index.html": "s3", "ab12:/a b.txt": "s3", "ab12:/.well-known/x": "s3",
	}
	withError := map[string]string{"ab12:metadata": `{"errorResponseCode":404,` + bucket + `}`, "ab12:/index.html": "s3"}
	nested := map[string]string{
		"ab12:metadata":    `{"base":"/docs","custom404":"/index.html","s3":{"domain":"b.s3.amazonaws.com","dir":"/v1","routes":["/assets"]}}`,
		"ab12:/index.html": "s3", "ab12:/page.html": "s3",
	}
	const servers = `"servers":[["us.lambda","38.9","-77.4"],["eu.lambda",53,-8]],"origin":{"timeouts":{"readTimeout":30}}`
	server := map[string]string{
		"ab12:metadata":     `{` + bucket + `,"image":{"host":"image.lambda","route":"/_next/image"},` + servers + `}`,
		"ab12:/favicon.ico": "s3",
	}
	notFound := map[string]string{"ab12:metadata": `{"custom404":"/404.html",` + bucket + `,` + servers + `}`}

	for _, c := range []struct {
		name   string
		store  map[string]string
		uri    string
		origin string // the host; "" for the distribution's own
		want   string // the URI forwarded
	}{
		{"file", spa, "/index.html", "b.s3.amazonaws.com", "/index.html"},
		{"root", spa, "/", "b.s3.amazonaws.com", "/index.html"},
		{"without extension", spa, "/about", "b.s3.amazonaws.com", "/about.html"},
		{"index of a directory", spa, "/docs", "b.s3.amazonaws.com", "/docs/index.html"},
		{"index with slash", spa, "/docs/", "b.s3.amazonaws.com", "/docs/index.html"},
		{"encoded", spa, "/a%20b.txt", "b.s3.amazonaws.com", "/a%20b.txt"},
		{"badly encoded", spa, "/%zz", "b.s3.amazonaws.com", "/index.html"},
		{"well-known", spa, "/.well-known/x", "b.s3.amazonaws.com", "/.well-known/x"},
		{"in a directory", spa, "/assets/a.js", "b.s3.amazonaws.com", "/assets/a.js"},
		{"page in a directory", spa, "/blog/first", "b.s3.amazonaws.com", "/blog/first/index.html"},
		{"page with slash", spa, "/blog/first/", "b.s3.amazonaws.com", "/blog/first/index.html"},
		{"dot in a directory's name", spa, "/blog/v1.2/first", "b.s3.amazonaws.com", "/blog/v1.2/first/index.html"},
		{"name that begins like a directory's", spa, "/assetsold", "b.s3.amazonaws.com", "/index.html"},
		{"page of a single-page app", spa, "/users/1", "b.s3.amazonaws.com", "/index.html"},
		{"error page", withError, "/users/1", "b.s3.amazonaws.com", "/users/1"},
		{"base", nested, "/docs", "b.s3.amazonaws.com", "/v1/docs/index.html"},
		{"file under base", nested, "/docs/page", "b.s3.amazonaws.com", "/v1/docs/page.html"},
		{"asset under base", nested, "/docs/assets/a.js", "b.s3.amazonaws.com", "/v1/docs/assets/a.js"},
		{"unknown under base", nested, "/docs/users", "b.s3.amazonaws.com", "/v1/docs/index.html"},
		{"file before server", server, "/favicon.ico", "b.s3.amazonaws.com", "/favicon.ico"},
		{"image", server, "/_next/image", "image.lambda", "/_next/image"},
		{"server", server, "/api/users", "us.lambda", "/api/users"},
		{"404 page before server", notFound, "/api/users", "b.s3.amazonaws.com", "/404.html"},
		{"no metadata", map[string]string{}, "/x", "", "/x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := runEdge(t, siteCode(), c.store, edgeRequest{uri: c.uri, cookies: map[string]string{"session": "1"}})
			origin := ""
			if r.Origin != nil {
				origin = r.Origin.DomainName
			}
			if origin != c.origin || r.URI != c.want {
				t.Errorf("%s goes to %q %s, want %q %s", c.uri, origin, r.URI, c.origin, c.want)
			}
			if strings.HasSuffix(c.origin, "amazonaws.com") {
				if len(r.Cookies) != 0 || !r.Origin.OriginAccessControlConfig.Enabled || r.Origin.OriginAccessControlConfig.OriginType != "s3" {
					t.Errorf("the bucket gets %v with %+v", r.Cookies, r.Origin)
				}
			}
		})
	}

	t.Run("what a server is told", func(t *testing.T) {
		r := runEdge(t, siteCode(), server, edgeRequest{
			uri:   "/login",
			query: map[string]string{"/login": "", "next": "/a"},
			headers: map[string]string{
				"rsc": "1", "cloudfront-viewer-city": "Dublin", "cloudfront-viewer-latitude": "53.3", "cloudfront-viewer-longitude": "-6.2",
			},
			cookies: map[string]string{"__prerender_bypass": "x"},
		})
		sum := md5.Sum([]byte("1x"))
		for name, want := range map[string]string{
			"x-forwarded-host": "example.com", "x-open-next-city": "Dublin", "x-open-next-latitude": "53.3",
			"x-open-next-cache-key": hex.EncodeToString(sum[:]),
		} {
			if got := r.Headers[name]["value"]; got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		if _, ok := r.Query["%2Flogin"]; !ok || len(r.Query) != 2 {
			t.Errorf("query is %v", r.Query)
		}
		o := r.Origin
		if o.DomainName != "eu.lambda" || o.CustomOriginConfig.Protocol != "https" || o.OriginAccessControlConfig.Enabled || o.Timeouts["readTimeout"] != 30 {
			t.Errorf("origin is %+v", o)
		}
	})
	t.Run("too large", func(t *testing.T) {
		r := runEdge(t, siteCode(), server, edgeRequest{uri: "/login", cookies: map[string]string{"a": strings.Repeat("x", 9900)}})
		if r.Status != 431 || r.Origin != nil {
			t.Errorf("got status %d, origin %v", r.Status, r.Origin)
		}
	})
	t.Run("image accepts", func(t *testing.T) {
		r := runEdge(t, siteCode(), server, edgeRequest{uri: "/_next/image", headers: map[string]string{"accept": "image/avif", "rsc": "1"}})
		sum := md5.Sum([]byte("image/avif"))
		if got := r.Headers["x-open-next-cache-key"]["value"]; got != hex.EncodeToString(sum[:]) {
			t.Errorf("the cache key is %s", got)
		}
	})
}

func TestEdgeRouter(t *testing.T) {
	store := map[string]string{
		"0000:routes":   `["site,ab12,,","url,aaaa,,/api","url,bbbb,,/api/v2","bucket,cccc,,/files/","url,dddd,docs\\.example\\.com,","url,eeee,.*\\.example\\.com,/api","url,ffff,,/gone"]`,
		"aaaa:metadata": `{"host":"api.lambda","origin":{}}`,
		"bbbb:metadata": `{"host":"api2.lambda","origin":{"protocol":"http","connectionAttempts":2,"timeouts":{"readTimeout":5}},"rewrite":{"regex":"^/api/v2/(.*)$","to":"/$1"}}`,
		"cccc:metadata": `{"domain":"files.s3","origin":{"timeouts":{}},"rewrite":{"regex":"^/files","to":""}}`,
		"dddd:metadata": `{"host":"docs.lambda","origin":{"originAccessControlConfig":{"enabled":true,"originType":"lambda"}}}`,
		"eeee:metadata": `{"host":"any.lambda","origin":{}}`,
		"ab12:metadata": `{"custom404":"/index.html","s3":{"domain":"b.s3","dir":"","routes":[]}}`,
	}
	for _, c := range []struct{ host, uri, origin, want string }{
		{"example.com", "/", "b.s3", "/index.html"},
		{"example.com", "/api", "api.lambda", "/api"},
		{"example.com", "/api/users", "api.lambda", "/api/users"},
		{"example.com", "/apis", "b.s3", "/index.html"},
		{"example.com", "/api/v2/users", "api2.lambda", "/users"},
		{"example.com", "/files/a.png", "files.s3", "/a.png"},
		{"docs.example.com", "/api/users", "docs.lambda", "/api/users"}, // the longer host, for all its shorter path
		{"docs.example.com", "/x", "docs.lambda", "/x"},
		{"docsXexample.com", "/x", "b.s3", "/index.html"},
		{"a.b.example.com", "/api", "any.lambda", "/api"},
		{"a.b.example.com.evil.com", "/api", "api.lambda", "/api"},
		{"example.com", "/gone/x", "", "/gone/x"}, // its metadata is not there yet
	} {
		r := runEdge(t, routerCode(), store, edgeRequest{uri: c.uri, headers: map[string]string{"host": c.host}})
		origin := ""
		if r.Origin != nil {
			origin = r.Origin.DomainName
		}
		if origin != c.origin || r.URI != c.want {
			t.Errorf("%s%s goes to %q %s, want %q %s", c.host, c.uri, origin, r.URI, c.origin, c.want)
		}
		switch origin {
		case "api2.lambda":
			if r.Origin.CustomOriginConfig != nil || r.Origin.ConnectionAttempts != 2 || r.Origin.Timeouts["readTimeout"] != 5 {
				t.Errorf("origin is %+v", r.Origin)
			}
		case "docs.lambda":
			if !r.Origin.OriginAccessControlConfig.Enabled {
				t.Errorf("origin is %+v", r.Origin)
			}
		case "files.s3":
			if r.Origin.Timeouts != nil {
				t.Errorf("timeouts are %v", r.Origin.Timeouts)
			}
		}
	}
	if r := runEdge(t, routerCode(), store, edgeRequest{uri: "/", headers: map[string]string{"host": "d1.cloudfront.net"}}); r.Status != 403 {
		t.Errorf("CloudFront's own domain gets %+v", r)
	}
	if r := runEdge(t, routerCode(), map[string]string{}, edgeRequest{uri: "/x"}); r.URI != "/x" || r.Origin != nil {
		t.Errorf("without routes got %+v", r)
	}
	parts := map[string]string{"0000:routes": `{"parts":2}`, "0000:routes:0": `["url,aaaa,`, "0000:routes:1": `,/api"]`, "aaaa:metadata": store["aaaa:metadata"]}
	if r := runEdge(t, routerCode(), parts, edgeRequest{uri: "/api"}); r.Origin == nil || r.Origin.DomainName != "api.lambda" {
		t.Errorf("with a list in parts got %+v", r)
	}
}
