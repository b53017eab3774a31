package translate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sstc/sstc/compiler/ir"
)

// backBudgetTime writes seconds since 1970 as "2026-01-31_12:00".
func backBudgetTime(s *splitter, v ir.Value) ir.Value {
	n, ok := number(v).(ir.Number)
	if !ok {
		s.problem("the period of the budget is not known")
		return nil
	}
	return ir.String(time.Unix(int64(n), 0).UTC().Format("2006-01-02_15:04"))
}

func backNotifications(s *splitter, v ir.Value) ir.Value {
	list, ok := v.(ir.List)
	if !ok {
		s.problem("the notifications are not known")
	}
	var out ir.List
	for _, e := range list {
		n, _ := smalls(objectIn(e).Get("Notification")).(*ir.Object)
		if !n.Has("thresholdType") {
			n = n.With("thresholdType", ir.String("PERCENTAGE"))
		}
		n = n.With("threshold", number(n.Get("threshold")))
		var emails, topics ir.List
		subscribers, _ := objectIn(e).Get("Subscribers").(ir.List)
		for _, who := range subscribers {
			o := objectIn(who)
			switch o.Get("SubscriptionType") {
			case ir.String("EMAIL"):
				emails = append(emails, o.Get("Address"))
			case ir.String("SNS"):
				topics = append(topics, o.Get("Address"))
			default:
				s.problem("there is nothing for a subscriber")
			}
		}
		if emails != nil {
			n = n.With("subscriberEmailAddresses", emails)
		}
		if topics != nil {
			n = n.With("subscriberSnsTopicArns", topics)
		}
		out = append(out, n)
	}
	return out
}

// splitProject makes the webhook by which a repository starts a build.
func splitProject(s *splitter) {
	triggers, ok := s.take("Triggers").(*ir.Object)
	if !ok || triggers.Has("Webhook") && !isTrue(triggers.Get("Webhook")) {
		return
	}
	props := ir.Obj("projectName", s.self("Ref"), "buildType", triggers.Get("BuildType"))
	groups, _ := triggers.Get("FilterGroups").(ir.List)
	var out ir.List
	for _, g := range groups {
		list, _ := smalls(g).(ir.List)
		out = append(out, ir.Obj("filters", list))
	}
	if out != nil {
		props = props.With("filterGroups", out)
	}
	for _, name := range []string{"ScopeConfiguration", "PullRequestBuildPolicy"} {
		if v := triggers.Get(name); v != nil {
			props = props.With(small(name), smalls(v))
		}
	}
	s.add("Webhook", "aws:codebuild/webhook:Webhook", props)
}

// splitRepository makes the triggers of a repository.
func splitRepository(s *splitter) {
	var triggers ir.List
	for _, e := range s.list("Triggers") {
		triggers = append(triggers, smalls(e))
	}
	if triggers != nil {
		s.add("Triggers", "aws:codecommit/trigger:Trigger", ir.Obj("repositoryName", ownRef(s.main, "repositoryName"), "triggers", triggers))
	}
	if s.in.Has("Code") {
		s.problem("there is nothing for the code that it begins with")
	}
}

// cacheSnapshot takes a last snapshot of a cache if its deletion policy says
// so.
func cacheSnapshot(s *splitter) {
	if s.deletionPolicy(s.e) == "Snapshot" {
		s.set("finalSnapshotIdentifier", s.finalSnapshotName())
	}
}

func backLogDelivery(s *splitter, v ir.Value) ir.Value {
	list, ok := v.(ir.List)
	if !ok {
		s.problem("where logs go is not known")
	}
	out := make(ir.List, len(list))
	for i, e := range list {
		o := objectIn(e)
		details := objectIn(o.Get("DestinationDetails"))
		destination := orNil(objectIn(details.Get("CloudWatchLogsDetails")).Get("LogGroup"), objectIn(details.Get("KinesisFirehoseDetails")).Get("DeliveryStream"))
		out[i] = ir.Obj("destination", destination, "destinationType", o.Get("DestinationType"), "logFormat", o.Get("LogFormat"), "logType", o.Get("LogType"))
	}
	return out
}

func backLogPublishing(s *splitter, v ir.Value) ir.Value {
	out := ir.List{}
	for i := range objectIn(v).Len() {
		f := objectIn(v).Fields[i]
		o := objectIn(f.Value)
		out = append(out, ir.Obj("logType", f.Key, "cloudwatchLogGroupArn", o.Get("CloudWatchLogsLogGroupArn"), "enabled", o.Get("Enabled")))
	}
	return out
}

func backRequestBodies(s *splitter, v ir.Value) ir.Value {
	names := map[string]string{
		"API_GATEWAY": "apiGateway", "APP_RUNNER_SERVICE": "appRunnerService", "CLOUDFRONT": "cloudfront",
		"COGNITO_USER_POOL": "cognitoUserPool", "VERIFIED_ACCESS_INSTANCE": "verifiedAccessInstance",
	}
	out := &ir.Object{}
	for i := range objectIn(v).Len() {
		f := objectIn(v).Fields[i]
		if names[f.Key] == "" {
			s.problem("there is nothing for the size of bodies at %s", f.Key)
			continue
		}
		out = out.With(names[f.Key], smalls(f.Value))
	}
	return ir.List{out}
}

func backRoleMappings(s *splitter, v ir.Value) ir.Value {
	out := ir.List{}
	for i := range objectIn(v).Len() {
		f := objectIn(v).Fields[i]
		o := objectIn(f.Value)
		m := ir.Obj("identityProvider", orDefault(o.Get("IdentityProvider"), f.Key), "type", o.Get("Type"), "ambiguousRoleResolution", o.Get("AmbiguousRoleResolution"))
		if rules := objectIn(o.Get("RulesConfiguration")).Get("Rules"); rules != nil {
			m = m.With("mappingRules", smalls(rules))
		}
		out = append(out, m)
	}
	return out
}

// splitTopicRule writes the actions of a rule as a list for each kind.
func splitTopicRule(s *splitter) {
	read := func(action ir.Value) (kind [3]string, props *ir.Object) {
		o := objectIn(action)
		if o.Len() == 1 {
			for _, kind := range topicRuleActions {
				if kind[1] == o.Fields[0].Key {
					inner := objectIn(o.Fields[0].Value)
					client := inner.Get("ClientProperties") // whose keys are Kafka's
					props, _ := smalls(inner.With("ClientProperties", nil)).(*ir.Object)
					if client != nil {
						props = props.With("clientProperties", client)
					}
					if headers := props.Get("headers"); headers != nil && kind[0] == "https" {
						props = props.With("headers", nil).With("httpHeaders", headers)
					}
					if kind[1] == "Sqs" && !props.Has("useBase64") {
						props = props.With("useBase64", ir.Bool(false))
					}
					return kind, props
				}
			}
		}
		s.problem("there is nothing for an action of it")
		return kind, nil
	}
	lists := map[string]ir.List{}
	actions, _ := s.takeIn("TopicRulePayload", "Actions").(ir.List)
	for _, a := range actions {
		if kind, props := read(a); props != nil {
			lists[kind[0]] = append(lists[kind[0]], props)
		}
	}
	for _, name := range sortedKeys(lists) {
		s.set(name, lists[name])
	}
	if a := s.takeIn("TopicRulePayload", "ErrorAction"); a != nil {
		if kind, props := read(a); props != nil {
			s.set("errorAction", ir.Obj(kind[2], props))
		}
	}
}

func settleTopicRule(s *splitter) {
	if !s.out.Has("enabled") {
		s.set("enabled", true)
	}
	if !s.out.Has("sqlVersion") {
		s.set("sqlVersion", "2015-10-08")
	}
	if s.out.Get("name") == nil { // without dashes
		s.set("name", strings.ReplaceAll(alnumDash(s.physicalName(100)), "-", "_"))
	}
}

// splitReceiptRule writes the actions of a rule as a list for each kind, with
// their positions.
func splitReceiptRule(s *splitter) {
	kinds := [][2]string{
		{"addHeaderActions", "AddHeaderAction"}, {"bounceActions", "BounceAction"}, {"lambdaActions", "LambdaAction"},
		{"s3Actions", "S3Action"}, {"snsActions", "SNSAction"}, {"stopActions", "StopAction"}, {"workmailActions", "WorkmailAction"},
	}
	lists := map[string]ir.List{}
	actions, _ := s.takeIn("Rule", "Actions").(ir.List)
	for i, e := range actions {
		o := objectIn(e)
		at := slices.IndexFunc(kinds, func(kind [2]string) bool { return o.Has(kind[1]) })
		if at < 0 || o.Len() != 1 {
			s.problem("there is nothing for an action of it")
			continue
		}
		props, _ := smalls(o.Get(kinds[at][1])).(*ir.Object)
		lists[kinds[at][0]] = append(lists[kinds[at][0]], props.With("position", ir.Number(i+1)))
	}
	for _, kind := range kinds {
		if l := lists[kind[0]]; l != nil {
			s.set(kind[0], l)
		}
	}
	if after, ok := s.take("After").(ir.Value); ok && after != nil {
		s.set("after", after)
	}
}

// dkimRecords are the records by which the signatures of an identity are
// proved, made from its tokens.
func dkimRecords() map[string]string {
	gives := map[string]string{}
	for n := range 3 {
		token := fmt.Sprintf("{dkimSigningAttributes.tokens.%d}", n)
		gives[fmt.Sprintf("DkimDNSTokenName%d", n+1)] = token + "._domainkey.{emailIdentity}"
		gives[fmt.Sprintf("DkimDNSTokenValue%d", n+1)] = token + ".dkim.amazonses.com"
	}
	return gives
}

// settleAPI names an API that is described by a document.
func settleAPI(s *splitter) {
	if s.out.Has("protocolType") {
		return
	}
	doc, ok := parseJSON(s.out.Get("body"))
	if !ok {
		return
	}
	s.set("protocolType", "HTTP")
	if !s.out.Has("name") {
		s.set("name", objectIn(objectIn(doc).Get("info")).Get("title"))
	}
}

// makeRecords makes a record of each in a group.
func makeRecords(s *splitter) {
	s.take("Comment")
	zone, name := s.take("HostedZoneId"), s.take("HostedZoneName")
	if zone == nil && name != nil {
		id := s.flat.invoke(s.e.stack, s.e.id+"Zone", "aws:route53/getZone:getZone", ir.Obj("name", name))
		zone = ir.Ref{Resource: id, Attr: "zoneId"}
	}
	for i, e := range s.list("RecordSets") {
		o := objectIn(e)
		if o.Has("HostedZoneId") || o.Has("HostedZoneName") {
			s.problem("a record has a zone of its own")
		}
		suffix := ""
		if i > 0 {
			suffix = strconv.Itoa(i + 1)
		}
		r := s.part(suffix, "aws:route53/record:Record", o)
		r.Props = ir.Obj("zoneId", zone).Merge(r.Props)
	}
}

// makeStateMachineVersion makes a state machine publish its versions: a version
// is not a resource of its own.
func makeStateMachineVersion(s *splitter) {
	ref, _ := s.take("StateMachineArn").(ir.Ref)
	machine := s.sources[ref.Resource]
	if machine == nil {
		s.problem("it is a version of a state machine of somewhere else")
		return
	}
	s.decide(machine)
	if machine.row == nil || len(machine.made) == 0 {
		s.problem("its state machine goes to Cloud Control")
		return
	}
	s.take("Description")
	s.take("StateMachineRevisionId")
	main := machine.made[0]
	main.Props = main.Props.With("publish", ir.Bool(true))
	s.e.with = []string{main.ID}
	s.e.settings["Ref"] = ownRef(main, "stateMachineVersionArn")
	s.e.settings["Arn"] = ownRef(main, "stateMachineVersionArn")
}

// makeServerlessApplication makes the stack of an application of AWS's
// repository, such as the functions that rotate secrets.
func makeServerlessApplication(s *splitter) {
	location, ok := s.take("Location").(*ir.Object)
	if !ok {
		s.problem("its template is not in the repository of applications")
		return
	}
	s.take("TimeoutInMinutes")
	s.take("NotificationArns")
	s.add("", "aws:serverlessrepository/cloudFormationStack:CloudFormationStack", ir.Obj(
		"name", alnumDash(s.physicalName(100)), "applicationId", location.Get("ApplicationId"), "semanticVersion", location.Get("SemanticVersion"),
		"capabilities", []string{"CAPABILITY_IAM", "CAPABILITY_RESOURCE_POLICY"}, "parameters", s.take("Parameters"),
		"tags", s.take("Tags")))
}

// serverlessOutput is an output of the application's stack.
func serverlessOutput(t *fromCFN, e *source, attr string) ir.Value {
	name, ok := strings.CutPrefix(attr, "Outputs.")
	switch {
	case ok:
		return ir.NewCall(ir.FuncIndex, ir.Ref{Resource: e.id, Attr: "outputs"}, ir.String(name))
	case attr == "Ref":
		return ir.Ref{Resource: e.id, Attr: "id"}
	}
	return nil
}

// settleVpcOrigin says what CloudFormation takes if it is not told.
func settleVpcOrigin(s *splitter) {
	c, ok := s.out.Get("vpcOriginEndpointConfig").(*ir.Object)
	if !ok {
		return
	}
	for _, d := range ir.Obj("httpPort", 80, "httpsPort", 443, "originProtocolPolicy", "match-viewer",
		"originSslProtocols", ir.Obj("items", []string{"TLSv1.2"}, "quantity", 1)).Fields {
		if !c.Has(d.Key) {
			c = c.With(d.Key, d.Value)
		}
	}
	s.out = s.out.With("vpcOriginEndpointConfig", c)
}

// settleActions says of what type the text is that a load balancer answers
// with.
func settleActions(property string) func(s *splitter) {
	return func(s *splitter) {
		l, ok := s.out.Get(property).(ir.List)
		if !ok {
			return
		}
		out := make(ir.List, len(l))
		for i, e := range l {
			o := objectIn(e)
			if fixed, ok := o.Get("fixedResponse").(*ir.Object); ok && !fixed.Has("contentType") {
				o = o.With("fixedResponse", fixed.With("contentType", ir.String("text/plain")))
			}
			out[i] = o
		}
		s.out = s.out.With(property, out)
	}
}

// makeStack makes a stack of a template that is not one of the app's.
func makeStack(s *splitter) {
	s.add("", "aws:cloudformation/stack:Stack", ir.Obj(
		"name", alnumDash(s.physicalName(100)), "templateUrl", s.take("TemplateURL"), "parameters", s.take("Parameters"),
		"notificationArns", s.take("NotificationARNs"), "timeoutInMinutes", s.take("TimeoutInMinutes"),
		"capabilities", []string{"CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"}))
	if !s.made[0].Props.Has("templateUrl") {
		s.problem("its template is not known")
	}
}

// settleService says how many tasks a service has that does not say so: one,
// which scaling may change.
func settleService(s *splitter) {
	if s.out.Has("desiredCount") || s.out.Get("schedulingStrategy") == ir.Value(ir.String("DAEMON")) {
		return
	}
	s.set("desiredCount", 1)
	s.main.Options.IgnoreChanges = append(s.main.Options.IgnoreChanges, "desiredCount")
}

// settleTrigger says whether a trigger of jobs is on: not unless CloudFormation
// is to start it.
func settleTrigger(s *splitter) {
	if on, ok := s.out.Get("startOnCreation").(ir.Bool); (!ok || !bool(on)) && s.out.Get("type") != ir.Value(ir.String("ON_DEMAND")) {
		s.set("enabled", false)
	}
}

// splitDeliveryChannel starts the recorder of configurations, which
// CloudFormation does when both are there.
func splitDeliveryChannel(s *splitter) {
	for _, e := range s.order {
		if e.res.Type != "AWS::Config::ConfigurationRecorder" || e.stack != s.e.stack || e.props == nil {
			continue
		}
		s.decide(e)
		if e.row == nil || len(e.made) == 0 {
			continue
		}
		recorder := e.made[0]
		s.main.Options.DependsOn = append(s.main.Options.DependsOn, recorder.ID)
		status := s.add("Recording", "aws:cfg/recorderStatus:RecorderStatus", ir.Obj("name", ownRef(recorder, "name"), "isEnabled", true))
		status.Options.DependsOn = append(status.Options.DependsOn, s.main.ID)
	}
}

// splitClusterRoles makes a resource of each role that a cluster has for a
// feature; a role for all of it the cluster has itself.
func splitClusterRoles(s *splitter) {
	var plain ir.List
	for i, e := range s.list("AssociatedRoles") {
		o := objectIn(e)
		feature := o.Get("FeatureName")
		if feature == nil || feature == ir.Value(ir.String("")) {
			plain = append(plain, e)
			continue
		}
		s.add(fmt.Sprintf("Role%d", i+1), "aws:rds/clusterRoleAssociation:ClusterRoleAssociation", ir.Obj(
			"dbClusterIdentifier", s.self("Ref"), "featureName", feature, "roleArn", o.Get("RoleArn")))
	}
	if plain != nil {
		s.in = s.in.With("AssociatedRoles", plain)
	}
}

// splitInstanceRoles is splitClusterRoles for a database by itself, whose roles
// are all for features.
func splitInstanceRoles(s *splitter) {
	for i, e := range s.list("AssociatedRoles") {
		o := objectIn(e)
		s.add(fmt.Sprintf("Role%d", i+1), "aws:rds/roleAssociation:RoleAssociation", ir.Obj(
			"dbInstanceIdentifier", s.self("Ref"), "featureName", o.Get("FeatureName"), "roleArn", o.Get("RoleArn")))
	}
}
