package preview

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/sstc/sstc/assets"
)

// A cloud is the stand-ins for AWS: one server that AWS SDKs are pointed to by
// AWS_ENDPOINT_URL, and what happens behind it. What it has no stand-in for it
// refuses at once, in the form that the SDK understands, and says so.
type cloud struct {
	p        *Preview
	uploads  uploads
	queues   map[string]*queue // by name
	topics   map[string]*topic // by ARN
	buses    map[string]*bus   // by name
	rules    []*rule
	tables   map[string]*table  // by name
	streams  map[string]*stream // by ARN, also those of tables
	mappings []*mapping

	parameters parameters
}

func newCloud(p *Preview) *cloud {
	c := &cloud{p: p, queues: map[string]*queue{}, topics: map[string]*topic{}, buses: map[string]*bus{}, tables: map[string]*table{}, streams: map[string]*stream{}}
	c.uploads.open = map[string]*upload{}
	c.makeBuckets()
	c.makeQueues()
	c.makeTopics()
	c.makeBuses()
	c.makeTables()
	c.makeMappings()
	c.makeParameters()
	return c
}

// start has queues and streams call their subscribers.
func (c *cloud) start() {
	for _, m := range c.mappings {
		c.p.background(m.run)
	}
}

// attr is an attribute of a resource of the app.
func (c *cloud) attr(id, name string) string {
	return c.p.values.known(assets.Expr{Ref: &assets.ExprRef{ID: id, Attr: name}})
}

// standIns are shown on the start page.
func (c *cloud) standIns() []standIn {
	list := []standIn{}
	for _, b := range c.p.manifest.Serving.Buckets {
		if s := c.p.buckets[c.attr(b.ID, "bucket")]; s != nil {
			s.mu.RLock()
			list = append(list, standIn{"bucket", b.Component, fmt.Sprintf("%d objects", len(s.objects))})
			s.mu.RUnlock()
		}
	}
	for _, t := range c.p.manifest.Serving.Tables {
		if s := c.tables[c.attr(t.ID, "name")]; s != nil {
			list = append(list, standIn{"table", t.Component, fmt.Sprintf("%d items", s.count())})
		}
	}
	for _, q := range c.p.manifest.Serving.Queues {
		if s := c.queues[c.attr(q.ID, "name")]; s != nil {
			list = append(list, standIn{"queue", q.Component, fmt.Sprintf("%d messages", s.count())})
		}
	}
	return list
}

// deliver hands an event to a function without waiting for its answer, and
// tries again when it fails, as Lambda does with asynchronous calls, but
// sooner.
func (c *cloud) deliver(f *function, event any) {
	retries := 2
	if f.served.Retries != nil {
		retries = *f.served.Retries
	}
	c.p.background(func() {
		for attempt := 0; ; attempt++ {
			_, err := f.call(context.Background(), event)
			if err == nil || errors.Is(err, errClosing) {
				return
			}
			if attempt >= retries {
				c.p.log.note(f.label(), "An asynchronous call failed for good: %s", firstLine(err.Error()))
				return
			}
			if !c.p.sleep(time.Duration(attempt+1) * time.Second) {
				return
			}
		}
	})
}

// send hands an event to what an ARN names: a function, a queue, a topic or a
// bus. Text is the event as a message of a queue.
func (c *cloud) send(from, arn string, event any, text string) {
	if f := c.p.functionOf(arn); f != nil {
		c.deliver(f, event)
		return
	}
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) == 6 {
		switch parts[2] {
		case "sqs":
			if q := c.queues[parts[5]]; q != nil {
				q.send(&message{body: text, group: "preview"})
				return
			}
		case "sns":
			if t := c.topics[arn]; t != nil {
				c.publish(t, &notification{message: text})
				return
			}
		}
	}
	c.p.log.note(from, "There is nothing here that %s could be.", arn)
}

// An awsCall is a request of an AWS SDK.
type awsCall struct {
	service   string // as requests are signed for: "s3", "dynamodb"
	operation string // "GetItem"; "" for S3
	body      []byte
	form      url.Values // of the query protocol
	caller    string     // the label of the function that calls, or ""
	json      bool       // the answer is to be JSON
}

var credential = regexp.MustCompile(`Credential=([^/,\s]*)/\d*/[^/]*/([^/]*)/aws4_request`)

func (c *cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Amzn-Requestid", newID())
	call := &awsCall{}
	key := ""
	if m := credential.FindStringSubmatch(r.Header.Get("Authorization")); m != nil {
		key, call.service = m[1], m[2]
	} else if v := r.URL.Query().Get("X-Amz-Credential"); v != "" {
		parts := strings.Split(v, "/")
		if len(parts) == 5 {
			key, call.service = parts[0], parts[3]
		}
	}
	for _, f := range c.p.functions {
		if f.served.ID == key {
			call.caller = f.label()
		}
	}
	if call.service == "s3" || call.service == "" && r.Header.Get("X-Amz-Target") == "" {
		c.s3(w, r, call)
		return
	}
	var err error
	if call.body, err = io.ReadAll(io.LimitReader(r.Body, 16<<20)); err != nil {
		return
	}
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		_, call.operation, _ = strings.Cut(target, ".")
		call.json = true
	} else if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		call.form, _ = url.ParseQuery(string(call.body))
		call.operation = call.form.Get("Action")
	}
	if !c.dispatch(w, r, call) {
		c.refuse(w, r, call)
	}
}

// dispatch hands a call to the stand-in for its service, and returns false if
// there is none for it.
func (c *cloud) dispatch(w http.ResponseWriter, r *http.Request, call *awsCall) bool {
	switch call.service {
	case "sqs":
		return c.sqs(w, call)
	case "sns":
		return c.sns(w, call)
	case "events":
		return c.events(w, call)
	case "dynamodb":
		return c.dynamodb(w, call)
	case "kinesis":
		return c.kinesis(w, call)
	case "lambda":
		return c.lambda(w, r, call)
	case "ssm":
		return c.ssm(w, call)
	case "execute-api":
		return c.manageAny(w, r)
	case "sts":
		if call.operation == "GetCallerIdentity" {
			fmt.Fprintf(writeXML(w), "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::%s:assumed-role/preview/preview</Arn><UserId>preview</UserId><Account>%s</Account></GetCallerIdentityResult></GetCallerIdentityResponse>", account, account)
			return true
		}
	}
	return false
}

func writeXML(w http.ResponseWriter) http.ResponseWriter {
	w.Header().Set("Content-Type", "text/xml")
	return w
}

// reply answers a call in JSON.
func (c *cloud) reply(w http.ResponseWriter, x any) {
	b, err := marshal(x)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.Write(b)
}

// decode reads the arguments of a call in JSON. It answers the call if they
// cannot be read.
func (c *cloud) decode(w http.ResponseWriter, call *awsCall, into any) bool {
	if err := json.Unmarshal(call.body, into); err != nil {
		c.fail(w, call, http.StatusBadRequest, "SerializationException", err.Error())
		return false
	}
	return true
}

// lambda answers calls of one function by another.
func (c *cloud) lambda(w http.ResponseWriter, r *http.Request, call *awsCall) bool {
	parts := strings.Split(r.URL.Path, "/")
	if r.Method != http.MethodPost || len(parts) != 5 || parts[2] != "functions" || parts[4] != "invocations" {
		return false
	}
	call.operation = "Invoke"
	name, _ := url.PathUnescape(parts[3])
	f := c.p.functionOf(name)
	if f == nil {
		c.fail(w, call, http.StatusNotFound, "ResourceNotFoundException", "Function not found: "+name+". It is not of this app, and a preview has no other.")
		return true
	}
	payload := call.body
	if len(payload) == 0 {
		payload = []byte("{}")
	}
	w.Header().Set("X-Amz-Executed-Version", "$LATEST")
	switch r.Header.Get("X-Amz-Invocation-Type") {
	case "DryRun":
		w.WriteHeader(http.StatusNoContent)
		return true
	case "Event":
		c.deliver(f, payload)
		w.WriteHeader(http.StatusAccepted)
		return true
	}
	w.Header().Set("Content-Type", "application/json")
	answer, err := f.call(r.Context(), payload)
	if large := (*tooLarge)(nil); errors.As(err, &large) {
		c.fail(w, call, http.StatusRequestEntityTooLarge, "RequestTooLargeException", err.Error())
		return true
	}
	if err != nil {
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
		w.Write(asFunctionError(err).payload())
		return true
	}
	w.Write(answer)
	return true
}

// refuse answers a call for which there is no stand-in.
func (c *cloud) refuse(w http.ResponseWriter, r *http.Request, call *awsCall) {
	what := call.service
	if call.operation != "" {
		what += " " + call.operation
	} else {
		what += " " + r.Method + " " + r.URL.Path
	}
	subject := ""
	if names := mentioned(call.body); names != "" {
		subject = " (" + names + ")"
	}
	message := fmt.Sprintf("sstc preview has no stand-in for %s%s. On AWS the call would go through; here it fails.", what, subject)
	c.p.log.note(call.caller, "%s", message)
	c.fail(w, call, http.StatusBadRequest, "UnsupportedOperation", message)
}

// mentioned finds the ARNs and the name that a call is about.
func mentioned(body []byte) string {
	var o map[string]any
	if json.Unmarshal(body, &o) != nil {
		return ""
	}
	for _, key := range []string{"TableName", "QueueUrl", "TopicArn", "SecretId", "Name", "FunctionName", "StreamName", "StateMachineArn", "stateMachineArn", "UserPoolId", "KeyId", "ResourceArn", "resourceArn"} {
		if s, ok := o[key].(string); ok {
			return s
		}
	}
	return ""
}

// fail answers with an error in the form of the call's protocol.
func (c *cloud) fail(w http.ResponseWriter, call *awsCall, status int, code, message string) {
	switch {
	case call.json:
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.Header().Set("X-Amzn-Errortype", code)
		w.WriteHeader(status)
		b, _ := marshal(map[string]string{"__type": "com.amazonaws." + call.service + "#" + code, "message": message, "Message": message})
		w.Write(b)
	case call.form != nil:
		w.Header().Set("Content-Type", "text/xml")
		w.WriteHeader(status)
		fmt.Fprintf(w, "<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error><RequestId>%s</RequestId></ErrorResponse>",
			xmlText(code), xmlText(message), w.Header().Get("X-Amzn-Requestid"))
	default:
		w.Header().Set("X-Amzn-Errortype", code)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		b, _ := marshal(map[string]string{"message": message, "Message": message, "Code": code})
		w.Write(b)
	}
}

func xmlText(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s))
	return b.String()
}

// writeXMLError answers as S3 does when something is wrong.
func writeXMLError(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>%s</Code><Message>%s</Message></Error>", xmlText(code), xmlText(message))
}

func etagOf(b []byte) string {
	sum := md5.Sum(b)
	return `"` + hex.EncodeToString(sum[:]) + `"`
}
