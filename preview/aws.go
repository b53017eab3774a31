package preview

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// A cloud is the stand-ins for AWS: one server that AWS SDKs are pointed to by
// AWS_ENDPOINT_URL, and what happens behind it. What it has no stand-in for it
// refuses at once, in the form that the SDK understands, and says so.
type cloud struct {
	p *Preview
}

func newCloud(p *Preview) *cloud { return &cloud{p: p} }

func (c *cloud) start()                    {}
func (c *cloud) trigger(string) bool       { return false }
func (c *cloud) schedules() []pageSchedule { return []pageSchedule{} }
func (c *cloud) standIns() []standIn       { return []standIn{} }

// A call is a request of an AWS SDK.
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
	c.refuse(w, r, call)
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

func (c *cloud) s3(w http.ResponseWriter, r *http.Request, call *awsCall) {
	writeXMLError(w, http.StatusNotImplemented, "NotImplemented", "not yet")
}
