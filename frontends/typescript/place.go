package typescript

import (
	"strings"
	"sync"

	"github.com/go-sourcemap/sourcemap"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/engine"
	"github.com/sstc/sstc/compiler/lower/arg"
	"github.com/sstc/sstc/frontends"
)

// unitName is what the engine calls the bundle; runtimeName, the runtime.
const (
	unitName    = "sst.config"
	runtimeName = "sstc:runtime"
)

// positions leads from places in the bundle to places in the user's files.
type positions struct {
	files   *frontends.Files
	mapping []byte
	// headerLines stand in front of what the source map describes.
	headerLines int
	// original undoes what the guard did to the bundle: 1-based line and
	// column of the guarded text to those of the bundle.
	original func(line, column int) (int, int)

	once    sync.Once
	maps    *sourcemap.Consumer
	sources map[string]*source
}

// at returns the place in the user's files of a frame, or a zero Range if it is
// in none.
func (p *positions) at(f engine.Frame) diag.Range {
	if f.File != unitName || f.Line <= p.headerLines {
		return diag.Range{}
	}
	p.once.Do(func() { p.maps, _ = sourcemap.Parse("", p.mapping) })
	if p.maps == nil {
		return diag.Range{}
	}
	line, column := f.Line-p.headerLines, f.Column
	if p.original != nil {
		line, column = p.original(line, column)
	}
	file, _, l, c, ok := p.maps.Source(line, column-1)
	if !ok || l == 0 || strings.HasPrefix(file, nodeNamespace+":") || strings.HasPrefix(file, providerNamespace+":") || file == entryName {
		return diag.Range{}
	}
	start := diag.Pos{Line: l, Column: c + 1}
	return diag.Range{Filename: p.files.Rel(file), Start: start, End: start}
}

// user returns the first frame that is in the user's own files, rather than in
// a package that they use, or in any file if there is none.
func (p *positions) user(stack []engine.Frame) diag.Range {
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

// output is where the configuration returns an output from run(), as near as
// the text shows it.
func (p *positions) output(configFile, name string) diag.Range {
	src := p.source(configFile)
	s, ok := src.runOutput(name)
	if !ok {
		return diag.Range{}
	}
	return diag.Range{Filename: configFile, Start: src.pos(s.start), End: src.pos(s.end)}
}

func (p *positions) source(file string) *source {
	if p.sources == nil {
		p.sources = map[string]*source{}
	}
	s, ok := p.sources[file]
	if !ok {
		s = newSource(string(p.files.Source(file)))
		p.sources[file] = s
	}
	return s
}

// A callPlace is a call in the user's files, found when it is first asked for.
type callPlace struct {
	positions *positions
	stack     string

	once sync.Once
	call diag.Range
	site *callSite // nil if the call cannot be found in the text
}

func (c *callPlace) find() {
	c.once.Do(func() {
		c.call = c.positions.user(engine.ParseStack(c.stack))
		if !c.call.IsZero() {
			c.site = c.positions.source(c.call.Filename).callAt(c.call.Start)
		}
	})
}

// Range is the name that the call gives, if its first argument is one, or
// else the call's beginning.
func (c *callPlace) Range() diag.Range {
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
func (c *callPlace) Arg(path arg.Path) diag.Range {
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
func (c *callPlace) Key(path arg.Path) diag.Range { return c.Arg(path) }

func (c *callPlace) within(s span) diag.Range {
	src := c.positions.source(c.call.Filename)
	return diag.Range{Filename: c.call.Filename, Start: src.pos(s.start), End: src.pos(s.end)}
}
