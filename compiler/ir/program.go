// Package ir holds what the compiler knows of an app between its evaluation
// and its output: resources, the values that link them, functions, sites and
// assets. It is data only. It knows neither the frontend that the app came
// from nor the format it will leave in.
//
// Nothing in it is ordered by a map: slices are in the order in which the app
// made their entries, and emitters sort where their format wants it.
package ir

import "github.com/sstc/sstc/compiler/diag"

// A Dialect is a vocabulary of resource types and property names.
type Dialect string

const (
	// CFN is CloudFormation's: AWS::S3::Bucket, BucketName.
	CFN Dialect = "cfn"
	// Pulumi is Pulumi's: aws:s3/bucket:Bucket, bucket. Terraform's names
	// come from it through a map (compiler/schema).
	Pulumi Dialect = "pulumi"
)

// A Program is an app after lowering: everything that is to exist, in one
// dialect. It is immutable once lowering has returned: emitters read it,
// possibly at the same time. Go cannot enforce this.
type Program struct {
	App     App
	Dialect Dialect

	Providers     []*ProviderConfig // by package; one for each that the app configures or uses
	Params        []*ParamDecl      // declared parameters, secrets first mentioned first
	Stacks        []*Stack          // in the order of their deployment; nil if the app is not divided into stacks
	Resources     []*Resource
	Invokes       []*Invoke
	Components    []*Component
	Functions     []*Function
	Sites         []*Site
	KeyValues     []*KeyValues
	Invocations   []*Invocation
	Invalidations []*Invalidation
	Assets        []*Asset
	Outputs       []Output
}

// App is what app() returned, completed.
type App struct {
	Name    string
	Stage   string
	Home    string // "aws", "cloudflare" or "local"
	Removal string // "remove", "retain" or "retain-all"
	Protect bool
	// Region is the region of the default AWS provider when the
	// configuration or the environment names one, else us-east-1.
	Region string
	// ConfigFile is the configuration's path, relative to the app's root.
	ConfigFile string
}

// A ProviderConfig is the default provider of one package, configured by
// app().providers.
type ProviderConfig struct {
	Package string  // Pulumi's name of the package: "aws", "cloudflare"
	Version string  // as the user wrote it; "" if they did not
	Source  string  // the npm package, if the user named one; "" otherwise
	Args    *Object // in the spelling of the Pulumi provider
	Range   diag.Range
}

// ParamDecl declares a parameter that [Param] values refer to.
type ParamDecl struct {
	Name        string
	Kind        ParamKind
	Description string
	// Default is used when the uploader is given nothing else; nil for none.
	Default Value
	// Region is where the bucket is, for ParamAssets: Lambda reads code from
	// buckets in its own region only.
	Region string
	// Lookup is what to look up, for ParamLookup.
	Lookup *Invoke
	// Attr is what of Lookup's result is wanted, as a path: "subnetIds",
	// "zones.0.id"; "" for all of it.
	Attr string
	// List says that the value is a list of strings.
	List  bool
	Range diag.Range
}

// ParamKind says where a parameter's value comes from.
type ParamKind string

const (
	ParamSecret ParamKind = "secret" // `sst secret set`; never in an artifact
	ParamLookup ParamKind = "lookup" // found by the uploader in the account, before it applies
	ParamInput  ParamKind = "input"  // given by whoever deploys
	ParamAssets ParamKind = "assets" // the name of the bucket with the assets in another region
)

// A Resource is one resource of a provider, before any output format is
// chosen.
type Resource struct {
	// ID is unique in the program, among resources and invokes together. It is
	// made only from names the user wrote, so that adding one resource never
	// renames another. It matches [A-Za-z][A-Za-z0-9]*. Emitters derive the
	// logical ID, the Terraform name and the Pulumi resource name from it.
	ID string

	// Name is the logical name that SST and Pulumi give it, from which ID is
	// made: "UploadsBucket". It may hold any characters.
	Name string

	// Type is in the program's dialect: "aws:s3/bucket:Bucket",
	// "pulumi:providers:aws" (an explicit provider), "AWS::S3::Bucket".
	Type string

	// Component is the ID of the component that made the resource, or "".
	Component string

	// Stack is the ID of the stack that it is in, and LogicalID its name
	// there, if the program has stacks; else both are "".
	Stack, LogicalID string

	// Construct is the path of the CDK's construct that made it, in an app of
	// SST v2: "dev-shop-API/notes/Api/Resource". Nothing that is emitted depends on it.
	Construct string

	Props   *Object
	Options Options

	// Read, if set, makes this a reference to a resource that exists: the
	// provider's ID of it. Props then hold what else the look-up needs.
	Read Value

	// Range is where the user asked for the resource. A resource that a
	// component made (a role, a log group) has the component's range.
	Range diag.Range
}

// Options are what the user may say about any resource, beside its own
// properties. Other resources are named by ID.
type Options struct {
	DependsOn      []string
	Provider       string // the ID of an explicit provider resource; "" for the default
	Parent         string
	Protect        bool
	RetainOnDelete bool
	DeletionPolicy string // in the cfn dialect: "Delete" or "Snapshot", where the type's default is another; else ""
	// Attributes are CloudFormation's, in the cfn dialect and in a program with
	// stacks: Condition, CreationPolicy, DeletionPolicy, Metadata,
	// UpdatePolicy, UpdateReplacePolicy.
	Attributes          *Object
	DeleteBeforeReplace bool
	IgnoreChanges       []string // property paths, dialect spelling
	ReplaceOnChanges    []string
	AdditionalSecrets   []string // outputs to be treated as secret
	Import              string   // the provider's ID of an existing resource to adopt
	Aliases             []Alias
	DeletedWith         string
	Timeouts            Timeouts
	Version             string // provider version for this resource alone
}

// An Alias is an earlier identity of a resource.
type Alias struct {
	Name string // earlier logical name; "" if it is the same
	Type string // earlier type; "" if it is the same
	URN  string // the whole identity, when given so
}

// Timeouts are Pulumi's customTimeouts, such as "20m"; "" for the default.
type Timeouts struct{ Create, Update, Delete string }

// An Invoke is a question put to a provider at deployment: a data source in
// Terraform, fn::invoke in Pulumi.
type Invoke struct {
	ID    string // unique among resources and invokes
	Token string // "aws:ec2/getVpc:getVpc"
	Args  *Object
	// Provider is the ID of an explicit provider resource, or "".
	Provider  string
	DependsOn []string
	// Component is the ID of the component that asked, or "".
	Component string
	Range     diag.Range
}

// A Component is what the user wrote: it owns resources, for reports and for
// grouping what is emitted.
type Component struct {
	ID     string // unique; the logical name reduced as in Resource.ID
	Name   string
	Type   string // "sst.aws.Bucket"; for a ComponentResource subclass, its token
	Parent string // the ID of the enclosing component, or ""
	// Owner is the ID of the component whose method made this one (a route of
	// an API, a subscriber of a queue), or "". It stands beside its owner, not
	// inside; but whoever looks for it looks there.
	Owner string
	// Title is what the user calls it where its name is made up, such as the
	// route "GET /notes"; "" otherwise.
	Title  string
	Range  diag.Range
	Grants []Grant
	Links  []string // names of what is linked to it
}

// Group returns the ID of the component that c is shown with: the one that it
// is inside of, or else its owner, or "".
func (c *Component) Group() string {
	if c.Parent != "" {
		return c.Parent
	}
	return c.Owner
}

// A Grant is a permission that a component was given, for the reviewer.
type Grant struct {
	Effect    string // "allow" or "deny"
	Actions   []string
	Resources []Value
	Reason    string // `link to Uploads`, `permissions`, …
}

// An Output is a value that run() returned, by name.
type Output struct {
	Name  string
	Value Value
	// Internal says that it is not the user's: the uploader needs the value.
	Internal bool
	// Stack is the ID of the stack that it is an output of, in a program that
	// came divided into stacks.
	Stack string
	// Range is where the user gave it its name, or as near as that is known.
	Range diag.Range
}

// FindResource returns the resource with the given ID, or nil.
func (p *Program) FindResource(id string) *Resource {
	for _, r := range p.Resources {
		if r.ID == id {
			return r
		}
	}
	return nil
}

// FindAsset returns the asset with the given ID, or nil.
func (p *Program) FindAsset(id string) *Asset {
	for _, a := range p.Assets {
		if a.ID == id {
			return a
		}
	}
	return nil
}

// FindParam returns the declaration of a parameter, or nil.
func (p *Program) FindParam(name string) *ParamDecl {
	for _, d := range p.Params {
		if d.Name == name {
			return d
		}
	}
	return nil
}

// WalkValues calls f for every value in the program, including those inside
// others, with the ID of the resource or invoke that holds it ("" for outputs
// and sites).
func (p *Program) WalkValues(f func(owner string, v Value)) {
	walk := func(owner string, v Value) {
		Walk(v, func(v Value) bool { f(owner, v); return true })
	}
	for _, r := range p.Resources {
		walk(r.ID, r.Props)
		walk(r.ID, r.Read)
		if r.Options.Attributes != nil {
			walk(r.ID, r.Options.Attributes)
		}
	}
	for _, i := range p.Invokes {
		walk(i.ID, i.Args)
	}
	for _, s := range p.Sites {
		for _, v := range s.values() {
			walk("", v)
		}
	}
	for _, s := range p.Stacks {
		for _, v := range s.values() {
			walk("", v)
		}
	}
	for _, kv := range p.KeyValues {
		walk("", kv.Store)
		walk("", kv.NamespaceFrom)
		for _, f := range kv.Entries {
			walk("", f.Value)
		}
	}
	for _, i := range p.Invocations {
		walk("", i.Function)
	}
	for _, i := range p.Invalidations {
		walk("", i.Distribution)
	}
	for _, o := range p.Outputs {
		walk("", o.Value)
	}
}
