// Package cloudformation turns a program in the cfn dialect into
// CloudFormation templates.
//
// # What is written
//
//	cloudformation/<app>-<stage>.json               the stack
//	cloudformation/<app>-<stage>-<component>.json   its nested stacks, if it has any
//	cloudformation/<name of the stack>.json         the stacks of an app that came with its own
//
// A template is JSON, two spaces deep, as a person would lay it out: resources
// by logical ID (which begins with the name of the component, so that a
// component's resources stand together, and a new resource is a block of new
// lines), properties by name, and the keys of documents such as policies and
// of maps in the order in which the app wrote them. References are Ref and
// Fn::GetAtt, strings with references in them Fn::Sub.
//
// Options: protect and retainOnDelete become DeletionPolicy and
// UpdateReplacePolicy "Retain". CloudFormation cannot refuse to delete a
// resource; it can only leave it behind.
//
// # Parameters
//
// SstcAssetBucket and SstcAssetPrefix say where the uploader has put the
// assets: an asset's key is the prefix, then the file's name. Secrets, inputs
// and look-ups follow; [Parameters] lists them all. An SSM parameter that is
// no SecureString is looked up by CloudFormation itself.
//
// # Several stacks
//
// A stack holds at most 500 resources, and a template 1 MB. A larger app gets
// a nested stack for each top-level component, and one named "Main" for what is
// in no component; the root has nothing but those. So a resource stays in its
// stack when the app around it grows. Components that need each other share a
// stack. What one stack needs of another is an output there and a parameter
// here, passed through the root. Nested stacks, not exports: CloudFormation
// then updates and rolls back the app as a whole, and an output that is in use
// can change.
//
// A program that came divided into stacks keeps them: a template each, named
// as the stack is, with the logical IDs that it came with. Nothing is added but
// the parameters that say where assets are.
//
// A nested stack's template is fetched from the assets, under the key
// <prefix>templates/<hex SHA-256 of the file>.json: the uploader puts every file
// of the directory but the root there.
package cloudformation

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
	"github.com/sstc/sstc/emit"
)

// CloudFormation's limits.
const (
	maxResources  = 500
	maxBytes      = 1_000_000
	maxParameters = 200
	maxOutputs    = 200
	maxLogicalID  = 255
)

// An Emitter is the [emit.Emitter] for CloudFormation.
type Emitter struct{}

// Name returns "cloudformation".
func (Emitter) Name() string { return "cloudformation" }

// Dialect returns [ir.CFN].
func (Emitter) Dialect() ir.Dialect { return ir.CFN }

// Emit returns the root template first, then the nested ones by name.
func (Emitter) Emit(p *ir.Program, opts emit.Options) ([]emit.File, diag.List) {
	diags := emit.CheckCFN(p)
	if diags.HasErrors() {
		return nil, diags
	}
	e := newEmission(p)
	files := e.files()
	diags = append(diags, e.diags...)
	if diags.HasErrors() {
		return nil, diags
	}
	return files, diags
}

// An emission is the state of one call of Emit.
type emission struct {
	p          *ir.Program
	resources  map[string]*ir.Resource
	components map[string]*ir.Component
	assets     map[string]*ir.Asset
	params     map[string]*Parameter // by the name in the program
	types      map[string]*schema.Resource
	ids        map[string]bool // logical IDs of resources and parameters
	stackOf    map[string]*stack
	diags      diag.List
	owner      *ir.Resource // what is being written, for diagnostics
	place      string       // the same, where it is no resource
	placeRange diag.Range   // and where that is
}

func newEmission(p *ir.Program) *emission {
	e := &emission{
		p:          p,
		resources:  make(map[string]*ir.Resource, len(p.Resources)),
		components: make(map[string]*ir.Component, len(p.Components)),
		assets:     make(map[string]*ir.Asset, len(p.Assets)),
		params:     map[string]*Parameter{},
		types:      map[string]*schema.Resource{},
		ids:        make(map[string]bool, len(p.Resources)),
		stackOf:    make(map[string]*stack, len(p.Resources)),
	}
	for _, r := range p.Resources {
		e.resources[r.ID] = r
		e.ids[r.ID] = true
	}
	for _, c := range p.Components {
		e.components[c.ID] = c
	}
	for _, a := range p.Assets {
		e.assets[a.ID] = a
	}
	for _, d := range Parameters(p) {
		e.params[d.Decl.Name] = &d
		e.ids[d.LogicalID] = true
	}
	e.ids[assetBucket], e.ids[assetPrefix] = true, true
	return e
}

func (e *emission) cfn(typ string) *schema.Resource {
	t, ok := e.types[typ]
	if !ok {
		t = schema.CloudFormation(typ)
		e.types[typ] = t
	}
	return t
}

// fail reports what is wrong with the resource, output or site being written.
func (e *emission) fail(code diag.Code, summary, detail string) {
	what, rng := e.place, e.placeRange
	if r := e.owner; r != nil {
		what, rng = fmt.Sprintf("The resource %q (%s)", r.Name, r.Type), r.Range
		if c := e.components[r.Component]; c != nil {
			what += fmt.Sprintf(", which the component %q (%s) makes,", c.Name, c.Type)
		}
	}
	e.diags.Add(code, rng, summary, what+" cannot be written for CloudFormation. "+detail)
}

// Handover implements [emit.Emitter].
func (Emitter) Handover(p *ir.Program) emit.Handover {
	ids := map[string]string{}
	for _, q := range Parameters(p) {
		if q.SSM == "" { // CloudFormation looks the others up by itself
			ids[q.Decl.Name] = q.LogicalID
		}
	}
	return emit.Handover{
		AssetsBucket: assetBucket, AssetsPrefix: assetPrefix, ImageRepository: imageRepo,
		Param:  func(name string) string { return ids[name] },
		Output: alnum,
		Publish: func(f emit.File) string {
			if f.Path == templatePath(p, "") || slices.ContainsFunc(p.Stacks, func(s *ir.Stack) bool { return s.Nested == "" && stackPath(s) == f.Path }) {
				return ""
			}
			return templateKey(f.Content)
		},
		Tags: Tags(p), Stacks: handoverStacks(p),
	}
}

// templateKey is where, after the prefix, a nested stack's template is fetched
// from.
func templateKey(content []byte) string {
	sum := sha256.Sum256(content)
	return "templates/" + hex.EncodeToString(sum[:]) + ".json"
}
