package typescript

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/frontends"
	"github.com/sstc/sstc/internal/golden"
)

// TestCases evaluates the configurations of testdata/*.txtar. In an archive,
// NAME.ts is a case: the body of run(), or a whole configuration if it has an
// export. NAME.txt is what comes of it: what it printed, the program without
// the app's head, and the diagnostics. What SST's own components made of
// themselves is left out, unless the case says "// in full": that is tested
// where they are written.
func TestCases(t *testing.T) {
	golden.Cases(t, "testdata/*.txtar", []string{".ts"}, func(t *testing.T, c txtar.File, shared []txtar.File) []byte {
		return []byte(evaluateCase(t, string(c.Data), shared))
	})
}

const caseHead = `export default $config({ app: () => ({ name: "app", home: "aws", removal: "remove", providers: { aws: true, cloudflare: true, random: true } }), async run() {
`

// evaluateCase evaluates one configuration and describes what comes of it.
func evaluateCase(t *testing.T, config string, shared []txtar.File) string {
	dir := t.TempDir()
	whole := strings.Contains(config, "export default")
	if !whole {
		config = caseHead + config + "}});\n"
	}
	golden.Write(t, dir, append([]txtar.File{{Name: "sst.config.ts", Data: []byte(config)}}, shared...))
	files, err := frontends.NewFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	env := &frontends.Env{Declared: map[string]string{"DECLARED": "yes"}}
	r, diags, err := Frontend{}.Evaluate(frontends.Args{Files: files, ConfigFile: "sst.config.ts", Stage: "test", Env: env,
		Console: func(level, text string) { b.WriteString(level + ": " + text + "\n") }})
	if err != nil {
		t.Fatal(err)
	}
	if r != nil {
		program := *r.Program
		if !whole {
			program.Providers = nil
		}
		if !strings.Contains(config, "// in full") {
			program = withoutComponents(program)
		}
		text := ir.Print(&program)
		if i := strings.Index(text, "\n\n"); i >= 0 {
			b.WriteString(text[i+2:])
		}
	}
	diag.Render(&b, diags, files.Source)
	return b.String()
}

// withoutComponents leaves out what components of SST's made.
func withoutComponents(p ir.Program) ir.Program {
	components := map[string]bool{}
	for _, c := range p.Components {
		components[c.ID] = strings.HasPrefix(c.Type, "sst.")
	}
	p.Resources = slices.DeleteFunc(slices.Clone(p.Resources), func(r *ir.Resource) bool {
		return components[r.Component] && strings.HasPrefix(r.Name, r.Component) && r.Range == componentRange(p, r.Component)
	})
	p.Functions = nil
	p.Assets = slices.DeleteFunc(slices.Clone(p.Assets), func(a *ir.Asset) bool { return a.Kind == ir.AssetIsFunction })
	return p
}

func componentRange(p ir.Program, id string) diag.Range {
	for _, c := range p.Components {
		if c.ID == id {
			return c.Range
		}
	}
	return diag.Range{}
}
