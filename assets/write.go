package assets

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/sstc/sstc/compiler/diag"

	"github.com/sstc/sstc/compiler/ir"
)

// A writer writes archives and files below dir/assets.
type writer struct {
	project *project
	dir     string
	slots   chan struct{} // room for as many compressions as may run at a time
}

// write completes the units' assets and writes their files: identical ones
// once, different ones at the same time.
func (w *writer) write(units []*unit) error {
	w.slots = make(chan struct{}, w.project.jobs)
	first := map[string]*unit{} // by file
	var g errgroup.Group
	g.SetLimit(2 * w.project.jobs)
	for _, u := range units {
		a := u.asset
		switch {
		case a.Kind == ir.AssetIsText:
			a.Digest, a.Unpacked = Digest(sha256.Sum256([]byte(a.Content))).String(), int64(len(a.Content))
			a.File = path.Join(assetDir, a.Digest+cmp.Or(strings.ToLower(path.Ext(a.Source)), ".txt"))
		case u.archive == nil:
			s, err := w.project.sumFile(w.project.abs(a.Source))
			if err != nil {
				return err
			}
			a.Digest, a.Unpacked = s.digest.String(), s.size
			a.File = path.Join(assetDir, a.Digest+strings.ToLower(path.Ext(a.Source)))
		default:
			a.Digest, a.Unpacked = u.archive.digest.String(), u.archive.size
			a.File = path.Join(assetDir, a.Digest+".zip")
			a.Handler = u.handler
		}
		if first[a.File] != nil {
			continue
		}
		first[a.File] = u
		g.Go(func() (err error) {
			a.Size, err = w.writeUnit(u)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for _, u := range units {
		u.asset.Size = first[u.asset.File].asset.Size
	}
	return nil
}

func (w *writer) writeUnit(u *unit) (size int64, err error) {
	to := filepath.Join(w.dir, filepath.FromSlash(u.asset.File))
	if u.asset.Kind == ir.AssetIsText {
		return u.asset.Unpacked, os.WriteFile(to, []byte(u.asset.Content), 0o644)
	}
	if u.archive == nil {
		return u.asset.Unpacked, copyFile(to, w.project.abs(u.asset.Source))
	}
	f, err := os.Create(to)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	b := bufio.NewWriterSize(f, 1<<18)
	if err := u.archive.writeZip(b, w.slots); err != nil {
		return 0, err
	}
	if err := b.Flush(); err != nil {
		return 0, err
	}
	if size, err = f.Seek(0, io.SeekCurrent); err != nil {
		return 0, err
	}
	return size, f.Close()
}

func copyFile(to, from string) error {
	r, err := os.Open(from)
	if err != nil {
		return err
	}
	defer r.Close()
	f, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(f, r); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// Lambda's limits, in bytes. The second holds for archives that are uploaded
// directly; those that come from a bucket may be larger, but start slowly.
const (
	maxUnpacked = 250 << 20
	maxPacked   = 50 << 20
)

func checkSize(diags *diag.List, u *unit) {
	switch {
	case u.asset.Unpacked > maxUnpacked:
		diags.Add(diag.ArchiveTooLarge, u.fn.Range, "Function too large",
			fmt.Sprintf("%s is %s unpacked; Lambda takes at most %s. %s", u.tree.what, mebibytes(u.asset.Unpacked), mebibytes(maxUnpacked), u.describeHeaviest()))
	case u.asset.Size > maxPacked:
		diags.Warn(diag.ArchiveLarge, u.fn.Range, "Large function",
			fmt.Sprintf("The archive of %s is %s; above %s, functions start slowly. %s", lower(u.tree.what), mebibytes(u.asset.Size), mebibytes(maxPacked), u.describeHeaviest()))
	}
}

func (u *unit) describeHeaviest() string {
	var b strings.Builder
	b.WriteString("Heaviest, unpacked:")
	for i, p := range u.heaviest(5) {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, " %s (%s)", p.Name, mebibytes(p.Bytes))
	}
	return b.String() + "."
}

func mebibytes(n int64) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }

// heaviest returns the n largest parts of an archive: what bundling knows of
// the bytes it made, and the other files, by package or top-level directory.
func (u *unit) heaviest(n int) []Part {
	bytes := map[string]int64{}
	for name, size := range u.parts {
		bytes[partOf(name)] += size
	}
	for _, e := range u.archive.entries {
		if !u.bundled[e.name] {
			bytes[partOf(e.name)] += e.size
		}
	}
	parts := make([]Part, 0, len(bytes))
	for name, size := range bytes {
		parts = append(parts, Part{name, size})
	}
	slices.SortFunc(parts, func(a, b Part) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Name, b.Name))
	})
	return parts[:min(n, len(parts))]
}

// partOf returns the package that a file is in, "node_modules/@aws-sdk/core",
// or else the file itself.
func partOf(name string) string {
	if pkg := packageOf(name); pkg != "" {
		return "node_modules/" + pkg
	}
	return name
}

// packageOf returns the npm package that a file is in, or "".
func packageOf(name string) string {
	const dir = "node_modules/"
	i := strings.LastIndex("/"+name, "/"+dir)
	if i < 0 {
		return ""
	}
	elements := strings.SplitN(name[i+len(dir):], "/", 3)
	if strings.HasPrefix(elements[0], "@") && len(elements) > 1 {
		return elements[0] + "/" + elements[1]
	}
	return elements[0]
}

// packageDir returns the directory of the npm package that a file is in.
func packageDir(name string) string {
	const dir = "node_modules/"
	i := strings.LastIndex("/"+name, "/"+dir)
	return name[:i+len(dir)] + packageOf(name)
}
