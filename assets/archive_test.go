package assets

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zip"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

func testProject(t testing.TB, root string) *project {
	t.Helper()
	p, err := newProject(Options{Root: root})
	must(t, err)
	return p
}

func zipOf(t testing.TB, p *project, a *archive) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, a.writeZip(&b, make(chan struct{}, p.jobs)))
	return b.Bytes()
}

// The digests are literal on purpose. The first changes only if the scheme
// that names assets does, which renames every asset there is; the second also
// if the compressor's output does, which is for the CHANGELOG.
func TestLiteralArchive(t *testing.T) {
	p := testProject(t, t.TempDir())
	a, err := p.archive([]*entry{
		{name: "node_modules/a", kind: link, data: []byte("../lib/a")},
		{name: "bootstrap", kind: executable, data: []byte("#!/bin/sh\necho hello\n")},
		{name: "lib/a/index.js", kind: regular, data: []byte(strings.Repeat("exports.a = 1;\n", 50))},
		{name: "größe.txt", kind: regular},
	})
	must(t, err)
	if got, want := a.digest.String(), "495945c358d36745c3daf13ac451a70ec46b214c626add86f57d662ef92f53ec"; got != want {
		t.Errorf("the archive's digest is %s, want %s", got, want)
	}
	sum := sha256.Sum256(zipOf(t, p, a))
	if got, want := hex.EncodeToString(sum[:]), "b7783dfb0d1b2c4c0bae2ad97c1cc3fd07b2f3b4578ecfd6cca3e7a1b741cbc4"; got != want {
		t.Errorf("the zip's SHA-256 is %s, want %s", got, want)
	}
}

// What goes into an archive comes out again, in every order in which it is
// put in, with any number of processors, and with no room to keep what is packed.
func TestArchiveRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var entries []*entry
	for i := range 300 {
		data := make([]byte, r.IntN(20000))
		for j := range data {
			data[j] = byte(r.IntN(20))
		}
		entries = append(entries, &entry{name: fmt.Sprintf("d%d/f%d%s", i%7, i, []string{"", ".png"}[i%5/4]), kind: []kind{regular, executable}[i%2], data: data})
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var first []byte
	for _, procs := range []int{1, 2, 5} {
		runtime.GOMAXPROCS(procs)
		r.Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
		p := testProject(t, t.TempDir())
		if procs == 2 {
			p.maxKept = 0
		}
		a, err := p.archive(entries)
		must(t, err)
		if kept := a.entries[0].packed != nil; kept != (procs != 2) {
			t.Errorf("with %d processors it is %t that something is kept", procs, kept)
		}
		got := zipOf(t, p, a)
		if first == nil {
			first = got
		} else if !bytes.Equal(got, first) {
			t.Errorf("with %d processors the archive is another", procs)
		}
	}
	z, err := zip.NewReader(bytes.NewReader(first), int64(len(first)))
	must(t, err)
	if len(z.File) != len(entries) {
		t.Fatalf("%d entries, want %d", len(z.File), len(entries))
	}
	byName := map[string]*entry{}
	for _, e := range entries {
		byName[e.name] = e
	}
	if !slices.IsSortedFunc(z.File, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("entries are not sorted")
	}
	for _, f := range z.File {
		e := byName[f.Name]
		if !bytes.Equal(readEntry(t, f), e.data) {
			t.Errorf("%s has another content", f.Name)
		}
		mode := os.FileMode(0o644)
		if e.kind == executable {
			mode = 0o755
		}
		if f.Mode() != mode {
			t.Errorf("%s has mode %v, want %v", f.Name, f.Mode(), mode)
		}
		if f.ModifiedDate != dosDate1980 || f.ModifiedTime != 0 || len(f.Extra) != 0 || f.Flags != 0 {
			t.Errorf("%s: time %d %d, extra %x, flags %x", f.Name, f.ModifiedDate, f.ModifiedTime, f.Extra, f.Flags)
		}
	}
}

// The same files in another directory, with other times, other permissions
// for group and others, and written in another order, are the same archive.
func TestArchiveDependsOnContentAlone(t *testing.T) {
	names := []string{"b/z.txt", "a.txt", "b/run", "b/a/deep.txt", "ü.txt"}
	build := func(root string, order []string, mode, runMode os.FileMode, mtime time.Time) ([]byte, Digest) {
		for _, n := range order {
			file := filepath.Join(root, "dir", n)
			must(t, os.MkdirAll(filepath.Dir(file), 0o755))
			must(t, os.WriteFile(file, []byte("content of "+n), 0o600))
			m := mode
			if n == "b/run" {
				m = runMode
			}
			must(t, os.Chmod(file, m))
			must(t, os.Chtimes(file, mtime, mtime))
		}
		p := testProject(t, root)
		tree := p.newTree(diag.Range{}, "The asset")
		must(t, tree.add("", filepath.Join(root, "dir"), nil))
		a, err := tree.archive()
		must(t, err)
		return zipOf(t, p, a), a.digest
	}
	zip1, digest1 := build(t.TempDir(), names, 0o644, 0o755, time.Unix(1e9, 0))
	slices.Reverse(names)
	zip2, digest2 := build(filepath.Join(t.TempDir(), "x", "y"), names, 0o600, 0o700, time.Unix(17e8, 5))
	if !bytes.Equal(zip1, zip2) || digest1 != digest2 {
		t.Error("the archives differ")
	}
	zip3, digest3 := build(t.TempDir(), names, 0o644, 0o644, time.Unix(1e9, 0))
	if bytes.Equal(zip1, zip3) || digest1 == digest3 {
		t.Error("the executable bit makes no difference")
	}
}

func TestTreeLinks(t *testing.T) {
	root := t.TempDir()
	write := func(name, data string) {
		must(t, os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o755))
		must(t, os.WriteFile(filepath.Join(root, name), []byte(data), 0o644))
	}
	link := func(name, to string) {
		must(t, os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o755))
		must(t, os.Symlink(to, filepath.Join(root, name)))
	}
	write("ws/app/dist/.pnpm/a@1/node_modules/a/index.js", "a")
	link("ws/app/dist/node_modules/a", "../.pnpm/a@1/node_modules/a")
	write("ws/shared/lib/x.js", "x")
	link("ws/app/dist/node_modules/shared", "../../../shared")
	link("ws/app/dist/chain", "node_modules/a")
	link("ws/app/dist/dangling", "nowhere")
	write("outside.txt", "secret")

	pack := func() (string, diag.List) {
		p, err := newProject(Options{Root: filepath.Join(root, "ws/app"), WorkspaceRoot: filepath.Join(root, "ws")})
		must(t, err)
		tree := p.newTree(diag.Range{}, "The asset")
		must(t, tree.add("", filepath.Join(root, "ws/app/dist"), nil))
		var b strings.Builder
		for _, name := range slices.Sorted(keys(tree.files)) {
			e := tree.files[name]
			fmt.Fprintf(&b, "%c %s %s\n", e.kind, name, e.data)
		}
		return b.String(), tree.diags
	}
	got, diags := pack()
	want := `- .pnpm/a@1/node_modules/a/index.js 
l chain .pnpm/a@1/node_modules/a
l node_modules/a ../.pnpm/a@1/node_modules/a
- node_modules/shared/lib/x.js 
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if diags.HasErrors() || len(diags) != 1 || !strings.Contains(diags[0].Detail, `"dist/dangling"`) {
		t.Errorf("got %s", describe(diags))
	}

	link("ws/app/dist/out", "../../../outside.txt")
	link("ws/app/dist/up", "..")
	_, diags = pack()
	if len(diags) != 3 || diags[1].Code != diag.OutsideProject || diags[2].Code != diag.UnpackableFile {
		t.Errorf("got %s", describe(diags))
	}
}

func keys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func TestNames(t *testing.T) {
	for name, ok := range map[string]bool{
		"a": true, "a/b.txt": true, "[...slug].js": true, "ü": true, ".hidden/..x": true,
		"": false, "/a": false, "a/": false, "a//b": false, "./a": false, "a/../b": false, "..": false,
		"a\nb": false, "a\x00": false, `a\b`: false, "\xff": false,
	} {
		if got := badName(name) == ""; got != ok {
			t.Errorf("%q: valid is %v, want %v (%s)", name, got, ok, badName(name))
		}
	}
	got := clashes([]string{"A", "STRASSE", "a", "b", "b/c", "d/E", "d/e", "straße"})
	want := [][2]string{{"A", "a"}, {"d/E", "d/e"}, {"STRASSE", "straße"}, {"b", "b/c"}}
	if !slices.Equal(got, want) {
		t.Errorf("clashes: got %q, want %q", got, want)
	}
}

// Whatever names come, an archive has only names that unpack below where it
// is unpacked, each to a file of its own; all others are diagnostics.
func FuzzNames(f *testing.F) {
	f.Add("a\nb/c", "b")
	f.Add("A/b", "a/B")
	f.Add("../x", "x\\y")
	f.Add("ſ", "S")
	f.Fuzz(func(t *testing.T, one, two string) {
		p := &project{root: "/app", workspace: "/app", jobs: 1}
		tree := p.newTree(diag.Range{}, "The asset")
		tree.addData(one, []byte("1"))
		tree.addData(two, []byte("2"))
		a, err := tree.archive()
		must(t, err)
		if (a == nil) != tree.diags.HasErrors() {
			t.Fatalf("archive %v, diagnostics %s", a, describe(tree.diags))
		}
		if a == nil {
			return
		}
		data := zipOf(t, p, a)
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		must(t, err)
		dir := t.TempDir()
		for _, f := range z.File {
			to := filepath.Join(dir, filepath.FromSlash(f.Name))
			if !below(to, dir) || to == dir {
				t.Fatalf("%q unpacks outside", f.Name)
			}
			if len(to) > 200 {
				return // longer than some systems take
			}
			must(t, os.MkdirAll(filepath.Dir(to), 0o755))
			w, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
			must(t, err)
			w.Close()
		}
	})
}

func TestLimits(t *testing.T) {
	if testing.Short() {
		t.Skip("packs hundreds of megabytes")
	}
	root := t.TempDir()
	write := func(name string, size int64) {
		must(t, os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o755))
		f, err := os.Create(filepath.Join(root, name))
		must(t, err)
		must(t, f.Truncate(size))
		must(t, f.Close())
	}
	write("big/node_modules/@x/heavy/model.bin", 200<<20)
	write("big/data.bin", 60<<20)
	write("big/index.js", 10)
	p := &ir.Program{
		Functions: []*ir.Function{{ID: "Big", Name: "Big", Runtime: "nodejs22.x", Bundle: "big", Handler: "index.handler"}},
		Assets:    []*ir.Asset{{ID: "Big", Kind: ir.AssetIsFunction}},
	}
	result, diags, err := Pack(Options{Root: root, Dir: t.TempDir()}, p)
	must(t, err)
	want := "- error [archive-too-large] Function too large\n\tThe function \"Big\" is 260.0 MiB unpacked; Lambda takes at most 250.0 MiB. Heaviest, unpacked: node_modules/@x/heavy (200.0 MiB), data.bin (60.0 MiB), index.js (0.0 MiB).\n"
	if got := describe(diags); got != want || result != nil {
		t.Errorf("got %v\n%swant\n%s", result, got, want)
	}

	// What does not compress is over the other limit first.
	noise := make([]byte, 51<<20)
	r := rand.New(rand.NewPCG(3, 4))
	for i := 0; i < len(noise); i += 8 {
		for v, j := r.Uint64(), 0; j < 8; v, j = v>>8, j+1 {
			noise[i+j] = byte(v)
		}
	}
	must(t, os.RemoveAll(filepath.Join(root, "big/node_modules")))
	must(t, os.WriteFile(filepath.Join(root, "big/data.bin"), noise, 0o644))
	result, diags, err = Pack(Options{Root: root, Dir: t.TempDir()}, p)
	must(t, err)
	if result == nil || len(diags) != 1 || diags[0].Code != diag.ArchiveLarge || diags[0].Severity != diag.Warning {
		t.Errorf("got %v, %s", result, describe(diags))
	}
}
