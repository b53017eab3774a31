package translate_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/translate"
	"github.com/sstc/sstc/emit"
	"github.com/sstc/sstc/internal/golden"
)

func ref(id, attr string) ir.Ref { return ir.Ref{Resource: id, Attr: attr} }

func at(v ir.Value, key any) ir.Value { return ir.NewCall(ir.FuncIndex, v, ir.Of(key)) }

func jsonOf(v ir.Value) ir.Value { return ir.NewCall(ir.FuncJSONEncode, v) }

func res(id, typ string, props *ir.Object, dependsOn ...string) *ir.Resource {
	return &ir.Resource{ID: id, Name: id, Type: typ, Props: props, Options: ir.Options{DependsOn: dependsOn}}
}

func app(resources ...*ir.Resource) *ir.Program {
	return &ir.Program{
		App:       ir.App{Name: "shop", Stage: "dev", Home: "aws", Region: "eu-west-1"},
		Dialect:   ir.Pulumi,
		Resources: resources,
	}
}

func role(id string) *ir.Resource {
	return res(id, "aws:iam/role:Role", ir.Obj("assumeRolePolicy", jsonOf(ir.Obj("Version", "2012-10-17", "Statement", ir.List{
		ir.Obj("Effect", "Allow", "Principal", ir.Obj("Service", "lambda.amazonaws.com"), "Action", "sts:AssumeRole")}))))
}

func function(id string, more ...any) *ir.Resource {
	props := ir.Obj(append([]any{"role", ref("Role", "arn"), "runtime", "nodejs22.x", "handler", "index.handler",
		"s3Bucket", ir.AssetRef{Asset: "Code", Attr: ir.AssetBucket}, "s3Key", ir.AssetRef{Asset: "Code", Attr: ir.AssetKey}}, more...)...)
	return res(id, "aws:lambda/function:Function", props)
}

func withAsset(p *ir.Program) *ir.Program {
	p.Assets = []*ir.Asset{{ID: "Code", Kind: ir.AssetIsFunction, File: "assets/ab.zip", Handler: "index.handler", Digest: "ab"}}
	return p
}

// The programs of the goldens, each for one thing that the tables cannot say.
var programs = map[string]func() *ir.Program{
	// Half a dozen types are parts of one bucket. Its notifications need the
	// function's permission, which needs the bucket, as does the function.
	"bucket": func() *ir.Program {
		p := withAsset(app(
			res("Uploads", "aws:s3/bucket:Bucket", ir.Obj("bucketPrefix", "shop-dev-uploads-", "forceDestroy", true, "tags", ir.Obj("team", "web"))),
			res("UploadsAccess", "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", ir.Obj("bucket", ref("Uploads", "bucket"), "blockPublicAcls", true, "restrictPublicBuckets", true)),
			res("UploadsVersioning", "aws:s3/bucketVersioning:BucketVersioning", ir.Obj("bucket", ref("UploadsAccess", "bucket"), "versioningConfiguration", ir.Obj("status", "Enabled"))),
			res("UploadsLifecycle", "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", ir.Obj("bucket", ref("Uploads", "id"), "rules", ir.List{
				ir.Obj("id", "old", "status", "Enabled", "filter", ir.Obj("and", ir.Obj("prefix", "tmp/", "tags", ir.Obj("a", "b"))), "expiration", ir.Obj("days", 7)),
			})),
			res("UploadsPolicy", "aws:s3/bucketPolicy:BucketPolicy", ir.Obj("bucket", ref("Uploads", "bucket"), "policy",
				ir.Concat(`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["`, ref("Uploads", "arn"), `","`, ref("Uploads", "arn"), `/*"]}]}`)), "UploadsAccess"),
			role("Role"),
			function("Resize", "environment", ir.Obj("variables", ir.Obj("BUCKET", ref("Uploads", "bucket"), "URL", ir.Concat("https://", ref("Uploads", "bucketRegionalDomainName"))))),
			res("ResizePermission", "aws:lambda/permission:Permission", ir.Obj("action", "lambda:InvokeFunction", "function", ref("Resize", "arn"), "principal", "s3.amazonaws.com", "sourceArn", ref("Uploads", "arn"))),
			res("UploadsNotification", "aws:s3/bucketNotification:BucketNotification", ir.Obj("bucket", ref("Uploads", "id"), "lambdaFunctions", ir.List{
				ir.Obj("lambdaFunctionArn", ref("Resize", "arn"), "events", []string{"s3:ObjectCreated:*", "s3:ObjectRemoved:*"}, "filterPrefix", "in/")}), "ResizePermission"),
		))
		p.Outputs = []ir.Output{{Name: "versioned", Value: ref("UploadsVersioning", "bucket")}, {Name: "arn", Value: ref("Uploads", "arn")}}
		return p
	},
	// What Pulumi's provider takes, or leaves out, where CloudFormation would
	// do something else.
	"defaults": func() *ir.Program {
		behavior := []any{"targetOriginId", "o", "viewerProtocolPolicy", "redirect-to-https", "allowedMethods", []string{"GET", "HEAD"}, "cachedMethods", []string{"GET", "HEAD"},
			"cachePolicyId", "658327ea-f89d-4fab-a63d-7e88639e58f6", "minTtl", 0, "defaultTtl", 0, "maxTtl", 0}
		return withAsset(app(
			res("Table", "aws:dynamodb/table:Table", ir.Obj("hashKey", "id", "billingMode", "PAY_PER_REQUEST", "attributes", ir.List{ir.Obj("name", "id", "type", "S")},
				"globalSecondaryIndexes", ir.List{}, "localSecondaryIndexes", ir.List{})),
			res("Api", "aws:apigatewayv2/api:Api", ir.Obj("name", "api", "protocolType", "HTTP")),
			res("Elsewhere", "aws:apigatewayv2/integration:Integration", ir.Obj("apiId", ref("Api", "id"), "integrationType", "HTTP_PROXY", "integrationMethod", "ANY", "integrationUri", "https://example.com")),
			function("Work"),
			role("Role"),
			res("Mapping", "aws:lambda/eventSourceMapping:EventSourceMapping", ir.Obj("eventSourceArn", "arn:aws:sqs:eu-west-1:123456789012:q.fifo", "functionName", ref("Work", "arn"), "batchSize", 10, "maximumBatchingWindowInSeconds", 0)),
			res("Authorizer", "aws:iot/authorizer:Authorizer", ir.Obj("name", "a", "authorizerFunctionArn", "arn:aws:lambda:eu-west-1:123456789012:function:a", "signingDisabled", true)),
			res("Cdn", "aws:cloudfront/distribution:Distribution", ir.Obj("enabled", true,
				"origins", ir.List{ir.Obj("originId", "o", "domainName", "example.com", "customOriginConfig", ir.Obj("httpPort", 80, "httpsPort", 443, "originProtocolPolicy", "https-only", "originSslProtocols", []string{"TLSv1.2"}))},
				"defaultCacheBehavior", ir.Obj(behavior...),
				"orderedCacheBehaviors", ir.List{ir.Obj(behavior...).With("pathPattern", ir.String("/a/*"))},
				"restrictions", ir.Obj("geoRestriction", ir.Obj("restrictionType", "none")),
				"viewerCertificate", ir.Obj("cloudfrontDefaultCertificate", true))),
		))
	},
	// A policy of the app names its role; any other becomes the role's.
	"attachments": func() *ir.Program {
		return app(
			role("Role"),
			res("Read", "aws:iam/policy:Policy", ir.Obj("policy", `{"Version":"2012-10-17","Statement":[]}`)),
			res("AttachRead", "aws:iam/rolePolicyAttachment:RolePolicyAttachment", ir.Obj("role", ref("Role", "name"), "policyArn", ref("Read", "arn"))),
			res("AttachBasic", "aws:iam/rolePolicyAttachment:RolePolicyAttachment", ir.Obj("role", ref("Role", "id"), "policyArn", ir.Concat("arn:", ir.Param{Name: ir.PseudoPartition}, ":iam::aws:policy/X"))),
			res("Inline", "aws:iam/rolePolicy:RolePolicy", ir.Obj("role", ref("Role", "id"), "policy", ir.Obj("Version", "2012-10-17", "Statement", ir.List{}))),
			res("Profile", "aws:iam/instanceProfile:InstanceProfile", ir.Obj("role", ref("Role", "name")), "AttachRead"),
		)
	},
	// A function that is published has a version for each of its states.
	"versions": func() *ir.Program {
		p := withAsset(app(
			role("Role"),
			function("Api", "publish", true),
			res("ApiAlias", "aws:lambda/alias:Alias", ir.Obj("name", "live", "functionName", ref("Api", "name"), "functionVersion", ref("Api", "version"))),
			res("ApiWarm", "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig", ir.Obj("functionName", ref("Api", "name"), "qualifier", ref("Api", "version"), "provisionedConcurrentExecutions", 2)),
			res("ApiEvents", "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", ir.Obj("functionName", ref("Api", "name"), "maximumRetryAttempts", 0)),
			res("ApiUrl", "aws:lambda/functionUrl:FunctionUrl", ir.Obj("functionName", ref("Api", "name"), "authorizationType", "NONE")),
			function("Zip", "code", ir.AssetRef{Asset: "Code", Attr: ir.AssetFile}, "s3Bucket", nil),
			res("Call", "aws:lambda/permission:Permission", ir.Obj("action", "lambda:InvokeFunction", "function", ref("Api", "name"), "qualifier", ref("ApiAlias", "name"), "principal", "events.amazonaws.com")),
		))
		zip := p.FindResource("Zip")
		zip.Props = zip.Props.With("s3Bucket", nil).With("s3Key", nil)
		p.Outputs = []ir.Output{{Name: "arn", Value: ref("Api", "qualifiedArn")}, {Name: "latest", Value: ref("Zip", "qualifiedArn")},
			{Name: "invoke", Value: ref("Api", "invokeArn")}, {Name: "id", Value: ref("ApiUrl", "urlId")}}
		return p
	},
	// Gateways are attached, routes are resources, groups have a rule for each
	// source, and what needs a way out waits for it.
	"network": func() *ir.Program {
		all := ir.List{ir.Obj("protocol", "-1", "fromPort", 0, "toPort", 0, "cidrBlocks", []string{"0.0.0.0/0"})}
		p := app(
			res("Net", "aws:ec2/vpc:Vpc", ir.Obj("cidrBlock", "10.0.0.0/16")),
			res("NetGateway", "aws:ec2/internetGateway:InternetGateway", ir.Obj("vpcId", ref("Net", "id"))),
			res("NetDefault", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", ir.Obj("vpcId", ref("Net", "id"), "tags", ir.Obj("Name", "x"), "egress", all,
				"ingress", ir.List{ir.Obj("protocol", "-1", "fromPort", 0, "toPort", 0, "cidrBlocks", ir.List{ref("Net", "cidrBlock")})})),
			res("Zone", "aws:ec2/subnet:Subnet", ir.Obj("vpcId", ref("Net", "id"), "cidrBlock", "10.0.0.0/24", "availabilityZone", at(ref("Azs", "names"), 0))),
			res("Table", "aws:ec2/routeTable:RouteTable", ir.Obj("vpcId", ref("Net", "id"), "routes", ir.List{ir.Obj("cidrBlock", "0.0.0.0/0", "gatewayId", ref("NetGateway", "id"))})),
			res("Ip", "aws:ec2/eip:Eip", ir.Obj("domain", "vpc")),
			res("Nat", "aws:ec2/natGateway:NatGateway", ir.Obj("allocationId", ref("Ip", "id"), "subnetId", ref("Zone", "id"))),
			res("Box", "aws:ec2/instance:Instance", ir.Obj("ami", at(ref("Ami", "id"), 0), "subnetId", ref("Zone", "id"), "vpcSecurityGroupIds", ir.List{ref("Closed", "id"), ref("NetDefault", "id")}, "userData", "#!/bin/sh")),
			res("Private", "aws:ec2/routeTable:RouteTable", ir.Obj("vpcId", ref("Net", "id"), "routes", ir.List{ir.Obj("cidrBlock", "0.0.0.0/0", "networkInterfaceId", ref("Box", "primaryNetworkInterfaceId"))})),
			res("Closed", "aws:ec2/securityGroup:SecurityGroup", ir.Obj("vpcId", ref("Net", "id"), "ingress", ir.List{
				ir.Obj("protocol", "tcp", "fromPort", 443, "toPort", 443, "cidrBlocks", []string{"10.0.0.0/8", "192.168.0.0/16"}, "securityGroups", ir.List{ref("NetDefault", "id")}, "self", true)})),
			res("Open", "aws:ec2/securityGroup:SecurityGroup", ir.Obj("egress", all)),
			res("Rule", "aws:ec2/securityGroupRule:SecurityGroupRule", ir.Obj("type", "ingress", "securityGroupId", ref("Open", "id"), "protocol", "udp", "fromPort", 53, "toPort", 53, "cidrBlocks", []string{"1.1.1.1/32", "8.8.8.8/32"})),
		)
		p.Resources[7].Props = p.Resources[7].Props.With("ami", ref("Ami", "id"))
		p.Invokes = []*ir.Invoke{
			{ID: "Azs", Token: "aws:index/getAvailabilityZones:getAvailabilityZones", Args: ir.Obj("state", "available")},
			{ID: "Ami", Token: "aws:ec2/getAmi:getAmi", Args: ir.Obj("owners", []string{"amazon"}, "mostRecent", true)},
		}
		p.Outputs = []ir.Output{{Name: "ip", Value: ref("Nat", "publicIp")}}
		return p
	},
	// A certificate makes the records that prove whose its domains are.
	"certificate": func() *ir.Program {
		option := func(name string) ir.Value {
			return ir.NewCall(ir.FuncFind, ref("Cert", "domainValidationOptions"), ir.String("domainName"), ir.String(name))
		}
		record := func(id, domain, zone string) *ir.Resource {
			return res(id, "aws:route53/record:Record", ir.Obj("name", at(option(domain), "resourceRecordName"), "type", "CNAME", "ttl", 60,
				"records", ir.List{at(option(domain), "resourceRecordValue")}, "zoneId", ref(zone, "zoneId")))
		}
		p := app(
			res("Cert", "aws:acm/certificate:Certificate", ir.Obj("domainName", "example.com", "validationMethod", "DNS", "subjectAlternativeNames", []string{"*.example.com", "example.org"})),
			record("CertRecord1", "example.com", "Com"),
			record("CertRecord2", "example.org", "Org"),
			res("CertValid", "aws:acm/certificateValidation:CertificateValidation", ir.Obj("certificateArn", ref("Cert", "arn"), "validationRecordFqdns", ir.List{ref("CertRecord1", "fqdn")}), "CertRecord1", "CertRecord2"),
			res("Org", "aws:route53/zone:Zone", ir.Obj("name", "example.org")),
			res("Txt", "aws:route53/record:Record", ir.Obj("name", "_dmarc", "type", "TXT", "ttl", 300, "records", []string{"v=DMARC1", `"quoted"`}, "zoneId", ref("Org", "zoneId"))),
			res("Apex", "aws:route53/record:Record", ir.Obj("name", "example.org", "type", "A", "zoneId", ref("Org", "zoneId"),
				"aliases", ir.List{ir.Obj("name", ref("Cdn", "domainName"), "zoneId", ref("Cdn", "hostedZoneId"), "evaluateTargetHealth", true)})),
			res("Cdn", "aws:cloudfront/distribution:Distribution", ir.Obj("enabled", true, "aliases", []string{"example.org"},
				"origins", ir.List{ir.Obj("domainName", "placeholder.sst.dev", "originId", "default", "customOriginConfig", ir.Obj("httpPort", 80, "httpsPort", 443, "originProtocolPolicy", "http-only", "originSslProtocols", []string{"TLSv1.2"}))},
				"defaultCacheBehavior", ir.Obj("targetOriginId", "default", "viewerProtocolPolicy", "redirect-to-https", "functionAssociations", ir.List{ir.Obj("eventType", "viewer-request", "functionArn", ref("Edge", "arn"))}),
				"restrictions", ir.Obj("geoRestriction", ir.Obj("restrictionType", "none")),
				"viewerCertificate", ir.Obj("acmCertificateArn", ref("CertValid", "certificateArn"), "sslSupportMethod", "sni-only"), "waitForDeployment", false)),
			res("Edge", "aws:cloudfront/function:Function", ir.Obj("runtime", "cloudfront-js-2.0", "code", "function handler(e) { return `${e.x}` }", "keyValueStoreAssociations", ir.List{ref("Kv", "arn")})),
			res("Kv", "aws:cloudfront/keyValueStore:KeyValueStore", ir.Obj()),
		)
		p.Invokes = []*ir.Invoke{{ID: "Com", Token: "aws:route53/getZone:getZone", Args: ir.Obj("name", "example.com")}}
		return p
	},
	// The parts of a method are found by API, resource and verb.
	"restapi": func() *ir.Program {
		method := func(id, typ string, more ...any) *ir.Resource {
			return res(id, "aws:apigateway/"+typ, ir.Obj(append([]any{"restApi", ref("Api", "id"), "resourceId", ref("Items", "id"), "httpMethod", "GET"}, more...)...))
		}
		return app(
			res("Api", "aws:apigateway/restApi:RestApi", ir.Obj("name", "api", "endpointConfiguration", ir.Obj("types", "EDGE"))),
			res("Items", "aws:apigateway/resource:Resource", ir.Obj("restApi", ref("Api", "id"), "parentId", ref("Api", "rootResourceId"), "pathPart", "items")),
			method("Get", "method:Method", "authorization", "NONE"),
			method("GetIntegration", "integration:Integration", "type", "MOCK", "requestTemplates", ir.Obj("application/json", "{}")),
			method("GetResponse", "methodResponse:MethodResponse", "statusCode", "204", "responseParameters", ir.Obj("method.response.header.X", true)),
			method("GetIntegrationResponse", "integrationResponse:IntegrationResponse", "statusCode", "204"),
			res("Deploy", "aws:apigateway/deployment:Deployment", ir.Obj("restApi", ref("Api", "id"), "triggers", ir.Obj("x", jsonOf(ref("GetIntegration", "uri"))))),
			res("Stage", "aws:apigateway/stage:Stage", ir.Obj("restApi", ref("Api", "id"), "deployment", ref("Deploy", "id"), "stageName", "prod")),
			res("Settings", "aws:apigateway/methodSettings:MethodSettings", ir.Obj("restApi", ref("Api", "id"), "stageName", ref("Stage", "stageName"), "methodPath", "*/*", "settings", ir.Obj("metricsEnabled", true))),
		)
	},
	// What is asked of AWS: known to every stack, computed here, or looked up.
	"invokes": func() *ir.Program {
		p := app(
			res("A", "aws:ssm/parameter:Parameter", ir.Obj("name", "/a", "type", "String", "value", ir.Concat(
				ref("Who", "accountId"), " ", ref("Where", "region"), " ", ref("Part", "partition"), " ", ref("Part", "dnsSuffix"), " ",
				ref("Zone", "zoneId"), " ", at(ref("Nets", "ids"), 1), " ", ref("Setting", "value"), " ", at(at(ref("Bucket", "versionings"), 0), "enabled")))),
			res("R", "aws:iam/role:Role", ir.Obj("assumeRolePolicy", ref("Doc", "json"))),
		)
		p.Resources[0].Props = p.Resources[0].Props.With("value", ir.Concat(
			ref("Who", "accountId"), " ", ref("Where", "region"), " ", ref("Part", "partition"), " ", ref("Part", "dnsSuffix"), " ",
			ref("Zone", "zoneId"), " ", at(ref("Nets", "ids"), 1), " ", ref("Setting", "value"), " ", at(at(ref("Ami", "blockDeviceMappings"), 0), "deviceName")))
		p.Invokes = []*ir.Invoke{
			{ID: "Who", Token: "aws:index/getCallerIdentity:getCallerIdentity"},
			{ID: "Where", Token: "aws:index/getRegion:getRegion"},
			{ID: "Part", Token: "aws:index/getPartition:getPartition"},
			{ID: "Zone", Token: "aws:route53/getZone:getZone", Args: ir.Obj("name", "example.com")},
			{ID: "Nets", Token: "aws:ec2/getSubnets:getSubnets", Args: ir.Obj("filters", ir.List{ir.Obj("name", "vpc-id", "values", []string{"vpc-1"})})},
			{ID: "Setting", Token: "aws:ssm/getParameter:getParameter", Args: ir.Obj("name", "/shop/setting")},
			{ID: "Ami", Token: "aws:ec2/getAmi:getAmi", Args: ir.Obj("mostRecent", true)},
			{ID: "Doc", Token: "aws:iam/getPolicyDocument:getPolicyDocument", Args: ir.Obj("statements", ir.List{
				ir.Obj("sid", "One", "actions", []string{"sts:AssumeRole"}, "principals", ir.List{ir.Obj("type", "Service", "identifiers", []string{"lambda.amazonaws.com"}), ir.Obj("type", "AWS", "identifiers", ir.List{ref("Who", "accountId")})},
					"conditions", ir.List{ir.Obj("test", "StringEquals", "variable", "aws:SourceAccount", "values", ir.List{ref("Who", "accountId")})}),
			})},
		}
		return p
	},
	// What exists already is named, or looked up through Cloud Control.
	"existing": func() *ir.Program {
		read := res("Old", "aws:s3/bucket:Bucket", ir.Obj())
		read.Read = ir.String("old-bucket")
		p := app(read, res("OldPolicy", "aws:s3/bucketPolicy:BucketPolicy", ir.Obj("bucket", ref("Old", "bucket"), "policy",
			jsonOf(ir.Obj("Version", "2012-10-17", "Statement", ir.List{ir.Obj("Effect", "Allow", "Principal", "*", "Action", "s3:GetObject", "Resource", ref("Old", "arn"))})))))
		p.Outputs = []ir.Output{{Name: "domain", Value: ref("Old", "bucketRegionalDomainName")}}
		return p
	},
	// Rules and their targets, whose permission needs the rule.
	"events": func() *ir.Program {
		return withAsset(app(
			role("Role"), function("Job"),
			res("Bus", "aws:cloudwatch/eventBus:EventBus", ir.Obj("name", "shop")),
			res("BusPolicy", "aws:cloudwatch/eventBusPolicy:EventBusPolicy", ir.Obj("eventBusName", ref("Bus", "name"), "policy",
				jsonOf(ir.Obj("Version", "2012-10-17", "Statement", ir.List{ir.Obj("Effect", "Allow", "Principal", "*", "Action", "events:PutEvents", "Resource", ref("Bus", "arn")), ir.Obj("Sid", "Two", "Effect", "Deny")})))),
			res("Rule", "aws:cloudwatch/eventRule:EventRule", ir.Obj("eventBusName", ref("Bus", "name"), "eventPattern", `{"source":["shop"]}`, "isEnabled", false)),
			res("RulePermission", "aws:lambda/permission:Permission", ir.Obj("action", "lambda:InvokeFunction", "function", ref("Job", "arn"), "principal", "events.amazonaws.com", "sourceArn", ref("Rule", "arn"))),
			res("RuleTarget", "aws:cloudwatch/eventTarget:EventTarget", ir.Obj("rule", ref("Rule", "name"), "eventBusName", ref("Bus", "name"), "arn", ref("Job", "arn"), "inputTransformer", ir.Obj("inputPaths", ir.Obj("a", "$.a"), "inputTemplate", "<a>")), "RulePermission"),
		))
	},
	// Keys of tables and indexes, streams, numbers in JSON text, passwords.
	"data": func() *ir.Program {
		return app(
			res("Notes", "aws:dynamodb/table:Table", ir.Obj("hashKey", "user", "rangeKey", "id", "billingMode", "PAY_PER_REQUEST",
				"attributes", ir.List{ir.Obj("name", "user", "type", "S"), ir.Obj("name", "id", "type", "S"), ir.Obj("name", "at", "type", "N")},
				"globalSecondaryIndexes", ir.List{ir.Obj("name", "byTime", "hashKey", "id", "rangeKey", "at", "projectionType", "ALL")},
				"localSecondaryIndexes", ir.List{ir.Obj("name", "mine", "rangeKey", "at", "projectionType", "INCLUDE", "nonKeyAttributes", []string{"x"})},
				"streamEnabled", true, "streamViewType", "NEW_IMAGE", "ttl", ir.Obj("attributeName", "end", "enabled", true), "pointInTimeRecovery", ir.Obj("enabled", true))),
			res("Password", "random:index/randomPassword:RandomPassword", ir.Obj("length", 32, "special", false)),
			res("Db", "aws:rds/instance:Instance", ir.Obj("instanceClass", "db.t4g.micro", "engine", "postgres", "allocatedStorage", 20, "username", "postgres", "password", ref("Password", "result"), "skipFinalSnapshot", true)),
			res("Login", "aws:secretsmanager/secret:Secret", ir.Obj("recoveryWindowInDays", 0)),
			res("LoginVersion", "aws:secretsmanager/secretVersion:SecretVersion", ir.Obj("secretId", ref("Login", "id"), "secretString",
				jsonOf(ir.Obj("username", "postgres", "password", ref("Password", "result"), "host", ref("Db", "address"), "port", ref("Db", "port"))))),
		)
	},
}

func TestPrograms(t *testing.T) {
	for name, program := range programs {
		t.Run(name, func(t *testing.T) {
			p := program()
			before := ir.Print(p)
			out, diags := translate.ToCFN(p)
			for _, d := range diags {
				t.Errorf("%s: %s", d.Code, d.Detail)
			}
			if ir.Print(p) != before {
				t.Error("ToCFN changed the program")
			}
			for _, d := range emit.CheckCFN(out) {
				t.Errorf("%s: %s", d.Code, d.Detail)
			}
			got := ir.Print(out)
			if again, _ := translate.ToCFN(program()); ir.Print(again) != got {
				t.Error("the same program gave another result")
			}
			golden.File(t, filepath.Join("testdata", "programs", name+".txt"), []byte(got))
		})
	}
}

// What cannot be said in CloudFormation is one error that names it.
func TestErrors(t *testing.T) {
	provider := res("West", "pulumi:providers:aws", ir.Obj("region", "us-west-2"))
	same := res("Same", "pulumi:providers:aws", ir.Obj("region", "eu-west-1"))
	in := func(r *ir.Resource, provider string) *ir.Resource {
		r.Options.Provider = provider
		return r
	}
	tests := []struct {
		name string
		p    *ir.Program
		want string // of the only error; "" for none
	}{
		{"another provider", app(res("Pet", "random:index/randomPet:RandomPet", ir.Obj())), `"Pet" (random:index/randomPet:RandomPet)`},
		{"no row", app(res("Quota", "aws:servicequotas/serviceQuota:ServiceQuota", ir.Obj())), "sstc knows no CloudFormation type"},
		{"reason", app(res("Call", "aws:lambda/invocation:Invocation", ir.Obj())), "cannot call a function while it deploys"},
		{"property", app(res("T", "aws:sns/topic:Topic", ir.Obj("deliveryPolicy", "{}"))), `the property "deliveryPolicy"`},
		{"implied value", app(res("Q", "aws:sqs/queue:Queue", ir.Obj("fifoQueue", false))), ""},
		{"attribute", app(res("T", "aws:sns/topic:Topic", ir.Obj()), res("P", "aws:ssm/parameter:Parameter", ir.Obj("type", "String", "value", ref("T", "beginningArchiveTime")))),
			`the attribute "beginningArchiveTime" of "T"`},
		{"fold without target", app(res("V", "aws:s3/bucketVersioning:BucketVersioning", ir.Obj("bucket", "theirs", "versioningConfiguration", ir.Obj("status", "Enabled")))),
			"a part of another resource (AWS::S3::Bucket)"},
		{"other region", app(provider, in(res("T", "aws:sns/topic:Topic", ir.Obj()), "West")), "us-west-2"},
		{"a part in another region", app(provider, in(res("C", "aws:acm/certificate:Certificate", ir.Obj("domainName", "example.com", "validationMethod", "DNS")), "West"),
			in(res("V", "aws:acm/certificateValidation:CertificateValidation", ir.Obj("certificateArn", ref("C", "arn"))), "West")), `"C"`},
		{"the same region", app(same, in(res("T", "aws:sns/topic:Topic", ir.Obj("region", "eu-west-1")), "Same")), ""},
		{"no region", app(provider, in(res("R", "aws:route53/zone:Zone", ir.Obj("name", "example.com")), "West")), ""},
		{"unknown key", app(role("Role"), res("P", "aws:iam/policy:Policy", ir.Obj("policy", ir.Concat(`{"`, ref("Role", "arn"), `":1}`)))), "all keys are known now"},
		{"import", app(&ir.Resource{ID: "B", Name: "B", Type: "aws:sns/topic:Topic", Props: ir.Obj(), Options: ir.Options{Import: "x"}}), `option "import"`},
		{"two values", app(
			res("B", "aws:s3/bucket:Bucket", ir.Obj("bucket", "b")),
			res("V1", "aws:s3/bucketVersioning:BucketVersioning", ir.Obj("bucket", ref("B", "id"), "versioningConfiguration", ir.Obj("status", "Enabled"))),
			res("V2", "aws:s3/bucketVersioning:BucketVersioning", ir.Obj("bucket", ref("B", "id"), "versioningConfiguration", ir.Obj("status", "Suspended")))),
			"another value for Status"},
		{"secure string", app(res("P", "aws:ssm/parameter:Parameter", ir.Obj("type", "SecureString", "value", "x"))), "SecureString"},
		{"lookup of a resource", func() *ir.Program {
			p := app(res("N", "aws:ec2/vpc:Vpc", ir.Obj("cidrBlock", "10.0.0.0/16")), res("P", "aws:ssm/parameter:Parameter", ir.Obj("type", "String", "value", at(ref("S", "ids"), 0))))
			p.Invokes = []*ir.Invoke{{ID: "S", Token: "aws:ec2/getSubnets:getSubnets", Args: ir.Obj("filters", ir.List{ir.Obj("name", "vpc-id", "values", ir.List{ref("N", "id")})})}}
			return p
		}(), "depend on resources of this app"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, diags := translate.ToCFN(test.p)
			var errors []string
			for _, d := range diags {
				if d.Severity == diag.Error {
					errors = append(errors, fmt.Sprintf("%s: %s", d.Code, d.Detail))
				}
			}
			switch {
			case test.want == "" && len(errors) > 0, test.want != "" && len(errors) != 1,
				test.want != "" && !strings.Contains(errors[0], test.want):
				t.Errorf("got %q, want one with %q", errors, test.want)
			}
		})
	}
}

func BenchmarkToCFN(b *testing.B) {
	p := app()
	for i := range 100 {
		q := programs["bucket"]()
		for _, r := range q.Resources {
			r.ID = fmt.Sprintf("%sX%d", r.ID, i)
			r.Props = ir.Map(r.Props, func(v ir.Value) ir.Value {
				if x, ok := v.(ir.Ref); ok {
					return ref(fmt.Sprintf("%sX%d", x.Resource, i), x.Attr)
				}
				return v
			}).(*ir.Object)
			for k, d := range r.Options.DependsOn {
				r.Options.DependsOn[k] = fmt.Sprintf("%sX%d", d, i)
			}
			p.Resources = append(p.Resources, r)
		}
	}
	withAsset(p)
	b.ResetTimer()
	for range b.N {
		if _, diags := translate.ToCFN(p); diags.HasErrors() {
			b.Fatal(diags[0].Detail)
		}
	}
}
