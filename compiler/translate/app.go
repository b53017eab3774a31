package translate

import (
	"strings"
	"time"

	"github.com/sstc/sstc/compiler/ir"
)

var sfnRows = []row{
	{
		pulumi: "aws:sfn/stateMachine:StateMachine",
		cfn:    "AWS::StepFunctions::StateMachine",
		names: map[string]string{
			"definition":                          "DefinitionString",
			"name":                                "StateMachineName",
			"type":                                "StateMachineType",
			"loggingConfiguration.logDestination": "Destinations",
		},
		forms: map[string]form{"loggingConfiguration.logDestination": func(b *builder, v ir.Value) ir.Value {
			return ir.List{ir.Obj("CloudWatchLogsLogGroup", ir.Obj("LogGroupArn", v))}
		}},
		implied: map[string]ir.Value{"publish": ir.Bool(false)},
		ignored: "namePrefix",
		attrs:   map[string]string{"revisionId": "StateMachineRevisionId"},
	},
	{pulumi: "aws:sfn/activity:Activity", cfn: "AWS::StepFunctions::Activity", finish: nameInApp("Name")},
	{pulumi: "aws:sfn/alias:Alias", cfn: "AWS::StepFunctions::StateMachineAlias", attrs: map[string]string{"arn": "Ref"}},
}

var pipesRows = []row{
	{
		pulumi: "aws:pipes/pipe:Pipe",
		cfn:    "AWS::Pipes::Pipe",
		names: map[string]string{
			"targetParameters.sagemakerPipelineParameters.pipelineParameters": "PipelineParameterList",
		},
		ignored: "namePrefix",
	},
}

var appsyncRows = []row{
	{
		pulumi: "aws:appsync/graphQLApi:GraphQLApi",
		cfn:    "AWS::AppSync::GraphQLApi",
		attrs:  map[string]string{"id": "ApiId", "uris.GRAPHQL": "GraphQLUrl", "uris.REALTIME": "RealtimeUrl"},
		prepare: func(b *builder) {
			if s := b.take("schema"); s != nil {
				b.add("Schema", "AWS::AppSync::GraphQLSchema", ir.Obj("ApiId", b.self("ApiId"), "Definition", s))
				b.entry.linked = true
			}
		},
		finish: nameInApp("Name"),
	},
	{
		pulumi: "aws:appsync/apiKey:ApiKey",
		cfn:    "AWS::AppSync::ApiKey",
		forms: map[string]form{"expires": func(b *builder, v ir.Value) ir.Value {
			s, _ := v.(ir.String)
			at, err := time.Parse(time.RFC3339, string(s))
			if err != nil {
				b.unknownValue("expires")
				return nil
			}
			return ir.Number(at.Unix())
		}},
		attrs: map[string]string{"id": "{=ApiId}:{ApiKeyId}", "key": "ApiKey"},
	},
	{
		pulumi: "aws:appsync/dataSource:DataSource",
		cfn:    "AWS::AppSync::DataSource",
		names: map[string]string{
			"dynamodbConfig.region":                              "AwsRegion",
			"elasticsearchConfig.region":                         "AwsRegion",
			"opensearchserviceConfig.region":                     "AwsRegion",
			"lambdaConfig.functionArn":                           "LambdaFunctionArn",
			"relationalDatabaseConfig.httpEndpointConfig":        "RdsHttpEndpointConfig",
			"relationalDatabaseConfig.httpEndpointConfig.region": "AwsRegion",
			"relationalDatabaseConfig.sourceType":                "RelationalDatabaseSourceType",
		},
		attrs: map[string]string{"arn": "Ref", "name": "Name"},
		finish: func(b *builder) {
			nameAfterResource("Name")(b)
			for _, config := range []string{"DynamoDBConfig", "ElasticsearchConfig", "OpenSearchServiceConfig", "RelationalDatabaseConfig.RdsHttpEndpointConfig"} {
				if b.get(config) != nil {
					defaults(config+".AwsRegion", ir.Param{Name: ir.PseudoRegion})(b)
				}
			}
			if b.get("RelationalDatabaseConfig") != nil {
				defaults("RelationalDatabaseConfig.RelationalDatabaseSourceType", "RDS_HTTP_ENDPOINT")(b)
			}
		},
	},
	{
		pulumi: "aws:appsync/function:Function",
		cfn:    "AWS::AppSync::FunctionConfiguration",
		names:  map[string]string{"dataSource": "DataSourceName"},
		attrs:  map[string]string{"arn": "Ref"},
		finish: nameAfterResource("Name"),
	},
	{
		pulumi: "aws:appsync/resolver:Resolver",
		cfn:    "AWS::AppSync::Resolver",
		names: map[string]string{
			"dataSource":       "DataSourceName",
			"field":            "FieldName",
			"requestTemplate":  "RequestMappingTemplate",
			"responseTemplate": "ResponseMappingTemplate",
			"type":             "TypeName",
		},
		attrs: map[string]string{"arn": "Ref"},
	},
	{pulumi: "aws:appsync/domainName:DomainName", cfn: "AWS::AppSync::DomainName"},
	{pulumi: "aws:appsync/domainNameApiAssociation:DomainNameApiAssociation", cfn: "AWS::AppSync::DomainNameApiAssociation"},
	{pulumi: "aws:appsync/api:Api", cfn: "AWS::AppSync::Api"},
	{pulumi: "aws:appsync/channelNamespace:ChannelNamespace", cfn: "AWS::AppSync::ChannelNamespace"},
	{pulumi: "aws:appsync/apiCache:ApiCache", cfn: "AWS::AppSync::ApiCache"},
}

var wafv2Rows = []row{
	{
		pulumi: "aws:wafv2/webAcl:WebAcl",
		cfn:    "AWS::WAFv2::WebACL",
		forms: map[string]form{
			"associationConfig.requestBodies": requestBodies,
			"customResponseBodies":            keyedBy("key", ""),
		},
		ignored: "namePrefix",
		attrs:   map[string]string{"id": "Id"},
	},
	{
		pulumi:  "aws:wafv2/ruleGroup:RuleGroup",
		cfn:     "AWS::WAFv2::RuleGroup",
		forms:   map[string]form{"customResponseBodies": keyedBy("key", "")},
		ignored: "namePrefix",
		attrs:   map[string]string{"id": "Id"},
	},
	{
		pulumi:  "aws:wafv2/ipSet:IpSet",
		cfn:     "AWS::WAFv2::IPSet",
		ignored: "namePrefix",
		attrs:   map[string]string{"id": "Id"},
		finish:  defaults("Addresses", ir.List{}),
	},
	{
		pulumi: "aws:wafv2/regexPatternSet:RegexPatternSet",
		cfn:    "AWS::WAFv2::RegexPatternSet",
		names:  map[string]string{"regularExpressions": "RegularExpressionList"},
		forms: map[string]form{"regularExpressions": func(b *builder, v ir.Value) ir.Value {
			l, _ := v.(ir.List)
			out := make(ir.List, len(l))
			for i, e := range l {
				o := objectIn(e)
				out[i] = o.Get("regexString")
			}
			return out
		}},
		ignored: "namePrefix",
		attrs:   map[string]string{"id": "Id"},
		finish:  defaults("RegularExpressionList", ir.List{}),
	},
	{pulumi: "aws:wafv2/webAclAssociation:WebAclAssociation", cfn: "AWS::WAFv2::WebACLAssociation"},
	{pulumi: "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", cfn: "AWS::WAFv2::LoggingConfiguration"},
}

// requestBodies writes limits by the kind of resource that they are for.
func requestBodies(b *builder, v ir.Value) ir.Value {
	list, ok := v.(ir.List)
	if !ok {
		return v
	}
	names := map[string]string{
		"apiGateway": "API_GATEWAY", "appRunnerService": "APP_RUNNER_SERVICE", "cloudfront": "CLOUDFRONT",
		"cognitoUserPool": "COGNITO_USER_POOL", "verifiedAccessInstance": "VERIFIED_ACCESS_INSTANCE",
	}
	out := &ir.Object{}
	for _, e := range list {
		o := objectIn(e)
		for _, f := range o.Fields {
			if f.Value != (ir.Null{}) {
				out = out.With(names[f.Key], capitals(f.Value))
			}
		}
	}
	return out
}

var budgetsRows = []row{
	{
		pulumi: "aws:budgets/budget:Budget",
		cfn:    "AWS::Budgets::Budget",
		within: "Budget",
		names: map[string]string{
			"limitAmount":     "Budget.BudgetLimit.Amount",
			"limitUnit":       "Budget.BudgetLimit.Unit",
			"name":            "Budget.BudgetName",
			"notifications":   "NotificationsWithSubscribers",
			"tags":            "ResourceTags",
			"timePeriodEnd":   "Budget.TimePeriod.End",
			"timePeriodStart": "Budget.TimePeriod.Start",
			"Expression:ands": "And",
			"Expression:ors":  "Or",
		},
		forms: map[string]form{
			"costFilters":     keyedBy("name", "values"),
			"notifications":   budgetNotifications,
			"timePeriodEnd":   budgetTime,
			"timePeriodStart": budgetTime,
		},
		ignored: "namePrefix autoAdjustData.lastAutoAdjustTime autoAdjustData.historicalOptions.lookbackAvailablePeriods",
		attrs:   map[string]string{"arn": "arn:{aws:partition}:budgets::{aws:account}:budget/{Ref}"},
	},
}

// budgetTime writes "2026-01-31_12:00" as seconds since 1970.
func budgetTime(b *builder, v ir.Value) ir.Value {
	s, ok := v.(ir.String)
	at, err := time.Parse("2006-01-02_15:04", string(s))
	if !ok || err != nil {
		b.unknownValue("timePeriod")
		return nil
	}
	return ir.Concat(float64(at.Unix()))
}

func budgetNotifications(b *builder, v ir.Value) ir.Value {
	list, ok := v.(ir.List)
	if !ok {
		return v
	}
	var out ir.List
	for _, e := range list {
		o := objectIn(e)
		var subscribers ir.List
		for _, kind := range [][2]string{{"subscriberEmailAddresses", "EMAIL"}, {"subscriberSnsTopicArns", "SNS"}} {
			addresses, _ := o.Get(kind[0]).(ir.List)
			for _, a := range addresses {
				subscribers = append(subscribers, ir.Obj("Address", a, "SubscriptionType", kind[1]))
			}
			o = o.With(kind[0], nil)
		}
		out = append(out, ir.Obj("Notification", capitals(o), "Subscribers", subscribers))
	}
	return out
}

// Passwords that Pulumi's random provider would make: Secrets Manager makes
// one, keeps it, and hands it to whoever refers to it when the stack is
// deployed. The value is in no template, no parameter and no state.
var randomRows = []row{
	{
		pulumi:   "random:index/randomPassword:RandomPassword",
		cfn:      "AWS::SecretsManager::Secret",
		computed: map[string]func(*translator, *entry) ir.Value{"result": generatedSecret},
		prepare:  generateSecret,
	},
	{
		pulumi:   "random:index/randomString:RandomString",
		cfn:      "AWS::SecretsManager::Secret",
		computed: map[string]func(*translator, *entry) ir.Value{"result": generatedSecret},
		prepare:  generateSecret,
	},
}

func generatedSecret(t *translator, e *entry) ir.Value {
	return ir.Concat("{{resolve:secretsmanager:", ir.Ref{Resource: e.id(), Attr: "Ref"}, ":SecretString:::}}")
}

// generateSecret writes the rules of a password. Quotes and backslashes are
// left out, so that the password can stand in JSON text.
func generateSecret(b *builder) {
	const special = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
	exclude := "\"\\"
	if own, ok := b.take("overrideSpecial").(ir.String); ok && own != "" {
		exclude = strings.Map(func(r rune) rune {
			if strings.ContainsRune(string(own), r) && r != '"' && r != '\\' {
				return -1
			}
			return r
		}, special)
	}
	rules := ir.Obj("PasswordLength", b.take("length"), "ExcludeCharacters", exclude)
	for _, kind := range [][2]string{{"special", "ExcludePunctuation"}, {"lower", "ExcludeLowercase"}, {"upper", "ExcludeUppercase"}, {"numeric", "ExcludeNumbers"}, {"number", "ExcludeNumbers"}} {
		if on := b.take(kind[0]); on == ir.Value(ir.Bool(false)) {
			rules = rules.With(kind[1], ir.Bool(true))
		}
	}
	each := false
	for _, name := range []string{"minLower", "minUpper", "minNumeric", "minSpecial"} {
		if n, ok := b.take(name).(ir.Number); ok && n > 0 {
			each = true
		}
	}
	rules = rules.With("RequireEachIncludedType", ir.Bool(each))
	b.set("GenerateSecretString", rules)
	b.set("Description", "Made for "+b.r.Name)
	b.take("keepers") // a change of them was to make another one
}
