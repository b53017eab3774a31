// Sstc compiles SST apps into templates and archives, offline.
package main

import (
	"os"
	// The zones that a configuration may name are part of sstc: those of the
	// machine differ.
	_ "time/tzdata"

	"github.com/sstc/sstc/cmd/sstc/command"
)

func main() { os.Exit(command.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
