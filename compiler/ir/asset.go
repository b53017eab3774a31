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
	Runtime string // Lambda's name, such as "nodejs24.x", "python3.12", "provided.al2023"; for Go, "go"
	// Handler is as the user wrote it: "src/api.handler", "./cmd/api".
	Handler      string
	Architecture string // "x86_64" or "arm64"
	// Bundle is a directory to pack as it is instead of bundling Handler,
	// relative to the app's root; "" to bundle.
	Bundle    string
	CopyFiles []CopyFile
	Node      NodeOptions
	Python    PythonOptions
	// Files are added to the archive: its path, and its content.
	Files []File
	Range diag.Range
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
	// ESBuild holds further esbuild options, in the spelling of esbuild's
	// JavaScript API: external, define, keepNames, target, ...
	ESBuild *Object
}

// A KV is a pair of strings.
type KV struct{ Key, Value string }

// PythonOptions are a function's python arguments.
type PythonOptions struct {
	Container bool // built as an image
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

// AssetKind says what an asset is.
type AssetKind string

const (
	AssetIsFunction  AssetKind = "function"
	AssetIsFile      AssetKind = "file"
	AssetIsDirectory AssetKind = "directory" // packed as a zip
	AssetIsText      AssetKind = "text"      // a file whose content the configuration gave
	AssetIsArchive   AssetKind = "archive"   // files put together by the configuration, packed as a zip
)

// An AssetPart is a file or a directory in an archive: Kind, Source and Content
// are as in [Asset].
type AssetPart struct {
	Name    string // its path in the archive
	Kind    AssetKind
	Source  string
	Content string
}

// A Site is files to be served: what the uploader has to put where, and what
// it has to do for the world to see them.
type Site struct {
	ID   string // the ID of the site's component
	Name string

	// Root is the site's source directory and Output the directory with the
	// files to be served, both relative to the app's root. Build is the
	// command that makes Output from Root; nil if there is nothing to run.
	Root   string
	Output string
	Build  *SiteBuild

	// Bucket is the name of the bucket, and Prefix the path in it.
	Bucket Value
	Prefix string
	Rules  []FileRule // the first that matches a file counts
	// Purge says whether files of earlier deployments are deleted.
	Purge bool

	// Distribution is the ID of the CloudFront distribution to be
	// invalidated, nil for none; Invalidate has the paths.
	Distribution   Value
	Invalidate     []string
	WaitInvalidate bool

	// Fallback is the page for a path that is no file: "/index.html" for a
	// single-page app, or the site's error page; "" for none.
	Fallback string

	Range diag.Range
}

// A SiteBuild is a framework's own build command.
type SiteBuild struct {
	Command string
	Env     []Field // values unknown until deployment become placeholders in what is built
}

// A FileRule says how the files that match are stored and served.
type FileRule struct {
	Include      []string // glob patterns relative to Output
	Exclude      []string
	CacheControl string
	ContentType  string // "" to go by the extension
}

// KeyValues are entries for a CloudFront key-value store, by which the
// function at the edge routes requests. The uploader writes them once the
// resources and the files are there.
type KeyValues struct {
	Component string // the ID of the component that they are of
	Store     Value  // the store's ARN
	Namespace string // before each key, with a colon
	// NamespaceFrom, if set, is where the namespace comes from, for the store
	// of another app.
	NamespaceFrom Value
	Entries       []Field // keys without the namespace; values strings, at least after deployment
	// Shared are keys whose values are JSON lists that other apps add to as
	// well: the uploader leaves alone what is not of this app. A list longer
	// than a value may be (1 KB) is kept as {"parts":n}, and its text in parts
	// under the key followed by ":0", ":1" and so on.
	Shared []string
	// Site, if set, is the ID of a Site: each of its top-level files gets an
	// entry "s3", and each of its top-level directories, with a slash before
	// it, is added to the list s3.routes in the entry "metadata", a call of
	// FuncJSONEncode. Of .well-known the files count as top-level.
	Site string
	// Purge says whether entries of the namespace that are not here are deleted.
	Purge bool
}

func (s *Site) values() []Value {
	vs := []Value{s.Bucket, s.Distribution}
	if s.Build != nil {
		for _, f := range s.Build.Env {
			vs = append(vs, f.Value)
		}
	}
	return vs
}
