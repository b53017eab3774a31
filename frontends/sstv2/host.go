package sstv2

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // for props.json
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/engine"
	"github.com/sstc/sstc/compiler/ir"
)

// A request is what the library asks of Go.
type request struct {
	Name string          `json:"name"`
	Arg  json.RawMessage `json:"arg"`
	At   string          `json:"at"` // the stack of the call
}

// host answers the library. Requests and answers are JSON.
func (v *evaluation) host(text string) (string, error) {
	var r request
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return "", err
	}
	var answer any
	var err error
	switch r.Name {
	case "function":
		answer, err = v.function(&r)
	case "site":
		answer, err = v.site(&r)
	case "minify":
		answer, err = minify(&r)
	case "support":
		answer, err = support(&r)
	case "digest":
		answer, err = v.digest(&r)
	case "facts":
		answer, err = v.facts(&r)
	case "props":
		answer = json.RawMessage(props)
	case "unknown property":
		err = v.unknownProperty(&r)
	case "unknown value":
		err = v.unknownValue(&r)
	default:
		err = fmt.Errorf("the library asks for %q, which there is not. This is a bug in sstc", r.Name)
	}
	if err != nil {
		return "", err
	}
	b, err := json.Marshal(answer)
	return string(b), err
}

// props lists the properties that constructs take; testdata/sstv2props makes it.
//
//go:embed props.json
var props []byte

// unknownProperty warns of a property that a construct does not have.
func (v *evaluation) unknownProperty(r *request) error {
	var a struct {
		Owner string   `json:"owner"`
		At    string   `json:"at"` // the object that it is in; "" for the props themselves
		Name  string   `json:"name"`
		Known []string `json:"known"`
		More  bool     `json:"more"` // of the CDK's, whose versions may have others
	}
	if err := json.Unmarshal(r.Arg, &a); err != nil {
		return err
	}
	slices.Sort(a.Known)
	if a.More && diag.Nearest(a.Name, a.Known) == "" {
		return nil
	}
	in := a.Owner
	if a.At != "" {
		in = a.At + " of " + a.Owner
	}
	at := v.stackRange(r.At)
	detail := fmt.Sprintf("SST has no property %q in %s.%s", a.Name, in, diag.Suggest(a.Name, a.Known))
	v.diags.Warn(diag.UnsupportedArgument, at, "Unknown property", detail)
	return nil
}

// unknownValue warns of a value that a property of a construct does not take.
func (v *evaluation) unknownValue(r *request) error {
	var a struct {
		Detail string   `json:"detail"`
		Value  string   `json:"value"`
		Known  []string `json:"known"` // the values that it takes, if they can be listed
	}
	if err := json.Unmarshal(r.Arg, &a); err != nil {
		return err
	}
	if diag.Nearest(a.Value, a.Known) != "" {
		a.Detail += diag.Suggest(a.Value, a.Known)
	} else if len(a.Known) > 0 {
		slices.Sort(a.Known)
		a.Detail += " Known are " + diag.Words(a.Known) + "."
	}
	v.diags.Warn(diag.InvalidValue, v.stackRange(r.At), "Unknown value", a.Detail)
	return nil
}

// minify makes code small, for functions of CloudFront's.
func minify(r *request) (string, error) {
	var code string
	if err := json.Unmarshal(r.Arg, &code); err != nil {
		return "", err
	}
	result := api.Transform(code, api.TransformOptions{
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true, Target: api.ES5, LogLevel: api.LogLevelSilent,
	})
	if len(result.Errors) > 0 {
		return "", &engine.Throw{Message: "The code of a function at the edge cannot be read: " + result.Errors[0].Text, Code: "SSTC_V2_INVALID"}
	}
	return string(result.Code), nil
}

// support is the text of a file of the library's own functions.
func support(r *request) (string, error) {
	var name string
	if err := json.Unmarshal(r.Arg, &name); err != nil {
		return "", err
	}
	b, err := runtime.ReadFile("runtime/support/" + name)
	return string(b), err
}

// digest is the SHA-256 of a file of an installed package, or of a part of it,
// and "" if there is no such file or part.
func (v *evaluation) digest(r *request) (string, error) {
	var a struct {
		File string `json:"file"`
		From string `json:"from"` // the part begins with this, if it is not the whole
		To   string `json:"to"`   // and ends before this
	}
	if err := json.Unmarshal(r.Arg, &a); err != nil {
		return "", err
	}
	b, err := v.args.Files.ReadUnrecorded(a.File)
	if err != nil {
		return "", nil
	}
	if a.From != "" {
		start := bytes.Index(b, []byte(a.From))
		if start < 0 {
			return "", nil
		}
		b = b[start:]
		end := bytes.Index(b, []byte(a.To))
		if end < 0 {
			return "", nil
		}
		b = b[:end]
	}
	return fmt.Sprintf("%x", sha256.Sum256(b)), nil
}

// functionArgs are what the library says of a function.
type functionArgs struct {
	Path         string `json:"path"`
	Name         string `json:"name"`
	Runtime      string `json:"runtime"`
	Handler      string `json:"handler"`
	Architecture string `json:"architecture"`
	Entry        string `json:"entry"` // the module of Handler, where it is the library's own
	Stem         string `json:"stem"`  // the bundle's path without extension, where the library knows better
	Job          bool   `json:"job"`   // a program calls the handler, and ends
	// Bundle is a directory to be packed as it is, where a site's build made it.
	Bundle       string   `json:"bundle"`
	BuiltIn      string   `json:"builtIn"`      // the site's directory
	Placeholders []string `json:"placeholders"` // environment variables of the build
	Files        []struct {
		Path    string `json:"path"`
		Content string `json:"content"`
	} `json:"files"`
	CopyFiles []struct {
		From string `json:"from"`
		To   string `json:"to"`
	} `json:"copyFiles"`
	Hooks   []string `json:"hooks"`   // that the function has
	Plugins bool     `json:"plugins"` // it has plugins of esbuild
	Java    struct {
		BuildTask      string `json:"buildTask"`
		BuildOutputDir string `json:"buildOutputDir"`
	} `json:"java"`
	Python struct {
		NoDocker        bool     `json:"noDocker"`
		InstallCommands []string `json:"installCommands"`
	} `json:"python"`
	Go struct {
		LDFlags    []string `json:"ldFlags"`
		BuildTags  []string `json:"buildTags"`
		CgoEnabled bool     `json:"cgoEnabled"`
	} `json:"go"`
	NodeJS struct {
		Loader    map[string]string `json:"loader"`
		Install   []string          `json:"install"`
		Banner    string            `json:"banner"`
		Minify    *bool             `json:"minify"`
		Format    string            `json:"format"`
		SourceMap *bool             `json:"sourcemap"`
		Splitting bool              `json:"splitting"`
		ESBuild   json.RawMessage   `json:"esbuild"`
	} `json:"nodejs"`
}

// function notes a function that is to be packed, and returns its ID.
func (v *evaluation) function(r *request) (string, error) {
	var a functionArgs
	if err := json.Unmarshal(r.Arg, &a); err != nil {
		return "", &engine.Throw{Message: "The function's props cannot be read: " + err.Error(), Code: "SSTC_V2_INVALID"}
	}
	f := &ir.Function{
		ID: v.functionID(a.Path), Name: a.Name, Runtime: a.Runtime, Handler: v.relative(a.Handler), Architecture: a.Architecture, Entry: a.Entry,
		Range: v.stackRange(r.At),
	}
	if a.Runtime == "go1.x" {
		f.Runtime = "go"
	}
	for _, c := range a.CopyFiles {
		f.CopyFiles = append(f.CopyFiles, ir.CopyFile{From: v.relative(c.From), To: c.To})
	}
	n := a.NodeJS
	f.Node = ir.NodeOptions{Format: n.Format, Banner: n.Banner, Minify: n.Minify, Splitting: n.Splitting, Install: slices.Sorted(slices.Values(n.Install))}
	if f.Node.Bundle = a.Stem; a.Stem == "" {
		f.Node.Bundle = bundleOf(f.Handler)
	}
	if f.Node.Minify == nil {
		f.Node.Minify = new(bool) // SST v2 leaves code as it is
	}
	if n.SourceMap != nil && *n.SourceMap {
		f.Node.SourceMap = n.SourceMap
	}
	for _, ext := range slices.Sorted(maps.Keys(n.Loader)) {
		f.Node.Loader = append(f.Node.Loader, ir.KV{Key: ext, Value: n.Loader[ext]})
	}
	if len(n.ESBuild) > 0 {
		if options, err := ir.DecodeJSON(string(n.ESBuild)); err == nil {
			if o, ok := options.(*ir.Object); ok && o.Len() > 0 {
				f.Node.ESBuild = o
			}
		}
	}
	if a.Bundle != "" {
		f.Bundle = v.relative(a.Bundle)
	}
	if a.BuiltIn != "" {
		f.BuiltIn = v.relative(a.BuiltIn)
	}
	for _, name := range a.Placeholders {
		f.Placeholders = append(f.Placeholders, ir.Placeholder{Text: "{{ " + name + " }}", Variable: name, Whole: "{{ " + name + " }}"})
	}
	for _, file := range a.Files {
		f.Files = append(f.Files, ir.File{Path: file.Path, Content: file.Content})
	}
	for _, hook := range a.Hooks {
		switch hook {
		case "beforeBuild":
			f.BeforeBuild = hook
		case "afterBuild":
			f.AfterBuild = hook
		}
	}
	f.Node.Plugins = a.Plugins
	f.Java = ir.JavaOptions{Task: a.Java.BuildTask, OutputDir: a.Java.BuildOutputDir}
	f.Python = ir.PythonOptions{NoDependencies: a.Python.NoDocker, Install: a.Python.InstallCommands, Whole: true}
	f.Go = ir.GoOptions{LDFlags: a.Go.LDFlags, Tags: a.Go.BuildTags, Cgo: a.Go.CgoEnabled}
	if a.Job {
		f.Files = append(f.Files, ir.File{Path: "handler-wrapper.mjs", Content: jobWrapper(f)})
	}
	v.functions = append(v.functions, f)
	return f.ID, nil
}

// jobWrapper is a program that calls the handler of a job.
func jobWrapper(f *ir.Function) string {
	extension := ".mjs"
	if f.Node.Format == "cjs" {
		extension = ".cjs"
	}
	name := strings.TrimPrefix(path.Ext(f.Handler), ".")
	return fmt.Sprintf(`import * as job from "./%s%s";

console.log("The job starts.");
const result = await job[%q](JSON.parse(process.env.SST_PAYLOAD));
console.log("The job has ended. Its result:", result);
process.exit(0);
`, f.Node.Bundle, extension, name)
}

// functionID makes an identifier of the constructs that a function is in.
func (v *evaluation) functionID(constructs string) string {
	return uniqueID(constructs, func(id string) bool {
		return slices.ContainsFunc(v.functions, func(f *ir.Function) bool { return f.ID == id })
	})
}

func uniqueID(constructs string, taken func(id string) bool) string {
	id := alnum(constructs)
	if id == "" || id[0] >= '0' && id[0] <= '9' {
		id = "F" + id
	}
	base := id
	for n := 2; taken(id); n++ {
		id = base + strconv.Itoa(n)
	}
	return id
}

// stackRange is where in the user's files a stack of calls comes from.
func (v *evaluation) stackRange(stack string) diag.Range {
	return v.positions.User(engine.ParseStack(stack))
}

// bundleOf is where SST v2 puts the bundle of a handler: in the handler's
// directory, if that is in the app. Lambda allows one dot in a handler.
func bundleOf(handler string) string {
	dir, name := path.Split(strings.TrimSuffix(handler, path.Ext(handler)))
	if strings.HasPrefix(dir, "../") {
		dir = ""
	}
	return dir + strings.Replace(name, ".", "-", 1)
}

// relative makes a path relative to the app's root.
func (v *evaluation) relative(name string) string {
	if path.IsAbs(name) {
		return v.args.Files.Rel(name)
	}
	return strings.TrimPrefix(path.Clean(name), "./")
}
