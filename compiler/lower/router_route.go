package lower

import (
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

// routerRouteArgs say under which path of a Router something is served.
type routerRouteArgs struct {
	Instance arg.Ref    `arg:"instance,required" of:"sst.aws.Router" doc:"The Router."`
	Domain   arg.String `arg:"domain" doc:"The host name to match; default any."`
	Path     arg.String `arg:"path" doc:"The path prefix to match; default all."`
}

// A route is a place in a Router.
type route struct {
	url          ir.Value
	distribution ir.Value // ARN
}

func (r *route) oac() bool { return false }

func (c *Scope) routeOf(a *routerRouteArgs) *route { return nil }

func (c *Scope) routeToURL(r *route, url ir.Value) {}
