package emit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
)

// CheckPulumi checks a program in the pulumi dialect against the schemas of
// its providers, before anything is emitted: every property of every resource,
// invoke and default provider, to any depth, and every reference. What has no
// schema is taken as it is, but for the references in it.
//
// Types are compared as Pulumi YAML compares them: a number or a boolean may
// stand where a string is wanted, and nothing else is converted. Of a value
// known only after deployment just the shape is compared (string, list, map),
// since Terraform does convert strings to numbers and booleans there.
func CheckPulumi(p *ir.Program) diag.List {
	c := newChecker(p)
	c.identities()
	for _, r := range p.Resources {
		c.resource(r)
	}
	for _, i := range p.Invokes {
		c.invoke(i)
	}
	for _, pc := range p.Providers {
		c.enter(subject{what: fmt.Sprintf("The configuration of the provider %q", pc.Package), rng: pc.Range})
		c.object(pc.Args, properties(c.resourceType("pulumi:providers:"+pc.Package)))
	}
	for _, d := range p.Params {
		if d.Lookup != nil {
			c.invoke(d.Lookup)
		}
	}
	c.loose()
	c.cycles()
	return c.diags
}

// A checker holds what CheckPulumi looks up while it walks the program.
type checker struct {
	p          *ir.Program
	resources  map[string]*ir.Resource
	invokes    map[string]*ir.Invoke
	params     map[string]*ir.ParamDecl
	assets     map[string]*ir.Asset
	components map[string]*ir.Component
	types      map[string]*schema.Resource // by token, of resources and of functions; nil for none
	cfn        bool                        // the program is in the cfn dialect

	diags   diag.List
	subject subject // what is being checked
	path    []step  // where in it
	// allowed says which properties of a type may be given.
	allowed func(*schema.Property) bool
}

// A subject is what a diagnostic is about.
type subject struct {
	what      string // begins the sentence: `The resource "Uploads" (aws:s3/bucket:Bucket)`
	component *ir.Component
	rng       diag.Range
}

// A step leads from a value to one inside it: a key, or an index if key is "".
type step struct {
	key   string
	index int
}

func newChecker(p *ir.Program) *checker {
	c := &checker{
		p:          p,
		resources:  make(map[string]*ir.Resource, len(p.Resources)),
		invokes:    make(map[string]*ir.Invoke, len(p.Invokes)),
		params:     make(map[string]*ir.ParamDecl, len(p.Params)),
		assets:     make(map[string]*ir.Asset, len(p.Assets)),
		components: make(map[string]*ir.Component, len(p.Components)),
		types:      map[string]*schema.Resource{},
	}
	for _, d := range p.Params {
		c.params[d.Name] = d
	}
	for _, a := range p.Assets {
		c.assets[a.ID] = a
	}
	for _, k := range p.Components {
		c.components[k.ID] = k
	}
	return c
}

// identities fills the tables of resources and invokes, and reports an ID that
// two of them have.
func (c *checker) identities() {
	type owner struct {
		name string
		rng  diag.Range
	}
	first := make(map[string]owner, len(c.p.Resources)+len(c.p.Invokes))
	claim := func(id, name string, rng diag.Range) bool {
		o, taken := first[id]
		if !taken {
			first[id] = owner{name, rng}
			return true
		}
		detail := fmt.Sprintf("There are two resources named %q. Names must be unique in the app, because resource IDs are made from them.", name)
		if o.name != name {
			detail = fmt.Sprintf("The names %q and %q both give the resource ID %q, in which only letters and digits count. Rename one of them.", o.name, name, id)
		}
		c.diags.Add(diag.DuplicateName, rng, "Duplicate resource name", detail,
			diag.Note{Message: "the other one is here", Subject: o.rng.Ptr()})
		return false
	}
	for _, r := range c.p.Resources {
		if claim(r.ID, r.Name, r.Range) {
			c.resources[r.ID] = r
		}
	}
	for _, i := range c.p.Invokes {
		if claim(i.ID, i.ID, i.Range) {
			c.invokes[i.ID] = i
		}
	}
}

func (c *checker) enter(s subject) {
	c.subject, c.path, c.allowed = s, c.path[:0], isInput
}

func isInput(p *schema.Property) bool { return p.Input }
func isAny(*schema.Property) bool     { return true }

func (c *checker) resource(r *ir.Resource) {
	c.enter(subject{
		what:      fmt.Sprintf("The resource %q (%s)", r.Name, r.Type),
		component: c.components[r.Component],
		rng:       r.Range,
	})
	t := properties(c.resourceType(r.Type))
	if r.Read != nil {
		c.value(r.Read, stringType)
		// The state that a look-up is given may hold any attribute, and none
		// has to be there.
		c.allowed = isAny
		c.fields(r.Props, t)
	} else {
		c.object(r.Props, t)
	}
	o := r.Options
	c.names("dependsOn", o.DependsOn...)
	c.names("provider", o.Provider)
	c.names("deletedWith", o.DeletedWith)
	if c.components[o.Parent] == nil {
		c.names("parent", o.Parent)
	}
}

// properties returns the properties of a type, nil if nothing is known of it.
func properties(t *schema.Resource) *schema.Object {
	if t == nil {
		return nil
	}
	return &t.Object
}

func (c *checker) invoke(i *ir.Invoke) {
	c.enter(subject{
		what:      fmt.Sprintf("The call of %s", i.Token),
		component: c.components[i.Component],
		rng:       i.Range,
	})
	c.object(i.Args, properties(c.function(i.Token)))
	c.names("dependsOn", i.DependsOn...)
	c.names("provider", i.Provider)
}

// loose checks the values that belong to no resource.
func (c *checker) loose() {
	for _, o := range c.p.Outputs {
		c.enter(subject{what: fmt.Sprintf("The output %q", o.Name), rng: o.Range})
		c.value(o.Value, nil)
	}
	for _, s := range c.p.Sites {
		c.enter(subject{what: fmt.Sprintf("The site %q", s.Name), component: c.components[s.ID], rng: s.Range})
		c.value(s.Bucket, stringType)
		c.value(s.Distribution, stringType)
		if s.Build != nil {
			for _, f := range s.Build.Env {
				c.value(f.Value, nil)
			}
		}
	}
	for _, kv := range c.p.KeyValues {
		c.enter(subject{what: fmt.Sprintf("The key-value entries %q", kv.Namespace), component: c.components[kv.Component]})
		c.value(kv.Store, stringType)
		for _, f := range kv.Entries {
			c.value(f.Value, nil)
		}
	}
	for _, i := range c.p.Invocations {
		c.enter(subject{what: fmt.Sprintf("The invocation %q", i.Name), component: c.components[i.Component]})
		c.value(i.Function, stringType)
	}
	for _, i := range c.p.Invalidations {
		c.enter(subject{what: "The invalidation", component: c.components[i.Component]})
		c.value(i.Distribution, stringType)
	}
	for _, k := range c.p.Components {
		c.enter(subject{what: fmt.Sprintf("The component %q (%s)", k.Name, k.Type), component: k, rng: k.Range})
		for _, g := range k.Grants {
			for _, v := range g.Resources {
				c.value(v, nil)
			}
		}
	}
}

// names reports IDs in a resource option that name no resource.
func (c *checker) names(option string, ids ...string) {
	for _, id := range ids {
		if id != "" && c.resources[id] == nil && c.invokes[id] == nil {
			c.bug("The option %q of it names a resource %q, and there is none.", option, id)
		}
	}
}

// object checks the fields of an object, and that none is missing.
func (c *checker) object(o *ir.Object, t *schema.Object) {
	c.fields(o, t)
	if t == nil {
		return
	}
	for _, p := range t.Properties {
		if !p.Required || !c.allowed(p) {
			continue
		}
		if v := o.Get(p.Name); v == nil || v == (ir.Null{}) {
			c.report(diag.MissingProperty, "Missing property", "%s is missing, and it is required%s.", c.at(p.Name), c.of(t))
		}
	}
}

// fields checks the fields that an object has.
func (c *checker) fields(o *ir.Object, t *schema.Object) {
	for i := range o.Len() {
		f := &o.Fields[i]
		var pt *schema.Type
		if t != nil {
			p := t.Property(f.Key)
			switch {
			case p == nil:
				c.report(diag.InvalidProperty, "Unknown property", "There is no property %s%s.%s",
					c.at(f.Key), c.of(t), diag.Suggest(f.Key, t.Names(c.allowed)))
			case !c.allowed(p):
				c.report(diag.InvalidProperty, "Unknown property", "The property %s%s can only be read: the provider sets it.%s",
					c.at(f.Key), c.of(t), diag.Suggest(f.Key, t.Names(c.allowed)))
			default:
				pt = p.Type
			}
		}
		c.path = append(c.path, step{key: f.Key})
		c.value(f.Value, pt)
		c.path = c.path[:len(c.path)-1]
	}
}

// value checks v against t, which is nil if nothing is known of it.
func (c *checker) value(v ir.Value, t *schema.Type) {
	if t != nil && t.Kind == schema.Union {
		c.union(v, t)
		return
	}
	switch v := v.(type) {
	case nil, ir.Null, ir.Opaque:
		// Pulumi takes null for absence.
	case ir.Bool, ir.Number, ir.String:
		c.literal(v, t)
	case ir.List:
		var elem *schema.Type
		switch {
		case t == nil || t.Kind == schema.Any:
		case t.Kind == schema.List || t.Kind == schema.Set:
			elem = t.Elem
		default:
			c.wrongType(v, t)
		}
		for i, e := range v {
			c.path = append(c.path, step{index: i})
			c.value(e, elem)
			c.path = c.path[:len(c.path)-1]
		}
	case *ir.Object:
		c.objectValue(v, t)
	case ir.Call:
		if v.Func == ir.FuncSecret {
			c.value(v.Args[0], t)
			return
		}
		c.unknown(v, t)
	default:
		c.unknown(v, t)
	}
}

func (c *checker) objectValue(v *ir.Object, t *schema.Type) {
	switch {
	case t != nil && t.Kind == schema.Obj:
		c.object(v, t.Object)
		return
	case t == nil || t.Kind == schema.Any || t.Kind == schema.Map:
	default:
		c.wrongType(v, t)
		t = nil
	}
	for _, f := range v.Fields {
		c.path = append(c.path, step{key: f.Key})
		if t == nil {
			c.value(f.Value, nil)
		} else {
			c.value(f.Value, t.Elem)
		}
		c.path = c.path[:len(c.path)-1]
	}
}

// literal checks a known string, number or boolean.
func (c *checker) literal(v ir.Value, t *schema.Type) {
	if t == nil {
		return
	}
	ok := false
	switch t.Kind {
	case schema.Any, schema.String:
		ok = true
	case schema.Number:
		_, ok = v.(ir.Number)
	case schema.Bool:
		_, ok = v.(ir.Bool)
	}
	if !ok {
		c.wrongType(v, t)
		return
	}
	if s, isString := v.(ir.String); isString && len(t.Enum) > 0 && !slices.Contains(t.Enum, string(s)) {
		allowed := diag.Suggest(string(s), t.Enum)
		if allowed == "" {
			allowed = " Known are " + diag.Words(t.Enum) + "."
		}
		c.report(diag.InvalidPropertyValue, "Invalid value", "%s is %q, which is not one of its values.%s", c.at(""), string(s), allowed)
	}
}

// union checks v against the one of the options that it fits. When it fits
// none, what is said is about the option that is nearest: the one with the
// fewest problems.
func (c *checker) union(v ir.Value, t *schema.Type) {
	before := len(c.diags)
	var nearest diag.List
	for _, o := range t.Options {
		c.value(v, o)
		problems := slices.Clone(c.diags[before:])
		c.diags = c.diags[:before]
		if len(problems) == 0 {
			return
		}
		// With a composite value, a mismatch at the top says less than one inside.
		if nearest == nil || (sameShape(v, o) && len(problems) <= len(nearest)) {
			nearest = problems
		}
	}
	c.diags = append(c.diags, nearest...)
}

func sameShape(v ir.Value, t *schema.Type) bool {
	switch v.(type) {
	case *ir.Object:
		return t.Kind == schema.Obj || t.Kind == schema.Map
	case ir.List:
		return t.Kind == schema.List
	}
	return true
}

// unknown checks a value known only after deployment: that what it refers to
// exists, and that its shape is the property's.
func (c *checker) unknown(v ir.Value, t *schema.Type) {
	from := c.typeOf(v)
	if a, ok := v.(ir.AssetRef); ok && a.Attr == ir.AssetFile && t != nil && t.Kind == schema.String {
		return // a provider that takes the path of a file
	}
	if !assignable(from, t) {
		c.report(diag.InvalidPropertyValue, "Wrong type", "%s must be %s. It is given %s, which is %s.",
			c.at(""), article(t), describe(v), article(from))
	}
}

var (
	stringType     = &schema.Type{Kind: schema.String}
	numberType     = &schema.Type{Kind: schema.Number}
	stringListType = &schema.Type{Kind: schema.List, Elem: stringType}
)

// typeOf returns the type of a value known only after deployment, nil if
// nothing is known of it, and reports references in it that lead nowhere.
func (c *checker) typeOf(v ir.Value) *schema.Type {
	switch v := v.(type) {
	case ir.Ref:
		return c.ref(v)
	case ir.Param:
		switch v.Name {
		case ir.PseudoAccount, ir.PseudoRegion, ir.PseudoPartition:
			return stringType
		case ir.PseudoURLSuffix, ir.PseudoAvailabilityZones:
			if c.cfn {
				return map[bool]*schema.Type{true: stringListType, false: stringType}[v.Name == ir.PseudoAvailabilityZones]
			}
		}
		if c.cfn {
			switch v.Name {
			case ir.PseudoStackName, ir.PseudoStackID:
				return stringType
			case ir.PseudoNotificationARNs:
				return stringListType
			case ir.PseudoNoValue:
				return nil
			}
			if t, ok := c.stackParam(v.Name); ok {
				return t
			}
		}
		d := c.params[v.Name]
		if d == nil {
			c.bug("%s refers to a parameter %q, and none is declared.", c.at(""), v.Name)
		} else if d.List {
			return stringListType
		} else if d.Kind == ir.ParamSecret {
			return stringType
		}
		return nil
	case ir.AssetRef:
		if c.assets[v.Asset] == nil && (v.Asset != "" || v.Attr != ir.AssetBucket && v.Attr != ir.AssetRepo) {
			c.bug("%s refers to an asset %q, and there is none.", c.at(""), v.Asset)
		}
		if v.Attr == ir.AssetFile {
			return &schema.Type{Kind: schema.Asset}
		}
		return stringType
	case ir.Join:
		for _, part := range v.Parts {
			c.value(part, stringType)
		}
		return stringType
	case ir.Call:
		return c.call(v)
	}
	c.value(v, nil)
	return nil
}

func (c *checker) call(v ir.Call) *schema.Type {
	switch v.Func {
	case ir.FuncIndex:
		return c.index(v)
	case ir.FuncSecret:
		return c.typeOf(v.Args[0])
	}
	if v.Func == ir.FuncFind {
		list := c.typeOf(v.Args[0])
		c.value(v.Args[2], nil)
		if list == nil {
			return nil
		}
		return list.Elem
	}
	for _, a := range v.Args {
		c.value(a, nil)
	}
	switch v.Func {
	case ir.FuncSplit:
		return stringListType
	case ir.FuncLength, ir.FuncToNumber:
		return numberType
	case ir.FuncJSONDecode, ir.FuncFlatten, ir.FuncPluck:
		return nil
	case ir.FuncGetAZs, ir.FuncCidr:
		return stringListType
	}
	if strings.HasPrefix(string(v.Func), "Fn::") {
		return nil // a choice, or another stack's value
	}
	return stringType
}

// ref returns the type of an attribute.
func (c *checker) ref(v ir.Ref) *schema.Type {
	var t *schema.Resource
	var name string
	if r := c.resources[v.Resource]; r != nil {
		if c.cfn && v.Attr == "Ref" || !c.cfn && (v.Attr == "id" || v.Attr == "urn") {
			return stringType
		}
		name = fmt.Sprintf("%q (%s)", r.Name, r.Type)
		t = c.resourceType(r.Type)
	} else if i := c.invokes[v.Resource]; i != nil {
		name = "the result of " + i.Token
		t = c.function(i.Token)
		if t != nil && v.Attr == "" {
			return &schema.Type{Kind: schema.Obj, Object: &t.Object}
		}
	} else {
		c.bug("%s refers to a resource %q, and there is none.", c.at(""), v.Resource)
		return nil
	}
	if t == nil || c.cfn && (t.Type == "AWS::CloudFormation::Stack" || t.Type == "AWS::Serverless::Application") && strings.HasPrefix(v.Attr, "Outputs.") {
		return nil
	}
	p := t.Property(v.Attr)
	if p == nil || !p.Output && (c.cfn || !p.Input) {
		c.noAttribute(v.Attr, name, t.Names(c.readable()))
		return nil
	}
	return p.Type
}

// index returns the type of an element of a list or a field of an object.
func (c *checker) index(v ir.Call) *schema.Type {
	base := c.typeOf(v.Args[0])
	c.value(v.Args[1], nil)
	key, isName := v.Args[1].(ir.String)
	if base == nil {
		return nil
	}
	switch base.Kind {
	case schema.List, schema.Set:
		if !isName {
			return base.Elem
		}
	case schema.Map:
		return base.Elem
	case schema.Obj:
		if base.Object == nil {
			return nil
		}
		if isName {
			p := base.Object.Property(string(key))
			if p == nil {
				c.noAttribute(string(key), describe(v.Args[0]), base.Object.Names(isAny))
				return nil
			}
			return p.Type
		}
	case schema.Union, schema.Any:
		return nil
	}
	what := "it has no elements to be taken by their number"
	if isName {
		what = fmt.Sprintf("it has no attribute %q", string(key))
	}
	c.report(diag.UnknownAttribute, "Unknown attribute", "%s refers to a part of %s. That is %s: %s.",
		c.at(""), describe(v.Args[0]), article(base), what)
	return nil
}

func (c *checker) noAttribute(attr, of string, known []string) {
	c.report(diag.UnknownAttribute, "Unknown attribute", "%s refers to the attribute %q of %s, which has none of that name.%s",
		c.at(""), attr, of, diag.Suggest(attr, known))
}

// assignable reports whether a value of type from may stand where to is
// wanted, as far as its shape goes. Strings, numbers and booleans are one
// shape.
func assignable(from, to *schema.Type) bool {
	if from == nil || to == nil || from.Kind == schema.Any || to.Kind == schema.Any {
		return true
	}
	if from.Kind == schema.Union {
		return slices.ContainsFunc(from.Options, func(t *schema.Type) bool { return assignable(t, to) })
	}
	switch to.Kind {
	case schema.Union:
		return slices.ContainsFunc(to.Options, func(t *schema.Type) bool { return assignable(from, t) })
	case schema.List, schema.Set:
		return (from.Kind == schema.List || from.Kind == schema.Set) && assignable(from.Elem, to.Elem)
	case schema.Map, schema.Obj:
		return from.Kind == schema.Map || from.Kind == schema.Obj
	case schema.Asset, schema.Archive:
		return from.Kind == schema.Asset || from.Kind == schema.Archive
	}
	return scalar(from) && scalar(to)
}

func scalar(t *schema.Type) bool {
	return t.Kind == schema.String || t.Kind == schema.Number || t.Kind == schema.Bool
}

// resourceType returns what is known of a resource type; nil if nothing is.
func (c *checker) resourceType(token string) *schema.Resource {
	t, ok := c.types[token]
	if !ok {
		t = schema.PulumiResource(token)
		c.types[token] = t
	}
	return t
}

func (c *checker) function(token string) *schema.Resource {
	t, ok := c.types[token]
	if !ok {
		t = schema.PulumiFunction(token)
		c.types[token] = t
	}
	return t
}

func (c *checker) wrongType(v ir.Value, t *schema.Type) {
	var is string
	switch v := v.(type) {
	case ir.String:
		is = "the string " + strconv.Quote(string(v))
	case ir.Number:
		is = "the number " + ir.FormatNumber(float64(v))
	case ir.Bool:
		is = "the boolean " + strconv.FormatBool(bool(v))
	case ir.List:
		is = "a list"
	case *ir.Object:
		is = "an object"
	}
	c.report(diag.InvalidPropertyValue, "Wrong type", "%s must be %s, and it is %s.", c.at(""), article(t), is)
}

// article names a type as prose does: "a list of strings".
func article(t *schema.Type) string {
	switch {
	case t == nil:
		return "a value"
	case t.Kind == schema.Any:
		return "any value"
	case t.Kind == schema.Archive || t.Kind == schema.Asset || t.Kind == schema.Obj:
		return "an " + singular(t)
	case t.Kind == schema.Union:
		var options []string
		for _, o := range t.Options {
			options = append(options, article(o))
		}
		return strings.Join(options, " or ")
	}
	return "a " + singular(t)
}

func singular(t *schema.Type) string {
	switch t.Kind {
	case schema.Bool:
		return "boolean"
	case schema.List, schema.Set, schema.Map:
		if t.Elem == nil || t.Elem.Kind == schema.Any || t.Elem.Kind == schema.Union {
			return string(t.Kind)
		}
		return string(t.Kind) + " of " + singular(t.Elem) + "s"
	}
	return string(t.Kind)
}

// describe names an unknown value in a message.
func describe(v ir.Value) string {
	switch v := v.(type) {
	case ir.Ref:
		if v.Attr == "" {
			return v.Resource
		}
		return v.Resource + "." + v.Attr
	case ir.Param:
		return fmt.Sprintf("the parameter %q", v.Name)
	case ir.AssetRef:
		return fmt.Sprintf("the %s of the asset %q", v.Attr, v.Asset)
	case ir.Join:
		return "a string made of several parts"
	case ir.Call:
		if v.Func == ir.FuncIndex {
			switch key := v.Args[1].(type) {
			case ir.String:
				return describe(v.Args[0]) + "." + string(key)
			case ir.Number:
				return describe(v.Args[0]) + "[" + ir.FormatNumber(float64(key)) + "]"
			}
		}
		return "the result of " + string(v.Func)
	}
	return "a value"
}

// at names the place being checked, or a property there: `"lifecycleRules[0].id"`.
func (c *checker) at(property string) string {
	var b strings.Builder
	for _, s := range c.path {
		if s.key == "" {
			fmt.Fprintf(&b, "[%d]", s.index)
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(s.key)
	}
	if property != "" {
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(property)
	}
	if b.Len() == 0 {
		return "Its value"
	}
	return strconv.Quote(b.String())
}

// of names the nested type that a property belongs to, or nothing at the top.
func (c *checker) of(t *schema.Object) string {
	if len(c.path) == 0 || t.Name == "" {
		return ""
	}
	return " in " + t.Name
}

// report adds a diagnostic about the current subject. What the user wrote, raw
// or in a component of their own, is theirs to mend. What one of SST's
// components made may come from a transform of the user's, or from sstc.
func (c *checker) report(code diag.Code, summary, format string, args ...any) {
	s := c.subject
	what, remedy := s.what, ""
	if s.component != nil && strings.HasPrefix(s.component.Type, "sst.") {
		what += fmt.Sprintf(", which the component %q (%s) makes,", s.component.Name, s.component.Type)
		remedy = " If a transform sets this, correct it there; otherwise this is a bug in sstc."
	}
	c.diags.Add(code, s.rng, summary, what+" is not valid. "+fmt.Sprintf(format, args...)+remedy)
}

// bug adds a diagnostic about something that the user cannot have caused.
func (c *checker) bug(format string, args ...any) {
	c.diags.Add(diag.UnknownReference, c.subject.rng, "Unknown reference",
		c.subject.what+" cannot be emitted. "+fmt.Sprintf(format, args...)+" This is a bug in sstc.")
}

// cycles reports resources that need each other to exist first.
func (c *checker) cycles() {
	const (
		unseen = iota
		open   // on the stack
		done
	)
	state := make(map[string]int, len(c.resources)+len(c.invokes))
	var stack []string
	var visit func(id string)
	visit = func(id string) {
		state[id] = open
		stack = append(stack, id)
		for _, d := range c.dependencies(id) {
			switch state[d] {
			case unseen:
				visit(d)
			case open:
				c.cycle(append(slices.Clone(stack[slices.Index(stack, d):]), d))
			}
		}
		stack = stack[:len(stack)-1]
		state[id] = done
	}
	for _, r := range c.p.Resources {
		if state[r.ID] == unseen {
			visit(r.ID)
		}
	}
	for _, i := range c.p.Invokes {
		if state[i.ID] == unseen {
			visit(i.ID)
		}
	}
}

// dependencies returns the IDs of what has to exist before a resource or
// invoke does, in the order in which it names them.
func (c *checker) dependencies(id string) []string {
	var ids []string
	add := func(more ...string) {
		for _, d := range more {
			if (c.resources[d] != nil || c.invokes[d] != nil) && !slices.Contains(ids, d) {
				ids = append(ids, d)
			}
		}
	}
	refs := func(v ir.Value) {
		ir.Walk(v, func(v ir.Value) bool {
			if r, ok := v.(ir.Ref); ok {
				add(r.Resource)
			}
			return true
		})
	}
	if r := c.resources[id]; r != nil {
		refs(r.Props)
		refs(r.Read)
		add(r.Options.DependsOn...)
		add(r.Options.Provider, r.Options.Parent, r.Options.DeletedWith)
	} else if i := c.invokes[id]; i != nil {
		refs(i.Args)
		add(i.DependsOn...)
		add(i.Provider)
	}
	return ids
}

func (c *checker) cycle(ids []string) {
	names := make([]string, len(ids))
	var rng diag.Range
	for i, id := range ids {
		names[i] = id
		if r := c.resources[id]; r != nil {
			names[i] = r.Name
			if rng.IsZero() {
				rng = r.Range
			}
		}
	}
	if len(ids) == 2 {
		c.diags.Add(diag.DependencyCycle, rng, "Dependency cycle",
			fmt.Sprintf("The resource %q refers to itself, so it cannot be created.", names[0]))
		return
	}
	c.diags.Add(diag.DependencyCycle, rng, "Dependency cycle",
		fmt.Sprintf("These resources need each other, so none can be created first: %s. Take one of the references out.", strings.Join(names, " → ")))
}
