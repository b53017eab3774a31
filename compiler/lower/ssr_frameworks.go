package lower

import (
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

// The components for web frameworks. What they share is in ssr_site.go.

type analogArgs struct{ ssrSiteArgs }

var analog = ssrSite(Definition{
	Type: "sst.aws.Analog",
	Doc:  "An Analog app behind CloudFront. It needs Nitro's preset aws-lambda.",
}, func(c *Scope, a *analogArgs) { newSsrSite(c, &a.ssrSiteArgs, "analog") })

type astroArgs struct{ ssrSiteArgs }

var astro = ssrSite(Definition{
	Type: "sst.aws.Astro",
	Doc:  "An Astro site behind CloudFront: files in a bucket, and a function for the pages that are not rendered in advance. It needs the package astro-sst.",
}, func(c *Scope, a *astroArgs) { newSsrSite(c, &a.ssrSiteArgs, "astro") })

type nextjsArgs struct {
	ssrSiteArgs
	OpenNextVersion   string `arg:"openNextVersion" doc:"The version of OpenNext that the app must have installed."`
	ImageOptimization struct {
		Memory     arg.Size `arg:"memory" doc:"Memory of the image optimizer. Default 1536 MB."`
		StaticEtag bool     `arg:"staticEtag" doc:"Give an image the ETag of its source, so that browsers can ask whether it has changed. Default false."`
	} `arg:"imageOptimization" doc:"The function that makes images of other sizes and formats."`
	Transform struct {
		ssrTransform
		Seeder      arg.Transform `arg:"revalidationSeeder" of:"sst.aws.Function"`
		Revalidator arg.Transform `arg:"revalidationEventsSubscriber" of:"sst.aws.Function"`
	} `arg:"transform" doc:"Changes to what it makes."`
}

var nextjs = ssrSite(Definition{
	Type: "sst.aws.Nextjs",
	Doc:  "A Next.js app behind CloudFront, with OpenNext: files and rendered pages in a bucket, functions for pages and images, and what renews pages. It needs the package @opennextjs/aws.",
	Nodes: []Output{
		{"revalidationQueue", "sst.aws.Queue", "The queue of pages to be rendered again, if the app has an incremental cache."},
		{"revalidationTable", "aws:dynamodb/table:Table", "The table of pages by tag, if the app has a tag cache."},
		{"revalidationFunction", "sst.aws.Function", "The function that has pages rendered again, if there is one."},
	},
}, func(c *Scope, a *nextjsArgs) {
	extra := ssrExtras{imageMemory: a.ImageOptimization.Memory, seeder: a.Transform.Seeder, revalidator: a.Transform.Revalidator}
	option := func(key, value string) {
		if value != "" {
			extra.options = append(extra.options, ir.KV{Key: key, Value: value})
		}
	}
	option("openNextVersion", a.OpenNextVersion)
	if a.ImageOptimization.StaticEtag {
		option("staticEtag", "true")
	}
	a.ssrSiteArgs.Transform = a.Transform.ssrTransform
	newSsrSiteWith(c, &a.ssrSiteArgs, "nextjs", extra)
})

type nuxtArgs struct{ ssrSiteArgs }

var nuxt = ssrSite(Definition{
	Type: "sst.aws.Nuxt",
	Doc:  "A Nuxt app behind CloudFront. It needs Nitro's preset aws-lambda.",
}, func(c *Scope, a *nuxtArgs) { newSsrSite(c, &a.ssrSiteArgs, "nuxt") })

type reactArgs struct{ ssrSiteArgs }

var react = ssrSite(Definition{
	Type: "sst.aws.React",
	Doc:  "A React Router 7 app in framework mode behind CloudFront: with a server, or as a single-page app.",
}, func(c *Scope, a *reactArgs) { newSsrSite(c, &a.ssrSiteArgs, "reactrouter") })

type remixArgs struct {
	ssrSiteArgs
	BuildDirectory string `arg:"buildDirectory" doc:"The directory that Vite builds into. Default build."`
}

var remix = ssrSite(Definition{
	Type: "sst.aws.Remix",
	Doc:  "A Remix 2 app behind CloudFront.",
}, func(c *Scope, a *remixArgs) {
	var options []ir.KV
	if a.BuildDirectory != "" {
		options = []ir.KV{{Key: "buildDirectory", Value: a.BuildDirectory}}
	}
	newSsrSite(c, &a.ssrSiteArgs, "remix", options...)
})

type solidStartArgs struct{ ssrSiteArgs }

var solidStart = ssrSite(Definition{
	Type: "sst.aws.SolidStart",
	Doc:  "A SolidStart app behind CloudFront. It needs Nitro's preset aws-lambda.",
}, func(c *Scope, a *solidStartArgs) { newSsrSite(c, &a.ssrSiteArgs, "solidstart") })

type svelteKitArgs struct{ ssrSiteArgs }

var svelteKit = ssrSite(Definition{
	Type: "sst.aws.SvelteKit",
	Doc:  "A SvelteKit app behind CloudFront. It needs the package svelte-kit-sst.",
}, func(c *Scope, a *svelteKitArgs) { newSsrSite(c, &a.ssrSiteArgs, "sveltekit") })

type tanStackStartArgs struct{ ssrSiteArgs }

var tanStackStart = ssrSite(Definition{
	Type: "sst.aws.TanStackStart",
	Doc:  "A TanStack Start app behind CloudFront. It needs Nitro's preset aws-lambda.",
}, func(c *Scope, a *tanStackStartArgs) { newSsrSite(c, &a.ssrSiteArgs, "tanstackstart") })
