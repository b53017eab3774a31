package lower

import (
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

type cronV2Args struct {
	cronJobArgs
	Schedule  arg.String `arg:"schedule,required" doc:"When to run it: \"rate(1 minute)\", \"cron(0 4 * * ? *)\" or \"at(2030-01-01T12:00:00)\"."`
	Timezone  arg.String `arg:"timezone" doc:"The time zone of the schedule, such as \"Europe/Berlin\". Default UTC."`
	Enabled   *bool      `arg:"enabled" doc:"Default true."`
	Retries   arg.Number `arg:"retries" doc:"How often a failed run is tried again: 0 to 185. Default 0."`
	Dlq       arg.String `arg:"dlq" doc:"The ARN of the queue for runs that failed."`
	Transform struct {
		Schedule arg.Transform `arg:"schedule" of:"aws:scheduler/schedule:Schedule"`
		Role     arg.Transform `arg:"role" of:"aws:iam/role:Role"`
	} `arg:"transform" doc:"Changes to the resources that it makes."`
}

var cronV2 = define(Definition{
	Type: "sst.aws.CronV2",
	Doc:  "A function that runs on a schedule, by EventBridge Scheduler.",
	Nodes: []Output{
		{"function", functionTypes, "The function that runs, if it is of this app."},
		{"job", functionTypes, "Older name of function, if it is of this app."},
		{"schedule", "aws:scheduler/schedule:Schedule", "The schedule."},
		{"role", "aws:iam/role:Role", "The role by which the schedule calls the function."},
	},
}, newCronV2)

func newCronV2(c *Scope, a *cronV2Args) {
	c.checkSchedule(a.Schedule, "rate", "cron", "at")
	c.bounds(a.Retries.Value, "", 0, 185)
	fn, ok := c.cronFunction(a.cronJobArgs)
	if !ok {
		return
	}
	statements := []statement{{Permission: allow([]string{"lambda:InvokeFunction"}, fn.targetARN)}}
	target := ir.Obj(
		"arn", fn.targetARN,
		"input", c.cronInput(a.cronJobArgs),
		"retryPolicy", ir.Obj("maximumRetryAttempts", a.Retries.Or(0)),
	)
	if a.Dlq.Set() {
		statements = append(statements, statement{Permission: allow([]string{"sqs:SendMessage"}, a.Dlq.V)})
		target = target.With("deadLetterConfig", ir.Obj("arn", a.Dlq.V))
	}
	role := c.resource("Role", "aws:iam/role:Role", ir.Obj(
		"assumeRolePolicy", policyDocument(statement{
			Sid:        "AllowAssumeRole",
			Permission: allow([]string{"sts:AssumeRole"}),
			Principals: ir.Obj("Service", "scheduler.amazonaws.com"),
		}),
		"inlinePolicies", ir.List{ir.Obj("name", "inline", "policy", policyDocument(statements...))},
	), a.Transform.Role)
	c.node("role", role)
	c.node("schedule", c.resource("Schedule", "aws:scheduler/schedule:Schedule", ir.Obj(
		"scheduleExpression", a.Schedule.V,
		"scheduleExpressionTimezone", a.Timezone.V,
		"flexibleTimeWindow", ir.Obj("mode", "OFF"),
		"state", enabledState(a.Enabled),
		"target", target.With("roleArn", role.Attr("arn")),
	), a.Transform.Schedule))
}
