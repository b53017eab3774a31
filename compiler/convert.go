package compiler

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/engine"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/frontends"
	"github.com/sstc/sstc/frontends/hcl"
	"github.com/sstc/sstc/frontends/typescript"
)

// A Conversion is a configuration in HCL that was made of one in TypeScript.
type Conversion struct {
	// Dir is where the files belong: that of the configuration, or Options.Out.
	Dir string
	// Config is the configuration's path, from Dir if it is there.
	Config string
	// Files are the HCL, sst.config.hcl first.
	Files []hcl.ConvertedFile
	// Same says that the HCL gives the same program.
	Same bool
	// Env are the environment variables that the HCL reads.
	Env []string
	// Sources is the view of the app's files, for messages.
	Sources *frontends.Files
}

// Convert writes a configuration in TypeScript as one in HCL, for one stage. All
// goes into one file if single; else there is one for each file of TypeScript.
// What was written is evaluated and compared with the original.
func Convert(opts Options, single bool) (*Conversion, diag.List, error) {
	c := &compilation{opts: opts, build: &Build{}}
	v := &Conversion{}
	err := c.convert(v, single)
	v.Sources = c.files
	if err == errDiagnosed {
		err = nil
	}
	return v, c.diags, err
}

func (c *compilation) convert(v *Conversion, single bool) error {
	c.opts.Config = typescript.Frontend{}.ConfigFiles()[0]
	frontend, dir, name, err := c.find()
	if err != nil {
		return err
	}
	switch frontend.(type) {
	case typescript.Frontend:
	case hcl.Frontend:
		c.diags.Add(diag.NoConfiguration, diag.Range{Filename: name}, "Nothing to convert", "This configuration is in HCL already.")
		return errDiagnosed
	default:
		c.diags.Add(diag.NoConfiguration, diag.Range{Filename: name}, "Nothing to convert", "Only a configuration of SST v3 or v4 can be converted: this one is of SST v2, whose apps are programs on the CDK.")
		return errDiagnosed
	}
	v.Dir, v.Config = c.opts.Out, name
	if v.Dir == "" {
		v.Dir = shortest(dir)
	}
	if c.files, err = frontends.NewFiles(dir); err != nil {
		return err
	}
	stage, err := c.stage(dir)
	if err != nil {
		return err
	}
	if err := c.environment(dir, frontend.EnvFiles(stage)); err != nil {
		return err
	}
	args := frontends.Args{
		Files: c.files, ConfigFile: name, Stage: stage, Env: c.env, Console: c.opts.Console,
		Limits: engine.Limits{Time: c.opts.EvalTimeout}, Exec: c.exec, IgnoreUnknown: c.opts.IgnoreUnknown,
		PlanSite: c.builtSite,
	}
	program, recording, diags, err := typescript.Record(args)
	if err != nil {
		return err
	}
	if err := c.collect(diags); err != nil {
		return err
	}
	if program == nil {
		return errDiagnosed
	}
	var env []hcl.EnvVar
	for _, read := range c.env.Read() {
		if value, ok := c.env.Lookup(read.Name); ok {
			env = append(env, hcl.EnvVar{Name: read.Name, Value: value})
		}
	}
	var problem string
	for _, one := range []bool{false, true} {
		if single && !one {
			continue
		}
		made := hcl.Convert(hcl.ConvertArgs{Recording: recording, Program: program, Env: env, Single: one})
		diags, v.Files, v.Env = made.Diags, made.Files, made.Env
		args.ConfigFile = hcl.ConfigFile
		if problem = differs(program, args, v.Files); problem == "" || len(v.Files) == 1 {
			break
		}
	}
	c.diags = append(c.diags, diags...)
	if v.Same = problem == ""; !v.Same {
		c.diags.Warn(diag.ConversionDiffers, diag.Range{}, "Conversion differs", "The HCL does not give the same app as the TypeScript. "+problem)
	}
	return nil
}

// builtSite is the plan of a site that has been built. For one that has not, there
// is none: nothing is built for a conversion, and what a site is given does not
// depend on what comes of it.
func (c *compilation) builtSite(s *ir.Site) (*ir.SitePlan, diag.List) {
	quiet := &compilation{opts: c.opts, build: c.build, files: c.files, env: c.env}
	quiet.opts.Prebuilt, quiet.opts.Console, quiet.opts.Progress = true, nil, nil
	sites := &sitePlanner{compilation: quiet}
	plan, diags := sites.plan(s)
	if diags.HasErrors() || sites.err != nil {
		return nil, nil
	}
	return plan, nil
}

// differs says in what way the program that files give is another than p, or is
// "". The order in which things, and their properties, were made does not count.
func differs(p *ir.Program, args frontends.Args, files []hcl.ConvertedFile) string {
	args.Console = nil
	other, diags := hcl.EvaluateConverted(args, files)
	if diags.HasErrors() {
		first := diags.Sorted()[0]
		return fmt.Sprintf("It has mistakes, the first at %s:%d: %s", first.Subject.Filename, first.Subject.Start.Line, first.Detail)
	}
	if other == nil {
		return "It is no app."
	}
	entries := func(p *ir.Program) []string {
		list := strings.Split(ir.Print(p), "\n\n")
		for i, e := range list {
			head, rest, _ := strings.Cut(e, "\n")
			lines := strings.Split(rest, "\n")
			slices.Sort(lines)
			list[i] = head + "\n" + strings.Trim(strings.Join(lines, "\n"), "\n")
		}
		slices.Sort(list)
		return list
	}
	want, got := entries(p), entries(other)
	if slices.Equal(want, got) {
		return ""
	}
	var names []string
	for _, e := range slices.Concat(want, got) {
		head, _, _ := strings.Cut(e, "\n")
		if (slices.Contains(want, e) != slices.Contains(got, e)) && !slices.Contains(names, head) {
			names = append(names, head)
		}
	}
	if more := len(names) - 10; more > 0 {
		names = append(names[:10], fmt.Sprintf("%d more", more))
	}
	return "Different are: " + strings.Join(names, ", ") + "."
}

// Write writes the files. Those that are there already, with another text, are
// only replaced by force; without it, nothing is written then.
func (v *Conversion) Write(force bool) (diag.List, error) {
	var diags diag.List
	for _, f := range v.Files {
		name := filepath.Join(v.Dir, f.Name)
		if old, err := os.ReadFile(name); err == nil && !force && string(old) != string(f.Text) {
			diags.Add(diag.FileExists, diag.Range{}, "File exists", fmt.Sprintf("There is a file %s already. --force replaces it.", filepath.ToSlash(name)))
		}
	}
	entries, _ := os.ReadDir(v.Dir) // if there is none, there is nothing in it
	for _, e := range entries {
		written := slices.ContainsFunc(v.Files, func(f hcl.ConvertedFile) bool { return f.Name == e.Name() })
		if name := filepath.ToSlash(filepath.Join(v.Dir, e.Name())); hcl.IsFile(e.Name()) && !written {
			diags.Warn(diag.FileExists, diag.Range{}, "File exists", fmt.Sprintf("There is a file %s, which was not written now, and which is a part of the configuration too.", name))
		}
	}
	if diags.HasErrors() {
		return diags, nil
	}
	if err := os.MkdirAll(v.Dir, 0o777); err != nil {
		return nil, err
	}
	for _, f := range v.Files {
		if err := replaceFile(filepath.Join(v.Dir, f.Name), f.Text); err != nil {
			return nil, err
		}
	}
	return diags, nil
}
