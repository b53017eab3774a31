package translate

import "github.com/sstc/sstc/compiler/ir"

var sqsRows = []row{
	{
		pulumi: "aws:sqs/queue:Queue",
		cfn:    "AWS::SQS::Queue",
		names: map[string]string{
			"name":                     "QueueName",
			"maxMessageSize":           "MaximumMessageSize",
			"messageRetentionSeconds":  "MessageRetentionPeriod",
			"receiveWaitTimeSeconds":   "ReceiveMessageWaitTimeSeconds",
			"visibilityTimeoutSeconds": "VisibilityTimeout",
		},
		// SQS refuses these two on a standard queue even when they are false.
		implied: map[string]ir.Value{"fifoQueue": ir.Bool(false), "contentBasedDeduplication": ir.Bool(false)},
		ignored: "namePrefix",
		attrs:   map[string]string{"url": "Ref"},
		literals: map[string]string{
			"Ref":      "https://sqs.{aws:region}.{aws:urlSuffix}/{aws:account}/{=QueueName}",
			"Arn":      "arn:{aws:partition}:sqs:{aws:region}:{aws:account}:{=QueueName}",
			"QueueUrl": "https://sqs.{aws:region}.{aws:urlSuffix}/{aws:account}/{=QueueName}",
		},
		prepare: func(b *builder) {
			if policy := b.take("policy"); policy != nil {
				doc, _ := parseJSON(policy)
				b.add("Policy", "AWS::SQS::QueuePolicy", ir.Obj("Queues", ir.List{b.self("Ref")}, "PolicyDocument", doc))
			}
		},
	},
	{
		pulumi: "aws:sqs/queuePolicy:QueuePolicy",
		cfn:    "AWS::SQS::QueuePolicy",
		names:  map[string]string{"queueUrl": "Queues", "policy": "PolicyDocument"},
	},
	{pulumi: "aws:sqs/redrivePolicy:RedrivePolicy", cfn: "AWS::SQS::Queue", fold: "queueUrl"},
	{pulumi: "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", cfn: "AWS::SQS::Queue", fold: "queueUrl"},
}

var snsRows = []row{
	{
		pulumi:  "aws:sns/topic:Topic",
		cfn:     "AWS::SNS::Topic",
		names:   map[string]string{"name": "TopicName"},
		implied: map[string]ir.Value{"fifoTopic": ir.Bool(false), "contentBasedDeduplication": ir.Bool(false)},
		ignored: "namePrefix",
		attrs:   map[string]string{"arn": "Ref", "owner": "aws:account"},
		prepare: snsTopic,
	},
	{
		pulumi:  "aws:sns/topicSubscription:TopicSubscription",
		cfn:     "AWS::SNS::Subscription",
		names:   map[string]string{"topic": "TopicArn"},
		ignored: "confirmationTimeoutInMinutes endpointAutoConfirms",
	},
	{
		pulumi: "aws:sns/topicPolicy:TopicPolicy",
		cfn:    "AWS::SNS::TopicPolicy",
		names:  map[string]string{"arn": "Topics", "policy": "PolicyDocument"},
		attrs:  map[string]string{"owner": "aws:account"},
	},
}

// snsTopic writes the logging of deliveries, for which Pulumi has three
// properties a protocol, as a list.
func snsTopic(b *builder) {
	if policy := b.take("policy"); policy != nil {
		doc, _ := parseJSON(policy)
		b.add("Policy", "AWS::SNS::TopicPolicy", ir.Obj("Topics", ir.List{b.self("Ref")}, "PolicyDocument", doc))
	}
	var logging ir.List
	for _, protocol := range []string{"application", "firehose", "http", "lambda", "sqs"} {
		failure, success := b.take(protocol+"FailureFeedbackRoleArn"), b.take(protocol+"SuccessFeedbackRoleArn")
		rate := b.take(protocol + "SuccessFeedbackSampleRate")
		if failure == nil && success == nil && rate == nil {
			continue
		}
		if rate != nil {
			rate = text(rate)
		}
		if protocol == "http" {
			protocol = "http/s"
		}
		logging = append(logging, ir.Obj("Protocol", protocol,
			"FailureFeedbackRoleArn", failure, "SuccessFeedbackRoleArn", success, "SuccessFeedbackSampleRate", rate))
	}
	if logging != nil {
		b.set("DeliveryStatusLogging", logging)
	}
}

var kinesisRows = []row{
	{
		pulumi: "aws:kinesis/stream:Stream",
		cfn:    "AWS::Kinesis::Stream",
		names: map[string]string{
			"retentionPeriod":   "RetentionPeriodHours",
			"shardLevelMetrics": "DesiredShardLevelMetrics",
			"encryptionType":    "StreamEncryption.EncryptionType",
			"kmsKeyId":          "StreamEncryption.KeyId",
		},
		implied: map[string]ir.Value{"encryptionType": ir.String("NONE"), "shardCount": ir.Number(0)},
		ignored: "arn enforceConsumerDeletion",
		attrs:   map[string]string{"id": "Arn", "arn": "Arn"},
	},
	{
		pulumi: "aws:kinesis/streamConsumer:StreamConsumer",
		cfn:    "AWS::Kinesis::StreamConsumer",
		names:  map[string]string{"name": "ConsumerName"},
		attrs:  map[string]string{"arn": "Ref", "creationTimestamp": "ConsumerCreationTimestamp"},
	},
}

var schedulerRows = []row{
	{
		pulumi: "aws:scheduler/schedule:Schedule",
		cfn:    "AWS::Scheduler::Schedule",
		names: map[string]string{
			"target.ecsParameters.networkConfiguration":             "NetworkConfiguration.AwsvpcConfiguration",
			"target.sagemakerPipelineParameters.pipelineParameters": "PipelineParameterList",
		},
		forms: map[string]form{
			"target.ecsParameters.networkConfiguration.assignPublicIp": onOff("ENABLED", "DISABLED"),
			"target.ecsParameters.tags": func(b *builder, v ir.Value) ir.Value {
				if o, ok := v.(*ir.Object); ok {
					return pairs(o, "Key")
				}
				return v
			},
		},
		implied: map[string]ir.Value{"actionAfterCompletion": ir.String("NONE")},
		ignored: "namePrefix",
		attrs:   map[string]string{"name": "Ref"},
	},
	{
		pulumi:  "aws:scheduler/scheduleGroup:ScheduleGroup",
		cfn:     "AWS::Scheduler::ScheduleGroup",
		ignored: "namePrefix",
	},
}
