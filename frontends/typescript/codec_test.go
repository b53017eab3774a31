package typescript

import (
	"testing"

	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower"
)

// Whatever JavaScript sends, reading it ends in a value or an error.
func FuzzDecode(f *testing.F) {
	f.Add(`{"a":["x\ue0000\ue001y",{"\u0000":["secret",1]}]}`)
	f.Add(`{"\u0000":["symbolic",7]}`)
	f.Add(`{"\u0000":[]}`)
	f.Add("\"\ue000\"")
	f.Fuzz(func(t *testing.T, text string) {
		c := newCodec()
		c.app = emptyApp()
		c.decode(text, "place")
	})
}

func emptyApp() *lower.App { return lower.NewApp(ir.App{Name: "app", Stage: "test"}) }
