package modules

import (
	"errors"
	"io/fs"
	"path"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/sstc/sstc/compiler/engine"
	"github.com/sstc/sstc/compiler/engine/overlay"
)

// tree is a file system below /app in which a name in links stands for
// another.
type tree struct {
	fstest.MapFS
	links map[string]string
}

func (t tree) Real(name string) (string, error) {
	for link, to := range t.links {
		if rest, ok := strings.CutPrefix(name, link); ok && (rest == "" || rest[0] == '/') {
			if to == "" {
				return "", engine.ErrOutside
			}
			name = to + rest
		}
	}
	_, err := t.MapFS.Stat(strings.TrimPrefix(name, "/"))
	return name, err
}

func (t tree) name(name string) string {
	if real, err := t.Real(name); err == nil {
		name = real
	}
	return strings.TrimPrefix(path.Clean(name), "/")
}

func (t tree) ReadFile(name string) ([]byte, error)       { return t.MapFS.ReadFile(t.name(name)) }
func (t tree) Stat(name string) (fs.FileInfo, error)      { return t.MapFS.Stat(t.name(name)) }
func (t tree) ReadDir(name string) ([]fs.DirEntry, error) { return t.MapFS.ReadDir(t.name(name)) }

func files(pairs ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return m
}

var packages = tree{
	MapFS: files(
		"app/main.js", "",
		"app/lib/index.js", "exports.lib = 1",
		"app/data.json", `{"a": [1]}`,
		"app/node_modules/main/package.json", `{"main": "./out"}`,
		"app/node_modules/main/out/index.js", "exports.at = __filename; exports.sub = require('../sub.js')",
		"app/node_modules/main/sub.js", "exports.back = typeof require('.')",
		"app/node_modules/plain/index.js", "module.exports = require('nested')",
		"app/node_modules/plain/node_modules/nested/index.js", "module.exports = 'nested here'",
		"node_modules/up.js", "module.exports = 'above'",
		"app/node_modules/exp/package.json", `{"name": "exp", "exports": {
			".": {"import": "./esm.mjs", "require": "./cjs.js"},
			"./only": {"browser": "./no.js", "default": "./only.js"},
			"./features/*": "./src/*.js", "./features/private/*": null,
			"./dir/": "./src/", "./package.json": "./package.json"}, "imports": {"#in": "./only.js", "#ext": "plain"}}`,
		"app/node_modules/exp/cjs.js", "module.exports = ['cjs', require('exp/only'), require('#in'), require('#ext')]",
		"app/node_modules/exp/esm.mjs", "import { b } from './b.mjs'; export default b; export const url = import.meta.url;",
		"app/node_modules/exp/b.mjs", "export const b = 'esm';",
		"app/node_modules/exp/only.js", "module.exports = 'only'",
		"app/node_modules/exp/src/x.js", "module.exports = 'x'",
		"app/node_modules/exp/src/private/y.js", "",
		"app/node_modules/esm/package.json", `{"type": "module", "exports": "./index.js"}`,
		"app/node_modules/esm/index.js", "import path from 'node:path'; export default path.sep; export * from './more.js';",
		"app/node_modules/esm/more.js", "export const more = (await0) => await0;",
		"app/node_modules/silent/index.js", "import plain from 'plain'; export { plain };",
		"store/linked@1/node_modules/linked/index.js", "exports.at = __dirname; exports.dep = require('dep')",
		"store/linked@1/node_modules/dep/index.js", "module.exports = 'dep beside'",
		"app/node_modules/broken/index.js", "exports.x = ;",
		"app/node_modules/cycle/index.js", "exports.a = 1; exports.b = require('./b'); exports.c = 3",
		"app/node_modules/cycle/b.js", "module.exports = Object.keys(require('./index'))",
		"app/node_modules/dynamic/index.js", "exports.load = () => import('esm')",
	),
	links: map[string]string{"/app/node_modules/linked": "/store/linked@1/node_modules/linked", "/app/node_modules/away": ""},
}

type memory map[string][]byte

func (m memory) Get(key string) []byte        { return m[key] }
func (m memory) Put(key string, value []byte) { m[key] = value }

func start(t *testing.T, cache Cache) (*engine.Engine, *Loader) {
	t.Helper()
	l := New(Options{
		FS: packages, Cache: cache,
		Virtual: func(spec, from string) (string, bool) { return "lib:" + spec + ".ts", spec == "virtual" },
		Source: func(name string) (string, string, error) {
			return "import plain = require('plain'); export const text: string = plain + `!`;", "/app", nil
		},
	})
	e, err := engine.New(engine.Options{FS: overlay.New(packages, nil), Unit: l.Unit, Cwd: "/app"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	if err := l.Attach(e); err != nil {
		t.Fatal(err)
	}
	if err := e.Eval("test", `globalThis.show = async (spec) => JSON.stringify(await (async (v) => v && v.load ? v.load() : v)(__sstc_require_from(spec, "/app/main.js")))`); err != nil {
		t.Fatal(err)
	}
	return e, l
}

// esbuild resolves several imports at a time.
func TestConcurrentResolve(t *testing.T) {
	_, l := start(t, nil)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 20 {
				for _, r := range requires {
					if file, err := l.Resolve(r[0], "/app/main.js", Require); err == nil && !isVirtual(file) {
						l.IsESM(file)
					}
					l.PackageDir("main", "/app")
				}
				l.mu.Lock()
				clear(l.found)
				clear(l.kinds)
				l.mu.Unlock()
			}
		})
	}
	group.Wait()
}

var requires = [][2]string{
	{"./lib", `{"lib":1}`},
	{"./lib/", `{"lib":1}`},
	{"./data", `{"a":[1]}`},
	{"main", `{"at":"/app/node_modules/main/out/index.js","sub":{"back":"object"}}`},
	{"main/out", `{"at":"/app/node_modules/main/out/index.js","sub":{"back":"object"}}`},
	{"plain", `"nested here"`},
	{"up", `"above"`},
	{"exp", `["cjs","only","only","nested here"]`},
	{"exp/features/x", `"x"`},
	{"exp/dir/x.js", `"x"`},
	{"exp/features/private/y", "ERR_PACKAGE_PATH_NOT_EXPORTED"},
	{"exp/src/x.js", "ERR_PACKAGE_PATH_NOT_EXPORTED"},
	{"esm", `{"default":"/"}`},
	{"silent", `{"plain":"nested here"}`},
	{"linked", `{"at":"/store/linked@1/node_modules/linked","dep":"dep beside"}`},
	{"away", "MODULE_NOT_FOUND"},
	{"broken", "SyntaxError"},
	{"nothing", "MODULE_NOT_FOUND"},
	{"./nothing", "MODULE_NOT_FOUND"},
	{"cycle", `{"a":1,"b":["a"],"c":3}`},
	{"dynamic", `{"default":"/"}`},
	{"virtual", `{"text":"nested here!"}`},
}

// Modules are the same with bytecode made now and with bytecode kept.
func TestRequire(t *testing.T) {
	cache := memory{}
	for _, c := range []struct {
		name  string
		cache Cache
	}{{"no cache", nil}, {"cold", cache}, {"warm", cache}} {
		t.Run(c.name, func(t *testing.T) {
			for _, test := range requires {
				e, _ := start(t, c.cache)
				got, err := e.Await("show", test[0])
				var js *engine.Error
				if errors.As(err, &js) {
					if got = js.Code; got == "" {
						got = js.Name
					}
					if got != test[1] {
						t.Log(err)
					}
				}
				if got != test[1] {
					t.Errorf("%s: %s, want %s", test[0], got, test[1])
				}
			}
		})
	}
	if len(cache) == 0 {
		t.Error("nothing was kept")
	}
}

func TestResolveImport(t *testing.T) {
	_, l := start(t, nil)
	got, err := l.Resolve("exp", "/app/main.js", Import)
	if err != nil || got != "/app/node_modules/exp/esm.mjs" || !l.IsESM(got) {
		t.Errorf("%s, %v", got, err)
	}
}
