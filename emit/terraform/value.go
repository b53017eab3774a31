package terraform

import (
	"encoding/base64"
	hexadecimal "encoding/hex"
	"fmt"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
)

// A context says whose value is being written, for messages.
type context struct {
	t    *target    // nil for an output or a default provider
	what string     // if t is nil: `The output "url"`
	at   diag.Range // the same
	path string     // in Terraform's names: "origin.domain_name"
}

func (c context) in(name string) context {
	if c.path != "" {
		name = c.path + "." + name
	}
	c.path = name
	return c
}

func (c context) rng(e *emission) diag.Range {
	if c.t == nil {
		return c.at
	}
	return e.rng(c.t)
}

func (c context) who(e *emission) string {
	if c.t == nil {
		return c.what
	}
	return e.who(c.t)
}

func inline(x expr) []byte { return x.inline(nil) }

// value writes a value where Pulumi has one type and Terraform another. Both
// are nil where nothing is known, inside JSON for example; names of fields are
// kept then.
func (e *emission) value(c context, v ir.Value, pt, tt *schema.Type) expr {
	want := schema.Any
	if tt != nil {
		want = tt.Kind
	}
	switch v := v.(type) {
	case nil, ir.Null:
		return raw("null")
	case ir.Bool:
		s := strconv.FormatBool(bool(v))
		switch want {
		case schema.String:
			return text(s)
		case schema.Bool, schema.Any:
		default:
			e.wrongType(c, s, "a "+tt.String())
		}
		return raw(s)
	case ir.Number:
		s := ir.FormatNumber(float64(v))
		switch want {
		case schema.String:
			return text(s)
		case schema.Number, schema.Any:
		default:
			e.wrongType(c, s, "a "+tt.String())
		}
		return raw(s)
	case ir.String:
		return e.stringValue(c, string(v), tt)
	case ir.List:
		return e.listValue(c, v, pt, tt)
	case *ir.Object:
		return e.objectValue(c, v, pt, tt)
	case ir.Join:
		if want == schema.String && holdsJSON(c.path) {
			if doc := jsonTemplate(v); doc != nil {
				return call{"jsonencode", []expr{e.value(c, doc, nil, nil)}}
			}
		}
		t := make(template, 0, len(v.Parts))
		for _, p := range v.Parts {
			if s, ok := p.(ir.String); ok {
				t = append(t, part{text: string(s)})
				continue
			}
			if x := e.value(c, p, nil, stringType); x != nil {
				t = append(t, asParts(x)...)
			}
		}
		return t
	case ir.Ref:
		if t := e.targets[v.Resource]; t != nil && v.Attr != "" {
			if known := t.given(v.Attr); known != nil {
				return e.value(c, known, pt, tt)
			}
		}
		return e.placeValue(c, v, tt)
	case ir.Call:
		return e.callValue(c, v, tt)
	case ir.Param:
		return e.paramValue(c, v)
	case ir.AssetRef:
		return e.assetValue(c, v)
	}
	e.diags.Add(diag.UnknownReference, c.rng(e), "Value without a meaning at deployment",
		fmt.Sprintf("%s has a %T at %q. This is a bug in sstc.", c.who(e), v, c.path))
	return raw("null")
}

// asParts is an expression as parts of a template: strings inside strings are
// one string.
func asParts(x expr) []part {
	if t, ok := x.(template); ok {
		return t
	}
	return []part{{expr: x}}
}

func (e *emission) placeValue(c context, v ir.Value, tt *schema.Type) expr {
	p, ok := e.traverse(c, v)
	if !ok {
		return raw("null") // reported
	}
	if p.whole != nil {
		e.diags.Warn(diag.WeakerInTerraform, c.rng(e), "Names differ in Terraform",
			fmt.Sprintf("%s uses all of %s. The names in it will be Terraform's, such as %q for %q. Take the attributes that are needed, one by one.", c.who(e), p.text, "zone_id", "zoneId"))
	}
	if tt != nil && tt.Kind == schema.List && p.tf != nil && p.tf.Kind == schema.Set {
		p.text = "tolist(" + p.text + ")"
	}
	return raw(p.text)
}

func (e *emission) wrongType(c context, v, want string) {
	e.invalid2(c, diag.InvalidPropertyValue, "Wrong type", fmt.Sprintf("has %s at %q, where Terraform takes %s.", v, c.path, want))
}

// invalid2 is invalid for a context, which may be of no target.
func (e *emission) invalid2(c context, code diag.Code, summary, detail string) {
	if c.t != nil {
		e.invalid(c.t, code, summary, detail)
		return
	}
	e.diags.Add(code, diag.Range{}, summary, c.what+" "+detail)
}

func (e *emission) stringValue(c context, s string, tt *schema.Type) expr {
	if tt == nil {
		return text(s)
	}
	switch tt.Kind {
	case schema.Number:
		if f, err := strconv.ParseFloat(s, 64); err == nil && !math.IsInf(f, 0) && !math.IsNaN(f) {
			return raw(ir.FormatNumber(f))
		}
		e.wrongType(c, "the string "+strconv.Quote(s), "a number")
	case schema.Bool:
		if s == "true" || s == "false" {
			return raw(s)
		}
		e.wrongType(c, "the string "+strconv.Quote(s), "true or false")
	case schema.List, schema.Set, schema.Map, schema.Obj:
		e.wrongType(c, "a string", "a "+tt.String())
	case schema.String:
		doc, seen := e.documents[s]
		if !seen { // many functions have the same trust policy and environment
			doc = readDocument(s)
			e.documents[s] = doc
		}
		if doc.value != nil && (doc.exact || holdsJSON(c.path)) {
			return call{"jsonencode", []expr{e.value(c, doc.value, nil, nil)}}
		}
	}
	return text(s)
}

func (e *emission) listValue(c context, v ir.List, pt, tt *schema.Type) expr {
	if tt != nil {
		switch tt.Kind {
		case schema.String:
			return call{"jsonencode", []expr{e.value(c, v, c.jsonType(pt), nil)}}
		case schema.List, schema.Set, schema.Any:
		default:
			e.wrongType(c, "a list", "a "+tt.String())
			return raw("null")
		}
	}
	l := make(list, len(v))
	pe, te := elemOf(pt), elem(tt)
	for i, x := range v {
		l[i] = e.value(c, x, pe, te)
	}
	return l
}

// elemOf is the type of the elements of a list, also of one that is one of
// several possible types.
func elemOf(t *schema.Type) *schema.Type {
	if t != nil && t.Kind == schema.Union {
		for _, o := range t.Options {
			if o.Elem != nil {
				return o.Elem
			}
		}
	}
	return elem(t)
}

func (e *emission) objectValue(c context, v *ir.Object, pt, tt *schema.Type) expr {
	o := make(object, 0, v.Len())
	if tt != nil {
		switch tt.Kind {
		case schema.String: // Pulumi lets a policy be an object
			return call{"jsonencode", []expr{e.value(c, v, c.jsonType(pt), nil)}}
		case schema.Map:
			pe := elemOf(pt)
			for _, f := range v.Fields {
				o = append(o, item{f.Key, e.value(c.in(f.Key), f.Value, pe, tt.Elem)})
			}
			return o
		case schema.Obj, schema.Any:
		default:
			e.wrongType(c, "an object", "a "+tt.String())
			return raw("null")
		}
	}
	from, to := objectOf(pt), objectOf(tt)
	if from == nil && to == nil {
		for _, f := range v.Fields {
			o = append(o, item{f.Key, e.value(c, f.Value, nil, nil)})
		}
		return o
	}
	for _, a := range e.arguments(c, v, from, to) {
		o = append(o, item{a.name, a.expr(e)})
	}
	if to != nil {
		for _, p := range to.Properties {
			if p.Required && !o.has(p.Name) {
				if to.Name == "" { // of an object type, all attributes have to be there
					o = append(o, item{p.Name, raw("null")})
					continue
				}
				e.missing(c, p)
			}
		}
	}
	return o
}

func (o object) has(key string) bool {
	for _, it := range o {
		if it.key == key {
			return true
		}
	}
	return false
}

func (e *emission) paramValue(c context, v ir.Param) expr {
	switch v.Name {
	case ir.PseudoAccount:
		e.used[v.Name] = true
		return raw("data.aws_caller_identity.current.account_id")
	case ir.PseudoRegion:
		e.used[v.Name] = true
		return raw("data.aws_region.current.region")
	case ir.PseudoPartition:
		e.used[v.Name] = true
		return raw("data.aws_partition.current.partition")
	}
	if t := e.lookups[v.Name]; t != nil {
		return e.lookupParam(c, t, e.params[v.Name].Attr)
	}
	name := e.variables[v.Name]
	if name == "" {
		e.diags.Add(diag.UnknownReference, c.rng(e), "Reference to an unknown parameter",
			fmt.Sprintf("%s uses the parameter %q, which is not declared. This is a bug in sstc.", c.who(e), v.Name))
		return raw("null")
	}
	e.used["var."+name] = true
	return raw("var." + name)
}

// lookupParam is what a parameter looks up: Terraform asks the provider itself.
func (e *emission) lookupParam(c context, t *target, attr string) expr {
	p, ok := place{text: t.address, whole: t}, t.kind != brokenTarget
	for key := range strings.SplitSeq(attr, ".") {
		if !ok || key == "" {
			break
		}
		if n, err := strconv.Atoi(key); err == nil {
			p, ok = e.index(c, p, ir.Number(n))
		} else {
			p, ok = e.index(c, p, ir.String(key))
		}
	}
	if !ok {
		return raw("null") // reported
	}
	return raw(p.text)
}

func (e *emission) assetValue(c context, v ir.AssetRef) expr {
	if v.Asset == "" && v.Attr == ir.AssetBucket { // of all assets
		e.used["var."+assetsBucket] = true
		return raw("var." + assetsBucket)
	}
	if v.Attr == ir.AssetRepo { // of all images
		e.used["var."+imageRepository] = true
		return raw("var." + imageRepository)
	}
	a := e.assets[v.Asset]
	if a == nil {
		e.diags.Add(diag.UnknownReference, c.rng(e), "Reference to an unknown asset",
			fmt.Sprintf("%s uses the asset %q, which is not in the program. This is a bug in sstc.", c.who(e), v.Asset))
		return raw("null")
	}
	switch v.Attr {
	case ir.AssetBucket:
		e.used["var."+assetsBucket] = true
		return raw("var." + assetsBucket)
	case ir.AssetKey:
		e.used["var."+assetsPrefix] = true
		return template{{expr: raw("var." + assetsPrefix)}, {text: path.Base(a.File)}}
	case ir.AssetTag:
		return text(a.Image.Tag)
	case ir.AssetHandler:
		return text(a.Handler)
	case ir.AssetDigest:
		b, _ := hexadecimal.DecodeString(a.Digest) // made by package assets
		return text(base64.StdEncoding.EncodeToString(b))
	}
	return localFile(a)
}

// localFile is the path of an asset in the output directory, beside that of
// the module.
func localFile(a *ir.Asset) expr {
	return template{{expr: raw("path.module")}, {text: "/../" + a.File}}
}

func (e *emission) callValue(c context, v ir.Call, tt *schema.Type) expr {
	arg := func(i int, t *schema.Type) expr { return e.value(c, v.Args[i], nil, t) }
	one := func(name string, t *schema.Type) expr { return call{name, []expr{arg(0, t)}} }
	switch v.Func {
	case ir.FuncIndex, ir.FuncPluck, ir.FuncFind:
		return e.placeValue(c, v, tt)
	case ir.FuncSplit, ir.FuncJoin:
		return call{string(v.Func), []expr{arg(0, stringType), arg(1, nil)}}
	case ir.FuncJSONEncode, ir.FuncJSONDecode, ir.FuncFlatten, ir.FuncLength, ir.FuncToNumber, ir.FuncToString,
		ir.FuncBase64Encode, ir.FuncBase64Decode, ir.FuncUpper, ir.FuncLower:
		return one(string(v.Func), nil)
	case ir.FuncTrim:
		return one("trimspace", nil)
	case ir.FuncReplace:
		// Terraform takes a pattern between slashes for a regular expression.
		if s, ok := v.Args[1].(ir.String); !ok || len(s) > 1 && strings.HasPrefix(string(s), "/") && strings.HasSuffix(string(s), "/") {
			return call{"join", []expr{arg(2, nil), call{"split", []expr{arg(1, nil), arg(0, nil)}}}}
		}
		return call{"replace", []expr{arg(0, nil), arg(1, nil), arg(2, nil)}}
	case ir.FuncURLEncode:
		// Terraform encodes for forms, with a plus for a space. It also encodes
		// !'()*, which encodeURIComponent does not; that decodes to the same.
		return call{"replace", []expr{one("urlencode", nil), text("+"), text("%20")}}
	case ir.FuncSecret:
		if e.secret(v.Args[0], nil) {
			return e.value(c, v.Args[0], nil, tt)
		}
		return one("sensitive", nil)
	}
	e.diags.Add(diag.NotInTerraform, c.rng(e), "Not available in Terraform",
		fmt.Sprintf("%s uses the function %q, which Terraform does not have.", c.who(e), v.Func))
	return raw("null")
}

// holdsJSON reports whether the argument at a path takes a JSON document, of
// which only the meaning counts, so that it is better read as an object. Others
// get an object only where jsonencode makes the very same string of it.
func holdsJSON(path string) bool {
	name := path[strings.LastIndexByte(path, '.')+1:]
	switch name {
	case "policy", "assume_role_policy", "policy_document", "access_policies", "definition", "container_definitions", "event_pattern", "dashboard_body":
		return true
	case "pattern":
		return strings.Contains(path, "filter_criteria")
	case "format":
		return strings.Contains(path, "access_log_settings")
	}
	return strings.HasSuffix(name, "_policy") || strings.HasSuffix(name, "_policy_document")
}

// A document is a string that holds a JSON object, or a list with objects.
type document struct {
	value ir.Value // nil if the string holds anything else
	exact bool     // jsonencode makes the very same string of it
}

func readDocument(s string) document {
	v := jsonDocument(s)
	if v == nil || !hasObjects(v) {
		return document{}
	}
	return document{v, canonical(v) == s}
}

// maxDocument is the length up to which a JSON document is written as an
// object, in bytes.
const maxDocument = 16 << 10

// jsonDocument reads a JSON object or list of objects, or returns nil.
func jsonDocument(s string) ir.Value {
	if len(s) > maxDocument {
		return nil
	}
	if t := strings.TrimSpace(s); !strings.HasPrefix(t, "{") && !strings.HasPrefix(t, "[") {
		return nil
	}
	v, err := ir.DecodeJSON(s)
	if err != nil {
		return nil
	}
	exact := true
	ir.Walk(v, func(v ir.Value) bool {
		if n, ok := v.(ir.Number); ok && math.Abs(float64(n)) > 1<<53 {
			exact = false
		}
		return exact
	})
	if !exact {
		return nil
	}
	return v
}

// canonical is what Terraform's jsonencode makes of a document: keys in order,
// and what means something in HTML escaped.
func canonical(v ir.Value) string {
	sorted := ir.Map(v, func(v ir.Value) ir.Value {
		if o, ok := v.(*ir.Object); ok {
			slices.SortFunc(o.Fields, func(a, b ir.Field) int { return strings.Compare(a.Key, b.Key) }) // Map's own copy
		}
		return v
	})
	return htmlEscapes.Replace(ir.EncodeJSON(sorted))
}

var htmlEscapes = strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`)

// jsonTemplate reads a JSON document in which strings have unknown parts, or
// returns nil. While it is read, a character of private use and a number stand
// for each of them.
func jsonTemplate(j ir.Join) ir.Value {
	const open, shut = "\ue000", "\ue001"
	var b strings.Builder
	var unknown []ir.Value
	for _, p := range j.Parts {
		if s, ok := p.(ir.String); ok {
			if strings.ContainsAny(string(s), open+shut) {
				return nil
			}
			b.WriteString(string(s))
			continue
		}
		fmt.Fprintf(&b, "%s%d%s", open, len(unknown), shut)
		unknown = append(unknown, p)
	}
	doc := jsonDocument(b.String())
	if doc == nil {
		return nil
	}
	found := 0
	var restore func(s string) ir.Value
	restore = func(s string) ir.Value {
		before, rest, ok := strings.Cut(s, open)
		if !ok {
			return ir.String(s)
		}
		number, after, _ := strings.Cut(rest, shut)
		n, _ := strconv.Atoi(number)
		found++
		return ir.Concat(before, unknown[n], restore(after))
	}
	doc = ir.Map(doc, func(v ir.Value) ir.Value {
		if s, ok := v.(ir.String); ok {
			return restore(string(s))
		}
		return v
	})
	if found != len(unknown) { // one is in a key, or was overwritten
		return nil
	}
	return doc
}
