package lower

import (
	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
	"github.com/sstc/sstc/compiler/schema"
)

// A Recording is what a configuration asked for while it was evaluated, for
// writing the same configuration in another language. An app keeps one only if
// that was asked for (see [Surrounding]).
type Recording struct {
	App *App
	// Config is what the configuration said of the app: an object of [ConfigArgs].
	Config *ir.Object
	// Acts are the user's own, in the order in which they began. What a component
	// makes for itself is not among them.
	Acts []*Act
	// Changes are all components, and all resources, that transforms of a type
	// could change, in the order in which they were made.
	Changes []*Change
	// Links are the resources and components that a callback makes linkable.
	Links []*LinkedBy
	// Outputs are what the configuration returned.
	Outputs []ir.Output

	tracer arg.Tracer
}

// ActKind says which method of [App] an [Act] is a call of.
type ActKind int

const (
	ActNew      ActKind = iota // a component of a type; args: its arguments
	ActGroup                   // a component of a class of the user's own
	ActCall                    // a method; args: its arguments
	ActStatic                  // a function of a component's class
	ActFunction                // a function under sst
	ActResource                // args: properties
	ActRead                    // args: ID and state
	ActInvoke                  // args: the function's arguments
)

// An Act is one thing that a configuration asked for.
type Act struct {
	Kind ActKind
	// Type is the component's type or the provider's token. Name is the name given
	// to what is made, or that of the method or function.
	Type, Name string
	// On is the component whose method was called.
	On *Instance
	// Args are as the user gave them, before any transform, but that properties
	// have the names that they have now. Callbacks among them are [arg.Traced].
	Args []ir.Value
	Opts ir.Value
	// Result is what the configuration got.
	Result ir.Value
	At     diag.Range
}

// A Change is what the transforms of a type, and those of every resource, made
// of the arguments of one component or resource. Before and after are the same
// if they changed nothing.
type Change struct {
	Type, Name                  string
	Before, After               ir.Value
	OptionsBefore, OptionsAfter ir.Value
}

// A LinkedBy is what a callback makes linkable.
type LinkedBy struct {
	Handle arg.Handle
	By     *arg.Traced
}

// act begins an act. It returns one that is not kept if nothing is recorded.
func (a *App) act(kind ActKind, typ, name string, on *Instance, args []ir.Value, opts ir.Value, at Place) *Act {
	act := &Act{Kind: kind, Type: typ, Name: name, On: on, Args: args, Opts: opts}
	if a.Recording != nil {
		act.At = at.Range()
		a.Recording.Acts = append(a.Recording.Acts, act)
	}
	return act
}

// trace makes callbacks among what the user gave keep their calls, if something
// is recorded.
func (a *App) trace(v ir.Value) ir.Value {
	if a.Recording == nil {
		return v
	}
	return a.Recording.tracer.Trace(v)
}

// traceAll is trace for the arguments of a call.
func (a *App) traceAll(args []ir.Value) []ir.Value {
	if a.Recording == nil {
		return args
	}
	traced := make([]ir.Value, len(args))
	for i, v := range args {
		if v != nil {
			traced[i] = a.Recording.tracer.Trace(v)
		}
	}
	return traced
}

// present is what is given to a provider under the names that it has now, if
// something is recorded. What is wrong with it is reported elsewhere.
func (a *App) present(token string, props *ir.Object) ir.Value {
	if a.Recording == nil || props == nil {
		return ir.Of(props)
	}
	before := len(a.diags)
	if schema.PulumiFunction(token) != nil {
		props = a.invokeInputs(token, props, nowhere{})
	} else {
		props = a.resourceInputs(token, "", nil, props, nowhere{}, nil)
	}
	a.diags = a.diags[:before]
	return props
}

// change begins to record what transforms make of something. It is nil if
// nothing is recorded.
func (a *App) change(typ, name string, args ir.Value, opts Options) *Change {
	if a.Recording == nil {
		return nil
	}
	c := &Change{Type: typ, Name: name, Before: args, OptionsBefore: opts.object(a)}
	a.Recording.Changes = append(a.Recording.Changes, c)
	return c
}

// made completes a record.
func (c *Change) made(args ir.Value, opts Options) {
	if c != nil {
		c.After, c.OptionsAfter = args, opts.object(nil)
	}
}

// each replaces every value that was recorded by what f makes of it.
func (r *Recording) each(f func(ir.Value) ir.Value) {
	if r == nil {
		return
	}
	replace := func(v *ir.Value) {
		if *v != nil {
			*v = f(*v)
		}
	}
	for _, act := range r.Acts {
		for i := range act.Args {
			replace(&act.Args[i])
		}
		replace(&act.Opts)
		replace(&act.Result)
	}
	for _, c := range r.Changes {
		replace(&c.Before)
		replace(&c.After)
	}
	for i := range r.Outputs {
		replace(&r.Outputs[i].Value)
	}
}
