package preview_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

const socketApp = `
    const handle = new sst.aws.Function("Handle", { handler: "socket.handler" });
    const gate = new sst.aws.Function("Gate", { handler: "socket.gate" });
    const api = new aws.apigatewayv2.Api("Chat", { protocolType: "WEBSOCKET", routeSelectionExpression: "$request.body.action" });
    const integration = new aws.apigatewayv2.Integration("Integration", { apiId: api.id, integrationType: "AWS_PROXY", integrationUri: handle.nodes.function.invokeArn });
    const authorizer = new aws.apigatewayv2.Authorizer("Authorizer", {
      apiId: api.id, authorizerType: "REQUEST", authorizerUri: gate.nodes.function.invokeArn, identitySources: ["route.request.querystring.token"],
    });
    for (const routeKey of ["$connect", "$disconnect", "$default", "say", "ask", "fail"]) {
      new aws.apigatewayv2.Route("Route" + routeKey.replace("$", ""), {
        apiId: api.id, routeKey, target: $interpolate` + "`integrations/${integration.id}`" + `,
        routeResponseSelectionExpression: routeKey === "ask" ? "$default" : undefined,
        authorizationType: routeKey === "$connect" ? "CUSTOM" : undefined, authorizerId: routeKey === "$connect" ? authorizer.id : undefined,
      });
    }
    const stage = new aws.apigatewayv2.Stage("Stage", { apiId: api.id, name: "live", autoDeploy: true });
    new sst.aws.Function("Outside", { handler: "socket.outside", url: true, environment: { URL: stage.invokeUrl, API: api.apiEndpoint } });`

// The management API is called as an AWS SDK would, by an https URL made of
// what the event says.
const socketCode = `
import https from "node:https";
const call = (method, url, body) => new Promise((resolve, reject) => {
  const req = https.request(url, { method }, (res) => {
    let text = "";
    res.on("data", (d) => (text += d)).on("end", () => resolve({ status: res.statusCode, type: res.headers["x-amzn-errortype"], text }));
  });
  req.on("error", reject);
  req.end(body);
});
export const gate = async (event) => {
  console.log("gate " + JSON.stringify(event));
  return {
    principalId: "me", context: { level: 7 },
    policyDocument: { Version: "2012-10-17", Statement: [{ Action: "execute-api:Invoke", Effect: event.queryStringParameters.token === "good" ? "Allow" : "Deny", Resource: event.methodArn }] },
  };
};
export const handler = async (event) => {
  const { routeKey, connectionId, domainName, stage, eventType } = event.requestContext;
  console.log(routeKey + " " + JSON.stringify(event));
  const url = ` + "`https://${domainName}/${stage}/@connections/${encodeURIComponent(connectionId)}`" + `;
  if (routeKey === "$connect") {
    if (event.queryStringParameters.refuse) return { statusCode: 418, body: "no tea" };
    return { statusCode: 200, headers: { "Sec-WebSocket-Protocol": "chat" } };
  }
  if (routeKey === "say") {
    const sent = await call("POST", url, "you said " + JSON.parse(event.body).text);
    const about = await call("GET", url);
    await call("POST", url, sent.status + " " + JSON.parse(about.text).identity.sourceIp);
    const lost = await call("POST", url + "lost", "x");
    await call("POST", url, lost.status + " " + lost.type);
    if (JSON.parse(event.body).text === "bye") await call("DELETE", url);
    return {};
  }
  if (routeKey === "ask") return { statusCode: 200, body: "an answer" };
  if (routeKey === "fail") throw new Error("it failed");
  if (routeKey === "$default") await call("POST", url, event.isBase64Encoded + " " + event.body);
};
export const outside = async () => [process.env.URL, process.env.API];
`

func TestWebSocket(t *testing.T) {
	a := start(t, socketApp, map[string]string{"socket.ts": socketCode})
	base := a.url("Chat")
	if !strings.HasPrefix(base, "ws://localhost:") || !strings.HasSuffix(base, "/live") {
		t.Errorf("the URL is %s", base)
	}
	if got, want := a.do("Outside", "GET /").body, `["`+base+`","`+strings.TrimSuffix(base, "/live")+`"]`; got != want {
		t.Errorf("functions are told %s, want %s", got, want)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	dial := func(query string) (*websocket.Conn, *http.Response, error) {
		return websocket.Dial(ctx, base+query, &websocket.DialOptions{Subprotocols: []string{"chat"}, HTTPHeader: http.Header{"X-One": {"1"}, "Origin": {"https://elsewhere.example"}}})
	}
	for _, c := range []struct {
		query  string
		status int
	}{{"", 401}, {"?token=bad", 403}, {"?token=good&refuse=1", 418}, {"/other?token=good", 403}} {
		if _, res, err := dial(c.query); err == nil || res == nil || res.StatusCode != c.status {
			t.Errorf("%s: %v, %v; want %d", c.query, res, err, c.status)
		}
	}
	res, err := client.Get("http" + strings.TrimPrefix(base, "ws"))
	must(t, err)
	res.Body.Close()
	if res.StatusCode != http.StatusUpgradeRequired {
		t.Errorf("a browser gets %d", res.StatusCode)
	}

	conn, _, err := dial("?token=good&a=1&a=2")
	must(t, err)
	defer conn.CloseNow()
	if conn.Subprotocol() != "chat" {
		t.Errorf("the protocol is %q", conn.Subprotocol())
	}
	send := func(text string) { must(t, conn.Write(ctx, websocket.MessageText, []byte(text))) }
	read := func() string {
		t.Helper()
		_, b, err := conn.Read(ctx)
		must(t, err)
		return string(b)
	}
	send(`{"action":"say","text":"hello"}`)
	for _, want := range []string{"you said hello", "200 127.0.0.1", "410 GoneException"} {
		if got := read(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for message, want := range map[string]string{
		`{"action":"ask"}`: "an answer", `{"action":"none"}`: `false {"action":"none"}`, `not JSON`: "false not JSON", `{"action":"fail"}`: `"message":"Internal server error"`,
	} {
		send(message)
		if got := read(); !strings.Contains(got, want) {
			t.Errorf("%s is answered %q, want %q", message, got, want)
		}
	}
	must(t, conn.Write(ctx, websocket.MessageBinary, []byte{0, 255}))
	if got := read(); got != "true AP8=" {
		t.Errorf("got %q", got)
	}
	event := func(name string) map[string]any {
		t.Helper()
		a.mu.Lock()
		defer a.mu.Unlock()
		for i := len(a.log) - 1; i >= 0; i-- {
			if rest, ok := strings.CutPrefix(a.log[i].Text, name+" "); ok {
				var o map[string]any
				must(t, json.Unmarshal([]byte(rest), &o))
				return o
			}
		}
		t.Fatalf("there was no event for %s", name)
		return nil
	}
	o := event("$connect")
	about := o["requestContext"].(map[string]any)
	for name, want := range map[string]string{"eventType": `"CONNECT"`, "routeKey": `"$connect"`, "stage": `"live"`, "messageDirection": `"IN"`, "authorizer": `{"level":7,"principalId":"me"}`} {
		if got := compact(about[name]); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if got := compact(o["multiValueQueryStringParameters"]); got != `{"a":["1","2"],"token":["good"]}` {
		t.Errorf("the query is %s", got)
	}
	if o["headers"].(map[string]any)["X-One"] != "1" {
		t.Errorf("the headers are %v", o["headers"])
	}
	o = event("say")
	if about := o["requestContext"].(map[string]any); about["eventType"] != "MESSAGE" || about["messageId"] == nil || o["headers"] != nil {
		t.Errorf("the message is %v", o)
	}
	if arn := event("gate")["methodArn"].(string); !strings.HasSuffix(arn, "/live/$connect") {
		t.Errorf("the authorizer is asked of %s", arn)
	}

	// The function closes the connection.
	send(`{"action":"say","text":"bye"}`)
	for range 3 {
		read()
	}
	if _, _, err := conn.Read(ctx); websocket.CloseStatus(err) != websocket.StatusNormalClosure {
		t.Errorf("it ended with %v", err)
	}
	a.eventually("$disconnect is called", func() bool { return a.logged("$disconnect {") })
	if about := event("$disconnect")["requestContext"].(map[string]any); about["disconnectStatusCode"] != 1000.0 || about["eventType"] != "DISCONNECT" {
		t.Errorf("the last event is about %v", about)
	}
}

// A preview that ends lets go of its clients.
func TestWebSocketClose(t *testing.T) {
	a := start(t, socketApp, map[string]string{"socket.ts": socketCode})
	conn, _, err := websocket.Dial(t.Context(), a.url("Chat")+"?token=good", &websocket.DialOptions{Subprotocols: []string{"chat"}})
	must(t, err)
	defer conn.CloseNow()
	a.Close()
	if _, _, err := conn.Read(t.Context()); err == nil {
		t.Error("the connection is still there")
	}
}
