package lower

import (
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

// Linkable.wrap takes a class, so it is the frontend's: see [App.LinkBy].
var linkable = define(Definition{
	Type:     "sst.Linkable",
	Doc:      "Values, and permissions, that functions can be linked to.",
	Linkable: true,
	Outputs: []Output{
		{"name", "string", "The name by which code finds the values."},
		{"properties", "object", "The values."},
	},
	Statics: []Method{
		method(Method{Name: "env", Returns: "object", Doc: "The environment variables by which code finds its links, for code that no component builds."}, linkableEnv),
	},
}, func(c *Scope, a *linkArgs) { c.newLinkable("sst.sst.Linkable", a) })

func (c *Scope) newLinkable(typ string, a *linkArgs) {
	c.inst.link = c.newLink(c.name(), typ, a)
	c.out("name", c.name())
	c.out("properties", c.inst.link.Properties)
}

// linkableResource is what Linkable was called first.
var linkableResource = define(Definition{
	Type:     "sst.Resource",
	Doc:      "Older form of Linkable, which has permissions too.",
	Linkable: true,
	Outputs: []Output{
		{"name", "string", "The name by which code finds the values."},
		{"properties", "object", "The values."},
	},
	Normalize: func(args ir.Value) ir.Value { return ir.Obj("properties", args) }, // new sst.Resource(name, properties)
}, func(c *Scope, a *linkArgs) { c.newLinkable("sst.sst.Resource", a) })

type linkableEnvParams struct {
	Links []arg.Value `arg:"links,required" doc:"Components and linkable resources."`
}

func linkableEnv(c *Scope, p *linkableEnvParams) ir.Value {
	return c.app.linkEnv(c.linksOf(p.Links))
}
