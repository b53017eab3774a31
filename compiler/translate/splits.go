package translate

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sstc/sstc/compiler/ir"
)

func shortDigest(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:4])
}

// number is a number that may be written as text.
func number(v ir.Value) ir.Value {
	if _, ok := v.(ir.Number); ok {
		return v
	}
	return ir.NewCall(ir.FuncToNumber, v)
}

// documentText is a policy as text.
func documentText(v ir.Value) ir.Value {
	switch v := v.(type) {
	case *ir.Object, ir.List:
		return ir.NewCall(ir.FuncJSONEncode, v)
	}
	return v
}

// Assets returns the assets that a program in the cfn dialect needs outside
// CloudFormation, in addition to its own: one for each function whose code is in
// its template, and one of what calls the functions of custom resources. A
// program with these assets can be given to [ToPulumi].
func Assets(p *ir.Program) []*ir.Asset {
	if p.Dialect != ir.CFN {
		return nil
	}
	out := inlineCode(p)
	if slices.ContainsFunc(p.Resources, func(r *ir.Resource) bool { return isCustom(r.Type) }) {
		out = append(out, customCallerAsset())
	}
	if out == nil {
		return nil
	}
	// Functions that only serve custom resources may not be made.
	with := *p
	with.Assets = append(slices.Clone(p.Assets), out...)
	translated, _ := ToPulumi(&with)
	used := map[string]bool{}
	translated.WalkValues(func(_ string, v ir.Value) {
		if a, ok := v.(ir.AssetRef); ok {
			used[a.Asset] = true
		}
	})
	return slices.DeleteFunc(out, func(a *ir.Asset) bool { return !used[a.ID] })
}

// inlineCode returns an asset for each function whose code is in its template.
func inlineCode(p *ir.Program) []*ir.Asset {
	var out []*ir.Asset
	for _, r := range p.Resources {
		if r.Type != "AWS::Lambda::Function" {
			continue
		}
		code, ok := objectIn(r.Props.Get("Code")).Get("ZipFile").(ir.String)
		id := inlineCodeID(r)
		if !ok || p.FindAsset(id) != nil {
			continue
		}
		runtime, _ := r.Props.Get("Runtime").(ir.String)
		out = append(out, &ir.Asset{ID: id, Kind: ir.AssetIsArchive, Parts: inlineParts(string(runtime), string(code)), Range: r.Range})
	}
	return out
}

func inlineCodeID(r *ir.Resource) string { return r.ID + "InlineCode" }

// splitFunction gives a function whose code is in the template an archive.
func splitFunction(s *splitter) {
	code := objectIn(s.in.Get("Code"))
	if code.Has("ZipFile") {
		s.take("Code")
		id := inlineCodeID(s.r)
		if s.p.FindAsset(id) == nil {
			s.problem("its code is not known")
			return
		}
		bucket := s.flat.asset(s.e.stack, ir.AssetRef{Asset: id, Attr: ir.AssetBucket})
		s.set("s3Bucket", bucket)
		s.set("s3Key", ir.AssetRef{Asset: id, Attr: ir.AssetKey})
	}
	if code.Has("ImageUri") {
		s.set("packageType", "Image")
	}
	s.partOf("Recursion", "aws:lambda/functionRecursionConfig:FunctionRecursionConfig", "RecursiveLoop")
	s.partOf("Runtime", "aws:lambda/runtimeManagementConfig:RuntimeManagementConfig", "RuntimeManagementConfig")
}

// settleFunction names the form of the logs, which CloudFormation need not be
// told.
func settleFunction(s *splitter) {
	if logs, ok := s.out.Get("loggingConfig").(*ir.Object); ok && !logs.Has("logFormat") {
		s.out = s.out.With("loggingConfig", logs.With("logFormat", ir.String("Text")))
	}
}

// function returns the function that a value refers to, made, or nil if it is
// none of the app's or goes to Cloud Control.
func (s *splitter) function(v ir.Value) *source {
	ref, ok := v.(ir.Ref)
	if !ok {
		return nil
	}
	e := s.sources[ref.Resource]
	if e == nil || e.res.Type != "AWS::Lambda::Function" {
		return nil
	}
	s.decide(e)
	if e.row == nil || len(e.made) == 0 {
		return nil
	}
	return e
}

// makeVersion makes the function publish its versions: a version is not a
// resource of its own.
func makeVersion(s *splitter) {
	fn := s.function(s.take("FunctionName"))
	s.take("Description")
	if s.take("CodeSha256") != nil || fn == nil {
		s.problem("it is a version of a function of somewhere else")
		return
	}
	main := fn.made[0]
	main.Props = main.Props.With("publish", ir.Bool(true))
	s.e.with = []string{main.ID}
	s.e.settings["Ref"] = ownRef(main, "qualifiedArn")
	s.e.settings["FunctionArn"] = ownRef(main, "qualifiedArn")
	s.e.settings["Version"] = ownRef(main, "version")
	s.provisioned(ownRef(main, "name"), ownRef(main, "version"))
}

// provisioned makes the concurrency that is provisioned for a version or an
// alias.
func (s *splitter) provisioned(function, qualifier ir.Value) {
	config := objectIn(s.take("ProvisionedConcurrencyConfig"))
	if n := config.Get("ProvisionedConcurrentExecutions"); n != nil {
		if ref, ok := function.(ir.Ref); ok && !strings.HasPrefix(ref.Attr, ownAttr) {
			function = s.in.Get("FunctionName")
		}
		s.add("Concurrency", "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig", ir.Obj(
			"functionName", function, "qualifier", qualifier, "provisionedConcurrentExecutions", number(n)))
	}
}

// policyName is what of an ARN names the policy.
func policyName(arn ir.Value, n int) string {
	text := ""
	switch v := arn.(type) {
	case ir.String:
		text = string(v)
	case ir.Join:
		text = string(stringIn(v.Parts[len(v.Parts)-1]))
	case ir.Ref:
		text = v.Resource
	}
	text = text[strings.LastIndexAny(text, "/:")+1:]
	if text == "" {
		return strconv.Itoa(n + 1)
	}
	return alnumID(text)
}

// attachments makes a resource of each managed policy that something has.
func (s *splitter) attachments(kind string) {
	for i, arn := range s.list("ManagedPolicyArns") {
		s.add(policyName(arn, i), fmt.Sprintf("aws:iam/%sPolicyAttachment:%sPolicyAttachment", kind, capital(kind)), ir.Obj(
			kind, s.self("Ref"), "policyArn", arn))
	}
}

// inlinePolicies makes a resource of each policy that is in something.
func (s *splitter) inlinePolicies(kind string) {
	for i, p := range s.list("Policies") {
		o := objectIn(p)
		suffix := strconv.Itoa(i + 1)
		if name, ok := o.Get("PolicyName").(ir.String); ok {
			suffix = alnumID(string(name))
		}
		s.add("Policy"+suffix, fmt.Sprintf("aws:iam/%sPolicy:%sPolicy", kind, capital(kind)), ir.Obj(
			kind, s.self("Ref"), "name", o.Get("PolicyName"), "policy", documentText(o.Get("PolicyDocument"))))
	}
}

func splitRole(s *splitter) {
	s.inlinePolicies("role")
	s.attachments("role")
}

func splitGroup(s *splitter) {
	s.inlinePolicies("group")
	s.attachments("group")
}

func splitUser(s *splitter) {
	s.inlinePolicies("user")
	s.attachments("user")
	if groups := s.list("Groups"); groups != nil {
		s.add("Groups", "aws:iam/userGroupMembership:UserGroupMembership", ir.Obj("user", s.self("Ref"), "groups", groups))
	}
}

// owners are what policies can be of: CloudFormation's property, Pulumi's word.
var owners = [][2]string{{"Roles", "role"}, {"Users", "user"}, {"Groups", "group"}}

func splitManagedPolicy(s *splitter) {
	for _, o := range owners {
		list := s.list(o[0])
		for i, who := range list {
			suffix := capital(o[1])
			if len(list) > 1 {
				suffix += policyName(who, i)
			}
			s.add(suffix, fmt.Sprintf("aws:iam/%sPolicyAttachment:%sPolicyAttachment", o[1], capital(o[1])), ir.Obj(
				o[1], who, "policyArn", s.self("Ref")))
		}
	}
}

// makePolicy makes a policy that CloudFormation puts into roles, users and
// groups: one for each.
func makePolicy(s *splitter) {
	name, doc := s.take("PolicyName"), documentText(s.take("PolicyDocument"))
	for _, o := range owners {
		for i, who := range s.list(o[0]) {
			suffix := ""
			if len(s.made) > 0 {
				suffix = capital(o[1]) + policyName(who, i)
			}
			s.add(suffix, fmt.Sprintf("aws:iam/%sPolicy:%sPolicy", o[1], capital(o[1])), ir.Obj(o[1], who, "name", name, "policy", doc))
		}
	}
}

// splitBucket makes a resource of each aspect of a bucket.
func splitBucket(s *splitter) {
	const prefix = "aws:s3/bucket"
	token := func(name string) string { return prefix + name + ":Bucket" + name }
	s.partOf("PublicAccessBlock", token("PublicAccessBlock"), "PublicAccessBlockConfiguration")
	ownership := s.partOf("OwnershipControls", token("OwnershipControls"), "OwnershipControls")
	if s.in.Get("AccessControl") == ir.Value(ir.String("Private")) {
		s.take("AccessControl")
	}
	if acl := s.partOf("Acl", token("Acl"), "AccessControl"); acl != nil && ownership != nil {
		acl.Options.DependsOn = []string{ownership.ID}
	}
	versioning := s.partOf("Versioning", token("Versioning"), "VersioningConfiguration")
	s.partOf("Encryption", token("ServerSideEncryptionConfiguration"), "BucketEncryption")
	s.partOf("Cors", token("CorsConfiguration"), "CorsConfiguration")
	lifecycle := s.partOf("Lifecycle", token("LifecycleConfiguration"), "LifecycleConfiguration")
	if lifecycle != nil && versioning != nil {
		lifecycle.Options.DependsOn = []string{versioning.ID}
	}
	s.partOf("Logging", token("Logging"), "LoggingConfiguration")
	s.partOf("Accelerate", token("AccelerateConfiguration"), "AccelerateConfiguration")
	if website := s.partOf("Website", token("WebsiteConfiguration"), "WebsiteConfiguration"); website != nil {
		s.e.settings["WebsiteURL"] = ir.Concat("http://", ownRef(website, "websiteEndpoint"))
	}
	if lock := objectIn(s.take("ObjectLockConfiguration")); lock.Has("Rule") {
		s.part("ObjectLock", token("ObjectLockConfiguration"), ir.Obj("ObjectLockConfiguration", ir.Obj("Rule", lock.Get("Rule"))))
	}
	if replication := s.partOf("Replication", token("ReplicationConfig"), "ReplicationConfiguration"); replication != nil && versioning != nil {
		replication.Options.DependsOn = []string{versioning.ID}
	}
	for _, list := range [][3]string{
		{"IntelligentTieringConfigurations", "IntelligentTieringConfiguration", token("IntelligentTieringConfiguration")},
		{"MetricsConfigurations", "Metric", token("Metric")},
		{"InventoryConfigurations", "Inventory", "aws:s3/inventory:Inventory"},
		{"AnalyticsConfigurations", "Analytics", "aws:s3/analyticsConfiguration:AnalyticsConfiguration"},
	} {
		for _, e := range s.list(list[0]) {
			s.part(list[1]+alnumID(string(stringIn(objectIn(e).Get("Id")))), list[2], objectIn(e))
		}
	}
	if n := s.take("NotificationConfiguration"); n != nil {
		s.notifications(s.self("Ref"), objectIn(n))
	}
	if s.e.emptied {
		s.set("forceDestroy", true)
	}
	if s.in.Get("ObjectLockEnabled") == ir.Value(ir.Bool(false)) {
		s.take("ObjectLockEnabled")
	}
}

// notifications makes the notifications of a bucket. Its properties are
// CloudFormation's, or those of S3's API, as the CDK's custom resource has them.
func (s *splitter) notifications(bucket ir.Value, n *ir.Object) {
	props := ir.Obj("bucket", bucket)
	if n.Has("EventBridgeConfiguration") {
		props = props.With("eventbridge", ir.Bool(true))
	}
	for _, kind := range [][4]string{
		{"LambdaConfigurations", "LambdaFunctionConfigurations", "lambdaFunctions", "lambdaFunctionArn"},
		{"QueueConfigurations", "", "queues", "queueArn"},
		{"TopicConfigurations", "", "topics", "topicArn"},
	} {
		list, _ := n.Get(kind[0]).(ir.List)
		if l, ok := n.Get(kind[1]).(ir.List); ok {
			list = l
		}
		var out ir.List
		for _, e := range list {
			o := objectIn(e)
			var target ir.Value
			for _, name := range []string{"Function", "LambdaFunctionArn", "Queue", "QueueArn", "Topic", "TopicArn"} {
				if v := o.Get(name); v != nil {
					target = v
				}
			}
			events, _ := o.Get("Events").(ir.List)
			if v := o.Get("Event"); v != nil {
				events = ir.List{v}
			}
			entry := ir.Obj(kind[3], target, "events", events)
			key := objectIn(objectIn(o.Get("Filter")).Get("S3Key"))
			if key.Len() == 0 {
				key = objectIn(objectIn(o.Get("Filter")).Get("Key"))
			}
			rules, _ := key.Get("Rules").(ir.List)
			if l, ok := key.Get("FilterRules").(ir.List); ok {
				rules = l
			}
			for _, r := range rules {
				switch strings.ToLower(string(stringIn(objectIn(r).Get("Name")))) {
				case "prefix":
					entry = entry.With("filterPrefix", objectIn(r).Get("Value"))
				case "suffix":
					entry = entry.With("filterSuffix", objectIn(r).Get("Value"))
				}
			}
			// What differs in its event only is one entry.
			merged := false
			for i, e := range out {
				old := objectIn(e)
				if ir.PrintValue(old.With("events", nil)) == ir.PrintValue(entry.With("events", nil)) {
					both, _ := old.Get("events").(ir.List)
					out[i] = old.With("events", append(slices.Clone(both), events...))
					merged = true
				}
			}
			if !merged {
				out = append(out, entry)
			}
		}
		if out != nil {
			props = props.With(kind[2], out)
		}
	}
	s.add("Notification", "aws:s3/bucketNotification:BucketNotification", props)
}

// settleLifecycle gives rules the filter that the provider wants: one condition
// by itself, several together.
func settleLifecycle(s *splitter) {
	l, ok := s.out.Get("rules").(ir.List)
	if !ok {
		return
	}
	out := make(ir.List, len(l))
	for i, e := range l {
		o := objectIn(e)
		given := objectIn(o.Get("filter"))
		all := given.With("and", nil)
		if tags := objectIn(objectIn(given.Get("and")).Get("tags")); tags.Len() > 0 {
			all = all.With("tags", tags)
		}
		tags := objectIn(all.Get("tags"))
		switch {
		case all.Len() == 0:
			all = ir.Obj("prefix", "")
		case all.Len() == 1 && tags.Len() == 1:
			all = ir.Obj("tag", ir.Obj("key", tags.Fields[0].Key, "value", tags.Fields[0].Value))
		case all.Len() > 1 || tags.Len() > 1:
			all = ir.Obj("and", all)
		}
		out[i] = o.With("filter", all)
		if !o.Has("id") { // CloudFormation makes one up
			out[i] = ir.Obj("id", fmt.Sprintf("rule-%d", i+1)).Merge(objectIn(out[i]))
		}
	}
	s.out = s.out.With("rules", out)
}

// waitForAccess waits until a bucket may have the policy: what blocks public
// ones is part of a bucket in CloudFormation.
func (s *splitter) waitForAccess(bucket ir.Value) {
	ref, _ := bucket.(ir.Ref)
	if e := s.sources[ref.Resource]; e != nil && s.main != nil {
		s.decide(e)
		for _, r := range e.made {
			if r.Type == "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock" {
				s.main.Options.DependsOn = append(s.main.Options.DependsOn, r.ID)
			}
		}
	}
}

// splitTable reads the lists of keys of a table and its indexes.
func splitTable(s *splitter) {
	hash, rng := keysIn(s, s.take("KeySchema"))
	s.set("hashKey", hash)
	s.set("rangeKey", rng)
	for _, list := range []string{"GlobalSecondaryIndexes", "LocalSecondaryIndexes"} {
		indexes, ok := s.in.Get(list).(ir.List)
		if !ok {
			continue
		}
		out := make(ir.List, len(indexes))
		for i, e := range indexes {
			o := objectIn(e)
			if insights := objectIn(o.Get("ContributorInsightsSpecification")); isTrue(insights.Get("Enabled")) {
				name := o.Get("IndexName")
				s.add("Insights"+alnumID(string(stringIn(name))), insightsToken, ir.Obj("tableName", s.self("Ref"), "indexName", name, "mode", insights.Get("Mode")))
			}
			out[i] = o.With("KeySchema", nil).With("ContributorInsightsSpecification", nil)
		}
		s.e.settings["\x00"+list] = indexes
		s.in = s.in.With(list, out)
	}
	if sse, ok := s.in.Get("SSESpecification").(*ir.Object); ok {
		s.in = s.in.With("SSESpecification", sse.With("SSEType", nil))
	}
	if insights := objectIn(s.take("ContributorInsightsSpecification")); isTrue(insights.Get("Enabled")) {
		s.add("Insights", insightsToken, ir.Obj("tableName", s.self("Ref"), "mode", insights.Get("Mode")))
	}
	if k := objectIn(s.take("KinesisStreamSpecification")); k.Has("StreamArn") {
		s.add("Kinesis", "aws:dynamodb/kinesisStreamingDestination:KinesisStreamingDestination", ir.Obj(
			"tableName", s.self("Ref"), "streamArn", k.Get("StreamArn"), "approximateCreationDateTimePrecision", k.Get("ApproximateCreationDateTimePrecision")))
	}
	if s.in.Has("StreamSpecification") {
		s.set("streamEnabled", true)
		if p, ok := s.takeIn("StreamSpecification", "ResourcePolicy").(*ir.Object); ok {
			s.add("StreamPolicy", "aws:dynamodb/resourcePolicy:ResourcePolicy", ir.Obj("resourceArn", s.self("StreamArn"), "policy", documentText(p.Get("PolicyDocument"))))
		}
	}
	if p := objectIn(s.take("ResourcePolicy")).Get("PolicyDocument"); p != nil {
		s.add("Policy", "aws:dynamodb/resourcePolicy:ResourcePolicy", ir.Obj("resourceArn", s.self("Arn"), "policy", documentText(p)))
	}
}

func keysIn(s *splitter, v ir.Value) (hash, rng ir.Value) {
	l, _ := v.(ir.List)
	for _, e := range l {
		o := objectIn(e)
		switch o.Get("KeyType") {
		case ir.String("HASH"):
			if hash != nil {
				s.problem("it has several hash keys")
			}
			hash = o.Get("AttributeName")
		case ir.String("RANGE"):
			if rng != nil {
				s.problem("it has several range keys")
			}
			rng = o.Get("AttributeName")
		}
	}
	return hash, rng
}

func settleTable(s *splitter) {
	for _, list := range []string{"GlobalSecondaryIndexes", "LocalSecondaryIndexes"} {
		given, _ := s.e.settings["\x00"+list].(ir.List)
		name := strings.ToLower(list[:1]) + list[1:]
		made, _ := s.out.Get(name).(ir.List)
		if len(given) != len(made) || given == nil {
			continue
		}
		out := make(ir.List, len(made))
		for i, e := range made {
			hash, rng := keysIn(s, objectIn(given[i]).Get("KeySchema"))
			o := objectIn(e)
			if list == "GlobalSecondaryIndexes" {
				o = o.With("hashKey", hash)
			}
			out[i] = o.With("rangeKey", rng)
		}
		s.set(name, out)
	}
}

// makeQueuePolicy makes a policy for each queue.
func makeQueuePolicy(s *splitter) {
	doc := documentText(s.take("PolicyDocument"))
	for i, q := range s.list("Queues") {
		suffix := ""
		if i > 0 {
			suffix = policyName(q, i)
		}
		s.add(suffix, "aws:sqs/queuePolicy:QueuePolicy", ir.Obj("queueUrl", q, "policy", doc))
	}
}

// makeTopicPolicy makes a policy for each topic.
func makeTopicPolicy(s *splitter) {
	doc := documentText(s.take("PolicyDocument"))
	for i, topic := range s.list("Topics") {
		suffix := ""
		if i > 0 {
			suffix = policyName(topic, i)
		}
		s.add(suffix, "aws:sns/topicPolicy:TopicPolicy", ir.Obj("arn", topic, "policy", doc))
	}
}

func splitTopic(s *splitter) {
	for i, e := range s.list("Subscription") {
		o := objectIn(e)
		s.add(fmt.Sprintf("Subscription%d", i+1), "aws:sns/topicSubscription:TopicSubscription", ir.Obj(
			"topic", s.self("Ref"), "protocol", o.Get("Protocol"), "endpoint", o.Get("Endpoint")))
	}
	for _, e := range s.list("DeliveryStatusLogging") {
		o := objectIn(e)
		protocol := string(stringIn(o.Get("Protocol")))
		if protocol == "http/s" {
			protocol = "http"
		}
		if !slices.Contains([]string{"application", "firehose", "http", "lambda", "sqs"}, protocol) {
			s.problem("there is nothing for logging what is delivered to %s", protocol)
			continue
		}
		s.set(protocol+"FailureFeedbackRoleArn", o.Get("FailureFeedbackRoleArn"))
		s.set(protocol+"SuccessFeedbackRoleArn", o.Get("SuccessFeedbackRoleArn"))
		if rate := o.Get("SuccessFeedbackSampleRate"); rate != nil {
			s.set(protocol+"SuccessFeedbackSampleRate", number(rate))
		}
	}
}

// splitRule makes a resource of each target.
func splitRule(s *splitter) {
	for i, e := range s.list("Targets") {
		o := objectIn(e)
		suffix := fmt.Sprintf("Target%d", i)
		if id, ok := o.Get("Id").(ir.String); ok {
			suffix = capital(alnumID(string(id)))
		}
		r := s.part(suffix, "aws:cloudwatch/eventTarget:EventTarget", o)
		if bus := s.in.Get("EventBusName"); bus != nil {
			r.Props = r.Props.With("eventBusName", bus)
		}
	}
}

// makeBusPolicy makes the policy of an event bus, which has all statements
// that CloudFormation has as resources.
func makeBusPolicy(s *splitter) {
	bus := s.take("EventBusName")
	id, statement := s.take("StatementId"), objectIn(s.take("Statement"))
	if statement.Len() == 0 {
		s.problem("it has no statement")
		return
	}
	statement = statement.With("Sid", id)
	for _, e := range s.order {
		if e == s.e || e.res.Type != s.r.Type || len(e.made) == 0 || e.made[0].Type != busPolicy {
			continue
		}
		first := e.made[0]
		if same := ir.PrintValue(objectIn(e.props).Get("EventBusName")) == ir.PrintValue(objectIn(s.e.props).Get("EventBusName")); !same {
			continue
		}
		doc, _ := parseJSON(first.Props.Get("policy"))
		statements, _ := objectIn(doc).Get("Statement").(ir.List)
		first.Props = first.Props.With("policy", documentText(objectIn(doc).With("Statement", append(slices.Clone(statements), statement))))
		s.e.with = []string{first.ID}
		return
	}
	s.add("", busPolicy, ir.Obj("eventBusName", bus, "policy", documentText(ir.Obj("Version", "2012-10-17", "Statement", ir.List{statement}))))
}

const busPolicy = "aws:cloudwatch/eventBusPolicy:EventBusPolicy"

// makeMethod makes of a method of a REST API what Pulumi has for it: method,
// integration, and responses.
func makeMethod(s *splitter) {
	integration, responses := objectIn(s.take("Integration")), s.list("MethodResponses")
	props := s.takeAll()
	method := s.part("", "aws:apigateway/method:Method", props)
	method.Props = method.Props.With("authorization", orDefault(method.Props.Get("authorization"), "NONE"))
	where := func(after *ir.Resource) *ir.Object {
		return ir.Obj("restApi", method.Props.Get("restApi"), "resourceId", method.Props.Get("resourceId"), "httpMethod", ownRef(after, "httpMethod"))
	}
	codes := map[string]*ir.Resource{}
	for _, e := range responses {
		o := objectIn(e)
		code := string(stringIn(text(o.Get("StatusCode"))))
		r := s.part("Response"+alnumID(code)[len(alnumID(code))-min(3, len(code)):], "aws:apigateway/methodResponse:MethodResponse", o)
		r.Props = where(method).Merge(r.Props)
		codes[code] = r
	}
	if integration.Len() == 0 {
		return
	}
	more, _ := integration.Get("IntegrationResponses").(ir.List)
	made := s.part("Integration", "aws:apigateway/integration:Integration", ir.Obj("Integration", integration.With("IntegrationResponses", nil)))
	made.Props = where(method).Merge(made.Props)
	for _, e := range more {
		o := objectIn(e)
		code := string(stringIn(text(o.Get("StatusCode"))))
		p := where(made).Merge(ir.Obj("statusCode", code, "selectionPattern", o.Get("SelectionPattern"), "contentHandling", o.Get("ContentHandling"),
			"responseParameters", o.Get("ResponseParameters"), "responseTemplates", o.Get("ResponseTemplates")))
		if r := codes[code]; r != nil {
			p = p.With("statusCode", ownRef(r, "statusCode"))
		}
		s.add("IntegrationResponse"+code, "aws:apigateway/integrationResponse:IntegrationResponse", p)
	}
}

func orDefault(v ir.Value, def string) ir.Value {
	if v == nil {
		return ir.String(def)
	}
	return v
}

func splitRestAPI(s *splitter) {
	s.take("FailOnWarnings")
	if body := s.in.Get("Body"); body != nil {
		s.in = s.in.With("Body", documentText(body))
	}
}

// splitDeployment makes a deployment that is made anew whenever CloudFormation
// would: when its logical ID is another one.
func splitDeployment(s *splitter) {
	s.set("triggers", ir.Obj("redeployment", s.r.LogicalID))
	name := s.take("StageName")
	if name == nil {
		return
	}
	for _, e := range s.order {
		if e.res.Type == "AWS::ApiGateway::Stage" && e.props != nil && ir.PrintValue(e.props.Get("StageName")) == ir.PrintValue(name) &&
			ir.PrintValue(e.props.Get("RestApiId")) == ir.PrintValue(s.in.Get("RestApiId")) {
			return // which is the same stage
		}
	}
	if s.in.Has("StageDescription") {
		s.problem("there is nothing for what it says of its stage")
	}
	s.add("Stage", "aws:apigateway/stage:Stage", ir.Obj("restApi", s.in.Get("RestApiId"), "deployment", ownRef(s.main, "id"), "stageName", name))
}

func splitStage(s *splitter) {
	for i, e := range s.list("MethodSettings") {
		o := objectIn(e)
		resource, method := string(stringIn(o.Get("ResourcePath"))), string(stringIn(o.Get("HttpMethod")))
		path := strings.TrimPrefix(strings.ReplaceAll(resource, "~1", "/"), "/") + "/" + method
		if resource == "/" {
			path = "/" + method
		}
		settings, _ := smalls(o.With("ResourcePath", nil).With("HttpMethod", nil)).(*ir.Object)
		if ttl := settings.Get("cacheTtlInSeconds"); ttl != nil {
			settings = settings.With("cacheTtlInSeconds", number(ttl))
		}
		suffix := "Settings"
		if i > 0 {
			suffix += strconv.Itoa(i + 1)
		}
		s.add(suffix, "aws:apigateway/methodSettings:MethodSettings", ir.Obj(
			"restApi", s.in.Get("RestApiId"), "stageName", s.self("Ref"), "methodPath", path, "settings", settings))
	}
}

func splitUserPool(s *splitter) {
	for _, m := range s.list("EnabledMfas") {
		switch m {
		case ir.String("SOFTWARE_TOKEN_MFA"):
			s.set("softwareTokenMfaConfiguration", ir.Obj("enabled", true))
		case ir.String("SMS_MFA"), ir.String("EMAIL_OTP"): // said by the settings for them
		default:
			s.problem("there is nothing for a second factor")
		}
	}
}

// settleUserPool names the types of standard attributes.
func settleUserPool(s *splitter) {
	named("name", 128)(s)
	l, ok := s.out.Get("schemas").(ir.List)
	if !ok {
		return
	}
	out := make(ir.List, len(l))
	for i, e := range l {
		o := objectIn(e)
		if !o.Has("attributeDataType") {
			kind := "String"
			switch o.Get("name") {
			case ir.String("email_verified"), ir.String("phone_number_verified"):
				kind = "Boolean"
			case ir.String("updated_at"):
				kind = "Number"
			}
			o = o.With("attributeDataType", ir.String(kind))
		}
		out[i] = o
	}
	s.out = s.out.With("schemas", out)
}

// makeSchema gives a GraphQL API its schema.
func makeSchema(s *splitter) {
	ref, _ := s.take("ApiId").(ir.Ref)
	api := s.sources[ref.Resource]
	definition := s.take("Definition")
	if api == nil || definition == nil {
		s.problem("the schema is in a file")
		return
	}
	s.decide(api)
	if api.row == nil || len(api.made) == 0 {
		s.problem("its API goes to Cloud Control")
		return
	}
	api.made[0].Props = api.made[0].Props.With("schema", definition)
	s.e.with = []string{api.made[0].ID}
	s.e.settings["Ref"] = ownRef(api.made[0], "id")
	s.e.settings["Id"] = ownRef(api.made[0], "id")
}

// splitCertificate makes the records of a certificate whose hosted zones are
// given, and what waits until it is valid.
func splitCertificate(s *splitter) {
	options, _ := s.in.Get("DomainValidationOptions").(ir.List)
	zones := map[string]ir.Value{}
	for _, e := range options {
		o := objectIn(e)
		if zone := o.Get("HostedZoneId"); zone != nil {
			zones[baseDomain(o.Get("DomainName"))] = zone
		}
	}
	if len(zones) == 0 {
		return
	}
	s.take("DomainValidationOptions")
	domains := ir.List{s.in.Get("DomainName")}
	if more, ok := s.in.Get("SubjectAlternativeNames").(ir.List); ok {
		domains = append(domains, more...)
	}
	s.validate(s.main, domains, func(domain ir.Value) ir.Value { return zones[baseDomain(domain)] })
}

// validate makes the records of a certificate, and makes references to it wait
// until it is valid.
func (s *splitter) validate(cert *ir.Resource, domains ir.List, zone func(domain ir.Value) ir.Value) {
	seen := map[string]bool{}
	var names ir.List
	list := ownRef(cert, "domainValidationOptions")
	for i, d := range domains {
		base := baseDomain(d)
		if seen[base] || zone(d) == nil {
			continue
		}
		seen[base] = true
		option := ir.Value(ir.Call{Func: ir.FuncFind, Args: []ir.Value{list, ir.String("domainName"), d, ir.Number(i)}})
		if len(domains) == 1 {
			option = ir.NewCall(ir.FuncIndex, list, ir.Number(0))
		}
		get := func(name string) ir.Value { return ir.NewCall(ir.FuncIndex, option, ir.String(name)) }
		suffix := "Record"
		if len(names) > 0 {
			suffix += strconv.Itoa(len(names) + 1)
		}
		r := s.add(suffix, "aws:route53/record:Record", ir.Obj("zoneId", zone(d), "name", get("resourceRecordName"), "type", get("resourceRecordType"),
			"ttl", 60, "records", ir.List{get("resourceRecordValue")}, "allowOverwrite", true))
		names = append(names, ownRef(r, "fqdn"))
	}
	if names == nil {
		return
	}
	valid := s.add("Validation", "aws:acm/certificateValidation:CertificateValidation", ir.Obj("certificateArn", ownRef(cert, "arn"), "validationRecordFqdns", names))
	s.e.settings["Ref"] = ownRef(valid, "certificateArn")
	s.e.settings["Arn"] = ownRef(valid, "certificateArn")
}

func splitRecord(s *splitter) {
	s.take("Comment")
	if name := s.take("HostedZoneName"); name != nil {
		id := s.flat.invoke(s.e.stack, s.e.id+"Zone", "aws:route53/getZone:getZone", ir.Obj("name", name))
		s.set("zoneId", ir.Ref{Resource: id, Attr: "zoneId"})
	}
}

func settleRecord(s *splitter) {
	if l, ok := s.out.Get("aliases").(ir.List); ok {
		out := make(ir.List, len(l))
		for i, e := range l {
			o := objectIn(e)
			if !o.Has("evaluateTargetHealth") {
				o = o.With("evaluateTargetHealth", ir.Bool(false))
			}
			out[i] = o
		}
		s.out = s.out.With("aliases", out)
	}
	records, ok := s.out.Get("records").(ir.List)
	if t := s.out.Get("type"); ok && (t == ir.Value(ir.String("TXT")) || t == ir.Value(ir.String("SPF"))) {
		out := make(ir.List, len(records))
		for i, e := range records {
			if text, ok := e.(ir.String); ok && len(text) > 1 && text[0] == '"' && strings.Count(string(text), `"`) == 2 {
				e = text[1 : len(text)-1]
			}
			out[i] = e
		}
		s.out = s.out.With("records", out)
	}
}

// splitSecurityGroup makes a resource of each rule. What lets nothing out in
// CloudFormation, a rule that nothing matches, is no rule.
func splitSecurityGroup(s *splitter) {
	ingress, egress := s.list("SecurityGroupIngress"), s.in.Get("SecurityGroupEgress")
	out := s.list("SecurityGroupEgress")
	if egress == nil {
		out = ir.List{ir.Obj("IpProtocol", "-1", "CidrIp", "0.0.0.0/0", "Description", "Everything goes out")}
	}
	for _, kind := range []struct {
		name string
		list ir.List
	}{{"Ingress", ingress}, {"Egress", out}} {
		for _, e := range kind.list {
			o := objectIn(e)
			if o.Get("CidrIp") == ir.Value(ir.String("255.255.255.255/32")) {
				continue
			}
			if o.Get("IpProtocol") == ir.Value(ir.String("-1")) {
				o = o.With("FromPort", nil).With("ToPort", nil)
			}
			token := fmt.Sprintf("aws:vpc/securityGroup%sRule:SecurityGroup%sRule", kind.name, kind.name)
			r := s.part(kind.name+shortDigest(ir.PrintValue(e))[:6], token, o)
			r.Props = ir.Obj("securityGroupId", s.self("GroupId")).Merge(r.Props)
		}
	}
	if s.in.Get("GroupDescription") == nil {
		s.set("description", "Managed by sstc")
	}
}

// withoutPorts takes the ports off a rule for all protocols.
func withoutPorts(s *splitter) {
	if s.in.Get("IpProtocol") == ir.Value(ir.String("-1")) {
		s.take("FromPort")
		s.take("ToPort")
	}
}

// splitSecret makes a secret's value: the one that is given, or one that the
// random provider makes up.
func splitSecret(s *splitter) {
	const version = "aws:secretsmanager/secretVersion:SecretVersion"
	for _, name := range []string{"GenerateSecretString", "SecretString"} {
		v := s.take(name)
		if v == nil {
			continue
		}
		if name == "SecretString" {
			s.add("Version", version, ir.Obj("secretId", s.self("Ref"), "secretString", v))
			continue
		}
		rules := objectIn(v)
		length := rules.Get("PasswordLength")
		if length == nil {
			length = ir.Number(32)
		}
		special := "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
		excluded := string(stringIn(rules.Get("ExcludeCharacters")))
		kept := strings.Map(func(r rune) rune {
			if strings.ContainsRune(excluded, r) {
				return -1
			}
			return r
		}, special)
		props := ir.Obj("length", number(length))
		if isTrue(rules.Get("ExcludePunctuation")) || kept == "" {
			props = props.With("special", ir.Bool(false))
		} else if kept != special {
			props = props.With("overrideSpecial", ir.String(kept))
		}
		for _, kind := range [][2]string{{"ExcludeLowercase", "lower"}, {"ExcludeUppercase", "upper"}, {"ExcludeNumbers", "numeric"}} {
			if isTrue(rules.Get(kind[0])) {
				props = props.With(kind[1], ir.Bool(false))
			}
		}
		password := s.add("Password", "random:index/randomPassword:RandomPassword", props)
		result := ownRef(password, "result")
		value := result
		if key, ok := rules.Get("GenerateStringKey").(ir.String); ok {
			template, _ := parseJSON(orDefault(rules.Get("SecretStringTemplate"), "{}"))
			o := objectIn(template)
			for i := range o.Len() {
				s.e.settings[secretAttr+o.Fields[i].Key] = o.Fields[i].Value
			}
			s.e.settings[secretAttr+string(key)] = result
			value = documentText(o.With(string(key), result))
		}
		s.e.settings[secretAttr] = value
		s.add("Version", version, ir.Obj("secretId", s.self("Ref"), "secretString", value))
	}
}

// secretAttr begins the attribute of a secret that is what is in it under a
// key; alone, it is all of it.
const secretAttr = "{{secret}}"

// makeAttachment adds to a secret where the database is.
func makeAttachment(s *splitter) {
	secret, _ := s.take("SecretId").(ir.Ref)
	target, _ := s.take("TargetId").(ir.Ref)
	s.take("TargetType")
	e, db := s.sources[secret.Resource], s.sources[target.Resource]
	if e == nil || db == nil {
		s.problem("it is about a secret or a database of somewhere else")
		return
	}
	s.decide(e)
	s.decide(db)
	i := slices.IndexFunc(e.made, func(r *ir.Resource) bool { return r.Type == "aws:secretsmanager/secretVersion:SecretVersion" })
	if i < 0 || db.row == nil {
		s.problem("the value of the secret is not known")
		return
	}
	doc, ok := parseJSON(e.made[i].Props.Get("secretString"))
	o, isObject := doc.(*ir.Object)
	if !ok || !isObject {
		s.problem("the value of the secret is no JSON object")
		return
	}
	ref := func(attr string) ir.Value { return ir.Ref{Resource: db.res.ID, Attr: attr} }
	address, port := ref("Endpoint.Address"), ref("Endpoint.Port")
	if strings.HasPrefix(db.res.Type, "AWS::DocDB::") {
		address, port = ref("Endpoint"), ref("Port")
		db.props = db.props.With("Engine", ir.String("mongo"))
	}
	if strings.HasPrefix(db.res.Type, "AWS::Redshift::") {
		db.props = db.props.With("Engine", ir.String("redshift"))
	}
	o = o.Merge(ir.Obj(
		"engine", strings.TrimPrefix(strings.TrimPrefix(string(stringIn(db.props.Get("Engine"))), "aurora-"), "aurora"),
		"host", address, "port", port, "dbname", orNil(db.props.Get("DatabaseName"), db.props.Get("DBName"))))
	if strings.HasSuffix(db.res.Type, "Cluster") {
		o = o.With("dbClusterIdentifier", ref("Ref"))
	} else {
		o = o.With("dbInstanceIdentifier", ref("Ref"))
	}
	if o.Get("engine") == ir.Value(ir.String("postgresql")) {
		o = o.With("engine", ir.String("postgres"))
	}
	e.made[i].Props = e.made[i].Props.With("secretString", documentText(o))
	s.e.settings["Ref"] = ownRef(e.made[0], "arn")
	s.e.settings["Id"] = ownRef(e.made[0], "arn")
	s.e.with = []string{e.made[i].ID}
}

func orNil(vs ...ir.Value) ir.Value {
	for _, v := range vs {
		if v != nil {
			return v
		}
	}
	return nil
}

func splitTargetGroup(s *splitter) {
	for i, e := range s.list("Targets") {
		r := s.part(fmt.Sprintf("Target%d", i+1), "aws:lb/targetGroupAttachment:TargetGroupAttachment", objectIn(e))
		r.Props = r.Props.With("targetGroupArn", s.self("Ref"))
	}
	s.attributes("TargetGroupAttributes", append(slices.Clone(targetGroupAttributes), attribute{"stickiness.cookieDuration", "stickiness.app_cookie.duration_seconds"}))
	if m, ok := s.in.Get("Matcher").(*ir.Object); ok && m.Has("GrpcCode") {
		s.in = s.in.With("Matcher", ir.Obj("HttpCode", m.Get("GrpcCode")))
	}
	if st, ok := s.out.Get("stickiness").(*ir.Object); ok && !st.Has("type") {
		s.out = s.out.With("stickiness", st.With("type", ir.String("lb_cookie")))
	}
}

// splitProxyTargets makes a resource of each database behind a proxy.
func splitProxyTargets(s *splitter) {
	s.take("TargetGroupName") // there is only the default one
	for _, kind := range [][2]string{{"DBClusterIdentifiers", "dbClusterIdentifier"}, {"DBInstanceIdentifiers", "dbInstanceIdentifier"}} {
		for i, id := range s.list(kind[0]) {
			suffix := "Target"
			if i > 0 {
				suffix += strconv.Itoa(i + 1)
			}
			s.add(suffix, "aws:rds/proxyTarget:ProxyTarget", ir.Obj("dbProxyName", s.in.Get("DBProxyName"), "targetGroupName", ownRef(s.main, "name"), kind[1], id))
		}
	}
}

// splitLayerPermission takes the ARN of a layer's version apart.
func splitLayerPermission(s *splitter) {
	ref, _ := s.take("LayerVersionArn").(ir.Ref)
	layer := s.sources[ref.Resource]
	s.decide(layer)
	if layer == nil || layer.row == nil {
		s.problem("the layer is not of this app")
		return
	}
	s.set("layerName", ownRef(layer.made[0], "layerName"))
	s.set("versionNumber", ir.NewCall(ir.FuncToNumber, ownRef(layer.made[0], "version")))
	s.set("statementId", s.e.id)
}

// splitScalingPolicy takes apart what a policy says of its target in one.
func splitScalingPolicy(s *splitter) {
	ref, ok := s.in.Get("ScalingTargetId").(ir.Ref)
	if !ok {
		return
	}
	target := s.sources[ref.Resource]
	if target == nil {
		return
	}
	s.take("ScalingTargetId")
	s.decide(target)
	for _, name := range []string{"ResourceId", "ScalableDimension", "ServiceNamespace"} {
		if target.row != nil && len(target.made) > 0 {
			s.set(small(name), ownRef(target.made[0], small(name)))
		} else {
			s.set(small(name), target.props.Get(name))
			s.main.Options.DependsOn = idsOf(target)
		}
	}
}

// splitFlowLog reads what a flow log is of, and where it goes.
func splitFlowLog(s *splitter) {
	for _, kind := range flowLogKinds {
		if s.in.Get("ResourceType") == ir.Value(ir.String(kind[1])) {
			s.take("ResourceType")
			s.set(kind[0], s.take("ResourceId"))
		}
	}
	if o, ok := s.in.Get("DestinationOptions").(*ir.Object); ok {
		s.in = s.in.With("DestinationOptions", capitals(o)) // which is as the CDK writes them
	}
	name := s.take("LogGroupName")
	if name == nil {
		return
	}
	if s.in.Has("LogDestination") {
		s.problem("it has two destinations")
		return
	}
	if ref, ok := name.(ir.Ref); ok && ref.Attr == "Ref" && s.sources[ref.Resource] != nil {
		// The ARN of a group ends in ":*", which means its streams.
		name = ir.NewCall(ir.FuncIndex, ir.NewCall(ir.FuncSplit, ir.String(":*"), ir.Ref{Resource: ref.Resource, Attr: "Arn"}), ir.Number(0))
		s.set("logDestination", name)
		return
	}
	region := ir.Value(ir.Param{Name: ir.PseudoRegion})
	if s.e.stack != nil {
		region = ir.String(s.e.stack.region)
	}
	s.set("logDestination", s.flat.value(s.e.stack, ir.Concat("arn:", ir.Param{Name: ir.PseudoPartition}, ":logs:", region, ":", ir.Param{Name: ir.PseudoAccount}, ":log-group:", name)))
}

// splitStateMachine puts values into the places that a definition has for them.
func splitStateMachine(s *splitter) {
	definition := s.in.Get("DefinitionString")
	values, ok := s.in.Get("DefinitionSubstitutions").(*ir.Object)
	if definition == nil || !ok {
		return
	}
	s.take("DefinitionSubstitutions")
	s.in = s.in.With("DefinitionString", ir.Map(definition, func(v ir.Value) ir.Value {
		text, ok := v.(ir.String)
		if !ok {
			return v
		}
		rest, parts := string(text), []any{}
		for {
			before, after, found := strings.Cut(rest, "${")
			name, tail, closed := strings.Cut(after, "}")
			if !found || !closed {
				return ir.Concat(append(parts, rest)...)
			}
			parts, rest = append(parts, before), tail
			if values.Has(name) {
				parts = append(parts, values.Get(name))
			} else {
				parts = append(parts, "${"+name+"}")
			}
		}
	}))
}

// splitWebACL writes rules that a managed group of rules is to leave out as
// rules that only count, which is what AWS makes of them.
func splitWebACL(s *splitter) {
	var walk func(v ir.Value, at string) ir.Value
	walk = func(v ir.Value, at string) ir.Value {
		switch v := v.(type) {
		case ir.List:
			out := make(ir.List, len(v))
			for i, e := range v {
				out[i] = walk(e, at)
			}
			return out
		case *ir.Object:
			out := &ir.Object{}
			for _, f := range v.Fields {
				out.Fields = append(out.Fields, ir.Field{Key: f.Key, Value: walk(f.Value, f.Key)})
			}
			excluded, ok := v.Get("ExcludedRules").(ir.List)
			if !ok || at != "ManagedRuleGroupStatement" {
				return out
			}
			overrides, _ := out.Get("RuleActionOverrides").(ir.List)
			overrides = slices.Clone(overrides)
			for _, e := range excluded {
				overrides = append(overrides, ir.Obj("Name", objectIn(e).Get("Name"), "ActionToUse", ir.Obj("Count", &ir.Object{})))
			}
			out = out.With("ExcludedRules", nil)
			if len(overrides) > 0 {
				out = out.With("RuleActionOverrides", overrides)
			}
			return out
		}
		return v
	}
	if rules := s.in.Get("Rules"); rules != nil {
		s.in = s.in.With("Rules", walk(rules, ""))
	}
}
