package lower

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
	"github.com/sstc/sstc/compiler/schema"
)

// ConfigArgs declares what a configuration says of the app as a whole: what
// app() returns, or the block app.
type ConfigArgs struct {
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

var appName = regexp.MustCompile(`^[a-zA-Z0-9-]+$`)

// A Surrounding is what an app is evaluated in.
type Surrounding struct {
	Stage, ConfigFile string
	Env               func(name string) (string, bool)
	EnvHolding        func(value string) string
	IgnoreUnknown     bool
	PlanSite          func(*ir.Site) (*ir.SitePlan, diag.List)
	// Hint says more of an argument that there is not; nil for nothing.
	Hint func(name string) string
	// Record says that the app is to keep what the configuration asks for.
	Record bool
}

// Configure makes an app of what a configuration says of it, an object of
// [ConfigArgs]. At leads from paths in that, beginning with "0", to the user's
// file. With errors the app is nil.
func Configure(config ir.Value, s Surrounding, at func(arg.Path) diag.Range) (*App, diag.List) {
	var diags diag.List
	var c ConfigArgs
	fatal := false
	arg.Decode(config, arg.Path{"0"}, &c, func(path arg.Path, code diag.Code, summary, detail string) {
		// One argument too many is no reason to keep silent about the rest.
		fatal = fatal || code != diag.UnsupportedArgument
		if code == diag.UnsupportedArgument && len(path) == 2 && s.Hint != nil {
			detail += s.Hint(path[1])
		}
		ReportArgument(&diags, s.IgnoreUnknown, at(path), code, summary, detail)
	})
	if c.Name != "" && !appName.MatchString(c.Name) {
		diags.Add(diag.InvalidName, at(arg.Path{"0", "name"}), "Invalid app name",
			fmt.Sprintf("The app's name %q may hold letters, digits and hyphens only.", c.Name))
		fatal = true
	}
	if fatal {
		return nil, diags
	}
	if c.Removal == "" {
		c.Removal = "retain"
	}
	app := NewApp(ir.App{
		Name: c.Name, Stage: s.Stage, Home: c.Home, Removal: c.Removal, Protect: c.Protect,
		Region: "us-east-1", ConfigFile: s.ConfigFile,
	})
	app.Env, app.EnvHolding, app.IgnoreUnknown = s.Env, s.EnvHolding, s.IgnoreUnknown
	app.PlanSite = s.PlanSite
	if s.Record {
		app.Recording = &Recording{App: app}
		app.Recording.Config, _ = config.(*ir.Object)
	}
	if region, ok := s.Env("AWS_REGION"); ok && region != "" {
		app.Info.Region = region
	}
	app.configureProviders(&c, &diags, at)
	app.SetInfo(app.Info)
	return app, diags
}

// configureProviders adds the default providers: those that the configuration
// names, that of the home, and aws.
func (a *App) configureProviders(c *ConfigArgs, diags *diag.List, at func(arg.Path) diag.Range) {
	seen := map[string]bool{}
	add := func(p *ir.ProviderConfig) {
		if seen[p.Package] {
			return
		}
		seen[p.Package] = true
		p.Args = a.withoutSecrets(p.Args, "Provider"+logicalName(p.Package))
		if p.Package == "aws" {
			a.awsProvider(p)
			if problem := NoRegion(a.Info.Region); problem != "" {
				diags.Add(diag.InvalidValue, at(arg.Path{"0", "providers", "aws", "region"}), "Invalid region", problem)
			}
		}
		a.Provider(p)
	}
	for _, e := range c.Providers.Entries {
		p := &ir.ProviderConfig{Package: SchemaPackage(PackageName(e.Key)), Args: &ir.Object{}, Range: at(arg.Path{"0", "providers", e.Key})}
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
			diags.Add(diag.WrongType, p.Range, "Wrong type", fmt.Sprintf("A provider is true, a version, or an object with settings; not %s.", arg.Describe(value)))
			continue
		}
		add(p)
	}
	for _, name := range []string{c.Home, "aws"} {
		if name != "local" {
			add(&ir.ProviderConfig{Package: name, Args: &ir.Object{}, Range: at(arg.Path{"0", "home"})})
		}
	}
}

// withoutSecrets puts parameters in place of known secrets, which must not be
// written into an artifact.
func (a *App) withoutSecrets(o *ir.Object, place string) *ir.Object {
	out := &ir.Object{}
	for i := range o.Len() {
		f := o.Fields[i]
		inside := place + logicalName(f.Key)
		switch v := f.Value.(type) {
		case *ir.Object:
			f.Value = a.withoutSecrets(v, inside)
		case ir.Call:
			if v.Func == ir.FuncSecret && ir.Known(v.Args[0]) {
				f.Value = a.SecretValue(inside)
			}
		}
		out.Fields = append(out.Fields, f)
	}
	return out
}

// awsProvider completes the AWS provider as SST does: a region, and tags on
// everything. The profile is the uploader's affair.
func (a *App) awsProvider(p *ir.ProviderConfig) {
	p.Args = p.Args.With("profile", nil)
	if region, ok := p.Args.Get("region").(ir.String); ok {
		a.Info.Region = string(region)
	} else {
		p.Args = p.Args.With("region", ir.String(a.Info.Region))
	}
	tags, _ := p.Args.Get("defaultTags").(*ir.Object)
	inner, _ := tags.Get("tags").(*ir.Object)
	inner = ir.Obj("sst:app", a.Info.Name, "sst:stage", a.Info.Stage).Merge(inner)
	p.Args = p.Args.With("defaultTags", tags.With("tags", inner))
}

// ProviderSettings is what a configuration reads as the providers of its app,
// given what it says of them: an object for each, and for that of the home.
// AWS's has a region.
func ProviderSettings(v ir.Value, app ir.App) *ir.Object {
	given, _ := v.(*ir.Object)
	settings := &ir.Object{}
	for i := range given.Len() {
		f := given.Fields[i]
		switch version := f.Value.(type) {
		case ir.String:
			f.Value = ir.Obj("version", version)
		case ir.Bool:
			f.Value = &ir.Object{}
		}
		settings = settings.With(f.Key, f.Value)
	}
	if !settings.Has(app.Home) && app.Home != "local" {
		settings = settings.With(app.Home, &ir.Object{})
	}
	if aws, _ := settings.Get("aws").(*ir.Object); aws != nil && !aws.Has("region") {
		settings = settings.With("aws", aws.With("region", ir.String(app.Region)))
	}
	return settings
}

// SchemaPackage is the package that the schemas have for a provider's name in
// a configuration: "docker-build" for "dockerbuild".
func SchemaPackage(name string) string {
	for _, pkg := range schema.PulumiPackages() {
		if PackageName(pkg) == name {
			return pkg
		}
	}
	return name
}

// PackageName is the name of a provider as an identifier: that of its npm
// package without scope, and without hyphens, as SST makes it.
func PackageName(npm string) string {
	name := npm[strings.LastIndexByte(npm, '/')+1:]
	name = strings.TrimPrefix(name, "pulumi-")
	if strings.HasSuffix(npm, "/pulumi") { // @upstash/pulumi
		name = strings.TrimPrefix(strings.TrimSuffix(npm, "/pulumi"), "@")
	}
	return strings.ReplaceAll(name, "-", "")
}
