package translate

import (
	"fmt"

	"github.com/sstc/sstc/compiler/ir"
)

// Pulumi's module cloudwatch has CloudWatch, its logs, and EventBridge.
var cloudwatchRows = []row{
	{
		pulumi:  "aws:cloudwatch/logGroup:LogGroup",
		cfn:     "AWS::Logs::LogGroup",
		names:   map[string]string{"name": "LogGroupName"},
		ignored: "namePrefix skipDestroy",
		implied: map[string]ir.Value{"retentionInDays": ir.Number(0)}, // for ever
		// CloudFormation's Arn ends in ":*", Pulumi's does not.
		attrs: map[string]string{"arn": "arn:{aws:partition}:logs:{aws:region}:{aws:account}:log-group:{Ref}"},
		finish: func(b *builder) {
			if isTrue(b.r.Props.Get("skipDestroy")) {
				b.target.Options.RetainOnDelete = true
			}
		},
	},
	{
		pulumi: "aws:cloudwatch/logStream:LogStream",
		cfn:    "AWS::Logs::LogStream",
		names:  map[string]string{"name": "LogStreamName"},
		attrs:  map[string]string{"arn": "arn:{aws:partition}:logs:{aws:region}:{aws:account}:log-group:{=LogGroupName}:log-stream:{Ref}"},
	},
	{
		pulumi: "aws:cloudwatch/logMetricFilter:LogMetricFilter",
		cfn:    "AWS::Logs::MetricFilter",
		names: map[string]string{
			"name":                           "FilterName",
			"pattern":                        "FilterPattern",
			"metricTransformation.name":      "MetricName",
			"metricTransformation.namespace": "MetricNamespace",
			"metricTransformation.value":     "MetricValue",
		},
		attrs: map[string]string{"id": "{=FilterName}", "name": "{=FilterName}"},
	},
	{
		pulumi: "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
		cfn:    "AWS::Logs::SubscriptionFilter",
		names:  map[string]string{"name": "FilterName", "logGroup": "LogGroupName"},
	},
	{
		pulumi: "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
		cfn:    "AWS::Logs::ResourcePolicy",
	},
	{
		pulumi: "aws:cloudwatch/eventBus:EventBus",
		cfn:    "AWS::Events::EventBus",
	},
	{
		pulumi:  "aws:cloudwatch/eventBusPolicy:EventBusPolicy",
		prepare: eventBusPolicy,
	},
	{
		pulumi: "aws:cloudwatch/eventPermission:EventPermission",
		cfn:    "AWS::Events::EventBusPolicy",
		finish: func(b *builder) {
			if b.get("Action") == nil {
				b.set("Action", "events:PutEvents")
			}
		},
	},
	{
		pulumi:  "aws:cloudwatch/eventRule:EventRule",
		cfn:     "AWS::Events::Rule",
		names:   map[string]string{"isEnabled": "State"},
		forms:   map[string]form{"isEnabled": onOff("ENABLED", "DISABLED")},
		ignored: "namePrefix forceDestroy",
		attrs:   map[string]string{"name": "RuleName"},
	},
	{
		pulumi: "aws:cloudwatch/eventTarget:EventTarget",
		cfn:    "AWS::Events::Rule",
		fold:   "rule",
		within: "Targets[]",
		names: map[string]string{
			"targetId":                             "Id",
			"appsyncTarget":                        "AppSyncParameters",
			"batchTarget":                          "BatchParameters",
			"batchTarget.arraySize":                "ArrayProperties.Size",
			"batchTarget.jobAttempts":              "RetryStrategy.Attempts",
			"ecsTarget":                            "EcsParameters",
			"ecsTarget.networkConfiguration":       "NetworkConfiguration.AwsVpcConfiguration",
			"ecsTarget.orderedPlacementStrategies": "PlacementStrategies",
			"ecsTarget.tags":                       "TagList",
			"httpTarget":                           "HttpParameters",
			"inputTransformer.inputPaths":          "InputPathsMap",
			"kinesisTarget":                        "KinesisParameters",
			"redshiftTarget":                       "RedshiftDataParameters",
			"redshiftTarget.secretsManagerArn":     "SecretManagerArn",
			"runCommandTargets":                    "RunCommandParameters.RunCommandTargets",
			"sagemakerPipelineTarget":              "SageMakerPipelineParameters",
			"sqsTarget":                            "SqsParameters",
		},
		forms:   map[string]form{"ecsTarget.networkConfiguration.assignPublicIp": onOff("ENABLED", "DISABLED")},
		ignored: "eventBusName forceDestroy",
		finish: func(b *builder) {
			if b.get("Id") == nil {
				b.set("Id", b.r.Name)
			}
		},
	},
	{
		pulumi: "aws:cloudwatch/eventArchive:EventArchive",
		cfn:    "AWS::Events::Archive",
		names:  map[string]string{"name": "ArchiveName", "eventSourceArn": "SourceArn"},
	},
	{
		pulumi: "aws:cloudwatch/eventConnection:EventConnection",
		cfn:    "AWS::Events::Connection",
		names: map[string]string{
			"authParameters.apiKey":                 "ApiKeyAuthParameters",
			"authParameters.apiKey.key":             "ApiKeyName",
			"authParameters.apiKey.value":           "ApiKeyValue",
			"authParameters.basic":                  "BasicAuthParameters",
			"authParameters.oauth":                  "OAuthParameters",
			"ConnectionHttpParameters:bodies":       "BodyParameters",
			"ConnectionHttpParameters:headers":      "HeaderParameters",
			"ConnectionHttpParameters:queryStrings": "QueryStringParameters",
		},
	},
	{pulumi: "aws:cloudwatch/eventApiDestination:EventApiDestination", cfn: "AWS::Events::ApiDestination"},
	{
		pulumi: "aws:cloudwatch/metricAlarm:MetricAlarm",
		cfn:    "AWS::CloudWatch::Alarm",
		names: map[string]string{
			"name":                            "AlarmName",
			"metricQueries":                   "Metrics",
			"metricQueries.metric":            "MetricStat",
			"metricQueries.metric.dimensions": "Metric.Dimensions",
			"metricQueries.metric.metricName": "Metric.MetricName",
			"metricQueries.metric.namespace":  "Metric.Namespace",
		},
	},
	{
		pulumi: "aws:cloudwatch/compositeAlarm:CompositeAlarm",
		cfn:    "AWS::CloudWatch::CompositeAlarm",
		names: map[string]string{
			"actionsSuppressor":                 ".",
			"actionsSuppressor.alarm":           "ActionsSuppressor",
			"actionsSuppressor.extensionPeriod": "ActionsSuppressorExtensionPeriod",
			"actionsSuppressor.waitPeriod":      "ActionsSuppressorWaitPeriod",
		},
	},
	{
		pulumi: "aws:cloudwatch/dashboard:Dashboard",
		cfn:    "AWS::CloudWatch::Dashboard",
		attrs:  map[string]string{"dashboardArn": "arn:{aws:partition}:cloudwatch::{aws:account}:dashboard/{Ref}"},
	},
	{
		pulumi: "aws:schemas/registry:Registry",
		cfn:    "AWS::EventSchemas::Registry",
		names:  map[string]string{"name": "RegistryName"},
		attrs:  map[string]string{"arn": "Ref"},
	},
	{
		pulumi: "aws:schemas/schema:Schema",
		cfn:    "AWS::EventSchemas::Schema",
		names:  map[string]string{"name": "SchemaName"},
		attrs:  map[string]string{"arn": "Ref", "version": "SchemaVersion"},
	},
	{
		pulumi: "aws:schemas/discoverer:Discoverer",
		cfn:    "AWS::EventSchemas::Discoverer",
		attrs:  map[string]string{"arn": "Ref", "id": "DiscovererId"},
	},
}

// eventBusPolicy makes a resource of each statement: that is what
// CloudFormation calls a policy of an event bus.
func eventBusPolicy(b *builder) {
	bus := b.take("eventBusName")
	doc, ok := parseJSON(b.take("policy"))
	o, isObject := doc.(*ir.Object)
	if !ok || !isObject {
		b.unknownValue("policy")
		return
	}
	statements, ok := o.Get("Statement").(ir.List)
	if !ok {
		statements = ir.List{o.Get("Statement")}
	}
	for i, s := range statements {
		st := objectIn(s)
		id, ok := st.Get("Sid").(ir.String)
		if !ok {
			id = ir.String(fmt.Sprintf("Statement%d", i+1))
		}
		suffix := ""
		if i > 0 {
			suffix = fmt.Sprintf("Statement%d", i+1)
		}
		b.addNamed(suffix, "AWS::Events::EventBusPolicy", ir.Obj("EventBusName", bus, "StatementId", id, "Statement", st.With("Sid", id)))
	}
}
