package diag

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sstc/sstc/internal/golden"
)

// Each archive in testdata has a file, "source", in which each mark «…» is the
// range of one diagnostic, and how they are shown, "want". A first line
// "crlf", "no final newline" or "no range" of the comment changes the source.
func TestRender(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			source, ranges := marks(t, string(ar.Files[0].Data))
			switch first, _, _ := strings.Cut(string(ar.Comment), "\n"); first {
			case "crlf":
				source = strings.ReplaceAll(source, "\n", "\r\n")
			case "no final newline":
				source = strings.TrimSuffix(source, "\n")
			case "no range":
				ranges = []Range{{}}
			}
			var l List
			for i, r := range slices.Backward(ranges) { // sorted when shown
				note := Note{Message: "first declared here", Subject: ranges[0].Ptr()}
				if i == 0 {
					l.Add("some-code", r, "Something is wrong", "The first of them.\n  An indented line, as a command prints it.")
				} else {
					l.Warn("other-code", r, "Something is odd", strings.Repeat("Words that go on until the line has to be broken. ", 4), note)
				}
			}
			var b bytes.Buffer
			Render(&b, l, func(file string) []byte {
				if file == "app.ts" {
					return []byte(source)
				}
				return nil
			})
			ar.Files = append(ar.Files[:1], txtar.File{Name: "want", Data: b.Bytes()})
			golden.File(t, name, txtar.Format(ar))
		})
	}
}

// marks takes the marks out of a text and returns the ranges that they were.
func marks(t *testing.T, text string) (string, []Range) {
	t.Helper()
	var out strings.Builder
	var ranges []Range
	line, column := 1, 1
	for _, r := range text {
		pos := Pos{Line: line, Column: column, Byte: out.Len()}
		switch r {
		case '«':
			ranges = append(ranges, Range{Filename: "app.ts", Start: pos})
		case '»':
			ranges[len(ranges)-1].End = pos
		case '\n':
			out.WriteRune(r)
			line, column = line+1, 1
		default:
			out.WriteRune(r)
			column++
		}
	}
	return out.String(), ranges
}

func TestSortedWithoutRepetitions(t *testing.T) {
	var l List
	at := func(line int) Range { return Range{Filename: "a.ts", Start: Pos{Line: line, Column: 1}} }
	l.Add("b", at(2), "B", "")
	l.Add("n", Range{}, "N", "")
	l.Add("a", at(2), "A", "")
	l.Add("b", at(2), "B", "")
	l.Warn("w", at(1), "W", "")
	var got []string
	for _, d := range l.Sorted() {
		got = append(got, string(d.Code))
	}
	if want := []string{"w", "a", "b", "n"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if !l.HasErrors() || l[4:].HasErrors() {
		t.Error("HasErrors counts warnings, or does not count errors")
	}
}

func TestNearest(t *testing.T) {
	candidates := []string{"memory", "name", "url", "versioning", "timeout", "vpc"}
	for name, want := range map[string]string{
		"memmory": "memory", "Memory": "memory", "versionning": "versioning", "VPC": "vpc", "nmae": "name",
		"ur": "", "xyz": "", "handler": "", "": "",
	} {
		if got := Nearest(name, candidates); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", name, got, want)
		}
	}
	if got := Suggest("x", []string{"b", "a"}); got != ` Known are "a" and "b".` {
		t.Errorf("Suggest lists %q", got)
	}
}

// Every code is explained, and no two are the same word.
func TestExplanations(t *testing.T) {
	seen := map[Code]bool{}
	for _, x := range Explanations() {
		if x.Code == "" || x.Rule == "" {
			t.Errorf("the code %q has no rule", x.Code)
		}
		if seen[x.Code] {
			t.Errorf("the code %q is there twice", x.Code)
		}
		seen[x.Code] = true
	}
	if n := strings.Count(codesSource, " Code = \""); n != len(seen) {
		t.Errorf("%d codes are declared, and %d explained", n, len(seen))
	}
}
