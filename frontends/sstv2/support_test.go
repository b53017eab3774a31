package sstv2

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// runNode runs a module beside those of runtime/support.
func runNode(t *testing.T, dir, module string) string {
	t.Helper()
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("node is not installed")
	}
	for _, name := range []string{"zip.mjs", "signer.mjs"} {
		b, err := runtime.ReadFile("runtime/support/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "test.mjs"), []byte(module), 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", "test.mjs")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if strings.Contains(string(out), "does not provide an export named 'crc32'") {
		t.Skip("node is too old")
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

func TestAddFileToZip(t *testing.T) {
	dir := t.TempDir()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range []string{"index.mjs", "lib/a.txt"} {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(f, strings.Repeat(name, 100))
	}
	w.SetComment("to be left out")
	w.Close()
	if err := os.WriteFile(filepath.Join(dir, "in.zip"), b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	runNode(t, dir, `import fs from "fs";
import { addFile } from "./zip.mjs";
fs.writeFileSync("out.zip", addFile(addFile(fs.readFileSync("in.zip"), "environment.json", Buffer.from('{"A":"ä"}')), "empty", Buffer.alloc(0)));`)
	r, err := zip.OpenReader(filepath.Join(dir, "out.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got := map[string]string{}
	for _, f := range r.File {
		c, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(c)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		got[f.Name] = string(text)
	}
	want := map[string]string{"index.mjs": strings.Repeat("index.mjs", 100), "lib/a.txt": strings.Repeat("lib/a.txt", 100), "environment.json": `{"A":"ä"}`, "empty": ""}
	if len(got) != len(want) {
		t.Errorf("got %d files, want %d", len(got), len(want))
	}
	for name, text := range want {
		if got[name] != text {
			t.Errorf("%s: got %q", name, got[name])
		}
	}
}

// The signatures are those that @smithy/signature-v4 2.0.16 makes.
func TestSigner(t *testing.T) {
	out := runNode(t, t.TempDir(), `import { handler, sign } from "./signer.mjs";
const keys = { accessKeyId: "AK", secretAccessKey: "SK", sessionToken: "T" }, now = new Date(Date.UTC(2024, 0, 2, 3, 4, 5));
const origin = { custom: { domainName: "abc.lambda-url.eu-west-1.on.aws" } };
for (const request of [
  { method: "GET", uri: "/a%20b/c", querystring: "", origin },
  { method: "POST", uri: "/p", querystring: "", origin, body: { data: Buffer.from("héllo").toString("base64"), encoding: "base64" } },
]) console.log(sign(request, "eu-west-1", keys, now).authorization.split("Signature=")[1]);
const other = { headers: {}, origin: { s3: {} } };
console.log(await handler({ Records: [{ cf: { request: other } }] }) === other, Object.keys(other.headers).length);
const request = { method: "GET", uri: "/", querystring: "", headers: {}, origin };
Object.assign(process.env, { AWS_ACCESS_KEY_ID: "AK", AWS_SECRET_ACCESS_KEY: "SK" });
await handler({ Records: [{ cf: { request } }] });
console.log(Object.keys(request.headers).sort().join());`)
	want := `7d8ffe852a1f242f250ac894200f0827f7d82c6f2807d9f814a8bbc7771251b5
49c00db490036162bf7cf0043cf2a8b85536b3ac5acf410223ced4c5b4e93525
true 0
authorization,host,x-amz-content-sha256,x-amz-date
`
	if out != want {
		t.Errorf("got\n%s\nwant\n%s", out, want)
	}
}
