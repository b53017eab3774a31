package assets

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"github.com/sstc/sstc/compiler/diag"
)

// nodeExtensions are the extensions of a handler's file, in the order in
// which SST looks for them.
var nodeExtensions = []string{".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"}

// alwaysExternal are packages that SST never bundles, because they find their
// native code by paths of their own. One that is imported is installed beside
// the bundle.
var alwaysExternal = []string{"sharp", "pg-native"}

// bundleName is the name of the bundle in an archive, without extension. As
// in SST it is the same for every function, so that functions of one file
// share an archive, and __dirname is the archive's root. A function may ask for
// another place.
const bundleName = "bundle"

// maxEntries is how many functions esbuild bundles at a time. It holds the
// code of all of them in memory at once: a hundred functions in one run take
// twice the memory that they take in three, and a tenth less time.
const maxEntries = 40

// outDir is where bundles would be written if they were: in the app's root,
// so that the paths of sources are relative to it. Nothing is ever there.
const outDir = ".sstc-bundle"

// A nodeUnit is a Node function on its way.
type nodeUnit struct {
	*unit
	file    string // of the handler, relative to the app's root
	export  string // the handler's name in it
	bundle  string // where the bundle is in the archive, without extension
	specs   []packageSpec
	options api.BuildOptions
}

// bundleNode bundles functions: those with equal settings in one run of
// esbuild, so that a module that several of them import is parsed once. What
// a function's bundle holds does not depend on the others in the run.
func (p *project) bundleNode(units []*unit) error {
	type group struct {
		options api.BuildOptions
		units   []*nodeUnit
	}
	var groups []*group
	byKey := map[string]*group{}
	var plugged []*nodeUnit
	for _, u := range units {
		n := p.planNode(u)
		if n == nil {
			continue
		}
		key, err := json.Marshal(n.options)
		if err != nil {
			return err
		}
		if n.options.Splitting { // chunks are shared by all that is built together
			key = append(key, n.file...)
		}
		key = append(key, fmt.Sprintf("%q%q", n.fn.Entry, n.fn.Placeholders)...)
		if n.hasPlugins() {
			plugged = append(plugged, n)
			continue
		}
		g := byKey[string(key)]
		if g == nil {
			g = &group{options: n.options}
			byKey[string(key)] = g
			groups = append(groups, g)
		}
		g.units = append(g.units, n)
	}
	var g errgroup.Group
	g.SetLimit(p.jobs)
	g.Go(func() error { return p.bundlePlugged(plugged) })
	entries := semaphore.NewWeighted(maxEntries)
	for _, group := range groups {
		batches := (len(group.units) + maxEntries - 1) / maxEntries
		for batch := range slices.Chunk(group.units, (len(group.units)+batches-1)/batches) {
			g.Go(func() error {
				n := int64(len(batch))
				if err := entries.Acquire(context.Background(), n); err != nil {
					return err
				}
				defer entries.Release(n)
				return p.bundleGroup(group.options, batch)
			})
		}
	}
	return g.Wait()
}

// planNode finds the handler's file and settles esbuild's options, or reports
// why it cannot and returns nil.
func (p *project) planNode(u *unit) *nodeUnit {
	f := u.fn
	n := &nodeUnit{unit: u, bundle: f.Node.Bundle}
	if n.bundle == "" {
		n.bundle = bundleName
	}
	handler := filepath.ToSlash(f.Handler)
	dot := strings.LastIndexByte(path.Base(handler), '.')
	if dot < 0 {
		u.tree.diags.Add(diag.HandlerNotFound, f.Range, "Handler not found",
			fmt.Sprintf("The handler %q of %s names no export. Write the path of the file without its extension, a dot, and the name of the exported function: %q.",
				f.Handler, lower(u.tree.what), handler+".handler"))
		return nil
	}
	stem := handler[:len(handler)-len(path.Base(handler))+dot]
	n.export = handler[len(stem)+1:]
	absStem := p.abs(stem)
	if f.Entry != "" {
		n.file = stem + ".mjs"
		return p.settleNode(n)
	}
	found := false
	for _, x := range nodeExtensions {
		if dir, err := p.statInput(absStem + x); err == nil && !dir {
			n.file, found = p.rel(absStem+x), true
			break
		}
	}
	if !found {
		u.tree.diags.Add(diag.HandlerNotFound, f.Range, "Handler not found",
			fmt.Sprintf("There is no file for the handler %q of %s: %q with one of the extensions %s does not exist.%s",
				f.Handler, lower(u.tree.what), stem, strings.Join(nodeExtensions, " "), suggestHandler(absStem, stem, n.export, nodeExtensions)))
		return nil
	}
	if !p.checkInside(u.tree, n.file, p.abs(n.file)) {
		return nil
	}
	return p.settleNode(n)
}

// settleNode settles esbuild's options, or reports what is wrong with them and
// returns nil.
func (p *project) settleNode(n *nodeUnit) *nodeUnit {
	if n.specs = n.tree.parseInstall(n.fn.Node.Install); n.tree.diags.HasErrors() {
		return nil
	}
	n.options = p.nodeOptions(n.tree, n.fn, n.specs)
	if n.tree.diags.HasErrors() {
		return nil
	}
	return n
}

// madeEntry is a plugin for esbuild by which a module that the compiler makes
// is there as if it were a file.
func madeEntry(absPath, content string) api.Plugin {
	return api.Plugin{Name: "entry", Setup: func(b api.PluginBuild) {
		pattern := "^" + regexp.QuoteMeta(absPath) + "$"
		b.OnResolve(api.OnResolveOptions{Filter: pattern}, func(api.OnResolveArgs) (api.OnResolveResult, error) {
			return api.OnResolveResult{Path: absPath}, nil
		})
		b.OnLoad(api.OnLoadOptions{Filter: pattern}, func(api.OnLoadArgs) (api.OnLoadResult, error) {
			return api.OnLoadResult{Contents: &content, ResolveDir: filepath.Dir(absPath), Loader: api.LoaderJS}, nil
		})
	}}
}

// suggestHandler asks whether a handler in a file with a like name was meant.
func suggestHandler(absStem, stem, export string, extensions []string) string {
	list, err := os.ReadDir(filepath.Dir(absStem))
	if err != nil {
		return fmt.Sprintf(" There is no directory %q.", path.Dir(stem))
	}
	var stems []string
	for _, d := range list {
		if x := path.Ext(d.Name()); !d.IsDir() && slices.Contains(extensions, x) {
			stems = append(stems, strings.TrimSuffix(d.Name(), x))
		}
	}
	slices.Sort(stems)
	stems = slices.Compact(stems)
	if n := diag.Nearest(path.Base(stem), stems); n != "" {
		return fmt.Sprintf(" Did you mean %q?", path.Join(path.Dir(stem), n)+"."+export)
	}
	if len(stems) == 0 || len(stems) > 12 {
		return ""
	}
	return fmt.Sprintf(" In %q there are %s.", path.Dir(stem), diag.Words(stems))
}

// A metafile is what esbuild says about a build. Paths are relative to the
// app's root.
type metafile struct {
	Inputs  map[string]*input
	Outputs map[string]*output
}

type input struct {
	Format  string // "esm", "cjs", or "" for neither
	Imports []struct {
		Path     string
		External bool
	}
}

type output struct {
	Imports []struct {
		Path     string
		Kind     string
		External bool
	}
	Exports    []string
	EntryPoint string
	CSSBundle  string
	Inputs     map[string]struct{ BytesInOutput int64 }
}

// bundleGroup runs esbuild for units that have the same options.
func (p *project) bundleGroup(options api.BuildOptions, units []*nodeUnit) error {
	// Names of outputs say only which function's they are, and are replaced
	// in the archive. They are all in one directory, where the archive's root
	// will be, so that paths between outputs hold.
	entryOf := map[string]string{} // entry's file → output's name
	for _, n := range units {
		if _, ok := entryOf[n.file]; ok {
			continue
		}
		name := bundleName
		if !options.Splitting {
			name = fmt.Sprintf("%s%d", bundleName, len(entryOf))
		}
		entryOf[n.file] = name
		options.EntryPointsAdvanced = append(options.EntryPointsAdvanced,
			api.EntryPoint{InputPath: p.abs(n.file), OutputPath: name})
		if n.fn.Entry != "" {
			options.Plugins = append(options.Plugins, madeEntry(p.abs(n.file), n.fn.Entry))
		}
	}
	if h := units[0].fn.Placeholders; h != nil {
		options.Plugins = append(options.Plugins, placeholderPlugin(h))
	}
	if p.isWritten(p.workspace) {
		options.Plugins = append(options.Plugins, p.writtenPlugin())
	}
	result := api.Build(options)
	// Functions of the group share its diagnostics; any one may carry them.
	t := units[0].tree
	p.addMessages(t, result.Warnings, diag.Warning, units)
	p.addMessages(t, result.Errors, diag.Error, units)
	if len(result.Errors) > 0 {
		return nil
	}

	var meta metafile
	if err := json.Unmarshal([]byte(result.Metafile), &meta); err != nil {
		return fmt.Errorf("reading esbuild's metafile: %w", err)
	}
	contents := make(map[string][]byte, len(result.OutputFiles)) // by path as in meta
	for _, f := range result.OutputFiles {
		contents[p.rel(f.Path)] = f.Contents
	}
	extension := options.OutExtension[".js"]
	for _, n := range units {
		entry := path.Join(outDir, entryOf[n.file]+extension)
		n.handler = n.bundle + "." + n.export
		if err := n.addOutputs(&meta, contents, entry, extension); err != nil {
			return err
		}
		n.checkExport(&meta, meta.Outputs[entry], contents[entry])
		if err := p.install(n, &meta); err != nil {
			return err
		}
	}
	return p.addBundleInputs(meta.Inputs)
}

// addOutputs adds an entry's bundle and what it refers to: chunks, and files
// of the file loader.
func (n *nodeUnit) addOutputs(meta *metafile, contents map[string][]byte, entry, extension string) error {
	n.bundled = map[string]bool{}
	seen := map[string]bool{}
	var add func(file string) error
	add = func(file string) error {
		if seen[file] {
			return nil
		}
		seen[file] = true
		out := meta.Outputs[file]
		if out == nil {
			return fmt.Errorf("esbuild made no %s. This is a bug in sstc.", file)
		}
		name := n.archiveName(file, entry, extension)
		content := contents[file]
		if m, ok := contents[file+".map"]; ok {
			m, err := relativeSources(m)
			if err != nil {
				return err
			}
			if c, ok := bytes.CutSuffix(content, []byte("//# sourceMappingURL="+path.Base(file)+".map\n")); ok {
				content = append(slices.Clip(c), "//# sourceMappingURL="+path.Base(name)+".map\n"...)
			}
			n.tree.addData(name+".map", m)
		}
		n.tree.addData(name, content)
		n.bundled[name] = true
		for input, size := range out.Inputs {
			n.parts[input] += size.BytesInOutput
		}
		for _, i := range out.Imports {
			if i.External {
				continue
			}
			if err := add(i.Path); err != nil {
				return err
			}
		}
		if out.CSSBundle != "" {
			return add(out.CSSBundle)
		}
		return nil
	}
	return add(entry)
}

// archiveName is where in the archive an output goes.
func (n *nodeUnit) archiveName(file, entry, extension string) string {
	name := strings.TrimPrefix(file, outDir+"/")
	if x, ok := strings.CutPrefix(name, strings.TrimSuffix(path.Base(entry), extension)); ok {
		name = path.Base(n.bundle) + x
	}
	return path.Join(path.Dir(n.bundle), name)
}

// relativeSources makes the sources of a map relative to the app's root
// instead of to outDir.
func relativeSources(m []byte) ([]byte, error) {
	// The members, in esbuild's order.
	var v struct {
		Version        int       `json:"version"`
		Sources        []string  `json:"sources"`
		SourceRoot     string    `json:"sourceRoot,omitempty"`
		SourcesContent []*string `json:"sourcesContent,omitempty"`
		Mappings       string    `json:"mappings"`
		Names          []string  `json:"names"`
	}
	if err := json.Unmarshal(m, &v); err != nil {
		return nil, fmt.Errorf("reading esbuild's source map: %w", err)
	}
	for i, s := range v.Sources {
		v.Sources[i] = strings.TrimPrefix(s, "../")
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}

// checkExport warns when the handler is known not to be exported. What a
// CommonJS module exports, and what `export *` from an external module does,
// is not known.
func (n *nodeUnit) checkExport(meta *metafile, out *output, content []byte) {
	if n.options.Format != api.FormatESModule || meta.Inputs[out.EntryPoint].Format != "esm" ||
		slices.Contains(out.Exports, n.export) ||
		bytes.Contains(content, []byte("export*from")) || bytes.Contains(content, []byte("export * from")) {
		return
	}
	exports := slices.DeleteFunc(slices.Clone(out.Exports), func(x string) bool { return x == "default" })
	n.tree.diags.Warn(diag.MissingExport, n.fn.Range, "Handler is not exported",
		fmt.Sprintf("The handler %q of %s is not there at run time: %s has no export named %q.%s",
			n.fn.Handler, lower(n.tree.what), n.file, n.export, diag.Suggest(n.export, exports)))
}

// addBundleInputs records what bundles were made of: the app's own files with
// the nearest tsconfig.json, and of each installed package its package.json.
func (p *project) addBundleInputs(inputs map[string]*input) error {
	files, dirs := map[string]bool{}, map[string]bool{}
	for name := range inputs {
		if pkg := packageOf(name); pkg != "" {
			files[p.abs(packageDir(name)+"/package.json")] = true
			continue
		}
		absPath := p.abs(name)
		files[absPath] = true
		for dir := filepath.Dir(absPath); p.holds(dir) && !dirs[dir]; dir = filepath.Dir(dir) {
			dirs[dir] = true
			config := filepath.Join(dir, "tsconfig.json")
			if _, err := os.Stat(config); err == nil {
				files[config] = true
				break
			}
		}
	}
	var g errgroup.Group
	g.SetLimit(p.jobs)
	for absPath := range files {
		g.Go(func() error {
			if info, err := os.Stat(absPath); err != nil || info.IsDir() {
				return nil // made by esbuild ("<runtime>", "data:..."), or in a zip of Yarn's
			}
			return p.addInput(absPath)
		})
	}
	return g.Wait()
}

// addMessages turns what esbuild says into diagnostics.
func (p *project) addMessages(t *tree, messages []api.Message, severity diag.Severity, units []*nodeUnit) {
	for _, m := range messages {
		d := &diag.Diagnostic{Severity: severity, Code: diag.BundleFailed, Summary: "Bundling failed", Detail: sentence(strings.ReplaceAll(m.Text, p.root+string(filepath.Separator), ""))}
		if severity == diag.Warning {
			d.Code, d.Summary = diag.BundleWarning, "Doubtful code"
		}
		if m.PluginName != "" && units[0].hasPlugins() {
			d.Detail = fmt.Sprintf("The plugin %q says: %s", m.PluginName, d.Detail)
		} else if name, ok := strings.CutPrefix(m.Text, "Could not resolve "); ok {
			d.Summary = "Unresolved import"
			if isPackage(strings.Trim(name, `"`)) {
				d.Detail += ` Install the package, or, if it is there at run time, add it to the function's nodejs.esbuild.external.`
			}
		} else if name, ok := strings.CutPrefix(m.Text, "No loader is configured for "); ok {
			pkg := ""
			if m.Location != nil {
				pkg = packageOf(m.Location.File)
			}
			if pkg != "" && strings.HasPrefix(name, `".node"`) {
				d.Detail += fmt.Sprintf(` It is native code, which cannot be bundled: add %q to the function's nodejs.install.`, pkg)
			} else {
				d.Detail += ` Say what such a file is to be with the function's nodejs.loader, such as "file" or "text".`
			}
		}
		d.Subject = p.rangeOf(m.Location)
		if d.Subject == nil {
			d.Subject = units[0].fn.Range.Ptr()
		} else if packageOf(d.Subject.Filename) != "" && len(units) == 1 {
			d.Notes = append(d.Notes, diag.Note{Message: fmt.Sprintf("in the bundle of %s", lower(units[0].tree.what)), Subject: units[0].fn.Range.Ptr()})
		}
		for _, n := range m.Notes {
			if !strings.HasPrefix(n.Text, "You can mark the path") { // speaks of esbuild's API
				d.Notes = append(d.Notes, diag.Note{Message: n.Text, Subject: p.rangeOf(n.Location)})
			}
		}
		t.diags = append(t.diags, d)
	}
}

func sentence(s string) string {
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "!") {
		return s
	}
	return s + "."
}

// isPackage reports whether an import names a package rather than a file.
func isPackage(name string) bool {
	return name != "" && name[0] != '.' && name[0] != '/' && !strings.Contains(name, ":")
}

// rangeOf converts a place in esbuild's terms, which are a line from 1 and a
// column from 0 in bytes.
func (p *project) rangeOf(l *api.Location) *diag.Range {
	if l == nil || l.Line == 0 {
		return nil
	}
	r := p.rangeAt(p.abs(l.File), l.Line, l.Column, l.Length)
	return &r
}
