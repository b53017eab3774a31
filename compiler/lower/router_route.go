package lower

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

// routerRouteArgs say under which path of a Router something is served.
type routerRouteArgs struct {
	Instance          arg.Ref      `arg:"instance" of:"sst.aws.Router" doc:"The Router. Required."`
	Router            arg.Ref      `arg:"router" of:"sst.aws.Router" doc:"Older form of instance."`
	Domain            arg.String   `arg:"domain" doc:"The host name to match, in which * stands for anything. Default any."`
	Path              arg.String   `arg:"path" doc:"The path prefix to match. Default all."`
	Rewrite           *rewriteArgs `arg:"rewrite" doc:"Change the path that is asked for."`
	ReadTimeout       arg.Duration `arg:"readTimeout" doc:"How long to wait for a response. Default 20 seconds."`
	KeepAliveTimeout  arg.Duration `arg:"keepAliveTimeout" doc:"How long an idle connection is kept. Default 5 seconds."`
	ConnectionTimeout arg.Duration `arg:"connectionTimeout" doc:"How long to wait for a connection. Default 10 seconds."`
	Attempts          arg.Number   `arg:"connectionAttempts" doc:"How often to try to connect, 1 to 3. Default 3."`
}

type rewriteArgs struct {
	Regex arg.String `arg:"regex,required" doc:"What of the path is replaced: a regular expression."`
	To    arg.String `arg:"to,required" doc:"What stands in its place; $1 and so on are groups."`
}

// object is the rewriting as the edge reads it, or nil.
func (r *rewriteArgs) object() ir.Value {
	if r == nil {
		return nil
	}
	return ir.Obj("regex", r.Regex.V, "to", r.To.V)
}

// A route is a place in a Router that a function or site has taken.
type route struct {
	router     *routerState
	args       *routerRouteArgs
	at         arg.Path
	host       string // as the edge matches it: a regular expression; "" for any
	pathPrefix string // "/docs"; "" for all
	url        ir.Value
	// distribution is the ARN of the Router's.
	distribution ir.Value
}

// oac reports whether the Router signs its requests, so that functions need
// not be open to the world.
func (r *route) oac() bool { return r != nil && r.router.protection != "none" }

// versioned reports whether the builds of a site there can be kept apart. The
// Router of another app may have the edge code of SST, or of another version of
// sstc, which would look for all files in one place.
func (r *route) versioned() bool {
	if r == nil {
		return true
	}
	_, ours := r.router.namespace.(ir.String)
	return ours
}

// routeOf reads a route, or returns nil if there is none.
func (c *Scope) routeOf(a *routerRouteArgs) *route {
	if a == nil {
		return nil
	}
	ref := a.Instance
	if !ref.Set() {
		ref = a.Router
	}
	inst, _ := ref.Handle().(*Instance)
	if inst == nil {
		c.errorAt(nil, diag.MissingArgument, "Missing argument", `A route needs the argument "instance": a sst.aws.Router.`)
		return nil
	}
	s := inst.State.(*routerState)
	if s.inline {
		c.errorAt(ref.At, diag.ConflictingArguments, "Conflicting arguments",
			fmt.Sprintf(`The Router %q has the older argument "routes", and can have no others. Add those with its methods route and routeBucket instead.`, inst.Name))
		return nil
	}
	r := &route{router: s, args: a, at: ref.At[:len(ref.At)-1], distribution: s.distribution.Attr("arn")}
	r.host, r.pathPrefix = hostPattern(c.routeText(a.Domain)), c.routeText(a.Path)
	if r.pathPrefix != "" {
		r.pathPrefix = "/" + strings.Trim(r.pathPrefix, "/")
	}
	url, _ := inst.Output("url")
	if a.Domain.Set() {
		url = ir.Concat("https://", a.Domain.V)
	}
	r.url = ir.Concat(url, r.pathPrefix)
	return r
}

// routeText is part of a route, which must be known: it goes into the list of
// routes, where it may not contain the separator.
func (c *Scope) routeText(s arg.String) string {
	if !s.Set() {
		return ""
	}
	text, ok := s.Known()
	switch {
	case !ok:
		c.errorAt(s.At, diag.UnknownValue, "Value not known before deployment",
			"A Router keeps a list of its routes, so their hosts and paths must be known to the compiler.")
	case strings.Contains(text, ","):
		c.errorAt(s.At, diag.InvalidValue, "Invalid value", "A route cannot have a comma in it.")
	}
	return text
}

// hostPattern makes of a host name, in which * stands for anything, a regular
// expression.
func hostPattern(host string) string {
	var b strings.Builder
	for _, r := range host {
		switch {
		case r == '*':
			b.WriteString(".*")
		case strings.ContainsRune(`.+?^${}()|[]\`, r):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// routeToURL serves a function's URL at a route.
func (c *Scope) routeToURL(r *route, url ir.Value) {
	a := r.args
	origin := &ir.Object{}
	if r.oac() {
		origin = ir.Obj("originAccessControlConfig", signedAccess("lambda"))
	}
	origin = origin.Merge(ir.Obj("connectionAttempts", a.Attempts.V, "timeouts", timeouts(a.ConnectionTimeout, a.ReadTimeout, a.KeepAliveTimeout)))
	c.addRoute(r.router, "url", c.name(), r.host, r.pathPrefix, ir.Obj("host", hostOf(url), "rewrite", a.Rewrite.object(), "origin", origin), r.at)
}

// signedAccess says that CloudFront signs what it sends to an origin of a type.
func signedAccess(originType string) *ir.Object {
	return ir.Obj("enabled", true, "signingBehavior", "always", "signingProtocol", "sigv4", "originType", originType)
}

// timeouts are the timeouts of an origin as the edge reads them, nil if none
// is given.
func timeouts(connection, read, keepAlive arg.Duration) ir.Value {
	o := ir.Obj("connectionTimeout", connection.V, "readTimeout", read.V, "keepAliveTimeout", keepAlive.V)
	if o.Len() == 0 {
		return nil
	}
	return o
}

// kvNamespace is what the keys of a component begin with in a key-value store:
// several may share one. It is SST's.
func (a *App) kvNamespace(name string) string {
	sum := md5.Sum([]byte(a.Info.Name + "-" + a.Info.Stage + "-" + name))
	return hex.EncodeToString(sum[:2])
}

// addRoute puts a route into a Router: an entry in its list, and what the edge
// has to know of the route. Name is the component's that is served.
func (c *Scope) addRoute(router *routerState, kind, name, host, path string, metadata *ir.Object, at arg.Path) {
	namespace := c.app.kvNamespace(name)
	c.app.prog.KeyValues = append(c.app.prog.KeyValues, &ir.KeyValues{
		Component: c.inst.ID, Store: router.store, Namespace: namespace,
		Entries: []ir.Field{{Key: "metadata", Value: ir.NewCall(ir.FuncJSONEncode, metadata)}},
	})
	c.listRoute(router, kind, namespace, host, path, at)
}

// listRoute puts an entry into a Router's list of routes.
func (c *Scope) listRoute(router *routerState, kind, namespace, host, path string, at arg.Path) {
	entry := strings.Join([]string{kind, namespace, host, path}, ",")
	same := func(other string) bool {
		_, place, _ := strings.Cut(entry[len(kind)+1:], ",")
		_, otherPlace, _ := strings.Cut(other[strings.Index(other, ",")+1:], ",")
		return place == otherPlace
	}
	if slices.ContainsFunc(router.routes, same) {
		c.warnAt(at, diag.DuplicateName, "Duplicate route",
			fmt.Sprintf("Another route of this Router has the same host and path %q. Only one of them is served.", path))
	}
	router.routes = append(router.routes, entry)
}
