package lower

import (
	"testing"

	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
)

// Every row is about a type that there is, and a property that it does not
// have any more, and leads to properties that it has.
func TestOldPropertiesAreOld(t *testing.T) {
	typeOf := func(token string) *schema.Resource {
		if r := schema.PulumiResource(token); r != nil {
			return r
		}
		return schema.PulumiFunction(token)
	}
	for token, rows := range oldProperties {
		typ := typeOf(token)
		if typ == nil || typ.Type != token {
			t.Errorf("there is no type %s", token)
			continue
		}
		for name, old := range rows {
			if p := typ.Property(name); p != nil && p.Input {
				t.Errorf("%s has a property %s", token, name)
			}
			led := old.now == nil
			for _, v := range []ir.Value{ir.String("x"), ir.String("free"), ir.Bool(true), ir.Bool(false), ir.List{ir.String("x")}} {
				if old.now == nil {
					break
				}
				now := old.now(v)
				led = led || now != nil
				if now == nil && old.instead == "" {
					t.Errorf("%s.%s leads nowhere for %s", token, name, ir.PrintValue(v))
				}
				checkInputs(t, token, &typ.Object, now)
			}
			if !led {
				t.Errorf("%s.%s leads nowhere", token, name)
			}
		}
	}
	for token, rows := range oldAttributes {
		typ := typeOf(token)
		if typ == nil || typ.Type != token {
			t.Errorf("there is no type %s", token)
			continue
		}
		for name, now := range rows {
			if typ.Property(name) != nil || typ.Property(now) == nil {
				t.Errorf("%s: %s or %s", token, name, now)
			}
		}
	}
	for token, rows := range goneAttributes {
		for name := range rows {
			if typ := typeOf(token); typ == nil || typ.Type != token || typ.Property(name) != nil {
				t.Errorf("%s: %s", token, name)
			}
		}
	}
}

func checkInputs(t *testing.T, path string, typ *schema.Object, o *ir.Object) {
	t.Helper()
	for i := range o.Len() {
		f := o.Fields[i]
		p := typ.Property(f.Key)
		if p == nil || !p.Input {
			t.Errorf("%s has no property %s", path, f.Key)
			continue
		}
		if inner, ok := f.Value.(*ir.Object); ok && p.Type.Object != nil {
			checkInputs(t, path+"."+f.Key, p.Type.Object, inner)
		}
	}
}

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
		{"aws:ec2/instance:Instance", ir.Obj("cpuCoreCount", 2, "cpuOptions", ir.Obj("coreCount", 4, "threadsPerCore", 1)),
			ir.Obj("cpuOptions", ir.Obj("coreCount", 4, "threadsPerCore", 1))},
		{"aws:ec2/instance:Instance", ir.Obj("cpuOptions", ir.Obj("coreCount", 4), "cpuCoreCount", 2, "cpuThreadsPerCore", 1),
			ir.Obj("cpuOptions", ir.Obj("coreCount", 4, "threadsPerCore", 1))},
		{"aws:ssm/association:Association", ir.Obj("instanceId", "i-1"),
			ir.Obj("targets", ir.List{ir.Obj("key", "InstanceIds", "values", []string{"i-1"})})},
		{"pulumi:providers:aws", ir.Obj("assumeRole", ir.Obj("roleArn", "arn")), ir.Obj("assumeRoles", ir.List{ir.Obj("roleArn", "arn")})},
		{"cloudflare:index/record:Record", ir.Obj("name", "a", "value", "b", "allowOverwrite", true), ir.Obj("name", "a", "content", "b", "ttl", 1)},
		{"cloudflare:index/dnsRecord:DnsRecord", ir.Obj("ttl", 60, "value", "b"), ir.Obj("ttl", 60, "content", "b")},
		{"aws:batch/jobQueue:JobQueue", ir.Obj("name", "q", "computeEnvironments", ir.List{ir.String("a"), ir.String("b")}),
			ir.Obj("name", "q", "computeEnvironmentOrders", ir.List{ir.Obj("computeEnvironment", "a", "order", 0), ir.Obj("computeEnvironment", "b", "order", 1)})},
		{"aws:s3/bucket:Bucket", ir.Obj("loggings", ir.List{ir.Obj("targetBucket", "b")}), ir.Obj("logging", ir.Obj("targetBucket", "b"))},
		{"aws:eks/addon:Addon", ir.Obj("resolveConflicts", "OVERWRITE"), ir.Obj("resolveConflictsOnCreate", "OVERWRITE", "resolveConflictsOnUpdate", "OVERWRITE")},
		{"aws:eks/addon:Addon", ir.Obj("resolveConflicts", "PRESERVE"), ir.Obj("resolveConflictsOnUpdate", "PRESERVE")},
		{"cloudflare:index/teamsAccount:TeamsAccount", ir.Obj("tlsDecryptEnabled", true, "urlBrowserIsolationEnabled", true, "nonIdentityBrowserIsolationEnabled", false),
			ir.Obj("settings", ir.Obj("tlsDecrypt", ir.Obj("enabled", true), "browserIsolation", ir.Obj("urlBrowserIsolationEnabled", true, "nonIdentityEnabled", false)))},
		{"cloudflare:index/zoneCacheReserve:ZoneCacheReserve", ir.Obj("enabled", false), ir.Obj("value", "off")},
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
		{"with a value that has no successor", func(a *testApp) {
			a.raw("cloudflare:index/zone:Zone", "Z", "zone", "example.com", "plan", "pro")
		}, []string{`invalid-property #1:1.plan: Make a cloudflare.ZoneSubscription.`}},
		{"a list of several that is now one", func(a *testApp) {
			a.raw("aws:s3/bucket:Bucket", "B", "loggings", ir.List{&ir.Object{}, &ir.Object{}})
		}, []string{`invalid-property #1:1.loggings: Give the one element of the list as "logging".`}},
		{"of the same major version", provider("random", "4.1.0"), []string{`invalid-property #1:1.lenght: Did you mean "length"?`}},
		// This one may exist in that version. The check of the program refuses it.
		{"of another major version", provider("random", "^3.0.0"), nil},
	})
}
