package schema

import "strings"

// String describes the type for a message: "string", "list of string",
// "object", "string or number".
func (t *Type) String() string {
	if t == nil {
		return string(Any)
	}
	switch t.Kind {
	case List, Set, Map:
		return string(t.Kind) + " of " + t.Elem.String()
	case Asset, Archive:
		return string(t.Kind)
	case Union:
		var options []string
		for _, o := range t.Options {
			options = append(options, o.String())
		}
		return strings.Join(options, " or ")
	}
	return string(t.Kind)
}
