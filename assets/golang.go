package assets

import (
	"bytes"
	"debug/elf"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/sstc/sstc/compiler/diag"
)

// bootstrap is the executable that Lambda's provided runtimes start.
const bootstrap = "bootstrap"

// buildGo compiles functions with the go command. Its own cache makes a second
// build cheap; sstc keeps none of its own.
func (p *project) buildGo(units []*unit, tmp string) error {
	if len(units) == 0 {
		return nil
	}
	goCommand, err := exec.LookPath("go")
	if err != nil {
		for _, u := range units {
			u.tree.diags.Add(diag.ToolchainMissing, u.fn.Range, "Toolchain not found",
				fmt.Sprintf("%s is written in Go, and there is no go command on the PATH. Install Go, or build the function yourself and name the directory with the executable %q as its bundle.", u.tree.what, bootstrap))
		}
		return nil
	}
	if err := os.MkdirAll(tmp, 0o755); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(tmp, "go-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var g errgroup.Group
	g.SetLimit(p.jobs)
	for i, u := range units {
		g.Go(func() error { return p.buildGoUnit(goCommand, u, filepath.Join(dir, strconv.Itoa(i))) })
	}
	return g.Wait()
}

func (p *project) buildGoUnit(goCommand string, u *unit, out string) error {
	u.handler = bootstrap
	absHandler := p.abs(u.fn.Handler)
	info, err := os.Stat(absHandler)
	if err != nil {
		u.tree.diags.Add(diag.HandlerNotFound, u.fn.Range, "Handler not found",
			fmt.Sprintf("The handler %q of %s does not exist; it must be the directory of a main package, or a Go file.%s", u.fn.Handler, lower(u.tree.what), suggestPath(absHandler)))
		return nil
	}
	if !p.checkInside(u.tree, u.fn.Handler, absHandler) {
		return nil
	}
	dir := absHandler
	if !info.IsDir() {
		dir = filepath.Dir(absHandler)
	}
	module := findUp(dir, "go.mod")
	if module == "" {
		u.tree.diags.Add(diag.HandlerNotFound, u.fn.Range, "No Go module",
			fmt.Sprintf("The handler %q of %s is in no Go module: there is no go.mod in its directory or above. Run go mod init.", u.fn.Handler, lower(u.tree.what)))
		return nil
	}
	pkg, err := filepath.Rel(module, absHandler)
	if err != nil {
		return err
	}
	pkg = "./" + filepath.ToSlash(pkg)
	environment := goEnvironment(u.fn.Architecture)
	flags := "-s -w"
	if len(u.fn.Go.LDFlags) > 0 {
		flags = strings.Join(u.fn.Go.LDFlags, " ")
	}
	tags := "-tags=" + strings.Join(u.fn.Go.Tags, ",")
	if u.fn.Go.Cgo {
		environment = append(environment, "CGO_ENABLED=1")
	}

	build := exec.Command(goCommand, "build", "-trimpath", "-buildvcs=false", tags, "-ldflags="+flags+" -buildid=", "-o", out, pkg)
	build.Dir, build.Env = module, environment
	if output, err := build.CombinedOutput(); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			return err
		}
		p.addGoErrors(u, module, string(output))
		return nil
	}
	data, err := os.ReadFile(out)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if !bytes.HasPrefix(data, []byte(elf.ELFMAG)) { // of a library, go build makes an archive or nothing
		u.tree.diags.Add(diag.HandlerNotFound, u.fn.Range, "No main package",
			fmt.Sprintf("The handler %q of %s is not a main package: go build made no executable of it.", u.fn.Handler, lower(u.tree.what)))
		return nil
	}
	u.tree.files[bootstrap] = &entry{name: bootstrap, kind: executable, data: data}
	return p.addGoInputs(goCommand, module, pkg, tags, environment)
}

// findUp returns the nearest directory from dir upwards that has the file, or "".
func findUp(dir, file string) string {
	for {
		if _, err := os.Stat(filepath.Join(dir, file)); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
		dir = filepath.Dir(dir)
	}
}

// goEnvironment is the environment of the go command: the user's, but with
// all set that changes what is compiled, and without a way to the network.
func goEnvironment(architecture string) []string {
	goarch := "amd64"
	if architecture == "arm64" {
		goarch = "arm64"
	}
	return append(os.Environ(),
		"GOOS=linux", "GOARCH="+goarch, "GOAMD64=v1", "GOARM64=v8.0", "CGO_ENABLED=0",
		"GOFLAGS=", "GOEXPERIMENT=", "GODEBUG=", "GO111MODULE=on",
		"GOPROXY=off", "GOTOOLCHAIN=local")
}

// goError matches what the compiler, the linker and go list print about a
// place: "main.go:5:2: undefined: x", with "vet: " or nothing in front.
var goError = regexp.MustCompile(`^(?:vet: )?(.+?\.(?:go|mod|sum|work)):(\d+)(?::(\d+))?: (.+)$`)

// addGoErrors turns what go build printed into diagnostics: one for each line
// with a place, and one for all other lines together. A line that begins with
// a tab goes on the one before.
func (p *project) addGoErrors(u *unit, dir, output string) {
	output = strings.ReplaceAll(strings.ReplaceAll(output, "\r\n", "\n"), "\n\t", " ")
	var rest []string
	for line := range strings.SplitSeq(strings.TrimSpace(output), "\n") {
		m := goError.FindStringSubmatch(line)
		if m == nil {
			if !strings.HasPrefix(line, "# ") { // the package that the next lines are about
				rest = append(rest, line)
			}
			continue
		}
		file := m[1]
		if !filepath.IsAbs(file) {
			file = filepath.Join(dir, file)
		}
		line, _ := strconv.Atoi(m[2])
		column, _ := strconv.Atoi(m[3]) // 0 if there is none
		u.tree.diags.Add(diag.CompileFailed, p.rangeAt(file, line, max(column-1, 0), 0), "Go does not compile", sentence(m[4]),
			diag.Note{Message: "compiled for " + lower(u.tree.what), Subject: u.fn.Range.Ptr()})
	}
	text := strings.ReplaceAll(strings.Join(rest, "; "), p.root+string(filepath.Separator), "")
	if text == "" {
		return
	}
	if strings.Contains(text, "GOPROXY=off") {
		text += "; sstc downloads nothing: run go mod download first"
	}
	u.tree.diags.Add(diag.CompileFailed, u.fn.Range, "Go does not compile",
		fmt.Sprintf("go build of %s failed: %s", lower(u.tree.what), sentence(text)))
}

// addGoInputs records the files of the project that a build reads, and the
// module files that fix the versions of all others.
func (p *project) addGoInputs(goCommand, module, pkg, tags string, environment []string) error {
	list := exec.Command(goCommand, "list", tags, "-deps", "-json=Dir,GoFiles,SFiles,EmbedFiles,Standard", pkg)
	list.Dir, list.Env = module, environment
	output, err := list.Output()
	if err != nil {
		return fmt.Errorf("go list: %w", err)
	}
	for d := json.NewDecoder(bytes.NewReader(output)); ; {
		var pkg struct {
			Dir                         string
			GoFiles, SFiles, EmbedFiles []string
			Standard                    bool
		}
		if err := d.Decode(&pkg); err == io.EOF {
			break
		} else if err != nil {
			return fmt.Errorf("reading what go list printed: %w", err)
		}
		if pkg.Standard || !p.holds(pkg.Dir) {
			continue
		}
		for _, files := range [][]string{pkg.GoFiles, pkg.SFiles, pkg.EmbedFiles} {
			for _, f := range files {
				if err := p.addInput(filepath.Join(pkg.Dir, f)); err != nil {
					return err
				}
			}
		}
	}
	for _, f := range []string{"go.mod", "go.sum"} {
		if _, err := os.Stat(filepath.Join(module, f)); err == nil {
			if err := p.addInput(filepath.Join(module, f)); err != nil {
				return err
			}
		}
	}
	if dir := findUp(module, "go.work"); dir != "" && p.holds(dir) {
		return p.addInput(filepath.Join(dir, "go.work"))
	}
	return nil
}
