package translate

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
	"github.com/sstc/sstc/emit"
)

// Every property that a row carries over comes out with a type that
// CloudFormation takes: each type is made with a value for every property that
// has a counterpart, to any depth, and the result is checked against
// CloudFormation's schema.
func TestSamples(t *testing.T) {
	for _, table := range tables {
		for i := range table {
			r := &table[i]
			if r.cfn == "" {
				continue // all code, tested by example
			}
			t.Run(strings.ReplaceAll(r.pulumi, "/", "."), func(t *testing.T) { testSample(t, r) })
		}
	}
}

func testSample(t *testing.T, r *row) {
	tr := newTranslator(&ir.Program{})
	facts := schema.PulumiResource(r.pulumi)
	s := sampler{row: r}
	props := s.object(newMapping(r, "", &facts.Object, tr.root(r)), nil)
	p := &ir.Program{App: ir.App{Name: "app", Stage: "test", Region: "eu-west-1"}, Dialect: ir.Pulumi}
	if r.fold != "" {
		target := targetOf(r)
		p.Resources = append(p.Resources, &ir.Resource{ID: "Target", Name: "Target", Type: target})
		props = props.With(r.fold, ir.Ref{Resource: "Target", Attr: "id"})
	} else if r.foldBy != nil {
		return // finds its target by properties; tested by example
	}
	p.Resources = append(p.Resources, &ir.Resource{ID: "Sample", Name: "Sample", Type: r.pulumi, Props: props})
	out, diags := ToCFN(p)
	for _, d := range diags {
		if d.Severity == diag.Error && d.Code != diag.UnknownValue {
			t.Errorf("%s", d.Detail)
		}
	}
	if r.fold != "" {
		// The target has no properties of its own, some of which are required.
		for _, res := range out.Resources {
			res.Props = withRequired(res)
		}
	}
	for _, d := range emit.CheckCFN(out) {
		if strings.Contains(d.Detail, "is not one of its values") {
			continue // the samples of strings mean nothing
		}
		if d.Code == diag.MissingProperty && (len(r.forms) > 0 || r.prepare != nil || strings.HasPrefix(r.cfn, "AWS::WAFv2")) {
			continue // not sampled; and WAF's statements stop where Pulumi's types do
		}
		t.Errorf("%s", d.Detail)
	}
}

// targetOf returns a Pulumi type that makes a resource of the type that r is
// folded into.
func targetOf(r *row) string { return rowOfCFN(r.cfn).pulumi }

func withRequired(r *ir.Resource) *ir.Object {
	props := r.Props
	for _, p := range schema.CloudFormation(r.Type).Properties {
		if p.Required && p.Input && !props.Has(p.Name) {
			props = props.With(p.Name, example(p.Type, nil))
		}
	}
	return props
}

// A sampler makes values for the properties that a row carries over by the
// tables alone.
type sampler struct{ row *row }

func (s sampler) object(m *mapping, above []*schema.Object) *ir.Object {
	o := &ir.Object{}
	if m.pulumi == nil || slices.Contains(above, m.cfn) && len(above) > 6 {
		return o
	}
	above = append(slices.Clone(above), m.cfn)
	for _, p := range m.pulumi.Properties {
		if m.path == "" && (!p.Input || p.Name == "region") {
			continue
		}
		f := m.field(p.Name)
		if s.row.prepare != nil && m.path == "" && f.kind == fieldUnknown || f.form != nil {
			continue
		}
		switch f.kind {
		case fieldInline:
			o = o.With(p.Name, s.object(f.sub, above))
		case fieldMapped:
			o = o.With(p.Name, s.value(f, f.from, f.to, above))
		}
	}
	return o
}

func (s sampler) value(f *field, from, to *schema.Type, above []*schema.Object) ir.Value {
	switch from.Kind {
	case schema.List:
		return ir.List{s.value(f, from.Elem, elem(to), above)}
	case schema.Map:
		return ir.Obj("key", s.value(f, from.Elem, elem(to), above))
	case schema.Obj:
		if objectOf(to) != nil {
			return s.object(f.objects(s.row), above)
		}
		return ir.Obj()
	case schema.Union:
		return s.value(f, from.Options[0], to, above)
	case schema.String:
		if to != nil && len(to.Enum) > 0 {
			return ir.String(to.Enum[0])
		}
		switch kind := lone(pick(to, ir.String(""))).Kind; kind {
		case schema.Any:
			return ir.String(`{"Version":"2012-10-17"}`)
		case schema.Number:
			return ir.String("7")
		case schema.Bool:
			return ir.String("true")
		}
		return ir.String("text")
	}
	return example(from, above)
}

// example is a value of a type.
func example(t *schema.Type, above []*schema.Object) ir.Value {
	switch t.Kind {
	case schema.Number:
		return ir.Number(1)
	case schema.Bool:
		return ir.Bool(true)
	case schema.List:
		return ir.List{example(t.Elem, above)}
	case schema.Map:
		return ir.Obj("key", example(t.Elem, above))
	case schema.Any:
		return ir.Obj()
	case schema.Union:
		return example(t.Options[0], above)
	case schema.Obj:
		o := &ir.Object{}
		if t.Object == nil || slices.Contains(above, t.Object) {
			return o
		}
		for _, p := range t.Object.Properties {
			if p.Required {
				o = o.With(p.Name, example(p.Type, append(above, t.Object)))
			}
		}
		return o
	case schema.String:
		if len(t.Enum) > 0 {
			return ir.String(t.Enum[0])
		}
		return ir.String("text")
	}
	panic(fmt.Sprintf("no example of %s", t.Kind))
}
