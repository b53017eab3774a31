package engine

import (
	"fmt"
	"testing"
)

// BenchmarkNew is a world that is made and thrown away. The first of a process
// also compiles the prelude.
func BenchmarkNew(b *testing.B) {
	for _, cold := range []bool{true, false} {
		b.Run(fmt.Sprintf("cold=%t", cold), func(b *testing.B) {
			for b.Loop() {
				if cold {
					nodeCode.Clear()
				}
				e, err := New(Options{})
				if err != nil {
					b.Fatal(err)
				}
				e.Close()
			}
		})
	}
}

// BenchmarkRequire is the first use of a module, with compiling it and what it
// requires.
func BenchmarkRequire(b *testing.B) {
	for _, name := range []string{"process", "path", "fs", "util", "buffer", "url", "crypto", "child_process", "stream"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				nodeCode.Clear()
				e, err := New(Options{})
				if err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				if _, err := e.Call("__node_require", name); err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				e.Close()
				b.StartTimer()
			}
		})
	}
}

func BenchmarkHostCall(b *testing.B) {
	e, err := New(Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	e.Register("nop", func(arg string) (string, error) { return arg, nil })
	if err := e.Eval("b.js", "globalThis.loop = (n) => { for (let i = 0; i < 1000; i++) nop('{}') }"); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := e.Call("loop", ""); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/call")
}
