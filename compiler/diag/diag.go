// Package diag holds what sstc tells its user about a problem: a message, a
// code to look up, and the place in the user's own file.
//
// A [List] is the user's to mend, and ends the command with exit code 1. A Go
// error is the machine's problem or ours, and ends it with exit code 2. The
// two are never mixed: a function whose failure can be the user's returns
// (T, diag.List), one whose failure can only be the machine's (T, error).
//
// The package reads no files. Rendering gets the text of the user's files
// through a function.
package diag

import (
	"cmp"
	"slices"
)

// A Pos is a place in a file. The zero Pos means the file as a whole.
type Pos struct {
	Line   int // from 1
	Column int // from 1, in Unicode code points; a tab is one column
	Byte   int // from 0, in bytes from the start of the file
}

// A Range is a stretch of a file: from Start up to but not including End.
type Range struct {
	// Filename is relative to the app's root, with slashes on every system.
	// A file outside the root (a sibling workspace package) begins with "../".
	Filename   string
	Start, End Pos
}

// IsZero reports whether r names no file.
func (r Range) IsZero() bool { return r.Filename == "" }

// Ptr returns a pointer to a copy of r, or nil if r names no file, for
// [Diagnostic.Subject].
func (r Range) Ptr() *Range {
	if r.IsZero() {
		return nil
	}
	return &r
}

// Severity says whether a diagnostic stops the build.
type Severity int

const (
	// Error stops the build: nothing is written.
	Error Severity = iota
	// Warning is shown and does not stop the build.
	Warning
)

func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// A Note adds to a diagnostic a sentence about another place.
type Note struct {
	Message string
	Subject *Range // may be nil
}

// A Diagnostic is one problem.
type Diagnostic struct {
	Severity Severity
	Code     Code

	// Summary is the kind of problem in a few words. It has none of the
	// user's own words, so that equal problems read equal.
	Summary string

	// Detail says, in sentences, what is wrong here, why if that is not
	// plain, and what to do.
	Detail string

	// Subject is the smallest range that is wrong. It is nil when the problem
	// is in no file.
	Subject *Range

	Notes []Note
}

// A List is the problems found so far, in any order; [List.Sorted] puts them
// in the order in which they are shown.
type List []*Diagnostic

// Add appends an error.
func (l *List) Add(code Code, subject Range, summary, detail string, notes ...Note) {
	*l = append(*l, &Diagnostic{Error, code, summary, detail, subject.Ptr(), notes})
}

// Warn appends a warning.
func (l *List) Warn(code Code, subject Range, summary, detail string, notes ...Note) {
	*l = append(*l, &Diagnostic{Warning, code, summary, detail, subject.Ptr(), notes})
}

// HasErrors reports whether l has a diagnostic that stops the build.
func (l List) HasErrors() bool {
	return slices.ContainsFunc(l, func(d *Diagnostic) bool { return d.Severity == Error })
}

// Sorted returns the diagnostics by file, position, code and text, without
// exact repetitions. Those without a position come last.
func (l List) Sorted() List {
	out := slices.Clone(l)
	slices.SortStableFunc(out, compare)
	return slices.CompactFunc(out, func(a, b *Diagnostic) bool { return compare(a, b) == 0 })
}

func compare(a, b *Diagnostic) int {
	if c := compareRange(a.Subject, b.Subject); c != 0 {
		return c
	}
	return cmp.Or(
		cmp.Compare(a.Severity, b.Severity),
		cmp.Compare(a.Code, b.Code),
		cmp.Compare(a.Summary, b.Summary),
		cmp.Compare(a.Detail, b.Detail),
	)
}

func compareRange(a, b *Range) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return cmp.Or(
		cmp.Compare(a.Filename, b.Filename),
		cmp.Compare(a.Start.Line, b.Start.Line),
		cmp.Compare(a.Start.Column, b.Start.Column),
	)
}
