package lower

import (
	"fmt"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

type queueArgs struct {
	Fifo *arg.OneOf[bool, struct {
		ContentBasedDeduplication arg.Bool `arg:"contentBasedDeduplication" doc:"Tell messages apart by their content. Default false."`
	}] `arg:"fifo" doc:"Keep the order of messages. Default false."`
	Delay             arg.Duration                         `arg:"delay" doc:"How long a message waits before it can be received, up to 15 minutes. Default 0 seconds."`
	VisibilityTimeout arg.Duration                         `arg:"visibilityTimeout" doc:"How long a received message is hidden, up to 12 hours. Default 30 seconds."`
	Dlq               *arg.OneOf[arg.String, queueDlqArgs] `arg:"dlq" doc:"The ARN of the queue for messages that could not be dealt with."`
	Transform         struct {
		Queue arg.Transform `arg:"queue" of:"aws:sqs/queue:Queue"`
	} `arg:"transform" doc:"Changes to the resources that it makes."`
}

type queueDlqArgs struct {
	Queue arg.String `arg:"queue,required" doc:"The ARN of the queue."`
	Retry arg.Number `arg:"retry,required" doc:"How often a message is received before it goes there."`
}

var queue = define(Definition{
	Type:     "sst.aws.Queue",
	Doc:      "An SQS queue.",
	Linkable: true,
	Outputs: []Output{
		{"arn", "string", "The queue's ARN."},
		{"url", "string", "The queue's URL."},
	},
	Nodes: []Output{{"queue", "aws:sqs/queue:Queue", "The SQS queue."}},
	Methods: []Method{
		method(Method{Name: "subscribe", Returns: "sst.aws.QueueLambdaSubscriber", Doc: "Calls a function with the messages. Once per queue."}, queueSubscribe),
	},
	Statics: []Method{
		method(Method{Name: "createPolicy", Returns: "aws:sqs/queuePolicy:QueuePolicy", Doc: "Lets SNS, S3 and EventBridge send messages to a queue."}, queueCreatePolicy),
		method(Method{Name: "get", Returns: "sst.aws.Queue", Doc: "Refers to a queue that exists, by URL."}, queueGet),
		method(Method{Name: "subscribe", Returns: "sst.aws.QueueLambdaSubscriber", Doc: "Calls a function with the messages of a queue that is not of this app."}, queueStaticSubscribe),
	},
}, newQueue)

type queueState struct {
	queue      ResourceHandle
	subscribed bool
}

func newQueue(c *Scope, a *queueArgs) {
	c.bounds(a.Delay.Value, "seconds", 0, 900)
	c.bounds(a.VisibilityTimeout.Value, "seconds", 0, 43200)
	var fifo bool
	var byContent arg.Bool
	if f := a.Fifo; f != nil {
		fifo = f.A == nil || *f.A
		if f.B != nil {
			byContent = f.B.ContentBasedDeduplication
		}
	}
	props := ir.Obj(
		"fifoQueue", fifo,
		"contentBasedDeduplication", byContent.Or(false),
		"visibilityTimeoutSeconds", a.VisibilityTimeout.Or(30),
		"delaySeconds", a.Delay.Or(0),
	)
	if d := a.Dlq; d != nil {
		target, retry := d.V, ir.Value(ir.Number(3))
		if d.B != nil {
			c.bounds(d.B.Retry.Value, "", 1, 1000)
			target, retry = d.B.Queue.V, d.B.Retry.V
		}
		props = props.With("redrivePolicy", ir.NewCall(ir.FuncJSONEncode, ir.Obj("deadLetterTargetArn", target, "maxReceiveCount", retry)))
	}
	c.finishQueue(c.resource("Queue", "aws:sqs/queue:Queue", props, a.Transform.Queue))
}

// finishQueue sets what a queue that was made and one that is referred to have
// in common.
func (c *Scope) finishQueue(q ResourceHandle) {
	c.inst.State = &queueState{queue: q}
	c.out("arn", q.Attr("arn"))
	c.out("url", q.Attr("url"))
	c.node("queue", q)
	c.linkable(ir.Obj("url", q.Attr("url")), allow([]string{"sqs:*"}, q.Attr("arn")))
}

type queueGetParams struct {
	Name string     `arg:"name,required"`
	URL  arg.String `arg:"queueUrl,required" doc:"The queue's URL."`
	Opts arg.Value  `arg:"opts"`
}

func queueGet(c *Scope, p *queueGetParams) ir.Value {
	return c.ref(p.Name, p.Opts.V, func(c *Scope) {
		c.finishQueue(c.read(p.Name+"Queue", "aws:sqs/queue:Queue", p.URL.V, &ir.Object{}))
	})
}

type queueSubscriberArgs struct {
	Filters []arg.Value `arg:"filters" doc:"Patterns; a message must fit one of them."`
	Batch   struct {
		Size             arg.Number   `arg:"size" doc:"The most messages in one call, up to 10000. Default 10."`
		Window           arg.Duration `arg:"window" doc:"How long to wait for a batch to fill, up to 5 minutes. Default 0 seconds."`
		PartialResponses bool         `arg:"partialResponses" doc:"The function says which messages failed."`
	} `arg:"batch" doc:"How messages are gathered."`
	Transform struct {
		EventSourceMapping arg.Transform `arg:"eventSourceMapping" of:"aws:lambda/eventSourceMapping:EventSourceMapping"`
		Function           arg.Transform `arg:"function" of:"sst.aws.Function"`
	} `arg:"transform"`
}

type queueSubscribeParams struct {
	Subscriber arg.Value           `arg:"subscriber,required" of:"sst.aws.Function" doc:"A handler, the arguments of a Function, or a function's ARN."`
	Args       queueSubscriberArgs `arg:"args"`
	Opts       arg.Value           `arg:"opts"`
}

type queueStaticSubscribeParams struct {
	Queue arg.String `arg:"queueArn,required" doc:"The queue's ARN."`
	queueSubscribeParams
}

var queueLambdaSubscriber = &Definition{
	Type:  "sst.aws.QueueLambdaSubscriber",
	Doc:   "What Queue.subscribe makes.",
	Nodes: streamSubscriberNodes,
}

func queueSubscribe(c *Scope, p *queueSubscribeParams) ir.Value {
	s := c.inst.State.(*queueState)
	if s.subscribed {
		c.errorAt(nil, diag.ConflictingArguments, "Already subscribed",
			fmt.Sprintf("The queue %q has a subscriber already, and a message goes to one only. To have several, put a topic or a bus in front of queues.", c.name()))
		return nil
	}
	s.subscribed = true
	return c.queueSubscriber(c.name(), s.queue.Attr("arn"), p)
}

func queueStaticSubscribe(c *Scope, p *queueStaticSubscribeParams) ir.Value {
	return c.queueSubscriber(logicalName(c.sourceName(p.Queue.Value, queueARN)), p.Queue.V, &p.queueSubscribeParams)
}

func (c *Scope) queueSubscriber(source string, queue ir.Value, p *queueSubscribeParams) ir.Value {
	batch := p.Args.Batch
	c.bounds(batch.Size.Value, "", 1, 10000)
	c.bounds(batch.Window.Value, "seconds", 0, 300)
	responses := ir.List{}
	if batch.PartialResponses {
		responses = ir.List{ir.String("ReportBatchItemFailures")}
	}
	return c.part(queueLambdaSubscriber, source+"Subscriber"+nameHash(6, queue), func(c *Scope) {
		fn := c.streamSubscriber(streamSubscription{
			source:     queue,
			actions:    []string{"sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage"},
			subscriber: p.Subscriber,
			filters:    p.Args.Filters,
			function:   p.Args.Transform.Function,
			mapping:    p.Args.Transform.EventSourceMapping,
			props: ir.Obj(
				"functionResponseTypes", responses,
				"batchSize", batch.Size.Or(10),
				"maximumBatchingWindowInSeconds", batch.Window.Or(0),
			),
		})
		c.checkVisibility(queue, fn, p.Subscriber.At)
	}, c.userOptions(p.Opts))
}

// checkVisibility reports a function that may run for longer than its queue
// hides a message from others: Lambda refuses the two.
func (c *Scope) checkVisibility(queue ir.Value, fn target, at arg.Path) {
	q, ok := c.app.resourceOf(queue, "aws:sqs/queue:Queue")
	if !ok || fn.inst == nil {
		return
	}
	hidden, ok := q.Props.Get("visibilityTimeoutSeconds").(ir.Number)
	timeout, known := fn.inst.State.(*functionState).function.Props.Get("timeout").(ir.Number)
	if ok && known && timeout > hidden {
		c.errorAt(at, diag.ConflictingArguments, "Visibility timeout too short",
			fmt.Sprintf("The function may run for %s seconds, and the queue hides a message for %s. Lambda wants the queue's visibilityTimeout to be no less than the function's timeout; AWS advises six times as much.",
				ir.FormatNumber(float64(timeout)), ir.FormatNumber(float64(hidden))))
	}
}

type queueCreatePolicyParams struct {
	Name string     `arg:"name,required"`
	Arn  arg.String `arg:"arn,required" doc:"The queue's ARN."`
	Opts arg.Value  `arg:"opts"`
}

func queueCreatePolicy(c *Scope, p *queueCreatePolicyParams) ir.Value {
	opts := c.app.decodeOptions(p.Opts.V, c.at)
	if !opts.retainSet {
		opts.RetainOnDelete, opts.retainSet = true, true
	}
	return opaque(c.app.addResource(queuePolicyType, p.Name, c.queuePolicyProps(p.Arn.V), opts, nil, nil, c.at))
}

const queuePolicyType = "aws:sqs/queuePolicy:QueuePolicy"

// queuePolicy lets AWS services send messages to a queue. It stays when what
// it was made for goes: there may be others with the same text.
func (c *Scope) queuePolicy(suffix string, queue ir.Value) ResourceHandle {
	return c.resource(suffix, queuePolicyType, c.queuePolicyProps(queue), arg.Transform{}, retainOnDelete(true))
}

func (c *Scope) queuePolicyProps(queue ir.Value) *ir.Object {
	url := ir.Concat("https://sqs.", arnPart(queue, 3), ".amazonaws.com/", arnPart(queue, 4), "/", arnPart(queue, 5))
	if q, ok := c.app.resourceOf(queue, "aws:sqs/queue:Queue"); ok {
		url = q.Attr("url")
	}
	return ir.Obj("queueUrl", url, "policy", policyDocument(statement{
		Permission: allow([]string{"sqs:SendMessage"}, queue),
		Principals: ir.Obj("Service", []string{"sns.amazonaws.com", "s3.amazonaws.com", "events.amazonaws.com"}),
	}))
}
