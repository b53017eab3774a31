package frontends

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/sstc/sstc/compiler/engine"
	"github.com/sstc/sstc/compiler/engine/overlay"
)

// ErrOutside says that a path is outside the workspace.
var ErrOutside = engine.ErrOutside

// VirtualRoot is where a configuration sees its workspace, wherever that is
// on this machine, so that no path of the machine gets into what is built.
const VirtualRoot = "/workspace"

// Files is the user's files as an evaluation sees them: the workspace, under
// [VirtualRoot], and nothing else, and over it what the configuration has written.
// It keeps record of what was read. It is safe for concurrent use.
type Files struct {
	made *overlay.FS

	absWorkspace string // this machine's path of the workspace
	relApp       string // the app's root, slash-separated from the workspace; "." for the same

	mu   sync.Mutex
	read map[string]string // path relative to the app's root → hex SHA-256; "" for a directory listing
	dirs map[string]string // directory of this machine → without symbolic links
}

// NewFiles returns the files of the app in absApp. The workspace around it is
// the nearest directory, from the app upwards, that holds .git or declares
// workspaces; without one it is the app itself.
func NewFiles(absApp string) (*Files, error) {
	absApp, err := filepath.EvalSymlinks(absApp)
	if err != nil {
		return nil, err
	}
	workspace := absApp
	for dir := absApp; ; {
		if isWorkspace(dir) {
			workspace = dir
			break
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			break
		}
		dir = parent
	}
	rel, err := filepath.Rel(workspace, absApp)
	if err != nil {
		return nil, err
	}
	f := &Files{absWorkspace: workspace, relApp: filepath.ToSlash(rel), read: map[string]string{}, dirs: map[string]string{}}
	f.made = overlay.New(disk{f}, isOutput)
	return f, nil
}

// Made is the files with what the configuration has made of them, for the engine. What it
// writes is in memory.
func (f *Files) Made() *overlay.FS { return f.made }

// outputs are the directories of a workspace, at any depth, that programs fill. A
// configuration may write there and nowhere else: what it would do to a file
// that people write is a mistake, or would be missed.
var outputs = []string{".build", ".cache", ".sst", ".tmp", "build", "cdk.out", "dist", "out", "tmp"}

// Outputs says where a configuration may write.
func Outputs() []string { return slices.Clone(outputs) }

func isOutput(name string) bool {
	rel, ok := strings.CutPrefix(name, VirtualRoot+"/")
	if !ok {
		return false
	}
	installed := false
	for part := range strings.SplitSeq(rel, "/") {
		switch {
		case part == "node_modules":
			installed = true
		case slices.Contains(outputs, part) && (!installed || part == ".cache"):
			return true
		}
	}
	return false
}

func isWorkspace(dir string) bool {
	for _, name := range []string{".git", "pnpm-workspace.yaml", "nx.json", "turbo.json", "lerna.json"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return true
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, "package.json"))
	return err == nil && strings.Contains(string(b), `"workspaces"`)
}

// AbsApp returns this machine's path of the app's root.
func (f *Files) AbsApp() string { return filepath.Join(f.absWorkspace, filepath.FromSlash(f.relApp)) }

// AbsWorkspace returns this machine's path of the workspace.
func (f *Files) AbsWorkspace() string { return f.absWorkspace }

// VirtualApp returns the app's root as the configuration sees it.
func (f *Files) VirtualApp() string { return path.Join(VirtualRoot, f.relApp) }

// Rel returns the path, relative to the app's root and with slashes, of a
// path that is absolute on this machine or virtual, or relative already. A temporary
// file's stays as it is.
func (f *Files) Rel(name string) string {
	if name == overlay.Temp || strings.HasPrefix(name, overlay.Temp+"/") {
		return name // which is nowhere
	}
	if strings.HasPrefix(name, VirtualRoot+"/") || name == VirtualRoot {
		rel, err := filepath.Rel(filepath.FromSlash(f.VirtualApp()), filepath.FromSlash(name))
		if err == nil {
			return filepath.ToSlash(rel)
		}
	}
	if filepath.IsAbs(name) {
		rel, err := filepath.Rel(f.AbsApp(), name)
		if err == nil {
			return filepath.ToSlash(rel)
		}
	}
	return path.Clean(filepath.ToSlash(name))
}

// abs returns this machine's path of a virtual one. It follows symbolic links,
// which may lead anywhere in the workspace but not out of it.
func (f *Files) abs(name string) (string, error) {
	rel, ok := strings.CutPrefix(path.Clean("/"+name), VirtualRoot)
	switch {
	case ok && (rel == "" || rel[0] == '/'):
	case path.Base(path.Dir(name)) == ".aws":
		// AWS SDKs look for a profile when they are loaded. A build has none.
		return "", &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	default:
		return "", fmt.Errorf("%s: %w", name, ErrOutside)
	}
	abs := filepath.Join(f.absWorkspace, filepath.FromSlash(rel))
	real, err := f.real(abs)
	if err != nil {
		return abs, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	if !within(f.absWorkspace, real) {
		return "", fmt.Errorf("%s: %w", name, ErrOutside)
	}
	return real, nil
}

// real is filepath.EvalSymlinks for a path in the workspace. It remembers
// directories: nothing changes during a build, and packages are thousands of
// files in few of them.
func (f *Files) real(abs string) (string, error) {
	if abs == f.absWorkspace {
		return abs, nil
	}
	dir, err := f.realDir(filepath.Dir(abs))
	if err != nil {
		return "", err
	}
	return follow(filepath.Join(dir, filepath.Base(abs)))
}

func (f *Files) realDir(dir string) (string, error) {
	f.mu.Lock()
	known, ok := f.dirs[dir]
	f.mu.Unlock()
	if ok {
		return known, nil
	}
	real, err := f.real(dir)
	if err == nil {
		f.mu.Lock()
		f.dirs[dir] = real
		f.mu.Unlock()
	}
	return real, err
}

// follow resolves the last element of a path.
func follow(name string) (string, error) {
	info, err := os.Lstat(name)
	if err != nil || info.Mode()&(fs.ModeSymlink|fs.ModeIrregular) == 0 {
		return name, err
	}
	if _, err := os.Stat(name); err != nil {
		return "", err // EvalSymlinks has no error of its own for a link to itself
	}
	return filepath.EvalSymlinks(name)
}

// Real returns a name without symbolic links in it.
func (f *Files) Real(name string) (string, error) {
	return f.made.Real(name)
}

// Real makes the overlay know of links.
func (d disk) Real(name string) (string, error) {
	abs, err := d.abs(name)
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(d.absWorkspace, abs)
	if err != nil {
		return "", err
	}
	return path.Join(VirtualRoot, filepath.ToSlash(rel)), nil
}

// Dir is a directory of the workspace, by its path on this machine. Links in it
// are followed, which may lead anywhere in the workspace but not out of it.
func (f *Files) Dir(abs string) fs.StatFS { return dirFS{f, abs} }

type dirFS struct {
	files *Files
	abs   string
}

func (d dirFS) real(op, name string) (string, error) {
	if !fs.ValidPath(name) {
		return "", &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	abs := filepath.Join(d.abs, filepath.FromSlash(name))
	if !within(d.files.absWorkspace, abs) {
		return "", &fs.PathError{Op: op, Path: name, Err: ErrOutside}
	}
	real, err := d.files.real(abs)
	if err != nil {
		return "", err
	}
	if !within(d.files.absWorkspace, real) {
		return "", &fs.PathError{Op: op, Path: name, Err: ErrOutside}
	}
	return real, nil
}

func (d dirFS) Open(name string) (fs.File, error) {
	real, err := d.real("open", name)
	if err != nil {
		return nil, err
	}
	return os.Open(real)
}

func (d dirFS) Stat(name string) (fs.FileInfo, error) {
	real, err := d.real("stat", name)
	if err != nil {
		return nil, err
	}
	return os.Stat(real)
}

func within(dir, name string) bool {
	rel, err := filepath.Rel(dir, name)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// ReadFile reads a file by its virtual path.
func (f *Files) ReadFile(name string) ([]byte, error) { return f.made.ReadFile(name) }

// ReadUnrecorded is ReadFile for what is not to count as an input of the build
// file by file, such as installed packages.
func (f *Files) ReadUnrecorded(name string) ([]byte, error) {
	if b, ok, err := f.made.Written(name); ok || err != nil {
		return b, err
	}
	return disk{f}.readFile(name)
}

// Stat describes a file by its virtual path.
func (f *Files) Stat(name string) (fs.FileInfo, error) { return f.made.Stat(name) }

// ReadDir lists a directory by its virtual path, sorted by name.
func (f *Files) ReadDir(name string) ([]fs.DirEntry, error) { return f.made.ReadDir(name) }

// Holds reports whether the configuration has written or removed anything at a
// path of this machine or below it.
func (f *Files) Holds(absPath string) bool {
	name, ok := f.Virtual(absPath)
	return ok && f.made.Holds(name)
}

// Written returns the files at a path of this machine and below it, as the
// configuration has left them. Sources are paths of this machine.
func (f *Files) Written(absPath string) ([]overlay.File, error) {
	name, ok := f.Virtual(absPath)
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: absPath, Err: fs.ErrNotExist}
	}
	files, err := f.made.Files(name)
	if err != nil {
		return nil, cleanError(err, f.Rel(name))
	}
	for i, file := range files {
		if file.Source != "" {
			if files[i].Source, err = f.abs(file.Source); err != nil {
				return nil, err
			}
		}
	}
	return files, nil
}

// Virtual returns the virtual path of one of this machine, if it has one.
func (f *Files) Virtual(absPath string) (string, bool) {
	if name := filepath.ToSlash(absPath); name == overlay.Temp || strings.HasPrefix(name, overlay.Temp+"/") {
		return name, true
	}
	if !within(f.absWorkspace, absPath) {
		return "", false
	}
	rel, err := filepath.Rel(f.absWorkspace, absPath)
	return path.Join(VirtualRoot, filepath.ToSlash(rel)), err == nil
}

// disk is the files that are on disk.
type disk struct{ *Files }

func (d disk) ReadFile(name string) ([]byte, error) {
	b, err := d.readFile(name)
	if err != nil {
		return nil, err
	}
	d.Note(d.Rel(name), b)
	return b, nil
}

func (d disk) readFile(name string) ([]byte, error) {
	abs, err := d.abs(name)
	if err != nil {
		return nil, err
	}
	b, err := os.ReadFile(abs)
	return b, cleanError(err, name)
}

func (d disk) Stat(name string) (fs.FileInfo, error) {
	abs, err := d.abs(name)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(abs)
	return info, cleanError(err, name)
}

func (d disk) ReadDir(name string) ([]fs.DirEntry, error) {
	abs, err := d.abs(name)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(abs)
	if err == nil {
		var list strings.Builder
		for _, e := range entries {
			list.WriteString(e.Name())
			if e.IsDir() {
				list.WriteByte('/')
			}
			list.WriteByte('\n')
		}
		d.Note(d.Rel(name)+"/", []byte(list.String()))
	}
	return entries, cleanError(err, name)
}

// cleanError takes this machine's path out of an error.
func cleanError(err error, name string) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return &fs.PathError{Op: p.Op, Path: name, Err: p.Err}
	}
	return err
}

// Note records that a file was read.
func (f *Files) Note(rel string, content []byte) {
	sum := sha256.Sum256(content)
	f.mu.Lock()
	f.read[rel] = hex.EncodeToString(sum[:])
	f.mu.Unlock()
}

// A ReadFileRecord is a file that an evaluation read and the hex SHA-256 of its
// content, or a directory that it listed: its path ends in a slash, and what was
// digested is the names in it, sorted, a line each, with a slash after those of
// directories.
type ReadFileRecord struct{ Path, Digest string }

// Read returns what was read, sorted by path.
func (f *Files) Read() []ReadFileRecord {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []ReadFileRecord
	for _, p := range slices.Sorted(maps.Keys(f.read)) {
		out = append(out, ReadFileRecord{p, f.read[p]})
	}
	return out
}

// Source returns the text of a file by its path relative to the app's root,
// for messages, or nil.
func (f *Files) Source(rel string) []byte {
	abs := filepath.Join(f.AbsApp(), filepath.FromSlash(rel))
	if !within(f.absWorkspace, abs) {
		return nil
	}
	b, _ := os.ReadFile(abs)
	return b
}
