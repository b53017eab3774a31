package assets

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"golang.org/x/sync/errgroup"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// A SiteFile is one file of a site, as it is to be stored and served.
type SiteFile struct {
	Path         string `json:"path"` // in the site, with slashes
	ContentType  string `json:"contentType"`
	CacheControl string `json:"cacheControl,omitempty"`
	Size         int64  `json:"size"`   // in bytes
	Digest       string `json:"digest"` // hex SHA-256 of the content
	// Shared says that the file is kept elsewhere than in the directory of its
	// build, or there too, if the site's builds are kept apart.
	Shared Sharing `json:"shared,omitempty"`

	// Tree is the tree that the file is in, and Name its path there. A file
	// read back from a manifest has none.
	Tree *ir.Tree `json:"-"`
	Name string   `json:"-"`
}

// name is the path that the edge knows the file by.
func (f SiteFile) name() string {
	if f.Tree == nil {
		return f.Path
	}
	return f.Name
}

func (f SiteFile) lookup() ir.Lookup {
	if f.Tree == nil {
		return ir.LookupTop
	}
	return f.Tree.Lookup
}

// TreeFiles returns the files of a site's tree that its rules match, sorted by
// path; without rules, all of them. As in SST, a file that no rule matches is
// not served, nor is anything in the directory ".sst". Links are followed. dir
// is the tree's directory, and rng where its rules are, for diagnostics.
func TreeFiles(dir fs.FS, tree *ir.Tree, rng diag.Range) ([]SiteFile, diag.List, error) {
	rules := tree.Rules
	if len(rules) == 0 {
		rules = []ir.FileRule{{Include: []string{"**"}}}
	}
	var diags diag.List
	for _, r := range rules {
		for _, pattern := range slices.Concat(r.Include, r.Exclude) {
			if !doublestar.ValidatePattern(pattern) {
				diags.Add(diag.InvalidPattern, rng, "Invalid pattern",
					fmt.Sprintf("The pattern %q is not well-formed: a bracket or brace has no partner.", pattern))
			}
		}
	}
	if diags != nil {
		return nil, diags, nil
	}

	var files []SiteFile
	err := fs.WalkDir(dir, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if p == ".sst" {
				return fs.SkipDir
			}
			return nil
		}
		rule := matchRule(rules, p)
		if rule == nil {
			return nil
		}
		if d.Type().IsRegular() {
			files = append(files, siteFile(tree, rule, p))
			return nil
		}
		info, err := fs.Stat(dir, p)
		if dangling(err) {
			diags.Warn(diag.UnpackableFile, rng, "Dangling symbolic link",
				fmt.Sprintf("The site's output has a link to nothing, %q, which is left out.", p))
			return nil
		}
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() {
			diags.Add(diag.UnpackableFile, rng, "File cannot be served",
				fmt.Sprintf("%q in the site's output is neither a file nor a link to one.", p))
			return nil
		}
		files = append(files, siteFile(tree, rule, p))
		return nil
	})
	if err != nil || diags.HasErrors() {
		return nil, diags, err
	}
	if err := sumFiles(dir, files); err != nil {
		return nil, nil, err
	}
	slices.SortFunc(files, func(a, b SiteFile) int { return strings.Compare(a.Path, b.Path) })
	return files, diags, nil
}

// siteFile describes a file, but for its content.
func siteFile(tree *ir.Tree, rule *ir.FileRule, name string) SiteFile {
	return SiteFile{
		Path: path.Join(tree.To, name), ContentType: cmp.Or(rule.ContentType, inCharset(ContentType(name), tree.Charset)), CacheControl: rule.CacheControl, Tree: tree, Name: name,
	}
}

// sumFiles sets the sizes and digests of files, several at a time.
func sumFiles(dir fs.FS, files []SiteFile) error {
	var g errgroup.Group
	g.SetLimit(2 * runtime.GOMAXPROCS(0))
	for i := range files {
		g.Go(func() error {
			f, err := dir.Open(files[i].Name)
			if err != nil {
				return err
			}
			defer f.Close()
			s, err := sumOf(f)
			files[i].Size, files[i].Digest = s.size, s.digest.String()
			return err
		})
	}
	return g.Wait()
}

// matchRule returns the first rule that matches the file, or nil.
func matchRule(rules []ir.FileRule, name string) *ir.FileRule {
	matches := func(pattern string) bool {
		return doublestar.MatchUnvalidated(strings.TrimPrefix(pattern, "./"), name)
	}
	for i, r := range rules {
		if slices.ContainsFunc(r.Include, matches) && !slices.ContainsFunc(r.Exclude, matches) {
			return &rules[i]
		}
	}
	return nil
}

// contentTypes are those that SST gives, by extension, and a few more that
// browsers insist on. Text is UTF-8.
var contentTypes = map[string]string{
	".apng":        "image/apng",
	".avif":        "image/avif",
	".bmp":         "image/bmp",
	".css":         "text/css;charset=UTF-8",
	".csv":         "text/csv;charset=UTF-8",
	".eot":         "application/vnd.ms-fontobject",
	".gif":         "image/gif",
	".gz":          "application/gzip",
	".htm":         "text/html;charset=UTF-8",
	".html":        "text/html;charset=UTF-8",
	".ico":         "image/vnd.microsoft.icon",
	".jpeg":        "image/jpeg",
	".jpg":         "image/jpeg",
	".js":          "text/javascript;charset=UTF-8",
	".json":        "application/json;charset=UTF-8",
	".jsonld":      "application/ld+json;charset=UTF-8",
	".map":         "application/json;charset=UTF-8",
	".md":          "text/markdown;charset=UTF-8",
	".mjs":         "text/javascript;charset=UTF-8",
	".mp3":         "audio/mpeg",
	".mp4":         "video/mp4",
	".otf":         "font/otf",
	".pdf":         "application/pdf",
	".png":         "image/png",
	".svg":         "image/svg+xml;charset=UTF-8",
	".tiff":        "image/tiff",
	".ttf":         "font/ttf",
	".txt":         "text/plain;charset=UTF-8",
	".wasm":        "application/wasm",
	".webm":        "video/webm",
	".webmanifest": "application/manifest+json;charset=UTF-8",
	".webp":        "image/webp",
	".woff":        "font/woff",
	".woff2":       "font/woff2",
	".xhtml":       "application/xhtml+xml;charset=UTF-8",
	".xml":         "application/xml;charset=UTF-8",
	".zip":         "application/zip",
}

// inCharset is a type with another character encoding, if it is that of text.
func inCharset(contentType, charset string) string {
	media, isText := strings.CutSuffix(contentType, ";charset=UTF-8")
	switch {
	case !isText || charset == "":
		return contentType
	case charset == "none":
		return media
	}
	return media + ";charset=" + charset
}

// ContentType returns the Content-Type header for a file of that name:
// "application/octet-stream" for an extension that is not known.
func ContentType(name string) string {
	// Apple and Google fetch these without an extension, and want JSON.
	switch {
	case strings.HasSuffix(name, ".well-known/site-association-json"),
		strings.HasSuffix(name, ".well-known/apple-app-site-association"):
		return contentTypes[".json"]
	}
	if t, ok := contentTypes[strings.ToLower(path.Ext(name))]; ok {
		return t
	}
	return "application/octet-stream"
}
