package preview

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"
)

// A socketAPI serves a WebSocket API of API Gateway: its functions are called
// when a client connects, for each message and when it has gone, and reach
// clients by the management API under /@connections.
type socketAPI struct {
	*api
	name string // of the component

	mu          sync.Mutex
	connections map[string]*connection // by ID
}

// A connection is a client that is connected.
type connection struct {
	api       *socketAPI
	id        string
	conn      *websocket.Conn
	r         *http.Request // by which it has connected
	connected time.Time
	auth      map[string]any

	mu     sync.Mutex
	active time.Time
}

// messageLimit is the most that a message may have, in bytes.
const messageLimit = 128 << 10

// ServeHTTP lets a client connect, or is the management API.
func (a *socketAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	base, path, _ := strings.Cut(strings.TrimPrefix(r.URL.EscapedPath(), "/"), "/")
	if base == "@connections" {
		base, path = "", base+"/"+path // of a custom domain
	}
	if id, ok := strings.CutPrefix(path, "@connections/"); ok {
		id, _ = url.PathUnescape(id)
		a.manage(w, r, id)
		return
	}
	started := time.Now()
	r = r.WithContext(a.p.numbered(r.Context()))
	counter := &countingWriter{ResponseWriter: w, values: a.p.values}
	w = counter
	defer func() {
		if counter.status == 0 || counter.status == http.StatusSwitchingProtocols {
			return
		}
		a.log(r.Context(), "CONNECT", r.URL.RequestURI(), counter.status, started, a.route("$connect"))
		if why := w.Header().Get(explain); why != "" {
			a.p.log.add(Entry{Kind: "note", Source: a.name, Text: why, Request: requestOf(r.Context())})
		}
	}()
	fail := func(status int, why, message string) {
		w.Header().Set(explain, headerText(why))
		writeMessage(w, status, message)
	}
	if !strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		fail(http.StatusUpgradeRequired, "This is a WebSocket API: its URL is for WebSocket clients.", "Upgrade Required")
		return
	}
	if base != "" && base != a.stage && !slices.Contains(a.served.Bases, base) || path != "" {
		fail(http.StatusForbidden, "The API is at "+a.url()+", and nowhere else.", "Forbidden")
		return
	}
	c := &connection{api: a, id: newConnectionID(), r: r, connected: started, active: started}
	options := &websocket.AcceptOptions{InsecureSkipVerify: true} // as on AWS, pages of all origins may connect
	if route := a.route("$connect"); route != nil {
		e := c.event("$connect")
		auth, ok := a.authorize(w, r, route, e, nil)
		if !ok {
			return
		}
		c.auth, e.auth = auth, auth
		res, err := a.call(r.Context(), route, connectEvent(e))
		if err != nil {
			fail(http.StatusBadGateway, "$connect: "+err.Error(), "Internal server error")
			return
		}
		if res.status < 200 || res.status > 299 {
			w.Header().Set(explain, "The function of $connect has refused the connection.")
			res.write(w, r)
			return
		}
		if protocol := res.headers.Get("Sec-Websocket-Protocol"); protocol != "" {
			options.Subprotocols = []string{protocol}
		}
	}
	conn, err := websocket.Accept(w, r, options)
	if err != nil {
		return // it has answered
	}
	conn.SetReadLimit(messageLimit)
	c.conn = conn
	a.mu.Lock()
	a.connections[c.id] = c
	a.mu.Unlock()
	a.log(r.Context(), "CONNECT", "$connect", http.StatusSwitchingProtocols, started, a.route("$connect"))
	done := make(chan struct{})
	if !a.p.background(func() {
		select {
		case <-done:
		case <-a.p.closing:
			conn.CloseNow()
		}
	}) {
		conn.CloseNow()
	}
	err = c.read()
	close(done)
	a.mu.Lock()
	delete(a.connections, c.id)
	a.mu.Unlock()
	conn.CloseNow()
	c.gone(err)
}

// url is where clients connect.
func (a *socketAPI) url() string { return "ws://" + a.host + "/" + a.stage }

// newConnectionID is one as API Gateway's: 11 bytes in base64.
func newConnectionID() string {
	var b [11]byte
	rand.Read(b[:])
	return base64.URLEncoding.EncodeToString(b[:])
}

func (a *socketAPI) route(key string) *apiRoute {
	for _, r := range a.routes {
		if r.served.Key == key {
			return r
		}
	}
	return nil
}

// log notes a connection, a message or a call of the management API.
func (a *socketAPI) log(ctx context.Context, method, text string, status int, started time.Time, route *apiRoute) {
	e := Entry{Kind: "request", Source: a.name, Request: requestOf(ctx), Method: method, Text: text, Status: status, Millis: float64(time.Since(started).Microseconds()) / 1000}
	if route != nil {
		e.Served = route.label()
	}
	a.p.log.add(e)
}

// call has the function of a route answer an event.
func (a *socketAPI) call(ctx context.Context, route *apiRoute, event map[string]any) (*functionResponse, error) {
	if route.f == nil {
		return nil, errors.New("an integration of type " + route.served.Kind + " with " + route.target + " is not there in a preview")
	}
	ctx, cancel := context.WithTimeout(ctx, restTimeout)
	defer cancel()
	payload, err := route.f.call(ctx, event)
	if err != nil {
		return nil, err
	}
	// The function of a message need not say anything.
	if text := strings.TrimSpace(string(payload)); text == "null" || !strings.HasPrefix(text, "{") {
		return &functionResponse{status: http.StatusOK, headers: http.Header{}}, nil
	}
	return parseResponse(payload, "2.0", "")
}

// read hands each message on until the client has gone.
func (c *connection) read() error {
	for {
		kind, r, err := c.conn.Reader(context.Background())
		if err != nil {
			return err
		}
		data, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		c.mu.Lock()
		c.active = time.Now()
		c.mu.Unlock()
		// The next message need not wait for the answer to this one.
		if !c.api.p.background(func() { c.message(data, kind == websocket.MessageBinary) }) {
			return errClosing
		}
	}
}

// message has the function of its route answer a message.
func (c *connection) message(data []byte, binary bool) {
	a, started := c.api, time.Now()
	ctx := a.p.numbered(context.Background())
	key := a.selectRoute(data)
	route := a.route(key)
	if route == nil {
		key = "$default"
		route = a.route(key)
	}
	e := c.event(key)
	if route == nil {
		c.complain("Forbidden", e.requestID)
		a.log(ctx, "MESSAGE", firstLine(string(data)), http.StatusForbidden, started, nil)
		a.p.log.note(a.name, "The API has no route for the message, by %s, and no $default.", a.served.Selection)
		return
	}
	about := c.context(e, "MESSAGE")
	about["messageId"] = newConnectionID()
	event := map[string]any{"requestContext": about, "body": string(data), "isBase64Encoded": false}
	if binary {
		event["body"], event["isBase64Encoded"] = base64.StdEncoding.EncodeToString(data), true
	}
	if len(e.stage) > 0 {
		event["stageVariables"] = e.stage
	}
	res, err := a.call(ctx, route, event)
	status := http.StatusOK
	switch {
	case errors.Is(err, errClosing):
		return
	case err != nil:
		status = http.StatusInternalServerError
		c.complain("Internal server error", e.requestID)
		a.p.log.note(a.name, "%s: %s", key, firstLine(err.Error()))
	case route.served.Replies && len(res.body) > 0:
		c.write(res.body)
	}
	a.log(ctx, "MESSAGE", key, status, started, route)
}

// selectRoute finds the key of the route in a message, "" if there is none.
func (a *socketAPI) selectRoute(data []byte) string {
	x, err := decodeJSON(data)
	path, ok := strings.CutPrefix(strings.Trim(a.served.Selection, "{}"), "$request.body.")
	if err != nil || !ok {
		return ""
	}
	for name := range strings.SplitSeq(path, ".") {
		o, _ := x.(*object)
		if o == nil {
			return ""
		}
		x = o.values[name]
	}
	return toText(x)
}

// complain tells the client that its message could not be handled.
func (c *connection) complain(message, request string) {
	b, _ := json.Marshal(map[string]string{"message": message, "connectionId": c.id, "requestId": request})
	c.write(b)
}

func (c *connection) write(data []byte) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	kind := websocket.MessageText
	if !utf8.Valid(data) {
		kind = websocket.MessageBinary
	}
	return c.conn.Write(ctx, kind, data)
}

// gone has the function of $disconnect called.
func (c *connection) gone(err error) {
	a, started := c.api, time.Now()
	ctx := a.p.numbered(context.Background())
	code, reason := websocket.StatusAbnormalClosure, "Client-side close frame status not set"
	var closed websocket.CloseError
	if errors.As(err, &closed) {
		code, reason = closed.Code, closed.Reason
		if code == websocket.StatusNoStatusRcvd {
			reason = "Client-side close frame status not set"
		}
	}
	route := a.route("$disconnect")
	status := http.StatusOK
	if route != nil {
		e := c.event("$disconnect")
		about := c.context(e, "DISCONNECT")
		about["disconnectStatusCode"], about["disconnectReason"] = int(code), reason
		headers := map[string]string{"Host": a.host, "x-api-key": "", "X-Forwarded-For": sourceIP(c.r), "x-restapi": ""}
		multi := map[string][]string{}
		for name, value := range headers {
			multi[name] = []string{value}
		}
		_, err := a.call(ctx, route, map[string]any{"headers": headers, "multiValueHeaders": multi, "requestContext": about, "isBase64Encoded": false})
		if errors.Is(err, errClosing) {
			return
		}
		if err != nil {
			status = http.StatusInternalServerError
			a.p.log.note(a.name, "$disconnect: %s", firstLine(err.Error()))
		}
	}
	a.log(ctx, "DISCONNECT", cmp.Or(reason, "$disconnect"), status, started, route)
}

// event is what events of the connection have in common.
func (c *connection) event(key string) *httpEvent {
	a := c.api
	return &httpEvent{r: c.r, host: a.host, id: a.served.ID, path: "/", routeKey: key, stage: a.variables, stageName: a.stage, auth: c.auth, connection: c, requestID: newID(), now: time.Now()}
}

// context is the requestContext of an event.
func (c *connection) context(e *httpEvent, kind string) map[string]any {
	context := map[string]any{
		"routeKey": e.routeKey, "eventType": kind, "extendedRequestId": e.requestID, "requestTime": e.now.UTC().Format(commonLogTime),
		"messageDirection": "IN", "stage": e.stageName, "connectedAt": c.connected.UnixMilli(), "requestTimeEpoch": e.now.UnixMilli(),
		"identity":  map[string]any{"sourceIp": sourceIP(c.r), "userAgent": c.r.UserAgent()},
		"requestId": e.requestID, "domainName": e.host, "connectionId": c.id, "apiId": e.id,
	}
	if auth := authorizerV1(e.auth); auth != nil {
		context["authorizer"] = auth
	}
	return context
}

// connectEvent is the event of a client that wants to connect.
func connectEvent(e *httpEvent) map[string]any {
	v1 := e.v1()
	event := map[string]any{"headers": v1["headers"], "multiValueHeaders": v1["multiValueHeaders"], "requestContext": e.connection.context(e, "CONNECT"), "isBase64Encoded": false}
	if v1["queryStringParameters"] != nil {
		event["queryStringParameters"], event["multiValueQueryStringParameters"] = v1["queryStringParameters"], v1["multiValueQueryStringParameters"]
	}
	if len(e.stage) > 0 {
		event["stageVariables"] = e.stage
	}
	return event
}

// manage is the management API: it sends to a client, tells of it, or closes
// its connection.
func (a *socketAPI) manage(w http.ResponseWriter, r *http.Request, id string) {
	started := time.Now()
	status := http.StatusOK
	defer func() { a.log(r.Context(), r.Method, "/@connections/"+id, status, started, nil) }()
	fail := func(code int, kind, message string) {
		status = code
		w.Header().Set("X-Amzn-Errortype", kind)
		writeMessage(w, code, message)
	}
	a.mu.Lock()
	c := a.connections[id]
	a.mu.Unlock()
	if c == nil {
		fail(http.StatusGone, "GoneException", "Gone")
		return
	}
	switch r.Method {
	case http.MethodPost:
		data, err := io.ReadAll(io.LimitReader(r.Body, messageLimit+1))
		switch {
		case err != nil:
			return
		case len(data) > messageLimit:
			fail(http.StatusRequestEntityTooLarge, "PayloadTooLargeException", "Payload too large")
		case c.write(data) != nil:
			fail(http.StatusGone, "GoneException", "Gone")
		default:
			w.WriteHeader(http.StatusOK)
		}
	case http.MethodGet:
		c.mu.Lock()
		active := c.active
		c.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		b, _ := marshal(map[string]any{
			"connectedAt": c.connected.UTC().Format(time.RFC3339), "lastActiveAt": active.UTC().Format(time.RFC3339),
			"identity": map[string]string{"sourceIp": sourceIP(c.r), "userAgent": c.r.UserAgent()},
		})
		w.Write(b)
	case http.MethodDelete:
		c.api.p.background(func() { c.conn.Close(websocket.StatusNormalClosure, "Connection Closed Normally") })
		status = http.StatusNoContent
		w.WriteHeader(status)
	default:
		fail(http.StatusForbidden, "ForbiddenException", "Forbidden")
	}
}

// manageAny is the management API for SDKs that have been given no endpoint: it
// finds the API that has the connection.
func (c *cloud) manageAny(w http.ResponseWriter, r *http.Request) bool {
	_, id, ok := strings.Cut(r.URL.EscapedPath(), "/@connections/")
	if !ok || len(c.p.sockets) == 0 {
		return false
	}
	id, _ = url.PathUnescape(id)
	for _, a := range c.p.sockets {
		a.mu.Lock()
		found := a.connections[id] != nil
		a.mu.Unlock()
		if found {
			a.manage(w, r, id)
			return true
		}
	}
	c.p.sockets[0].manage(w, r, id)
	return true
}
