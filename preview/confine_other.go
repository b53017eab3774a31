//go:build !unix

package preview

import (
	"os"
	"os/exec"
)

func confine(*exec.Cmd) {}

func kill(cmd *exec.Cmd) {
	if cmd.Process != nil {
		cmd.Process.Kill()
	}
}

// The most memory that a process has used is not known on these systems.
func peakOf(*os.ProcessState) int { return 0 }
func peakOfRunning(int) int       { return 0 }
