package preview_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

const echo = `export const handler = async (event) => ({ statusCode: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(event) });
`

func TestAPIRoutes(t *testing.T) {
	a := start(t, `
    const api = new sst.aws.ApiGatewayV2("Api");
    for (const route of ["GET /", "GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /{proxy+}", "$default", "POST /pets/dog/{id}"]) {
      api.route(route, { handler: "echo.handler", environment: { ROUTE: route } });
    }`, map[string]string{"echo.ts": echo})
	for _, c := range []struct{ request, route, params string }{
		{"GET /", "GET /", `null`},
		{"GET /pets/dog/1", "GET /pets/dog/1", `null`},
		{"GET /pets/dog/2", "GET /pets/dog/{id}", `{"id":"2"}`},
		{"GET /pets/dog/a%20b", "GET /pets/dog/{id}", `{"id":"a b"}`},
		{"GET /pets/cat/1", "GET /pets/{proxy+}", `{"proxy":"cat/1"}`},
		{"POST /pets/dog/1", "POST /pets/dog/{id}", `{"id":"1"}`},
		{"POST /test/5", "ANY /{proxy+}", `{"proxy":"test/5"}`},
		{"PUT /pets/dog/1", "ANY /{proxy+}", `{"proxy":"pets/dog/1"}`},
		{"PUT /", "$default", `null`},
	} {
		got := a.do("Api", c.request)
		o := got.json(t)
		params, _ := json.Marshal(o["pathParameters"])
		if o["routeKey"] != c.route || string(params) != c.params {
			t.Errorf("%s: went to %v with %s, want %s with %s", c.request, o["routeKey"], params, c.route, c.params)
		}
	}
}

func TestAPIEvent(t *testing.T) {
	a := start(t, `
    const api = new sst.aws.ApiGatewayV2("Api");
    api.route("ANY /v2/{id}", "echo.handler");
    api.route("ANY /v1/{id}", "echo.handler", { transform: { integration: { payloadFormatVersion: "1.0" } } });`, map[string]string{"echo.ts": echo})
	send := func(path string, more ...string) map[string]any {
		return a.do("Api", "POST "+path+"?a=1&b=x%20y&a=2", append([]string{"X-One", "1", "X-One", "2", "Cookie", "k=v; l=w", "Content-Type", "application/json", "body", `{"x":1}`}, more...)...).json(t)
	}
	o := send("/v2/a%20b")
	for key, want := range map[string]string{
		"version": `"2.0"`, "routeKey": `"ANY /v2/{id}"`, "rawPath": `"/v2/a b"`, "rawQueryString": `"a=1&b=x%20y&a=2"`, "cookies": `["k=v","l=w"]`,
		"queryStringParameters": `{"a":"1,2","b":"x y"}`, "pathParameters": `{"id":"a b"}`, "body": `"{\"x\":1}"`, "isBase64Encoded": `false`,
	} {
		if got := compact(o[key]); got != want {
			t.Errorf("%s is %s, want %s", key, got, want)
		}
	}
	headers := o["headers"].(map[string]any)
	if headers["x-one"] != "1,2" || headers["cookie"] != nil || headers["host"] == nil {
		t.Errorf("headers: %v", headers)
	}
	context := o["requestContext"].(map[string]any)
	if context["http"].(map[string]any)["method"] != "POST" || context["stage"] != "$default" || context["requestId"] == "" {
		t.Errorf("context: %v", context)
	}

	o = send("/v1/7")
	for key, want := range map[string]string{
		"version": `"1.0"`, "resource": `"/v1/{id}"`, "path": `"/v1/7"`, "httpMethod": `"POST"`, "queryStringParameters": `{"a":"2","b":"x y"}`,
		"multiValueQueryStringParameters": `{"a":["1","2"],"b":["x y"]}`, "pathParameters": `{"id":"7"}`, "stageVariables": `null`,
	} {
		if got := compact(o[key]); got != want {
			t.Errorf("%s is %s, want %s", key, got, want)
		}
	}
	if got := compact(o["multiValueHeaders"].(map[string]any)["X-One"]); got != `["1","2"]` {
		t.Errorf("X-One is %s", got)
	}

	// What is not text comes in base64, as a form does.
	for _, c := range []struct{ kind, want string }{{"text/plain", "a=b"}, {"application/ld+json", "a=b"}, {"image/png", "YT1i"}, {"application/x-www-form-urlencoded", "YT1i"}} {
		o := a.do("Api", "POST /v2/1", "Content-Type", c.kind, "body", "a=b").json(t)
		if o["body"] != c.want || o["isBase64Encoded"] != (c.want == "YT1i") {
			t.Errorf("%s: body %v, base64 %v", c.kind, o["body"], o["isBase64Encoded"])
		}
	}
}

func compact(x any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(x)
	return strings.TrimSpace(b.String())
}

func TestAPIResponses(t *testing.T) {
	a := start(t, `
    const api = new sst.aws.ApiGatewayV2("Api");
    api.route("GET /v2/{case}", "cases.handler");
    api.route("GET /v1/{case}", "cases.handler", { transform: { integration: { payloadFormatVersion: "1.0" } } });`, map[string]string{"cases.ts": `
const cases = {
  string: "hello",
  object: { hello: 1 },
  nothing: undefined,
  list: [1, 2],
  full: { statusCode: 201, headers: { "X-A": "1", "x-number": 2 }, cookies: ["a=1; Path=/", "b=2"], body: "made" },
  base64: { statusCode: 200, headers: { "content-type": "image/png" }, body: Buffer.from([0, 255, 1]).toString("base64"), isBase64Encoded: true },
  multi: { statusCode: "202", headers: { a: "0" }, multiValueHeaders: { "set-cookie": ["a=1", "b=2"] }, body: "" },
  empty: { statusCode: 204 },
  redirect: { statusCode: 302, headers: { location: "/elsewhere" } },
  badBody: { statusCode: 200, body: { a: 1 } },
  badStatus: { statusCode: 42 },
};
export const handler = async (event) => {
  if (event.pathParameters.case === "throws") throw new RangeError("too far");
  return cases[event.pathParameters.case];
};
`})
	for _, c := range []struct {
		path   string
		status int
		body   string
		header string
	}{
		{"/v2/string", 200, "hello", "Content-Type: application/json"},
		{"/v2/object", 200, `{"hello":1}`, "Content-Type: application/json"},
		{"/v2/nothing", 200, "null", ""},
		{"/v2/list", 200, "[1,2]", ""},
		{"/v2/full", 201, "made", "X-A: 1"},
		{"/v2/full", 201, "made", "X-Number: 2"},
		{"/v2/base64", 200, "\x00\xff\x01", "Content-Type: image/png"},
		{"/v2/empty", 204, "", ""},
		{"/v2/redirect", 302, "", "Location: /elsewhere"},
		{"/v2/badBody", 500, `{"message":"Internal Server Error"}`, ""},
		{"/v2/badStatus", 500, `{"message":"Internal Server Error"}`, ""},
		{"/v2/throws", 500, `{"message":"Internal Server Error"}`, "X-Sstc-Preview: RangeError: too far"},
		{"/v1/multi", 202, "", "Set-Cookie: a=1"},
		{"/v1/object", 500, `{"message":"Internal Server Error"}`, ""},
		{"/nowhere", 404, `{"message":"Not Found"}`, ""},
	} {
		got := a.do("Api", "GET "+c.path)
		if got.status != c.status || got.body != c.body {
			t.Errorf("%s: got %d %q, want %d %q", c.path, got.status, got.body, c.status, c.body)
		}
		if name, value, ok := strings.Cut(c.header, ": "); ok && got.header.Get(name) != value {
			t.Errorf("%s: header %s is %q, want %q", c.path, name, got.header.Get(name), value)
		}
	}
	if got := a.do("Api", "GET /v2/full").header["Set-Cookie"]; len(got) != 2 || got[0] != "a=1; Path=/" {
		t.Errorf("cookies: %q", got)
	}
	if !a.logged("too far") {
		t.Error("the log has nothing of the exception")
	}
}

func TestAPICORS(t *testing.T) {
	a := start(t, `
    new sst.aws.ApiGatewayV2("Open").route("GET /", "echo.handler");
    const api = new sst.aws.ApiGatewayV2("Strict", { cors: { allowOrigins: ["https://a.example"], allowMethods: ["GET"], allowHeaders: ["x-a"], allowCredentials: true, exposeHeaders: ["x-b"], maxAge: "1 minute" } });
    api.route("ANY /", "own.handler");`, map[string]string{
		"echo.ts": echo, "own.ts": `export const handler = async () => ({ statusCode: 200, headers: { "Access-Control-Allow-Origin": "https://evil.example" }, body: "own" });`,
	})
	ask := func(component, origin string) answer {
		return a.do(component, "OPTIONS /", "Origin", origin, "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "x-a, authorization")
	}
	got := ask("Open", "https://x.example")
	a.expect(got, 204, "")
	a.expectHeader(got, "Access-Control-Allow-Origin", "*")
	a.expectHeader(got, "Access-Control-Allow-Headers", "x-a, authorization")
	got = ask("Strict", "https://a.example")
	a.expectHeader(got, "Access-Control-Allow-Origin", "https://a.example")
	a.expectHeader(got, "Access-Control-Allow-Credentials", "true")
	a.expectHeader(got, "Access-Control-Allow-Headers", "x-a")
	a.expectHeader(got, "Access-Control-Max-Age", "60")
	a.expectHeader(ask("Strict", "https://b.example"), "Access-Control-Allow-Origin", "")
	got = a.do("Strict", "GET /", "Origin", "https://a.example")
	a.expect(got, 200, "own")
	a.expectHeader(got, "Access-Control-Allow-Origin", "https://a.example")
	a.expectHeader(got, "Access-Control-Expose-Headers", "x-b")
	a.expectHeader(a.do("Strict", "GET /", "Origin", "https://b.example"), "Access-Control-Allow-Origin", "")
}

// token makes a token that nobody has signed.
func token(claims map[string]any) string {
	encode := func(x any) string {
		b, _ := json.Marshal(x)
		return base64.RawURLEncoding.EncodeToString(b)
	}
	return encode(map[string]string{"alg": "RS256", "typ": "JWT"}) + "." + encode(claims) + ".c2lnbmF0dXJl"
}

func TestJWTAuthorizer(t *testing.T) {
	a := start(t, `
    const api = new sst.aws.ApiGatewayV2("Api");
    const jwt = api.addAuthorizer({ name: "jwt", jwt: { issuer: "https://issuer.example", audiences: ["shop"] } });
    api.route("GET /any", "echo.handler", { auth: { jwt: { authorizer: jwt.id } } });
    api.route("GET /scoped", "echo.handler", { auth: { jwt: { authorizer: jwt.id, scopes: ["read", "admin"] } } });
    api.route("GET /iam", "echo.handler", { auth: { iam: true } });`, map[string]string{"echo.ts": echo})
	later := time.Now().Add(time.Hour).Unix()
	claims := func(changes map[string]any) string {
		c := map[string]any{"iss": "https://issuer.example", "aud": "shop", "exp": later, "sub": "alice", "scope": "read other", "groups": []string{"a", "b"}, "n": 3}
		for k, v := range changes {
			if v == nil {
				delete(c, k)
			} else {
				c[k] = v
			}
		}
		return token(c)
	}
	for _, c := range []struct {
		path, token string
		status      int
		why         string
	}{
		{"/any", "Bearer " + claims(nil), 200, "not verified"},
		{"/any", claims(nil), 200, "not verified"},
		{"/any", "Bearer " + claims(map[string]any{"aud": []string{"x", "shop"}}), 200, ""},
		{"/any", "Bearer " + claims(map[string]any{"aud": nil, "client_id": "shop"}), 200, ""},
		{"/any", "", 401, "There is no token"},
		{"/any", "Bearer nonsense", 401, "not a signed JSON web token"},
		{"/any", "Bearer a.b.c", 401, "cannot be decoded"},
		{"/any", "Bearer " + claims(map[string]any{"iss": "https://other.example"}), 401, "issuer"},
		{"/any", "Bearer " + claims(map[string]any{"aud": "other"}), 401, "audience"},
		{"/any", "Bearer " + claims(map[string]any{"aud": "other", "client_id": "shop"}), 401, "audience"},
		{"/any", "Bearer " + claims(map[string]any{"exp": 1}), 401, "expired"},
		{"/any", "Bearer " + claims(map[string]any{"exp": nil}), 401, "expired"},
		{"/any", "Bearer " + claims(map[string]any{"nbf": later}), 401, "not valid yet"},
		{"/scoped", "Bearer " + claims(nil), 200, ""},
		{"/scoped", "Bearer " + claims(map[string]any{"scope": "other"}), 403, "scopes"},
		{"/iam", "", 200, "signed requests"},
	} {
		headers := []string{}
		if c.token != "" {
			headers = []string{"Authorization", c.token}
		}
		got := a.do("Api", "GET "+c.path, headers...)
		if got.status != c.status || !strings.Contains(got.header.Get("X-Sstc-Preview"), c.why) {
			t.Errorf("%s with %.20s: %d, %q; want %d, %q", c.path, c.token, got.status, got.header.Get("X-Sstc-Preview"), c.status, c.why)
		}
	}
	o := a.do("Api", "GET /scoped", "Authorization", claims(nil)).json(t)
	jwt := o["requestContext"].(map[string]any)["authorizer"].(map[string]any)["jwt"]
	if got, want := compact(jwt), fmt.Sprintf(`{"claims":{"aud":"shop","exp":"%d","groups":"[a b]","iss":"https://issuer.example","n":"3","scope":"read other","sub":"alice"},"scopes":["read","admin"]}`, later); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestLambdaAuthorizer(t *testing.T) {
	a := start(t, `
    const api = new sst.aws.ApiGatewayV2("Api");
    const simple = api.addAuthorizer({ name: "simple", lambda: { function: "auth.simple" } });
    const iam = api.addAuthorizer({ name: "iam", lambda: { function: "auth.iam", response: "iam", payload: "1.0" } });
    api.route("GET /simple/{id}", "echo.handler", { auth: { lambda: simple.id } });
    api.route("GET /iam", "echo.handler", { auth: { lambda: iam.id } });`, map[string]string{
		"echo.ts": echo,
		"auth.ts": `
export const simple = async (event) => {
  if (event.version !== "2.0" || event.type !== "REQUEST" || !event.routeArn.endsWith("/GET/simple/" + event.pathParameters.id)) throw new Error("event");
  if (event.identitySource[0] === "broken") return { nonsense: true };
  return { isAuthorized: event.identitySource[0] === "open", context: { user: "alice" } };
};
export const iam = async (event) => {
  if (event.version !== "1.0" || event.body !== undefined) throw new Error("event");
  const allowed = event.authorizationToken === "open";
  return { principalId: "alice", context: { n: 1 }, policyDocument: { Version: "2012-10-17", Statement: [{ Action: "execute-api:Invoke", Effect: allowed ? "Allow" : "Deny", Resource: event.methodArn }] } };
};`})
	a.expect(a.do("Api", "GET /simple/1"), 401, "Unauthorized")
	a.expect(a.do("Api", "GET /simple/1", "Authorization", "shut"), 403, "Forbidden")
	a.expect(a.do("Api", "GET /simple/1", "Authorization", "broken"), 500, "Internal Server Error")
	a.expect(a.do("Api", "GET /simple/1", "Authorization", "open"), 200, `"authorizer":{"lambda":{"user":"alice"}}`)
	a.expect(a.do("Api", "GET /iam", "Authorization", "shut"), 403, "Forbidden")
	a.expect(a.do("Api", "GET /iam", "Authorization", "open"), 200, `"n":1`)
}

func TestFunctionURL(t *testing.T) {
	a := start(t, `
    new sst.aws.Function("Echo", { handler: "echo.handler", url: true });
    new sst.aws.Function("Stream", { handler: "stream.handler", url: true, streaming: true, timeout: "15 minutes" });
    new sst.aws.Function("Buffered", { handler: "stream.handler", url: true });
    new sst.aws.Function("Slow", { handler: "slow.handler", url: true, timeout: "1 second" });
    new sst.aws.Function("Dies", { handler: "slow.dies", url: true });
    new sst.aws.Function("Broken", { handler: "broken.handler", url: true });
    new sst.aws.Function("Old", { handler: "old.handler", url: true });
    new sst.aws.Function("Locked", { handler: "echo.handler", url: { authorization: "iam", cors: false } });`, map[string]string{
		"echo.ts": echo,
		"stream.ts": until + `
export const handler = awslambda.streamifyResponse(async (event, stream) => {
  if (event.rawPath === "/plain") {
    stream.setContentType("text/x-plain");
    stream.end("plain");
    return;
  }
  stream = awslambda.HttpResponseStream.from(stream, { statusCode: 203, headers: { "Content-Type": "text/plain", "X-A": "b" }, cookies: ["a=1", "b=2"] });
  if (event.rawPath === "/empty") return stream.end();
  if (event.rawPath === "/number") return stream.end(stream.write(0) ? "" : undefined);
  if (event.rawPath === "/later") return void setTimeout(() => stream.end("later"), 200);
  if (event.rawPath === "/never") return;
  stream.write("one ");
  await until(event);
  if (event.rawPath === "/fails") throw new Error("half way");
  stream.write("two");
  stream.end();
});
`,
		"slow.ts": `export const handler = () => new Promise((r) => setTimeout(r, 60000));
export const dies = async () => process.exit(3);`,
		"broken.ts": `throw new Error("at the very start");
export const handler = async () => 1;`,
		"old.ts": `export const handler = (event, context, callback) => {
  setTimeout(() => callback(null, { statusCode: 200, body: event.rawPath + " " + typeof context.getRemainingTimeInMillis() + " " + context.functionName.includes("Old") }), 10);
};`,
	})
	o := a.do("Echo", "GET /a%2Fb%20c?x=%2F", "Cookie", "a=1").json(t)
	if o["rawPath"] != "/a%2Fb%20c" || o["rawQueryString"] != "x=%2F" || o["headers"].(map[string]any)["cookie"] != "a=1" {
		t.Errorf("got %v", o)
	}
	a.expect(a.do("Old", "GET /x"), 200, "/x number true")

	got := a.do("Stream", "GET /")
	a.expect(got, 203, "one two")
	a.expectHeader(got, "X-A", "b")
	a.expectHeader(got, "Content-Type", "text/plain")
	if len(got.header["Set-Cookie"]) != 2 {
		t.Errorf("cookies: %v", got.header["Set-Cookie"])
	}
	a.expect(a.do("Stream", "GET /empty"), 203, "")
	a.expect(a.do("Stream", "GET /number"), 203, "0")
	// A handler may have its response made after it has returned.
	a.expect(a.do("Stream", "GET /later"), 203, "later")
	a.expect(a.do("Stream", "GET /never"), 203, "")
	got = a.do("Stream", "GET /plain")
	a.expect(got, 200, "plain")
	a.expectHeader(got, "Content-Type", "text/x-plain")
	a.expect(a.do("Buffered", "GET /"), 203, "one two")

	// The first part is there before the second is made.
	if rest := a.streamed(a.url("Stream")+"/", "one "); rest != "two" {
		t.Errorf("it ends with %q", rest)
	}

	// A stream that fails half way is not taken for whole.
	res, err := client.Get(a.url("Stream") + "/fails")
	must(t, err)
	if _, err := io.ReadAll(res.Body); err == nil {
		t.Error("a stream that failed ended well")
	}
	res.Body.Close()

	a.expect(a.do("Slow", "GET /"), 504, "")
	if !a.logged("Task timed out after 1.00 seconds") {
		t.Error("the log has no timeout")
	}
	got = a.do("Dies", "GET /")
	a.expect(got, 502, "")
	a.expectHeader(got, "X-Sstc-Preview", "Runtime.ExitError: Error: Runtime exited with error: exit status 3")
	got = a.do("Broken", "GET /")
	a.expect(got, 502, "")
	a.expectHeader(got, "X-Sstc-Preview", "Error: at the very start")
	a.expect(a.do("Locked", "GET /"), 200, `"iam"`)
	if !a.logged("REPORT RequestId:") {
		t.Error("the log has no reports")
	}
}

// Requests at the same time have processes of their own, and a process answers
// one after the other.
func TestConcurrency(t *testing.T) {
	a := start(t, `
    new sst.aws.Function("Fn", { handler: "fn.handler", url: true });
    new sst.aws.Function("One", { handler: "fn.handler", url: true, concurrency: { reserved: 1 } });`, map[string]string{"fn.ts": `
let busy = 0, calls = 0;
export const handler = async () => {
  const overlapping = ++busy > 1;
  calls++;
  await new Promise((r) => setTimeout(r, 300));
  busy--;
  return { overlapping, pid: process.pid, calls };
};`})
	for _, name := range []string{"Fn", "One"} {
		var wg sync.WaitGroup
		pids := sync.Map{}
		for range 3 {
			wg.Go(func() {
				o := a.do(name, "GET /").json(t)
				pids.Store(o["pid"], true)
				if o["overlapping"] == true {
					t.Errorf("%s: two events at once in one process", name)
				}
			})
		}
		wg.Wait()
		n := 0
		pids.Range(func(any, any) bool { n++; return true })
		if want := map[string]int{"Fn": 3, "One": 1}[name]; n != want {
			t.Errorf("%s: %d processes, want %d", name, n, want)
		}
	}
	if o := a.do("One", "GET /").json(t); o["calls"] != 4.0 {
		t.Errorf("the process was not kept: %v", o)
	}
}

// A function sees of the environment what Lambda and the app give it.
func TestEnvironment(t *testing.T) {
	t.Setenv("SSTC_TEST_PRIVATE", "private")
	a := start(t, `
    const other = new sst.aws.Function("Other", { handler: "env.handler", url: true });
    const bucket = new sst.aws.Bucket("Files");
    new sst.aws.Function("Fn", { handler: "env.handler", url: true, link: [other, bucket], environment: { MINE: "1", HOST: $interpolate`+"`<${other.url}>`"+` } });`,
		map[string]string{"env.ts": `export const handler = async () => process.env;`})
	o := a.do("Fn", "GET /").json(t)
	if o["SSTC_TEST_PRIVATE"] != nil {
		t.Error("the user's environment is visible")
	}
	if o["MINE"] != "1" || o["HOST"] != "<"+a.url("Other")+"/>" || !strings.Contains(fmt.Sprint(o["SST_RESOURCE_Other"]), a.url("Other")) || o["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] != "1024" {
		t.Errorf("got %v", o)
	}
	for _, name := range []string{"HOME", "TMPDIR", "LAMBDA_TASK_ROOT"} {
		if !strings.Contains(fmt.Sprint(o[name]), "sstc-preview-") {
			t.Errorf("%s is %v", name, o[name])
		}
	}
}

// Functions reach what the app serves, also where they take it for https.
func TestOwnHosts(t *testing.T) {
	a := start(t, `
    const other = new sst.aws.Function("Other", { handler: "fn.other", url: true });
    new sst.aws.Function("Fn", { handler: "fn.handler", url: true, link: [other] });`, map[string]string{"fn.ts": `
import https, { get } from "node:https";
const url = JSON.parse(process.env.SST_RESOURCE_Other ?? "{}").url?.replace("http:", "https:");
const read = (make) => new Promise((resolve, reject) => make((res) => { let s = ""; res.on("data", (c) => (s += c)).on("end", () => resolve(s)); }).on("error", reject).end());
export const other = async (event) => event.requestContext.http.method + " " + event.rawPath;
export const handler = async () => Promise.all([
  fetch(url + "a").then((r) => r.text()),
  fetch(new Request(url + "b", { method: "POST", body: "x" })).then((r) => r.text()),
  read((f) => get(url + "c?x=1", f)),
  read((f) => https.request({ host: new URL(url).host, path: "/d", method: "PUT", headers: { a: "b" } }, f)),
  fetch("https://abc.execute-api.eu-west-1.amazonaws.com/").catch((e) => e.cause.message),
  process.env.SSTC_PREVIEW_HOSTS ?? "none",
]);`})
	got := a.do("Fn", "GET /")
	a.expect(got, 200, `["GET /a","POST /b","GET /c","PUT /d","sstc preview: abc.execute-api.eu-west-1.amazonaws.com is AWS itself`)
	a.expect(got, 200, `,"none"]`)
}

// A page on the web must not reach the preview by a name that leads here.
func TestOtherNames(t *testing.T) {
	a := start(t, `new sst.aws.Function("Fn", { handler: "echo.handler", url: true });`, map[string]string{"echo.ts": echo})
	for _, url := range []string{a.URL, a.url("Fn")} {
		r, err := http.NewRequest("GET", url+"/state", nil)
		must(t, err)
		r.Host = "evil.example"
		res, err := client.Do(r)
		must(t, err)
		res.Body.Close()
		if res.StatusCode != http.StatusMisdirectedRequest {
			t.Errorf("%s answered %s", url, res.Status)
		}
	}
}

func TestStartPage(t *testing.T) {
	a := start(t, `
    new sst.aws.Function("Fn", { handler: "fn.handler", url: true });
    new sst.aws.Cron("Nightly", { schedule: "rate(1 day)", function: "fn.handler" });`, map[string]string{"fn.ts": `export const handler = async (event) => { console.log("told", JSON.stringify(event)); return 1; };`})
	a.expect(a.do("", "GET /"), 200, "<title>sstc preview</title>")
	a.do("Fn", "GET /hello")
	var state answer
	a.eventually("the call is counted", func() bool {
		state = a.do("", "GET /state")
		return strings.Contains(state.body, `"invocations":1`)
	})
	for _, want := range []string{`"name":"Fn"`, a.url("Fn"), `"text":"/hello"`, `"schedule":"rate(1 day)"`} {
		if !strings.Contains(state.body, want) {
			t.Errorf("the state has no %s: %s", want, state.body)
		}
	}
	id := state.json(t)["schedules"].([]any)[0].(map[string]any)["id"].(string)
	a.expect(a.do("", "POST /schedules/"+id, "Origin", "https://evil.example"), 403, "")
	a.expect(a.do("", "POST /schedules/"+id), 202, "")
	a.eventually("the schedule runs", func() bool { return a.logged("told {}") })
	a.expect(a.do("", "POST /schedules/None"), 404, "")
	if res, err := http.Get(a.URL + "/nowhere"); err != nil || res.StatusCode != 404 {
		t.Errorf("got %v, %v", res, err)
	}
}

// Lambda takes and gives 6 MB, of which bodies that are not text have three
// quarters.
func TestSizes(t *testing.T) {
	a := start(t, `
    const api = new sst.aws.ApiGatewayV2("Api");
    api.route("POST /", "sizes.handler");
    new sst.aws.Function("Url", { handler: "sizes.handler", url: true });`, map[string]string{"sizes.ts": `
export const handler = async (event) => ({ statusCode: 200, body: event.rawQueryString === "" ? String(event.body.length) : "x".repeat(Number(event.rawQueryString)) });
`})
	for _, name := range []string{"Api", "Url"} {
		a.expect(a.do(name, "POST /", "Content-Type", "text/plain", "body", strings.Repeat("x", 6000000)), 200, "6000000")
		a.expect(a.do(name, "POST /", "Content-Type", "image/png", "body", strings.Repeat("\xff", 4500000)), 200, "6000000")
		for _, kind := range []string{"text/plain", "image/png"} {
			size := map[string]int{"text/plain": 6300000, "image/png": 5000000}[kind]
			got := a.do(name, "POST /", "Content-Type", kind, "body", strings.Repeat("\xff", size))
			a.expect(got, 413, "Too Large")
			if why := got.header.Get("X-Sstc-Preview"); !strings.Contains(why, "Lambda takes 6291556 at most") {
				t.Errorf("it says %q", why)
			}
		}
		a.expect(a.do(name, "POST /", "Content-Type", "text/plain", "body", strings.Repeat("x", 11000000)), 413, "Too Large")
		if got := a.do(name, "POST /?6000000", "body", "x"); got.status != 200 || len(got.body) != 6000000 {
			t.Errorf("%d with %d bytes", got.status, len(got.body))
		}
		got := a.do(name, "POST /?6291557", "body", "x")
		if got.status < 500 || !strings.Contains(got.header.Get("X-Sstc-Preview"), "Function.ResponseSizeTooLarge") {
			t.Errorf("%d %v", got.status, got.header)
		}
	}
}
