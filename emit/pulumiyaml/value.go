package pulumiyaml

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
)

// properties writes the properties of a resource.
func (w *project) properties(o *ir.Object) *mapping {
	m := &mapping{}
	for i := range o.Len() {
		m.add(o.Fields[i].Key, w.value(o.Fields[i].Value))
	}
	return m
}

// readable returns the properties of an AWS resource with those policy
// documents taken apart that arrive as text, being known altogether. AWS
// compares such documents by meaning, and people cannot read them on one line.
func readable(r *ir.Resource, o *ir.Object) *ir.Object {
	if !strings.HasPrefix(r.Type, "aws:") {
		return o
	}
	for _, f := range o.Fields {
		s, ok := f.Value.(ir.String)
		if !ok || !isDocument(f.Key) || s == "" || s[0] != '{' && s[0] != '[' {
			continue
		}
		if doc, err := ir.DecodeJSON(string(s)); err == nil {
			o = o.With(f.Key, ir.Call{Func: ir.FuncJSONEncode, Args: []ir.Value{doc}})
		}
	}
	return o
}

func isDocument(property string) bool {
	return property == "policy" || strings.HasSuffix(property, "Policy") || property == "containerDefinitions"
}

// nested writes an object inside a value, where Pulumi YAML interpolates keys
// and takes some for functions.
func (w *project) nested(o *ir.Object) *mapping {
	m := &mapping{}
	for i := range o.Len() {
		f := &o.Fields[i]
		if isFunctionKey(f.Key) && (o.Len() == 1 || isAssetKey(f.Key)) {
			w.report(diag.UnsupportedByTarget, "Not possible in this format",
				"has an object with the key %q, which Pulumi YAML takes for a function of its own. Use another key, or build for Terraform.", f.Key)
			continue
		}
		m.add(escape(f.Key, false), w.value(f.Value))
	}
	return m
}

func isFunctionKey(key string) bool { return strings.HasPrefix(strings.ToLower(key), "fn::") }

func isAssetKey(key string) bool {
	k := strings.ToLower(key)
	return strings.HasSuffix(k, "asset") || strings.HasSuffix(k, "archive")
}

// value writes a value.
func (w *project) value(v ir.Value) node {
	switch v := v.(type) {
	case ir.String:
		return text(escape(string(v), false))
	case ir.List:
		l := make(sequence, len(v))
		for i, e := range v {
			l[i] = w.value(e)
		}
		return l
	case *ir.Object:
		return w.nested(v)
	case ir.Ref, ir.Param:
		a, _ := w.access(v)
		return text("${" + a + "}")
	case ir.AssetRef:
		return w.asset(v)
	case ir.Join:
		return w.join(v)
	case ir.Call:
		return w.call(v)
	}
	return literal(v)
}

// literal writes null, a boolean or a number.
func literal(v ir.Value) node {
	switch v := v.(type) {
	case ir.Bool:
		return scalar(strconv.FormatBool(bool(v)))
	case ir.Number:
		return scalar(ir.FormatNumber(float64(v)))
	}
	return scalar("null")
}

// join writes a string with unknown parts: as an interpolation, or as fn::join
// if a part is the result of a function, which cannot stand inside one.
func (w *project) join(j ir.Join) node {
	var parts []ir.Value
	inline := true
	for _, p := range j.Parts {
		// The text of a number or boolean is what an interpolation makes of it.
		for {
			c, ok := p.(ir.Call)
			if !ok || c.Func != ir.FuncToString {
				break
			}
			p = c.Args[0]
		}
		if a, ok := p.(ir.AssetRef); ok {
			p = w.assetValue(a)
		}
		if inner, ok := p.(ir.Join); ok {
			parts = append(parts, inner.Parts...)
			continue
		}
		parts = append(parts, p)
	}
	for _, p := range parts {
		if _, known := p.(ir.String); !known && !isAccess(p) {
			inline = false
		}
	}
	if inline {
		var b strings.Builder
		for i, p := range parts {
			if s, ok := p.(ir.String); ok {
				b.WriteString(escape(string(s), i+1 < len(parts)))
				continue
			}
			a, _ := w.access(p)
			b.WriteString("${" + a + "}")
		}
		return text(b.String())
	}
	l := make(sequence, len(parts))
	for i, p := range parts {
		l[i] = w.asString(p)
	}
	return call("fn::join", sequence{text(""), l})
}

// asString writes a value that has to be a string, as in the list that
// fn::join takes.
func (w *project) asString(v ir.Value) node {
	if isAccess(v) {
		a, t := w.access(v)
		if t != nil && (t.Kind == schema.Number || t.Kind == schema.Bool) {
			return call("fn::toJSON", text("${"+a+"}"))
		}
		return text("${" + a + "}")
	}
	return w.value(v)
}

// escape spells text so that Pulumi YAML reads it as it is: "$${" for "${" and
// "$$$" for "$$". beforeExpr says that an expression follows, which a dollar
// sign at the end would take apart.
func escape(s string, beforeExpr bool) string {
	if !strings.Contains(s, "$") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		b.WriteByte(s[i])
		if s[i] != '$' {
			continue
		}
		if i+1 == len(s) && beforeExpr || i+1 < len(s) && (s[i+1] == '$' || s[i+1] == '{') {
			b.WriteByte('$')
		}
	}
	return b.String()
}

// isAccess reports whether a value can be written inside "${...}".
func isAccess(v ir.Value) bool {
	switch v := v.(type) {
	case ir.Ref, ir.Param:
		return true
	case ir.Call:
		v = positioned(v)
		return v.Func == ir.FuncIndex && isAccess(v.Args[0])
	}
	return false
}

// positioned makes of a search, for which Pulumi YAML has no function, an
// index, if the search has one.
func positioned(v ir.Call) ir.Call {
	if v.Func == ir.FuncFind && len(v.Args) == 4 {
		return ir.Call{Func: ir.FuncIndex, Args: []ir.Value{v.Args[0], v.Args[3]}}
	}
	return v
}

// access returns what stands inside "${...}" for a value for which [isAccess]
// holds, and its type, nil if unknown.
func (w *project) access(v ir.Value) (string, *schema.Type) {
	switch v := v.(type) {
	case ir.Ref:
		key := w.keys[v.Resource]
		if v.Attr == "" {
			return key, w.resultType(v.Resource)
		}
		return key + step(v.Attr, false), w.attrType(v)
	case ir.Param:
		var t *schema.Type
		if d := w.p.FindParam(v.Name); d != nil && d.List {
			t = &schema.Type{Kind: schema.List, Elem: &schema.Type{Kind: schema.String}}
		}
		return w.param(v.Name), t
	case ir.Call:
		v = positioned(v)
		a, t := w.access(v.Args[0])
		var elem *schema.Type
		isMap := false
		if t != nil {
			isMap = t.Kind == schema.Map
			elem = t.Elem
		}
		switch key := v.Args[1].(type) {
		case ir.Number:
			return a + "[" + ir.FormatNumber(float64(key)) + "]", elem
		case ir.String:
			if t != nil && t.Kind == schema.Obj {
				elem = nil
				if p := t.Object.Property(string(key)); p != nil {
					elem = p.Type
				}
			}
			return a + step(string(key), isMap), elem
		}
		w.unsupported(ir.FuncIndex, "with an index that is known only after deployment")
		return a, nil
	}
	return "", nil
}

// step spells an attribute or, which the type checker tells apart, a key.
func step(name string, isKey bool) string {
	if !isKey && name == ConfigKey(name) {
		return "." + name
	}
	return `["` + strings.ReplaceAll(name, `"`, `\"`) + `"]`
}

// attrType returns the type of an attribute, nil if unknown.
func (w *project) attrType(v ir.Ref) *schema.Type {
	if r := w.resources[v.Resource]; r != nil {
		if t := schema.PulumiResource(r.Type); t != nil {
			if p := t.Property(v.Attr); p != nil {
				return p.Type
			}
		}
		return nil
	}
	if t := w.resultType(v.Resource); t != nil {
		if p := t.Object.Property(v.Attr); p != nil {
			return p.Type
		}
	}
	return nil
}

// resultType returns the type of an invoke's result, nil if unknown.
func (w *project) resultType(id string) *schema.Type {
	if i := w.invokes[id]; i != nil {
		if t := schema.PulumiFunction(i.Token); t != nil {
			return &schema.Type{Kind: schema.Obj, Object: &t.Object}
		}
	}
	return nil
}

// The parameters that say where archives and images are. No app declares one of these
// names, since they are not words.
const (
	bucketParam     = "\x00bucket"
	prefixParam     = "\x00prefix"
	repositoryParam = "\x00repository"
)

// param returns the name of the configuration or variable that holds a
// parameter.
func (w *project) param(name string) string {
	switch name {
	case bucketParam:
		w.usesBucket = true
		return AssetsBucket
	case prefixParam:
		w.usesPath = true
		return AssetsPrefix
	case repositoryParam:
		w.usesRepository = true
		return ImageRepository
	}
	for _, v := range pseudoVariables {
		if v.param == name {
			w.pseudo[name] = true
			return v.key
		}
	}
	return ConfigKey(name)
}

// assetValue returns the value of a fact about an asset, other than the asset
// itself.
func (w *project) assetValue(v ir.AssetRef) ir.Value {
	if v.Asset == "" && v.Attr == ir.AssetBucket { // of all assets
		return ir.Param{Name: bucketParam}
	}
	if v.Attr == ir.AssetRepo { // of all images
		return ir.Param{Name: repositoryParam}
	}
	a := w.p.FindAsset(v.Asset)
	if a == nil {
		return ir.Null{}
	}
	switch v.Attr {
	case ir.AssetBucket:
		return ir.Param{Name: bucketParam}
	case ir.AssetKey:
		return ir.Concat(ir.Param{Name: prefixParam}, path.Base(a.File))
	case ir.AssetTag:
		return ir.String(a.Image.Tag)
	case ir.AssetHandler:
		return ir.String(a.Handler)
	case ir.AssetDigest:
		b, err := hex.DecodeString(a.Digest)
		if err != nil {
			w.report(diag.UnknownReference, "Unknown reference", "uses the digest of the asset %q, which is %q. This is a bug in sstc.", a.ID, a.Digest)
		}
		return ir.String(base64.StdEncoding.EncodeToString(b))
	}
	return ir.Null{}
}

func (w *project) asset(v ir.AssetRef) node {
	if v.Attr != ir.AssetFile {
		return w.value(w.assetValue(v))
	}
	a := w.p.FindAsset(v.Asset)
	if a == nil {
		return scalar("null")
	}
	fn := "fn::fileArchive"
	if a.Kind == ir.AssetIsFile && !a.Archive || a.Kind == ir.AssetIsText {
		fn = "fn::fileAsset"
	}
	return call(fn, text(escape("../"+a.File, false)))
}

// withLocalCode returns the properties of a resource, with the archive itself
// in place of its bucket and key if archives are to be taken from the output
// directory and the resource can be given one (functions and layers).
func (w *project) withLocalCode(r *ir.Resource) *ir.Object {
	bucket, ok1 := r.Props.Get("s3Bucket").(ir.AssetRef)
	key, ok2 := r.Props.Get("s3Key").(ir.AssetRef)
	if !w.opts.LocalAssets || !ok1 || !ok2 || bucket.Asset != key.Asset || bucket.Attr != ir.AssetBucket || key.Attr != ir.AssetKey {
		return r.Props
	}
	t := schema.PulumiResource(r.Type)
	if t == nil || t.Property("code") == nil || t.Property("code").Type.Kind != schema.Archive {
		return r.Props
	}
	o := &ir.Object{}
	for _, f := range r.Props.Fields {
		switch f.Key {
		case "s3Bucket":
			o.Fields = append(o.Fields, ir.Field{Key: "code", Value: ir.AssetRef{Asset: bucket.Asset, Attr: ir.AssetFile}})
		case "s3Key":
		default:
			o.Fields = append(o.Fields, f)
		}
	}
	return o
}

// call writes a function call, if Pulumi YAML has the function.
func (w *project) call(c ir.Call) node {
	if isAccess(c) {
		a, _ := w.access(c)
		return text("${" + a + "}")
	}
	pair := func() node { return sequence{w.value(c.Args[0]), w.value(c.Args[1])} }
	switch c.Func {
	case ir.FuncIndex:
		i, ok := c.Args[1].(ir.Number)
		if !ok {
			w.unsupported(c.Func, "on the result of another function")
			return scalar("null")
		}
		return call("fn::select", sequence{literal(i), w.value(c.Args[0])})
	case ir.FuncSplit:
		return call("fn::split", pair())
	case ir.FuncJoin:
		return call("fn::join", pair())
	case ir.FuncJSONEncode:
		return call("fn::toJSON", w.value(c.Args[0]))
	case ir.FuncBase64Encode:
		return call("fn::toBase64", w.asString(c.Args[0]))
	case ir.FuncBase64Decode:
		return call("fn::fromBase64", w.asString(c.Args[0]))
	case ir.FuncToString:
		return w.toString(c.Args[0])
	case ir.FuncSecret:
		return call("fn::secret", w.value(c.Args[0]))
	}
	w.unsupported(c.Func, "")
	return scalar("null")
}

// toString writes the text of a number or boolean. JSON spells them as
// JavaScript does; a string, which needs no conversion, it would quote.
func (w *project) toString(v ir.Value) node {
	if isAccess(v) {
		if _, t := w.access(v); t != nil && t.Kind == schema.String {
			return w.value(v)
		}
	}
	return call("fn::toJSON", w.value(v))
}

func (w *project) unsupported(fn ir.Func, how string) {
	if how != "" {
		how = " " + how
	}
	w.report(diag.UnsupportedFunction, "Function not available in this format",
		"needs the function %q%s at deployment, which Pulumi YAML does not have. Compute the value from what is known when the app is built, or build for Terraform, which has the function.",
		fmt.Sprint(fn), how)
}
