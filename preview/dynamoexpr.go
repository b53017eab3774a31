package preview

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// An attribute is a value of DynamoDB's, as its API has it: one member, whose
// name is the type: {"S":"a"}, {"N":"1"}, {"L":[...]}. A nil attribute is one
// that is not there.
type attribute = map[string]any

// An item is a row of a table.
type item = map[string]any // of attributes

// A validationError is what is wrong with a request.
type validationError string

func (e validationError) Error() string { return string(e) }

func invalid(format string, args ...any) error { return validationError(fmt.Sprintf(format, args...)) }

func typeOf(a attribute) string {
	for t := range a {
		return t
	}
	return ""
}

func asAttribute(x any) attribute {
	a, _ := x.(map[string]any)
	return a
}

func numberOf(a attribute) (*big.Rat, bool) {
	s, ok := a["N"].(string)
	if !ok {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// formatRat is a number in DynamoDB's form: no zeros that say nothing.
func formatRat(r *big.Rat) string {
	if r.IsInt() {
		return r.Num().String()
	}
	s := r.FloatString(38)
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}

// compare orders two attributes of one type; ok is false if they cannot be.
func compare(a, b attribute) (order int, ok bool) {
	t := typeOf(a)
	if t == "" || t != typeOf(b) {
		return 0, false
	}
	switch t {
	case "S":
		x, _ := a["S"].(string)
		y, _ := b["S"].(string)
		return strings.Compare(x, y), true
	case "N":
		x, ok1 := numberOf(a)
		y, ok2 := numberOf(b)
		if !ok1 || !ok2 {
			return 0, false
		}
		return x.Cmp(y), true
	case "B":
		x, _ := base64.StdEncoding.DecodeString(toText(a["B"]))
		y, _ := base64.StdEncoding.DecodeString(toText(b["B"]))
		return bytes.Compare(x, y), true
	}
	return 0, false
}

func equal(a, b attribute) bool {
	if a == nil || b == nil {
		return false
	}
	if order, ok := compare(a, b); ok {
		return order == 0
	}
	switch t := typeOf(a); t {
	case "SS", "NS", "BS":
		x, y := elements(a), elements(b)
		return typeOf(b) == t && len(x) == len(y) && !slices.ContainsFunc(x, func(e attribute) bool {
			return !slices.ContainsFunc(y, func(f attribute) bool { return equal(e, f) })
		})
	case "L":
		x, _ := a["L"].([]any)
		y, ok := b["L"].([]any)
		return ok && slices.EqualFunc(x, y, func(e, f any) bool { return equal(asAttribute(e), asAttribute(f)) })
	case "M":
		x, _ := a["M"].(map[string]any)
		y, ok := b["M"].(map[string]any)
		return ok && maps.EqualFunc(x, y, func(e, f any) bool { return equal(asAttribute(e), asAttribute(f)) })
	}
	return reflect.DeepEqual(a, b)
}

// elements are the elements of a set or a list.
func elements(a attribute) []attribute {
	var out []attribute
	for _, t := range []string{"SS", "NS", "BS"} {
		list, _ := a[t].([]any)
		for _, e := range list {
			out = append(out, attribute{t[:1]: e})
		}
	}
	list, _ := a["L"].([]any)
	for _, e := range list {
		out = append(out, asAttribute(e))
	}
	return out
}

// clone is a deep copy.
func clone[T any](x T) T {
	b, err := json.Marshal(x)
	var out T
	if err != nil || json.Unmarshal(b, &out) != nil {
		return x
	}
	return out
}

// ---- Expressions -----------------------------------------------------------

// A dynamoExpr reads expressions: conditions, updates, projections.
type dynamoExpr struct {
	tokens []string
	at     int
	names  map[string]string
	values map[string]any
	err    error
}

// A docPath leads to an attribute: names, and indexes of lists.
type docPath []any

func newDynamoExpr(text string, names map[string]string, values map[string]any) *dynamoExpr {
	e := &dynamoExpr{names: names, values: values}
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			i++
		case strings.HasPrefix(text[i:], "<>"), strings.HasPrefix(text[i:], "<="), strings.HasPrefix(text[i:], ">="):
			e.tokens = append(e.tokens, text[i:i+2])
			i += 2
		case strings.IndexByte("()=<>,+-.[]", c) >= 0:
			e.tokens = append(e.tokens, string(c))
			i++
		default:
			j := i + 1
			for j < len(text) && strings.IndexByte(" \n\t\r()=<>,+-.[]", text[j]) < 0 {
				j++
			}
			e.tokens = append(e.tokens, text[i:j])
			i = j
		}
	}
	return e
}

func (e *dynamoExpr) peek() string {
	if e.at < len(e.tokens) {
		return e.tokens[e.at]
	}
	return ""
}

func (e *dynamoExpr) take() string {
	t := e.peek()
	e.at++
	return t
}

func (e *dynamoExpr) is(word string) bool { return strings.EqualFold(e.peek(), word) }

func (e *dynamoExpr) expect(word string) {
	if !e.is(word) {
		e.fail("Syntax error; token: %q", e.peek())
		return
	}
	e.at++
}

func (e *dynamoExpr) fail(format string, args ...any) {
	if e.err == nil {
		e.err = invalid("Invalid expression: "+format, args...)
	}
	e.at = len(e.tokens)
}

func (e *dynamoExpr) path() docPath {
	var p docPath
	for {
		name := e.take()
		if strings.HasPrefix(name, "#") {
			real, ok := e.names[name]
			if !ok {
				e.fail("An expression attribute name used in the document path is not defined; attribute name: %s", name)
			}
			name = real
		}
		if name == "" || strings.IndexByte("()=<>,+-.[]:", name[0]) >= 0 {
			e.fail("Syntax error; token: %q", name)
			return p
		}
		p = append(p, name)
		for e.peek() == "[" {
			e.at++
			n, err := strconv.Atoi(e.take())
			if err != nil {
				e.fail("An index of a list must be a number")
			}
			p = append(p, n)
			e.expect("]")
		}
		if e.peek() != "." {
			return p
		}
		e.at++
	}
}

func (p docPath) get(i item) attribute {
	var at attribute
	for k, step := range p {
		switch step := step.(type) {
		case string:
			m := i
			if k > 0 {
				m, _ = at["M"].(map[string]any)
			}
			at = asAttribute(m[step])
		case int:
			list, _ := at["L"].([]any)
			if step >= len(list) {
				return nil
			}
			at = asAttribute(list[step])
		}
		if at == nil {
			return nil
		}
	}
	return at
}

// set puts an attribute at a path, or takes away what is there if it is nil.
// The item is changed.
func (p docPath) set(i item, v attribute) error {
	parent := map[string]any(i)
	var list []any
	var holder attribute
	for k, step := range p[:len(p)-1] {
		var next attribute
		if name, ok := step.(string); ok {
			next = asAttribute(parent[name])
		} else if n := step.(int); n < len(list) {
			next = asAttribute(list[n])
		}
		holder = next
		switch p[k+1].(type) {
		case string:
			m, ok := next["M"].(map[string]any)
			if !ok {
				return invalid("The document path provided in the update expression is invalid for update")
			}
			parent = m
		case int:
			l, ok := next["L"].([]any)
			if !ok {
				return invalid("The document path provided in the update expression is invalid for update")
			}
			list = l
		}
	}
	switch last := p[len(p)-1].(type) {
	case string:
		if v == nil {
			delete(parent, last)
		} else {
			parent[last] = v
		}
	case int:
		switch {
		case v == nil && last < len(list):
			holder["L"] = slices.Delete(slices.Clone(list), last, last+1)
		case v == nil:
		case last < len(list):
			list[last] = v
		default:
			holder["L"] = append(slices.Clone(list), v)
		}
	}
	return nil
}

// An operand gives an attribute of an item, or nil.
type operand func(item) attribute

func (e *dynamoExpr) value(name string) attribute {
	v, ok := e.values[name]
	if !ok {
		e.fail("An expression attribute value used in expression is not defined; attribute value: %s", name)
	}
	return asAttribute(v)
}

func (e *dynamoExpr) operand() operand {
	t := e.peek()
	switch {
	case strings.HasPrefix(t, ":"):
		e.at++
		v := e.value(t)
		return func(item) attribute { return v }
	case strings.EqualFold(t, "size") && e.at+1 < len(e.tokens) && e.tokens[e.at+1] == "(":
		e.at += 2
		of := e.operand()
		e.expect(")")
		return func(i item) attribute {
			n, ok := size(of(i))
			if !ok {
				return nil
			}
			return attribute{"N": strconv.Itoa(n)}
		}
	}
	p := e.path()
	return p.get
}

func size(a attribute) (int, bool) {
	switch t := typeOf(a); t {
	case "S":
		return len(toText(a["S"])), true
	case "B":
		b, _ := base64.StdEncoding.DecodeString(toText(a["B"]))
		return len(b), true
	case "SS", "NS", "BS", "L":
		return len(elements(a)), true
	case "M":
		m, _ := a["M"].(map[string]any)
		return len(m), true
	}
	return 0, false
}

// A condition holds for an item or does not.
type condition func(item) bool

func always(item) bool { return true }

// parseCondition reads a condition; "" is one that always holds.
func parseCondition(text string, names map[string]string, values map[string]any) (condition, error) {
	if strings.TrimSpace(text) == "" {
		return always, nil
	}
	e := newDynamoExpr(text, names, values)
	c := e.or()
	if e.err == nil && e.at < len(e.tokens) {
		e.fail("Syntax error; token: %q", e.peek())
	}
	return c, e.err
}

func (e *dynamoExpr) or() condition {
	left := e.and()
	for e.is("OR") {
		e.at++
		l, right := left, e.and()
		left = func(i item) bool { return l(i) || right(i) }
	}
	return left
}

func (e *dynamoExpr) and() condition {
	left := e.not()
	for e.is("AND") {
		e.at++
		l, right := left, e.not()
		left = func(i item) bool { return l(i) && right(i) }
	}
	return left
}

func (e *dynamoExpr) not() condition {
	if e.is("NOT") {
		e.at++
		c := e.not()
		return func(i item) bool { return !c(i) }
	}
	return e.primary()
}

func (e *dynamoExpr) primary() condition {
	if e.peek() == "(" {
		e.at++
		c := e.or()
		e.expect(")")
		return c
	}
	if e.at+1 < len(e.tokens) && e.tokens[e.at+1] == "(" && !e.is("size") {
		return e.function()
	}
	left := e.operand()
	op := strings.ToUpper(e.take())
	switch op {
	case "=", "<>", "<", "<=", ">", ">=":
		right := e.operand()
		return func(i item) bool { return holds(op, left(i), right(i)) }
	case "BETWEEN":
		low := e.operand()
		e.expect("AND")
		high := e.operand()
		return func(i item) bool { return holds(">=", left(i), low(i)) && holds("<=", left(i), high(i)) }
	case "IN":
		e.expect("(")
		var list []operand
		for {
			list = append(list, e.operand())
			if e.peek() != "," {
				break
			}
			e.at++
		}
		e.expect(")")
		return func(i item) bool {
			return slices.ContainsFunc(list, func(o operand) bool { return equal(left(i), o(i)) })
		}
	}
	e.fail("Syntax error; token: %q", op)
	return always
}

func holds(op string, a, b attribute) bool {
	switch op {
	case "=":
		return equal(a, b)
	case "<>":
		return !equal(a, b)
	}
	order, ok := compare(a, b)
	if !ok {
		return false
	}
	switch op {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}

func (e *dynamoExpr) function() condition {
	name := e.take()
	e.expect("(")
	switch name {
	case "attribute_exists", "attribute_not_exists":
		p := e.path()
		e.expect(")")
		return func(i item) bool { return (p.get(i) != nil) == (name == "attribute_exists") }
	case "attribute_type", "begins_with", "contains":
		left := e.operand()
		e.expect(",")
		right := e.operand()
		e.expect(")")
		return func(i item) bool {
			a, b := left(i), right(i)
			switch {
			case a == nil || b == nil:
				return false
			case name == "attribute_type":
				return typeOf(a) == toText(b["S"])
			case name == "begins_with":
				return beginsWith(a, b)
			}
			return contains(a, b)
		}
	}
	e.fail("Invalid function name; function: %s", name)
	return always
}

func beginsWith(a, b attribute) bool {
	if typeOf(a) == "B" {
		x, _ := base64.StdEncoding.DecodeString(toText(a["B"]))
		y, _ := base64.StdEncoding.DecodeString(toText(b["B"]))
		return bytes.HasPrefix(x, y)
	}
	s, ok := a["S"].(string)
	prefix, ok2 := b["S"].(string)
	return ok && ok2 && strings.HasPrefix(s, prefix)
}

func contains(a, b attribute) bool {
	if s, ok := a["S"].(string); ok {
		part, ok := b["S"].(string)
		return ok && strings.Contains(s, part)
	}
	return slices.ContainsFunc(elements(a), func(e attribute) bool { return equal(e, b) })
}

// parseProjection reads a list of paths; nil for all.
func parseProjection(text string, names map[string]string) ([]docPath, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	e := newDynamoExpr(text, names, nil)
	var list []docPath
	for {
		list = append(list, e.path())
		if e.peek() != "," {
			break
		}
		e.at++
	}
	if e.err == nil && e.at < len(e.tokens) {
		e.fail("Syntax error; token: %q", e.peek())
	}
	return list, e.err
}

// project is what the paths lead to in an item.
func project(i item, paths []docPath) item {
	if paths == nil {
		return i
	}
	out := item{}
	for _, p := range paths {
		v := p.get(i)
		if v == nil {
			continue
		}
		// What lies in something else comes with that around it.
		at := out
		for k, step := range p {
			name, ok := step.(string)
			if !ok || k == len(p)-1 {
				if ok {
					at[name] = v
				}
				break
			}
			if _, isIndex := p[k+1].(int); isIndex {
				at[name] = attribute{"L": []any{v}}
				break
			}
			inner, _ := asAttribute(at[name])["M"].(map[string]any)
			if inner == nil {
				inner = map[string]any{}
				at[name] = attribute{"M": inner}
			}
			at = inner
		}
	}
	return out
}

// applyUpdate changes an item by an update expression. It returns the paths
// that it is about.
func applyUpdate(i item, text string, names map[string]string, values map[string]any) ([]docPath, error) {
	e := newDynamoExpr(text, names, values)
	before := clone(i)
	var touched []docPath
	for e.at < len(e.tokens) && e.err == nil {
		clause := strings.ToUpper(e.take())
		for {
			p := e.path()
			if e.err != nil {
				return nil, e.err
			}
			touched = append(touched, p)
			var v attribute
			switch clause {
			case "SET":
				e.expect("=")
				v = e.sum(before)
				if v == nil && e.err == nil {
					return nil, invalid("The provided expression refers to an attribute that does not exist in the item")
				}
			case "REMOVE":
			case "ADD", "DELETE":
				by := e.operand()(before)
				var err error
				if v, err = addOrDelete(clause, p.get(i), by); err != nil {
					return nil, err
				}
			default:
				e.fail("Syntax error; token: %q", clause)
			}
			if e.err != nil {
				return nil, e.err
			}
			if err := p.set(i, clone(v)); err != nil {
				return nil, err
			}
			if e.peek() != "," {
				break
			}
			e.at++
		}
	}
	return touched, e.err
}

// sum reads an operand of SET, or the sum or difference of two.
func (e *dynamoExpr) sum(i item) attribute {
	a := e.term(i)
	for e.peek() == "+" || e.peek() == "-" {
		op := e.take()
		b := e.term(i)
		x, ok1 := numberOf(a)
		y, ok2 := numberOf(b)
		if !ok1 || !ok2 {
			e.fail("An operand in the update expression has an incorrect data type")
			return nil
		}
		if op == "-" {
			y = new(big.Rat).Neg(y)
		}
		a = attribute{"N": formatRat(new(big.Rat).Add(x, y))}
	}
	return a
}

func (e *dynamoExpr) term(i item) attribute {
	switch {
	case e.peek() == "(":
		e.at++
		v := e.sum(i)
		e.expect(")")
		return v
	case e.is("if_not_exists") && e.at+1 < len(e.tokens) && e.tokens[e.at+1] == "(":
		e.at += 2
		p := e.path()
		e.expect(",")
		otherwise := e.sum(i)
		e.expect(")")
		if v := p.get(i); v != nil {
			return v
		}
		return otherwise
	case e.is("list_append") && e.at+1 < len(e.tokens) && e.tokens[e.at+1] == "(":
		e.at += 2
		a := e.sum(i)
		e.expect(",")
		b := e.sum(i)
		e.expect(")")
		x, ok1 := a["L"].([]any)
		y, ok2 := b["L"].([]any)
		if !ok1 || !ok2 {
			e.fail("An operand in the update expression has an incorrect data type")
			return nil
		}
		return attribute{"L": append(slices.Clone(x), y...)}
	}
	return e.operand()(i)
}

// addOrDelete is what ADD and DELETE make of an attribute.
func addOrDelete(clause string, old, by attribute) (attribute, error) {
	wrong := invalid("An operand in the update expression has an incorrect data type")
	if y, ok := numberOf(by); ok && clause == "ADD" {
		x := new(big.Rat)
		if old != nil {
			if x, ok = numberOf(old); !ok {
				return nil, wrong
			}
		}
		return attribute{"N": formatRat(new(big.Rat).Add(x, y))}, nil
	}
	t := typeOf(by)
	if t != "SS" && t != "NS" && t != "BS" || old != nil && typeOf(old) != t {
		return nil, wrong
	}
	var out []any
	for _, e := range elements(old) {
		if clause == "ADD" || !slices.ContainsFunc(elements(by), func(b attribute) bool { return equal(e, b) }) {
			out = append(out, e[t[:1]])
		}
	}
	if clause == "ADD" {
		for _, e := range elements(by) {
			if !slices.ContainsFunc(elements(old), func(o attribute) bool { return equal(e, o) }) {
				out = append(out, e[t[:1]])
			}
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	return attribute{t: out}, nil
}
