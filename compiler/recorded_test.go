package compiler_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sstc/sstc/assets"
	"github.com/sstc/sstc/compiler"
	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/internal/golden"
)

// TestRecorded compares what sstc makes of a statement with what SST's own
// components register for it, resource by resource and property by property.
// testdata/recorded has the record (and the program that makes it).
//
// Both sides are brought into one form, a list of [registered]. sstc's side is
// deployed to a mock first (mock_test.go), which answers as the recorder did;
// what sstc gives to the uploader stands for SST's dynamic resources, and what
// a linked function is given for SST's link records. Every difference that is
// left must be one of [differences], and every one of those must occur.
func TestRecorded(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "testdata", "recorded", "components.json"))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, r := range renamed {
		if bytes.Contains(text, []byte(r.from)) {
			seen[r.from] = true
		}
		text = bytes.ReplaceAll(text, []byte(r.from), []byte(r.to))
	}
	var blocks []struct {
		Name, Statement string
		Resources       []registered
	}
	if err := json.Unmarshal(text, &blocks); err != nil {
		t.Fatal(err)
	}
	for _, b := range blocks {
		for _, r := range b.Resources {
			withoutSecrets(r.Inputs)
			sortFiles(r.Inputs)
		}
		t.Run(b.Name, func(t *testing.T) {
			got, problem := registeredBySstc(t, b.Statement, linkNames(b.Resources))
			if problem != "" {
				explain(t, "error: "+problem, seen)
				return
			}
			for _, d := range compareRegistered(b.Resources, got) {
				explain(t, d, seen)
			}
		})
	}
	if t.Failed() {
		return // what failed may have hidden a difference
	}
	for _, r := range renamed {
		if !seen[r.from] {
			t.Errorf("nothing is named %s", r.from)
		}
	}
	for _, d := range differences {
		if !seen[d.pattern] {
			t.Errorf("no difference matches %s", d.pattern)
		}
	}
}

// TestDifferencesPage checks that docs/differences.md has a section for every
// difference, and a difference for every section.
func TestDifferencesPage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "docs", "differences.md"))
	if err != nil {
		t.Fatal(err)
	}
	var sections []string
	for line := range strings.Lines(string(page)) {
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			sections = append(sections, strings.TrimSpace(heading))
		}
	}
	used := map[string]bool{"": true}
	for _, d := range differences {
		used[d.section] = true
	}
	for _, r := range renamed {
		used[r.section] = true
	}
	for section := range used {
		if section != "" && !slices.Contains(sections, section) {
			t.Errorf("docs/differences.md has no section %q", section)
		}
	}
	for _, section := range sections {
		if !used[section] {
			t.Errorf("docs/differences.md has the section %q, of which there is no difference", section)
		}
	}
}

// explain fails the test for a difference that is none of [differences].
func explain(t *testing.T, difference string, seen map[string]bool) {
	for _, d := range differences {
		if regexp.MustCompile(d.pattern).MatchString(difference) {
			seen[d.pattern] = true
			return
		}
	}
	t.Error(difference)
}

// A registered is a component or a resource, in the form that the record has.
type registered struct {
	Type, Name, Parent       string
	Options, Inputs, Outputs map[string]any
}

// key identifies a resource. What sstc gives to the uploader has no name: the
// component that it is of counts. Routes are that component's which is routed to in
// SST, and the router's in sstc.
func (r registered) key() string {
	name, parent := r.Name, r.Parent
	if strings.HasPrefix(r.Type, "dynamic:") {
		name = "*"
	}
	if r.Type == "dynamic:Aws.KvRoutesUpdate" {
		parent = "*"
	}
	return strings.TrimSuffix(fmt.Sprintf("%s %s in %s", r.Type, name, parent), " in ")
}

// withoutSecrets puts values in the place of {"$secret": value}, the recorder's
// mark for what is not to be shown.
func withoutSecrets(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if secret, ok := v["$secret"]; ok {
			return secret
		}
		for k, e := range v {
			v[k] = withoutSecrets(e)
		}
	case []any:
		for i, e := range v {
			v[i] = withoutSecrets(e)
		}
	}
	return v
}

// sortFiles puts the files that a site publishes in order: the recorder's is
// that of its directory.
func sortFiles(inputs map[string]any) {
	files, _ := inputs["files"].([]any)
	key := func(f any) string { return f.(map[string]any)["key"].(string) }
	slices.SortFunc(files, func(a, b any) int { return strings.Compare(key(a), key(b)) })
}

// linkNames are the names of what can be linked.
func linkNames(resources []registered) []string {
	names := []string{}
	for _, r := range resources {
		if r.Type == "sst:sst:LinkRef" {
			names = append(names, strings.TrimSuffix(r.Name, "LinkRef"))
		}
	}
	return names
}

// recordedApp is the app that a statement stands in. What can be linked is
// linked to a function, Probe, which SST's side does not have.
const recordedApp = `
-- sst.config.ts --
export default $config({
  app() { return { name: "probe", home: "aws", removal: "remove" }; },
  async run() {
    const links: any[] = [];
    const linked = (C: any) => function (...args: any[]) {
      const made = new C(...args);
      if (%s.includes(args[0])) links.push(made);
      return made;
    } as any;
    %s
    if (links.length) new sst.aws.Function("Probe", { handler: "src/index.handler", link: links });
  },
});
-- src/index.ts --
export const handler = async () => "";
-- src/api.py --
def handler(event, context): pass
`

// siteFiles are those of the site that was recorded, by name.
var siteFiles = map[string]string{"index.html": "<html></html>", "404.html": "<html></html>", "assets/a.js": "//"}

// frameworkFiles are those of the sites of frameworks that were recorded, by
// component. Their content is without the line feed at the end.
var frameworkFiles = map[string]string{
	"Analog": `
-- dist/analog/nitro.json --
{"preset":"aws-lambda"}
-- dist/analog/server/index.mjs --
export const handler = async () => {};
-- dist/analog/public/favicon.ico --
x
-- dist/analog/public/assets/x-abc.js --
//
`,
	"Astro": `
-- dist/sst.buildMeta.json --
{"pluginVersion":"3.1.4","astroVersion":"5.0.0","base":"/","outputMode":"server","serverBuildOutputFile":"dist/server/entry.mjs","clientBuildOutputDir":"dist/client","clientBuildVersionedSubDir":"_astro"}
-- dist/server/entry.mjs --
export const handler = async () => {};
-- dist/client/favicon.svg --
<svg/>
-- dist/client/_astro/x.abc.js --
//
`,
	"Nextjs": `
-- .open-next/open-next.output.json --
{"edgeFunctions":{},"origins":{"s3":{"type":"s3","originPath":"_assets","copy":[]},"imageOptimizer":{"type":"function","handler":"index.handler","bundle":".open-next/image-optimization-function"},"default":{"type":"function","handler":"index.handler","bundle":".open-next/server-functions/default"}},"behaviors":[{"pattern":"_next/image*","origin":"imageOptimizer"},{"pattern":"*","origin":"default"}],"additionalProps":{"initializationFunction":{"handler":"index.handler","bundle":".open-next/dynamodb-provider"},"revalidationFunction":{"handler":"index.handler","bundle":".open-next/revalidation-function"}}}
-- .open-next/server-functions/default/index.mjs --
export const handler = async () => {};
-- .open-next/image-optimization-function/index.mjs --
export const handler = async () => {};
-- .open-next/image-optimization-function/node_modules/sharp/package.json --
{"name":"sharp","version":"0.34.0"}
-- .open-next/revalidation-function/index.mjs --
export const handler = async () => {};
-- .open-next/dynamodb-provider/index.mjs --
export const handler = async () => {};
-- .open-next/assets/BUILD_ID --
build-id-1
-- .open-next/assets/favicon.ico --
x
-- .open-next/assets/_next/static/chunks/main-abc.js --
//
-- .open-next/cache/build-id-1/index.cache --
{}
-- .next/BUILD_ID --
build-id-1
-- .next/routes-manifest.json --
{"basePath":""}
`,
	"Nuxt": `
-- .output/nitro.json --
{"preset":"aws-lambda"}
-- .output/server/index.mjs --
export const handler = async () => {};
-- .output/public/favicon.ico --
x
-- .output/public/_nuxt/x.abc.js --
//
`,
	"React": `
-- build/server/index.js --
export const routes = {};
-- build/client/favicon.ico --
x
-- build/client/assets/x-abc.js --
//
-- node_modules/react-router/package.json --
{"name":"react-router","version":"7.0.0","main":"index.js"}
-- node_modules/react-router/index.js --
export const createRequestHandler = () => {};
`,
	"Remix": `
-- build/server/index.js --
export const routes = {};
-- build/client/favicon.ico --
x
-- build/client/assets/entry-abc.js --
//
-- node_modules/@remix-run/node/package.json --
{"name":"@remix-run/node","version":"2.0.0","main":"index.js"}
-- node_modules/@remix-run/node/index.js --
export const createRequestHandler = () => {};
`,
	"SolidStart": `
-- .output/nitro.json --
{"preset":"aws-lambda","config":{"awsLambda":{"streaming":true}}}
-- .output/server/index.mjs --
export const handler = async () => {};
-- .output/public/favicon.ico --
x
-- .output/public/_build/assets/x-abc.js --
//
`,
	"SvelteKit": `
-- .svelte-kit/svelte-kit-sst/server/lambda-handler/index.js --
export const handler = async () => {};
-- .svelte-kit/svelte-kit-sst/client/_app/version.json --
{}
-- .svelte-kit/svelte-kit-sst/client/_app/immutable/entry/a.abc.js --
//
-- .svelte-kit/svelte-kit-sst/client/favicon.png --
x
`,
	"TanStackStart": `
-- .output/nitro.json --
{"preset":"aws-lambda","config":{"awsLambda":{"streaming":true}}}
-- .output/server/index.mjs --
export const handler = async () => {};
-- .output/public/favicon.ico --
x
-- .output/public/_build/assets/x-abc.js --
//
`,
}

var constructor = regexp.MustCompile(`new (sst[\w.]+)\(`)

// registeredBySstc compiles a statement. If that fails, problem is the first
// error's text.
func registeredBySstc(t *testing.T, statement string, links []string) (all []registered, problem string) {
	t.Helper()
	names, err := json.Marshal(links)
	if err != nil {
		t.Fatal(err)
	}
	framework := frameworkFiles[strings.TrimSuffix(strings.TrimPrefix(constructor.FindString(statement), "new sst.aws."), "(")]
	statement = constructor.ReplaceAllString(statement, "new (linked($1))(")
	dir := t.TempDir()
	golden.Write(t, dir, txtar.Parse(fmt.Appendf(nil, recordedApp, names, statement)).Files)
	for _, f := range txtar.Parse([]byte(framework)).Files {
		golden.Write(t, dir, []txtar.File{{Name: f.Name, Data: bytes.TrimSuffix(f.Data, []byte("\n"))}})
	}
	for name, content := range siteFiles {
		if framework != "" {
			break
		}
		for _, output := range []string{"site", "dist"} {
			golden.Write(t, dir, []txtar.File{{Name: output + "/" + name, Data: []byte(content)}})
		}
	}
	build, diags, err := compiler.Compile(compiler.Options{
		Dir: dir, Out: filepath.Join(dir, "out"), Stage: "test", Targets: []string{"terraform"}, Hermetic: true, Prebuilt: true,
		ProcessEnv: func(string) (string, bool) { return "", false },
		Env:        map[string]string{"SST_SECRET_MySecret": "secret-MySecret"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range diags {
		if d.Severity == diag.Error {
			return nil, d.Detail
		}
		t.Logf("%s: %s", d.Code, d.Detail)
	}
	files := map[string][]assets.SiteFile{}
	for _, s := range build.Program.Sites {
		for i := range s.Trees {
			tree := &s.Trees[i]
			list, _, err := assets.TreeFiles(os.DirFS(filepath.Join(dir, tree.Dir)), tree, s.Range)
			if err != nil {
				t.Fatal(err)
			}
			files[s.ID] = append(files[s.ID], list...)
		}
	}
	m := newMock(t, build.Program)
	all = append(all, m.components()...)
	all = append(all, m.resources()...)
	all = append(all, m.zoneLookups()...)
	all = append(all, m.keyValues()...)
	all = append(all, m.invocations()...)
	all = append(all, m.sites(files)...)
	all = append(all, m.links(links)...)
	for _, r := range all {
		sortFiles(r.Inputs)
	}
	return slices.DeleteFunc(all, func(r registered) bool { return r.Name == "Probe" || r.Parent == "Probe" }), ""
}

// compareRegistered returns what differs, a text for each.
func compareRegistered(want, got []registered) []string {
	var out []string
	for _, key := range keysOf(want, got) {
		w, g := withKey(want, key), withKey(got, key)
		for i := range max(len(w), len(g)) {
			switch {
			case i >= len(g):
				out = append(out, key+": only SST has it")
			case i >= len(w):
				out = append(out, key+": only sstc has it")
			default:
				prefix := w[i].Type + " " + w[i].Name + " "
				report := func(format string, args ...any) { out = append(out, prefix+fmt.Sprintf(format, args...)) }
				compareValues("options", w[i].Options, g[i].Options, report)
				compareValues("inputs", w[i].Inputs, g[i].Inputs, report)
			}
		}
	}
	return out
}

// keysOf are the keys of both lists, in order.
func keysOf(lists ...[]registered) []string {
	var keys []string
	for _, l := range lists {
		for _, r := range l {
			if !slices.Contains(keys, r.key()) {
				keys = append(keys, r.key())
			}
		}
	}
	return keys
}

// withKey are the resources that have a key, of which only dynamic ones can be
// several: those are sorted by what they hold.
func withKey(l []registered, key string) []registered {
	l = slices.DeleteFunc(slices.Clone(l), func(r registered) bool { return r.key() != key })
	slices.SortStableFunc(l, func(a, b registered) int { return strings.Compare(inJSON(a.Inputs), inJSON(b.Inputs)) })
	return l
}

// compareValues reports how two values of JSON differ. Texts that hold objects
// of JSON, such as policies, are compared as those.
func compareValues(path string, want, got any, report func(format string, args ...any)) {
	if w, ok := objectIn(want); ok {
		if g, ok := objectIn(got); ok {
			for _, k := range slices.Sorted(maps.Keys(union(w, g))) {
				wv, inWant := w[k]
				gv, inGot := g[k]
				switch p := path + "." + k; {
				case !inGot:
					report("%s: SST %s, sstc nothing", p, inJSON(wv))
				case !inWant:
					report("%s: SST nothing, sstc %s", p, inJSON(gv))
				default:
					compareValues(p, wv, gv, report)
				}
			}
			return
		}
	}
	if w, ok := want.([]any); ok {
		if g, ok := got.([]any); ok && len(w) == len(g) {
			for i := range w {
				compareValues(fmt.Sprintf("%s[%d]", path, i), w[i], g[i], report)
			}
			return
		}
	}
	if w, g := inJSON(want), inJSON(got); w != g && !isShortened(want, got) {
		report("%s: SST %s, sstc %s", path, w, g)
	}
}

var shortened = regexp.MustCompile(`^(?s)(.*)…<(\d+) chars, sha256 (\w{12})>$`)

// isShortened reports whether want is a text that the recorder has cut off, and
// got all of it.
func isShortened(want, got any) bool {
	w, _ := want.(string)
	g, _ := got.(string)
	m := shortened.FindStringSubmatch(w)
	return m != nil && strings.HasPrefix(g, m[1]) && m[2] == fmt.Sprint(len(g)) && m[3] == fmt.Sprintf("%x", sha256.Sum256([]byte(g)))[:12]
}

// objectIn returns an object, or the one that a text holds.
func objectIn(v any) (map[string]any, bool) {
	switch v := v.(type) {
	case nil:
		return nil, false
	case map[string]any:
		return v, true
	case string:
		var o map[string]any
		if strings.HasPrefix(v, "{") && json.Unmarshal([]byte(v), &o) == nil {
			return o, true
		}
	}
	return nil, false
}

func union(a, b map[string]any) map[string]any {
	both := maps.Clone(a)
	maps.Copy(both, b)
	return both
}

func inJSON(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err.Error()
	}
	return strings.TrimSuffix(b.String(), "\n")
}
