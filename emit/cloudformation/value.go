package cloudformation

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
)

// write returns v as it stands in the template of s: a value without
// references, in which intrinsic functions are objects. Of an object that t
// describes the keys are sorted; t may be nil.
func (s *stack) write(v ir.Value, t *schema.Type) ir.Value {
	if t != nil && t.Kind == schema.Union {
		t = option(t, v)
	}
	switch v := v.(type) {
	case ir.List:
		out := make(ir.List, 0, len(v))
		for _, e := range v {
			if e != (ir.Null{}) {
				out = append(out, s.write(e, elem(t)))
			}
		}
		return out
	case *ir.Object:
		out := &ir.Object{Fields: make([]ir.Field, 0, v.Len())}
		var object *schema.Object
		if t != nil && t.Kind == schema.Obj {
			object = t.Object
		}
		for _, f := range v.Fields {
			if f.Value == (ir.Null{}) {
				continue
			}
			ft := elem(t)
			if p := object.Property(f.Key); p != nil {
				ft = p.Type
			}
			out.Fields = append(out.Fields, ir.Field{Key: f.Key, Value: s.write(f.Value, ft)})
		}
		if object != nil {
			sortFields(out)
		}
		return out
	case ir.Ref:
		return s.ref(v)
	case ir.Param:
		return s.param(v)
	case ir.AssetRef:
		return s.write(s.asset(v), nil)
	case ir.Join:
		return s.join(v.Parts)
	case ir.Call:
		return s.call(v)
	}
	return v
}

func elem(t *schema.Type) *schema.Type {
	if t == nil {
		return nil
	}
	return t.Elem
}

// option is the option of a union that v is of, by its shape.
func option(t *schema.Type, v ir.Value) *schema.Type {
	for _, o := range t.Options {
		switch v.(type) {
		case *ir.Object:
			if o.Kind == schema.Obj || o.Kind == schema.Map {
				return o
			}
		case ir.List:
			if o.Kind == schema.List {
				return o
			}
		}
	}
	return nil
}

func sortFields(o *ir.Object) {
	slices.SortStableFunc(o.Fields, func(a, b ir.Field) int { return strings.Compare(a.Key, b.Key) })
}

func fn(name string, arg any) ir.Value { return ir.Obj(name, arg) }

// ref is a reference to an attribute; of another stack's resource it is a
// parameter.
func (s *stack) ref(r ir.Ref) ir.Value {
	if s.of != nil {
		id := logicalID(s.e.resources[r.Resource])
		if r.Attr == "Ref" {
			return fn("Ref", id)
		}
		return fn("Fn::GetAtt", ir.List{ir.String(id), ir.String(r.Attr)})
	}
	home := s.e.stackOf[r.Resource]
	if home != nil && home != s {
		return s.imported(home, r)
	}
	if r.Attr == "Ref" {
		return fn("Ref", r.Resource)
	}
	return fn("Fn::GetAtt", ir.List{ir.String(r.Resource), ir.String(r.Attr)})
}

var pseudo = map[string]string{
	ir.PseudoAccount:   "AWS::AccountId",
	ir.PseudoRegion:    "AWS::Region",
	ir.PseudoPartition: "AWS::Partition",
	ir.PseudoURLSuffix: "AWS::URLSuffix",

	ir.PseudoStackName: "AWS::StackName", ir.PseudoStackID: "AWS::StackId", ir.PseudoNotificationARNs: "AWS::NotificationARNs", ir.PseudoNoValue: "AWS::NoValue",
}

func (s *stack) param(p ir.Param) ir.Value {
	if name := pseudo[p.Name]; name != "" {
		return fn("Ref", name)
	}
	if p.Name == ir.PseudoAvailabilityZones {
		return fn("Fn::GetAZs", "")
	}
	if p.Name == assetBucket || p.Name == assetPrefix || p.Name == imageRepo {
		s.uses(p.Name, nil)
		return fn("Ref", p.Name)
	}
	if s.of != nil {
		return fn("Ref", strings.TrimPrefix(p.Name, s.of.ParamName("")))
	}
	d := s.e.params[p.Name]
	s.uses(d.LogicalID, d)
	return fn("Ref", d.LogicalID)
}

// asset is a fact about an asset, in terms of the parameters that say where
// assets are.
func (s *stack) asset(a ir.AssetRef) ir.Value {
	if a.Attr == ir.AssetBucket {
		return ir.Param{Name: assetBucket}
	}
	if a.Attr == ir.AssetRepo {
		return ir.Param{Name: imageRepo}
	}
	asset := s.e.assets[a.Asset]
	if asset.File == "" {
		s.e.fail(diag.UnknownReference, "Asset not packed", fmt.Sprintf("The asset %q has not been packed yet. This is a bug in sstc.", a.Asset))
		return ir.String("")
	}
	switch a.Attr {
	case ir.AssetKey:
		return ir.Concat(ir.Param{Name: assetPrefix}, path.Base(asset.File))
	case ir.AssetTag:
		return ir.String(asset.Image.Tag)
	case ir.AssetHandler:
		return ir.String(asset.Handler)
	case ir.AssetDigest:
		if digest, err := base64Digest(asset.Digest); err == nil {
			return ir.String(digest)
		}
	}
	s.e.fail(diag.NotInCloudFormation, "File in a template", "A template cannot hold the file itself, only where it has been put.")
	return ir.String("")
}

// join writes a string with unknown parts as Fn::Sub.
func (s *stack) join(parts []ir.Value) ir.Value {
	var text strings.Builder
	vars := &ir.Object{}
	for _, p := range parts {
		if lit, ok := p.(ir.String); ok {
			text.WriteString(strings.ReplaceAll(string(lit), "${", "${!"))
			continue
		}
		w := s.write(p, nil)
		name, ok := subName(w)
		if !ok {
			if lit, isText := w.(ir.String); isText {
				text.WriteString(strings.ReplaceAll(string(lit), "${", "${!"))
				continue
			}
			name = ""
			for _, f := range vars.Fields {
				if sameTree(f.Value, w) {
					name = f.Key
				}
			}
			if name == "" {
				name = "Part" + strconv.Itoa(vars.Len()+1)
				vars.Fields = append(vars.Fields, ir.Field{Key: name, Value: w})
			}
		}
		text.WriteString("${" + name + "}")
	}
	switch {
	case vars.Len() > 0:
		return fn("Fn::Sub", ir.List{ir.String(text.String()), vars})
	case !strings.Contains(text.String(), "${"):
		return ir.String(text.String())
	}
	return fn("Fn::Sub", text.String())
}

// subName is what stands between the braces in Fn::Sub for a Ref or a
// Fn::GetAtt.
func subName(v ir.Value) (string, bool) {
	o, ok := v.(*ir.Object)
	if !ok || o.Len() != 1 {
		return "", false
	}
	switch arg := o.Fields[0].Value.(type) {
	case ir.String:
		return string(arg), o.Fields[0].Key == "Ref"
	case ir.List:
		if o.Fields[0].Key == "Fn::GetAtt" {
			return string(arg[0].(ir.String)) + "." + string(arg[1].(ir.String)), true
		}
	}
	return "", false
}

func sameTree(a, b ir.Value) bool { return ir.EncodeJSON(a) == ir.EncodeJSON(b) }

func (s *stack) call(c ir.Call) ir.Value {
	if s.of != nil {
		return s.ownCall(c)
	}
	switch c.Func {
	case ir.FuncSecret, ir.FuncToString, ir.FuncToNumber:
		// Templates are untyped here: CloudFormation converts.
		return s.write(c.Args[0], nil)
	case ir.FuncIndex:
		return s.index(c)
	case ir.FuncSplit:
		return fn("Fn::Split", ir.List{s.write(c.Args[0], nil), s.write(c.Args[1], nil)})
	case ir.FuncJoin:
		return fn("Fn::Join", ir.List{s.write(c.Args[0], nil), s.write(c.Args[1], nil)})
	case ir.FuncJSONEncode:
		var t jsonText
		s.json(&t, c.Args[0], 0)
		return s.write(t.value(), nil)
	case ir.FuncBase64Encode:
		return fn("Fn::Base64", s.write(c.Args[0], nil))
	case ir.FuncReplace:
		old, known := c.Args[1].(ir.String)
		new, known2 := c.Args[2].(ir.String)
		if known && known2 && old != "" {
			return s.write(replace(c.Args[0], string(old), string(new)), nil)
		}
	}
	s.e.fail(diag.NotInCloudFormation, "Not in CloudFormation",
		fmt.Sprintf("CloudFormation has no function for %q, which is to be applied to a value known only after deployment.", c.Func))
	return ir.String("")
}

// replace puts new in the place of old, with the functions that
// CloudFormation has: split at one, and join with the other.
func replace(v ir.Value, old, new string) ir.Value {
	return ir.Call{Func: ir.FuncJoin, Args: []ir.Value{ir.String(new), ir.Call{Func: ir.FuncSplit, Args: []ir.Value{ir.String(old), v}}}}
}

func (s *stack) index(c ir.Call) ir.Value {
	switch key := c.Args[1].(type) {
	case ir.Number:
		return fn("Fn::Select", ir.List{key, s.write(c.Args[0], nil)})
	case ir.String:
		// A part of an attribute has an attribute of its own, with a dot.
		if r, ok := c.Args[0].(ir.Ref); ok {
			attr := r.Attr + "." + string(key)
			if t := s.e.cfn(s.e.resources[r.Resource].Type); t != nil {
				if p := t.Property(attr); p != nil && p.Output {
					return s.ref(ir.Ref{Resource: r.Resource, Attr: attr})
				}
			}
		}
		s.e.fail(diag.NotInCloudFormation, "Not in CloudFormation",
			fmt.Sprintf("CloudFormation cannot take %q out of a value known only after deployment.", string(key)))
		return ir.String("")
	}
	s.e.fail(diag.NotInCloudFormation, "Not in CloudFormation", "CloudFormation cannot take an element by a number known only after deployment.")
	return ir.String("")
}

// jsonText is JSON text in the making.
type jsonText struct{ parts []any }

func (t *jsonText) add(v any)       { t.parts = append(t.parts, v) }
func (t *jsonText) value() ir.Value { return ir.Concat(t.parts...) }

// json writes v as JSON text. Depth counts the strings of JSON text that v
// stands in: what is known is escaped as often, and so is what a user may have
// put quotes into.
func (s *stack) json(t *jsonText, v ir.Value, depth int) {
	lit := func(text string) { t.add(escapeText(text, depth)) }
	switch v := v.(type) {
	case nil, ir.Null, ir.Bool, ir.Number, ir.String:
		lit(ir.EncodeJSON(v))
	case ir.List:
		lit("[")
		for i, e := range v {
			if i > 0 {
				lit(",")
			}
			s.json(t, e, depth)
		}
		lit("]")
	case *ir.Object:
		lit("{")
		for i := range v.Len() {
			if i > 0 {
				lit(",")
			}
			lit(ir.QuoteJSON(v.Fields[i].Key) + ":")
			s.json(t, v.Fields[i].Value, depth)
		}
		lit("}")
	default:
		switch s.kindOf(v) {
		case schema.Number, schema.Bool:
			t.add(v)
		case schema.List:
			lit(`["`)
			t.add(ir.Call{Func: ir.FuncJoin, Args: []ir.Value{ir.String(escapeText(`","`, depth)), v}})
			lit(`"]`)
		default:
			lit(`"`)
			s.jsonString(t, v, depth+1)
			lit(`"`)
		}
	}
}

// jsonString writes the inside of a JSON string.
func (s *stack) jsonString(t *jsonText, v ir.Value, depth int) {
	switch v := v.(type) {
	case ir.String:
		t.add(escapeText(string(v), depth))
	case ir.Join:
		for _, p := range v.Parts {
			s.jsonString(t, p, depth)
		}
	case ir.Call:
		switch v.Func {
		case ir.FuncJSONEncode:
			s.json(t, v.Args[0], depth)
			return
		case ir.FuncSecret, ir.FuncToString:
			s.jsonString(t, v.Args[0], depth)
			return
		}
		t.add(s.escapeJSON(v, depth))
	default:
		t.add(s.escapeJSON(v, depth))
	}
}

// escapeText escapes text as the inside of a JSON string, depth times.
func escapeText(text string, depth int) string {
	for range depth {
		q := ir.QuoteJSON(text)
		text = q[1 : len(q)-1]
	}
	return text
}

// escapeJSON escapes, at deployment, a value that may have quotes, backslashes
// or line feeds in it: one that somebody typed. What AWS makes up (a name, an
// ARN, a URL) has none. Other control characters are ruled out where the
// parameter is declared.
func (s *stack) escapeJSON(v ir.Value, depth int) ir.Value {
	typed := false
	ir.Walk(v, func(v ir.Value) bool {
		if p, ok := v.(ir.Param); ok {
			if d := s.e.params[p.Name]; d != nil {
				typed = true
				s.escaped[d.LogicalID] = true
			}
		}
		return true
	})
	if !typed {
		return v
	}
	for range depth {
		v = replace(replace(replace(v, `\`, `\\`), `"`, `\"`), "\n", `\n`)
	}
	return v
}

// kindOf says what an unknown value is: a number, a boolean, a list or, as far
// as one can tell, a string.
func (s *stack) kindOf(v ir.Value) schema.Kind {
	switch v := v.(type) {
	case ir.Ref:
		if v.Attr == "Ref" {
			return schema.String
		}
		if t := s.e.cfn(s.e.resources[v.Resource].Type); t != nil {
			if p := t.Property(v.Attr); p != nil {
				return p.Type.Kind
			}
		}
	case ir.Param:
		if v.Name == ir.PseudoAvailabilityZones {
			return schema.List
		}
		if d := s.e.params[v.Name]; d != nil && d.Decl.List {
			return schema.List
		}
	case ir.Call:
		switch v.Func {
		case ir.FuncSplit:
			return schema.List
		case ir.FuncToNumber:
			return schema.Number
		case ir.FuncSecret:
			return s.kindOf(v.Args[0])
		}
	}
	return schema.String
}
