package guard

import (
	"fmt"
	"strings"
)

// A parser reads a program once and notes the edits down as it understands
// where the operands are. It accepts more than the language: what is not
// JavaScript is for the engine to refuse.
type parser struct {
	src string

	pos  int
	tok  token
	last int // where the token before tok ends

	// noIn is set in the head of a for statement, where "in" is no operator.
	noIn bool
	// inAsync and inGenerator say whether "await" and "yield" are operators.
	inAsync, inGenerator bool

	edits []edit
	// targets is what has to be undone, or added, should the expression that is
	// being read turn out to be a pattern.
	targets []target

	depth int
}

// An operand is what the parser remembers of an expression.
type operand struct {
	start, end int

	// safe is set if the value cannot be symbolic, and distinct if no symbolic
	// value can be equal to it either: a new object.
	safe, distinct bool
	// text is set if the value is a string, so that to add to it is to join.
	text bool

	// tail is the right operand of a logical operator whose left one has been
	// tested already, if the operator is the whole expression.
	tail *operand

	// comma is set for a sequence without parentheses around it.
	comma bool
	// assigned is set for an assignment with "=", which in a pattern is a default.
	assigned bool
	// arrow is set for an arrow function, which no operator may follow.
	arrow bool
	// name is set for an identifier, also in parentheses.
	name bool
	// member is the last link, if the expression is a member of another that an
	// assignment can change.
	member struct {
		start, end int // of "." and the name, or of the brackets and what is in them
		index      bool
	}

	// length is a read of the property length that is not yet rewritten,
	// because an assignment may follow.
	length struct {
		dot      int // where "." or "?." begins; 0 if there is none
		end      int
		optional bool
	}
}

// A target is part of an expression that is rewritten one way if it is read,
// and another if it is assigned to, because what is around it is a pattern.
type target struct {
	// first and end are the edits, of those of the parser, that only a read needs.
	first, end int

	// object is where the inside of an object begins; 0 if it is none.
	object int
	// parts is set if a string's length or characters are among its properties,
	// and defaults if one has a default.
	parts, defaults bool
}

type syntaxError struct{ err error }

func (p *parser) fail(what string) {
	line := 1 + strings.Count(p.src[:min(p.pos, len(p.src))], "\n")
	panic(syntaxError{fmt.Errorf("line %d: %s", line, what)})
}

func (p *parser) parse() (err error) {
	defer func() {
		if r := recover(); r != nil {
			failure, ok := r.(syntaxError)
			if !ok {
				panic(r)
			}
			err = failure.err
		}
	}()
	p.inAsync = true // a module may await anywhere
	p.next()
	for p.tok.kind != end {
		p.statement()
	}
	return nil
}

// ---- Tokens

func (p *parser) is(s string) bool {
	return (p.tok.kind == punctuator || p.tok.kind == word) && p.src[p.tok.start:p.tok.end] == s
}

// accept moves past s, if that is the token.
func (p *parser) accept(s string) bool {
	if !p.is(s) {
		return false
	}
	p.next()
	return true
}

func (p *parser) expect(s string) {
	if !p.accept(s) {
		p.fail(fmt.Sprintf("%q where %q must be", p.src[p.tok.start:p.tok.end], s))
	}
}

// peek returns the token after p.tok, which must not be a slash or backquote.
func (p *parser) peek() token {
	pos, tok, last := p.pos, p.tok, p.last
	p.next()
	next := p.tok
	p.pos, p.tok, p.last = pos, tok, last
	return next
}

func (p *parser) textOf(t token) string { return p.src[t.start:t.end] }

func (p *parser) semicolon() {
	if p.accept(";") || p.tok.newline || p.is("}") || p.tok.kind == end {
		return
	}
	p.fail(fmt.Sprintf("%q after the end of a statement", p.src[p.tok.start:p.tok.end]))
}

// nested keeps a program of endless parentheses from using up the stack.
func (p *parser) nested() func() {
	if p.depth++; p.depth > 5000 {
		p.fail("nested too deeply")
	}
	return func() { p.depth-- }
}

// ---- Edits

func (p *parser) open(at int, text string) {
	if at > 0 && isWordByte(p.src[at-1]) {
		text = " " + text // as in else"a"
	}
	p.edits = append(p.edits, edit{start: at, end: at, text: text, open: true})
}

func (p *parser) close(at int, text string) {
	p.edits = append(p.edits, edit{start: at, end: at, text: text})
}
func (p *parser) replace(start, end int, text string) {
	p.edits = append(p.edits, edit{start: start, end: end, text: text})
}

// wrap makes an operand the argument of a function.
func (p *parser) wrap(function string, x operand) {
	if x.safe {
		return
	}
	if x.comma {
		p.open(x.start, function+"((")
		p.close(x.end, "))")
		return
	}
	p.open(x.start, function+"(")
	p.close(x.end, ")")
}

// test makes sure that whether an operand is true is known.
func (p *parser) test(x operand) {
	for x.tail != nil {
		x = *x.tail
	}
	p.wrap("__sstc_test", x)
}

// pattern says that what was read since mark, a number of targets, is a pattern.
func (p *parser) pattern(mark int) {
	for _, t := range p.targets[mark:] {
		for i := t.first; i < t.end; i++ {
			p.edits[i].dropped = true
		}
		if t.object == 0 {
			continue
		}
		if t.parts {
			p.close(t.object, `[__sstc_parts]: {} = "", `)
		}
		if t.defaults {
			p.close(t.object, `[__sstc_defaults]: {} = "", `)
		}
	}
	p.read(mark)
}

// read says that what was read since mark is no pattern.
func (p *parser) read(mark int) { p.targets = p.targets[:mark] }

// settle rewrites a read of length, now that it is known to be one.
func (p *parser) settle(x *operand) {
	l := x.length
	if l.dot == 0 {
		return
	}
	x.length.dot = 0
	function := "__sstc_len("
	if l.optional {
		function = "__sstc_olen("
	}
	p.open(x.start, function)
	word := l.end - len("length")
	if strings.Contains(p.src[l.dot:word], "\n") {
		// The line must end where it did.
		p.replace(l.dot, l.dot+len("."), ")")
		if l.optional && p.src[l.dot] == '?' {
			p.replace(l.dot+len("?"), l.dot+len("?."), "")
		}
		p.replace(word, l.end, "")
		return
	}
	p.replace(l.dot, l.end, ")")
}

var comparisons = map[string]string{
	"===": "0", "!==": "1", "==": "2", "!=": "3", "<": "4", ">": "5", "<=": "6", ">=": "7",
}

func (p *parser) compare(a operand, op token, b operand) {
	name := p.textOf(op)
	switch {
	case a.safe && b.safe:
		return
	case len(name) == 3 && (a.distinct || b.distinct):
		return
	}
	p.open(a.start, "__sstc_cmp("+comparisons[name]+",")
	p.replace(op.start, op.end, ",")
	p.close(b.end, ")")
}

// add rewrites a sum, unless it joins strings.
func (p *parser) add(a operand, op token, b operand) {
	if a.safe && b.safe || a.text || b.text {
		return
	}
	p.open(a.start, "__sstc_add(")
	p.replace(op.start, op.end, ",")
	p.close(b.end, ")")
}

// ---- Statements

func (p *parser) statement() {
	defer p.nested()()
	if p.tok.kind == punctuator {
		switch {
		case p.is("{"):
			p.block()
			return
		case p.accept(";"):
			return
		}
	}
	if p.tok.kind == word {
		switch p.textOf(p.tok) {
		case "var", "const":
			p.declaration()
			p.semicolon()
			return
		case "let":
			if next := p.peek(); next.kind == word && p.textOf(next) != "in" && p.textOf(next) != "instanceof" && p.textOf(next) != "of" || p.textOf(next) == "[" || p.textOf(next) == "{" {
				p.declaration()
				p.semicolon()
				return
			}
		case "function":
			p.function(false)
			return
		case "async":
			if next := p.peek(); p.textOf(next) == "function" && !next.newline {
				p.next()
				p.function(true)
				return
			}
		case "class":
			p.class()
			return
		case "if":
			p.next()
			p.condition()
			p.statement()
			if p.accept("else") {
				p.statement()
			}
			return
		case "for":
			p.forStatement()
			return
		case "while":
			p.while()
			p.statement()
			return
		case "with":
			p.next()
			p.expect("(")
			p.expression()
			p.expect(")")
			p.statement()
			return
		case "do":
			p.next()
			p.statement()
			p.expect("while")
			p.condition()
			p.accept(";")
			return
		case "switch":
			p.switchStatement()
			return
		case "try":
			p.next()
			p.block()
			if p.accept("catch") {
				if p.accept("(") {
					mark := len(p.targets)
					p.assignment()
					p.pattern(mark)
					p.expect(")")
				}
				p.block()
			}
			if p.accept("finally") {
				p.block()
			}
			return
		case "return", "throw":
			p.next()
			if !p.is(";") && !p.is("}") && !p.tok.newline && p.tok.kind != end {
				p.expression()
			}
			p.semicolon()
			return
		case "break", "continue":
			p.next()
			if p.tok.kind == word && !p.tok.newline {
				p.next()
			}
			p.semicolon()
			return
		case "debugger":
			p.next()
			p.semicolon()
			return
		case "import":
			if next := p.peek(); p.textOf(next) != "(" && p.textOf(next) != "." {
				p.fail("a module's import")
			}
		case "export":
			p.fail("a module's export")
		}
		if p.textOf(p.peek()) == ":" {
			p.next()
			p.next()
			p.statement()
			return
		}
	}
	mark := len(p.targets)
	p.expression()
	p.read(mark)
	p.semicolon()
}

func (p *parser) block() {
	p.expect("{")
	for !p.is("}") {
		if p.tok.kind == end {
			p.fail("a block does not end")
		}
		p.statement()
	}
	p.next()
}

// condition is what a statement tests, in parentheses.
func (p *parser) condition() {
	p.expect("(")
	p.test(p.expression())
	p.expect(")")
}

// while parses the head of a while statement, and makes it a for statement's.
func (p *parser) while() {
	p.replace(p.tok.start, p.tok.end, "for")
	p.next()
	p.close(p.tok.end, "__sstc_loop.on; ")
	p.expect("(")
	p.test(p.expression())
	p.close(p.tok.start, ";")
	p.expect(")")
}

// declaration parses var, let or const with what it declares. It returns what
// the last variable gets, if it gets anything.
func (p *parser) declaration() (last operand, isSet bool) {
	p.next()
	for {
		mark := len(p.targets)
		p.primary() // a name, or a pattern, which has a literal's syntax
		p.pattern(mark)
		if isSet = p.accept("="); isSet {
			last = p.assignment()
			p.read(mark)
		}
		if !p.accept(",") {
			return last, isSet
		}
	}
}

func (p *parser) forStatement() {
	p.next()
	p.accept("await")
	p.expect("(")
	mark := len(p.targets)
	noIn := p.noIn
	p.noIn = true
	var first operand
	isEmpty, isDeclared, isSet := false, false, false
	switch {
	case p.is(";"):
		isEmpty = true
	case p.is("var"), p.is("const"), p.is("let") && p.textOf(p.peek()) != "in" && p.textOf(p.peek()) != "of" && p.textOf(p.peek()) != ";":
		isDeclared = true
		first, isSet = p.declaration()
	default:
		first = p.expression()
	}
	p.noIn = noIn
	switch {
	case p.is("of"):
		p.pattern(mark)
		p.next()
		p.assignment()
	case p.is("in"):
		p.pattern(mark)
		p.next()
		p.wrap("__sstc_chars", p.expression())
	default:
		switch {
		case isEmpty:
			p.close(p.tok.start, "__sstc_loop.on")
		case !isDeclared:
			p.close(first.end, ", __sstc_loop.on")
		case isSet:
			p.open(first.start, "(__sstc_loop.on, ")
			p.close(first.end, ")")
		}
		p.expect(";")
		if !p.is(";") {
			p.test(p.expression())
		}
		p.expect(";")
		if !p.is(")") {
			p.expression()
		}
	}
	p.read(mark)
	p.expect(")")
	p.statement()
}

func (p *parser) switchStatement() {
	p.next()
	p.expect("(")
	p.wrap("__sstc_switch", p.expression())
	p.expect(")")
	p.expect("{")
	for !p.accept("}") {
		switch {
		case p.accept("case"):
			p.wrap("__sstc_case", p.expression())
			p.expect(":")
		case p.accept("default"):
			p.expect(":")
		case p.tok.kind == end:
			p.fail("a switch does not end")
		default:
			p.statement()
		}
	}
}

// ---- Functions and classes

// function parses a function from the word function on.
func (p *parser) function(async bool) operand {
	start := p.tok.start
	p.next()
	generator := p.accept("*")
	if p.tok.kind == word && !p.is("(") {
		p.next()
	}
	p.functionRest(async, generator)
	return operand{start: start, end: p.last, safe: true, distinct: true}
}

// functionRest parses parameters and body.
func (p *parser) functionRest(async, generator bool) {
	wasAsync, wasGenerator, noIn := p.inAsync, p.inGenerator, p.noIn
	p.inAsync, p.inGenerator, p.noIn = async, generator, false
	mark := len(p.targets)
	p.expect("(")
	p.list(")")
	p.pattern(mark)
	p.block()
	p.read(mark)
	p.inAsync, p.inGenerator, p.noIn = wasAsync, wasGenerator, noIn
}

// arrowRest parses the arrow and the body of an arrow function.
func (p *parser) arrowRest(start int, async bool) operand {
	wasAsync, wasGenerator := p.inAsync, p.inGenerator
	p.inAsync, p.inGenerator = async, false
	mark := len(p.targets)
	p.expect("=>")
	if p.is("{") {
		noIn := p.noIn
		p.noIn = false
		p.block()
		p.noIn = noIn
	} else {
		p.assignment()
	}
	p.read(mark)
	p.inAsync, p.inGenerator = wasAsync, wasGenerator
	return operand{start: start, end: p.last, safe: true, distinct: true, arrow: true}
}

// list parses assignments, spreads and holes up to a closing bracket, and
// moves past that. It returns the one element of a list that has one.
func (p *parser) list(closing string) (only operand, isOne bool) {
	noIn := p.noIn
	p.noIn = false
	n := 0
	for !p.is(closing) {
		n++
		if p.accept(",") {
			continue
		}
		spread := p.accept("...")
		only = p.assignment()
		if spread {
			n++ // or any number
		}
		if !p.is(closing) {
			p.expect(",")
		}
	}
	p.noIn = noIn
	p.next()
	return only, n == 1
}

// arguments parses the arguments of a call, from the parenthesis on. Given one
// number, Array makes so many elements.
func (p *parser) arguments(callee operand) {
	mark := len(p.targets)
	p.next()
	x, isOne := p.list(")")
	p.read(mark)
	if isOne && callee.name && p.src[callee.start:callee.end] == "Array" {
		p.wrap("__sstc_size", x)
	}
}

func (p *parser) class() operand {
	start := p.tok.start
	mark := len(p.targets)
	defer func() { p.read(mark) }()
	p.next()
	if p.tok.kind == word && !p.is("extends") {
		p.next()
	}
	if p.accept("extends") {
		x := p.leftHandSide(false)
		p.settle(&x)
	}
	p.expect("{")
	for !p.accept("}") {
		if p.tok.kind == end {
			p.fail("a class does not end")
		}
		if p.accept(";") {
			continue
		}
		if p.is("static") && p.textOf(p.peek()) == "{" {
			p.next()
			wasAsync, wasGenerator := p.inAsync, p.inGenerator
			p.inAsync, p.inGenerator = false, false
			p.block()
			p.inAsync, p.inGenerator = wasAsync, wasGenerator
			continue
		}
		async, generator := p.modifiers()
		p.propertyName()
		if p.is("(") {
			p.functionRest(async, generator)
			continue
		}
		if p.accept("=") {
			wasAsync, wasGenerator, noIn := p.inAsync, p.inGenerator, p.noIn
			p.inAsync, p.inGenerator, p.noIn = false, false, false
			p.assignment()
			p.inAsync, p.inGenerator, p.noIn = wasAsync, wasGenerator, noIn
		}
		p.semicolon()
	}
	return operand{start: start, end: p.last, safe: true, distinct: true}
}

// modifiers parses the words and the star that may stand before a property's
// name. Each of the words may also be the name.
func (p *parser) modifiers() (async, generator bool) {
	for p.tok.kind == word {
		name := p.textOf(p.tok)
		switch name {
		case "static", "async", "get", "set", "accessor":
		default:
			return async, generator
		}
		next := p.peek()
		switch p.textOf(next) {
		case "(", ",", ":", "}", "=", ";":
			return async, generator
		}
		if next.kind == end || next.newline && name != "static" {
			return async, generator
		}
		async = async || name == "async"
		p.next()
	}
	generator = p.accept("*")
	return async, generator
}

// propertyName parses a property's name and reports whether a string has one
// like that: its length, or a character.
func (p *parser) propertyName() (isPart bool) {
	if p.accept("[") {
		noIn, mark := p.noIn, len(p.targets)
		p.noIn = false
		p.wrap("__sstc_key", p.assignment())
		p.read(mark)
		p.noIn = noIn
		p.expect("]")
		return true
	}
	name := p.textOf(p.tok)
	isPart = p.tok.kind == number || name == "length" || p.tok.kind == text && name[1:len(name)-1] == "length"
	switch p.tok.kind {
	case word, private, number, text:
		p.next()
	default:
		p.fail(fmt.Sprintf("%q where a property's name must be", p.textOf(p.tok)))
	}
	return isPart
}

// object parses an object literal, which may turn out to be a pattern.
func (p *parser) object() {
	noIn := p.noIn
	p.noIn = false
	t := target{object: p.tok.end}
	p.expect("{")
	for !p.is("}") {
		if p.accept("...") {
			x := p.assignment()
			first := len(p.edits)
			p.wrap("__sstc_chars", x)
			p.targets = append(p.targets, target{first: first, end: len(p.edits)})
		} else {
			async, generator := p.modifiers()
			t.parts = p.propertyName() || t.parts
			switch {
			case p.is("("):
				p.functionRest(async, generator)
			case p.accept(":"):
				x := p.assignment()
				t.defaults = t.defaults || x.assigned
			case p.accept("="):
				mark := len(p.targets)
				p.assignment()
				p.read(mark)
				t.defaults = true
			}
		}
		if !p.is("}") {
			p.expect(",")
		}
	}
	if t.parts || t.defaults {
		p.targets = append(p.targets, t)
	}
	p.noIn = noIn
	p.next()
}

// ---- Expressions

func (p *parser) expression() operand {
	x := p.assignment()
	for p.is(",") {
		p.next()
		right := p.assignment()
		x = operand{start: x.start, end: right.end, comma: true, safe: right.safe, distinct: right.distinct, text: right.text}
	}
	return x
}

// arithmetic maps an assignment operator to the operator it applies, for those
// that make numbers of strings.
var arithmetic = map[string]string{
	"-=": "-", "*=": "*", "/=": "/", "%=": "%", "**=": "**", "&=": "&", "|=": "|", "^=": "^", "<<=": "<<", ">>=": ">>", ">>>=": ">>>",
}

func (p *parser) assignment() operand {
	defer p.nested()()
	if p.tok.kind == word {
		switch {
		case p.inGenerator && p.is("yield"):
			start := p.tok.start
			p.next()
			if !p.tok.newline {
				star := p.accept("*")
				if star || !p.endsExpression() {
					p.assignment()
				}
			}
			return operand{start: start, end: p.last}
		case p.is("async"):
			if next := p.peek(); next.kind == word && !next.newline && p.textOf(next) != "function" && p.textOf(next) != "in" && p.textOf(next) != "of" && p.textOf(next) != "instanceof" {
				start := p.tok.start
				p.next()
				p.next()
				return p.arrowRest(start, true)
			}
		}
		if next := p.peek(); next.kind == punctuator && p.textOf(next) == "=>" {
			start := p.tok.start
			p.next()
			return p.arrowRest(start, false)
		}
	}
	mark := len(p.targets)
	x := p.conditional()
	if x.arrow || p.tok.kind != punctuator {
		return x
	}
	op := p.textOf(p.tok)
	switch op {
	case "=":
		if c := p.src[x.start]; c == '[' || c == '{' {
			p.pattern(mark)
		}
		after := len(p.targets)
		p.next()
		right := p.assignment()
		p.read(after)
		return operand{start: x.start, end: right.end, safe: right.safe, distinct: right.distinct, text: right.text, assigned: true}
	case "+=":
		tok := p.tok
		p.next()
		right := p.assignment()
		p.read(mark)
		if target := p.src[x.start:x.end]; isNames(target) && !right.text {
			p.replace(tok.start, tok.end, "= __sstc_add("+target+",")
			p.close(right.end, ")")
		}
		return operand{start: x.start, end: right.end, text: right.text}
	case "&&=", "||=", "??=":
		tok := p.tok
		p.next()
		right := p.assignment()
		p.read(mark)
		p.logicalAssignment(x, tok, right)
		return operand{start: x.start, end: right.end}
	}
	plain, ok := arithmetic[op]
	if !ok {
		return x
	}
	tok := p.tok
	p.next()
	right := p.assignment()
	p.read(mark)
	if x.name {
		p.replace(tok.start, tok.end, "= __sstc_num("+p.src[x.start:x.end]+") "+plain)
		// The right side was an operand of the weakest operator.
		p.open(right.start, "__sstc_num(")
		p.close(right.end, ")")
	} else {
		p.wrap("__sstc_num", right)
	}
	return operand{start: x.start, end: right.end, safe: true}
}

// isNames reports whether an expression is a variable, or a member of one of
// members, which may be read twice.
func isNames(s string) bool {
	for i := range len(s) {
		if !isWordByte(s[i]) && s[i] != '.' {
			return false
		}
	}
	return true
}

// logicalAssignment makes sure that whether there is anything to assign is known.
func (p *parser) logicalAssignment(x operand, tok token, right operand) {
	test, testMember := "__sstc_test(", "__sstc_testMember("
	if p.textOf(tok) == "??=" {
		test, testMember = "__sstc_nullish(", "__sstc_nullishMember("
	}
	switch m := x.member; {
	case x.name:
		p.replace(tok.start, tok.end, "= "+test+p.src[x.start:x.end]+") "+strings.TrimSuffix(p.textOf(tok), "=")+" (")
		p.close(right.end, ")")
	case m.index:
		p.open(x.start, testMember)
		p.replace(m.start, m.start+1, ",")
		p.replace(m.end-1, m.end, ")[__sstc_lastKey()]")
	case m.end > 0:
		name := m.end
		for isWordByte(p.src[name-1]) {
			name--
		}
		p.open(x.start, testMember)
		p.close(m.start, `,"`+p.src[name:m.end]+`")`)
	}
}

// endsExpression reports whether the token cannot begin an expression.
func (p *parser) endsExpression() bool {
	switch p.tok.kind {
	case end:
		return true
	case punctuator:
		switch p.textOf(p.tok) {
		case ")", "]", "}", ",", ";", ":":
			return true
		}
	case word:
		return p.is("in") || p.is("of")
	}
	return false
}

func (p *parser) conditional() operand {
	x := p.binary(0)
	if x.arrow || !p.is("?") {
		return x
	}
	p.test(x)
	p.next()
	noIn := p.noIn
	p.noIn = false
	a := p.assignment()
	p.noIn = noIn
	p.expect(":")
	b := p.assignment()
	return operand{start: x.start, end: b.end, safe: a.safe && b.safe, distinct: a.distinct && b.distinct, text: a.text && b.text}
}

// precedence returns how strongly a binary operator binds, or 0.
func (p *parser) precedence() int {
	switch p.tok.kind {
	case word:
		switch p.textOf(p.tok) {
		case "instanceof":
			return 7
		case "in":
			if !p.noIn {
				return 7
			}
		}
		return 0
	case punctuator:
		switch p.textOf(p.tok) {
		case "??", "||":
			return 1
		case "&&":
			return 2
		case "|":
			return 3
		case "^":
			return 4
		case "&":
			return 5
		case "===", "!==", "==", "!=":
			return 6
		case "<", ">", "<=", ">=":
			return 7
		case "<<", ">>", ">>>":
			return 8
		case "+", "-":
			return 9
		case "*", "/", "%":
			return 10
		case "**":
			return 11
		}
	}
	return 0
}

func (p *parser) binary(least int) operand {
	x := p.unary()
	for !x.arrow {
		prec := p.precedence()
		if prec == 0 || prec <= least {
			return x
		}
		op := p.tok
		name := p.textOf(op)
		p.next()
		over := prec
		if name == "**" {
			over-- // it associates to the right
		}
		right := p.binary(over)
		result := operand{start: x.start, end: right.end}
		switch name {
		case "||", "&&":
			p.test(x)
			result.tail = &right
			result.safe = x.safe && right.safe
			result.distinct = x.distinct && right.distinct
		case "??":
			p.wrap("__sstc_nullish", x)
			result.safe = x.safe && right.safe
			result.distinct = x.distinct && right.distinct
		case "+":
			p.add(x, op, right)
			result.safe = x.safe && right.safe
			result.text = x.text || right.text
		case "instanceof":
			result.safe = true
		case "in":
			p.wrap("__sstc_key", x)
			result.safe = true
		case "===", "!==", "==", "!=", "<", ">", "<=", ">=":
			p.compare(x, op, right)
			result.safe = true
		default:
			p.wrap("__sstc_num", x)
			p.wrap("__sstc_num", right)
			result.safe = true
		}
		x = result
	}
	return x
}

func (p *parser) unary() operand {
	start := p.tok.start
	switch p.tok.kind {
	case punctuator:
		switch op := p.textOf(p.tok); op {
		case "!":
			p.next()
			x := p.nestedUnary()
			p.test(x)
			return operand{start: start, end: x.end, safe: true}
		case "+", "-", "~":
			p.next()
			x := p.nestedUnary()
			p.wrap("__sstc_num", x)
			return operand{start: start, end: x.end, safe: true}
		case "++", "--":
			p.next()
			x := p.nestedUnaryTarget()
			return operand{start: start, end: x.end, safe: true}
		}
	case word:
		switch p.textOf(p.tok) {
		case "typeof":
			return p.typeOf()
		case "void":
			p.next()
			x := p.nestedUnary()
			return operand{start: start, end: x.end, safe: true}
		case "delete":
			p.next()
			x := p.nestedUnaryTarget()
			return operand{start: start, end: x.end, safe: true}
		case "await":
			if p.inAsync {
				p.next()
				x := p.nestedUnary()
				return operand{start: start, end: x.end}
			}
		}
	}
	x := p.leftHandSide(false)
	if x.arrow {
		return x
	}
	if p.tok.kind == punctuator {
		switch op := p.textOf(p.tok); {
		case (op == "++" || op == "--") && !p.tok.newline:
			p.next()
			return operand{start: x.start, end: p.last, safe: true}
		case op == "=", op == "+=", op == "&&=", op == "||=", op == "??=", arithmetic[op] != "":
			x.length.dot = 0
			return x
		}
	}
	first := len(p.edits)
	p.settle(&x)
	if end := len(p.edits); end > first {
		p.targets = append(p.targets, target{first: first, end: end})
	}
	return x
}

// typeOf parses typeof and what follows. A name may be one that is not declared.
func (p *parser) typeOf() operand {
	tok := p.tok
	p.next()
	x := p.nestedUnary()
	switch {
	case x.safe:
	case x.name:
		name := p.src[x.start:x.end]
		p.open(tok.start, "(")
		p.close(x.end, ` === "object" ? __sstc_typeof(`+name+") : typeof "+name+")")
	default:
		p.replace(tok.start, tok.end, "__sstc_typeof(")
		p.close(x.end, ")")
	}
	return operand{start: tok.start, end: x.end, safe: true, text: true}
}

func (p *parser) nestedUnary() operand {
	defer p.nested()()
	return p.unary()
}

// nestedUnaryTarget is an operand that is changed or deleted, not read.
func (p *parser) nestedUnaryTarget() operand {
	x := p.leftHandSide(false)
	x.length.dot = 0
	return x
}

// leftHandSide parses a primary expression with the members and calls that
// follow. In the callee of new, which isNew says, there are no calls.
func (p *parser) leftHandSide(isNew bool) operand {
	x := p.primary()
	if x.arrow {
		return x
	}
	chain := false // an optional link came before
	inChain := false
	for p.tok.kind == punctuator {
		link := p.textOf(p.tok)
		switch link {
		case ".", "[", "?.":
			inChain = chain
			if chain {
				// Taking the length out of the middle of a chain would end it there.
				x.length.dot = 0
			} else {
				p.settle(&x)
			}
		case "(", "`":
			// Called, it is a method and no length.
			x.length.dot = 0
		}
		switch link {
		case ".", "?.":
			dot := p.tok.start
			p.next()
			if link == "?." {
				if isNew {
					p.fail("an optional chain after new")
				}
				chain = true
				if p.is("[") {
					x = p.index(x, isNew, inChain)
					continue
				}
				if p.is("(") || p.is("`") {
					continue
				}
			}
			if p.tok.kind != word && p.tok.kind != private {
				p.fail(fmt.Sprintf("%q where a property's name must be", p.textOf(p.tok)))
			}
			isSuper, isPrivate := p.src[x.start:x.end] == "super", p.tok.kind == private
			isLength := p.is("length") && !isNew && !isSuper
			p.next()
			x = operand{start: x.start, end: p.last}
			if !isSuper && !isPrivate {
				x.member.start, x.member.end = dot, p.last
			}
			if isLength {
				x.length.dot, x.length.end, x.length.optional = dot, p.last, chain
			}
		case "[":
			x = p.index(x, isNew, chain)
		case "(":
			if isNew {
				return x
			}
			p.arguments(x)
			x = operand{start: x.start, end: p.last}
		case "`":
			p.template()
			x = operand{start: x.start, end: p.last}
		default:
			return x
		}
	}
	return x
}

// index parses a key in brackets. What it is of may be a string, of which it is
// a character. Taking that out of the middle of a chain would end it there.
func (p *parser) index(base operand, isNew, chain bool) operand {
	bracket := p.tok.start
	noIn, mark := p.noIn, len(p.targets)
	p.noIn = false
	p.next()
	isName := p.tok.kind == text && p.textOf(p.tok)[1:len(p.textOf(p.tok))-1] != "length"
	key := p.expression()
	p.read(mark)
	p.wrap("__sstc_key", key)
	p.noIn = noIn
	p.expect("]")
	isSuper := p.src[base.start:base.end] == "super"
	if !isNew && !chain && !isSuper && !(isName && key.safe) {
		p.wrap("__sstc_chars", base)
	}
	x := operand{start: base.start, end: p.last}
	if !isSuper && !key.comma {
		x.member.start, x.member.end, x.member.index = bracket, p.last, true
	}
	return x
}

func (p *parser) primary() operand {
	start := p.tok.start
	switch p.tok.kind {
	case number:
		p.next()
		return operand{start: start, end: p.last, safe: true}
	case text:
		p.next()
		return operand{start: start, end: p.last, safe: true, text: true}
	case private:
		p.next() // #name in object
		return operand{start: start, end: p.last, safe: true}
	case punctuator:
		switch p.textOf(p.tok) {
		case "(":
			return p.parenthesised(start, false)
		case "[":
			p.next()
			p.list("]")
			return operand{start: start, end: p.last, safe: true, distinct: true}
		case "{":
			p.object()
			return operand{start: start, end: p.last, safe: true, distinct: true}
		case "`":
			plain := p.template()
			return operand{start: start, end: p.last, safe: plain, text: true}
		case "/", "/=":
			p.regexp()
			return operand{start: start, end: p.last, safe: true, distinct: true}
		}
	case word:
		switch name := p.textOf(p.tok); name {
		case "function":
			return p.function(false)
		case "class":
			return p.class()
		case "new":
			p.next()
			if p.accept(".") {
				p.next() // target
				return operand{start: start, end: p.last}
			}
			class := p.leftHandSide(true)
			if p.is("(") {
				p.arguments(class)
			}
			return operand{start: start, end: p.last, safe: true, distinct: true}
		case "import":
			p.next()
			if p.accept(".") {
				p.next() // meta
			}
			return operand{start: start, end: p.last}
		case "async":
			next := p.peek()
			switch {
			case next.newline:
			case p.textOf(next) == "function":
				p.next()
				x := p.function(true)
				x.start = start
				return x
			case p.textOf(next) == "(":
				return p.asyncParenthesised()
			}
		case "null", "true", "false", "undefined":
			p.next()
			return operand{start: start, end: p.last, safe: true}
		case "this", "super":
			p.next()
			return operand{start: start, end: p.last}
		case "case", "catch", "const", "default", "do", "else", "export", "extends", "finally", "for", "if", "in", "instanceof", "return", "switch", "throw", "try", "var", "while", "with":
			p.fail(fmt.Sprintf("%q where an expression must be", name))
		}
		p.next()
		return operand{start: start, end: p.last, name: true}
	}
	p.fail(fmt.Sprintf("%q where an expression must be", p.textOf(p.tok)))
	return operand{}
}

// parenthesised parses an expression in parentheses, or an arrow function from
// its parameters on, which have the syntax of a list.
func (p *parser) parenthesised(start int, async bool) operand {
	noIn, mark := p.noIn, len(p.targets)
	p.noIn = false
	p.expect("(")
	var x operand
	n := 0
	for !p.is(")") {
		n++
		p.accept("...")
		x = p.assignment()
		if !p.is(")") {
			p.expect(",")
		}
	}
	p.noIn = noIn
	p.next()
	if p.is("=>") && !p.tok.newline {
		p.pattern(mark)
		return p.arrowRest(start, async)
	}
	return operand{start: start, end: p.last, safe: x.safe, distinct: x.distinct, text: x.text, tail: x.tail, name: x.name && n == 1}
}

// asyncParenthesised parses async(...): the parameters of an arrow function or
// the arguments of a function of that name.
func (p *parser) asyncParenthesised() operand {
	start := p.tok.start
	p.next()
	x := p.parenthesised(start, true)
	if x.arrow {
		return x
	}
	return operand{start: start, end: p.last}
}

// template parses a template from its backquote on and reports whether it has
// no substitutions.
func (p *parser) template() (plain bool) {
	defer p.nested()()
	plain = true
	p.pos = p.tok.start + 1
	for {
		if p.pos >= len(p.src) {
			p.fail("a template does not end")
		}
		switch c := p.src[p.pos]; {
		case c == '\\':
			p.pos += 2
		case c == '`':
			p.pos++
			p.tok.end = p.pos
			p.next()
			return plain
		case c == '$' && strings.HasPrefix(p.src[p.pos:], "${"):
			plain = false
			p.pos += 2
			noIn, mark := p.noIn, len(p.targets)
			p.noIn = false
			p.next()
			p.expression()
			p.read(mark)
			p.noIn = noIn
			if !p.is("}") {
				p.fail(fmt.Sprintf("%q in a template", p.textOf(p.tok)))
			}
			p.pos = p.tok.end
		default:
			p.pos++
		}
	}
}
