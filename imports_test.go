package sstc_test

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/sstc/sstc/"

// A row says what a package may import of this module, and what of the
// standard library it must do without. A name may be a pattern of [path.Match].
type row struct {
	name    string
	may     []string
	without []string
	timed   bool // may look at the clock, for limits and not for results
}

// The table is ARCHITECTURE.md's, and a statement of policy: a package that
// needs more than its row says is in the wrong place, or the policy is wrong
// and changes here and there. A package without a row fails.
var table = []row{
	{name: "compiler/diag", without: machine},
	{name: "compiler/ir", may: words("compiler/diag"), without: machine},
	{name: "compiler/schema", without: machine},
	{name: "compiler/schema/gen", may: words("compiler/schema")},
	{name: "compiler/engine", may: words("compiler/engine/overlay"), without: machine, timed: true},
	{name: "compiler/engine/overlay", without: machine},
	{name: "compiler/engine/guard", without: machine},
	{name: "compiler/engine/modules", may: words("compiler/engine compiler/engine/overlay"), without: machine},
	{name: "compiler/git"},
	{name: "compiler/lower/arg", may: words("compiler/diag compiler/ir"), without: machine},
	{name: "compiler/lower", may: words("compiler/diag compiler/ir compiler/schema compiler/lower/arg"), without: machine},
	{name: "compiler/translate", may: words("compiler/diag compiler/ir compiler/schema"), without: machine},
	{name: "emit", may: words("compiler/diag compiler/ir compiler/schema"), without: machine},
	{name: "emit/*", may: words("compiler/diag compiler/ir compiler/schema emit"), without: machine},
	{name: "assets", may: words("compiler/diag compiler/ir compiler/engine/overlay")},
	{name: "adapters", may: words("compiler/diag compiler/ir"), without: machine},
	{name: "adapters/*", may: words("compiler/diag compiler/ir adapters"), without: machine},
	{name: "frontends", may: words("compiler/diag compiler/ir compiler/engine compiler/engine/*")},
	{name: "frontends/*", may: words("compiler/diag compiler/ir compiler/schema compiler/lower compiler/lower/arg compiler/engine compiler/engine/* frontends frontends/script")},
	{name: "compiler", may: words("compiler/diag compiler/ir compiler/schema compiler/engine compiler/engine/modules compiler/git compiler/lower compiler/translate emit emit/* assets adapters adapters/* frontends frontends/*")},
	{name: "preview", may: words("assets compiler/engine compiler/diag")},
	{name: "cmd/sstc/command", may: words("compiler compiler/diag preview")},
	{name: "cmd/sstc", may: words("cmd/sstc/command")},
	// Of tests alone.
	{name: "internal/tfcheck", may: words("compiler/schema")},
	{name: "internal/browser"},
	{name: "internal/golden"},
	{name: "internal/examples"},
	{name: "internal/realsst"},
	{name: "testdata/*", may: words("internal/examples internal/realsst compiler compiler/ir compiler/lower compiler/diag")},
}

// machine are the packages by which a program depends on where it runs, and
// clock what it must not ask package time.
var (
	machine = words("os os/exec os/user io/ioutil path/filepath math/rand math/rand/v2")
	clock   = words("Now Since Until Local")
)

// network are the packages that open connections: only preview does, which
// listens on the machine.
var network = words("net net/http net/rpc net/smtp crypto/tls")

func words(s string) []string { return strings.Fields(s) }

func TestImports(t *testing.T) {
	used := map[*row]bool{}
	for _, dir := range packages(t) {
		pkg, err := build.ImportDir(dir, 0)
		if err != nil {
			if _, none := err.(*build.NoGoError); none {
				continue // tests alone
			}
			t.Fatal(err)
		}
		name := filepath.ToSlash(dir)
		r := find(name)
		if r == nil {
			t.Errorf("%s has no row in the table of imports_test.go", name)
			continue
		}
		used[r] = true
		for _, imported := range pkg.Imports {
			own, isOwn := strings.CutPrefix(imported, module)
			switch {
			case isOwn && !slices.ContainsFunc(r.may, func(p string) bool { return match(p, own) }):
				t.Errorf("%s imports %s, which its row does not allow", name, own)
			case slices.Contains(r.without, imported):
				t.Errorf("%s imports %s, which its row rules out", name, imported)
			case slices.Contains(network, imported) && name != "preview":
				t.Errorf("%s imports %s: only preview opens connections", name, imported)
			}
		}
		if len(r.without) > 0 && !r.timed {
			for _, file := range pkg.GoFiles {
				checkClock(t, filepath.Join(dir, file))
			}
		}
	}
	for i := range table {
		if !used[&table[i]] {
			t.Errorf("the row %q is of no package", table[i].name)
		}
	}
}

func checkClock(t *testing.T, name string) {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && slices.Contains(clock, s.Sel.Name) {
			if x, ok := s.X.(*ast.Ident); ok && x.Name == "time" {
				t.Errorf("%s: time.%s in a package that must give the same at any time", fset.Position(s.Pos()), s.Sel.Name)
			}
		}
		return true
	})
}

// packages returns the directories of the module that have Go files.
func packages(t *testing.T) []string {
	t.Helper()
	var dirs []string
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			base := d.Name()
			nested, _ := filepath.Glob(filepath.Join(name, "go.mod"))
			if name != "." && (strings.HasPrefix(base, ".") || base == "node_modules" || base == "testdata" && name != "testdata" || len(nested) > 0) {
				return fs.SkipDir
			}
			return nil
		}
		if dir := filepath.Dir(name); strings.HasSuffix(name, ".go") && dir != "." && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return dirs
}

// find returns a package's row: that of its own name before a pattern's.
func find(name string) *row {
	for i := range table {
		if table[i].name == name {
			return &table[i]
		}
	}
	for i := range table {
		if match(table[i].name, name) {
			return &table[i]
		}
	}
	return nil
}

func match(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return err == nil && ok
}
