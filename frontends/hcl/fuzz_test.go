package hcl

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// No configuration makes the evaluation panic, and what is wrong with it is at
// a place in its file.
func FuzzEvaluate(f *testing.F) {
	archives, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			switch filepath.Ext(file.Name) {
			case ".hcl":
				f.Add(string(file.Data), false)
			case ".json":
				f.Add(string(file.Data), true)
			}
		}
	}
	text, err := os.ReadFile("testdata/expressions.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, x := range expressions(string(text)) {
		if !strings.HasPrefix(x, "<<") {
			f.Add(surroundings+"output \"x\" {\n  value = "+x+"}\n", false)
		}
	}
	f.Fuzz(func(t *testing.T, text string, isJSON bool) {
		if len(text) > 20000 {
			return
		}
		config := ConfigFile
		if isJSON {
			config += ".json"
		}
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, config), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(text, "app") {
			if err := os.WriteFile(filepath.Join(dir, "zz.sst.hcl"), []byte(plainApp), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		e := newEvaluation(argsFor(t, dir, config))
		e.maxSteps = 5000
		_, diags := e.evaluate()
		for _, d := range diags {
			if d.Subject == nil || d.Subject.Filename != config {
				continue
			}
			if s := d.Subject; s.Start.Byte < 0 || s.Start.Byte > len(text) || s.End.Byte > len(text) || s.Start.Line < 1 || s.Start.Column < 1 || s.Start.Line > strings.Count(text, "\n")+1 {
				t.Errorf("%s: %+v is outside the file of %d bytes", d.Detail, *s, len(text))
			}
		}
	})
}
