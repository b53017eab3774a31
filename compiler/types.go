package compiler

import (
	"os"
	"path/filepath"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/engine"
	"github.com/sstc/sstc/frontends"
	"github.com/sstc/sstc/frontends/typescript"
)

// WriteTypes writes .sst/platform beside the configuration: declarations by
// which editors check it. Its first line refers to config.d.ts there, whose
// path is returned. Of the build it has the files, for rendering messages.
//
// The providers declared are those that app() names; if it cannot be called,
// the diagnostics say why, and the declarations are written without them.
func WriteTypes(opts Options) (path string, build *Build, diags diag.List, err error) {
	c := &compilation{opts: opts, build: &Build{}}
	if opts.Config == "" {
		// Of a directory with several configurations, this one is meant.
		c.opts.Config = typescript.Frontend{}.ConfigFiles()[0]
	}
	frontend, root, name, err := c.find()
	if err == errDiagnosed && opts.Config == "" {
		c.diags, c.opts.Config = nil, ""
		frontend, root, name, err = c.find()
	}
	if err == errDiagnosed {
		return "", c.build, c.diags, nil
	}
	if err != nil {
		return "", c.build, nil, err
	}
	if _, ok := frontend.(typescript.Frontend); !ok {
		c.diags.Add(diag.NoConfiguration, diag.Range{Filename: name}, "Nothing to declare", "Declarations are for sst.config.ts: editors check other configurations without them.")
		return "", c.build, c.diags, nil
	}
	if c.files, err = frontends.NewFiles(root); err != nil {
		return "", c.build, nil, err
	}
	c.build.Files = c.files
	stage, err := c.stage(root)
	if err != nil {
		// The providers of most apps are the same in all stages.
		c.diags, stage = nil, "dev"
	}
	if err := c.environment(root, frontend.EnvFiles(stage)); err != nil {
		return "", c.build, c.diags, nil
	}
	files, found, err := typescript.Declarations(frontends.Args{
		Files: c.files, ConfigFile: name, Stage: stage, Env: c.env, Console: c.opts.Console,
		Limits: engine.Limits{Time: c.opts.EvalTimeout}, Exec: c.exec,
	})
	if err != nil {
		return "", c.build, nil, err
	}
	c.diags = append(c.diags, found...)
	dir := filepath.Join(root, ".sst", "platform")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", c.build, nil, err
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, f.Name), []byte(f.Text), 0o666); err != nil {
			return "", c.build, nil, err
		}
	}
	return filepath.ToSlash(shortest(filepath.Join(dir, "config.d.ts"))), c.build, c.diags, nil
}
