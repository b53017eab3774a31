package nextjs

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// Two builds of the same sources differ in three ways that can be undone: the
// keys of draft mode, which Next.js draws; the paths of the directory that the
// build was made in; and the order of the members of some manifests.

func decode(text string, into any) bool { return json.Unmarshal([]byte(text), into) == nil }

// A root is a directory of this machine, and what it is on Lambda.
type root struct{ from, to string }

// lambdaRoot is where Lambda unpacks archives.
const lambdaRoot = "/var/task"

// find finds what is to be replaced.
func (r *reader) find() {
	var m struct{ Preview map[string]string }
	decode(r.first("prerender-manifest.json"), &m)
	var pairs []string
	if key := r.secret(); key != "" {
		for name, value := range m.Preview {
			// They guard draft mode, so they follow from something that is secret too.
			h := hmac.New(sha256.New, []byte(key))
			h.Write([]byte(name))
			if len(value) >= 32 && len(value) <= 64 {
				pairs = append(pairs, value, hex.EncodeToString(h.Sum(nil))[:len(value)])
			}
		}
	}
	r.replace = strings.NewReplacer(pairs...)

	var files struct {
		AppDir string
		Config struct{ OutputFileTracingRoot string }
	}
	decode(r.first("required-server-files.json"), &files)
	app, tracing := clean(files.AppDir), clean(files.Config.OutputFileTracingRoot)
	if tracing == "" || !strings.HasPrefix(app+"/", tracing+"/") {
		tracing = app
	}
	if app != "" {
		r.roots = []root{{app, lambdaRoot + strings.TrimPrefix(app, tracing)}, {tracing, lambdaRoot}}
	}
}

func clean(dir string) string {
	if dir == "" {
		return ""
	}
	return path.Clean(strings.ReplaceAll(dir, `\`, "/"))
}

func (r *reader) secret() string {
	if r.Env == nil {
		return ""
	}
	return r.Env(secret)
}

// unordered are manifests whose members come in the order in which Next.js got
// done with them.
var unordered = []string{"app-build-manifest.json", "app-paths-manifest.json", "app-path-routes-manifest.json"}

// normalized are the files of a bundle that are to be other than they are.
func (r *reader) normalized(bundle string) []ir.File {
	var files []ir.File
	err := fs.WalkDir(r.Site, bundle, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "node_modules":
			return fs.SkipDir
		case d.IsDir() || !slices.Contains([]string{".json", ".js", ".mjs", ".cjs"}, path.Ext(p)):
			return nil
		}
		text := r.Text(p)
		changed := r.replace.Replace(text)
		switch {
		case path.Base(p) == "required-server-files.json":
			changed = r.withoutRoots(changed)
		case slices.Contains(unordered, path.Base(p)):
			changed = sorted(changed)
		}
		if changed != text {
			files = append(files, ir.File{Path: strings.TrimPrefix(p, bundle+"/"), Content: changed})
		}
		return nil
	})
	if err != nil {
		r.Add(diag.SiteOutput, "Unreadable build output", fmt.Sprintf("The directory %q of the site %q cannot be read.", bundle, r.Name))
	}
	return files
}

// rootKeys are members that have a directory of the machine.
var rootKeys = []string{"appDir", "outputFileTracingRoot", "repoRoot", "root"}

// withoutRoots has, in required-server-files.json, the directories on Lambda in
// place of those of the build. Only members that are known to have them are
// changed: an app built in /app may well have a route of that name.
func (r *reader) withoutRoots(text string) string {
	v, err := ir.DecodeJSON(text)
	if err != nil {
		return text
	}
	var walk func(key string, v ir.Value) ir.Value
	walk = func(key string, v ir.Value) ir.Value {
		switch v := v.(type) {
		case ir.List:
			list := make(ir.List, len(v))
			for i, e := range v {
				list[i] = walk("", e)
			}
			return list
		case *ir.Object:
			o := &ir.Object{}
			for _, f := range v.Fields {
				o = o.With(f.Key, walk(f.Key, f.Value))
			}
			return o
		case ir.String:
			if !slices.Contains(rootKeys, key) {
				return v
			}
			dir := clean(string(v))
			for _, root := range r.roots {
				if rest, ok := strings.CutPrefix(dir+"/", root.from+"/"); ok {
					return ir.String(strings.TrimSuffix(root.to+"/"+rest, "/"))
				}
			}
		}
		return v
	}
	return ir.EncodeJSON(walk("", v))
}

// sorted is JSON with the members of its objects sorted.
func sorted(text string) string {
	var v any
	if !decode(text, &v) {
		return text
	}
	b, err := json.Marshal(v)
	if err != nil {
		return text
	}
	return string(b)
}
