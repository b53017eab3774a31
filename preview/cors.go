package preview

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/sstc/sstc/assets"
)

// cors is how an API, a function URL or a bucket answers browsers of other
// origins. A nil cors leaves responses alone.
type cors struct {
	credentials                       bool
	origins, methods, headers, expose []string
	maxAge                            int
	status                            int // of answers to preflight requests
}

func (v *values) cors(c *assets.ServedCORS, status int) *cors {
	if c == nil {
		return nil
	}
	return &cors{c.Credentials, v.knownAll(c.Origins), v.knownAll(c.Methods), v.knownAll(c.Headers), v.knownAll(c.Expose), c.MaxAge, status}
}

// origin is what may be answered to a request from an origin, "" for nothing.
func (c *cors) origin(origin string) string {
	for _, allowed := range c.origins {
		switch {
		case allowed == "*" && !c.credentials:
			return "*"
		case allowed == "*", strings.EqualFold(strings.TrimSuffix(allowed, "/"), origin):
			return origin
		case strings.Contains(allowed, "*"):
			if before, after, _ := strings.Cut(allowed, "*"); strings.HasPrefix(origin, before) && strings.HasSuffix(origin, after) && len(origin) >= len(before)+len(after) {
				return origin
			}
		}
	}
	return ""
}

func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Origin") != "" && r.Header.Get("Access-Control-Request-Method") != ""
}

// preflight answers a preflight request, and returns false for others.
func (c *cors) preflight(w http.ResponseWriter, r *http.Request) bool {
	if !isPreflight(r) {
		return false
	}
	h := w.Header()
	method := r.Header.Get("Access-Control-Request-Method")
	if origin := c.origin(r.Header.Get("Origin")); origin != "" && (slices.Contains(c.methods, "*") || slices.Contains(c.methods, method)) {
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Allow-Methods", c.listed(c.methods, method))
		if wanted := r.Header.Get("Access-Control-Request-Headers"); wanted != "" {
			if allowed := c.allowedHeaders(wanted); allowed != "" {
				h.Set("Access-Control-Allow-Headers", allowed)
			}
		}
		if c.credentials {
			h.Set("Access-Control-Allow-Credentials", "true")
		}
		if c.maxAge > 0 {
			h.Set("Access-Control-Max-Age", strconv.Itoa(c.maxAge))
		}
		h.Add("Vary", "Origin")
	}
	w.WriteHeader(c.status)
	return true
}

// listed is a list as a header: with credentials "*" stands for nothing but
// itself, so what was asked for is named.
func (c *cors) listed(list []string, asked string) string {
	if slices.Contains(list, "*") {
		if c.credentials {
			return asked
		}
		return "*"
	}
	return strings.Join(list, ",")
}

func (c *cors) allowedHeaders(wanted string) string {
	if slices.Contains(c.headers, "*") {
		return wanted // "*" does not cover Authorization
	}
	return strings.Join(c.headers, ",")
}

// apply sets the headers of a response. What the function says itself of CORS
// does not count.
func (c *cors) apply(h http.Header, r *http.Request) {
	if c == nil {
		return
	}
	for name := range h {
		if strings.HasPrefix(name, "Access-Control-") {
			h.Del(name)
		}
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return
	}
	allowed := c.origin(origin)
	if allowed == "" {
		return
	}
	h.Set("Access-Control-Allow-Origin", allowed)
	if c.credentials {
		h.Set("Access-Control-Allow-Credentials", "true")
	}
	if len(c.expose) > 0 {
		h.Set("Access-Control-Expose-Headers", strings.Join(c.expose, ","))
	}
	h.Add("Vary", "Origin")
}
