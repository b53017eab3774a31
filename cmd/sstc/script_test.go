package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sstc/sstc/compiler"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sstc": main})
}

// Each archive in testdata/script runs the command for what only a command
// has: flags, exit codes, files on disk, running twice. Each finds the app of
// testdata/script/app in $WORK/app, and the names of all targets in $ALL.
func TestScripts(t *testing.T) {
	scripts := filepath.Join("..", "..", "testdata", "script")
	testscript.Run(t, testscript.Params{
		Dir:                 scripts,
		UpdateScripts:       os.Getenv("SSTC_UPDATE") != "",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", filepath.Join(e.WorkDir, "home"))
			e.Setenv("ALL", strings.Join(compiler.Targets(), ","))
			return os.CopyFS(filepath.Join(e.WorkDir, "app"), os.DirFS(filepath.Join(scripts, "app")))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status":    status,
			"same":      same,
			"copytree":  copyTree,
			"backwards": backwards,
			"oldfiles":  oldFiles,
		},
	})
}

// status CODE COMMAND... runs a command, which must end with that exit code.
// testscript itself tells success from failure only.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status CODE COMMAND...")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	if err != nil {
		exit, ok := err.(interface{ ExitCode() int })
		if !ok {
			ts.Fatalf("%v", err)
		}
		code = exit.ExitCode()
	}
	if fmt.Sprint(code) != args[0] {
		ts.Fatalf("%v ended with %d, not %s", args[1:], code, args[0])
	}
}

// same DIR DIR compares two directories: names, modes and contents.
func same(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: same DIR DIR")
	}
	a, b := tree(ts, ts.MkAbs(args[0])), tree(ts, ts.MkAbs(args[1]))
	equal := len(a) == len(b)
	for i := range min(len(a), len(b)) {
		if a[i].name != b[i].name || a[i].mode != b[i].mode || !bytes.Equal(a[i].content, b[i].content) {
			equal = false
			ts.Logf("%s %v and %s %v differ", a[i].name, a[i].mode, b[i].name, b[i].mode)
			break
		}
	}
	if equal == neg {
		ts.Fatalf("same %v: %v", args, equal)
	}
}

type treeEntry struct {
	name    string
	mode    fs.FileMode
	content []byte
}

// tree reads a directory, sorted by name.
func tree(ts *testscript.TestScript, dir string) []treeEntry {
	var entries []treeEntry
	ts.Check(filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		e := treeEntry{name: filepath.ToSlash(rel), mode: info.Mode()}
		if !d.IsDir() {
			if e.content, err = os.ReadFile(name); err != nil {
				return err
			}
		}
		entries = append(entries, e)
		return nil
	}))
	if len(entries) == 0 {
		ts.Fatalf("%s is empty", dir)
	}
	return entries
}

// copytree FROM TO copies a directory.
func copyTree(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: copytree FROM TO")
	}
	ts.Check(os.CopyFS(ts.MkAbs(args[1]), os.DirFS(ts.MkAbs(args[0]))))
}

// backwards FROM TO copies a directory, its last file first: some file systems
// list names in the order in which they were made.
func backwards(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: backwards FROM TO")
	}
	entries := tree(ts, ts.MkAbs(args[0]))
	slices.Reverse(entries)
	for _, e := range entries {
		name := filepath.Join(ts.MkAbs(args[1]), filepath.FromSlash(e.name))
		if e.mode.IsDir() {
			ts.Check(os.MkdirAll(name, 0o777))
			continue
		}
		ts.Check(os.MkdirAll(filepath.Dir(name), 0o777))
		ts.Check(os.WriteFile(name, e.content, e.mode))
	}
}

// oldfiles DIR gives the files of a directory times of long ago.
func oldFiles(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: oldfiles DIR")
	}
	when := time.Date(1995, 5, 23, 0, 0, 0, 0, time.UTC)
	for _, e := range tree(ts, ts.MkAbs(args[0])) {
		when = when.Add(time.Hour)
		ts.Check(os.Chtimes(filepath.Join(ts.MkAbs(args[0]), filepath.FromSlash(e.name)), when, when))
	}
}
