package assets

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

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
