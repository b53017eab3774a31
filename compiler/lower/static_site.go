package lower

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

type staticSiteArgs struct {
	Path        string                                     `arg:"path" doc:"The site's directory. Default the app's root."`
	Build       *staticSiteBuildArgs                       `arg:"build" doc:"How the site is built. Default: it is served as it is."`
	Environment arg.Map[arg.Value]                         `arg:"environment" doc:"Environment variables of the build."`
	Link        []arg.Value                                `arg:"link" doc:"Components whose values the build is given."`
	IndexPage   string                                     `arg:"indexPage" doc:"The page for the root. Default index.html."`
	ErrorPage   string                                     `arg:"errorPage" doc:"The page for what does not exist. Default: the index page, as single-page apps need it."`
	Assets      staticSiteAssetsArgs                       `arg:"assets" doc:"How files are kept and served."`
	Domain      arg.Value                                  `arg:"domain" doc:"A custom domain: its name, or an object as in Cdn."`
	Router      *routerRouteArgs                           `arg:"router" doc:"Serve it through a Router."`
	Route       *routerRouteArgs                           `arg:"route" doc:"Older form of router."`
	Edge        *edgeArgs                                  `arg:"edge" doc:"Code to run at the edge."`
	Invalidate  *arg.OneOf[arg.Bool, siteInvalidationArgs] `arg:"invalidation" only:"false" doc:"What CloudFront forgets after a deployment; false for nothing. Default everything."`
	Vite        arg.Value                                  `arg:"vite" doc:"Has no effect: sstc writes no types for Vite."`
	Dev         arg.Value                                  `arg:"dev" doc:"Has no effect outside sst dev."`
	Base        arg.Value                                  `arg:"base"`
	CDN         arg.Value                                  `arg:"cdn"`
	Transform   struct {
		Assets arg.Transform `arg:"assets" of:"sst.aws.Bucket"`
		CDN    arg.Transform `arg:"cdn" of:"sst.aws.Cdn"`
	} `arg:"transform" doc:"Changes to the resources that it makes."`
}

type staticSiteBuildArgs struct {
	Command string `arg:"command,required" doc:"The command, run in the site's directory."`
	Output  string `arg:"output,required" doc:"The directory with what it built, from the site's directory."`
}

type staticSiteAssetsArgs struct {
	Bucket       arg.String        `arg:"bucket" doc:"Name of an existing bucket."`
	Path         string            `arg:"path" doc:"Path in the bucket under which files are kept."`
	Purge        arg.Bool          `arg:"purge" doc:"Delete the files of earlier deployments. Default true."`
	Routes       []string          `arg:"routes" doc:"Further directories in the bucket to serve from."`
	TextEncoding arg.String        `arg:"textEncoding" enum:"utf-8|iso-8859-1|windows-1252|ascii|none" doc:"Encoding of text files. SST and sstc always say UTF-8."`
	FileOptions  []fileOptionsArgs `arg:"fileOptions" doc:"How files are stored; of several options for a file the last counts."`
}

type fileOptionsArgs struct {
	Files        arg.OneOf[string, []string]  `arg:"files,required" doc:"Glob patterns."`
	Ignore       *arg.OneOf[string, []string] `arg:"ignore" doc:"Glob patterns of files to leave out."`
	CacheControl string                       `arg:"cacheControl" doc:"The header Cache-Control."`
	ContentType  string                       `arg:"contentType" doc:"The header Content-Type. Default by extension."`
}

type siteInvalidationArgs struct {
	Wait  arg.Bool                     `arg:"wait" doc:"Wait until it is done. Default false."`
	Paths *arg.OneOf[string, []string] `arg:"paths" doc:"Paths, or \"all\". Default all."`
}

var staticSite = define(Definition{
	Type:     "sst.aws.StaticSite",
	Doc:      "A site of files, such as a single-page app, in a bucket behind CloudFront.",
	Linkable: true,
	Outputs:  []Output{{"url", "string", "The URL: with the custom domain, if there is one."}},
	Nodes: []Output{
		{"assets", "sst.aws.Bucket", "The bucket, if it is not an existing one."},
		{"cdn", "sst.aws.Cdn", "The distribution, if it has one of its own."},
	},
}, newStaticSite)

func newStaticSite(c *Scope, a *staticSiteArgs) {
	c.unsupported(a.Base, `SST has dropped "base". Give the path as "router.path".`)
	c.unsupported(a.CDN, `SST has dropped "cdn". Serve the site through a Router with "router".`)
	if e := a.Assets.TextEncoding; e.Set() && !e.Is("utf-8") {
		c.unsupported(e.Value, "Text files are always served as UTF-8, as SST does for static sites.")
	}
	route := c.routeOf(cmp.Or(a.Router, a.Route))
	if route != nil {
		c.notWithRouter("domain", a.Domain.Set())
		c.notWithRouter("edge", a.Edge != nil)
	}
	links := c.linksOf(a.Link)
	c.inst.record.Links = linkNames(links)

	bucketName, bucketDomain := c.siteBucket(a)
	site := &ir.Site{
		ID: c.inst.ID, Name: c.name(), Bucket: bucketName,
		Purge: a.Assets.Purge.True(true), Versioned: route.versioned(),
		Fallback: "/" + strings.TrimPrefix(cmp.Or(a.ErrorPage, a.IndexPage, "index.html"), "/"),
		Range:    c.at.Range(),
	}
	c.siteBuild(site, a, links)
	tree := &site.Trees[0]
	dir := strings.Trim(a.Assets.Path, "/")
	metadata := &ir.Object{}
	site.Prefix = dir
	if route != nil && route.pathPrefix != "" && route.pathPrefix != "/" {
		// The path that is asked for leads to the file.
		tree.To = strings.Trim(route.pathPrefix, "/")
		metadata = ir.Obj("base", route.pathPrefix)
	}
	if a.ErrorPage != "" {
		metadata = metadata.With("errorResponseCode", ir.Number(404))
		// CloudFront itself asks for it.
		tree.Everywhere = []string{strings.TrimPrefix(site.Fallback, "/")}
	} else {
		metadata = metadata.With("custom404", ir.String(site.Fallback))
	}
	if dir != "" {
		dir = "/" + dir
	}
	routes := ir.List{}
	for _, r := range a.Assets.Routes {
		if r = strings.Trim(r, "/"); site.Versioned {
			tree.Whole = append(tree.Whole, r) // what is there is of no build
		} else {
			routes = append(routes, ir.String("/"+r))
		}
	}
	namespace := c.app.kvNamespace(c.name())
	entries := &ir.KeyValues{
		Component: c.inst.ID, Namespace: namespace, Site: site.ID, Purge: site.Purge,
		Entries: []ir.Field{{Key: "metadata", Value: ir.NewCall(ir.FuncJSONEncode,
			metadata.With("s3", ir.Obj("domain", bucketDomain, "dir", dir, "routes", routes)))}},
	}

	var url ir.Value
	var distribution ResourceHandle
	if route != nil {
		entries.Store, distribution, url = route.router.store, route.router.distribution, route.url
		c.listRoute(route.router, "site", namespace, route.host, route.pathPrefix, route.at)
	} else {
		entries.Store = c.edgeStore(a.Edge)
		cdn := c.staticSiteCDN(a, entries.Store, namespace, site.Fallback)
		c.node("cdn", cdn)
		distribution, url = distributionOf(cdn), siteURL(cdn)
	}
	c.siteInvalidation(site, a.Invalidate, distribution)
	c.app.prog.Sites = append(c.app.prog.Sites, site)
	c.app.prog.KeyValues = append(c.app.prog.KeyValues, entries)
	c.out("url", url)
	c.linkable(ir.Obj("url", url))
}

// notWithRouter reports an argument that belongs on the Router of a site.
func (c *Scope) notWithRouter(name string, given bool) {
	if given {
		c.errorAt(arg.Path{c.argIndex, name}, diag.ConflictingArguments, "Conflicting arguments",
			fmt.Sprintf("A site that is served through a Router cannot have %q of its own. Give it to the Router.", name))
	}
}

// siteBucket makes the bucket for the files, or refers to one that exists. It
// returns its name and its domain name.
func (c *Scope) siteBucket(a *staticSiteArgs) (name, domain ir.Value) {
	var bucket ResourceHandle
	if a.Assets.Bucket.Set() {
		bucket = c.read(c.name()+"Assets", "aws:s3/bucket:Bucket", a.Assets.Bucket.V, &ir.Object{})
	} else {
		inst := c.child("sst.aws.Bucket", c.name()+"Assets", ir.Obj("access", "cloudfront"), a.Transform.Assets, retainOnDelete(false))
		c.node("assets", inst)
		bucket = inst.State.(*bucketState).bucket
	}
	return bucket.Attr("bucket"), bucket.Attr("bucketRegionalDomainName")
}

// siteBuild says where the files are, and how they come to be there.
func (c *Scope) siteBuild(site *ir.Site, a *staticSiteArgs, links []*Link) {
	site.Root = path.Clean(cmp.Or(a.Path, "."))
	tree := ir.Tree{Dir: site.Root, Rules: siteRules(a.Assets.FileOptions), Hashed: hashedNames}
	if a.Build != nil {
		tree.Dir = path.Join(site.Root, a.Build.Output)
	}
	site.Trees = []ir.Tree{tree}
	if a.Build == nil {
		return
	}
	env := c.variables(a.Environment)
	if len(links) > 0 {
		env = env.Merge(c.app.linkEnv(links)).Merge(included(links))
	}
	site.Build = &ir.SiteBuild{Command: a.Build.Command, Env: env.Fields}
}

// hashedNames are the files that tools which build static sites give a name with
// a hash of their content in it.
var hashedNames = []string{
	ir.ViteHashed,
	"_astro/**", "_app/immutable/**", "_next/static/**", "_nuxt/*", "_nuxt/builds/meta/*",
	// VitePress.
	"assets/chunks/*.????????.js", "assets/*.md.????????.*js", "assets/{app,style}.????????.*",
	// Webpack and Parcel; Gatsby; esbuild, by which Angular builds.
	"**/*." + strings.Repeat("[0-9a-f]", 8) + "*." + hashedTypes,
	"**/*-" + strings.Repeat("[0-9a-f]", 8) + "*.{js,css}",
	"**/*-" + strings.Repeat("[0-9A-Z]", 8) + "." + hashedTypes,
}

const hashedTypes = "{js,mjs,css,map,wasm,woff,woff2,ttf,otf,eot,png,jpg,jpeg,gif,svg,webp,avif,ico,mp4,webm}"

// siteRules are the rules by which the files of a static site are stored. Only
// files that have a new name when they change are kept for a year.
func siteRules(options []fileOptionsArgs) []ir.FileRule {
	if options == nil {
		return withoutMaps([]ir.FileRule{
			{Include: []string{"**/*.html"}, CacheControl: "max-age=0,no-cache,no-store,must-revalidate"},
			{Include: hashedNames, CacheControl: "max-age=31536000,public,immutable"},
			{Include: []string{"**"}, CacheControl: otherCacheControl},
		})
	}
	return withoutMaps(fileRules(options))
}

// withoutMaps makes rules leave source maps out, unless they name them.
func withoutMaps(rules []ir.FileRule) []ir.FileRule {
	for i, r := range rules {
		if !slices.ContainsFunc(r.Include, func(p string) bool { return strings.HasSuffix(p, ".map") }) {
			rules[i].Exclude = append(slices.Clip(r.Exclude), "**/*.map")
		}
	}
	return rules
}

// fileRules are the rules that the user has given. The last comes first.
func fileRules(options []fileOptionsArgs) []ir.FileRule {
	var rules []ir.FileRule
	for _, o := range slices.Backward(options) {
		rule := ir.FileRule{Include: oneOrList(&o.Files), CacheControl: o.CacheControl, ContentType: o.ContentType}
		rule.Exclude = oneOrList(o.Ignore)
		rules = append(rules, rule)
	}
	return rules
}

func oneOrList(v *arg.OneOf[string, []string]) []string {
	switch {
	case v == nil:
		return nil
	case v.A != nil:
		return []string{*v.A}
	case v.B != nil:
		return *v.B
	}
	return nil
}

// siteInvalidation says what of the distribution is out of date once the
// files are there.
func (c *Scope) siteInvalidation(site *ir.Site, a *arg.OneOf[arg.Bool, siteInvalidationArgs], distribution ResourceHandle) {
	if a != nil && a.A != nil {
		return
	}
	site.Invalidate = []string{"/*"}
	if a != nil && a.B != nil {
		site.WaitInvalidate = a.B.Wait.True(false)
		switch p := a.B.Paths; {
		case p == nil:
		case p.B != nil:
			site.Invalidate = *p.B
		case p.A != nil && *p.A != "all":
			c.errorAt(p.At, diag.InvalidValue, "Invalid value", `"paths" must be "all" or a list of paths.`)
		}
	}
	if len(site.Invalidate) > 0 {
		site.Distribution = distribution.Attr("id")
	}
}

func (c *Scope) staticSiteCDN(a *staticSiteArgs, store ir.Value, namespace, errorPage string) *Instance {
	code := edgeCode([]string{edgeOrigin, edgeSite},
		a.Edge.request().code(), forbidden(a.Domain.Set()), fmt.Sprintf("return $site(event, %q);\n", namespace))
	request := c.edgeFunction("CloudfrontFunctionRequest", code, store, arg.Path{c.argIndex, "edge"})
	errors := ir.List{}
	if a.ErrorPage != "" {
		errors = notFoundResponses(errorPage)
	}
	return c.childAt(arg.Path{c.argIndex}, "sst.aws.Cdn", c.name()+"Cdn", ir.Obj(
		"comment", c.name()+" site",
		"domain", a.Domain.V,
		"origins", ir.List{defaultOrigin("https-only")},
		"defaultCacheBehavior", ir.Obj(
			"targetOriginId", "default",
			"viewerProtocolPolicy", "redirect-to-https",
			"allowedMethods", anyMethod(),
			"cachedMethods", []string{"GET", "HEAD"},
			"compress", true,
			"cachePolicyId", cachingOptimized,
			"functionAssociations", c.edgeAssociations(request, a.Edge),
		),
		"customErrorResponses", errors,
	), a.Transform.CDN)
}

// notFoundResponses make a distribution answer with a page when the bucket does
// not have what is asked for. It says 403 then, since nobody may list it.
func notFoundResponses(page string) ir.List {
	var list ir.List
	for _, status := range []int{403, 404} {
		list = append(list, ir.Obj("errorCode", status, "responseCode", 404, "responsePagePath", page, "errorCachingMinTtl", 0))
	}
	return list
}
