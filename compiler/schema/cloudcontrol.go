package schema

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed data/cloud-control.txt
var cloudControlData string

// cloudControl has the tokens of the types that Cloud Control makes.
var cloudControl = sync.OnceValue(func() map[string]string {
	tokens := map[string]string{}
	for line := range strings.Lines(cloudControlData) {
		name, token, _ := strings.Cut(strings.TrimSpace(line), " ")
		if strings.HasPrefix(line, "#") || name == "" {
			continue
		}
		if token == "" {
			token = RuleNativeToken(name)
		}
		tokens[name] = token
	}
	return tokens
})

// NativeToken returns the token of a CloudFormation type in the Pulumi package
// aws-native, or "" if Cloud Control does not make resources of the type.
func NativeToken(cfnType string) string { return cloudControl()[cfnType] }
