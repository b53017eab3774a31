package hcl

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"golang.org/x/tools/txtar"
)

// FuzzFormat checks what formatting promises: a second time changes nothing, and
// nothing but spaces has changed.
func FuzzFormat(f *testing.F) {
	for _, text := range seeds(f) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		once, diags := Format("a.hcl", text)
		if diags.HasErrors() {
			if once != nil {
				t.Error("there are errors, and yet a text")
			}
			return
		}
		twice, diags := Format("a.hcl", once)
		if diags.HasErrors() {
			t.Fatalf("what was formatted cannot be read: %s\n%s", diags[0].Detail, once)
		}
		if !bytes.Equal(once, twice) {
			t.Errorf("a second time gives something else:\n%q\n%q", once, twice)
		}
		if want, got := strings.Join(tokens(t, text), " "), strings.Join(tokens(t, once), " "); want != got {
			t.Errorf("the meaning has changed:\n%s\n%s", want, got)
		}
	})
}

// tokens are the tokens of a text. Spaces between them are none.
func tokens(t *testing.T, text []byte) []string {
	list, diags := hclsyntax.LexConfig(text, "a.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	var out []string
	for _, tok := range list {
		if s := string(tok.Bytes); tok.Type != hclsyntax.TokenNewline && tok.Type != hclsyntax.TokenEOF {
			if tok.Type == hclsyntax.TokenCHeredoc || tok.Type == hclsyntax.TokenComment {
				s = strings.TrimSpace(s)
			}
			out = append(out, s)
		} else if len(out) > 0 && out[len(out)-1] != "\n" {
			out = append(out, "\n")
		}
	}
	return out
}

// seeds are the files in HCL among the archives.
func seeds(t testing.TB) [][]byte {
	var texts [][]byte
	for _, pattern := range []string{"../../testdata/*/*.txtar", "testdata/*.txtar", "testdata/*/*.txtar"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, file := range txtar.Parse(text).Files {
				if strings.HasSuffix(file.Name, ".hcl") {
					texts = append(texts, file.Data)
				}
			}
		}
	}
	if len(texts) < 20 {
		t.Fatalf("only %d files in HCL were found", len(texts))
	}
	return texts
}

// Files and modules of a configuration are found by their names.
func TestFormatFiles(t *testing.T) {
	for name, want := range map[string]bool{"sst.config.hcl": true, "a.sst.hcl": true, ".sst.hcl": false, "a.hcl": false, "sst.config.hcl.json": false} {
		if IsFile(name) != want {
			t.Errorf("IsFile(%q) is not %v", name, want)
		}
	}
	got := LocalModules("a.sst.hcl", []byte("module \"a\" {\n  source = \"./a\"\n}\nmodule \"b\" {\n  source = \"git::x\"\n}\nmodule \"c\" {\n}\n"))
	if !slices.Equal(got, []string{"./a"}) {
		t.Errorf("modules %q", got)
	}
}
