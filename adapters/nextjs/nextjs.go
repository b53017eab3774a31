// Package nextjs reads what OpenNext, version 3 or 4, makes of a Next.js app:
// .open-next, in which open-next.output.json says what there is.
package nextjs

import (
	"cmp"
	_ "embed"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/sstc/sstc/adapters"
	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// An Adapter is the adapter for Next.js.
type Adapter struct{}

// Name implements [adapters.Adapter].
func (Adapter) Name() string { return "nextjs" }

// secret is the variable whose value Next.js encrypts the arguments of server
// actions with, and sstc makes the keys of draft mode from.
const secret = "NEXT_SERVER_ACTIONS_ENCRYPTION_KEY"

//go:embed buildid.cjs
var buildID string

// Build implements [adapters.Adapter].
func (Adapter) Build(args adapters.Args) adapters.Build {
	return adapters.Build{
		Command: "open-next build",
		Tool: &adapters.Tool{
			Package: "@opennextjs/aws", Else: []string{"open-next"}, Version: args.Option("openNextVersion"),
			Install: "Add it to the app's devDependencies: SST fetches it anew for each build, which sstc does not.",
		},
		Env: []ir.KV{
			{Key: "NEXT_TELEMETRY_DISABLED", Value: "1"},
			// Next 15 would ask the registry for what a lockfile lacks, and change it.
			{Key: "NEXT_IGNORE_INCORRECT_LOCKFILE", Value: "1"},
			// OpenNext has npm install sharp; the packer sees to that.
			{Key: "npm_config_offline", Value: "true"},
		},
		Random: []adapters.Random{{
			Variable: secret,
			Why:      "Each build of Next.js makes new keys, for server actions and for draft mode. Set " + secret + " to 32 random bytes in Base64, always the same ones, to have equal builds and to keep pages that are open working after a deployment: openssl rand -base64 32 makes them.",
		}},
		Preload: buildID,
	}
}

// outputName is the file in which OpenNext says what it has made.
const outputName = ".open-next/open-next.output.json"

// An output is that file.
type output struct {
	EdgeFunctions map[string]any
	Origins       map[string]*origin
	Behaviors     []struct{ Pattern, Origin string }
	Props         struct {
		DisableIncrementalCache, DisableTagCache     bool
		InitializationFunction, RevalidationFunction *origin
	} `json:"additionalProps"`
}

// An origin is a bucket or a function.
type origin struct {
	Type               string
	Handler, Bundle    string
	Streaming          bool
	Wrapper, Converter string
}

// Plan implements [adapters.Adapter].
func (Adapter) Plan(args adapters.Args) (*ir.SitePlan, diag.List) {
	r := &reader{Reader: adapters.NewReader(args)}
	version := r.version()
	var o output
	if r.Diags.HasErrors() || !r.JSON(outputName, &o, "It is what OpenNext makes, version 3 or 4: run its \"open-next build\", which runs \"next build\".") {
		return nil, r.Diags
	}
	r.check(&o)
	if r.Diags.HasErrors() {
		return nil, r.Diags
	}
	plan := &ir.SitePlan{Version: version, Base: r.base(), BuildID: r.buildID()}
	r.find()
	for _, name := range r.servers(&o) {
		s := r.server(o.Origins[name])
		if name != "default" {
			s.Name = word(name)
			s.Paths = r.paths(&o, name, plan.Base)
			if len(s.Paths) == 0 {
				continue // nothing leads to it
			}
		}
		plan.Servers = append(plan.Servers, s)
	}
	if i := o.Origins["imageOptimizer"]; i != nil {
		r.checkImages()
		plan.Images = r.server(i)
		plan.Images.Paths = []string{"/_next/image*"}
		plan.Images.Architecture = "arm64"
		plan.Images.Install = []string{"sharp"}
		// What npm notes there, with the name of a temporary directory.
		plan.Images.Exclude = []string{"node_modules/.package-lock.json", "node_modules/.bin"}
		plan.Images.Env = append(plan.Images.Env, ir.KV{Key: "BUCKET_KEY_PREFIX", Value: "_assets"})
		if args.Option("staticEtag") != "" {
			plan.Images.Env = append(plan.Images.Env, ir.KV{Key: "OPENNEXT_STATIC_ETAG", Value: "true"})
		}
	}
	plan.Assets = []ir.SiteAssets{{
		Dir: ".open-next/assets", To: "_assets", Hashed: []string{"_next/static/**"}, Owned: []string{"_next/static"},
	}}
	plan.Cache = r.cache(&o)
	if !r.IsDir(".open-next/assets") {
		r.Missing(".open-next/assets", "")
	}
	if r.Diags.HasErrors() {
		return nil, r.Diags
	}
	return plan, r.Diags
}

// A reader reads a build of OpenNext.
type reader struct {
	*adapters.Reader
	replace *strings.Replacer // of what differs from build to build in texts
	roots   []root
}

// version is the version of OpenNext and of Next.js, as far as they are known.
func (r *reader) version() string {
	const known = "open-next 3, and @opennextjs/aws 3 and 4"
	var words []string
	for _, pkg := range []string{"next", "@opennextjs/aws", "open-next"} {
		v := r.Installed(pkg)
		if v == "" || pkg == "open-next" && len(words) > 1 {
			continue
		}
		words = append(words, pkg+" "+v)
		if major, _, _ := strings.Cut(v, "."); pkg != "next" && major != "3" && (major != "4" || pkg == "open-next") {
			r.Unsupported(pkg+" "+v, known)
		}
	}
	return strings.Join(words, ", ")
}

// checkImages warns of versions that cannot optimize images together: the
// optimizer of OpenNext 3 (seen with 3.1.3, 3.5.5 and 3.9.16) answers every
// request of Next.js 15 and 16 with status 500, "s is not a function".
func (r *reader) checkImages() {
	next, _, _ := strings.Cut(r.Installed("next"), ".")
	major, err := strconv.Atoi(next)
	pkg, version := "@opennextjs/aws", r.Installed("@opennextjs/aws")
	if version == "" {
		pkg, version = "open-next", r.Installed("open-next")
	}
	if err == nil && major >= 15 && strings.HasPrefix(version, "3.") {
		r.Warn(diag.SiteVersion, "Images will not be optimized",
			fmt.Sprintf("The site %q is built with %s %s, whose image optimizer does not work with next %s: requests for images of another size or format fail with status 500. Install @opennextjs/aws 4, or set images: { unoptimized: true } in next.config.", r.Name, pkg, version, r.Installed("next")))
	}
}

// check reports what is no output for Lambda behind CloudFront.
func (r *reader) check(o *output) {
	if len(o.EdgeFunctions) > 0 {
		var names []string
		for n := range o.EdgeFunctions {
			names = append(names, n)
		}
		slices.Sort(names)
		advice := `Leave out "placement: global" and "runtime: edge" in open-next.config.ts; to be near to visitors, give the site "regions".`
		if slices.Equal(names, []string{"middleware"}) {
			advice = `Leave out "middleware: { external: true }" in open-next.config.ts: the server then runs the middleware.`
		}
		r.Add(diag.SiteOutput, "Built for another platform",
			fmt.Sprintf("The site %q has functions for Lambda@Edge (%s), which SST has dropped, and which sstc does not make. %s", r.Name, diag.Words(names), advice))
		return
	}
	if o.Origins["default"] == nil || o.Origins["s3"] == nil {
		r.Add(diag.SiteOutput, "Unreadable build output",
			fmt.Sprintf("The file %q of the site %q lacks the origin %q: sstc understands what OpenNext 3 and 4 write. Build the site anew.", outputName, r.Name,
				map[bool]string{true: "default", false: "s3"}[o.Origins["default"] == nil]))
		return
	}
	for _, name := range append(r.servers(o), "imageOptimizer") {
		f := o.Origins[name]
		switch {
		case f == nil:
		case f.Type != "function":
			r.otherPlatform(name, fmt.Sprintf("is of the type %q", f.Type), `Leave out "generateDockerfile" in open-next.config.ts.`)
		case slices.Contains(otherWrappers, f.Wrapper):
			r.otherPlatform(name, fmt.Sprintf("has the wrapper %q", f.Wrapper), `Use "aws-lambda", "aws-lambda-compressed" or "aws-lambda-streaming" in open-next.config.ts.`)
		case slices.Contains(otherConverters, f.Converter):
			r.otherPlatform(name, fmt.Sprintf("has the converter %q", f.Converter), `Use "aws-apigw-v2" in open-next.config.ts: it is for the URLs of functions.`)
		}
	}
}

// otherWrappers and otherConverters are those of OpenNext's own that are not
// for the URL of a Lambda function.
var (
	otherWrappers   = []string{"aws-apigw-streaming", "cloudflare", "cloudflare-edge", "cloudflare-node", "dummy", "express-dev", "node"}
	otherConverters = []string{"aws-apigw-v1", "aws-cloudfront", "dummy", "edge", "node", "sqs-revalidate"}
)

func (r *reader) otherPlatform(name, why, advice string) {
	r.Add(diag.SiteOutput, "Built for another platform", fmt.Sprintf("The function %q of the site %q %s. %s", name, r.Name, why, advice))
}

// servers are the names of the functions that render pages, the main one
// first, the others in the order in which requests are compared with their
// patterns.
func (r *reader) servers(o *output) []string {
	names := []string{"default"}
	for _, b := range o.Behaviors {
		if o.Origins[b.Origin] != nil && b.Origin != "s3" && b.Origin != "imageOptimizer" && !slices.Contains(names, b.Origin) {
			names = append(names, b.Origin)
		}
	}
	return names
}

// paths are the patterns of the paths that a function is for, up to where the
// main one's begin. They have the base path in front, which is taken off.
func (r *reader) paths(o *output, name, base string) []string {
	var list []string
	for _, b := range o.Behaviors {
		if b.Origin != name {
			continue
		}
		p := "/" + strings.TrimPrefix(b.Pattern, "/")
		if rest, ok := strings.CutPrefix(p, base+"/"); ok {
			p = "/" + rest
		}
		list = append(list, p)
	}
	return list
}

var notWord = regexp.MustCompile(`[^A-Za-z0-9]`)

// word makes a name of a function part of a resource's.
func word(name string) string {
	name = notWord.ReplaceAllString(name, "")
	if name == "" {
		return ""
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

// server describes a function, whose code is as OpenNext has it but for what
// differs from build to build.
func (r *reader) server(o *origin) *ir.SiteServer {
	bundle := path.Clean(o.Bundle)
	handler := cmp.Or(o.Handler, "index.handler")
	s := &ir.SiteServer{Bundle: bundle, Handler: handler, Streaming: o.Streaming}
	if !r.IsDir(bundle) {
		r.Missing(bundle, "")
		return s
	}
	stem := path.Join(bundle, strings.TrimSuffix(handler, path.Ext(handler)))
	if !r.Exists(stem+".mjs") && !r.Exists(stem+".js") && !r.Exists(stem+".cjs") {
		r.Missing(stem+".mjs", "")
	}
	s.Files = r.normalized(bundle)
	return s
}

// cache describes where rendered pages are kept.
func (r *reader) cache(o *output) *ir.SiteCache {
	c := &ir.SiteCache{To: "_cache", Tagged: !o.Props.DisableTagCache}
	if !o.Props.DisableIncrementalCache {
		if r.IsDir(".open-next/cache") {
			c.Dir = ".open-next/cache"
		}
		if f := o.Props.RevalidationFunction; f != nil {
			c.Revalidate = r.server(f)
		}
	}
	if f := o.Props.InitializationFunction; f != nil && c.Tagged {
		f := *f
		// Some versions name a directory that is not there.
		if !r.IsDir(path.Clean(f.Bundle)) {
			f.Bundle = ".open-next/dynamodb-provider"
		}
		c.Tags = r.server(&f)
		c.Tags.Memory = seederMemory(r.routes())
	}
	return c
}

// seederMemory is what SST gives the function that fills the table: it holds
// all that it writes in memory.
func seederMemory(routes int) int { return min(10240, max(128, (routes+3999)/4000*128)) }

// routes is how many pages are rendered in advance.
func (r *reader) routes() int {
	var m struct{ Routes map[string]any }
	decode(r.first("prerender-manifest.json"), &m)
	return len(m.Routes)
}

// base is the path that the site is served under.
func (r *reader) base() string {
	var m struct{ BasePath string }
	if text := r.first("routes-manifest.json"); text == "" || !decode(text, &m) {
		r.Missing(".next/routes-manifest.json", "It says the site's base path.")
	}
	return adapters.BasePath(m.BasePath)
}

func (r *reader) buildID() string {
	id := strings.TrimSpace(cmp.Or(r.first("BUILD_ID"), r.Text(".open-next/assets/BUILD_ID")))
	if id == "" {
		r.Missing(".next/BUILD_ID", "")
	}
	return id
}

// first is the content of a file of Next's build: of that itself, or, where
// only OpenNext's has been kept, of what the server has of it.
func (r *reader) first(name string) string {
	if text := r.Text(".next/" + name); text != "" {
		return text
	}
	found := ""
	_ = fs.WalkDir(r.Site, ".open-next/server-functions/default", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || found != "":
			return fs.SkipAll
		case d.IsDir() && d.Name() == "node_modules":
			return fs.SkipDir
		case strings.HasSuffix(p, "/.next/"+name):
			found = r.Text(p)
		}
		return nil
	})
	return found
}
