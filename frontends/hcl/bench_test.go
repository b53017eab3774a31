package hcl

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sstc/sstc/frontends"
)

// large is a configuration of n components, each linked to the one before it.
func large(n int) string {
	var b strings.Builder
	b.WriteString(plainApp)
	for i := range n {
		switch i % 5 {
		case 0:
			fmt.Fprintf(&b, "component \"sst.aws.Bucket\" \"B%d\" {\n  versioning = true\n  cors {\n    allowOrigins = [\"https://${app.stage}.example.com\"]\n  }\n}\n", i)
		case 1:
			fmt.Fprintf(&b, "component \"sst.aws.Function\" \"F%d\" {\n  handler = \"src/api.handler\"\n  link    = [component.B%d]\n  environment = {\n    NAME = \"${component.B%d.name}-%d\"\n  }\n}\n", i, i-1, i-1, i)
		case 2:
			fmt.Fprintf(&b, "component \"sst.aws.Queue\" \"Q%d\" {\n  visibilityTimeout = \"1 minute\"\n  subscribe {\n    subscriber {\n      handler = \"src/api.handler\"\n      link    = [component.B%d]\n    }\n  }\n}\n", i, i-2)
		case 3:
			fmt.Fprintf(&b, "component \"sst.aws.SnsTopic\" \"T%d\" {}\n", i)
		case 4:
			fmt.Fprintf(&b, "component \"sst.aws.Dynamo\" \"D%d\" {\n  fields = { for k in [\"pk\", \"sk\"] : k => \"string\" }\n  primaryIndex {\n    hashKey  = \"pk\"\n    rangeKey = \"sk\"\n  }\n}\n", i)
		}
	}
	return b.String()
}

func evaluateLarge(t testing.TB, args frontends.Args) {
	r, diags, err := Frontend{}.Evaluate(args)
	if err != nil || diags.HasErrors() || len(r.Program.Components) < 500 {
		t.Fatal(err, diags)
	}
}

func largeArgs(t testing.TB) frontends.Args {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, ConfigFile), []byte(large(500)), 0o666); err != nil {
		t.Fatal(err)
	}
	return argsFor(t, dir, ConfigFile)
}

func BenchmarkEvaluate500(b *testing.B) {
	args := largeArgs(b)
	for b.Loop() {
		evaluateLarge(b, args)
	}
}
