package guard

import (
	"fmt"
	"strings"
)

// A parser reads a program once and notes the edits down as it understands
// where the operands are. It accepts more than the language: what is not
// JavaScript is for the engine to refuse.
type parser struct {
	src  string
	skip func(line int) bool

	pos  int
	tok  token
	last int // where the token before tok ends

	// noIn is set in the head of a for statement, where "in" is no operator.
	noIn bool
	// inAsync and inGenerator say whether "await" and "yield" are operators.
	inAsync, inGenerator bool

	edits []edit

	// line is the line of linePos, for isSkipped.
	line, linePos int
	depth         int
}

// An operand is what the parser remembers of an expression.
type operand struct {
	start, end int

	// safe is set if the value cannot be symbolic, and distinct if no symbolic
	// value can be equal to it either: null, undefined, and new objects.
	// nullish is set for null and undefined.
	safe, distinct, nullish bool

	// tail is the right operand of a logical operator whose left one has been
	// tested already, if the operator is the whole expression.
	tail *operand

	// comma is set for a sequence without parentheses around it.
	comma bool
	// arrow is set for an arrow function, which no operator may follow.
	arrow bool
	// name is set for an identifier.
	name bool

	// length is a read of the property length that is not yet rewritten,
	// because an assignment may follow.
	length struct {
		dot      int // where "." or "?." begins; 0 if there is none
		end      int
		optional bool
	}
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
	p.line = 1
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

// isSkipped reports whether the line of a place is not to be edited. Places
// come nearly in order.
func (p *parser) isSkipped(at int) bool {
	if p.skip == nil {
		return false
	}
	if at >= p.linePos {
		p.line += strings.Count(p.src[p.linePos:at], "\n")
	} else {
		p.line -= strings.Count(p.src[at:p.linePos], "\n")
	}
	p.linePos = at
	return p.skip(p.line)
}

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
	if x.safe || p.isSkipped(x.start) {
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

// settle rewrites a read of length, now that it is known to be one.
func (p *parser) settle(x *operand) {
	l := x.length
	if l.dot == 0 {
		return
	}
	x.length.dot = 0
	if p.isSkipped(x.start) {
		return
	}
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
	case (name == "==" || name == "!=") && (a.nullish || b.nullish):
		return
	case p.isSkipped(a.start):
		return
	}
	p.open(a.start, "__sstc_cmp("+comparisons[name]+",")
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
			p.next()
			p.condition()
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
					p.assignment()
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
	p.expression()
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

// declaration parses var, let or const with what it declares.
func (p *parser) declaration() {
	p.next()
	for {
		p.primary() // a name, or a pattern, which has a literal's syntax
		if p.accept("=") {
			p.assignment()
		}
		if !p.accept(",") {
			return
		}
	}
}

func (p *parser) forStatement() {
	p.next()
	p.accept("await")
	p.expect("(")
	mark := len(p.edits)
	noIn := p.noIn
	p.noIn = true
	switch {
	case p.is(";"):
	case p.is("var"), p.is("const"), p.is("let") && p.textOf(p.peek()) != "in" && p.textOf(p.peek()) != "of" && p.textOf(p.peek()) != ";":
		p.declaration()
	default:
		p.expression()
	}
	p.noIn = noIn
	switch {
	case p.is("of"):
		p.dropLengths(mark)
		p.next()
		p.assignment()
	case p.is("in"):
		p.dropLengths(mark)
		p.next()
		p.expression()
	default:
		p.expect(";")
		if !p.is(";") {
			p.test(p.expression())
		}
		p.expect(";")
		if !p.is(")") {
			p.expression()
		}
	}
	p.expect(")")
	p.statement()
}

// dropLengths takes the rewritten lengths among the edits from mark on back:
// they turn out to be assigned to.
func (p *parser) dropLengths(mark int) {
	kept := p.edits[:mark]
	for _, e := range p.edits[mark:] {
		isLength := strings.HasSuffix(e.text, "len(") || e.end > e.start && (e.text == ")" || e.text == "")
		if !isLength {
			kept = append(kept, e)
		}
	}
	p.edits = kept
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
	p.expect("(")
	p.list(")")
	p.block()
	p.inAsync, p.inGenerator, p.noIn = wasAsync, wasGenerator, noIn
}

// arrowRest parses the arrow and the body of an arrow function.
func (p *parser) arrowRest(start int, async bool) operand {
	wasAsync, wasGenerator := p.inAsync, p.inGenerator
	p.inAsync, p.inGenerator = async, false
	p.expect("=>")
	if p.is("{") {
		noIn := p.noIn
		p.noIn = false
		p.block()
		p.noIn = noIn
	} else {
		p.assignment()
	}
	p.inAsync, p.inGenerator = wasAsync, wasGenerator
	return operand{start: start, end: p.last, safe: true, distinct: true, arrow: true}
}

// list parses assignments, spreads and holes up to a closing bracket, and
// moves past that.
func (p *parser) list(closing string) {
	noIn := p.noIn
	p.noIn = false
	for !p.is(closing) {
		if p.accept(",") {
			continue
		}
		p.accept("...")
		p.assignment()
		if !p.is(closing) {
			p.expect(",")
		}
	}
	p.noIn = noIn
	p.next()
}

func (p *parser) class() operand {
	start := p.tok.start
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

func (p *parser) propertyName() {
	if p.accept("[") {
		noIn := p.noIn
		p.noIn = false
		p.wrap("__sstc_key", p.assignment())
		p.noIn = noIn
		p.expect("]")
		return
	}
	switch p.tok.kind {
	case word, private, number, text:
		p.next()
	default:
		p.fail(fmt.Sprintf("%q where a property's name must be", p.textOf(p.tok)))
	}
}

// object parses an object literal, which may turn out to be a pattern.
func (p *parser) object() {
	noIn := p.noIn
	p.noIn = false
	p.expect("{")
	for !p.is("}") {
		if p.accept("...") {
			p.assignment()
		} else {
			async, generator := p.modifiers()
			p.propertyName()
			switch {
			case p.is("("):
				p.functionRest(async, generator)
			case p.accept(":"), p.accept("="):
				p.assignment()
			}
		}
		if !p.is("}") {
			p.expect(",")
		}
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
		x = operand{start: x.start, end: right.end, comma: true, safe: right.safe, distinct: right.distinct}
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
	mark := len(p.edits)
	x := p.conditional()
	if x.arrow || p.tok.kind != punctuator {
		return x
	}
	op := p.textOf(p.tok)
	switch op {
	case "=":
		if c := p.src[x.start]; c == '[' || c == '{' {
			p.dropLengths(mark)
		}
		p.next()
		right := p.assignment()
		return operand{start: x.start, end: right.end, safe: right.safe, distinct: right.distinct}
	case "+=", "&&=", "||=", "??=":
		p.next()
		right := p.assignment()
		return operand{start: x.start, end: right.end}
	}
	plain, ok := arithmetic[op]
	if !ok {
		return x
	}
	tok := p.tok
	p.next()
	right := p.assignment()
	if !p.isSkipped(x.start) {
		if x.name {
			p.replace(tok.start, tok.end, "= __sstc_num("+p.src[x.start:x.end]+") "+plain)
			// The right side was an operand of the weakest operator.
			p.open(right.start, "__sstc_num(")
			p.close(right.end, ")")
		} else {
			p.wrap("__sstc_num", right)
		}
	}
	return operand{start: x.start, end: right.end, safe: true}
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
	return operand{start: x.start, end: b.end, safe: a.safe && b.safe, distinct: a.distinct && b.distinct}
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
			fallthrough
		case "??":
			result.safe = x.safe && right.safe
			result.distinct = x.distinct && right.distinct
		case "+":
			result.safe = x.safe && right.safe
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
		switch name := p.textOf(p.tok); name {
		case "typeof", "void", "delete":
			p.next()
			var x operand
			if name == "delete" {
				x = p.nestedUnaryTarget()
			} else {
				x = p.nestedUnary()
			}
			return operand{start: start, end: x.end, safe: true, distinct: name == "void", nullish: name == "void"}
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
	p.settle(&x)
	return x
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
	for p.tok.kind == punctuator {
		link := p.textOf(p.tok)
		switch link {
		case ".", "[", "?.":
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
				if p.is("(") || p.is("[") || p.is("`") {
					continue
				}
			}
			if p.tok.kind != word && p.tok.kind != private {
				p.fail(fmt.Sprintf("%q where a property's name must be", p.textOf(p.tok)))
			}
			isLength := p.is("length") && !isNew && p.src[x.start:x.end] != "super"
			p.next()
			x = operand{start: x.start, end: p.last}
			if isLength {
				x.length.dot, x.length.end, x.length.optional = dot, p.last, chain
			}
		case "[":
			p.next()
			noIn := p.noIn
			p.noIn = false
			p.wrap("__sstc_key", p.expression())
			p.noIn = noIn
			p.expect("]")
			x = operand{start: x.start, end: p.last}
		case "(":
			if isNew {
				return x
			}
			p.next()
			p.list(")")
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

func (p *parser) primary() operand {
	start := p.tok.start
	switch p.tok.kind {
	case number:
		p.next()
		return operand{start: start, end: p.last, safe: true}
	case text:
		p.next()
		return operand{start: start, end: p.last, safe: true}
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
			return operand{start: start, end: p.last, safe: plain}
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
			p.leftHandSide(true)
			if p.is("(") {
				p.next()
				p.list(")")
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
			nullish := name == "null" || name == "undefined"
			return operand{start: start, end: p.last, safe: true, distinct: nullish, nullish: nullish}
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
	noIn := p.noIn
	p.noIn = false
	p.expect("(")
	var x operand
	for !p.is(")") {
		p.accept("...")
		x = p.assignment()
		if !p.is(")") {
			p.expect(",")
		}
	}
	p.noIn = noIn
	p.next()
	if p.is("=>") && !p.tok.newline {
		return p.arrowRest(start, async)
	}
	return operand{start: start, end: p.last, safe: x.safe, distinct: x.distinct, nullish: x.nullish, tail: x.tail}
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
			noIn := p.noIn
			p.noIn = false
			p.next()
			p.expression()
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
