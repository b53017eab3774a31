package lower

import (
	"fmt"
	"regexp"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

type secretArgs struct {
	Placeholder arg.String `arg:"placeholder" doc:"Used where no value has been set. It is written into what is built, so it must be nothing secret itself."`
}

// A secret's value is a parameter that the uploader asks for: a build neither
// has it nor wants it, so SST_SECRET_<name>, where the SST CLI puts the value,
// is not read.
//
// The placeholder stands in the configuration for everyone to read, so it is
// the parameter's default, written as it is. One that was marked as secret
// cannot be: that is a contradiction. One that is the value of an environment
// variable does not stand in the configuration, and may well be the secret
// itself, so it is left out, with a warning.
var secret = define(Definition{
	Type:     "sst.Secret",
	Doc:      "A value that is given at deployment and is in no file.",
	Linkable: true,
	Outputs: []Output{
		{"name", "string", "The secret's name."},
		{"value", "string", "The secret's value."},
		{"placeholder", "string", "The placeholder, if one was given."},
	},
	Normalize: func(args ir.Value) ir.Value {
		if o, ok := args.(*ir.Object); ok {
			return o
		}
		return ir.Obj("placeholder", args) // new sst.Secret(name, placeholder)
	},
}, newSecret)

// secretName is what `sst secret set` takes.
var secretName = regexp.MustCompile(`^[A-Z][a-zA-Z0-9_]*$`)

func newSecret(c *Scope, a *secretArgs) {
	if !secretName.MatchString(c.name()) {
		c.app.diags.Add(diag.InvalidName, c.at.Range(), "Invalid secret name",
			fmt.Sprintf("A secret cannot be named %q. Use letters, digits and underscores, beginning with an upper-case letter.", c.name()))
	}
	d := &ir.ParamDecl{Name: c.name(), Kind: ir.ParamSecret, Description: fmt.Sprintf("The secret %s.", c.name()), Range: c.at.Range()}
	if a.Placeholder.Set() {
		if !ir.Known(a.Placeholder.V) {
			c.errorAt(a.Placeholder.At, diag.UnknownValue, "Value not known before deployment",
				"A placeholder is written into what is built, so it must be known to the compiler and not be marked as secret. Leave it out and set the secret, or link the value itself with sst.Linkable.")
		} else if variable := c.app.fromEnv(a.Placeholder); variable != "" {
			c.warnAt(a.Placeholder.At, diag.SecretFromEnvironment, "Placeholder left out",
				fmt.Sprintf("The placeholder of the secret %q is the value of the environment variable %s. It may be secret, so it is not written into what is built: give the secret's value when the app is deployed.", c.name(), variable))
		} else {
			d.Default = a.Placeholder.V
		}
	}
	value := c.app.Param(d)
	c.out("name", c.name())
	c.out("value", value)
	c.out("placeholder", a.Placeholder.V)
	c.linkable(ir.Obj("value", value))
	c.inst.link.Type = "sst.sst.Secret"
}

// fromEnv returns the name of the environment variable that a text is the
// value of, or "".
func (a *App) fromEnv(s arg.String) string {
	text, _ := s.Known()
	if text == "" || a.EnvHolding == nil {
		return ""
	}
	return a.EnvHolding(text)
}
