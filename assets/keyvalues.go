package assets

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// CompleteSites returns a copy of p in which sites and the entries for key-value
// stores say all that depends on a site's files: which version of the site it
// is, an entry "s3" for each file that the edge looks up by its name, and the
// directories in which it finds all others, in the entry "metadata". Files are
// by the site's ID; where each of them is kept is written into it.
//
// What a key-value store cannot hold is in the list.
func CompleteSites(p *ir.Program, siteFiles map[string][]SiteFile) (*ir.Program, diag.List) {
	completed := *p
	completed.Sites = make([]*ir.Site, len(p.Sites))
	sites := map[string]*ir.Site{}
	for i, s := range p.Sites {
		if s.Versioned {
			copied := *s
			s = &copied
			for j := range siteFiles[s.ID] {
				f := &siteFiles[s.ID][j]
				f.Shared = sharingOf(f)
			}
			s.Version = versionOf(p, s, siteFiles[s.ID])
		}
		completed.Sites[i], sites[s.ID] = s, s
	}
	completed.KeyValues = make([]*ir.KeyValues, len(p.KeyValues))
	c := &keyValueCheck{p: &completed}
	for i, kv := range p.KeyValues {
		if kv.Site != "" {
			s := sites[kv.Site]
			if s == nil {
				s = &ir.Site{ID: kv.Site}
			}
			kv = c.complete(kv, s, siteFiles[kv.Site])
		}
		completed.KeyValues[i] = kv
	}
	c.check()
	return &completed, c.diags
}

// A Sharing says where a file of a site is kept, if the files of each of the
// site's builds are kept apart.
type Sharing string

const (
	// OwnBuild: in the directory of its build.
	OwnBuild Sharing = ""
	// SharedOnly: where those of all builds are, because its name changes with
	// its content, or because a server looks for it there.
	SharedOnly Sharing = "only"
	// SharedAlso: in both places.
	SharedAlso Sharing = "also"
)

func sharingOf(f *SiteFile) Sharing {
	t := f.Tree
	matches := func(pattern string) bool { return doublestar.MatchUnvalidated(pattern, f.Name) }
	switch {
	case t == nil:
		return OwnBuild
	case t.Lookup == ir.LookupNone || slices.ContainsFunc(t.Hashed, matches):
		return SharedOnly
	case slices.ContainsFunc(t.Everywhere, matches) || wholeOf(t, f.Name) != "":
		// What is in a directory of the framework's without a hash that is known as
		// such is found by name, and pages of earlier builds find theirs.
		return SharedAlso
	}
	return OwnBuild
}

// wholeOf is the directory of the tree's Whole that a file is in, "" for none.
func wholeOf(t *ir.Tree, name string) string {
	i := slices.IndexFunc(t.Whole, func(dir string) bool { return strings.HasPrefix(name, dir+"/") })
	if i < 0 {
		return ""
	}
	return t.Whole[i]
}

// versionOf names a build of a site by all that its directory and its entries
// have in them.
func versionOf(p *ir.Program, s *ir.Site, files []SiteFile) string {
	h := sha256.New()
	for _, f := range files {
		fmt.Fprintf(h, "%q %s %q %q %q\n", f.Path, f.Digest, f.ContentType, f.CacheControl, f.Shared)
	}
	for _, kv := range p.KeyValues {
		if kv.Site != s.ID {
			continue
		}
		for _, e := range kv.Entries {
			if text, ok := e.Value.(ir.String); ok {
				fmt.Fprintf(h, "%q %q\n", e.Key, text)
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}

// manyFiles is how many files a directory may have before it counts as one in
// which everything is a file, if there are no pages in it. A store holds 5 MB,
// and is filled 50 entries at a time.
const manyFiles = 1000

// metadataKey is the entry that leads to all others.
const metadataKey = "metadata"

func (c *keyValueCheck) complete(kv *ir.KeyValues, s *ir.Site, files []SiteFile) *ir.KeyValues {
	out := *kv
	out.Site = ""
	out.Entries = nil
	has := map[string]bool{}
	var metadata *ir.Field
	for _, e := range kv.Entries {
		has[e.Key] = true
		if e.Key == metadataKey {
			metadata = &e
			continue
		}
		out.Entries = append(out.Entries, c.inParts(kv, s, e.Key, e.Value)...)
	}
	names, dirs := lookedUp(s, files)
	for _, name := range names {
		if key := "/" + name; !has[key] {
			has[key] = true
			out.Entries = append(out.Entries, ir.Field{Key: key, Value: ir.String("s3")})
		}
	}
	if metadata == nil {
		return &out
	}
	var entries []ir.Field
	if o := decodedObject(metadata.Value); o == nil {
		entries = []ir.Field{*metadata}
	} else {
		entries = c.inParts(kv, s, metadataKey, ir.NewCall(ir.FuncJSONEncode, withFiles(o, s, files, dirs)))
	}
	if !s.Versioned {
		out.Entries = append(entries, out.Entries...)
		return &out
	}
	// By this copy, the site can be switched back to the build.
	out.Entries = append(out.Entries, entries...)
	for i := range out.Entries {
		out.Entries[i].Key = s.Version + ":" + out.Entries[i].Key
	}
	out.Entries = append(out.Entries, ir.Field{Key: metadataKey, Value: entries[0].Value})
	out.Switch, out.Purge = metadataKey, true
	return &out
}

// lookedUp are the names that the edge finds files by, and the directories in
// which it takes everything for a file.
func lookedUp(s *ir.Site, files []SiteFile) (names, dirs []string) {
	count, pages := map[string]int{}, map[string]bool{} // by top-level directory
	for _, f := range files {
		top, _, _ := strings.Cut(f.name(), "/")
		count[top]++
		pages[top] = pages[top] || strings.HasSuffix(f.Path, ".html")
	}
	for _, f := range files {
		byName := s.Versioned && f.Shared == SharedOnly // and needs no entry
		switch f.lookup() {
		case ir.LookupTop:
			name, inside := f.name(), ""
			if rest, ok := strings.CutPrefix(name, ".well-known/"); ok {
				name, inside = rest, ".well-known/"
			}
			if dir, _, ok := strings.Cut(name, "/"); ok {
				dirs = append(dirs, "/"+inside+dir)
			} else if !byName {
				names = append(names, f.name())
			}
		case ir.LookupEach:
			top, _, nested := strings.Cut(f.name(), "/")
			if byName {
				continue
			}
			if whole := wholeOf(f.Tree, f.name()); whole != "" && !s.Versioned {
				dirs = append(dirs, "/"+whole)
			} else if whole == "" && nested && count[top] > manyFiles && !pages[top] {
				dirs = append(dirs, "/"+top)
			} else {
				names = append(names, f.name())
			}
		}
	}
	slices.Sort(dirs)
	return names, slices.Compact(dirs)
}

// withFiles adds to a site's metadata what follows from its files.
func withFiles(metadata *ir.Object, s *ir.Site, files []SiteFile, dirs []string) *ir.Object {
	s3, _ := metadata.Get("s3").(*ir.Object)
	if s3 == nil {
		return metadata
	}
	routes, _ := s3.Get("routes").(ir.List)
	routes = slices.Clip(routes)
	for _, d := range dirs {
		routes = append(routes, ir.String(d))
	}
	if s.Versioned {
		all, _ := s3.Get("dir").(ir.String)
		rest := strings.TrimPrefix(strings.Trim(string(all), "/"), s.Prefix)
		dir := "/" + strings.Trim(s.Prefix+"/"+s.Version+"/"+strings.Trim(rest, "/"), "/")
		s3 = s3.With("dir", ir.String(dir))
		if match := sharedPattern(s, files); match != "" {
			metadata = metadata.With("shared", ir.Obj("dir", string(all), "match", match))
		}
		metadata = ir.Obj("build", s.Version).Merge(metadata)
	}
	return metadata.With("s3", s3.With("routes", routes))
}

// sharedPattern is a regular expression for the paths of files that are kept
// where those of all builds are, "" if there are none. Of patterns for names
// with a hash, those count that a file of this build matches.
func sharedPattern(s *ir.Site, files []SiteFile) string {
	var list []string
	for i := range s.Trees {
		t := &s.Trees[i]
		if t.Lookup == ir.LookupNone {
			continue
		}
		for _, dir := range t.Whole {
			list = append(list, regexp.QuoteMeta(dir)+"(/|$)")
		}
		for _, p := range t.Hashed {
			used := wholeOf(t, p) == "" && slices.ContainsFunc(files, func(f SiteFile) bool {
				return f.Tree == t && wholeOf(t, f.Name) == "" && doublestar.MatchUnvalidated(p, f.Name)
			})
			if used {
				list = append(list, globPattern(p))
			}
		}
	}
	if list == nil {
		return ""
	}
	slices.Sort(list)
	list = slices.Compact(list)
	if len(list) == 1 {
		return "^/" + list[0]
	}
	return "^/(" + strings.Join(list, "|") + ")"
}

// globPattern is a glob pattern as a regular expression, without the beginning.
// It knows what patterns of file names with hashes are made of.
func globPattern(glob string) string {
	if dir, ok := strings.CutSuffix(glob, "/**"); ok && !strings.ContainsAny(dir, "*?[{") {
		return regexp.QuoteMeta(dir) + "/"
	}
	var b strings.Builder
	last, n := "", 0
	flush := func() {
		b.WriteString(last)
		if n > 1 {
			fmt.Fprintf(&b, "{%d}", n)
		}
		last, n = "", 0
	}
	put := func(token string) {
		if token == last && (token[0] == '[' && token != "[^/]*") {
			n++
			return
		}
		flush()
		last, n = token, 1
	}
	for rest := glob; rest != ""; {
		token, size := "", 1
		switch {
		case strings.HasPrefix(rest, "**/"):
			token, size = "(.*/)?", 3
		case strings.HasPrefix(rest, "**"):
			token, size = ".*", 2
		case rest[0] == '*':
			token = "[^/]*"
		case rest[0] == '?':
			token = "[^/]"
		case rest[0] == '[':
			size = strings.IndexByte(rest, ']') + 1
			token = rest[:size]
		case rest[0] == '{':
			token = "("
		case rest[0] == '}':
			token = ")"
		case rest[0] == ',':
			token = "|"
		default:
			token = regexp.QuoteMeta(rest[:1])
		}
		put(token)
		rest = rest[size:]
	}
	flush()
	return b.String() + "$"
}

// decodedObject is the object that JSON text says, known or not yet; nil if it is
// none.
func decodedObject(text ir.Value) *ir.Object {
	var o *ir.Object
	switch v := text.(type) {
	case ir.String:
		if decoded, err := ir.DecodeJSON(string(v)); err == nil {
			o, _ = decoded.(*ir.Object)
		}
	case ir.Call:
		if v.Func == ir.FuncJSONEncode {
			o, _ = v.Args[0].(*ir.Object)
		}
	}
	return o
}

// CloudFront's limits for a key-value store, in bytes.
const (
	maxKey   = 512
	maxValue = 1024
	maxStore = 5 << 20
)

// A keyValueCheck compares entries with what a store can hold.
type keyValueCheck struct {
	p     *ir.Program
	diags diag.List
}

// listsInParts are the members of an object that may be in parts of their own,
// and what they are, for messages.
var listsInParts = []struct{ key, what string }{
	{"routes", "directories at the top"}, {"servers", "servers, one for each region"}, {"split", "functions for some paths"},
}

// inParts are the entries for an object as JSON: one, unless it is longer than
// a value may be. Then its lists are in parts, under the key with ":0", ":1" and
// so on, and the object says how many there are of these.
//
// Only the edge code of this version reads parts, so what another app's Router
// reads is left whole, and found too long by [keyValueCheck.check].
func (c *keyValueCheck) inParts(kv *ir.KeyValues, s *ir.Site, key string, text ir.Value) []ir.Field {
	whole := []ir.Field{{Key: key, Value: text}}
	o := decodedObject(text)
	if o == nil || !s.Versioned || textSize(text) <= maxValue {
		return whole
	}
	s3, _ := o.Get("s3").(*ir.Object)
	if s3 != nil {
		o = o.With("routes", s3.Get("routes")).With("s3", s3.With("routes", ir.List{}))
	}
	var parts []*ir.Object
	part := &ir.Object{}
	for _, l := range listsInParts {
		list, _ := o.Get(l.key).(ir.List)
		if list == nil {
			continue
		}
		o = o.With(l.key, ir.List{})
		for _, e := range list {
			have, _ := part.Get(l.key).(ir.List)
			more := part.With(l.key, append(slices.Clip(have), e))
			if part.Len() > 0 && textSize(ir.NewCall(ir.FuncJSONEncode, more)) > maxValue {
				parts = append(parts, part)
				more = ir.Obj(l.key, ir.List{e})
			}
			part = more
		}
	}
	if part.Len() > 0 {
		parts = append(parts, part)
	}
	fields := []ir.Field{{Key: key, Value: ir.NewCall(ir.FuncJSONEncode, o.With("more", ir.Number(len(parts))))}}
	for i, part := range parts {
		fields = append(fields, ir.Field{Key: fmt.Sprintf("%s:%d", key, i), Value: ir.NewCall(ir.FuncJSONEncode, part)})
	}
	return fields
}

// check reports what is too much.
func (c *keyValueCheck) check() {
	type use struct {
		first *ir.KeyValues
		bytes int
		twice int // of these, what is there for two builds at the same time
	}
	var stores []*use
	for _, kv := range c.p.KeyValues {
		i := slices.IndexFunc(stores, func(u *use) bool { return fmt.Sprint(u.first.Store) == fmt.Sprint(kv.Store) })
		if i < 0 {
			i = len(stores)
			stores = append(stores, &use{first: kv})
		}
		for _, e := range kv.Entries {
			key, value := len(kv.Namespace)+1+len(e.Key), textSize(e.Value)
			stores[i].bytes += key + value
			if kv.Switch != "" && e.Key != kv.Switch {
				stores[i].twice += key + value
			}
			switch {
			case slices.Contains(kv.Shared, e.Key): // the uploader puts it in parts
			case key > maxKey:
				c.report(kv, fmt.Sprintf("The function at the edge finds the file %q of %s by a key of %d bytes, and CloudFront's key-value stores take %d. Shorten the file's path.",
					e.Key[strings.Index(e.Key, "/"):], c.name(kv), key, maxKey))
			case value > maxValue:
				c.report(kv, fmt.Sprintf("The function at the edge needs %d bytes of %q for %s, and a value in CloudFront's key-value stores has at most %d. %s",
					value, e.Key[strings.LastIndex(e.Key, ":")+1:], c.name(kv), maxValue, heaviestMembers(e.Value)))
			}
		}
	}
	for _, u := range stores {
		switch {
		case u.bytes > maxStore:
			c.report(u.first, fmt.Sprintf("The function at the edge needs %s in the key-value store of %s, most of it for the names of files, and CloudFront allows %s. Have fewer files in directories that have pages in them too.",
				mebibytes(int64(u.bytes)), c.name(u.first), mebibytes(maxStore)))
		case u.bytes+u.twice > maxStore:
			c.diags.Warn(diag.EdgeLimit, c.rangeOf(u.first), "Too much for the edge",
				fmt.Sprintf("The key-value store of %s has no room for the names of files of two builds (%s each; CloudFront allows %s in all). Those of the earlier build have to be deleted before visitors are led to a new one.",
					c.name(u.first), mebibytes(int64(u.twice)), mebibytes(maxStore)))
		}
	}
}

func (c *keyValueCheck) report(kv *ir.KeyValues, detail string) {
	c.diags.Add(diag.EdgeLimit, c.rangeOf(kv), "Too much for the edge", detail)
}

func (c *keyValueCheck) component(kv *ir.KeyValues) *ir.Component {
	for _, k := range c.p.Components {
		if k.ID == kv.Component {
			return k
		}
	}
	return &ir.Component{Name: kv.Component}
}

func (c *keyValueCheck) name(kv *ir.KeyValues) string {
	return fmt.Sprintf("%q", c.component(kv).Name)
}

func (c *keyValueCheck) rangeOf(kv *ir.KeyValues) diag.Range { return c.component(kv).Range }

// heaviestMembers says what of an object makes it long.
func heaviestMembers(text ir.Value) string {
	o := decodedObject(text)
	if o == nil {
		return "Shorten it."
	}
	type member struct {
		text string
		size int
	}
	var list []member
	add := func(name string, v ir.Value) {
		if v == nil {
			return
		}
		what := name
		if l, ok := v.(ir.List); ok {
			what = fmt.Sprintf("%d %s", len(l), name)
		}
		list = append(list, member{what, jsonSize(v)})
	}
	for _, f := range o.Fields {
		i := slices.IndexFunc(listsInParts, func(l struct{ key, what string }) bool { return l.key == f.Key })
		s3, isS3 := f.Value.(*ir.Object)
		switch {
		case i >= 0:
			add(listsInParts[i].what, f.Value)
		case f.Key == "s3" && isS3:
			add(listsInParts[0].what, s3.Get("routes"))
		default:
			add(fmt.Sprintf("%q", f.Key), f.Value)
		}
	}
	slices.SortStableFunc(list, func(a, b member) int { return b.size - a.size })
	var words []string
	for _, m := range list[:min(3, len(list))] {
		words = append(words, fmt.Sprintf("%s (%d bytes)", m.text, m.size))
	}
	return "What makes it long: " + strings.Join(words, ", ") + "."
}

// textSize is the size of a text, at most: what is not known yet is taken for
// as long as it may become.
func textSize(v ir.Value) int {
	if o := decodedObject(v); o != nil {
		return jsonSize(o)
	}
	switch v := v.(type) {
	case nil, ir.Null:
		return 0
	case ir.String:
		return len(v)
	case ir.Number, ir.Bool:
		return len(ir.EncodeJSON(v))
	case ir.Join:
		size := 0
		for _, p := range v.Parts {
			size += textSize(p)
		}
		return size
	case ir.Ref:
		switch v.Attr {
		case "bucket", "bucketDomainName", "bucketRegionalDomainName":
			return len("<bucket>.s3.ap-southeast-7.amazonaws.com.cn") - len("<bucket>") + 63
		case "functionUrl", "domainName":
			return longestURL
		}
		return 128
	case ir.Call:
		if v.Func == ir.FuncIndex {
			return longestURL - len("https:///") // the host of a URL
		}
		size := 0
		for _, a := range v.Args {
			size += textSize(a)
		}
		return max(size, 128)
	}
	return 128
}

// longestURL is how long the URL of a function may be.
const longestURL = len("https://<id>.lambda-url.ap-southeast-7.on.aws/") - len("<id>") + 32

// jsonSize is the size of a value as JSON.
func jsonSize(v ir.Value) int {
	switch v := v.(type) {
	case *ir.Object:
		size := 2 + max(0, v.Len()-1)
		for _, f := range v.Fields {
			if f.Value != nil {
				size += len(ir.QuoteJSON(f.Key)) + 1 + jsonSize(f.Value)
			}
		}
		return size
	case ir.List:
		size := 2 + max(0, len(v)-1)
		for _, e := range v {
			size += jsonSize(e)
		}
		return size
	}
	if ir.Known(v) {
		return len(ir.EncodeJSON(v))
	}
	return 2 + textSize(v)
}
