// Package hcl evaluates sst.config.hcl.
//
// All files of the language in the app's directory are one configuration
// (files.go; json.go for its JSON form). Its blocks are nodes of a graph
// (graph.go) and are evaluated in the order in which they stand, but for what
// one refers to, which comes before it. Expressions are evaluated to ir values
// (eval.go), in which what is known only after deployment is a reference;
// whatever is known goes through hcl's and cty's own operators and functions.
//
// Nothing here knows a component: which arguments, methods and outputs there
// are, and what may be a block, comes from lower's registry and from the
// providers' schemas (shape.go). docs/hcl.md is the specification.
package hcl

import (
	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower"
	"github.com/sstc/sstc/frontends"
)

// ConfigFile is the name of the file that makes a directory an app in HCL.
const ConfigFile = "sst.config.hcl"

// Frontend is the HCL frontend.
type Frontend struct{}

// Name implements [frontends.Frontend].
func (Frontend) Name() string { return "hcl" }

// ConfigFiles implements [frontends.Frontend].
func (Frontend) ConfigFiles() []string { return []string{ConfigFile, ConfigFile + ".json"} }

// Accepts implements [frontends.Frontend].
func (Frontend) Accepts(_, _ []byte) bool { return true }

// EnvFiles implements [frontends.Frontend].
func (Frontend) EnvFiles(stage string) []string { return []string{".env." + stage, ".env"} }

// Evaluate implements [frontends.Frontend].
func (Frontend) Evaluate(args frontends.Args) (*frontends.Result, diag.List, error) {
	r, diags := newEvaluation(args).evaluate()
	return r, diags, nil
}

// evaluate returns no result if there is no app to speak of.
func (e *evaluation) evaluate() (*frontends.Result, diag.List) {
	program := e.run()
	diags := e.diags
	if e.app != nil {
		diags = append(diags, e.app.Diagnostics()...)
	}
	if e.poisoned && !diags.HasErrors() {
		diags.Add(diag.EvaluationFailed, diag.Range{}, "Evaluation failed", "A value could not be had, and nothing says why. This is a bug in sstc.")
	}
	if program == nil {
		return nil, diags
	}
	return &frontends.Result{Program: program}, diags
}

// An evaluation is one run of a configuration.
type evaluation struct {
	args        frontends.Args
	app         *lower.App // nil until the block app has been evaluated
	root        *module
	diags       diag.List
	texts       map[string][]byte      // the app's files, where they are not on disk; nil otherwise
	sources     map[string][]byte      // text of the files, by name from the app's root
	definitions map[string]*definition // modules, by directory
	results     map[*lower.Instance]*methodResults
	linkables   map[string]*linkableType // by resource type
	config      *ir.Object               // what the block app says
	steps       int                      // expressions evaluated
	maxSteps    int                      // and how many may be
	gaveUp      bool                     // that was reported
	poisoned    bool                     // something has no value, which must have been reported
	stack       []*frame                 // what is being evaluated
}

func newEvaluation(args frontends.Args) *evaluation {
	return &evaluation{
		args: args, maxSteps: maxSteps, sources: map[string][]byte{}, definitions: map[string]*definition{},
		results: map[*lower.Instance]*methodResults{}, linkables: map[string]*linkableType{},
	}
}

// run returns nil if there is no app to speak of.
func (e *evaluation) run() *ir.Program {
	def := e.definition(".", nil)
	if def == nil || e.diags.HasErrors() && def.broken {
		return nil
	}
	root := newModule(e, def, nil)
	e.root = root
	e.variables(root)
	app := def.app
	if app == nil {
		e.errorAt(def.place, diag.MissingArgument, "No app", "A configuration needs the block app:\n\n  app {\n    name = \"my-app\"\n    home = \"aws\"\n  }")
		return nil
	}
	root.ensure(app)
	if e.app == nil {
		return nil
	}
	root.evaluate()
	root.outputs()
	program, _ := e.app.Finish()
	return program
}
