package compiler

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"golang.org/x/sync/errgroup"

	"github.com/sstc/sstc/adapters"
	"github.com/sstc/sstc/assets"
	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/frontends"
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
	c.siteFiles, c.siteDirs, c.siteMaps = map[string][]assets.SiteFile{}, map[string]string{}, map[string]int{}
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
		if framework.Tool != nil && !c.hasTool(s, dir, framework.Tool, diags) {
			return false
		}
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
		if diags.HasErrors() {
			return false
		}
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

// hasTool reports whether a site has installed the package that it is built
// with, in the version that was asked for.
func (c *compilation) hasTool(s *ir.Site, dir string, t *adapters.Tool, diags *diag.List) bool {
	for _, modules := range c.upwards(dir, "node_modules") {
		for _, name := range append([]string{t.Package}, t.Else...) {
			text, err := os.ReadFile(filepath.Join(modules, filepath.FromSlash(name), "package.json"))
			var description struct{ Version string }
			if err != nil || json.Unmarshal(text, &description) != nil {
				continue
			}
			if t.Version == "" || strings.TrimPrefix(t.Version, "v") == description.Version {
				return true
			}
			diags.Add(diag.PackageNotInstalled, s.Range, "Package has another version",
				fmt.Sprintf("The site %q is to be built with %s %s, and %s is installed. Install that version: sstc fetches none.", s.Name, name, t.Version, description.Version))
			return false
		}
	}
	diags.Add(diag.PackageNotInstalled, s.Range, "Package not installed",
		fmt.Sprintf("The site %q is built with the package %q, which is not installed in %q or above it. %s Another command can be given as \"buildCommand\".", s.Name, t.Package, s.Root, t.Install))
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
	return strings.Join(append(c.upwards(dir, "node_modules/.bin"), os.Getenv("PATH")), string(os.PathListSeparator))
}

// upwards is where something of that name would be in a directory and in those
// above it, up to the workspace's.
func (c *compilation) upwards(dir, name string) []string {
	var list []string
	for d := dir; ; d = filepath.Dir(d) {
		list = append(list, filepath.Join(d, filepath.FromSlash(name)))
		if d == c.files.AbsWorkspace() || d == filepath.Dir(d) {
			return list
		}
	}
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
		root := c.files.Dir(dir)
		if tree.Lookup != ir.LookupNone {
			c.siteMaps[s.ID] += sourceMaps(root)
		}
		files, diags, err := assets.TreeFiles(root, tree, s.Range)
		if link := (*fs.PathError)(nil); errors.Is(err, frontends.ErrOutside) && errors.As(err, &link) {
			c.diags.Add(diag.OutsideProject, s.Range, "File outside the project",
				fmt.Sprintf("The output of the site %q has a link to a file outside the project, %q. Have the build copy the file.", s.Name, link.Path))
			return errDiagnosed
		}
		if err != nil {
			return err
		}
		if err := c.collect(diags); err != nil {
			return err
		}
		files = slices.DeleteFunc(files, func(f assets.SiteFile) bool {
			again := seen[f.Path]
			seen[f.Path] = true
			return again
		})
		copied, err := c.copyFiles(s, root, files, target, abs)
		if err != nil {
			return err
		}
		for i, f := range files {
			file := "sites/" + s.ID + "/" + f.Path
			for _, text := range copied[i].placeholders {
				used[text] = append(used[text], file)
			}
			for _, n := range copied[i].replacements {
				texts[n] = append(texts[n], file)
			}
			if copied[i].changes() && strings.Contains(f.CacheControl, "immutable") {
				f.CacheControl = replacedCacheControl
			}
			if copied[i].held {
				held = append(held, f.Path)
			}
			all = append(all, f)
			if strings.HasSuffix(f.Path, ".map") {
				c.siteMaps[s.ID]-- // it is published
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

// sourceMaps is how many source maps there are in a directory.
func sourceMaps(dir fs.FS) int {
	n := 0
	_ = fs.WalkDir(dir, ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(p, ".map") {
			n++
		}
		return nil
	})
	return n
}

// A copied says what is in a file that was copied.
type copied struct {
	placeholders []string
	replacements []int // those of the site's, by number, that apply to it
	held         bool  // the path of the site's directory
}

// changes reports whether the uploader will change the file.
func (c copied) changes() bool { return c.placeholders != nil || c.replacements != nil }

// copyFiles copies files of a site, several at a time.
func (c *compilation) copyFiles(s *ir.Site, root fs.FS, files []assets.SiteFile, target, abs string) ([]copied, error) {
	list := make([]copied, len(files))
	made := map[string]bool{}
	for _, f := range files {
		dir := filepath.Dir(filepath.Join(target, filepath.FromSlash(f.Path)))
		if !made[dir] {
			made[dir] = true
			if err := os.MkdirAll(dir, 0o777); err != nil {
				return nil, err
			}
		}
	}
	var g errgroup.Group
	g.SetLimit(2 * runtime.GOMAXPROCS(0))
	for i, f := range files {
		g.Go(func() error {
			b, err := fs.ReadFile(root, f.Name)
			if err != nil {
				return err
			}
			list[i] = copied{c.placed(s, b), replacements(s, f.Path, b), s.Framework != "" && assets.HoldsRoot(b, abs)}
			return os.WriteFile(filepath.Join(target, filepath.FromSlash(f.Path)), b, 0o666)
		})
	}
	return list, g.Wait()
}

// replacedCacheControl is for files that the uploader changes: the hash in
// their names is of what they were before.
const replacedCacheControl = "public,max-age=0,s-maxage=86400,stale-while-revalidate=86400"

// placed are the placeholders of a site that are in a content.
func (c *compilation) placed(s *ir.Site, content []byte) []string {
	var list []string
	for _, h := range c.placeholders[s.ID] {
		if bytes.Contains(content, []byte(h.Text)) {
			list = append(list, h.Text)
		}
	}
	return list
}

// replacements are the numbers of those replacements of a site that apply to a
// file.
func replacements(s *ir.Site, name string, content []byte) []int {
	var list []int
	for i, r := range s.Replacements {
		applies := slices.ContainsFunc(r.Files, func(pattern string) bool { return doublestar.MatchUnvalidated(pattern, name) })
		if applies && bytes.Contains(content, []byte(r.Text)) {
			list = append(list, i)
		}
	}
	return list
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
