// Package emit has what the output formats share: the Emitter interface, the
// files they return, and the checks they make before they return them.
package emit

import (
	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// An Emitter turns a program into the files of one output format.
//
// Emit is a function of its arguments alone: it reads no file, clock,
// environment variable or random number, and equal programs give equal bytes.
// It must not change p. What the format cannot express is a diagnostic with
// the range of the resource concerned, never a resource silently left out.
type Emitter interface {
	// Name is the format's name on the command line, such as "terraform".
	Name() string

	// Dialect is the one dialect that Emit takes.
	Dialect() ir.Dialect

	Emit(p *ir.Program, opts Options) ([]File, diag.List)

	// Handover says what an uploader has to know to apply the files that Emit
	// makes of p.
	Handover(p *ir.Program) Handover
}

// A Handover is what the files of a format leave to whoever applies them, in
// the format's own names.
type Handover struct {
	// ImageRepository is the parameter that says which repository has the
	// images; "" if there is none.
	ImageRepository string
	// AssetsBucket and AssetsPrefix are the parameters that say where the
	// assets are.
	AssetsBucket, AssetsPrefix string
	// Param and Output spell the name of a parameter or an output of p.
	Param, Output func(name string) string
	// Publish returns the key, after the prefix, under which a file is to be put
	// beside the assets, or "" for one that is only applied. Nil is for none.
	Publish func(f File) string
	// Tags are the tags of all resources, where the files have no place for them.
	Tags []ir.Field
	// Retained are the resources to be forgotten, not destroyed, when they
	// leave the app.
	Retained []string
	// Stacks are the program's own, without those nested in others, with their
	// files, in the order of their deployment.
	Stacks []Stack
}

// A Stack is a stack of a program that came divided into stacks.
type Stack struct {
	*ir.Stack
	File   string
	Assets bool // the template has the parameters that say where assets are
	Images bool // and that which says where images are
}

// Options are the user's choices about the output.
type Options struct {
	// LocalAssets makes templates name archives as files beside them, where
	// the format can, instead of as objects that the uploader has put in a
	// bucket.
	LocalAssets bool
}

// A File is one file of the output directory.
type File struct {
	Path    string // relative to the output directory, with slashes: "terraform/main.tf"
	Content []byte // ends in a newline
}
