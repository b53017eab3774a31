package lower

import (
	"fmt"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

type vpcArgs struct {
	AZ           arg.OneOf[arg.Number, []arg.String]  `arg:"az" doc:"How many availability zones, or the names of those to use. Default 2."`
	NAT          *arg.OneOf[arg.String, vpcNATArgs]   `arg:"nat" enum:"managed|ec2" doc:"How what is in the private subnets reaches the internet. Default: not at all."`
	Bastion      *arg.OneOf[arg.Bool, vpcBastionArgs] `arg:"bastion" doc:"Make a host through which the VPC can be reached."`
	ForceUpgrade arg.String                           `arg:"forceUpgrade" doc:"Has no effect: sstc always makes the present version."`
	Transform    struct {
		VPC                  arg.Transform `arg:"vpc" of:"aws:ec2/vpc:Vpc"`
		InternetGateway      arg.Transform `arg:"internetGateway" of:"aws:ec2/internetGateway:InternetGateway"`
		NATGateway           arg.Transform `arg:"natGateway" of:"aws:ec2/natGateway:NatGateway"`
		NATInstance          arg.Transform `arg:"natInstance" of:"aws:ec2/instance:Instance"`
		NATSecurityGroup     arg.Transform `arg:"natSecurityGroup" of:"aws:ec2/securityGroup:SecurityGroup"`
		ElasticIP            arg.Transform `arg:"elasticIp" of:"aws:ec2/eip:Eip"`
		SecurityGroup        arg.Transform `arg:"securityGroup" of:"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"`
		PublicSubnet         arg.Transform `arg:"publicSubnet" of:"aws:ec2/subnet:Subnet"`
		PrivateSubnet        arg.Transform `arg:"privateSubnet" of:"aws:ec2/subnet:Subnet"`
		PublicRouteTable     arg.Transform `arg:"publicRouteTable" of:"aws:ec2/routeTable:RouteTable"`
		PrivateRouteTable    arg.Transform `arg:"privateRouteTable" of:"aws:ec2/routeTable:RouteTable"`
		BastionInstance      arg.Transform `arg:"bastionInstance" of:"aws:ec2/instance:Instance"`
		BastionSecurityGroup arg.Transform `arg:"bastionSecurityGroup" of:"aws:ec2/securityGroup:SecurityGroup"`
	} `arg:"transform" doc:"Changes to the resources that it makes."`
}

type vpcNATArgs struct {
	Type arg.String   `arg:"type" enum:"managed|ec2" doc:"NAT gateways, or instances that cost less. Default ec2 if ec2 is given."`
	IP   []arg.String `arg:"ip" doc:"Allocation IDs of existing Elastic IPs, one for each availability zone."`
	EC2  *struct {
		Instance arg.String `arg:"instance" doc:"Instance type. Default t4g.nano."`
		AMI      arg.String `arg:"ami" doc:"Image. Default the latest fck-nat for arm64."`
		Role     arg.String `arg:"role" doc:"Name of an existing role for the instances."`
	} `arg:"ec2" doc:"The instances."`
}

type vpcBastionArgs struct {
	InstanceProfile arg.String `arg:"instanceProfile,required" doc:"Name of an existing instance profile."`
}

var vpcOutputs = []Output{
	{"id", "string", "The VPC's ID."},
	{"publicSubnets", "string[]", "The IDs of the public subnets."},
	{"privateSubnets", "string[]", "The IDs of the private subnets."},
	{"securityGroups", "string[]", "The ID of the VPC's security group, in a list."},
}

var vpcNodes = []Output{
	{"vpc", "aws:ec2/vpc:Vpc", "The VPC."},
	{"internetGateway", "aws:ec2/internetGateway:InternetGateway", "The internet gateway."},
	{"securityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "The default security group."},
	{"natGateways", "aws:ec2/natGateway:NatGateway[]", "The NAT gateways."},
	{"elasticIps", "aws:ec2/eip:Eip[]", "The addresses of the NAT gateways or instances."},
	{"publicSubnets", "aws:ec2/subnet:Subnet[]", "The public subnets."},
	{"privateSubnets", "aws:ec2/subnet:Subnet[]", "The private subnets."},
	{"publicRouteTables", "aws:ec2/routeTable:RouteTable[]", "The route tables of the public subnets."},
	{"privateRouteTables", "aws:ec2/routeTable:RouteTable[]", "The route tables of the private subnets."},
}

var vpc = define(Definition{
	Type:     "sst.aws.Vpc",
	Doc:      "A VPC with public and private subnets in several availability zones.",
	Linkable: true,
	Outputs:  append(vpcOutputs[:len(vpcOutputs):len(vpcOutputs)], Output{"bastion", "string", "The ID of the bastion, if there is one."}),
	Nodes: append(vpcNodes[:len(vpcNodes):len(vpcNodes)],
		Output{"natInstances", "aws:ec2/instance:Instance[]", "The NAT instances."},
		Output{"natSecurityGroup", "aws:ec2/securityGroup:SecurityGroup", "The security group of the NAT instances, if there are any."},
		Output{"bastionInstance", "aws:ec2/instance:Instance", "The bastion, if there is one."},
		Output{"bastionSecurityGroup", "aws:ec2/securityGroup:SecurityGroup", "The security group of the bastion, if there is one."},
		Output{"cloudmapNamespace", "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace", "The namespace in which services are found."},
	),
	Statics: []Method{
		method(Method{Name: "get", Returns: "sst.aws.Vpc", Doc: "Refers to a VPC that SST or sstc made, by ID."}, vpcGet),
	},
}, newVpc)

// A network is what a VPC consists of while it is made.
type network struct {
	c     *Scope
	vpc   ResourceHandle
	zones []ir.Value // names of availability zones

	internetGateway                    ResourceHandle
	publicSubnets, privateSubnets      []ResourceHandle
	publicTables, privateTables        []ResourceHandle
	elasticIPs, gateways, natInstances []ResourceHandle
	natSecurityGroup                   ResourceHandle
	keyName                            ir.Value // of the key pair for the bastion; nil if there is none
}

func newVpc(c *Scope, a *vpcArgs) {
	n := &network{c: c, zones: c.availabilityZones(a.AZ)}
	nat := c.vpcNAT(a, len(n.zones))
	bastion := a.Bastion != nil && (a.Bastion.A == nil || a.Bastion.A.True(false))
	t := a.Transform

	n.vpc = c.resource("Vpc", "aws:ec2/vpc:Vpc", ir.Obj(
		"cidrBlock", "10.0.0.0/16",
		"enableDnsSupport", true,
		"enableDnsHostnames", true,
		// By the other tags, Vpc.get in an app that SST deploys knows the VPC.
		"tags", ir.Obj(
			"Name", fmt.Sprintf("%s-%s-%s VPC", c.app.Info.Name, c.app.Info.Stage, c.name()),
			"sst:component-version", "2",
			"sst:ref-version", "2",
		),
	), t.VPC)
	if bastion {
		n.keyPair()
	}
	n.gateway(t.InternetGateway)
	securityGroup := c.resource("SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", ir.Obj(
		"vpcId", n.vpc.Attr("id"),
		"egress", ir.List{anyTraffic("0.0.0.0/0")},
		"ingress", ir.List{anyTraffic(n.vpc.Attr("cidrBlock"))},
	), t.SecurityGroup)
	n.public(func(i int) string { return fmt.Sprintf("10.0.%d.0/22", 8*i) }, t.PublicSubnet, t.PublicRouteTable)
	if nat != nil {
		n.addresses(nat.ip, t.ElasticIP)
		if nat.instances {
			n.instances(nat, bastion, t.NATSecurityGroup, t.NATInstance)
		} else {
			n.natGateways(t.NATGateway)
		}
	}
	n.private(func(i int) string { return fmt.Sprintf("10.0.%d.0/22", 8*i+4) }, t.PrivateSubnet, t.PrivateRouteTable)

	link := &ir.Object{}
	if bastion {
		host := n.bastion(a)
		c.out("bastion", host.Attr("id"))
		link = ir.Obj("bastion", host.Attr("id"))
	} else {
		c.outError("bastion", fmt.Sprintf("The VPC %q has no bastion. Give it one with \"bastion: true\".", c.name()))
	}
	c.node("cloudmapNamespace", c.resource("CloudmapNamespace", "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace", ir.Obj(
		"name", "sst",
		"vpc", n.vpc.Attr("id"),
	), arg.Transform{}))
	n.finish(securityGroup)
	c.nodeList("natInstances", handleList(n.natInstances))
	c.linkable(link)
}

// finish sets the outputs and nodes that all versions have.
func (n *network) finish(securityGroup ResourceHandle) {
	c := n.c
	c.out("id", n.vpc.Attr("id"))
	c.out("publicSubnets", idsOf(n.publicSubnets))
	c.out("privateSubnets", idsOf(n.privateSubnets))
	c.out("securityGroups", ir.List{securityGroup.Attr("id")})
	c.node("vpc", n.vpc)
	c.node("internetGateway", n.internetGateway)
	c.node("securityGroup", securityGroup)
	c.nodeList("natGateways", handleList(n.gateways))
	c.nodeList("elasticIps", handleList(n.elasticIPs))
	c.nodeList("publicSubnets", handleList(n.publicSubnets))
	c.nodeList("privateSubnets", handleList(n.privateSubnets))
	c.nodeList("publicRouteTables", handleList(n.publicTables))
	c.nodeList("privateRouteTables", handleList(n.privateTables))
}

func handleList(hs []ResourceHandle) ir.List {
	list := ir.List{}
	for _, h := range hs {
		list = append(list, opaque(h))
	}
	return list
}

func idsOf(hs []ResourceHandle) ir.List {
	list := ir.List{}
	for _, h := range hs {
		list = append(list, h.Attr("id"))
	}
	return list
}

// availabilityZones returns the names of the zones to use. Those that the user
// does not name are the region's first, which only the provider knows.
func (c *Scope) availabilityZones(az arg.OneOf[arg.Number, []arg.String]) []ir.Value {
	if az.B != nil {
		return values(*az.B)
	}
	count := 2
	if az.A != nil {
		n, ok := az.A.Known()
		switch {
		case !ok:
			c.errorAt(az.At, diag.UnknownValue, "Value not known before deployment",
				"The number of availability zones says how many subnets there are, so it must be known to the compiler.")
		// A zone takes an eighth of the second half of 10.0.0.0/16.
		case n < 1 || n > 32 || n != float64(int(n)):
			c.errorAt(az.At, diag.InvalidValue, "Value out of bounds", `"az" must be a whole number between 1 and 32.`)
		default:
			count = int(n)
		}
	}
	var zones []ir.Value
	names := c.invoke("aws:index/getAvailabilityZones:getAvailabilityZones", ir.Obj("state", "available"), "names")
	for i := range count {
		zones = append(zones, ir.NewCall(ir.FuncIndex, names, ir.Number(i)))
	}
	return zones
}

// A natPlan is what the argument nat comes to.
type natPlan struct {
	instances bool         // EC2 instances, not gateways
	ip        []arg.String // allocation IDs of existing addresses
	instance  ir.Value     // instance type
	ami, role ir.Value     // nil for the defaults
}

// vpcNAT returns nil if there is to be no NAT.
func (c *Scope) vpcNAT(a *vpcArgs, zones int) *natPlan {
	if a.NAT == nil {
		return nil
	}
	plan := &natPlan{instance: ir.String("t4g.nano")}
	if a.NAT.A != nil {
		plan.instances = a.NAT.A.Is("ec2")
		return plan
	}
	n := a.NAT.B
	if n == nil {
		return nil
	}
	switch {
	case n.EC2 != nil && n.Type.Is("managed"):
		c.errorAt(n.Type.At, diag.ConflictingArguments, "Conflicting arguments", `"type" cannot be "managed" when "ec2" is given. Leave out one of them.`)
	case n.EC2 == nil && !n.Type.Set():
		c.errorAt(a.NAT.At, diag.MissingArgument, "Missing argument", `"nat" needs a "type", "managed" or "ec2", or the argument "ec2".`)
	}
	if n.IP != nil && len(n.IP) != zones {
		c.errorAt(a.NAT.At.Key("ip"), diag.InvalidValue, "Invalid value",
			fmt.Sprintf("There must be one Elastic IP for each availability zone: %d, not %d.", zones, len(n.IP)))
		return nil
	}
	plan.ip = n.IP
	plan.instances = n.EC2 != nil || n.Type.Is("ec2")
	if n.EC2 != nil {
		plan.instance = n.EC2.Instance.Or("t4g.nano")
		plan.ami, plan.role = n.EC2.AMI.V, n.EC2.Role.V
	}
	return plan
}

// anyTraffic is a rule for all ports and protocols.
func anyTraffic(cidr any) *ir.Object {
	return ir.Obj("fromPort", 0, "toPort", 0, "protocol", "-1", "cidrBlocks", ir.List{ir.Of(cidr)})
}

// keyPair makes the key to the bastion and keeps it where `sst tunnel` looks.
func (n *network) keyPair() {
	c := n.c
	key := c.resource("TlsPrivateKey", "tls:index/privateKey:PrivateKey", ir.Obj("algorithm", "RSA", "rsaBits", 4096), arg.Transform{})
	c.resource("PrivateKeyValue", "aws:ssm/parameter:Parameter", ir.Obj(
		"name", ir.Concat("/sst/vpc/", n.vpc.Attr("id"), "/private-key-value"),
		"description", "Bastion host private key",
		"type", "SecureString",
		"value", ir.NewCall(ir.FuncSecret, key.Attr("privateKeyOpenssh")),
	), arg.Transform{})
	n.keyName = c.resource("KeyPair", "aws:ec2/keyPair:KeyPair", ir.Obj("publicKey", key.Attr("publicKeyOpenssh")), arg.Transform{}).Attr("keyName")
}

func (n *network) gateway(t arg.Transform) {
	n.internetGateway = n.c.resource("InternetGateway", "aws:ec2/internetGateway:InternetGateway", ir.Obj("vpcId", n.vpc.Attr("id")), t)
}

// public makes a public subnet in each zone, and private a private one. The
// address range of the i-th is cidr(i).
func (n *network) public(cidr func(i int) string, subnet, table arg.Transform) {
	for i := range n.zones {
		routes := ir.List{ir.Obj("cidrBlock", "0.0.0.0/0", "gatewayId", n.internetGateway.Attr("id"))}
		s, t := n.subnet("Public", i, ir.Obj("cidrBlock", cidr(i), "mapPublicIpOnLaunch", true), routes, subnet, table)
		n.publicSubnets, n.publicTables = append(n.publicSubnets, s), append(n.publicTables, t)
	}
}

func (n *network) private(cidr func(i int) string, subnet, table arg.Transform) {
	for i := range n.zones {
		routes := ir.List{}
		if i < len(n.gateways) {
			routes = append(routes, ir.Obj("cidrBlock", "0.0.0.0/0", "natGatewayId", n.gateways[i].Attr("id")))
		}
		if i < len(n.natInstances) {
			routes = append(routes, ir.Obj("cidrBlock", "0.0.0.0/0", "networkInterfaceId", n.natInstances[i].Attr("primaryNetworkInterfaceId")))
		}
		s, t := n.subnet("Private", i, ir.Obj("cidrBlock", cidr(i)), routes, subnet, table)
		n.privateSubnets, n.privateTables = append(n.privateSubnets, s), append(n.privateTables, t)
	}
}

// subnet makes the i-th subnet of a kind, with its route table.
func (n *network) subnet(kind string, i int, props *ir.Object, routes ir.List, st, tt arg.Transform) (subnet, table ResourceHandle) {
	c, number := n.c, fmt.Sprint(i+1)
	subnet = c.resource(kind+"Subnet"+number, "aws:ec2/subnet:Subnet",
		ir.Obj("vpcId", n.vpc.Attr("id"), "availabilityZone", n.zones[i]).Merge(props), st)
	table = c.resource(kind+"RouteTable"+number, "aws:ec2/routeTable:RouteTable",
		ir.Obj("vpcId", n.vpc.Attr("id"), "routes", routes), tt)
	c.resource(kind+"RouteTableAssociation"+number, "aws:ec2/routeTableAssociation:RouteTableAssociation", ir.Obj(
		"subnetId", subnet.Attr("id"),
		"routeTableId", table.Attr("id"),
	), arg.Transform{})
	return subnet, table
}

// addresses makes an Elastic IP for each zone, or refers to those given.
func (n *network) addresses(existing []arg.String, t arg.Transform) {
	for i := range n.zones {
		suffix := fmt.Sprint("ElasticIp", i+1)
		var ip ResourceHandle
		if existing != nil {
			ip = n.c.read(n.c.name()+suffix, "aws:ec2/eip:Eip", existing[i].V, &ir.Object{})
		} else {
			ip = n.c.resource(suffix, "aws:ec2/eip:Eip", ir.Obj("domain", "vpc"), t)
		}
		n.elasticIPs = append(n.elasticIPs, ip)
	}
}

// attached makes what has a public address wait for the internet gateway: a
// network without one can have no such address, and one that has such addresses
// cannot lose its gateway.
func (n *network) attached() ResourceOption { return dependsOn(n.internetGateway) }

func (n *network) natGateways(t arg.Transform) {
	for i, subnet := range n.publicSubnets {
		n.gateways = append(n.gateways, n.c.resource(fmt.Sprint("NatGateway", i+1), "aws:ec2/natGateway:NatGateway", ir.Obj(
			"subnetId", subnet.Attr("id"),
			"allocationId", n.elasticIPs[i].Attr("id"),
		), t, n.attached()))
	}
}

// instances makes NAT instances. The first of them is the bastion as well, if
// there is to be one.
func (n *network) instances(nat *natPlan, bastion bool, group, instance arg.Transform) {
	c := n.c
	n.natSecurityGroup = c.resource("NatInstanceSecurityGroup", "aws:ec2/securityGroup:SecurityGroup", ir.Obj(
		"vpcId", n.vpc.Attr("id"),
		"description", groupDescription,
		"ingress", ir.List{anyTraffic("0.0.0.0/0")},
		"egress", ir.List{anyTraffic("0.0.0.0/0")},
		"tags", ir.Obj("sst:is-nat-sg", "true"),
	), group)
	c.node("natSecurityGroup", n.natSecurityGroup)
	var role ResourceHandle
	if nat.role != nil {
		role = c.read(c.name()+"NatInstanceRole", "aws:iam/role:Role", nat.role, &ir.Object{})
	} else {
		role = c.instanceRole("NatInstanceRole")
	}
	profile := c.resource("NatInstanceProfile", "aws:iam/instanceProfile:InstanceProfile", ir.Obj("role", role.Attr("name")), arg.Transform{})
	if nat.ami == nil {
		// The account is that of the fck-nat project.
		nat.ami = c.latestImage("568608671756", "fck-nat-al2023-*")
	}
	for i := range n.zones {
		tags := ir.Obj("Name", c.name()+" NAT Instance", "sst:is-nat", "true")
		if bastion && i == 0 {
			tags = tags.With("sst:is-bastion", ir.String("true"))
		}
		nat := c.resource(fmt.Sprint("NatInstance", i+1), "aws:ec2/instance:Instance", ir.Obj(
			"instanceType", nat.instance,
			"ami", nat.ami,
			"subnetId", n.publicSubnets[i].Attr("id"),
			"vpcSecurityGroupIds", ir.List{n.natSecurityGroup.Attr("id")},
			"iamInstanceProfile", profile.Attr("name"),
			"sourceDestCheck", false,
			"keyName", n.keyName,
			"tags", tags,
		), instance, n.attached())
		c.resource(fmt.Sprint("NatInstanceEipAssociation", i+1), "aws:ec2/eipAssociation:EipAssociation", ir.Obj(
			"instanceId", nat.Attr("id"),
			"allocationId", n.elasticIPs[i].Attr("id"),
		), arg.Transform{})
		n.natInstances = append(n.natInstances, nat)
	}
}

// groupDescription is what Pulumi's provider writes where a program gives no
// description. Another text would replace the groups of a VPC that SST made.
const groupDescription = "Managed by Pulumi"

// instanceRole makes a role for instances that Systems Manager looks after.
func (c *Scope) instanceRole(suffix string) ResourceHandle {
	return c.resource(suffix, "aws:iam/role:Role", ir.Obj(
		"assumeRolePolicy", assumeRolePolicy("ec2.amazonaws.com"),
		"managedPolicyArns", ir.List{managedPolicy("AmazonSSMManagedInstanceCore")},
	), arg.Transform{})
}

// latestImage is the newest image for arm64 of an owner and a name pattern.
func (c *Scope) latestImage(owner, pattern string) ir.Value {
	return c.invoke("aws:ec2/getAmi:getAmi", ir.Obj(
		"owners", []string{owner},
		"filters", ir.List{
			ir.Obj("name", "name", "values", []string{pattern}),
			ir.Obj("name", "architecture", "values", []string{"arm64"}),
		},
		"mostRecent", true,
	), "id")
}

// bastion returns the host through which the VPC is reached, and makes one if
// there is no NAT instance that can be it.
func (n *network) bastion(a *vpcArgs) ResourceHandle {
	c := n.c
	if len(n.natInstances) > 0 {
		c.node("bastionInstance", n.natInstances[0])
		c.node("bastionSecurityGroup", n.natSecurityGroup)
		return n.natInstances[0]
	}
	group := c.resource("BastionSecurityGroup", "aws:ec2/securityGroup:SecurityGroup", ir.Obj(
		"vpcId", n.vpc.Attr("id"),
		"description", groupDescription,
		"ingress", ir.List{ir.Obj("protocol", "tcp", "fromPort", 22, "toPort", 22, "cidrBlocks", []string{"0.0.0.0/0"})},
		"egress", ir.List{anyTraffic("0.0.0.0/0")},
		"tags", ir.Obj("sst:is-bastion-sg", "true"),
	), a.Transform.BastionSecurityGroup)
	var profile ResourceHandle
	if b := a.Bastion.B; b != nil {
		if name, _ := b.InstanceProfile.Known(); strings.HasPrefix(name, "arn:") {
			c.errorAt(b.InstanceProfile.At, diag.InvalidValue, "Invalid value", "The instance profile of the bastion is given by name, not by ARN.")
		}
		profile = c.read(c.name()+"BastionProfile", "aws:iam/instanceProfile:InstanceProfile", b.InstanceProfile.Or(""), &ir.Object{})
	} else {
		role := c.instanceRole("BastionRole")
		profile = c.resource("BastionProfile", "aws:iam/instanceProfile:InstanceProfile", ir.Obj("role", role.Attr("name")), arg.Transform{})
	}
	host := c.resource("BastionInstance", "aws:ec2/instance:Instance", ir.Obj(
		"instanceType", "t4g.nano",
		"ami", c.latestImage("amazon", "al2023-ami-20*"),
		"subnetId", n.publicSubnets[0].Attr("id"),
		"vpcSecurityGroupIds", ir.List{group.Attr("id")},
		"iamInstanceProfile", profile.Attr("name"),
		"keyName", n.keyName,
		"tags", ir.Obj("sst:is-bastion", "true"),
	), a.Transform.BastionInstance, n.attached())
	c.node("bastionInstance", host)
	c.node("bastionSecurityGroup", group)
	return host
}

type vpcGetParams struct {
	Name  string     `arg:"name,required"`
	VPCID arg.String `arg:"vpcId,required" doc:"The VPC's ID."`
	Opts  arg.Value  `arg:"opts"`
}

// vpcGet finds the parts of the VPC by the names and tags that they were given
// when it was made. How many there are is known only at deployment, so that
// the nodes that are lists cannot be had one by one.
func vpcGet(c *Scope, p *vpcGetParams) ir.Value {
	return c.ref(p.Name, p.Opts.V, func(c *Scope) {
		id := p.VPCID.Or("")
		inVPC := func(filter, value string) ir.List {
			return ir.List{ir.Obj("name", "vpc-id", "values", ir.List{id}), ir.Obj("name", filter, "values", []string{value})}
		}
		find := func(token, filter, value string) ir.Value {
			return c.invoke(token, ir.Obj("filters", inVPC(filter, value)), "ids")
		}
		first := func(list ir.Value) ir.Value { return ir.NewCall(ir.FuncIndex, list, ir.Number(0)) }
		subnets := "aws:ec2/getSubnets:getSubnets"

		vpc := c.read(p.Name+"Vpc", "aws:ec2/vpc:Vpc", id, &ir.Object{})
		group := c.read(p.Name+"SecurityGroup", "aws:ec2/securityGroup:SecurityGroup",
			first(find("aws:ec2/getSecurityGroups:getSecurityGroups", "group-name", "default")), &ir.Object{})
		c.out("id", vpc.Attr("id"))
		c.out("publicSubnets", find(subnets, "tag:Name", "*Public*"))
		c.out("privateSubnets", find(subnets, "tag:Name", "*Private*"))
		c.out("securityGroups", ir.List{group.Attr("id")})
		c.out("bastion", first(find("aws:ec2/getInstances:getInstances", "tag:sst:is-bastion", "true")))
		c.node("vpc", vpc)
		c.node("securityGroup", group)

		// Route 53's zone of the namespace says at the end of its description
		// which one that is: "...:namespace/ns-abc".
		zone := c.invoke("aws:route53/getZone:getZone", ir.Obj("name", "sst", "privateZone", true, "vpcId", id), "linkedServiceDescription")
		c.node("cloudmapNamespace", c.read(p.Name+"CloudmapNamespace", "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
			ir.NewCall(ir.FuncIndex, ir.NewCall(ir.FuncSplit, ir.String(":namespace/"), zone), ir.Number(1)), ir.Obj("vpc", id)))
		c.linkable(&ir.Object{})
	})
}

type vpcV1Args struct {
	AZ        arg.OneOf[arg.Number, []arg.String] `arg:"az" doc:"How many availability zones. Default 2."`
	Transform struct {
		VPC               arg.Transform `arg:"vpc" of:"aws:ec2/vpc:Vpc"`
		InternetGateway   arg.Transform `arg:"internetGateway" of:"aws:ec2/internetGateway:InternetGateway"`
		NATGateway        arg.Transform `arg:"natGateway" of:"aws:ec2/natGateway:NatGateway"`
		ElasticIP         arg.Transform `arg:"elasticIp" of:"aws:ec2/eip:Eip"`
		SecurityGroup     arg.Transform `arg:"securityGroup" of:"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"`
		PublicSubnet      arg.Transform `arg:"publicSubnet" of:"aws:ec2/subnet:Subnet"`
		PrivateSubnet     arg.Transform `arg:"privateSubnet" of:"aws:ec2/subnet:Subnet"`
		PublicRouteTable  arg.Transform `arg:"publicRouteTable" of:"aws:ec2/routeTable:RouteTable"`
		PrivateRouteTable arg.Transform `arg:"privateRouteTable" of:"aws:ec2/routeTable:RouteTable"`
	} `arg:"transform" doc:"Changes to the resources that it makes."`
}

var vpcV1 = define(Definition{
	Type:    "sst.aws.Vpc.v1",
	Doc:     "The first version of Vpc: smaller subnets, and always NAT gateways.",
	Outputs: vpcOutputs,
	Nodes:   vpcNodes,
}, newVpcV1)

func newVpcV1(c *Scope, a *vpcV1Args) {
	n := &network{c: c, zones: c.availabilityZones(a.AZ)}
	t := a.Transform
	n.vpc = c.resource("Vpc", "aws:ec2/vpc:Vpc", ir.Obj(
		"cidrBlock", "10.0.0.0/16",
		"enableDnsSupport", true,
		"enableDnsHostnames", true,
	), t.VPC)
	n.gateway(t.InternetGateway)
	securityGroup := c.resource("SecurityGroup", "aws:ec2/securityGroup:SecurityGroup", ir.Obj(
		"vpcId", n.vpc.Attr("id"),
		"description", groupDescription,
		"egress", ir.List{anyTraffic("0.0.0.0/0")},
		"ingress", ir.List{anyTraffic("0.0.0.0/0")},
	), t.SecurityGroup)
	n.public(func(i int) string { return fmt.Sprintf("10.0.%d.0/24", i+1) }, t.PublicSubnet, t.PublicRouteTable)
	n.addresses(nil, t.ElasticIP)
	n.natGateways(t.NATGateway)
	n.private(func(i int) string { return fmt.Sprintf("10.0.%d.0/24", len(n.zones)+i+1) }, t.PrivateSubnet, t.PrivateRouteTable)
	n.finish(securityGroup)
}
