package translate

import (
	"strings"

	"github.com/sstc/sstc/compiler/ir"
)

var s3Rows = []row{
	{
		pulumi: "aws:s3/bucket:Bucket",
		cfn:    "AWS::S3::Bucket",
		names: map[string]string{
			"bucket":                  "BucketName",
			"acl":                     "AccessControl",
			"accelerationStatus":      "AccelerateConfiguration.AccelerationStatus",
			"corsRules":               "CorsConfiguration.CorsRules",
			"corsRules.exposeHeaders": "ExposedHeaders",
			"corsRules.maxAgeSeconds": "MaxAge",
			"logging":                 "LoggingConfiguration",
			"logging.targetBucket":    "DestinationBucketName",
			"logging.targetPrefix":    "LogFilePrefix",
			"versioning":              "VersioningConfiguration",
			"versioning.enabled":      "Status",
			"website":                 "WebsiteConfiguration",

			"serverSideEncryptionConfiguration":                                         "BucketEncryption",
			"serverSideEncryptionConfiguration.rule":                                    "ServerSideEncryptionConfiguration",
			"serverSideEncryptionConfiguration.rule.applyServerSideEncryptionByDefault": "ServerSideEncryptionByDefault",
			"serverSideEncryptionConfiguration.rule.blockedEncryptionTypes":             "BlockedEncryptionTypes.EncryptionType",
			"lifecycleRules":         "LifecycleConfiguration.Rules",
			"lifecycleRules.enabled": "Status",
			"lifecycleRules.abortIncompleteMultipartUploadDays":                                     "AbortIncompleteMultipartUpload.DaysAfterInitiation",
			"lifecycleRules.tags":                                                                   "TagFilters",
			"lifecycleRules.expiration":                                                             ".",
			"lifecycleRules.expiration.date":                                                        "ExpirationDate",
			"lifecycleRules.expiration.days":                                                        "ExpirationInDays",
			"lifecycleRules.noncurrentVersionExpiration.days":                                       "NoncurrentDays",
			"lifecycleRules.noncurrentVersionTransitions.days":                                      "TransitionInDays",
			"lifecycleRules.transitions.days":                                                       "TransitionInDays",
			"lifecycleRules.transitions.date":                                                       "TransitionDate",
			"replicationConfiguration.rules.deleteMarkerReplicationStatus":                          "DeleteMarkerReplication.Status",
			"replicationConfiguration.rules.destination.accountId":                                  "Account",
			"replicationConfiguration.rules.destination.metrics.minutes":                            "EventThreshold.Minutes",
			"replicationConfiguration.rules.destination.replicationTime.minutes":                    "Time.Minutes",
			"replicationConfiguration.rules.destination.replicaKmsKeyId":                            "EncryptionConfiguration.ReplicaKmsKeyID",
			"replicationConfiguration.rules.sourceSelectionCriteria.sseKmsEncryptedObjects.enabled": "Status",
		},
		forms: map[string]form{
			"acl":                    cannedACL,
			"versioning.enabled":     onOff("Enabled", "Suspended"),
			"lifecycleRules.enabled": onOff("Enabled", "Disabled"),
			"website.routingRules":   websiteRoutingRules,
			"website.redirectAllRequestsTo": func(b *builder, v ir.Value) ir.Value {
				s, ok := v.(ir.String)
				if !ok {
					return ir.Obj("HostName", v)
				}
				if protocol, host, ok := strings.Cut(string(s), "://"); ok {
					return ir.Obj("HostName", host, "Protocol", protocol)
				}
				return ir.Obj("HostName", s)
			},
			"replicationConfiguration.rules.sourceSelectionCriteria.sseKmsEncryptedObjects.enabled": onOff("Enabled", "Disabled"),
		},
		// A bucket that is not empty stays when its stack is deleted; the
		// uploader's remove empties it first.
		ignored: "bucketPrefix forceDestroy",
		implied: map[string]ir.Value{"versioning.mfaDelete": ir.Bool(false), "requestPayer": ir.String("BucketOwner")},
		attrs: map[string]string{
			"bucketDomainName":         "DomainName",
			"bucketRegionalDomainName": "RegionalDomainName",
			"bucketRegion":             "aws:region",
			"region":                   "aws:region",
			"websiteEndpoint":          "WebsiteURL",
		},
		computed: map[string]func(*translator, *entry) ir.Value{"websiteEndpoint": websiteEndpoint},
		literals: map[string]string{
			"Ref":                "{=BucketName}",
			"Arn":                "arn:{aws:partition}:s3:::{=BucketName}",
			"DomainName":         "{=BucketName}.s3.{aws:urlSuffix}",
			"RegionalDomainName": "{=BucketName}.s3.{aws:region}.{aws:urlSuffix}",
		},
		prepare: func(b *builder) {
			if b.in.Get("bucket") == nil {
				b.set("BucketName", bucketName(b))
			}
			if policy := b.take("policy"); policy != nil {
				doc, _ := parseJSON(policy)
				b.add("Policy", "AWS::S3::BucketPolicy", ir.Obj("Bucket", b.self("Ref"), "PolicyDocument", doc))
			}
		},
	},
	// Version 6 of Pulumi's provider had this type, with more lists. What it
	// could say in those is better said by the types below.
	{
		pulumi:  "aws:s3/bucketV2:BucketV2",
		cfn:     "AWS::S3::Bucket",
		names:   map[string]string{"bucket": "BucketName", "acl": "AccessControl"},
		forms:   map[string]form{"acl": cannedACL},
		ignored: "bucketPrefix forceDestroy tagsAll",
		attrs: map[string]string{
			"bucketDomainName":         "DomainName",
			"bucketRegionalDomainName": "RegionalDomainName",
			"bucketRegion":             "aws:region",
			"region":                   "aws:region",
		},
		prepare: func(b *builder) {
			if b.in.Get("bucket") == nil {
				b.set("BucketName", bucketName(b))
			}
		},
	},
	{
		pulumi: "aws:s3/bucketPolicy:BucketPolicy",
		cfn:    "AWS::S3::BucketPolicy",
		names:  map[string]string{"policy": "PolicyDocument"},
		attrs:  map[string]string{"id": "{=Bucket}"},
	},
	{
		pulumi:  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
		cfn:     "AWS::S3::Bucket",
		fold:    "bucket",
		within:  "PublicAccessBlockConfiguration",
		ignored: "skipDestroy",
	},
	{
		pulumi:  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
		cfn:     "AWS::S3::Bucket",
		fold:    "bucket",
		within:  "CorsConfiguration",
		names:   map[string]string{"corsRules.exposeHeaders": "ExposedHeaders", "corsRules.maxAgeSeconds": "MaxAge"},
		ignored: "expectedBucketOwner",
	},
	{
		pulumi:  "aws:s3/bucketVersioning:BucketVersioning",
		cfn:     "AWS::S3::Bucket",
		fold:    "bucket",
		ignored: "expectedBucketOwner",
		implied: map[string]ir.Value{"versioningConfiguration.mfaDelete": ir.String("Disabled")},
		finish: func(b *builder) {
			// A bucket that never had versions says so by saying nothing.
			if b.get("VersioningConfiguration.Status") == ir.Value(ir.String("Disabled")) {
				b.out = &ir.Object{}
			}
		},
	},
	{
		pulumi: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
		cfn:    "AWS::S3::Bucket",
		fold:   "bucket",
		within: "LifecycleConfiguration",
		names: map[string]string{
			"rules.expiration":      ".",
			"rules.expiration.date": "ExpirationDate",
			"rules.expiration.days": "ExpirationInDays",
			"rules.filter":          ".",
			"rules.filter.and":      ".",
			"rules.filter.and.tags": "TagFilters",
			"rules.filter.tag":      "TagFilters",
			"rules.noncurrentVersionTransitions.noncurrentDays": "TransitionInDays",
			"rules.transitions.days":                            "TransitionInDays",
			"rules.transitions.date":                            "TransitionDate",
		},
		ignored: "expectedBucketOwner timeouts",
	},
	{
		pulumi:  "aws:s3/bucketNotification:BucketNotification",
		cfn:     "AWS::S3::Bucket",
		fold:    "bucket",
		prepare: bucketNotification,
	},
	{
		pulumi: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
		cfn:    "AWS::S3::Bucket",
		fold:   "bucket",
		names:  map[string]string{"rule": "OwnershipControls.Rules"},
	},
	{
		pulumi: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
		cfn:    "AWS::S3::Bucket",
		fold:   "bucket",
		names: map[string]string{
			"rules": "BucketEncryption.ServerSideEncryptionConfiguration",
			"rules.applyServerSideEncryptionByDefault": "ServerSideEncryptionByDefault",
			"rules.blockedEncryptionTypes":             "BlockedEncryptionTypes.EncryptionType",
		},
		ignored: "expectedBucketOwner",
	},
	{
		pulumi: "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration",
		cfn:    "AWS::S3::Bucket",
		fold:   "bucket",
		within: "WebsiteConfiguration",
		names: map[string]string{
			"errorDocument":          "WebsiteConfiguration.ErrorDocument",
			"indexDocument":          "WebsiteConfiguration.IndexDocument",
			"routingRuleDetails":     "WebsiteConfiguration.RoutingRules",
			"routingRules.condition": "RoutingRuleCondition",
			"routingRules.redirect":  "RedirectRule",
		},
		forms: map[string]form{
			"errorDocument":      member("key"),
			"indexDocument":      member("suffix"),
			"routingRuleDetails": websiteRoutingRules,
		},
		ignored:  "expectedBucketOwner",
		computed: map[string]func(*translator, *entry) ir.Value{"websiteEndpoint": websiteEndpoint},
	},
	{
		pulumi: "aws:s3/bucketLogging:BucketLogging",
		cfn:    "AWS::S3::Bucket",
		fold:   "bucket",
		within: "LoggingConfiguration",
		names: map[string]string{
			"targetBucket": "LoggingConfiguration.DestinationBucketName",
			"targetPrefix": "LoggingConfiguration.LogFilePrefix",
		},
		ignored: "expectedBucketOwner",
		forms:   map[string]form{"targetObjectKeyFormat.simplePrefix": asIs},
	},
	{
		pulumi:  "aws:s3/bucketAccelerateConfiguration:BucketAccelerateConfiguration",
		cfn:     "AWS::S3::Bucket",
		fold:    "bucket",
		names:   map[string]string{"status": "AccelerateConfiguration.AccelerationStatus"},
		ignored: "expectedBucketOwner",
	},
	{
		pulumi:  "aws:s3/bucketAcl:BucketAcl",
		cfn:     "AWS::S3::Bucket",
		fold:    "bucket",
		names:   map[string]string{"acl": "AccessControl"},
		forms:   map[string]form{"acl": cannedACL},
		ignored: "expectedBucketOwner",
	},
	{
		pulumi:  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
		cfn:     "AWS::S3::Bucket",
		fold:    "bucket",
		names:   map[string]string{"objectLockEnabled": "ObjectLockConfiguration.ObjectLockEnabled", "rule": "ObjectLockConfiguration.Rule"},
		ignored: "expectedBucketOwner token",
		finish: func(b *builder) {
			b.set("ObjectLockEnabled", true)
			b.set("ObjectLockConfiguration.ObjectLockEnabled", "Enabled")
		},
	},
	{
		pulumi:  "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
		cfn:     "AWS::S3::Bucket",
		fold:    "bucket",
		within:  "ReplicationConfiguration",
		names:   map[string]string{"rules.filter.and.tags": "TagFilters"},
		ignored: "token",
	},
	{
		pulumi: "aws:s3/bucketIntelligentTieringConfiguration:BucketIntelligentTieringConfiguration",
		cfn:    "AWS::S3::Bucket",
		fold:   "bucket",
		within: "IntelligentTieringConfigurations[]",
		names:  map[string]string{"name": "Id", "filter": ".", "filter.tags": "TagFilters"},
		finish: func(b *builder) {
			if b.get("Id") == nil {
				b.set("Id", b.r.Name)
			}
			if b.get("Status") == nil {
				b.set("Status", "Enabled")
			}
		},
	},
	{
		pulumi: "aws:s3/bucketMetric:BucketMetric",
		cfn:    "AWS::S3::Bucket",
		fold:   "bucket",
		within: "MetricsConfigurations[]",
		names:  map[string]string{"name": "Id", "filter": ".", "filter.tags": "TagFilters", "filter.accessPoint": "AccessPointArn"},
		finish: nameAfterResource("Id"),
	},
	{
		pulumi: "aws:s3/accessPoint:AccessPoint",
		cfn:    "AWS::S3::AccessPoint",
		names:  map[string]string{"accountId": "BucketAccountId"},
		attrs:  map[string]string{"domainName": "{Ref}-{aws:account}.s3-accesspoint.{aws:region}.{aws:urlSuffix}"},
	},
	{
		pulumi: "aws:s3/inventory:Inventory",
		cfn:    "AWS::S3::Bucket",
		fold:   "bucket",
		within: "InventoryConfigurations[]",
		names: map[string]string{
			"destination.bucket":           ".",
			"destination.bucket.accountId": "BucketAccountId",
			"filter":                       ".",
			"name":                         "Id",
			"schedule":                     ".",
			"schedule.frequency":           "ScheduleFrequency",
		},
		finish: func(b *builder) {
			nameAfterResource("Id")(b)
			defaults("Enabled", true)(b)
		},
	},
	{
		pulumi: "aws:s3/analyticsConfiguration:AnalyticsConfiguration",
		cfn:    "AWS::S3::Bucket",
		fold:   "bucket",
		within: "AnalyticsConfigurations[]",
		names: map[string]string{
			"filter":      ".",
			"filter.tags": "TagFilters",
			"name":        "Id",
			"storageClassAnalysis.dataExport.destination.s3BucketDestination": ".",
		},
		finish: nameAfterResource("Id"),
	},
	{
		pulumi:  "aws:s3/vectorsVectorBucket:VectorsVectorBucket",
		cfn:     "AWS::S3Vectors::VectorBucket",
		ignored: "forceDestroy",
		attrs:   map[string]string{"vectorBucketArn": "Ref"},
	},
}

// bucketName names a bucket for which the app has no name: CloudFormation could
// do that as well, but then the bucket's name could not be told to what the
// bucket, with its notifications, needs. It is made from the prefix that the
// bucket was to have, with the account and the region, since the names of all
// buckets in the world differ. It may have 63 characters.
func bucketName(b *builder) ir.Value {
	const account, region = 12, 14 // the longest
	prefix, ok := b.r.Props.Get("bucketPrefix").(ir.String)
	if !ok {
		prefix = ir.String(strings.ToLower(b.p.App.Name + "-" + b.p.App.Stage + "-" + b.r.ID + "-"))
	}
	separator := "-"
	if len(prefix)+account+len(separator)+region > 63 {
		separator = ""
		prefix = prefix[:min(len(prefix), 63-account-region)]
	}
	return ir.Concat(prefix, ir.Param{Name: ir.PseudoAccount}, separator, ir.Param{Name: ir.PseudoRegion})
}

// member takes one property of an object.
func member(name string) form {
	return func(b *builder, v ir.Value) ir.Value {
		if o, ok := v.(*ir.Object); ok {
			return o.Get(name)
		}
		return v
	}
}

// cannedACL writes "public-read" as PublicRead.
func cannedACL(b *builder, v ir.Value) ir.Value {
	s, ok := v.(ir.String)
	if !ok {
		return v
	}
	var out strings.Builder
	for _, word := range strings.Split(string(s), "-") {
		if word != "" {
			out.WriteString(capital(word))
		}
	}
	return ir.String(out.String())
}

// websiteRoutingRules reads the JSON text of routing rules, whose names are
// those of S3's API.
func websiteRoutingRules(b *builder, v ir.Value) ir.Value {
	doc, ok := parseJSON(v)
	list, isList := doc.(ir.List)
	if !ok || !isList {
		b.unknownValue("routingRules")
		return nil
	}
	out := make(ir.List, len(list))
	for i, r := range list {
		o := objectIn(r)
		out[i] = ir.Obj("RoutingRuleCondition", o.Get("Condition"), "RedirectRule", o.Get("Redirect"))
	}
	return out
}

// websiteEndpoint is the host in WebsiteURL.
func websiteEndpoint(t *translator, e *entry) ir.Value {
	return ir.NewCall(ir.FuncIndex, ir.NewCall(ir.FuncSplit, ir.String("//"), ir.Ref{Resource: e.id(), Attr: "WebsiteURL"}), ir.Number(1))
}

// bucketNotification writes the notifications of a bucket. CloudFormation has
// one entry for each event.
func bucketNotification(b *builder) {
	if isTrue(b.take("eventbridge")) {
		b.set("NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled", true)
	}
	for _, kind := range [][4]string{
		{"lambdaFunctions", "lambdaFunctionArn", "LambdaConfigurations", "Function"},
		{"queues", "queueArn", "QueueConfigurations", "Queue"},
		{"topics", "topicArn", "TopicConfigurations", "Topic"},
	} {
		var out ir.List
		for _, n := range b.takeList(kind[0]) {
			o := objectIn(n)
			var rules ir.List
			if p := o.Get("filterPrefix"); p != nil && p != (ir.Null{}) {
				rules = append(rules, ir.Obj("Name", "prefix", "Value", p))
			}
			if s := o.Get("filterSuffix"); s != nil && s != (ir.Null{}) {
				rules = append(rules, ir.Obj("Name", "suffix", "Value", s))
			}
			var filter ir.Value
			if rules != nil {
				filter = ir.Obj("S3Key", ir.Obj("Rules", rules))
			}
			events, ok := o.Get("events").(ir.List)
			if !ok {
				b.unknownValue(kind[0] + ".events")
			}
			for _, event := range events {
				out = append(out, ir.Obj("Event", event, "Filter", filter, kind[3], o.Get(kind[1])))
			}
		}
		if out != nil {
			b.appendTo(b.out, []string{"NotificationConfiguration", kind[2]}, out)
		}
	}
}
