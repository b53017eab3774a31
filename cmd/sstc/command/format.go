package command

import (
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/sstc/sstc/compiler"
	"github.com/sstc/sstc/compiler/diag"
)

// standardInput is its name in messages.
const standardInput = "<standard input>"

func format(e *env, args []string) int {
	flags := e.flags()
	check := flags.Bool("check", false, "list files that are formatted otherwise, and write nothing; exit code 1 if there are any")
	show := flags.Bool("diff", false, "show what would change, and write nothing")
	paths, err := parse(flags, args, math.MaxInt)
	if err != nil {
		return e.flagError(flags, err)
	}
	if len(paths) == 0 {
		paths = []string{"."}
	}
	if slices.Contains(paths, "-") {
		if len(paths) > 1 {
			fmt.Fprintln(e.stderr, "sstc fmt: - is standard input, and stands alone")
			return exitUser
		}
		return formatInput(e, *check, *show)
	}
	files, diags, err := compiler.Format(paths)
	diag.Render(e.stderr, diags, func(name string) []byte {
		text, _ := os.ReadFile(filepath.FromSlash(name))
		return text
	})
	if err != nil {
		fmt.Fprintf(e.stderr, "sstc: %v\n", err)
		return exitMachine
	}
	if diags.HasErrors() {
		fmt.Fprintf(e.stderr, "\n%s; nothing was written.\n", count(diags))
		return exitUser
	}
	differ := false
	for _, f := range files {
		if !f.Differs() {
			continue
		}
		differ = true
		name := filepath.ToSlash(f.Path)
		switch {
		case *show:
			e.stdout.Write(diff.Diff(name+".orig", f.Before, name, f.After))
		case *check:
			fmt.Fprintln(e.stdout, name)
		default:
			if err := f.Write(); err != nil {
				fmt.Fprintf(e.stderr, "sstc: %v\n", err)
				return exitMachine
			}
			fmt.Fprintln(e.stdout, name)
		}
	}
	if *check && differ {
		return exitUser
	}
	return exitDone
}

// formatInput formats standard input to standard output.
func formatInput(e *env, check, show bool) int {
	text, err := io.ReadAll(e.stdin)
	if err != nil {
		fmt.Fprintf(e.stderr, "sstc: %v\n", err)
		return exitMachine
	}
	f, diags := compiler.FormatText(standardInput, text)
	diag.Render(e.stderr, diags, func(string) []byte { return text })
	switch {
	case diags.HasErrors():
		return exitUser
	case show:
		e.stdout.Write(diff.Diff(standardInput+".orig", f.Before, standardInput, f.After))
	case check && f.Differs():
		fmt.Fprintln(e.stdout, standardInput)
	case !check:
		e.stdout.Write(f.After)
	}
	if check && f.Differs() {
		return exitUser
	}
	return exitDone
}
