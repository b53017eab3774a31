package lower

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
	"github.com/sstc/sstc/compiler/schema"
)

// An oldProperty is a property that a type had in the provider's last major
// version, which SST v3 used (aws 6, cloudflare 5).
type oldProperty struct {
	// now returns the properties that stand for it, or nil if there is none.
	now func(v ir.Value) *ir.Object
	// instead says what takes its place, if now is nil.
	instead string
}

func renamed(to string) oldProperty {
	return oldProperty{now: func(v ir.Value) *ir.Object { return ir.Obj(to, v) }}
}

// inObject is for a property that is now one of an object's.
func inObject(object, property string) oldProperty {
	return oldProperty{now: func(v ir.Value) *ir.Object { return ir.Obj(object, ir.Obj(property, v)) }}
}

// oldProperties are by type and name. Sources: the upgrade guides of the
// Terraform providers (aws 6.0, cloudflare 5.0), which the majors of Pulumi's
// follow by one.
var oldProperties = map[string]map[string]oldProperty{
	"aws:apigateway/deployment:Deployment": {
		"stageName":        {instead: "Make an aws.apigateway.Stage."},
		"stageDescription": {instead: "Make an aws.apigateway.Stage."},
		"canarySettings":   {instead: "Make an aws.apigateway.Stage."},
	},
	"aws:batch/computeEnvironment:ComputeEnvironment": {
		"computeEnvironmentName":       renamed("name"),
		"computeEnvironmentNamePrefix": renamed("namePrefix"),
	},
	"aws:ec2/eip:Eip": {
		"vpc": {now: func(v ir.Value) *ir.Object {
			if v == ir.Value(ir.Bool(true)) {
				return ir.Obj("domain", "vpc")
			}
			return &ir.Object{}
		}},
	},
	"aws:ec2/flowLog:FlowLog": {
		"logGroupName": {instead: `Give the ARN of the log group as "logDestination".`},
	},
	"aws:ec2/instance:Instance": {
		"cpuCoreCount":      inObject("cpuOptions", "coreCount"),
		"cpuThreadsPerCore": inObject("cpuOptions", "threadsPerCore"),
	},
	"aws:ssm/association:Association": {
		"instanceId": {now: func(v ir.Value) *ir.Object {
			return ir.Obj("targets", ir.List{ir.Obj("key", "InstanceIds", "values", ir.List{v})})
		}},
	},
	"cloudflare:index/dnsRecord:DnsRecord": {
		"value": {now: func(v ir.Value) *ir.Object {
			return ir.Obj("content", v, "ttl", 1) // automatic, which was the default
		}},
		"allowOverwrite": {now: func(ir.Value) *ir.Object {
			return &ir.Object{} // what it allowed is an import now
		}},
	},
	"cloudflare:index/getZone:getZone": {
		"name": inObject("filter", "name"),
		"accountId": {now: func(v ir.Value) *ir.Object {
			return ir.Obj("filter", ir.Obj("account", ir.Obj("id", v)))
		}},
	},
	"cloudflare:index/zone:Zone": {
		"zone":      renamed("name"),
		"accountId": inObject("account", "id"),
		"plan":      {now: func(ir.Value) *ir.Object { return &ir.Object{} }},
	},
	"planetscale:index/branch:Branch": {
		"name": renamed("branch"),
	},
	"pulumi:providers:aws": {
		"assumeRole": {now: func(v ir.Value) *ir.Object { return ir.Obj("assumeRoles", ir.List{v}) }},
	},
}

// oldAttributes are attributes of a resource whose names have changed, by type
// and name.
var oldAttributes = map[string]map[string]string{
	"cloudflare:index/dnsRecord:DnsRecord": {"hostname": "name", "value": "content"},
	"planetscale:index/password:Password":  {"plaintext": "plainText"},
}

// AttrName is the present name of an attribute of a resource.
func (a *App) AttrName(id, attr string) string {
	if h, ok := a.handles[id]; ok {
		if t := schema.PulumiResource(h.Type); t != nil && t.Property(attr) == nil {
			if now, ok := oldAttributes[t.Type][attr]; ok {
				return now
			}
		}
	}
	return attr
}

// resourceInputs are the properties of a resource as its type has them now. Own
// are the properties that sstc itself gave. Path leads to the properties in the
// call at a place; nil if the user wrote something else there.
func (a *App) resourceInputs(token, name string, own, props *ir.Object, at Place, path arg.Path) *ir.Object {
	in := inputs{a, schema.PulumiResource(token), token, fmt.Sprintf("The resource %q (%s)", name, token), own, func(key string) diag.Range {
		if path == nil {
			return at.Range()
		}
		return at.Key(path.Key(key))
	}}
	return in.known(props)
}

// invokeInputs are the arguments of a provider's function as it has them now.
func (a *App) invokeInputs(token string, args *ir.Object, at Place) *ir.Object {
	in := inputs{a, schema.PulumiFunction(token), token, fmt.Sprintf("The function %s", token), nil, func(key string) diag.Range {
		return at.Key(arg.Path{"0", key})
	}}
	return in.known(args)
}

// providerInputs are the settings of one of the app's providers as it has them now.
func (a *App) providerInputs(p *ir.ProviderConfig) *ir.Object {
	token := "pulumi:providers:" + p.Package
	in := inputs{a, schema.PulumiResource(token), token, fmt.Sprintf("The provider %q", p.Package), nil, func(string) diag.Range { return p.Range }}
	return in.known(p.Args)
}

// inputs are what a resource, a function or a provider may be given.
type inputs struct {
	app   *App
	typ   *schema.Resource // nil if it is not known
	token string
	what  string     // begins a sentence about it
	own   *ir.Object // properties that are not looked at
	at    func(key string) diag.Range
}

// known returns the properties under the names that they have now. What no
// version of the provider knows is left out and reported. It has never had an
// effect in SST: the classes of Pulumi's SDKs pick the properties that they
// know.
func (in inputs) known(props *ir.Object) *ir.Object {
	if in.typ == nil {
		return props
	}
	diags := &in.app.diags
	kept := &ir.Object{}
	for i := range props.Len() {
		f := props.Fields[i]
		p := in.typ.Property(f.Key)
		old, isOld := oldProperties[in.typ.Type][f.Key]
		switch {
		case p != nil && p.Input || in.own.Has(f.Key):
			kept.Fields = append(kept.Fields, f)
		case isOld && old.now != nil:
			for _, n := range old.now(f.Value).Fields {
				given, _ := kept.Get(n.Key).(*ir.Object)
				more, _ := n.Value.(*ir.Object)
				switch {
				case given != nil && more != nil:
					kept = kept.With(n.Key, given.Merge(more))
				case !props.Has(n.Key):
					kept = kept.With(n.Key, n.Value)
				}
			}
		case isOld:
			diags.Add(diag.InvalidProperty, in.at(f.Key), "Property removed by the provider",
				fmt.Sprintf("%s has no property %q any more. %s", in.what, f.Key, old.instead))
		case !in.sameMajor():
			kept.Fields = append(kept.Fields, f) // the program's check reports it
		case p != nil:
			reportUnknown(diags, in.app.IgnoreUnknown, in.at(f.Key), diag.InvalidProperty, "Read-only property",
				fmt.Sprintf("%s has a property %q that can only be read: the provider sets it.", in.what, f.Key))
		default:
			names := in.typ.Names(func(p *schema.Property) bool { return p.Input })
			reportUnknown(diags, in.app.IgnoreUnknown, in.at(f.Key), diag.InvalidProperty, "Unknown property",
				fmt.Sprintf("%s has no property %q.%s", in.what, f.Key, diag.Suggest(f.Key, names)))
		}
	}
	return kept
}

// sameMajor reports whether the app means the major version of a provider that
// the schemas are of. Of Cloudflare's, whose majors differ in nearly every type,
// it has to say so.
func (in inputs) sameMajor() bool {
	pkg, _, _ := strings.Cut(in.token, ":")
	switch pkg {
	case "pulumi":
		return true // its settings hardly change
	case "planetscale":
		return false // not known: its versions differ in most of their names
	}
	known := schema.PulumiProvider(pkg)
	for _, p := range in.app.prog.Providers {
		if p.Package == pkg && p.Version != "" && known != nil {
			return major(p.Version) == major(known.Plugin)
		}
	}
	return pkg != "cloudflare"
}

// major is the part of a version that changes with its interface: "6" of
// "6.1.0", "0.9" of "^0.9.1", "0.0.2" of "0.0.2".
func major(version string) string {
	parts := strings.SplitN(strings.TrimLeft(version, "^~>=v "), ".", 3)
	if _, err := strconv.Atoi(parts[0]); err != nil {
		return version
	}
	n := 1
	for n < len(parts) && parts[n-1] == "0" {
		n++
	}
	return strings.Join(parts[:n], ".")
}
