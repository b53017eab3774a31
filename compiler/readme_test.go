package compiler_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sstc/sstc/compiler/lower"
)

// README.md lists the components that users can make, between two comments.
func TestReadme(t *testing.T) {
	name := filepath.Join("..", "README.md")
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- components -->\n", "<!-- end -->\n"
	head, rest, ok1 := strings.Cut(string(b), begin)
	got, tail, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		t.Fatal("README.md has no list of components")
	}
	var names []string
	for _, d := range lower.Definitions() {
		if d.Args != nil {
			names = append(names, "`"+strings.TrimPrefix(d.Type, "sst.")+"`")
		}
	}
	want := wrapped("Under `sst`: "+strings.Join(names, ", ")+".", 120)
	if got == want {
		return
	}
	if os.Getenv("SSTC_UPDATE") == "" {
		t.Errorf("the components in README.md are not those in the registry; want\n%s", want)
	} else if err := os.WriteFile(name, []byte(head+begin+want+end+tail), 0o666); err != nil {
		t.Fatal(err)
	}
}

// wrapped breaks a text at spaces into lines of at most width bytes.
func wrapped(text string, width int) string {
	var b strings.Builder
	column := 0
	for _, word := range strings.Fields(text) {
		switch {
		case column == 0:
		case column+1+len(word) > width:
			b.WriteByte('\n')
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	return b.String() + "\n"
}
