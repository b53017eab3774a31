// Package plain is for sites of which the configuration knows what their build
// leaves behind: it has no plan but that the build's command is run.
package plain

import (
	"github.com/sstc/sstc/adapters"
	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// Adapter is the adapter without a framework.
type Adapter struct{}

// Name implements [adapters.Adapter].
func (Adapter) Name() string { return "plain" }

// Build implements [adapters.Adapter].
func (Adapter) Build(adapters.Args) adapters.Build {
	return adapters.Build{Env: []ir.KV{{Key: "ASTRO_TELEMETRY_DISABLED", Value: "1"}, {Key: "NEXT_TELEMETRY_DISABLED", Value: "1"}}}
}

// Plan implements [adapters.Adapter].
func (Adapter) Plan(adapters.Args) (*ir.SitePlan, diag.List) { return &ir.SitePlan{}, nil }
