// Package astro reads what Astro builds with the adapter package astro-sst,
// version 2 (Astro 4) or 3 (Astro 5).
//
// astro-sst leaves dist/sst.buildMeta.json, in whatever directory Astro builds
// into, which says where everything else is. Pages that were rendered in
// advance are files, and the server does not know them: files come first.
package astro

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"github.com/sstc/sstc/adapters"
	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// Adapter is the adapter for Astro.
type Adapter struct{}

// Name implements [adapters.Adapter].
func (Adapter) Name() string { return "astro" }

// Build implements [adapters.Adapter]. Astro hashes the time into the name of
// the server's manifest.
func (Adapter) Build(adapters.Args) adapters.Build {
	return adapters.Build{
		Env:        []ir.KV{{Key: "ASTRO_TELEMETRY_DISABLED", Value: "1"}},
		FixedClock: true,
		Random: []adapters.Random{{
			Variable: "ASTRO_KEY",
			Why:      "Astro draws the key that protects the properties of server islands anew in each build. Give it one with the environment variable ASTRO_KEY, made by `astro create-key`, and keep it secret.",
		}},
	}
}

// buildMeta is what astro-sst says about a build. Paths are from the site's
// root. Version 2 does not say its version, nor the base path.
type buildMeta struct {
	AstroVersion       string
	PluginVersion      string
	DeploymentStrategy string // of version 2: "regional", "static" or "edge"
	Base               string
	OutputMode         string // "static" for files alone; else "server" or "hybrid"
	ResponseMode       string // "stream" or "buffer"

	ServerBuildOutputFile      string
	ClientBuildOutputDir       string
	ClientBuildVersionedSubDir string // in the client's
	Routes                     []route
}

type route struct {
	Route          string
	Type           string // "page", "endpoint" or "redirect"
	RedirectPath   string
	RedirectStatus int
}

const metaName = "sst.buildMeta.json"

// Plan implements [adapters.Adapter].
func (Adapter) Plan(args adapters.Args) (*ir.SitePlan, diag.List) {
	r := adapters.NewReader(args)
	name, found := findMeta(r.Site)
	if !found {
		why := `Does astro.config.mjs have the adapter of the package "astro-sst", and is it installed?`
		if r.Exists("dist/index.html") {
			why = `Astro has built a site of files without an adapter. Add the adapter of the package "astro-sst" to astro.config.mjs, or use the component sst.aws.StaticSite.`
		}
		r.Missing("dist/"+metaName, why)
		return nil, r.Diags
	}
	var meta buildMeta
	if !r.JSON(name, &meta, "") || !supported(r, meta) {
		return nil, r.Diags
	}
	client := clean(meta.ClientBuildOutputDir)
	if !r.IsDir(client) {
		r.Missing(client, "")
		return nil, r.Diags
	}
	assets := ir.SiteAssets{Dir: client, Exclude: []string{metaName}}
	if hashed := clean(meta.ClientBuildVersionedSubDir); hashed != "." {
		assets.Hashed, assets.Owned = []string{hashed + "/**"}, []string{hashed}
	}
	plan := &ir.SitePlan{Version: version(meta), Base: base(r, meta), Assets: []ir.SiteAssets{assets}, Redirects: redirects(meta)}
	if meta.OutputMode == "static" {
		if r.Exists(path.Join(client, "404.html")) {
			plan.NotFound = "/404.html"
		}
	} else {
		plan.Servers = server(r, meta)
	}
	if r.Diags.HasErrors() {
		return nil, r.Diags
	}
	return plan, r.Diags
}

// findMeta looks for the description in the site's directories, dist first.
func findMeta(site fs.FS) (string, bool) {
	dirs := []string{"dist"}
	if list, err := fs.ReadDir(site, "."); err == nil {
		for _, d := range list {
			if d.IsDir() && d.Name() != "node_modules" && d.Name() != "dist" && d.Name() != "src" {
				dirs = append(dirs, d.Name())
			}
		}
	}
	for _, dir := range dirs {
		name := path.Join(dir, metaName)
		if _, err := fs.Stat(site, name); err == nil {
			return name, true
		}
	}
	return "", false
}

// supported reports a version or a kind of output that there is no plan for.
func supported(r *adapters.Reader, meta buildMeta) bool {
	const known = "astro-sst 2 (of Astro 4) and 3 (of Astro 5)"
	major, _, _ := strings.Cut(meta.PluginVersion, ".")
	switch {
	case meta.PluginVersion != "" && major != "3" && major != "2":
		r.Unsupported("astro-sst "+meta.PluginVersion, known)
	case meta.PluginVersion == "" && meta.DeploymentStrategy == "" || meta.ClientBuildOutputDir == "":
		r.Unsupported("an astro-sst that does not say its version", known)
	case meta.DeploymentStrategy == "edge":
		r.Add(diag.SiteOutput, "Built for another platform",
			fmt.Sprintf(`The site %q is built for Lambda@Edge. Leave "deploymentStrategy" out of the options of astro-sst in astro.config.mjs.`, r.Name))
	default:
		return true
	}
	return false
}

func version(meta buildMeta) string {
	if meta.PluginVersion == "" {
		return "astro 4, astro-sst 2"
	}
	return strings.TrimPrefix(fmt.Sprintf("astro %s, astro-sst %s", meta.AstroVersion, meta.PluginVersion), "astro , ")
}

var basePattern = regexp.MustCompile(`"base":"([^"]*)"`)

// base is the site's base path. Version 2 of astro-sst does not say it, but the
// server's manifest does.
func base(r *adapters.Reader, meta buildMeta) string {
	if meta.PluginVersion != "" {
		return adapters.BasePath(meta.Base)
	}
	names, _ := fs.Glob(r.Site, path.Join(path.Dir(clean(meta.ServerBuildOutputFile)), "manifest_*.mjs"))
	for _, name := range names {
		if m := basePattern.FindStringSubmatch(r.Text(name)); m != nil {
			return adapters.BasePath(m[1])
		}
	}
	return ""
}

func clean(name string) string {
	return path.Clean(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "./"))
}

// server describes the server function. Its handler is bundled: Astro leaves
// imports of packages as they are.
func server(r *adapters.Reader, meta buildMeta) []*ir.SiteServer {
	entry := clean(meta.ServerBuildOutputFile)
	if !r.Exists(entry) {
		r.Missing(entry, "")
		return nil
	}
	s := &ir.SiteServer{
		Handler:   strings.TrimSuffix(entry, path.Ext(entry)) + ".handler",
		Module:    entry,
		Streaming: meta.ResponseMode == "stream",
	}
	// The handler reads the page for what does not exist, if that was rendered in
	// advance, from where it runs.
	if page := path.Join(path.Dir(entry), "404.html"); r.Exists(page) {
		s.Copy = []ir.CopyFile{{From: page, To: "404.html"}}
	}
	return []*ir.SiteServer{s}
}

// redirects are those without parameters. For them Astro makes pages that send
// visitors on, or leaves them to the server, which does not know them when
// other pages of their kind are files; at the edge they get their status.
// Others are the server's.
func redirects(meta buildMeta) []ir.SiteRedirect {
	var list []ir.SiteRedirect
	for _, r := range meta.Routes {
		if r.Type != "redirect" || r.RedirectPath == "" || !strings.HasPrefix(r.Route, "/") || strings.ContainsAny(r.Route+r.RedirectPath, "[]{}$*") {
			continue
		}
		list = append(list, ir.SiteRedirect{From: r.Route, To: r.RedirectPath, Status: cmp.Or(r.RedirectStatus, 301)})
	}
	return list
}
