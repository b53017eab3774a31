// Package git answers what programs ask git of a repository: which commit is checked
// out, on which branch, and where it is from.
//
// In goes a command line; out comes what git would print, found in the repository's
// own files, without a process. Only what depends on nothing but the repository is
// answered: not what the user's own settings decide, nor what takes a look into
// commits. Nothing is ever written.
package git

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// An Output is what a command has printed, and how it ended.
type Output struct {
	Stdout, Stderr string
	Status         int
}

// Options are what an answer depends on beside the repository.
type Options struct {
	// Note is told of each file of the repository's that decided an answer: its
	// path, as if it were in .git beside the working tree, and the content that
	// counted. It may be nil.
	Note func(absPath string, content []byte)
	// Show is how a directory of this machine is shown to the program; ok is false
	// for one that it cannot be told. Nil shows none.
	Show func(absPath string) (shown string, ok bool)
}

// Answer answers a command of git's in a directory; ok is false if it is none that
// can be answered.
func Answer(opts Options, dir string, args []string) (out Output, ok bool) {
	for len(args) >= 2 && args[0] == "-C" {
		if dir = filepath.Join(dir, args[1]); filepath.IsAbs(args[1]) {
			return Output{}, false // of which the program has another idea
		}
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return Output{}, false
		}
		args = args[2:]
	}
	if len(args) > 0 && args[0] == "--no-pager" {
		args = args[1:]
	}
	if len(args) == 0 {
		return Output{}, false
	}
	r := open(dir, opts.Note)
	if r != nil && !r.readable() {
		return Output{}, false
	}
	name, args := args[0], args[1:]
	switch name {
	case "config":
		return r.configCommand(args)
	case "remote":
		if len(args) == 2 && args[0] == "get-url" {
			return r.remote(args[1])
		}
		return Output{}, false
	case "ls-remote":
		if i := slices.Index(args, "--get-url"); i >= 0 {
			return r.listRemote(slices.Delete(slices.Clone(args), i, i+1))
		}
		return Output{}, false
	case "rev-parse":
		return r.revParse(opts, dir, args)
	case "branch":
		if len(args) == 1 && args[0] == "--show-current" {
			return r.when(func() (Output, bool) {
				branch, _ := strings.CutPrefix(r.symbolic("HEAD"), "refs/heads/")
				return line(branch), true
			})
		}
	case "symbolic-ref":
		return r.symbolicRef(args)
	case "log", "show":
		return r.lastCommit(name, args)
	}
	return Output{}, false
}

func line(text string) Output {
	if text == "" {
		return Output{}
	}
	return Output{Stdout: text + "\n"}
}

func fatal(text string) (Output, bool) {
	return Output{Stderr: "fatal: " + text + "\n", Status: 128}, true
}

// when answers for a command that needs a repository.
func (r *repository) when(answer func() (Output, bool)) (Output, bool) {
	if r == nil {
		return fatal("not a git repository (or any of the parent directories): .git")
	}
	return answer()
}

func (r *repository) configCommand(args []string) (Output, bool) {
	if len(args) == 2 && args[0] == "--get" {
		args = args[1:]
	}
	if len(args) == 2 && args[0] == "get" {
		args = args[1:]
	}
	// Others may be in the user's settings.
	if len(args) != 1 || !strings.HasPrefix(args[0], "remote.") && !strings.HasPrefix(args[0], "branch.") {
		return Output{}, false
	}
	if r == nil {
		return Output{Status: 1}, true
	}
	r.noteConfig()
	value, ok := r.config(args[0])
	if !ok {
		return Output{Status: 1}, true
	}
	return Output{Stdout: value + "\n"}, true
}

func (r *repository) remote(name string) (Output, bool) {
	return r.when(func() (Output, bool) {
		if strings.HasPrefix(name, "-") {
			return Output{}, false
		}
		r.noteConfig()
		url, ok := r.config("remote." + name + ".url")
		if !ok {
			return Output{Stderr: "error: No such remote '" + name + "'\n", Status: 2}, true
		}
		return Output{Stdout: r.insteadOf(url) + "\n"}, true
	})
}

func (r *repository) listRemote(args []string) (Output, bool) {
	if r == nil || len(args) > 1 || len(args) == 1 && strings.HasPrefix(args[0], "-") {
		return Output{}, false
	}
	name := "origin"
	if len(args) == 1 {
		name = args[0]
	}
	url, ok := r.config("remote." + name + ".url")
	if !ok {
		return Output{}, false
	}
	r.noteConfig()
	return Output{Stdout: r.insteadOf(url) + "\n"}, true
}

func (r *repository) symbolicRef(args []string) (Output, bool) {
	short, quiet := false, false
	args = slices.DeleteFunc(slices.Clone(args), func(a string) bool {
		short, quiet = short || a == "--short", quiet || a == "-q" || a == "--quiet"
		return a == "--short" || a == "-q" || a == "--quiet"
	})
	if len(args) != 1 || args[0] != "HEAD" {
		return Output{}, false
	}
	return r.when(func() (Output, bool) {
		ref := r.symbolic("HEAD")
		switch {
		case ref == "" && quiet:
			return Output{Status: 1}, true
		case ref == "":
			return fatal("ref HEAD is not a symbolic ref")
		case short:
			branch, ok := strings.CutPrefix(ref, "refs/heads/")
			return line(branch), ok
		}
		return line(ref), true
	})
}

// lastCommit answers git log -1 --format=%H, in its many spellings.
func (r *repository) lastCommit(name string, args []string) (Output, bool) {
	one, format, ends := name == "show", "", ""
	for _, a := range args {
		switch {
		case a == "-1", a == "-n1", a == "--max-count=1":
			one = true
		case a == "-s", a == "--no-patch":
			ends += "s"
		case strings.HasPrefix(a, "--format="), strings.HasPrefix(a, "--pretty="):
			format = a[len("--format="):]
		case a == "HEAD":
		default:
			return Output{}, false
		}
	}
	text, separates := strings.CutPrefix(format, "format:")
	text = strings.TrimPrefix(text, "tformat:")
	if !one || text != "%H" && text != "%h" || name == "show" && ends == "" {
		return Output{}, false
	}
	return r.when(func() (Output, bool) {
		hash := r.resolve("HEAD")
		if hash == "" {
			if branch, ok := strings.CutPrefix(r.symbolic("HEAD"), "refs/heads/"); ok && name == "log" && !slices.Contains(args, "HEAD") {
				return fatal("your current branch '" + branch + "' does not have any commits yet")
			}
			return Output{}, false
		}
		if text == "%h" {
			if hash = r.abbreviate(hash, 0); hash == "" {
				return Output{}, false
			}
		}
		if separates { // nothing, the last
			return Output{Stdout: hash}, true
		}
		return Output{Stdout: hash + "\n"}, true
	})
}

func (r *repository) revParse(opts Options, dir string, args []string) (Output, bool) {
	var out strings.Builder
	short, length, abbrev, verify, quiet := false, 0, false, false, false
	if r == nil {
		return r.when(nil)
	}
	for _, a := range args {
		switch {
		case a == "--short":
			short = true
		case strings.HasPrefix(a, "--short="):
			n, err := strconv.Atoi(a[len("--short="):])
			if err != nil {
				return Output{}, false
			}
			short, length = true, min(max(n, 4), 64)
		case a == "--abbrev-ref":
			abbrev = true
		case a == "--verify":
			verify = true
		case a == "-q", a == "--quiet":
			quiet = true
		case a == "--is-inside-work-tree":
			out.WriteString(strconv.FormatBool(!below(dir, r.gitDir)) + "\n")
		case a == "--show-toplevel":
			if opts.Show == nil {
				return Output{}, false
			}
			shown, ok := opts.Show(r.top)
			if !ok {
				return Output{}, false
			}
			out.WriteString(shown + "\n")
		case a == "--show-prefix", a == "--show-cdup":
			rel, err := filepath.Rel(r.top, dir)
			if err != nil {
				return Output{}, false
			}
			rel = filepath.ToSlash(rel) + "/"
			if rel == "./" {
				rel = ""
			}
			if a == "--show-cdup" {
				rel = strings.Repeat("../", strings.Count(rel, "/"))
			}
			out.WriteString(rel + "\n")
		case strings.HasPrefix(a, "-") || strings.ContainsAny(a, "^~:@{.*?["):
			return Output{}, false
		default:
			hash := r.resolve(a)
			switch {
			case hash == "" && a == "HEAD" && !verify && !short:
				// git prints what it was given, before it complains.
				return Output{Stdout: out.String() + "HEAD\n", Status: 128, Stderr: "fatal: ambiguous argument 'HEAD': unknown revision or path not in the working tree.\n" +
					"Use '--' to separate paths from revisions, like this:\n'git <command> [<revision>...] -- [<file>...]'\n"}, true
			case hash == "" && verify && quiet:
				return Output{Stdout: out.String(), Status: 1}, true
			case hash == "" && (verify || a == "HEAD"):
				return Output{Stdout: out.String(), Stderr: "fatal: Needed a single revision\n", Status: 128}, true
			case hash == "":
				return Output{}, false // a file, or the beginning of a hash
			case abbrev && a == "HEAD":
				if branch, ok := strings.CutPrefix(r.symbolic("HEAD"), "refs/heads/"); ok {
					a = branch
				}
				out.WriteString(a + "\n")
				continue
			case abbrev:
				return Output{}, false
			case short:
				if hash = r.abbreviate(hash, length); hash == "" {
					return Output{}, false
				}
			}
			out.WriteString(hash + "\n")
		}
	}
	return Output{Stdout: out.String()}, out.Len() > 0
}
