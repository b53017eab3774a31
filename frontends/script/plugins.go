package script

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/engine"
	"github.com/sstc/sstc/compiler/engine/modules"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/frontends"
)

// PluginArgs are the world of a module of plugins: that of the configuration.
type PluginArgs struct {
	Files    *frontends.Files
	Env      *frontends.Env
	Limits   engine.Limits
	Exec     func(engine.Command) (*engine.Output, error)
	Console  func(level, text string)
	Bytecode modules.Cache
}

// PackageFS reads installed packages, of which no record is kept: their
// versions are in a lockfile.
type PackageFS struct{ *frontends.Files }

// ReadFile implements [modules.FS].
func (f PackageFS) ReadFile(name string) ([]byte, error) {
	if strings.Contains(name, "/node_modules/") {
		return f.ReadUnrecorded(name)
	}
	return f.Files.ReadFile(name)
}

// LoadPlugins loads the module of plugins that a function names: what it exports
// by default is a list of them. It runs in an engine of its own.
func LoadPlugins(args PluginArgs, f *ir.Function) (*Build, diag.List, error) {
	var diags diag.List
	name := args.Files.VirtualApp() + "/" + strings.TrimPrefix(f.Node.PluginModule, "./")
	if strings.HasPrefix(f.Node.PluginModule, "/") {
		name = f.Node.PluginModule
	}
	if _, err := args.Files.Stat(name); err != nil {
		detail := fmt.Sprintf("The function %q has the plugins of %q, which does not exist.", f.Name, f.Node.PluginModule)
		if !errors.Is(err, fs.ErrNotExist) {
			detail = fmt.Sprintf("The function %q has the plugins of %q, which is outside the project.", f.Name, f.Node.PluginModule)
		}
		diags.Add(diag.FileNotFound, f.Range, "File not found", detail)
		return nil, diags, nil
	}
	loader := modules.New(modules.Options{FS: PackageFS{args.Files}, Cache: args.Bytecode})
	e, err := engine.New(engine.Options{
		Limits: args.Limits, FS: args.Files.Made(), Env: args.Env.Lookup, EnvNames: args.Env.Names, Console: args.Console, Exec: args.Exec,
		Unit: loader.Unit, Cwd: args.Files.VirtualApp(),
	})
	if err != nil {
		return nil, nil, err
	}
	b, err := loadPlugins(args, e, loader, name)
	var problem *engine.Error
	if errors.As(err, &problem) {
		diags, err = b.problems(f, "The module "+f.Node.PluginModule, err)
	}
	if err != nil || diags.HasErrors() {
		e.Close()
		return nil, diags, err
	}
	return b, diags, nil
}

func loadPlugins(args PluginArgs, e *engine.Engine, loader *modules.Loader, name string) (*Build, error) {
	if err := loader.Attach(e); err != nil {
		return nil, err
	}
	b, err := NewBuild(e, args.Files, &Positions{Files: args.Files})
	if err != nil {
		return nil, err
	}
	return b, e.Eval("sstc:plugins", fmt.Sprintf(`{
  const plugins = %s(%s, "/").default;
  globalThis.__sstc_parts = () => ({ plugins });
}`, modules.Global, Quote(name)))
}
