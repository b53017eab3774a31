// Package reactrouter reads what React Router 7 builds in framework mode: with
// a server, as a single-page app, or rendered in advance.
package reactrouter

import (
	"regexp"
	"strings"

	"github.com/sstc/sstc/adapters"
	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// Adapter is the adapter for React Router.
type Adapter struct{}

// Name implements [adapters.Adapter].
func (Adapter) Name() string { return "reactrouter" }

// Build implements [adapters.Adapter].
func (Adapter) Build(adapters.Args) adapters.Build { return adapters.Build{} }

const (
	client = "build/client"
	server = "build/server/index.js"
)

// entry makes a Lambda handler of the server build, which is not one.
const entry = `import { createRequestHandler } from "react-router";
import * as build from "./server/index.js";
const serve = createRequestHandler(build, "production");`

// Plan implements [adapters.Adapter].
func (Adapter) Plan(args adapters.Args) (*ir.SitePlan, diag.List) {
	r := adapters.NewReader(args)
	version := r.Installed("react-router")
	if version != "" && !strings.HasPrefix(version, "7.") {
		r.Unsupported("react-router "+version, "react-router 7")
		return nil, r.Diags
	}
	if !r.IsDir(client) {
		why := ""
		if r.IsDir("dist") {
			why = `There is "dist" instead, as Vite makes it. For React without React Router's framework mode, use the component sst.aws.StaticSite.`
		}
		r.Missing(client, why)
		return nil, r.Diags
	}
	plan := &ir.SitePlan{Assets: []ir.SiteAssets{{
		Dir: client, Hashed: []string{ir.ViteHashed}, Owned: []string{"assets"}, Exclude: []string{".vite/**"},
	}}}
	if version != "" {
		plan.Version = "react-router " + version
	}
	switch {
	case r.Exists(server):
		plan.Base = basename(r.Text(server), serverBasename)
		plan.Servers = []*ir.SiteServer{{
			Handler: "build/sstc.handler", Entry: adapters.WebEntry(entry), Streaming: true,
			Env:  []ir.KV{{Key: "NODE_ENV", Value: "production"}},
			Node: ir.NodeOptions{ESBuild: ir.Obj("define", ir.Obj("process.env.NODE_ENV", `"production"`))},
		}}
	case r.IsDir("build/server"):
		r.Missing(server, `A server in several bundles ("serverBundles" in react-router.config) is not supported.`)
		return nil, r.Diags
	default:
		for _, name := range []string{"__spa-fallback.html", "index.html"} {
			if r.Exists(client + "/" + name) {
				plan.Fallback = "/" + name
				break
			}
		}
		for _, name := range []string{"react-router.config.ts", "react-router.config.js", "react-router.config.mjs"} {
			if text := r.Text(name); text != "" {
				plan.Base = basename(text, configBasename)
			}
		}
	}
	return plan, r.Diags
}

var (
	serverBasename = regexp.MustCompile(`\bbasename = "([^"]*)"`)
	configBasename = regexp.MustCompile("[\"']?basename[\"']?\\s*:\\s*[\"'`]([^\"'`]+)[\"'`]")
)

func basename(text string, pattern *regexp.Regexp) string {
	if m := pattern.FindStringSubmatch(text); m != nil {
		return adapters.BasePath(m[1])
	}
	return ""
}
