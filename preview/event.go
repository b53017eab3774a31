package preview

import (
	"cmp"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// newID is a random UUID.
func newID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// bodyLimit is the most that a request may carry, in bytes: API Gateway takes
// no more. What Lambda takes of that is another matter.
const bodyLimit = 10 << 20

// An httpEvent is a request on its way into a function: the parts of which
// events of all formats are made.
type httpEvent struct {
	r    *http.Request
	body []byte
	host string // what the service is called
	id   string // of the API or the URL
	// Path is as the service hands it on: API Gateway decodes it, a function
	// URL does not.
	path     string
	routeKey string
	params   map[string]string // of the path
	stage    map[string]string // stage variables
	auth     map[string]any    // requestContext.authorizer
	// stageName is that of the API's stage; "" for $default.
	stageName string
	// rest says that the API is a REST API, binary which content types it
	// does not hand on as text, and basePath what the path of the request has
	// before the API's own.
	rest     bool
	binary   []string
	basePath string
	// keepCookie says that the header Cookie stays beside the list of cookies.
	keepCookie bool
	connection *connection // of a WebSocket API
	requestID  string
	now        time.Time
}

// readBody reads the body of a request for a function. It answers requests
// that are too large itself.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	body, err := io.ReadAll(io.LimitReader(r.Body, bodyLimit+1))
	if err != nil {
		return nil, false
	}
	if len(body) > bodyLimit {
		// Who is still sending would not read the answer.
		io.Copy(io.Discard, io.LimitReader(r.Body, 10*bodyLimit))
		writeMessage(w, http.StatusRequestEntityTooLarge, "Request Entity Too Large")
		return nil, false
	}
	return body, true
}

// textual reports whether a body of this type is handed on as text.
func textual(kind string) bool {
	media, _, err := mime.ParseMediaType(kind)
	if err != nil {
		media = strings.ToLower(strings.TrimSpace(strings.Split(kind, ";")[0]))
	}
	switch media {
	case "application/json", "application/javascript", "application/xml":
		return true
	}
	return strings.HasPrefix(media, "text/") || strings.HasSuffix(media, "+json") || strings.HasSuffix(media, "+xml")
}

// encodedBody is the body and whether it is in base64.
func (e *httpEvent) encodedBody() (string, bool) {
	kind := e.r.Header.Get("Content-Type")
	if e.rest {
		if !mediaTypeIn(e.binary, kind) {
			return strings.ToValidUTF8(string(e.body), "\ufffd"), false
		}
		return base64.StdEncoding.EncodeToString(e.body), true
	}
	if textual(kind) || kind == "" && utf8.Valid(e.body) {
		return string(e.body), false
	}
	return base64.StdEncoding.EncodeToString(e.body), true
}

// mediaTypeIn reports whether a list of content types, which may end in *, has
// one of those that a header names.
func mediaTypeIn(list []string, header string) bool {
	for kind := range strings.SplitSeq(header, ",") {
		kind, _, _ = strings.Cut(kind, ";")
		kind = strings.ToLower(strings.TrimSpace(kind))
		if slices.ContainsFunc(list, func(p string) bool { return wildcard(strings.ToLower(p), kind) }) {
			return true
		}
	}
	return false
}

// headers are the request's, in lower case, several of a name joined.
func (e *httpEvent) headers() map[string]string {
	out := map[string]string{}
	for name, values := range e.r.Header {
		switch name {
		case "Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade":
			continue // of the connection, which ends here
		}
		out[strings.ToLower(name)] = strings.Join(values, ",")
	}
	for name, value := range map[string]string{
		"host": e.host, "x-forwarded-for": sourceIP(e.r), "x-forwarded-proto": "https", "x-forwarded-port": "443",
		"x-amzn-trace-id": fmt.Sprintf("Root=1-%08x-%s", e.now.Unix(), strings.ReplaceAll(e.requestID, "-", "")[:24]),
	} {
		if name == "host" || out[name] == "" {
			out[name] = value
		}
	}
	if len(e.body) > 0 {
		out["content-length"] = strconv.Itoa(len(e.body))
	}
	return out
}

func sourceIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return "127.0.0.1"
	}
	return host
}

func cookiesOf(r *http.Request) []string {
	var list []string
	for _, header := range r.Header["Cookie"] {
		for _, c := range strings.Split(header, ";") {
			if c = strings.TrimSpace(c); c != "" {
				list = append(list, c)
			}
		}
	}
	return list
}

// query are the pairs of a query string, decoded, in order.
func query(raw string) [][2]string {
	var out [][2]string
	for _, part := range strings.Split(raw, "&") {
		if part == "" {
			continue
		}
		key, value, _ := strings.Cut(part, "=")
		out = append(out, [2]string{unescape(key), unescape(value)})
	}
	return out
}

func unescape(s string) string {
	if u, err := url.QueryUnescape(s); err == nil {
		return u
	}
	return s
}

const commonLogTime = "02/Jan/2006:15:04:05 -0700"

// v2 is the event in payload format 2.0.
func (e *httpEvent) v2() map[string]any {
	headers := e.headers()
	cookies := cookiesOf(e.r)
	if !e.keepCookie {
		delete(headers, "cookie")
	}
	prefix, _, _ := strings.Cut(e.host, ".")
	context := map[string]any{
		"accountId": account, "apiId": e.id, "domainName": e.host, "domainPrefix": prefix,
		"http": map[string]any{
			"method": e.r.Method, "path": e.path, "protocol": e.r.Proto, "sourceIp": sourceIP(e.r), "userAgent": e.r.UserAgent(),
		},
		"requestId": e.requestID, "routeKey": e.routeKey, "stage": cmp.Or(e.stageName, "$default"),
		"time": e.now.UTC().Format(commonLogTime), "timeEpoch": e.now.UnixMilli(),
	}
	if e.auth != nil {
		context["authorizer"] = e.auth
	}
	event := map[string]any{
		"version": "2.0", "routeKey": e.routeKey, "rawPath": e.path, "rawQueryString": e.r.URL.RawQuery, "headers": headers,
		"requestContext": context, "isBase64Encoded": false,
	}
	if len(cookies) > 0 {
		event["cookies"] = cookies
	}
	if pairs := query(e.r.URL.RawQuery); len(pairs) > 0 {
		joined := map[string]string{}
		for _, p := range pairs {
			if old, ok := joined[p[0]]; ok {
				joined[p[0]] = old + "," + p[1]
			} else {
				joined[p[0]] = p[1]
			}
		}
		event["queryStringParameters"] = joined
	}
	if len(e.params) > 0 {
		event["pathParameters"] = e.params
	}
	if len(e.stage) > 0 {
		event["stageVariables"] = e.stage
	}
	if len(e.body) > 0 {
		event["body"], event["isBase64Encoded"] = e.encodedBody()
	}
	return event
}

// v1 is the event in payload format 1.0, as an HTTP API makes it, or of a REST
// API.
func (e *httpEvent) v1() map[string]any {
	headers, multi := map[string]string{}, map[string][]string{}
	for name, value := range e.headers() {
		canonical := http.CanonicalHeaderKey(name)
		values := e.r.Header[canonical]
		if len(values) == 0 {
			values = []string{value}
		}
		headers[canonical], multi[canonical] = values[len(values)-1], values
	}
	queries, multiQueries := map[string]string{}, map[string][]string{}
	for _, p := range query(e.r.URL.RawQuery) {
		queries[p[0]] = p[1]
		multiQueries[p[0]] = append(multiQueries[p[0]], p[1])
	}
	prefix, _, _ := strings.Cut(e.host, ".")
	_, resource, ok := strings.Cut(e.routeKey, " ")
	if !ok {
		resource = e.routeKey
	}
	context := map[string]any{
		"accountId": account, "apiId": e.id, "domainName": e.host, "domainPrefix": prefix, "extendedRequestId": e.requestID,
		"httpMethod": e.r.Method, "path": e.basePath + e.path, "protocol": e.r.Proto, "requestId": e.requestID,
		"requestTime": e.now.UTC().Format(commonLogTime), "requestTimeEpoch": e.now.UnixMilli(),
		"resourceId": e.routeKey, "resourcePath": resource, "stage": cmp.Or(e.stageName, "$default"),
		"identity": map[string]any{
			"accessKey": nil, "accountId": nil, "caller": nil, "cognitoAuthenticationProvider": nil, "cognitoAuthenticationType": nil,
			"cognitoIdentityId": nil, "cognitoIdentityPoolId": nil, "principalOrgId": nil, "sourceIp": sourceIP(e.r), "user": nil,
			"userAgent": e.r.UserAgent(), "userArn": nil,
		},
	}
	if auth := authorizerV1(e.auth); auth != nil {
		context["authorizer"] = auth
	}
	event := map[string]any{
		"version": "1.0", "resource": resource, "path": e.path, "httpMethod": e.r.Method, "headers": headers, "multiValueHeaders": multi,
		"queryStringParameters": orNull(queries), "multiValueQueryStringParameters": orNull(multiQueries), "requestContext": context,
		"pathParameters": orNull(e.params), "stageVariables": orNull(e.stage), "body": nil, "isBase64Encoded": false,
	}
	if len(e.body) > 0 {
		event["body"], event["isBase64Encoded"] = e.encodedBody()
	}
	if e.rest {
		delete(event, "version")
	}
	return event
}

// authorizerV1 is what format 1.0 says of an authorizer: what format 2.0 says
// under "jwt" or "lambda".
func authorizerV1(auth map[string]any) any {
	for _, key := range []string{"jwt", "lambda"} {
		if x, ok := auth[key]; ok {
			return x
		}
	}
	return nil
}

func orNull[M ~map[string]V, V any](m M) any {
	if len(m) == 0 {
		return nil
	}
	return m
}

// A functionResponse is what a function has answered over HTTP.
type functionResponse struct {
	status  int
	encoded bool // the body is in base64 still, for a REST API to decide
	headers http.Header
	body    []byte
}

// parseResponse understands what a function has answered, as API Gateway and
// function URLs do. Kind is the Content-Type if the function names none. An
// error is one that these services would answer with an error of their own.
func parseResponse(payload []byte, format, kind string) (*functionResponse, error) {
	x, err := decodeJSON(payload)
	if err != nil {
		return nil, fmt.Errorf("the answer is not JSON: %w", err)
	}
	o, ok := x.(*object)
	if !ok || o.values["statusCode"] == nil {
		if format != "2.0" {
			return nil, fmt.Errorf("in format 1.0 an answer must be an object with a statusCode")
		}
		res := &functionResponse{status: 200, headers: http.Header{"Content-Type": {"application/json"}}, body: payload}
		if s, ok := x.(string); ok {
			res.body = []byte(s)
		}
		return res, nil
	}
	res := &functionResponse{headers: http.Header{}}
	switch code := o.values["statusCode"].(type) {
	case float64:
		res.status = int(code)
	case string:
		res.status, _ = strconv.Atoi(code)
	}
	if res.status < 100 || res.status > 599 {
		return nil, fmt.Errorf("the statusCode %s is not one of HTTP", encodeJSON(o.values["statusCode"]))
	}
	if err := addHeaders(res.headers, o, format); err != nil {
		return nil, err
	}
	if res.headers.Get("Content-Type") == "" && kind != "" {
		res.headers.Set("Content-Type", kind)
	}
	switch body := o.values["body"].(type) {
	case nil:
	case string:
		res.body = []byte(body)
		encoded, _ := o.values["isBase64Encoded"].(bool)
		if res.encoded = encoded && format == "rest"; encoded && !res.encoded {
			if res.body, err = base64.StdEncoding.DecodeString(body); err != nil {
				return nil, fmt.Errorf("isBase64Encoded is set, and the body is not base64: %w", err)
			}
		}
	default:
		return nil, fmt.Errorf("the body must be a string, not %s: use JSON.stringify", describeJSON(body))
	}
	return res, nil
}

func describeJSON(x any) string {
	switch x.(type) {
	case *object:
		return "an object"
	case []any:
		return "a list"
	case float64:
		return "a number"
	case bool:
		return "true or false"
	}
	return "null"
}

// addHeaders adds the headers and cookies of an answer.
func addHeaders(h http.Header, o *object, format string) error {
	if headers, ok := o.values["headers"].(*object); ok {
		for _, name := range headers.keys {
			switch v := headers.values[name].(type) {
			case string, float64, bool:
				h.Set(name, cleanHeader(toText(v)))
			case []any:
				return fmt.Errorf("the header %q is a list; several values go into one text, or into multiValueHeaders in format 1.0", name)
			}
		}
	}
	if multi, ok := o.values["multiValueHeaders"].(*object); ok && format != "2.0" {
		for _, name := range multi.keys {
			list, _ := multi.values[name].([]any)
			h.Del(name)
			for _, v := range list {
				h.Add(name, cleanHeader(toText(v)))
			}
		}
	}
	if cookies, ok := o.values["cookies"].([]any); ok && format == "2.0" {
		for _, c := range cookies {
			if s := cleanHeader(toText(c)); !slices.Contains(h["Set-Cookie"], s) {
				h.Add("Set-Cookie", s)
			}
		}
	}
	return nil
}

func cleanHeader(s string) string {
	return strings.NewReplacer("\r", "", "\n", "").Replace(s)
}

// explain is the header that says why an answer is the preview's own.
const explain = "X-Sstc-Preview"

// writeMessage answers as AWS's services do when something is wrong.
func writeMessage(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	b, _ := json.Marshal(map[string]string{"message": message})
	w.Write(b)
}

// refusedSize answers a request whose event is too large for a function, and
// returns false for other errors.
func refusedSize(w http.ResponseWriter, err error) bool {
	var large *tooLarge
	if !errors.As(err, &large) {
		return false
	}
	w.Header().Set(explain, headerText(err.Error()))
	writeMessage(w, http.StatusRequestEntityTooLarge, "Request Entity Too Large")
	return true
}

// write sends a function's answer.
func (res *functionResponse) write(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	for name, values := range res.headers {
		switch name {
		case "Connection", "Transfer-Encoding", "Keep-Alive":
			continue // the connection is ours
		}
		h[name] = append(h[name], values...)
	}
	bodyless := res.status == http.StatusNoContent || res.status == http.StatusNotModified || res.status < 200
	if bodyless {
		h.Del("Content-Length")
	} else {
		h.Set("Content-Length", strconv.Itoa(len(res.body)))
	}
	w.WriteHeader(res.status)
	if r.Method != http.MethodHead && !bodyless {
		w.Write(res.body)
	}
}
