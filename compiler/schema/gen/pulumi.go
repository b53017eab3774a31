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

// A binder compares Pulumi's types with Terraform's: it corrects names, and
// says what is flat, secret and computed.
type binder struct {
	reportf func(format string, args ...any)
	bound   map[*schema.Object]bool
	// grow says that Terraform's side is of an older version and is to be
	// extended with what only Pulumi has.
	grow bool
	// blocks says that the provider writes nested objects as blocks, for
	// guesses.
	blocks bool
}

// bind does so for an object and all it contains. where names it in the report.
func (b *binder) bind(where string, o *schema.Object, tf *tfBlock) {
	if b.bound[o] {
		return
	}
	b.bound[o] = true
	used := map[string]bool{}
	for _, p := range o.Properties {
		if tf.has(p.Terraform) {
			used[p.Terraform] = true
		}
	}
	for _, p := range o.Properties {
		b.property(where+"."+p.Name, p, tf, used)
	}
	for _, name := range sorted(tf.Attrs) {
		if a := tf.Attrs[name]; !used[name] && (a.has("r") || a.has("o")) && name != "id" {
			b.reportf("no Pulumi twin: %s: %s %s", where, name, a.flags)
		}
	}
	for _, name := range sorted(tf.Blocks) {
		if !used[name] && name != "timeouts" {
			b.reportf("no Pulumi twin: %s: %s block", where, name)
		}
	}
}

func (b *tfBlock) has(name string) bool {
	_, isAttr := b.Attrs[name]
	return isAttr || b.Blocks[name] != nil
}

func (b *binder) property(where string, p *schema.Property, tf *tfBlock, used map[string]bool) {
	if !tf.has(p.Terraform) {
		p.Terraform = ""
		for _, name := range nameCandidates(p) {
			if tf.has(name) && !used[name] {
				p.Terraform = name
				used[name] = true
				break
			}
		}
		if p.Terraform == "" && b.grow {
			b.extend(p, tf)
			used[p.Terraform] = true
		}
		if p.Terraform == "" {
			b.reportf("no Terraform twin: %s", where)
			b.guess(p)
			return
		}
	} else if !slices.Contains(nameCandidates(p), p.Terraform) {
		b.reportf("unusual name: %s: %s", where, p.Terraform)
	}
	p.Guessed = false
	if x := tf.Blocks[p.Terraform]; x != nil {
		p.Block = true
		b.value(where, p, x.Mode, x)
		return
	}
	a := tf.Attrs[p.Terraform]
	p.Secret = p.Secret || a.has("s")
	p.Deprecated = p.Deprecated || a.has("d")
	if !a.has("r") && !a.has("o") {
		p.Input = false
	}
	if a.has("w") {
		p.Output = false
	}
	if a.block != nil {
		b.value(where, p, a.block.Nested, a.block)
		return
	}
	// An attribute may hold objects without being a nested attribute.
	mode, elem := "single", a.typ
	if t, ok := a.typ.([]any); ok && t[0] != "object" {
		mode, elem = t[0].(string), t[1]
	}
	var inner *tfBlock
	if t, ok := elem.([]any); ok && t[0] == "object" {
		inner = &tfBlock{Attrs: map[string]tfAttr{}}
		for name, typ := range t[1].(map[string]any) {
			inner.Attrs[name] = tfAttr{typ: typ, flags: "o"}
		}
	}
	b.value(where, p, mode, inner)
}

// value compares a value with its twin of a mode: inner is the block, or the
// element, or nil if that is no object.
func (b *binder) value(where string, p *schema.Property, mode string, inner *tfBlock) {
	t := p.Type
	isList := mode == "list" || mode == "set"
	switch {
	case t.Kind == schema.List && (isList || mode == "map"), t.Kind == schema.Map && mode == "map":
		t = t.Elem
	case isList && (t.Kind == schema.Obj || t.Kind == schema.String || t.Kind == schema.Number || t.Kind == schema.Bool):
		p.Flat = true
	case mode != "single", t.Kind == schema.List:
		b.reportf("shape: %s: %s against %s", where, t, mode)
		p.Guessed = true
		for t.Elem != nil {
			t = t.Elem
		}
		if t.Object != nil {
			b.guessAll(t.Object)
		}
		return
	}
	if inner == nil && t.Kind == schema.Obj && mode != "map" {
		b.reportf("shape: %s: %s against %s of no object", where, t, mode)
	}
	if inner == nil {
		return
	}
	if t.Kind == schema.Obj && t.Object != nil {
		b.bind(where, t.Object, inner)
	}
}

// guess names a property whose twin is unknown by rule.
func (b *binder) guess(p *schema.Property) {
	if pulumiOnly[p.Name] {
		return
	}
	isBlocks := p.Type.Kind == schema.List && p.Type.Elem.Kind == schema.Obj
	p.Terraform = schema.RuleTerraformName(p.Name, isBlocks)
	p.Guessed = true
	b.guessForm(p)
}

func (b *binder) guessForm(p *schema.Property) {
	isObject := p.Type.Kind == schema.Obj
	if !isObject && (p.Type.Kind != schema.List || p.Type.Elem.Kind != schema.Obj) {
		return
	}
	p.Block = b.blocks
	p.Flat = b.blocks && isObject && p.Name != "timeouts"
}

// guessAll guesses what no bind has settled, in an object and all it contains.
func (b *binder) guessAll(o *schema.Object) {
	seen := map[*schema.Object]bool{}
	visit(o, seen)
	for o := range seen {
		if b.bound[o] {
			continue
		}
		b.bound[o] = true
		for _, p := range o.Properties {
			if p.Terraform == "" {
				b.guess(p)
			} else {
				b.guessForm(p)
			}
		}
	}
}

// extend adds to a block what Pulumi has and the block lacks, being of an
// older version.
func (b *binder) extend(p *schema.Property, tf *tfBlock) {
	b.guess(p)
	t := p.Type
	list := t.Kind == schema.List
	if list {
		t = t.Elem
	}
	if t.Kind == schema.Obj {
		block := &tfBlock{Mode: "list", FormGuess: 1}
		if !list {
			block.Max = 1
		}
		if tf.Blocks == nil {
			tf.Blocks = map[string]*tfBlock{}
		}
		tf.Blocks[p.Terraform] = block
		return // Binding the object fills the block.
	}
	flags := "o"
	if p.Required {
		flags = "r"
	} else if !p.Input {
		flags = "c"
	}
	if tf.Attrs == nil {
		tf.Attrs = map[string]tfAttr{}
	}
	tf.Attrs[p.Terraform] = tfAttr{typ: tfNotation(p.Type), flags: flags, guessed: true}
}

// tfNotation is a type without objects in the notation of [tfAttr].
func tfNotation(t *schema.Type) any {
	if t.Elem != nil {
		return []any{string(t.Kind), tfNotation(t.Elem)}
	}
	return string(t.Kind)
}

// nameCandidates are the Terraform names that a property may stand for,
// likeliest first.
func nameCandidates(p *schema.Property) []string {
	rule := schema.RuleTerraformName(p.Name, false)
	return []string{
		rule, schema.RuleTerraformName(p.Name, true), rule + "s", strings.TrimSuffix(rule, "es"),
		splitDigits(rule), // "ipv6", but "line_1"
	}
}

func splitDigits(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if i > 0 && '0' <= s[i] && s[i] <= '9' && (s[i-1] < '0' || s[i-1] > '9') && s[i-1] != '_' {
			b.WriteByte('_')
		}
		b.WriteByte(s[i])
	}
	return b.String()
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

	es = append(es, p.twinEntries()...)
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
		// A name in use now hides an old one.
		slices.SortStableFunc(list, func(a, b schema.Member) int {
			return cmp.Or(cmp.Compare(a.Name, b.Name), compareBool(a.Alias, b.Alias))
		})
		list = slices.CompactFunc(list, func(a, b schema.Member) bool { return a.Name == b.Name })
		es = append(es, schema.Entry{Kind: schema.ModuleEntry, Name: p.Package + ":" + path, Members: list})
	}
	return es
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// twinEntries lead from Terraform's types to tokens.
func (p *puPackage) twinEntries() []schema.Entry {
	twins := map[string]string{}
	for _, token := range sorted(p.resources) {
		r := p.resources[token]
		if old := twins[r.Terraform]; r.Terraform != "" && (old == "" || p.resources[old].Deprecated && !r.Deprecated) {
			twins[r.Terraform] = token
		}
	}
	for tf, token := range p.twins {
		if r := p.resources[token]; r != nil && r.Terraform == tf {
			twins[tf] = token
		}
	}
	var es []schema.Entry
	for _, tf := range sorted(twins) {
		es = append(es, schema.Entry{Kind: schema.TwinEntry, Name: tf, Target: twins[tf]})
	}
	data := map[string]string{}
	for _, token := range sorted(p.functions) {
		f := p.functions[token]
		if old := data[f.Terraform]; f.Terraform != "" && (old == "" || p.functions[old].Deprecated && !f.Deprecated) {
			data[f.Terraform] = token
		}
	}
	for _, tf := range sorted(data) {
		es = append(es, schema.Entry{Kind: schema.DataTwinEntry, Name: tf, Target: data[tf]})
	}
	return es
}

// sharedObjects are the nested types that several entries use. Those that one
// entry uses are written in it.
func sharedObjects(es []schema.Entry) []schema.Entry {
	users := map[*schema.Object]int{}
	for _, e := range es {
		var root *schema.Object
		switch {
		case e.Resource != nil:
			root = &e.Resource.Object
		default:
			continue
		}
		seen := map[*schema.Object]bool{}
		visit(root, seen)
		for o := range seen {
			if o != root {
				users[o]++
			}
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
