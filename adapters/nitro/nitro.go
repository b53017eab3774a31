// Package nitro reads what the frameworks on Nitro build with its preset
// aws-lambda: SolidStart, Nuxt, TanStack Start and Analog. They leave one
// directory, with nitro.json, server/ (a function that lacks nothing) and
// public/ (the files).
package nitro

import (
	_ "embed"
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/sstc/sstc/adapters"
	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// An Adapter is the adapter for one of the frameworks.
type Adapter struct {
	name, title string
	// output is the directory that the framework builds into.
	output string
	// config is the file in which the preset is chosen, and preset how.
	config, preset string
	// hashed and owned are as in ir.SiteAssets; "{assets}" stands for the
	// directory that Nuxt can be told to use.
	hashed, owned []string
	env           []ir.KV
	random        []adapters.Random
	fixedClock    bool
}

// SolidStart, Nuxt, TanStackStart and Analog are the adapters.
var (
	SolidStart = Adapter{
		name: "solidstart", title: "Solid", output: ".output",
		config: "app.config.ts", preset: `server: { preset: "aws-lambda" }`,
		hashed: []string{"_build/assets/**"}, owned: []string{"_build"},
	}
	Nuxt = Adapter{
		name: "nuxt", title: "Nuxt", output: ".output",
		config: "nuxt.config.ts", preset: `nitro: { preset: "aws-lambda" }`,
		// In its directory builds, latest.json changes under the same name.
		hashed: []string{"{assets}/*", "{assets}/builds/meta/*"}, owned: []string{"{assets}"},
		env:        []ir.KV{{Key: "NUXT_TELEMETRY_DISABLED", Value: "1"}},
		fixedClock: true,
	}
	TanStackStart = Adapter{
		name: "tanstackstart", title: "TanStack", output: ".output",
		config: "vite.config.ts", preset: `nitro({ preset: "aws-lambda" })`,
		hashed: []string{ir.ViteHashed}, owned: []string{"assets"},
	}
	Analog = Adapter{
		name: "analog", title: "Analog", output: "dist/analog",
		config: "vite.config.ts", preset: `analog({ nitro: { preset: "aws-lambda" } })`,
		hashed: []string{ir.ViteHashed}, owned: []string{"assets"},
	}
)

// Name implements [adapters.Adapter].
func (a Adapter) Name() string { return a.name }

// Build implements [adapters.Adapter].
func (a Adapter) Build(adapters.Args) adapters.Build {
	return adapters.Build{Env: a.env, FixedClock: a.fixedClock, Random: a.random}
}

//go:embed handler.mjs
var handler string

// description is nitro.json.
type description struct {
	Preset   string
	Versions struct{ Nitro string }
	Config   struct{ AWSLambda struct{ Streaming bool } }
}

// Plan implements [adapters.Adapter].
func (a Adapter) Plan(args adapters.Args) (*ir.SitePlan, diag.List) {
	r := adapters.NewReader(args)
	var d description
	if !r.JSON(a.output+"/nitro.json", &d, fmt.Sprintf("It is what %s makes with Nitro's preset: in %s, %s.", a.title, a.config, a.preset)) {
		return nil, r.Diags
	}
	if d.Preset != "aws-lambda" {
		r.Add(diag.SiteOutput, "Built for another platform",
			fmt.Sprintf("The site %q is built with Nitro's preset %q. Choose \"aws-lambda\": in %s, %s.", r.Name, d.Preset, a.config, a.preset))
		return nil, r.Diags
	}
	if major, _, _ := strings.Cut(d.Versions.Nitro, "."); d.Versions.Nitro != "" && major != "2" && major != "3" {
		r.Unsupported("nitro "+d.Versions.Nitro, "nitro 2 and 3")
		return nil, r.Diags
	}
	server, public := a.output+"/server", a.output+"/public"
	if !r.Exists(server + "/index.mjs") {
		r.Missing(server+"/index.mjs", "")
	}
	if !r.IsDir(public) {
		r.Missing(public, "")
	}
	if r.Diags.HasErrors() {
		return nil, r.Diags
	}
	runtime := config(r, server)
	dir := strings.Trim(first(runtime, buildAssetsDir, "_nuxt"), "/")
	named := func(list []string) []string {
		var out []string
		for _, s := range list {
			out = append(out, strings.ReplaceAll(s, "{assets}", dir))
		}
		return out
	}
	plan := &ir.SitePlan{
		Base: adapters.BasePath(first(runtime, baseURL, "")),
		Servers: []*ir.SiteServer{{
			Bundle: server, Handler: "sstc.handler", Entry: handler, Description: "Server handler for " + a.title,
			Streaming: d.Config.AWSLambda.Streaming, Env: []ir.KV{{Key: "NODE_ENV", Value: "production"}},
		}},
		Assets: []ir.SiteAssets{{
			Dir: public, Hashed: named(a.hashed), Owned: named(a.owned),
			// Compressed twins: CloudFront compresses by itself.
			Exclude: []string{"**/*.{js,css,html,json,svg,xml,txt}.{br,gz,zst}"},
		}},
	}
	if d.Versions.Nitro != "" {
		plan.Version = "nitro " + d.Versions.Nitro
	}
	return plan, r.Diags
}

var (
	baseURL        = regexp.MustCompile(`"?baseURL"?: *"([^"]*)"|\bROUTER_BASEPATH = "([^"]*)"`)
	buildAssetsDir = regexp.MustCompile(`"?buildAssetsDir"?: *"([^"]*)"`)
)

// config is the text of the server's module that has its configuration.
func config(r *adapters.Reader, server string) string {
	for _, name := range []string{"chunks/nitro/nitro.mjs", "chunks/_/nitro.mjs", "_ssr/ssr.mjs", "chunks/_/server.mjs", "index.mjs"} {
		if text := r.Text(path.Join(server, name)); text != "" {
			return text
		}
	}
	return ""
}

func first(text string, pattern *regexp.Regexp, def string) string {
	m := pattern.FindStringSubmatch(text)
	for _, s := range m[min(1, len(m)):] {
		if s != "" {
			return s
		}
	}
	return def
}
