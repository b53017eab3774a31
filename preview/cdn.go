package preview

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/sstc/sstc/assets"
)

// A distribution serves a CloudFront distribution: its functions at the edge
// first, then the origin that they or the behaviour choose. Nothing is kept in
// a cache.
type distribution struct {
	p       *Preview
	served  *assets.ServedDistribution
	host    string
	aliases []string
	origins map[string]*cdnOrigin
	// pretend is the host that the functions at the edge are told, where this
	// listener stands for one of several hosts of a distribution; "" for none.
	pretend string
}

// A cdnOrigin is where requests go on to.
type cdnOrigin struct {
	id      string
	domain  string
	path    string
	headers map[string]string
}

func newDistribution(p *Preview, served *assets.ServedDistribution, host, pretend string) *distribution {
	d := &distribution{p: p, served: served, host: host, pretend: pretend, aliases: p.values.knownAll(served.Aliases), origins: map[string]*cdnOrigin{}}
	for _, o := range served.Origins {
		origin := &cdnOrigin{id: o.ID, domain: p.values.known(o.Domain), path: o.Path, headers: map[string]string{}}
		for _, h := range o.Headers {
			origin.headers[h.Name] = p.values.known(h.Value)
		}
		d.origins[o.ID] = origin
	}
	return d
}

// behavior finds the behaviour for a path.
func (d *distribution) behavior(path string) *assets.ServedBehavior {
	for i := range d.served.Behaviors {
		b := &d.served.Behaviors[i]
		if b.Path == "" || wildcard("/"+strings.TrimPrefix(b.Path, "/"), path) {
			return b
		}
	}
	return nil
}

type cdnKey struct{}

// fromCDN reports whether a request comes from a distribution of the preview.
func fromCDN(r *http.Request) bool { return r.Context().Value(cdnKey{}) != nil }

// secure is the origin of a URL as it would be once deployed.
func (d *distribution) secure() string { return "https://" + d.host }

func (d *distribution) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b := d.behavior(r.URL.Path)
	if b == nil {
		d.fail(w, r, http.StatusBadGateway, "The distribution has no default behaviour.")
		return
	}
	if len(b.Methods) > 0 && !slices.Contains(b.Methods, r.Method) {
		d.fail(w, r, http.StatusForbidden, "The distribution does not allow "+r.Method+" for this path.")
		return
	}
	sent := r // as the viewer has sent it
	origin := d.origins[d.originOf(b)]
	chosen := ""
	if b.Request != nil {
		var answered bool
		if r, chosen, answered = d.viewerRequest(w, r, b); answered {
			return
		}
	}
	if r.URL.Path == "/" && d.served.Root != "" {
		r = withPath(r, "/"+strings.TrimPrefix(d.served.Root, "/"))
	}
	out := &cdnResponse{d: d, w: w, r: sent, b: b, header: http.Header{}}
	if chosen != "" {
		origin = &cdnOrigin{domain: chosen}
	}
	if group := d.group(b.Origin); group != nil && chosen == "" && len(group.Members) == 2 && safe(r) {
		out.failover = func(status int) bool { return slices.Contains(group.Codes, status) }
		d.send(out, r, origin)
		if out.failed {
			out.reset()
			d.send(out, r, d.origins[group.Members[1]])
		}
		out.finish()
		return
	}
	d.send(out, r, origin)
	out.finish()
}

func safe(r *http.Request) bool {
	return r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions
}

func (d *distribution) group(id string) *assets.OriginGroup {
	i := slices.IndexFunc(d.served.Groups, func(g assets.OriginGroup) bool { return g.ID == id })
	if i < 0 {
		return nil
	}
	return &d.served.Groups[i]
}

// originOf is the ID of the first origin of a behaviour.
func (d *distribution) originOf(b *assets.ServedBehavior) string {
	if g := d.group(b.Origin); g != nil && len(g.Members) > 0 {
		return g.Members[0]
	}
	return b.Origin
}

// viewerRequest runs the function for requests. It returns the request that
// the function has made and the origin that it has chosen, "" for none, or has
// answered the request.
func (d *distribution) viewerRequest(w http.ResponseWriter, r *http.Request, b *assets.ServedBehavior) (*http.Request, string, bool) {
	fn := d.p.edges[d.p.values.known(*b.Request)]
	if fn == nil {
		d.fail(w, r, http.StatusServiceUnavailable, "The CloudFront function for requests is not of this app.")
		return nil, "", true
	}
	host := d.host
	if d.pretend != "" {
		host = d.pretend
	}
	result, err := fn.run(edgeRequest(r, host), nil, r.URL.RawQuery, sourceIP(r))
	if err != nil {
		d.fail(w, r, http.StatusServiceUnavailable, err.Error())
		return nil, "", true
	}
	m := &result.Returned
	if m.StatusCode != 0 {
		servedBy(r, "CloudFront function")
		out := &cdnResponse{d: d, w: w, r: r, b: b, header: m.header(), edge: true}
		body := edgeBody(m.Body)
		out.WriteHeader(m.StatusCode)
		if r.Method != http.MethodHead {
			out.Write(body)
		}
		out.finish()
		return nil, "", true
	}
	next, err := d.changed(r, m)
	if err != nil {
		d.fail(w, r, http.StatusBadRequest, err.Error())
		return nil, "", true
	}
	domain := ""
	if result.Origin != nil {
		if domain, err = d.chosen(result.Origin.Kind, result.Origin.Value); err != nil {
			d.fail(w, r, http.StatusServiceUnavailable, err.Error())
			return nil, "", true
		}
	}
	return next, domain, false
}

func edgeBody(body any) []byte {
	switch b := body.(type) {
	case string:
		return []byte(b)
	case map[string]any:
		data, _ := b["data"].(string)
		if b["encoding"] == "base64" {
			decoded, _ := base64.StdEncoding.DecodeString(data)
			return decoded
		}
		return []byte(data)
	}
	return nil
}

// changed is the request as the function has changed it.
func (d *distribution) changed(r *http.Request, m *edgeMessage) (*http.Request, error) {
	u, err := url.ParseRequestURI(m.URI)
	if err != nil || !strings.HasPrefix(m.URI, "/") {
		// A URI may have in it what should be escaped, and leaves as it should.
		u = &url.URL{Path: m.URI}
		if !strings.HasPrefix(m.URI, "/") {
			return nil, fmt.Errorf("the CloudFront function set the URI %q, which does not begin with a slash", m.URI)
		}
	}
	next := r.Clone(r.Context())
	next.URL.Path, next.URL.RawPath = u.Path, u.RawPath
	next.URL.RawQuery = m.queryString(r.URL.RawQuery)
	next.Header = m.header()
	next.Header.Del("Host")
	if cookie := m.cookieHeader(); cookie != "" {
		next.Header.Set("Cookie", restoreOrder(cookie, r))
	}
	if d.pretend != "" {
		for name, values := range next.Header {
			for i, v := range values {
				if v == d.pretend {
					next.Header[name][i] = d.host
				}
			}
		}
	}
	return next, nil
}

// restoreOrder gives cookies back as they were sent if the function has left
// them alone.
func restoreOrder(cookie string, r *http.Request) string {
	sent := cookiesOf(r)
	sorted := slices.Sorted(slices.Values(sent))
	if strings.Join(sorted, "; ") == cookie {
		return strings.Join(sent, "; ")
	}
	return cookie
}

// chosen is the domain of the origin that a function has chosen.
func (d *distribution) chosen(kind string, value json.RawMessage) (string, error) {
	var o struct {
		DomainName string `json:"domainName"`
		OriginPath string `json:"originPath"`
	}
	switch kind {
	case "updateRequestOrigin":
		if json.Unmarshal(value, &o) == nil && o.DomainName != "" {
			return o.DomainName + o.OriginPath, nil
		}
		return "", nil // it has changed other settings of the origin
	case "selectRequestOriginById":
		var id string
		if json.Unmarshal(value, &id) == nil && d.origins[id] != nil {
			return d.origins[id].domain + d.origins[id].path, nil
		}
		return "", fmt.Errorf("the CloudFront function chose the origin %s, which the distribution does not have", value)
	}
	var group struct {
		OriginIds []struct{ OriginId string } `json:"originIds"`
	}
	if json.Unmarshal(value, &group) == nil && len(group.OriginIds) > 0 && d.origins[group.OriginIds[0].OriginId] != nil {
		return d.origins[group.OriginIds[0].OriginId].domain, nil
	}
	return "", fmt.Errorf("the CloudFront function made a group of origins that the distribution does not have")
}

func withPath(r *http.Request, path string) *http.Request {
	next := r.Clone(r.Context())
	next.URL.Path, next.URL.RawPath = path, ""
	return next
}

// send has an origin answer a request.
func (d *distribution) send(w http.ResponseWriter, r *http.Request, o *cdnOrigin) {
	if o == nil {
		d.fail(w, r, http.StatusBadGateway, "The distribution has no such origin.")
		return
	}
	domain, extra, _ := strings.Cut(o.domain, "/")
	path := o.path
	if extra != "" {
		path = "/" + extra
	}
	if b := d.p.bucketOfDomain(domain); b != nil {
		servedBy(r, "bucket "+b.label())
		key := strings.TrimPrefix(strings.TrimSuffix(path, "/")+r.URL.Path, "/")
		b.serve(w, r, key)
		return
	}
	handler := d.p.origin(domain)
	if handler == nil {
		text := fmt.Sprintf("The request leads to %s, which is not on this machine, and a preview connects to nothing else.", domain)
		if domain == "" || strings.HasSuffix(domain, ".sst.dev") {
			text = "Nothing is served at this path: no route of the distribution matches."
		}
		d.fail(w, r, http.StatusBadGateway, text)
		return
	}
	next := r.Clone(context.WithValue(r.Context(), cdnKey{}, d))
	if path != "" && path != "/" {
		next.URL.Path = strings.TrimSuffix(path, "/") + next.URL.Path
		next.URL.RawPath = ""
	}
	for name, value := range o.headers {
		next.Header.Set(name, value)
	}
	next.Host = domain
	next.Header.Set("X-Forwarded-Proto", "https")
	next.Header.Set("X-Forwarded-Port", "443")
	next.Header.Set("X-Forwarded-For", sourceIP(r))
	next.Header.Add("Via", "1.1 preview (CloudFront)")
	next.Header.Set("X-Amz-Cf-Id", newID())
	// Servers are told https, as on AWS, so that what they compare with it must
	// be https too.
	for _, name := range []string{"Origin", "Referer"} {
		if v := next.Header.Get(name); v == "http://"+d.host || strings.HasPrefix(v, "http://"+d.host+"/") {
			next.Header.Set(name, "https"+strings.TrimPrefix(v, "http"))
		}
	}
	handler.ServeHTTP(w, next)
}

// fail answers with an error of CloudFront's own.
func (d *distribution) fail(w http.ResponseWriter, r *http.Request, status int, why string) {
	w.Header().Set(explain, headerText(why))
	w.Header().Set("X-Cache", "Error from cloudfront")
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		fmt.Fprintf(w, "%d %s\n\n%s\n", status, http.StatusText(status), why)
	}
}

// A cdnResponse passes a response on to the viewer: by way of the function for
// responses, and of the page for its status if it is an error.
type cdnResponse struct {
	d *distribution
	w http.ResponseWriter
	r *http.Request // as the viewer has sent it
	b *assets.ServedBehavior

	header  http.Header
	wrote   bool
	edge    bool // made by the function for requests
	replace *assets.ErrorPage
	// failover says whether a status makes CloudFront ask the second origin;
	// failed that it does.
	failover func(status int) bool
	failed   bool
}

func (c *cdnResponse) Header() http.Header { return c.header }

func (c *cdnResponse) reset() { c.header, c.failed, c.failover = http.Header{}, false, nil }

func (c *cdnResponse) WriteHeader(status int) {
	if c.wrote || c.failed || c.replace != nil {
		return
	}
	if c.failover != nil && c.failover(status) {
		c.failed = true
		return
	}
	if !c.edge {
		for i := range c.d.served.Errors {
			if e := &c.d.served.Errors[i]; e.Code == status && e.Page != "" {
				c.replace = e
				return
			}
		}
	}
	c.send(status)
}

// send sends status and headers.
func (c *cdnResponse) send(status int) {
	c.wrote = true
	d := c.d
	h := c.header
	if h.Get("Access-Control-Allow-Origin") == d.secure() {
		h.Set("Access-Control-Allow-Origin", "http://"+d.host)
	}
	if h.Get("X-Cache") == "" {
		h.Set("X-Cache", "Miss from cloudfront")
	}
	if c.b.Response != nil && status < 400 {
		status = c.viewerResponse(status)
		h = c.header
	}
	for name, values := range h {
		c.w.Header()[name] = values
	}
	c.w.WriteHeader(status)
}

// viewerResponse runs the function for responses.
func (c *cdnResponse) viewerResponse(status int) int {
	d := c.d
	fn := d.p.edges[d.p.values.known(*c.b.Response)]
	if fn == nil {
		return status
	}
	response := edgeResponse(status, c.header)
	result, err := fn.run(edgeRequest(c.r, d.host), &response, c.r.URL.RawQuery, sourceIP(c.r))
	if err != nil {
		c.header.Set(explain, headerText(err.Error()))
		return http.StatusServiceUnavailable
	}
	length := c.header.Get("Content-Length")
	c.header = result.Returned.header()
	if length != "" {
		c.header.Set("Content-Length", length)
	}
	if result.Returned.StatusCode != 0 {
		return result.Returned.StatusCode
	}
	return status
}

func (c *cdnResponse) Write(b []byte) (int, error) {
	if !c.wrote {
		c.WriteHeader(http.StatusOK)
	}
	if c.failed || c.replace != nil {
		return len(b), nil // another answer will be sent
	}
	return c.w.Write(b)
}

// FlushError lets streams through.
func (c *cdnResponse) FlushError() error {
	if !c.wrote {
		return nil
	}
	return http.NewResponseController(c.w).Flush()
}

// finish sends the page for an error, if there is one.
func (c *cdnResponse) finish() {
	e := c.replace
	if e == nil {
		if !c.wrote && !c.failed {
			c.WriteHeader(http.StatusOK)
		}
		return
	}
	page := &pageWriter{header: http.Header{}}
	r := withPath(c.r, "/"+strings.TrimPrefix(e.Page, "/"))
	r.Method, r.Body = http.MethodGet, http.NoBody
	for _, name := range []string{"If-None-Match", "If-Modified-Since", "Range"} {
		r.Header.Del(name)
	}
	// The page goes through the behaviour for its own path, without pages for
	// errors of its own.
	d := *c.d
	served := *c.d.served
	served.Errors = nil
	d.served = &served
	d.ServeHTTP(page, r)
	status := e.Status
	if status == 0 {
		status = e.Code
	}
	if page.status >= 400 {
		status = e.Code // CloudFront then answers with the error itself
	}
	for name, values := range page.header {
		c.header[name] = values
	}
	c.header.Del("Etag")
	c.header.Set("X-Cache", "Error from cloudfront")
	c.header.Set("Content-Length", strconv.Itoa(page.body.Len()))
	for name, values := range c.header {
		c.w.Header()[name] = values
	}
	c.w.WriteHeader(status)
	if c.r.Method != http.MethodHead {
		c.w.Write(page.body.Bytes())
	}
}

// A pageWriter keeps a response.
type pageWriter struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (p *pageWriter) Header() http.Header { return p.header }

func (p *pageWriter) WriteHeader(status int) {
	if p.status == 0 {
		p.status = status
	}
}

func (p *pageWriter) Write(b []byte) (int, error) {
	p.WriteHeader(http.StatusOK)
	return p.body.Write(b)
}

// label is what people know a bucket by.
func (b *bucket) label() string {
	if b.component != "" {
		return b.component
	}
	return b.name
}

// serve answers for S3 as a distribution sees it, which may read objects and
// not list them: what is not there is forbidden.
func (b *bucket) serve(w http.ResponseWriter, r *http.Request, key string) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		if r.Method == http.MethodOptions {
			b.preflight(w, r)
			return
		}
		writeXMLError(w, http.StatusForbidden, "AccessDenied", "Access Denied")
		return
	}
	o := b.get(key)
	if o == nil {
		w.Header().Set(explain, headerText(fmt.Sprintf("There is no %q in the bucket of %s.", key, b.label())))
		writeXMLError(w, http.StatusForbidden, "AccessDenied", "Access Denied")
		return
	}
	b.applyCORS(w.Header(), r)
	o.serve(w, r)
}

// serve sends an object: whole, in part, or not at all if the viewer has it.
func (o *storedObject) serve(w http.ResponseWriter, r *http.Request) {
	body, err := o.open()
	if err != nil {
		writeXMLError(w, http.StatusInternalServerError, "InternalError", err.Error())
		return
	}
	defer body.Close()
	h := w.Header()
	if o.ContentType != "" {
		h.Set("Content-Type", o.ContentType)
	} else {
		h.Set("Content-Type", "binary/octet-stream")
	}
	if o.CacheControl != "" {
		h.Set("Cache-Control", o.CacheControl)
	}
	for name, value := range o.Headers {
		h.Set(name, value)
	}
	for name, value := range o.Metadata {
		h.Set("X-Amz-Meta-"+name, value)
	}
	h.Set("Etag", o.ETag)
	http.ServeContent(w, r, "", o.Modified, body)
}

func (b *bucket) preflight(w http.ResponseWriter, r *http.Request) {
	for _, c := range b.cors {
		if c.origin(r.Header.Get("Origin")) != "" && (slices.Contains(c.methods, r.Header.Get("Access-Control-Request-Method")) || slices.Contains(c.methods, "*")) {
			c.preflight(w, r)
			return
		}
	}
	writeXMLError(w, http.StatusForbidden, "AccessForbidden", "CORSResponse: This CORS request is not allowed.")
}

func (b *bucket) applyCORS(h http.Header, r *http.Request) {
	for _, c := range b.cors {
		if c.origin(r.Header.Get("Origin")) != "" {
			c.apply(h, r)
			return
		}
	}
}

// bodyOf is a body with this content.
func bodyOf(b []byte) io.ReadCloser { return io.NopCloser(bytes.NewReader(b)) }
