package schema

import (
	"slices"
	"strings"
)

// A MemberKind is what a name in a Pulumi package means.
type MemberKind int

const (
	NoMember       MemberKind = iota
	ModuleMember              // a module, such as aws.s3
	ResourceMember            // a resource class, such as aws.s3.Bucket
	FunctionMember            // a function, such as aws.getCallerIdentity
	ConstantMember            // a constant or an enumeration, such as aws.Region
)

// A Member is one name in a module of a Pulumi package.
type Member struct {
	Name  string
	Kind  MemberKind
	Token string // of a module or a constant: its path
	Alias bool   // an old name, not worth a suggestion
}

// PulumiResource returns the resource type with a token such as
// "aws:s3/bucket:Bucket" or "pulumi:providers:aws", or nil if there is none.
// An old token gives the type that replaced it, if that has the same
// properties; Type is the token in use now.
func PulumiResource(token string) *Resource {
	if pkg, ok := strings.CutPrefix(token, "pulumi:providers:"); ok {
		return providerResource(pkg)
	}
	return pulumiStore(tokenPackage(token)).resource(ResourceEntry, token)
}

// PulumiFunction returns the function with a token such as
// "aws:index/getCallerIdentity:getCallerIdentity", or nil if there is none. Its
// arguments are the properties with Input, its results those with Output; its
// Terraform is a data source.
func PulumiFunction(token string) *Resource {
	return pulumiStore(tokenPackage(token)).resource(FunctionEntry, token)
}

// PulumiPartial reports whether the schema of the package that a token is of
// was gathered from documentation, so that types that it does not have may
// exist.
func PulumiPartial(token string) bool {
	switch tokenPackage(token) {
	case "planetscale", "supabase", "turso":
		return true
	}
	return false
}

// PulumiPackages returns the names of the packages known, sorted.
func PulumiPackages() []string {
	var names []string
	for _, m := range pulumiOther.members("", "") {
		names = append(names, m.Name)
	}
	return names
}

// PulumiPackageForNPM returns the name of the package that an npm package such
// as "@pulumi/docker-build" is the SDK of, or "".
func PulumiPackageForNPM(npm string) string {
	for _, m := range pulumiOther.members("", "") {
		if m.Token == npm && npm != "" {
			return m.Name
		}
	}
	return ""
}

// PulumiProvider returns a package's provider, or nil if it is unknown. Its
// Config has Pulumi's names.
func PulumiProvider(pkg string) *Provider {
	return pulumiStore(pkg).provider(pkg)
}

// PulumiMember says what a name in a module means: aws.s3 in ("aws", "", "s3"),
// aws.s3.Bucket in ("aws", "s3", "Bucket"), kubernetes.apps.v1.Deployment in
// ("kubernetes", "apps/v1", "Deployment"). The root module is "" or "index".
// The token of a module or a constant is its path. A function's name may end in
// Output.
func PulumiMember(pkg, module, name string) (token string, kind MemberKind) {
	if module == "index" {
		module = ""
	}
	members := pulumiStore(pkg).members(pkg, module)
	m, ok := findMember(members, name)
	if function, isOutput := strings.CutSuffix(name, "Output"); !ok && isOutput {
		if m, ok = findMember(members, function); m.Kind != FunctionMember {
			ok = false
		}
	}
	if !ok {
		if m, ok = findMember(pulumiConstant.members(pkg, module), name); !ok {
			return "", NoMember
		}
	}
	return m.Token, m.Kind
}

// PulumiConstant returns the value of a constant of a package's SDK, by its
// path, as JSON: a string, a number, or an object of those, such as
// {"USEast1":"us-east-1",...} for ("aws", "Region"). It returns "" if there is
// none.
func PulumiConstant(pkg, path string) string {
	return pulumiConstant.constant(pkg + ":" + path)
}

func findMember(members []Member, name string) (Member, bool) {
	i, ok := slices.BinarySearchFunc(members, name, func(m Member, name string) int { return strings.Compare(m.Name, name) })
	if !ok {
		return Member{}, false
	}
	return members[i], true
}

// PulumiModules returns the paths of a package's modules, sorted, without the
// root module.
func PulumiModules(pkg string) []string {
	p := PulumiProvider(pkg)
	if p == nil {
		return nil
	}
	return p.Modules
}

// PulumiMembers returns the names in a module, sorted, without old names.
func PulumiMembers(pkg, module string) []string {
	if module == "index" {
		module = ""
	}
	var names []string
	for _, m := range pulumiStore(pkg).members(pkg, module) {
		if !m.Alias {
			names = append(names, m.Name)
		}
	}
	for _, m := range pulumiConstant.members(pkg, module) {
		names = append(names, m.Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// PulumiTokenForTerraform returns the token of the Pulumi resource that
// bridges a Terraform resource type, or "" if there is none.
func PulumiTokenForTerraform(tfType string) string {
	return pulumiStore(typePrefix(tfType)).target(TwinEntry, tfType)
}

// PulumiTokenForTerraformData returns the token of the Pulumi function that
// bridges a Terraform data source, or "" if there is none.
func PulumiTokenForTerraformData(tfType string) string {
	return pulumiStore(typePrefix(tfType)).target(DataTwinEntry, tfType)
}

// providerResource is what `new aws.Provider(...)` makes.
func providerResource(pkg string) *Resource {
	return pulumiStore(pkg).resource(ResourceEntry, "pulumi:providers:"+pkg)
}

// tokenPackage is the package of a token: what is before the first colon.
func tokenPackage(token string) string {
	pkg, _, _ := strings.Cut(token, ":")
	return pkg
}

// typePrefix is what is before the first underscore of a Terraform type.
func typePrefix(tfType string) string {
	prefix, _, _ := strings.Cut(tfType, "_")
	return prefix
}
