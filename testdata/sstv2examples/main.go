// Sstv2examples builds the example apps of SST v2's repository and compares
// what comes of each with a list: "ok", or the codes of the errors.
//
//	go run ./testdata/sstv2examples -checkout DIR [-install] [-real] [-update] [name ...]
//	go run ./testdata/sstv2examples -apps DIR [-real] [-v] [name ...]
//
// With -real, the package sst that is installed synthesizes each app as well
// (testdata/sstv2/real/synth.mjs, which takes Node), and the list has how the two
// agree: "equal", or in how many places they differ, those apart of which
// kinds.txt has a kind. With -v the places are printed.
//
// The second form is for other apps: DIR is one, or has them in its directories, with
// their packages installed. SST writes into the directory .sst of each.
//
// DIR is a checkout of anomalyco/v2; its examples are copied, and never written
// to. Nothing is fetched, unless -install asks npm for the packages that they
// name. Sites are not built: where a build's output should be there are the
// smallest files that could be.
package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"log"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/sstc/sstc/internal/examples"
	"github.com/sstc/sstc/internal/realsst"
)

func main() {
	args := []string{"--target", "cloudformation", "--prebuilt", "--env", "CDK_DEFAULT_ACCOUNT=" + realsst.Account}
	var env []string
	// What the examples ask of the environment.
	for _, name := range []string{"FACEBOOK_APP_ID", "FACEBOOK_APP_SECRET", "GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET", "GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET", "DATADOG_API_KEY"} {
		args = append(args, "--env", name+"=example")
		env = append(env, name+"=example")
	}
	examples.Suite{
		Name: "sstv2examples", Project: "anomalyco/v2", Args: args, Prepare: prepare,
		Original: func(dir, out string) (string, string) { return original(dir, out, env) },
	}.Main()
}

// original has SST synthesize an app, and compares the templates with those in out.
func original(dir, out string, env []string) (result, text string) {
	assembly, err := os.MkdirTemp("", "sstc-sstv2examples-")
	examples.Must(err)
	defer os.RemoveAll(assembly)
	if err := realsst.Synthesize("testdata/sstv2/real/synth.mjs", dir, assembly, "test", env...); err != nil {
		return "SST fails", failure(err.Error())
	}
	if out == "" {
		return "SST does not fail", ""
	}
	real, err := realsst.Templates(assembly)
	examples.Must(err)
	patterns, err := os.ReadFile("testdata/sstv2examples/kinds.txt")
	examples.Must(err)
	known, err := realsst.ReadKinds(string(patterns))
	examples.Must(err)
	kinds, other := map[string]int{}, 0
	for _, stack := range slices.Sorted(maps.Keys(real)) {
		ours := []byte("{}")
		if b, err := os.ReadFile(filepath.Join(out, "cloudformation", stack+".json")); err == nil {
			ours = b
		}
		a, err := realsst.Normal(real[stack])
		examples.Must(err)
		b, err := realsst.Normal(ours)
		examples.Must(err)
		for _, d := range realsst.Compare(stack, a, b) {
			if kind, ok := known.Of(d); ok {
				kinds[kind]++
				continue
			}
			other++
			text += fmt.Sprintf("%s\n  real %.300s\n  ours %.300s\n", d.At, d.Real, d.Ours)
		}
	}
	switch other {
	case 0:
		result = "equal"
	case 1:
		result = "1 difference"
	default:
		result = fmt.Sprintf("%d differences", other)
	}
	var counts []string
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		counts = append(counts, fmt.Sprintf("%d %s", kinds[kind], kind))
	}
	if len(counts) > 0 {
		result += ", but for " + strings.Join(counts, ", ")
	}
	return result, text
}

var stackFrame = regexp.MustCompile(`(?m)^\s+at .*\n?`)

// failure is what SST printed, without frames of its own.
func failure(text string) string {
	text = strings.TrimSpace(stackFrame.ReplaceAllString(text, ""))
	return "SST: " + text[:min(len(text), 1500)] + "\n"
}

// prepare makes the directory one workspace, whose packages all examples use,
// and installs these, if it may.
func prepare(work string, names []string, fresh, install bool) {
	if fresh {
		examples.Must(os.WriteFile(filepath.Join(work, "nx.json"), []byte("{}\n"), 0o666))
		entries, err := os.ReadDir(filepath.Join(work, "examples"))
		examples.Must(err)
		for _, e := range entries {
			joinWorkspace(filepath.Join(work, "examples", e.Name()))
			standIns(filepath.Join(work, "examples", e.Name()))
		}
	}
	for _, name := range names {
		write(filepath.Join(work, "examples", name, "cdk.context.json"), []byte(lookUps))
	}
	if install {
		installAll(work, names)
	}
	for _, name := range names {
		ownPackages(work, filepath.Join(work, "examples", name))
	}
}

var packagePath = regexp.MustCompile(`"node_modules/((?:@[\w.-]+/)?[\w.-]+)[/\w.-]*"`)

// ownPackages puts packages where the stacks of an example look for them, in
// its own directory: they are installed in the one around it.
func ownPackages(work, dir string) {
	stacks, err := filepath.Glob(filepath.Join(dir, "stacks", "*.ts"))
	examples.Must(err)
	for _, file := range stacks {
		text, err := os.ReadFile(file)
		examples.Must(err)
		for _, m := range packagePath.FindAllSubmatch(text, -1) {
			from, to := filepath.Join(work, "node_modules", string(m[1])), filepath.Join(dir, "node_modules", string(m[1]))
			if _, err := os.Stat(to); err == nil {
				continue
			}
			if _, err := os.Stat(from); err == nil {
				examples.Must(os.MkdirAll(filepath.Dir(to), 0o777))
				examples.Must(os.CopyFS(to, os.DirFS(from)))
			}
		}
	}
}

// lookUps are results of the look-ups that examples make, for both to find.
const lookUps = `{
  "availability-zones:account=` + realsst.Account + `:region=us-east-1": ["us-east-1a", "us-east-1b", "us-east-1c"],
  "hosted-zone:account=` + realsst.Account + `:domainName=example.com:region=us-east-1": { "Id": "/hostedzone/Z0123456789EXAMPLE", "Name": "example.com." }
}
`

// joinWorkspace makes an example that is a workspace part of the one around it.
func joinWorkspace(dir string) {
	for _, name := range []string{"pnpm-workspace.yaml", "pnpm-lock.yaml", "package-lock.json", "yarn.lock"} {
		os.Remove(filepath.Join(dir, name))
	}
	for file, p := range examples.Packages(dir) {
		name, _ := p["name"].(string)
		if filepath.Dir(file) == dir {
			delete(p, "workspaces")
			b, err := json.Marshal(p)
			examples.Must(err)
			examples.Must(os.WriteFile(file, b, 0o666))
		} else if name != "" {
			link := filepath.Join(dir, "node_modules", filepath.FromSlash(name))
			examples.Must(os.MkdirAll(filepath.Dir(link), 0o777))
			to, err := filepath.Rel(filepath.Dir(link), filepath.Dir(file))
			examples.Must(err)
			if err := os.Symlink(to, link); err != nil && !os.IsExist(err) {
				log.Fatal(err)
			}
		}
	}
}

var siteOf = regexp.MustCompile(`new (\w+)Site\(\s*stack,\s*"\w+"(?:,\s*\{([^}]*))?`)
var propOf = regexp.MustCompile(`(path|buildOutput):\s*"([^"]*)"`)

var (
	binaryOf    = regexp.MustCompile(`(?m)^\[\[bin\]\]\nname = "(\w+)"`)
	frameworkOf = regexp.MustCompile(`<TargetFramework>([\w.]+)</TargetFramework>`)
)

// standIns writes what builds of sites, and tools of languages, would have left.
func standIns(dir string) {
	outputs, err := txtar.ParseFile("testdata/sstv2/frameworks.txtar")
	examples.Must(err)
	examples.Must(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() == "node_modules" {
			return fs.SkipDir
		}
		if d.IsDir() || !slices.Contains([]string{".ts", ".toml", ".csproj"}, filepath.Ext(path)) {
			return nil
		}
		text, err := os.ReadFile(path)
		examples.Must(err)
		for _, m := range binaryOf.FindAllSubmatch(text, -1) { // of Rust
			write(filepath.Join(filepath.Dir(path), "target", "lambda", string(m[1]), "bootstrap"), []byte("an executable\n"))
		}
		for _, m := range frameworkOf.FindAllSubmatch(text, -1) { // of .NET
			name := strings.TrimSuffix(d.Name(), ".csproj") + ".dll"
			write(filepath.Join(filepath.Dir(path), "bin", "Release", string(m[1]), "publish", name), []byte("an assembly\n"))
		}
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
	examples.Must(os.MkdirAll(filepath.Dir(name), 0o777))
	examples.Must(os.WriteFile(name, data, 0o666))
}

// installAll installs what all examples name, of each package one version, and
// the Go modules of those with Go functions.
func installAll(work string, names []string) {
	wanted := map[string]string{"aws-cdk-lib": "2.224.0", "constructs": "10.3.0", "sst": "2.49.8"}
	own := map[string]bool{}
	for _, name := range names {
		dir := filepath.Join(work, "examples", name)
		for file, p := range examples.Packages(dir) {
			if n, ok := p["name"].(string); ok && filepath.Dir(file) != dir {
				own[n] = true
			}
		}
	}
	for _, name := range names {
		dir := filepath.Join(work, "examples", name)
		found := examples.Packages(dir)
		for _, file := range slices.Sorted(maps.Keys(found)) {
			for _, kind := range []string{"dependencies", "devDependencies"} {
				of, _ := found[file][kind].(map[string]any)
				for _, dep := range slices.Sorted(maps.Keys(of)) {
					if v, ok := of[dep].(string); ok && wanted[dep] == "" && !own[dep] && !strings.ContainsAny(v, ":/") && v != "*" {
						wanted[dep] = v
					}
				}
			}
		}
		mods, err := filepath.Glob(filepath.Join(dir, "go.mod"))
		examples.Must(err)
		for _, mod := range mods {
			examples.Try(filepath.Dir(mod), "go", "mod", "download")
		}
	}
	// What an example of a site names, and npm has no more.
	delete(wanted, "solid-start-sst")
	b, err := json.MarshalIndent(map[string]any{"private": true, "dependencies": wanted}, "", "  ")
	examples.Must(err)
	examples.Must(os.WriteFile(filepath.Join(work, "package.json"), b, 0o666))
	examples.Run(work, "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps")
}
