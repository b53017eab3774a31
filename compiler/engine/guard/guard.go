// Package guard rewrites JavaScript so that a program cannot look into a value
// that stands for another.
//
// Some values of a configuration are symbolic: they stand for what is known
// only after deployment. A symbolic string carries a marker in its place;
// numbers, booleans, lists and objects are objects. Joining such strings is
// right, and methods can be replaced by ones that know the marker. Operators
// cannot: `name === "prod"` would compare the marker, every object is true,
// and the program would go on with a wrong answer. [Rewrite] makes these
// operators calls of functions, which whoever evaluates the program defines in
// the global scope:
//
//	a === b            __sstc_cmp(0, a, b), and so on for !== == != < > <= >=,
//	                   numbered from 0 in that order
//	a.length           __sstc_len(a)
//	a?.length          __sstc_olen(a): undefined if a is null or undefined
//	a - b, +a, a ** b  __sstc_num(a) - __sstc_num(b), and so on for the arithmetic and bit operators
//	a -= b             a = __sstc_num(a) - __sstc_num(b) for a variable a; a.p -= __sstc_num(b)
//	o[k], {[k]: v}     o[__sstc_key(k)], {[__sstc_key(k)]: v}
//	a[k]               __sstc_chars(a)[k], unless k is a text other than "length"
//	{...a}, for x in a {...__sstc_chars(a)}, for x in __sstc_chars(a)
//	Array(a)           Array(__sstc_size(a))
//	a + b, a.p += b    __sstc_add(a, b), a.p = __sstc_add(a.p, b), unless one of them is seen to be a text
//	k in o             __sstc_key(k) in o
//	switch (a) case b  switch (__sstc_switch(a)) case __sstc_case(b)
//	a ? b : c, a && b  __sstc_test(a) ? b : c, and so on for || ! if while for
//	a ?? b             __sstc_nullish(a) ?? b
//	a ||= b            a = __sstc_test(a) || (b), and so on for &&= ??=
//	a.p ||= b          __sstc_testMember(a, "p").p ||= b, and __sstc_nullishMember(a, "p") for ??=
//	a[k] ||= b         __sstc_testMember(a, k)[__sstc_lastKey()] ||= b
//	typeof a           (typeof a === "object" ? __sstc_typeof(a) : typeof a), for a name: it may not be declared
//	typeof a.b         __sstc_typeof(a.b)
//
// The engine has positions of calls and of reads of properties only. So that a
// loop that is interrupted is found, there is such a read just before it:
//
//	for (;;)            for (__sstc_loop.on;;)
//	for (a = 1; ; )     for (a = 1, __sstc_loop.on; ; )
//	for (let a = 1; ; ) for (let a = (__sstc_loop.on, 1); ; )
//	while (a)           for (__sstc_loop.on; a;)
//
// In patterns, { length } becomes { [__sstc_parts]: {} = "", length }, and
// { a = b } { [__sstc_defaults]: {} = "", a = b }. These are symbols, under which
// a value that must not be taken apart like that throws.
//
// For values that are not symbolic, __sstc_cmp and __sstc_add must apply the
// operator, __sstc_len must read the property (and throw as that does),
// __sstc_typeof must say what typeof says, __sstc_lastKey must return the key of
// the last __sstc_testMember or __sstc_nullishMember, and the others must return
// their first argument.
//
// What cannot be symbolic is left alone: literals, and the results of typeof,
// arithmetic and comparisons. A strict comparison with a new object is right as
// it is, because nothing symbolic is equal to that.
//
// Not rewritten are the increment of a symbolic value, the addition to a member of
// an expression that must not be evaluated twice (a[i] += b), and a length or a character in the middle of an optional chain
// (a?.length.b). In a?.b.length, where only a may be missing, a missing b gives
// undefined instead of an exception.
//
// Rewriting keeps every token on its line, and [Mapping] finds the column back.
// The package knows the syntax of ECMAScript 2024 and nothing else of the
// program.
package guard

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// A Mapping tells where in the original text a position of the rewritten text is.
type Mapping struct {
	// lines has the edits of each line that has any, in order.
	lines map[int][]edit
}

// An edit replaces part of a line.
type edit struct {
	// start and end are the part replaced, in bytes from the start of the text.
	start, end int
	text       string // ASCII, without a newline

	// open is set if the text belongs to what follows it, so that of several
	// at one place the outermost, which is made last, comes first.
	open bool

	// column and width are start, and the part's length, in code points from
	// the start of the line. newColumn is where text begins in the new line.
	column, width, newColumn int

	// dropped is set if the edit turned out not to be wanted.
	dropped bool
}

// Original returns the position of the original text for a line and column of
// the rewritten one. Lines and columns are from 1; columns are in code points.
// A position inside of what was inserted is that of what it was inserted for.
func (m *Mapping) Original(line, column int) (int, int) {
	edits := m.lines[line]
	i := sort.Search(len(edits), func(i int) bool { return edits[i].newColumn > column-1 }) - 1
	if i < 0 {
		return line, column
	}
	e := edits[i]
	if past := column - 1 - e.newColumn - len(e.text); past >= 0 {
		return line, e.column + e.width + past + 1
	}
	return line, e.column + 1
}

// Rewrite returns source with its operators made calls, and the way back. An
// error says that the source is not understood: the program may still be run as
// it is.
func Rewrite(source string) (string, *Mapping, error) {
	p := &parser{src: source}
	if err := p.parse(); err != nil {
		return source, &Mapping{}, err
	}
	return p.apply()
}

func (p *parser) apply() (string, *Mapping, error) {
	edits := p.edits
	// Stable, so that of two closings at one place the inner, which is made
	// first, comes first. Openings are made inner first too, and go in reverse.
	order := make([]int, 0, len(edits))
	for i := range edits {
		if !edits[i].dropped {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(i, j int) int {
		a, b := &edits[i], &edits[j]
		if c := cmp.Compare(a.start, b.start); c != 0 {
			return c
		}
		if a.open != b.open {
			if a.open {
				return 1
			}
			return -1
		}
		if a.open {
			return cmp.Compare(j, i)
		}
		return cmp.Compare(i, j)
	})

	m := &Mapping{lines: map[int][]edit{}}
	var out strings.Builder
	out.Grow(len(p.src) + 16*len(edits))
	at, line, lineStart, column, shift := 0, 1, 0, 0, 0
	for _, i := range order {
		e := edits[i]
		for {
			n := nextLine(p.src[lineStart:])
			if n < 0 || lineStart+n > e.start {
				break
			}
			lineStart += n
			line++
			column, shift = 0, 0
			out.WriteString(p.src[at:lineStart])
			at = lineStart
		}
		column += utf8.RuneCountInString(p.src[at:e.start])
		out.WriteString(p.src[at:e.start])
		e.column, e.newColumn = column, column+shift
		e.width = utf8.RuneCountInString(p.src[e.start:e.end])
		out.WriteString(e.text)
		column += e.width
		shift += len(e.text) - e.width
		at = e.end
		m.lines[line] = append(m.lines[line], e)
	}
	out.WriteString(p.src[at:])
	return out.String(), m, nil
}

// nextLine returns where the line after the first line of s begins, or -1.
func nextLine(s string) int {
	i := strings.IndexByte(s, '\n')
	if i < 0 {
		return -1
	}
	return i + 1
}
