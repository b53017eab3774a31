// Package compiler turns an app into the files that deploy it.
//
// [Compile] is the phases in order: find and evaluate the configuration
// (frontends, lower), check the program, build and read sites, pack functions
// and assets, translate and emit each target, and write the output directory
// whole. The lists of frontends and emitters are here, and nowhere else.
package compiler

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/Masterminds/semver/v3"

	"github.com/sstc/sstc/assets"
	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/engine"
	"github.com/sstc/sstc/compiler/git"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
	"github.com/sstc/sstc/compiler/translate"
	"github.com/sstc/sstc/emit"
	"github.com/sstc/sstc/emit/cloudformation"
	"github.com/sstc/sstc/emit/pulumiyaml"
	"github.com/sstc/sstc/emit/terraform"
	"github.com/sstc/sstc/frontends"
	"github.com/sstc/sstc/frontends/hcl"
	"github.com/sstc/sstc/frontends/script"
	"github.com/sstc/sstc/frontends/sstv2"
	"github.com/sstc/sstc/frontends/typescript"
)

// Where a name is in several, the first that accepts the file has it.
var languages = []frontends.Frontend{
	sstv2.Frontend{},
	typescript.Frontend{},
	hcl.Frontend{},
}

var emitters = []emit.Emitter{
	cloudformation.Emitter{},
	pulumiyaml.Emitter{},
	terraform.Emitter{},
}

// Targets returns the names of the output formats, sorted.
func Targets() []string {
	var names []string
	for _, e := range emitters {
		names = append(names, e.Name())
	}
	slices.Sort(names)
	return names
}

// DefaultTarget is the format for an app of SST v3 or v4 when the user names
// none. An app of SST v2 has stacks of CloudFormation, and stays with it.
const DefaultTarget = "terraform"

// Options are what the user asked for.
type Options struct {
	// Dir is the app's directory, or one inside it, or the configuration itself.
	Dir string
	// Config is the name of the configuration, where a directory has several;
	// "" for the one that there is.
	Config string
	// Out is the output directory; relative to the working directory. "" is
	// out in the directory of the configuration.
	Out string
	// Stage is the stage, or "" to find it: $SST_STAGE, then .sst/stage.
	Stage string
	// Targets are names of output formats; none for the default.
	Targets []string
	// Env are environment variables that the user gave by name and value.
	Env map[string]string
	// EnvFiles are further files of variables, read after .env and .env.<stage>.
	EnvFiles []string
	// Vars are values for the variables of the configuration, as NAME=VALUE, and
	// VarFiles files with such values.
	Vars, VarFiles []string
	// Hermetic hides the variables of the process.
	Hermetic bool
	// ProcessEnv looks up a variable of the process.
	ProcessEnv func(name string) (string, bool)
	// AllowExec are beginnings of commands that the configuration may run.
	AllowExec []string
	// Prebuilt leaves out sites' build commands, and the tools of Java, .NET and
	// Rust: their output is there.
	Prebuilt bool
	// CacheDir is where compiled code of installed packages is kept from one
	// build to the next; "" for nowhere. It must be the user's own: what is in
	// it runs.
	CacheDir string
	// LocalAssets makes templates name archives by path.
	LocalAssets bool
	// IgnoreUnknown makes arguments and properties that do not exist warnings,
	// and leaves them out, as SST does.
	IgnoreUnknown bool

	// Last says that the process ends with this build: memory that the
	// configuration's evaluation took is left to the system.
	Last bool
	// EvalTimeout limits the configuration's evaluation; 0 for the language's
	// default.
	EvalTimeout time.Duration
	// Jobs is how much is done at a time; 0 for as many as there are cores.
	Jobs int
	// Staged is told how to take back what the build is going to write, for when
	// it is interrupted; nil for nobody. The build may have ended by then.
	Staged func(discard func())
	// Progress is told what is being done; nil for nobody.
	Progress func(phase string)
	// Console gets what the configuration and site builds print; nil for nobody.
	Console func(level, text string)
}

// A Build is what [Compile] has made.
type Build struct {
	Program *ir.Program
	// Out is the output directory.
	Out string
	// Files is the view of the app's files, for messages.
	Files *frontends.Files
	// Targets are the formats written.
	Targets []string
	Packed  *assets.Result
	// Phases are how long each phase took, in order.
	Phases []Phase
}

// A Phase is a step of a compilation and the time that it took.
type Phase struct {
	Name     string
	Duration time.Duration
}

// Compile compiles an app and writes the output directory. With any error in
// the list nothing is written. Files, for rendering messages, is set in the
// build as soon as the app is found. The error is the machine's.
func Compile(opts Options) (*Build, diag.List, error) {
	c := &compilation{opts: opts, build: &Build{Out: opts.Out}}
	err := c.run()
	if err == errDiagnosed {
		err = nil
	}
	return c.build, c.diags, err
}

// errDiagnosed ends a compilation whose diagnostics say why.
var errDiagnosed = errors.New("diagnosed")

// A compilation is one run of [Compile].
type compilation struct {
	opts    Options
	build   *Build
	diags   diag.List
	files   *frontends.Files
	env     *frontends.Env
	started time.Time
	phase   string

	code    frontends.Code           // of the configuration, or nil
	plugins map[string]*script.Build // module of plugins → what runs it

	placeholders map[string][]placeholder // site ID → what its build was given in place of values
	siteFiles    map[string][]assets.SiteFile
	siteDirs     map[string]string // site ID → this machine's path of its files
	siteMaps     map[string]int    // site ID → how many source maps are not published
	siteUsed     []assets.SitePlaceholder
}

// enter begins a phase, or goes on with it.
func (c *compilation) enter(name string) {
	now := time.Now()
	if c.phase != "" {
		i := slices.IndexFunc(c.build.Phases, func(p Phase) bool { return p.Name == c.phase })
		if i < 0 {
			i = len(c.build.Phases)
			c.build.Phases = append(c.build.Phases, Phase{Name: c.phase})
		}
		c.build.Phases[i].Duration += now.Sub(c.started)
	}
	c.phase, c.started = name, now
	if name != "" && c.opts.Progress != nil {
		c.opts.Progress(name)
	}
}

// collect adds diagnostics, and ends the compilation if there are errors.
func (c *compilation) collect(l diag.List) error {
	c.diags = append(c.diags, l...)
	if c.diags.HasErrors() {
		return errDiagnosed
	}
	return nil
}

func (c *compilation) run() error {
	targets, err := c.targets()
	if err != nil {
		return err
	}
	c.enter("evaluate")
	program, err := c.evaluate()
	defer c.closeCode()
	if err != nil {
		return err
	}
	c.build.Program = program
	if len(targets) == 0 {
		targets = c.defaultTargets(program)
	}
	c.providerVersions(program)
	c.diags = append(c.diags, c.check(program)...)
	staging, err := newStaging(c.opts.Out)
	if err != nil {
		return err
	}
	defer staging.discard()
	if c.opts.Staged != nil {
		c.opts.Staged(staging.discard)
	}

	c.markFunctions(program)

	// After errors, functions are still packed, for what is wrong with them.
	if len(program.Sites) > 0 && !c.diags.HasErrors() {
		c.enter("build sites")
		if err := c.buildSites(program, staging.dir); err != nil {
			return err
		}
	}
	if len(program.KeyValues) > 0 && !c.diags.HasErrors() {
		var diags diag.List
		program, diags = assets.CompleteSites(program, c.siteFiles)
		c.build.Program = program
		if err := c.collect(diags); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(targets, func(e emit.Emitter) bool { return e.Dialect() != ir.CFN }) {
		program.Assets = append(program.Assets, translate.Assets(program)...)
	}
	packed, diags, err := assets.Pack(assets.Options{
		Root: c.files.AbsApp(), WorkspaceRoot: c.files.AbsWorkspace(), Dir: staging.dir, Jobs: c.opts.Jobs, Prebuilt: c.opts.Prebuilt, Phase: c.enter, Written: c.files, Code: c.code, PluginModule: c.pluginModule,
	}, program)
	if err != nil {
		return err
	}
	if err := c.collect(diags); err != nil {
		return err
	}
	program.Assets = packed.Assets
	c.build.Packed = packed

	c.enter("emit")
	program, internal := withUploaderOutputs(program, c.siteUsed)
	var emitted []emission
	for _, e := range targets {
		emitted = append(emitted, c.emit(e, program))
	}
	if c.diags.HasErrors() {
		return errDiagnosed
	}
	c.enter("write")
	if err := c.write(staging, program, packed, emitted, internal); err != nil {
		return err
	}
	c.enter("")
	for _, e := range targets {
		c.build.Targets = append(c.build.Targets, e.Name())
	}
	return nil
}

// defaultTargets are those for a user who has named none.
func (c *compilation) defaultTargets(p *ir.Program) []emit.Emitter {
	name := DefaultTarget
	if p.Dialect == ir.CFN {
		name = cloudformation.Emitter{}.Name()
	}
	return []emit.Emitter{emitters[emitterIndex(name)]}
}

func emitterIndex(name string) int {
	return slices.IndexFunc(emitters, func(e emit.Emitter) bool { return e.Name() == name })
}

// targets finds the emitters that were asked for.
func (c *compilation) targets() ([]emit.Emitter, error) {
	var found []emit.Emitter
	for _, name := range c.opts.Targets {
		i := emitterIndex(name)
		switch {
		case i < 0:
			c.diags.Add(diag.InvalidOption, diag.Range{}, "Unknown target",
				fmt.Sprintf("There is no target %q.%s", name, diag.Suggest(name, Targets())))
		case !slices.Contains(found, emitters[i]):
			found = append(found, emitters[i])
		}
	}
	return found, c.collect(nil)
}

// evaluate finds the configuration and runs it.
func (c *compilation) evaluate() (*ir.Program, error) {
	frontend, dir, name, err := c.find()
	if err != nil {
		return nil, err
	}
	if c.opts.Out == "" {
		c.opts.Out = shortest(filepath.Join(dir, "out"))
		c.build.Out = c.opts.Out
	}
	if err := c.collect(foreign(c.opts.Out)); err != nil {
		return nil, err
	}
	if c.files, err = frontends.NewFiles(dir); err != nil {
		return nil, err
	}
	c.build.Files = c.files
	stage, err := c.stage(dir)
	if err != nil {
		return nil, err
	}
	if err := c.environment(dir, frontend.EnvFiles(stage)); err != nil {
		return nil, err
	}
	vars, varFiles, err := c.variables()
	if err != nil {
		return nil, err
	}
	sites := &sitePlanner{compilation: c}
	result, diags, err := frontend.Evaluate(frontends.Args{
		Files: c.files, ConfigFile: name, Stage: stage, StageGiven: c.opts.Stage != "", Env: c.env, Console: c.opts.Console,
		Vars: vars, VarFiles: varFiles,
		Limits: engine.Limits{Time: c.opts.EvalTimeout}, Exec: c.exec, Bytecode: bytecode(c.opts.CacheDir), IgnoreUnknown: c.opts.IgnoreUnknown, Last: c.opts.Last,
		PlanSite: sites.plan,
	})
	if err == nil {
		err = sites.err
	}
	if err != nil {
		return nil, err
	}
	c.diags = append(c.diags, diags...)
	if result == nil {
		return nil, errDiagnosed
	}
	c.code = result.Code
	return result.Program, nil
}

// check compares the program with the schemas of its providers. When
// components could not be made, other resources may lack what would have come
// from them; then only those mistakes count that stand on their own.
func (c *compilation) check(program *ir.Program) diag.List {
	if program.Dialect == ir.CFN {
		return nil // checked before it is emitted
	}
	found := emit.CheckPulumi(program)
	if !c.diags.HasErrors() {
		return found
	}
	return slices.DeleteFunc(found, func(d *diag.Diagnostic) bool {
		return d.Code != diag.InvalidProperty && d.Code != diag.InvalidPropertyValue
	})
}

// providerVersions warns where the user asks for a version that the output
// will not have.
func (c *compilation) providerVersions(program *ir.Program) {
	for _, p := range program.Providers {
		known := schema.PulumiProvider(p.Package)
		if p.Version == "" || known == nil || known.Plugin == "" {
			continue
		}
		version, err := semver.NewVersion(known.Plugin)
		if err != nil {
			continue
		}
		if wanted, err := semver.NewConstraint(p.Version); err == nil && wanted.Check(version) {
			continue
		}
		c.diags.Warn(diag.ProviderVersion, p.Range, "Another version of a provider",
			fmt.Sprintf("The app asks for version %q of the provider %q. sstc knows version %s: it checks the app against that, and what it builds uses that.", p.Version, p.Package, known.Plugin))
	}
}

// find looks for a configuration in the directory and those above it.
func (c *compilation) find() (frontends.Frontend, string, string, error) {
	start, err := filepath.Abs(c.opts.Dir)
	if err != nil {
		return nil, "", "", err
	}
	info, err := os.Stat(start)
	if name := filepath.Base(start); err == nil && !info.IsDir() && isConfig(name) {
		start, c.opts.Config = filepath.Dir(start), name
		info, err = os.Stat(start)
	}
	if err != nil || !info.IsDir() {
		why := fmt.Sprintf("There is no directory %q.", c.opts.Dir)
		if err == nil {
			why = fmt.Sprintf("%q is a file. Give the directory of the app, or its configuration.", c.opts.Dir)
		}
		c.diags.Add(diag.NoConfiguration, diag.Range{}, "No such directory", why)
		return nil, "", "", errDiagnosed
	}
	var names []string
	for dir := start; ; dir = filepath.Dir(dir) {
		var found []frontends.Frontend
		var files []string
		manifest, _ := os.ReadFile(filepath.Join(dir, "package.json"))
		for _, f := range languages {
			for _, name := range f.ConfigFiles() {
				if c.opts.Config != "" && c.opts.Config != name || slices.Contains(files, name) || len(found) > 0 && found[len(found)-1] == f {
					continue
				}
				source, err := os.ReadFile(filepath.Join(dir, name))
				switch {
				case err == nil && f.Accepts(source, manifest):
					found, files = append(found, f), append(files, name)
				case errors.Is(err, fs.ErrPermission):
					return nil, "", "", err
				}
			}
			if name := f.ConfigFiles()[0]; !slices.Contains(names, name) { // the others are variants of it
				names = append(names, name)
			}
		}
		switch {
		case len(found) == 1:
			return found[0], dir, files[0], nil
		case len(found) > 1:
			c.diags.Add(diag.SeveralConfigurations, diag.Range{}, "Several configurations",
				fmt.Sprintf("There are %s in %q. Say which is to be built, as in --config %s.", strings.Join(files, " and "), c.opts.Dir, files[0]))
			return nil, "", "", errDiagnosed
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	if c.opts.Config != "" && !isConfig(c.opts.Config) {
		c.diags.Add(diag.InvalidOption, diag.Range{}, "Unknown configuration",
			fmt.Sprintf("A configuration is called %s, and not %q.", strings.Join(names, " or "), c.opts.Config))
		return nil, "", "", errDiagnosed
	}
	if c.opts.Config != "" {
		names = []string{c.opts.Config}
	}
	c.diags.Add(diag.NoConfiguration, diag.Range{}, "No configuration",
		fmt.Sprintf("There is no %s in %q or a directory above it.", strings.Join(names, " or "), c.opts.Dir))
	return nil, "", "", errDiagnosed
}

// isConfig reports whether a configuration may have that name.
func isConfig(name string) bool {
	return slices.ContainsFunc(languages, func(f frontends.Frontend) bool { return slices.Contains(f.ConfigFiles(), name) })
}

// variables reads what the command line says of the configuration's variables.
func (c *compilation) variables() ([]frontends.Var, []frontends.VarFile, error) {
	var vars []frontends.Var
	for _, v := range c.opts.Vars {
		name, value, ok := strings.Cut(v, "=")
		if !ok {
			c.diags.Add(diag.InvalidOption, diag.Range{}, "Variable without a value", fmt.Sprintf("--var takes a name and a value, as in --var %s=VALUE.", v))
			continue
		}
		vars = append(vars, frontends.Var{Name: name, Value: value})
	}
	var files []frontends.VarFile
	for _, name := range c.opts.VarFiles {
		text, err := os.ReadFile(name)
		if err != nil {
			c.diags.Add(diag.InvalidOption, diag.Range{}, "No such file", fmt.Sprintf("The file of variables %q cannot be read.", name))
			continue
		}
		rel := c.files.Rel(absolute(name))
		c.files.Note(rel, text)
		files = append(files, frontends.VarFile{Name: rel, Text: text})
	}
	return vars, files, c.collect(nil)
}

// exec answers for a process that the configuration asks for: one that is
// allowed runs, and what git would say of the repository is found without it.
func (c *compilation) exec(cmd engine.Command) (*engine.Output, error) {
	line := cmd.Line
	if line == "" {
		line = strings.Join(append([]string{cmd.Name}, cmd.Args...), " ")
	}
	if slices.ContainsFunc(c.opts.AllowExec, func(allowed string) bool {
		// What a shell makes of a line with more than words in it is anybody's
		// guess, so that such a line is allowed as a whole or not at all.
		return line == allowed || cmd.Name != "" && strings.HasPrefix(line, allowed+" ")
	}) {
		return c.command(cmd)
	}
	return c.git(cmd), nil
}

// gitLine is a command of git's for a shell that has nothing else to do than to take off
// quotes, and to leave out complaints.
var gitLine = regexp.MustCompile(`^git((?: +[\w./=%:@'"-]+)+)( +2> ?/dev/null)?$`)

// git answers a command of git's, or returns nil.
func (c *compilation) git(cmd engine.Command) *engine.Output {
	quiet := false
	if m := gitLine.FindStringSubmatch(cmd.Line); m != nil && cmd.Name == "" {
		cmd.Name, cmd.Args, quiet = "git", strings.Fields(strings.NewReplacer(`"`, "", "'", "").Replace(m[1])), m[2] != ""
	}
	if cmd.Name != "git" {
		return nil
	}
	dir, ok := c.absDir(cmd.Dir)
	if !ok {
		return nil
	}
	out, ok := git.Answer(git.Options{
		Note: func(absPath string, content []byte) { c.files.Note(c.files.Rel(absPath), content) },
		Show: c.files.Virtual,
	}, dir, cmd.Args)
	if !ok {
		return nil
	}
	if quiet {
		out.Stderr = ""
	}
	return &engine.Output{Stdout: []byte(out.Stdout), Stderr: []byte(out.Stderr), Status: out.Status}
}

// absDir is this machine's path of a directory in the workspace.
func (c *compilation) absDir(virtual string) (string, bool) {
	if virtual != frontends.VirtualRoot && !strings.HasPrefix(virtual, frontends.VirtualRoot+"/") {
		return "", false
	}
	return filepath.Join(c.files.AbsApp(), filepath.FromSlash(c.files.Rel(virtual))), true
}

// closeCode lets go of the configuration's program, and of modules of plugins.
func (c *compilation) closeCode() {
	if c.code != nil {
		c.code.Close()
	}
	for _, b := range c.plugins {
		b.Close()
	}
}

// pluginModule loads the module of a function's plugins of esbuild, once for
// all functions.
func (c *compilation) pluginModule(f *ir.Function) (assets.Code, diag.List, error) {
	if b, ok := c.plugins[f.Node.PluginModule]; ok {
		return b, nil, nil
	}
	b, diags, err := script.LoadPlugins(script.PluginArgs{
		Files: c.files, Env: c.env, Limits: engine.Limits{Time: c.opts.EvalTimeout}, Exec: c.exec, Console: c.opts.Console, Bytecode: bytecode(c.opts.CacheDir),
	}, f)
	if b == nil {
		return nil, diags, err
	}
	if c.plugins == nil {
		c.plugins = map[string]*script.Build{}
	}
	c.plugins[f.Node.PluginModule] = b
	return b, diags, err
}

// An emission is one target's part of a build.
type emission struct {
	emitter emit.Emitter
	program *ir.Program // in the target's dialect
	files   []emit.File
}

// emit translates and emits one target. What it cannot express is collected,
// so that the user learns of all targets at once.
func (c *compilation) emit(e emit.Emitter, p *ir.Program) emission {
	if p.Dialect == ir.CFN && e.Dialect() != ir.CFN {
		translated, diags := translate.ToPulumi(p)
		if !diags.HasErrors() {
			diags = append(diags, emit.CheckPulumi(translated)...)
		}
		for _, d := range diags { // both targets have the same
			if !slices.ContainsFunc(c.diags, func(o *diag.Diagnostic) bool { return o.Code == d.Code && o.Detail == d.Detail }) {
				c.diags = append(c.diags, d)
			}
		}
		if diags.HasErrors() {
			return emission{}
		}
		p = translated
	}
	if e.Dialect() == ir.CFN && p.Dialect != ir.CFN {
		translated, diags := translate.ToCFN(p)
		if !diags.HasErrors() {
			diags = append(diags, emit.CheckCFN(translated)...)
		}
		c.diags = append(c.diags, diags...)
		if diags.HasErrors() {
			return emission{}
		}
		p = translated
	}
	files, diags := e.Emit(p, emit.Options{LocalAssets: c.opts.LocalAssets})
	c.diags = append(c.diags, diags...)
	return emission{e, p, files}
}

// withUploaderOutputs returns a copy of p with an output for each value that
// the uploader needs and that is known only after deployment, and the names of
// those outputs by the printed value.
func withUploaderOutputs(p *ir.Program, placeholders []assets.SitePlaceholder) (*ir.Program, map[string]string) {
	copied := *p
	copied.Outputs = slices.Clone(p.Outputs)
	names := map[string]string{}
	used := map[string]bool{}
	for _, o := range p.Outputs {
		used[strings.ToLower(o.Name)] = true
		if !ir.Known(o.Value) {
			names[valueKey(o.Value)] = o.Name
		}
	}
	stacks := map[string]string{} // of sites, by their IDs
	add := func(v ir.Value, words ...string) {
		if v == nil || ir.Known(v) {
			return
		}
		key := valueKey(v)
		if names[key] != "" {
			return
		}
		name := "Sstc" + strings.Join(words, "")
		for n := 2; used[strings.ToLower(name)]; n++ {
			name = fmt.Sprintf("Sstc%s%d", strings.Join(words, ""), n)
		}
		used[strings.ToLower(name)] = true
		names[key] = name
		copied.Outputs = append(copied.Outputs, ir.Output{Name: name, Value: v, Internal: true, Stack: stacks[words[0]]})
	}
	for _, s := range p.Sites {
		stacks[s.ID] = s.Stack
		add(s.Bucket, s.ID, "Bucket")
		add(s.Distribution, s.ID, "Distribution")
	}
	for _, h := range placeholders {
		add(h.Value, h.Site, "Env", identifier(h.Variable))
	}
	for _, i := range p.Invocations {
		add(i.Function, i.Name)
	}
	for _, i := range p.Invalidations {
		stacks[i.Component] = i.Stack
		add(i.Distribution, i.Component, "Distribution")
	}
	for _, kv := range p.KeyValues {
		add(kv.Store, kv.Component, "Store")
		add(kv.NamespaceFrom, kv.Component, "Namespace")
		for _, e := range kv.Entries {
			key := e.Key
			if kv.Switch != "" && key != kv.Switch {
				_, key, _ = strings.Cut(key, ":") // without the name of the build
			}
			add(e.Value, kv.Component, "Entry", identifier(key))
		}
	}
	return &copied, names
}

func valueKey(v ir.Value) string { return fmt.Sprintf("%#v", v) }

// identifier keeps letters and digits, the first in upper case.
func identifier(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			if b.Len() == 0 {
				r = []rune(strings.ToUpper(string(r)))[0]
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

// write puts the output directory together and moves it into place.
func (c *compilation) write(staging *staging, p *ir.Program, packed *assets.Result, emitted []emission, internal map[string]string) error {
	var targets []assets.ManifestTarget
	params := map[string][]assets.NamedParam{}
	for _, e := range emitted {
		target, named := handover(e, p)
		for _, f := range e.files {
			target.Files = append(target.Files, f.Path)
			if err := staging.write(f.Path, f.Content); err != nil {
				return err
			}
		}
		slices.Sort(target.Files)
		targets = append(targets, target)
		params[target.Format] = named
	}
	var inputs assets.ManifestInputs
	for _, r := range c.files.Read() {
		inputs.Files = append(inputs.Files, assets.Input{Path: r.Path, Digest: r.Digest})
	}
	for _, v := range c.env.Read() {
		inputs.Environment = append(inputs.Environment, v.Name)
	}
	dirs := map[string]string{}
	for _, id := range slices.Sorted(maps.Keys(c.siteDirs)) {
		dirs[id] = "sites/" + id
	}
	m, err := assets.NewManifest(p, packed, assets.ManifestArgs{
		Targets: targets, Params: params, Inputs: inputs,
		Output: func(v ir.Value) (string, bool) {
			name, ok := internal[valueKey(v)]
			return name, ok
		},
		SiteFiles: c.siteFiles, SiteDirs: dirs, Placeholders: c.siteUsed,
		Serving: serving(p),
	})
	if err != nil {
		return err
	}
	encoded, err := m.Encode()
	if err != nil {
		return err
	}
	if err := staging.write(assets.ManifestName, encoded); err != nil {
		return err
	}
	if err := staging.write("report.md", report(p, packed, c, m)); err != nil {
		return err
	}
	return staging.commit(c.opts.Out)
}

// handover is what the manifest says of a target, and the names of its
// parameters, except those that nobody has to give.
func handover(e emission, p *ir.Program) (assets.ManifestTarget, []assets.NamedParam) {
	h := e.emitter.Handover(e.program)
	target := assets.ManifestTarget{
		Format: e.emitter.Name(), Dir: dirOf(e), Region: p.App.Region,
		AssetsBucket: h.AssetsBucket, AssetsPrefix: h.AssetsPrefix, Retained: h.Retained,
	}
	if slices.ContainsFunc(e.program.Assets, func(a *ir.Asset) bool { return a.Kind == ir.AssetIsImage }) {
		target.ImageRepository = h.ImageRepository
	}
	for _, o := range p.Outputs {
		if spelt := h.Output(o.Name); spelt != o.Name {
			if target.Outputs == nil {
				target.Outputs = map[string]string{}
			}
			target.Outputs[o.Name] = spelt
		}
	}
	for _, f := range e.files {
		if h.Publish == nil {
			break
		}
		if key := h.Publish(f); key != "" {
			target.Publish = append(target.Publish, assets.ManifestPublish{File: f.Path, Key: key})
		}
	}
	for _, t := range h.Tags {
		if target.Tags == nil {
			target.Tags = map[string]string{}
		}
		if s, ok := t.Value.(ir.String); ok {
			target.Tags[t.Key] = string(s)
		}
	}
	for _, s := range h.Stacks {
		target.Stacks = append(target.Stacks, manifestStack(e.program, s))
	}
	var named []assets.NamedParam
	for _, d := range e.program.Params {
		if input := h.Param(d.Name); input != "" {
			named = append(named, assets.NamedParam{Decl: d, Input: input})
		}
	}
	return target, named
}

func manifestStack(p *ir.Program, s emit.Stack) assets.ManifestStack {
	m := assets.ManifestStack{
		Name: s.Name, File: s.File, Region: s.Region, Account: s.Account, Assets: s.Assets, Images: s.Images, TerminationProtection: s.TerminationProtection,
	}
	for _, id := range s.DependsOn {
		if d := p.FindStack(id); d != nil {
			m.DependsOn = append(m.DependsOn, d.Name)
		}
	}
	for _, f := range s.Params {
		if decl, ok := f.Value.(*ir.Object); ok && !decl.Has("Default") {
			m.Inputs = append(m.Inputs, f.Key)
		}
	}
	for _, t := range s.Tags {
		if m.Tags == nil {
			m.Tags = map[string]string{}
		}
		m.Tags[t.Key] = t.Value
	}
	return m
}

func dirOf(e emission) string {
	if len(e.files) == 0 {
		return e.emitter.Name()
	}
	dir, _, _ := strings.Cut(e.files[0].Path, "/")
	return dir
}

// A staging is the output directory while it is being made, beside the one
// that it will replace.
type staging struct {
	dir string
	// made are directories that had to be made for it, the innermost first.
	made []string
	// mu is held while it is moved into place or removed.
	mu sync.Mutex
}

func newStaging(out string) (*staging, error) {
	abs, err := filepath.Abs(out)
	if err != nil {
		return nil, err
	}
	s := &staging{}
	for parent := filepath.Dir(abs); ; parent = filepath.Dir(parent) {
		if _, err := os.Stat(parent); !errors.Is(err, fs.ErrNotExist) {
			break
		}
		s.made = append(s.made, parent)
	}
	if err := os.MkdirAll(filepath.Dir(abs), 0o777); err != nil {
		return nil, err
	}
	s.dir, err = os.MkdirTemp(filepath.Dir(abs), ".sstc-build-")
	return s, err
}

// discard leaves nothing behind of an output directory that was not committed.
func (s *staging) discard() {
	s.mu.Lock()
	defer s.mu.Unlock()
	os.RemoveAll(s.dir)
	for _, dir := range s.made {
		os.Remove(dir) // fails, as it should, if something is in it
	}
}

func (s *staging) write(name string, content []byte) error {
	path := filepath.Join(s.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o666)
}

// shortest returns the path relative to the working directory, if that leads
// to it without leaving.
func shortest(abs string) string {
	wd, err := os.Getwd()
	if err != nil {
		return abs
	}
	if rel, err := filepath.Rel(wd, abs); err == nil && !strings.HasPrefix(rel, "..") {
		return rel
	}
	return abs
}

// foreign reports an output directory that holds what sstc did not make, and
// that it must therefore not replace.
func foreign(out string) diag.List {
	var diags diag.List
	info, err := os.Stat(out)
	if err != nil {
		return nil
	}
	if !info.IsDir() {
		diags.Add(diag.InvalidOption, diag.Range{}, "Not a directory", fmt.Sprintf("The output directory %q is a file. Choose another with --out.", filepath.ToSlash(out)))
		return diags
	}
	if entries, err := os.ReadDir(out); err == nil && len(entries) == 0 {
		return nil
	}
	if text, err := os.ReadFile(filepath.Join(out, assets.ManifestName)); err != nil || !assets.IsManifest(text) {
		diags.Add(diag.InvalidOption, diag.Range{}, "Output directory is in use",
			fmt.Sprintf("The directory %q is not empty, and was not made by sstc. Remove it, or choose another with --out.", filepath.ToSlash(out)))
	}
	return diags
}

// commit moves the directory to its place. What was there before, which
// foreign has allowed to be replaced, is moved aside first, and put back if
// that fails.
func (s *staging) commit(out string) error {
	// The directory was made for its owner alone; the umask decides now.
	if runtime.GOOS != "windows" {
		if err := chmodTree(s.dir); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.dir + ".old"
	err := os.Rename(out, old)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(s.dir, out); err != nil {
		os.Rename(old, out) // nothing more can be done if that fails too
		return err
	}
	return os.RemoveAll(old)
}

// chmodTree gives what was made the same modes under every umask.
func chmodTree(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.Chmod(path, 0o755)
		}
		return os.Chmod(path, 0o644)
	})
}
