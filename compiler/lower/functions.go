package lower

import (
	"fmt"

	"github.com/sstc/sstc/compiler/ir"
)

// functions are what can be called under sst without being a component.
var functions = []*Method{
	&awsDNS,
	&cloudflareDNS,
	&vercelDNS,
	&envFunction,
	&iamEditFunction,
	&permissionFunction,
}

// Functions returns the functions under sst that are no components, such as
// "sst.aws.permission".
func Functions() []*Method { return functions }

// CallFunction calls one of [Functions].
func (a *App) CallFunction(name string, args []ir.Value, at Place) (result ir.Value, err error) {
	defer catch(&err)
	for _, f := range functions {
		if f.Name == name {
			return a.call(&Scope{app: a, at: at}, *f, args, ActFunction, ""), nil
		}
	}
	return nil, fmt.Errorf("lower: there is no function %s", name)
}
