// Package lower turns what a configuration says into resources.
//
// A frontend evaluates the user's configuration and calls an [App] as it goes:
// New for `new sst.aws.Bucket(...)`, Call for a method, Resource for a
// provider's own resource. Each call lowers at once, so that transforms, nodes
// and order behave as users expect; Finish gives the program.
//
// Each component is one file, and is written once for all frontends: a struct
// that declares its arguments (package arg), and a function that makes
// resources of them. registry.go lists them.
//
// Resources are made in the pulumi dialect. Bundling, files and output formats
// are outside: a function here is only a record of what is to be packed.
package lower

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
	"github.com/sstc/sstc/compiler/schema"
)

// A Place is where in the user's configuration a call stands.
type Place interface {
	// Range is the call itself: a component's name, if it has one.
	Range() diag.Range
	// Arg is the value at path, whose first key is the number of an argument
	// of the call, or, for an argument that is not allowed, its name. It falls
	// back to the nearest enclosing thing that can be found.
	Arg(path arg.Path) diag.Range
	// Key is the name under which the value at path is given, where the name
	// is what is wrong.
	Key(path arg.Path) diag.Range
}

// An App is an app under evaluation. It is not safe for concurrent use.
type App struct {
	Info ir.App
	// Env looks up an environment variable, where a component's behaviour
	// depends on one.
	Env func(name string) (string, bool)
	// EnvHolding returns the name of an environment variable that the
	// configuration has read and that has this value, or "". It may be nil.
	EnvHolding func(value string) string
	// IgnoreUnknown makes arguments and properties that do not exist, and links
	// to what cannot be linked, warnings: they are left out.
	IgnoreUnknown bool
	// Recording keeps what the configuration asks for; nil if nobody wants it.
	Recording *Recording

	// PlanSite builds a site with its framework, if it is not built already, and
	// says what is to be served and how. It returns nil if it cannot; why is in
	// the list, unless the caller knows. Nil stands for one that never can.
	PlanSite func(*ir.Site) (*ir.SitePlan, diag.List)

	prog       ir.Program
	diags      diag.List
	instances  []*Instance
	byID       map[string]*Instance
	all        []arg.Callback            // transformations of every resource
	handles    map[string]ResourceHandle // by resource ID
	ids        map[string]bool           // of resources and invokes
	compIDs    map[string]bool
	urns       map[string]diag.Range
	linkables  map[string]*Instance // by lower-cased name
	transforms map[string][]arg.Callback
	ownLinks   map[arg.Handle]arg.Callback
	unlinkable map[arg.Handle]bool  // what was reported as such
	oversize   map[string]*oversize // by the largest of the variables
	packed     map[string]bool      // IDs of assets that are parts of archives
	deferred   []func()
	retries    []func()                // transforms that were called too early
	depends    map[string][]arg.Handle // resource ID → what it depends on, expanded in Finish
	shared     map[string]any          // what components make once for the whole app
}

// NewApp returns an app to which nothing has been added.
func NewApp(info ir.App) *App {
	return &App{
		Info:       info,
		Env:        func(string) (string, bool) { return "", false },
		prog:       ir.Program{App: info, Dialect: ir.Pulumi},
		byID:       map[string]*Instance{},
		handles:    map[string]ResourceHandle{},
		ids:        map[string]bool{},
		compIDs:    map[string]bool{},
		urns:       map[string]diag.Range{},
		linkables:  map[string]*Instance{},
		transforms: map[string][]arg.Callback{},
		ownLinks:   map[arg.Handle]arg.Callback{},
		unlinkable: map[arg.Handle]bool{},
		oversize:   map[string]*oversize{},
		packed:     map[string]bool{},
		depends:    map[string][]arg.Handle{},
		shared:     map[string]any{},
	}
}

// Diagnostics returns the problems found so far.
func (a *App) Diagnostics() diag.List { return a.diags }

// aborted carries an error of a user's callback up through a component to the
// call that the frontend made, which returns it.
type aborted struct{ err error }

func catch(err *error) {
	if r := recover(); r != nil {
		ab, ok := r.(aborted)
		if !ok {
			panic(r)
		}
		*err = ab.err
	}
}

// Provider adds the configuration of a package's default provider.
func (a *App) Provider(p *ir.ProviderConfig) {
	p.Args = a.providerInputs(p)
	a.prog.Providers = append(a.prog.Providers, p)
}

// Transform registers a callback (args, opts, name) for every component or
// resource of a type that is made from now on.
func (a *App) Transform(typ string, f arg.Callback) {
	a.transforms[typ] = append(a.transforms[typ], f)
}

// LinkBy says what a component or a resource gives to those linked to it: f
// returns an object with properties and include.
func (a *App) LinkBy(h arg.Handle, f arg.Callback) {
	if a.Recording != nil {
		t := a.Recording.tracer.Callback(ir.Opaque{}, f)
		a.Recording.Links = append(a.Recording.Links, &LinkedBy{h, t})
		f = t.Callback()
	}
	a.ownLinks[h] = f
}

// New makes a component for `new typ(name, args, opts)`. Problems with its
// arguments are diagnostics; the error is one of a user's callback.
func (a *App) New(typ, name string, args, opts ir.Value, at Place) (inst *Instance, err error) {
	defer catch(&err)
	def := Lookup(typ)
	if def == nil {
		return nil, fmt.Errorf("lower: unknown component %s", typ)
	}
	args, opts = a.trace(args), a.trace(opts)
	act := a.act(ActNew, typ, name, nil, []ir.Value{args}, opts, at)
	o := a.decodeOptions(opts, at)
	if p, ok := o.Parent.(*Instance); ok {
		o = o.under(p)
	}
	inst = a.newInstance(def, name, args, o, nil, at)
	act.Result = opaque(inst)
	return inst, nil
}

// newInstance makes a component; parent is the component that makes it, or nil.
func (a *App) newInstance(def *Definition, name string, args ir.Value, opts Options, parent *Instance, at Place) *Instance {
	inst := &Instance{Name: name, Type: def.Type, Def: def, Parent: parent, outputs: map[string]output{}, nodes: map[string]ir.Value{}}
	c := &Scope{app: a, inst: inst, opts: opts, at: at, argIndex: "1"}
	inst.scope = c
	a.register(inst, opts, at)

	if def.Normalize != nil {
		args = def.Normalize(args)
	}
	if args == nil {
		args = &ir.Object{}
	}
	change := a.change(def.Type, name, args, opts)
	for _, t := range a.transforms[def.Type] {
		_, changed, err := t(args, opts.object(a), ir.String(name))
		c.check(err)
		if len(changed) > 1 {
			args = a.trace(changed[0])
			c.opts = a.decodeOptions(changed[1], c.at)
		}
	}
	change.made(args, c.opts)
	target := reflect.New(def.Args)
	before := len(a.diags)
	arg.Decode(args, arg.Path{c.argIndex}, target.Interface(), c.reportAt)
	broken := a.diags[before:].HasErrors()
	after := len(a.diags)
	def.create(c, target.Interface())
	if broken {
		// What lowering finds wrong with arguments that are already wrong only
		// follows from that.
		a.diags = a.diags[:after]
	}
	return inst
}

// register gives an instance its ID and its record in the program, and checks
// its name.
func (a *App) register(inst *Instance, opts Options, at Place) {
	name := inst.Name
	if name == "" {
		a.diags.Add(diag.InvalidName, at.Range(), "Invalid component name", "The name is empty. Use letters, digits and hyphens.")
	}
	if strings.ContainsAny(name, " \t\n") {
		a.diags.Add(diag.InvalidName, at.Range(), "Invalid component name",
			fmt.Sprintf("The name %q has a space in it. Use letters, digits and hyphens.", name))
	}
	parent := inst.Parent
	if parent == nil {
		if p, ok := opts.Parent.(*Instance); ok {
			parent = p
		}
	}
	a.unique(inst.Type, name, parent, at)
	inst.ID = claim(a.compIDs, identifier(name), inst.Type)
	parentID := ""
	if parent != nil {
		parentID = parent.ID
	}
	inst.record = &ir.Component{ID: inst.ID, Name: name, Type: inst.Type, Parent: parentID, Range: at.Range()}
	a.prog.Components = append(a.prog.Components, inst.record)
	a.instances = append(a.instances, inst)
	a.byID[inst.ID] = inst
	if inst.Parent == nil && inst.Def != nil && inst.Def.Linkable {
		key := strings.ToLower(name)
		if other := a.linkables[key]; other != nil && other.Type != inst.Type {
			a.diags.Add(diag.DuplicateName, at.Range(), "Duplicate component name",
				fmt.Sprintf("There is already a %s named %q. Names must be unique in the app, in whatever case, because code finds its links by them.", other.Type, other.Name),
				diag.Note{Message: "first declared here", Subject: other.record.Range.Ptr()})
		} else if key == "app" {
			a.diags.Add(diag.InvalidName, at.Range(), "Reserved name",
				`"App" is the name by which code finds the app itself. Choose another.`)
		}
		if a.linkables[key] == nil {
			a.linkables[key] = inst
		}
	}
}

// unique reports a second component or resource with the same type, name and
// parent.
func (a *App) unique(typ, name string, parent *Instance, at Place) {
	parentID := ""
	if parent != nil {
		parentID = parent.ID
	}
	urn := parentID + "\x00" + typ + "\x00" + name
	if first, ok := a.urns[urn]; ok {
		a.diags.Add(diag.DuplicateName, at.Range(), "Duplicate name",
			fmt.Sprintf("There is already a %s named %q. Give this one another name.", typ, name),
			diag.Note{Message: "first declared here", Subject: first.Ptr()})
		return
	}
	a.urns[urn] = at.Range()
}

// identifier reduces a name to what an ID may hold. Words stay apart:
// "image-cache" becomes "imageCache".
func identifier(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return alnum(string(r)) == "" })
	for i, w := range words {
		if i > 0 {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	id := strings.Join(words, "")
	if id == "" || id[0] >= '0' && id[0] <= '9' {
		id = "R" + id
	}
	return id
}

// claim returns want, or, if that is taken, want with a hash of what tells the
// newcomer apart.
func claim(taken map[string]bool, want, distinct string) string {
	id := want
	for n := 0; taken[id]; n++ {
		id = want + logicalName(prettyHash(fmt.Sprintf("%s/%s/%d", want, distinct, n), 4))
	}
	taken[id] = true
	return id
}

// Group makes a component of a class of the user's own (Pulumi's
// ComponentResource), which only groups others.
func (a *App) Group(typ, name string, opts ir.Value, at Place) (inst *Instance, err error) {
	defer catch(&err)
	act := a.act(ActGroup, typ, name, nil, nil, opts, at)
	o := a.decodeOptions(opts, at)
	inst = &Instance{Name: name, Type: typ, outputs: map[string]output{}, nodes: map[string]ir.Value{}}
	if p, ok := o.Parent.(*Instance); ok {
		o = o.under(p)
	}
	inst.scope = &Scope{app: a, inst: inst, opts: o, at: at}
	a.register(inst, o, at)
	act.Result = opaque(inst)
	return inst, nil
}

// Call calls a method of a component.
func (a *App) Call(inst *Instance, name string, args []ir.Value, at Place) (result ir.Value, err error) {
	defer catch(&err)
	for _, m := range inst.Def.Methods {
		if m.Name == name {
			c := *inst.scope
			c.at = at
			return a.call(&c, m, args, ActCall, inst.Type), nil
		}
	}
	return nil, fmt.Errorf("lower: %s has no method %s", inst.Type, name)
}

// CallStatic calls a function of a component's class.
func (a *App) CallStatic(typ, name string, args []ir.Value, at Place) (result ir.Value, err error) {
	defer catch(&err)
	if def := registry[typ]; def != nil {
		for _, m := range def.Statics {
			if m.Name == name {
				return a.call(&Scope{app: a, at: at, def: def}, m, args, ActStatic, typ), nil
			}
		}
	}
	return nil, fmt.Errorf("lower: %s has no function %s", typ, name)
}

func (a *App) call(c *Scope, m Method, args []ir.Value, kind ActKind, typ string) ir.Value {
	// An older form of a call may lack what comes first now; problems are still
	// shown where the arguments stand.
	shift := 0
	if m.Normalize != nil {
		given := len(args)
		args = m.Normalize(args)
		for shift < len(args)-given && args[shift] == nil {
			shift++
		}
	}
	args = a.traceAll(args)
	act := a.act(kind, typ, m.Name, c.inst, args, nil, c.at)
	target := reflect.New(m.Params)
	fields := arg.Fields(m.Params)
	before := len(a.diags)
	for i, f := range fields {
		at := arg.Path{fmt.Sprint(i - shift)}
		if i < len(args) && args[i] != nil {
			arg.DecodeField(args[i], at, f, target.Interface(), c.reportAt)
		} else if f.Required {
			c.errorAt(nil, diag.MissingArgument, "Missing argument",
				fmt.Sprintf("%s needs the argument %q: %s.", m.Name, f.Name, arg.DescribeField(f)))
		}
	}
	for i := len(fields); i < len(args); i++ {
		if args[i] != nil {
			c.reportAt(arg.Path{fmt.Sprint(i - shift)}, diag.UnsupportedArgument, "Too many arguments",
				fmt.Sprintf("%s takes at most %d arguments.", m.Name, len(fields)))
			break
		}
	}
	broken := a.diags[before:].HasErrors()
	after := len(a.diags)
	result := m.call(c, target.Interface())
	act.Result = result
	if broken {
		a.diags = a.diags[:after]
	}
	return result
}

// Resource makes a resource of a provider, for `new aws.s3.Bucket(name, props,
// opts)`. The token is canonical.
func (a *App) Resource(token, name string, props *ir.Object, opts ir.Value, at Place) (r ResourceHandle, err error) {
	defer catch(&err)
	opts = a.trace(opts)
	act := a.act(ActResource, token, name, nil, []ir.Value{a.present(token, props)}, opts, at)
	r = a.addResource(token, name, props, a.decodeOptions(opts, at), nil, nil, at)
	act.Result = opaque(r)
	return r, nil
}

// Read refers to a resource that exists, for `aws.s3.Bucket.get(name, id,
// state, opts)`.
func (a *App) Read(token, name string, id ir.Value, state *ir.Object, opts ir.Value, at Place) (r ResourceHandle, err error) {
	defer catch(&err)
	opts = a.trace(opts)
	act := a.act(ActRead, token, name, nil, []ir.Value{id, ir.Of(state)}, opts, at)
	r = a.addResource(token, name, state, a.decodeOptions(opts, at), id, nil, at)
	act.Result = opaque(r)
	return r, nil
}

// addResource is the one place where resources are added: transformations
// apply, the ID is chosen, and the app's removal policy is laid on.
func (a *App) addResource(token, name string, props *ir.Object, opts Options, read ir.Value, owner *Instance, at Place) ResourceHandle {
	if props == nil {
		props = &ir.Object{}
	}
	fail := func(err error) {
		if err != nil {
			panic(aborted{err})
		}
	}
	var own *ir.Object // what sstc itself gives the resource
	if owner != nil {
		own = props
	}
	change := a.change(token, name, props, opts)
	for _, t := range a.transforms[token] {
		_, changed, err := t(props, opts.object(a), ir.String(name))
		fail(err)
		if len(changed) > 1 {
			props, opts = objectOf(changed[0], props), a.decodeOptions(changed[1], at)
		}
	}
	parent := owner
	if p, ok := opts.Parent.(*Instance); ok && parent == nil {
		parent = p
		opts = opts.under(p)
	}
	props, opts = a.transformations(token, name, props, opts, parent, at, fail)
	change.made(props, opts)

	path := arg.Path{"1"}
	if owner != nil {
		path = nil // the user wrote other arguments than these
	}
	if read == nil {
		props = a.resourceInputs(token, name, own, props, at, path)
	}
	props, _ = a.plain(props, at, path).(*ir.Object)

	want, distinct := identifier(name), token
	if owner == nil {
		// Raw resources of different types may share a name, so the class is
		// part of the ID unless the name ends in it already.
		class := token[strings.LastIndexByte(token, ':')+1:]
		if token == "pulumi:providers:"+class {
			class = "Provider"
		}
		if !strings.HasSuffix(strings.ToLower(want), strings.ToLower(class)) {
			want += logicalName(class)
		}
	}
	if parent != nil {
		distinct = parent.ID + "/" + token
	}
	a.unique(token, name, parent, at)
	r := &ir.Resource{
		ID: claim(a.ids, want, distinct), Name: name, Type: token, Props: props, Read: read, Range: at.Range(),
	}
	if parent != nil {
		r.Component = parent.ID
	}
	r.Options = opts.Options
	if read == nil && !opts.retainSet && a.retains(token) {
		r.Options.RetainOnDelete = true
	}
	if len(opts.DependsOn) > 0 {
		a.depends[r.ID] = opts.DependsOn
	}
	if h, ok := opts.Provider.(ResourceHandle); ok && provides(h, token) {
		r.Options.Provider = h.ID
	}
	if h, ok := opts.Parent.(ResourceHandle); ok {
		r.Options.Parent = h.ID
	}
	if h, ok := opts.DeletedWith.(ResourceHandle); ok {
		r.Options.DeletedWith = h.ID
	}
	a.prog.Resources = append(a.prog.Resources, r)
	h := ResourceHandle{r}
	a.handles[r.ID] = h
	return h
}

// provides reports whether an explicit provider is of the package that a type
// is in. A component hands its provider on to all that it makes, also to
// resources of other packages, which keep their default provider.
func provides(provider ResourceHandle, token string) bool {
	pkg, _, _ := strings.Cut(token, ":")
	return provider.Type == "pulumi:providers:"+pkg
}

func objectOf(v ir.Value, def *ir.Object) *ir.Object {
	if o, ok := v.(*ir.Object); ok {
		return o
	}
	return def
}

// retained are the types that removal "retain" keeps (SST 4.17,
// platform/src/auto/run.ts).
var retained = []string{
	"aws:dsql/cluster:Cluster",
	"aws:dynamodb/table:Table",
	"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
	"aws:ec2/subnet:Subnet",
	"aws:ec2/vpc:Vpc",
	"aws:rds/cluster:Cluster",
	"aws:rds/clusterParameterGroup:ClusterParameterGroup",
	"aws:rds/instance:Instance",
	"aws:rds/parameterGroup:ParameterGroup",
	"aws:rds/subnetGroup:SubnetGroup",
	"aws:s3/bucket:Bucket",
	"aws:s3/bucketV2:BucketV2",
	"planetscale:index/branch:Branch",
	"planetscale:index/database:Database",
	"planetscale:index/postgresBranch:PostgresBranch",
	"planetscale:index/vitessBranch:VitessBranch",
}

func (a *App) retains(token string) bool {
	return a.Info.Removal == "retain-all" || a.Info.Removal == "retain" && slices.Contains(retained, token)
}

// Invoke asks a provider a question, for `aws.ec2.getVpc(args)`. The result is
// a reference to the whole answer. Questions that every target answers by
// itself become pseudo parameters.
func (a *App) Invoke(token string, args *ir.Object, opts ir.Value, at Place) (v ir.Value, err error) {
	defer catch(&err)
	act := a.act(ActInvoke, token, "", nil, []ir.Value{a.present(token, args)}, opts, at)
	act.Result = a.addInvoke(token, args, a.decodeOptions(opts, at), nil, at)
	return act.Result, nil
}

func (a *App) addInvoke(token string, args *ir.Object, opts Options, owner *Instance, at Place) ir.Value {
	member := token[strings.LastIndexByte(token, ':')+1:]
	if owner == nil {
		args = a.invokeInputs(token, args, at)
	}
	args, _ = a.plain(args, at, arg.Path{"0"}).(*ir.Object)
	inv := &ir.Invoke{Token: token, Args: args, Range: at.Range()}
	if owner != nil {
		inv.Component = owner.ID
	}
	if h, ok := opts.Provider.(ResourceHandle); ok && provides(h, token) {
		inv.Provider = h.ID
	}
	// The same question, asked twice, is asked once.
	for _, e := range a.prog.Invokes {
		if e.Token == token && e.Provider == inv.Provider && len(e.DependsOn) == 0 && len(opts.DependsOn) == 0 && reflect.DeepEqual(e.Args, args) {
			return ir.Ref{Resource: e.ID}
		}
	}
	want := member
	if owner != nil {
		want = owner.ID + logicalName(member)
	}
	inv.ID = claim(a.ids, want, fmt.Sprint(len(a.prog.Invokes)))
	if len(opts.DependsOn) > 0 {
		a.depends[inv.ID] = opts.DependsOn
	}
	a.prog.Invokes = append(a.prog.Invokes, inv)
	return ir.Ref{Resource: inv.ID}
}

// Param declares a parameter, or returns the one that is declared already.
func (a *App) Param(d *ir.ParamDecl) ir.Value {
	if a.prog.FindParam(d.Name) == nil {
		a.prog.Params = append(a.prog.Params, d)
	}
	return ir.Param{Name: d.Name}
}

// Asset declares a file or directory to be uploaded, relative to the app's
// root, or returns the ID of the one that is declared already.
func (a *App) Asset(kind ir.AssetKind, source string, at diag.Range) string {
	for _, s := range a.prog.Assets {
		if s.Kind == kind && s.Source == source {
			return s.ID
		}
	}
	id := claim(a.compIDs, identifier("Asset"+logicalName(source)), source)
	a.prog.Assets = append(a.prog.Assets, &ir.Asset{ID: id, Kind: kind, Source: source, Range: at})
	return id
}

// Output adds a value that run() returned. Components, resources and functions
// are no values, and are left out.
func (a *App) Output(name string, v ir.Value, at diag.Range) {
	if a.Recording != nil {
		a.Recording.Outputs = append(a.Recording.Outputs, ir.Output{Name: name, Value: v})
	}
	var opaque ir.Value
	ir.Walk(v, func(e ir.Value) bool {
		if _, ok := e.(ir.Opaque); ok {
			opaque = e
		}
		return opaque == nil
	})
	if opaque != nil {
		if handle := (arg.Value{V: opaque}).Handle(); handle != (arg.Poison{}) {
			a.diags.Warn(diag.UnsupportedFeature, at, "Output left out",
				fmt.Sprintf("What run() returns as %q is, or has in it, a component, a resource or a function, which is no value. Return one of its properties instead.", name))
		}
		return
	}
	a.prog.Outputs = append(a.prog.Outputs, ir.Output{Name: name, Value: v, Range: at})
}

// Handle returns a resource by ID.
func (a *App) Handle(id string) (ResourceHandle, bool) {
	h, ok := a.handles[id]
	return h, ok
}

// Finish completes the program once the configuration has been evaluated.
func (a *App) Finish() (*ir.Program, diag.List) {
	for len(a.deferred) > 0 {
		next := a.deferred
		a.deferred = nil
		for _, f := range next {
			f()
		}
	}
	a.dropPacked()
	a.checkBucketPolicies()
	for _, r := range a.prog.Resources {
		r.Options.DependsOn = a.dependencies(r.ID)
	}
	for _, i := range a.prog.Invokes {
		i.DependsOn = a.dependencies(i.ID)
	}
	return &a.prog, a.diags
}

// dependencies returns the IDs of what a resource was said to depend on. A
// component stands for the resources that it and its children made.
func (a *App) dependencies(id string) []string {
	var ids []string
	add := func(dep string) {
		if dep != id && !slices.Contains(ids, dep) {
			ids = append(ids, dep)
		}
	}
	for _, h := range a.depends[id] {
		switch h := h.(type) {
		case ResourceHandle:
			add(h.ID)
		case *Instance:
			for _, r := range a.prog.Resources {
				if a.owns(h.ID, r.Component) && r.Read == nil {
					add(r.ID)
				}
			}
		}
	}
	return ids
}

func (a *App) owns(ancestor, component string) bool {
	for component != "" {
		if component == ancestor {
			return true
		}
		next := ""
		for _, c := range a.prog.Components {
			if c.ID == component {
				next = c.Parent
			}
		}
		component = next
	}
	return false
}

// AttrType returns the type of an attribute of a resource or of the result of
// an invoke, and whether there is one. Of types without a schema everything
// exists and can be anything.
func (a *App) AttrType(id, attr string) (*schema.Type, bool) {
	var s *schema.Resource
	if h, ok := a.handles[id]; ok {
		s = schema.PulumiResource(h.Type)
	} else {
		for _, i := range a.prog.Invokes {
			if i.ID == id {
				s = schema.PulumiFunction(i.Token)
			}
		}
	}
	anything := &schema.Type{Kind: schema.Any}
	switch {
	case s == nil:
		return anything, true
	case attr == "":
		return &schema.Type{Kind: schema.Obj, Object: &s.Object}, true
	case attr == "id" || attr == "urn":
		return &schema.Type{Kind: schema.String}, true
	}
	p := s.Property(attr)
	if p == nil {
		return anything, false
	}
	return p.Type, true
}
