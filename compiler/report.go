package compiler

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sstc/sstc/assets"
	"github.com/sstc/sstc/compiler/ir"
)

// report writes report.md: what a reviewer reads first. It says what is in the
// build, and nothing that differs between two builds of the same app.
func report(p *ir.Program, packed *assets.Result, c *compilation, m *assets.Manifest) []byte {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# %s, stage %s", p.App.Name, p.App.Stage)
	line("")
	line("%d components, %d resources, %d functions. Removal policy: %s%s.", len(p.Components), len(p.Resources), len(p.Functions),
		p.App.Removal, map[bool]string{true: ", protected", false: ""}[p.App.Protect])

	line("\n## Components\n")
	byComponent := map[string][]*ir.Resource{}
	for _, r := range p.Resources {
		byComponent[r.Component] = append(byComponent[r.Component], r)
	}
	var tree func(parent string, depth int)
	tree = func(parent string, depth int) {
		for _, comp := range p.Components {
			if comp.Group() != parent {
				continue
			}
			indent := strings.Repeat("  ", depth)
			line("%s- **%s** (%s)%s%s", indent, comp.Name, comp.Type, prefixed(": ", comp.Title), linked(comp))
			for _, r := range byComponent[comp.ID] {
				line("%s  - `%s` %s%s", indent, r.Type, r.Name, marks(r))
			}
			tree(comp.ID, depth+1)
		}
	}
	tree("", 0)
	if raw := byComponent[""]; len(raw) > 0 {
		line("- Resources outside components")
		for _, r := range raw {
			line("  - `%s` %s%s", r.Type, r.Name, marks(r))
		}
	}

	if slices.ContainsFunc(p.Components, func(c *ir.Component) bool { return len(c.Grants) > 0 }) {
		line("\n## Permissions granted\n")
		line("| component | effect | actions | resources | because of |")
		line("|---|---|---|---|---|")
		for _, comp := range p.Components {
			for _, g := range comp.Grants {
				var resources []string
				for _, r := range g.Resources {
					resources = append(resources, "`"+ir.PrintValue(r)+"`")
				}
				line("| %s | %s | %s | %s | %s |", comp.Name, g.Effect, cell(strings.Join(g.Actions, ", ")), cell(strings.Join(resources, ", ")), cell(g.Reason))
			}
		}
	}

	if len(m.Functions) > 0 {
		line("\n## Functions\n")
		line("| function | runtime | handler | packed | of 50 MiB | unpacked | of 250 MiB | heaviest |")
		line("|---|---|---|--:|--:|--:|--:|---|")
		handlers := map[string]string{} // as the user wrote them, by function
		for _, f := range p.Functions {
			handlers[f.ID] = f.Handler
		}
		for _, f := range m.Functions {
			var heaviest []string
			for _, part := range f.Heaviest[:min(3, len(f.Heaviest))] {
				heaviest = append(heaviest, fmt.Sprintf("%s (%s)", part.Name, bytesText(part.Bytes)))
			}
			line("| %s | %s | `%s` | %s | %s | %s | %s | %s |", f.Name, f.Runtime, handlers[f.ID],
				bytesText(f.Size), percent(f.Size, 50<<20), bytesText(f.Unpacked), percent(f.Unpacked, 250<<20), cell(strings.Join(heaviest, ", ")))
		}
	}

	for i, s := range m.Sites {
		if i == 0 {
			line("\n## Sites\n")
		}
		var size int64
		for _, f := range s.Files {
			size += f.Size
		}
		maps := ""
		if n := c.siteMaps[s.ID]; n > 0 {
			maps = fmt.Sprintf("; source maps that are not published: %d (an entry of `fileOptions` with the pattern `**/*.map` publishes them)", n)
		}
		line("- **%s**: %d files, %s%s", s.Name, len(s.Files), bytesText(size), maps)
	}

	for _, t := range m.Targets {
		if len(t.Params) == 0 {
			continue
		}
		line("\n## To be given at deployment (%s)\n", t.Format)
		for _, d := range t.Params {
			line("- `%s` (%s)%s", d.Input, d.Kind, prefixed(": ", d.Description))
		}
	}

	line("\n## Inputs read\n")
	installed := 0
	for _, f := range m.Inputs.Files {
		if strings.Contains(f.Path, "node_modules/") {
			installed++ // the manifest has them one by one
			continue
		}
		if f.Digest == "" {
			line("- `%s` (listed)", f.Path)
		} else {
			line("- `%s` %s", f.Path, f.Digest[:min(12, len(f.Digest))])
		}
	}
	if installed > 0 {
		line("- in installed packages, %d files", installed)
	}
	if len(m.Inputs.Environment) > 0 {
		line("\nEnvironment variables asked for: %s.", strings.Join(m.Inputs.Environment, ", "))
	}

	if len(p.Outputs) > 0 {
		line("\n## Outputs\n")
		for _, o := range p.Outputs {
			if !o.Internal {
				line("- `%s` = `%s`", o.Name, ir.PrintValue(o.Value))
			}
		}
	}
	if warnings := c.diags.Sorted(); len(warnings) > 0 {
		line("\n## Warnings\n")
		for _, d := range warnings {
			where := ""
			if d.Subject != nil {
				where = fmt.Sprintf(" (%s:%d)", d.Subject.Filename, d.Subject.Start.Line)
			}
			line("- %s: %s%s", d.Summary, strings.ReplaceAll(d.Detail, "\n", " "), where)
		}
	}
	return []byte(b.String())
}

func linked(c *ir.Component) string {
	if len(c.Links) == 0 {
		return ""
	}
	return ", linked to " + strings.Join(c.Links, ", ")
}

// marks are the options of a resource that a reviewer must not miss.
func marks(r *ir.Resource) string {
	var marks []string
	if r.Read != nil {
		marks = append(marks, "exists already")
	}
	if r.Options.Protect {
		marks = append(marks, "protected")
	}
	if r.Options.RetainOnDelete {
		marks = append(marks, "kept when removed")
	}
	if r.Options.Import != "" {
		marks = append(marks, "imported")
	}
	if marks == nil {
		return ""
	}
	return " (" + strings.Join(marks, ", ") + ")"
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

// cell makes text fit for a cell of a table.
func cell(s string) string { return strings.ReplaceAll(s, "|", "\\|") }

func bytesText(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%d B", n)
}

func percent(n, of int64) string { return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(of)) }
