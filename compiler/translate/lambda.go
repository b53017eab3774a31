package translate

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

var lambdaRows = []row{
	{
		pulumi: "aws:lambda/function:Function",
		cfn:    "AWS::Lambda::Function",
		names: map[string]string{
			"name":                          "FunctionName",
			"imageUri":                      "Code.ImageUri",
			"s3Bucket":                      "Code.S3Bucket",
			"s3Key":                         "Code.S3Key",
			"s3ObjectVersion":               "Code.S3ObjectVersion",
			"sourceKmsKeyArn":               "Code.SourceKMSKeyArn",
			"durableConfig.retentionPeriod": "RetentionPeriodInDays",
		},
		// The key of the archive holds its digest, which does what the hash is for.
		ignored: "sourceCodeHash codeSha256 skipDestroy useResourceTimeoutForPropagation " +
			"replaceSecurityGroupsOnDestroy replacementSecurityGroupIds vpcConfig.vpcId snapStart.optimizationStatus",
		forms: map[string]form{"code": archive},
		attrs: map[string]string{
			"invokeArn":                  "arn:{aws:partition}:apigateway:{aws:region}:lambda:path/2015-03-31/functions/{Arn}/invocations",
			"responseStreamingInvokeArn": "arn:{aws:partition}:apigateway:{aws:region}:lambda:path/2021-11-15/functions/{Arn}/response-streaming-invocations",
		},
		computed: map[string]func(*translator, *entry) ir.Value{
			"version":            func(t *translator, e *entry) ir.Value { return t.functionVersion(e, "Version") },
			"qualifiedArn":       func(t *translator, e *entry) ir.Value { return t.functionVersion(e, "Ref") },
			"qualifiedInvokeArn": (*translator).qualifiedInvokeARN,
		},
		prepare: prepareFunction,
	},
	{
		pulumi: "aws:lambda/functionUrl:FunctionUrl",
		cfn:    "AWS::Lambda::Url",
		names:  map[string]string{"functionName": "TargetFunctionArn", "authorizationType": "AuthType"},
		attrs:  map[string]string{"id": "{=TargetFunctionArn}"},
		computed: map[string]func(*translator, *entry) ir.Value{
			"urlId": func(t *translator, e *entry) ir.Value {
				host := ir.NewCall(ir.FuncIndex, ir.NewCall(ir.FuncSplit, ir.String("/"), ir.Ref{Resource: e.id(), Attr: "FunctionUrl"}), ir.Number(2))
				return ir.NewCall(ir.FuncIndex, ir.NewCall(ir.FuncSplit, ir.String("."), host), ir.Number(0))
			},
		},
	},
	{
		pulumi:  "aws:lambda/permission:Permission",
		cfn:     "AWS::Lambda::Permission",
		names:   map[string]string{"function": "FunctionName"},
		ignored: "statementId statementIdPrefix",
		prepare: func(b *builder) {
			if q := b.take("qualifier"); q != nil {
				b.set("FunctionName", ir.Concat(b.take("function"), ":", q))
			}
		},
	},
	{
		pulumi: "aws:lambda/eventSourceMapping:EventSourceMapping",
		cfn:    "AWS::Lambda::EventSourceMapping",
		names:  map[string]string{"destinationConfig.onFailure.destinationArn": "Destination"},
		forms: map[string]form{
			"selfManagedEventSource.endpoints": func(b *builder, v ir.Value) ir.Value {
				o := objectIn(v)
				servers, ok := o.Get("KAFKA_BOOTSTRAP_SERVERS").(ir.String)
				if !ok || o.Len() != 1 {
					b.unknownValue("selfManagedEventSource.endpoints")
					return nil
				}
				return ir.Obj("kafkaBootstrapServers", strings.Split(string(servers), ","))
			},
			"startingPositionTimestamp": func(b *builder, v ir.Value) ir.Value {
				s, _ := v.(ir.String)
				at, err := time.Parse(time.RFC3339, string(s))
				if err != nil {
					b.unknownValue("startingPositionTimestamp")
					return nil
				}
				return ir.Number(at.Unix())
			},
		},
		ignored: "useResourceTimeoutForPropagation",
		attrs:   map[string]string{"uuid": "Ref", "arn": "EventSourceMappingArn"},
		prepare: func(b *builder) {
			// Pulumi's provider does not send 0. FIFO queues take no window.
			if b.in.Get("maximumBatchingWindowInSeconds") == ir.Value(ir.Number(0)) {
				b.take("maximumBatchingWindowInSeconds")
			}
		},
	},
	{
		pulumi: "aws:lambda/alias:Alias",
		cfn:    "AWS::Lambda::Alias",
		attrs: map[string]string{
			"arn":       "Ref",
			"invokeArn": "arn:{aws:partition}:apigateway:{aws:region}:lambda:path/2015-03-31/functions/{Ref}/invocations",
		},
		forms: map[string]form{
			"routingConfig.additionalVersionWeights": func(b *builder, v ir.Value) ir.Value {
				o, ok := v.(*ir.Object)
				if !ok {
					return v
				}
				l := ir.List{}
				for _, f := range o.Fields {
					l = append(l, ir.Obj("functionVersion", f.Key, "functionWeight", f.Value))
				}
				return l
			},
		},
	},
	{
		pulumi:  "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig",
		prepare: provisionedConcurrency,
	},
	{
		pulumi: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
		cfn:    "AWS::Lambda::EventInvokeConfig",
		finish: func(b *builder) {
			if b.get("Qualifier") == nil {
				b.set("Qualifier", "$LATEST")
			}
		},
	},
	{
		pulumi: "aws:lambda/layerVersion:LayerVersion",
		cfn:    "AWS::Lambda::LayerVersion",
		names: map[string]string{
			"code":            "Content",
			"s3Bucket":        "Content.S3Bucket",
			"s3Key":           "Content.S3Key",
			"s3ObjectVersion": "Content.S3ObjectVersion",
		},
		ignored: "skipDestroy sourceCodeHash",
		forms:   map[string]form{"code": archive},
		attrs: map[string]string{
			"arn":      "Ref",
			"layerArn": "arn:{aws:partition}:lambda:{aws:region}:{aws:account}:layer:{=LayerName}",
		},
		computed: map[string]func(*translator, *entry) ir.Value{
			"version": func(t *translator, e *entry) ir.Value {
				return ir.NewCall(ir.FuncIndex, ir.NewCall(ir.FuncSplit, ir.String(":"), ir.Ref{Resource: e.id(), Attr: "Ref"}), ir.Number(7))
			},
		},
	},
	{
		pulumi:  "aws:lambda/layerVersionPermission:LayerVersionPermission",
		cfn:     "AWS::Lambda::LayerVersionPermission",
		ignored: "statementId skipDestroy",
		prepare: func(b *builder) {
			layer := b.take("layerName")
			if s, ok := layer.(ir.String); ok && !strings.HasPrefix(string(s), "arn:") {
				layer = expand("arn:{aws:partition}:lambda:{aws:region}:{aws:account}:layer:{n}", func(string) ir.Value { return s })
			}
			b.set("LayerVersionArn", ir.Concat(layer, ":", b.take("versionNumber")))
		},
	},
	{
		pulumi: "aws:lambda/codeSigningConfig:CodeSigningConfig",
		cfn:    "AWS::Lambda::CodeSigningConfig",
		names:  map[string]string{"policies": "CodeSigningPolicies"},
		attrs:  map[string]string{"arn": "Ref", "configId": "CodeSigningConfigId"},
	},
	{
		pulumi: "aws:lambda/functionRecursionConfig:FunctionRecursionConfig",
		cfn:    "AWS::Lambda::Function",
		fold:   "functionName",
	},
	{
		pulumi:  "aws:lambda/runtimeManagementConfig:RuntimeManagementConfig",
		cfn:     "AWS::Lambda::Function",
		fold:    "functionName",
		within:  "RuntimeManagementConfig",
		ignored: "qualifier",
	},
}

// archive writes a packed asset as the place to which the uploader puts it.
func archive(b *builder, v ir.Value) ir.Value {
	if a, ok := v.(ir.AssetRef); ok && a.Attr == ir.AssetFile {
		return ir.Obj(
			"S3Bucket", ir.AssetRef{Asset: a.Asset, Attr: ir.AssetBucket},
			"S3Key", ir.AssetRef{Asset: a.Asset, Attr: ir.AssetKey})
	}
	b.fail(diag.NotInCloudFormation, "Not in CloudFormation", "Its code must be a file or directory of the app.")
	return nil
}

func prepareFunction(b *builder) {
	if !isTrue(b.take("publish")) {
		return
	}
	// A version never changes, so each state of the function has one of its
	// own, told apart by the ID. The one before goes when the stack is updated.
	id := b.versionID(b.entry)
	v := &ir.Resource{ID: id, Type: "AWS::Lambda::Version", Props: ir.Obj("FunctionName", b.self("Ref"))}
	b.adopt(v)
	v.Options.RetainOnDelete = b.r.Options.RetainOnDelete || isTrue(b.in.Get("skipDestroy"))
	b.entry.with = append(b.entry.with, id)
}

// versionID is the ID of the version of a function in its present state.
func (t *translator) versionID(e *entry) string {
	h := sha256.New()
	fingerprint(h, e.res.Props)
	ir.Walk(e.res.Props, func(v ir.Value) bool {
		if a, ok := v.(ir.AssetRef); ok {
			if asset := t.p.FindAsset(a.Asset); asset != nil {
				fmt.Fprintf(h, "%s=%s;", asset.ID, asset.Digest)
			}
		}
		return true
	})
	return e.res.ID + "Version" + hex.EncodeToString(h.Sum(nil))[:8]
}

// functionVersion is an attribute of the version that a function publishes.
func (t *translator) functionVersion(e *entry, attr string) ir.Value {
	if isTrue(e.res.Props.Get("publish")) {
		return ir.Ref{Resource: t.versionID(e), Attr: attr}
	}
	if attr == "Version" {
		return ir.String("$LATEST")
	}
	return ir.Concat(ir.Ref{Resource: e.id(), Attr: "Arn"}, ":$LATEST")
}

func (t *translator) qualifiedInvokeARN(e *entry) ir.Value {
	return expand("arn:{aws:partition}:apigateway:{aws:region}:lambda:path/2015-03-31/functions/{v}/invocations",
		func(string) ir.Value { return t.functionVersion(e, "Ref") })
}

// provisionedConcurrency adds to the version or the alias what in CloudFormation
// is a property of it.
func provisionedConcurrency(b *builder) {
	qualifier := b.r.Props.Get("qualifier")
	count := b.take("provisionedConcurrentExecutions")
	for _, name := range []string{"functionName", "qualifier", "skipDestroy"} {
		b.take(name)
	}
	ref, _ := qualifier.(ir.Ref)
	var onto *ir.Resource
	if e := b.entries[ref.Resource]; e != nil && e.row != nil {
		switch e.row.cfn {
		case "AWS::Lambda::Function":
			onto = b.made[b.versionID(e)]
		case "AWS::Lambda::Alias":
			onto = e.main
		}
	}
	if onto == nil {
		b.fail(diag.NotInCloudFormation, "Not in CloudFormation",
			"In CloudFormation it is a part of the version or the alias, so its qualifier must be the version of a function of this app that has publish set, or the name of an alias of this app.")
		return
	}
	b.entry.with = []string{onto.ID}
	b.put(onto.Props, []string{"ProvisionedConcurrencyConfig", "ProvisionedConcurrentExecutions"}, count)
}
