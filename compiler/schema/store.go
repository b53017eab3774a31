package schema

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed data/pulumi-aws.bin
var pulumiAWSData string

//go:embed data/pulumi.bin
var pulumiData string

//go:embed data/pulumi-constants.bin
var pulumiConstantsData string

//go:embed data/terraform-aws.bin
var terraformAWSData string

//go:embed data/terraform.bin
var terraformData string

//go:embed data/cloudformation.bin
var cloudFormationData string

// A store is a table and what has been decoded of it. Decoded values are
// shared by all callers, which must not change them.
type store struct {
	table table

	mu        sync.Mutex
	resources map[entryName]*Resource
	providers map[string]*Provider
	modules   map[string][]Member
	objects   map[string]*Object
}

type entryName struct {
	kind EntryKind
	name string
}

// One store for each file. AWS has its own, so that its entries, which most
// builds use, share blocks with nothing else.
var (
	pulumiAWS      = &store{table: table{data: pulumiAWSData}}
	pulumiOther    = &store{table: table{data: pulumiData}}
	pulumiConstant = &store{table: table{data: pulumiConstantsData}}
	terraformAWS   = &store{table: table{data: terraformAWSData}}
	terraformOther = &store{table: table{data: terraformData}}
	cloudFormation = &store{table: table{data: cloudFormationData}}
)

func pulumiStore(pkg string) *store {
	if pkg == "aws" {
		return pulumiAWS
	}
	return pulumiOther
}

func terraformStore(tfType string) *store {
	if tfType == "aws" || strings.HasPrefix(tfType, "aws_") {
		return terraformAWS
	}
	return terraformOther
}

// resource returns the resource or function of a name or of the name that it
// stands for, or nil.
func (s *store) resource(kind EntryKind, name string) *Resource {
	s.mu.Lock()
	defer s.mu.Unlock()
	return cached(&s.resources, entryName{kind, name}, func() *Resource {
		if d := s.decoder(kind, name); d != nil {
			return d.resource()
		}
		return nil
	})
}

func (s *store) provider(name string) *Provider {
	s.mu.Lock()
	defer s.mu.Unlock()
	return cached(&s.providers, name, func() *Provider {
		if d := s.decoder(ProviderEntry, name); d != nil {
			return d.provider()
		}
		return nil
	})
}

func (s *store) members(pkg, module string) []Member {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := pkg + ":" + module
	return cached(&s.modules, name, func() []Member {
		if d := s.decoder(ModuleEntry, name); d != nil {
			return d.members()
		}
		return nil
	})
}

// object returns a shared object. The store is locked. The object is in the
// cache before it is decoded, because objects may contain themselves.
func (s *store) object(name string) *Object {
	if o, ok := s.objects[name]; ok {
		return o
	}
	if s.objects == nil {
		s.objects = map[string]*Object{}
	}
	o := &Object{}
	s.objects[name] = o
	s.decoder(ObjectEntry, name).objects(o)
	return o
}

// constant returns the value of a constant, as JSON, or "".
func (s *store) constant(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d := s.decoder(ConstantEntry, name); d != nil {
		return d.string()
	}
	return ""
}

// target returns the name that a name stands for, or "".
func (s *store) target(kind EntryKind, name string) string {
	if v, ok := s.table.get(entryKey(kind, name)); ok {
		r := reader{v}
		return r.string()
	}
	return ""
}

// decoder returns a decoder at the start of an entry, or nil if there is none.
func (s *store) decoder(kind EntryKind, name string) *decoder {
	v, ok := s.table.get(entryKey(kind, name))
	if !ok {
		return nil
	}
	d := &decoder{reader: reader{v}, store: s}
	if target := d.string(); target != "" {
		return s.decoder(kind, target)
	}
	return d
}

// cached returns the value of a key, which load makes at the first call. That
// there is none is remembered too.
func cached[K comparable, V any](m *map[K]V, key K, load func() V) V {
	if v, ok := (*m)[key]; ok {
		return v
	}
	if *m == nil {
		*m = map[K]V{}
	}
	v := load()
	(*m)[key] = v
	return v
}
