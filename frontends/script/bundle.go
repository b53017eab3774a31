// Package script has what the frontends share that evaluate JavaScript: the
// configuration bundled into one script (bundle.go), the way back from places
// in it to the user's files (place.go, locate.go), the messages about an
// evaluation that failed (report.go), and what a configuration's functions, or
// modules of plugins, do while the code of functions is made (build.go,
// plugins.go).
package script

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/engine"
	"github.com/sstc/sstc/frontends"
)

// A Bundle is the configuration and everything that it imports, as one script.
type Bundle struct {
	Script string // an ES module without imports
	// Mapping is the source map from the script's lines to the user's files.
	Mapping []byte
}

// BundleOptions say what to bundle.
type BundleOptions struct {
	Files *frontends.Files
	// ConfigFile is the configuration's name in the app's root. What it exports
	// by default becomes the global __sstc_config.
	ConfigFile string
	// Pretended is the file that the configuration is told to be in, by
	// import.meta.url and the like: absolute, as the engine has it.
	Pretended string
	// NoDefault is the message for a configuration without a default export.
	NoDefault string
	// MainFields and Conditions are how packages are looked into.
	MainFields, Conditions []string
	// Packages resolves what is no file of the user's.
	Packages api.Plugin
}

// entryName is what esbuild calls the script that imports the configuration.
const entryName = "sstc-entry.js"

// BundleConfig bundles the configuration.
func BundleConfig(opts BundleOptions) (*Bundle, diag.List) {
	var diags diag.List
	files, configFile := opts.Files, opts.ConfigFile
	result := api.Build(api.BuildOptions{
		Stdin: &api.StdinOptions{
			Contents:   "import config from " + Quote("./"+configFile) + ";\nglobalThis.__sstc_config = config;\n",
			ResolveDir: files.AbsApp(),
			Sourcefile: entryName,
		},
		AbsWorkingDir: files.AbsApp(),
		Bundle:        true,
		Write:         false,
		Outfile:       filepath.Join(files.AbsApp(), "sst.config.mjs"),
		Format:        api.FormatESModule,
		// QuickJS has ES2023; what is newer is lowered.
		Target:   api.ES2022,
		Platform: api.PlatformNode,
		// An import that is left once everything is bundled is one whose path
		// nothing is known of. As a require it is ours to answer.
		Supported:      map[string]bool{"dynamic-import": false},
		MainFields:     opts.MainFields,
		Conditions:     opts.Conditions,
		KeepNames:      true,
		Sourcemap:      api.SourceMapExternal,
		SourcesContent: api.SourcesContentExclude,
		LogLevel:       api.LogLevelSilent,
		Define: map[string]string{
			"import.meta.url":      Quote("file://" + opts.Pretended),
			"import.meta.dirname":  Quote(path.Dir(opts.Pretended)),
			"import.meta.filename": Quote(opts.Pretended),
			"__dirname":            Quote(path.Dir(opts.Pretended)),
			"__filename":           Quote(opts.Pretended),
		},
		Loader: map[string]api.Loader{
			".txt": api.LoaderText, ".sql": api.LoaderText, ".graphql": api.LoaderText, ".html": api.LoaderText, ".md": api.LoaderText, ".yml": api.LoaderText, ".yaml": api.LoaderText,
		},
		Metafile: true,
		Plugins:  []api.Plugin{opts.Packages},
	})
	for _, m := range result.Errors {
		if m.Location != nil && m.Location.File == entryName && strings.Contains(m.Text, "No matching export") {
			diags.Add(diag.CannotBundle, diag.Range{Filename: configFile, Start: diag.Pos{Line: 1, Column: 1}, End: diag.Pos{Line: 1, Column: 1}},
				"No default export", opts.NoDefault)
			continue
		}
		diags.Add(diag.CannotBundle, messageRange(files, m.Location), "Cannot be bundled", Sentence(readable(files, m.Text))+advice(m.Text))
	}
	if diags.HasErrors() {
		return nil, diags
	}
	recordInputs(files, result.Metafile)
	b := &Bundle{}
	for _, f := range result.OutputFiles {
		if strings.HasSuffix(f.Path, ".map") {
			b.Mapping = f.Contents
		} else {
			b.Script = string(f.Contents)
		}
	}
	return b, diags
}

// Quote makes a string literal of JavaScript.
func Quote(s string) string {
	b, _ := json.Marshal(s) // a string always marshals
	return string(b)
}

// Namespace is the beginning of all esbuild namespaces of modules that are no
// files.
const Namespace = "sstc-"

// NodeModules resolves Node's own modules, in their namespace.
func NodeModules(b api.PluginBuild) {
	builtins := engine.Modules()
	const namespace = Namespace + "node"
	b.OnResolve(api.OnResolveOptions{Filter: `.*`}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
		if args.Kind == api.ResolveEntryPoint || strings.HasPrefix(args.Namespace, Namespace) {
			return api.OnResolveResult{}, nil
		}
		if name := strings.TrimPrefix(args.Path, "node:"); slices.Contains(builtins, name) {
			return api.OnResolveResult{Path: name, Namespace: namespace}, nil
		}
		return api.OnResolveResult{}, nil
	})
	b.OnLoad(api.OnLoadOptions{Filter: `.*`, Namespace: namespace}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
		code := "module.exports = __node_require(" + Quote(args.Path) + ");"
		return api.OnLoadResult{Contents: &code, Loader: api.LoaderJS}, nil
	})
}

// isFile reports whether a module's name in a source map or a list of inputs
// is that of a file.
func isFile(name string) bool { return !strings.HasPrefix(name, Namespace) && name != entryName }

// advice adds to an error of esbuild's what a user of sstc can do about it.
func advice(text string) string {
	name, ok := strings.CutPrefix(text, "Could not resolve \"")
	switch {
	case !ok, strings.Contains(text, "npm install"):
		return ""
	case strings.HasPrefix(name, "."), strings.HasPrefix(name, "/"):
		return " Is the path spelt as on disk?"
	}
	return " Is the package installed?"
}

// Sentence ends a text in a full stop, if it has no other end.
func Sentence(s string) string {
	s = strings.TrimRight(s, " \n")
	if s != "" && !strings.ContainsAny(s[len(s)-1:], ".!?") {
		s += "."
	}
	return s
}

// messageRange is where an error of esbuild's is.
func messageRange(files *frontends.Files, l *api.Location) diag.Range {
	if l == nil {
		return diag.Range{}
	}
	start := diag.Pos{Line: l.Line, Column: columnOf(l.LineText, l.Column)}
	end := diag.Pos{Line: l.Line, Column: columnOf(l.LineText, l.Column+l.Length)}
	return diag.Range{Filename: files.Rel(strings.TrimPrefix(l.File, "./")), Start: start, End: end}
}

// columnOf turns a 0-based offset in bytes into a 1-based column in code points.
func columnOf(line string, offset int) int {
	return len([]rune(line[:min(offset, len(line))])) + 1
}

// recordInputs notes the files that went into the bundle.
func recordInputs(files *frontends.Files, metafile string) {
	var meta struct {
		Inputs map[string]json.RawMessage `json:"inputs"`
	}
	if json.Unmarshal([]byte(metafile), &meta) != nil {
		return
	}
	for input := range meta.Inputs {
		if !isFile(input) || strings.Contains(input, "node_modules/") {
			continue
		}
		if b, err := os.ReadFile(filepath.Join(files.AbsApp(), filepath.FromSlash(input))); err == nil {
			files.Note(path.Clean(input), b)
		}
	}
}

// readable names a file that cannot be read from the app's root, and one that
// differs from it in the case of its letters, for which it was taken.
func readable(files *frontends.Files, text string) string {
	abs, ok := strings.CutPrefix(text, "Cannot read file: ")
	if !ok {
		return text
	}
	text = fmt.Sprintf("Cannot read the file %q", files.Rel(abs))
	dir, name := filepath.Split(abs)
	virtual, ok := files.Virtual(filepath.Clean(dir))
	if !ok {
		return text
	}
	entries, err := files.ReadDir(virtual)
	if err != nil {
		return text
	}
	for _, e := range entries {
		if strings.EqualFold(e.Name(), name) && e.Name() != name {
			return text + fmt.Sprintf(". Did you mean %q? The case of letters counts", files.Rel(filepath.Join(dir, e.Name())))
		}
	}
	return text
}
