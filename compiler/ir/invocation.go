package ir

// An Invocation is a call of a function once the app is deployed, before
// visitors are led to it: to fill a table, or to have servers warm. The
// uploader makes it.
type Invocation struct {
	Component string // the ID of the component that it is of
	Name      string // of what SST has in its place
	Function  Value  // the function's name
	Region    string // the function's
	Input     string // JSON
}
