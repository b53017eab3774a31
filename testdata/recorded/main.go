// Recorded makes testdata/recorded/components.json: what SST itself registers
// for a statement, to which compiler/recorded_test.go holds what sstc makes of
// it.
//
//	go run ./testdata/recorded REPORT
//
// REPORT is a Markdown file made by running SST's published components under a
// recording engine. Its blocks each have the statement and a line for every
// resource: type, logical name, parent, options, inputs. They become JSON, a
// resource on each line; a long text that the recorder cut short becomes null.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// components are those that sstc has. A block is named after its component,
// with a dot and the case if there is more than one.
var components = []string{
	"Function", "Bucket", "Dynamo", "Queue", "SnsTopic", "Bus", "KinesisStream", "Cron", "CronV2", "ApiGatewayV2",
	"Vpc", "Email", "Realtime", "Router", "StaticSite", "Secret", "Linkable", "DevCommand",
	"Analog", "Astro", "Nextjs", "Nuxt", "React", "Remix", "SolidStart", "SvelteKit", "TanStackStart",
}

// A block is a statement and what SST registers for it.
type block struct {
	name, statement string
	resources       []resource
}

// A resource is as the test reads it; what is empty is left out.
type resource struct {
	Type    string          `json:"type"`
	Name    string          `json:"name"`
	Parent  string          `json:"parent,omitempty"`
	Options json.RawMessage `json:"options,omitempty"`
	Inputs  json.RawMessage `json:"inputs,omitempty"`
	Outputs json.RawMessage `json:"outputs,omitempty"` // what a component registered
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: go run ./testdata/recorded REPORT")
	}
	report, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	blocks, err := parse(string(report))
	if err != nil {
		log.Fatal(err)
	}
	text, err := format(blocks)
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("testdata", "recorded", "components.json"), text, 0o666); err != nil {
		log.Fatal(err)
	}
}

var (
	heading = regexp.MustCompile(`^### (([^.]+).*)$`)
	entry   = regexp.MustCompile("^- `([^`]+)` \\*\\*([^*]+)\\*\\* \\| parent (\\S+)(?: \\| (.*))?$")
	outputs = regexp.MustCompile("^  registered outputs: `(.*)`$")
	inputs  = regexp.MustCompile("^  `(.*)`$")
)

func parse(report string) ([]block, error) {
	var blocks []block
	wanted, inStatement := false, false
	for i, line := range strings.Split(report, "\n") {
		fail := func(format string, args ...any) error {
			return fmt.Errorf("line %d: %s", i+1, fmt.Sprintf(format, args...))
		}
		switch m := heading.FindStringSubmatch(line); {
		case m != nil:
			wanted = slices.Contains(components, m[2])
			if wanted {
				blocks = append(blocks, block{name: m[1]})
			}
			continue
		case strings.HasPrefix(line, "#"):
			wanted = false
		}
		if !wanted {
			continue
		}
		b := &blocks[len(blocks)-1]
		if strings.HasPrefix(line, "```") {
			inStatement = line == "```ts"
			continue
		}
		if inStatement {
			b.statement += line
			continue
		}
		if m := entry.FindStringSubmatch(line); m != nil {
			r := resource{Type: m[1], Name: m[2]}
			if m[3] != "-" {
				r.Parent = m[3]
			}
			if m[4] != "" {
				r.Options = json.RawMessage(m[4])
			}
			b.resources = append(b.resources, r)
			continue
		}
		text, into := "", (*json.RawMessage)(nil)
		if m := outputs.FindStringSubmatch(line); m != nil {
			text, into = m[1], &b.resources[len(b.resources)-1].Outputs
		} else if m := inputs.FindStringSubmatch(line); m != nil {
			text, into = m[1], &b.resources[len(b.resources)-1].Inputs
		} else {
			if strings.HasPrefix(line, "- ") {
				return nil, fail("not understood: %s", line)
			}
			continue
		}
		if !json.Valid([]byte(text)) {
			return nil, fail("not JSON: %s", text)
		}
		*into = json.RawMessage(strings.ReplaceAll(text, `"(source left out)"`, "null"))
	}
	return blocks, nil
}

// format writes blocks as JSON.
func format(blocks []block) ([]byte, error) {
	var b bytes.Buffer
	encode := func(v any) error {
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		err := e.Encode(v)
		b.Truncate(b.Len() - 1) // the line feed that Encode adds
		return err
	}
	b.WriteString("[")
	for i, block := range blocks {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString("\n{\"name\":")
		if err := encode(block.name); err != nil {
			return nil, err
		}
		b.WriteString(",\"statement\":")
		if err := encode(block.statement); err != nil {
			return nil, err
		}
		b.WriteString(",\"resources\":[")
		for j, r := range block.resources {
			if j > 0 {
				b.WriteString(",")
			}
			b.WriteString("\n  ")
			if err := encode(r); err != nil {
				return nil, err
			}
		}
		b.WriteString("\n]}")
	}
	b.WriteString("\n]\n")
	return b.Bytes(), nil
}
