package typescript

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/lower"
	"github.com/sstc/sstc/compiler/schema"
	"github.com/sstc/sstc/frontends"
	"github.com/sstc/sstc/frontends/script"
)

// The namespaces of esbuild in which modules live that are no files.
const (
	providerNamespace = script.Namespace + "provider" // a package that sstc stands in for
	testNamespace     = script.Namespace + "test"     // a package that a test imports
)

// loadHeader and loadFooter turn the bundle, which may await at its top level,
// into a function. The header is one line; the source map knows nothing of it.
const (
	loadHeader = "globalThis.__sstc_load = async () => { const require = globalThis.__sstc_require;\n"
	loadFooter = "\n};\n"
)

// bundleConfig bundles the configuration. Packages that sstc stands in for
// (Pulumi's SDK, the providers, sst) and Node's modules become calls of the
// runtime, whether they are installed or not.
func bundleConfig(files *frontends.Files, configFile string) (*script.Bundle, diag.List) {
	return script.BundleConfig(script.BundleOptions{
		Files: files, ConfigFile: configFile, Pretended: files.VirtualApp() + "/.sst/platform/sst.config.mjs",
		NoDefault:  configFile + " must `export default $config({ app(input) {...}, async run() {...} })`.",
		MainFields: []string{"module", "main"}, Conditions: []string{"import", "module", "node"},
		Packages: standIns(),
	})
}

func quote(s string) string { return script.Quote(s) }

// isTest matches the paths of tests. An import with a computed path is about
// every file of a directory, tests included, and what those import is neither
// wanted nor, often, possible to bundle.
var isTest = regexp.MustCompile(`[._](test|spec)\.[cm]?[jt]sx?$|/__tests__/`)

// standIns resolves the modules that are no files of the user's.
func standIns() api.Plugin {
	return api.Plugin{Name: "sstc", Setup: func(b api.PluginBuild) {
		script.NodeModules(b)
		b.OnResolve(api.OnResolveOptions{Filter: `.*`}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
			if args.Kind == api.ResolveEntryPoint || strings.HasPrefix(args.Namespace, script.Namespace) {
				return api.OnResolveResult{}, nil
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
