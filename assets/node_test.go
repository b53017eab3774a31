package assets

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/klauspost/compress/zip"
	"golang.org/x/tools/txtar"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// unzip unpacks an asset as Lambda would, links and all.
func unzip(t testing.TB, file string) string {
	t.Helper()
	dir := t.TempDir()
	data, err := os.ReadFile(file)
	must(t, err)
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	must(t, err)
	for _, f := range z.File {
		to := filepath.Join(dir, f.Name)
		must(t, os.MkdirAll(filepath.Dir(to), 0o755))
		if f.Mode()&os.ModeSymlink != 0 {
			must(t, os.Symlink(string(readEntry(t, f)), to))
		} else {
			must(t, os.WriteFile(to, readEntry(t, f), f.Mode()))
		}
	}
	return dir
}

// call runs a packed function's handler with {id: 7} and returns what it
// returned, as JSON.
func call(t testing.TB, node, dir, handler string) string {
	t.Helper()
	stem, export, _ := strings.Cut(handler, ".")
	script := `const fs = require("fs");
const file = [".mjs", ".cjs", ".js"].map((x) => "./" + process.argv[1] + x).find((f) => fs.existsSync(f));
import(require("path").resolve(file)).then(async (m) => console.log(JSON.stringify(await m[process.argv[2]]({ id: "7" }))));`
	c := exec.Command(node, "--enable-source-maps", "-e", script, stem, export)
	c.Dir = dir
	out, err := c.CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v\n%s", handler, err, out)
	}
	return strings.TrimSpace(strings.ReplaceAll(string(out), dir, "DIR"))
}

func TestBundlesRun(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no node")
	}
	for file, want := range map[string]map[string]string{
		"node_basic.txtar": {
			"List":   `["note 1","<p>\n"]`,
			"Get":    `"note 7DIRfunctionreadFileSync"`,
			"Old":    `"UNUSED"`,
			"Mapped": `"note 7DIRfunctionreadFileSync"`,
			"Split":  `"UNUSED"`,
		},
		"node_install.txtar": {
			"Npm":  `["b1","b2b1"]`,
			"Pnpm": `"d"`,
		},
		"files.txtar": {"Copy": `"hi"`, "Built": `1`},
		"node_options.txtar": {
			"Define":  `["production","fallback","/src/x.ts"]`,
			"Banner":  `["banner","footer"]`,
			"Throws":  `"DIR/src/throws.ts:3:9"`,
			"Shadow":  `["DIR",true]`,
			"Assets":  `["text","dGV4dAo=",true]`,
			"Names":   `"Kept"`,
			"CJS":     `["DIR","object"]`,
			"Tsx":     `{"tag":"p","children":["hi"]}`,
			"Dynamic": `"late"`,
		},
	} {
		a, err := txtar.ParseFile(filepath.Join("testdata", file))
		must(t, err)
		root := t.TempDir()
		p, _ := unpackProject(t, a, root)
		out := t.TempDir()
		result, diags, err := Pack(Options{Root: filepath.Join(root, "app"), WorkspaceRoot: root, Dir: out}, p)
		must(t, err)
		if result == nil {
			t.Errorf("%s: %s", file, describe(diags))
			continue
		}
		ran := 0
		for _, asset := range result.Assets {
			if w, ok := want[asset.ID]; ok {
				ran++
				if got := call(t, node, unzip(t, filepath.Join(out, asset.File)), asset.Handler); got != w {
					t.Errorf("%s: %s returned\n%s\nwant\n%s", file, asset.ID, got, w)
				}
			}
		}
		if ran != len(want) {
			t.Errorf("%s: %d of %d functions found", file, ran, len(want))
		}
	}
}

// A function's archive does not depend on which other functions the app has,
// nor on the directory that the app is in.
func TestBundleStandsAlone(t *testing.T) {
	for _, file := range []string{"node_basic.txtar", "node_options.txtar"} {
		a, err := txtar.ParseFile(filepath.Join("testdata", file))
		must(t, err)
		root := t.TempDir()
		all, _ := unpackProject(t, a, root)
		together, _, err := Pack(Options{Root: filepath.Join(root, "app"), Dir: t.TempDir(), Jobs: 1}, all)
		must(t, err)
		if together == nil {
			t.Fatal(file)
		}
		for i, f := range all.Functions {
			root := filepath.Join(t.TempDir(), "somewhere", "else")
			unpackProject(t, a, root)
			alone, diags, err := Pack(Options{Root: filepath.Join(root, "app"), Dir: t.TempDir(), Jobs: 3},
				&ir.Program{Functions: all.Functions[i : i+1], Assets: all.Assets[i : i+1]})
			must(t, err)
			if alone == nil {
				t.Fatal(describe(diags))
			}
			if !reflect.DeepEqual(alone.Assets[0], together.Assets[i]) {
				t.Errorf("%s: %s is\n%+v\nalone, and\n%+v\nwith the others", file, f.ID, alone.Assets[0], together.Assets[i])
			}
		}
	}
}

// The diagnostics of one function are the same however many are built.
func TestDiagnosticsRepeat(t *testing.T) {
	a, err := txtar.ParseFile("testdata/node_errors.txtar")
	must(t, err)
	var first string
	for range 5 {
		root := t.TempDir()
		p, _ := unpackProject(t, a, root)
		_, diags, err := Pack(Options{Root: filepath.Join(root, "app"), WorkspaceRoot: root, Dir: t.TempDir()}, p)
		must(t, err)
		for _, d := range diags {
			checkRange(t, filepath.Join(root, "app"), d.Subject)
		}
		if got := describe(diags); first == "" {
			first = got
		} else if got != first {
			t.Errorf("got\n%s\nthe first time\n%s", got, first)
		}
	}
}

// checkRange checks that line and column agree with the byte offset.
func checkRange(t *testing.T, root string, r *diag.Range) {
	t.Helper()
	if r == nil || r.Filename == "sst.config.ts" {
		return
	}
	data, err := os.ReadFile(filepath.Join(root, r.Filename))
	must(t, err)
	for _, p := range []diag.Pos{r.Start, r.End} {
		before := string(data[:p.Byte])
		line := 1 + strings.Count(before, "\n")
		column := 1 + len([]rune(before[strings.LastIndexByte(before, '\n')+1:]))
		if line != p.Line || column != p.Column {
			t.Errorf("%s: byte %d is %d:%d, and said to be %d:%d", r.Filename, p.Byte, line, column, p.Line, p.Column)
		}
	}
}

func TestPythonRuns(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3")
	}
	a, err := txtar.ParseFile("testdata/python.txtar")
	must(t, err)
	root := t.TempDir()
	p, _ := unpackProject(t, a, root)
	out := t.TempDir()
	result, diags, err := Pack(Options{Root: filepath.Join(root, "app"), Dir: out}, p)
	must(t, err)
	if result == nil {
		t.Fatal(describe(diags))
	}
	want := map[string]string{
		"Workspace": `["foo", "pong", "2.31 on urllib4", "socks", "native"]`,
		"Nested":    `["model", 2]`,
		"Flat":      `["flat"]`,
		"Plain":     `[{"a": 1}, "socks"]`,
		"Found":     `"late"`,
	}
	for _, asset := range result.Assets {
		// As Lambda's runtime does it: slashes in the handler become dots.
		module, export, _ := strings.Cut(asset.Handler, ".")
		c := exec.Command(python, "-B", "-c", `import importlib, json, sys
print(json.dumps(getattr(importlib.import_module(sys.argv[1].replace("/", ".")), sys.argv[2])({}, None)))`, module, export)
		c.Dir = unzip(t, filepath.Join(out, asset.File))
		got, err := c.CombinedOutput()
		if err != nil || strings.TrimSpace(string(got)) != want[asset.ID] {
			t.Errorf("%s: %v, %s\nwant %s", asset.ID, err, got, want[asset.ID])
		}
	}
}

// Two builds of a Go function in different places are the same.
func TestGoRepeats(t *testing.T) {
	needsGo(t)
	a, err := txtar.ParseFile("testdata/go.txtar")
	must(t, err)
	var digests []string
	for _, dir := range []string{"a", "b/c"} {
		root := filepath.Join(t.TempDir(), dir)
		p, _ := unpackProject(t, a, root)
		p.Functions, p.Assets = p.Functions[:1], p.Assets[:1]
		result, diags, err := Pack(Options{Root: filepath.Join(root, "app"), Dir: t.TempDir()}, p)
		must(t, err)
		if result == nil {
			t.Fatal(describe(diags))
		}
		digests = append(digests, result.Assets[0].Digest)
	}
	if digests[0] != digests[1] {
		t.Errorf("digests %s", digests)
	}
}

func TestFunctionStats(t *testing.T) {
	a, err := txtar.ParseFile("testdata/node_install.txtar")
	must(t, err)
	root := t.TempDir()
	p, _ := unpackProject(t, a, root)
	result, _, err := Pack(Options{Root: filepath.Join(root, "app"), Dir: t.TempDir()}, p)
	must(t, err)
	for i, s := range result.Functions {
		if s.ID != p.Functions[i].ID || s.Packed != result.Assets[i].Size || s.Unpacked != result.Assets[i].Unpacked {
			t.Errorf("%+v is not about %+v", s, result.Assets[i])
		}
		var names []string
		var sum int64
		for _, part := range s.Heaviest {
			names = append(names, part.Name)
			sum += part.Bytes
		}
		// What esbuild and the banner add belongs to no part.
		if sum > s.Unpacked || sum == 0 {
			t.Errorf("%s: parts of %d bytes, and %d in all", s.ID, sum, s.Unpacked)
		}
		if want := "node_modules/b node_modules/top node_modules/deep src/api.ts node_modules/peer"; s.ID == "Npm" && strings.Join(names, " ") != want {
			t.Errorf("Npm is made of %v, want %s", names, want)
		}
	}
}
