package schema

import (
	"slices"
	"strings"
)

// Property returns the named property, or nil. Of an object of which nothing
// is known it is nil too.
func (o *Object) Property(name string) *Property {
	if o == nil {
		return nil
	}
	i, ok := slices.BinarySearchFunc(o.Properties, name, func(p *Property, name string) int { return strings.Compare(p.Name, name) })
	if !ok {
		return nil
	}
	return o.Properties[i]
}

// Names returns the names of the properties for which keep is true, sorted.
func (o *Object) Names(keep func(*Property) bool) []string {
	var names []string
	if o != nil {
		for _, p := range o.Properties {
			if keep(p) {
				names = append(names, p.Name)
			}
		}
	}
	return names
}
