package cloudformation

import (
	"bytes"

	"github.com/sstc/sstc/compiler/ir"
)

// printJSON writes a known value with two spaces of indentation for each
// level: every element and every key on a line of its own, but for the two
// words of Fn::GetAtt.
func printJSON(b *bytes.Buffer, v ir.Value, indent int) {
	line := func(n int) {
		b.WriteByte('\n')
		for range n {
			b.WriteString("  ")
		}
	}
	switch v := v.(type) {
	case ir.List:
		if len(v) == 0 {
			b.WriteString("[]")
			return
		}
		b.WriteByte('[')
		for i, e := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			line(indent + 1)
			printJSON(b, e, indent+1)
		}
		line(indent)
		b.WriteByte(']')
	case *ir.Object:
		if v.Len() == 0 {
			b.WriteString("{}")
			return
		}
		b.WriteByte('{')
		for i, f := range v.Fields {
			if i > 0 {
				b.WriteByte(',')
			}
			line(indent + 1)
			printString(b, f.Key)
			b.WriteString(": ")
			if pair, ok := f.Value.(ir.List); ok && f.Key == "Fn::GetAtt" {
				b.WriteString("[" + ir.EncodeJSON(pair[0]) + ", " + ir.EncodeJSON(pair[1]) + "]")
				continue
			}
			printJSON(b, f.Value, indent+1)
		}
		line(indent)
		b.WriteByte('}')
	case ir.String:
		printString(b, string(v))
	default:
		b.WriteString(ir.EncodeJSON(v))
	}
}

// printString writes a string; most need no escaping, and are not looked at
// twice.
func printString(b *bytes.Buffer, s string) {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			b.WriteString(ir.QuoteJSON(s))
			return
		}
	}
	b.WriteByte('"')
	b.WriteString(s)
	b.WriteByte('"')
}
