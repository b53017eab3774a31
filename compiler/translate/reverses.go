package translate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
)

// backwards are the reverses of rows, by token. A row without one is used
// backwards as it is.
var backwards map[string]*reverse

func init() {
	// A function of a reverse may look others up.
	backwards = map[string]*reverse{}
	for token, r := range reverses() {
		backwards[token] = &r
	}
	for _, table := range tables {
		for i := range table {
			if backwards[table[i].pulumi] == nil {
				backwards[table[i].pulumi] = &reverse{}
			}
		}
	}
}

func reverses() map[string]reverse {
	return map[string]reverse{
		"aws:lambda/function:Function": {split: splitFunction, settle: settleFunction},
		"aws:lambda/functionUrl:FunctionUrl": {
			gives: map[string]string{"Ref": "functionArn"},
		},
		"aws:lambda/permission:Permission": {gives: map[string]string{"Id": "id"}},
		"aws:lambda/eventSourceMapping:EventSourceMapping": {
			forms: map[string]backForm{"startingPositionTimestamp": backTime, "selfManagedEventSource.endpoints": func(s *splitter, v ir.Value) ir.Value {
				servers, ok := objectIn(v).Get("KafkaBootstrapServers").(ir.List)
				if !ok {
					s.problem("the servers are not known")
				}
				return ir.Obj("KAFKA_BOOTSTRAP_SERVERS", ir.NewCall(ir.FuncJoin, ir.String(","), servers))
			}},
		},
		"aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {settle: func(s *splitter) {
			if s.out.Get("qualifier") == ir.Value(ir.String("$LATEST")) {
				s.out = s.out.With("qualifier", nil)
			}
		}},
		"aws:lambda/alias:Alias": {
			split: func(s *splitter) { s.provisioned(s.self("FunctionName"), ownRef(s.main, "name")) },
			forms: map[string]backForm{"routingConfig.additionalVersionWeights": func(s *splitter, v ir.Value) ir.Value {
				o := &ir.Object{}
				l, _ := v.(ir.List)
				for _, e := range l {
					version, ok := objectIn(e).Get("FunctionVersion").(ir.String)
					if !ok {
						s.problem("a version with a weight is not known")
					}
					o = o.With(string(version), objectIn(e).Get("FunctionWeight"))
				}
				return o
			}},
			gives: map[string]string{"FunctionName": "functionName"},
		},
		"aws:lambda/layerVersion:LayerVersion": {settle: named("layerName", 100)},

		"aws:iam/role:Role":                                   {split: splitRole, never: "inlinePolicies managedPolicyArns"},
		"aws:iam/policy:Policy":                               {split: splitManagedPolicy},
		"aws:iam/user:User":                                   {split: splitUser},
		"aws:iam/group:Group":                                 {split: splitGroup},
		"aws:iam/rolePolicy:RolePolicy":                       {},
		"aws:iam/openIdConnectProvider:OpenIdConnectProvider": {gives: map[string]string{"Ref": "arn"}},
		"aws:iam/samlProvider:SamlProvider":                   {gives: map[string]string{"Ref": "arn"}},

		"aws:s3/bucket:Bucket": {split: splitBucket},
		"aws:s3/bucketPolicy:BucketPolicy": {
			gives: map[string]string{"Bucket": "bucket"},
			split: func(s *splitter) { s.waitForAccess(s.in.Get("Bucket")) },
		},
		"aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration": {
			forms: map[string]backForm{"errorDocument": backMember("key"), "indexDocument": backMember("suffix")},
			never: "routingRuleDetails",
		},
		"aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
			settle: settleLifecycle,
			never:  "rules.prefix rules.filter.tag rules.filter.and.prefix rules.filter.and.objectSizeGreaterThan rules.filter.and.objectSizeLessThan",
		},
		"aws:s3/bucketVersioning:BucketVersioning": {},
		"aws:s3/bucketLogging:BucketLogging": {
			forms: map[string]backForm{"targetObjectKeyFormat.simplePrefix": backAsIs},
			settle: func(s *splitter) {
				if !s.out.Has("targetPrefix") {
					s.set("targetPrefix", ir.String(""))
				}
			},
		},
		"aws:s3/bucketAcl:BucketAcl": {forms: map[string]backForm{"acl": func(s *splitter, v ir.Value) ir.Value {
			return ir.String(kebab(string(stringIn(v))))
		}}},

		"aws:dynamodb/table:Table":  {split: splitTable, settle: settleTable},
		"aws:sqs/queue:Queue":       {gives: map[string]string{"QueueUrl": "url"}},
		"aws:sns/topic:Topic":       {split: splitTopic},
		"aws:kinesis/stream:Stream": {gives: map[string]string{"Ref": "name"}, settle: func(s *splitter) { named("name", 100)(s) }},
		"aws:scheduler/schedule:Schedule": {forms: map[string]backForm{
			"target.ecsParameters.tags": func(s *splitter, v ir.Value) ir.Value {
				out := &ir.Object{}
				l, _ := v.(ir.List)
				for _, e := range l {
					tag := objectIn(capitals(e)) // the CDK writes them small
					key, ok := tag.Get("Key").(ir.String)
					if !ok {
						s.problem("a key of the tags of its tasks is not known")
					}
					out = out.With(string(key), tag.Get("Value"))
				}
				return out
			},
			"target.ecsParameters.networkConfiguration.assignPublicIp": backOnOff("ENABLED"),
		}},

		"aws:cloudwatch/eventRule:EventRule": {split: splitRule, never: "isEnabled"},
		"aws:cloudwatch/eventTarget:EventTarget": {forms: map[string]backForm{
			"ecsTarget.networkConfiguration.assignPublicIp": backOnOff("ENABLED"),
		}},
		"aws:cloudwatch/eventPermission:EventPermission": {split: func(s *splitter) {
			if s.take("Statement") != nil {
				s.problem("a permission has no Statement")
			}
		}},
		"aws:cloudwatch/eventBus:EventBus":       {},
		"aws:cloudwatch/metricAlarm:MetricAlarm": {settle: named("name", 200)},

		"aws:apigatewayv2/stage:Stage": {forms: map[string]backForm{"routeSettings": backKeyed("routeKey", "")}},
		"aws:apigatewayv2/route:Route": {forms: map[string]backForm{"requestParameters": backKeyed("requestParameterKey", "")}},
		"aws:apigatewayv2/integration:Integration": {forms: map[string]backForm{"responseParameters": func(s *splitter, v ir.Value) ir.Value {
			out := ir.List{}
			for i := range objectIn(v).Len() {
				f := objectIn(v).Fields[i]
				mappings := &ir.Object{}
				l, _ := objectIn(f.Value).Get("ResponseParameters").(ir.List)
				for _, e := range l {
					mappings = mappings.With(string(stringIn(objectIn(e).Get("Destination"))), objectIn(e).Get("Source"))
				}
				out = append(out, ir.Obj("statusCode", f.Key, "mappings", mappings))
			}
			return out
		}}},
		"aws:apigatewayv2/deployment:Deployment": {},
		"aws:apigatewayv2/domainName:DomainName": {settle: func(s *splitter) {
			c, ok := s.out.Get("domainNameConfiguration").(*ir.Object)
			if !ok {
				return
			}
			for _, d := range [][2]string{{"endpointType", "REGIONAL"}, {"securityPolicy", "TLS_1_2"}} {
				if !c.Has(d[0]) {
					c = c.With(d[0], ir.String(d[1]))
				}
			}
			s.out = s.out.With("domainNameConfiguration", c)
		}},

		"aws:apigateway/restApi:RestApi":       {gives: map[string]string{"RootResourceId": "rootResourceId"}, split: splitRestAPI},
		"aws:apigateway/deployment:Deployment": {split: splitDeployment},
		"aws:apigateway/stage:Stage":           {split: splitStage},
		"aws:apigateway/authorizer:Authorizer": {},
		"aws:apigateway/usagePlan:UsagePlan":   {settle: named("name", 200), forms: map[string]backForm{"apiStages.throttles": backKeyed("path", "")}},
		"aws:apigateway/domainName:DomainName": {},

		"aws:cognito/userPool:UserPool": {
			gives: map[string]string{"ProviderURL": "https://{endpoint}"},
			split: splitUserPool, settle: settleUserPool,
		},
		"aws:cognito/userPoolClient:UserPoolClient": {settle: named("name", 128), gives: map[string]string{"Name": "name"}},
		"aws:cognito/identityPool:IdentityPool":     {settle: named("identityPoolName", 128), gives: map[string]string{"Name": "identityPoolName"}},
		"aws:cognito/userPoolDomain:UserPoolDomain": {},
		"aws:cognito/identityPoolRoleAttachment:IdentityPoolRoleAttachment": {forms: map[string]backForm{"roleMappings": backRoleMappings}, settle: func(s *splitter) {
			if !s.out.Has("roles") {
				s.set("roles", &ir.Object{})
			}
		}},

		"aws:sfn/stateMachine:StateMachine": {forms: map[string]backForm{"loggingConfiguration.logDestination": func(s *splitter, v ir.Value) ir.Value {
			l, ok := v.(ir.List)
			if ok && len(l) == 1 {
				return objectIn(objectIn(l[0]).Get("CloudWatchLogsLogGroup")).Get("LogGroupArn")
			}
			s.problem("there are several log destinations")
			return nil
		}}, split: splitStateMachine},
		"aws:appautoscaling/policy:Policy":  {split: splitScalingPolicy},
		"aws:ec2/flowLog:FlowLog":           {split: splitFlowLog},
		"aws:appsync/graphQLApi:GraphQLApi": {gives: map[string]string{"Ref": "arn", "ApiId": "id", "Arn": "arn"}},
		"aws:appsync/apiKey:ApiKey": {
			forms: map[string]backForm{"expires": backTime},
			gives: map[string]string{"ApiKey": "key"},
		},

		"aws:cloudfront/distribution:Distribution": {forms: map[string]backForm{"originGroups": backOriginGroups}, settle: settleDistribution},
		"aws:cloudfront/function:Function": {
			forms: map[string]backForm{"keyValueStoreAssociations": backObjects("KeyValueStoreARN")},
			gives: map[string]string{"Ref": "arn", "FunctionARN": "arn", "FunctionMetadata.FunctionARN": "arn", "Stage": ""},
		},
		"aws:cloudfront/cachePolicy:CachePolicy":                 {forms: backPolicyItems("parametersInCacheKeyAndForwardedToOrigin.")},
		"aws:cloudfront/originRequestPolicy:OriginRequestPolicy": {forms: backPolicyItems("")},
		"aws:cloudfront/publicKey:PublicKey":                     {split: func(s *splitter) { s.takeIn("PublicKeyConfig", "CallerReference") }},

		"aws:acm/certificate:Certificate": {
			split: splitCertificate,
			forms: map[string]backForm{"subjectAlternativeNames": backAsIs},
		},
		"aws:route53/record:Record": {split: splitRecord, settle: settleRecord},
		"aws:route53/zone:Zone": {split: func(s *splitter) {
			s.partOf("QueryLog", "aws:route53/queryLog:QueryLog", "QueryLoggingConfig")
		}},

		"aws:ec2/securityGroup:SecurityGroup":                       {split: splitSecurityGroup, gives: map[string]string{"Ref": "id", "GroupId": "id", "Id": "id"}, never: "ingress egress"},
		"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {split: withoutPorts},
		"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule":   {split: withoutPorts},
		"aws:ec2/vpc:Vpc": {split: func(s *splitter) {
			s.e.settings["Ipv6CidrBlocks"] = ir.List{ownRef(s.main, "ipv6CidrBlock")}
		}},
		"aws:ec2/eip:Eip": {gives: map[string]string{"Ref": "publicIp", "PublicIp": "publicIp", "AllocationId": "id"}},
		"aws:ec2/instance:Instance": {
			forms: map[string]backForm{"ipv6Addresses": backObjects("Ipv6Address")}, never: "userData ebsBlockDevices",
			split: splitInstance, settle: settleInstance,
		},
		"aws:ec2/launchTemplate:LaunchTemplate": {
			forms: map[string]backForm{
				"networkInterfaces.ipv6Addresses": backObjects("Ipv6Address"),
				"networkInterfaces.ipv4Prefixes":  backObjects("Ipv4Prefix"),
				"networkInterfaces.ipv6Prefixes":  backObjects("Ipv6Prefix"),
				"tags":                            backTags("launch-template"),
			},
		},
		"aws:ec2/launchConfiguration:LaunchConfiguration": {never: "userData", split: splitBlockDevices},
		"aws:ec2/keyPair:KeyPair": {split: func(s *splitter) {
			if s.in.Has("PublicKeyMaterial") { // which says it all
				s.take("KeyType")
				s.take("KeyFormat")
			}
		}},
		"aws:ec2/route:Route":                   {split: splitRoute, gives: map[string]string{"Ref": ""}},
		"aws:ec2/networkAclRule:NetworkAclRule": {forms: map[string]backForm{"protocol": backAsText}, gives: map[string]string{"Ref": "", "Id": ""}},
		"aws:ec2/networkInterface:NetworkInterface": {forms: map[string]backForm{
			"ipv4Prefixes": backObjects("Ipv4Prefix"), "ipv6Addresses": backObjects("Ipv6Address"), "ipv6Prefixes": backObjects("Ipv6Prefix"),
		}, gives: map[string]string{"PrimaryPrivateIpAddress": "privateIp"}},
		"aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation": {gives: map[string]string{"Ref": ""}},
		"aws:ec2/vpnConnectionRoute:VpnConnectionRoute":               {gives: map[string]string{"Ref": ""}},
		"aws:ec2/vpnGateway:VpnGateway":                               {dropped: "Type"},
		"aws:ec2clientvpn/endpoint:Endpoint":                          {forms: map[string]backForm{"tags": backTags("client-vpn-endpoint")}},
		"aws:ec2clientvpn/authorizationRule:AuthorizationRule":        {gives: map[string]string{"Ref": "", "Id": ""}},
		"aws:ec2clientvpn/route:Route":                                {gives: map[string]string{"Ref": "", "Id": ""}},
		"aws:autoscaling/group:Group":                                 {split: splitScalingGroup},
		"aws:autoscaling/schedule:Schedule":                           {settle: settleSchedule, gives: map[string]string{"Ref": "scheduledActionName"}},
		"aws:autoscaling/lifecycleHook:LifecycleHook":                 {settle: named("name", 200), gives: map[string]string{"Ref": "name"}},
		"aws:autoscaling/policy:Policy":                               {settle: named("name", 200)},
		"aws:ebs/volume:Volume": {settle: func(s *splitter) {
			if s.deletionPolicy(s.e) == "Snapshot" {
				s.set("finalSnapshot", true)
			}
		}},

		"aws:docdb/cluster:Cluster":                               {settle: snapshotIfAsked},
		"aws:docdb/clusterParameterGroup:ClusterParameterGroup":   {forms: map[string]backForm{"parameters": backKeyed("name", "value")}},
		"aws:neptune/cluster:Cluster":                             {settle: snapshotIfAsked},
		"aws:neptune/clusterParameterGroup:ClusterParameterGroup": {forms: map[string]backForm{"parameters": backKeyed("name", "value")}},
		"aws:dax/parameterGroup:ParameterGroup":                   {forms: map[string]backForm{"parameters": backKeyed("name", "value")}, settle: dashed("name", 200)},
		"aws:dax/subnetGroup:SubnetGroup":                         {settle: dashed("name", 200)},
		"aws:memorydb/parameterGroup:ParameterGroup":              {forms: map[string]backForm{"parameters": backKeyed("name", "value")}},
		"aws:redshift/cluster:Cluster":                            {settle: snapshotIfAsked},
		"aws:redshift/subnetGroup:SubnetGroup":                    {settle: dashed("name", 200)},
		"aws:redshiftserverless/workgroup:Workgroup":              {forms: map[string]backForm{"pricePerformanceTarget.enabled": backOnOff("ENABLED")}},
		"aws:timestreamwrite/table:Table":                         {gives: map[string]string{"Ref": "", "Name": "tableName"}},
		"aws:batch/jobDefinition:JobDefinition": {forms: map[string]backForm{
			"containerProperties": backAPI("AWS::Batch::JobDefinition", "ContainerProperties"),
			"ecsProperties":       backAPI("AWS::Batch::JobDefinition", "EcsProperties"),
			"nodeProperties":      backAPI("AWS::Batch::JobDefinition", "NodeProperties"),
		}},
		"aws:batch/computeEnvironment:ComputeEnvironment":           {dropped: "ReplaceComputeEnvironment"},
		"aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": {split: splitFirehose},
		"aws:athena/workgroup:Workgroup": {
			forms: map[string]backForm{"configuration.monitoringConfiguration.cloudWatchLoggingConfiguration.logTypes": backKeyed("key", "values")},
		},
		"aws:athena/preparedStatement:PreparedStatement": {gives: map[string]string{"Ref": ""}},

		"aws:codedeploy/deploymentGroup:DeploymentGroup": {settle: named("deploymentGroupName", 100), forms: map[string]backForm{"alarmConfiguration.alarms": backObjects("Name")}},
		"aws:codepipeline/pipeline:Pipeline": {split: splitPipeline, dropped: "RestartExecutionOnUpdate", forms: map[string]backForm{
			"stages.actions.inputArtifacts": backObjects("Name"), "stages.actions.outputArtifacts": backObjects("Name"), "RuleDeclaration:inputArtifacts": backObjects("Name"),
		}},
		"aws:codepipeline/webhook:Webhook": {dropped: "RegisterWithThirdParty TargetPipelineVersion", gives: map[string]string{"Id": ""}},
		"aws:codeartifact/repository:Repository": {forms: map[string]backForm{
			"externalConnections": func(s *splitter, v ir.Value) ir.Value {
				if l, ok := v.(ir.List); ok && len(l) == 1 {
					return ir.Obj("externalConnectionName", l[0])
				}
				s.problem("there is not one external connection")
				return nil
			},
			"upstreams": func(s *splitter, v ir.Value) ir.Value {
				l, ok := v.(ir.List)
				if !ok {
					s.problem("the upstream repositories are not known")
				}
				out := make(ir.List, len(l))
				for i, e := range l {
					out[i] = ir.Obj("repositoryName", e)
				}
				return out
			},
		}},
		"aws:codestarnotifications/notificationRule:NotificationRule": {settle: named("name", 64)},
		"aws:amplify/app:App":       {split: splitAmplify},
		"aws:amplify/branch:Branch": {split: splitAmplify},
		"aws:transfer/user:User": {gives: map[string]string{"Ref": ""}, split: func(s *splitter) {
			for i, key := range s.list("SshPublicKeys") {
				s.add(fmt.Sprintf("Key%d", i+1), "aws:transfer/sshKey:SshKey", ir.Obj("serverId", s.in.Get("ServerId"), "userName", s.in.Get("UserName"), "body", key))
			}
		}},

		"aws:cloudwatch/logAnomalyDetector:LogAnomalyDetector": {settle: func(s *splitter) { s.set("enabled", true) }},
		"aws:cloudwatch/logGroup:LogGroup": {gives: map[string]string{"Arn": "{arn}:*"}, split: func(s *splitter) {
			s.partOf("DataProtection", "aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy", "DataProtectionPolicy")
		}},
		"aws:synthetics/canary:Canary":                             {gives: map[string]string{"Id": ""}, split: splitCanary, forms: map[string]backForm{"deleteLambda": backOnOff("AUTOMATIC")}},
		"aws:costexplorer/anomalySubscription:AnomalySubscription": {forms: map[string]backForm{"thresholdExpression": backExpression}},
		"aws:guardduty/detector:Detector": {
			forms: map[string]backForm{"datasources.malwareProtection.scanEc2InstanceWithFindings.ebsVolumes": backMember("enable")},
			split: splitDetector,
		},
		"aws:cfg/recorder:Recorder":            {settle: named("name", 200)},
		"aws:accessanalyzer/analyzer:Analyzer": {split: splitAnalyzer, settle: named("analyzerName", 200)},
		"aws:appconfig/extension:Extension": {dropped: "LatestVersionNumber", gives: map[string]string{"VersionNumber": "version"}, forms: map[string]backForm{
			"actionPoints": func(s *splitter, v ir.Value) ir.Value {
				out := ir.List{}
				for i := range objectIn(v).Len() {
					f := objectIn(v).Fields[i]
					out = append(out, ir.Obj("point", f.Key, "actions", smalls(f.Value)))
				}
				return out
			},
			"parameters": backKeyed("name", ""),
		}},
		"aws:appconfig/hostedConfigurationVersion:HostedConfigurationVersion": {gives: map[string]string{"Ref": "versionNumber"}, dropped: "LatestVersionNumber"},
		"aws:apigateway/apiKey:ApiKey":                                        {dropped: "GenerateDistinctId StageKeys"}, // a usage plan says of which stages it is
		"aws:apigateway/documentationVersion:DocumentationVersion":            {gives: map[string]string{"Ref": ""}},
		"aws:backup/vault:Vault": {split: func(s *splitter) {
			s.partOf("Policy", "aws:backup/vaultPolicy:VaultPolicy", "AccessPolicy")
			s.partOf("Lock", "aws:backup/vaultLockConfiguration:VaultLockConfiguration", "LockConfiguration")
			s.partOf("Notifications", "aws:backup/vaultNotifications:VaultNotifications", "Notifications")
		}},
		"aws:budgets/budget:Budget": {forms: map[string]backForm{
			"costFilters": backKeyed("name", "values"), "notifications": backNotifications, "timePeriodEnd": backBudgetTime, "timePeriodStart": backBudgetTime,
		}},
		"aws:codebuild/project:Project":                         {split: splitProject},
		"aws:codeartifact/domain:Domain":                        {gives: map[string]string{"Name": "domain"}},
		"aws:codecommit/repository:Repository":                  {split: splitRepository},
		"aws:cognito/managedLoginBranding:ManagedLoginBranding": {gives: map[string]string{"Ref": ""}, dropped: "ReturnMergedResources"},
		"aws:cloudwatch/logDestination:LogDestination": {split: func(s *splitter) {
			if p := s.take("DestinationPolicy"); p != nil {
				s.add("Policy", "aws:cloudwatch/logDestinationPolicy:LogDestinationPolicy", ir.Obj("destinationName", ownRef(s.main, "name"), "accessPolicy", p))
			}
		}},
		"aws:elasticache/cluster:Cluster":                   {forms: map[string]backForm{"logDeliveryConfigurations": backLogDelivery}, settle: cacheSnapshot},
		"aws:elasticache/replicationGroup:ReplicationGroup": {forms: map[string]backForm{"logDeliveryConfigurations": backLogDelivery}, settle: cacheSnapshot},
		"aws:iam/accessKey:AccessKey":                       {gives: map[string]string{"Ref": "id"}, dropped: "Serial"},
		"aws:iot/certificate:Certificate":                   {forms: map[string]backForm{"active": backOnOff("ACTIVE")}},
		"aws:iot/topicRule:TopicRule": {forms: map[string]backForm{"enabled": func(s *splitter, v ir.Value) ir.Value {
			off, ok := v.(ir.Bool)
			if !ok {
				s.problem("it is not known whether it is enabled")
			}
			return !off
		}}, split: splitTopicRule, settle: settleTopicRule},
		"aws:ram/resourceShare:ResourceShare": {split: func(s *splitter) {
			for i, who := range s.list("Principals") {
				s.add(fmt.Sprintf("Principal%d", i+1), "aws:ram/principalAssociation:PrincipalAssociation", ir.Obj("resourceShareArn", s.self("Ref"), "principal", who))
			}
			for i, arn := range s.list("ResourceArns") {
				s.add(fmt.Sprintf("Resource%d", i+1), "aws:ram/resourceAssociation:ResourceAssociation", ir.Obj("resourceShareArn", s.self("Ref"), "resourceArn", arn))
			}
		}},
		"aws:resourcegroups/group:Group":          {forms: map[string]backForm{"resourceQuery.query": func(s *splitter, v ir.Value) ir.Value { return documentText(v) }}},
		"aws:route53/keySigningKey:KeySigningKey": {gives: map[string]string{"Ref": ""}},
		"aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup": {split: func(s *splitter) {
			for i, e := range s.list("FirewallRules") {
				r := s.part(fmt.Sprintf("Rule%d", i+1), "aws:route53/resolverFirewallRule:ResolverFirewallRule", objectIn(e))
				r.Props = r.Props.With("name", ir.String(alnumDash(s.e.name)+"-"+fmt.Sprint(i+1)))
			}
		}},
		"aws:sesv2/accountVdmAttributes:AccountVdmAttributes": {settle: func(s *splitter) { s.set("vdmEnabled", "ENABLED") }},
		"aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination": {gives: map[string]string{"Ref": "", "Id": ""}, settle: named("eventDestinationName", 64), forms: map[string]backForm{
			"eventDestination.matchingEventTypes":                                                 backEachWord(snakeWord),
			"eventDestination.cloudWatchDestination.dimensionConfigurations.dimensionValueSource": backEachWord(snakeWord),
		}},
		"aws:ses/receiptRule:ReceiptRule":     {split: splitReceiptRule, gives: map[string]string{"Ref": "name"}},
		"aws:ses/receiptFilter:ReceiptFilter": {settle: named("name", 64), gives: map[string]string{"Ref": "name"}},
		"aws:cloudfront/vpcOrigin:VpcOrigin": {settle: settleVpcOrigin, forms: map[string]backForm{"vpcOriginEndpointConfig.originSslProtocols": func(s *splitter, v ir.Value) ir.Value {
			l, ok := v.(ir.List)
			if !ok {
				s.problem("the protocols of its origin are not known")
			}
			return ir.Obj("items", l, "quantity", len(l))
		}}},
		"aws:ssm/patchBaseline:PatchBaseline":         {settle: named("name", 100)},
		"aws:ssm/document:Document":                   {dropped: "UpdateMethod"},
		"aws:ssm/maintenanceWindow:MaintenanceWindow": {settle: named("name", 100)},
		"aws:appautoscaling/target:Target": {split: func(s *splitter) {
			for i, e := range s.list("ScheduledActions") {
				o := objectIn(e)
				r := s.part(fmt.Sprintf("Schedule%d", i+1), "aws:appautoscaling/scheduledAction:ScheduledAction", o)
				for _, name := range []string{"resourceId", "scalableDimension", "serviceNamespace"} {
					r.Props = r.Props.With(name, ownRef(s.main, name))
				}
			}
		}},
		"aws:apigatewayv2/api:Api":                                                      {settle: settleAPI},
		"aws:glue/catalogTable:CatalogTable":                                            {gives: map[string]string{"Id": "name"}},
		"aws:glue/trigger:Trigger":                                                      {settle: settleTrigger},
		"aws:lakeformation/resource:Resource":                                           {gives: map[string]string{"Ref": "", "Id": ""}},
		"aws:rum/appMonitor:AppMonitor":                                                 {gives: map[string]string{"Id": "appMonitorId"}},
		"aws:chatbot/teamsChannelConfiguration:TeamsChannelConfiguration":               {gives: map[string]string{"Ref": "chatConfigurationArn"}},
		"aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration":               {gives: map[string]string{"Ref": "chatConfigurationArn"}},
		"aws:ivschat/room:Room":                                                         {gives: map[string]string{"Id": ""}},
		"aws:iot/thing:Thing":                                                           {gives: map[string]string{"Id": ""}},
		"aws:iot/thingType:ThingType":                                                   {gives: map[string]string{"Id": ""}},
		"aws:iot/thingGroup:ThingGroup":                                                 {gives: map[string]string{"Id": ""}},
		"aws:iot/billingGroup:BillingGroup":                                             {gives: map[string]string{"Id": ""}},
		"aws:iot/thingPrincipalAttachment:ThingPrincipalAttachment":                     {gives: map[string]string{"Ref": ""}},
		"aws:location/trackerAssociation:TrackerAssociation":                            {gives: map[string]string{"Ref": ""}},
		"aws:cognito/riskConfiguration:RiskConfiguration":                               {gives: map[string]string{"Ref": ""}},
		"aws:cognito/userPoolUICustomization:UserPoolUICustomization":                   {gives: map[string]string{"Ref": ""}},
		"aws:cognito/userInGroup:UserInGroup":                                           {gives: map[string]string{"Ref": ""}},
		"aws:cognito/identityPoolProviderPrincipalTag:IdentityPoolProviderPrincipalTag": {gives: map[string]string{"Ref": ""}},
		"aws:opensearch/serverlessSecurityPolicy:ServerlessSecurityPolicy":              {gives: map[string]string{"Ref": ""}},
		"aws:opensearch/serverlessAccessPolicy:ServerlessAccessPolicy":                  {gives: map[string]string{"Ref": ""}},
		"aws:cloudwatch/logAccountPolicy:LogAccountPolicy":                              {gives: map[string]string{"Ref": ""}},
		"aws:appconfig/environment:Environment":                                         {gives: map[string]string{"Ref": "environmentId"}},
		"aws:appconfig/configurationProfile:ConfigurationProfile":                       {gives: map[string]string{"Ref": "configurationProfileId"}},
		"aws:appconfig/deployment:Deployment":                                           {gives: map[string]string{"Ref": ""}},
		"aws:appsync/api:Api":                                                           {gives: map[string]string{"Ref": "apiArn"}},
		"aws:appsync/channelNamespace:ChannelNamespace":                                 {gives: map[string]string{"Ref": "channelNamespaceArn"}},
		"aws:cfg/deliveryChannel:DeliveryChannel":                                       {split: splitDeliveryChannel, settle: named("name", 200)},
		"aws:batch/jobQueue:JobQueue":                                                   {settle: assume("state", "ENABLED")},
		"aws:ec2/vpcEndpointService:VpcEndpointService":                                 {settle: assume("acceptanceRequired", true)},
		"aws:ec2/placementGroup:PlacementGroup":                                         {settle: assume("strategy", "cluster")},
		"aws:apigatewayv2/vpcLink:VpcLink":                                              {settle: assume("securityGroupIds", ir.List{})},
		"aws:ec2transitgateway/route:Route":                                             {gives: map[string]string{"Ref": ""}},
		"aws:ec2transitgateway/routeTableAssociation:RouteTableAssociation":             {gives: map[string]string{"Ref": ""}},
		"aws:ec2transitgateway/routeTablePropagation:RouteTablePropagation":             {gives: map[string]string{"Ref": ""}},
		"aws:glue/partition:Partition":                                                  {gives: map[string]string{"Ref": ""}},
		"aws:ssoadmin/accountAssignment:AccountAssignment":                              {gives: map[string]string{"Ref": ""}},
		"aws:verifiedpermissions/policy:Policy":                                         {gives: map[string]string{"Ref": "policyId"}},
		"aws:verifiedpermissions/policyTemplate:PolicyTemplate":                         {gives: map[string]string{"Ref": "policyTemplateId"}},
		"aws:verifiedpermissions/identitySource:IdentitySource":                         {gives: map[string]string{"Ref": ""}},
		"aws:verifiedpermissions/policyStore:PolicyStore": {split: func(s *splitter) {
			if doc := objectIn(s.take("Schema")).Get("CedarJson"); doc != nil {
				s.add("Schema", "aws:verifiedpermissions/schema:Schema", ir.Obj("policyStoreId", s.self("Ref"), "definition", ir.Obj("value", doc)))
			}
		}},
		"aws:ecrpublic/repository:Repository": {split: func(s *splitter) {
			if p := s.take("RepositoryPolicyText"); p != nil {
				s.add("Policy", "aws:ecrpublic/repositoryPolicy:RepositoryPolicy", ir.Obj("repositoryName", s.self("Ref"), "policy", documentText(p)))
			}
		}},
		"aws:amp/workspace:Workspace": {split: func(s *splitter) {
			if d := s.take("AlertManagerDefinition"); d != nil {
				s.add("Alerts", "aws:amp/alertManagerDefinition:AlertManagerDefinition", ir.Obj("workspaceId", s.self("WorkspaceId"), "definition", d))
			}
		}},
		"aws:cloudfront/continuousDeploymentPolicy:ContinuousDeploymentPolicy": {
			split: func(s *splitter) { s.takeIn("ContinuousDeploymentPolicyConfig", "Type") },
			forms: map[string]backForm{"stagingDistributionDnsNames": func(s *splitter, v ir.Value) ir.Value {
				l, ok := v.(ir.List)
				if !ok {
					s.problem("the staging distributions are not known")
				}
				return ir.Obj("items", l, "quantity", len(l))
			}},
		},
		"aws:servicediscovery/instance:Instance": {settle: named("instanceId", 64), gives: map[string]string{"Ref": "instanceId"}},
		"aws:oam/sink:Sink": {split: func(s *splitter) {
			if p := s.take("Policy"); p != nil {
				s.add("Policy", "aws:oam/sinkPolicy:SinkPolicy", ir.Obj("sinkIdentifier", s.self("Ref"), "policy", documentText(p)))
			}
		}},

		"aws:rds/cluster:Cluster":                                 {forms: map[string]backForm{"iamRoles": backObjects("RoleArn")}, split: splitClusterRoles, settle: snapshots},
		"aws:rds/instance:Instance":                               {split: splitInstanceRoles, settle: snapshots},
		"aws:rds/clusterInstance:ClusterInstance":                 {},
		"aws:rds/parameterGroup:ParameterGroup":                   {forms: map[string]backForm{"parameters": backKeyed("name", "value")}},
		"aws:rds/clusterParameterGroup:ClusterParameterGroup":     {forms: map[string]backForm{"parameters": backKeyed("name", "value")}},
		"aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": {split: splitProxyTargets},
		"aws:sesv2/emailIdentity:EmailIdentity": {gives: dkimRecords(), split: func(s *splitter) {
			if on := s.takeIn("DkimAttributes", "SigningEnabled"); on != nil && !isTrue(on) {
				s.problem("there is nothing for signatures that are turned off")
			}
			s.partOf("MailFrom", "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes", "MailFromAttributes")
			s.partOf("Feedback", "aws:sesv2/emailIdentityFeedbackAttributes:EmailIdentityFeedbackAttributes", "FeedbackAttributes")
		}},
		"aws:lambda/layerVersionPermission:LayerVersionPermission": {split: splitLayerPermission},
		"aws:rds/proxy:Proxy":                           {},
		"aws:elasticache/parameterGroup:ParameterGroup": {forms: map[string]backForm{"parameters": backKeyed("name", "value")}, settle: named("name", 200)},

		"aws:secretsmanager/secret:Secret": {split: splitSecret},
		"aws:ssm/parameter:Parameter":      {never: "insecureValue", settle: named("name", 200)},
		"aws:kms/key:Key": {split: func(s *splitter) {
			if s.in.Get("Origin") == ir.Value(ir.String("AWS_KMS")) {
				s.take("Origin")
			}
		}},

		"aws:ecs/cluster:Cluster": {gives: map[string]string{"Ref": "name"}},
		"aws:ecs/service:Service": {
			settle: settleService,
			forms: map[string]backForm{
				"networkConfiguration.assignPublicIp": backOnOff("ENABLED"),
				"forceNewDeployment":                  func(s *splitter, v ir.Value) ir.Value { return objectIn(v).Get("EnableForceNewDeployment") },
			},
		},
		"aws:ecs/taskDefinition:TaskDefinition": {
			forms:  map[string]backForm{"containerDefinitions": backContainers, "volumes": backVolumes},
			settle: named("family", 200),
		},
		"aws:ecr/repository:Repository": {split: func(s *splitter) {
			if p := s.take("RepositoryPolicyText"); p != nil {
				s.part("Policy", "aws:ecr/repositoryPolicy:RepositoryPolicy", ir.Obj("RepositoryPolicyText", p))
			}
			if p := objectIn(s.take("LifecyclePolicy")).Get("LifecyclePolicyText"); p != nil {
				s.add("LifecyclePolicy", "aws:ecr/lifecyclePolicy:LifecyclePolicy", ir.Obj("repository", s.self("Ref"), "policy", p))
			}
		}, settle: named("name", 200)},
		"aws:lb/loadBalancer:LoadBalancer": {
			forms:  map[string]backForm{"internal": backOnOff("internal")},
			split:  func(s *splitter) { s.attributes("LoadBalancerAttributes", loadBalancerAttributes) },
			settle: dashed("name", 32),
		},
		"aws:lb/targetGroup:TargetGroup":                 {split: splitTargetGroup, settle: dashed("name", 32)},
		"aws:lb/listener:Listener":                       {forms: map[string]backForm{"certificateArn": backCertificate}, settle: settleActions("defaultActions")},
		"aws:lb/listenerCertificate:ListenerCertificate": {forms: map[string]backForm{"certificateArn": backCertificate}},
		"aws:lb/listenerRule:ListenerRule":               {forms: map[string]backForm{"conditions": backConditions}, settle: settleActions("actions")},
		"aws:efs/fileSystem:FileSystem": {split: func(s *splitter) {
			s.partOf("Policy", "aws:efs/fileSystemPolicy:FileSystemPolicy", "FileSystemPolicy")
			s.partOf("Replication", "aws:efs/replicationConfiguration:ReplicationConfiguration", "ReplicationConfiguration")
			s.partOf("BackupPolicy", "aws:efs/backupPolicy:BackupPolicy", "BackupPolicy")
			s.take("BypassPolicyLockoutSafetyCheck")
		}},
		"aws:opensearch/domain:Domain":  {forms: map[string]backForm{"logPublishingOptions": backLogPublishing}},
		"aws:wafv2/webAcl:WebAcl":       {forms: map[string]backForm{"customResponseBodies": backKeyed("key", ""), "associationConfig.requestBodies": backRequestBodies}, split: splitWebACL, settle: named("name", 128)},
		"aws:wafv2/ruleGroup:RuleGroup": {forms: map[string]backForm{"customResponseBodies": backKeyed("key", "")}, settle: named("name", 128)},
		"aws:wafv2/regexPatternSet:RegexPatternSet": {forms: map[string]backForm{"regularExpressions": func(s *splitter, v ir.Value) ir.Value {
			l, _ := v.(ir.List)
			out := make(ir.List, len(l))
			for i, e := range l {
				out[i] = ir.Obj("regexString", e)
			}
			return out
		}}},
	}
}

// backTime writes seconds since 1970 as Pulumi does.
func backTime(s *splitter, v ir.Value) ir.Value {
	n, ok := number(v).(ir.Number)
	if !ok {
		s.problem("a time is not known")
		return nil
	}
	return ir.String(time.Unix(int64(n), 0).UTC().Format(time.RFC3339))
}

// named gives a name where Pulumi's provider makes none up, or CloudFormation
// makes a better one.
func named(property string, limit int) func(s *splitter) {
	return func(s *splitter) {
		if s.out.Get(property) == nil {
			s.set(property, s.physicalName(limit))
		}
	}
}

// dashed is named for names of letters, digits and dashes.
func dashed(property string, limit int) func(s *splitter) {
	return func(s *splitter) {
		if s.out.Get(property) == nil {
			s.set(property, alnumDash(s.physicalName(limit)))
		}
	}
}

// shortNames are types whose names have fewer characters than most.
var shortNames = map[string]int{
	"aws:apprunner/autoScalingConfigurationVersion:AutoScalingConfigurationVersion": 32,
	"aws:dax/cluster:Cluster": 20,
}

// giveName gives a resource the name that CloudFormation would make up, where
// the provider wants to be told one and makes none.
func (s *splitter) giveName() {
	facts := s.cfn(s.r.Type)
	last := s.r.Type[strings.LastIndexByte(s.r.Type, ':')+1:]
	for _, p := range s.pulumi(s.row.pulumi).Properties {
		if !p.Required || !p.Input || s.out.Has(p.Name) || !strings.HasSuffix(p.Name, "Name") && !strings.HasSuffix(p.Name, "Identifier") {
			continue
		}
		path := s.mapping(s.row).field(p.Name).path
		if len(path) == 0 {
			continue
		}
		at := path[len(path)-1]
		if at != facts.RefReturns && at != last+"Name" {
			continue // the name of something else
		}
		limit := shortNames[s.row.pulumi]
		if limit == 0 {
			limit = 40
		}
		name := alnumDash(s.physicalName(limit))
		if strings.HasSuffix(p.Name, "Identifier") || strings.HasSuffix(p.Name, "BucketName") {
			name = strings.ToLower(name)
		}
		s.set(p.Name, name)
	}
}

// assume sets properties at the top that are not given to what CloudFormation
// takes then.
func assume(pairs ...any) func(s *splitter) {
	return func(s *splitter) {
		for i := 0; i < len(pairs); i += 2 {
			if name := pairs[i].(string); !s.out.Has(name) {
				s.set(name, pairs[i+1])
			}
		}
	}
}

// physicalName is made from the stack and the logical ID, as CloudFormation's
// are.
func (s *splitter) physicalName(limit int) string {
	name := s.e.name
	if s.e.stack != nil {
		name = s.e.stack.Name + "-" + s.r.LogicalID
	}
	if len(name) <= limit {
		return name
	}
	return name[:limit-9] + "-" + shortDigest(name)
}

// kebab writes PublicRead as public-read.
func kebab(s string) string {
	var b strings.Builder
	for i, r := range s {
		if r >= 'A' && r <= 'Z' {
			if i > 0 {
				b.WriteByte('-')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// takeIn takes a property out of an object that is a property.
func (s *splitter) takeIn(property, name string) ir.Value {
	o := objectIn(s.in.Get(property))
	v := o.Get(name)
	if v != nil {
		s.in = s.in.With(property, o.With(name, nil))
	}
	return v
}

func backPolicyItems(path string) map[string]backForm {
	return map[string]backForm{
		path + "cookiesConfig.cookies":           backMember("items"),
		path + "headersConfig.headers":           backMember("items"),
		path + "queryStringsConfig.queryStrings": backMember("items"),
	}
}

func backOriginGroups(s *splitter, v ir.Value) ir.Value {
	out := ir.List{}
	items, _ := objectIn(v).Get("Items").(ir.List)
	for _, g := range items {
		o := objectIn(g)
		codes := objectIn(objectIn(o.Get("FailoverCriteria")).Get("StatusCodes")).Get("Items")
		members := objectIn(o.Get("Members")).Get("Items")
		out = append(out, ir.Obj("originId", o.Get("Id"), "failoverCriteria", ir.Obj("statusCodes", codes), "members", smalls(members)))
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// settleDistribution says what Pulumi's provider wants to be told and
// CloudFormation does not.
func settleDistribution(s *splitter) {
	behavior := func(v ir.Value) ir.Value {
		o, ok := v.(*ir.Object)
		if !ok {
			return v
		}
		for _, name := range []string{"allowedMethods", "cachedMethods"} {
			if !o.Has(name) {
				o = o.With(name, ir.Of([]string{"GET", "HEAD"}))
			}
		}
		if f, ok := o.Get("forwardedValues").(*ir.Object); ok {
			if !f.Has("cookies") {
				f = f.With("cookies", ir.Obj("forward", "none"))
			}
			o = o.With("forwardedValues", f)
		}
		return o
	}
	if v := s.out.Get("defaultCacheBehavior"); v != nil {
		s.out = s.out.With("defaultCacheBehavior", behavior(v))
	}
	if l, ok := s.out.Get("orderedCacheBehaviors").(ir.List); ok {
		out := make(ir.List, len(l))
		for i, e := range l {
			out[i] = behavior(e)
		}
		s.out = s.out.With("orderedCacheBehaviors", out)
	}
	if l, ok := s.out.Get("origins").(ir.List); ok {
		out := make(ir.List, len(l))
		for i, e := range l {
			o := objectIn(e)
			if c, ok := o.Get("s3OriginConfig").(*ir.Object); ok {
				if id := c.Get("originAccessIdentity"); id == nil || id == ir.Value(ir.String("")) {
					o = o.With("s3OriginConfig", nil)
				}
			}
			if c, ok := o.Get("customOriginConfig").(*ir.Object); ok {
				for _, d := range ir.Obj("httpPort", 80, "httpsPort", 443, "originSslProtocols", []string{"TLSv1.2"}).Fields {
					if !c.Has(d.Key) {
						c = c.With(d.Key, d.Value)
					}
				}
				o = o.With("customOriginConfig", c)
			}
			out[i] = o
		}
		s.out = s.out.With("origins", out)
	}
	for _, d := range ir.Obj("enabled", true,
		"restrictions", ir.Obj("geoRestriction", ir.Obj("restrictionType", "none")),
		"viewerCertificate", ir.Obj("cloudfrontDefaultCertificate", true)).Fields {
		if !s.out.Has(d.Key) {
			s.set(d.Key, d.Value)
		}
	}
}

// snapshots says what becomes of a database's data when it is deleted.
func snapshots(s *splitter) {
	policy := s.deletionPolicy(s.e)
	if policy == "Delete" {
		s.set("skipFinalSnapshot", true)
		return
	}
	if s.row.pulumi == "aws:rds/instance:Instance" && policy == "" && s.in.Has("DBClusterIdentifier") {
		return
	}
	s.set("finalSnapshotIdentifier", s.finalSnapshotName())
}

func alnumDash(s string) string {
	return strings.Map(func(r rune) rune {
		if isAlnum(r) || r == '-' {
			return r
		}
		return '-'
	}, s)
}

// backContainers writes a task's containers as JSON text with the names of the
// ECS API.
func backContainers(s *splitter, v ir.Value) ir.Value {
	p := schema.CloudFormation("AWS::ECS::TaskDefinition").Property("ContainerDefinitions")
	return ir.NewCall(ir.FuncJSONEncode, apiNames(v, p.Type))
}

// apiNames makes the first letters of the names that a type has small, as in
// the API's JSON.
func apiNames(v ir.Value, t *schema.Type) ir.Value {
	switch v := v.(type) {
	case ir.List:
		out := make(ir.List, len(v))
		for i, e := range v {
			out[i] = apiNames(e, elem(t))
		}
		return out
	case *ir.Object:
		o := objectOf(t)
		if o == nil || t.Kind == schema.Map {
			return v
		}
		out := &ir.Object{}
		for _, f := range v.Fields {
			var inner *schema.Type
			if p := o.Property(f.Key); p != nil {
				inner = p.Type
			}
			out.Fields = append(out.Fields, ir.Field{Key: strings.ToLower(f.Key[:1]) + f.Key[1:], Value: apiNames(f.Value, inner)})
		}
		return out
	}
	return v
}

func backVolumes(s *splitter, v ir.Value) ir.Value {
	l, ok := v.(ir.List)
	if !ok {
		s.problem("the volumes are not known")
		return nil
	}
	var out ir.List
	for _, e := range l {
		volume := &ir.Object{}
		for _, f := range objectIn(e).Fields {
			switch f.Key {
			case "ConfiguredAtLaunch":
				volume = volume.With("configureAtLaunch", f.Value)
			case "Host":
				volume = volume.With("hostPath", objectIn(f.Value).Get("SourcePath"))
			case "EFSVolumeConfiguration":
				efs, ok := smalls(f.Value).(*ir.Object)
				if ok && efs.Has("filesystemId") {
					efs = efs.With("fileSystemId", efs.Get("filesystemId")).With("filesystemId", nil)
				}
				volume = volume.With("efsVolumeConfiguration", efs)
			default:
				volume = volume.With(small(f.Key), smalls(f.Value))
			}
		}
		out = append(out, volume)
	}
	if out == nil {
		return nil
	}
	return out
}

func backCertificate(s *splitter, v ir.Value) ir.Value {
	l, ok := v.(ir.List)
	if !ok || len(l) != 1 {
		s.problem("there is not one certificate")
		return nil
	}
	return objectIn(l[0]).Get("CertificateArn")
}

// backConditions gives each condition the property of what it looks at.
func backConditions(s *splitter, v ir.Value) ir.Value {
	l, _ := v.(ir.List)
	var out ir.List
	for _, e := range l {
		o := objectIn(e)
		field, _ := o.Get("Field").(ir.String)
		name := map[string]string{
			"host-header": "hostHeader", "http-header": "httpHeader", "http-request-method": "httpRequestMethod",
			"path-pattern": "pathPattern", "query-string": "queryStrings", "source-ip": "sourceIp",
		}[string(field)]
		if name == "" {
			s.problem("there is no condition on %s", field)
			continue
		}
		config := o.Get(capital(strings.ReplaceAll(name, "queryStrings", "queryString")) + "Config")
		if values := o.Get("Values"); config == nil && values != nil {
			config = ir.Obj("Values", values)
		}
		config = smalls(config)
		if name == "queryStrings" {
			config = objectIn(config).Get("values")
		}
		out = append(out, ir.Obj(name, config))
	}
	return out
}

// attributes reads a list of keys and values as properties.
func (s *splitter) attributes(property string, settings []attribute) {
	for _, e := range s.list(property) {
		o := objectIn(e)
		key, _ := o.Get("Key").(ir.String)
		i := slices.IndexFunc(settings, func(a attribute) bool { return a.key == string(key) })
		if i < 0 {
			s.problem("there is nothing for the attribute %s", key)
			continue
		}
		v := o.Get("Value")
		if text, ok := v.(ir.String); ok && (text == "true" || text == "false") {
			v = ir.Bool(text == "true")
		}
		name, inner, nested := strings.Cut(settings[i].property, ".")
		facts := s.pulumi(s.row.pulumi)
		p := facts.Property(name)
		if nested && p != nil {
			p = objectOf(p.Type).Property(inner)
		}
		if p != nil && p.Type.Kind == schema.Number {
			v = number(v)
		}
		if nested {
			s.putBack(s.out, []leafStep{{name: name}, {name: inner}}, v)
		} else {
			s.set(name, v)
		}
	}
}

// takeAll takes every property, for code that reads them itself.
func (s *splitter) takeAll() *ir.Object {
	o := s.in
	s.in = &ir.Object{}
	return o
}
