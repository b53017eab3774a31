package schema

// Property returns the named property, or nil. Of an object of which nothing
// is known it is nil too.
func (o *Object) Property(name string) *Property {
	if o == nil {
		return nil
	}
	return o.byName[name]
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
