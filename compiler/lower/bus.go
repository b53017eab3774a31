package lower

import (
	"strings"

	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

type busArgs struct {
	Logging *struct {
		Level  string `arg:"level,required" enum:"error|info|trace" doc:"What is logged."`
		Detail bool   `arg:"detail" doc:"Log the events themselves too."`
	} `arg:"logging" doc:"Logs of the bus itself."`
	Transform struct {
		Bus arg.Transform `arg:"bus" of:"aws:cloudwatch/eventBus:EventBus"`
	} `arg:"transform" doc:"Changes to the resources that it makes."`
}

var bus = define(Definition{
	Type:     "sst.aws.Bus",
	Doc:      "An EventBridge event bus.",
	Linkable: true,
	Outputs: []Output{
		{"arn", "string", "The bus's ARN."},
		{"name", "string", "The name of the EventBridge bus."},
	},
	Nodes: []Output{{"bus", "aws:cloudwatch/eventBus:EventBus", "The EventBridge bus."}},
	Methods: []Method{
		method(Method{Name: "subscribe", Returns: "sst.aws.BusLambdaSubscriber", Normalize: nameFirst(1), Doc: "Calls a function with events."}, busSubscribe),
		method(Method{Name: "subscribeQueue", Returns: "sst.aws.BusQueueSubscriber", Normalize: nameFirst(1), Doc: "Sends events to a queue."}, busSubscribeQueue),
	},
	Statics: []Method{
		method(Method{Name: "get", Returns: "sst.aws.Bus", Doc: "Refers to a bus that exists, by name."}, busGet),
		method(Method{Name: "subscribe", Returns: "sst.aws.BusLambdaSubscriber", Normalize: nameFirst(2), Doc: "Calls a function with events of a bus that is not of this app."}, busStaticSubscribe),
		method(Method{Name: "subscribeQueue", Returns: "sst.aws.BusQueueSubscriber", Normalize: nameFirst(2), Doc: "Sends events of a bus that is not of this app to a queue."}, busStaticSubscribeQueue),
	},
}, newBus)

func newBus(c *Scope, a *busArgs) {
	props := &ir.Object{}
	if a.Logging != nil {
		detail := "NONE"
		if a.Logging.Detail {
			detail = "FULL"
		}
		props = ir.Obj("logConfig", ir.Obj("level", strings.ToUpper(a.Logging.Level), "includeDetail", detail))
	}
	c.finishBus(c.resource("Bus", "aws:cloudwatch/eventBus:EventBus", props, a.Transform.Bus))
}

// finishBus sets what a bus that was made and one that is referred to have in
// common.
func (c *Scope) finishBus(b ResourceHandle) {
	c.inst.State = b
	c.out("arn", b.Attr("arn"))
	c.out("name", b.Attr("name"))
	c.node("bus", b)
	c.linkable(ir.Obj("name", b.Attr("name"), "arn", b.Attr("arn")), allow([]string{"events:*"}, b.Attr("arn")))
}

type busGetParams struct {
	Name    string     `arg:"name,required"`
	BusName arg.String `arg:"busName,required" doc:"The name of the EventBridge bus."`
	Opts    arg.Value  `arg:"opts"`
}

func busGet(c *Scope, p *busGetParams) ir.Value {
	return c.ref(p.Name, p.Opts.V, func(c *Scope) {
		c.finishBus(c.read(p.Name+"Bus", "aws:cloudwatch/eventBus:EventBus", p.BusName.V, &ir.Object{}))
	})
}

type busSubscriberArgs struct {
	Enabled *bool `arg:"enabled" doc:"Default true."`
	Pattern *struct {
		Source     []arg.Value `arg:"source" doc:"Sources of which one must fit."`
		Detail     arg.Value   `arg:"detail" doc:"What the event itself must be like."`
		DetailType []arg.Value `arg:"detailType" doc:"Types of which one must fit."`
	} `arg:"pattern" doc:"Which events. Default all."`
	Transform struct {
		Rule   arg.Transform `arg:"rule" of:"aws:cloudwatch/eventRule:EventRule"`
		Target arg.Transform `arg:"target" of:"aws:cloudwatch/eventTarget:EventTarget"`
	} `arg:"transform"`
}

type busSubscribeParams struct {
	Name       string            `arg:"name" doc:"Unique among the bus's subscriptions."`
	Subscriber arg.Value         `arg:"subscriber,required" of:"sst.aws.Function" doc:"A handler, the arguments of a Function, a Function, or a function's ARN."`
	Args       busSubscriberArgs `arg:"args"`
}

type busStaticSubscribeParams struct {
	Name       string            `arg:"name" doc:"Unique among the bus's subscriptions."`
	Bus        arg.String        `arg:"busArn,required" doc:"The bus's ARN."`
	Subscriber arg.Value         `arg:"subscriber,required" of:"sst.aws.Function" doc:"A handler, the arguments of a Function, a Function, or a function's ARN."`
	Args       busSubscriberArgs `arg:"args"`
}

type busSubscribeQueueParams struct {
	Name  string                         `arg:"name" doc:"Unique among the bus's subscriptions."`
	Queue arg.OneOf[arg.Ref, arg.String] `arg:"queue,required" of:"sst.aws.Queue" doc:"A Queue, or a queue's ARN."`
	Args  busSubscriberArgs              `arg:"args"`
}

type busStaticSubscribeQueueParams struct {
	Name  string                         `arg:"name" doc:"Unique among the bus's subscriptions."`
	Bus   arg.String                     `arg:"busArn,required" doc:"The bus's ARN."`
	Queue arg.OneOf[arg.Ref, arg.String] `arg:"queue,required" of:"sst.aws.Queue" doc:"A Queue, or a queue's ARN."`
	Args  busSubscriberArgs              `arg:"args"`
}

var busLambdaSubscriber = &Definition{
	Type: "sst.aws.BusLambdaSubscriber",
	Doc:  "What Bus.subscribe makes.",
	Nodes: []Output{
		{"function", "sst.aws.Function", "The function that it calls, if it is of this app."},
		{"permission", "aws:lambda/permission:Permission", "The permission to call it."},
		{"rule", "aws:cloudwatch/eventRule:EventRule", "The rule that picks events."},
		{"target", "aws:cloudwatch/eventTarget:EventTarget", "The rule's target."},
	},
}

var busQueueSubscriber = &Definition{
	Type: "sst.aws.BusQueueSubscriber",
	Doc:  "What Bus.subscribeQueue makes.",
	Nodes: []Output{
		{"policy", "aws:sqs/queuePolicy:QueuePolicy", "The permission to send messages."},
		{"rule", "aws:cloudwatch/eventRule:EventRule", "The rule that picks events."},
		{"target", "aws:cloudwatch/eventTarget:EventTarget", "The rule's target."},
	},
}

// A busSource is a bus that is subscribed to.
type busSource struct {
	name    string   // for use in names
	busName ir.Value // of the EventBridge bus
	text    ir.Value // what counts for the bus in hashes
}

func (c *Scope) busSource() busSource {
	return busSource{c.name(), c.inst.State.(ResourceHandle).Attr("name"), ir.String(outputText)}
}

// busSourceOf is a bus known by its ARN,
// arn:aws:events:<region>:<account>:event-bus/<name>.
func (c *Scope) busSourceOf(arn arg.String) busSource {
	name := ir.NewCall(ir.FuncIndex, ir.NewCall(ir.FuncSplit, ir.String("/"), arn.V), ir.Number(1))
	if b, ok := c.app.resourceOf(arn.V, "aws:cloudwatch/eventBus:EventBus"); ok {
		name = b.Attr("name")
	}
	return busSource{c.sourceName(arn.Value, busARN), name, arn.V}
}

func busSubscribe(c *Scope, p *busSubscribeParams) ir.Value {
	return c.busSource().subscribe(c, p.Name, p.Subscriber, p.Args)
}

func busStaticSubscribe(c *Scope, p *busStaticSubscribeParams) ir.Value {
	return c.busSourceOf(p.Bus).subscribe(c, p.Name, p.Subscriber, p.Args)
}

func (s busSource) subscribe(c *Scope, name string, subscriber arg.Value, a busSubscriberArgs) ir.Value {
	if name == "" {
		name = nameHash(6, s.text, a.patternText(c), subscriberText(subscriber))
	}
	return c.part(busLambdaSubscriber, s.name+"Subscriber"+name, func(c *Scope) {
		rule := s.rule(c, a)
		fn := c.function(c.name()+"Function", subscriber, ir.Obj("description", ir.Concat("Subscribed to ", s.busName)), arg.Transform{})
		permission := c.resource("Permission", "aws:lambda/permission:Permission", ir.Obj(
			"action", "lambda:InvokeFunction",
			"function", fn.arn,
			"qualifier", fn.qualifier,
			"principal", "events.amazonaws.com",
			"sourceArn", rule.Attr("arn"),
		), arg.Transform{})
		c.functionNode(fn)
		c.node("permission", permission)
		s.target(c, rule, fn.targetARN, a, dependsOn(permission))
	})
}

func busSubscribeQueue(c *Scope, p *busSubscribeQueueParams) ir.Value {
	return c.busSource().subscribeQueue(c, p.Name, p.Queue.Value, p.Args)
}

func busStaticSubscribeQueue(c *Scope, p *busStaticSubscribeQueueParams) ir.Value {
	return c.busSourceOf(p.Bus).subscribeQueue(c, p.Name, p.Queue.Value, p.Args)
}

func (s busSource) subscribeQueue(c *Scope, name string, to arg.Value, a busSubscriberArgs) ir.Value {
	queue := arnOf(to)
	if name == "" {
		name = nameHash(6, s.text, a.patternText(c), queue)
	}
	return c.part(busQueueSubscriber, s.name+"Subscriber"+name, func(c *Scope) {
		c.node("policy", c.queuePolicy("Policy", queue))
		s.target(c, s.rule(c, a), queue, a)
	})
}

func (s busSource) rule(c *Scope, a busSubscriberArgs) ResourceHandle {
	pattern := ir.Obj("source", ir.List{ir.Obj("prefix", "")})
	if p := a.Pattern; p != nil {
		pattern = ir.Obj("detail-type", c.dataList(p.DetailType), "source", c.dataList(p.Source), "detail", c.data(p.Detail))
	}
	rule := c.resource("Rule", "aws:cloudwatch/eventRule:EventRule", ir.Obj(
		"eventBusName", s.busName,
		"state", enabledState(a.Enabled),
		"eventPattern", ir.NewCall(ir.FuncJSONEncode, pattern),
	), a.Transform.Rule)
	c.node("rule", rule)
	return rule
}

// patternText is what counts for the pattern in hashes: the pattern as the user
// wrote it, but for the order of its keys.
func (a busSubscriberArgs) patternText(c *Scope) ir.Value {
	p := a.Pattern
	if p == nil {
		return filterText(nil)
	}
	return filterText(ir.Obj("source", c.dataList(p.Source), "detail", c.data(p.Detail), "detailType", c.dataList(p.DetailType)))
}

func (s busSource) target(c *Scope, rule ResourceHandle, arn ir.Value, a busSubscriberArgs, options ...ResourceOption) {
	c.node("target", c.resource("Target", "aws:cloudwatch/eventTarget:EventTarget", ir.Obj(
		"arn", arn,
		"rule", rule.Attr("name"),
		"eventBusName", s.busName,
	), a.Transform.Target, options...))
}

// enabledState is the state of a rule or schedule.
func enabledState(on *bool) string {
	if on == nil || *on {
		return "ENABLED"
	}
	return "DISABLED"
}
