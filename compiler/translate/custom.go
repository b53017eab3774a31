package translate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/ir"
)

// A typeCode makes resources of a CloudFormation type for which there is no
// row, because it is no resource elsewhere or several.
type typeCode struct {
	make func(s *splitter)
	// attribute says what references become that make has not set; nil for
	// none.
	attribute func(t *fromCFN, e *source, attr string) ir.Value
}

var typeCodes map[string]typeCode

func init() {
	first := func(t *fromCFN, e *source, attr string) ir.Value {
		if len(e.made) == 0 {
			return ir.Ref{Resource: e.id, Attr: "id"}
		}
		return ir.Ref{Resource: e.made[0].ID, Attr: "id"}
	}
	nothing := typeCode{func(s *splitter) { s.takeAll() }, func(*fromCFN, *source, string) ir.Value { return ir.String("") }}
	typeCodes = map[string]typeCode{
		"AWS::IAM::Policy":                            {makePolicy, first},
		"AWS::Lambda::Version":                        {makeVersion, nil},
		"AWS::SQS::QueuePolicy":                       {makeQueuePolicy, first},
		"AWS::SNS::TopicPolicy":                       {makeTopicPolicy, first},
		"AWS::ApiGateway::Method":                     {makeMethod, first},
		"AWS::AppSync::GraphQLSchema":                 {makeSchema, nil},
		"AWS::Events::EventBusPolicy":                 {makeBusPolicy, nil},
		"AWS::SecretsManager::SecretTargetAttachment": {makeAttachment, nil},
		"AWS::DynamoDB::GlobalTable":                  {makeGlobalTable, nil},
		"AWS::EC2::VPCGatewayAttachment":              {makeGatewayAttachment, first},
		"AWS::EC2::VPNGatewayRoutePropagation":        {makeRoutePropagation, nil},
		"AWS::EC2::VPCCidrBlock":                      {makeCIDRBlock, first},
		"AWS::EC2::VPCEndpointServicePermissions":     {makeServicePermissions, nil},
		"AWS::AutoScaling::WarmPool":                  {makeWarmPool, nil},
		"AWS::Route53::RecordSetGroup":                {makeRecords, nil},
		"AWS::StepFunctions::StateMachineVersion":     {makeStateMachineVersion, nil},
		"AWS::Serverless::Application":                {makeServerlessApplication, serverlessOutput},
		"AWS::CloudFormation::Stack":                  {makeStack, serverlessOutput},
		"AWS::CDK::Metadata":                          nothing,
		"AWS::CloudFormation::WaitConditionHandle":    nothing,

		"Custom::S3BucketNotifications":       {customNotifications, nil},
		"Custom::S3AutoDeleteObjects":         nothing, // says forceDestroy of the bucket: see customResources
		"Custom::LogRetention":                {customLogRetention, nil},
		"Custom::CrossRegionExportWriter":     nothing,
		"Custom::CrossRegionExportReader":     {func(s *splitter) { s.takeAll() }, crossRegion},
		"Custom::AWSCDKOpenIdConnectProvider": {customProvider, nil},
		"Custom::VpcRestrictDefaultSG":        {customDefaultGroup, nil},
		"AWS::CloudFormation::CustomResource": {customCertificate, nil},
	}
}

// customResources looks at the custom resources of the CDK that say something
// about another resource.
func (t *fromCFN) customResources() {
	for _, e := range t.order {
		if e.props == nil || e.res.Type != "Custom::S3AutoDeleteObjects" {
			continue
		}
		if ref, ok := e.props.Get("BucketName").(ir.Ref); ok {
			if bucket := t.sources[ref.Resource]; bucket != nil {
				bucket.emptied = true
			}
		}
	}
}

func isCustom(typ string) bool {
	return strings.HasPrefix(typ, "Custom::") || typ == "AWS::CloudFormation::CustomResource"
}

// customNotifications makes what the CDK has a function do, because in
// CloudFormation the notifications of a bucket are part of it.
func customNotifications(s *splitter) {
	s.take("ServiceToken")
	s.take("SkipDestinationValidation")
	if managed := s.take("Managed"); managed == ir.Value(ir.Bool(false)) || managed == ir.Value(ir.String("false")) {
		s.problem("it adds notifications to those that a bucket of somewhere else has")
	}
	s.notifications(s.take("BucketName"), objectIn(s.take("NotificationConfiguration")))
	s.made[len(s.made)-1].ID = s.e.id
	s.made[len(s.made)-1].Name = s.e.name
}

// customLogRetention makes the log group of a function, whose retention the CDK
// has a function set.
func customLogRetention(s *splitter) {
	s.take("ServiceToken")
	s.take("SdkRetry")
	if s.take("LogGroupRegion") != nil {
		s.problem("the log group is in another region")
	}
	name := s.take("LogGroupName")
	props := ir.Obj("name", name)
	if days := s.take("RetentionInDays"); days != nil {
		props = props.With("retentionInDays", number(days))
	}
	if s.take("RemovalPolicy") == ir.Value(ir.String("destroy")) {
		s.e.res.Options.RetainOnDelete = false
	}
	r := s.add("", "aws:cloudwatch/logGroup:LogGroup", props)
	s.e.settings["LogGroupName"] = ownRef(r, "name")
	s.e.settings["Ref"] = ownRef(r, "id")
}

// crossRegion is a value of a stack in another region.
func crossRegion(t *fromCFN, e *source, attr string) ir.Value {
	for _, w := range t.order {
		if w.res.Type != "Custom::CrossRegionExportWriter" || w.props == nil {
			continue
		}
		if v := objectIn(objectIn(w.props.Get("WriterProps")).Get("exports")).Get(attr); v != nil {
			return foreign(v)
		}
	}
	return nil
}

// foreign marks a value that is in terms of CloudFormation, where a value of
// the result is wanted.
func foreign(v ir.Value) ir.Value {
	return ir.Map(v, func(v ir.Value) ir.Value {
		if r, ok := v.(ir.Ref); ok {
			return ir.Ref{Resource: r.Resource, Attr: cfnAttr + r.Attr}
		}
		return v
	})
}

const cfnAttr = "\x01"

// customCall makes of a custom resource the call of the user's function that
// it comes to: a script of SST's, a function that SST has called after each
// deployment, or what a provider of the CDK calls.
func (t *fromCFN) customCall(e *source) {
	var function, input ir.Value
	switch e.res.Type {
	case "Custom::SSTScript":
		function = e.props.Get("UserCreateFunction")
		input = ir.Concat(`{"params":`, e.props.Get("UserParams"), `}`)
	case "Custom::FunctionInvoker":
		function, input = e.props.Get("functionName"), ir.String("{}")
	default:
		token, _ := e.props.Get("ServiceToken").(ir.Ref)
		provider := t.sources[token.Resource]
		if provider == nil {
			return
		}
		function = objectIn(objectIn(provider.props.Get("Environment")).Get("Variables")).Get("USER_ON_EVENT_FUNCTION_ARN")
		input = ir.NewCall(ir.FuncJSONEncode, ir.Obj(
			"RequestType", "Create", "RequestId", "preview", "StackId", "preview", "ResourceType", e.res.Type, "LogicalResourceId", e.res.LogicalID,
			"ResourceProperties", e.props.With("ServiceToken", nil),
		))
	}
	if function != nil && input != nil {
		e.made = []*ir.Resource{{ID: e.id, Name: e.name, Type: "aws:lambda/invocation:Invocation", Props: ir.Obj("functionName", function, "input", input)}}
	}
}

// customProvider makes a provider of identities, which CloudFormation could not
// make once.
func customProvider(s *splitter) {
	props := s.takeAll()
	list := func(name string) ir.Value {
		if v := props.Get(name); v != nil {
			return v
		}
		return ir.List{}
	}
	var thumbprints ir.Value
	if l, ok := list("ThumbprintList").(ir.List); ok && len(l) > 0 {
		thumbprints = l
	}
	r := s.add("", "aws:iam/openIdConnectProvider:OpenIdConnectProvider", ir.Obj(
		"url", props.Get("Url"), "clientIdLists", list("ClientIDList"), "thumbprintLists", thumbprints))
	s.e.settings["Ref"] = ownRef(r, "arn")
	s.e.settings["Thumbprints"] = ownRef(r, "thumbprintLists")
}

// customDefaultGroup takes all rules away from the default group of a VPC.
func customDefaultGroup(s *splitter) {
	s.take("ServiceToken")
	s.take("Account")
	group, _ := s.take("DefaultSecurityGroupId").(ir.Ref)
	vpc := s.sources[group.Resource]
	if vpc == nil {
		s.problem("the VPC is not of this app")
		return
	}
	s.add("", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", ir.Obj("vpcId", ir.Ref{Resource: group.Resource, Attr: "Ref"}))
}

// customCertificate makes the certificate that the CDK's DnsValidatedCertificate
// has a function make, in a region of its own choice.
func customCertificate(s *splitter) {
	props := s.takeAll()
	zone, domain := props.Get("HostedZoneId"), props.Get("DomainName")
	if zone == nil || domain == nil || !props.Has("ServiceToken") {
		s.problem("it is a custom resource")
		return
	}
	r := ir.Obj("domainName", domain, "validationMethod", "DNS")
	domains := ir.List{domain}
	if more, ok := props.Get("SubjectAlternativeNames").(ir.List); ok && len(more) > 0 {
		r = r.With("subjectAlternativeNames", more)
		domains = append(domains, more...)
	}
	cert := s.add("", "aws:acm/certificate:Certificate", r)
	provider := ""
	region, elsewhere := props.Get("Region").(ir.String)
	elsewhere = elsewhere && s.e.stack != nil && string(region) != s.e.stack.region
	if elsewhere && string(region) != s.p.App.Region {
		provider = s.provider(string(region), "aws")
	}
	s.e.settings["Ref"] = ownRef(cert, "arn")
	s.e.settings["Arn"] = ownRef(cert, "arn")
	s.validate(cert, domains, func(ir.Value) ir.Value { return zone })
	if !elsewhere {
		return
	}
	s.e.providers = map[*ir.Resource]string{}
	for _, made := range s.made {
		if made == cert || made.Type == "aws:acm/certificateValidation:CertificateValidation" {
			s.e.providers[made] = provider
		}
	}
}

// customResource reports a custom resource that nothing else does.
func (t *fromCFN) customResource(e *source) {
	what := "what its ServiceToken names"
	if ref, ok := objectIn(e.props).Get("ServiceToken").(ir.Ref); ok {
		if fn := t.sources[ref.Resource]; fn != nil {
			what = fmt.Sprintf("the function %q", fn.res.Name)
		}
	}
	reason := ""
	if len(e.why) > 0 {
		reason = ": " + e.why[len(e.why)-1] // of the last attempt, which is for any custom resource
	}
	t.unsupported(fmt.Sprintf("It is a custom resource that CloudFormation has made by %s, which cannot be called outside it%s. Do what it does in the app, by other means.", what, reason))
}

// prune drops the functions that only served custom resources for which there
// is something better, with their roles and policies.
func (t *fromCFN) prune() {
	handlers := map[*source]bool{}
	for _, e := range t.order {
		if !isCustom(e.res.Type) || e.own == nil && !t.readable || e.props == nil {
			continue
		}
		ir.Walk(e.props.Get("ServiceToken"), func(v ir.Value) bool {
			if r, ok := v.(ir.Ref); ok {
				if fn := t.sources[r.Resource]; fn != nil {
					handlers[fn] = true
				}
			}
			return true
		})
	}
	if len(handlers) == 0 {
		return
	}
	users := map[*source]map[*source]bool{}
	use := func(by *source, v ir.Value) {
		ir.Walk(v, func(v ir.Value) bool {
			if r, ok := v.(ir.Ref); ok && !strings.HasPrefix(r.Attr, ownAttr) {
				if e := t.sources[r.Resource]; e != nil && e != by {
					if users[e] == nil {
						users[e] = map[*source]bool{}
					}
					users[e][by] = true
				}
			}
			return true
		})
	}
	for _, e := range t.order {
		if e.dropped {
			continue
		}
		for _, r := range e.made {
			use(e, r.Props)
		}
		for _, v := range e.settings {
			if v != nil {
				use(e, v)
			}
		}
	}
	outside := &source{}
	for _, o := range t.outputs() {
		use(outside, o.Value)
	}
	gone := map[*source]bool{}
	for _, e := range t.order {
		if handlers[e] && len(users[e]) == 0 {
			gone[e] = true
		}
	}
	isRole := func(e *source) bool { return e.res.Type == "AWS::IAM::Role" }
	isPolicy := func(e *source) bool { return e.res.Type == "AWS::IAM::Policy" && len(users[e]) == 0 }
	for _, e := range t.order {
		if !isRole(e) || len(users[e]) == 0 {
			continue
		}
		used, policies := false, []*source{}
		all := true
		for u := range users[e] {
			switch {
			case gone[u]:
				used = true
			case isPolicy(u):
				policies = append(policies, u)
			default:
				all = false
			}
		}
		if all && used {
			gone[e] = true
			for _, p := range policies {
				gone[p] = true
			}
		}
	}
	for _, e := range t.order {
		if gone[e] {
			e.dropped, e.made = true, nil
		}
	}
	for _, r := range t.order {
		r.with = slices.DeleteFunc(r.with, func(id string) bool {
			for e := range gone {
				if e.id == id {
					return true
				}
			}
			return false
		})
	}
}
