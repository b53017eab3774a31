package lower

import (
	"testing"

	"github.com/sstc/sstc/compiler/ir"
)

func TestFunction(t *testing.T) {
	const fn = "sst.aws.Function"
	golden(t, []goldenCase{
		{"function_default", func(a *testApp) {
			a.new(fn, "MyFn", ir.Obj("handler", "src/index.handler"))
		}},
	})
}
