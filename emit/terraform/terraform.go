// Package terraform turns a program in the pulumi dialect into Terraform's
// HCL, laid out as a person would: a file for each component, references
// instead of strings, policies as objects, blocks where the provider has
// blocks.
//
// Names and shapes come from compiler/schema: a Pulumi token gives a Terraform
// type, a property its argument, and the provider's schema says what is a
// block. Every argument and reference is checked against that schema. What
// Pulumi's types say has been checked before (emit.CheckPulumi).
//
// # Resource options
//
// Terraform has no exact twin of some of Pulumi's resource options:
//
//   - retainOnDelete. Pulumi forgets such a resource instead of deleting it.
//     Terraform has no setting for that as long as the resource is in the
//     configuration. Where the provider has skip_destroy, it is set, to the same
//     effect. A resource that holds data (see holdsData) gets prevent_destroy,
//     and a bucket loses force_destroy: Terraform then refuses to replace or
//     destroy it until `terraform state rm` has made it forget the resource,
//     which is what Pulumi would have done by itself. Refusing is the lesser
//     evil; the other choice is to delete a database that was to be kept. Others
//     (a subnet, a parameter group) can be made again, and get a comment only.
//     [Retained] lists the addresses, so that a tool can do the forgetting.
//   - deleteBeforeReplace. Pulumi makes the replacement first unless the
//     resource has a fixed name; Terraform deletes first. Nearly all of what
//     sstc emits has a fixed name, so Terraform's way is right. The types that
//     stay in use while they are replaced get create_before_destroy, unless the
//     option says otherwise.
//   - replaceOnChanges. A terraform_data resource holds the properties, and
//     replace_triggered_by refers to it.
//   - aliases become moved blocks, import an import block, protect
//     prevent_destroy, customTimeouts a timeouts block.
//   - additionalSecretOutputs make references to those outputs sensitive.
//   - deletedWith and parent have no effect on the result, and are left out.
//   - version is a warning: a configuration has one version of a provider.
package terraform

import (
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/emit"
)

// An Emitter is the [emit.Emitter] for Terraform 1.5 and later, and OpenTofu.
type Emitter struct{}

// Name returns "terraform".
func (Emitter) Name() string { return "terraform" }

// Dialect returns [ir.Pulumi].
func (Emitter) Dialect() ir.Dialect { return ir.Pulumi }

// Emit returns the files of a root module, in the directory terraform:
//
//	versions.tf   Terraform's and the providers' versions
//	providers.tf  the default providers, and the explicit ones under aliases
//	variables.tf  where assets are, secrets, inputs
//	data.tf       questions to providers
//	<name>.tf     the resources of a top-level component
//	main.tf       resources that are in no component
//	outputs.tf    what run() returned
//
// A file with nothing in it is left out.
func (Emitter) Emit(p *ir.Program, opts emit.Options) ([]emit.File, diag.List) {
	e := newEmission(p, opts)
	for _, t := range e.ordered {
		e.emit(t)
	}
	e.outputBlocks()
	e.providerBlocks()
	e.pseudoBlocks()
	e.variableBlocks() // after everything that may use one
	e.versionsBlock()
	return e.files(), e.diags
}

// An emission is the state of one call of Emit.
type emission struct {
	p     *ir.Program
	opts  emit.Options
	diags diag.List

	targets    map[string]*target // by ID of resource or invoke
	ordered    []*target          // in the order of the program; of equal invokes only the first
	components map[string]*component
	assets     map[string]*ir.Asset
	params     map[string]*ir.ParamDecl
	variables  map[string]string  // the name of each parameter's variable
	lookups    map[string]*target // the data sources that stand for parameters
	packages   map[string]*pkg    // used so far

	documents    map[string]document
	names        namer // of resources and data sources
	warnedRetain bool  // that not everything is retained

	used map[string]bool // pseudo parameters, parameters and asset variables in use

	versions, providers, vars, data, main, outputs body
	componentFiles                                 []*component // those with a file, in order
}

// A component is a component with its file.
type component struct {
	*ir.Component
	top  *component
	file string // without ".tf"; of a top-level component
	body body
	last *component // the component of the block written last
}

func newEmission(p *ir.Program, opts emit.Options) *emission {
	e := &emission{
		p: p, opts: opts,
		targets:    make(map[string]*target, len(p.Resources)+len(p.Invokes)),
		components: make(map[string]*component, len(p.Components)),
		assets:     make(map[string]*ir.Asset, len(p.Assets)),
		params:     make(map[string]*ir.ParamDecl, len(p.Params)),
		lookups:    map[string]*target{},
		packages:   map[string]*pkg{},
		names:      namer{},
		documents:  map[string]document{},
		used:       map[string]bool{},
	}
	for _, a := range p.Assets {
		e.assets[a.ID] = a
	}
	for _, d := range p.Params {
		e.params[d.Name] = d
	}
	e.variables = variableNames(p)
	for _, c := range p.Components {
		e.components[c.ID] = &component{Component: c}
	}
	for _, c := range e.components {
		c.top = c
		for e.components[c.top.Group()] != nil {
			c.top = e.components[c.top.Group()]
		}
	}
	e.nameFiles()
	e.resolveTargets()
	return e
}

// bodyFor returns the body of the file that a resource of a component belongs
// in, and what is to be said above the resource: the nested component that it
// begins.
func (e *emission) bodyFor(id string) (*body, string) {
	c := e.components[id]
	if c == nil {
		return &e.main, ""
	}
	top := c.top
	if len(top.body.blocks) == 0 {
		top.body.comment = title(top)
		top.last = top
		e.componentFiles = append(e.componentFiles, top)
	}
	comment := ""
	if c != top && c != top.last {
		comment = title(c)
	}
	top.last = c
	return &top.body, comment
}

func title(c *component) string {
	s := c.Type + " " + ir.QuoteJSON(c.Name)
	if c.Title != "" {
		s += ": " + c.Title
	}
	return oneLineOf(s)
}

// oneLineOf keeps a comment from ending early.
func oneLineOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' {
			return ' '
		}
		return r
	}, s)
}

func (e *emission) files() []emit.File {
	var files []emit.File
	add := func(name string, b *body) {
		if len(b.blocks) > 0 {
			files = append(files, emit.File{Path: "terraform/" + name + ".tf", Content: b.file()})
		}
	}
	add("versions", &e.versions)
	add("providers", &e.providers)
	add("variables", &e.vars)
	add("data", &e.data)
	add("main", &e.main)
	for _, c := range e.componentFiles {
		add(c.file, &c.body)
	}
	add("outputs", &e.outputs)
	return files
}

// Handover implements [emit.Emitter].
func (Emitter) Handover(p *ir.Program) emit.Handover {
	variables := variableNames(p)
	return emit.Handover{
		AssetsBucket: assetsBucket, AssetsPrefix: assetsPrefix, ImageRepository: imageRepository,
		Param:    func(name string) string { return variables[name] },
		Output:   outputName,
		Retained: retainedAddresses(p),
	}
}
