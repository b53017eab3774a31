package hcl

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/internal/golden"
)

const surroundings = plainApp + `
locals {
  key     = "k"
  bucket  = "bucket"
  list    = ["a", "b"]
  numbers = [3, 1, 2]
  object  = { a = { b = "c" } }
  objects = [{ n = 1 }, { n = 2 }]
}
component "sst.aws.Bucket" "B" {}
component "sst.aws.Function" "F" {
  handler = "src/api.handler"
  url     = true
}
`

// testdata/expressions.txt has expressions, and below each, indented, its value
// or what is wrong with it.
func TestExpressions(t *testing.T) {
	const name = "testdata/expressions.txt"
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, ConfigFile), []byte(surroundings), 0o666); err != nil {
		t.Fatal(err)
	}
	args := argsFor(t, dir, ConfigFile)
	args.Env.Declared["NAME"] = "value"
	e := newEvaluation(args)
	if e.run() == nil {
		t.Fatal(e.diags)
	}
	root := newModule(e, e.definition(".", nil), nil)
	root.states = e.root.states
	var out bytes.Buffer
	for _, x := range expressions(string(text)) {
		out.WriteString(x)
		e.diags = nil
		before := len(e.app.Diagnostics())
		expr, diags := hclsyntax.ParseExpression([]byte(x), "expression", hcl.InitialPos)
		e.syntax(diags)
		f := &finder{e: e, d: root.def, n: &node{}}
		f.expression(expr, nil)
		v := e.eval(expr, &scope{m: root})
		for _, d := range append(e.diags, e.app.Diagnostics()[before:]...) {
			out.WriteString("\t! " + string(d.Code) + ": " + d.Detail)
			if d.Subject != nil && d.Subject.Filename == "expression" && d.Subject.Start.Line == d.Subject.End.Line {
				line := strings.Split(x, "\n")[d.Subject.Start.Line-1]
				out.WriteString(" (at " + string([]rune(line)[d.Subject.Start.Column-1:d.Subject.End.Column-1]) + ")")
			}
			out.WriteString("\n")
		}
		if len(e.diags) == 0 && len(e.app.Diagnostics()) == before {
			out.WriteString("\t" + strings.ReplaceAll(ir.PrintValue(plain(v)), "\n", "\n\t") + "\n")
		}
	}
	golden.File(t, name, out.Bytes())
}

// expressions are the lines that do not begin with a tab, each with its line
// break; a heredoc is one expression.
func expressions(text string) []string {
	var list []string
	heredoc := ""
	for line := range strings.Lines(text) {
		switch {
		case heredoc != "":
			list[len(list)-1] += line
			if strings.TrimSpace(line) == heredoc {
				heredoc = ""
			}
		case strings.HasPrefix(line, "\t"):
		default:
			list = append(list, line)
			if strings.HasPrefix(line, "<<") {
				heredoc = strings.TrimLeft(strings.TrimSpace(line), "<-")
			}
		}
	}
	return list
}
