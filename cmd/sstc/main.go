// Sstc compiles SST apps into templates and archives, offline.
package main

import (
	"os"
	"runtime"
	// The zones that a configuration may name are part of sstc: those of the
	// machine differ.
	_ "time/tzdata"

	"github.com/sstc/sstc/cmd/sstc/command"
)

func main() {
	// A build begins with little and makes much: without this, Go collects
	// garbage each time that the heap has grown by a few megabytes. Nothing is
	// ever written there, so that it takes no memory.
	ballast := make([]byte, 32<<20)
	code := command.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	runtime.KeepAlive(ballast)
	os.Exit(code)
}
