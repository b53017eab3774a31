package lower

import (
	"fmt"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

type routerArgs struct {
	Domain       arg.Value                                        `arg:"domain" doc:"A custom domain: its name, or an object as in Cdn."`
	Routes       *arg.Map[arg.OneOf[arg.String, inlineRouteArgs]] `arg:"routes" doc:"Older form of the methods route and routeBucket: what is served, by path pattern."`
	Edge         *edgeArgs                                        `arg:"edge" doc:"Code to run at the edge."`
	Invalidation arg.Value                                        `arg:"invalidation" doc:"Has no effect: sites say themselves what is to be invalidated."`
	Protection   *arg.OneOf[arg.String, protectionArgs]           `arg:"protection" enum:"none|oac|oac-with-edge-signing" doc:"Whether functions behind it can be called only through it."`
	WAF          *arg.OneOf[arg.Bool, wafArgs]                    `arg:"waf" doc:"A web ACL (AWS WAF) in front of it."`
	Transform    struct {
		CachePolicy arg.Transform `arg:"cachePolicy" of:"aws:cloudfront/cachePolicy:CachePolicy"`
		CDN         arg.Transform `arg:"cdn" of:"sst.aws.Cdn"`
		WAF         arg.Transform `arg:"waf" of:"aws:wafv2/webAcl:WebAcl"`
		WAFLogGroup arg.Transform `arg:"wafLogGroup" of:"aws:cloudwatch/logGroup:LogGroup"`
		WAFLogging  arg.Transform `arg:"wafLogging" of:"aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"`
	} `arg:"transform" doc:"Changes to the resources that it makes."`

	SkipHint arg.Bool `arg:"_skipHint"`
}

type protectionArgs struct {
	Mode         arg.String `arg:"mode,required" enum:"oac-with-edge-signing"`
	EdgeFunction *struct {
		ARN     arg.String   `arg:"arn" doc:"ARN of a version of a Lambda@Edge function of your own."`
		Memory  arg.Size     `arg:"memory" doc:"Default 128 MB."`
		Timeout arg.Duration `arg:"timeout" doc:"Default 5 seconds."`
	} `arg:"edgeFunction" doc:"The function that signs the bodies of requests."`
}

type inlineRouteArgs struct {
	URL         arg.String                      `arg:"url" doc:"Where requests go."`
	Bucket      *arg.OneOf[arg.Ref, arg.String] `arg:"bucket" of:"sst.aws.Bucket" doc:"A Bucket, or a bucket's domain name."`
	Rewrite     *rewriteArgs                    `arg:"rewrite" doc:"Change the path that is asked for."`
	CachePolicy arg.String                      `arg:"cachePolicy" doc:"ID of the cache policy."`
	Edge        *edgeArgs                       `arg:"edge" doc:"Code to run at the edge."`
}

var router = define(Definition{
	Type:     "sst.aws.Router",
	Doc:      "A CloudFront distribution that serves functions, URLs, buckets and sites under one domain.",
	Linkable: true,
	Outputs: []Output{
		{"url", "string", "The URL: with the custom domain, if there is one."},
		{"distributionID", "string", "The ID of the CloudFront distribution."},
	},
	Nodes: []Output{{"cdn", "sst.aws.Cdn", "The distribution with its domain."}},
	Methods: []Method{
		method(Method{Name: "route", Doc: "Serves a URL under a path, or a host and path."}, routerRoute),
		method(Method{Name: "routeBucket", Doc: "Serves a bucket under a path, or a host and path."}, routerRouteBucket),
		method(Method{Name: "routeSite", Doc: "No longer exists: sites have an argument router."}, routerRouteSite),
	},
	Statics: []Method{
		method(Method{Name: "get", Returns: "sst.aws.Router", Doc: "Refers to a Router of another app or stage, by the ID of its distribution. It is taken to have no protection."}, routerGet),
	},
}, newRouter)

// routerState is what is added to a Router once it is made.
type routerState struct {
	distribution ResourceHandle
	inline       bool   // routes were given as an argument, so that there can be no others
	protection   string // "none", "oac" or "oac-with-edge-signing"

	store     ir.Value // ARN of its key-value store
	namespace ir.Value
	routes    []string // of this app, as in the store
}

const (
	// CloudFront's own policies.
	cachingOptimized          = "658327ea-f89d-4fab-a63d-7e88639e58f6"
	allViewerExceptHostHeader = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
	secondsInAYear            = 31536000
	placeholderOrigin         = "placeholder.sst.dev"
	unservedOrigin            = "https://do-not-exist.sst.dev"
	routerRefVersion          = "2"
	catchAll                  = "/*"
)

func anyMethod() ir.Value {
	return ir.Of([]string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
}

func newRouter(c *Scope, a *routerArgs) {
	s := &routerState{protection: c.protectionMode(a.Protection)}
	c.inst.State = s
	webACL := c.routerWAF(a)
	if a.Routes != nil {
		s.inline = true
		if s.protection != "none" {
			c.errorAt(a.Protection.At, diag.ConflictingArguments, "Conflicting arguments",
				`"protection" is not for Routers with the older argument "routes". Add the routes with the methods route and routeBucket.`)
		}
		c.finishRouter(c.inlineRoutes(a, webACL))
		return
	}
	s.store = c.edgeStore(a.Edge)
	namespace := c.app.kvNamespace(c.name())
	s.namespace = ir.String(namespace)
	code := edgeCode([]string{edgeOrigin, edgeSite, edgeRouter},
		a.Edge.request().code(), forbidden(a.Domain.Set()), fmt.Sprintf("return $router(event, %q);\n", namespace))
	request := c.edgeFunction("CloudfrontFunctionRequest", code, s.store, arg.Path{c.argIndex, "edge"})
	associations := c.edgeAssociations(request, a.Edge)
	policy := c.serverCachePolicy(a.Transform.CachePolicy)
	signers := ir.List{}
	if s.protection == "oac-with-edge-signing" {
		signers = ir.List{ir.Obj("eventType", "origin-request", "lambdaArn", c.edgeSigner(a.Protection.B), "includeBody", true)}
	}
	c.finishRouter(c.childAt(arg.Path{c.argIndex}, "sst.aws.Cdn", c.name()+"Cdn", ir.Obj(
		"comment", c.name()+" app",
		"domain", a.Domain.V,
		"origins", ir.List{defaultOrigin("http-only")},
		"defaultCacheBehavior", ir.Obj(
			"targetOriginId", "default",
			"viewerProtocolPolicy", "redirect-to-https",
			"allowedMethods", anyMethod(),
			"cachedMethods", []string{"GET", "HEAD"},
			"compress", true,
			"cachePolicyId", policy,
			"originRequestPolicyId", allViewerExceptHostHeader,
			"functionAssociations", associations,
			"lambdaFunctionAssociations", signers,
		),
		// By these, Router.get in another app finds what it needs.
		"tags", ir.Obj(
			"sst:ref:kv", s.store,
			"sst:ref:kv-namespace", s.namespace,
			"sst:ref:version", routerRefVersion,
			"sst:ref:protection", s.protection,
		),
		"webAclArn", webACL,
	), a.Transform.CDN))
	c.listRoutesLater(s)
}

// listRoutesLater records the list of routes once all of them are there. Other
// apps may add theirs, so that the uploader has to merge.
func (c *Scope) listRoutesLater(s *routerState) {
	id := c.inst.ID
	c.later(func() {
		if len(s.routes) == 0 {
			return
		}
		kv := &ir.KeyValues{
			Component: id, Store: s.store,
			Entries: []ir.Field{{Key: "routes", Value: ir.String(ir.EncodeJSON(ir.Of(s.routes)))}},
			Shared:  []string{"routes"},
		}
		if known, ok := s.namespace.(ir.String); ok {
			kv.Namespace = string(known)
		} else {
			kv.NamespaceFrom = s.namespace
		}
		c.app.prog.KeyValues = append(c.app.prog.KeyValues, kv)
	})
}

// protectionMode is the kind of protection.
func (c *Scope) protectionMode(p *arg.OneOf[arg.String, protectionArgs]) string {
	switch {
	case p == nil:
		return "none"
	case p.A != nil:
		return p.A.KnownOr("none")
	case p.B == nil:
		return "none"
	}
	if f := p.B.EdgeFunction; f != nil {
		if known, ok := f.ARN.Known(); ok {
			if parts := strings.Split(known, ":"); len(parts) != 8 || parts[2] != "lambda" || parts[3] != "us-east-1" {
				c.errorAt(f.ARN.At, diag.InvalidValue, "Invalid value",
					"A function at the edge is given by the ARN of a version, in us-east-1: arn:aws:lambda:us-east-1:<account>:function:<name>:<version>.")
			}
		}
	}
	return p.B.Mode.KnownOr("none")
}

// finishRouter sets the outputs.
func (c *Scope) finishRouter(cdn *Instance) {
	s := c.inst.State.(*routerState)
	s.distribution = distributionOf(cdn)
	url := siteURL(cdn)
	c.out("url", url)
	c.out("distributionID", s.distribution.Attr("id"))
	c.node("cdn", cdn)
	c.linkable(ir.Obj("url", url))
}

// defaultOrigin is the origin of a distribution whose function sends each
// request to one of its own choice. What the function leaves alone goes to a
// host that does not exist.
func defaultOrigin(protocol string) ir.Value {
	return ir.Obj("originId", "default", "domainName", placeholderOrigin, "customOriginConfig", customOrigin(protocol))
}

func customOrigin(protocol string) *ir.Object {
	return ir.Obj("httpPort", 80, "httpsPort", 443, "originProtocolPolicy", protocol, "originReadTimeout", 20, "originSslProtocols", []string{"TLSv1.2"})
}

// serverCachePolicy makes the policy by which what servers answer is cached.
func (c *Scope) serverCachePolicy(t arg.Transform) ir.Value {
	return c.cachePolicy("ServerCachePolicy", "SST server response cache policy",
		ir.Obj("headerBehavior", "whitelist", "headers", ir.Obj("items", []string{"x-open-next-cache-key", "x-forwarded-host"})), t)
}

func (c *Scope) cachePolicy(suffix, comment string, headers *ir.Object, t arg.Transform) ir.Value {
	return c.resource(suffix, "aws:cloudfront/cachePolicy:CachePolicy", ir.Obj(
		"comment", comment,
		"defaultTtl", 0,
		"maxTtl", secondsInAYear,
		"minTtl", 0,
		"parametersInCacheKeyAndForwardedToOrigin", ir.Obj(
			"cookiesConfig", ir.Obj("cookieBehavior", "none"),
			"headersConfig", headers,
			"queryStringsConfig", ir.Obj("queryStringBehavior", "all"),
			"enableAcceptEncodingBrotli", true,
			"enableAcceptEncodingGzip", true,
		),
	), t).Attr("id")
}

// inlineRoutes makes the older kind of distribution, which has an origin and a
// cache behaviour for each route.
func (c *Scope) inlineRoutes(a *routerArgs, webACL ir.Value) *Instance {
	entries := a.Routes.Entries
	if _, ok := a.Routes.Get(catchAll); !ok {
		nowhere := arg.OneOf[arg.String, inlineRouteArgs]{B: &inlineRouteArgs{}}
		nowhere.B.URL.V = ir.String(unservedOrigin)
		entries = append(entries[:len(entries):len(entries)], arg.Entry[arg.OneOf[arg.String, inlineRouteArgs]]{Key: catchAll, Value: nowhere})
	}
	m := inlineMaker{Scope: c, args: a}
	origins, ordered := ir.List{}, ir.List{}
	var main *ir.Object
	for _, e := range entries {
		origin, behavior := m.route(e.Key, e.Value)
		if behavior == nil { // reported
			origin, behavior = ir.Obj("originId", e.Key), ir.Obj("targetOriginId", e.Key)
		}
		origins = append(origins, origin)
		if e.Key == catchAll {
			main = behavior
		} else {
			ordered = append(ordered, ir.Obj("pathPattern", e.Key).Merge(behavior))
		}
	}
	return c.childAt(arg.Path{c.argIndex}, "sst.aws.Cdn", c.name()+"Cdn", ir.Obj(
		"comment", c.name()+" router",
		"origins", origins,
		"defaultCacheBehavior", main,
		"orderedCacheBehaviors", ordered,
		"domain", a.Domain.V,
		"webAclArn", webACL,
	), a.Transform.CDN)
}

// An inlineMaker makes what the routes of a Router have in common when the
// first of them needs it.
type inlineMaker struct {
	*Scope
	args            *routerArgs
	policy, forward ir.Value
	access          ir.Value
}

// route makes what one route needs and returns its origin and its behaviour,
// without the path.
func (m *inlineMaker) route(path string, r arg.OneOf[arg.String, inlineRouteArgs]) (origin, behavior *ir.Object) {
	a := r.B
	if a == nil {
		if r.A == nil {
			return nil, nil
		}
		a = &inlineRouteArgs{URL: *r.A}
	}
	if !strings.HasPrefix(path, "/") {
		m.errorAt(r.At, diag.InvalidValue, "Invalid route", fmt.Sprintf("The path of a route begins with a slash. %q does not.", path))
	}
	if a.URL.Set() == (a.Bucket != nil) {
		m.errorAt(r.At, diag.ConflictingArguments, "Invalid route", fmt.Sprintf("The route %q must have either a \"url\" or a \"bucket\".", path))
		return nil, nil
	}
	origin = ir.Obj("originId", path)
	behavior = ir.Obj("targetOriginId", path, "viewerProtocolPolicy", "redirect-to-https", "cachedMethods", []string{"GET", "HEAD"}, "compress", true)
	functions := m.functions(path, a)
	if a.URL.Set() {
		m.checkURL(a.URL)
		if m.policy == nil && !a.CachePolicy.Set() {
			m.policy = m.cachePolicy("CachePolicy", m.name()+" router cache policy", ir.Obj("headerBehavior", "none"), m.args.Transform.CachePolicy)
		}
		return origin.Merge(ir.Obj("domainName", hostOf(a.URL.V), "customOriginConfig", customOrigin("https-only"))), behavior.Merge(ir.Obj(
			"allowedMethods", anyMethod(),
			"defaultTtl", 0,
			"cachePolicyId", a.CachePolicy.Or(m.policy),
			"originRequestPolicyId", allViewerExceptHostHeader,
			"functionAssociations", functions,
		))
	}
	domain := a.Bucket.V
	if inst, ok := a.Bucket.Handle().(*Instance); ok {
		domain = inst.State.(*bucketState).bucket.Attr("bucketRegionalDomainName")
	}
	if m.access == nil {
		m.access = m.resource("S3AccessControl", "aws:cloudfront/originAccessControl:OriginAccessControl", ir.Obj(
			"name", m.app.physicalName(64, m.name(), ""),
			"description", "Created by SST",
			"originAccessControlOriginType", "s3",
			"signingBehavior", "always",
			"signingProtocol", "sigv4",
		), arg.Transform{}).Attr("id")
	}
	return origin.Merge(ir.Obj("domainName", domain, "originPath", "", "originAccessControlId", m.access)), behavior.Merge(ir.Obj(
		"allowedMethods", []string{"GET", "HEAD", "OPTIONS"},
		"cachePolicyId", a.CachePolicy.Or(cachingOptimized),
		"functionAssociations", functions,
	))
}

// functions ties a route to the code that its requests and responses need.
func (m *inlineMaker) functions(path string, a *inlineRouteArgs) ir.List {
	const tellHost = "event.request.headers[\"x-forwarded-host\"] = event.request.headers.host;\n"
	list := ir.List{}
	tie := func(event string, arn ir.Value) {
		list = append(list, ir.Obj("eventType", event, "functionArn", arn))
	}
	hash := prettyHash(path, 8)
	request, response := a.Edge.request(), a.Edge.response()
	switch {
	case request != nil || a.Rewrite != nil:
		body := []any{}
		if a.URL.Set() {
			body = append(body, tellHost)
		}
		if w := a.Rewrite; w != nil {
			body = append(body, "event.request.uri = event.request.uri.replace(new RegExp(",
				ir.NewCall(ir.FuncJSONEncode, w.Regex.V), "), ", ir.NewCall(ir.FuncJSONEncode, w.To.V), ");\n")
		}
		body = append(body, request.code(), "return event.request;\n")
		tie("viewer-request", m.edgeFunction("CloudfrontFunction"+hash, edgeCode(nil, body...), m.userStore(request), arg.Path{m.argIndex, "routes", path}).Attr("arn"))
	case a.URL.Set():
		if m.forward == nil {
			m.forward = m.edgeFunction("CloudfrontFunction", edgeCode(nil, tellHost, "return event.request;\n"), nil, nil).Attr("arn")
		}
		tie("viewer-request", m.forward)
	}
	if response != nil {
		code := edgeCode(nil, response.code(), "return event.response;\n")
		tie("viewer-response", m.edgeFunction("CloudfrontFunctionResponse"+hash, code, m.userStore(response), response.Injection.At).Attr("arn"))
	}
	return list
}

type routerRouteParams struct {
	Pattern arg.String   `arg:"pattern,required" doc:"The path, or host and path: \"/api\", \"api.example.com/v1\"."`
	URL     arg.String   `arg:"url,required" doc:"Where requests go."`
	Args    routeUrlArgs `arg:"args"`
}

type routeUrlArgs struct {
	Rewrite           *rewriteArgs `arg:"rewrite" doc:"Change the path that is asked for."`
	ReadTimeout       arg.Duration `arg:"readTimeout" doc:"How long to wait for a response. Default 20 seconds."`
	KeepAliveTimeout  arg.Duration `arg:"keepAliveTimeout" doc:"How long an idle connection is kept. Default 5 seconds."`
	ConnectionTimeout arg.Duration `arg:"connectionTimeout" doc:"How long to wait for a connection. Default 10 seconds."`
	Attempts          arg.Number   `arg:"connectionAttempts" doc:"How often to try to connect, 1 to 3. Default 3."`
}

type routerRouteBucketParams struct {
	Pattern arg.String      `arg:"pattern,required" doc:"The path, or host and path."`
	Bucket  arg.Ref         `arg:"bucket,required" of:"sst.aws.Bucket" doc:"A Bucket with access: \"cloudfront\"."`
	Args    routeBucketArgs `arg:"args"`
}

type routeBucketArgs struct {
	Rewrite           *rewriteArgs `arg:"rewrite" doc:"Change the path that is asked for."`
	ConnectionTimeout arg.Duration `arg:"connectionTimeout" doc:"How long to wait for a connection. Default 10 seconds."`
	Attempts          arg.Number   `arg:"connectionAttempts" doc:"How often to try to connect, 1 to 3. Default 3."`
}

var routerURLRoute = &Definition{
	Type: "sst.aws.RouterUrlRoute",
	Doc:  "What Router.route makes.",
}

var routerBucketRoute = &Definition{
	Type: "sst.aws.RouterBucketRoute",
	Doc:  "What Router.routeBucket makes.",
}

func routerRoute(c *Scope, p *routerRouteParams) ir.Value {
	s, pattern := c.routePattern(p.Pattern)
	if s == nil {
		return nil
	}
	c.checkURL(p.URL)
	origin := ir.Obj("connectionAttempts", p.Args.Attempts.V,
		"timeouts", timeouts(p.Args.ConnectionTimeout, p.Args.ReadTimeout, p.Args.KeepAliveTimeout))
	if scheme := schemeOf(p.URL.V); scheme != "https" {
		origin = ir.Obj("protocol", scheme).Merge(origin)
	}
	c.part(routerURLRoute, c.name()+"Route"+pattern, func(c *Scope) {
		host, path := splitPattern(pattern)
		c.addRoute(s, "url", c.name(), host, path, ir.Obj("host", hostOf(p.URL.Or("")), "rewrite", p.Args.Rewrite.object(), "origin", origin), p.Pattern.At)
	})
	return nil
}

func routerRouteBucket(c *Scope, p *routerRouteBucketParams) ir.Value {
	s, pattern := c.routePattern(p.Pattern)
	bucket, _ := p.Bucket.Handle().(*Instance)
	if s == nil || bucket == nil {
		return nil
	}
	origin := ir.Obj("connectionAttempts", p.Args.Attempts.V, "timeouts", ir.Obj("connectionTimeout", p.Args.ConnectionTimeout.V))
	domain := bucket.State.(*bucketState).bucket.Attr("bucketRegionalDomainName")
	c.part(routerBucketRoute, c.name()+"Route"+pattern, func(c *Scope) {
		host, path := splitPattern(pattern)
		c.addRoute(s, "bucket", c.name(), host, path, ir.Obj("domain", domain, "rewrite", p.Args.Rewrite.object(), "origin", origin), p.Pattern.At)
	})
	return nil
}

// routePattern checks that the Router can have routes, and the pattern of a
// new one. The state is nil after a diagnostic.
func (c *Scope) routePattern(p arg.String) (*routerState, string) {
	s := c.inst.State.(*routerState)
	if s.inline {
		c.errorAt(nil, diag.ConflictingArguments, "Conflicting arguments",
			fmt.Sprintf("The Router %q has the argument \"routes\", and can have no others. Add them all with methods instead.", c.name()))
		return nil, ""
	}
	before := len(c.app.diags)
	pattern := c.routeText(p)
	if len(c.app.diags) > before {
		return nil, ""
	}
	return s, pattern
}

// splitPattern divides "host/path" into the two parts of a route, the host as
// a regular expression.
func splitPattern(pattern string) (host, path string) {
	host, path, _ = strings.Cut(pattern, "/")
	return hostPattern(host), "/" + path
}

type routerRouteSiteParams struct {
	Pattern arg.Value `arg:"pattern"`
	Site    arg.Value `arg:"site"`
}

func routerRouteSite(c *Scope, p *routerRouteSiteParams) ir.Value {
	c.errorAt(nil, diag.UnsupportedFeature, "Not supported",
		`SST has dropped "routeSite". Give the site the argument "router: { instance, path }" instead.`)
	return nil
}

type routerGetParams struct {
	Name           string     `arg:"name,required"`
	DistributionID arg.String `arg:"distributionID,required"`
	Opts           arg.Value  `arg:"opts"`
}

// routerGet reads from the tags of the distribution where the routes are kept.
func routerGet(c *Scope, p *routerGetParams) ir.Value {
	return c.ref(p.Name, p.Opts.V, func(c *Scope) {
		cdn := c.inner(cdn, c.name()+"Cdn", func(c *Scope) { c.referToCdn(p.DistributionID.Or("")) })
		s := &routerState{protection: "none"}
		c.inst.State = s
		c.finishRouter(cdn)
		tag := func(name string) ir.Value {
			return ir.NewCall(ir.FuncIndex, s.distribution.Attr("tagsAll"), ir.String(name))
		}
		s.store, s.namespace = tag("sst:ref:kv"), tag("sst:ref:kv-namespace")
		c.listRoutesLater(s)
	})
}
