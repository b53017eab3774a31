package assets

import (
	"bytes"
	"cmp"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// A project is the files that a build may read, and what is known of those it
// has read.
type project struct {
	root      string // absolute, without symbolic links in it: the app's root
	workspace string // absolute, likewise: root or a directory that holds it
	jobs      int

	prebuilt     bool
	written      Written
	code         Code
	pluginModule func(f *ir.Function) (Code, diag.List, error)

	packages  packageCache
	contents  sync.Map     // contentKey → func() (content, error)
	kept      atomic.Int64 // bytes of packed contents that are in memory
	maxKept   int64        // and how many may be
	lockfiles sync.Map     // absolute path of a directory → func() (*lockfile, error)
	sums      sync.Map     // absolute path → func() (sum, error): a file is read for its sum once

	mu     sync.Mutex
	inputs map[string]Digest // by path relative to root
}

func newProject(opts Options) (*project, error) {
	root, err := filepath.EvalSymlinks(opts.Root)
	if err != nil {
		return nil, err
	}
	p := &project{
		root: root, workspace: root, jobs: opts.jobs(), maxKept: maxKept,
		prebuilt: opts.Prebuilt, written: opts.Written, code: opts.Code, pluginModule: opts.PluginModule, inputs: map[string]Digest{},
	}
	if opts.WorkspaceRoot != "" {
		if p.workspace, err = filepath.EvalSymlinks(opts.WorkspaceRoot); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// abs returns the absolute path of one that is relative to the app's root.
func (p *project) abs(relPath string) string {
	if filepath.IsAbs(relPath) || path.IsAbs(relPath) {
		return filepath.Clean(relPath)
	}
	return filepath.Join(p.root, filepath.FromSlash(relPath))
}

// rel returns a path as it may be shown and written: relative to the app's
// root, with slashes.
func (p *project) rel(absPath string) string {
	r, err := filepath.Rel(p.root, absPath)
	if err != nil { // another drive, on Windows
		return filepath.ToSlash(absPath)
	}
	return filepath.ToSlash(r)
}

// holds reports whether a path without links is inside the workspace.
func (p *project) holds(absPath string) bool { return below(absPath, p.workspace) }

func (p *project) sumFile(absPath string) (sum, error) {
	f, _ := p.sums.LoadOrStore(absPath, sync.OnceValues(func() (sum, error) {
		r, err := os.Open(absPath)
		if err != nil {
			return sum{}, err
		}
		defer r.Close()
		return sumOf(r)
	}))
	return f.(func() (sum, error))()
}

// addInput records that the file or directory was read.
func (p *project) addInput(absPath string) error {
	relPath := p.rel(absPath)
	p.mu.Lock()
	_, known := p.inputs[relPath]
	p.mu.Unlock()
	if known {
		return nil
	}
	if p.isWritten(absPath) {
		return p.addWrittenInput(absPath)
	}
	info, err := os.Stat(absPath)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return p.addFileInput(absPath)
	}
	t := p.newTree(diag.Range{}, "")
	if err := t.add("", absPath, nil); err != nil {
		return err
	}
	return p.addDirInput(relPath, t)
}

// addFileInput records that a file on disk was read.
func (p *project) addFileInput(absPath string) error {
	s, err := p.sumFile(absPath)
	if err != nil {
		return err
	}
	p.mu.Lock()
	p.inputs[p.rel(absPath)] = s.digest
	p.mu.Unlock()
	return nil
}

// addDirInput records that the directory was read, of which t holds all files
// and nothing else.
func (p *project) addDirInput(relPath string, t *tree) error {
	if absPath := p.abs(relPath); p.isWritten(absPath) {
		return p.addWrittenInput(absPath)
	}
	found := len(t.diags)
	a, err := t.archive()
	t.diags = t.diags[:found] // what cannot be packed is reported when it is packed
	if err != nil || a == nil {
		return err
	}
	p.mu.Lock()
	p.inputs[p.rel(p.abs(relPath))] = a.digest
	p.mu.Unlock()
	return nil
}

func (p *project) sortedInputs() []Input {
	inputs := make([]Input, 0, len(p.inputs))
	for relPath, d := range p.inputs {
		inputs = append(inputs, Input{relPath, d.String()})
	}
	slices.SortFunc(inputs, func(a, b Input) int { return cmp.Compare(a.Path, b.Path) })
	return inputs
}

// rangeAt returns the range of what is at a line, from 1, and a column, from 0
// in bytes. A length of 0 takes in the word there, or one character.
func (p *project) rangeAt(absPath string, line, column, length int) diag.Range {
	r := diag.Range{Filename: p.rel(absPath)}
	content, err := os.ReadFile(absPath)
	if err != nil {
		return r
	}
	start := 0
	for range line - 1 {
		i := bytes.IndexByte(content[start:], '\n')
		if i < 0 {
			return r
		}
		start += i + 1
	}
	text, _, _ := bytes.Cut(content[start:], []byte("\n"))
	from := min(column, len(text))
	to := min(from+length, len(text))
	if length == 0 {
		for to < len(text) && isWord(text[to]) {
			to++
		}
		if to == from && to < len(text) {
			to++
		}
	}
	pos := func(i int) diag.Pos {
		return diag.Pos{Line: line, Column: 1 + utf8.RuneCount(text[:i]), Byte: start + i}
	}
	r.Start, r.End = pos(from), pos(to)
	return r
}

// rangeOfText returns the range of the first place where the file has text.
func (p *project) rangeOfText(absPath, text string) diag.Range {
	content, _ := os.ReadFile(absPath) // rangeAt makes do with a file that cannot be read
	at := max(bytes.Index(content, []byte(text)), 0)
	line := 1 + bytes.Count(content[:at], []byte("\n"))
	return p.rangeAt(absPath, line, at-(bytes.LastIndexByte(content[:at], '\n')+1), len(text))
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= utf8.RuneSelf
}
