// Package translate carries a program from one dialect to the other.
//
// It holds the table of how each resource type of the pulumi dialect is written
// in CloudFormation (a file per AWS service), and the code for what is not one
// to one: parts that become properties of another resource, resources that
// become several, data sources that become parameters, and references to
// attributes that CloudFormation must compose. What has no counterpart is an
// error that names the resource, the property and the component.
//
// [ToPulumi] goes the other way with the same table, and Cloud Control for what
// the table does not have; [ToCFN] is what the table was written for.
//
// Emitters know nothing of it: each prints one dialect.
package translate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
)

// ToCFN returns a program in the pulumi dialect in the cfn dialect. The result
// has no invokes, and no resource with Read: both have become parameters that
// the uploader looks up, or were folded into other resources. With errors the
// result is incomplete.
func ToCFN(p *ir.Program) (*ir.Program, diag.List) {
	t := newTranslator(p)
	t.providers()
	t.assignRows()
	t.assignFolds()
	for _, r := range p.Resources {
		if e := t.entries[r.ID]; e.row != nil && !e.row.isPart() {
			t.build(e)
		}
	}
	for _, r := range p.Resources {
		if e := t.entries[r.ID]; e.row != nil && e.row.isPart() {
			t.build(e)
		}
	}
	t.dependencies()
	t.breakCycles()
	return t.program(), t.diags
}

// A translator holds the state of one call of ToCFN.
type translator struct {
	p          *ir.Program
	entries    map[string]*entry // by ID of the Pulumi resource
	invokes    map[string]*ir.Invoke
	components map[string]*ir.Component
	made       map[string]*ir.Resource // by ID, those of the result
	order      []*ir.Resource
	hubs       map[string]bool // IDs of those that others were folded into
	mappings   map[*row]*mapping
	facts      map[string]*schema.Resource // CloudFormation types
	params     []*ir.ParamDecl             // that were added
	paramNames map[string]bool
	lookups    map[string]ir.Param     // by what they ask
	methods    map[string]*ir.Resource // of REST APIs, by API, resource and verb
	regions    map[string]string       // of explicit providers: "" where it is the app's
	building   *entry                  // what build is making
	diags      diag.List
	subject    subject
}

// A subject is what is being translated, for diagnostics.
type subject struct {
	what      string // `The resource "Uploads" (aws:s3/bucket:Bucket)`
	component string // ID
	rng       diag.Range
}

// An entry is what becomes of one Pulumi resource.
type entry struct {
	res *ir.Resource
	row *row // nil if it has been reported, or is a provider or read
	// into is the ID of the Pulumi resource into which this one is folded.
	into string
	// main is the CloudFormation resource that references go to: its own, or
	// the one that it was folded into.
	main *ir.Resource
	// with are the IDs of the CloudFormation resources that must exist before
	// whoever depends on this one: main and those made beside it.
	with []string
	// logicalID is the ID that row.identify made, or "".
	logicalID string
	// linked says that whoever refers to it must wait for all of with.
	linked bool
	facts  *schema.Resource // the Pulumi type
	// waits are the IDs of CloudFormation resources that it must wait for
	// without referring to them.
	waits []string
	// echoing guards against a property whose value refers to itself.
	echoing bool
}

func newTranslator(p *ir.Program) *translator {
	t := &translator{
		p:          p,
		entries:    make(map[string]*entry, len(p.Resources)),
		invokes:    make(map[string]*ir.Invoke, len(p.Invokes)),
		components: make(map[string]*ir.Component, len(p.Components)),
		made:       make(map[string]*ir.Resource, len(p.Resources)),
		hubs:       map[string]bool{},
		mappings:   map[*row]*mapping{},
		facts:      map[string]*schema.Resource{},
		paramNames: map[string]bool{},
		lookups:    map[string]ir.Param{},
		regions:    map[string]string{},
	}
	for _, i := range p.Invokes {
		t.invokes[i.ID] = i
	}
	for _, c := range p.Components {
		t.components[c.ID] = c
	}
	for _, d := range p.Params {
		t.paramNames[d.Name] = true
	}
	return t
}

// providers reports settings of the AWS provider that a template cannot hold.
// Left aside are those that say who deploys, and how patiently: whoever applies
// the stack says that anew. The default tags are the stack's.
func (t *translator) providers() {
	const kept = "region profile defaultTags accessKey secretKey token sharedConfigFiles sharedCredentialsFiles maxRetries retryMode " +
		"skipCredentialsValidation skipMetadataApiCheck skipRegionValidation skipRequestingAccountId useFipsEndpoint useDualstackEndpoint"
	for _, pc := range t.p.Providers {
		if pc.Package != "aws" {
			continue
		}
		t.subject = subject{"The configuration of the provider \"aws\"", "", pc.Range}
		for i := range pc.Args.Len() {
			if key := pc.Args.Fields[i].Key; !hasWord(kept, key) {
				t.warn(fmt.Sprintf("The setting %q is left out: it is for whoever applies the stack to follow.", key))
			}
		}
	}
}

// assignRows finds the row of each resource, and reports those that have none.
func (t *translator) assignRows() {
	pulumi := map[string]*schema.Resource{}
	for _, r := range t.p.Resources {
		e := &entry{res: r}
		t.entries[r.ID] = e
		t.enterResource(r)
		if pkg, ok := strings.CutPrefix(r.Type, "pulumi:providers:"); ok {
			t.explicitProvider(r, pkg)
			continue
		}
		facts, ok := pulumi[r.Type]
		if !ok {
			facts = schema.PulumiResource(r.Type)
			pulumi[r.Type] = facts
		}
		token := r.Type
		if facts != nil {
			token = facts.Type
		}
		e.facts = facts
		e.row = rowOf(token)
		if r.Read != nil {
			continue
		}
		if e.row == nil || facts == nil {
			e.row = nil
			t.noType(r)
		} else if e.row.variant != nil {
			e.row = e.row.variant(t, e)
		}
	}
	for _, r := range t.p.Resources {
		if e := t.entries[r.ID]; e.row != nil && e.row.identify != nil && r.Read == nil {
			e.logicalID = e.row.identify(t, e)
		}
	}
	for _, r := range t.p.Resources {
		row := t.entries[r.ID].row
		if region := t.regions[r.Options.Provider]; region != "" && row != nil && !isGlobal(r.Type) {
			if whole, ok := r.Props.Get(row.fold).(ir.Ref); ok {
				if e := t.entries[whole.Resource]; e != nil && e.res.Options.Provider == r.Options.Provider {
					continue // reported with the resource that it is a part of
				}
			}
			t.enterResource(r)
			t.otherRegion(region)
		}
	}
}

func (t *translator) noType(r *ir.Resource) {
	pkg, _, _ := strings.Cut(r.Type, ":")
	why := "sstc knows no CloudFormation type for it."
	switch {
	case pkg != "aws" && pkg != "aws-native":
		why = fmt.Sprintf("CloudFormation makes resources of AWS only, and this one is of the provider %q.", pkg)
	case unsupported[r.Type] != "":
		why = unsupported[r.Type]
	}
	t.fail(diag.NotInCloudFormation, "Not in CloudFormation", why+" Build for Terraform or Pulumi, or do without it.")
}

// explicitProvider notes the region of a provider. CloudFormation makes all
// resources of a stack in the stack's region.
func (t *translator) explicitProvider(r *ir.Resource, pkg string) {
	region := r.Props.Get("region")
	if pkg != "aws" || region == nil || region == (ir.Param{Name: ir.PseudoRegion}) {
		return
	}
	if s, ok := region.(ir.String); ok && string(s) == t.p.App.Region {
		return
	} else if ok {
		t.regions[r.ID] = string(s)
		return
	}
	t.regions[r.ID] = "a region that is known only after deployment"
}

// isGlobal reports whether a type or function is of a service that is the same
// in every region of a partition.
func isGlobal(token string) bool {
	module, _, _ := strings.Cut(strings.TrimPrefix(token, "aws:"), "/")
	return slices.Contains([]string{"budgets", "cloudfront", "iam", "organizations", "route53"}, module)
}

func (t *translator) otherRegion(region string) {
	t.fail(diag.NotInCloudFormation, "Resource in another region",
		fmt.Sprintf("It is to be made in %s, and a CloudFormation stack makes all its resources in its own region, %s here. Build for Terraform or Pulumi; or make it in an app of that region, and give this one its ARN (for a certificate, as cert of the domain).",
			region, t.p.App.Region))
}

// assignFolds finds, for each resource that becomes a part of another one,
// that other one.
func (t *translator) assignFolds() {
	for _, r := range t.p.Resources {
		e := t.entries[r.ID]
		if e.row == nil || r.Read != nil {
			continue
		}
		var target *ir.Resource
		switch {
		case e.row.foldBy != nil:
			target = e.row.foldBy(t, e)
		case e.row.fold != "":
			target = t.named(r.Props.Get(e.row.fold), e.row)
		default:
			continue
		}
		if target == nil {
			t.enterResource(r)
			t.fail(diag.NotInCloudFormation, "Not in CloudFormation", fmt.Sprintf(
				"In CloudFormation it is a part of another resource (%s), and the one that it belongs to is not made by this app.", e.row.cfn))
			e.row = nil
			continue
		}
		e.into = target.ID
	}
}

// named returns the resource of the app that a value refers to, if it is one
// that becomes of r's CloudFormation type; else nil. The value is a reference,
// or the literal name of such a resource.
func (t *translator) named(v ir.Value, r *row) *ir.Resource {
	switch x := v.(type) {
	case ir.Call:
		if x.Func == ir.FuncSecret {
			return t.named(x.Args[0], r)
		}
	case ir.String:
		return t.byPhysicalName(string(x), r.cfn)
	case ir.Ref:
		e := t.entries[x.Resource]
		switch {
		case e == nil || e.row == nil || e.res.Read != nil || e.row.cfn != r.cfn:
		case e.row.fold != "":
			return t.named(e.res.Props.Get(e.row.fold), r)
		case e.row.foldBy != nil:
			return e.row.foldBy(t, e)
		default:
			return e.res
		}
	}
	return nil
}

// byPhysicalName returns the only resource that becomes of the given type and
// has the given name, or nil.
func (t *translator) byPhysicalName(name, cfn string) *ir.Resource {
	for _, r := range t.p.Resources {
		e := t.entries[r.ID]
		if e.row == nil || e.row.cfn != cfn || e.row.isPart() || r.Read != nil {
			continue
		}
		facts := t.cfn(cfn)
		for i := range r.Props.Len() {
			f := r.Props.Fields[i]
			if f.Value == ir.Value(ir.String(name)) && facts != nil && slices.Equal(t.mapping(e).field(f.Key).path, []string{facts.RefReturns}) {
				return r
			}
		}
	}
	return nil
}

// build makes what becomes of one resource.
func (t *translator) build(e *entry) {
	if e.res.Read != nil {
		return
	}
	t.enterResource(e.res)
	t.options(e.res)
	t.building = e
	defer func() { t.building = nil }()
	b := &builder{translator: t, entry: e, r: e.res, row: e.row}
	b.in = &ir.Object{}
	m := t.mapping(e)
	for i := range e.res.Props.Len() {
		// What is ignored may refer to what does not exist in CloudFormation.
		if f := e.res.Props.Fields[i]; m.field(f.Key).kind != fieldIgnored {
			b.in.Fields = append(b.in.Fields, ir.Field{Key: f.Key, Value: t.value(f.Value)})
		}
	}
	b.region()
	if e.into != "" {
		b.target = t.entries[e.into].main
		if b.target == nil {
			return // reported where that one was built
		}
		e.main = b.target
		e.with = []string{b.target.ID}
		t.hubs[b.target.ID] = true
		b.take(e.row.fold)
		b.out = &ir.Object{}
	} else {
		b.out = &ir.Object{}
		b.target = &ir.Resource{ID: e.id(), Type: e.row.cfn}
		e.main = b.target
		if e.row.cfn != "" {
			b.adopt(b.target)
			e.with = append(e.with, b.target.ID)
		}
	}
	if e.row.prepare != nil {
		e.row.prepare(b)
	}
	b.object(b.in, m, b.out)
	if e.row.finish != nil {
		e.row.finish(b)
	}
	switch {
	case e.into == "":
		b.target.Props = b.out
	case b.out.Len() == 0:
	case e.row.addsToList():
		b.appendTo(b.target.Props, strings.Split(strings.TrimSuffix(e.row.within, "[]"), "."), ir.List{b.out})
	default:
		b.merge(b.target.Props, b.out)
	}
}

// mapping returns the mapping of a row's type, made once.
func (t *translator) mapping(e *entry) *mapping {
	m := t.mappings[e.row]
	if m == nil {
		m = newMapping(e.row, "", &e.facts.Object, t.root(e.row))
		t.mappings[e.row] = m
	}
	return m
}

// root is the CloudFormation object that the properties of a row's resource go
// into.
func (t *translator) root(r *row) *schema.Object {
	return rootOf(r, t.cfn(r.cfn))
}

func rootOf(r *row, facts *schema.Resource) *schema.Object {
	if facts == nil {
		return &schema.Object{}
	}
	if r.addsToList() {
		return objectOf(typeAt(&facts.Object, strings.Split(strings.TrimSuffix(r.within, "[]"), ".")))
	}
	return &facts.Object
}

func (t *translator) cfn(typ string) *schema.Resource {
	f, ok := t.facts[typ]
	if !ok {
		f = schema.CloudFormation(typ)
		t.facts[typ] = f
	}
	return f
}

// options reports the options of a resource that CloudFormation cannot follow.
//
// Left aside without a word are those that are about Pulumi's own state or the
// way it goes about its work, and change nothing in AWS: aliases, parents,
// secret outputs, timeouts, deletedWith, deleteBeforeReplace, provider
// versions. ignoreChanges needs nothing: CloudFormation updates a property only
// when it changes in the template.
func (t *translator) options(r *ir.Resource) {
	if r.Options.Import != "" {
		t.fail(diag.NotInCloudFormation, "Not in CloudFormation",
			"Its option \"import\" adopts an existing resource, which in CloudFormation is an operation of its own (an import change set) and cannot be asked for in a template.")
	}
	if len(r.Options.ReplaceOnChanges) > 0 {
		t.warn("Its option \"replaceOnChanges\" has no effect: CloudFormation decides by itself what a change replaces.")
	}
}

// dependencies carries dependsOn over: to the resource that a dependency was
// folded into, and to what was made beside it. What a resource refers to
// anyway is not named again.
func (t *translator) dependencies() {
	companions := map[string][]string{}
	owner := map[string]*entry{}
	for _, r := range t.p.Resources {
		e := t.entries[r.ID]
		if e.main != nil && e.into == "" {
			owner[e.main.ID] = e
			if e.linked && len(e.with) > 1 {
				companions[e.main.ID] = e.with
			}
		}
	}
	for _, r := range t.p.Resources {
		e := t.entries[r.ID]
		if e.main == nil || e.main.Type == "" {
			continue
		}
		e.main.Options.DependsOn = append(e.main.Options.DependsOn, e.waits...)
		for _, id := range r.Options.DependsOn {
			if d := t.entries[id]; d != nil {
				e.main.Options.DependsOn = append(e.main.Options.DependsOn, d.with...)
			}
		}
		for _, id := range e.with[1:] {
			if m := t.made[id]; m != nil && e.into == "" {
				m.Options.DependsOn = append(m.Options.DependsOn, e.main.Options.DependsOn...)
			}
		}
	}
	for _, r := range t.order {
		refs := refsOf(r)
		deps := r.Options.DependsOn
		for _, id := range refs {
			for _, c := range companions[id] {
				if c != r.ID && !refersTo(t.made[c], r.ID) {
					deps = append(deps, c)
				}
			}
		}
		slices.Sort(deps)
		deps = slices.Compact(deps)
		r.Options.DependsOn = slices.DeleteFunc(deps, func(id string) bool {
			return id == r.ID || t.made[id] == nil || slices.Contains(refs, id)
		})
	}
}

// refsOf returns the IDs of the resources that r's properties refer to, in
// order of first mention.
func refsOf(r *ir.Resource) []string {
	var ids []string
	ir.Walk(r.Props, func(v ir.Value) bool {
		if ref, ok := v.(ir.Ref); ok && !slices.Contains(ids, ref.Resource) {
			ids = append(ids, ref.Resource)
		}
		return true
	})
	return ids
}

func refersTo(r *ir.Resource, id string) bool {
	return r != nil && (slices.Contains(refsOf(r), id) || slices.Contains(r.Options.DependsOn, id))
}

// program puts the result together.
func (t *translator) program() *ir.Program {
	out := *t.p
	out.Dialect = ir.CFN
	out.Invokes = nil
	out.Resources = t.order
	out.Components = make([]*ir.Component, len(t.p.Components))
	for i, c := range t.p.Components {
		t.subject = subject{fmt.Sprintf("The component %q (%s)", c.Name, c.Type), "", c.Range}
		k := *c
		k.Grants = make([]ir.Grant, len(c.Grants))
		for j, g := range c.Grants {
			g.Resources = t.values(g.Resources)
			k.Grants[j] = g
		}
		out.Components[i] = &k
	}
	out.Outputs = make([]ir.Output, len(t.p.Outputs))
	for i, o := range t.p.Outputs {
		t.subject = subject{fmt.Sprintf("The output %q", o.Name), "", o.Range}
		out.Outputs[i] = ir.Output{Name: o.Name, Value: t.value(o.Value), Internal: o.Internal, Stack: o.Stack, Range: o.Range}
	}
	out.Sites = make([]*ir.Site, len(t.p.Sites))
	for i, s := range t.p.Sites {
		t.subject = subject{fmt.Sprintf("The site %q", s.Name), s.ID, s.Range}
		out.Sites[i] = t.site(s)
	}
	out.KeyValues = make([]*ir.KeyValues, len(t.p.KeyValues))
	for i, kv := range t.p.KeyValues {
		t.subject = subject{"The routing entries", kv.Component, diag.Range{}}
		c := *kv
		c.Store = t.value(kv.Store)
		c.NamespaceFrom = t.value(kv.NamespaceFrom)
		c.Entries = t.fields(kv.Entries)
		out.KeyValues[i] = &c
	}
	out.Invocations = make([]*ir.Invocation, len(t.p.Invocations))
	for i, v := range t.p.Invocations {
		t.subject = subject{"The invocation", v.Component, diag.Range{}}
		c := *v
		c.Function = t.value(v.Function)
		out.Invocations[i] = &c
	}
	out.Invalidations = make([]*ir.Invalidation, len(t.p.Invalidations))
	for i, v := range t.p.Invalidations {
		t.subject = subject{"The invalidation", v.Component, diag.Range{}}
		c := *v
		c.Distribution = t.value(v.Distribution)
		out.Invalidations[i] = &c
	}
	out.Params = append(slices.Clone(t.p.Params), t.params...)
	return &out
}

func (t *translator) site(s *ir.Site) *ir.Site {
	c := *s
	c.Bucket = t.value(s.Bucket)
	c.Distribution = t.value(s.Distribution)
	if s.Build != nil {
		build := *s.Build
		build.Env = t.fields(s.Build.Env)
		c.Build = &build
	}
	return &c
}

func (t *translator) fields(fs []ir.Field) []ir.Field {
	out := make([]ir.Field, len(fs))
	for i, f := range fs {
		out[i] = ir.Field{Key: f.Key, Value: t.value(f.Value)}
	}
	return out
}

func (t *translator) enterResource(r *ir.Resource) {
	t.subject = subject{fmt.Sprintf("The resource %q (%s)", cmp.Or(r.Name, r.ID), r.Type), r.Component, r.Range}
}

// sentence names the subject, and the component that made it.
func (s subject) sentence(t *translator) string {
	what := s.what
	if c := t.components[s.component]; c != nil && !strings.HasPrefix(what, "The site") {
		what += fmt.Sprintf(", which the component %q (%s) makes,", c.Name, c.Type)
	}
	return what
}

// fail reports that the subject cannot be translated.
func (t *translator) fail(code diag.Code, summary, detail string) {
	t.diags.Add(code, t.subject.rng, summary, t.subject.sentence(t)+" cannot be written for CloudFormation. "+detail)
}

// warn reports that the subject comes out weaker than it was meant.
func (t *translator) warn(detail string) {
	t.diags.Warn(diag.WeakerInCloudFormation, t.subject.rng, "Weaker in CloudFormation", t.subject.sentence(t)+" is written for CloudFormation with a difference. "+detail)
}

func (t *translator) noCounterpart(property string) {
	why := ""
	if t.building != nil && t.building.row != nil {
		if w := t.building.row.why[property]; w != "" {
			why = " " + w
		}
	}
	t.fail(diag.NotInCloudFormation, "Not in CloudFormation",
		fmt.Sprintf("CloudFormation has nothing for the property %q.%s", property, why))
}

func (t *translator) unknownValue(property string) {
	t.fail(diag.UnknownValue, "Value known only after deployment",
		fmt.Sprintf("The property %q must be known now, because its CloudFormation form depends on it.", property))
}
