package script

import (
	"strings"
	"sync"

	"github.com/go-sourcemap/sourcemap"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/engine"
	"github.com/sstc/sstc/compiler/lower/arg"
	"github.com/sstc/sstc/frontends"
)

// UnitName is what the engine calls the bundle.
const UnitName = "sst.config"

// Positions lead from places in the bundle to places in the user's files.
type Positions struct {
	Files *frontends.Files
	// Mapping is the bundle's source map.
	Mapping []byte
	// HeaderLines stand in front of what the source map describes.
	HeaderLines int
	// Original undoes what was done to the bundle: 1-based line and column of
	// the text that runs to those of the bundle. It may be nil.
	Original func(line, column int) (int, int)

	once    sync.Once
	maps    *sourcemap.Consumer
	sources map[string]*source
}

// at returns the place in the user's files of a frame, or a zero Range if it is
// in none.
func (p *Positions) at(f engine.Frame) diag.Range {
	if f.File != UnitName || f.Line <= p.HeaderLines {
		return diag.Range{}
	}
	p.once.Do(func() { p.maps, _ = sourcemap.Parse("", p.Mapping) })
	if p.maps == nil {
		return diag.Range{}
	}
	line, column := f.Line-p.HeaderLines, f.Column
	if p.Original != nil {
		line, column = p.Original(line, column)
	}
	file, _, l, c, ok := p.maps.Source(line, column-1)
	if !ok || l == 0 || !isFile(file) {
		return diag.Range{}
	}
	start := diag.Pos{Line: l, Column: c + 1}
	return diag.Range{Filename: p.Files.Rel(file), Start: start, End: start}
}

// User returns the first frame that is in the user's own files, rather than in
// a package that they use, or in any file if there is none.
func (p *Positions) User(stack []engine.Frame) diag.Range {
	var first diag.Range
	for _, f := range stack {
		r := p.at(f)
		if r.IsZero() {
			continue
		}
		if !strings.Contains(r.Filename, "node_modules/") {
			return r
		}
		if first.IsZero() {
			first = r
		}
	}
	return first
}

// Output is where a configuration returns an output from run(), as near as the
// text shows it.
func (p *Positions) Output(configFile, name string) diag.Range {
	src := p.source(configFile)
	s, ok := src.runOutput(name)
	if !ok {
		return diag.Range{}
	}
	return diag.Range{Filename: configFile, Start: src.pos(s.start), End: src.pos(s.end)}
}

func (p *Positions) source(file string) *source {
	if p.sources == nil {
		p.sources = map[string]*source{}
	}
	s, ok := p.sources[file]
	if !ok {
		s = newSource(string(p.Files.Source(file)))
		p.sources[file] = s
	}
	return s
}

// A CallPlace is a call in the user's files, found when it is first asked for.
type CallPlace struct {
	Positions *Positions
	Stack     string // as JavaScript has it in an error's property "stack"

	once sync.Once
	call diag.Range
	site *callSite // nil if the call cannot be found in the text
}

func (c *CallPlace) find() {
	c.once.Do(func() {
		c.call = c.Positions.User(engine.ParseStack(c.Stack))
		if !c.call.IsZero() {
			c.site = c.Positions.source(c.call.Filename).callAt(c.call.Start)
		}
	})
}

// Range is the name that the call gives, if its first argument is one, or
// else the call's beginning.
func (c *CallPlace) Range() diag.Range {
	c.find()
	if c.site != nil {
		if r, ok := c.site.name(); ok {
			return c.within(r)
		}
		return c.within(c.site.callee)
	}
	return c.call
}

// Arg is the value at a path, or its key if it is of an object.
func (c *CallPlace) Arg(path arg.Path) diag.Range {
	c.find()
	if c.site == nil {
		return c.call
	}
	if r, ok := c.site.argument(path); ok {
		return c.within(r)
	}
	return c.Range()
}

// Key is the same: a property is underlined by its key.
func (c *CallPlace) Key(path arg.Path) diag.Range { return c.Arg(path) }

func (c *CallPlace) within(s span) diag.Range {
	src := c.Positions.source(c.call.Filename)
	return diag.Range{Filename: c.call.Filename, Start: src.pos(s.start), End: src.pos(s.end)}
}

// AppReturn returns where the parts of the object are that the function app of
// a configuration returns; the path begins with "0". It answers false for what
// it cannot find.
func (p *Positions) AppReturn(file string, path arg.Path) (diag.Range, bool) {
	site := p.source(file).appReturn()
	if site == nil {
		return diag.Range{}, false
	}
	s, ok := site.argument(path)
	if !ok {
		return diag.Range{}, false
	}
	src := site.source
	return diag.Range{Filename: file, Start: src.pos(s.start), End: src.pos(s.end)}, true
}
