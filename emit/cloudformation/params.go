package cloudformation

import (
	"strings"

	"github.com/sstc/sstc/compiler/ir"
)

// The parameters by which a template finds the assets.
const (
	assetBucket = "SstcAssetBucket"
	assetPrefix = "SstcAssetPrefix"
	imageRepo   = "SstcImageRepository"
)

// A Parameter is a declared parameter of the app, as its templates name it.
type Parameter struct {
	LogicalID string
	Decl      *ir.ParamDecl
	// SSM is the name of the SSM parameter that CloudFormation looks up by
	// itself; then the uploader need not give a value.
	SSM string
}

// Parameters returns the parameters that a program's resources and outputs use,
// in the program's order, with the names under which the uploader has to give
// their values: a secret's begins with "Secret".
func Parameters(p *ir.Program) []Parameter {
	needed := map[string]bool{}
	note := func(v ir.Value) bool {
		if q, ok := v.(ir.Param); ok {
			needed[q.Name] = true
		}
		return true
	}
	used := map[string]bool{assetBucket: true, assetPrefix: true, imageRepo: true}
	for _, r := range p.Resources {
		used[r.ID] = true
		ir.Walk(r.Props, note)
	}
	for _, o := range p.Outputs {
		ir.Walk(o.Value, note)
	}
	out := make([]Parameter, 0, len(p.Params))
	for _, d := range p.Params {
		if !needed[d.Name] {
			continue
		}
		id := alnum(d.Name)
		if d.Kind == ir.ParamSecret {
			id = "Secret" + id
		}
		for used[id] {
			id += "Parameter"
		}
		used[id] = true
		out = append(out, Parameter{LogicalID: id, Decl: d, SSM: ssmName(d)})
	}
	return out
}

// ssmName returns the name of the SSM parameter that d is the value of, if
// CloudFormation can look it up: it does not decrypt a SecureString. Pulumi
// decrypts by default, so only an explicit withDecryption tells such a one.
func ssmName(d *ir.ParamDecl) string {
	if d.Lookup == nil || d.Lookup.Token != "aws:ssm/getParameter:getParameter" || d.Attr != "value" {
		return ""
	}
	name, ok := d.Lookup.Args.Get("name").(ir.String)
	if !ok || d.Lookup.Args.Get("withDecryption") == ir.Value(ir.Bool(true)) {
		return ""
	}
	return string(name)
}

// declaration writes a parameter for a template's Parameters.
func (p *Parameter) declaration(escaped bool) *ir.Object {
	typ := "String"
	switch {
	case p.SSM != "":
		typ = "AWS::SSM::Parameter::Value<String>"
	case p.Decl.List:
		typ = "CommaDelimitedList"
	}
	o := ir.Obj("Type", typ)
	if d := p.Decl.Description; d != "" {
		o = o.With("Description", ir.String(d))
	}
	switch {
	case p.SSM != "":
		o = o.With("Default", ir.String(p.SSM))
	case p.Decl.Default != nil && ir.Known(p.Decl.Default):
		o = o.With("Default", textValue(p.Decl.Default))
	}
	if p.Decl.Kind == ir.ParamSecret {
		o = o.With("NoEcho", ir.Bool(true))
	}
	if escaped {
		// What escapeJSON does not escape must not occur.
		o = o.With("AllowedPattern", ir.String(`[^\x00-\x09\x0b-\x1f]*`)).
			With("ConstraintDescription", ir.String("It is put into JSON text, so it must have no control characters but line feeds."))
	}
	return o
}

// textValue is a known value as the text that a parameter takes.
func textValue(v ir.Value) ir.Value {
	switch v := v.(type) {
	case ir.String:
		return v
	case ir.Number, ir.Bool:
		return ir.Concat(v)
	case ir.List:
		parts := make([]string, len(v))
		for i, e := range v {
			s, _ := textValue(e).(ir.String)
			parts[i] = string(s)
		}
		return ir.String(strings.Join(parts, ","))
	}
	return ir.String(ir.EncodeJSON(v))
}

// Tags returns the tags that the configuration gives to all resources of AWS,
// in its order. A template has no place for them: they are tags of the stack,
// which CloudFormation hands on to its resources.
func Tags(p *ir.Program) []ir.Field {
	for _, pc := range p.Providers {
		if pc.Package != "aws" {
			continue
		}
		if d, ok := pc.Args.Get("defaultTags").(*ir.Object); ok {
			if tags, ok := d.Get("tags").(*ir.Object); ok {
				return tags.Fields
			}
		}
	}
	return nil
}

// alnum drops what is not an ASCII letter or digit.
func alnum(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}
