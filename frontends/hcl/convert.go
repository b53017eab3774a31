package hcl

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower"
	"github.com/sstc/sstc/compiler/lower/arg"
	"github.com/sstc/sstc/compiler/schema"
	"github.com/sstc/sstc/frontends"
)

// This file writes the configuration that a recording is of: blocks for what
// was made. convert_value.go writes values and references, convert_body.go
// arguments, convert_change.go transforms.

// A ConvertedFile is a file of a configuration that was written.
type ConvertedFile struct {
	Name string
	Text []byte
}

// Converted is what [Convert] has written.
type Converted struct {
	// Files are the configuration, sst.config.hcl first.
	Files []ConvertedFile
	// Env are the environment variables that it reads.
	Env []string
	// Diags are warnings of what has no form in HCL, which comments mark.
	Diags diag.List
}

// ConvertArgs are the arguments of [Convert].
type ConvertArgs struct {
	Recording *lower.Recording
	Program   *ir.Program
	// Env are the environment variables that the configuration has read. What
	// is their value is read from them, and not written down.
	Env []EnvVar
	// Single says that all goes into one file; otherwise there is one for each
	// file that something was made in.
	Single bool
}

// An EnvVar is an environment variable.
type EnvVar struct{ Name, Value string }

// Convert writes the configuration that was recorded.
func Convert(args ConvertArgs) Converted {
	c := &converter{
		args: args, handles: map[arg.Handle][]candidate{}, values: map[string][]candidate{},
		roots: map[*lower.Instance]*outBlock{}, taken: map[string]bool{}, fromEnv: map[string]bool{},
		grouping: map[*lower.Instance]string{}, moved: map[*lower.Change][]changed{}, at: args.Recording.App,
	}
	c.plan()
	c.references()
	files := c.files()
	return Converted{files, slices.Sorted(maps.Keys(c.fromEnv)), c.diags}
}

// An outBlock is a block of what is written.
type outBlock struct {
	kind, typ, label string
	act              *lower.Act
	pos              int           // among the acts
	calls            []*outCall    // of methods
	object           *ir.Object    // the arguments
	file             string        // where it was made
	grouped          string        // why it is not what was made
	static           *lower.Method // of a block that calls a function of a class
}

// An outCall is the block of a method's call.
type outCall struct {
	act   *lower.Act
	pos   int
	sig   signature
	label string
	// extra is a label that is a name for references and nothing else.
	extra bool
	body  *ir.Object
	opts  *ir.Object
}

type converter struct {
	args    ConvertArgs
	at      *lower.App
	diags   diag.List
	blocks  []*outBlock
	roots   map[*lower.Instance]*outBlock
	taken   map[string]bool // kind and label
	handles map[arg.Handle][]candidate
	values  map[string][]candidate
	joins   []string // the keys of values that are joins
	results []functionResult
	// grouping has what is to be said at the first thing that a component groups.
	grouping map[*lower.Instance]string
	fromEnv  map[string]bool

	// What is being written: the place of messages, and what cannot be referred
	// to from there.
	where    diag.Range
	current  *outBlock
	position int
	method   string // of which a call is being written
	comments []string
	moved    map[*lower.Change][]changed // to blocks transform at the top
	late     []string                    // comments that belong to no block
	noLines  bool                        // no heredocs
	selfName string                      // what self.name is, inside a transform
	prior    map[string]string           // marked text → expression, for what a transform was given
}

// lost notes what has no form in HCL, as a comment and as a warning.
func (c *converter) lost(detail string) {
	at := ""
	if c.where.Filename != "" {
		at = fmt.Sprintf("%s:%d: ", c.where.Filename, c.where.Start.Line)
	}
	detail = strings.TrimSpace(detail)
	if comment := "Not converted: " + at + detail; !slices.Contains(c.comments, comment) {
		c.comments = append(c.comments, comment)
		c.diags.Warn(diag.NotConverted, c.where, "Not converted", detail)
	}
}

// remark notes something, as a comment.
func (c *converter) remark(text string) { c.comments = append(c.comments, text) }

// plan decides which blocks there are, and their names.
func (c *converter) plan() {
	invokes := map[string]bool{}
	for pos, act := range c.args.Recording.Acts {
		b := &outBlock{act: act, pos: pos, file: act.At.Filename}
		handle := (arg.Value{V: act.Result}).Handle()
		c.where = act.At
		switch act.Kind {
		case lower.ActNew:
			b.kind, b.typ, b.label = "component", act.Type, act.Name
			if act.Type == "sst.Secret" {
				b.kind, b.typ = "secret", ""
			}
			def := lower.Lookup(act.Type)
			args := act.Args[0]
			if _, isObject := args.(*ir.Object); !isObject && def.Normalize != nil {
				args = def.Normalize(args)
			}
			b.object, _ = args.(*ir.Object)
		case lower.ActStatic:
			inst, ok := handle.(*lower.Instance)
			if !ok {
				continue
			}
			_, b.static = staticOf(act.Type + "." + act.Name)
			b.kind, b.typ, b.label = "component", act.Type+"."+act.Name, inst.Name
		case lower.ActResource, lower.ActRead:
			b.kind, b.label = "resource", act.Name
			b.typ = typeName(act.Type, schema.ResourceMember)
			if pkg, ok := strings.CutPrefix(act.Type, "pulumi:providers:"); ok {
				b.kind, b.typ = "provider", lower.PackageName(pkg)
			}
			b.object, _ = act.Args[len(act.Args)-1].(*ir.Object)
		case lower.ActInvoke:
			ref, ok := act.Result.(ir.Ref)
			if !ok || invokes[ref.Resource] {
				continue
			}
			invokes[ref.Resource] = true
			b.kind, b.typ = "data", typeName(act.Type, schema.FunctionMember)
			b.label = ref.Resource
			if rest, ok := strings.CutPrefix(b.label, "get"); ok && rest != "" {
				b.label = strings.ToLower(rest[:1]) + rest[1:]
			}
			b.object, _ = act.Args[0].(*ir.Object)
		case lower.ActCall:
			c.call(pos, act)
			continue
		case lower.ActGroup:
			if c.group(b); b.kind == "" {
				continue
			}
		default:
			continue
		}
		b.label = c.name(b)
		if inst, ok := handle.(*lower.Instance); ok {
			c.roots[inst] = b
		}
		c.blocks = append(c.blocks, b)
	}
	for _, b := range c.blocks {
		c.labelCalls(b)
	}
}

// group notes a component that only groups others. One that something is linked
// to becomes a link of its own.
func (c *converter) group(b *outBlock) {
	act := b.act
	detail := fmt.Sprintf("The component %q (%s) is of a class of the configuration's own. It only groups what it makes, and there is no block for that: what it makes stands by itself.", act.Name, act.Type)
	for _, l := range c.args.Recording.Links {
		if (ir.Opaque{X: l.Handle}) == act.Result && len(l.By.Calls) > 0 {
			detail = fmt.Sprintf("The component %q (%s) is of a class of the configuration's own. There is no block for that: its link is a component sst.Linkable here, which has another type.", act.Name, act.Type)
			b.kind, b.typ, b.label = "component", "sst.Linkable", act.Name
			b.object, _ = l.By.Calls[0].Result.(*ir.Object)
			b.grouped = detail
		}
	}
	c.diags.Warn(diag.NotConverted, act.At, "Not converted", detail)
	if inst, ok := (arg.Value{V: act.Result}).Handle().(*lower.Instance); ok && b.kind == "" {
		c.grouping[inst] = fmt.Sprintf("Not converted: %s:%d: %s", act.At.Filename, act.At.Start.Line, detail)
	}
}

// name is a label that no other block of the kind has.
func (c *converter) name(b *outBlock) string {
	kind := b.kind
	if kind == "provider" {
		kind += " " + b.typ
	}
	label := b.label
	for n := 1; c.taken[kind+" "+label]; n++ {
		label = b.label + b.typ[strings.LastIndexByte(b.typ, '.')+1:]
		if n > 1 {
			label += itoa(n)
		}
	}
	c.taken[kind+" "+label] = true
	return label
}

// call makes a method's call a part of the component's block.
func (c *converter) call(pos int, act *lower.Act) {
	b := c.roots[act.On]
	if b == nil {
		c.lost(fmt.Sprintf("The method %s is called on %q (%s), which has no block of its own.", act.Name, act.On.Name, act.On.Type))
		c.late, c.comments = append(c.late, c.comments...), nil
		return
	}
	m := methodOf(act.On.Def, act.Name)
	call := &outCall{act: act, pos: pos, sig: signatureOf(*m)}
	call.label, call.body, call.opts = call.sig.split(act.Args, true)
	b.calls = append(b.calls, call)
}

// labelCalls gives calls labels where several could not be told apart.
func (c *converter) labelCalls(b *outBlock) {
	counts := map[string]int{}
	for _, call := range b.calls {
		counts[call.act.Name]++
	}
	seen := map[string]int{}
	for _, call := range b.calls {
		seen[call.act.Name]++
		if call.sig.label == "" && counts[call.act.Name] > 1 {
			call.label, call.extra = itoa(seen[call.act.Name]), true
		}
	}
}

// split is the inverse of read: the label and the body of a block that calls a
// method with these arguments.
func (sig signature) split(args []ir.Value, labelled bool) (label string, body, opts *ir.Object) {
	body = &ir.Object{}
	for i, v := range args {
		if v == nil || v == ir.Value(ir.Null{}) || i >= len(sig.params) {
			continue
		}
		f := sig.params[i]
		if f.Name == "opts" {
			opts, _ = v.(*ir.Object)
			continue
		}
		if o, ok := v.(*ir.Object); ok && i == sig.spread && sig.spreads(o, body) {
			body = body.Merge(o)
			continue
		}
		body = body.With(f.Name, v)
	}
	if text, ok := body.Get(sig.label).(ir.String); ok && labelled && sig.label != "" {
		label, body = string(text), body.With(sig.label, nil)
	}
	return label, body, opts
}

// spreads reports whether the fields of an object can stand in the body.
func (sig signature) spreads(o, body *ir.Object) bool {
	for i := range o.Len() {
		key := o.Fields[i].Key
		if sig.param(key) >= 0 || body.Has(key) || !isName(key) || slices.Contains(meta, key) || key == "options" {
			return false
		}
		if _, _, ok := sig.sh.lookup(key); !ok {
			return false
		}
	}
	return true
}

// typeName is the name that a token has in a configuration: aws.s3.Bucket. A
// token that has none is its own.
func typeName(token string, kind schema.MemberKind) string {
	parts := strings.Split(token, ":")
	if len(parts) != 3 {
		return token
	}
	module := parts[1]
	if i := strings.LastIndexByte(module, '/'); i >= 0 {
		module = module[:i]
	}
	name := lower.PackageName(parts[0])
	if module != "index" && module != "" {
		name += "." + strings.ReplaceAll(module, "/", ".")
	}
	name += "." + parts[2]
	if t := (&evaluation{}).pulumiType(name, hcl.Range{}, kind); t != nil && t.token == token {
		return name
	}
	return token
}

// files writes all blocks.
func (c *converter) files() []ConvertedFile {
	names := []string{ConfigFile}
	texts := map[string]*strings.Builder{ConfigFile: {}}
	var head strings.Builder
	info := c.args.Program.App
	fmt.Fprintf(&head, "# Made by sstc convert of %s, for the stage %q. What depends there on the stage, or is\n# computed, is here as it was for that stage.\n", info.ConfigFile, info.Stage)
	c.app(&head)
	of := c.fileNames()
	for _, b := range c.blocks {
		name := of[b.file]
		if texts[name] == nil {
			names = append(names, name)
			texts[name] = &strings.Builder{}
		}
		c.block(texts[name], b)
	}
	c.transforms(&head)
	c.linkables(&head)
	c.outputs(texts[ConfigFile])
	head.WriteString(texts[ConfigFile].String())
	texts[ConfigFile] = &head
	var files []ConvertedFile
	slices.Sort(names[1:])
	for _, name := range names {
		files = append(files, ConvertedFile{name, canonical([]byte(strings.TrimLeft(texts[name].String(), "\n")))})
	}
	return files
}

// fileNames are the names of files by those of the TypeScript that they mirror.
func (c *converter) fileNames() map[string]string {
	of := map[string]string{}
	used := map[string]bool{}
	for _, b := range c.blocks {
		if _, ok := of[b.file]; ok {
			continue
		}
		of[b.file] = ConfigFile
		if c.args.Single || b.file == "" || b.file == c.args.Program.App.ConfigFile || strings.Contains(b.file, "node_modules/") {
			continue
		}
		stem := func(name string) string { return strings.TrimSuffix(name, path.Ext(name)) }
		name := stem(path.Base(b.file))
		if used[name] || name == "index" || name == "" {
			name = strings.Trim(strings.ReplaceAll(stem(b.file), "/", "-"), ".-")
		}
		for used[name] {
			name += "-"
		}
		used[name] = true
		of[b.file] = name + suffix
	}
	return of
}

// app writes the block app.
func (c *converter) app(w *strings.Builder) {
	config := &ir.Object{}
	fields := arg.Fields(configType)
	var providers *ir.Object
	for i := range c.args.Recording.Config.Len() {
		f := c.args.Recording.Config.Fields[i]
		known := slices.ContainsFunc(fields, func(d arg.Field) bool { return d.Name == f.Key })
		switch {
		case !known || f.Key == "stage" || f.Key == "watch" || f.Key == "state" || f.Key == "types" || f.Key == "backend":
			continue // what has no meaning here
		case f.Key == "providers" && c.providerBlocks(f.Value):
			providers, _ = f.Value.(*ir.Object)
			continue
		}
		config.Fields = append(config.Fields, f)
	}
	c.where = diag.Range{}
	c.item(w, "app {", func(w *strings.Builder) { c.body(w, config, fieldsShape(fields), nil) })
	for i := range providers.Len() {
		f := providers.Fields[i]
		settings, _ := f.Value.(*ir.Object)
		c.item(w, "provider "+quoted(f.Key)+" {", func(w *strings.Builder) {
			c.body(w, settings, c.defaultProvider(f.Key), nil)
		})
	}
}

func (c *converter) defaultProvider(name string) shape {
	sh := providerShape(lower.SchemaPackage(lower.PackageName(name)))
	if sh.field == nil {
		return sh
	}
	known := sh.field
	sh.field = func(n string) (string, shape, bool) {
		if n == "version" || n == "package" {
			return n, shape{kind: arg.Scalar}, true
		}
		return known(n)
	}
	return sh
}

// providerBlocks reports whether all default providers can be blocks.
func (c *converter) providerBlocks(v ir.Value) bool {
	o, ok := v.(*ir.Object)
	for i := range o.Len() {
		settings, isObject := o.Fields[i].Value.(*ir.Object)
		if !isObject {
			return false
		}
		sh := c.defaultProvider(o.Fields[i].Key)
		for j := range settings.Len() {
			if _, _, ok := sh.lookup(settings.Fields[j].Key); !ok || !isName(settings.Fields[j].Key) {
				return false
			}
		}
	}
	return ok
}

// item writes something with a body: a block, and before it the comments that
// the body led to.
func (c *converter) item(w *strings.Builder, head string, body func(*strings.Builder)) {
	outer := c.comments
	c.comments = nil
	var inner strings.Builder
	body(&inner)
	text := strings.TrimLeft(inner.String(), "\n")
	w.WriteByte('\n')
	c.flush(w)
	c.comments = outer
	if text == "" {
		fmt.Fprintf(w, "%s}\n", head)
		return
	}
	fmt.Fprintf(w, "%s\n%s}\n", head, text)
}

// flush writes the comments that have come up.
func (c *converter) flush(w *strings.Builder) {
	for _, text := range c.comments {
		c.flushTo(w, text)
	}
	c.comments = nil
}

// flushTo writes a comment in lines of a length that people read.
func (c *converter) flushTo(w *strings.Builder, text string) {
	if text == "" {
		return
	}
	line := "#"
	for _, word := range strings.Fields(text) {
		if len(line)+len(word) > 95 {
			w.WriteString(line + "\n")
			line = "#  "
		}
		line += " " + word
	}
	w.WriteString(line + "\n")
}

// block writes what one act made.
func (c *converter) block(w *strings.Builder, b *outBlock) {
	c.current, c.position, c.where = b, b.pos, b.act.At
	head := b.kind
	for _, l := range []string{b.typ, b.label} {
		if l != "" && !(b.kind == "provider" && l == b.label) {
			head += " " + quoted(l)
		}
	}
	c.item(w, head+" {", func(w *strings.Builder) { c.blockBody(w, b) })
	c.current = nil
}

func (c *converter) blockBody(w *strings.Builder, b *outBlock) {
	var opts ir.Value = b.act.Opts
	if b.grouped != "" {
		c.comments = append(c.comments, fmt.Sprintf("Not converted: %s:%d: %s", c.where.Filename, c.where.Start.Line, b.grouped))
	}
	name := b.act.Name
	sh, avoid := anything(), append(slices.Clone(meta), "options")
	object := b.object
	switch b.kind {
	case "component":
		if b.static != nil {
			sig := signatureOf(*b.static)
			var inner *ir.Object
			_, object, inner = sig.split(b.act.Args, false)
			opts, sh, name = ir.Of(inner), sig.sh, b.label
			if sig.label == "name" {
				if text, ok := object.Get("name").(ir.String); ok {
					name, object = string(text), object.With("name", nil)
				}
			}
			break
		}
		def := lower.Lookup(b.typ)
		sh = componentShape(def)
		for _, m := range def.Methods {
			avoid = append(avoid, m.Name)
		}
	case "secret":
		sh = componentShape(lower.Lookup("sst.Secret"))
	case "resource":
		sh = (&resourceType{b.act.Type, schema.PulumiResource(b.act.Type), false}).shape()
	case "data":
		sh, name = (&resourceType{b.act.Type, schema.PulumiFunction(b.act.Type), false}).shape(), b.label
	case "provider":
		pkg := strings.TrimPrefix(b.act.Type, "pulumi:providers:")
		sh = providerShape(pkg)
		fmt.Fprintf(w, "alias = %s\n", quoted(b.label))
		avoid = append(avoid, "alias")
	}
	for _, key := range meta {
		if object.Has(key) {
			c.lost(fmt.Sprintf("The argument %q cannot be written: the name means something else here.", key))
			object = object.With(key, nil)
		}
	}
	c.body(w, object, sh, avoid)
	var id ir.Value
	if b.act.Kind == lower.ActRead {
		id = b.act.Args[0]
	}
	if name == b.label {
		name = ""
	}
	c.options(w, opts, id, name, true)
	for _, call := range b.calls {
		c.method, c.position, c.where = call.act.Name, call.pos, call.act.At
		head := call.act.Name
		if call.label != "" {
			head += " " + quoted(call.label)
		}
		c.item(w, head+" {", func(w *strings.Builder) {
			c.body(w, call.body, call.sig.sh, append(slices.Clone(meta), "options"))
			c.options(w, ir.Of(call.opts), nil, "", false)
		})
		c.method, c.position, c.where = "", b.pos, b.act.At
	}
}

// options writes the block options, and depends_on.
func (c *converter) options(w *strings.Builder, v, id ir.Value, name string, dependsOn bool) {
	given, _ := v.(*ir.Object)
	out := &ir.Object{}
	if id != nil {
		out = out.With("id", id)
	}
	if name != "" {
		out = out.With("name", ir.String(name))
	}
	for i := range given.Len() {
		f := given.Fields[i]
		h := (arg.Value{V: f.Value}).Handle()
		switch f.Key {
		case "transformations", "transforms":
			continue // what they did is in the blocks transform
		case "parent":
			if inst, ok := h.(*lower.Instance); ok && inst.Def == nil {
				c.flushTo(w, c.grouping[inst])
				delete(c.grouping, inst)
				continue
			}
		case "dependsOn":
			if f.Value = c.dependable(f.Value); f.Value == nil {
				continue
			}
			if dependsOn {
				fmt.Fprintf(w, "depends_on = %s\n", c.value(f.Value))
				continue
			}
		}
		if f.Value != ir.Value(ir.Null{}) {
			out.Fields = append(out.Fields, f)
		}
	}
	if out.Len() == 0 {
		return
	}
	sh := fieldsShape(lower.OptionFields())
	c.item(w, "options {", func(w *strings.Builder) {
		c.body(w, out, shape{kind: arg.Object, field: func(n string) (string, shape, bool) {
			if n == "name" || n == "id" {
				return n, shape{kind: arg.Scalar}, true
			}
			return sh.field(n)
		}}, nil)
	})
}

// dependable is what of a dependsOn can be named, as a list, or nil.
func (c *converter) dependable(v ir.Value) ir.Value {
	var list ir.List
	ir.Walk(v, func(v ir.Value) bool {
		if h := (arg.Value{V: v}).Handle(); h != nil {
			if inst, ok := h.(*lower.Instance); ok && inst.Def == nil {
				c.lost(fmt.Sprintf("%q, which this depends on, is no component here.", inst.Name))
			} else {
				list = append(list, v)
			}
		}
		return true
	})
	if list == nil {
		return nil
	}
	return list
}

// outputs writes what the configuration returned.
func (c *converter) outputs(w *strings.Builder) {
	c.where, c.position = diag.Range{}, len(c.args.Recording.Acts)
	if len(c.late) > 0 {
		w.WriteByte('\n')
		c.comments = c.late
		c.flush(w)
	}
	for _, o := range c.args.Recording.Outputs {
		if o.Value == nil || o.Value == ir.Value(ir.Null{}) {
			continue
		}
		handle := false
		ir.Walk(o.Value, func(v ir.Value) bool { _, opaque := v.(ir.Opaque); handle = handle || opaque; return !handle })
		if handle {
			continue // left out of the program too
		}
		c.item(w, "output "+quoted(o.Name)+" {", func(w *strings.Builder) {
			fmt.Fprintf(w, "value = %s\n", c.value(o.Value))
		})
	}
}

// EvaluateConverted evaluates files that are not on disk.
func EvaluateConverted(args frontends.Args, files []ConvertedFile) (*ir.Program, diag.List) {
	e := newEvaluation(args)
	e.texts = map[string][]byte{}
	for _, f := range files {
		e.texts[f.Name] = f.Text
	}
	result, diags := e.evaluate()
	if result == nil {
		return nil, diags
	}
	return result.Program, diags
}
