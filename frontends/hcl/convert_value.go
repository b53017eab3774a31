package hcl

import (
	"fmt"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower"
	"github.com/sstc/sstc/compiler/lower/arg"
)

// A candidate is an expression for a value, and the block that it refers to.
type candidate struct {
	expr   string
	block  *outBlock
	pos    int    // of the act that gives the value
	method string // that gives it; "" for the block itself
	// call is the call of a function that gives it; nil otherwise.
	call *lower.Act
}

// A functionResult is an object that a function of a class has returned.
type functionResult struct {
	value *ir.Object
	act   *lower.Act
}

// A priorPath is a value that a transform takes from what it is given.
type priorPath string

// references finds expressions for all that the configuration could get hold of.
func (c *converter) references() {
	for _, b := range c.blocks {
		base := ""
		switch b.kind {
		case "provider":
			base = address(address("provider", b.typ), b.label)
		default:
			base = address(b.kind, b.label)
		}
		c.reach(b.act.Result, candidate{expr: base, block: b, pos: b.pos})
	}
	for pos, act := range c.args.Recording.Acts {
		switch act.Kind {
		case lower.ActFunction, lower.ActStatic:
			h := (arg.Value{V: act.Result}).Handle()
			if o, ok := act.Result.(*ir.Object); ok && act.Kind == lower.ActStatic {
				c.results = append(c.results, functionResult{o, act})
			}
			if _, ok := h.(*lower.Instance); h == nil || ok || !reflect.TypeOf(h).Comparable() {
				continue
			}
			c.handles[h] = append(c.handles[h], candidate{pos: pos, call: act})
		}
	}
	for _, b := range c.blocks {
		for i, call := range b.calls {
			last := true
			unlabelled := 0
			for j, other := range b.calls {
				if other.act.Name == call.act.Name {
					last = last && !(j > i && other.label == call.label && call.label != "")
					if other.label == "" {
						unlabelled++
					}
				}
			}
			base := address(b.kind, b.label) + "." + call.act.Name
			switch {
			case !last || call.label == "" && unlabelled > 1:
				continue
			case call.label != "":
				base = address(base, call.label)
			}
			c.reach(call.act.Result, candidate{expr: base, block: b, pos: call.pos, method: call.act.Name})
		}
	}
	for key := range c.values {
		if strings.Contains(key, "\x00") {
			c.joins = append(c.joins, key)
		}
	}
	sort.Slice(c.joins, func(i, j int) bool {
		if len(c.joins[i]) != len(c.joins[j]) {
			return len(c.joins[i]) > len(c.joins[j])
		}
		return c.joins[i] < c.joins[j]
	})
}

// callOf is a call of a function under sst.
func (c *converter) callOf(name string, args []ir.Value) string {
	var list []string
	for _, v := range args {
		list = append(list, c.value(v))
	}
	for len(list) > 0 && list[len(list)-1] == "null" {
		list = list[:len(list)-1]
	}
	return strings.ReplaceAll(name, ".", "::") + "(" + strings.Join(list, ", ") + ")"
}

// reach notes that an expression gives a value, and what can be read from it:
// what is near first.
func (c *converter) reach(v ir.Value, from candidate) {
	type step struct {
		v     ir.Value
		expr  string
		depth int
	}
	queue := []step{{v, from.expr, 0}}
	seen := map[arg.Handle]bool{}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		add := func(v ir.Value, expr string) { queue = append(queue, step{v, expr, s.depth + 1}) }
		switch v := s.v.(type) {
		case ir.List:
			for i, e := range v {
				if !ir.Known(e) {
					add(e, fmt.Sprintf("%s[%d]", s.expr, i))
				}
			}
		case *ir.Object:
			for i := range v.Len() {
				if f := v.Fields[i]; !ir.Known(f.Value) {
					add(f.Value, address(s.expr, f.Key))
				}
			}
		case ir.Ref, ir.Call, ir.Join, ir.Param:
			key := markText(s.v)
			c.values[key] = append(c.values[key], candidate{expr: s.expr, block: from.block, pos: from.pos, method: from.method})
		case ir.Opaque:
			h, ok := v.X.(arg.Handle)
			if !ok || !reflect.TypeOf(h).Comparable() || seen[h] || s.depth > 8 {
				continue
			}
			seen[h] = true
			c.handles[h] = append(c.handles[h], candidate{expr: s.expr, block: from.block, pos: from.pos, method: from.method})
			inst, ok := h.(*lower.Instance)
			if !ok {
				continue
			}
			outputs, nodes := inst.OutputNames()
			for _, name := range outputs {
				if out, err := inst.Output(name); err == nil && out != nil && !ir.Known(out) {
					add(out, s.expr+"."+name)
				}
			}
			for _, name := range nodes {
				if n := inst.Node(name); n != nil {
					add(n, s.expr+".nodes."+name)
				}
			}
		}
	}
}

// pick chooses among the expressions for a value: one of something made before,
// and not of what is being written; or else any.
func (c *converter) pick(list []candidate, before bool) (string, bool) {
	found := ""
	for _, k := range list {
		if k.block != nil && k.block == c.current && (c.method == "" || k.method == c.method) {
			continue
		}
		if k.call != nil {
			name := k.call.Name
			if k.call.Kind == lower.ActStatic {
				name = k.call.Type + "." + name
			}
			return c.callOf(name, k.call.Args), true
		}
		if k.pos < c.position {
			return k.expr, true
		}
		if found == "" && !before {
			found = k.expr
		}
	}
	return found, found != ""
}

// markText is a value as text in which each unknown part stands between marks,
// so that a join inside another can be found.
func markText(v ir.Value) string {
	switch v := v.(type) {
	case ir.String:
		return string(v)
	case ir.Join:
		var b strings.Builder
		for _, p := range v.Parts {
			b.WriteString(markText(p))
		}
		return b.String()
	}
	if v == nil {
		return ""
	}
	if o, ok := v.(ir.Opaque); ok {
		if p, ok := o.X.(priorPath); ok {
			return "\x00" + string(p) + "\x01"
		}
	}
	return "\x00" + ir.PrintValue(v) + "\x01"
}

// value writes a value as an expression.
func (c *converter) value(v ir.Value) string {
	switch v := v.(type) {
	case nil, ir.Null:
		return "null"
	case ir.Bool:
		return strconv.FormatBool(bool(v))
	case ir.Number:
		return ir.FormatNumber(float64(v))
	case ir.String:
		return c.text(string(v))
	case ir.List:
		return c.list(v)
	case *ir.Object:
		return c.object(v)
	case ir.Opaque:
		return c.handle(v)
	case ir.AssetRef:
		return c.asset(v.Asset)
	}
	if expr, ok := c.reference(v, true); ok {
		return expr
	}
	if expr, ok := c.prior[markText(v)]; ok {
		return expr
	}
	comments, diags := len(c.comments), len(c.diags)
	expr, ok := "", false
	switch v := v.(type) {
	case ir.Join:
		expr, ok = c.join(v), true
	case ir.Call:
		expr, ok = c.function(v)
	}
	if ok && len(c.comments) == comments {
		return expr
	}
	if later, found := c.reference(v, false); found {
		c.comments, c.diags = c.comments[:comments], c.diags[:diags]
		return later
	}
	if p, isParam := v.(ir.Param); isParam && !ok {
		if d := c.args.Program.FindParam(p.Name); d != nil && d.Kind == ir.ParamSecret {
			c.remark("A secret of the configuration's own is not written down. It is asked for at deployment.")
			return `sensitive("")`
		}
	}
	if !ok {
		c.lost(fmt.Sprintf("The value %s has no name here.", ir.PrintValue(v)))
		return "null"
	}
	return expr
}

// reference is an expression that gives an unknown value as it is: by something
// made before, or else by something made later. A resource or a question of the
// user's own is named rather than what passes its attributes on.
func (c *converter) reference(v ir.Value, before bool) (string, bool) {
	var list []candidate
	ref, isRef := v.(ir.Ref)
	attribute := func(k candidate) candidate {
		k.expr = address(k.expr, ref.Attr)
		return k
	}
	h, isResource := c.at.Handle(ref.Resource)
	if isRef && ref.Attr != "" {
		for _, k := range c.values[markText(ir.Ref{Resource: ref.Resource})] {
			list = append(list, attribute(k))
		}
		for _, k := range c.handles[h] {
			if isResource && k.block != nil && k.block.act.Result == ir.Value(ir.Opaque{X: h}) {
				list = append(list, attribute(k))
			}
		}
	}
	list = append(list, c.values[markText(v)]...)
	if isRef && ref.Attr != "" && isResource {
		for _, k := range c.handles[h] {
			list = append(list, attribute(k))
		}
	}
	return c.pick(list, before)
}

func (c *converter) handle(v ir.Opaque) string {
	switch x := v.X.(type) {
	case priorPath:
		return string(x)
	case *arg.Traced:
		if o := constant(changesOf(x)); o != nil {
			return c.value(o) // an object in place of a callback is what it sets
		}
		c.lost("A callback stands here that does not do the same each time, and there are no functions in HCL.")
		return "null"
	case arg.Poison:
		return "null"
	case *lower.Link:
		if expr, ok := c.pick(c.handles[x], false); ok {
			return expr
		}
		c.lost(fmt.Sprintf("The link %q is of a class of the configuration's own (%s).", x.Name, x.Type))
		return "null"
	case arg.Handle:
		if expr, ok := c.pick(c.handles[x], false); ok {
			return expr
		}
	}
	c.lost(fmt.Sprintf("There is no name for %s here.", arg.Describe(v)))
	return "null"
}

func (c *converter) list(v ir.List) string {
	var parts []string
	length, lines := 0, false
	for _, e := range v {
		before := len(c.comments)
		text := c.value(e)
		if _, ok := e.(ir.Opaque); ok && len(c.comments) > before {
			continue // a comment says so
		}
		length += len(text) + 2
		lines = lines || strings.Contains(text, "\n")
		parts = append(parts, text)
	}
	if len(parts) == 1 && lines && !strings.HasPrefix(parts[0], "<<") {
		return "[" + parts[0] + "]"
	}
	if lines || length > 90 {
		return "[\n" + strings.Join(parts, ",\n") + ",\n]"
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func (c *converter) object(v *ir.Object) string {
	switch kind, _ := v.Get("type").(ir.String); {
	case kind == "aws.permission" && v.Has("actions") && v.Has("resources"):
		rest := v.With("type", nil)
		if rest.Get("effect") == ir.Value(ir.String("allow")) {
			rest = rest.With("effect", nil)
		}
		return c.callOf("sst.aws.permission", []ir.Value{rest})
	case kind == "environment" && v.Len() == 2 && v.Has("env"):
		return c.callOf("sst.env", []ir.Value{v.Get("env")})
	}
	if v.Len() == 0 {
		return "{}"
	}
	for _, r := range c.results {
		if same(r.value, v) {
			return c.callOf(r.act.Type+"."+r.act.Name, r.act.Args)
		}
	}
	var parts []string
	length, lines := 0, false
	for _, f := range v.Fields {
		if o, ok := f.Value.(ir.Opaque); ok {
			if t, ok := o.X.(*arg.Traced); ok && constant(changesOf(t)) == nil && c.move(t) {
				continue
			}
		}
		inner := c.value(f.Value)
		if o, ok := f.Value.(*ir.Object); ok && o.Len() > 0 && inner == "{}" {
			continue // all of it is written elsewhere
		}
		text := keyOf(f.Key) + " = " + inner
		length += len(text) + 2
		lines = lines || strings.Contains(text, "\n")
		parts = append(parts, text)
	}
	if len(parts) == 0 {
		return "{}"
	}
	if !lines && length <= 70 && len(parts) <= 3 {
		return "{ " + strings.Join(parts, ", ") + " }"
	}
	return "{\n" + strings.Join(parts, "\n") + "\n}"
}

// keyOf is a key of an object.
func keyOf(key string) string {
	if isName(key) && !slices.Contains([]string{"for", "null", "true", "false", "if", "in"}, key) {
		return key
	}
	return quoted(key)
}

func isName(s string) bool { return hclsyntax.ValidIdentifier(s) }

// quoted is text between quotes.
func quoted(s string) string { return string(hclwrite.TokensForValue(cty.StringVal(s)).Bytes()) }

// text writes known text.
func (c *converter) text(s string) string {
	if s != "" && s == c.selfName {
		return "self.name"
	}
	if name := c.variable(s); name != "" {
		c.fromEnv[name] = true
		return "env(" + quoted(name) + ")"
	}
	if len(s) > 2 && (s[0] == '{' || s[0] == '[') {
		if v, err := ir.DecodeJSON(s); err == nil && ir.EncodeJSON(v) == s {
			return "jsonencode(" + c.value(v) + ")"
		}
	}
	if t := c.partly(s); t != "" {
		return `"` + t + `"`
	}
	if c.noLines {
		return quoted(s)
	}
	if strings.Contains(s, "\n") && strings.HasSuffix(s, "\n") {
		if text, ok := heredoc([]string{escaped(s)}, s); ok {
			return text
		}
	}
	if strings.Count(s, "\n") > 1 {
		if text, ok := heredoc([]string{escaped(s + "\n")}, s+"\n"); ok && strings.TrimRight(s, "\n") == s {
			return "chomp(" + text + ")"
		}
	}
	return quoted(s)
}

// plainText is value without heredocs, for where lines would not do.
func (c *converter) plainText(v ir.Value) string {
	c.noLines = true
	defer func() { c.noLines = false }()
	return c.value(v)
}

// variable is the environment variable that a text was taken from, as far as
// that can be told, or "". Short texts are anybody's.
func (c *converter) variable(s string) string {
	for _, v := range c.environment() {
		if v.Value == s {
			return v.Name
		}
	}
	return ""
}

// ownVariables are asked for by sstc itself, or by most libraries.
var ownVariables = []string{"AWS_REGION", "SST_STAGE", "NODE_ENV", "HOME", "USER", "PATH", "PWD", "LANG", "TZ", "CI"}

// environment are the variables whose values can be told from other texts, the
// longest first.
func (c *converter) environment() []EnvVar {
	info := c.args.Program.App
	vars := slices.DeleteFunc(slices.Clone(c.args.Env), func(v EnvVar) bool {
		return len(v.Value) < 4 || slices.Contains([]string{info.Stage, info.Name, "true", "false"}, v.Value) || slices.Contains(ownVariables, v.Name)
	})
	slices.SortStableFunc(vars, func(a, b EnvVar) int { return len(b.Value) - len(a.Value) })
	return vars
}

// partly is a template for a text that has the values of environment variables
// in it, with what has to be between quotes, or "" if it has none. Only long
// values are looked for.
func (c *converter) partly(s string) string {
	for _, v := range c.environment() {
		if before, after, ok := strings.Cut(s, v.Value); ok && len(v.Value) >= 8 {
			c.fromEnv[v.Name] = true
			return c.inQuotes(before, true) + "${env(" + quoted(v.Name) + ")}" + c.inQuotes(after, false)
		}
	}
	return ""
}

// inQuotes is text as it stands between quotes, before an expression or not.
func (c *converter) inQuotes(s string, before bool) string {
	if t := c.partly(s); t != "" {
		return t
	}
	plain := quoted(s)
	plain = plain[1 : len(plain)-1]
	if before && (strings.HasSuffix(s, "$") || strings.HasSuffix(s, "%")) {
		plain = plain[:len(plain)-1] + "${\"" + s[len(s)-1:] + "\"}"
	}
	return plain
}

// escaped is text in a heredoc.
func escaped(s string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(s)
}

// heredoc writes text, given in parts that are to be written one after the
// other, as lines of their own. It reports whether the text can be written so:
// whether want is what is read back, where each template is marked.
func heredoc(parts []string, want string) (string, bool) {
	text := strings.Join(parts, "")
	if strings.Contains(text, "\r") {
		return "", false
	}
	end := "EOT"
	for strings.Contains(text, end) {
		end += "_"
	}
	for _, mark := range []string{"<<-", "<<"} {
		out := mark + end + "\n" + text + end + "\n"
		if mark == "<<-" {
			out = mark + end + "\n" + indented(text, "    ") + "    " + end + "\n"
		}
		file, diags := hclsyntax.ParseConfig([]byte("a {\n  b {\n    x = "+out+"  }\n}\n"), "", hcl.InitialPos)
		if diags.HasErrors() {
			continue
		}
		formatted := canonical(file.Bytes)
		if file, diags = hclsyntax.ParseConfig(formatted, "", hcl.InitialPos); diags.HasErrors() {
			continue
		}
		inner := file.Body.(*hclsyntax.Body).Blocks[0].Body.Blocks[0].Body.Attributes["x"].Expr
		if readBack(inner, formatted) == want {
			return out, true
		}
	}
	return "", false
}

// indented is text with spaces before each line that is not empty.
func indented(text, spaces string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.TrimRight(line, "\n") != "" {
			b.WriteString(spaces)
		}
		b.WriteString(line)
	}
	return b.String()
}

// readBack is a template as text, with a mark for each expression in it.
func readBack(x hclsyntax.Expression, source []byte) string {
	switch x := x.(type) {
	case *hclsyntax.TemplateExpr:
		var b strings.Builder
		for _, p := range x.Parts {
			b.WriteString(readBack(p, source))
		}
		return b.String()
	case *hclsyntax.LiteralValueExpr:
		if x.Val.Type() == cty.String {
			return x.Val.AsString()
		}
	}
	return "\x00"
}

// join writes text with unknown parts as a template.
func (c *converter) join(v ir.Join) string {
	// What is joined already under some name is taken from there.
	text := markText(v)
	names := map[string]string{} // mark → expression
	for _, key := range c.joins {
		if strings.Count(key, "\x00") == 1 && strings.HasPrefix(key, "\x00") && strings.HasSuffix(key, "\x01") {
			continue
		}
		if !strings.Contains(text, key) {
			continue
		}
		if expr, ok := c.pick(c.values[key], true); ok {
			mark := fmt.Sprintf("\x00join %d\x01", len(names))
			names[mark] = expr
			text = strings.ReplaceAll(text, key, mark)
		}
	}
	for _, p := range v.Parts {
		if _, ok := p.(ir.String); !ok {
			if mark := markText(p); strings.Contains(text, mark) {
				names[mark] = c.value(p)
			}
		}
	}
	var quotedText, lines, want strings.Builder
	secret := false // there is a value of an environment variable in it
	rest := text
	for rest != "" {
		before, after, found := strings.Cut(rest, "\x00")
		plain := c.inQuotes(before, found)
		secret = secret || c.partly(before) != ""
		escapedText := escaped(before)
		if found && (strings.HasSuffix(before, "$") || strings.HasSuffix(before, "%")) {
			escapedText = escaped(before[:len(before)-1]) + "${\"" + before[len(before)-1:] + "\"}"
		}
		quotedText.WriteString(plain)
		lines.WriteString(escapedText)
		want.WriteString(before)
		if !found {
			break
		}
		inside, next, _ := strings.Cut(after, "\x01")
		rest = next
		expr := names["\x00"+inside+"\x01"]
		if expr == "null" {
			continue // a comment says what is missing
		}
		quotedText.WriteString("${" + expr + "}")
		lines.WriteString("${" + expr + "}")
		want.WriteByte(0)
	}
	if s := want.String(); strings.HasSuffix(s, "\n") && !c.noLines && !secret {
		if text, ok := heredoc([]string{lines.String()}, s); ok {
			return text
		}
	}
	return `"` + quotedText.String() + `"`
}

// function writes a function of values known only after deployment.
func (c *converter) function(v ir.Call) (string, bool) {
	arg := func(i int) string { return c.value(v.Args[i]) }
	call := func(name string, order ...int) (string, bool) {
		var list []string
		for _, i := range order {
			list = append(list, arg(i))
		}
		return name + "(" + strings.Join(list, ", ") + ")", true
	}
	switch v.Func {
	case ir.FuncIndex:
		base := arg(0)
		switch key := v.Args[1].(type) {
		case ir.Number:
			return base + "[" + ir.FormatNumber(float64(key)) + "]", true
		case ir.String:
			return address(base, string(key)), true
		}
	case ir.FuncSplit, ir.FuncJoin:
		return call(string(v.Func), 0, 1)
	case ir.FuncJSONEncode, ir.FuncJSONDecode, ir.FuncBase64Encode, ir.FuncBase64Decode, ir.FuncUpper, ir.FuncLower,
		ir.FuncLength, ir.FuncToNumber, ir.FuncToString, ir.FuncFlatten:
		return call(string(v.Func), 0)
	case ir.FuncTrim:
		return call("trimspace", 0)
	case ir.FuncFind: // an element of a list that the configuration itself decides
		list, _ := c.at.Given(v.Args[0]).(ir.List)
		if i := slices.IndexFunc(list, func(e ir.Value) bool {
			o, _ := e.(*ir.Object)
			return o.Len() > 0 && slices.ContainsFunc(o.Fields, func(f ir.Field) bool {
				return same(f.Value, ir.Call{Func: ir.FuncIndex, Args: []ir.Value{v, ir.String(f.Key)}})
			})
		}); i >= 0 {
			return fmt.Sprintf("[for option in %s : option][%d]", arg(0), i), true
		}
	case ir.FuncReplaceFirst:
		return call("replacefirst", 0, 1, 2)
	case ir.FuncReplace:
		if inner, ok := v.Args[0].(ir.Call); ok && inner.Func == ir.FuncURLEncode && v.Args[1] == ir.Value(ir.String("%20")) && v.Args[2] == ir.Value(ir.String("+")) {
			return "urlencode(" + c.value(inner.Args[0]) + ")", true
		}
		return call("replace", 0, 1, 2)
	case ir.FuncSecret:
		return call("sensitive", 0)
	case ir.FuncPluck:
		if name, ok := v.Args[1].(ir.String); ok {
			return arg(0) + "[*]." + string(name), true
		}
	}
	return "", false
}

// asset writes something to upload.
func (c *converter) asset(id string) string {
	a := c.args.Program.FindAsset(id)
	if a == nil {
		c.lost("What is uploaded here is not known.")
		return "null"
	}
	one := func(kind ir.AssetKind, source, content string, archive bool) string {
		switch {
		case kind == ir.AssetIsText:
			return "stringasset(" + c.text(content) + ")"
		case archive:
			return "filearchive(" + quoted(source) + ")"
		case kind == ir.AssetIsFile:
			return "fileasset(" + quoted(source) + ")"
		}
		return "asset(" + quoted(source) + ")"
	}
	if a.Kind != ir.AssetIsArchive {
		return one(a.Kind, a.Source, a.Content, a.Archive)
	}
	var parts []string
	for _, p := range a.Parts {
		parts = append(parts, quoted(p.Name)+" = "+one(p.Kind, p.Source, p.Content, false))
	}
	return "assetarchive({\n" + strings.Join(parts, "\n") + "\n})"
}
