package lower

import (
	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

type permissionParams struct {
	Input *permissionArgs `arg:"input,required" doc:"The permission."`
}

// permissionFunction makes what a link includes: see linkArgs.
var permissionFunction = method(Method{
	Name: "sst.aws.permission", Returns: "object",
	Doc: "A permission for the \"include\" of a Linkable: everything that is linked to it has it.",
}, func(c *Scope, p *permissionParams) ir.Value {
	if p.Input == nil {
		return nil
	}
	return ir.Obj("type", "aws.permission").Merge(p.Input.object())
})

// object is the permission as the user wrote it.
func (p permissionArgs) object() *ir.Object {
	o := ir.Obj("effect", p.Effect.V, "actions", listOf(p.Actions), "resources", listOf(p.Resources))
	if p.Conditions == nil {
		return o
	}
	conditions := ir.List{}
	for _, e := range p.Conditions {
		conditions = append(conditions, ir.Obj("test", e.Test.V, "variable", e.Variable.V, "values", listOf(e.Values)))
	}
	return o.With("conditions", conditions)
}

type envParams struct {
	Env arg.Map[arg.Value] `arg:"env,required" doc:"Environment variables."`
}

// envFunction makes what a link includes: see linkArgs.
var envFunction = method(Method{
	Name: "sst.env", Returns: "object",
	Doc: "Environment variables for the \"include\" of a Linkable: everything that is linked to it has them.",
}, func(c *Scope, p *envParams) ir.Value {
	return ir.Obj("type", "environment", "env", c.variables(p.Env))
})

type iamEditParams struct {
	Policy arg.Value `arg:"policy,required" doc:"The policy: its JSON text, or the document."`
	Edit   arg.Func  `arg:"cb,required" doc:"Is given the document, and changes it."`
}

var iamEditFunction = method(Method{
	Name: "sst.aws.iamEdit", Returns: "string",
	Doc: "Changes an IAM policy: the callback is given the document, and the changed document is returned as JSON text.",
}, iamEdit)

func iamEdit(c *Scope, p *iamEditParams) ir.Value {
	doc, ok := policyObject(p.Policy.V)
	edit := p.Edit.Callback()
	switch {
	case edit == nil || !p.Policy.Set():
		return p.Policy.V
	case !ok && ir.Known(p.Policy.V):
		c.errorAt(p.Policy.At, diag.InvalidValue, "Invalid value", "This is no policy: it must be a document, or the JSON text of one.")
		return p.Policy.V
	case !ok:
		c.errorAt(p.Policy.At, diag.UnknownValue, "Value not known before deployment",
			"The document of this policy is known only after deployment, so it cannot be changed now.")
		return p.Policy.V
	}
	_, changed, err := edit(doc)
	c.check(err)
	if len(changed) > 0 {
		doc = objectOf(changed[0], doc)
	}
	return ir.NewCall(ir.FuncJSONEncode, doc)
}

// policyObject is the document in v, which may be JSON text with unknown parts.
func policyObject(v ir.Value) (*ir.Object, bool) {
	switch x := v.(type) {
	case ir.String:
		v, _ = ir.DecodeJSON(string(x))
	case ir.Call:
		if x.Func == ir.FuncJSONEncode {
			v = x.Args[0]
		}
	}
	o, ok := v.(*ir.Object)
	return o, ok
}
