package lower

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

// This file is what the components for web frameworks have in common. Each of
// them (ssr_frameworks.go) names the adapter that reads its framework's build
// output; what is made of it follows from the plan, whatever the framework.

// ssrSiteArgs are the arguments that all of them have.
type ssrSiteArgs struct {
	Path         string                                     `arg:"path" doc:"The site's directory. Default the app's root."`
	BuildCommand string                                     `arg:"buildCommand" doc:"The command that builds the site. Default: the script \"build\" of its package.json."`
	Environment  arg.Map[arg.Value]                         `arg:"environment" doc:"Environment variables of the build and of the server."`
	Link         []arg.Value                                `arg:"link" doc:"Components whose values the build and the server are given, and the server the permissions."`
	Permissions  []permissionArgs                           `arg:"permissions" doc:"What the server may do."`
	Server       ssrServerArgs                              `arg:"server" doc:"The function that renders pages."`
	Regions      []string                                   `arg:"regions" doc:"Regions in which the server runs; visitors get the nearest. Default the app's."`
	Warm         arg.Number                                 `arg:"warm" doc:"How many instances of the server are kept warm."`
	VPC          *arg.OneOf[arg.Ref, functionVPCArgs]       `arg:"vpc" of:"sst.aws.Vpc|sst.aws.Vpc.v1" doc:"The VPC that the server runs in."`
	Assets       ssrAssetsArgs                              `arg:"assets" doc:"How files are kept and served."`
	CachePolicy  arg.String                                 `arg:"cachePolicy" doc:"ID of an existing cache policy, instead of making one."`
	Invalidation *arg.OneOf[arg.Bool, siteInvalidationArgs] `arg:"invalidation" only:"false" doc:"What CloudFront forgets after a deployment; false for nothing. Default everything."`
	Protection   *arg.OneOf[arg.String, protectionArgs]     `arg:"protection" enum:"none|oac|oac-with-edge-signing" doc:"Whether the server can be called only through CloudFront."`
	Domain       arg.Value                                  `arg:"domain" doc:"A custom domain: its name, or an object as in Cdn."`
	Router       *routerRouteArgs                           `arg:"router" doc:"Serve it through a Router."`
	Route        *routerRouteArgs                           `arg:"route" doc:"Older form of router."`
	Edge         *edgeArgs                                  `arg:"edge" doc:"Code to run at the edge."`
	Dev          arg.Value                                  `arg:"dev" doc:"Has no effect outside sst dev."`
	CDN          arg.Value                                  `arg:"cdn"`
	Transform    ssrTransform                               `arg:"transform" doc:"Changes to what it makes."`
}

type ssrTransform struct {
	Assets         arg.Transform `arg:"assets" of:"sst.aws.Bucket"`
	Server         arg.Transform `arg:"server" of:"sst.aws.Function"`
	ImageOptimizer arg.Transform `arg:"imageOptimizer" of:"sst.aws.Function"`
	CDN            arg.Transform `arg:"cdn" of:"sst.aws.Cdn"`
}

type ssrServerArgs struct {
	Memory       arg.Size        `arg:"memory" doc:"Memory, from 128 MB to 10240 MB. Default 1024 MB."`
	Timeout      arg.Duration    `arg:"timeout" doc:"The longest that a request may take. Default 20 seconds."`
	Runtime      string          `arg:"runtime" enum:"nodejs18.x|nodejs20.x|nodejs22.x|nodejs24.x" doc:"Default nodejs24.x."`
	Architecture string          `arg:"architecture" enum:"x86_64|arm64" doc:"The CPU architecture. Default x86_64."`
	Install      []string        `arg:"install" doc:"Packages to install beside the bundle instead of bundling them."`
	Loader       arg.Map[string] `arg:"loader" doc:"esbuild loaders by extension."`
	Layers       []arg.String    `arg:"layers" doc:"ARNs of layers."`
	Edge         arg.Value       `arg:"edge"`
}

type ssrAssetsArgs struct {
	TextEncoding    arg.String        `arg:"textEncoding" enum:"utf-8|iso-8859-1|windows-1252|ascii|none" doc:"Encoding of text files. SST and sstc always say UTF-8."`
	VersionedHeader string            `arg:"versionedFilesCacheHeader" doc:"The header Cache-Control of files whose names change with their content. Default: cached for a year."`
	OtherHeader     string            `arg:"nonVersionedFilesCacheHeader" doc:"The header Cache-Control of all other files. Default: kept by CloudFront for a day, and asked for again by browsers."`
	FileOptions     []fileOptionsArgs `arg:"fileOptions" doc:"How files are stored; of several options for a file the last counts."`
	Purge           arg.Bool          `arg:"purge" doc:"Delete the files of earlier deployments, which pages that are open may still want. Default false."`
}

// ssrSite is the definition of a component for a framework, whose arguments A
// have ssrSiteArgs in them.
func ssrSite[A any](d Definition, create func(c *Scope, a *A)) *Definition {
	d.Linkable = true
	d.Outputs = []Output{{"url", "string", "The URL: with the custom domain, if there is one."}}
	d.Nodes = append([]Output{
		{"assets", "sst.aws.Bucket", "The bucket with the files."},
		{"server", "sst.aws.Function", "The function that renders pages, if there is one: in the first region."},
		{"cdn", "sst.aws.Cdn", "The distribution, if it has one of its own."},
	}, d.Nodes...)
	return define(d, create)
}

const (
	hashedCacheControl = "public,max-age=31536000,immutable"
	otherCacheControl  = "public,max-age=0,s-maxage=86400,stale-while-revalidate=86400"
	serverTimeout      = 20 // seconds
)

// ssrExtras are arguments that only some frameworks have.
type ssrExtras struct {
	// options are those that the adapter has to know.
	options []ir.KV
	// imageMemory is that of the image optimizer.
	imageMemory arg.Size
	// seeder and revalidator are transforms of the functions around a cache.
	seeder, revalidator arg.Transform
}

// An ssrMaker makes one site.
type ssrMaker struct {
	*Scope
	args  *ssrSiteArgs
	extra ssrExtras
	site  *ir.Site
	plan  *ir.SitePlan
	route *route // nil for a distribution of its own
	// protected says that CloudFront signs its requests to functions.
	protected    bool
	bucket       ResourceHandle
	distribution ResourceHandle
	cache        siteCache
}

// newSsrSite makes a site of a framework.
func newSsrSite(c *Scope, a *ssrSiteArgs, framework string, options ...ir.KV) {
	newSsrSiteWith(c, a, framework, ssrExtras{options: options})
}

func newSsrSiteWith(c *Scope, a *ssrSiteArgs, framework string, extra ssrExtras) {
	m := &ssrMaker{Scope: c, args: a, extra: extra}
	m.check()
	m.route = c.routeOf(cmp.Or(a.Router, a.Route))
	if m.route != nil {
		c.notWithRouter("domain", a.Domain.Set())
		c.notWithRouter("edge", a.Edge != nil)
		c.notWithRouter("protection", a.Protection != nil)
	}
	protection := c.protectionMode(a.Protection)
	m.protected = protection != "none" || m.route.oac()

	links := c.linksOf(a.Link)
	c.inst.record.Links = linkNames(links)
	m.site = &ir.Site{
		ID: c.inst.ID, Name: c.name(), Framework: framework, Options: extra.options, Root: path.Clean(cmp.Or(a.Path, ".")),
		Purge: a.Assets.Purge.True(false), Versioned: m.route.versioned(), Range: c.at.Range(),
		Build: &ir.SiteBuild{
			Command: a.BuildCommand,
			Env:     c.variables(a.Environment).Merge(c.app.linkEnv(links)).Merge(included(links)).Fields,
		},
	}
	m.plan = m.planned()
	m.checkBase()

	assets := c.child("sst.aws.Bucket", c.name()+"Assets", ir.Obj("access", "cloudfront"), a.Transform.Assets, retainOnDelete(false))
	c.node("assets", assets)
	m.bucket = assets.State.(*bucketState).bucket
	m.site.Bucket = m.bucket.Attr("bucket")
	m.trees()

	m.makeCache()
	servers := m.servers()
	images := m.images()

	namespace := c.app.kvNamespace(c.name())
	entries := &ir.KeyValues{Component: c.inst.ID, Namespace: namespace, Site: m.site.ID, Purge: m.site.Purge}
	var url ir.Value
	if r := m.route; r != nil {
		entries.Store, m.distribution, url = r.router.store, r.router.distribution, r.url
		c.listRoute(r.router, "site", namespace, r.host, r.pathPrefix, r.at)
	} else {
		entries.Store = c.edgeStore(a.Edge)
		cdn := m.cdn(entries.Store, namespace, protection)
		c.node("cdn", cdn)
		m.distribution, url = distributionOf(cdn), siteURL(cdn)
	}
	entries.Entries = m.entries(servers, images)
	for _, s := range servers {
		m.permit(s.inst, logicalName(s.region), s.plan.Name, s.options...)
	}
	if images != nil {
		m.permit(images, "", "ImageOptimizer")
	}
	m.invalidation()
	c.app.prog.Sites = append(c.app.prog.Sites, m.site)
	c.app.prog.KeyValues = append(c.app.prog.KeyValues, entries)
	c.out("url", url)
	c.linkable(ir.Obj("url", url))
}

// check reports arguments that SST has dropped or sstc has not.
func (m *ssrMaker) check() {
	a := m.args
	m.unsupported(a.CDN, `SST has dropped "cdn". Serve the site through a Router with "router".`)
	m.unsupported(a.Server.Edge, `SST has dropped "server.edge". Give the same as "edge".`)
	m.bounds(a.Warm.Value, "", 0, 1000)
	if e := a.Assets.TextEncoding; e.Set() && !e.Is("utf-8") {
		m.unsupported(e.Value, "Text files are always served as UTF-8, as SST does.")
	}
	for i, r := range a.Regions {
		if _, ok := regionPlaces[r]; !ok {
			m.errorAt(arg.Path{m.argIndex, "regions", fmt.Sprint(i)}, diag.InvalidValue, "Unknown region",
				fmt.Sprintf("There is no region %q that a site's server could run in.%s", r, diag.Suggest(r, sortedKeys(regionPlaces))))
		}
	}
	if a.Regions != nil && len(a.Regions) == 0 {
		m.errorAt(arg.Path{m.argIndex, "regions"}, diag.InvalidValue, "No region", `"regions" is empty. Name at least one region, or leave it out.`)
	}
}

// planned is what the site's adapter makes of its build, or, after errors, a
// plan of nothing.
func (m *ssrMaker) planned() *ir.SitePlan {
	var plan *ir.SitePlan
	if m.app.PlanSite != nil && !m.app.wrong() {
		var diags diag.List
		plan, diags = m.app.PlanSite(m.site)
		m.app.diags = append(m.app.diags, diags...)
	}
	if plan == nil {
		return &ir.SitePlan{}
	}
	return plan
}

// wrong reports whether there are errors that have nothing to do with builds. A
// build may take minutes, and nothing would come of it.
func (a *App) wrong() bool {
	return slices.ContainsFunc(a.diags, func(d *diag.Diagnostic) bool {
		return d.Severity == diag.Error && !slices.Contains([]diag.Code{diag.FileNotFound, diag.PackageNotInstalled, diag.SiteBuildFailed, diag.SiteOutput, diag.SiteVersion}, d.Code)
	})
}

// checkBase compares the path that the framework has built for with that under
// which a Router serves it: pages would ask for their files elsewhere.
func (m *ssrMaker) checkBase() {
	if m.route == nil || m.route.pathPrefix == "" || m.route.pathPrefix == "/" || m.app.diags.HasErrors() {
		return
	}
	prefix, base := m.route.pathPrefix, m.plan.Base
	if base == prefix || strings.HasPrefix(base, prefix+"/") {
		return
	}
	is := "has no base path"
	if base != "" {
		is = fmt.Sprintf("has the base path %q", base)
	}
	m.errorAt(m.route.at, diag.ConflictingArguments, "Base path needed",
		fmt.Sprintf("The Router serves the site %q under %q, but the site %s. Set its base path to %q in the framework's own configuration.", m.name(), prefix, is, prefix))
}

// trees says where the site's files are, and how they are stored.
func (m *ssrMaker) trees() {
	// The path that is asked for leads to the file, base path and all.
	to := func(dir string) string { return strings.Trim(path.Join("/", dir, m.plan.Base), "/") }
	for _, t := range m.plan.Assets {
		tree := ir.Tree{
			Dir: path.Join(m.site.Root, t.Dir), To: to(t.To), Rules: m.rules(t), Lookup: ir.LookupEach, Whole: t.Owned, Hashed: t.Hashed,
		}
		if m.plan.Images != nil {
			// The optimizer reads them from the bucket by the paths in their URLs.
			tree.Everywhere = images
		}
		if m.plan.NotFound != "" && m.route == nil {
			// CloudFront itself asks for it.
			tree.Everywhere = append(slices.Clip(tree.Everywhere), strings.TrimPrefix(m.plan.NotFound, "/"))
		}
		m.site.Trees = append(m.site.Trees, tree)
	}
	if c := m.plan.Cache; c != nil && c.Dir != "" {
		m.site.Trees = append(m.site.Trees, ir.Tree{
			Dir: path.Join(m.site.Root, c.Dir), To: to(c.To), Lookup: ir.LookupNone,
			Rules: []ir.FileRule{{Include: []string{"**"}, CacheControl: cmp.Or(m.args.Assets.OtherHeader, otherCacheControl)}},
		})
	}
}

// images are the files that an image optimizer makes others of.
var images = []string{"**/*.{avif,bmp,gif,ico,jpeg,jpg,png,svg,tiff,webp,AVIF,BMP,GIF,ICO,JPEG,JPG,PNG,SVG,TIFF,WEBP}"}

// rules are the rules by which files are stored, the user's last one first.
func (m *ssrMaker) rules(t ir.SiteAssets) []ir.FileRule {
	a := m.args.Assets
	var rules []ir.FileRule
	if a.FileOptions != nil {
		rules = fileRules(a.FileOptions)
	}
	if t.Hashed != nil {
		rules = append(rules, ir.FileRule{Include: t.Hashed, CacheControl: cmp.Or(a.VersionedHeader, hashedCacheControl)})
	}
	rules = append(rules, ir.FileRule{Include: []string{"**"}, CacheControl: cmp.Or(a.OtherHeader, otherCacheControl)})
	for i, r := range rules {
		rules[i].Exclude = append(slices.Clip(r.Exclude), t.Exclude...)
	}
	return withoutMaps(rules)
}

// A siteServer is a server in one region.
type siteServer struct {
	plan    *ir.SiteServer
	region  string
	inst    *Instance
	options []ResourceOption
}

// servers makes the functions that render pages, in each region: the main one
// first.
func (m *ssrMaker) servers() []siteServer {
	regions := m.args.Regions
	if len(regions) == 0 {
		regions = []string{m.app.Info.Region}
	}
	var list []siteServer
	for _, plan := range m.plan.Servers {
		for _, region := range regions {
			s := siteServer{plan: plan, region: region}
			if region != m.app.Info.Region {
				s.options = []ResourceOption{withProvider(m.regionProvider(region))}
			}
			s.inst = m.function("Server"+plan.Name+logicalName(region), plan, m.serverArgs(plan), m.args.Transform.Server, s.options...)
			list = append(list, s)
			if m.warm() {
				m.warmer(s)
			}
		}
	}
	if len(list) > 0 {
		m.node("server", list[0].inst)
	}
	return list
}

// warm reports whether servers are kept warm.
func (m *ssrMaker) warm() bool {
	n, known := m.args.Warm.V.(ir.Number)
	return m.args.Warm.Set() && !(known && n == 0)
}

// serverArgs are the arguments of a function that renders pages: the user's,
// then what the framework needs.
func (m *ssrMaker) serverArgs(s *ir.SiteServer) *ir.Object {
	a := m.args
	permissions := ir.List{ir.Obj("actions", []string{"cloudfront:CreateInvalidation"}, "resources", []string{"*"})}
	for _, p := range a.Permissions {
		permissions = append(permissions, p.object())
	}
	permissions = append(permissions, m.cache.permissions...)
	link := ir.List{}
	for _, l := range a.Link {
		link = append(link, l.V)
	}
	nodejs := ir.Obj("format", "esm")
	if a.Server.Install != nil {
		nodejs = nodejs.With("install", ir.Of(a.Server.Install))
	}
	nodejs = nodejs.Merge(ir.Obj("loader", a.Server.Loader.V))
	args := ir.Obj(
		"description", cmp.Or(s.Description, m.name()+" server"),
		"runtime", cmp.Or(a.Server.Runtime, "nodejs24.x"),
		"timeout", seconds(m.timeout(s)),
		"memory", megabytes(a.Server.Memory.MB(cmp.Or(s.Memory, 1024))),
		"architecture", cmp.Or(a.Server.Architecture, s.Architecture, "x86_64"),
		"nodejs", nodejs,
		"environment", m.variables(a.Environment).Merge(variablesOf(s)).Merge(m.cache.env),
		"permissions", permissions,
		"link", link,
		"layers", ir.List(append([]ir.Value{}, values(a.Server.Layers)...)),
	)
	if a.VPC != nil {
		args = args.With("vpc", a.VPC.V)
	}
	return args
}

// variablesOf are the environment variables that a server needs.
func variablesOf(s *ir.SiteServer) *ir.Object {
	env := &ir.Object{}
	for _, kv := range s.Env {
		env = env.With(kv.Key, ir.String(kv.Value))
	}
	return env
}

// timeout is how long a request to the server may take, in seconds.
func (m *ssrMaker) timeout(s *ir.SiteServer) int {
	return m.args.Server.Timeout.Seconds(cmp.Or(s.Timeout, serverTimeout))
}

func seconds(n int) ir.Value   { return ir.String(fmt.Sprintf("%d seconds", n)) }
func megabytes(n int) ir.Value { return ir.String(fmt.Sprintf("%d MB", n)) }

// images makes the image optimizer, or returns nil if there is none.
func (m *ssrMaker) images() *Instance {
	s := m.plan.Images
	if s == nil {
		return nil
	}
	env := variablesOf(s)
	if m.plan.Cache != nil {
		env = env.With("BUCKET_NAME", m.bucket.Attr("bucket"))
	}
	return m.function("ImageOptimizer", s, ir.Obj(
		"description", cmp.Or(s.Description, m.name()+" image optimizer"),
		"timeout", seconds(cmp.Or(s.Timeout, 25)),
		"memory", megabytes(m.extra.imageMemory.MB(cmp.Or(s.Memory, 1536))),
		"architecture", cmp.Or(s.Architecture, "arm64"),
		"logging", ir.Obj("retention", "3 days"),
		"environment", env,
		"permissions", ir.List{ir.Obj("actions", []string{"s3:GetObject"}, "resources", ir.List{ir.Concat(m.bucket.Attr("arn"), "/*")})},
	), m.args.Transform.ImageOptimizer)
}

// function makes one of the site's functions, with a URL. Its code is as the
// plan has it.
func (m *ssrMaker) function(suffix string, s *ir.SiteServer, args *ir.Object, t arg.Transform, options ...ResourceOption) *Instance {
	authorization := "none"
	if m.protected {
		authorization = "iam"
	}
	args = m.codeArgs(s).With("streaming", ir.Bool(s.Streaming)).Merge(args).With("url", ir.Obj("authorization", authorization))
	inst := m.childAt(arg.Path{m.argIndex, "server"}, functionTypes, m.name()+suffix, args, t, options...)
	m.packed(inst, s)
	return inst
}

// codeArgs are the arguments of a function that say where its code is.
func (m *ssrMaker) codeArgs(s *ir.SiteServer) *ir.Object {
	if s.Bundle == "" {
		return ir.Obj("handler", path.Join(m.site.Root, s.Handler))
	}
	return ir.Obj("handler", s.Handler, "bundle", path.Join(m.site.Root, s.Bundle))
}

// packed says how the code of one of the site's functions is packed, as far as
// a function's arguments cannot.
func (m *ssrMaker) packed(inst *Instance, s *ir.SiteServer) {
	m.site.Functions = append(m.site.Functions, inst.ID)
	f := m.app.functionRecord(inst.ID)
	f.BuiltIn = m.site.Root
	f.Exclude = s.Exclude
	switch {
	case s.Entry == "" && s.Module != "" && m.warm():
		// Beside the module, which it stands for.
		f.Handler = path.Join(path.Dir(f.Handler), "sstc-warm"+path.Ext(f.Handler))
		f.Entry = fmt.Sprintf(warmEntry, "./"+path.Base(s.Module))
	case s.Entry == "":
	case s.Bundle == "":
		f.Entry = s.Entry
	default:
		f.Files = append(f.Files, ir.File{Path: strings.TrimSuffix(s.Handler, path.Ext(s.Handler)) + ".mjs", Content: s.Entry})
	}
	f.Files = append(f.Files, s.Files...)
	for _, c := range s.Copy {
		f.CopyFiles = append(f.CopyFiles, ir.CopyFile{From: path.Join(m.site.Root, c.From), To: c.To})
	}
	f.Node.Install = append(f.Node.Install, s.Install...)
	slices.Sort(f.Node.Install)
	f.Node.Install = slices.Compact(f.Node.Install)
	if f.Node.Minify == nil {
		f.Node.Minify = s.Node.Minify
	}
	f.Node.ESBuild = s.Node.ESBuild.Merge(f.Node.ESBuild)
}

// functionRecord is what is to be packed for a function that was made.
func (a *App) functionRecord(id string) *ir.Function {
	for _, f := range a.prog.Functions {
		if f.ID == id {
			return f
		}
	}
	return &ir.Function{}
}

// permit lets CloudFront, or everyone, call a function by its URL.
func (m *ssrMaker) permit(inst *Instance, suffix, prefix string, options ...ResourceOption) {
	fn := inst.State.(*functionState).function
	permit := func(what, action string, extra ...any) {
		m.resource(prefix+what+suffix, "aws:lambda/permission:Permission",
			ir.Obj("action", action, "function", fn.Attr("name")).Merge(ir.Obj(extra...)), arg.Transform{}, options...)
	}
	if !m.protected {
		permit("PublicFunctionUrlAccess", "lambda:InvokeFunctionUrl", "principal", "*", "functionUrlAuthType", "NONE")
		return
	}
	d := m.distribution.Attr("arn")
	permit("CloudFrontFunctionUrlAccess", "lambda:InvokeFunctionUrl", "principal", "cloudfront.amazonaws.com", "sourceArn", d)
	permit("CloudFrontInvokeFunction", "lambda:InvokeFunction", "principal", "cloudfront.amazonaws.com", "sourceArn", d, "invokedViaFunctionUrl", true)
}

// cdn makes the site's own distribution.
func (m *ssrMaker) cdn(store ir.Value, namespace, protection string) *Instance {
	a := m.args
	code := edgeCode([]string{edgeOrigin, edgeSite},
		a.Edge.request().code(), forbidden(a.Domain.Set()), fmt.Sprintf("return $site(event, %q);\n", namespace))
	request := m.edgeFunction("CloudfrontFunctionRequest", code, store, arg.Path{m.argIndex, "edge"})
	policy := a.CachePolicy.V
	if policy == nil {
		policy = m.serverCachePolicy(arg.Transform{})
	}
	signers := ir.List{}
	if protection == "oac-with-edge-signing" {
		signers = ir.List{ir.Obj("eventType", "origin-request", "lambdaArn", m.edgeSigner(a.Protection.B), "includeBody", true)}
	}
	args := ir.Obj(
		"comment", m.name()+" app",
		"domain", a.Domain.V,
		"origins", ir.List{defaultOrigin("http-only")},
		"defaultCacheBehavior", ir.Obj(
			"targetOriginId", "default",
			"viewerProtocolPolicy", "redirect-to-https",
			"allowedMethods", anyMethod(),
			"cachedMethods", []string{"GET", "HEAD"},
			"compress", true,
			"cachePolicyId", policy,
			"originRequestPolicyId", allViewerExceptHostHeader,
			"functionAssociations", m.edgeAssociations(request, a.Edge),
			"lambdaFunctionAssociations", signers,
		),
	)
	if m.plan.NotFound != "" {
		args = args.With("customErrorResponses", notFoundResponses(m.plan.Base+m.plan.NotFound))
	}
	return m.childAt(arg.Path{m.argIndex}, "sst.aws.Cdn", m.name()+"Cdn", args, a.Transform.CDN)
}

// entries are what the edge has to know of the site, but for its files.
func (m *ssrMaker) entries(servers []siteServer, images *Instance) []ir.Field {
	metadata := &ir.Object{}
	if m.plan.Base != "" {
		metadata = metadata.With("base", ir.String(m.plan.Base))
	}
	switch {
	case m.plan.Fallback != "":
		m.site.Fallback = m.plan.Fallback
		metadata = metadata.With("custom404", ir.String(m.plan.Fallback))
	case m.plan.NotFound != "" && m.route != nil:
		// A Router has no error page for one of its sites.
		m.site.Fallback = m.plan.NotFound
		metadata = metadata.With("custom404", ir.String(m.plan.NotFound))
	case m.plan.NotFound != "":
		m.site.Fallback = m.plan.NotFound
		metadata = metadata.With("errorResponseCode", ir.Number(404))
	}
	dir := ""
	if len(m.plan.Assets) > 0 && m.plan.Assets[0].To != "" {
		dir = "/" + strings.Trim(m.plan.Assets[0].To, "/")
	}
	metadata = metadata.With("s3", ir.Obj("domain", m.bucket.Attr("bucketRegionalDomainName"), "dir", dir, "routes", ir.List{}))
	access := &ir.Object{}
	if m.protected {
		access = ir.Obj("originAccessControlConfig", signedAccess("lambda"))
	}
	if images != nil {
		metadata = metadata.With("image", ir.Obj("host", functionHost(images), "route", strings.TrimSuffix(m.plan.Images.Paths[0], "*")).Merge(access))
	}
	var fields []ir.Field
	split := ir.List{}
	for i, plan := range m.plan.Servers {
		list := ir.List{}
		for _, s := range servers {
			if s.plan == plan {
				at := regionPlaces[s.region]
				list = append(list, ir.List{functionHost(s.inst), ir.Number(at[0]), ir.Number(at[1])})
			}
		}
		found := ir.Obj("servers", list, "origin", ir.Obj("timeouts", ir.Obj("readTimeout", m.timeout(plan))).Merge(access))
		if i == 0 {
			metadata = metadata.Merge(found)
			continue
		}
		// In a key of their own: a value holds 1 KB.
		fields = append(fields, ir.Field{Key: fmt.Sprintf("server:%d", len(split)), Value: ir.NewCall(ir.FuncJSONEncode, found)})
		split = append(split, ir.String(pathsPattern(plan.Paths)))
	}
	if len(split) > 0 {
		metadata = metadata.With("split", split)
	}
	fields = append([]ir.Field{{Key: "metadata", Value: ir.NewCall(ir.FuncJSONEncode, metadata)}}, fields...)
	for _, r := range m.plan.Redirects {
		to := r.To
		if strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//") {
			to = m.plan.Base + to
		}
		fields = append(fields, ir.Field{Key: r.From, Value: ir.String(fmt.Sprintf("%d %s", r.Status, to))})
	}
	return fields
}

// pathsPattern is a regular expression for paths that match one of several
// patterns, in which a * stands for anything and a ? for one character.
func pathsPattern(paths []string) string {
	var list []string
	for _, p := range paths {
		p = regexp.QuoteMeta(p)
		list = append(list, strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(p))
	}
	return "^(" + strings.Join(list, "|") + ")$"
}

// functionHost is the host of a function's URL.
func functionHost(inst *Instance) ir.Value {
	url, _ := inst.Output("url")
	return hostOf(url)
}

// invalidation says what of the distribution is out of date after a deployment.
func (m *ssrMaker) invalidation() {
	a := m.args.Invalidation
	if a != nil && a.B != nil && a.B.Paths != nil && a.B.Paths.A != nil && *a.B.Paths.A == "versioned" {
		m.site.WaitInvalidate = a.B.Wait.True(false)
		for _, t := range m.plan.Assets {
			for _, p := range t.Hashed {
				m.site.Invalidate = append(m.site.Invalidate, path.Join("/", t.To, strings.TrimSuffix(p, "**"))+"/*")
			}
		}
		if len(m.site.Invalidate) > 0 {
			m.site.Distribution = m.distribution.Attr("id")
		}
		return
	}
	m.siteInvalidation(m.site, a, m.distribution)
}
