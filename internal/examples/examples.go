// Package examples builds the example apps of another project's checkout with
// sstc and compares what comes of each with a list in the tree. It is what the
// programs in testdata/sstexamples and testdata/sstv2examples share.
package examples

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// A Suite is the examples of one checkout.
type Suite struct {
	Name    string   // the directory under testdata with the program and its list, expected.txt
	Project string   // the checkout's owner/name
	Args    []string // arguments of sstc build, beside the directory, the stage, --out and --json

	// Prepare is called once the examples are copied: fresh says that they were
	// copied in this run. It makes of the copy, work/examples, what can be built.
	Prepare func(work string, names []string, fresh, install bool)

	// Secondary are the codes of errors that are left out of the list where
	// an example has others too.
	Secondary []string

	// Original has the project itself build an example, and compares: what comes
	// of that is in the list too, and made anew with the flag -real. It returns
	// that, and what the flag -v shows. Out is where sstc's output is, "" if
	// there is none. It may be nil.
	Original func(dir, out string) (result, text string)
}

// An outcome is what comes of an example, and what the project's own build was
// found to be then: "" if nobody has looked.
type outcome struct{ result, original string }

func (o outcome) String() string {
	return strings.TrimRight(fmt.Sprintf("%-20s %s", o.result, o.original), " ")
}

// Main reads the flags and the names of examples from the command line, builds,
// and ends the process with 1 if what comes of an example is not what the list says.
func (s Suite) Main() {
	log.SetFlags(0)
	checkout := flag.String("checkout", "", "`directory` of a checkout of "+s.Project)
	work := flag.String("work", filepath.Join(os.TempDir(), "sstc-"+s.Name), "`directory` for the copy, kept for the next run")
	install := flag.Bool("install", false, "install npm packages into the copy")
	update := flag.Bool("update", false, "rewrite the list")
	verbose := flag.Bool("v", false, "print the diagnostics of each failure, and differences")
	apps := flag.String("apps", "", "build the apps in this `directory` where they are, and compare with no list")
	real := new(bool)
	if s.Original != nil {
		real = flag.Bool("real", false, "have "+s.Project+" build them too, and compare")
	}
	flag.Parse()
	if *apps != "" {
		s.others(*apps, *work, *real, *verbose)
		return
	}
	if *checkout == "" {
		flag.Usage()
		os.Exit(2)
	}
	here := "testdata/" + s.Name
	list := filepath.Join(filepath.FromSlash(here), "expected.txt")
	sstc := filepath.Join(*work, "sstc")
	Must(os.MkdirAll(*work, 0o777))
	Run("", "go", "build", "-o", sstc, "./cmd/sstc")

	target := filepath.Join(*work, "examples")
	_, err := os.Stat(target)
	if err != nil {
		Must(os.CopyFS(target, os.DirFS(filepath.Join(*checkout, "examples"))))
	}
	configs, err2 := filepath.Glob(filepath.Join(target, "*", "sst.config.ts"))
	Must(err2)
	var names []string
	for _, f := range configs {
		names = append(names, filepath.Base(filepath.Dir(f)))
	}
	s.Prepare(*work, names, err != nil, *install)
	all := flag.NArg() == 0
	if !all {
		names = flag.Args()
	}

	want := read(list)
	ok, wrong := 0, 0
	for _, name := range names {
		got, text := s.outcome(sstc, filepath.Join(target, name), filepath.Join(*work, "out", name), *real)
		if got.result == "ok" {
			ok++
		}
		if *verbose && text != "" {
			fmt.Println(indent(text))
		}
		if !*real {
			got.original = want[name].original
		}
		mark := ""
		if want[name] != got {
			wrong++
			mark = fmt.Sprintf("   (expected %s)", want[name])
		}
		fmt.Printf("%-42s %s%s\n", name, got, mark)
		want[name] = got
	}
	fmt.Printf("\n%d of %d examples build; %d differ from the list.\n", ok, len(names), wrong)
	if *update {
		if !all {
			names = nil
			for name := range want {
				names = append(names, name)
			}
			slices.Sort(names)
		}
		var b strings.Builder
		fmt.Fprintf(&b, "# What comes of the example apps of %s: ok, or the codes of the errors.\n", s.Project)
		if s.Original != nil {
			b.WriteString("# Then how that compares with what the project itself makes of them.\n")
		}
		fmt.Fprintf(&b, "# Made by go run ./%s -update; see main.go.\n", here)
		for _, name := range names {
			fmt.Fprintf(&b, "%-42s %s\n", name, want[name])
		}
		Must(os.WriteFile(list, []byte(b.String()), 0o666))
	} else if wrong > 0 {
		os.Exit(1)
	}
}

// others builds the apps in a directory, or the one that it is.
func (s Suite) others(apps, work string, real, verbose bool) {
	Must(os.MkdirAll(work, 0o777))
	sstc := filepath.Join(work, "sstc")
	Run("", "go", "build", "-o", sstc, "./cmd/sstc")
	apps, err := filepath.Abs(apps)
	Must(err)
	names := flag.Args()
	if len(names) == 0 {
		for _, pattern := range []string{"sst.config.*", "*/sst.config.*"} {
			found, err := filepath.Glob(filepath.Join(apps, pattern))
			Must(err)
			for _, f := range found {
				name, err := filepath.Rel(apps, filepath.Dir(f))
				Must(err)
				names = append(names, name)
			}
		}
		slices.Sort(names)
		names = slices.Compact(names)
	}
	for _, name := range names {
		got, text := s.outcome(sstc, filepath.Join(apps, name), filepath.Join(work, "out", name), real)
		if verbose && text != "" {
			fmt.Println(indent(text))
		}
		fmt.Printf("%-42s %s\n", name, got)
	}
}

// outcome builds an example, and has the project do so if it is to.
func (s Suite) outcome(sstc, dir, out string, real bool) (outcome, string) {
	result, text := s.build(sstc, dir, out)
	got := outcome{result: result}
	if real {
		if result != "ok" {
			out = ""
		}
		original, more := s.Original(dir, out)
		got.original = original
		text += more
	}
	return got, text
}

// build builds one example. It returns "ok" or the codes of the errors.
func (s Suite) build(sstc, dir, out string) (result, text string) {
	cmd := exec.Command(sstc, append([]string{"build", dir, "--stage", "test", "--out", out, "--json"}, s.Args...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var answer struct {
		Error       string
		Diagnostics []struct{ Severity, Code, Summary, Detail string }
	}
	if json.Unmarshal(stdout.Bytes(), &answer) != nil {
		return "crash", stderr.String()
	}
	if err == nil {
		return "ok", ""
	}
	if answer.Error != "" {
		return "crash", answer.Error
	}
	var codes []string
	for _, d := range answer.Diagnostics {
		if d.Severity != "error" {
			continue
		}
		text += d.Summary + ": " + d.Detail + "\n"
		if !slices.Contains(codes, d.Code) {
			codes = append(codes, d.Code)
		}
	}
	slices.Sort(codes)
	primary := slices.DeleteFunc(slices.Clone(codes), func(c string) bool { return slices.Contains(s.Secondary, c) })
	if len(primary) > 0 {
		codes = primary
	}
	return strings.Join(codes, ","), text
}

// Packages are the package.json files below dir, outside node_modules, by their
// paths. What is not JSON is left out.
func Packages(dir string) map[string]map[string]any {
	found := map[string]map[string]any{}
	Must(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() == "node_modules" {
			return fs.SkipDir
		}
		if d.Name() == "package.json" {
			b, err := os.ReadFile(path)
			Must(err)
			p := map[string]any{}
			if json.Unmarshal(b, &p) == nil {
				found[path] = p
			}
		}
		return nil
	}))
	return found
}

// Run runs a command in a directory, and ends the process if it fails.
func Run(dir, name string, args ...string) {
	if out, err := try(dir, name, args...); err != nil {
		log.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

// Try runs a command in a directory, and says so if it fails.
func Try(dir, name string, args ...string) {
	if out, err := try(dir, name, args...); err != nil {
		fmt.Printf("%s: %s %s: %v\n%s", dir, name, strings.Join(args, " "), err, indent(out))
	}
}

func try(dir, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// Must ends the process if there is an error.
func Must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func read(name string) map[string]outcome {
	want := map[string]outcome{}
	b, err := os.ReadFile(name)
	if err != nil && !os.IsNotExist(err) {
		log.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) >= 2 && f[0] != "#" {
			want[f[0]] = outcome{f[1], strings.Join(f[2:], " ")}
		}
	}
	return want
}

func indent(s string) string {
	return "    " + strings.ReplaceAll(strings.TrimRight(s, "\n"), "\n", "\n    ") + "\n"
}
