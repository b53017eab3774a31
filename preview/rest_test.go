package preview_test

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestRESTAPI(t *testing.T) {
	a := start(t, `
    const handle = new sst.aws.Function("Handle", { handler: "rest.handler" });
    const gate = new sst.aws.Function("Gate", { handler: "rest.gate" });
    const api = new aws.apigateway.RestApi("Old", { name: "old", binaryMediaTypes: ["image/*"] });
    const token = new aws.apigateway.Authorizer("Token", {
      name: "token", restApi: api.id, type: "TOKEN", authorizerUri: gate.nodes.function.invokeArn, identitySource: "method.request.header.Authorization",
      identityValidationExpression: "t-.*", authorizerResultTtlInSeconds: 0,
    });
    const request = new aws.apigateway.Authorizer("Request", {
      name: "request", restApi: api.id, type: "REQUEST", authorizerUri: gate.nodes.function.invokeArn, identitySource: "method.request.querystring.key, context.httpMethod",
    });
    const pool = new aws.apigateway.Authorizer("Pool", {
      name: "pool", restApi: api.id, type: "COGNITO_USER_POOLS", providerArns: ["arn:aws:cognito-idp:eu-west-1:000000000000:userpool/eu-west-1_abc"],
      identitySource: "method.request.header.Authorization",
    });
    let n = 0;
    const method = (parent, part, httpMethod, more = {}, uri = handle.nodes.function.invokeArn, type = "AWS_PROXY") => {
      const id = part === "" ? undefined : new aws.apigateway.Resource("R" + ++n, { restApi: api.id, parentId: parent, pathPart: part });
      const resourceId = id ? id.id : parent;
      const m = new aws.apigateway.Method("M" + n + httpMethod, { restApi: api.id, resourceId, httpMethod, authorization: "NONE", ...more });
      new aws.apigateway.Integration("I" + n + httpMethod, { restApi: api.id, resourceId, httpMethod: m.httpMethod, type, integrationHttpMethod: "POST", uri });
      return resourceId;
    };
    const root = api.rootResourceId;
    method(root, "", "GET");
    const notes = method(root, "notes", "GET");
    const note = method(notes, "{id}", "ANY");
    method(note, "{rest+}", "POST");
    method(root, "token", "GET", { authorization: "CUSTOM", authorizerId: token.id });
    method(root, "request", "GET", { authorization: "CUSTOM", authorizerId: request.id });
    method(root, "pool", "GET", { authorization: "COGNITO_USER_POOLS", authorizerId: pool.id });
    method(root, "queue", "GET", {}, "arn:aws:apigateway:eu-west-1:sqs:action/SendMessage", "AWS");
    const options = new aws.apigateway.Method("Options", { restApi: api.id, resourceId: notes, httpMethod: "OPTIONS", authorization: "NONE" });
    const nothing = new aws.apigateway.Integration("Nothing", { restApi: api.id, resourceId: notes, httpMethod: options.httpMethod, type: "MOCK", requestTemplates: { "application/json": "{ statusCode: 200 }" } });
    new aws.apigateway.IntegrationResponse("Cors", {
      restApi: api.id, resourceId: notes, httpMethod: nothing.httpMethod, statusCode: "204",
      responseParameters: { "method.response.header.Access-Control-Allow-Origin": "'https://a.example'" },
    });
    new aws.apigateway.Response("Refused", { restApiId: api.id, responseType: "DEFAULT_4XX", responseParameters: { "gatewayresponse.header.Access-Control-Allow-Origin": "'*'" } });
    const deployment = new aws.apigateway.Deployment("Deployment", { restApi: api.id });
    const stage = new aws.apigateway.Stage("Stage", { restApi: api.id, deployment: deployment.id, stageName: "live", variables: { color: "red" } });
    new sst.aws.Function("Outside", { handler: "rest.outside", url: true, environment: { URL: stage.invokeUrl } });`, map[string]string{"rest.ts": `
const cases = {
  plain: "plain",
  image: { statusCode: 200, headers: { "content-type": "image/png" }, body: "AP8B", isBase64Encoded: true },
  encoded: { statusCode: 200, headers: { "content-type": "text/plain" }, body: "aGk=", isBase64Encoded: true },
  many: { statusCode: 201, multiValueHeaders: { "Set-Cookie": ["a=1", "b=2"] } },
};
export const handler = async (event) => cases[event.pathParameters?.id] ?? { statusCode: 200, body: JSON.stringify(event) };
export const gate = async (event) => {
  const ok = event.type === "TOKEN" ? event.authorizationToken === "t-good" && event.headers === undefined : event.queryStringParameters.key === "good" && event.version === undefined;
  return { principalId: "me", context: { level: 7 }, policyDocument: { Version: "2012-10-17", Statement: [{ Action: "execute-api:Invoke", Effect: ok ? "Allow" : "Deny", Resource: event.methodArn }] } };
};
export const outside = async () => process.env.URL;
`})
	base := a.url("Old")
	if !strings.HasSuffix(base, "/live") {
		t.Errorf("the URL is %s", base)
	}
	a.expect(a.do("Outside", "GET /"), 200, base)
	o := a.do("Old", "PUT /notes/a%20b?x=1&x=2", "Content-Type", "application/octet-stream", "X-One", "1", "X-One", "2", "body", "sent").json(t)
	about := o["requestContext"].(map[string]any)
	for name, want := range map[string]string{
		"resource": `"/notes/{id}"`, "path": `"/notes/a b"`, "httpMethod": `"PUT"`, "pathParameters": `{"id":"a b"}`, "multiValueQueryStringParameters": `{"x":["1","2"]}`,
		"queryStringParameters": `{"x":"2"}`, "stageVariables": `{"color":"red"}`, "body": `"sent"`, "isBase64Encoded": `false`, "version": `null`,
	} {
		if got := compact(o[name]); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if about["path"] != "/live/notes/a b" || about["stage"] != "live" || about["resourcePath"] != "/notes/{id}" {
		t.Errorf("the context is %v", about)
	}
	if got := a.do("Old", "PUT /notes/x", "Content-Type", "image/png", "body", "\x00\xff").json(t); got["body"] != "AP8=" || got["isBase64Encoded"] != true {
		t.Errorf("an image comes as %v", got["body"])
	}
	if o := a.do("Old", "POST /notes/1/deep/er").json(t); compact(o["pathParameters"]) != `{"id":"1","rest":"deep/er"}` {
		t.Errorf("parameters: %v", o["pathParameters"])
	}
	a.expect(a.do("Old", "GET"), 200, `"path":"/"`)

	a.expect(a.do("Old", "GET /notes/image", "Accept", "image/png,*/*"), 200, "\x00\xff\x01")
	a.expect(a.do("Old", "GET /notes/encoded"), 200, "aGk=")
	a.expect(a.do("Old", "GET /notes/plain"), 502, "Internal server error")
	if got := a.do("Old", "GET /notes/many"); got.status != 201 || len(got.header["Set-Cookie"]) != 2 {
		t.Errorf("got %v", got)
	}

	got := a.do("Old", "DELETE /notes")
	a.expect(got, 403, "Missing Authentication Token")
	a.expectHeader(got, "Access-Control-Allow-Origin", "*")
	got = a.do("Old", "OPTIONS /notes")
	a.expect(got, 204, "")
	a.expectHeader(got, "Access-Control-Allow-Origin", "https://a.example")
	got = a.do("Old", "GET /queue")
	a.expect(got, 500, "Internal server error")
	if why := got.header.Get("X-Sstc-Preview"); !strings.Contains(why, "type AWS") {
		t.Errorf("it says %q", why)
	}

	a.expect(a.do("Old", "GET /token"), 401, "Unauthorized")
	a.expect(a.do("Old", "GET /token", "Authorization", "good"), 401, "Unauthorized")
	a.expect(a.do("Old", "GET /token", "Authorization", "t-bad"), 403, "not authorized")
	o = a.do("Old", "GET /token", "Authorization", "t-good").json(t)
	if got := compact(o["requestContext"].(map[string]any)["authorizer"]); got != `{"level":7,"principalId":"me"}` {
		t.Errorf("the authorizer says %s", got)
	}
	a.expect(a.do("Old", "GET /request?key=bad"), 403, "not authorized")
	a.expect(a.do("Old", "GET /request?key=good"), 200, `"level":7`)

	token := func(issuer string) string {
		part := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
		return part(`{"alg":"RS256"}`) + "." + part(`{"iss":"`+issuer+`","sub":"me","exp":99999999999}`) + ".x"
	}
	a.expect(a.do("Old", "GET /pool", "Authorization", token("https://elsewhere.example")), 401, "Unauthorized")
	a.expect(a.do("Old", "GET /pool", "Authorization", token("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc")), 200, `"authorizer":{"claims":{"exp":"99999999999","iss":"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc","sub":"me"}}`)
}
