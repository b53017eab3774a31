// Package tfcheck lets tests put emitted Terraform files before the real
// terraform, offline: a stub provider (testdata/stubtf) serves the schemas of
// compiler/schema for the types that the files use.
//
// terraform is found on the PATH or in $SSTC_TERRAFORM. The stub is built once
// into the user's cache directory. Where one or the other is missing, the test
// is told so and goes on without the check.
package tfcheck

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/sstc/sstc/compiler/schema"
)

// Validate runs `terraform fmt -check` and `terraform validate` on a directory
// of .tf files, which must be the tests's own to change. An error of theirs
// fails the test. It reports whether the check was made.
//
// The same files are validated once in a process: several tests make them.
func Validate(t testing.TB, dir string) bool {
	t.Helper()
	digest, err := digestOf(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := validated.Load(digest); ok {
		return true
	}
	made := run(t, dir, []string{"fmt", "-check", "-diff", "-no-color"}, []string{"validate", "-no-color"})
	if made && !t.Failed() {
		validated.Store(digest, true)
	}
	return made
}

var validated sync.Map // digests of directories

// digestOf is the digest of the files that terraform reads in a directory.
func digestOf(dir string) (digest [sha256.Size]byte, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.tf"))
	if err != nil {
		return digest, err
	}
	sum := sha256.New()
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			return digest, err
		}
		fmt.Fprintf(sum, "%s %d\n%s", filepath.Base(f), len(text), text)
	}
	return [sha256.Size]byte(sum.Sum(nil)), nil
}

// Plan is Validate followed by `terraform plan`, with the variables given.
func Plan(t testing.TB, dir string, variables map[string]string) bool {
	t.Helper()
	plan := []string{"plan", "-no-color", "-input=false", "-lock=false"}
	for _, name := range slices.Sorted(keys(variables)) {
		plan = append(plan, "-var", name+"="+variables[name])
	}
	return run(t, dir, []string{"fmt", "-check", "-diff", "-no-color"}, []string{"validate", "-no-color"}, plan)
}

func keys(m map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func run(t testing.TB, dir string, commands ...[]string) bool {
	t.Helper()
	terraform, stub, err := tools()
	if err != nil {
		t.Logf("terraform %s not run: %v", commands[len(commands)-1][0], err)
		return false
	}
	home := t.TempDir()
	config, unknown, err := prepare(home, dir, stub)
	if err != nil {
		t.Fatal(err)
	}
	if unknown != "" {
		t.Logf("terraform %s not run: there is no schema of %s", commands[len(commands)-1][0], unknown)
		return false
	}
	for _, args := range commands {
		cmd := exec.Command(terraform, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(),
			"TF_CLI_CONFIG_FILE="+config, "STUBTF_SCHEMAS="+home, "TF_DATA_DIR="+filepath.Join(home, "data"),
			"CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "GOMAXPROCS=2")
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Run(); err != nil {
			t.Errorf("terraform %s: %v\n%s", args[0], err, errorsIn(out.String()))
			return true
		}
	}
	return true
}

// errorsIn leaves out what terraform says before its first error: warnings, and
// the plan as far as it got.
func errorsIn(out string) string {
	if i := strings.Index(out, "\nError: "); i >= 0 {
		return out[i:]
	}
	return out
}

// tools finds terraform and builds the stub provider.
var tools = func() func() (terraform, stub string, err error) {
	type paths struct{ terraform, stub string }
	once := sync.OnceValues(func() (paths, error) {
		terraform := os.Getenv("SSTC_TERRAFORM")
		if terraform == "" {
			var err error
			if terraform, err = exec.LookPath("terraform"); err != nil {
				return paths{}, errors.New("terraform is not on the PATH, and SSTC_TERRAFORM is not set")
			}
		}
		stub, err := buildStub()
		return paths{terraform, stub}, err
	})
	return func() (string, string, error) {
		p, err := once()
		return p.terraform, p.stub, err
	}
}()

// buildStub returns the path of the stub provider's executable, whose name in
// the cache holds the digest of its sources.
func buildStub() (string, error) {
	_, self, _, ok := runtime.Caller(0)
	if !ok {
		return "", errors.New("the sources cannot be found")
	}
	source := filepath.Join(filepath.Dir(self), "..", "..", "testdata", "stubtf")
	sum := sha256.New()
	for _, name := range []string{"go.mod", "go.sum", "main.go"} {
		text, err := os.ReadFile(filepath.Join(source, name))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%s %d\n%s", name, len(text), text)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	stub := filepath.Join(cache, "sstc-test", fmt.Sprintf("stubtf-%x", sum.Sum(nil)[:8]))
	if runtime.GOOS == "windows" {
		stub += ".exe"
	}
	if _, err := os.Stat(stub); err == nil {
		return stub, nil
	}
	// Several test processes may build it at once: the last rename wins.
	if err := os.MkdirAll(filepath.Dir(stub), 0o777); err != nil {
		return "", err
	}
	temp := fmt.Sprintf("%s.%d", stub, os.Getpid())
	cmd := exec.Command("go", "build", "-o", temp, ".")
	cmd.Dir = source
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("the stub provider does not build: %v\n%s", err, out)
	}
	return stub, os.Rename(temp, stub)
}

var (
	blockHeader    = regexp.MustCompile(`(?m)^(resource|data) "([a-z0-9_]+)"`)
	requiredSource = regexp.MustCompile(`(?m)^ +([a-z0-9_-]+) = \{\n +source +?= +"([^"]+)"`)
)

// prepare writes into home what terraform needs to run on the files in dir:
// for each required provider an executable and a schema, and a configuration
// that makes terraform use those. It returns the configuration's path, or a
// type or provider in the files whose schema is unknown.
func prepare(home, dir, stub string) (config, unknown string, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.tf"))
	if err != nil {
		return "", "", err
	}
	docs := map[string]*document{}
	overrides := ""
	var text []byte
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return "", "", err
		}
		text = append(text, b...)
	}
	for _, m := range requiredSource.FindAllStringSubmatch(string(text), -1) {
		name := m[1]
		docs[name] = &document{Provider: &block{}, Resources: map[string]*block{}, Data: map[string]*block{}}
		p := schema.TerraformProvider(m[2])
		if p == nil {
			return "", m[2], nil
		}
		docs[name].Provider = blockOf(p.Config)
		bin := filepath.Join(home, "bin-"+name)
		if err := os.MkdirAll(bin, 0o777); err != nil {
			return "", "", err
		}
		_, source, _ := strings.Cut(m[2], "/")
		link := filepath.Join(bin, "terraform-provider-"+source)
		if runtime.GOOS == "windows" {
			link += ".exe"
		}
		if err := os.Symlink(stub, link); err != nil {
			return "", "", err
		}
		overrides += fmt.Sprintf("    %q = %q\n", m[2], bin)
	}
	for _, m := range blockHeader.FindAllStringSubmatch(string(text), -1) {
		kind, typ := m[1], m[2]
		prefix, _, _ := strings.Cut(typ, "_")
		doc := docs[prefix]
		if doc == nil {
			continue // terraform_data, or a mistake that terraform will report
		}
		if kind == "resource" {
			r := schema.TerraformResource(typ)
			if r == nil {
				return "", typ, nil
			}
			doc.Resources[typ] = blockOf(&r.Object)
			continue
		}
		r := schema.TerraformData(typ)
		if r == nil {
			return "", typ, nil
		}
		doc.Data[typ] = blockOf(&r.Object)
	}
	for name, doc := range docs {
		b, err := json.Marshal(doc)
		if err != nil {
			return "", "", err
		}
		if err := os.WriteFile(filepath.Join(home, name+".json"), b, 0o666); err != nil {
			return "", "", err
		}
	}
	config = filepath.Join(home, "terraformrc")
	rc := "disable_checkpoint = true\nprovider_installation {\n  dev_overrides {\n" + overrides + "  }\n}\n"
	return config, "", os.WriteFile(config, []byte(rc), 0o666)
}

// What follows is the form of a schema that testdata/stubtf reads.

type document struct {
	Provider  *block            `json:"provider"`
	Resources map[string]*block `json:"resources"`
	Data      map[string]*block `json:"data"`
}

type block struct {
	Attributes map[string]*attribute `json:"attributes,omitempty"`
	Blocks     map[string]*nested    `json:"blocks,omitempty"`
}

type attribute struct {
	Type      any     `json:"type,omitempty"`
	Nested    *nested `json:"nested,omitempty"`
	Required  bool    `json:"required,omitempty"`
	Optional  bool    `json:"optional,omitempty"`
	Computed  bool    `json:"computed,omitempty"`
	Sensitive bool    `json:"sensitive,omitempty"`
	WriteOnly bool    `json:"writeOnly,omitempty"`
}

type nested struct {
	Mode  string `json:"mode"`
	Min   int    `json:"min,omitempty"`
	Max   int    `json:"max,omitempty"`
	Block *block `json:"block"`
}

func blockOf(o *schema.Object) *block {
	b := &block{Attributes: map[string]*attribute{}, Blocks: map[string]*nested{}}
	if o == nil {
		return b
	}
	for _, p := range o.Properties {
		mode, inner := nesting(p.Type)
		if p.Block {
			b.Blocks[p.Name] = &nested{mode, p.MinItems, p.MaxItems, blockOf(inner)}
			continue
		}
		a := &attribute{
			Required: p.Required, Optional: p.Input && !p.Required, Computed: p.Computed || !p.Input, Sensitive: p.Secret, WriteOnly: !p.Output,
		}
		if inner != nil && inner.Name != "" {
			a.Nested = &nested{Mode: mode, Block: blockOf(inner)}
		} else {
			a.Type = ctyType(p.Type)
		}
		b.Attributes[p.Name] = a
	}
	return b
}

// nesting is the mode of a block or nested attribute, and what is in it; nil
// if the type is of something else.
func nesting(t *schema.Type) (string, *schema.Object) {
	mode := "single"
	switch t.Kind {
	case schema.List, schema.Set, schema.Map:
		mode, t = string(t.Kind), t.Elem
	}
	if t.Kind != schema.Obj {
		return "", nil
	}
	return mode, t.Object
}

// ctyType is a type in the JSON form of go-cty.
func ctyType(t *schema.Type) any {
	switch t.Kind {
	case schema.String, schema.Number, schema.Bool:
		return string(t.Kind)
	case schema.List, schema.Set, schema.Map:
		return []any{string(t.Kind), ctyType(t.Elem)}
	case schema.Obj:
		fields := map[string]any{}
		if t.Object != nil {
			for _, p := range t.Object.Properties {
				fields[p.Name] = ctyType(p.Type)
			}
		}
		return []any{"object", fields}
	}
	return "dynamic"
}
