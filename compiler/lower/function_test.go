package lower

import (
	"testing"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

const (
	functionType = "sst.aws.Function"
	bucketType   = "sst.aws.Bucket"
	queueType    = "sst.aws.Queue"
)

func TestFunction(t *testing.T) {
	goldens(t, []goldenCase{
		{"function_default", func(a *testApp) {
			a.new(functionType, "MyFn", ir.Obj("handler", "src/index.handler"))
		}},
		{"function_url", func(a *testApp) {
			fn := a.new(functionType, "MyFn", ir.Obj("handler", "src/index.handler", "url", true))
			a.Output("url", a.get(fn, "url"), diag.Range{})
		}},
		{"function_url_options", func(a *testApp) {
			a.new(functionType, "Iam", ir.Obj("handler", "src/index.handler", "url", ir.Obj("authorization", "iam", "cors", false)))
			a.new(functionType, "Cors", ir.Obj("handler", "src/index.handler", "url", ir.Obj(
				"cors", ir.Obj("allowOrigins", []string{"https://example.com"}, "allowCredentials", true, "maxAge", "1 day"))))
		}},
		{"function_link_permissions", func(a *testApp) {
			b := a.new(bucketType, "MyBucket")
			a.new(functionType, "MyFn", ir.Obj(
				"handler", "src/index.handler",
				"link", ir.List{opaque(b), opaque(b)},
				"permissions", ir.List{
					ir.Obj("actions", []string{"sns:Publish"}, "resources", []string{"*"}),
					ir.Obj("effect", "deny", "actions", []string{"sqs:*"}, "resources", ir.List{a.get(b, "arn")}, "conditions", ir.List{
						ir.Obj("test", "StringEquals", "variable", "aws:PrincipalTag/team", "values", []string{"a", "b"}),
						ir.Obj("test", "StringEquals", "variable", "aws:RequestedRegion", "values", []string{"us-east-1"}),
					}),
				},
				"environment", ir.Obj("FOO", "bar", "BUCKET", a.get(b, "name"), "N", 1, "GONE", ir.Null{}, "SST_RESOURCE_App", "lost"),
				"timeout", "3 minutes", "memory", "2 GB", "architecture", "arm64",
				"policies", []string{"arn:aws:iam::aws:policy/ReadOnlyAccess"},
			))
		}},
		{"function_concurrency_retries", func(a *testApp) {
			a.new(functionType, "MyFn", ir.Obj("handler", "src/index.handler", "versioning", true,
				"concurrency", ir.Obj("provisioned", 2, "reserved", 5), "retries", 1))
		}},
		{"function_python", func(a *testApp) {
			a.new(functionType, "MyFn", ir.Obj("handler", "src/api.handler", "runtime", "python3.12", "python", ir.Obj("container", false)))
		}},
		{"function_go", func(a *testApp) {
			a.new(functionType, "MyFn", ir.Obj("handler", "./cmd/api", "runtime", "go", "architecture", "arm64"))
		}},
		{"function_streaming", func(a *testApp) {
			a.new(functionType, "MyFn", ir.Obj("handler", "src/index.handler", "url", true, "streaming", true))
		}},
		{"function_vpc_ids", func(a *testApp) {
			a.new(functionType, "MyFn", ir.Obj("handler", "src/index.handler",
				"vpc", ir.Obj("privateSubnets", []string{"subnet-1", "subnet-2"}, "securityGroups", []string{"sg-1"}),
				"volume", ir.Obj("efs", "arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/fsap-1")))
		}},
		{"function_vpc", func(a *testApp) {
			vpc := a.new("sst.aws.Vpc", "MyVpc", ir.Obj("nat", "managed"))
			a.new(functionType, "MyFn", ir.Obj("handler", "src/index.handler", "vpc", opaque(vpc)))
		}},
		{"function_vpc_without_nat", func(a *testApp) {
			vpc := a.new("sst.aws.Vpc", "MyVpc")
			a.new(functionType, "First", ir.Obj("handler", "src/index.handler", "vpc", opaque(vpc)))
			a.new(functionType, "Second", ir.Obj("handler", "src/index.handler", "vpc", opaque(vpc)))
			a.new(functionType, "Old", ir.Obj("handler", "src/index.handler", "vpc", opaque(a.new("sst.aws.Vpc.v1", "OldVpc"))))
		}},
		{"function_logging", func(a *testApp) {
			a.new(functionType, "Off", ir.Obj("handler", "src/index.handler", "logging", false))
			a.new(functionType, "Json", ir.Obj("handler", "src/index.handler", "logging", ir.Obj("format", "json", "retention", "forever")))
			a.new(functionType, "Shared", ir.Obj("handler", "src/index.handler", "logging", ir.Obj("logGroup", "/shared")))
		}},
		{"function_durable", func(a *testApp) {
			a.new(functionType, "MyFn", ir.Obj("handler", "src/index.handler", "durable", true, "url", true))
			a.new(functionType, "Short", ir.Obj("handler", "src/index.handler", "durable", ir.Obj("timeout", "1 hour", "retention", "3 days")))
		}},
		{"function_role", func(a *testApp) {
			a.new(functionType, "Named", ir.Obj("handler", "src/index.handler", "role", "arn:aws:iam::123456789012:role/team/runner"))
			r, err := a.Resource("aws:iam/role:Role", "Runner", ir.Obj("assumeRolePolicy", "{}"), nil, a.place())
			if err != nil {
				a.t.Fatal(err)
			}
			a.new(functionType, "Own", ir.Obj("handler", "src/index.handler", "role", r.Attr("arn")))
		}},
		{"function_packing", func(a *testApp) {
			a.new(functionType, "MyFn", ir.Obj(
				"handler", "src/index.handler", "name", "my-function", "description", "Does it.", "runtime", "nodejs22.x",
				"storage", "10 GB", "layers", []string{"arn:aws:lambda:us-east-1:123456789012:layer:x:1"}, "tags", ir.Obj("team", "web"),
				"copyFiles", ir.List{ir.Obj("from", "./assets/"), ir.Obj("from", "a.txt", "to", "b/a.txt")},
				"nodejs", ir.Obj("install", ir.Obj("sharp", "0.33.0", "pg", "*"), "loader", ir.Obj(".txt", "text", ".md", "text"),
					"minify", false, "sourcemap", true, "format", "cjs", "banner", "// hi", "splitting", true,
					"esbuild", ir.Obj("external", []string{"aws-crt"}, "keepNames", false)),
			))
			a.new(functionType, "Packed", ir.Obj("handler", "index.handler", "bundle", "dist"))
		}},
		{"function_transform", func(a *testApp) {
			grow := arg.Callback(func(args ...ir.Value) (ir.Value, []ir.Value, error) {
				props := args[0].(*ir.Object).With("memorySize", ir.Number(3008))
				return nil, []ir.Value{props, args[1].(*ir.Object).With("retainOnDelete", ir.Bool(true)), args[2]}, nil
			})
			a.new(functionType, "MyFn", ir.Obj("handler", "src/index.handler", "transform", ir.Obj(
				"function", ir.Opaque{X: grow},
				"role", ir.Obj("name", "my-role"),
				"logGroup", ir.Obj("retentionInDays", 1),
			)))
		}},
		{"function_add_environment", func(a *testApp) {
			fn := a.new(functionType, "MyFn", ir.Obj("handler", "src/index.handler", "environment", ir.Obj("A", "1")))
			b := a.new(bucketType, "MyBucket")
			a.call(fn, "addEnvironment", ir.Obj("A", "2", "BUCKET", a.get(b, "name")))
		}},
	})
}

func TestFunctionProblems(t *testing.T) {
	fn := func(pairs ...any) func(a *testApp) {
		return func(a *testApp) {
			a.new(functionType, "MyFn", ir.Obj("handler", "src/index.handler").Merge(ir.Obj(pairs...)))
		}
	}
	problems(t, []problemCase{
		{"no arguments", func(a *testApp) { a.new(functionType, "MyFn") },
			[]string{`missing-argument #1:1: "handler" is required`}},
		{"unknown argument", fn("memmory", "1 GB"),
			[]string{`unsupported-argument #1:1.memmory: Did you mean "memory"?`}},
		{"wrong type", fn("timeout", 30),
			[]string{`wrong-type #1:1.timeout: a length of time such as`}},
		{"bad unit", fn("timeout", "3 min", "memory", "1 TB"),
			[]string{`invalid-value #1:1.timeout: "3 min", which is not a length of time`, `invalid-value #1:1.memory: "1 TB", which is not a size`}},
		{"out of bounds", fn("timeout", "16 minutes", "memory", "64 MB", "storage", "11 GB", "retries", 3),
			[]string{
				`invalid-value #1:1.timeout: between 1 and 900 seconds`, `invalid-value #1:1.memory: between 128 and 10240 MB`,
				`invalid-value #1:1.storage: between 512 and 10240 MB`, `invalid-value #1:1.retries: between 0 and 2`,
			}},
		{"unknown runtime", fn("runtime", "nodejs22"),
			[]string{`invalid-value #1:1.runtime: cannot be "nodejs22". Did you mean "nodejs22.x"?`}},
		{"another runtime of Lambda's", fn("runtime", "nodejs14.x"), nil},
		{"a runtime to come", fn("runtime", "java33"), nil},
		{"unknown value that decides", fn("runtime", ir.Param{Name: ir.PseudoRegion}, "url", ir.Param{Name: ir.PseudoRegion}),
			[]string{`unknown-value #1:1.runtime: must be known to the compiler`, `wrong-type #1:1.url: known only after deployment`}},
		{"name too long", fn("name", "a23456789012345678901234567890123456789012345678901234567890123456"),
			[]string{`invalid-value #1:1.name: at most 64 characters`}},
		{"provisioned without versions", fn("concurrency", ir.Obj("provisioned", 1)),
			[]string{`conflicting-arguments #1:1.concurrency.provisioned: "versioning: true"`}},
		{"durable text logs", fn("durable", true, "logging", ir.Obj("format", "text")),
			[]string{`conflicting-arguments #1:1.logging.format: JSON`}},
		{"retention of an existing group", fn("logging", ir.Obj("logGroup", "/x", "retention", "1 day")),
			[]string{`conflicting-arguments #1:1.logging.retention: keeps its own retention`}},
		{"logging true", fn("logging", true),
			[]string{`invalid-value #1:1.logging: it can only be false`}},
		{"role no ARN", fn("role", "runner"),
			[]string{`invalid-value #1:1.role: not the ARN of an IAM role`}},
		{"renamed subnets", fn("vpc", ir.Obj("privateSubnets", []string{"a"}, "securityGroups", []string{"b"}, "subnets", []string{"c"})),
			[]string{`unsupported-feature #1:1.vpc.subnets: "privateSubnets"`}},
		{"not supported", fn("injections", []string{"x"}, "python", ir.Obj("container", true), "nodejs", ir.Obj("esbuild", ir.Obj("plugins", ir.List{}))),
			[]string{
				`unsupported-feature #1:1.injections.0: injections`,
				`unsupported-feature #1:1.python.container: containers`, `unsupported-feature #1:1.nodejs.esbuild.plugins: plugins`,
			}},
		{"absolute destination", fn("copyFiles", ir.List{ir.Obj("from", "a", "to", "/b")}),
			[]string{`invalid-value #1:1.copyFiles.0: must be relative`}},
		{"environment of wrong type", fn("environment", ir.Obj("LIST", ir.List{})),
			[]string{`wrong-type #1:1.environment.LIST: must be a string, not a list`}},
		{"environment too large", fn("environment", ir.Obj("BIG", string(make([]byte, 5000)))),
			[]string{`environment-too-large #1:1.environment: BIG (5003 bytes)`}},
		{"environments too large", func(a *testApp) {
			for _, name := range []string{"A", "B", "C"} {
				a.new(functionType, name, ir.Obj("handler", "src/index.handler", "environment", ir.Obj("BIG", string(make([]byte, 5000)))))
			}
		}, []string{`environment-too-large #1:1.environment: The same goes for "B", "C".`}},
		{"undefined link", fn("link", ir.List{ir.Null{}}),
			[]string{`invalid-link #1:1.link.0: undefined link`}},
		{"link of a string", fn("link", []string{"Uploads"}),
			[]string{`invalid-link #1:1.link.0: not a string`}},
		{"duplicate", func(a *testApp) { fn()(a); fn()(a) },
			[]string{`duplicate-name #2:: already a sst.aws.Function named "MyFn"`}},
		{"same name in another case", func(a *testApp) { fn()(a); a.new(bucketType, "myfn") },
			[]string{`duplicate-name #2:: There is already a sst.aws.Function named "MyFn"`}},
		{"reserved name", func(a *testApp) { a.new(functionType, "app", ir.Obj("handler", "a.b")) },
			[]string{`invalid-name #1:: "App"`}},
		{"space in the name", func(a *testApp) { a.new(bucketType, "My Bucket") },
			[]string{`invalid-name #1:: has a space in it`}},
		{"no name", func(a *testApp) { a.new(bucketType, "") },
			[]string{`invalid-name #1:: The name is empty`}},
		{"link without a list", fn("link", "Uploads"),
			[]string{`wrong-type #1:1.link: must be a list, not a string`}},
	})
}

func TestFunctionOutputs(t *testing.T) {
	a := newTestApp(t)
	fn := a.new(functionType, "MyFn", ir.Obj("handler", "src/index.handler"))
	if _, err := fn.Output("url"); err == nil {
		t.Error("reading the URL of a function without one is no error")
	}
	if v, _ := fn.Output("qualifier"); v != nil {
		t.Errorf("a function without versions has the qualifier %v", v)
	}
}
