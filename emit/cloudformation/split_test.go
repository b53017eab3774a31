package cloudformation_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/emit"
	"github.com/sstc/sstc/emit/cloudformation"
	"github.com/sstc/sstc/internal/golden"
)

// large makes n components, each a queue, the policy of it, and a parameter
// that names the queue of the component before; and, in no component, a
// parameter with a secret.
func large(n int) *ir.Program {
	p := app()
	for i := range n {
		c := fmt.Sprintf("Jobs%03d", i)
		p.Components = append(p.Components, &ir.Component{ID: c, Name: c, Type: "sst.aws.Queue"})
		before := ir.Value(ir.String("none"))
		var wait []string
		if i > 0 {
			before = ref(fmt.Sprintf("Jobs%03dQueue", i-1), "Arn")
			wait = []string{fmt.Sprintf("Jobs%03dPolicy", i-1)}
		}
		p.Resources = append(p.Resources,
			&ir.Resource{ID: c + "Queue", Name: c, Component: c, Type: "AWS::SQS::Queue"},
			&ir.Resource{ID: c + "Policy", Name: c, Component: c, Type: "AWS::SQS::QueuePolicy", Props: ir.Obj(
				"Queues", ir.List{ref(c+"Queue", "Ref")},
				"PolicyDocument", ir.Obj("Version", "2012-10-17", "Statement", ir.List{ir.Obj(
					"Effect", "Allow", "Principal", ir.Obj("Service", "sns.amazonaws.com"), "Action", "sqs:SendMessage", "Resource", ref(c+"Queue", "Arn"))}))},
			&ir.Resource{ID: c + "Name", Name: c, Component: c, Type: "AWS::SSM::Parameter", Options: ir.Options{DependsOn: wait},
				Props: ir.Obj("Type", "String", "Value", before)})
	}
	p.Params = []*ir.ParamDecl{{Name: "Key", Kind: ir.ParamSecret}}
	p.Resources = append(p.Resources, &ir.Resource{ID: "Loose", Name: "Loose", Type: "AWS::SSM::Parameter", Props: ir.Obj("Type", "String", "Value", ir.Param{Name: "Key"})})
	p.Outputs = []ir.Output{{Name: "last", Value: ref(fmt.Sprintf("Jobs%03dQueue", n-1), "Ref")}}
	return p
}

type template struct {
	Parameters map[string]struct{ Default any }
	Resources  map[string]struct {
		Type       string
		DependsOn  []string
		Properties struct {
			TemplateURL map[string]string
			Parameters  map[string]map[string]any
		}
	}
	Outputs map[string]struct{ Value any }
}

// An app of more than 500 resources becomes nested stacks that get from the
// root all they need, in an order that exists.
func TestNested(t *testing.T) {
	files := emitted(t, large(170))
	templates := map[string]template{} // by name of the stack
	for _, f := range files {
		var tmpl template
		if err := json.Unmarshal(f.Content, &tmpl); err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(f.Path), "shop-dev"), ".json")
		templates[strings.TrimPrefix(name, "-")] = tmpl
	}
	root := templates[""]
	if len(templates) != 172 || len(root.Resources) != 171 {
		t.Fatalf("%d templates, %d nested stacks", len(templates), len(root.Resources))
	}
	golden.File(t, filepath.Join("testdata", "nested", "Jobs001.json"), contentOf(files, "-Jobs001.json"))
	golden.File(t, filepath.Join("testdata", "nested", "Main.json"), contentOf(files, "-Main.json"))

	total := 0
	state := map[string]int{}
	var visit func(name string)
	visit = func(name string) {
		if state[name] == 1 {
			t.Errorf("the nested stack %s waits for itself", name)
		}
		if state[name] != 0 {
			return
		}
		state[name] = 1
		r, child := root.Resources[name], templates[name]
		total += len(child.Resources)
		sum := sha256.Sum256(contentOf(files, "-"+name+".json"))
		if url := r.Properties.TemplateURL["Fn::Sub"]; !strings.HasSuffix(url, "}templates/"+hex.EncodeToString(sum[:])+".json") {
			t.Errorf("%s has the URL %s", name, url)
		}
		for p, decl := range child.Parameters {
			given, ok := r.Properties.Parameters[p]
			if !ok && decl.Default == nil {
				t.Errorf("%s is not given %s", name, p)
			}
			switch {
			case given["Fn::GetAtt"] != nil:
				from := given["Fn::GetAtt"].([]any)
				output := strings.TrimPrefix(from[1].(string), "Outputs.")
				if _, ok := templates[from[0].(string)].Outputs[output]; !ok {
					t.Errorf("%s takes %v, which is no output", name, from)
				}
				visit(from[0].(string))
			case given["Ref"] != nil:
				if _, ok := root.Parameters[given["Ref"].(string)]; !ok {
					t.Errorf("%s takes %v, which is no parameter of the root", name, given["Ref"])
				}
			}
		}
		for p := range r.Properties.Parameters {
			if _, ok := child.Parameters[p]; !ok {
				t.Errorf("%s is given %s, which it does not take", name, p)
			}
		}
		for _, d := range r.DependsOn {
			visit(d)
		}
		state[name] = 2
	}
	for name := range root.Resources {
		visit(name)
	}
	if total != 511 {
		t.Errorf("the nested stacks have %d resources, want 511", total)
	}
	if d := root.Resources["Jobs001"].DependsOn; len(d) != 1 || d[0] != "Jobs000" {
		t.Errorf("Jobs001 depends on %v, want Jobs000", d)
	}
	if _, ok := root.Outputs["last"]; !ok {
		t.Error("the root has no output \"last\"")
	}
}

func contentOf(files []emit.File, suffix string) []byte {
	for _, f := range files {
		if strings.HasSuffix(f.Path, suffix) {
			return f.Content
		}
	}
	return nil
}

// A component with more resources than a stack can hold is divided, and
// components that need each other stay together.
func TestPartition(t *testing.T) {
	p := app()
	p.Components = []*ir.Component{{ID: "A", Name: "A"}, {ID: "B", Name: "B"}, {ID: "Inner", Name: "Inner", Parent: "A"}}
	add := func(id, component string, needs ...string) {
		props := ir.Obj("Type", "String", "Value", "x")
		if len(needs) > 0 {
			props = props.With("Value", ref(needs[0], "Value"))
		}
		p.Resources = append(p.Resources, &ir.Resource{ID: id, Name: id, Component: component, Type: "AWS::SSM::Parameter", Props: props})
	}
	add("A1", "Inner", "B1")
	add("B1", "B", "A2")
	add("A2", "A")
	for i := range 600 {
		add(fmt.Sprintf("X%03d", 599-i), "A", fmt.Sprintf("X%03d", max(0, 599-i-1))) // each needs one that comes later
	}
	p.Resources[len(p.Resources)-1].Props = ir.Obj("Type", "String", "Value", "first")
	files := emitted(t, p)
	if got := strings.Join(paths(files), " "); got != "cloudformation/shop-dev.json cloudformation/shop-dev-A.json cloudformation/shop-dev-A2.json" {
		t.Errorf("files: %s", got)
	}
}

func BenchmarkEmit(b *testing.B) {
	p := large(500)
	cloudformation.Emitter{}.Emit(p, emit.Options{})
	b.ResetTimer()
	for range b.N {
		cloudformation.Emitter{}.Emit(p, emit.Options{})
	}
}
