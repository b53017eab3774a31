package command

import (
	"fmt"
	"os"

	"github.com/sstc/sstc/compiler"
	"github.com/sstc/sstc/compiler/diag"
)

func types(e *env, args []string) int {
	flags := e.flags()
	stage := flags.String("stage", "", "the `NAME` of the stage for which app() is asked for the providers (default as for build, else dev)")
	rest, err := parse(flags, args, 1)
	if err != nil {
		return e.flagError(flags, err)
	}
	opts := compiler.Options{Dir: ".", Stage: *stage, ProcessEnv: os.LookupEnv}
	if len(rest) > 0 {
		opts.Dir = rest[0]
	}
	path, build, diags, err := compiler.WriteTypes(opts)
	source := func(string) []byte { return nil }
	if build.Files != nil {
		source = build.Files.Source
	}
	diag.Render(e.stderr, diags, source)
	if err != nil {
		fmt.Fprintf(e.stderr, "sstc: %v\n", err)
		return exitMachine
	}
	if path != "" {
		fmt.Fprintf(e.stdout, "Wrote %s.\n", path)
	}
	if diags.HasErrors() {
		return exitUser
	}
	return exitDone
}
