package lower

import (
	"testing"

	"github.com/sstc/sstc/compiler/ir"
)

const (
	topicType    = "sst.aws.SnsTopic"
	busType      = "sst.aws.Bus"
	kinesisType  = "sst.aws.KinesisStream"
	dynamoType   = "sst.aws.Dynamo"
	realtimeType = "sst.aws.Realtime"
)

const (
	theirQueue    = "arn:aws:sqs:us-east-1:123456789012:theirs"
	theirTopic    = "arn:aws:sns:us-east-1:123456789012:theirs"
	theirBus      = "arn:aws:events:us-east-1:123456789012:event-bus/theirs"
	theirStream   = "arn:aws:kinesis:us-east-1:123456789012:stream/theirs"
	theirTable    = "arn:aws:dynamodb:us-east-1:123456789012:table/theirs/stream/2024-01-01T00:00:00.000"
	theirFunction = "arn:aws:lambda:us-east-1:123456789012:function:theirs:live"
)

// raw makes a resource that the user wrote.
func (a *testApp) raw(token, name string, pairs ...any) ResourceHandle {
	a.t.Helper()
	r, err := a.Resource(token, name, ir.Obj(pairs...), nil, a.place())
	if err != nil {
		a.t.Fatal(err)
	}
	return r
}

func TestSnsTopic(t *testing.T) {
	goldens(t, []goldenCase{
		{"snstopic_default", func(a *testApp) { a.new(topicType, "MyTopic") }},
		{"snstopic_fifo", func(a *testApp) {
			a.new(topicType, "MyTopic", ir.Obj("fifo", true, "transform", ir.Obj("topic", ir.Obj("displayName", "Mine"))))
		}},
		{"snstopic_subscribe", func(a *testApp) {
			topic := a.new(topicType, "MyTopic")
			a.call(topic, "subscribe", "Sub", "src/index.handler")
			q := a.new(queueType, "MyQueue")
			a.call(topic, "subscribeQueue", "SubQ", a.get(q, "arn"))
		}},
		{"snstopic_subscribe_options", func(a *testApp) {
			topic := a.new(topicType, "MyTopic")
			fn := a.new(functionType, "MyFn", ir.Obj("handler", "src/index.handler", "versioning", true))
			filter := ir.Obj("filter", ir.Obj("price", ir.List{ir.Obj("numeric", ir.List{ir.String(">="), ir.Number(100)})}),
				"transform", ir.Obj("subscription", ir.Obj("rawMessageDelivery", true)))
			a.call(topic, "subscribe", "Fn", fn, filter)
			a.call(topic, "subscribe", "Theirs", theirFunction)
			a.call(topic, "subscribeQueue", "Queue", a.new(queueType, "MyQueue"), filter)
		}},
		{"snstopic_subscribe_unnamed", func(a *testApp) {
			topic := a.new(topicType, "MyTopic")
			a.call(topic, "subscribe", "src/index.handler")
			a.call(topic, "subscribe", ir.Obj("handler", "src/other.handler"), ir.Obj("filter", ir.Obj("a", []string{"b"})))
			a.call(topic, "subscribeQueue", a.get(a.new(queueType, "MyQueue"), "arn"), ir.Obj("filter", ir.Obj("a", []string{"b"})))
		}},
		{"snstopic_static", func(a *testApp) {
			got := a.static(topicType, "get", "MyTopic", theirTopic)
			a.new(functionType, "MyFn", ir.Obj("handler", "src/index.handler", "link", ir.List{got}))
			a.static(topicType, "subscribe", "Sub", theirTopic, "src/index.handler")
			a.static(topicType, "subscribe", theirTopic, "src/index.handler")
			a.static(topicType, "subscribe", "Sub", a.raw("aws:sns/topic:Topic", "Raw").Attr("arn"), "src/index.handler")
			a.static(topicType, "subscribeQueue", "SubQ", theirTopic, theirQueue)
			a.static(topicType, "subscribeQueue", theirTopic, theirQueue)
		}},
	})
	problems(t, []problemCase{
		{"fifo not known", func(a *testApp) { a.new(topicType, "T", ir.Obj("fifo", ir.Param{Name: ir.PseudoRegion})) },
			[]string{`unknown-value #1:1.fifo: must be known`}},
		{"no ARN", func(a *testApp) { a.static(topicType, "subscribe", "Sub", theirQueue, "a.b") },
			[]string{`invalid-value #1:1: not the ARN of an SNS topic`}},
		{"arguments in the old form", func(a *testApp) {
			a.call(a.new(topicType, "T"), "subscribe", "a.b", ir.Obj("filtr", ir.Obj()))
		}, []string{`unsupported-argument #2:1.filtr: Did you mean "filter"?`}},
		{"a bucket for a queue", func(a *testApp) {
			a.call(a.new(topicType, "T"), "subscribeQueue", "Sub", a.new(bucketType, "B"))
		}, []string{`wrong-type #3:1: must be a sst.aws.Queue, or a string, not a sst.aws.Bucket`}},
	})
}

func TestBus(t *testing.T) {
	goldens(t, []goldenCase{
		{"bus_default", func(a *testApp) { a.new(busType, "MyBus") }},
		{"bus_logging", func(a *testApp) {
			a.new(busType, "MyBus", ir.Obj("logging", ir.Obj("level", "error", "detail", true)))
		}},
		{"bus_subscribe", func(a *testApp) {
			b := a.new(busType, "MyBus")
			a.call(b, "subscribe", "Sub", "src/index.handler", ir.Obj("pattern", ir.Obj("source", []string{"a"})))
			a.call(b, "subscribeQueue", "SubQ", a.new(queueType, "MyQueue"))
		}},
		{"bus_subscribe_options", func(a *testApp) {
			b := a.new(busType, "MyBus")
			q := a.new(queueType, "MyQueue")
			a.call(b, "subscribe", "Sub", a.new(functionType, "MyFn", ir.Obj("handler", "a.b")), ir.Obj(
				"enabled", false,
				"pattern", ir.Obj("source", ir.List{ir.Obj("prefix", "my.")}, "detailType", []string{"Order"}, "detail", ir.Obj("queue", ir.List{a.get(q, "arn")})),
				"transform", ir.Obj("rule", ir.Obj("description", "Mine"), "target", ir.Obj("inputPath", "$.detail"))))
		}},
		{"bus_subscribe_unnamed", func(a *testApp) {
			b := a.new(busType, "MyBus")
			a.call(b, "subscribe", "src/index.handler")
			a.call(b, "subscribe", ir.Obj("handler", "src/index.handler"), ir.Obj("pattern", ir.Obj("source", []string{"a"})))
			a.call(b, "subscribeQueue", theirQueue)
		}},
		{"bus_static", func(a *testApp) {
			got := a.static(busType, "get", "MyBus", "theirs")
			a.new(functionType, "MyFn", ir.Obj("handler", "src/index.handler", "link", ir.List{got}))
			a.static(busType, "subscribe", "Sub", theirBus, "src/index.handler")
			a.static(busType, "subscribeQueue", "SubQ", theirBus, theirQueue)
			a.static(busType, "subscribe", "Sub", a.raw("aws:cloudwatch/eventBus:EventBus", "Raw", "name", "raw").Attr("arn"), "src/index.handler")
		}},
	})
	problems(t, []problemCase{
		{"unknown level", func(a *testApp) { a.new(busType, "B", ir.Obj("logging", ir.Obj("level", "debug"))) },
			[]string{`invalid-value #1:1.logging.level: Known are "error", "info" and "trace"`}},
		{"component in a pattern", func(a *testApp) {
			b := a.new(busType, "B")
			a.call(b, "subscribe", "Sub", "a.b", ir.Obj("pattern", ir.Obj("detail", ir.Obj("bus", opaque(b)))))
		}, []string{`wrong-type #2:2.pattern.detail: a sst.aws.Bus in this value`}},
		{"no ARN", func(a *testApp) { a.static(busType, "subscribe", "Sub", "theirs", "a.b") },
			[]string{`invalid-value #1:1: not the ARN of an EventBridge bus`}},
	})
}

func TestKinesisStream(t *testing.T) {
	goldens(t, []goldenCase{
		{"kinesisstream_default", func(a *testApp) { a.new(kinesisType, "MyStream") }},
		{"kinesisstream_subscribe", func(a *testApp) {
			a.call(a.new(kinesisType, "MyStream"), "subscribe", "Sub", "src/index.handler")
		}},
		{"kinesisstream_subscribe_options", func(a *testApp) {
			s := a.new(kinesisType, "MyStream", ir.Obj("transform", ir.Obj("stream", ir.Obj("retentionPeriod", 48))))
			a.call(s, "subscribe", ir.Obj("handler", "src/index.handler", "link", ir.List{opaque(s)}), ir.Obj(
				"filters", ir.List{ir.Obj("data", ir.Obj("a", []string{"b"}))},
				"transform", ir.Obj("eventSourceMapping", ir.Obj("startingPosition", "TRIM_HORIZON"))))
			a.static(kinesisType, "subscribe", "Sub", theirStream, "src/index.handler")
			a.static(kinesisType, "subscribe", theirStream, theirFunction)
		}},
	})
	problems(t, []problemCase{
		{"no ARN", func(a *testApp) { a.static(kinesisType, "subscribe", "Sub", theirTable, "a.b") },
			[]string{`invalid-value #1:1: not the ARN of a Kinesis stream`}},
	})
}

func TestDynamo(t *testing.T) {
	simple := ir.Obj("fields", ir.Obj("id", "string"), "primaryIndex", ir.Obj("hashKey", "id"))
	streaming := simple.With("stream", ir.String("new-and-old-images"))
	goldens(t, []goldenCase{
		{"dynamo_default", func(a *testApp) { a.new(dynamoType, "MyTable", simple) }},
		{"dynamo_full", func(a *testApp) {
			a.new(dynamoType, "MyTable", ir.Obj(
				"fields", ir.Obj("pk", "string", "sk", "string", "g", "number"),
				"primaryIndex", ir.Obj("hashKey", "pk", "rangeKey", "sk"),
				"globalIndexes", ir.Obj("Gsi", ir.Obj("hashKey", "g", "rangeKey", "sk")),
				"localIndexes", ir.Obj("Lsi", ir.Obj("rangeKey", "g")),
				"ttl", "expireAt", "stream", "new-and-old-images",
			))
		}},
		{"dynamo_projections", func(a *testApp) {
			a.new(dynamoType, "MyTable", ir.Obj(
				"fields", ir.Obj("a", "string", "b", "binary", "c", "number"),
				"primaryIndex", ir.Obj("hashKey", "a"),
				"globalIndexes", ir.Obj(
					"Keys", ir.Obj("hashKey", "b", "projection", "keys-only"),
					"Some", ir.Obj("hashKey", "b", "projection", []string{"x", "y"}),
					"Many", ir.Obj("hashKey", []string{"a", "b"}, "rangeKey", "c", "projection", "all"),
				),
				"localIndexes", ir.Obj("Local", ir.Obj("rangeKey", "c", "projection", "keys-only")),
				"deletionProtection", true,
				"transform", ir.Obj("table", ir.Obj("tableClass", "STANDARD_INFREQUENT_ACCESS")),
			))
		}},
		{"dynamo_subscribe", func(a *testApp) {
			a.call(a.new(dynamoType, "MyTable", streaming), "subscribe", "Sub", "src/index.handler")
		}},
		{"dynamo_subscribe_options", func(a *testApp) {
			table := a.new(dynamoType, "MyTable", streaming)
			options := ir.Obj("filters", ir.List{ir.Obj("eventName", []string{"INSERT"})}, "transform", ir.Obj("eventSourceMapping", ir.Obj("batchSize", 5)))
			a.call(table, "subscribe", "src/index.handler", options)
			a.call(table, "subscribe", "Fn", a.new(functionType, "MyFn", ir.Obj("handler", "a.b")), options)
		}},
		{"dynamo_static", func(a *testApp) {
			got := a.static(dynamoType, "get", "MyTable", "theirs")
			a.new(functionType, "MyFn", ir.Obj("handler", "src/index.handler", "link", ir.List{got}))
			a.static(dynamoType, "subscribe", "Sub", theirTable, "src/index.handler")
			a.static(dynamoType, "subscribe", theirTable, "src/index.handler")
		}},
	})
	with := func(pairs ...any) func(a *testApp) {
		return func(a *testApp) { a.new(dynamoType, "MyTable", simple.Merge(ir.Obj(pairs...))) }
	}
	problems(t, []problemCase{
		{"no arguments", func(a *testApp) { a.new(dynamoType, "MyTable") },
			[]string{`missing-argument #1:1: "fields" is required`, `missing-argument #1:1: "primaryIndex" is required`}},
		{"unknown type", with("fields", ir.Obj("id", "text")),
			[]string{`invalid-value #1:1.fields.id: "text"`}},
		{"unknown key", with("primaryIndex", ir.Obj("hashKey", "idd")),
			[]string{`invalid-value #1:1.primaryIndex.hashKey: Did you mean "id"?`, `invalid-value #1:1.fields.id: key of no index`}},
		{"unknown keys in indexes", with("globalIndexes", ir.Obj("G", ir.Obj("hashKey", []string{"id", "x"})), "localIndexes", ir.Obj("L", ir.Obj("rangeKey", "y"))),
			[]string{`invalid-value #1:1.globalIndexes.G.hashKey.1: "x"`, `invalid-value #1:1.localIndexes.L.rangeKey: "y"`}},
		{"unused field", with("fields", ir.Obj("id", "string", "name", "string")),
			[]string{`invalid-value #1:1.fields.name: key of no index`}},
		{"projection", with("localIndexes", ir.Obj("L", ir.Obj("rangeKey", "id", "projection", "some"))),
			[]string{`invalid-value #1:1.localIndexes.L.projection: "all", "keys-only" or a list`}},
		{"no stream", func(a *testApp) { a.call(a.new(dynamoType, "MyTable", simple), "subscribe", "Sub", "a.b") },
			[]string{`missing-argument #2:: has no stream`}},
		{"no ARN", func(a *testApp) { a.static(dynamoType, "subscribe", "Sub", theirStream, "a.b") },
			[]string{`invalid-value #1:1: not the ARN of a DynamoDB stream`}},
	})
}

func TestRealtime(t *testing.T) {
	authorized := ir.Obj("authorizer", "src/index.handler")
	goldens(t, []goldenCase{
		{"realtime_default", func(a *testApp) {
			rt := a.new(realtimeType, "MyRealtime", authorized)
			a.new(functionType, "MyFn", ir.Obj("handler", "src/index.handler", "link", ir.List{opaque(rt)}))
		}},
		{"realtime_subscribe", func(a *testApp) {
			rt := a.new(realtimeType, "MyRealtime", ir.Obj("authorizer", ir.Obj("handler", "src/index.handler", "permissions", ir.List{
				ir.Obj("actions", []string{"s3:*"}, "resources", []string{"*"})}),
				"transform", ir.Obj("authorizer", ir.Obj("signingDisabled", false))))
			a.call(rt, "subscribe", "src/sub.handler", ir.Obj("filter", "probe/test/chat/#"))
			a.call(rt, "subscribe", theirFunction, ir.Obj("filter", ir.Concat(ir.Param{Name: ir.PseudoRegion}, "/#"),
				"transform", ir.Obj("topicRule", ir.Obj("enabled", false))))
		}},
	})
	problems(t, []problemCase{
		{"no authorizer", func(a *testApp) { a.new(realtimeType, "R") },
			[]string{`missing-argument #1:1: "authorizer" is required`}},
		{"no filter", func(a *testApp) { a.call(a.new(realtimeType, "R", authorized), "subscribe", "a.b") },
			[]string{`missing-argument #2:: "args"`}},
	})
}
