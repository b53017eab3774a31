package preview_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sstc/sstc/preview"
)

// sdk is as much of AWS's SDK as these tests need: requests signed for a
// service, in its protocol.
const sdk = `
const authorization = (service) => "AWS4-HMAC-SHA256 Credential=" + process.env.AWS_ACCESS_KEY_ID + "/20260101/us-east-1/" + service + "/aws4_request, SignedHeaders=host, Signature=0";
const base = process.env.AWS_ENDPOINT_URL;
export async function json(service, target, body) {
  const r = await fetch(base, { method: "POST", headers: { authorization: authorization(service), "x-amz-target": target, "content-type": "application/x-amz-json-1.0" }, body: JSON.stringify(body) });
  const answer = await r.json();
  if (!r.ok) throw Object.assign(new Error(answer.message), { name: answer.__type.split("#").pop() });
  return answer;
}
export async function form(service, fields) {
  const r = await fetch(base, { method: "POST", headers: { authorization: authorization(service) }, body: new URLSearchParams(fields) });
  const text = await r.text();
  if (!r.ok) throw new Error(text);
  return text;
}
export async function s3(method, path, { body, headers } = {}) {
  const r = await fetch(base + path, { method, body, headers: { authorization: authorization("s3"), ...headers } });
  return { status: r.status, headers: Object.fromEntries(r.headers), text: await r.text() };
}
export async function invoke(name, payload, type = "RequestResponse") {
  const r = await fetch(base + "/2015-03-31/functions/" + encodeURIComponent(name) + "/invocations", { method: "POST", body: JSON.stringify(payload), headers: { authorization: authorization("lambda"), "x-amz-invocation-type": type } });
  return { status: r.status, error: r.headers.get("x-amz-function-error"), text: await r.text() };
}
export const link = (name) => JSON.parse(process.env["SST_RESOURCE_" + name]);
`

func TestBucket(t *testing.T) {
	needNode(t)
	data := t.TempDir()
	out := build(t, `
    const files = new sst.aws.Bucket("Files");
    files.notify({ notifications: [{ name: "Told", function: "fn.told", events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"], filterPrefix: "in/", filterSuffix: ".txt" }] });
    new sst.aws.Function("Fn", { handler: "fn.handler", url: true, link: [files] });`, map[string]string{
		"sdk.ts": sdk,
		"fn.ts": `
import { s3, link } from "./sdk";
export const handler = async (event) => {
  const { method, path, body, headers } = JSON.parse(event.body);
  return { name: link("Files").name, ...(await s3(method, "/" + link("Files").name + path, { body, headers })) };
};
export const told = async (event) => {
  for (const r of event.Records) console.log("told", r.eventName, r.s3.bucket.name.length > 0, r.s3.object.key, r.s3.object.size);
};`})
	a := serve(t, out, preview.Options{Data: data})
	s3 := func(method, path, body string, headers ...string) map[string]any {
		t.Helper()
		h := map[string]string{}
		for i := 0; i < len(headers); i += 2 {
			h[headers[i]] = headers[i+1]
		}
		request := map[string]any{"method": method, "path": path, "headers": h}
		if body != "" {
			request["body"] = body
		}
		return a.do("Fn", "POST /", "Content-Type", "application/json", "body", compact(request)).json(t)
	}
	expect := func(got map[string]any, status int, text string) {
		t.Helper()
		if got["status"] != float64(status) || !strings.Contains(fmt.Sprint(got["text"]), text) {
			t.Errorf("got %v, want %d with %q", got, status, text)
		}
	}
	expect(s3("GET", "/none", ""), 404, "NoSuchKey")
	expect(s3("HEAD", "/none", ""), 404, "")
	expect(s3("PUT", "/in/a%20b+c.txt", "hello", "content-type", "text/x", "x-amz-meta-who", "me", "cache-control", "no-store"), 200, "")
	a.eventually("the notification comes", func() bool { return a.logged("told ObjectCreated:Put true in/a+b%2Bc.txt 5") })
	got := s3("GET", "/in/a%20b+c.txt", "")
	expect(got, 200, "hello")
	for name, want := range map[string]string{"content-type": "text/x", "x-amz-meta-who": "me", "etag": `"5d41402abc4b2a76b9719d911017c592"`, "cache-control": "no-store"} {
		if v := got["headers"].(map[string]any)[name]; v != want {
			t.Errorf("%s is %v, want %s", name, v, want)
		}
	}
	expect(s3("GET", "/in/a%20b+c.txt", "", "range", "bytes=1-2"), 206, "el")
	expect(s3("PUT", "/in/a%20b+c.txt", "x", "if-none-match", "*"), 412, "PreconditionFailed")
	expect(s3("PUT", "/copy", "", "x-amz-copy-source", fmt.Sprint(got["name"])+"/in/a%20b+c.txt"), 200, "CopyObjectResult")
	expect(s3("PUT", "/chunks", "3;chunk-signature=0\r\nabc\r\n2\r\nde\r\n0\r\nx-amz-checksum-crc32:AA==\r\n\r\n", "x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"), 200, "")
	expect(s3("GET", "/chunks", ""), 200, "abcde")
	expect(s3("GET", "/?list-type=2", ""), 200, "<KeyCount>3</KeyCount>")
	expect(s3("GET", "/?list-type=2&delimiter=%2F", ""), 200, "<CommonPrefixes><Prefix>in/</Prefix></CommonPrefixes>")
	got = s3("GET", "/?list-type=2&max-keys=1", "")
	expect(got, 200, "<IsTruncated>true</IsTruncated>")
	next := between(fmt.Sprint(got["text"]), "<NextContinuationToken>", "</NextContinuationToken>")
	expect(s3("GET", "/?list-type=2&max-keys=1&continuation-token="+next, ""), 200, "<Key>copy</Key>")

	got = s3("POST", "/big?uploads=", "")
	id := between(fmt.Sprint(got["text"]), "<UploadId>", "</UploadId>")
	expect(s3("PUT", "/big?partNumber=2&uploadId="+id, "world"), 200, "")
	expect(s3("PUT", "/big?partNumber=1&uploadId="+id, "hello "), 200, "")
	expect(s3("POST", "/big?uploadId="+id, "<CompleteMultipartUpload/>"), 200, "-2&#34;")
	expect(s3("GET", "/big", ""), 200, "hello world")
	expect(s3("POST", "/?delete=", "<Delete><Object><Key>in/a b+c.txt</Key></Object><Object><Key>none</Key></Object></Delete>"), 200, "<Deleted><Key>none</Key></Deleted>")
	a.eventually("the removal is told", func() bool { return a.logged("told ObjectRemoved:Delete true in/a+b%2Bc.txt") })
	expect(s3("DELETE", "/chunks", ""), 204, "")
	expect(s3("GET", "/../none-such-bucket/x", ""), 404, "sstc preview has no bucket")

	// What is in buckets is there the next time.
	files, err := filepath.Glob(filepath.Join(data, "buckets", "*", "*"))
	must(t, err)
	if len(files) != 3 { // big, copy, about
		t.Errorf("files: %q", files)
	}
	a.Close()
	a = serve(t, out, preview.Options{Data: data})
	got = s3("GET", "/copy", "")
	expect(got, 200, "hello")
	if got["headers"].(map[string]any)["content-type"] != "text/x" {
		t.Errorf("headers: %v", got["headers"])
	}
}

func between(s, before, after string) string {
	_, s, _ = strings.Cut(s, before)
	s, _, _ = strings.Cut(s, after)
	return s
}

func TestQueue(t *testing.T) {
	a := start(t, `
    const dead = new sst.aws.Queue("Dead");
    const jobs = new sst.aws.Queue("Jobs", { dlq: { queue: dead.arn, retry: 2 }, visibilityTimeout: "30 seconds" });
    jobs.subscribe("fn.worker", { batch: { partialResponses: true }, filters: [{ body: { kind: ["job", "poison"] } }] });
    dead.subscribe("fn.undertaker");
    const fifo = new sst.aws.Queue("Fifo", { fifo: { contentBasedDeduplication: true } });
    new sst.aws.Function("Fn", { handler: "fn.handler", url: true, link: [jobs, dead, fifo] });`, map[string]string{
		"sdk.ts": sdk,
		"fn.ts": `
import { json, form, link } from "./sdk";
const send = (queue, body, more = {}) => json("sqs", "AmazonSQS.SendMessage", { QueueUrl: link(queue).url, MessageBody: typeof body === "string" ? body : JSON.stringify(body), ...more });
export const handler = async (event) => {
  switch (event.rawPath) {
    case "/job": return send("Jobs", { kind: "job", n: 1 }, { MessageAttributes: { who: { DataType: "String", StringValue: "me" } } });
    case "/poison": return send("Jobs", { kind: "poison" });
    case "/other": return send("Jobs", { kind: "other" });
    case "/form": return form("sqs", { Action: "SendMessage", QueueUrl: link("Jobs").url, MessageBody: JSON.stringify({ kind: "job", n: 2 }) });
    case "/fifo": {
      for (const body of ["a", "a", "b"]) await send("Fifo", body, { MessageGroupId: "g" });
      const receive = () => json("sqs", "AmazonSQS.ReceiveMessage", { QueueUrl: link("Fifo").url, MaxNumberOfMessages: 1, WaitTimeSeconds: 0 });
      const first = await receive();
      const blocked = await receive();
      await json("sqs", "AmazonSQS.DeleteMessage", { QueueUrl: link("Fifo").url, ReceiptHandle: first.Messages[0].ReceiptHandle });
      const second = await receive();
      return [first, blocked, second].map((r) => r.Messages.map((m) => m.Body));
    }
    case "/none": return send("Jobs", "x", { QueueUrl: link("Jobs").url + "-none" }).catch((e) => e.name + ": " + e.message);
  }
};
export const worker = async (event) => {
  const failed = [];
  for (const r of event.Records) {
    const { kind, n } = JSON.parse(r.body);
    console.log("worker", kind, n, r.attributes.ApproximateReceiveCount, r.messageAttributes.who?.stringValue);
    if (kind === "poison") failed.push({ itemIdentifier: r.messageId });
  }
  return { batchItemFailures: failed };
};
export const undertaker = async (event) => console.log("buried", event.Records[0].body);
`})
	if o := a.do("Fn", "GET /job").json(t); o["MD5OfMessageBody"] == nil || o["MD5OfMessageAttributes"] == nil {
		t.Errorf("got %v", o)
	}
	a.eventually("the worker is called", func() bool { return a.logged("worker job 1 1 me") })
	a.expect(a.do("Fn", "GET /form"), 200, "SendMessageResult")
	a.eventually("the worker is called again", func() bool { return a.logged("worker job 2 1 undefined") })
	a.do("Fn", "GET /other")
	a.do("Fn", "GET /poison")
	a.eventually("the message is given up", func() bool { return a.logged(`buried {"kind":"poison"}`) })
	if !a.logged("worker poison undefined 2") || a.logged("worker poison undefined 3") || a.logged("worker other") {
		t.Error("the message was not tried twice, or one came that no filter lets through")
	}
	a.expect(a.do("Fn", "GET /fifo"), 200, `[["a"],[],["b"]]`)
	a.expect(a.do("Fn", "GET /none"), 200, "NonExistentQueue: The specified queue does not exist")
}

func TestTopicsBusesStreams(t *testing.T) {
	a := start(t, `
    const queue = new sst.aws.Queue("Inbox");
    queue.subscribe("fn.inbox");
    const topic = new sst.aws.SnsTopic("Topic");
    topic.subscribe("OnTopic", "fn.onTopic", { filter: { kind: ["big"] } });
    topic.subscribeQueue("ToQueue", queue.arn);
    const bus = new sst.aws.Bus("Bus");
    bus.subscribe("OnBus", "fn.onBus", { pattern: { source: ["shop"], detail: { n: [{ numeric: [">", 1] }] } } });
    const stream = new sst.aws.KinesisStream("Stream");
    stream.subscribe("OnStream", "fn.onStream");
    const table = new sst.aws.Dynamo("Table", { fields: { id: "string" }, primaryIndex: { hashKey: "id" }, stream: "new-and-old-images" });
    table.subscribe("OnTable", "fn.onTable");
    const worker = new sst.aws.Function("Worker", { handler: "fn.worker" });
    new sst.aws.Function("Fn", { handler: "fn.handler", url: true, link: [topic, bus, stream, table, worker] });`, map[string]string{
		"sdk.ts": sdk,
		"fn.ts": `
import { json, form, invoke, link } from "./sdk";
export const handler = async (event) => {
  switch (event.rawPath) {
    case "/topic": return form("sns", { Action: "Publish", TopicArn: link("Topic").arn, Message: "news", Subject: "s", "MessageAttributes.entry.1.Name": "kind", "MessageAttributes.entry.1.Value.DataType": "String", "MessageAttributes.entry.1.Value.StringValue": event.queryStringParameters.kind });
    case "/bus": return json("events", "AWSEvents.PutEvents", { Entries: [1, 2].map((n) => ({ Source: "shop", DetailType: "sold", Detail: JSON.stringify({ n }), EventBusName: link("Bus").name })) });
    case "/stream": return json("kinesis", "Kinesis_20131202.PutRecord", { StreamName: link("Stream").name, PartitionKey: "k", Data: Buffer.from("data").toString("base64") });
    case "/table": return json("dynamodb", "DynamoDB_20120810.PutItem", { TableName: link("Table").name, Item: { id: { S: "x" } } });
    case "/invoke": return Promise.all([invoke(link("Worker").name, { n: 1 }), invoke(link("Worker").name, {}), invoke(link("Worker").name, { n: 3 }, "Event"), invoke("none", {})]);
    case "/unknown": return json("kms", "TrentService.Encrypt", { KeyId: "a-key" }).catch((e) => e.message);
    case "/sts": return form("sts", { Action: "GetCallerIdentity" });
  }
};
export const inbox = async (event) => event.Records.forEach((r) => console.log("inbox", JSON.parse(r.body).Message));
export const onTopic = async (event) => console.log("topic", event.Records[0].Sns.Message, event.Records[0].Sns.MessageAttributes.kind.Value);
export const onBus = async (event) => console.log("bus", event["detail-type"], event.detail.n);
export const onStream = async (event) => console.log("stream", Buffer.from(event.Records[0].kinesis.data, "base64").toString());
export const onTable = async (event) => console.log("table", event.Records[0].eventName, event.Records[0].dynamodb.NewImage.id.S);
export const worker = async (event) => {
  if (!event.n) throw new TypeError("no n");
  console.log("worker", event.n);
  return { n: event.n + 1 };
};`})
	a.expect(a.do("Fn", "GET /topic?kind=small"), 200, "PublishResult")
	a.expect(a.do("Fn", "GET /topic?kind=big"), 200, "PublishResult")
	a.expect(a.do("Fn", "GET /bus"), 200, `"FailedEntryCount":0`)
	a.expect(a.do("Fn", "GET /stream"), 200, "SequenceNumber")
	a.expect(a.do("Fn", "GET /table"), 200, "{}")
	for _, want := range []string{"inbox news", "topic news big", "bus sold 2", "stream data", "table INSERT x"} {
		a.eventually(want, func() bool { return a.logged(want) })
	}
	if a.logged("topic news small") || a.logged("bus sold 1") {
		t.Error("a filter let through what it should not")
	}
	got := a.do("Fn", "GET /invoke")
	a.expect(got, 200, `{"status":200,"error":null,"text":"{\"n\":2}"}`)
	a.expect(got, 200, `"error":"Unhandled","text":"{\"errorType\":\"TypeError\",\"errorMessage\":\"no n\"`)
	a.expect(got, 200, `{"status":202,"error":null,"text":""}`)
	a.expect(got, 200, `Function not found: none`)
	a.eventually("the event reaches the worker", func() bool { return a.logged("worker 3") })
	a.expect(a.do("Fn", "GET /unknown"), 200, "sstc preview has no stand-in for kms Encrypt (a-key)")
	a.expect(a.do("Fn", "GET /sts"), 200, "GetCallerIdentityResult")
}

func TestTable(t *testing.T) {
	a := start(t, `
    const table = new sst.aws.Dynamo("Table", {
      fields: { pk: "string", sk: "number", kind: "string" }, primaryIndex: { hashKey: "pk", rangeKey: "sk" },
      globalIndexes: { Kind: { hashKey: "kind", rangeKey: "sk", projection: "keys-only" } } });
    new sst.aws.Function("Fn", { handler: "fn.handler", url: true, link: [table] });`, map[string]string{
		"sdk.ts": sdk,
		"fn.ts": `
import { json, link } from "./sdk";
export const handler = async (event) => {
  const { op, args } = JSON.parse(event.body);
  if (!args.RequestItems && !args.TransactItems) args.TableName ??= link("Table").name;
  const text = JSON.stringify(args).replaceAll("@TABLE", link("Table").name);
  return json("dynamodb", "DynamoDB_20120810." + op, JSON.parse(text)).catch((e) => ({ error: e.name, message: e.message }));
};`})
	do := func(op, args, want string) {
		t.Helper()
		got := a.do("Fn", "POST /", "Content-Type", "application/json", "body", `{"op":"`+op+`","args":`+args+`}`)
		if got.status != 200 || !strings.Contains(compact(got.json(t)), want) {
			t.Errorf("%s %s\ngot  %s\nwant %s", op, args, got.body, want)
		}
	}
	do("GetItem", `{"Key":{"pk":{"S":"a"},"sk":{"N":"1"}}}`, `{}`)
	for i := range 5 {
		do("PutItem", fmt.Sprintf(`{"Item":{"pk":{"S":"a"},"sk":{"N":"%d"},"kind":{"S":"k%d"},"list":{"L":[{"S":"x"}]}}}`, i*5, i%2), `{}`)
	}
	do("GetItem", `{"Key":{"pk":{"S":"a"},"sk":{"N":"5.0"}}}`, `"kind":{"S":"k1"}`)
	do("GetItem", `{"Key":{"pk":{"S":"a"},"sk":{"N":"5"}},"ProjectionExpression":"#k, list[0]","ExpressionAttributeNames":{"#k":"kind"}}`, `{"Item":{"kind":{"S":"k1"},"list":{"L":[{"S":"x"}]}}}`)
	do("PutItem", `{"Item":{"pk":{"S":"a"}}}`, `"error":"ValidationException"`)
	do("PutItem", `{"Item":{"pk":{"S":"a"},"sk":{"S":"1"}}}`, `Type mismatch for key sk expected: N actual: S`)
	do("PutItem", `{"Item":{"pk":{"S":"a"},"sk":{"N":"5"}},"ConditionExpression":"attribute_not_exists(pk)"}`, `"error":"ConditionalCheckFailedException"`)
	do("Query", `{"KeyConditionExpression":"pk = :p AND sk BETWEEN :l AND :h","ExpressionAttributeValues":{":p":{"S":"a"},":l":{"N":"5"},":h":{"N":"15"}},"ProjectionExpression":"sk"}`, `"Items":[{"sk":{"N":"5"}},{"sk":{"N":"10"}},{"sk":{"N":"15"}}]`)
	do("Query", `{"KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"a"},":k":{"S":"k0"}},"FilterExpression":"kind = :k AND NOT (sk IN (:none, :p)) AND size(list) = :one","ExpressionAttributeValues":{":p":{"S":"a"},":k":{"S":"k0"},":none":{"N":"0"},":one":{"N":"1"}},"ScanIndexForward":false}`, `"Count":2,`)
	do("Query", `{"KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"a"}},"Limit":2,"ScanIndexForward":false,"ProjectionExpression":"sk"}`, `"Items":[{"sk":{"N":"20"}},{"sk":{"N":"15"}}],"LastEvaluatedKey":{"pk":{"S":"a"},"sk":{"N":"15"}}`)
	do("Query", `{"KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"a"}},"Limit":2,"ScanIndexForward":false,"ProjectionExpression":"sk","ExclusiveStartKey":{"pk":{"S":"a"},"sk":{"N":"5"}}}`, `"Items":[{"sk":{"N":"0"}}],"ScannedCount":1}`)
	do("Query", `{"IndexName":"Kind","KeyConditionExpression":"kind = :k","ExpressionAttributeValues":{":k":{"S":"k1"}}}`, `"Items":[{"kind":{"S":"k1"},"pk":{"S":"a"},"sk":{"N":"5"}},{"kind":{"S":"k1"},"pk":{"S":"a"},"sk":{"N":"15"}}]`)
	do("Query", `{"KeyConditionExpression":"sk = :p","ExpressionAttributeValues":{":p":{"N":"5"}}}`, `Query condition missed key schema element: pk`)
	do("Scan", `{"Select":"COUNT"}`, `{"Count":5,"ScannedCount":5}`)
	do("UpdateItem", `{"Key":{"pk":{"S":"a"},"sk":{"N":"5"}},"UpdateExpression":"SET n = if_not_exists(n, :zero) + :one, list = list_append(list, :more), m = :m REMOVE kind ADD tags :tags","ExpressionAttributeValues":{":zero":{"N":"0"},":one":{"N":"1.5"},":more":{"L":[{"S":"y"}]},":m":{"M":{}},":tags":{"SS":["t"]}},"ReturnValues":"ALL_NEW"}`,
		`{"Attributes":{"list":{"L":[{"S":"x"},{"S":"y"}]},"m":{"M":{}},"n":{"N":"1.5"},"pk":{"S":"a"},"sk":{"N":"5"},"tags":{"SS":["t"]}}}`)
	do("UpdateItem", `{"Key":{"pk":{"S":"a"},"sk":{"N":"5"}},"UpdateExpression":"SET m.#in = :v, list[0] = :v REMOVE list[1] DELETE tags :tags","ExpressionAttributeNames":{"#in":"inner.name"},"ExpressionAttributeValues":{":v":{"S":"v"},":tags":{"SS":["t"]}},"ReturnValues":"UPDATED_NEW"}`,
		`"list":{"L":[{"S":"v"}]},"m":{"M":{"inner.name":{"S":"v"}}}`)
	do("UpdateItem", `{"Key":{"pk":{"S":"new"},"sk":{"N":"1"}},"UpdateExpression":"ADD hits :one","ExpressionAttributeValues":{":one":{"N":"1"}},"ReturnValues":"UPDATED_NEW"}`, `{"Attributes":{"hits":{"N":"1"}}}`)
	do("UpdateItem", `{"Key":{"pk":{"S":"new"},"sk":{"N":"1"}},"UpdateExpression":"SET sk = :one","ExpressionAttributeValues":{":one":{"N":"2"}}}`, `part of the key`)
	do("UpdateItem", `{"Key":{"pk":{"S":"new"},"sk":{"N":"1"}},"UpdateExpression":"SET x = nowhere"}`, `does not exist in the item`)
	do("UpdateItem", `{"Key":{"pk":{"S":"new"},"sk":{"N":"1"}},"UpdateExpression":"SET x = :none"}`, `not defined; attribute value: :none`)
	do("UpdateItem", `{"Key":{"pk":{"S":"new"},"sk":{"N":"1"}},"AttributeUpdates":{}}`, `legacy parameter AttributeUpdates`)
	do("DeleteItem", `{"Key":{"pk":{"S":"new"},"sk":{"N":"1"}},"ReturnValues":"ALL_OLD"}`, `{"Attributes":{"hits":{"N":"1"},`)
	do("BatchWriteItem", `{"RequestItems":{"@TABLE":[{"PutRequest":{"Item":{"pk":{"S":"b"},"sk":{"N":"1"}}}},{"DeleteRequest":{"Key":{"pk":{"S":"a"},"sk":{"N":"0"}}}}]}}`, `"UnprocessedItems":{}`)
	do("BatchGetItem", `{"RequestItems":{"@TABLE":{"Keys":[{"pk":{"S":"b"},"sk":{"N":"1"}},{"pk":{"S":"a"},"sk":{"N":"0"}}]}}}`, `[{"pk":{"S":"b"},"sk":{"N":"1"}}]`)
	do("TransactWriteItems", `{"TransactItems":[{"Put":{"TableName":"@TABLE","Item":{"pk":{"S":"c"},"sk":{"N":"1"}}}},{"ConditionCheck":{"TableName":"@TABLE","Key":{"pk":{"S":"none"},"sk":{"N":"1"}},"ConditionExpression":"attribute_exists(pk)"}}]}`, `[None, ConditionalCheckFailed]`)
	do("GetItem", `{"Key":{"pk":{"S":"c"},"sk":{"N":"1"}}}`, `{}`)
	do("TransactWriteItems", `{"TransactItems":[{"Put":{"TableName":"@TABLE","Item":{"pk":{"S":"c"},"sk":{"N":"1"}}}},{"Delete":{"TableName":"@TABLE","Key":{"pk":{"S":"b"},"sk":{"N":"1"}}}}]}`, `{}`)
	do("TransactGetItems", `{"TransactItems":[{"Get":{"TableName":"@TABLE","Key":{"pk":{"S":"c"},"sk":{"N":"1"}}}}]}`, `{"Responses":[{"Item":{"pk":{"S":"c"},"sk":{"N":"1"}}}]}`)
	do("GetItem", `{"TableName":"other","Key":{}}`, `Table: other not found`)
	do("DescribeTable", `{}`, `"TableStatus":"ACTIVE"`)
}

// A secret without a value makes what needs it fail, and says how to give it.
func TestSecrets(t *testing.T) {
	needNode(t)
	out := build(t, `
    const key = new sst.Secret("Key");
    const easy = new sst.Secret("Easy", "placeholder");
    new sst.aws.Function("Needs", { handler: "fn.handler", url: true, link: [key, easy] });
    new sst.aws.Function("Free", { handler: "fn.handler", url: true });`, map[string]string{
		"fn.ts": `export const handler = async () => [process.env.SST_RESOURCE_Key, process.env.SST_RESOURCE_Easy];`})
	a := serve(t, out, preview.Options{})
	a.expect(a.do("Free", "GET /"), 200, "[null,null]")
	got := a.do("Needs", "GET /")
	a.expect(got, 502, "")
	if why := got.header.Get("X-Sstc-Preview"); !strings.Contains(why, "Key has no value here") || !strings.Contains(why, "--set Key=") {
		t.Errorf("it says %q", why)
	}
	a.Close()
	a = serve(t, out, preview.Options{Set: map[string]string{"Key": `a"b`}})
	a.expect(a.do("Needs", "GET /"), 200, `\"value\":\"a\\\"b\"`)
	a.expect(a.do("Needs", "GET /"), 200, `\"value\":\"placeholder\"`)
}

// The build in an output directory is all that is needed.
func TestNotABuild(t *testing.T) {
	for _, content := range []string{"", `{`, `{"schemaVersion":1,"app":{"name":"a","stage":"b"},"inputs":{},"targets":[],"steps":[]}`} {
		dir := t.TempDir()
		if content != "" {
			must(t, os.WriteFile(filepath.Join(dir, "manifest.json"), []byte(content), 0o666))
		}
		p, diags, err := preview.Start(preview.Options{Out: dir, Port: -1})
		if p != nil || err != nil || !diags.HasErrors() {
			t.Errorf("%q: %v, %v, %v", content, p, diags, err)
		}
	}
}

// A server of a site may keep what it renders among the site's files, and asks
// how old these are.
// SDKs that do not know AWS_ENDPOINT_URL ask AWS's own hosts, and reach the
// stand-ins all the same. Nothing else does.
func TestOldSDK(t *testing.T) {
	a := start(t, `
    const files = new sst.aws.Bucket("Files");
    const notes = new sst.aws.Dynamo("Notes", { fields: { id: "string" }, primaryIndex: { hashKey: "id" } });
    new sst.aws.Function("Fn", { handler: "fn.handler", url: true, environment: { BUCKET: files.name, TABLE: notes.name } });`, map[string]string{
		"fn.ts": `
import https from "node:https";
const { BUCKET, TABLE } = process.env;
const signed = (service) => ({ authorization: "AWS4-HMAC-SHA256 Credential=" + process.env.AWS_ACCESS_KEY_ID + "/20260101/eu-west-1/" + service + "/aws4_request, SignedHeaders=host, Signature=0" });
const ask = (host, path, method, headers, body) => new Promise((resolve) => https.request({ host, path, method, headers: { Host: host, ...headers }, agent: new https.Agent() }, (res) => {
  let s = "";
  res.on("data", (c) => (s += c)).on("end", () => resolve(res.statusCode + " " + s));
}).on("error", (e) => resolve(e.code)).end(body));
const dynamo = (operation, input) => ask("dynamodb.eu-west-1.amazonaws.com", "/", "POST", { ...signed("dynamodb"), "X-Amz-Target": "DynamoDB_20120810." + operation, "Content-Type": "application/x-amz-json-1.0" }, JSON.stringify(input));
export const handler = async () => [
  await dynamo("PutItem", { TableName: TABLE, Item: { id: { S: "1" } } }),
  await dynamo("GetItem", { TableName: TABLE, Key: { id: { S: "1" } } }),
  await ask(BUCKET + ".s3.eu-west-1.amazonaws.com", "/a%20b", "PUT", signed("s3"), "one"),
  await (await fetch("https://s3.amazonaws.com/" + BUCKET + "/a%20b", { headers: signed("s3") })).text(),
  (await ask("email.eu-west-1.amazonaws.com", "/", "POST", { ...signed("ses"), "Content-Type": "application/x-www-form-urlencoded" }, "Action=SendEmail")).slice(0, 3),
  await ask("cognito-idp.eu-west-1.amazonaws.com", "/pool/.well-known/jwks.json", "GET"),
];`,
	})
	a.expect(a.do("Fn", "GET /"), 200, `["200 {}","200 {\"Item\":{\"id\":{\"S\":\"1\"}}}","200 ","one","400","ENOTFOUND"]`)
}

func TestSiteFilesByS3(t *testing.T) {
	a := start(t, `
    const site = new sst.aws.StaticSite("Site", { path: "site" });
    new sst.aws.Function("Fn", { handler: "fn.handler", url: true, environment: { BUCKET: site.nodes.assets.name } });`, map[string]string{
		"site/index.html": "<p>home", "site/assets/a-12345678.js": "1",
		"fn.ts": `export const handler = async () => {
  const at = process.env.AWS_ENDPOINT_URL + "/" + process.env.BUCKET;
  const res = await fetch(at + "/assets/a-12345678.js");
  const age = Date.now() - Date.parse(res.headers.get("last-modified"));
  const listed = Date.parse(/<LastModified>(.*?)</.exec(await (await fetch(at + "/?list-type=2")).text())[1]);
  return { status: res.status, recent: age >= 0 && age < 60000, same: Math.abs(Date.parse(res.headers.get("last-modified")) - listed) < 1000 };
};`,
	})
	a.expect(a.do("Fn", "GET /"), 200, `{"status":200,"recent":true,"same":true}`)
}
