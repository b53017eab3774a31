package lower

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

// The code that runs in CloudFront, in the language of its runtime. What it
// finds in the key-value store is as SST 4 has it, so that a Router can be
// shared between apps that sstc and SST deploy.
var (
	//go:embed edge/origin.js
	edgeOrigin string
	//go:embed edge/site.js
	edgeSite string
	//go:embed edge/router.js
	edgeRouter string
	//go:embed edge/forbid.js
	edgeForbid string
	//go:embed edge/sign.mjs
	edgeSign string
)

const edgeRuntime = "cloudfront-js-2.0"

// edgeLimit is the most that the code of a CloudFront function may have, in
// bytes.
const edgeLimit = 10240

// edgeCode puts a function for CloudFront together: the parts, stripped of
// comments and of half their indentation, and the body of the handler.
func edgeCode(parts []string, body ...any) ir.Value {
	code := []any{"import cf from \"cloudfront\";\n"}
	for _, p := range parts {
		for line := range strings.Lines(p) {
			if t := strings.TrimSpace(line); t != "" && !strings.HasPrefix(t, "//") {
				code = append(code, line[(len(line)-len(strings.TrimLeft(line, " ")))/2:])
			}
		}
	}
	code = append(code, "async function handler(event) {\n")
	code = append(code, body...)
	return ir.Concat(append(code, "}\n")...)
}

// edgeGuard is a function that only refuses requests under CloudFront's own
// domain.
func edgeGuard() ir.Value {
	return edgeCode(nil, edgeForbid, "return event.request;\n")
}

// edgeArgs are the arguments by which users put code of their own into the
// functions at the edge.
type edgeArgs struct {
	ViewerRequest  *injectionArgs `arg:"viewerRequest" doc:"Code for requests."`
	ViewerResponse *injectionArgs `arg:"viewerResponse" doc:"Code for responses."`
}

type injectionArgs struct {
	Injection arg.String   `arg:"injection,required" doc:"JavaScript that goes into the function; it can use event."`
	KVStore   arg.String   `arg:"kvStore" doc:"ARN of a CloudFront key-value store that the code can use."`
	KVStores  []arg.String `arg:"kvStores" doc:"The same in a list, of which CloudFront takes one."`
}

func (e *edgeArgs) request() *injectionArgs {
	if e == nil {
		return nil
	}
	return e.ViewerRequest
}

func (e *edgeArgs) response() *injectionArgs {
	if e == nil {
		return nil
	}
	return e.ViewerResponse
}

// userStore is the ARN of the key-value store that the user's code reads, nil
// if it reads none.
func (c *Scope) userStore(i *injectionArgs) ir.Value {
	switch {
	case i == nil:
		return nil
	case i.KVStore.Set():
		return i.KVStore.V
	case len(i.KVStores) > 1:
		c.errorAt(i.KVStores[1].At, diag.InvalidValue, "Invalid value", "CloudFront allows a function only one key-value store.")
		fallthrough
	case len(i.KVStores) == 1:
		return i.KVStores[0].V
	}
	return nil
}

// code is the user's code, in lines of its own.
func (i *injectionArgs) code() ir.Value {
	if i == nil || !i.Injection.Set() {
		return ir.String("")
	}
	return ir.Concat(i.Injection.V, "\n")
}

// edgeFunction makes a CloudFront function. Store is the key-value store that
// it reads, nil for none.
func (c *Scope) edgeFunction(suffix string, code, store ir.Value, at arg.Path) ResourceHandle {
	if s, ok := code.(ir.String); ok && len(s) > edgeLimit {
		c.errorAt(at, diag.InvalidValue, "Code too large",
			fmt.Sprintf("With the code given here, the function at the edge has %d bytes, and CloudFront allows %d. Shorten the code.", len(s), edgeLimit))
	}
	var stores ir.Value
	if store != nil {
		stores = ir.List{store}
	}
	return c.resource(suffix, "aws:cloudfront/function:Function", ir.Obj(
		"runtime", edgeRuntime,
		"keyValueStoreAssociations", stores,
		"code", code,
	), arg.Transform{})
}

// edgeAssociations ties functions to a distribution's requests and responses.
// The function for responses is made here, if the user gave code for it.
func (c *Scope) edgeAssociations(request ResourceHandle, edge *edgeArgs) ir.List {
	list := ir.List{ir.Obj("eventType", "viewer-request", "functionArn", request.Attr("arn"))}
	if r := edge.response(); r != nil {
		code := edgeCode(nil, r.code(), "return event.response;\n")
		fn := c.edgeFunction("CloudfrontFunctionResponse", code, c.userStore(r), r.Injection.At)
		list = append(list, ir.Obj("eventType", "viewer-response", "functionArn", fn.Attr("arn")))
	}
	return list
}

// edgeStore makes the key-value store for a function, unless the user's code
// brings one: a function can have only one.
func (c *Scope) edgeStore(edge *edgeArgs) ir.Value {
	if store := c.userStore(edge.request()); store != nil {
		return store
	}
	return c.resource("KvStore", "aws:cloudfront/keyValueStore:KeyValueStore", &ir.Object{}, arg.Transform{}).Attr("arn")
}

// forbidden is the code that refuses requests under CloudFront's own domain,
// for what has a custom domain.
func forbidden(hasDomain bool) string {
	if hasDomain {
		return edgeForbid
	}
	return ""
}

// edgeSigner makes the Lambda@Edge function that signs the bodies of requests
// to functions behind CloudFront, and returns the ARN of its version: the
// user's own, if there is one. Such a function is made in us-east-1, and can
// have no environment.
func (c *Scope) edgeSigner(a *protectionArgs) ir.Value {
	memory, timeout := ir.Value(ir.Number(128)), ir.Value(ir.Number(5))
	if a != nil && a.EdgeFunction != nil {
		if a.EdgeFunction.ARN.Set() {
			return a.EdgeFunction.ARN.V
		}
		memory, timeout = a.EdgeFunction.Memory.Or(128), a.EdgeFunction.Timeout.Or(5)
	}
	const runtime = "nodejs24.x"
	id := claim(c.app.compIDs, c.inst.ID+"EdgeFunction", "")
	f := &ir.Function{
		ID: id, Name: c.name() + "EdgeFunction", Runtime: runtime, Handler: "index.handler", Architecture: "x86_64",
		Files: []ir.File{{Path: "index.mjs", Content: edgeSign}}, Range: c.at.Range(),
	}
	c.app.prog.Functions = append(c.app.prog.Functions, f)
	c.app.prog.Assets = append(c.app.prog.Assets, &ir.Asset{ID: id, Kind: ir.AssetIsFunction, Range: f.Range})
	role := c.resource("EdgeFunctionRole", "aws:iam/role:Role", ir.Obj(
		"name", c.app.physicalName(64, c.name()+"EdgeRole", ""),
		"assumeRolePolicy", policyDocument(statement{
			Permission: allow([]string{"sts:AssumeRole"}),
			Principals: ir.Obj("Service", []string{"lambda.amazonaws.com", "edgelambda.amazonaws.com"}),
		}),
		"managedPolicyArns", ir.List{managedPolicy("service-role/AWSLambdaBasicExecutionRole")},
	), arg.Transform{})
	fn := c.resource("EdgeFunction", "aws:lambda/function:Function", ir.Obj(
		"name", c.app.physicalName(64, c.name()+"EdgeFn", ""),
		"runtime", runtime,
		"handler", ir.AssetRef{Asset: id, Attr: ir.AssetHandler},
		"role", role.Attr("arn"),
		// Not by way of the bucket for assets, which is in the app's region.
		"code", ir.AssetRef{Asset: id, Attr: ir.AssetFile},
		"publish", true,
		"timeout", timeout,
		"memorySize", memory,
		"description", c.name()+" Lambda@Edge function for OAC request signing",
	), arg.Transform{}, withProvider(c.usEast1()))
	return fn.Attr("qualifiedArn")
}
