package compiler_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/sstc/sstc/assets"
	"github.com/sstc/sstc/compiler"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/frontends"
	"github.com/sstc/sstc/frontends/hcl"
	"github.com/sstc/sstc/frontends/typescript"
	"github.com/sstc/sstc/internal/golden"
	"github.com/sstc/sstc/internal/tfcheck"
)

// The example builds for every target, its Terraform is valid, and a function
// of it runs.
func TestNotes(t *testing.T) {
	app := filepath.Join("..", "examples", "notes")
	if _, err := os.Stat(filepath.Join(app, "node_modules")); err != nil {
		t.Skip("examples/notes is not built: its npm packages are not installed (make example)")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("examples/notes is not built: there is no node")
	}
	out := filepath.Join(t.TempDir(), "out")
	build, diags, err := compiler.Compile(compiler.Options{Dir: app, Out: out, Stage: "dev", Targets: compiler.Targets()})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range diags {
		t.Errorf("%s: %s", d.Summary, d.Detail)
	}
	if t.Failed() {
		return
	}
	if n := len(build.Program.Functions); n != 10 {
		t.Errorf("%d functions, want 10", n)
	}
	tfcheck.Validate(t, filepath.Join(out, "terraform"))

	text, err := os.ReadFile(filepath.Join(out, assets.ManifestName))
	if err != nil {
		t.Fatal(err)
	}
	m, err := assets.DecodeManifest(text)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range m.Functions {
		if f.Handler != "bundle.list" {
			continue
		}
		for _, a := range m.Assets {
			if a.ID == f.Asset {
				unzip(t, filepath.Join(out, filepath.FromSlash(a.File)), dir)
			}
		}
	}
	// Without a token the API answers before it asks the table.
	cmd := exec.Command(node, "--input-type=module", "-e", `
		const { list } = await import("./bundle.mjs");
		console.log(JSON.stringify(await list({ headers: {} })));`)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), `SST_RESOURCE_App={"name":"notes","stage":"dev"}`,
		`SST_RESOURCE_Table={"name":"t"}`, `SST_RESOURCE_TokenKey={"value":"k"}`, "AWS_REGION=eu-central-1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	answer, err := cmd.Output()
	if err != nil {
		t.Fatalf("the function does not run: %v\n%s", err, &stderr)
	}
	var response struct{ StatusCode int }
	if err := json.Unmarshal(answer, &response); err != nil || response.StatusCode != 401 {
		t.Errorf("without a token the API answers %s, want status 401", answer)
	}
}

// The example in HCL is the example in TypeScript.
func TestNotesLanguages(t *testing.T) {
	app := filepath.Join("..", "examples", "notes")
	for _, stage := range []string{"dev", "production"} {
		printed := map[string]string{}
		for name, f := range map[string]frontends.Frontend{"sst.config.ts": typescript.Frontend{}, "hcl/sst.config.hcl": hcl.Frontend{}} {
			dir := t.TempDir()
			copyFile(t, filepath.Join(app, name), filepath.Join(dir, filepath.Base(name)))
			if name == "sst.config.ts" {
				if err := os.CopyFS(filepath.Join(dir, "infra"), os.DirFS(filepath.Join(app, "infra"))); err != nil {
					t.Fatal(err)
				}
			}
			files, err := frontends.NewFiles(dir)
			if err != nil {
				t.Fatal(err)
			}
			r, diags, err := f.Evaluate(frontends.Args{Files: files, ConfigFile: filepath.Base(name), Stage: stage, Env: &frontends.Env{}})
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range diags {
				t.Errorf("%s: %s: %s %+v", name, d.Summary, d.Detail, d.Subject)
			}
			if r != nil {
				printed[f.Name()] = ir.Print(r.Program)
			}
		}
		if printed["hcl"] == "" || printed["hcl"] != printed["typescript"] {
			t.Errorf("stage %s: they differ. %s", stage, golden.Difference([]byte(printed["typescript"]), []byte(printed["hcl"])))
		}
	}
}

// And it gives the same bytes, for every target.
func TestNotesBytes(t *testing.T) {
	app := filepath.Join("..", "examples", "notes")
	if _, err := os.Stat(filepath.Join(app, "node_modules")); err != nil {
		t.Skip("examples/notes is not built: its npm packages are not installed (make example)")
	}
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("examples/notes is not built: there is no node")
	}
	dir := t.TempDir()
	for _, name := range []string{"functions", "infra", "node_modules", "web/src"} {
		if err := os.CopyFS(filepath.Join(dir, name), os.DirFS(filepath.Join(app, name))); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"sst.config.ts", "hcl/sst.config.hcl", "package.json", "package-lock.json", "tsconfig.json", "web/build.mjs"} {
		to := name
		if name == "hcl/sst.config.hcl" {
			to = "sst.config.hcl"
		}
		copyFile(t, filepath.Join(app, name), filepath.Join(dir, to))
	}
	written := map[string]map[string][]byte{}
	for _, config := range []string{"sst.config.ts", "sst.config.hcl"} {
		out := filepath.Join(t.TempDir(), "out")
		_, diags, err := compiler.Compile(compiler.Options{Dir: dir, Config: config, Out: out, Stage: "dev", Targets: compiler.Targets()})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range diags {
			t.Errorf("%s: %s: %s", config, d.Summary, d.Detail)
		}
		files := map[string][]byte{}
		err = fs.WalkDir(os.DirFS(out), ".", func(name string, d fs.DirEntry, err error) error {
			// The manifest and the report name the files that were read.
			if err != nil || d.IsDir() || name == assets.ManifestName || name == "report.md" {
				return err
			}
			files[name], err = os.ReadFile(filepath.Join(out, filepath.FromSlash(name)))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		written[config] = files
	}
	want, got := written["sst.config.ts"], written["sst.config.hcl"]
	if len(want) == 0 {
		t.Error("nothing was written")
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s is written from HCL only", name)
		}
	}
	for name, b := range want {
		if !bytes.Equal(b, got[name]) {
			t.Errorf("%s differs. %s", name, golden.Difference(b, got[name]))
		}
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, b, 0o666); err != nil {
		t.Fatal(err)
	}
}

func unzip(t *testing.T, archive, dir string) {
	t.Helper()
	z, err := zip.OpenReader(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, f.Name), content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
