package compiler

import (
	"fmt"

	"github.com/sstc/sstc/adapters"
	"github.com/sstc/sstc/adapters/astro"
	"github.com/sstc/sstc/adapters/nextjs"
	"github.com/sstc/sstc/adapters/nitro"
	"github.com/sstc/sstc/adapters/plain"
	"github.com/sstc/sstc/adapters/reactrouter"
	"github.com/sstc/sstc/adapters/remix"
	"github.com/sstc/sstc/adapters/sveltekit"
	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// frameworks are the readers of web frameworks' build output.
var frameworks = []adapters.Adapter{
	astro.Adapter{},
	nextjs.Adapter{},
	nitro.Analog,
	nitro.Nuxt,
	nitro.SolidStart,
	nitro.TanStackStart,
	plain.Adapter{},
	reactrouter.Adapter{},
	remix.Adapter{},
	sveltekit.Adapter{},
}

// A sitePlanner builds the sites of an app whose resources follow from what
// their frameworks make of them, while the configuration is evaluated: it is
// lower's way to the disk.
type sitePlanner struct {
	*compilation
	err error // of the machine
}

// plan builds a site and reads what is there then. Without a plan there are
// errors in the list, or there is one of the machine.
func (p *sitePlanner) plan(s *ir.Site) (*ir.SitePlan, diag.List) {
	adapter := frameworkOf(s)
	if adapter == nil {
		p.err = fmt.Errorf("there is no adapter for the framework %q. This is a bug in sstc.", s.Framework)
		return nil, nil
	}
	var diags diag.List
	dir := p.siteDir(s, &diags)
	if dir == "" {
		return nil, diags
	}
	args := adapters.Args{Site: p.files.Dir(dir), Name: s.Name, Options: s.Options, Env: p.buildVariable(s), Range: s.Range}
	if !p.opts.Prebuilt {
		p.enter("build sites")
		built := p.runBuild(s, dir, adapter.Build(args), &diags)
		p.enter("evaluate")
		if !built {
			return nil, diags
		}
	}
	plan, found := adapter.Plan(args)
	diags = append(diags, found...)
	if diags.HasErrors() {
		return nil, diags
	}
	for _, w := range plan.Warnings {
		diags.Warn(diag.SiteDiffers, s.Range, "Builds of this site differ", w)
	}
	return plan, diags
}

func frameworkOf(s *ir.Site) adapters.Adapter {
	for _, f := range frameworks {
		if f.Name() == s.Framework {
			return f
		}
	}
	return nil
}
