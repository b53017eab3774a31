package assets

import (
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/ir"
)

// CompleteKeyValues returns a copy of p in which the entries for key-value
// stores say all that depends on a site's files: an entry "s3" for each file
// that the edge looks up by its name, and the directories in which it finds
// all others, in the list s3.routes of the entry "metadata". Files are by the
// site's ID.
func CompleteKeyValues(p *ir.Program, siteFiles map[string][]SiteFile) *ir.Program {
	completed := *p
	completed.KeyValues = make([]*ir.KeyValues, len(p.KeyValues))
	for i, kv := range p.KeyValues {
		if kv.Site != "" {
			kv = completeKeyValues(kv, siteFiles[kv.Site])
		}
		completed.KeyValues[i] = kv
	}
	return &completed
}

// manyFiles is how many files a directory may have before it counts as one in
// which everything is a file, if there are no pages in it. A store holds 5 MB,
// and is filled 50 entries at a time.
const manyFiles = 1000

func completeKeyValues(kv *ir.KeyValues, files []SiteFile) *ir.KeyValues {
	c := *kv
	c.Site = ""
	c.Entries = slices.Clone(kv.Entries)
	has := map[string]bool{}
	for _, e := range c.Entries {
		has[e.Key] = true
	}
	count, pages := map[string]int{}, map[string]bool{} // by top-level directory
	for _, f := range files {
		top, _, _ := strings.Cut(f.name(), "/")
		count[top]++
		pages[top] = pages[top] || strings.HasSuffix(f.Path, ".html")
	}
	var dirs []string
	add := func(name string) {
		if key := "/" + name; !has[key] {
			has[key] = true
			c.Entries = append(c.Entries, ir.Field{Key: key, Value: ir.String("s3")})
		}
	}
	for _, f := range files {
		switch f.lookup() {
		case ir.LookupTop:
			name, inside := f.name(), ""
			if rest, ok := strings.CutPrefix(name, ".well-known/"); ok {
				name, inside = rest, ".well-known/"
			}
			if dir, _, ok := strings.Cut(name, "/"); ok {
				dirs = append(dirs, "/"+inside+dir)
			} else {
				add(f.name())
			}
		case ir.LookupEach:
			in := func(dir string) bool { return strings.HasPrefix(f.name(), dir+"/") }
			top, _, nested := strings.Cut(f.name(), "/")
			if i := slices.IndexFunc(f.Tree.Whole, in); i >= 0 {
				dirs = append(dirs, "/"+f.Tree.Whole[i])
			} else if nested && count[top] > manyFiles && !pages[top] {
				dirs = append(dirs, "/"+top)
			} else {
				add(f.name())
			}
		}
	}
	slices.Sort(dirs)
	dirs = slices.Compact(dirs)
	for i, e := range c.Entries {
		if e.Key == "metadata" {
			c.Entries[i].Value = addRoutes(e.Value, dirs)
		}
	}
	return &c
}

// addRoutes appends to s3.routes in JSON text, known or not yet.
func addRoutes(text ir.Value, dirs []string) ir.Value {
	var metadata *ir.Object
	switch v := text.(type) {
	case ir.String:
		decoded, err := ir.DecodeJSON(string(v))
		if err != nil {
			return text
		}
		metadata, _ = decoded.(*ir.Object)
	case ir.Call:
		if v.Func == ir.FuncJSONEncode {
			metadata, _ = v.Args[0].(*ir.Object)
		}
	}
	s3, _ := metadata.Get("s3").(*ir.Object)
	if s3 == nil {
		return text
	}
	routes, _ := s3.Get("routes").(ir.List)
	routes = slices.Clip(routes)
	for _, d := range dirs {
		routes = append(routes, ir.String(d))
	}
	return ir.NewCall(ir.FuncJSONEncode, metadata.With("s3", s3.With("routes", routes)))
}
