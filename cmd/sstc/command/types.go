package command

import (
	"fmt"

	"github.com/sstc/sstc/compiler"
	"github.com/sstc/sstc/compiler/diag"
)

func types(e *env, args []string) int {
	flags := newFlags(e, "types", "types [dir]")
	rest, err := parse(flags, args)
	if err != nil {
		return flagError(err)
	}
	dir := "."
	if len(rest) > 0 {
		dir = rest[0]
	}
	path, diags, err := compiler.WriteTypes(dir)
	diag.Render(e.stderr, diags, func(string) []byte { return nil })
	switch {
	case err != nil:
		fmt.Fprintf(e.stderr, "sstc: %v\n", err)
		return exitMachine
	case diags.HasErrors():
		return exitUser
	}
	fmt.Fprintf(e.stdout, "Wrote %s.\n", path)
	return exitDone
}
