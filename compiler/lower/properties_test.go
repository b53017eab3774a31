package lower

import (
	"testing"

	"github.com/sstc/sstc/compiler/ir"
)

// What a resource is given under the names of the provider's last major version
// arrives under those of today.
func TestOldProperties(t *testing.T) {
	for _, c := range []struct {
		token       string
		given, want *ir.Object
	}{
		{"aws:ec2/eip:Eip", ir.Obj("vpc", true, "instance", "i-1"), ir.Obj("domain", "vpc", "instance", "i-1")},
		{"aws:ec2/eip:Eip", ir.Obj("vpc", false), ir.Obj()},
		{"aws:ec2/instance:Instance", ir.Obj("ami", "a", "cpuCoreCount", 2, "cpuThreadsPerCore", 1),
			ir.Obj("ami", "a", "cpuOptions", ir.Obj("coreCount", 2, "threadsPerCore", 1))},
		{"aws:ssm/association:Association", ir.Obj("instanceId", "i-1"),
			ir.Obj("targets", ir.List{ir.Obj("key", "InstanceIds", "values", []string{"i-1"})})},
		{"pulumi:providers:aws", ir.Obj("assumeRole", ir.Obj("roleArn", "arn")), ir.Obj("assumeRoles", ir.List{ir.Obj("roleArn", "arn")})},
		{"cloudflare:index/record:Record", ir.Obj("name", "a", "value", "b", "allowOverwrite", true), ir.Obj("name", "a", "content", "b", "ttl", 1)},
		{"cloudflare:index/dnsRecord:DnsRecord", ir.Obj("ttl", 60, "value", "b"), ir.Obj("ttl", 60, "content", "b")},
		{"planetscale:index/branch:Branch", ir.Obj("database", "d", "name", "dev"), ir.Obj("database", "d", "branch", "dev")},
		{"cloudflare:index/zone:Zone", ir.Obj("zone", "example.com", "accountId", "a", "plan", "free"),
			ir.Obj("name", "example.com", "account", ir.Obj("id", "a"))},
	} {
		a := newTestApp(t)
		h, err := a.Resource(c.token, "R", c.given, nil, a.place())
		if err != nil {
			t.Fatal(err)
		}
		if got, want := ir.EncodeJSON(h.Props), ir.EncodeJSON(c.want); got != want {
			t.Errorf("%s %s: got %s, want %s", c.token, ir.EncodeJSON(c.given), got, want)
		}
		if len(a.diags) > 0 {
			t.Errorf("%s: %s", c.token, a.diags[0].Detail)
		}
	}
}

func TestUnknownProperties(t *testing.T) {
	provider := func(pkg, version string) func(a *testApp) {
		return func(a *testApp) {
			a.Provider(&ir.ProviderConfig{Package: pkg, Version: version, Args: &ir.Object{}})
			a.raw(pkg+":index/randomString:RandomString", "R", "length", 3, "lenght", 4)
		}
	}
	problems(t, []problemCase{
		{"of a resource", func(a *testApp) {
			a.raw("aws:sqs/queue:Queue", "Q", "fifoQueu", true, "arn", "x")
		}, []string{
			`invalid-property #1:1.fifoQueu: Did you mean "fifoQueue"?`,
			`invalid-property #1:1.arn: can only be read`,
		}},
		{"of a transform", func(a *testApp) {
			a.new(queueType, "Q", ir.Obj("transform", ir.Obj("queue", ir.Obj("fifoQueu", true))))
		}, []string{`invalid-property #1:1.transform.queue.fifoQueu: Did you mean "fifoQueue"?`}},
		{"of a function", func(a *testApp) {
			if _, err := a.Invoke("aws:ec2/getVpc:getVpc", ir.Obj("defualt", true), nil, a.place()); err != nil {
				t.Fatal(err)
			}
		}, []string{`invalid-property #1:0.defualt: Did you mean "default"?`}},
		{"of a provider", func(a *testApp) {
			a.Provider(&ir.ProviderConfig{Package: "aws", Args: ir.Obj("regoin", "eu-west-1")})
		}, []string{`invalid-property : Did you mean "region"?`}},
		{"removed", func(a *testApp) {
			a.raw("aws:apigateway/deployment:Deployment", "D", "restApi", "x", "stageName", "prod")
		}, []string{`invalid-property #1:1.stageName: Make an aws.apigateway.Stage.`}},
		{"of the same major version", provider("random", "4.1.0"), []string{`invalid-property #1:1.lenght: Did you mean "length"?`}},
		// This one may exist in that version. The check of the program refuses it.
		{"of another major version", provider("random", "^3.0.0"), nil},
	})
}
