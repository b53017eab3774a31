package frontends

import (
	"os"
	"path/filepath"
	"testing"
)

// What a listing saw is part of a build's inputs: another name, or a directory
// where a file was, is another input.
func TestReadDirDigest(t *testing.T) {
	dir := t.TempDir()
	listed := func() string {
		t.Helper()
		files, err := NewFiles(dir)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := files.ReadDir(files.VirtualApp() + "/tables"); err != nil {
			t.Fatal(err)
		}
		read := files.Read()
		if len(read) != 1 || read[0].Path != "tables/" {
			t.Fatalf("read %v, not the one directory tables/", read)
		}
		return read[0].Digest
	}
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	user := filepath.Join(dir, "tables", "user")
	seen := map[string]string{}
	note := func(state string) {
		t.Helper()
		d := listed()
		if before, ok := seen[d]; ok {
			t.Errorf("%s has the digest of %s", state, before)
		}
		seen[d] = state
	}
	do(os.MkdirAll(filepath.Dir(user), 0o777))
	note("an empty directory")
	do(os.WriteFile(user, nil, 0o666))
	note("a directory with a file")
	first := listed()
	do(os.WriteFile(user, []byte("more"), 0o666))
	if listed() != first {
		t.Error("what is in a listed file counts as part of the listing")
	}
	do(os.Remove(user))
	do(os.Mkdir(user, 0o777))
	note("a directory with a directory")
}
