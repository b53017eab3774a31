package assets

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/klauspost/compress/zip"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// needsTool skips a test for want of a program, which must answer.
func needsTool(t *testing.T, name string, args ...string) {
	t.Helper()
	if testing.Short() {
		t.Skip("compiles")
	}
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("%s is not installed", name)
	}
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Skipf("%s does not work: %v\n%s", name, err, out)
	}
}

// packReal packs one function of a project with the tools of this machine, and
// returns the names of what is in its archive with a mark for executables.
func packReal(t *testing.T, f *ir.Function, files map[string]string) (names []string, diags diag.List) {
	t.Helper()
	root, out := t.TempDir(), t.TempDir()
	for name, text := range files {
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	f.ID, f.Name = "Fn", "Fn"
	p := &ir.Program{Functions: []*ir.Function{f}, Assets: []*ir.Asset{{ID: "Fn", Kind: ir.AssetIsFunction}}}
	result, diags, err := Pack(Options{Root: root, Dir: out}, p)
	if err != nil {
		t.Fatal(err)
	}
	if result == nil {
		return nil, diags
	}
	r, err := zip.OpenReader(filepath.Join(out, filepath.FromSlash(result.Assets[0].File)))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, e := range r.File {
		name := e.Name
		if e.Mode()&0o100 != 0 {
			name += " x"
		}
		names = append(names, name)
	}
	return names, diags
}

var architecture = map[string]string{"amd64": "x86_64", "arm64": "arm64"}[runtime.GOARCH]

// cargo alone builds what Lambda can run, where cargo-lambda is not installed.
func TestRealRust(t *testing.T) {
	needsTool(t, "cargo", "--version")
	crate := map[string]string{
		"crate/Cargo.toml":      "[package]\nname = \"fn\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
		"crate/src/bin/api.rs":  "fn main() { println!(\"hello\"); }\n",
		"crate/src/bin/fail.rs": "fn main() {\n    nothing();\n}\n",
	}
	if runtime.GOOS != "linux" && !hasCargoLambda() {
		t.Skip("cargo builds for Linux on Linux")
	}
	names, diags := packReal(t, &ir.Function{Runtime: "rust", Handler: "crate/src/bin/api.rs", Architecture: architecture}, crate)
	if len(diags) > 0 && strings.Contains(diags[0].Detail, "of the C library") {
		t.Skip(diags[0].Detail) // newer than Lambda's
	}
	if strings.Join(names, ",") != "bootstrap x" {
		t.Errorf("the archive has %q; %s", names, describe(diags))
	}
	_, diags = packReal(t, &ir.Function{Runtime: "rust", Handler: "crate/src/bin/fail.rs", Architecture: architecture}, crate)
	if len(diags) != 1 || diags[0].Code != diag.CompileFailed || diags[0].Subject == nil || diags[0].Subject.Filename != "crate/src/bin/fail.rs" || diags[0].Subject.Start.Line != 2 {
		t.Errorf("a mistake is reported as %s", describe(diags))
	}
	if hasCargoLambda() {
		return
	}
	other := map[string]string{"x86_64": "arm64", "arm64": "x86_64"}[architecture]
	_, diags = packReal(t, &ir.Function{Runtime: "rust", Handler: "crate/src/bin/api.rs", Architecture: other}, crate)
	if len(diags) != 1 || diags[0].Code != diag.ToolchainMissing || !strings.Contains(diags[0].Detail, "cargo-lambda") {
		t.Errorf("another architecture is reported as %s", describe(diags))
	}
}

func TestForeignTo(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS == "linux" {
		if why := foreignTo(data, map[string]string{"x86_64": "arm64", "arm64": "x86_64"}[architecture]); why != "is for another architecture" {
			t.Errorf("of another architecture: %q", why)
		}
		before := lambdaC
		defer func() { lambdaC = before }()
		if sh, err := os.ReadFile("/bin/sh"); err == nil && strings.Contains(string(sh), "GLIBC_2.") { // which is not the case everywhere
			lambdaC = []int{2, 1}
			if why := foreignTo(sh, architecture); !strings.Contains(why, "of the C library (") {
				t.Errorf("with an old C library: %q", why)
			}
			lambdaC = []int{3}
			if why := foreignTo(sh, architecture); why != "" && !strings.Contains(why, ".so") {
				t.Errorf("with a new one: %q", why)
			}
		}
	}
	if why := foreignTo([]byte("#!/bin/sh\n"), architecture); why != "is no executable of Linux" {
		t.Errorf("a script: %q", why)
	}
}

// Gradle's task makes the archive.
func TestRealJava(t *testing.T) {
	needsTool(t, "javac", "-version")
	needsTool(t, "gradle", "--offline", "--version")
	t.Setenv("GRADLE_OPTS", "-Dorg.gradle.daemon=false") // nothing is to stay
	files := map[string]string{
		"java/settings.gradle":                    "rootProject.name = \"fn\"\n",
		"java/build.gradle":                       "apply plugin: \"java\"\ntask bundle(type: Zip) {\n  from compileJava\n  from processResources\n}\n",
		"java/src/main/java/example/Handler.java": "package example;\npublic class Handler {\n  public String handle(Object event) { return \"hello\"; }\n}\n",
		"java/src/main/resources/settings.txt":    "settings\n",
	}
	fn := func() *ir.Function {
		return &ir.Function{Runtime: "java17", Handler: "example.Handler::handle", Java: ir.JavaOptions{Task: "bundle"}}
	}
	names, diags := packReal(t, fn(), files)
	if strings.Join(names, ",") != "example/Handler.class,settings.txt" {
		t.Errorf("the archive has %q; %s", names, describe(diags))
	}
	files["java/src/main/java/example/Handler.java"] = "package example;\npublic class Handler {\n  int a\n}\n"
	_, diags = packReal(t, fn(), files)
	if len(diags) == 0 || diags[0].Code != diag.CompileFailed || diags[0].Subject == nil || diags[0].Subject.Start.Line != 3 {
		t.Errorf("a mistake is reported as %s", describe(diags))
	}
}
