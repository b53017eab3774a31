package preview

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/sstc/sstc/assets"
)

// An api serves an HTTP API of API Gateway. What it has in common with the
// other kinds, REST and WebSocket APIs, they use too.
type api struct {
	p           *Preview
	served      *assets.ServedAPI
	host        string
	cors        *cors
	routes      []*apiRoute
	authorizers map[string]*authorizer // by ID
	variables   map[string]string
	stage       string // "" for $default
}

type apiRoute struct {
	served   *assets.ServedRoute
	method   string   // "" for any
	segments []string // nil for $default
	f        *function
	target   string // evaluated
	auth     *authorizer
}

func newAPI(p *Preview, served *assets.ServedAPI) *api {
	a := &api{p: p, served: served, host: p.values.hosts[served.ID], cors: p.values.cors(served.CORS, http.StatusNoContent), authorizers: map[string]*authorizer{}, variables: map[string]string{}}
	for i := range served.Authorizers {
		a.authorizers[served.Authorizers[i].ID] = newAuthorizer(p, served.Protocol, &served.Authorizers[i])
	}
	for _, v := range served.Variables {
		a.variables[v.Name] = p.values.known(v.Value)
	}
	if served.Stage != nil {
		a.stage = p.values.known(*served.Stage)
	}
	for i := range served.Routes {
		s := &served.Routes[i]
		r := &apiRoute{served: s, target: p.values.known(s.Target)}
		r.f = p.functionOf(r.target)
		if s.Key != "$default" {
			method, path, _ := strings.Cut(s.Key, " ")
			if method != "ANY" {
				r.method = method
			}
			r.segments = strings.Split(strings.TrimPrefix(path, "/"), "/")
		}
		if s.Authorizer != nil && s.Authorizer.Ref != nil {
			r.auth = a.authorizers[s.Authorizer.Ref.ID]
		}
		a.routes = append(a.routes, r)
	}
	return a
}

// match finds the route for a method and a path: the one whose path is the
// most specific, segment by segment, and of equals the one with the method.
func (a *api) match(method, path string) (*apiRoute, map[string]string) {
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	var best *apiRoute
	var params map[string]string
	for _, r := range a.routes {
		if r.method != "" && r.method != method {
			continue
		}
		found, ok := r.match(segments)
		if ok && (best == nil || r.before(best)) {
			best, params = r, found
		}
	}
	return best, params
}

// rank of a segment: a name, a variable, the rest of the path.
func rank(segment string) int {
	switch {
	case strings.HasPrefix(segment, "{") && strings.HasSuffix(segment, "+}"):
		return 2
	case strings.HasPrefix(segment, "{") && strings.HasSuffix(segment, "}"):
		return 1
	}
	return 0
}

func (r *apiRoute) before(other *apiRoute) bool {
	if (r.segments == nil) != (other.segments == nil) {
		return r.segments != nil
	}
	for i := range min(len(r.segments), len(other.segments)) {
		if a, b := rank(r.segments[i]), rank(other.segments[i]); a != b {
			return a < b
		}
	}
	if len(r.segments) != len(other.segments) {
		return len(r.segments) > len(other.segments)
	}
	return r.method != "" && other.method == ""
}

func (r *apiRoute) match(path []string) (map[string]string, bool) {
	if r.segments == nil {
		return nil, true
	}
	params := map[string]string{}
	for i, s := range r.segments {
		switch rank(s) {
		case 2:
			if i >= len(path) || i == len(path)-1 && path[i] == "" {
				return nil, false
			}
			params[s[1:len(s)-2]] = strings.Join(path[i:], "/")
			return params, true
		case 1:
			if i >= len(path) || path[i] == "" {
				return nil, false
			}
			params[s[1:len(s)-1]] = path[i]
		default:
			if i >= len(path) || path[i] != s {
				return nil, false
			}
		}
	}
	return params, len(path) == len(r.segments)
}

// integrationTimeout is the longest that an HTTP API waits for an answer.
const integrationTimeout = 30 * time.Second

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// API Gateway decodes the path before anything else.
	path := r.URL.Path
	if path == "" {
		path = "/"
	}
	route, params := a.match(r.Method, path)
	for _, base := range a.served.Bases {
		// A request for a custom domain, where the API has a path of its own.
		if below, ok := strings.CutPrefix(path, "/"+base); ok && (below == "" || below[0] == '/') && (route == nil || route.segments == nil) {
			if found, p := a.match(r.Method, cmp.Or(below, "/")); found != nil {
				route, params = found, p
			}
		}
	}
	if isPreflight(r) && a.cors != nil {
		if route != nil && route.served.Auth != "" {
			if _, ok := a.authorize(w, r, route, nil, params); !ok {
				return
			}
		}
		a.cors.preflight(w, r)
		servedBy(r, "CORS")
		return
	}
	h := http.Header{}
	a.cors.apply(h, r)
	for name, values := range h {
		w.Header()[name] = values
	}
	id := newID()
	w.Header().Set("Apigw-Requestid", id)
	if route == nil {
		w.Header().Set(explain, headerText("No route of the API matches "+r.Method+" "+path+"."))
		writeMessage(w, http.StatusNotFound, "Not Found")
		return
	}
	servedBy(r, route.label())
	body, ok := readBody(w, r)
	if !ok {
		return
	}
	e := &httpEvent{r: r, body: body, host: a.host, id: a.served.ID, path: path, routeKey: route.served.Key, params: params, stage: a.variables, requestID: id, now: time.Now()}
	auth, ok := a.authorize(w, r, route, e, params)
	if !ok {
		return
	}
	e.auth = auth
	timeout := integrationTimeout
	if route.served.Timeout > 0 {
		timeout = time.Duration(route.served.Timeout) * time.Millisecond
	}
	ctx, cancel := context.WithTimeout(r.Context(), timeout)
	defer cancel()
	if route.f == nil {
		a.proxy(w, r.WithContext(ctx), route, e)
		return
	}
	a.invoke(ctx, w, r, route, e)
}

func (r *apiRoute) label() string {
	if r.f != nil {
		return r.f.label()
	}
	return r.target
}

func (a *api) invoke(ctx context.Context, w http.ResponseWriter, r *http.Request, route *apiRoute, e *httpEvent) {
	format := route.served.Format
	event := e.v2
	if format == "1.0" || format == "" {
		format, event = "1.0", e.v1
	}
	payload, err := route.f.call(ctx, event())
	if err != nil {
		a.failed(w, route, err)
		return
	}
	res, err := parseResponse(payload, format, "text/plain; charset=utf-8")
	if err != nil {
		a.failed(w, route, err)
		return
	}
	if a.cors != nil {
		for name := range res.headers {
			if strings.HasPrefix(name, "Access-Control-") {
				res.headers.Del(name)
			}
		}
	}
	res.write(w, r)
}

// failed answers for an integration that has failed.
func (a *api) failed(w http.ResponseWriter, route *apiRoute, err error) {
	if refusedSize(w, err) {
		return
	}
	w.Header().Set(explain, headerText(err.Error()))
	if errors.Is(err, context.DeadlineExceeded) {
		w.Header().Set(explain, "API Gateway waits for an integration for 30 seconds at most.")
		writeMessage(w, http.StatusServiceUnavailable, "Service Unavailable")
		return
	}
	writeMessage(w, http.StatusInternalServerError, "Internal Server Error")
}

// proxy sends a request on to a URL, if that is one of the app's.
func (a *api) proxy(w http.ResponseWriter, r *http.Request, route *apiRoute, e *httpEvent) {
	target := route.target
	for name, value := range e.params {
		target = strings.ReplaceAll(target, "{"+name+"}", value)
	}
	if v, ok := e.params["proxy"]; ok {
		target = strings.ReplaceAll(target, "{proxy+}", v)
	}
	u, err := url.Parse(target)
	handler := http.Handler(nil)
	if err == nil {
		handler = a.p.origin(u.Host)
	}
	if handler == nil || route.served.Private {
		w.Header().Set(explain, headerText("The route leads to "+route.target+", which is not on this machine, and a preview connects to nothing else."))
		writeMessage(w, http.StatusBadGateway, "Bad Gateway")
		return
	}
	inner := r.Clone(withServed(r.Context()))
	inner.Body = http.NoBody
	if len(e.body) > 0 {
		inner.Body = bodyOf(e.body)
	}
	inner.Host = u.Host
	query := r.URL.RawQuery
	*inner.URL = *u
	if inner.URL.Path == "" {
		inner.URL.Path = "/"
	}
	inner.URL.RawQuery = query
	if m := route.served.Method; m != "" && m != "ANY" {
		inner.Method = m
	}
	handler.ServeHTTP(w, inner)
}

// origins of a route's own: whom it may ask.
func (a *api) authorize(w http.ResponseWriter, r *http.Request, route *apiRoute, e *httpEvent, params map[string]string) (map[string]any, bool) {
	switch route.served.Auth {
	case "AWS_IAM":
		w.Header().Set(explain, "The route takes only signed requests on AWS (IAM); here it takes all.")
		return map[string]any{"iam": map[string]any{
			"accessKey": "preview", "accountId": account, "callerId": "preview", "cognitoIdentity": nil, "principalOrgId": nil,
			"userArn": "arn:aws:iam::" + account + ":user/preview", "userId": "preview",
		}}, true
	case "JWT", "CUSTOM", "COGNITO_USER_POOLS":
	default:
		return nil, true
	}
	if route.auth == nil {
		w.Header().Set(explain, "The authorizer of the route is not of this app.")
		writeMessage(w, http.StatusInternalServerError, "Internal Server Error")
		return nil, false
	}
	if e == nil {
		e = &httpEvent{r: r, host: a.host, id: a.served.ID, path: r.URL.Path, routeKey: route.served.Key, params: params, stage: a.variables, stageName: a.stage, requestID: newID(), now: time.Now()}
	}
	if kind := route.auth.served.Kind; kind == "JWT" || kind == "COGNITO_USER_POOLS" {
		return route.auth.jwt(w, r, a.p.values.knownAll(route.served.Scopes))
	}
	return route.auth.ask(w, e)
}

// identity finds what an authorizer's sources name in a request:
// "$request.header.Authorization", "$request.querystring.token", or
// "method.request.header.Authorization" for a REST API. It is false if one of
// them is not there.
func identity(r *http.Request, sources []string, e *httpEvent) ([]string, bool) {
	var found []string
	for _, source := range sources {
		value := ""
		for _, prefix := range []string{"method.request.", "route.request."} {
			if rest, ok := strings.CutPrefix(source, prefix); ok {
				source = "$request." + rest
			}
		}
		if strings.HasPrefix(source, "context.") || strings.HasPrefix(source, "stageVariables.") {
			source = "$" + source
		}
		switch {
		case strings.HasPrefix(source, "$request.header."):
			value = strings.Join(r.Header.Values(strings.TrimPrefix(source, "$request.header.")), ",")
		case strings.HasPrefix(source, "$request.querystring."):
			name := strings.TrimPrefix(source, "$request.querystring.")
			i := slices.IndexFunc(query(r.URL.RawQuery), func(p [2]string) bool { return p[0] == name })
			if i >= 0 {
				value = query(r.URL.RawQuery)[i][1]
			}
		case strings.HasPrefix(source, "$context."):
			value = strings.TrimPrefix(source, "$context.")
			if e != nil && source == "$context.routeKey" {
				value = e.routeKey
			}
		case strings.HasPrefix(source, "$stageVariables."):
			if e != nil {
				value = e.stage[strings.TrimPrefix(source, "$stageVariables.")]
			}
		}
		if value == "" {
			return found, false
		}
		found = append(found, value)
	}
	return found, true
}
