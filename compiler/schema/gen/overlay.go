package main

import "maps"

// What the inputs have wrong or leave out.

// correct amends a provider's file.
//
// The facts of command are of 4.5.0, which has the highest number on npm but
// was published by mistake before 1.0. What follows is of 1.2.1.
func (f *provFile) correct() {
	if f.Package != "command" {
		return
	}
	f.Versions["pulumi"] = "@pulumi/command 1.2.1"
	text, yes, number := provProp{typ: "string"}, provProp{typ: "bool"}, provProp{typ: "number"}
	source := []any{"union", "asset", "archive"}
	for _, token := range []string{"command:local:Command", "command:remote:Command"} {
		for _, props := range []provProps{f.Resources[token].In, f.Resources[token].Out} {
			props["addPreviousOutputInEnv"], props["logging"] = yes, text
		}
	}
	f.Resources["command:local:Command"].Out["assets"] = provProp{typ: []any{"map", source}}
	run := f.Functions["command:local:run"]
	for _, props := range []provProps{run.In, run.Out} {
		props["addPreviousOutputInEnv"], props["logging"] = yes, text
	}
	for _, name := range []string{"archivePaths", "assetPaths", "stdin"} {
		run.Out[name] = run.In[name]
	}
	run.Out["stdout"] = run.Out["stderr"]
	run.Out["assets"] = provProp{typ: []any{"map", source}}

	connection := f.Nested["command:remote:Connection"]
	for name, prop := range map[string]provProp{
		"agentSocketPath": text, "dialErrorLimit": number, "hostKey": text, "perDialTimeout": number, "privateKeyPassword": text,
	} {
		connection[name] = prop
	}
	f.Nested["command:remote:ProxyConnection"] = maps.Clone(connection)
	connection["proxy"] = provProp{typ: "#command:remote:ProxyConnection"}
	copyToRemote := provProps{
		"connection": {typ: "#command:remote:Connection", required: true},
		"remotePath": {typ: "string", required: true},
		"source":     {typ: source, required: true},
		"triggers":   {typ: []any{"list", "any"}},
	}
	f.Resources["command:remote:CopyToRemote"] = provType{In: copyToRemote, Out: copyToRemote, Source: "native"}
}

// awsTypes corrects the Terraform types of tokens. The map was made by comparing
// properties, which misleads where several types have few and common ones.
var awsTypes = map[string]string{
	// Newer than Terraform's schema; the map gives the resource policy of
	// another service.
	"aws:lambda/resourcePolicy:ResourcePolicy":                       "",
	"aws:opensearchingest/resourcePolicy:ResourcePolicy":             "",
	"aws:pinpoint/smsvoicev2ResourcePolicy:Smsvoicev2ResourcePolicy": "",

	// The map has none, for want of common properties.
	"aws:lakeformation/resourceLfTag:ResourceLfTag":                                              "aws_lakeformation_resource_lf_tag",
	"aws:observabilityadmin/centralizationRuleForOrganization:CentralizationRuleForOrganization": "aws_observabilityadmin_centralization_rule_for_organization",
	"aws:ram/sharingWithOrganization:SharingWithOrganization":                                    "aws_ram_sharing_with_organization",
	"aws:securitylake/awsLogSource:AwsLogSource":                                                 "aws_securitylake_aws_log_source",
	"aws:xray/indexingRule:IndexingRule":                                                         "aws_xray_indexing_rule",
}

// awsProperties corrects names of properties, by Terraform type.
var awsProperties = map[string]map[string]string{
	// Terraform has a block routing_rule and a JSON string routing_rules.
	"aws_s3_bucket_website_configuration": {"routingRules": "routing_rule", "routingRuleDetails": "routing_rules"},
	// The schema of these is older than the argument region; the map gives the
	// only name left.
	"aws_quicksight_analysis":  {"region": ""},
	"aws_quicksight_dashboard": {"region": ""},
	"aws_quicksight_template":  {"region": ""},
}

// awsDataSources corrects the data sources that [matcher] finds, where Pulumi
// has renamed the thing.
var awsDataSources = map[string]string{
	"aws:alb/getLoadBalancer:getLoadBalancer":                                                   "aws_alb",
	"aws:ec2/getDedicatedHost:getDedicatedHost":                                                 "aws_ec2_host",
	"aws:ec2/getElasticIp:getElasticIp":                                                         "aws_eip",
	"aws:ec2transitgateway/getDirectConnectGatewayAttachment:getDirectConnectGatewayAttachment": "aws_ec2_transit_gateway_dx_gateway_attachment",
	"aws:lb/getLoadBalancer:getLoadBalancer":                                                    "aws_lb",
	"aws:opensearch/getServerlessCollectionGroup:getServerlessCollectionGroup":                  "aws_opensearchserverless_collection_group",
	"aws:opensearch/getServerlessSecurityConfig:getServerlessSecurityConfig":                    "aws_opensearchserverless_security_config",
	"aws:opensearch/getServerlessSecurityPolicy:getServerlessSecurityPolicy":                    "aws_opensearchserverless_security_policy",
	"aws:wafregional/getRateBasedMod:getRateBasedMod":                                           "aws_wafregional_rate_based_rule",
}

// awsOwnFunctions are functions that Pulumi has added to the provider.
var awsOwnFunctions = map[string]bool{
	"aws:ecr/getCredentials:getCredentials": true,
	"aws:index/arnParse:arnParse":           true,
}

// pulumiOnly are properties that Pulumi has added to bridged resources.
var pulumiOnly = map[string]bool{
	"defaultAddonsToRemoves": true, // aws.eks.Cluster
}

// ids are the attributes that Pulumi shows as the id of resources that have none
// in Terraform.
var ids = map[string]string{
	"aws_dsql_cluster": "identifier",
}

// blockProviders are the providers without a known schema that are built on
// the older SDK, in which nested objects are blocks. (The newer ones, such as
// vercel and tailscale, have nested attributes.)
var blockProviders = map[string]bool{
	"auth0": true, "hcloud": true, "mysql": true, "neon": true, "sentry": true, "stripe": true, "upstash": true,
}

// cloudFormationRefs corrects what Ref returns, where it is not the whole
// primary identifier: AWS's documentation of the types says so.
var cloudFormationRefs = map[string]string{
	"AWS::ACMPCA::Certificate":                   "Arn",
	"AWS::ApplicationAutoScaling::ScalingPolicy": "Arn",
	"AWS::Events::Rule":                          "Name", // on a bus of one's own: bus|name
}
