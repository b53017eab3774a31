package lower

import (
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

// This file has what queues, topics, buses, tables and streams share: naming a
// subscription, and calling a function with the records of a source that
// Lambda polls.

// isSubscriber reports whether v can be what a subscription calls or sends to,
// and not its arguments.
func isSubscriber(v ir.Value) bool {
	switch v := v.(type) {
	case ir.String, ir.Join, ir.Ref, ir.Call, ir.Param:
		return true
	case *ir.Object:
		return v.Has("handler")
	case ir.Opaque:
		return arg.Value{V: v}.Handle() != nil
	}
	return false
}

// nameFirst brings the older form of a call, which had no name for the
// subscription, into the present one. The subscriber is the n-th argument of
// the present form, from 0.
func nameFirst(n int) func(args []ir.Value) []ir.Value {
	return func(args []ir.Value) []ir.Value {
		if len(args) > n && isSubscriber(args[n]) {
			return args
		}
		return append([]ir.Value{nil}, args...)
	}
}

// outputText is what Pulumi's Output turns into where SST 3 and 4 hash one as
// text (platform/src/components/component.ts, outputId). The names of
// subscriptions without a name depend on it.
const outputText = "Calling [toString] on an [Output<T>] is not supported.\n\n" +
	"To get the value of an Output<T> as an Output<string> consider either:\n" +
	"1: o.apply(v => `prefix${v}suffix`)\n" +
	"2: pulumi.interpolate `prefix${v}suffix`\n\n" +
	"See https://www.pulumi.com/docs/concepts/inputs-outputs for more details.\n" +
	"This function may throw in a future version of @pulumi/pulumi."

// subscriberHash names a subscription that the user gave no name: by its
// source, its filter, and what it calls.
func subscriberHash(source, filter ir.Value, subscriber arg.Value) string {
	return nameHash(6, source, filterText(filter), subscriberText(subscriber))
}

func filterText(filter ir.Value) ir.Value {
	switch {
	case filter == nil:
		return ir.String("{}")
	case ir.Known(filter):
		return ir.String(ir.EncodeJSON(filter))
	}
	return filter
}

func subscriberText(v arg.Value) ir.Value {
	switch x := v.V.(type) {
	case *ir.Object:
		return x.Get("handler")
	case ir.Opaque:
		if inst, ok := x.X.(*Instance); ok {
			return ir.String(inst.Name)
		}
	}
	return v.V
}

var streamSubscriberNodes = []Output{
	{"function", "sst.aws.Function", "The function that it calls, if it is of this app."},
	{"eventSourceMapping", "aws:lambda/eventSourceMapping:EventSourceMapping", "What calls the function."},
}

// A streamSubscription calls a function with what Lambda polls from a source.
type streamSubscription struct {
	source     ir.Value // ARN
	actions    []string // on the source, that the function needs
	subscriber arg.Value
	filters    []arg.Value
	props      *ir.Object // further properties of the mapping
	function   arg.Transform
	mapping    arg.Transform
}

// streamSubscriber makes a subscription, and returns what it calls.
func (c *Scope) streamSubscriber(s streamSubscription) target {
	fn := c.function(c.name()+"Function", s.subscriber, ir.Obj(
		"description", "Subscribed to "+c.name(),
		"permissions", ir.List{ir.Obj("actions", s.actions, "resources", ir.List{s.source})},
	), s.function)
	props := ir.Obj("eventSourceArn", s.source, "functionName", fn.targetARN).Merge(s.props)
	if s.filters != nil {
		filters := ir.List{}
		for _, f := range s.filters {
			if pattern := c.jsonText(f); pattern != nil {
				filters = append(filters, ir.Obj("pattern", pattern))
			}
		}
		props = props.With("filterCriteria", ir.Obj("filters", filters))
	}
	c.functionNode(fn)
	c.node("eventSourceMapping", c.resource("EventSourceMapping", "aws:lambda/eventSourceMapping:EventSourceMapping", props, s.mapping))
	return fn
}
