// Package remix reads what Remix 2 builds, with Vite or with its first compiler.
package remix

import (
	"path"
	"regexp"
	"strings"

	"github.com/sstc/sstc/adapters"
	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// Adapter is the adapter for Remix. Its option "buildDirectory" is where Vite
// builds into.
type Adapter struct{}

// Name implements [adapters.Adapter].
func (Adapter) Name() string { return "remix" }

// Build implements [adapters.Adapter].
func (Adapter) Build(adapters.Args) adapters.Build { return adapters.Build{} }

// Plan implements [adapters.Adapter].
func (Adapter) Plan(args adapters.Args) (*ir.SitePlan, diag.List) {
	r := adapters.NewReader(args)
	version := r.Installed("@remix-run/node")
	if version != "" && !strings.HasPrefix(version, "2.") {
		r.Unsupported("@remix-run/node "+version, "Remix 2; for React Router 7, use the component sst.aws.React")
		return nil, r.Diags
	}
	dir := strings.Trim(args.Option("buildDirectory"), "/")
	if dir == "" {
		dir = "build"
	}
	server, assets := "server/index.js", ir.SiteAssets{
		Dir: path.Join(dir, "client"), Hashed: []string{ir.ViteHashed}, Owned: []string{"assets"}, Exclude: []string{".vite/**"},
	}
	if !r.Exists(path.Join(dir, server)) && r.Exists("build/index.js") && r.IsDir("public/build") {
		dir, server = "build", "index.js"
		assets = ir.SiteAssets{Dir: "public", Hashed: []string{"build/**"}, Owned: []string{"build"}}
	}
	if !r.Exists(path.Join(dir, server)) {
		r.Missing(path.Join(dir, server), `If Remix builds into another directory, give its name as "buildDirectory".`)
		return nil, r.Diags
	}
	if !r.IsDir(assets.Dir) {
		r.Missing(assets.Dir, "")
		return nil, r.Diags
	}
	edge := args.Option("edge") != ""
	module := adapters.WebEntry
	if edge {
		module = adapters.EdgeEntry
	}
	plan := &ir.SitePlan{
		Servers: []*ir.SiteServer{{
			Handler: path.Join(dir, "sstc.handler"), Entry: module(entry(server)), Streaming: !edge,
			Env:  []ir.KV{{Key: "NODE_ENV", Value: "production"}},
			Node: ir.NodeOptions{ESBuild: ir.Obj("define", ir.Obj("process.env.NODE_ENV", `"production"`))},
		}},
		Assets: []ir.SiteAssets{assets},
	}
	if m := basename.FindStringSubmatch(r.Text(path.Join(dir, server))); m != nil {
		plan.Base = adapters.BasePath(m[1])
	}
	if version != "" {
		plan.Version = "remix " + version
	}
	return plan, r.Diags
}

// entry makes a Lambda handler of the server build, which is not one.
func entry(server string) string {
	return `import { createRequestHandler } from "@remix-run/node";
import * as build from "./` + server + `";
const serve = createRequestHandler(build, "production");`
}

var basename = regexp.MustCompile(`\bbasename = "([^"]*)"`)
