package lower

import "github.com/sstc/sstc/compiler/ir"

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
