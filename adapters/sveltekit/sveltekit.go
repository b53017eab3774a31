// Package sveltekit reads what SvelteKit builds with the adapter package
// svelte-kit-sst.
//
// That leaves, in .svelte-kit/svelte-kit-sst: server/, whose handler answers
// requests and is bundled here; client/, the files; and prerendered/, pages
// rendered in advance, which are files too, and which the handler also knows
// how to answer from where it runs.
package sveltekit

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/sstc/sstc/adapters"
	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// Adapter is the adapter for SvelteKit.
type Adapter struct{}

// Name implements [adapters.Adapter].
func (Adapter) Name() string { return "sveltekit" }

// Build implements [adapters.Adapter]. SvelteKit names a version of a site
// after the time, by which pages that are open find out that there is a new
// one; the name is in the hashes of most files.
func (Adapter) Build(adapters.Args) adapters.Build { return adapters.Build{FixedClock: true} }

const (
	output  = ".svelte-kit/svelte-kit-sst"
	handler = output + "/server/lambda-handler/index"
)

// Plan implements [adapters.Adapter].
func (Adapter) Plan(args adapters.Args) (*ir.SitePlan, diag.List) {
	r := adapters.NewReader(args)
	switch {
	case !r.IsDir(output):
		why := `Does svelte.config.js have the adapter of the package "svelte-kit-sst", and is it installed?`
		if r.Exists("build/handler.js") {
			why = `It is built with @sveltejs/adapter-node. Use the adapter of the package "svelte-kit-sst" in svelte.config.js instead.`
		} else if r.IsDir("build") {
			why = `It is built with another adapter. Use that of the package "svelte-kit-sst" in svelte.config.js, or, for a site of files alone, the component sst.aws.StaticSite.`
		}
		r.Missing(output, why)
		return nil, r.Diags
	case !r.Exists(handler + ".js"):
		if v := r.Installed("svelte-kit-sst"); v != "" {
			r.Unsupported("svelte-kit-sst "+v, "svelte-kit-sst 2 and 3")
		} else {
			r.Missing(handler+".js", `sstc understands what svelte-kit-sst 2 and 3 make.`)
		}
		return nil, r.Diags
	}
	manifest := r.Text(output + "/server/manifest.js")
	dir, base := "_app", ""
	if m := appDir.FindStringSubmatch(manifest); m != nil {
		dir = m[1]
	}
	if m := appPath.FindStringSubmatch(manifest); m != nil {
		base = adapters.BasePath(strings.TrimSuffix(m[1], dir))
	}
	plan := &ir.SitePlan{
		Version: version(r),
		Base:    base,
		Servers: []*ir.SiteServer{{Handler: handler + ".handler", Module: handler + ".js"}},
		Assets: []ir.SiteAssets{{
			Dir: output + "/client",
			// Not all of it: version.json must not be cached.
			Hashed: []string{path.Join(dir, "immutable/**")},
			Owned:  []string{path.Join(dir, "immutable")},
		}},
	}
	if r.IsDir(output + "/prerendered") {
		plan.Assets = append(plan.Assets, ir.SiteAssets{Dir: output + "/prerendered"})
		plan.Servers[0].Copy = []ir.CopyFile{{From: output + "/prerendered", To: "prerendered"}}
	}
	return plan, r.Diags
}

var (
	appDir  = regexp.MustCompile(`appDir: "([^"]+)"`)
	appPath = regexp.MustCompile(`appPath: "([^"]+)"`)
)

func version(r *adapters.Reader) string {
	var list []string
	for _, pkg := range []string{"@sveltejs/kit", "svelte-kit-sst"} {
		if v := r.Installed(pkg); v != "" {
			list = append(list, fmt.Sprintf("%s %s", pkg, v))
		}
	}
	return strings.Join(list, ", ")
}
