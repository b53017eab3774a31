package assets

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// nodeTargets are the language levels that SST compiles for, by runtime.
// Later runtimes get the language as it is.
var nodeTargets = map[string]api.Target{
	"nodejs12.x": api.ES2019,
	"nodejs14.x": api.ES2020,
	"nodejs16.x": api.ES2021,
	"nodejs18.x": api.ES2022,
	"nodejs20.x": api.ES2023,
	"nodejs22.x": api.ES2023,
	"nodejs24.x": api.ES2024,
}

// esmBanner gives an ES module what CommonJS code bundled into it expects.
// The declarations are var, so that a module that declares its own __dirname
// can do so again.
const esmBanner = `import { createRequire as __sstcCreateRequire } from "module";
import { dirname as __sstcDirname } from "path";
import { fileURLToPath as __sstcFileURLToPath } from "url";
var require = __sstcCreateRequire(import.meta.url), __filename = __sstcFileURLToPath(import.meta.url), __dirname = __sstcDirname(__filename);`

// nodeOptions settles esbuild's options for a function: SST's defaults, then
// the function's nodejs arguments, then its nodejs.esbuild.
func (p *project) nodeOptions(t *tree, f *ir.Function, install []packageSpec) api.BuildOptions {
	node := f.Node
	o := api.BuildOptions{
		AbsWorkingDir: p.root,
		Outdir:        p.abs(outDir),
		Bundle:        true,
		Metafile:      true,
		Platform:      api.PlatformNode,
		Target:        nodeTargets[f.Runtime],
		KeepNames:     true,
		Splitting:     node.Splitting,
		External:      slices.Clone(alwaysExternal),
		Loader:        map[string]api.Loader{},
		// Maps are of use only where Node can find them, beside the bundle.
		Sourcemap:         api.SourceMapNone,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
	}
	if node.Minify != nil {
		o.MinifyWhitespace, o.MinifyIdentifiers, o.MinifySyntax = *node.Minify, *node.Minify, *node.Minify
	}
	if node.SourceMap != nil && *node.SourceMap {
		o.Sourcemap = api.SourceMapLinked
	}
	for _, s := range install {
		o.External = append(o.External, s.name)
	}
	if o.Target != api.DefaultTarget && o.Target < api.ES2022 {
		// Node awaits at the top of a module since 14.8, before the language level had it.
		o.Supported = map[string]bool{"top-level-await": f.Runtime != "nodejs12.x"}
	}
	d := optionDecoder{project: p, tree: t, fn: f, options: &o, format: node.Format}
	for _, kv := range node.Loader {
		d.loader("nodejs.loader", kv.Key, kv.Value)
	}
	if node.ESBuild != nil {
		for _, field := range node.ESBuild.Fields {
			d.option(field.Key, field.Value)
		}
	}

	var banner []string
	switch d.format {
	case "", "esm":
		o.Format = api.FormatESModule
		o.OutExtension = map[string]string{".js": ".mjs"}
		banner = append(banner, esmBanner)
		if o.MainFields == nil {
			o.MainFields = []string{"module", "main"}
		}
	case "cjs":
		o.Format = api.FormatCommonJS
		o.OutExtension = map[string]string{".js": ".cjs"}
		if o.MainFields == nil {
			o.MainFields = []string{"main"}
		}
		if o.Splitting {
			t.diags.Add(diag.ConflictingArguments, f.Range, "Conflicting arguments",
				fmt.Sprintf("%s is to be split into chunks, which only the format \"esm\" can be.", t.what))
		}
	default:
		d.invalid("nodejs.format", d.format, []string{"esm", "cjs"})
	}
	for _, b := range []string{node.Banner, d.banner} {
		if b != "" {
			banner = append(banner, b)
		}
	}
	if banner != nil {
		o.Banner = map[string]string{"js": strings.Join(banner, "\n")}
	}
	return o
}

// An optionDecoder reads nodejs.esbuild, which is in the spelling of
// esbuild's JavaScript API.
type optionDecoder struct {
	project *project
	tree    *tree
	fn      *ir.Function
	options *api.BuildOptions
	format  string // nodejs.format, which wins over nodejs.esbuild.format
	banner  string
}

// settledOptions are those that sstc sets itself: SST ignores them, too.
var settledOptions = []string{"absWorkingDir", "allowOverwrite", "assetNames", "chunkNames", "entryNames", "entryPoints",
	"globalName", "outExtension", "outbase", "outdir", "outfile", "plugins", "publicPath", "sourceRoot", "stdin"}

// silentOptions change nothing that is written.
var silentOptions = []string{"color", "logLevel", "logLimit", "metafile", "write"}

var (
	loaders = map[string]api.Loader{"base64": api.LoaderBase64, "binary": api.LoaderBinary, "copy": api.LoaderCopy,
		"css": api.LoaderCSS, "dataurl": api.LoaderDataURL, "default": api.LoaderDefault, "empty": api.LoaderEmpty,
		"file": api.LoaderFile, "global-css": api.LoaderGlobalCSS, "js": api.LoaderJS, "json": api.LoaderJSON,
		"jsx": api.LoaderJSX, "local-css": api.LoaderLocalCSS, "text": api.LoaderText, "ts": api.LoaderTS, "tsx": api.LoaderTSX}
	targets = map[string]api.Target{"esnext": api.ESNext, "es5": api.ES5, "es6": api.ES2015, "es2015": api.ES2015,
		"es2016": api.ES2016, "es2017": api.ES2017, "es2018": api.ES2018, "es2019": api.ES2019, "es2020": api.ES2020,
		"es2021": api.ES2021, "es2022": api.ES2022, "es2023": api.ES2023, "es2024": api.ES2024}
	engines = map[string]api.EngineName{"chrome": api.EngineChrome, "deno": api.EngineDeno, "edge": api.EngineEdge,
		"firefox": api.EngineFirefox, "hermes": api.EngineHermes, "ie": api.EngineIE, "ios": api.EngineIOS,
		"node": api.EngineNode, "opera": api.EngineOpera, "rhino": api.EngineRhino, "safari": api.EngineSafari}
	sourceMaps = map[string]api.SourceMap{"inline": api.SourceMapInline, "linked": api.SourceMapLinked,
		"external": api.SourceMapExternal, "both": api.SourceMapInlineAndExternal}
	legalComments = map[string]api.LegalComments{"none": api.LegalCommentsNone, "inline": api.LegalCommentsInline,
		"eof": api.LegalCommentsEndOfFile}
	jsxModes  = map[string]api.JSX{"transform": api.JSXTransform, "preserve": api.JSXPreserve, "automatic": api.JSXAutomatic}
	charsets  = map[string]api.Charset{"ascii": api.CharsetASCII, "utf8": api.CharsetUTF8}
	platforms = map[string]api.Platform{"node": api.PlatformNode, "neutral": api.PlatformNeutral, "browser": api.PlatformBrowser}
	packages  = map[string]api.Packages{"bundle": api.PackagesBundle, "external": api.PackagesExternal}
	drops     = map[string]api.Drop{"console": api.DropConsole, "debugger": api.DropDebugger}
	logLevels = map[string]api.LogLevel{"verbose": api.LogLevelVerbose, "debug": api.LogLevelDebug, "info": api.LogLevelInfo,
		"warning": api.LogLevelWarning, "error": api.LogLevelError, "silent": api.LogLevelSilent}
)

func (d *optionDecoder) option(key string, v ir.Value) {
	o := d.options
	name := "nodejs.esbuild." + key
	switch key {
	case "alias":
		o.Alias = d.dict(name, v)
	case "banner":
		d.banner = d.dict(name, v)["js"]
	case "bundle":
		if on, ok := d.flag(name, v); ok && !on {
			d.unsupported(name+": false", "a function is always bundled; name a directory as its bundle instead")
		}
	case "charset":
		choose(d, name, v, charsets, &o.Charset)
	case "conditions":
		o.Conditions = d.list(name, v)
	case "define":
		o.Define = d.dict(name, v)
	case "drop":
		for _, s := range d.list(name, v) {
			var drop api.Drop
			choose(d, name, ir.String(s), drops, &drop)
			o.Drop |= drop
		}
	case "dropLabels":
		o.DropLabels = d.list(name, v)
	case "external":
		o.External = append(o.External, d.list(name, v)...)
	case "footer":
		o.Footer = d.dict(name, v)
	case "format":
		if s, ok := d.str(name, v); ok && d.format == "" {
			d.format = s
		}
	case "ignoreAnnotations":
		d.bool(name, v, &o.IgnoreAnnotations)
	case "inject":
		o.Inject = d.list(name, v)
	case "jsx":
		choose(d, name, v, jsxModes, &o.JSX)
	case "jsxDev":
		d.bool(name, v, &o.JSXDev)
	case "jsxFactory":
		d.string(name, v, &o.JSXFactory)
	case "jsxFragment":
		d.string(name, v, &o.JSXFragment)
	case "jsxImportSource":
		d.string(name, v, &o.JSXImportSource)
	case "jsxSideEffects":
		d.bool(name, v, &o.JSXSideEffects)
	case "keepNames":
		d.bool(name, v, &o.KeepNames)
	case "legalComments":
		choose(d, name, v, legalComments, &o.LegalComments)
	case "loader":
		dict := d.dict(name, v)
		for _, extension := range slices.Sorted(maps.Keys(dict)) {
			d.loader(name, extension, dict[extension])
		}
	case "logOverride":
		dict := d.dict(name, v)
		o.LogOverride = map[string]api.LogLevel{}
		for _, id := range slices.Sorted(maps.Keys(dict)) {
			var level api.LogLevel
			choose(d, name, ir.String(dict[id]), logLevels, &level)
			o.LogOverride[id] = level
		}
	case "mainFields":
		o.MainFields = d.list(name, v)
	case "minify":
		if on, ok := d.flag(name, v); ok {
			o.MinifyWhitespace, o.MinifyIdentifiers, o.MinifySyntax = on, on, on
		}
	case "minifyIdentifiers":
		d.bool(name, v, &o.MinifyIdentifiers)
	case "minifySyntax":
		d.bool(name, v, &o.MinifySyntax)
	case "minifyWhitespace":
		d.bool(name, v, &o.MinifyWhitespace)
	case "nodePaths":
		for _, dir := range d.list(name, v) {
			o.NodePaths = append(o.NodePaths, d.project.abs(dir))
		}
	case "packages":
		choose(d, name, v, packages, &o.Packages)
	case "platform":
		choose(d, name, v, platforms, &o.Platform)
	case "preserveSymlinks":
		d.bool(name, v, &o.PreserveSymlinks)
	case "pure":
		o.Pure = d.list(name, v)
	case "resolveExtensions":
		o.ResolveExtensions = d.list(name, v)
	case "sourcemap":
		d.sourceMap(name, v)
	case "sourcesContent":
		if on, ok := d.flag(name, v); ok && !on {
			o.SourcesContent = api.SourcesContentExclude
		}
	case "splitting":
		d.bool(name, v, &o.Splitting)
	case "supported":
		d.supported(name, v)
	case "target":
		d.target(name, v)
	case "treeShaking":
		if on, ok := d.flag(name, v); ok {
			o.TreeShaking = api.TreeShakingFalse
			if on {
				o.TreeShaking = api.TreeShakingTrue
			}
		}
	case "tsconfig":
		d.string(name, v, &o.Tsconfig)
	case "tsconfigRaw":
		if s, ok := v.(ir.String); ok {
			o.TsconfigRaw = string(s)
		} else if d.known(name, v) {
			o.TsconfigRaw = ir.EncodeJSON(v)
		}
	default:
		switch {
		case slices.Contains(silentOptions, key):
		case slices.Contains(settledOptions, key):
			d.unsupported(name, "sstc settles it itself")
		default:
			d.tree.diags.Add(diag.UnsupportedArgument, d.fn.Range, "Unsupported argument",
				fmt.Sprintf("%s has %s, which is no option of esbuild that sstc knows.", d.tree.what, name))
		}
	}
}

func (d *optionDecoder) unsupported(what, why string) {
	d.tree.diags.Add(diag.UnsupportedFeature, d.fn.Range, "Unsupported esbuild option",
		fmt.Sprintf("%s has %s, which is not supported: %s.", d.tree.what, what, why))
}

func (d *optionDecoder) invalid(name, value string, allowed []string) {
	d.tree.diags.Add(diag.InvalidValue, d.fn.Range, "Invalid value",
		fmt.Sprintf("%s of %s is %q.%s", name, lower(d.tree.what), value, diag.Suggest(value, allowed)))
}

func (d *optionDecoder) wrongType(name, want string) {
	d.tree.diags.Add(diag.WrongType, d.fn.Range, "Wrong type",
		fmt.Sprintf("%s of %s must be %s.", name, lower(d.tree.what), want))
}

func (d *optionDecoder) known(name string, v ir.Value) bool {
	if ir.Known(v) {
		return true
	}
	d.tree.diags.Add(diag.UnknownValue, d.fn.Range, "Value not known yet",
		fmt.Sprintf("%s of %s depends on a value that is known only once the app is deployed, or is a function; it must be data.", name, lower(d.tree.what)))
	return false
}

func (d *optionDecoder) flag(name string, v ir.Value) (on, ok bool) {
	b, ok := v.(ir.Bool)
	if !ok && d.known(name, v) {
		d.wrongType(name, "true or false")
	}
	return bool(b), ok
}

func (d *optionDecoder) bool(name string, v ir.Value, to *bool) {
	if on, ok := d.flag(name, v); ok {
		*to = on
	}
}

func (d *optionDecoder) str(name string, v ir.Value) (string, bool) {
	s, ok := v.(ir.String)
	if !ok && d.known(name, v) {
		d.wrongType(name, "a string")
	}
	return string(s), ok
}

func (d *optionDecoder) string(name string, v ir.Value, to *string) {
	if s, ok := d.str(name, v); ok {
		*to = s
	}
}

// list reads a list of strings.
func (d *optionDecoder) list(name string, v ir.Value) []string {
	l, ok := v.(ir.List)
	if !ok {
		if d.known(name, v) {
			d.wrongType(name, "a list of strings")
		}
		return nil
	}
	list := make([]string, 0, len(l))
	for _, e := range l {
		if s, ok := d.str(name, e); ok {
			list = append(list, s)
		}
	}
	return list
}

// dict reads an object of strings.
func (d *optionDecoder) dict(name string, v ir.Value) map[string]string {
	o, ok := v.(*ir.Object)
	if !ok {
		if d.known(name, v) {
			d.wrongType(name, "an object of strings")
		}
		return nil
	}
	dict := make(map[string]string, o.Len())
	for _, f := range o.Fields {
		if s, ok := d.str(name+"."+f.Key, f.Value); ok {
			dict[f.Key] = s
		}
	}
	return dict
}

// choose reads one of a few names.
func choose[T any](d *optionDecoder, name string, v ir.Value, allowed map[string]T, to *T) {
	s, ok := d.str(name, v)
	if !ok {
		return
	}
	if x, ok := allowed[s]; ok {
		*to = x
		return
	}
	d.invalid(name, s, slices.Collect(maps.Keys(allowed)))
}

func (d *optionDecoder) loader(name, extension, loader string) {
	var l api.Loader
	choose(d, fmt.Sprintf("%s[%q]", name, extension), ir.String(loader), loaders, &l)
	d.options.Loader[extension] = l
}

func (d *optionDecoder) sourceMap(name string, v ir.Value) {
	if on, ok := v.(ir.Bool); ok {
		d.options.Sourcemap = api.SourceMapNone
		if on {
			d.options.Sourcemap = api.SourceMapLinked
		}
		return
	}
	choose(d, name, v, sourceMaps, &d.options.Sourcemap)
}

// supported reads which features of the language the target has.
func (d *optionDecoder) supported(name string, v ir.Value) {
	o, ok := v.(*ir.Object)
	if !ok {
		d.wrongType(name, "an object of true and false")
		return
	}
	d.options.Supported = map[string]bool{}
	for _, f := range o.Fields {
		if on, ok := d.flag(name+"."+f.Key, f.Value); ok {
			d.options.Supported[f.Key] = on
		}
	}
}

// target reads "es2022", "node20.3", or several of those in a list or
// separated by commas.
func (d *optionDecoder) target(name string, v ir.Value) {
	var list []string
	if s, ok := v.(ir.String); ok {
		list = strings.Split(string(s), ",")
	} else {
		list = d.list(name, v)
	}
	d.options.Target, d.options.Engines = api.DefaultTarget, nil
	for _, s := range list {
		s = strings.ToLower(strings.TrimSpace(s))
		if t, ok := targets[s]; ok {
			d.options.Target = t
			continue
		}
		i := strings.IndexAny(s, "0123456789")
		if i > 0 {
			if e, ok := engines[s[:i]]; ok {
				d.options.Engines = append(d.options.Engines, api.Engine{Name: e, Version: s[i:]})
				continue
			}
		}
		d.invalid(name, s, slices.Collect(maps.Keys(targets)))
	}
}
