package assets

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/sstc/sstc/compiler/engine/overlay"
)

// Written is what a configuration has made of the project's files, in memory. Paths
// are absolute.
type Written interface {
	// Holds reports whether anything there or below is not as it is on disk.
	Holds(absPath string) bool
	// Written returns the files there and below, an error that is fs.ErrNotExist
	// if there is nothing. Sources are absolute paths of files on disk.
	Written(absPath string) ([]overlay.File, error)
}

// isWritten reports whether what is at a path is the configuration's affair.
func (p *project) isWritten(absPath string) bool { return p.written != nil && p.written.Holds(absPath) }

// statInput says whether there is a file or a directory, written or on disk.
func (p *project) statInput(absPath string) (dir bool, err error) {
	if !p.isWritten(absPath) {
		info, err := os.Stat(absPath)
		return err == nil && info.IsDir(), err
	}
	files, err := p.written.Written(absPath)
	return len(files) != 1 || files[0].Name != "", err
}

// writtenFile returns a file that the configuration has written, nil if it is none.
func (p *project) writtenFile(absPath string) *overlay.File {
	if !p.isWritten(absPath) {
		return nil
	}
	files, err := p.written.Written(absPath)
	if err != nil || len(files) != 1 || files[0].Name != "" {
		return nil
	}
	return &files[0]
}

// addWritten is add for what the configuration has written.
func (t *tree) addWritten(name, absPath string, skip func(relPath string, dir bool) bool) error {
	files, err := t.project.written.Written(absPath)
	if err != nil {
		return err
	}
	for _, f := range files {
		if skip != nil && f.Name != "" && skipped(f.Name, skip) {
			continue
		}
		at := path.Join(name, f.Name)
		if f.Directory {
			var below func(string, bool) bool
			if skip != nil {
				below = func(relPath string, dir bool) bool { return skip(path.Join(f.Name, relPath), dir) }
			}
			if err := t.add(at, f.Source, below); err != nil {
				return err
			}
			continue
		}
		t.files[at] = &entry{name: at, kind: regular, data: f.Content, path: f.Source}
		if f.Executable {
			t.files[at].kind = executable
		}
	}
	return nil
}

// skipped reports whether a file, or a directory that it is in, is to be left out.
func skipped(relPath string, skip func(relPath string, dir bool) bool) bool {
	for i, c := range relPath {
		if c == '/' && skip(relPath[:i], true) {
			return true
		}
	}
	return skip(relPath, false)
}

// addWrittenInput records what of the project is in files that the configuration has
// put together. What it has written itself follows from what it has read.
func (p *project) addWrittenInput(absPath string) error {
	files, err := p.written.Written(absPath)
	if err != nil {
		return err
	}
	for _, f := range files {
		source := f.Source
		if source == "" {
			continue
		}
		if slashed := filepath.ToSlash(source); strings.Contains(slashed, "/node_modules/") {
			source = filepath.Join(filepath.FromSlash(packageDir(slashed)), "package.json")
			if _, err := os.Stat(source); errors.Is(err, fs.ErrNotExist) {
				source = f.Source // of no package
			}
		}
		if f.Directory && source == f.Source {
			if err := p.addInput(source); err != nil {
				return err
			}
			continue
		}
		if err := p.addFileInput(source); err != nil {
			return err
		}
	}
	return nil
}

// resolvable are what may be left out at the end of an import, in esbuild's order.
var resolvable = []string{"", ".tsx", ".ts", ".jsx", ".js", ".css", ".json", ".mts", ".cts", ".mjs", ".cjs"}

// ofWritten marks a question that the plugin below asks itself.
type ofWritten struct{}

// writtenPlugin is a plugin for esbuild by which files that the configuration has
// written are there as if they were on disk.
func (p *project) writtenPlugin() api.Plugin {
	find := func(absPath string) string {
		stems := []string{absPath, filepath.Join(absPath, "index")}
		if stem, ok := strings.CutSuffix(absPath, ".js"); ok { // which may stand for TypeScript
			stems = append(stems, stem)
		}
		for _, stem := range stems {
			for _, x := range resolvable {
				if p.writtenFile(stem+x) != nil {
					return stem + x
				}
			}
		}
		return ""
	}
	return api.Plugin{Name: "written", Setup: func(b api.PluginBuild) {
		b.OnResolve(api.OnResolveOptions{Filter: `.*`}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
			if args.PluginData == (ofWritten{}) || args.Namespace != "" && args.Namespace != "file" {
				return api.OnResolveResult{}, nil
			}
			if args.Kind == api.ResolveEntryPoint || strings.HasPrefix(args.Path, ".") || filepath.IsAbs(args.Path) {
				absPath := args.Path
				if !filepath.IsAbs(absPath) {
					absPath = filepath.Join(args.ResolveDir, filepath.FromSlash(absPath))
				}
				if found := find(absPath); found != "" {
					return api.OnResolveResult{Path: found}, nil
				}
			}
			if p.writtenFile(args.Importer) == nil {
				return api.OnResolveResult{}, nil
			}
			// esbuild knows no directory that is not there.
			dir, from := args.ResolveDir, args.Path
			for _, err := os.Stat(dir); err != nil && dir != filepath.Dir(dir); _, err = os.Stat(dir) {
				dir = filepath.Dir(dir)
			}
			if strings.HasPrefix(from, ".") {
				from = filepath.Join(args.ResolveDir, filepath.FromSlash(from))
			}
			r := b.Resolve(from, api.ResolveOptions{Kind: args.Kind, Importer: args.Importer, ResolveDir: dir, PluginData: ofWritten{}, With: args.With})
			if len(r.Errors) > 0 {
				return api.OnResolveResult{}, nil // for esbuild to say so
			}
			result := api.OnResolveResult{Path: r.Path, External: r.External, Namespace: r.Namespace, Suffix: r.Suffix, PluginData: r.PluginData}
			if !r.SideEffects {
				result.SideEffects = api.SideEffectsFalse
			}
			return result, nil
		})
		b.OnLoad(api.OnLoadOptions{Filter: `.*`, Namespace: "file"}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
			f := p.writtenFile(args.Path)
			if f == nil {
				return api.OnLoadResult{}, nil
			}
			if f.Source != "" {
				content, err := os.ReadFile(f.Source)
				if err != nil {
					return api.OnLoadResult{}, err
				}
				f.Content = content
			}
			contents := string(f.Content)
			return api.OnLoadResult{Contents: &contents, ResolveDir: filepath.Dir(args.Path), Loader: api.LoaderDefault}, nil
		})
	}}
}
