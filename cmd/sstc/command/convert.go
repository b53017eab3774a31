package command

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/sstc/sstc/compiler"
	"github.com/sstc/sstc/compiler/diag"
)

func convert(e *env, args []string) int {
	flags := e.flags()
	opts := compiler.Options{Dir: "."}
	finish := evaluationFlags(flags, &opts)
	flags.StringVar(&opts.Out, "out", "", "the `DIR` to write to (default that of the configuration), or - for standard output")
	force := flags.Bool("force", false, "replace files that are there already")
	rest, err := parse(flags, args, 1)
	if err != nil {
		return e.flagError(flags, err)
	}
	if len(rest) == 1 {
		opts.Dir = rest[0]
	}
	finish()
	opts.Console = func(level, text string) { fmt.Fprintln(e.stderr, text) }
	print := opts.Out == "-"
	if print {
		opts.Out = ""
	}
	v, diags, err := compiler.Convert(opts, print)
	if err == nil && !diags.HasErrors() && !print {
		var found diag.List
		found, err = v.Write(*force)
		diags = append(diags, found...)
	}
	source := func(string) []byte { return nil }
	if v.Sources != nil {
		source = v.Sources.Source
	}
	diag.Render(e.stderr, diags, source)
	if err != nil {
		fmt.Fprintf(e.stderr, "sstc: %v\n", err)
		return exitMachine
	}
	if diags.HasErrors() {
		fmt.Fprintf(e.stderr, "\n%s; nothing was written.\n", count(diags))
		return exitUser
	}
	if len(v.Env) > 0 {
		fmt.Fprintf(e.stderr, "Values that are those of environment variables are read from there: %s.\n", strings.Join(v.Env, ", "))
	}
	if print {
		e.stdout.Write(v.Files[0].Text)
		return exitDone
	}
	var names []string
	for _, f := range v.Files {
		names = append(names, filepath.ToSlash(filepath.Join(v.Dir, f.Name)))
	}
	fmt.Fprintf(e.stdout, "Wrote %s.\n", strings.Join(names, ", "))
	if v.Same {
		fmt.Fprintln(e.stdout, "It gives the same app as sst.config.ts.")
	}
	if _, err := os.Stat(filepath.Join(v.Dir, "sst.config.ts")); err == nil {
		fmt.Fprintln(e.stdout, "Build it with --config sst.config.hcl, or take sst.config.ts away.")
	}
	return exitDone
}
