package preview

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/sstc/sstc/assets"
)

// A topic stands in for an SNS topic.
type topic struct {
	arn           string
	component     string
	subscriptions []*assets.ServedSubscription
}

func (c *cloud) makeTopics() {
	for _, t := range c.p.manifest.Serving.Topics {
		arn := c.attr(t.ID, "arn")
		c.topics[arn] = &topic{arn: arn, component: t.Component}
	}
	for i := range c.p.manifest.Serving.Subscriptions {
		s := &c.p.manifest.Serving.Subscriptions[i]
		if t := c.topics[c.p.values.known(s.Topic)]; t != nil {
			t.subscriptions = append(t.subscriptions, s)
		}
	}
}

// A notification is a message to a topic.
type notification struct {
	id, subject, message string
	attributes           map[string]messageAttribute
	group, dedupe        string
}

// publish tells the subscribers of a topic.
func (c *cloud) publish(t *topic, n *notification) {
	n.id = newID()
	now := time.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	attributes := map[string]any{}
	values := map[string]any{}
	for name, a := range n.attributes {
		v := a.StringValue
		if strings.HasPrefix(a.DataType, "Binary") {
			v = a.BinaryValue
		}
		attributes[name] = map[string]any{"Type": a.DataType, "Value": v}
		values[name] = filterValue(a)
	}
	reached := 0
	for _, s := range t.subscriptions {
		if !c.wanted(s, n, values) {
			continue
		}
		endpoint := c.p.values.known(s.Endpoint)
		envelope := map[string]any{
			"Type": "Notification", "MessageId": n.id, "TopicArn": t.arn, "Message": n.message, "Timestamp": now,
			"SignatureVersion": "1", "Signature": "preview", "SigningCertUrl": "https://preview.invalid/", "UnsubscribeUrl": "https://preview.invalid/",
			"MessageAttributes": attributes, "Subject": nil,
		}
		if n.subject != "" {
			envelope["Subject"] = n.subject
		}
		switch s.Protocol {
		case "lambda":
			if f := c.p.functionOf(endpoint); f != nil {
				reached++
				c.deliver(f, map[string]any{"Records": []any{map[string]any{"EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": t.arn + ":preview", "Sns": envelope}}})
			}
		case "sqs":
			q := c.queueOfARN(endpoint)
			if q == nil {
				continue
			}
			reached++
			m := &message{body: n.message, group: n.group, dedupe: n.dedupe}
			if s.Raw {
				m.attributes = n.attributes
			} else {
				if n.subject == "" {
					delete(envelope, "Subject")
				}
				text, _ := marshal(envelope)
				m.body = string(text)
			}
			q.send(m)
		default:
			c.p.log.note(t.component, "A subscriber by %s is not told here: %s", s.Protocol, endpoint)
		}
	}
	if reached == 0 {
		c.p.log.note(t.component, "A message was published that nobody here is told of: %s", firstLine(n.subject+" "+n.message))
	}
}

func filterValue(a messageAttribute) any {
	switch {
	case a.DataType == "String.Array", a.DataType == "Number":
		var x any
		if json.Unmarshal([]byte(a.StringValue), &x) == nil {
			return x
		}
	}
	return a.StringValue
}

func (c *cloud) wanted(s *assets.ServedSubscription, n *notification, attributes map[string]any) bool {
	if s.Filter == nil {
		return true
	}
	var pattern any
	if json.Unmarshal([]byte(c.p.values.known(*s.Filter)), &pattern) != nil {
		return true
	}
	if s.Scope == "MessageBody" {
		var body any
		return json.Unmarshal([]byte(n.message), &body) == nil && matches(pattern, body)
	}
	return matches(pattern, attributes)
}

// sns stands in for SNS: publishing.
func (c *cloud) sns(w http.ResponseWriter, call *awsCall) bool {
	if call.operation != "Publish" && call.operation != "PublishBatch" {
		return false
	}
	arn := call.form.Get("TopicArn")
	if arn == "" {
		arn = call.form.Get("TargetArn")
	}
	t := c.topics[arn]
	if t == nil {
		message := fmt.Sprintf("Topic does not exist: %s. sstc preview has only those of the app, and sends nothing to phones.", arn)
		c.p.log.note(call.caller, "%s", message)
		c.fail(w, call, http.StatusNotFound, "NotFound", message)
		return true
	}
	read := func(prefix string) *notification {
		n := &notification{subject: call.form.Get(prefix + "Subject"), message: call.form.Get(prefix + "Message"), group: call.form.Get(prefix + "MessageGroupId"),
			dedupe: call.form.Get(prefix + "MessageDeduplicationId"), attributes: map[string]messageAttribute{}}
		for i := 1; ; i++ {
			base := fmt.Sprintf("%sMessageAttributes.entry.%d.", prefix, i)
			name := call.form.Get(base + "Name")
			if name == "" {
				break
			}
			n.attributes[name] = messageAttribute{call.form.Get(base + "Value.DataType"), call.form.Get(base + "Value.StringValue"), call.form.Get(base + "Value.BinaryValue")}
		}
		if call.form.Get(prefix+"MessageStructure") == "json" {
			var o map[string]string
			if json.Unmarshal([]byte(n.message), &o) == nil {
				n.message = o["default"]
			}
		}
		return n
	}
	if call.operation == "Publish" {
		n := read("")
		c.publish(t, n)
		fmt.Fprintf(writeXML(w), "<PublishResponse><PublishResult><MessageId>%s</MessageId></PublishResult><ResponseMetadata><RequestId>%s</RequestId></ResponseMetadata></PublishResponse>", n.id, newID())
		return true
	}
	var b strings.Builder
	for i := 1; ; i++ {
		base := fmt.Sprintf("PublishBatchRequestEntries.member.%d.", i)
		id := call.form.Get(base + "Id")
		if id == "" {
			break
		}
		n := read(base)
		c.publish(t, n)
		fmt.Fprintf(&b, "<member><Id>%s</Id><MessageId>%s</MessageId></member>", xmlText(id), n.id)
	}
	fmt.Fprintf(writeXML(w), "<PublishBatchResponse><PublishBatchResult><Failed/><Successful>%s</Successful></PublishBatchResult></PublishBatchResponse>", b.String())
	return true
}

// A bus stands in for an EventBridge bus.
type bus struct {
	name, arn string
	component string
}

// A rule says what becomes of events, or what happens at times.
type rule struct {
	served   *assets.ServedRule
	bus      string // its name
	pattern  any    // nil for none
	schedule string
}

func (c *cloud) makeBuses() {
	c.buses["default"] = &bus{name: "default", component: "default bus"}
	for _, b := range c.p.manifest.Serving.Buses {
		name := c.attr(b.ID, "name")
		c.buses[name] = &bus{name: name, arn: c.attr(b.ID, "arn"), component: b.Component}
	}
	for i := range c.p.manifest.Serving.Rules {
		served := &c.p.manifest.Serving.Rules[i]
		r := &rule{served: served, bus: "default"}
		if served.Bus != nil {
			r.bus = busName(c.p.values.known(*served.Bus))
		}
		if served.Pattern != nil {
			json.Unmarshal([]byte(c.p.values.known(*served.Pattern)), &r.pattern)
		}
		if served.Schedule != nil {
			r.schedule = c.p.values.known(*served.Schedule)
		}
		c.rules = append(c.rules, r)
	}
}

// busName is the name in an ARN, or what is a name already.
func busName(s string) string {
	if strings.HasPrefix(s, "arn:") {
		return s[strings.LastIndexByte(s, '/')+1:]
	}
	return s
}

// events stands in for EventBridge: putting events.
func (c *cloud) events(w http.ResponseWriter, call *awsCall) bool {
	if call.operation != "PutEvents" {
		return false
	}
	var in struct {
		Entries []struct {
			Source, DetailType, Detail, EventBusName string
			Resources                                []string
			Time                                     any
		}
	}
	if !c.decode(w, call, &in) {
		return true
	}
	entries := []any{}
	failed := 0
	for _, e := range in.Entries {
		name := busName(e.EventBusName)
		if name == "" {
			name = "default"
		}
		var detail any
		switch {
		case c.buses[name] == nil:
			message := fmt.Sprintf("Event bus %s does not exist. sstc preview has only those of the app.", name)
			c.p.log.note(call.caller, "%s", message)
			entries = append(entries, map[string]any{"ErrorCode": "ResourceNotFoundException", "ErrorMessage": message})
			failed++
			continue
		case json.Unmarshal([]byte(e.Detail), &detail) != nil:
			entries = append(entries, map[string]any{"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."})
			failed++
			continue
		}
		id := newID()
		resources := []any{}
		for _, r := range e.Resources {
			resources = append(resources, r)
		}
		c.emit(name, map[string]any{
			"version": "0", "id": id, "detail-type": e.DetailType, "source": e.Source, "account": account,
			"time": time.Now().UTC().Format(time.RFC3339), "region": c.p.values.region, "resources": resources, "detail": detail,
		})
		entries = append(entries, map[string]any{"EventId": id})
	}
	c.reply(w, map[string]any{"FailedEntryCount": failed, "Entries": entries})
	return true
}

// emit tells the targets of the rules of a bus that an event fits.
func (c *cloud) emit(bus string, event map[string]any) {
	told := 0
	for _, r := range c.rules {
		if r.bus == bus && !r.served.Disabled && r.pattern != nil && matches(r.pattern, event) {
			told++
			c.tell(r, event)
		}
	}
	if told == 0 {
		c.p.log.note(c.buses[bus].component, "No rule is for the event %q of %q.", toText(event["detail-type"]), toText(event["source"]))
	}
}

func (c *cloud) tell(r *rule, event map[string]any) {
	for _, t := range r.served.Targets {
		payload, err := marshal(event)
		if t.Input != nil {
			payload = []byte(c.p.values.known(*t.Input))
		} else if t.Path != "" {
			var x any = event
			for _, key := range strings.Split(strings.TrimPrefix(strings.TrimPrefix(t.Path, "$"), "."), ".") {
				if o, ok := x.(map[string]any); ok && key != "" {
					x = o[key]
				}
			}
			payload, err = marshal(x)
		}
		if err != nil {
			continue
		}
		arn := c.p.values.known(t.ARN)
		if strings.Contains(arn, ":event-bus/") && c.buses[busName(arn)] != nil {
			c.emit(busName(arn), event)
			continue
		}
		c.send(r.served.Component, arn, payload, string(payload))
	}
}

// schedules are the rules with a time, which here run when they are asked to.
func (c *cloud) schedules() []pageSchedule {
	list := []pageSchedule{}
	for _, r := range c.rules {
		if r.schedule != "" {
			list = append(list, pageSchedule{ID: r.served.ID, Name: r.served.Component, Schedule: r.schedule})
		}
	}
	return list
}

// trigger runs a schedule now.
func (c *cloud) trigger(id string) bool {
	i := slices.IndexFunc(c.rules, func(r *rule) bool { return r.served.ID == id && r.schedule != "" })
	if i < 0 {
		return false
	}
	c.tell(c.rules[i], map[string]any{
		"version": "0", "id": newID(), "detail-type": "Scheduled Event", "source": "aws.events", "account": account,
		"time": time.Now().UTC().Format(time.RFC3339), "region": c.p.values.region, "resources": []any{c.attr(id, "arn")}, "detail": map[string]any{},
	})
	return true
}

// kinesis stands in for Kinesis: putting records.
func (c *cloud) kinesis(w http.ResponseWriter, call *awsCall) bool {
	if call.operation != "PutRecord" && call.operation != "PutRecords" {
		return false
	}
	type entry struct{ Data, PartitionKey string }
	var in struct {
		StreamName string
		StreamARN  string
		Records    []entry
	}
	var single entry
	if !c.decode(w, call, &in) || !c.decode(w, call, &single) {
		return true
	}
	var s *stream
	for _, known := range c.p.manifest.Serving.Streams {
		if arn := c.attr(known.ID, "arn"); arn == in.StreamARN || in.StreamName != "" && in.StreamName == c.attr(known.ID, "name") {
			s = c.streams[arn]
		}
	}
	if s == nil {
		message := fmt.Sprintf("Stream %s%s not found. sstc preview has only those of the app.", in.StreamName, in.StreamARN)
		c.p.log.note(call.caller, "%s", message)
		c.fail(w, call, http.StatusBadRequest, "ResourceNotFoundException", message)
		return true
	}
	put := func(e entry) map[string]any {
		if _, err := base64.StdEncoding.DecodeString(e.Data); err != nil {
			e.Data = base64.StdEncoding.EncodeToString([]byte(e.Data))
		}
		number := s.next()
		if !s.put(map[string]any{
			"kinesis":     map[string]any{"kinesisSchemaVersion": "1.0", "partitionKey": e.PartitionKey, "sequenceNumber": number, "data": e.Data, "approximateArrivalTimestamp": float64(time.Now().UnixMilli()) / 1000},
			"eventSource": "aws:kinesis", "eventVersion": "1.0", "eventID": "shardId-000000000000:" + number, "eventName": "aws:kinesis:record",
			"invokeIdentityArn": "arn:aws:iam::" + account + ":role/preview", "awsRegion": c.p.values.region, "eventSourceARN": s.arn,
		}) {
			c.p.log.note(call.caller, "A subscriber of the stream %s is too far behind: a record was dropped.", in.StreamName)
		}
		return map[string]any{"SequenceNumber": number, "ShardId": "shardId-000000000000"}
	}
	if call.operation == "PutRecord" {
		c.reply(w, put(single))
		return true
	}
	records := []any{}
	for _, e := range in.Records {
		records = append(records, put(e))
	}
	c.reply(w, map[string]any{"FailedRecordCount": 0, "Records": records})
	return true
}
