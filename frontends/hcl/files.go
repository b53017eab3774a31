package hcl

import (
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/sstc/sstc/compiler/diag"
)

// A definition is a module as it is written: the blocks of all its files.
type definition struct {
	dir    string // from the app's root, with slashes; "." for the app itself
	place  hcl.Range
	broken bool // a file cannot be parsed

	app    *node
	nodes  []*node          // in the order in which they stand
	byAddr map[string]*node // "component.Uploads"; methods are not in it
	// methods are the nodes of blocks that call methods, by "component.Api.route".
	methods map[string][]*node
	// config are the default providers.
	config []*node
}

// suffix ends the names of further files of a configuration.
const suffix = ".sst.hcl"

// definition reads the module in a directory, or returns nil. Call is where it
// was asked for, nil for the app itself.
func (e *evaluation) definition(dir string, call *hcl.Range) *definition {
	if d, ok := e.definitions[dir]; ok {
		return d
	}
	names, err := e.fileNames(dir, call == nil)
	if err != nil || len(names) == 0 {
		at, what := hcl.Range{}, dir
		if call != nil {
			at = *call
		}
		e.errorAt(at, diag.FileNotFound, "Module not found", "There is no directory "+quote(what)+" with files that end in "+suffix+". A module is a directory of such files, named from the file that uses it.")
		e.definitions[dir] = nil
		return nil
	}
	d := &definition{dir: dir, byAddr: map[string]*node{}, methods: map[string][]*node{}}
	e.definitions[dir] = d
	var blocks []*hclsyntax.Block
	for _, name := range names {
		rel := path.Join(dir, name)
		if d.place.Filename == "" {
			d.place = hcl.Range{Filename: rel, Start: hcl.InitialPos, End: hcl.InitialPos}
		}
		body := e.parse(rel)
		if body == nil {
			d.broken = true
			continue
		}
		for _, a := range sortedAttributes(body) {
			e.errorAt(a.NameRange, diag.UnsupportedArgument, "Argument outside a block",
				"Only blocks can stand at the top of a file. Write values that others use into a block locals, as in: locals { "+a.Name+" = ... }")
		}
		blocks = append(blocks, body.Blocks...)
	}
	if !d.broken {
		e.declare(d, blocks)
	}
	return d
}

// fileNames are the names of the files of a configuration in a directory: the
// app's own first, then the others by name.
func (e *evaluation) fileNames(dir string, isApp bool) ([]string, error) {
	if e.texts != nil {
		others := slices.Sorted(maps.Keys(e.texts))
		others = slices.DeleteFunc(others, func(name string) bool { return name == ConfigFile })
		return append([]string{ConfigFile}, others...), nil
	}
	entries, err := e.args.Files.ReadDir(e.virtual(dir))
	if err != nil {
		return nil, err
	}
	var names []string
	for _, f := range entries {
		name := f.Name()
		plain := strings.TrimSuffix(name, ".json")
		if !f.IsDir() && strings.HasSuffix(plain, suffix) && plain != suffix {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	if isApp {
		var own []string
		for _, f := range entries {
			if f.Name() == ConfigFile || f.Name() == ConfigFile+".json" {
				own = append(own, f.Name())
			}
		}
		names = append(own, names...)
	}
	return names, nil
}

// virtual is the path under which [frontends.Files] has a file of the app.
func (e *evaluation) virtual(rel string) string {
	if path.IsAbs(rel) {
		return rel
	}
	return path.Join(e.args.Files.VirtualApp(), rel)
}

// parse reads a file, or returns nil after a diagnostic.
func (e *evaluation) parse(rel string) *hclsyntax.Body {
	var err error
	text, given := e.texts[rel]
	if !given {
		text, err = e.args.Files.ReadFile(e.virtual(rel))
	}
	if err != nil {
		at := hcl.Range{Filename: rel, Start: hcl.InitialPos, End: hcl.InitialPos}
		e.errorAt(at, diag.FileNotFound, "File cannot be read", sentence(reason(err)))
		return nil
	}
	e.sources[rel] = text
	if strings.HasSuffix(rel, ".json") {
		return e.parseJSON(text, rel)
	}
	file, diags := hclsyntax.ParseConfig(text, rel, hcl.InitialPos)
	e.syntax(diags)
	if diags.HasErrors() {
		return nil
	}
	return file.Body.(*hclsyntax.Body)
}

// reason is an error without the path of this machine.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

// sortedAttributes are a body's attributes in the order in which they stand.
func sortedAttributes(b *hclsyntax.Body) []*hclsyntax.Attribute {
	list := make([]*hclsyntax.Attribute, 0, len(b.Attributes))
	for _, a := range b.Attributes {
		list = append(list, a)
	}
	slices.SortFunc(list, func(x, y *hclsyntax.Attribute) int { return x.SrcRange.Start.Byte - y.SrcRange.Start.Byte })
	return list
}
