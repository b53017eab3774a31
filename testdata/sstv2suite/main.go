// Sstv2suite runs the tests that SST v2 has of its constructs against sstc's,
// and compares what comes of each with a list.
//
//	go run ./testdata/sstv2suite -checkout DIR [-install] [-only NAME,...] [-update] [-v]
//
// DIR is a checkout of anomalyco/v2 at v2.49.8, the last release, and is never
// written to. Its test files are copied and run as they are, each as the
// configuration of an app: in the engine, with sst/constructs where they import
// what SST would have built, and with vitest.js in place of vitest. -install has
// npm install the CDK into the copy. Sites are not built: where a build's output
// should be there are the smallest files that could be.
//
// A test is one of
//
//	ok      it passes
//	words   the errors that it expects are there, in other words
//	left    what it asks for is left out on purpose: by reasons.txt, or a
//	        resource whose work the uploader does
//	fail    it fails
package main

import (
	"embed"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/sstc/sstc/compiler"
	"github.com/sstc/sstc/internal/examples"
)

const here = "testdata/sstv2suite"

//go:embed vitest.js project.js reasons.txt
var embedded embed.FS

func main() {
	log.SetFlags(0)
	checkout := flag.String("checkout", "", "`directory` of a checkout of anomalyco/v2")
	work := flag.String("work", filepath.Join(os.TempDir(), "sstc-v2-suite"), "`directory` for the copy, kept for the next run")
	install := flag.Bool("install", false, "install npm packages into the copy")
	only := flag.String("only", "", "`names` of test files, without .test.ts, with commas between them")
	update := flag.Bool("update", false, "rewrite the list, as far as it is of the files that were run")
	verbose := flag.Bool("v", false, "print what is wrong with each test that does not pass")
	flag.Parse()
	if *checkout == "" {
		flag.Usage()
		os.Exit(2)
	}
	if *install {
		installCDK(*work)
	}
	names := prepare(*checkout, *work)
	want := readList()
	all := maps.Clone(want)
	reasons := readReasons()
	results := make([][]result, len(names))
	var group sync.WaitGroup
	slots := make(chan bool, 2)
	for i, name := range names {
		if *only != "" && !slices.Contains(strings.Split(*only, ","), name) {
			continue
		}
		group.Go(func() {
			slots <- true
			defer func() { <-slots }()
			results[i] = runFile(*work, name)
		})
	}
	group.Wait()
	wrong := 0
	for i, name := range names {
		if results[i] == nil {
			continue
		}
		var lines []string
		for _, r := range results[i] {
			r.judge(reasons[name])
			line := r.line()
			lines = append(lines, line)
			if *verbose && (r.Status == "fail" || r.Status == "words") {
				fmt.Printf("%s: %s\n%s\n", name, line, indent(r.Text))
			}
			if !slices.Contains(want[name], line) {
				wrong++
				fmt.Printf("%s: %s   (not in the list)\n", name, line)
			}
		}
		all[name] = lines
	}
	fmt.Print("\n" + table(all, names))
	if *update {
		writeList(all, names)
		return
	}
	if wrong > 0 {
		fmt.Printf("%d tests differ from the list.\n", wrong)
		os.Exit(1)
	}
}

// tests is where the tests are in the checkout and in an app.
const tests = "test/constructs"

// prepare makes an app of each test file, with what it imports where it looks
// for that, and returns the files' names.
func prepare(checkout, work string) []string {
	from := filepath.Join(checkout, "packages/sst", tests)
	files, err := filepath.Glob(filepath.Join(from, "*.test.ts"))
	examples.Must(err)
	if len(files) == 0 {
		log.Fatalf("%s has no tests: it is no checkout of anomalyco/v2.", checkout)
	}
	examples.Must(os.RemoveAll(filepath.Join(work, "apps")))
	write(work, "nx.json", "{}\n") // a workspace
	write(work, "apps/node_modules/vitest/package.json", `{"name": "vitest", "type": "module", "main": "index.js"}`)
	write(work, "apps/node_modules/vitest/index.js", read("vitest.js"))
	var names []string
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".test.ts")
		names = append(names, name)
		app := filepath.Join(work, "apps", name)
		examples.Must(os.CopyFS(filepath.Join(app, tests), os.DirFS(from)))
		write(app, "package.json", `{"name": "suite", "type": "module"}`)
		standIns(app)
		library(app)
		editHelper(filepath.Join(app, tests, "helper.ts"))
	}
	return names
}

// library writes the modules that are SST's build in the checkout.
func library(app string) {
	modules, err := filepath.Glob("frontends/sstv2/runtime/constructs/*.ts")
	examples.Must(err)
	write(app, "dist/project.js", read("project.js"))
	for _, m := range modules {
		name := strings.TrimSuffix(filepath.Base(m), ".ts")
		module := "sst/constructs/" + name
		if name == "index" {
			module = "sst/constructs"
		}
		write(app, "dist/constructs/"+name+".js", fmt.Sprintf("export * from %q;\n", module))
	}
	// One that is elsewhere with sstc.
	write(app, "dist/constructs/util/apiGatewayV2AccessLog.js", "export { groupName as cleanupLogGroupName } from \"sst/constructs/accessLog\";\n")
}

// editHelper has the helper count the function and the role that SST has in
// every stack, and sstc where they are needed, only where they are.
func editHelper(helper string) {
	const counted = "count = count + 1;"
	text, err := os.ReadFile(helper)
	examples.Must(err)
	if strings.Count(string(text), counted) != 1 {
		log.Fatalf("helper.ts does not have %q once: it is another version's.", counted)
	}
	edited := strings.Replace(string(text), counted, `count += stack.node.tryFindChild("CustomResourceHandler") ? 1 : 0;`, 1)
	examples.Must(os.WriteFile(helper, []byte(edited), 0o666))
}

// standIns writes what builds of sites would have left.
func standIns(app string) {
	files := map[string]string{
		"vite-static-site/dist/index.html": "<p></p>\n",
		// Remix has two compilers; the site is of the first.
		"remix-site/build/index.js":       "export const routes = {};\n",
		"remix-site/public/build/root.js": "\n",
	}
	outputs, err := txtar.ParseFile("testdata/sstv2/frameworks.txtar")
	examples.Must(err)
	for _, f := range outputs.Files {
		if rest, ok := strings.CutPrefix(f.Name, "next/"); ok && rest != "package.json" {
			files["nextjs-site/"+rest] = string(f.Data)
		}
	}
	for _, site := range []string{"remix-site", "nextjs-site"} {
		files[site+"/node_modules/.keep"] = "" // the tests look whether packages are installed
	}
	for name, text := range files {
		write(app, path.Join(tests, name), text)
	}
}

// installCDK installs the packages that the apps of testdata/sstv2 are built with.
func installCDK(work string) {
	for _, name := range []string{"package.json", "package-lock.json"} {
		b, err := os.ReadFile(filepath.Join("testdata/sstv2", name))
		examples.Must(err)
		write(work, name, string(b))
	}
	examples.Run(work, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
}

// A result is what comes of one test.
type result struct {
	Number int    `json:"number"`
	Name   string `json:"name"`
	Status string `json:"status"`
	Text   string `json:"text"`
}

// judge says which results are as they should be, by the reasons.
func (r *result) judge(reasons []reason) {
	if r.Status != "fail" && r.Status != "words" {
		return
	}
	for _, known := range reasons {
		if known.name.MatchString(r.Name) {
			r.Status, r.Text = "left", known.why
			return
		}
	}
}

// line is the result in the list.
func (r *result) line() string {
	line := fmt.Sprintf("%-5s %s", r.Status, r.Name)
	if r.Text == "" {
		return line
	}
	first, _, _ := strings.Cut(r.Text, "\n")
	if runes := []rune(first); len(runes) > 160 {
		first = string(runes[:160]) + "..."
	}
	return line + "  -- " + first
}

// runFile runs the tests of a file. One that ends the engine is left out of
// the next attempt.
func runFile(work, name string) []result {
	var all []result
	for {
		var skipped []int
		for _, r := range all {
			skipped = append(skipped, r.Number)
		}
		found, ended, why := attempt(work, name, skipped)
		all = append(all, found...)
		if ended {
			break
		}
		if len(found) == 0 {
			all = append(all, result{Number: -1, Name: "(the file)", Status: "fail", Text: why})
			break
		}
	}
	slices.SortFunc(all, func(a, b result) int { return a.Number - b.Number })
	return all
}

// config is the configuration of an app that runs tests. It ends in an error,
// since there is nothing to build.
const config = `import { run } from "vitest";
import "./test/constructs/%s.test";

export default {
  config: () => ({ name: "app", region: "us-east-1" }),
  async stacks(_) {
    await run(%s);
    throw new Error("The tests have run.");
  },
};
`

// attempt runs tests until the end of the file or of the engine.
func attempt(work, name string, skipped []int) (results []result, ended bool, why string) {
	app := filepath.Join(work, "apps", name)
	numbers, err := json.Marshal(append([]int{}, skipped...))
	examples.Must(err)
	examples.Must(os.WriteFile(filepath.Join(app, "sst.config.ts"), fmt.Appendf(nil, config, name, numbers), 0o666))
	var running *result
	var printed string
	_, diags, err := compiler.Compile(compiler.Options{
		Dir: app, Out: filepath.Join(app, "out"), Stage: "test", Prebuilt: true, CacheDir: work, Hermetic: true,
		Env:         map[string]string{"NODE_ENV": "test", "SKIP_BUILD": "1"},
		EvalTimeout: 20 * time.Minute,
		Console: func(_, text string) {
			event, ok := strings.CutPrefix(text, "@@")
			if !ok {
				return
			}
			var r result
			examples.Must(json.Unmarshal([]byte(event), &r))
			switch r.Status {
			case "start":
				running = &r
			case "end":
				ended = true
			default:
				results, running = append(results, r), nil
			}
		},
	})
	examples.Must(err)
	for _, d := range diags {
		printed += d.Summary + ": " + d.Detail + "\n"
	}
	if running != nil {
		running.Status, running.Text = "fail", "the engine ended: "+printed
		results = append(results, *running)
	}
	return results, ended, printed
}

// A reason says why tests of a name fail.
type reason struct {
	name *regexp.Regexp
	why  string
}

// readReasons reads reasons.txt: a file's name alone on a line, and below it
// patterns of tests' names with the reason after a bar.
func readReasons() map[string][]reason {
	reasons := map[string][]reason{}
	file := ""
	for line := range strings.Lines(read("reasons.txt")) {
		line = strings.TrimSpace(line)
		pattern, why, ok := strings.Cut(line, " | ")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case !ok:
			file = strings.TrimSuffix(line, ":")
		default:
			reasons[file] = append(reasons[file], reason{regexp.MustCompile("^(?:" + pattern + ")$"), why})
		}
	}
	return reasons
}

const listFile = here + "/expected.txt"

// readList reads the list: the lines below each file's name.
func readList() map[string][]string {
	list := map[string][]string{}
	b, _ := os.ReadFile(listFile)
	file := ""
	for line := range strings.Lines(string(b)) {
		line = strings.TrimRight(line, "\n")
		if name, ok := strings.CutPrefix(line, "== "); ok {
			file = name
		} else if file != "" && line != "" {
			list[file] = append(list[file], line)
		}
	}
	return list
}

func writeList(list map[string][]string, names []string) {
	var b strings.Builder
	b.WriteString("What comes of the tests that SST v2 has of its constructs. Made by\ngo run ./" + here + " -update; see main.go for what the words mean.\n\n")
	b.WriteString(table(list, names))
	for _, name := range names {
		fmt.Fprintf(&b, "\n== %s\n%s\n", name, strings.Join(list[name], "\n"))
	}
	examples.Must(os.WriteFile(listFile, []byte(b.String()), 0o666))
}

// table counts the results of each file.
func table(list map[string][]string, names []string) string {
	columns := []string{"ok", "words", "left", "fail"}
	var b strings.Builder
	row := func(name string, counts map[string]int) {
		sum := 0
		fmt.Fprintf(&b, "%-24s", name)
		for _, c := range columns {
			fmt.Fprintf(&b, "%5d %s", counts[c], c)
			sum += counts[c]
		}
		fmt.Fprintf(&b, "%6d\n", sum)
	}
	total := map[string]int{}
	for _, name := range names {
		counts := map[string]int{}
		for _, line := range list[name] {
			status, _, _ := strings.Cut(line, " ")
			counts[status]++
			total[status]++
		}
		row(name, counts)
	}
	row("all", total)
	return b.String()
}

func read(name string) string {
	b, err := embedded.ReadFile(name)
	examples.Must(err)
	return string(b)
}

// write writes a file below dir.
func write(dir, name, text string) {
	name = filepath.Join(dir, filepath.FromSlash(name))
	examples.Must(os.MkdirAll(filepath.Dir(name), 0o777))
	examples.Must(os.WriteFile(name, []byte(text), 0o666))
}

func indent(s string) string {
	return "    " + strings.ReplaceAll(strings.TrimRight(s, "\n"), "\n", "\n    ")
}
