package assets

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
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
	"runtime"
	"slices"
	"strings"
	"sync"
)

// A package with native code is installed for the machine that it is installed
// on. npm's lockfile lists it for the others too, with the digest of its
// archive, and npm's cache has archives by their digests: what comes from
// there is what the lockfile says, or nothing.

// A lockfile is a package-lock.json.
type lockfile struct {
	dir      string // that it is in
	Packages map[string]struct {
		Version   string
		Integrity string
		OS, CPU   stringList
	}
}

// lockfileOf returns the lockfile that covers a directory, nil if there is
// none.
func (p *project) lockfileOf(dir string) (*lockfile, error) {
	for ; p.holds(dir); dir = filepath.Dir(dir) {
		f, _ := p.lockfiles.LoadOrStore(dir, sync.OnceValues(func() (*lockfile, error) {
			data, err := os.ReadFile(filepath.Join(dir, "package-lock.json"))
			if errors.Is(err, fs.ErrNotExist) {
				return nil, nil
			}
			l := &lockfile{dir: dir}
			if err == nil {
				err = json.Unmarshal(data, l)
			}
			if err != nil {
				return nil, fmt.Errorf("reading %s: %w", p.rel(filepath.Join(dir, "package-lock.json")), err)
			}
			return l, nil
		}))
		if l, err := f.(func() (*lockfile, error))(); l != nil || err != nil {
			return l, err
		}
	}
	return nil, nil
}

// cached returns the package that code in the directory from would import as
// name, if it had been installed for this CPU, from npm's cache. Nil if the
// lockfile does not have it, it is for another platform or for all, or the
// cache lacks it.
func (p *project) cached(from, name, cpu string) (*nodePackage, error) {
	lock, err := p.lockfileOf(from)
	if lock == nil || err != nil {
		return nil, err
	}
	rel, err := filepath.Rel(lock.dir, from)
	if err != nil {
		return nil, nil
	}
	for dir := filepath.ToSlash(rel); ; dir = path.Dir(dir) {
		at := path.Join(dir, "node_modules", name)
		e, ok := lock.Packages[at]
		if ok && len(e.OS)+len(e.CPU) > 0 && (&nodePackage{OS: e.OS, CPU: e.CPU}).runsOn(cpu) {
			pkg, err := readCached(e.Integrity)
			if pkg == nil || err != nil || !pkg.runsOn(cpu) {
				return nil, err
			}
			if err := p.addInput(filepath.Join(lock.dir, "package-lock.json")); err != nil {
				return nil, err
			}
			pkg.dir = filepath.Join(lock.dir, filepath.FromSlash(at))
			return pkg, nil
		}
		if ok || dir == "." {
			return nil, nil
		}
	}
}

// npmCache is the directory of npm's cache.
func npmCache() (string, error) {
	for _, name := range []string{"npm_config_cache", "NPM_CONFIG_CACHE"} {
		if dir := os.Getenv(name); dir != "" {
			return dir, nil
		}
	}
	if dir := os.Getenv("LOCALAPPDATA"); runtime.GOOS == "windows" && dir != "" {
		return filepath.Join(dir, "npm-cache"), nil
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".npm"), err
}

// readCached reads a package from npm's cache by its digest as lockfiles have
// it: "sha512-" and Base64.
func readCached(integrity string) (*nodePackage, error) {
	digest, ok := strings.CutPrefix(integrity, "sha512-")
	sum, err := base64.StdEncoding.DecodeString(digest)
	if !ok || err != nil || len(sum) != sha512.Size {
		return nil, nil
	}
	cache, err := npmCache()
	if err != nil {
		return nil, nil // nobody's home
	}
	x := hex.EncodeToString(sum)
	data, err := os.ReadFile(filepath.Join(cache, "_cacache", "content-v2", "sha512", x[:2], x[2:4], x[4:]))
	if err != nil {
		return nil, nil
	}
	if got := sha512.Sum512(data); !bytes.Equal(got[:], sum) {
		return nil, fmt.Errorf("npm's cache is damaged: what it has as %s is something else; run npm cache verify", integrity)
	}
	return unpackPackage(data)
}

// unpackPackage reads the archive of an npm package, whose files are all in
// one directory.
func unpackPackage(data []byte) (*nodePackage, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	pkg := &nodePackage{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		_, name, _ := strings.Cut(path.Clean(h.Name), "/")
		if h.Typeflag != tar.TypeReg || name == "" {
			continue
		}
		e := &entry{name: name, kind: regular}
		if h.Mode&0o100 != 0 {
			e.kind = executable
		}
		if e.data, err = io.ReadAll(r); err != nil {
			return nil, err
		}
		if name == "package.json" {
			if err := json.Unmarshal(e.data, pkg); err != nil {
				return nil, err
			}
		}
		pkg.content = append(pkg.content, e)
	}
	return pkg, nil
}

// installBeside puts packages beside a bundle of a site's that lacks them, or has
// them for another platform only: the app's own. What is beside any other
// bundle is its maker's business.
func (p *project) installBeside(u *unit) error {
	if u.fn.Node.Install == nil || u.fn.BuiltIn == "" {
		return nil
	}
	n := &nodeUnit{unit: u, specs: u.tree.parseInstall(u.fn.Node.Install)}
	in := installer{nodeUnit: n, project: p, cpu: npmCPU(u.fn.Architecture), at: map[string]*nodePackage{}, strict: true}
	for _, spec := range n.specs {
		there, err := p.packages.read(filepath.Join(p.abs(u.fn.Bundle), "node_modules", filepath.FromSlash(spec.name)))
		if err != nil {
			return err
		}
		if there != nil {
			ready, err := in.ready(there, p.abs(u.fn.Bundle))
			if err != nil {
				return err
			}
			if ready {
				continue
			}
			in.remove(spec.name)
			for name := range there.OptionalDependencies {
				in.remove(name)
			}
		}
		pkg, err := in.ofApp(p.abs(u.fn.BuiltIn), spec.name)
		if err != nil {
			return err
		}
		if in.checkSpec(spec, pkg) {
			in.place("", spec.name, pkg)
		}
	}
	return in.run()
}

// ready reports whether a package that is there can run: whether one of the
// packages with its native code is in the directory within, if there are such,
// for the platform.
func (in *installer) ready(pkg *nodePackage, within string) (bool, error) {
	native := false
	for name := range pkg.OptionalDependencies {
		dep, err := in.project.packages.find(pkg.dir, name)
		if err != nil {
			return false, err
		}
		if dep == nil || !below(dep.dir, within) {
			native = native || in.forPlatforms([]string{name})
		} else if len(dep.OS)+len(dep.CPU) > 0 {
			native = true
			if dep.runsOn(in.cpu) {
				return true, nil
			}
		}
	}
	return !native, nil
}

// remove takes a package out of the archive.
func (in *installer) remove(name string) {
	for file := range in.tree.files {
		if strings.HasPrefix(file, "node_modules/"+name+"/") {
			delete(in.tree.files, file)
		}
	}
}

// ofApp finds a package of the app in a directory: its own, or one of what it
// depends on, since some package managers keep those from it.
func (in *installer) ofApp(dir, name string) (*nodePackage, error) {
	packages := &in.project.packages
	if pkg, err := packages.find(dir, name); pkg != nil || err != nil {
		return pkg, err
	}
	app, err := packages.read(dir)
	if app == nil || err != nil {
		return nil, err
	}
	var names []string
	for n := range app.Dependencies {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		by, err := packages.find(dir, n)
		if err != nil {
			return nil, err
		}
		if by == nil {
			continue
		}
		if pkg, err := packages.find(by.dir, name); pkg != nil || err != nil {
			return pkg, err
		}
	}
	return nil, nil
}
