package diag

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// Render writes diagnostics for a person: sorted, each with the line that it
// is about. Source returns the text of a file, or nil.
func Render(w io.Writer, l List, source func(filename string) []byte) {
	r := renderer{w, source}
	for _, d := range l.Sorted() {
		r.block(fmt.Sprintf("%s: %s [%s]", d.Severity, d.Summary, d.Code), d.Subject)
		for line := range strings.Lines(Wrap(d.Detail, 98)) {
			fmt.Fprintf(w, "  %s\n", strings.TrimRight(line, " \n"))
		}
		for _, n := range d.Notes {
			r.block("note: "+n.Message, n.Subject)
		}
	}
}

type renderer struct {
	w      io.Writer
	source func(string) []byte
}

// block writes a heading and the line that it is about, with the part that
// matters underlined.
func (r renderer) block(heading string, at *Range) {
	fmt.Fprintln(r.w, heading)
	if at == nil {
		return
	}
	fmt.Fprintf(r.w, "  --> %s:%d:%d\n", at.Filename, at.Start.Line, at.Start.Column)
	line, ok := lineOf(r.source(at.Filename), at.Start.Line)
	if !ok {
		return
	}
	number := fmt.Sprint(at.Start.Line)
	fmt.Fprintf(r.w, "   %s | %s\n", number, expandTabs(line))
	before, rest := cutRunes(line, at.Start.Column-1)
	width := 1
	switch {
	case at.End.Line > at.Start.Line: // to the end of this line
		width = runewidth.StringWidth(expandTabs(rest))
	case at.End.Column > at.Start.Column:
		marked, _ := cutRunes(rest, at.End.Column-at.Start.Column)
		width = runewidth.StringWidth(expandTabs(marked))
	}
	fmt.Fprintf(r.w, "   %s | %s%s\n", strings.Repeat(" ", len(number)),
		strings.Repeat(" ", runewidth.StringWidth(expandTabs(before))), strings.Repeat("^", max(width, 1)))
}

// lineOf returns a line of a text, by its number from 1.
func lineOf(text []byte, number int) (string, bool) {
	if text == nil || number < 1 {
		return "", false
	}
	rest := string(text)
	for range number - 1 {
		i := strings.IndexByte(rest, '\n')
		if i < 0 {
			return "", false
		}
		rest = rest[i+1:]
	}
	line, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSuffix(line, "\r"), true
}

// expandTabs makes each tab four spaces, so that carets stand under what they
// mean wherever the terminal has its stops.
func expandTabs(s string) string { return strings.ReplaceAll(s, "\t", "    ") }

// cutRunes splits s after n code points, or at its end.
func cutRunes(s string, n int) (before, after string) {
	i := 0
	for ; n > 0 && i < len(s); n-- {
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	return s[:i], s[i:]
}

// Wrap breaks the lines of s at spaces so that none is wider than width, as
// far as its words allow. Lines that begin with two spaces are to be copied, and
// stay as they are.
func Wrap(s string, width int) string {
	var b strings.Builder
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		if strings.HasPrefix(line, "  ") {
			b.WriteString(line)
			continue
		}
		column := 0
		for j, word := range strings.Split(line, " ") {
			w := runewidth.StringWidth(word)
			switch {
			case j == 0:
			case column+1+w > width:
				b.WriteByte('\n')
				column = 0
			default:
				b.WriteByte(' ')
				column++
			}
			b.WriteString(word)
			column += w
		}
	}
	return b.String()
}
