package lower

import (
	"fmt"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

type bucketArgs struct {
	Access       arg.String                           `arg:"access" enum:"public|cloudfront" doc:"Who may read the files, beside those linked to the bucket."`
	Public       arg.Bool                             `arg:"public" doc:"Older form of access: \"public\"."`
	EnforceHTTPS arg.Bool                             `arg:"enforceHttps" doc:"Refuse requests without TLS. Default true."`
	Versioning   arg.Bool                             `arg:"versioning" doc:"Keep earlier versions of files."`
	Cors         *arg.OneOf[arg.Bool, bucketCORSArgs] `arg:"cors" only:"false" doc:"CORS settings; false for none. Default: everything is allowed."`
	Lifecycle    []bucketLifecycleArgs                `arg:"lifecycle" doc:"Rules by which files expire."`
	Policy       []bucketPolicyArgs                   `arg:"policy" doc:"Statements for the bucket's policy."`
	Transform    struct {
		Bucket            arg.Transform                       `arg:"bucket"`
		Cors              arg.Transform                       `arg:"cors"`
		Policy            arg.Transform                       `arg:"policy"`
		Versioning        arg.Transform                       `arg:"versioning"`
		Lifecycle         arg.Transform                       `arg:"lifecycle"`
		PublicAccessBlock *arg.OneOf[arg.Bool, arg.Transform] `arg:"publicAccessBlock" only:"false"`
	} `arg:"transform" doc:"Changes to the resources that it makes."`
}

type bucketCORSArgs struct {
	AllowHeaders  []arg.String `arg:"allowHeaders" doc:"Default all."`
	AllowMethods  []arg.String `arg:"allowMethods" doc:"Default DELETE, GET, HEAD, POST and PUT."`
	AllowOrigins  []arg.String `arg:"allowOrigins" doc:"Default all."`
	ExposeHeaders []arg.String `arg:"exposeHeaders" doc:"Default ETag."`
	MaxAge        arg.Duration `arg:"maxAge" doc:"How long a browser may keep the answer. Default 0 seconds."`
}

type bucketLifecycleArgs struct {
	ID        arg.String   `arg:"id" doc:"Unique in the bucket."`
	Enabled   arg.Bool     `arg:"enabled" doc:"Default true."`
	Prefix    arg.String   `arg:"prefix" doc:"The files concerned. Default all."`
	ExpiresIn arg.Duration `arg:"expiresIn" doc:"Time after which a file is deleted."`
	ExpiresAt arg.String   `arg:"expiresAt" doc:"Date on which files are deleted, as 2025-12-31."`
}

type bucketPolicyArgs struct {
	Effect     arg.String                             `arg:"effect" enum:"allow|deny" doc:"Default allow."`
	Actions    []arg.String                           `arg:"actions,required"`
	Principals arg.OneOf[arg.String, []principalArgs] `arg:"principals,required" doc:"\"*\" for everyone, or a list."`
	Conditions []conditionArgs                        `arg:"conditions"`
	Paths      []arg.String                           `arg:"paths" doc:"Paths in the bucket. Default the bucket itself and all files."`
}

type principalArgs struct {
	Type        arg.String   `arg:"type,required" enum:"aws|service|federated|canonical"`
	Identifiers []arg.String `arg:"identifiers,required"`
}

var bucket = define(Definition{
	Type:     "sst.aws.Bucket",
	Doc:      "An S3 bucket.",
	Linkable: true,
	Outputs: []Output{
		{"name", "string", "The name that S3 gave the bucket."},
		{"domain", "string", "The bucket's domain name: <name>.s3.amazonaws.com."},
		{"arn", "string", "The bucket's ARN."},
	},
	Nodes: []Output{{"bucket", "aws:s3/bucket:Bucket", "The S3 bucket."}},
	Methods: []Method{
		method(Method{Name: "notify", Returns: "sst.aws.BucketNotification", Doc: "Calls functions, queues or topics when files change. Once per bucket."}, bucketNotify),
		method(Method{Name: "subscribe", Returns: "sst.aws.BucketLambdaSubscriber", Doc: "Older form of notify, for one function."}, bucketSubscribe),
		method(Method{Name: "subscribeQueue", Returns: "sst.aws.BucketLambdaSubscriber", Doc: "Older form of notify, for one queue."}, bucketSubscribeQueue),
		method(Method{Name: "subscribeTopic", Returns: "sst.aws.BucketLambdaSubscriber", Doc: "Older form of notify, for one topic."}, bucketSubscribeTopic),
	},
	Statics: []Method{
		method(Method{Name: "get", Returns: "sst.aws.Bucket", Doc: "Refers to a bucket that exists, by name."}, bucketGet),
	},
}, newBucket)

type bucketState struct {
	bucket     ResourceHandle
	subscribed bool
}

func newBucket(c *Scope, a *bucketArgs) {
	access := a.Access.KnownOr("")
	if a.Public.True(false) {
		if a.Access.Set() {
			c.errorAt(a.Public.At, diag.ConflictingArguments, "Conflicting arguments", `"public" is the older form of "access". Give only "access".`)
		}
		access = "public"
	}
	b := c.resource("Bucket", "aws:s3/bucket:Bucket", ir.Obj("forceDestroy", true), a.Transform.Bucket)
	name := b.Attr("bucket")

	if a.Versioning.True(false) {
		c.resource("Versioning", "aws:s3/bucketVersioning:BucketVersioning", ir.Obj(
			"bucket", name,
			"versioningConfiguration", ir.Obj("status", "Enabled"),
		), a.Transform.Versioning)
	}
	if len(a.Lifecycle) > 0 {
		c.resource("Lifecycle", "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", ir.Obj(
			"bucket", name,
			"rules", c.lifecycleRules(a.Lifecycle),
		), a.Transform.Lifecycle)
	}
	var blocked []arg.Handle
	if block := a.Transform.PublicAccessBlock; block == nil || block.A == nil {
		var t arg.Transform
		if block != nil {
			t = *block.B
		}
		private := access != "public"
		blocked = append(blocked, c.resource("PublicAccessBlock", "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", ir.Obj(
			"bucket", name,
			"blockPublicAcls", true,
			"blockPublicPolicy", private,
			"ignorePublicAcls", true,
			"restrictPublicBuckets", private,
		), t))
	}
	if a.Cors == nil || a.Cors.A == nil {
		var cors bucketCORSArgs
		if a.Cors != nil {
			cors = *a.Cors.B
		}
		c.resource("Cors", "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration", ir.Obj(
			"bucket", name,
			"corsRules", ir.List{ir.Obj(
				"allowedHeaders", listOr(cors.AllowHeaders, "*"),
				"allowedMethods", listOr(cors.AllowMethods, "DELETE", "GET", "HEAD", "POST", "PUT"),
				"allowedOrigins", listOr(cors.AllowOrigins, "*"),
				"exposeHeaders", listOr(cors.ExposeHeaders, "ETag"),
				"maxAgeSeconds", cors.MaxAge.Or(0),
			)},
		), a.Transform.Cors)
	}
	if statements := c.bucketStatements(a, access, b); len(statements) > 0 {
		c.resource("Policy", "aws:s3/bucketPolicy:BucketPolicy", ir.Obj(
			"bucket", name,
			"policy", policyDocument(statements...),
		), a.Transform.Policy, dependsOn(blocked...))
	}
	c.finishBucket(b)
}

// finishBucket sets what a bucket that was made and one that is referred to
// have in common.
func (c *Scope) finishBucket(b ResourceHandle) {
	c.inst.State = &bucketState{bucket: b}
	c.out("name", b.Attr("bucket"))
	c.out("domain", b.Attr("bucketDomainName"))
	c.out("arn", b.Attr("arn"))
	c.node("bucket", b)
	c.linkable(ir.Obj("name", b.Attr("bucket")),
		allow([]string{"s3:*"}, b.Attr("arn"), ir.Concat(b.Attr("arn"), "/*")))
}

// listOr returns a list of what was given, or of defaults if nothing was.
func listOr(list []arg.String, defaults ...string) ir.Value {
	if list == nil {
		return ir.Of(defaults)
	}
	return listOf(list)
}

func (c *Scope) lifecycleRules(rules []bucketLifecycleArgs) ir.List {
	var list ir.List
	seen := map[string]bool{}
	for i, r := range rules {
		id := strings.TrimSpace(r.ID.KnownOr(fmt.Sprintf("%sLifecycleRule%d", c.name(), i)))
		switch {
		case id == "" || len(id) > 255:
			c.errorAt(r.ID.At, diag.InvalidValue, "Invalid value", "The id of a lifecycle rule must have 1 to 255 characters.")
		case seen[id]:
			c.errorAt(r.ID.At, diag.DuplicateName, "Duplicate name", fmt.Sprintf("There is another lifecycle rule with the id %q.", id))
		}
		seen[id] = true
		if r.ExpiresIn.Set() && r.ExpiresAt.Set() {
			c.errorAt(r.ExpiresAt.At, diag.ConflictingArguments, "Conflicting arguments", `"expiresIn" and "expiresAt" exclude each other.`)
		}
		rule := ir.Obj("id", id, "status", map[bool]string{true: "Enabled", false: "Disabled"}[r.Enabled.True(true)])
		if r.ExpiresIn.Set() || r.ExpiresAt.Set() {
			expiration := &ir.Object{}
			if r.ExpiresIn.Set() {
				seconds := r.ExpiresIn.Seconds(0)
				if seconds%86400 != 0 {
					c.errorAt(r.ExpiresIn.At, diag.InvalidValue, "Invalid value", "S3 deletes files after whole days.")
				}
				expiration = expiration.With("days", ir.Number(seconds/86400))
			}
			if r.ExpiresAt.Set() {
				expiration = expiration.With("date", ir.Concat(r.ExpiresAt.V, "T00:00:00Z"))
			}
			rule = rule.With("expiration", expiration)
		}
		if r.Prefix.Set() && !r.Prefix.Is("") {
			rule = rule.With("filter", ir.Obj("prefix", r.Prefix.V))
		}
		list = append(list, rule)
	}
	return list
}

func (c *Scope) bucketStatements(a *bucketArgs, access string, b ResourceHandle) []statement {
	arn := b.Attr("arn")
	files := ir.Concat(arn, "/*")
	var statements []statement
	switch access {
	case "public":
		statements = append(statements, statement{Permission: allow([]string{"s3:GetObject"}, files), Everyone: true})
	case "cloudfront":
		statements = append(statements, statement{Permission: allow([]string{"s3:GetObject"}, files), Principals: ir.Obj("Service", "cloudfront.amazonaws.com")})
	}
	if a.EnforceHTTPS.True(true) {
		deny := allow([]string{"s3:*"}, arn, files)
		deny.Effect = "deny"
		deny.Conditions = []Condition{{ir.String("Bool"), ir.String("aws:SecureTransport"), []ir.Value{ir.String("false")}}}
		statements = append(statements, statement{Permission: deny, Everyone: true})
	}
	for _, p := range a.Policy {
		s := statement{Permission: Permission{Effect: p.Effect.KnownOr("allow"), Actions: values(p.Actions)}}
		for _, condition := range p.Conditions {
			s.Conditions = append(s.Conditions, condition.condition())
		}
		if p.Paths == nil {
			s.Resources = []ir.Value{arn, files}
		}
		for _, path := range p.Paths {
			if known, ok := path.Known(); ok {
				path.V = ir.String(strings.TrimPrefix(known, "/"))
			}
			if path.Is("") {
				s.Resources = append(s.Resources, arn)
			} else {
				s.Resources = append(s.Resources, ir.Concat(arn, "/", path.V))
			}
		}
		c.principals(&s, p.Principals)
		statements = append(statements, s)
	}
	return statements
}

// principals sets who a statement is about.
func (c *Scope) principals(s *statement, p arg.OneOf[arg.String, []principalArgs]) {
	if p.A != nil {
		if !p.A.Is("*") {
			c.errorAt(p.A.At, diag.InvalidValue, "Invalid value", `"principals" must be "*" or a list of principals.`)
		}
		s.Everyone = true
		return
	}
	if p.B == nil {
		return
	}
	kinds := map[string]string{"aws": "AWS", "service": "Service", "federated": "Federated", "canonical": "CanonicalUser"}
	for _, e := range *p.B {
		kind := kinds[e.Type.KnownOr("aws")]
		already, _ := s.Principals.Get(kind).(ir.List)
		s.Principals = s.Principals.With(kind, append(already, values(e.Identifiers)...))
	}
	for i, f := range s.Principals.Fields {
		s.Principals.Fields[i].Value = oneOrMany(f.Value.(ir.List))
	}
}

type bucketGetParams struct {
	Name       string     `arg:"name,required"`
	BucketName arg.String `arg:"bucketName,required"`
	Opts       arg.Value  `arg:"opts"`
}

func bucketGet(c *Scope, p *bucketGetParams) ir.Value {
	return c.ref(p.Name, p.Opts.V, func(c *Scope) {
		c.finishBucket(c.read(p.Name+"Bucket", "aws:s3/bucket:Bucket", p.BucketName.V, &ir.Object{}))
	})
}

// bucketEvents are what a notification is about when it does not say.
var bucketEvents = []string{
	"s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:ObjectRestore:*", "s3:ReducedRedundancyLostObject", "s3:Replication:*",
	"s3:LifecycleExpiration:*", "s3:LifecycleTransition", "s3:IntelligentTiering", "s3:ObjectTagging:*", "s3:ObjectAcl:Put",
}

type bucketNotifyParams struct {
	Args *notificationsArgs `arg:"args,required"`
}

type notificationsArgs struct {
	Notifications []notificationArgs `arg:"notifications,required" doc:"What to call, and when."`
	Transform     struct {
		Notification arg.Transform `arg:"notification"`
	} `arg:"transform"`
}

type notificationArgs struct {
	Name         string                          `arg:"name,required" doc:"Unique among the bucket's notifications."`
	Function     arg.Value                       `arg:"function" doc:"A handler, the arguments of a Function, or a function's ARN."`
	Queue        *arg.OneOf[arg.Ref, arg.String] `arg:"queue" of:"sst.aws.Queue" doc:"A Queue, or a queue's ARN."`
	Topic        *arg.OneOf[arg.Ref, arg.String] `arg:"topic" of:"sst.aws.SnsTopic" doc:"An SnsTopic, or a topic's ARN."`
	Events       []string                        `arg:"events" doc:"Default: all."`
	FilterPrefix arg.String                      `arg:"filterPrefix" doc:"Only files whose path begins so."`
	FilterSuffix arg.String                      `arg:"filterSuffix" doc:"Only files whose path ends so."`
}

var bucketNotification = &Definition{
	Type: "sst.aws.BucketNotification",
	Doc:  "What Bucket.notify makes.",
	Nodes: []Output{
		{"functions", "sst.aws.Function[]", "The functions that it calls."},
		{"notification", "aws:s3/bucketNotification:BucketNotification", "The notification."},
	},
}

func bucketNotify(c *Scope, p *bucketNotifyParams) ir.Value {
	if !c.subscribeOnce() || p.Args == nil {
		return nil
	}
	bucket := c.inst.State.(*bucketState).bucket
	return c.part(bucketNotification, c.name()+"Notifications", func(c *Scope) {
		var lambdas, queues, topics, functions ir.List
		var needs []arg.Handle
		for _, n := range p.Args.Notifications {
			suffix := "Notification" + n.Name
			target := ir.Obj("id", n.Name, "filterPrefix", n.FilterPrefix.V, "filterSuffix", n.FilterSuffix.V)
			if n.Events == nil {
				n.Events = bucketEvents
			}
			target = target.With("events", ir.Of(n.Events))
			switch {
			case n.Function.Set():
				fn := c.function(c.name()+suffix, n.Function, ir.Obj("description", notifiedBy(c.name(), n.Events)), arg.Transform{})
				needs = append(needs, c.resource(suffix+"Permission", "aws:lambda/permission:Permission", ir.Obj(
					"action", "lambda:InvokeFunction",
					"function", fn.arn,
					"qualifier", fn.qualifier,
					"principal", "s3.amazonaws.com",
					"sourceArn", bucket.Attr("arn"),
				), arg.Transform{}))
				lambdas = append(lambdas, target.With("lambdaFunctionArn", fn.targetARN))
				if h := fn.handle(); h != nil {
					functions = append(functions, opaque(h))
				}
			case n.Queue != nil:
				arn := arnOf(n.Queue.Value)
				needs = append(needs, c.queuePolicy(suffix+"Policy", arn))
				queues = append(queues, target.With("queueArn", arn))
			case n.Topic != nil:
				arn := arnOf(n.Topic.Value)
				publish := allow([]string{"sns:Publish"}, arn)
				publish.Conditions = []Condition{{ir.String("ArnEquals"), ir.String("aws:SourceArn"), []ir.Value{bucket.Attr("arn")}}}
				needs = append(needs, c.resource(suffix+"Policy", "aws:sns/topicPolicy:TopicPolicy", ir.Obj(
					"arn", arn,
					"policy", policyDocument(statement{Permission: publish, Principals: ir.Obj("Service", "s3.amazonaws.com")}),
				), arg.Transform{}))
				topics = append(topics, target.With("topicArn", arn))
			default:
				c.errorAt(nil, diag.MissingArgument, "Missing argument",
					fmt.Sprintf("The notification %q calls nothing. Give it a function, a queue or a topic.", n.Name))
			}
		}
		notification := c.resource("Notification", "aws:s3/bucketNotification:BucketNotification", ir.Obj(
			"bucket", bucket.Attr("bucket"),
			"lambdaFunctions", lambdas,
			"queues", queues,
			"topics", topics,
		), p.Args.Transform.Notification, dependsOn(needs...))
		c.node("notification", notification)
		c.nodeList("functions", functions)
	})
}

func notifiedBy(name string, events []string) string {
	if len(events) < 5 {
		return fmt.Sprintf("Notified by %s on %s", name, strings.Join(events, ", "))
	}
	return fmt.Sprintf("Notified by %s on %s, and %d more events", name, strings.Join(events[:3], ", "), len(events)-3)
}

// queuePolicy lets AWS services send messages to a queue.
func (c *Scope) queuePolicy(suffix string, queue ir.Value) ResourceHandle {
	services := []string{"events.amazonaws.com", "s3.amazonaws.com", "sns.amazonaws.com"}
	return c.resource(suffix, "aws:sqs/queuePolicy:QueuePolicy", ir.Obj(
		"queueUrl", ir.Concat("https://sqs.", ir.NewCall(ir.FuncIndex, ir.NewCall(ir.FuncSplit, ir.String(":"), queue), ir.Number(3)),
			".amazonaws.com/", ir.NewCall(ir.FuncIndex, ir.NewCall(ir.FuncSplit, ir.String(":"), queue), ir.Number(4)),
			"/", ir.NewCall(ir.FuncIndex, ir.NewCall(ir.FuncSplit, ir.String(":"), queue), ir.Number(5))),
		"policy", policyDocument(statement{
			Permission: allow([]string{"sqs:SendMessage"}, queue),
			Principals: ir.Obj("Service", ir.Of(services)),
		}),
	), arg.Transform{}, retainOnDelete(true))
}

// subscribeOnce reports a second subscription: S3 keeps one notification
// configuration for a bucket, and another would overwrite it.
func (c *Scope) subscribeOnce() bool {
	s := c.inst.State.(*bucketState)
	if s.subscribed {
		c.errorAt(nil, diag.ConflictingArguments, "Already subscribed",
			fmt.Sprintf("The bucket %q has a notification already, and S3 keeps only one configuration. Put all notifications in one call of notify.", c.name()))
		return false
	}
	s.subscribed = true
	return true
}

type bucketSubscribeParams struct {
	Subscriber arg.Value             `arg:"subscriber,required"`
	Args       *bucketSubscriberArgs `arg:"args"`
}

type bucketSubscriberArgs struct {
	Events  []string `arg:"events"`
	Filters []struct {
		Prefix arg.String `arg:"prefix"`
		Suffix arg.String `arg:"suffix"`
	} `arg:"filters"`
	Transform struct {
		Notification arg.Transform `arg:"notification"`
	} `arg:"transform"`
}

var bucketSubscriber = &Definition{
	Type: "sst.aws.BucketLambdaSubscriber",
	Doc:  "What Bucket.subscribe makes.",
	Nodes: []Output{
		{"function", "sst.aws.Function", "The function that it calls."},
		{"permission", "aws:lambda/permission:Permission", "The permission to call it."},
		{"notification", "aws:s3/bucketNotification:BucketNotification", "The notification."},
	},
}

func bucketSubscribe(c *Scope, p *bucketSubscribeParams) ir.Value {
	return c.bucketSubscriber(p, func(c *Scope, bucket ResourceHandle, events []string) (string, ir.Value, []arg.Handle) {
		fn := c.function(c.name()+"Function", p.Subscriber, ir.Obj("description", "Subscribed to bucket "+c.inst.Parent.Name), arg.Transform{})
		permission := c.resource("Permission", "aws:lambda/permission:Permission", ir.Obj(
			"action", "lambda:InvokeFunction",
			"function", fn.arn,
			"qualifier", fn.qualifier,
			"principal", "s3.amazonaws.com",
			"sourceArn", bucket.Attr("arn"),
		), arg.Transform{})
		if h := fn.handle(); h != nil {
			c.node("function", h)
		}
		c.node("permission", permission)
		return "lambdaFunction", fn.targetARN, []arg.Handle{permission}
	})
}

func bucketSubscribeQueue(c *Scope, p *bucketSubscribeParams) ir.Value {
	return c.bucketSubscriber(p, func(c *Scope, bucket ResourceHandle, events []string) (string, ir.Value, []arg.Handle) {
		arn := arnOf(p.Subscriber)
		return "queue", arn, []arg.Handle{c.queuePolicy("Policy", arn)}
	})
}

func bucketSubscribeTopic(c *Scope, p *bucketSubscribeParams) ir.Value {
	return c.bucketSubscriber(p, func(c *Scope, bucket ResourceHandle, events []string) (string, ir.Value, []arg.Handle) {
		return "topic", arnOf(p.Subscriber), nil
	})
}

// arnOf returns the ARN of a component, or one that was given as it is.
func arnOf(v arg.Value) ir.Value {
	if inst, ok := v.Handle().(*Instance); ok {
		arn, _ := inst.Output("arn")
		return arn
	}
	return v.V
}

// bucketSubscriber makes the older kind of subscription: one target, with a
// list of filters. Connect makes what the target needs, and returns its kind,
// its ARN, and what must exist first.
func (c *Scope) bucketSubscriber(p *bucketSubscribeParams, connect func(*Scope, ResourceHandle, []string) (string, ir.Value, []arg.Handle)) ir.Value {
	if !c.subscribeOnce() {
		return nil
	}
	var a bucketSubscriberArgs
	if p.Args != nil {
		a = *p.Args
	}
	if a.Events == nil {
		a.Events = bucketEvents
	}
	bucket := c.inst.State.(*bucketState).bucket
	return c.part(bucketSubscriber, c.name()+"Subscriber", func(c *Scope) {
		kind, arn, needs := connect(c, bucket, a.Events)
		entry := ir.Obj("id", "Notification"+c.name(), kind+"Arn", arn, "events", a.Events)
		for _, f := range a.Filters {
			entry = entry.Merge(ir.Obj("filterPrefix", f.Prefix.V, "filterSuffix", f.Suffix.V))
		}
		c.node("notification", c.resource("Notification", "aws:s3/bucketNotification:BucketNotification", ir.Obj(
			"bucket", bucket.Attr("bucket"),
			kind+"s", ir.List{entry},
		), a.Transform.Notification, dependsOn(needs...)))
	})
}
