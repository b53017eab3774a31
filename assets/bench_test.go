package assets

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// manyFunctions writes a project of n functions that import three shared
// modules of some size.
func manyFunctions(t testing.TB, root string, n int) *ir.Program {
	must(t, os.MkdirAll(filepath.Join(root, "src"), 0o755))
	for m := range 3 {
		var b strings.Builder
		for i := range 400 {
			fmt.Fprintf(&b, "export class Model%d_%d {\n  constructor(readonly id: string, readonly tags: string[] = []) {}\n  describe(): string { return `model %d ${this.id} ${this.tags.map((t) => t.trim()).join(\", \")}`; }\n}\n", m, i, i)
		}
		fmt.Fprintf(&b, "export const all%d = [", m)
		for i := range 400 {
			fmt.Fprintf(&b, "Model%d_%d,", m, i)
		}
		b.WriteString("];\n")
		must(t, os.WriteFile(filepath.Join(root, "src", fmt.Sprintf("shared%d.ts", m)), []byte(b.String()), 0o644))
	}
	p := &ir.Program{}
	for i := range n {
		code := fmt.Sprintf("import { all0 } from \"./shared0\";\nimport { all1 } from \"./shared1\";\nimport { all2 } from \"./shared2\";\nexport const handler = async (event: { id: string }) => ({ n: %d, got: [all0, all1, all2].flat().map((M) => new (M as any)(event.id).describe()) });\n", i)
		must(t, os.WriteFile(filepath.Join(root, "src", fmt.Sprintf("f%d.ts", i)), []byte(code), 0o644))
		id := fmt.Sprintf("F%d", i)
		p.Functions = append(p.Functions, &ir.Function{ID: id, Name: id, Runtime: "nodejs22.x", Handler: fmt.Sprintf("src/f%d.handler", i), Architecture: "x86_64"})
		p.Assets = append(p.Assets, &ir.Asset{ID: id, Kind: ir.AssetIsFunction})
	}
	return p
}

func BenchmarkPack100(b *testing.B) {
	root := b.TempDir()
	p := manyFunctions(b, root, 100)
	for b.Loop() {
		_, diags, err := Pack(Options{Root: root, Dir: b.TempDir()}, p)
		if err != nil || len(diags) > 0 {
			b.Fatal(err, diags)
		}
	}
}

// BenchmarkFloor100 is what the same work costs with esbuild and the standard
// library alone, and nothing checked, digested or recorded.
func BenchmarkFloor100(b *testing.B) {
	root := b.TempDir()
	manyFunctions(b, root, 100)
	for b.Loop() {
		o := api.BuildOptions{AbsWorkingDir: root, Outdir: filepath.Join(root, "out"), Bundle: true, Platform: api.PlatformNode,
			Format: api.FormatESModule, Target: api.ES2023, KeepNames: true, MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true}
		for i := range 100 {
			o.EntryPoints = append(o.EntryPoints, fmt.Sprintf("./src/f%d.ts", i))
		}
		r := api.Build(o)
		if len(r.Errors) > 0 || len(r.OutputFiles) != 100 {
			b.Fatal(r.Errors)
		}
		dir := b.TempDir()
		for i, f := range r.OutputFiles {
			var out bytes.Buffer
			z := zip.NewWriter(&out)
			w, err := z.Create("bundle.mjs")
			must(b, err)
			_, err = w.Write(f.Contents)
			must(b, err)
			must(b, z.Close())
			must(b, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.zip", i)), out.Bytes(), 0o644))
		}
	}
}

// A shape is a directory to be packed: what frameworks make is many small
// files and a few large ones.
type shape struct {
	files int
	bytes int64
}

// openNext is about what OpenNext makes of a small app, and largeSite a large
// static site.
var openNext, largeSite = shape{1181, 18 << 20}, shape{3500, 50 << 20}

// write makes the directory. What is in it can be compressed about as well as
// code can.
func (s shape) write(t testing.TB, root string) {
	words := strings.Fields("const function return export import default await async this value request response module exports undefined null true false length map filter props children className Object Array string number headers cache render")
	seed := uint32(1)
	next := func(n int) int {
		seed = seed*1664525 + 1013904223
		return int(seed>>8) % n
	}
	left := s.bytes
	for i := range s.files {
		size := left
		if rest := int64(s.files - i); rest > 1 {
			size = min(left, 2*left/rest*int64(1+next(100))/100)
		}
		left -= size
		var b strings.Builder
		for int64(b.Len()) < size {
			fmt.Fprintf(&b, "%s %s(%s_%x);", words[next(len(words))], words[next(len(words))], words[next(len(words))], next(1<<16))
		}
		dir := filepath.Join(root, fmt.Sprintf("d%d", i%40))
		must(t, os.MkdirAll(dir, 0o777))
		must(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("f%d.js", i)), []byte(b.String()[:size]), 0o666))
	}
}

// benchmarkPack measures reading, hashing, compressing and writing a directory.
func benchmarkPack(b *testing.B, s shape) {
	root := b.TempDir()
	s.write(b, filepath.Join(root, "dir"))
	b.SetBytes(s.bytes)
	p := &ir.Program{Assets: []*ir.Asset{{ID: "A", Kind: ir.AssetIsDirectory, Source: "dir"}}}
	for b.Loop() {
		if _, diags, err := Pack(Options{Root: root, Dir: b.TempDir()}, p); err != nil || len(diags) > 0 {
			b.Fatal(err, diags)
		}
	}
}

// benchmarkStdlib is the same with the standard library, one file after the
// other, and nothing hashed.
func benchmarkStdlib(b *testing.B, s shape) {
	root := b.TempDir()
	s.write(b, root)
	b.SetBytes(s.bytes)
	for b.Loop() {
		f, err := os.Create(filepath.Join(b.TempDir(), "a.zip"))
		must(b, err)
		z := zip.NewWriter(f)
		must(b, z.AddFS(os.DirFS(root)))
		must(b, z.Close())
		must(b, f.Close())
	}
}

// benchmarkZip is the same with Info-ZIP, at its highest level and without what
// differs from machine to machine.
func benchmarkZip(b *testing.B, s shape) {
	if _, err := exec.LookPath("zip"); err != nil {
		b.Skip("zip is not installed")
	}
	root := b.TempDir()
	s.write(b, root)
	b.SetBytes(s.bytes)
	for b.Loop() {
		cmd := exec.Command("zip", "-q", "-r", "-X", "-9", filepath.Join(b.TempDir(), "a.zip"), ".")
		cmd.Dir = root
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
	}
}

func BenchmarkPackOpenNext(b *testing.B)    { benchmarkPack(b, openNext) }
func BenchmarkStdlibOpenNext(b *testing.B)  { benchmarkStdlib(b, openNext) }
func BenchmarkZipOpenNext(b *testing.B)     { benchmarkZip(b, openNext) }
func BenchmarkPackLargeSite(b *testing.B)   { benchmarkPack(b, largeSite) }
func BenchmarkStdlibLargeSite(b *testing.B) { benchmarkStdlib(b, largeSite) }
func BenchmarkZipLargeSite(b *testing.B)    { benchmarkZip(b, largeSite) }

// BenchmarkTreeFiles measures describing the files of a static site, which are
// not packed.
func BenchmarkTreeFiles(b *testing.B) {
	root := b.TempDir()
	largeSite.write(b, root)
	b.SetBytes(largeSite.bytes)
	for b.Loop() {
		if _, diags, err := TreeFiles(os.DirFS(root), &ir.Tree{}, diag.Range{}); err != nil || len(diags) > 0 {
			b.Fatal(err, diags)
		}
	}
}
