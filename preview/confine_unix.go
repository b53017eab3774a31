//go:build unix && !linux

package preview

import (
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// confine puts a process into a group of its own, so that what it starts can
// be ended with it.
func confine(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

func kill(cmd *exec.Cmd) {
	if cmd.Process != nil {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
}

// peakOf is the most memory that a process that has ended had used, in MB.
func peakOf(s *os.ProcessState) int {
	if u, ok := s.SysUsage().(*syscall.Rusage); ok {
		if runtime.GOOS == "darwin" {
			return int(u.Maxrss >> 20)
		}
		return int(u.Maxrss >> 10)
	}
	return 0
}

// peakOfRunning is not known on these systems.
func peakOfRunning(int) int { return 0 }
