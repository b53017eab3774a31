package assets

import (
	"regexp"
	"testing"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/sstc/sstc/compiler/ir"
)

// What is in Vite's directory is told by its name: what Vite has named, and what
// the user has put there. The function at the edge, which has a regular
// expression, must be of the same opinion.
func TestViteHashed(t *testing.T) {
	edge := regexp.MustCompile("^/" + globPattern(ir.ViteHashed))
	for name, want := range map[string]bool{
		"assets/index-D0Wx9GvO.css":        true,
		"assets/about-abcdefgh.js":         true, // code may have a hash that looks like a word
		"assets/img/photo-a_cdefgh.png":    true,
		"assets/photo-abcdefg1.png":        true,
		"assets/photo-abcDefgh.woff2":      true,
		"assets/photo-1bcdefgh.js.map":     true,
		"assets/photo-a-cD-fgh.svg":        true,
		"assets/my-document.pdf":           false,
		"assets/my-Document.pdf":           false,
		"assets/user-settings.json":        false,
		"assets/photo-abcdefg12.png":       false, // nine characters
		"assets/logo.png":                  false,
		"downloads/index-D0Wx9GvO.css":     false,
		"assets/index-D0Wx9GvO/readme.txt": false,
	} {
		globs := doublestar.MatchUnvalidated(ir.ViteHashed, name)
		patterns := edge.MatchString("/" + name)
		if globs != want {
			t.Errorf("%s: hashed is %v", name, globs)
		}
		if patterns != want {
			t.Errorf("%s: at the edge, hashed is %v", name, patterns)
		}
	}
	if !doublestar.ValidatePattern(ir.ViteHashed) {
		t.Error("it is no pattern")
	}
}
