package compiler

import (
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/sstc/sstc/adapters"
	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// quiet are variables by which build tools send nothing to anybody, and write
// the same wherever and whenever they run.
var quiet = []ir.KV{
	{Key: "DO_NOT_TRACK", Value: "1"},
	{Key: "NO_COLOR", Value: "1"},
	{Key: "NO_UPDATE_NOTIFIER", Value: "1"},
	{Key: "npm_config_update_notifier", Value: "false"},
	{Key: "npm_config_fund", Value: "false"},
	{Key: "TZ", Value: "UTC"},
	{Key: "LANG", Value: "C.UTF-8"},
	{Key: "LC_ALL", Value: "C.UTF-8"},
}

// kept are the variables of the process that a hermetic build has all the same:
// programs cannot run without them.
var kept = []string{"HOME", "PATHEXT", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "USERPROFILE"}

// buildEnvironment is the environment of a site's build: that of the process
// and of the .env files, what makes builds equal, SST=1, and what the site was
// given, which counts most. Done removes what was made for it.
func (c *compilation) buildEnvironment(s *ir.Site, dir string, framework adapters.Build, diags *diag.List) (list []string, done func(), err error) {
	env := map[string]string{}
	for _, e := range os.Environ() {
		name, value, _ := strings.Cut(e, "=")
		if !c.opts.Hermetic || slices.Contains(kept, strings.ToUpper(name)) {
			env[name] = value
		}
	}
	maps.Copy(env, c.env.Files)
	for _, kv := range slices.Concat(quiet, framework.Env) {
		env[kv.Key] = kv.Value
	}
	maps.Copy(env, c.env.Declared)
	env["SST"] = "1"
	env["PATH"] = c.binaries(dir)
	if c.placeholders == nil {
		c.placeholders = map[string][]placeholder{}
	}
	for _, e := range s.Build.Env {
		env[e.Key] = c.buildText(s, e.Key, e.Value)
		for i, h := range c.placeholders[s.ID] {
			if h.Variable == e.Key {
				c.placeholders[s.ID][i].Whole = env[e.Key]
			}
		}
	}
	for _, r := range framework.Random {
		if env[r.Variable] == "" {
			diags.Warn(diag.SiteDiffers, s.Range, "Builds of this site differ", r.Why)
		}
	}
	done = func() {}
	if framework.FixedClock && env["SSTC_REAL_CLOCK"] == "" {
		if done, err = fixClock(env, dir); err != nil {
			return nil, nil, err
		}
	}
	for _, k := range slices.Sorted(maps.Keys(env)) {
		list = append(list, k+"="+env[k])
	}
	return list, done, nil
}

// buildText is the text of a value for a build, with placeholders for what in it
// is known only after deployment.
func (c *compilation) buildText(s *ir.Site, variable string, v ir.Value) string {
	switch v := v.(type) {
	case ir.String:
		return string(v)
	case ir.Join:
		var b strings.Builder
		for _, p := range v.Parts {
			b.WriteString(c.buildText(s, variable, p))
		}
		return b.String()
	case ir.Call:
		if v.Func == ir.FuncJSONEncode {
			return ir.EncodeJSON(c.buildData(s, variable, v.Args[0]))
		}
	}
	if ir.Known(v) {
		return ir.EncodeJSON(v)
	}
	return c.placeholder(s, variable, v)
}

// buildData is a value with placeholders. It goes from the outside in: a call
// that nothing knows the result of has one, and is not made on another's.
func (c *compilation) buildData(s *ir.Site, variable string, v ir.Value) ir.Value {
	switch v := v.(type) {
	case ir.List:
		l := make(ir.List, len(v))
		for i, e := range v {
			l[i] = c.buildData(s, variable, e)
		}
		return l
	case *ir.Object:
		o := &ir.Object{}
		for _, f := range v.Fields {
			o = o.With(f.Key, c.buildData(s, variable, f.Value))
		}
		return o
	}
	if ir.Known(v) {
		return v
	}
	return ir.String(c.buildText(s, variable, v))
}

// placeholder returns the text that stands for a value in what a site's build
// makes.
func (c *compilation) placeholder(s *ir.Site, variable string, v ir.Value) string {
	for _, r := range s.Replacements {
		if r.Variable == variable {
			return r.Text
		}
	}
	list := c.placeholders[s.ID]
	n := 0
	for _, h := range list {
		if valueKey(h.value) == valueKey(v) && h.Variable == variable {
			return h.Text
		}
		if h.Variable == variable {
			n++
		}
	}
	name := strings.ToLower(fmt.Sprintf("__sstc_%s_%s_", s.ID, identifier(variable)))
	if n > 0 {
		name += strconv.Itoa(n+1) + "_"
	}
	// Variables whose names differ in case or punctuation alone.
	for slices.ContainsFunc(list, func(h placeholder) bool { return h.Text == name+"_" }) {
		name += "x"
	}
	c.placeholders[s.ID] = append(list, placeholder{ir.Placeholder{Text: name + "_", Variable: variable}, v})
	return name + "_"
}

//go:embed clock.cjs
var clockScript []byte

// fixClock makes Node programs see one moment, which follows from the site's
// sources: what a framework makes of the time then changes when they do.
func fixClock(env map[string]string, dir string) (done func(), err error) {
	sum, err := sourceDigest(dir)
	if err != nil {
		return nil, err
	}
	file, err := os.CreateTemp("", "sstc-clock-*.cjs")
	if err != nil {
		return nil, err
	}
	done = func() { os.Remove(file.Name()) }
	_, err = file.Write(clockScript)
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		done()
		return nil, err
	}
	// Some moment of the years 2000 to 2017: tools take what lies ahead of the
	// files that they have just written for a mistake, but not what lies behind.
	moment := 946684800000 + int64(binary.BigEndian.Uint64(sum[:8])>>24)/2
	env["SSTC_CLOCK"] = strconv.FormatInt(moment, 10)
	env["NODE_OPTIONS"] = strings.TrimSpace(env["NODE_OPTIONS"] + " --require " + strconv.Quote(filepath.ToSlash(file.Name())))
	return done, nil
}

// madeDirs hold what builds and package managers make, and say nothing of the
// sources.
var madeDirs = []string{"node_modules", "dist", "build", "out", ".output", ".next", ".open-next", ".svelte-kit", ".nuxt", ".nitro", ".vinxi", ".astro", ".tanstack", ".git", ".sst"}

// sourceDigest sums up the sources of a site: names and contents.
func sourceDigest(dir string) (sum [32]byte, err error) {
	h := sha256.New()
	root := os.DirFS(dir)
	err = fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && slices.Contains(madeDirs, d.Name()):
			return fs.SkipDir
		case !d.Type().IsRegular():
			return nil
		}
		b, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		content := sha256.Sum256(b)
		fmt.Fprintf(h, "%x %s\n", content, name)
		return nil
	})
	h.Sum(sum[:0])
	return sum, err
}
