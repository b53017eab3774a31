package compiler

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/sstc/sstc/assets"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/translate"
)

// serving is the part of the manifest that says how the app answers requests
// and events. It knows the properties of the AWS provider's resources, so that
// a preview need not, and reads them from the finished program, so that
// transforms and resources without a component count.
//
// What it does not know of it leaves out: nothing is deployed from it.
func serving(p *ir.Program) *assets.Serving {
	packed := p
	if p.Dialect != ir.Pulumi {
		p = translate.Readable(p)
	}
	b := &servingBuilder{p: p, packed: packed, s: &assets.Serving{}, used: map[string]bool{}, components: map[string]*ir.Component{}, byID: map[string]*ir.Resource{}}
	for _, c := range p.Components {
		b.components[c.ID] = c
	}
	for _, r := range p.Resources {
		b.byID[r.ID] = r
	}
	for _, r := range p.Resources {
		if make := servingOf[r.Type]; make != nil && r.Read == nil {
			make(b, r)
		}
	}
	for _, o := range p.Outputs {
		b.s.Outputs = append(b.s.Outputs, assets.NamedExpr{Name: o.Name, Value: b.expr(o.Value)})
	}
	b.resources()
	return b.s
}

type servingBuilder struct {
	p          *ir.Program
	packed     *ir.Program // the one whose assets are archives
	s          *assets.Serving
	used       map[string]bool // IDs of resources that expressions refer to
	components map[string]*ir.Component
	byID       map[string]*ir.Resource
}

// servingOf are the resources that answer something. Those that belong to
// another, such as the routes of an API, are found from there.
var servingOf = map[string]func(*servingBuilder, *ir.Resource){
	"aws:lambda/function:Function":                     (*servingBuilder).function,
	"aws:lambda/functionUrl:FunctionUrl":               (*servingBuilder).url,
	"aws:lambda/eventSourceMapping:EventSourceMapping": (*servingBuilder).mapping,
	"aws:apigatewayv2/api:Api":                         (*servingBuilder).api,
	"aws:apigateway/restApi:RestApi":                   (*servingBuilder).rest,
	"aws:cloudfront/distribution:Distribution":         (*servingBuilder).distribution,
	"aws:cloudfront/function:Function":                 (*servingBuilder).edge,
	"aws:s3/bucket:Bucket":                             (*servingBuilder).bucket,
	"aws:s3/bucketV2:BucketV2":                         (*servingBuilder).bucket,
	"aws:sqs/queue:Queue":                              (*servingBuilder).queue,
	"aws:sns/topic:Topic":                              (*servingBuilder).topic,
	"aws:sns/topicSubscription:TopicSubscription":      (*servingBuilder).subscription,
	"aws:cloudwatch/eventBus:EventBus":                 (*servingBuilder).bus,
	"aws:cloudwatch/eventRule:EventRule":               (*servingBuilder).rule,
	"aws:scheduler/schedule:Schedule":                  (*servingBuilder).schedule,
	"aws:dynamodb/table:Table":                         (*servingBuilder).table,
	"aws-native:dynamodb:GlobalTable":                  (*servingBuilder).globalTable,
	"aws:lambda/invocation:Invocation":                 (*servingBuilder).call,
	"aws:kinesis/stream:Stream":                        (*servingBuilder).stream,
	"aws:ssm/parameter:Parameter":                      (*servingBuilder).parameter,
}

func (b *servingBuilder) expr(v ir.Value) assets.Expr {
	ir.Walk(v, func(v ir.Value) bool {
		if ref, ok := v.(ir.Ref); ok {
			b.used[ref.Resource] = true
		}
		return true
	})
	return assets.NewExpr(v)
}

// optional is nil for a value that is not there.
func (b *servingBuilder) optional(v ir.Value) *assets.Expr {
	switch v.(type) {
	case nil, ir.Null:
		return nil
	}
	e := b.expr(v)
	return &e
}

func (b *servingBuilder) list(v ir.Value) []assets.Expr {
	l, ok := v.(ir.List)
	if !ok {
		if e := b.optional(v); e != nil {
			return []assets.Expr{*e}
		}
		return nil
	}
	var list []assets.Expr
	for _, e := range l {
		list = append(list, b.expr(e))
	}
	return list
}

func (b *servingBuilder) named(v ir.Value) []assets.NamedExpr {
	o, _ := v.(*ir.Object)
	var list []assets.NamedExpr
	for i := range o.Len() {
		list = append(list, assets.NamedExpr{Name: o.Fields[i].Key, Value: b.expr(o.Fields[i].Value)})
	}
	return list
}

// resources lists what expressions refer to, in the program's order.
func (b *servingBuilder) resources() {
	var found []*ir.Resource
	// The names of resources may refer to others.
	for seen := map[string]bool{}; ; {
		n := len(found)
		for _, r := range b.p.Resources {
			if b.used[r.ID] && !seen[r.ID] {
				seen[r.ID] = true
				found = append(found, r)
				b.expr(nameOf(r))
				b.expr(partOf(r))
				b.expr(r.Read)
			}
		}
		if len(found) == n {
			break
		}
	}
	order := map[string]int{}
	for i, r := range b.p.Resources {
		order[r.ID] = i
	}
	slices.SortFunc(found, func(x, y *ir.Resource) int { return order[x.ID] - order[y.ID] })
	for _, r := range found {
		b.s.Resources = append(b.s.Resources, assets.ServedResource{
			ID: r.ID, Type: r.Type, Component: b.top(r), Name: b.optional(nameOf(r)), Of: b.optional(partOf(r)), Read: b.optional(r.Read),
		})
	}
}

// partOf is what a resource is a part of, where its attributes depend on that.
func partOf(r *ir.Resource) ir.Value {
	switch r.Type {
	case "aws:apigatewayv2/stage:Stage":
		return r.Props.Get("apiId")
	case "aws:apigateway/stage:Stage":
		return r.Props.Get("restApi")
	}
	return nil
}

// nameOf is the name that a resource was given, nil if it gets one when it is
// made.
func nameOf(r *ir.Resource) ir.Value {
	for _, key := range []string{"name", "bucket", "functionName", "stageName", "tableName", "domainName"} {
		switch v := r.Props.Get(key).(type) {
		case nil, ir.Null:
		default:
			if key == "bucket" && !strings.Contains(r.Type, "/bucket") {
				continue
			}
			return v
		}
	}
	return nil
}

// top is the name of the outermost component that a resource is of.
func (b *servingBuilder) top(r *ir.Resource) string {
	if path := constructs(r); len(path) > 0 {
		return path[0]
	}
	c := b.components[r.Component]
	for c != nil && b.components[c.Group()] != nil {
		c = b.components[c.Group()]
	}
	if c == nil {
		return r.Name
	}
	return c.Name
}

// constructs are the names of the constructs of the CDK that a resource is in,
// from below its stack to the one that stands for the resource itself.
func constructs(r *ir.Resource) []string {
	if r.Construct == "" {
		return nil
	}
	path := strings.Split(r.Construct, "/")[1:]
	for len(path) > 1 && (path[len(path)-1] == "Resource" || path[len(path)-1] == "Default") {
		path = path[:len(path)-1]
	}
	return path
}

// constructName is the name of a construct in another one for people. SST v2
// calls its functions "Lambda_GET_--notes", "Consumer_Jobs" and
// "ServerFunction", and the CDK writes slashes as two hyphens.
func constructName(name, in string) string {
	if route, ok := strings.CutPrefix(name, "Lambda_"); ok {
		if route == "default" {
			return "$default"
		}
		return strings.ReplaceAll(strings.Replace(route, "_", " ", 1), "--", "/")
	}
	if short, ok := strings.CutSuffix(name, "Function"); ok && short != "" {
		return words(short)
	}
	return strings.ReplaceAll(strings.Replace(name, "_"+in, "", 1), "_", " ")
}

// words writes a name of several words with spaces between them.
func words(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// label is what the user knows a function by: "Api GET /notes", or the name of
// its component.
func (b *servingBuilder) label(r *ir.Resource) string {
	if path := constructs(r); len(path) > 0 {
		label := path[0]
		for _, name := range path[1:] {
			if name = constructName(name, path[0]); !strings.HasSuffix(label, name) {
				label += " " + name
			}
		}
		return label
	}
	own := b.components[r.Component]
	for c := own; c != nil; c = b.components[c.Group()] {
		if c.Title != "" {
			return b.top(r) + " " + c.Title
		}
	}
	if own == nil {
		return r.Name
	}
	return b.role(own)
}

// regionName is a region at the end of a name: "Useast1".
var regionName = regexp.MustCompile(`^(.*)(Us|Eu|Ap|Ca|Sa|Me|Af|Il|Mx)(gov)?(north|south|central|east|west|northeast|northwest|southeast|southwest)(\d)$`)

// role names a component that belongs to another by that one's name and its
// part: "WebServerUseast1" is "Web server us-east-1".
func (b *servingBuilder) role(own *ir.Component) string {
	top := own
	for b.components[top.Group()] != nil {
		top = b.components[top.Group()]
	}
	part, ok := strings.CutPrefix(own.Name, top.Name)
	if !ok || part == "" || !unicode.IsUpper([]rune(part)[0]) {
		return own.Name
	}
	for _, suffix := range []string{"Function", "Handler"} {
		if short := strings.TrimSuffix(part, suffix); short != "" {
			part = short
		}
	}
	region := ""
	if m := regionName.FindStringSubmatch(part); m != nil && m[1] != "" {
		part = m[1]
		region = " " + strings.ToLower(m[2])
		for _, p := range m[3:] {
			if p != "" {
				region += "-" + p
			}
		}
	}
	return top.Name + " " + words(part) + region
}

func (b *servingBuilder) function(r *ir.Resource) {
	f := assets.ServedFunction{
		ID: r.ID, Component: b.label(r), Runtime: text(r.Props.Get("runtime")), Timeout: number(r.Props.Get("timeout"), 3),
		Memory: number(r.Props.Get("memorySize"), 128), Layers: b.list(r.Props.Get("layers")),
	}
	for _, key := range []string{"s3Key", "code", "imageUri", "handler"} {
		ir.Walk(r.Props.Get(key), func(v ir.Value) bool {
			if a, ok := v.(ir.AssetRef); ok && f.Asset == "" {
				f.Asset = a.Asset
			}
			return true
		})
	}
	if f.Asset == "" {
		return // its code is elsewhere
	}
	if !slices.ContainsFunc(b.p.Functions, func(p *ir.Function) bool { return p.ID == f.Asset }) {
		// The manifest has no function for it, as it has for those that sstc packs.
		f.Handler, f.Architecture = text(r.Props.Get("handler")), "x86_64"
		if list := texts(r.Props.Get("architectures")); len(list) == 1 {
			f.Architecture = list[0]
		}
		switch a := b.p.FindAsset(f.Asset); {
		case a == nil:
			return
		case a.Kind == ir.AssetIsImage:
			f.Runtime = "image"
		case b.packed.FindAsset(f.Asset) == nil && len(a.Parts) == 1:
			f.Code = &assets.InlineCode{File: a.Parts[0].Name, Text: a.Parts[0].Content}
		}
	}
	env, _ := r.Props.Get("environment").(*ir.Object)
	f.Environment = b.named(env.Get("variables"))
	if n, ok := r.Props.Get("reservedConcurrentExecutions").(ir.Number); ok && n >= 0 {
		reserved := int(n)
		f.Reserved = &reserved
	}
	for _, c := range b.p.Resources {
		if n, ok := c.Props.Get("maximumRetryAttempts").(ir.Number); ok && c.Type == "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig" && refers(c.Props.Get("functionName"), r.ID) {
			retries := int(n)
			f.Retries = &retries
		}
	}
	b.used[r.ID] = true
	b.s.Functions = append(b.s.Functions, f)
}

// refers reports whether a value is made from an attribute of a resource.
func refers(v ir.Value, id string) bool {
	found := false
	ir.Walk(v, func(v ir.Value) bool {
		if ref, ok := v.(ir.Ref); ok && ref.Resource == id {
			found = true
		}
		return !found
	})
	return found
}

func text(v ir.Value) string {
	s, _ := v.(ir.String)
	return string(s)
}

func number(v ir.Value, otherwise int) int {
	if n, ok := v.(ir.Number); ok {
		return int(n)
	}
	return otherwise
}

func truth(v ir.Value) bool {
	t, _ := v.(ir.Bool)
	return bool(t)
}

func texts(v ir.Value) []string {
	l, _ := v.(ir.List)
	var list []string
	for _, e := range l {
		if s, ok := e.(ir.String); ok {
			list = append(list, string(s))
		}
	}
	return list
}

func objects(v ir.Value) []*ir.Object {
	l, _ := v.(ir.List)
	var list []*ir.Object
	for _, e := range l {
		if o, ok := e.(*ir.Object); ok {
			list = append(list, o)
		}
	}
	return list
}

func object(v ir.Value) *ir.Object {
	o, _ := v.(*ir.Object)
	return o
}

func (b *servingBuilder) cors(v ir.Value) *assets.ServedCORS {
	o := object(v)
	if o.Len() == 0 {
		return nil
	}
	return &assets.ServedCORS{
		Credentials: truth(o.Get("allowCredentials")), Headers: b.list(o.Get("allowHeaders")), Methods: b.list(o.Get("allowMethods")),
		Origins: b.list(o.Get("allowOrigins")), Expose: b.list(o.Get("exposeHeaders")), MaxAge: number(o.Get("maxAge"), 0),
	}
}

func (b *servingBuilder) url(r *ir.Resource) {
	b.used[r.ID] = true
	component := b.label(r)
	if ref, ok := r.Props.Get("functionName").(ir.Ref); ok && r.Construct != "" && b.byID[ref.Resource] != nil {
		component = b.label(b.byID[ref.Resource])
	}
	b.s.URLs = append(b.s.URLs, assets.ServedURL{
		ID: r.ID, Component: component, Function: b.expr(r.Props.Get("functionName")), IAM: text(r.Props.Get("authorizationType")) == "AWS_IAM",
		Streaming: text(r.Props.Get("invokeMode")) == "RESPONSE_STREAM", CORS: b.cors(r.Props.Get("cors")),
	})
}

func (b *servingBuilder) mapping(r *ir.Resource) {
	m := assets.ServedMapping{
		Source: b.expr(r.Props.Get("eventSourceArn")), Function: b.expr(r.Props.Get("functionName")), Batch: number(r.Props.Get("batchSize"), 0),
		Window: number(r.Props.Get("maximumBatchingWindowInSeconds"), 0), Partial: slices.Contains(texts(r.Props.Get("functionResponseTypes")), "ReportBatchItemFailures"),
	}
	if on, ok := r.Props.Get("enabled").(ir.Bool); ok && !bool(on) {
		m.Disabled = true
	}
	patterns := ir.List{}
	for _, f := range objects(object(r.Props.Get("filterCriteria")).Get("filters")) {
		patterns = append(patterns, f.Get("pattern"))
	}
	if len(patterns) > 0 {
		m.Filters = b.optional(patterns)
	}
	b.s.Mappings = append(b.s.Mappings, m)
}

// of returns the resources of a type that name r in a property.
func (b *servingBuilder) of(r *ir.Resource, typ, property string) []*ir.Resource {
	var list []*ir.Resource
	for _, other := range b.p.Resources {
		if other.Type == typ && refers(other.Props.Get(property), r.ID) {
			list = append(list, other)
		}
	}
	return list
}

func (b *servingBuilder) api(r *ir.Resource) {
	b.used[r.ID] = true
	api := assets.ServedAPI{
		ID: r.ID, Component: b.top(r), Protocol: text(r.Props.Get("protocolType")), CORS: b.cors(r.Props.Get("corsConfiguration")),
		Selection: text(r.Props.Get("routeSelectionExpression")),
	}
	for _, a := range b.of(r, "aws:apigatewayv2/authorizer:Authorizer", "apiId") {
		b.used[a.ID] = true
		jwt := object(a.Props.Get("jwtConfiguration"))
		api.Authorizers = append(api.Authorizers, assets.ServedAuthorizer{
			ID: a.ID, Kind: text(a.Props.Get("authorizerType")), Sources: b.list(a.Props.Get("identitySources")),
			Issuer: b.optional(jwt.Get("issuer")), Audiences: b.list(jwt.Get("audiences")), Function: b.optional(a.Props.Get("authorizerUri")),
			Format: text(a.Props.Get("authorizerPayloadFormatVersion")), Simple: truth(a.Props.Get("enableSimpleResponses")),
			TTL: number(a.Props.Get("authorizerResultTtlInSeconds"), 0),
		})
	}
	integrations := b.of(r, "aws:apigatewayv2/integration:Integration", "apiId")
	for _, route := range b.of(r, "aws:apigatewayv2/route:Route", "apiId") {
		i := slices.IndexFunc(integrations, func(i *ir.Resource) bool { return refers(route.Props.Get("target"), i.ID) })
		if i < 0 {
			continue
		}
		props := integrations[i].Props
		served := assets.ServedRoute{
			Key: text(route.Props.Get("routeKey")), Authorizer: b.optional(route.Props.Get("authorizerId")), Scopes: b.list(route.Props.Get("authorizationScopes")),
			Kind: text(props.Get("integrationType")), Target: b.expr(props.Get("integrationUri")), Format: text(props.Get("payloadFormatVersion")),
			Method: text(props.Get("integrationMethod")), Private: text(props.Get("connectionType")) == "VPC_LINK", Timeout: number(props.Get("timeoutMilliseconds"), 0),
			Replies: text(route.Props.Get("routeResponseSelectionExpression")) != "",
		}
		if subtype := props.Get("integrationSubtype"); subtype != nil && props.Get("integrationUri") == nil {
			served.Target = b.expr(subtype) // an action of AWS: "SQS-SendMessage"
		}
		if auth := text(route.Props.Get("authorizationType")); auth != "NONE" {
			served.Auth = auth
		}
		api.Routes = append(api.Routes, served)
	}
	b.domains(&api, b.of(r, "aws:apigatewayv2/apiMapping:ApiMapping", "apiId"), "apiMappingKey")
	for _, s := range b.of(r, "aws:apigatewayv2/stage:Stage", "apiId") {
		api.Variables = append(api.Variables, b.named(s.Props.Get("stageVariables"))...)
		if name := s.Props.Get("name"); name != ir.Value(ir.String("$default")) && api.Stage == nil && api.Protocol == "WEBSOCKET" {
			api.Stage = b.optional(name)
			b.used[s.ID] = true
		}
	}
	b.s.APIs = append(b.s.APIs, api)
}

// domains are those of an API, and the paths under which it is there.
func (b *servingBuilder) domains(api *assets.ServedAPI, mappings []*ir.Resource, path string) {
	for _, m := range mappings {
		domain := m.Props.Get("domainName")
		if ref, ok := domain.(ir.Ref); ok && b.byID[ref.Resource] != nil {
			domain = b.byID[ref.Resource].Props.Get("domainName")
		}
		if e := b.optional(domain); e != nil {
			api.Domains = append(api.Domains, *e)
		}
		if base := text(m.Props.Get(path)); base != "" && !slices.Contains(api.Bases, base) {
			api.Bases = append(api.Bases, base)
		}
	}
}

// rest is a REST API, which is made of many parts: its paths are a tree.
func (b *servingBuilder) rest(r *ir.Resource) {
	b.used[r.ID] = true
	api := assets.ServedAPI{ID: r.ID, Component: b.top(r), Protocol: "REST", Binary: texts(r.Props.Get("binaryMediaTypes"))}
	for _, a := range b.of(r, "aws:apigateway/authorizer:Authorizer", "restApi") {
		b.used[a.ID] = true
		var sources []assets.Expr
		for source := range strings.SplitSeq(text(a.Props.Get("identitySource")), ",") {
			if source = strings.TrimSpace(source); source != "" {
				sources = append(sources, assets.NewExpr(ir.String(source)))
			}
		}
		kind := text(a.Props.Get("type"))
		if kind == "" {
			kind = "TOKEN"
		}
		api.Authorizers = append(api.Authorizers, assets.ServedAuthorizer{
			ID: a.ID, Kind: kind, Sources: sources, Pools: b.list(a.Props.Get("providerArns")), Pattern: text(a.Props.Get("identityValidationExpression")),
			Function: b.optional(a.Props.Get("authorizerUri")), Format: "1.0", TTL: number(a.Props.Get("authorizerResultTtlInSeconds"), 300),
		})
	}
	integrations := b.of(r, "aws:apigateway/integration:Integration", "restApi")
	for _, m := range b.of(r, "aws:apigateway/method:Method", "restApi") {
		path, ok := b.restPath(r, m.Props.Get("resourceId"))
		i := slices.IndexFunc(integrations, func(i *ir.Resource) bool { return sameMethod(i, m) })
		if !ok || i < 0 {
			continue
		}
		props := integrations[i].Props
		route := assets.ServedRoute{
			Key: text(m.Props.Get("httpMethod")) + " " + path, Authorizer: b.optional(m.Props.Get("authorizerId")), Scopes: b.list(m.Props.Get("authorizationScopes")),
			Kind: text(props.Get("type")), Target: b.expr(props.Get("uri")), Format: "1.0", Method: text(props.Get("integrationHttpMethod")),
			Private: text(props.Get("connectionType")) == "VPC_LINK", Timeout: number(props.Get("timeoutMilliseconds"), 0),
		}
		if auth := text(m.Props.Get("authorization")); auth != "NONE" {
			route.Auth = auth
		}
		if route.Kind == "MOCK" {
			b.mock(r, m, integrations[i], &route)
		}
		api.Routes = append(api.Routes, route)
	}
	for _, s := range b.of(r, "aws:apigateway/stage:Stage", "restApi") {
		if api.Stage == nil {
			api.Stage = b.optional(s.Props.Get("stageName"))
			api.Variables = b.named(s.Props.Get("variables"))
			b.used[s.ID] = true
		}
	}
	b.domains(&api, b.of(r, "aws:apigateway/basePathMapping:BasePathMapping", "restApi"), "basePath")
	for _, g := range b.of(r, "aws:apigateway/response:Response", "restApiId") {
		e := assets.GatewayError{Type: text(g.Props.Get("responseType"))}
		e.Headers = b.headers(g.Props.Get("responseParameters"), "gatewayresponse.header.")
		api.Errors = append(api.Errors, e)
	}
	b.s.APIs = append(b.s.APIs, api)
}

// sameMethod reports whether a part of a method belongs to m: it refers to it,
// or names the same resource and method.
func sameMethod(part, m *ir.Resource) bool {
	if refers(part.Props.Get("httpMethod"), m.ID) {
		return true
	}
	id, ok := part.Props.Get("resourceId").(ir.Ref)
	own, _ := m.Props.Get("resourceId").(ir.Ref)
	name := text(m.Props.Get("httpMethod"))
	return ok && id == own && name != "" && text(part.Props.Get("httpMethod")) == name
}

// restPath is the path of a resource of a REST API. It is false if the
// resource is not of this app.
func (b *servingBuilder) restPath(api *ir.Resource, id ir.Value) (string, bool) {
	path := ""
	for range len(b.p.Resources) {
		ref, _ := id.(ir.Ref)
		if ref.Resource == api.ID {
			return "/" + path, true
		}
		r := b.byID[ref.Resource]
		if r == nil || r.Type != "aws:apigateway/resource:Resource" {
			return "", false
		}
		path = strings.TrimSuffix(text(r.Props.Get("pathPart"))+"/"+path, "/")
		id = r.Props.Get("parentId")
	}
	return "", false
}

// mock is what a method answers that calls nothing.
func (b *servingBuilder) mock(api, m, integration *ir.Resource, route *assets.ServedRoute) {
	for _, r := range b.of(api, "aws:apigateway/integrationResponse:IntegrationResponse", "restApi") {
		if !sameMethod(r, m) && !refers(r.Props.Get("httpMethod"), integration.ID) || text(r.Props.Get("selectionPattern")) != "" {
			continue
		}
		code := r.Props.Get("statusCode")
		if ref, ok := code.(ir.Ref); ok && b.byID[ref.Resource] != nil {
			code = b.byID[ref.Resource].Props.Get("statusCode")
		}
		route.Status, _ = strconv.Atoi(text(code))
		route.Headers = b.headers(r.Props.Get("responseParameters"), "method.response.header.")
		return
	}
}

// headers are those of a mapping of API Gateway's, in which texts are in
// single quotes.
func (b *servingBuilder) headers(v ir.Value, prefix string) []assets.NamedExpr {
	var list []assets.NamedExpr
	o := object(v)
	for i := range o.Len() {
		name, ok := strings.CutPrefix(o.Fields[i].Key, prefix)
		value := text(o.Fields[i].Value)
		if ok && len(value) > 1 && value[0] == '\'' && value[len(value)-1] == '\'' {
			list = append(list, assets.NamedExpr{Name: name, Value: assets.NewExpr(ir.String(value[1 : len(value)-1]))})
		}
	}
	return list
}

func (b *servingBuilder) distribution(r *ir.Resource) {
	b.used[r.ID] = true
	d := assets.ServedDistribution{ID: r.ID, Component: b.top(r), Aliases: b.list(r.Props.Get("aliases")), Root: text(r.Props.Get("defaultRootObject"))}
	for _, o := range objects(r.Props.Get("origins")) {
		custom := object(o.Get("customOriginConfig"))
		origin := assets.ServedOrigin{ID: text(o.Get("originId")), Domain: b.expr(o.Get("domainName")), Path: text(o.Get("originPath")), Protocol: text(custom.Get("originProtocolPolicy"))}
		for _, h := range objects(o.Get("customHeaders")) {
			origin.Headers = append(origin.Headers, assets.NamedExpr{Name: text(h.Get("name")), Value: b.expr(h.Get("value"))})
		}
		d.Origins = append(d.Origins, origin)
	}
	for _, g := range objects(r.Props.Get("originGroups")) {
		group := assets.OriginGroup{ID: text(g.Get("originId"))}
		for _, m := range objects(g.Get("members")) {
			group.Members = append(group.Members, text(m.Get("originId")))
		}
		codes, _ := object(g.Get("failoverCriteria")).Get("statusCodes").(ir.List)
		for _, c := range codes {
			group.Codes = append(group.Codes, number(c, 0))
		}
		d.Groups = append(d.Groups, group)
	}
	behaviors := objects(r.Props.Get("orderedCacheBehaviors"))
	if main := object(r.Props.Get("defaultCacheBehavior")); main != nil {
		behaviors = append(behaviors, main)
	}
	for _, o := range behaviors {
		behavior := assets.ServedBehavior{Path: text(o.Get("pathPattern")), Origin: text(o.Get("targetOriginId")), Methods: texts(o.Get("allowedMethods"))}
		for _, f := range objects(o.Get("functionAssociations")) {
			switch text(f.Get("eventType")) {
			case "viewer-request":
				behavior.Request = b.optional(f.Get("functionArn"))
			case "viewer-response":
				behavior.Response = b.optional(f.Get("functionArn"))
			}
		}
		for _, f := range objects(o.Get("lambdaFunctionAssociations")) {
			behavior.AtEdge = append(behavior.AtEdge, text(f.Get("eventType")))
		}
		d.Behaviors = append(d.Behaviors, behavior)
	}
	for _, e := range objects(r.Props.Get("customErrorResponses")) {
		d.Errors = append(d.Errors, assets.ErrorPage{Code: number(e.Get("errorCode"), 0), Status: number(e.Get("responseCode"), 0), Page: text(e.Get("responsePagePath"))})
	}
	b.s.Distributions = append(b.s.Distributions, d)
}

func (b *servingBuilder) edge(r *ir.Resource) {
	b.used[r.ID] = true
	b.s.EdgeFunctions = append(b.s.EdgeFunctions, assets.EdgeFunction{
		ID: r.ID, Component: b.top(r), Code: b.expr(r.Props.Get("code")), Stores: b.list(r.Props.Get("keyValueStoreAssociations")),
	})
}

func (b *servingBuilder) bucket(r *ir.Resource) {
	b.used[r.ID] = true
	bucket := assets.ServedBucket{ID: r.ID, Component: b.top(r)}
	for _, typ := range []string{"aws:s3/bucketCorsConfiguration:BucketCorsConfiguration", "aws:s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2"} {
		for _, c := range b.of(r, typ, "bucket") {
			for _, rule := range objects(c.Props.Get("corsRules")) {
				bucket.CORS = append(bucket.CORS, assets.ServedCORS{
					Headers: b.list(rule.Get("allowedHeaders")), Methods: b.list(rule.Get("allowedMethods")), Origins: b.list(rule.Get("allowedOrigins")),
					Expose: b.list(rule.Get("exposeHeaders")), MaxAge: number(rule.Get("maxAgeSeconds"), 0),
				})
			}
		}
	}
	for _, n := range b.of(r, "aws:s3/bucketNotification:BucketNotification", "bucket") {
		for _, kind := range [][2]string{{"lambdaFunctions", "lambdaFunctionArn"}, {"queues", "queueArn"}, {"topics", "topicArn"}} {
			for _, o := range objects(n.Props.Get(kind[0])) {
				bucket.Notifications = append(bucket.Notifications, assets.BucketNotification{
					Events: texts(o.Get("events")), Prefix: text(o.Get("filterPrefix")), Suffix: text(o.Get("filterSuffix")), Target: b.expr(o.Get(kind[1])),
				})
			}
		}
	}
	b.s.Buckets = append(b.s.Buckets, bucket)
}

func (b *servingBuilder) queue(r *ir.Resource) {
	b.used[r.ID] = true
	b.s.Queues = append(b.s.Queues, assets.ServedQueue{
		ID: r.ID, Component: b.top(r), FIFO: truth(r.Props.Get("fifoQueue")), Dedupe: truth(r.Props.Get("contentBasedDeduplication")),
		Visibility: number(r.Props.Get("visibilityTimeoutSeconds"), 30), Delay: number(r.Props.Get("delaySeconds"), 0), DeadLetter: b.optional(r.Props.Get("redrivePolicy")),
	})
}

func (b *servingBuilder) topic(r *ir.Resource) {
	b.used[r.ID] = true
	b.s.Topics = append(b.s.Topics, assets.ServedTopic{ID: r.ID, Component: b.top(r)})
}

func (b *servingBuilder) subscription(r *ir.Resource) {
	b.s.Subscriptions = append(b.s.Subscriptions, assets.ServedSubscription{
		Topic: b.expr(r.Props.Get("topic")), Protocol: text(r.Props.Get("protocol")), Endpoint: b.expr(r.Props.Get("endpoint")),
		Filter: b.optional(r.Props.Get("filterPolicy")), Scope: text(r.Props.Get("filterPolicyScope")), Raw: truth(r.Props.Get("rawMessageDelivery")),
	})
}

func (b *servingBuilder) bus(r *ir.Resource) {
	b.used[r.ID] = true
	b.s.Buses = append(b.s.Buses, assets.ServedBus{ID: r.ID, Component: b.top(r)})
}

func (b *servingBuilder) rule(r *ir.Resource) {
	b.used[r.ID] = true
	rule := assets.ServedRule{ID: r.ID, Component: b.top(r), Bus: b.optional(r.Props.Get("eventBusName")), Pattern: b.optional(r.Props.Get("eventPattern")),
		Schedule: b.optional(r.Props.Get("scheduleExpression")), Disabled: text(r.Props.Get("state")) == "DISABLED"}
	for _, t := range b.of(r, "aws:cloudwatch/eventTarget:EventTarget", "rule") {
		rule.Targets = append(rule.Targets, assets.RuleTarget{ARN: b.expr(t.Props.Get("arn")), Input: b.optional(t.Props.Get("input")), Path: text(t.Props.Get("inputPath"))})
	}
	b.s.Rules = append(b.s.Rules, rule)
}

func (b *servingBuilder) schedule(r *ir.Resource) {
	target := object(r.Props.Get("target"))
	b.s.Rules = append(b.s.Rules, assets.ServedRule{
		ID: r.ID, Component: b.top(r), Schedule: b.optional(r.Props.Get("scheduleExpression")), Disabled: text(r.Props.Get("state")) == "DISABLED",
		Targets: []assets.RuleTarget{{ARN: b.expr(target.Get("arn")), Input: b.optional(target.Get("input"))}},
	})
}

func (b *servingBuilder) table(r *ir.Resource) {
	b.used[r.ID] = true
	t := assets.ServedTable{ID: r.ID, Component: b.top(r), Hash: text(r.Props.Get("hashKey")), Range: text(r.Props.Get("rangeKey"))}
	for _, a := range objects(r.Props.Get("attributes")) {
		t.Attributes = append(t.Attributes, assets.TableKey{Name: text(a.Get("name")), Type: text(a.Get("type"))})
	}
	for _, key := range []string{"globalSecondaryIndexes", "localSecondaryIndexes"} {
		for _, i := range objects(r.Props.Get(key)) {
			index := assets.TableIndex{Name: text(i.Get("name")), Hash: text(i.Get("hashKey")), Range: text(i.Get("rangeKey")),
				Projection: text(i.Get("projectionType")), Fields: texts(i.Get("nonKeyAttributes"))}
			if index.Hash == "" {
				index.Hash = t.Hash
			}
			t.Indexes = append(t.Indexes, index)
		}
	}
	if truth(r.Props.Get("streamEnabled")) {
		t.Stream = text(r.Props.Get("streamViewType"))
	}
	if ttl := object(r.Props.Get("ttl")); truth(ttl.Get("enabled")) {
		t.TTL = text(ttl.Get("attributeName"))
	}
	b.s.Tables = append(b.s.Tables, t)
}

func (b *servingBuilder) parameter(r *ir.Resource) {
	b.used[r.ID] = true
	value := r.Props.Get("value")
	if value == nil {
		value = r.Props.Get("insecureValue")
	}
	b.s.Parameters = append(b.s.Parameters, assets.ServedParameter{Name: b.expr(r.Props.Get("name")), Kind: text(r.Props.Get("type")), Value: b.expr(value)})
}

// globalTable is a table of DynamoDB's in CloudFormation's own words.
func (b *servingBuilder) globalTable(r *ir.Resource) {
	b.used[r.ID] = true
	t := assets.ServedTable{ID: r.ID, Component: b.top(r)}
	keys := func(v ir.Value) (hash, sort string) {
		for _, k := range objects(v) {
			if text(k.Get("keyType")) == "HASH" {
				hash = text(k.Get("attributeName"))
			} else {
				sort = text(k.Get("attributeName"))
			}
		}
		return hash, sort
	}
	t.Hash, t.Range = keys(r.Props.Get("keySchema"))
	for _, a := range objects(r.Props.Get("attributeDefinitions")) {
		t.Attributes = append(t.Attributes, assets.TableKey{Name: text(a.Get("attributeName")), Type: text(a.Get("attributeType"))})
	}
	for _, key := range []string{"globalSecondaryIndexes", "localSecondaryIndexes"} {
		for _, i := range objects(r.Props.Get(key)) {
			projection := object(i.Get("projection"))
			index := assets.TableIndex{Name: text(i.Get("indexName")), Projection: text(projection.Get("projectionType")), Fields: texts(projection.Get("nonKeyAttributes"))}
			index.Hash, index.Range = keys(i.Get("keySchema"))
			t.Indexes = append(t.Indexes, index)
		}
	}
	t.Stream = text(object(r.Props.Get("streamSpecification")).Get("streamViewType"))
	if ttl := object(r.Props.Get("timeToLiveSpecification")); truth(ttl.Get("enabled")) {
		t.TTL = text(ttl.Get("attributeName"))
	}
	b.s.Tables = append(b.s.Tables, t)
}

func (b *servingBuilder) call(r *ir.Resource) {
	b.s.Calls = append(b.s.Calls, assets.ServedCall{Component: b.top(r), Function: b.expr(r.Props.Get("functionName")), Input: b.expr(r.Props.Get("input"))})
}

func (b *servingBuilder) stream(r *ir.Resource) {
	b.used[r.ID] = true
	b.s.Streams = append(b.s.Streams, assets.ServedStream{ID: r.ID, Component: b.top(r)})
}
