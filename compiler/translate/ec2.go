package translate

import (
	"fmt"
	"strings"

	"github.com/sstc/sstc/compiler/ir"
)

var ec2Rows = []row{
	{
		pulumi: "aws:ec2/vpc:Vpc",
		cfn:    "AWS::EC2::VPC",
		attrs: map[string]string{
			"arn":                    "arn:{aws:partition}:ec2:{aws:region}:{aws:account}:vpc/{Ref}",
			"defaultNetworkAclId":    "DefaultNetworkAcl",
			"defaultSecurityGroupId": "DefaultSecurityGroup",
			"ownerId":                "aws:account",
		},
		computed: map[string]func(*translator, *entry) ir.Value{
			"ipv6CidrBlock": func(t *translator, e *entry) ir.Value {
				return ir.NewCall(ir.FuncIndex, ir.Ref{Resource: e.id(), Attr: "Ipv6CidrBlocks"}, ir.Number(0))
			},
		},
		prepare: func(b *builder) {
			if isTrue(b.take("assignGeneratedIpv6CidrBlock")) {
				b.add("Ipv6", "AWS::EC2::VPCCidrBlock", ir.Obj("VpcId", b.self("Ref"), "AmazonProvidedIpv6CidrBlock", true))
			}
		},
	},
	{
		pulumi: "aws:ec2/subnet:Subnet",
		cfn:    "AWS::EC2::Subnet",
		names: map[string]string{
			"enableResourceNameDnsARecordOnLaunch":    "PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsARecord",
			"enableResourceNameDnsAaaaRecordOnLaunch": "PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsAAAARecord",
			"privateDnsHostnameTypeOnLaunch":          "PrivateDnsNameOptionsOnLaunch.HostnameType",
		},
		attrs: map[string]string{
			"arn":     "arn:{aws:partition}:ec2:{aws:region}:{aws:account}:subnet/{Ref}",
			"ownerId": "aws:account",
		},
	},
	{
		pulumi: "aws:ec2/internetGateway:InternetGateway",
		cfn:    "AWS::EC2::InternetGateway",
		attrs: map[string]string{
			"arn":     "arn:{aws:partition}:ec2:{aws:region}:{aws:account}:internet-gateway/{Ref}",
			"ownerId": "aws:account",
		},
		prepare: func(b *builder) {
			if vpc := b.take("vpcId"); vpc != nil {
				b.add("Attachment", "AWS::EC2::VPCGatewayAttachment", ir.Obj("InternetGatewayId", b.self("Ref"), "VpcId", vpc))
				b.entry.linked = true
			}
		},
	},
	{pulumi: "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment", cfn: "AWS::EC2::VPCGatewayAttachment"},
	{pulumi: "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway", cfn: "AWS::EC2::EgressOnlyInternetGateway"},
	{
		pulumi: "aws:ec2/routeTable:RouteTable",
		cfn:    "AWS::EC2::RouteTable",
		attrs: map[string]string{
			"arn":     "arn:{aws:partition}:ec2:{aws:region}:{aws:account}:route-table/{Ref}",
			"ownerId": "aws:account",
		},
		prepare: inlineRoutes,
	},
	{
		pulumi: "aws:ec2/route:Route",
		cfn:    "AWS::EC2::Route",
		names:  map[string]string{"egressOnlyGatewayId": "EgressOnlyInternetGatewayId"},
		finish: func(b *builder) { routeToInstance(b.out) },
	},
	{
		pulumi: "aws:ec2/routeTableAssociation:RouteTableAssociation",
		cfn:    "AWS::EC2::SubnetRouteTableAssociation",
		variant: func(t *translator, e *entry) *row {
			if e.res.Props.Has("gatewayId") {
				return &gatewayRouteTableAssociation
			}
			return e.row
		},
	},
	{
		pulumi: "aws:ec2/natGateway:NatGateway",
		cfn:    "AWS::EC2::NatGateway",
		names:  map[string]string{"privateIp": "PrivateIpAddress"},
		attrs:  map[string]string{"networkInterfaceId": "EniId"},
		computed: map[string]func(*translator, *entry) ir.Value{
			"publicIp": func(t *translator, e *entry) ir.Value {
				if eip := t.refTo(e.res.Props.Get("allocationId")); eip != nil && eip.res.Read == nil {
					return t.reference(ir.Ref{Resource: eip.res.ID, Attr: "publicIp"}, nil)
				}
				return nil
			},
		},
		finish: func(b *builder) { b.waitForGateway(b.refTo(b.r.Props.Get("subnetId"))) },
	},
	{
		pulumi: "aws:ec2/eip:Eip",
		cfn:    "AWS::EC2::EIP",
		names:  map[string]string{"instance": "InstanceId"},
		attrs: map[string]string{
			"id":  "AllocationId",
			"arn": "arn:{aws:partition}:ec2:{aws:region}:{aws:account}:elastic-ip/{AllocationId}",
		},
	},
	{
		pulumi:  "aws:ec2/eipAssociation:EipAssociation",
		cfn:     "AWS::EC2::EIPAssociation",
		names:   map[string]string{"publicIp": "EIP"},
		ignored: "allowReassociation",
		finish: func(b *builder) {
			if instance := b.refTo(b.r.Props.Get("instanceId")); instance != nil {
				b.waitForGateway(b.refTo(instance.res.Props.Get("subnetId")))
			}
		},
	},
	{
		pulumi:  "aws:ec2/securityGroup:SecurityGroup",
		cfn:     "AWS::EC2::SecurityGroup",
		names:   map[string]string{"name": "GroupName", "description": "GroupDescription"},
		ignored: "namePrefix revokeRulesOnDelete",
		attrs: map[string]string{
			"id":      "GroupId",
			"arn":     "arn:{aws:partition}:ec2:{aws:region}:{aws:account}:security-group/{GroupId}",
			"ownerId": "aws:account",
		},
		prepare: securityGroup,
	},
	{
		pulumi:  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
		prepare: defaultSecurityGroup,
		computed: map[string]func(*translator, *entry) ir.Value{
			"id": (*translator).defaultSecurityGroupID,
			"arn": func(t *translator, e *entry) ir.Value {
				return expand("arn:{aws:partition}:ec2:{aws:region}:{aws:account}:security-group/{id}",
					func(string) ir.Value { return t.defaultSecurityGroupID(e) })
			},
		},
	},
	{pulumi: "aws:ec2/securityGroupRule:SecurityGroupRule", prepare: securityGroupRule},
	{
		pulumi: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
		cfn:    "AWS::EC2::SecurityGroupIngress",
		names: map[string]string{
			"cidrIpv4":                  "CidrIp",
			"prefixListId":              "SourcePrefixListId",
			"referencedSecurityGroupId": "SourceSecurityGroupId",
			"securityGroupId":           "GroupId",
		},
		dropped: "tags",
	},
	{
		pulumi: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
		cfn:    "AWS::EC2::SecurityGroupEgress",
		names: map[string]string{
			"cidrIpv4":                  "CidrIp",
			"prefixListId":              "DestinationPrefixListId",
			"referencedSecurityGroupId": "DestinationSecurityGroupId",
			"securityGroupId":           "GroupId",
		},
		dropped: "tags",
	},
	{
		pulumi:  "aws:ec2/vpcEndpoint:VpcEndpoint",
		cfn:     "AWS::EC2::VPCEndpoint",
		names:   map[string]string{"policy": "PolicyDocument"},
		ignored: "autoAccept",
		attrs:   map[string]string{"arn": "arn:{aws:partition}:ec2:{aws:region}:{aws:account}:vpc-endpoint/{Ref}"},
		computed: map[string]func(*translator, *entry) ir.Value{
			"dnsEntries.0.dnsName":      dnsEntry(1),
			"dnsEntries.0.hostedZoneId": dnsEntry(0),
		},
	},
	{
		pulumi: "aws:ec2/instance:Instance",
		cfn:    "AWS::EC2::Instance",
		names: map[string]string{
			"ami":                 "ImageId",
			"ebsBlockDevices":     "BlockDeviceMappings",
			"hibernation":         "HibernationOptions.Configured",
			"launchTemplate.id":   "LaunchTemplateId",
			"launchTemplate.name": "LaunchTemplateName",
			"placementGroup":      "PlacementGroupName",
			"privateIp":           "PrivateIpAddress",
			"userDataBase64":      "UserData",
			"vpcSecurityGroupIds": "SecurityGroupIds",
		},
		forms: map[string]form{
			"ebsBlockDevices": blockDevices,
			"ipv6Addresses":   objectsOf("Ipv6Address"),
			"userData":        func(b *builder, v ir.Value) ir.Value { return ir.NewCall(ir.FuncBase64Encode, v) },
		},
		implied: map[string]ir.Value{"disableApiStop": ir.Bool(false)},
		ignored: "forceDestroy getPasswordData userDataReplaceOnChange",
		why: map[string]string{"rootBlockDevice": "CloudFormation needs the name of the device, which the image decides. " +
			"Write it as one of ebsBlockDevices, with its deviceName."},
		attrs: map[string]string{
			"arn":        "arn:{aws:partition}:ec2:{aws:region}:{aws:account}:instance/{Ref}",
			"privateDns": "PrivateDnsName",
			"publicDns":  "PublicDnsName",
		},
		computed: map[string]func(*translator, *entry) ir.Value{
			// CloudFormation does not give it; a route, which is what it is
			// for, can name the instance instead (routeToInstance).
			"primaryNetworkInterfaceId": func(t *translator, e *entry) ir.Value { return ir.Ref{Resource: e.id(), Attr: primaryInterface} },
		},
		prepare: instanceInterface,
		finish: func(b *builder) {
			if b.get("LaunchTemplate") != nil {
				defaults("LaunchTemplate.Version", "$Default")(b)
			}
		},
	},
	{
		pulumi:  "aws:ec2/keyPair:KeyPair",
		cfn:     "AWS::EC2::KeyPair",
		names:   map[string]string{"publicKey": "PublicKeyMaterial"},
		ignored: "keyNamePrefix",
		attrs:   map[string]string{"fingerprint": "KeyFingerprint"},
		finish:  nameInApp("KeyName"),
	},
	{
		pulumi: "aws:ec2/launchTemplate:LaunchTemplate",
		cfn:    "AWS::EC2::LaunchTemplate",
		within: "LaunchTemplateData",
		names: map[string]string{
			"description":                        "VersionDescription",
			"name":                               "LaunchTemplateName",
			"networkInterfaces.securityGroups":   "Groups",
			"networkInterfaces.ipv4Addresses":    "PrivateIpAddresses",
			"networkInterfaces.ipv4AddressCount": "SecondaryPrivateIpAddressCount",
			"securityGroupNames":                 "LaunchTemplateData.SecurityGroups",
			"tagSpecifications":                  "LaunchTemplateData.TagSpecifications",
			"tags":                               "TagSpecifications",
			"vpcSecurityGroupIds":                "LaunchTemplateData.SecurityGroupIds",
		},
		forms: map[string]form{
			"tags": func(b *builder, v ir.Value) ir.Value {
				o, ok := v.(*ir.Object)
				if !ok {
					return v
				}
				return ir.List{ir.Obj("ResourceType", "launch-template", "Tags", pairs(o, "Key"))}
			},
			"networkInterfaces.ipv4Addresses": func(b *builder, v ir.Value) ir.Value {
				l, _ := v.(ir.List)
				out := make(ir.List, len(l))
				for i, e := range l {
					out[i] = ir.Obj("Primary", i == 0, "PrivateIpAddress", e)
				}
				return out
			},
			"networkInterfaces.ipv6Addresses": objectsOf("Ipv6Address"),
			"networkInterfaces.ipv4Prefixes":  objectsOf("Ipv4Prefix"),
			"networkInterfaces.ipv6Prefixes":  objectsOf("Ipv6Prefix"),
		},
		ignored: "namePrefix updateDefaultVersion defaultVersion",
		attrs: map[string]string{
			"arn":            "arn:{aws:partition}:ec2:{aws:region}:{aws:account}:launch-template/{Ref}",
			"defaultVersion": "DefaultVersionNumber",
			"latestVersion":  "LatestVersionNumber",
		},
	},
	{
		pulumi: "aws:ec2/flowLog:FlowLog",
		cfn:    "AWS::EC2::FlowLog",
		names:  map[string]string{"iamRoleArn": "DeliverLogsPermissionArn"},
		prepare: func(b *builder) {
			for _, kind := range flowLogKinds {
				if id := b.take(kind[0]); id != nil {
					b.set("ResourceId", id)
					b.set("ResourceType", kind[1])
				}
			}
		},
	},
	{
		pulumi:  "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
		cfn:     "AWS::EC2::VPCPeeringConnection",
		ignored: "autoAccept",
	},
}

// flowLogKinds are what flow logs can be of: Pulumi's property, CloudFormation's
// word.
var flowLogKinds = [][2]string{
	{"vpcId", "VPC"}, {"subnetId", "Subnet"}, {"eniId", "NetworkInterface"}, {"transitGatewayId", "TransitGateway"},
	{"transitGatewayAttachmentId", "TransitGatewayAttachment"}, {"regionalNatGatewayId", "RegionalNatGateway"},
}

var gatewayRouteTableAssociation = row{
	pulumi: "aws:ec2/routeTableAssociation:RouteTableAssociation",
	cfn:    "AWS::EC2::GatewayRouteTableAssociation",
}

// primaryInterface is an attribute that CloudFormation's instances do not
// have. A reference to it that is left anywhere is reported as such.
const primaryInterface = "PrimaryNetworkInterfaceId"

// objectsOf writes a list of strings as a list of objects with one property.
func objectsOf(property string) form {
	return func(b *builder, v ir.Value) ir.Value {
		l, ok := v.(ir.List)
		if !ok {
			return v
		}
		out := make(ir.List, len(l))
		for i, e := range l {
			out[i] = ir.Obj(property, e)
		}
		return out
	}
}

// dnsEntry is a part of a VPC endpoint's first DNS entry, which
// CloudFormation writes as "<hosted zone>:<name>".
func dnsEntry(part int) func(*translator, *entry) ir.Value {
	return func(t *translator, e *entry) ir.Value {
		first := ir.NewCall(ir.FuncIndex, ir.Ref{Resource: e.id(), Attr: "DnsEntries"}, ir.Number(0))
		return ir.NewCall(ir.FuncIndex, ir.NewCall(ir.FuncSplit, ir.String(":"), first), ir.Number(part))
	}
}

// inlineRoutes makes a resource of each route of a table, named after its
// destination.
func inlineRoutes(b *builder) {
	for i, r := range b.takeList("routes") {
		o := objectIn(r)
		props := ir.Obj("RouteTableId", b.self("Ref"))
		suffix := fmt.Sprintf("Route%d", i+1)
		for _, f := range o.Fields {
			if f.Value == (ir.Null{}) || f.Value == ir.Value(ir.String("")) {
				continue
			}
			key := capital(f.Key)
			switch f.Key {
			case "cidrBlock":
				key = "DestinationCidrBlock"
			case "ipv6CidrBlock":
				key = "DestinationIpv6CidrBlock"
			case "egressOnlyGatewayId":
				key = "EgressOnlyInternetGatewayId"
			}
			if s, ok := f.Value.(ir.String); ok && strings.HasPrefix(key, "Destination") {
				suffix = "Route" + strings.Map(func(r rune) rune {
					if isAlnum(r) {
						return r
					}
					return -1
				}, string(s))
			}
			props = props.With(key, f.Value)
		}
		routeToInstance(props)
		b.add(suffix, "AWS::EC2::Route", props)
	}
}

// routeToInstance names the instance where a route names its primary network
// interface.
func routeToInstance(route *ir.Object) {
	for i, f := range route.Fields {
		if ref, ok := f.Value.(ir.Ref); ok && f.Key == "NetworkInterfaceId" && ref.Attr == primaryInterface {
			route.Fields[i] = ir.Field{Key: "InstanceId", Value: ir.Ref{Resource: ref.Resource, Attr: "Ref"}}
		}
	}
}

// waitForGateway makes what needs a way to the internet wait until the VPC of
// its subnet has one. Pulumi attaches a gateway when it creates it;
// CloudFormation has a resource for that, to which nothing refers.
func (b *builder) waitForGateway(subnet *entry) {
	if subnet == nil || subnet.res.Read != nil {
		return
	}
	vpc := ir.PrintValue(b.value(subnet.res.Props.Get("vpcId")))
	for _, r := range b.p.Resources {
		if r.Type == "aws:ec2/internetGateway:InternetGateway" && r.Read == nil && ir.PrintValue(b.value(r.Props.Get("vpcId"))) == vpc {
			// Its parts are made beside it, whenever that is.
			b.target.Options.DependsOn = append(b.target.Options.DependsOn, r.ID+"Attachment")
		}
	}
}

// A ruleKind is the direction of a security group's rule.
type ruleKind struct{ name, typ, other string }

var (
	ingressRule = ruleKind{"Ingress", "AWS::EC2::SecurityGroupIngress", "Source"}
	egressRule  = ruleKind{"Egress", "AWS::EC2::SecurityGroupEgress", "Destination"}
)

// securityGroup writes the rules of a group. A group without rules for what
// goes out lets nothing out, in Pulumi; in CloudFormation it lets out all, so
// that it gets a rule that nothing matches.
func securityGroup(b *builder) {
	if b.in.Get("vpcId") == nil {
		// Rules for what goes out must come with a VPC: the default one.
		b.set("VpcId", b.lookup(&ir.Invoke{
			ID: "DefaultVpc", Token: "aws:ec2/getVpc:getVpc", Args: ir.Obj("default", true), Range: b.r.Range,
		}, []string{"id"}, false))
	}
	if b.in.Get("description") == nil {
		b.set("GroupDescription", "Managed by Pulumi")
	}
	var egress ir.List
	for _, kind := range []ruleKind{ingressRule, egressRule} {
		var inline ir.List
		for _, r := range b.takeList(strings.ToLower(kind.name)) {
			rules, self := b.expandRule(r, kind)
			inline = append(inline, rules...)
			if self != nil {
				b.add(kind.name+"Self", kind.typ, self.With("GroupId", b.self("GroupId")).With(kind.other+"SecurityGroupId", b.self("GroupId")))
			}
		}
		if inline != nil {
			b.set("SecurityGroup"+kind.name, inline)
		}
		if kind == egressRule {
			egress = inline
		}
	}
	if egress == nil {
		b.set("SecurityGroupEgress", ir.List{ir.Obj("CidrIp", "255.255.255.255/32", "Description", "Nothing goes out",
			"IpProtocol", "icmp", "FromPort", 252, "ToPort", 86)})
	}
}

// expandRule makes a rule for each source or destination of one of Pulumi's,
// and, if it is also for the group itself, what such a rule has beside the
// group.
func (b *builder) expandRule(v ir.Value, kind ruleKind) (rules ir.List, self *ir.Object) {
	o, ok := v.(*ir.Object)
	if !ok {
		b.unknownValue(strings.ToLower(kind.name))
		return nil, nil
	}
	rule := &ir.Object{}
	if d := o.Get("description"); d != nil && d != ir.Value(ir.String("")) && d != (ir.Null{}) {
		rule = rule.With("Description", d)
	}
	protocol := o.Get("protocol")
	if protocol == ir.Value(ir.String("all")) || protocol == ir.Value(ir.Number(-1)) {
		protocol = ir.String("-1")
	}
	rule = rule.With("IpProtocol", text(protocol))
	if protocol != ir.Value(ir.String("-1")) {
		rule = rule.With("FromPort", o.Get("fromPort")).With("ToPort", o.Get("toPort"))
	}
	for _, source := range [][2]string{
		{"cidrBlocks", "CidrIp"}, {"ipv6CidrBlocks", "CidrIpv6"},
		{"prefixListIds", kind.other + "PrefixListId"}, {"securityGroups", kind.other + "SecurityGroupId"},
	} {
		switch list := o.Get(source[0]).(type) {
		case nil, ir.Null:
		case ir.List:
			for _, e := range list {
				rules = append(rules, rule.With(source[1], e))
			}
		default:
			b.unknownValue(strings.ToLower(kind.name) + "." + source[0])
		}
	}
	if s := o.Get("sourceSecurityGroupId"); s != nil && s != (ir.Null{}) {
		rules = append(rules, rule.With(kind.other+"SecurityGroupId", s))
	}
	if isTrue(o.Get("self")) {
		self = rule
	}
	return rules, self
}

// securityGroupRule makes a rule for each source or destination.
func securityGroupRule(b *builder) {
	kind := ingressRule
	if b.take("type") == ir.Value(ir.String("egress")) {
		kind = egressRule
	}
	group := b.take("securityGroupId")
	rules, self := b.expandRule(b.in, kind)
	if self != nil {
		rules = append(rules, self.With(kind.other+"SecurityGroupId", group))
	}
	for i, r := range rules {
		suffix := ""
		if i > 0 {
			suffix = fmt.Sprint(i + 1)
		}
		b.addNamed(suffix, kind.typ, r.(*ir.Object).With("GroupId", group))
	}
	b.in = &ir.Object{}
}

// defaultSecurityGroup adds rules to the group that every VPC has. It cannot
// take away those that are there: that members of the group reach each other,
// and that all may go out.
func defaultSecurityGroup(b *builder) {
	group := b.defaultSecurityGroupID(b.entry)
	if group == nil {
		b.noCounterpart("vpcId")
	}
	if tags := b.take("tags"); tags != nil {
		if o, ok := tags.(*ir.Object); !ok || o.Len() != 1 || !o.Has("Name") {
			b.warn("CloudFormation cannot tag the default security group of a VPC.")
		}
	}
	everything := false
	for _, kind := range []ruleKind{ingressRule, egressRule} {
		n := 0
		for _, r := range b.takeList(strings.ToLower(kind.name)) {
			rules, self := b.expandRule(r, kind)
			if self != nil && kind == egressRule {
				rules = append(rules, self.With("DestinationSecurityGroupId", group))
			}
			for _, rule := range rules {
				o := rule.(*ir.Object)
				if kind == egressRule && o.Get("IpProtocol") == ir.Value(ir.String("-1")) &&
					(o.Get("CidrIp") == ir.Value(ir.String("0.0.0.0/0")) || o.Get("CidrIpv6") == ir.Value(ir.String("::/0"))) {
					everything = true // is there already, and cannot be added again
					continue
				}
				n++
				b.add(fmt.Sprintf("%s%d", kind.name, n), kind.typ, o.With("GroupId", group))
			}
		}
	}
	if !everything {
		b.warn("CloudFormation cannot take away the rule of a VPC's default security group that lets everything out.")
	}
	for _, name := range []string{"vpcId", "revokeRulesOnDelete"} {
		b.take(name)
	}
}

// defaultSecurityGroupID is the ID of the default group of the VPC that a
// DefaultSecurityGroup names.
func (t *translator) defaultSecurityGroupID(e *entry) ir.Value {
	if vpc, ok := e.res.Props.Get("vpcId").(ir.Ref); ok {
		return t.reference(ir.Ref{Resource: vpc.Resource, Attr: "defaultSecurityGroupId"}, nil)
	}
	return nil
}

// instanceInterface writes associatePublicIpAddress, which in CloudFormation is
// a property of a network interface; the interface then has the subnet and the
// groups.
func instanceInterface(b *builder) {
	public := b.take("associatePublicIpAddress")
	if public == nil {
		return
	}
	b.set("NetworkInterfaces", ir.List{ir.Obj(
		"DeviceIndex", "0",
		"AssociatePublicIpAddress", public,
		"SubnetId", b.take("subnetId"),
		"GroupSet", b.take("vpcSecurityGroupIds"),
		"PrivateIpAddress", b.take("privateIp"))})
}

// blockDevices writes the disks of an instance.
func blockDevices(b *builder, v ir.Value) ir.Value {
	list, ok := v.(ir.List)
	if !ok {
		return v
	}
	out := make(ir.List, len(list))
	for i, d := range list {
		o := objectIn(d)
		ebs := objectIn(capitals(o.With("deviceName", nil).With("volumeId", nil).With("tags", nil).With("tagsAll", nil)))
		out[i] = ir.Obj("DeviceName", o.Get("deviceName"), "Ebs", ebs)
	}
	return out
}
