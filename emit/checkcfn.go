package emit

import (
	"fmt"
	"strings"

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
		if _, ok := c.types[r.Type]; !ok && r.Type != customResource {
			c.types[r.Type] = schema.CloudFormation(r.Type)
		}
	}
	for _, r := range p.Resources {
		// An app of the CDK's may have types that are newer than what is known
		// here, and custom ones.
		if c.types[r.Type] == nil && len(p.Stacks) == 0 {
			c.enter(subject{what: fmt.Sprintf("The resource %q", r.Name), component: c.components[r.Component], rng: r.Range})
			c.report(diag.InvalidProperty, "Unknown resource type", "CloudFormation has no type %q.", r.Type)
			continue
		}
		c.resource(r)
	}
	for _, s := range p.Stacks {
		c.stack(s)
	}
	for _, i := range p.Invokes {
		c.enter(subject{what: fmt.Sprintf("The call of %s", i.Token), component: c.components[i.Component], rng: i.Range})
		c.bug("A template cannot ask a question.")
	}
	c.loose()
	c.cycles()
	return c.diags
}

// customResource is a type whose properties are its provider's affair.
const customResource = "AWS::CloudFormation::CustomResource"

// readable says which properties of a type can be read by a reference.
func (c *checker) readable() func(*schema.Property) bool {
	if c.cfn {
		return func(p *schema.Property) bool { return p.Output }
	}
	return isAny
}

// stack checks what belongs to a stack and to none of its resources.
func (c *checker) stack(s *ir.Stack) {
	c.enter(subject{what: fmt.Sprintf("The stack %q", s.Name)})
	for _, part := range [][]ir.Field{s.Params, s.Conditions, s.Outputs, s.Sections} {
		for _, f := range part {
			c.value(f.Value, nil)
		}
	}
}

// stackParam returns the type of a parameter of a stack, and whether there is
// one of that name.
func (c *checker) stackParam(name string) (*schema.Type, bool) {
	id, logical, ok := strings.Cut(name, "/")
	if !ok {
		return nil, false
	}
	s := c.p.FindStack(id)
	if s == nil {
		return nil, false
	}
	for _, f := range s.Params {
		if f.Key != logical {
			continue
		}
		decl, _ := f.Value.(*ir.Object)
		switch t, _ := decl.Get("Type").(ir.String); {
		case strings.HasPrefix(string(t), "List<"), t == "CommaDelimitedList", strings.Contains(string(t), "<List<"):
			return stringListType, true
		}
		return nil, true
	}
	return nil, false
}
