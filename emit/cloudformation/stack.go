package cloudformation

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
	"github.com/sstc/sstc/emit"
)

// A stack is one template in the making.
type stack struct {
	e         *emission
	name      string // "" for the root
	resources []*ir.Resource
	// of is the program's own stack that this is, or nil; and nested are the
	// stacks in it, by the ID of the resource.
	of     *ir.Stack
	nested map[string]nestedTemplate

	params  map[string]*param // used so far, by logical ID
	escaped map[string]bool   // logical IDs of those that are put into JSON text
	outputs *ir.Object        // name to value, as the template has it
	// needs are the stacks that this one must wait for without taking a value
	// from them.
	needs map[*stack]bool
}

// A param is a parameter of a template.
type param struct {
	declared *Parameter // of the app; nil for the assets' and those below
	// A value that another stack has.
	from *stack
	list bool
}

func (e *emission) newStack(name string) *stack {
	return &stack{e: e, name: name, params: map[string]*param{}, escaped: map[string]bool{}, outputs: &ir.Object{}, needs: map[*stack]bool{}}
}

// uses notes that the template needs a parameter; d is nil for the assets'.
func (s *stack) uses(id string, d *Parameter) {
	if s.params[id] == nil {
		s.params[id] = &param{declared: d}
	}
}

// imported is an attribute of another stack's resource: an output there, a
// parameter of the same name here.
func (s *stack) imported(home *stack, r ir.Ref) ir.Value {
	id := r.Resource + alnum(r.Attr)
	for s.e.ids[id] {
		id += "Value"
	}
	list := home.kindOf(r) == schema.List
	if home.outputs.Get(id) == nil {
		v := home.ref(r)
		if list {
			v = fn("Fn::Join", ir.List{ir.String(","), v})
		}
		home.outputs.Fields = append(home.outputs.Fields, ir.Field{Key: id, Value: ir.Obj("Value", v)})
	}
	if s.name == "" {
		return fn("Fn::GetAtt", ir.List{ir.String(home.name), ir.String("Outputs." + id)})
	}
	if s.params[id] == nil {
		s.params[id] = &param{from: home, list: list}
	}
	return fn("Ref", id)
}

// files writes the app as one template if it fits in one, else as several.
func (e *emission) files() []emit.File {
	if len(e.p.Stacks) > 0 {
		return e.ownStacks()
	}
	root := e.newStack("")
	root.resources = e.p.Resources
	if len(e.p.Resources) <= maxResources {
		resources := e.resourcesOf(root)
		e.rootOutputs(root)
		content := e.template(root, resources)
		if len(content) <= maxBytes {
			return []emit.File{{Path: templatePath(e.p, ""), Content: content}}
		}
		e.diags = nil
		root = e.newStack("")
	}
	return e.nested(root)
}

// templatePath is the file of a stack: of the root if name is "".
func templatePath(p *ir.Program, name string) string {
	path := "cloudformation/" + p.App.Name + "-" + p.App.Stage
	if name != "" {
		path += "-" + name
	}
	return path + ".json"
}

// resourcesOf writes the Resources of a template.
func (e *emission) resourcesOf(s *stack) *ir.Object {
	sorted := slices.Clone(s.resources)
	slices.SortFunc(sorted, func(a, b *ir.Resource) int { return strings.Compare(logicalID(a), logicalID(b)) })
	out := &ir.Object{Fields: make([]ir.Field, 0, len(sorted))}
	for _, r := range sorted {
		e.owner = r
		id := logicalID(r)
		out.Fields = append(out.Fields, ir.Field{Key: id, Value: s.resource(r)})
		if len(id) > maxLogicalID {
			e.fail(diag.TemplateLimit, "Name too long", fmt.Sprintf("Its logical ID has %d characters, and CloudFormation allows %d.", len(id), maxLogicalID))
		}
	}
	e.owner = nil
	return out
}

// logicalID is a resource's name in its template.
func logicalID(r *ir.Resource) string {
	if r.LogicalID != "" {
		return r.LogicalID
	}
	return r.ID
}

func (s *stack) resource(r *ir.Resource) ir.Value {
	if s.of != nil {
		return s.ownResource(r)
	}
	out := ir.Obj("Type", r.Type)
	var deps ir.List
	for _, id := range slices.Sorted(slices.Values(r.Options.DependsOn)) {
		if home := s.e.stackOf[id]; home != nil && home != s {
			s.needs[home] = true
			continue
		}
		deps = append(deps, ir.String(id))
	}
	if deps != nil {
		out.Fields = append(out.Fields, ir.Field{Key: "DependsOn", Value: deps})
	}
	policy := r.Options.DeletionPolicy
	if r.Options.Protect || r.Options.RetainOnDelete {
		policy = "Retain"
	}
	if policy != "" {
		out.Fields = append(out.Fields,
			ir.Field{Key: "DeletionPolicy", Value: ir.String(policy)},
			ir.Field{Key: "UpdateReplacePolicy", Value: ir.String(policy)})
	}
	if r.Props.Len() > 0 {
		var t *schema.Type
		if facts := s.e.cfn(r.Type); facts != nil {
			t = &schema.Type{Kind: schema.Obj, Object: &facts.Object}
		}
		out.Fields = append(out.Fields, ir.Field{Key: "Properties", Value: s.write(r.Props, t)})
	}
	return out
}

// template puts a template together, checks its limits, and prints it.
func (e *emission) template(s *stack, resources *ir.Object) []byte {
	t := ir.Obj("AWSTemplateFormatVersion", "2010-09-09", "Description", e.description(s))
	if params := s.declarations(); params.Len() > 0 {
		t.Fields = append(t.Fields, ir.Field{Key: "Parameters", Value: params})
	}
	if resources.Len() == 0 {
		// A template must have a resource. This one makes nothing.
		resources = ir.Obj("SstcNothing", ir.Obj("Type", "AWS::CloudFormation::WaitConditionHandle"))
	}
	t.Fields = append(t.Fields, ir.Field{Key: "Resources", Value: resources})
	if s.outputs.Len() > 0 {
		if s.name != "" {
			sortFields(s.outputs)
		}
		t.Fields = append(t.Fields, ir.Field{Key: "Outputs", Value: s.outputs})
	}
	e.limits(s, resources)
	return printTemplate(t)
}

func printTemplate(t *ir.Object) []byte {
	var b bytes.Buffer
	printJSON(&b, t, 0)
	b.WriteByte('\n')
	return b.Bytes()
}

func (e *emission) description(s *stack) string {
	d := fmt.Sprintf("App %s, stage %s", e.p.App.Name, e.p.App.Stage)
	if s.name != "" {
		d += ": " + s.name
	}
	return d
}

// rootOutputs writes what run() returned, and what the compiler added for the
// uploader.
func (e *emission) rootOutputs(s *stack) {
	names := map[string]string{}
	for _, o := range e.p.Outputs {
		e.place, e.placeRange = fmt.Sprintf("The output %q", o.Name), o.Range
		if o.Value == nil || o.Value == (ir.Null{}) {
			continue // CloudFormation has no null
		}
		name := alnum(o.Name)
		if other, taken := names[name]; taken || name == "" {
			e.fail(diag.InvalidName, "Invalid output name", fmt.Sprintf(
				"The name of an output has letters and digits only, so this one is called %q%s.", name,
				map[bool]string{true: fmt.Sprintf(", as is %q", other)}[taken]))
			continue
		}
		names[name] = o.Name
		if !o.Internal && e.secret(o.Value) {
			e.diags.Warn(diag.WeakerInCloudFormation, o.Range, "Secret output left out", e.place+
				" holds a secret. CloudFormation shows outputs to everyone who may see the stack, so it is left out. Read the secret where it is kept, or return what is public of it.")
			continue
		}
		s.output(name, o.Value)
	}
	e.placeRange = diag.Range{}
}

// secret reports whether there is something secret in a value.
func (e *emission) secret(v ir.Value) bool {
	found := false
	ir.Walk(v, func(v ir.Value) bool {
		switch v := v.(type) {
		case ir.Param:
			d := e.p.FindParam(v.Name)
			found = found || d != nil && d.Kind == ir.ParamSecret
		case ir.Call:
			found = found || v.Func == ir.FuncSecret
		}
		return !found
	})
	return found
}

// output adds an output of the root. CloudFormation's outputs are strings.
func (s *stack) output(name string, v ir.Value) {
	switch v.(type) {
	case *ir.Object, ir.List:
		v = ir.NewCall(ir.FuncJSONEncode, v)
	case ir.Number, ir.Bool:
		v = ir.Concat(v)
	default:
		if s.kindOf(v) == schema.List {
			v = ir.Call{Func: ir.FuncJSONEncode, Args: []ir.Value{v}}
		}
	}
	s.outputs.Fields = append(s.outputs.Fields, ir.Field{Key: name, Value: ir.Obj("Value", s.write(v, nil))})
}

// declarations writes the Parameters of a template: the assets' first, then
// the app's in its order, then what comes from other stacks, by name.
func (s *stack) declarations() *ir.Object {
	out := &ir.Object{}
	add := func(id string, decl *ir.Object) { out.Fields = append(out.Fields, ir.Field{Key: id, Value: decl}) }
	if s.params[assetBucket] != nil {
		add(assetBucket, ir.Obj("Type", "String", "Description", "Name of the bucket that holds the assets of this build"))
	}
	if s.params[assetPrefix] != nil {
		add(assetPrefix, ir.Obj("Type", "String", "Description", "What their keys begin with", "Default", ""))
	}
	if s.params[imageRepo] != nil {
		add(imageRepo, ir.Obj("Type", "String", "Description", "Name of the repository of Amazon ECR that holds the container images of this build"))
	}
	for _, d := range s.e.p.Params {
		if p := s.e.params[d.Name]; p != nil && s.params[p.LogicalID] != nil {
			add(p.LogicalID, p.declaration(s.escaped[p.LogicalID]))
		}
	}
	for _, id := range s.importedNames() {
		typ := "String"
		if s.params[id].list {
			typ = "CommaDelimitedList"
		}
		add(id, ir.Obj("Type", typ))
	}
	return out
}

// importedNames returns the parameters that other stacks give, sorted.
func (s *stack) importedNames() []string {
	var names []string
	for id, p := range s.params {
		if p.from != nil {
			names = append(names, id)
		}
	}
	slices.Sort(names)
	return names
}

// limits reports what CloudFormation would refuse.
func (e *emission) limits(s *stack, resources *ir.Object) {
	e.place = "The stack"
	if s.name != "" {
		e.place = fmt.Sprintf("The nested stack %q", s.name)
		if s.of != nil && s.of.Nested == "" {
			e.place = fmt.Sprintf("The stack %q", s.name)
		}
	}
	check := func(what string, n, limit int) {
		if n > limit {
			e.fail(diag.TemplateLimit, "Template limit", fmt.Sprintf("It has %d %s, and CloudFormation allows %d.", n, what, limit))
		}
	}
	check("resources", resources.Len(), maxResources)
	check("parameters", len(s.params), maxParameters)
	check("outputs", s.outputs.Len(), maxOutputs)
}

func base64Digest(digest string) (string, error) {
	b, err := hex.DecodeString(digest)
	return base64.StdEncoding.EncodeToString(b), err
}

// nested writes the app as a root with nested stacks.
func (e *emission) nested(root *stack) []emit.File {
	stacks := e.partition()
	bodies := make([]*ir.Object, len(stacks))
	for i, s := range stacks {
		bodies[i] = e.resourcesOf(s)
	}
	// With the root's outputs, every reference from one stack to another has
	// been seen, and the outputs of each are complete.
	e.rootOutputs(root)
	rootResources := &ir.Object{}
	var children []emit.File
	for i, s := range stacks {
		content := e.template(s, bodies[i])
		if len(content) > maxBytes {
			e.place = fmt.Sprintf("The nested stack %q", s.name)
			if s.of != nil && s.of.Nested == "" {
				e.place = fmt.Sprintf("The stack %q", s.name)
			}
			e.fail(diag.TemplateLimit, "Template limit", fmt.Sprintf("Its template has %d bytes, and CloudFormation allows %d.", len(content), maxBytes))
		}
		children = append(children, emit.File{Path: templatePath(e.p, s.name), Content: content})
		rootResources.Fields = append(rootResources.Fields, ir.Field{Key: s.name, Value: s.nestedResource(root, content)})
	}
	files := []emit.File{{Path: templatePath(e.p, ""), Content: e.template(root, rootResources)}}
	return append(files, children...)
}

// nestedResource is the resource of the root that makes the nested stack.
func (s *stack) nestedResource(root *stack, template []byte) ir.Value {
	root.uses(assetBucket, nil)
	root.uses(assetPrefix, nil)
	props := ir.Obj("TemplateURL", fn("Fn::Sub", fmt.Sprintf(
		"https://${%s}.s3.${AWS::Region}.${AWS::URLSuffix}/${%s}%s", assetBucket, assetPrefix, templateKey(template))))
	params := &ir.Object{}
	for id, p := range s.params {
		v := fn("Ref", id)
		switch {
		case p.from != nil:
			v = fn("Fn::GetAtt", ir.List{ir.String(p.from.name), ir.String("Outputs." + id)})
		case p.declared != nil && p.declared.Decl.List:
			root.uses(id, p.declared)
			v = fn("Fn::Join", ir.List{ir.String(","), v})
		default:
			root.uses(id, p.declared)
		}
		if s.escaped[id] {
			root.escaped[id] = true
		}
		params.Fields = append(params.Fields, ir.Field{Key: id, Value: v})
	}
	sortFields(params)
	if params.Len() > 0 {
		props = ir.Obj("Parameters", params, "TemplateURL", props.Fields[0].Value)
	}
	out := ir.Obj("Type", "AWS::CloudFormation::Stack")
	var deps []string
	for n := range s.needs {
		deps = append(deps, n.name)
	}
	slices.Sort(deps)
	if len(deps) > 0 {
		out = out.With("DependsOn", ir.Of(deps))
	}
	return out.With("Properties", props)
}
