package preview_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// The code of a CloudFront function finds what AWS documents for the runtime
// cloudfront-js-2.0.
func TestEdgeRuntime(t *testing.T) {
	body := `
    const out = {};
    const r = event.request;
    if (r.uri !== "/probe") return r.uri === "/list" ? { statusCode: 200, body: "plain" } : undefined;
    out.version = event.version; out.type = event.context.eventType; out.ip = typeof event.viewer.ip;
    out.query = r.querystring; out.cookies = r.cookies; out.header = r.headers["x-a"]; out.method = r.method;
    const kvs = cf.kvs();
    out.missing = await kvs.get("none").catch((e) => e.message);
    out.exists = await kvs.exists("none");
    out.count = (await kvs.meta()).keyCount > 0;
    out.md5 = require("crypto").createHash("md5").update("a").digest("hex");
    out.hmac = require("crypto").createHmac("sha256", "k").update("a").digest("base64url").length;
    out.parsed = require("querystring").parse("a=1&b=2").b;
    out.buffer = Buffer.from("aGk=", "base64").toString();
    out.closed = [typeof fetch, typeof setTimeout, typeof URL, typeof process, typeof eval, typeof crypto].join();
    try { require("fs"); out.fs = true; } catch (e) { out.fs = e.message; }
    out.now = Date.now() > 1700000000000;
    console.log("edge says", r.uri);
    return { statusCode: 200, statusDescription: "OK", headers: { "content-type": { value: "application/json" }, "x-multi": { value: "1", multiValue: [{ value: "1" }, { value: "2" }] } },
      cookies: { a: { value: "1", attributes: "Secure" } }, body: { encoding: "base64", data: Buffer.from(JSON.stringify(out)).toString("base64") } };`
	injection, err := json.Marshal(strings.ReplaceAll(body, "? { statusCode: 200, body: \"plain\" } : undefined", "? { statusCode: 200, body: \"plain\" } : event.request"))
	must(t, err)
	a := start(t, `new sst.aws.StaticSite("Web", { path: "web", edge: { viewerRequest: { injection: `+string(injection)+` } } });`, map[string]string{"web/index.html": "web"})
	got := a.do("Web", "GET /probe?a=1&b=%20&a=3", "X-A", "x", "X-A", "y", "Cookie", "k=v; k=w; l=m")
	a.expect(got, 200, "")
	if got.status != 200 {
		t.Fatal(got.header)
	}
	if len(got.header["X-Multi"]) != 2 || got.header.Get("Set-Cookie") != "a=1; Secure" {
		t.Errorf("headers: %v", got.header)
	}
	o := got.json(t)
	for name, want := range map[string]string{
		"version": `"1.0"`, "type": `"viewer-request"`, "ip": `"string"`, "method": `"GET"`,
		"query":   `{"a":{"multiValue":[{"value":"1"},{"value":"3"}],"value":"1"},"b":{"value":"%20"}}`,
		"cookies": `{"k":{"multiValue":[{"value":"v"},{"value":"w"}],"value":"v"},"l":{"value":"m"}}`,
		"header":  `{"multiValue":[{"value":"x"},{"value":"y"}],"value":"x"}`,
		"missing": `"KeyNotFound: none"`, "exists": "false", "count": "true", "md5": `"0cc175b9c0f1b6a831c399e269772661"`, "hmac": "43",
		"parsed": `"2"`, "buffer": `"hi"`, "fs": `"Cannot find module \"fs\""`, "now": "true",
		"closed": `"undefined,undefined,undefined,undefined,undefined,undefined"`,
	} {
		if v := compact(o[name]); v != want {
			t.Errorf("%s is %s, want %s", name, v, want)
		}
	}
	if !a.logged("edge says /probe") {
		t.Error("the log has nothing of what the function printed")
	}
	a.expect(a.do("Web", "GET /list"), 200, "plain")
}
