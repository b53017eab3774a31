package assets

import (
	"encoding/json"

	"github.com/sstc/sstc/compiler/ir"
)

// Serving is how the app answers requests and events once it is deployed, in
// one form for all targets: what a preview needs in order to do the same on
// one machine. It says nothing that the templates do not say as well, and an
// uploader has no use for it.
//
// Values known only after deployment are kept as expressions ([Expr]), and
// what belongs together is found by them: the route of an API has the ARN of
// its function, as the template has it.
type Serving struct {
	// Resources are those that expressions refer to, by ID.
	Resources []ServedResource `json:"resources,omitempty"`
	// Outputs are the values that the rest of the manifest names by output.
	Outputs []NamedExpr `json:"outputs,omitempty"`

	Functions     []ServedFunction     `json:"functions,omitempty"`
	URLs          []ServedURL          `json:"urls,omitempty"`
	APIs          []ServedAPI          `json:"apis,omitempty"`
	Distributions []ServedDistribution `json:"distributions,omitempty"`
	EdgeFunctions []EdgeFunction       `json:"edgeFunctions,omitempty"`

	Buckets       []ServedBucket       `json:"buckets,omitempty"`
	Queues        []ServedQueue        `json:"queues,omitempty"`
	Topics        []ServedTopic        `json:"topics,omitempty"`
	Subscriptions []ServedSubscription `json:"subscriptions,omitempty"`
	Buses         []ServedBus          `json:"buses,omitempty"`
	Rules         []ServedRule         `json:"rules,omitempty"`
	Tables        []ServedTable        `json:"tables,omitempty"`
	Streams       []ServedStream       `json:"streams,omitempty"`
	Mappings      []ServedMapping      `json:"mappings,omitempty"`
	Parameters    []ServedParameter    `json:"parameters,omitempty"`
	Calls         []ServedCall         `json:"calls,omitempty"`
}

// An Expr is a value: exactly one member is set, but for Call, which comes
// with Args.
type Expr struct {
	Known json.RawMessage `json:"known,omitempty"`
	Ref   *ExprRef        `json:"ref,omitempty"`   // an attribute of a resource
	Param string          `json:"param,omitempty"` // a parameter of the app, or aws:account, aws:region or aws:partition
	Asset *ExprRef        `json:"asset,omitempty"` // a fact about an asset
	Join  []Expr          `json:"join,omitempty"`  // strings, one after the other
	Call  string          `json:"call,omitempty"`  // a function, such as jsonencode
	Args  []Expr          `json:"args,omitempty"`
	List  []Expr          `json:"list,omitempty"`
	// Object is a mapping in the order in which it was written.
	Object []NamedExpr `json:"object,omitempty"`
}

// An ExprRef names an attribute of a resource or an asset.
type ExprRef struct {
	ID   string `json:"id"`
	Attr string `json:"attr"`
}

// A NamedExpr is an expression and its name.
type NamedExpr struct {
	Name  string `json:"name"`
	Value Expr   `json:"value"`
}

// NewExpr is the expression of a value.
func NewExpr(v ir.Value) Expr {
	if v == nil {
		v = ir.Null{}
	}
	if ir.Known(v) {
		return Expr{Known: json.RawMessage(ir.EncodeJSON(v))}
	}
	switch v := v.(type) {
	case ir.Ref:
		return Expr{Ref: &ExprRef{v.Resource, v.Attr}}
	case ir.Param:
		return Expr{Param: v.Name}
	case ir.AssetRef:
		return Expr{Asset: &ExprRef{v.Asset, string(v.Attr)}}
	case ir.Join:
		return Expr{Join: exprs(v.Parts)}
	case ir.Call:
		return Expr{Call: string(v.Func), Args: exprs(v.Args)}
	case ir.List:
		return Expr{List: exprs(v)}
	case *ir.Object:
		e := Expr{}
		for _, f := range v.Fields {
			e.Object = append(e.Object, NamedExpr{f.Key, NewExpr(f.Value)})
		}
		return e
	}
	return Expr{Known: json.RawMessage("null")}
}

func exprs(values []ir.Value) []Expr {
	list := make([]Expr, len(values))
	for i, v := range values {
		list[i] = NewExpr(v)
	}
	return list
}

// A ServedResource is a resource that something refers to.
type ServedResource struct {
	ID   string `json:"id"`
	Type string `json:"type"` // as Pulumi names it: "aws:s3/bucket:Bucket"
	// Component is the name of the component that it is of, for people.
	Component string `json:"component,omitempty"`
	// Name is the resource's own name where it was given one.
	Name *Expr `json:"name,omitempty"`
	// Of is what it is a part of: the API of a stage.
	Of *Expr `json:"of,omitempty"`
	// Read is the provider's ID of a resource that is not of this app.
	Read *Expr `json:"read,omitempty"`
}

// A ServedFunction is how a Lambda function runs.
type ServedFunction struct {
	ID        string `json:"id"`
	Component string `json:"component,omitempty"`
	// Asset is the ID of the archive, and of the entry of the manifest's
	// functions. Where that has none, Handler and Architecture are here, and
	// Code if it is in the template.
	Asset        string      `json:"asset"`
	Handler      string      `json:"handler,omitempty"`
	Architecture string      `json:"architecture,omitempty"`
	Code         *InlineCode `json:"code,omitempty"`
	Runtime      string      `json:"runtime,omitempty"` // Lambda's own name of it, or "image"
	Timeout      int         `json:"timeout"`           // seconds
	Memory       int         `json:"memory"`            // MB
	Environment  []NamedExpr `json:"environment,omitempty"`
	Layers       []Expr      `json:"layers,omitempty"` // ARNs
	// Reserved is the most instances that may run, if that is limited.
	Reserved *int `json:"reserved,omitempty"`
	// Retries is how often a failed asynchronous call is tried again.
	Retries *int `json:"retries,omitempty"`
}

// InlineCode is a function's code in its template.
type InlineCode struct {
	File string `json:"file"`
	Text string `json:"text"`
}

// A ServedURL is the URL of a function.
type ServedURL struct {
	ID        string      `json:"id"`
	Component string      `json:"component,omitempty"`
	Function  Expr        `json:"function"`            // name or ARN
	IAM       bool        `json:"iam,omitempty"`       // only signed requests are let in
	Streaming bool        `json:"streaming,omitempty"` // responses are streamed
	CORS      *ServedCORS `json:"cors,omitempty"`
}

// ServedCORS is how an API or URL answers browsers of other origins.
type ServedCORS struct {
	Credentials bool   `json:"credentials,omitempty"`
	Headers     []Expr `json:"headers,omitempty"`
	Methods     []Expr `json:"methods,omitempty"`
	Origins     []Expr `json:"origins,omitempty"`
	Expose      []Expr `json:"expose,omitempty"`
	MaxAge      int    `json:"maxAge,omitempty"` // seconds
}

// A ServedAPI is an API of API Gateway.
type ServedAPI struct {
	ID        string `json:"id"`
	Component string `json:"component,omitempty"`
	Protocol  string `json:"protocol"` // "HTTP", "WEBSOCKET" or "REST"
	// Stage is the name of its stage, the first part of its paths; none for
	// $default, which has no such part.
	Stage *Expr `json:"stage,omitempty"`
	// Selection says where the route is in a message, for WEBSOCKET:
	// "$request.body.action".
	Selection string `json:"selection,omitempty"`
	// Binary are the content types of bodies that are not text, for REST.
	Binary []string `json:"binary,omitempty"`
	// Errors are headers of the API's own errors, for REST.
	Errors      []GatewayError     `json:"errors,omitempty"`
	CORS        *ServedCORS        `json:"cors,omitempty"`
	Routes      []ServedRoute      `json:"routes,omitempty"`
	Authorizers []ServedAuthorizer `json:"authorizers,omitempty"`
	// Domains are custom domains under which it is known, and Bases the paths
	// there that it is under, if it has not all of them.
	Domains   []Expr      `json:"domains,omitempty"`
	Bases     []string    `json:"bases,omitempty"`
	Variables []NamedExpr `json:"variables,omitempty"` // of the stage
}

// A ServedRoute is what a method and path of an API lead to.
type ServedRoute struct {
	Key        string `json:"key"`                  // "GET /users/{id}", "$default", "$connect"
	Auth       string `json:"auth,omitempty"`       // "AWS_IAM", "JWT", "CUSTOM" or "COGNITO_USER_POOLS"
	Authorizer *Expr  `json:"authorizer,omitempty"` // its ID
	Scopes     []Expr `json:"scopes,omitempty"`     // of which the token must have one
	Kind       string `json:"kind"`                 // "AWS_PROXY", "HTTP_PROXY", "MOCK" or another
	Target     Expr   `json:"target"`               // ARN of the function, or URL
	Format     string `json:"format,omitempty"`     // "1.0" or "2.0"
	Method     string `json:"method,omitempty"`     // for HTTP_PROXY
	Private    bool   `json:"private,omitempty"`    // the target is in a VPC
	Timeout    int    `json:"timeout,omitempty"`    // milliseconds
	// Status and Headers are the answer of a MOCK.
	Status  int         `json:"status,omitempty"`
	Headers []NamedExpr `json:"headers,omitempty"`
	// Replies says that the answer to a message goes back to who has sent it.
	Replies bool `json:"replies,omitempty"`
}

// A GatewayError is what a REST API says with errors of its own.
type GatewayError struct {
	Type    string      `json:"type"` // "DEFAULT_4XX"
	Headers []NamedExpr `json:"headers,omitempty"`
}

// A ServedAuthorizer decides who may call routes.
type ServedAuthorizer struct {
	ID        string `json:"id"`
	Kind      string `json:"kind"`                // "JWT", "REQUEST", "TOKEN" or "COGNITO_USER_POOLS"
	Sources   []Expr `json:"sources,omitempty"`   // where the identity is: "$request.header.Authorization", "method.request.header.Authorization"
	Issuer    *Expr  `json:"issuer,omitempty"`    // for JWT
	Audiences []Expr `json:"audiences,omitempty"` // for JWT
	Pools     []Expr `json:"pools,omitempty"`     // for COGNITO_USER_POOLS: their ARNs
	Pattern   string `json:"pattern,omitempty"`   // for TOKEN: what tokens look like
	Function  *Expr  `json:"function,omitempty"`  // for REQUEST and TOKEN: a text with the function's ARN in it
	Format    string `json:"format,omitempty"`    // for REQUEST
	Simple    bool   `json:"simple,omitempty"`    // for REQUEST: it answers yes or no
	TTL       int    `json:"ttl,omitempty"`       // seconds for which answers are kept
}

// A ServedDistribution is a CloudFront distribution.
type ServedDistribution struct {
	ID        string         `json:"id"`
	Component string         `json:"component,omitempty"`
	Aliases   []Expr         `json:"aliases,omitempty"` // custom domains
	Origins   []ServedOrigin `json:"origins,omitempty"`
	Groups    []OriginGroup  `json:"groups,omitempty"`
	// Behaviors are in the order in which they are tried; the last is the
	// default, for every path.
	Behaviors []ServedBehavior `json:"behaviors,omitempty"`
	Errors    []ErrorPage      `json:"errors,omitempty"`
	Root      string           `json:"root,omitempty"` // the file for the root
}

// A ServedOrigin is where a distribution gets what it serves.
type ServedOrigin struct {
	ID       string      `json:"id"`
	Domain   Expr        `json:"domain"`
	Path     string      `json:"path,omitempty"`     // before the path of requests
	Protocol string      `json:"protocol,omitempty"` // "http-only", "https-only" or "match-viewer"; none for a bucket
	Headers  []NamedExpr `json:"headers,omitempty"`  // added to requests
}

// An OriginGroup is two origins, of which the second answers when the first
// fails.
type OriginGroup struct {
	ID      string   `json:"id"`
	Members []string `json:"members,omitempty"`
	Codes   []int    `json:"codes,omitempty"` // status codes that count as failing
}

// A ServedBehavior is how requests of a path are answered.
type ServedBehavior struct {
	Path    string   `json:"path,omitempty"` // a pattern; none for the default
	Origin  string   `json:"origin"`         // the ID of an origin or a group
	Methods []string `json:"methods,omitempty"`
	// Request and Response are ARNs of CloudFront functions.
	Request  *Expr `json:"request,omitempty"`
	Response *Expr `json:"response,omitempty"`
	// AtEdge are the events for which there are Lambda@Edge functions.
	AtEdge []string `json:"atEdge,omitempty"`
}

// An ErrorPage is what a distribution answers instead of an error.
type ErrorPage struct {
	Code   int    `json:"code"`
	Status int    `json:"status,omitempty"`
	Page   string `json:"page,omitempty"`
}

// An EdgeFunction is a CloudFront function.
type EdgeFunction struct {
	ID        string `json:"id"`
	Component string `json:"component,omitempty"`
	Code      Expr   `json:"code"`
	Stores    []Expr `json:"stores,omitempty"` // ARNs of key-value stores
}

// A ServedBucket is an S3 bucket.
type ServedBucket struct {
	ID            string               `json:"id"`
	Component     string               `json:"component,omitempty"`
	CORS          []ServedCORS         `json:"cors,omitempty"`
	Notifications []BucketNotification `json:"notifications,omitempty"`
}

// A BucketNotification says whom a bucket tells of what.
type BucketNotification struct {
	Events []string `json:"events"` // "s3:ObjectCreated:*"
	Prefix string   `json:"prefix,omitempty"`
	Suffix string   `json:"suffix,omitempty"`
	Target Expr     `json:"target"` // ARN of a function, a queue or a topic
}

// A ServedQueue is an SQS queue.
type ServedQueue struct {
	ID         string `json:"id"`
	Component  string `json:"component,omitempty"`
	FIFO       bool   `json:"fifo,omitempty"`
	Dedupe     bool   `json:"dedupe,omitempty"`     // by content
	Visibility int    `json:"visibility,omitempty"` // seconds
	Delay      int    `json:"delay,omitempty"`      // seconds
	DeadLetter *Expr  `json:"deadLetter,omitempty"` // {deadLetterTargetArn, maxReceiveCount}, as JSON text
}

// A ServedTopic is an SNS topic.
type ServedTopic struct {
	ID        string `json:"id"`
	Component string `json:"component,omitempty"`
}

// A ServedSubscription is whom a topic tells.
type ServedSubscription struct {
	Topic    Expr   `json:"topic"`    // ARN
	Protocol string `json:"protocol"` // "lambda", "sqs" or another
	Endpoint Expr   `json:"endpoint"`
	Filter   *Expr  `json:"filter,omitempty"` // a filter policy, as JSON text
	Scope    string `json:"scope,omitempty"`  // what the filter is for: "MessageAttributes" or "MessageBody"
	Raw      bool   `json:"raw,omitempty"`    // the message without an envelope
}

// A ServedBus is an EventBridge bus.
type ServedBus struct {
	ID        string `json:"id"`
	Component string `json:"component,omitempty"`
}

// A ServedRule is what EventBridge does with events of a pattern, or at times.
type ServedRule struct {
	ID        string       `json:"id"`
	Component string       `json:"component,omitempty"`
	Bus       *Expr        `json:"bus,omitempty"`      // name or ARN; none for the default bus
	Pattern   *Expr        `json:"pattern,omitempty"`  // as JSON text
	Schedule  *Expr        `json:"schedule,omitempty"` // "rate(1 hour)"
	Disabled  bool         `json:"disabled,omitempty"`
	Targets   []RuleTarget `json:"targets,omitempty"`
}

// A RuleTarget is whom a rule tells.
type RuleTarget struct {
	ARN   Expr   `json:"arn"`
	Input *Expr  `json:"input,omitempty"`     // instead of the event, as JSON text
	Path  string `json:"inputPath,omitempty"` // of the event, what is passed on
}

// A ServedTable is a DynamoDB table.
type ServedTable struct {
	ID         string       `json:"id"`
	Component  string       `json:"component,omitempty"`
	Hash       string       `json:"hash"`
	Range      string       `json:"range,omitempty"`
	Attributes []TableKey   `json:"attributes,omitempty"`
	Indexes    []TableIndex `json:"indexes,omitempty"`
	Stream     string       `json:"stream,omitempty"` // the view type, if there is a stream
	TTL        string       `json:"ttl,omitempty"`    // the field with the time at which items expire
}

// A TableIndex is an index of a table.
type TableIndex struct {
	Name       string   `json:"name"`
	Hash       string   `json:"hash"`
	Range      string   `json:"range,omitempty"`
	Projection string   `json:"projection,omitempty"` // "ALL", "KEYS_ONLY" or "INCLUDE"
	Fields     []string `json:"fields,omitempty"`     // for INCLUDE
}

// A ServedStream is a Kinesis stream.
type ServedStream struct {
	ID        string `json:"id"`
	Component string `json:"component,omitempty"`
}

// A ServedMapping has a function called with what is in a queue or a stream.
type ServedMapping struct {
	Source   Expr  `json:"source"`             // ARN
	Function Expr  `json:"function"`           // name or ARN
	Batch    int   `json:"batch,omitempty"`    // the most records in a call
	Window   int   `json:"window,omitempty"`   // seconds to wait for a full batch
	Partial  bool  `json:"partial,omitempty"`  // the function says which records failed
	Filters  *Expr `json:"filters,omitempty"`  // a list of patterns, as JSON texts
	Disabled bool  `json:"disabled,omitempty"` // it was turned off
}

// A ServedCall is a call of a function that a resource of the app is: it is
// made when the app is applied.
type ServedCall struct {
	Component string `json:"component,omitempty"`
	Function  Expr   `json:"function"` // name or ARN
	Input     Expr   `json:"input"`    // as JSON text
}

// A ServedParameter is a parameter of Systems Manager.
type ServedParameter struct {
	Name  Expr   `json:"name"`
	Kind  string `json:"kind"` // "String", "StringList" or "SecureString"
	Value Expr   `json:"value"`
}

// A TableKey is the type of a field that is a key of a table or an index.
type TableKey struct {
	Name string `json:"name"`
	Type string `json:"type"` // "S", "N" or "B"
}
