package terraform

import (
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/emit"
)

// An example is a program with its golden in testdata/<name>.txtar.
type example struct {
	name    string
	about   string // the golden's first lines
	program *ir.Program
	opts    emit.Options
	wrong   bool // has mistakes that CheckPulumi reports as well
}

func app() ir.App {
	return ir.App{Name: "shop", Stage: "dev", Home: "aws", Region: "eu-west-1", ConfigFile: "sst.config.ts"}
}

func at(line int) diag.Range {
	p := diag.Pos{Line: line, Column: 1}
	return diag.Range{Filename: "sst.config.ts", Start: p, End: p}
}

// res makes a resource; its ID is the name without what is no letter or digit.
func res(component, name, token string, props ...any) *ir.Resource {
	return &ir.Resource{ID: id(name), Name: name, Type: token, Component: component, Props: ir.Obj(props...), Range: at(7)}
}

func id(name string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && r != '_' && isIdent("a"+string(r)) {
			return r
		}
		return -1
	}, name)
}

func with(r *ir.Resource, o ir.Options) *ir.Resource {
	r.Options = o
	return r
}

// existing makes a resource that exists, as get() does.
func existing(name, token string, read ir.Value, state ...any) *ir.Resource {
	r := res("", name, token, state...)
	r.Read = read
	return r
}

func ref(id, attr string) ir.Value { return ir.Ref{Resource: id, Attr: attr} }

func fn(f ir.Func, args ...any) ir.Value {
	vs := make([]ir.Value, len(args))
	for i, a := range args {
		vs[i] = ir.Of(a)
	}
	return ir.NewCall(f, vs...)
}

// dig takes a part of a value: a key or an index after the other.
func dig(v ir.Value, keys ...any) ir.Value {
	for _, k := range keys {
		v = fn(ir.FuncIndex, v, k)
	}
	return v
}

func of(xs ...any) ir.List {
	l := make(ir.List, len(xs))
	for i, x := range xs {
		l[i] = ir.Of(x)
	}
	return l
}

const (
	digestA = "3f5c8d5a1f0b4c7e9d2a6b8c0e1f2a3b4c5d6e7f8091a2b3c4d5e6f708192a3b"
	digestB = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
)

func packed(id string, digest string) *ir.Asset {
	return &ir.Asset{ID: id, Kind: ir.AssetIsFunction, Digest: digest, File: "assets/" + digest + ".zip", Handler: "bundle.handler"}
}

// parameter makes an SSM parameter, which takes any string.
func parameter(name string, v any) *ir.Resource {
	return res("", name, "aws:ssm/parameter:Parameter", "name", "/shop/"+name, "type", "String", "value", v)
}

func lambda() *ir.Program {
	return &ir.Program{
		App: app(), Dialect: ir.Pulumi,
		Components: []*ir.Component{
			{ID: "Uploads", Name: "Uploads", Type: "sst.aws.Bucket"},
			{ID: "Api", Name: "Api", Type: "sst.aws.Function"},
		},
		Params: []*ir.ParamDecl{{Name: "StripeKey", Kind: ir.ParamSecret}},
		Assets: []*ir.Asset{packed("Api", digestA)},
		Resources: []*ir.Resource{
			with(res("Uploads", "UploadsBucket", "aws:s3/bucket:Bucket", "bucketPrefix", "shop-dev-uploadsbucket-", "forceDestroy", true), ir.Options{RetainOnDelete: true}),
			res("Api", "ApiLogGroup", "aws:cloudwatch/logGroup:LogGroup", "name", "/aws/lambda/shop-dev-Api", "retentionInDays", 30),
			res("Api", "ApiRole", "aws:iam/role:Role",
				"name", "shop-dev-ApiRole-abcdefhk",
				"assumeRolePolicy", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`,
				"inlinePolicies", of(ir.Obj("name", "inline", "policy", fn(ir.FuncJSONEncode, ir.Obj(
					"Version", "2012-10-17",
					"Statement", of(
						ir.Obj("Effect", "Allow", "Action", of("s3:*"), "Resource", of(ref("UploadsBucket", "arn"), ir.Concat(ref("UploadsBucket", "arn"), "/*"))),
						ir.Obj("Effect", "Allow", "Action", "logs:PutLogEvents", "Resource", ir.Concat("arn:", ir.Param{Name: ir.PseudoPartition}, ":logs:", ir.Param{Name: ir.PseudoRegion}, ":", ir.Param{Name: ir.PseudoAccount}, ":log-group:/aws/lambda/*")),
					),
				)))),
				"managedPolicyArns", of("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"),
			),
			with(res("Api", "ApiFunction", "aws:lambda/function:Function",
				"name", "shop-dev-ApiFunction-abcdefhk",
				"description", "",
				"s3Bucket", ir.AssetRef{Asset: "Api", Attr: ir.AssetBucket},
				"s3Key", ir.AssetRef{Asset: "Api", Attr: ir.AssetKey},
				"handler", ir.AssetRef{Asset: "Api", Attr: ir.AssetHandler},
				"role", ref("ApiRole", "arn"),
				"runtime", "nodejs24.x",
				"architectures", of("arm64"),
				"timeout", 20,
				"memorySize", 1024,
				"environment", ir.Obj("variables", ir.Obj(
					"SST_RESOURCE_App", `{"name":"shop","stage":"dev"}`,
					"SST_RESOURCE_Uploads", fn(ir.FuncJSONEncode, ir.Obj("name", ref("UploadsBucket", "bucket"), "type", "sst.aws.Bucket")),
					"STRIPE_KEY", ir.Param{Name: "StripeKey"},
				)),
				"loggingConfig", ir.Obj("logFormat", "Text", "logGroup", ref("ApiLogGroup", "name")),
				"tags", ir.Obj("sst:app", "shop", "team", "web"),
			), ir.Options{DependsOn: []string{"ApiLogGroup", "UploadsBucket"}}),
			res("Api", "ApiUrl", "aws:lambda/functionUrl:FunctionUrl", "functionName", ref("ApiFunction", "name"), "authorizationType", "NONE", "invokeMode", "BUFFERED"),
			res("Api", "ApiPermission", "aws:lambda/permission:Permission",
				"action", "lambda:InvokeFunctionUrl", "function", ref("ApiFunction", "name"), "principal", "*", "functionUrlAuthType", "NONE"),
		},
		Outputs: []ir.Output{{Name: "api", Value: ref("ApiUrl", "functionUrl")}, {Name: "key", Value: ir.Param{Name: "StripeKey"}}},
	}
}

var examples = []example{
	{
		name:  "bucket",
		about: "A bucket with a policy, in a component: the policy is an object, though it came as a string.",
		program: &ir.Program{
			App: app(), Dialect: ir.Pulumi,
			Components: []*ir.Component{{ID: "Uploads", Name: "Uploads", Type: "sst.aws.Bucket"}},
			Resources: []*ir.Resource{
				res("Uploads", "UploadsBucket", "aws:s3/bucket:Bucket", "bucket", "shop-dev-uploads", "forceDestroy", true),
				res("Uploads", "UploadsPublicAccessBlock", "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
					"bucket", ref("UploadsBucket", "bucket"), "blockPublicAcls", true, "blockPublicPolicy", true, "ignorePublicAcls", true, "restrictPublicBuckets", true),
				with(res("Uploads", "UploadsPolicy", "aws:s3/bucketPolicy:BucketPolicy",
					"bucket", ref("UploadsBucket", "bucket"),
					"policy", ir.Concat(`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["`,
						ref("UploadsBucket", "arn"), `","`, ref("UploadsBucket", "arn"), `/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`)),
					ir.Options{DependsOn: []string{"UploadsPublicAccessBlock"}}),
				res("Uploads", "UploadsCors", "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
					"bucket", ref("UploadsBucket", "bucket"),
					"corsRules", of(ir.Obj("allowedHeaders", of("*"), "allowedMethods", of("DELETE", "GET", "HEAD", "POST", "PUT"), "allowedOrigins", of("*"), "maxAgeSeconds", 0))),
				// Raw: no component, no name.
				res("", "logs", "aws:s3/bucket:Bucket", "lifecycleRules", of(ir.Obj("enabled", true, "expiration", ir.Obj("days", 30)))),
			},
			Outputs: []ir.Output{{Name: "bucket", Value: ref("UploadsBucket", "bucket")}},
		},
	},
	{name: "lambda", about: "A function linked to a bucket that is retained, with a secret and a URL.", program: lambda()},
	{name: "lambda_local", about: "The same with archives beside the templates.", program: lambda(), opts: emit.Options{LocalAssets: true}},
	{
		name:  "apigateway",
		about: "An HTTP API: a route to a function, a stage with access logs, a custom domain's certificate.",
		program: &ir.Program{
			App: app(), Dialect: ir.Pulumi,
			Components: []*ir.Component{
				{ID: "Api", Name: "Api", Type: "sst.aws.ApiGatewayV2"},
				{ID: "ApiRoute", Name: "ApiRouteNode", Type: "sst.aws.ApiGatewayV2LambdaRoute", Parent: "Api"},
			},
			Resources: []*ir.Resource{
				res("Api", "ApiApi", "aws:apigatewayv2/api:Api", "name", "shop-dev-ApiApi", "protocolType", "HTTP",
					"corsConfiguration", ir.Obj("allowHeaders", of("*"), "allowMethods", of("*"), "allowOrigins", of("*"))),
				res("Api", "ApiAccessLog", "aws:cloudwatch/logGroup:LogGroup", "name", "/aws/vendedlogs/apis/shop-dev", "retentionInDays", 30),
				res("Api", "ApiStage", "aws:apigatewayv2/stage:Stage", "apiId", ref("ApiApi", "id"), "autoDeploy", true, "name", "$default",
					"accessLogSettings", ir.Obj("destinationArn", ref("ApiAccessLog", "arn"), "format", `{"requestId":"$context.requestId","ip":"$context.identity.sourceIp"}`)),
				res("ApiRoute", "ApiRouteRole", "aws:iam/role:Role", "name", "r", "assumeRolePolicy", ir.Obj("Version", "2012-10-17", "Statement", of(
					ir.Obj("Effect", "Allow", "Principal", ir.Obj("Service", "lambda.amazonaws.com"), "Action", "sts:AssumeRole")))),
				res("ApiRoute", "ApiRouteFunction", "aws:lambda/function:Function", "name", "f", "role", ref("ApiRouteRole", "arn"), "runtime", "nodejs24.x", "handler", "index.handler",
					"s3Bucket", "code", "s3Key", "api.zip"),
				res("ApiRoute", "ApiRoutePermission", "aws:lambda/permission:Permission", "action", "lambda:InvokeFunction", "function", ref("ApiRouteFunction", "arn"),
					"principal", "apigateway.amazonaws.com", "sourceArn", ir.Concat(ref("ApiApi", "executionArn"), "/*")),
				res("ApiRoute", "ApiRouteIntegration", "aws:apigatewayv2/integration:Integration", "apiId", ref("ApiApi", "id"), "integrationType", "AWS_PROXY",
					"integrationUri", ref("ApiRouteFunction", "arn"), "payloadFormatVersion", "2.0"),
				res("ApiRoute", "ApiRouteRoute", "aws:apigatewayv2/route:Route", "apiId", ref("ApiApi", "id"), "routeKey", "GET /",
					"target", ir.Concat("integrations/", ref("ApiRouteIntegration", "id")), "authorizationType", "NONE"),
				res("", "Cert", "aws:acm/certificate:Certificate", "domainName", "api.example.com", "validationMethod", "DNS"),
				res("", "CertRecord", "aws:route53/record:Record", "zoneId", "Z1",
					"name", dig(ref("Cert", "domainValidationOptions"), 0, "resourceRecordName"),
					"type", dig(ref("Cert", "domainValidationOptions"), 0, "resourceRecordType"),
					"records", of(dig(ref("Cert", "domainValidationOptions"), 0, "resourceRecordValue")), "ttl", 60),
			},
			Outputs: []ir.Output{{Name: "url", Value: ref("ApiApi", "apiEndpoint")}},
		},
	},
	{
		name:  "dynamodb",
		about: "A table with indexes that is retained, and a queue fed by its stream.",
		program: &ir.Program{
			App: app(), Dialect: ir.Pulumi,
			Components: []*ir.Component{{ID: "Orders", Name: "Orders", Type: "sst.aws.Dynamo"}},
			Resources: []*ir.Resource{
				with(res("Orders", "OrdersTable", "aws:dynamodb/table:Table",
					"name", "shop-dev-OrdersTable",
					"attributes", of(ir.Obj("name", "pk", "type", "S"), ir.Obj("name", "sk", "type", "S"), ir.Obj("name", "gsi1", "type", "S")),
					"billingMode", "PAY_PER_REQUEST", "hashKey", "pk", "rangeKey", "sk",
					"globalSecondaryIndexes", of(
						ir.Obj("name", "byCustomer", "hashKey", "gsi1", "rangeKey", "sk", "projectionType", "ALL"),
						ir.Obj("name", "keys", "hashKey", "gsi1", "projectionType", "INCLUDE", "nonKeyAttributes", of("total", "paid"))),
					"streamEnabled", true, "streamViewType", "NEW_AND_OLD_IMAGES",
					"pointInTimeRecovery", ir.Obj("enabled", true),
					"ttl", ir.Obj("attributeName", "expires", "enabled", true),
				), ir.Options{RetainOnDelete: true}),
				res("", "subscriber", "aws:sqs/queue:Queue", "visibilityTimeoutSeconds", 30),
				res("", "subscriberDlq", "aws:sqs/queue:Queue", "name", "dlq",
					"redriveAllowPolicy", `{"redrivePermission":"allowAll"}`),
				res("", "redrive", "aws:sqs/redrivePolicy:RedrivePolicy", "queueUrl", ref("subscriber", "id"),
					"redrivePolicy", fn(ir.FuncJSONEncode, ir.Obj("deadLetterTargetArn", ref("subscriberDlq", "arn"), "maxReceiveCount", 4))),
			},
			Outputs: []ir.Output{{Name: "stream", Value: ref("OrdersTable", "streamArn")}, {Name: "index", Value: dig(ref("OrdersTable", "globalSecondaryIndexes"), 0, "name")}},
		},
	},
	{
		name:  "cloudfront",
		about: "A distribution: nested blocks, code as a heredoc, a set of aliases, a response headers policy.",
		program: &ir.Program{
			App: app(), Dialect: ir.Pulumi,
			Components: []*ir.Component{{ID: "Web", Name: "Web", Type: "sst.aws.Router"}},
			Resources: []*ir.Resource{
				res("Web", "WebStore", "aws:cloudfront/keyValueStore:KeyValueStore", "name", "web-store"),
				res("Web", "WebFunction", "aws:cloudfront/function:Function", "name", "web-request", "runtime", "cloudfront-js-2.0",
					"keyValueStoreAssociations", of(ref("WebStore", "arn")),
					"code", "import cf from \"cloudfront\";\n\nasync function handler(event) {\n  const path = `${event.request.uri}`;\n  return event.request;\n}"),
				res("Web", "WebCachePolicy", "aws:cloudfront/cachePolicy:CachePolicy", "name", "web", "defaultTtl", 0, "maxTtl", 31536000, "minTtl", 0,
					"parametersInCacheKeyAndForwardedToOrigin", ir.Obj(
						"cookiesConfig", ir.Obj("cookieBehavior", "none"),
						"headersConfig", ir.Obj("headerBehavior", "whitelist", "headers", ir.Obj("items", of("x-open-next-cache-key"))),
						"queryStringsConfig", ir.Obj("queryStringBehavior", "all"),
						"enableAcceptEncodingBrotli", true, "enableAcceptEncodingGzip", true)),
				with(res("Web", "WebCdn", "aws:cloudfront/distribution:Distribution",
					"comment", "web app", "enabled", true, "aliases", of("example.com", "www.example.com"),
					"origins", of(ir.Obj("originId", "default", "domainName", "placeholder.sst.dev",
						"customOriginConfig", ir.Obj("httpPort", 80, "httpsPort", 443, "originProtocolPolicy", "http-only", "originReadTimeout", 20, "originSslProtocols", of("TLSv1.2")))),
					"defaultCacheBehavior", ir.Obj(
						"targetOriginId", "default", "viewerProtocolPolicy", "redirect-to-https",
						"allowedMethods", of("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"), "cachedMethods", of("GET", "HEAD"),
						"compress", true, "cachePolicyId", ref("WebCachePolicy", "id"), "originRequestPolicyId", "b689b0a8-53d0-40ab-baf2-68738e2966ac",
						"functionAssociations", of(ir.Obj("eventType", "viewer-request", "functionArn", ref("WebFunction", "arn")))),
					"customErrorResponses", of(ir.Obj("errorCode", 403, "responseCode", 200, "responsePagePath", "/index.html"), ir.Obj("errorCode", 404, "responseCode", 200, "responsePagePath", "/index.html")),
					"restrictions", ir.Obj("geoRestriction", ir.Obj("restrictionType", "none")),
					"viewerCertificate", ir.Obj("cloudfrontDefaultCertificate", true),
					"waitForDeployment", false,
				), ir.Options{IgnoreChanges: []string{"origins[0].domainName", "defaultCacheBehavior.functionAssociations", "viewerCertificate.acmCertificateArn", "tags[\"a.b\"]", "tagsAll"}}),
			},
			Outputs: []ir.Output{
				{Name: "url", Value: ir.Concat("https://", ref("WebCdn", "domainName"))},
				{Name: "origin-domain", Value: dig(ref("WebCdn", "origins"), 0, "domainName")},
				{Name: "method", Value: dig(ref("WebCdn", "defaultCacheBehavior"), "viewerProtocolPolicy")},
			},
		},
	},
	{
		name:  "vpc",
		about: "A network: zones from a data source, security groups whose rules are attributes that look like blocks, routes to a gateway.",
		program: &ir.Program{
			App: app(), Dialect: ir.Pulumi,
			Components: []*ir.Component{{ID: "Vpc", Name: "MyVpc", Type: "sst.aws.Vpc"}},
			Invokes:    []*ir.Invoke{{ID: "Zones", Token: "aws:index/getAvailabilityZones:getAvailabilityZones", Args: ir.Obj("state", "available"), Component: "Vpc", Range: at(3)}},
			Resources: []*ir.Resource{
				with(res("Vpc", "VpcVpc", "aws:ec2/vpc:Vpc", "cidrBlock", "10.0.0.0/16", "enableDnsHostnames", true, "tags", ir.Obj("Name", "shop-dev Vpc")), ir.Options{RetainOnDelete: true}),
				res("Vpc", "VpcSecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "vpcId", ref("VpcVpc", "id"),
					"egress", of(ir.Obj("fromPort", 0, "toPort", 0, "protocol", "-1", "cidrBlocks", of("0.0.0.0/0"))),
					"ingress", of(ir.Obj("fromPort", 0, "toPort", 0, "protocol", "-1", "cidrBlocks", of(ref("VpcVpc", "cidrBlock"))))),
				res("", "closed", "aws:ec2/securityGroup:SecurityGroup", "vpcId", ref("VpcVpc", "id"), "ingress", of(), "egress", ref("VpcSecurityGroup", "egress")),
				res("Vpc", "VpcGateway", "aws:ec2/internetGateway:InternetGateway", "vpcId", ref("VpcVpc", "id")),
				res("Vpc", "VpcPublicSubnet1", "aws:ec2/subnet:Subnet", "vpcId", ref("VpcVpc", "id"), "cidrBlock", "10.0.0.0/22", "availabilityZone", dig(ref("Zones", "names"), 0), "mapPublicIpOnLaunch", true),
				res("Vpc", "VpcPublicSubnet2", "aws:ec2/subnet:Subnet", "vpcId", ref("VpcVpc", "id"), "cidrBlock", "10.0.4.0/22", "availabilityZone", dig(ref("Zones", ""), "names", 1), "mapPublicIpOnLaunch", true),
				res("Vpc", "VpcRouteTable", "aws:ec2/routeTable:RouteTable", "vpcId", ref("VpcVpc", "id"), "routes", of(ir.Obj("cidrBlock", "0.0.0.0/0", "gatewayId", ref("VpcGateway", "id")))),
				res("Vpc", "VpcRta1", "aws:ec2/routeTableAssociation:RouteTableAssociation", "subnetId", ref("VpcPublicSubnet1", "id"), "routeTableId", ref("VpcRouteTable", "id")),
				res("Vpc", "VpcRta2", "aws:ec2/routeTableAssociation:RouteTableAssociation", "subnetId", ref("VpcPublicSubnet2", "id"), "routeTableId", ref("VpcRouteTable", "id")),
			},
			Outputs: []ir.Output{{Name: "subnets", Value: of(ref("VpcPublicSubnet1", "id"), ref("VpcPublicSubnet2", "id"))}},
		},
	},
	{
		name:  "params",
		about: "Parameters: secrets with and without default, inputs of several types, a look-up, and outputs that show secrets by way of resources.",
		program: &ir.Program{
			App: app(), Dialect: ir.Pulumi,
			Params: []*ir.ParamDecl{
				{Name: "StripeKey", Kind: ir.ParamSecret},
				{Name: "WithDefault", Kind: ir.ParamSecret, Default: ir.String("placeholder"), Description: "Of the payment provider."},
				{Name: "Count", Kind: ir.ParamInput, Default: ir.Number(2)},
				{Name: "Subnets", Kind: ir.ParamInput, List: true},
				{Name: "count", Kind: ir.ParamInput},
				{Name: "Unused", Kind: ir.ParamSecret},
				{Name: "Zone", Kind: ir.ParamLookup, Lookup: &ir.Invoke{Token: "aws:route53/getZone:getZone", Args: ir.Obj("name", "example.com")}, Attr: "zoneId"},
			},
			Resources: []*ir.Resource{
				res("", "Secret", "aws:ssm/parameter:Parameter", "name", "s", "type", "SecureString", "value", ir.Param{Name: "StripeKey"}),
				parameter("Default", ir.Concat("a-", ir.Param{Name: "WithDefault"})),
				parameter("Count", ir.Param{Name: "Count"}),
				parameter("Lower", ir.Param{Name: "count"}),
				parameter("Subnets", fn(ir.FuncJoin, ",", ir.Param{Name: "Subnets"})),
				parameter("Zone", ir.Param{Name: "Zone"}),
				parameter("Hidden", fn(ir.FuncSecret, ref("Lower", "arn"))),
				parameter("HiddenTwice", fn(ir.FuncSecret, ir.Param{Name: "StripeKey"})),
				with(res("", "Key", "aws:iam/accessKey:AccessKey", "user", "ci"), ir.Options{AdditionalSecrets: []string{"createDate"}}),
			},
			Outputs: []ir.Output{
				{Name: "plain", Value: ref("Lower", "arn")},
				{Name: "value", Value: ref("Default", "value")},
				{Name: "1st output", Value: ref("Key", "secret")},
				{Name: "date", Value: ref("Key", "createDate")},
			},
		},
	},
	{
		name:  "providers",
		about: "Providers: defaults with tags, explicit ones with aliases, and other packages than AWS.",
		program: &ir.Program{
			App: app(), Dialect: ir.Pulumi,
			Providers: []*ir.ProviderConfig{
				{Package: "cloudflare", Args: ir.Obj("apiToken", ir.Param{Name: "CloudflareToken"})},
				{Package: "aws", Args: ir.Obj("region", "us-west-2", "defaultTags", ir.Obj("tags", ir.Obj("sst:app", "shop", "sst:stage", "dev")))},
				{Package: "github", Args: ir.Obj("owner", "unused")},
			},
			Params:     []*ir.ParamDecl{{Name: "CloudflareToken", Kind: ir.ParamSecret}},
			Components: []*ir.Component{{ID: "Main", Name: "Main", Type: "sst.aws.Bucket"}, {ID: "X", Name: "My_override", Type: "my:thing"}},
			Resources: []*ir.Resource{
				res("", "AwsProvider.sst.us-east-1", "pulumi:providers:aws", "region", "us-east-1", "defaultTags", ir.Obj("tags", ir.Obj("sst:app", "shop", "sst:stage", "dev"))),
				res("", "prod", "pulumi:providers:aws", "region", "eu-central-1", "assumeRoles", of(ir.Obj("roleArn", "arn:aws:iam::1:role/deploy", "sessionName", "sst"))),
				with(res("Main", "cert", "aws:acm/certificate:Certificate", "domainName", "example.com", "validationMethod", "DNS"), ir.Options{Provider: "AwsProvidersstuseast1"}),
				with(res("Main", "prodTopic", "aws:sns/topic:Topic", "name", "t"), ir.Options{Provider: "prod"}),
				res("X", "password", "random:index/randomPassword:RandomPassword", "length", 32, "special", false),
				res("X", "bytes", "random:index/randomId:RandomId", "byteLength", 8),
				res("X", "key", "tls:index/privateKey:PrivateKey", "algorithm", "RSA"),
				res("X", "record", "cloudflare:index/dnsRecord:DnsRecord", "zoneId", "z", "name", "www", "type", "CNAME", "content", "example.com", "ttl", 1, "proxied", true,
					"data", ir.Obj("priority", 1)),
				res("X", "kv", "cloudflare:index/workersKvNamespace:WorkersKvNamespace", "accountId", "a", "title", "kv"),
			},
			Invokes: []*ir.Invoke{{ID: "Cloud", Token: "cloudflare:index/getZone:getZone", Args: ir.Obj("filter", ir.Obj("name", "example.com")), Range: at(4)}},
			Outputs: []ir.Output{{Name: "password", Value: ref("password", "result")}, {Name: "zone", Value: ref("Cloud", "status")}},
		},
	},
	{
		name:  "rules",
		about: "Packages without a schema: names by rule, with a warning each.",
		program: &ir.Program{
			App: app(), Dialect: ir.Pulumi,
			Resources: []*ir.Resource{
				res("", "site", "vercel:index/project:Project", "name", "site", "gitRepository", ir.Obj("type", "github", "repo", "a/b")),
				res("", "env", "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable", "projectId", ref("site", "id"), "key", "A", "value", "b", "targets", of("production"), "sensitive", true),
				res("", "server", "hcloud:index/server:Server", "serverType", "cx22", "image", "debian", "publicNets", of(ir.Obj("ipv4Enabled", true))),
				res("", "thing", "acme:shapes/bigBox:BigBox", "sideLength", 3, "labels", ir.Obj("a", "b"), "colors", of("red"), "parts", of(ir.Obj("partName", "x"))),
			},
			Outputs: []ir.Output{{Name: "thing", Value: ref("thing", "someOutput")}},
		},
	},
	{
		name:  "native",
		about: "Types of aws-native, which are awscc's: no blocks, and JSON in strings.",
		program: &ir.Program{
			App: app(), Dialect: ir.Pulumi,
			Resources: []*ir.Resource{
				res("", "table", "aws-native:dynamodb:Table", "tableName", "t", "keySchema", of(ir.Obj("attributeName", "id", "keyType", "HASH")),
					"attributeDefinitions", of(ir.Obj("attributeName", "id", "attributeType", "S")), "sseSpecification", ir.Obj("sseEnabled", true), "tags", of(ir.Obj("key", "team", "value", "web"))),
				res("", "role", "aws-native:iam:Role", "assumeRolePolicyDocument", ir.Obj("Version", "2012-10-17", "Statement", of(ir.Obj("Effect", "Allow", "Principal", ir.Obj("Service", "lambda.amazonaws.com"), "Action", "sts:AssumeRole"))),
					"policies", of(ir.Obj("policyName", "p", "policyDocument", ir.Obj("Version", "2012-10-17", "Statement", of())))),
				res("", "fn", "aws-native:lambda:Function", "role", ref("role", "arn"), "code", ir.Obj("s3Bucket", "b", "s3Key", "k"), "environment", ir.Obj("variables", ir.Obj("TABLE_NAME", ref("table", "id"), "fooBar", "x"))),
				res("", "db", "aws-native:rds:DbInstance", "dbInstanceClass", "db.t4g.micro"),
			},
			Outputs: []ir.Output{{Name: "address", Value: dig(ref("db", "endpoint"), "address")}},
		},
	},
	{
		name:  "options",
		about: "Resource options.",
		program: &ir.Program{
			App: app(), Dialect: ir.Pulumi,
			Components: []*ir.Component{{ID: "Net", Name: "Net", Type: "my.Net"}, {ID: "Inner", Name: "Inner", Type: "my.Inner", Parent: "Net"}},
			Resources: []*ir.Resource{
				res("Net", "topic", "aws:sns/topic:Topic", "name", "t"),
				res("Inner", "queue", "aws:sqs/queue:Queue", "name", "q"),
				with(res("", "protected", "aws:dynamodb/table:Table", "name", "p", "hashKey", "id", "billingMode", "PAY_PER_REQUEST", "attributes", of(ir.Obj("name", "id", "type", "S"))),
					ir.Options{Protect: true, DependsOn: []string{"topic", "queue"}, Timeouts: ir.Timeouts{Create: "20m", Delete: "1h"}, IgnoreChanges: []string{"readCapacity", "attributes", "nonsense"}}),
				with(res("", "ignoreAll", "aws:sns/topic:Topic", "name", "all"), ir.Options{IgnoreChanges: []string{"*"}}),
				with(res("", "imported", "aws:s3/bucket:Bucket", "bucket", "old-bucket"), ir.Options{Import: "old-bucket", IgnoreChanges: []string{"tags", "tagsAll"}}),
				with(res("", "renamed", "aws:sqs/queue:Queue", "name", "r"), ir.Options{Aliases: []ir.Alias{
					{Name: "before"}, {URN: "urn:pulumi:dev::shop::my:Net$aws:sqs/queue:Queue::long-ago"}, {Type: "aws:sqs/queue:Queue"}, {Name: "queue"}, {Type: "aws:sns/topic:Topic"}}}),
				with(res("", "Replaced", "aws:sns/topic:Topic", "displayName", "d"), ir.Options{ReplaceOnChanges: []string{"displayName"}}),
				with(res("", "replaced2", "aws:sns/topic:Topic", "displayName", "d"), ir.Options{ReplaceOnChanges: []string{"*"}}),
				with(res("", "replaced", "aws:ssm/parameter:Parameter", "name", "p", "type", "String", "value", ref("topic", "arn")), ir.Options{ReplaceOnChanges: []string{"value", "arn"}}),
				with(res("", "versioned", "aws:sns/topic:Topic", "name", "v"), ir.Options{Version: "6.0.0", DeletedWith: "topic", Timeouts: ir.Timeouts{Update: "1m"}}),
				with(res("", "layer", "aws:lambda/layerVersion:LayerVersion", "layerName", "l", "s3Bucket", "b", "s3Key", "k"), ir.Options{RetainOnDelete: true}),
				with(res("", "cert", "aws:acm/certificate:Certificate", "domainName", "a.example.com", "validationMethod", "DNS"), ir.Options{DeleteBeforeReplace: true}),
				with(res("", "build", "command:local:Command", "create", ir.Concat("echo ", ref("topic", "arn")), "dir", "..", "delete", "echo gone", "environment", ir.Obj("CI", "1"), "triggers", of(ref("queue", "url"))),
					ir.Options{DependsOn: []string{"cert"}}),
			},
		},
	},
	{
		name:  "read",
		about: "Resources that exist: data sources where they find it by its ID, else just what is known.",
		program: &ir.Program{
			App: app(), Dialect: ir.Pulumi,
			Params: []*ir.ParamDecl{{Name: "QueueUrl", Kind: ir.ParamInput}},
			Resources: []*ir.Resource{
				existing("bucket", "aws:s3/bucket:Bucket", ir.String("old-bucket")),
				existing("vpc", "aws:ec2/vpc:Vpc", ir.String("vpc-123")),
				existing("queue", "aws:sqs/queue:Queue", ir.Param{Name: "QueueUrl"}),
				existing("topic", "aws:sns/topic:Topic", ir.String("arn:aws:sns:us-east-1:123456789012:news")),
				existing("fs", "aws:efs/fileSystem:FileSystem", ir.String("fs-1")),
				existing("client", "aws:cognito/userPoolClient:UserPoolClient", ir.String("client-1"), "userPoolId", "pool-1"),
				existing("ns", "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace", ir.String("ns-1"), "name", "internal"),
				existing("cluster", "aws:ecs/cluster:Cluster", ref("vpc", "arn")),
				parameter("names", ir.Concat(ref("bucket", "arn"), " ", ref("bucket", "id"), " ", ref("vpc", "id"), " ", ref("vpc", "cidrBlock"), " ",
					ref("queue", "arn"), " ", ref("queue", "id"), " ", ref("topic", "name"), " ", ref("fs", "arn"), " ", ref("client", "clientSecret"))),
				parameter("given", ir.Concat(ref("ns", "id"), " ", ref("ns", "name"))),
				parameter("alone", ref("ns", "id")),
				with(parameter("depends", "x"), ir.Options{DependsOn: []string{"bucket", "ns"}}),
			},
		},
	},
	{
		name:  "invokes",
		about: "Questions to providers; equal ones are asked once.",
		program: &ir.Program{
			App: app(), Dialect: ir.Pulumi,
			Invokes: []*ir.Invoke{
				{ID: "zone", Token: "aws:route53/getZone:getZone", Args: ir.Obj("name", "example.com"), Range: at(1)},
				{ID: "same", Token: "aws:route53/getZone:getZone", Args: ir.Obj("name", "example.com"), Range: at(2)},
				{ID: "subnets", Token: "aws:ec2/getSubnets:getSubnets", Args: ir.Obj("filters", of(ir.Obj("name", "vpc-id", "values", of("vpc-1")), ir.Obj("name", "tag:Tier", "values", of("private")))), Range: at(3)},
				{ID: "doc", Token: "aws:iam/getPolicyDocument:getPolicyDocument", Args: ir.Obj("statements", of(ir.Obj("actions", of("s3:GetObject"), "resources", of("*"),
					"principals", of(ir.Obj("type", "AWS", "identifiers", of("*"))), "conditions", of(ir.Obj("test", "StringEquals", "variable", "aws:x", "values", of("${aws:username}")))))), Range: at(4)},
				{ID: "certificate", Token: "aws:acm/getCertificate:getCertificate", Args: ir.Obj("domain", ref("zone", "name")), Provider: "east", DependsOn: []string{"topic"}, Range: at(5)},
			},
			Resources: []*ir.Resource{
				res("", "east", "pulumi:providers:aws", "region", "us-east-1"),
				res("", "topic", "aws:sns/topic:Topic", "name", "t", "policy", ref("doc", "json")),
				parameter("ids", fn(ir.FuncJoin, ",", ref("subnets", "ids"))),
				parameter("zones", ir.Concat(ref("same", "zoneId"), dig(ref("zone", ""), "nameServers", 0), dig(ref("certificate", ""), "arn"))),
			},
			Outputs: []ir.Output{{Name: "all", Value: ref("zone", "")}},
		},
	},
	{
		name:  "values",
		about: "Strings, joins and functions.",
		program: &ir.Program{
			App: app(), Dialect: ir.Pulumi,
			Params: []*ir.ParamDecl{{Name: "subnets", Kind: ir.ParamInput, List: true}},
			Resources: []*ir.Resource{
				parameter("escapes", "tab\there \"quoted\" back\\slash ${not} %{not} $${x}"),
				parameter("lines", "first\n  second ${x}\n\nlast\n"),
				parameter("indented", "  all\n  lines\n"),
				parameter("noNewline", "one\nEOT\ntwo"),
				parameter("carriage", "one\r\ntwo"),
				parameter("dollar", ir.Concat("cost $", ref("escapes", "version"), "% and $$", ref("lines", "version"))),
				parameter("script", ir.Concat("#!/bin/sh\necho ", ref("lines", "arn"), "\n  export X=$HOME; Y=${Z}\n")),
				parameter("split", dig(fn(ir.FuncSplit, "/", ref("lines", "arn")), 1)),
				parameter("join", fn(ir.FuncJoin, "-", of(ref("lines", "arn"), "x"))),
				parameter("json", fn(ir.FuncJSONEncode, ir.Obj("for", ref("lines", "arn"), "a b", of(1, 2.5, true), "n", ir.Null{}, "o", ir.Obj(), "l", of(), "deep", of(ir.Obj("x", 1, "y", of(ir.Obj("z", 1)))), "text", "a\nb\n"))),
				parameter("known", `{"kept":  "as it is"}`),
				parameter("decode", dig(fn(ir.FuncJSONDecode, ref("lines", "arn")), "user", "first name")),
				parameter("base64", fn(ir.FuncBase64Encode, ref("lines", "arn"))),
				parameter("unbase64", fn(ir.FuncBase64Decode, ref("base64", "value"))),
				parameter("case", ir.Concat(fn(ir.FuncUpper, ref("lines", "arn")), fn(ir.FuncLower, ref("lines", "arn")), fn(ir.FuncTrim, ref("lines", "arn")))),
				parameter("replace", fn(ir.FuncReplace, ref("lines", "arn"), ":", "-")),
				parameter("replaceSlashes", fn(ir.FuncReplace, ref("lines", "arn"), "/a/", "-")),
				parameter("encode", ir.Concat("postgres://u:", fn(ir.FuncURLEncode, ref("lines", "arn")), "@host")),
				parameter("length", fn(ir.FuncLength, ir.Param{Name: "subnets"})),
				parameter("number", fn(ir.FuncToNumber, ref("lines", "arn"))),
				parameter("string", fn(ir.FuncToString, ref("lines", "version"))),
				parameter("flatten", fn(ir.FuncJoin, ",", fn(ir.FuncFlatten, of(ir.Param{Name: "subnets"}, of("x"))))),
				res("", "cert", "aws:acm/certificate:Certificate", "domainName", "a.example.com", "validationMethod", "DNS"),
				parameter("pluck", fn(ir.FuncJoin, ",", fn(ir.FuncPluck, ref("cert", "domainValidationOptions"), "resourceRecordName"))),
				parameter("find", dig(fn(ir.FuncFind, ref("cert", "domainValidationOptions"), "domainName", "a.example.com", 0), "resourceRecordName")),
				res("", "bucket", "aws:s3/bucket:Bucket", "bucket", "b", "website", ir.Obj("indexDocument", "i.html"), "tags", ir.Obj("Name", "b")),
				parameter("flat", ir.Concat(dig(ref("bucket", "website"), "indexDocument"), dig(ref("bucket", "tags"), "Name"))),
				res("", "dsql", "aws:dsql/cluster:Cluster", "deletionProtectionEnabled", false),
				parameter("noId", ref("dsql", "id")),
				res("", "copy", "aws:s3/bucket:Bucket", "bucket", "c", "grants", ref("bucket", "grants"), "website", ref("bucket", "website")),
				res("", "task", "aws:ecs/taskDefinition:TaskDefinition", "family", "f", "containerDefinitions", fn(ir.FuncJSONEncode, of(ir.Obj("name", "app", "image", ir.Concat(ref("lines", "arn"), ":latest"), "essential", true,
					"environment", of(ir.Obj("name", "A", "value", "b"), ir.Obj("name", "C", "value", ref("lines", "arn"))))))),
				res("", "object", "aws:s3/bucketObjectv2:BucketObjectv2", "bucket", ref("bucket", "id"), "key", "config.json", "content", "x", "contentType", "text/plain"),
				res("", "file", "aws:s3/bucketObjectv2:BucketObjectv2", "bucket", ref("bucket", "id"), "source", ir.AssetRef{Asset: "File", Attr: ir.AssetFile}, "sourceHash", ir.AssetRef{Asset: "File", Attr: ir.AssetDigest}),
			},
			Assets: []*ir.Asset{packed("File", digestB)},
		},
	},
	{
		name:  "names",
		about: "Names that collide, and names that Pulumi would have made.",
		program: &ir.Program{
			App: app(), Dialect: ir.Pulumi,
			Components: []*ir.Component{{ID: "Data", Name: "Data", Type: "sst.aws.Bucket"}, {ID: "data", Name: "data", Type: "sst.aws.Queue"}, {ID: "Line", Name: "Two\nlines", Type: "my:Thing"}},
			Resources: []*ir.Resource{
				res("Data", "MyAPI", "aws:sns/topic:Topic", "name", "a"),
				res("data", "MyApi", "aws:sns/topic:Topic", "name", "b"),
				res("Line", "HTTPServer2Go", "aws:sns/topic:Topic"),
				res("", "my table", "aws:dynamodb/table:Table", "hashKey", "id", "billingMode", "PAY_PER_REQUEST", "attributes", of(ir.Obj("name", "id", "type", "S"))),
				res("", "Site Logs", "aws:s3/bucket:Bucket"),
				res("", "balancer", "aws:lb/loadBalancer:LoadBalancer", "loadBalancerType", "network", "subnetMappings", of(ir.Obj("subnetId", "s"))),
				res("", "Db", "aws:rds/instance:Instance", "instanceClass", "db.t4g.micro", "engine", "postgres", "allocatedStorage", 20, "skipFinalSnapshot", true, "username", "u", "password", "p"),
				res("", "Role", "aws:iam/role:Role", "assumeRolePolicy", "{}"),
			},
		},
	},
	{
		name:  "errors",
		about: "What Terraform cannot say.",
		program: &ir.Program{
			App: app(), Dialect: ir.Pulumi,
			Components: []*ir.Component{{ID: "Site", Name: "Site", Type: "sst.aws.Service"}},
			Resources: []*ir.Resource{
				res("Site", "SiteImage", "docker-build:index:Image", "push", true),
				res("", "token", "pulumiservice:index:AccessToken", "description", "x"),
				res("", "dynamic", "pulumi-nodejs:dynamic:Resource"),
				res("", "function", "aws:lambda/function:Function", "role", "r", "useResourceTimeoutForPropagation", true),
				res("", "build", "command:local:Command", "create", "make"),
				parameter("stdout", ref("build", "stdout")),
				existing("ns", "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace", ir.String("ns-1")),
				parameter("zone", ref("ns", "hostedZone")),
				res("", "distribution", "aws:cloudfront/distribution:Distribution", "enabled", true, "origins", of(), "restrictions", ir.Obj("geoRestriction", ir.Obj("restrictionType", "none")),
					"viewerCertificate", ir.Obj(), "defaultCacheBehavior", ir.Obj("targetOriginId", "d", "viewerProtocolPolicy", "https-only", "allowedMethods", of("GET"), "cachedMethods", of("GET"))),
				res("Site", "number", "aws:sqs/queue:Queue", "delaySeconds", "soon"),
			},
			Invokes: []*ir.Invoke{{ID: "run", Token: "command:local:run", Args: ir.Obj("command", "ls"), Range: at(9)}},
		},
		wrong: true,
	},
}
