package lower

import (
	"testing"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

// planned makes every site of an app have this plan.
func (a *testApp) planned(p *ir.SitePlan) *testApp {
	a.PlanSite = func(*ir.Site) (*ir.SitePlan, diag.List) { return p, nil }
	return a
}

func serverPlan() *ir.SitePlan {
	return &ir.SitePlan{
		Servers: []*ir.SiteServer{{
			Handler: "dist/server/entry.handler", Streaming: true, Copy: []ir.CopyFile{{From: "dist/server/404.html", To: "404.html"}},
		}},
		Assets: []ir.SiteAssets{{Dir: "dist/client", Hashed: []string{"_astro/**"}, Owned: []string{"_astro"}}},
	}
}

func nextPlan() *ir.SitePlan {
	server := func(dir string) *ir.SiteServer {
		return &ir.SiteServer{Bundle: ".open-next/" + dir, Handler: "index.handler"}
	}
	images := server("image-optimization-function")
	images.Paths, images.Architecture, images.Install = []string{"/_next/image*"}, "arm64", []string{"sharp"}
	tags := server("dynamodb-provider")
	tags.Memory = 128
	return &ir.SitePlan{
		BuildID: "id-1",
		Servers: []*ir.SiteServer{server("server-functions/default")},
		Images:  images,
		Assets:  []ir.SiteAssets{{Dir: ".open-next/assets", To: "_assets", Hashed: []string{"_next/static/**"}, Owned: []string{"_next/static"}}},
		Cache:   &ir.SiteCache{Dir: ".open-next/cache", To: "_cache", Revalidate: server("revalidation-function"), Tagged: true, Tags: tags},
	}
}

func TestSsrSite(t *testing.T) {
	const site = "sst.aws.Astro"
	goldens(t, []goldenCase{
		{"ssrsite_default", func(a *testApp) {
			s := a.planned(serverPlan()).new(site, "MyWeb")
			a.Output("url", a.get(s, "url"), diag.Range{})
		}},
		{"ssrsite_arguments", func(a *testApp) {
			a.planned(serverPlan())
			b := a.new("sst.aws.Bucket", "MyBucket")
			s := a.new(site, "MyWeb", ir.Obj(
				"path", "packages/web", "buildCommand", "pnpm build",
				"environment", ir.Obj("BUCKET", a.get(b, "name"), "PLAIN", "1"),
				"link", ir.List{testValue(b)},
				"permissions", ir.List{ir.Obj("actions", []string{"ses:SendEmail"}, "resources", []string{"*"})},
				"server", ir.Obj("memory", "2 GB", "timeout", "50 seconds", "runtime", "nodejs22.x", "architecture", "arm64",
					"install", []string{"sharp"}, "loader", ir.Obj(".txt", "text"), "layers", []string{"arn:aws:lambda:us-east-1:1:layer:l:1"}),
				"regions", []string{"us-east-1", "eu-west-1"},
				"vpc", ir.Obj("privateSubnets", []string{"subnet-1"}, "securityGroups", []string{"sg-1"}),
				"domain", "example.com",
				"cachePolicy", "my-policy",
				"protection", ir.Obj("mode", "oac-with-edge-signing"),
				"invalidation", ir.Obj("paths", "versioned", "wait", true),
				"assets", ir.Obj("purge", true, "textEncoding", "utf-8",
					"versionedFilesCacheHeader", "public,max-age=1", "nonVersionedFilesCacheHeader", "public,max-age=2",
					"fileOptions", ir.List{
						ir.Obj("files", "**/*.zip", "cacheControl", "private", "contentType", "application/x-zip"),
						ir.Obj("files", []string{"**/*.map"}, "ignore", "private/**"),
					}),
				"edge", ir.Obj("viewerRequest", ir.Obj("injection", "if (event.request.uri === '/x') event.request.uri = '/y';"),
					"viewerResponse", ir.Obj("injection", "event.response.headers['x-y'] = { value: 'z' };")),
				"transform", ir.Obj("server", ir.Obj("description", "mine"), "cdn", ir.Obj("comment", "mine"),
					"assets", testValue(arg.Callback(func(args ...ir.Value) (ir.Value, []ir.Value, error) {
						return nil, []ir.Value{args[0].(*ir.Object).With("versioning", ir.Bool(true)), args[1]}, nil
					}))),
				"dev", ir.Obj("command", "astro dev"),
			))
			a.Output("server", a.get(s.nodes["server"].(ir.Opaque).X.(*Instance), "name"), diag.Range{})
		}},
		{"ssrsite_router", func(a *testApp) {
			p := serverPlan()
			p.Base = "/docs"
			p.Redirects = []ir.SiteRedirect{{From: "/old", To: "/new", Status: 301}, {From: "/x", To: "https://example.com/", Status: 302}}
			a.planned(p)
			r := a.new("sst.aws.Router", "MyRouter", ir.Obj("protection", "oac"))
			s := a.new(site, "MyWeb", ir.Obj("router", ir.Obj("instance", testValue(r), "path", "/docs")))
			a.Output("url", a.get(s, "url"), diag.Range{})
		}},
		{"ssrsite_files", func(a *testApp) {
			p := &ir.SitePlan{NotFound: "/404.html", Assets: []ir.SiteAssets{{Dir: "dist", Exclude: []string{"meta.json"}}}}
			a.planned(p).new(site, "MyWeb", ir.Obj("invalidation", false))
			r := a.new("sst.aws.Router", "MyRouter")
			a.new(site, "Routed", ir.Obj("path", "routed", "router", ir.Obj("instance", testValue(r), "domain", "*.example.com")))
		}},
		{"ssrsite_images_cache", func(a *testApp) {
			p := &ir.SitePlan{
				Servers: []*ir.SiteServer{{Bundle: ".open-next/server-functions/default", Handler: "index.handler", Memory: 2048, Timeout: 30,
					Env: []ir.KV{{Key: "CACHE_BUCKET_KEY_PREFIX", Value: "_cache"}}, Description: "Next"}},
				Images: &ir.SiteServer{Paths: []string{"/_next/image*"}, Bundle: ".open-next/image-optimization-function", Handler: "index.handler",
					Env: []ir.KV{{Key: "BUCKET_KEY_PREFIX", Value: "_assets"}}},
				Assets: []ir.SiteAssets{{Dir: ".open-next/assets", To: "_assets", Hashed: []string{"_next/**"}, Owned: []string{"_next/static"}}},
				Cache:  &ir.SiteCache{Dir: ".open-next/cache", To: "_cache"},
			}
			a.planned(p).new(site, "MyWeb", ir.Obj("protection", "oac", "transform", ir.Obj("imageOptimizer", ir.Obj("memory", "1 GB"))))
		}},
		{"ssrsite_warm", func(a *testApp) {
			p := serverPlan()
			p.Servers[0].Module = "dist/server/entry.mjs"
			a.planned(p).new(site, "MyWeb", ir.Obj("warm", 3, "regions", []string{"us-east-1", "eu-west-1"}))
		}},
		{"nextjs_split", func(a *testApp) {
			p := nextPlan()
			p.Servers = append(p.Servers, &ir.SiteServer{Name: "Api", Paths: []string{"/api/*", "/v?/x"}, Bundle: ".open-next/server-functions/api", Handler: "index.handler", Streaming: true})
			s := a.planned(p).new("sst.aws.Nextjs", "MyWeb", ir.Obj(
				"openNextVersion", "4.1.12",
				"imageOptimization", ir.Obj("memory", "2 GB", "staticEtag", true),
				"regions", []string{"us-east-1", "eu-west-1"},
				"protection", "oac",
				"server", ir.Obj("timeout", "50 seconds"),
				"transform", ir.Obj("revalidationSeeder", ir.Obj("memory", "256 MB"), "revalidationEventsSubscriber", ir.Obj("description", "mine"),
					"imageOptimizer", ir.Obj("architecture", "x86_64"), "server", ir.Obj("description", "mine too")),
			))
			for _, name := range []string{"revalidationQueue", "revalidationTable", "revalidationFunction", "server", "cdn", "assets"} {
				if s.nodes[name] == nil {
					a.t.Errorf("there is no node %s", name)
				}
			}
		}},
		{"nextjs_no_tags", func(a *testApp) {
			p := nextPlan()
			p.Cache.Tagged, p.Cache.Tags = false, nil
			s := a.planned(p).new("sst.aws.Nextjs", "MyWeb")
			if s.nodes["revalidationTable"] != nil {
				a.t.Error("there is a table")
			}
		}},
		{"nextjs_no_cache", func(a *testApp) {
			p := nextPlan()
			p.Cache = &ir.SiteCache{To: "_cache"}
			a.planned(p).new("sst.aws.Nextjs", "MyWeb", ir.Obj("warm", 0))
		}},
		{"ssrsite_entry", func(a *testApp) {
			p := serverPlan()
			p.Servers[0].Entry = "export const handler = 1;"
			p.Servers[0].Node.ESBuild = ir.Obj("define", ir.Obj("process.env.NODE_ENV", `"production"`))
			p.Servers[0].Install = []string{"pg-native"}
			a.planned(p).new(site, "Bundled", ir.Obj("server", ir.Obj("install", []string{"sharp", "pg-native"})))
			q := serverPlan()
			q.Servers[0] = &ir.SiteServer{Bundle: ".output/server", Handler: "sstc.handler", Entry: "export const handler = 2;"}
			a.planned(q).new("sst.aws.Remix", "AsIs", ir.Obj("path", "other", "buildDirectory", "out"))
		}},
	})
}

func TestSsrSiteProblems(t *testing.T) {
	const site = "sst.aws.SvelteKit"
	base := func(a *testApp, base string) {
		p := serverPlan()
		p.Base = base
		a.planned(p)
		r := a.new("sst.aws.Router", "MyRouter")
		a.new(site, "W", ir.Obj("router", ir.Obj("instance", testValue(r), "path", "/docs")))
	}
	problems(t, []problemCase{
		{"dropped arguments", func(a *testApp) {
			a.planned(serverPlan()).new(site, "W", ir.Obj("cdn", false, "server", ir.Obj("edge", &ir.Object{})))
		}, []string{`unsupported-feature #1:1.cdn: "router"`, `unsupported-feature #1:1.server.edge: "edge"`}},
		{"regions", func(a *testApp) {
			a.planned(serverPlan()).new(site, "W", ir.Obj("regions", []string{"eu-west-1", "us-esat-1"}))
		}, []string{`invalid-value #1:1.regions.1: Did you mean "us-east-1"?`}},
		{"no region", func(a *testApp) {
			a.planned(serverPlan()).new(site, "W", ir.Obj("regions", ir.List{}))
		}, []string{`invalid-value #1:1.regions: at least one`}},
		{"no base path", func(a *testApp) { base(a, "") }, []string{`conflicting-arguments #2:1.router: has no base path`}},
		{"another base path", func(a *testApp) { base(a, "/doc") }, []string{`conflicting-arguments #2:1.router: "/doc"`}},
		{"a longer base path", func(a *testApp) { base(a, "/docs/v1") }, nil},
		{"router and the like", func(a *testApp) {
			a.planned(serverPlan())
			r := a.new("sst.aws.Router", "MyRouter")
			a.new(site, "W", ir.Obj("router", ir.Obj("instance", testValue(r)), "domain", "example.com", "protection", "oac"))
		}, []string{`conflicting-arguments #2:1.domain: "domain"`, `conflicting-arguments #2:1.protection: "protection"`}},
		{"encoding", func(a *testApp) {
			a.planned(serverPlan()).new(site, "W", ir.Obj("assets", ir.Obj("textEncoding", "none")))
		}, []string{`unsupported-feature #1:1.assets.textEncoding: UTF-8`}},
		{"warm", func(a *testApp) {
			a.planned(serverPlan()).new(site, "W", ir.Obj("warm", -1))
		}, []string{`invalid-value #1:1.warm: between 0`}},
		{"no plan", func(a *testApp) {
			a.PlanSite = func(s *ir.Site) (*ir.SitePlan, diag.List) {
				var diags diag.List
				diags.Add(diag.SiteOutput, s.Range, "Missing build output", "Nothing is there.")
				return nil, diags
			}
			s := a.new(site, "W")
			a.get(s, "url")
		}, []string{`site-output #1:: Nothing is there.`}},
		{"a mistake in a function's arguments", func(a *testApp) {
			a.planned(serverPlan()).new(site, "W", ir.Obj("server", ir.Obj("memory", "64 MB", "runtime", "nodejs12.x")))
		}, []string{`invalid-value #1:1.server.runtime: nodejs12.x`}},
	})
}
