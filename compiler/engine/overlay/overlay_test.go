package overlay

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// base is a map of files, which counts what is read of it.
type base struct {
	fstest.MapFS
	read []string
}

func (b *base) ReadFile(name string) ([]byte, error) {
	b.read = append(b.read, name)
	return b.MapFS.ReadFile(strings.TrimPrefix(name, "/"))
}
func (b *base) Stat(name string) (fs.FileInfo, error) {
	return b.MapFS.Stat(cmpRoot(name))
}
func (b *base) ReadDir(name string) ([]fs.DirEntry, error) { return b.MapFS.ReadDir(cmpRoot(name)) }

func cmpRoot(name string) string {
	if name == "/" {
		return "."
	}
	return name[1:]
}

func newTest() (*FS, *base) {
	b := &base{MapFS: fstest.MapFS{
		"app/src/a.txt":   {Data: []byte("a"), Mode: 0o644},
		"app/src/run":     {Data: []byte("run"), Mode: 0o755},
		"app/dist/old":    {Data: []byte("old"), Mode: 0o644},
		"app/dist/in/old": {Data: []byte("deep"), Mode: 0o644},
	}}
	return New(b, func(name string) bool { return strings.HasPrefix(name, "/app/dist") }), b
}

// shown lists what is at a name, with content, and * where it is the base's.
func shown(t *testing.T, f *FS, name string) string {
	t.Helper()
	files, err := f.Files(name)
	if err != nil {
		return err.Error()
	}
	var list []string
	for _, file := range files {
		text := string(file.Content)
		switch {
		case file.Source != "":
			text = "*" + file.Source
			if file.Directory {
				text += "/"
			}
		case file.Lent:
			text = "lent"
		}
		if file.Executable {
			text += " x"
		}
		list = append(list, fmt.Sprintf("%s=%s", file.Name, text))
	}
	return strings.Join(list, ", ")
}

func TestOverlay(t *testing.T) {
	f, b := newTest()
	do := func(errs ...error) {
		t.Helper()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(name, want string) {
		t.Helper()
		if got := shown(t, f, name); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", name, got, want)
		}
	}
	if f.Holds("/app") || f.Holds("/") == false { // the temporary directory
		t.Error("holds what nobody has written")
	}
	expect("/app/dist", "in=*/app/dist/in/, old=*/app/dist/old")
	do(f.WriteFile("/app/dist/new", []byte("new")), f.Append("/app/dist/old", []byte("+")))
	expect("/app/dist", "in=*/app/dist/in/, new=new, old=old+")
	if !f.Holds("/app") || !f.Holds("/app/dist/new") || f.Holds("/app/src") || f.Holds("/app/dist/in") {
		t.Error("Holds is wrong")
	}
	// What is removed hides what is beneath, and so does what is made there.
	do(f.Remove("/app/dist"))
	expect("/app/dist", "stat /app/dist: file does not exist")
	if _, err := f.ReadFile("/app/dist/in/old"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	do(f.Mkdir("/app/dist"))
	expect("/app/dist", "")
	expect("/app", "src=*/app/src/")

	// Copies refer to the base, and nothing is read for them.
	b.read = nil
	do(f.Copy("/app/src", "/app/dist/layer"), f.Copy("/app/dist/layer/run", "/app/dist/again"))
	expect("/app/dist", "again=*/app/src/run x, layer/a.txt=*/app/src/a.txt, layer/run=*/app/src/run x")
	if b.read != nil {
		t.Errorf("read %q", b.read)
	}
	do(f.Chmod("/app/dist/again", false), f.Chmod("/app/dist/layer/a.txt", true), f.WriteFile("/app/dist/layer/run", []byte("other")))
	expect("/app/dist", "again=*/app/src/run, layer/a.txt=*/app/src/a.txt x, layer/run=other x")
	do(f.Rename("/app/dist/layer", "/app/dist/moved"))
	expect("/app/dist", "again=*/app/src/run, moved/a.txt=*/app/src/a.txt x, moved/run=other x")
	expect("/app/src", "a.txt=*/app/src/a.txt, run=*/app/src/run x")

	// Into itself.
	do(f.Copy("/app/dist/moved", "/app/dist/moved/inner"))
	expect("/app/dist/moved", "a.txt=*/app/src/a.txt x, inner/a.txt=*/app/src/a.txt x, inner/run=other x, run=other x")
}

// Contents are values: what is appended to one file is in no other.
func TestAppend(t *testing.T) {
	f, _ := newTest()
	name := Temp + "/a"
	if err := f.WriteFile(name, []byte("1")); err != nil {
		t.Fatal(err)
	}
	var want string
	for i := range 5 {
		before, _ := f.ReadFile(name)
		copied := fmt.Sprintf("%s/%d", Temp, i)
		if err := errors.Join(f.Copy(name, copied), f.Append(name, []byte("aaa")), f.Append(copied, []byte("b"))); err != nil {
			t.Fatal(err)
		}
		if string(before) != "1"+want {
			t.Errorf("%q has changed", before)
		}
		if got, _ := f.ReadFile(copied); string(got) != "1"+want+"b" {
			t.Errorf("the copy is %q", got)
		}
		want += "aaa"
		if got, _ := f.ReadFile(name); string(got) != "1"+want {
			t.Errorf("it is %q", got)
		}
	}
}

func TestLend(t *testing.T) {
	f, _ := newTest()
	loads := 0
	load := func() ([]byte, error) { loads++; return []byte("content"), nil }
	if err := errors.Join(f.Lend(Temp+"/deep/a", 7, load), f.Lend(Temp+"/deep/b", 7, load)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if b, err := f.ReadFile(Temp + "/deep/a"); string(b) != "content" || err != nil {
			t.Error(b, err)
		}
	}
	if got := shown(t, f, Temp); got != "deep/a=content, deep/b=lent" || loads != 1 {
		t.Errorf("%s after %d loads", got, loads)
	}
}

func TestMayWrite(t *testing.T) {
	f, _ := newTest()
	for name, want := range map[string]bool{Temp: true, Temp + "/x": true, Temp + "x": false, "/app/dist/x": true, "/app/src": false, "/": false} {
		if f.MayWrite(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
	if err := f.WriteFile("/app/dist/none/x", nil); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a file in no directory", err)
	}
	list, err := f.ReadDir("/app/dist")
	if err != nil || !slices.IsSortedFunc(list, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) }) {
		t.Error(list, err)
	}
}
