package golden

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// A recorder is a test whose failures are looked at.
type recorder struct {
	testing.TB
	said []string
}

func (r *recorder) Helper() {}
func (r *recorder) Errorf(format string, args ...any) {
	r.said = append(r.said, strings.TrimSpace(format))
}
func (r *recorder) Fatalf(format string, args ...any) { r.Errorf(format, args...) }

// What compares must be able to fail.
func TestFiles(t *testing.T) {
	a, b := txtar.File{Name: "want/a", Data: []byte("1\n2\n")}, txtar.File{Name: "want/b"}
	for _, c := range []struct {
		want, got []txtar.File
		failures  int
	}{
		{[]txtar.File{a, b}, []txtar.File{b, a}, 0},
		{[]txtar.File{a}, []txtar.File{a, b}, 1},
		{[]txtar.File{a, b}, []txtar.File{a}, 1},
		{[]txtar.File{a}, []txtar.File{{Name: "want/a", Data: []byte("1\n3\n")}}, 1},
		{[]txtar.File{a}, []txtar.File{{Name: "want/a", Data: []byte("1\n2\n3\n")}}, 1},
		{nil, nil, 0},
	} {
		r := &recorder{}
		if Files(r, c.want, c.got); len(r.said) != c.failures {
			t.Errorf("%v and %v: %d failures, not %d", c.want, c.got, len(r.said), c.failures)
		}
	}
}

func TestFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "new", "file")
	t.Setenv("SSTC_UPDATE", "")
	r := &recorder{}
	if File(r, name, []byte("a")); len(r.said) != 1 {
		t.Error("a file that is not there is as it should be")
	}
	t.Setenv("SSTC_UPDATE", "1")
	File(t, name, []byte("a"))
	if b, err := os.ReadFile(name); string(b) != "a" {
		t.Errorf("the file has %q: %v", b, err)
	}
	t.Setenv("SSTC_UPDATE", "")
	File(t, name, []byte("a"))
	r = &recorder{}
	if File(r, name, []byte("b")); len(r.said) != 1 {
		t.Error("another content is as it should be")
	}
}
