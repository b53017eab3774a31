package terraform

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
)

// holdsData are the types whose loss is a loss of data. What is kept on
// removal in Pulumi is kept from being destroyed in Terraform if it is one of
// these.
var holdsData = map[string]bool{
	"aws_backup_vault":                    true,
	"aws_codecommit_repository":           true,
	"aws_cognito_user_pool":               true,
	"aws_docdb_cluster":                   true,
	"aws_dsql_cluster":                    true,
	"aws_dynamodb_table":                  true,
	"aws_ebs_volume":                      true,
	"aws_ecr_repository":                  true,
	"aws_efs_file_system":                 true,
	"aws_elasticache_replication_group":   true,
	"aws_elasticache_serverless_cache":    true,
	"aws_kinesis_stream":                  true,
	"aws_kms_key":                         true,
	"aws_kms_replica_key":                 true,
	"aws_memorydb_cluster":                true,
	"aws_mq_broker":                       true,
	"aws_msk_cluster":                     true,
	"aws_msk_serverless_cluster":          true,
	"aws_neptune_cluster":                 true,
	"aws_opensearch_domain":               true,
	"aws_opensearchserverless_collection": true,
	"aws_rds_cluster":                     true,
	"aws_rds_global_cluster":              true,
	"aws_db_instance":                     true,
	"aws_redshift_cluster":                true,
	"aws_redshiftserverless_namespace":    true,
	"aws_route53_zone":                    true,
	"aws_s3_bucket":                       true,
	"aws_s3vectors_vector_bucket":         true,
	"aws_secretsmanager_secret":           true,
	"aws_timestreamwrite_database":        true,
	"aws_timestreamwrite_table":           true,
	"cloudflare_d1_database":              true,
	"cloudflare_r2_bucket":                true,
	"cloudflare_workers_kv_namespace":     true,
	"neon_project":                        true,
	"planetscale_branch":                  true,
	"planetscale_database":                true,
	"planetscale_postgres_branch":         true,
	"planetscale_vitess_branch":           true,
	"supabase_project":                    true,
	"turso_database":                      true,
	"upstash_redis_database":              true,
}

// retainedAddresses returns the addresses of the resources that are to be left in
// place when they are removed from the app, in the order of the program. A tool
// that removes them makes Terraform forget them first (terraform state rm).
// Those with skip_destroy need no such care, and are not in it.
func retainedAddresses(p *ir.Program) []string {
	e := newEmission(p, noOptions)
	var out []string
	for _, t := range e.ordered {
		if t.kind == resourceTarget && t.res.Options.RetainOnDelete && !t.skipsDestroy() {
			out = append(out, t.address)
		}
	}
	return out
}

// skipsDestroy reports whether the provider can leave the resource in place.
func (t *target) skipsDestroy() bool {
	return t.tf != nil && t.tf.Property("skip_destroy") != nil && t.pulumiObject().Property("skipDestroy") != nil
}

// retained returns a resource's properties as retainOnDelete wants them, and
// says above the block what it does not do.
func (e *emission) retained(t *target, b *block, props *ir.Object) *ir.Object {
	if !t.res.Options.RetainOnDelete {
		return props
	}
	switch {
	case t.skipsDestroy():
		return props.With("skipDestroy", ir.Bool(true))
	case holdsData[t.tfType]:
		b.comment = "Retained: to remove it from the app, run terraform state rm first."
		if props.Has("forceDestroy") {
			props = props.With("forceDestroy", ir.Bool(false))
		}
	case e.p.App.Removal != "retain-all":
		b.comment = "Retained by Pulumi when it is removed. Terraform deletes it."
	case !e.warnedRetain:
		e.warnedRetain = true // a comment on everything would help nobody
		e.diags.Warn(diag.WeakerInTerraform, diag.Range{}, "Resources are not retained in Terraform",
			`The app's removal is "retain-all". Terraform refuses to destroy what holds data, but deletes other resources that are removed from the app.`)
	}
	return props
}

// createFirst are types that something else goes on using while they are
// replaced, so that the old one cannot be deleted first.
var createFirst = map[string]bool{
	"aws_acm_certificate":         true,
	"aws_api_gateway_deployment":  true,
	"aws_apigatewayv2_deployment": true,
	"aws_launch_configuration":    true,
}

// options writes what a resource's options come to into its block, and
// returns the blocks that belong before and after it.
func (e *emission) options(t *target, b *block) (before, after []*block) {
	o := t.res.Options
	e.timeouts(t, b, o.Timeouts)

	lifecycle := &block{kind: "lifecycle"}
	if createFirst[t.tfType] && !o.DeleteBeforeReplace {
		lifecycle.attr("create_before_destroy", raw("true"))
	}
	if o.Protect || o.RetainOnDelete && holdsData[t.tfType] && !t.skipsDestroy() {
		lifecycle.attr("prevent_destroy", raw("true"))
	}
	if x := e.ignoreChanges(t, o.IgnoreChanges); x != nil {
		lifecycle.attr("ignore_changes", x)
	}
	if r := e.replacement(t, o.ReplaceOnChanges); r != nil {
		before = append(before, r)
		lifecycle.attr("replace_triggered_by", list{raw("terraform_data." + r.labels[1])})
	}
	if len(lifecycle.attrs) > 0 {
		b.blocks = append(b.blocks, lifecycle)
	}
	b.last = e.dependsOn(t, o.DependsOn)

	if o.Version != "" {
		e.ignored(t, fmt.Sprintf("asks for version %q of its provider. A Terraform configuration has one version of a provider, here %s.", o.Version, t.pkg.version))
	}
	after = append(after, e.moved(t, o.Aliases)...)
	if o.Import != "" {
		n := &block{kind: "import"}
		n.attr("to", raw(t.address))
		n.attr("id", text(o.Import))
		after = append(after, n)
	}
	return before, after
}

// ignored warns of an option that has no effect.
func (e *emission) ignored(t *target, what string) {
	e.diags.Warn(diag.WeakerInTerraform, e.rng(t), "Option without effect in Terraform", e.who(t)+" "+what)
}

func (e *emission) timeouts(t *target, b *block, o ir.Timeouts) {
	if o == (ir.Timeouts{}) {
		return
	}
	var allowed *schema.Object
	if t.tf != nil {
		if p := t.tf.Property("timeouts"); p != nil {
			allowed = objectOf(p.Type)
		}
	}
	n := &block{kind: "timeouts"}
	for _, x := range []item{{"create", text(o.Create)}, {"update", text(o.Update)}, {"delete", text(o.Delete)}} {
		value := x.value.(template)[0].text
		switch {
		case value == "":
		case t.tf != nil && allowed.Property(x.key) == nil:
			e.ignored(t, fmt.Sprintf("sets the timeout %q. In Terraform, %s has no such timeout.", x.key, t.tfType))
		default:
			n.attr(x.key, x.value)
		}
	}
	if len(n.attrs) > 0 {
		b.blocks = append(b.blocks, n)
	}
}

// dependsOn lists what has to exist first and is not referred to anyway.
func (e *emission) dependsOn(t *target, ids []string) []item {
	if len(ids) == 0 {
		return nil
	}
	direct := map[*target]bool{t: true}
	note := func(v ir.Value) bool {
		if r, ok := v.(ir.Ref); ok {
			direct[e.targets[r.Resource]] = true
		}
		return true
	}
	if t.res != nil {
		ir.Walk(t.res.Props, note)
		ir.Walk(t.res.Read, note)
	} else {
		ir.Walk(t.inv.Args, note)
	}
	var l list
	add := func(d *target) {
		if direct[d] {
			return
		}
		switch d.kind {
		case resourceTarget, dataTarget, readTarget, commandTarget:
			direct[d] = true
			l = append(l, raw(d.address))
		}
	}
	for _, id := range ids {
		if d := e.targets[id]; d != nil {
			add(d)
		}
	}
	if len(l) == 0 {
		return nil
	}
	return []item{{"depends_on", l}}
}

// ignoreChanges is the value of ignore_changes, nil for none.
func (e *emission) ignoreChanges(t *target, paths []string) expr {
	if slices.Contains(paths, "*") {
		return raw("all")
	}
	var l list
	for _, path := range paths {
		s, ok := e.propertyPath(t, path, "ignoreChanges")
		if ok && !slices.Contains(l, expr(raw(s))) {
			l = append(l, raw(s))
		}
	}
	if len(l) == 0 {
		return nil
	}
	return l
}

// A step of a property path is a name, an index, or "*" for any.
type step struct {
	name  string
	index int // -1 if it is a name
}

// parsePath reads Pulumi's property paths: a.b, a[0], a["b.c"], a[*].
func parsePath(s string) ([]step, bool) {
	var steps []step
	for i := 0; i < len(s); {
		switch s[i] {
		case '.':
			i++
		case '[':
			end := strings.IndexByte(s[i:], ']')
			if end < 0 {
				return nil, false
			}
			in := s[i+1 : i+end]
			if strings.HasPrefix(in, `"`) {
				quoted, err := strconv.QuotedPrefix(s[i+1:])
				if err != nil || !strings.HasPrefix(s[i+1+len(quoted):], "]") {
					return nil, false
				}
				name, _ := strconv.Unquote(quoted)
				steps = append(steps, step{name, -1})
				i += len(quoted) + 2
				continue
			}
			i += end + 1
			if in == "*" {
				steps = append(steps, step{"*", -1})
				continue
			}
			n, err := strconv.Atoi(in)
			if err != nil || n < 0 {
				return nil, false
			}
			steps = append(steps, step{"", n})
		default:
			end := strings.IndexAny(s[i:], ".[")
			if end < 0 {
				end = len(s) - i
			}
			steps = append(steps, step{s[i : i+end], -1})
			i += end
		}
	}
	return steps, len(steps) > 0
}

// propertyPath turns a property path into a traversal of the resource's own
// arguments. Where Terraform cannot go further (into a set, past a wildcard),
// it stops there, so that more is meant rather than less.
func (e *emission) propertyPath(t *target, path, option string) (string, bool) {
	fail := func() (string, bool) {
		e.ignored(t, fmt.Sprintf("has %q in %s. The resource has no such argument in Terraform.", path, option))
		return "", false
	}
	steps, ok := parsePath(path)
	if !ok || steps[0].index >= 0 {
		return fail()
	}
	if t.pulumi == nil {
		return snake(steps[0].name), true
	}
	var out string
	from, to := t.pulumiObject(), t.tfObject()
	var pt, tt *schema.Type
	for i, s := range steps {
		if i > 0 {
			if s.name == "*" || tt == nil || tt.Kind == schema.Set {
				break
			}
			if s.index >= 0 {
				out += fmt.Sprintf("[%d]", s.index)
				pt, tt = elemOf(pt), elem(tt)
				continue
			}
			if tt.Kind == schema.Map {
				out += "[" + string(inline(text(s.name))) + "]"
				break
			}
			from, to = objectOf(pt), objectOf(tt)
		}
		p := from.Property(s.name)
		if p == nil || p.Terraform == "" {
			return fail()
		}
		q := to.Property(p.Terraform)
		if to != nil && q == nil {
			return fail()
		}
		if q != nil && !q.Input {
			return "", false // only the provider sets it: nothing to ignore
		}
		if i > 0 {
			out += "."
		}
		out += p.Terraform
		pt, tt = p.Type, nil
		if q != nil {
			tt = q.Type
		}
		if p.Flat && i+1 < len(steps) && tt != nil && tt.Kind == schema.List {
			out += "[0]"
			tt = tt.Elem
		}
	}
	return out, true
}

// replacement is a terraform_data resource that changes when one of the
// properties does, or nil.
func (e *emission) replacement(t *target, paths []string) *block {
	values := &ir.Object{}
	for _, path := range paths {
		steps, ok := parsePath(path)
		if !ok || steps[0].index >= 0 || steps[0].name == "*" {
			e.ignored(t, fmt.Sprintf("has %q in replaceOnChanges, which Terraform cannot express.", path))
			continue
		}
		// Only what the program sets can change without the provider's doing.
		if v := t.res.Props.Get(steps[0].name); v != nil {
			values = values.With(steps[0].name, v)
		}
	}
	if values.Len() == 0 {
		return nil
	}
	b := &block{kind: "resource", labels: []string{"terraform_data", e.names.name("terraform_data", t.id, t.name+"_replacement")}}
	b.comment = fmt.Sprintf("Replaces %s when it changes.", t.address)
	b.attr("input", e.value(context{t: t, path: "input"}, values, nil, nil))
	return b
}

// moved are the moved blocks for a resource's earlier identities. Each is
// moved to the one before it, because an address can be the destination of one
// move only.
func (e *emission) moved(t *target, aliases []ir.Alias) []*block {
	var out []*block
	to := t.address
	for _, a := range aliases {
		name, token := a.Name, a.Type
		if a.URN != "" {
			// urn:pulumi:<stage>::<app>::<parent type>$<type>::<name>
			parts := strings.SplitN(a.URN, "::", 4)
			if len(parts) < 4 {
				e.ignored(t, fmt.Sprintf("has the alias %q, which is no URN.", a.URN))
				continue
			}
			token, name = parts[2][strings.LastIndexByte(parts[2], '$')+1:], parts[3]
		}
		if token != "" && token != t.token {
			old := schema.PulumiResource(token)
			if old == nil || old.Terraform != t.tfType {
				e.ignored(t, fmt.Sprintf("has an alias of the type %q. Terraform does not move a resource from one type to another.", token))
				continue
			}
		}
		from := t.address
		if name != "" {
			from = t.tfType + "." + snake(e.idLike(t, name))
		}
		if e.names[from] {
			continue // the same as now, or of another resource of the app
		}
		e.names[from] = true
		b := &block{kind: "moved"}
		b.attr("from", raw(from))
		b.attr("to", raw(to))
		out = append(out, b)
		to = from
	}
	return out
}

// idLike is the ID that a resource would have under another name: the same
// change from name to ID.
func (e *emission) idLike(t *target, name string) string {
	keep := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
				return r
			}
			return -1
		}, s)
	}
	id := keep(name)
	if suffix, ok := strings.CutPrefix(strings.ToLower(t.id), strings.ToLower(keep(t.res.Name))); ok && !strings.HasSuffix(strings.ToLower(id), suffix) {
		id += t.id[len(t.id)-len(suffix):]
	}
	return id
}

// commandBlock writes a command:local:Command as a terraform_data resource
// with provisioners. As in Pulumi, a change of anything runs it again.
func (e *emission) commandBlock(t *target) *block {
	c := context{t: t}
	props := t.res.Props
	b := &block{kind: "resource", labels: []string{t.tfType, t.name}}
	triggers := &ir.Object{}
	for _, name := range []string{"create", "update", "environment", "triggers"} {
		if v := props.Get(name); v != nil {
			triggers = triggers.With(name, v)
		}
	}
	b.attr("triggers_replace", e.value(c.in("triggers_replace"), triggers, nil, nil))
	provisioner := func(command expr, when string) {
		p := b.block("provisioner", "local-exec")
		if when != "" {
			p.attr("when", raw(when))
		}
		p.attr("command", command)
		if v := props.Get("dir"); v != nil {
			p.attr("working_dir", e.value(c.in("working_dir"), v, nil, stringType))
		}
		if v := props.Get("interpreter"); v != nil {
			p.attr("interpreter", e.value(c.in("interpreter"), v, nil, &schema.Type{Kind: schema.List, Elem: stringType}))
		}
		if v := props.Get("environment"); v != nil {
			p.attr("environment", e.value(c.in("environment"), v, nil, &schema.Type{Kind: schema.Map, Elem: stringType}))
		}
	}
	for _, f := range []string{"stdin", "archivePaths", "assetPaths", "addPreviousOutputInEnv"} {
		if props.Has(f) {
			e.ignored(t, fmt.Sprintf("sets %q, which Terraform's local-exec does not have.", f))
		}
	}
	if v := props.Get("create"); v != nil {
		provisioner(e.value(c.in("command"), v, nil, stringType), "")
	}
	if v := props.Get("delete"); v != nil {
		if !ir.Known(v) || !ir.Known(props.Get("environment")) || !ir.Known(props.Get("dir")) {
			// A destroy-time provisioner may refer to its own resource only.
			e.diags.Add(diag.NotInTerraform, e.rng(t), "Not available in Terraform",
				e.who(t)+" has a command to run on deletion that depends on values known only at deployment, which Terraform does not allow.")
		} else {
			provisioner(e.value(c.in("command"), v, nil, stringType), "destroy")
		}
	}
	if t.res.Options.Protect {
		b.block("lifecycle").attr("prevent_destroy", raw("true"))
	}
	b.last = e.dependsOn(t, t.res.Options.DependsOn)
	return b
}
