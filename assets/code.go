package assets

import (
	"os"
	"path"
	"slices"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// Code runs functions of a program that take part in making the code of
// functions: hooks, and plugins of esbuild. What they are shown of an archive,
// and write into it, is in a directory of the program's own.
type Code interface {
	// Hook runs a hook of a function's.
	Hook(f *ir.Function, name string) (diag.List, error)
	// Plugins sets up a function's plugins: see script.Build.
	Plugins(f *ir.Function, initial *ir.Object, place func(absPath string) string) ([]api.Plugin, *ir.Object, diag.List, error)
	// Forbidden tells of what plugins did that they may not do.
	Forbidden() diag.List
	// Lend shows files of the archive, which Read says how to read.
	Lend(f *ir.Function, sizes map[string]int64) error
	Read(read func(name string) ([]byte, error))
	// Collect returns what is in the directory: nil for what is as it was lent.
	Collect(f *ir.Function) (map[string][]byte, error)
}

func (u *unit) hasHooks() bool {
	return u.fn != nil && (u.fn.BeforeBuild != "" || u.fn.AfterBuild != "")
}

func (u *unit) hasPlugins() bool {
	return u.fn != nil && (u.fn.Node.Plugins || u.fn.Node.PluginModule != "")
}

// before runs what is to run before functions are built, in their order.
func (p *project) before(units []*unit) error {
	for _, u := range units {
		if u.fn == nil || u.fn.BeforeBuild == "" {
			continue
		}
		diags, err := p.code.Hook(u.fn, u.fn.BeforeBuild)
		if err != nil {
			return err
		}
		u.tree.diags = append(u.tree.diags, diags...)
	}
	return nil
}

// after runs what is to run after functions are built, and takes over what
// hooks and plugins have done to the archives.
func (p *project) after(units []*unit) error {
	for _, u := range units {
		if u.plugins != nil && u.plugins != p.code {
			if err := p.exchange(u, u.plugins, ""); err != nil {
				return err
			}
		}
		if u.hasHooks() || u.plugins != nil && u.plugins == p.code {
			if err := p.exchange(u, p.code, u.fn.AfterBuild); err != nil {
				return err
			}
		}
	}
	return nil
}

// exchange shows a program the archive, runs a hook if there is one, and makes
// the archive what the program has left.
func (p *project) exchange(u *unit, code Code, hook string) error {
	if u.tree.diags.HasErrors() {
		return nil
	}
	sizes := map[string]int64{}
	for name, e := range u.tree.files {
		if e.kind == link {
			continue // which is not there for the program
		}
		sizes[name] = int64(len(e.data))
		if e.path != "" {
			info, err := os.Stat(e.path)
			if err != nil {
				return err
			}
			sizes[name] = info.Size()
		}
	}
	code.Read(func(name string) ([]byte, error) {
		e := u.tree.files[name]
		if e.path != "" {
			return os.ReadFile(e.path)
		}
		return e.data, nil
	})
	if err := code.Lend(u.fn, sizes); err != nil {
		return err
	}
	if hook != "" {
		diags, err := code.Hook(u.fn, hook)
		if err != nil {
			return err
		}
		u.tree.diags = append(u.tree.diags, diags...)
	}
	left, err := code.Collect(u.fn)
	if err != nil {
		return err
	}
	for name := range sizes {
		if _, ok := left[name]; !ok {
			delete(u.tree.files, name)
		}
	}
	for name, content := range left {
		if content == nil {
			continue
		}
		kind := regular
		if old := u.tree.files[name]; old != nil {
			kind = old.kind
		}
		u.tree.files[name] = &entry{name: name, kind: kind, data: content}
	}
	return nil
}

// bundlePlugged bundles functions with plugins, one after the other: what
// plugins remember must not depend on which is faster.
func (p *project) bundlePlugged(units []*nodeUnit) error {
	for _, n := range units {
		f := n.fn
		n.plugins = p.code
		if f.Node.PluginModule != "" {
			code, diags, err := p.pluginModule(f)
			if err != nil {
				return err
			}
			n.tree.diags = append(n.tree.diags, diags...)
			n.plugins = code
		}
		if n.plugins == nil {
			continue
		}
		entry := path.Join(outDir, bundleName+"0"+n.options.OutExtension[".js"])
		if n.options.Splitting {
			entry = path.Join(outDir, bundleName+n.options.OutExtension[".js"])
		}
		place := func(absPath string) string {
			if absPath == "" {
				return n.archiveName(entry, entry, n.options.OutExtension[".js"])
			}
			return n.archiveName(p.rel(absPath), entry, n.options.OutExtension[".js"])
		}
		plugins, changed, diags, err := n.plugins.Plugins(f, p.initialOptions(n), place)
		if err != nil {
			return err
		}
		n.tree.diags = append(n.tree.diags, diags...)
		if diags.HasErrors() {
			n.plugins = nil
			continue
		}
		if changed.Len() > 0 {
			with := *f
			with.Node.ESBuild = f.Node.ESBuild.Merge(changed)
			if n.options = p.nodeOptions(n.tree, &with, n.specs); n.tree.diags.HasErrors() {
				continue
			}
		}
		options := n.options
		options.Plugins = plugins
		if err := p.bundleGroup(options, []*nodeUnit{n}); err != nil {
			return err
		}
		if acts := n.plugins.Forbidden(); len(acts) > 0 {
			// What esbuild says then, that a plugin has failed, follows from it.
			n.tree.diags = append(slices.DeleteFunc(n.tree.diags, func(d *diag.Diagnostic) bool { return d.Code == diag.BundleFailed }), acts...)
		}
	}
	return nil
}

// initialOptions are esbuild's options as plugins see them: those that the
// function gives, and what SST says besides.
func (p *project) initialOptions(n *nodeUnit) *ir.Object {
	node, format := n.fn.Node, "esm"
	if n.options.Format == api.FormatCommonJS {
		format = "cjs"
	}
	strings := func(list []string) ir.List {
		out := ir.List{}
		for _, s := range list {
			out = append(out, ir.String(s))
		}
		return out
	}
	given, loader := &ir.Object{}, &ir.Object{}
	if node.ESBuild != nil {
		for _, option := range node.ESBuild.Fields {
			if option.Key != "external" { // which add up
				given = given.With(option.Key, option.Value)
			}
		}
	}
	for _, kv := range node.Loader {
		loader = loader.With(kv.Key, ir.String(kv.Value))
	}
	return ir.Obj(
		"entryPoints", strings([]string{n.file}), "bundle", true, "platform", "node", "format", format, "external", strings(n.options.External),
		"loader", loader, "keepNames", n.options.KeepNames, "mainFields", strings(n.options.MainFields), "splitting", n.options.Splitting,
		"minify", n.options.MinifySyntax && n.options.MinifyIdentifiers, "sourcemap", n.options.Sourcemap != api.SourceMapNone, "logLevel", "silent",
	).Merge(given)
}
