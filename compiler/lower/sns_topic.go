package lower

import (
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

type snsTopicArgs struct {
	Fifo      bool `arg:"fifo" doc:"Keep the order of messages. Default false."`
	Transform struct {
		Topic arg.Transform `arg:"topic" of:"aws:sns/topic:Topic"`
	} `arg:"transform" doc:"Changes to the resources that it makes."`
}

var snsTopic = define(Definition{
	Type:     "sst.aws.SnsTopic",
	Doc:      "An SNS topic.",
	Linkable: true,
	Outputs: []Output{
		{"arn", "string", "The topic's ARN."},
		{"name", "string", "The name of the SNS topic."},
	},
	Nodes: []Output{{"topic", "aws:sns/topic:Topic", "The SNS topic."}},
	Methods: []Method{
		method(Method{Name: "subscribe", Returns: "sst.aws.SnsTopicLambdaSubscriber", Normalize: nameFirst(1), Doc: "Calls a function with what is published."}, topicSubscribe),
		method(Method{Name: "subscribeQueue", Returns: "sst.aws.SnsTopicQueueSubscriber", Normalize: nameFirst(1), Doc: "Sends what is published to a queue."}, topicSubscribeQueue),
	},
	Statics: []Method{
		method(Method{Name: "get", Returns: "sst.aws.SnsTopic", Doc: "Refers to a topic that exists, by ARN."}, topicGet),
		method(Method{Name: "subscribe", Returns: "sst.aws.SnsTopicLambdaSubscriber", Normalize: nameFirst(2), Doc: "Calls a function with what is published to a topic that is not of this app."}, topicStaticSubscribe),
		method(Method{Name: "subscribeQueue", Returns: "sst.aws.SnsTopicQueueSubscriber", Normalize: nameFirst(2), Doc: "Sends what is published to a topic that is not of this app to a queue."}, topicStaticSubscribeQueue),
	},
}, newSnsTopic)

func newSnsTopic(c *Scope, a *snsTopicArgs) {
	c.finishTopic(c.resource("Topic", "aws:sns/topic:Topic", ir.Obj("fifoTopic", a.Fifo), a.Transform.Topic))
}

// finishTopic sets what a topic that was made and one that is referred to have
// in common.
func (c *Scope) finishTopic(t ResourceHandle) {
	c.inst.State = t
	c.out("arn", t.Attr("arn"))
	c.out("name", t.Attr("name"))
	c.node("topic", t)
	c.linkable(ir.Obj("arn", t.Attr("arn")), allow([]string{"sns:*"}, t.Attr("arn")))
}

type topicGetParams struct {
	Name string     `arg:"name,required"`
	Arn  arg.String `arg:"topicArn,required" doc:"The topic's ARN."`
	Opts arg.Value  `arg:"opts"`
}

func topicGet(c *Scope, p *topicGetParams) ir.Value {
	return c.ref(p.Name, p.Opts.V, func(c *Scope) {
		c.finishTopic(c.read(p.Name+"Topic", "aws:sns/topic:Topic", p.Arn.V, &ir.Object{}))
	})
}

type topicSubscriberArgs struct {
	Filter    arg.Value `arg:"filter" doc:"Only messages whose attributes fit."`
	Transform struct {
		Subscription arg.Transform `arg:"subscription" of:"aws:sns/topicSubscription:TopicSubscription"`
	} `arg:"transform"`
}

type topicSubscribeParams struct {
	Name       string              `arg:"name" doc:"Unique among the topic's subscriptions."`
	Subscriber arg.Value           `arg:"subscriber,required" of:"sst.aws.Function" doc:"A handler, the arguments of a Function, or a function's ARN."`
	Args       topicSubscriberArgs `arg:"args"`
}

type topicStaticSubscribeParams struct {
	Name       string              `arg:"name" doc:"Unique among the topic's subscriptions."`
	Topic      arg.String          `arg:"topicArn,required" doc:"The topic's ARN."`
	Subscriber arg.Value           `arg:"subscriber,required" of:"sst.aws.Function" doc:"A handler, the arguments of a Function, or a function's ARN."`
	Args       topicSubscriberArgs `arg:"args"`
}

type topicSubscribeQueueParams struct {
	Name  string                         `arg:"name" doc:"Unique among the topic's subscriptions."`
	Queue arg.OneOf[arg.Ref, arg.String] `arg:"queue,required" of:"sst.aws.Queue" doc:"A Queue, or a queue's ARN."`
	Args  topicSubscriberArgs            `arg:"args"`
}

type topicStaticSubscribeQueueParams struct {
	Name  string                         `arg:"name" doc:"Unique among the topic's subscriptions."`
	Topic arg.String                     `arg:"topicArn,required" doc:"The topic's ARN."`
	Queue arg.OneOf[arg.Ref, arg.String] `arg:"queue,required" of:"sst.aws.Queue" doc:"A Queue, or a queue's ARN."`
	Args  topicSubscriberArgs            `arg:"args"`
}

var snsTopicLambdaSubscriber = &Definition{
	Type: "sst.aws.SnsTopicLambdaSubscriber",
	Doc:  "What SnsTopic.subscribe makes.",
	Nodes: []Output{
		{"function", "sst.aws.Function", "The function that it calls, if it is of this app."},
		{"permission", "aws:lambda/permission:Permission", "The permission to call it."},
		{"subscription", "aws:sns/topicSubscription:TopicSubscription", "The subscription."},
	},
}

var snsTopicQueueSubscriber = &Definition{
	Type: "sst.aws.SnsTopicQueueSubscriber",
	Doc:  "What SnsTopic.subscribeQueue makes.",
	Nodes: []Output{
		{"policy", "aws:sqs/queuePolicy:QueuePolicy", "The permission to send messages."},
		{"subscription", "aws:sns/topicSubscription:TopicSubscription", "The subscription."},
	},
}

// A topicSource is a topic that is subscribed to.
type topicSource struct {
	name string // for use in names
	arn  ir.Value
	text ir.Value // what counts for the topic in hashes
}

func (c *Scope) topicSource() topicSource {
	return topicSource{c.name(), c.inst.State.(ResourceHandle).Attr("arn"), ir.String(outputText)}
}

func (c *Scope) topicSourceOf(arn arg.String) topicSource {
	return topicSource{logicalName(c.sourceName(arn.Value, topicARN)), arn.V, arn.V}
}

func topicSubscribe(c *Scope, p *topicSubscribeParams) ir.Value {
	return c.topicSource().subscribe(c, p.Name, p.Subscriber, p.Args)
}

func topicStaticSubscribe(c *Scope, p *topicStaticSubscribeParams) ir.Value {
	return c.topicSourceOf(p.Topic).subscribe(c, p.Name, p.Subscriber, p.Args)
}

func (s topicSource) subscribe(c *Scope, name string, subscriber arg.Value, a topicSubscriberArgs) ir.Value {
	if name == "" {
		name = subscriberHash(s.text, a.Filter.V, subscriber)
	}
	return c.part(snsTopicLambdaSubscriber, s.name+"Subscriber"+name, func(c *Scope) {
		fn := c.function(c.name()+"Function", subscriber, ir.Obj("description", "Subscribed to "+c.name()), arg.Transform{})
		permission := c.resource("Permission", "aws:lambda/permission:Permission", ir.Obj(
			"action", "lambda:InvokeFunction",
			"function", fn.arn,
			"qualifier", fn.qualifier,
			"principal", "sns.amazonaws.com",
			"sourceArn", s.arn,
		), arg.Transform{})
		c.functionNode(fn)
		c.node("permission", permission)
		c.node("subscription", s.subscription(c, "lambda", fn.targetARN, a, dependsOn(permission)))
	})
}

func (s topicSource) subscription(c *Scope, protocol string, endpoint ir.Value, a topicSubscriberArgs, options ...ResourceOption) ResourceHandle {
	return c.resource("Subscription", "aws:sns/topicSubscription:TopicSubscription", ir.Obj(
		"topic", s.arn,
		"protocol", protocol,
		"endpoint", endpoint,
		"filterPolicy", c.jsonText(a.Filter),
	), a.Transform.Subscription, options...)
}

func topicSubscribeQueue(c *Scope, p *topicSubscribeQueueParams) ir.Value {
	return c.topicSource().subscribeQueue(c, p.Name, p.Queue.Value, p.Args)
}

func topicStaticSubscribeQueue(c *Scope, p *topicStaticSubscribeQueueParams) ir.Value {
	return c.topicSourceOf(p.Topic).subscribeQueue(c, p.Name, p.Queue.Value, p.Args)
}

func (s topicSource) subscribeQueue(c *Scope, name string, to arg.Value, a topicSubscriberArgs) ir.Value {
	queue := arnOf(to)
	if name == "" {
		name = nameHash(6, s.text, filterText(a.Filter.V), queue)
	}
	return c.part(snsTopicQueueSubscriber, s.name+"Subscriber"+name, func(c *Scope) {
		c.node("policy", c.queuePolicy("Policy", queue))
		c.node("subscription", s.subscription(c, "sqs", queue, a))
	})
}
