package lower

// The components for web frameworks. What they share is in ssr_site.go.

type astroArgs struct{ ssrSiteArgs }

var astro = ssrSite(Definition{
	Type: "sst.aws.Astro",
	Doc:  "An Astro site: files in a bucket and a server function, if it has pages to render, behind CloudFront. It needs the adapter astro-sst.",
}, func(c *Scope, a *astroArgs) { newSsrSite(c, &a.ssrSiteArgs, "astro") })
