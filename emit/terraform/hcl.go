package terraform

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The syntax that this package writes: a body of attributes and blocks, whose
// expressions are the small set below. It is laid out as `terraform fmt` would
// lay it out, which the tests check with Terraform's own formatter. hclwrite
// works on tokens and formats a whole file again at the end; for an app of
// 1,500 resources that takes longer than everything else in a build.

// An expr is an expression.
type expr interface {
	// inline appends the expression on one line.
	inline(b []byte) []byte
}

type (
	// raw is an expression in HCL's syntax, on one line.
	raw string

	// template is a string: text, and expressions inside "${...}". Adjacent
	// texts are allowed.
	template []part

	// list is a tuple constructor.
	list []expr

	// object is an object constructor. Keys are literal strings.
	object []item

	// call is a function call.
	call struct {
		name string
		args []expr
	}
)

// A part of a template is an expression, or text if that is nil.
type part struct {
	text string
	expr expr
}

type item struct {
	key   string
	value expr
}

// text returns s as an expression.
func text(s string) expr { return template{{text: s}} }

func (e raw) inline(b []byte) []byte { return append(b, e...) }

func (e template) inline(b []byte) []byte {
	b = append(b, '"')
	for i, p := range e {
		if p.expr != nil {
			b = append(b, "${"...)
			b = p.expr.inline(b)
			b = append(b, '}')
			continue
		}
		b = appendEscaped(b, p.text, i+1 < len(e) && e[i+1].expr != nil, unicode.MaxRune)
	}
	return append(b, '"')
}

func (e list) inline(b []byte) []byte {
	b = append(b, '[')
	for i, x := range e {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = x.inline(b)
	}
	return append(b, ']')
}

func (e object) inline(b []byte) []byte {
	if len(e) == 0 {
		return append(b, "{}"...)
	}
	b = append(b, "{ "...)
	for i, it := range e {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = appendKey(b, it.key)
		b = append(b, " = "...)
		b = it.value.inline(b)
	}
	return append(b, " }"...)
}

func (e call) inline(b []byte) []byte {
	b = append(b, e.name...)
	b = append(b, '(')
	for i, x := range e.args {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = x.inline(b)
	}
	return append(b, ')')
}

// maxLine is how long a list or a short object on one line may be, in bytes.
const maxLine = 80

// oneLine reports whether an expression is easier to read on one line than
// spread over several. nested says that it is inside another one.
func oneLine(e expr, nested bool) bool {
	switch e := e.(type) {
	case template:
		return !e.heredoc()
	case list:
		for _, x := range e {
			if o, ok := x.(object); ok && len(o) > 1 || !oneLineIn(x) {
				return false
			}
		}
		return len(e) < 2 || len(e.inline(nil)) <= maxLine
	case object:
		if len(e) == 0 {
			return true
		}
		if !nested || len(e) > 1 {
			return false
		}
		if _, ok := e[0].value.(object); ok || !oneLine(e[0].value, true) {
			return false
		}
		return len(e.inline(nil)) <= maxLine
	case call:
		for _, x := range e.args {
			if !oneLineIn(x) {
				return false
			}
		}
	}
	return true
}

// oneLineIn is oneLine for an element of a list and an argument of a function:
// what follows those cannot be on the last line of a heredoc.
func oneLineIn(e expr) bool {
	_, isText := e.(template)
	return isText || oneLine(e, true)
}

// A printer writes bodies and expressions. indent is the number of spaces in
// front of the line that is being written.
type printer struct {
	buf []byte
}

func (p *printer) spaces(n int) {
	const blank = "                                        "
	for ; n > len(blank); n -= len(blank) {
		p.buf = append(p.buf, blank...)
	}
	p.buf = append(p.buf, blank[:n]...)
}

// element writes an element of a list or an argument of a function.
func (p *printer) element(e expr, indent int) {
	if oneLineIn(e) {
		p.buf = e.inline(p.buf)
		return
	}
	p.expr(e, indent, true)
}

func (p *printer) expr(e expr, indent int, nested bool) {
	if oneLine(e, nested) {
		p.buf = e.inline(p.buf)
		return
	}
	switch e := e.(type) {
	case template:
		p.heredoc(e, indent)
	case list:
		if len(e) == 1 {
			p.buf = append(p.buf, '[')
			p.element(e[0], indent)
			p.buf = append(p.buf, ']')
			return
		}
		p.buf = append(p.buf, "[\n"...)
		for _, x := range e {
			p.spaces(indent + 2)
			p.element(x, indent+2)
			p.buf = append(p.buf, ",\n"...)
		}
		p.spaces(indent)
		p.buf = append(p.buf, ']')
	case object:
		p.buf = append(p.buf, "{\n"...)
		for i := 0; i < len(e); {
			i = p.itemGroup(e, i, indent+2)
		}
		p.spaces(indent)
		p.buf = append(p.buf, '}')
	case call:
		p.buf = append(p.buf, e.name...)
		p.buf = append(p.buf, '(')
		for i, x := range e.args {
			if i > 0 {
				p.buf = append(p.buf, ", "...)
			}
			p.element(x, indent)
		}
		p.buf = append(p.buf, ')')
	}
}

// startsBracket reports whether the line on which e begins leaves a bracket
// open. Formatters align the equals signs of neighbouring lines, but not of
// such lines, and not across them. A heredoc counts as one line.
func startsBracket(e expr) bool {
	if t, ok := e.(template); ok {
		return !t.endsInNewline()
	}
	return true
}

// itemGroup writes the items from i on whose equals signs are aligned with
// each other, and returns the index after them.
func (p *printer) itemGroup(e object, i, indent int) int {
	end, width := i, 0
	for end < len(e) {
		flat := oneLine(e[end].value, true)
		if !flat && startsBracket(e[end].value) {
			if end == i {
				end++
			}
			break
		}
		width = max(width, len(appendKey(nil, e[end].key)))
		end++
	}
	for _, it := range e[i:end] {
		p.spaces(indent)
		p.assign(appendKey(nil, it.key), width, it.value, indent, true)
	}
	return end
}

func (p *printer) assign(name []byte, width int, value expr, indent int, nested bool) {
	p.buf = append(p.buf, name...)
	p.spaces(max(0, width-len(name)))
	p.buf = append(p.buf, " = "...)
	p.expr(value, indent, nested)
	p.buf = append(p.buf, '\n')
}

// A body is the inside of a file or a block.
type body struct {
	comment string // above everything, without "#"; may be several lines
	attrs   []item
	blocks  []*block
	// first and last are attributes set off above the others, such as provider,
	// and below the blocks, such as depends_on.
	first, last []item
}

// A block is a block with its labels.
type block struct {
	comment string // above the block, without "#"
	kind    string
	labels  []string
	body
}

func (b *body) attr(name string, v expr) { b.attrs = append(b.attrs, item{name, v}) }

func (b *body) block(kind string, labels ...string) *block {
	n := &block{kind: kind, labels: labels}
	b.blocks = append(b.blocks, n)
	return n
}

func (b *body) has(name string) bool {
	for _, a := range b.attrs {
		if a.key == name {
			return true
		}
	}
	for _, n := range b.blocks {
		if n.kind == name || n.kind == "dynamic" && n.labels[0] == name {
			return true
		}
	}
	return false
}

// file returns the body as a file.
func (b *body) file() []byte {
	p := printer{buf: make([]byte, 0, 4096)}
	p.comment(b.comment, 0)
	p.body(b, 0, b.comment == "")
	return p.buf
}

func (p *printer) comment(s string, indent int) {
	if s == "" {
		return
	}
	for line := range strings.SplitSeq(s, "\n") {
		p.spaces(indent)
		p.buf = append(p.buf, strings.TrimRight("# "+line, " ")...)
		p.buf = append(p.buf, '\n')
	}
}

// body writes attributes, then blocks. Blank lines set off blocks and
// attributes of several lines. first says that nothing is above it.
func (p *printer) body(b *body, indent int, first bool) {
	blank := func() {
		if !first {
			p.buf = append(p.buf, '\n')
		}
		first = false
	}
	attrs := func(list []item) {
		for i := 0; i < len(list); {
			end, width := i, 0
			for end < len(list) && oneLine(list[end].value, false) {
				width = max(width, len(list[end].key))
				end++
			}
			if end > i {
				if i > 0 {
					blank()
				}
				first = false
				for _, a := range list[i:end] {
					p.spaces(indent)
					p.assign([]byte(a.key), width, a.value, indent, false)
				}
			}
			if i = end; i < len(list) {
				blank()
				p.spaces(indent)
				p.assign([]byte(list[i].key), 0, list[i].value, indent, false)
				i++
			}
		}
	}
	attrs(b.first)
	if len(b.first) > 0 && len(b.attrs) > 0 {
		blank()
		first = true
	}
	attrs(b.attrs)
	for _, n := range b.blocks {
		blank()
		p.comment(n.comment, indent)
		p.spaces(indent)
		p.buf = append(p.buf, n.kind...)
		for _, l := range n.labels {
			p.buf = append(p.buf, ' ')
			p.buf = text(l).inline(p.buf)
		}
		if len(n.first)+len(n.attrs)+len(n.blocks)+len(n.last) == 0 && n.body.comment == "" {
			p.buf = append(p.buf, " {}\n"...)
			continue
		}
		p.buf = append(p.buf, " {\n"...)
		p.comment(n.body.comment, indent+2)
		p.body(&n.body, indent+2, true)
		p.spaces(indent)
		p.buf = append(p.buf, "}\n"...)
	}
	if len(b.last) > 0 {
		blank()
		first = true
		attrs(b.last)
	}
}

// appendKey appends the key of an object: as it is if it is a plain
// identifier, else quoted. The words that mean something else in that place
// are quoted too. The result is in ASCII, so that its length is its width,
// which the equals signs are aligned by.
func appendKey(b []byte, key string) []byte {
	if isIdent(key) && key != "for" && key != "null" && key != "true" && key != "false" {
		return append(b, key...)
	}
	b = append(b, '"')
	b = appendEscaped(b, key, false, unicode.MaxASCII)
	return append(b, '"')
}

// isIdent reports whether s is an identifier of ASCII letters, digits and
// underscores.
func isIdent(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// appendEscaped appends s as the inside of a quoted template. beforeExpr says
// that "${" follows, which a "$" at the end of s would turn into an escape. What
// is beyond maxRune is escaped.
func appendEscaped(b []byte, s string, beforeExpr bool, maxRune rune) []byte {
	for i, r := range s {
		if r >= ' ' && r < 0x7f && r != '"' && r != '\\' && r != '$' && r != '%' {
			b = append(b, byte(r))
			continue
		}
		switch r {
		case '\n':
			b = append(b, `\n`...)
		case '\r':
			b = append(b, `\r`...)
		case '\t':
			b = append(b, `\t`...)
		case '"':
			b = append(b, `\"`...)
		case '\\':
			b = append(b, `\\`...)
		case '$', '%':
			rest := s[i+1:]
			if rest == "" && beforeExpr && r == '$' {
				b = append(b, `\u0024`...)
				continue
			}
			b = append(b, byte(r))
			if strings.HasPrefix(rest, "{") {
				b = append(b, byte(r))
			}
		default:
			switch {
			case unicode.IsPrint(r) && r <= maxRune:
				b = utf8.AppendRune(b, r)
			case r < 0x10000:
				b = append(b, `\u`...)
				b = append(b, hex(r, 4)...)
			default:
				b = append(b, `\U`...)
				b = append(b, hex(r, 8)...)
			}
		}
	}
	return b
}

func hex(r rune, width int) string {
	s := strconv.FormatInt(int64(r), 16)
	return strings.Repeat("0", width-len(s)) + s
}

// heredoc reports whether a template is best written as a heredoc: it has
// several lines, and nothing that would have to be escaped with a backslash.
func (e template) heredoc() bool {
	newline, several, start := false, false, true
	if !slices.ContainsFunc(e, func(p part) bool { return strings.Contains(p.text, "\n") }) {
		return false
	}
	for _, p := range e {
		if p.expr != nil {
			several, start = several || newline, false
			continue
		}
		for _, r := range p.text {
			several = several || newline
			switch {
			case r == '\n':
				newline = true
			case r != '\t' && !unicode.IsPrint(r):
				return false
			case start && unicode.Is(unicode.M, r):
				return false // would combine with the last space of the indentation
			}
			start = r == '\n'
		}
	}
	return several
}

func (e template) endsInNewline() bool {
	last := e[len(e)-1]
	return last.expr == nil && strings.HasSuffix(last.text, "\n")
}

// heredoc writes a template as a heredoc. What HCL adds, a newline at the
// end, chomp takes away again.
func (p *printer) heredoc(e template, indent int) {
	chomp := !e.endsInNewline()
	if chomp {
		p.buf = append(p.buf, "chomp("...)
	}
	var b []byte
	for i, q := range e {
		if q.expr != nil {
			b = append(b, "${"...)
			b = q.expr.inline(b)
			b = append(b, '}')
			continue
		}
		s := strings.NewReplacer("${", "$${", "%{", "%%{").Replace(q.text)
		if rest := strings.TrimRight(s, "$"); rest != s && i+1 < len(e) && e[i+1].expr != nil {
			s = rest + `${"` + s[len(rest):] + `"}`
		}
		b = append(b, s...)
	}
	b = bytes.TrimSuffix(b, []byte("\n"))
	lines := bytes.Split(b, []byte("\n"))

	end := "EOT"
	for n := 2; ; n++ {
		clash := false
		for _, l := range lines {
			clash = clash || string(bytes.TrimSpace(l)) == end
		}
		if !clash {
			break
		}
		end = "EOT" + strconv.Itoa(n)
	}

	// An indented heredoc loses the indentation that its lines share, not
	// counting lines of white space alone, which are kept as they are. So it
	// is the same text again only if some line has no indentation of its own.
	flush := false
	for _, l := range lines {
		r, _ := utf8.DecodeRune(l)
		flush = flush || len(l) > 0 && !unicode.IsSpace(r)
	}
	if flush {
		p.buf = append(p.buf, "<<-"...)
	} else {
		p.buf = append(p.buf, "<<"...)
	}
	p.buf = append(p.buf, end...)
	p.buf = append(p.buf, '\n')
	for _, l := range lines {
		if flush && len(bytes.TrimSpace(l)) > 0 {
			p.spaces(indent + 2)
		}
		p.buf = append(p.buf, l...)
		p.buf = append(p.buf, '\n')
	}
	if flush {
		p.spaces(indent)
	}
	p.buf = append(p.buf, end...)
	if chomp {
		p.buf = append(p.buf, '\n')
		p.spaces(indent)
		p.buf = append(p.buf, ')')
	}
}
