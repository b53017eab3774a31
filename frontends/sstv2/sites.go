package sstv2

import (
	"cmp"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/engine"
	"github.com/sstc/sstc/compiler/ir"
)

// A synthesizedSite is a site as runtime/sites.ts describes it.
type synthesizedSite struct {
	Path         string            `json:"path"`  // of the construct
	Name         string            `json:"name"`  // its ID
	Stack        string            `json:"stack"` // the ID of its stack
	Root         string            `json:"root"`
	Command      string            `json:"command"` // "" if nothing has to be built
	Environment  []siteVariable    `json:"environment"`
	Trees        []siteTree        `json:"trees"`
	Invalidate   []string          `json:"invalidate"`
	Replacements []siteReplacement `json:"replacements"`
	Bucket       synthesizedValue  `json:"bucket"`
	Distribution synthesizedValue  `json:"distribution"`
	Purge        bool              `json:"purge"`
	Wait         bool              `json:"wait"`
	Fallback     string            `json:"fallback"`
	At           string            `json:"at"`
}

type siteVariable struct {
	Name  string           `json:"name"`
	Value synthesizedValue `json:"value"`
}

// A siteTree is a directory of the root with files.
type siteTree struct {
	From    string     `json:"from"`
	To      string     `json:"to"`
	Charset string     `json:"charset"`
	Rules   []siteRule `json:"rules"`
}

type siteRule struct {
	Include      []string `json:"include"`
	Exclude      []string `json:"exclude"`
	CacheControl string   `json:"cacheControl"`
	ContentType  string   `json:"contentType"`
}

type siteReplacement struct {
	Text     string           `json:"text"`
	Files    []string         `json:"files"`
	Value    synthesizedValue `json:"value"`
	Variable string           `json:"variable"`
}

// siteArgs are what the library says of a site that is to be built.
type siteArgs struct {
	Path        string `json:"path"`
	Name        string `json:"name"`
	Root        string `json:"root"`
	Framework   string `json:"framework"` // the adapter's name; "" if the library reads what is built
	Edge        bool   `json:"edge"`      // the server is to run at the edge
	Command     string `json:"command"`   // "" for the script of package.json
	Environment []struct {
		Name string `json:"name"`
		Text string `json:"text"`
	} `json:"environment"`
}

// A builtSite is what is told of a site that has been built.
type builtSite struct {
	Servers []builtServer `json:"servers"`
}

type builtServer struct {
	Handler string          `json:"handler"`
	Entry   string          `json:"entry"`
	Env     []ir.KV         `json:"env"`
	ESBuild json.RawMessage `json:"esbuild"`
}

// site has a site built while the configuration is evaluated.
func (v *evaluation) site(r *request) (*builtSite, error) {
	var a siteArgs
	if err := json.Unmarshal(r.Arg, &a); err != nil {
		return nil, &engine.Throw{Message: "The site's props cannot be read: " + err.Error(), Code: "SSTC_V2_INVALID"}
	}
	site := &ir.Site{
		ID: uniqueID(a.Path, func(string) bool { return false }), Name: a.Name, Framework: cmp.Or(a.Framework, "plain"),
		Root: v.relative(a.Root), Build: &ir.SiteBuild{Command: a.Command}, Range: v.stackRange(r.At),
	}
	if a.Edge {
		site.Options = append(site.Options, ir.KV{Key: "edge", Value: "true"})
	}
	for _, e := range a.Environment {
		site.Build.Env = append(site.Build.Env, ir.Field{Key: e.Name, Value: ir.String(e.Text)})
	}
	plan, diags := v.args.PlanSite(site)
	v.diags = append(v.diags, diags...)
	if plan == nil {
		return nil, &engine.Throw{Message: "The site cannot be built.", Code: "SSTC_V2_DIAGNOSED"}
	}
	built := &builtSite{Servers: []builtServer{}}
	for _, s := range plan.Servers {
		server := builtServer{Handler: path.Join(a.Root, s.Handler), Entry: s.Entry, Env: s.Env}
		if s.Node.ESBuild != nil {
			server.ESBuild = json.RawMessage(ir.EncodeJSON(s.Node.ESBuild))
		}
		built.Servers = append(built.Servers, server)
	}
	return built, nil
}

// A synthesizedValue is a text, or that of an output which the CDK has resolved
// in the place of the library.
type synthesizedValue struct {
	Text   string `json:"text"`
	Output string `json:"output"`
}

// valuePrefix begins the names of outputs that are no outputs of the app.
const valuePrefix = "SstcValue"

// takeValues takes the library's own outputs from those of the stack.
func (t *template) takeValues() {
	t.values = map[string]ir.Value{}
	t.stack.Outputs = slices.DeleteFunc(t.stack.Outputs, func(f ir.Field) bool {
		if !strings.HasPrefix(f.Key, valuePrefix) {
			return false
		}
		if o, ok := f.Value.(*ir.Object); ok {
			t.values[f.Key] = o.Get("Value")
		}
		return true
	})
}

// resolver gives the values that a construct's stack has.
func (l *lifter) resolver(path, stack string) (func(synthesizedValue) ir.Value, error) {
	i := slices.IndexFunc(l.templates, func(t *template) bool { return t.stack.ID == stack })
	if i < 0 {
		return nil, fmt.Errorf("%s is in no stack. This is a bug in sstc", path)
	}
	values := l.templates[i].values
	return func(v synthesizedValue) ir.Value {
		if v.Output != "" {
			return values[v.Output]
		}
		return ir.String(v.Text)
	}, nil
}

// A synthesizedInvalidation is what CloudFront is to forget.
type synthesizedInvalidation struct {
	Path         string           `json:"path"` // of the construct
	Stack        string           `json:"stack"`
	Distribution synthesizedValue `json:"distribution"`
	Paths        []string         `json:"paths"`
	Version      string           `json:"version"`
	Wait         bool             `json:"wait"`
}

// invalidation adds an invalidation to the program.
func (l *lifter) invalidation(s *synthesizedInvalidation) error {
	value, err := l.resolver(s.Path, s.Stack)
	if err != nil {
		return err
	}
	l.p.Invalidations = append(l.p.Invalidations, &ir.Invalidation{
		Component: uniqueID(s.Path, func(id string) bool {
			return slices.ContainsFunc(l.p.Invalidations, func(i *ir.Invalidation) bool { return i.Component == id })
		}),
		Distribution: value(s.Distribution), Paths: s.Paths, Version: s.Version, Wait: s.Wait, Stack: s.Stack,
	})
	return nil
}

// site adds a site to the program.
func (l *lifter) site(s *synthesizedSite) error {
	value, err := l.resolver(s.Path, s.Stack)
	if err != nil {
		return err
	}
	root := l.v.relative(s.Root)
	site := &ir.Site{
		ID: l.siteID(s.Path), Name: s.Name, Root: root, Stack: s.Stack, Bucket: value(s.Bucket), Purge: s.Purge, Distribution: value(s.Distribution),
		Invalidate: s.Invalidate, WaitInvalidate: s.Wait, Fallback: s.Fallback, Range: l.v.stackRange(s.At),
	}
	for _, t := range s.Trees {
		tree := ir.Tree{Dir: path.Join(root, t.From), To: t.To, Charset: t.Charset}
		for _, r := range t.Rules {
			tree.Rules = append(tree.Rules, ir.FileRule{Include: r.Include, Exclude: r.Exclude, CacheControl: r.CacheControl, ContentType: r.ContentType})
		}
		site.Trees = append(site.Trees, tree)
	}
	for _, r := range s.Replacements {
		site.Replacements = append(site.Replacements, ir.Replacement{Text: r.Text, Files: r.Files, Value: value(r.Value), Variable: r.Variable})
	}
	if s.Command != "" {
		site.Build = &ir.SiteBuild{Command: s.Command}
		for _, e := range s.Environment {
			site.Build.Env = append(site.Build.Env, ir.Field{Key: e.Name, Value: value(e.Value)})
		}
	}
	l.p.Sites = append(l.p.Sites, site)
	return nil
}

// siteID makes an identifier of the constructs that a site is in.
func (l *lifter) siteID(constructs string) string {
	return uniqueID(constructs, func(id string) bool {
		return slices.ContainsFunc(l.p.Sites, func(s *ir.Site) bool { return s.ID == id })
	})
}
