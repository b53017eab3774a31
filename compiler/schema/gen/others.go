package main

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/schema"
)

// provFile is a file of providers/.
type provFile struct {
	Package    string               `json:"package"`
	Provider   string               `json:"provider"` // Terraform's address with its host; "" where there is no twin
	Prefix     string               `json:"prefix"`
	Versions   map[string]string    `json:"versions"`
	Resources  map[string]provType  `json:"resources"`
	Functions  map[string]provType  `json:"functions"`
	Nested     map[string]provProps `json:"nested"`
	NestedRule map[string][]string  `json:"nestedRule"`
	Terraform  map[string]string    `json:"terraform"`
	Schema     struct {
		Resources map[string]*tfBlock `json:"resources"`
		Data      map[string]*tfBlock `json:"data"`
	} `json:"tfSchema"`
	Config struct {
		provType
		TF *tfBlock `json:"tf"`
	} `json:"config"`
}

type provProps map[string]provProp

type provType struct {
	TF         string    `json:"tf"`
	In         provProps `json:"in"`
	Out        provProps `json:"out"`
	Rule       []string  `json:"rule"`
	Secret     []string  `json:"secret"`
	Source     string    `json:"src"`
	Aliases    []string  `json:"aliases"`
	Deprecated any       `json:"deprecated"`
	Flat       []string  `json:"flat"`
}

// provProp is [Terraform name or null, 1 if required, type].
type provProp struct {
	tf       string
	required bool
	typ      any
}

func (p *provProp) UnmarshalJSON(text []byte) error {
	var parts [3]any
	if err := json.Unmarshal(text, &parts); err != nil {
		return err
	}
	p.tf, _ = parts[0].(string)
	n, _ := parts[1].(float64)
	p.required = n != 0
	p.typ = parts[2]
	return nil
}

func (g *generator) others(dir string) (entries, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.json.gz"))
	if err != nil {
		return entries{}, err
	}
	slices.Sort(paths)
	var all entries
	for _, path := range paths {
		var f provFile
		if err := readJSON(path, &f); err != nil {
			return entries{}, err
		}
		f.correct()
		es := g.provider(&f)
		all.pulumi = append(all.pulumi, es.pulumi...)
		all.terraform = append(all.terraform, es.terraform...)
	}
	return all, nil
}

var versionNumber = regexp.MustCompile(`^v?(\d+\.\d+\.\d+\S*)$`)

func (g *generator) provider(f *provFile) entries {
	provider := schema.Provider{
		Package: f.Package, Prefix: f.Prefix,
		Source: strings.TrimPrefix(f.Provider, "registry.terraform.io/"),
	}
	if m := versionNumber.FindStringSubmatch(f.Versions["terraform"]); m != nil {
		provider.Version = m[1]
	}
	if npm, version, ok := strings.Cut(f.Versions["pulumi"], " "); ok && npm != "none" {
		provider.NPM = npm
		provider.Plugin = strings.TrimPrefix(version, "v")
	}
	p := &puPackage{
		provider:  &provider,
		resources: map[string]*schema.Resource{},
		functions: map[string]*schema.Resource{},
		objects:   map[string]*schema.Object{},
		twins:     f.Terraform,
	}
	for token, props := range f.Nested {
		o := p.object(token)
		for name, x := range props {
			o.Properties = append(o.Properties, &schema.Property{
				Name: name, Type: p.provType(x.typ), Required: x.required, Input: true, Output: true,
				Terraform: x.tf, Guessed: slices.Contains(f.NestedRule[token], name),
			})
		}
		sortProperties(o)
	}
	b := &binder{reportf: g.reportf, bound: map[*schema.Object]bool{}, blocks: blockProviders[f.Package]}
	build := func(token string, t provType, tf *tfBlock) *schema.Resource {
		r := &schema.Resource{Type: token, Terraform: t.TF, Guessed: strings.HasPrefix(t.Source, "rule"), Aliases: t.Aliases, Deprecated: t.Deprecated != nil}
		names := map[string]bool{}
		for name := range t.In {
			names[name] = true
		}
		for name := range t.Out {
			names[name] = true
		}
		for _, name := range sorted(names) {
			in, isInput := t.In[name]
			out, isOutput := t.Out[name]
			x := in
			if !isInput {
				x = out
			}
			r.Properties = append(r.Properties, &schema.Property{
				Name: name, Type: p.provType(x.typ), Required: isInput && in.required, Input: isInput, Output: isOutput,
				Terraform: x.tf, Guessed: slices.Contains(t.Rule, name), Secret: slices.Contains(t.Secret, name),
				Flat: slices.Contains(t.Flat, name),
			})
		}
		if tf != nil {
			b.bind(token, &r.Object, tf)
		} else if f.Provider != "" && t.Source != "overlay" {
			b.guessAll(&r.Object)
		}
		return r
	}
	for _, token := range sorted(f.Resources) {
		t := f.Resources[token]
		twin := f.Schema.Resources[t.TF]
		p.resources[token] = build(token, t, twin)
		withID(p.resources[token], twin)
	}
	for _, token := range sorted(f.Functions) {
		t := f.Functions[token]
		p.functions[token] = build(token, t, f.Schema.Data[t.TF])
	}
	f.Config.Out = nil
	tfProvider := provider
	if f.Config.TF != nil {
		tfProvider.Config = f.Config.TF.object("")
	}
	provider.Config = &build("pulumi:providers:"+f.Package, f.Config.provType, f.Config.TF).Object
	es := entries{pulumi: p.entries()}
	if provider.Source != "" {
		es.terraform = terraformEntries(&tfProvider, f.Schema.Resources, f.Schema.Data)
	}
	return es
}

// provType is a type in the notation of providers/: a name, a constructor such
// as ["list", type], or "#" and the token of a nested type.
func (p *puPackage) provType(t any) *schema.Type {
	switch t := t.(type) {
	case string:
		if token, ok := strings.CutPrefix(t, "#"); ok {
			return &schema.Type{Kind: schema.Obj, Object: p.object(token)}
		}
		return &schema.Type{Kind: schema.Kind(t)}
	case []any:
		if t[0] == "union" {
			u := &schema.Type{Kind: schema.Union}
			for _, o := range t[1:] {
				u.Options = append(u.Options, p.provType(o))
			}
			return u
		}
		return &schema.Type{Kind: schema.Kind(t[0].(string)), Elem: p.provType(t[1])}
	}
	return &schema.Type{Kind: schema.Any}
}
