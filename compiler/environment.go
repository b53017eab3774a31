package compiler

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/joho/godotenv"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/engine"
	"github.com/sstc/sstc/frontends"
)

var stagePattern = regexp.MustCompile(`^[a-zA-Z0-9-]+$`)

// stage decides the stage, as SST does: the flag, $SST_STAGE, .sst/stage. SST
// would go on to guess from the user's name, which is no input for a build
// that is to be repeated elsewhere.
func (c *compilation) stage(dir string) (string, error) {
	stage, from := c.opts.Stage, "--stage"
	if stage == "" {
		from = "SST_STAGE"
		if v, ok := c.opts.Env["SST_STAGE"]; ok {
			stage = v
		} else if c.opts.ProcessEnv != nil && !c.opts.Hermetic {
			stage, _ = c.opts.ProcessEnv("SST_STAGE")
		}
	}
	if stage == "" {
		from = ".sst/stage"
		if b, err := os.ReadFile(filepath.Join(dir, ".sst", "stage")); err == nil {
			stage = strings.TrimSpace(string(b))
		}
	}
	if stage == "" {
		c.diags.Add(diag.NoStage, diag.Range{}, "No stage", "Which stage is to be built? Name it with --stage, in SST_STAGE, or in .sst/stage.")
		return "", errDiagnosed
	}
	if !stagePattern.MatchString(stage) {
		c.diags.Add(diag.InvalidName, diag.Range{}, "Invalid stage name",
			fmt.Sprintf("The stage %q, from %s, may hold letters, digits and hyphens only.", stage, from))
		return "", errDiagnosed
	}
	return stage, nil
}

// environment reads the .env files that a frontend names, those that count
// most first. All count after what the process has.
func (c *compilation) environment(dir string, dotenv []string) error {
	c.env = &frontends.Env{Hermetic: c.opts.Hermetic, Declared: c.opts.Env, Files: map[string]string{}, Process: c.opts.ProcessEnv}
	names := slices.Concat(dotenv, c.opts.EnvFiles)
	for i, name := range names {
		given := i >= len(dotenv)
		path := name
		if !given {
			path = filepath.Join(dir, name)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			if given {
				c.diags.Add(diag.InvalidOption, diag.Range{}, "No such file", fmt.Sprintf("The file of variables %q cannot be read.", name))
			}
			continue
		}
		rel := name
		if given {
			rel = c.files.Rel(absolute(path))
		}
		c.files.Note(rel, b)
		vars, err := godotenv.UnmarshalBytes(b)
		if err != nil {
			c.diags.Add(diag.InvalidOption, diag.Range{Filename: rel, Start: diag.Pos{Line: 1, Column: 1}, End: diag.Pos{Line: 1, Column: 1}},
				"Unreadable variables", fmt.Sprintf("The file does not hold lines of NAME=value: %s.", err))
			continue
		}
		for k, v := range vars {
			if _, ok := c.env.Files[k]; !ok || given {
				c.env.Files[k] = v
			}
		}
	}
	return c.collect(nil)
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// shell is the program that runs a line as a shell would, and its arguments.
func shell(line string) (name string, args []string) {
	if runtime.GOOS == "windows" {
		return "cmd", []string{"/c", line}
	}
	return "/bin/sh", []string{"-c", line}
}

// command runs a program that the user has allowed, in the app's root or a
// directory of the workspace.
func (c *compilation) command(cmd engine.Command) (*engine.Output, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if cmd.Name == "" {
		cmd.Name, cmd.Args = shell(cmd.Line)
	}
	dir, ok := c.absDir(cmd.Dir)
	if !ok {
		return nil, fmt.Errorf("%s cannot be run in %s, which is in memory: programs see only what is on disk", cmd.Name, cmd.Dir)
	}
	run := exec.CommandContext(ctx, cmd.Name, cmd.Args...)
	run.Dir = dir
	var stdout, stderr bytes.Buffer
	run.Stdout, run.Stderr = &stdout, &stderr
	err := run.Run()
	out := &engine.Output{Stdout: stdout.Bytes(), Stderr: stderr.Bytes()}
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() > 0 {
		out.Status, err = exit.ExitCode(), nil
	}
	return out, err
}
