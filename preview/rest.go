package preview

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"time"
)

// A restAPI serves a REST API of API Gateway, the older kind: its paths begin
// with the name of its stage, events are of format 1.0, CORS is made of methods
// that call nothing, and its errors are others.
type restAPI struct{ *api }

// restTimeout is the longest that a REST API waits for an answer.
const restTimeout = 29 * time.Second

// path splits the path of a request into what is before the API's own paths
// and the API's own. A custom domain leads to it without the stage's name.
func (a restAPI) path(path string) (base, own string) {
	for _, base := range append([]string{a.stage}, a.served.Bases...) {
		if below, ok := strings.CutPrefix(path, "/"+base); base != "" && ok && (below == "" || below[0] == '/') {
			if below == "" {
				below = "/"
			}
			return "/" + base, below
		}
	}
	if path == "" {
		path = "/"
	}
	return "", path
}

func (a restAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := newID()
	w.Header().Set("X-Amzn-Requestid", id)
	base, path := a.path(r.URL.Path)
	route, params := a.match(r.Method, path)
	w = &restErrors{ResponseWriter: w, a: a}
	if route == nil {
		w.Header().Set(explain, headerText("No method of the API matches "+r.Method+" "+path+". Its URL is http://"+a.host+"/"+a.stage+"."))
		writeMessage(w, http.StatusForbidden, "Missing Authentication Token")
		return
	}
	servedBy(r, route.label())
	body, ok := readBody(w, r)
	if !ok {
		return
	}
	e := &httpEvent{r: r, body: body, host: a.host, id: a.served.ID, path: path, basePath: base, routeKey: route.served.Key, params: params, stage: a.variables,
		stageName: a.stage, rest: true, binary: a.served.Binary, requestID: id, now: time.Now()}
	if e.auth, ok = a.authorize(w, r, route, e, params); !ok {
		return
	}
	timeout := restTimeout
	if route.served.Timeout > 0 {
		timeout = time.Duration(route.served.Timeout) * time.Millisecond
	}
	ctx, cancel := context.WithTimeout(r.Context(), timeout)
	defer cancel()
	switch kind := route.served.Kind; {
	case kind == "MOCK":
		servedBy(r, "API")
		a.mock(w, route)
	case kind == "AWS_PROXY" && route.f != nil:
		a.invokeREST(ctx, w, r, route, e)
	case kind == "HTTP_PROXY":
		a.proxy(own(w), r.WithContext(ctx), route, e)
	default:
		w.Header().Set(explain, headerText("An integration of type "+kind+" with "+route.target+" is not there in a preview."))
		writeMessage(w, http.StatusInternalServerError, "Internal server error")
	}
}

// mock answers for a method that calls nothing.
func (a restAPI) mock(w http.ResponseWriter, route *apiRoute) {
	status := route.served.Status
	if status < 200 || status > 599 {
		status = http.StatusOK
	}
	w.Header().Set("Content-Type", "application/json")
	for _, h := range route.served.Headers {
		w.Header().Set(h.Name, a.p.values.known(h.Value))
	}
	own(w).WriteHeader(status)
}

func (a restAPI) invokeREST(ctx context.Context, w http.ResponseWriter, r *http.Request, route *apiRoute, e *httpEvent) {
	payload, err := route.f.call(ctx, e.v1())
	if refusedSize(w, err) {
		return
	}
	if errors.Is(err, context.DeadlineExceeded) {
		w.Header().Set(explain, "API Gateway waits for an integration for 29 seconds at most.")
		writeMessage(w, http.StatusGatewayTimeout, "Endpoint request timed out")
		return
	}
	var res *functionResponse
	if err == nil {
		res, err = parseResponse(payload, "rest", "application/json")
	}
	if err == nil && res.encoded {
		accepted := r.Header.Get("Accept")
		if mediaTypeIn(e.binary, accepted) || mediaTypeIn(e.binary, res.headers.Get("Content-Type")) {
			res.body, err = base64.StdEncoding.DecodeString(string(res.body))
		} else {
			w.Header().Set(explain, "The body stays in base64, as on AWS: the API's binaryMediaTypes have nothing that the request accepts.")
		}
	}
	if err != nil {
		w.Header().Set(explain, headerText(err.Error()))
		writeMessage(w, http.StatusBadGateway, "Internal server error")
		return
	}
	res.write(own(w), r)
}

// A restErrors adds to errors of the API's own the headers that its gateway
// responses have.
type restErrors struct {
	http.ResponseWriter
	a restAPI
}

// own is where answers go that are not the API's errors.
func own(w http.ResponseWriter) http.ResponseWriter {
	if e, ok := w.(*restErrors); ok {
		return e.ResponseWriter
	}
	return w
}

func (e *restErrors) WriteHeader(status int) {
	for _, g := range e.a.served.Errors {
		if g.Type == "DEFAULT_4XX" && status >= 400 && status < 500 || g.Type == "DEFAULT_5XX" && status >= 500 {
			for _, h := range g.Headers {
				e.Header().Set(h.Name, e.a.p.values.known(h.Value))
			}
		}
	}
	e.ResponseWriter.WriteHeader(status)
}
