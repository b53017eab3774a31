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
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/sstc/sstc/internal/examples"
)

// sdk is the version of npm's sst that stands in for the checkout's own, which
// would have to be built.
const sdk = "sst@4.17.1"

func main() {
	examples.Suite{
		Name:    "sstexamples",
		Project: "anomalyco/sst",
		Args: []string{"--target", "terraform",
			// What the examples ask of the environment.
			"--env", "AWS_REGION=us-east-1", "--env", "SUPABASE_ORG_ID=example"},
		Prepare: prepare,
		// What is wrong with a function's packages says nothing of an app that
		// cannot be evaluated.
		Secondary: []string{"bundle-failed", "package-not-installed", "file-not-found"},
	}.Main()
}

// prepare installs what the examples import, if it may.
func prepare(work string, names []string, fresh, install bool) {
	if !install {
		return
	}
	// The examples refer to ../../sdk/js.
	js := filepath.Join(work, "sdk", "js")
	if missing(js) {
		dir := filepath.Dir(js)
		examples.Must(os.MkdirAll(dir, 0o777))
		examples.Run(dir, "npm", "pack", "--silent", sdk)
		examples.Run(dir, "tar", "xf", strings.Replace(sdk, "@", "-", 1)+".tgz")
		examples.Must(os.Rename(filepath.Join(dir, "package"), js))
		examples.Run(js, "npm", "install", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund")
	}
	for _, name := range names {
		examples.Must(filepath.WalkDir(filepath.Join(work, "examples", name), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.Name() == "node_modules" {
				return fs.SkipDir
			}
			dir := filepath.Dir(path)
			switch d.Name() {
			case "go.mod":
				examples.Try(dir, "go", "mod", "download")
			case "package.json":
				if missing(filepath.Join(dir, "node_modules")) {
					examples.Try(dir, "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--force")
				}
			}
			return nil
		}))
	}
}

func missing(name string) bool {
	_, err := os.Stat(name)
	return err != nil
}
