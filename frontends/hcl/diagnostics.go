package hcl

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

// pos is a range of hcl's as one of ours. HCL counts columns in grapheme
// clusters, so they are counted anew, in code points.
func (e *evaluation) pos(r hcl.Range) diag.Range {
	return diag.Range{Filename: r.Filename, Start: e.point(r.Filename, r.Start), End: e.point(r.Filename, r.End)}
}

func (e *evaluation) point(file string, p hcl.Pos) diag.Pos {
	out := diag.Pos{Line: max(p.Line, 1), Column: max(p.Column, 1), Byte: p.Byte}
	text, ok := e.sources[file]
	if !ok {
		return out
	}
	out.Byte = min(max(p.Byte, 0), len(text)) // hcl points behind the end, too
	p.Byte = out.Byte
	line := bytes.LastIndexByte(text[:p.Byte], '\n') + 1
	out.Column = utf8.RuneCount(text[line:p.Byte]) + 1
	return out
}

func (e *evaluation) errorAt(r hcl.Range, code diag.Code, summary, detail string, notes ...diag.Note) {
	e.diags.Add(code, e.pos(r), summary, detail, notes...)
}

func (e *evaluation) warnAt(r hcl.Range, code diag.Code, summary, detail string) {
	e.diags.Warn(code, e.pos(r), summary, detail)
}

// fail reports an error and returns what stands for the value that there is
// none of.
func (e *evaluation) fail(r hcl.Range, code diag.Code, summary, detail string, notes ...diag.Note) ir.Value {
	e.errorAt(r, code, summary, detail, notes...)
	return poison
}

func (e *evaluation) note(message string, r hcl.Range) diag.Note {
	return diag.Note{Message: message, Subject: e.pos(r).Ptr()}
}

// unknown reports a value that must be known and is not.
func (e *evaluation) unknown(r hcl.Range, what string) ir.Value {
	detail := what + " needs a value that is known to the compiler, and this one is known only after deployment."
	return e.fail(r, diag.UnknownValue, "Value not known before deployment",
		detail+" Move the computation to run time, or use a value that the configuration itself decides.")
}

// syntax takes over hcl's own diagnostics.
func (e *evaluation) syntax(list hcl.Diagnostics) {
	for _, d := range list {
		if d.Severity != hcl.DiagError {
			continue
		}
		r := hcl.Range{}
		if d.Subject != nil {
			r = *d.Subject
		}
		code := diag.InvalidSyntax
		if d.Summary == "Attribute redefined" {
			code = diag.DuplicateName
		}
		e.errorAt(r, code, d.Summary, sentence(d.Detail))
	}
}

// sentence ends a text in a full stop.
func sentence(s string) string {
	if s == "" || strings.HasSuffix(s, ".") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "!") {
		return s
	}
	return s + "."
}

// poison stands for a value that could not be had. That has been reported.
var poison ir.Value = ir.Opaque{X: arg.Poison{}}

func isPoison(v ir.Value) bool {
	o, ok := v.(ir.Opaque)
	if ok {
		_, ok = o.X.(arg.Poison)
	}
	return ok
}

// syntaxAs takes over hcl's diagnostics under another code.
func (e *evaluation) syntaxAs(list hcl.Diagnostics, code diag.Code) {
	for _, d := range list {
		if d.Severity == hcl.DiagError && d.Subject != nil {
			e.errorAt(*d.Subject, code, d.Summary, sentence(d.Detail))
		}
	}
}
