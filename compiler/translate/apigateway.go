package translate

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/sstc/sstc/compiler/ir"
)

var apigatewayv2Rows = []row{
	{
		pulumi: "aws:apigatewayv2/api:Api",
		cfn:    "AWS::ApiGatewayV2::Api",
		attrs: map[string]string{
			"arn":          "arn:{aws:partition}:apigateway:{aws:region}::/apis/{Ref}",
			"executionArn": "arn:{aws:partition}:execute-api:{aws:region}:{aws:account}:{Ref}",
		},
	},
	{
		pulumi: "aws:apigatewayv2/stage:Stage",
		cfn:    "AWS::ApiGatewayV2::Stage",
		names:  map[string]string{"name": "StageName"},
		forms:  map[string]form{"routeSettings": keyedBy("routeKey", "")},
		attrs: map[string]string{
			"arn":          "arn:{aws:partition}:apigateway:{aws:region}::/apis/{=ApiId}/stages/{Ref}",
			"executionArn": "arn:{aws:partition}:execute-api:{aws:region}:{aws:account}:{=ApiId}/{Ref}",
		},
		computed: map[string]func(*translator, *entry) ir.Value{"invokeUrl": stageURL},
	},
	{
		pulumi: "aws:apigatewayv2/route:Route",
		cfn:    "AWS::ApiGatewayV2::Route",
		forms:  map[string]form{"requestParameters": keyedBy("requestParameterKey", "")},
	},
	{
		pulumi: "aws:apigatewayv2/integration:Integration",
		cfn:    "AWS::ApiGatewayV2::Integration",
		names:  map[string]string{"timeoutMilliseconds": "TimeoutInMillis"},
		forms:  map[string]form{"responseParameters": responseParameters},
		finish: defaults("PayloadFormatVersion", "1.0"),
	},
	{
		pulumi: "aws:apigatewayv2/integrationResponse:IntegrationResponse",
		cfn:    "AWS::ApiGatewayV2::IntegrationResponse",
	},
	{pulumi: "aws:apigatewayv2/authorizer:Authorizer", cfn: "AWS::ApiGatewayV2::Authorizer", finish: nameAfterResource("Name")},
	{
		pulumi:   "aws:apigatewayv2/deployment:Deployment",
		cfn:      "AWS::ApiGatewayV2::Deployment",
		ignored:  "triggers",
		identify: func(t *translator, e *entry) string { return t.deploymentID(e, "apiId") },
	},
	{
		pulumi:  "aws:apigatewayv2/domainName:DomainName",
		cfn:     "AWS::ApiGatewayV2::DomainName",
		ignored: "domainNameConfiguration.hostedZoneId domainNameConfiguration.targetDomainName",
		attrs: map[string]string{
			"arn":                                  "DomainNameArn",
			"domainNameConfiguration.hostedZoneId": "RegionalHostedZoneId",
			"domainNameConfiguration.targetDomainName": "RegionalDomainName",
		},
	},
	{pulumi: "aws:apigatewayv2/apiMapping:ApiMapping", cfn: "AWS::ApiGatewayV2::ApiMapping"},
	{
		pulumi: "aws:apigatewayv2/vpcLink:VpcLink",
		cfn:    "AWS::ApiGatewayV2::VpcLink",
		attrs:  map[string]string{"arn": "arn:{aws:partition}:apigateway:{aws:region}::/vpclinks/{Ref}"},
		finish: nameAfterResource("Name"),
	},
	{pulumi: "aws:apigatewayv2/model:Model", cfn: "AWS::ApiGatewayV2::Model"},
	{pulumi: "aws:apigatewayv2/routeResponse:RouteResponse", cfn: "AWS::ApiGatewayV2::RouteResponse"},
}

// stageURL is where a stage answers: an HTTP API's default stage at the root,
// others under their name; a WebSocket API by its own protocol.
func stageURL(t *translator, e *entry) ir.Value {
	scheme, path := "https", ir.Value(ir.Ref{Resource: e.id(), Attr: "Ref"})
	if e.res.Props.Get("name") == ir.Value(ir.String("$default")) {
		path = ir.String("")
	}
	if api := t.refTo(e.res.Props.Get("apiId")); api != nil && api.res.Props.Get("protocolType") == ir.Value(ir.String("WEBSOCKET")) {
		scheme = "wss"
	}
	return expand(scheme+"://{api}.execute-api.{aws:region}.{aws:urlSuffix}/{path}", func(name string) ir.Value {
		if name == "path" {
			return path
		}
		return t.value(e.res.Props.Get("apiId"))
	})
}

// responseParameters writes the changes to responses by status code.
func responseParameters(b *builder, v ir.Value) ir.Value {
	list, ok := v.(ir.List)
	if !ok {
		return v
	}
	out := &ir.Object{}
	for _, e := range list {
		o := objectIn(e)
		code, ok := o.Get("statusCode").(ir.String)
		mappings, isObject := o.Get("mappings").(*ir.Object)
		if !ok || !isObject {
			b.unknownValue("responseParameters")
			continue
		}
		var params ir.List
		for _, m := range mappings.Fields {
			params = append(params, ir.Obj("Destination", m.Key, "Source", m.Value))
		}
		out.Fields = append(out.Fields, ir.Field{Key: string(code), Value: ir.Obj("ResponseParameters", params)})
	}
	return out
}

var apigatewayRows = []row{
	{
		pulumi: "aws:apigateway/restApi:RestApi",
		cfn:    "AWS::ApiGateway::RestApi",
		names:  map[string]string{"apiKeySource": "ApiKeySourceType", "putRestApiMode": "Mode"},
		attrs: map[string]string{
			"arn":          "arn:{aws:partition}:apigateway:{aws:region}::/restapis/{Ref}",
			"executionArn": "arn:{aws:partition}:execute-api:{aws:region}:{aws:account}:{Ref}",
		},
		finish: nameAfterResource("Name"),
	},
	{
		pulumi: "aws:apigateway/restApiPolicy:RestApiPolicy",
		cfn:    "AWS::ApiGateway::RestApi",
		fold:   "restApiId",
	},
	{pulumi: "aws:apigateway/resource:Resource", cfn: "AWS::ApiGateway::Resource", names: map[string]string{"restApi": "RestApiId"}},
	{
		pulumi: "aws:apigateway/method:Method",
		cfn:    "AWS::ApiGateway::Method",
		names:  map[string]string{"restApi": "RestApiId", "authorization": "AuthorizationType"},
	},
	{
		pulumi:  "aws:apigateway/integration:Integration",
		cfn:     "AWS::ApiGateway::Method",
		foldBy:  (*translator).methodOf,
		within:  "Integration",
		names:   map[string]string{"timeoutMilliseconds": "Integration.TimeoutInMillis", "requestParameters": "Integration.RequestParameters"},
		ignored: "restApi resourceId httpMethod",
	},
	{
		pulumi:  "aws:apigateway/integrationResponse:IntegrationResponse",
		cfn:     "AWS::ApiGateway::Method",
		foldBy:  (*translator).methodOf,
		ignored: "restApi resourceId httpMethod",
		prepare: func(b *builder) {
			b.set("Integration.IntegrationResponses", ir.List{ir.Obj(
				"StatusCode", b.take("statusCode"),
				"SelectionPattern", b.take("selectionPattern"),
				"ContentHandling", b.take("contentHandling"),
				"ResponseParameters", b.take("responseParameters"),
				"ResponseTemplates", b.take("responseTemplates"))})
		},
	},
	{
		pulumi:  "aws:apigateway/methodResponse:MethodResponse",
		cfn:     "AWS::ApiGateway::Method",
		foldBy:  (*translator).methodOf,
		within:  "MethodResponses[]",
		ignored: "restApi resourceId httpMethod",
	},
	{
		pulumi: "aws:apigateway/authorizer:Authorizer",
		cfn:    "AWS::ApiGateway::Authorizer",
		names:  map[string]string{"restApi": "RestApiId"},
		finish: func(b *builder) {
			nameAfterResource("Name")(b)
			if b.get("Type") == nil {
				b.set("Type", "TOKEN")
			}
			if b.get("IdentitySource") == nil && b.get("Type") != ir.Value(ir.String("COGNITO_USER_POOLS")) {
				b.set("IdentitySource", "method.request.header.Authorization")
			}
		},
		attrs: map[string]string{"arn": "arn:{aws:partition}:apigateway:{aws:region}::/restapis/{=RestApiId}/authorizers/{Ref}"},
	},
	{
		pulumi:   "aws:apigateway/deployment:Deployment",
		cfn:      "AWS::ApiGateway::Deployment",
		names:    map[string]string{"restApi": "RestApiId"},
		ignored:  "triggers",
		identify: func(t *translator, e *entry) string { return t.deploymentID(e, "restApi") },
		finish: func(b *builder) {
			// It shows the API as it is when it is made.
			for _, m := range b.partsOfAPI(b.entry, "restApi") {
				if e := b.entries[m.ID]; e.row != nil && !e.row.isPart() && e.row.cfn == "AWS::ApiGateway::Method" {
					b.target.Options.DependsOn = append(b.target.Options.DependsOn, e.id())
				}
			}
		},
	},
	{
		pulumi: "aws:apigateway/stage:Stage",
		cfn:    "AWS::ApiGateway::Stage",
		names:  map[string]string{"restApi": "RestApiId", "deployment": "DeploymentId", "xrayTracingEnabled": "TracingEnabled"},
		attrs: map[string]string{
			"arn":          "arn:{aws:partition}:apigateway:{aws:region}::/restapis/{=RestApiId}/stages/{Ref}",
			"executionArn": "arn:{aws:partition}:execute-api:{aws:region}:{aws:account}:{=RestApiId}/{Ref}",
			"invokeUrl":    "https://{=RestApiId}.execute-api.{aws:region}.{aws:urlSuffix}/{Ref}",
		},
	},
	{
		pulumi:  "aws:apigateway/methodSettings:MethodSettings",
		cfn:     "AWS::ApiGateway::Stage",
		fold:    "stageName",
		within:  "MethodSettings[]",
		names:   map[string]string{"settings": "."},
		ignored: "restApi",
		prepare: func(b *builder) {
			path, ok := b.take("methodPath").(ir.String)
			resource, method := string(path), ""
			if i := strings.LastIndex(resource, "/"); ok && i >= 0 {
				resource, method = resource[:i], resource[i+1:]
			} else {
				b.unknownValue("methodPath")
			}
			if resource == "*" {
				resource = "/*"
			}
			b.set("ResourcePath", resource)
			b.set("HttpMethod", method)
		},
	},
	{pulumi: "aws:apigateway/response:Response", cfn: "AWS::ApiGateway::GatewayResponse"},
	{
		pulumi: "aws:apigateway/domainName:DomainName",
		cfn:    "AWS::ApiGateway::DomainName",
		attrs: map[string]string{
			"arn":                  "DomainNameArn",
			"cloudfrontDomainName": "DistributionDomainName",
			"cloudfrontZoneId":     "DistributionHostedZoneId",
			"regionalZoneId":       "RegionalHostedZoneId",
		},
	},
	{
		pulumi: "aws:apigateway/basePathMapping:BasePathMapping",
		cfn:    "AWS::ApiGateway::BasePathMapping",
		names:  map[string]string{"restApi": "RestApiId", "stageName": "Stage"},
	},
	{pulumi: "aws:apigateway/account:Account", cfn: "AWS::ApiGateway::Account"},
	{pulumi: "aws:apigateway/apiKey:ApiKey", cfn: "AWS::ApiGateway::ApiKey"},
	{
		pulumi: "aws:apigateway/usagePlan:UsagePlan",
		cfn:    "AWS::ApiGateway::UsagePlan",
		names: map[string]string{
			"name":                "UsagePlanName",
			"apiStages.throttles": "Throttle",
			"quotaSettings":       "Quota",
			"throttleSettings":    "Throttle",
		},
		forms: map[string]form{"apiStages.throttles": keyedBy("path", "")},
	},
	{pulumi: "aws:apigateway/usagePlanKey:UsagePlanKey", cfn: "AWS::ApiGateway::UsagePlanKey"},
	{pulumi: "aws:apigateway/model:Model", cfn: "AWS::ApiGateway::Model", names: map[string]string{"restApi": "RestApiId"}},
	{
		pulumi: "aws:apigateway/requestValidator:RequestValidator",
		cfn:    "AWS::ApiGateway::RequestValidator",
		names:  map[string]string{"restApi": "RestApiId"},
	},
	{pulumi: "aws:apigateway/vpcLink:VpcLink", cfn: "AWS::ApiGateway::VpcLink", finish: nameAfterResource("Name")},
	{pulumi: "aws:apigateway/clientCertificate:ClientCertificate", cfn: "AWS::ApiGateway::ClientCertificate"},
	{
		pulumi: "aws:apigateway/documentationPart:DocumentationPart",
		cfn:    "AWS::ApiGateway::DocumentationPart",
		attrs:  map[string]string{"documentationPartId": "Ref"},
	},
	{
		pulumi: "aws:apigateway/documentationVersion:DocumentationVersion",
		cfn:    "AWS::ApiGateway::DocumentationVersion",
		names:  map[string]string{"version": "DocumentationVersion"},
	},
}

// methodOf returns the method that an integration or a response belongs to:
// the one of the same API, resource and verb.
func (t *translator) methodOf(e *entry) *ir.Resource {
	if t.methods == nil {
		t.methods = map[string]*ir.Resource{}
		for _, r := range t.p.Resources {
			if r.Type == "aws:apigateway/method:Method" {
				t.methods[t.methodKey(r)] = r
			}
		}
	}
	return t.methods[t.methodKey(e.res)]
}

func (t *translator) methodKey(r *ir.Resource) string {
	t.enterResource(r)
	var key strings.Builder
	for _, name := range []string{"restApi", "resourceId", "httpMethod"} {
		fingerprint(&key, t.value(r.Props.Get(name)))
	}
	return key.String()
}

// partsOfAPI returns the resources of the same API as a deployment.
func (t *translator) partsOfAPI(e *entry, property string) []*ir.Resource {
	var api strings.Builder
	fingerprint(&api, e.res.Props.Get(property))
	module, _, _ := strings.Cut(e.res.Type, "/")
	var parts []*ir.Resource
	for _, r := range t.p.Resources {
		if r == e.res || !strings.HasPrefix(r.Type, module+"/") {
			continue
		}
		for _, name := range []string{"restApi", "restApiId", "apiId"} {
			var other strings.Builder
			fingerprint(&other, r.Props.Get(name))
			if other.String() == api.String() {
				parts = append(parts, r)
				break
			}
		}
	}
	return parts
}

// deploymentID makes an ID that is another one whenever a part of the API is:
// a deployment shows the API as it was when it was made, and a new one has to
// be made when the API changes.
func (t *translator) deploymentID(e *entry, property string) string {
	h := sha256.New()
	fingerprint(h, e.res.Props)
	if api := t.refTo(e.res.Props.Get(property)); api != nil {
		fingerprint(h, api.res.Props)
	}
	for _, r := range t.partsOfAPI(e, property) {
		kind := r.Type[strings.LastIndex(r.Type, ":")+1:]
		if kind == "Stage" || kind == "Deployment" || kind == "BasePathMapping" || kind == "ApiMapping" {
			continue // these are made from the deployment
		}
		fmt.Fprintf(h, "%s %s\n", r.ID, r.Type)
		fingerprint(h, r.Props)
	}
	return e.res.ID + hex.EncodeToString(h.Sum(nil))[:8]
}
