package compiler_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/sstc/sstc/compiler"
	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/internal/golden"
	"github.com/sstc/sstc/internal/tfcheck"
)

// Each archive in testdata/apps is an app and, under want/, everything that
// the compiler makes of it: the program in ir.txt, each target's files in the
// target's directory, and in stderr what was printed. An app that must fail has
// want/stderr alone. SSTC_UPDATE=1 rewrites want/.
//
// An archive with configurations in several languages is one app, written in
// each: all of them must give the same, wherever they stand in the files.
//
// The first line of an archive says what it shows. Lines below it that have a
// colon are options: see [appOptions].
func TestApps(t *testing.T) {
	golden.Archives(t, "../testdata/apps/*.txtar", func(t *testing.T, app *txtar.Archive) []txtar.File {
		t.Parallel()
		return compileLanguages(t, app)
	})
}

// configurations are the names of configurations, one for each language.
var configurations = []string{"sst.config.ts", "sst.config.hcl", "sst.config.hcl.json"}

// compileLanguages compiles an app once for each language that it is written
// in, and compares the results.
func compileLanguages(t *testing.T, app *txtar.Archive) []txtar.File {
	t.Helper()
	var names []string
	for _, name := range configurations {
		if slices.ContainsFunc(app.Files, func(f txtar.File) bool { return f.Name == name }) {
			names = append(names, name)
		}
	}
	if len(names) < 2 {
		return compileApp(t, app, "")
	}
	var first []txtar.File
	for i, name := range names {
		// Both forms of HCL are one configuration where they stand together.
		one := &txtar.Archive{Comment: app.Comment}
		for _, f := range app.Files {
			if f.Name == name || !slices.Contains(configurations, f.Name) {
				one.Files = append(one.Files, f)
			}
		}
		got := compileApp(t, one, name)
		if i == 0 {
			first = got
			continue
		}
		if slices.ContainsFunc(got, func(f txtar.File) bool { return f.Name == "want/stderr" }) && !slices.ContainsFunc(first, func(f txtar.File) bool { return f.Name == "want/stderr" }) {
			for _, f := range got {
				if f.Name == "want/stderr" {
					t.Errorf("%s has diagnostics, and %s has none:\n%s", name, names[0], f.Data)
				}
			}
			continue
		}
		t.Run(name, func(t *testing.T) { golden.Files(t, first, got) })
	}
	return first
}

type options = compiler.Options

// compileApp compiles an app and returns the files for want/.
func compileApp(t *testing.T, app *txtar.Archive, config string) []txtar.File {
	t.Helper()
	_, files := compileIn(t, t.TempDir(), app, func(o *options) { o.Config = config })
	return files
}

// compileIn compiles an app in a directory, with the options of its comment
// and others.
func compileIn(t *testing.T, dir string, app *txtar.Archive, adjust func(*options)) (*compiler.Build, []txtar.File) {
	t.Helper()
	golden.Write(t, dir, app.Files)
	out := filepath.Join(dir, "out")
	var printed bytes.Buffer
	opts := appOptions(t, dir, string(app.Comment))
	opts.Dir, opts.Out = dir, out
	opts.Console = func(level, text string) { fmt.Fprintln(&printed, text) }
	adjust(&opts)

	build, diags, err := compiler.Compile(opts)
	if err != nil {
		t.Fatal(err)
	}
	diag.Render(&printed, diags, func(name string) []byte {
		if build.Files == nil {
			return nil
		}
		return build.Files.Source(name)
	})
	var got []txtar.File
	if !diags.HasErrors() {
		got = append(got, txtar.File{Name: "want/ir.txt", Data: []byte(ir.Print(build.Program))})
		for _, dir := range append(slices.Clone(opts.Targets), "sites") {
			got = append(got, readFiles(t, out, dir)...)
		}
	} else if _, err := os.Stat(out); err == nil {
		t.Error("there are errors, and yet an output directory")
	}
	if printed.Len() > 0 {
		got = append(got, txtar.File{Name: "want/stderr", Data: printed.Bytes()})
	}
	if !diags.HasErrors() && slices.Contains(opts.Targets, "terraform") && !testing.Short() {
		tfcheck.Validate(t, filepath.Join(out, "terraform"))
	}
	for _, f := range got {
		if bytes.Contains(f.Data, []byte(dir)) {
			t.Errorf("%s has the path of the app on this machine", f.Name)
		}
	}
	return build, got
}

// appOptions reads the options in an archive's comment:
//
//	target: terraform, pulumi      instead of all targets
//	env: NAME=value                a variable of the command line
//	process: NAME=value            a variable of the process
//	var: name=value                a value for a variable in HCL
//	var-file: values.hcl           a file with such values
//	allow-exec: git rev-parse      a command that may run
//	eval-timeout: 1s
//	hermetic: true
//	ignore-unknown: true
//	prebuilt: true
//	assets: shown
//	tools: none                    no tools on the PATH but those in bin/
//	link: name -> target           a symbolic link in the app
func appOptions(t *testing.T, dir, comment string) compiler.Options {
	t.Helper()
	opts := compiler.Options{Stage: "test", Targets: compiler.Targets(), Env: map[string]string{}}
	process := map[string]string{}
	_, options, _ := strings.Cut(comment, "\n")
	for line := range strings.Lines(options) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok {
			continue
		}
		switch name {
		case "target":
			opts.Targets = strings.Split(value, ", ")
		case "env", "process":
			k, v, _ := strings.Cut(value, "=")
			map[string]map[string]string{"env": opts.Env, "process": process}[name][k] = v
		case "var":
			opts.Vars = append(opts.Vars, value)
		case "var-file":
			opts.VarFiles = append(opts.VarFiles, filepath.Join(dir, value))
		case "allow-exec":
			opts.AllowExec = append(opts.AllowExec, value)
		case "eval-timeout":
			d, err := time.ParseDuration(value)
			if err != nil {
				t.Fatal(err)
			}
			opts.EvalTimeout = d
		case "assets": // for the test of what is packed
		case "ignore-unknown":
			opts.IgnoreUnknown = true
		case "hermetic":
			opts.Hermetic = true
		case "prebuilt":
			opts.Prebuilt = true
		case "tools": // for TestCode
		case "link":
			link, target, _ := strings.Cut(value, " -> ")
			linkFile(t, filepath.Join(dir, target), filepath.Join(dir, link))
		default:
			t.Errorf("the comment has an option %q that is not known", name)
		}
	}
	opts.ProcessEnv = func(name string) (string, bool) {
		v, ok := process[name]
		return v, ok
	}
	return opts
}

func linkFile(t *testing.T, target, link string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(link), 0o777); err != nil {
		t.Fatal(err)
	}
	rel, err := filepath.Rel(filepath.Dir(link), target)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(rel, link); err != nil {
		t.Fatal(err)
	}
}

// readFiles returns the files in a directory of dir, for want/, sorted by name.
func readFiles(t *testing.T, dir, sub string) []txtar.File {
	t.Helper()
	var files []txtar.File
	err := filepath.WalkDir(filepath.Join(dir, sub), func(name string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) || err == nil && d.IsDir() {
			return nil
		}
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(name)
		files = append(files, txtar.File{Name: path.Join("want", filepath.ToSlash(rel)), Data: data})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
