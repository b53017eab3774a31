package cloudformation_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/emit"
	"github.com/sstc/sstc/emit/cloudformation"
	"github.com/sstc/sstc/internal/golden"
)

func app(resources ...*ir.Resource) *ir.Program {
	for _, r := range resources {
		if r.Name == "" {
			r.Name = r.ID
		}
	}
	return &ir.Program{
		App:       ir.App{Name: "shop", Stage: "dev", Home: "aws", Region: "eu-west-1"},
		Dialect:   ir.CFN,
		Resources: resources,
	}
}

func ref(id, attr string) ir.Ref { return ir.Ref{Resource: id, Attr: attr} }

// The programs of the goldens: each shows a part of the format.
var programs = map[string]*ir.Program{
	"empty": app(),
	"references": func() *ir.Program {
		p := app(
			&ir.Resource{ID: "Uploads", Type: "AWS::S3::Bucket", Options: ir.Options{RetainOnDelete: true}},
			&ir.Resource{ID: "Queue", Type: "AWS::SQS::Queue", Props: ir.Obj(
				"VisibilityTimeout", 30,
				"Tags", ir.List{ir.Obj("Value", "shop", "Key", "app")},
				"RedrivePolicy", ir.Obj("maxReceiveCount", 3, "deadLetterTargetArn", ref("Dead", "Arn")))},
			&ir.Resource{ID: "Dead", Type: "AWS::SQS::Queue", Options: ir.Options{DeletionPolicy: "Delete"}},
			&ir.Resource{ID: "Policy", Type: "AWS::S3::BucketPolicy", Props: ir.Obj(
				"PolicyDocument", ir.Obj("Version", "2012-10-17", "Statement", ir.List{ir.Obj(
					"Effect", "Deny", "Principal", "*", "Action", "s3:*",
					"Resource", ir.List{ref("Uploads", "Arn"), ir.Concat(ref("Uploads", "Arn"), "/*")})}),
				"Bucket", ref("Uploads", "Ref"))},
			&ir.Resource{ID: "Network", Type: "AWS::EC2::Subnet", Options: ir.Options{DependsOn: []string{"Uploads", "Queue"}}, Props: ir.Obj(
				"VpcId", ir.Param{Name: "Vpc"},
				"CidrBlock", ir.NewCall(ir.FuncIndex, ir.Param{Name: "Ranges"}, ir.Number(1)),
				"AvailabilityZone", ir.NewCall(ir.FuncIndex, ir.Param{Name: ir.PseudoAvailabilityZones}, ir.Number(0)))},
			&ir.Resource{ID: "Name", Type: "AWS::SSM::Parameter", Props: ir.Obj(
				"Type", "String",
				"Value", ir.NewCall(ir.FuncBase64Encode, ir.Concat("literal ${x} of ", ir.Param{Name: ir.PseudoRegion}, " for ", ref("Queue", "QueueName"), " in ",
					ir.NewCall(ir.FuncIndex, ir.NewCall(ir.FuncSplit, ir.String(":"), ref("Queue", "Arn")), ir.Number(3)))))},
		)
		p.Params = []*ir.ParamDecl{
			{Name: "Vpc", Kind: ir.ParamLookup, Attr: "value", Description: "The network",
				Lookup: &ir.Invoke{Token: "aws:ssm/getParameter:getParameter", Args: ir.Obj("name", "/network/vpc")}},
			{Name: "Ranges", Kind: ir.ParamInput, List: true, Default: ir.Of([]string{"10.0.0.0/24", "10.0.1.0/24"})},
			{Name: "Unused", Kind: ir.ParamInput},
		}
		p.Outputs = []ir.Output{
			{Name: "bucket", Value: ref("Uploads", "Ref")},
			{Name: "queue-info", Value: ir.Obj("url", ref("Queue", "Ref"), "n", 3)},
			{Name: "known", Value: ir.Number(7)},
			{Name: "nothing", Value: ir.Null{}},
		}
		return p
	}(),
	"secrets": func() *ir.Program {
		p := app(
			&ir.Resource{ID: "Api", Type: "AWS::Lambda::Function", Props: ir.Obj(
				"Code", ir.Obj("S3Bucket", ir.AssetRef{Asset: "Api", Attr: ir.AssetBucket}, "S3Key", ir.AssetRef{Asset: "Api", Attr: ir.AssetKey}),
				"Handler", ir.AssetRef{Asset: "Api", Attr: ir.AssetHandler},
				"Runtime", "nodejs22.x",
				"Role", ref("Role", "Arn"),
				"Environment", ir.Obj("Variables", ir.Obj(
					"PLAIN", ir.Param{Name: "StripeKey"},
					"SST_RESOURCE_StripeKey", ir.NewCall(ir.FuncJSONEncode, ir.Obj("value", ir.Param{Name: "StripeKey"}, "type", "sst.sst.Secret")),
					"NESTED", ir.NewCall(ir.FuncJSONEncode, ir.Obj("inner", ir.NewCall(ir.FuncJSONEncode, ir.Obj("arn", ref("Role", "Arn"), "it's", `"quoted"`)))),
				)))},
			&ir.Resource{ID: "Role", Type: "AWS::IAM::Role", Props: ir.Obj(
				"AssumeRolePolicyDocument", ir.Obj("Version", "2012-10-17", "Statement", ir.List{ir.Obj(
					"Effect", "Allow", "Principal", ir.Obj("Service", "lambda.amazonaws.com"), "Action", "sts:AssumeRole")}))},
		)
		p.Params = []*ir.ParamDecl{{Name: "StripeKey", Kind: ir.ParamSecret, Description: "Secret StripeKey"}}
		p.Assets = []*ir.Asset{{ID: "Api", Kind: ir.AssetIsFunction, File: "assets/0123.zip", Handler: "index.handler", Digest: "0123"}}
		return p
	}(),
}

func TestGolden(t *testing.T) {
	for name, p := range programs {
		t.Run(name, func(t *testing.T) {
			files := emitted(t, p)
			if len(files) != 1 || files[0].Path != "cloudformation/shop-dev.json" {
				t.Fatalf("files: %v", paths(files))
			}
			golden.File(t, filepath.Join("testdata", name+".json"), files[0].Content)
		})
	}
}

func emitted(t *testing.T, p *ir.Program) []emit.File {
	t.Helper()
	before := ir.Print(p)
	files, diags := cloudformation.Emitter{}.Emit(p, emit.Options{})
	for _, d := range diags {
		t.Errorf("%s: %s", d.Code, d.Detail)
	}
	if ir.Print(p) != before {
		t.Error("Emit changed the program")
	}
	for _, f := range files {
		if !json.Valid(f.Content) {
			t.Errorf("%s is not JSON", f.Path)
		}
	}
	return files
}

func paths(files []emit.File) []string {
	var out []string
	for _, f := range files {
		out = append(out, f.Path)
	}
	return out
}

// What CloudFormation's own linter says of the goldens, where it is installed.
func TestLint(t *testing.T) {
	lint, err := exec.LookPath("cfn-lint")
	if err != nil {
		t.Skip("cfn-lint is not on the PATH: the goldens were compared, and not linted")
	}
	if testing.Short() {
		t.Skip("cfn-lint takes seconds: the goldens were compared, and not linted")
	}
	files, _ := filepath.Glob(filepath.Join("testdata", "*.json"))
	out, err := exec.Command(lint, append([]string{"--format", "parseable", "--"}, files...)...).CombinedOutput()
	if err != nil {
		t.Errorf("cfn-lint: %v\n%s", err, out)
	}
}

func TestDiagnostics(t *testing.T) {
	component := &ir.Component{ID: "Web", Name: "Web", Type: "sst.aws.Bucket"}
	tests := []struct {
		name string
		p    *ir.Program
		code diag.Code
		text string
	}{
		{"unknown type", app(&ir.Resource{ID: "A", Type: "AWS::S3::Buckett"}), diag.InvalidProperty, "AWS::S3::Buckett"},
		{"unknown property", app(&ir.Resource{ID: "A", Component: "Web", Type: "AWS::S3::Bucket", Props: ir.Obj("BucketNam", "x")}),
			diag.InvalidProperty, `Did you mean "BucketName"?`},
		{"wrong type", app(&ir.Resource{ID: "A", Type: "AWS::SQS::Queue", Props: ir.Obj("DelaySeconds", "soon")}), diag.InvalidPropertyValue, "DelaySeconds"},
		{"missing", app(&ir.Resource{ID: "A", Type: "AWS::Lambda::Permission", Props: ir.Obj("Action", "lambda:InvokeFunction", "Principal", "*")}),
			diag.MissingProperty, "FunctionName"},
		{"enum", app(&ir.Resource{ID: "A", Type: "AWS::S3::Bucket", Props: ir.Obj("AccessControl", "Public")}),
			diag.InvalidPropertyValue, "PublicRead"},
		{"attribute", app(&ir.Resource{ID: "A", Type: "AWS::S3::Bucket"}, &ir.Resource{ID: "B", Type: "AWS::S3::Bucket", Props: ir.Obj("BucketName", ref("A", "Arnn"))}),
			diag.UnknownAttribute, `Did you mean "Arn"?`},
		{"function", app(&ir.Resource{ID: "A", Type: "AWS::S3::Bucket"}, &ir.Resource{ID: "B", Type: "AWS::S3::Bucket", Props: ir.Obj("BucketName", ir.NewCall(ir.FuncLower, ref("A", "Ref")))}),
			diag.NotInCloudFormation, "lower"},
		{"output name", func() *ir.Program {
			p := app()
			p.Outputs = []ir.Output{{Name: "a-b", Value: ir.String("1")}, {Name: "ab", Value: ir.String("2")}}
			return p
		}(), diag.InvalidName, `"a-b"`},
		{"outputs", func() *ir.Program {
			p := app()
			for i := range 201 {
				p.Outputs = append(p.Outputs, ir.Output{Name: fmt.Sprint("o", i), Value: ir.String("x")})
			}
			return p
		}(), diag.TemplateLimit, "201 outputs"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.p.Components = []*ir.Component{component}
			files, diags := cloudformation.Emitter{}.Emit(test.p, emit.Options{})
			if files != nil {
				t.Error("files were written in spite of errors")
			}
			if len(diags) != 1 || diags[0].Code != test.code || !strings.Contains(diags[0].Detail, test.text) {
				for _, d := range diags {
					t.Errorf("got %s: %s", d.Code, d.Detail)
				}
				t.Errorf("want one %s with %q", test.code, test.text)
			}
		})
	}
}

// CloudFormation shows outputs, so those with a secret are left out.
func TestSecretOutput(t *testing.T) {
	p := app()
	p.Params = []*ir.ParamDecl{{Name: "Key", Kind: ir.ParamSecret}}
	p.Outputs = []ir.Output{
		{Name: "key", Value: ir.Concat("Bearer ", ir.Param{Name: "Key"})},
		{Name: "hidden", Value: ir.NewCall(ir.FuncSecret, ir.String("x"))},
		{Name: "region", Value: ir.Param{Name: ir.PseudoRegion}},
	}
	files, diags := cloudformation.Emitter{}.Emit(p, emit.Options{})
	if len(files) != 1 || bytes.Contains(files[0].Content, []byte("Bearer")) || bytes.Contains(files[0].Content, []byte("hidden")) || !bytes.Contains(files[0].Content, []byte(`"region"`)) {
		t.Errorf("files: %v", files)
	}
	if len(diags) != 2 || diags.HasErrors() || diags[0].Code != diag.WeakerInCloudFormation || !strings.Contains(diags[0].Detail, `"key"`) {
		t.Errorf("diagnostics: %v", diags)
	}
}

// The uploader is told the parameters that a template has, and no others.
func TestHandover(t *testing.T) {
	p := programs["references"]
	p.Providers = []*ir.ProviderConfig{{Package: "aws", Args: ir.Obj("defaultTags", ir.Obj("tags", ir.Obj("team", "web")))}}
	h := cloudformation.Emitter{}.Handover(p)
	for name, want := range map[string]string{"Ranges": "Ranges", "Vpc": "", "Unused": ""} {
		if got := h.Param(name); got != want {
			t.Errorf("the parameter %s is called %q, want %q", name, got, want)
		}
	}
	if got := h.Output("queue-info"); got != "queueinfo" {
		t.Errorf("the output queue-info is called %q", got)
	}
	if len(h.Tags) != 1 || h.Tags[0].Key != "team" {
		t.Errorf("tags: %v", h.Tags)
	}
}
