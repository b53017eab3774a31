package hcl

import (
	"bytes"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/sstc/sstc/compiler/diag"
)

// Format returns the text of a file in the canonical style: indentation,
// spaces, and equals signs below each other. Nothing but spaces changes. What is
// no HCL is reported, at its place in the file of that name.
func Format(name string, text []byte) ([]byte, diag.List) {
	e := &evaluation{sources: map[string][]byte{name: text}}
	_, diags := hclsyntax.ParseConfig(text, name, hcl.InitialPos)
	e.syntax(diags)
	if diags.HasErrors() {
		return nil, e.diags
	}
	return canonical(text), e.diags
}

// canonical formats until nothing changes: once leaves some files, with comments
// in odd places, that a second time would change again.
func canonical(text []byte) []byte {
	for range 4 {
		next := hclwrite.Format(text)
		if bytes.Equal(next, text) {
			break
		}
		text = next
	}
	return text
}

// LocalModules returns the directories of the modules that a file uses, as it
// names them: "./storage".
func LocalModules(name string, text []byte) []string {
	file, diags := hclsyntax.ParseConfig(text, name, hcl.InitialPos)
	if diags.HasErrors() {
		return nil
	}
	var dirs []string
	for _, b := range file.Body.(*hclsyntax.Body).Blocks {
		if b.Type != "module" {
			continue
		}
		if source, ok := literalString(b.Body.Attributes["source"]); ok && isLocal(source) {
			dirs = append(dirs, source)
		}
	}
	return dirs
}

// IsFile reports whether a file of that name is part of a configuration, in
// HCL's native syntax.
func IsFile(name string) bool {
	return name == ConfigFile || len(name) > len(suffix) && name[len(name)-len(suffix):] == suffix
}
