package assets

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/ir"
)

// SchemaVersion is that of the manifests which this version of sstc writes,
// and the only one that it reads. It grows when an uploader must know better.
const SchemaVersion = 1

// ManifestName is the manifest's name in the output directory.
const ManifestName = "manifest.json"

// ManifestSchema is the JSON Schema of manifests.
//
//go:embed manifest.schema.json
var ManifestSchema []byte

// A Manifest says what is in an output directory and what is to be done with
// it. The uploader, the preview and the report read it, and nothing else of
// the compiler's. Paths are relative to the output directory, with slashes.
type Manifest struct {
	SchemaVersion int            `json:"schemaVersion"`
	App           ManifestApp    `json:"app"`
	Inputs        ManifestInputs `json:"inputs"`
	// Targets are the formats in which the app was written; one of them is to
	// be applied.
	Targets   []ManifestTarget    `json:"targets"`
	Functions []ManifestFunction  `json:"functions,omitempty"`
	Assets    []ManifestAsset     `json:"assets,omitempty"`
	Sites     []ManifestSite      `json:"sites,omitempty"`
	KeyValues []ManifestKeyValues `json:"keyValues,omitempty"`
	// Invocations are functions to be called, of which nothing is expected but
	// that they succeed.
	Invocations []ManifestInvocation `json:"invocations,omitempty"`
	// Invalidations are what CloudFront is to forget besides what sites have.
	Invalidations []ManifestInvalidation `json:"invalidations,omitempty"`
	Placeholders  []Placeholder          `json:"placeholders,omitempty"`
	// Steps are in the order in which they must be taken.
	Steps   []Step           `json:"steps"`
	Outputs []ManifestOutput `json:"outputs,omitempty"`
	// Serving is for a preview.
	Serving *Serving `json:"serving,omitempty"`
}

// ManifestApp is the app that was built.
type ManifestApp struct {
	Name    string `json:"name"`
	Stage   string `json:"stage"`
	Home    string `json:"home,omitempty"`
	Region  string `json:"region,omitempty"` // of the app's default AWS provider
	Removal string `json:"removal,omitempty"`
	Protect bool   `json:"protect,omitempty"`
	// ConfigFile is relative to the app's root.
	ConfigFile string `json:"configFile,omitempty"`
}

// ManifestInputs are what the build read.
type ManifestInputs struct {
	Files       []Input  `json:"files,omitempty"`       // sorted by path
	Environment []string `json:"environment,omitempty"` // names of environment variables, sorted
}

// A ManifestTarget is the app in one output format, and what an uploader that
// applies it has to know: names in the format's own spelling.
type ManifestTarget struct {
	Format string   `json:"format"` // "cloudformation", "terraform" or "pulumi"
	Dir    string   `json:"dir"`    // the directory that its files are in
	Files  []string `json:"files"`  // sorted
	Region string   `json:"region,omitempty"`

	// AssetsBucket and AssetsPrefix are the parameters that say where the
	// uploader has put the assets: the bucket, and what comes before an asset's
	// file name in its key.
	AssetsBucket string `json:"assetsBucket"`
	AssetsPrefix string `json:"assetsPrefix"`
	// ImageRepository is the parameter for the name of the repository that the
	// uploader has put images into, if the app has any.
	ImageRepository string `json:"imageRepository,omitempty"`
	// Publish are files of the target that have to be put beside the assets
	// before it is applied.
	Publish []ManifestPublish `json:"publish,omitempty"`
	Params  []ManifestParam   `json:"params,omitempty"`
	// Outputs are the names of outputs that the format spells differently, by
	// the names that the rest of the manifest uses.
	Outputs map[string]string `json:"outputs,omitempty"`
	// Tags are to be given to the stack, where the format has no place for the
	// tags of all resources.
	Tags map[string]string `json:"tags,omitempty"`
	// Retained are the resources to be forgotten, not destroyed, when they
	// leave the app or the app is removed.
	Retained []string `json:"retained,omitempty"`
	// Stacks are those of an app that came divided into stacks, in the order in
	// which they have to be applied.
	Stacks []ManifestStack `json:"stacks,omitempty"`
}

// A ManifestStack is a stack of CloudFormation.
type ManifestStack struct {
	Name    string `json:"name"`
	File    string `json:"file"`
	Region  string `json:"region,omitempty"`  // "" for that of the target
	Account string `json:"account,omitempty"` // "" for whichever it is applied in
	// DependsOn are the names of stacks that have to be there first.
	DependsOn []string `json:"dependsOn,omitempty"`
	// Assets says that the template has the parameters AssetsBucket and
	// AssetsPrefix of the target.
	Assets bool `json:"assets,omitempty"`
	// Images says that it has the parameter ImageRepository of the target.
	Images bool `json:"images,omitempty"`
	// Inputs are parameters that have no default.
	Inputs                []string          `json:"inputs,omitempty"`
	TerminationProtection bool              `json:"terminationProtection,omitempty"`
	Tags                  map[string]string `json:"tags,omitempty"`
}

// A ManifestPublish is a file of a target that is fetched while it is applied:
// the template of a nested stack.
type ManifestPublish struct {
	File string `json:"file"`
	Key  string `json:"key"` // after the prefix
}

// A ManifestFunction is a Lambda function.
type ManifestFunction struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Runtime      string `json:"runtime"`
	Architecture string `json:"architecture,omitempty"`
	Handler      string `json:"handler"` // Lambda's setting
	Asset        string `json:"asset"`   // the asset's ID
	Size         int64  `json:"size"`    // of the archive, in bytes
	Unpacked     int64  `json:"unpacked"`
	// Heaviest are the largest parts of it, unpacked.
	Heaviest []Part `json:"heaviest,omitempty"`
}

// A ManifestAsset is a file to be uploaded before the app is applied.
type ManifestAsset struct {
	ID       string       `json:"id"`
	Kind     ir.AssetKind `json:"kind"`
	Digest   string       `json:"digest"` // hex SHA-256 over the uncompressed content
	File     string       `json:"file"`
	Key      string       `json:"key"`  // in the bucket that the uploader keeps assets in
	Size     int64        `json:"size"` // of the file, in bytes
	Unpacked int64        `json:"unpacked"`
	// Image says how the image is built from the files in it, for the kind
	// "image".
	Image *ManifestImage `json:"image,omitempty"`
}

// A ManifestImage is a container image that the uploader has to build, and to
// push with its tag.
type ManifestImage struct {
	Tag        string            `json:"tag"` // changes with what it is built from
	Dockerfile string            `json:"dockerfile"`
	Target     string            `json:"target,omitempty"`
	Platform   string            `json:"platform,omitempty"`
	Args       map[string]string `json:"args,omitempty"`
	// Builder is what writes the Dockerfile before: "nixpacks" for nixpacks
	// build with the directory as its output; "" if it is there.
	Builder string `json:"builder,omitempty"`
	// SSH, Secrets, Network, CacheFrom and CacheTo are options of docker build.
	SSH       string            `json:"ssh,omitempty"`
	Secrets   map[string]string `json:"secrets,omitempty"` // by their IDs
	Network   string            `json:"network,omitempty"`
	CacheFrom []string          `json:"cacheFrom,omitempty"`
	CacheTo   string            `json:"cacheTo,omitempty"`
	NoCache   bool              `json:"noCache,omitempty"`
}

// A ManifestSite is files to be served.
type ManifestSite struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Dir    string `json:"dir"`    // where the files are
	Bucket Value  `json:"bucket"` // the bucket's name
	Prefix string `json:"prefix,omitempty"`
	// Build is the name of this build of the site, if those of different builds
	// are kept apart: see [ManifestSite.Keys].
	Build string     `json:"build,omitempty"`
	Files []SiteFile `json:"files,omitempty"`
	// Purge says whether files of earlier deployments are deleted. If builds are
	// kept apart, those count that pages of earlier ones may still ask for; the
	// directories of builds before the last are deleted in any case.
	Purge bool `json:"purge,omitempty"`
	// Distribution is the ID of the CloudFront distribution that Invalidate
	// is for; absent if there is nothing to invalidate.
	Distribution   *Value   `json:"distribution,omitempty"`
	Invalidate     []string `json:"invalidate,omitempty"`
	WaitInvalidate bool     `json:"waitInvalidate,omitempty"`
	Fallback       string   `json:"fallback,omitempty"` // the page for a path that is no file
}

// Keys are where in the site's bucket a file is kept: below the prefix, and, if
// the site's builds are kept apart, below the name of the build, unless the file
// is shared.
func (s *ManifestSite) Keys(f SiteFile) []string {
	at := func(dirs ...string) string { return strings.TrimPrefix(path.Join(append(dirs, f.Path)...), "/") }
	shared := at(s.Prefix)
	switch {
	case s.Build == "" || f.Shared == SharedOnly:
		return []string{shared}
	case f.Shared == SharedAlso:
		return []string{at(s.Prefix, s.Build), shared}
	}
	return []string{at(s.Prefix, s.Build)}
}

// ManifestKeyValues are entries for a CloudFront key-value store.
type ManifestKeyValues struct {
	Component string `json:"component"`           // the ID of the component that they are of
	Store     Value  `json:"store"`               // the store's ARN
	Namespace string `json:"namespace,omitempty"` // before each key, with a colon
	// NamespaceFrom has the namespace, for the store of another app.
	NamespaceFrom *Value     `json:"namespaceFrom,omitempty"`
	Entries       []KeyValue `json:"entries,omitempty"`
	// Shared are keys whose values are JSON lists that other apps add to: what
	// is not of this app is left alone. A list longer than a value may be is
	// kept as {"parts":n}, and its text under the key with ":0", ":1" and so on.
	Shared []string `json:"shared,omitempty"`
	// Purge says whether entries of the namespace that are not here are deleted.
	// Those of a build that is kept stay: their keys begin with its name.
	Purge bool `json:"purge,omitempty"`
	// Switch is the key that is written after all others, since it leads to them.
	Switch string `json:"switch,omitempty"`
}

// A KeyValue is one entry of a key-value store.
type KeyValue struct {
	Key   string `json:"key"` // without the namespace
	Value Value  `json:"value"`
}

// A ManifestInvocation is a call of a function, once it is there and before
// visitors are led to it.
type ManifestInvocation struct {
	Component string          `json:"component"` // the ID of the component that it is of
	Function  Value           `json:"function"`  // the function's name
	Region    string          `json:"region,omitempty"`
	Input     json.RawMessage `json:"input"`
}

// A ManifestInvalidation is something that CloudFront is to forget.
type ManifestInvalidation struct {
	Component    string   `json:"component"`    // the ID of the component that it is of
	Distribution Value    `json:"distribution"` // the distribution's ID
	Paths        []string `json:"paths"`
	// Version is what has to be another than at the last deployment; "" for with
	// each.
	Version string `json:"version,omitempty"`
	Wait    bool   `json:"wait,omitempty"` // for CloudFront to be done
}

// A Placeholder is text in a site's files that the uploader replaces by a
// value which is known only once the app is deployed.
type Placeholder struct {
	Text  string   `json:"text"`
	Value Value    `json:"value"`
	Files []string `json:"files,omitempty"` // the files that it occurs in, sorted
}

// A ManifestParam is a parameter that the templates declare and the uploader
// has to give a value.
type ManifestParam struct {
	Name string `json:"name"`
	// Input is what the format calls it: a variable, a configuration key, a
	// parameter.
	Input       string       `json:"input"`
	Kind        ir.ParamKind `json:"kind"`
	Description string       `json:"description,omitempty"`
	List        bool         `json:"list,omitempty"` // a list of strings
	// Region is where the bucket has to be, for the kind "assets".
	Region string `json:"region,omitempty"`
	// Default is the value if the uploader is given no other.
	Default json.RawMessage `json:"default,omitempty"`
	// Lookup says what to look up, for the kind "lookup".
	Lookup *ManifestLookup `json:"lookup,omitempty"`
}

// A ManifestLookup is a question to be put to a provider.
type ManifestLookup struct {
	Token string          `json:"token"` // "aws:ec2/getVpc:getVpc"
	Args  json.RawMessage `json:"args"`
	Attr  string          `json:"attr,omitempty"` // what of the answer is wanted, as a path
}

// A Step is something that the uploader does.
type Step struct {
	Do   StepKind `json:"do"`
	Site string   `json:"site,omitempty"` // the ID of the site that the step is about
	// Component is that of the invalidation that the step is about.
	Component string `json:"component,omitempty"`
}

// StepKind says what is done in a step.
type StepKind string

const (
	PublishAssets    StepKind = "publish-assets"     // put assets into the bucket for them
	PublishImages    StepKind = "publish-images"     // build images and push them into the repository for them
	ApplyTarget      StepKind = "apply"              // apply one of the targets
	PublishFiles     StepKind = "publish-files"      // put a site's files into its bucket
	Invoke           StepKind = "invoke"             // call functions
	PublishKeyValues StepKind = "publish-key-values" // write entries to key-value stores
	Invalidate       StepKind = "invalidate"         // make CloudFront forget a site's pages
	PurgeFiles       StepKind = "purge-files"        // delete a site's files of earlier deployments
)

// A ManifestOutput is a value that the app returns, for whoever deploys it.
type ManifestOutput struct {
	Name  string `json:"name"`
	Value Value  `json:"value"`
}

// A Value is a JSON value, or the name of the template output that has it
// once the app has been applied.
type Value struct {
	Known  json.RawMessage `json:"known,omitempty"`
	Output string          `json:"output,omitempty"`
}

// ManifestArgs are what a manifest says beside what is in the program and in
// what [Pack] returned.
type ManifestArgs struct {
	Targets []ManifestTarget // without their Params
	// Params are the parameters of each target, by its format: pairs of the
	// declaration and the name in the format.
	Params map[string][]NamedParam
	// Inputs are what was read besides what Pack read: the configuration,
	// sites, environment variables.
	Inputs ManifestInputs
	// Output returns the output that the templates have for a value that is
	// known only once the app is deployed, and false if they have none.
	Output func(ir.Value) (name string, ok bool)
	// SiteFiles are the files of each site, by the site's ID, and SiteDirs the
	// directories that they are in.
	SiteFiles map[string][]SiteFile
	SiteDirs  map[string]string
	// Placeholders are those in the sites' files.
	Placeholders []SitePlaceholder
	Serving      *Serving
}

// A NamedParam is a parameter and what an output format calls it.
type NamedParam struct {
	Decl  *ir.ParamDecl
	Input string
}

// A SitePlaceholder is a [Placeholder] before the outputs are known.
type SitePlaceholder struct {
	Text  string
	Value ir.Value
	Files []string // relative to the output directory, sorted
	// Site is the ID of the site, and Variable the environment variable that
	// its build was given it in.
	Site, Variable string
}

// NewManifest puts together the manifest of a program that has been packed
// and emitted, with its sites and key-value entries complete: see [CompleteSites].
// Its steps are the uploader's whole work: assets before the templates that
// name them, a site's files before the entries that lead to them, functions
// called before those entries lead to what they prepare, and nothing deleted
// before the new is in place.
func NewManifest(p *ir.Program, packed *Result, args ManifestArgs) (*Manifest, error) {
	b := manifestBuilder{args: args}
	m := &Manifest{
		SchemaVersion: SchemaVersion,
		App: ManifestApp{Name: p.App.Name, Stage: p.App.Stage, Home: p.App.Home, Region: p.App.Region,
			Removal: p.App.Removal, Protect: p.App.Protect, ConfigFile: p.App.ConfigFile},
		Inputs:  mergeInputs(args.Inputs, packed.Inputs),
		Targets: slices.Clone(args.Targets),
		Serving: args.Serving,
	}
	for _, h := range args.Placeholders {
		m.Placeholders = append(m.Placeholders, Placeholder{h.Text, b.value(h.Value), h.Files})
	}
	b.functions(m, p, packed)
	for _, a := range packed.Assets {
		m.Assets = append(m.Assets, ManifestAsset{a.ID, a.Kind, a.Digest, a.File, a.File, a.Size, a.Unpacked, manifestImage(a.Image)})
	}
	for _, s := range p.Sites {
		m.Sites = append(m.Sites, b.site(s))
	}
	for _, kv := range p.KeyValues {
		m.KeyValues = append(m.KeyValues, b.keyValues(kv))
	}
	for _, i := range p.Invocations {
		m.Invocations = append(m.Invocations, ManifestInvocation{i.Component, b.value(i.Function), i.Region, json.RawMessage(i.Input)})
	}
	for _, i := range p.Invalidations {
		m.Invalidations = append(m.Invalidations, ManifestInvalidation{i.Component, b.value(i.Distribution), i.Paths, i.Version, i.Wait})
	}
	for i, t := range m.Targets {
		for _, n := range args.Params[t.Format] {
			m.Targets[i].Params = append(m.Targets[i].Params, b.param(n))
		}
	}
	for _, o := range p.Outputs {
		if o.Internal {
			continue
		}
		m.Outputs = append(m.Outputs, ManifestOutput{o.Name, b.value(o.Value)})
	}
	m.Steps = steps(m)
	return m, b.err
}

func manifestImage(i *ir.Image) *ManifestImage {
	if i == nil {
		return nil
	}
	return &ManifestImage{
		Tag: i.Tag, Dockerfile: i.Dockerfile, Target: i.Target, Platform: i.Platform, Args: stringMap(i.Args), Builder: i.Builder,
		SSH: i.SSH, Secrets: stringMap(i.Secrets), Network: i.Network, CacheFrom: i.CacheFrom, CacheTo: i.CacheTo, NoCache: i.NoCache,
	}
}

// stringMap is nil for nothing.
func stringMap(list []ir.KV) map[string]string {
	if len(list) == 0 {
		return nil
	}
	m := map[string]string{}
	for _, kv := range list {
		m[kv.Key] = kv.Value
	}
	return m
}

type manifestBuilder struct {
	args ManifestArgs
	err  error // the first
}

func (b *manifestBuilder) value(v ir.Value) Value {
	if ir.Known(v) {
		return Value{Known: json.RawMessage(ir.EncodeJSON(v))}
	}
	if b.args.Output != nil {
		if name, ok := b.args.Output(v); ok {
			return Value{Output: name}
		}
	}
	if b.err == nil {
		b.err = fmt.Errorf("the manifest needs a value that no template has an output for: %v. This is a bug in sstc.", v)
	}
	return Value{Known: json.RawMessage("null")}
}

func (b *manifestBuilder) functions(m *Manifest, p *ir.Program, packed *Result) {
	assets := map[string]*ir.Asset{}
	for _, a := range packed.Assets {
		assets[a.ID] = a
	}
	heaviest := map[string][]Part{}
	for _, s := range packed.Functions {
		heaviest[s.ID] = s.Heaviest
	}
	for _, f := range p.Functions {
		if a := assets[f.ID]; a != nil {
			m.Functions = append(m.Functions, ManifestFunction{f.ID, f.Name, f.Runtime, f.Architecture,
				a.Handler, a.ID, a.Size, a.Unpacked, heaviest[f.ID]})
		}
	}
}

func (b *manifestBuilder) site(s *ir.Site) ManifestSite {
	site := ManifestSite{ID: s.ID, Name: s.Name, Dir: b.args.SiteDirs[s.ID], Bucket: b.value(s.Bucket), Prefix: s.Prefix, Build: s.Version,
		Files: b.args.SiteFiles[s.ID], Purge: s.Purge, Fallback: s.Fallback}
	if s.Distribution != nil && len(s.Invalidate) > 0 {
		v := b.value(s.Distribution)
		site.Distribution, site.Invalidate, site.WaitInvalidate = &v, s.Invalidate, s.WaitInvalidate
	}
	return site
}

func (b *manifestBuilder) keyValues(kv *ir.KeyValues) ManifestKeyValues {
	out := ManifestKeyValues{Component: kv.Component, Store: b.value(kv.Store), Namespace: kv.Namespace, Shared: kv.Shared, Purge: kv.Purge, Switch: kv.Switch}
	if kv.NamespaceFrom != nil {
		v := b.value(kv.NamespaceFrom)
		out.NamespaceFrom = &v
	}
	for _, e := range kv.Entries {
		out.Entries = append(out.Entries, KeyValue{e.Key, b.value(e.Value)})
	}
	return out
}

func (b *manifestBuilder) param(n NamedParam) ManifestParam {
	d := n.Decl
	p := ManifestParam{Name: d.Name, Input: n.Input, Kind: d.Kind, Description: d.Description, List: d.List, Region: d.Region}
	if d.Default != nil && ir.Known(d.Default) {
		p.Default = json.RawMessage(ir.EncodeJSON(d.Default))
	}
	if d.Lookup != nil {
		args := b.value(d.Lookup.Args)
		p.Lookup = &ManifestLookup{Token: d.Lookup.Token, Args: args.Known, Attr: d.Attr}
	}
	return p
}

func steps(m *Manifest) []Step {
	var list []Step
	if len(m.Assets) > 0 {
		list = append(list, Step{Do: PublishAssets})
	}
	if slices.ContainsFunc(m.Assets, func(a ManifestAsset) bool { return a.Image != nil }) {
		list = append(list, Step{Do: PublishImages})
	}
	list = append(list, Step{Do: ApplyTarget})
	for _, s := range m.Sites {
		list = append(list, Step{Do: PublishFiles, Site: s.ID})
	}
	if len(m.Invocations) > 0 {
		list = append(list, Step{Do: Invoke})
	}
	if len(m.KeyValues) > 0 {
		list = append(list, Step{Do: PublishKeyValues})
	}
	for _, s := range m.Sites {
		if s.Distribution != nil {
			list = append(list, Step{Do: Invalidate, Site: s.ID})
		}
	}
	for _, i := range m.Invalidations {
		list = append(list, Step{Do: Invalidate, Component: i.Component})
	}
	for _, s := range m.Sites {
		if s.Purge || s.Build != "" {
			list = append(list, Step{Do: PurgeFiles, Site: s.ID})
		}
	}
	return list
}

// mergeInputs adds files to inputs and sorts both lists.
func mergeInputs(inputs ManifestInputs, files []Input) ManifestInputs {
	files = slices.Concat(inputs.Files, files)
	slices.SortFunc(files, func(a, b Input) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Digest, b.Digest))
	})
	environment := slices.Sorted(slices.Values(inputs.Environment))
	return ManifestInputs{slices.Compact(files), slices.Compact(environment)}
}

// Encode returns the manifest as it is written: indented, with a newline at
// its end. Equal manifests give equal bytes.
func (m *Manifest) Encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(m)
	return b.Bytes(), err
}

// IsManifest reports whether a file is a manifest, of this version or another.
func IsManifest(data []byte) bool {
	var m struct {
		SchemaVersion int
		App           struct{ Name, Stage string }
	}
	return json.Unmarshal(data, &m) == nil && m.SchemaVersion > 0 && m.App.Name != "" && m.App.Stage != ""
}

// DecodeManifest reads a manifest. It refuses one that another version of
// sstc has written in another form, and members that it does not know: an
// uploader must not skip what it does not understand.
func DecodeManifest(data []byte) (*Manifest, error) {
	var version struct{ SchemaVersion int }
	if err := json.Unmarshal(data, &version); err != nil {
		return nil, fmt.Errorf("%s is not a manifest: %w", ManifestName, err)
	}
	if version.SchemaVersion != SchemaVersion {
		return nil, fmt.Errorf("%s has schema version %d; this version of sstc reads %d", ManifestName, version.SchemaVersion, SchemaVersion)
	}
	m := &Manifest{}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(m); err != nil {
		return nil, fmt.Errorf("%s is not a manifest: %w", ManifestName, err)
	}
	return m, nil
}
