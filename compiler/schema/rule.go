package schema

import "strings"

// snake turns camelCase into snake_case. A run of capitals is one word
// ("vpcARN" becomes "vpc_arn"); digits stay with the word before them.
func snake(name string) string {
	var b strings.Builder
	b.Grow(len(name) + 6)
	for i := 0; i < len(name); i++ {
		c := name[i]
		if c < 'A' || c > 'Z' {
			b.WriteByte(c)
			continue
		}
		if i > 0 && (!isUpper(name[i-1]) || i+1 < len(name) && isLower(name[i+1])) && name[i-1] != '_' {
			b.WriteByte('_')
		}
		b.WriteByte(c + 'a' - 'A')
	}
	return b.String()
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }
func isLower(c byte) bool { return 'a' <= c && c <= 'z' }

// RuleTerraformName is the Terraform name that a Pulumi property probably has,
// for properties without one in the data: camelCase becomes snake_case. isList
// puts the name in the singular, which undoes the bridge's naming of lists: so
// it is with repeated blocks, while Terraform's lists of strings mostly have
// plural names too.
func RuleTerraformName(pulumiName string, isList bool) string {
	name := snake(pulumiName)
	if isList {
		name = singular(name)
	}
	return name
}

// RuleTerraformType is the Terraform type that the bridge's rules give a
// Pulumi token: "vercel:index/projectDomain:ProjectDomain" is
// vercel_project_domain, "foo:bar/baz:Baz" is foo_bar_baz, and a function loses
// its "get".
func RuleTerraformType(token string) string {
	parts := strings.Split(token, ":")
	if len(parts) != 3 {
		return ""
	}
	pkg, module, name := parts[0], parts[1], parts[2]
	module, _, _ = strings.Cut(module, "/")
	if rest, ok := strings.CutPrefix(name, "get"); ok && rest != "" && isUpper(rest[0]) {
		name = rest
	}
	words := []string{snake(pkg)}
	if module != "index" && module != "" {
		words = append(words, snake(module))
	}
	return strings.ReplaceAll(strings.Join(append(words, snake(name)), "_"), "-", "_")
}

// singular undoes what the bridge does to the names of lists.
func singular(name string) string {
	for _, ending := range [...][2]string{
		{"ies", "y"}, {"indices", "index"}, {"iases", "ias"},
		{"uses", "us"}, {"sses", "ss"}, {"xes", "x"}, {"tches", "tch"}, {"shes", "sh"},
		{"ss", "ss"}, {"us", "us"}, {"is", "is"}, {"s", ""},
	} {
		if stem, ok := strings.CutSuffix(name, ending[0]); ok && stem != "" {
			return stem + ending[1]
		}
	}
	return name
}

// NativeName is the name of a CloudFormation property or type in the packages
// that are made mechanically from CloudFormation's schemas: "KMSMasterKeyId" is
// kmsMasterKeyId. [RuleTerraformName] gives the one in Terraform.
func NativeName(cfnName string) string {
	words := strings.Split(snake(cfnName), "_")
	for i, w := range words {
		if i > 0 && w != "" {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, "")
}

// RuleNativeToken is the token that a CloudFormation type has by that rule in
// the Pulumi package aws-native: "AWS::RDS::DBInstance" is
// aws-native:rds:DbInstance. [NativeToken] knows which there are.
func RuleNativeToken(cfnType string) string {
	service, name, _ := strings.Cut(strings.TrimPrefix(cfnType, "AWS::"), "::")
	name = NativeName(name)
	if name == "" {
		return ""
	}
	return "aws-native:" + strings.ToLower(service) + ":" + strings.ToUpper(name[:1]) + name[1:]
}
