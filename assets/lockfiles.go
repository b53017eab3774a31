package assets

import (
	"archive/zip"
	"bytes"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

// A package with native code is installed for the machine that it is installed
// on. Lockfiles list it for the others too, with the digest of its archive, and
// package managers have archives by their digests: what comes from there is what
// the lockfile says, or nothing.

// A lockfile is what a package manager notes of what it installs.
type lockfile struct {
	dir      string // that it is in
	name     string
	packages map[string]lockedPackage
}

// A lockedPackage is a package in a lockfile: of npm by its place, such as
// "node_modules/a/node_modules/b", of others by name and version, "a@1.0.0".
type lockedPackage struct {
	Version   string
	Integrity string
	OS, CPU   stringList
	// Checksum is that of the zip in Yarn's cache, after the version of the form
	// and a slash: "10c0/5f1a...".
	Checksum string
}

// lockfiles are those that are read, by name, the first in a directory counting.
var lockfiles = []struct {
	name  string
	parse func([]byte) (map[string]lockedPackage, error)
}{
	{"package-lock.json", parseNPMLock}, {"pnpm-lock.yaml", parsePNPMLock}, {"yarn.lock", parseYarnLock},
}

func parseNPMLock(data []byte) (map[string]lockedPackage, error) {
	var l struct{ Packages map[string]lockedPackage }
	err := json.Unmarshal(data, &l)
	return l.Packages, err
}

func parsePNPMLock(data []byte) (map[string]lockedPackage, error) {
	var l struct {
		Packages map[string]struct{ Resolution struct{ Integrity string } }
	}
	if err := yaml.Unmarshal(data, &l); err != nil {
		return nil, err
	}
	packages := map[string]lockedPackage{}
	for key, p := range l.Packages {
		// Versions before 9 have a slash in front, and peers in brackets.
		key, _, _ = strings.Cut(strings.TrimPrefix(key, "/"), "(")
		packages[key] = lockedPackage{Integrity: p.Resolution.Integrity}
	}
	return packages, nil
}

func parseYarnLock(data []byte) (map[string]lockedPackage, error) {
	packages := map[string]lockedPackage{}
	add := func(name string, p lockedPackage) {
		if i := strings.LastIndexByte(strings.TrimSuffix(name, "@"), '@'); i > 0 {
			packages[name[:i]+"@"+p.Version] = p
		}
	}
	if !bytes.Contains(data, []byte("# yarn lockfile v1")) {
		var l map[string]struct{ Version, Checksum string }
		if err := yaml.Unmarshal(data, &l); err != nil {
			return nil, err
		}
		for key, p := range l {
			// "sharp@npm:^0.33.0, sharp@npm:^0.33.5"
			first, _, _ := strings.Cut(key, ", ")
			if name, _, ok := strings.Cut(first, "@npm:"); ok {
				add(name+"@npm", lockedPackage{Version: p.Version, Checksum: p.Checksum})
			}
		}
		return packages, nil
	}
	// Yarn 1 has a form of its own.
	name, p := "", lockedPackage{}
	for line := range strings.Lines(string(data) + "\nend@:\n") {
		text := strings.TrimSpace(line)
		switch word, rest, _ := strings.Cut(text, " "); {
		case text == "" || strings.HasPrefix(text, "#"):
		case !strings.HasPrefix(line, " "):
			add(name, p)
			name, p = "", lockedPackage{}
			first, _, _ := strings.Cut(strings.TrimSuffix(text, ":"), ",")
			name = strings.Trim(first, `"`)
		case word == "version":
			p.Version = strings.Trim(rest, `"`)
		case word == "integrity":
			p.Integrity = rest
		}
	}
	return packages, nil
}

// lockfileOf returns the lockfile that covers a directory, nil if there is
// none.
func (p *project) lockfileOf(dir string) (*lockfile, error) {
	for ; p.holds(dir); dir = filepath.Dir(dir) {
		f, _ := p.lockfiles.LoadOrStore(dir, sync.OnceValues(func() (*lockfile, error) {
			for _, kind := range lockfiles {
				file := filepath.Join(dir, kind.name)
				data, err := os.ReadFile(file)
				if errors.Is(err, fs.ErrNotExist) {
					continue
				}
				l := &lockfile{dir: dir, name: kind.name}
				if err == nil {
					l.packages, err = kind.parse(data)
				}
				if err != nil {
					return nil, fmt.Errorf("reading %s: %w", p.rel(file), err)
				}
				return l, nil
			}
			return nil, nil
		}))
		if l, err := f.(func() (*lockfile, error))(); l != nil || err != nil {
			return l, err
		}
	}
	return nil, nil
}

// find returns what the lockfile has of a package that code in the directory
// from would import, and where that would be.
func (l *lockfile) find(from, name, version string) (p lockedPackage, at string, ok bool) {
	if l.name != "package-lock.json" {
		p, ok = l.packages[name+"@"+version]
		return p, path.Join("node_modules", name), ok
	}
	rel, err := filepath.Rel(l.dir, from)
	if err != nil {
		return p, "", false
	}
	for dir := filepath.ToSlash(rel); ; dir = path.Dir(dir) {
		at = path.Join(dir, "node_modules", name)
		if p, ok = l.packages[at]; ok || dir == "." {
			// One for every platform would have been installed.
			return p, at, ok && len(p.OS)+len(p.CPU) > 0
		}
	}
}

// cached returns the package that code in the directory from would import as
// name, in the version that it wants, if it had been installed for this CPU, from
// the cache of a package manager. Nil if the lockfile does not have it, it is for
// another platform or for all, or the cache lacks it.
func (p *project) cached(from, name, version, cpu string) (*nodePackage, error) {
	lock, err := p.lockfileOf(from)
	if lock == nil || err != nil {
		return nil, err
	}
	locked, at, ok := lock.find(from, name, version)
	if !ok || !(&nodePackage{OS: locked.OS, CPU: locked.CPU}).runsOn(cpu) {
		return nil, nil
	}
	// Archives are the same for npm, pnpm and Yarn 1, and so are their digests.
	pkg, err := readNPMCache(locked.Integrity)
	if pkg == nil && err == nil && lock.name == "pnpm-lock.yaml" {
		pkg, err = readPNPMStore(lock.dir, locked.Integrity, name+"@"+version)
	}
	if pkg == nil && err == nil && lock.name == "yarn.lock" {
		pkg, err = readYarnCache(lock.dir, locked.Checksum, name, version)
	}
	if pkg == nil || err != nil || len(pkg.OS)+len(pkg.CPU) == 0 || !pkg.runsOn(cpu) {
		return nil, err
	}
	if err := p.addInput(filepath.Join(lock.dir, lock.name)); err != nil {
		return nil, err
	}
	pkg.dir = filepath.Join(lock.dir, filepath.FromSlash(at))
	return pkg, nil
}

// howToFetch says how packages of another platform can be had, in a sentence.
func (l *lockfile) howToFetch(cpu, fetch string) string {
	const name = "supportedArchitectures"
	switch {
	case l != nil && l.name == "pnpm-lock.yaml":
		return fmt.Sprintf(`Have pnpm install it for that platform as well: in pnpm-workspace.yaml, %s: { os: [current, linux], cpu: [current, %s], libc: [current, glibc] }; then pnpm install.`, name, cpu)
	case l != nil && l.name == "yarn.lock":
		return fmt.Sprintf(`Have Yarn install it for that platform as well: in .yarnrc.yml, %s: { os: [current, linux], cpu: [current, %s], libc: [current, glibc] }; then yarn install. With Yarn 1, put it into npm's cache, where sstc finds it by yarn.lock: npm cache add %s.`, name, cpu, fetch)
	}
	return fmt.Sprintf("Put it into npm's cache, where sstc finds it by the app's package-lock.json: npm cache add %s.", fetch)
}

// digestOf is the SHA-512 that lockfiles have as "sha512-" and Base64.
func digestOf(integrity string) ([]byte, bool) {
	digest, ok := strings.CutPrefix(integrity, "sha512-")
	sum, err := base64.StdEncoding.DecodeString(digest)
	return sum, ok && err == nil && len(sum) == sha512.Size
}

// readPNPMStore reads a package from the store that pnpm has installed from:
// each file is there by its digest, and a list of them by that of the archive.
func readPNPMStore(dir, integrity, id string) (*nodePackage, error) {
	sum, ok := digestOf(integrity)
	text, err := os.ReadFile(filepath.Join(dir, "node_modules", ".modules.yaml"))
	var modules struct {
		StoreDir string `yaml:"storeDir"`
	}
	if !ok || err != nil || yaml.Unmarshal(text, &modules) != nil || modules.StoreDir == "" {
		return nil, nil
	}
	store := modules.StoreDir
	x := hex.EncodeToString(sum)
	var index struct {
		Files map[string]struct {
			Integrity string
			Mode      fs.FileMode
		}
	}
	for _, name := range []string{
		"files/" + x[:2] + "/" + x[2:] + "-index.json",                                               // pnpm 8 and 9
		"index/" + x[:2] + "/" + x[2:64] + "-" + strings.NewReplacer("/", "+").Replace(id) + ".json", // pnpm 10
	} {
		if text, err = os.ReadFile(filepath.Join(store, filepath.FromSlash(name))); err == nil {
			break
		}
	}
	if err != nil || json.Unmarshal(text, &index) != nil {
		return nil, nil
	}
	pkg := &nodePackage{}
	for name, f := range index.Files {
		sum, ok := digestOf(f.Integrity)
		if !ok {
			return nil, nil
		}
		x := hex.EncodeToString(sum)
		file := filepath.Join(store, "files", x[:2], x[2:])
		e := &entry{name: path.Clean(name), kind: regular}
		if f.Mode&0o111 != 0 {
			e.kind = executable
			if e.data, err = os.ReadFile(file + "-exec"); err != nil {
				e.data, err = os.ReadFile(file)
			}
		} else {
			e.data, err = os.ReadFile(file)
		}
		if err != nil {
			return nil, nil // not all of it was fetched
		}
		if got := sha512.Sum512(e.data); !bytes.Equal(got[:], sum) {
			return nil, fmt.Errorf("pnpm's store is damaged: a file of %s in it is something else; run pnpm store prune and install again", id)
		}
		if err := pkg.addContent(e); err != nil {
			return nil, err
		}
	}
	return pkg, nil
}

// readYarnCache reads a package from the cache of Yarn 2 and later, where it is
// a zip of what would be installed.
func readYarnCache(dir, checksum, name, version string) (*nodePackage, error) {
	// Yarn notes no checksum of a package that is for some platforms alone.
	_, digest, _ := strings.Cut(checksum, "/")
	dirs := []string{filepath.Join(dir, ".yarn", "cache")}
	if global := os.Getenv("YARN_GLOBAL_FOLDER"); global != "" {
		dirs = append(dirs, filepath.Join(global, "cache"))
	} else if home, err := os.UserHomeDir(); err == nil {
		dirs = append(dirs, filepath.Join(home, ".yarn", "berry", "cache"))
	}
	pattern := strings.ReplaceAll(name, "/", "-") + "-npm-" + version + "-*.zip"
	for _, d := range dirs {
		files, err := filepath.Glob(filepath.Join(d, pattern))
		if err != nil {
			return nil, nil
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				continue
			}
			if got := sha512.Sum512(data); digest != "" && hex.EncodeToString(got[:]) != digest {
				continue // of another project, in another form
			}
			return unzipPackage(data, "node_modules/"+name+"/")
		}
	}
	return nil, nil
}

func unzipPackage(data []byte, dir string) (*nodePackage, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	pkg := &nodePackage{}
	for _, f := range z.File {
		name, ok := strings.CutPrefix(f.Name, dir)
		if !ok || name == "" || strings.HasSuffix(name, "/") {
			continue
		}
		e := &entry{name: path.Clean(name), kind: regular}
		if f.Mode()&0o100 != 0 {
			e.kind = executable
		}
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		e.data, err = io.ReadAll(r)
		r.Close()
		if err != nil {
			return nil, err
		}
		if err := pkg.addContent(e); err != nil {
			return nil, err
		}
	}
	return pkg, nil
}

// addContent adds a file to a package that is not installed.
func (p *nodePackage) addContent(e *entry) error {
	p.content = append(p.content, e)
	if e.name == "package.json" {
		return json.Unmarshal(e.data, p)
	}
	return nil
}
