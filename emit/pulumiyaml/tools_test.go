package pulumiyaml

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
)

// The tools of testdata/tools/build-pulumi.sh.
type tools struct{ pulumi, language, stub string }

// findTools looks where the script puts the tools, then on PATH for those that
// may be installed anyway. It names the first that is missing.
func findTools() (t tools, missing string) {
	dir := os.Getenv("SSTC_TOOLS")
	if dir == "" {
		if cache, err := os.UserCacheDir(); err == nil {
			dir = filepath.Join(cache, "sstc-tools")
		}
	}
	find := func(name string) string {
		if p, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return p
		}
		p, err := exec.LookPath(name)
		if err != nil && missing == "" {
			missing = name
		}
		return p
	}
	return tools{find("pulumi"), find("pulumi-language-yaml"), find("stubpul")}, missing
}

// TestPulumi has the real Pulumi preview and deploy every example, with a
// provider that has the examples' types and no cloud.
func TestPulumi(t *testing.T) {
	if testing.Short() {
		t.Skip("not checked with Pulumi itself: it takes seconds for each example")
	}
	tools, missing := findTools()
	if missing != "" {
		t.Skipf("not checked with Pulumi itself: there is no %s (run testdata/tools/build-pulumi.sh)", missing)
	}
	for _, e := range examples() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			files, diags := Emitter{}.Emit(e.program, e.opts)
			if diags.HasErrors() {
				return // there is nothing to run
			}
			s := newStack(t, tools, e, string(files[0].Content))
			s.run("preview", "--non-interactive", "--diff")
			s.run("up", "--non-interactive", "--yes", "--skip-preview")
			compareInputs(t, e, s.inputs())
		})
	}
}

// A stack is a Pulumi project in a directory of its own.
type stack struct {
	t     *testing.T
	tools tools
	dir   string
	env   []string
}

func newStack(t *testing.T, tools tools, e example, project string) *stack {
	t.Helper()
	root := t.TempDir()
	s := &stack{t: t, tools: tools, dir: filepath.Join(root, "pulumi"), env: []string{
		"HOME=" + root,
		"PATH=" + filepath.Dir(tools.language) + string(os.PathListSeparator) + os.Getenv("PATH"),
		"PULUMI_HOME=" + filepath.Join(root, "home"),
		"PULUMI_BACKEND_URL=file://" + filepath.ToSlash(root),
		"PULUMI_CONFIG_PASSPHRASE=",
		"PULUMI_SKIP_UPDATE_CHECK=true",
		"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true",
	}}
	// The language host of these tools does not read files outside the
	// project's directory; newer ones do.
	project = strings.ReplaceAll(project, "../assets/", "./assets/")
	for _, a := range e.program.Assets {
		write(t, filepath.Join(s.dir, filepath.FromSlash(a.File)), []byte("content"), 0o666)
	}
	stub, err := os.ReadFile(tools.stub)
	if err != nil {
		t.Fatal(err)
	}
	project += "\nplugins:\n  providers:\n"
	for _, pc := range newProject(e.program, e.opts).providers {
		plugin := filepath.Join(root, "plugins", pc.Package)
		project += "    - name: " + pc.Package + "\n      path: " + quoted(plugin) + "\n"
		write(t, filepath.Join(plugin, "pulumi-resource-"+pc.Package), stub, 0o777)
		b, err := json.Marshal(packageSchema(e.program, pc))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(plugin, "schema.json"), b, 0o666)
	}
	write(t, filepath.Join(s.dir, "Pulumi.yaml"), []byte(project), 0o666)

	s.run("stack", "init", "--stack", e.program.App.Stage)
	for _, kv := range e.config {
		kind := "--plaintext"
		for _, p := range e.program.Params {
			if ConfigKey(p.Name) == kv.Key && p.Kind == ir.ParamSecret {
				kind = "--secret"
			}
		}
		s.run("config", "set", kind, "--path", kv.Key, "--", kv.Value)
	}
	return s
}

func write(t *testing.T, path string, content []byte, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, mode); err != nil {
		t.Fatal(err)
	}
}

// run runs pulumi and returns what it prints.
func (s *stack) run(args ...string) string {
	s.t.Helper()
	cmd := exec.Command(s.tools.pulumi, args...)
	cmd.Dir, cmd.Env = s.dir, s.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.t.Fatalf("pulumi %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	s.t.Logf("pulumi %s\n%s", strings.Join(args, " "), out)
	return string(out)
}

// inputs returns the inputs of every resource in the stack's state, by name.
func (s *stack) inputs() map[string]map[string]any {
	s.t.Helper()
	cmd := exec.Command(s.tools.pulumi, "stack", "export", "--show-secrets")
	cmd.Dir, cmd.Env = s.dir, s.env
	out, err := cmd.Output()
	if err != nil {
		s.t.Fatal(err)
	}
	var state struct {
		Deployment struct {
			Resources []struct {
				URN    string
				Inputs map[string]any
			}
		}
	}
	if err := json.Unmarshal(out, &state); err != nil {
		s.t.Fatal(err)
	}
	byName := map[string]map[string]any{}
	for _, r := range state.Deployment.Resources {
		byName[r.URN[strings.LastIndex(r.URN, "::")+2:]] = r.Inputs
	}
	return byName
}

// compareInputs checks that what is known in the program has arrived at the
// provider as it was: through quoting, escaping and interpolation.
func compareInputs(t *testing.T, e example, got map[string]map[string]any) {
	t.Helper()
	compared := 0
	for _, r := range e.program.Resources {
		inputs, ok := got[r.Name]
		if !ok {
			t.Errorf("%s is not in the stack", r.Name)
			continue
		}
		for _, f := range r.Props.Fields {
			s, ok := f.Value.(ir.String)
			if !ok || isDocument(f.Key) || r.Read != nil {
				continue
			}
			compared++
			if inputs[f.Key] != string(s) {
				t.Errorf("%s.%s is %q, want %q", r.Name, f.Key, inputs[f.Key], s)
			}
		}
	}
	for name, want := range e.values {
		compared++
		v := got[name]["value"]
		if secret, ok := v.(map[string]any); ok { // its signature, and itself as JSON
			var plain string
			if err := json.Unmarshal([]byte(secret["plaintext"].(string)), &plain); err != nil {
				t.Fatal(err)
			}
			v = plain
		}
		if v != want {
			t.Errorf("%s.value is %q, want %q", name, v, want)
		}
	}
	if compared == 0 {
		t.Error("there was nothing to compare")
	}
}

// packageSchema returns a Pulumi package schema of what a program uses of a
// package, made from the embedded facts.
func packageSchema(p *ir.Program, pc *ir.ProviderConfig) map[string]any {
	b := &schemaBuilder{types: map[string]any{}}
	isInput := func(p *schema.Property) bool { return p.Input }
	isOutput := func(p *schema.Property) bool { return p.Output && p.Name != "id" }
	resources, functions := map[string]any{}, map[string]any{}
	for _, r := range p.Resources {
		if t := schema.PulumiResource(r.Type); t != nil && strings.HasPrefix(r.Type, pc.Package+":") {
			resources[r.Type] = map[string]any{
				"inputProperties": b.properties(t.Properties, isInput),
				"requiredInputs":  required(t.Properties),
				"properties":      b.properties(t.Properties, isOutput),
			}
		}
	}
	tokens := []string{}
	for _, i := range p.Invokes {
		tokens = append(tokens, i.Token)
	}
	for _, v := range pseudoVariables {
		tokens = append(tokens, v.token)
	}
	for _, token := range tokens {
		if f := schema.PulumiFunction(token); f != nil && strings.HasPrefix(token, pc.Package+":") {
			functions[token] = map[string]any{
				"inputs":  map[string]any{"type": "object", "properties": b.properties(f.Properties, isInput)},
				"outputs": map[string]any{"type": "object", "properties": b.properties(f.Properties, func(p *schema.Property) bool { return p.Output })},
			}
		}
	}
	config := map[string]any{}
	if provider := schema.PulumiProvider(pc.Package); provider != nil {
		config = b.properties(provider.Config.Properties, isInput)
	} else {
		for i := range pc.Args.Len() {
			config[pc.Args.Fields[i].Key] = map[string]any{"$ref": "pulumi.json#/Any"}
		}
	}
	version := pluginVersion(pc)
	if version == "" {
		version = "1.0.0"
	}
	return map[string]any{
		"name": pc.Package, "version": version,
		"meta":      map[string]any{"moduleFormat": "(.*)(?:/[^/]*)"},
		"provider":  map[string]any{"inputProperties": config},
		"resources": resources, "functions": functions, "types": b.types,
	}
}

func required(ps []*schema.Property) []string {
	names := []string{}
	for _, p := range ps {
		if p.Required {
			names = append(names, p.Name)
		}
	}
	return names
}

type schemaBuilder struct{ types map[string]any }

func (b *schemaBuilder) properties(ps []*schema.Property, keep func(*schema.Property) bool) map[string]any {
	m := map[string]any{}
	for _, p := range ps {
		if keep(p) {
			m[p.Name] = b.typ(p.Type)
		}
	}
	return m
}

func (b *schemaBuilder) typ(t *schema.Type) map[string]any {
	switch t.Kind {
	case schema.String, schema.Number:
		return map[string]any{"type": string(t.Kind)}
	case schema.Bool:
		return map[string]any{"type": "boolean"}
	case schema.List:
		return map[string]any{"type": "array", "items": b.typ(t.Elem)}
	case schema.Map:
		return map[string]any{"type": "object", "additionalProperties": b.typ(t.Elem)}
	case schema.Asset:
		return map[string]any{"$ref": "pulumi.json#/Asset"}
	case schema.Archive:
		return map[string]any{"$ref": "pulumi.json#/Archive"}
	case schema.Union:
		options := make([]any, len(t.Options))
		for i, o := range t.Options {
			options[i] = b.typ(o)
		}
		return map[string]any{"oneOf": options}
	case schema.Obj:
		if t.Object == nil || t.Object.Name == "" {
			break
		}
		if _, done := b.types[t.Object.Name]; !done {
			m := map[string]any{"type": "object", "required": required(t.Object.Properties)}
			b.types[t.Object.Name] = m // before its properties, which may lead back to it
			m["properties"] = b.properties(t.Object.Properties, func(*schema.Property) bool { return true })
		}
		return map[string]any{"$ref": "#/types/" + t.Object.Name}
	}
	return map[string]any{"$ref": "pulumi.json#/Any"}
}

// The verifier of the other tests and Pulumi itself refuse the same mistakes.
func TestMistakes(t *testing.T) {
	e := examples()[0]
	files, _ := Emitter{}.Emit(e.program, e.opts)
	good := string(files[0].Content)
	mistakes := map[string][2]string{
		"unknown property":  {"forceDestroy: true", "forceDestroyy: true"},
		"wrong type":        {"timeout: 20", "timeout: soon"},
		"missing property":  {"      role: ${ApiRole.arn}\n", ""},
		"unknown attribute": {"${ApiRole.arn}", "${ApiRole.arnn}"},
		"unknown resource":  {"${ApiRole.arn}", "${ApiRoll.arn}"},
		"unterminated":      {"${ApiRole.arn}", "${ApiRole.arn"},
	}
	tools, missing := findTools()
	if missing != "" || testing.Short() {
		t.Logf("not checked with Pulumi itself (missing: %s)", missing)
	}
	for _, name := range slices.Sorted(maps.Keys(mistakes)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bad := strings.Replace(good, mistakes[name][0], mistakes[name][1], 1)
			if bad == good {
				t.Fatal("the mistake is not in the example")
			}
			if problems := verify(t, []byte(bad)); len(problems) == 0 {
				t.Error("the verifier accepts it")
			}
			if missing != "" || testing.Short() {
				return
			}
			s := newStack(t, tools, e, bad)
			cmd := exec.Command(tools.pulumi, "preview", "--non-interactive")
			cmd.Dir, cmd.Env = s.dir, s.env
			if out, err := cmd.CombinedOutput(); err == nil {
				t.Errorf("Pulumi accepts it:\n%s", out)
			}
		})
	}
}
