// Package arg is the vocabulary in which components declare their arguments.
//
// A component's arguments are a Go struct. Each field is one argument, with
// tags that say its name and what is allowed:
//
//	Memory  arg.Size            `arg:"memory" doc:"Memory given to the function."`
//	Runtime arg.String          `arg:"runtime" enum:"nodejs22.x|nodejs24.x"`
//	Vpc     arg.OneOf[arg.Ref, VpcArgs] `arg:"vpc" of:"sst.aws.Vpc"`
//	Handler arg.String          `arg:"handler,required"`
//
// The one declaration decodes and checks what TypeScript and HCL
// configurations say (see [Decode]), gives "did you mean", and is the source
// of the generated types and reference pages (see [Fields]).
//
// The types of this package hold values that may be unknown until deployment.
// Go's own string, bool and int, and slices of them, are for arguments that
// must be known to the compiler. Structs nest; slices are lists; [Map] is a
// mapping with keys of the user's choice; [OneOf] is a choice of shapes.
package arg

import (
	"math"

	"github.com/sstc/sstc/compiler/ir"
)

// A Path leads from an argument list to a value in it: the position of the
// argument, then keys and indices: {"1", "transform", "bucket"}.
type Path []string

// Key returns the path of an entry of the value at p.
func (p Path) Key(k string) Path { return append(p[:len(p):len(p)], k) }

// A Value is an argument of any type, known or not.
type Value struct {
	V  ir.Value // nil if the argument was not given
	At Path     // where it stands; for messages

	// refuse reports that the value must be known; nil if it is.
	refuse func()
}

// mustBeKnown reports an argument that is asked for its value, and has none
// before deployment.
func (v Value) mustBeKnown() {
	if v.refuse != nil {
		v.refuse()
	}
}

// Set reports whether the argument was given.
func (v Value) Set() bool { return v.V != nil }

// Or returns the argument, or def if it was not given. Def is as for [ir.Of].
func (v Value) Or(def any) ir.Value {
	if v.V == nil {
		return ir.Of(def)
	}
	return v.V
}

// A String is text.
type String struct{ Value }

// Known returns the text, if it is known before deployment.
func (s String) Known() (string, bool) {
	k, ok := s.V.(ir.String)
	return string(k), ok
}

// Is reports whether the text is known and equal to want.
func (s String) Is(want string) bool {
	k, ok := s.Known()
	return ok && k == want
}

// KnownOr returns the text, or def if none was given. A text that is known
// only after deployment is reported.
func (s String) KnownOr(def string) string {
	if k, ok := s.Known(); ok {
		return k
	}
	s.mustBeKnown()
	return def
}

// A Bool is true or false.
type Bool struct{ Value }

// Known returns the truth, if it is known before deployment.
func (b Bool) Known() (value, ok bool) {
	k, ok := b.V.(ir.Bool)
	return bool(k), ok
}

// True reports whether the argument is true; def answers for one that was not
// given. One that is known only after deployment is reported.
func (b Bool) True(def bool) bool {
	if b.V == nil {
		return def
	}
	b.mustBeKnown()
	k, _ := b.Known()
	return k
}

// A Number is a number.
type Number struct{ Value }

// Known returns the number, if it is known before deployment.
func (n Number) Known() (float64, bool) {
	k, ok := n.V.(ir.Number)
	return float64(k), ok
}

// A Duration is a length of time, which users write "3 minutes". Its value is
// a number of seconds.
type Duration struct{ Value }

// Seconds returns the length, or def if none was given.
func (d Duration) Seconds(def int) int {
	if n, ok := d.V.(ir.Number); ok {
		return int(n)
	}
	return def
}

// Days returns the length in days, rounded up, or def if none was given.
func (d Duration) Days(def int) int {
	if n, ok := d.V.(ir.Number); ok {
		return int(math.Ceil(float64(n) / 86400))
	}
	return def
}

// A Size is an amount of memory or storage, which users write "1024 MB". Its
// value is a number of mebibytes.
type Size struct{ Value }

// MB returns the amount in mebibytes, or def if none was given.
func (s Size) MB(def int) int {
	if n, ok := s.V.(ir.Number); ok {
		return int(n)
	}
	return def
}

// A Ref is a component, or a resource, passed as an argument. The tag
// `of:"sst.aws.Vpc|aws:ec2/vpc:Vpc"` says which types are allowed.
type Ref struct{ Value }

// A Handle is what a [Ref] refers to.
type Handle interface {
	// HandleType is a component's type, such as "sst.aws.Vpc", or a
	// resource's, such as "aws:ec2/vpc:Vpc".
	HandleType() string
}

// Handle returns what r refers to, or nil.
func (r Value) Handle() Handle {
	if o, ok := r.V.(ir.Opaque); ok {
		if h, ok := o.X.(Handle); ok {
			return h
		}
	}
	return nil
}

// Poison is what user code holds in place of a component that could not be
// made. That has been reported; where a poison is an argument, the argument
// counts as not given, and nothing more is said.
type Poison struct{}

// HandleType makes poison a [Handle].
func (Poison) HandleType() string { return "" }

// A Callback is a function of the user's. It is called with values, and gives
// what it returned and its arguments as it left them: callbacks change what
// they are given.
type Callback func(args ...ir.Value) (result ir.Value, changed []ir.Value, err error)

// A Func is a callback passed as an argument.
type Func struct{ Value }

// Callback returns the function, or nil.
func (v Value) Callback() Callback {
	if o, ok := v.V.(ir.Opaque); ok {
		switch c := o.X.(type) {
		case Callback:
			return c
		case interface{ Callback() Callback }: // one that a frontend knows again
			return c.Callback()
		}
	}
	return nil
}

// A Transform changes the arguments of a resource that a component makes: a
// callback, or an object whose properties replace the component's.
type Transform struct{ Value }

// A Later is an object of the arguments that T declares, which the component
// decodes itself, after a transform has changed it.
type Later[T any] struct {
	Value
	Form [0]T
}

// A Map is a mapping with keys of the user's choice, in the order written.
type Map[T any] struct {
	Entries []Entry[T]
	Value
}

// An Entry is one entry of a [Map].
type Entry[T any] struct {
	Key   string
	Value T
}

// Get returns the entry of that key.
func (m Map[T]) Get(key string) (T, bool) {
	for _, e := range m.Entries {
		if e.Key == key {
			return e.Value, true
		}
	}
	var zero T
	return zero, false
}

// OneOf is an argument that may be written in two shapes; at most one of A and
// B is not nil. Three shapes are a OneOf in a OneOf.
type OneOf[A, B any] struct {
	A *A
	B *B
	Value
}
