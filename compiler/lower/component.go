package lower

import (
	"fmt"
	"reflect"

	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

// A Definition declares a component: what the user may write, and how it
// becomes resources. It is the one source for both frontends, the generated
// types and the reference pages.
type Definition struct {
	// Type is the name that users know, "sst.aws.Bucket".
	Type string
	// Doc says in a sentence or two what the component is for.
	Doc string
	// Args is the type of the struct that declares the arguments (package arg).
	Args reflect.Type
	// Outputs are the properties that can be read from the component.
	Outputs []Output
	// Nodes are the resources and components under `nodes`.
	Nodes []Output
	// Methods are called on the component, Statics on its class.
	Methods, Statics []Method
	// Linkable says that the component can be put in a link list.
	Linkable bool
	// Normalize, if set, brings arguments that are not an object into that form,
	// before they are decoded. They may be nil.
	Normalize func(args ir.Value) ir.Value

	create func(c *Scope, args any)
}

// An Output declares something that can be read from a component.
type Output struct {
	Name string
	// Type is "string", "number", "boolean", "object", a component's or
	// resource's type, or one of these followed by "[]".
	Type string
	Doc  string
}

// A Method declares a function of a component.
type Method struct {
	Name string
	Doc  string
	// Params is the type of the struct whose fields are the parameters, in
	// order. Those that are not required may be left out from the end.
	Params reflect.Type
	// Normalize, if set, brings older forms of the call into the present one,
	// before the parameters are decoded.
	Normalize func(args []ir.Value) []ir.Value
	// Returns is the type of what it returns, as in Output; "" for nothing.
	Returns string

	call func(c *Scope, params any) ir.Value
}

// define makes the definition of a component whose arguments are an A.
func define[A any](d Definition, create func(c *Scope, args *A)) *Definition {
	d.Args = reflect.TypeFor[A]()
	d.create = func(c *Scope, args any) { create(c, args.(*A)) }
	return &d
}

// method makes a method, or a static, whose parameters are the fields of P.
func method[P any](m Method, call func(c *Scope, params *P) ir.Value) Method {
	m.Params = reflect.TypeFor[P]()
	m.call = func(c *Scope, params any) ir.Value { return call(c, params.(*P)) }
	return m
}

// An Instance is one component of the app.
type Instance struct {
	ID   string // unique among components
	Name string
	Type string
	Def  *Definition // nil for a class of the user's own
	// Parent is the component that made this one, or nil.
	Parent *Instance

	// State is what the component's own methods need to remember.
	State any

	record  *ir.Component
	scope   *Scope
	outputs map[string]output
	nodes   map[string]ir.Value
	link    *Link
}

type output struct {
	value ir.Value
	err   string // why there is none
}

// HandleType makes instances [arg.Handle]s.
func (i *Instance) HandleType() string { return i.Type }

// Output returns a property, or says why it cannot be read. The value is nil
// if the component has no such property.
func (i *Instance) Output(name string) (ir.Value, error) {
	o, ok := i.outputs[name]
	if !ok {
		return nil, nil
	}
	if o.err != "" {
		return nil, fmt.Errorf("%s", o.err)
	}
	return o.value, nil
}

// Node returns an entry of nodes, or nil: a [*ResourceHandle] or an
// [*Instance] in an ir.Opaque, or a list of those.
func (i *Instance) Node(name string) ir.Value { return i.nodes[name] }

// OutputNames returns the names of the outputs and nodes that were declared.
func (i *Instance) OutputNames() (outputs, nodes []string) {
	if i.Def == nil {
		return nil, nil
	}
	for _, o := range i.Def.Outputs {
		outputs = append(outputs, o.Name)
	}
	for _, n := range i.Def.Nodes {
		nodes = append(nodes, n.Name)
	}
	return outputs, nodes
}

// A ResourceHandle is a resource as an argument or a node.
type ResourceHandle struct{ *ir.Resource }

// HandleType makes resources [arg.Handle]s.
func (r ResourceHandle) HandleType() string { return r.Type }

// Attr returns a reference to an attribute.
func (r ResourceHandle) Attr(name string) ir.Value { return ir.Ref{Resource: r.ID, Attr: name} }

// opaque wraps a handle as a value.
func opaque(h arg.Handle) ir.Value { return ir.Opaque{X: h} }
