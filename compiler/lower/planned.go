package lower

import "slices"

// planned are the components of SST 4.17 that sstc knows of and does
// not support yet, so that they can be told from names that do not exist.
var planned = []string{
	"sst.aws.Alb", "sst.aws.Analog", "sst.aws.ApiGatewayV1", "sst.aws.ApiGatewayWebSocket", "sst.aws.AppSync", "sst.aws.Astro",
	"sst.aws.Aurora", "sst.aws.Auth", "sst.aws.Cdn", "sst.aws.Cluster", "sst.aws.Cluster.v1", "sst.aws.CognitoIdentityPool", "sst.aws.CognitoUserPool",
	"sst.aws.DnsValidatedCertificate", "sst.aws.Dsql", "sst.aws.Efs", "sst.aws.Mysql", "sst.aws.Nextjs", "sst.aws.Nuxt", "sst.aws.OpenControl",
	"sst.aws.OpenSearch", "sst.aws.Postgres", "sst.aws.Postgres.v1", "sst.aws.React", "sst.aws.Redis", "sst.aws.Redis.v1", "sst.aws.Remix", "sst.aws.Service",
	"sst.aws.SolidStart", "sst.aws.StepFunctions", "sst.aws.SvelteKit", "sst.aws.TanStackStart", "sst.aws.TanstackStart", "sst.aws.Task",
	"sst.aws.Vector", "sst.aws.Vpc.v1", "sst.aws.Workflow",
	"sst.cloudflare.Ai", "sst.cloudflare.Astro", "sst.cloudflare.Auth", "sst.cloudflare.Bucket", "sst.cloudflare.Cron", "sst.cloudflare.D1",
	"sst.cloudflare.DurableObject", "sst.cloudflare.Hyperdrive", "sst.cloudflare.Kv", "sst.cloudflare.Queue", "sst.cloudflare.RateLimit",
	"sst.cloudflare.ReactRouter", "sst.cloudflare.Remix", "sst.cloudflare.StaticSite", "sst.cloudflare.StaticSiteV2",
	"sst.cloudflare.TanStackStart", "sst.cloudflare.Worker", "sst.cloudflare.Workflow",
	"sst.experimental.Function",
}

// IsPlanned reports whether SST has a component of that name and sstc does not
// yet.
func IsPlanned(typ string) bool { return slices.Contains(planned, typ) && Lookup(typ) == nil }
