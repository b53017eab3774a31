package sstv2

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/ir"
)

// A synthesizedSite is a site as runtime/sites.ts describes it.
type synthesizedSite struct {
	Path         string            `json:"path"`  // of the construct
	Name         string            `json:"name"`  // its ID
	Stack        string            `json:"stack"` // the ID of its stack
	Root         string            `json:"root"`
	Command      string            `json:"command"` // "" if nothing has to be built
	Output       string            `json:"output"`  // in the root
	Environment  []siteVariable    `json:"environment"`
	Rules        []siteRule        `json:"rules"`
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

// site adds a site to the program.
func (l *lifter) site(s *synthesizedSite) error {
	i := slices.IndexFunc(l.templates, func(t *template) bool { return t.stack.ID == s.Stack })
	if i < 0 {
		return fmt.Errorf("the site %s is in no stack. This is a bug in sstc", s.Path)
	}
	values := l.templates[i].values
	value := func(v synthesizedValue) ir.Value {
		if v.Output != "" {
			return values[v.Output]
		}
		return ir.String(v.Text)
	}
	root := l.v.relative(s.Root)
	site := &ir.Site{
		ID: l.siteID(s.Path), Name: s.Name, Root: root, Stack: s.Stack, Bucket: value(s.Bucket), Purge: s.Purge, Distribution: value(s.Distribution),
		Invalidate: []string{"/*"}, WaitInvalidate: s.Wait, Fallback: s.Fallback, Range: l.v.stackRange(s.At),
	}
	tree := ir.Tree{Dir: path.Join(root, s.Output)}
	for _, r := range s.Rules {
		tree.Rules = append(tree.Rules, ir.FileRule{Include: r.Include, Exclude: r.Exclude, CacheControl: r.CacheControl, ContentType: r.ContentType})
	}
	site.Trees = []ir.Tree{tree}
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
