package sstv2

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// synthesized is what runtime/run.ts returns.
type synthesized struct {
	Stacks        []synthesizedStack        `json:"stacks"`
	Places        []synthesizedPlace        `json:"places"` // of resources
	Assets        []synthesizedAsset        `json:"assets"`
	Sites         []synthesizedSite         `json:"sites"`
	Invalidations []synthesizedInvalidation `json:"invalidations"`
	Missing       []missingLookup           `json:"missing"`
	Messages      []struct {
		Level string `json:"level"`
		Text  string `json:"text"`
		Path  string `json:"path"`
		Frame string `json:"frame"`
	} `json:"messages"`
}

// A synthesizedPlace says where the user's files make a resource.
type synthesizedPlace struct {
	Stack     string `json:"stack"`
	LogicalID string `json:"logicalId"`
	Frame     string `json:"frame"` // of a stack of calls; "" if none is in the user's files
}

// frameRange is where in the user's files a frame is.
func (v *evaluation) frameRange(frame string) diag.Range {
	if frame == "" {
		return diag.Range{}
	}
	r, ok := v.frames[frame]
	if !ok {
		r = v.stackRange("at " + frame)
		if v.frames == nil {
			v.frames = map[string]diag.Range{}
		}
		v.frames[frame] = r
	}
	return r
}

type synthesizedAsset struct {
	ID        string `json:"id"`
	Packaging string `json:"packaging"` // "file", "zip" or "image"
	Image     *struct {
		Dockerfile string      `json:"dockerfile"`
		Target     string      `json:"target"`
		Platform   string      `json:"platform"`
		Args       [][2]string `json:"args"`
		Builder    string      `json:"builder"`
		SSH        string      `json:"ssh"`
		Secrets    [][2]string `json:"secrets"`
		Network    string      `json:"network"`
		CacheFrom  []string    `json:"cacheFrom"`
		CacheTo    string      `json:"cacheTo"`
		NoCache    bool        `json:"noCache"`
	} `json:"image"`
	File  string `json:"file"`
	Parts []struct {
		Name string `json:"name"`
		File string `json:"file"`
	} `json:"parts"`
}

type synthesizedStack struct {
	ID                    string            `json:"id"`
	Name                  string            `json:"name"`
	Account               string            `json:"account"`
	Region                string            `json:"region"`
	Parent                string            `json:"parent"` // the stack that a nested one is in
	Resource              string            `json:"resource"`
	DependsOn             []string          `json:"dependsOn"`
	TerminationProtection bool              `json:"terminationProtection"`
	Tags                  map[string]string `json:"tags"`
	Template              string            `json:"template"`
	Constructs            map[string]string `json:"constructs"` // paths by logical ID
}

// lift reads what the CDK has synthesized.
func (v *evaluation) lift(text string) (*ir.Program, error) {
	var s synthesized
	if err := decode(text, &s); err != nil {
		return nil, err
	}
	for _, m := range s.Messages {
		at := v.frameRange(m.Frame)
		text, _, _ := strings.Cut(m.Text, " [ack: ")
		detail := fmt.Sprintf("%s says: %s", m.Path, text)
		if m.Level == "error" {
			v.diags.Add(diag.EvaluationFailed, at, "Error of a construct", detail)
		} else {
			v.diags.Warn(diag.ConstructWarning, at, "Warning of a construct", detail)
		}
	}
	if len(s.Missing) > 0 {
		v.missing(&s)
	}
	if v.diags.HasErrors() {
		return nil, errDiagnosed
	}
	p := &ir.Program{
		App: ir.App{
			Name: v.config.Name, Stage: v.config.stage, Home: "aws", Removal: "retain", Region: v.config.region, ConfigFile: v.args.ConfigFile,
		},
		Dialect:   ir.CFN,
		Functions: v.functions,
	}
	l := &lifter{v: v, p: p, ids: map[string]bool{}, places: make(map[[2]string]diag.Range, len(s.Places))}
	for _, place := range s.Places {
		l.places[[2]string{place.Stack, place.LogicalID}] = v.frameRange(place.Frame)
	}
	for _, a := range s.Assets {
		asset := v.asset(a)
		p.Assets = append(p.Assets, asset)
	}
	for _, f := range v.functions {
		p.Assets = append(p.Assets, &ir.Asset{ID: f.ID, Kind: ir.AssetIsFunction, Range: f.Range})
	}
	if err := l.stacks(s.Stacks); err != nil {
		return nil, err
	}
	for i := range s.Sites {
		if err := l.site(&s.Sites[i]); err != nil {
			return nil, err
		}
	}
	for i := range s.Invalidations {
		if err := l.invalidation(&s.Invalidations[i]); err != nil {
			return nil, err
		}
	}
	// What no template names is not uploaded: a nested stack's template is a
	// file of the output.
	p.Assets = slices.DeleteFunc(p.Assets, func(a *ir.Asset) bool { return a.Kind != ir.AssetIsFunction && !l.used[a.ID] })
	if v.diags.HasErrors() {
		return nil, errDiagnosed
	}
	return p, nil
}

// asset is a file or a directory that a template names.
func (v *evaluation) asset(a synthesizedAsset) *ir.Asset {
	asset := &ir.Asset{ID: a.ID, Kind: ir.AssetIsFile, Source: v.args.Files.Rel(a.File)}
	switch {
	case a.Image != nil:
		asset.Kind, asset.Image = ir.AssetIsImage, &ir.Image{
			Dockerfile: a.Image.Dockerfile, Target: a.Image.Target, Platform: a.Image.Platform, Args: pairs(a.Image.Args), Builder: a.Image.Builder,
			SSH: a.Image.SSH, Secrets: pairs(a.Image.Secrets), Network: a.Image.Network, CacheFrom: a.Image.CacheFrom, CacheTo: a.Image.CacheTo, NoCache: a.Image.NoCache,
		}
		asset.Parts = v.parts(a)
	case a.Packaging == "file":
		asset.Archive = slices.Contains([]string{".zip", ".jar"}, path.Ext(a.File))
	case a.Parts == nil && path.IsAbs(asset.Source): // temporary
		asset.Kind, asset.Source, asset.Parts = ir.AssetIsArchive, "", []ir.AssetPart{{Kind: ir.AssetIsDirectory, Source: asset.Source}}
	case a.Parts == nil:
		asset.Kind = ir.AssetIsDirectory
	default:
		asset.Kind, asset.Source, asset.Parts = ir.AssetIsArchive, "", v.parts(a)
	}
	return asset
}

func pairs(list [][2]string) []ir.KV {
	var out []ir.KV
	for _, p := range list {
		out = append(out, ir.KV{Key: p[0], Value: p[1]})
	}
	return out
}

func (v *evaluation) parts(a synthesizedAsset) []ir.AssetPart {
	var parts []ir.AssetPart
	for _, part := range a.Parts {
		parts = append(parts, ir.AssetPart{Name: part.Name, Kind: ir.AssetIsFile, Source: v.args.Files.Rel(part.File)})
	}
	return parts
}

// A lifter turns templates into a program.
type lifter struct {
	v    *evaluation
	p    *ir.Program
	ids  map[string]bool // of resources
	used map[string]bool // assets
	// places are those of resources, by stack and logical ID.
	places map[[2]string]diag.Range
	// templates are all of them, once they are lifted.
	templates []*template
}

// A template is one stack's, on its way.
type template struct {
	l     *lifter
	stack *ir.Stack
	text  *ir.Object
	// resources are the IDs of the resources by their logical IDs.
	resources map[string]string
	params    map[string]bool
	place     string // for messages
	// constructs are the paths of what made the resources, by logical ID.
	constructs map[string]string
	// values are those of outputs that the library made to have them resolved.
	values map[string]ir.Value
}

// stacks lifts all stacks: first those that others depend on.
func (l *lifter) stacks(all []synthesizedStack) error {
	l.used = map[string]bool{}
	byID := map[string]*synthesizedStack{}
	for i := range all {
		byID[all[i].ID] = &all[i]
	}
	done := map[string]bool{}
	var order []*synthesizedStack
	var visit func(s *synthesizedStack)
	visit = func(s *synthesizedStack) {
		if s == nil || done[s.ID] {
			return
		}
		done[s.ID] = true // the CDK refuses cycles
		for _, id := range slices.Sorted(slices.Values(s.DependsOn)) {
			visit(byID[id])
		}
		order = append(order, s)
	}
	for i := range all {
		if all[i].Parent == "" {
			visit(&all[i])
		}
	}
	for i := range all { // parents come before those nested in them
		visit(&all[i])
	}
	templates := make([]*template, len(order))
	for i, s := range order {
		t, err := l.template(s)
		if err != nil {
			return err
		}
		templates[i] = t
	}
	for i, s := range order {
		if s.Parent == "" {
			continue
		}
		for j := range order {
			if order[j].ID == s.Parent {
				templates[i].stack.Nested = templates[j].resources[s.Resource]
			}
		}
	}
	for _, t := range templates {
		t.lift()
	}
	l.templates = templates
	return nil
}

// template reads a template as far as the names in it.
func (l *lifter) template(s *synthesizedStack) (*template, error) {
	value, err := ir.DecodeJSON(s.Template)
	if err != nil {
		return nil, err
	}
	text, ok := value.(*ir.Object)
	if !ok {
		return nil, fmt.Errorf("the template of %s is no object", s.ID)
	}
	stack := &ir.Stack{
		ID: s.ID, Name: s.Name, Region: s.Region, Account: s.Account, DependsOn: slices.Sorted(slices.Values(s.DependsOn)), TerminationProtection: s.TerminationProtection,
	}
	for _, key := range sortedKeys(s.Tags) {
		stack.Tags = append(stack.Tags, ir.KV{Key: key, Value: s.Tags[key]})
	}
	l.p.Stacks = append(l.p.Stacks, stack)
	t := &template{l: l, stack: stack, text: text, resources: map[string]string{}, params: map[string]bool{}, constructs: s.Constructs}
	resources, _ := text.Get("Resources").(*ir.Object)
	for i := range resources.Len() {
		logical := resources.Fields[i].Key
		id := logical
		for n := 2; l.ids[id]; n++ { // another stack has one of that name
			id = alnum(s.ID) + logical
			if n > 2 {
				id += strconv.Itoa(n)
			}
		}
		l.ids[id] = true
		t.resources[logical] = id
	}
	params, _ := text.Get("Parameters").(*ir.Object)
	for i := range params.Len() {
		t.params[params.Fields[i].Key] = true
	}
	return t, nil
}

func alnum(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

func (t *template) lift() {
	for _, section := range t.text.Fields {
		object, _ := section.Value.(*ir.Object)
		t.place = "the section " + section.Key
		switch section.Key {
		case "AWSTemplateFormatVersion":
		case "Description":
			if s, ok := section.Value.(ir.String); ok {
				t.stack.Description = string(s)
			}
		case "Parameters":
			t.stack.Params = t.fields(object)
		case "Conditions":
			t.stack.Conditions = t.fields(object)
		case "Outputs":
			t.stack.Outputs = t.fields(object)
			t.takeValues()
		case "Resources":
			for _, f := range object.Fields {
				t.resource(f.Key, f.Value)
			}
		default:
			t.stack.Sections = append(t.stack.Sections, ir.Field{Key: section.Key, Value: t.value(section.Value)})
		}
	}
}

func (t *template) fields(o *ir.Object) []ir.Field {
	var out []ir.Field
	for i := range o.Len() {
		out = append(out, ir.Field{Key: o.Fields[i].Key, Value: t.value(o.Fields[i].Value)})
	}
	return out
}

func (t *template) resource(logical string, v ir.Value) {
	t.place = fmt.Sprintf("the resource %s", logical)
	o, _ := v.(*ir.Object)
	r := &ir.Resource{
		ID: t.resources[logical], Name: logical, Stack: t.stack.ID, LogicalID: logical, Construct: t.constructs[logical],
		Range: t.l.places[[2]string{t.stack.ID, logical}],
	}
	typ, _ := o.Get("Type").(ir.String)
	r.Type = string(typ)
	for i := range o.Len() {
		f := o.Fields[i]
		switch f.Key {
		case "Type":
		case "Properties":
			if props, ok := f.Value.(*ir.Object); ok {
				r.Props, _ = t.value(props).(*ir.Object)
			}
		case "DependsOn":
			names, _ := f.Value.(ir.List)
			if s, ok := f.Value.(ir.String); ok {
				names = ir.List{s}
			}
			for _, n := range names {
				if s, ok := n.(ir.String); ok && t.resources[string(s)] != "" {
					r.Options.DependsOn = append(r.Options.DependsOn, t.resources[string(s)])
				} else {
					t.fail("DependsOn names %s, which is no resource of the stack.", ir.EncodeJSON(n))
				}
			}
		default:
			r.Options.Attributes = r.Options.Attributes.With(f.Key, t.value(f.Value))
		}
	}
	if r.Props == nil {
		r.Props = &ir.Object{}
	}
	for _, s := range t.l.p.Stacks {
		if s.Nested == r.ID {
			r.Props = r.Props.With("TemplateURL", nil) // depends on where the uploader puts it
			if s.Name == "" {
				s.Name = t.stack.Name + "-" + logical
			}
		}
	}
	t.l.p.Resources = append(t.l.p.Resources, r)
}

func (t *template) fail(format string, args ...any) {
	t.l.v.diags.Add(diag.UnknownReference, diag.Range{}, "Reference to nothing",
		fmt.Sprintf("In %s of the stack %q: ", t.place, t.stack.ID)+fmt.Sprintf(format, args...))
}

var pseudo = map[string]string{
	"AWS::AccountId": ir.PseudoAccount, "AWS::Region": ir.PseudoRegion, "AWS::Partition": ir.PseudoPartition, "AWS::URLSuffix": ir.PseudoURLSuffix,
	"AWS::StackName": ir.PseudoStackName, "AWS::StackId": ir.PseudoStackID, "AWS::NotificationARNs": ir.PseudoNotificationARNs, "AWS::NoValue": ir.PseudoNoValue,
}

// value reads a value of a template, in which an object with one key may be a
// reference or a function.
func (t *template) value(v ir.Value) ir.Value {
	switch v := v.(type) {
	case ir.List:
		out := make(ir.List, len(v))
		for i, e := range v {
			out[i] = t.value(e)
		}
		return out
	case *ir.Object:
		if v.Len() == 1 {
			if f := v.Fields[0]; f.Key == "Ref" || strings.HasPrefix(f.Key, "Fn::") || f.Key == "Condition" {
				if found := t.intrinsic(f.Key, f.Value); found != nil {
					return found
				}
			}
		}
		out := &ir.Object{Fields: make([]ir.Field, v.Len())}
		for i, f := range v.Fields {
			out.Fields[i] = ir.Field{Key: f.Key, Value: t.value(f.Value)}
		}
		return out
	}
	return v
}

// intrinsic reads a function of CloudFormation's, or returns nil if the object
// is data.
func (t *template) intrinsic(name string, v ir.Value) ir.Value {
	args, isList := v.(ir.List)
	text, isText := v.(ir.String)
	switch name {
	case "Ref":
		if !isText {
			return nil
		}
		return t.ref(string(text))
	case "Condition":
		// Elsewhere than among conditions, such as in a policy, it is data.
		if !isText || t.place != "the section Conditions" && t.place != "the section Rules" {
			return nil
		}
		return ir.Call{Func: ir.FuncCondition, Args: []ir.Value{text}}
	case "Fn::GetAtt":
		logical, attr := "", ir.Value(nil)
		if isText {
			l, a, _ := strings.Cut(string(text), ".")
			logical, attr = l, ir.String(a)
		} else if len(args) == 2 {
			s, _ := args[0].(ir.String)
			logical, attr = string(s), args[1]
		}
		a, ok := attr.(ir.String)
		if !ok || t.resources[logical] == "" {
			t.fail("Fn::GetAtt of %s leads nowhere.", ir.EncodeJSON(v))
			return ir.String("")
		}
		return ir.Ref{Resource: t.resources[logical], Attr: string(a)}
	case "Fn::Sub":
		return t.sub(v)
	case "Fn::SstcAsset":
		id, _ := args[0].(ir.String)
		attr, _ := args[1].(ir.String)
		t.l.used[string(id)] = true // "" is for the bucket of all
		return ir.AssetRef{Asset: string(id), Attr: ir.AssetAttr(attr)}
	case "Fn::Select":
		if isList && len(args) == 2 {
			index := t.value(args[0])
			if s, ok := index.(ir.String); ok {
				if n, err := strconv.Atoi(string(s)); err == nil {
					index = ir.Number(n)
				}
			}
			return ir.Call{Func: ir.FuncIndex, Args: []ir.Value{t.value(args[1]), index}}
		}
	}
	fn, ok := functions[name]
	if !ok {
		fn = ir.Func(name)
	}
	var lifted []ir.Value
	if isList && name != "Fn::Length" && name != "Fn::ToJsonString" { // of which it is the argument
		for _, a := range args {
			lifted = append(lifted, t.value(a))
		}
	} else {
		lifted = []ir.Value{t.value(v)}
	}
	return ir.Call{Func: fn, Args: lifted}
}

// functions are those that other targets have too.
var functions = map[string]ir.Func{
	"Fn::Join": ir.FuncJoin, "Fn::Split": ir.FuncSplit, "Fn::Base64": ir.FuncBase64Encode, "Fn::ToJsonString": ir.FuncJSONEncode, "Fn::Length": ir.FuncLength,
}

func (t *template) ref(name string) ir.Value {
	switch {
	case pseudo[name] != "":
		return ir.Param{Name: pseudo[name]}
	case t.resources[name] != "":
		return ir.Ref{Resource: t.resources[name], Attr: "Ref"}
	case t.params[name]:
		return ir.Param{Name: t.stack.ParamName(name)}
	}
	t.fail("Ref %q leads nowhere.", name)
	return ir.String("")
}

// sub reads Fn::Sub, whose text has references between braces.
func (t *template) sub(v ir.Value) ir.Value {
	text, vars := ir.Value(v), &ir.Object{}
	if l, ok := v.(ir.List); ok && len(l) > 0 {
		text = l[0]
		if len(l) > 1 {
			vars, _ = l[1].(*ir.Object)
		}
	}
	rest, ok := text.(ir.String)
	if !ok {
		t.fail("Fn::Sub of %s has no text.", ir.EncodeJSON(v))
		return ir.String("")
	}
	var parts []any
	s := string(rest)
	for {
		before, after, found := strings.Cut(s, "${")
		name, tail, closed := strings.Cut(after, "}")
		if !found || !closed {
			parts = append(parts, s)
			break
		}
		parts = append(parts, before)
		s = tail
		name = strings.TrimSpace(name)
		switch literal, isLiteral := strings.CutPrefix(name, "!"); {
		case isLiteral:
			parts = append(parts, "${"+literal+"}")
		case vars.Has(name):
			parts = append(parts, t.value(vars.Get(name)))
		case strings.Contains(name, ".") && pseudo[name] == "":
			parts = append(parts, t.intrinsic("Fn::GetAtt", ir.String(name)))
		default:
			parts = append(parts, t.ref(name))
		}
	}
	return ir.Concat(parts...)
}
