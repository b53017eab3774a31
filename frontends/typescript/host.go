package typescript

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/engine"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower"
	"github.com/sstc/sstc/compiler/lower/arg"
	"github.com/sstc/sstc/compiler/schema"
	"github.com/sstc/sstc/frontends"
	"github.com/sstc/sstc/frontends/script"
)

// callPlace is a call in the user's files.
type callPlace = script.CallPlace

// host answers the calls of the runtime.
type host struct {
	*codec
	engine    *engine.Engine
	files     *frontends.Files
	positions *script.Positions
	diags     *diag.List

	configFile string
	pending    map[int]ir.Value // deferred values, by symbol
	missing    map[string]bool  // components that were reported as not supported
}

// A request is what the runtime sends. Which fields are set depends on the call.
type request struct {
	Type, Token, Name, ID, Member, Kind, Path string
	Pkg, Module                               string
	Fn                                        string
	Args, Opts, Text, Ref, Value              json.RawMessage
	Undefined                                 []string // arguments that were given, and are undefined
	At                                        string
}

func (r *request) UnmarshalJSON(b []byte) error {
	var m struct {
		Type   string          `json:"type"`
		Token  string          `json:"token"`
		Name   string          `json:"name"`
		ID     string          `json:"id"`
		Member string          `json:"member"`
		Kind   string          `json:"kind"`
		Path   string          `json:"path"`
		Pkg    string          `json:"pkg"`
		Module string          `json:"module"`
		Fn     json.RawMessage `json:"fn"`
		Args   json.RawMessage `json:"args"`
		Opts   json.RawMessage `json:"opts"`
		Text   json.RawMessage `json:"text"`
		Ref    json.RawMessage `json:"ref"`
		Value  json.RawMessage `json:"value"`
		At     string          `json:"at"`

		Undefined []string `json:"undefined"`
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return err
	}
	*r = request{Type: m.Type, Token: m.Token, Name: m.Name, ID: m.ID, Member: m.Member, Kind: m.Kind, Path: m.Path,
		Pkg: m.Pkg, Module: m.Module, Fn: string(m.Fn), Args: m.Args, Opts: m.Opts, Text: m.Text, Ref: m.Ref, Value: m.Value, Undefined: m.Undefined, At: m.At}
	return nil
}

// thrown is an error of the configuration's own on its way through Go.
type thrown struct {
	id    int
	early bool
}

// TooEarly implements [lower.EarlyError].
func (t *thrown) TooEarly() bool { return t.early }

func (t *thrown) Error() string { return fmt.Sprintf("thrown by the configuration (%d)", t.id) }

// register makes the calls of the runtime available to it.
func (h *host) register() error {
	for name, fn := range map[string]func(*request, *callPlace) (string, error){
		"__sstc_new":              h.newComponent,
		"__sstc_group":            h.group,
		"__sstc_method":           h.method,
		"__sstc_static":           h.static,
		"__sstc_function":         h.function,
		"__sstc_output":           h.output,
		"__sstc_node":             h.node,
		"__sstc_link":             h.link,
		"__sstc_resource":         h.resource,
		"__sstc_read":             h.read,
		"__sstc_attribute":        h.attribute,
		"__sstc_invoke":           h.invoke,
		"__sstc_asset":            h.asset,
		"__sstc_transform":        h.transform,
		"__sstc_compute":          h.computed,
		"__sstc_unknownComponent": h.unknownComponent,
		"__sstc_unknownMember":    h.unknownMember,
		"__sstc_unknownAttribute": h.unknownAttribute,
		"__sstc_unknownConstant":  h.unknownConstant,
		"__sstc_bareOutput":       h.bareOutput,
		"__sstc_closure":          h.closure,
		"__sstc_unsupported":      h.unsupported,
		"__sstc_transformAll":     h.transformAll,
		"__sstc_check":            h.check,
		"__sstc_retry":            h.retry,
	} {
		err := h.engine.Register(name, func(text string) (string, error) {
			var r request
			if err := json.Unmarshal([]byte(text), &r); err != nil {
				return "", err
			}
			if h.app == nil {
				return "", errors.New("run() has not begun: components and resources are made in it, or in what it calls")
			}
			answer, err := fn(&r, &callPlace{Positions: h.positions, Stack: r.At})
			if t, ok := err.(*thrown); ok {
				return fmt.Sprintf("!%d", t.id), nil
			}
			return answer, err
		})
		if err != nil {
			return err
		}
	}
	for name, fn := range map[string]engine.HostFunc{
		"__sstc_definition": h.definition,
		"__sstc_kind":       h.kind,
		"__sstc_closureMethods": func(token string) (string, error) {
			b, err := json.Marshal(append([]string{}, closureMethods[token]...))
			return string(b), err
		},
		"__sstc_member": h.member,
		"__sstc_known": func(s string) (string, error) {
			if t := h.knownText(s); t != nil {
				return "=" + *t, nil
			}
			return "!", nil
		},
		"__sstc_given": func(text string) (string, error) {
			n, err := strconv.Atoi(text)
			if err != nil {
				return "", err
			}
			return h.encode(h.app.Given(h.symbols[n].value), nil), nil
		},
		"__sstc_differ": func(text string) (string, error) {
			a, b, _ := strings.Cut(text, "\x00")
			return strconv.FormatBool(h.differ(a, b)), nil
		},
		"__sstc_hasUser": func(s string) (string, error) { return strconv.FormatBool(h.hasUser(s)), nil },
		"__sstc_count": func(text string) (string, error) {
			n, err := strconv.Atoi(text)
			if err != nil {
				return "", err
			}
			return strconv.Itoa(h.count(h.symbols[n].value)), nil
		},
		"__sstc_describe": func(s string) (string, error) { return h.describe(s), nil },
		"__sstc_jobs":     func(string) (string, error) { return "", h.engine.RunJobs() },
		"__sstc_defer":    h.deferValue,
		"__sstc_resolve":  h.resolve,
	} {
		if err := h.engine.Register(name, fn); err != nil {
			return err
		}
	}
	h.call = h.callback
	return nil
}

// callback calls a function of the configuration's.
func (h *host) callback(id int, args []ir.Value) (ir.Value, []ir.Value, error) {
	special := false
	list := make(ir.List, len(args))
	for i, a := range args {
		if a == nil {
			a = ir.Null{}
		}
		list[i] = h.toJS(a, nil, &special)
	}
	text, err := h.engine.Call("__sstc_callback", ir.EncodeJSON(ir.Obj("id", id, "args", list)))
	if err != nil {
		return nil, nil, err
	}
	answer, err := ir.DecodeJSON(text)
	if err != nil {
		return nil, nil, err
	}
	o := answer.(*ir.Object)
	if n, ok := o.Get("thrown").(ir.Number); ok {
		return nil, nil, &thrown{int(n), o.Get("early") == ir.Value(ir.Bool(true))}
	}
	result, err := h.fromJS(o.Get("result"), "")
	if err != nil {
		return nil, nil, err
	}
	changed, err := h.fromJS(o.Get("changed"), "")
	if err != nil {
		return nil, nil, err
	}
	after, _ := changed.(ir.List)
	return result, after, nil
}

// values decodes the parts of a request. Place names the secrets in them.
func (h *host) values(place string, parts ...json.RawMessage) ([]ir.Value, error) {
	out := make([]ir.Value, len(parts))
	for i, p := range parts {
		if len(p) == 0 {
			continue
		}
		v, err := h.decode(string(p), place)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

func object(v ir.Value) *ir.Object {
	o, _ := v.(*ir.Object)
	return o
}

func (h *host) newComponent(r *request, at *callPlace) (string, error) {
	v, err := h.values(r.Name, r.Args, r.Opts)
	if err != nil {
		return "", err
	}
	inst, err := h.app.New(r.Type, r.Name, v[0], v[1], at)
	if err != nil {
		return "", err
	}
	return "=" + quote(inst.ID), nil
}

func (h *host) group(r *request, at *callPlace) (string, error) {
	v, err := h.values(r.Name, r.Opts)
	if err != nil {
		return "", err
	}
	inst, err := h.app.Group(r.Type, r.Name, v[0], at)
	if err != nil {
		return "", err
	}
	return "=" + quote(inst.ID), nil
}

// list decodes the arguments of a call. Undefined ones are nil.
func (h *host) list(place string, args json.RawMessage) ([]ir.Value, error) {
	v, err := h.values(place, args)
	if err != nil {
		return nil, err
	}
	list, _ := v[0].(ir.List)
	for i, e := range list {
		if e == ir.Value(ir.Null{}) {
			list[i] = nil
		}
	}
	return list, nil
}

func (h *host) method(r *request, at *callPlace) (string, error) {
	inst := h.app.Instance(r.ID)
	args, err := h.list(inst.Name+capitalized(r.Name), r.Args)
	if err != nil {
		return "", err
	}
	result, err := h.app.Call(inst, r.Name, args, at)
	if err != nil {
		return "", err
	}
	return h.encode(result, nil), nil
}

func (h *host) static(r *request, at *callPlace) (string, error) {
	args, err := h.list(capitalized(r.Name), r.Args)
	if err != nil {
		return "", err
	}
	result, err := h.app.CallStatic(r.Type, r.Name, args, at)
	if err != nil {
		return "", err
	}
	return h.encode(result, nil), nil
}

func (h *host) function(r *request, at *callPlace) (string, error) {
	args, err := h.list(r.Name, r.Args)
	if err != nil {
		return "", err
	}
	result, err := h.app.CallFunction(r.Name, args, at)
	if err != nil {
		return "", err
	}
	return h.encode(result, nil), nil
}

func (h *host) output(r *request, at *callPlace) (string, error) {
	v, err := h.app.Instance(r.ID).Output(r.Name)
	if err != nil {
		return "", err
	}
	return h.encode(v, nil), nil
}

func (h *host) node(r *request, at *callPlace) (string, error) {
	return h.encode(h.app.Instance(r.ID).Node(r.Name), nil), nil
}

// link answers getSSTLink, which user code calls on components too.
func (h *host) link(r *request, at *callPlace) (string, error) {
	l := h.app.Instance(r.ID).Link()
	if l == nil {
		return "=", nil
	}
	var include ir.List
	for _, p := range l.Permissions {
		include = append(include, ir.Obj("type", "aws.permission", "effect", p.Effect, "actions", ir.List(p.Actions), "resources", ir.List(p.Resources)))
	}
	return h.encode(ir.Obj("properties", l.Properties, "include", include), nil), nil
}

func (h *host) resource(r *request, at *callPlace) (string, error) {
	v, err := h.values(r.Name, r.Args, r.Opts)
	if err != nil {
		return "", err
	}
	h.undefined(r, schema.PulumiResource(r.Token), fmt.Sprintf("The resource %q (%s)", r.Name, r.Token), at, "1")
	res, err := h.app.Resource(r.Token, r.Name, object(v[0]), v[1], at)
	if err != nil {
		return "", err
	}
	return "=" + quote(res.ID), nil
}

// undefined reports required properties that were given and are undefined. That
// they are missing is true, and no help to one who sees them in the file.
func (h *host) undefined(r *request, t *schema.Resource, what string, at *callPlace, argument string) {
	if t == nil {
		return
	}
	for _, name := range r.Undefined {
		if p := t.Property(name); p != nil && p.Required {
			h.diags.Add(diag.MissingProperty, at.Arg(arg.Path{argument, name}), "Undefined property",
				fmt.Sprintf("%s needs %q, and that is undefined here. %s", what, name, variableNotSet))
		}
	}
}

const variableNotSet = "Does it come from an environment variable that is not set? Set it in .env, or with --env."

func (h *host) read(r *request, at *callPlace) (string, error) {
	v, err := h.values(r.Name, r.Ref, r.Args, r.Opts)
	if err != nil {
		return "", err
	}
	if v[0] == nil {
		h.diags.Add(diag.MissingArgument, at.Arg(arg.Path{"1"}), "Undefined ID",
			fmt.Sprintf("The ID by which the resource %q (%s) is to be found is undefined. %s", r.Name, r.Token, variableNotSet))
		return "~" + ir.EncodeJSON(ir.Obj(special, ir.List{ir.String("poison")})), nil
	}
	res, err := h.app.Read(r.Token, r.Name, v[0], object(v[1]), v[2], at)
	if err != nil {
		return "", err
	}
	return h.encode(ir.Opaque{X: res}, nil), nil
}

// probes are the properties by which JavaScript libraries find out what kind
// of object they have been given.
var probes = []string{"$$typeof", "asymmetricMatch", "inspect", "length", "nodeType"}

func (h *host) attribute(r *request, at *callPlace) (string, error) {
	r.Name = h.app.AttrName(r.ID, r.Name)
	typ, ok := h.app.AttrType(r.ID, r.Name)
	if !ok && slices.Contains(probes, r.Name) {
		return "=", nil
	}
	if !ok {
		// Asking whether it is there is no mistake; using it is.
		return "~" + ir.EncodeJSON(ir.Obj(special, ir.List{ir.String("missing"), ir.String(r.ID), ir.String(r.Name), ir.String(r.At)})), nil
	}
	return h.encode(ir.Ref{Resource: r.ID, Attr: r.Name}, typ), nil
}

func (h *host) unknownAttribute(r *request, at *callPlace) (string, error) {
	res, _ := h.app.Handle(r.ID)
	t := schema.PulumiResource(res.Type)
	advice := lower.GoneAttribute(t.Type, r.Name)
	if advice == "" {
		advice = strings.TrimSpace(diag.Suggest(r.Name, t.Names(func(*schema.Property) bool { return true })))
	}
	h.diags.Add(diag.UnknownAttribute, at.Range(), "Unknown attribute",
		strings.TrimSpace(fmt.Sprintf("The resource %q (%s) has no attribute %q. %s", res.Name, res.Type, r.Name, advice)))
	return "=", nil
}

func (h *host) invoke(r *request, at *callPlace) (string, error) {
	v, err := h.values("", r.Args, r.Opts)
	if err != nil {
		return "", err
	}
	args := object(v[0])
	if args == nil {
		args = &ir.Object{}
	}
	h.undefined(r, schema.PulumiFunction(r.Token), "The function "+r.Token, at, "0")
	result, err := h.app.Invoke(r.Token, args, v[1], at)
	if err != nil {
		return "", err
	}
	return h.encode(result, nil), nil
}

func (h *host) asset(r *request, at *callPlace) (string, error) {
	if r.Kind == "text" {
		v, err := h.values("", r.Text)
		if err != nil {
			return "", err
		}
		s, ok := v[0].(ir.String)
		if !ok {
			h.diags.Add(diag.UnknownValue, at.Range(), "Value not known before deployment",
				"The content of a StringAsset is known only after deployment, and what is uploaded is made before. Give it as the content of the resource instead.")
			return "=", nil
		}
		return "=" + quote(h.app.TextAsset(string(s), at.Range())), nil
	}
	if r.Kind == "archive" {
		v, err := h.values("", r.Args)
		if err != nil {
			return "", err
		}
		return "=" + quote(h.app.Archive(object(v[0]), at.Range())), nil
	}
	name := r.Path
	if !path.IsAbs(name) {
		name = path.Join(h.files.VirtualApp(), name)
	}
	info, err := h.files.Stat(name)
	if err != nil {
		h.diags.Add(diag.FileNotFound, at.Range(), "File not found", fmt.Sprintf("There is no file or directory %q to upload. Paths are relative to the app's directory.", r.Path))
		return "=", nil
	}
	kind := ir.AssetIsFile
	switch {
	case info.IsDir():
		kind = ir.AssetIsDirectory
	case r.Kind == "directory":
		return "=" + quote(h.app.FileArchive(h.files.Rel(name), at.Range())), nil
	}
	return "=" + quote(h.app.Asset(kind, h.files.Rel(name), at.Range())), nil
}

func (h *host) transform(r *request, at *callPlace) (string, error) {
	v, err := h.values("", json.RawMessage(r.Fn))
	if err != nil {
		return "", err
	}
	h.app.Transform(r.Type, lower.CallbackOf(v[0]))
	return "=", nil
}

func (h *host) transformAll(r *request, at *callPlace) (string, error) {
	v, err := h.values("", json.RawMessage(r.Fn))
	if err != nil {
		return "", err
	}
	h.app.TransformAll(lower.CallbackOf(v[0]))
	return "=", nil
}

func (h *host) computed(r *request, at *callPlace) (string, error) {
	v, err := h.values("", r.Args)
	if err != nil {
		return "", err
	}
	var fn string
	if err := json.Unmarshal([]byte(r.Fn), &fn); err != nil {
		return "", err
	}
	args, _ := v[0].(ir.List)
	if ir.Func(fn) == ir.FuncIndex && !h.app.HasMember(args[0], args[1]) {
		return "=", nil
	}
	return h.encode(lower.Compute(ir.Func(fn), args), nil), nil
}

func (h *host) unknownComponent(r *request, at *callPlace) (string, error) {
	// A function of a component's class, sst.aws.StepFunctions.pass, is as
	// unsupported as the component.
	for name := r.Name; name != "sst"; name = name[:strings.LastIndexByte(name, '.')] {
		if lower.IsPlanned(name) {
			if name != r.Name && h.missing[name] {
				return "=", nil // the class has been reported, and what it has goes with it
			}
			h.missing[name] = true
			h.diags.Add(diag.UnknownComponent, at.Range(), "Unsupported component",
				fmt.Sprintf("The component %s is not supported by sstc yet.", name))
			return "=", nil
		}
		if lower.Lookup(name) != nil {
			h.diags.Add(diag.UnknownMember, at.Range(), "Unknown member", fmt.Sprintf("The component %s has no function %q.", name, strings.TrimPrefix(r.Name, name+".")))
			return "=", nil
		}
	}
	h.diags.Add(diag.UnknownComponent, at.Range(), "Unknown component", fmt.Sprintf("There is no component %s.", r.Name)+lower.Suggest(r.Name))
	return "=", nil
}

func (h *host) unknownMember(r *request, at *callPlace) (string, error) {
	def := lower.LookupAny(r.Type)
	var names []string
	if def != nil {
		for _, o := range def.Outputs {
			names = append(names, o.Name)
		}
		for _, m := range def.Methods {
			names = append(names, m.Name)
		}
		if strings.HasPrefix(r.Member, "nodes.") {
			names = nil
			for _, n := range def.Nodes {
				names = append(names, "nodes."+n.Name)
			}
		}
	}
	h.diags.Add(diag.UnknownMember, at.Range(), "Unknown member",
		fmt.Sprintf("The %s %q has no %q.%s", r.Type, r.Name, r.Member, diag.Suggest(r.Member, names)))
	return "=", nil
}

// unsupported reports what @pulumi/pulumi has and sstc does not.
func (h *host) unsupported(r *request, at *callPlace) (string, error) {
	h.diags.Add(diag.UnsupportedFeature, at.Range(), "Not supported", fmt.Sprintf("Pulumi's %s is not supported by sstc. %s", r.Name, r.Kind))
	return "=", nil
}

// check reports an output of the app that cannot be read: Text is why, or else
// the value shows it. It is read again when run() has returned, for the same
// place: secrets are named after that.
func (h *host) check(r *request, at *callPlace) (string, error) {
	var problem string
	if len(r.Text) > 0 {
		if err := json.Unmarshal(r.Text, &problem); err != nil {
			return "", err
		}
	} else if _, err := h.values("OutputOutputs"+capitalized(r.Name), r.Value); err != nil {
		problem = err.Error()
	}
	if problem == "" {
		return "=", nil
	}
	// What the configuration's own code threw is found there.
	where := h.positions.User(engine.ParseStack(r.At))
	if where.IsZero() {
		where = h.positions.Output(h.configFile, r.Name)
	}
	code, summary := diag.EvaluationFailed, "Error in the configuration"
	if r.Kind == "SSTC_UNKNOWN" {
		code, summary = diag.UnknownValue, "Value not known before deployment"
	}
	h.diags.Add(code, where, summary, fmt.Sprintf("The output %q: %s", r.Name, script.Sentence(problem)))
	return "=", nil
}

// retry calls the transforms that read what is declared further below.
func (h *host) retry(*request, *callPlace) (string, error) { return "=", h.app.Retry() }

func (h *host) unknownConstant(r *request, at *callPlace) (string, error) {
	var members []string
	if err := json.Unmarshal(r.Args, &members); err != nil {
		return "", err
	}
	h.diags.Add(diag.UnknownMember, at.Range(), "Unknown member", fmt.Sprintf("%s has no %q.%s", r.Name, r.Member, diag.Suggest(r.Member, members)))
	return "=", nil
}

// bareOutput warns of an Output that was put into a string or JSON as it is.
func (h *host) bareOutput(r *request, at *callPlace) (string, error) {
	where, instead := "a string", "$interpolate`...`"
	if r.Kind == "json" {
		where, instead = "JSON", "$jsonStringify(...)"
	}
	h.diags.Warn(diag.OutputInString, at.Range(), "Output in a string",
		fmt.Sprintf("An Output was put into %s as it is. SST writes a sentence about that in place of the value; sstc writes the value. Use %s, which does so in both.", where, instead))
	return "=", nil
}

// closure reports what would pack a function of the configuration's.
func (h *host) closure(r *request, at *callPlace) (string, error) {
	h.diags.Add(diag.UnsupportedFeature, at.Range(), "Function cannot be packed",
		r.Name+" makes a Lambda function of a function in the configuration, and what that refers to cannot be packed. Put the code in a file of its own, and name its handler in an sst.aws.Function.")
	return "=", nil
}

// definition describes a component to the runtime.
func (h *host) definition(typ string) (string, error) {
	d := lower.LookupAny(typ)
	if d == nil {
		return `{"outputs":[],"nodes":[],"methods":[],"statics":[],"versions":[]}`, nil
	}
	var out struct {
		Outputs []string `json:"outputs"`
		Nodes   []string `json:"nodes"`
		Methods []string `json:"methods"`
		Statics []string `json:"statics"`
		// Versions are classes that the class has as members: v1 of Vpc.
		Versions []string `json:"versions"`
	}
	for _, o := range d.Outputs {
		out.Outputs = append(out.Outputs, o.Name)
	}
	for _, n := range d.Nodes {
		out.Nodes = append(out.Nodes, n.Name)
	}
	for _, m := range d.Methods {
		out.Methods = append(out.Methods, m.Name)
	}
	for _, m := range d.Statics {
		out.Statics = append(out.Statics, m.Name)
	}
	for _, v := range lower.Definitions() {
		if name, ok := strings.CutPrefix(v.Type, typ+"."); ok {
			out.Versions = append(out.Versions, name)
		}
	}
	b, err := json.Marshal(out)
	return strings.ReplaceAll(string(b), "null", "[]"), err
}

// kind says what a name under sst is.
func (h *host) kind(name string) (string, error) {
	if name == "sst.Component" {
		return "class", nil
	}
	if lower.Lookup(name) != nil {
		return "component", nil
	}
	for _, f := range lower.Functions() {
		if f.Name == name {
			return "function", nil
		}
	}
	switch name {
	case "sst.aws", "sst.cloudflare", "sst.vercel", "sst.x":
		return "namespace", nil
	}
	return "", nil
}

// member says what a name in a provider's package is.
func (h *host) member(text string) (string, error) {
	var r request
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return "", err
	}
	r.Pkg = lower.SchemaPackage(r.Pkg)
	answer := func(pairs ...any) (string, error) { return ir.EncodeJSON(ir.Obj(pairs...)), nil }
	known := slices.Contains(schema.PulumiPackages(), r.Pkg) && !schema.PulumiPartial(r.Pkg)
	if r.Name == "Provider" && r.Module == "" {
		return answer("kind", "resource", "token", "pulumi:providers:"+r.Pkg)
	}
	at := &callPlace{Positions: h.positions, Stack: r.At}
	full := r.Pkg
	if r.Module != "" {
		full += "." + strings.ReplaceAll(r.Module, "/", ".")
	}
	if r.Pkg == "aws" {
		name, isOutput := strings.CutSuffix(r.Name, "Output")
		if slices.Contains(sdkHelpers, r.Module+"."+name) {
			return answer("kind", "helper", "token", name, "output", isOutput)
		}
		if slices.Contains(closures[r.Module], r.Name) {
			return answer("kind", "closure", "token", full+"."+r.Name)
		}
	}
	token, kind := schema.PulumiMember(r.Pkg, r.Module, r.Name)
	switch kind {
	case schema.ResourceMember:
		return answer("kind", "resource", "token", token)
	case schema.FunctionMember:
		return answer("kind", "function", "token", token)
	case schema.ModuleMember:
		return answer("kind", "module", "token", token)
	case schema.ConstantMember:
		value, err := ir.DecodeJSON(schema.PulumiConstant(r.Pkg, token))
		if err != nil {
			return "", err
		}
		return answer("kind", "constant", "value", value)
	}
	if known {
		if r.Name == "config" && r.Module == "" {
			return answer("kind", "module", "token", r.Name)
		}
		if config := h.providerConfig(r.Pkg); config != nil && r.Module == "config" && schema.PulumiProvider(r.Pkg).Config.Property(r.Name) != nil {
			// A constant, as in Pulumi; undefined if it has not been set.
			return answer("kind", "constant", "value", config.Args.Get(r.Name))
		}
		h.diags.Add(diag.UnknownResource, at.Range(), "Unknown resource type",
			fmt.Sprintf("The provider %q has no %q.%s", full, r.Name, diag.Suggest(r.Name, append(schema.PulumiMembers(r.Pkg, r.Module), schema.PulumiModules(r.Pkg)...))))
		return answer("kind", "poison")
	}
	// Nothing is known of this provider; the usual form of tokens is assumed.
	first := r.Name[0]
	switch {
	case first >= 'A' && first <= 'Z':
		module := r.Module
		if module == "" {
			module = "index"
		}
		lowerFirst := strings.ToLower(r.Name[:1]) + r.Name[1:]
		return answer("kind", "resource", "token", r.Pkg+":"+module+"/"+lowerFirst+":"+r.Name)
	case strings.HasPrefix(r.Name, "get"):
		module := r.Module
		if module == "" {
			module = "index"
		}
		name := strings.TrimSuffix(r.Name, "Output")
		return answer("kind", "function", "token", r.Pkg+":"+module+"/"+name+":"+name)
	}
	return answer("kind", "module", "token", strings.TrimPrefix(r.Module+"/"+r.Name, "/"))
}

// providerConfig returns a package's configuration, or nil if there is none or
// run() has not begun.
func (h *host) providerConfig(pkg string) *ir.ProviderConfig {
	if h.app == nil {
		return nil
	}
	return h.app.ProviderConfig(pkg)
}

// deferValue makes a symbol whose value follows later, for a callback that
// reads what is declared below it.
func (h *host) deferValue(string) (string, error) {
	id := len(h.symbols)
	pending := ir.Call{Func: lower.FuncPending, Args: []ir.Value{ir.Number(id)}}
	h.symbols = append(h.symbols, symbol{value: pending, typ: stringType})
	return ir.EncodeJSON(ir.Obj("id", id, "text", h.marker(id))), nil
}

func (h *host) resolve(text string) (string, error) {
	o, err := ir.DecodeJSON(text)
	if err != nil {
		return "", err
	}
	id, _ := object(o).Get("id").(ir.Number)
	v, err := h.fromJS(object(o).Get("value"), "")
	if err != nil {
		return "", err
	}
	if v == nil {
		v = ir.Null{}
	}
	h.pending[int(id)] = v
	h.symbols[int(id)].value = v
	return "", nil
}
