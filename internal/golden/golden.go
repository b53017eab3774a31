// Package golden compares what tests make with what is expected, in files that
// SSTC_UPDATE=1 rewrites.
package golden

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// Update reports whether expected output is to be rewritten.
func Update() bool { return os.Getenv("SSTC_UPDATE") != "" }

// File compares got with the content of a file, or writes it there.
func File(t testing.TB, name string, got []byte) {
	t.Helper()
	want, err := os.ReadFile(name)
	switch {
	case err == nil && bytes.Equal(got, want):
	case Update():
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, got, 0o666); err != nil {
			t.Fatal(err)
		}
	case err != nil:
		t.Fatalf("%v; SSTC_UPDATE=1 writes it", err)
	default:
		t.Errorf("%s differs; SSTC_UPDATE=1 rewrites it. %s", name, Difference(want, got))
	}
}

// Archives runs a test of each archive whose name matches a pattern. f is given
// the archive without the files under want/, and returns what these should be.
func Archives(t *testing.T, pattern string, f func(t *testing.T, a *txtar.Archive) []txtar.File) {
	t.Helper()
	names, err := filepath.Glob(filepath.FromSlash(pattern))
	if err != nil || len(names) == 0 {
		t.Fatalf("no archives match %s: %v", pattern, err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			given, want := Read(t, name)
			got := f(t, given)
			if Update() {
				File(t, name, txtar.Format(&txtar.Archive{Comment: given.Comment, Files: slices.Concat(given.Files, got)}))
			} else {
				Files(t, want, got)
			}
		})
	}
}

// Read reads an archive, and takes the files under want/ out of it.
func Read(t testing.TB, name string) (given *txtar.Archive, want []txtar.File) {
	t.Helper()
	a, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	given = &txtar.Archive{Comment: a.Comment}
	for _, f := range a.Files {
		if strings.HasPrefix(f.Name, "want/") {
			want = append(want, f)
		} else {
			given.Files = append(given.Files, f)
		}
	}
	return given, want
}

// Files fails the test for each file that is missing, too many, or different.
func Files(t testing.TB, want, got []txtar.File) {
	t.Helper()
	find := func(files []txtar.File, name string) *txtar.File {
		if i := slices.IndexFunc(files, func(f txtar.File) bool { return f.Name == name }); i >= 0 {
			return &files[i]
		}
		return nil
	}
	for _, g := range got {
		switch w := find(want, g.Name); {
		case w == nil:
			t.Errorf("%s was not expected:\n%s", g.Name, g.Data)
		case !bytes.Equal(w.Data, g.Data):
			t.Errorf("%s differs. %s", g.Name, Difference(w.Data, g.Data))
		}
	}
	for _, w := range want {
		if find(got, w.Name) == nil {
			t.Errorf("%s was expected, and not made", w.Name)
		}
	}
}

// Difference says where two texts begin to differ, with a few lines of each.
func Difference(want, got []byte) string {
	w, g := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
	i := 0
	for i < len(w) && i < len(g) && w[i] == g[i] {
		i++
	}
	return fmt.Sprintf("From line %d on there is\n%sin place of\n%s", i+1, excerpt(g[i:]), excerpt(w[i:]))
}

func excerpt(lines []string) string {
	const most = 12
	var b strings.Builder
	for i, line := range lines {
		if i == most {
			b.WriteString("\t...\n")
			break
		}
		fmt.Fprintf(&b, "\t%s\n", line)
	}
	return b.String()
}
