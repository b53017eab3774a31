// Package overlay is a file system in memory over another that is only read.
//
// In go what a program writes, and names that it removes; out come files and
// directories as the program has left them. Nothing is ever written beneath, so
// that a program may take apart what is there, put something together of it, and
// leave no trace. A file that is copied keeps a reference to where it is from, and
// is read when somebody asks for its content.
//
// Names are absolute and clean, with slashes. There are no symbolic links: those
// beneath are what they lead to.
package overlay

import (
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// Temp is the directory for temporary files, which no machine has: it is the
// overlay's alone, and may always be written to.
const Temp = "/sstc-tmp"

// A Base is the files beneath.
type Base interface {
	ReadFile(name string) ([]byte, error)
	Stat(name string) (fs.FileInfo, error)
	ReadDir(name string) ([]fs.DirEntry, error)
}

// An FS is safe for concurrent use.
type FS struct {
	base     Base
	writable func(name string) bool

	mu sync.Mutex
	// nodes is what differs from the base. What is below a name in here is in
	// here too, or not there: each hides what is beneath it.
	nodes    map[string]*node
	children map[string]map[string]bool // directory → base names of nodes in it
}

// A node is a file, a directory, or nothing, where the base has something.
// A file's content never changes: another one has another node.
type node struct {
	kind   nodeKind
	exec   bool
	size   int64
	data   []byte
	load   func() ([]byte, error) // of a file that is lent
	source string                 // of a file that is the base's, under this name there
}

type nodeKind byte

const (
	file nodeKind = iota
	directory
	gone
)

// New returns an empty overlay. The base may be nil, for nothing. Writable says what
// of it may be written to, beside [Temp]; nil for nothing.
func New(base Base, writable func(name string) bool) *FS {
	f := &FS{base: base, writable: writable, nodes: map[string]*node{}, children: map[string]map[string]bool{}}
	f.set(Temp, &node{kind: directory})
	return f
}

// MayWrite reports whether a name may be written to, and removed.
func (f *FS) MayWrite(name string) bool {
	return below(name, Temp) || f.writable != nil && f.writable(name)
}

func below(name, dir string) bool {
	return name == dir || strings.HasPrefix(name, strings.TrimSuffix(dir, "/")+"/")
}

// find returns what the overlay has at a name: nil for nothing of its own. Hidden
// says that the base's is not seen there either.
func (f *FS) find(name string) (n *node, hidden bool) {
	for at := name; ; at = path.Dir(at) {
		if n := f.nodes[at]; n != nil {
			if at == name && n.kind != gone {
				return n, true
			}
			return nil, true
		}
		if at == "/" || at == "." {
			return nil, false
		}
	}
}

func (f *FS) set(name string, n *node) {
	f.nodes[name] = n
	dir := path.Dir(name)
	if f.children[dir] == nil {
		f.children[dir] = map[string]bool{}
	}
	f.children[dir][path.Base(name)] = true
}

func (f *FS) drop(name string) {
	delete(f.nodes, name)
	delete(f.children[path.Dir(name)], path.Base(name))
}

// inside returns the names of the nodes at a name and below it, sorted.
func (f *FS) inside(name string) []string {
	var names []string
	for at := range f.nodes {
		if below(at, name) {
			names = append(names, at)
		}
	}
	slices.Sort(names)
	return names
}

func notExist(op, name string) error { return &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist} }

// Stat describes a file or a directory.
func (f *FS) Stat(name string) (fs.FileInfo, error) {
	f.mu.Lock()
	n, hidden := f.find(name)
	f.mu.Unlock()
	switch {
	case n != nil:
		return n.info(path.Base(name)), nil
	case hidden || f.base == nil:
		return nil, notExist("stat", name)
	}
	return f.base.Stat(name)
}

// ReadFile reads a file.
func (f *FS) ReadFile(name string) ([]byte, error) {
	b, ok, err := f.Written(name)
	if ok || err != nil {
		return b, err
	}
	if f.base == nil {
		return nil, notExist("open", name)
	}
	return f.base.ReadFile(name)
}

// Written is ReadFile for what the overlay decides: ok is false if a file is the
// base's own affair.
func (f *FS) Written(name string) (content []byte, ok bool, err error) {
	f.mu.Lock()
	n, hidden := f.find(name)
	f.mu.Unlock()
	switch {
	case n == nil && hidden:
		return nil, true, notExist("open", name)
	case n == nil:
		return nil, false, nil
	case n.kind == directory:
		return nil, true, &fs.PathError{Op: "read", Path: name, Err: errors.New("is a directory")}
	case n.source != "":
		b, err := f.base.ReadFile(n.source)
		return b, true, err
	case n.load != nil:
		b, err := n.load()
		if err != nil {
			return nil, true, err
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.nodes[name] == n {
			f.nodes[name] = &node{exec: n.exec, data: b, size: int64(len(b))}
		}
		return b, true, nil
	}
	return slices.Clip(n.data), true, nil
}

// ReadDir lists a directory, sorted by name.
func (f *FS) ReadDir(name string) ([]fs.DirEntry, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, hidden := f.find(name)
	entries := map[string]fs.DirEntry{}
	switch {
	case n != nil && n.kind != directory:
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: errors.New("not a directory")}
	case n == nil && (hidden || f.base == nil):
		return nil, notExist("readdir", name)
	case n == nil:
		list, err := f.base.ReadDir(name)
		if err != nil {
			return nil, err
		}
		if len(f.children[name]) == 0 {
			return list, nil
		}
		for _, e := range list {
			entries[e.Name()] = e
		}
	}
	for child := range f.children[name] {
		if n := f.nodes[path.Join(name, child)]; n.kind == gone {
			delete(entries, child)
		} else {
			entries[child] = fs.FileInfoToDirEntry(n.info(child))
		}
	}
	sorted := make([]fs.DirEntry, 0, len(entries))
	for _, child := range slices.Sorted(maps.Keys(entries)) {
		sorted = append(sorted, entries[child])
	}
	return sorted, nil
}

// Real returns a name without symbolic links in it, as far as the base knows of them.
func (f *FS) Real(name string) (string, error) {
	f.mu.Lock()
	_, hidden := f.find(name)
	f.mu.Unlock()
	if base, ok := f.base.(interface{ Real(string) (string, error) }); ok && !hidden {
		return base.Real(name)
	}
	_, err := f.Stat(name)
	return name, err
}

// isDir reports whether there is a directory.
func (f *FS) isDir(name string) bool {
	info, err := f.Stat(name)
	return err == nil && info.IsDir()
}

func (f *FS) put(op, name string, n *node) error {
	if !f.isDir(path.Dir(name)) {
		return notExist(op, name)
	}
	f.mu.Lock()
	f.set(name, n)
	f.mu.Unlock()
	return nil
}

// WriteFile makes a file, in a directory that is there. The content is the
// overlay's from then on. A file that was there keeps its executable bit.
func (f *FS) WriteFile(name string, content []byte) error {
	n := &node{data: content, size: int64(len(content))}
	if info, err := f.Stat(name); err == nil {
		n.exec = info.Mode()&0o100 != 0
	}
	return f.put("open", name, n)
}

// Append adds to a file, which it makes if there is none.
func (f *FS) Append(name string, content []byte) error {
	f.mu.Lock()
	if n := f.nodes[name]; n != nil && n.kind == file && n.load == nil && n.source == "" {
		defer f.mu.Unlock()
		// In place, if there is room: whoever else has the content has it clipped.
		data := append(n.data, content...)
		f.nodes[name] = &node{exec: n.exec, data: data, size: int64(len(data))}
		return nil
	}
	f.mu.Unlock()
	old, err := f.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return f.WriteFile(name, append(slices.Clip(old), content...))
}

// Lend makes a file whose content is loaded when it is asked for.
func (f *FS) Lend(name string, size int64, load func() ([]byte, error)) error {
	if err := f.mkdirAll(path.Dir(name)); err != nil {
		return err
	}
	return f.put("open", name, &node{size: size, load: load})
}

// Mkdir makes a directory, in one that is there.
func (f *FS) Mkdir(name string) error { return f.put("mkdir", name, &node{kind: directory}) }

func (f *FS) mkdirAll(name string) error {
	if f.isDir(name) || name == "/" {
		return nil
	}
	if err := f.mkdirAll(path.Dir(name)); err != nil {
		return err
	}
	return f.Mkdir(name)
}

// Remove removes a file, or a directory with all that is in it.
func (f *FS) Remove(name string) error {
	if _, err := f.Stat(name); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, at := range f.inside(name) {
		f.drop(at)
	}
	// Is there something beneath?
	if _, hidden := f.find(name); !hidden && f.base != nil {
		if _, err := f.base.Stat(name); err == nil {
			f.set(name, &node{kind: gone})
		}
	}
	return nil
}

// Copy makes a file, or a directory with all that is in it, of another.
func (f *FS) Copy(from, to string) error {
	info, err := f.Stat(from)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		f.mu.Lock()
		n, _ := f.find(from)
		f.mu.Unlock()
		if n == nil {
			n = &node{source: from, size: info.Size(), exec: info.Mode()&0o100 != 0}
		}
		copied := *n
		copied.data = slices.Clip(n.data)
		return f.put("copyfile", to, &copied)
	}
	list, err := f.ReadDir(from) // before: to may be below from
	if err != nil {
		return err
	}
	if err := f.mkdirAll(to); err != nil {
		return err
	}
	for _, e := range list {
		if err := f.Copy(path.Join(from, e.Name()), path.Join(to, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// Rename moves a file or a directory.
func (f *FS) Rename(from, to string) error {
	if from == to {
		return nil
	}
	if info, err := f.Stat(to); err == nil && !info.IsDir() {
		if err := f.Remove(to); err != nil {
			return err
		}
	}
	if err := f.Copy(from, to); err != nil {
		return err
	}
	return f.Remove(from)
}

// Chmod says whether a file can be executed.
func (f *FS) Chmod(name string, exec bool) error {
	info, err := f.Stat(name)
	if err != nil || info.IsDir() || info.Mode()&0o100 != 0 == exec {
		return err
	}
	f.mu.Lock()
	n, _ := f.find(name)
	f.mu.Unlock()
	if n == nil {
		n = &node{source: name, size: info.Size()}
	}
	changed := *n
	changed.data, changed.exec = slices.Clip(n.data), exec
	return f.put("chmod", name, &changed)
}

// Holds reports whether anything at a name or below it is not as it is beneath.
func (f *FS) Holds(name string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, hidden := f.find(name); hidden {
		return true
	}
	return len(f.inside(name)) > 0
}

// A File is a file of the overlay, or one beneath that is seen there.
type File struct {
	Name       string // relative to what was asked for; "" for that itself
	Executable bool
	Source     string // the base's file with the content, or ""
	Directory  bool   // Source is a directory, which is as it is beneath
	Lent       bool   // nobody has read what was lent
	Content    []byte // else
}

// Files returns all files at a name and below it, sorted by name as a walk has them. A
// directory below it that is as it is beneath is one entry.
func (f *FS) Files(name string) ([]File, error) {
	info, err := f.Stat(name)
	if err != nil {
		return nil, err
	}
	return f.files(nil, name, "", info)
}

func (f *FS) files(list []File, name, rel string, info fs.FileInfo) ([]File, error) {
	if !info.IsDir() {
		made := File{Name: rel, Executable: info.Mode()&0o100 != 0}
		f.mu.Lock()
		n, _ := f.find(name)
		f.mu.Unlock()
		switch {
		case n == nil:
			made.Source = name
		case n.source != "":
			made.Source = n.source
		case n.load != nil:
			made.Lent = true
		default:
			made.Content = slices.Clip(n.data)
		}
		return append(list, made), nil
	}
	if rel != "" && !f.Holds(name) {
		return append(list, File{Name: rel, Source: name, Directory: true}), nil
	}
	entries, err := f.ReadDir(name)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		child := path.Join(name, e.Name())
		info, err := f.Stat(child) // a link is what it leads to
		if errors.Is(err, fs.ErrNotExist) {
			continue // or nothing
		}
		if err == nil {
			list, err = f.files(list, child, path.Join(rel, e.Name()), info)
		}
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (n *node) info(name string) fs.FileInfo {
	i := info{name: name, size: n.size, mode: 0o644}
	if n.kind == directory {
		i.mode = fs.ModeDir | 0o755
	} else if n.exec {
		i.mode = 0o755
	}
	return i
}

// info is a [fs.FileInfo].
type info struct {
	name string
	size int64
	mode fs.FileMode
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) Mode() fs.FileMode  { return i.mode }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool        { return i.mode.IsDir() }
func (i info) Sys() any           { return nil }
