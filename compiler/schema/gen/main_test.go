package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sstc/sstc/compiler/schema"
	"github.com/sstc/sstc/internal/golden"
)

// TestSample has the generator read testdata/sample.txtar, and prints what it
// makes, of all files.
func TestSample(t *testing.T) {
	golden.Archives(t, "testdata/*.txtar", func(t *testing.T, a *txtar.Archive) []txtar.File {
		from := t.TempDir()
		for _, f := range a.Files {
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			z.Write(f.Data)
			z.Close()
			golden.Write(t, from, []txtar.File{{Name: f.Name + ".gz", Data: b.Bytes()}})
		}
		files, report, err := generate(from)
		if err != nil {
			t.Fatal(err)
		}
		again, _, err := generate(from)
		if err != nil {
			t.Fatal(err)
		}
		for name := range files {
			if !bytes.Equal(files[name], again[name]) {
				t.Errorf("%s differs from one time to the next", name)
			}
		}
		g := &generator{}
		aws, err := g.aws(from)
		if err != nil {
			t.Fatal(err)
		}
		others, err := g.others(filepath.Join(from, "providers"))
		if err != nil {
			t.Fatal(err)
		}
		cfn, err := cloudFormation(filepath.Join(from, "cfn-schema.json.gz"))
		if err != nil {
			t.Fatal(err)
		}
		var got []txtar.File
		for _, f := range []struct {
			name    string
			entries []schema.Entry
		}{
			{"cloudformation", cfn}, {"terraform-aws", aws.terraform}, {"pulumi-aws", aws.pulumi}, {"terraform", others.terraform}, {"pulumi", others.pulumi},
		} {
			var b bytes.Buffer
			for _, e := range f.entries {
				printEntry(&b, e)
			}
			got = append(got, txtar.File{Name: "want/" + f.name, Data: b.Bytes()})
		}
		return append(got, txtar.File{Name: "want/report", Data: []byte(strings.Join(report, "\n") + "\n")})
	})
}

func printEntry(b *bytes.Buffer, e schema.Entry) {
	fmt.Fprintf(b, "%c %s", e.Kind, e.Name)
	if e.Target != "" {
		fmt.Fprintf(b, " is %s\n", e.Target)
		return
	}
	switch {
	case e.Resource != nil:
		r := e.Resource
		fmt.Fprintf(b, "%s\n", words(" terraform "+r.Terraform, r.Terraform != "", " guessed", r.Guessed, " deprecated", r.Deprecated, " ref "+r.RefReturns, r.RefReturns != "", fmt.Sprintf(" aliases %q", r.Aliases), len(r.Aliases) > 0))
		printObject(b, &r.Object, "  ", map[*schema.Object]bool{})
	case e.Object != nil:
		b.WriteString("\n")
		printObject(b, e.Object, "  ", map[*schema.Object]bool{})
	case e.Provider != nil:
		p := e.Provider
		fmt.Fprintf(b, " %s\n", strings.Join([]string{p.Package, p.NPM, p.Plugin, p.Source, p.Version, p.Prefix}, " "))
		printObject(b, p.Config, "  ", map[*schema.Object]bool{})
	default:
		b.WriteString("\n")
		for _, m := range e.Members {
			fmt.Fprintf(b, "  %s: kind %d, %s%s\n", m.Name, m.Kind, m.Token, words(" alias", m.Alias))
		}
	}
}

// printObject prints properties, and those of objects in them, once.
func printObject(b *bytes.Buffer, o *schema.Object, indent string, seen map[*schema.Object]bool) {
	if o == nil || seen[o] {
		return
	}
	seen[o] = true
	for _, p := range o.Properties {
		fmt.Fprintf(b, "%s%s: %s%s\n", indent, p.Name, p.Type, words(" required", p.Required, " in", p.Input, " out", p.Output, " secret", p.Secret,
			" computed", p.Computed, " replaces", p.Replaces, " deprecated", p.Deprecated, fmt.Sprintf(" block %d-%d", p.MinItems, p.MaxItems), p.Block,
			" flat", p.Flat, " = "+p.Terraform, p.Terraform != "", " guessed", p.Guessed))
		for t := p.Type; t != nil; t = t.Elem {
			printObject(b, t.Object, indent+"  ", seen)
			for _, option := range t.Options {
				printObject(b, option.Object, indent+"  ", seen)
			}
		}
	}
}

// words are those of pairs of a text and whether it holds.
func words(pairs ...any) string {
	var b strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1].(bool) {
			b.WriteString(pairs[i].(string))
		}
	}
	return b.String()
}

// TestDataIsCurrent checks that the data files are what the sources give, which
// are too large to be here. Of the files themselves, compiler/schema's tests
// check every entry.
func TestDataIsCurrent(t *testing.T) {
	from := os.Getenv("SSTC_SCHEMAS")
	if from == "" {
		t.Skip("SSTC_SCHEMAS names no directory of schemas: not checked that the data files are current")
	}
	files, _, err := generate(from)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range sorted(files) {
		got, err := os.ReadFile(filepath.Join("..", "data", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, files[name]) {
			t.Errorf("data/%s is not what the sources give; run the generator", name)
		}
	}
}
