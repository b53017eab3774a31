package compiler_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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
	version, err := exec.Command(lint, "--version").Output()
	if err != nil {
		t.Fatalf("cfn-lint: %v", err)
	}
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
	found := lintTemplates(t, lint, version, ours)
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
	known := lintTemplates(t, lint, version, real)
	for f, findings := range found {
		for finding, n := range findings {
			if n > known[f][finding] {
				t.Errorf("%s: %s, %d times; %d in the real template", f, finding, n, known[f][finding])
			}
		}
	}
	if len(found) == 0 {
		t.Error("nothing is found, though the linter does not know everything that the real templates have: does it run?")
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

// lintTemplates returns how often the linter finds each error in each template
// in which it finds any. Runtimes of Lambda are left out: what it says of them
// depends on the day. What it has said of a text is kept in the user's cache,
// beside the packages of npm's, for as long as the linter is the same: it takes
// a second for each.
func lintTemplates(t *testing.T, lint string, version []byte, templates map[string][]byte) map[string]map[string]int {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = t.TempDir()
	}
	cache = filepath.Join(cache, "sstc-test", "cfn-lint")
	if err := os.MkdirAll(cache, 0o777); err != nil {
		t.Fatal(err)
	}
	found := map[string]map[string]int{}
	dir := t.TempDir()
	args := []string{"--format", "json", "--ignore-checks", "W", "I", "--"}
	unread := map[string]string{} // the template in each file to be linted
	kept := map[string]string{}   // where what is found in a template is kept
	for _, f := range slices.Sorted(maps.Keys(templates)) {
		kept[f] = filepath.Join(cache, fmt.Sprintf("%x.json", sha256.Sum256(slices.Concat(version, templates[f]))))
		if b, err := os.ReadFile(kept[f]); err == nil {
			var findings map[string]int
			if err := json.Unmarshal(b, &findings); err != nil {
				t.Fatalf("%s: %v", kept[f], err)
			}
			if len(findings) > 0 {
				found[f] = findings
			}
			continue
		}
		file := filepath.Join(dir, fmt.Sprintf("%d.json", len(unread)))
		if err := os.WriteFile(file, templates[f], 0o666); err != nil {
			t.Fatal(err)
		}
		unread[file] = f
		args = append(args, file)
	}
	if len(unread) == 0 {
		return found
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
	for _, r := range results {
		if r.Rule.ID == "E2533" {
			continue
		}
		f := unread[r.Filename]
		if found[f] == nil {
			found[f] = map[string]int{}
		}
		found[f][fmt.Sprintf("%s at %v: %s", r.Rule.ID, r.Location.Path, r.Message)]++
	}
	for _, f := range unread {
		b, err := json.Marshal(found[f])
		if err != nil {
			t.Fatal(err)
		}
		// Renamed, because another test process may read it now.
		temp := fmt.Sprintf("%s.%d", kept[f], os.Getpid())
		if err := os.WriteFile(temp, b, 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(temp, kept[f]); err != nil {
			t.Fatal(err)
		}
	}
	return found
}
