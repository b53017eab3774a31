package adapters

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestEdgeEntry(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("node is not installed")
	}
	dir := t.TempDir()
	files := map[string]string{
		"handler.mjs": EdgeEntry(`const serve = async (request) => {
  const headers = new Headers({ "content-type": "text/plain", "x-cache": "no", "content-length": "99" });
  headers.append("set-cookie", "a=1");
  headers.append("set-cookie", "b=2");
  return new Response(request.method + " " + request.url + " " + request.headers.get("accept") + " " + (await request.text()), { status: 201, headers });
};`),
		"test.mjs": `import { handler } from "./handler.mjs";
const headers = { host: [{ key: "Host", value: "bucket" }], "x-forwarded-host": [{ key: "x-forwarded-host", value: "example.com" }], accept: [{ key: "Accept", value: "a" }, { key: "Accept", value: "b" }] };
for (const request of [
  { method: "GET", uri: "/a%20b", querystring: "q=1", headers, body: { data: "", encoding: "base64" } },
  { method: "POST", uri: "/", querystring: "", headers, body: { data: Buffer.from("é").toString("base64"), encoding: "base64" } },
]) {
  const { body, ...rest } = await handler({ Records: [{ cf: { request } }] });
  console.log(JSON.stringify(rest), Buffer.from(body, "base64").toString());
}
`,
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command("node", filepath.Join(dir, "test.mjs")).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	rest := `{"status":"201","headers":{"content-type":[{"key":"content-type","value":"text/plain"}],"set-cookie":[{"key":"set-cookie","value":"a=1"},{"key":"set-cookie","value":"b=2"}]},"bodyEncoding":"base64"}`
	want := rest + " GET https://example.com/a%20b?q=1 a, b \n" + rest + " POST https://example.com/ a, b é\n"
	if string(out) != want {
		t.Errorf("got\n%swant\n%s", out, want)
	}
}
