package command

import (
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/sstc/sstc/compiler/diag"
)

// parse sets flags, which may stand before and after the other arguments, and
// returns those, of which there may be so many. What follows -- is no flag.
func parse(flags *flag.FlagSet, args []string, most int) ([]string, error) {
	var rest []string
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		if arg == "--" {
			rest = append(rest, args...)
			break
		}
		if len(arg) < 2 || arg[0] != '-' { // - is standard input or output
			rest = append(rest, arg)
			continue
		}
		name, value, given := strings.Cut(strings.TrimPrefix(arg[1:], "-"), "=")
		if name == "h" || name == "help" {
			return nil, flag.ErrHelp
		}
		f := flags.Lookup(name)
		if f == nil {
			var known []string
			flags.VisitAll(func(f *flag.Flag) { known = append(known, "--"+f.Name) })
			return nil, fmt.Errorf("there is no flag --%s.%s", name, diag.Suggest("--"+name, known))
		}
		_, isSwitch := f.Value.(interface{ IsBoolFlag() bool })
		switch {
		case given:
		case isSwitch:
			value = "true"
		case len(args) == 0 || strings.HasPrefix(args[0], "--") && flags.Lookup(args[0][2:]) != nil:
			return nil, fmt.Errorf("--%s takes a value: --%s %s.", name, name, placeholder(f))
		default:
			value, args = args[0], args[1:]
		}
		if err := f.Value.Set(value); err != nil || negative(f.Value) {
			return nil, fmt.Errorf("--%s takes %s, not %q.", name, kind(f.Value), value)
		}
	}
	if len(rest) > most {
		return nil, fmt.Errorf("%s too many: %q.", plural(len(rest)-most, "argument"), rest[most:])
	}
	return rest, nil
}

func negative(v flag.Value) bool {
	if g, ok := v.(flag.Getter); ok {
		switch n := g.Get().(type) {
		case int:
			return n < 0
		case time.Duration:
			return n < 0
		}
	}
	return false
}

// kind says what a flag's value must be.
func kind(v flag.Value) string {
	if g, ok := v.(flag.Getter); ok {
		switch g.Get().(type) {
		case int:
			return "a number"
		case time.Duration:
			return `a duration, such as "30s" or "2m"`
		}
	}
	return "true or false"
}

// placeholder is what stands for a flag's value in help: what its description
// has between backquotes.
func placeholder(f *flag.Flag) string {
	name, _ := flag.UnquoteUsage(f)
	return name
}

// flagError tells of what parse has found, which may be that help was asked for.
func (e *env) flagError(flags *flag.FlagSet, err error) int {
	if err == flag.ErrHelp {
		e.help(e.stdout, flags)
		return exitDone
	}
	fmt.Fprintf(e.stderr, "sstc %s: %v\nRun sstc %s --help for what it takes.\n", e.verb.name, err, e.verb.name)
	return exitUser
}

// help describes a command and its flags.
func (e *env) help(w io.Writer, flags *flag.FlagSet) {
	fmt.Fprintf(w, "usage: sstc %s\n\n%s%s.\n", e.verb.synopsis, strings.ToUpper(e.verb.summary[:1]), e.verb.summary[1:])
	heading := "\nFlags:\n"
	flags.VisitAll(func(f *flag.Flag) {
		_, text := flag.UnquoteUsage(f)
		name := "--" + f.Name
		if _, isSwitch := f.Value.(interface{ IsBoolFlag() bool }); !isSwitch {
			name += " " + placeholder(f)
		}
		for line := range strings.Lines(diag.Wrap(text, 72)) {
			fmt.Fprintf(w, "%s  %-24s%s\n", heading, name, strings.TrimRight(line, " \n"))
			heading, name = "", ""
		}
	})
}
