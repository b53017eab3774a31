package lower

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

// A Link is what a component gives to those that it is linked to: values at
// run time, permissions, and environment variables.
type Link struct {
	Name        string
	Type        string // "sst.aws.Bucket"
	Properties  *ir.Object
	Permissions []Permission
	Env         *ir.Object
}

// A Permission is a statement for an IAM policy.
type Permission struct {
	Effect     string // "allow" or "deny"
	Actions    []ir.Value
	Resources  []ir.Value
	Conditions []Condition
}

// A Condition limits a permission.
type Condition struct {
	Test, Variable ir.Value
	Values         []ir.Value
}

// HandleType makes links [arg.Handle]s, for what a frontend has worked out
// itself (Linkable.wrap).
func (l *Link) HandleType() string { return "link" }

// allow makes a permission.
func allow(actions []string, resources ...ir.Value) Permission {
	p := Permission{Effect: "allow", Resources: resources}
	for _, a := range actions {
		p.Actions = append(p.Actions, ir.String(a))
	}
	return p
}

// linksOf resolves a link list. What cannot be linked is reported: SST drops
// it in silence, and the function then fails at run time.
func (c *Scope) linksOf(list []arg.Value) []*Link {
	var links []*Link
	seen := map[arg.Handle]bool{}
	for _, v := range list {
		if h := v.Handle(); h != nil {
			if seen[h] {
				continue
			}
			seen[h] = true
		}
		if l := c.linkOf(v); l != nil {
			links = append(links, l)
		}
	}
	return links
}

func (c *Scope) linkOf(v arg.Value) *Link {
	switch h := v.Handle().(type) {
	case *Link:
		return h
	case *Instance:
		if own := c.app.ownLinks[h]; own != nil {
			result, _, err := own()
			c.check(err)
			return c.customLink(h.Name, h.Type, arg.Value{V: result, At: v.At})
		}
		if h.link != nil {
			return h.link
		}
		c.unlinkable(v, h, fmt.Sprintf("%q (%s) has nothing to link to.", h.Name, h.Type))
		return nil
	case arg.Poison:
		return nil
	case ResourceHandle:
		if own := c.app.ownLinks[h]; own != nil {
			result, _, err := own()
			c.check(err)
			return c.customLink(h.Name, h.Type, arg.Value{V: result, At: v.At})
		}
		c.unlinkable(v, h, fmt.Sprintf("%q (%s) is not linkable as it is. Make it so with sst.Linkable.wrap, or link a new sst.Linkable with its properties.", h.Name, h.Type))
		return nil
	}
	if v.V == nil || v.V == ir.Value(ir.Null{}) {
		c.errorAt(v.At, diag.InvalidLink, "Undefined link",
			"An undefined link was passed into a link list. Is it used before it is declared, or are two files importing each other?")
		return nil
	}
	once(c.app, fmt.Sprintf("link %#v", v.V), func() bool {
		c.errorAt(v.At, diag.InvalidLink, "Cannot be linked",
			fmt.Sprintf("A link must be a component or a linkable resource, not %s.", arg.Describe(v.V)))
		return true
	})
	return nil
}

// unlinkable reports an entry of a link list that SST passes over, once for all
// lists that it is in.
func (c *Scope) unlinkable(v arg.Value, h arg.Handle, detail string) {
	if !c.app.unlinkable[h] {
		c.app.unlinkable[h] = true
		reportUnknown(&c.app.diags, c.app.IgnoreUnknown, c.at.Arg(v.At), diag.InvalidLink, "Cannot be linked", detail)
	}
}

// linkArgs define a link that user code makes of what it likes.
type linkArgs struct {
	Properties arg.Map[arg.Value] `arg:"properties,required" doc:"Values for the code that it is linked to."`
	Include    []arg.Value        `arg:"include" doc:"Permissions, from sst.aws.permission, and environment variables, from sst.env, for what it is linked to."`
}

// customLink reads the definition of a link, an object of linkArgs. Typ may be
// a Pulumi token.
func (c *Scope) customLink(name, typ string, def arg.Value) *Link {
	var a linkArgs
	arg.Decode(def.V, def.At, &a, c.reportAt)
	return c.newLink(name, strings.ReplaceAll(typ, ":", "."), &a)
}

func (a *App) customLink(name, typ string, def ir.Value) *Link {
	c := &Scope{app: a, at: nowhere{}}
	return c.customLink(name, typ, arg.Value{V: def})
}

// nowhere is the place of what stands in no file.
type nowhere struct{}

func (nowhere) Range() diag.Range       { return diag.Range{} }
func (nowhere) Arg(arg.Path) diag.Range { return diag.Range{} }
func (nowhere) Key(arg.Path) diag.Range { return diag.Range{} }

func (c *Scope) newLink(name, typ string, a *linkArgs) *Link {
	l := &Link{Name: name, Type: typ, Properties: &ir.Object{}}
	for _, p := range a.Properties.Entries {
		if v := c.data(p.Value); v != nil {
			l.Properties = l.Properties.With(p.Key, v)
		}
	}
	for _, e := range a.Include {
		item, ok := e.V.(*ir.Object)
		kind, _ := item.Get("type").(ir.String)
		switch {
		case kind == "aws.permission":
			var p permissionArgs
			arg.Decode(item.With("type", nil), e.At, &p, c.reportAt)
			l.Permissions = append(l.Permissions, p.permission())
		case kind == "environment":
			var v struct {
				Env arg.Map[arg.Value] `arg:"env,required"`
			}
			arg.Decode(item.With("type", nil), e.At, &v, c.reportAt)
			l.Env = l.Env.Merge(c.variables(v.Env))
		case strings.HasPrefix(string(kind), "cloudflare."):
			// Bindings are for Workers; a Lambda function has no use for them.
		case ok:
			c.errorAt(e.At, diag.InvalidLink, "Unknown inclusion",
				fmt.Sprintf("A link cannot include something of type %q. It can include what sst.aws.permission and sst.env return.", string(kind)))
		default:
			c.errorAt(e.At, diag.WrongType, "Wrong type",
				fmt.Sprintf("A link includes what sst.aws.permission and sst.env return, not %s.", arg.Describe(e.V)))
		}
	}
	return l
}

// linkEnv returns the environment variables by which code finds its links at
// run time: SST_RESOURCE_App and one SST_RESOURCE_<Name> for each. Those whose
// names Lambda does not allow in a variable's are in SST_RESOURCES_JSON.
func (a *App) linkEnv(links []*Link) *ir.Object {
	env, others := &ir.Object{}, &ir.Object{}
	for _, l := range links {
		props := l.Properties.With("type", ir.String(l.Type))
		if variableName.MatchString(l.Name) {
			env = env.With("SST_RESOURCE_"+l.Name, ir.NewCall(ir.FuncJSONEncode, props))
		} else {
			others = others.With(l.Name, props)
		}
	}
	if others.Len() > 0 {
		env = env.With("SST_RESOURCES_JSON", ir.NewCall(ir.FuncJSONEncode, others))
	}
	return env.With("SST_RESOURCE_App", ir.String(ir.EncodeJSON(ir.Obj("name", a.Info.Name, "stage", a.Info.Stage))))
}

var variableName = regexp.MustCompile(`^[a-zA-Z0-9_]+$`)

// included returns the environment variables that links include.
func included(links []*Link) *ir.Object {
	env := &ir.Object{}
	for _, l := range links {
		env = env.Merge(l.Env)
	}
	return env
}
