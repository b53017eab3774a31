package terraform

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
	"github.com/sstc/sstc/emit"
	"github.com/sstc/sstc/internal/tfcheck"
)

// leftOut are types that cannot have everything set. Statements contain
// statements, without end in Pulumi and down to a depth in Terraform; and some
// types require what the Pulumi type does not have.
var leftOut = []string{
	"aws:wafv2/ruleGroup:RuleGroup", "aws:wafv2/webAcl:WebAcl",
	"cloudflare:index/streamWatermark:StreamWatermark",
	"datadog:index/appKeyRegistration:AppKeyRegistration", "datadog:index/onCallTeamRoutingRules:OnCallTeamRoutingRules",
}

// common are the modules that SST's components use, which are put before the
// real terraform; SSTC_FULL=1 does so with all, in some minutes.
var common = []string{
	"acm", "apigateway", "apigatewayv2", "appautoscaling", "appsync", "cloudfront", "cloudwatch", "cognito", "dsql", "dynamodb", "ec2", "ecs",
	"efs", "elasticache", "iam", "iot", "kinesis", "lambda", "lb", "opensearch", "rds", "route53", "s3", "scheduler", "secretsmanager",
	"servicediscovery", "sesv2", "sfn", "sns", "sqs", "ssm",
}

// Every resource type and data source of every package with a schema takes
// everything that can be set, with no error.
func TestEveryType(t *testing.T) {
	for _, pkg := range schema.PulumiPackages() {
		t.Run(pkg, func(t *testing.T) {
			var real []*ir.Program
			for _, module := range append([]string{""}, schema.PulumiModules(pkg)...) {
				p := everyType(pkg, module)
				if len(p.Resources)+len(p.Invokes) == 0 {
					continue
				}
				if _, diags := (Emitter{}).Emit(p, emit.Options{}); diags.HasErrors() {
					t.Error(render(slices.DeleteFunc(diags, func(d *diag.Diagnostic) bool { return d.Severity == diag.Warning })))
				}
				if os.Getenv("SSTC_FULL") != "" {
					real = append(real, p)
				} else if pkg == "aws" && slices.Contains(common, module) && !testing.Short() {
					if real == nil {
						real = []*ir.Program{{App: app(), Dialect: ir.Pulumi, Assets: p.Assets}}
					}
					real[0].Resources = append(real[0].Resources, p.Resources...)
				}
			}
			for _, p := range real {
				files, _ := Emitter{}.Emit(p, emit.Options{})
				dir := t.TempDir()
				for _, f := range files {
					if err := os.WriteFile(filepath.Join(dir, filepath.Base(f.Path)), f.Content, 0o666); err != nil {
						t.Fatal(err)
					}
				}
				tfcheck.Validate(t, dir)
			}
		})
	}
}

func everyType(pkg, module string) *ir.Program {
	p := &ir.Program{App: app(), Dialect: ir.Pulumi, Assets: []*ir.Asset{packed("A", digestA)}}
	for _, name := range schema.PulumiMembers(pkg, module) {
		token, kind := schema.PulumiMember(pkg, module, name)
		id := id(module + "_" + name)
		switch kind {
		case schema.ResourceMember:
			r := schema.PulumiResource(token)
			if tf := schema.TerraformResource(r.Terraform); tf != nil && !slices.Contains(leftOut, token) {
				p.Resources = append(p.Resources, &ir.Resource{ID: id, Name: name, Type: token, Props: sampleObject(&r.Object, &tf.Object, 12), Range: at(1)})
			}
		case schema.FunctionMember:
			f := schema.PulumiFunction(token)
			if tf := schema.TerraformData(f.Terraform); tf != nil {
				p.Invokes = append(p.Invokes, &ir.Invoke{ID: id, Token: token, Args: sampleObject(&f.Object, &tf.Object, 12), Range: at(1)})
			}
		}
	}
	return p
}

// sampleObject sets every input property, down to a depth. Properties whose
// Terraform name is a guess are left out: Pulumi's schema is newer than
// Terraform's for some providers.
func sampleObject(o, tf *schema.Object, depth int) *ir.Object {
	out := &ir.Object{}
	for _, p := range o.Properties {
		if !p.Input || p.Terraform == "" || p.Guessed {
			continue
		}
		n := 1
		var q *schema.Type
		if x := tf.Property(p.Terraform); x != nil {
			n, q = max(n, x.MinItems), x.Type
		}
		if v := sample(p.Type, q, n, depth); v != nil {
			out.Fields = append(out.Fields, ir.Field{Key: p.Name, Value: v})
		}
	}
	return out
}

// sample makes a value of a type, a list with n elements. It is nil where
// there is none to make.
func sample(t, tf *schema.Type, n, depth int) ir.Value {
	switch t.Kind {
	case schema.Any:
		return ir.String("x")
	case schema.Asset, schema.Archive:
		return ir.AssetRef{Asset: "A", Attr: ir.AssetFile}
	case schema.String:
		if len(t.Enum) > 0 {
			return ir.String(t.Enum[0])
		}
		if tf != nil && tf.Kind == schema.Number {
			return ir.String("1")
		}
		return ir.String("x")
	case schema.Number:
		return ir.Number(1)
	case schema.Bool:
		return ir.Bool(true)
	case schema.List, schema.Set:
		if v := sample(t.Elem, elem(tf), 1, depth); v != nil {
			return ir.List(slices.Repeat([]ir.Value{v}, n))
		}
	case schema.Map:
		if v := sample(t.Elem, elem(tf), 1, depth); v != nil {
			return ir.Obj("key", v)
		}
	case schema.Obj:
		fields := objectOf(tf)
		if fields == nil {
			fields = objectOf(elem(tf))
		}
		if t.Object != nil && depth > 0 {
			return sampleObject(t.Object, fields, depth-1)
		}
	case schema.Union:
		return sample(t.Options[0], tf, n, depth)
	}
	return nil
}
