package main

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/schema"
)

// A puPackage is a Pulumi package in the form that all sources are brought
// to: resources and functions whose types share the objects of one pool, so
// that a nested type is one value however many use it.
type puPackage struct {
	provider  *schema.Provider // Config has Pulumi's names
	resources map[string]*schema.Resource
	functions map[string]*schema.Resource
	objects   map[string]*schema.Object // by token
	// twins names the preferred token of Terraform types.
	twins map[string]string
}

// object returns a nested type of the pool, which need not be filled yet.
func (p *puPackage) object(token string) *schema.Object {
	o := p.objects[token]
	if o == nil {
		o = &schema.Object{Name: token}
		p.objects[token] = o
	}
	return o
}

// entries makes the package's entries.
func (p *puPackage) entries() []schema.Entry {
	pkg := p.provider.Package
	provider := &schema.Resource{
		Type: "pulumi:providers:" + pkg, Object: schema.Object{Properties: slices.Clone(p.provider.Config.Properties)},
	}
	withID(provider, nil)
	p.resources[provider.Type] = provider
	aliases := map[string]string{}
	for _, token := range sorted(p.resources) {
		r := p.resources[token]
		for _, alias := range r.Aliases {
			if old := p.resources[alias]; old == nil || replaces(r, old) {
				aliases[alias] = token
			}
		}
	}

	var es []schema.Entry
	members := map[string][]schema.Member{}
	add := func(token string, kind schema.MemberKind, target string) {
		module, name := memberName(token)
		if kind == schema.FunctionMember {
			name = lowerFirst(name)
		}
		m := schema.Member{Name: name, Kind: kind, Token: target, Alias: token != target}
		members[module] = append(members[module], m)
	}
	for _, token := range sorted(p.resources) {
		if aliases[token] != "" {
			continue
		}
		r := p.resources[token]
		r.Aliases = slices.DeleteFunc(slices.Compact(slices.Sorted(slices.Values(r.Aliases))), func(a string) bool { return a == token })
		es = append(es, schema.Entry{Kind: schema.ResourceEntry, Name: token, Resource: r})
		if !strings.HasPrefix(token, "pulumi:") {
			add(token, schema.ResourceMember, token)
		}
	}
	for _, token := range sorted(p.functions) {
		es = append(es, schema.Entry{Kind: schema.FunctionEntry, Name: token, Resource: p.functions[token]})
		add(token, schema.FunctionMember, token)
	}
	for _, alias := range sorted(aliases) {
		es = append(es, schema.Entry{Kind: schema.ResourceEntry, Name: alias, Target: aliases[alias]})
		// Modules of nothing but old names are no longer in the SDK.
		if module, _ := memberName(alias); members[module] != nil {
			add(alias, schema.ResourceMember, aliases[alias])
		}
	}
	members[""] = append(members[""], schema.Member{Name: "Provider", Kind: schema.ResourceMember, Token: "pulumi:providers:" + pkg})

	es = append(es, twinEntries(schema.TwinEntry, p.resources, p.twins)...)
	es = append(es, twinEntries(schema.DataTwinEntry, p.functions, nil)...)
	es = append(es, moduleEntries(p.provider, members)...)
	es = append(es, sharedObjects(es)...)
	return append(es, schema.Entry{Kind: schema.ProviderEntry, Name: pkg, Provider: p.provider})
}

// withID adds the output that every resource has. In Terraform it is the
// attribute id, which newer resources lack; the bridge then makes it of other
// attributes, in its own way for each.
func withID(r *schema.Resource, tf *tfBlock) {
	id := r.Property("id")
	if id == nil {
		id = &schema.Property{Name: "id", Type: &schema.Type{Kind: schema.String}, Output: true}
		r.Properties = append(r.Properties, id)
		sortProperties(&r.Object)
	}
	switch name, ok := ids[r.Terraform]; {
	case ok:
		id.Terraform = name
	case tf != nil && !tf.has("id"):
		id.Terraform, id.Guessed = "", false
	case r.Terraform != "":
		id.Terraform, id.Guessed = "id", tf == nil
	}
}

// replaces reports whether a type stands for an older one: both are the same
// Terraform type and take the same arguments, and only the old one is
// deprecated. (In Kubernetes each API version is an alias of the others, but a
// program that names one wants that one.)
func replaces(r, old *schema.Resource) bool {
	if !old.Deprecated || r.Deprecated || r.Terraform == "" || r.Terraform != old.Terraform {
		return false
	}
	var inputs [2][]string
	for i, o := range []*schema.Object{&r.Object, &old.Object} {
		for _, p := range o.Properties {
			if p.Input {
				inputs[i] = append(inputs[i], p.Name+" "+p.Type.String())
			}
		}
	}
	return slices.Equal(inputs[0], inputs[1])
}

// memberName is where a program finds what a token names: the path of the
// module, and the name in it. Kubernetes' modules are called after the first
// word of their API group.
func memberName(token string) (module, name string) {
	parts := strings.Split(token, ":")
	module, name = parts[1], parts[2]
	if parts[0] == "kubernetes" {
		group, version, _ := strings.Cut(module, "/")
		group, _, _ = strings.Cut(group, ".")
		module = strings.TrimSuffix(group+"/"+version, "/")
	} else if dir, file, ok := strings.Cut(module, "/"); ok && (dir == "index" || strings.EqualFold(file, name)) {
		module = dir // The rest names the file that the SDK has the type in.
	}
	if module == "index" {
		module = ""
	}
	return module, name
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// moduleEntries lists the members of every module, and modules as members of
// those that contain them.
func moduleEntries(p *schema.Provider, members map[string][]schema.Member) []schema.Entry {
	paths := map[string]bool{}
	for path := range members {
		for path != "" {
			paths[path] = true
			path = path[:max(0, strings.LastIndexByte(path, '/'))]
		}
	}
	p.Modules = sorted(paths)
	for _, path := range p.Modules {
		parent := path[:max(0, strings.LastIndexByte(path, '/'))]
		name := path[strings.LastIndexByte(path, '/')+1:]
		members[parent] = append(members[parent], schema.Member{Name: name, Kind: schema.ModuleMember, Token: path})
	}
	var es []schema.Entry
	for _, path := range sorted(members) {
		list := members[path]
		// Of two with one name the first stays, which is the one in use now.
		slices.SortStableFunc(list, func(a, b schema.Member) int { return cmp.Compare(a.Name, b.Name) })
		list = slices.CompactFunc(list, func(a, b schema.Member) bool { return a.Name == b.Name })
		es = append(es, schema.Entry{Kind: schema.ModuleEntry, Name: p.Package + ":" + path, Members: list})
	}
	return es
}

// twinEntries lead from Terraform's types to tokens. preferred says which token
// where there are several.
func twinEntries(kind schema.EntryKind, types map[string]*schema.Resource, preferred map[string]string) []schema.Entry {
	twins := map[string]string{}
	for _, token := range sorted(types) {
		r := types[token]
		if old := twins[r.Terraform]; r.Terraform != "" && (old == "" || types[old].Deprecated && !r.Deprecated) {
			twins[r.Terraform] = token
		}
	}
	var es []schema.Entry
	for _, tf := range sorted(twins) {
		token := twins[tf]
		if r := types[preferred[tf]]; r != nil && r.Terraform == tf {
			token = r.Type
		}
		es = append(es, schema.Entry{Kind: kind, Name: tf, Target: token})
	}
	return es
}

// sharedObjects are the nested types that several entries use. Those that one
// entry uses are written in it.
func sharedObjects(es []schema.Entry) []schema.Entry {
	users := map[*schema.Object]int{}
	for _, e := range es {
		if e.Resource == nil {
			continue
		}
		seen := map[*schema.Object]bool{}
		visit(&e.Resource.Object, seen)
		delete(seen, &e.Resource.Object)
		for o := range seen {
			users[o]++
		}
	}
	var shared []schema.Entry
	for o, n := range users {
		if n > 1 {
			shared = append(shared, schema.Entry{Kind: schema.ObjectEntry, Name: o.Name, Object: o})
		}
	}
	slices.SortFunc(shared, func(a, b schema.Entry) int { return cmp.Compare(a.Name, b.Name) })
	return shared
}

// visit adds an object and all it contains to seen.
func visit(o *schema.Object, seen map[*schema.Object]bool) {
	if o == nil || seen[o] {
		return
	}
	seen[o] = true
	for _, p := range o.Properties {
		visitType(p.Type, seen)
	}
}

func visitType(t *schema.Type, seen map[*schema.Object]bool) {
	if t == nil {
		return
	}
	visit(t.Object, seen)
	visitType(t.Elem, seen)
	for _, o := range t.Options {
		visitType(o, seen)
	}
}
