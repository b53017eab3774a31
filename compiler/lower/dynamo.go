package lower

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

type dynamoArgs struct {
	Fields        arg.Map[string]                `arg:"fields,required" enum:"string|number|binary" doc:"The fields that are in an index, and their types."`
	PrimaryIndex  *dynamoKeyArgs                 `arg:"primaryIndex,required" doc:"The key of the table."`
	GlobalIndexes arg.Map[dynamoGlobalIndexArgs] `arg:"globalIndexes" doc:"Global secondary indexes, by name."`
	LocalIndexes  arg.Map[dynamoLocalIndexArgs]  `arg:"localIndexes" doc:"Local secondary indexes, by name."`
	Stream        string                         `arg:"stream" enum:"keys-only|new-image|old-image|new-and-old-images" doc:"What of a changed item goes into the table's stream. Default: there is none."`
	TTL           arg.String                     `arg:"ttl" doc:"The field that says when an item expires."`
	// Deletion protection is not set unless it was given, as in SST: a table
	// that was protected by hand stays so.
	DeletionProtection arg.Bool `arg:"deletionProtection" doc:"Refuse to delete the table."`
	Transform          struct {
		Table arg.Transform `arg:"table" of:"aws:dynamodb/table:Table"`
	} `arg:"transform" doc:"Changes to the resources that it makes."`
}

type dynamoKeyArgs struct {
	HashKey  arg.String `arg:"hashKey,required" doc:"The partition key."`
	RangeKey arg.String `arg:"rangeKey" doc:"The sort key."`
}

type dynamoGlobalIndexArgs struct {
	HashKey    arg.OneOf[arg.String, []arg.String]  `arg:"hashKey,required" doc:"The partition key, or the fields that it consists of."`
	RangeKey   *arg.OneOf[arg.String, []arg.String] `arg:"rangeKey" doc:"The sort key, or the fields that it consists of."`
	Projection *dynamoProjection                    `arg:"projection" doc:"The fields in the index: \"all\", \"keys-only\" or a list. Default all."`
}

type dynamoLocalIndexArgs struct {
	RangeKey   arg.String        `arg:"rangeKey,required" doc:"The sort key."`
	Projection *dynamoProjection `arg:"projection" doc:"The fields in the index: \"all\", \"keys-only\" or a list. Default all."`
}

type dynamoProjection = arg.OneOf[arg.String, []arg.String]

var dynamo = define(Definition{
	Type:     "sst.aws.Dynamo",
	Doc:      "A DynamoDB table.",
	Linkable: true,
	Outputs: []Output{
		{"arn", "string", "The table's ARN."},
		{"name", "string", "The name of the DynamoDB table."},
	},
	Nodes: []Output{{"table", "aws:dynamodb/table:Table", "The DynamoDB table."}},
	Methods: []Method{
		method(Method{Name: "subscribe", Returns: "sst.aws.DynamoLambdaSubscriber", Normalize: nameFirst(1), Doc: "Calls a function with what changes in the table, which needs a stream."}, dynamoSubscribe),
	},
	Statics: []Method{
		method(Method{Name: "get", Returns: "sst.aws.Dynamo", Doc: "Refers to a table that exists, by name."}, dynamoGet),
		method(Method{Name: "subscribe", Returns: "sst.aws.DynamoLambdaSubscriber", Normalize: nameFirst(2), Doc: "Calls a function with what changes in a table that is not of this app."}, dynamoStaticSubscribe),
	},
}, newDynamo)

func newDynamo(c *Scope, a *dynamoArgs) {
	attributes := ir.List{}
	for _, f := range a.Fields.Entries {
		attributes = append(attributes, ir.Obj("name", f.Key, "type", map[string]string{"string": "S", "number": "N", "binary": "B"}[f.Value]))
	}
	global := ir.List{}
	for _, e := range a.GlobalIndexes.Entries {
		global = append(global, ir.Obj("name", e.Key).Merge(e.Value.keys()).Merge(c.projection(e.Value.Projection)))
	}
	local := ir.List{}
	for _, e := range a.LocalIndexes.Entries {
		local = append(local, ir.Obj("name", e.Key, "rangeKey", e.Value.RangeKey.V).Merge(c.projection(e.Value.Projection)))
	}
	c.checkKeys(a)

	props := ir.Obj(
		"attributes", attributes,
		"billingMode", "PAY_PER_REQUEST",
		"streamEnabled", a.Stream != "",
		"pointInTimeRecovery", ir.Obj("enabled", true),
		"globalSecondaryIndexes", global,
		"localSecondaryIndexes", local,
		"deletionProtectionEnabled", a.DeletionProtection.V,
	)
	if a.PrimaryIndex != nil {
		props = props.Merge(ir.Obj("hashKey", a.PrimaryIndex.HashKey.V, "rangeKey", a.PrimaryIndex.RangeKey.V))
	}
	if a.Stream != "" {
		props = props.With("streamViewType", ir.String(strings.ToUpper(strings.ReplaceAll(a.Stream, "-", "_"))))
	}
	if a.TTL.Set() {
		props = props.With("ttl", ir.Obj("attributeName", a.TTL.V, "enabled", true))
	}
	c.finishDynamo(c.resource("Table", "aws:dynamodb/table:Table", props, a.Transform.Table))
}

// keys are an index's keys: one field each, or lists of fields.
func (a dynamoGlobalIndexArgs) keys() *ir.Object {
	if a.HashKey.B == nil && (a.RangeKey == nil || a.RangeKey.B == nil) {
		keys := ir.Obj("hashKey", a.HashKey.V)
		if a.RangeKey != nil {
			keys = keys.With("rangeKey", a.RangeKey.V)
		}
		return keys
	}
	schemas := ir.List{}
	add := func(kind string, key ir.Value) {
		fields, ok := key.(ir.List)
		if !ok {
			fields = ir.List{key}
		}
		for _, f := range fields {
			schemas = append(schemas, ir.Obj("attributeName", f, "keyType", kind))
		}
	}
	add("HASH", a.HashKey.V)
	if a.RangeKey != nil {
		add("RANGE", a.RangeKey.V)
	}
	return ir.Obj("keySchemas", schemas)
}

func (c *Scope) projection(p *dynamoProjection) *ir.Object {
	switch {
	case p == nil:
	case p.B != nil:
		return ir.Obj("projectionType", "INCLUDE", "nonKeyAttributes", p.V)
	case p.A.Is("keys-only"):
		return ir.Obj("projectionType", "KEYS_ONLY")
	case !p.A.Is("all"):
		c.errorAt(p.A.At, diag.InvalidValue, "Invalid value", `"projection" must be "all", "keys-only" or a list of fields.`)
	}
	return ir.Obj("projectionType", "ALL")
}

// checkKeys reports keys that are no fields and, unless a transform may add
// what uses them, fields that are in no key: DynamoDB refuses both.
func (c *Scope) checkKeys(a *dynamoArgs) {
	used := map[string]bool{}
	var names []string
	for _, f := range a.Fields.Entries {
		names = append(names, f.Key)
	}
	use := func(key arg.String) {
		name, ok := key.Known()
		if ok && !slices.Contains(names, name) {
			c.errorAt(key.At, diag.InvalidValue, "Unknown field",
				fmt.Sprintf("The key %q is not among the fields of the table %q.%s", name, c.name(), diag.Suggest(name, names)))
		}
		used[name] = true
	}
	useAll := func(key *arg.OneOf[arg.String, []arg.String]) {
		switch {
		case key == nil:
		case key.A != nil:
			use(*key.A)
		case key.B != nil:
			for _, k := range *key.B {
				use(k)
			}
		}
	}
	if a.PrimaryIndex != nil {
		use(a.PrimaryIndex.HashKey)
		use(a.PrimaryIndex.RangeKey)
	}
	for _, e := range a.GlobalIndexes.Entries {
		useAll(&e.Value.HashKey)
		useAll(e.Value.RangeKey)
	}
	for _, e := range a.LocalIndexes.Entries {
		use(e.Value.RangeKey)
	}
	if a.Transform.Table.Set() {
		return
	}
	for _, name := range names {
		if !used[name] {
			c.errorAt(a.Fields.At.Key(name), diag.InvalidValue, "Unused field",
				fmt.Sprintf("The field %q is the key of no index. DynamoDB wants only those fields declared that are; items may have any others.", name))
		}
	}
}

// finishDynamo sets what a table that was made and one that is referred to
// have in common.
func (c *Scope) finishDynamo(t ResourceHandle) {
	c.inst.State = t
	arn := t.Attr("arn")
	c.out("arn", arn)
	c.out("name", t.Attr("name"))
	c.node("table", t)
	c.linkable(ir.Obj("name", t.Attr("name")), allow([]string{"dynamodb:*"}, arn, ir.Concat(arn, "/*")))
}

type dynamoGetParams struct {
	Name  string     `arg:"name,required"`
	Table arg.String `arg:"tableName,required" doc:"The name of the DynamoDB table."`
	Opts  arg.Value  `arg:"opts"`
}

func dynamoGet(c *Scope, p *dynamoGetParams) ir.Value {
	return c.ref(p.Name, p.Opts.V, func(c *Scope) {
		c.finishDynamo(c.read(p.Name+"Table", "aws:dynamodb/table:Table", p.Table.V, &ir.Object{}))
	})
}

var dynamoLambdaSubscriber = &Definition{
	Type:  "sst.aws.DynamoLambdaSubscriber",
	Doc:   "What Dynamo.subscribe makes.",
	Nodes: streamSubscriberNodes,
}

func dynamoSubscribe(c *Scope, p *streamSubscribeParams) ir.Value {
	t := c.inst.State.(ResourceHandle)
	if t.Read == nil && t.Props.Get("streamEnabled") == ir.Value(ir.Bool(false)) {
		c.errorAt(nil, diag.MissingArgument, "No stream",
			fmt.Sprintf("The table %q has no stream to subscribe to. Give it one with \"stream\", such as \"new-and-old-images\".", c.name()))
		return nil
	}
	return c.dynamoSubscriber(c.name(), t.Attr("streamArn"), ir.String(outputText), p.Name, p.Subscriber, p.Args)
}

func dynamoStaticSubscribe(c *Scope, p *streamStaticSubscribeParams) ir.Value {
	source := logicalName(c.sourceName(p.Stream.Value, tableARN))
	return c.dynamoSubscriber(source, p.Stream.V, p.Stream.V, p.Name, p.Subscriber, p.Args)
}

// dynamoSubscriber makes a subscription. Text is what counts for the stream if
// the subscription is named by a hash.
func (c *Scope) dynamoSubscriber(source string, stream, text ir.Value, name string, subscriber arg.Value, a streamSubscriberArgs) ir.Value {
	if name == "" {
		name = subscriberHash(text, c.dataList(a.Filters), subscriber)
	}
	return c.part(dynamoLambdaSubscriber, source+"Subscriber"+name, func(c *Scope) {
		c.streamSubscriber(streamSubscription{
			source:     stream,
			actions:    []string{"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"},
			subscriber: subscriber,
			filters:    a.Filters,
			mapping:    a.Transform.EventSourceMapping,
			props:      ir.Obj("startingPosition", "LATEST"),
		})
	})
}
