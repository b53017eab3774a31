package translate

import "github.com/sstc/sstc/compiler/ir"

// observabilityRows are what watches over other resources, and what they cost.
var observabilityRows = []row{
	{
		pulumi: "aws:cloudtrail/trail:Trail",
		cfn:    "AWS::CloudTrail::Trail",
		names: map[string]string{
			"cloudWatchLogsGroupArn": "CloudWatchLogsLogGroupArn",
			"enableLogging":          "IsLogging",
			"name":                   "TrailName",
		},
		attrs:  map[string]string{"arn": "Arn", "name": "Ref", "snsTopicArn": "SnsTopicArn"},
		finish: defaults("IsLogging", true),
	},
	{
		pulumi:  "aws:cloudwatch/metricStream:MetricStream",
		cfn:     "AWS::CloudWatch::MetricStream",
		ignored: "namePrefix",
	},
	{
		pulumi: "aws:cloudwatch/contributorInsightRule:ContributorInsightRule",
		cfn:    "AWS::CloudWatch::InsightRule",
		names:  map[string]string{"ruleDefinition": "RuleBody"},
		attrs:  map[string]string{"resourceArn": "Ref"},
		finish: defaults("RuleState", "ENABLED"),
	},
	{
		pulumi: "aws:cloudwatch/queryDefinition:QueryDefinition",
		cfn:    "AWS::Logs::QueryDefinition",
		attrs:  map[string]string{"queryDefinitionId": "Ref"},
	},
	{
		pulumi: "aws:cloudwatch/logAccountPolicy:LogAccountPolicy",
		cfn:    "AWS::Logs::AccountPolicy",
	},
	{
		pulumi: "aws:cloudwatch/logDestination:LogDestination",
		cfn:    "AWS::Logs::Destination",
		names:  map[string]string{"name": "DestinationName"},
		finish: nameInApp("DestinationName"),
	},
	{
		pulumi: "aws:cloudwatch/logDeliverySource:LogDeliverySource",
		cfn:    "AWS::Logs::DeliverySource",
	},
	{
		pulumi: "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination",
		cfn:    "AWS::Logs::DeliveryDestination",
		names:  map[string]string{"deliveryDestinationConfiguration.destinationResourceArn": "DestinationResourceArn", "deliveryDestinationConfiguration": "."},
		finish: nameInApp("Name"),
	},
	{
		pulumi: "aws:cloudwatch/logDelivery:LogDelivery",
		cfn:    "AWS::Logs::Delivery",
		names: map[string]string{
			"s3DeliveryConfigurations":                          ".",
			"s3DeliveryConfigurations.enableHiveCompatiblePath": "S3EnableHiveCompatiblePath",
			"s3DeliveryConfigurations.suffixPath":               "S3SuffixPath",
		},
		attrs: map[string]string{"arn": "Arn"},
	},
	{
		pulumi:  "aws:cloudwatch/logAnomalyDetector:LogAnomalyDetector",
		cfn:     "AWS::Logs::LogAnomalyDetector",
		implied: map[string]ir.Value{"enabled": ir.Bool(true)},
		attrs:   map[string]string{"arn": "Ref"},
	},
	{
		pulumi: "aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy",
		cfn:    "AWS::Logs::LogGroup",
		fold:   "logGroupName",
		names:  map[string]string{"policyDocument": "DataProtectionPolicy"},
	},
	{
		pulumi: "aws:cloudwatch/eventEndpoint:EventEndpoint",
		cfn:    "AWS::Events::Endpoint",
		finish: nameInApp("Name"),
	},
	{
		pulumi: "aws:synthetics/canary:Canary",
		cfn:    "AWS::Synthetics::Canary",
		names: map[string]string{
			"deleteLambda": "ProvisionedResourceCleanup",
			"handler":      "Code.Handler",
			"s3Bucket":     "Code.S3Bucket",
			"s3Key":        "Code.S3Key",
			"s3Version":    "Code.S3ObjectVersion",
			"startCanary":  "StartCanaryAfterCreation",
		},
		ignored: "vpcConfig.vpcId",
		forms:   map[string]form{"deleteLambda": onOff("AUTOMATIC", "OFF")},
		attrs:   map[string]string{"arn": "arn:{aws:partition}:synthetics:{aws:region}:{aws:account}:canary:{Ref}"},
		finish:  nameInApp("Name"),
	},
	{pulumi: "aws:xray/group:Group", cfn: "AWS::XRay::Group", attrs: map[string]string{"arn": "Ref"}},
	{
		pulumi: "aws:xray/samplingRule:SamplingRule",
		cfn:    "AWS::XRay::SamplingRule",
		within: "SamplingRule",
		names:  map[string]string{"resourceArn": "SamplingRule.ResourceARN", "ruleName": "SamplingRule.RuleName"},
		attrs:  map[string]string{"arn": "Ref"},
	},
	{pulumi: "aws:rum/appMonitor:AppMonitor", cfn: "AWS::RUM::AppMonitor"},
	{
		pulumi: "aws:costexplorer/anomalyMonitor:AnomalyMonitor",
		cfn:    "AWS::CE::AnomalyMonitor",
		names:  map[string]string{"name": "MonitorName", "tags": "ResourceTags"},
		attrs:  map[string]string{"arn": "Ref"},
		finish: nameInApp("MonitorName"),
	},
	{
		pulumi: "aws:costexplorer/anomalySubscription:AnomalySubscription",
		cfn:    "AWS::CE::AnomalySubscription",
		names:  map[string]string{"name": "SubscriptionName", "tags": "ResourceTags"},
		forms:  map[string]form{"thresholdExpression": costExpression},
		attrs:  map[string]string{"arn": "Ref"},
		finish: nameInApp("SubscriptionName"),
	},
	{
		pulumi: "aws:chatbot/teamsChannelConfiguration:TeamsChannelConfiguration",
		cfn:    "AWS::Chatbot::MicrosoftTeamsChannelConfiguration",
		names: map[string]string{
			"channelId":                 "TeamsChannelId",
			"channelName":               "TeamsChannelName",
			"guardrailPolicyArns":       "GuardrailPolicies",
			"tenantId":                  "TeamsTenantId",
			"userAuthorizationRequired": "UserRoleRequired",
		},
		ignored: "timeouts",
		attrs:   map[string]string{"chatConfigurationArn": "Arn"},
	},
	{
		pulumi: "aws:cfg/rule:Rule",
		cfn:    "AWS::Config::ConfigRule",
		names:  map[string]string{"name": "ConfigRuleName", "source.sourceDetails": "SourceDetails"},
		attrs:  map[string]string{"ruleId": "ConfigRuleId"},
	},
	{pulumi: "aws:cfg/recorder:Recorder", cfn: "AWS::Config::ConfigurationRecorder"},
	{
		pulumi: "aws:cfg/deliveryChannel:DeliveryChannel",
		cfn:    "AWS::Config::DeliveryChannel",
		names:  map[string]string{"snapshotDeliveryProperties": "ConfigSnapshotDeliveryProperties"},
	},
	{
		pulumi: "aws:guardduty/detector:Detector",
		cfn:    "AWS::GuardDuty::Detector",
		names:  map[string]string{"datasources.malwareProtection.scanEc2InstanceWithFindings.ebsVolumes": "EbsVolumes"},
		forms: map[string]form{
			"datasources.malwareProtection.scanEc2InstanceWithFindings.ebsVolumes": member("enable"),
		},
		attrs:  map[string]string{"accountId": "aws:account"},
		finish: defaults("Enable", true),
	},
	{
		pulumi: "aws:securityhub/account:Account",
		cfn:    "AWS::SecurityHub::Hub",
		attrs:  map[string]string{"arn": "Ref"},
	},
	{
		pulumi: "aws:accessanalyzer/analyzer:Analyzer",
		cfn:    "AWS::AccessAnalyzer::Analyzer",
		attrs:  map[string]string{"arn": "Ref"},
	},
	{pulumi: "aws:macie2/account:Account", cfn: "AWS::Macie::Session"},
	{pulumi: "aws:oam/link:Link", cfn: "AWS::Oam::Link", attrs: map[string]string{"arn": "Ref"}},
	{
		pulumi: "aws:oam/sink:Sink",
		cfn:    "AWS::Oam::Sink",
		attrs:  map[string]string{"arn": "Ref"},
		finish: nameInApp("Name"),
	},
	{
		pulumi: "aws:grafana/workspace:Workspace",
		cfn:    "AWS::Grafana::Workspace",
		attrs:  map[string]string{"endpoint": "Endpoint"},
	},
	{
		pulumi: "aws:shield/protection:Protection",
		cfn:    "AWS::Shield::Protection",
		attrs:  map[string]string{"arn": "Ref", "id": "ProtectionId"},
		finish: nameInApp("Name"),
	},
	{
		pulumi: "aws:rolesanywhere/profile:Profile",
		cfn:    "AWS::RolesAnywhere::Profile",
		attrs:  map[string]string{"arn": "ProfileArn"},
		finish: nameInApp("Name"),
	},
	{
		pulumi: "aws:rolesanywhere/trustAnchor:TrustAnchor",
		cfn:    "AWS::RolesAnywhere::TrustAnchor",
		attrs:  map[string]string{"arn": "TrustAnchorArn"},
		finish: nameInApp("Name"),
	},
	{
		pulumi:  "aws:signer/signingProfile:SigningProfile",
		cfn:     "AWS::Signer::SigningProfile",
		names:   map[string]string{"name": "ProfileName"},
		ignored: "namePrefix",
		attrs:   map[string]string{"arn": "Ref", "name": "ProfileName", "version": "ProfileVersion", "versionArn": "ProfileVersionArn"},
	},
	{
		pulumi: "aws:ram/resourceShare:ResourceShare",
		cfn:    "AWS::RAM::ResourceShare",
		attrs:  map[string]string{"arn": "Ref"},
		finish: nameInApp("Name"),
	},
	{
		pulumi: "aws:ivs/channel:Channel",
		cfn:    "AWS::IVS::Channel",
		attrs:  map[string]string{"arn": "Ref"},
	},
	{
		pulumi: "aws:ivschat/room:Room",
		cfn:    "AWS::IVSChat::Room",
		attrs:  map[string]string{"arn": "Ref"},
	},
	{
		pulumi: "aws:amp/workspace:Workspace",
		cfn:    "AWS::APS::Workspace",
		attrs:  map[string]string{"id": "WorkspaceId", "arn": "Ref"},
	},
	{
		pulumi: "aws:verifiedpermissions/policyStore:PolicyStore",
		cfn:    "AWS::VerifiedPermissions::PolicyStore",
		names:  map[string]string{"deletionProtection": "DeletionProtection.Mode"},
		attrs:  map[string]string{"policyStoreId": "Ref"},
	},
	{pulumi: "aws:verifiedpermissions/policy:Policy", cfn: "AWS::VerifiedPermissions::Policy"},
	{
		pulumi: "aws:verifiedpermissions/policyTemplate:PolicyTemplate",
		cfn:    "AWS::VerifiedPermissions::PolicyTemplate",
	},
	{pulumi: "aws:verifiedpermissions/identitySource:IdentitySource", cfn: "AWS::VerifiedPermissions::IdentitySource"},
	{pulumi: "aws:ssoadmin/accountAssignment:AccountAssignment", cfn: "AWS::SSO::Assignment"},
	{pulumi: "aws:mediaconvert/queue:Queue", cfn: "AWS::MediaConvert::Queue"},
}

// costExpression writes a condition on costs as JSON text in the API's names.
func costExpression(b *builder, v ir.Value) ir.Value {
	if l, ok := v.(ir.List); ok && len(l) == 1 {
		v = l[0]
	}
	return ir.NewCall(ir.FuncJSONEncode, expressionNames(v))
}

func expressionNames(v ir.Value) ir.Value {
	o, ok := v.(*ir.Object)
	if !ok {
		return v
	}
	out := &ir.Object{}
	for _, f := range o.Fields {
		switch name, l := f.Key, f.Value; name {
		case "ands", "ors":
			list, _ := l.(ir.List)
			all := make(ir.List, len(list))
			for i, e := range list {
				all[i] = expressionNames(e)
			}
			out = out.With(capital(name[:len(name)-1]), all)
		case "not":
			out = out.With("Not", expressionNames(l))
		case "dimension":
			out = out.With("Dimensions", capitals(l))
		case "costCategory":
			out = out.With("CostCategories", capitals(l))
		default:
			out = out.With(capital(name), capitals(l))
		}
	}
	return out
}

// backExpression reads it.
func backExpression(s *splitter, v ir.Value) ir.Value {
	doc, ok := parseJSON(v)
	o, isObject := doc.(*ir.Object)
	if !ok || !isObject {
		s.problem("a condition on costs is not known")
		return nil
	}
	var read func(o *ir.Object) *ir.Object
	read = func(o *ir.Object) *ir.Object {
		out := &ir.Object{}
		for _, f := range o.Fields {
			switch f.Key {
			case "And", "Or":
				list, _ := f.Value.(ir.List)
				all := make(ir.List, len(list))
				for i, e := range list {
					all[i] = read(objectIn(e))
				}
				out = out.With(small(f.Key)+"s", all)
			case "Not":
				out = out.With("not", read(objectIn(f.Value)))
			case "Dimensions":
				out = out.With("dimension", smalls(f.Value))
			case "CostCategories":
				out = out.With("costCategory", smalls(f.Value))
			default:
				out = out.With(small(f.Key), smalls(f.Value))
			}
		}
		return out
	}
	return read(o)
}
