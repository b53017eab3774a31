package translate

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/sstc/sstc/compiler/ir"
)

// A flattener takes away what only CloudFormation's stacks have: parameters,
// conditions, mappings, exports, nested stacks and pseudo parameters. What it
// leaves is values of resources, in CloudFormation's names, that belong to one
// program.
type flattener struct {
	p         *ir.Program
	stacks    map[string]*flatStack // by stack ID
	resources map[string]*ir.Resource
	home      *flatStack            // stands for the stack of what is in none
	nested    map[string]*flatStack // by the ID of the resource that makes a nested stack
	exports   map[string]export
	params    []*ir.ParamDecl
	paramSeen map[string]bool
	invokes   []*ir.Invoke
	ids       map[string]bool // of resources and invokes in the result
	warned    map[string]bool
	t         *fromCFN
}

// A flatStack is one stack on its way.
type flatStack struct {
	*ir.Stack
	prefix     string // of the IDs of its resources
	region     string
	parent     *flatStack // of a nested stack
	conditions map[string]condition
	provider   string // the ID of an explicit provider, for a stack in another region; or ""
}

type export struct {
	stack *flatStack
	value ir.Value
}

// A condition is what one of a stack's conditions comes to.
type condition int

const (
	unevaluated condition = iota
	evaluating
	conditionTrue
	conditionFalse
	conditionUnknown
)

// value flattens a value of a stack. It returns nil for a value that is to be
// absent.
func (f *flattener) value(s *flatStack, v ir.Value) ir.Value {
	if s == nil { // of no stack
		s = f.home
	}
	switch v := v.(type) {
	case ir.List:
		out := make(ir.List, 0, len(v))
		for _, e := range v {
			if x := f.value(s, e); x != nil {
				out = append(out, x)
			}
		}
		return out
	case *ir.Object:
		out := &ir.Object{}
		for i := range v.Len() {
			if x := f.value(s, v.Fields[i].Value); x != nil {
				out.Fields = append(out.Fields, ir.Field{Key: v.Fields[i].Key, Value: x})
			}
		}
		return withBucket(out)
	case ir.Join:
		parts := make([]any, 0, len(v.Parts))
		for _, p := range v.Parts {
			if x := f.value(s, p); x != nil {
				parts = append(parts, x)
			}
		}
		return f.dynamic(s, ir.Concat(parts...))
	case ir.String:
		return f.dynamic(s, v)
	case ir.Param:
		return f.param(s, v)
	case ir.AssetRef:
		return f.asset(s, v)
	case ir.Ref:
		return f.ref(v)
	case ir.Call:
		return f.call(s, v)
	}
	return v
}

// withBucket names the asset whose bucket an object has beside its key: the
// CDK's bucket is that of all assets.
func withBucket(o *ir.Object) *ir.Object {
	key, isAsset := o.Get("S3Key").(ir.AssetRef)
	if o.Get("S3Bucket") == ir.Value(ir.AssetRef{Attr: ir.AssetBucket}) && isAsset {
		return o.With("S3Bucket", ir.AssetRef{Asset: key.Asset, Attr: ir.AssetBucket})
	}
	return o
}

// ref resolves the outputs of nested stacks; other references stay.
func (f *flattener) ref(v ir.Ref) ir.Value {
	child := f.nested[v.Resource]
	if child == nil {
		return v
	}
	if name, ok := strings.CutPrefix(v.Attr, "Outputs."); ok {
		for _, o := range child.Outputs {
			if out, ok := o.Value.(*ir.Object); ok && o.Key == name {
				return f.value(child, out.Get("Value"))
			}
		}
	}
	return f.stackID(child)
}

func (f *flattener) param(s *flatStack, v ir.Param) ir.Value {
	switch v.Name {
	case ir.PseudoRegion:
		if s.region != f.p.App.Region {
			return ir.String(s.region)
		}
		return v
	case ir.PseudoURLSuffix:
		if strings.HasPrefix(s.region, "cn-") {
			return ir.String("amazonaws.com.cn")
		}
		return ir.String("amazonaws.com")
	case ir.PseudoAvailabilityZones:
		return f.zones(s)
	case ir.PseudoStackName:
		return ir.String(s.Name)
	case ir.PseudoStackID:
		return f.stackID(s)
	case ir.PseudoNotificationARNs:
		return ir.List{}
	case ir.PseudoNoValue:
		return nil
	}
	name, ok := strings.CutPrefix(v.Name, s.ID+"/")
	if !ok {
		return v
	}
	return f.stackParam(s, name)
}

// stackID stands for the ID of a stack that does not exist: whoever uses it
// wants something that is different for each stack.
func (f *flattener) stackID(s *flatStack) ir.Value {
	h := sha256.Sum256([]byte(s.Name))
	x := hex.EncodeToString(h[:16])
	return ir.Concat("arn:", ir.Param{Name: ir.PseudoPartition}, ":cloudformation:", f.param(s, ir.Param{Name: ir.PseudoRegion}), ":",
		ir.Param{Name: ir.PseudoAccount}, ":stack/"+s.Name+"/"+x[:8]+"-"+x[8:12]+"-"+x[12:16]+"-"+x[16:20]+"-"+x[20:])
}

// stackParam is a parameter of a stack: of a nested one, what the parent gives
// it; of another, a parameter of the program.
func (f *flattener) stackParam(s *flatStack, name string) ir.Value {
	decl := f.declaration(s, name)
	if s.parent != nil {
		if r := f.resources[s.Nested]; r != nil {
			if given, ok := r.Props.Get("Parameters").(*ir.Object); ok && given.Has(name) {
				return f.value(s.parent, given.Get(name))
			}
		}
		if d := decl.Get("Default"); d != nil {
			return d
		}
	}
	typ, _ := decl.Get("Type").(ir.String)
	def := decl.Get("Default")
	if inner, ok := strings.CutPrefix(string(typ), "AWS::SSM::Parameter::Value<"); ok {
		parameter := def
		if parameter == nil {
			parameter = f.input(s, name, decl, "String", nil) // its name is to be given
		}
		v := f.invoke(s, s.prefix+name, "aws:ssm/getParameter:getParameter", ir.Obj("name", parameter))
		value := ir.Value(ir.Ref{Resource: v, Attr: "value"})
		if strings.HasPrefix(inner, "List<") || strings.HasPrefix(inner, "CommaDelimitedList") {
			value = ir.NewCall(ir.FuncSplit, ir.String(","), value)
		}
		return value
	}
	return f.input(s, name, decl, string(typ), def)
}

// input is a parameter of the program.
func (f *flattener) input(s *flatStack, name string, decl *ir.Object, typ string, def ir.Value) ir.Value {
	full := s.prefix + capital(name)
	if !f.paramSeen[full] {
		f.paramSeen[full] = true
		d := &ir.ParamDecl{Name: full, Kind: ir.ParamInput, Default: def}
		if text, ok := decl.Get("Description").(ir.String); ok {
			d.Description = string(text)
		}
		if isTrue(decl.Get("NoEcho")) {
			d.Kind = ir.ParamSecret
		}
		if strings.HasPrefix(typ, "List<") || typ == "CommaDelimitedList" {
			d.List = true
			if text, ok := def.(ir.String); ok {
				d.Default = ir.Of(strings.Split(string(text), ","))
			}
		}
		f.params = append(f.params, d)
	}
	return ir.Param{Name: full}
}

func (f *flattener) declaration(s *flatStack, name string) *ir.Object {
	for _, p := range s.Params {
		if p.Key == name {
			return objectIn(p.Value)
		}
	}
	return nil
}

// invoke asks a provider for something, once.
func (f *flattener) invoke(s *flatStack, id, token string, args *ir.Object) string {
	id = alnumID(id)
	for _, i := range f.invokes {
		if i.ID == id || i.Token == token && i.Provider == s.provider && ir.PrintValue(i.Args) == ir.PrintValue(args) {
			return i.ID
		}
	}
	id = f.unique(id)
	f.invokes = append(f.invokes, &ir.Invoke{ID: id, Token: token, Args: args, Provider: s.provider})
	return id
}

// unique makes an ID of the result that nothing else has.
func (f *flattener) unique(id string) string {
	name := id
	for n := 2; f.ids[name]; n++ {
		name = id + strconv.Itoa(n)
	}
	f.ids[name] = true
	return name
}

func alnumID(s string) string {
	out := strings.Map(func(r rune) rune {
		if isAlnum(r) {
			return r
		}
		return -1
	}, s)
	if out == "" || out[0] >= '0' && out[0] <= '9' {
		out = "X" + out
	}
	return out
}

func (f *flattener) zones(s *flatStack) ir.Value {
	id := "AvailabilityZones"
	if s.provider != "" {
		id += alnumID(s.region)
	}
	return ir.Ref{Resource: f.invoke(s, id, "aws:index/getAvailabilityZones:getAvailabilityZones", ir.Obj("state", "available")), Attr: "names"}
}

// asset is a fact about an asset. Functions in another region take their code
// from a bucket that is there.
func (f *flattener) asset(s *flatStack, v ir.AssetRef) ir.Value {
	if s == nil || s.region == f.p.App.Region || v.Attr != ir.AssetBucket {
		return v
	}
	name := "AssetsBucket" + alnumID(s.region)
	if !f.paramSeen[name] {
		f.paramSeen[name] = true
		f.params = append(f.params, &ir.ParamDecl{
			Name: name, Kind: ir.ParamAssets, Region: s.region, Description: fmt.Sprintf("The bucket with the archives in %s.", s.region),
		})
	}
	return ir.Param{Name: name}
}

func (f *flattener) call(s *flatStack, v ir.Call) ir.Value {
	switch v.Func {
	case ir.FuncIf:
		if len(v.Args) != 3 {
			return v
		}
		name, _ := v.Args[0].(ir.String)
		switch f.condition(s, string(name)) {
		case conditionTrue:
			return f.value(s, v.Args[1])
		case conditionFalse:
			return f.value(s, v.Args[2])
		}
		return ir.String("")
	case ir.FuncFindInMap:
		return f.findInMap(s, v)
	case ir.FuncImport:
		return f.imported(s, v)
	case ir.FuncGetAZs:
		if region, ok := f.known(s, v.Args[0]).(ir.String); ok && region != "" && string(region) != s.region {
			other := *s
			other.region, other.provider = string(region), ""
			if other.region != f.p.App.Region {
				other.provider = f.t.provider(other.region, "aws")
			}
			return f.zones(&other)
		}
		return f.zones(s)
	case ir.FuncCidr:
		return f.cidr(s, v)
	}
	args := make([]ir.Value, 0, len(v.Args))
	for _, a := range v.Args {
		x := f.value(s, a)
		if x == nil {
			x = ir.Null{}
		}
		args = append(args, x)
	}
	if v.Func == ir.FuncIndex {
		if n, ok := args[1].(ir.String); ok {
			if i, err := strconv.Atoi(string(n)); err == nil {
				args[1] = ir.Number(i)
			}
		}
	}
	if strings.HasPrefix(string(v.Func), "Fn::") || v.Func == ir.FuncCondition {
		f.t.unsupported(fmt.Sprintf("The function %q is CloudFormation's own, and its result is not known before CloudFormation runs it.", v.Func))
		return ir.String("")
	}
	made := ir.NewCall(v.Func, args...)
	switch made.(type) {
	case ir.String, ir.Join:
		return f.dynamic(s, made)
	}
	return made
}

// sections reports what a template has beside what other targets can have.
func (f *flattener) sections(s *flatStack) {
	for _, section := range s.Sections {
		switch section.Key {
		case "Mappings", "Metadata", "Rules":
			continue
		case "Transform":
			names, _ := section.Value.(ir.List)
			if _, isList := section.Value.(ir.List); !isList {
				names = ir.List{section.Value}
			}
			for _, n := range names {
				name, _ := n.(ir.String)
				switch {
				case name == "AWS::LanguageExtensions" && !f.loops(s):
				case name == "AWS::Serverless-2016-10-31" && !f.serverless(s):
				default:
					if name == "" {
						name = ir.String(ir.PrintValue(n))
					}
					f.t.unsupportedAt(fmt.Sprintf("The template of the stack %q has the transform %s, which only CloudFormation runs. Write what it makes in the app instead.", s.Name, name))
				}
			}
		default:
			f.t.unsupportedAt(fmt.Sprintf("The template of the stack %q has the section %q, which only CloudFormation reads.", s.Name, section.Key))
		}
	}
}

// serverless reports whether a stack has resources that only SAM makes. An
// application of AWS's repository is made without it.
func (f *flattener) serverless(s *flatStack) bool {
	return slices.ContainsFunc(f.p.Resources, func(r *ir.Resource) bool {
		return r.Stack == s.ID && strings.HasPrefix(r.Type, "AWS::Serverless::") && r.Type != "AWS::Serverless::Application"
	})
}

// loops reports whether a stack has a loop, which makes several resources of
// one.
func (f *flattener) loops(s *flatStack) bool {
	has := func(key string) bool { return strings.HasPrefix(key, "Fn::ForEach::") }
	for _, fields := range [][]ir.Field{s.Conditions, s.Outputs} {
		for _, x := range fields {
			if has(x.Key) {
				return true
			}
		}
	}
	return slices.ContainsFunc(f.p.Resources, func(r *ir.Resource) bool { return r.Stack == s.ID && has(r.LogicalID) })
}

// findInMap looks a value up in a mapping of the stack.
func (f *flattener) findInMap(s *flatStack, v ir.Call) ir.Value {
	keys := make([]string, 0, 3)
	for _, a := range v.Args[:min(3, len(v.Args))] {
		k, ok := f.known(s, a).(ir.String)
		if !ok {
			f.t.unsupported(fmt.Sprintf("It looks %s up in a mapping by a key that is not known when the app is built.", ir.PrintValue(a)))
			return ir.String("")
		}
		keys = append(keys, string(k))
	}
	for _, section := range s.Sections {
		if section.Key != "Mappings" || len(keys) < 3 {
			continue
		}
		found := objectIn(objectIn(objectIn(section.Value).Get(keys[0])).Get(keys[1])).Get(keys[2])
		if found != nil {
			return found
		}
	}
	if len(v.Args) > 3 {
		if def := objectIn(v.Args[3]).Get("DefaultValue"); def != nil {
			return f.value(s, def)
		}
	}
	f.t.unsupported(fmt.Sprintf("Its mapping %q has nothing for %q.", strings.Join(keys[:min(1, len(keys))], ""), strings.Join(keys[min(1, len(keys)):], ", ")))
	return ir.String("")
}

// imported is a value that another stack exports: of this app, the value
// itself, else what CloudFormation says that it is.
func (f *flattener) imported(s *flatStack, v ir.Call) ir.Value {
	name := f.value(s, v.Args[0])
	text, ok := name.(ir.String)
	if e, found := f.exports[string(text)]; ok && found {
		return f.value(e.stack, e.value)
	}
	id := f.invoke(s, s.prefix+"Export"+string(text), "aws:cloudformation/getExport:getExport", ir.Obj("name", name))
	return ir.Ref{Resource: id, Attr: "value"}
}

// cidr divides a block of addresses that is known.
func (f *flattener) cidr(s *flatStack, v ir.Call) ir.Value {
	block := f.known(s, v.Args[0])
	count, bits := 0, 0
	number := func(v ir.Value) int {
		switch v := v.(type) {
		case ir.Number:
			return int(v)
		case ir.String:
			n, _ := strconv.Atoi(string(v))
			return n
		}
		return 0
	}
	if len(v.Args) > 1 {
		count = number(f.known(s, v.Args[1]))
	}
	if len(v.Args) > 2 {
		bits = number(f.known(s, v.Args[2]))
	}
	if vpc := amazonBlock(f, block); vpc != nil && bits == 64 && count > 0 && count <= 256 {
		// Amazon gives a VPC 256 networks: the block is written with two zeros
		// where their numbers are.
		start := ir.NewCall(ir.FuncIndex, ir.NewCall(ir.FuncSplit, ir.String("00::/56"), vpc), ir.Number(0))
		out := make(ir.List, count)
		for i := range out {
			out[i] = ir.Concat(start, fmt.Sprintf("%02x::/64", i))
		}
		return out
	}
	text, _ := block.(ir.String)
	prefix, err := netip.ParsePrefix(string(text))
	if err != nil || count == 0 || bits == 0 || !prefix.Addr().Is4() || 32-bits < prefix.Bits() {
		f.t.unsupported("It divides a block of addresses (Fn::Cidr) that is not known when the app is built.")
		return ir.List{}
	}
	base := prefix.Masked().Addr().As4()
	start := uint32(base[0])<<24 | uint32(base[1])<<16 | uint32(base[2])<<8 | uint32(base[3])
	var out ir.List
	for i := range count {
		a := start + uint32(i)<<uint(bits)
		out = append(out, ir.String(fmt.Sprintf("%d.%d.%d.%d/%d", byte(a>>24), byte(a>>16), byte(a>>8), byte(a), 32-bits)))
	}
	return out
}

// amazonBlock returns the first block of IPv6 addresses of a VPC, if v is that.
func amazonBlock(f *flattener, v ir.Value) ir.Value {
	c, ok := v.(ir.Call)
	if !ok || c.Func != ir.FuncIndex || text(c.Args[1]) != ir.Value(ir.String("0")) {
		return nil
	}
	ref, _ := c.Args[0].(ir.Ref)
	if r := f.resources[ref.Resource]; r == nil || r.Type != "AWS::EC2::VPC" || ref.Attr != "Ipv6CidrBlocks" {
		return nil
	}
	return v
}

// known is a value as far as it is decided when the app is built: parameters
// have their defaults, the region is the stack's, and an attribute that a
// resource was given is what it was given.
func (f *flattener) known(s *flatStack, v ir.Value) ir.Value {
	switch v := v.(type) {
	case ir.Param:
		switch v.Name {
		case ir.PseudoRegion:
			return ir.String(s.region)
		case ir.PseudoPartition:
			switch {
			case strings.HasPrefix(s.region, "cn-"):
				return ir.String("aws-cn")
			case strings.HasPrefix(s.region, "us-gov-"):
				return ir.String("aws-us-gov")
			}
			return ir.String("aws")
		case ir.PseudoAccount:
			if s.Account != "" {
				return ir.String(s.Account)
			}
			return v
		}
		name, ok := strings.CutPrefix(v.Name, s.ID+"/")
		if !ok {
			return f.param(s, v)
		}
		if s.parent != nil {
			return f.known(s.parent, f.stackParam(s, name))
		}
		if d := f.declaration(s, name); d.Has("Default") && !strings.HasPrefix(string(stringIn(d.Get("Type"))), "AWS::SSM::") {
			if key := s.ID + "/" + name; !f.warned[key] {
				f.warned[key] = true
				f.t.warnAt(fmt.Sprintf("The parameter %q of the stack %q decides what is in it, which is now what it is with the parameter's default.", name, s.Name))
			}
			return d.Get("Default")
		}
		return v
	case ir.Ref:
		if r := f.resources[v.Resource]; r != nil {
			if given := r.Props.Get(v.Attr); given != nil {
				return f.known(f.stacks[r.Stack], given)
			}
		}
		return v
	case ir.Join:
		parts := make([]any, len(v.Parts))
		for i, p := range v.Parts {
			parts[i] = f.known(s, p)
		}
		return ir.Concat(parts...)
	case ir.Call:
		switch v.Func {
		case ir.FuncIf, ir.FuncFindInMap, ir.FuncImport:
			return f.value(s, v)
		}
		args := make([]ir.Value, len(v.Args))
		for i, a := range v.Args {
			args[i] = f.known(s, a)
		}
		return ir.NewCall(v.Func, args...)
	case ir.List:
		out := make(ir.List, len(v))
		for i, e := range v {
			out[i] = f.known(s, e)
		}
		return out
	}
	return v
}

func stringIn(v ir.Value) ir.String {
	s, _ := v.(ir.String)
	return s
}

// condition evaluates a condition of a stack, and reports one that is not
// decided when the app is built.
func (f *flattener) condition(s *flatStack, name string) condition {
	switch c := s.conditions[name]; c {
	case unevaluated:
	case evaluating:
		return conditionUnknown
	default:
		return c
	}
	s.conditions[name] = evaluating
	result := conditionUnknown
	found := false
	for _, c := range s.Conditions {
		if c.Key == name {
			found = true
			result = f.decide(s, c.Value)
		}
	}
	if result == conditionUnknown {
		why := "it depends on what is known only after deployment."
		if !found {
			why = "the stack has none of that name."
		}
		f.t.unsupportedAt(fmt.Sprintf("The condition %q of the stack %q decides what is in it, and cannot be decided when the app is built: %s Decide it in the app's code instead.", name, s.Name, why))
	}
	s.conditions[name] = result
	return result
}

func (f *flattener) decide(s *flatStack, v ir.Value) condition {
	c, ok := v.(ir.Call)
	if !ok {
		return conditionUnknown
	}
	truth := func(b bool) condition {
		if b {
			return conditionTrue
		}
		return conditionFalse
	}
	switch c.Func {
	case ir.FuncCondition:
		name, _ := c.Args[0].(ir.String)
		return f.condition(s, string(name))
	case ir.FuncNot:
		switch f.decide(s, c.Args[0]) {
		case conditionTrue:
			return conditionFalse
		case conditionFalse:
			return conditionTrue
		}
	case ir.FuncEquals:
		if len(c.Args) != 2 {
			return conditionUnknown
		}
		a, b := f.known(s, c.Args[0]), f.known(s, c.Args[1])
		if ir.Known(a) && ir.Known(b) {
			return truth(ir.PrintValue(ir.Concat(a)) == ir.PrintValue(ir.Concat(b)))
		}
	case ir.FuncAnd, ir.FuncOr:
		stop, other := conditionFalse, conditionTrue
		if c.Func == ir.FuncOr {
			stop, other = other, stop
		}
		for _, a := range c.Args {
			switch f.decide(s, a) {
			case stop:
				return stop
			case conditionUnknown:
				other = conditionUnknown
			}
		}
		return other
	}
	return conditionUnknown
}

// dynamic resolves a dynamic reference, "{{resolve:ssm:name}}", which only
// CloudFormation reads.
func (f *flattener) dynamic(s *flatStack, v ir.Value) ir.Value {
	parts := []ir.Value{v}
	if j, ok := v.(ir.Join); ok {
		parts = j.Parts
	}
	mark := slices.IndexFunc(parts, func(p ir.Value) bool { return strings.Contains(string(stringIn(p)), "{{resolve:") })
	if mark < 0 {
		return v
	}
	_, begun, _ := strings.Cut(string(stringIn(parts[mark])), "{{resolve:")
	if !strings.Contains(begun, "}}") && !slices.ContainsFunc(parts[mark+1:], func(p ir.Value) bool { return strings.Contains(string(stringIn(p)), "}}") }) {
		return v // the rest is beside it
	}
	// A reference ends at the first "}}" after its beginning; text and unknown
	// parts may be in between.
	var out, inner []any
	open := false
	for _, p := range parts {
		text, isText := p.(ir.String)
		if !isText {
			if open {
				inner = append(inner, p)
			} else {
				out = append(out, p)
			}
			continue
		}
		rest := string(text)
		for rest != "" {
			if !open {
				before, after, found := strings.Cut(rest, "{{resolve:")
				out = append(out, before)
				rest, open = after, found
				if !found {
					break
				}
				inner = nil
				continue
			}
			before, after, found := strings.Cut(rest, "}}")
			inner = append(inner, before)
			rest = after
			if !found {
				break
			}
			open = false
			out = append(out, f.resolve(s, ir.Concat(inner...)))
		}
	}
	return ir.Concat(out...)
}

// resolve is what a dynamic reference refers to: "ssm:name:version", or
// "secretsmanager:secret:SecretString:key:stage:version", where the secret may
// be an ARN with colons of its own.
func (f *flattener) resolve(s *flatStack, v ir.Value) ir.Value {
	parts := []ir.Value{v}
	if j, ok := v.(ir.Join); ok {
		parts = j.Parts
	}
	service, rest, _ := strings.Cut(string(stringIn(parts[0])), ":")
	parts = slices.Clone(parts)
	parts[0] = ir.String(rest)
	join := func(parts []ir.Value) ir.Value {
		any := make([]any, len(parts))
		for i, p := range parts {
			any[i] = p
		}
		return ir.Concat(any...)
	}
	switch service {
	case "ssm", "ssm-secure":
		name := join(parts)
		if text, ok := name.(ir.String); ok {
			name = ir.String(dropVersion(string(text)))
		}
		return ir.Ref{Resource: f.invoke(s, s.prefix+"Parameter"+nameIn(name), "aws:ssm/getParameter:getParameter", ir.Obj("name", name)), Attr: "value"}
	case "secretsmanager":
		var secret []ir.Value
		key := ""
		for i, p := range parts {
			text, isText := p.(ir.String)
			before, after, found := strings.Cut(string(text), ":SecretString:")
			if !isText || !found {
				secret = append(secret, p)
				continue
			}
			secret = append(secret, ir.String(before))
			key, _, _ = strings.Cut(after, ":")
			parts = parts[i+1:]
			break
		}
		id := join(secret)
		if text, ok := id.(ir.String); ok {
			id = ir.String(strings.TrimSuffix(string(text), ":SecretString"))
		}
		if ref, ok := id.(ir.Ref); ok && f.generated(ref.Resource) {
			return ir.Ref{Resource: ref.Resource, Attr: secretAttr + key}
		}
		value := ir.Value(ir.Ref{Resource: f.invoke(s, s.prefix+"Secret"+nameIn(id), "aws:secretsmanager/getSecretVersion:getSecretVersion", ir.Obj("secretId", id)), Attr: "secretString"})
		if key != "" {
			value = ir.NewCall(ir.FuncIndex, ir.NewCall(ir.FuncJSONDecode, value), ir.String(key))
		}
		return value
	}
	f.t.unsupported(fmt.Sprintf("It has a dynamic reference to %q, which only CloudFormation resolves.", service))
	return ir.String("")
}

// generated reports whether a resource is a secret whose value is made up.
func (f *flattener) generated(id string) bool {
	r := f.resources[id]
	return r != nil && r.Type == "AWS::SecretsManager::Secret" && r.Props.Has("GenerateSecretString")
}

// dropVersion takes the version off the name of a parameter.
func dropVersion(name string) string {
	before, version, ok := strings.Cut(name, ":")
	if _, err := strconv.Atoi(version); ok && err == nil {
		return before
	}
	return name
}

// nameIn is what of a value makes a name.
func nameIn(v ir.Value) string {
	if r, ok := v.(ir.Ref); ok {
		return r.Resource
	}
	name := ""
	ir.Walk(v, func(v ir.Value) bool {
		switch v := v.(type) {
		case ir.String:
			name += string(v)
		case ir.Ref:
			name += v.Resource
		}
		return true
	})
	return name
}

// fillExports notes what the stacks of the app export.
func (f *flattener) fillExports() {
	for _, s := range f.p.Stacks {
		st := f.stacks[s.ID]
		for _, o := range s.Outputs {
			out := objectIn(o.Value)
			name := f.known(st, objectIn(out.Get("Export")).Get("Name"))
			if text, ok := name.(ir.String); ok {
				f.exports[string(text)] = export{st, out.Get("Value")}
			}
		}
	}
}
