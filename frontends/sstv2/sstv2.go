// Package sstv2 evaluates the configurations of SST v2.
//
// The user's own code is bundled with esbuild; the CDK and whatever else is
// installed runs as it is, from the app's node_modules (compiler/engine/modules).
// sst/constructs is sstc's own: runtime/constructs, TypeScript on the app's CDK,
// which asks Go (host.go) for what is no construct. What the CDK synthesizes is
// read into the program (lift.go), in the cfn dialect and with stacks of its own.
package sstv2

import (
	"cmp"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/engine"
	"github.com/sstc/sstc/compiler/engine/modules"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/frontends"
	"github.com/sstc/sstc/frontends/script"
)

//go:embed runtime
var runtime embed.FS

// Frontend is the frontend for SST v2.
type Frontend struct{}

// Name implements [frontends.Frontend].
func (Frontend) Name() string { return "sstv2" }

// ConfigFiles implements [frontends.Frontend].
func (Frontend) ConfigFiles() []string {
	return []string{"sst.config.ts", "sst.config.mts", "sst.config.cts", "sst.config.cjs", "sst.config.mjs", "sst.config.js"}
}

var (
	isIon          = regexp.MustCompile(`\$config\s*\(`)
	hasStacks      = regexp.MustCompile(`(?m)\bstacks\s*[(:,}]`)
	hasConfig      = regexp.MustCompile(`(?m)\bconfig\s*[(:,}]`)
	usesConstructs = regexp.MustCompile(`"sst/constructs(/\w+)?"`)
	// What is exported may be of another file.
	exportsName = regexp.MustCompile(`\bexport\s*(default\s+[\w$.]+\s*;|\{[^}]*\bdefault\b[^}]*\})`)
	ofVersion2  = regexp.MustCompile(`^[\^~>=v\s]*[12](\.|$)`)
)

// Accepts reports whether a configuration is one of SST v2: an object with
// config() and stacks(), and no $config; with constructs of SST v2's, config() may have been forgotten. Where the object is made elsewhere, the
// version of the package sst decides.
func (Frontend) Accepts(source, manifest []byte) bool {
	text := string(source)
	// Without comments and types.
	if r := api.Transform(text, api.TransformOptions{Loader: api.LoaderTS, LogLevel: api.LogLevelSilent}); len(r.Errors) == 0 {
		text = string(r.Code)
	}
	switch {
	case isIon.MatchString(text):
		return false
	case hasStacks.MatchString(text) && (hasConfig.MatchString(text) || usesConstructs.MatchString(text)):
		return true
	}
	var p struct{ Dependencies, DevDependencies map[string]string }
	json.Unmarshal(manifest, &p) // what cannot be read says nothing
	return exportsName.MatchString(text) && ofVersion2.MatchString(cmp.Or(p.DevDependencies["sst"], p.Dependencies["sst"]))
}

// EnvFiles implements [frontends.Frontend].
func (Frontend) EnvFiles(stage string) []string {
	return []string{".env." + stage + ".local", ".env." + stage, ".env.local", ".env"}
}

// Evaluate implements [frontends.Frontend].
func (Frontend) Evaluate(args frontends.Args) (*frontends.Result, diag.List, error) {
	v := &evaluation{args: args}
	v.modules = modules.New(modules.Options{
		FS: script.PackageFS{Files: args.Files}, Cache: args.Bytecode, Virtual: v.virtual, Source: v.source,
	})
	program, err := v.run()
	var problem *engine.Error
	if errors.As(err, &problem) {
		v.report(problem)
		err = nil
	}
	if v.engine != nil {
		script.Forbidden(&v.diags, v.positions, v.engine.Forbidden())
	}
	result := &frontends.Result{Program: program}
	if program != nil && err == nil && slices.ContainsFunc(v.functions, takesPart) {
		var build *script.Build
		if build, err = script.NewBuild(v.engine, v.args.Files, v.positions); err == nil {
			result.Code = build
		}
	}
	if v.engine != nil && result.Code == nil && !args.Last {
		v.engine.Close()
	}
	if err != nil && err != errDiagnosed {
		return nil, nil, err
	}
	if program == nil {
		return nil, v.diags, nil
	}
	return result, v.diags, nil
}

// takesPart reports whether the configuration is needed for making the code of
// a function.
func takesPart(f *ir.Function) bool {
	return f.BeforeBuild != "" || f.AfterBuild != "" || f.Node.Plugins
}

// errDiagnosed ends an evaluation whose diagnostics say why.
var errDiagnosed = errors.New("diagnosed")

// An evaluation is one run of a configuration.
type evaluation struct {
	args      frontends.Args
	modules   *modules.Loader
	engine    *engine.Engine
	positions *script.Positions
	config    *config
	functions []*ir.Function
	diags     diag.List
	libBase   string
	moved     map[string]module     // parts of the CDK that the app has elsewhere
	frames    map[string]diag.Range // of frames in the user's files

	factTables map[string]*factTable // by file
}

func (v *evaluation) run() (*ir.Program, error) {
	b, diags := v.bundle()
	v.diags = append(v.diags, diags...)
	if diags.HasErrors() {
		return nil, errDiagnosed
	}
	v.positions = &script.Positions{Files: v.args.Files, Mapping: b.Mapping, HeaderLines: 1}
	if err := v.start(); err != nil {
		return nil, err
	}
	if err := v.requireCDK(); err != nil {
		return nil, err
	}
	if err := v.engine.Eval(script.UnitName, "globalThis.__sstc_load = async () => {\n"+b.Script+"\n};\n"); err != nil {
		return nil, err
	}
	if err := v.configure(); err != nil {
		return nil, err
	}
	context, err := v.context()
	if err != nil {
		return nil, err
	}
	text, err := v.engine.Await("__sstc_synth", ir.EncodeJSON(v.project().With("context", context)))
	if err != nil {
		return nil, err
	}
	if err := v.engine.Drain(); err != nil {
		return nil, err
	}
	return v.lift(text)
}

// defaultTime is how long an evaluation may take. The CDK of a large app, not
// compiled yet, on a slow machine takes longer than the engine's own default.
const defaultTime = time.Minute

// start makes the engine.
func (v *evaluation) start() error {
	seed := fnv.New64a()
	seed.Write([]byte(v.args.Stage)) // never fails
	limits := v.args.Limits
	if limits.Time == 0 {
		limits.Time = defaultTime
	}
	var err error
	v.engine, err = engine.New(engine.Options{
		Limits:   limits,
		FS:       v.args.Files.Made(),
		Env:      v.env,
		EnvNames: v.args.Env.Names,
		Console:  v.args.Console,
		Exec:     v.args.Exec,
		Unit:     v.modules.Unit,
		Cwd:      v.args.Files.VirtualApp(),
		Seed:     seed.Sum64(),
	})
	if err != nil {
		return err
	}
	if err := v.modules.Attach(v.engine); err != nil {
		return err
	}
	if err := v.engine.Register("__sstc_v2", v.host); err != nil {
		return err
	}
	text, err := runtime.ReadFile("runtime/evaluate.js")
	if err != nil {
		return err
	}
	return v.engine.Eval("sstc:runtime", string(text))
}

// env is a variable of the environment. Some are what SST sets.
func (v *evaluation) env(name string) (string, bool) {
	switch name {
	case "SST_STAGE":
		if v.config != nil {
			return v.config.stage, true
		}
		return v.args.Stage, true
	case "JSII_DEPRECATED":
		return "quiet", true
	case "IS_SHALLOW":
		return "false", true
	}
	return v.args.Env.Lookup(name)
}

// The library's modules are virtual: their names begin with libScheme.
const libScheme = "sst:"

// A module is one that a directory's files can require.
type module struct{ name, dir string }

// alphaModules are the parts of the CDK that were packages of their own before
// version 2.112 of aws-cdk-lib. SST brought them.
var alphaModules = map[string]string{
	"aws-cdk-lib/aws-apigatewayv2":              "@aws-cdk/aws-apigatewayv2-alpha",
	"aws-cdk-lib/aws-apigatewayv2-authorizers":  "@aws-cdk/aws-apigatewayv2-authorizers-alpha",
	"aws-cdk-lib/aws-apigatewayv2-integrations": "@aws-cdk/aws-apigatewayv2-integrations-alpha",
}

// virtual says which imports are the library's.
func (v *evaluation) virtual(spec, from string) (string, bool) {
	if _, ok := v.moved[spec]; ok && strings.HasPrefix(from, libScheme) {
		return libScheme + spec + ".js", true
	}
	if strings.HasPrefix(spec, libScheme) {
		return spec, true
	}
	if dir, ok := strings.CutPrefix(path.Dir(from), libScheme); (ok || path.Dir(from) == ".") && strings.HasPrefix(from, libScheme) && strings.HasPrefix(spec, ".") {
		return libScheme + strings.TrimSuffix(path.Join(dir, spec), ".js") + ".ts", true
	}
	if path.Base(spec) == ".warnings.jsii.js" {
		return libScheme + "deprecations.ts", true
	}
	if spec == "sst" {
		return libScheme + "sst.ts", true
	}
	// A module of the library's, or one of those that bring more together.
	if name, ok := strings.CutPrefix(spec, "sst/"); ok && (name == "constructs" || strings.HasPrefix(name, "constructs/")) {
		name = strings.TrimSuffix(name, ".js")
		for _, file := range []string{name + ".ts", name + "/index.ts"} {
			if _, err := fs.Stat(runtime, "runtime/"+file); err == nil {
				return libScheme + file, true
			}
		}
	}
	return "", false
}

// source reads a module of the library. What it imports of the CDK is the
// app's, or that which the app's sst has brought.
func (v *evaluation) source(name string) (text, base string, err error) {
	name = strings.TrimPrefix(name, libScheme)
	if m, ok := v.moved[strings.TrimSuffix(name, ".js")]; ok {
		return "module.exports = require(" + script.Quote(m.name) + ");", m.dir, nil
	}
	b, err := runtime.ReadFile("runtime/" + name)
	return string(b), v.libBase, err
}

// requireCDK finds the app's CDK.
func (v *evaluation) requireCDK() error {
	// The app has it, or the package sst its own.
	dirs := []string{v.args.Files.VirtualApp()}
	if sst, _ := v.modules.PackageDir("sst", dirs[0]); sst != "" {
		dirs = append(dirs, sst)
	}
	has := func(dir, module string) bool {
		_, err := v.modules.Resolve(module, dir+"/package.json", modules.Require)
		return err == nil
	}
	for _, dir := range dirs {
		cdk, _ := v.modules.PackageDir("aws-cdk-lib", dir)
		if cdk == "" {
			continue
		}
		moved, whole := map[string]module{}, true
		if !has(dir, "aws-cdk-lib/core") {
			moved["aws-cdk-lib/core"] = module{cdk + "/core", dir}
		}
		for name, alpha := range alphaModules {
			if has(dir, "aws-cdk-lib/aws-apigatewayv2-integrations") {
				break
			}
			from := slices.IndexFunc(dirs, func(dir string) bool { return has(dir, alpha) })
			if whole = whole && from >= 0; from >= 0 {
				moved[name] = module{alpha, dirs[from]}
			}
		}
		if v.libBase == "" || whole {
			v.libBase, v.moved = dir, moved
		}
		if whole {
			break
		}
	}
	if v.libBase != "" {
		return nil
	}
	v.diags.Add(diag.PackageNotInstalled, v.top(), "CDK not installed",
		"An app of SST v2 is made with the AWS CDK, and its package aws-cdk-lib is not among what is installed for this one. "+
			"Run npm install, or add it: npm install --save-dev aws-cdk-lib constructs.")
	return errDiagnosed
}

// top is the beginning of the configuration.
func (v *evaluation) top() diag.Range {
	start := diag.Pos{Line: 1, Column: 1}
	return diag.Range{Filename: v.args.ConfigFile, Start: start, End: start}
}

// report makes a diagnostic of what ended the evaluation.
func (v *evaluation) report(e *engine.Error) {
	if code, ok := strings.CutPrefix(e.Code, "SSTC_V2_"); ok {
		at := v.positions.User(e.Stack)
		switch code {
		case "DIAGNOSED":
			return // there is a diagnostic already
		case "UNSUPPORTED":
			v.diags.Add(diag.UnsupportedFeature, at, "Not supported yet", e.Message)
			return
		case "INVALID":
			v.diags.Add(diag.InvalidValue, at, "Invalid value", e.Message)
			return
		}
	}
	script.Report(&v.diags, v.positions, e, nil)
}

// context is what cdk.json and cdk.context.json have for the CDK.
func (v *evaluation) context() (*ir.Object, error) {
	context := &ir.Object{}
	for _, name := range []string{"cdk.json", "cdk.context.json"} {
		b, err := v.args.Files.ReadFile(v.args.Files.VirtualApp() + "/" + name)
		if err != nil {
			continue
		}
		value, err := ir.DecodeJSON(string(b))
		object, ok := value.(*ir.Object)
		if err != nil || !ok {
			start := diag.Pos{Line: 1, Column: 1}
			v.diags.Add(diag.InvalidFile, diag.Range{Filename: name, Start: start, End: start}, "Unreadable file", fmt.Sprintf("%s is not an object in JSON.", name))
			return nil, errDiagnosed
		}
		if name == "cdk.json" {
			object, _ = object.Get("context").(*ir.Object)
		}
		context = context.Merge(object)
	}
	if v.config.account == "" {
		v.config.account = accountOf(context)
	}
	return context, nil
}

var accountPattern = regexp.MustCompile(`(?:^|:)account=(\d{12})(?::|$)`)

// accountOf is the account that look-ups were made in, if it was one.
func accountOf(context *ir.Object) string {
	account := ""
	for i := range context.Len() {
		if m := accountPattern.FindStringSubmatch(context.Fields[i].Key); m != nil {
			if account != "" && account != m[1] {
				return ""
			}
			account = m[1]
		}
	}
	return account
}

func decode(text string, into any) error {
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return fmt.Errorf("what the runtime returned cannot be read: %w. This is a bug in sstc", err)
	}
	return nil
}
