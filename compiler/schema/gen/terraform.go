package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/schema"
)

// tfBlock is a resource, a block or the value of a nested attribute.
type tfBlock struct {
	Attrs      map[string]tfAttr   `json:"attrs"`
	Blocks     map[string]*tfBlock `json:"blocks"`
	Mode       string              `json:"mode"` // of a block: list, set, single, map
	Min        int                 `json:"min"`
	Max        int                 `json:"max"`
	Nested     string              `json:"nested"` // of a nested attribute: like Mode
	FormGuess  int                 `json:"formGuess"`
	Deprecated any                 `json:"deprecated"`
	// From says that a resource is of another version than its provider.
	From string `json:"from"`
}

// tfAttr is [type, flags]. A type is a name, a constructor such as
// ["list", type], or an object: a nested attribute.
type tfAttr struct {
	typ     any
	block   *tfBlock // of a nested attribute
	flags   string   // r required, o optional, c computed, s sensitive, d deprecated, w write-only
	guessed bool     // made by [binder.extend]
}

func (a *tfAttr) UnmarshalJSON(text []byte) error {
	var parts [2]json.RawMessage
	if err := json.Unmarshal(text, &parts); err != nil {
		return err
	}
	if err := json.Unmarshal(parts[1], &a.flags); err != nil {
		return err
	}
	if parts[0][0] == '{' {
		return json.Unmarshal(parts[0], &a.block)
	}
	return json.Unmarshal(parts[0], &a.typ)
}

func (a *tfAttr) has(flag string) bool { return strings.Contains(a.flags, flag) }

func (b *tfBlock) resource(name string) *schema.Resource {
	r := &schema.Resource{Type: name, Deprecated: b.Deprecated != nil && b.Deprecated != false}
	r.Object = *b.object("")
	return r
}

func (b *tfBlock) object(name string) *schema.Object {
	o := &schema.Object{Name: name}
	for name, a := range b.Attrs {
		o.Properties = append(o.Properties, a.property(name))
	}
	for name, x := range b.Blocks {
		p := &schema.Property{
			Name: name, Type: container(x.Mode, &schema.Type{Kind: schema.Obj, Object: x.object(name)}),
			Block: true, Guessed: x.FormGuess != 0, MinItems: x.Min, MaxItems: x.Max,
			Required: x.Min > 0, Input: true, Output: true, Deprecated: x.Deprecated != nil && x.Deprecated != false,
		}
		if x.Mode == "single" {
			p.MaxItems = 1
		}
		o.Properties = append(o.Properties, p)
	}
	sortProperties(o)
	return o
}

func (a *tfAttr) property(name string) *schema.Property {
	p := &schema.Property{
		Name: name, Required: a.has("r"), Input: a.has("r") || a.has("o"), Output: !a.has("w"),
		Computed: a.has("c"), Secret: a.has("s"), Deprecated: a.has("d"),
	}
	if n := a.block; n != nil {
		p.Type = container(n.Nested, &schema.Type{Kind: schema.Obj, Object: n.object(name)})
		p.Guessed = n.FormGuess != 0
		p.MinItems, p.MaxItems = n.Min, n.Max
		return p
	}
	p.Type = tfType(a.typ)
	p.Guessed = a.guessed
	return p
}

// container is the type of a block or nested attribute of a mode.
func container(mode string, elem *schema.Type) *schema.Type {
	switch mode {
	case "single":
		return elem
	case "list":
		return &schema.Type{Kind: schema.List, Elem: elem}
	case "set":
		return &schema.Type{Kind: schema.Set, Elem: elem}
	case "map":
		return &schema.Type{Kind: schema.Map, Elem: elem}
	}
	panic(fmt.Sprintf("mode %q", mode))
}

func tfType(t any) *schema.Type {
	switch t := t.(type) {
	case string:
		switch t {
		case "string":
			return &schema.Type{Kind: schema.String}
		case "number":
			return &schema.Type{Kind: schema.Number}
		case "bool":
			return &schema.Type{Kind: schema.Bool}
		case "dynamic", "any":
			return &schema.Type{Kind: schema.Any}
		}
	case []any:
		switch t[0] {
		case "list", "set", "map":
			return container(t[0].(string), tfType(t[1]))
		case "object":
			// A value of an object type must have all its attributes.
			o := &schema.Object{}
			for name, typ := range t[1].(map[string]any) {
				o.Properties = append(o.Properties, &schema.Property{Name: name, Type: tfType(typ), Required: true, Input: true, Output: true})
			}
			sortProperties(o)
			return &schema.Type{Kind: schema.Obj, Object: o}
		}
	}
	panic(fmt.Sprintf("type %v", t))
}

func sortProperties(o *schema.Object) {
	slices.SortFunc(o.Properties, func(a, b *schema.Property) int { return cmp.Compare(a.Name, b.Name) })
}

func sortMembers(list []schema.Member) {
	slices.SortFunc(list, func(a, b schema.Member) int { return cmp.Compare(a.Name, b.Name) })
}

// sorted returns the keys of a map in order.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// terraformEntries are those of one provider's schema.
func terraformEntries(p *schema.Provider, resources, data map[string]*tfBlock) []schema.Entry {
	var es []schema.Entry
	for _, name := range sorted(resources) {
		es = append(es, schema.Entry{Kind: schema.ResourceEntry, Name: name, Resource: resources[name].resource(name)})
	}
	for _, name := range sorted(data) {
		es = append(es, schema.Entry{Kind: schema.FunctionEntry, Name: name, Resource: data[name].resource(name)})
	}
	prefix := strings.TrimSuffix(p.Prefix, "_")
	es = append(es, schema.Entry{Kind: schema.ProviderEntry, Name: prefix, Provider: p})
	if p.Source != "hashicorp/aws" {
		es = append(es, schema.Entry{Kind: schema.ProviderEntry, Name: p.Source, Target: prefix})
	}
	return es
}
