package ir

import "strings"

// A Value is what a property can hold. The set is closed: [Null], [Bool],
// [Number], [String], [List], [*Object], [Ref], [Join], [Call], [Param],
// [AssetRef], and, only until lowering has finished, [Opaque].
//
// A Value is known when it has no Ref, Call, Param or AssetRef anywhere in it.
// Values are immutable: what looks like a change makes a copy.
type Value interface{ value() }

// Null is JSON's null. A property that is absent is not in its object at all.
type Null struct{}

// Bool is true or false.
type Bool bool

// Number is a JSON number. Whole numbers are exact up to 2⁵³.
type Number float64

// String is a known string. One that has unknown parts is a [Join].
type String string

// List is an ordered sequence.
type List []Value

// A Ref is a value known only once the app is deployed: an attribute of a
// resource, or the result of an [Invoke]. A link between resources is always
// a Ref, never a string that happens to match, so that each emitter can write
// its own spelling: Fn::GetAtt, a Terraform reference, a Pulumi interpolation.
type Ref struct {
	// Resource is the ID of a Resource or an Invoke of the same program.
	Resource string
	// Attr is a top-level attribute, in the spelling of the resource's
	// dialect: "arn" (pulumi), "Arn" (cfn). In the pulumi dialect "id" is the
	// provider's ID of the resource; in the cfn dialect "Ref" is what Ref
	// returns. What is nested inside an attribute is reached by [FuncIndex].
	// For an Invoke, Attr may be empty: the whole result.
	Attr string
}

// A Join is a string made by concatenation. It has at least one part that is
// not a String; no two Strings are adjacent, and no part is itself a Join.
// [Concat] keeps it so.
type Join struct{ Parts []Value }

// A Call applies a function to values of which at least one is unknown, at
// deployment. [NewCall] makes one, and computes what it can.
type Call struct {
	Func Func
	Args []Value
}

// A Param is a value that the app is given from outside at deployment. Name
// is one of the Pseudo names or the name of an entry of Program.Params.
type Param struct{ Name string }

// The values that every target knows without being told.
const (
	PseudoAccount   = "aws:account"   // 12 digits
	PseudoRegion    = "aws:region"    // such as us-east-1: the region of the app's default provider
	PseudoPartition = "aws:partition" // aws, aws-cn, aws-us-gov
)

// The values that CloudFormation knows besides; only in the cfn dialect.
const (
	PseudoURLSuffix         = "aws:urlSuffix"         // such as amazonaws.com
	PseudoAvailabilityZones = "aws:availabilityZones" // a list: the names of the region's zones
	PseudoStackName         = "aws:stackName"
	PseudoStackID           = "aws:stackId"
	PseudoNotificationARNs  = "aws:notificationArns" // a list
	PseudoNoValue           = "aws:noValue"          // the property is to be absent
)

// An AssetRef is a fact about an asset (an archive or a file to upload) that
// is known once it has been packed, or where the uploader will have put it.
type AssetRef struct {
	// Asset is the ID of an entry of Program.Assets; or "" with AssetBucket,
	// since all are in one.
	Asset string
	Attr  AssetAttr
}

// AssetAttr says which fact about an asset.
type AssetAttr string

const (
	AssetBucket  AssetAttr = "bucket"  // name of the bucket that the uploader puts assets in
	AssetKey     AssetAttr = "key"     // key of the asset in that bucket
	AssetTag     AssetAttr = "tag"     // tag of an image
	AssetRepo    AssetAttr = "repo"    // name of the repository that the uploader puts images in; of no asset, as AssetBucket
	AssetHandler AssetAttr = "handler" // Lambda's handler setting for the packed function
	AssetDigest  AssetAttr = "digest"  // SHA-256 over the uncompressed content, base64, as Lambda's CodeSha256 is spelt
	AssetFile    AssetAttr = "file"    // the asset itself, where a provider reads a file: Pulumi's FileAsset or FileArchive, a path in Terraform
)

// An Opaque is something only the evaluation can use: a callback, a component
// or a resource passed as an argument. None is left in a finished program.
type Opaque struct{ X any }

func (Null) value()     {}
func (Bool) value()     {}
func (Number) value()   {}
func (String) value()   {}
func (List) value()     {}
func (*Object) value()  {}
func (Ref) value()      {}
func (Join) value()     {}
func (Call) value()     {}
func (Param) value()    {}
func (AssetRef) value() {}
func (Opaque) value()   {}

// A Field is one entry of an [Object].
type Field struct {
	Key   string
	Value Value
}

// An Object is a mapping that keeps the order in which its keys were written.
// The zero Object is empty; a nil *Object reads as empty.
type Object struct{ Fields []Field }

// Obj makes an object of alternating keys (strings) and values. A value may be
// a Value or one of Go's string, bool, int, float64 or []string; a nil value
// leaves the key out, so that optional properties need no branch.
func Obj(pairs ...any) *Object {
	o := &Object{Fields: make([]Field, 0, len(pairs)/2)}
	for i := 0; i+1 < len(pairs); i += 2 {
		if v := Of(pairs[i+1]); v != nil {
			o.Fields = append(o.Fields, Field{pairs[i].(string), v})
		}
	}
	return o
}

// Of converts a Go value to a Value: nil to nil, a Value to itself, string,
// bool, int, float64 and []string to what they hold. Any other type panics: it
// is a mistake in sstc's source, not in the user's.
func Of(x any) Value {
	switch x := x.(type) {
	case nil:
		return nil
	case *Object:
		if x == nil {
			return nil
		}
		return x
	case List:
		if x == nil {
			return nil
		}
		return x
	case Value:
		return x
	case string:
		return String(x)
	case bool:
		return Bool(x)
	case int:
		return Number(x)
	case float64:
		return Number(x)
	case []string:
		l := make(List, len(x))
		for i, s := range x {
			l[i] = String(s)
		}
		return l
	}
	panic("ir.Of: unsupported type")
}

// Len returns the number of fields.
func (o *Object) Len() int {
	if o == nil {
		return 0
	}
	return len(o.Fields)
}

// Get returns the value of key, or nil if there is none.
func (o *Object) Get(key string) Value {
	if o == nil {
		return nil
	}
	for _, f := range o.Fields {
		if f.Key == key {
			return f.Value
		}
	}
	return nil
}

// Has reports whether o has key.
func (o *Object) Has(key string) bool { return o.Get(key) != nil }

// With returns a copy of o in which key is v: in its old place if o had it,
// else at the end. A nil v takes the key out.
func (o *Object) With(key string, v Value) *Object {
	c := &Object{Fields: make([]Field, 0, o.Len()+1)}
	found := false
	if o != nil {
		for _, f := range o.Fields {
			if f.Key == key {
				found = true
				if v == nil {
					continue
				}
				f.Value = v
			}
			c.Fields = append(c.Fields, f)
		}
	}
	if !found && v != nil {
		c.Fields = append(c.Fields, Field{key, v})
	}
	return c
}

// Merge returns a copy of o with the fields of over laid on it, one level
// deep, as {...o, ...over} does in JavaScript.
func (o *Object) Merge(over *Object) *Object {
	c := &Object{}
	if o != nil {
		c.Fields = append(c.Fields, o.Fields...)
	}
	if over != nil {
		for _, f := range over.Fields {
			c = c.With(f.Key, f.Value)
		}
	}
	return c
}

// Concat joins strings. Known parts are folded together, nested joins are
// flattened, and known numbers and booleans become their text; the result is
// a String when all parts are known.
func Concat(parts ...any) Value {
	var flat []Value
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			flat = append(flat, String(text.String()))
			text.Reset()
		}
	}
	var add func(v Value)
	add = func(v Value) {
		switch v := v.(type) {
		case String:
			text.WriteString(string(v))
		case Number:
			text.WriteString(FormatNumber(float64(v)))
		case Bool:
			if v {
				text.WriteString("true")
			} else {
				text.WriteString("false")
			}
		case Join:
			for _, p := range v.Parts {
				add(p)
			}
		case nil:
		default:
			flush()
			flat = append(flat, v)
		}
	}
	for _, p := range parts {
		add(Of(p))
	}
	flush()
	switch {
	case len(flat) == 0:
		return String("")
	case len(flat) == 1:
		if s, ok := flat[0].(String); ok {
			return s
		}
		return flat[0]
	}
	return Join{flat}
}

// Walk calls f for v and for every value inside it, outermost first. It does
// not descend where f returns false.
func Walk(v Value, f func(Value) bool) {
	if v == nil || !f(v) {
		return
	}
	switch v := v.(type) {
	case List:
		for _, e := range v {
			Walk(e, f)
		}
	case *Object:
		if v != nil {
			for _, e := range v.Fields {
				Walk(e.Value, f)
			}
		}
	case Join:
		for _, e := range v.Parts {
			Walk(e, f)
		}
	case Call:
		for _, e := range v.Args {
			Walk(e, f)
		}
	}
}

// Map returns v with f applied to every value inside it and then to itself,
// innermost first. Joins and calls are made anew by [Concat] and [NewCall], so
// that what f made known is folded.
func Map(v Value, f func(Value) Value) Value {
	switch x := v.(type) {
	case List:
		l := make(List, len(x))
		for i, e := range x {
			l[i] = Map(e, f)
		}
		v = l
	case *Object:
		o := &Object{Fields: make([]Field, x.Len())}
		for i, e := range x.Fields {
			o.Fields[i] = Field{e.Key, Map(e.Value, f)}
		}
		v = o
	case Join:
		parts := make([]any, len(x.Parts))
		for i, e := range x.Parts {
			parts[i] = Map(e, f)
		}
		v = Concat(parts...)
	case Call:
		args := make([]Value, len(x.Args))
		for i, e := range x.Args {
			args[i] = Map(e, f)
		}
		v = NewCall(x.Func, args...)
	}
	return f(v)
}

// Known reports whether v is known before deployment.
func Known(v Value) bool {
	known := true
	Walk(v, func(v Value) bool {
		switch v.(type) {
		case Ref, Call, Param, AssetRef, Opaque:
			known = false
		}
		return known
	})
	return known
}
