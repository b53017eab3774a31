package lower

import (
	"maps"
	"slices"

	"github.com/sstc/sstc/compiler/diag"
)

// registry has every component, by type.
var registry = map[string]*Definition{}

func init() {
	for _, d := range []*Definition{
		analog,
		apiGatewayV2,
		apiGatewayV2Authorizer,
		apiGatewayV2LambdaRoute,
		apiGatewayV2PrivateRoute,
		apiGatewayV2URLRoute,
		astro,
		bucket,
		bucketLambdaSubscriber,
		bucketNotification,
		bucketQueueSubscriber,
		bucketTopicSubscriber,
		bus,
		busLambdaSubscriber,
		busQueueSubscriber,
		cdn,
		certificate,
		cron,
		cronV2,
		devCommand,
		dynamo,
		dynamoLambdaSubscriber,
		email,
		function,
		httpsRedirect,
		kinesisStream,
		kinesisStreamLambdaSubscriber,
		linkable,
		linkableResource,
		nextjs,
		nuxt,
		queue,
		queueLambdaSubscriber,
		react,
		realtime,
		realtimeLambdaSubscriber,
		remix,
		router,
		routerBucketRoute,
		routerURLRoute,
		secret,
		snsTopic,
		snsTopicLambdaSubscriber,
		snsTopicQueueSubscriber,
		solidStart,
		staticSite,
		svelteKit,
		tanStackStart,
		vpc,
		vpcV1,
	} {
		registry[d.Type] = d
	}
}

// Definitions returns every component, by type.
func Definitions() []*Definition {
	var defs []*Definition
	for _, t := range slices.Sorted(maps.Keys(registry)) {
		defs = append(defs, registry[t])
	}
	return defs
}

// Lookup returns the definition of a component that users can make, or nil.
func Lookup(typ string) *Definition {
	if d := registry[typ]; d != nil && d.Args != nil {
		return d
	}
	return nil
}

// Suggest names, for a type that does not exist, the one that may have been
// meant, or all that there are.
func Suggest(typ string) string {
	var types []string
	for _, d := range Definitions() {
		if d.Args != nil {
			types = append(types, d.Type)
		}
	}
	if s := diag.Nearest(typ, types); s != "" {
		return " Did you mean " + s + "?"
	}
	return " " + Available()
}
