package compiler

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/frontends/hcl"
)

// A FormattedFile is a file of a configuration in HCL, and what it would be in
// the canonical style.
type FormattedFile struct {
	Path          string // as it was given, or from the directory that was given
	Before, After []byte
}

// Differs reports whether formatting changes the file.
func (f *FormattedFile) Differs() bool { return !bytes.Equal(f.Before, f.After) }

// Write writes the formatted file.
func (f *FormattedFile) Write() error { return replaceFile(f.Path, f.After) }

// FormatText formats a text. Its name is for messages.
func FormatText(name string, text []byte) (*FormattedFile, diag.List) {
	after, diags := hcl.Format(name, text)
	return &FormattedFile{name, text, after}, diags
}

// Format formats files, and of directories the files of the configurations in
// them, with those of the modules that they use. Nothing is written.
func Format(paths []string) ([]*FormattedFile, diag.List, error) {
	var files []*FormattedFile
	var diags diag.List
	seen := map[string]bool{}
	var queue []string
	file := func(name string) error {
		key := absolute(name)
		if seen[key] {
			return nil
		}
		seen[key] = true
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		shown := filepath.ToSlash(name)
		f, found := FormatText(shown, text)
		diags = append(diags, found...)
		if found.HasErrors() {
			return nil
		}
		f.Path = name
		files = append(files, f)
		if hcl.IsFile(filepath.Base(name)) {
			for _, dir := range hcl.LocalModules(name, text) {
				queue = append(queue, filepath.Join(filepath.Dir(name), filepath.FromSlash(dir)))
			}
		}
		return nil
	}
	directory := func(dir string) (found bool, err error) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return false, err
		}
		for _, e := range entries {
			if !e.IsDir() && hcl.IsFile(e.Name()) {
				found = true
				if err := file(filepath.Join(dir, e.Name())); err != nil {
					return found, err
				}
			}
		}
		return found, nil
	}
	for _, p := range paths {
		info, err := os.Stat(p)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			diags.Add(diag.FileNotFound, diag.Range{}, "File not found", fmt.Sprintf("There is no file or directory %q.", p))
		case err != nil:
			return nil, nil, err
		case info.IsDir():
			queue = nil
			found, err := directory(p)
			if err != nil {
				return nil, nil, err
			}
			if !found {
				diags.Add(diag.FileNotFound, diag.Range{}, "Nothing to format", fmt.Sprintf("There is no %s, and no other file of a configuration in HCL, in %q.", hcl.ConfigFile, p))
			}
		case !strings.HasSuffix(p, ".hcl"):
			diags.Add(diag.InvalidOption, diag.Range{}, "Not HCL", fmt.Sprintf("The name of %q does not end in .hcl.", p))
		default:
			if err := file(p); err != nil {
				return nil, nil, err
			}
		}
		for len(queue) > 0 {
			dir := queue[0]
			queue = queue[1:]
			// One that does not exist is the build's to report.
			if _, err := directory(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, nil, err
			}
		}
	}
	slices.SortFunc(files, func(a, b *FormattedFile) int { return strings.Compare(a.Path, b.Path) })
	return files, diags, nil
}

// replaceFile writes a file whole or not at all. One that exists keeps its mode.
func replaceFile(name string, text []byte) error {
	if real, err := filepath.EvalSymlinks(name); err == nil {
		name = real
	}
	staged := filepath.Join(filepath.Dir(name), "."+filepath.Base(name)+".new")
	err := os.WriteFile(staged, text, 0o666)
	if info, statErr := os.Stat(name); err == nil && statErr == nil {
		err = os.Chmod(staged, info.Mode())
	}
	if err == nil {
		err = os.Rename(staged, name)
	}
	if err != nil {
		os.Remove(staged)
	}
	return err
}
