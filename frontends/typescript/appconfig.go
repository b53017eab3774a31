package typescript

import (
	"fmt"
	"regexp"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower"
	"github.com/sstc/sstc/compiler/lower/arg"
)

// appArgs declares what app() may return.
type appArgs struct {
	Name      string             `arg:"name,required" doc:"The name of the app."`
	Home      string             `arg:"home,required" enum:"aws|cloudflare|local" doc:"Where SST keeps the state of the app."`
	Stage     arg.Value          `arg:"stage"`
	Version   arg.Value          `arg:"version" doc:"The version of SST that the app needs. Not used by sstc."`
	Removal   string             `arg:"removal" enum:"remove|retain|retain-all" doc:"What becomes of resources that are removed from the app. Default retain."`
	Protect   bool               `arg:"protect" doc:"Refuse to remove the app."`
	Providers arg.Map[arg.Value] `arg:"providers" doc:"The providers that the app uses, and their settings."`
	// What follows steers SST's own command and Console, which are not here.
	Watch   arg.Value `arg:"watch" doc:"What sst dev watches. Not used by sstc."`
	State   arg.Value `arg:"state" doc:"How SST keeps the state. Not used by sstc."`
	Types   arg.Value `arg:"types" doc:"Which generated types to leave out."`
	Backend arg.Value `arg:"backend"`
}

var namePattern = regexp.MustCompile(`^[a-zA-Z0-9-]+$`)

// appConfig reads what app() returned. It reports whether evaluation can go on.
func (v *evaluation) appConfig(config ir.Value) (*lower.App, bool) {
	place := diag.Range{Filename: v.args.ConfigFile, Start: diag.Pos{Line: 1, Column: 1}, End: diag.Pos{Line: 1, Column: 1}}
	at := func(path arg.Path) diag.Range {
		if r, ok := v.positions.AppReturn(v.args.ConfigFile, path); ok {
			return r
		}
		return place
	}
	if _, ok := config.(*ir.Object); !ok {
		v.diags.Add(diag.WrongType, at(arg.Path{"0"}), "Wrong type", fmt.Sprintf("app() must return an object, not %s.", arg.Describe(config)))
		return nil, false
	}
	var a appArgs
	fatal := false
	arg.Decode(config, arg.Path{"0"}, &a, func(path arg.Path, code diag.Code, summary, detail string) {
		// One argument too many is no reason to keep silent about the rest.
		fatal = fatal || code != diag.UnsupportedArgument
		if code == diag.UnsupportedArgument && len(path) == 2 && path[1] == "region" {
			detail += " The region is an argument of the provider: providers: { aws: { region: \"eu-west-1\" } }."
		}
		lower.ReportArgument(&v.diags, v.args.IgnoreUnknown, at(path), code, summary, detail)
	})
	if a.Name != "" && !namePattern.MatchString(a.Name) {
		v.diags.Add(diag.InvalidName, at(arg.Path{"0", "name"}), "Invalid app name",
			fmt.Sprintf("The app's name %q may hold letters, digits and hyphens only.", a.Name))
	}
	if fatal || a.Name != "" && !namePattern.MatchString(a.Name) {
		return nil, false
	}
	if a.Removal == "" {
		a.Removal = "retain"
	}
	app := lower.NewApp(ir.App{
		Name: a.Name, Stage: v.args.Stage, Home: a.Home, Removal: a.Removal, Protect: a.Protect,
		Region: "us-east-1", ConfigFile: v.args.ConfigFile,
	})
	app.IgnoreUnknown = v.args.IgnoreUnknown
	app.Env = v.args.Env.Lookup
	app.EnvHolding = v.args.Env.Holding
	app.PlanSite = v.args.PlanSite
	if region, ok := v.args.Env.Lookup("AWS_REGION"); ok && region != "" {
		app.Info.Region = region
	}
	v.providers(app, a, at)
	app.SetInfo(app.Info)
	return app, true
}

// providers adds the default providers: those of app().providers, that of the
// home, and aws.
func (v *evaluation) providers(app *lower.App, a appArgs, at func(arg.Path) diag.Range) {
	seen := map[string]bool{}
	add := func(p *ir.ProviderConfig) {
		if seen[p.Package] {
			return
		}
		seen[p.Package] = true
		if p.Package == "aws" {
			v.awsProvider(app, p)
		}
		app.Provider(p)
	}
	for _, e := range a.Providers.Entries {
		p := &ir.ProviderConfig{Package: schemaPackage(packageName(e.Key)), Args: &ir.Object{}, Range: at(arg.Path{"0", "providers", e.Key})}
		if p.Package != e.Key {
			p.Source = e.Key
		}
		switch value := e.Value.V.(type) {
		case ir.Bool:
			if !value {
				continue
			}
		case ir.String:
			p.Version = string(value)
		case *ir.Object:
			for _, f := range value.Fields {
				switch s, _ := f.Value.(ir.String); f.Key {
				case "version":
					p.Version = string(s)
				case "package":
					p.Source = string(s)
				default:
					p.Args = p.Args.With(f.Key, f.Value)
				}
			}
		default:
			v.diags.Add(diag.WrongType, p.Range, "Wrong type", fmt.Sprintf("A provider is true, a version, or an object with settings; not %s.", arg.Describe(value)))
			continue
		}
		add(p)
	}
	for _, name := range []string{a.Home, "aws"} {
		if name != "local" {
			add(&ir.ProviderConfig{Package: name, Args: &ir.Object{}, Range: at(arg.Path{"0", "home"})})
		}
	}
}

// awsProvider completes the AWS provider as SST does: a region, and tags on
// everything. The profile is the uploader's affair.
func (v *evaluation) awsProvider(app *lower.App, p *ir.ProviderConfig) {
	p.Args = p.Args.With("profile", nil)
	if region, ok := p.Args.Get("region").(ir.String); ok {
		app.Info.Region = string(region)
	} else {
		p.Args = p.Args.With("region", ir.String(app.Info.Region))
	}
	tags, _ := p.Args.Get("defaultTags").(*ir.Object)
	inner, _ := tags.Get("tags").(*ir.Object)
	inner = ir.Obj("sst:app", app.Info.Name, "sst:stage", app.Info.Stage).Merge(inner)
	p.Args = p.Args.With("defaultTags", tags.With("tags", inner))
}
