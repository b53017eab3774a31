package compiler_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sstc/sstc/compiler"
	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/internal/golden"
)

// withoutExample are the codes that no app can show, and why.
var withoutExample = map[diag.Code]string{
	diag.UnknownReference:  "a bug in sstc",
	diag.Unguarded:         "should never happen",
	diag.NoConfiguration:   "about the command line",
	diag.NoStage:           "about the command line",
	diag.InvalidOption:     "about the command line",
	diag.NotConverted:      "about sstc convert",
	diag.ConversionDiffers: "about sstc convert",
	diag.FileExists:        "about sstc convert",
	diag.ToolchainMissing:  "about the machine",
	diag.CompileFailed:     "needs a toolchain",
	diag.ArchiveTooLarge:   "needs 250 MiB",
	diag.ArchiveLarge:      "needs 10 MiB",
	diag.TemplateLimit:     "needs hundreds of parameters",
}

// ofCDK are the codes whose example needs the AWS CDK.
var ofCDK = map[diag.Code]bool{
	diag.MissingContext: true, diag.ConstructWarning: true, diag.NotOutsideCloudFormation: true, diag.WeakerOutsideCloudFormation: true,
	diag.ThroughCloudControl: true,
}

// The example of a code, made into an app, gives that code and no other.
func TestExamples(t *testing.T) {
	for _, x := range diag.Explanations() {
		t.Run(string(x.Code), func(t *testing.T) {
			if x.Example == "" {
				if withoutExample[x.Code] == "" {
					t.Error("the comment of the code has no example")
				}
				return
			}
			if ofCDK[x.Code] {
				return // shown in testdata/sstv2, where the CDK is
			}
			t.Parallel()
			dir := t.TempDir()
			golden.Write(t, dir, exampleApp(x.Example))
			opts := compiler.Options{Dir: dir, Out: filepath.Join(dir, "out"), Stage: "test", Targets: []string{exampleTarget(x.Code)}}
			opts.EvalTimeout = 5e9 // one example takes all of it; the others must not, however busy the machine
			_, diags, err := compiler.Compile(opts)
			if err != nil {
				t.Fatal(err)
			}
			if len(diags) == 0 {
				t.Errorf("the example has no diagnostic:\n%s", x.Example)
			}
			for _, d := range diags {
				if d.Code != x.Code {
					t.Errorf("the example gives %s too: %s", d.Code, d.Detail)
				}
			}
		})
	}
}

// exampleTarget is the output format that a code is about.
func exampleTarget(code diag.Code) string {
	switch {
	case strings.HasSuffix(string(code), "-cloudformation") || code == diag.DependencyCycle:
		return "cloudformation"
	case code == diag.UnsupportedFunction || code == diag.UnsupportedByTarget:
		return "pulumi"
	}
	return "terraform"
}

var providerName = regexp.MustCompile(`\bnew (\w+)\.`)

// exampleApp is an app with a function's file and the example: statements of
// run(), or imports, or a setting of app(). Files may follow, as in a txtar
// archive; if one is a configuration, that is the example.
func exampleApp(example string) []txtar.File {
	archive := txtar.Parse([]byte(example + "\n"))
	handler := txtar.File{Name: "src/api.ts", Data: []byte("export const handler = async () => {};\n")}
	if slices.ContainsFunc(archive.Files, func(f txtar.File) bool { return strings.HasPrefix(f.Name, "sst.config.") }) {
		return append(archive.Files, handler)
	}
	code := strings.TrimSpace(string(archive.Comment))
	var top, setting, body string
	switch {
	case strings.HasPrefix(code, "import "):
		top = code
	case strings.HasPrefix(code, "providers:"):
		setting = ", " + code
	default:
		body = code
		var providers []string
		for _, m := range providerName.FindAllStringSubmatch(code, -1) {
			if m[1] != "sst" && m[1] != "aws" && !slices.Contains(providers, m[1]) {
				providers = append(providers, m[1])
			}
		}
		for _, p := range providers {
			setting += fmt.Sprintf(", providers: { %q: true }", p)
		}
	}
	config := fmt.Sprintf("%s\nexport default $config({\n  app: () => ({ name: \"app\", home: \"aws\"%s }),\n  async run() {\n%s\n  },\n});\n", top, setting, body)
	return append([]txtar.File{
		{Name: "sst.config.ts", Data: []byte(config)},
		{Name: "index.ts", Data: handler.Data},
		handler,
	}, archive.Files...)
}
