package translate

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/emit"
	"github.com/sstc/sstc/emit/pulumiyaml"
	"github.com/sstc/sstc/emit/terraform"
	"github.com/sstc/sstc/internal/golden"
	"github.com/sstc/sstc/internal/tfcheck"
)

// Each archive in testdata/templates has the templates of an app's stacks,
// <stack>.json, and what becomes of them: the program, which resources went to
// Cloud Control and why, and the diagnostics. The first stack is the first to
// be deployed. SSTC_UPDATE=1 rewrites what becomes of them.
func TestTemplates(t *testing.T) {
	names, err := filepath.Glob(filepath.Join("testdata", "templates", "*.txtar"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			made := &txtar.Archive{Comment: archive.Comment}
			for _, f := range archive.Files {
				if strings.HasSuffix(f.Name, ".json") {
					made.Files = append(made.Files, f)
				}
			}
			p := programOf(t, made.Files)
			p.Assets = append(p.Assets, Assets(p)...)
			for _, a := range p.Assets {
				a.Digest, a.File = strings.Repeat("0", 64), "assets/0.zip"
			}
			out, diags := ToPulumi(p)
			var said strings.Builder
			for _, d := range diags {
				fmt.Fprintf(&said, "%s: %s\n", d.Code, d.Detail)
			}
			if !diags.HasErrors() {
				for _, d := range emit.CheckPulumi(out) {
					t.Errorf("%s", d.Detail)
				}
				validate(t, out)
				made.Files = append(made.Files, txtar.File{Name: "program.txt", Data: []byte(ir.Print(out))})
			}
			for _, line := range cloudControlled(p) {
				fmt.Fprintln(&said, line)
			}
			if said.Len() > 0 {
				made.Files = append(made.Files, txtar.File{Name: "said.txt", Data: []byte(said.String())})
			}
			got := txtar.Format(made)
			if os.Getenv("SSTC_UPDATE") != "" {
				if err := os.WriteFile(name, got, 0o644); err != nil {
					t.Fatal(err)
				}
			} else if !bytes.Equal(got, txtar.Format(archive)) {
				t.Errorf("%s differs from what the compiler makes now; run with SSTC_UPDATE=1 and read the diff.\ngot:\n%s", name, got)
			}
		})
	}
}

// validate puts the program before terraform.
func validate(t *testing.T, p *ir.Program) {
	files, diags := terraform.Emitter{}.Emit(p, emit.Options{})
	for _, d := range diags {
		if d.Severity == diag.Error {
			t.Errorf("%s", d.Detail)
		}
	}
	if _, diags := (pulumiyaml.Emitter{}).Emit(p, emit.Options{}); diags.HasErrors() {
		t.Errorf("%s", diags[0].Detail)
	}
	if testing.Short() {
		return
	}
	dir := t.TempDir()
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(f.Path)), f.Content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	tfcheck.Validate(t, dir)
}

// cloudControlled says which resources went to Cloud Control although there is
// a row for them, and why.
func cloudControlled(p *ir.Program) []string {
	t := newFromCFN(p)
	t.arrange()
	t.flatten()
	t.decideAll()
	t.prune()
	var lines []string
	for _, e := range t.order {
		if e.native && !e.dropped && len(e.why) > 0 {
			lines = append(lines, fmt.Sprintf("%s (%s): %s", e.res.LogicalID, e.res.Type, strings.Join(e.why, "; ")))
		}
	}
	return lines
}

// programOf reads templates as far as the tests need.
func programOf(t *testing.T, files []txtar.File) *ir.Program {
	t.Helper()
	p := &ir.Program{App: ir.App{Name: "app", Stage: "test", Home: "aws", Region: "eu-west-1"}, Dialect: ir.CFN}
	for _, f := range files {
		text, err := ir.DecodeJSON(string(f.Data))
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		name := strings.TrimSuffix(f.Name, ".json")
		l := &templateReader{p: p, stack: &ir.Stack{ID: name, Name: name}, text: objectIn(text)}
		p.Stacks = append(p.Stacks, l.stack)
		l.read()
	}
	return p
}

type templateReader struct {
	p     *ir.Program
	stack *ir.Stack
	text  *ir.Object
}

func (l *templateReader) id(logical string) string { return alnumID(l.stack.ID) + logical }

func (l *templateReader) fields(section string) []ir.Field {
	var out []ir.Field
	for i := range objectIn(l.text.Get(section)).Len() {
		f := objectIn(l.text.Get(section)).Fields[i]
		out = append(out, ir.Field{Key: f.Key, Value: l.value(f.Value)})
	}
	return out
}

func (l *templateReader) read() {
	s := l.stack
	s.Params, s.Conditions, s.Outputs = l.fields("Parameters"), l.fields("Conditions"), l.fields("Outputs")
	if m := l.text.Get("Mappings"); m != nil {
		s.Sections = []ir.Field{{Key: "Mappings", Value: m}}
	}
	for i := range objectIn(l.text.Get("Resources")).Len() {
		f := objectIn(l.text.Get("Resources")).Fields[i]
		o := objectIn(f.Value)
		r := &ir.Resource{ID: l.id(f.Key), Name: f.Key, LogicalID: f.Key, Stack: s.ID, Type: string(stringIn(o.Get("Type"))), Props: &ir.Object{}}
		for _, a := range o.Fields {
			switch a.Key {
			case "Type":
			case "Properties":
				r.Props = objectIn(l.value(a.Value))
			case "DependsOn":
				list, _ := a.Value.(ir.List)
				if one, ok := a.Value.(ir.String); ok {
					list = ir.List{one}
				}
				for _, d := range list {
					r.Options.DependsOn = append(r.Options.DependsOn, l.id(string(stringIn(d))))
				}
			default:
				r.Options.Attributes = r.Options.Attributes.With(a.Key, l.value(a.Value))
			}
		}
		l.p.Resources = append(l.p.Resources, r)
	}
}

func (l *templateReader) value(v ir.Value) ir.Value {
	switch v := v.(type) {
	case ir.List:
		out := make(ir.List, len(v))
		for i, e := range v {
			out[i] = l.value(e)
		}
		return out
	case *ir.Object:
		if v.Len() == 1 {
			if found := l.function(v.Fields[0].Key, v.Fields[0].Value); found != nil {
				return found
			}
		}
		out := &ir.Object{}
		for _, f := range v.Fields {
			out.Fields = append(out.Fields, ir.Field{Key: f.Key, Value: l.value(f.Value)})
		}
		return out
	}
	return v
}

func (l *templateReader) function(name string, v ir.Value) ir.Value {
	args, _ := v.(ir.List)
	switch name {
	case "Ref":
		return l.ref(string(stringIn(v)))
	case "Condition":
		return ir.Call{Func: ir.FuncCondition, Args: []ir.Value{v}}
	case "Fn::GetAtt":
		if len(args) == 2 {
			return ir.Ref{Resource: l.id(string(stringIn(args[0]))), Attr: string(stringIn(args[1]))}
		}
		logical, attr, _ := strings.Cut(string(stringIn(v)), ".")
		return ir.Ref{Resource: l.id(logical), Attr: attr}
	case "Fn::Sub":
		var parts []any
		rest := string(stringIn(v))
		for rest != "" {
			before, after, _ := strings.Cut(rest, "${")
			parts = append(parts, before)
			inner, tail, _ := strings.Cut(after, "}")
			rest = tail
			if literal, ok := strings.CutPrefix(inner, "!"); ok {
				parts = append(parts, "${"+literal+"}")
			} else if logical, attr, dotted := strings.Cut(inner, "."); dotted {
				parts = append(parts, ir.Ref{Resource: l.id(logical), Attr: attr})
			} else if inner != "" {
				parts = append(parts, l.ref(inner))
			}
		}
		return ir.Concat(parts...)
	case "Fn::Select":
		n, _ := strconv.Atoi(string(stringIn(text(args[0]))))
		return ir.Call{Func: ir.FuncIndex, Args: []ir.Value{l.value(args[1]), ir.Number(n)}}
	}
	fn := map[string]ir.Func{"Fn::Join": ir.FuncJoin, "Fn::Split": ir.FuncSplit, "Fn::Base64": ir.FuncBase64Encode}[name]
	switch {
	case fn != "":
	case strings.HasPrefix(name, "Fn::"):
		fn = ir.Func(name)
	default:
		return nil
	}
	if args == nil {
		args = ir.List{v}
	}
	var given []ir.Value
	for _, a := range args {
		given = append(given, l.value(a))
	}
	return ir.Call{Func: fn, Args: given}
}

func (l *templateReader) ref(name string) ir.Value {
	if pseudo := map[string]string{
		"AWS::AccountId": ir.PseudoAccount, "AWS::Region": ir.PseudoRegion, "AWS::Partition": ir.PseudoPartition, "AWS::URLSuffix": ir.PseudoURLSuffix,
		"AWS::StackName": ir.PseudoStackName, "AWS::StackId": ir.PseudoStackID, "AWS::NoValue": ir.PseudoNoValue,
	}[name]; pseudo != "" {
		return ir.Param{Name: pseudo}
	}
	if objectIn(l.text.Get("Parameters")).Has(name) {
		return ir.Param{Name: l.stack.ParamName(name)}
	}
	return ir.Ref{Resource: l.id(name), Attr: "Ref"}
}

// What the real SST v2 makes of the apps of testdata/sstv2 leaves CloudFormation.
// testdata/leaving.txt says of each app how many resources it has before and
// after, which of them only Cloud Control makes, and what stands in the way.
func TestLeaving(t *testing.T) {
	names, err := filepath.Glob("../../testdata/sstv2/real/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no templates: %v", err)
	}
	var said strings.Builder
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		p := programOf(t, archive.Files)
		p.Assets = append(p.Assets, Assets(p)...)
		out, diags := ToPulumi(p)
		app := strings.TrimSuffix(filepath.Base(name), ".txtar")
		fmt.Fprintf(&said, "%s: %d resources, %d after\n", app, len(p.Resources), len(out.Resources))
		for _, d := range diags {
			fmt.Fprintf(&said, "  %s: %s\n", d.Code, d.Detail)
		}
		if diags.HasErrors() {
			continue
		}
		for _, d := range emit.CheckPulumi(out) {
			t.Errorf("%s: %s", app, d.Detail)
		}
	}
	golden.File(t, "testdata/leaving.txt", []byte(said.String()))
}
