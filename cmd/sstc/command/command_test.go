package command

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	helpFlag   = regexp.MustCompile(`(?m)^  --([a-z-]+)`)
	docCommand = regexp.MustCompile("(?:`|`\\./|\n    |\n    \\./)sstc ([a-z]+)")
	docFlag    = regexp.MustCompile("`--([a-z-]+)")
)

// The tables of docs have the flags that the commands have, as their help does.
func TestFlagsAreDocumented(t *testing.T) {
	docs := map[string]string{"build": "cli.md", "fmt": "cli.md", "convert": "cli.md", "preview": "preview.md"}
	for _, v := range verbs {
		var help, stderr bytes.Buffer
		if code := Main([]string{v.name, "--help"}, nil, &help, &stderr); code != exitDone || stderr.Len() > 0 {
			t.Errorf("sstc %s --help ends with %d, and says %q", v.name, code, &stderr)
		}
		file := docs[v.name]
		if file == "" {
			continue
		}
		b, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", file))
		if err != nil {
			t.Fatal(err)
		}
		text := string(b)
		if file == "cli.md" {
			_, text, _ = strings.Cut(text, "\n## sstc "+v.name+"\n")
			text, _, _ = strings.Cut(text, "\n## ")
		}
		var documented []string
		for line := range strings.Lines(text) {
			if cell, _, ok := strings.Cut(strings.TrimPrefix(line, "| "), " | "); ok && strings.HasPrefix(line, "| `--") {
				documented = append(documented, names(docFlag, cell)...)
			}
		}
		if got, want := sorted(documented), sorted(names(helpFlag, help.String())); !slices.Equal(got, want) {
			t.Errorf("docs/%s has for sstc %s the flags\n%q\nand there are\n%q", file, v.name, got, want)
		}
	}
}

// The documents name no command that there is none of.
func TestCommandsInDocuments(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	files, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	known := []string{"help"}
	for _, v := range verbs {
		known = append(known, v.name)
	}
	for _, file := range append(files, filepath.Join(root, "README.md"), filepath.Join(root, "ARCHITECTURE.md")) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names(docCommand, string(text)) {
			if !slices.Contains(known, name) {
				t.Errorf("%s has a command sstc %s, and there is none", filepath.Base(file), name)
			}
		}
	}
}

func names(pattern *regexp.Regexp, text string) []string {
	var found []string
	for _, m := range pattern.FindAllStringSubmatch(text, -1) {
		found = append(found, m[1])
	}
	return found
}

func sorted(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}
