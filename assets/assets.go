// Package assets makes of a program's functions and assets the files to be
// uploaded: it bundles and compiles, packs archives, and writes the manifest
// that tells the uploader what is there.
//
// In goes an [ir.Program] and the project's files; out come archives in a
// directory of the caller's, and the facts that emitters need about them. The
// package knows neither AWS's APIs nor an output format. It runs a toolchain
// only where a function's language has no other way (go build, Gradle, dotnet,
// cargo lambda), and lets it reach for no network.
//
// Archives have bytes that depend on nothing but the names, contents and
// executable bits of the files in them:
//
//   - Entries are sorted by name, byte by byte. Names are slash-separated,
//     valid UTF-8, and unique under Unicode case folding.
//   - Every entry has the same time (1980-01-01, the earliest that zip can
//     hold) and mode 0644, or 0755 if the file's owner may execute it.
//   - A symbolic link that stays within what is packed is kept as a link;
//     any other is replaced by what it points at, if that is in the project,
//     and an error if not. Other irregular files are errors.
//
// An asset is named by its [Digest], computed over the uncompressed files: the
// SHA-256 of one line for each entry, in order, of the SHA-256 of its content
// in hexadecimal, a space, its kind ('-' for a file, 'x' for an executable
// one, 'l' for a link, whose content is its target), a space, its name, and a
// newline. The compressed bytes are reproducible for one version of sstc only:
// compressors change, and a new one must not rename every asset.
package assets

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"golang.org/x/sync/errgroup"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// Options say where a build reads and writes.
type Options struct {
	// Root is the app's root: the absolute path of the directory that the
	// paths in a program are relative to.
	Root string
	// WorkspaceRoot is the directory beyond which nothing is packed, such as
	// the root of a monorepo: Root, or a directory that holds it. "" for Root.
	WorkspaceRoot string
	// Dir is a directory of the caller's for [Pack] to write into, such as a
	// temporary one beside the output directory. The caller moves it into
	// place, or deletes it when there is an error.
	Dir string
	// Prebuilt leaves out the tools of Java, .NET and Rust: what they make is
	// there.
	Prebuilt bool
	// Jobs is how much is done at a time; 0 for as many as there are cores.
	Jobs int
	// Phase is told what begins: "bundle", then "pack"; nil for nobody.
	Phase func(name string)
	// Written is what the configuration has written; nil for nothing.
	Written Written
	// Code runs the functions of the configuration that take part in making
	// code, and PluginModule loads those of a function's module of plugins. They
	// may be nil if no function has any.
	Code         Code
	PluginModule func(f *ir.Function) (Code, diag.List, error)
}

func (o Options) jobs() int {
	if o.Jobs > 0 {
		return o.Jobs
	}
	return runtime.GOMAXPROCS(0)
}

// A Result is what [Pack] has made.
type Result struct {
	// Assets are copies of the program's, in its order, with what is known
	// once an asset has been packed.
	Assets []*ir.Asset
	// Functions are for the report, in the order of the program's functions.
	Functions []FunctionStats
	// Inputs are what was read, sorted by path.
	Inputs []Input
}

// FunctionStats are what a reviewer wants to know of a packed function.
type FunctionStats struct {
	ID       string // the function's
	Packed   int64  // size of the archive, in bytes
	Unpacked int64  // of the files in it
	Heaviest []Part // at most ten, heaviest first
}

// A Part is a share of an archive: a package, or a file outside any.
type Part struct {
	Name  string `json:"name"` // "node_modules/zod", "src/api.ts"
	Bytes int64  `json:"bytes"`
}

// An Input is something of the project that decided what a build made. An
// installed package counts by its own description (package.json, METADATA)
// alone, and a directory that was packed as it is by the digest of all that it
// holds, computed as an archive's is.
type Input struct {
	Path   string `json:"path"` // relative to the app's root, with slashes
	Digest string `json:"digest"`
}

// A unit is one asset on its way.
type unit struct {
	asset   *ir.Asset
	fn      *ir.Function // nil for a file or directory
	tree    *tree        // nil for a file
	handler string
	parts   map[string]int64 // what bundled files are made of: bytes by input
	bundled map[string]bool  // names of the files that parts speaks of
	archive *archive
	plugins Code // whose plugins of esbuild took part, or nil
}

// Pack bundles, compiles and packs all functions and assets of a program.
//
// The list holds the user's problems; if it has errors, the result is nil and
// what is in opts.Dir is of no use. The error is the machine's: a full disk, a
// file that changed while it was read.
func Pack(opts Options, p *ir.Program) (*Result, diag.List, error) {
	project, err := newProject(opts)
	if err != nil {
		return nil, nil, err
	}
	units, diags, err := project.plan(p)
	if err != nil {
		return nil, nil, err
	}
	phase := opts.Phase
	if phase == nil {
		phase = func(string) {}
	}
	phase("bundle")
	if err := project.before(units); err != nil {
		return nil, nil, err
	}
	if err := project.build(units, opts.Dir); err != nil {
		return nil, nil, err
	}
	if err := project.after(units); err != nil {
		return nil, nil, err
	}
	phase("pack")
	var g errgroup.Group
	g.SetLimit(project.jobs)
	for _, u := range units {
		if u.tree != nil && !u.tree.diags.HasErrors() {
			g.Go(func() (err error) {
				u.archive, err = u.tree.archive()
				return err
			})
		}
	}
	if err := g.Wait(); err != nil {
		return nil, nil, err
	}
	for _, u := range units {
		if u.tree != nil {
			diags = append(diags, u.tree.diags...)
		}
	}
	if diags.HasErrors() {
		return nil, diags, nil
	}

	if err := os.MkdirAll(filepath.Join(opts.Dir, assetDir), 0o755); err != nil {
		return nil, nil, err
	}
	w := writer{project: project, dir: opts.Dir}
	if err := w.write(units); err != nil {
		return nil, nil, err
	}
	result := &Result{Inputs: project.sortedInputs()}
	stats := map[string]FunctionStats{}
	for _, u := range units {
		if u.asset.Image != nil {
			u.asset.Image = tagged(u.asset)
		}
		result.Assets = append(result.Assets, u.asset)
		if u.fn != nil {
			checkSize(&diags, u)
			stats[u.fn.ID] = FunctionStats{u.fn.ID, u.asset.Size, u.asset.Unpacked, u.heaviest(10)}
		}
	}
	for _, f := range p.Functions {
		if s, ok := stats[f.ID]; ok {
			result.Functions = append(result.Functions, s)
		}
	}
	if diags.HasErrors() {
		return nil, diags, nil
	}
	return result, diags, nil
}

// tagged returns how an image is built with its tag: another directory or other
// settings give another image.
func tagged(a *ir.Asset) *ir.Image {
	image := *a.Image
	sum := sha256.New()
	fmt.Fprintf(sum, "%s\n%q %q %q\n", a.Digest, image.Dockerfile, image.Target, image.Platform)
	for _, kv := range image.Args {
		fmt.Fprintf(sum, "%q %q\n", kv.Key, kv.Value)
	}
	if image.Builder != "" || image.SSH != "" || image.Network != "" {
		fmt.Fprintf(sum, "%q %q %q\n", image.Builder, image.SSH, image.Network)
	}
	for _, kv := range image.Secrets {
		fmt.Fprintf(sum, "secret %q %q\n", kv.Key, kv.Value)
	}
	image.Tag = hex.EncodeToString(sum.Sum(nil))
	return &image
}

// assetDir is where archives are in the output directory.
const assetDir = "assets"

// plan makes a unit for each asset of the program.
func (p *project) plan(prog *ir.Program) ([]*unit, diag.List, error) {
	var diags diag.List
	functions := map[string]*ir.Function{}
	for _, f := range prog.Functions {
		functions[f.ID] = f
	}
	units := make([]*unit, 0, len(prog.Assets))
	for _, a := range prog.Assets {
		c := *a
		u := &unit{asset: &c, parts: map[string]int64{}}
		switch a.Kind {
		case ir.AssetIsFunction:
			u.fn = functions[a.ID]
			if u.fn == nil {
				return nil, nil, fmt.Errorf("asset %s is of no function. This is a bug in sstc.", a.ID)
			}
			if u.fn.Handler == "" {
				continue // which the configuration's evaluation has reported
			}
			u.tree = p.newTree(u.fn.Range, fmt.Sprintf("The function %q", u.fn.Name))
		case ir.AssetIsDirectory, ir.AssetIsImage:
			u.tree = p.newTree(a.Range, fmt.Sprintf("The asset %q", a.Source))
			if a.Parts != nil {
				for _, part := range a.Parts {
					if err := p.addPart(u.tree, part); err != nil {
						return nil, nil, err
					}
				}
				break
			}
			if p.checkSource(u.tree, a.Source, true) {
				if err := u.tree.add("", p.abs(a.Source), nil); err != nil {
					return nil, nil, err
				}
				if err := p.addDirInput(a.Source, u.tree); err != nil {
					return nil, nil, err
				}
			}
		case ir.AssetIsArchive:
			u.tree = p.newTree(a.Range, "The archive")
			for _, part := range a.Parts {
				if err := p.addPart(u.tree, part); err != nil {
					return nil, nil, err
				}
			}
		case ir.AssetIsFile:
			t := p.newTree(a.Range, fmt.Sprintf("The asset %q", a.Source))
			if p.checkSource(t, a.Source, false) {
				if err := p.addInput(p.abs(a.Source)); err != nil {
					return nil, nil, err
				}
				if f := p.writtenFile(p.abs(a.Source)); f != nil && f.Source != "" {
					c.Source = p.rel(f.Source)
				} else if f != nil {
					c.Kind, c.Content = ir.AssetIsText, string(f.Content)
				}
			}
			diags = append(diags, t.diags...)
		}
		units = append(units, u)
	}
	return units, diags, nil
}

// addPart adds a part of an archive that the configuration has put together.
func (p *project) addPart(t *tree, part ir.AssetPart) error {
	name := path.Clean("/" + part.Name)[1:]
	if part.Kind == ir.AssetIsText {
		t.addData(name, []byte(part.Content))
		return nil
	}
	dir := part.Kind == ir.AssetIsDirectory
	if !p.checkSource(t, part.Source, dir) {
		return nil
	}
	if err := t.add(name, p.abs(part.Source), nil); err != nil {
		return err
	}
	if dir {
		return p.addDirInput(part.Source, t)
	}
	return p.addInput(p.abs(part.Source))
}

// checkSource reports a path that the user gave and that is not there, is of
// the wrong kind, or is outside the project.
func (p *project) checkSource(t *tree, relPath string, dir bool) bool {
	absPath := p.abs(relPath)
	isDir, err := p.statInput(absPath)
	if err != nil {
		t.diags.Add(diag.FileNotFound, t.rng, "File not found",
			fmt.Sprintf("%s needs %q, which does not exist.%s", t.what, relPath, suggestPath(absPath)))
		return false
	}
	if isDir != dir {
		is, must := "a file", "a directory"
		if !dir {
			is, must = must, is
		}
		t.diags.Add(diag.FileNotFound, t.rng, "Wrong kind of file",
			fmt.Sprintf("%s needs %q to be %s, and it is %s.", t.what, relPath, must, is))
		return false
	}
	return p.checkInside(t, relPath, absPath)
}

func (p *project) checkInside(t *tree, relPath, absPath string) bool {
	if p.isWritten(absPath) {
		return true
	}
	target, err := filepath.EvalSymlinks(absPath)
	if err == nil && p.holds(target) {
		return true
	}
	t.diags.Add(diag.OutsideProject, t.rng, "File outside the project",
		fmt.Sprintf("%s needs %q, which is outside the project. Copy it into the project.", t.what, relPath))
	return false
}

// suggestPath asks whether a file with a like name beside absPath was meant.
func suggestPath(absPath string) string {
	list, err := os.ReadDir(filepath.Dir(absPath))
	if err != nil {
		return ""
	}
	var names []string
	for _, d := range list {
		names = append(names, d.Name())
	}
	if n := diag.Nearest(filepath.Base(absPath), names); n != "" {
		return fmt.Sprintf(" Did you mean %q?", n)
	}
	return ""
}

// build fills the units' trees.
func (p *project) build(units []*unit, tmp string) error {
	var g errgroup.Group
	var node, golang, others []*unit
	for _, u := range units {
		if u.fn == nil {
			continue
		}
		switch f := u.fn; {
		case f.Made():
			u.handler = f.Handler
		case f.Bundle != "":
			g.Go(func() error { return p.packBundle(u) })
		case strings.HasPrefix(f.Runtime, "nodejs"):
			node = append(node, u)
		case f.Runtime == "go":
			golang = append(golang, u)
		case strings.HasPrefix(f.Runtime, "python"):
			g.Go(func() error { return p.packPython(u) })
		case strings.HasPrefix(f.Runtime, "java"), strings.HasPrefix(f.Runtime, "dotnet"), f.Runtime == "rust":
			others = append(others, u)
		default:
			u.tree.diags.Add(diag.UnsupportedFeature, f.Range, "Unsupported runtime",
				fmt.Sprintf("sstc cannot build a function of the runtime %q yet. Build it yourself, and name the directory with the result as the function's bundle.", f.Runtime))
		}
	}
	g.Go(func() error { return p.bundleNode(node) })
	g.Go(func() error { return p.buildGo(golang, tmp) })
	g.Go(func() error { return p.buildWith(others, tmp) })
	if err := g.Wait(); err != nil {
		return err
	}
	for _, u := range units {
		if u.fn != nil {
			if err := p.addExtra(u); err != nil {
				return err
			}
		}
	}
	return nil
}

// packBundle packs a directory that the user has built.
func (p *project) packBundle(u *unit) error {
	f := u.fn
	u.handler = f.Handler
	if !p.checkSource(u.tree, f.Bundle, true) {
		return nil
	}
	// What is put in place of a file is no input, and nor is that file: it may
	// differ from build to build, which is why it is replaced.
	exclude := excluded(f.Exclude)
	skip := func(relPath string, dir bool) bool {
		return exclude != nil && exclude(relPath, dir) ||
			!dir && slices.ContainsFunc(f.Files, func(g ir.File) bool { return g.Path == relPath })
	}
	if err := u.tree.add("", p.abs(f.Bundle), skip); err != nil {
		return err
	}
	if err := p.addDirInput(f.Bundle, u.tree); err != nil {
		return err
	}
	if err := p.installBeside(u); err != nil {
		return err
	}
	var extensions []string
	switch {
	case strings.HasPrefix(f.Runtime, "nodejs"):
		extensions = []string{".js", ".mjs", ".cjs"}
	case strings.HasPrefix(f.Runtime, "python"):
		extensions = []string{".py"}
	default:
		return nil
	}
	added := func(name string) bool {
		return slices.ContainsFunc(f.Files, func(g ir.File) bool { return g.Path == name }) ||
			slices.ContainsFunc(f.CopyFiles, func(c ir.CopyFile) bool { return copyTarget(c) == name })
	}
	stem := strings.TrimPrefix(strings.TrimSuffix(f.Handler, path.Ext(f.Handler)), "./")
	for _, x := range extensions {
		if _, ok := u.tree.files[stem+x]; ok || added(stem+x) {
			return nil
		}
	}
	var stems []string
	for n := range u.tree.files {
		if path.Dir(n) == path.Dir(stem) && slices.Contains(extensions, path.Ext(n)) {
			stems = append(stems, strings.TrimSuffix(n, path.Ext(n))+path.Ext(f.Handler))
		}
	}
	u.tree.diags.Add(diag.HandlerNotFound, f.Range, "Handler not found",
		fmt.Sprintf("The handler %q of %s is not in its bundle %q: there is no %s.%s", f.Handler, lower(u.tree.what), f.Bundle,
			diag.Words([]string{stem + strings.Join(extensions, "|")}), diag.Suggest(f.Handler, stems)))
	return nil
}

// excluded says what of a directory the patterns leave out, nil for nothing.
func excluded(patterns []string) func(relPath string, dir bool) bool {
	if patterns == nil {
		return nil
	}
	return func(relPath string, _ bool) bool {
		return slices.ContainsFunc(patterns, func(p string) bool { return doublestar.MatchUnvalidated(p, relPath) })
	}
}

// lower makes a phrase that begins a sentence fit inside one.
func lower(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// addExtra adds what goes into an archive whatever the language: copyFiles,
// then files that the compiler made.
func (p *project) addExtra(u *unit) error {
	for _, c := range u.fn.CopyFiles {
		absPath := p.abs(c.From)
		if _, err := p.statInput(absPath); err != nil {
			u.tree.diags.Add(diag.FileNotFound, u.fn.Range, "File not found",
				fmt.Sprintf("%s copies %q, which does not exist.%s", u.tree.what, c.From, suggestPath(absPath)))
			continue
		}
		if !p.checkInside(u.tree, c.From, absPath) {
			continue
		}
		to := copyTarget(c)
		if strings.HasPrefix(to, "../") || path.IsAbs(to) {
			u.tree.diags.Add(diag.InvalidValue, u.fn.Range, "Invalid path in an archive",
				fmt.Sprintf("%s copies %q to %q, which is outside the archive. Say with \"to\" where in the archive it is to be.", u.tree.what, c.From, to))
			continue
		}
		if to == "." {
			to = ""
		}
		if err := u.tree.add(to, absPath, nil); err != nil {
			return err
		}
		if err := p.addInput(absPath); err != nil {
			return err
		}
	}
	for _, f := range u.fn.Files {
		u.tree.addData(path.Clean(f.Path), []byte(f.Content))
	}
	return u.settleSiteCode()
}

func copyTarget(c ir.CopyFile) string {
	if c.To != "" {
		return path.Clean(filepath.ToSlash(c.To))
	}
	return path.Clean(filepath.ToSlash(c.From))
}
