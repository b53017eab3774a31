// Command stubpul is a Pulumi provider without a cloud. It serves the package
// schema in schema.json beside itself, refuses what that schema does not
// allow, and answers every operation with made-up outputs of the right types,
// so that the real Pulumi CLI can preview a program offline.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
)

// unknown stands for a string that is not known during a preview
// (sdk/go/common/resource/plugin/rpc.go).
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

type (
	// packageSchema is what the stub reads of a package schema.
	packageSchema struct {
		Version   string
		Resources map[string]resourceSchema
		Functions map[string]functionSchema
	}
	resourceSchema struct {
		InputProperties map[string]property
		RequiredInputs  []string
		Properties      map[string]property
	}
	functionSchema struct {
		Outputs struct{ Properties map[string]property }
	}
	property struct{ Type string }
)

type provider struct {
	rpc.UnimplementedResourceProviderServer
	raw    string // the schema as it was read
	schema packageSchema
}

// resource returns the schema of a URN's type.
func (p *provider) resource(urn string) (resourceSchema, string, bool) {
	parts := strings.Split(urn, "::")
	if len(parts) != 4 {
		return resourceSchema{}, urn, false
	}
	token := parts[2][strings.LastIndexByte(parts[2], '$')+1:]
	r, ok := p.schema.Resources[token]
	return r, token, ok
}

func (p *provider) GetSchema(context.Context, *rpc.GetSchemaRequest) (*rpc.GetSchemaResponse, error) {
	return &rpc.GetSchemaResponse{Schema: p.raw}, nil
}

func (p *provider) GetPluginInfo(context.Context, *emptypb.Empty) (*rpc.PluginInfo, error) {
	return &rpc.PluginInfo{Version: p.schema.Version}, nil
}

func (p *provider) Attach(context.Context, *rpc.PluginAttach) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

func (p *provider) CheckConfig(_ context.Context, r *rpc.CheckRequest) (*rpc.CheckResponse, error) {
	return &rpc.CheckResponse{Inputs: r.News}, nil
}

func (p *provider) DiffConfig(context.Context, *rpc.DiffRequest) (*rpc.DiffResponse, error) {
	return &rpc.DiffResponse{}, nil
}

func (p *provider) Configure(context.Context, *rpc.ConfigureRequest) (*rpc.ConfigureResponse, error) {
	return &rpc.ConfigureResponse{SupportsPreview: true, AcceptResources: true, AcceptOutputs: true}, nil
}

func (p *provider) Check(_ context.Context, r *rpc.CheckRequest) (*rpc.CheckResponse, error) {
	s, token, ok := p.resource(r.Urn)
	if !ok {
		return nil, fmt.Errorf("no resource type %s", token)
	}
	var failures []*rpc.CheckFailure
	given := r.News.GetFields()
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if _, ok := s.InputProperties[name]; !ok {
			failures = append(failures, &rpc.CheckFailure{Property: name, Reason: "there is no input of that name"})
		}
	}
	for _, name := range s.RequiredInputs {
		if given[name] == nil {
			failures = append(failures, &rpc.CheckFailure{Property: name, Reason: "it is required"})
		}
	}
	return &rpc.CheckResponse{Inputs: r.News, Failures: failures}, nil
}

// Diff compares what is given now. What is no longer given keeps its value, as
// with a property that the cloud chooses.
func (p *provider) Diff(_ context.Context, r *rpc.DiffRequest) (*rpc.DiffResponse, error) {
	for name, v := range r.News.GetFields() {
		if !proto.Equal(v, r.OldInputs.GetFields()[name]) {
			return &rpc.DiffResponse{Changes: rpc.DiffResponse_DIFF_SOME}, nil
		}
	}
	return &rpc.DiffResponse{Changes: rpc.DiffResponse_DIFF_NONE}, nil
}

func (p *provider) Create(_ context.Context, r *rpc.CreateRequest) (*rpc.CreateResponse, error) {
	s, _, _ := p.resource(r.Urn)
	if r.Preview {
		return &rpc.CreateResponse{Properties: outputs(s.Properties, r.Properties, true)}, nil
	}
	id := "id-of-" + r.Urn[strings.LastIndexByte(r.Urn, ':')+1:]
	return &rpc.CreateResponse{Id: id, Properties: outputs(s.Properties, r.Properties, false)}, nil
}

// Read finds every resource that it is asked for. Its inputs, which an import
// compares with the program's, are as made up as its outputs.
func (p *provider) Read(_ context.Context, r *rpc.ReadRequest) (*rpc.ReadResponse, error) {
	s, _, _ := p.resource(r.Urn)
	return &rpc.ReadResponse{
		Id:         r.Id,
		Properties: outputs(s.Properties, r.Properties, false),
		Inputs:     outputs(s.InputProperties, r.Inputs, false),
	}, nil
}

func (p *provider) Update(_ context.Context, r *rpc.UpdateRequest) (*rpc.UpdateResponse, error) {
	s, _, _ := p.resource(r.Urn)
	return &rpc.UpdateResponse{Properties: outputs(s.Properties, r.News, r.Preview)}, nil
}

func (p *provider) Delete(context.Context, *rpc.DeleteRequest) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

func (p *provider) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

func (p *provider) Invoke(_ context.Context, r *rpc.InvokeRequest) (*rpc.InvokeResponse, error) {
	f, ok := p.schema.Functions[r.Tok]
	if !ok {
		return nil, fmt.Errorf("no function %s", r.Tok)
	}
	return &rpc.InvokeResponse{Return: outputs(f.Outputs.Properties, nil, false)}, nil
}

// outputs returns the inputs, and something for every other property.
func outputs(props map[string]property, inputs *structpb.Struct, preview bool) *structpb.Struct {
	out := &structpb.Struct{Fields: maps.Clone(inputs.GetFields())}
	if out.Fields == nil {
		out.Fields = map[string]*structpb.Value{}
	}
	for name, p := range props {
		switch {
		case out.Fields[name] != nil:
		case preview:
			out.Fields[name] = structpb.NewStringValue(unknown)
		case name == "arn":
			out.Fields[name] = structpb.NewStringValue("arn:aws:stub:eu-west-1:123456789012:thing")
		case p.Type == "string":
			out.Fields[name] = structpb.NewStringValue("stub-" + name)
		case p.Type == "number":
			out.Fields[name] = structpb.NewNumberValue(1)
		case p.Type == "boolean":
			out.Fields[name] = structpb.NewBoolValue(true)
		case p.Type == "array":
			v := structpb.NewStringValue("stub-" + name)
			out.Fields[name] = structpb.NewListValue(&structpb.ListValue{Values: []*structpb.Value{v, v, v}})
		}
	}
	return out
}

func serve() error {
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	b, err := os.ReadFile(filepath.Join(filepath.Dir(exe), "schema.json"))
	if err != nil {
		return err
	}
	p := &provider{raw: string(b)}
	if err := json.Unmarshal(b, &p.schema); err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s := grpc.NewServer(grpc.MaxRecvMsgSize(64<<20), grpc.MaxSendMsgSize(64<<20))
	rpc.RegisterResourceProviderServer(s, p)
	fmt.Println(l.Addr().(*net.TCPAddr).Port) // how a plugin tells its host where it is
	return s.Serve(l)
}

func main() {
	if err := serve(); err != nil {
		log.Fatal(err)
	}
}
