package translate

import "github.com/sstc/sstc/compiler/ir"

var analyticsRows = []row{
	{
		pulumi:  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
		cfn:     "AWS::KinesisFirehose::DeliveryStream",
		names:   firehoseNames(),
		ignored: "arn destinationId versionId serverSideEncryption.enabled",
		attrs:   map[string]string{"name": "Ref"},
		prepare: firehoseStream,
	},
	{
		pulumi: "aws:kinesis/resourcePolicy:ResourcePolicy",
		cfn:    "AWS::Kinesis::ResourcePolicy",
		names:  map[string]string{"policy": "ResourcePolicy"},
	},
	{
		pulumi: "aws:athena/workgroup:Workgroup",
		cfn:    "AWS::Athena::WorkGroup",
		names: map[string]string{
			"configuration": "WorkGroupConfiguration",
			"forceDestroy":  "RecursiveDeleteOption",
			"configuration.resultConfiguration.encryptionConfiguration.kmsKeyArn": "KmsKey",
		},
		ignored: "configuration.engineVersion.effectiveEngineVersion",
		forms:   map[string]form{"configuration.monitoringConfiguration.cloudWatchLoggingConfiguration.logTypes": keyedBy("key", "values")},
		attrs:   map[string]string{"arn": "arn:{aws:partition}:athena:{aws:region}:{aws:account}:workgroup/{Ref}"},
		finish:  nameInApp("Name"),
	},
	{
		pulumi: "aws:athena/namedQuery:NamedQuery",
		cfn:    "AWS::Athena::NamedQuery",
		names:  map[string]string{"query": "QueryString"},
	},
	{
		pulumi: "aws:athena/dataCatalog:DataCatalog",
		cfn:    "AWS::Athena::DataCatalog",
		attrs:  map[string]string{"arn": "arn:{aws:partition}:athena:{aws:region}:{aws:account}:datacatalog/{Ref}"},
		finish: nameInApp("Name"),
	},
	{
		pulumi: "aws:athena/preparedStatement:PreparedStatement",
		cfn:    "AWS::Athena::PreparedStatement",
		names:  map[string]string{"name": "StatementName", "workgroup": "WorkGroup"},
		finish: nameAfterResource("StatementName"),
	},
	{
		pulumi: "aws:glue/catalogDatabase:CatalogDatabase",
		cfn:    "AWS::Glue::Database",
		within: "DatabaseInput",
		names:  map[string]string{"catalogId": "CatalogId", "federatedDatabase": "DatabaseInput.FederatedDatabase"},
		attrs:  map[string]string{"name": "Ref", "arn": "arn:{aws:partition}:glue:{aws:region}:{aws:account}:database/{Ref}"},
		finish: glueCatalog,
	},
	{
		pulumi: "aws:glue/catalogTable:CatalogTable",
		cfn:    "AWS::Glue::Table",
		within: "TableInput",
		names: map[string]string{
			"name":       "TableInput.Name",
			"parameters": "TableInput.Parameters",
		},
		attrs:  map[string]string{"arn": "arn:{aws:partition}:glue:{aws:region}:{aws:account}:table/{=DatabaseName}/{Ref}", "name": "Ref"},
		finish: glueCatalog,
	},
	{
		pulumi: "aws:glue/crawler:Crawler",
		cfn:    "AWS::Glue::Crawler",
		names: map[string]string{
			"catalogTargets":        "Targets.CatalogTargets",
			"deltaTargets":          "Targets.DeltaTargets",
			"dynamodbTargets":       "Targets.DynamoDBTargets",
			"hudiTargets":           "Targets.HudiTargets",
			"icebergTargets":        "Targets.IcebergTargets",
			"jdbcTargets":           "Targets.JdbcTargets",
			"mongodbTargets":        "Targets.MongoDBTargets",
			"s3Targets":             "Targets.S3Targets",
			"schedule":              "Schedule.ScheduleExpression",
			"securityConfiguration": "CrawlerSecurityConfiguration",
		},
		attrs: map[string]string{"arn": "arn:{aws:partition}:glue:{aws:region}:{aws:account}:crawler/{Ref}"},
	},
	{
		pulumi: "aws:glue/job:Job",
		cfn:    "AWS::Glue::Job",
		names:  map[string]string{"roleArn": "Role", "connections": "Connections.Connections"},
		attrs:  map[string]string{"arn": "arn:{aws:partition}:glue:{aws:region}:{aws:account}:job/{Ref}"},
	},
	{
		pulumi: "aws:glue/trigger:Trigger",
		cfn:    "AWS::Glue::Trigger",
		attrs:  map[string]string{"arn": "arn:{aws:partition}:glue:{aws:region}:{aws:account}:trigger/{Ref}"},
	},
	{
		pulumi: "aws:glue/workflow:Workflow",
		cfn:    "AWS::Glue::Workflow",
		attrs:  map[string]string{"arn": "arn:{aws:partition}:glue:{aws:region}:{aws:account}:workflow/{Ref}"},
	},
	{
		pulumi: "aws:glue/connection:Connection",
		cfn:    "AWS::Glue::Connection",
		within: "ConnectionInput",
		names:  map[string]string{"name": "ConnectionInput.Name"},
		attrs:  map[string]string{"name": "Ref", "arn": "arn:{aws:partition}:glue:{aws:region}:{aws:account}:connection/{Ref}"},
		finish: glueCatalog,
	},
	{
		pulumi: "aws:glue/securityConfiguration:SecurityConfiguration",
		cfn:    "AWS::Glue::SecurityConfiguration",
		finish: nameInApp("Name"),
	},
	{
		pulumi: "aws:glue/registry:Registry",
		cfn:    "AWS::Glue::Registry",
		names:  map[string]string{"registryName": "Name"},
		attrs:  map[string]string{"arn": "Ref"},
	},
	{
		pulumi: "aws:lakeformation/resource:Resource",
		cfn:    "AWS::LakeFormation::Resource",
		names:  map[string]string{"arn": "ResourceArn"},
		finish: defaults("UseServiceLinkedRole", false),
	},
	{
		pulumi: "aws:sagemaker/model:Model",
		cfn:    "AWS::SageMaker::Model",
		names:  map[string]string{"name": "ModelName"},
		attrs:  map[string]string{"arn": "Ref"},
	},
	{
		pulumi:  "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
		cfn:     "AWS::SageMaker::EndpointConfig",
		names:   map[string]string{"name": "EndpointConfigName", "kmsKeyArn": "KmsKeyId"},
		ignored: "namePrefix",
		attrs:   map[string]string{"arn": "Ref"},
	},
	{
		pulumi: "aws:sagemaker/endpoint:Endpoint",
		cfn:    "AWS::SageMaker::Endpoint",
		names:  map[string]string{"name": "EndpointName"},
		attrs:  map[string]string{"arn": "Ref"},
	},
	{
		pulumi: "aws:glue/partition:Partition",
		cfn:    "AWS::Glue::Partition",
		within: "PartitionInput",
		names:  map[string]string{"catalogId": "CatalogId", "partitionValues": "PartitionInput.Values"},
		finish: glueCatalog,
	},
	{
		pulumi: "aws:glue/schema:Schema",
		cfn:    "AWS::Glue::Schema",
		names:  map[string]string{"registryArn": "Registry.Arn", "schemaName": "Name"},
		attrs:  map[string]string{"arn": "Ref"},
	},
	{
		pulumi:  "aws:s3tables/tableBucket:TableBucket",
		cfn:     "AWS::S3Tables::TableBucket",
		names:   map[string]string{"name": "TableBucketName"},
		ignored: "forceDestroy",
		attrs:   map[string]string{"arn": "Ref"},
		finish:  nameInApp("TableBucketName"),
	},
	{
		pulumi:  "aws:bedrock/guardrail:Guardrail",
		cfn:     "AWS::Bedrock::Guardrail",
		names:   map[string]string{"crossRegionConfig.guardrailProfileIdentifier": "GuardrailProfileArn"},
		ignored: "timeouts",
		attrs:   map[string]string{"guardrailArn": "Ref"},
	},
	{
		pulumi: "aws:bedrock/agentKnowledgeBase:AgentKnowledgeBase",
		cfn:    "AWS::Bedrock::KnowledgeBase",
		names: map[string]string{
			"SupplementalDataStorageConfiguration:storageLocations": "SupplementalDataStorageLocations",
			"SupplementalDataStorageLocation:type":                  "SupplementalDataStorageLocationType",
		},
		ignored: "timeouts",
		attrs:   map[string]string{"arn": "KnowledgeBaseArn"},
	},
	{
		pulumi:  "aws:bedrock/agentDataSource:AgentDataSource",
		cfn:     "AWS::Bedrock::DataSource",
		names:   map[string]string{"ParsingPrompt:parsingPromptString": "ParsingPromptText"},
		ignored: "timeouts",
		attrs:   map[string]string{"dataSourceId": "DataSourceId"},
	},
}

// glueCatalog says that a catalog is the account's, as the provider takes it.
func glueCatalog(b *builder) {
	if b.get("CatalogId") == nil {
		b.set("CatalogId", ir.Param{Name: ir.PseudoAccount})
	}
}

// firehoseDestinations has what a delivery stream can deliver to: the word for
// it, Pulumi's property and CloudFormation's, and, in either's words, what is
// called something else in it.
var firehoseDestinations = []struct {
	word, pulumi, cfn string
	names             map[string]string
}{
	{"extended_s3", "extendedS3Configuration", "ExtendedS3DestinationConfiguration", map[string]string{
		"kmsKeyArn": firehoseKey,
		"dynamicPartitioningConfiguration.retryDuration": "RetryOptions.DurationInSeconds",
	}},
	{"http_endpoint", "httpEndpointConfiguration", "HttpEndpointDestinationConfiguration", map[string]string{
		"accessKey": "EndpointConfiguration.AccessKey",
		"name":      "EndpointConfiguration.Name",
		"url":       "EndpointConfiguration.Url",
		"requestConfiguration.commonAttributes.name":  "AttributeName",
		"requestConfiguration.commonAttributes.value": "AttributeValue",
	}},
	{"opensearch", "opensearchConfiguration", "AmazonopensearchserviceDestinationConfiguration", map[string]string{"vpcConfig": "VpcConfiguration"}},
	{"opensearchserverless", "opensearchserverlessConfiguration", "AmazonOpenSearchServerlessDestinationConfiguration", map[string]string{"vpcConfig": "VpcConfiguration"}},
	{"redshift", "redshiftConfiguration", "RedshiftDestinationConfiguration", map[string]string{
		"copyOptions":      "CopyCommand.CopyOptions",
		"dataTableColumns": "CopyCommand.DataTableColumns",
		"dataTableName":    "CopyCommand.DataTableName",
	}},
	{"splunk", "splunkConfiguration", "SplunkDestinationConfiguration", map[string]string{"hecAcknowledgmentTimeout": "HECAcknowledgmentTimeoutInSeconds"}},
	{"snowflake", "snowflakeConfiguration", "SnowflakeDestinationConfiguration", nil},
	{"iceberg", "icebergConfiguration", "IcebergDestinationConfiguration", map[string]string{
		"catalogArn":                                  "CatalogConfiguration.CatalogArn",
		"destinationTableConfigurations":              "DestinationTableConfigurationList",
		"destinationTableConfigurations.databaseName": "DestinationDatabaseName",
		"destinationTableConfigurations.tableName":    "DestinationTableName",
	}},
	{"elasticsearch", "elasticsearchConfiguration", "ElasticsearchDestinationConfiguration", map[string]string{"vpcConfig": "VpcConfiguration"}},
}

const firehoseKey = "EncryptionConfiguration.KMSEncryptionConfig.AWSKMSKeyARN"

func firehoseNames() map[string]string {
	names := map[string]string{
		"name":                       "DeliveryStreamName",
		"kinesisSourceConfiguration": "KinesisStreamSourceConfiguration",
		"serverSideEncryption":       "DeliveryStreamEncryptionConfigurationInput",
	}
	buffers := func(path string) {
		names[path+".bufferingInterval"] = "BufferingHints.IntervalInSeconds"
		names[path+".bufferingSize"] = "BufferingHints.SizeInMBs"
	}
	for _, d := range firehoseDestinations {
		names[d.pulumi] = d.cfn
		for k, v := range d.names {
			names[d.pulumi+"."+k] = v
		}
		if d.word != "redshift" {
			buffers(d.pulumi)
		}
		if d.word != "extended_s3" {
			names[d.pulumi+".retryDuration"] = "RetryOptions.DurationInSeconds"
		}
		for _, inner := range []string{"s3Configuration", "s3BackupConfiguration"} {
			if inner == "s3Configuration" && d.word != "extended_s3" || inner == "s3BackupConfiguration" && (d.word == "extended_s3" || d.word == "redshift") {
				buffers(d.pulumi + "." + inner)
				names[d.pulumi+"."+inner+".kmsKeyArn"] = firehoseKey
			}
		}
	}
	return names
}

// firehoseStream says where a stream gets its data from.
func firehoseStream(b *builder) {
	b.take("destination")
	if o := objectIn(b.in.Get("serverSideEncryption")); isTrue(o.Get("enabled")) {
		if !o.Has("keyType") {
			b.set("DeliveryStreamEncryptionConfigurationInput.KeyType", "AWS_OWNED_CMK")
		}
	} else {
		b.take("serverSideEncryption")
	}
	switch {
	case b.in.Has("kinesisSourceConfiguration"):
		b.set("DeliveryStreamType", "KinesisStreamAsSource")
	case b.in.Has("mskSourceConfiguration"):
		b.set("DeliveryStreamType", "MSKAsSource")
	default:
		b.set("DeliveryStreamType", "DirectPut")
	}
}

// splitFirehose names the destination of a stream.
func splitFirehose(s *splitter) {
	s.take("DeliveryStreamType")
	if plain := s.take("S3DestinationConfiguration"); plain != nil {
		s.in = s.in.With("ExtendedS3DestinationConfiguration", plain)
	}
	found := 0
	for _, d := range firehoseDestinations {
		if s.in.Has(d.cfn) {
			found++
			s.set("destination", d.word)
		}
	}
	if found != 1 {
		s.problem("it has %d destinations", found)
	}
	if o, ok := s.take("DeliveryStreamEncryptionConfigurationInput").(*ir.Object); ok {
		s.set("serverSideEncryption", ir.Obj("enabled", true, "keyType", o.Get("KeyType"), "keyArn", o.Get("KeyARN")))
	}
}
