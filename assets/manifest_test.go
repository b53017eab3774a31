package assets

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

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
	m, err := NewManifest(CompleteKeyValues(p, siteFiles), packed, ManifestArgs{
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
func TestCompleteKeyValues(t *testing.T) {
	domain := ir.Ref{Resource: "B", Attr: "domain"}
	p := &ir.Program{KeyValues: []*ir.KeyValues{
		{Component: "Web", Site: "Web", Entries: []ir.Field{{Key: "metadata", Value: ir.NewCall(ir.FuncJSONEncode, ir.Obj("s3", ir.Obj("domain", domain, "routes", ir.List{})))}}},
		{Component: "Other", Entries: []ir.Field{{Key: "metadata", Value: ir.String("not JSON")}}},
	}}
	files := []SiteFile{{Path: ".well-known/a"}, {Path: ".well-known/deep/b"}, {Path: "assets/x.js"}, {Path: "assets/y.js"}, {Path: "index.html"}}
	got := CompleteKeyValues(p, map[string][]SiteFile{"Web": files})
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
