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

// lambdaRoot is where Lambda unpacks archives.
const lambdaRoot = "/var/task"

// settleSiteCode completes the code that a site's build has made. The path of
// the directory that it was built in becomes that of the archive on Lambda;
// variables are read as for code that is bundled; and what is left of
// placeholders, such as a value that was put into a longer text, is reported.
func (u *unit) settleSiteCode() error {
	list := u.fn.Placeholders
	if u.fn.BuiltIn == "" {
		return nil
	}
	root := filepath.ToSlash(u.tree.project.abs(u.fn.BuiltIn))
	left := map[string][]string{} // variable → files
	var held []string             // files that hold the path
	for _, name := range slices.Sorted(maps.Keys(u.tree.files)) {
		e := u.tree.files[name]
		if e.kind == link || strings.Contains(name, "node_modules/") {
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
		switch path.Ext(name) {
		case ".js", ".mjs", ".cjs":
			changed = readVariables(changed, list)
			fallthrough
		case ".json", ".map":
			if HoldsRoot(changed, root) {
				held = append(held, name)
				changed = replaceRoot(changed, root, lambdaRoot)
			}
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
	if len(held) > 0 {
		u.tree.diags.Warn(diag.SiteDiffers, u.fn.Range, "Builds of this site differ",
			fmt.Sprintf("The build has put the path of its directory on this machine into the code of %s (%q). It is taken out, but the names of files and the order of things may follow from it. Build in the same directory everywhere to have the same archive everywhere.",
				lower(u.tree.what), held[0]))
	}
	for _, variable := range slices.Sorted(maps.Keys(left)) {
		u.tree.diags.Warn(diag.SitePlaceholder, u.fn.Range, "Value not known in a server's code",
			fmt.Sprintf("The environment variable %q is known only after deployment, and the build has made it part of a longer text in the server's code (%s), where it stays a placeholder. Read it from process.env when the server runs.",
				variable, diag.Words(left[variable][:min(3, len(left[variable]))])))
	}
	return nil
}
