// Package command is the sstc command line: flags, printing and exit codes.
// What is decided is decided elsewhere.
package command

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"github.com/mattn/go-isatty"

	"github.com/sstc/sstc/compiler"
	"github.com/sstc/sstc/compiler/diag"
)

// Exit codes.
const (
	exitDone    = 0
	exitUser    = 1 // the user's problem
	exitMachine = 2 // the machine's problem, or sstc's

	exitInterrupted = 130 // as shells have it
)

// Version is set when a release is built.
var Version = "0.1.0-dev"

type verb struct {
	name, synopsis, summary string
	run                     func(*env, []string) int
}

// env is what a command may touch of the process.
type env struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	verb           verb // the command
}

var verbs = []verb{
	{"build", "build [dir] [flags]", "compile an app into templates, archives and a manifest", build},
	{"preview", "preview [out] [flags]", "serve a build on this machine", servePreview},
	{"fmt", "fmt [paths] [flags]", "format configurations in HCL", format},
	{"convert", "convert [dir] [flags]", "write a configuration in TypeScript as one in HCL", convert},
	{"types", "types [dir] [flags]", "write declarations so that editors check the configuration", types},
	{"explain", "explain [CODE]", "say what a diagnostic's code means, or list the codes", explain},
	{"version", "version", "print the version", version},
}

// Main runs sstc and returns the exit code.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	e := &env{stdin: stdin, stdout: stdout, stderr: stderr}
	defer func() {
		if r := recover(); r != nil {
			fmt.Fprintf(stderr, "sstc: %v\nThis is a bug in sstc. Please report it with what follows.\n\n%s", r, debug.Stack())
			code = exitMachine
		}
	}()
	if len(args) == 0 {
		args = []string{"help"}
	}
	name, rest := args[0], args[1:]
	switch name {
	case "-h", "-help", "--help":
		name = "help"
	case "-v", "-version", "--version":
		name = "version"
	}
	if name == "help" {
		if len(rest) == 0 {
			usage(stdout)
			return exitDone
		}
		name, rest = rest[0], []string{"--help"}
	}
	names := []string{"help"}
	for _, v := range verbs {
		if v.name == name {
			e.verb = v
			return v.run(e, rest)
		}
		names = append(names, v.name)
	}
	fmt.Fprintf(stderr, "sstc: there is no command %q.%s\nRun sstc help for a list.\n", name, diag.Suggest(name, names))
	return exitUser
}

func usage(w io.Writer) {
	fmt.Fprint(w, "sstc compiles SST apps into reviewable templates, offline.\n\nCommands:\n")
	for _, v := range verbs {
		fmt.Fprintf(w, "  %-22s %s\n", v.synopsis, v.summary)
	}
	fmt.Fprint(w, "\nRun sstc COMMAND --help for its flags.\n")
}

// list is a flag that can be given several times, and takes several values
// separated by commas if split.
type list struct {
	values []string
	split  bool
}

func (l *list) String() string { return strings.Join(l.values, ",") }

func (l *list) Set(s string) error {
	if l.split {
		l.values = append(l.values, strings.Split(s, ",")...)
	} else {
		l.values = append(l.values, s)
	}
	return nil
}

func (e *env) flags() *flag.FlagSet { return flag.NewFlagSet(e.verb.name, flag.ContinueOnError) }

// evaluationFlags declares the flags that say how a configuration is evaluated.
// What it returns completes the options once the flags have been parsed.
func evaluationFlags(flags *flag.FlagSet, opts *compiler.Options) (finish func()) {
	var envs, envFiles, allow list
	flags.StringVar(&opts.Stage, "stage", "", "the stage's `NAME` (default $SST_STAGE, then what .sst/stage says)")
	flags.Var(&envs, "env", "an environment variable for the configuration: `NAME[=VALUE]`, without a value to pass the process's on; repeatable")
	flags.Var(&envFiles, "env-file", "a `FILE` of variables, which count before those of .env.<stage> and .env; repeatable")
	flags.BoolVar(&opts.Hermetic, "hermetic", false, "hide the process's environment, except what --env names")
	flags.Var(&allow, "allow-exec", "a `COMMAND`, such as \"git describe\", that the configuration may run, with any further arguments; repeatable")
	flags.BoolVar(&opts.IgnoreUnknown, "ignore-unknown", false, "ignore, with a warning, arguments and properties that do not exist, as SST does")
	flags.DurationVar(&opts.EvalTimeout, "eval-timeout", 0, "the longest `DURATION` that the configuration may compute (default 10s; 1m for SST v2, which runs the CDK)")
	return func() {
		opts.EnvFiles, opts.AllowExec = envFiles.values, allow.values
		opts.ProcessEnv = os.LookupEnv
		opts.Env = map[string]string{}
		for _, v := range envs.values {
			name, value, ok := strings.Cut(v, "=")
			if !ok {
				if value, ok = os.LookupEnv(name); !ok {
					continue
				}
			}
			opts.Env[name] = value
		}
	}
}

func build(e *env, args []string) int {
	flags := e.flags()
	var targets = list{split: true}
	var vars, varFiles list
	var opts compiler.Options
	finish := evaluationFlags(flags, &opts)
	var asJSON, verbose bool
	flags.StringVar(&opts.Config, "config", "", "the configuration's `NAME`, where a directory has several")
	flags.Var(&targets, "target", "the output formats, a `LIST` with commas, of "+strings.Join(compiler.Targets(), ", ")+" (default "+compiler.DefaultTarget+"; cloudformation for an app of SST v2)")
	flags.StringVar(&opts.Out, "out", "", "the output `DIR` (default out beside the configuration), replaced whole")
	flags.Var(&vars, "var", "a value for a variable of an HCL configuration, as `NAME=VALUE`; repeatable")
	flags.Var(&varFiles, "var-file", "a `FILE` of values for variables of an HCL configuration; repeatable")
	flags.BoolVar(&opts.Prebuilt, "prebuilt", false, "do not run sites' build commands: their output is there already")
	flags.BoolVar(&opts.LocalAssets, "local-assets", false, "let templates name archives as files beside them")
	flags.IntVar(&opts.Jobs, "jobs", runtime.GOMAXPROCS(0), "do `N` things at a time (default as many as there are cores)")
	flags.BoolVar(&asJSON, "json", false, "print the result and the diagnostics as JSON on standard output")
	flags.BoolVar(&verbose, "timings", false, "print how long each phase took")
	rest, err := parse(flags, args, 1)
	if err != nil {
		return e.flagError(flags, err)
	}
	opts.Dir = "."
	if len(rest) == 1 {
		opts.Dir = rest[0]
	}
	finish()
	opts.Targets, opts.Vars, opts.VarFiles = targets.values, vars.values, varFiles.values
	opts.CacheDir = cacheDir()
	opts.Last = true
	progress := &progress{w: e.stderr, on: !asJSON && isTerminal(e.stderr)}
	opts.Progress = progress.show
	opts.Console = func(level, text string) {
		progress.clear()
		fmt.Fprintln(e.stderr, text)
	}

	opts.Staged = e.discardOnInterrupt

	b, diags, err := compiler.Compile(opts)
	progress.clear()
	if asJSON {
		return printJSON(e, b, diags, err)
	}
	source := func(string) []byte { return nil }
	if b != nil && b.Files != nil {
		source = b.Files.Source
	}
	diag.Render(e.stderr, diags, source)
	if err != nil {
		fmt.Fprintf(e.stderr, "sstc: %v\n", err)
		return exitMachine
	}
	if diags.HasErrors() {
		fmt.Fprintf(e.stderr, "\n%s; nothing was written.\n", count(diags))
		if slices.ContainsFunc(diags, func(d *diag.Diagnostic) bool { return d.Code == diag.UnsupportedArgument }) && !opts.IgnoreUnknown {
			fmt.Fprintln(e.stderr, "SST ignores arguments and properties that do not exist. So does sstc with --ignore-unknown.")
		}
		return exitUser
	}
	fmt.Fprintf(e.stdout, "Built %s for stage %s: %s, %s, %s.\n", b.Program.App.Name, b.Program.App.Stage,
		plural(len(b.Program.Resources), "resource"), plural(len(b.Program.Functions), "function"), plural(len(b.Program.Assets), "asset"))
	fmt.Fprintf(e.stdout, "Read %s first.\n", filepath.ToSlash(filepath.Join(b.Out, "report.md")))
	if verbose {
		for _, p := range b.Phases {
			fmt.Fprintf(e.stdout, "  %-12s %6.1f ms\n", p.Name, float64(p.Duration.Microseconds())/1000)
		}
	}
	return exitDone
}

// discardOnInterrupt has a build that is interrupted leave nothing behind.
func (e *env) discardOnInterrupt(discard func()) {
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-interrupted
		discard()
		fmt.Fprintln(e.stderr, "\nsstc: interrupted.")
		os.Exit(exitInterrupted)
	}()
}

func count(l diag.List) string {
	errors, warnings := 0, 0
	for _, d := range l.Sorted() {
		if d.Severity == diag.Error {
			errors++
		} else {
			warnings++
		}
	}
	s := plural(errors, "error")
	if warnings > 0 {
		s += ", " + plural(warnings, "warning")
	}
	return s
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// A jsonDiagnostic is a diagnostic as it is printed for programs: lines and
// columns are from 1, byte offsets from 0.
type jsonDiagnostic struct {
	Severity string      `json:"severity"`
	Code     diag.Code   `json:"code"`
	Summary  string      `json:"summary"`
	Detail   string      `json:"detail"`
	Subject  *diag.Range `json:"subject,omitempty"`
	Notes    []diag.Note `json:"notes,omitempty"`
}

func printJSON(e *env, b *compiler.Build, diags diag.List, err error) int {
	var out struct {
		Out         string           `json:"out,omitempty"`
		Targets     []string         `json:"targets,omitempty"`
		Resources   int              `json:"resources"`
		Functions   int              `json:"functions"`
		Diagnostics []jsonDiagnostic `json:"diagnostics"`
		Error       string           `json:"error,omitempty"`
		Phases      map[string]int64 `json:"phasesMicroseconds,omitempty"`
	}
	out.Diagnostics = []jsonDiagnostic{}
	for _, d := range diags.Sorted() {
		out.Diagnostics = append(out.Diagnostics, jsonDiagnostic{d.Severity.String(), d.Code, d.Summary, d.Detail, d.Subject, d.Notes})
	}
	code := exitDone
	switch {
	case err != nil:
		out.Error, code = err.Error(), exitMachine
	case diags.HasErrors():
		code = exitUser
	default:
		out.Out, out.Targets = filepath.ToSlash(b.Out), b.Targets
		out.Resources, out.Functions = len(b.Program.Resources), len(b.Program.Functions)
		out.Phases = map[string]int64{}
		for _, p := range b.Phases {
			out.Phases[p.Name] = p.Duration.Microseconds()
		}
	}
	enc := json.NewEncoder(e.stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(out); err != nil {
		return exitMachine
	}
	return code
}

func explain(e *env, args []string) int {
	list := diag.Explanations()
	flags := e.flags()
	args, err := parse(flags, args, 1)
	if err != nil {
		return e.flagError(flags, err)
	}
	if len(args) == 0 {
		fmt.Fprint(e.stdout, "usage: sstc explain [CODE]\n\nCodes:\n")
		for _, x := range list {
			fmt.Fprintf(e.stdout, "  %s\n", x.Code)
		}
		return exitDone
	}
	i := slices.IndexFunc(list, func(x diag.Explanation) bool { return string(x.Code) == args[0] })
	if i < 0 {
		var codes []string
		for _, x := range list {
			codes = append(codes, string(x.Code))
		}
		fmt.Fprintf(e.stderr, "sstc explain: there is no code %q.%s\n", args[0], diag.Suggest(args[0], codes))
		return exitUser
	}
	fmt.Fprintf(e.stdout, "%s\n\n%s\n", list[i].Code, list[i].Rule)
	if list[i].Example != "" {
		fmt.Fprintf(e.stdout, "\nExample:\n\n    %s\n", strings.ReplaceAll(list[i].Example, "\n", "\n    "))
	}
	return exitDone
}

func version(e *env, args []string) int {
	flags := e.flags()
	if _, err := parse(flags, args, 0); err != nil {
		return e.flagError(flags, err)
	}
	fmt.Fprintf(e.stdout, "sstc %s\n", Version)
	return exitDone
}

// progress shows, on a terminal, what is being done.
type progress struct {
	w  io.Writer
	on bool
}

func (p *progress) show(phase string) {
	if p.on {
		fmt.Fprintf(p.w, "\r\x1b[K%s ...", phase)
	}
}

func (p *progress) clear() {
	if p.on {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && isatty.IsTerminal(f.Fd()) && os.Getenv("TERM") != "dumb"
}

// cacheDir is where builds keep what they would otherwise make again; "" if
// there is no such place.
func cacheDir() string {
	if dir, ok := os.LookupEnv("SSTC_CACHE_DIR"); ok {
		return dir
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "sstc")
}
