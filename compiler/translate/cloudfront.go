package translate

import "github.com/sstc/sstc/compiler/ir"

var cloudfrontRows = []row{
	{
		pulumi: "aws:cloudfront/distribution:Distribution",
		cfn:    "AWS::CloudFront::Distribution",
		within: "DistributionConfig",
		names: map[string]string{
			"isIpv6Enabled":                       "DistributionConfig.IPV6Enabled",
			"loggingConfig":                       "DistributionConfig.Logging",
			"orderedCacheBehaviors":               "DistributionConfig.CacheBehaviors",
			"originGroups":                        "DistributionConfig.OriginGroups",
			"origins.originId":                    "Id",
			"origins.customHeaders":               "OriginCustomHeaders",
			"origins.customHeaders.name":          "HeaderName",
			"origins.customHeaders.value":         "HeaderValue",
			"LambdaFunctionAssociation:lambdaArn": "LambdaFunctionARN",
		},
		forms:   map[string]form{"originGroups": originGroups},
		ignored: "waitForDeployment retainOnDelete",
		attrs:   map[string]string{"arn": "arn:{aws:partition}:cloudfront::{aws:account}:distribution/{Ref}"},
		computed: map[string]func(*translator, *entry) ir.Value{
			"hostedZoneId": func(*translator, *entry) ir.Value { return ir.String(cloudfrontZone) },
		},
		prepare: withoutTTLs,
		finish: func(b *builder) {
			defaults("DistributionConfig.HttpVersion", "http2")(b)
			if isTrue(b.r.Props.Get("retainOnDelete")) {
				b.target.Options.RetainOnDelete = true
			}
		},
	},
	{
		pulumi: "aws:cloudfront/function:Function",
		cfn:    "AWS::CloudFront::Function",
		names: map[string]string{
			"code":                      "FunctionCode",
			"comment":                   "FunctionConfig.Comment",
			"runtime":                   "FunctionConfig.Runtime",
			"keyValueStoreAssociations": "FunctionConfig.KeyValueStoreAssociations",
			"publish":                   "AutoPublish",
		},
		forms: map[string]form{"keyValueStoreAssociations": func(b *builder, v ir.Value) ir.Value {
			arns, ok := v.(ir.List)
			if !ok {
				return v
			}
			out := make(ir.List, len(arns))
			for i, arn := range arns {
				out[i] = ir.Obj("KeyValueStoreARN", arn)
			}
			return out
		}},
		attrs: map[string]string{"id": "{=Name}", "arn": "FunctionARN"},
		finish: func(b *builder) {
			nameInApp("Name")(b)
			defaults("AutoPublish", true, "FunctionConfig.Comment", "")(b)
		},
	},
	{
		pulumi:  "aws:cloudfront/keyValueStore:KeyValueStore",
		cfn:     "AWS::CloudFront::KeyValueStore",
		ignored: "timeouts",
		finish:  nameInApp("Name"),
	},
	{
		pulumi: "aws:cloudfront/cachePolicy:CachePolicy",
		cfn:    "AWS::CloudFront::CachePolicy",
		within: "CachePolicyConfig",
		forms:  policyItems("parametersInCacheKeyAndForwardedToOrigin."),
		attrs:  map[string]string{"arn": "arn:{aws:partition}:cloudfront::{aws:account}:cache-policy/{Ref}"},
		finish: func(b *builder) {
			nameInApp("CachePolicyConfig.Name")(b)
			const p = "CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin."
			defaults("CachePolicyConfig.DefaultTTL", 86400, "CachePolicyConfig.MaxTTL", 31536000, "CachePolicyConfig.MinTTL", 0,
				p+"EnableAcceptEncodingGzip", false)(b)
		},
	},
	{
		pulumi: "aws:cloudfront/originRequestPolicy:OriginRequestPolicy",
		cfn:    "AWS::CloudFront::OriginRequestPolicy",
		within: "OriginRequestPolicyConfig",
		forms:  policyItems(""),
		attrs:  map[string]string{"arn": "arn:{aws:partition}:cloudfront::{aws:account}:origin-request-policy/{Ref}"},
		finish: nameInApp("OriginRequestPolicyConfig.Name"),
	},
	{
		pulumi: "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
		cfn:    "AWS::CloudFront::ResponseHeadersPolicy",
		within: "ResponseHeadersPolicyConfig",
		attrs:  map[string]string{"arn": "arn:{aws:partition}:cloudfront::{aws:account}:response-headers-policy/{Ref}"},
		finish: nameInApp("ResponseHeadersPolicyConfig.Name"),
	},
	{
		pulumi: "aws:cloudfront/originAccessControl:OriginAccessControl",
		cfn:    "AWS::CloudFront::OriginAccessControl",
		within: "OriginAccessControlConfig",
		attrs:  map[string]string{"arn": "arn:{aws:partition}:cloudfront::{aws:account}:origin-access-control/{Ref}"},
		finish: nameInApp("OriginAccessControlConfig.Name"),
	},
	{
		pulumi: "aws:cloudfront/originAccessIdentity:OriginAccessIdentity",
		cfn:    "AWS::CloudFront::CloudFrontOriginAccessIdentity",
		within: "CloudFrontOriginAccessIdentityConfig",
		attrs: map[string]string{
			"cloudfrontAccessIdentityPath": "origin-access-identity/cloudfront/{Ref}",
			"iamArn":                       "arn:{aws:partition}:iam::cloudfront:user/CloudFront Origin Access Identity {Ref}",
		},
		finish: defaults("CloudFrontOriginAccessIdentityConfig.Comment", ""),
	},
	{
		pulumi:  "aws:cloudfront/publicKey:PublicKey",
		cfn:     "AWS::CloudFront::PublicKey",
		within:  "PublicKeyConfig",
		ignored: "namePrefix",
		finish: func(b *builder) {
			nameInApp("PublicKeyConfig.Name")(b)
			nameInApp("PublicKeyConfig.CallerReference")(b)
		},
	},
	{
		pulumi: "aws:cloudfront/keyGroup:KeyGroup",
		cfn:    "AWS::CloudFront::KeyGroup",
		within: "KeyGroupConfig",
		finish: nameInApp("KeyGroupConfig.Name"),
	},
	{pulumi: "aws:cloudfront/monitoringSubscription:MonitoringSubscription", cfn: "AWS::CloudFront::MonitoringSubscription"},
	{
		pulumi:  "aws:cloudfront/vpcOrigin:VpcOrigin",
		cfn:     "AWS::CloudFront::VpcOrigin",
		forms:   map[string]form{"vpcOriginEndpointConfig.originSslProtocols": member("items")},
		ignored: "timeouts",
	},
	{pulumi: "aws:cloudfront/realtimeLogConfig:RealtimeLogConfig", cfn: "AWS::CloudFront::RealtimeLogConfig", attrs: map[string]string{"arn": "Ref"}, finish: nameInApp("Name")},
	{
		pulumi: "aws:cloudfront/continuousDeploymentPolicy:ContinuousDeploymentPolicy",
		cfn:    "AWS::CloudFront::ContinuousDeploymentPolicy",
		within: "ContinuousDeploymentPolicyConfig",
		names:  map[string]string{"stagingDistributionDnsNames": "ContinuousDeploymentPolicyConfig.StagingDistributionDnsNames"},
		forms:  map[string]form{"stagingDistributionDnsNames": member("items")},
	},
}

// cloudfrontZone is the hosted zone of all distributions.
const cloudfrontZone = "Z2FDTNDATAQYW2"

// withoutTTLs takes the times to live off the behaviors of a distribution that
// have a cache policy. Pulumi's provider passes over them there, and CloudFront
// refuses them.
func withoutTTLs(b *builder) {
	behavior := func(v ir.Value) ir.Value {
		o, ok := v.(*ir.Object)
		if !ok || o.Get("cachePolicyId") == nil {
			return v
		}
		return o.With("minTtl", nil).With("defaultTtl", nil).With("maxTtl", nil)
	}
	for i, f := range b.in.Fields {
		switch f.Key {
		case "defaultCacheBehavior":
			b.in.Fields[i].Value = behavior(f.Value)
		case "orderedCacheBehaviors":
			list, _ := f.Value.(ir.List)
			out := make(ir.List, len(list))
			for k, e := range list {
				out[k] = behavior(e)
			}
			if list != nil {
				b.in.Fields[i].Value = out
			}
		}
	}
}

// policyItems takes the wrapping objects off the lists of a cache policy or an
// origin request policy.
func policyItems(path string) map[string]form {
	return map[string]form{
		path + "cookiesConfig.cookies":           member("items"),
		path + "headersConfig.headers":           member("items"),
		path + "queryStringsConfig.queryStrings": member("items"),
	}
}

// originGroups writes lists with their lengths, as CloudFront's API has them.
func originGroups(b *builder, v ir.Value) ir.Value {
	groups, ok := v.(ir.List)
	if !ok {
		return v
	}
	counted := func(items ir.List) ir.Value { return ir.Obj("Quantity", len(items), "Items", items) }
	var out ir.List
	for _, g := range groups {
		o := objectIn(g)
		criteria := objectIn(o.Get("failoverCriteria"))
		codes, _ := criteria.Get("statusCodes").(ir.List)
		members, _ := capitals(o.Get("members")).(ir.List)
		out = append(out, ir.Obj("Id", o.Get("originId"),
			"FailoverCriteria", ir.Obj("StatusCodes", counted(codes)),
			"Members", counted(members)))
	}
	return counted(out)
}

// nameInApp fills a name that CloudFormation requires, Pulumi makes up, and
// that must be unique in the account.
func nameInApp(prop string) func(b *builder) {
	return func(b *builder) {
		if b.get(prop) == nil {
			b.set(prop, b.p.App.Name+"-"+b.p.App.Stage+"-"+b.r.ID)
		}
	}
}

// defaults sets properties that CloudFormation requires, or takes another value
// for, to what Pulumi's provider takes when they are not given. Arguments are paths and values.
func defaults(pairs ...any) func(b *builder) {
	return func(b *builder) {
		for i := 0; i < len(pairs); i += 2 {
			if path := pairs[i].(string); b.get(path) == nil {
				b.set(path, pairs[i+1])
			}
		}
	}
}
