package compiler

import (
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sstc/sstc/assets"
	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// placeholderPrefix begins the text that stands, in a site's files, for an
// environment variable that is known only after deployment. The uploader
// replaces it; see assets.Placeholder.
const placeholderPrefix = "__SSTC_PLACEHOLDER_"

// buildSites runs the sites' build commands, one at a time, and puts their
// files into the staging directory.
func (c *compilation) buildSites(p *ir.Program, staging string) error {
	c.siteFiles, c.siteDirs = map[string][]assets.SiteFile{}, map[string]string{}
	for _, s := range p.Sites {
		placeholders := map[string]ir.Value{}
		if s.Build != nil && !c.opts.Prebuilt {
			if err := c.runBuild(s, placeholders); err != nil {
				return err
			}
		}
		if err := c.readSite(s, staging, placeholders); err != nil {
			return err
		}
	}
	return c.collect(nil)
}

// runBuild runs one build command in the site's root. Its environment is that
// of the process, what the site was given, and SST=1, as in SST.
func (c *compilation) runBuild(s *ir.Site, placeholders map[string]ir.Value) error {
	dir := filepath.Join(c.files.AbsApp(), filepath.FromSlash(s.Root))
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		c.diags.Add(diag.FileNotFound, s.Range, "No such directory", fmt.Sprintf("The site's directory %q does not exist.", s.Root))
		return errDiagnosed
	}
	name, args := shell(s.Build.Command)
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	env := map[string]string{"SST": "1"}
	for _, e := range s.Build.Env {
		env[e.Key] = c.buildValue(s, e, placeholders)
	}
	cmd.Env = append(os.Environ(), "PATH="+c.binaries(dir))
	for _, k := range slices.Sorted(maps.Keys(env)) {
		cmd.Env = append(cmd.Env, k+"="+env[k])
	}
	var output strings.Builder
	var w io.Writer = &output
	cmd.Stdout, cmd.Stderr = w, w
	if err := cmd.Run(); err != nil {
		text := strings.TrimRight(output.String(), "\n")
		if lines := strings.Split(text, "\n"); len(lines) > 40 {
			text = strings.Join(lines[len(lines)-40:], "\n")
		}
		c.diags.Add(diag.SiteBuildFailed, s.Range, "Site build failed",
			fmt.Sprintf("The command %q of the site %q failed in %q: %s. If the site is built already, use --prebuilt. Its last output was:\n%s", s.Build.Command, s.Name, s.Root, err, text))
		return errDiagnosed
	}
	if c.opts.Console != nil {
		for line := range strings.Lines(output.String()) {
			c.opts.Console("site", strings.TrimRight(line, "\n"))
		}
	}
	return nil
}

// binaries is the search path for a build in dir: what npm packages install
// counts first, as in an npm script.
func (c *compilation) binaries(dir string) string {
	var list []string
	for d := dir; ; d = filepath.Dir(d) {
		list = append(list, filepath.Join(d, "node_modules", ".bin"))
		if d == c.files.AbsWorkspace() || d == filepath.Dir(d) {
			break
		}
	}
	return strings.Join(append(list, os.Getenv("PATH")), string(os.PathListSeparator))
}

// buildValue is the text of an environment variable for a build: its value, or
// a placeholder for what is known only after deployment.
func (c *compilation) buildValue(s *ir.Site, e ir.Field, placeholders map[string]ir.Value) string {
	if text, ok := e.Value.(ir.String); ok {
		return string(text)
	}
	if ir.Known(e.Value) {
		return ir.EncodeJSON(e.Value)
	}
	name := placeholderPrefix + s.ID + "_" + identifier(e.Key) + "__"
	placeholders[name] = e.Value
	return name
}

// readSite copies the site's files, and finds the placeholders in them.
func (c *compilation) readSite(s *ir.Site, staging string, placeholders map[string]ir.Value) error {
	dir := filepath.Join(c.files.AbsApp(), filepath.FromSlash(s.Output))
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		detail := fmt.Sprintf("There is no directory %q with the files of the site %q.", s.Output, s.Name)
		if c.opts.Prebuilt {
			detail += " With --prebuilt, it must be built beforehand."
		} else if s.Build != nil {
			detail += fmt.Sprintf(" The command %q did not make it: is build.output right?", s.Build.Command)
		}
		c.diags.Add(diag.FileNotFound, s.Range, "No such directory", detail)
		return errDiagnosed
	}
	root := os.DirFS(dir)
	files, diags, err := assets.SiteFiles(root, s.Rules, s.Range)
	if err != nil {
		return err
	}
	if err := c.collect(diags); err != nil {
		return err
	}
	target := filepath.Join(staging, "sites", s.ID)
	used := map[string][]string{}
	for _, f := range files {
		b, err := fs.ReadFile(root, f.Path)
		if err != nil {
			return err
		}
		for name := range placeholders {
			if strings.Contains(string(b), name) {
				used[name] = append(used[name], "sites/"+s.ID+"/"+f.Path)
			}
		}
		path := filepath.Join(target, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(path, b, 0o666); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(used)) {
		c.siteUsed = append(c.siteUsed, assets.SitePlaceholder{Text: name, Value: placeholders[name], Files: used[name]})
	}
	c.siteFiles[s.ID], c.siteDirs[s.ID] = files, dir
	return nil
}
