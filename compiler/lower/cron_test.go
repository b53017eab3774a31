package lower

import (
	"testing"

	"github.com/sstc/sstc/compiler/ir"
)

func TestCron(t *testing.T) {
	const v1, v2 = "sst.aws.Cron", "sst.aws.CronV2"
	each := ir.Obj("schedule", "rate(1 minute)", "function", "src/index.handler")
	goldens(t, []goldenCase{
		{"cron_default", func(a *testApp) { a.new(v1, "MyCron", each) }},
		{"cron_options", func(a *testApp) {
			q := a.new(queueType, "MyQueue")
			a.new(v1, "MyCron", ir.Obj("schedule", "cron(0 4 * * ? *)", "job", ir.Obj("handler", "src/index.handler", "timeout", "60 seconds"),
				"event", ir.Obj("queue", a.get(q, "url")), "enabled", false,
				"transform", ir.Obj("rule", ir.Obj("description", "Mine"), "target", ir.Obj("retryPolicy", ir.Obj("maximumRetryAttempts", 0)))))
			a.new(v1, "Theirs", ir.Obj("schedule", "rate(1 day)", "function", theirFunction))
		}},
		{"cronv2_default", func(a *testApp) { a.new(v2, "MyCron", each) }},
		{"cronv2_options", func(a *testApp) {
			q := a.new(queueType, "MyQueue")
			fn := a.new(functionType, "MyFn", ir.Obj("handler", "src/index.handler", "versioning", true))
			a.new(v2, "MyCron", ir.Obj("schedule", "at(2030-01-01T12:00:00)", "function", opaque(fn),
				"timezone", "Europe/Berlin", "retries", 3, "dlq", a.get(q, "arn"), "event", ir.Obj("a", 1), "enabled", false,
				"transform", ir.Obj("schedule", ir.Obj("groupName", "mine"), "role", ir.Obj("path", "/mine/"))))
		}},
	})
	with := func(typ string, pairs ...any) func(a *testApp) {
		return func(a *testApp) { a.new(typ, "MyCron", each.Merge(ir.Obj(pairs...))) }
	}
	problems(t, []problemCase{
		{"no schedule", func(a *testApp) { a.new(v1, "C", ir.Obj("function", "a.b")) },
			[]string{`missing-argument #1:1: "schedule" is required`}},
		{"nothing to run", func(a *testApp) { a.new(v1, "C", ir.Obj("schedule", "rate(1 day)")) },
			[]string{`missing-argument #1:1: runs nothing`}},
		{"no such schedule", with(v1, "schedule", "every day"),
			[]string{`invalid-value #1:1.schedule: Write rate(…) or cron(…)`}},
		{"at is of CronV2", with(v1, "schedule", "at(2030-01-01T12:00:00)"),
			[]string{`invalid-value #1:1.schedule: Write rate(…) or cron(…)`}},
		{"job and function", with(v2, "job", "a.b"),
			[]string{`conflicting-arguments #1:1.job: older form`}},
		{"task and function", with(v2, "task", "x"),
			[]string{`conflicting-arguments #1:1.task: exclude each other`}},
		{"task", func(a *testApp) { a.new(v1, "C", ir.Obj("schedule", "rate(1 day)", "task", "x")) },
			[]string{`unsupported-feature #1:1.task: not supported yet`}},
		{"retries out of bounds", with(v2, "retries", 200),
			[]string{`invalid-value #1:1.retries: between 0 and 185`}},
		{"enabled not known", with(v2, "enabled", ir.Param{Name: ir.PseudoRegion}),
			[]string{`unknown-value #1:1.enabled: must be known`}},
		{"component in the event", func(a *testApp) {
			q := a.new(queueType, "Q")
			a.new(v1, "C", each.With("event", ir.List{opaque(q)}))
		}, []string{`wrong-type #2:1.event: a sst.aws.Queue in this value`}},
	})
}
