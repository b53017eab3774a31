package assets

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// readVariables makes code read, when it runs, what a site's build could not
// know: a string that is nothing but the text of an environment variable
// becomes the variable itself, so that the archive is the same wherever it is
// deployed.
func readVariables(code []byte, list []ir.Placeholder) []byte {
	for _, h := range list {
		if bytes.Contains(code, []byte(h.Text)) {
			for _, quote := range []string{`"`, "'", "`"} {
				code = bytes.ReplaceAll(code, []byte(quote+h.Whole+quote), []byte("process.env."+h.Variable))
			}
		}
	}
	return code
}

// placeholderPlugin is a plugin for esbuild that does so before code is
// bundled: minifying puts strings together.
func placeholderPlugin(list []ir.Placeholder) api.Plugin {
	return api.Plugin{Name: "placeholders", Setup: func(b api.PluginBuild) {
		b.OnLoad(api.OnLoadOptions{Filter: `\.[cm]?js$`}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
			if args.Namespace != "file" || strings.Contains(filepath.ToSlash(args.Path), "/node_modules/") {
				return api.OnLoadResult{}, nil
			}
			code, err := os.ReadFile(args.Path)
			if err != nil {
				return api.OnLoadResult{}, nil // esbuild reports it
			}
			changed := readVariables(code, list)
			if bytes.Equal(code, changed) {
				return api.OnLoadResult{}, nil
			}
			contents := string(changed)
			return api.OnLoadResult{Contents: &contents, ResolveDir: filepath.Dir(args.Path), Loader: api.LoaderJS}, nil
		})
	}}
}

// replacePlaceholders does so for code that is packed as it is, and reports
// what is left, such as a value that was put into a longer text.
func (u *unit) replacePlaceholders() error {
	list := u.fn.Placeholders
	if len(list) == 0 {
		return nil
	}
	left := map[string][]string{} // variable → files
	for _, name := range slices.Sorted(maps.Keys(u.tree.files)) {
		e := u.tree.files[name]
		if e.kind == link {
			continue
		}
		data := e.data
		if e.path != "" {
			var err error
			if data, err = os.ReadFile(e.path); err != nil {
				return err
			}
		}
		changed := data
		if slices.Contains([]string{".js", ".mjs", ".cjs"}, path.Ext(name)) {
			changed = readVariables(data, list)
		}
		for _, h := range list {
			if bytes.Contains(changed, []byte(h.Text)) && !slices.Contains(left[h.Variable], name) {
				left[h.Variable] = append(left[h.Variable], name)
			}
		}
		if !bytes.Equal(changed, data) {
			u.tree.files[name] = &entry{name: name, kind: e.kind, data: changed}
		}
	}
	for _, variable := range slices.Sorted(maps.Keys(left)) {
		u.tree.diags.Warn(diag.SitePlaceholder, u.fn.Range, "Value not known in a server's code",
			fmt.Sprintf("The environment variable %q is known only after deployment, and the build has made it part of a longer text in the server's code (%s), where it stays a placeholder. Read it from process.env when the server runs.",
				variable, diag.Words(left[variable][:min(3, len(left[variable]))])))
	}
	return nil
}
