// Package frontends has what the configuration languages share: the Frontend
// interface, and the view of the user's files that they read through.
package frontends

import (
	"github.com/evanw/esbuild/pkg/api"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/engine"
	"github.com/sstc/sstc/compiler/engine/modules"
	"github.com/sstc/sstc/compiler/ir"
)

// A Frontend evaluates an app's configuration, written in one language.
type Frontend interface {
	// Name is the language's name, such as "typescript".
	Name() string

	// ConfigFiles are the names of the files, in an app's root, that say the
	// app is configured in this language.
	ConfigFiles() []string

	// Accepts reports whether a file of one of these names is in this language:
	// several may have names in common. Manifest is the package.json beside it,
	// nil if there is none.
	Accepts(source, manifest []byte) bool

	// EnvFiles are the names of the files of variables in the app's root, those
	// that count most first.
	EnvFiles(stage string) []string

	// Evaluate runs the configuration and returns the app that it describes.
	// The error is the machine's; what is wrong with the configuration is in
	// the list.
	Evaluate(args Args) (*Result, diag.List, error)
}

// Args are the arguments of [Frontend.Evaluate].
type Args struct {
	// Files is what the configuration may read.
	Files *Files
	// ConfigFile is the configuration's name in the app's root.
	ConfigFile string
	// Stage is the stage that the user asked for. StageGiven says that they did
	// so on the command line, rather than in a file or a variable that the
	// configuration may overrule.
	Stage      string
	StageGiven bool
	// Env are the environment variables that the configuration sees, the .env
	// files included.
	Env *Env
	// Vars and VarFiles are values that the user gives to the variables of the
	// configuration, if its language has such. Those of Vars count first.
	Vars     []Var
	VarFiles []VarFile
	// Limits are what the evaluation may use.
	Limits engine.Limits
	// Exec answers for a process that the configuration asks for; nil refuses.
	Exec func(engine.Command) (*engine.Output, error)
	// IgnoreUnknown makes arguments and properties that do not exist warnings,
	// and leaves them out.
	IgnoreUnknown bool

	// Last says that the process ends with this build, so that a large world
	// need not be taken apart piece by piece.
	Last bool
	// PlanSite builds a site and says what is to be served: see lower.App. It
	// may be nil for configurations without sites that need it.
	PlanSite func(*ir.Site) (*ir.SitePlan, diag.List)
	// Console gets what the configuration prints; nil for nobody.
	Console func(level, text string)
	// Bytecode keeps what installed packages were compiled to; nil for nowhere.
	Bytecode modules.Cache
}

// A Var is a value for a variable, given as text.
type Var struct{ Name, Value string }

// A VarFile is a file with values for variables.
type VarFile struct {
	Name string // from the app's root
	Text []byte
}

// A Result is an evaluated app.
type Result struct {
	Program *ir.Program
	// Code runs what of the configuration takes part in making the code of
	// functions. It is nil if there is nothing, and has to be closed otherwise.
	Code Code
}

// Code is the program of a configuration after its evaluation. What its methods
// do is said in package assets, which calls them, and in script.Build.
type Code interface {
	Hook(f *ir.Function, name string) (diag.List, error)
	Plugins(f *ir.Function, initial *ir.Object, place func(absPath string) string) ([]api.Plugin, *ir.Object, diag.List, error)
	Forbidden() diag.List
	Lend(f *ir.Function, sizes map[string]int64) error
	Read(read func(name string) ([]byte, error))
	Collect(f *ir.Function) (map[string][]byte, error)
	Close()
}
