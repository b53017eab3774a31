package assets

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"

	"github.com/sstc/sstc/compiler/diag"
)

// replacePlaceholders makes the code of a function read, when it runs, what a
// site's build could not know: a string that is nothing but the value of an
// environment variable becomes the variable itself. The archive then is the
// same wherever it is deployed. What is left, such as a value that was put
// into a longer string, is reported.
func (u *unit) replacePlaceholders() error {
	if len(u.fn.Placeholders) == 0 {
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
		for _, h := range u.fn.Placeholders {
			if !bytes.Contains(changed, []byte(h.Text)) {
				continue
			}
			if slices.Contains([]string{".js", ".mjs", ".cjs"}, path.Ext(name)) {
				for _, quote := range []string{`"`, "'", "`"} {
					changed = bytes.ReplaceAll(changed, []byte(quote+h.Whole+quote), []byte("process.env."+h.Variable))
				}
			}
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
