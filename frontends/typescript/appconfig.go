package typescript

import (
	"fmt"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower"
	"github.com/sstc/sstc/compiler/lower/arg"
)

// appConfig reads what app() returned. It reports whether evaluation can go on.
func (v *evaluation) appConfig(config ir.Value) (*lower.App, bool) {
	place := diag.Range{Filename: v.args.ConfigFile, Start: diag.Pos{Line: 1, Column: 1}, End: diag.Pos{Line: 1, Column: 1}}
	at := func(path arg.Path) diag.Range {
		if r, ok := v.positions.AppReturn(v.args.ConfigFile, path); ok {
			return r
		}
		return place
	}
	if _, ok := config.(*ir.Object); !ok {
		v.diags.Add(diag.WrongType, at(arg.Path{"0"}), "Wrong type", fmt.Sprintf("app() must return an object, not %s.", arg.Describe(config)))
		return nil, false
	}
	app, diags := lower.Configure(config, lower.Surrounding{
		Stage: v.args.Stage, ConfigFile: v.args.ConfigFile, Env: v.args.Env.Lookup, EnvHolding: v.args.Env.Holding, IgnoreUnknown: v.args.IgnoreUnknown, PlanSite: v.args.PlanSite, Record: v.record,
		Hint: func(name string) string {
			if name == "region" {
				return " The region is an argument of the provider: providers: { aws: { region: \"eu-west-1\" } }."
			}
			return ""
		},
	}, at)
	v.diags = append(v.diags, diags...)
	return app, app != nil
}
