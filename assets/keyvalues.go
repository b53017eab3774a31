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

func completeKeyValues(kv *ir.KeyValues, files []SiteFile) *ir.KeyValues {
	c := *kv
	c.Site = ""
	c.Entries = slices.Clone(kv.Entries)
	var dirs []string
	for _, f := range files {
		name, inside := f.Path, ""
		if rest, ok := strings.CutPrefix(name, ".well-known/"); ok {
			name, inside = rest, ".well-known/"
		}
		if dir, _, ok := strings.Cut(name, "/"); ok {
			dirs = append(dirs, "/"+inside+dir)
		} else {
			c.Entries = append(c.Entries, ir.Field{Key: "/" + f.Path, Value: ir.String("s3")})
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
