package typescript

// closures are the names of Pulumi's AWS SDK, by module, that turn a function of
// the configuration's into a Lambda function.
var closures = map[string][]string{
	"cloudwatch": {"onSchedule", "EventRuleEventSubscription", "LogGroupEventSubscription"},
	"dynamodb":   {"TableEventSubscription"},
	"kinesis":    {"StreamEventSubscription"},
	"lambda":     {"CallbackFunction", "EventSubscription", "createFunctionFromEventHandler", "isEventHandler"},
	"s3":         {"BucketEventSubscription"},
	"sns":        {"TopicEventSubscription"},
	"sqs":        {"QueueEventSubscription"},
}

// closureMethods are methods of resources that do the same.
var closureMethods = map[string][]string{
	"aws:cloudwatch/eventRule:EventRule": {"onEvent"},
	"aws:cloudwatch/logGroup:LogGroup":   {"onEvent", "onDecodedEvent"},
	"aws:dynamodb/table:Table":           {"onEvent"},
	"aws:kinesis/stream:Stream":          {"onEvent"},
	"aws:s3/bucket:Bucket":               {"onEvent", "onObjectCreated", "onObjectRemoved"},
	"aws:s3/bucketV2:BucketV2":           {"onEvent", "onObjectCreated", "onObjectRemoved"},
	"aws:sns/topic:Topic":                {"onEvent"},
	"aws:sqs/queue:Queue":                {"onEvent"},
}

// sdkHelpers are functions of Pulumi's AWS SDK that need no provider; the
// runtime has its own. By module and name.
var sdkHelpers = []string{".arnBuild", ".arnParse", ".trimIamRolePath", "iam.assumeRolePolicyForPrincipal"}
