package pulumiyaml

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The part of YAML that this package writes: block mappings and sequences,
// and scalars in the plainest style that reads back as the same string. The
// bytes are the output of a build, so that they follow from this file alone
// and not from the version of a library; the tests read them back with one.

// A node is a YAML value: scalar, text, sequence or *mapping.
type node interface{ isNode() }

type (
	// scalar is written as it is: null, true, 42.
	scalar string
	// text is a string.
	text string
	// sequence is a list.
	sequence []node
	// mapping is a list of keys and values, in the order to be written.
	mapping struct{ entries []entry }
)

type entry struct {
	key     string
	value   node
	comment string // on a line above; "" for none
	apart   bool   // an empty line above
}

func (scalar) isNode()   {}
func (text) isNode()     {}
func (sequence) isNode() {}
func (*mapping) isNode() {}

// add appends an entry. A nil value, or a mapping or sequence that a caller
// passes through [nonEmpty], is left out.
func (m *mapping) add(key string, value node) {
	if value != nil {
		m.entries = append(m.entries, entry{key: key, value: value})
	}
}

// nonEmpty returns n, or nil if it is a mapping or sequence without entries.
func nonEmpty(n node) node {
	if isEmpty(n) {
		return nil
	}
	return n
}

func isEmpty(n node) bool {
	switch n := n.(type) {
	case sequence:
		return len(n) == 0
	case *mapping:
		return len(n.entries) == 0
	}
	return false
}

// call returns the mapping of one entry that is how Pulumi YAML spells a
// function call.
func call(fn string, arg node) node {
	return &mapping{[]entry{{key: fn, value: arg}}}
}

// document writes m as a file.
func document(m *mapping) []byte {
	w := &writer{}
	w.mapping(m, 0, false)
	return w.b
}

type writer struct{ b []byte }

func (w *writer) line(indent int) {
	for range indent {
		w.b = append(w.b, ' ')
	}
}

// maxKey is the length up to which a key may stand before its colon, in
// bytes; YAML's limit is 1024 characters.
const maxKey = 1000

// mapping writes the entries of m, the first on the current line if inline.
func (w *writer) mapping(m *mapping, indent int, inline bool) {
	for i, e := range m.entries {
		if e.apart && len(w.b) > 0 {
			w.b = append(w.b, '\n')
		}
		if e.comment != "" {
			w.line(indent)
			w.b = append(append(append(w.b, "# "...), e.comment...), '\n')
		}
		if i > 0 || !inline {
			w.line(indent)
		}
		k := quoted(e.key)
		if len(k) > maxKey {
			w.b = append(append(append(w.b, "? "...), k...), '\n')
			w.line(indent)
		} else {
			w.b = append(w.b, k...)
		}
		w.b = append(w.b, ':')
		w.value(e.value, indent, false)
	}
}

// value writes what follows a colon or, in a sequence, a dash.
func (w *writer) value(n node, indent int, dashed bool) {
	switch n := n.(type) {
	case scalar:
		w.b = append(append(append(w.b, ' '), n...), '\n')
	case text:
		w.text(string(n), indent+2)
	case sequence:
		if len(n) == 0 {
			w.b = append(w.b, " []\n"...)
			return
		}
		if !dashed {
			w.b = append(w.b, '\n')
		}
		for i, e := range n {
			if dashed && i == 0 {
				w.b = append(w.b, ' ')
			} else {
				w.line(indent + 2)
			}
			w.b = append(w.b, '-')
			w.value(e, indent+2, true)
		}
	case *mapping:
		if len(n.entries) == 0 {
			w.b = append(w.b, " {}\n"...)
			return
		}
		if dashed {
			w.b = append(w.b, ' ')
		} else {
			w.b = append(w.b, '\n')
		}
		w.mapping(n, indent+2, dashed)
	}
}

// text writes a string as a value: several lines as a block, where one can
// hold them.
func (w *writer) text(s string, indent int) {
	if !fitsBlock(s) {
		w.b = append(append(append(w.b, ' '), quoted(s)...), '\n')
		return
	}
	body, ends := strings.CutSuffix(s, "\n")
	if ends {
		w.b = append(w.b, " |\n"...)
	} else {
		w.b = append(w.b, " |-\n"...)
	}
	for l := range strings.SplitSeq(body, "\n") {
		if l != "" {
			w.line(indent)
			w.b = append(w.b, l...)
		}
		w.b = append(w.b, '\n')
	}
}

// fitsBlock reports whether s is several lines that a literal block can hold.
// It must not begin with white space, from which a reader would take the
// indentation, nor end in empty lines, to which the layout may add another;
// and nothing in it may need an escape.
func fitsBlock(s string) bool {
	if !strings.Contains(s, "\n") || strings.ContainsAny(s[:1], " \t\n") || strings.HasSuffix(s, "\n\n") {
		return false
	}
	for _, r := range s {
		if r != '\n' && r != '\t' && !printable(r) {
			return false
		}
	}
	return true
}

// quoted returns s on one line: plain, in single quotes, or in double quotes.
func quoted(s string) string {
	switch {
	case plain(s):
		return s
	case utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return !printable(r) }) < 0:
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case printable(r):
			b.WriteRune(r)
		case r <= 0xffff:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			fmt.Fprintf(&b, `\U%08X`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// printable reports whether r may stand in YAML as it is, and can be seen.
func printable(r rune) bool {
	return r == ' ' || r != utf8.RuneError && r != '\ufeff' && unicode.IsGraphic(r) && !unicode.IsSpace(r)
}

// plain reports whether s reads back as the string s without quotes, in YAML
// 1.1 as in 1.2. It is stricter than it need be: what begins like a number is
// quoted whatever follows.
func plain(s string) bool {
	if s == "" {
		return false
	}
	switch c := s[0]; {
	case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_', c == '/', c == '$', c == '(':
	default:
		return false
	}
	switch strings.ToLower(s) {
	case "null", "true", "false", "yes", "no", "on", "off", "y", "n":
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c < ' ' || c > '~':
			return false
		case c == ':' && (i+1 == len(s) || s[i+1] == ' '):
			return false
		case c == ' ' && (i+1 == len(s) || s[i+1] == '#'):
			return false
		}
	}
	return true
}
