package engine

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
)

// A Kind says what ended an evaluation.
type Kind int

const (
	// Thrown is an exception of the program's own, or one that a host
	// function threw, see [Error.Unwrap].
	Thrown Kind = iota
	// Syntax is a script that does not parse. The position is in Stack[0].
	Syntax
	// Timeout is [Limits.Time] used up. The program cannot catch it. The stack is
	// of what it was doing, as near as the engine has positions: of calls, of
	// reads of properties, and before loops.
	Timeout
	// OutOfMemory is [Limits.Memory] used up. The engine is of no more use.
	OutOfMemory
	// StackOverflow is recursion without end.
	StackOverflow
	// Deadlock is a promise that nothing can settle any more: no job, timer or
	// host call is left.
	Deadlock
	// Forbidden is an act that a closed evaluation cannot have, such as a
	// connection. See [Error.Act].
	Forbidden
	// Exit is a call of process.exit. The program cannot catch it.
	Exit
)

// A Frame is one call in progress when an error was made, innermost first.
type Frame struct {
	Function string // "" if it has no name
	File     string // the name given to [Engine.Eval], "node:..." for a module of Node's, "" for a built-in function
	Line     int    // from 1
	// Column is from 1, in Unicode code points. For a call, also with new, it is
	// that of the opening parenthesis of the arguments; for a read of a
	// property, that of the dot.
	Column int
}

// An Error is what ended an evaluation.
type Error struct {
	Kind    Kind
	Name    string // of the class, such as "TypeError"; "" if what was thrown is not an Error
	Message string // exactly as thrown; of a thrown non-Error, its string form
	Code    string // the property of that name, such as "ENOENT", or ""
	Stack   []Frame
	Cause   *Error   // the cause given to the Error's constructor, or nil
	Errors  []*Error // of an AggregateError

	// Unhandled is set for a promise that was rejected while nothing waited for it.
	Unhandled bool

	// Act is what was attempted, if Kind is Forbidden.
	Act *Act

	host error
}

func (e *Error) Error() string {
	switch {
	case e.Name == "":
		return e.Message
	case e.Message == "":
		return e.Name
	}
	return e.Name + ": " + e.Message
}

// Unwrap returns the error that a host function returned, if this is the
// exception made of it, so that errors.As finds a caller's own type on the
// other side of any amount of JavaScript.
func (e *Error) Unwrap() []error {
	var errs []error
	if e.host != nil {
		errs = append(errs, e.host)
	}
	if e.Cause != nil {
		errs = append(errs, e.Cause)
	}
	return errs
}

// An Act is something that a program tried and a closed evaluation refuses.
type Act struct {
	What   string // the function, such as "child_process.execSync"
	Detail string // what it was asked for: a command, an address, a path
	Shell  bool   // Detail is a command with more in it for a shell than words
	Stack  []Frame
}

// ErrOutside is what the files of a program wrap in their error when a path is outside what
// the program may read. A read of such a path is a forbidden act; a question
// whether it exists is answered with no.
var ErrOutside = errors.New("outside the files that the program may read")

var errMemory = &Error{Kind: OutOfMemory, Name: "InternalError", Message: "out of memory"}

// A Throw is an error for a host function to return when the exception must
// have a certain class or properties. Any other error becomes an Error with
// the message of that error.
type Throw struct {
	Name    string // "" is "Error"
	Message string
	Code    string // the property "code", if not ""
	Err     error  // what errors.Is and errors.As see behind it; may be nil
}

func (t *Throw) Error() string { return t.Message }

// Unwrap returns t.Err.
func (t *Throw) Unwrap() error { return t.Err }

// description is how JavaScript describes what was thrown.
type description struct {
	Name    string         `json:"name"`
	Message string         `json:"message"`
	Code    string         `json:"code"`
	Stack   string         `json:"stack"`
	Host    int            `json:"host"` // from 1
	Cause   *description   `json:"cause"`
	Errors  []*description `json:"errors"`

	// Of a SyntaxError that the parser threw.
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

func (e *Engine) describedError(text string) *Error {
	var d description
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return &Error{Message: text}
	}
	return e.errorOf(&d)
}

func (e *Engine) errorOf(d *description) *Error {
	err := &Error{Name: d.Name, Message: d.Message, Code: d.Code, Stack: ParseStack(d.Stack)}
	switch {
	case d.Name == "InternalError" && (d.Message == "out of memory" || d.Message == ""):
		// Without a message there was no memory for that either.
		err.Kind, err.Message = OutOfMemory, "out of memory"
		e.dead = err
	case d.Name == "" && d.Message == "null":
		// QuickJS throws null when it has no memory for an error. That a
		// program does so itself is possible, and hardly ever so.
		err.Kind, err.Message = OutOfMemory, "out of memory (null was thrown, as the engine does when no memory is left for an error)"
		e.dead = err
	case d.Name == "InternalError" && d.Message == "stack overflow":
		err.Kind = StackOverflow
	case d.Name == "SyntaxError" && d.Line > 0:
		err.Kind = Syntax
		if len(err.Stack) == 0 {
			err.Stack = []Frame{{File: d.File, Line: d.Line, Column: d.Column}}
		}
	}
	if d.Host > 0 && d.Host <= len(e.hostErrors) {
		err.host = e.hostErrors[d.Host-1]
		var act *actError
		if errors.As(err.host, &act) {
			err.Kind, err.Act = Forbidden, &act.Act
		}
	}
	if d.Cause != nil {
		err.Cause = e.errorOf(d.Cause)
	}
	for _, d := range d.Errors {
		err.Errors = append(err.Errors, e.errorOf(d))
	}
	return err
}

// ParseStack reads the "stack" property of a JavaScript error. Lines that are
// no frames are skipped.
func ParseStack(stack string) []Frame {
	var frames []Frame
	for line := range strings.SplitSeq(stack, "\n") {
		rest, ok := strings.CutPrefix(strings.TrimLeft(line, " \t"), "at ")
		if !ok {
			continue
		}
		var f Frame
		place := rest
		if i := strings.Index(rest, " ("); i >= 0 && strings.HasSuffix(rest, ")") {
			f.Function, place = rest[:i], rest[i+2:len(rest)-1]
		}
		if f.Function == "<anonymous>" || f.Function == "<eval>" {
			f.Function = ""
		}
		if place != "native" {
			f.File = place
			if file, column, ok := cutNumber(place); ok {
				f.File, f.Line = file, column
				if file, line, ok := cutNumber(file); ok {
					f.File, f.Line, f.Column = file, line, column
				}
			}
		}
		frames = append(frames, f)
	}
	return frames
}

// cutNumber splits s at its last colon, if a number follows it.
func cutNumber(s string) (before string, n int, ok bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, 0, false
	}
	n, err := strconv.Atoi(s[i+1:])
	if err != nil {
		return s, 0, false
	}
	return s[:i], n, true
}
