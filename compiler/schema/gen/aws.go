package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/schema"
)

// puType is a type of a Pulumi package schema.
type puType struct {
	Type       string   `json:"type"`
	Ref        string   `json:"$ref"`
	Items      *puType  `json:"items"`
	Additional *puType  `json:"additionalProperties"`
	OneOf      []puType `json:"oneOf"`
}

type puObject struct {
	Properties map[string]puType `json:"properties"`
	Required   []string          `json:"required"`
}

// awsSchema is pulumi-aws-schema.json.
type awsSchema struct {
	Version   string `json:"version"`
	Resources map[string]struct {
		Inputs         map[string]puType `json:"inputProperties"`
		RequiredInputs []string          `json:"requiredInputs"`
		Properties     map[string]puType `json:"properties"`
		Deprecated     string            `json:"deprecationMessage"`
	} `json:"resources"`
	Functions map[string]struct {
		Inputs  puObject `json:"inputs"`
		Outputs puObject `json:"outputs"`
	} `json:"functions"`
	Types map[string]puObject `json:"types"`
}

// awsMap is pulumi-aws-map.json.
type awsMap struct {
	Resources map[string]struct {
		TF      string            `json:"tf"`
		Source  string            `json:"src"`
		In      map[string]mapped `json:"in"`
		Out     map[string]string `json:"out"`
		Aliases []string          `json:"aliases"`
	} `json:"resources"`
	Nested    map[string]map[string]mapped `json:"nested"`
	Terraform map[string]string            `json:"terraform"`
}

// mapped is [Terraform name, 1 if required]; the name may be null.
type mapped string

func (m *mapped) UnmarshalJSON(text []byte) error {
	var parts []any
	if err := json.Unmarshal(text, &parts); err != nil {
		return err
	}
	if len(parts) > 0 {
		name, _ := parts[0].(string)
		*m = mapped(name)
	}
	return nil
}

type awsTerraform struct {
	Resources map[string]*tfBlock `json:"resources"`
	Data      map[string]*tfBlock `json:"data"`
	Version   string              `json:"provider_version"`
	Config    *tfBlock            `json:"provider_config"`
}

func (g *generator) aws(from string) (entries, error) {
	var sch awsSchema
	var m awsMap
	var tf awsTerraform
	for name, into := range map[string]any{
		"pulumi-aws-schema.json.gz": &sch, "pulumi-aws-map.json.gz": &m, "tf-aws-schema.json.gz": &tf,
	} {
		if err := readJSON(filepath.Join(from, name), into); err != nil {
			return entries{}, err
		}
	}
	provider := schema.Provider{
		Package: "aws", NPM: "@pulumi/aws", Source: "hashicorp/aws", Version: tf.Version, Plugin: sch.Version, Prefix: "aws_",
	}
	tfProvider := provider
	tfProvider.Config = tf.Config.object("")

	p := &puPackage{
		provider:  &provider,
		resources: map[string]*schema.Resource{},
		functions: map[string]*schema.Resource{},
		objects:   map[string]*schema.Object{},
		twins:     m.Terraform,
	}
	for token, t := range sch.Types {
		o := p.object(token)
		names := m.Nested[token]
		for name, typ := range t.Properties {
			o.Properties = append(o.Properties, &schema.Property{
				Name: name, Type: p.awsType(typ), Required: slices.Contains(t.Required, name),
				Input: true, Output: true, Terraform: string(names[name]),
			})
		}
		sortProperties(o)
	}
	b := &binder{reportf: g.reportf, bound: map[*schema.Object]bool{}, blocks: true}
	for _, token := range sorted(sch.Resources) {
		s, names := sch.Resources[token], m.Resources[token]
		r := &schema.Resource{Type: token, Terraform: names.TF, Aliases: names.Aliases, Deprecated: s.Deprecated != ""}
		if fix, ok := awsTypes[token]; ok {
			r.Terraform = fix
		}
		fixes := awsProperties[r.Terraform]
		for name, typ := range s.Properties {
			tfName := string(names.In[name])
			if tfName == "" {
				tfName = names.Out[name]
			}
			if fix, ok := fixes[name]; ok {
				tfName = fix
			}
			_, isInput := s.Inputs[name]
			r.Properties = append(r.Properties, &schema.Property{
				Name: name, Type: p.awsType(typ), Output: true, Input: isInput,
				Required: slices.Contains(s.RequiredInputs, name), Terraform: tfName,
			})
		}
		sortProperties(&r.Object)
		for _, name := range sorted(s.Inputs) {
			if prop := r.Property(name); prop != nil {
				prop.Type = p.awsType(s.Inputs[name]) // Outputs are less precise.
				continue
			}
			r.Properties = append(r.Properties, &schema.Property{
				Name: name, Type: p.awsType(s.Inputs[name]), Input: true,
				Required: slices.Contains(s.RequiredInputs, name), Terraform: string(names.In[name]),
			})
		}
		sortProperties(&r.Object)
		if twin := tf.Resources[r.Terraform]; twin != nil {
			b.grow = twin.From != ""
			b.bind(token, &r.Object, twin)
			withID(r, twin)
		} else {
			r.Terraform = ""
		}
		p.resources[token] = r
	}
	b.grow = false
	match := newMatcher(tf, p)
	for _, token := range sorted(p.resources) {
		if r := p.resources[token]; r.Terraform == "" {
			r.Terraform, r.Guessed = match.guess(token), true
			b.guessAll(&r.Object)
			withID(r, nil)
			g.reportf("no Terraform twin: %s", token)
		}
	}
	for _, token := range sorted(sch.Functions) {
		s := sch.Functions[token]
		f := &schema.Resource{Type: token}
		for name, typ := range s.Outputs.Properties {
			f.Properties = append(f.Properties, &schema.Property{Name: name, Type: p.awsType(typ), Output: true})
		}
		sortProperties(&f.Object)
		for _, name := range sorted(s.Inputs.Properties) {
			prop := f.Property(name)
			if prop == nil {
				prop = &schema.Property{Name: name}
				f.Properties = append(f.Properties, prop)
				sortProperties(&f.Object)
			}
			prop.Type = p.awsType(s.Inputs.Properties[name])
			prop.Input = true
			prop.Required = slices.Contains(s.Inputs.Required, name)
		}
		f.Terraform = match.dataSource(f)
		if twin := tf.Data[f.Terraform]; twin != nil {
			b.bind(token, &f.Object, twin)
		} else if !awsOwnFunctions[token] {
			f.Terraform, f.Guessed = match.guess(token), true
			b.guessAll(&f.Object)
			g.reportf("no Terraform twin: %s", token)
		}
		p.functions[token] = f
	}
	provider.Config = p.awsConfig(tf.Config)
	b.bind("pulumi:providers:aws", provider.Config, tf.Config)

	return entries{pulumi: p.entries(), terraform: terraformEntries(&tfProvider, tf.Resources, tf.Data)}, nil
}

// awsType is a type of the package schema.
func (p *puPackage) awsType(t puType) *schema.Type {
	switch {
	case len(t.OneOf) > 0:
		u := &schema.Type{Kind: schema.Union}
		for _, o := range t.OneOf {
			u.Options = append(u.Options, p.awsType(o))
		}
		return u
	case t.Ref != "":
		if token, ok := strings.CutPrefix(t.Ref, "#/types/"); ok {
			return &schema.Type{Kind: schema.Obj, Object: p.object(token)}
		}
		switch t.Ref {
		case "pulumi.json#/Archive":
			return &schema.Type{Kind: schema.Archive}
		case "pulumi.json#/Asset":
			return &schema.Type{Kind: schema.Asset}
		case "pulumi.json#/Any":
			return &schema.Type{Kind: schema.Any}
		}
	case t.Type == "array":
		return &schema.Type{Kind: schema.List, Elem: p.awsType(*t.Items)}
	case t.Type == "object" && t.Additional != nil:
		return &schema.Type{Kind: schema.Map, Elem: p.awsType(*t.Additional)}
	case t.Type == "object":
		return &schema.Type{Kind: schema.Map, Elem: &schema.Type{Kind: schema.Any}}
	case t.Type == "string":
		return &schema.Type{Kind: schema.String}
	case t.Type == "number", t.Type == "integer":
		return &schema.Type{Kind: schema.Number}
	case t.Type == "boolean":
		return &schema.Type{Kind: schema.Bool}
	}
	panic(fmt.Sprintf("type %+v", t))
}

// awsConfig is the provider's configuration under Pulumi's names, of which the
// package schema lists a few only. Its blocks are the types that are called
// Provider and something.
func (p *puPackage) awsConfig(tf *tfBlock) *schema.Object {
	o := &schema.Object{}
	for name, a := range tf.Attrs {
		o.Properties = append(o.Properties, &schema.Property{Name: camel(name), Type: pulumiType(tfType(a.typ)), Input: true, Terraform: name})
	}
	for name := range tf.Blocks {
		t := &schema.Type{Kind: schema.Obj}
		word := camel(name)
		if word == "assumeRole" || word == "endpoints" {
			// The blocks that may be repeated.
			word = strings.TrimSuffix(word, "s")
			t = &schema.Type{Kind: schema.List, Elem: t}
		}
		class := "Provider" + strings.ToUpper(word[:1]) + word[1:]
		object := p.object("aws:index/" + class + ":" + class)
		if t.Elem != nil {
			word += "s"
			t.Elem.Object = object
		} else {
			t.Object = object
		}
		o.Properties = append(o.Properties, &schema.Property{Name: word, Type: t, Input: true, Terraform: name})
	}
	sortProperties(o)
	return o
}

// camel turns snake_case into camelCase.
func camel(name string) string {
	words := strings.Split(name, "_")
	for i, w := range words[1:] {
		if w != "" {
			words[i+1] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, "")
}

// pulumiType is a Terraform type in Pulumi's terms, which have no sets.
func pulumiType(t *schema.Type) *schema.Type {
	switch t.Kind {
	case schema.Set, schema.List:
		return &schema.Type{Kind: schema.List, Elem: pulumiType(t.Elem)}
	case schema.Map:
		return &schema.Type{Kind: schema.Map, Elem: pulumiType(t.Elem)}
	}
	return t
}
