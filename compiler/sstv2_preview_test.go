package compiler_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/tools/txtar"

	"github.com/sstc/sstc/preview"
)

// A preview serves an app of SST v2 as it does later ones.
func TestSSTv2Preview(t *testing.T) {
	packages := npmPackages(t, v2Dir)
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("node is not on the PATH")
	}
	archive, err := txtar.ParseFile(filepath.Join(v2Dir, "preview", "app.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	build, files := compileIn(t, v2App(t, packages), archive, func(o *options) {
		o.CacheDir = packages
		o.Targets = []string{"cloudformation"}
	})
	if build.Packed == nil {
		t.Fatalf("not built: %s", files[len(files)-1].Data)
	}
	var mu sync.Mutex
	var log []preview.Entry
	p, diags, err := preview.Start(preview.Options{Out: build.Out, Port: -1, Set: map[string]string{"KEY": "sesame"}, Log: func(e preview.Entry) {
		mu.Lock()
		defer mu.Unlock()
		log = append(log, e)
	}})
	if err != nil || p == nil {
		t.Fatalf("not served: %v, %v", diags, err)
	}
	t.Cleanup(func() {
		p.Close()
		if t.Failed() {
			for _, e := range log {
				t.Log(e)
			}
		}
	})
	urls := map[string]string{}
	var served []string
	for _, s := range p.Sites {
		urls[s.Name] = s.URL
		served = append(served, s.Kind+" "+s.Name)
	}
	if got, want := strings.Join(served, ", "), "site web, site kit, api rest, websocket socket, api api, function Direct, function kit server"; got != want {
		t.Fatalf("it serves %s\nwant %s", got, want)
	}
	do := func(site, request string, headers ...string) (int, http.Header, string) {
		t.Helper()
		method, path, _ := strings.Cut(request, " ")
		r, err := http.NewRequest(method, urls[site]+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		res, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, res.Header, string(body)
	}
	token := func(claims string) string {
		part := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
		return "Bearer " + part(`{"alg":"RS256"}`) + "." + part(claims) + ".x"
	}
	host := strings.TrimPrefix(urls["kit"], "http://")
	for _, c := range []struct {
		site, request string
		headers       []string
		status        int
		want          string
	}{
		{"api", "GET /", nil, 200, `"version":"2.0"`},
		{"api", "GET /notes/7", nil, 200, `"pathParameters":{"id":"7"}`},
		{"api", "GET /v1/notes/7", nil, 200, `"pathParameters":{"id":"7"}`},
		{"api", "GET /none", nil, 200, `"routeKey":"$default"`},
		{"api", "GET /old", nil, 200, `"version":"1.0"`},
		{"api", "GET /gated", nil, 401, "Unauthorized"},
		{"api", "GET /gated", []string{"Authorization", "bad"}, 403, "Forbidden"},
		{"api", "GET /gated", []string{"Authorization", "good"}, 200, `"authorizer":{"lambda":{"level":7}}`},
		{"api", "GET /policy", []string{"Authorization", "bad"}, 403, "Forbidden"},
		{"api", "GET /policy", []string{"Authorization", "good"}, 200, `"routeKey":"GET /policy"`},
		{"api", "GET /jwt", []string{"Authorization", token(`{"iss":"https://issuer.example","aud":"other","exp":99999999999}`)}, 401, "Unauthorized"},
		{"api", "GET /jwt", []string{"Authorization", token(`{"iss":"https://issuer.example","aud":"me","exp":99999999999}`)}, 200, `"aud":"me"`},
		{"api", "GET /pool", []string{"Authorization", token(`{"iss":"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc","client_id":"me","exp":99999999999}`)}, 200, `"client_id":"me"`},
		{"api", "GET /inline", nil, 200, "from the template"},
		{"api", "GET /directory", nil, 200, "from a directory, /directory"},
		{"api", "GET /image", nil, 500, "Internal Server Error"},
		{"rest", "GET ", nil, 200, `"stage":"test"`},
		{"rest", "PUT /x/a/b", nil, 200, `"pathParameters":{"proxy":"a/b"}`},
		{"rest", "GET /none", nil, 403, "Missing Authentication Token"},
		{"rest", "GET /token", []string{"Authorization", "bad"}, 403, "not authorized"},
		{"rest", "GET /token", []string{"Authorization", "good"}, 200, `"principalId":"me"`},
		{"rest", "OPTIONS /x/a", nil, 204, ""},
		{"Direct", "GET /a%20b", nil, 200, `"rawPath":"/a%20b"`},
		{"web", "GET /", nil, 200, "<p>web</p>"},
		{"web", "GET /about/", nil, 200, "<p>about</p>"},
		{"web", "GET /none", nil, 403, "nothing here"},
		{"web", "GET /app.js", nil, 200, `const api = "` + urls["api"] + `", direct = "` + urls["Direct"] + `/";`},
		{"kit", "GET /page", nil, 200, "<p>kit /page " + host + " " + urls["api"] + "</p>"},
		{"kit", "GET /_app/immutable/a.js", nil, 200, "let a;"},
	} {
		status, header, body := do(c.site, c.request, c.headers...)
		if status != c.status || !strings.Contains(body, c.want) {
			t.Errorf("%s: %s: %d %s\n%v\nwant %d with %s", c.site, c.request, status, body, header, c.status, c.want)
		}
	}
	if _, header, _ := do("Direct", "GET /", "Origin", "https://a.example"); header.Get("Access-Control-Allow-Origin") != "https://a.example" {
		t.Errorf("CORS: %v", header)
	}
	if _, header, _ := do("rest", "GET /none"); header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("CORS of an error: %v", header)
	}

	if _, header, _ := do("api", "GET /image"); !strings.Contains(header.Get("X-Sstc-Preview"), "the image of a container") {
		t.Errorf("of an image it says %v", header)
	}

	var env map[string]string
	if _, _, body := do("api", "GET /env"); json.Unmarshal([]byte(body), &env) != nil {
		t.Fatal(body)
	}
	for name, want := range map[string]string{
		"SST_ApiGatewayV1Api_url_rest": urls["rest"] + "/", "SST_WebSocketApi_url_socket": urls["socket"],
		"SST_WebSocketApi_httpsUrl_socket": "http" + strings.TrimPrefix(urls["socket"], "ws"), "SST_Secret_value_KEY": "__FETCH_FROM_SSM__",
	} {
		if env[name] != want {
			t.Errorf("%s is %q, want %q", name, env[name], want)
		}
	}

	conn, _, err := websocket.Dial(t.Context(), urls["socket"], nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	if err := conn.Write(t.Context(), websocket.MessageText, []byte("hello")); err != nil {
		t.Fatal(err)
	}
	if _, text, err := conn.Read(t.Context()); err != nil || string(text) != "you said hello" {
		t.Errorf("got %q, %v", text, err)
	}

	for path, want := range map[string]string{
		"/table": `"status":200`, "/bucket": `"status":200`, "/queue": `"status":200`, "/topic": `"status":200`, "/bus": `"status":200`, "/stream": `"status":200`,
		"/secret": `"Value":"sesame"`, "/parameter": "/000000000000/", "/nothing": "ParameterNotFound",
	} {
		if status, _, body := do("api", "POST "+path); status != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	res, err := http.Get(p.URL + "/state?since=0")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var state struct{ Schedules []struct{ ID, Name string } }
	if err := json.NewDecoder(res.Body).Decode(&state); err != nil || len(state.Schedules) != 1 || state.Schedules[0].Name != "Nightly" {
		t.Fatalf("the schedules are %v, %v", state.Schedules, err)
	}
	res, err = http.Post(p.URL+"/schedules/"+state.Schedules[0].ID, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	logged := func(text string) bool {
		mu.Lock()
		defer mu.Unlock()
		for _, e := range log {
			if strings.Contains(e.Text, text) {
				return true
			}
		}
		return false
	}
	for _, want := range []string{
		`script: {"params":{"from":"http://127.0.0.1:`, `filled {"status":200`,
		"table: {", "bucket: {", `queue: {"Records":[{`, "topic: {", "bus: {", "stream: {", "cron: {", "directly", `Message\":\"news`,
	} {
		for !logged(want) {
			select {
			case <-t.Context().Done():
				t.Fatal(t.Context().Err())
			case <-time.After(20 * time.Millisecond):
			}
			if deadline, ok := t.Deadline(); ok && time.Until(deadline) < 5*time.Second {
				t.Fatalf("nothing says %s", want)
			}
		}
	}
}
