package translate

import (
	"strings"
	"testing"

	"github.com/sstc/sstc/compiler/ir"
)

// JSON text with unknown parts is read as the document that it becomes when
// they are known.
func FuzzParseJSON(f *testing.F) {
	for _, s := range []string{
		`{"a":"\x00","b":[\x00,1]}`, `"\x00/*"`, `\x00`, `{"\x00":1}`, `{"a":"\"\x00\""}`, `{"a":"\\"}\x00`, `[]`, `{"a":"}`, "{\"a\":\"\uFDD0\x00\uFDD0\"}",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		// Each NUL is an unknown part.
		var parts []any
		for i, p := range strings.Split(text, "\x00") {
			if i > 0 {
				parts = append(parts, ir.Ref{Resource: "R", Attr: "Arn"})
			}
			parts = append(parts, p)
		}
		v := ir.Concat(parts...)
		doc, ok := parseJSON(v)
		join, isJoin := v.(ir.Join)
		if !ok || !isJoin {
			return
		}
		// Putting the same text for each part, before or after, is the same.
		const known = "arn:aws:x"
		substitute := func(v ir.Value) ir.Value {
			if _, ok := v.(ir.Ref); ok {
				return ir.String(known)
			}
			return v
		}
		after := ir.Map(doc, substitute)
		quoted := false
		var before strings.Builder
		for _, p := range join.Parts {
			s, isText := p.(ir.String)
			if !isText {
				if quoted {
					before.WriteString(known)
				} else {
					before.WriteString(`"` + known + `"`)
				}
				continue
			}
			for k := 0; k < len(s); k++ {
				if s[k] == '"' {
					quoted = !quoted
				} else if s[k] == '\\' && quoted {
					k++
				}
			}
			before.WriteString(string(s))
		}
		want, err := ir.DecodeJSON(before.String())
		if err != nil || ir.EncodeJSON(want) != ir.EncodeJSON(after) {
			t.Errorf("%q is read as %s, want %s (%v)", text, ir.PrintValue(after), before.String(), err)
		}
	})
}
