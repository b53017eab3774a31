package lower

import (
	"fmt"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

type cronArgs struct {
	cronJobArgs
	Schedule  arg.String `arg:"schedule,required" doc:"When to run it: \"rate(1 minute)\", or \"cron(0 4 * * ? *)\" in UTC."`
	Enabled   *bool      `arg:"enabled" doc:"Default true."`
	Transform struct {
		Rule   arg.Transform `arg:"rule" of:"aws:cloudwatch/eventRule:EventRule"`
		Target arg.Transform `arg:"target" of:"aws:cloudwatch/eventTarget:EventTarget"`
	} `arg:"transform" doc:"Changes to the resources that it makes."`
}

// cronJobArgs say what a Cron or CronV2 runs.
type cronJobArgs struct {
	Function arg.Value `arg:"function" of:"sst.aws.Function" doc:"The function to run: a handler, the arguments of a Function, a Function, or a function's ARN."`
	Job      arg.Value `arg:"job" doc:"Older form of function."`
	Task     arg.Value `arg:"task" doc:"The task to run."`
	Event    arg.Value `arg:"event" doc:"What the function is called with. Default {}."`
}

var cron = define(Definition{
	Type: "sst.aws.Cron",
	Doc:  "A function that runs on a schedule, by an EventBridge rule. CronV2 can do more.",
	Nodes: []Output{
		{"function", functionTypes, "The function that runs, if it is of this app."},
		{"job", functionTypes, "Older name of function, if it is of this app."},
		{"rule", "aws:cloudwatch/eventRule:EventRule", "The rule with the schedule."},
		{"target", "aws:cloudwatch/eventTarget:EventTarget", "The rule's target."},
	},
}, newCron)

func newCron(c *Scope, a *cronArgs) {
	c.checkSchedule(a.Schedule, "rate", "cron")
	rule := c.resource("Rule", "aws:cloudwatch/eventRule:EventRule", ir.Obj(
		"scheduleExpression", a.Schedule.V,
		"state", enabledState(a.Enabled),
	), a.Transform.Rule)
	c.node("rule", rule)
	fn, ok := c.cronFunction(a.cronJobArgs)
	if !ok {
		return
	}
	c.resource("Permission", "aws:lambda/permission:Permission", ir.Obj(
		"action", "lambda:InvokeFunction",
		"function", fn.arn,
		"qualifier", fn.qualifier,
		"principal", "events.amazonaws.com",
		"sourceArn", rule.Attr("arn"),
	), arg.Transform{})
	c.node("target", c.resource("Target", "aws:cloudwatch/eventTarget:EventTarget", ir.Obj(
		"arn", fn.targetARN,
		"rule", rule.Attr("name"),
		"input", c.cronInput(a.cronJobArgs),
	), a.Transform.Target))
}

// cronFunction makes the function that runs.
func (c *Scope) cronFunction(a cronJobArgs) (target, bool) {
	def := a.Function
	switch {
	case a.Job.Set() && a.Function.Set():
		c.errorAt(a.Job.At, diag.ConflictingArguments, "Conflicting arguments", `"job" is the older form of "function". Give only "function".`)
	case a.Job.Set():
		def = a.Job
	}
	switch {
	case a.Task.Set() && def.Set():
		c.errorAt(a.Task.At, diag.ConflictingArguments, "Conflicting arguments", `"function" and "task" exclude each other.`)
		return target{}, false
	case a.Task.Set():
		c.unsupported(a.Task, "Running a task on a schedule is not supported yet. Start the task from a function with sst/aws/task instead.")
		return target{}, false
	case !def.Set():
		c.errorAt(arg.Path{c.argIndex}, diag.MissingArgument, "Missing argument",
			fmt.Sprintf("The schedule %q runs nothing. Give it a \"function\".", c.name()))
		return target{}, false
	}
	fn := c.function(c.name()+"Handler", def, nil, arg.Transform{})
	c.functionNode(fn)
	if h := fn.handle(); h != nil {
		c.node("job", h)
	}
	return fn, true
}

// cronInput is what the function is called with, as JSON.
func (c *Scope) cronInput(a cronJobArgs) ir.Value {
	switch a.Event.V {
	case nil, ir.Null{}, ir.Bool(false), ir.Number(0), ir.String(""):
		return ir.String("{}") // what SST makes of a value that JavaScript takes for false
	}
	return c.jsonText(a.Event)
}

// checkSchedule reports a schedule that is of none of the kinds.
func (c *Scope) checkSchedule(schedule arg.String, kinds ...string) {
	s, ok := schedule.Known()
	if !ok {
		return
	}
	for _, k := range kinds {
		if strings.HasPrefix(s, k+"(") && strings.HasSuffix(s, ")") {
			return
		}
	}
	forms := make([]string, len(kinds))
	for i, k := range kinds {
		forms[i] = k + "(…)"
	}
	c.errorAt(schedule.At, diag.InvalidValue, "Invalid value",
		fmt.Sprintf("%q is no schedule. Write %s.", s, strings.Join(forms, " or ")))
}
