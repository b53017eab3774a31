package assets

import (
	"bytes"
	"debug/elf"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/Masterminds/semver/v3"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// A packageSpec is an npm package to be installed beside a bundle.
type packageSpec struct {
	name    string
	version string // an exact version or a range; "" or "*" for what is there
}

// parseInstall reads nodejs.install: "sharp", "@scope/name@^1.2".
func (t *tree) parseInstall(list []string) []packageSpec {
	specs := make([]packageSpec, 0, len(list))
	for _, s := range list {
		spec := packageSpec{name: s}
		if i := strings.LastIndexByte(s, '@'); i > 0 {
			spec = packageSpec{s[:i], s[i+1:]}
		}
		if badName(spec.name) != "" || packageOf("node_modules/"+spec.name) != spec.name {
			t.diags.Add(diag.InvalidValue, t.rng, "Invalid package name",
				fmt.Sprintf("%s installs %q, which is no name of an npm package.", t.what, spec.name))
			continue
		}
		specs = append(specs, spec)
	}
	return specs
}

// A nodePackage is a package as its package.json describes it.
type nodePackage struct {
	dir                  string // absolute, without links: two packages with the same dir are one
	Version              string
	Dependencies         map[string]string
	OptionalDependencies map[string]string
	PeerDependencies     map[string]string
	PeerDependenciesMeta map[string]struct{ Optional bool }
	OS, CPU, Libc        stringList

	// content are the files of a package that is not installed, and only in the
	// cache of a package manager: dir is then where it would be.
	content []*entry
}

// A stringList is a list of strings that JSON may also hold as one.
type stringList []string

func (l *stringList) UnmarshalJSON(data []byte) error {
	var s string
	if json.Unmarshal(data, &s) == nil {
		*l = stringList{s}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(l))
}

// runsOn reports whether the package says it runs on Lambda: glibc Linux with
// npm's name for the architecture.
func (p *nodePackage) runsOn(cpu string) bool {
	allows := func(list []string, is string) bool {
		return len(list) == 0 || slices.Contains(list, is) ||
			strings.HasPrefix(list[0], "!") && !slices.Contains(list, "!"+is)
	}
	return allows(p.OS, "linux") && allows(p.CPU, cpu) && allows(p.Libc, "glibc")
}

// npmCPU returns npm's name of a Lambda architecture.
func npmCPU(architecture string) string {
	if architecture == "arm64" {
		return "arm64"
	}
	return "x64"
}

// A packageCache remembers the package.json files that have been read, by directory.
type packageCache struct{ sync.Map }

// find returns the package that code in the directory from imports as name,
// by Node's rule: the nearest node_modules upwards. It returns nil if there
// is none.
func (c *packageCache) find(from, name string) (*nodePackage, error) {
	for dir := from; ; dir = filepath.Dir(dir) {
		if filepath.Base(dir) != "node_modules" {
			p, err := c.read(filepath.Join(dir, "node_modules", filepath.FromSlash(name)))
			if p != nil || err != nil {
				return p, err
			}
		}
		if dir == filepath.Dir(dir) {
			return nil, nil
		}
	}
}

func (c *packageCache) read(dir string) (*nodePackage, error) {
	read := func() (*nodePackage, error) {
		data, err := os.ReadFile(filepath.Join(dir, "package.json"))
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		p := &nodePackage{}
		if err := json.Unmarshal(data, p); err != nil {
			return nil, fmt.Errorf("reading %s: %w", filepath.Join(dir, "package.json"), err)
		}
		p.dir, err = filepath.EvalSymlinks(dir)
		return p, err
	}
	f, _ := c.LoadOrStore(dir, sync.OnceValues(read))
	return f.(func() (*nodePackage, error))()
}

// install copies packages from the project's node_modules into the archive,
// with all that they depend on: those that nodejs.install names, and of those
// that SST never bundles the ones that the bundle imports.
//
// Each package goes to the top-level node_modules, unless another version is
// there already: then below the package that needs it, as npm does. Packages
// are taken breadth first, by name, so that the layout depends only on what
// is installed.
func (p *project) install(n *nodeUnit, meta *metafile) error {
	from := filepath.Dir(p.abs(n.file))
	in := installer{nodeUnit: n, project: p, cpu: npmCPU(n.fn.Architecture), at: map[string]*nodePackage{}}
	named := map[string]bool{}
	for _, spec := range n.specs {
		named[spec.name] = true
		pkg, err := p.packages.find(from, spec.name)
		if err != nil {
			return err
		}
		if in.checkSpec(spec, pkg) {
			in.place("", spec.name, pkg)
		}
	}
	for _, name := range alwaysExternal {
		if named[name] || n.isExternal(name) {
			continue
		}
		importer, err := in.importer(meta, name)
		if err != nil {
			return err
		}
		if importer == "" {
			continue
		}
		pkg, err := p.packages.find(from, name)
		if err != nil {
			return err
		}
		if pkg == nil {
			n.tree.diags.Warn(diag.PackageNotInstalled, n.fn.Range, "Package not installed",
				fmt.Sprintf("%s imports %q (in %s), which cannot be bundled and is not in the project's node_modules: its archive is without it. If the import is reached at run time, install the package.",
					n.tree.what, name, importer))
			continue
		}
		in.place("", name, pkg)
	}
	return in.run()
}

// importer returns the first file of the bundle that imports the package, or
// "". A package that names it as optional and that has been installed without
// it does not count.
func (in *installer) importer(meta *metafile, name string) (string, error) {
	for _, file := range slices.Sorted(maps.Keys(in.parts)) {
		for _, i := range meta.Inputs[file].Imports {
			if !i.External || packageOf("node_modules/"+i.Path) != name {
				continue
			}
			if packageOf(file) == "" {
				return file, nil
			}
			dir := in.project.abs(packageDir(file))
			by, err := in.project.packages.read(dir)
			if err != nil {
				return "", err
			}
			there, err := in.project.packages.find(dir, name)
			if err != nil {
				return "", err
			}
			if there != nil || by == nil || !by.optional(name) {
				return file, nil
			}
		}
	}
	return "", nil
}

// optional reports whether the package does without another.
func (p *nodePackage) optional(name string) bool {
	_, optional := p.OptionalDependencies[name]
	return optional || p.PeerDependenciesMeta[name].Optional
}

// isExternal reports whether the user has made the package external: then it
// is there by other means, such as a layer.
func (n *nodeUnit) isExternal(name string) bool {
	list, _ := n.fn.Node.ESBuild.Get("external").(ir.List)
	return slices.Contains(list, ir.Value(ir.String(name)))
}

// An installer lays out node_modules in one archive.
type installer struct {
	*nodeUnit
	project *project
	cpu     string
	at      map[string]*nodePackage // what is where: "node_modules/a/node_modules/b"
	strict  bool                    // a package without code for the platform is an error
	queue   []string                // keys of at whose dependencies have not been looked at
}

// checkSpec reports a package that is not installed, or not in the version
// that was asked for.
func (in *installer) checkSpec(spec packageSpec, pkg *nodePackage) bool {
	if pkg == nil {
		in.tree.diags.Add(diag.PackageNotInstalled, in.fn.Range, "Package not installed",
			fmt.Sprintf("%s installs %q, which is not in the project's node_modules. sstc copies packages from there and downloads none: add it to package.json and install.",
				in.tree.what, spec.name))
		return false
	}
	want, err := semver.NewConstraint(spec.version)
	if spec.version == "" || err != nil { // a tag such as "latest", or a place: nothing to compare
		return true
	}
	got, err := semver.NewVersion(pkg.Version)
	if err != nil || want.Check(got) {
		return true
	}
	in.tree.diags.Add(diag.PackageNotInstalled, in.fn.Range, "Package has another version",
		fmt.Sprintf("%s installs %q in version %q, and the project's node_modules has %s. Install that version, or name no version.",
			in.tree.what, spec.name, spec.version, pkg.Version))
	return false
}

// place puts pkg where the package at parent finds it as name; parent is ""
// for the bundle.
func (in *installer) place(parent, name string, pkg *nodePackage) {
	for p := parent; ; p = outer(p) {
		at := path.Join(p, "node_modules", name)
		if there := in.at[at]; there != nil {
			if there.dir == pkg.dir {
				return
			}
			break
		}
		if p == "" {
			in.at[at] = pkg
			in.queue = append(in.queue, at)
			return
		}
	}
	at := path.Join(parent, "node_modules", name)
	in.at[at] = pkg
	in.queue = append(in.queue, at)
}

// outer returns the package whose node_modules holds the package at p, or "".
func outer(p string) string {
	i := strings.LastIndex("/"+p, "/node_modules/")
	return strings.TrimSuffix(p[:i], "/")
}

func (in *installer) run() error {
	for len(in.queue) > 0 {
		at := in.queue[0]
		in.queue = in.queue[1:]
		pkg := in.at[at]
		if pkg.content != nil {
			for _, e := range pkg.content {
				c := *e
				c.name = path.Join(at, e.name)
				in.tree.files[c.name] = &c
			}
		} else {
			if err := in.project.addInput(filepath.Join(pkg.dir, "package.json")); err != nil {
				return err
			}
			// node_modules inside holds packages that are placed on their own.
			skip := func(relPath string, dir bool) bool { return relPath == "node_modules" }
			if err := in.tree.add(at, pkg.dir, skip); err != nil {
				return err
			}
		}
		if err := in.checkNative(at, pkg); err != nil {
			return err
		}
		if err := in.placeDependencies(at, pkg); err != nil {
			return err
		}
	}
	return nil
}

func (in *installer) placeDependencies(at string, pkg *nodePackage) error {
	var otherPlatform, absent, missing []string
	thisPlatform := false
	for _, name := range slices.Sorted(maps.Keys(pkg.OptionalDependencies)) {
		dep, err := in.project.packages.find(pkg.dir, name)
		if err != nil {
			return err
		}
		switch {
		case dep == nil:
			absent = append(absent, name)
		case !dep.runsOn(in.cpu):
			otherPlatform = append(otherPlatform, name)
		default:
			thisPlatform = thisPlatform || len(dep.OS)+len(dep.CPU) > 0
			in.place(at, name, dep)
		}
	}
	if !thisPlatform {
		// The package may have been installed on another platform.
		for _, name := range absent {
			dep, err := in.project.cached(pkg.dir, name, pkg.OptionalDependencies[name], in.cpu)
			if err != nil {
				return err
			}
			if dep != nil {
				thisPlatform = true
				in.place(at, name, dep)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(pkg.Dependencies)) {
		if _, optional := pkg.OptionalDependencies[name]; optional { // npm lists it in both
			continue
		}
		dep, err := in.project.packages.find(pkg.dir, name)
		if err != nil {
			return err
		}
		if dep == nil {
			missing = append(missing, name)
			continue
		}
		in.place(at, name, dep)
	}
	for _, name := range slices.Sorted(maps.Keys(pkg.PeerDependencies)) {
		dep, err := in.project.packages.find(pkg.dir, name)
		if err != nil {
			return err
		}
		if dep != nil {
			in.place(at, name, dep)
		} else if !pkg.PeerDependenciesMeta[name].Optional {
			missing = append(missing, name)
		}
	}
	if missing != nil {
		in.tree.diags.Add(diag.PackageNotInstalled, in.fn.Range, "Package not installed",
			fmt.Sprintf("%s installs %q, which depends on %s, not in the project's node_modules. Install the project's packages again.",
				in.tree.what, packageOf(at), diag.Words(missing)))
	}
	switch {
	case thisPlatform:
	case otherPlatform != nil:
		in.warnPlatform(packageOf(at), "only "+diag.Words(otherPlatform), in.toFetch(pkg, absent))
	case in.strict && pkg.content == nil && in.forPlatforms(absent):
		in.warnPlatform(packageOf(at), "none", in.toFetch(pkg, absent))
	}
	return nil
}

// forPlatforms reports whether packages are each for a platform, by their
// names: "@img/sharp-linux-arm64".
func (in *installer) forPlatforms(names []string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return strings.HasSuffix(n, "linux-"+in.cpu) })
}

// toFetch are those of several packages that are for the platform, with the
// versions that pkg wants.
func (in *installer) toFetch(pkg *nodePackage, names []string) string {
	var list []string
	for _, n := range names {
		if in.forPlatforms([]string{n}) {
			list = append(list, n+"@"+pkg.OptionalDependencies[n])
		}
	}
	return strings.Join(list, " ")
}

// warnPlatform says that a package has native code for another platform only,
// and which packages would help.
func (in *installer) warnPlatform(pkg, has, fetch string) {
	if in.strict {
		advice := "Install it for that platform as well."
		if fetch != "" {
			lock, _ := in.project.lockfileOf(in.project.abs(in.fn.BuiltIn))
			advice = lock.howToFetch(in.cpu, fetch)
		}
		in.tree.diags.Add(diag.PackageNotInstalled, in.fn.Range, "Package for another platform",
			fmt.Sprintf("%s needs %q with native code for linux-%s; node_modules has %s. %s", in.tree.what, pkg, in.cpu, has, advice))
		return
	}
	in.tree.diags.Warn(diag.PackagePlatform, in.fn.Range, "Package for another platform",
		fmt.Sprintf("%s installs %q, whose native code must be for linux-%s; node_modules has %s. Install it for that platform as well: npm install --os=linux --cpu=%s --libc=glibc %s.",
			in.tree.what, pkg, in.cpu, has, in.cpu, pkg))
}

func (e *entry) elf() (*elf.File, error) {
	if e.path == "" {
		return elf.NewFile(bytes.NewReader(e.data))
	}
	return elf.Open(e.path)
}

// checkNative warns if a package has Node add-ons, and none that Lambda can
// load. A package may well have add-ons for several platforms.
func (in *installer) checkNative(at string, pkg *nodePackage) error {
	machine := elf.EM_X86_64
	if in.cpu == "arm64" {
		machine = elf.EM_AARCH64
	}
	addOns := 0
	for name, e := range in.tree.files {
		if !strings.HasPrefix(name, at+"/") || path.Ext(name) != ".node" || e.kind == link || outer(name) != outer(at+"/x") {
			continue
		}
		addOns++
		f, err := e.elf()
		if err != nil {
			continue // for another system
		}
		f.Close()
		if f.Machine == machine {
			return nil
		}
	}
	if addOns > 0 {
		in.warnPlatform(packageOf(at), "none of that", "")
	}
	return nil
}
