package lower

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// regionPlaces are AWS's regions and where on Earth they are, as latitude and
// longitude: visitors get the nearest of a site's servers. Regions without
// CloudFront's functions are not here.
var regionPlaces = map[string][2]float64{
	"af-south-1":     {-33.9249, 18.4241},
	"ap-east-1":      {22.3193, 114.1694},
	"ap-east-2":      {25.033, 121.5654},
	"ap-northeast-1": {35.6895, 139.6917},
	"ap-northeast-2": {37.5665, 126.978},
	"ap-northeast-3": {34.6937, 135.5023},
	"ap-south-1":     {19.076, 72.8777},
	"ap-southeast-1": {1.3521, 103.8198},
	"ap-southeast-2": {-33.8688, 151.2093},
	"ap-southeast-3": {-6.2088, 106.8456},
	"ap-southeast-7": {13.7563, 100.5018},
	"ca-central-1":   {45.5017, -73.5673},
	"cn-north-1":     {39.9042, 116.4074},
	"cn-northwest-1": {38.4872, 106.2309},
	"eu-central-1":   {50.1109, 8.6821},
	"eu-north-1":     {59.3293, 18.0686},
	"eu-south-1":     {45.4642, 9.19},
	"eu-west-1":      {53.3498, -6.2603},
	"eu-west-2":      {51.5074, -0.1278},
	"eu-west-3":      {48.8566, 2.3522},
	"me-south-1":     {26.0667, 50.5577},
	"mx-central-1":   {19.4326, -99.1332},
	"sa-east-1":      {-23.5505, -46.6333},
	"us-east-1":      {39.0438, -77.4874},
	"us-east-2":      {39.9612, -82.9988},
	"us-gov-east-1":  {38.9696, -77.3861},
	"us-gov-west-1":  {34.0522, -118.2437},
	"us-west-1":      {37.7749, -122.4194},
	"us-west-2":      {45.5122, -122.6587},
}

// regionName is what the name of any region looks like, one of next year's too.
var regionName = regexp.MustCompile(`^[a-z]{2,}(-[a-z]+)?-(central|north|south|east|west|northeast|northwest|southeast|southwest)-\d+$`)

// NoRegion says that there is no region of that name, or is "".
func NoRegion(name string) string {
	if regionName.MatchString(name) {
		return ""
	}
	return fmt.Sprintf("There is no region %q.%s", name, diag.Suggest(name, sortedKeys(regionPlaces)))
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// regionProvider is a provider for another region, as SST names it. It is
// configured as the app's own but for the region.
func (c *Scope) regionProvider(region string) ResourceHandle {
	return once(c.app, "provider "+region, func() ResourceHandle {
		var props *ir.Object
		for _, p := range c.app.prog.Providers {
			if p.Package == "aws" {
				props = p.Args
			}
		}
		return c.app.addResource("pulumi:providers:aws", "AwsProvider.sst."+region, props.With("region", ir.String(region)), Options{}, nil, nil, c.at)
	})
}
