package translate

import (
	"fmt"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
)

// pseudo has what CloudFormation knows without asking: the results of invokes,
// by token and attribute.
var pseudo = map[string]map[string]string{
	"aws:index/getRegion:getRegion": {
		"": "aws:region", "id": "aws:region", "name": "aws:region", "region": "aws:region",
		"endpoint": "ec2.{aws:region}.{aws:urlSuffix}",
	},
	"aws:index/getCallerIdentity:getCallerIdentity": {
		"id": "aws:account", "accountId": "aws:account",
	},
	"aws:index/getPartition:getPartition": {
		"id": "aws:partition", "partition": "aws:partition", "dnsSuffix": "aws:urlSuffix",
	},
	"aws:index/getAvailabilityZones:getAvailabilityZones": {
		"id": "aws:region", "names": "aws:availabilityZones",
	},
}

// invoke returns what becomes of the result of an invoke, or of what a path
// leads to in it.
func (t *translator) invoke(i *ir.Invoke, path []string) ir.Value {
	before := t.subject
	defer func() { t.subject = before }()
	t.subject = subject{fmt.Sprintf("The call of %s", i.Token), i.Component, i.Range}
	if region := t.regions[i.Provider]; region != "" && !isGlobal(i.Token) {
		if i.Token == "aws:index/getRegion:getRegion" {
			return ir.String(region)
		}
		t.fail(diag.NotInCloudFormation, "Call in another region", fmt.Sprintf(
			"It asks in %s, and values for a CloudFormation stack are looked up in its own region, %s here.", region, t.p.App.Region))
		return unavailable
	}
	if attrs, ok := pseudo[i.Token]; ok && len(path) > 0 && (attrs[path[0]] != "") {
		if !filtered(i) {
			return index(expand(attrs[path[0]], nil), path[1:])
		}
	}
	if i.Token == "aws:iam/getPolicyDocument:getPolicyDocument" {
		return t.policyDocument(i, path)
	}
	f := schema.PulumiFunction(i.Token)
	if f == nil || !strings.HasPrefix(i.Token, "aws:") {
		t.fail(diag.NotInCloudFormation, "Not in CloudFormation", "Only what AWS is asked for can be looked up for a CloudFormation stack.")
		return unavailable
	}
	// A parameter is a string or a list of strings: the path is followed to
	// where there is one.
	typ := &schema.Type{Kind: schema.Obj, Object: &f.Object}
	for at := 0; typ != nil; at++ {
		switch {
		case typ.Kind == schema.String, typ.Kind == schema.Number, typ.Kind == schema.Bool:
			return t.lookup(i, path[:at], false)
		case typ.Kind == schema.List && typ.Elem.Kind == schema.String:
			return index(t.lookup(i, path[:at], true), path[at:])
		case at == len(path):
			typ = nil
		case typ.Kind == schema.Obj:
			if p := typ.Object.Property(path[at]); p != nil {
				typ = p.Type
			} else {
				typ = nil
			}
		default:
			typ = typ.Elem
		}
	}
	t.fail(diag.NotInCloudFormation, "Not in CloudFormation", fmt.Sprintf(
		"Of its result, %q is used, and a CloudFormation parameter can only be a string or a list of strings.", strings.Join(path, ".")))
	return unavailable
}

// filtered reports whether an invoke asks for a selection that the pseudo
// parameters do not make. State "available" is no selection: Fn::GetAZs names
// only those.
func filtered(i *ir.Invoke) bool {
	for _, f := range objectIn(i.Args).Fields {
		switch {
		case f.Value == (ir.Null{}), f.Key == "state" && f.Value == ir.Value(ir.String("available")):
		default:
			return true
		}
	}
	return false
}

// lookup returns a parameter that the uploader fills with what is at path in
// the result of an invoke.
func (t *translator) lookup(i *ir.Invoke, path []string, list bool) ir.Value {
	var name strings.Builder
	name.WriteString(i.ID)
	for _, step := range path {
		for _, word := range strings.FieldsFunc(step, func(r rune) bool { return !isAlnum(r) }) {
			name.WriteString(capital(word))
		}
	}
	param := ir.Param{Name: name.String()}
	if t.paramNames[param.Name] {
		return param
	}
	args := objectIn(t.value(i.Args))
	question := fmt.Sprint(i.Token, strings.Join(path, "."), ir.PrintValue(args))
	if same, ok := t.lookups[question]; ok {
		return same
	}
	resolvable := true
	ir.Walk(args, func(v ir.Value) bool {
		switch v := v.(type) {
		case ir.Ref, ir.AssetRef:
			resolvable = false
		case ir.Param:
			resolvable = resolvable && strings.HasPrefix(v.Name, "aws:")
		}
		return resolvable
	})
	if !resolvable {
		t.fail(diag.NotInCloudFormation, "Not in CloudFormation",
			"Its arguments depend on resources of this app, and it must be answered before the stack is made.")
		return unavailable
	}
	t.paramNames[param.Name] = true
	t.lookups[question] = param
	l := *i
	l.Args = args
	l.DependsOn, l.Provider = nil, ""
	t.params = append(t.params, &ir.ParamDecl{
		Name:        param.Name,
		Kind:        ir.ParamLookup,
		Description: fmt.Sprintf("%s of %s %s", strings.Join(path, "."), i.Token, ir.PrintValue(args)),
		Lookup:      &l,
		Attr:        strings.Join(path, "."),
		List:        list,
		Range:       i.Range,
	})
	return param
}

func isAlnum(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

// policyDocument makes the JSON text that aws.iam.getPolicyDocument gives: it
// asks AWS nothing.
func (t *translator) policyDocument(i *ir.Invoke, path []string) ir.Value {
	if len(path) != 1 || path[0] != "json" && path[0] != "minifiedJson" && path[0] != "id" {
		t.noCounterpart(strings.Join(path, "."))
		return unavailable
	}
	args := objectIn(t.value(i.Args))
	doc := ir.Obj("Version", "2012-10-17")
	var statements ir.List
	for _, f := range args.Fields {
		switch f.Key {
		case "version":
			doc = doc.With("Version", f.Value)
		case "policyId":
			doc = doc.With("Id", f.Value)
		case "statements":
			list, _ := f.Value.(ir.List)
			for _, s := range list {
				o := objectIn(s)
				statements = append(statements, policyStatement(o))
			}
		case "sourcePolicyDocuments":
			list, _ := f.Value.(ir.List)
			var first ir.List
			for _, source := range list {
				d, ok := parseJSON(source)
				o, isObject := d.(*ir.Object)
				if !ok || !isObject {
					t.unknownValue(f.Key)
					continue
				}
				switch s := o.Get("Statement").(type) {
				case ir.List:
					first = append(first, s...)
				case *ir.Object:
					first = append(first, s)
				}
			}
			statements = append(first, statements...)
		default:
			t.noCounterpart(f.Key)
		}
	}
	return ir.NewCall(ir.FuncJSONEncode, doc.With("Statement", statements))
}

func policyStatement(in *ir.Object) *ir.Object {
	s := &ir.Object{}
	add := func(key string, v ir.Value) {
		if l, ok := v.(ir.List); ok && len(l) == 1 {
			v = l[0]
		}
		if v != nil && v != (ir.Null{}) {
			s.Fields = append(s.Fields, ir.Field{Key: key, Value: v})
		}
	}
	add("Sid", in.Get("sid"))
	s.Fields = append(s.Fields, ir.Field{Key: "Effect", Value: ir.String("Allow")})
	if e := in.Get("effect"); e != nil {
		s = s.With("Effect", e)
	}
	for _, p := range [][2]string{{"actions", "Action"}, {"notActions", "NotAction"}, {"resources", "Resource"}, {"notResources", "NotResource"}} {
		add(p[1], in.Get(p[0]))
	}
	add("Principal", principals(in.Get("principals")))
	add("NotPrincipal", principals(in.Get("notPrincipals")))
	if conditions, ok := in.Get("conditions").(ir.List); ok && len(conditions) > 0 {
		block := &ir.Object{}
		for _, c := range conditions {
			o := objectIn(c)
			test, _ := o.Get("test").(ir.String)
			variable, _ := o.Get("variable").(ir.String)
			values := o.Get("values")
			if l, ok := values.(ir.List); ok && len(l) == 1 {
				values = l[0]
			}
			inner := objectIn(block.Get(string(test)))
			block = block.With(string(test), inner.With(string(variable), values))
		}
		add("Condition", block)
	}
	return s
}

// principals groups principals by type. Type "*" stands for everyone.
func principals(v ir.Value) ir.Value {
	list, ok := v.(ir.List)
	if !ok || len(list) == 0 {
		return nil
	}
	out := &ir.Object{}
	for _, p := range list {
		o := objectIn(p)
		typ, _ := o.Get("type").(ir.String)
		if typ == "*" {
			return ir.String("*")
		}
		ids, _ := o.Get("identifiers").(ir.List)
		switch old := out.Get(string(typ)).(type) {
		case ir.List:
			ids = append(old, ids...)
		case nil:
		default:
			ids = append(ir.List{old}, ids...)
		}
		if len(ids) == 1 {
			out = out.With(string(typ), ids[0])
		} else {
			out = out.With(string(typ), ids)
		}
	}
	return out
}
