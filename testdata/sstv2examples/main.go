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
	"encoding/json"
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
)

func main() {
	args := []string{"--target", "cloudformation", "--prebuilt"}
	// What the examples ask of the environment.
	for _, name := range []string{"FACEBOOK_APP_ID", "FACEBOOK_APP_SECRET", "GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET", "GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET", "DATADOG_API_KEY"} {
		args = append(args, "--env", name+"=example")
	}
	examples.Suite{Name: "sstv2examples", Project: "anomalyco/v2", Args: args, Prepare: prepare}.Main()
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
	if install {
		installAll(work, names)
	}
}

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

// standIns writes what builds of sites would have left.
func standIns(dir string) {
	outputs, err := txtar.ParseFile("testdata/sstv2/frameworks.txtar")
	examples.Must(err)
	examples.Must(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() == "node_modules" {
			return fs.SkipDir
		}
		if d.IsDir() || filepath.Ext(path) != ".ts" {
			return nil
		}
		text, err := os.ReadFile(path)
		examples.Must(err)
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
