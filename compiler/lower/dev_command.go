package lower

import (
	"github.com/sstc/sstc/compiler/lower/arg"
)

type devCommandArgs struct {
	Dev *struct {
		Command   arg.String `arg:"command" doc:"The command."`
		Autostart arg.Bool   `arg:"autostart" doc:"Default true."`
		Directory arg.String `arg:"directory" doc:"Where to run it. Default: the app's root."`
		Title     arg.String `arg:"title" doc:"Title of its tab."`
	} `arg:"dev" doc:"The command that sst dev runs."`
	Link        []arg.Value        `arg:"link" doc:"Components whose values it is given."`
	Environment arg.Map[arg.Value] `arg:"environment" doc:"Environment variables."`
	AWS         *struct {
		Role arg.String `arg:"role,required" doc:"The ARN of the role whose credentials it is given."`
	} `arg:"aws"`
}

// A DevCommand is nothing outside sst dev: its arguments are checked, and no
// resource is made.
var devCommand = define(Definition{
	Type: "sst.x.DevCommand",
	Doc:  "A command that sst dev runs. It has no effect on what is deployed.",
}, func(c *Scope, a *devCommandArgs) {
	c.inst.record.Links = linkNames(c.linksOf(a.Link))
	c.variables(a.Environment)
})
