package translate

import (
	"fmt"

	"github.com/sstc/sstc/compiler/ir"
)

var networkingRows = []row{
	{
		pulumi: "aws:ec2/networkAcl:NetworkAcl",
		cfn:    "AWS::EC2::NetworkAcl",
		attrs: map[string]string{
			"arn":     "arn:{aws:partition}:ec2:{aws:region}:{aws:account}:network-acl/{Ref}",
			"ownerId": "aws:account",
		},
	},
	{
		pulumi: "aws:ec2/networkAclRule:NetworkAclRule",
		cfn:    "AWS::EC2::NetworkAclEntry",
		names: map[string]string{
			"fromPort": "PortRange.From",
			"toPort":   "PortRange.To",
			"icmpCode": "Icmp.Code",
			"icmpType": "Icmp.Type",
		},
		forms: map[string]form{"protocol": protocolNumber},
	},
	{
		pulumi: "aws:ec2/networkAclAssociation:NetworkAclAssociation",
		cfn:    "AWS::EC2::SubnetNetworkAclAssociation",
		attrs:  map[string]string{"id": "AssociationId"},
	},
	{
		pulumi: "aws:ec2/networkInterface:NetworkInterface",
		cfn:    "AWS::EC2::NetworkInterface",
		names: map[string]string{
			"privateIp":       "PrivateIpAddress",
			"privateIpsCount": "SecondaryPrivateIpAddressCount",
			"securityGroups":  "GroupSet",
		},
		forms: map[string]form{
			"ipv4Prefixes":  objectsOf("Ipv4Prefix"),
			"ipv6Addresses": objectsOf("Ipv6Address"),
			"ipv6Prefixes":  objectsOf("Ipv6Prefix"),
		},
		attrs: map[string]string{
			"arn":     "arn:{aws:partition}:ec2:{aws:region}:{aws:account}:network-interface/{Ref}",
			"ownerId": "aws:account",
		},
	},
	{
		pulumi: "aws:ec2/managedPrefixList:ManagedPrefixList",
		cfn:    "AWS::EC2::PrefixList",
		names:  map[string]string{"name": "PrefixListName"},
		finish: nameInApp("PrefixListName"),
	},
	{pulumi: "aws:ec2/vpcDhcpOptions:VpcDhcpOptions", cfn: "AWS::EC2::DHCPOptions"},
	{pulumi: "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation", cfn: "AWS::EC2::VPCDHCPOptionsAssociation"},
	{pulumi: "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation", cfn: "AWS::EC2::VPCCidrBlock"},
	{
		pulumi: "aws:ec2/vpcEndpointService:VpcEndpointService",
		cfn:    "AWS::EC2::VPCEndpointService",
	},
	{pulumi: "aws:ec2/customerGateway:CustomerGateway", cfn: "AWS::EC2::CustomerGateway"},
	{pulumi: "aws:ec2/vpnConnection:VpnConnection", cfn: "AWS::EC2::VPNConnection"},
	{pulumi: "aws:ec2/vpnConnectionRoute:VpnConnectionRoute", cfn: "AWS::EC2::VPNConnectionRoute"},
	{
		pulumi: "aws:ec2/vpnGateway:VpnGateway",
		cfn:    "AWS::EC2::VPNGateway",
		finish: defaults("Type", "ipsec.1"),
	},
	{pulumi: "aws:ec2/vpnGatewayAttachment:VpnGatewayAttachment", cfn: "AWS::EC2::VPCGatewayAttachment"},
	{
		pulumi: "aws:ec2transitgateway/transitGateway:TransitGateway",
		cfn:    "AWS::EC2::TransitGateway",
		attrs:  map[string]string{"arn": "TransitGatewayArn"},
	},
	{
		pulumi: "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
		cfn:    "AWS::EC2::TransitGatewayAttachment",
		names: map[string]string{
			"applianceModeSupport":            "Options.ApplianceModeSupport",
			"dnsSupport":                      "Options.DnsSupport",
			"ipv6Support":                     "Options.Ipv6Support",
			"securityGroupReferencingSupport": "Options.SecurityGroupReferencingSupport",
		},
	},
	{
		pulumi: "aws:ec2clientvpn/endpoint:Endpoint",
		cfn:    "AWS::EC2::ClientVpnEndpoint",
		names: map[string]string{
			"authenticationOptions.activeDirectoryId":          "ActiveDirectory.DirectoryId",
			"authenticationOptions.rootCertificateChainArn":    "MutualAuthentication.ClientRootCertificateChainArn",
			"authenticationOptions.samlProviderArn":            "FederatedAuthentication.SAMLProviderArn",
			"authenticationOptions.selfServiceSamlProviderArn": "FederatedAuthentication.SelfServiceSAMLProviderArn",
			"tags": "TagSpecifications",
		},
		forms: map[string]form{"tags": tagSpecification("client-vpn-endpoint")},
		attrs: map[string]string{"arn": "arn:{aws:partition}:ec2:{aws:region}:{aws:account}:client-vpn-endpoint/{Ref}"},
	},
	{pulumi: "aws:ec2clientvpn/networkAssociation:NetworkAssociation", cfn: "AWS::EC2::ClientVpnTargetNetworkAssociation"},
	{pulumi: "aws:ec2clientvpn/authorizationRule:AuthorizationRule", cfn: "AWS::EC2::ClientVpnAuthorizationRule"},
	{pulumi: "aws:ec2clientvpn/route:Route", cfn: "AWS::EC2::ClientVpnRoute"},
	{
		pulumi: "aws:globalaccelerator/accelerator:Accelerator",
		cfn:    "AWS::GlobalAccelerator::Accelerator",
		attrs:  map[string]string{"id": "Ref", "arn": "AcceleratorArn"},
		finish: nameInApp("Name"),
	},
	{
		pulumi: "aws:globalaccelerator/listener:Listener",
		cfn:    "AWS::GlobalAccelerator::Listener",
		attrs:  map[string]string{"id": "Ref", "arn": "ListenerArn"},
	},
	{
		pulumi: "aws:globalaccelerator/endpointGroup:EndpointGroup",
		cfn:    "AWS::GlobalAccelerator::EndpointGroup",
		attrs:  map[string]string{"id": "Ref", "arn": "EndpointGroupArn"},
	},
	{pulumi: "aws:ec2transitgateway/routeTable:RouteTable", cfn: "AWS::EC2::TransitGatewayRouteTable"},
	{pulumi: "aws:ec2transitgateway/route:Route", cfn: "AWS::EC2::TransitGatewayRoute"},
	{
		pulumi:  "aws:ec2transitgateway/routeTableAssociation:RouteTableAssociation",
		cfn:     "AWS::EC2::TransitGatewayRouteTableAssociation",
		ignored: "replaceExistingAssociation",
	},
	{pulumi: "aws:ec2transitgateway/routeTablePropagation:RouteTablePropagation", cfn: "AWS::EC2::TransitGatewayRouteTablePropagation"},
	{
		pulumi: "aws:networkfirewall/firewall:Firewall",
		cfn:    "AWS::NetworkFirewall::Firewall",
		names:  map[string]string{"name": "FirewallName", "availabilityZoneMappings.availabilityZoneId": "AvailabilityZone"},
		attrs:  map[string]string{"arn": "Ref"},
		finish: nameInApp("FirewallName"),
	},
	{pulumi: "aws:vpclattice/service:Service", cfn: "AWS::VpcLattice::Service", attrs: map[string]string{"arn": "Ref"}},
	{pulumi: "aws:vpclattice/serviceNetwork:ServiceNetwork", cfn: "AWS::VpcLattice::ServiceNetwork", attrs: map[string]string{"arn": "Ref"}},
	{
		pulumi:  "aws:lb/trustStore:TrustStore",
		cfn:     "AWS::ElasticLoadBalancingV2::TrustStore",
		ignored: "namePrefix",
		attrs:   map[string]string{"arn": "Ref"},
	},
}

// protocolNumber writes the name of a protocol as its number, which is all that
// CloudFormation takes in a network ACL.
func protocolNumber(b *builder, v ir.Value) ir.Value {
	name, ok := v.(ir.String)
	if !ok {
		return v
	}
	if n, ok := map[ir.String]float64{"all": -1, "tcp": 6, "udp": 17, "icmp": 1, "icmpv6": 58, "ipv6-icmp": 58}[name]; ok {
		return ir.Number(n)
	}
	return number(v)
}

// tagSpecification writes tags as those of a resource of a type.
func tagSpecification(typ string) form {
	return func(b *builder, v ir.Value) ir.Value {
		o, ok := v.(*ir.Object)
		if !ok {
			return v
		}
		return ir.List{ir.Obj("ResourceType", typ, "Tags", pairs(o, "Key"))}
	}
}

// backTags reads tags that are those of a resource of a type.
func backTags(typ string) backForm {
	return func(s *splitter, v ir.Value) ir.Value {
		l, ok := v.(ir.List)
		if !ok || len(l) != 1 || objectIn(l[0]).Get("ResourceType") != ir.Value(ir.String(typ)) {
			s.problem("there are tags of something else than the %s", typ)
			return nil
		}
		tags := &ir.Object{}
		list, _ := objectIn(l[0]).Get("Tags").(ir.List)
		for _, e := range list {
			key, ok := objectIn(e).Get("Key").(ir.String)
			if !ok {
				s.problem("a key of its tags is not known")
				return nil
			}
			tags = tags.With(string(key), objectIn(e).Get("Value"))
		}
		return tags
	}
}

// makeGatewayAttachment attaches a gateway, of either kind, to a VPC.
func makeGatewayAttachment(s *splitter) {
	vpc := s.take("VpcId")
	switch internet, vpn := s.take("InternetGatewayId"), s.take("VpnGatewayId"); {
	case internet != nil:
		s.add("", "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment", ir.Obj("internetGatewayId", internet, "vpcId", vpc))
	case vpn != nil:
		s.add("", "aws:ec2/vpnGatewayAttachment:VpnGatewayAttachment", ir.Obj("vpnGatewayId", vpn, "vpcId", vpc))
	default:
		s.problem("it attaches no gateway")
	}
}

// makeRoutePropagation has each route table learn the routes of a VPN gateway.
func makeRoutePropagation(s *splitter) {
	gateway := s.take("VpnGatewayId")
	for i, table := range s.list("RouteTableIds") {
		suffix := ""
		if i > 0 {
			suffix = fmt.Sprint(i + 1)
		}
		s.add(suffix, "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation", ir.Obj("vpnGatewayId", gateway, "routeTableId", table))
	}
}

// makeCIDRBlock adds a block of addresses to a VPC: one of IPv4, or one of IPv6,
// of which the VPC itself has the one that Amazon chooses.
func makeCIDRBlock(s *splitter) {
	if isTrue(s.in.Get("AmazonProvidedIpv6CidrBlock")) {
		ref, _ := s.in.Get("VpcId").(ir.Ref)
		vpc := s.sources[ref.Resource]
		if vpc == nil {
			s.problem("its VPC is not of this app")
			return
		}
		s.decide(vpc)
		if vpc.row == nil || len(vpc.made) == 0 || vpc.made[0].Props.Has("assignGeneratedIpv6CidrBlock") {
			s.problem("its VPC has such a block already")
			return
		}
		s.takeAll()
		vpc.made[0].Props = vpc.made[0].Props.With("assignGeneratedIpv6CidrBlock", ir.Bool(true))
		s.e.with = []string{vpc.made[0].ID}
		return
	}
	if s.in.Has("CidrBlock") || s.in.Has("Ipv4IpamPoolId") {
		s.part("", "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation", s.takeAll())
		return
	}
	s.part("", "aws:ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation", s.takeAll())
}

// makeServicePermissions says who may connect to an endpoint service.
func makeServicePermissions(s *splitter) {
	service := s.take("ServiceId")
	for i, who := range s.list("AllowedPrincipals") {
		suffix := ""
		if i > 0 {
			suffix = fmt.Sprint(i + 1)
		}
		s.add(suffix, "aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple", ir.Obj("vpcEndpointServiceId", service, "principalArn", who))
	}
}
