// Sstv2examples builds the example apps of SST v2's repository and compares
// what comes of each with a list: "ok", or the codes of the errors.
//
//	go run ./testdata/sstv2examples -checkout DIR [-install] [-update] [name ...]
//
// DIR is a checkout of anomalyco/v2; its examples are copied, and never written
// to. Nothing is fetched, unless -install asks npm for the packages that they
// name. Sites are not built: where a build's output should be there are the
// smallest files that could be.
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

	"golang.org/x/tools/txtar"
)

const here = "testdata/sstv2examples"

func main() {
	log.SetFlags(0)
	checkout := flag.String("checkout", "", "`directory` of a checkout of anomalyco/v2")
	work := flag.String("work", filepath.Join(os.TempDir(), "sstc-v2-examples"), "`directory` for the copy, kept for the next run")
	install := flag.Bool("install", false, "install npm packages into the copy")
	update := flag.Bool("update", false, "rewrite the list")
	verbose := flag.Bool("v", false, "print the diagnostics of each failure")
	flag.Parse()
	if *checkout == "" {
		flag.Usage()
		os.Exit(2)
	}
	sstc := filepath.Join(*work, "sstc")
	must(os.MkdirAll(*work, 0o777))
	run("", "go", "build", "-o", sstc, "./cmd/sstc")
	names := prepare(*checkout, *work)
	if *install {
		installAll(*work, names)
	}
	if flag.NArg() > 0 {
		names = flag.Args()
	}
	want := read(here + "/expected.txt")
	var lines []string
	ok, wrong := 0, 0
	for _, name := range names {
		got, text := build(sstc, filepath.Join(*work, "examples", name), filepath.Join(*work, "out", name))
		if got == "ok" {
			ok++
		} else if *verbose {
			fmt.Println(indent(text))
		}
		mark := ""
		if want[name] != got {
			wrong++
			mark = fmt.Sprintf("   (expected %s)", want[name])
		}
		fmt.Printf("%-42s %s%s\n", name, got, mark)
		lines = append(lines, fmt.Sprintf("%-42s %s", name, got))
	}
	fmt.Printf("\n%d of %d examples build; %d differ from the list.\n", ok, len(names), wrong)
	if *update {
		head := "# What comes of the example apps of anomalyco/v2: ok, or the codes of the errors.\n# Made by go run ./" + here + " -update; see main.go.\n"
		must(os.WriteFile(here+"/expected.txt", []byte(head+strings.Join(lines, "\n")+"\n"), 0o666))
		return
	}
	if wrong > 0 {
		os.Exit(1)
	}
}

// prepare copies the examples, once, and returns their names. The directory
// becomes one workspace, whose packages all of them use.
func prepare(checkout, work string) []string {
	target := filepath.Join(work, "examples")
	if _, err := os.Stat(target); err != nil {
		must(os.CopyFS(target, os.DirFS(filepath.Join(checkout, "examples"))))
		must(os.WriteFile(filepath.Join(work, "nx.json"), []byte("{}\n"), 0o666))
		entries, err := os.ReadDir(target)
		must(err)
		for _, e := range entries {
			joinWorkspace(filepath.Join(target, e.Name()))
			standIns(filepath.Join(target, e.Name()))
		}
	}
	found, err := filepath.Glob(filepath.Join(target, "*", "sst.config.ts"))
	must(err)
	var names []string
	for _, f := range found {
		names = append(names, filepath.Base(filepath.Dir(f)))
	}
	return names
}

// joinWorkspace makes an example that is a workspace part of the one around it.
func joinWorkspace(dir string) {
	for _, name := range []string{"pnpm-workspace.yaml", "pnpm-lock.yaml", "package-lock.json", "yarn.lock"} {
		os.Remove(filepath.Join(dir, name))
	}
	for file, p := range packages(dir) {
		name, _ := p["name"].(string)
		if filepath.Dir(file) == dir {
			delete(p, "workspaces")
			b, err := json.Marshal(p)
			must(err)
			must(os.WriteFile(file, b, 0o666))
		} else if name != "" {
			link := filepath.Join(dir, "node_modules", filepath.FromSlash(name))
			must(os.MkdirAll(filepath.Dir(link), 0o777))
			to, err := filepath.Rel(filepath.Dir(link), filepath.Dir(file))
			must(err)
			if err := os.Symlink(to, link); err != nil && !os.IsExist(err) {
				log.Fatal(err)
			}
		}
	}
}

// packages are the package.json files of an example.
func packages(dir string) map[string]map[string]any {
	found := map[string]map[string]any{}
	must(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() == "node_modules" {
			return fs.SkipDir
		}
		if d.Name() == "package.json" {
			b, err := os.ReadFile(path)
			must(err)
			p := map[string]any{}
			if json.Unmarshal(b, &p) == nil {
				found[path] = p
			}
		}
		return nil
	}))
	return found
}

var siteOf = regexp.MustCompile(`new (\w+)Site\(\s*stack,\s*"\w+"(?:,\s*\{([^}]*))?`)
var propOf = regexp.MustCompile(`(path|buildOutput):\s*"([^"]*)"`)

// standIns writes what builds of sites would have left.
func standIns(dir string) {
	outputs, err := txtar.ParseFile("testdata/sstv2/frameworks.txtar")
	must(err)
	must(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() == "node_modules" {
			return fs.SkipDir
		}
		if d.IsDir() || filepath.Ext(path) != ".ts" {
			return nil
		}
		text, err := os.ReadFile(path)
		must(err)
		for _, m := range siteOf.FindAllSubmatch(text, -1) {
			props := map[string]string{"path": ".", "buildOutput": "."}
			for _, p := range propOf.FindAllSubmatch(m[2], -1) {
				props[string(p[1])] = string(p[2])
			}
			site := filepath.Join(dir, filepath.FromSlash(props["path"]))
			if string(m[1]) == "Static" {
				write(filepath.Join(site, filepath.FromSlash(props["buildOutput"]), "index.html"), []byte("<p></p>\n"))
				continue
			}
			name := map[string]string{"SvelteKit": "svelte", "SolidStart": "solid", "Astro": "astro", "Remix": "remix", "Nextjs": "next"}[string(m[1])]
			for _, f := range outputs.Files {
				if rest, ok := strings.CutPrefix(f.Name, name+"/"); ok {
					write(filepath.Join(site, filepath.FromSlash(rest)), f.Data)
				}
			}
		}
		return nil
	}))
}

// write writes a file that is not there yet.
func write(name string, data []byte) {
	if _, err := os.Stat(name); err == nil {
		return
	}
	must(os.MkdirAll(filepath.Dir(name), 0o777))
	must(os.WriteFile(name, data, 0o666))
}

// installAll installs what all examples name, of each package one version.
func installAll(work string, names []string) {
	wanted := map[string]string{"aws-cdk-lib": "2.224.0", "constructs": "10.3.0", "sst": "2.49.8"}
	for _, name := range names {
		for _, p := range packages(filepath.Join(work, "examples", name)) {
			for _, kind := range []string{"dependencies", "devDependencies"} {
				of, _ := p[kind].(map[string]any)
				for _, dep := range slices.Sorted(maps.Keys(of)) {
					if v, ok := of[dep].(string); ok && wanted[dep] == "" && !strings.ContainsAny(v, ":/") && v != "*" {
						wanted[dep] = v
					}
				}
			}
		}
	}
	b, err := json.MarshalIndent(map[string]any{"private": true, "dependencies": wanted}, "", "  ")
	must(err)
	must(os.WriteFile(filepath.Join(work, "package.json"), b, 0o666))
	run(work, "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps")
}

// build builds one example. It returns "ok" or the codes of the errors.
func build(sstc, dir, out string) (result, text string) {
	args := []string{"build", dir, "--stage", "test", "--target", "cloudformation", "--prebuilt", "--out", out, "--json"}
	// What the examples ask of the environment.
	for _, name := range []string{"FACEBOOK_APP_ID", "FACEBOOK_APP_SECRET", "GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET", "GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET", "DATADOG_API_KEY"} {
		args = append(args, "--env", name+"=example")
	}
	cmd := exec.Command(sstc, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var answer struct {
		Error       string
		Diagnostics []struct{ Severity, Code, Summary, Detail string }
	}
	if json.Unmarshal(stdout.Bytes(), &answer) != nil {
		return "crash", stderr.String()
	}
	if err == nil {
		return "ok", ""
	}
	var codes []string
	for _, d := range answer.Diagnostics {
		if d.Severity != "error" {
			continue
		}
		text += d.Summary + ": " + d.Detail + "\n"
		if !slices.Contains(codes, d.Code) {
			codes = append(codes, d.Code)
		}
	}
	if answer.Error != "" {
		return "crash", answer.Error
	}
	slices.Sort(codes)
	return strings.Join(codes, ","), text
}

func read(name string) map[string]string {
	want := map[string]string{}
	b, _ := os.ReadFile(name)
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) == 2 && f[0] != "#" {
			want[f[0]] = f[1]
		}
	}
	return want
}

func run(dir, name string, args ...string) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		log.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func indent(s string) string {
	return "    " + strings.ReplaceAll(strings.TrimRight(s, "\n"), "\n", "\n    ") + "\n"
}
