package sstv2

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// shapes are what the CDK's look-ups give, by provider.
var shapes = map[string]string{
	"availability-zones":                  `["us-east-1a", "us-east-1b", "us-east-1c"]`,
	"hosted-zone":                         `{"Id": "/hostedzone/Z0123456789ABCDEFGHIJ", "Name": "example.com."}`,
	"ssm":                                 `"the parameter's value"`,
	"ami":                                 `"ami-0123456789abcdef0"`,
	"vpc-provider":                        `{"vpcId": "vpc-0123", "vpcCidrBlock": "10.0.0.0/16", "ownerAccountId": "123456789012", "availabilityZones": [], "subnetGroups": [{"name": "Public", "type": "Public", "subnets": [{"subnetId": "subnet-0123", "cidr": "10.0.0.0/24", "availabilityZone": "us-east-1a", "routeTableId": "rtb-0123"}]}]}`,
	"security-group":                      `{"securityGroupId": "sg-0123", "allowAllOutbound": true}`,
	"load-balancer":                       `{"loadBalancerArn": "arn:aws:elasticloadbalancing:...", "loadBalancerCanonicalHostedZoneId": "Z0123", "loadBalancerDnsName": "...", "ipAddressType": "ipv4", "securityGroupIds": ["sg-0123"], "vpcId": "vpc-0123"}`,
	"load-balancer-listener":              `{"listenerArn": "arn:aws:elasticloadbalancing:...", "listenerPort": 443, "securityGroupIds": ["sg-0123"]}`,
	"key-provider":                        `{"keyId": "01234567-89ab-cdef-0123-456789abcdef"}`,
	"endpoint-service-availability-zones": `["us-east-1a", "us-east-1b"]`,
}

// A missingLookup is one that cdk.context.json has no result of.
type missingLookup struct {
	Key      string `json:"key"`
	Provider string `json:"provider"`
	Follows  bool   `json:"follows"` // from one that is missing: it is not known yet what is asked
}

// missing reports all look-ups whose results are not in cdk.context.json.
func (v *evaluation) missing(s *synthesized) {
	var lines []string
	seen := map[string]bool{}
	more := ""
	// What only looks like another one's result is the app's own.
	all := !slices.ContainsFunc(s.Missing, func(m missingLookup) bool { return !m.Follows })
	for _, m := range s.Missing {
		if m.Follows && !all {
			more = " Other look-ups follow from these, and are listed when these are there."
			continue
		}
		if seen[m.Key] {
			continue
		}
		seen[m.Key] = true
		shape := shapes[m.Provider]
		if shape == "" {
			shape = "what " + m.Provider + " finds"
		}
		lines = append(lines, fmt.Sprintf("  \"%s\": %s", m.Key, shape))
	}
	slices.Sort(lines)
	account := ""
	if v.config.account == "" {
		account = " <account> is the account's number: nothing says yet which it is, and CDK_DEFAULT_ACCOUNT can."
	}
	v.diags.Add(diag.MissingContext, v.top(), "Look-ups without a result",
		"The CDK looks these up in the account, which a build does not do. Their results belong in cdk.context.json, where the CDK keeps them, each under its key."+account+more+"\n\n"+strings.Join(lines, ",\n")+"\n")
}
