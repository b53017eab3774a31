package assets

import (
	"fmt"

	"github.com/sstc/sstc/compiler/diag"
)

func (p *project) packPython(u *unit) error {
	u.tree.diags.Add(diag.UnsupportedFeature, u.fn.Range, "Unsupported runtime",
		fmt.Sprintf("sstc cannot build a function of the runtime %q yet. Build it yourself, and name the directory with the result as the function's bundle.", u.fn.Runtime))
	return nil
}
