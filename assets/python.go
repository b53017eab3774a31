package assets

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/sstc/sstc/compiler/diag"
)

// pythonDirs are where SST looks for a handler besides the root itself.
var pythonDirs = []string{"src", "app", "functions", "lambda", "handlers", "lib"}

// A pyproject is what of a pyproject.toml says what a project is made of and
// needs.
type pyproject struct {
	dir string // absolute; of the file

	Project struct {
		Name                 string
		Dependencies         []string
		OptionalDependencies map[string][]string `toml:"optional-dependencies"`
	}
	DependencyGroups map[string][]any `toml:"dependency-groups"`
	BuildSystem      *struct{}        `toml:"build-system"`
	Tool             struct {
		UV struct {
			Sources   map[string]any
			Workspace struct{ Members, Exclude []string }
		}
		Poetry struct {
			Name         string
			Dependencies map[string]any
			Packages     []struct{ Include, From string }
		}
		Hatch struct {
			Build struct {
				Targets struct {
					Wheel struct{ Packages []string }
				}
			}
		}
	}
}

// name returns the project's name, normalized; "" if it has none.
func (p *pyproject) name() string {
	if p.Project.Name == "" {
		return normalizeName(p.Tool.Poetry.Name)
	}
	return normalizeName(p.Project.Name)
}

// A pythonPacker packs one function.
//
// As in SST, the directory that the handler is in keeps its place, and the
// packages of the project and of the workspace members that it needs are at
// the archive's root, where imports find them. What they need besides comes
// from the project's virtual environment; nothing is downloaded or built.
type pythonPacker struct {
	*unit
	project     *project
	version     string // of the runtime: "3.12"
	environment map[string]string
	locals      map[string]string // projects of the workspace: directories by normalized name
	site        string            // the virtual environment's site-packages, absolute; "" if there is none
	installed   map[string]string // .dist-info directories in it, by normalized name
	done        map[string]bool   // requirements dealt with: name and extra
	packed      map[string]bool   // normalized names that are in the archive
	missing     []string          // requirements that cannot be met
}

func (p *project) packPython(u *unit) error {
	f := u.fn
	if f.Python.Container {
		u.tree.diags.Add(diag.UnsupportedFeature, f.Range, "Unsupported packaging",
			fmt.Sprintf("%s is to be a container image, which sstc does not build. Leave python.container out, or build the image yourself.", u.tree.what))
		return nil
	}
	file := p.pythonHandler(u)
	if file == "" {
		return nil
	}
	version := strings.TrimPrefix(f.Runtime, "python")
	py := &pythonPacker{unit: u, project: p, version: version, environment: markerEnvironment(version, f.Architecture),
		locals: map[string]string{}, installed: map[string]string{}, done: map[string]bool{}, packed: map[string]bool{}}
	if err := py.pack(file); err != nil {
		return err
	}
	for _, e := range u.tree.files {
		if e.path != "" && (py.site == "" || !below(e.path, py.site)) {
			if err := p.addInput(e.path); err != nil {
				return err
			}
		}
	}
	return nil
}

// pythonHandler returns the absolute path of the handler's file, or reports
// that there is none.
func (p *project) pythonHandler(u *unit) string {
	handler := strings.TrimPrefix(filepath.ToSlash(u.fn.Handler), "./")
	stem := strings.TrimSuffix(handler, path.Ext(handler))
	if path.Ext(handler) != "" {
		for _, dir := range append([]string{""}, pythonDirs...) {
			file := p.abs(path.Join(dir, stem+".py"))
			if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
				if !p.checkInside(u.tree, p.rel(file), file) {
					return ""
				}
				return file
			}
		}
	}
	u.tree.diags.Add(diag.HandlerNotFound, u.fn.Range, "Handler not found",
		fmt.Sprintf("There is no file for the handler %q of %s: %q does not exist.%s", u.fn.Handler, lower(u.tree.what), stem+".py",
			suggestHandler(p.abs(stem), stem, strings.TrimPrefix(path.Ext(handler), "."), []string{".py"})))
	return ""
}

func (py *pythonPacker) pack(file string) error {
	p := py.project
	if py.fn.Python.Whole {
		for _, list := range wholeLists {
			if home := py.findUp(filepath.Dir(file), list, p.workspace); home != "" {
				return py.packWhole(home, list, file)
			}
		}
	}
	home := p.root
	var own *pyproject
	if dir := py.findUp(filepath.Dir(file), "pyproject.toml", p.root); dir != "" {
		home = dir
		if own = py.read(dir); own == nil {
			return nil
		}
	}
	if !py.findLocals(home, own) {
		return nil
	}
	if err := py.findSite(home); err != nil {
		return err
	}

	// The project's own packages first: they settle where the handler is.
	if own != nil {
		py.packed[own.name()] = true
		if own.BuildSystem != nil {
			if err := py.addPackages(own); err != nil {
				return err
			}
		}
	}
	if err := py.addSource(home, file); err != nil {
		return err
	}
	if !py.fn.Python.NoDependencies {
		if err := py.require(home, own); err != nil {
			return err
		}
	}
	if py.missing != nil {
		py.reportMissing(home)
	}
	return nil
}

// wholeLists are the files that list what a project of SST v2 needs, in its order.
var wholeLists = []string{"requirements.txt", "Pipfile", "poetry.lock"}

// packWhole packs a directory that has such a file.
func (py *pythonPacker) packWhole(home, list, file string) error {
	own := &pyproject{dir: home}
	if isFile(filepath.Join(home, "pyproject.toml")) {
		if own = py.read(home); own == nil {
			return nil
		}
	}
	if !py.findLocals(home, own) {
		return nil
	}
	if err := py.findSite(home); err != nil {
		return err
	}
	stem, err := filepath.Rel(home, strings.TrimSuffix(file, ".py"))
	if err != nil {
		return err
	}
	py.handler = filepath.ToSlash(stem) + path.Ext(py.fn.Handler)
	skip := func(relPath string, dir bool) bool {
		absPath := filepath.Join(home, filepath.FromSlash(relPath))
		return leaveOutWhole(relPath, dir) || dir && (below(py.project.staging, absPath) || isOutput(absPath))
	}
	if err := py.tree.add("", home, skip); err != nil {
		return err
	}
	switch {
	case py.fn.Python.NoDependencies:
		return nil
	case len(py.fn.Python.Install) > 0 && !py.project.prebuilt:
		return py.install(home)
	}
	var needed []string
	switch list {
	case "requirements.txt":
		needed, err = py.requirements(home)
	case "Pipfile":
		needed, err = py.pipfile(home)
	default:
		needed = own.dependencies(nil)
	}
	if err == nil {
		err = py.resolve(needed, nil, filepath.Join(home, list))
	}
	if err == nil && py.missing != nil {
		py.reportMissing(home)
	}
	return err
}

// leaveOutWhole leaves out what tools have put into a directory.
func leaveOutWhole(relPath string, dir bool) bool {
	name := path.Base(relPath)
	return slices.Contains([]string{"__pycache__", ".git", ".sst", ".venv", "venv", "node_modules"}, name) || path.Ext(name) == ".pyc"
}

// isOutput reports whether a directory is what a build has written.
func isOutput(absPath string) bool {
	for _, name := range []string{ManifestName, "report.md"} {
		if _, err := os.Stat(filepath.Join(absPath, name)); err != nil {
			return false
		}
	}
	return true
}

// pipfile reads the packages that a Pipfile lists.
func (py *pythonPacker) pipfile(home string) ([]string, error) {
	file := filepath.Join(home, "Pipfile")
	var pipfile struct{ Packages map[string]any }
	if _, err := toml.DecodeFile(file, &pipfile); err != nil {
		py.tree.diags.Add(diag.InvalidFile, py.project.rangeAt(file, 1, 0, 0), "Invalid Pipfile", fmt.Sprintf("The file cannot be read: %s.", tomlLine.ReplaceAllString(err.Error(), "")))
		return nil, nil
	}
	return slices.Sorted(maps.Keys(pipfile.Packages)), py.project.addInput(file)
}

// findUp is like the function of that name, but does not leave top.
func (py *pythonPacker) findUp(dir, file, top string) string {
	if d := findUp(dir, file); d != "" && below(d, top) {
		return d
	}
	return ""
}

var tomlLine = regexp.MustCompile(`^toml: (?:line (\d+)[^:]*: )?`)

// read reads a pyproject.toml, or reports what is wrong with it.
func (py *pythonPacker) read(dir string) *pyproject {
	file := filepath.Join(dir, "pyproject.toml")
	own := &pyproject{dir: dir}
	_, err := toml.DecodeFile(file, own)
	if err == nil {
		return own
	}
	if errors.Is(err, fs.ErrNotExist) {
		py.missing = append(py.missing, py.project.rel(dir))
		return nil
	}
	line := 0
	if e, ok := errors.AsType[toml.ParseError](err); ok {
		line = e.Position.Line
	}
	py.tree.diags.Add(diag.InvalidFile, py.project.rangeAt(file, max(line, 1), 0, 0), "Invalid pyproject.toml",
		sentence(tomlLine.ReplaceAllString(err.Error(), "")),
		diag.Note{Message: "read for " + lower(py.tree.what), Subject: py.fn.Range.Ptr()})
	return nil
}

// findLocals finds the projects that are built from source: the members of
// the workspace that home is in, and those that sources name by path.
func (py *pythonPacker) findLocals(home string, own *pyproject) bool {
	add := func(dir string) bool {
		if _, err := os.Stat(filepath.Join(dir, "pyproject.toml")); err != nil {
			return true
		}
		member := py.read(dir)
		if member != nil {
			py.locals[member.name()] = dir
		}
		return member != nil
	}
	for dir := home; below(dir, py.project.workspace); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "pyproject.toml")); err == nil {
			root := py.read(dir)
			if root == nil {
				return false
			}
			for _, pattern := range root.Tool.UV.Workspace.Members {
				members, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(pattern)))
				if err != nil {
					continue
				}
				for _, m := range members { // sorted
					if !add(m) {
						return false
					}
				}
			}
			for _, name := range slices.Sorted(maps.Keys(root.Tool.UV.Sources)) {
				source, _ := root.Tool.UV.Sources[name].(map[string]any)
				if at, _ := source["path"].(string); at != "" {
					if !add(filepath.Join(dir, filepath.FromSlash(at))) {
						return false
					}
				}
			}
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	return true
}

// findSite finds the virtual environment and what is installed in it.
func (py *pythonPacker) findSite(home string) error {
	for _, name := range []string{".venv", "venv"} {
		dir := py.findUp(home, filepath.Join(name, "pyvenv.cfg"), py.project.workspace)
		if dir == "" {
			continue
		}
		found, err := filepath.Glob(filepath.Join(dir, name, "lib", "python3*", "site-packages"))
		if err != nil {
			return err
		}
		windows := filepath.Join(dir, name, "Lib", "site-packages")
		if _, err := os.Stat(windows); err == nil {
			found = append(found, windows)
		}
		if len(found) > 0 {
			if py.site, err = filepath.EvalSymlinks(found[0]); err != nil {
				return err
			}
			break
		}
	}
	if py.site == "" {
		return nil
	}
	list, err := os.ReadDir(py.site)
	if err != nil {
		return err
	}
	for _, d := range list {
		if stem, ok := strings.CutSuffix(d.Name(), ".dist-info"); ok {
			name, _, _ := strings.Cut(stem, "-")
			py.installed[normalizeName(name)] = d.Name()
		}
	}
	return nil
}

// leftOut are files that no function needs. Those with compiled code are made
// by the interpreter that happened to run.
var leftOut = []string{"__pycache__", "*.py[cod]", ".git", ".gitignore", ".gitattributes", ".sst", ".venv", "venv", ".env", "env",
	"node_modules", "*.egg-info", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".tox", ".coverage", "htmlcov", ".vscode", ".idea", ".DS_Store",
	"*.sw[op]", "*~", "tests", "test", "tmp", "temp", "*.log", "*.tmp", ".python-version", ".pre-commit-config.yaml"}

func leaveOut(relPath string, dir bool) bool {
	return slices.ContainsFunc(leftOut, func(pattern string) bool {
		ok, _ := path.Match(pattern, path.Base(relPath))
		return ok
	})
}

func leaveOutInstalled(name string) bool {
	switch name {
	case "__pycache__", "test", "tests":
		return true
	}
	return path.Ext(name) == ".pyc"
}

// addPackages puts a project's import packages at the archive's root, as
// installing it would.
func (py *pythonPacker) addPackages(own *pyproject) error {
	var dirs []string // absolute paths of packages
	for _, p := range own.Tool.Hatch.Build.Targets.Wheel.Packages {
		if p = path.Clean(filepath.ToSlash(p)); p != "." {
			dirs = append(dirs, filepath.Join(own.dir, filepath.FromSlash(p)))
		}
	}
	for _, p := range own.Tool.Poetry.Packages {
		dirs = append(dirs, filepath.Join(own.dir, p.From, filepath.FromSlash(p.Include)))
	}
	if dirs == nil {
		for _, name := range []string{strings.ReplaceAll(own.name(), "-", "_"), own.Project.Name} {
			if name != "" && isDir(filepath.Join(own.dir, name)) {
				dirs = []string{filepath.Join(own.dir, name)}
				break
			}
		}
		if list, err := os.ReadDir(filepath.Join(own.dir, "src")); err == nil {
			for _, d := range list {
				if d.IsDir() && !leaveOut(d.Name(), true) || path.Ext(d.Name()) == ".py" {
					dirs = append(dirs, filepath.Join(own.dir, "src", d.Name()))
				}
			}
		}
	}
	for _, dir := range dirs {
		if _, err := os.Stat(dir); err != nil {
			py.tree.diags.Add(diag.FileNotFound, py.project.rangeOfText(filepath.Join(own.dir, "pyproject.toml"), filepath.Base(dir)), "File not found",
				fmt.Sprintf("The project names the package %q, which does not exist.", filepath.Base(dir)))
			continue
		}
		if err := py.tree.add(filepath.Base(dir), dir, leaveOut); err != nil {
			return err
		}
	}
	return nil
}

func isFile(absPath string) bool {
	info, err := os.Stat(absPath)
	return err == nil && info.Mode().IsRegular()
}

func isDir(absPath string) bool {
	info, err := os.Stat(absPath)
	return err == nil && info.IsDir()
}

// addSource adds the handler's file in its place, with the top-level directory
// of the project that it is in and the project's top-level modules, and settles
// Lambda's handler. A handler in pkg/src/pkg is one in the package pkg.
func (py *pythonPacker) addSource(home, file string) error {
	export := path.Ext(py.fn.Handler)
	stem := strings.TrimSuffix(py.project.rel(file), ".py")
	if flat := flattenSource(stem); flat != stem && py.tree.files[flat+".py"] != nil {
		py.handler = flat + export
		return nil
	}
	py.handler = stem + export
	at := py.project.rel(home)
	if at == "." {
		at = ""
	}
	inside, err := filepath.Rel(home, file)
	if err != nil {
		return err
	}
	top, _, nested := strings.Cut(filepath.ToSlash(inside), "/")
	if nested {
		if err := py.tree.add(path.Join(at, top), filepath.Join(home, top), leaveOut); err != nil {
			return err
		}
	}
	list, err := os.ReadDir(home)
	if err != nil {
		return err
	}
	for _, d := range list {
		if !d.IsDir() && path.Ext(d.Name()) == ".py" {
			if err := py.tree.add(path.Join(at, d.Name()), filepath.Join(home, d.Name()), nil); err != nil {
				return err
			}
		}
	}
	if py.tree.files[stem+".py"] == nil {
		py.tree.diags.Add(diag.HandlerNotFound, py.fn.Range, "Handler not found",
			fmt.Sprintf("The handler %q of %s is in a directory that is left out of archives, such as \"tests\". Move it.", py.fn.Handler, lower(py.tree.what)))
	}
	return nil
}

// flattenSource turns "pkg/src/pkg/api" into "pkg/api".
func flattenSource(stem string) string {
	elements := strings.Split(stem, "/")
	for i := 1; i+1 < len(elements); i++ {
		if elements[i] == "src" && elements[i-1] == elements[i+1] {
			return strings.Join(slices.Delete(elements, i, i+2), "/")
		}
	}
	return stem
}

// require adds what a project depends on: by its pyproject.toml or, if that
// lists nothing, by the requirements.txt beside it.
func (py *pythonPacker) require(home string, own *pyproject, extras ...string) error {
	where := "pyproject.toml"
	list := own.dependencies(extras)
	if len(list) == 0 {
		where = "requirements.txt"
		var err error
		if list, err = py.requirements(home); err != nil {
			return err
		}
	}
	if own != nil {
		if err := py.project.addInput(filepath.Join(home, "pyproject.toml")); err != nil {
			return err
		}
	}
	return py.resolve(list, nil, filepath.Join(home, where))
}

// dependencies are what a pyproject.toml lists, nothing if there is none.
func (own *pyproject) dependencies(extras []string) []string {
	if own == nil {
		return nil
	}
	list := slices.Clone(own.Project.Dependencies)
	for _, name := range slices.Sorted(maps.Keys(own.Project.OptionalDependencies)) {
		if slices.Contains(extras, normalizeName(name)) {
			list = append(list, own.Project.OptionalDependencies[name]...)
		}
	}
	if own.BuildSystem == nil { // as SST: a project that is not built may list all it needs under dev
		for _, d := range own.DependencyGroups["dev"] {
			if s, ok := d.(string); ok {
				list = append(list, s)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(own.Tool.Poetry.Dependencies)) {
		if name != "python" {
			list = append(list, name)
		}
	}
	return list
}

// requirements reads what a requirements.txt lists, if there is one.
func (py *pythonPacker) requirements(home string) ([]string, error) {
	file := filepath.Join(home, "requirements.txt")
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []string
	for line := range strings.Lines(string(data)) {
		line, _, _ = strings.Cut(line, " #")
		line, _, _ = strings.Cut(line, " --hash")
		if line = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(line), `\`)); line != "" && line[0] != '#' && line[0] != '-' {
			list = append(list, line)
		}
	}
	return list, py.project.addInput(file)
}

// resolve adds requirements that a project or an installed package has; extras
// are those that it is wanted with, and where is the file that lists them.
func (py *pythonPacker) resolve(list, extras []string, where string) error {
	for _, text := range list {
		if strings.HasPrefix(text, ".") { // a project by its path
			own := py.read(filepath.Join(filepath.Dir(where), filepath.FromSlash(text)))
			if own == nil {
				continue
			}
			py.locals[own.name()] = own.dir
			text = own.name()
		}
		r, err := parseRequirement(text)
		if err == nil {
			var applies bool
			if applies, err = r.applies(py.environment, extras); err == nil && !applies {
				continue
			}
		}
		if err != nil {
			py.tree.diags.Add(diag.InvalidFile, py.project.rangeOfText(where, text), "Invalid requirement", sentence(err.Error()))
			continue
		}
		if err := py.add(r); err != nil {
			return err
		}
	}
	return nil
}

// add adds the package that meets a requirement, and what that needs.
func (py *pythonPacker) add(r requirement) error {
	key := fmt.Sprintf("%s %s %q", r.name, r.version, r.extras)
	if py.done[key] {
		return nil
	}
	py.done[key] = true
	if dir, ok := py.locals[r.name]; ok {
		own := py.read(dir)
		if own == nil {
			return nil
		}
		if !py.packed[r.name] {
			py.packed[r.name] = true
			if !py.project.checkInside(py.tree, py.project.rel(dir), dir) {
				return nil
			}
			if err := py.addPackages(own); err != nil {
				return err
			}
		}
		return py.require(dir, own, r.extras...)
	}
	info, ok := py.installed[r.name]
	if !ok {
		py.missing = append(py.missing, r.name)
		return nil
	}
	d, err := py.metadata(info)
	if err != nil {
		return err
	}
	if !r.allows(d.version) {
		py.missing = append(py.missing, fmt.Sprintf("%s %s (%s is installed)", r.name, r.version, d.version))
		return nil
	}
	if !py.packed[r.name] {
		py.packed[r.name] = true
		if err := py.addInstalled(info, r.name); err != nil {
			return err
		}
	}
	return py.resolve(d.requires, r.extras, filepath.Join(py.site, info, "METADATA"))
}

// A distribution is an installed package as its METADATA describes it.
type distribution struct {
	version  string
	requires []string
}

func (py *pythonPacker) metadata(info string) (d distribution, err error) {
	file := filepath.Join(py.site, info, "METADATA")
	data, err := os.ReadFile(file)
	if err != nil {
		return d, err
	}
	if err := py.project.addInput(file); err != nil {
		return d, err
	}
	for s := bufio.NewScanner(bytes.NewReader(data)); s.Scan() && s.Text() != ""; { // the header of a message
		key, value, _ := strings.Cut(s.Text(), ": ")
		switch key {
		case "Version":
			d.version = strings.TrimSpace(value)
		case "Requires-Dist":
			d.requires = append(d.requires, value)
		}
	}
	return d, nil
}

// dependencyFiles are what SST copies to where a function's own commands install.
var dependencyFiles = []string{"Pipfile*", "pyproject*", "poetry*", "requirements.txt"}

// install packs what the function's own commands install into the directory
// that they run in, where the files are that say what the project needs.
func (py *pythonPacker) install(home string) error {
	p := py.project
	tmp, err := os.MkdirTemp("", "sstc-install-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	if tmp, err = filepath.EvalSymlinks(tmp); err != nil {
		return err
	}
	staged := map[string]bool{}
	for _, pattern := range dependencyFiles {
		names, err := filepath.Glob(filepath.Join(home, pattern))
		if err != nil {
			return err
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				continue // a directory
			}
			if err := p.addInput(name); err != nil {
				return err
			}
			staged[filepath.Base(name)] = true
			if err := os.WriteFile(filepath.Join(tmp, filepath.Base(name)), data, 0o666); err != nil {
				return err
			}
		}
	}
	shell, err := exec.LookPath("sh")
	if err != nil {
		py.tree.diags.Add(diag.ToolchainMissing, py.fn.Range, "Toolchain not found",
			fmt.Sprintf("The installCommands of %s are for a shell, and there is no sh on the PATH. With --prebuilt they are not run.", lower(py.tree.what)))
		return nil
	}
	cmd := exec.Command(shell, "-c", strings.Join(py.fn.Python.Install, " && "))
	cmd.Dir = tmp
	cmd.Env = slices.Concat(os.Environ(), offline, []string{"PIP_DISABLE_PIP_VERSION_CHECK=1", "PIP_NO_COMPILE=1", "PYTHONDONTWRITEBYTECODE=1"})
	if output, err := cmd.CombinedOutput(); err != nil {
		text := lastLines(ansi.ReplaceAllString(string(output), ""))
		if text == "" {
			text = err.Error()
		}
		py.tree.diags.Add(diag.CompileFailed, py.fn.Range, "Installing fails", fmt.Sprintf(
			"The installCommands of %s fail: %s They have no network: what they install must be on this machine. With --prebuilt they are not run, and what the project needs is taken from its virtual environment.",
			lower(py.tree.what), sentence(strings.ReplaceAll(text, tmp+string(filepath.Separator), ""))))
		return nil
	}
	skip := func(relPath string, dir bool) bool {
		return leaveOutInstalled(path.Base(relPath)) || staged[relPath] || relPath == "bin" || // commands for this machine
			path.Ext(path.Dir(relPath)) == ".dist-info" && slices.Contains(machineFiles, path.Base(relPath))
	}
	if err := py.tree.add("", tmp, skip); err != nil {
		return err
	}
	for _, e := range py.tree.files {
		if e.path == "" || !below(e.path, tmp) {
			continue
		}
		if e.data, err = os.ReadFile(e.path); err != nil {
			return err
		}
		e.path = ""
	}
	infos, err := filepath.Glob(filepath.Join(tmp, "*.dist-info"))
	if err != nil {
		return err
	}
	for _, dir := range infos {
		name, _, _ := strings.Cut(filepath.Base(dir), "-")
		if err := py.checkWheel(dir, normalizeName(name)); err != nil {
			return err
		}
	}
	return nil
}

// machineFiles of a .dist-info say how and from where it was installed.
var machineFiles = []string{"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_build.json", "uv_cache.json"}

// addInstalled adds the files of an installed package, which its RECORD lists.
func (py *pythonPacker) addInstalled(info, name string) error {
	dir := filepath.Join(py.site, info)
	data, err := os.ReadFile(filepath.Join(dir, "RECORD"))
	if err != nil {
		return err
	}
	records, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		return fmt.Errorf("reading the RECORD of %s: %w", name, err)
	}
	for _, r := range records {
		file := path.Clean(filepath.ToSlash(r[0]))
		if strings.HasPrefix(file, "../") || path.IsAbs(file) || slices.ContainsFunc(strings.Split(file, "/"), leaveOutInstalled) ||
			path.Dir(file) == info && slices.Contains(machineFiles, path.Base(file)) {
			continue
		}
		absPath := filepath.Join(py.site, filepath.FromSlash(file))
		if path.Ext(file) == ".pth" {
			py.missing = append(py.missing, name+" (installed as editable)")
			return nil
		}
		stat, err := os.Stat(absPath)
		if errors.Is(err, fs.ErrNotExist) {
			py.missing = append(py.missing, name+" (its files are incomplete)")
			return nil
		}
		if err != nil {
			return err
		}
		py.tree.addFile(file, absPath, stat)
	}
	return py.checkWheel(dir, name)
}

// checkWheel reports a package whose native code is for another system or
// another Python.
func (py *pythonPacker) checkWheel(dir, name string) error {
	data, err := os.ReadFile(filepath.Join(dir, "WHEEL"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var tags []string
	for line := range strings.Lines(string(data)) {
		if tag, ok := strings.CutPrefix(line, "Tag: "); ok {
			tags = append(tags, strings.TrimSpace(tag))
		}
	}
	if len(tags) == 0 || slices.ContainsFunc(tags, py.runs) {
		return nil
	}
	py.tree.diags.Add(diag.PackagePlatform, py.fn.Range, "Package for another platform",
		fmt.Sprintf("%s needs %q, whose native code must be for Python %s on linux-%s; the virtual environment has it for %s. Install it for that platform (uv pip install --python-version %s --python-platform %s-manylinux_2_28), or build the function yourself and name the directory with the result as its bundle.",
			py.tree.what, name, py.version, py.environment["platform_machine"], tags[0], py.version, py.environment["platform_machine"]))
	return nil
}

// runs reports whether a wheel with that tag runs on Lambda: "py3-none-any",
// "cp312-cp312-manylinux_2_17_x86_64", "cp38-abi3-manylinux2014_aarch64".
func (py *pythonPacker) runs(tag string) bool {
	parts := strings.SplitN(tag, "-", 3)
	if len(parts) != 3 {
		return false
	}
	interpreter, abi, platform := parts[0], parts[1], parts[2]
	if platform != "any" && (!strings.Contains(platform, "linux") || strings.HasPrefix(platform, "musllinux") ||
		!strings.HasSuffix(platform, "_"+py.environment["platform_machine"])) {
		return false
	}
	if strings.HasPrefix(interpreter, "py") || abi == "abi3" {
		return true
	}
	return interpreter == "cp"+strings.ReplaceAll(py.version, ".", "")
}

// reportMissing names at once all that cannot be packed offline.
func (py *pythonPacker) reportMissing(home string) {
	slices.Sort(py.missing)
	where := "the virtual environment"
	if py.site == "" {
		where = "a virtual environment, of which there is none (.venv)"
	}
	py.tree.diags.Add(diag.PackageNotInstalled, py.fn.Range, "Package not installed",
		fmt.Sprintf("%s needs from %s: %s. sstc copies packages from there and from the workspace, and downloads none: run uv sync in %q, or build the function yourself and name the directory with the result as its bundle.",
			py.tree.what, where, diag.Words(slices.Compact(py.missing)), py.project.rel(home)))
}
