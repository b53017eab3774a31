package lower

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

// This file has what frontends need beyond making things: looking things up
// again, and values that are decided late.

// SetInfo completes what is known of the app.
func (a *App) SetInfo(info ir.App) {
	a.Info = info
	a.prog.App = info
}

// Instance returns a component by ID, or nil.
func (a *App) Instance(id string) *Instance {
	if i, ok := a.byID[id]; ok {
		return i
	}
	return nil
}

// Link returns what the component gives to those linked to it, or nil.
func (i *Instance) Link() *Link { return i.link }

// CustomLink reads the definition of a link that user code returned: an object
// with properties and include. Typ is the class, as in a Pulumi token or not.
func (a *App) CustomLink(name, typ string, def ir.Value) *Link { return a.customLink(name, typ, def) }

// CallbackOf returns the callback in v, or nil.
func CallbackOf(v ir.Value) arg.Callback { return arg.Value{V: v}.Callback() }

// KnownAttr returns what an attribute of a resource will be, if the
// configuration itself gave it as a property, or nil. In a list or an object
// there may be unknown values; and the provider may add to an object.
func (a *App) KnownAttr(ref ir.Ref) ir.Value {
	h, ok := a.handles[ref.Resource]
	if !ok || h.Read != nil {
		return nil
	}
	if url, ok := h.Props.Get(ref.Attr).(ir.String); ok && h.Type == "aws:iam/openIdConnectProvider:OpenIdConnectProvider" && ref.Attr == "url" {
		// IAM gives it back without the scheme, and so it stands in conditions.
		return ir.String(strings.TrimPrefix(string(url), "https://"))
	}
	switch v := h.Props.Get(ref.Attr).(type) {
	case ir.String, ir.Number, ir.Bool, ir.List, *ir.Object:
		return v
	}
	if h.Type == "aws:acm/certificate:Certificate" && ref.Attr == "domainValidationOptions" {
		return askedRecords(ref, h.Props)
	}
	return nil
}

// askedRecords are the records that a certificate asks for: one for each
// of its domains, so it is known how many. Nil if a domain is not known.
func askedRecords(ref ir.Ref, cert *ir.Object) ir.Value {
	names, _ := cert.Get("subjectAlternativeNames").(ir.List)
	var options ir.List
	seen := map[ir.Value]bool{}
	for _, name := range append(ir.List{cert.Get("domainName")}, names...) {
		name, ok := name.(ir.String)
		if !ok {
			return nil
		}
		if seen[name] {
			continue
		}
		seen[name] = true
		option := ir.NewCall(ir.FuncFind, ref, ir.String("domainName"), name, ir.Number(len(options)))
		of := func(attr string) ir.Value { return ir.NewCall(ir.FuncIndex, option, ir.String(attr)) }
		options = append(options, ir.Obj(
			"domainName", name,
			"resourceRecordName", of("resourceRecordName"),
			"resourceRecordType", of("resourceRecordType"),
			"resourceRecordValue", of("resourceRecordValue"),
		))
	}
	return options
}

// SecretValue is a value that the configuration holds and marked as secret. It
// must not be written into an artifact, so it becomes a parameter, named after
// the place where it is used, that the uploader asks for.
func (a *App) SecretValue(place string) ir.Value {
	name := logicalName(place)
	if name == "" {
		name = "Secret"
	}
	return a.Param(&ir.ParamDecl{
		Name: name, Kind: ir.ParamSecret,
		Description: "A value that the configuration marked as secret.",
	})
}

// HasAsset reports whether an asset of that ID is declared.
func (a *App) HasAsset(id string) bool { return a.prog.FindAsset(id) != nil }

// FileArchive declares a file that is an archive already to be uploaded.
func (a *App) FileArchive(source string, at diag.Range) string {
	id := a.Asset(ir.AssetIsFile, source, at)
	a.prog.FindAsset(id).Archive = true
	return id
}

// Archive declares an archive to be uploaded that holds other assets, each
// under its name. They are only uploaded themselves if something else uses them.
func (a *App) Archive(assets *ir.Object, at diag.Range) string {
	archive := &ir.Asset{Kind: ir.AssetIsArchive, Range: at}
	for i := range assets.Len() {
		f := assets.Fields[i]
		if ref, ok := f.Value.(ir.AssetRef); ok {
			part := a.prog.FindAsset(ref.Asset)
			a.packed[part.ID] = true
			switch {
			case part.Kind == ir.AssetIsArchive:
				for _, p := range part.Parts {
					p.Name = f.Key + "/" + p.Name
					archive.Parts = append(archive.Parts, p)
				}
			case part.Archive:
				a.diags.Add(diag.UnsupportedFeature, at, "Not supported",
					fmt.Sprintf("The archive %q would have to be unpacked into this one. Unpack it in the project, and give the directory.", part.Source))
			default:
				archive.Parts = append(archive.Parts, ir.AssetPart{Name: f.Key, Kind: part.Kind, Source: part.Source, Content: part.Content})
			}
		}
	}
	slices.SortFunc(archive.Parts, func(x, y ir.AssetPart) int { return strings.Compare(x.Name, y.Name) })
	for _, s := range a.prog.Assets {
		if s.Kind == archive.Kind && slices.Equal(s.Parts, archive.Parts) {
			return s.ID
		}
	}
	archive.ID = claim(a.compIDs, "AssetArchive"+logicalName(prettyHash(fmt.Sprint(archive.Parts), 6)), "")
	a.prog.Assets = append(a.prog.Assets, archive)
	return archive.ID
}

// dropPacked removes the assets that are uploaded as parts of archives only.
func (a *App) dropPacked() {
	if len(a.packed) == 0 {
		return
	}
	used := map[string]bool{}
	a.prog.WalkValues(func(_ string, v ir.Value) {
		if ref, ok := v.(ir.AssetRef); ok {
			used[ref.Asset] = true
		}
	})
	a.prog.Assets = slices.DeleteFunc(a.prog.Assets, func(s *ir.Asset) bool { return a.packed[s.ID] && !used[s.ID] })
}

// TextAsset declares a file with the given content to be uploaded.
func (a *App) TextAsset(content string, at diag.Range) string {
	for _, s := range a.prog.Assets {
		if s.Kind == ir.AssetIsText && s.Content == content {
			return s.ID
		}
	}
	id := claim(a.compIDs, "AssetText"+logicalName(prettyHash(content, 6)), content)
	a.prog.Assets = append(a.prog.Assets, &ir.Asset{ID: id, Kind: ir.AssetIsText, Content: content, Range: at})
	return id
}

// TransformAll registers a callback for every resource that is made from now
// on, as Pulumi's registerStackTransformation does.
func (a *App) TransformAll(f arg.Callback) { a.all = append(a.all, f) }

// FuncPending stands for a value that user code will give before it ends: a
// callback that reads what is declared below it. [App.Resolve] replaces it.
const FuncPending ir.Func = "pending"

// Resolve replaces values that were pending, by number.
func (a *App) Resolve(values map[int]ir.Value) {
	if len(values) == 0 {
		return
	}
	resolve := func(v ir.Value) ir.Value {
		return ir.Map(v, func(v ir.Value) ir.Value {
			for {
				c, ok := v.(ir.Call)
				if !ok || c.Func != FuncPending {
					return v
				}
				n, _ := c.Args[0].(ir.Number)
				if v = values[int(n)]; v == nil {
					return ir.Null{}
				}
			}
		})
	}
	a.Recording.each(resolve)
	for _, r := range a.prog.Resources {
		r.Props, _ = resolve(r.Props).(*ir.Object)
	}
	for _, i := range a.prog.Invokes {
		i.Args, _ = resolve(i.Args).(*ir.Object)
	}
	for i := range a.prog.Outputs {
		a.prog.Outputs[i].Value = resolve(a.prog.Outputs[i].Value)
	}
	for _, s := range a.prog.Sites {
		if s.Build != nil {
			for i := range s.Build.Env {
				s.Build.Env[i].Value = resolve(s.Build.Env[i].Value)
			}
		}
	}
	for _, kv := range a.prog.KeyValues {
		for i := range kv.Entries {
			kv.Entries[i].Value = resolve(kv.Entries[i].Value)
		}
	}
	for _, i := range a.prog.Invocations {
		i.Function = resolve(i.Function)
	}
}

// ProviderConfig returns the configuration of a package's default provider, or
// nil.
func (a *App) ProviderConfig(pkg string) *ir.ProviderConfig {
	for _, p := range a.prog.Providers {
		if p.Package == pkg {
			return p
		}
	}
	return nil
}

// LookupAny returns the definition of a component or of a part that one makes.
func LookupAny(typ string) *Definition {
	if d := registry[typ]; d != nil {
		return d
	}
	return nil
}

// Available says which components there are, for one that is not there yet.
func Available() string {
	var names []string
	for _, d := range Definitions() {
		if d.Args != nil {
			names = append(names, strings.TrimPrefix(d.Type, "sst."))
		}
	}
	return fmt.Sprintf("Supported are, under sst: %s.", strings.Join(names, ", "))
}
