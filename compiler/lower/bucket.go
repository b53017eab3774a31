package lower

import (
	"fmt"
	"strconv"
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
		Bucket            arg.Transform                       `arg:"bucket" of:"aws:s3/bucket:Bucket"`
		Cors              arg.Transform                       `arg:"cors" of:"aws:s3/bucketCorsConfiguration:BucketCorsConfiguration"`
		Policy            arg.Transform                       `arg:"policy" of:"aws:s3/bucketPolicy:BucketPolicy"`
		Versioning        arg.Transform                       `arg:"versioning" of:"aws:s3/bucketVersioning:BucketVersioning"`
		Lifecycle         arg.Transform                       `arg:"lifecycle" of:"aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"`
		PublicAccessBlock *arg.OneOf[arg.Bool, arg.Transform] `arg:"publicAccessBlock" of:"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock" only:"false"`
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
		method(Method{Name: "subscribeQueue", Returns: "sst.aws.BucketQueueSubscriber", Doc: "Older form of notify, for one queue."}, bucketSubscribeQueue),
		method(Method{Name: "subscribeTopic", Returns: "sst.aws.BucketTopicSubscriber", Doc: "Older form of notify, for one topic."}, bucketSubscribeTopic),
	},
	Statics: []Method{
		method(Method{Name: "subscribe", Returns: "sst.aws.BucketLambdaSubscriber", Doc: "Calls a function when files change in a bucket that is not of this app."}, bucketStaticSubscribe),
		method(Method{Name: "subscribeQueue", Returns: "sst.aws.BucketQueueSubscriber", Doc: "Sends a message to a queue when files change in a bucket that is not of this app."}, bucketStaticSubscribeQueue),
		method(Method{Name: "subscribeTopic", Returns: "sst.aws.BucketTopicSubscriber", Doc: "Publishes to a topic when files change in a bucket that is not of this app."}, bucketStaticSubscribeTopic),
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
	if len(*p.B) == 0 {
		c.errorAt(p.At, diag.InvalidValue, "Invalid value", `"principals" is empty, so this statement is about nobody.`)
		return
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

type bucketNotifyParams struct {
	Args *notificationsArgs `arg:"args,required"`
}

type notificationsArgs struct {
	Notifications []notificationArgs `arg:"notifications,required" doc:"What to call, and when."`
	Transform     struct {
		Notification arg.Transform `arg:"notification" of:"aws:s3/bucketNotification:BucketNotification"`
	} `arg:"transform"`
}

type notificationArgs struct {
	Name     string                          `arg:"name,required" doc:"Unique among the bucket's notifications."`
	Function arg.Value                       `arg:"function" of:"sst.aws.Function" doc:"A handler, the arguments of a Function, or a function's ARN."`
	Queue    *arg.OneOf[arg.Ref, arg.String] `arg:"queue" of:"sst.aws.Queue" doc:"A Queue, or a queue's ARN."`
	Topic    *arg.OneOf[arg.Ref, arg.String] `arg:"topic" of:"sst.aws.SnsTopic" doc:"An SnsTopic, or a topic's ARN."`
	bucketEventArgs
}

// bucketEventArgs say which changes are of interest.
type bucketEventArgs struct {
	Events       []string   `arg:"events" enum:"s3:ObjectCreated:*|s3:ObjectCreated:Put|s3:ObjectCreated:Post|s3:ObjectCreated:Copy|s3:ObjectCreated:CompleteMultipartUpload|s3:ObjectRemoved:*|s3:ObjectRemoved:Delete|s3:ObjectRemoved:DeleteMarkerCreated|s3:ObjectRestore:*|s3:ObjectRestore:Post|s3:ObjectRestore:Completed|s3:ObjectRestore:Delete|s3:ReducedRedundancyLostObject|s3:Replication:*|s3:Replication:OperationFailedReplication|s3:Replication:OperationMissedThreshold|s3:Replication:OperationReplicatedAfterThreshold|s3:Replication:OperationNotTracked|s3:LifecycleExpiration:*|s3:LifecycleExpiration:Delete|s3:LifecycleExpiration:DeleteMarkerCreated|s3:LifecycleTransition|s3:IntelligentTiering|s3:ObjectTagging:*|s3:ObjectTagging:Put|s3:ObjectTagging:Delete|s3:ObjectAcl:Put" doc:"Default: all."`
	FilterPrefix arg.String `arg:"filterPrefix" doc:"Only files whose path begins so."`
	FilterSuffix arg.String `arg:"filterSuffix" doc:"Only files whose path ends so."`
}

// events are those that were asked for, or all.
func (a bucketEventArgs) events() []string {
	if a.Events != nil {
		return a.Events
	}
	return []string{
		"s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:ObjectRestore:*", "s3:ReducedRedundancyLostObject", "s3:Replication:*",
		"s3:LifecycleExpiration:*", "s3:LifecycleTransition", "s3:IntelligentTiering", "s3:ObjectTagging:*", "s3:ObjectAcl:Put",
	}
}

// inWords lists events as descriptions of functions do.
func (a bucketEventArgs) inWords() string {
	events := a.events()
	if len(events) < 5 {
		return strings.Join(events, ", ")
	}
	return fmt.Sprintf("%s, and %d more events", strings.Join(events[:3], ", "), len(events)-3)
}

// entry is what a notification resource says of one target.
func (a bucketEventArgs) entry(id, target string, arn ir.Value) *ir.Object {
	return ir.Obj("id", id, target, arn, "events", a.events(), "filterPrefix", a.FilterPrefix.V, "filterSuffix", a.FilterSuffix.V)
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
	b := c.inst.State.(*bucketState).bucket
	source := notifier{name: c.name(), bucket: b.Attr("bucket"), arn: b.Attr("arn")}
	return c.part(bucketNotification, c.name()+"Notifications", func(c *Scope) {
		lambdas, queues, topics, functions := ir.List{}, ir.List{}, ir.List{}, ir.List{}
		var needs []arg.Handle
		seen := map[string]bool{}
		for i, n := range p.Args.Notifications {
			at := arg.Path{"0", "notifications", strconv.Itoa(i)}
			if seen[n.Name] {
				c.errorAt(at.Key("name"), diag.DuplicateName, "Duplicate name", fmt.Sprintf("There is another notification named %q.", n.Name))
				continue
			}
			seen[n.Name] = true
			targets := 0
			for _, given := range []bool{n.Function.Set(), n.Queue != nil, n.Topic != nil} {
				if given {
					targets++
				}
			}
			if targets == 0 {
				c.errorAt(at, diag.MissingArgument, "Missing argument",
					fmt.Sprintf("The notification %q calls nothing. Give it a function, a queue or a topic.", n.Name))
			}
			if targets > 1 {
				c.errorAt(at, diag.ConflictingArguments, "Conflicting arguments",
					fmt.Sprintf("The notification %q has several targets. Write one notification for each.", n.Name))
			}
			suffix := "Notification" + n.Name
			switch {
			case n.Function.Set():
				description := fmt.Sprintf("Notified by %s on %s", c.name(), n.inWords())
				fn := c.function(c.name()+suffix, n.Function, ir.Obj("description", description), arg.Transform{})
				needs = append(needs, source.permit(c, suffix+"Permission", fn))
				lambdas = append(lambdas, n.entry(n.Name, "lambdaFunctionArn", fn.targetARN))
				if h := fn.handle(); h != nil {
					functions = append(functions, opaque(h))
				}
			case n.Queue != nil:
				arn := arnOf(n.Queue.Value)
				needs = append(needs, c.queuePolicy(suffix+"Policy", arn))
				queues = append(queues, n.entry(n.Name, "queueArn", arn))
			case n.Topic != nil:
				arn := arnOf(n.Topic.Value)
				needs = append(needs, source.topicPolicy(c, suffix+"Policy", arn))
				topics = append(topics, n.entry(n.Name, "topicArn", arn))
			}
		}
		c.node("notification", c.resource("Notification", "aws:s3/bucketNotification:BucketNotification", ir.Obj(
			"bucket", source.bucket,
			"lambdaFunctions", lambdas,
			"queues", queues,
			"topics", topics,
		), p.Args.Transform.Notification, dependsOn(needs...)))
		c.nodeList("functions", functions)
	})
}

// A notifier is a bucket that calls something.
type notifier struct {
	name        string // for use in names
	bucket, arn ir.Value
}

// permit lets the bucket call a function.
func (n notifier) permit(c *Scope, suffix string, fn target) ResourceHandle {
	return c.resource(suffix, "aws:lambda/permission:Permission", ir.Obj(
		"action", "lambda:InvokeFunction",
		"function", fn.arn,
		"qualifier", fn.qualifier,
		"principal", "s3.amazonaws.com",
		"sourceArn", n.arn,
	), arg.Transform{})
}

// topicPolicy lets the bucket publish to a topic.
func (n notifier) topicPolicy(c *Scope, suffix string, topic ir.Value) ResourceHandle {
	publish := allow([]string{"sns:Publish"}, topic)
	publish.Conditions = []Condition{{ir.String("ArnEquals"), ir.String("aws:SourceArn"), []ir.Value{n.arn}}}
	return c.resource(suffix, "aws:sns/topicPolicy:TopicPolicy", ir.Obj(
		"arn", topic,
		"policy", policyDocument(statement{Permission: publish, Principals: ir.Obj("Service", "s3.amazonaws.com")}),
	), arg.Transform{})
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

type bucketSubscriberArgs struct {
	bucketEventArgs
	Filters []struct {
		Name  string     `arg:"name,required" enum:"prefix|suffix"`
		Value arg.String `arg:"value,required"`
	} `arg:"filters" doc:"Older form of filterPrefix and filterSuffix."`
	Transform struct {
		Notification arg.Transform `arg:"notification" of:"aws:s3/bucketNotification:BucketNotification"`
	} `arg:"transform"`
}

type bucketSubscribeParams struct {
	Subscriber arg.Value            `arg:"subscriber,required" of:"sst.aws.Function" doc:"A handler, the arguments of a Function, or a function's ARN."`
	Args       bucketSubscriberArgs `arg:"args"`
}

type bucketSubscribeQueueParams struct {
	Queue arg.OneOf[arg.Ref, arg.String] `arg:"queueArn,required" of:"sst.aws.Queue" doc:"A queue's ARN."`
	Args  bucketSubscriberArgs           `arg:"args"`
}

type bucketSubscribeTopicParams struct {
	Topic arg.OneOf[arg.Ref, arg.String] `arg:"topicArn,required" of:"sst.aws.SnsTopic" doc:"A topic's ARN."`
	Args  bucketSubscriberArgs           `arg:"args"`
}

type bucketARNParam struct {
	Bucket arg.String `arg:"bucketArn,required" doc:"The bucket's ARN."`
}

type bucketStaticSubscribeParams struct {
	bucketARNParam
	bucketSubscribeParams
}

type bucketStaticSubscribeQueueParams struct {
	bucketARNParam
	bucketSubscribeQueueParams
}

type bucketStaticSubscribeTopicParams struct {
	bucketARNParam
	bucketSubscribeTopicParams
}

var bucketLambdaSubscriber = &Definition{
	Type: "sst.aws.BucketLambdaSubscriber",
	Doc:  "What Bucket.subscribe makes.",
	Nodes: []Output{
		{"function", "sst.aws.Function", "The function that it calls, if it is of this app."},
		{"permission", "aws:lambda/permission:Permission", "The permission to call it."},
		{"notification", "aws:s3/bucketNotification:BucketNotification", "The notification."},
	},
}

var bucketQueueSubscriber = &Definition{
	Type: "sst.aws.BucketQueueSubscriber",
	Doc:  "What Bucket.subscribeQueue makes.",
	Nodes: []Output{
		{"policy", "aws:sqs/queuePolicy:QueuePolicy", "The permission to send messages."},
		{"notification", "aws:s3/bucketNotification:BucketNotification", "The notification."},
	},
}

var bucketTopicSubscriber = &Definition{
	Type: "sst.aws.BucketTopicSubscriber",
	Doc:  "What Bucket.subscribeTopic makes.",
	Nodes: []Output{
		{"policy", "aws:sns/topicPolicy:TopicPolicy", "The permission to publish."},
		{"notification", "aws:s3/bucketNotification:BucketNotification", "The notification."},
	},
}

func bucketSubscribe(c *Scope, p *bucketSubscribeParams) ir.Value {
	if !c.subscribeOnce() {
		return nil
	}
	return c.notifier().subscribe(c, p)
}

func bucketStaticSubscribe(c *Scope, p *bucketStaticSubscribeParams) ir.Value {
	return c.notifierOf(p.Bucket).subscribe(c, &p.bucketSubscribeParams)
}

func bucketSubscribeQueue(c *Scope, p *bucketSubscribeQueueParams) ir.Value {
	if !c.subscribeOnce() {
		return nil
	}
	return c.notifier().subscribeQueue(c, p)
}

func bucketStaticSubscribeQueue(c *Scope, p *bucketStaticSubscribeQueueParams) ir.Value {
	return c.notifierOf(p.Bucket).subscribeQueue(c, &p.bucketSubscribeQueueParams)
}

func bucketSubscribeTopic(c *Scope, p *bucketSubscribeTopicParams) ir.Value {
	if !c.subscribeOnce() {
		return nil
	}
	return c.notifier().subscribeTopic(c, p)
}

func bucketStaticSubscribeTopic(c *Scope, p *bucketStaticSubscribeTopicParams) ir.Value {
	return c.notifierOf(p.Bucket).subscribeTopic(c, &p.bucketSubscribeTopicParams)
}

// notifier is the bucket whose method is called.
func (c *Scope) notifier() notifier {
	b := c.inst.State.(*bucketState).bucket
	return notifier{c.name(), b.Attr("bucket"), b.Attr("arn")}
}

// notifierOf is a bucket known by its ARN, arn:aws:s3:::<name>.
func (c *Scope) notifierOf(arn arg.String) notifier {
	n := notifier{c.sourceName(arn.Value, bucketARN), arnPart(arn.V, 5), arn.V}
	if b, ok := c.app.resourceOf(arn.V, "aws:s3/bucket:Bucket"); ok {
		n.bucket = b.Attr("bucket")
	}
	return n
}

func (n notifier) subscribe(c *Scope, p *bucketSubscribeParams) ir.Value {
	return n.part(c, bucketLambdaSubscriber, &p.Args, func(c *Scope) (string, ir.Value, arg.Handle) {
		description := fmt.Sprintf("Subscribed to %s on %s", c.name(), p.Args.inWords())
		fn := c.function(c.name()+"Function", p.Subscriber, ir.Obj("description", description), arg.Transform{})
		permission := n.permit(c, "Permission", fn)
		c.functionNode(fn)
		c.node("permission", permission)
		return "lambdaFunction", fn.targetARN, permission
	})
}

func (n notifier) subscribeQueue(c *Scope, p *bucketSubscribeQueueParams) ir.Value {
	return n.part(c, bucketQueueSubscriber, &p.Args, func(c *Scope) (string, ir.Value, arg.Handle) {
		queue := arnOf(p.Queue.Value)
		policy := c.queuePolicy("Policy", queue)
		c.node("policy", policy)
		return "queue", queue, policy
	})
}

func (n notifier) subscribeTopic(c *Scope, p *bucketSubscribeTopicParams) ir.Value {
	return n.part(c, bucketTopicSubscriber, &p.Args, func(c *Scope) (string, ir.Value, arg.Handle) {
		topic := arnOf(p.Topic.Value)
		policy := n.topicPolicy(c, "Policy", topic)
		c.node("policy", policy)
		return "topic", topic, policy
	})
}

// part makes an older kind of subscription, which has one target. Connect
// makes what the target needs, and returns its kind, its ARN, and what must
// exist first.
func (n notifier) part(c *Scope, def *Definition, a *bucketSubscriberArgs, connect func(*Scope) (kind string, arn ir.Value, needs arg.Handle)) ir.Value {
	for _, f := range a.Filters {
		if f.Name == "prefix" {
			a.FilterPrefix = f.Value
		} else {
			a.FilterSuffix = f.Value
		}
	}
	id := nameHash(6, n.arn)
	return c.part(def, n.name+"Subscriber"+id, func(c *Scope) {
		kind, arn, needs := connect(c)
		c.node("notification", c.resource("Notification", "aws:s3/bucketNotification:BucketNotification", ir.Obj(
			"bucket", n.bucket,
			kind+"s", ir.List{a.entry("Notification"+id, kind+"Arn", arn)},
		), a.Transform.Notification, dependsOn(needs)))
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

// checkBucketPolicies reports a second policy for a bucket: S3 keeps one, so
// that they would overwrite each other with each deployment.
func (a *App) checkBucketPolicies() {
	first := map[string]*ir.Resource{}
	for _, r := range a.prog.Resources {
		if r.Type != "aws:s3/bucketPolicy:BucketPolicy" || r.Read != nil {
			continue
		}
		bucket := r.Props.Get("bucket")
		if h, ok := a.resourceOf(bucket, "aws:s3/bucket:Bucket"); ok {
			bucket = h.Attr("id")
		}
		key := ir.PrintValue(bucket)
		if other := first[key]; other != nil {
			a.diags.Add(diag.ConflictingArguments, r.Range, "Second bucket policy",
				fmt.Sprintf("The policy %q is for a bucket that has the policy %q already, and S3 keeps only one. Put its statements into the argument \"policy\" of the Bucket.", r.Name, other.Name),
				diag.Note{Message: "the bucket's policy is made here", Subject: other.Range.Ptr()})
			continue
		}
		first[key] = r
	}
}
