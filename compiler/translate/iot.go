package translate

import "github.com/sstc/sstc/compiler/ir"

var iotRows = []row{
	{
		pulumi: "aws:iot/authorizer:Authorizer",
		cfn:    "AWS::IoT::Authorizer",
		names:  map[string]string{"name": "AuthorizerName"},
		finish: defaults("Status", "ACTIVE"),
	},
	{
		pulumi: "aws:iot/topicRule:TopicRule",
		cfn:    "AWS::IoT::TopicRule",
		names: map[string]string{
			"name":        "RuleName",
			"description": "TopicRulePayload.Description",
			"enabled":     "TopicRulePayload.RuleDisabled",
			"sql":         "TopicRulePayload.Sql",
			"sqlVersion":  "TopicRulePayload.AwsIotSqlVersion",
		},
		forms: map[string]form{"enabled": func(b *builder, v ir.Value) ir.Value {
			if on, ok := v.(ir.Bool); ok {
				return !on
			}
			return v
		}},
		prepare: topicRule,
	},
	{
		pulumi: "aws:iot/policy:Policy",
		cfn:    "AWS::IoT::Policy",
		names:  map[string]string{"name": "PolicyName", "policy": "PolicyDocument"},
	},
	{
		pulumi: "aws:iot/policyAttachment:PolicyAttachment",
		cfn:    "AWS::IoT::PolicyPrincipalAttachment",
		names:  map[string]string{"policy": "PolicyName", "target": "Principal"},
	},
	{
		pulumi: "aws:iot/thing:Thing",
		cfn:    "AWS::IoT::Thing",
		names:  map[string]string{"name": "ThingName", "attributes": "AttributePayload.Attributes"},
	},
	{
		pulumi: "aws:iot/thingType:ThingType",
		cfn:    "AWS::IoT::ThingType",
		names: map[string]string{
			"deprecated":             "DeprecateThingType",
			"name":                   "ThingTypeName",
			"properties":             "ThingTypeProperties",
			"properties.description": "ThingTypeDescription",
		},
	},
	{
		pulumi: "aws:iot/thingGroup:ThingGroup",
		cfn:    "AWS::IoT::ThingGroup",
		names: map[string]string{
			"name":                   "ThingGroupName",
			"properties":             "ThingGroupProperties",
			"properties.description": "ThingGroupDescription",
		},
	},
	{
		pulumi: "aws:iot/billingGroup:BillingGroup",
		cfn:    "AWS::IoT::BillingGroup",
		names: map[string]string{
			"name":                   "BillingGroupName",
			"properties":             "BillingGroupProperties",
			"properties.description": "BillingGroupDescription",
		},
	},
	{
		pulumi: "aws:iot/roleAlias:RoleAlias",
		cfn:    "AWS::IoT::RoleAlias",
		names:  map[string]string{"alias": "RoleAlias", "credentialDuration": "CredentialDurationSeconds"},
		attrs:  map[string]string{"arn": "RoleAliasArn"},
	},
	{
		pulumi: "aws:iot/provisioningTemplate:ProvisioningTemplate",
		cfn:    "AWS::IoT::ProvisioningTemplate",
		names:  map[string]string{"name": "TemplateName", "type": "TemplateType"},
		attrs:  map[string]string{"arn": "TemplateArn"},
	},
	{
		pulumi: "aws:iot/domainConfiguration:DomainConfiguration",
		cfn:    "AWS::IoT::DomainConfiguration",
		names:  map[string]string{"name": "DomainConfigurationName", "status": "DomainConfigurationStatus"},
	},
	{
		pulumi: "aws:iot/thingPrincipalAttachment:ThingPrincipalAttachment",
		cfn:    "AWS::IoT::ThingPrincipalAttachment",
		names:  map[string]string{"thing": "ThingName"},
	},
	{
		pulumi: "aws:iot/certificate:Certificate",
		cfn:    "AWS::IoT::Certificate",
		names:  map[string]string{"active": "Status", "caPem": "CACertificatePem", "csr": "CertificateSigningRequest"},
		forms:  map[string]form{"active": onOff("ACTIVE", "INACTIVE")},
	},
}

// topicRuleActions has, for each property of a topic rule that is a list of
// actions, the property of an action in CloudFormation and the property of the
// error action in Pulumi.
var topicRuleActions = [][3]string{
	{"cloudwatchAlarms", "CloudwatchAlarm", "cloudwatchAlarm"},
	{"cloudwatchLogs", "CloudwatchLogs", "cloudwatchLogs"},
	{"cloudwatchMetrics", "CloudwatchMetric", "cloudwatchMetric"},
	{"dynamodbs", "DynamoDB", "dynamodb"},
	{"dynamodbv2s", "DynamoDBv2", "dynamodbv2"},
	{"elasticsearch", "Elasticsearch", "elasticsearch"},
	{"firehoses", "Firehose", "firehose"},
	{"https", "Http", "http"},
	{"iotAnalytics", "IotAnalytics", "iotAnalytics"},
	{"iotEvents", "IotEvents", "iotEvents"},
	{"kafkas", "Kafka", "kafka"},
	{"kineses", "Kinesis", "kinesis"},
	{"lambdas", "Lambda", "lambda"},
	{"republishes", "Republish", "republish"},
	{"s3", "S3", "s3"},
	{"sns", "Sns", "sns"},
	{"sqs", "Sqs", "sqs"},
	{"stepFunctions", "StepFunctions", "stepFunctions"},
	{"timestreams", "Timestream", "timestream"},
}

// topicRule writes the actions of a rule, of which Pulumi has a list for each
// kind, as one list.
func topicRule(b *builder) {
	action := func(kind string, v ir.Value) ir.Value {
		o := objectIn(capitals(v))
		if headers := o.Get("HttpHeaders"); headers != nil {
			o = o.With("HttpHeaders", nil).With("Headers", headers)
		}
		return ir.Obj(kind, o)
	}
	actions := ir.List{}
	for _, kind := range topicRuleActions {
		for _, a := range b.takeList(kind[0]) {
			actions = append(actions, action(kind[1], a))
		}
	}
	b.set("TopicRulePayload.Actions", actions)
	onError := b.takeObject("errorAction")
	for _, kind := range topicRuleActions {
		if a := onError.Get(kind[2]); a != nil && a != (ir.Null{}) {
			b.set("TopicRulePayload.ErrorAction", action(kind[1], a))
		}
	}
}
