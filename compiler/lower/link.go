package lower

import (
	"fmt"
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
	for _, v := range list {
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
		if h.link != nil {
			return h.link
		}
		c.errorAt(v.At, diag.InvalidLink, "Cannot be linked",
			fmt.Sprintf("%q is a %s, which has nothing to link to.", h.Name, h.Type))
		return nil
	case ResourceHandle:
		if wrap := c.app.wrapped[h.Type]; wrap != nil {
			result, _, err := wrap(opaque(h))
			c.check(err)
			link := c.app.customLink(h.Name, h.Type, result)
			return link
		}
		c.errorAt(v.At, diag.InvalidLink, "Cannot be linked",
			fmt.Sprintf("%q is a %s, which is not linkable as it is. Make it so with sst.Linkable.wrap, or link a new sst.Linkable with its properties.", h.Name, h.Type))
		return nil
	}
	if v.V == nil || v.V == ir.Value(ir.Null{}) {
		c.errorAt(v.At, diag.InvalidLink, "Undefined link",
			"An undefined link was passed into a link list. Is it used before it is declared, or are two files importing each other?")
	} else {
		c.errorAt(v.At, diag.InvalidLink, "Cannot be linked",
			fmt.Sprintf("A link must be a component or a linkable resource, not %s.", arg.Describe(v.V)))
	}
	return nil
}

// customLink reads the definition of a link that user code returned: an object
// with properties and include.
func (a *App) customLink(name, typ string, def ir.Value) *Link {
	l := &Link{Name: name, Type: strings.ReplaceAll(typ, ":", "."), Properties: &ir.Object{}}
	o, _ := def.(*ir.Object)
	if p, ok := o.Get("properties").(*ir.Object); ok {
		l.Properties = p
	}
	include, _ := o.Get("include").(ir.List)
	for _, e := range include {
		item, _ := e.(*ir.Object)
		switch item.Get("type") {
		case ir.String("aws.permission"):
			l.Permissions = append(l.Permissions, permissionOf(item))
		case ir.String("environment"):
			env, _ := item.Get("env").(*ir.Object)
			l.Env = l.Env.Merge(env)
		}
	}
	return l
}

func permissionOf(o *ir.Object) Permission {
	p := Permission{Effect: "allow"}
	if e, ok := o.Get("effect").(ir.String); ok {
		p.Effect = string(e)
	}
	actions, _ := o.Get("actions").(ir.List)
	p.Actions = actions
	resources, _ := o.Get("resources").(ir.List)
	p.Resources = resources
	conditions, _ := o.Get("conditions").(ir.List)
	for _, e := range conditions {
		co, _ := e.(*ir.Object)
		values, _ := co.Get("values").(ir.List)
		p.Conditions = append(p.Conditions, Condition{co.Get("test"), co.Get("variable"), values})
	}
	return p
}

// linkEnv returns the environment variables by which code finds its links at
// run time: SST_RESOURCE_App and one SST_RESOURCE_<Name> for each.
func (a *App) linkEnv(links []*Link) *ir.Object {
	env := &ir.Object{}
	for _, l := range links {
		props := l.Properties.With("type", ir.String(l.Type))
		env = env.With("SST_RESOURCE_"+l.Name, ir.NewCall(ir.FuncJSONEncode, props))
	}
	env = env.With("SST_RESOURCE_App", ir.String(ir.EncodeJSON(ir.Obj("name", a.Info.Name, "stage", a.Info.Stage))))
	for _, l := range links {
		env = env.Merge(l.Env)
	}
	return env
}
