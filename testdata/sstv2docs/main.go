// Sstv2docs builds the snippets of SST v2's documentation, each as an app, with
// the real SST and with sstc, and compares the templates.
//
//	go run ./testdata/sstv2docs -checkout DIR [-install] [-only TEXT] [-again] [-keep] [-update] [-v]
//
// DIR is a checkout of anomalyco/v2 at v2.49.8, the last release, and is only
// read. Snippets are those of www/docs, and the examples in the comments of
// packages/sst/src/constructs, that make or use constructs; equal ones count
// once. What a snippet takes as given (a table, a certificate, files of
// functions) is there: see stubs.go. -install has npm install SST into the
// directory for the apps. Nothing is built that a program other than esbuild
// builds. The real SST takes Node.
//
// A snippet is one of
//
//	same      both make equal templates, but for what docs/v2.md lists
//	error     both refuse it
//	ours      sstc refuses it
//	real      the real SST refuses it
//	differs   the templates differ
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/sstc/sstc/compiler"
	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/internal/examples"
	"github.com/sstc/sstc/internal/realsst"
)

const here = "testdata/sstv2docs"

func main() {
	log.SetFlags(0)
	checkout := flag.String("checkout", "", "`directory` of a checkout of anomalyco/v2")
	work := flag.String("work", filepath.Join(os.TempDir(), "sstc-v2-docs"), "`directory` for the apps")
	install := flag.Bool("install", false, "install npm packages into the directory for the apps")
	only := flag.String("only", "", "`text` that is in the names of the snippets to build")
	again := flag.Bool("again", false, "build only what the list does not have as the same")
	keep := flag.Bool("keep", false, "keep what the real SST has made of an app before")
	update := flag.Bool("update", false, "rewrite the list, as far as it is of the snippets that were built")
	verbose := flag.Bool("v", false, "print what is wrong with each snippet that is not the same")
	flag.Parse()
	if *checkout == "" {
		flag.Usage()
		os.Exit(2)
	}
	if *install {
		b, err := os.ReadFile("testdata/sstv2/real/package.json")
		examples.Must(err)
		write(*work, "package.json", string(b))
		examples.Run(*work, "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund")
	}
	write(*work, "nx.json", "{}\n") // a workspace
	all := snippets(*checkout)
	if len(all) == 0 {
		log.Fatalf("%s has no snippets: it is no checkout of anomalyco/v2.", *checkout)
	}
	want := readList()
	chosen := slices.DeleteFunc(slices.Clone(all), func(s *snippet) bool {
		return !strings.Contains(s.name, *only) || *again && strings.HasPrefix(want[s.name], "same ")
	})
	apps := filepath.Join(*work, "snippets")
	var todo []*snippet
	for _, s := range chosen {
		s.dir = filepath.Join(apps, fileName(s.name))
		old, _ := os.ReadFile(filepath.Join(s.dir, "sst.config.ts"))
		if *keep && string(old) == s.config() && (exists(s.dir, "real/manifest.json") || exists(s.dir, "real/error.txt")) {
			continue
		}
		examples.Must(os.RemoveAll(s.dir))
		s.app(s.dir)
		todo = append(todo, s)
	}
	real(todo)
	ours(*work, chosen)

	list := maps.Clone(want)
	wrong := 0
	for _, s := range chosen {
		line := s.line()
		list[s.name] = line
		if line == want[s.name] {
			continue
		}
		wrong++
		fmt.Printf("%s   (the list has %q)\n", line, want[s.name])
	}
	for _, s := range chosen {
		if *verbose && s.status != "same" {
			fmt.Printf("== %s %s\n%s\n", s.name, s.status, s.text)
		}
	}
	fmt.Print(summary(list, all))
	switch {
	case *update:
		var b strings.Builder
		b.WriteString("# What comes of the snippets of SST v2's documentation. Made by\n# go run ./" + here + " -update; see main.go for what the words mean.\n#\n")
		for line := range strings.Lines(summary(list, all)) {
			b.WriteString("# " + line)
		}
		b.WriteString("\n")
		for _, s := range all {
			b.WriteString(list[s.name] + "\n")
		}
		examples.Must(os.WriteFile(here+"/expected.txt", []byte(b.String()), 0o666))
	case wrong > 0:
		fmt.Printf("%d snippets differ from the list.\n", wrong)
		os.Exit(1)
	}
}

// A snippet is one block of code.
type snippet struct {
	name  string // its file, and its number there
	class string // the construct that the file is about, or ""
	code  string

	dir          string // of its app
	status, text string
}

var (
	blocks   = regexp.MustCompile("(?ms)^[ \t]*```(?:ts|js|tsx|typescript|javascript)\\b[^\n]*\n(.*?)^[ \t]*```")
	comments = regexp.MustCompile(`(?m)^[ \t]*\* ?`)
	// What makes or uses constructs.
	uses = regexp.MustCompile(`(?m)\bnew [\w.]+\(\s*(stack|app)\b|\b(stack|app)\.(stack|add|set)\w*\(|^\w+\.(bind|attach|add|set|subscribe)\w*\(`)
)

// snippets are those of a checkout that make constructs.
func snippets(checkout string) []*snippet {
	var all []*snippet
	seen := map[string]bool{}
	read := func(dir, ext string) {
		root := filepath.Join(checkout, filepath.FromSlash(dir))
		examples.Must(filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() && slices.Contains([]string{"v0", "v1"}, d.Name()) {
				return fs.SkipDir
			}
			if d.IsDir() || filepath.Ext(file) != ext {
				return nil
			}
			b, err := os.ReadFile(file)
			examples.Must(err)
			text := string(b)
			if ext == ".ts" {
				text = comments.ReplaceAllString(text, "")
			}
			rel, err := filepath.Rel(checkout, file)
			examples.Must(err)
			class, _, _ := strings.Cut(d.Name(), ".")
			for i, m := range blocks.FindAllStringSubmatch(text, -1) {
				if code := m[1]; !seen[code] && uses.MatchString(code) {
					seen[code] = true
					all = append(all, &snippet{name: fmt.Sprintf("%s#%d", filepath.ToSlash(rel), i+1), class: class, code: code})
				}
			}
			return nil
		}))
	}
	read("www/docs", ".md")
	read("packages/sst/src/constructs", ".ts")
	return all
}

var notInNames = regexp.MustCompile(`[^\w.]+`)

func fileName(name string) string {
	return notInNames.ReplaceAllString(strings.TrimPrefix(strings.TrimPrefix(name, "packages/sst/src/"), "www/docs/"), "-")
}

// real has the real SST make the templates, and the results of the look-ups
// that it asks for.
func real(chosen []*snippet) {
	todo := chosen
	for round := 0; len(todo) > 0 && round < 3; round++ {
		for batch := range slices.Chunk(todo, 100) {
			synthesize(batch)
		}
		// With what is missing, again.
		todo = slices.DeleteFunc(slices.Clone(todo), func(s *snippet) bool { return !lookUp(s.dir) })
	}
}

func synthesize(batch []*snippet) {
	for len(batch) > 0 {
		args := []string{"testdata/sstv2/real/synth.mjs", "test"}
		for _, s := range batch {
			examples.Must(os.RemoveAll(filepath.Join(s.dir, "real")))
			args = append(args, s.dir, filepath.Join(s.dir, "real"))
		}
		out, err := exec.Command("node", args...).CombinedOutput()
		if err == nil {
			return
		}
		// Where the process has ended early, one of the apps has ended it.
		ended := slices.IndexFunc(batch, func(s *snippet) bool { return !exists(s.dir, "real/manifest.json") && !exists(s.dir, "real/error.txt") })
		if ended < 0 {
			return
		}
		write(batch[ended].dir, "real/error.txt", "the process ended: "+string(out[max(0, len(out)-2000):]))
		batch = batch[ended+1:]
	}
}

// results of look-ups, by their provider.
var results = map[string]string{
	"availability-zones": `["us-east-1a", "us-east-1b", "us-east-1c"]`,
	"ssm":                `"a value"`,
	"vpc-provider": `{"vpcId": "vpc-1", "vpcCidrBlock": "10.0.0.0/16", "ownerAccountId": "123456789012", "availabilityZones": [], "subnetGroups": [
		{"name": "Public", "type": "Public", "subnets": [{"subnetId": "subnet-1", "cidr": "10.0.0.0/24", "availabilityZone": "us-east-1a", "routeTableId": "rtb-1"}, {"subnetId": "subnet-2", "cidr": "10.0.1.0/24", "availabilityZone": "us-east-1b", "routeTableId": "rtb-2"}]},
		{"name": "Private", "type": "Private", "subnets": [{"subnetId": "subnet-3", "cidr": "10.0.2.0/24", "availabilityZone": "us-east-1a", "routeTableId": "rtb-3"}, {"subnetId": "subnet-4", "cidr": "10.0.3.0/24", "availabilityZone": "us-east-1b", "routeTableId": "rtb-4"}]}]}`,
	"security-group": `{"securityGroupId": "sg-1", "allowAllOutbound": true}`,
}

var zoneOf = regexp.MustCompile(`:domainName=([^:]+)`)

// lookUp writes the results that the real SST has missed. It reports whether there were any.
func lookUp(dir string) bool {
	b, err := os.ReadFile(filepath.Join(dir, "real", "manifest.json"))
	if err != nil {
		return false
	}
	var manifest struct {
		Missing []struct{ Key, Provider string }
	}
	examples.Must(json.Unmarshal(b, &manifest))
	context := map[string]json.RawMessage{}
	if b, err := os.ReadFile(filepath.Join(dir, "cdk.context.json")); err == nil {
		examples.Must(json.Unmarshal(b, &context))
	}
	found := false
	for _, m := range manifest.Missing {
		r := results[m.Provider]
		if zone := zoneOf.FindStringSubmatch(m.Key); m.Provider == "hosted-zone" && zone != nil {
			r = fmt.Sprintf(`{"Id": "/hostedzone/ZTOP", "Name": "%s."}`, zone[1])
		}
		if r != "" && context[m.Key] == nil {
			context[m.Key], found = json.RawMessage(r), true
		}
	}
	if found {
		b, err := json.Marshal(context)
		examples.Must(err)
		write(dir, "cdk.context.json", string(b))
	}
	return found
}

// ours builds the apps with sstc, and compares.
func ours(work string, chosen []*snippet) {
	var group sync.WaitGroup
	slots := make(chan bool, 2)
	for _, s := range chosen {
		group.Go(func() {
			slots <- true
			defer func() { <-slots }()
			s.compare(work)
		})
	}
	group.Wait()
}

// known are the differences that docs/v2.md has.
var known = kinds(`
.*/Resources/[A-Za-z0-9]*(S3AssetUploader|S3Uploader|CloudFrontInvalidator|AssetReplacer|SourcemapUploader)(Policy)?[0-9A-F]{8} the uploader does that
.*/Resources/[A-Za-z0-9]*(ServerFunction|EdgeLambda)[A-Za-z0-9]*/DependsOn on the AssetReplacer
.*/Resources/[A-Za-z0-9]*(Prewarmer|Warmer)[A-Za-z0-9]* there is nothing to be kept warm
.*/Resources/[A-Za-z0-9]*CloudFrontFunction[0-9A-F]{8}/Properties/FunctionCode code of our own
.*/Properties/version no clock in ours: of what the function is
.*/Resources/[A-Za-z0-9]*EdgeLambdaVersion[0-9A-F]{8}([0-9a-f]{32})? another version by what it is of, not by its name
.*/LambdaFunctionARN/Fn::Join/1/2/Fn::GetAtt/0 the same
.*/Resources/[A-Za-z0-9]*JobProjectRoleDefaultPolicy[0-9A-F]{8}/Properties/PolicyDocument/Statement/[0-9]+/Resource/Fn::Join/1 where assets are
.*/Resources/[A-Za-z0-9]*ScriptResource[0-9A-F]{8}/Properties/Version no clock in ours
.*/Resources/[A-Za-z0-9]*CurrentVersion[0-9A-F]{8}[0-9a-f]{32} named by a digest of the code
.*/Resources/[A-Za-z0-9]*ApiKey[0-9A-F]{8}/Properties/Expires no clock in ours
.*/Resources/SstcNothing CloudFormation takes no template without resources
.*/Resources/[A-Za-z0-9]*TaskDefinition[0-9A-F]{8}/Properties/ContainerDefinitions/0/VersionConsistency the real one makes no image in tests
.*/Resources/[A-Za-z0-9]*TaskDefinitionExecutionRole[0-9A-F]{8}/Properties/Tags the same
.*/Resources/[A-Za-z0-9]*TaskDefinitionExecutionRoleDefaultPolicy[0-9A-F]{8}/Properties/PolicyDocument/Statement the same
.*/Resources/[A-Za-z0-9]*EdgeLambda[0-9A-F]{8}/Properties/(Environment|FunctionParams/Handler) put into the code by another function
.*/Properties/Source/Location where assets are
.*/(ImageUri|Environment/Image|ContainerDefinitions/[0-9]+/Image)(/Fn::(Sub|Join))? where images are
`)

// knownOfRemix are those of a RemixSite, whose server streams.
var knownOfRemix = kinds(`
.*/Resources/[A-Za-z0-9]*ServerFunction[A-Za-z0-9]*/Properties/(Handler|InvokeMode|Environment/Variables/NODE_ENV)
.*/Outputs/SSTMetadata/Value/Fn::Join/1/[0-9]+
`)

func kinds(text string) realsst.Kinds {
	read, err := realsst.ReadKinds(text)
	examples.Must(err)
	return read
}

func (s *snippet) compare(work string) {
	out := filepath.Join(s.dir, "ours")
	_, diags, err := compiler.Compile(compiler.Options{
		Dir: s.dir, Out: out, Stage: "test", Targets: []string{"cloudformation"}, Prebuilt: true, CacheDir: work, Hermetic: true,
		Env:     map[string]string{"CDK_DEFAULT_ACCOUNT": "123456789012", "NODE_ENV": "test"},
		Console: func(_, _ string) {},
	})
	examples.Must(err)
	refused, code := "", ""
	if i := slices.IndexFunc(diags, func(d *diag.Diagnostic) bool { return d.Severity == diag.Error }); i >= 0 {
		d := diags[i]
		refused, code = d.Summary+": "+d.Detail, string(d.Code)
		if d.Subject != nil {
			refused = fmt.Sprintf("%s:%d: %s", d.Subject.Filename, d.Subject.Start.Line, refused)
		}
	}
	b, err := os.ReadFile(filepath.Join(s.dir, "real", "error.txt"))
	message := strings.TrimSpace(string(b))
	switch {
	case refused != "" && err == nil:
		s.status, s.text = "error", "real: "+message+"\nours: "+code+": "+refused
	case refused != "":
		s.status, s.text = "ours", code+": "+refused
	case err == nil:
		s.status, s.text = "real", message
	default:
		if d := s.differences(out); len(d) > 0 {
			s.status, s.text = "differs", strings.Join(d, "\n")
		} else {
			s.status = "same"
		}
	}
}

// differences compares the templates of both.
func (s *snippet) differences(out string) []string {
	read := func(name string) any {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil
		}
		v, err := realsst.Normal(b)
		examples.Must(err)
		return v
	}
	templates, err := realsst.Templates(filepath.Join(s.dir, "real"))
	examples.Must(err)
	expected := known
	if strings.Contains(s.code, "RemixSite") {
		expected = slices.Concat(known, knownOfRemix)
	}
	var all []string
	for _, name := range slices.Sorted(maps.Keys(templates)) {
		want, err := realsst.Normal(templates[name])
		examples.Must(err)
		for _, d := range realsst.Compare(name, want, read(filepath.Join(out, "cloudformation", name+".json"))) {
			if _, ok := expected.Of(d); !ok {
				all = append(all, fmt.Sprintf("%s\n  real %.600s\n  ours %.600s", d.At, d.Real, d.Ours))
			}
		}
	}
	return all
}

// line is the snippet's in the list.
func (s *snippet) line() string {
	line := fmt.Sprintf("%-7s %s", s.status, s.name)
	if s.status == "same" {
		return line
	}
	first, _, _ := strings.Cut(s.text, "\n")
	if runes := []rune(first); len(runes) > 120 {
		first = string(runes[:120]) + "..."
	}
	return line + "  -- " + strings.ReplaceAll(first, s.dir, ".")
}

// readList reads the list: lines by the names of snippets.
func readList() map[string]string {
	list := map[string]string{}
	b, _ := os.ReadFile(here + "/expected.txt")
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] != "#" {
			list[f[1]] = strings.TrimSuffix(line, "\n")
		}
	}
	return list
}

// summary counts the snippets of each status.
func summary(list map[string]string, all []*snippet) string {
	counts := map[string]int{}
	for _, s := range all {
		status, _, _ := strings.Cut(list[s.name], " ")
		counts[status]++
	}
	var b bytes.Buffer
	for _, status := range []string{"same", "error", "ours", "real", "differs"} {
		fmt.Fprintf(&b, "%5d %s\n", counts[status], status)
	}
	fmt.Fprintf(&b, "%5d in all\n", len(all))
	return b.String()
}

func exists(dir, name string) bool {
	_, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name)))
	return err == nil
}

// write writes a file below dir.
func write(dir, name, text string) {
	name = filepath.Join(dir, filepath.FromSlash(name))
	examples.Must(os.MkdirAll(filepath.Dir(name), 0o777))
	examples.Must(os.WriteFile(name, []byte(text), 0o666))
}
