package emit

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

func at(line int) diag.Range {
	p := diag.Pos{Line: line, Column: 1}
	return diag.Range{Filename: "sst.config.ts", Start: p, End: p}
}

// raw makes a resource that the user wrote.
func raw(id, token string, props ...any) *ir.Resource {
	return &ir.Resource{ID: id, Name: id, Type: token, Props: ir.Obj(props...), Range: at(1)}
}

func program(rs ...*ir.Resource) *ir.Program {
	return &ir.Program{Dialect: ir.Pulumi, Resources: rs}
}

func render(l diag.List) string {
	var b strings.Builder
	for _, d := range l.Sorted() {
		fmt.Fprintf(&b, "%s [%s] %s\n", d.Summary, d.Code, d.Detail)
	}
	return b.String()
}

const (
	bucket    = "aws:s3/bucket:Bucket"
	parameter = "aws:ssm/parameter:Parameter"
	function  = "aws:lambda/function:Function"
)

var role = ir.String("arn:aws:iam::123456789012:role/x")

func TestCheckPulumi(t *testing.T) {
	ref := func(id, attr string) ir.Value { return ir.Ref{Resource: id, Attr: attr} }
	index := func(v ir.Value, keys ...any) ir.Value {
		for _, k := range keys {
			v = ir.NewCall(ir.FuncIndex, v, ir.Of(k))
		}
		return v
	}
	param := func(v ir.Value) *ir.Resource { return raw("P", parameter, "type", "String", "value", v) }

	tests := []struct {
		name string
		p    *ir.Program
		want []string // in the order of the diagnostics; "" for none
	}{
		{"valid", program(
			raw("B", bucket, "forceDestroy", true, "tags", ir.Obj("a", "b", "n", 1), "policy", ir.Obj("Version", "2012-10-17", "Statement", ir.List{})),
			param(ref("B", "arn")),
			raw("F", function, "role", role, "timeout", 3, "handler", ref("B", "id"), "environment", ir.Obj("variables", ir.Obj("A", ref("P", "version")))),
		), nil},
		{"unknown property", program(raw("B", bucket, "buckett", "x")),
			[]string{`The resource "B" (aws:s3/bucket:Bucket) is not valid. There is no property "buckett". Did you mean "bucket"?`}},
		{"output given", program(raw("B", bucket, "arn", "x")), []string{`"arn" can only be read: the provider sets it.`}},
		{"nested", program(raw("B", bucket, "lifecycleRules", ir.List{ir.Obj("enabled", true), ir.Obj("enabled", true, "expiration", ir.Obj("dayss", 3))})),
			[]string{`There is no property "lifecycleRules[1].expiration.dayss" in aws:s3/BucketLifecycleRuleExpiration:BucketLifecycleRuleExpiration. Did you mean "days"?`}},
		{"missing", program(raw("F", function)), []string{`"role" is missing, and it is required.`}},
		{"null counts as missing", program(raw("F", function, "role", ir.Null{})), []string{`"role" is missing`}},
		{"nested missing", program(raw("F", function, "role", role, "vpcConfig", ir.Obj("subnetIds", []string{"a"}))),
			[]string{`"vpcConfig.securityGroupIds" is missing`}},
		{"string for boolean", program(raw("B", bucket, "forceDestroy", "yes")), []string{`"forceDestroy" must be a boolean, and it is the string "yes".`}},
		{"string for number", program(raw("F", function, "role", role, "timeout", "3")), []string{`"timeout" must be a number, and it is the string "3".`}},
		{"number for string", program(raw("B", bucket, "bucket", 3)), nil},
		{"scalar for list", program(raw("F", function, "role", role, "layers", "x")), []string{`"layers" must be a list of strings, and it is the string "x".`}},
		{"object for string", program(raw("B", bucket, "bucket", ir.Obj("a", 1))), []string{`"bucket" must be a string, and it is an object.`}},
		{"list for object", program(raw("F", function, "role", role, "environment", []string{"a"})), []string{`"environment" must be an object, and it is a list.`}},
		{"string for archive", program(raw("F", function, "role", role, "code", "x.zip")), []string{`"code" must be an archive, and it is the string "x.zip".`}},
		{"list for string or document", program(raw("B", bucket, "policy", []string{"a"})), []string{`"policy" must be `}},
		{"unknown attribute", program(raw("B", bucket), param(ref("B", "arnn"))),
			[]string{`"value" refers to the attribute "arnn" of "B" (aws:s3/bucket:Bucket), which has none of that name.`}},
		{"unknown attribute in a join", program(raw("B", bucket), param(ir.Concat(ref("B", "arnn"), "/*"))), []string{`the attribute "arnn"`}},
		{"nested attribute", program(raw("F", function, "role", role), param(index(ref("F", "vpcConfig"), "vpcId"))), nil},
		{"unknown nested attribute", program(raw("F", function, "role", role), param(index(ref("F", "vpcConfig"), "vpcIdd"))),
			[]string{`the attribute "vpcIdd" of F.vpcConfig, which has none of that name. Did you mean "vpcId"?`}},
		{"list for string by reference", program(raw("F", function, "role", role), param(ref("F", "architectures"))),
			[]string{`"value" must be a string. It is given F.architectures, which is a list of strings.`}},
		{"element of a list", program(raw("F", function, "role", role), param(index(ref("F", "architectures"), 0))), nil},
		{"attribute of a list", program(raw("F", function, "role", role), param(index(ref("F", "architectures"), "x"))),
			[]string{`refers to a part of F.architectures. That is a list of strings: it has no attribute "x".`}},
		{"no such resource", program(param(ref("Q", "arn"))), []string{`refers to a resource "Q", and there is none. This is a bug in sstc.`}},
		{"no such parameter", program(param(ir.Param{Name: "Key"})), []string{`refers to a parameter "Key"`}},
		{"list parameter for string", &ir.Program{
			Params:    []*ir.ParamDecl{{Name: "Subnets", Kind: ir.ParamInput, List: true}},
			Resources: []*ir.Resource{param(ir.Param{Name: "Subnets"})},
		}, []string{`"value" must be a string. It is given the parameter "Subnets", which is a list of strings.`}},
		{"pseudo parameter", program(param(ir.Param{Name: ir.PseudoRegion})), nil},
		{"no such asset", program(param(ir.AssetRef{Asset: "A", Attr: ir.AssetKey})), []string{`refers to an asset "A"`}},
		{"unknown type", program(raw("X", "fly:index/app:App", "anything", ir.Obj("a", ref("X2", "b"))), raw("X2", "fly:index/app:App")), nil},
		{"secret", program(raw("B", bucket, "forceDestroy", ir.NewCall(ir.FuncSecret, ir.String("x")))), []string{`"forceDestroy" must be a boolean`}},
		{"invoke", &ir.Program{Invokes: []*ir.Invoke{{ID: "I", Token: "aws:ec2/getVpc:getVpc", Args: ir.Obj("defaultt", true)}}},
			[]string{`The call of aws:ec2/getVpc:getVpc is not valid. There is no property "defaultt". Did you mean "default"?`}},
		{"invoke result", &ir.Program{
			Invokes:   []*ir.Invoke{{ID: "I", Token: "aws:ec2/getVpc:getVpc", Args: ir.Obj("default", true)}},
			Resources: []*ir.Resource{param(index(ref("I", ""), "arnn"))},
		}, []string{`the attribute "arnn" of I, which has none of that name.`}},
		{"read", program(&ir.Resource{ID: "B", Name: "B", Type: bucket, Read: ir.String("x"), Props: ir.Obj("arn", "y")}), nil},
		{"provider", program(raw("Usa", "pulumi:providers:aws", "regionn", "x")), []string{`There is no property "regionn". Did you mean "region"?`}},
		{"default provider", &ir.Program{Providers: []*ir.ProviderConfig{{Package: "aws", Args: ir.Obj("defaultTags", ir.Obj("tagss", ir.Obj()))}}},
			[]string{`There is no property "defaultTags.tagss"`}},
		{"option", program(&ir.Resource{ID: "B", Name: "B", Type: bucket, Options: ir.Options{DependsOn: []string{"Q"}}}),
			[]string{`The option "dependsOn" of it names a resource "Q"`}},
		{"duplicate", program(raw("B", bucket), raw("B", bucket)), []string{`There are two resources named "B".`}},
		{"same ID", program(
			&ir.Resource{ID: "MyBucket", Name: "My-Bucket", Type: bucket},
			&ir.Resource{ID: "MyBucket", Name: "MyBucket", Type: bucket},
		), []string{`The names "My-Bucket" and "MyBucket" both give the resource ID "MyBucket"`}},
		{"cycle", program(
			raw("A", bucket, "bucket", ref("B", "arn")),
			raw("B", bucket, "bucket", ref("C", "arn")),
			&ir.Resource{ID: "C", Name: "C", Type: bucket, Options: ir.Options{DependsOn: []string{"A"}}},
		), []string{"A → B → C → A"}},
		{"self", program(raw("A", bucket, "bucket", ref("A", "arn"))), []string{`"A" refers to itself`}},
		{"output", &ir.Program{Outputs: []ir.Output{{Name: "url", Value: ref("Q", "x")}}}, []string{`The output "url" cannot be emitted.`}},
		{"every mistake", program(raw("B", bucket, "buckett", "x", "forceDestroy", 1), raw("F", function)),
			[]string{`"role" is missing`, `There is no property "buckett"`, `"forceDestroy" must be`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := CheckPulumi(tt.p).Sorted()
			if len(got) != len(tt.want) {
				t.Fatalf("got %d diagnostics, want %d:\n%s", len(got), len(tt.want), render(got))
			}
			all := render(got)
			for _, want := range tt.want {
				if !strings.Contains(all, want) {
					t.Errorf("got\n%swant\n%s", all, want)
				}
			}
		})
	}
}

// The message says who may have made the mistake, which depends on who made
// the resource.
func TestCheckBlame(t *testing.T) {
	r := raw("UploadsBucket", bucket, "buckett", "x")
	r.Component = "Uploads"
	p := program(r)
	p.Components = []*ir.Component{{ID: "Uploads", Name: "Uploads", Type: "sst.aws.Bucket"}}
	const want = `The resource "UploadsBucket" (aws:s3/bucket:Bucket), which the component "Uploads" (sst.aws.Bucket) makes, is not valid. There is no property "buckett". Did you mean "bucket"? If a transform sets this, correct it there; otherwise this is a bug in sstc.`
	if l := CheckPulumi(p); len(l) != 1 || l[0].Detail != want {
		t.Errorf("got\n%s", render(l))
	}
	p.Components[0].Type = "my:index:Component"
	if l := CheckPulumi(p); len(l) != 1 || strings.Contains(l[0].Detail, "bug in sstc") {
		t.Errorf("a component of the user's own: got\n%s", render(l))
	}
}

// large is a program of n resources such as components make.
func large(n int) *ir.Program {
	p := &ir.Program{Dialect: ir.Pulumi}
	for i := 0; len(p.Resources) < n; i++ {
		id := fmt.Sprintf("Fn%d", i)
		p.Resources = append(p.Resources,
			raw(id+"Role", "aws:iam/role:Role", "assumeRolePolicy", "{}", "managedPolicyArns", ir.List{ir.Concat("arn:", ir.Param{Name: ir.PseudoPartition}, ":iam::aws:policy/x")}),
			raw(id+"Logs", "aws:cloudwatch/logGroup:LogGroup", "name", "/aws/lambda/"+id, "retentionInDays", 30),
			raw(id, function, "role", ir.Ref{Resource: id + "Role", Attr: "arn"}, "handler", "bundle.handler", "runtime", "nodejs24.x",
				"timeout", 20, "memorySize", 1024, "architectures", []string{"x86_64"},
				"environment", ir.Obj("variables", ir.Obj("SST_RESOURCE_App", `{"name":"x"}`, "LOGS", ir.Ref{Resource: id + "Logs", Attr: "name"})),
				"loggingConfig", ir.Obj("logFormat", "Text", "logGroup", ir.Ref{Resource: id + "Logs", Attr: "name"}), "tags", ir.Obj("a", "b")),
		)
	}
	return p
}

// What the benchmark measures is the check of a program that is valid.
func TestCheckPulumiLarge(t *testing.T) {
	if l := CheckPulumi(large(1500)); len(l) > 0 {
		t.Fatalf("the program is not valid:\n%s", render(l[:1]))
	}
}

func BenchmarkCheckPulumi(b *testing.B) {
	p := large(1500)
	for b.Loop() {
		CheckPulumi(p)
	}
}
