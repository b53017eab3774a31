package preview_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sstc/sstc/preview"
)

// What deploying would call is called here: the function that fills the table
// of a Next.js site's cache, and the one that has its server warm.
func TestInvocations(t *testing.T) {
	needNode(t)
	out := build(t, `new sst.aws.Nextjs("Web", { path: "web", warm: 1 });`, map[string]string{
		"web/.next/BUILD_ID":                "id-1",
		"web/.next/routes-manifest.json":    `{ "basePath": "" }`,
		"web/.next/prerender-manifest.json": `{ "routes": {}, "preview": { "previewModeId": "x" } }`,
		"web/.open-next/open-next.output.json": `{
 "edgeFunctions": {},
 "origins": {
  "s3": { "type": "s3", "originPath": "_assets", "copy": [] },
  "default": { "type": "function", "handler": "index.handler", "streaming": false, "wrapper": "aws-lambda", "converter": "aws-apigw-v2", "bundle": ".open-next/server-functions/default" }
 },
 "behaviors": [{ "pattern": "*", "origin": "default" }],
 "additionalProps": {
  "initializationFunction": { "handler": "index.handler", "bundle": ".open-next/dynamodb-provider" },
  "revalidationFunction": { "handler": "index.handler", "bundle": ".open-next/revalidation-function" }
 }
}`,
		"web/.open-next/server-functions/default/index.mjs": `
export const handler = async () => {
  const headers = { Authorization: "AWS4-HMAC-SHA256 Credential=" + process.env.AWS_ACCESS_KEY_ID + "/20260101/us-east-1/dynamodb/aws4_request", "X-Amz-Target": "DynamoDB_20120810.Scan" };
  const res = await fetch(process.env.AWS_ENDPOINT_URL, { method: "POST", headers, body: JSON.stringify({ TableName: process.env.CACHE_DYNAMO_TABLE }) });
  return { statusCode: 200, body: await res.text() };
};`,
		"web/.open-next/dynamodb-provider/index.mjs": `
export const handler = async (event) => {
  const headers = { Authorization: "AWS4-HMAC-SHA256 Credential=" + process.env.AWS_ACCESS_KEY_ID + "/20260101/us-east-1/dynamodb/aws4_request", "X-Amz-Target": "DynamoDB_20120810.PutItem" };
  const Item = { tag: { S: event.RequestType }, path: { S: "id-1/" }, revalidatedAt: { N: "1" } };
  const res = await fetch(process.env.AWS_ENDPOINT_URL, { method: "POST", headers, body: JSON.stringify({ TableName: process.env.CACHE_DYNAMO_TABLE, Item }) });
  console.log("seeded " + res.status);
};`,
		"web/.open-next/revalidation-function/index.mjs": "export const handler = async () => {};",
		"web/.open-next/assets/BUILD_ID":                 "id-1",
		"web/.open-next/cache/id-1/index.cache":          "{}",
	})
	a := serve(t, out, preview.Options{})
	a.eventually("the table is filled", func() bool { return a.logged("seeded 200") })
	a.expect(a.do("Web", "GET /"), 200, `"tag":{"S":"Create"}`)
	// There is no AWS SDK here, which the warmer needs.
	a.eventually("the warmer says what it lacks", func() bool { return a.logged("The AWS SDK is part of Lambda's runtime") })
	a.eventually("the call has failed", func() bool { return a.logged("The call has failed, which would end a deployment") })
	a.Close()

	// With the SDK beside the build, it calls the server.
	sdk := filepath.Join(filepath.Dir(out), "node_modules", "@aws-sdk", "client-lambda")
	must(t, os.MkdirAll(sdk, 0o777))
	must(t, os.WriteFile(filepath.Join(sdk, "package.json"), []byte(`{"name":"@aws-sdk/client-lambda","main":"index.js"}`), 0o666))
	must(t, os.WriteFile(filepath.Join(sdk, "index.js"), []byte(`
exports.InvokeCommand = class { constructor(input) { this.input = input; } };
exports.LambdaClient = class {
  async send({ input }) {
    const headers = { Authorization: "AWS4-HMAC-SHA256 Credential=" + process.env.AWS_ACCESS_KEY_ID + "/20260101/us-east-1/lambda/aws4_request" };
    const res = await fetch(process.env.AWS_ENDPOINT_URL + "/2015-03-31/functions/" + input.FunctionName + "/invocations", { method: "POST", headers, body: input.Payload });
    return { FunctionError: res.headers.get("x-amz-function-error") ?? undefined, Payload: { transformToString: () => "" } };
  }
};`), 0o666))
	a = serve(t, out, preview.Options{})
	a.eventually("the server is warm", func() bool { return a.logged("1 of 1 instances are warm") })
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, e := range a.log {
		if strings.Contains(e.Text, "has failed") {
			t.Error(e)
		}
	}
}

// A raw resource that is a call is one here too.
func TestInvocationResource(t *testing.T) {
	a := start(t, `
    const fn = new sst.aws.Function("Fn", { handler: "fn.handler" });
    const bucket = new sst.aws.Bucket("Files");
    new aws.lambda.Invocation("Call", { functionName: fn.name, input: $jsonStringify({ bucket: bucket.arn }) });`, map[string]string{
		"fn.ts": `export const handler = async (event) => console.log("called with", event.bucket);`,
	})
	a.eventually("it is called", func() bool { return a.logged("called with arn:aws:s3:::") })
}
