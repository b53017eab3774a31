package typescript

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/engine"
	"github.com/sstc/sstc/compiler/lower"
	"github.com/sstc/sstc/compiler/schema"
	"github.com/sstc/sstc/frontends"
)

// A bundle is the configuration and everything that it imports, as one script.
type bundle struct {
	script string // defines the global function __sstc_load
	// mapping is the source map from the script's lines to the user's files.
	mapping []byte
}

// The namespaces of esbuild in which modules live that are no files.
const (
	nodeNamespace     = "node"     // one of Node's own modules
	providerNamespace = "provider" // a package that sstc stands in for
	testNamespace     = "test"     // a package that a test imports
)

// entryName is what esbuild calls the script that imports the configuration.
const entryName = "sstc-entry.js"

// loadHeader and loadFooter turn the bundle, which may await at its top level,
// into a function. The header is one line; the source map knows nothing of it.
const (
	loadHeader = "globalThis.__sstc_load = async () => { const require = globalThis.__sstc_require;\n"
	loadFooter = "\n};\n"
)

// bundleConfig bundles the configuration. Packages that sstc stands in for
// (Pulumi's SDK, the providers, sst) and Node's modules become calls of the
// runtime, whether they are installed or not.
func bundleConfig(files *frontends.Files, configFile string) (*bundle, diag.List) {
	var diags diag.List
	virtual := files.VirtualApp()
	result := api.Build(api.BuildOptions{
		Stdin: &api.StdinOptions{
			Contents:   "import config from " + quote("./"+configFile) + ";\nglobalThis.__sstc_config = config;\n",
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
		MainFields:     []string{"module", "main"},
		Conditions:     []string{"import", "module", "node"},
		KeepNames:      true,
		Sourcemap:      api.SourceMapExternal,
		SourcesContent: api.SourcesContentExclude,
		LogLevel:       api.LogLevelSilent,
		Define: map[string]string{
			"import.meta.url":      quote("file://" + virtual + "/.sst/platform/sst.config.mjs"),
			"import.meta.dirname":  quote(virtual + "/.sst/platform"),
			"import.meta.filename": quote(virtual + "/.sst/platform/sst.config.mjs"),
			"__dirname":            quote(virtual + "/.sst/platform"),
			"__filename":           quote(virtual + "/.sst/platform/sst.config.mjs"),
		},
		Loader: map[string]api.Loader{
			".txt": api.LoaderText, ".sql": api.LoaderText, ".graphql": api.LoaderText, ".html": api.LoaderText, ".md": api.LoaderText, ".yml": api.LoaderText, ".yaml": api.LoaderText,
		},
		Metafile: true,
		Plugins:  []api.Plugin{standIns()},
	})
	for _, m := range result.Errors {
		if m.Location != nil && m.Location.File == entryName && strings.Contains(m.Text, "No matching export") {
			diags.Add(diag.CannotBundle, diag.Range{Filename: configFile, Start: diag.Pos{Line: 1, Column: 1}, End: diag.Pos{Line: 1, Column: 1}},
				"No default export", configFile+" must `export default $config({ app(input) {...}, async run() {...} })`.")
			continue
		}
		diags.Add(diag.CannotBundle, messageRange(files, m.Location), "Cannot be bundled", sentence(m.Text)+advice(m.Text))
	}
	if diags.HasErrors() {
		return nil, diags
	}
	recordInputs(files, result.Metafile)
	b := &bundle{}
	for _, f := range result.OutputFiles {
		if strings.HasSuffix(f.Path, ".map") {
			b.mapping = f.Contents
		} else {
			b.script = string(f.Contents)
		}
	}
	return b, diags
}

func quote(s string) string {
	b, _ := json.Marshal(s) // a string always marshals
	return string(b)
}

// isTest matches the paths of tests. An import with a computed path is about
// every file of a directory, tests included, and what those import is neither
// wanted nor, often, possible to bundle.
var isTest = regexp.MustCompile(`[._](test|spec)\.[cm]?[jt]sx?$|/__tests__/`)

// standIns resolves the modules that are no files of the user's.
func standIns() api.Plugin {
	builtins := engine.Modules()
	return api.Plugin{Name: "sstc", Setup: func(b api.PluginBuild) {
		b.OnResolve(api.OnResolveOptions{Filter: `.*`}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
			if args.Kind == api.ResolveEntryPoint || args.Namespace == nodeNamespace || args.Namespace == providerNamespace {
				return api.OnResolveResult{}, nil
			}
			if name := strings.TrimPrefix(args.Path, "node:"); slices.Contains(builtins, name) {
				return api.OnResolveResult{Path: name, Namespace: nodeNamespace}, nil
			}
			if stand := standIn(args.Path); stand != "" {
				return api.OnResolveResult{Path: stand, Namespace: providerNamespace}, nil
			}
			if stand := sdkOf(args.Path); stand != "" && args.PluginData != (ownPackage{}) {
				// A package of the workspace may have such a name too.
				found := b.Resolve(args.Path, api.ResolveOptions{Kind: args.Kind, Importer: args.Importer, ResolveDir: args.ResolveDir, PluginData: ownPackage{}})
				if len(found.Errors) > 0 || strings.Contains(filepath.ToSlash(found.Path), "/node_modules/") {
					return api.OnResolveResult{Path: stand, Namespace: providerNamespace}, nil
				}
			}
			if isTest.MatchString(filepath.ToSlash(args.Importer)) && !strings.HasPrefix(args.Path, ".") {
				return api.OnResolveResult{Path: args.Path, Namespace: testNamespace}, nil
			}
			return api.OnResolveResult{}, nil
		})
		b.OnLoad(api.OnLoadOptions{Filter: `.*`, Namespace: nodeNamespace}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
			code := "module.exports = __node_require(" + quote(args.Path) + ");"
			return api.OnLoadResult{Contents: &code, Loader: api.LoaderJS}, nil
		})
		b.OnLoad(api.OnLoadOptions{Filter: `.*`, Namespace: testNamespace}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
			code := "throw new Error(" + quote("A test was imported, which needs the package "+args.Path+". Leave out the files whose names end in .test.ts and the like.") + ");"
			return api.OnLoadResult{Contents: &code, Loader: api.LoaderJS}, nil
		})
		b.OnLoad(api.OnLoadOptions{Filter: `.*`, Namespace: providerNamespace}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
			code := "module.exports = __sstc_module(" + quote(args.Path) + ");"
			return api.OnLoadResult{Contents: &code, Loader: api.LoaderJS}, nil
		})
	}}
}

// standIn returns what the runtime's __sstc_module is to be asked for in place
// of an import, or "" if the import is the user's own affair. For a provider it
// is a JSON list: the package's name in Pulumi and the modules below it.
func standIn(spec string) string {
	switch {
	case spec == "@pulumi/pulumi", strings.HasPrefix(spec, "@pulumi/pulumi/"):
		return spec
	case strings.Contains(spec, ".sst/platform/"):
		return "sst"
	}
	name, sub := splitSpec(spec)
	pkg := ""
	for _, scope := range []string{"@pulumi/", "@pulumiverse/", "@sst-provider/"} {
		if rest, ok := strings.CutPrefix(name, scope); ok {
			pkg = rest
		}
	}
	if pkg == "" {
		pkg = schema.PulumiPackageForNPM(name)
		if rest, ok := strings.CutPrefix(name, "pulumi-"); ok && pkg == "" {
			pkg = rest
		}
	}
	if pkg == "" {
		return ""
	}
	return modulePath(pkg, sub)
}

// ownPackage marks the question whether a package is the user's own.
type ownPackage struct{}

// sdkOf is standIn for packages that are only named as providers of others
// name theirs: @acme/pulumi-rocket, @acme/pulumi.
func sdkOf(spec string) string {
	name, sub := splitSpec(spec)
	_, base, scoped := strings.Cut(name, "/")
	if !scoped || base != "pulumi" && !strings.HasPrefix(base, "pulumi-") {
		return ""
	}
	return modulePath(lower.PackageName(name), sub)
}

// splitSpec splits an import into the package's name and the path in it.
func splitSpec(spec string) (name, sub string) {
	name = spec
	if i := strings.IndexByte(spec, '/'); i >= 0 {
		if strings.HasPrefix(spec, "@") {
			if j := strings.IndexByte(spec[i+1:], '/'); j >= 0 {
				name, sub = spec[:i+1+j], spec[i+j+2:]
			}
		} else {
			name, sub = spec[:i], spec[i+1:]
		}
	}
	return name, sub
}

// modulePath is a provider and the modules below it, as a JSON list.
func modulePath(pkg, sub string) string {
	path := []string{pkg}
	for _, s := range strings.Split(sub, "/") {
		if s != "" && s != "index" && s != "index.js" {
			path = append(path, s)
		}
	}
	b, _ := json.Marshal(path) // strings only
	return string(b)
}

// advice adds to an error of esbuild's what a user of sstc can do about it.
func advice(text string) string {
	if strings.Contains(text, "Could not resolve") {
		return " Is the package installed, and the path spelt as on disk?"
	}
	return ""
}

func sentence(s string) string {
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
		if strings.HasPrefix(input, nodeNamespace+":") || strings.HasPrefix(input, providerNamespace+":") || input == entryName || strings.Contains(input, "node_modules/") {
			continue
		}
		if b, err := os.ReadFile(filepath.Join(files.AbsApp(), filepath.FromSlash(input))); err == nil {
			files.Note(path.Clean(input), b)
		}
	}
}

// engineFS shows the workspace to the engine.
type engineFS struct{ *frontends.Files }

func (f engineFS) ReadFile(name string) ([]byte, error) {
	b, err := f.Files.ReadFile(name)
	return b, outside(err)
}

func (f engineFS) Stat(name string) (fs.FileInfo, error) {
	i, err := f.Files.Stat(name)
	return i, outside(err)
}

func (f engineFS) ReadDir(name string) ([]fs.DirEntry, error) {
	e, err := f.Files.ReadDir(name)
	return e, outside(err)
}

func outside(err error) error {
	if errors.Is(err, frontends.ErrOutside) {
		return fmt.Errorf("%w: %w", engine.ErrOutside, err)
	}
	return err
}
