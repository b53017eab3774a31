package translate

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
)

// ToPulumi returns a program in the cfn dialect in the pulumi dialect, without
// stacks: what they were is in the names, and in the components, of which there
// is one for each. A resource whose type has a row becomes what the row says;
// any other, and one with something that its row has nothing for, becomes a
// resource of Cloud Control, whose types mirror CloudFormation's. With errors
// the result is incomplete.
func ToPulumi(p *ir.Program) (*ir.Program, diag.List) {
	t := newFromCFN(p)
	return t.translate(), t.diags
}

// Readable returns a program in the cfn dialect in the pulumi dialect as ToPulumi does, for
// readers that want to know how the app works and will not deploy it: every
// resource whose type has a row or code has the type that those say, even if
// something of it has no place there, and one that has neither has Cloud
// Control's, or is left out. A custom resource is the call of a function that
// it comes to, where that is known. Code in templates is among its assets.
func Readable(p *ir.Program) *ir.Program {
	with := *p
	with.Assets = append(slices.Clone(p.Assets), inlineCode(p)...)
	t := newFromCFN(&with)
	t.readable = true
	return t.translate()
}

func (t *fromCFN) translate() *ir.Program {
	t.arrange()
	t.flatten()
	t.decideAll()
	t.assemble()
	return t.program()
}

// A fromCFN holds the state of one call of ToPulumi.
type fromCFN struct {
	p        *ir.Program
	flat     *flattener
	sources  map[string]*source // by ID of the CloudFormation resource
	order    []*source
	mappings map[*row]*mapping
	cfnTypes map[string]*schema.Resource
	tokens   map[string]*schema.Resource
	aws      *ir.Object // the settings of the default provider of AWS
	diags    diag.List
	subject  subject
	readable bool // see Readable
	// unverified says that what is made need not be complete: see verify.
	unverified bool
	result     []*ir.Resource
	regions    map[string]string // the IDs of explicit providers by region and package
	caller     *caller           // nil if there are no custom resources to call for
}

// A source is one CloudFormation resource.
type source struct {
	res     *ir.Resource
	stack   *flatStack
	props   *ir.Object // flattened
	id      string     // of the Pulumi resource
	name    string
	dropped bool // by its stack's condition, or because nothing needs it

	state  int // of decide: 0 not yet, 1 in progress, 2 done
	row    *row
	own    *typeCode // code for the type, if it has that
	native bool
	made   []*ir.Resource
	// with are more that whoever depends on it has to wait for, by ID: what it
	// was folded into.
	with     []string
	why      []string // reasons for Cloud Control
	attrs    []string // that are referred to
	settings map[string]ir.Value
	// providers has the providers of what is made elsewhere than in the stack's
	// region; "" is the default one.
	providers map[*ir.Resource]string
	// emptied says that it is a bucket to be emptied before it is deleted.
	emptied bool
}

func newFromCFN(p *ir.Program) *fromCFN {
	t := &fromCFN{
		p:        p,
		sources:  make(map[string]*source, len(p.Resources)),
		mappings: map[*row]*mapping{},
		cfnTypes: map[string]*schema.Resource{},
		tokens:   map[string]*schema.Resource{},
		regions:  map[string]string{},
	}
	t.flat = &flattener{
		p: p, t: t, stacks: map[string]*flatStack{}, resources: map[string]*ir.Resource{}, nested: map[string]*flatStack{},
		exports: map[string]export{}, paramSeen: map[string]bool{}, ids: map[string]bool{}, warned: map[string]bool{},
	}
	t.flat.home = &flatStack{Stack: &ir.Stack{Name: p.App.Name + "-" + p.App.Stage}, conditions: map[string]condition{}, region: p.App.Region}
	return t
}

// arrange names everything.
func (t *fromCFN) arrange() {
	f := t.flat
	for _, d := range t.p.Params {
		f.paramSeen[d.Name] = true
	}
	for _, r := range t.p.Resources {
		f.resources[r.ID] = r
	}
	for _, s := range t.p.Stacks {
		st := &flatStack{Stack: s, conditions: map[string]condition{}, region: s.Region}
		if st.region == "" || strings.HasPrefix(st.region, "${") {
			st.region = t.p.App.Region
		}
		f.stacks[s.ID] = st
		if s.Nested != "" {
			f.nested[s.Nested] = st
		}
	}
	prefixes := map[string]bool{}
	for _, s := range t.p.Stacks {
		st := f.stacks[s.ID]
		name := s.ID
		if r := f.resources[s.Nested]; r != nil {
			st.parent = f.stacks[r.Stack]
			name = r.LogicalID
			if before, _, ok := strings.Cut(name, "NestedStack"); ok && before != "" {
				name = before
			}
			if st.parent != nil {
				st.region = st.parent.region
				name = st.parent.prefix + capital(name)
			}
		} else {
			for _, affix := range []string{t.p.App.Stage + "-" + t.p.App.Name + "-", t.p.App.Name + "-" + t.p.App.Stage + "-", t.p.App.Stage + "-"} {
				if short, ok := strings.CutPrefix(name, affix); ok && short != "" {
					name = short
					break
				}
			}
		}
		name = capital(alnumID(name))
		for n := 2; prefixes[strings.ToLower(name)]; n++ {
			name = fmt.Sprintf("%s%d", capital(alnumID(s.ID)), n)
		}
		prefixes[strings.ToLower(name)] = true
		st.prefix = name
	}
	for _, st := range t.p.Stacks {
		s := f.stacks[st.ID]
		if s.region != t.p.App.Region {
			s.provider = t.provider(s.region, "aws")
		}
	}
	for _, r := range t.p.Resources {
		e := &source{res: r, stack: f.stacks[r.Stack], settings: map[string]ir.Value{}}
		e.id = r.ID
		if e.stack != nil {
			e.id = e.stack.prefix + smallHash(capital(alnumID(r.LogicalID)))
		}
		if r.Type == "AWS::ApiGateway::Deployment" || r.Type == "AWS::Lambda::Version" {
			e.id = hashed.ReplaceAllString(e.id, "")
		}
		e.id = f.unique(e.id)
		e.name = e.id
		if len(e.name) > maxName {
			e.name = e.name[:maxName-8] + shortDigest(e.name)
		}
		t.sources[r.ID] = e
		t.order = append(t.order, e)
	}
	f.fillExports()
}

// maxName is how long a name may be, so that Pulumi's provider can make the
// names of AWS from it.
const maxName = 48

// hashed is the end of a logical ID that is another one with each state.
var hashed = regexp.MustCompile("[0-9a-f]{32}$")

// smallHash writes the hash with which the CDK ends its logical IDs in small
// letters, so that it is one word.
func smallHash(id string) string {
	at := len(id) - 8
	if at < 1 || !strings.ContainsAny(id[at:], "0123456789") || strings.Trim(id[at:], "0123456789ABCDEF") != "" {
		return id
	}
	return id[:at] + id[at:at+1] + strings.ToLower(id[at+1:])
}

// provider returns the ID of the explicit provider for a region.
func (t *fromCFN) provider(region, pkg string) string {
	key := region + " " + pkg
	if id := t.regions[key]; id != "" {
		return id
	}
	id := "Provider"
	if pkg != "aws" {
		id += "Native"
	}
	id = t.flat.unique(id + capital(alnumID(region)))
	t.regions[key] = id
	t.result = append(t.result, &ir.Resource{ID: id, Name: id, Type: "pulumi:providers:" + pkg, Props: ir.Obj("region", region)})
	return id
}

// flatten flattens the properties of all resources that are to be made.
func (t *fromCFN) flatten() {
	for _, s := range t.p.Stacks {
		t.flat.sections(t.flat.stacks[s.ID])
	}
	for _, e := range t.order {
		t.enter(e)
		a := e.res.Options.Attributes
		if name, ok := a.Get("Condition").(ir.String); ok && e.stack != nil {
			if t.flat.condition(e.stack, string(name)) == conditionFalse {
				e.dropped = true
			}
		}
		for s := e.stack; s != nil && s.parent != nil; s = s.parent {
			if m := t.sources[s.Nested]; m != nil && m.dropped {
				e.dropped = true
			}
		}
		if t.flat.nested[e.res.ID] != nil {
			continue // its resources take its place
		}
		if !e.dropped {
			e.props = objectIn(t.flat.value(e.stack, e.res.Props))
		}
	}
	t.customResources()
	note := func(v ir.Value) {
		ir.Walk(v, func(v ir.Value) bool {
			if r, ok := v.(ir.Ref); ok {
				if e := t.sources[r.Resource]; e != nil && !slices.Contains(e.attrs, r.Attr) {
					e.attrs = append(e.attrs, r.Attr)
				}
			}
			return true
		})
	}
	for _, e := range t.order {
		if e.props != nil {
			note(e.props)
		}
	}
	for _, o := range t.outputs() {
		note(o.Value)
	}
	for _, i := range t.flat.invokes {
		note(i.Args)
	}
	for _, s := range t.p.Sites { // what their builds are told
		if s.Build != nil {
			for _, f := range s.Build.Env {
				note(t.flat.value(nil, f.Value))
			}
		}
	}
}

// outputs are the outputs of the result, flattened: the program's, and those of
// its stacks that somebody asked for.
func (t *fromCFN) outputs() []ir.Output {
	var out []ir.Output
	used := map[string]int{}
	for _, o := range t.p.Outputs {
		out = append(out, ir.Output{Name: o.Name, Value: t.flat.value(nil, o.Value), Internal: o.Internal, Range: o.Range})
		used[strings.ToLower(o.Name)]++
	}
	keep := func(s *ir.Stack, key string) bool {
		return s.Nested == "" && !strings.HasPrefix(key, "ExportsOutput") && key != "SSTMetadata"
	}
	for _, s := range t.p.Stacks {
		for _, o := range s.Outputs {
			if keep(s, o.Key) {
				used[strings.ToLower(o.Key)]++
			}
		}
	}
	for _, s := range t.p.Stacks {
		st := t.flat.stacks[s.ID]
		for _, o := range s.Outputs {
			if !keep(s, o.Key) {
				continue
			}
			def := objectIn(o.Value)
			t.subject = subject{what: fmt.Sprintf("The output %q of the stack %q", o.Key, s.Name)}
			if name, ok := def.Get("Condition").(ir.String); ok && t.flat.condition(st, string(name)) != conditionTrue {
				continue
			}
			name := o.Key
			if used[strings.ToLower(name)] > 1 {
				name = st.prefix + capital(name)
			}
			if v := t.flat.value(st, def.Get("Value")); v != nil {
				out = append(out, ir.Output{Name: name, Value: v})
			}
		}
	}
	return out
}

func (t *fromCFN) enter(e *source) {
	where := ""
	if e.stack != nil {
		where = fmt.Sprintf(" of the stack %q", e.stack.Name)
	}
	t.subject = subject{what: fmt.Sprintf("The resource %q (%s)%s", e.res.Name, e.res.Type, where), rng: e.res.Range}
}

// unsupported reports that the subject is in the way of every other target.
func (t *fromCFN) unsupported(detail string) {
	t.diags.Add(diag.NotOutsideCloudFormation, t.subject.rng, "Only in CloudFormation", t.subject.what+" can be built for CloudFormation only. "+detail)
}

func (t *fromCFN) unsupportedAt(detail string) {
	t.diags.Add(diag.NotOutsideCloudFormation, diag.Range{}, "Only in CloudFormation", detail)
}

func (t *fromCFN) warnAt(detail string) {
	t.diags.Warn(diag.WeakerOutsideCloudFormation, diag.Range{}, "Weaker outside CloudFormation", detail)
}

// cfn and pulumi look types up, once.
func (t *fromCFN) cfn(typ string) *schema.Resource {
	f, ok := t.cfnTypes[typ]
	if !ok {
		f = schema.CloudFormation(typ)
		t.cfnTypes[typ] = f
	}
	return f
}

func (t *fromCFN) pulumi(token string) *schema.Resource {
	f, ok := t.tokens[token]
	if !ok {
		f = schema.PulumiResource(token)
		t.tokens[token] = f
	}
	return f
}

func (t *fromCFN) mapping(r *row) *mapping {
	m := t.mappings[r]
	if m == nil {
		m = newMapping(r, "", &t.pulumi(r.pulumi).Object, rootOf(r, t.cfn(r.cfn)))
		t.mappings[r] = m
	}
	return m
}

// decideAll makes what becomes of each resource: in order, but for those that
// another one asks for.
func (t *fromCFN) decideAll() {
	for _, e := range t.order {
		t.decide(e)
	}
	t.ignoreScaled()
}

// decide makes what becomes of one resource, if that has not been done.
func (t *fromCFN) decide(e *source) {
	if e == nil || e.state != 0 || e.dropped || e.props == nil {
		return
	}
	e.state = 1
	defer func() { e.state = 2 }()
	if code, ok := typeCodes[e.res.Type]; ok {
		e.own = &code
		t.enter(e)
		if t.try(e, nil, false) {
			return
		}
		e.own = nil
	}
	if isCustom(e.res.Type) && !t.readable {
		e.own = &anyCustom
		t.enter(e)
		if t.try(e, nil, false) {
			return
		}
		e.own = nil
	}
	rows := backRows(e)
	best := e.why
	for i, r := range rows {
		t.enter(e)
		e.why = nil
		if t.try(e, r, false) {
			return
		}
		if i == 0 || len(e.why) < len(best) {
			best = e.why // of the row that says most of it
		}
	}
	e.why = best
	t.enter(e)
	switch {
	case !t.readable:
		t.cloudControl(e)
	case len(rows) > 0:
		t.try(e, rows[0], true)
	case isCustom(e.res.Type):
		t.customCall(e)
	case t.cfn(e.res.Type) != nil && schema.NativeToken(e.res.Type) != "":
		t.cloudControl(e)
	}
}

// try makes a resource with a row, or with the code for its type. It reports
// false if that cannot say all of it, unless what it can say is enough.
func (t *fromCFN) try(e *source, r *row, enough bool) bool {
	clear(e.settings)
	e.with, e.providers = nil, nil
	s := &splitter{fromCFN: t, e: e, r: e.res, row: r, in: &ir.Object{Fields: slices.Clone(e.props.Fields)}, out: &ir.Object{}}
	e.row = r
	if r == nil {
		e.own.make(s)
		if len(s.problems) == 0 && s.in.Len() > 0 {
			for _, f := range s.in.Fields {
				if f.Key != "Tags" && !isEmptyValue(f.Value) {
					s.problem("there is nothing for %s", f.Key)
				}
			}
		}
	} else {
		back := backwards[r.pulumi]
		s.main = &ir.Resource{ID: e.id, Name: e.name, Type: r.pulumi, Props: s.out}
		s.made = append(s.made, s.main)
		for name := range strings.FieldsSeq(back.dropped) {
			s.take(name)
		}
		if back.split != nil {
			back.split(s)
		}
		s.object(s.in, t.mapping(r), s.out)
		if back.settle != nil {
			back.settle(s)
		}
		s.giveName()
		s.main.Props = s.out
	}
	if !t.unverified {
		for _, made := range s.made {
			s.verify(made)
		}
	}
	for _, attr := range e.attrs {
		if t.attribute(e, attr) == nil {
			s.problem("nothing gives the attribute %s", attr)
		}
	}
	if len(s.problems) > 0 && !enough {
		e.why = append(e.why, s.problems...)
		e.row = nil
		clear(e.settings)
		return false
	}
	e.made = s.made
	return true
}

// backRows are the rows that may say what a CloudFormation resource is.
func backRows(e *source) []*row {
	var found []*row
	for _, table := range tables {
		for i := range table {
			r := &table[i]
			if r.cfn == e.res.Type && !r.isPart() && strings.HasPrefix(r.pulumi, "aws:") && !notBackward[r.pulumi] {
				found = append(found, r)
			}
		}
	}
	return found
}

// notBackward are types that the provider has replaced by others.
var notBackward = map[string]bool{
	"aws:s3/bucketV2:BucketV2":        true,
	"aws:rds/proxyTarget:ProxyTarget": true,
}

// cloudControl makes a resource of the provider that mirrors CloudFormation.
func (t *fromCFN) cloudControl(e *source) {
	e.native = true
	if isCustom(e.res.Type) {
		t.customResource(e)
		return
	}
	facts := t.cfn(e.res.Type)
	token := schema.NativeToken(e.res.Type)
	if facts == nil || token == "" {
		detail := "Nothing else makes resources of this type."
		if facts != nil {
			detail = "Cloud Control does not make resources of this type, and sstc does not know how else" + because(e) + "."
		}
		t.unsupported(detail)
		return
	}
	e.made = []*ir.Resource{{ID: e.id, Name: e.name, Type: token, Props: nativeObject(e.props, &facts.Object)}}
}

// because is why there is no better resource, to end a sentence with.
func because(e *source) string {
	if len(e.why) == 0 {
		return ""
	}
	why, rest := e.why, ""
	if most := 4; len(why) > most {
		rest = fmt.Sprintf("; and %d things more", len(why)-most)
		why = why[:most]
	}
	return ": " + strings.Join(why, "; ") + rest
}

// warnOfCloudControl says of each type what is made through Cloud Control.
func (t *fromCFN) warnOfCloudControl() {
	byType := map[string][]*source{}
	for _, e := range t.order {
		if e.native && !e.dropped && len(e.made) > 0 {
			byType[e.res.Type] = append(byType[e.res.Type], e)
		}
	}
	for _, typ := range sortedKeys(byType) {
		all := byType[typ]
		first := all[0]
		t.enter(first)
		rest := ""
		switch {
		case len(all) == 2:
			rest = fmt.Sprintf(" So is %q.", all[1].res.Name)
		case len(all) > 2:
			rest = fmt.Sprintf(" So are %d others.", len(all)-1)
		}
		reason := "sstc does not know how to say it with a type of the provider aws"
		if len(first.why) > 0 {
			reason = "the provider's own type cannot say all of it" + because(first)
		}
		t.diags.Warn(diag.ThroughCloudControl, t.subject.rng, "Through Cloud Control",
			fmt.Sprintf("%s is made through Cloud Control, by the provider awscc or aws-native: %s.%s", t.subject.what, reason, rest))
	}
}

// nativeObject spells an object's properties as aws-native does. Documents keep
// the names that are in them.
func nativeObject(in *ir.Object, facts *schema.Object) *ir.Object {
	out := &ir.Object{}
	for _, f := range in.Fields {
		var typ *schema.Type
		if p := facts.Property(f.Key); p != nil {
			typ = p.Type
		}
		out.Fields = append(out.Fields, ir.Field{Key: schema.NativeName(f.Key), Value: nativeValue(f.Value, typ)})
	}
	return out
}

func nativeValue(v ir.Value, typ *schema.Type) ir.Value {
	if typ == nil {
		return v
	}
	if typ.Kind == schema.Union {
		for _, o := range typ.Options {
			if objectOf(o) != nil {
				typ = o
				break
			}
		}
		if typ.Kind == schema.Union {
			typ = pick(typ, v)
		}
	}
	switch v := v.(type) {
	case ir.List:
		out := make(ir.List, len(v))
		for i, e := range v {
			out[i] = nativeValue(e, elem(typ))
		}
		return out
	case *ir.Object:
		switch {
		case typ.Kind == schema.Obj && typ.Object != nil:
			return nativeObject(v, typ.Object)
		case typ.Kind == schema.Map:
			out := &ir.Object{}
			for _, f := range v.Fields {
				out.Fields = append(out.Fields, ir.Field{Key: f.Key, Value: nativeValue(f.Value, typ.Elem)})
			}
			return out
		}
		return v
	case ir.String:
		switch typ.Kind {
		case schema.Bool:
			if v == "true" || v == "false" {
				return ir.Bool(v == "true")
			}
		case schema.Number:
			if n, ok := ir.NewCall(ir.FuncToNumber, v).(ir.Number); ok {
				return n
			}
		}
	case ir.Number, ir.Bool:
		if typ.Kind == schema.String {
			return text(v)
		}
	}
	return v
}

// attribute is what a reference to an attribute of a resource becomes, nil if
// nothing does. Its resource need not have been made.
func (t *fromCFN) attribute(e *source, attr string) ir.Value {
	if v, ok := e.settings[attr]; ok {
		return v
	}
	pulumi := func(name string) ir.Value {
		first, rest, _ := strings.Cut(name, ".")
		v := ir.Value(ir.Ref{Resource: e.id, Attr: first})
		if rest != "" {
			v = index(v, strings.Split(rest, "."))
		}
		return v
	}
	expr := ""
	switch {
	case e.own != nil:
		if e.own.attribute == nil {
			return nil
		}
		return e.own.attribute(t, e, attr)
	case e.native:
		return t.nativeAttribute(e, attr)
	case e.row == nil:
		return nil
	default:
		expr = t.attributeName(e.row, attr)
	}
	if expr == "" {
		return nil
	}
	return expand(bracket(expr), pulumi)
}

// bracket makes one that expand takes of a name alone.
func bracket(expr string) string {
	if strings.ContainsAny(expr, "{") {
		return expr
	}
	return "{" + expr + "}"
}

// attributeName is the Pulumi attribute, or the expression, that means the same
// as a CloudFormation attribute of a row's type; "" if there is none.
func (t *fromCFN) attributeName(r *row, attr string) string {
	back := backwards[r.pulumi]
	if g, ok := back.gives[attr]; ok {
		return g
	}
	best := ""
	for _, k := range sortedKeys(r.attrs) {
		if r.attrs[k] == attr && (best == "" || best == "id") {
			best = k
		}
	}
	if best != "" {
		return best
	}
	facts, pulumi := t.cfn(r.cfn), t.pulumi(r.pulumi)
	if facts == nil {
		return ""
	}
	given := func(name string) string {
		branches := t.mapping(r).backward()
		path := []string{name}
		if r.within != "" && branches[name] == nil {
			path = append(strings.Split(r.within, "."), name)
		}
		var b *branch
		for _, step := range path {
			if b = branches[step]; b == nil {
				return ""
			}
			branches = b.inner
		}
		if b.leaf == nil || len(b.leaf.path) != 1 {
			return ""
		}
		return b.leaf.path[0].name
	}
	if attr == "Ref" {
		if p := facts.Property(facts.RefReturns); p != nil && p.Input {
			if name := given(facts.RefReturns); name != "" {
				return name
			}
		}
		if r.attrs["id"] == "" {
			return "id"
		}
		return ""
	}
	for _, p := range pulumi.Properties {
		if p.Output && len(p.Name) == len(attr) && strings.EqualFold(p.Name, attr) {
			return p.Name
		}
	}
	if name := given(attr); name != "" {
		return name
	}
	if attr == facts.RefReturns {
		return t.attributeName(r, "Ref")
	}
	return ""
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (t *fromCFN) nativeAttribute(e *source, attr string) ir.Value {
	facts := t.cfn(e.res.Type)
	if facts == nil {
		return ir.String("") // reported
	}
	if attr == "Ref" {
		p := facts.Property(facts.RefReturns)
		if p == nil {
			return ir.Ref{Resource: e.id, Attr: "id"}
		}
		attr = p.Name
	}
	steps := strings.Split(attr, ".")
	v := ir.Value(ir.Ref{Resource: e.id, Attr: schema.NativeName(steps[0])})
	for _, step := range steps[1:] {
		v = ir.NewCall(ir.FuncIndex, v, ir.String(schema.NativeName(step)))
	}
	return v
}

// final replaces CloudFormation's references by Pulumi's.
func (t *fromCFN) final(v ir.Value) ir.Value {
	switch v := v.(type) {
	case *ir.Object:
		out := &ir.Object{Fields: make([]ir.Field, v.Len())}
		for i := range v.Len() {
			out.Fields[i] = ir.Field{Key: v.Fields[i].Key, Value: t.final(v.Fields[i].Value)}
		}
		return out
	case ir.List:
		out := make(ir.List, len(v))
		for i, e := range v {
			out[i] = t.final(e)
		}
		return out
	case ir.Join:
		parts := make([]any, len(v.Parts))
		for i, p := range v.Parts {
			parts[i] = t.final(p)
		}
		return ir.Concat(parts...)
	case ir.Call:
		args := make([]ir.Value, len(v.Args))
		for i, a := range v.Args {
			args[i] = t.final(a)
		}
		return ir.NewCall(v.Func, args...)
	case ir.Ref:
		if own, ok := strings.CutPrefix(v.Attr, ownAttr); ok {
			return ir.Ref{Resource: v.Resource, Attr: own}
		}
		v.Attr = strings.TrimPrefix(v.Attr, cfnAttr)
		e := t.sources[v.Resource]
		if e == nil {
			return v // of an invoke
		}
		found := t.attribute(e, v.Attr)
		if found == nil && t.readable {
			return ir.Ref{Resource: e.id, Attr: v.Attr}
		}
		if found == nil || e.dropped && len(e.made) == 0 && e.settings[v.Attr] == nil {
			t.unsupported(fmt.Sprintf("It refers to %s of %q (%s), which is not there outside CloudFormation.", v.Attr, e.res.Name, e.res.Type))
			return ir.String("")
		}
		if refersOwn(found) {
			return t.final(found)
		}
		return found
	}
	return v
}

// refersOwn reports whether a value that stands for an attribute is itself in
// terms of CloudFormation.
func refersOwn(v ir.Value) bool {
	found := false
	ir.Walk(v, func(v ir.Value) bool {
		if r, ok := v.(ir.Ref); ok && (strings.HasPrefix(r.Attr, ownAttr) || strings.HasPrefix(r.Attr, cfnAttr)) {
			found = true
		}
		return !found
	})
	return found
}

// assemble puts the resources together, with their options.
func (t *fromCFN) assemble() {
	t.prune()
	for _, e := range t.order {
		if e.dropped {
			continue
		}
		t.enter(e)
		for _, r := range e.made {
			r.Props = objectIn(t.final(r.Props))
			r.Range = e.res.Range
			if e.stack != nil {
				r.Component = e.stack.prefix
			}
			r.Construct = e.res.Construct
			t.options(e, r)
			t.result = append(t.result, r)
		}
	}
	t.finishCaller()
	t.stackTags()
	t.breakLoops()
	t.warnOfCloudControl()
}

// deletionPolicy is what becomes of a resource that is deleted, "" if nothing
// says so.
func (t *fromCFN) deletionPolicy(e *source) string {
	policy := e.res.Options.Attributes.Get("DeletionPolicy")
	if policy == nil {
		return e.res.Options.DeletionPolicy
	}
	if _, known := policy.(ir.String); !known && e.stack != nil {
		policy = t.flat.known(e.stack, policy)
	}
	text, ok := policy.(ir.String)
	if !ok {
		t.unsupported("Its DeletionPolicy is not known when the app is built.")
	}
	return string(text)
}

// options carries over what CloudFormation says about a resource beside its
// properties.
func (t *fromCFN) options(e *source, r *ir.Resource) {
	policy := t.deletionPolicy(e)
	if policy == "Retain" || policy == "RetainExceptOnCreate" || e.res.Options.RetainOnDelete {
		r.Options.RetainOnDelete = true
	}
	r.Options.Protect = e.res.Options.Protect
	if provider, ok := e.providers[r]; ok {
		r.Options.Provider = provider
	} else if e.stack != nil && e.stack.provider != "" {
		r.Options.Provider = e.stack.provider
		if strings.HasPrefix(r.Type, "aws-native:") {
			r.Options.Provider = t.provider(e.stack.region, "aws-native")
		}
	}
	refs := refsOf(r)
	if r != e.made[0] && slices.Contains(refs, e.made[0].ID) {
		return // it waits with that
	}
	deps := r.Options.DependsOn
	for _, id := range e.res.Options.DependsOn {
		d := t.sources[id]
		if d == nil || d.dropped {
			continue
		}
		if child := t.flat.nested[id]; child != nil {
			for _, o := range t.order {
				for s := o.stack; s != nil; s = s.parent {
					if s == child {
						deps = append(deps, idsOf(o)...)
						break
					}
				}
			}
			continue
		}
		deps = append(deps, idsOf(d)...)
	}
	for _, id := range deps {
		if id != r.ID && !slices.Contains(refs, id) && !slices.Contains(r.Options.DependsOn, id) {
			r.Options.DependsOn = append(r.Options.DependsOn, id)
		}
	}
	r.Options.DependsOn = slices.DeleteFunc(r.Options.DependsOn, func(id string) bool { return id == r.ID || slices.Contains(refs, id) })
}

func idsOf(e *source) []string {
	var ids []string
	if e.dropped {
		return nil
	}
	for _, r := range e.made {
		ids = append(ids, r.ID)
	}
	return append(ids, e.with...)
}

// breakLoops takes away waiting that the parts of one resource would have to
// do for each other in a circle: CloudFormation had one resource there.
func (t *fromCFN) breakLoops() {
	byID := map[string]*ir.Resource{}
	refs := map[string][]string{}
	for _, r := range t.result {
		byID[r.ID] = r
		refs[r.ID] = refsOf(r)
	}
	needs := func(r *ir.Resource) []string { return append(slices.Clip(refs[r.ID]), r.Options.DependsOn...) }
	reach := func(from, to string) bool {
		seen := map[string]bool{}
		var visit func(id string) bool
		visit = func(id string) bool {
			if id == to {
				return true
			}
			if seen[id] || byID[id] == nil {
				return false
			}
			seen[id] = true
			return slices.ContainsFunc(needs(byID[id]), visit)
		}
		return visit(from)
	}
	for _, r := range t.result {
		if len(r.Options.DependsOn) == 0 {
			continue
		}
		r.Options.DependsOn = slices.DeleteFunc(r.Options.DependsOn, func(id string) bool { return reach(id, r.ID) })
	}
}

// stackTags gives resources the tags of their stacks: those of all stacks
// through the provider, others one by one.
func (t *fromCFN) stackTags() {
	var common []ir.KV
	first := true
	for _, s := range t.p.Stacks {
		if s.Nested != "" {
			continue
		}
		if first {
			common, first = slices.Clone(s.Tags), false
			continue
		}
		common = slices.DeleteFunc(common, func(kv ir.KV) bool { return !slices.Contains(s.Tags, kv) })
	}
	args := ir.Obj("region", ir.Of(t.p.App.Region))
	if len(common) > 0 {
		tags := &ir.Object{}
		for _, kv := range common {
			tags.Fields = append(tags.Fields, ir.Field{Key: kv.Key, Value: ir.String(kv.Value)})
		}
		args = args.With("defaultTags", ir.Obj("tags", tags))
		for _, r := range t.result {
			if r.Type == "pulumi:providers:aws" {
				r.Props = r.Props.With("defaultTags", ir.Obj("tags", tags))
			}
		}
		// What all stacks say need not be said again.
		for _, r := range t.result {
			own, ok := r.Props.Get("tags").(*ir.Object)
			if !ok || !strings.HasPrefix(r.Type, "aws:") {
				continue
			}
			rest := &ir.Object{}
			for _, f := range own.Fields {
				if tags.Get(f.Key) != f.Value {
					rest.Fields = append(rest.Fields, f)
				}
			}
			if rest.Len() == 0 {
				rest = nil
				r.Props = r.Props.With("tags", nil)
				continue
			}
			r.Props = r.Props.With("tags", rest)
		}
	}
	for _, e := range t.order {
		s := e.stack
		for s != nil && s.parent != nil {
			s = s.parent
		}
		if s == nil || e.dropped {
			continue
		}
		for _, kv := range s.Tags {
			if slices.Contains(common, kv) {
				continue
			}
			for _, r := range e.made {
				facts := t.pulumi(r.Type)
				if facts == nil {
					continue
				}
				if p := facts.Property("tags"); p != nil && p.Input && p.Type.Kind == schema.Map {
					own, _ := r.Props.Get("tags").(*ir.Object)
					if !own.Has(kv.Key) {
						r.Props = r.Props.With("tags", own.With(kv.Key, ir.String(kv.Value)))
					}
				}
			}
		}
	}
	if t.p.App.Region == "" {
		args = args.With("region", nil)
	}
	t.aws = args
}

// program puts the result together.
func (t *fromCFN) program() *ir.Program {
	out := *t.p
	out.Dialect = ir.Pulumi
	out.Stacks = nil
	out.Resources = t.result
	out.Providers = slices.Clone(t.p.Providers)
	has := func(pkg string) bool {
		return slices.ContainsFunc(out.Providers, func(c *ir.ProviderConfig) bool { return c.Package == pkg })
	}
	if !has("aws") {
		out.Providers = append(out.Providers, &ir.ProviderConfig{Package: "aws", Args: t.aws})
	}
	isNative := func(r *ir.Resource) bool { return strings.HasPrefix(r.Type, "aws-native:") }
	if slices.ContainsFunc(out.Resources, isNative) && !has("aws-native") {
		out.Providers = append(out.Providers, &ir.ProviderConfig{Package: "aws-native", Args: ir.Obj("region", t.p.App.Region)})
	}
	out.Outputs = t.outputs()
	for i := range out.Outputs {
		t.subject = subject{what: fmt.Sprintf("The output %q", out.Outputs[i].Name), rng: out.Outputs[i].Range}
		out.Outputs[i].Value = t.final(out.Outputs[i].Value)
	}
	value := func(v ir.Value) ir.Value {
		if v == nil {
			return nil
		}
		return t.final(t.flat.value(nil, v))
	}
	fields := func(fs []ir.Field) []ir.Field {
		var fields []ir.Field
		for _, f := range fs {
			fields = append(fields, ir.Field{Key: f.Key, Value: value(f.Value)})
		}
		return fields
	}
	out.Sites = make([]*ir.Site, len(t.p.Sites))
	for i, s := range t.p.Sites {
		t.subject = subject{what: fmt.Sprintf("The site %q", s.Name), rng: s.Range}
		c := *s
		c.Bucket, c.Distribution = value(s.Bucket), value(s.Distribution)
		if s.Build != nil {
			build := *s.Build
			build.Env = fields(s.Build.Env)
			c.Build = &build
		}
		out.Sites[i] = &c
	}
	out.Invalidations = make([]*ir.Invalidation, len(t.p.Invalidations))
	for i, v := range t.p.Invalidations {
		t.subject = subject{what: fmt.Sprintf("The invalidation of %q", v.Component)}
		c := *v
		c.Distribution = value(v.Distribution)
		out.Invalidations[i] = &c
	}
	out.KeyValues = make([]*ir.KeyValues, len(t.p.KeyValues))
	for i, kv := range t.p.KeyValues {
		c := *kv
		c.Store, c.NamespaceFrom, c.Entries = value(kv.Store), value(kv.NamespaceFrom), fields(kv.Entries)
		out.KeyValues[i] = &c
	}
	out.Components = nil
	for _, c := range t.p.Components {
		k := *c
		k.Grants = make([]ir.Grant, len(c.Grants))
		for j, g := range c.Grants {
			g.Resources = nil
			for _, v := range c.Grants[j].Resources {
				g.Resources = append(g.Resources, value(v))
			}
			k.Grants[j] = g
		}
		out.Components = append(out.Components, &k)
	}
	used := map[string]bool{}
	for _, r := range out.Resources {
		used[r.Component] = true
	}
	for _, s := range t.p.Stacks {
		if st := t.flat.stacks[s.ID]; used[st.prefix] {
			out.Components = append(out.Components, &ir.Component{ID: st.prefix, Name: st.prefix, Type: "aws:cloudformation:Stack"})
		}
	}
	for _, i := range t.flat.invokes {
		c := *i
		c.Args = objectIn(t.final(i.Args))
		out.Invokes = append(out.Invokes, &c)
	}
	out.Params = append(slices.Clone(t.p.Params), t.flat.params...)
	t.dropUnused(&out)
	return &out
}

// dropUnused leaves out questions and parameters that only what was dropped
// had. The app's own parameters stay.
func (t *fromCFN) dropUnused(p *ir.Program) {
	used := map[string]bool{}
	p.WalkValues(func(_ string, v ir.Value) {
		switch v := v.(type) {
		case ir.Ref:
			used[v.Resource] = true
		case ir.Param:
			used[" "+v.Name] = true
		}
	})
	p.Invokes = slices.DeleteFunc(p.Invokes, func(i *ir.Invoke) bool {
		return !used[i.ID] && !slices.Contains(t.p.Invokes, i)
	})
	p.Params = slices.DeleteFunc(p.Params, func(d *ir.ParamDecl) bool { return !used[" "+d.Name] && slices.Contains(t.flat.params, d) })
}
