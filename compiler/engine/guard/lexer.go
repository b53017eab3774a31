package guard

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type kind uint8

const (
	end     kind = iota
	word         // an identifier or keyword
	private      // #name
	number
	text // a string
	punctuator
)

type token struct {
	kind       kind
	start, end int
	newline    bool // a line ends before it
}

// next reads a token into p.tok. A slash is a punctuator: the parser, which
// knows where an operand must follow, calls [parser.regexp] there. A backquote
// is one too, see [parser.template].
func (p *parser) next() {
	p.last = p.tok.end
	newline := p.space()
	t := token{start: p.pos, newline: newline}
	if p.pos >= len(p.src) {
		t.end = p.pos
		p.tok = t
		return
	}
	switch c := p.src[p.pos]; {
	case isWordByte(c) && !isDigit(c):
		t.kind = word
		p.word()
	case c == '#':
		t.kind = private
		p.pos++
		p.word()
		if p.pos == t.start+1 {
			p.fail("a # without a name")
		}
	case isDigit(c) || c == '.' && p.pos+1 < len(p.src) && isDigit(p.src[p.pos+1]):
		t.kind = number
		p.number()
	case c == '"' || c == '\'':
		t.kind = text
		p.string(c)
	default:
		t.kind = punctuator
		p.pos += punctuatorLength(p.src[p.pos:])
	}
	t.end = p.pos
	p.tok = t
}

// space skips white space and comments and reports whether there was the end
// of a line among them.
func (p *parser) space() (newline bool) {
	for p.pos < len(p.src) {
		switch c := p.src[p.pos]; {
		case c == '\n' || c == '\r':
			newline = true
			p.pos++
		case c == ' ' || c == '\t' || c == '\v' || c == '\f':
			p.pos++
		case c == '/' && strings.HasPrefix(p.src[p.pos:], "//"), c == '#' && p.pos == 0 && strings.HasPrefix(p.src, "#!"):
			i := strings.IndexAny(p.src[p.pos:], "\n\r\u2028\u2029")
			if i < 0 {
				i = len(p.src) - p.pos
			}
			p.pos += i
		case c == '/' && strings.HasPrefix(p.src[p.pos:], "/*"):
			i := strings.Index(p.src[p.pos+2:], "*/")
			if i < 0 {
				p.fail("a comment does not end")
			}
			if strings.ContainsAny(p.src[p.pos:p.pos+2+i], "\n\r\u2028\u2029") {
				newline = true
			}
			p.pos += i + 4
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(p.src[p.pos:])
			switch {
			case r == '\u2028' || r == '\u2029':
				newline = true
			case r == '\ufeff' || unicode.Is(unicode.Zs, r):
			default:
				return newline
			}
			p.pos += n
		default:
			return newline
		}
	}
	return newline
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isWordByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || isDigit(c) || c == '_' || c == '$' || c == '\\' || c >= utf8.RuneSelf
}

// word skips a name. White space beyond ASCII inside of one is not looked for:
// space has skipped what stands before a token, and after a name it is rare
// enough to check on the way.
func (p *parser) word() {
	for p.pos < len(p.src) && isWordByte(p.src[p.pos]) {
		c := p.src[p.pos]
		switch {
		case c == '\\':
			p.pos++
			if !strings.HasPrefix(p.src[p.pos:], "u") {
				p.fail("a backslash in a name")
			}
			p.pos++
			if strings.HasPrefix(p.src[p.pos:], "{") {
				i := strings.IndexByte(p.src[p.pos:], '}')
				if i < 0 {
					p.fail("an escape does not end")
				}
				p.pos += i + 1
			}
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(p.src[p.pos:])
			if r == '\u2028' || r == '\u2029' || r == '\ufeff' || unicode.Is(unicode.Zs, r) {
				return
			}
			p.pos += n
		default:
			p.pos++
		}
	}
}

func (p *parser) number() {
	if p.src[p.pos] == '0' && p.pos+1 < len(p.src) && strings.IndexByte("xXoObB", p.src[p.pos+1]) >= 0 {
		p.pos += 2
		for p.pos < len(p.src) && isWordByte(p.src[p.pos]) {
			p.pos++
		}
		return
	}
	digits := func() {
		for p.pos < len(p.src) && (isDigit(p.src[p.pos]) || p.src[p.pos] == '_') {
			p.pos++
		}
	}
	digits()
	if p.pos < len(p.src) && p.src[p.pos] == '.' {
		p.pos++
		digits()
	}
	if p.pos < len(p.src) && (p.src[p.pos] == 'e' || p.src[p.pos] == 'E') {
		p.pos++
		if p.pos < len(p.src) && (p.src[p.pos] == '+' || p.src[p.pos] == '-') {
			p.pos++
		}
		digits()
	}
	if p.pos < len(p.src) && p.src[p.pos] == 'n' {
		p.pos++
	}
}

func (p *parser) string(quote byte) {
	p.pos++
	for p.pos < len(p.src) {
		switch p.src[p.pos] {
		case quote:
			p.pos++
			return
		case '\\':
			p.pos++
		case '\n':
			p.fail("a string does not end")
		}
		p.pos++
	}
	p.fail("a string does not end")
}

// regexp makes the slash that p.tok is the beginning of a regular expression
// and moves past it.
func (p *parser) regexp() {
	p.pos = p.tok.start + 1
	inClass := false
	for ; ; p.pos++ {
		if p.pos >= len(p.src) || p.src[p.pos] == '\n' {
			p.fail("a regular expression does not end")
		}
		switch c := p.src[p.pos]; {
		case c == '\\':
			p.pos++
			continue
		case c == '[':
			inClass = true
			continue
		case c == ']':
			inClass = false
			continue
		case c == '/' && !inClass:
		default:
			continue
		}
		break
	}
	p.pos++
	p.word() // the flags
	p.tok.end = p.pos
	p.next()
}

// punctuators are those of more than one character, longest first.
var punctuators = []string{
	">>>=",
	"...", "===", "!==", "**=", "<<=", ">>=", ">>>", "&&=", "||=", "??=",
	"=>", "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<", ">>", "**",
}

func punctuatorLength(s string) int {
	// Most are of one character that begins no longer one.
	if strings.IndexByte("(){}[];,:~@`", s[0]) >= 0 {
		return 1
	}
	for _, op := range punctuators {
		if strings.HasPrefix(s, op) {
			if op == "?." && len(s) > 2 && isDigit(s[2]) {
				continue // a ? .5 : b
			}
			return len(op)
		}
	}
	return 1
}
