// Package adapters has what the readers of web frameworks' build output share:
// the [Adapter] interface, and help with what they all look at.
//
// In goes a site's directory, after its build command has run; out comes an
// [ir.SitePlan], which says what is to be served and how. Adapters never run
// the build, and know nothing of AWS: making functions and buckets of a plan
// is lowering.
//
// Each framework, or family of frameworks, is a package below this one; the
// list of them is in compiler/frameworks.go.
package adapters

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// An Adapter reads what one web framework's own build left behind and says
// what must be served, and how.
//
// Adapters hold no state. Plan may be called at the same time for several
// sites.
type Adapter interface {
	// Name is the framework's name, such as "astro": what a component has as
	// ir.Site.Framework.
	Name() string

	// Build says how the framework is built.
	Build(args Args) Build

	// Plan describes what the build left behind. What it cannot make sense of
	// is a diagnostic that says what it does understand; without errors in the
	// list there is a plan.
	Plan(args Args) (*ir.SitePlan, diag.List)
}

// Args are the arguments of an [Adapter]'s methods, in a struct so that one can
// be added without changing every adapter.
type Args struct {
	// Site is the site's directory: its sources, and what its build command
	// has made. Adapters read files only through it, so that tests can pass a
	// map of files.
	Site fs.FS
	// Name is the component's name, for messages.
	Name string
	// Options are arguments of the framework's own.
	Options []ir.KV
	// Env returns a variable of the build's environment, "" for one that is not
	// set or not known before deployment. Nil if there is none.
	Env func(name string) string
	// Range is where the user asked for the site.
	Range diag.Range
}

// Option returns one of the framework's own arguments, or "".
func (a Args) Option(name string) string {
	for _, o := range a.Options {
		if o.Key == name {
			return o.Value
		}
	}
	return ""
}

// A Build says how a framework is built.
type Build struct {
	// Command is run if the user gives no other; "" for the script "build" of
	// the site's package.json.
	Command string
	// Env are variables that make the build say nothing to anybody, and come out
	// the same each time. The user's own win.
	Env []ir.KV
	// FixedClock says that the build puts the time into what it makes, so that
	// the clock must stand still for it to come out the same.
	FixedClock bool
	// Random are variables without which the build draws lots.
	Random []Random
	// Tool is the package that Command is of; nil if it needs none.
	Tool *Tool
	// Preload is a script, as a CommonJS module, that Node programs load before
	// anything else: it can take chance out of a framework. It finds a digest of
	// the site's sources and environment, in hexadecimal, in SSTC_SOURCES.
	Preload string
}

// A Tool is a package that must be installed for a build.
type Tool struct {
	Package string
	Version string // "" for any
	// Else are packages that do as well.
	Else []string
	// Install says how it is installed, in a sentence.
	Install string
}

// A Random is a variable whose value a build draws unless it is given one.
type Random struct {
	Variable string
	Why      string // what differs, and what to do: sentences
}

// A Reader reads files of a site and collects what is wrong with them.
type Reader struct {
	Args
	Diags diag.List
}

// NewReader returns a reader for the arguments of a Plan.
func NewReader(args Args) *Reader { return &Reader{Args: args} }

// Add reports something about the site.
func (r *Reader) Add(code diag.Code, summary, detail string) {
	r.Diags.Add(code, r.Range, summary, detail)
}

// Warn says something about the site that need not be wrong.
func (r *Reader) Warn(code diag.Code, summary, detail string) {
	r.Diags.Warn(code, r.Range, summary, detail)
}

// Exists reports whether there is a file of that name.
func (r *Reader) Exists(name string) bool {
	info, err := fs.Stat(r.Site, name)
	return err == nil && !info.IsDir()
}

// IsDir reports whether there is a directory of that name.
func (r *Reader) IsDir(name string) bool {
	info, err := fs.Stat(r.Site, name)
	return err == nil && info.IsDir()
}

// Text returns the content of a file, or "" if there is none.
func (r *Reader) Text(name string) string {
	b, err := fs.ReadFile(r.Site, name)
	if err != nil {
		return ""
	}
	return string(b)
}

// JSON reads a file that the build must have made, or reports that it is not
// there or not what it should be. Missing says what may have gone wrong, in a
// sentence.
func (r *Reader) JSON(name string, into any, missing string) bool {
	b, err := fs.ReadFile(r.Site, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r.Missing(name, missing)
		return false
	case err == nil:
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		r.Add(diag.SiteOutput, "Unreadable build output",
			fmt.Sprintf("The file %q of the site %q cannot be read: %s. Build the site anew.", name, r.Name, plain(err)))
	}
	return err == nil
}

// Missing reports that the build did not make something.
func (r *Reader) Missing(name, why string) {
	detail := fmt.Sprintf("The build of the site %q has not made %q.", r.Name, name)
	if why != "" {
		detail += " " + why
	}
	r.Add(diag.SiteOutput, "Missing build output", detail)
}

// Unsupported reports a version of the framework that the adapter does not
// understand. Supported says which it does.
func (r *Reader) Unsupported(what, supported string) {
	r.Add(diag.SiteVersion, "Unsupported version",
		fmt.Sprintf("The site %q is built with %s, whose output sstc does not understand. It understands %s.", r.Name, what, supported))
}

// Installed returns the version of an npm package that the site has installed,
// in its own directory, or "".
func (r *Reader) Installed(pkg string) string {
	var description struct{ Version string }
	if json.Unmarshal([]byte(r.Text(path.Join("node_modules", pkg, "package.json"))), &description) != nil {
		return ""
	}
	return description.Version
}

// plain is what is wrong with a file, without its name.
func plain(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return fmt.Sprintf("a %s in it is not what it should be", kind.Value)
	}
	return err.Error()
}

// BasePath brings a path that a framework has for its root into the form of
// [ir.SitePlan]: "/docs", or "" for the root.
func BasePath(base string) string {
	base = strings.Trim(base, "/")
	if base == "" || base == "." {
		return ""
	}
	return "/" + base
}
