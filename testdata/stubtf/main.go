// Command stubtf is a Terraform provider that keeps nothing and calls nobody.
// It serves the schema in a file, so that the real terraform can validate,
// plan and apply a configuration with no network and no account.
//
// The schema is read from $STUBTF_SCHEMAS/<name>.json, where name is that of
// the provider in the name of the executable ("terraform-provider-aws").
// Package emit/terraform/tftest writes those files.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// A document is what tftest writes.
type document struct {
	Provider  *block            `json:"provider"`
	Resources map[string]*block `json:"resources"`
	Data      map[string]*block `json:"data"`
}

type block struct {
	Attributes map[string]*attribute `json:"attributes"`
	Blocks     map[string]*nested    `json:"blocks"`
}

type attribute struct {
	Type      json.RawMessage `json:"type"`   // in cty's JSON form; absent if Nested is set
	Nested    *nested         `json:"nested"` // of a nested attribute
	Required  bool            `json:"required"`
	Optional  bool            `json:"optional"`
	Computed  bool            `json:"computed"`
	Sensitive bool            `json:"sensitive"`
	WriteOnly bool            `json:"writeOnly"`
}

type nested struct {
	Mode  string `json:"mode"` // single, list, set, map
	Min   int64  `json:"min"`
	Max   int64  `json:"max"`
	Block *block `json:"block"`
}

func main() {
	log.SetFlags(0)
	name := filepath.Base(os.Args[0])
	name = strings.TrimPrefix(strings.TrimSuffix(name, ".exe"), "terraform-provider-")
	text, err := os.ReadFile(filepath.Join(os.Getenv("STUBTF_SCHEMAS"), name+".json"))
	if err != nil {
		log.Fatal(err)
	}
	var doc document
	if err := json.Unmarshal(text, &doc); err != nil {
		log.Fatal(err)
	}
	s := &server{provider: doc.Provider.schema(), resources: map[string]*tfprotov6.Schema{}, data: map[string]*tfprotov6.Schema{}}
	for name, b := range doc.Resources {
		s.resources[name] = b.schema()
	}
	for name, b := range doc.Data {
		s.data[name] = b.schema()
	}
	if err := tf6server.Serve("stub/"+name, func() tfprotov6.ProviderServer { return s }); err != nil {
		log.Fatal(err)
	}
}

func (b *block) schema() *tfprotov6.Schema { return &tfprotov6.Schema{Block: b.proto()} }

func (b *block) proto() *tfprotov6.SchemaBlock {
	out := &tfprotov6.SchemaBlock{Attributes: attributes(b.Attributes)}
	for _, name := range slices.Sorted(maps.Keys(b.Blocks)) {
		n := b.Blocks[name]
		modes := map[string]tfprotov6.SchemaNestedBlockNestingMode{
			"single": tfprotov6.SchemaNestedBlockNestingModeSingle,
			"list":   tfprotov6.SchemaNestedBlockNestingModeList,
			"set":    tfprotov6.SchemaNestedBlockNestingModeSet,
			"map":    tfprotov6.SchemaNestedBlockNestingModeMap,
		}
		nested := &tfprotov6.SchemaNestedBlock{TypeName: name, Block: n.Block.proto(), Nesting: modes[n.Mode]}
		if n.Mode != "single" && n.Mode != "map" {
			nested.MinItems, nested.MaxItems = n.Min, n.Max
		}
		out.BlockTypes = append(out.BlockTypes, nested)
	}
	return out
}

func attributes(from map[string]*attribute) []*tfprotov6.SchemaAttribute {
	var out []*tfprotov6.SchemaAttribute
	for _, name := range slices.Sorted(maps.Keys(from)) {
		a := from[name]
		x := &tfprotov6.SchemaAttribute{
			Name: name, Required: a.Required, Optional: a.Optional, Computed: a.Computed, Sensitive: a.Sensitive, WriteOnly: a.WriteOnly,
		}
		if n := a.Nested; n != nil {
			modes := map[string]tfprotov6.SchemaObjectNestingMode{
				"single": tfprotov6.SchemaObjectNestingModeSingle,
				"list":   tfprotov6.SchemaObjectNestingModeList,
				"set":    tfprotov6.SchemaObjectNestingModeSet,
				"map":    tfprotov6.SchemaObjectNestingModeMap,
			}
			x.NestedType = &tfprotov6.SchemaObject{Nesting: modes[n.Mode], Attributes: attributes(n.Block.Attributes)}
		} else {
			t, err := tftypes.ParseJSONType(a.Type) //nolint:staticcheck // the form of the schema documents
			if err != nil {
				log.Fatalf("%s: %v", name, err)
			}
			x.Type = t
		}
		out = append(out, x)
	}
	return out
}

// A server answers Terraform. The methods that it does not have are never
// called for a provider without functions, list or ephemeral resources.
type server struct {
	tfprotov6.ProviderServer
	provider        *tfprotov6.Schema
	resources, data map[string]*tfprotov6.Schema
}

func (s *server) GetMetadata(context.Context, *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	out := &tfprotov6.GetMetadataResponse{ServerCapabilities: &tfprotov6.ServerCapabilities{GetProviderSchemaOptional: true}}
	for name := range s.resources {
		out.Resources = append(out.Resources, tfprotov6.ResourceMetadata{TypeName: name})
	}
	for name := range s.data {
		out.DataSources = append(out.DataSources, tfprotov6.DataSourceMetadata{TypeName: name})
	}
	return out, nil
}

func (s *server) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return &tfprotov6.GetProviderSchemaResponse{Provider: s.provider, ResourceSchemas: s.resources, DataSourceSchemas: s.data}, nil
}

func (s *server) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{}, nil
}

func (s *server) GetFunctions(context.Context, *tfprotov6.GetFunctionsRequest) (*tfprotov6.GetFunctionsResponse, error) {
	return &tfprotov6.GetFunctionsResponse{}, nil
}

func (s *server) ValidateProviderConfig(_ context.Context, r *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{PreparedConfig: r.Config}, nil
}

func (s *server) ConfigureProvider(context.Context, *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return &tfprotov6.ConfigureProviderResponse{}, nil
}

func (s *server) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return &tfprotov6.StopProviderResponse{}, nil
}

// ValidateResourceConfig rejects values for attributes that only the provider
// sets, which Terraform leaves to the provider.
func (s *server) ValidateResourceConfig(_ context.Context, r *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	diags, err := computedOnly(s.resources[r.TypeName], r.Config)
	return &tfprotov6.ValidateResourceConfigResponse{Diagnostics: diags}, err
}

func (s *server) ValidateDataResourceConfig(_ context.Context, r *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	diags, err := computedOnly(s.data[r.TypeName], r.Config)
	return &tfprotov6.ValidateDataResourceConfigResponse{Diagnostics: diags}, err
}

func computedOnly(schema *tfprotov6.Schema, config *tfprotov6.DynamicValue) ([]*tfprotov6.Diagnostic, error) {
	v, err := config.Unmarshal(schema.ValueType())
	if err != nil {
		return nil, err
	}
	var diags []*tfprotov6.Diagnostic
	walk(schema.Block, v, "", func(path string, a *tfprotov6.SchemaAttribute, v tftypes.Value) tftypes.Value {
		if a.Computed && !a.Optional && !v.IsNull() {
			diags = append(diags, &tfprotov6.Diagnostic{
				Severity: tfprotov6.DiagnosticSeverityError, Summary: "Value for unconfigurable attribute",
				Detail: "Only the provider sets " + path + ".",
			})
		}
		return v
	})
	return diags, nil
}

func (s *server) UpgradeResourceState(_ context.Context, r *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	t := s.resources[r.TypeName].ValueType()
	v, err := r.RawState.UnmarshalWithOpts(t, tfprotov6.UnmarshalOpts{ValueFromJSONOpts: tftypes.ValueFromJSONOpts{IgnoreUndefinedAttributes: true}})
	if err != nil {
		return nil, err
	}
	d, err := tfprotov6.NewDynamicValue(t, v)
	return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: &d}, err
}

func (s *server) ReadResource(_ context.Context, r *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return &tfprotov6.ReadResourceResponse{NewState: r.CurrentState, Private: r.Private}, nil
}

// PlanResourceChange leaves what is computed unknown.
func (s *server) PlanResourceChange(_ context.Context, r *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	schema := s.resources[r.TypeName]
	t := schema.ValueType()
	proposed, err := r.ProposedNewState.Unmarshal(t)
	if err != nil || proposed.IsNull() {
		return &tfprotov6.PlanResourceChangeResponse{PlannedState: r.ProposedNewState}, err
	}
	planned := walk(schema.Block, proposed, r.TypeName, func(_ string, a *tfprotov6.SchemaAttribute, v tftypes.Value) tftypes.Value {
		if a.Computed && v.IsNull() {
			return tftypes.NewValue(a.ValueType(), tftypes.UnknownValue)
		}
		return v
	})
	d, err := tfprotov6.NewDynamicValue(t, planned)
	return &tfprotov6.PlanResourceChangeResponse{PlannedState: &d, UnsafeToUseLegacyTypeSystem: true}, err
}

// ApplyResourceChange makes up what is unknown.
func (s *server) ApplyResourceChange(_ context.Context, r *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	schema := s.resources[r.TypeName]
	t := schema.ValueType()
	planned, err := r.PlannedState.Unmarshal(t)
	if err != nil || planned.IsNull() {
		return &tfprotov6.ApplyResourceChangeResponse{NewState: r.PlannedState}, err
	}
	seed := seedOf(r.TypeName, r.Config)
	state := walk(schema.Block, planned, r.TypeName, func(path string, a *tfprotov6.SchemaAttribute, v tftypes.Value) tftypes.Value {
		if !v.IsFullyKnown() {
			return invent(a.ValueType(), path, seed)
		}
		return v
	})
	d, err := tfprotov6.NewDynamicValue(t, state)
	return &tfprotov6.ApplyResourceChangeResponse{NewState: &d, UnsafeToUseLegacyTypeSystem: true}, err
}

func (s *server) ImportResourceState(_ context.Context, r *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	t := s.resources[r.TypeName].ValueType().(tftypes.Object)
	m := map[string]tftypes.Value{}
	for k, x := range t.AttributeTypes {
		m[k] = tftypes.NewValue(x, nil)
		if k == "id" {
			m[k] = tftypes.NewValue(x, r.ID)
		}
	}
	d, err := tfprotov6.NewDynamicValue(t, tftypes.NewValue(t, m))
	return &tfprotov6.ImportResourceStateResponse{ImportedResources: []*tfprotov6.ImportedResource{{TypeName: r.TypeName, State: &d}}}, err
}

// ReadDataSource makes up what is computed.
func (s *server) ReadDataSource(_ context.Context, r *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	schema := s.data[r.TypeName]
	t := schema.ValueType()
	config, err := r.Config.Unmarshal(t)
	if err != nil {
		return nil, err
	}
	seed := seedOf(r.TypeName, r.Config)
	state := walk(schema.Block, config, r.TypeName, func(path string, a *tfprotov6.SchemaAttribute, v tftypes.Value) tftypes.Value {
		if a.Computed && v.IsNull() {
			return invent(a.ValueType(), path, seed)
		}
		return v
	})
	d, err := tfprotov6.NewDynamicValue(t, state)
	return &tfprotov6.ReadDataSourceResponse{State: &d}, err
}

func seedOf(typeName string, config *tfprotov6.DynamicValue) string {
	sum := sha256.Sum256(append([]byte(typeName), config.MsgPack...))
	return hex.EncodeToString(sum[:4])
}

// walk rebuilds a value along its schema: f gives each attribute's new value.
func walk(b *tfprotov6.SchemaBlock, v tftypes.Value, path string, f func(path string, a *tfprotov6.SchemaAttribute, v tftypes.Value) tftypes.Value) tftypes.Value {
	var m map[string]tftypes.Value
	if v.IsNull() || !v.IsKnown() || v.As(&m) != nil {
		return v
	}
	out := maps.Clone(m)
	for _, a := range b.Attributes {
		out[a.Name] = f(path+"."+a.Name, a, m[a.Name])
	}
	for _, n := range b.BlockTypes {
		x := m[n.TypeName]
		var elements []tftypes.Value
		switch {
		case x.IsNull() || !x.IsKnown():
		case n.Nesting == tfprotov6.SchemaNestedBlockNestingModeSingle:
			out[n.TypeName] = walk(n.Block, x, path+"."+n.TypeName, f)
		case x.As(&elements) == nil:
			for i := range elements {
				elements[i] = walk(n.Block, elements[i], fmt.Sprintf("%s.%s[%d]", path, n.TypeName, i), f)
			}
			out[n.TypeName] = tftypes.NewValue(x.Type(), elements)
		}
	}
	return tftypes.NewValue(v.Type(), out)
}

// invent makes a value of a type. Lists have two elements, so that a reference
// to the first finds one.
func invent(t tftypes.Type, path, seed string) tftypes.Value {
	leaf := path[strings.LastIndex(path, ".")+1:]
	switch x := t.(type) {
	case tftypes.List:
		return tftypes.NewValue(t, []tftypes.Value{invent(x.ElementType, path, seed), invent(x.ElementType, path, seed+"b")})
	case tftypes.Set:
		return tftypes.NewValue(t, []tftypes.Value{invent(x.ElementType, path, seed)})
	case tftypes.Map:
		return tftypes.NewValue(t, map[string]tftypes.Value{})
	case tftypes.Object:
		m := map[string]tftypes.Value{}
		for k, a := range x.AttributeTypes {
			m[k] = invent(a, path+"."+k, seed)
		}
		return tftypes.NewValue(t, m)
	}
	switch {
	case t.Is(tftypes.String):
		if leaf == "arn" || strings.HasSuffix(leaf, "_arn") {
			return tftypes.NewValue(t, "arn:aws:stub:us-east-1:123456789012:"+strings.SplitN(path, ".", 2)[0]+"/"+seed)
		}
		return tftypes.NewValue(t, "stub-"+leaf+"-"+seed)
	case t.Is(tftypes.Number):
		return tftypes.NewValue(t, big.NewFloat(0))
	case t.Is(tftypes.Bool):
		return tftypes.NewValue(t, false)
	}
	return tftypes.NewValue(t, nil)
}
