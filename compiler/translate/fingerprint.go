package translate

import (
	"fmt"
	"io"

	"github.com/sstc/sstc/compiler/ir"
)

// fingerprint writes v to w in a form in which different values differ. It is
// for hashing: values known only after deployment are written as what they
// refer to.
func fingerprint(w io.Writer, v ir.Value) {
	switch v := v.(type) {
	case ir.List:
		fmt.Fprint(w, "[")
		for _, e := range v {
			fingerprint(w, e)
			fmt.Fprint(w, ",")
		}
		fmt.Fprint(w, "]")
	case *ir.Object:
		fmt.Fprint(w, "{")
		for i := range v.Len() {
			fmt.Fprintf(w, "%q:", v.Fields[i].Key)
			fingerprint(w, v.Fields[i].Value)
			fmt.Fprint(w, ",")
		}
		fmt.Fprint(w, "}")
	case ir.Join:
		fmt.Fprint(w, "join(")
		fingerprint(w, ir.List(v.Parts))
		fmt.Fprint(w, ")")
	case ir.Call:
		fmt.Fprintf(w, "%s(", v.Func)
		fingerprint(w, ir.List(v.Args))
		fmt.Fprint(w, ")")
	default:
		fmt.Fprintf(w, "%T%q", v, fmt.Sprint(v))
	}
}
