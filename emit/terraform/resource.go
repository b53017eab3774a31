package terraform

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
)

// emit writes the blocks of a target into its file.
func (e *emission) emit(t *target) {
	switch t.kind {
	case brokenTarget, givenTarget, providerTarget:
		return
	case dataTarget:
		e.data.blocks = append(e.data.blocks, e.invokeBlock(t))
		return
	}
	body, comment := e.bodyFor(t.res.Component)
	var blocks []*block
	switch t.kind {
	case readTarget:
		blocks = append(blocks, e.readBlock(t))
	case commandTarget:
		blocks = append(blocks, e.commandBlock(t))
	default:
		blocks = e.resourceBlocks(t)
	}
	first := blocks[0]
	if comment != "" && first.comment != "" {
		comment += "\n\n"
	}
	first.comment = comment + first.comment
	body.blocks = append(body.blocks, blocks...)
}

func (e *emission) resourceBlocks(t *target) []*block {
	b := &block{kind: "resource", labels: []string{t.tfType, t.name}}
	e.providerArgument(b, t.res.Options.Provider)
	props, archive := e.localAsset(e.retained(t, b, t.res.Props))
	c := context{t: t}
	e.fill(&b.body, c, props, t.pulumiObject(), t.tfObject())
	if archive != nil {
		b.attr("filename", localFile(archive))
		b.attr("source_code_hash", call{"filebase64sha256", []expr{localFile(archive)}})
	}
	e.generatedName(t, b)
	slices.SortStableFunc(b.attrs, func(x, y item) int { return cmp.Compare(rank(t, x.key), rank(t, y.key)) })
	e.required(&b.body, c, t.tfObject())
	before, after := e.options(t, b)
	return append(append(before, b), after...)
}

// rank puts a resource's own name first and its tags last, as people do. The
// other arguments stay in the order of the program.
func rank(t *target, name string) int {
	name = strings.TrimSuffix(name, "_prefix")
	noun, isName := strings.CutSuffix(name, "_name")
	switch {
	case name == "name", name == "identifier", name == "cluster_identifier", isName && strings.HasSuffix(t.tfType, "_"+noun), t.tfType == "aws_s3_bucket" && name == "bucket":
		return 0
	case name == "tags":
		return 2
	}
	return 1
}

func (t *target) pulumiObject() *schema.Object {
	if t.pulumi == nil {
		return nil
	}
	return &t.pulumi.Object
}

func (t *target) tfObject() *schema.Object {
	if t.tf == nil {
		return nil
	}
	return &t.tf.Object
}

func (e *emission) invokeBlock(t *target) *block {
	b := &block{kind: "data", labels: []string{t.tfType, t.name}}
	e.providerArgument(b, t.inv.Provider)
	c := context{t: t}
	e.fill(&b.body, c, t.inv.Args, t.pulumiObject(), t.tfObject())
	e.required(&b.body, c, t.tfObject())
	b.last = e.dependsOn(t, t.inv.DependsOn)
	return b
}

// An argument is a property on its way into a body: its Terraform name, and
// what the schemas say of it.
type argument struct {
	c      context
	name   string
	value  ir.Value
	pulumi *schema.Property // nil if unknown
	tf     *schema.Property // nil if unknown
}

// arguments finds the Terraform arguments of an object's fields. from and to
// are nil where nothing is known.
func (e *emission) arguments(c context, o *ir.Object, from, to *schema.Object) []argument {
	if o == nil {
		return nil
	}
	args := make([]argument, 0, len(o.Fields))
	for _, f := range o.Fields {
		if _, null := f.Value.(ir.Null); null {
			continue
		}
		a := argument{value: f.Value}
		if from != nil {
			if a.pulumi = from.Property(f.Key); a.pulumi == nil {
				continue // reported by emit.CheckPulumi
			}
			a.name = a.pulumi.Terraform
		} else {
			a.name = schema.RuleTerraformName(f.Key, false)
		}
		if a.name == "" {
			e.invalid2(c, diag.NotInTerraform, "Not available in Terraform",
				fmt.Sprintf("sets %q, which the Terraform provider does not have.", f.Key))
			continue
		}
		a.c = c.in(a.name)
		if to != nil {
			if a.tf = to.Property(a.name); a.tf == nil && a.pulumi != nil && a.pulumi.Guessed {
				// A rule made the name, and cannot know whether it is a plural.
				for _, name := range []string{schema.RuleTerraformName(f.Key, false), schema.RuleTerraformName(f.Key, true)} {
					if a.tf == nil && to.Property(name) != nil {
						a.name, a.tf = name, to.Property(name)
						a.c = c.in(name)
					}
				}
			}
			if a.tf == nil && a.pulumi != nil && a.pulumi.Guessed {
				e.invalid2(c, diag.NotInTerraform, "Not available in Terraform",
					fmt.Sprintf("sets %q, which Terraform's provider does not have in the version that sstc knows, %s.", f.Key, e.providerVersion(c)))
				continue
			}
			if a.tf == nil {
				e.invalid2(c, diag.InvalidProperty, "Unsupported argument",
					fmt.Sprintf("sets %q, which is %q in Terraform. The provider has no such argument.%s",
						f.Key, a.c.path, diag.Suggest(a.name, to.Names(func(p *schema.Property) bool { return p.Input }))))
				continue
			}
			if !a.tf.Input {
				e.invalid2(c, diag.InvalidProperty, "Unsupported argument",
					fmt.Sprintf("sets %q, which is %q in Terraform. Only the provider can set it.", f.Key, a.c.path))
				continue
			}
		}
		args = append(args, a)
	}
	return args
}

func (e *emission) providerVersion(c context) string {
	if c.t != nil && c.t.pkg != nil {
		return c.t.pkg.version
	}
	return "of the schema"
}

func hasObjects(v ir.Value) bool {
	switch v := v.(type) {
	case *ir.Object:
		return true
	case ir.List:
		for _, x := range v {
			if hasObjects(x) {
				return true
			}
		}
	}
	return false
}

func (a argument) pulumiType() *schema.Type {
	if a.pulumi == nil {
		return nil
	}
	return a.pulumi.Type
}

func (a argument) tfType() *schema.Type {
	if a.tf == nil {
		return nil
	}
	return a.tf.Type
}

// flat reports whether Terraform has a list around what Pulumi has as it is.
func (a argument) flat() bool {
	if a.pulumi != nil && a.pulumi.Flat {
		return true
	}
	// The schemas may be of different versions: go by the shape too.
	if a.tf == nil || a.tf.Type.Kind != schema.List && a.tf.Type.Kind != schema.Set {
		return false
	}
	_, isObject := a.value.(*ir.Object)
	return isObject
}

// expr is the argument's value as an attribute's.
func (a argument) expr(e *emission) expr {
	if a.flat() {
		if _, isList := a.value.(ir.List); !isList {
			return list{e.value(a.c, a.value, a.pulumiType(), elem(a.tfType()))}
		}
	}
	return e.value(a.c, a.value, a.pulumiType(), a.tfType())
}

// fill writes an object's fields into a body, as attributes and blocks.
func (e *emission) fill(b *body, c context, o *ir.Object, from, to *schema.Object) {
	for _, a := range e.arguments(c, o, from, to) {
		switch e.style(a) {
		case asBlock:
			e.blocks(b, a)
		default:
			b.attr(a.name, a.expr(e))
		}
	}
}

type style int

const (
	asAttribute style = iota
	asBlock
)

// blockPackages are packages without a Terraform schema here whose provider is
// of the older kind, that has blocks.
var blockPackages = map[string]bool{"auth0": true, "hcloud": true, "mysql": true, "stripe": true, "upstash": true}

// style says how an argument is written. Besides blocks proper, attributes
// that are a list of an object type may be written as blocks, and people do so;
// an empty list is an attribute still, because it means "none" there, which
// is not the same as leaving it out.
func (e *emission) style(a argument) style {
	switch {
	case a.tf != nil && a.tf.Block:
		return asBlock
	case a.tf != nil:
		t := a.tf.Type
		if t.Kind != schema.List && t.Kind != schema.Set || t.Elem.Kind != schema.Obj || t.Elem.Object == nil || t.Elem.Object.Name != "" {
			return asAttribute
		}
		if l, ok := a.value.(ir.List); ok && len(l) > 0 && allObjects(l) {
			return asBlock
		}
		if _, ok := a.value.(*ir.Object); ok {
			return asBlock
		}
	case a.c.t != nil && a.c.t.pkg != nil && blockPackages[a.c.t.pkg.name] && hasObjects(a.value):
		if t := a.pulumiType(); t == nil || t.Kind != schema.Map {
			return asBlock
		}
	}
	return asAttribute
}

func allObjects(l ir.List) bool {
	for _, x := range l {
		if _, ok := x.(*ir.Object); !ok {
			return false
		}
	}
	return true
}

// blocks writes an argument as blocks.
func (e *emission) blocks(b *body, a argument) {
	from, to := objectOf(a.pulumiType()), objectOf(a.tfType())
	if from == nil {
		from = objectOf(elemOf(a.pulumiType()))
	}
	if to == nil {
		to = objectOf(elem(a.tfType()))
	}
	var objects ir.List
	switch v := a.value.(type) {
	case *ir.Object:
		if a.tf != nil && a.tf.Type.Kind == schema.Map {
			for _, f := range v.Fields {
				if o, ok := f.Value.(*ir.Object); ok {
					n := b.block(a.name, f.Key)
					e.fill(&n.body, a.c, o, from, to)
					e.required(&n.body, a.c, to)
				}
			}
			return
		}
		objects = ir.List{v}
	case ir.List:
		objects = v
	default:
		e.dynamicBlock(b, a, to)
		return
	}
	if a.tf != nil && a.tf.MaxItems > 0 && len(objects) > a.tf.MaxItems {
		e.invalid2(a.c, diag.InvalidPropertyValue, "Too many blocks",
			fmt.Sprintf("has %d blocks %q, and Terraform takes %d at most.", len(objects), a.c.path, a.tf.MaxItems))
	}
	if a.tf != nil && len(objects) > 0 && len(objects) < a.tf.MinItems {
		e.invalid2(a.c, diag.MissingProperty, "Too few blocks",
			fmt.Sprintf("has %d blocks %q, and Terraform wants %d.", len(objects), a.c.path, a.tf.MinItems))
	}
	for _, v := range objects {
		switch o := v.(type) {
		case *ir.Object:
			n := b.block(a.name)
			e.fill(&n.body, a.c, o, from, to)
			e.required(&n.body, a.c, to)
		case ir.Null:
		case ir.String, ir.Number, ir.Bool, ir.List, ir.Join:
			e.wrongType(a.c, "a value that is no object", "blocks")
		default:
			one := a
			one.value = ir.List{o}
			e.dynamicBlock(b, one, to)
		}
	}
}

// dynamicBlock writes a block for each element of a list that is known only
// at deployment.
func (e *emission) dynamicBlock(b *body, a argument, to *schema.Object) {
	unknown := a.value
	single := false
	if l, ok := unknown.(ir.List); ok {
		unknown, single = l[0], true
	}
	fail := func() {
		e.invalid2(a.c, diag.NotInTerraform, "Not available in Terraform",
			fmt.Sprintf("has a value at %q that is known only at deployment, where Terraform has blocks.", a.c.path))
	}
	switch unknown.(type) {
	case ir.Ref, ir.Call:
	default:
		fail()
		return
	}
	p, ok := e.traverse(a.c, unknown)
	if !ok {
		return
	}
	source := objectOf(p.tf)
	if source == nil {
		source = objectOf(elem(p.tf))
	} else {
		single = true
	}
	if source == nil || to == nil {
		fail()
		return
	}
	d := b.block("dynamic", a.name)
	switch {
	case p.list != "":
		d.attr("for_each", raw(p.list))
	case single:
		d.attr("for_each", list{raw(p.text)})
	default:
		d.attr("for_each", raw(p.text))
	}
	content := d.block("content")
	for _, q := range to.Properties {
		s := source.Property(q.Name)
		if !q.Input || s == nil {
			continue
		}
		if q.Block {
			fail()
			return
		}
		content.attr(q.Name, raw(a.name+".value."+q.Name))
	}
}

// required reports what a body lacks.
func (e *emission) required(b *body, c context, to *schema.Object) {
	if to == nil || to.Name == "" && c.path != "" {
		return // of an object type written as a block, what is left out is null
	}
	for _, p := range to.Properties {
		if p.Required && !b.has(p.Name) {
			e.missing(c, p)
		}
	}
}

func (e *emission) missing(c context, p *schema.Property) {
	e.invalid2(c, diag.MissingProperty, "Missing argument",
		fmt.Sprintf("has no %q, which Terraform requires.", c.in(p.Name).path))
}

// localAsset returns the properties of a function or layer without its place
// in a bucket, and its archive, if that is to be a file beside the templates.
func (e *emission) localAsset(props *ir.Object) (*ir.Object, *ir.Asset) {
	key, ok := props.Get("s3Key").(ir.AssetRef)
	if !e.opts.LocalAssets || !ok || key.Attr != ir.AssetKey || e.assets[key.Asset] == nil {
		return props, nil
	}
	for _, name := range []string{"s3Bucket", "s3Key", "s3ObjectVersion", "sourceCodeHash"} {
		props = props.With(name, nil)
	}
	return props, e.assets[key.Asset]
}

// generatedName names a resource that the program left without a name, where
// Pulumi would have made one from the logical name and random digits. Where
// the provider can add the digits, it is told to; else they are made from the
// app, the stage and the ID.
func (e *emission) generatedName(t *target, b *block) {
	if t.tf == nil || t.pulumi == nil {
		return
	}
	base := strings.Map(func(r rune) rune {
		if r < 0x80 && (isLowerOrDigit(byte(r)) || r >= 'A' && r <= 'Z' || r == '-' || r == '_') {
			return r
		}
		return '-'
	}, t.res.Name)
	for _, p := range t.tf.Properties {
		if p.Type.Kind != schema.String || !p.Input || b.has(p.Name) || !isNameArgument(p.Name) {
			continue
		}
		lower := lowerNames[p.Name] || lowerNameType(t.tfType)
		if lower {
			base = strings.ToLower(base)
		}
		prefix := t.tf.Property(p.Name + "_prefix")
		switch {
		case prefix != nil && prefix.Input && !shortPrefix[t.tfType]:
			if !b.has(prefix.Name) {
				b.front(prefix.Name, text(clip(base, 30)+"-"))
			}
		case p.Name == "key" && p.Required && strings.HasPrefix(t.tfType, "aws_s3_"):
			b.front("key", text(t.res.Name)) // Pulumi adds no digits to an object's key
		case p.Required && p.Name != "key", shortPrefix[t.tfType] && p.Name == "name" && !b.has("name_prefix"):
			if q := t.pulumiOf(p.Name); q != nil && q.Required {
				continue // there is no default in Pulumi either
			}
			b.front(p.Name, text(clip(base, 24)+"-"+shortHash(e.p.App.Name+"/"+e.p.App.Stage+"/"+t.id)))
		}
	}
}

// pulumiOf is the Pulumi property of a Terraform argument, or nil.
func (t *target) pulumiOf(name string) *schema.Property {
	for _, p := range t.pulumi.Properties {
		if p.Terraform == name {
			return p
		}
	}
	return nil
}

// isNameArgument reports whether an argument may be one that Pulumi fills with
// a name of its own making.
func isNameArgument(name string) bool {
	return name == "name" || name == "key" || strings.HasSuffix(name, "_name") || lowerNames[name]
}

// lowerNames are arguments whose value must be in lower case.
var lowerNames = map[string]bool{
	"bucket": true, "cluster_id": true, "cluster_identifier": true, "domain_name": true, "identifier": true,
	"replication_group_id": true,
}

func lowerNameType(tfType string) bool {
	for _, prefix := range []string{"aws_db_", "aws_docdb_", "aws_elasticache_", "aws_neptune_", "aws_rds_", "aws_redshift_"} {
		if strings.HasPrefix(tfType, prefix) {
			return true
		}
	}
	return false
}

// shortPrefix are types that take a name_prefix of six characters at most,
// which would say nothing.
var shortPrefix = map[string]bool{"aws_alb": true, "aws_alb_target_group": true, "aws_elb": true, "aws_lb": true, "aws_lb_target_group": true}

func clip(s string, n int) string { return s[:min(len(s), n)] }

// front puts an attribute before all others.
func (b *body) front(name string, v expr) {
	b.attrs = append([]item{{name, v}}, b.attrs...)
}
