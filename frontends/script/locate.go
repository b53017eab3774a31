package script

import (
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/lower/arg"
)

// A source is the text of one of the user's files, in which messages look for
// the argument that they are about. It does not parse the text: it finds its
// way by brackets, strings and comments alone, and gives up rather than guess.
type source struct {
	text  string
	lines []int // offset of the start of each line
}

// A span is a stretch of a source, in bytes.
type span struct{ start, end int }

func newSource(text string) *source {
	s := &source{text: text, lines: []int{0}}
	for i := range len(text) {
		if text[i] == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	return s
}

// pos is the position of an offset.
func (s *source) pos(offset int) diag.Pos {
	line := sort.Search(len(s.lines), func(i int) bool { return s.lines[i] > offset })
	start := s.lines[line-1]
	return diag.Pos{Line: line, Column: utf8.RuneCountInString(s.text[start:offset]) + 1, Byte: offset}
}

// offset is the offset of a position, whose column source maps count in UTF-16
// code units; or -1.
func (s *source) offset(p diag.Pos) int {
	if p.Line < 1 || p.Line > len(s.lines) {
		return -1
	}
	i := s.lines[p.Line-1]
	for units := 1; units < p.Column && i < len(s.text); {
		r, size := utf8.DecodeRuneInString(s.text[i:])
		units++
		if r > 0xFFFF {
			units++
		}
		i += size
	}
	return i
}

// A callSite is a call's arguments.
type callSite struct {
	source *source
	callee span
	args   []span
}

// callAt finds the call whose callee, or opening parenthesis, is at p.
func (s *source) callAt(p diag.Pos) *callSite {
	at := s.offset(p)
	if at < 0 {
		return nil
	}
	// From the beginning of the callee to its parenthesis there are only
	// names, dots, type arguments, and `new`.
	open := at
	for depth := 0; open < len(s.text); open++ {
		switch c := s.text[open]; {
		case c == '(' && depth == 0:
			return s.arguments(at, open)
		case c == '<':
			depth++
		case c == '>':
			depth--
		case depth > 0 || isNameByte(c) || c == '.' || c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '?' || c == '!' || c == '[' || c == ']' || c == '"' || c == '\'':
		default:
			return nil
		}
	}
	return nil
}

func isNameByte(c byte) bool {
	return c == '_' || c == '$' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

func (s *source) arguments(callee, open int) *callSite {
	if callee == open {
		// The position was that of the parenthesis: the callee is before it.
		for callee > 0 && (isNameByte(s.text[callee-1]) || s.text[callee-1] == '.') {
			callee--
		}
	}
	site := &callSite{source: s, callee: span{callee, open}}
	args, _ := s.elements(open)
	site.args = args
	return site
}

// elements splits what is between the bracket at open and the one that closes
// it at its commas. It returns the offset after the closing bracket, or -1.
func (s *source) elements(open int) (list []span, end int) {
	start := open + 1
	for i := start; i < len(s.text); {
		switch c := s.text[i]; c {
		case ',':
			list = append(list, s.trim(start, i))
			i++
			start = i
		case ')', ']', '}':
			if e := s.trim(start, i); e.start < e.end {
				list = append(list, e)
			}
			return list, i + 1
		default:
			next := s.skip(i)
			if next <= i {
				return list, -1
			}
			i = next
		}
	}
	return list, -1
}

// trim takes white space and comments off both ends.
func (s *source) trim(start, end int) span {
	for start < end {
		if next := s.space(start); next > start {
			start = min(next, end)
			continue
		}
		break
	}
	for end > start && strings.IndexByte(" \t\r\n", s.text[end-1]) >= 0 {
		end--
	}
	return span{start, end}
}

// space returns the offset after white space or a comment at i, or i.
func (s *source) space(i int) int {
	rest := s.text[i:]
	switch {
	case rest == "":
		return i
	case strings.IndexByte(" \t\r\n", rest[0]) >= 0:
		return i + 1
	case strings.HasPrefix(rest, "//"):
		if n := strings.IndexByte(rest, '\n'); n >= 0 {
			return i + n
		}
		return len(s.text)
	case strings.HasPrefix(rest, "/*"):
		if n := strings.Index(rest, "*/"); n >= 0 {
			return i + n + 2
		}
		return len(s.text)
	}
	return i
}

// skip returns the offset after one token at i: a bracketed group, a string, a
// template, a comment, or a character.
func (s *source) skip(i int) int {
	if next := s.space(i); next > i {
		return next
	}
	switch c := s.text[i]; c {
	case '(', '[', '{':
		_, end := s.elements(i)
		return end
	case '"', '\'':
		for j := i + 1; j < len(s.text); j++ {
			switch s.text[j] {
			case '\\':
				j++
			case c:
				return j + 1
			case '\n':
				return -1
			}
		}
		return -1
	case '`':
		for j := i + 1; j < len(s.text); j++ {
			switch {
			case s.text[j] == '\\':
				j++
			case s.text[j] == '`':
				return j + 1
			case strings.HasPrefix(s.text[j:], "${"):
				_, end := s.elements(j + 1)
				if end < 0 {
					return -1
				}
				j = end - 1
			}
		}
		return -1
	}
	return i + 1
}

// name is the first argument, if it is a string.
func (c *callSite) name() (span, bool) {
	if len(c.args) == 0 {
		return span{}, false
	}
	a := c.args[0]
	switch c.source.text[a.start] {
	case '"', '\'', '`':
		return a, true
	}
	return span{}, false
}

// argument finds the value at a path: the whole argument, or the key in an
// object, or an element of a list. Where the text ends before the path does (a
// variable, a spread) it is the last that was found.
func (c *callSite) argument(path arg.Path) (span, bool) {
	if len(path) == 0 {
		return span{}, false
	}
	n, err := strconv.Atoi(path[0])
	if err != nil || n >= len(c.args) {
		return span{}, false
	}
	at, shown := c.args[n], c.args[n]
	if c.source.text[at.start] == '{' && len(path) == 1 {
		shown = c.callee
	}
	for i, key := range path[1:] {
		value, keySpan, ok := c.source.entry(at, key)
		if !ok {
			break
		}
		at, shown = value, keySpan
		// The last key of a path that leads to a plain value stands for the value.
		if i == len(path)-2 && value.start < value.end && strings.IndexByte("{[", c.source.text[value.start]) < 0 && keySpan != value {
			shown = keySpan
		}
	}
	return shown, true
}

// entry finds one entry of the object or list at a span: its value, and its
// key (of a list, the value again).
func (s *source) entry(at span, key string) (value, keySpan span, ok bool) {
	if at.start >= at.end {
		return
	}
	list, end := s.elements(at.start)
	if end < 0 {
		return
	}
	switch s.text[at.start] {
	case '[':
		n, err := strconv.Atoi(key)
		if err != nil || n >= len(list) {
			return
		}
		return list[n], list[n], true
	case '{':
		for _, e := range list {
			k, v := s.keyOf(e)
			if name := s.text[k.start:k.end]; name == key || len(name) >= 2 && strings.Trim(name, "\"'`") == key {
				return v, k, true
			}
		}
	}
	return
}

// keyOf splits an entry of an object at its colon. A shorthand property is its
// own value.
func (s *source) keyOf(e span) (key, value span) {
	i := e.start
	switch s.text[i] {
	case '"', '\'':
		i = s.skip(i)
	default:
		for i < e.end && isNameByte(s.text[i]) {
			i++
		}
	}
	if i < 0 || i == e.start {
		return span{e.start, e.start}, e
	}
	key = span{e.start, i}
	for i < e.end {
		if next := s.space(i); next > i {
			i = next
			continue
		}
		break
	}
	if i < e.end && s.text[i] == ':' {
		return key, s.trim(i+1, e.end)
	}
	return key, key
}

var (
	appFunction = regexp.MustCompile(`\bapp\s*[(:]`)
	returned    = regexp.MustCompile(`(return\s*\(?|=>\s*\()\s*\{`)
)

var (
	runFunction = regexp.MustCompile(`\brun\s*(\(\s*\)|:)`)
	runWord     = regexp.MustCompile(`\brun\b`)
)

// runOutput finds what run() returns under a name: the key, or else the object
// that it returns, or else what it returns, or else the word run.
func (s *source) runOutput(name string) (span, bool) {
	head := strings.Index(s.text, "export default")
	if head < 0 {
		return span{}, false
	}
	m := runFunction.FindStringIndex(s.text[head:])
	if m == nil { // it is written elsewhere
		m = runWord.FindStringIndex(s.text[head:])
		if m == nil {
			return span{}, false
		}
		return span{head + m[0], head + m[1]}, true
	}
	run := span{head + m[0], head + m[0] + len("run")}
	body := head + m[1]
	for body < len(s.text) && s.text[body] != '{' {
		next := s.skip(body)
		if next <= body {
			return run, true
		}
		body = next
	}
	found := run
	for i := body + 1; i < len(s.text) && s.text[i] != '}'; {
		const word = "return"
		if strings.HasPrefix(s.text[i:], word) && !isNameByte(s.text[i-1]) && i+len(word) < len(s.text) && !isNameByte(s.text[i+len(word)]) {
			found = span{i, i + len(word)}
			value := s.trim(i+len(word), len(s.text)).start
			if value < len(s.text) && s.text[value] == '{' {
				found = span{value, value + 1}
				if _, end := s.elements(value); end >= 0 {
					if _, key, ok := s.entry(span{value, end}, name); ok {
						return key, true
					}
				}
			}
		}
		next := s.skip(i)
		if next <= i {
			break
		}
		i = next
	}
	return found, true
}

// appReturn finds the object that app() returns, as a call with one argument.
func (s *source) appReturn() *callSite {
	app := appFunction.FindStringIndex(s.text)
	if app == nil {
		return nil
	}
	r := returned.FindStringIndex(s.text[app[0]:])
	if r == nil {
		return nil
	}
	open := app[0] + r[1] - 1
	if _, end := s.elements(open); end >= 0 {
		return &callSite{source: s, callee: span{app[0], app[0] + len("app")}, args: []span{{open, end}}}
	}
	return nil
}
