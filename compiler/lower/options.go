package lower

import (
	"fmt"
	"reflect"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

// Options are the resource options of a call, with references resolved.
type Options struct {
	ir.Options
	DependsOn   []arg.Handle
	Provider    arg.Handle
	Parent      arg.Handle
	DeletedWith arg.Handle

	transformations []arg.Callback
	retainSet       bool // retainOnDelete was given, whatever its value
	source          *ir.Object
}

// optionArgs declares the options that Pulumi has.
type optionArgs struct {
	AdditionalSecretOutputs []string    `arg:"additionalSecretOutputs" doc:"Outputs to be treated as secret."`
	Aliases                 []arg.Value `arg:"aliases" doc:"Earlier identities of the resource."`
	CustomTimeouts          *struct {
		Create string `arg:"create"`
		Update string `arg:"update"`
		Delete string `arg:"delete"`
	} `arg:"customTimeouts" doc:"How long the provider may take."`
	DeleteBeforeReplace arg.Bool    `arg:"deleteBeforeReplace" doc:"Delete the old resource before its replacement is made."`
	DeletedWith         *arg.Ref    `arg:"deletedWith" doc:"A resource whose deletion deletes this one too."`
	DependsOn           arg.Value   `arg:"dependsOn" doc:"Resources and components that must exist first."`
	Hooks               arg.Value   `arg:"hooks"`
	ID                  arg.Value   `arg:"id"`
	IgnoreChanges       []string    `arg:"ignoreChanges" doc:"Properties whose changes are not applied."`
	Import              string      `arg:"import" doc:"The provider's ID of an existing resource to adopt."`
	Parent              *arg.Ref    `arg:"parent" doc:"The component or resource that owns this one."`
	PluginDownloadURL   string      `arg:"pluginDownloadURL"`
	Protect             arg.Bool    `arg:"protect" doc:"Refuse to delete the resource."`
	Provider            *arg.Ref    `arg:"provider" doc:"An explicit provider."`
	Providers           arg.Value   `arg:"providers" doc:"Explicit providers for the children."`
	ReplaceOnChanges    []string    `arg:"replaceOnChanges" doc:"Properties whose changes replace the resource."`
	RetainOnDelete      arg.Bool    `arg:"retainOnDelete" doc:"Leave the resource in place when it is removed from the app."`
	Transformations     []arg.Value `arg:"transformations" doc:"Callbacks that change the resource and its children."`
	Transforms          []arg.Value `arg:"transforms" doc:"Callbacks that change the resource and its children."`
	URN                 string      `arg:"urn"`
	Version             string      `arg:"version" doc:"Version of the provider."`
}

// OptionFields are the declarations of the options that a component or a
// resource may be given.
func OptionFields() []arg.Field { return arg.Fields(reflect.TypeFor[optionArgs]()) }

func (a *App) decodeOptions(v ir.Value, at Place) Options {
	var o Options
	obj, ok := v.(*ir.Object)
	if !ok {
		return o
	}
	var d optionArgs
	report := func(path arg.Path, code diag.Code, summary, detail string) {
		a.report(at, path, code, summary, detail)
	}
	arg.Decode(obj, arg.Path{"2"}, &d, report)
	unsupported := func(name string) {
		report(arg.Path{"2", name}, diag.UnsupportedFeature, "Unsupported option",
			fmt.Sprintf("The resource option %q is not supported by sstc.", name))
	}
	for _, name := range []string{"hooks", "id", "urn", "pluginDownloadURL"} {
		if obj.Has(name) {
			unsupported(name)
		}
	}
	o.source = obj
	o.AdditionalSecrets = d.AdditionalSecretOutputs
	o.IgnoreChanges, o.ReplaceOnChanges = d.IgnoreChanges, d.ReplaceOnChanges
	o.Import, o.Version = d.Import, d.Version
	o.Protect = d.Protect.True(false)
	o.DeleteBeforeReplace = d.DeleteBeforeReplace.True(false)
	o.RetainOnDelete, o.retainSet = d.RetainOnDelete.True(false), d.RetainOnDelete.Set()
	if t := d.CustomTimeouts; t != nil {
		o.Timeouts = ir.Timeouts{Create: t.Create, Update: t.Update, Delete: t.Delete}
	}
	for _, e := range d.Aliases {
		switch e := e.V.(type) {
		case ir.String:
			o.Aliases = append(o.Aliases, ir.Alias{URN: string(e)})
		case *ir.Object:
			name, _ := e.Get("name").(ir.String)
			typ, _ := e.Get("type").(ir.String)
			urn, _ := e.Get("urn").(ir.String)
			o.Aliases = append(o.Aliases, ir.Alias{Name: string(name), Type: string(typ), URN: string(urn)})
		}
	}
	for _, list := range [][]arg.Value{d.Transformations, d.Transforms} {
		for _, t := range list {
			if f := t.Callback(); f != nil {
				o.transformations = append(o.transformations, f)
			}
		}
	}
	if d.Provider != nil {
		o.Provider = d.Provider.Handle()
	}
	if d.Parent != nil {
		o.Parent = d.Parent.Handle()
	}
	if d.DeletedWith != nil {
		o.DeletedWith = d.DeletedWith.Handle()
	}
	o.DependsOn = handles(d.DependsOn.V)
	if d.Providers.Set() && o.Provider == nil {
		if hs := handles(d.Providers.V); len(hs) > 0 {
			o.Provider = hs[0]
		}
	}
	return o
}

// handles returns the components and resources in v: one, a list, or a mapping.
func handles(v ir.Value) []arg.Handle {
	var hs []arg.Handle
	switch v := v.(type) {
	case ir.List:
		for _, e := range v {
			hs = append(hs, handles(e)...)
		}
	case *ir.Object:
		for _, f := range v.Fields {
			hs = append(hs, handles(f.Value)...)
		}
	case ir.Opaque:
		if h, ok := v.X.(arg.Handle); ok {
			hs = append(hs, h)
		}
	}
	return hs
}

// object is the options as a callback of the user's sees them.
func (o Options) object(*App) ir.Value {
	out := o.source.Merge(nil)
	if len(o.DependsOn) > 0 {
		var l ir.List
		for _, h := range o.DependsOn {
			l = append(l, opaque(h))
		}
		out = out.With("dependsOn", l)
	}
	set := func(name string, on bool) {
		if on {
			out = out.With(name, ir.Bool(true))
		}
	}
	set("protect", o.Protect)
	set("retainOnDelete", o.RetainOnDelete)
	set("deleteBeforeReplace", o.DeleteBeforeReplace)
	if len(o.IgnoreChanges) > 0 {
		out = out.With("ignoreChanges", ir.Of(o.IgnoreChanges))
	}
	ref := func(name string, h arg.Handle) {
		if h != nil && !out.Has(name) {
			out = out.With(name, opaque(h))
		}
	}
	ref("provider", o.Provider)
	ref("parent", o.Parent)
	ref("deletedWith", o.DeletedWith)
	return out
}

// inherit gives a child the options that pass from a component to what it
// makes. Those of the child count where both say something.
func (o Options) inherit(from Options) Options {
	if o.Provider == nil {
		o.Provider = from.Provider
	}
	o.Protect = o.Protect || from.Protect
	if !o.retainSet {
		o.RetainOnDelete, o.retainSet = from.RetainOnDelete, from.retainSet
	}
	if len(from.DependsOn) > 0 {
		o.DependsOn = append(append([]arg.Handle{}, o.DependsOn...), from.DependsOn...)
	}
	if o.DeletedWith == nil {
		o.DeletedWith = from.DeletedWith
	}
	return o
}

// under gives something the options that pass to it from the component that
// the user put it under. SST's components pass on all that they pass to what
// they make themselves; of a class of the user's own, Pulumi passes on the
// provider and the protection.
func (o Options) under(parent *Instance) Options {
	from := parent.scope.opts
	if parent.Def == nil {
		from = Options{Options: ir.Options{Protect: from.Protect}, Provider: from.Provider}
	}
	return o.inherit(from)
}

// around returns the component that this one is in: the one that made it, or
// that the user put it under.
func (i *Instance) around() *Instance {
	if i.Parent != nil {
		return i.Parent
	}
	p, _ := i.scope.opts.Parent.(*Instance)
	return p
}

// transformations applies the transformation callbacks of the resource itself
// and of the components around it, innermost first. A callback is given
// {type, name, props, opts} and returns {props, opts}, or nothing.
func (a *App) transformations(token, name string, props *ir.Object, opts Options, parent *Instance, at Place, fail func(error)) (*ir.Object, Options) {
	callbacks := opts.transformations
	for p := parent; p != nil; p = p.around() {
		callbacks = append(callbacks, p.scope.opts.transformations...)
	}
	callbacks = append(callbacks, a.all...)
	for _, f := range callbacks {
		result, _, err := f(ir.Obj("type", token, "name", name, "props", props, "opts", opts.object(a)))
		fail(err)
		if o, ok := result.(*ir.Object); ok {
			props = objectOf(o.Get("props"), props)
			if changed := o.Get("opts"); changed != nil {
				opts = a.decodeOptions(changed, at)
			}
		}
	}
	return props, opts
}
