package typescript

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sstc/sstc/compiler/lower"
	"github.com/sstc/sstc/compiler/lower/arg"
	"github.com/sstc/sstc/compiler/schema"
	"github.com/sstc/sstc/frontends"
)

// tsc returns the path of the TypeScript compiler, which npm installs into the
// user's cache once, or skips the test.
func tsc(t *testing.T) string {
	t.Helper()
	lock, err := os.ReadFile("testdata/tsc/package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Skip("no cache directory to install tsc into: not checked that tsc accepts the declarations")
	}
	digest := sha256.Sum256(lock)
	dir := filepath.Join(cache, "sstc-test", "tsc-"+hex.EncodeToString(digest[:8]))
	bin := filepath.Join(dir, "node_modules", "typescript", "bin", "tsc")
	if _, err := os.Stat(bin); err == nil {
		return bin
	}
	if _, err := exec.LookPath("npm"); err != nil {
		t.Skip("npm is not installed: not checked that tsc accepts the declarations")
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"package.json", "package-lock.json"} {
		b, err := os.ReadFile(filepath.Join("testdata/tsc", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("npm cannot install tsc: %v\n%s", err, out)
	}
	return bin
}

// runTSC checks files with tsc and returns what it says.
func runTSC(t *testing.T, bin, dir string, args ...string) string {
	t.Helper()
	args = append([]string{bin, "--noEmit", "--strict", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler", "--pretty", "false"}, args...)
	cmd := exec.Command("node", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if _, failed := err.(*exec.ExitError); err != nil && !failed {
		t.Fatal(err)
	}
	return string(out)
}

// writeDeclarations writes what `sstc types` does for a configuration.
func writeDeclarations(t *testing.T, dir, config string) []DeclarationFile {
	t.Helper()
	writeFile(t, filepath.Join(dir, "sst.config.ts"), config)
	files, err := frontends.NewFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	declarations, diags, err := Declarations(frontends.Args{Files: files, ConfigFile: "sst.config.ts", Stage: "test", Env: &frontends.Env{}})
	if err != nil || diags.HasErrors() {
		t.Fatal(err, diags)
	}
	for _, f := range declarations {
		writeFile(t, filepath.Join(dir, ".sst", "platform", f.Name), f.Text)
	}
	return declarations
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

const reference = "/// <reference path=\"./.sst/platform/config.d.ts\" />\n"

// TestTypesOfCases has tsc check every case of TestCases, and an example. What
// is wrong in a case has a comment @ts-expect-error above it.
func TestTypesOfCases(t *testing.T) {
	bin := tsc(t)
	dir := t.TempDir()
	writeDeclarations(t, dir, caseHead+"}});\n")
	var names []string
	archives, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range archives {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range a.Files {
			text, name := string(f.Data), f.Name
			switch {
			case strings.Contains(f.Name, "/"):
				writeFile(t, filepath.Join(dir, f.Name), text)
				continue
			case !strings.HasSuffix(f.Name, ".ts"):
				continue
			case !strings.Contains(text, "export default"):
				text = caseHead + text + "}});\n"
			}
			name = strings.TrimSuffix(filepath.Base(file), ".txtar") + "_" + name
			writeFile(t, filepath.Join(dir, name), reference+text)
			names = append(names, name)
		}
	}
	if out := runTSC(t, bin, dir, append([]string{"--skipLibCheck"}, names...)...); out != "" {
		t.Errorf("tsc says:\n%s", out)
	}
}

// TestTypesOfExample has tsc check an app for which @types/node may not be
// installed.
func TestTypesOfExample(t *testing.T) {
	bin := tsc(t)
	const example = "../../examples/notes"
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "infra"), os.DirFS(filepath.Join(example, "infra"))); err != nil {
		t.Fatal(err)
	}
	config, err := os.ReadFile(filepath.Join(example, "sst.config.ts"))
	if err != nil {
		t.Fatal(err)
	}
	writeDeclarations(t, dir, string(config))
	if out := runTSC(t, bin, dir, "--skipLibCheck", "sst.config.ts"); out != "" {
		t.Errorf("tsc says:\n%s", out)
	}
}

// TestDeclarationsAreInOrder has tsc check the declarations themselves, of
// every provider, which users' own tsc is told not to do.
func TestDeclarationsAreInOrder(t *testing.T) {
	if os.Getenv("SSTC_FULL") == "" {
		t.Skip("SSTC_FULL is not set: not checked that the declarations of every provider are in order, which takes ten seconds")
	}
	bin := tsc(t)
	dir := t.TempDir()
	var providers strings.Builder
	for _, pkg := range schema.PulumiPackages() {
		providers.WriteString(quote(pkg) + ": true, ")
	}
	for _, f := range writeDeclarations(t, dir, "export default $config({ app: () => ({ name: 'app', home: 'aws', providers: { "+providers.String()+" } }), async run() {} });\n") {
		if checked, ok := strings.CutPrefix(f.Text, "// @ts-nocheck\n"); ok {
			writeFile(t, filepath.Join(dir, ".sst", "platform", f.Name), checked)
		}
	}
	writeFile(t, filepath.Join(dir, "main.ts"), reference+"export {};\n")
	if out := runTSC(t, bin, dir, "main.ts"); out != "" {
		t.Errorf("tsc says:\n%.4000s", out)
	}
}

// TestDeclarationsOfApp checks that app() is declared with everything that it
// may return, and what becomes of providers that the schemas do not have.
func TestDeclarationsOfApp(t *testing.T) {
	files := map[string]string{}
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "node_modules", "@pulumi", "installed", "package.json"), "{}")
	for _, f := range writeDeclarations(t, dir, `export default $config({
		app(input) { return { name: "app", home: "cloudflare", providers: { "docker-build": true, gcp: "8.0.0", installed: true } }; },
		async run() { throw new Error("not called"); },
	});`) {
		files[f.Name] = f.Text
	}
	for _, f := range arg.Fields(reflect.TypeFor[lower.ConfigArgs]()) {
		if f.Doc != "" && !strings.Contains(files["sst.d.ts"], "\n    "+f.Name) {
			t.Errorf("interface App has no %s", f.Name)
		}
	}
	for name, want := range map[string]string{
		"config.d.ts":      "declare const gcp: any;",
		"installed.d.ts":   `import * as sdk from "@pulumi/installed";`,
		"dockerbuild.d.ts": `declare module "@pulumi/docker-build" { export = dockerbuild; }`,
		"cloudflare.d.ts":  "class DnsRecord extends $util.CustomResource",
		"aws.d.ts":         "class Bucket extends $util.CustomResource",
		"sst.d.ts":         `"docker-build"?: boolean | string | (globalThis.dockerbuild.ProviderArgs & { version?: string });`,
	} {
		if !strings.Contains(files[name], want) {
			t.Errorf("%s does not have %q", name, want)
		}
	}
}

// TestDeclarationsWithoutApp checks that an app whose configuration fails gets
// declarations all the same.
func TestDeclarationsWithoutApp(t *testing.T) {
	for _, config := range []string{
		`export default $config({ app() { throw new Error("no"); }, async run() {} });`,
		`import "./missing"; export default $config({ app: () => ({ name: "app", home: "aws" }), async run() {} });`,
		`new sst.aws.Bucket("Early"); export default $config({ app: () => ({ name: "app", home: "aws" }), async run() {} });`,
	} {
		dir := t.TempDir()
		writeFile(t, filepath.Join(dir, "sst.config.ts"), config)
		files, err := frontends.NewFiles(dir)
		if err != nil {
			t.Fatal(err)
		}
		declarations, diags, err := Declarations(frontends.Args{Files: files, ConfigFile: "sst.config.ts", Stage: "test", Env: &frontends.Env{}})
		if err != nil || !diags.HasErrors() || len(declarations) == 0 {
			t.Errorf("%s: %d files, %d diagnostics, error %v", config, len(declarations), len(diags), err)
		}
	}
}
