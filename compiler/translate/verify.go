package translate

import (
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
)

// verify sees to it that either provider takes what has been made: an object
// that lacks what Pulumi's requires, or has what the version of Terraform's that
// sstc knows has nothing for, goes to Cloud Control instead.
func (s *splitter) verify(r *ir.Resource) {
	facts := s.pulumi(r.Type)
	if facts == nil {
		return
	}
	var other *schema.Object
	if tf := schema.TerraformResource(facts.Terraform); tf != nil {
		other = &tf.Object
	}
	for _, p := range facts.Properties {
		if p.Required && p.Input && !r.Props.Has(p.Name) && p.Name != "name" {
			s.problem("nothing gives %s", p.Name)
		}
	}
	s.verifyObject(r.Props, &facts.Object, other, "")
}

func (s *splitter) verifyObject(o *ir.Object, pulumi, tf *schema.Object, at string) {
	if at != "" {
		for _, p := range pulumi.Properties {
			if p.Required && !o.Has(p.Name) {
				s.problem("nothing gives %s%s", at, p.Name)
			}
		}
	}
	for _, f := range o.Fields {
		p := pulumi.Property(f.Key)
		if p == nil {
			continue // there would be an error
		}
		var other *schema.Property
		if tf != nil && p.Terraform != "" {
			other = tf.Property(p.Terraform)
			for _, plural := range []bool{false, true} {
				if other == nil && p.Guessed {
					other = tf.Property(schema.RuleTerraformName(p.Name, plural))
				}
			}
			if other == nil {
				s.problem("there is nothing for %s%s in Terraform", at, f.Key)
				continue
			}
		}
		s.verifyValue(f.Value, p, other, at+f.Key+".")
	}
}

func (s *splitter) verifyValue(v ir.Value, p, tf *schema.Property, at string) {
	pulumi := objectOf(p.Type)
	if pulumi == nil || p.Type.Kind == schema.Map {
		return
	}
	var other *schema.Object
	if tf != nil {
		other = objectOf(tf.Type)
	}
	switch v := v.(type) {
	case *ir.Object:
		s.verifyObject(v, pulumi, other, at)
	case ir.List:
		for _, e := range v {
			if o, ok := e.(*ir.Object); ok {
				s.verifyObject(o, pulumi, other, at)
			}
		}
	}
}
