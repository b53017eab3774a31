package assets

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/sstc/sstc/compiler/diag"
)

// A tree collects the files of one archive. What is added later replaces what
// was added before under the same name.
type tree struct {
	project *project
	rng     diag.Range // what diagnostics point at
	what    string     // the function or asset, for messages: `the function "Api"`
	files   map[string]*entry
	diags   diag.List
}

func (p *project) newTree(rng diag.Range, what string) *tree {
	return &tree{project: p, rng: rng, what: what, files: map[string]*entry{}}
}

// addData adds a file that is no file on disk.
func (t *tree) addData(name string, data []byte) {
	t.files[name] = &entry{name: name, kind: regular, data: data}
}

// addFile adds the regular file at absPath.
func (t *tree) addFile(name, absPath string, info fs.FileInfo) {
	k := regular
	if info.Mode()&0o100 != 0 {
		k = executable
	}
	t.files[name] = &entry{name: name, kind: k, path: absPath}
}

// add adds what is at absPath, a file or a directory with all it holds, as
// name; name is "" for a directory that becomes the archive's root. Files for
// which skip is true of their path below absPath are left out; skip may be nil.
//
// A symbolic link to something else below absPath stays a link: packages that
// pnpm has laid out work only so. Any other link is replaced by what it points
// at.
func (t *tree) add(name, absPath string, skip func(relPath string, dir bool) bool) error {
	if t.project.isWritten(absPath) {
		return t.addWritten(name, absPath, skip)
	}
	info, err := os.Stat(absPath)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		t.addFile(name, absPath, info)
		return nil
	}
	base, err := filepath.EvalSymlinks(absPath)
	if err != nil {
		return err
	}
	w := walker{tree: t, base: base, skip: skip, name: name}
	return w.dir(base, "")
}

// A walker adds one directory to a tree.
type walker struct {
	*tree
	base   string // the directory, without links in its path
	name   string // its name in the archive
	skip   func(relPath string, dir bool) bool
	inside []string // directories reached through links, being walked now
}

func (w *walker) dir(absPath, relPath string) error {
	list, err := os.ReadDir(absPath) // sorted by name
	if err != nil {
		return err
	}
	for _, d := range list {
		if err := w.file(filepath.Join(absPath, d.Name()), path.Join(relPath, d.Name()), d.Type()); err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) file(absPath, relPath string, mode fs.FileMode) error {
	if w.skip != nil && w.skip(relPath, mode.IsDir()) {
		return nil
	}
	switch {
	case mode.IsDir():
		return w.dir(absPath, relPath)
	case mode.IsRegular():
		info, err := os.Stat(absPath)
		if err != nil {
			return err
		}
		w.addFile(path.Join(w.name, relPath), absPath, info)
		return nil
	case mode&fs.ModeSymlink != 0:
		return w.link(absPath, relPath)
	}
	w.diags.Add(diag.UnpackableFile, w.rng, "File cannot be packed",
		fmt.Sprintf("%s would hold %q, which is neither a file, a directory nor a link.", w.what, w.project.rel(absPath)))
	return nil
}

func (w *walker) link(absPath, relPath string) error {
	if _, err := os.Stat(absPath); dangling(err) {
		w.diags.Warn(diag.UnpackableFile, w.rng, "Dangling symbolic link",
			fmt.Sprintf("%s leaves out %q, a link to nothing.", w.what, w.project.rel(absPath)))
		return nil
	}
	target, err := filepath.EvalSymlinks(absPath)
	if err != nil {
		return err
	}
	if below(target, w.base) && len(w.inside) == 0 {
		to, err := filepath.Rel(filepath.Dir(absPath), target)
		if err != nil {
			return err
		}
		name := path.Join(w.name, relPath)
		w.files[name] = &entry{name: name, kind: link, data: []byte(filepath.ToSlash(to))}
		return nil
	}
	if !w.project.holds(target) {
		w.diags.Add(diag.OutsideProject, w.rng, "File outside the project",
			fmt.Sprintf("%s would hold %q, a link to a file outside the project. Copy the file into the project.",
				w.what, w.project.rel(absPath)))
		return nil
	}
	if slices.ContainsFunc(append(w.inside, w.base), func(dir string) bool { return below(dir, target) }) {
		w.diags.Add(diag.UnpackableFile, w.rng, "File cannot be packed",
			fmt.Sprintf("%s would hold %q, a link to a directory that holds the link.", w.what, w.project.rel(absPath)))
		return nil
	}
	info, err := os.Stat(target)
	if err != nil {
		return err
	}
	w.inside = append(w.inside, target)
	defer func() { w.inside = w.inside[:len(w.inside)-1] }()
	return w.file(target, relPath, info.Mode().Type())
}

// dangling reports whether an error is that of a link to nothing, or to itself.
func dangling(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ELOOP)
}

// below reports whether absPath is dir or something in it.
func below(absPath, dir string) bool {
	return absPath == dir || strings.HasPrefix(absPath, strings.TrimSuffix(dir, string(filepath.Separator))+string(filepath.Separator))
}

// archive makes the archive. It is nil if a name cannot be packed.
func (t *tree) archive() (*archive, error) {
	names := make([]string, 0, len(t.files))
	for n := range t.files {
		names = append(names, n)
	}
	slices.Sort(names)
	ok := true
	for _, n := range names {
		if why := badName(n); why != "" {
			ok = false
			t.diags.Add(diag.UnpackableFile, t.rng, "File cannot be packed",
				fmt.Sprintf("%s would hold a file named %q: %s.", t.what, n, why))
		}
	}
	for _, pair := range clashes(names) {
		ok = false
		t.diags.Add(diag.UnpackableFile, t.rng, "Files clash in an archive",
			fmt.Sprintf("%s would hold both %q and %q, which cannot be unpacked side by side on every system. Rename one.",
				t.what, pair[0], pair[1]))
	}
	if !ok {
		return nil, nil
	}
	entries := make([]*entry, len(names))
	for i, n := range names {
		entries[i] = t.files[n]
	}
	return t.project.archive(entries)
}
