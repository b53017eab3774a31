package pulumiyaml

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
	// config is what the real-tool test sets before it previews: key, value.
	config []ir.KV
	// values are what parameters must have for their value after the real
	// tool has deployed them with the stub provider, by resource name.
	values map[string]string
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
		if r < 0x80 && (isLetter(byte(r)) && r != '_' || isDigit(byte(r))) {
			return r
		}
		return -1
	}, name)
}

func with(r *ir.Resource, o ir.Options) *ir.Resource {
	r.Options = o
	return r
}

func ref(id, attr string) ir.Value { return ir.Ref{Resource: id, Attr: attr} }
func param(name string) ir.Value   { return ir.Param{Name: name} }
func fn(f ir.Func, args ...any) ir.Value {
	vs := make([]ir.Value, len(args))
	for i, a := range args {
		vs[i] = ir.Of(a)
	}
	return ir.NewCall(f, vs...)
}

// sub takes a part of a value: a key or an index after the other.
func sub(v ir.Value, keys ...any) ir.Value {
	for _, k := range keys {
		v = fn(ir.FuncIndex, v, k)
	}
	return v
}

func asset(id string, attr ir.AssetAttr) ir.Value { return ir.AssetRef{Asset: id, Attr: attr} }

const (
	digestA = "3f5c8d5a1f0b4c7e9d2a6b8c0e1f2a3b4c5d6e7f8091a2b3c4d5e6f708192a3b"
	digestB = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
)

func packed(id string, kind ir.AssetKind, digest, ext string) *ir.Asset {
	return &ir.Asset{ID: id, Kind: kind, Digest: digest, File: "assets/" + digest + ext, Handler: "bundle.handler"}
}

// parameterOf makes an SSM parameter, which takes any string.
func parameterOf(name string, v any) *ir.Resource {
	return res("", name, "aws:ssm/parameter:Parameter", "type", "String", "value", v)
}

func examples() []example {
	awsProvider := &ir.ProviderConfig{Package: "aws", Args: ir.Obj(
		"region", "eu-west-1",
		"defaultTags", ir.Obj("tags", ir.Obj("sst:app", "shop", "sst:stage", "dev")),
	)}
	var all []example
	add := func(e example) {
		e.program.App, e.program.Dialect = app(), ir.Pulumi
		all = append(all, e)
	}

	assume := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	function := func() *ir.Program {
		return &ir.Program{
			Providers:  []*ir.ProviderConfig{awsProvider},
			Components: []*ir.Component{{ID: "Uploads", Name: "Uploads", Type: "sst.aws.Bucket"}, {ID: "Api", Name: "Api", Type: "sst.aws.Function"}, {ID: "ApiLogs", Name: "ApiLogs", Type: "sst.aws.Logs", Parent: "Api"}},
			Params:     []*ir.ParamDecl{{Name: "StripeKey", Kind: ir.ParamSecret, Description: "Key of the payment\nservice"}},
			Assets:     []*ir.Asset{packed("Api", ir.AssetIsFunction, digestA, ".zip")},
			Resources: []*ir.Resource{
				res("Uploads", "UploadsBucket", "aws:s3/bucket:Bucket", "bucket", "shop-dev-uploads", "forceDestroy", true),
				res("Uploads", "UploadsPolicy", "aws:s3/bucketPolicy:BucketPolicy",
					"bucket", ref("UploadsBucket", "bucket"),
					"policy", fn(ir.FuncJSONEncode, ir.Obj("Version", "2012-10-17", "Statement", ir.List{ir.Obj(
						"Effect", "Deny", "Principal", "*", "Action", "s3:*",
						"Resource", ir.List{ref("UploadsBucket", "arn"), ir.Concat(ref("UploadsBucket", "arn"), "/*")},
						"Condition", ir.Obj("Bool", ir.Obj("aws:SecureTransport", "false")),
					)}))),
				res("Api", "ApiRole", "aws:iam/role:Role", "assumeRolePolicy", assume,
					"managedPolicyArns", ir.List{ir.Concat("arn:", param(ir.PseudoPartition), ":iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")},
					"inlinePolicies", ir.List{ir.Obj("name", "inline", "policy", fn(ir.FuncJSONEncode, ir.Obj("Statement", ir.List{ir.Obj(
						"Effect", "Allow", "Action", []string{"s3:GetObject"}, "Resource", ir.Concat(ref("UploadsBucket", "arn"), "/${aws:username}/*"))})))}),
				res("ApiLogs", "ApiLogGroup", "aws:cloudwatch/logGroup:LogGroup", "name", "/aws/lambda/shop-dev-ApiFunction", "retentionInDays", 30),
				res("Api", "ApiFunction", "aws:lambda/function:Function",
					"s3Bucket", asset("Api", ir.AssetBucket), "s3Key", asset("Api", ir.AssetKey), "sourceCodeHash", asset("Api", ir.AssetDigest),
					"handler", asset("Api", ir.AssetHandler), "role", ref("ApiRole", "arn"), "runtime", "nodejs24.x", "timeout", 20, "memorySize", 1024,
					"architectures", []string{"x86_64"},
					"loggingConfig", ir.Obj("logFormat", "Text", "logGroup", ref("ApiLogGroup", "name")),
					"environment", ir.Obj("variables", ir.Obj(
						"SST_RESOURCE_Uploads", fn(ir.FuncJSONEncode, ir.Obj("name", ref("UploadsBucket", "bucket"), "type", "sst.aws.Bucket")),
						"SST_RESOURCE_StripeKey", fn(ir.FuncJSONEncode, ir.Obj("value", param("StripeKey"))),
						"QUEUE", ir.Concat("arn:aws:sqs:", param(ir.PseudoRegion), ":", param(ir.PseudoAccount), ":jobs"),
					))),
				res("Api", "ApiUrl", "aws:lambda/functionUrl:FunctionUrl", "functionName", ref("ApiFunction", "name"), "authorizationType", "NONE"),
			},
			Outputs: []ir.Output{{Name: "url", Value: ref("ApiUrl", "functionUrl")}, {Name: "bucket name", Value: ref("UploadsBucket", "id")}},
		}
	}
	add(example{
		name:    "function",
		about:   "A function linked to a bucket and a secret: archives in the uploader's bucket,\npolicies as objects, pseudo parameters as variables.",
		program: function(),
		config:  []ir.KV{{Key: "StripeKey", Value: "sk_test"}, {Key: AssetsBucket, Value: "assets"}, {Key: AssetsPrefix, Value: "shop/"}},
	})
	local := function()
	local.Resources = local.Resources[2:]
	local.Resources[0].Props = local.Resources[0].Props.With("inlinePolicies", nil)
	local.Resources[2].Props = local.Resources[2].Props.With("environment", nil)
	local.Outputs, local.Params = local.Outputs[:1], nil
	local.Assets = append(local.Assets, packed("Readme", ir.AssetIsFile, digestB, ".md"), packed("Layer", ir.AssetIsDirectory, digestB, ".zip"))
	local.Resources = append(local.Resources,
		res("", "readme", "aws:s3/bucketObject:BucketObject", "bucket", "docs", "key", "readme.md", "source", asset("Readme", ir.AssetFile)),
		res("", "layer", "aws:lambda/layerVersion:LayerVersion", "layerName", "tools", "s3Bucket", asset("Layer", ir.AssetBucket), "s3Key", asset("Layer", ir.AssetKey)))
	add(example{name: "local", about: "Archives and files taken from the output directory itself.", program: local, opts: emit.Options{LocalAssets: true}})

	all8 := parameterOf("Everything", "x")
	all8.Options = ir.Options{
		DependsOn: []string{"first", "getVpc"}, Provider: "usa", Parent: "first", Protect: true, RetainOnDelete: true, DeleteBeforeReplace: true,
		IgnoreChanges: []string{"value", "tags[\"a\"]"}, ReplaceOnChanges: []string{"type"}, AdditionalSecrets: []string{"value"},
		Aliases:     []ir.Alias{{Name: "Old"}, {Type: "aws:ssm/parameter:Param"}, {URN: "urn:pulumi:dev::shop::sst:aws:Secret$aws:ssm/parameter:Parameter::Everything"}},
		DeletedWith: "first", Timeouts: ir.Timeouts{Create: "20m", Delete: "1h"},
	}
	add(example{
		name:  "options",
		about: "Resource options, explicit providers, a resource of another provider version,\nand a resource that exists already.",
		program: &ir.Program{
			Providers: []*ir.ProviderConfig{awsProvider},
			Invokes:   []*ir.Invoke{{ID: "getVpc", Token: "aws:ec2/getVpc:getVpc", Args: ir.Obj("filters", ir.List{ir.Obj("name", "tag:parameter", "values", ir.List{ref("second", "arn")})}), Provider: "usa", DependsOn: []string{"second"}, Range: at(3)}},
			Resources: []*ir.Resource{
				res("", "usa", "pulumi:providers:aws", "region", "us-east-1"),
				with(parameterOf("first", "1"), ir.Options{}), parameterOf("second", "2"), all8,
				with(parameterOf("older", "3"), ir.Options{Version: "7.1.0"}),
				with(parameterOf("pinned", "3"), ir.Options{Version: "7.48.0"}),
				{ID: "existing", Name: "existing", Type: "aws:s3/bucket:Bucket", Read: ir.String("my-bucket"), Props: ir.Obj("region", "eu-west-1"), Range: at(9)},
				// The values are those that the stub provider finds.
				with(res("", "imported", "aws:ssm/parameter:Parameter", "type", "stub-type", "value", "stub-value"), ir.Options{Import: "/shop/$${x}"}),
				parameterOf("existingArn", ref("existing", "arn")),
				parameterOf("My Parameter/1", sub(ref("getVpc", ""), "cidrBlock")),
			},
		},
	})

	add(example{
		name:  "values",
		about: "Every kind of value and function that Pulumi YAML has, and text that it would\ntake for something else.",
		program: &ir.Program{
			Providers: []*ir.ProviderConfig{awsProvider},
			Params: []*ir.ParamDecl{
				{Name: "api-key", Kind: ir.ParamSecret, Default: ir.String("none")},
				{Name: "Replicas", Kind: ir.ParamInput, Default: ir.Number(3)},
				{Name: "Verbose", Kind: ir.ParamInput, Default: ir.Bool(false)},
				{Name: "Subnets", Kind: ir.ParamLookup, List: true},
				{Name: "Ranges", Kind: ir.ParamInput, List: true, Default: ir.Of([]string{"10.0.0.0/24", "${x}"})},
				{Name: "Zone", Kind: ir.ParamLookup, Description: "ID of the hosted zone"},
			},
			Invokes: []*ir.Invoke{
				{ID: "zones", Token: "aws:index/getAvailabilityZones:getAvailabilityZones", Args: ir.Obj("state", "available")},
				{ID: "none", Token: "aws:index/getDefaultTags:getDefaultTags"},
			},
			Resources: []*ir.Resource{
				res("", "db", "aws:rds/cluster:Cluster", "engine", "aurora-postgresql", "clusterIdentifier", "db", "tags", ir.Obj("a.b", "c", "c", "d", "$x", "${y}", "yes", "no")),
				res("", "fn", "aws:lambda/function:Function", "role", "arn:aws:iam::123456789012:role/x", "layers", ir.List{}, "environment", ir.Obj(), "description", ir.Null{},
					"vpcConfig", ir.Obj("subnetIds", sub(ref("zones", "zoneIds")), "securityGroupIds", ir.List{})),
				parameterOf("join", ir.Concat("postgres://", ref("db", "endpoint"), ":", ref("db", "port"), "/x")),
				parameterOf("dollars", "$ $$ ${a} $${b} $"),
				parameterOf("dollarsInJoin", ir.Concat("$", ref("db", "endpoint"), "$$", ref("db", "id"), "${x}$")),
				parameterOf("lines", "first\n  second: ${x}\n\nthird\n"),
				parameterOf("looksLikeNumber", "0123"),
				parameterOf("looksLikeBool", "yes"),
				parameterOf("index", sub(ref("fn", "architectures"), 0)),
				parameterOf("nested", sub(ref("fn", "vpcConfig"), "subnetIds", 0)),
				parameterOf("mapKey", sub(ref("db", "tags"), "a.b")),
				parameterOf("mapName", sub(ref("db", "tags"), "c")),
				parameterOf("invoke", sub(ref("zones", ""), "names", 0)),
				parameterOf("split", sub(fn(ir.FuncSplit, ":", ref("db", "arn")), 5)),
				parameterOf("splitJoin", ir.Concat("id-", sub(fn(ir.FuncSplit, ":", ref("db", "arn")), 5), "-", ref("db", "port"), asset("Data", ir.AssetKey))),
				parameterOf("joinList", fn(ir.FuncJoin, ",", ir.List{ref("db", "id"), ir.String("x")})),
				parameterOf("joinUnknownList", fn(ir.FuncJoin, ",", ref("fn", "architectures"))),
				parameterOf("port", fn(ir.FuncToString, ref("db", "port"))),
				parameterOf("stringToString", fn(ir.FuncToString, ref("db", "id"))),
				parameterOf("portInJoin", ir.Concat("p", fn(ir.FuncToString, ref("db", "port")))),
				parameterOf("json", fn(ir.FuncJSONEncode, ir.Obj("port", ref("db", "port"), "n", ir.Null{}, "l", ir.List{ir.Number(1.5), ir.Bool(true)}))),
				parameterOf("base64", fn(ir.FuncBase64Encode, ir.Concat("user:", param("api-key")))),
				parameterOf("unbase64", fn(ir.FuncBase64Decode, fn(ir.FuncBase64Encode, ref("db", "port")))),
				parameterOf("secret", fn(ir.FuncSecret, ir.String("hush"))),
				parameterOf("find", sub(fn(ir.FuncFind, ref("sg", "ingress"), "protocol", "tcp", 0), "description")),
				res("", "sg", "aws:ec2/securityGroup:SecurityGroup", "ingress", ir.List{ir.Obj("protocol", "tcp", "fromPort", 1, "toPort", 2, "description", "all")}),
				parameterOf("config", ir.Concat(param("Replicas"), "/", param("Verbose"), "/", param("Zone"))),
				parameterOf("listElement", sub(param("Subnets"), 1)),
				parameterOf("listDefault", fn(ir.FuncJoin, ",", param("Ranges"))),
				parameterOf("listInJSON", fn(ir.FuncJSONEncode, ir.Obj("subnets", param("Subnets")))),
				res("", "fnInVpc", "aws:lambda/function:Function", "role", "arn:aws:iam::123456789012:role/x", "vpcConfig", ir.Obj("subnetIds", param("Subnets"), "securityGroupIds", ir.List{})),
				parameterOf("handler", ir.Concat("in ", asset("Data", ir.AssetHandler))),
			},
			Assets:  []*ir.Asset{packed("Data", ir.AssetIsFunction, digestB, ".zip")},
			Outputs: []ir.Output{{Name: "object", Value: ir.Obj("id", ref("db", "id"), "list", ir.List{ref("fn", "arn")})}, {Name: "account", Value: param(ir.PseudoAccount)}},
		},
		config: []ir.KV{{Key: "api_key", Value: "k"}, {Key: "Zone", Value: "Z1"}, {Key: "Subnets[0]", Value: "subnet-1"}, {Key: "Subnets[1]", Value: "subnet-2"}, {Key: AssetsPrefix, Value: ""}},
		values: map[string]string{
			"join":            "postgres://stub-endpoint:1/x",
			"dollarsInJoin":   "$stub-endpoint$$id-of-db${x}$",
			"index":           "stub-architectures",
			"nested":          "stub-zoneIds",
			"mapKey":          "c",
			"mapName":         "d",
			"invoke":          "stub-names",
			"split":           "thing",
			"splitJoin":       "id-thing-1" + digestB + ".zip",
			"joinList":        "id-of-db,x",
			"joinUnknownList": "stub-architectures,stub-architectures,stub-architectures",
			"port":            "1",
			"stringToString":  "id-of-db",
			"portInJoin":      "p1",
			"json":            `{"l":[1.5,true],"n":null,"port":1}`,
			"base64":          "dXNlcjpr", // user:k
			"unbase64":        "1",
			"secret":          "hush",
			"config":          "3/false/Z1",
			"listElement":     "subnet-2",
			"listDefault":     "10.0.0.0/24,${x}",
			"listInJSON":      `{"subnets":["subnet-1","subnet-2"]}`,
			"handler":         "in bundle.handler",
		},
	})

	add(example{
		name:  "names",
		about: "Resources whose IDs are also names of configuration, of variables or of providers.",
		program: &ir.Program{
			Providers: []*ir.ProviderConfig{awsProvider, {Package: "docker-build"}, {Package: "fly", Version: "0.1.2", Args: ir.Obj("token", "x")}, {Package: "turso", Version: "^1", Args: ir.Obj("organization", "me")}},
			Params:    []*ir.ParamDecl{{Name: "Key", Kind: ir.ParamSecret}, {Name: "Other", Kind: ir.ParamInput}},
			Invokes:   []*ir.Invoke{{ID: "Other", Token: "aws:index/getRegions:getRegions"}},
			Resources: []*ir.Resource{
				parameterOf("Key", param("Key")), parameterOf("pulumi", ref("Key", "arn")), parameterOf("awsProvider", sub(ref("Other", "names"), 0)),
				res("", "suffix", "random:index/randomId:RandomId", "byteLength", 4),
				parameterOf("awsRegion", param(ir.PseudoRegion)), parameterOf("assetsBucket", asset("A", ir.AssetBucket)),
			},
			Assets: []*ir.Asset{packed("A", ir.AssetIsFunction, digestA, ".zip")},
		},
		config: []ir.KV{{Key: "Key", Value: "k"}, {Key: "Other", Value: "o"}, {Key: AssetsBucket, Value: "assets"}},
		values: map[string]string{"Key": "k", "assetsBucket": "assets", "awsProvider": "stub-names", "awsRegion": "stub-region"},
	})

	add(example{
		name:  "unsupported",
		about: "What Pulumi YAML cannot express is a diagnostic each, and no file.",
		program: &ir.Program{
			Components: []*ir.Component{{ID: "Api", Name: "Api", Type: "sst.aws.Function"}},
			Params: []*ir.ParamDecl{{Name: "Sizes", Kind: ir.ParamInput, Default: ir.List{ir.Number(1)}, Range: at(1)},
				{Name: "api-key", Kind: ir.ParamSecret, Range: at(2)}, {Name: "api_key", Kind: ir.ParamSecret, Range: at(3)}, {Name: "assetsBucket", Kind: ir.ParamInput, Range: at(4)}},
			Resources: []*ir.Resource{
				parameterOf("base", "x"),
				res("Api", "upper", "aws:ssm/parameter:Parameter", "type", "String", "value", fn(ir.FuncUpper, ref("base", "arn"))),
				parameterOf("inJoin", ir.Concat("a", fn(ir.FuncReplace, ref("base", "arn"), ":", "-"))),
				parameterOf("decode", sub(fn(ir.FuncJSONDecode, ref("base", "value")), "key")),
				parameterOf("template", fn(ir.FuncJSONEncode, ir.Obj("Resources", ir.Obj("Fn::Join", ir.List{ir.String(","), ref("base", "arn")})))),
			},
			Outputs: []ir.Output{{Name: "size", Value: fn(ir.FuncLength, ref("base", "arn"))}},
		},
	})
	return all
}
