package preview

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sstc/sstc/assets"
	"github.com/sstc/sstc/compiler/engine"
)

//go:embed edge.js
var edgeWorld string

// An edgeFunction is a CloudFront function: its code as it was emitted, run in
// the engine. Each request has a world of its own, since CloudFront promises
// nothing about what lasts from one to the next.
type edgeFunction struct {
	p      *Preview
	served *assets.EdgeFunction
	code   string
	store  *keyValueStore // nil if it has none

	compile func() (bytecode, error)
}

type bytecode struct{ world, code []byte }

// A keyValueStore is a CloudFront key-value store.
type keyValueStore struct {
	mu      sync.Mutex
	entries map[string]string
}

// imports of CloudFront's runtime are those of whole modules, and of names in
// them.
var (
	importDefault = regexp.MustCompile(`(?m)^[ \t]*import[ \t]+(?:\*[ \t]*as[ \t]+)?([A-Za-z_$][\w$]*)[ \t]+from[ \t]+(["'][a-z:]+["']);?`)
	importNames   = regexp.MustCompile(`(?m)^[ \t]*import[ \t]*(\{[^}]*\})[ \t]*from[ \t]+(["'][a-z:]+["']);?`)
)

func newEdgeFunction(p *Preview, served *assets.EdgeFunction) *edgeFunction {
	e := &edgeFunction{p: p, served: served, code: p.values.known(served.Code)}
	if len(served.Stores) > 0 {
		e.store = p.stores[p.values.known(served.Stores[0])]
	}
	e.compile = sync.OnceValues(e.compileCode)
	return e
}

func (e *edgeFunction) compileCode() (bytecode, error) {
	vm, err := engine.New(engine.Options{})
	if err != nil {
		return bytecode{}, err
	}
	defer vm.Close()
	// The engine runs scripts, which have no imports.
	code := importDefault.ReplaceAllString(e.code, "const $1 = require($2);")
	code = importNames.ReplaceAllStringFunc(code, func(s string) string {
		m := importNames.FindStringSubmatch(s)
		return "const " + strings.ReplaceAll(m[1], " as ", ": ") + " = require(" + m[2] + ");"
	})
	var b bytecode
	if b.world, err = vm.Compile("cloudfront", edgeWorld); err != nil {
		return b, err
	}
	b.code, err = vm.Compile(e.served.ID+".js", code)
	return b, err
}

// An edgeResult is what a CloudFront function has made of a request or a
// response.
type edgeResult struct {
	Returned edgeMessage `json:"returned"`
	// Origin is the origin that the function has chosen, nil for none.
	Origin *struct {
		Kind  string          `json:"kind"`
		Value json.RawMessage `json:"value"`
	} `json:"origin"`
}

// An edgeMessage is a request, or a response if it has a status code.
type edgeMessage struct {
	Method            string                `json:"method,omitempty"`
	URI               string                `json:"uri,omitempty"`
	Querystring       map[string]*edgeValue `json:"querystring,omitempty"`
	Headers           map[string]*edgeValue `json:"headers"`
	Cookies           map[string]*edgeValue `json:"cookies"`
	StatusCode        int                   `json:"statusCode,omitempty"`
	StatusDescription string                `json:"statusDescription,omitempty"`
	Body              any                   `json:"body,omitempty"`
}

// MarshalJSON writes only what such a message has: a response has no query.
func (m edgeMessage) MarshalJSON() ([]byte, error) {
	if m.StatusCode != 0 {
		return marshal(map[string]any{"statusCode": m.StatusCode, "statusDescription": m.StatusDescription, "headers": m.Headers, "cookies": m.Cookies})
	}
	return marshal(map[string]any{"method": m.Method, "uri": m.URI, "querystring": m.Querystring, "headers": m.Headers, "cookies": m.Cookies})
}

// An edgeValue is a header, a cookie or an argument of the query.
type edgeValue struct {
	Value      string       `json:"value"`
	Attributes string       `json:"attributes,omitempty"`
	MultiValue []*edgeValue `json:"multiValue,omitempty"`
}

// UnmarshalJSON takes numbers and the like for texts, as CloudFront does.
func (v *edgeValue) UnmarshalJSON(data []byte) error {
	var x struct {
		Value      any
		Attributes string
		MultiValue []*edgeValue
	}
	if err := json.Unmarshal(data, &x); err != nil {
		return err
	}
	v.Value, v.Attributes, v.MultiValue = toText(x.Value), x.Attributes, x.MultiValue
	return nil
}

func (v *edgeValue) all() []*edgeValue {
	if len(v.MultiValue) > 0 {
		return v.MultiValue
	}
	return []*edgeValue{v}
}

func addValue(m map[string]*edgeValue, name, value, attributes string) {
	one := &edgeValue{Value: value, Attributes: attributes}
	old := m[name]
	if old == nil {
		m[name] = one
		return
	}
	if len(old.MultiValue) == 0 {
		old.MultiValue = []*edgeValue{{Value: old.Value, Attributes: old.Attributes}}
	}
	old.MultiValue = append(old.MultiValue, one)
}

// edgeRequest is a request as CloudFront functions see it: names of headers
// in lower case, the query as it was sent, cookies apart.
func edgeRequest(r *http.Request, host string) edgeMessage {
	m := edgeMessage{Method: r.Method, URI: rawPath(r), Querystring: edgeQuery(r.URL.RawQuery), Headers: map[string]*edgeValue{}, Cookies: map[string]*edgeValue{}}
	for name, values := range r.Header {
		if name == "Cookie" {
			continue
		}
		for _, v := range values {
			addValue(m.Headers, strings.ToLower(name), v, "")
		}
	}
	addValue(m.Headers, "host", host, "")
	for _, c := range cookiesOf(r) {
		name, value, _ := strings.Cut(c, "=")
		addValue(m.Cookies, name, value, "")
	}
	return m
}

// edgeResponse is a response as CloudFront functions see it, without its body.
func edgeResponse(status int, h http.Header) edgeMessage {
	m := edgeMessage{StatusCode: status, StatusDescription: http.StatusText(status), Headers: map[string]*edgeValue{}, Cookies: map[string]*edgeValue{}}
	for name, values := range h {
		for _, v := range values {
			if name == "Set-Cookie" {
				pair, attributes, _ := strings.Cut(v, ";")
				key, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
				addValue(m.Cookies, key, value, strings.TrimSpace(attributes))
				continue
			}
			addValue(m.Headers, strings.ToLower(name), v, "")
		}
	}
	return m
}

// header is what a message says as headers of HTTP.
func (m *edgeMessage) header() http.Header {
	h := http.Header{}
	for name, v := range m.Headers {
		for _, one := range v.all() {
			h.Add(name, cleanHeader(one.Value))
		}
	}
	for name, v := range m.Cookies {
		for _, one := range v.all() {
			if m.StatusCode != 0 {
				s := name + "=" + one.Value
				if one.Attributes != "" {
					s += "; " + one.Attributes
				}
				h.Add("Set-Cookie", cleanHeader(s))
			}
		}
	}
	return h
}

// cookieHeader is the header Cookie of a request, "" for none.
func (m *edgeMessage) cookieHeader() string {
	var list []string
	for name, v := range m.Cookies {
		for _, one := range v.all() {
			list = append(list, name+"="+one.Value)
		}
	}
	slices.Sort(list)
	return strings.Join(list, "; ")
}

// edgeQuery is a query string as CloudFront functions see it: as it was sent,
// not decoded.
func edgeQuery(raw string) map[string]*edgeValue {
	q := map[string]*edgeValue{}
	for _, part := range strings.Split(raw, "&") {
		if part != "" {
			key, value, _ := strings.Cut(part, "=")
			addValue(q, key, value, "")
		}
	}
	return q
}

// queryString is the query of a request. If the function has left it alone it
// is as it was sent, and else the names are in the order of what was sent.
func (m *edgeMessage) queryString(sent string) string {
	if reflect.DeepEqual(m.Querystring, edgeQuery(sent)) {
		return sent
	}
	var list []string
	used := map[string]bool{}
	add := func(key string) {
		v := m.Querystring[key]
		if v == nil || used[key] {
			return
		}
		used[key] = true
		for _, one := range v.all() {
			list = append(list, key+"="+one.Value)
		}
	}
	for _, part := range strings.Split(sent, "&") {
		key, _, _ := strings.Cut(part, "=")
		add(key)
	}
	for _, key := range sortedKeys(m.Querystring) {
		add(key)
	}
	return strings.Join(list, "&")
}

// edgeTime is the longest that a CloudFront function may run here. CloudFront
// counts otherwise, in shares of what it allows, which is about a millisecond.
const edgeTime = 2 * time.Second

// run runs the function on a request, or on a request and its response.
func (e *edgeFunction) run(request edgeMessage, response *edgeMessage, rawQuery, ip string) (*edgeResult, error) {
	code, err := e.compile()
	if err != nil {
		return nil, e.describe(err)
	}
	now := time.Now()
	vm, err := engine.New(engine.Options{Now: now, Seed: uint64(now.UnixNano()), Limits: engine.Limits{Time: edgeTime, Memory: 64 << 20},
		Console: func(_, text string) { e.p.log.lines("log", e.served.Component+" at the edge", text) }})
	if err != nil {
		return nil, err
	}
	defer vm.Close()
	if err := vm.Register("__sstc_kvs", e.kvs); err != nil {
		return nil, err
	}
	if err := vm.EvalBytecode(code.world); err != nil {
		return nil, err
	}
	if err := vm.EvalBytecode(code.code); err != nil {
		return nil, e.describe(err)
	}
	kind := "viewer-request"
	event := map[string]any{
		"version": "1.0", "viewer": map[string]any{"ip": ip}, "request": request,
	}
	if response != nil {
		kind = "viewer-response"
		event["response"] = response
	}
	event["context"] = map[string]any{"distributionDomainName": "preview.cloudfront.invalid", "distributionId": "PREVIEW", "eventType": kind, "requestId": newID()}
	arg, err := marshal(map[string]any{"event": event, "query": rawQuery})
	if err != nil {
		return nil, err
	}
	out, err := vm.Await("__sstc_edge", string(arg))
	if err != nil {
		return nil, e.describe(err)
	}
	var result edgeResult
	if err := json.Unmarshal([]byte(out), &result); err != nil {
		return nil, fmt.Errorf("the CloudFront function of %s returned what is neither a request nor a response: %s", e.served.Component, out)
	}
	return &result, nil
}

// describe says which line of the function failed.
func (e *edgeFunction) describe(err error) error {
	var thrown *engine.Error
	if errors.As(err, &thrown) && len(thrown.Stack) > 0 {
		return fmt.Errorf("the CloudFront function of %s failed: %w (line %d)", e.served.Component, err, thrown.Stack[0].Line)
	}
	return fmt.Errorf("the CloudFront function of %s failed: %w", e.served.Component, err)
}

func (e *edgeFunction) kvs(arg string) (string, error) {
	var q struct{ Op, Store, Key string }
	if err := json.Unmarshal([]byte(arg), &q); err != nil {
		return "", err
	}
	answer := map[string]any{}
	if e.store == nil {
		answer["error"] = "The function is associated with no key-value store of this app."
	} else {
		e.store.mu.Lock()
		value, ok := e.store.entries[q.Key]
		n := len(e.store.entries)
		e.store.mu.Unlock()
		switch {
		case q.Op == "exists":
			answer["value"] = ok
		case q.Op == "count":
			answer["value"] = n
		case !ok:
			answer["error"] = "KeyNotFound: " + q.Key
		default:
			answer["value"] = value
		}
	}
	b, err := marshal(answer)
	return string(b), err
}
