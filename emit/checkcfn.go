package emit

import (
	"fmt"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
)

// CheckCFN is [CheckPulumi] for a program in the cfn dialect: every type,
// property and attribute is CloudFormation's, no required property is missing,
// and values that are known now are of the property's type and among those it
// takes.
func CheckCFN(p *ir.Program) diag.List {
	c := newChecker(p)
	c.cfn = true
	c.identities()
	for _, r := range p.Resources {
		if _, ok := c.types[r.Type]; !ok {
			c.types[r.Type] = schema.CloudFormation(r.Type)
		}
	}
	for _, r := range p.Resources {
		if c.types[r.Type] == nil {
			c.enter(subject{what: fmt.Sprintf("The resource %q", r.Name), component: c.components[r.Component], rng: r.Range})
			c.report(diag.InvalidProperty, "Unknown resource type", "CloudFormation has no type %q.", r.Type)
			continue
		}
		c.resource(r)
	}
	for _, i := range p.Invokes {
		c.enter(subject{what: fmt.Sprintf("The call of %s", i.Token), component: c.components[i.Component], rng: i.Range})
		c.bug("A template cannot ask a question.")
	}
	c.loose()
	c.cycles()
	return c.diags
}

// readable says which properties of a type can be read by a reference.
func (c *checker) readable() func(*schema.Property) bool {
	if c.cfn {
		return func(p *schema.Property) bool { return p.Output }
	}
	return isAny
}
