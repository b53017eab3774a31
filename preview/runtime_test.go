package preview_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/sstc/sstc/preview"
)

func TestPython(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("python3 is not on the PATH")
	}
	out := build(t, `new sst.aws.Function("Fn", { runtime: "python3.12", handler: "pkg/app.handler", bundle: "py", url: true });`, map[string]string{
		"py/pkg/app.py": `
import os
from pkg.helper import greet

def handler(event, context):
    print("python speaks")
    if event["rawPath"] == "/fails":
        raise ValueError("no such thing")
    return {"statusCode": 200, "body": greet(event["rawPath"]), "headers": {"x-left": str(context.get_remaining_time_in_millis() > 0), "x-arn": context.invoked_function_arn}}
`,
		"py/pkg/helper.py": `def greet(path): return "hello " + path`,
	})
	a := serve(t, out, preview.Options{})
	got := a.do("Fn", "GET /you")
	a.expect(got, 200, "hello /you")
	a.expectHeader(got, "X-Left", "True")
	got = a.do("Fn", "GET /fails")
	a.expect(got, 502, "")
	a.expectHeader(got, "X-Sstc-Preview", "ValueError: no such thing")
	if !a.logged("python speaks") {
		t.Error("the log has nothing of what was printed")
	}
}

// bootstrap is a function that is a program of its own: it asks the Runtime
// API itself.
const bootstrap = `package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

func main() {
	base := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/"
	for n := 1; ; n++ {
		res, err := http.Get(base + "invocation/next")
		if err != nil {
			os.Exit(1)
		}
		event, _ := io.ReadAll(res.Body)
		id := res.Header.Get("Lambda-Runtime-Aws-Request-Id")
		where, answer := "/response", fmt.Sprintf("{\"n\":%d,\"bytes\":%t,\"handler\":%q}", n, len(event) > 0, os.Getenv("_HANDLER"))
		if strings.Contains(string(event), "/fails") {
			where, answer = "/error", "{\"errorType\":\"Own\",\"errorMessage\":\"bad\"}"
		}
		if strings.Contains(string(event), "/exit") {
			os.Exit(7)
		}
		res, err = http.Post(base+"invocation/"+id+where, "application/json", strings.NewReader(answer))
		if err != nil || res.StatusCode != 202 {
			os.Exit(1)
		}
	}
}
`

func TestProgram(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("programs for Lambda run on Linux alone")
	}
	architecture := map[string]string{"amd64": "x86_64", "arm64": "arm64"}[runtime.GOARCH]
	run := `new sst.aws.Function("Fn", { runtime: "provided.al2023", handler: "own", bundle: "dist", url: true, architecture: "` + architecture + `" });
    new sst.aws.Function("Other", { runtime: "provided.al2023", handler: "own", bundle: "dist", url: true, architecture: "` + map[string]string{"x86_64": "arm64", "arm64": "x86_64"}[architecture] + `" });`
	dir := write(t, run, map[string]string{"go.mod": "module own\n", "main.go": bootstrap, "dist/readme": "x"})
	cmd := exec.Command("go", "build", "-o", filepath.Join("dist", "bootstrap"), ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("the program cannot be built: %v\n%s", err, text)
	}
	a := serve(t, compile(t, dir, true), preview.Options{})
	a.expect(a.do("Fn", "GET /"), 200, `{"n":1,"bytes":true,"handler":"own"}`)
	a.expect(a.do("Fn", "GET /"), 200, `{"n":2,`)
	got := a.do("Fn", "GET /fails")
	a.expect(got, 502, "")
	a.expectHeader(got, "X-Sstc-Preview", "Own: bad")
	a.expectHeader(a.do("Fn", "GET /exit"), "X-Sstc-Preview", "Runtime.ExitError: Error: Runtime exited with error: exit status 7")
	a.expect(a.do("Fn", "GET /"), 200, `{"n":1,`)
	if why := a.do("Other", "GET /").header.Get("X-Sstc-Preview"); !strings.Contains(why, "and this machine is linux on "+runtime.GOARCH) {
		t.Errorf("it says %q", why)
	}
}

// When a preview ends, nothing of it is left: no process, also not what a
// function had started, no goroutine, no file.
func TestClose(t *testing.T) {
	needNode(t)
	t.Setenv("TMPDIR", t.TempDir())
	out := build(t, `
    new sst.aws.Function("Idle", { handler: "fn.idle", url: true });
    new sst.aws.Function("Busy", { handler: "fn.busy", url: true, timeout: "15 minutes" });
    new sst.aws.Function("Parent", { handler: "fn.parent", url: true });
    const queue = new sst.aws.Queue("Queue");
    queue.subscribe("fn.idle");`, map[string]string{"fn.ts": `
import { spawn } from "node:child_process";
export const idle = async () => ({ pid: process.pid });
export const busy = async () => { console.log("busy", process.pid); return new Promise((r) => setTimeout(r, 800000)); };
export const parent = async () => ({ pid: spawn("sleep", ["300"], { stdio: "ignore" }).pid });
`})
	before := runtime.NumGoroutine()
	a := serve(t, out, preview.Options{})
	idle := int(a.do("Idle", "GET /").json(t)["pid"].(float64))
	child := int(a.do("Parent", "GET /").json(t)["pid"].(float64))
	answered := make(chan error, 1)
	go func() {
		res, err := client.Get(a.url("Busy"))
		if err == nil {
			res.Body.Close()
		}
		answered <- err
	}()
	a.eventually("the function is busy", func() bool { return a.logged("busy ") })
	a.Close() // which does not wait for the function
	<-answered
	for _, pid := range []int{idle, child} {
		if alive(pid) {
			t.Errorf("process %d is still there", pid)
		}
	}
	if entries, err := os.ReadDir(os.TempDir()); err != nil || len(entries) > 0 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
	for deadline := time.Now().Add(patience); runtime.NumGoroutine() > before && time.Now().Before(deadline); {
		client.CloseIdleConnections()
		time.Sleep(20 * time.Millisecond)
	}
	if after := runtime.NumGoroutine(); after > before {
		stacks := make([]byte, 1<<20)
		t.Errorf("%d goroutines before, %d after\n%s", before, after, stacks[:runtime.Stack(stacks, true)])
	}
}

func alive(pid int) bool {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		text, err := os.ReadFile(filepath.Join("/proc", itoa(pid), "stat"))
		if err != nil || strings.Contains(string(text), ") Z ") {
			return false
		}
		time.Sleep(20 * time.Millisecond)
	}
	return true
}

func itoa(n int) string { return compact(n) }

// Another build in the same place is noticed.
func TestChanged(t *testing.T) {
	dir := write(t, `new sst.aws.StaticSite("Web", { path: "web" });`, map[string]string{"web/index.html": "one"})
	out := compile(t, dir, true)
	a := serve(t, out, preview.Options{})
	select {
	case <-a.Changed():
		t.Fatal("it changed by itself")
	case <-time.After(700 * time.Millisecond):
	}
	must(t, os.WriteFile(filepath.Join(dir, "web", "index.html"), []byte("two"), 0o666))
	must(t, os.Rename(compile(t, dir, true), out+".new"))
	must(t, os.Rename(out, out+".old"))
	must(t, os.Rename(out+".new", out))
	select {
	case <-a.Changed():
	case <-time.After(patience):
		t.Fatal("it was not noticed")
	}
}

// A function that no component has made runs too, from the archive that the
// configuration gives.
func TestRawFunction(t *testing.T) {
	a := start(t, `
    const fn = new aws.lambda.Function("Raw", {
      role: "arn:aws:iam::000000000000:role/x", runtime: "nodejs22.x", handler: "code/main.handler", timeout: 7,
      code: new $util.asset.AssetArchive({ code: new $util.asset.FileArchive("./code") }),
    });
    new aws.lambda.FunctionUrl("Url", { functionName: fn.name, authorizationType: "NONE" });`, map[string]string{
		"code/main.mjs": `export const handler = async (event, context) => "raw " + event.rawPath + " " + (context.getRemainingTimeInMillis() > 0);`,
	})
	a.expect(a.do("Url", "GET /x"), 200, "raw /x true")
}
