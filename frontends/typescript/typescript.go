// Package typescript evaluates sst.config.ts.
//
// The configuration and what it imports is bundled with esbuild into one
// script (bundle.go), which runs in a sandboxed engine between the runtime
// (runtime/runtime.js: outputs, components, providers, SST's globals) and the
// host (host.go), which lowers each component as it is made. Problems are
// shown at the user's own file, line and column (place.go, locate.go).
package typescript

import (
	_ "embed"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/engine"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower"
	"github.com/sstc/sstc/frontends"
)

//go:embed runtime/runtime.js
var runtime string

// Frontend is the TypeScript frontend.
type Frontend struct{}

// Name implements [frontends.Frontend].
func (Frontend) Name() string { return "typescript" }

// ConfigFiles implements [frontends.Frontend].
func (Frontend) ConfigFiles() []string { return []string{"sst.config.ts"} }

// Evaluate implements [frontends.Frontend].
func (Frontend) Evaluate(args frontends.Args) (*frontends.Result, diag.List, error) {
	if len(args.Vars)+len(args.VarFiles) > 0 {
		var diags diag.List
		diags.Add(diag.InvalidOption, diag.Range{}, "No variables in TypeScript", "--var and --var-file are for configurations in HCL. Give one in TypeScript an environment variable, with --env.")
		return nil, diags, nil
	}
	v, diags, err := prepare(args)
	if v == nil {
		return nil, diags, err
	}
	defer v.engine.Close()
	program, err := v.run()
	var problem *engine.Error
	if errors.As(err, &problem) {
		v.report(problem)
		err = nil
	}
	if err != nil {
		return nil, nil, err
	}
	v.forbidden()
	diags = append(diags, v.diags...)
	if v.app != nil {
		diags = append(diags, v.app.Diagnostics()...)
	}
	if program == nil {
		return nil, diags, nil
	}
	return &frontends.Result{Program: program}, diags, nil
}

// prepare bundles a configuration and starts an engine for it. Without an
// evaluation there are errors.
func prepare(args frontends.Args) (*evaluation, diag.List, error) {
	b, diags := bundleConfig(args.Files, args.ConfigFile)
	if diags.HasErrors() {
		return nil, diags, nil
	}
	seed := fnv.New64a()
	seed.Write([]byte(args.Stage)) // never fails
	e, err := engine.New(engine.Options{
		Limits:   args.Limits,
		FS:       engineFS{args.Files},
		Env:      args.Env.Lookup,
		EnvNames: args.Env.Names,
		Console:  args.Console,
		Exec:     args.Exec,
		Cwd:      args.Files.VirtualApp(),
		Seed:     seed.Sum64(),
	})
	if err != nil {
		return nil, nil, err
	}
	script, original, err := guarded(b.script)
	if err != nil {
		// If it is no JavaScript at all, the engine says so too.
		diags.Warn(diag.Unguarded, diag.Range{Filename: args.ConfigFile, Start: diag.Pos{Line: 1, Column: 1}, End: diag.Pos{Line: 1, Column: 1}}, "Operators are not checked",
			fmt.Sprintf("The configuration uses syntax that sstc cannot read itself (%s), so a comparison of a value that is known only after deployment gives a wrong answer instead of an error. This is a bug in sstc.", err))
	}
	return &evaluation{
		args: args, engine: e, script: loadHeader + script + loadFooter,
		positions: &positions{files: args.Files, mapping: b.mapping, headerLines: 1, original: original},
	}, diags, nil
}

// An evaluation is one run of a configuration.
type evaluation struct {
	args      frontends.Args
	engine    *engine.Engine
	script    string // the bundle
	positions *positions
	app       *lower.App
	host      *host // nil until the engine has it
	diags     diag.List
	reported  bool // the error that ended the evaluation was a forbidden act
}

// callApp loads the configuration and calls app(). It returns what that
// returned, and the host that the configuration has.
func (v *evaluation) callApp() (ir.Value, *host, error) {
	h := &host{codec: newCodec(), engine: v.engine, files: v.args.Files, positions: v.positions, diags: &v.diags, configFile: v.args.ConfigFile, pending: map[int]ir.Value{}, missing: map[string]bool{}}
	v.host = h
	if err := h.register(); err != nil {
		return nil, nil, err
	}
	if err := v.engine.Eval(runtimeName, runtime); err != nil {
		return nil, nil, fmt.Errorf("evaluating the runtime: %w", err)
	}
	if err := v.engine.Eval(unitName, v.script); err != nil {
		return nil, nil, err
	}
	text, err := v.engine.Await("__sstc_app", ir.EncodeJSON(ir.Obj("stage", v.args.Stage)))
	if err != nil {
		return nil, nil, err
	}
	config, err := h.decode(text, "app")
	return config, h, err
}

func (v *evaluation) run() (*ir.Program, error) {
	config, h, err := v.callApp()
	if err != nil {
		return nil, err
	}
	app, ok := v.appConfig(config)
	if !ok {
		return nil, nil
	}
	v.app, h.app = app, app

	var packages ir.List
	for _, p := range providerGlobals(config) {
		packages = append(packages, ir.String(p))
	}
	root := v.args.Files.VirtualApp()
	text, err := v.engine.Await("__sstc_run", ir.EncodeJSON(ir.Obj(
		"app", object(config).With("stage", ir.String(app.Info.Stage)).With("removal", ir.String(app.Info.Removal)).With("protect", ir.Bool(app.Info.Protect)).
			With("providers", lower.ProviderSettings(object(config).Get("providers"), app.Info)),
		"cli", ir.Obj("command", "deploy", "dev", false,
			"paths", ir.Obj("home", "/home/sstc", "root", root, "work", root+"/.sst", "platform", root+"/.sst/platform"),
			"state", ir.Obj("version", &ir.Object{})),
		"packages", packages,
	)))
	if err != nil {
		return nil, err
	}
	result, err := h.decode(text, "Output")
	if err != nil {
		return nil, err
	}
	if err := v.engine.Drain(); err != nil {
		return nil, err
	}
	if _, err := v.engine.Call("__sstc_finish", ""); err != nil {
		return nil, err
	}
	if outputs, ok := object(result).Get("outputs").(*ir.Object); ok {
		for _, f := range outputs.Fields {
			if !strings.HasPrefix(f.Key, "_") {
				app.Output(f.Key, f.Value, v.positions.output(v.args.ConfigFile, f.Key))
			}
		}
	}
	program, _ := app.Finish()
	app.Resolve(h.pending)
	v.clock(program)
	return program, nil
}

// clock warns of resources that have the time in them.
func (v *evaluation) clock(program *ir.Program) {
	seconds := engine.Epoch.Unix()
	texts := []string{strconv.FormatInt(seconds, 10), engine.Epoch.Format("2006-01-02T15:04")}
	for _, r := range program.Resources {
		found := false
		ir.Walk(r.Props, func(e ir.Value) bool {
			switch e := e.(type) {
			case ir.String:
				for _, t := range texts {
					found = found || strings.Contains(string(e), t)
				}
			case ir.Number:
				found = found || e == ir.Number(seconds) || e == ir.Number(seconds*1000)
			}
			return !found
		})
		if found {
			v.diags.Warn(diag.FixedClock, r.Range, "Time in a resource",
				fmt.Sprintf("The resource %q (%s) has the time in it, which is %s in every build, so that equal inputs give equal results. What it sets off, happens with the first deployment only. Give it what it depends on instead, such as the digest of a file, or pass the time from outside, as with --env DEPLOYED_AT=$(date +%%s).",
					r.Name, r.Type, engine.Epoch.Format(time.DateOnly)))
		}
	}
}

// report makes a diagnostic of what ended the evaluation.
func (v *evaluation) report(e *engine.Error) {
	where := v.positions.user(e.Stack)
	var notes []diag.Note
	for c := e.Cause; c != nil; c = c.Cause {
		notes = append(notes, diag.Note{Message: "caused by: " + c.Error(), Subject: v.positions.user(c.Stack).Ptr()})
	}
	switch e.Kind {
	case engine.Forbidden:
		return // v.forbidden reports all of them
	case engine.Timeout:
		v.diags.Add(diag.EvaluationLimit, where, "Evaluation takes too long",
			"The configuration did not finish within the time it is allowed. Is there a loop that does not end? A longer time can be given with --eval-timeout.", notes...)
	case engine.OutOfMemory:
		v.diags.Add(diag.EvaluationLimit, where, "Evaluation needs too much memory",
			"The configuration used more memory than it is allowed. Is there a list that grows without end?", notes...)
	case engine.StackOverflow:
		v.diags.Add(diag.EvaluationLimit, where, "Evaluation recurses too deeply",
			"Functions call each other without end.", notes...)
	case engine.Deadlock:
		v.diags.Add(diag.EvaluationFailed, where, "Evaluation waits for ever",
			"run() waits for a promise that nothing can settle: there is no network and no process that could.", notes...)
	case engine.Exit:
		v.diags.Add(diag.EvaluationFailed, where, "Configuration exited", "The configuration called process.exit.", notes...)
	default:
		if e.Code == "SSTC_UNKNOWN" {
			v.diags.Add(diag.UnknownValue, where, "Value not known before deployment", e.Message, notes...)
			return
		}
		if file, ok := strings.CutPrefix(e.Message, "Module not found in bundle: "); ok { // esbuild's, of a computed path
			v.diags.Add(diag.EvaluationFailed, where, "Module not found", fmt.Sprintf("There is no file %q. An import whose path is computed needs the file's extension too, as in import(`./infra/${name}.ts`).", file), notes...)
			return
		}
		summary := "Error in the configuration"
		if e.Kind == engine.Syntax {
			summary = "Syntax error"
		}
		text := e.Error()
		if e.Name == "Error" {
			text = e.Message
		}
		if e.Unhandled {
			notes = append(notes, diag.Note{Message: "The error rejected a promise that nothing awaits."})
		}
		if v.host != nil {
			text = v.host.describe(text)
		}
		v.diags.Add(diag.EvaluationFailed, where, summary, sentence(text), notes...)
	}
}

// forbidden reports what the configuration tried and may not do, once for each
// place.
func (v *evaluation) forbidden() {
	for _, act := range v.engine.Forbidden() {
		at := v.positions.user(act.Stack)
		switch {
		case strings.HasPrefix(act.What, "child_process"):
			v.diags.Add(diag.Forbidden, at, "Process refused",
				fmt.Sprintf("%s would run %q, and a build runs no programs, so that it gives the same result everywhere. Allow this command with --allow-exec %q, or give its result in an environment variable.", act.What, act.Detail, allowable(act)))
		case strings.HasPrefix(act.What, "fs."):
			v.diags.Add(diag.Forbidden, at, "File access refused",
				fmt.Sprintf("%s was called on %q. A configuration can read files in its workspace, and nothing else.", act.What, act.Detail))
		default:
			v.diags.Add(diag.Forbidden, at, "Network access refused",
				fmt.Sprintf("%s was called with %q, and a build opens no connections. Use a data source (a get function of a provider), which is looked up at deployment, or give the result in an environment variable.", act.What, act.Detail))
		}
	}
}

// allowable is what --allow-exec has to be given for a command to run: its
// beginning, or all of it where a shell would do more than find the words.
func allowable(act engine.Act) string {
	if act.Shell {
		return act.Detail
	}
	words := strings.Fields(act.Detail)
	return strings.Join(words[:min(2, len(words))], " ")
}

// providerGlobals returns the names under which providers are global: the
// packages of app().providers, and aws, and that of the home.
func providerGlobals(config ir.Value) []string {
	names := []string{"aws"}
	for _, key := range providerNames(config) {
		if n := lower.PackageName(key); n != "" && !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return names
}

// providerNames returns the providers that app() names, as it does: its home
// and its providers.
func providerNames(config ir.Value) []string {
	var names []string
	o := object(config)
	if home, ok := o.Get("home").(ir.String); ok && home != "local" {
		names = append(names, string(home))
	}
	if providers, ok := o.Get("providers").(*ir.Object); ok {
		for _, f := range providers.Fields {
			names = append(names, f.Key)
		}
	}
	return names
}
