package main

import (
	"fmt"
	"strings"

	"github.com/sstc/sstc/compiler/schema"
)

type cfnProperty struct {
	Type     any    `json:"t"`
	Required int    `json:"r"`
	Replaces string `json:"repl"` // "yes", "maybe"
	Dep      any    `json:"dep"`
}

type cfnResource struct {
	Properties map[string]cfnProperty            `json:"p"`
	Attributes map[string]any                    `json:"a"`
	Types      map[string]map[string]cfnProperty `json:"types"`
	Ref        []string                          `json:"ref"`
}

func cloudFormation(path string) ([]schema.Entry, error) {
	var file struct{ Resources map[string]cfnResource }
	if err := readJSON(path, &file); err != nil {
		return nil, err
	}
	var es []schema.Entry
	for _, name := range sorted(file.Resources) {
		es = append(es, schema.Entry{Kind: schema.ResourceEntry, Name: name, Resource: file.Resources[name].resource(name)})
	}
	return es, nil
}

func (c cfnResource) resource(name string) *schema.Resource {
	r := &schema.Resource{Type: name}
	r.RefReturns = strings.Join(c.Ref, "|")
	if fix, ok := cloudFormationRefs[name]; ok {
		r.RefReturns = fix
	}
	// Types may contain themselves, so that all exist before any is filled.
	objects := map[string]*schema.Object{}
	for name := range c.Types {
		objects[name] = &schema.Object{Name: name}
	}
	for name, properties := range c.Types {
		objects[name].Properties = cfnProperties(properties, objects)
		sortProperties(objects[name])
	}
	r.Properties = cfnProperties(c.Properties, objects)
	byName := map[string]*schema.Property{}
	for _, p := range r.Properties {
		byName[p.Name] = p
	}
	for name, typ := range c.Attributes {
		if p := byName[name]; p != nil {
			p.Output = true
			continue
		}
		r.Properties = append(r.Properties, &schema.Property{Name: name, Type: cfnType(typ, objects), Output: true})
	}
	sortProperties(&r.Object)
	return r
}

func cfnProperties(properties map[string]cfnProperty, objects map[string]*schema.Object) []*schema.Property {
	var list []*schema.Property
	for name, p := range properties {
		list = append(list, &schema.Property{
			Name: name, Type: cfnType(p.Type, objects), Input: true, Required: p.Required != 0,
			Replaces: p.Replaces == "yes", Deprecated: p.Dep != nil,
		})
	}
	return list
}

// tag is the element of most lists of tags.
var tag = &schema.Object{Name: "Tag", Properties: []*schema.Property{
	{Name: "Key", Type: &schema.Type{Kind: schema.String}, Required: true, Input: true},
	{Name: "Value", Type: &schema.Type{Kind: schema.String}, Required: true, Input: true},
}}

func cfnType(t any, objects map[string]*schema.Object) *schema.Type {
	switch t := t.(type) {
	case string:
		switch t {
		case "string", "date-time":
			return &schema.Type{Kind: schema.String}
		case "integer", "number":
			return &schema.Type{Kind: schema.Number}
		case "boolean":
			return &schema.Type{Kind: schema.Bool}
		case "json":
			return &schema.Type{Kind: schema.Any}
		case "tag":
			return &schema.Type{Kind: schema.Obj, Object: tag}
		}
	case []any:
		switch t[0] {
		case "list":
			return &schema.Type{Kind: schema.List, Elem: cfnType(t[1], objects)}
		case "map":
			return &schema.Type{Kind: schema.Map, Elem: cfnType(t[len(t)-1], objects)}
		case "ref":
			return &schema.Type{Kind: schema.Obj, Object: objects[t[1].(string)]}
		case "enum":
			e := &schema.Type{Kind: schema.String}
			for _, x := range t[1:] {
				e.Enum = append(e.Enum, fmt.Sprint(x))
			}
			return e
		case "union":
			u := &schema.Type{Kind: schema.Union}
			for _, o := range t[1:] {
				u.Options = append(u.Options, cfnType(o, objects))
			}
			return u
		}
	}
	panic(fmt.Sprintf("type %v", t))
}
