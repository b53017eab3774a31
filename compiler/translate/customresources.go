package translate

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// customCaller is the function that calls those of custom resources as
// CloudFormation does.
//
//go:embed inline/custom-resources.mjs
var customCaller string

// Lambda gives code that is in a template a module that answers CloudFormation.
var (
	//go:embed inline/cfn-response.js
	responseNode string
	//go:embed inline/cfnresponse.py
	responsePython string
)

// inlineParts are the files of a function whose code is in its template.
func inlineParts(runtime, code string) []ir.AssetPart {
	name, module, text := "index.js", "cfn-response", responseNode
	file := "node_modules/cfn-response/index.js"
	if strings.HasPrefix(runtime, "python") {
		name, module, text, file = "index.py", "cfnresponse", responsePython, "cfnresponse.py"
	}
	parts := []ir.AssetPart{{Name: name, Kind: ir.AssetIsText, Content: code}}
	if strings.Contains(code, module) {
		parts = append(parts, ir.AssetPart{Name: file, Kind: ir.AssetIsText, Content: text})
	}
	return parts
}

// customCallerID is the ID of the caller's archive.
const customCallerID = "CustomResourceCaller"

// customCallerAsset is the caller's archive.
func customCallerAsset() *ir.Asset {
	return &ir.Asset{ID: customCallerID, Kind: ir.AssetIsArchive, Parts: []ir.AssetPart{{Name: "index.mjs", Kind: ir.AssetIsText, Content: customCaller}}}
}

// A caller is what makes the custom resources of a program: a function that
// calls theirs, and a bucket for the answers.
type caller struct {
	function, policy *ir.Resource
	all              []*ir.Resource
	tokens           ir.List // ARNs of the functions
}

// anyCustom is the code for custom resources for which there is nothing better.
var anyCustom = typeCode{makeCustom, customAttribute}

// makeCustom makes a call of the caller.
func makeCustom(s *splitter) {
	props := s.takeAll()
	token := props.Get("ServiceToken")
	switch v := token.(type) {
	case nil:
		s.problem("it has no ServiceToken")
		return
	case ir.Ref:
		if e := s.sources[v.Resource]; e != nil && e.res.Type != "AWS::Lambda::Function" && e.res.Type != "AWS::Lambda::Alias" && e.res.Type != "AWS::Lambda::Version" {
			s.problem("its ServiceToken is no function")
			return
		}
	case ir.String:
		if !strings.Contains(string(v), ":lambda:") {
			s.problem("its ServiceToken is no function")
			return
		}
	}
	if s.p.FindAsset(customCallerID) == nil {
		s.problem("it is a custom resource")
		return
	}
	attributes := ir.List{}
	for _, attr := range s.attributesRead() {
		attributes = append(attributes, ir.String(attr))
	}
	stack := s.e.stack
	if stack == nil {
		stack = s.flat.home
	}
	if s.r.Type == "Custom::SecretPrefetcher" {
		s.diags.Warn(diag.WeakerOutsideCloudFormation, s.subject.rng, "Weaker outside CloudFormation", s.subject.what+
			" puts secrets into the environment of a function that is there already. The next deployment finds a change that is not its own and takes them out again. Have the function read its secrets when it starts, without prefetchSecrets.")
	}
	c := s.customCaller()
	if !slices.ContainsFunc(c.tokens, func(v ir.Value) bool { return ir.PrintValue(v) == ir.PrintValue(token) }) {
		c.tokens = append(c.tokens, token)
	}
	call := s.add("", "aws:lambda/invocation:Invocation", ir.Obj(
		"functionName", ownRef(c.function, "name"),
		"lifecycleScope", "CRUD",
		"input", ir.NewCall(ir.FuncJSONEncode, ir.Obj(
			"StackId", s.flat.stackID(stack),
			"LogicalResourceId", s.e.id,
			"ResourceType", s.r.Type,
			"ServiceToken", token,
			"ResourceProperties", props,
			"Attributes", attributes,
		)),
	))
	call.Options.DependsOn = []string{c.policy.ID}
	s.e.providers = map[*ir.Resource]string{call: ""} // where the caller is
}

// attributesRead are the attributes of the resource that somebody reads.
func (s *splitter) attributesRead() []string {
	read := slices.Clone(s.e.attrs)
	slices.Sort(read)
	return read
}

// customAttribute takes a value out of what the caller has returned.
func customAttribute(t *fromCFN, e *source, attr string) ir.Value {
	read := slices.Clone(e.attrs)
	slices.Sort(read)
	i := slices.Index(read, attr)
	if i < 0 {
		return nil
	}
	// The result is JSON of one text: quotes are its first and last word.
	result := ir.Ref{Resource: e.id, Attr: "result"}
	return ir.NewCall(ir.FuncBase64Decode, ir.NewCall(ir.FuncIndex, ir.NewCall(ir.FuncSplit, ir.String(" "), result), ir.Number(i+1)))
}

// customCaller returns the caller, which is made when it is first asked for.
func (t *fromCFN) customCaller() *caller {
	if t.caller != nil {
		return t.caller
	}
	c := &caller{}
	t.caller = c
	add := func(suffix, token string, props *ir.Object) *ir.Resource {
		id := t.flat.unique("CustomResources" + suffix)
		r := &ir.Resource{ID: id, Name: id, Type: token, Props: props}
		c.all = append(c.all, r)
		return r
	}
	bucket := add("Answers", "aws:s3/bucket:Bucket", ir.Obj("forceDestroy", true))
	role := add("Role", "aws:iam/role:Role", ir.Obj("assumeRolePolicy", documentText(ir.Obj("Version", "2012-10-17", "Statement", ir.List{ir.Obj(
		"Effect", "Allow", "Principal", ir.Obj("Service", "lambda.amazonaws.com"), "Action", "sts:AssumeRole")}))))
	logs := add("Logs", "aws:iam/rolePolicyAttachment:RolePolicyAttachment", ir.Obj(
		"role", ownRef(role, "name"), "policyArn", ir.Concat("arn:", ir.Param{Name: ir.PseudoPartition}, ":iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")))
	c.policy = add("Policy", "aws:iam/rolePolicy:RolePolicy", ir.Obj("role", ownRef(role, "name")))
	c.function = add("Caller", "aws:lambda/function:Function", ir.Obj(
		"runtime", "nodejs22.x", "handler", "index.handler", "timeout", 900, "memorySize", 256, "role", ownRef(role, "arn"),
		"s3Bucket", ir.AssetRef{Asset: customCallerID, Attr: ir.AssetBucket}, "s3Key", ir.AssetRef{Asset: customCallerID, Attr: ir.AssetKey},
		"environment", ir.Obj("variables", ir.Obj("BUCKET", ownRef(bucket, "bucket"))),
	))
	c.function.Options.DependsOn = []string{logs.ID}
	return c
}

// finishCaller adds the caller to the result, with a policy for the functions
// that it calls.
func (t *fromCFN) finishCaller() {
	c := t.caller
	if c == nil {
		return
	}
	bucket := c.all[0]
	var functions ir.List
	for _, token := range c.tokens {
		functions = append(functions, token)
	}
	c.policy.Props = c.policy.Props.With("policy", documentText(ir.Obj("Version", "2012-10-17", "Statement", ir.List{
		ir.Obj("Effect", "Allow", "Action", "lambda:InvokeFunction", "Resource", functions),
		ir.Obj("Effect", "Allow", "Action", ir.List{ir.String("s3:GetObject"), ir.String("s3:PutObject"), ir.String("s3:DeleteObject")},
			"Resource", ir.Concat(ownRef(bucket, "arn"), "/*")),
		// Without it, what is not there is forbidden.
		ir.Obj("Effect", "Allow", "Action", "s3:ListBucket", "Resource", ownRef(bucket, "arn")),
	})))
	t.subject = subject{what: "The function that makes custom resources"}
	for _, r := range c.all {
		r.Props = objectIn(t.final(r.Props))
		t.result = append(t.result, r)
	}
}
