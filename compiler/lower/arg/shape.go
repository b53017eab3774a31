package arg

import "reflect"

// A Kind says how a value is written by a frontend that has a syntax of its own
// for nested objects and lists.
type Kind int

const (
	Scalar  Kind = iota // text, a number, a component: one expression
	Any                 // whatever the user likes
	Object              // an object with the arguments of Fields
	List                // a list, each element as Elem
	Mapping             // keys of the user's choice, each value as Elem
	Changes             // a Transform: changes to the arguments of Of
	Choice              // one of Options
)

// A Shape is the outermost form of an argument's type.
type Shape struct {
	Kind    Kind
	Fields  []Field
	Elem    Field
	Options []Shape
	// Of has, for Any and Changes, the component or the resource type whose
	// arguments the value may be; empty if it is not known.
	Of []string
}

// ShapeOf returns the shape of a field's type.
func ShapeOf(f Field) Shape {
	t := f.Type
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	elem := func(t reflect.Type) Field {
		e := f
		e.Type = t
		return e
	}
	if isLater(t) {
		form, _ := t.FieldByName("Form")
		return Shape{Kind: Object, Fields: Fields(form.Type.Elem())}
	}
	switch {
	case t == typeValue:
		return Shape{Kind: Any, Of: f.Of}
	case t == typeTransf:
		return Shape{Kind: Changes, Of: f.Of}
	case isLeaf(t):
		return Shape{Kind: Scalar}
	case isChoice(t):
		s := Shape{Kind: Choice}
		for _, name := range []string{"A", "B"} {
			alt, _ := t.FieldByName(name)
			s.Options = append(s.Options, ShapeOf(elem(alt.Type)))
		}
		return s
	case isMap(t):
		entries, _ := t.FieldByName("Entries")
		value, _ := entries.Type.Elem().FieldByName("Value")
		return Shape{Kind: Mapping, Elem: elem(value.Type)}
	case t.Kind() == reflect.Slice:
		return Shape{Kind: List, Elem: elem(t.Elem())}
	case t.Kind() == reflect.Struct:
		return Shape{Kind: Object, Fields: Fields(t)}
	}
	return Shape{Kind: Scalar}
}

// IsText reports whether a field takes text, so that it can stand where only a
// literal string can.
func (f Field) IsText() bool { return f.Type == typeString || f.Type.Kind() == reflect.String }

// IsFunc reports whether a field takes a callback, which not every frontend has.
func IsFunc(f Field) bool { return f.Type == typeFunc }
