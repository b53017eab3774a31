package assets

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/internal/golden"
)

// The schema is written by hand, for its descriptions; this keeps it and the
// Go types together.
func TestManifestSchemaAgreesWithTypes(t *testing.T) {
	type object struct {
		Ref        string `json:"$ref"`
		Properties map[string]json.RawMessage
		Required   []string
		Items      *struct {
			Ref string `json:"$ref"`
		}
	}
	var schema struct {
		object
		Defs map[string]object `json:"$defs"`
	}
	must(t, json.Unmarshal(ManifestSchema, &schema))
	checked := map[string]bool{}
	var check func(name string, typ reflect.Type, o object)
	check = func(name string, typ reflect.Type, o object) {
		var properties, required []string
		for i := range typ.NumField() {
			f := typ.Field(i)
			key, option, _ := strings.Cut(f.Tag.Get("json"), ",")
			if key == "-" {
				continue
			}
			properties = append(properties, key)
			if option == "" {
				required = append(required, key)
			}
			var p object
			must(t, json.Unmarshal(o.Properties[key], &p))
			elem := f.Type
			ref := p.Ref
			if elem.Kind() == reflect.Slice && elem.Elem().Kind() == reflect.Struct {
				elem, ref = elem.Elem(), p.Items.Ref
			}
			if elem.Kind() == reflect.Pointer {
				elem = elem.Elem()
			}
			if elem.Kind() != reflect.Struct {
				continue
			}
			def := strings.TrimPrefix(ref, "#/$defs/")
			if _, ok := schema.Defs[def]; !ok {
				t.Errorf("%s.%s is %q in the schema, which is not defined", name, key, ref)
			} else if !checked[def] {
				checked[def] = true
				check(def, elem, schema.Defs[def])
			}
		}
		var want []string
		for k := range o.Properties {
			want = append(want, k)
		}
		slices.Sort(want)
		slices.Sort(properties)
		if !slices.Equal(properties, want) {
			t.Errorf("%s: the type has %v, the schema %v", name, properties, want)
		}
		slices.Sort(required)
		slices.Sort(o.Required)
		if !slices.Equal(required, o.Required) {
			t.Errorf("%s: the type always writes %v, the schema requires %v", name, required, o.Required)
		}
	}
	check("manifest", reflect.TypeFor[Manifest](), schema.object)
	for def, o := range schema.Defs {
		if o.Properties != nil && !checked[def] {
			t.Errorf("no type for the schema's %q", def)
		}
	}
}

func sampleManifest(t *testing.T) *Manifest {
	t.Helper()
	bucket := ir.Ref{Resource: "WebBucket", Attr: "bucket"}
	p := &ir.Program{
		App:       ir.App{Name: "shop", Stage: "prod", Home: "aws", Region: "eu-west-1", Removal: "retain", Protect: true, ConfigFile: "sst.config.ts"},
		Functions: []*ir.Function{{ID: "Api", Name: "Api", Runtime: "nodejs22.x", Architecture: "arm64"}},
		Sites: []*ir.Site{{ID: "Web", Name: "Web", Bucket: bucket, Prefix: "_assets", Purge: true,
			Distribution: ir.Ref{Resource: "WebCdn", Attr: "id"}, Invalidate: []string{"/*"}, WaitInvalidate: true, Fallback: "/index.html"}},
		KeyValues: []*ir.KeyValues{
			{Component: "Web", Store: ir.Ref{Resource: "WebKv", Attr: "arn"}, Namespace: "ab12", Site: "Web", Purge: true,
				Entries: []ir.Field{{Key: "metadata", Value: ir.String(`{"custom404":"/404.html","s3":{"dir":"","routes":["/given"]}}`)}}},
			{Component: "Routes", Store: ir.Ref{Resource: "OtherKv", Attr: "arn"}, NamespaceFrom: ir.Ref{Resource: "OtherTags", Attr: "ns"}, Shared: []string{"routes"},
				Entries: []ir.Field{{Key: "routes", Value: ir.String(`["site,ab12,,/"]`)}}},
		},
		Params: []*ir.ParamDecl{
			{Name: "SecretKey", Kind: ir.ParamSecret, Default: ir.String("none")},
			{Name: "Zones", Kind: ir.ParamLookup, List: true, Attr: "names", Lookup: &ir.Invoke{Token: "aws:index/getAvailabilityZones:getAvailabilityZones", Args: ir.Obj("state", "available")}},
			{Name: "Cert", Kind: ir.ParamInput, Description: "ARN of the certificate"},
		},
		Outputs: []ir.Output{{Name: "bucket", Value: bucket}, {Name: "SstcWebBucket", Value: bucket, Internal: true}, {Name: "tags", Value: ir.Obj("team", "a&b", "n", 2)}},
	}
	packed := &Result{
		Assets:    []*ir.Asset{{ID: "Api", Kind: ir.AssetIsFunction, Digest: strings.Repeat("ab", 32), File: "assets/ab.zip", Size: 10, Handler: "bundle.handler", Unpacked: 30}},
		Functions: []FunctionStats{{ID: "Api", Packed: 10, Unpacked: 30, Heaviest: []Part{{"src/api.ts", 30}}}},
		Inputs:    []Input{{"src/api.ts", strings.Repeat("cd", 32)}},
	}
	files, diags, err := TreeFiles(fstest.MapFS{
		"index.html":                             {Data: []byte("<p>")},
		"app/main.js":                            {Data: []byte("1")},
		".well-known/security":                   {Data: []byte("x")},
		".well-known/deep/er":                    {Data: []byte("x")},
		"assets/logo.SVG":                        {Data: []byte("<svg/>")},
		".sst/secret":                            {Data: []byte("x")},
		".well-known/apple-app-site-association": {Data: []byte("{}")},
	}, &ir.Tree{Rules: []ir.FileRule{
		{Include: []string{"**/*.html"}, CacheControl: "max-age=0"},
		{Include: []string{"**"}, Exclude: []string{"app/**"}, CacheControl: "max-age=31536000"},
		{Include: []string{"app/*.js"}, ContentType: "text/x"},
	}}, diag.Range{})
	if err != nil || diags != nil {
		t.Fatal(err, diags)
	}
	siteFiles := map[string][]SiteFile{"Web": files}
	p, diags = CompleteSites(p, siteFiles)
	if diags != nil {
		t.Fatal(diags)
	}
	m, err := NewManifest(p, packed, ManifestArgs{
		Targets: []ManifestTarget{{
			Format: "terraform", Dir: "terraform", Files: []string{"terraform/main.tf"}, Region: "eu-west-1",
			AssetsBucket: "assets_bucket", AssetsPrefix: "assets_prefix",
			Publish: []ManifestPublish{{"terraform/main.tf", "templates/main.tf"}},
			Outputs: map[string]string{"Api URL": "api_url"}, Tags: map[string]string{"sst:app": "shop"}, Retained: []string{"aws_s3_bucket.uploads"},
		}},
		Params:       map[string][]NamedParam{"terraform": named(p.Params)},
		Inputs:       ManifestInputs{Files: []Input{{"sst.config.ts", strings.Repeat("ef", 32)}}, Environment: []string{"Z", "HOME", "Z"}},
		Output:       func(v ir.Value) (string, bool) { return "Out" + v.(ir.Ref).Resource, true },
		SiteFiles:    siteFiles,
		SiteDirs:     map[string]string{"Web": "sites/Web"},
		Placeholders: []SitePlaceholder{{Text: "__SSTC_0__", Value: ir.Ref{Resource: "ApiUrl", Attr: "url"}, Files: []string{"sites/Web/index.html"}}},
	})
	must(t, err)
	return m
}

func named(decls []*ir.ParamDecl) []NamedParam {
	var list []NamedParam
	for _, d := range decls {
		list = append(list, NamedParam{d, strings.ToLower(d.Name)})
	}
	return list
}

func TestManifest(t *testing.T) {
	m := sampleManifest(t)
	got, err := m.Encode()
	must(t, err)
	golden.File(t, "testdata/manifest.json", got)

	back, err := DecodeManifest(got)
	must(t, err)
	again, err := back.Encode()
	must(t, err)
	if !bytes.Equal(got, again) {
		t.Errorf("decoded and encoded again:\n%s", again)
	}

	schema := compileSchema(t)
	for name, data := range map[string][]byte{"full": got, "minimal": []byte(`{"schemaVersion":1,"app":{"name":"a","stage":"b"},"inputs":{},"targets":[],"steps":[]}`)} {
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		must(t, err)
		if err := schema.Validate(v); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(ManifestSchema))
	must(t, err)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	must(t, c.AddResource("manifest.schema.json", doc))
	schema, err := c.Compile("manifest.schema.json")
	must(t, err)
	return schema
}

func TestManifestRefused(t *testing.T) {
	schema := compileSchema(t)
	const good = `{"schemaVersion":1,"app":{"name":"a","stage":"b"},"inputs":{},"targets":[],"steps":[]}`
	for name, data := range map[string]string{
		"another version": strings.Replace(good, `:1,`, `:2,`, 1),
		"no version":      strings.Replace(good, `"schemaVersion":1,`, ``, 1),
		"an unknown step": strings.Replace(good, `"steps":[]`, `"steps":[],"hooks":[]`, 1),
		"not a manifest":  `[]`,
		"half a manifest": good[:40],
		"a wrong type":    strings.Replace(good, `"stage":"b"`, `"stage":3`, 1),
	} {
		if m, err := DecodeManifest([]byte(data)); err == nil {
			t.Errorf("%s: decoded as %+v", name, m)
		}
		if v, err := jsonschema.UnmarshalJSON(strings.NewReader(data)); err == nil && schema.Validate(v) == nil {
			t.Errorf("%s: valid under the schema", name)
		}
	}
	if _, err := NewManifest(&ir.Program{Outputs: []ir.Output{{Name: "x", Value: ir.Ref{Resource: "R", Attr: "a"}}}}, &Result{}, ManifestArgs{}); err == nil {
		t.Error("a value without an output was accepted")
	}
}

func TestTreeFilesPattern(t *testing.T) {
	rng := diag.Range{Filename: "sst.config.ts", Start: diag.Pos{Line: 3, Column: 1}}
	_, diags, err := TreeFiles(fstest.MapFS{"a": {}}, &ir.Tree{Rules: []ir.FileRule{{Include: []string{"a[", "**"}, Exclude: []string{"{b"}}}}, rng)
	if err != nil || len(diags) != 2 || diags[0].Code != diag.InvalidPattern || diags[0].Subject.Start.Line != 3 {
		t.Errorf("got %v, %s", err, describe(diags))
	}
}

// The edge routes by what it is told; of what is known only after deployment
// the list becomes part all the same.
func TestCompleteSites(t *testing.T) {
	domain := ir.Ref{Resource: "B", Attr: "domain"}
	p := &ir.Program{KeyValues: []*ir.KeyValues{
		{Component: "Web", Site: "Web", Entries: []ir.Field{{Key: "metadata", Value: ir.NewCall(ir.FuncJSONEncode, ir.Obj("s3", ir.Obj("domain", domain, "routes", ir.List{})))}}},
		{Component: "Other", Entries: []ir.Field{{Key: "metadata", Value: ir.String("not JSON")}}},
	}}
	files := []SiteFile{{Path: ".well-known/a"}, {Path: ".well-known/deep/b"}, {Path: "assets/x.js"}, {Path: "assets/y.js"}, {Path: "index.html"}}
	got, _ := CompleteSites(p, map[string][]SiteFile{"Web": files})
	want := []ir.Field{
		{Key: "metadata", Value: ir.NewCall(ir.FuncJSONEncode, ir.Obj("s3", ir.Obj("domain", domain, "routes", []string{"/.well-known/deep", "/assets"})))},
		{Key: "/.well-known/a", Value: ir.String("s3")},
		{Key: "/index.html", Value: ir.String("s3")},
	}
	if !reflect.DeepEqual(got.KeyValues[0].Entries, want) {
		t.Errorf("got %v, want %v", got.KeyValues[0].Entries, want)
	}
	if len(p.KeyValues[0].Entries) != 1 || p.KeyValues[0].Site != "Web" || got.KeyValues[1] != p.KeyValues[1] {
		t.Error("the program was changed")
	}
}

// TestEdgeLimits has entries that are just as large as CloudFront takes, and one
// byte larger.
func TestEdgeLimits(t *testing.T) {
	rng := diag.Range{Filename: "sst.config.ts", Start: diag.Pos{Line: 3, Column: 1}}
	check := func(kvs []*ir.KeyValues, sites []*ir.Site, files map[string][]SiteFile) string {
		p := &ir.Program{Components: []*ir.Component{{ID: "Web", Name: "Web", Range: rng}}, Sites: sites, KeyValues: kvs}
		_, diags := CompleteSites(p, files)
		var list []string
		for _, d := range diags {
			if d.Code != diag.EdgeLimit || d.Subject == nil || d.Subject.Start.Line != 3 {
				t.Errorf("got %s at %v", d.Code, d.Subject)
			}
			list = append(list, fmt.Sprintf("%s: %s", d.Severity, d.Detail))
		}
		return strings.Join(list, "\n")
	}
	expect := func(what, got, want string) {
		t.Helper()
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want %q", what, got, want)
		}
	}
	store := ir.Ref{Resource: "Store", Attr: "arn"}
	given := func(entries ...ir.Field) []*ir.KeyValues {
		return []*ir.KeyValues{{Component: "Web", Store: store, Namespace: "ab12", Entries: entries}}
	}
	rewrite := func(n int) ir.Value {
		return ir.NewCall(ir.FuncJSONEncode, ir.Obj("host", ir.Ref{Resource: "Url", Attr: "functionUrl"}, "rewrite", ir.Obj("regex", strings.Repeat("x", n), "to", "/")))
	}
	room := maxValue - textSize(rewrite(0))
	expect("a value", check(given(ir.Field{Key: "metadata", Value: rewrite(room)}), nil, nil), "")
	expect("a value", check(given(ir.Field{Key: "metadata", Value: rewrite(room + 1)}), nil, nil),
		`needs 1025 bytes of "metadata" for "Web", and a value in CloudFront's key-value stores has at most 1024. What makes it long: "rewrite"`)

	site := func(versioned bool) []*ir.Site {
		s := &ir.Site{ID: "Web", Name: "Web", Versioned: versioned, Trees: []ir.Tree{{Lookup: ir.LookupEach}}}
		return []*ir.Site{s}
	}
	of := func(servers ...ir.Value) []*ir.KeyValues {
		metadata := ir.Obj("s3", ir.Obj("domain", ir.Ref{Resource: "B", Attr: "bucketRegionalDomainName"}, "dir", "", "routes", ir.List{}))
		if servers != nil {
			metadata = metadata.With("servers", ir.List(servers))
		}
		return []*ir.KeyValues{{Component: "Web", Store: store, Namespace: "ab12", Site: "Web",
			Entries: []ir.Field{{Key: "metadata", Value: ir.NewCall(ir.FuncJSONEncode, metadata)}}}}
	}
	named := func(sites []*ir.Site, names ...string) map[string][]SiteFile {
		var files []SiteFile
		for _, n := range names {
			files = append(files, SiteFile{Path: n, Name: n, Tree: &sites[0].Trees[0]})
		}
		return map[string][]SiteFile{"Web": files}
	}
	for _, versioned := range []bool{false, true} {
		s := site(versioned)
		longest := maxKey - len("ab12:/")
		if versioned {
			longest -= len("0123456789ab:")
		}
		expect("a key", check(of(), s, named(s, strings.Repeat("n", longest))), "")
		expect("a key", check(of(), s, named(s, strings.Repeat("n", longest+1))), "a key of 513 bytes, and CloudFront's key-value stores take 512")
	}

	// Only this version's code at the edge reads parts.
	var servers []ir.Value
	for range 30 {
		servers = append(servers, ir.List{ir.NewCall(ir.FuncIndex, ir.NewCall(ir.FuncSplit, ir.String("/"), ir.Ref{Resource: "Url", Attr: "functionUrl"}), ir.Number(2)), ir.Number(1), ir.Number(2)})
	}
	s := site(true)
	expect("30 servers", check(of(servers...), s, named(s)), "")
	s = site(false)
	expect("30 servers in the Router of another app", check(of(servers...), s, named(s)), `What makes it long: 30 servers, one for each region (`)

	// Names of 100 bytes, with the prefix and the value.
	many := func(n int) []string {
		var list []string
		for i := range n {
			list = append(list, fmt.Sprintf("%05d%s", i, strings.Repeat("n", 100-len("ab12:0123456789ab:/00000s3"))))
		}
		return list
	}
	s = site(true)
	expect("half a store", check(of(), s, named(s, many(maxStore/200-20)...)), "")
	expect("more than half a store", check(of(), s, named(s, many(maxStore/200)...)), "warning: The key-value store of \"Web\" has no room for the names of files of two builds (2.5 MiB each; CloudFront allows 5.0 MiB in all)")
	expect("more than a store", check(of(), s, named(s, many(maxStore/100)...)), "error: The function at the edge needs 5.0 MiB in the key-value store")
}

// TestVersionedFiles lays out a site of which each build has a directory.
func TestVersionedFiles(t *testing.T) {
	trees := []ir.Tree{
		{To: "_assets/docs", Lookup: ir.LookupEach, Whole: []string{"_next/static"}, Hashed: []string{"_next/static/chunks/**"}, Everywhere: []string{"**/*.png"}},
		{To: "_cache/docs", Lookup: ir.LookupNone},
	}
	var files []SiteFile
	for i, names := range [][]string{{"_next/static/chunks/a-1.js", "_next/static/odd.js", "pic.png", "robots.txt"}, {"id/page.cache"}} {
		for _, n := range names {
			files = append(files, SiteFile{Path: trees[i].To + "/" + n, Name: n, Tree: &trees[i], Digest: "d"})
		}
	}
	p := &ir.Program{
		Sites: []*ir.Site{{ID: "Web", Versioned: true, Trees: trees}},
		KeyValues: []*ir.KeyValues{{Component: "Web", Site: "Web", Namespace: "ab12", Entries: []ir.Field{
			{Key: "metadata", Value: ir.String(`{"base":"/docs","s3":{"domain":"b","dir":"/_assets","routes":[]}}`)},
			{Key: "/old", Value: ir.String("301 /new")},
		}}},
	}
	got, diags := CompleteSites(p, map[string][]SiteFile{"Web": files})
	if diags != nil {
		t.Fatal(diags)
	}
	v := got.Sites[0].Version
	m := ManifestSite{Build: v, Prefix: got.Sites[0].Prefix}
	var keys []string
	for _, f := range files {
		keys = append(keys, strings.ReplaceAll(strings.Join(m.Keys(f), " "), v, "@"))
	}
	want := []string{
		"_assets/docs/_next/static/chunks/a-1.js",
		"@/_assets/docs/_next/static/odd.js _assets/docs/_next/static/odd.js",
		"@/_assets/docs/pic.png _assets/docs/pic.png",
		"@/_assets/docs/robots.txt",
		"_cache/docs/id/page.cache",
	}
	if !slices.Equal(keys, want) {
		t.Errorf("got %q, want %q", keys, want)
	}
	kv := got.KeyValues[0]
	var entries []string
	for _, e := range kv.Entries {
		entries = append(entries, strings.ReplaceAll(e.Key+" "+string(e.Value.(ir.String)), v, "@"))
	}
	metadata := ` {"build":"@","base":"/docs","s3":{"domain":"b","dir":"/@/_assets","routes":[]},"shared":{"dir":"/_assets","match":"^/_next/static(/|$)"}}`
	want = []string{"@:/old 301 /new", "@:/_next/static/odd.js s3", "@:/pic.png s3", "@:/robots.txt s3", "@:metadata" + metadata, "metadata" + metadata}
	if !slices.Equal(entries, want) || kv.Switch != "metadata" {
		t.Errorf("got %q, switch %q, want %q", entries, kv.Switch, want)
	}
	// Another order of reading, or another redirect.
	again := &ir.Program{Sites: p.Sites, KeyValues: p.KeyValues}
	if same, _ := CompleteSites(again, map[string][]SiteFile{"Web": files}); same.Sites[0].Version != v {
		t.Error("equal files give another version")
	}
	files[3].Digest = "e"
	if other, _ := CompleteSites(again, map[string][]SiteFile{"Web": files}); other.Sites[0].Version == v {
		t.Error("other files give the same version")
	}
}

// TestGlobPattern compares patterns as the edge has them with what they match
// here.
func TestGlobPattern(t *testing.T) {
	names := []string{
		"assets/a-12345678.js", "assets/x/y/a-12345678.css", "assets/a-1234567.js", "assets/-12345678.", "x/assets/a-12345678.js",
		"_astro/a.js", "_astro/b/c.css", "_astro2/a.js", "main.0a1b2c3d.js", "static/js/2.0a1b2c3d.chunk.js", "static/js/2.0a1b2c3.js", "main.0A1B2C3D.js",
		"main-ABCD2345.js", "a/main-ABCD2345.css", "main-ABCD2345.txt", "main-ABCD23456.js", "_nuxt/a.js", "_nuxt/builds/latest.json", "a+b.0a1b2c3d.js", "axb.js", "a.b-js",
	}
	hex := "**/*." + strings.Repeat("[0-9a-f]", 8) + "*.{js,css}"
	for _, glob := range []string{"assets/**/*-????????.*", "_astro/**", hex, "**/*-" + strings.Repeat("[0-9A-Z]", 8) + ".{js,css}", "_nuxt/*", "a.b-js"} {
		pattern := regexp.MustCompile("^/" + globPattern(glob))
		for _, n := range names {
			if got, want := pattern.MatchString("/"+n), doublestar.MatchUnvalidated(glob, n); got != want {
				t.Errorf("%s is %s, which matches %s: %t, want %t", glob, pattern, n, got, want)
			}
		}
	}
	if got, want := globPattern(hex), `(.*/)?[^/]*\.[0-9a-f]{8}[^/]*\.(js|css)$`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
