package lower

import (
	"testing"

	"github.com/sstc/sstc/compiler/ir"
)

func TestQueue(t *testing.T) {
	goldens(t, []goldenCase{
		{"queue_default", func(a *testApp) { a.new(queueType, "MyQueue") }},
		{"queue_fifo_dlq", func(a *testApp) {
			d := a.new(queueType, "Dlq", ir.Obj("fifo", true))
			a.new(queueType, "MyQueue", ir.Obj("fifo", true, "dlq", a.get(d, "arn"), "visibilityTimeout", "1 hour"))
		}},
		{"queue_options", func(a *testApp) {
			a.new(queueType, "MyQueue", ir.Obj(
				"fifo", ir.Obj("contentBasedDeduplication", true), "delay", "15 seconds",
				"dlq", ir.Obj("queue", "arn:aws:sqs:us-east-1:123456789012:dead.fifo", "retry", 5),
				"transform", ir.Obj("queue", ir.Obj("messageRetentionSeconds", 86400)),
			))
		}},
		{"queue_subscribe", func(a *testApp) {
			a.call(a.new(queueType, "MyQueue"), "subscribe", "src/index.handler")
		}},
		{"queue_subscribe_options", func(a *testApp) {
			q := a.new(queueType, "MyQueue", ir.Obj("visibilityTimeout", "6 minutes"))
			a.call(q, "subscribe", ir.Obj("handler", "src/index.handler", "link", ir.List{opaque(q)}, "timeout", "1 minute"), ir.Obj(
				"filters", ir.List{ir.Obj("body", ir.Obj("type", []string{"order"})), ir.Obj("body", ir.Obj("queue", ir.List{a.get(q, "arn")}))},
				"batch", ir.Obj("size", 100, "window", "20 seconds", "partialResponses", true),
				"transform", ir.Obj("function", ir.Obj("memory", "256 MB"), "eventSourceMapping", ir.Obj("enabled", false)),
			), ir.Obj("protect", true))
		}},
		{"queue_static_subscribe", func(a *testApp) {
			a.static(queueType, "subscribe", "arn:aws:sqs:us-east-1:123456789012:their-queue", "src/index.handler")
			r, err := a.Resource("aws:sqs/queue:Queue", "Raw", nil, nil, a.place())
			if err != nil {
				a.t.Fatal(err)
			}
			a.static(queueType, "subscribe", r.Attr("arn"), "arn:aws:lambda:us-east-1:123456789012:function:theirs")
		}},
		{"queue_get", func(a *testApp) {
			q := a.static(queueType, "get", "MyQueue", "https://sqs.us-east-1.amazonaws.com/123456789012/theirs")
			a.new(functionType, "MyFn", ir.Obj("handler", "src/index.handler", "link", ir.List{q}))
		}},
		{"queue_create_policy", func(a *testApp) {
			q := a.new(queueType, "MyQueue")
			a.static(queueType, "createPolicy", "Mine", a.get(q, "arn"))
			a.static(queueType, "createPolicy", "Theirs", "arn:aws:sqs:eu-west-1:123456789012:theirs", ir.Obj("retainOnDelete", false))
		}},
	})
}

func TestQueueProblems(t *testing.T) {
	with := func(pairs ...any) func(a *testApp) {
		return func(a *testApp) { a.new(queueType, "MyQueue", ir.Obj(pairs...)) }
	}
	subscribe := func(args ...any) func(a *testApp) {
		return func(a *testApp) { a.call(a.new(queueType, "MyQueue"), "subscribe", args...) }
	}
	problems(t, []problemCase{
		{"out of bounds", with("delay", "1 hour", "visibilityTimeout", "1 day"),
			[]string{`invalid-value #1:1.delay: between 0 and 900 seconds`, `invalid-value #1:1.visibilityTimeout: between 0 and 43200 seconds`}},
		{"dlq without retry", with("dlq", ir.Obj("queue", "arn:aws:sqs:us-east-1:123456789012:q")),
			[]string{`missing-argument #1:1.dlq: "retry" is required`}},
		{"fifo of wrong type", with("fifo", "yes"),
			[]string{`wrong-type #1:1.fifo: true or false, or an object, not a string`}},
		{"batch", subscribe("a.b", ir.Obj("batch", ir.Obj("size", 0, "window", "6 minutes"))),
			[]string{`invalid-value #2:1.batch.size: between 1 and 10000`, `invalid-value #2:1.batch.window: between 0 and 300 seconds`}},
		{"no subscriber", subscribe(), []string{`missing-argument #2:: "subscriber"`}},
		{"a bucket for subscriber", func(a *testApp) {
			b := a.new(bucketType, "B")
			a.call(a.new(queueType, "MyQueue"), "subscribe", b)
		}, []string{`wrong-type #3:0: not a sst.aws.Bucket`}},
		{"component in a filter", func(a *testApp) {
			q := a.new(queueType, "MyQueue")
			a.call(q, "subscribe", "a.b", ir.Obj("filters", ir.List{ir.Obj("body", opaque(q))}))
		}, []string{`wrong-type #2:1.filters.0: a sst.aws.Queue in this value`}},
		{"subscribe twice", func(a *testApp) {
			q := a.new(queueType, "MyQueue")
			a.call(q, "subscribe", "a.b")
			a.call(q, "subscribe", "a.c")
		}, []string{`conflicting-arguments #3:: has a subscriber already`}},
		{"a function that runs for longer than messages are hidden", subscribe(ir.Obj("handler", "a.b", "timeout", "31 seconds")),
			[]string{`conflicting-arguments #2:0: may run for 31 seconds, and the queue hides a message for 30`}},
		{"a function that runs as long as messages are hidden", func(a *testApp) {
			q := a.new(queueType, "MyQueue", ir.Obj("visibilityTimeout", "1 minute"))
			a.call(q, "subscribe", opaque(a.new(functionType, "MyFn", ir.Obj("handler", "a.b", "timeout", "1 minute"))))
		}, nil},
		{"no ARN", func(a *testApp) { a.static(queueType, "subscribe", "https://sqs.us-east-1.amazonaws.com/1/q", "a.b") },
			[]string{`invalid-value #1:0: not the ARN of an SQS queue`}},
	})
}

func TestNameHashIsSSTs(t *testing.T) {
	arn := ir.String("arn:aws:sqs:us-east-1:123456789012:probe-test-MyQueueQueue-bdvfbzta")
	if got := nameHash(6, arn); got != "Czrcat" {
		t.Errorf("nameHash(%s) = %s, SST has Czrcat", arn, got)
	}
}
