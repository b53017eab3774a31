package modules

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/engine"
)

// A Kind is the way in which a module is asked for, which packages may tell
// apart.
type Kind string

const (
	Require Kind = "require"
	Import  Kind = "import"
)

// packageJSON is what resolution reads of a package.json.
type packageJSON struct {
	Name    string          `json:"name"`
	Version string          `json:"version"`
	Main    json.RawMessage `json:"main"`
	Type    string          `json:"type"`
	Exports json.RawMessage `json:"exports"`
	Imports json.RawMessage `json:"imports"`

	exports []field // parsed, once they have been asked for
}

// Resolve finds the module that a file asks for. The answer is a file without
// symbolic links in its name, the name of a virtual module, or "node:" and the
// name of a module of Node's. An error has Node's code, such as
// "MODULE_NOT_FOUND".
func (l *Loader) Resolve(spec, from string, kind Kind) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.find(spec, from, kind)
}

func (l *Loader) find(spec, from string, kind Kind) (string, error) {
	if name, ok := strings.CutPrefix(spec, "node:"); ok || slices.Contains(engine.Modules(), spec) {
		return "node:" + name, nil
	}
	if l.opts.Virtual != nil {
		if name, ok := l.opts.Virtual(spec, from); ok {
			return name, nil
		}
	}
	dir := path.Dir(from)
	if isVirtual(from) {
		dir = l.bases[from]
	}
	key := dir + "\x00" + string(kind) + "\x00" + spec
	if file, ok := l.found[key]; ok {
		return file, nil
	}
	file, err := l.resolve(spec, dir, from, kind)
	if err != nil {
		return "", err
	}
	l.found[key] = file
	return file, nil
}

func (l *Loader) resolve(spec, dir, from string, kind Kind) (string, error) {
	switch {
	case spec == "":
		return "", &engine.Throw{Name: "TypeError", Message: "The argument 'id' must be a non-empty string. Received ''", Code: "ERR_INVALID_ARG_VALUE"}
	case strings.HasPrefix(spec, "file://"):
		spec = strings.TrimPrefix(spec, "file://")
		fallthrough
	case spec == ".", spec == "..", strings.HasPrefix(spec, "./"), strings.HasPrefix(spec, "../"), strings.HasPrefix(spec, "/"):
		target := spec
		if !path.IsAbs(spec) {
			target = path.Join(dir, spec)
		}
		if strings.HasSuffix(spec, "/") || spec == "." || spec == ".." || strings.HasSuffix(spec, "/.") || strings.HasSuffix(spec, "/..") {
			if file := l.asDirectory(target); file != "" {
				return l.real(file)
			}
		} else if file := l.asFile(target); file != "" {
			return l.real(file)
		} else if file := l.asDirectory(target); file != "" {
			return l.real(file)
		}
		return "", notFound(spec, from)
	case strings.HasPrefix(spec, "#"):
		p, at := l.scope(dir)
		if p == nil || p.Imports == nil {
			return "", notFound(spec, from)
		}
		var target string
		imports, err := orderedFields(p.Imports)
		if err == nil {
			target, err = match(imports, spec, kind)
		}
		if err != nil || target == "" {
			return "", notExported(spec, at, from, true)
		}
		if !strings.HasPrefix(target, "./") {
			return l.find(target, path.Join(at, "package.json"), kind)
		}
		return l.exported(path.Join(at, target), spec, from)
	}
	name, sub := splitPackage(spec)
	if p, at := l.scope(dir); p != nil && p.Exports != nil && p.Name == name {
		return l.fromExports(p, at, sub, spec, from, kind)
	}
	for at := dir; ; at = path.Dir(at) {
		if path.Base(at) != "node_modules" {
			if file, err := l.inPackage(path.Join(at, "node_modules", name), sub, spec, from, kind); file != "" || err != nil {
				return file, err
			}
		}
		if at == path.Dir(at) {
			break
		}
	}
	return "", notFound(spec, from)
}

// inPackage looks for a package in one directory. It returns "" if it is not
// there.
func (l *Loader) inPackage(dir, sub, spec, from string, kind Kind) (string, error) {
	if l.kind(dir) != 'd' {
		if _, err := l.opts.FS.Real(dir); errors.Is(err, engine.ErrOutside) && !strings.HasPrefix(dir, "/node_modules/") {
			return "", &engine.Throw{Code: "MODULE_NOT_FOUND", Err: err,
				Message: fmt.Sprintf("Cannot find module '%s': the package is a link to a directory outside the workspace", spec)}
		}
		// A file is required by name as well: node_modules/name.js.
		if file := l.asFile(path.Join(dir, sub)); file != "" && sub == "" {
			return l.real(file)
		}
		return "", nil
	}
	if p := l.packageAt(dir); p != nil && p.Exports != nil {
		return l.fromExports(p, dir, sub, spec, from, kind)
	}
	target := path.Join(dir, sub)
	if sub != "" {
		if file := l.asFile(target); file != "" {
			return l.real(file)
		}
	}
	if file := l.asDirectory(target); file != "" {
		return l.real(file)
	}
	return "", nil
}

func (l *Loader) fromExports(p *packageJSON, dir, sub, spec, from string, kind Kind) (string, error) {
	subpath := "."
	if sub != "" {
		subpath = "./" + sub
	}
	paths, err := p.exportedPaths()
	var target string
	if err == nil {
		target, err = match(paths, subpath, kind)
	}
	if err != nil || target == "" {
		return "", notExported(subpath, dir, from, false)
	}
	return l.exported(path.Join(dir, target), spec, from)
}

func (l *Loader) exported(file, spec, from string) (string, error) {
	if l.kind(file) == 'f' {
		return l.real(file)
	}
	return "", notFound(spec, from)
}

// exportedPaths are the exports as a map of paths.
func (p *packageJSON) exportedPaths() ([]field, error) {
	if p.exports == nil {
		exports := p.Exports
		if isMain(exports) {
			exports = json.RawMessage(`{".":` + string(exports) + `}`)
		}
		fields, err := orderedFields(exports)
		if err != nil {
			return nil, err
		}
		p.exports = fields
	}
	return p.exports, nil
}

// isMain reports whether exports are those of the package's main module, and
// not a map of paths.
func isMain(exports json.RawMessage) bool {
	fields, err := orderedFields(exports)
	return err != nil || len(fields) > 0 && !strings.HasPrefix(fields[0].key, ".")
}

func splitPackage(spec string) (name, sub string) {
	parts := strings.SplitN(spec, "/", 3)
	if strings.HasPrefix(spec, "@") && len(parts) > 1 {
		return parts[0] + "/" + parts[1], strings.Join(parts[2:], "/")
	}
	name, sub, _ = strings.Cut(spec, "/")
	return name, sub
}

type field struct {
	key   string
	value json.RawMessage
}

// orderedFields are those of a JSON object in the order in which they are
// written, which decides between conditions.
func orderedFields(b json.RawMessage) ([]field, error) {
	d := json.NewDecoder(strings.NewReader(string(b)))
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	if t != json.Delim('{') {
		return nil, errors.New("not an object")
	}
	var fields []field
	for d.More() {
		k, err := d.Token()
		if err != nil {
			return nil, err
		}
		var v json.RawMessage
		if err := d.Decode(&v); err != nil {
			return nil, err
		}
		fields = append(fields, field{k.(string), v})
	}
	return fields, nil
}

// match finds a path in a map of paths, by itself or by the pattern with the
// longest part in front of its star. It returns "" if it is not to be had.
func match(fields []field, want string, kind Kind) (string, error) {
	best, star := -1, ""
	for i, f := range fields {
		if f.key == want && !strings.Contains(f.key, "*") {
			return target(f.value, "", kind)
		}
		pre, post, ok := strings.Cut(f.key, "*")
		if !ok && strings.HasSuffix(f.key, "/") { // a folder, as older packages write it
			pre, post, ok = f.key, "", true
		}
		if ok && strings.HasPrefix(want, pre) && strings.HasSuffix(want, post) && len(want) >= len(pre)+len(post) {
			if best < 0 || len(pre) > len(before(fields[best].key)) {
				best, star = i, want[len(pre):len(want)-len(post)]
			}
		}
	}
	if best < 0 {
		return "", nil
	}
	return target(fields[best].value, star, kind)
}

func before(pattern string) string {
	pre, _, _ := strings.Cut(pattern, "*")
	return pre
}

// target chooses among conditions.
func target(v json.RawMessage, star string, kind Kind) (string, error) {
	var s *string
	if json.Unmarshal(v, &s) == nil {
		if s == nil { // null: not to be had
			return "", nil
		}
		if strings.HasSuffix(*s, "/") {
			return *s + star, nil
		}
		return strings.ReplaceAll(*s, "*", star), nil
	}
	var list []json.RawMessage
	if json.Unmarshal(v, &list) == nil {
		for _, e := range list {
			if t, err := target(e, star, kind); t != "" || err != nil {
				return t, err
			}
		}
		return "", nil
	}
	fields, err := orderedFields(v)
	if err != nil {
		return "", err
	}
	for _, f := range fields {
		if f.key == "default" || f.key == "node" || f.key == "node-addons" || f.key == string(kind) {
			if t, err := target(f.value, star, kind); t != "" || err != nil {
				return t, err
			}
		}
	}
	return "", nil
}

// asFile is a file of that name, or with an extension that may be left out.
func (l *Loader) asFile(name string) string {
	for _, ext := range []string{"", ".js", ".json", ".node"} {
		if l.kind(name+ext) == 'f' {
			return name + ext
		}
	}
	return ""
}

func (l *Loader) asDirectory(dir string) string {
	if l.kind(dir) != 'd' {
		return ""
	}
	if p := l.packageAt(dir); p != nil {
		var main string
		if json.Unmarshal(p.Main, &main) == nil && main != "" {
			target := path.Join(dir, main)
			if file := l.asFile(target); file != "" {
				return file
			}
			if file := l.asIndex(target); file != "" {
				return file
			}
		}
	}
	return l.asIndex(dir)
}

func (l *Loader) asIndex(dir string) string {
	for _, name := range []string{"index.js", "index.json", "index.node"} {
		if l.kind(path.Join(dir, name)) == 'f' {
			return path.Join(dir, name)
		}
	}
	return ""
}

// kind is 'd', 'f', or 0 for what is not there. Nothing changes while a
// program runs.
func (l *Loader) kind(name string) byte {
	k, ok := l.kinds[name]
	if ok {
		return k
	}
	if dir := path.Dir(name); dir != name && l.kind(dir) != 'd' {
		k = 0 // nothing is in what is no directory
	} else if info, err := l.opts.FS.Stat(name); err == nil {
		k = 'f'
		if info.IsDir() {
			k = 'd'
		}
	} else if dir == "/" {
		// The root of the file system may have directories that only what is in
		// them can be asked for.
		k = 'd'
	}
	l.kinds[name] = k
	return k
}

func (l *Loader) real(name string) (string, error) {
	if r, ok := l.reals[name]; ok {
		return r, nil
	}
	r, err := l.opts.FS.Real(name)
	if err != nil {
		return "", err
	}
	l.reals[name] = r
	return r, nil
}

// scope is the package that a directory is in.
func (l *Loader) scope(dir string) (*packageJSON, string) {
	for at := dir; ; at = path.Dir(at) {
		if path.Base(at) == "node_modules" || at == "/" || at == "." {
			return nil, ""
		}
		if p := l.packageAt(at); p != nil {
			return p, at
		}
	}
}

func (l *Loader) packageAt(dir string) *packageJSON {
	if p, ok := l.packages[dir]; ok {
		return p
	}
	var p *packageJSON
	name := path.Join(dir, "package.json")
	if l.kind(name) == 'f' {
		if b, err := l.opts.FS.ReadFile(name); err == nil {
			p = &packageJSON{}
			if json.Unmarshal(b, p) != nil {
				p = nil
			} else if string(p.Exports) == "null" {
				p.Exports = nil
			}
		}
	}
	l.packages[dir] = p
	return p
}

// PackageDir is the directory of a package that is installed for files in dir,
// or "", and its version.
func (l *Loader) PackageDir(name, dir string) (found, version string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for at := dir; ; at = path.Dir(at) {
		if p := path.Join(at, "node_modules", name); l.kind(p) == 'd' {
			if real, err := l.real(p); err == nil {
				if info := l.packageAt(real); info != nil {
					version = info.Version
				}
				return real, version
			}
		}
		if at == path.Dir(at) {
			return "", ""
		}
	}
}

// IsESM reports whether a file that was found is an ES module.
func (l *Loader) IsESM(file string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.isESM(file)
}

func notFound(spec, from string) error {
	return &engine.Throw{Message: fmt.Sprintf("Cannot find module '%s'\nRequire stack:\n- %s", spec, from), Code: "MODULE_NOT_FOUND"}
}

func notExported(subpath, dir, from string, imports bool) error {
	if imports {
		return &engine.Throw{Name: "TypeError", Code: "ERR_PACKAGE_IMPORT_NOT_DEFINED",
			Message: fmt.Sprintf("Package import specifier \"%s\" is not defined in package %s/package.json imported from %s", subpath, dir, from)}
	}
	return &engine.Throw{Code: "ERR_PACKAGE_PATH_NOT_EXPORTED",
		Message: fmt.Sprintf("Package subpath '%s' is not defined by \"exports\" in %s/package.json", subpath, dir)}
}
