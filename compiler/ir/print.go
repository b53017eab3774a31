package ir

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
)

// Print returns a program as text for people and for goldens. It has
// everything but positions, the configuration's name and the sizes of assets,
// so that the same app written for another frontend prints the same. Entries
// come in the order of the program; a property is "name = value", what is said
// about an entry "name: value", and an entry has no line for what is empty.
//
// In values, Uploads.arn is a [Ref], "${Uploads.arn}/*" a [Join], jsonencode(…)
// a [Call], param(aws:region) a [Param], and asset(Api, key) an [AssetRef].
func Print(p *Program) string {
	w := &printer{}
	w.entry("app", p.App.Name, "")
	w.meta("stage", p.App.Stage)
	w.meta("home", p.App.Home)
	w.meta("removal", p.App.Removal)
	w.flag("protect", p.App.Protect)
	w.meta("region", p.App.Region)
	w.meta("dialect", string(p.Dialect))
	for _, e := range p.Providers {
		w.entry("provider", e.Package, "")
		w.meta("version", e.Version)
		w.meta("source", e.Source)
		w.props(e.Args)
	}
	for _, e := range p.Params {
		w.param(e)
	}
	for _, e := range p.Stacks {
		w.stack(e)
	}
	for _, e := range p.Components {
		w.component(e)
	}
	for _, e := range p.Resources {
		w.resource(e)
	}
	for _, e := range p.Invokes {
		w.invoke("invoke", e)
	}
	for _, e := range p.Functions {
		w.function(e)
	}
	for _, e := range p.Assets {
		w.asset(e)
	}
	for _, e := range p.Sites {
		w.site(e)
	}
	for _, e := range p.KeyValues {
		w.entry("keyvalues", e.Component, "")
		w.value("store", e.Store)
		w.meta("namespace", e.Namespace)
		w.value("namespace from", e.NamespaceFrom)
		w.meta("site", e.Site)
		w.meta("shared", "", e.Shared...)
		w.flag("purge", e.Purge)
		w.meta("switch", e.Switch)
		w.props(&Object{Fields: e.Entries})
	}
	for _, e := range p.Invocations {
		w.entry("invocation", e.Name, "")
		w.meta("component", e.Component)
		w.value("function", e.Function)
		w.meta("region", e.Region)
		w.value("input", String(e.Input))
	}
	for _, e := range p.Invalidations {
		w.entry("invalidation", e.Component, "")
		w.meta("stack", e.Stack)
		w.value("distribution", e.Distribution)
		w.meta("paths", "", e.Paths...)
		w.meta("version", e.Version)
		w.flag("wait", e.Wait)
	}
	for _, e := range p.Outputs {
		w.entry("output", e.Name, "")
		w.flag("internal", e.Internal)
		w.meta("stack", e.Stack)
		w.value("value", e.Value)
	}
	return w.b.String()
}

type printer struct{ b strings.Builder }

// entry begins an entry.
func (w *printer) entry(kind, id, typ string) {
	if w.b.Len() > 0 {
		w.b.WriteByte('\n')
	}
	w.b.WriteString(kind + " " + word(id))
	if typ != "" {
		w.b.WriteString(" " + typ)
	}
	w.b.WriteByte('\n')
}

// meta writes something about the entry: a string, or a list of strings.
func (w *printer) meta(name, value string, more ...string) {
	words := make([]string, 0, 1+len(more))
	for _, v := range append([]string{value}, more...) {
		if v != "" {
			words = append(words, word(v))
		}
	}
	if len(words) > 0 {
		fmt.Fprintf(&w.b, "  %s: %s\n", name, strings.Join(words, ", "))
	}
}

func (w *printer) flag(name string, on bool) {
	if on {
		w.meta(name, "true")
	}
}

// value writes something about the entry that is a Value.
func (w *printer) value(name string, v Value) {
	if o, ok := v.(*Object); v != nil && !(ok && o.Len() == 0) {
		fmt.Fprintf(&w.b, "  %s: %s\n", name, layout(v, len(name)+4, "  "))
	}
}

func (w *printer) props(o *Object) {
	for i := range o.Len() {
		f := o.Fields[i]
		key := word(f.Key)
		fmt.Fprintf(&w.b, "  %s = %s\n", key, layout(f.Value, len(key)+5, "  "))
	}
}

func (w *printer) param(d *ParamDecl) {
	w.entry("param", d.Name, string(d.Kind))
	w.meta("description", d.Description)
	w.meta("region", d.Region)
	w.value("default", d.Default)
	if l := d.Lookup; l != nil {
		lookup := texts("token", l.Token, "id", l.ID, "component", l.Component, "provider", l.Provider).Merge(Obj("args", l.Args))
		if len(l.DependsOn) > 0 {
			lookup = lookup.With("dependsOn", Of(l.DependsOn))
		}
		w.value("lookup", lookup)
	}
	w.meta("attr", d.Attr)
	w.flag("list", d.List)
}

func (w *printer) stack(s *Stack) {
	w.entry("stack", s.ID, "")
	if s.Name != s.ID {
		w.meta("name", s.Name)
	}
	w.meta("region", s.Region)
	w.meta("account", s.Account)
	w.meta("nested", s.Nested)
	w.meta("dependsOn", "", s.DependsOn...)
	w.flag("terminationProtection", s.TerminationProtection)
	w.meta("description", s.Description)
	for _, t := range s.Tags {
		w.value("tag "+t.Key, String(t.Value))
	}
	for _, part := range []struct {
		name   string
		fields []Field
	}{{"parameter", s.Params}, {"condition", s.Conditions}, {"output", s.Outputs}, {"section", s.Sections}} {
		for _, f := range part.fields {
			w.value(part.name+" "+f.Key, f.Value)
		}
	}
}

func (w *printer) component(c *Component) {
	w.entry("component", c.ID, c.Type)
	if c.Name != c.ID {
		w.meta("name", c.Name)
	}
	w.meta("title", c.Title)
	w.meta("parent", c.Parent)
	w.meta("owner", c.Owner)
	w.meta("links", "", c.Links...)
	for _, g := range c.Grants {
		w.value("grant", Obj("effect", g.Effect, "actions", g.Actions, "resources", List(g.Resources), "reason", g.Reason))
	}
}

func (w *printer) resource(r *Resource) {
	w.entry("resource", r.ID, r.Type)
	if r.Name != r.ID {
		w.meta("name", r.Name)
	}
	w.meta("component", r.Component)
	w.meta("stack", r.Stack)
	if r.LogicalID != r.ID {
		w.meta("logicalID", r.LogicalID)
	}
	w.meta("construct", r.Construct)
	w.value("read", r.Read)
	o := r.Options
	w.meta("dependsOn", "", o.DependsOn...)
	w.meta("provider", o.Provider)
	w.meta("parent", o.Parent)
	w.flag("protect", o.Protect)
	w.flag("retainOnDelete", o.RetainOnDelete)
	w.meta("deletionPolicy", o.DeletionPolicy)
	for i := range o.Attributes.Len() {
		w.value(o.Attributes.Fields[i].Key, o.Attributes.Fields[i].Value)
	}
	w.flag("deleteBeforeReplace", o.DeleteBeforeReplace)
	w.meta("ignoreChanges", "", o.IgnoreChanges...)
	w.meta("replaceOnChanges", "", o.ReplaceOnChanges...)
	w.meta("additionalSecrets", "", o.AdditionalSecrets...)
	w.meta("import", o.Import)
	for _, a := range o.Aliases {
		w.value("alias", texts("name", a.Name, "type", a.Type, "urn", a.URN))
	}
	w.meta("deletedWith", o.DeletedWith)
	w.value("timeouts", texts("create", o.Timeouts.Create, "update", o.Timeouts.Update, "delete", o.Timeouts.Delete))
	w.meta("version", o.Version)
	w.props(r.Props)
}

// texts is [Obj] without the strings that are empty.
func texts(pairs ...string) *Object {
	o := &Object{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			o = o.With(pairs[i], String(pairs[i+1]))
		}
	}
	return o
}

func (w *printer) invoke(kind string, i *Invoke) {
	w.entry(kind, i.ID, i.Token)
	w.meta("component", i.Component)
	w.meta("dependsOn", "", i.DependsOn...)
	w.meta("provider", i.Provider)
	w.props(i.Args)
}

func (w *printer) function(f *Function) {
	w.entry("function", f.ID, f.Runtime)
	if f.Name != f.ID {
		w.meta("name", f.Name)
	}
	w.meta("handler", f.Handler)
	w.meta("architecture", f.Architecture)
	w.meta("bundle", f.Bundle)
	w.meta("exclude", "", f.Exclude...)
	if f.Entry != "" {
		w.value("entry", String(f.Entry))
	}
	for _, c := range f.CopyFiles {
		w.value("copy", texts("from", c.From, "to", c.To))
	}
	w.node(f.Node)
	w.flag("container", f.Python.Container)
	w.flag("nodependencies", f.Python.NoDependencies)
	w.meta("install", "", f.Python.Install...)
	w.meta("ldflags", "", f.Go.LDFlags...)
	w.meta("tags", "", f.Go.Tags...)
	w.flag("cgo", f.Go.Cgo)
	w.meta("task", f.Java.Task)
	w.meta("output", f.Java.OutputDir)
	w.meta("before", f.BeforeBuild)
	w.meta("after", f.AfterBuild)
	for _, file := range f.Files {
		w.value("file", Obj("path", file.Path, "content", file.Content))
	}
	w.meta("builtIn", f.BuiltIn)
	for _, p := range f.Placeholders {
		w.value("placeholder", Obj("text", p.Text, "variable", p.Variable, "whole", p.Whole))
	}
}

func (w *printer) asset(a *Asset) {
	w.entry("asset", a.ID, string(a.Kind))
	w.meta("source", a.Source)
	w.meta("content", a.Content)
	for _, part := range a.Parts {
		w.value("part", Obj("name", part.Name, "kind", string(part.Kind), "source", part.Source, "content", part.Content))
	}
	w.flag("archive", a.Archive)
	if i := a.Image; i != nil {
		args := &Object{}
		for _, kv := range i.Args {
			args = args.With(kv.Key, String(kv.Value))
		}
		w.value("image", texts("dockerfile", i.Dockerfile, "target", i.Target, "platform", i.Platform, "tag", i.Tag).With("args", args))
		w.meta("builder", i.Builder)
		w.meta("ssh", i.SSH)
		for _, kv := range i.Secrets {
			w.value("secret", texts("id", kv.Key, "value", kv.Value))
		}
		w.meta("network", i.Network)
		w.meta("cache from", "", i.CacheFrom...)
		w.meta("cache to", i.CacheTo)
		w.flag("no cache", i.NoCache)
	}
	w.meta("digest", a.Digest)
	w.meta("file", a.File)
	w.meta("handler", a.Handler)
}

func (w *printer) site(s *Site) {
	w.entry("site", s.ID, "")
	if s.Name != s.ID {
		w.meta("name", s.Name)
	}
	w.meta("framework", s.Framework)
	for _, o := range s.Options {
		w.value("option", texts(o.Key, o.Value))
	}
	w.meta("root", s.Root)
	if s.Build != nil {
		w.meta("build", cmp.Or(s.Build.Command, "package.json"))
		w.value("env", &Object{Fields: s.Build.Env})
	}
	for _, t := range s.Trees {
		tree := texts("dir", t.Dir, "to", t.To, "lookup", string(t.Lookup), "charset", t.Charset)
		for _, list := range []struct {
			name  string
			names []string
		}{{"whole", t.Whole}, {"hashed", t.Hashed}, {"everywhere", t.Everywhere}} {
			if len(list.names) > 0 {
				tree = tree.With(list.name, Of(list.names))
			}
		}
		w.value("tree", tree)
		for _, r := range t.Rules {
			rule := Obj("include", r.Include, "exclude", r.Exclude)
			w.value("rule", rule.Merge(texts("cacheControl", r.CacheControl, "contentType", r.ContentType)))
		}
	}
	w.meta("functions", "", s.Functions...)
	w.value("bucket", s.Bucket)
	w.meta("prefix", s.Prefix)
	w.flag("purge", s.Purge)
	w.flag("versioned", s.Versioned)
	w.meta("version", s.Version)
	w.value("distribution", s.Distribution)
	w.meta("invalidate", "", s.Invalidate...)
	w.flag("waitInvalidate", s.WaitInvalidate)
	w.meta("fallback", s.Fallback)
	w.meta("stack", s.Stack)
	for _, r := range s.Replacements {
		w.value("replace", Obj("text", r.Text, "variable", r.Variable, "files", r.Files, "value", r.Value))
	}
}

var bare = regexp.MustCompile(`^[A-Za-z0-9_$./:@*+-]+$`)

// word writes a name without quotes where that is clear.
func word(s string) string {
	if bare.MatchString(s) {
		return s
	}
	return QuoteJSON(s)
}

// width is the number of columns that a value may take before it is spread
// over lines.
const width = 120

// layout writes a value on one line if it fits after the columns that are
// taken already, else with each element on a line of its own, indented by two
// more than indent.
func layout(v Value, taken int, indent string) string {
	line := inline(v)
	if taken+len(line) <= width {
		return line
	}
	inner := indent + "  "
	var b strings.Builder
	switch v := v.(type) {
	case List:
		b.WriteString("[\n")
		for _, e := range v {
			b.WriteString(inner + layout(e, len(inner), inner) + "\n")
		}
		b.WriteString(indent + "]")
	case *Object:
		b.WriteString("{\n")
		for _, f := range v.Fields {
			key := word(f.Key) + ": "
			b.WriteString(inner + key + layout(f.Value, len(inner)+len(key), inner) + "\n")
		}
		b.WriteString(indent + "}")
	case Call:
		if len(v.Args) == 1 {
			return string(v.Func) + "(" + layout(v.Args[0], width, indent) + ")"
		}
		b.WriteString(string(v.Func) + "(\n")
		for _, e := range v.Args {
			b.WriteString(inner + layout(e, len(inner), inner) + "\n")
		}
		b.WriteString(indent + ")")
	default:
		return line
	}
	return b.String()
}

// PrintValue returns a value as [Print] writes it, on one line.
func PrintValue(v Value) string { return inline(v) }

// inline writes a value on one line.
func inline(v Value) string {
	switch v := v.(type) {
	case nil:
		return "(none)"
	case Null:
		return "null"
	case Bool:
		return fmt.Sprint(bool(v))
	case Number:
		return FormatNumber(float64(v))
	case String:
		return quote(string(v))
	case List:
		return "[" + inlineAll(v) + "]"
	case *Object:
		fields := make([]string, v.Len())
		for i := range fields {
			fields[i] = word(v.Fields[i].Key) + ": " + inline(v.Fields[i].Value)
		}
		return "{" + strings.Join(fields, ", ") + "}"
	case Ref:
		if v.Attr == "" {
			return v.Resource
		}
		return v.Resource + "." + v.Attr
	case Join:
		var b strings.Builder
		b.WriteByte('"')
		for _, p := range v.Parts {
			if s, ok := p.(String); ok {
				q := quote(string(s))
				b.WriteString(q[1 : len(q)-1])
			} else {
				b.WriteString("${" + inline(p) + "}")
			}
		}
		b.WriteByte('"')
		return b.String()
	case Call:
		return string(v.Func) + "(" + inlineAll(v.Args) + ")"
	case Param:
		return "param(" + v.Name + ")"
	case AssetRef:
		return "asset(" + v.Asset + ", " + string(v.Attr) + ")"
	case Opaque:
		return fmt.Sprintf("opaque(%T)", v.X)
	}
	panic(fmt.Sprintf("ir.Print: unknown value %T", v))
}

func inlineAll(vs []Value) string {
	parts := make([]string, len(vs))
	for i, v := range vs {
		parts[i] = inline(v)
	}
	return strings.Join(parts, ", ")
}

// quote writes a string so that its own "${" cannot be taken for a reference.
func quote(s string) string { return strings.ReplaceAll(QuoteJSON(s), "${", "$${") }

func (w *printer) node(n NodeOptions) {
	w.meta("path", n.Bundle)
	w.meta("format", n.Format)
	w.meta("banner", n.Banner)
	if n.Minify != nil {
		w.value("minify", Bool(*n.Minify))
	}
	if n.SourceMap != nil {
		w.value("sourcemap", Bool(*n.SourceMap))
	}
	w.flag("splitting", n.Splitting)
	w.meta("install", "", n.Install...)
	for _, l := range n.Loader {
		w.value("loader", texts(l.Key, l.Value))
	}
	w.flag("plugins", n.Plugins)
	w.meta("plugins", n.PluginModule)
	w.value("esbuild", n.ESBuild)
}

// PrintPlan returns a plan as text, in the manner of [Print].
func PrintPlan(p *SitePlan) string {
	w := &printer{}
	w.entry("plan", "site", "")
	w.meta("version", p.Version)
	w.meta("base", p.Base)
	w.meta("build", p.BuildID)
	w.meta("fallback", p.Fallback)
	w.meta("notFound", p.NotFound)
	for _, r := range p.Redirects {
		w.value("redirect", Obj("from", r.From, "to", r.To, "status", r.Status))
	}
	for _, s := range p.Warnings {
		w.value("warning", String(s))
	}
	for _, s := range p.Servers {
		w.server("server", s)
	}
	w.server("images", p.Images)
	for _, a := range p.Assets {
		w.entry("assets", a.Dir, "")
		w.meta("to", a.To)
		w.meta("hashed", "", a.Hashed...)
		w.meta("owned", "", a.Owned...)
		w.meta("exclude", "", a.Exclude...)
	}
	if c := p.Cache; c != nil {
		w.entry("cache", cmp.Or(c.Dir, "empty"), "")
		w.meta("to", c.To)
		w.flag("tagged", c.Tagged)
		w.server("revalidate", c.Revalidate)
		w.server("tags", c.Tags)
	}
	return w.b.String()
}

func (w *printer) server(kind string, s *SiteServer) {
	if s == nil {
		return
	}
	w.entry(kind, cmp.Or(s.Name, "main"), "")
	w.meta("paths", "", s.Paths...)
	w.meta("bundle", s.Bundle)
	w.meta("exclude", "", s.Exclude...)
	w.meta("handler", s.Handler)
	w.meta("module", s.Module)
	w.meta("entry", s.Entry)
	for _, c := range s.Copy {
		w.value("copy", texts("from", c.From, "to", c.To))
	}
	for _, f := range s.Files {
		w.value("file", Obj("path", f.Path, "content", f.Content))
	}
	w.meta("install", "", s.Install...)
	w.node(s.Node)
	w.flag("streaming", s.Streaming)
	for _, kv := range s.Env {
		w.value("env", texts(kv.Key, kv.Value))
	}
	if s.Memory != 0 {
		w.value("memory", Number(s.Memory))
	}
	if s.Timeout != 0 {
		w.value("timeout", Number(s.Timeout))
	}
	w.meta("architecture", s.Architecture)
	w.meta("description", s.Description)
}
