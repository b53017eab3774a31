// Package pulumiyaml writes a program in the pulumi dialect as a Pulumi YAML
// project: one Pulumi.yaml that `pulumi up` takes without any code to run.
//
// The project is named after the app and meant for a stack named after the
// stage. What is known only to whoever deploys is configuration of the stack,
// which the uploader sets: a secret or another parameter under the key that
// [ConfigKey] gives it, and where the archives and images are under
// [AssetsBucket], [AssetsPrefix] and [ImageRepository].
//
// Everything written is understood by pulumi-language-yaml 1.10 and later, but
// for the order of invokes (their dependsOn), archives beside the project
// (both 1.13), and joining what was split (1.34). The language has no
// functions for upper case, replacing and the like: a program that needs one
// gets a diagnostic.
package pulumiyaml

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
	"github.com/sstc/sstc/emit"
)

// The keys of the stack configuration that say where the uploader has put the
// archives and images. Each is there only if the program needs it.
const (
	AssetsBucket    = "assetsBucket"    // the bucket's name
	AssetsPrefix    = "assetsPrefix"    // what comes before an archive's file name in its object key: "" or "my-app/"
	ImageRepository = "imageRepository" // the name of the repository of Amazon ECR
)

// ConfigKey returns the key of a parameter in the stack configuration: its
// name, with an underscore for every character that a key may not have in an
// interpolation.
func ConfigKey(param string) string {
	key := []byte(param)
	for i, c := range key {
		if !isLetter(c) && (i == 0 || !isDigit(c)) {
			key[i] = '_'
		}
	}
	return string(key)
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }

// Emitter is the Pulumi YAML output format.
type Emitter struct{}

// Name returns "pulumi".
func (Emitter) Name() string { return "pulumi" }

// Dialect returns the dialect that Pulumi itself speaks.
func (Emitter) Dialect() ir.Dialect { return ir.Pulumi }

// Emit returns pulumi/Pulumi.yaml. The program has passed [emit.CheckPulumi].
func (Emitter) Emit(p *ir.Program, opts emit.Options) ([]emit.File, diag.List) {
	w := newProject(p, opts)
	doc := w.document()
	if w.diags.HasErrors() {
		return nil, w.diags
	}
	header := fmt.Sprintf("# Made by sstc for the stage %q. The next build overwrites changes.\n", p.App.Stage)
	return []emit.File{{Path: "pulumi/Pulumi.yaml", Content: append([]byte(header), document(doc)...)}}, w.diags
}

// A project holds what Emit knows of the program while it writes it.
type project struct {
	p          *ir.Program
	opts       emit.Options
	resources  map[string]*ir.Resource
	invokes    map[string]*ir.Invoke
	components map[string]*ir.Component
	providers  []*ir.ProviderConfig // default providers, by package: those of the program, and those that it uses without a word
	versions   []providerVersion    // further versions of default providers that resources ask for
	keys       map[string]string    // of resources and invokes, by ID

	// What the values written so far have used.
	pseudo                               map[string]bool
	usesBucket, usesPath, usesRepository bool

	diags diag.List
	owner owner // whose values are being written
}

// An owner is what a diagnostic is about.
type owner struct {
	what      string // `The resource "Uploads" (aws:s3/bucket:Bucket)`
	component *ir.Component
	rng       diag.Range
}

type providerVersion struct{ pkg, version string }

func newProject(p *ir.Program, opts emit.Options) *project {
	w := &project{
		p: p, opts: opts,
		resources:  make(map[string]*ir.Resource, len(p.Resources)),
		invokes:    make(map[string]*ir.Invoke, len(p.Invokes)),
		components: make(map[string]*ir.Component, len(p.Components)),
		providers:  slices.Clone(p.Providers),
		keys:       make(map[string]string, len(p.Resources)+len(p.Invokes)),
		pseudo:     map[string]bool{},
	}
	for _, c := range p.Components {
		w.components[c.ID] = c
	}
	for _, r := range p.Resources {
		w.resources[r.ID] = r
		w.use(r.Type)
	}
	for _, i := range p.Invokes {
		w.invokes[i.ID] = i
		w.use(i.Token)
	}
	slices.SortStableFunc(w.providers, func(a, b *ir.ProviderConfig) int { return cmp.Compare(a.Package, b.Package) })
	for _, r := range p.Resources {
		if v := w.ownVersion(r); v.version != "" && !slices.Contains(w.versions, v) {
			w.versions = append(w.versions, v)
		}
	}
	slices.SortFunc(w.versions, func(a, b providerVersion) int { return cmp.Compare(a.key(), b.key()) })
	w.name()
	return w
}

// use sees to it that the package of a token has a default provider.
func (w *project) use(token string) {
	pkg := packageOf(token)
	if pkg != "pulumi" && w.provider(pkg) == nil {
		w.providers = append(w.providers, &ir.ProviderConfig{Package: pkg})
	}
}

// packageOf returns the package that a token is of, an explicit provider's
// being the one that it configures.
func packageOf(token string) string {
	pkg, _, _ := strings.Cut(strings.TrimPrefix(token, providerPrefix), ":")
	return pkg
}

const providerPrefix = "pulumi:providers:"

// provider returns the default provider of a package, or nil.
func (w *project) provider(pkg string) *ir.ProviderConfig {
	for _, pc := range w.providers {
		if pc.Package == pkg {
			return pc
		}
	}
	return nil
}

// name gives each resource and invoke its key. Configuration, variables and
// resources share one set of names, in which "pulumi" is taken. A resource's
// key is its ID unless something else has that name. Keys are of no
// consequence for what is deployed: a resource's name there is its own.
func (w *project) name() {
	taken := map[string]bool{"pulumi": true, AssetsBucket: true, AssetsPrefix: true, ImageRepository: true}
	for _, v := range pseudoVariables {
		taken[v.key] = true
	}
	for _, d := range w.p.Params {
		taken[ConfigKey(d.Name)] = true
	}
	for _, pc := range w.providers {
		taken[providerKey(pc.Package)] = true
	}
	for _, v := range w.versions {
		taken[v.key()] = true
	}
	claim := func(id, suffix string) {
		key := id
		for taken[key] {
			key += suffix
		}
		taken[key] = true
		w.keys[id] = key
	}
	for _, r := range w.p.Resources {
		claim(r.ID, "Resource")
	}
	for _, i := range w.p.Invokes {
		claim(i.ID, "Result")
	}
}

func (w *project) document() *mapping {
	// Values first: they tell which variables and configuration are needed.
	resources := w.allResources()
	outputs := &mapping{}
	for _, o := range w.p.Outputs {
		w.owner = owner{what: fmt.Sprintf("The output %q", o.Name), rng: o.Range}
		outputs.add(o.Name, w.value(o.Value))
	}
	variables := w.variables()

	doc := &mapping{}
	doc.add("name", text(w.p.App.Name))
	doc.add("description", text(fmt.Sprintf("%s, stage %s", w.p.App.Name, w.p.App.Stage)))
	doc.add("runtime", text("yaml"))
	for _, section := range []entry{
		{key: "config", value: w.config()},
		{key: "variables", value: variables},
		{key: "resources", value: resources},
		{key: "outputs", value: outputs},
	} {
		if !isEmpty(section.value) {
			section.apart = true
			doc.entries = append(doc.entries, section)
		}
	}
	return doc
}

// config declares what the stack's configuration has to hold.
func (w *project) config() node {
	m := &mapping{}
	str := func(key, comment string) {
		m.entries = append(m.entries, entry{key: key, comment: comment, value: &mapping{[]entry{{key: "type", value: text("string")}}}})
	}
	if w.usesBucket {
		str(AssetsBucket, "the bucket with the archives")
	}
	if w.usesPath {
		str(AssetsPrefix, "what comes before an archive's file name in its object key")
	}
	if w.usesRepository {
		str(ImageRepository, "the repository of Amazon ECR with the container images")
	}
	owner := map[string]string{"pulumi": "a variable of Pulumi's own", AssetsBucket: "the archives' bucket", AssetsPrefix: "the archives' prefix", ImageRepository: "the images' repository"}
	for _, d := range w.p.Params {
		key := ConfigKey(d.Name)
		if other := owner[key]; other != "" {
			w.diags.Add(diag.UnsupportedByTarget, d.Range, "Not possible in this format",
				fmt.Sprintf("In the configuration of a Pulumi stack, the parameter %q would have the key %q, which is that of %s. Rename it.", d.Name, key, other))
		}
		owner[key] = fmt.Sprintf("the parameter %q", d.Name)
		e := &mapping{}
		kind, def := w.configType(d)
		e.add("type", text(kind))
		if d.List {
			e.add("items", &mapping{[]entry{{key: "type", value: text("string")}}})
		}
		e.add("default", def)
		if d.Kind == ir.ParamSecret {
			e.add("secret", scalar("true"))
		}
		m.entries = append(m.entries, entry{key: key, comment: oneLine(d.Description), value: e})
	}
	return m
}

// configType returns the type of a parameter, in the words of a project's
// configuration, and its default as the configuration spells it: text there is
// not interpolated.
func (w *project) configType(d *ir.ParamDecl) (kind string, def node) {
	kind = "string"
	if d.List {
		kind = "array"
	}
	switch v := d.Default.(type) {
	case nil, ir.Null:
		return kind, nil
	case ir.String:
		return kind, text(v)
	case ir.Bool:
		return "boolean", literal(v)
	case ir.Number:
		if v == ir.Number(int64(v)) {
			return "integer", literal(v)
		}
	case ir.List:
		l := sequence{}
		for _, e := range v {
			if s, ok := e.(ir.String); ok {
				l = append(l, text(s))
			}
		}
		if d.List && len(l) == len(v) {
			return kind, l
		}
	}
	w.diags.Add(diag.UnsupportedByTarget, d.Range, "Not possible in this format",
		fmt.Sprintf("The default of the parameter %q must be a string, a whole number, a boolean or a list of strings for Pulumi YAML, whose configuration has no other types.", d.Name))
	return kind, nil
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// variables holds the invokes, in the order of their keys.
func (w *project) variables() node {
	m := &mapping{}
	for _, i := range w.p.Invokes {
		w.owner = owner{
			what:      fmt.Sprintf("The call of %s", i.Token),
			component: w.components[i.Component],
			rng:       i.Range,
		}
		options := &mapping{}
		if deps := w.dependsOn(i.DependsOn); len(deps) > 0 {
			options.add("dependsOn", deps)
		}
		if i.Provider != "" {
			options.add("provider", w.resourceRef(i.Provider))
		}
		m.add(w.keys[i.ID], w.invoke(i.Token, nonEmpty(w.nested(i.Args)), "", nonEmpty(options)))
	}
	for _, v := range pseudoVariables {
		if w.pseudo[v.param] {
			m.add(v.key, w.invoke(v.token, nil, v.result, nil))
		}
	}
	slices.SortStableFunc(m.entries, func(a, b entry) int { return cmp.Compare(a.key, b.key) })
	return m
}

func (w *project) invoke(token string, args node, result string, options node) node {
	m := &mapping{}
	m.add("function", text(token))
	m.add("arguments", args)
	m.add("options", options)
	if result != "" {
		m.add("return", text(result))
	}
	return call("fn::invoke", m)
}

// pseudoVariables are the values that every target knows, as Pulumi finds them.
var pseudoVariables = []struct{ param, key, token, result string }{
	{ir.PseudoAccount, "awsAccount", "aws:index/getCallerIdentity:getCallerIdentity", "accountId"},
	{ir.PseudoPartition, "awsPartition", "aws:index/getPartition:getPartition", "partition"},
	// "name", which version 6 of the provider has as well, is deprecated.
	{ir.PseudoRegion, "awsRegion", "aws:index/getRegion:getRegion", "region"},
}

// allResources holds the default providers, then the resources by the
// outermost component that they belong to, with its name above the first.
func (w *project) allResources() node {
	m := &mapping{}
	add := func(key, comment string, value node) {
		m.entries = append(m.entries, entry{key: key, comment: comment, value: value, apart: len(m.entries) > 0})
	}
	for _, pc := range w.providers {
		version := pluginVersion(pc)
		if pc.Args.Len() > 0 || version != "" {
			add(providerKey(pc.Package), "", w.defaultProvider(pc, version, true))
		}
	}
	for _, v := range w.versions {
		add(v.key(), "", w.defaultProvider(w.provider(v.pkg), v.version, false))
	}

	type placed struct {
		r     *ir.Resource
		group *ir.Component // nil for a raw resource
	}
	rs := make([]placed, len(w.p.Resources))
	for i, r := range w.p.Resources {
		rs[i] = placed{r, w.outermost(r.Component)}
	}
	name := func(x placed) string {
		if x.group != nil {
			return x.group.ID
		}
		return x.r.ID
	}
	slices.SortStableFunc(rs, func(a, b placed) int {
		return cmp.Or(cmp.Compare(name(a), name(b)), cmp.Compare(a.r.ID, b.r.ID))
	})
	var last *ir.Component
	for _, x := range rs {
		comment := ""
		if x.group != nil && x.group != last {
			comment = oneLine(fmt.Sprintf("%s (%s)", x.group.Name, x.group.Type))
		}
		last = x.group
		add(w.keys[x.r.ID], comment, w.resource(x.r))
	}
	return m
}

// outermost returns the component that a component is inside of, or itself.
func (w *project) outermost(id string) *ir.Component {
	c := w.components[id]
	for c != nil && w.components[c.Group()] != nil {
		c = w.components[c.Group()]
	}
	return c
}

// defaultProvider makes the resource that configures a package: its default
// provider, or one of another version.
func (w *project) defaultProvider(pc *ir.ProviderConfig, version string, isDefault bool) node {
	w.owner = owner{what: fmt.Sprintf("The configuration of the provider %q", pc.Package), rng: pc.Range}
	m := &mapping{}
	m.add("type", text(providerPrefix+pc.Package))
	if isDefault {
		m.add("defaultProvider", scalar("true"))
	}
	m.add("properties", nonEmpty(w.properties(pc.Args)))
	if version != "" {
		m.add("options", &mapping{[]entry{{key: "version", value: text(version)}}})
	}
	return m
}

// providerKey is the key and the name of a package's default provider:
// dockerBuildProvider.
func providerKey(pkg string) string {
	var b strings.Builder
	upper := false
	for _, c := range []byte(pkg) {
		switch {
		case !isLetter(c) && !isDigit(c):
			upper = true
			continue
		case upper && c >= 'a' && c <= 'z':
			c -= 'a' - 'A'
		}
		upper = false
		b.WriteByte(c)
	}
	return ConfigKey(b.String() + "Provider")
}

func (v providerVersion) key() string {
	return providerKey(v.pkg) + "V" + ConfigKey("_" + v.version)[1:]
}

// pluginVersion is the version of a provider's plugin: the one that the
// program has been checked against, else the one that the user asked for, if
// that is a version and not a range.
func pluginVersion(pc *ir.ProviderConfig) string {
	if p := schema.PulumiProvider(pc.Package); p != nil && p.Plugin != "" {
		return p.Plugin
	}
	if exactVersion(pc.Version) {
		return pc.Version
	}
	return ""
}

func exactVersion(s string) bool {
	s, _, _ = strings.Cut(s, "-")
	parts := strings.Split(s, ".")
	for _, p := range parts {
		if p == "" || strings.Trim(p, "0123456789") != "" {
			return false
		}
	}
	return len(parts) == 3
}

// ownVersion returns the version of the provider that a resource asks for, if
// it is not the default provider's. Pulumi YAML takes no version on a resource
// of a default provider, so that such a resource gets a provider of its own.
func (w *project) ownVersion(r *ir.Resource) providerVersion {
	pkg := packageOf(r.Type)
	if r.Options.Version == "" || r.Options.Provider != "" || strings.HasPrefix(r.Type, "pulumi:") ||
		pluginVersion(w.provider(pkg)) == r.Options.Version {
		return providerVersion{}
	}
	return providerVersion{pkg, r.Options.Version}
}

func (w *project) resource(r *ir.Resource) node {
	w.owner = owner{
		what:      fmt.Sprintf("The resource %q (%s)", r.Name, r.Type),
		component: w.components[r.Component],
		rng:       r.Range,
	}
	m := &mapping{}
	m.add("type", text(r.Type))
	if r.Name != w.keys[r.ID] {
		m.add("name", text(escape(r.Name, false)))
	}
	if r.Read == nil {
		m.add("properties", nonEmpty(w.properties(readable(r, w.withLocalCode(r)))))
	} else {
		get := &mapping{}
		get.add("id", w.value(r.Read))
		get.add("state", nonEmpty(w.properties(r.Props)))
		m.add("get", get)
	}
	m.add("options", nonEmpty(w.options(r)))
	return m
}

// options writes the options of a resource.
func (w *project) options(r *ir.Resource) *mapping {
	o := &r.Options
	m := &mapping{}
	list := func(name string, items []string) {
		l := make(sequence, len(items))
		for i, s := range items {
			l[i] = text(escape(s, false))
		}
		m.add(name, nonEmpty(l))
	}
	one := func(name, id string) {
		if w.resources[id] != nil {
			m.add(name, w.resourceRef(id))
		}
	}
	flag := func(name string, on bool) {
		if on {
			m.add(name, scalar("true"))
		}
	}
	m.add("dependsOn", nonEmpty(w.dependsOn(o.DependsOn)))
	one("parent", o.Parent)
	one("provider", o.Provider)
	own := w.ownVersion(r)
	if own.version != "" {
		m.add("provider", text("${"+own.key()+"}"))
	}
	if version := w.resourceVersion(r); version != "" && own.version == "" {
		m.add("version", text(version))
	}
	flag("protect", o.Protect)
	flag("retainOnDelete", o.RetainOnDelete)
	flag("deleteBeforeReplace", o.DeleteBeforeReplace)
	one("deletedWith", o.DeletedWith)
	list("ignoreChanges", o.IgnoreChanges)
	list("replaceOnChanges", o.ReplaceOnChanges)
	list("additionalSecretOutputs", o.AdditionalSecrets)
	if o.Import != "" {
		m.add("import", text(escape(o.Import, false)))
	}
	aliases := make([]string, len(o.Aliases))
	for i, a := range o.Aliases {
		aliases[i] = w.alias(r, a)
	}
	list("aliases", aliases)
	timeouts := &mapping{}
	for _, t := range []struct{ name, value string }{{"create", o.Timeouts.Create}, {"update", o.Timeouts.Update}, {"delete", o.Timeouts.Delete}} {
		if t.value != "" {
			timeouts.add(t.name, text(t.value))
		}
	}
	m.add("customTimeouts", nonEmpty(timeouts))
	return m
}

// resourceVersion returns the version to be written on a resource itself:
// what the user asked for beside an explicit provider, and on an explicit
// provider the version of its package, lest it be any that is installed.
func (w *project) resourceVersion(r *ir.Resource) string {
	if strings.HasPrefix(r.Type, providerPrefix) && r.Options.Version == "" {
		return pluginVersion(w.provider(packageOf(r.Type)))
	}
	if r.Options.Provider != "" || strings.HasPrefix(r.Type, "pulumi:") {
		return r.Options.Version
	}
	return ""
}

// dependsOn returns references to resources. An invoke among the IDs stands
// for the resources that it needs itself: it is no resource, and what waits
// for it waits for those.
func (w *project) dependsOn(ids []string) sequence {
	var l sequence
	seen := map[string]bool{}
	var add func(id string)
	add = func(id string) {
		if seen[id] {
			return
		}
		seen[id] = true
		if i := w.invokes[id]; i != nil {
			ir.Walk(i.Args, func(v ir.Value) bool {
				if r, ok := v.(ir.Ref); ok {
					add(r.Resource)
				}
				return true
			})
			for _, d := range i.DependsOn {
				add(d)
			}
			return
		}
		l = append(l, w.resourceRef(id))
	}
	for _, id := range ids {
		add(id)
	}
	return l
}

func (w *project) resourceRef(id string) node { return text("${" + w.keys[id] + "}") }

// alias spells an alias as a URN, the one form that every version of the
// language host takes.
func (w *project) alias(r *ir.Resource, a ir.Alias) string {
	if a.URN != "" {
		return a.URN
	}
	return fmt.Sprintf("urn:pulumi:%s::%s::%s%s::%s", w.p.App.Stage, w.p.App.Name,
		w.parentTypes(r), cmp.Or(a.Type, r.Type), cmp.Or(a.Name, r.Name))
}

// parentTypes returns the types of a resource's parents as they stand in its
// URN, outermost first: "a:b:C$d:e:F$".
func (w *project) parentTypes(r *ir.Resource) string {
	types := ""
	seen := map[string]bool{}
	for p := w.resources[r.Options.Parent]; p != nil && !seen[p.ID]; p = w.resources[p.Options.Parent] {
		seen[p.ID] = true
		types = p.Type + "$" + types
	}
	return types
}

// report adds an error about what is being written.
func (w *project) report(code diag.Code, summary, format string, args ...any) {
	what := w.owner.what
	if c := w.owner.component; c != nil {
		what += fmt.Sprintf(", which the component %q (%s) makes,", c.Name, c.Type)
	}
	w.diags.Add(code, w.owner.rng, summary, what+" "+fmt.Sprintf(format, args...))
}

// Handover implements [emit.Emitter].
func (Emitter) Handover(p *ir.Program) emit.Handover {
	return emit.Handover{
		AssetsBucket: AssetsBucket, AssetsPrefix: AssetsPrefix, ImageRepository: ImageRepository,
		Param:  ConfigKey,
		Output: func(name string) string { return name },
	}
}
