// Sstexamples builds the example apps of SST's own repository and compares
// what comes of each with a list: "ok", or the code of the diagnostic that says
// what is missing.
//
//	go run ./testdata/sstexamples -checkout DIR [-install] [-update] [name ...]
//
// DIR is a checkout of anomalyco/sst; it is copied, and never written to.
// Nothing is fetched, unless -install asks npm for the packages that the
// examples' functions import.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// sdk is the version of npm's sst that stands in for the checkout's own, which
// would have to be built.
const sdk = "sst@4.17.1"

func main() {
	log.SetFlags(0)
	checkout := flag.String("checkout", "", "`directory` of a checkout of anomalyco/sst")
	work := flag.String("work", filepath.Join(os.TempDir(), "sstc-examples"), "`directory` for the copy, kept for the next run")
	install := flag.Bool("install", false, "install npm packages into the copy")
	update := flag.Bool("update", false, "rewrite the list")
	list := flag.String("list", "testdata/sstexamples/expected.txt", "the `file` with what is expected")
	verbose := flag.Bool("v", false, "print the diagnostics of each failure")
	flag.Parse()
	if *checkout == "" {
		flag.Usage()
		os.Exit(2)
	}
	sstc := filepath.Join(*work, "sstc")
	must(os.MkdirAll(*work, 0o777))
	run("", "go", "build", "-o", sstc, "./cmd/sstc")
	names := prepare(*checkout, *work, *install)
	if flag.NArg() > 0 {
		names = flag.Args()
	}
	want := read(*list)
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
		head := "# What comes of the example apps of anomalyco/sst: ok, or the codes of the errors.\n# Made by go run ./testdata/sstexamples -update; see main.go.\n"
		must(os.WriteFile(*list, []byte(head+strings.Join(lines, "\n")+"\n"), 0o666))
		return
	}
	if wrong > 0 {
		os.Exit(1)
	}
}

// prepare copies the examples, once, and returns their names.
func prepare(checkout, work string, install bool) []string {
	target := filepath.Join(work, "examples")
	if _, err := os.Stat(target); err != nil {
		must(os.CopyFS(target, os.DirFS(filepath.Join(checkout, "examples"))))
	}
	entries, err := os.ReadDir(target)
	must(err)
	var names []string
	for _, e := range entries {
		if _, err := os.Stat(filepath.Join(target, e.Name(), "sst.config.ts")); err == nil {
			names = append(names, e.Name())
		}
	}
	if install {
		// The examples refer to ../../sdk/js.
		js := filepath.Join(work, "sdk", "js")
		if _, err := os.Stat(js); err != nil {
			must(os.MkdirAll(filepath.Dir(js), 0o777))
			run(filepath.Dir(js), "npm", "pack", "--silent", sdk)
			run(filepath.Dir(js), "tar", "xf", strings.Replace(sdk, "@", "-", 1)+".tgz")
			must(os.Rename(filepath.Join(filepath.Dir(js), "package"), js))
			run(js, "npm", "install", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund")
		}
		for _, name := range names {
			filepath.WalkDir(filepath.Join(target, name), func(path string, d fs.DirEntry, err error) error {
				if err != nil || d.Name() == "node_modules" {
					return fs.SkipDir
				}
				if d.Name() == "go.mod" {
					cmd := exec.Command("go", "mod", "download")
					cmd.Dir = filepath.Dir(path)
					if out, err := cmd.CombinedOutput(); err != nil {
						fmt.Printf("%s: go mod download: %v\n%s", name, err, indent(string(out)))
					}
				}
				if d.Name() != "package.json" {
					return nil
				}
				if _, err := os.Stat(filepath.Join(filepath.Dir(path), "node_modules")); err != nil {
					cmd := exec.Command("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--force")
					cmd.Dir = filepath.Dir(path)
					if out, err := cmd.CombinedOutput(); err != nil {
						fmt.Printf("%s: npm install: %v\n%s", name, err, indent(string(out)))
					}
				}
				return nil
			})
		}
	}
	return names
}

// build builds one example. It returns "ok" or the codes of the errors.
func build(sstc, dir, out string) (result, text string) {
	cmd := exec.Command(sstc, "build", dir, "--stage", "test", "--target", "terraform", "--out", out, "--json",
		// What the examples ask of the environment.
		"--env", "AWS_REGION=us-east-1", "--env", "SUPABASE_ORG_ID=example")
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
	// What is wrong with a function's packages says nothing of an app that
	// cannot be evaluated: they are installed only for those that can.
	evaluation := slices.DeleteFunc(slices.Clone(codes), func(c string) bool {
		return c == "bundle-failed" || c == "package-not-installed" || c == "file-not-found"
	})
	if len(evaluation) > 0 {
		codes = evaluation
	}
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
