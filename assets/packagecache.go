package assets

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

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

// readNPMCache reads a package from npm's cache by its digest as lockfiles have
// it: "sha512-" and Base64.
func readNPMCache(integrity string) (*nodePackage, error) {
	sum, ok := digestOf(integrity)
	if !ok {
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
		if err := pkg.addContent(e); err != nil {
			return nil, err
		}
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
