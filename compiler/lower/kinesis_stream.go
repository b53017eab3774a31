package lower

import (
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

type kinesisStreamArgs struct {
	Transform struct {
		Stream arg.Transform `arg:"stream" of:"aws:kinesis/stream:Stream"`
	} `arg:"transform" doc:"Changes to the resources that it makes."`
}

var kinesisStream = define(Definition{
	Type:     "sst.aws.KinesisStream",
	Doc:      "A Kinesis data stream.",
	Linkable: true,
	Outputs: []Output{
		{"name", "string", "The name of the Kinesis stream."},
		{"arn", "string", "The stream's ARN."},
	},
	Nodes: []Output{{"stream", "aws:kinesis/stream:Stream", "The Kinesis stream."}},
	Methods: []Method{
		method(Method{Name: "subscribe", Returns: "sst.aws.KinesisStreamLambdaSubscriber", Normalize: nameFirst(1), Doc: "Calls a function with the records."}, kinesisSubscribe),
	},
	Statics: []Method{
		method(Method{Name: "subscribe", Returns: "sst.aws.KinesisStreamLambdaSubscriber", Normalize: nameFirst(2), Doc: "Calls a function with the records of a stream that is not of this app."}, kinesisStaticSubscribe),
	},
}, newKinesisStream)

func newKinesisStream(c *Scope, a *kinesisStreamArgs) {
	s := c.resource("Stream", "aws:kinesis/stream:Stream", ir.Obj(
		"streamModeDetails", ir.Obj("streamMode", "ON_DEMAND"),
	), a.Transform.Stream)
	c.inst.State = s
	c.out("name", s.Attr("name"))
	c.out("arn", s.Attr("arn"))
	c.node("stream", s)
	c.linkable(ir.Obj("name", s.Attr("name")), allow([]string{"kinesis:*"}, s.Attr("arn")))
}

// streamSubscriberArgs are those of subscriptions to Kinesis and DynamoDB
// streams.
type streamSubscriberArgs struct {
	Filters   []arg.Value `arg:"filters" doc:"Patterns; a record must fit one of them."`
	Transform struct {
		EventSourceMapping arg.Transform `arg:"eventSourceMapping" of:"aws:lambda/eventSourceMapping:EventSourceMapping"`
	} `arg:"transform"`
}

type streamSubscribeParams struct {
	Name       string               `arg:"name" doc:"Unique among the stream's subscriptions."`
	Subscriber arg.Value            `arg:"subscriber,required" of:"sst.aws.Function" doc:"A handler, the arguments of a Function, or a function's ARN."`
	Args       streamSubscriberArgs `arg:"args"`
}

type streamStaticSubscribeParams struct {
	Name       string               `arg:"name" doc:"Unique among the stream's subscriptions."`
	Stream     arg.String           `arg:"streamArn,required" doc:"The stream's ARN."`
	Subscriber arg.Value            `arg:"subscriber,required" of:"sst.aws.Function" doc:"A handler, the arguments of a Function, or a function's ARN."`
	Args       streamSubscriberArgs `arg:"args"`
}

var kinesisStreamLambdaSubscriber = &Definition{
	Type:  "sst.aws.KinesisStreamLambdaSubscriber",
	Doc:   "What KinesisStream.subscribe makes.",
	Nodes: streamSubscriberNodes,
}

func kinesisSubscribe(c *Scope, p *streamSubscribeParams) ir.Value {
	return c.kinesisSubscriber(c.name(), c.inst.State.(ResourceHandle).Attr("arn"), p.Name, p.Subscriber, p.Args)
}

func kinesisStaticSubscribe(c *Scope, p *streamStaticSubscribeParams) ir.Value {
	source := logicalName(c.sourceName(p.Stream.Value, streamARN))
	return c.kinesisSubscriber(source, p.Stream.V, p.Name, p.Subscriber, p.Args)
}

func (c *Scope) kinesisSubscriber(source string, stream ir.Value, name string, subscriber arg.Value, a streamSubscriberArgs) ir.Value {
	if name == "" {
		name = subscriberHash(stream, c.dataList(a.Filters), subscriber)
	}
	return c.part(kinesisStreamLambdaSubscriber, source+"Subscriber"+name, func(c *Scope) {
		c.streamSubscriber(streamSubscription{
			source: stream,
			actions: []string{
				"kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator",
				"kinesis:ListShards", "kinesis:ListStreams", "kinesis:SubscribeToShard",
			},
			subscriber: subscriber,
			filters:    a.Filters,
			mapping:    a.Transform.EventSourceMapping,
			props:      ir.Obj("startingPosition", "LATEST"),
		})
	})
}
