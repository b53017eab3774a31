package sstv2

import (
	"path"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/engine/modules"
	"github.com/sstc/sstc/frontends"
	"github.com/sstc/sstc/frontends/script"
)

// bundle bundles the user's own code. Of what is installed, ES modules become
// part of the bundle; CommonJS, such as the CDK, is required when the bundle
// runs, so that there is one of each module.
func (v *evaluation) bundle() (*script.Bundle, diag.List) {
	return script.BundleConfig(script.BundleOptions{
		Files: v.args.Files, ConfigFile: v.args.ConfigFile, Pretended: v.args.Files.VirtualApp() + "/.sst.config.mjs",
		NoDefault:  v.args.ConfigFile + " must `export default { config(input) {...}, stacks(app) {...} }`.",
		MainFields: []string{"module", "main"}, Conditions: []string{"import", "module", "node"},
		Packages: v.packages(),
	})
}

// requiredNamespace is esbuild's name for modules that are required when the
// bundle runs.
const requiredNamespace = script.Namespace + "required"

func (v *evaluation) packages() api.Plugin {
	files := v.args.Files
	return api.Plugin{Name: "sstc", Setup: func(b api.PluginBuild) {
		script.NodeModules(b)
		b.OnResolve(api.OnResolveOptions{Filter: `^[^./]`}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
			if args.Kind == api.ResolveEntryPoint || strings.HasPrefix(args.Namespace, script.Namespace) || args.PluginData == v || filepath.IsAbs(args.Path) {
				return api.OnResolveResult{}, nil
			}
			from := path.Join(files.VirtualApp(), files.Rel(filepath.Join(args.ResolveDir, "from.js")))
			kind := modules.Import
			if args.Kind == api.ResolveJSRequireCall || args.Kind == api.ResolveJSRequireResolve {
				kind = modules.Require
			}
			file, err := v.modules.Resolve(args.Path, from, kind)
			switch {
			case err != nil:
				// It may be an alias of tsconfig.json, which esbuild knows; or it
				// says that there is nothing.
				r := b.Resolve(args.Path, api.ResolveOptions{Importer: args.Importer, Namespace: args.Namespace, ResolveDir: args.ResolveDir, Kind: args.Kind, PluginData: v})
				if len(r.Errors) == 0 && !strings.Contains(filepath.ToSlash(r.Path), "/node_modules/") {
					return api.OnResolveResult{Path: r.Path, Namespace: r.Namespace, External: r.External}, nil
				}
				return api.OnResolveResult{Errors: []api.Message{{Text: notInstalled(args.Path)}}}, nil
			case strings.HasPrefix(file, libScheme):
				return api.OnResolveResult{Path: file, Namespace: requiredNamespace}, nil
			case !strings.Contains(file, "/node_modules/") || v.modules.IsESM(file):
				return api.OnResolveResult{Path: filepath.Join(files.AbsWorkspace(), filepath.FromSlash(strings.TrimPrefix(file, frontends.VirtualRoot)))}, nil
			}
			return api.OnResolveResult{Path: file, Namespace: requiredNamespace}, nil
		})
		b.OnLoad(api.OnLoadOptions{Filter: `.*`, Namespace: requiredNamespace}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
			code := "module.exports = __sstc_import(" + script.Quote(args.Path) + ");"
			return api.OnLoadResult{Contents: &code, Loader: api.LoaderJS}, nil
		})
	}}
}

// notInstalled is the message for a package that is not there.
func notInstalled(spec string) string {
	if spec == "sst" || strings.HasPrefix(spec, "sst/") {
		return "sstc has no module " + script.Quote(spec)
	}
	name := spec
	if parts := strings.Split(spec, "/"); strings.HasPrefix(spec, "@") && len(parts) > 1 {
		name = parts[0] + "/" + parts[1]
	} else {
		name = parts[0]
	}
	return "Could not resolve " + script.Quote(spec) + ": run npm install, or add the package with npm install --save-dev " + name
}
