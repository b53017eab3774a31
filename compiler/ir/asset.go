package ir

import (
	"path"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
)

// A Function is code that is to run in a Lambda function, before it has been
// bundled. Its archive is the asset of the same ID.
type Function struct {
	ID      string // the ID of the function's component; also of its Asset
	Name    string // the component's name, for messages
	Runtime string // Lambda's name, such as "nodejs24.x", "python3.12", "provided.al2023"; for Go, "go", and for Rust, "rust"
	// Handler is as the user wrote it: "src/api.handler", "./cmd/api".
	Handler      string
	Architecture string // "x86_64" or "arm64"
	// Bundle is a directory to pack as it is instead of bundling Handler,
	// relative to the app's root; "" to bundle.
	Bundle string
	// Exclude are patterns, relative to Bundle, of what is not packed.
	Exclude []string
	// Entry is the module of Handler, if the compiler makes it; it can import
	// files beside where it would be. "" for one that is in the app.
	Entry     string
	CopyFiles []CopyFile
	Node      NodeOptions
	Python    PythonOptions
	Go        GoOptions
	Java      JavaOptions
	// Files are added to the archive: its path, and its content.
	Files []File
	// BuiltIn is the directory, relative to the app's root, in which a site's
	// build has made the code, whose path may be in it; "" for other code.
	BuiltIn string
	// Placeholders may be in the code that a site's build has made.
	Placeholders []Placeholder
	// BeforeBuild and AfterBuild are names of functions of the configuration
	// that run before and after the code is made; "" for none. What they do with
	// the files of the archive goes into it.
	BeforeBuild, AfterBuild string
	Range                   diag.Range
}

// A Placeholder is text that stands for a value that is known only after
// deployment, in what a site's build makes.
type Placeholder struct {
	Text string
	// Variable is the environment variable that the build was given it in, and
	// Whole the variable's whole text, with all placeholders that are in it.
	// The function has the variable at run time.
	Variable, Whole string
}

// Made reports whether the compiler makes the code of the function: its Files
// have the handler's, so that there is nothing to bundle.
func (f *Function) Made() bool {
	for _, file := range f.Files {
		if f.Bundle == "" && strings.TrimSuffix(file.Path, path.Ext(file.Path)) == strings.TrimSuffix(f.Handler, path.Ext(f.Handler)) {
			return true
		}
	}
	return false
}

// A File is a file that the compiler makes.
type File struct{ Path, Content string }

// A CopyFile asks for a file or directory to be put into an archive.
type CopyFile struct {
	From string // relative to the app's root
	To   string // path in the archive; "" for the same as From
}

// NodeOptions are a function's nodejs arguments.
type NodeOptions struct {
	Format    string   // "esm" or "cjs"; "" for esm
	Banner    string   // put in front of the bundle
	Minify    *bool    // nil for SST's default, true
	SourceMap *bool    // nil for SST's default: made, but not packed
	Splitting bool     // several functions' shared code in chunks
	Install   []string // packages (with "@version" if given) to be put into node_modules beside the bundle, sorted
	Loader    []KV     // extension (".txt") to esbuild's loader name, sorted
	// Bundle is where in the archive the bundle is, without extension; "" for
	// "bundle".
	Bundle string
	// Plugins says that the configuration has plugins of esbuild for the
	// function, and PluginModule names a module that exports such, relative to
	// the app's root; "" for none.
	Plugins      bool
	PluginModule string
	// ESBuild holds further esbuild options, in the spelling of esbuild's
	// JavaScript API: external, define, keepNames, target, ...
	ESBuild *Object
}

// A KV is a pair of strings.
type KV struct{ Key, Value string }

// PythonOptions are a function's python arguments.
type PythonOptions struct {
	Container      bool // built as an image
	NoDependencies bool // what the project needs is not packed: the user sees to that
	// Install are commands of a shell that install what the project needs into
	// the directory that they run in; none for what its virtual environment has.
	Install []string
	// Whole is how SST v2 packs: the nearest directory that lists what is needed (requirements.txt,
	// Pipfile, poetry.lock) becomes the archive's root, with all that is in it.
	Whole bool
}

// GoOptions are a function's go arguments.
type GoOptions struct {
	LDFlags []string // instead of -s -w, if there are any
	Tags    []string
	Cgo     bool
}

// JavaOptions are a function's java arguments.
type JavaOptions struct {
	Task      string // Gradle's; "" for build
	OutputDir string // of the zip, in the directory build; "" for distributions
}

// An Asset is something that has to be uploaded before the app is applied: a
// function's archive, or a file or directory that the user named.
type Asset struct {
	ID   string
	Kind AssetKind
	// Source is the file or directory, relative to the app's root, for
	// AssetIsFile and AssetIsDirectory; "" for a function's archive.
	Source string
	// Content is the file itself, for AssetIsText.
	Content string
	// Parts are what AssetIsArchive holds, by name.
	Parts []AssetPart
	// Image says how an AssetIsImage is built.
	Image *Image
	// Archive says that an AssetIsFile is an archive already, such as a zip.
	Archive bool
	Range   diag.Range

	// What follows is known once the asset has been packed.

	Digest  string // hex SHA-256 over the uncompressed content; names the file
	File    string // relative to the output directory: "assets/<digest>.zip"
	Size    int64  // of the file, in bytes
	Handler string // Lambda's handler setting; "" if it is no function
	// Unpacked is the sum of the sizes of the files in the archive, in bytes.
	Unpacked int64
}

// An Image is a container image to be built from a directory: the asset's
// Source, or its Parts.
type Image struct {
	Dockerfile string // in the directory
	Target     string // the stage of the Dockerfile; "" for the last
	Platform   string // "linux/arm64"; "" for that of whoever builds it
	Args       []KV
	// Builder is what writes the Dockerfile: "nixpacks", or "" if it is there.
	Builder string
	// SSH, Secrets, Network and the caches are Docker's options of these names,
	// in its spelling: "default", "type=registry,ref=example.com/cache".
	SSH       string
	Secrets   []KV // by their IDs
	Network   string
	CacheFrom []string
	CacheTo   string
	NoCache   bool
	// Tag is known once the asset has been packed: a digest of the directory and
	// of these settings.
	Tag string
}

// AssetKind says what an asset is.
type AssetKind string

const (
	AssetIsFunction  AssetKind = "function"
	AssetIsFile      AssetKind = "file"
	AssetIsDirectory AssetKind = "directory" // packed as a zip
	AssetIsText      AssetKind = "text"      // a file whose content the configuration gave
	AssetIsArchive   AssetKind = "archive"   // files put together by the configuration, packed as a zip
	AssetIsImage     AssetKind = "image"     // what a container image is built from, packed as a zip
)

// An AssetPart is a file or a directory in an archive: Kind, Source and Content
// are as in [Asset].
type AssetPart struct {
	Name    string // its path in the archive
	Kind    AssetKind
	Source  string
	Content string
}
