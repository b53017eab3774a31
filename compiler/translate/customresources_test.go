package translate

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// objects is a bucket, which takes signed requests only.
type objects struct {
	t      *testing.T
	mu     sync.Mutex
	values map[string][]byte
}

func (o *objects) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if got := r.URL.Query().Get("X-Amz-Signature"); got != signature(r) {
		o.t.Errorf("the signature of %s %s is %s", r.Method, r.URL.Path, got)
	}
	switch r.Method {
	case "PUT":
		o.values[r.URL.Path], _ = io.ReadAll(r.Body)
	case "DELETE":
		delete(o.values, r.URL.Path)
		w.WriteHeader(http.StatusNoContent)
	default:
		b, ok := o.values[r.URL.Path]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
		}
		w.Write(b)
	}
}

// signature is what Signature Version 4 asks of a request.
func signature(r *http.Request) string {
	var query []string
	for pair := range strings.SplitSeq(r.URL.RawQuery, "&") {
		if !strings.HasPrefix(pair, "X-Amz-Signature=") {
			query = append(query, pair)
		}
	}
	values, _ := url.ParseQuery(r.URL.RawQuery)
	sum := sha256.Sum256([]byte(strings.Join([]string{r.Method, r.URL.EscapedPath(), strings.Join(query, "&"), "host:" + r.Host + "\n", "host", "UNSIGNED-PAYLOAD"}, "\n")))
	_, scope, _ := strings.Cut(values.Get("X-Amz-Credential"), "/")
	key := []byte("AWS4" + "secret")
	sign := func(text string) []byte {
		h := hmac.New(sha256.New, key)
		h.Write([]byte(text))
		return h.Sum(nil)
	}
	for part := range strings.SplitSeq(scope, "/") {
		key = sign(part)
	}
	return hex.EncodeToString(sign("AWS4-HMAC-SHA256\n" + values.Get("X-Amz-Date") + "\n" + scope + "\n" + hex.EncodeToString(sum[:])))
}

// lambdaClient stands for the SDK: it calls a function in the same process.
const lambdaClient = `import { target } from "../../../target.mjs";
export class InvokeCommand { constructor(input) { Object.assign(this, input); } }
export class LambdaClient {
  async send({ FunctionName, Payload }) {
    try {
      await target(JSON.parse(Payload));
      return { StatusCode: 200 };
    } catch (error) {
      return { StatusCode: 200, FunctionError: "Unhandled", Payload: JSON.stringify({ errorMessage: error.message }) };
    }
  }
}
`

// targetFunction is a function of a custom resource. It answers as CloudFormation
// asks, at once or, like the framework of the CDK's, some time later.
const targetFunction = `export async function target(event) {
  const { RequestType, PhysicalResourceId, ResourceProperties, OldResourceProperties, LogicalResourceId, StackId, RequestId } = event;
  console.log("  " + JSON.stringify({ RequestType, PhysicalResourceId, ResourceProperties, OldResourceProperties }));
  if (ResourceProperties.Crash === "true") throw new Error("crashed");
  const failed = ResourceProperties.Fail === "true" && RequestType !== "Delete";
  const answer = {
    Status: failed ? "FAILED" : "SUCCESS", Reason: failed ? "It fails" : "", StackId, RequestId, LogicalResourceId,
    PhysicalResourceId: "thing-" + ResourceProperties.Name, Data: { Arn: "arn:" + ResourceProperties.Name, Size: 3, "a.b": "ü \"q\"" },
  };
  const send = () => fetch(event.ResponseURL, { method: "PUT", headers: { "content-type": "" }, body: JSON.stringify(answer) });
  if (ResourceProperties.Later) setTimeout(send, 700);
  else await send();
}
`

const drive = `import { handler } from "./index.mjs";
const context = { getRemainingTimeInMillis: () => 60_000 };
async function apply(action, ResourceProperties, Attributes = ["Arn", "Ref", "Size", "a.b"], LogicalResourceId = "Thing") {
  console.log(action, JSON.stringify(ResourceProperties));
  const input = { tf: { action }, StackId: "arn:stack", LogicalResourceId, ResourceType: "Custom::Thing", ServiceToken: "arn:aws:lambda:eu-west-1:1:function:f", ResourceProperties, Attributes };
  try {
    const result = await handler(input, context);
    console.log("= " + result.split(" ").map((word) => Buffer.from(word, "base64").toString()).join("|"));
  } catch (error) {
    console.log("! " + error.message);
  }
}
await apply("create", { Name: "a", On: true, Count: 5, List: [1, { Deep: null }] });
await apply("update", { Count: 5, List: [1, { Deep: null }], On: true, Name: "a" }, ["Size"]);
await apply("update", { Name: "a", On: false, Later: "1" });
await apply("update", { Name: "b" });
await apply("update", { Name: "b", Fail: true });
await apply("delete", { Name: "b" });
await apply("delete", { Name: "b" });
await apply("create", { Name: "c", Fail: true }, [], "Failing");
await apply("create", { Name: "c", Crash: true }, [], "Crashing");
await apply("create", { Name: "c" }, ["None"], "Lacking");
`

const driven = `create {"Name":"a","On":true,"Count":5,"List":[1,{"Deep":null}]}
  {"RequestType":"Create","ResourceProperties":{"Name":"a","On":"true","Count":"5","List":["1",{}]}}
= |arn:a|thing-a|3|ü "q"|
update {"Count":5,"List":[1,{"Deep":null}],"On":true,"Name":"a"}
= |3|
update {"Name":"a","On":false,"Later":"1"}
  {"RequestType":"Update","PhysicalResourceId":"thing-a","ResourceProperties":{"Name":"a","On":"false","Later":"1"},"OldResourceProperties":{"Name":"a","On":"true","Count":"5","List":["1",{}]}}
= |arn:a|thing-a|3|ü "q"|
update {"Name":"b"}
  {"RequestType":"Update","PhysicalResourceId":"thing-a","ResourceProperties":{"Name":"b"},"OldResourceProperties":{"Name":"a","On":"false","Later":"1"}}
  {"RequestType":"Delete","PhysicalResourceId":"thing-a","ResourceProperties":{"Name":"a","On":"false","Later":"1"}}
= |arn:b|thing-b|3|ü "q"|
update {"Name":"b","Fail":true}
  {"RequestType":"Update","PhysicalResourceId":"thing-b","ResourceProperties":{"Name":"b","Fail":"true"},"OldResourceProperties":{"Name":"b"}}
! Update of Thing: It fails
delete {"Name":"b"}
  {"RequestType":"Delete","PhysicalResourceId":"thing-b","ResourceProperties":{"Name":"b"}}
= 
delete {"Name":"b"}
= 
create {"Name":"c","Fail":true}
  {"RequestType":"Create","ResourceProperties":{"Name":"c","Fail":"true"}}
  {"RequestType":"Delete","PhysicalResourceId":"thing-c","ResourceProperties":{"Name":"c","Fail":"true"}}
! Create of Failing: It fails
create {"Name":"c","Crash":true}
  {"RequestType":"Create","ResourceProperties":{"Name":"c","Crash":"true"}}
! Create of Crashing: {"errorMessage":"crashed"}
create {"Name":"c"}
  {"RequestType":"Create","ResourceProperties":{"Name":"c"}}
  {"RequestType":"Delete","PhysicalResourceId":"thing-c","ResourceProperties":{"Name":"c"}}
! The answer has no None.
`

// The caller of custom resources does what CloudFormation does, and keeps
// nothing when all is over.
func TestCustomCaller(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed: the caller of custom resources is not run")
	}
	bucket := &objects{t: t, values: map[string][]byte{}}
	server := httptest.NewServer(bucket)
	defer server.Close()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"index.mjs": customCaller, "target.mjs": targetFunction, "drive.mjs": drive,
		"node_modules/@aws-sdk/client-lambda/index.js":     lambdaClient,
		"node_modules/@aws-sdk/client-lambda/package.json": `{"type": "module", "main": "index.js"}`,
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(node, "drive.mjs")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "AWS_REGION=eu-west-1", "BUCKET=answers", "AWS_ENDPOINT_URL_S3="+server.URL,
		"AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=secret", "AWS_SESSION_TOKEN=a+b/c=", "NO_PROXY=127.0.0.1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s%s", err, out, stderr.Bytes())
	}
	if string(out) != driven {
		t.Errorf("got:\n%s\nwant:\n%s\n%s", out, driven, stderr.Bytes())
	}
	if len(bucket.values) > 0 {
		t.Errorf("left in the bucket: %v", fmt.Sprint(bucket.values))
	}
}

// Code in a template can answer with the module that Lambda gives it, in
// either language.
func TestInlineResponse(t *testing.T) {
	for _, x := range []struct{ runtime, command, flag, code, call string }{
		{"nodejs22.x", "node", "-e", "require('cfn-response')", `const r = require("cfn-response");
			r.send({ ResponseURL: URL, StackId: "s", RequestId: "r", LogicalResourceId: "L" }, { logStreamName: "stream", done() { console.log("done"); } }, r.SUCCESS, { Key: "ü" });`},
		{"python3.13", "python3", "-c", "import cfnresponse", `import cfnresponse
class Context: log_stream_name = "stream"
cfnresponse.send({"ResponseURL": URL, "StackId": "s", "RequestId": "r", "LogicalResourceId": "L"}, Context, cfnresponse.SUCCESS, {"Key": "ü"})`},
	} {
		t.Run(x.command, func(t *testing.T) {
			program, err := exec.LookPath(x.command)
			if err != nil {
				t.Skipf("%s is not installed: its module is not run", x.command)
			}
			answers := make(chan string, 1)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				b, _ := io.ReadAll(r.Body)
				answers <- fmt.Sprintf("%s %q %s", r.Method, r.Header.Get("Content-Type"), b)
			}))
			defer server.Close()
			parts := inlineParts(x.runtime, x.code)
			if len(parts) != 2 {
				t.Fatalf("%d files", len(parts))
			}
			dir := t.TempDir()
			file := filepath.Join(dir, filepath.FromSlash(parts[1].Name))
			if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(parts[1].Content), 0o666); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(program, x.flag, strings.ReplaceAll(x.call, ": URL", fmt.Sprintf(": %q", server.URL)))
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "NO_PROXY=127.0.0.1", "PYTHONPATH="+dir)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			got := <-answers
			for _, want := range []string{`PUT "" {`, `"Status":"SUCCESS"`, `"PhysicalResourceId":"stream"`, `"StackId":"s"`, `"RequestId":"r"`, `"LogicalResourceId":"L"`, `"Key":`} {
				if !strings.Contains(strings.ReplaceAll(got, `": `, `":`), want) {
					t.Errorf("got %s; want %s", got, want)
				}
			}
		})
	}
}
