package diag

import (
	_ "embed"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// The comments of the codes are their documentation; there is no other copy.
//
//go:embed codes.go
var codesSource string

// An Explanation is what there is to say about a code.
type Explanation struct {
	Code Code
	Rule string // one paragraph or more

	// Example gives the code, and no other: statements of run(), imports, or a
	// setting of app(), and then, as in a txtar archive, files that are there
	// too. It is "" for what no app can show.
	Example string
}

// Explanations returns the explanations of all codes, sorted by code.
func Explanations() []Explanation {
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", codesSource, parser.ParseComments)
	if err != nil {
		panic("diag: codes.go does not parse: " + err.Error())
	}
	var list []Explanation
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, s := range g.Specs {
			spec := s.(*ast.ValueSpec)
			literal, ok := spec.Values[0].(*ast.BasicLit)
			if !ok {
				continue
			}
			code, _ := strconv.Unquote(literal.Value)
			_, text, _ := strings.Cut(spec.Doc.Text(), ": ")
			rule, example, _ := strings.Cut(text, "\nExample:\n")
			list = append(list, Explanation{Code(code), sentenceCase(strings.TrimSpace(rule)), dedent(example)})
		}
	}
	slices.SortFunc(list, func(a, b Explanation) int { return strings.Compare(string(a.Code), string(b.Code)) })
	return list
}

func sentenceCase(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func dedent(s string) string {
	var lines []string
	for line := range strings.Lines(s) {
		lines = append(lines, strings.TrimPrefix(strings.TrimRight(line, "\n"), "\t"))
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
