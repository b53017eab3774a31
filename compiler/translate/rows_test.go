package translate

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
	"github.com/sstc/sstc/internal/golden"
)

// The tables name only what the schemas have, and the goldens show, property by
// property, what the rule of equal names made of the rest.
func TestRows(t *testing.T) {
	goldens := map[string]*strings.Builder{}
	seen := map[string]bool{}
	for _, table := range tables {
		for i := range table {
			r := &table[i]
			if seen[r.pulumi] {
				t.Errorf("%s has two rows", r.pulumi)
			}
			seen[r.pulumi] = true
			pulumi := schema.PulumiResource(r.pulumi)
			if pulumi == nil || pulumi.Type != r.pulumi {
				t.Errorf("%s is not a Pulumi type", r.pulumi)
				continue
			}
			service := strings.Split(strings.Split(r.pulumi, ":")[1], "/")[0]
			g := goldens[service]
			if g == nil {
				g = &strings.Builder{}
				goldens[service] = g
			}
			c := rowCheck{t: t, row: r, out: g, used: map[string]bool{}, reached: map[string]bool{}}
			for _, token := range strings.Fields(r.also) {
				if other := schema.PulumiResource(token); other == nil || len(other.Properties) != len(pulumi.Properties) {
					t.Errorf("%s has other properties than %s", token, r.pulumi)
				}
			}
			fmt.Fprintf(g, "%s = %s", r.pulumi, r.cfn)
			if r.fold != "" {
				fmt.Fprintf(g, " of %s", r.fold)
			}
			g.WriteByte('\n')
			c.row0(pulumi)
			g.WriteByte('\n')
		}
	}
	for service, g := range goldens {
		golden.File(t, filepath.Join("testdata", "rows", service+".txt"), []byte(g.String()))
	}
	files, _ := filepath.Glob(filepath.Join("testdata", "rows", "*.txt"))
	for _, f := range files {
		if goldens[strings.TrimSuffix(filepath.Base(f), ".txt")] == nil {
			t.Errorf("%s is the golden of no service", f)
		}
	}
}

type rowCheck struct {
	t       *testing.T
	row     *row
	out     *strings.Builder
	used    map[string]bool // keys of the row that a property was found for
	reached map[string]bool // CloudFormation properties at the top, and at within
}

func (c *rowCheck) row0(pulumi *schema.Resource) {
	r := c.row
	cfn := schema.CloudFormation(r.cfn)
	if cfn == nil {
		if r.cfn != "" {
			c.t.Errorf("%s: %s is not a CloudFormation type", r.pulumi, r.cfn)
		}
		if r.prepare == nil && r.variant == nil {
			c.t.Errorf("%s: a row without a CloudFormation type needs code", r.pulumi)
		}
		return
	}
	tr := newTranslator(&ir.Program{})
	root := tr.root(r)
	if root == nil {
		c.t.Errorf("%s: %s has no list %s", r.pulumi, r.cfn, r.within)
		return
	}
	m := newMapping(r, "", &pulumi.Object, root)
	c.mapping(m, "  ", nil)
	for _, keys := range [][]string{keysOf(r.names), keysOf(r.forms), keysOf(r.implied), keysOf(r.why), words(r.ignored), words(r.dropped)} {
		for _, k := range keys {
			if !c.used[k] {
				c.t.Errorf("%s: no property %q", r.pulumi, k)
			}
		}
	}
	if r.fold != "" && pulumi.Property(r.fold) == nil {
		c.t.Errorf("%s: no property %q to fold by", r.pulumi, r.fold)
	}
	if r.prepare == nil && r.finish == nil && !r.isPart() {
		for _, p := range root.Properties {
			if p.Required && p.Input && !c.reached[p.Name] {
				c.t.Errorf("%s: nothing gives %s.%s, which is required", r.pulumi, r.cfn, p.Name)
			}
		}
	}
	var attrs []string
	for _, k := range keysOf(r.attrs) {
		first, _, _ := strings.Cut(k, ".")
		if p := pulumi.Property(first); first != "id" && (p == nil || !p.Output) {
			c.t.Errorf("%s has no attribute %q", r.pulumi, first)
		}
		c.expression(cfn, r.attrs[k])
		attrs = append(attrs, fmt.Sprintf("  .%s = %s\n", k, r.attrs[k]))
	}
	for k := range r.computed {
		first, _, _ := strings.Cut(k, ".")
		if p := pulumi.Property(first); p == nil || !p.Output {
			c.t.Errorf("%s has no attribute %q", r.pulumi, first)
		}
		attrs = append(attrs, fmt.Sprintf("  .%s = (code)\n", k))
	}
	for _, v := range r.literals {
		c.expression(cfn, v)
	}
	// The rest of what Pulumi can read, by the rule.
	for _, p := range pulumi.Properties {
		if !p.Output || p.Input || p.Name == "tagsAll" || r.attrs[p.Name] != "" || r.computed[p.Name] != nil {
			continue
		}
		to := "?"
		if p.Name == "id" {
			to = "Ref"
		} else if o := outputNamed(cfn, p.Name); o != nil {
			to = o.Name
		}
		attrs = append(attrs, fmt.Sprintf("  .%s = %s\n", p.Name, to))
	}
	slices.Sort(attrs)
	for _, a := range attrs {
		c.out.WriteString(a)
	}
}

func (c *rowCheck) mapping(m *mapping, indent string, above []*schema.Object) {
	if m.pulumi == nil || slices.Contains(above, m.pulumi) && slices.Contains(above, m.cfn) {
		return
	}
	above = append(slices.Clone(above), m.pulumi, m.cfn)
	for _, p := range m.pulumi.Properties {
		if m.path == "" && (!p.Input || p.Name == "region" && c.row.names["region"] == "" || p.Name == c.row.fold) {
			if p.Name == "region" || p.Name == c.row.fold {
				continue
			}
			if !p.Input {
				continue
			}
		}
		f := m.field(p.Name)
		c.used[f.key] = true
		if m.cfn != nil {
			c.used[m.cfn.Name+":"+p.Name] = true
		}
		note := ""
		if f.form != nil {
			note = " (form)"
		}
		if f.implied != nil {
			note += fmt.Sprintf(" unless %v", f.implied)
		}
		switch f.kind {
		case fieldIgnored:
			fmt.Fprintf(c.out, "%s%s ignored%s\n", indent, p.Name, note)
		case fieldDropped:
			fmt.Fprintf(c.out, "%s%s dropped%s\n", indent, p.Name, note)
		case fieldInline:
			fmt.Fprintf(c.out, "%s%s > .%s\n", indent, p.Name, note)
			c.mapping(f.sub, indent+"  ", above)
		case fieldUnknown:
			if f.path != nil {
				c.t.Errorf("%s: %s has no property %s", c.row.pulumi, c.row.cfn, strings.Join(f.path, "."))
			}
			if r := c.row; r.prepare == nil || m.path != "" {
				fmt.Fprintf(c.out, "%s%s ?%s\n", indent, p.Name, note)
			} else {
				fmt.Fprintf(c.out, "%s%s ? or code%s\n", indent, p.Name, note)
			}
		case fieldMapped:
			if m.path == "" {
				c.reached[f.path[0]] = true
			}
			fmt.Fprintf(c.out, "%s%s > %s%s\n", indent, p.Name, strings.Join(f.path, "."), note)
			if f.form == nil {
				if why := convertible(f.from, f.to); why != "" {
					c.t.Errorf("%s: %s: %s", c.row.pulumi, f.key, why)
				}
			}
			if objectOf(f.from) != nil && objectOf(f.to) != nil {
				c.mapping(f.objects(c.row), indent+"  ", above)
			}
		}
	}
}

// The names that these types had before version 7 of Pulumi's provider lead to
// the same rows.
func TestOldTokens(t *testing.T) {
	for _, old := range []string{
		"aws:s3/bucketVersioningV2:BucketVersioningV2",
		"aws:s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2",
		"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
		"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
		"aws:s3/bucketV2:BucketV2",
		"aws:alb/listener:Listener",
	} {
		r := schema.PulumiResource(old)
		if r == nil || rowOf(r.Type) == nil {
			t.Errorf("%s has no row", old)
		}
	}
}

// convertible says why values of type from cannot become values of type to
// without a form; "" if they can.
func convertible(from, to *schema.Type) string {
	if from == nil || to == nil {
		return ""
	}
	if from.Kind == schema.Map && to.Kind == schema.List && pairKey(to.Elem) != "" {
		return ""
	}
	from, to = lone(from), lone(to)
	switch {
	case to.Kind == schema.Union:
		return ""
	case to.Kind == schema.Any:
		if o := objectOf(from); from.Kind != schema.Union && o != nil && len(o.Properties) > 0 {
			return "an object's property names would go into a document as they are; give it a form"
		}
		return ""
	case from.Kind == schema.Any:
		return ""
	case to.Kind == schema.Obj:
		if from.Kind == schema.Obj {
			return ""
		}
		return fmt.Sprintf("%s cannot become an object %s", from.Kind, to.Object.Name)
	case to.Kind == schema.Map:
		if from.Kind == schema.Map {
			return convertible(from.Elem, to.Elem)
		}
		return fmt.Sprintf("%s cannot become a map", from.Kind)
	case from.Kind == schema.Map:
		return fmt.Sprintf("a map cannot become %s", to.Kind)
	case from.Kind == schema.Obj:
		return fmt.Sprintf("an object cannot become %s", to.Kind)
	case from.Kind == schema.Asset || from.Kind == schema.Archive:
		return "an asset needs a form"
	}
	return ""
}

// lone takes lists away, since one element and a list of it become each other.
func lone(t *schema.Type) *schema.Type {
	for t.Kind == schema.List || t.Kind == schema.Set {
		t = t.Elem
	}
	return t
}

func (c *rowCheck) expression(cfn *schema.Resource, expr string) {
	names := []string{expr}
	if strings.Contains(expr, "{") {
		names = nil
		for _, piece := range strings.Split(expr, "{")[1:] {
			name, _, _ := strings.Cut(piece, "}")
			names = append(names, name)
		}
	}
	for _, n := range names {
		prop, own := strings.CutPrefix(n, "=")
		p := cfn.Property(prop)
		switch {
		case n == "Ref", strings.HasPrefix(n, "aws:"):
		case own && (p == nil || !p.Input):
			c.t.Errorf("%s: %s has no property %q", c.row.pulumi, cfn.Type, prop)
		case !own && (p == nil || !p.Output):
			c.t.Errorf("%s: %s has no attribute %q", c.row.pulumi, cfn.Type, n)
		}
	}
}

func keysOf[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func words(s string) []string { return strings.Fields(s) }
