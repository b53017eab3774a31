package compiler

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/sstc/sstc/adapters"
	"github.com/sstc/sstc/assets"
	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// A placeholder is text that stands, in what a site's build makes, for a value
// that is known only after deployment. The uploader replaces it in the site's
// files; see assets.Placeholder. It has no capital letters, so that it survives
// in the host of a URL.
type placeholder struct {
	ir.Placeholder
	value ir.Value
}

// siteDir returns this machine's path of a site's sources, or "" after a
// diagnostic.
func (c *compilation) siteDir(s *ir.Site, diags *diag.List) string {
	dir := filepath.Join(c.files.AbsApp(), filepath.FromSlash(s.Root))
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		diags.Add(diag.FileNotFound, s.Range, "No such directory", fmt.Sprintf("The site's directory %q does not exist.", s.Root))
		return ""
	}
	return dir
}

// buildSites runs the build commands that have not been run yet, one at a
// time, and puts the sites' files into the staging directory.
func (c *compilation) buildSites(p *ir.Program, staging string) error {
	c.siteFiles, c.siteDirs = map[string][]assets.SiteFile{}, map[string]string{}
	for _, s := range p.Sites {
		if s.Build != nil && s.Framework == "" && !c.opts.Prebuilt {
			if dir := c.siteDir(s, &c.diags); dir == "" || !c.runBuild(s, dir, adapters.Build{}, &c.diags) {
				return errDiagnosed
			}
		}
		if err := c.readSite(p, s, staging); err != nil {
			return err
		}
	}
	return c.collect(nil)
}

// runBuild runs a site's build command in its directory, and reports whether
// it worked.
func (c *compilation) runBuild(s *ir.Site, dir string, framework adapters.Build, diags *diag.List) bool {
	command := s.Build.Command
	if command == "" {
		command = framework.Command
	}
	if command == "" {
		if command = c.buildScript(s, dir, diags); command == "" {
			return false
		}
	}
	if c.opts.Progress != nil {
		c.opts.Progress(fmt.Sprintf("build %s: %s", s.Name, command))
	}
	env, done, err := c.buildEnvironment(s, dir, framework, diags)
	if err == nil {
		defer done()
		name, args := shell(command)
		cmd := exec.Command(name, args...)
		cmd.Dir = dir
		cmd.Env = env
		var output strings.Builder
		cmd.Stdout, cmd.Stderr = &output, &output
		err = cmd.Run()
		if err == nil && c.opts.Console != nil {
			for line := range strings.Lines(output.String()) {
				c.opts.Console("site", strings.TrimRight(line, "\n"))
			}
		}
		if err != nil {
			diags.Add(diag.SiteBuildFailed, s.Range, "Site build failed",
				fmt.Sprintf("The command %q of the site %q failed in %q: %s. If the site is built already, use --prebuilt. Its last output was:\n%s",
					command, s.Name, s.Root, err, lastLines(output.String(), 40)))
			return false
		}
		return true
	}
	diags.Add(diag.SiteBuildFailed, s.Range, "Site build failed", fmt.Sprintf("The build of the site %q cannot be run: %s.", s.Name, err))
	return false
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// lockfiles say which package manager an app uses, in the order in which SST
// looks for them.
var lockfiles = []struct{ name, manager string }{
	{"yarn.lock", "yarn"}, {"pnpm-lock.yaml", "pnpm"}, {"bun.lockb", "bun"}, {"bun.lock", "bun"},
}

// buildScript is the command that runs the script "build" of a site's
// package.json.
func (c *compilation) buildScript(s *ir.Site, dir string, diags *diag.List) string {
	text, err := os.ReadFile(filepath.Join(dir, "package.json"))
	if err != nil {
		diags.Add(diag.FileNotFound, s.Range, "No package.json",
			fmt.Sprintf("There is no package.json in %q that would say how the site %q is built. Is its \"path\" right? Another command can be given as \"buildCommand\".", s.Root, s.Name))
		return ""
	}
	c.files.Note(c.files.Rel(filepath.Join(dir, "package.json")), text)
	var description struct{ Scripts map[string]string }
	if err := json.Unmarshal(text, &description); err != nil || description.Scripts["build"] == "" {
		diags.Add(diag.SiteBuildFailed, s.Range, "No build script",
			fmt.Sprintf("The package.json in %q has no script \"build\". Add one, or give the command as \"buildCommand\".", s.Root))
		return ""
	}
	for _, l := range lockfiles {
		for _, d := range []string{dir, c.files.AbsApp()} {
			if _, err := os.Stat(filepath.Join(d, l.name)); err == nil {
				return l.manager + " run build"
			}
		}
	}
	return "npm run build"
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

// readSite copies the site's files, and finds the placeholders in them.
func (c *compilation) readSite(p *ir.Program, s *ir.Site, staging string) error {
	target := filepath.Join(staging, "sites", s.ID)
	used := map[string][]string{}
	texts := make([][]string, len(s.Replacements)) // the files that each is in
	seen := map[string]bool{}
	var all []assets.SiteFile
	var held []string // files that hold the path of the site's directory
	abs := filepath.ToSlash(filepath.Join(c.files.AbsApp(), filepath.FromSlash(s.Root)))
	for i := range s.Trees {
		tree := &s.Trees[i]
		dir := filepath.Join(c.files.AbsApp(), filepath.FromSlash(tree.Dir))
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			c.diags.Add(diag.FileNotFound, s.Range, "No such directory", c.noOutput(s, tree))
			return errDiagnosed
		}
		root := os.DirFS(dir)
		files, diags, err := assets.TreeFiles(root, tree, s.Range)
		if err != nil {
			return err
		}
		if err := c.collect(diags); err != nil {
			return err
		}
		for _, f := range files {
			if seen[f.Path] {
				continue
			}
			seen[f.Path] = true
			b, err := fs.ReadFile(root, f.Name)
			if err != nil {
				return err
			}
			file := "sites/" + s.ID + "/" + f.Path
			if (c.placed(s, string(b), file, used) || replaced(s, string(b), f.Path, file, texts)) && strings.Contains(f.CacheControl, "immutable") {
				f.CacheControl = replacedCacheControl
			}
			if s.Framework != "" && strings.Contains(string(b), abs) {
				held = append(held, f.Path)
			}
			all = append(all, f)
			path := filepath.Join(target, filepath.FromSlash(f.Path))
			if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
				return err
			}
			if err := os.WriteFile(path, b, 0o666); err != nil {
				return err
			}
		}
	}
	if len(held) > 0 {
		c.diags.Warn(diag.SiteDiffers, s.Range, "Builds of this site differ",
			fmt.Sprintf("The build of the site %q has put the path of its directory on this machine into files that are published, such as %q. Everybody can read it there, and a build in another directory has other files.", s.Name, held[0]))
	}
	slices.SortFunc(all, func(a, b assets.SiteFile) int { return strings.Compare(a.Path, b.Path) })
	for _, h := range c.placeholders[s.ID] {
		if files := used[h.Text]; files != nil {
			c.siteUsed = append(c.siteUsed, assets.SitePlaceholder{Text: h.Text, Value: h.value, Files: files, Site: s.ID, Variable: h.Variable})
		}
	}
	for i, r := range s.Replacements {
		if slices.Sort(texts[i]); texts[i] != nil {
			c.siteUsed = append(c.siteUsed, assets.SitePlaceholder{Text: r.Text, Value: r.Value, Files: texts[i], Site: s.ID, Variable: r.Variable})
		}
	}
	c.siteFiles[s.ID], c.siteDirs[s.ID] = all, target
	return nil
}

// replacedCacheControl is for files that the uploader changes: the hash in
// their names is of what they were before.
const replacedCacheControl = "public,max-age=0,s-maxage=86400,stale-while-revalidate=86400"

// placed notes which placeholders of a site are in a file, and reports whether
// there are any.
func (c *compilation) placed(s *ir.Site, content, file string, used map[string][]string) bool {
	any := false
	for _, h := range c.placeholders[s.ID] {
		if strings.Contains(content, h.Text) {
			used[h.Text] = append(used[h.Text], file)
			any = true
		}
	}
	return any
}

// replaced notes which replacements of a site apply to a file, and reports
// whether there are any.
func replaced(s *ir.Site, content, name, file string, texts [][]string) bool {
	any := false
	for i, r := range s.Replacements {
		applies := slices.ContainsFunc(r.Files, func(pattern string) bool { return doublestar.MatchUnvalidated(pattern, name) })
		if applies && strings.Contains(content, r.Text) {
			texts[i] = append(texts[i], file)
			any = true
		}
	}
	return any
}

// markFunctions tells the packer which placeholders may be in the code of
// sites' functions.
func (c *compilation) markFunctions(p *ir.Program) {
	for _, s := range p.Sites {
		for _, f := range p.Functions {
			if slices.Contains(s.Functions, f.ID) {
				for _, h := range c.placeholders[s.ID] {
					f.Placeholders = append(f.Placeholders, h.Placeholder)
				}
			}
		}
	}
}

// noOutput says why there may be no directory with a site's files.
func (c *compilation) noOutput(s *ir.Site, tree *ir.Tree) string {
	detail := fmt.Sprintf("There is no directory %q with the files of the site %q.", tree.Dir, s.Name)
	switch {
	case c.opts.Prebuilt:
		return detail + " With --prebuilt, it must be built beforehand."
	case s.Build != nil && s.Framework == "":
		return detail + fmt.Sprintf(" The command %q did not make it: is build.output right?", s.Build.Command)
	}
	return detail
}
