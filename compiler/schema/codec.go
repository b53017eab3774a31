package schema

import (
	"fmt"
	"slices"
)

// An EntryKind is what an [Entry] describes. It is part of the entry's key,
// because a name may have several meanings: in Kubernetes a token can be a
// resource and a nested type.
type EntryKind byte

const (
	ResourceEntry EntryKind = 'r'
	FunctionEntry EntryKind = 'f' // or data source
	ObjectEntry   EntryKind = 't' // a nested type that several entries use
	ProviderEntry EntryKind = 'p'
	ModuleEntry   EntryKind = 'm' // a module's members
	TwinEntry     EntryKind = 'x' // of a Terraform resource type: its Pulumi token
	DataTwinEntry EntryKind = 'y' // of a Terraform data source: its Pulumi token
	ConstantEntry EntryKind = 'c' // of a Pulumi SDK
)

// An Entry is one fact sheet of a data file, as compiler/schema/gen makes it
// and the look-ups of this package read it.
type Entry struct {
	Kind EntryKind
	Name string

	// Target, if not "", is the name that this one stands for; nothing else
	// is set then.
	Target string

	Resource *Resource // of ResourceEntry and FunctionEntry
	Object   *Object   // of ObjectEntry
	Provider *Provider // of ProviderEntry
	Members  []Member  // of ModuleEntry
	Constant string    // of ConstantEntry: JSON
}

func entryKey(kind EntryKind, name string) string { return name + "\x00" + string(kind) }

// Pack makes a data file. Objects that are the Object of an ObjectEntry are
// written once and referred to by name; all others are part of the entry that
// uses them.
func Pack(entries []Entry) ([]byte, error) {
	shared := map[*Object]string{}
	for _, e := range entries {
		if e.Kind == ObjectEntry {
			shared[e.Object] = e.Name
		}
	}
	values := map[string]string{}
	for _, e := range entries {
		key := entryKey(e.Kind, e.Name)
		if _, ok := values[key]; ok {
			return nil, fmt.Errorf("two entries of kind %c are named %q", e.Kind, e.Name)
		}
		enc := encoder{shared: shared, local: map[*Object]int{}}
		enc.entry(e)
		values[key] = string(enc.w)
	}
	return packTable(values)
}

// The parts of an entry, in order: target; then by kind. Objects come as one
// list, whose first is the entry's own and to whose others types refer by
// position.
type encoder struct {
	w      writer
	shared map[*Object]string
	local  map[*Object]int
	queue  []*Object
}

func (e *encoder) entry(x Entry) {
	e.w.string(x.Target)
	if x.Target != "" {
		return
	}
	switch x.Kind {
	case ResourceEntry, FunctionEntry:
		r := x.Resource
		e.w.string(r.Type)
		e.w.string(r.Terraform)
		e.w.uvarint(flag(r.Guessed, 1) | flag(r.Deprecated, 2))
		e.w.string(r.RefReturns)
		e.w.strings(r.Aliases)
		e.objects(&r.Object)
	case ObjectEntry:
		e.objects(x.Object)
	case ProviderEntry:
		p := x.Provider
		for _, s := range []string{p.Package, p.NPM, p.Source, p.Version, p.Plugin, p.Prefix} {
			e.w.string(s)
		}
		e.w.strings(p.Modules)
		config := p.Config
		if config == nil {
			config = &Object{}
		}
		e.objects(config)
	case ModuleEntry:
		e.w.uvarint(len(x.Members))
		for _, m := range x.Members {
			e.w.string(m.Name)
			e.w.uvarint(int(m.Kind)<<1 | flag(m.Alias, 1))
			e.w.string(m.Token)
		}
	case ConstantEntry:
		e.w.string(x.Constant)
	}
}

func (e *encoder) objects(root *Object) {
	// The number of objects is known only when all are written.
	head := e.w
	e.w = nil
	e.local[root] = 0
	e.queue = []*Object{root}
	for i := 0; i < len(e.queue); i++ {
		o := e.queue[i]
		e.w.string(o.Name)
		e.w.uvarint(len(o.Properties))
		for _, p := range o.Properties {
			e.property(p)
		}
	}
	body := e.w
	e.w = head
	e.w.uvarint(len(e.queue))
	e.w = append(e.w, body...)
}

// Flags of a property.
const (
	fRequired = 1 << iota
	fInput
	fOutput
	fFlat
	fTerraform // a name in Terraform that is not the one by rule follows
	fByRule    // the name in Terraform is the one by rule
	fGuessed
	fSecret
	fReplaces
	fBlock
	fLimits // MinItems and MaxItems follow
	fComputed
	fDeprecated
)

func flag(on bool, bit int) int {
	if on {
		return bit
	}
	return 0
}

func (e *encoder) property(p *Property) {
	byRule := p.Terraform != "" && p.Terraform == snake(p.Name)
	literal := p.Terraform != "" && !byRule
	limits := p.MinItems != 0 || p.MaxItems != 0
	e.w.string(p.Name)
	e.w.uvarint(flag(p.Required, fRequired) | flag(p.Input, fInput) | flag(p.Output, fOutput) | flag(p.Flat, fFlat) |
		flag(literal, fTerraform) | flag(byRule, fByRule) | flag(p.Guessed, fGuessed) | flag(p.Secret, fSecret) |
		flag(p.Replaces, fReplaces) | flag(p.Block, fBlock) | flag(limits, fLimits) | flag(p.Computed, fComputed) |
		flag(p.Deprecated, fDeprecated))
	if literal {
		e.w.string(p.Terraform)
	}
	if limits {
		e.w.uvarint(p.MinItems)
		e.w.uvarint(p.MaxItems)
	}
	e.typ(p.Type)
}

// Codes of types.
const (
	tString = iota
	tNumber
	tBool
	tAny
	tAsset
	tArchive
	tList
	tSet
	tMap
	tUnion
	tEnum    // a String with Enum
	tLocal   // an object of this entry
	tShared  // an object that is an entry of its own
	tUnknown // an object of which nothing is known
)

// scalars are shared by all decoded properties.
var scalars = [...]*Type{
	tString:  {Kind: String},
	tNumber:  {Kind: Number},
	tBool:    {Kind: Bool},
	tAny:     {Kind: Any},
	tAsset:   {Kind: Asset},
	tArchive: {Kind: Archive},
}

var elemKinds = [...]Kind{tList: List, tSet: Set, tMap: Map}

func (e *encoder) typ(t *Type) {
	switch t.Kind {
	case String:
		if len(t.Enum) > 0 {
			e.w.uvarint(tEnum)
			e.w.strings(t.Enum)
			return
		}
		e.w.uvarint(tString)
	case List, Set, Map:
		e.w.uvarint(slices.Index(elemKinds[:], t.Kind))
		e.typ(t.Elem)
	case Union:
		e.w.uvarint(tUnion)
		e.w.uvarint(len(t.Options))
		for _, o := range t.Options {
			e.typ(o)
		}
	case Obj:
		name, shared := e.shared[t.Object]
		switch {
		case t.Object == nil:
			e.w.uvarint(tUnknown)
		case shared:
			e.w.uvarint(tShared)
			e.w.string(name)
		default:
			i, ok := e.local[t.Object]
			if !ok {
				i = len(e.queue)
				e.local[t.Object] = i
				e.queue = append(e.queue, t.Object)
			}
			e.w.uvarint(tLocal)
			e.w.uvarint(i)
		}
	default:
		i := slices.IndexFunc(scalars[:], func(s *Type) bool { return s.Kind == t.Kind })
		if i < 0 {
			panic(fmt.Sprintf("schema: type of kind %q", t.Kind))
		}
		e.w.uvarint(i)
	}
}

// A decoder reads one entry. Its store resolves the shared objects.
type decoder struct {
	reader
	store *store
	local []*Object
}

func (d *decoder) resource() *Resource {
	r := &Resource{Type: d.string(), Terraform: d.string()}
	flags := d.uvarint()
	r.Guessed, r.Deprecated = flags&1 != 0, flags&2 != 0
	r.RefReturns = d.string()
	r.Aliases = d.strings()
	d.objects(&r.Object)
	return r
}

func (d *decoder) provider() *Provider {
	p := &Provider{Package: d.string(), NPM: d.string(), Source: d.string(), Version: d.string(), Plugin: d.string(), Prefix: d.string()}
	p.Modules = d.strings()
	p.Config = &Object{}
	d.objects(p.Config)
	return p
}

func (d *decoder) members() []Member {
	members := make([]Member, d.uvarint())
	for i := range members {
		m := &members[i]
		m.Name = d.string()
		f := d.uvarint()
		m.Kind, m.Alias = MemberKind(f>>1), f&1 != 0
		m.Token = d.string()
	}
	return members
}

func (d *decoder) objects(root *Object) {
	objects := make([]Object, d.uvarint())
	d.local = make([]*Object, len(objects))
	for i := range objects {
		d.local[i] = &objects[i]
	}
	d.local[0] = root
	for _, o := range d.local {
		o.Name = d.string()
		n := d.uvarint()
		properties := make([]Property, n)
		o.Properties = make([]*Property, n)
		for i := range properties {
			d.property(&properties[i])
			o.Properties[i] = &properties[i]
		}
	}
}

func (d *decoder) property(p *Property) {
	p.Name = d.string()
	f := d.uvarint()
	p.Required = f&fRequired != 0
	p.Input = f&fInput != 0
	p.Output = f&fOutput != 0
	p.Flat = f&fFlat != 0
	p.Guessed = f&fGuessed != 0
	p.Secret = f&fSecret != 0
	p.Replaces = f&fReplaces != 0
	p.Block = f&fBlock != 0
	p.Computed = f&fComputed != 0
	p.Deprecated = f&fDeprecated != 0
	if f&fTerraform != 0 {
		p.Terraform = d.string()
	}
	if f&fByRule != 0 {
		p.Terraform = snake(p.Name)
	}
	if f&fLimits != 0 {
		p.MinItems, p.MaxItems = d.uvarint(), d.uvarint()
	}
	p.Type = d.typ()
}

func (d *decoder) typ() *Type {
	switch code := d.uvarint(); code {
	case tList, tSet, tMap:
		return &Type{Kind: elemKinds[code], Elem: d.typ()}
	case tUnion:
		t := &Type{Kind: Union, Options: make([]*Type, d.uvarint())}
		for i := range t.Options {
			t.Options[i] = d.typ()
		}
		return t
	case tEnum:
		return &Type{Kind: String, Enum: d.strings()}
	case tLocal:
		return &Type{Kind: Obj, Object: d.local[d.uvarint()]}
	case tShared:
		return &Type{Kind: Obj, Object: d.store.object(d.string())}
	case tUnknown:
		return &Type{Kind: Obj}
	default:
		return scalars[code]
	}
}
