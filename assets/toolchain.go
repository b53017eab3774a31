package assets

import (
	"archive/zip"
	"bytes"
	"cmp"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
)

// A toolRun is a language's own tool at work: what it is, what it says, and what
// it leaves behind.
type toolRun struct {
	project  *project
	language string         // "Java"
	command  []string       // with its arguments
	dir      string         // absolute
	env      []string       // besides what all tools have
	mistake  *regexp.Regexp // file, line, column (or nothing) and message in a line of its output
}

// offline are variables that keep tools from the network: those that know of
// no switch find a proxy that is not there.
var offline = []string{
	"HTTP_PROXY=http://127.0.0.1:9", "HTTPS_PROXY=http://127.0.0.1:9", "ALL_PROXY=http://127.0.0.1:9", "NO_PROXY=",
	"http_proxy=http://127.0.0.1:9", "https_proxy=http://127.0.0.1:9", "all_proxy=http://127.0.0.1:9", "no_proxy=",
	"TZ=UTC", "LC_ALL=C", "SOURCE_DATE_EPOCH=315532800",
}

// run runs the tool. What is wrong with the user's code is in the unit's
// diagnostics, and then ok is false.
func (r *toolRun) run(u *unit) (ok bool, err error) {
	cmd := exec.Command(r.command[0], r.command[1:]...)
	cmd.Dir, cmd.Env = r.dir, slices.Concat(os.Environ(), offline, r.env)
	output, err := cmd.CombinedOutput()
	if err == nil {
		return true, nil
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		u.tree.diags.Add(diag.CompileFailed, u.fn.Range, r.language+" does not compile", fmt.Sprintf("%s cannot be run: %s.", filepath.Base(r.command[0]), err))
		return false, nil
	}
	r.report(u, string(output))
	return false, nil
}

// report turns output into diagnostics: one for each mistake with a place, or
// else one with the last lines.
func (r *toolRun) report(u *unit, output string) {
	output = ansi.ReplaceAllString(strings.ReplaceAll(output, "\r\n", "\n"), "")
	seen := map[string]bool{}
	for line := range strings.Lines(output) {
		m := r.mistake.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil || seen[m[0]] {
			continue
		}
		seen[m[0]] = true
		file := filepath.FromSlash(m[1])
		if !filepath.IsAbs(file) {
			file = filepath.Join(r.dir, file)
		}
		number, _ := strconv.Atoi(m[2])
		column, _ := strconv.Atoi(m[3])
		u.tree.diags.Add(diag.CompileFailed, r.project.rangeAt(file, number, max(column-1, 0), 0), r.language+" does not compile", sentence(m[4]),
			diag.Note{Message: "compiled for " + lower(u.tree.what), Subject: u.fn.Range.Ptr()})
	}
	if len(seen) > 0 {
		return
	}
	text := strings.ReplaceAll(lastLines(output), r.project.root+string(filepath.Separator), "")
	u.tree.diags.Add(diag.CompileFailed, u.fn.Range, r.language+" does not compile",
		fmt.Sprintf("%s failed: %s It has no network: what it needs must be there already.", filepath.Base(r.command[0]), sentence(text)))
}

// lastLines are the last of what a tool has said, as one.
func lastLines(output string) string {
	lines := strings.FieldsFunc(strings.TrimSpace(output), func(c rune) bool { return c == '\n' })
	return strings.Join(lines[max(len(lines)-20, 0):], "; ")
}

var ansi = regexp.MustCompile("\x1b\\[[0-9;]*m")

// missing reports a tool that is not there.
func (u *unit) missing(language, tool, install string) {
	u.tree.diags.Add(diag.ToolchainMissing, u.fn.Range, "Toolchain not found",
		fmt.Sprintf("%s is written in %s, and there is no %s. %s If it has been built already, --prebuilt takes what is there.", u.tree.what, language, tool, install))
}

// notBuilt reports that what a tool was to leave behind is not there.
func (p *project) notBuilt(u *unit, absPath string) {
	how := "The build has succeeded and not made it."
	if p.prebuilt {
		how = "Build it first, or leave out --prebuilt."
	}
	u.tree.diags.Add(diag.FileNotFound, u.fn.Range, "Build output not found", fmt.Sprintf("The code of %s would be in %q, which does not exist. %s", lower(u.tree.what), p.rel(absPath), how))
}

// notFound reports that a project of a language's is not there.
func (u *unit) notFound(file, where string) {
	u.tree.diags.Add(diag.HandlerNotFound, u.fn.Range, "Handler not found",
		fmt.Sprintf("The handler %q of %s needs a file %s, and there is none %s.", u.fn.Handler, lower(u.tree.what), file, where))
}

// madeDirs are directories that builds leave behind, or that are no source.
var madeDirs = []string{"node_modules", ".sst", ".git", ".gradle", "build", "target", "bin", "obj", "out"}

// findBelow returns the first directory with a file of one of the names, each
// directory before those in it, or "".
func findBelow(dir string, names ...string) string {
	for _, name := range names {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return dir
		}
	}
	list, _ := os.ReadDir(dir) // sorted by name
	for _, d := range list {
		if d.IsDir() && d.Name() != "node_modules" && d.Name() != ".sst" && d.Name() != ".git" {
			if found := findBelow(filepath.Join(dir, d.Name()), names...); found != "" {
				return found
			}
		}
	}
	return ""
}

// addSourceInputs records the files of a project but for what builds make.
func (p *project) addSourceInputs(dir string) error {
	return filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != dir && slices.Contains(madeDirs, d.Name()):
			return fs.SkipDir
		case d.Type().IsRegular():
			return p.addInput(name)
		}
		return nil
	})
}

// buildWith builds functions in languages whose tools know projects rather than
// functions: one after the other, since they share directories.
func (p *project) buildWith(units []*unit, tmp string) error {
	t := &tools{project: p, tmp: tmp, done: map[string]bool{}, dirs: map[string]bool{}}
	for _, u := range units {
		build := t.buildRust
		switch {
		case strings.HasPrefix(u.fn.Runtime, "java"):
			build = t.buildJava
		case strings.HasPrefix(u.fn.Runtime, "dotnet"):
			build = t.buildDotnet
		}
		if err := build(u); err != nil {
			return err
		}
	}
	for dir := range t.dirs { // once nothing changes in them any more
		if err := p.addSourceInputs(dir); err != nil {
			return err
		}
	}
	return nil
}

// tools are the tools at work.
type tools struct {
	*project
	tmp  string
	done map[string]bool // commands in directories
	dirs map[string]bool // those of projects that have been built
}

// javaMistake is one of javac's or Kotlin's. Old versions of Gradle begin the line with the task.
var javaMistake = regexp.MustCompile(`^(?:[ew]: |:[\w:-]+)?(?:file://)?(/?.+?\.(?:java|kt|groovy|scala|gradle|kts)):(\d+):(?:(\d+):?)? (?:error: )?(.+)$`)

// reproducible is a script of Gradle's, of any version since 3.4, by which archives
// depend on nothing but what is in them.
const reproducible = `allprojects {
  tasks.withType(AbstractArchiveTask).all {
    preserveFileTimestamps = false
    reproducibleFileOrder = true
  }
}
`

// buildJava packs what Gradle's task has put into a zip.
func (t *tools) buildJava(u *unit) error {
	u.handler = u.fn.Handler
	dir := findBelow(t.root, "build.gradle", "build.gradle.kts")
	if dir == "" {
		u.notFound(`"build.gradle"`, "in the app")
		return nil
	}
	task := cmp.Or(u.fn.Java.Task, "build")
	if key := dir + "\x00" + task; !t.prebuilt && !t.done[key] {
		gradle := filepath.Join(dir, "gradlew")
		if _, err := os.Stat(gradle); err != nil {
			if gradle, err = exec.LookPath("gradle"); err != nil {
				u.missing("Java", "gradle command on the PATH, and no gradlew beside build.gradle", "Install Gradle and a JDK, or add Gradle's wrapper to the project.")
				return nil
			}
		}
		script, err := os.CreateTemp(t.tmp, "*.gradle")
		if err != nil {
			return err
		}
		defer os.Remove(script.Name())
		if _, err := script.WriteString(reproducible); err != nil {
			return err
		}
		if err := script.Close(); err != nil {
			return err
		}
		r := toolRun{project: t.project, language: "Java", dir: dir, mistake: javaMistake, command: slices.Concat(
			[]string{gradle}, strings.Fields(task), []string{"--offline", "--console=plain", "--init-script", script.Name(), "-Dorg.gradle.logging.level=lifecycle"})}
		if ok, err := r.run(u); !ok || err != nil {
			return err
		}
		t.done[key] = true
	}
	output := filepath.Join(dir, "build", filepath.FromSlash(cmp.Or(u.fn.Java.OutputDir, "distributions")))
	names, _ := filepath.Glob(filepath.Join(output, "*.zip")) // sorted
	if len(names) == 0 {
		t.notBuilt(u, filepath.Join(output, "*.zip"))
		return nil
	}
	if err := u.tree.addZip(names[0]); err != nil {
		return err
	}
	t.dirs[dir] = true
	return nil
}

// addZip adds what is in an archive.
func (t *tree) addZip(absPath string) error {
	r, err := zip.OpenReader(absPath)
	if err != nil {
		t.diags.Add(diag.UnpackableFile, t.rng, "Archive cannot be read", fmt.Sprintf("%s is in %q, which is no archive.", t.what, t.project.rel(absPath)))
		return nil
	}
	defer r.Close()
	for _, f := range r.File {
		if f.FileInfo().IsDir() {
			continue
		}
		content, err := f.Open()
		if err != nil {
			return err
		}
		data, err := io.ReadAll(content)
		content.Close()
		if err != nil {
			return err
		}
		name := path.Clean("/" + f.Name)[1:]
		t.addData(name, data)
		if f.Mode()&0o100 != 0 {
			t.files[name].kind = executable
		}
	}
	return nil
}

// frameworks are .NET's names for Lambda's runtimes.
var frameworks = map[string]string{
	"dotnetcore1.0": "netcoreapp3.1", "dotnetcore2.0": "netcoreapp3.1", "dotnetcore2.1": "netcoreapp3.1", "dotnetcore3.1": "netcoreapp3.1",
	"dotnet6": "net6.0", "dotnet8": "net8.0",
}

var dotnetMistake = regexp.MustCompile(`^(.+?\.(?:cs|fs|vb|csproj|props|targets))\((\d+),(\d+)(?:,\d+,\d+)?\): error ([A-Z]+\d+: .+?)(?: \[[^\]]*\])?$`)

// buildDotnet packs what dotnet publish makes of the project that the handler
// names: "Assembly::Namespace.Class::Method".
func (t *tools) buildDotnet(u *unit) error {
	u.handler = u.fn.Handler
	name, _, _ := strings.Cut(u.fn.Handler, ":")
	framework := frameworks[u.fn.Runtime]
	if framework == "" {
		u.tree.diags.Add(diag.UnsupportedFeature, u.fn.Range, "Unsupported runtime", fmt.Sprintf("sstc does not know what of .NET the runtime %q has.", u.fn.Runtime))
		return nil
	}
	dir := findBelow(t.root, name+".csproj")
	if dir == "" {
		u.notFound(strconv.Quote(name+".csproj"), "in the app")
		return nil
	}
	output := filepath.Join(dir, "bin", "Release", framework, "publish")
	if !t.prebuilt {
		dotnet, err := exec.LookPath("dotnet")
		if err != nil {
			u.missing(".NET", "dotnet command on the PATH", "Install the SDK of .NET ("+framework+").")
			return nil
		}
		if output, err = os.MkdirTemp(t.tmp, "dotnet-*"); err != nil {
			return err
		}
		defer os.RemoveAll(output)
		r := toolRun{project: t.project, language: ".NET", dir: dir, mistake: dotnetMistake, command: []string{
			dotnet, "publish", name + ".csproj", "--output", output, "--configuration", "Release", "--framework", framework, "--self-contained", "false", "-nologo",
			"-p:GenerateRuntimeConfigurationFiles=true", "-p:Deterministic=true", "-p:PathMap=" + t.workspace + "=/workspace", "-p:RestoreIgnoreFailedSources=true",
		}, env: []string{"DOTNET_CLI_TELEMETRY_OPTOUT=1", "DOTNET_NOLOGO=1", "DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1", "DOTNET_CLI_UI_LANGUAGE=en"}}
		if ok, err := r.run(u); !ok || err != nil {
			return err
		}
	}
	list, err := os.ReadDir(output)
	if err != nil || len(list) == 0 {
		t.notBuilt(u, filepath.Join(dir, "bin", "Release", framework, "publish"))
		return nil
	}
	if err := u.tree.addRead(output); err != nil {
		return err
	}
	t.dirs[dir] = true
	return nil
}

// addRead adds the files of a directory that may be gone when they are packed.
func (t *tree) addRead(dir string) error {
	if err := t.add("", dir, nil); err != nil {
		return err
	}
	for _, e := range t.files {
		if e.path == "" {
			continue
		}
		data, err := os.ReadFile(e.path)
		if err != nil {
			return err
		}
		e.data, e.path = data, ""
	}
	return nil
}

var rustMistake = regexp.MustCompile(`^(.+?\.(?:rs|toml)):(\d+):(\d+): error(?:\[E\d+\])?: (.+)$`)

// buildRust packs the executable that cargo lambda makes. The handler names a
// binary: "src/bin/api.rs", or in later versions of SST "crates/api.binary".
func (t *tools) buildRust(u *unit) error {
	handler, name := path.Dir(u.fn.Handler), path.Base(u.fn.Handler)
	switch ext := path.Ext(u.fn.Handler); ext {
	case "", ".rs":
		u.handler, name = "handler", strings.TrimSuffix(name, ext)
	default:
		u.handler, handler, name = bootstrap, strings.TrimSuffix(u.fn.Handler, ext), ext[1:]
	}
	dir := findUp(t.abs(handler), "Cargo.toml")
	if dir == "" || !t.holds(dir) {
		u.notFound(`"Cargo.toml"`, "in its directory or above")
		return nil
	}
	if !t.prebuilt {
		cargo, err := exec.LookPath("cargo")
		if err != nil {
			u.missing("Rust", "cargo command on the PATH", "Install Rust, and cargo-lambda (cargo install cargo-lambda).")
			return nil
		}
		if !hasCargoLambda() {
			return t.buildRustHere(u, cargo, dir, name)
		}
		command := []string{cargo, "lambda", "build", "--release"}
		if u.fn.Architecture == "arm64" {
			command = append(command, "--arm64")
		}
		r := toolRun{project: t.project, language: "Rust", dir: dir, mistake: rustMistake, command: append(command, "--bin", name, "--message-format", "short"),
			env: []string{"CARGO_NET_OFFLINE=true", "CARGO_TERM_COLOR=never"}}
		if ok, err := r.run(u); !ok || err != nil {
			return err
		}
	}
	file := t.cargoOutput(dir, "lambda", name, bootstrap)
	data, err := os.ReadFile(file)
	if err != nil {
		t.notBuilt(u, file)
		return nil
	}
	// Read now: the next function may be for another architecture.
	u.tree.files[bootstrap] = &entry{name: bootstrap, kind: executable, data: data}
	t.dirs[dir] = true
	return nil
}

// cargoOutput is the path of something in a crate's target directory. A member of
// a workspace has that in the workspace's.
func (t *tools) cargoOutput(dir string, names ...string) string {
	made := filepath.Join(append([]string{"target"}, names...)...)
	if above := findUp(dir, made); above != "" && t.holds(above) {
		return filepath.Join(above, made)
	}
	return filepath.Join(dir, made)
}

func hasCargoLambda() bool {
	if _, err := exec.LookPath("cargo-lambda"); err == nil {
		return true
	}
	home, _ := os.UserHomeDir()
	return isFile(filepath.Join(cmp.Or(os.Getenv("CARGO_HOME"), filepath.Join(home, ".cargo")), "bin", "cargo-lambda"))
}

// lambdaC is the version of the C library in Lambda's provided.al2023.
var lambdaC = []int{2, 34}

// machines are those of Lambda's architectures.
var machines = map[string]elf.Machine{"x86_64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}

// buildRustHere builds with cargo alone, without cargo-lambda. That makes an
// executable for this machine, which is looked at: Lambda must be able to run it.
func (t *tools) buildRustHere(u *unit, cargo, dir, name string) error {
	const install = "Install it: cargo install cargo-lambda."
	if runtime.GOOS != "linux" || runtime.GOARCH != map[string]string{"x86_64": "amd64", "arm64": "arm64"}[u.fn.Architecture] {
		u.missing("Rust", "cargo-lambda on the PATH, by which it could be built for "+u.fn.Architecture, install)
		return nil
	}
	r := toolRun{project: t.project, language: "Rust", dir: dir, mistake: rustMistake, command: []string{cargo, "build", "--release", "--bin", name, "--message-format", "short"},
		env: []string{"CARGO_NET_OFFLINE=true", "CARGO_TERM_COLOR=never"}}
	if ok, err := r.run(u); !ok || err != nil {
		return err
	}
	file := t.cargoOutput(dir, "release", name)
	data, err := os.ReadFile(file)
	if err != nil {
		t.notBuilt(u, file)
		return nil
	}
	if why := foreignTo(data, u.fn.Architecture); why != "" {
		u.missing("Rust", "cargo-lambda on the PATH: what cargo alone makes here "+why, install)
		return nil
	}
	u.tree.files[bootstrap] = &entry{name: bootstrap, kind: executable, data: data}
	t.dirs[dir] = true
	return nil
}

// foreignTo says why Lambda could not run an executable, "" if it can.
func foreignTo(data []byte, architecture string) string {
	f, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		return "is no executable of Linux"
	}
	if f.Machine != machines[architecture] {
		return "is for another architecture"
	}
	libraries, err := f.ImportedLibraries()
	if err != nil {
		return "cannot be read"
	}
	for _, library := range libraries {
		if !ofSystem.MatchString(library) {
			return "needs " + library + ", which Lambda does not have"
		}
	}
	symbols, err := f.ImportedSymbols()
	if err != nil && !errors.Is(err, elf.ErrNoSymbols) {
		return "cannot be read"
	}
	for _, s := range symbols {
		text, ok := strings.CutPrefix(s.Version, "GLIBC_")
		if !ok {
			continue
		}
		var version []int
		for part := range strings.SplitSeq(text, ".") {
			n, _ := strconv.Atoi(part)
			version = append(version, n)
		}
		if slices.Compare(version, lambdaC) > 0 {
			return fmt.Sprintf("needs version %s of the C library (%s), and Lambda has %d.%d", text, s.Name, lambdaC[0], lambdaC[1])
		}
	}
	return ""
}

// ofSystem are the libraries that Lambda's runtimes for executables have.
var ofSystem = regexp.MustCompile(`^(lib(c|m|dl|rt|pthread|gcc_s)\.so\.\d|ld-linux.*)$`)
