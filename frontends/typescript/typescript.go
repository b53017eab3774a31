// Package typescript evaluates sst.config.ts.
//
// The configuration and what it imports is bundled with esbuild into one
// script (bundle.go), which runs in a sandboxed engine between the runtime
// (runtime/runtime.js: outputs, components, providers, SST's globals) and the
// host (host.go), which lowers each component as it is made.
package typescript

import (
	_ "embed"
	"errors"
	"fmt"
	"hash/fnv"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/engine"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower"
	"github.com/sstc/sstc/compiler/schema"
	"github.com/sstc/sstc/frontends"
	"github.com/sstc/sstc/frontends/script"
)

//go:embed runtime/runtime.js
var runtime string

// runtimeName is what the engine calls the runtime.
const runtimeName = "sstc:runtime"

// Frontend is the TypeScript frontend.
type Frontend struct{}

// Name implements [frontends.Frontend].
func (Frontend) Name() string { return "typescript" }

// ConfigFiles implements [frontends.Frontend].
func (Frontend) ConfigFiles() []string { return []string{"sst.config.ts"} }

// Accepts implements [frontends.Frontend]: what is of no other kind is SST's.
func (Frontend) Accepts(_, _ []byte) bool { return true }

// EnvFiles implements [frontends.Frontend].
func (Frontend) EnvFiles(stage string) []string { return []string{".env." + stage, ".env"} }

// Evaluate implements [frontends.Frontend].
func (Frontend) Evaluate(args frontends.Args) (*frontends.Result, diag.List, error) {
	program, _, diags, err := run(args, false)
	if program == nil {
		return nil, diags, err
	}
	return &frontends.Result{Program: program}, diags, err
}

// Record evaluates a configuration and returns, beside the program, what it
// asked for. Both are nil if there is no app to speak of.
func Record(args frontends.Args) (*ir.Program, *lower.Recording, diag.List, error) {
	return run(args, true)
}

func run(args frontends.Args, keep bool) (*ir.Program, *lower.Recording, diag.List, error) {
	if len(args.Vars)+len(args.VarFiles) > 0 {
		var diags diag.List
		diags.Add(diag.InvalidOption, diag.Range{}, "No variables in TypeScript", "--var and --var-file are for configurations in HCL. Give one in TypeScript an environment variable, with --env.")
		return nil, nil, diags, nil
	}
	v, diags, err := prepare(args)
	if v == nil {
		return nil, nil, diags, err
	}
	defer v.engine.Close()
	v.record = keep
	program, err := v.run()
	var problem *engine.Error
	if errors.As(err, &problem) {
		script.Report(&v.diags, v.positions, problem, v.describe)
		err = nil
	}
	if err != nil {
		return nil, nil, nil, err
	}
	script.Forbidden(&v.diags, v.positions, v.engine.Forbidden())
	diags = append(diags, v.diags...)
	if v.app != nil {
		diags = append(diags, v.app.Diagnostics()...)
	}
	if program == nil {
		return nil, nil, diags, nil
	}
	return program, v.app.Recording, diags, nil
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
		FS:       args.Files.Made(),
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
	text, original, err := guarded(b.Script)
	if err != nil {
		// If it is no JavaScript at all, the engine says so too.
		diags.Warn(diag.Unguarded, diag.Range{Filename: args.ConfigFile, Start: diag.Pos{Line: 1, Column: 1}, End: diag.Pos{Line: 1, Column: 1}}, "Operators are not checked",
			fmt.Sprintf("The configuration uses syntax that sstc cannot read itself (%s), so a comparison of a value that is known only after deployment gives a wrong answer instead of an error. This is a bug in sstc.", err))
	}
	return &evaluation{
		args: args, engine: e, script: loadHeader + text + loadFooter,
		positions: &script.Positions{Files: args.Files, Mapping: b.Mapping, HeaderLines: 1, Original: original},
	}, diags, nil
}

// An evaluation is one run of a configuration.
type evaluation struct {
	args      frontends.Args
	engine    *engine.Engine
	script    string // the bundle
	positions *script.Positions
	app       *lower.App
	host      *host // nil until the engine has it
	diags     diag.List
	record    bool // keep what the configuration asks for
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
	if err := v.engine.Eval(script.UnitName, v.script); err != nil {
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
				app.Output(f.Key, f.Value, v.positions.Output(v.args.ConfigFile, f.Key))
			}
		}
	}
	program, _ := app.Finish()
	app.Resolve(h.pending)
	v.clock(program)
	return program, nil
}

var notDefined = regexp.MustCompile(`^ReferenceError: '(\w+)' is not defined\.?$`)

// describe replaces the symbolic strings in a message by what they stand for,
// and adds what there is to do about a provider that app() does not name.
func (v *evaluation) describe(text string) string {
	if m := notDefined.FindStringSubmatch(text); m != nil && schema.PulumiProvider(m[1]) != nil {
		text = fmt.Sprintf("%s. It is a provider: name it in app(), as in providers: { %s: true }", strings.TrimSuffix(text, "."), m[1])
	}
	if v.host == nil {
		return text
	}
	return v.host.describe(text)
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
