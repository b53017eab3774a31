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

// Cases runs a test of each case in the archives whose names match a pattern. A
// file NAME.EXT with one of the extensions is a case, and NAME.txt beside it
// what f should return for it; files in directories are there for all cases of
// their archive.
func Cases(t *testing.T, pattern string, extensions []string, f func(t *testing.T, c txtar.File, shared []txtar.File) []byte) {
	t.Helper()
	names, err := filepath.Glob(filepath.FromSlash(pattern))
	if err != nil || len(names) == 0 {
		t.Fatalf("no archives match %s: %v", pattern, err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var shared, cases []txtar.File
			want := map[string][]byte{}
			for _, f := range a.Files {
				switch ext := filepath.Ext(f.Name); {
				case strings.Contains(f.Name, "/"):
					shared = append(shared, f)
				case ext == ".txt":
					want[f.Name] = f.Data
				case !slices.Contains(extensions, ext):
					t.Fatalf("%s: %s is no case and no result", name, f.Name)
				}
				if filepath.Ext(f.Name) != ".txt" || strings.Contains(f.Name, "/") {
					cases = append(cases, f)
				}
			}
			updated := &txtar.Archive{Comment: a.Comment}
			for _, c := range cases {
				updated.Files = append(updated.Files, c)
				if strings.Contains(c.Name, "/") {
					continue
				}
				id := strings.TrimSuffix(c.Name, filepath.Ext(c.Name))
				result := id + ".txt"
				t.Run(id, func(t *testing.T) {
					got := f(t, c, shared)
					updated.Files = append(updated.Files, txtar.File{Name: result, Data: got})
					if w, ok := want[result]; !Update() && (!ok || !bytes.Equal(got, w)) {
						t.Errorf("%s: %s differs; SSTC_UPDATE=1 rewrites it. %s", name, result, Difference(w, got))
					}
				})
				delete(want, result)
			}
			for result := range want {
				if !Update() {
					t.Errorf("%s: %s is the result of no case", name, result)
				}
			}
			if Update() && !t.Failed() {
				File(t, name, txtar.Format(updated))
			}
		})
	}
}

// Write writes files into a directory.
func Write(t testing.TB, dir string, files []txtar.File) {
	t.Helper()
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
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
