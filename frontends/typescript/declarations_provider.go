package typescript

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
)

// A providerDeclarer writes the declarations of one provider's package. In each
// namespace $I is Input, $O is Output and $t the package's own types: modules
// have classes of those names.
type providerDeclarer struct {
	declarer
	pkg, name string // "docker-build", and "dockerbuild" in a configuration
	// inputs and outputs are the nested types that are in use, by name.
	inputs, outputs map[string]*schema.Object
	queue           []nested
}

type nested struct {
	object *schema.Object
	input  bool
}

// providerDeclarations declares a provider's package under a name, from its
// schema.
func providerDeclarations(pkg, name string) string {
	d := &providerDeclarer{pkg: pkg, name: name, inputs: map[string]*schema.Object{}, outputs: map[string]*schema.Object{}}
	provider := schema.PulumiProvider(pkg)
	// Checking that the file is in order takes tsc seconds. A test has done it.
	d.line("// @ts-nocheck")
	d.line("// The provider %s, as sstc knows it: version %s.", pkg, provider.Plugin)
	d.line("")
	d.namespace(name, func() {
		d.line("class Provider extends $util.ProviderResource { constructor(name: string, args?: ProviderArgs, opts?: $util.ResourceOptions); }")
		d.interfaceOf("ProviderArgs", provider.Config, true)
	})
	d.namespace(name+".config", func() {
		for _, p := range provider.Config.Properties {
			if !slices.Contains(reserved, p.Name) {
				d.line("const %s: %s | undefined;", p.Name, d.output(p.Type))
			}
		}
	})
	modules := append([]string{""}, moduleNames(pkg)...)
	for _, module := range modules {
		d.module(module)
	}
	if pkg == "aws" {
		d.WriteString(awsHelpers)
	}
	d.enums("types/enums")
	d.types()
	d.line("")
	if npm := provider.NPM; npm != "" {
		d.line("declare module %s { export = %s; }", quote(npm), name)
		for _, module := range modules[1:] {
			d.line("declare module %s { import $m = %s.%s; export = $m; }", quote(npm+"/"+module), name, namespacePath(module))
		}
	}
	return d.String()
}

func (d *providerDeclarer) namespace(path string, body func()) {
	d.block("declare namespace "+path, func() {
		d.line("import $I = $util.Input; import $O = $util.Output; import $t = %s.types;", d.name)
		body()
	})
}

// awsHelpers are what the runtime has of Pulumi's AWS SDK beside the provider.
const awsHelpers = `declare namespace aws {
  type ARN = string;
  interface Tags { [name: string]: $util.Input<string>; }
  interface ArnParseResult { readonly accountId: string; readonly partition: string; readonly region: string; readonly resource: string; readonly service: string; }
  function arnParse(arn: string): Promise<ArnParseResult>;
  function arnParseOutput(arn: $util.Input<string>): $util.Output<ArnParseResult>;
  function arnBuild(partition: string, service: string, region: string, accountId: string, resource: string): Promise<string>;
  function arnBuildOutput(partition: $util.Input<string>, service: $util.Input<string>, region: $util.Input<string>, accountId: $util.Input<string>, resource: $util.Input<string>): $util.Output<string>;
  function trimIamRolePath(arn: string): Promise<string>;
  function trimIamRolePathOutput(arn: $util.Input<string>): $util.Output<string>;
}
declare namespace aws.iam {
  type Principal = "*" | AWSPrincipal | ServicePrincipal | FederatedPrincipal;
  interface AWSPrincipal { AWS: $util.Input<string> | $util.Input<$util.Input<string>[]>; }
  interface ServicePrincipal { Service: $util.Input<string> | $util.Input<$util.Input<string>[]>; }
  interface FederatedPrincipal { Federated: $util.Input<string> | $util.Input<$util.Input<string>[]>; }
  interface PolicyStatement {
    Sid?: $util.Input<string>;
    Effect: $util.Input<"Allow" | "Deny">;
    Principal?: $util.Input<Principal>;
    NotPrincipal?: $util.Input<Principal>;
    Action?: $util.Input<string> | $util.Input<$util.Input<string>[]>;
    NotAction?: $util.Input<string> | $util.Input<$util.Input<string>[]>;
    Resource?: $util.Input<string> | $util.Input<$util.Input<string>[]>;
    NotResource?: $util.Input<string> | $util.Input<$util.Input<string>[]>;
    Condition?: $util.Input<{ [test: string]: $util.Input<{ [key: string]: $util.Input<any> }> }>;
  }
  interface PolicyDocument {
    Version: $util.Input<"2008-10-17" | "2012-10-17">;
    Id?: $util.Input<string>;
    Statement: $util.Input<$util.Input<PolicyStatement>[]>;
  }
  function assumeRolePolicyForPrincipal(principal: Principal): PolicyDocument;
}
`

// moduleNames are the paths of a package's modules, those included that have
// constants only.
func moduleNames(pkg string) []string {
	names := slices.Clone(schema.PulumiModules(pkg))
	for _, name := range schema.PulumiMembers(pkg, "") {
		if _, kind := schema.PulumiMember(pkg, "", name); kind == schema.ModuleMember && name != "types" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// module writes the namespace of one module.
func (d *providerDeclarer) module(module string) {
	space := d.name
	if module != "" {
		space += "." + namespacePath(module)
	}
	d.namespace(space, func() {
		for _, name := range schema.PulumiMembers(d.pkg, module) {
			if slices.Contains(reserved, name) || name == "Provider" && module == "" {
				continue
			}
			token, kind := schema.PulumiMember(d.pkg, module, name)
			switch kind {
			case schema.ResourceMember:
				d.resource(name, schema.PulumiResource(token))
			case schema.FunctionMember:
				if d.pkg != "aws" || !slices.Contains(sdkHelpers, module+"."+name) {
					d.function(name, schema.PulumiFunction(token))
				}
			case schema.ConstantMember:
				d.constant(name, schema.PulumiConstant(d.pkg, token))
			}
		}
	})
}

func (d *providerDeclarer) resource(name string, r *schema.Resource) {
	required := false
	for _, p := range r.Properties {
		required = required || p.Input && p.Required
	}
	optional := "?"
	if required {
		optional = ""
	}
	if r.Deprecated {
		d.line("/** @deprecated */")
	}
	d.block("class "+name+" extends $util.CustomResource", func() {
		d.line("constructor(name: string, args%s: %sArgs, opts?: $util.CustomResourceOptions);", optional, name)
		d.line("static get(name: string, id: $I<$util.ID>, state?: Partial<%sArgs>, opts?: $util.CustomResourceOptions): %s;", name, name)
		for _, p := range r.Properties {
			if p.Output && p.Name != "id" && p.Name != "urn" {
				d.line("%sreadonly %s: $O<%s>;", deprecated(p), propertyName(p.Name), d.output(p.Type))
			}
		}
	})
	d.interfaceOf(name+"Args", &r.Object, true)
}

func (d *providerDeclarer) function(name string, r *schema.Resource) {
	class := strings.ToUpper(name[:1]) + name[1:]
	optional := "?"
	for _, p := range r.Properties {
		if p.Input && p.Required {
			optional = ""
		}
	}
	if r.Deprecated {
		d.line("/** @deprecated */")
	}
	d.line("function %s(args%s: %sArgs, opts?: $util.InvokeOptions): Promise<%sResult>;", name, optional, class, class)
	d.line("function %sOutput(args%s: %sArgs, opts?: $util.InvokeOutputOptions): $O<%sResult>;", name, optional, class, class)
	d.interfaceOf(class+"Args", &r.Object, true)
	d.interfaceOf(class+"Result", &r.Object, false)
}

func (d *providerDeclarer) interfaceOf(name string, o *schema.Object, input bool) {
	d.interfaceIn(&d.declarer, name, o, input)
}

// interfaceIn writes an object's properties: those that can be given, or those
// that can be read.
func (d *providerDeclarer) interfaceIn(out *declarer, name string, o *schema.Object, input bool) {
	out.block("interface "+name, func() {
		for _, p := range o.Properties {
			switch {
			case input && p.Input:
				optional := "?"
				if p.Required {
					optional = ""
				}
				out.line("%s%s%s: $I<%s>;", deprecated(p), propertyName(p.Name), optional, d.resourceOr(name, p, d.input(p.Type)))
			case !input && p.Output:
				out.line("%sreadonly %s: %s;", deprecated(p), propertyName(p.Name), d.output(p.Type))
			}
		}
	})
}

func deprecated(p *schema.Property) string {
	if p.Deprecated {
		return "/** @deprecated */ "
	}
	return ""
}

// resourcesAsArguments are the classes whose resources Pulumi's AWS SDK takes
// in place of a name or an ARN, by interface and property.
var resourcesAsArguments = map[string]string{
	"ApplicationVersionArgs.application": "elasticbeanstalk.Application", "ApplicationVersionArgs.bucket": "s3.Bucket",
	"AuthorizerArgs.restApi": "apigateway.RestApi", "BasePathMappingArgs.restApi": "apigateway.RestApi", "BucketObjectArgs.bucket": "s3.Bucket",
	"BucketObjectv2Args.bucket": "s3.Bucket", "DeploymentArgs.restApi": "apigateway.RestApi", "EnvironmentArgs.application": "elasticbeanstalk.Application",
	"GroupPolicyAttachmentArgs.group": "iam.Group", "IntegrationArgs.restApi": "apigateway.RestApi", "IntegrationResponseArgs.restApi": "apigateway.RestApi",
	"LogSubscriptionFilterArgs.logGroup": "cloudwatch.LogGroup", "MethodArgs.restApi": "apigateway.RestApi", "MethodResponseArgs.restApi": "apigateway.RestApi",
	"MethodSettingsArgs.restApi": "apigateway.RestApi", "MetricAlarmArgs.alarmActions": "sns.Topic", "MetricAlarmArgs.insufficientDataActions": "sns.Topic",
	"MetricAlarmArgs.okActions": "sns.Topic", "ModelArgs.restApi": "apigateway.RestApi", "PermissionArgs.function": "lambda.Function",
	"PolicyAttachmentArgs.groups": "iam.Group", "PolicyAttachmentArgs.policy": "iot.Policy", "PolicyAttachmentArgs.roles": "iam.Role", "PolicyAttachmentArgs.users": "iam.User",
	"RequestValidatorArgs.restApi": "apigateway.RestApi", "ResourceArgs.restApi": "apigateway.RestApi", "RolePolicyArgs.role": "iam.Role",
	"RolePolicyAttachmentArgs.role": "iam.Role", "StageArgs.deployment": "apigateway.Deployment", "StageArgs.restApi": "apigateway.RestApi",
	"TopicSubscriptionArgs.topic": "sns.Topic", "UserPolicyAttachmentArgs.user": "iam.User",
}

func (d *providerDeclarer) resourceOr(name string, p *schema.Property, text string) string {
	class := resourcesAsArguments[name+"."+p.Name]
	if d.pkg != "aws" || class == "" {
		return text
	}
	if p.Type.Kind == schema.List {
		return "$I<string | aws." + class + ">[]"
	}
	return text + " | aws." + class
}

// input is the type of a value that is given.
func (d *providerDeclarer) input(t *schema.Type) string { return d.typ(t, true) }

// output is the type of a value that is read. What may be missing is not told
// from what is always there: the schema does not say it.
func (d *providerDeclarer) output(t *schema.Type) string { return d.typ(t, false) }

func (d *providerDeclarer) typ(t *schema.Type, input bool) string {
	elem := func(t *schema.Type) string {
		if input {
			return "$I<" + d.typ(t, true) + ">"
		}
		return list(d.typ(t, false))
	}
	switch t.Kind {
	case schema.String:
		if len(t.Enum) > 0 {
			var words []string
			for _, e := range t.Enum {
				words = append(words, quote(e))
			}
			return strings.Join(words, " | ")
		}
		return "string"
	case schema.Number:
		return "number"
	case schema.Bool:
		return "boolean"
	case schema.List, schema.Set:
		if input {
			return elem(t.Elem) + "[]"
		}
		return elem(t.Elem)
	case schema.Map:
		if input {
			return "{ [name: string]: " + elem(t.Elem) + " }"
		}
		return "{ [name: string]: " + d.typ(t.Elem, false) + " }"
	case schema.Obj:
		if t.Object == nil {
			return record
		}
		return d.nested(t.Object, input)
	case schema.Asset:
		return "$util.asset.Asset | $util.asset.Archive"
	case schema.Archive:
		return "$util.asset.Archive"
	case schema.Union:
		var options []string
		for _, o := range t.Options {
			text := d.typ(o, input)
			if o.Kind == schema.Obj && o.Object == nil {
				text = "object" // interfaces have no index signature
			}
			options = append(options, text)
		}
		return strings.Join(options, " | ")
	}
	return "any"
}

// nested is the name of a nested type, which is written when all that use it
// have been.
func (d *providerDeclarer) nested(o *schema.Object, input bool) string {
	seen, space := d.outputs, "output"
	if input {
		seen, space = d.inputs, "input"
	}
	if seen[o.Name] == nil {
		seen[o.Name] = o
		d.queue = append(d.queue, nested{o, input})
	}
	module, name := tokenPath(o.Name)
	return "$t." + space + "." + dotted(module) + name
}

// types writes the nested types, which are found as they are written.
func (d *providerDeclarer) types() {
	byModule := map[string]*declarer{}
	for len(d.queue) > 0 {
		next := d.queue[0]
		d.queue = d.queue[1:]
		module, name := tokenPath(next.object.Name)
		space := d.name + ".types.output"
		if next.input {
			space = d.name + ".types.input"
		}
		if module != "" {
			space += "." + namespacePath(module)
		}
		out := byModule[space]
		if out == nil {
			out = &declarer{depth: 1}
			byModule[space] = out
		}
		d.interfaceIn(out, name, next.object, next.input)
	}
	d.line("declare namespace %s.types {}", d.name)
	for _, space := range sortedKeys(byModule) {
		d.namespace(space, func() { d.WriteString(byModule[space].String()) })
	}
}

// enums writes the constants of a module below types.enums, most of which are
// in a module of their own too.
func (d *providerDeclarer) enums(module string) {
	d.namespace(d.name+"."+namespacePath(module), func() {
		for _, name := range schema.PulumiMembers(d.pkg, module) {
			path, kind := schema.PulumiMember(d.pkg, module, name)
			if kind != schema.ConstantMember {
				continue
			}
			own := strings.TrimPrefix(strings.TrimPrefix(module, "types/enums"), "/")
			if _, kind := schema.PulumiMember(d.pkg, own, name); kind == schema.ConstantMember {
				twin := d.name + "." + dotted(own) + name
				d.line("const %s: typeof %s;", name, twin)
				d.line("type %s = %s;", name, twin)
			} else {
				d.constant(name, schema.PulumiConstant(d.pkg, path))
			}
		}
	})
	for _, name := range schema.PulumiMembers(d.pkg, module) {
		if path, kind := schema.PulumiMember(d.pkg, module, name); kind == schema.ModuleMember {
			d.enums(path)
		}
	}
}

// constant writes a constant of the SDK: data, or a record, whose values are a
// type of the same name.
func (d *providerDeclarer) constant(name, value string) {
	v, err := ir.DecodeJSON(value)
	if err != nil {
		return // the schema's own test reads them all
	}
	o, ok := v.(*ir.Object)
	if !ok {
		d.line("const %s: %s;", name, value)
		return
	}
	d.block("const "+name+":", func() {
		for _, f := range o.Fields {
			b, _ := json.Marshal(f.Key)
			key := propertyName(strings.Trim(string(b), `"`))
			d.line("readonly %s: %s;", key, constantType(f.Value))
		}
	})
	d.line("type %s = (typeof %s)[keyof typeof %s];", name, name, name)
}

func constantType(v ir.Value) string {
	o, ok := v.(*ir.Object)
	if !ok {
		return ir.EncodeJSON(v)
	}
	var members []string
	for _, f := range o.Fields {
		members = append(members, fmt.Sprintf("readonly %s: %s", propertyName(f.Key), ir.EncodeJSON(f.Value)))
	}
	return "{ " + strings.Join(members, "; ") + " }"
}

// tokenPath splits a token such as "aws:s3/bucket:Bucket" into the module's path
// and the class.
func tokenPath(token string) (module, name string) {
	parts := strings.Split(token, ":")
	module = parts[1]
	name = parts[len(parts)-1]
	// The last part of the module is the name again, in lower case.
	if i := strings.LastIndexByte(module, '/'); i >= 0 && strings.EqualFold(module[i+1:], name) {
		module = module[:i]
	} else if strings.EqualFold(module, name) {
		module = ""
	}
	if module == "index" {
		module = ""
	}
	return module, strings.ToUpper(name[:1]) + name[1:]
}

// namespacePath is a module's path as nested namespaces.
func namespacePath(module string) string {
	parts := strings.Split(module, "/")
	for i, p := range parts {
		if slices.Contains(reserved, p) {
			parts[i] = p + "_"
		}
	}
	return strings.Join(parts, ".")
}

// dotted is a module's path in front of a name.
func dotted(module string) string {
	if module == "" {
		return ""
	}
	return namespacePath(module) + "."
}
