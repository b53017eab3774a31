package schema

import "strings"

// TerraformResource returns a resource type such as "aws_s3_bucket", or nil if
// it or its provider's schema is unknown.
func TerraformResource(tfType string) *Resource {
	return terraformStore(tfType).resource(ResourceEntry, tfType)
}

// TerraformData returns a data source such as "aws_caller_identity", or nil if
// it or its provider's schema is unknown.
func TerraformData(tfType string) *Resource {
	return terraformStore(tfType).resource(FunctionEntry, tfType)
}

// TerraformProvider returns the provider with a prefix ("aws" or "aws_"), a
// source address ("hashicorp/aws", with or without a host) or nil if it is
// unknown. Its Config has Terraform's names, and is empty if its schema is
// unknown.
func TerraformProvider(prefixOrSource string) *Provider {
	name := strings.TrimSuffix(prefixOrSource, "_")
	if parts := strings.Split(name, "/"); len(parts) > 1 {
		// The stores name providers by prefix and by source.
		name = strings.Join(parts[len(parts)-2:], "/")
	}
	if name == "hashicorp/aws" {
		name = "aws"
	}
	return terraformStore(name).provider(name)
}
