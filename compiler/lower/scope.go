package lower

import (
	"errors"
	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

// A Scope is what the code of a component works with: it makes resources and
// other components in the component's name, sets its outputs, and reports
// problems at the user's call.
type Scope struct {
	app      *App
	inst     *Instance   // nil in a static function
	def      *Definition // the class, in a static function
	opts     Options
	at       Place
	argIndex string // the number of the call's argument that holds the component's arguments
}

// name is the component's name.
func (c *Scope) name() string { return c.inst.Name }

// within is the place of a child component: what is wrong with it is shown at
// the call that made the parent.
type within struct{ Place }

func (w within) Arg(arg.Path) diag.Range { return w.Range() }
func (w within) Key(arg.Path) diag.Range { return w.Range() }

// errorAt reports a problem with the argument at a path.
func (c *Scope) errorAt(at arg.Path, code diag.Code, summary, detail string) {
	c.app.diags.Add(code, c.at.Arg(at), summary, detail)
}

// reportAt reports what decoding finds wrong with arguments.
func (c *Scope) reportAt(at arg.Path, code diag.Code, summary, detail string) {
	c.app.report(c.at, at, code, summary, detail)
}

// report reports what decoding finds wrong with arguments.
func (a *App) report(place Place, at arg.Path, code diag.Code, summary, detail string) {
	r := place.Arg(at)
	if code == diag.UnsupportedArgument {
		r = place.Key(at)
	}
	ReportArgument(&a.diags, a.IgnoreUnknown, r, code, summary, detail)
}

// ReportArgument adds what decoding finds wrong with an argument. All of it is
// an error, but that an argument does not exist is a warning where the user
// wants what is unknown ignored.
func ReportArgument(diags *diag.List, ignoreUnknown bool, at diag.Range, code diag.Code, summary, detail string) {
	if code == diag.UnsupportedArgument {
		reportUnknown(diags, ignoreUnknown, at, code, summary, detail)
		return
	}
	diags.Add(code, at, summary, detail)
}

// reportUnknown adds an error about something that SST would ignore because it
// does not exist, or a warning where the user wants the same of sstc.
func reportUnknown(diags *diag.List, ignore bool, at diag.Range, code diag.Code, summary, detail string) {
	if ignore {
		diags.Warn(code, at, summary, detail+" It is ignored, as in SST.")
		return
	}
	diags.Add(code, at, summary, detail)
}

// warnAt is errorAt for a warning.
func (c *Scope) warnAt(at arg.Path, code diag.Code, summary, detail string) {
	c.app.diags.Warn(code, c.at.Arg(at), summary, detail)
}

// unsupported reports an argument that SST has and sstc has not.
func (c *Scope) unsupported(v arg.Value, detail string) {
	if _, poisoned := v.Handle().(arg.Poison); v.Set() && !poisoned {
		c.errorAt(v.At, diag.UnsupportedFeature, "Not supported", detail)
	}
}

// check ends the evaluation if a callback of the user's has failed.
func (c *Scope) check(err error) {
	if err != nil {
		panic(aborted{err})
	}
}

// An EarlyError is one of a callback that may read what is declared further
// below, such as the component itself. In SST the callback runs later.
type EarlyError interface {
	error
	TooEarly() bool
}

func isEarly(err error) bool {
	var e EarlyError
	return errors.As(err, &e) && e.TooEarly()
}

// Retry calls the transforms again that were called too early.
func (a *App) Retry() (err error) {
	defer catch(&err)
	for _, f := range a.retries {
		f()
	}
	return nil
}

// A ResourceOption adjusts the options of one resource that a component makes.
type ResourceOption func(*Options)

func dependsOn(hs ...arg.Handle) ResourceOption {
	return func(o *Options) { o.DependsOn = append(o.DependsOn, hs...) }
}

func retainOnDelete(on bool) ResourceOption {
	return func(o *Options) { o.RetainOnDelete, o.retainSet = on, true }
}

// userOptions are the options that a call of the user's has.
func (c *Scope) userOptions(v arg.Value) ResourceOption {
	return func(o *Options) { *o = c.app.decodeOptions(v.V, c.at) }
}

func withProvider(h arg.Handle) ResourceOption {
	return func(o *Options) {
		if h != nil {
			o.Provider = h
		}
	}
}

// resource makes a resource named <component><suffix>, transformed as the user
// asked, with its physical name filled in.
func (c *Scope) resource(suffix, token string, props *ir.Object, t arg.Transform, options ...ResourceOption) ResourceHandle {
	return c.resourceNamed(c.name()+suffix, token, props, t, options...)
}

// resourceNamed is resource with the whole logical name given.
func (c *Scope) resourceNamed(name, token string, props *ir.Object, t arg.Transform, options ...ResourceOption) ResourceHandle {
	var opts Options
	for _, o := range options {
		o(&opts)
	}
	opts = opts.inherit(c.opts)
	early := false
	transformed, opts := c.transformWith(t, name, props, opts, func(err error) {
		if early = isEarly(err); !early {
			c.check(err)
		}
	})
	props = c.app.resourceInputs(token, name, props, objectOf(transformed, props), c.at, t.At)
	props = c.app.named(token, name, props)
	h := c.app.addResource(token, name, props, opts, nil, c.inst, c.at)
	if early {
		c.app.retries = append(c.app.retries, func() {
			own := h.Props
			transformed, _ := c.transform(t, name, own, opts)
			changed := c.app.resourceInputs(token, name, own, objectOf(transformed, own), c.at, t.At)
			h.Props, _ = c.app.plain(changed, c.at, t.At).(*ir.Object)
		})
	}
	return h
}

// read refers to a resource that exists, by the provider's ID of it.
func (c *Scope) read(name, token string, id ir.Value, state *ir.Object) ResourceHandle {
	return c.app.addResource(token, name, state, Options{}.inherit(c.opts), id, c.inst, c.at)
}

// invoke asks the provider a question and returns a reference to the answer's
// attribute, or to all of it if attr is "".
func (c *Scope) invoke(token string, args *ir.Object, attr string, options ...ResourceOption) ir.Value {
	opts := Options{Provider: c.opts.Provider}
	for _, o := range options {
		o(&opts)
	}
	ref := c.app.addInvoke(token, args, opts, c.inst, c.at).(ir.Ref)
	ref.Attr = attr
	return ref
}

// transform applies what the user wrote under transform to the arguments of
// one resource or child component.
func (c *Scope) transform(t arg.Transform, name string, props ir.Value, opts Options) (ir.Value, Options) {
	return c.transformWith(t, name, props, opts, c.check)
}

// transformWith is transform with another answer to an error of the callback.
func (c *Scope) transformWith(t arg.Transform, name string, props ir.Value, opts Options, check func(error)) (ir.Value, Options) {
	if f := t.Callback(); f != nil {
		_, changed, err := f(props, opts.object(c.app), ir.String(name))
		check(err)
		if len(changed) > 1 {
			return changed[0], c.app.decodeOptions(changed[1], c.at)
		}
		return props, opts
	}
	if over, ok := t.V.(*ir.Object); ok {
		o, _ := props.(*ir.Object)
		return o.Merge(over), opts
	}
	return props, opts
}

// child makes another component inside this one. Its arguments are as a user
// would write them.
func (c *Scope) child(typ, name string, args *ir.Object, t arg.Transform, options ...ResourceOption) *Instance {
	var opts Options
	for _, o := range options {
		o(&opts)
	}
	opts = opts.inherit(c.opts)
	transformed, opts := c.transform(t, name, args, opts)
	at := c.at
	if _, ok := at.(nestedPlace); !ok {
		at = within{at}
	}
	return c.app.newInstance(registry[typ], name, transformed, opts, c.inst, at)
}

// childAt is child for one whose arguments stand somewhere in the user's own:
// what is wrong with them is shown there.
func (c *Scope) childAt(at arg.Path, typ, name string, args *ir.Object, t arg.Transform, options ...ResourceOption) *Instance {
	nested := *c
	nested.at = nestedPlace{c.at, at}
	return nested.child(typ, name, args, t, options...)
}

// nestedPlace is the place of a child component whose arguments are the value
// at base of an enclosing call.
type nestedPlace struct {
	Place
	base arg.Path
}

func (n nestedPlace) Arg(path arg.Path) diag.Range { return n.Place.Arg(n.outer(path)) }
func (n nestedPlace) Key(path arg.Path) diag.Range { return n.Place.Key(n.outer(path)) }

// outer is a path in the child's arguments as one in the enclosing call's.
func (n nestedPlace) outer(path arg.Path) arg.Path {
	if len(path) == 0 {
		return n.base
	}
	return append(n.base[:len(n.base):len(n.base)], path[1:]...)
}

// ref makes, in a static get, a component that refers to what exists. The
// build function makes its nodes and outputs.
func (c *Scope) ref(name string, opts ir.Value, build func(c *Scope)) ir.Value {
	inst := &Instance{Name: name, Type: c.def.Type, Def: c.def, outputs: map[string]output{}, nodes: map[string]ir.Value{}}
	o := c.app.decodeOptions(opts, c.at)
	inst.scope = &Scope{app: c.app, inst: inst, opts: o, at: c.at}
	c.app.register(inst, o, c.at)
	build(inst.scope)
	return opaque(inst)
}

// part makes a component that users do not make themselves, such as what a
// subscription consists of. Its name may be any that is unique. As in SST it
// stands beside the component and not inside it, and has only the provider of
// it: to depend on a queue is not to depend on what is subscribed to it.
func (c *Scope) part(def *Definition, name string, build func(c *Scope), options ...ResourceOption) ir.Value {
	inst := &Instance{Name: name, Type: def.Type, Def: def, outputs: map[string]output{}, nodes: map[string]ir.Value{}}
	if c.inst != nil {
		inst.Parent = c.inst.Parent
	}
	opts := Options{}
	for _, o := range options {
		o(&opts)
	}
	if opts.Provider == nil {
		opts.Provider = c.opts.Provider
	}
	inst.scope = &Scope{app: c.app, inst: inst, opts: opts, at: c.at}
	c.app.register(inst, inst.scope.opts, within{c.at})
	if c.inst != nil {
		inst.record.Owner = c.inst.ID
	}
	build(inst.scope)
	return opaque(inst)
}

// title says what the user calls the component, where its name is made up.
func (c *Scope) title(s string) { c.inst.record.Title = s }

// out sets an output.
func (c *Scope) out(name string, v any) { c.inst.outputs[name] = output{value: ir.Of(v)} }

// outError makes reading an output an error, for one that exists only if an
// argument was given.
func (c *Scope) outError(name, why string) { c.inst.outputs[name] = output{err: why} }

// node sets an entry of nodes.
func (c *Scope) node(name string, h arg.Handle) { c.inst.nodes[name] = opaque(h) }

// nodes sets an entry of nodes that is a list.
func (c *Scope) nodeList(name string, v ir.List) { c.inst.nodes[name] = v }

// linkable says what the component gives to those linked to it.
func (c *Scope) linkable(properties *ir.Object, permissions ...Permission) {
	c.inst.link = &Link{Name: c.name(), Type: c.inst.Type, Properties: properties, Permissions: permissions}
}

// grant records a permission of the component, for the report.
func (c *Scope) grant(p Permission, reason string) {
	g := ir.Grant{Effect: p.Effect, Resources: p.Resources, Reason: reason}
	for _, a := range p.Actions {
		if s, ok := a.(ir.String); ok {
			g.Actions = append(g.Actions, string(s))
		}
	}
	c.inst.record.Grants = append(c.inst.record.Grants, g)
}

// later runs f when the configuration has been evaluated, for what depends on
// all of it.
func (c *Scope) later(f func()) { c.app.deferred = append(c.app.deferred, f) }

// once returns what f makes, the same for every call with this key in the app.
func once[T any](a *App, key string, f func() T) T {
	if v, ok := a.shared[key]; ok {
		return v.(T)
	}
	v := f()
	a.shared[key] = v
	return v
}
