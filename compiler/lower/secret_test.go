package lower

import (
	"testing"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

const (
	secretType   = "sst.Secret"
	linkableType = "sst.Linkable"
)

func (a *testApp) function(name string, args ...any) ir.Value {
	a.t.Helper()
	v, err := a.CallFunction(name, testValues(args), a.place())
	if err != nil {
		a.t.Fatal(err)
	}
	return v
}

func linked(links ...*Instance) *ir.Object {
	list := ir.List{}
	for _, l := range links {
		list = append(list, opaque(l))
	}
	return ir.Obj("handler", "src/index.handler", "link", list)
}

func TestSecret(t *testing.T) {
	goldens(t, []goldenCase{
		{"secret_default", func(a *testApp) {
			s := a.new(secretType, "MySecret")
			a.new(functionType, "MyFn", linked(s).With("environment", ir.Obj("NAME", a.get(s, "name"), "VALUE", a.get(s, "value"))))
		}},
		{"secret_placeholder", func(a *testApp) {
			s := a.new(secretType, "MySecret", "placeholder")
			a.new(secretType, "Object", ir.Obj("placeholder", "other"))
			a.Output("placeholder", a.get(s, "placeholder"), diag.Range{})
		}},
	})
	problems(t, []problemCase{
		{"name", func(a *testApp) { a.new(secretType, "my-secret") },
			[]string{`invalid-name #1:: beginning with an upper-case letter`}},
		{"placeholder of wrong type", func(a *testApp) { a.new(secretType, "S", 3) },
			[]string{`wrong-type #1:1.placeholder: must be a string, not a number`}},
		{"placeholder marked as secret", func(a *testApp) {
			a.new(secretType, "S", ir.NewCall(ir.FuncSecret, ir.String("x")))
		}, []string{`unknown-value #1:1.placeholder: not be marked as secret`}},
		{"twice", func(a *testApp) { a.new(secretType, "S"); a.new(secretType, "S") },
			[]string{`duplicate-name #2:: already a sst.Secret named "S"`}},
	})
}

// The value of a secret is in the environment when the SST CLI evaluates an
// app; a build must not contain it.
func TestSecretIsNotRead(t *testing.T) {
	a := newTestApp(t)
	a.Env = func(name string) (string, bool) {
		t.Errorf("the environment variable %s was read", name)
		return "hunter2", true
	}
	a.new(functionType, "MyFn", linked(a.new(secretType, "MySecret")))
}

func TestLinkable(t *testing.T) {
	permission := ir.Obj("actions", []string{"s3:*"}, "resources", []string{"*"})
	goldens(t, []goldenCase{
		{"linkable_default", func(a *testApp) {
			l := a.new(linkableType, "MyLink", ir.Obj("properties", ir.Obj("a", 1), "include", ir.List{a.function("sst.aws.permission", permission)}))
			a.new(functionType, "MyFn", linked(l))
		}},
		{"linkable_include", func(a *testApp) {
			b := a.new(bucketType, "MyBucket")
			l := a.new(linkableType, "MyLink", ir.Obj(
				"properties", ir.Obj("nested", ir.Obj("bucket", a.get(b, "name")), "list", []string{"x"}),
				"include", ir.List{
					a.function("sst.env", ir.Obj("BUCKET", a.get(b, "name"), "N", 1)),
					a.function("sst.aws.permission", ir.Obj("effect", "deny", "actions", []string{"s3:Put*"}, "resources", ir.List{a.get(b, "arn")}, "conditions", ir.List{
						ir.Obj("test", "Bool", "variable", "aws:SecureTransport", "values", []string{"false"})})),
					ir.Obj("type", "cloudflare.binding", "binding", "x"),
				}))
			a.new(functionType, "MyFn", linked(l, b))
			a.Output("env", a.static(linkableType, "env", ir.List{opaque(l), opaque(b)}), diag.Range{})
		}},
		{"linkable_resource", func(a *testApp) {
			a.new(functionType, "MyFn", linked(a.new("sst.Resource", "Old", ir.Obj("a", 1))))
		}},
		{"linkable_wrap", func(a *testApp) {
			table := a.raw("aws:dynamodb/table:Table", "Raw", "hashKey", "id", "billingMode", "PAY_PER_REQUEST", "attributes", ir.List{ir.Obj("name", "id", "type", "S")})
			a.LinkBy(table, func(args ...ir.Value) (ir.Value, []ir.Value, error) {
				return ir.Obj("properties", ir.Obj("tableName", table.Attr("name")),
					"include", ir.List{ir.Obj("type", "aws.permission", "actions", []string{"dynamodb:*"}, "resources", ir.List{table.Attr("arn")})}), args, nil
			})
			a.new(functionType, "MyFn", ir.Obj("handler", "src/index.handler", "link", ir.List{opaque(table)}))
		}},
	})
	with := func(include ...ir.Value) func(a *testApp) {
		return func(a *testApp) {
			a.new(linkableType, "L", ir.Obj("properties", ir.Obj(), "include", ir.List(include)))
		}
	}
	problems(t, []problemCase{
		{"no properties", func(a *testApp) { a.new(linkableType, "L") },
			[]string{`missing-argument #1:1: "properties" is required`}},
		{"component as a property", func(a *testApp) {
			a.new(linkableType, "L", ir.Obj("properties", ir.Obj("bucket", ir.List{opaque(a.new(bucketType, "B"))})))
		}, []string{`wrong-type #2:1.properties.bucket: a sst.aws.Bucket in this value`}},
		{"unknown inclusion", with(ir.Obj("type", "gcp.binding")),
			[]string{`invalid-link #1:1.include.0: "gcp.binding"`}},
		{"inclusion of wrong type", with(ir.String("s3:*")),
			[]string{`wrong-type #1:1.include.0: not a string`}},
		{"permission without resources", with(ir.Obj("type", "aws.permission", "actions", []string{"s3:*"})),
			[]string{`missing-argument #1:1.include.0: "resources" is required`}},
		{"permission function", func(a *testApp) {
			a.function("sst.aws.permission", ir.Obj("action", "s3:*", "actions", []string{"s3:*"}, "resources", []string{"*"}))
		}, []string{`unsupported-argument #1:0.action: Did you mean "actions"?`}},
		{"not wrapped", func(a *testApp) {
			a.new(functionType, "F", ir.Obj("handler", "a.b", "link", ir.List{opaque(a.raw("aws:sns/topic:Topic", "Raw"))}))
		}, []string{`invalid-link #2:1.link.0: sst.Linkable.wrap`}},
		{"nothing to link to", func(a *testApp) {
			c := a.new("sst.aws.Cron", "C", ir.Obj("schedule", "rate(1 day)", "function", "a.b"))
			a.new(functionType, "F", linked(c))
		}, []string{`invalid-link #2:1.link.0: nothing to link to`}},
	})
}

func TestIAMEdit(t *testing.T) {
	widen := arg.Callback(func(args ...ir.Value) (ir.Value, []ir.Value, error) {
		doc := args[0].(*ir.Object)
		statements := append(doc.Get("Statement").(ir.List), ir.Value(ir.Obj("Effect", "Allow", "Action", "s3:*", "Resource", "*")))
		return nil, []ir.Value{doc.With("Statement", statements)}, nil
	})
	goldens(t, []goldenCase{
		{"iamedit", func(a *testApp) {
			edit := arg.Callback(func(args ...ir.Value) (ir.Value, []ir.Value, error) {
				props := args[0].(*ir.Object)
				return nil, []ir.Value{props.With("policy", a.function("sst.aws.iamEdit", props.Get("policy"), widen)), args[1], args[2]}, nil
			})
			a.new(bucketType, "MyBucket", ir.Obj("transform", ir.Obj("policy", ir.Opaque{X: edit})))
			a.Output("text", a.function("sst.aws.iamEdit", `{"Version":"2012-10-17","Statement":[]}`, widen), diag.Range{})
			a.Output("object", a.function("sst.aws.iamEdit", ir.Obj("Statement", ir.List{}), widen), diag.Range{})
		}},
	})
	problems(t, []problemCase{
		{"no JSON", func(a *testApp) { a.function("sst.aws.iamEdit", "policy", widen) },
			[]string{`invalid-value #1:0: no policy`}},
		{"not known", func(a *testApp) { a.function("sst.aws.iamEdit", ir.Param{Name: ir.PseudoRegion}, widen) },
			[]string{`unknown-value #1:0: known only after deployment`}},
	})
}

func TestDevCommand(t *testing.T) {
	goldens(t, []goldenCase{
		{"devcommand", func(a *testApp) {
			b := a.new(bucketType, "MyBucket")
			a.new("sst.x.DevCommand", "MyCmd", ir.Obj("link", ir.List{opaque(b)}, "environment", ir.Obj("A", "b"),
				"dev", ir.Obj("command", "npm run dev", "autostart", true, "directory", "web", "title", "Web"),
				"aws", ir.Obj("role", "arn:aws:iam::123456789012:role/dev")))
		}},
	})
	problems(t, []problemCase{
		{"unknown argument", func(a *testApp) { a.new("sst.x.DevCommand", "C", ir.Obj("dev", ir.Obj("comand", "x"))) },
			[]string{`unsupported-argument #1:1.dev.comand: Did you mean "command"?`}},
	})
}

func TestPlain(t *testing.T) {
	goldens(t, []goldenCase{
		{"raw_resource_as_property", func(a *testApp) {
			role := a.raw("aws:iam/role:Role", "Runner", "assumeRolePolicy", "{}")
			a.raw("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "Read", "role", opaque(role), "policyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess")
		}},
	})
	problems(t, []problemCase{
		{"component as a property", func(a *testApp) {
			b := a.new(bucketType, "B")
			a.raw("aws:ssm/parameter:Parameter", "P", "type", "String", "value", ir.NewCall(ir.FuncJSONEncode, ir.List{opaque(b)}))
		}, []string{`wrong-type #2:1.value.0.0: cannot be a sst.aws.Bucket`}},
		{"function as a property", func(a *testApp) {
			f := arg.Callback(func(...ir.Value) (ir.Value, []ir.Value, error) { return nil, nil, nil })
			a.raw("aws:ssm/parameter:Parameter", "P", "type", "String", "value", ir.Opaque{X: f})
		}, []string{`wrong-type #1:1.value: cannot be a function`}},
		{"poison is reported where it was made", func(a *testApp) {
			poison := ir.Opaque{X: arg.Poison{}}
			a.raw("aws:ssm/parameter:Parameter", "P", "type", "String", "value", poison)
			a.new(functionType, "F", ir.Obj("handler", "a.b", "link", ir.List{poison}, "environment", ir.Obj("A", poison), "vpc", poison))
			a.new("sst.aws.Cron", "C", ir.Obj("schedule", "rate(1 day)", "function", poison, "event", ir.List{poison}))
		}, nil},
	})
}
