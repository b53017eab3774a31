package engine

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/sstc/sstc/compiler/engine/overlay"
)

// The modules answer as Node does. Each file of testdata/node prints what it
// asks; the .out file beside it is what Node printed. SSTC_UPDATE=1 has Node
// print it anew.
func TestAgainstNode(t *testing.T) {
	programs, err := filepath.Glob("testdata/node/*.js")
	if err != nil || len(programs) == 0 {
		t.Fatalf("no programs: %v", err)
	}
	for _, program := range programs {
		t.Run(strings.TrimSuffix(filepath.Base(program), ".js"), func(t *testing.T) {
			golden := strings.TrimSuffix(program, ".js") + ".out"
			if os.Getenv("SSTC_UPDATE") != "" {
				cmd := exec.Command("node", program)
				cmd.Env = append(os.Environ(), "TZ=UTC", "LANG=en_US.UTF-8")
				out, err := cmd.Output()
				if err != nil {
					t.Fatalf("node: %v", err)
				}
				if err := os.WriteFile(golden, out, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			source, err := os.ReadFile(program)
			if err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			e := newEngine(t, Options{Console: func(level, text string) { got.WriteString(text + "\n") }})
			if err := e.Eval(program, "globalThis.main = async (arg) => { const require = __node_require;"+string(source)+"\n}"); err != nil {
				t.Fatal(err)
			}
			if _, err := e.Await("main", ""); err != nil {
				t.Errorf("%v %+v", err, err.(*Error).Stack)
			}
			if err := e.Drain(); err != nil {
				t.Errorf("%v %+v", err, err.(*Error).Stack)
			}
			diffLines(t, got.String(), string(want))
		})
	}
}

// diffLines reports the first lines that differ.
func diffLines(t *testing.T, got, want string) {
	t.Helper()
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	reported := 0
	for i := range max(len(g), len(w)) {
		gl, wl := "(no line)", "(no line)"
		if i < len(g) {
			gl = g[i]
		}
		if i < len(w) {
			wl = w[i]
		}
		if gl != wl {
			t.Errorf("line %d\ngot  %s\nwant %s", i+1, gl, wl)
			if reported++; reported == 15 {
				t.Fatal("and more")
			}
		}
	}
}

func TestModules(t *testing.T) {
	e := newEngine(t, Options{})
	for _, name := range Modules() {
		for _, name := range []string{name, "node:" + name} {
			mustRun(t, e, fmt.Sprintf(`
				const m = __node_require(%q);
				if (m.default !== m || Object.keys(m).includes("default")) throw new Error("its default is another");
				if (m !== __node_require(%[1]q)) throw new Error("it loads twice")`, name))
		}
	}
	for _, test := range [][2]string{
		{"node:nope", "No such built-in module: node:nope"},
		{"nope", "Cannot find module 'nope'"},
	} {
		_, err := run(t, e, fmt.Sprintf("__node_require(%q)", test[0]))
		if err == nil || err.(*Error).Message != test[1] {
			t.Errorf("%s: %v", test[0], err)
		}
	}
	if acts := e.Forbidden(); len(acts) != 0 {
		t.Errorf("loading is forbidden: %+v", acts)
	}
}

// What reaches out of the box is forbidden, named as the program names it.
func TestForbiddenModules(t *testing.T) {
	for _, test := range []struct{ body, what, detail string }{
		{`await fetch("https://example.com/x")`, "fetch", "https://example.com/x"},
		{`await fetch(new URL("https://example.com/x"))`, "fetch", "https://example.com/x"},
		{`await fetch(new Request("https://example.com/x"))`, "fetch", "https://example.com/x"},
		{`new WebSocket("wss://h")`, "WebSocket", "wss://h"},
		{`require("http").get("http://h/p")`, "http.get", "http://h/p"},
		{`require("https").request({ hostname: "h", path: "/p" })`, "https.request", "h/p"},
		{`require("http").createServer()`, "http.createServer", ""},
		{`new (require("http").Server)().listen(80)`, "http.Server.listen", "80"},
		{`require("net").connect(80)`, "net.connect", "80"},
		{`new (require("net").Socket)().connect({ host: "h", port: 1 })`, "net.Socket.connect", "h:1"},
		{`require("tls").connect({ host: "h" })`, "tls.connect", "h"},
		{`require("dns").lookup("h", () => {})`, "dns.lookup", "h"},
		{`await require("dns/promises").resolve4("h")`, "dns.resolve4", "h"},
		{`require("dgram").createSocket("udp4")`, "dgram.createSocket", "udp4"},
		{`new (require("worker_threads").Worker)("x.js")`, "worker_threads.Worker", "x.js"},
		{`require("cluster").fork()`, "cluster.fork", ""},
		{`require("vm").runInNewContext("1")`, "vm.runInNewContext", "1"},
		{`require("child_process").execSync("ls -l | wc")`, "child_process.execSync", "ls -l | wc"},
		{`require("child_process").spawnSync("ls", ["-l"])`, "child_process.spawnSync", "ls -l"},
		{`require("child_process").exec("ls", () => {})`, "child_process.exec", "ls"},
		{`await require("util").promisify(require("child_process").execFile)("ls", ["-a"])`, "child_process.execFile", "ls -a"},
		{`require("child_process").fork("x.js")`, "child_process.fork", "x.js"},
		{`require("crypto").generateKeyPairSync("rsa")`, "crypto.generateKeyPairSync", ""},
		{`process.kill(1)`, "process.kill", "1"},
		{`require("fs").symlinkSync("a", "b")`, "fs.symlinkSync", "b"},
		{`require("module").createRequire("/a/b.js")("./c.js")`, "module.createRequire", "/a/c.js"},
	} {
		e := newEngine(t, Options{FS: overlay.New(files{fstest.MapFS{"a/c.js": {Data: []byte("x")}}}, nil)})
		_, err := run(t, e, "const require = __node_require;"+test.body)
		var js *Error
		if !errors.As(err, &js) || js.Kind != Forbidden || js.Act.What != test.what || js.Act.Detail != test.detail {
			t.Errorf("%s: %v %+v", test.body, err, e.Forbidden())
			continue
		}
		if !strings.Contains(js.Message, test.what) {
			t.Errorf("%s: %s", test.body, js.Message)
		}
		if acts := e.Forbidden(); len(acts) != 1 {
			t.Errorf("%s: %d acts on record", test.body, len(acts))
		}
		at := slices.IndexFunc(js.Stack, func(f Frame) bool { return f.File == "test.js" })
		if at < 0 || js.Stack[at].Line != 2 {
			t.Errorf("%s: stack %+v", test.body, js.Stack)
		}
	}
}

// A command that the host allows runs, in every form in which it can be asked for.
func TestExec(t *testing.T) {
	var got []Command
	e := newEngine(t, Options{
		Cwd: "/app",
		Exec: func(c Command) (*Output, error) {
			got = append(got, c)
			switch {
			case c.Name == "false":
				return nil, &Throw{Message: "Command failed: false", Code: "1"}
			case c.Name == "fails":
				return &Output{Stdout: []byte("some\n"), Stderr: []byte("fatal: é\n"), Status: 128}, nil
			case c.Name == "git":
				return &Output{Stdout: []byte("out\n")}, nil
			}
			return nil, nil
		},
	})
	const body = `
		const cp = __node_require("child_process"), { promisify } = __node_require("util");
		const out = [];
		out.push(cp.execSync("git rev-parse 'a b'").toString());
		out.push(cp.execSync("git status", { encoding: "utf8", cwd: "sub" }));
		out.push(cp.execFileSync("git", ["x"], { encoding: "utf8" }));
		out.push(cp.spawnSync("git", ["y"]).stdout.toString() + cp.spawnSync("git").status);
		out.push((await promisify(cp.exec)("git z")).stdout);
		out.push(await new Promise((resolve) => { let s = ""; const c = cp.spawn("git", ["w"]); c.stdout.on("data", (d) => s += d); c.on("close", (code) => resolve(s + code)) }));
		try { cp.execSync("false") } catch (e) { out.push(e.message) }
		return JSON.stringify(out)`
	if got, want := mustRun(t, e, body), `["out\n","out\n","out\n","out\n0","out\n","out\n0","Command failed: false"]`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	const failing = `
		const cp = __node_require("child_process"), { promisify } = __node_require("util");
		const out = [], said = (e) => out.push([e.message, e.status ?? e.code, String(e.stdout), String(e.stderr)].join("|"));
		try { cp.execSync("fails here") } catch (e) { said(e) }
		try { cp.execFileSync("fails", ["here"], { encoding: "utf8" }) } catch (e) { said(e) }
		const r = cp.spawnSync("fails", ["here"], { encoding: "utf8" });
		out.push([r.status, r.stdout, r.stderr].join("|"));
		await promisify(cp.exec)("fails here").catch(said);
		out.push(await new Promise((resolve) => { let s = ""; const c = cp.spawn("fails", ["here"]); c.stderr.on("data", (d) => s += d); c.on("close", (code) => resolve(s + code)) }));
		return out.join("")`
	const failed = "Command failed: fails here\nfatal: é\n|128|some\n|fatal: é\n"
	if got, want := mustRun(t, e, failing), failed+failed+"128|some\n|fatal: é\n"+failed+"fatal: é\n128"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if c := got[0]; c.Line != "git rev-parse 'a b'" || c.Name != "git" || !slices.Equal(c.Args, []string{"rev-parse", "a b"}) || c.Dir != "/app" {
		t.Errorf("got %+v", c)
	}
	if c := got[1]; c.Dir != "/app/sub" {
		t.Errorf("got %+v", c)
	}
}

func TestSplitCommand(t *testing.T) {
	for _, test := range []struct {
		line string
		want string
	}{
		{"git rev-parse HEAD", "git|rev-parse|HEAD"},
		{"  a\t b ", "a|b"},
		{`a "b c" 'd "e' f"g"h ""`, `a|b c|d "e|fgh|`},
		{"a | b", "-"}, {"a; b", "-"}, {"a && b", "-"}, {"$(a)", "-"}, {"a `b`", "-"}, {"a > b", "-"}, {`a "$b"`, "-"}, {"a *", "-"},
		{"a 'b", "-"}, {`a \b`, "-"}, {"a '$b'", "a|$b"}, {"", ""},
	} {
		words, ok := splitCommand(test.line)
		got := strings.Join(words, "|")
		if !ok {
			got = "-"
		}
		if got != test.want {
			t.Errorf("%q: %s, want %s", test.line, got, test.want)
		}
	}
}

func TestPrecompiled(t *testing.T) {
	if runtime.GOARCH != "amd64" && runtime.GOARCH != "arm64" {
		t.Skip("bytecode is of little-endian machines")
	}
	want, err := newEngine(t, Options{}).compileAll()
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("SSTC_UPDATE") != "" {
		if err := os.WriteFile("node.bin", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(nodeBin, want) {
		t.Error("node.bin is not of the folder node as it is; SSTC_UPDATE=1 go test ./compiler/engine makes it anew")
	}
	if n := len(compiledModules()); n < len(Modules()) {
		t.Errorf("%d modules in node.bin, of %d", n, len(Modules()))
	}
}
