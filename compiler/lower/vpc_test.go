package lower

import (
	"testing"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

func TestVpc(t *testing.T) {
	const vpc = "sst.aws.Vpc"
	goldens(t, []goldenCase{
		{"vpc_default", func(a *testApp) {
			a.new(vpc, "MyVpc")
		}},
		{"vpc_managed", func(a *testApp) {
			net := a.new(vpc, "MyVpc", ir.Obj("nat", "managed", "az", 3))
			a.new("sst.aws.Function", "MyFn", ir.Obj("handler", "src/index.handler", "vpc", testValue(net)))
		}},
		{"vpc_ec2_bastion", func(a *testApp) {
			net := a.new(vpc, "MyVpc", ir.Obj("nat", "ec2", "bastion", true))
			a.Output("bastion", a.get(net, "bastion"), diag.Range{})
		}},
		{"vpc_bastion_alone", func(a *testApp) {
			a.new(vpc, "MyVpc", ir.Obj("bastion", true, "az", []string{"us-east-1a"}))
		}},
		{"vpc_existing_parts", func(a *testApp) {
			a.new(vpc, "MyVpc", ir.Obj(
				"nat", ir.Obj("ip", []string{"eipalloc-1", "eipalloc-2"}, "ec2", ir.Obj("instance", "t4g.micro", "ami", "ami-1", "role", "NatRole")),
				"transform", ir.Obj("natInstance", ir.Obj("monitoring", true)),
			))
			a.new(vpc, "Other", ir.Obj("bastion", ir.Obj("instanceProfile", "Bastion")))
		}},
		{"vpc_get", func(a *testApp) {
			net := a.static(vpc, "get", "Shared", "vpc-1").(ir.Opaque).X.(*Instance)
			a.Output("subnets", a.get(net, "privateSubnets"), diag.Range{})
			a.Output("bastion", a.get(net, "bastion"), diag.Range{})
			a.new("sst.aws.Function", "MyFn", ir.Obj("handler", "src/index.handler", "vpc", testValue(net)))
		}},
		{"vpc_v1", func(a *testApp) {
			a.new("sst.aws.Vpc.v1", "MyVpc")
		}},
	})
}

func TestVpcProblems(t *testing.T) {
	const vpc = "sst.aws.Vpc"
	problems(t, []problemCase{
		{"older nat", func(a *testApp) { a.new(vpc, "MyVpc", ir.Obj("nat", "gateway")) },
			[]string{`invalid-value #1:1.nat: "gateway"`}},
		{"no zones", func(a *testApp) { a.new(vpc, "MyVpc", ir.Obj("az", 0)) },
			[]string{`invalid-value #1:1.az: between 1 and 32`}},
		{"unknown zones", func(a *testApp) { a.new(vpc, "MyVpc", ir.Obj("az", ir.Ref{Resource: "X", Attr: "y"})) },
			[]string{`unknown-value #1:1.az: known to the compiler`}},
		{"managed with instances", func(a *testApp) {
			a.new(vpc, "MyVpc", ir.Obj("nat", ir.Obj("type", "managed", "ec2", ir.Obj("instance", "t4g.nano"))))
		}, []string{`conflicting-arguments #1:1.nat.type: "managed"`}},
		{"no kind of nat", func(a *testApp) { a.new(vpc, "MyVpc", ir.Obj("nat", &ir.Object{})) },
			[]string{`missing-argument #1:1.nat: "type"`}},
		{"too few addresses", func(a *testApp) {
			a.new(vpc, "MyVpc", ir.Obj("nat", ir.Obj("type", "managed", "ip", []string{"eipalloc-1"})))
		}, []string{`invalid-value #1:1.nat.ip: 2, not 1`}},
		{"profile by ARN", func(a *testApp) {
			a.new(vpc, "MyVpc", ir.Obj("bastion", ir.Obj("instanceProfile", "arn:aws:iam::1:instance-profile/x")))
		}, []string{`invalid-value #1:1.bastion.instanceProfile: not by ARN`}},
	})
	a := newTestApp(t)
	if _, err := a.new(vpc, "MyVpc").Output("bastion"); err == nil {
		t.Error("a VPC without a bastion has the output bastion")
	}
}
