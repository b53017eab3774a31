package lower

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

type apiGatewayV2Args struct {
	Link      []arg.Value                                `arg:"link" doc:"Components whose values and permissions all handlers are given."`
	Domain    *arg.OneOf[arg.String, apiDomainArgs]      `arg:"domain" doc:"A custom domain."`
	Cors      *arg.OneOf[arg.Bool, apiGatewayV2CORSArgs] `arg:"cors" doc:"CORS settings; false for none. Default: everything is allowed."`
	AccessLog *apiAccessLogArgs                          `arg:"accessLog" doc:"The log of requests."`
	VPC       *arg.OneOf[arg.Ref, apiVPCArgs]            `arg:"vpc" of:"sst.aws.Vpc" doc:"The VPC that private routes lead to."`
	Transform apiGatewayV2Transform                      `arg:"transform" doc:"Changes to the resources that it makes."`
}

type apiGatewayV2Transform struct {
	API        arg.Transform `arg:"api" of:"aws:apigatewayv2/api:Api"`
	Stage      arg.Transform `arg:"stage" of:"aws:apigatewayv2/stage:Stage"`
	DomainName arg.Transform `arg:"domainName" of:"aws:apigatewayv2/domainName:DomainName"`
	VPCLink    arg.Transform `arg:"vpcLink" of:"aws:apigatewayv2/vpcLink:VpcLink"`
	LogGroup   arg.Transform `arg:"logGroup" of:"aws:cloudwatch/logGroup:LogGroup"`
	Route      struct {
		Handler arg.Transform `arg:"handler" of:"sst.aws.Function"`
		Args    arg.Transform `arg:"args"`
	} `arg:"route"`
}

type apiDomainArgs struct {
	Name   arg.String                    `arg:"name" doc:"The domain."`
	NameID arg.String                    `arg:"nameId" doc:"An API Gateway domain name that exists, instead of name."`
	Path   arg.String                    `arg:"path" doc:"Serve the API under this path of the domain."`
	Cert   arg.String                    `arg:"cert" doc:"ARN of a certificate. Default: one is made."`
	DNS    *arg.OneOf[arg.Bool, arg.Ref] `arg:"dns" of:"dns" only:"false" doc:"Where the domain's records are made; false for nowhere. Default sst.aws.dns()."`
}

type apiGatewayV2CORSArgs struct {
	AllowCredentials arg.Bool     `arg:"allowCredentials" doc:"Default false."`
	AllowHeaders     []arg.String `arg:"allowHeaders" doc:"Default all."`
	AllowMethods     []arg.String `arg:"allowMethods" enum:"*|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT" doc:"Default all."`
	AllowOrigins     []arg.String `arg:"allowOrigins" doc:"Default all."`
	ExposeHeaders    []arg.String `arg:"exposeHeaders" doc:"Default none."`
	MaxAge           arg.Duration `arg:"maxAge" doc:"How long a browser may keep the answer."`
}

type apiAccessLogArgs struct {
	Retention arg.String `arg:"retention" enum:"1 day|3 days|5 days|1 week|2 weeks|1 month|2 months|3 months|4 months|5 months|6 months|1 year|13 months|18 months|2 years|3 years|5 years|6 years|7 years|8 years|9 years|10 years|forever" doc:"How long it is kept. Default 1 month."`
}

type apiVPCArgs struct {
	SecurityGroups arg.Value `arg:"securityGroups,required" doc:"IDs of the security groups."`
	Subnets        arg.Value `arg:"subnets,required" doc:"IDs of the subnets."`
}

var apiGatewayV2 = define(Definition{
	Type:     "sst.aws.ApiGatewayV2",
	Doc:      "An HTTP API of API Gateway.",
	Linkable: true,
	Outputs:  []Output{{"url", "string", "The URL: with the custom domain, if there is one."}},
	Nodes: []Output{
		{"api", "aws:apigatewayv2/api:Api", "The API."},
		{"domainName", "aws:apigatewayv2/domainName:DomainName", "The custom domain, if there is one."},
		{"logGroup", "aws:cloudwatch/logGroup:LogGroup", "The log of requests."},
		{"vpcLink", "aws:apigatewayv2/vpcLink:VpcLink", "The link to the VPC, if there is one."},
	},
	Methods: []Method{
		method(Method{Name: "route", Returns: "sst.aws.ApiGatewayV2LambdaRoute", Doc: "Has a function answer a route."}, apiGatewayV2Route),
		method(Method{Name: "routeUrl", Returns: "sst.aws.ApiGatewayV2UrlRoute", Doc: "Sends the requests of a route to a URL."}, apiGatewayV2RouteURL),
		method(Method{Name: "routePrivate", Returns: "sst.aws.ApiGatewayV2PrivateRoute", Doc: "Sends the requests of a route to a load balancer or service in the VPC."}, apiGatewayV2RoutePrivate),
		method(Method{Name: "addAuthorizer", Returns: "sst.aws.ApiGatewayV2Authorizer", Doc: "Adds what decides who may call routes."}, apiGatewayV2AddAuthorizer),
	},
}, newAPIGatewayV2)

type apiGatewayV2State struct {
	api     ResourceHandle
	vpcLink ResourceHandle
	link    ir.List
	handler arg.Transform
	args    arg.Transform
	routes  map[string]diag.Range // by their keys
}

func newAPIGatewayV2(c *Scope, a *apiGatewayV2Args) {
	s := &apiGatewayV2State{handler: a.Transform.Route.Handler, args: a.Transform.Route.Args, routes: map[string]diag.Range{}}
	c.inst.State = s
	for _, l := range a.Link {
		s.link = append(s.link, l.V)
	}
	if a.VPC != nil {
		s.vpcLink = c.apiVPCLink(a)
		c.node("vpcLink", s.vpcLink)
	}
	s.api = c.resource("Api", "aws:apigatewayv2/api:Api", ir.Obj(
		"protocolType", "HTTP",
		"corsConfiguration", apiGatewayV2CORS(a.Cors),
	), a.Transform.API)
	logs := c.apiAccessLog(a.AccessLog, a.Transform.LogGroup)
	stage := c.resource("Stage", "aws:apigatewayv2/stage:Stage", ir.Obj(
		"apiId", s.api.Attr("id"),
		"autoDeploy", true,
		"name", "$default",
		"accessLogSettings", ir.Obj("destinationArn", logs.Attr("arn"), "format", ir.EncodeJSON(apiGatewayV2LogFormat)),
	), a.Transform.Stage)

	url := s.api.Attr("apiEndpoint")
	if d := c.apiDomain(a.Domain); d != nil {
		name := c.apiDomainName(d, a.Transform.DomainName)
		c.resource("DomainMapping", "aws:apigatewayv2/apiMapping:ApiMapping", ir.Obj(
			"apiId", s.api.Attr("id"),
			"domainName", name.Attr("id"),
			"stage", stage.Attr("name"),
			"apiMappingKey", d.path,
		), arg.Transform{})
		c.node("domainName", name)
		url = d.url(name)
	}
	c.out("url", url)
	c.node("api", s.api)
	c.node("logGroup", logs)
	c.linkable(ir.Obj("url", url))
}

func apiGatewayV2CORS(a *arg.OneOf[arg.Bool, apiGatewayV2CORSArgs]) ir.Value {
	everything := ir.Obj("allowHeaders", []string{"*"}, "allowMethods", []string{"*"}, "allowOrigins", []string{"*"})
	switch {
	case a == nil || a.A != nil && a.A.True(true):
		return everything
	case a.B == nil:
		return &ir.Object{}
	}
	return everything.Merge(ir.Obj(
		"allowCredentials", a.B.AllowCredentials.V, "allowHeaders", listOf(a.B.AllowHeaders), "allowMethods", listOf(a.B.AllowMethods),
		"allowOrigins", listOf(a.B.AllowOrigins), "exposeHeaders", listOf(a.B.ExposeHeaders), "maxAge", a.B.MaxAge.V))
}

// apiGatewayV2LogFormat is what the log says of each request: what
// integrations report as numbers is not in quotes.
var apiGatewayV2LogFormat = ir.Obj(
	"requestTime", `"$context.requestTime"`,
	"requestId", `"$context.requestId"`,
	"httpMethod", `"$context.httpMethod"`,
	"path", `"$context.path"`,
	"routeKey", `"$context.routeKey"`,
	"status", `$context.status`,
	"responseLatency", `$context.responseLatency`,
	"integrationRequestId", `"$context.integration.requestId"`,
	"integrationStatus", `"$context.integration.status"`,
	"integrationLatency", `"$context.integration.latency"`,
	"integrationServiceStatus", `"$context.integration.integrationStatus"`,
	"ip", `"$context.identity.sourceIp"`,
	"userAgent", `"$context.identity.userAgent"`,
)

// apiAccessLog makes the log group for the requests to an API. API Gateway can
// write to those with this prefix without a policy.
func (c *Scope) apiAccessLog(a *apiAccessLogArgs, t arg.Transform) ResourceHandle {
	retention := "1 month"
	if a != nil {
		retention = a.Retention.KnownOr(retention)
	}
	return c.resource("AccessLog", "aws:cloudwatch/logGroup:LogGroup", ir.Obj(
		"name", "/aws/vendedlogs/apis/"+c.app.physicalName(64, c.name(), ""),
		"retentionInDays", retentionDays[retention],
	), t)
}

func (c *Scope) apiVPCLink(a *apiGatewayV2Args) ResourceHandle {
	var groups, subnets ir.Value
	if inst, ok := a.VPC.Handle().(*Instance); ok {
		subnets, _ = inst.Output("publicSubnets")
		groups, _ = inst.Output("securityGroups")
	} else if a.VPC.B != nil {
		groups, subnets = a.VPC.B.SecurityGroups.V, a.VPC.B.Subnets.V
	}
	return c.resource("VpcLink", "aws:apigatewayv2/vpcLink:VpcLink", ir.Obj("securityGroupIds", groups, "subnetIds", subnets), a.Transform.VPCLink)
}

// An apiDomain is the custom domain of an API, with its defaults.
type apiDomain struct {
	name   arg.String
	nameID ir.Value // of a domain name that exists; nil for a new one
	path   ir.Value
	cert   ir.Value // ARN; nil if a certificate is to be made
	dns    *dnsAdapter
}

// apiDomain returns nil if there is no custom domain.
func (c *Scope) apiDomain(a *arg.OneOf[arg.String, apiDomainArgs]) *apiDomain {
	switch {
	case a == nil:
		return nil
	case a.A != nil:
		return &apiDomain{name: *a.A, dns: dnsOf(nil)}
	case a.B == nil:
		return nil
	}
	d := &apiDomain{name: a.B.Name, nameID: a.B.NameID.V, path: a.B.Path.V, cert: a.B.Cert.V, dns: dnsOf(a.B.DNS)}
	switch {
	case d.name.Set() && d.nameID != nil:
		c.errorAt(a.B.NameID.At, diag.ConflictingArguments, "Conflicting arguments", `"name" and "nameId" exclude each other.`)
	case !d.name.Set() && d.nameID == nil:
		c.errorAt(a.At, diag.MissingArgument, "Missing argument", `A domain needs a "name", or the "nameId" of one that exists.`)
		return nil
	case d.dns == nil && d.cert == nil && d.nameID == nil:
		c.errorAt(a.At, diag.MissingArgument, "Missing argument",
			`Without DNS no certificate can be validated. Give the ARN of one as "cert", or leave out "dns: false".`)
		return nil
	}
	return d
}

// apiDomainName makes the domain name, its certificate and its records, or
// refers to one that exists.
func (c *Scope) apiDomainName(d *apiDomain, t arg.Transform) ResourceHandle {
	const token = "aws:apigatewayv2/domainName:DomainName"
	if d.nameID != nil {
		return c.read(c.name()+"DomainName", token, d.nameID, &ir.Object{})
	}
	cert := d.cert
	if cert == nil {
		made := c.childAt(arg.Path{c.argIndex, "domain"}, "sst.aws.DnsValidatedCertificate", c.name()+"Ssl",
			ir.Obj("domainName", d.name.V, "dns", opaque(d.dns)), arg.Transform{})
		cert, _ = made.Output("arn")
	}
	name := c.resource("DomainName", token, ir.Obj(
		"domainName", d.name.V,
		"domainNameConfiguration", ir.Obj("certificateArn", cert, "endpointType", "REGIONAL", "securityPolicy", "TLS_1_2"),
	), t)
	if d.dns != nil {
		config := func(key string) ir.Value {
			return ir.NewCall(ir.FuncIndex, name.Attr("domainNameConfiguration"), ir.String(key))
		}
		d.dns.createAlias(c, c.name(), d.name.V, config("targetDomainName"), config("hostedZoneId"), d.name.At)
	}
	return name
}

// url is the URL of an API under the domain. With a path it ends in a slash,
// without which API Gateway finds nothing.
func (d *apiDomain) url(name ResourceHandle) ir.Value {
	domain := d.name.V
	if domain == nil {
		domain = name.Attr("domainName")
	}
	if d.path == nil || d.path == ir.Value(ir.String("")) {
		return ir.Concat("https://", domain)
	}
	return ir.Concat("https://", domain, "/", d.path, "/")
}

type apiRouteArgs struct {
	Auth      *arg.OneOf[arg.Bool, apiAuthArgs] `arg:"auth" only:"false" doc:"Who may call the route; false for everyone."`
	Name      string                            `arg:"name" doc:"What the route is called in the app, instead of a hash."`
	Transform struct {
		Integration arg.Transform `arg:"integration" of:"aws:apigatewayv2/integration:Integration"`
		Route       arg.Transform `arg:"route" of:"aws:apigatewayv2/route:Route"`
	} `arg:"transform" doc:"Changes to the resources that it makes."`
}

type apiAuthArgs struct {
	IAM arg.Bool `arg:"iam" doc:"Those with permission by IAM."`
	JWT *struct {
		Authorizer arg.String   `arg:"authorizer" doc:"The authorizer's ID. Required."`
		Scopes     []arg.String `arg:"scopes" doc:"Scopes, of which the token must have one."`

		Issuer         arg.String   `arg:"issuer" doc:"Older form of an authorizer, only for this route."`
		Audiences      []arg.String `arg:"audiences" doc:"See issuer."`
		IdentitySource arg.String   `arg:"identitySource" doc:"See issuer."`
	} `arg:"jwt" doc:"Those with a token that an authorizer accepts."`
	Lambda arg.String `arg:"lambda" doc:"Those whom a function accepts: the authorizer's ID."`
}

var apiRouteNodes = []Output{
	{"route", "aws:apigatewayv2/route:Route", "The route."},
	{"integration", "aws:apigatewayv2/integration:Integration", "What the route leads to."},
}

var apiGatewayV2LambdaRoute = &Definition{
	Type: "sst.aws.ApiGatewayV2LambdaRoute",
	Doc:  "What ApiGatewayV2.route makes.",
	Nodes: append(apiRouteNodes[:2:2],
		Output{"function", "sst.aws.Function", "The function, if it is of this app."},
		Output{"permission", "aws:lambda/permission:Permission", "The permission to call it."}),
}

var apiGatewayV2URLRoute = &Definition{Type: "sst.aws.ApiGatewayV2UrlRoute", Doc: "What ApiGatewayV2.routeUrl makes.", Nodes: apiRouteNodes}

var apiGatewayV2PrivateRoute = &Definition{Type: "sst.aws.ApiGatewayV2PrivateRoute", Doc: "What ApiGatewayV2.routePrivate makes.", Nodes: apiRouteNodes}

// An apiRoute is a route of an API, checked.
type apiRoute struct {
	key   string // "GET /users", or "$default"
	name  string // of its component
	args  apiRouteArgs
	opts  Options
	state *apiGatewayV2State
}

var apiMethods = []string{"ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}

// apiRoute reads the arguments that all kinds of routes have, as the API's own
// transform leaves them. It returns nil after a diagnostic.
func (c *Scope) apiRoute(route arg.String, args arg.Value) *apiRoute {
	key := c.routeKey(route)
	if key == "" {
		return nil
	}
	r := &apiRoute{key: key, state: c.inst.State.(*apiGatewayV2State)}
	if first, ok := r.state.routes[key]; ok {
		c.app.diags.Add(diag.DuplicateName, c.at.Arg(route.At), "Duplicate route", fmt.Sprintf("The API %q has a route %q already.", c.name(), key),
			diag.Note{Message: "first declared here", Subject: first.Ptr()})
		return nil
	}
	r.state.routes[key] = c.at.Arg(route.At)
	given, ok := args.V.(*ir.Object)
	if !ok {
		given = &ir.Object{}
	}
	suffix := prettyHash(outputText+key, 6)
	if name, ok := given.Get("name").(ir.String); ok && name != "" {
		suffix = string(name)
	}
	r.name = c.name() + "Route" + logicalName(suffix)
	v, opts := c.transform(r.state.args, r.name, given, Options{Provider: c.opts.Provider})
	r.opts = opts
	arg.Decode(v, arg.Path{"2"}, &r.args, c.reportAt)
	return r
}

// routeKey checks a route, "GET /users" or "$default", and returns it with the
// method in upper case, or "" after a diagnostic.
func (c *Scope) routeKey(route arg.String) string {
	raw, ok := route.Known()
	switch {
	case !route.Set():
		return "" // reported
	case !ok:
		c.errorAt(route.At, diag.UnknownValue, "Value not known before deployment", "The name of a route in the app is made of its path, so it must be known to the compiler.")
		return ""
	case strings.EqualFold(raw, "$default"):
		return "$default"
	}
	method, path, found := strings.Cut(raw, " ")
	upper := strings.ToUpper(method)
	switch {
	case !found || strings.Contains(path, " "):
		c.errorAt(route.At, diag.InvalidValue, "Invalid route", fmt.Sprintf(`%q is not a route. A route is a method and a path, "GET /users", or "$default".`, raw))
	case !slices.Contains(apiMethods, upper):
		c.errorAt(route.At, diag.InvalidValue, "Invalid route", fmt.Sprintf("The route %q has the method %q.%s", raw, method, diag.Suggest(upper, apiMethods)))
	case !strings.HasPrefix(path, "/"):
		c.errorAt(route.At, diag.InvalidValue, "Invalid route", fmt.Sprintf("The path of the route %q must begin with a slash.", raw))
	default:
		return upper + " " + path
	}
	return ""
}

// finish makes the route to an integration, and sets the nodes.
func (r *apiRoute) finish(c *Scope, integration ResourceHandle) {
	props := ir.Obj(
		"apiId", r.state.api.Attr("id"),
		"routeKey", r.key,
		"target", ir.Concat("integrations/", integration.Attr("id")),
	).Merge(r.authorization(c))
	c.node("integration", integration)
	c.node("route", c.resource("Route", "aws:apigatewayv2/route:Route", props, r.args.Transform.Route))
}

func (r *apiRoute) authorization(c *Scope) *ir.Object {
	if r.args.Auth != nil && r.args.Auth.B != nil {
		a := r.args.Auth.B
		switch {
		case a.IAM.True(false):
			return ir.Obj("authorizationType", "AWS_IAM")
		case a.Lambda.Set():
			return ir.Obj("authorizationType", "CUSTOM", "authorizerId", a.Lambda.V)
		case a.JWT != nil:
			authorizer := a.JWT.Authorizer.V
			if a.JWT.Issuer.Set() && authorizer == nil {
				authorizer = c.jwtAuthorizer(r.state.api, &apiJWTAuthorizerArgs{a.JWT.Issuer, a.JWT.Audiences, a.JWT.IdentitySource}, arg.Transform{}).Attr("id")
			}
			if authorizer == nil {
				c.errorAt(r.args.Auth.At.Key("jwt"), diag.MissingArgument, "Missing argument", `The argument "authorizer" is required: the ID of what addAuthorizer returned.`)
			}
			return ir.Obj("authorizationType", "JWT", "authorizationScopes", listOf(a.JWT.Scopes), "authorizerId", authorizer)
		}
	}
	return ir.Obj("authorizationType", "NONE")
}

type apiGatewayV2RouteParams struct {
	Route   arg.String              `arg:"route,required" doc:"The method and path: \"GET /users\", \"ANY /{proxy+}\"; or \"$default\"."`
	Handler arg.Value               `arg:"handler,required" of:"sst.aws.Function" doc:"A handler, the arguments of a Function, a Function, or a function's ARN."`
	Args    arg.Later[apiRouteArgs] `arg:"args" doc:"auth, name and transform of the route."`
}

func apiGatewayV2Route(c *Scope, p *apiGatewayV2RouteParams) ir.Value {
	r := c.apiRoute(p.Route, p.Args.Value)
	if r == nil {
		return nil
	}
	api, apiName := r.state.api, c.name()
	return c.part(apiGatewayV2LambdaRoute, r.name, func(c *Scope) {
		c.title(r.key)
		fn := c.function(c.name()+"Handler", p.Handler, ir.Obj(
			"description", apiName+" route "+r.key,
			"link", r.state.link,
		), r.state.handler)
		permission := c.resource("Permissions", "aws:lambda/permission:Permission", ir.Obj(
			"action", "lambda:InvokeFunction",
			"function", fn.arn,
			"qualifier", fn.qualifier,
			"principal", "apigateway.amazonaws.com",
			"sourceArn", ir.Concat(api.Attr("executionArn"), "/*"),
		), arg.Transform{})
		integration := c.resource("Integration", "aws:apigatewayv2/integration:Integration", ir.Obj(
			"apiId", api.Attr("id"),
			"integrationType", "AWS_PROXY",
			"integrationUri", fn.targetARN,
			"payloadFormatVersion", "2.0",
		), r.args.Transform.Integration, dependsOn(permission))
		c.node("permission", permission)
		c.functionNode(fn)
		r.finish(c, integration)
	}, r.options())
}

// options are those of the route's component.
func (r *apiRoute) options() ResourceOption {
	return func(o *Options) { *o = r.opts }
}

type apiGatewayV2RouteURLParams struct {
	Route arg.String              `arg:"route,required" doc:"The method and path."`
	URL   arg.String              `arg:"url,required" doc:"Where requests go."`
	Args  arg.Later[apiRouteArgs] `arg:"args" doc:"auth, name and transform of the route."`
}

func apiGatewayV2RouteURL(c *Scope, p *apiGatewayV2RouteURLParams) ir.Value {
	r := c.apiRoute(p.Route, p.Args.Value)
	if r == nil {
		return nil
	}
	return c.part(apiGatewayV2URLRoute, r.name, func(c *Scope) {
		c.title(r.key)
		r.finish(c, c.resource("Integration", "aws:apigatewayv2/integration:Integration", ir.Obj(
			"apiId", r.state.api.Attr("id"),
			"integrationType", "HTTP_PROXY",
			"integrationUri", p.URL.V,
			"integrationMethod", "ANY",
		), r.args.Transform.Integration))
	}, r.options())
}

type apiGatewayV2RoutePrivateParams struct {
	Route arg.String              `arg:"route,required" doc:"The method and path."`
	ARN   arg.String              `arg:"arn,required" doc:"ARN of a load balancer's listener or of a Cloud Map service."`
	Args  arg.Later[apiRouteArgs] `arg:"args" doc:"auth, name and transform of the route."`
}

func apiGatewayV2RoutePrivate(c *Scope, p *apiGatewayV2RoutePrivateParams) ir.Value {
	if c.inst.State.(*apiGatewayV2State).vpcLink.Resource == nil {
		c.errorAt(nil, diag.MissingArgument, "Missing argument",
			fmt.Sprintf("Private routes lead into a VPC. Give the API %q the argument \"vpc\".", c.name()))
		return nil
	}
	r := c.apiRoute(p.Route, p.Args.Value)
	if r == nil {
		return nil
	}
	return c.part(apiGatewayV2PrivateRoute, r.name, func(c *Scope) {
		c.title(r.key)
		r.finish(c, c.resource("Integration", "aws:apigatewayv2/integration:Integration", ir.Obj(
			"apiId", r.state.api.Attr("id"),
			"connectionId", r.state.vpcLink.Attr("id"),
			"connectionType", "VPC_LINK",
			"integrationType", "HTTP_PROXY",
			"integrationUri", p.ARN.V,
			"integrationMethod", "ANY",
		), r.args.Transform.Integration))
	}, r.options())
}

type apiAuthorizerParams struct {
	Args apiAuthorizerArgs `arg:"args,required"`
}

type apiAuthorizerArgs struct {
	Name      string                   `arg:"name,required" doc:"Unique among the API's authorizers."`
	JWT       *apiJWTAuthorizerArgs    `arg:"jwt" doc:"Accept tokens of an issuer."`
	Lambda    *apiLambdaAuthorizerArgs `arg:"lambda" doc:"Ask a function."`
	Transform struct {
		Authorizer arg.Transform `arg:"authorizer" of:"aws:apigatewayv2/authorizer:Authorizer"`
	} `arg:"transform" doc:"Changes to the resources that it makes."`
}

type apiJWTAuthorizerArgs struct {
	Issuer         arg.String   `arg:"issuer,required" doc:"URL of the issuer."`
	Audiences      []arg.String `arg:"audiences,required" doc:"Whom the token must be for."`
	IdentitySource arg.String   `arg:"identitySource" doc:"Where the token is. Default $request.header.Authorization."`
}

type apiLambdaAuthorizerArgs struct {
	Function        arg.Value    `arg:"function,required" of:"sst.aws.Function" doc:"A handler, the arguments of a Function, a Function, or a function's ARN."`
	Payload         arg.String   `arg:"payload" enum:"1.0|2.0" doc:"Format of the event. Default 2.0."`
	Response        arg.String   `arg:"response" enum:"simple|iam" doc:"Whether it answers yes or no, or with an IAM policy. Default simple."`
	TTL             arg.Duration `arg:"ttl" doc:"How long answers are kept. Default not at all."`
	IdentitySources []arg.String `arg:"identitySources" doc:"What must be there to ask at all. Default $request.header.Authorization."`
}

var apiGatewayV2Authorizer = &Definition{
	Type:    "sst.aws.ApiGatewayV2Authorizer",
	Doc:     "What addAuthorizer makes.",
	Outputs: []Output{{"id", "string", "The authorizer's ID, for the auth of routes."}},
	Nodes:   []Output{{"authorizer", "aws:apigatewayv2/authorizer:Authorizer", "The authorizer."}},
}

func apiGatewayV2AddAuthorizer(c *Scope, p *apiAuthorizerParams) ir.Value {
	return c.apiAuthorizer(c.inst.State.(*apiGatewayV2State).api, &p.Args, false)
}

// apiAuthorizer makes an authorizer of an HTTP or a WebSocket API.
func (c *Scope) apiAuthorizer(api ResourceHandle, a *apiAuthorizerArgs, websocket bool) ir.Value {
	if (a.JWT != nil) == (a.Lambda != nil) {
		c.errorAt(arg.Path{"0"}, diag.ConflictingArguments, "Conflicting arguments", `An authorizer has either "jwt" or "lambda".`)
		return nil
	}
	apiName := c.name()
	return c.part(apiGatewayV2Authorizer, c.name()+"Authorizer"+logicalName(a.Name), func(c *Scope) {
		var authorizer ResourceHandle
		if a.Lambda != nil {
			authorizer = c.lambdaAuthorizer(api, apiName, a, websocket)
		} else {
			authorizer = c.jwtAuthorizer(api, a.JWT, a.Transform.Authorizer)
		}
		c.out("id", authorizer.Attr("id"))
		c.node("authorizer", authorizer)
	})
}

const identitySource = "$request.header.Authorization"

func (c *Scope) jwtAuthorizer(api ResourceHandle, a *apiJWTAuthorizerArgs, t arg.Transform) ResourceHandle {
	return c.resource("Authorizer", "aws:apigatewayv2/authorizer:Authorizer", ir.Obj(
		"apiId", api.Attr("id"),
		"authorizerType", "JWT",
		"identitySources", ir.List{a.IdentitySource.Or(identitySource)},
		"jwtConfiguration", ir.Obj("audiences", listOf(a.Audiences), "issuer", a.Issuer.V),
	), t)
}

func (c *Scope) lambdaAuthorizer(api ResourceHandle, apiName string, a *apiAuthorizerArgs, websocket bool) ResourceHandle {
	l := a.Lambda
	fn := c.function(c.name()+"Handler", l.Function, ir.Obj("description", apiName+" authorizer"), arg.Transform{})
	source := identitySource
	if websocket {
		source = "route.request.header.Authorization"
	}
	props := ir.Obj(
		"apiId", api.Attr("id"),
		"authorizerType", "REQUEST",
		"identitySources", listOr(l.IdentitySources, source),
		"authorizerUri", fn.invokeARN,
	)
	if !websocket {
		props = props.Merge(ir.Obj(
			"authorizerResultTtlInSeconds", l.TTL.Seconds(0),
			"authorizerPayloadFormatVersion", l.Payload.Or("2.0"),
			"enableSimpleResponses", !l.Response.Is("iam"),
		))
	}
	authorizer := c.resource("Authorizer", "aws:apigatewayv2/authorizer:Authorizer", props, a.Transform.Authorizer)
	c.resource("Permission", "aws:lambda/permission:Permission", ir.Obj(
		"action", "lambda:InvokeFunction",
		"function", fn.arn,
		"qualifier", fn.qualifier,
		"principal", "apigateway.amazonaws.com",
		"sourceArn", ir.Concat(api.Attr("executionArn"), "/authorizers/", authorizer.Attr("id")),
	), arg.Transform{})
	return authorizer
}
