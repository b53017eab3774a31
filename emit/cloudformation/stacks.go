package cloudformation

import (
	"fmt"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
	"github.com/sstc/sstc/emit"
)

// ownStacks writes the templates of a program that came divided into stacks:
// in the order of their deployment, and those nested in one before it. What is
// in them is as it came, but for what belongs to sstc: where assets and the
// templates of nested stacks are.
func (e *emission) ownStacks() []emit.File {
	written := make(map[string]emit.File, len(e.p.Stacks)) // by stack ID
	stacks := map[string]*stack{}                          // by the ID of the resource that makes a nested one
	for i := len(e.p.Stacks) - 1; i >= 0; i-- {
		of := e.p.Stacks[i]
		s := e.newStack(of.Name)
		s.of, s.nested = of, map[string]nestedTemplate{}
		for _, r := range e.p.Resources {
			if r.Stack != of.ID {
				continue
			}
			s.resources = append(s.resources, r)
			if child := stacks[r.ID]; child != nil {
				s.nested[r.ID] = nestedTemplate{child, written[child.of.ID].Content}
			}
		}
		content := e.ownTemplate(s)
		written[of.ID] = emit.File{Path: stackPath(of), Content: content}
		if of.Nested != "" {
			stacks[of.Nested] = s
		}
	}
	files := make([]emit.File, 0, len(e.p.Stacks))
	var add func(of *ir.Stack)
	add = func(of *ir.Stack) {
		for _, child := range e.p.Stacks {
			if child.Nested != "" && e.resources[child.Nested].Stack == of.ID {
				add(child)
			}
		}
		files = append(files, written[of.ID])
	}
	for _, of := range e.p.Stacks {
		if of.Nested == "" {
			add(of)
		}
	}
	return files
}

// stackPath is the file of a stack of the program's own.
func stackPath(s *ir.Stack) string { return "cloudformation/" + s.Name + ".json" }

// handoverStacks are the stacks of the program's own that are applied: the
// others are made by the stacks that they are in.
func handoverStacks(p *ir.Program) []emit.Stack {
	assets, images := map[string]bool{}, map[string]bool{} // by stack
	nests := map[string]string{}
	for _, s := range p.Stacks {
		if s.Nested != "" {
			nests[s.Nested] = s.ID
		}
	}
	for _, r := range p.Resources {
		assets[r.Stack] = assets[r.Stack] || nests[r.ID] != ""
		ir.Walk(r.Props, func(v ir.Value) bool {
			if a, ok := v.(ir.AssetRef); ok && a.Attr == ir.AssetRepo {
				images[r.Stack] = true
			} else if ok && a.Attr != ir.AssetTag {
				assets[r.Stack] = true
			}
			return true
		})
	}
	var out []emit.Stack
	for _, s := range p.Stacks {
		if s.Nested == "" {
			out = append(out, emit.Stack{Stack: s, File: stackPath(s), Assets: assets[s.ID], Images: images[s.ID]})
		}
	}
	return out
}

// A nestedTemplate is what a stack has to know of one nested in it.
type nestedTemplate struct {
	stack   *stack
	content []byte
}

// ownTemplate writes a stack of the program's own.
func (e *emission) ownTemplate(s *stack) []byte {
	resources := e.resourcesOf(s)
	t := ir.Obj("AWSTemplateFormatVersion", "2010-09-09")
	if s.of.Description != "" {
		t = t.With("Description", ir.String(s.of.Description))
	}
	fields := func(fields []ir.Field) *ir.Object {
		out := &ir.Object{}
		for _, f := range fields {
			out.Fields = append(out.Fields, ir.Field{Key: f.Key, Value: s.write(f.Value, nil)})
		}
		return out
	}
	sections := fields(s.of.Sections)
	conditions := fields(s.of.Conditions)
	outputs := fields(s.of.Outputs)
	for _, o := range e.p.Outputs {
		if o.Stack == s.of.ID {
			outputs.Fields = append(outputs.Fields, ir.Field{Key: o.Name, Value: ir.Obj("Value", s.write(o.Value, nil))})
		}
	}
	params := s.declarations()
	params.Fields = append(params.Fields, fields(s.of.Params).Fields...)
	for _, part := range []ir.Field{{Key: "Parameters", Value: params}, {Key: "Conditions", Value: conditions}} {
		if part.Value.(*ir.Object).Len() > 0 {
			t.Fields = append(t.Fields, part)
		}
	}
	t.Fields = append(t.Fields, sections.Fields...)
	if resources.Len() == 0 {
		resources = ir.Obj("SstcNothing", ir.Obj("Type", "AWS::CloudFormation::WaitConditionHandle"))
	}
	t.Fields = append(t.Fields, ir.Field{Key: "Resources", Value: resources})
	if outputs.Len() > 0 {
		t.Fields = append(t.Fields, ir.Field{Key: "Outputs", Value: outputs})
	}
	s.outputs = outputs
	e.limits(s, resources)
	content := printTemplate(t)
	if len(content) > maxBytes {
		e.fail(diag.TemplateLimit, "Template limit", fmt.Sprintf("It has %d bytes, and CloudFormation allows %d.", len(content), maxBytes))
	}
	return content
}

// attributes are those that stand before a resource's properties, in order.
var attributes = []string{"Condition", "CreationPolicy", "UpdatePolicy", "DeletionPolicy", "UpdateReplacePolicy", "Metadata"}

// ownResource writes a resource of a stack of the program's own.
func (s *stack) ownResource(r *ir.Resource) ir.Value {
	out := ir.Obj("Type", r.Type)
	var deps ir.List
	for _, id := range r.Options.DependsOn {
		deps = append(deps, ir.String(s.e.resources[id].LogicalID))
	}
	if deps != nil {
		out.Fields = append(out.Fields, ir.Field{Key: "DependsOn", Value: deps})
	}
	written := map[string]bool{}
	add := func(key string, v ir.Value) {
		if v != nil && !written[key] {
			written[key] = true
			out.Fields = append(out.Fields, ir.Field{Key: key, Value: s.write(v, nil)})
		}
	}
	for _, key := range attributes {
		add(key, r.Options.Attributes.Get(key))
	}
	for i := range r.Options.Attributes.Len() {
		f := r.Options.Attributes.Fields[i]
		add(f.Key, f.Value)
	}
	props := r.Props
	if n, ok := s.nested[r.ID]; ok {
		props = s.nestedProps(props, n)
	}
	if props.Len() > 0 {
		var t *schema.Type
		if facts := s.e.cfn(r.Type); facts != nil {
			t = &schema.Type{Kind: schema.Obj, Object: &facts.Object}
		}
		out.Fields = append(out.Fields, ir.Field{Key: "Properties", Value: s.write(props, t)})
	}
	return out
}

// nestedProps says where the template of a nested stack is, and tells the
// stack where assets are if it asks.
func (s *stack) nestedProps(props *ir.Object, n nestedTemplate) *ir.Object {
	params, _ := props.Get("Parameters").(*ir.Object)
	for _, name := range []string{assetBucket, assetPrefix, imageRepo} {
		if n.stack.params[name] != nil {
			params = params.With(name, ir.Param{Name: name})
		}
	}
	if params.Len() > 0 {
		props = props.With("Parameters", params)
	}
	return props.With("TemplateURL", ir.Concat("https://", ir.Param{Name: assetBucket}, ".s3.", ir.Param{Name: ir.PseudoRegion}, ".",
		ir.Param{Name: ir.PseudoURLSuffix}, "/", ir.Param{Name: assetPrefix}, templateKey(n.content)))
}

// ownCall writes a function as it came.
func (s *stack) ownCall(c ir.Call) ir.Value {
	name := string(c.Func)
	switch c.Func {
	case ir.FuncIndex:
		return fn("Fn::Select", ir.List{s.write(c.Args[1], nil), s.write(c.Args[0], nil)})
	case ir.FuncJoin:
		name = "Fn::Join"
	case ir.FuncSplit:
		name = "Fn::Split"
	case ir.FuncBase64Encode:
		name = "Fn::Base64"
	case ir.FuncJSONEncode:
		name = "Fn::ToJsonString"
	case ir.FuncLength:
		name = "Fn::Length"
	case ir.FuncAnd, ir.FuncOr, ir.FuncNot, ir.FuncEquals, ir.FuncIf:
		return fn(name, s.writeAll(c.Args))
	}
	if !strings.HasPrefix(name, "Fn::") && c.Func != ir.FuncCondition {
		s.e.fail(diag.NotInCloudFormation, "Not in CloudFormation", fmt.Sprintf("CloudFormation has no function for %q.", c.Func))
		return ir.String("")
	}
	if len(c.Args) == 1 {
		return fn(name, s.write(c.Args[0], nil))
	}
	return fn(name, s.writeAll(c.Args))
}

func (s *stack) writeAll(vs []ir.Value) ir.List {
	out := make(ir.List, len(vs))
	for i, v := range vs {
		out[i] = s.write(v, nil)
	}
	return out
}
