package script

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/engine"
	"github.com/sstc/sstc/compiler/engine/overlay"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/frontends"
)

//go:embed build.js
var buildJS string

// A Build lets functions of JavaScript take part in the making of functions'
// code: hooks, and plugins of esbuild. Each function has a directory in the
// engine's memory that stands for its archive.
//
// An engine does one thing at a time, and esbuild asks for several: requests
// wait for each other, but for those of plugins that wait for esbuild.
type Build struct {
	engine    *engine.Engine
	files     *frontends.Files
	positions *Positions
	// first is how many forbidden acts there were before.
	first int

	mu       sync.Mutex
	changed  *sync.Cond // something has settled
	last     int        // the number of the last request
	settled  map[int]settlement
	resolves []resolveRequest // of plugins, not taken up yet
	running  int              // of plugins, taken up
	setups   map[string]*setup
	shown    map[string]map[string]bool // function → files that its directory has been given
	read     func(name string) ([]byte, error)
}

type settlement struct {
	ID    int
	Value json.RawMessage
	Error *struct{ Name, Message, Code, Stack string }
}

type resolveRequest struct {
	Key                                                     int
	Path, Importer, Namespace, ResolveDir, Kind, PluginName string
	PluginData                                              int
	With                                                    map[string]string
}

// A setup are the plugins of a function while it is bundled.
type setup struct {
	build api.PluginBuild
	place func(absPath string) string // where in the archive an output goes
}

// NewBuild prepares an engine, in which a global function __sstc_parts returns
// what takes part in the making of a function: {hooks, args, plugins}.
func NewBuild(e *engine.Engine, files *frontends.Files, positions *Positions) (*Build, error) {
	b := &Build{engine: e, files: files, positions: positions, settled: map[int]settlement{}, setups: map[string]*setup{}, shown: map[string]map[string]bool{}}
	b.changed = sync.NewCond(&b.mu)
	b.first = len(e.Forbidden())
	if err := e.Register("__sstc_build_host", b.host); err != nil {
		return nil, err
	}
	return b, e.Eval("sstc:build", buildJS)
}

// Close frees the engine.
func (b *Build) Close() { b.engine.Close() }

// host answers build.js. It is called while the lock is held.
func (b *Build) host(text string) (string, error) {
	var r struct {
		Name string
		Arg  json.RawMessage
	}
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return "", err
	}
	switch r.Name {
	case "settle":
		var s settlement
		if err := json.Unmarshal(r.Arg, &s); err != nil {
			return "", err
		}
		b.settled[s.ID] = s
	case "resolve":
		var req resolveRequest
		if err := json.Unmarshal(r.Arg, &req); err != nil {
			return "", err
		}
		b.resolves = append(b.resolves, req)
	}
	return "null", nil
}

// do has build.js carry out an operation, and reads its result. The error may
// be an [engine.Error].
func (b *Build) do(operation string, request map[string]any, result any, resolve func(resolveRequest) map[string]any) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last++
	id := b.last
	request["id"], request["operation"] = id, operation
	text, err := json.Marshal(request)
	if err != nil {
		return err
	}
	if err := b.call("__sstc_build", string(text)); err != nil {
		return err
	}
	for {
		if s, ok := b.settled[id]; ok {
			delete(b.settled, id)
			if s.Error != nil {
				e := &engine.Error{Name: s.Error.Name, Message: s.Error.Message, Code: s.Error.Code, Stack: engine.ParseStack(s.Error.Stack)}
				if e.Code == "SSTC_FORBIDDEN" {
					e.Kind = engine.Forbidden
				}
				return e
			}
			return json.Unmarshal(s.Value, result)
		}
		if len(b.resolves) > 0 && resolve != nil {
			r := b.resolves[0]
			b.resolves = b.resolves[1:]
			b.running++
			b.mu.Unlock() // esbuild may ask plugins in turn
			answer := resolve(r)
			b.mu.Lock()
			b.running--
			answer["key"] = r.Key
			text, err := json.Marshal(answer)
			if err == nil {
				err = b.call("__sstc_build_resolved", string(text))
			}
			b.changed.Broadcast()
			if err != nil {
				return err
			}
			continue
		}
		if b.running == 0 {
			return &engine.Error{Kind: engine.Deadlock, Name: "Error", Message: "It waits for a promise that nothing can settle any more."}
		}
		b.changed.Wait()
	}
}

func (b *Build) call(function, arg string) error {
	if _, err := b.engine.Call(function, arg); err != nil {
		return err
	}
	return b.engine.Drain()
}

// Forbidden tells of forbidden acts that it has not told of before.
func (b *Build) Forbidden() diag.List {
	var diags diag.List
	b.mu.Lock()
	defer b.mu.Unlock()
	acts := b.engine.Forbidden()
	Forbidden(&diags, b.positions, acts[b.first:])
	b.first = len(acts)
	return diags
}

// problems makes diagnostics of an error and of what was forbidden meanwhile.
func (b *Build) problems(f *ir.Function, what string, err error) (diag.List, error) {
	diags := b.Forbidden()
	var e *engine.Error
	if err != nil && !errors.As(err, &e) {
		return nil, err
	}
	if e != nil && e.Kind != engine.Forbidden {
		at := b.positions.User(e.Stack)
		notes := []diag.Note{{Message: "the function", Subject: f.Range.Ptr()}}
		if at.IsZero() {
			at, notes = f.Range, nil
		}
		detail := e.Message
		switch e.Kind {
		case engine.Timeout:
			detail = "It has used up the time that the configuration is allowed. A longer time can be given with --eval-timeout."
		default:
			if e.Name != "Error" && e.Name != "" {
				detail = e.Name + ": " + detail
			}
		}
		diags.Add(diag.EvaluationFailed, at, "Error during the build", fmt.Sprintf("%s of the function %q has failed. %s", what, f.Name, Sentence(detail)), notes...)
	}
	return diags, nil
}

// directory is where in memory the archive of a function is.
func directory(f *ir.Function) string { return overlay.Temp + "/artifacts/" + f.ID }

// Hook runs a hook of the function's.
func (b *Build) Hook(f *ir.Function, name string) (diag.List, error) {
	err := b.do("hook", map[string]any{"fn": f.ID, "name": name, "out": directory(f)}, new(any), nil)
	return b.problems(f, "The hook "+name, err)
}

// Lend shows files of the function's archive in its directory, where they are
// read when they are asked for. Those that it has been shown before are not
// shown again.
func (b *Build) Lend(f *ir.Function, sizes map[string]int64) error {
	for _, name := range sortedKeys(sizes) {
		if b.shown[f.ID][name] {
			continue
		}
		load := func() ([]byte, error) { return b.read(name) }
		if err := b.files.Made().Lend(path.Join(directory(f), name), sizes[name], load); err != nil {
			return err
		}
		b.show(f, name)
	}
	return nil
}

func (b *Build) show(f *ir.Function, name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.shown[f.ID] == nil {
		b.shown[f.ID] = map[string]bool{}
	}
	b.shown[f.ID][name] = true
}

// Read says how files that were lent are read.
func (b *Build) Read(read func(name string) ([]byte, error)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.read = read
}

// Collect returns what is in the function's directory: nil for a file that is
// as it was lent.
func (b *Build) Collect(f *ir.Function) (map[string][]byte, error) {
	files := map[string][]byte{}
	made := b.files.Made()
	if !made.Holds(directory(f)) {
		return files, nil
	}
	list, err := made.Files(directory(f))
	for _, file := range list {
		content := file.Content
		if file.Source != "" {
			if content, err = made.ReadFile(file.Source); err != nil {
				return nil, err
			}
		}
		if content == nil && !file.Lent {
			content = []byte{}
		}
		files[file.Name] = content
	}
	return files, err
}

// An esbuildPlugin is what a plugin has registered.
type esbuildPlugin struct {
	Name           string
	OnStart, OnEnd []int
	OnResolve      []registration
	OnLoad         []registration
}

type registration struct {
	Filter, Namespace string
	Key               int
}

// Plugins sets the function's plugins up. Initial are the options of esbuild
// as they see them; what they change of these is returned. Place says where in
// the archive an output goes.
func (b *Build) Plugins(f *ir.Function, initial *ir.Object, place func(absPath string) string) ([]api.Plugin, *ir.Object, diag.List, error) {
	initial = initial.With("absWorkingDir", ir.String(b.files.VirtualApp())).With("write", ir.Bool(true)).With("metafile", ir.Bool(true)).
		With("outfile", ir.String(path.Join(directory(f), place(""))))
	var made struct {
		Plugins []esbuildPlugin
		Changed json.RawMessage
	}
	err := b.do("setup", map[string]any{"fn": f.ID, "initial": json.RawMessage(ir.EncodeJSON(initial)), "out": directory(f)}, &made, nil)
	diags, err := b.problems(f, "A plugin of esbuild", err)
	if err != nil || diags.HasErrors() {
		return nil, nil, diags, err
	}
	value, err := ir.DecodeJSON(string(made.Changed))
	if err != nil {
		return nil, nil, nil, err
	}
	changed, _ := value.(*ir.Object)
	s := &setup{place: place}
	b.mu.Lock()
	b.setups[f.ID] = s
	b.mu.Unlock()
	var plugins []api.Plugin
	for _, p := range made.Plugins {
		plugins = append(plugins, api.Plugin{Name: p.Name, Setup: func(build api.PluginBuild) {
			s.build = build
			b.register(f, s, p, build)
		}})
	}
	return plugins, changed, diags, nil
}

func (b *Build) register(f *ir.Function, s *setup, p esbuildPlugin, build api.PluginBuild) {
	for _, key := range p.OnStart {
		build.OnStart(func() (api.OnStartResult, error) {
			var r struct{ Errors, Warnings []message }
			err := b.do("start", map[string]any{"key": key}, &r, b.resolver(s))
			return api.OnStartResult{Errors: b.messages(r.Errors), Warnings: b.messages(r.Warnings)}, b.failure(err)
		})
	}
	for _, reg := range p.OnResolve {
		build.OnResolve(api.OnResolveOptions{Filter: reg.Filter, Namespace: reg.Namespace}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
			var r *struct {
				Path, Namespace, Suffix, PluginName string
				External, SideEffects               bool
				PluginData                          int
				Errors, Warnings                    []message
			}
			err := b.do("resolve", map[string]any{"key": reg.Key, "owner": p.Name, "args": map[string]any{
				"path": b.virtual(args.Path), "importer": b.inNamespace(args.Importer, args.Namespace), "namespace": args.Namespace,
				"resolveDir": b.virtual(args.ResolveDir), "kind": resolveKinds[args.Kind], "pluginData": dataKey(args.PluginData), "with": args.With,
			}}, &r, b.resolver(s))
			if err != nil || r == nil {
				return api.OnResolveResult{}, b.failure(err)
			}
			result := api.OnResolveResult{
				Path: r.Path, External: r.External, Namespace: r.Namespace, Suffix: r.Suffix, PluginName: r.PluginName,
				Errors: b.messages(r.Errors), Warnings: b.messages(r.Warnings),
			}
			if !r.SideEffects {
				result.SideEffects = api.SideEffectsFalse
			}
			if r.PluginData != 0 {
				result.PluginData = pluginData(r.PluginData)
			}
			if (r.Namespace == "" || r.Namespace == "file") && !r.External {
				result.Path = b.real(r.Path)
			}
			return result, nil
		})
	}
	for _, reg := range p.OnLoad {
		build.OnLoad(api.OnLoadOptions{Filter: reg.Filter, Namespace: reg.Namespace}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
			var r *struct {
				Given                                    bool
				Contents, ResolveDir, Loader, PluginName string
				Bytes                                    []byte
				PluginData                               int
				Errors, Warnings                         []message
			}
			err := b.do("load", map[string]any{"key": reg.Key, "owner": p.Name, "args": map[string]any{
				"path": b.inNamespace(args.Path, args.Namespace), "namespace": args.Namespace, "suffix": args.Suffix,
				"pluginData": dataKey(args.PluginData), "with": args.With,
			}}, &r, b.resolver(s))
			if err != nil || r == nil {
				return api.OnLoadResult{}, b.failure(err)
			}
			result := api.OnLoadResult{ResolveDir: b.real(r.ResolveDir), PluginName: r.PluginName, Errors: b.messages(r.Errors), Warnings: b.messages(r.Warnings)}
			if r.PluginData != 0 {
				result.PluginData = pluginData(r.PluginData)
			}
			if r.Given {
				contents := r.Contents + string(r.Bytes)
				result.Contents = &contents
				if r.ResolveDir == "" && args.Namespace == "file" {
					result.ResolveDir = filepath.Dir(args.Path)
				}
			}
			if r.Loader != "" {
				l, ok := loaders[r.Loader]
				if !ok {
					return api.OnLoadResult{}, fmt.Errorf("there is no loader %q", r.Loader)
				}
				result.Loader = l
			}
			return result, nil
		})
	}
	if len(p.OnEnd) > 0 {
		build.OnEnd(func(result *api.BuildResult) (api.OnEndResult, error) {
			if err := b.lendOutputs(f, s, result); err != nil {
				return api.OnEndResult{}, err
			}
			var r struct{ Errors, Warnings []message }
			err := b.do("end", map[string]any{"keys": p.OnEnd, "result": map[string]any{
				"errors": b.encoded(result.Errors), "warnings": b.encoded(result.Warnings), "metafile": result.Metafile,
			}}, &r, nil)
			return api.OnEndResult{Errors: b.messages(r.Errors), Warnings: b.messages(r.Warnings)}, b.failure(err)
		})
	}
}

// lendOutputs shows what esbuild has made.
func (b *Build) lendOutputs(f *ir.Function, s *setup, result *api.BuildResult) error {
	contents, sizes := map[string][]byte{}, map[string]int64{}
	for _, o := range result.OutputFiles {
		name := s.place(o.Path)
		contents[name], sizes[name] = o.Contents, int64(len(o.Contents))
	}
	b.Read(func(name string) ([]byte, error) { return contents[name], nil })
	return b.Lend(f, sizes)
}

// pluginData is a key of a value that build.js keeps.
type pluginData int

func dataKey(v any) int {
	d, _ := v.(pluginData)
	return int(d)
}

// failure is an error of a callback's, as esbuild says it.
func (b *Build) failure(err error) error {
	var e *engine.Error
	if !errors.As(err, &e) {
		return err
	}
	if e.Name == "Error" {
		return errors.New(e.Message)
	}
	return errors.New(e.Error())
}

func (b *Build) resolver(s *setup) func(resolveRequest) map[string]any {
	return func(r resolveRequest) map[string]any {
		kind := api.ResolveNone
		for k, name := range resolveKinds {
			if name == r.Kind {
				kind = k
			}
		}
		options := api.ResolveOptions{
			PluginName: r.PluginName, Importer: b.real(r.Importer), Namespace: r.Namespace, ResolveDir: b.real(r.ResolveDir), Kind: kind, With: r.With,
		}
		if r.PluginData != 0 {
			options.PluginData = pluginData(r.PluginData)
		}
		if kind == api.ResolveNone {
			return map[string]any{"error": `Must specify "kind" when calling "resolve"`}
		}
		result := s.build.Resolve(b.real(r.Path), options)
		return map[string]any{"value": map[string]any{
			"errors": b.encoded(result.Errors), "warnings": b.encoded(result.Warnings), "path": b.inNamespace(result.Path, result.Namespace),
			"external": result.External, "sideEffects": result.SideEffects, "namespace": result.Namespace, "suffix": result.Suffix,
			"pluginData": dataKey(result.PluginData),
		}}
	}
}

var resolveKinds = map[api.ResolveKind]string{
	api.ResolveEntryPoint: "entry-point", api.ResolveJSImportStatement: "import-statement", api.ResolveJSRequireCall: "require-call",
	api.ResolveJSDynamicImport: "dynamic-import", api.ResolveJSRequireResolve: "require-resolve", api.ResolveCSSImportRule: "import-rule",
	api.ResolveCSSComposesFrom: "composes-from", api.ResolveCSSURLToken: "url-token",
}

var loaders = map[string]api.Loader{
	"base64": api.LoaderBase64, "binary": api.LoaderBinary, "copy": api.LoaderCopy, "css": api.LoaderCSS, "dataurl": api.LoaderDataURL,
	"default": api.LoaderDefault, "empty": api.LoaderEmpty, "file": api.LoaderFile, "global-css": api.LoaderGlobalCSS, "js": api.LoaderJS,
	"json": api.LoaderJSON, "jsx": api.LoaderJSX, "local-css": api.LoaderLocalCSS, "text": api.LoaderText, "ts": api.LoaderTS, "tsx": api.LoaderTSX,
}

// virtual is a path as the configuration sees it, if it is in the workspace.
func (b *Build) virtual(name string) string {
	if rel, ok := strings.CutPrefix(name, b.files.AbsWorkspace()); ok && (rel == "" || rel[0] == filepath.Separator) {
		return frontends.VirtualRoot + filepath.ToSlash(rel)
	}
	return name
}

func (b *Build) inNamespace(name, namespace string) string {
	if namespace == "" || namespace == "file" {
		return b.virtual(name)
	}
	return name
}

// real is the way back.
func (b *Build) real(name string) string {
	if rel, ok := strings.CutPrefix(name, frontends.VirtualRoot); ok && (rel == "" || rel[0] == '/') {
		return filepath.Join(b.files.AbsWorkspace(), filepath.FromSlash(rel))
	}
	return name
}

// A message is one of esbuild's, as plugins have it.
type message struct {
	ID         string    `json:"id"`
	PluginName string    `json:"pluginName"`
	Text       string    `json:"text"`
	Location   *location `json:"location"`
	Notes      []note    `json:"notes"`
}

type note struct {
	Text     string    `json:"text"`
	Location *location `json:"location"`
}

type location struct {
	File       string `json:"file"`
	Namespace  string `json:"namespace"`
	Line       int    `json:"line"`
	Column     int    `json:"column"`
	Length     int    `json:"length"`
	LineText   string `json:"lineText"`
	Suggestion string `json:"suggestion"`
}

func (b *Build) messages(list []message) []api.Message {
	var out []api.Message
	place := func(l *location) *api.Location {
		if l == nil {
			return nil
		}
		made := api.Location(*l)
		made.File = b.real(l.File)
		return &made
	}
	for _, m := range list {
		made := api.Message{ID: m.ID, PluginName: m.PluginName, Text: m.Text, Location: place(m.Location)}
		for _, n := range m.Notes {
			made.Notes = append(made.Notes, api.Note{Text: n.Text, Location: place(n.Location)})
		}
		out = append(out, made)
	}
	return out
}

func (b *Build) encoded(list []api.Message) []message {
	out := []message{}
	place := func(l *api.Location) *location {
		if l == nil {
			return nil
		}
		made := location(*l)
		return &made
	}
	for _, m := range list {
		made := message{ID: m.ID, PluginName: m.PluginName, Text: m.Text, Location: place(m.Location), Notes: []note{}}
		for _, n := range m.Notes {
			made.Notes = append(made.Notes, note{n.Text, place(n.Location)})
		}
		out = append(out, made)
	}
	return out
}

func sortedKeys(m map[string]int64) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
