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

// An Invalidation has CloudFront forget what it has once the app is deployed.
// The uploader asks for it.
type Invalidation struct {
	Component    string // the ID of the component that it is of
	Distribution Value  // the distribution's ID
	Paths        []string
	// Version is what has to be another for CloudFront to be asked again; "" for
	// with every deployment.
	Version string
	Wait    bool
	// Stack is as in [Site].
	Stack string
}
