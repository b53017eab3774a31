package ir

import "github.com/sstc/sstc/compiler/diag"

// A Site is files to be served, and perhaps a framework's server: what the
// compiler has to build, what the uploader has to put where, and what it has to
// do for the world to see it.
type Site struct {
	ID   string // the ID of the site's component
	Name string

	// Framework is the name of the adapter that reads what Build leaves behind;
	// "" for a site whose files are known beforehand.
	Framework string
	// Options are arguments of the framework's own, such as the directory that
	// it builds into.
	Options []KV

	// Root is the site's source directory, relative to the app's root. Build is
	// how its files come to be; nil if there is nothing to run.
	Root  string
	Build *SiteBuild

	// Trees are the files. Where two have a file of the same name, the first
	// counts.
	Trees []Tree

	// Functions are the IDs of the functions whose code the build makes.
	Functions []string

	// Bucket is the name of the bucket, and Prefix the path in it.
	Bucket Value
	Prefix string
	// Purge says whether files of earlier deployments are deleted.
	Purge bool
	// Versioned says that the files of each build are kept apart from those of
	// others, so that one entry in a key-value store leads from one build to
	// another. Version names the build then: it follows from the files, and is ""
	// until these are known.
	Versioned bool
	Version   string

	// Distribution is the ID of the CloudFront distribution to be
	// invalidated, nil for none; Invalidate has the paths.
	Distribution   Value
	Invalidate     []string
	WaitInvalidate bool

	// Fallback is the page for a path that is no file: "/index.html" for a
	// single-page app, or the site's error page; "" for none.
	Fallback string

	// Stack is the ID of the stack whose references the site's values have, in a
	// program that came divided into stacks.
	Stack string
	// Replacements are of text in the site's files that the user wrote there.
	Replacements []Replacement

	Range diag.Range
}

// A Replacement is of text in a site's files by a value.
type Replacement struct {
	Text  string
	Files []string // glob patterns
	Value Value
	// Variable is the environment variable of the build that has the text, ""
	// for none.
	Variable string
}

// A SiteBuild is a framework's own build command, run in the site's root.
type SiteBuild struct {
	// Command is "" for the script "build" of the site's package.json.
	Command string
	Env     []Field // values unknown until deployment become placeholders in what is built
}

// A Tree is a directory with files to be stored and served.
type Tree struct {
	// Dir is the directory, relative to the app's root.
	Dir string
	// To is where its files are in the site, "" for the top: what is served
	// under /x is stored under To/x.
	To string
	// Rules say how files are stored; the first that matches a file counts, and
	// a file that none matches is left out. Without rules, all are stored.
	Rules []FileRule
	// Charset is the character encoding that text is served as; "" for UTF-8,
	// and "none" for none.
	Charset string
	// Lookup says how the edge finds out whether a path is one of the files.
	Lookup Lookup
	// Whole are directories, relative to Dir, under which every path is a file
	// or nothing, such as a framework's own.
	Whole []string
	// Hashed are patterns, relative to Dir, of files whose names change with
	// their content. Those of a site's builds are kept together, so that pages
	// of an earlier build find theirs.
	Hashed []string
	// Everywhere are patterns, relative to Dir, of files that are found in a
	// directory that stays the same from build to build as well: something other
	// than the function at the edge asks for them.
	Everywhere []string
}

// Lookup is how the edge finds a tree's files.
type Lookup string

const (
	// LookupTop: files at the top by name; all directories are whole. It is
	// SST's way, and for sites without a server.
	LookupTop Lookup = ""
	// LookupEach: every file by its name, but for those in directories that are
	// whole. A path in a directory that is no file is then the server's.
	LookupEach Lookup = "each"
	// LookupNone: the edge serves none of them, such as a cache of the server's.
	LookupNone Lookup = "none"
)

// A FileRule says how the files that match are stored and served.
type FileRule struct {
	Include      []string // glob patterns relative to the tree's directory
	Exclude      []string
	CacheControl string
	ContentType  string // "" to go by the extension
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

// A SitePlan says what a framework's build has left behind and how it is to be
// served. An adapter makes it, from files alone; it knows nothing of AWS.
//
// A request is for, in this order: a redirect of Redirects; a file of Assets;
// the image optimizer; the server of Servers whose paths match; the server
// without paths; NotFound.
//
// Paths of files are relative to the site's root, with slashes. URL paths begin
// with a slash, and do not have Base in front.
type SitePlan struct {
	// Version is the framework's, or its adapter package's, as far as it is
	// known: "astro 5.18.2". It is for people.
	Version string
	// Base is the path that the site is served under, such as "/docs"; "" for
	// the root. Files are not in a directory of that name.
	Base string
	// BuildID is the framework's own name for the build; "" if it has none.
	BuildID string

	// Servers answer what no file does. At most one is without Paths; it is
	// the site's main server, and comes first. None, for a site of files alone.
	Servers []*SiteServer
	// Images answers requests under its one path for images of another size or
	// format. Nil for none.
	Images *SiteServer

	// Assets are the trees of files that are served. Where two have a file of
	// the same name, the first counts.
	Assets []SiteAssets
	// Redirects are answered before anything else. They have no parameters.
	Redirects []SiteRedirect
	// Fallback is a page that answers, with status 200, every path that is no
	// file: that of a single-page app, such as "/index.html". Only without servers.
	Fallback string
	// NotFound is the page for what does not exist, with status 404. Only
	// without servers: a server has its own.
	NotFound string

	// Cache is where the main server keeps pages that it has rendered; nil for
	// nowhere.
	Cache *SiteCache

	// Warnings are what a person should know of the build, such as what differs
	// from one build to the next.
	Warnings []string
}

// A SiteServer is a program that answers requests.
type SiteServer struct {
	// Name tells a server from the main one, whose name is "". It matches
	// [A-Za-z0-9]*.
	Name string
	// Paths are patterns of the paths that it answers, in which a * stands for
	// anything and a ? for one character; none for the main server.
	Paths []string

	// Bundle is a directory to be packed as it is, and Handler is a file in it
	// and its export: "index.handler". Without Bundle, Handler is to be bundled
	// with all that it imports: "dist/server/entry.handler".
	Bundle  string
	Handler string
	// Exclude are patterns, relative to Bundle, of what is not packed.
	Exclude []string
	// Module is the file of Handler, if that is to be bundled and does not
	// answer calls that only keep it warm.
	Module string
	// Entry, if set, is the module of Handler, which then is no file: a wrapper
	// that the adapter brings. It can import files beside it.
	Entry string
	// Copy are files and directories to be put into the archive, with paths
	// from the archive's root. What does not exist is left out.
	Copy []CopyFile
	// Files are put into the archive, in the place of those that are there under
	// the same name: what differs from build to build, brought into one form.
	Files []File
	// Install are npm packages to be installed beside the code, if something in
	// it imports them. Beside a Bundle, they are taken from the app unless the
	// bundle has them already, for its architecture.
	Install []string
	// Node has settings for bundling, as far as they differ from a function's.
	Node NodeOptions

	// Streaming says that it streams its responses.
	Streaming bool
	// Env are environment variables that it needs.
	Env []KV
	// What it needs at least, where that is known; the user's settings win.
	Memory       int    // MB; 0 for the default
	Timeout      int    // seconds; 0 for the default
	Architecture string // "x86_64" or "arm64"; "" for the default
	Description  string // "" for the default
}

// ViteHashed is a pattern of the files that Vite gives a name with a hash in it:
// eight characters of base64url after a hyphen. Vite also copies what the user
// has put into a directory of the same name, such as my-document.pdf; so where it
// is no code, a digit, an underscore or a capital within must show that it is no
// word. (One hash in 500 looks like a word, and its file is cached for less long.)
const ViteHashed = "assets/**/*-{????????.{js,mjs,css},{" +
	"[0-9_]???????," + // words may begin with a capital
	"?[0-9A-Z_]??????,??[0-9A-Z_]?????,???[0-9A-Z_]????,????[0-9A-Z_]???," +
	"?????[0-9A-Z_]??,??????[0-9A-Z_]?,???????[0-9A-Z_]}.*}"

// SiteAssets is a directory of files that are served.
type SiteAssets struct {
	Dir string
	// To is where in the bucket they are kept: "_assets"; "" for the top.
	To string
	// Hashed are patterns, relative to Dir, of files whose names change with
	// their content, so that they can be cached for ever.
	Hashed []string
	// Owned are directories, relative to Dir, that belong to the framework: what
	// is asked for in one is a file or does not exist.
	Owned []string
	// Exclude are patterns of files that are not to be published.
	Exclude []string
}

// A SiteRedirect sends visitors of a path elsewhere.
type SiteRedirect struct {
	From   string // a path
	To     string // a path, or a URL
	Status int    // 301, 302, 303, 307 or 308
}

// A SiteCache is rendered pages that are kept and renewed (Next's ISR).
type SiteCache struct {
	// Dir has the pages rendered in advance, "" if there are none, and To is where
	// in the bucket they are kept: "_cache".
	Dir, To string
	// Revalidate renders pages again when a queue tells it to; nil for nobody.
	Revalidate *SiteServer
	// Tagged says that there is a table of which pages belong to a tag. Tags
	// fills it after a deployment; nil if it begins empty.
	Tagged bool
	Tags   *SiteServer
}
