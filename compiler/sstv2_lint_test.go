package compiler_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// CloudFormation's own linter finds no error in the templates of testdata/sstv2
// that it does not find in those of the real SST v2 for the same app.
func TestSSTv2Lint(t *testing.T) {
	lint, err := exec.LookPath("cfn-lint")
	if err != nil {
		t.Skip("cfn-lint is not on the PATH: the templates of testdata/sstv2 are not linted")
	}
	if testing.Short() {
		t.Skip("cfn-lint takes its time: the templates of testdata/sstv2 are not linted")
	}
	t.Parallel()
	names, err := filepath.Glob(filepath.Join(v2Dir, "*.txtar"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	ours := map[string][]byte{} // by archive and stack
	for _, name := range names {
		for f, data := range templatesIn(t, name, "want/cloudformation/") {
			ours[f] = data
		}
	}
	found := lintTemplates(t, lint, ours)
	real := map[string][]byte{}
	for f := range found {
		name, _, _ := strings.Cut(f, "/")
		file := filepath.Join(v2Dir, "real", name)
		if _, err := os.Stat(file); err != nil {
			continue
		}
		for g, data := range templatesIn(t, file, "") {
			if found[g] != nil {
				real[g] = data
			}
		}
	}
	known := lintTemplates(t, lint, real)
	for f, findings := range found {
		for finding, n := range findings {
			if n > known[f][finding] {
				t.Errorf("%s: %s, %d times; %d in the real template", f, finding, n, known[f][finding])
			}
		}
	}
	if len(found) == 0 {
		t.Error("nothing is found, though functions have runtimes that are out of use: does the linter run?")
	}
}

// templatesIn returns the templates of an archive.
func templatesIn(t *testing.T, name, dir string) map[string][]byte {
	t.Helper()
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]byte{}
	for _, f := range archive.Files {
		if stack, ok := strings.CutPrefix(f.Name, dir); ok && strings.HasSuffix(stack, ".json") {
			found[filepath.Base(name)+"/"+stack] = f.Data
		}
	}
	return found
}

// lintTemplates returns how often the linter finds each error in each template.
// Runtimes of Lambda are left out: what it says of them depends on the day.
func lintTemplates(t *testing.T, lint string, templates map[string][]byte) map[string]map[string]int {
	t.Helper()
	dir := t.TempDir()
	args := []string{"--format", "json", "--ignore-checks", "W", "I", "--"}
	files := map[string]string{}
	for f, data := range templates {
		file := filepath.Join(dir, fmt.Sprintf("%d.json", len(files)))
		if err := os.WriteFile(file, data, 0o666); err != nil {
			t.Fatal(err)
		}
		files[file] = f
		args = append(args, file)
	}
	if len(files) == 0 {
		return nil
	}
	out, err := exec.Command(lint, args...).Output() // fails if it finds something
	var results []struct {
		Filename, Message string
		Rule              struct{ ID string }
		Location          struct{ Path []any }
	}
	if err := json.Unmarshal(out, &results); err != nil {
		t.Fatalf("cfn-lint: %v\n%s", err, out)
	}
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		t.Fatal(err)
	}
	found := map[string]map[string]int{}
	for _, r := range results {
		f := files[r.Filename]
		if found[f] == nil {
			found[f] = map[string]int{}
		}
		if r.Rule.ID != "E2533" {
			found[f][fmt.Sprintf("%s at %v: %s", r.Rule.ID, r.Location.Path, r.Message)]++
		}
	}
	return found
}
