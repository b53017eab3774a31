package lower

import (
	"github.com/sstc/sstc/compiler/ir"
)

// A statement of an IAM policy, beyond what a [Permission] can say.
type statement struct {
	Permission
	Sid        string
	Principals *ir.Object // {"Service": ...}; nil for none
	Everyone   bool       // the principal is "*"
}

// policyDocument writes statements as the JSON text of an IAM policy. The text
// is a call where it has unknown parts, so that emitters can write it as the
// object that it is.
func policyDocument(statements ...statement) ir.Value {
	list := make(ir.List, len(statements))
	for i, s := range statements {
		effect := "Allow"
		if s.Effect == "deny" {
			effect = "Deny"
		}
		o := &ir.Object{}
		if s.Sid != "" {
			o = o.With("Sid", ir.String(s.Sid))
		}
		o = o.With("Effect", ir.String(effect))
		switch {
		case s.Everyone:
			o = o.With("Principal", ir.String("*"))
		case s.Principals != nil:
			o = o.With("Principal", s.Principals)
		}
		o = o.With("Action", oneOrMany(s.Actions))
		if len(s.Resources) > 0 {
			o = o.With("Resource", oneOrMany(s.Resources))
		}
		if len(s.Conditions) > 0 {
			o = o.With("Condition", conditionBlock(s.Conditions))
		}
		list[i] = o
	}
	return ir.NewCall(ir.FuncJSONEncode, ir.Obj("Version", "2012-10-17", "Statement", list))
}

func oneOrMany(vs []ir.Value) ir.Value {
	if len(vs) == 1 {
		return vs[0]
	}
	return ir.List(vs)
}

// conditionBlock groups conditions by test, as IAM wants them.
func conditionBlock(conditions []Condition) *ir.Object {
	block := &ir.Object{}
	for _, c := range conditions {
		test, _ := c.Test.(ir.String)
		variable, _ := c.Variable.(ir.String)
		inner, _ := block.Get(string(test)).(*ir.Object)
		block = block.With(string(test), inner.With(string(variable), oneOrMany(c.Values)))
	}
	return block
}

// assumeRolePolicy lets a service of AWS take a role.
func assumeRolePolicy(service string) ir.Value {
	return policyDocument(statement{
		Permission: allow([]string{"sts:AssumeRole"}),
		Principals: ir.Obj("Service", service),
	})
}

// managedPolicy is the ARN of a policy that AWS keeps.
func managedPolicy(name string) ir.Value {
	return ir.Concat("arn:", ir.Param{Name: ir.PseudoPartition}, ":iam::aws:policy/", name)
}
