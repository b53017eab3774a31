// Package modules gives a program in the engine Node's require: packages are
// found by Node's rules and loaded module by module, when they are asked for.
//
// In goes a file system; what a package's own code does is the engine's
// affair. Modules are CommonJS, JSON, or what esbuild makes CommonJS of:
// ES modules and TypeScript. Compiled code is kept in a [Cache], by the digest
// of the source and the version of the engine.
//
// A caller may add modules that are no files, see [Options.Virtual].
package modules

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/sstc/sstc/compiler/engine"
	"github.com/sstc/sstc/compiler/engine/overlay"
)

// An FS is the files that an engine sees, and knows where symbolic links lead.
type FS interface {
	overlay.Base
	// Real returns the name of a file or directory without symbolic links in
	// it, in the same terms. The error is that of Stat.
	Real(name string) (string, error)
}

// A Cache keeps bytecode. What Get returns must be what Put was given: the
// engine does not check it.
type Cache interface {
	Get(key string) []byte // nil for none
	Put(key string, value []byte)
}

// Options are what a loader works with.
type Options struct {
	FS FS
	// Cache may be nil.
	Cache Cache
	// Virtual returns what an import means if it is no file: the module's name,
	// which begins with a scheme such as "lib:" and is what Source is asked
	// for. It may be nil.
	Virtual func(spec, from string) (name string, ok bool)
	// Source returns the text of a virtual module, whose name ends in the
	// extension of its language. Base is the directory that its imports of
	// packages start from.
	Source func(name string) (text, base string, err error)
}

// A Loader finds and compiles modules for one engine.
type Loader struct {
	opts   Options
	engine *engine.Engine

	mu       sync.Mutex              // while files are looked for: esbuild asks for several at a time
	kinds    map[string]byte         // path → 'd', 'f' or 0
	reals    map[string]string       // path → without links
	packages map[string]*packageJSON // directory → its package.json, nil for none
	found    map[string]string       // directory, kind and specifier → file
	bases    map[string]string       // virtual module → directory
}

// New makes a loader. Its Unit is for [engine.Options.Unit], and Attach has to
// be called with the engine that was made with it.
func New(opts Options) *Loader {
	return &Loader{
		opts: opts, kinds: map[string]byte{}, reals: map[string]string{}, packages: map[string]*packageJSON{},
		found: map[string]string{}, bases: map[string]string{},
	}
}

//go:embed require.js
var requireJS string

// Global is the function of JavaScript that requires: (specifier, file that
// it is written in) gives the module's exports.
const Global = "__sstc_require_from"

// Attach makes require available in e.
func (l *Loader) Attach(e *engine.Engine) error {
	l.engine = e
	err := e.Register("__sstc_resolve", func(arg string) (string, error) {
		from, spec, _ := strings.Cut(arg, "\x00")
		return l.Resolve(spec, from, Require)
	})
	if err != nil {
		return err
	}
	return e.Eval("sstc:require", requireJS)
}

// wrapper stands around a module, on its first line so that lines count.
const (
	wrapperStart = "(function (exports, require, module, __filename, __dirname) {"
	wrapperEnd   = "\n})"
)

// Unit compiles the module with a name that [Loader.Resolve] returned.
func (l *Loader) Unit(name string) (engine.Unit, error) {
	text, err := l.read(name)
	if err != nil {
		return engine.Unit{}, err
	}
	if l.opts.Cache == nil {
		code, err := l.compile(name, string(text))
		return engine.Unit{Bytecode: code}, err
	}
	key := l.key(name, text)
	if code := l.opts.Cache.Get(key); code != nil {
		return engine.Unit{Bytecode: code}, nil
	}
	code, err := l.compile(name, string(text))
	if err != nil {
		return engine.Unit{}, err
	}
	l.opts.Cache.Put(key, code)
	return engine.Unit{Bytecode: code}, nil
}

func (l *Loader) read(name string) ([]byte, error) {
	if isVirtual(name) {
		text, base, err := l.opts.Source(name)
		l.bases[name] = base
		return []byte(text), err
	}
	return l.opts.FS.ReadFile(name)
}

// key names the bytecode of a module: it depends on the engine, on what is done
// to the source before, and on the source. Debugging information would make it
// depend on the module's name as well, and has been left out.
func (l *Loader) key(name string, text []byte) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n1 %s %t\n", engine.Version(), path.Ext(name), l.isESM(name))
	h.Write(text)
	return hex.EncodeToString(h.Sum(nil))
}

func (l *Loader) compile(name, text string) ([]byte, error) {
	source, err := l.script(name, text, false)
	if err != nil {
		return nil, err
	}
	code, err := l.engine.CompileStripped(name, source)
	var js *engine.Error
	if errors.As(err, &js) && js.Kind == engine.Syntax {
		// Newer than the engine, or an ES module that does not say so.
		if source, err2 := l.script(name, text, true); err2 == nil {
			return l.engine.CompileStripped(name, source)
		}
	}
	return code, err
}

var dynamicImport = regexp.MustCompile(`\bimport\s*\(`)

// script makes a module a function of CommonJS's variables.
func (l *Loader) script(name, text string, lower bool) (string, error) {
	text = strings.TrimPrefix(text, "\ufeff")
	switch ext := path.Ext(name); {
	case ext == ".json":
		if !json.Valid([]byte(text)) {
			return "", fmt.Errorf("%s is no JSON", name)
		}
		text = "module.exports = " + strings.TrimSpace(text) + ";"
	case ext == ".node":
		return "", fmt.Errorf("%s is machine code, which cannot run here", name)
	case lower || isTypeScript(ext) || l.isESM(name) || dynamicImport.MatchString(text):
		var err error
		if text, err = transform(name, text); err != nil {
			return "", err
		}
	case strings.HasPrefix(text, "#!"):
		text = "//" + text
	}
	return wrapperStart + text + wrapperEnd, nil
}

func isTypeScript(ext string) bool { return slices.Contains([]string{".ts", ".mts", ".cts"}, ext) }

// isESM reports whether a file is an ES module by Node's rules.
func (l *Loader) isESM(name string) bool {
	switch path.Ext(name) {
	case ".mjs", ".mts":
		return true
	case ".js", ".ts":
		if isVirtual(name) {
			return true
		}
		p, _ := l.scope(path.Dir(name))
		return p != nil && p.Type == "module"
	}
	return false
}

// transform makes CommonJS of an ES module or of TypeScript.
func transform(name, text string) (string, error) {
	loader := api.LoaderJS
	if isTypeScript(path.Ext(name)) {
		loader = api.LoaderTS
	}
	r := api.Transform(text, api.TransformOptions{
		Loader: loader, Format: api.FormatCommonJS, Platform: api.PlatformNode, Target: api.ES2022, Sourcefile: name, LogLevel: api.LogLevelSilent,
		Supported:   map[string]bool{"dynamic-import": false},
		Define:      map[string]string{"import.meta.url": "__sstc_url", "import.meta.dirname": "__dirname", "import.meta.filename": "__filename"},
		TsconfigRaw: `{"compilerOptions":{"target":"ES2022","useDefineForClassFields":false,"verbatimModuleSyntax":false}}`,
	})
	if len(r.Errors) > 0 {
		m := r.Errors[0]
		line := 0
		if m.Location != nil {
			line = m.Location.Line
		}
		return "", &engine.Throw{Name: "SyntaxError", Message: fmt.Sprintf("%s:%d: %s", name, line, m.Text)}
	}
	code := string(r.Code)
	if strings.Contains(code, "__sstc_url") {
		code = `var __sstc_url = "file://" + __filename; ` + code
	}
	return code, nil
}

var scheme = regexp.MustCompile(`^[a-z]{2,}:`)

func isVirtual(name string) bool { return scheme.MatchString(name) }
