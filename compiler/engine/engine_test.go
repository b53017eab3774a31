package engine

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"io/fs"

	"github.com/sstc/sstc/compiler/engine/overlay"
)

// files is an FS of a map of files, with one directory that is outside.
type files struct{ fstest.MapFS }

func (f files) name(name string) (string, error) {
	if strings.HasPrefix(name, "/outside") {
		return "", ErrOutside
	}
	if name = strings.TrimPrefix(name, "/"); name == "" {
		name = "."
	}
	return name, nil
}

func (f files) ReadFile(name string) ([]byte, error) {
	name, err := f.name(name)
	if err != nil {
		return nil, err
	}
	return f.MapFS.ReadFile(name)
}

func (f files) Stat(name string) (fs.FileInfo, error) {
	name, err := f.name(name)
	if err != nil {
		return nil, err
	}
	return f.MapFS.Stat(name)
}

func (f files) ReadDir(name string) ([]fs.DirEntry, error) {
	name, err := f.name(name)
	if err != nil {
		return nil, err
	}
	return f.MapFS.ReadDir(name)
}

func newEngine(t *testing.T, opts Options) *Engine {
	t.Helper()
	e, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// run evaluates the body of an async function and returns what it returns.
func run(t *testing.T, e *Engine, body string) (string, error) {
	t.Helper()
	if err := e.Eval("test.js", "globalThis.main = async function main(arg) {\n"+body+"\n};"); err != nil {
		return "", err
	}
	return e.Await("main", "")
}

func mustRun(t *testing.T, e *Engine, body string) string {
	t.Helper()
	s, err := run(t, e, body)
	if err != nil {
		t.Fatalf("%v\n%+v", err, err.(*Error).Stack)
	}
	return s
}

func TestCall(t *testing.T) {
	e := newEngine(t, Options{})
	if err := e.Eval("lib.js", `
		globalThis.echo = (s) => s;
		globalThis.nothing = () => {};
		globalThis.later = async (s) => { await null; return s + "!"; };
	`); err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"", "x", "=", "!", "é\U0001F600\x00z", strings.Repeat("long", 100000)} {
		if got, err := e.Call("echo", s); err != nil || got != s {
			t.Errorf("Call(echo, %.20q) = %.20q, %v", s, got, err)
		}
		if got, err := e.Await("echo", s); err != nil || got != s {
			t.Errorf("Await(echo, %.20q) = %.20q, %v", s, got, err)
		}
		if got, err := e.Await("later", s); err != nil || got != s+"!" {
			t.Errorf("Await(later, %.20q) = %.20q, %v", s, got, err)
		}
	}
	if got, err := e.Call("nothing", ""); err != nil || got != "" {
		t.Errorf("Call(nothing) = %q, %v", got, err)
	}
	if _, err := e.Call("missing", ""); err == nil {
		t.Error("Call of a function that does not exist: no error")
	}
}

type codedError struct{ id int }

func (c *codedError) Error() string { return fmt.Sprintf("coded %d", c.id) }

// A Go error that a host function returns is an exception in JavaScript and
// the same Go error again when nothing catches it, through any number of
// borders.
func TestHostErrors(t *testing.T) {
	e := newEngine(t, Options{})
	e.Register("fail", func(arg string) (string, error) { return "", &codedError{7} })
	e.Register("custom", func(arg string) (string, error) {
		return "", &Throw{Name: "RangeError", Message: "too far", Code: "E_FAR"}
	})
	e.Register("nested", func(arg string) (string, error) { return e.Call("inner", arg) })
	if err := e.Eval("lib.js", "globalThis.inner = (s) => { if (s === '0') fail(''); return nested(String(s - 1)) };"); err != nil {
		t.Fatal(err)
	}
	got := mustRun(t, e, `try { fail("") } catch (e) { return [e instanceof Error, e.name, e.message].join() }`)
	if want := "true,Error,coded 7"; got != want {
		t.Errorf("caught %q, want %q", got, want)
	}
	got = mustRun(t, e, `try { custom("") } catch (e) { return [e instanceof RangeError, e.name, e.message, e.code].join() }`)
	if want := "true,RangeError,too far,E_FAR"; got != want {
		t.Errorf("caught %q, want %q", got, want)
	}
	for _, body := range []string{
		`fail("")`,
		`await null; fail("")`,
		`await Promise.all([1, 2].map(async () => { await null; fail("") }))`,
		`try { fail("") } catch (e) { throw e }`,
		`try { fail("") } catch (e) { throw new Error("wrapped", { cause: e }) }`,
		`nested("20")`,
	} {
		_, err := run(t, e, body)
		var coded *codedError
		if !errors.As(err, &coded) || coded.id != 7 {
			t.Errorf("%s: %v does not carry the host's error", body, err)
		}
		var js *Error
		if !errors.As(err, &js) || len(js.Stack) == 0 {
			t.Errorf("%s: no stack", body)
		}
	}
}

func TestThrown(t *testing.T) {
	e := newEngine(t, Options{})
	for _, test := range []struct {
		body string
		want Error
	}{
		{`throw new TypeError("bad")`, Error{Name: "TypeError", Message: "bad"}},
		{`class Mine extends Error { name = "Mine" } throw new Mine("m")`, Error{Name: "Mine", Message: "m"}},
		{`throw "text"`, Error{Message: "text"}},
		{`throw undefined`, Error{Message: "undefined"}},
		{`throw {a: 1}`, Error{Message: `{"a":1}`}},
		{`throw Symbol("s")`, Error{Message: "Symbol(s)"}},
		{`throw Object.assign(new Error("e"), {code: "E_CODE"})`, Error{Name: "Error", Message: "e", Code: "E_CODE"}},
		{`throw new Error("outer", {cause: new Error("inner")})`, Error{Name: "Error", Message: "outer", Cause: &Error{Name: "Error", Message: "inner"}}},
		{`throw new AggregateError([new Error("a"), "b"], "both")`, Error{Name: "AggregateError", Message: "both", Errors: []*Error{{Name: "Error", Message: "a"}, {Message: "b"}}}},
		{`await Promise.reject(new Error("r"))`, Error{Name: "Error", Message: "r"}},
		{`Promise.reject(new Error("floating")); await new Promise(r => setTimeout(r, 1))`, Error{Name: "Error", Message: "floating", Unhandled: true}},
		{`setTimeout(() => { throw new Error("timer") }, 5); await new Promise(() => {})`, Error{Name: "Error", Message: "timer"}},
		{`await new Promise(() => {})`, Error{Kind: Deadlock, Name: "Error", Message: "The program waits for a promise that nothing can settle any more."}},
		{`setInterval(() => {}, 100); await new Promise(() => {})`, Error{Kind: Deadlock, Name: "Error", Message: "The program waits for a promise that nothing can settle any more."}},
		{`eval("a b")`, Error{Kind: Syntax, Name: "SyntaxError", Message: "expecting ';'"}},
		{`const e = new Error("x"); Object.defineProperty(e, "stack", {get() { throw 1 }}); e.cause = e; throw e`, Error{Name: "Error", Message: "x"}},
	} {
		_, err := run(t, e, test.body)
		var got *Error
		if !errors.As(err, &got) {
			t.Errorf("%s: %v", test.body, err)
			continue
		}
		if s, want := summary(got, 2), summary(&test.want, 2); s != want {
			t.Errorf("%s: got %s, want %s", test.body, s, want)
		}
	}
}

func summary(e *Error, depth int) string {
	if e == nil || depth == 0 {
		return "-"
	}
	s := fmt.Sprintf("%d %s|%s|%s|%t|", e.Kind, e.Name, e.Message, e.Code, e.Unhandled)
	if !strings.Contains(e.Message, "x") {
		s += summary(e.Cause, depth-1)
	}
	for _, e := range e.Errors {
		s += summary(e, depth-1)
	}
	return s
}

// Frames have the name given to Eval and the positions of the source.
func TestStack(t *testing.T) {
	e := newEngine(t, Options{})
	var stack []Frame
	e.Register("where", func(arg string) (string, error) {
		stack = ParseStack(arg)
		return "", nil
	})
	if err := e.Eval("lib.js", `globalThis.Thing = class Thing { constructor() { where(new Error().stack) } }`); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		body string
		want string // the first frame of test.js
	}{
		{`new Thing("x")`, "main 2:10"},
		{`await null; const a = new Thing()`, "main 2:32"},
		{"await Promise.all([1].map(async () => {\n  await null;\n  new Thing() }))", " 4:12"},
		{`[1].forEach(function each() { new Thing() })`, "each 2:40"},
		{`class Sub extends Thing {}; new Sub()`, "Sub 2:26"},
		{`const ns = { Thing }; new ns.Thing(1,
			2)`, "main 2:35"},
		{`const o = { get p() { return new Thing() } }; o.p`, "get p 2:39"},
		{"const s = `é😀`; new Thing()", "main 2:26"},
	} {
		stack = nil
		mustRun(t, e, test.body)
		got := ""
		for _, f := range stack {
			if f.File == "test.js" {
				got = fmt.Sprintf("%s %d:%d", f.Function, f.Line, f.Column)
				break
			}
		}
		if got != test.want {
			t.Errorf("%s: %s, want %s", test.body, got, test.want)
		}
	}
}

func TestParseStack(t *testing.T) {
	got := ParseStack("Error: at x\n    at f (a (b):c.ts:3:14)\n    at <anonymous> (x.js:1)\n    at map (native)\n    at y.js:2:3\nrest\n")
	want := []Frame{{"f", "a (b):c.ts", 3, 14}, {"", "x.js", 1, 0}, {"map", "", 0, 0}, {"", "y.js", 2, 3}}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestSyntaxError(t *testing.T) {
	e := newEngine(t, Options{})
	err := e.Eval("bad.js", "let a = 1;\nlet b = ;")
	var js *Error
	if !errors.As(err, &js) || js.Kind != Syntax || len(js.Stack) == 0 || js.Stack[0].File != "bad.js" || js.Stack[0].Line != 2 || js.Stack[0].Column != 9 {
		t.Errorf("got %+v", js)
	}
	if _, err := e.Compile("bad.js", "let a = 1;\nlet b = ;"); !errors.As(err, &js) || js.Kind != Syntax || js.Stack[0].Line != 2 {
		t.Errorf("Compile: got %+v", js)
	}
}

func TestBytecode(t *testing.T) {
	code, err := newEngine(t, Options{}).Compile("unit.js", "globalThis.f = (s) => {\n  throw new Error(s) }")
	if err != nil {
		t.Fatal(err)
	}
	e := newEngine(t, Options{})
	if err := e.EvalBytecode(code); err != nil {
		t.Fatal(err)
	}
	_, err = e.Call("f", "boom")
	var js *Error
	if !errors.As(err, &js) || js.Message != "boom" || js.Stack[0] != (Frame{"", "unit.js", 2, 18}) {
		t.Errorf("got %v %+v", js, js.Stack)
	}
	if err := e.EvalBytecode([]byte("nonsense")); err == nil {
		t.Error("bytecode of another form evaluates")
	}
}

func TestLimits(t *testing.T) {
	for _, test := range []struct {
		name, body string
		kind       Kind
	}{
		{"loop", `for (;;) {}`, Timeout},
		{"loop in try", `for (;;) { try { for (;;) {} } catch {} finally { continue } }`, Timeout},
		{"job loop", `for (;;) await null`, Timeout},
		{"tick loop", `const f = () => process.nextTick(f); f(); await new Promise(() => {})`, Timeout},
		{"timer loop", `const f = () => setTimeout(f, 1); f(); await new Promise(() => {})`, Timeout},
		{"regexp", `/^(a+)+$/.test("a".repeat(40) + "b")`, Timeout},
		{"host loop", `for (;;) process.env.X`, Timeout},
		{"getter loop", `const e = new Error("x"); Object.defineProperty(e, "message", {get() { for (;;) {} }}); throw e`, Timeout},
		{"array", `const a = []; for (;;) a.push(new Array(1000).fill(1.5))`, OutOfMemory},
		{"string", `let s = "x"; for (;;) s += s`, Thrown},
		{"buffer", `const a = []; for (;;) a.push(new Uint8Array(1 << 20))`, OutOfMemory},
		{"recursion", `const f = () => f() + 1; f()`, StackOverflow},
		{"recursion in a getter", `const o = { get a() { return this.a } }; o.a`, StackOverflow},
		{"recursion in JSON", `let a = []; for (let i = 0; i < 100000; i++) a = [a]; JSON.stringify(a)`, StackOverflow},
		{"exit", `try { process.exit(3) } catch {} finally { for (;;) {} }`, Exit},
	} {
		t.Run(test.name, func(t *testing.T) {
			limits := Limits{Memory: 32 << 20}
			if test.kind == Timeout {
				limits.Time = 300 * time.Millisecond
			}
			e := newEngine(t, Options{Limits: limits})
			_, err := run(t, e, test.body) // that it ends at all is half of the test
			var js *Error
			if !errors.As(err, &js) {
				t.Fatalf("got %v", err)
			}
			if js.Kind != test.kind {
				t.Errorf("kind %d (%v), want %d", js.Kind, js, test.kind)
			}
			if _, err := e.Call("String", "x"); (err != nil) != (test.kind == Timeout || test.kind == OutOfMemory || test.kind == Exit) {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

// Time in host functions is not the program's.
func TestHostTimeIsFree(t *testing.T) {
	e := newEngine(t, Options{Limits: Limits{Time: time.Second}})
	e.Register("slow", func(string) (string, error) {
		time.Sleep(600 * time.Millisecond)
		return "", nil
	})
	mustRun(t, e, `slow(""); slow(""); return "done"`)
}

// Close works at any point, also after a panic of a host function.
func TestHostPanic(t *testing.T) {
	e, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	e.Register("crash", func(string) (string, error) { panic("the host's own") })
	func() {
		defer func() {
			if r := recover(); r != "the host's own" {
				t.Errorf("recovered %v", r)
			}
		}()
		run(t, e, `try { crash("") } catch {}`)
	}()
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}

func TestDeterminism(t *testing.T) {
	const body = `
		const { randomUUID, randomBytes } = __node_require("crypto");
		const out = [Math.random(), Math.random(), Date.now(), new Date().toString(), Date(), performance.now(), process.hrtime().join(),
			randomUUID(), randomBytes(5).toString("hex"), crypto.getRandomValues(new Uint8Array(3)).join(),
			new Date(2024, 0, 15, 12).toISOString(), new Date("2024-03-10T08:00:00").getTime(), new Date("March 7, 2021").getTime(), new Date(0).getHours(), new Date().getTimezoneOffset(),
			process.cwd(), process.pid, __node_require("os").hostname()];
		await new Promise((r) => setTimeout(r, 1500));
		out.push(Date.now());
		return out.join("\n")`
	t.Setenv("TZ", "America/New_York")
	opts := Options{Seed: 42, Now: time.UnixMilli(1700000000123)}
	first := mustRun(t, newEngine(t, opts), body)
	t.Setenv("TZ", "Asia/Tokyo")
	time.Sleep(2 * time.Millisecond)
	if second := mustRun(t, newEngine(t, opts), body); second != first {
		t.Errorf("two runs differ:\n%s\n\n%s", first, second)
	}
	for _, want := range []string{"1700000000123", "2024-01-15T12:00:00.000Z", "1710057600000", "1615075200000", "1700000001623"} {
		if !strings.Contains(first, want) {
			t.Errorf("no %s in\n%s", want, first)
		}
	}
	opts.Seed = 43
	if other := mustRun(t, newEngine(t, opts), "return Math.random()"); strings.HasPrefix(first, other) {
		t.Error("the seed makes no difference")
	}
}

// Nothing of the machine is within reach.
func TestSandbox(t *testing.T) {
	e := newEngine(t, Options{})
	for _, name := range []string{"std", "os", "scriptArgs", "print", "Worker", "__sstc_host", "__sstc_eval", "__sstc_slot", "load", "gc", "require"} {
		if got := mustRun(t, e, "return String(globalThis["+"'"+name+"'])"); got != "undefined" {
			t.Errorf("the global object has %s: %s", name, got)
		}
	}
	for _, body := range []string{
		`await import("os")`, `await import("std")`, `await import("./x.js")`, `await import("node:fs")`,
		`await (0, eval)("import('os')")`,
		`await new Function("return import('std')")()`,
		`__node_require("prelude")`, `__node_require("internal_types")`, `__node_require("./fs")`, `__node_require("../engine")`,
	} {
		if _, err := run(t, e, body); err == nil {
			t.Errorf("%s succeeds", body)
		}
	}
	if got := mustRun(t, e, `return new Function("return typeof this.std + typeof __sstc_host")()`); got != "undefinedundefined" {
		t.Errorf("a new function sees %s", got)
	}
}

// A program that bends the language's own objects bends only itself.
func TestTampering(t *testing.T) {
	for _, body := range []string{
		`Object.defineProperty(globalThis, "__sstc_slot", { value: 1 }); Object.defineProperty(Object.prototype, "value", { set() { throw 1 }, get() { return 2 } }); return Buffer.from("x").toString("hex")`,
		`delete globalThis.Error; delete globalThis.Object; delete globalThis.Promise; globalThis.JSON = null; return "78"`,
		`String.prototype.slice = () => { throw 1 }; Array.prototype.push = null; return "78"`,
		`Object.freeze(globalThis); Object.freeze(Object.prototype); return "78"`,
		`globalThis.main = null; Promise.prototype.then = () => {}; return "78"`,
	} {
		e := newEngine(t, Options{})
		got, err := run(t, e, body)
		var js *Error
		if err != nil && !errors.As(err, &js) {
			t.Errorf("%s: %v", body, err)
		}
		if err == nil && got != "78" {
			t.Errorf("%s: %q", body, got)
		}
		e.Drain()
	}
}

func TestTimers(t *testing.T) {
	e := newEngine(t, Options{})
	got := mustRun(t, e, `
		const out = [];
		const add = (s) => () => void out.push(s);
		setTimeout(add("t20"), 20);
		setTimeout(add("t10a"), 10);
		setTimeout(add("t10b"), 10);
		const cancelled = setTimeout(add("never"), 5);
		clearTimeout(cancelled);
		let n = 0;
		const interval = setInterval(() => { out.push("i" + ++n); if (n === 3) clearInterval(interval) }, 7);
		setImmediate(add("immediate"));
		process.nextTick(add("tick"));
		queueMicrotask(add("microtask"));
		out.push("sync");
		await new Promise((r) => setTimeout(r, 100));
		return out.join(" ")`)
	if want := "sync tick microtask immediate i1 t10a t10b i2 t20 i3"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	var lines []string
	e = newEngine(t, Options{Console: func(level, text string) { lines = append(lines, text) }})
	mustRun(t, e, `setTimeout(() => console.log("after"), 10); setInterval(() => {}, 1); setTimeout(() => console.log("unref"), 5).unref()`)
	if err := e.Drain(); err != nil || !slices.Equal(lines, []string{"after"}) {
		t.Errorf("Drain: %v, printed %q", err, lines)
	}
}

func TestFS(t *testing.T) {
	e := newEngine(t, Options{
		Cwd: "/app",
		FS: overlay.New(files{fstest.MapFS{
			"app/a.txt":      {Data: []byte("héllo")},
			"app/sub/b.json": {Data: []byte(`{"b":1}`)},
			"app/bin":        {Data: []byte{0, 0xff, 0x80}},
		}}, nil),
	})
	for _, test := range [][2]string{
		{`fs.readFileSync("a.txt", "utf8")`, "héllo"},
		{`fs.readFileSync("/app/../app/./a.txt").toString("hex")`, "68c3a96c6c6f"},
		{`fs.readFileSync("bin").toString("hex")`, "00ff80"},
		{`(await fs.promises.readFile("sub/b.json", {encoding: "utf-8"}))`, `{"b":1}`},
		{`fs.existsSync("a.txt") + "," + fs.existsSync("nope") + "," + fs.existsSync("/outside/x") + "," + fs.existsSync(undefined)`, "true,false,false,false"},
		{`fs.readdirSync(".").join()`, "a.txt,bin,sub"},
		{`fs.readdirSync(".", {recursive: true}).join()`, "a.txt,bin,sub,sub/b.json"},
		{`fs.readdirSync("/app", {withFileTypes: true}).map(d => d.name + d.isDirectory() + d.parentPath).join()`, "a.txtfalse/app,binfalse/app,subtrue/app"},
		{`[fs.statSync("a.txt").size, fs.statSync("sub").isDirectory(), fs.lstatSync("a.txt").isFile(), fs.statSync("a.txt").mtime.toISOString()].join()`, "6,true,true,2000-01-01T00:00:00.000Z"},
		{`String(fs.statSync("nope", {throwIfNoEntry: false}))`, "undefined"},
		{`fs.realpathSync("sub/../a.txt")`, "/app/a.txt"},
		{`try { fs.readFileSync("nope") } catch (e) { return [e.message, e.code, e.errno, e.syscall, e.path].join("|") }`, "ENOENT: no such file or directory, open 'nope'|ENOENT|-2|open|nope"},
		{`try { fs.readFileSync("sub") } catch (e) { return [e.message, e.code].join("|") }`, "EISDIR: illegal operation on a directory, read|EISDIR"},
		{`try { fs.readdirSync("a.txt") } catch (e) { return [e.message, e.code].join("|") }`, "ENOTDIR: not a directory, scandir 'a.txt'|ENOTDIR"},
		{`const d = fs.mkdtempSync(__node_require("os").tmpdir() + "/x-"); fs.mkdirSync(d + "/a/b", {recursive: true}); fs.writeFileSync(d + "/a/b/c", "text"); fs.appendFileSync(d + "/a/b/c", "+"); return fs.readFileSync(d + "/a/b/c", "utf8") + fs.readdirSync(d, {recursive: true}).join() + fs.existsSync(d)`, "text+a,a/b,a/b/ctrue"},
		{`(await new Promise((r) => fs.readFile("a.txt", "utf8", (e, s) => r(s))))`, "héllo"},
	} {
		body := test[0]
		if !strings.Contains(body, "return ") {
			body = "return " + body
		}
		if got := mustRun(t, e, `const fs = __node_require("node:fs");`+body); got != test[1] {
			t.Errorf("%s\ngot  %s\nwant %s", test[0], got, test[1])
		}
	}
	if acts := e.Forbidden(); len(acts) != 0 {
		t.Errorf("forbidden: %+v", acts)
	}
}

func TestForbidden(t *testing.T) {
	e := newEngine(t, Options{
		FS: overlay.New(files{fstest.MapFS{}}, nil),
		Exec: func(c Command) (*Output, error) {
			if c.Name == "git" && slices.Equal(c.Args, []string{"rev-parse", "HEAD"}) {
				return &Output{Stdout: []byte("abc\n")}, nil
			}
			return nil, nil
		},
	})
	tests := []struct{ body, what, detail string }{
		{`fs.readFileSync("/outside/secret")`, "fs.readFileSync", "/outside/secret"},
		{`fs.writeFileSync("/app/x", "")`, "fs.writeFileSync", "/app/x"},
		{`await fs.promises.rm("/app/x")`, "fs.rmSync", "/app/x"},
		{`process.chdir("/")`, "process.chdir", "/"},
	}
	for i, test := range tests {
		_, err := run(t, e, `const fs = __node_require("fs");`+test.body)
		var js *Error
		if !errors.As(err, &js) || js.Kind != Forbidden || js.Code != "SSTC_FORBIDDEN" || js.Act == nil {
			t.Errorf("%s: %+v", test.body, err)
			continue
		}
		if js.Act.What != test.what || js.Act.Detail != test.detail {
			t.Errorf("%s: %s of %q", test.body, js.Act.What, js.Act.Detail)
		}
		if len(e.Forbidden()) != i+1 {
			t.Errorf("%s: %d on record, want %d", test.body, len(e.Forbidden()), i+1)
		}
	}
	// What is caught stays on record.
	mustRun(t, e, `const fs = __node_require("fs"); try { fs.writeFileSync("/x", "") } catch {}`)
	if n := len(e.Forbidden()); n != len(tests)+1 {
		t.Errorf("%d on record, want %d", n, len(tests)+1)
	}
}

func TestEnv(t *testing.T) {
	var asked []string
	e := newEngine(t, Options{
		Env: func(name string) (string, bool) {
			asked = append(asked, name)
			v, ok := map[string]string{"A": "1", "EMPTY": ""}[name]
			return v, ok
		},
		EnvNames: func() []string { return []string{"A", "EMPTY"} },
	})
	got := mustRun(t, e, `
		process.env.B = 2;
		const { A, EMPTY, MISSING } = process.env;
		delete process.env.EMPTY;
		return JSON.stringify([A, EMPTY, MISSING, process.env.B, "B" in process.env, "EMPTY" in process.env, Object.keys(process.env), {...process.env}, process.env.EMPTY])`)
	if want := `["1","",null,"2",true,false,["A","B"],{"A":"1","B":"2"},null]`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if !slices.Contains(asked, "MISSING") || slices.Contains(asked, "B") {
		t.Errorf("asked for %q", asked)
	}
}

// A program that runs for too long is found in what it was doing, whether it
// was called, or went on after a wait. QuickJS has positions of calls and of
// reads of properties, and where a loop goes round, the last one before it.
func TestTimeoutPosition(t *testing.T) {
	const g = "function g(h) { h(); }\nlet n = 0, o = { p: 1 };\n"
	for name, src := range map[string]string{
		"called":       g + "globalThis.f = () => { g(() => {\n for (o.p;;) n++; }); };",
		"async":        g + "globalThis.f = async () => { g(() => {\n for (o.p;;) n++; }); };",
		"waited":       g + "globalThis.f = async () => { await null; g(() => {\n for (o.p;;) n++; }); };",
		"nested":       g + "globalThis.f = async () => { await (async () => { await 1; g(() => {\n for (o.p;;) n++; }); })(); };",
		"waited for":   g + "globalThis.f = async () => { const h = async () => { await 1;\n for (o.p;;) n++; }; h(); await 1; await 1; await new Promise(() => {}); };",
		"timer":        g + "globalThis.f = async () => { await new Promise(() => setTimeout(() => {\n for (o.p;;) n++; }, 5)); };",
		"with finally": g + "globalThis.f = async () => { await 1; [1].map(() => { try {\n for (o.p;;) n++; } finally { n = 0; } }) };",
		"pattern":      g + "globalThis.f = async () => { await 1;\n /(a+)+b/.test('a'.repeat(40)); };",
		"swallowed":    g + "globalThis.f = async () => { await 1; try { await (async () => { await 1;\n for (o.p;;) n++; })(); } finally { n = 1; } };",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// Long enough to come to the loop on any machine.
			e := newEngine(t, Options{Limits: Limits{Time: 2 * time.Second}})
			if err := e.Eval("user.js", src); err != nil {
				t.Fatal(err)
			}
			_, err := e.Await("f", "")
			var js *Error
			if !errors.As(err, &js) || js.Kind != Timeout {
				t.Fatal(err)
			}
			found := false
			for _, f := range js.Stack {
				if f.File == "user.js" {
					found = f.Line == 4
					break
				}
			}
			if !found {
				t.Errorf("found at %+v", js.Stack)
			}
			if _, err := e.Call("f", ""); err != error(js) {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}
