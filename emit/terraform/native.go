package terraform

import (
	"slices"
	"strings"
	"sync"

	"github.com/sstc/sstc/compiler/schema"
)

// Pulumi's aws-native and Terraform's awscc are both made mechanically from
// CloudFormation's schemas, so that those say how one becomes the other:
// aws-native:ecs:TaskDefinition is AWS::ECS::TaskDefinition is
// awscc_ecs_task_definition; containerDefinitions is ContainerDefinitions is
// container_definitions. In awscc nothing is a block, and JSON is a string.
const nativePackage = "aws-native"

// cloudFormationTypes finds a type by service and name in lower case:
// "ecs::taskdefinition".
var cloudFormationTypes = sync.OnceValue(func() map[string]string {
	types := map[string]string{}
	for _, name := range schema.CloudFormationTypes() {
		_, rest, _ := strings.Cut(name, "::")
		types[strings.ToLower(rest)] = name
		if token, ok := strings.CutPrefix(schema.NativeToken(name), nativePackage+":"); ok {
			types[strings.ToLower(strings.Replace(token, ":", "::", 1))] = name
		}
	}
	return types
})

// resolveNative finds the type of an aws-native resource, and makes both
// schemas. It reports whether CloudFormation has the type.
func resolveNative(t *target) bool {
	service, name, _ := strings.Cut(strings.TrimPrefix(t.token, nativePackage+":"), ":")
	cfnType, ok := cloudFormationTypes()[strings.ToLower(service+"::"+name)]
	if !ok || t.inv != nil {
		return false
	}
	service, name, _ = strings.Cut(strings.TrimPrefix(cfnType, "AWS::"), "::")
	t.tfType = "awscc_" + strings.ToLower(service) + "_" + schema.RuleTerraformName(name, false)
	both := nativeTypes{}.object(&schema.CloudFormation(cfnType).Object)
	id := &schema.Property{Name: "id", Terraform: "id", Type: stringType, Output: true}
	t.pulumi = &schema.Resource{Type: t.token, Terraform: t.tfType, Object: *both.pulumi}
	t.tf = &schema.Resource{Type: t.tfType, Object: *both.tf}
	for _, o := range []*schema.Object{&t.pulumi.Object, &t.tf.Object} {
		if o.Property("id") == nil {
			o.Properties = append(slices.Clone(o.Properties), id)
			sortProperties(o)
		}
	}
	return true
}

// A twin is one object type in both vocabularies.
type twin struct{ pulumi, tf *schema.Object }

// nativeTypes are the twins of CloudFormation's object types, which may
// contain themselves.
type nativeTypes map[*schema.Object]twin

func (n nativeTypes) object(o *schema.Object) twin {
	if t, ok := n[o]; ok {
		return t
	}
	t := twin{&schema.Object{Name: o.Name}, &schema.Object{Name: o.Name}}
	n[o] = t
	parts := map[string]*schema.Object{} // of Endpoint, with Endpoint.Address in it
	for _, p := range o.Properties {
		if head, tail, dotted := strings.Cut(p.Name, "."); dotted {
			if parts[head] == nil {
				parts[head] = &schema.Object{Name: head}
			}
			q := *p
			q.Name = tail
			parts[head].Properties = append(parts[head].Properties, &q)
			continue
		}
		t.add(n, p)
	}
	for _, p := range o.Properties {
		head, _, dotted := strings.Cut(p.Name, ".")
		if dotted && parts[head] != nil && o.Property(head) == nil {
			t.add(n, &schema.Property{Name: head, Type: &schema.Type{Kind: schema.Obj, Object: parts[head]}, Output: true})
			delete(parts, head)
		}
	}
	sortProperties(t.pulumi)
	sortProperties(t.tf)
	return t
}

func (t twin) add(n nativeTypes, p *schema.Property) {
	snake := schema.RuleTerraformName(p.Name, false)
	pulumi, tf := n.typ(p.Type)
	t.pulumi.Properties = append(t.pulumi.Properties, &schema.Property{
		Name: camel(snake), Terraform: snake, Type: pulumi, Required: p.Required, Input: p.Input, Output: true,
	})
	t.tf.Properties = append(t.tf.Properties, &schema.Property{
		Name: snake, Type: tf, Required: p.Required, Input: p.Input, Output: true, Computed: !p.Required,
	})
}

func sortProperties(o *schema.Object) {
	slices.SortFunc(o.Properties, func(a, b *schema.Property) int { return strings.Compare(a.Name, b.Name) })
}

func (n nativeTypes) typ(t *schema.Type) (pulumi, tf *schema.Type) {
	switch t.Kind {
	case schema.Any:
		return t, stringType
	case schema.List, schema.Map:
		p, q := n.typ(t.Elem)
		return &schema.Type{Kind: t.Kind, Elem: p}, &schema.Type{Kind: t.Kind, Elem: q}
	case schema.Obj:
		both := n.object(t.Object)
		return &schema.Type{Kind: schema.Obj, Object: both.pulumi}, &schema.Type{Kind: schema.Obj, Object: both.tf}
	case schema.Union:
		if slices.ContainsFunc(t.Options, func(o *schema.Type) bool { return o.Kind == schema.Any }) {
			return jsonNames(t, map[*schema.Object]*schema.Object{}), stringType
		}
		return n.typ(t.Options[0])
	}
	return t, &schema.Type{Kind: t.Kind}
}

// jsonNames is the Pulumi type of what becomes JSON in Terraform, where
// CloudFormation has both JSON and a type: the names in it are
// CloudFormation's own.
func jsonNames(t *schema.Type, made map[*schema.Object]*schema.Object) *schema.Type {
	switch t.Kind {
	case schema.Union:
		for _, o := range t.Options {
			if x := jsonNames(o, made); objectOf(x) != nil || objectOf(elem(x)) != nil {
				return x
			}
		}
		return &schema.Type{Kind: schema.Any}
	case schema.List, schema.Map:
		return &schema.Type{Kind: t.Kind, Elem: jsonNames(t.Elem, made)}
	case schema.Obj:
		o := made[t.Object]
		if o == nil {
			o = &schema.Object{Name: t.Object.Name}
			made[t.Object] = o
			for _, p := range t.Object.Properties {
				o.Properties = append(o.Properties, &schema.Property{
					Name: camel(schema.RuleTerraformName(p.Name, false)), Terraform: p.Name, Type: jsonNames(p.Type, made), Required: p.Required, Input: true, Output: true,
				})
			}
			sortProperties(o)
		}
		return &schema.Type{Kind: schema.Obj, Object: o}
	}
	return t
}

// jsonType is the type by which the names in a JSON document are written; nil
// if they stay as they are.
func (c context) jsonType(pt *schema.Type) *schema.Type {
	if c.t != nil && c.t.pkg != nil && c.t.pkg.name == nativePackage {
		return pt
	}
	return nil
}

// camel turns snake_case into camelCase.
func camel(snake string) string {
	words := strings.Split(snake, "_")
	for i, w := range words {
		if i > 0 && w != "" {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, "")
}
