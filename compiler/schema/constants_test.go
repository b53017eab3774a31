package schema

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestConstants(t *testing.T) {
	tests := []struct{ pkg, module, name, member, want string }{
		{"aws", "", "Region", "USEast1", `"us-east-1"`},
		{"aws", "lambda", "Runtime", "NodeJS20dX", `"nodejs20.x"`},
		{"aws", "iam", "ManagedPolicy", "AWSLambdaBasicExecutionRole", `"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"`},
		{"aws", "iam", "ManagedPolicies", "AWSLambdaBasicExecutionRole", `"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"`},
		{"aws", "iam", "Principals", "LambdaPrincipal", `{"Service":"lambda.amazonaws.com"}`},
		{"aws", "ec2", "InstanceType", "T3_Micro", `"t3.micro"`},
		{"aws", "types/enums/lambda", "Runtime", "NodeJS20dX", `"nodejs20.x"`},
		{"aws", "s3", "CannedAcl", "PublicRead", `"public-read"`},
		{"aws", "s3", "PublicReadAcl", "", `"public-read"`},
		{"aws", "rds", "EngineType", "AuroraPostgresql", `"aurora-postgresql"`},
		{"digitalocean", "", "Region", "NYC1", `"nyc1"`},
		{"kubernetes", "core/v1", "ServiceSpecType", "LoadBalancer", `"LoadBalancer"`},
		{"docker-build", "", "Platform", "Linux_arm64", `"linux/arm64"`},
	}
	for _, test := range tests {
		path, kind := PulumiMember(test.pkg, test.module, test.name)
		if kind != ConstantMember {
			t.Errorf("%s %s %s: kind %v, want a constant", test.pkg, test.module, test.name, kind)
			continue
		}
		got := PulumiConstant(test.pkg, path)
		if test.member != "" {
			var members map[string]json.RawMessage
			if err := json.Unmarshal([]byte(got), &members); err != nil {
				t.Errorf("%s %s: %v", test.pkg, path, err)
			}
			got = string(members[test.member])
		}
		if got != test.want {
			t.Errorf("%s %s.%s = %s, want %s", test.pkg, path, test.member, got, test.want)
		}
	}
	for _, path := range []string{"types", "types/enums", "types/enums/lambda"} {
		module, name := "", path
		if i := strings.LastIndexByte(path, '/'); i >= 0 {
			module, name = path[:i], path[i+1:]
		}
		if token, kind := PulumiMember("aws", module, name); kind != ModuleMember || token != path {
			t.Errorf("aws %s: %q of kind %v, want a module", path, token, kind)
		}
	}
	if names := PulumiMembers("aws", "lambda"); !slices.Contains(names, "Runtime") || !slices.Contains(names, "Function") || !slices.IsSorted(names) {
		t.Errorf("members of aws.lambda: %v", names)
	}
	if PulumiConstant("aws", "Regions") != "" {
		t.Error("there is a constant aws.Regions")
	}
}

// TestConstantsDecode reads every constant and every list of them.
func TestConstantsDecode(t *testing.T) {
	constants := 0
	for _, key := range pulumiConstant.table.keys() {
		name, kind, _ := strings.Cut(key, "\x00")
		pkg, path, _ := strings.Cut(name, ":")
		if EntryKind(kind[0]) != ConstantEntry {
			for _, m := range PulumiMembers(pkg, path) {
				if _, kind := PulumiMember(pkg, path, m); kind == NoMember {
					t.Errorf("%s %s lists %s, which is nothing", pkg, path, m)
				}
			}
			continue
		}
		var v any
		if err := json.Unmarshal([]byte(PulumiConstant(pkg, path)), &v); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		constants++
	}
	if constants != 221 {
		t.Errorf("%d constants, want 221", constants)
	}
}
