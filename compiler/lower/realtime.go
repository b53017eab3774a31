package lower

import (
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

type realtimeArgs struct {
	Authorizer arg.Value `arg:"authorizer,required" of:"sst.aws.Function" doc:"The function that lets clients in: a handler, or the arguments of a Function."`
	Transform  struct {
		Authorizer arg.Transform `arg:"authorizer" of:"aws:iot/authorizer:Authorizer"`
	} `arg:"transform" doc:"Changes to the resources that it makes."`
}

var realtime = define(Definition{
	Type:     "sst.aws.Realtime",
	Doc:      "Publishing and subscribing in real time, over AWS IoT.",
	Linkable: true,
	Outputs: []Output{
		{"endpoint", "string", "The IoT endpoint."},
		{"authorizer", "string", "The name of the IoT authorizer."},
	},
	Nodes: []Output{
		{"authorizer", "aws:iot/authorizer:Authorizer", "The IoT authorizer."},
		{"authHandler", functionTypes, "The function that lets clients in, if it is of this app."},
	},
	Methods: []Method{
		method(Method{Name: "subscribe", Returns: "sst.aws.RealtimeLambdaSubscriber", Doc: "Calls a function with what is published."}, realtimeSubscribe),
	},
}, newRealtime)

func newRealtime(c *Scope, a *realtimeArgs) {
	fn := c.function(c.name()+"AuthorizerHandler", a.Authorizer, ir.Obj(
		"description", "Authorizer for "+c.name(),
		"permissions", ir.List{ir.Obj("actions", []string{"iot:*"}, "resources", []string{"*"})},
	), arg.Transform{})
	authorizer := c.resource("Authorizer", "aws:iot/authorizer:Authorizer", ir.Obj(
		"signingDisabled", true,
		"authorizerFunctionArn", fn.arn,
	), a.Transform.Authorizer)
	c.resource("Permission", "aws:lambda/permission:Permission", ir.Obj(
		"action", "lambda:InvokeFunction",
		"function", fn.arn,
		"principal", "iot.amazonaws.com",
		"sourceArn", authorizer.Attr("arn"),
	), arg.Transform{})
	endpoint := c.invoke("aws:iot/getEndpoint:getEndpoint", ir.Obj("endpointType", "iot:Data-ATS"), "endpointAddress")
	c.out("endpoint", endpoint)
	c.out("authorizer", authorizer.Attr("name"))
	c.node("authorizer", authorizer)
	if h := fn.handle(); h != nil {
		c.node("authHandler", h)
	}
	c.linkable(ir.Obj("endpoint", endpoint, "authorizer", authorizer.Attr("name")), allow([]string{"iot:Publish"}, ir.String("*")))
}

type realtimeSubscribeParams struct {
	Subscriber arg.Value `arg:"subscriber,required" of:"sst.aws.Function" doc:"A handler, the arguments of a Function, or a function's ARN."`
	Args       *struct {
		Filter    arg.String `arg:"filter,required" doc:"The topics, such as \"shop/dev/chat/#\"."`
		Transform struct {
			TopicRule arg.Transform `arg:"topicRule" of:"aws:iot/topicRule:TopicRule"`
		} `arg:"transform"`
	} `arg:"args,required"`
}

var realtimeLambdaSubscriber = &Definition{
	Type: "sst.aws.RealtimeLambdaSubscriber",
	Doc:  "What Realtime.subscribe makes.",
	Nodes: []Output{
		{"function", functionTypes, "The function that it calls, if it is of this app."},
		{"permission", "aws:lambda/permission:Permission", "The permission to call it."},
		{"rule", "aws:iot/topicRule:TopicRule", "The rule that picks messages."},
	},
}

func realtimeSubscribe(c *Scope, p *realtimeSubscribeParams) ir.Value {
	if p.Args == nil {
		return nil
	}
	source, filter := c.name(), p.Args.Filter.V
	name := source + "Subscriber" + nameHash(6, filter, subscriberText(p.Subscriber))
	return c.part(realtimeLambdaSubscriber, name, func(c *Scope) {
		fn := c.function(c.name()+"Handler", p.Subscriber, ir.Obj(
			"description", ir.Concat("Subscribed to ", source, " on ", filter)), arg.Transform{})
		rule := c.resource("Rule", "aws:iot/topicRule:TopicRule", ir.Obj(
			"sqlVersion", "2016-03-23",
			"sql", ir.Concat("SELECT * FROM '", filter, "'"),
			"enabled", true,
			"lambdas", ir.List{ir.Obj("functionArn", fn.targetARN)},
		), p.Args.Transform.TopicRule)
		permission := c.resource("Permission", "aws:lambda/permission:Permission", ir.Obj(
			"action", "lambda:InvokeFunction",
			"function", fn.arn,
			"qualifier", fn.qualifier,
			"principal", "iot.amazonaws.com",
			"sourceArn", rule.Attr("arn"),
		), arg.Transform{})
		c.functionNode(fn)
		c.node("permission", permission)
		c.node("rule", rule)
	})
}
