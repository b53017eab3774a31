package preview

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/sstc/sstc/assets"
)

// A queue stands in for an SQS queue, in memory.
type queue struct {
	p          *Preview
	name, arn  string
	component  string
	url        string
	fifo       bool
	dedupe     bool
	visibility time.Duration
	delay      time.Duration
	dead       func() *queue // where messages go that have failed too often; nil for nowhere
	tries      int           // how often they may

	mu       sync.Mutex
	messages []*message
	sent     map[string]time.Time // deduplication IDs
	sequence int
	changed  chan struct{} // closed when there may be something to receive
}

// A message is in a queue, or has been received and not been deleted yet.
type message struct {
	id, body   string
	attributes map[string]messageAttribute
	group      string
	dedupe     string
	sequence   string
	sent       time.Time
	first      time.Time // when it was first received
	receives   int
	visible    time.Time // from when on it can be received
	receipt    string
}

type messageAttribute struct {
	DataType    string
	StringValue string `json:",omitempty"`
	BinaryValue string `json:",omitempty"` // base64
}

func (c *cloud) makeQueues() {
	for i := range c.p.manifest.Serving.Queues {
		served := &c.p.manifest.Serving.Queues[i]
		q := &queue{p: c.p, name: c.attr(served.ID, "name"), arn: c.attr(served.ID, "arn"), url: c.attr(served.ID, "url"), component: served.Component, fifo: served.FIFO, dedupe: served.Dedupe,
			visibility: time.Duration(served.Visibility) * time.Second, delay: time.Duration(served.Delay) * time.Second,
			sent: map[string]time.Time{}, changed: make(chan struct{})}
		if served.DeadLetter != nil {
			var policy struct {
				DeadLetterTargetArn string
				MaxReceiveCount     any
			}
			if json.Unmarshal([]byte(c.p.values.known(*served.DeadLetter)), &policy) == nil {
				q.tries, _ = strconv.Atoi(toText(policy.MaxReceiveCount))
				q.dead = func() *queue { return c.queueOfARN(policy.DeadLetterTargetArn) }
			}
		}
		c.queues[q.name] = q
	}
}

func (c *cloud) queueOfARN(arn string) *queue {
	return c.queues[arn[strings.LastIndexByte(arn, ':')+1:]]
}

func (q *queue) count() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.messages)
}

// wake tells those who wait for messages. The lock is held.
func (q *queue) wake() {
	close(q.changed)
	q.changed = make(chan struct{})
}

// send puts a message into the queue and returns it.
func (q *queue) send(m *message) *message {
	now := time.Now()
	m.id, m.sent = newID(), now
	if m.visible.IsZero() {
		m.visible = now.Add(q.delay)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.fifo {
		if m.dedupe == "" {
			sum := sha256.Sum256([]byte(m.body))
			m.dedupe = hex.EncodeToString(sum[:])
		}
		if at, ok := q.sent[m.dedupe]; ok && now.Sub(at) < 5*time.Minute {
			return m // taken for the one that was sent before
		}
		q.sent[m.dedupe] = now
		q.sequence++
		m.sequence = fmt.Sprintf("%020d", q.sequence)
	}
	q.messages = append(q.messages, m)
	q.wake()
	return m
}

// receive returns up to n messages and hides them for a while. Those that have
// been received too often go to the queue for dead letters instead.
func (q *queue) receive(n int, hide time.Duration) (list []*message, next time.Time, changed <-chan struct{}) {
	now := time.Now()
	var dead []*message
	q.mu.Lock()
	busy := map[string]bool{}
	if q.fifo {
		for _, m := range q.messages {
			if m.receipt != "" && m.visible.After(now) {
				busy[m.group] = true
			}
		}
	}
	kept := q.messages[:0]
	for _, m := range q.messages {
		switch {
		case len(list) == n || busy[m.group] && q.fifo:
		case m.visible.After(now):
			if next.IsZero() || m.visible.Before(next) {
				next = m.visible
			}
			busy[m.group] = true
		case q.dead != nil && q.tries > 0 && m.receives >= q.tries:
			dead = append(dead, m)
			continue
		default:
			m.receives++
			if m.first.IsZero() {
				m.first = now
			}
			m.visible, m.receipt = now.Add(hide), newID()
			copied := *m
			list = append(list, &copied)
		}
		kept = append(kept, m)
	}
	q.messages = kept
	changed = q.changed
	q.mu.Unlock()
	for _, m := range dead {
		if other := q.dead(); other != nil {
			q.p.log.note(q.component, "A message that failed %d times goes to %s.", m.receives, other.component)
			other.send(&message{body: m.body, attributes: m.attributes, group: m.group, dedupe: m.dedupe})
		}
	}
	return list, next, changed
}

// wait is receive that waits until there is something, or a time has passed.
func (q *queue) wait(ctx context.Context, n int, hide, limit time.Duration) []*message {
	deadline := time.Now().Add(limit)
	for {
		list, next, changed := q.receive(n, hide)
		if len(list) > 0 || !time.Now().Before(deadline) {
			return list
		}
		until := deadline
		if !next.IsZero() && next.Before(until) {
			until = next
		}
		timer := time.NewTimer(max(time.Until(until), time.Millisecond))
		select {
		case <-timer.C:
		case <-changed:
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-q.p.closing:
			timer.Stop()
			return nil
		}
		timer.Stop()
	}
}

func (q *queue) delete(receipt string) {
	q.mu.Lock()
	q.messages = slices.DeleteFunc(q.messages, func(m *message) bool { return m.receipt == receipt })
	q.wake()
	q.mu.Unlock()
}

func (q *queue) hide(receipt string, d time.Duration) {
	q.mu.Lock()
	for _, m := range q.messages {
		if m.receipt == receipt {
			m.visible = time.Now().Add(d)
		}
	}
	q.wake()
	q.mu.Unlock()
}

func md5Text(s string) string {
	sum := md5.Sum([]byte(s))
	return hex.EncodeToString(sum[:])
}

// md5Attributes is the digest by which SDKs check attributes.
func md5Attributes(attributes map[string]messageAttribute) string {
	if len(attributes) == 0 {
		return ""
	}
	var names []string
	for name := range attributes {
		names = append(names, name)
	}
	slices.Sort(names)
	sum := md5.New()
	part := func(b []byte) {
		sum.Write([]byte{byte(len(b) >> 24), byte(len(b) >> 16), byte(len(b) >> 8), byte(len(b))})
		sum.Write(b)
	}
	for _, name := range names {
		a := attributes[name]
		part([]byte(name))
		part([]byte(a.DataType))
		if strings.HasPrefix(a.DataType, "Binary") {
			b, _ := base64.StdEncoding.DecodeString(a.BinaryValue)
			sum.Write([]byte{2})
			part(b)
		} else {
			sum.Write([]byte{1})
			part([]byte(a.StringValue))
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// An sqsEntry is a message on its way in or out, as the API has it.
type sqsEntry struct {
	ID                string `json:"Id"`
	MessageBody       string
	DelaySeconds      *int
	MessageAttributes map[string]messageAttribute
	GroupID           string `json:"MessageGroupId"`
	Dedupe            string `json:"MessageDeduplicationId"`
	ReceiptHandle     string
	VisibilityTimeout int
}

func (q *queue) sendEntry(e sqsEntry) (map[string]any, string) {
	if q.fifo && e.GroupID == "" {
		return nil, "The request must contain the parameter MessageGroupId."
	}
	if q.fifo && e.Dedupe == "" && !q.dedupe {
		return nil, "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
	}
	m := &message{body: e.MessageBody, attributes: e.MessageAttributes, group: e.GroupID, dedupe: e.Dedupe}
	if e.DelaySeconds != nil {
		m.visible = time.Now().Add(time.Duration(*e.DelaySeconds) * time.Second)
	}
	m = q.send(m)
	out := map[string]any{"MessageId": m.id, "MD5OfMessageBody": md5Text(m.body)}
	if sum := md5Attributes(m.attributes); sum != "" {
		out["MD5OfMessageAttributes"] = sum
	}
	if m.sequence != "" {
		out["SequenceNumber"] = m.sequence
	}
	return out, ""
}

func (m *message) system() map[string]string {
	out := map[string]string{
		"SenderId": account, "SentTimestamp": strconv.FormatInt(m.sent.UnixMilli(), 10),
		"ApproximateReceiveCount": strconv.Itoa(m.receives), "ApproximateFirstReceiveTimestamp": strconv.FormatInt(m.first.UnixMilli(), 10),
	}
	if m.sequence != "" {
		out["MessageGroupId"], out["MessageDeduplicationId"], out["SequenceNumber"] = m.group, m.dedupe, m.sequence
	}
	return out
}

// sqs stands in for SQS.
func (c *cloud) sqs(w http.ResponseWriter, call *awsCall) bool {
	var in struct {
		QueueURL            string `json:"QueueUrl"`
		QueueName           string
		MaxNumberOfMessages int
		VisibilityTimeout   *int
		WaitTimeSeconds     int
		Entries             []sqsEntry
	}
	if call.form != nil {
		// What the older protocol has in forms is put into the form of the newer.
		call.body = sqsForm(call)
	}
	var single sqsEntry
	if !c.decode(w, call, &in) || !c.decode(w, call, &single) {
		return true
	}
	name := in.QueueName
	if in.QueueURL != "" {
		name = in.QueueURL[strings.LastIndexByte(in.QueueURL, '/')+1:]
	}
	q := c.queues[name]
	if q == nil {
		if call.operation == "ListQueues" {
			var urls []string
			for _, q := range c.queues {
				urls = append(urls, q.url)
			}
			slices.Sort(urls)
			c.sqsReply(w, call, map[string]any{"QueueUrls": urls})
			return true
		}
		message := fmt.Sprintf("The specified queue does not exist: %s. sstc preview has only those of the app.", name)
		c.p.log.note(call.caller, "%s", message)
		c.fail(w, call, http.StatusBadRequest, "AWS.SimpleQueueService.NonExistentQueue", message)
		return true
	}
	batch := func(f func(sqsEntry) (map[string]any, string)) {
		ok, failed := []any{}, []any{}
		for _, e := range in.Entries {
			out, problem := f(e)
			if problem != "" {
				failed = append(failed, map[string]any{"Id": e.ID, "SenderFault": true, "Code": "InvalidParameterValue", "Message": problem})
				continue
			}
			out["Id"] = e.ID
			ok = append(ok, out)
		}
		out := map[string]any{"Successful": ok}
		if len(failed) > 0 {
			out["Failed"] = failed
		}
		c.sqsReply(w, call, out)
	}
	switch call.operation {
	case "SendMessage":
		out, problem := q.sendEntry(single)
		if problem != "" {
			c.fail(w, call, http.StatusBadRequest, "MissingParameter", problem)
			return true
		}
		c.sqsReply(w, call, out)
	case "SendMessageBatch":
		batch(q.sendEntry)
	case "ReceiveMessage":
		hide := q.visibility
		if in.VisibilityTimeout != nil {
			hide = time.Duration(*in.VisibilityTimeout) * time.Second
		}
		list := q.wait(context.Background(), max(1, in.MaxNumberOfMessages), hide, time.Duration(min(in.WaitTimeSeconds, 20))*time.Second)
		messages := []any{}
		for _, m := range list {
			out := map[string]any{"MessageId": m.id, "ReceiptHandle": m.receipt, "Body": m.body, "MD5OfBody": md5Text(m.body), "Attributes": m.system()}
			if len(m.attributes) > 0 {
				out["MessageAttributes"], out["MD5OfMessageAttributes"] = m.attributes, md5Attributes(m.attributes)
			}
			messages = append(messages, out)
		}
		c.sqsReply(w, call, map[string]any{"Messages": messages})
	case "DeleteMessage":
		q.delete(single.ReceiptHandle)
		c.sqsReply(w, call, map[string]any{})
	case "DeleteMessageBatch":
		batch(func(e sqsEntry) (map[string]any, string) { q.delete(e.ReceiptHandle); return map[string]any{}, "" })
	case "ChangeMessageVisibility":
		hide := 0
		if in.VisibilityTimeout != nil {
			hide = *in.VisibilityTimeout
		}
		q.hide(single.ReceiptHandle, time.Duration(hide)*time.Second)
		c.sqsReply(w, call, map[string]any{})
	case "ChangeMessageVisibilityBatch":
		batch(func(e sqsEntry) (map[string]any, string) {
			q.hide(e.ReceiptHandle, time.Duration(e.VisibilityTimeout)*time.Second)
			return map[string]any{}, ""
		})
	case "PurgeQueue":
		q.mu.Lock()
		q.messages = nil
		q.mu.Unlock()
		c.sqsReply(w, call, map[string]any{})
	case "GetQueueUrl":
		c.sqsReply(w, call, map[string]any{"QueueUrl": q.url})
	case "GetQueueAttributes":
		c.sqsReply(w, call, map[string]any{"Attributes": map[string]string{
			"QueueArn": q.arn, "ApproximateNumberOfMessages": strconv.Itoa(q.count()), "ApproximateNumberOfMessagesNotVisible": "0", "ApproximateNumberOfMessagesDelayed": "0",
			"VisibilityTimeout": strconv.Itoa(int(q.visibility.Seconds())), "DelaySeconds": strconv.Itoa(int(q.delay.Seconds())), "FifoQueue": strconv.FormatBool(q.fifo),
		}})
	default:
		return false
	}
	return true
}

// sqsForm makes JSON of a form: "MessageAttribute.1.Name=a" and the like.
func sqsForm(call *awsCall) []byte {
	form := call.form
	out := map[string]any{}
	entry := func(prefix string) map[string]any {
		e := map[string]any{}
		for _, name := range []string{"Id", "MessageBody", "MessageGroupId", "MessageDeduplicationId", "ReceiptHandle"} {
			if v := form.Get(prefix + name); v != "" {
				e[name] = v
			}
		}
		for _, name := range []string{"DelaySeconds", "VisibilityTimeout"} {
			if n, err := strconv.Atoi(form.Get(prefix + name)); err == nil {
				e[name] = n
			}
		}
		attributes := map[string]any{}
		for i := 1; ; i++ {
			base := fmt.Sprintf("%sMessageAttribute.%d.", prefix, i)
			name := form.Get(base + "Name")
			if name == "" {
				break
			}
			attributes[name] = map[string]any{"DataType": form.Get(base + "Value.DataType"), "StringValue": form.Get(base + "Value.StringValue"), "BinaryValue": form.Get(base + "Value.BinaryValue")}
		}
		if len(attributes) > 0 {
			e["MessageAttributes"] = attributes
		}
		return e
	}
	for k, v := range entry("") {
		out[k] = v
	}
	for _, name := range []string{"QueueUrl", "QueueName"} {
		if v := form.Get(name); v != "" {
			out[name] = v
		}
	}
	for _, name := range []string{"MaxNumberOfMessages", "WaitTimeSeconds"} {
		if n, err := strconv.Atoi(form.Get(name)); err == nil {
			out[name] = n
		}
	}
	var entries []any
	for i := 1; ; i++ {
		base := fmt.Sprintf("%sRequestEntry.%d.", call.operation, i)
		if form.Get(base+"Id") == "" {
			break
		}
		entries = append(entries, entry(base))
	}
	if entries != nil {
		out["Entries"] = entries
	}
	b, _ := json.Marshal(out)
	return b
}

// sqsReply answers in JSON, or in XML to those who asked with a form.
func (c *cloud) sqsReply(w http.ResponseWriter, call *awsCall, out map[string]any) {
	if call.form == nil {
		c.reply(w, out)
		return
	}
	elements := map[string]string{"Successful": call.operation + "ResultEntry", "Failed": "BatchResultErrorEntry", "Messages": "Message", "QueueUrls": "QueueUrl"}
	var b strings.Builder
	var write func(name string, x any)
	write = func(name string, x any) {
		if n, ok := elements[name]; ok {
			name = n
		}
		switch x := x.(type) {
		case []any:
			for _, e := range x {
				write(name, e)
			}
		case []string:
			for _, e := range x {
				write(name, e)
			}
		case map[string]string:
			for _, k := range sortedKeys(x) {
				fmt.Fprintf(&b, "<Attribute><Name>%s</Name><Value>%s</Value></Attribute>", xmlText(k), xmlText(x[k]))
			}
		case map[string]messageAttribute:
			for _, k := range sortedKeys(x) {
				fmt.Fprintf(&b, "<MessageAttribute><Name>%s</Name><Value><DataType>%s</DataType><StringValue>%s</StringValue></Value></MessageAttribute>", xmlText(k), xmlText(x[k].DataType), xmlText(x[k].StringValue))
			}
		case map[string]any:
			fmt.Fprintf(&b, "<%s>", name)
			for _, k := range sortedKeys(x) {
				write(k, x[k])
			}
			fmt.Fprintf(&b, "</%s>", name)
		default:
			fmt.Fprintf(&b, "<%s>%s</%s>", name, xmlText(fmt.Sprint(x)), name)
		}
	}
	write(call.operation+"Result", out)
	fmt.Fprintf(writeXML(w), "<%sResponse>%s<ResponseMetadata><RequestId>%s</RequestId></ResponseMetadata></%sResponse>", call.operation, b.String(), newID(), call.operation)
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// ---- Subscribers ---------------------------------------------------------------

// A mapping has a function called with what is in a queue or a stream.
type mapping struct {
	c       *cloud
	served  *assets.ServedMapping
	f       *function
	queue   *queue
	stream  *stream
	batch   int
	filters []any
}

func (c *cloud) makeMappings() {
	for i := range c.p.manifest.Serving.Mappings {
		served := &c.p.manifest.Serving.Mappings[i]
		source := c.p.values.known(served.Source)
		m := &mapping{c: c, served: served, f: c.p.functionOf(c.p.values.known(served.Function)), queue: c.queueOfARN(source), stream: c.streams[source], batch: served.Batch}
		if served.Disabled || m.f == nil || m.queue == nil && m.stream == nil {
			continue
		}
		if m.batch == 0 {
			m.batch = map[bool]int{true: 10, false: 100}[m.queue != nil]
		}
		if served.Filters != nil {
			var patterns []string
			json.Unmarshal([]byte(c.p.values.known(*served.Filters)), &patterns)
			for _, p := range patterns {
				var x any
				if json.Unmarshal([]byte(p), &x) == nil {
					m.filters = append(m.filters, x)
				}
			}
		}
		c.mappings = append(c.mappings, m)
	}
}

// passes reports whether a record fits one of the filters.
func (m *mapping) passes(record any) bool {
	if len(m.filters) == 0 {
		return true
	}
	b, err := json.Marshal(record)
	var plain any
	if err != nil || json.Unmarshal(b, &plain) != nil {
		return false
	}
	// The body of a message, and the data of a record, count as what they hold.
	if o, ok := plain.(map[string]any); ok {
		if text, ok := o["body"].(string); ok {
			var inner any
			if json.Unmarshal([]byte(text), &inner) == nil {
				o["body"] = inner
			}
		}
		if k, ok := o["kinesis"].(map[string]any); ok {
			if data, err := base64.StdEncoding.DecodeString(toText(k["data"])); err == nil {
				var inner any
				if json.Unmarshal(data, &inner) == nil {
					o["data"] = inner
				}
			}
		}
	}
	return slices.ContainsFunc(m.filters, func(f any) bool { return matches(f, plain) })
}

// retryDelay is how long a message that has failed waits before it is tried
// again. On AWS it would be the queue's visibility timeout.
const retryDelay = 2 * time.Second

// concurrentBatches is how many batches of a queue are under way at a time.
const concurrentBatches = 5

// run calls the function until the preview ends.
func (m *mapping) run() {
	if m.queue == nil {
		m.runStream()
		return
	}
	slots := make(chan struct{}, concurrentBatches)
	for {
		select {
		case slots <- struct{}{}:
		case <-m.c.p.closing:
			return
		}
		list := m.queue.wait(context.Background(), m.batch, 12*time.Hour, time.Hour)
		select {
		case <-m.c.p.closing:
			return
		default:
		}
		if len(list) > 0 && len(list) < m.batch && m.served.Window > 0 {
			if !m.c.p.sleep(min(time.Duration(m.served.Window)*time.Second, 5*time.Second)) {
				return
			}
			more, _, _ := m.queue.receive(m.batch-len(list), 12*time.Hour)
			list = append(list, more...)
		}
		m.c.p.background(func() {
			defer func() { <-slots }()
			if len(list) > 0 {
				m.handle(list)
			}
		})
	}
}

// handle calls the function with messages, and deletes or gives back each of
// them.
func (m *mapping) handle(list []*message) {
	records := []any{}
	var asked []*message
	for _, msg := range list {
		attributes := map[string]any{}
		for name, a := range msg.attributes {
			attribute := map[string]any{"stringListValues": []any{}, "binaryListValues": []any{}, "dataType": a.DataType}
			if strings.HasPrefix(a.DataType, "Binary") {
				attribute["binaryValue"] = a.BinaryValue
			} else {
				attribute["stringValue"] = a.StringValue
			}
			attributes[name] = attribute
		}
		record := map[string]any{
			"messageId": msg.id, "receiptHandle": msg.receipt, "body": msg.body, "attributes": msg.system(), "messageAttributes": attributes,
			"md5OfBody": md5Text(msg.body), "eventSource": "aws:sqs", "eventSourceARN": m.queue.arn, "awsRegion": m.c.p.values.region,
		}
		if !m.passes(record) {
			m.queue.delete(msg.receipt)
			continue
		}
		records, asked = append(records, record), append(asked, msg)
	}
	if len(records) == 0 {
		return
	}
	answer, err := m.f.call(context.Background(), map[string]any{"Records": records})
	if errors.Is(err, errClosing) {
		return
	}
	failed := map[string]bool{}
	all := err != nil
	if err == nil && m.served.Partial {
		var response struct {
			BatchItemFailures []struct{ ItemIdentifier string }
		}
		if len(answer) > 0 && string(answer) != "null" && json.Unmarshal(answer, &response) != nil {
			all = true
		}
		for _, f := range response.BatchItemFailures {
			if !slices.ContainsFunc(asked, func(m *message) bool { return m.id == f.ItemIdentifier }) {
				all = true // an ID that is none makes the batch fail
			}
			failed[f.ItemIdentifier] = true
		}
	}
	n := 0
	for _, msg := range asked {
		if all || failed[msg.id] {
			n++
			m.queue.hide(msg.receipt, min(retryDelay, max(m.queue.visibility, time.Millisecond)))
		} else {
			m.queue.delete(msg.receipt)
		}
	}
	if n > 0 {
		m.c.p.log.note(m.queue.component, "%d of %d messages failed in %s, and will be tried again.", n, len(asked), m.f.label())
	}
}

// A stream is the records of a Kinesis stream or of a table, on their way to
// subscribers. Nothing is kept for later readers.
type stream struct {
	arn string
	mu  sync.Mutex
	to  []chan any
	seq int
}

func (s *stream) subscribe() <-chan any {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := make(chan any, 1000)
	s.to = append(s.to, ch)
	return ch
}

// next is the sequence number of a new record.
func (s *stream) next() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seq++
	return fmt.Sprintf("%021d", s.seq)
}

// put gives a record to all subscribers, and returns false if one is too far
// behind.
func (s *stream) put(record any) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, ch := range s.to {
		select {
		case ch <- record:
		default:
			return false
		}
	}
	return true
}

func (m *mapping) runStream() {
	records := m.stream.subscribe()
	for {
		var list []any
		select {
		case r := <-records:
			list = append(list, r)
		case <-m.c.p.closing:
			return
		}
	more:
		for len(list) < m.batch {
			select {
			case r := <-records:
				list = append(list, r)
			default:
				break more
			}
		}
		list = slices.DeleteFunc(list, func(r any) bool { return !m.passes(r) })
		for attempt := 1; len(list) > 0; attempt++ {
			_, err := m.f.call(context.Background(), map[string]any{"Records": list})
			if err == nil || errors.Is(err, errClosing) {
				break
			}
			if attempt == 3 {
				m.c.p.log.note(m.f.label(), "%d records failed %d times and are given up. On AWS they would be tried until they expire.", len(list), attempt)
				break
			}
			if !m.c.p.sleep(retryDelay) {
				return
			}
		}
	}
}
