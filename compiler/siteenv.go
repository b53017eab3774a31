package compiler

import (
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"encoding/json"
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
		if c.placed(s, []byte(env[r.Variable])) != nil {
			diags.Add(diag.UnknownValue, s.Range, "Value not known before deployment",
				fmt.Sprintf("The build of the site %q needs the value of the variable %q, which is known only after deployment. Set it in the environment of sstc, or in a .env file.", s.Name, r.Variable))
		}
	}
	var preloads []func()
	done = func() {
		for _, f := range preloads {
			f()
		}
	}
	load := func(script []byte) error {
		f, err := preload(env, script)
		if err == nil {
			preloads = append(preloads, f)
		}
		return err
	}
	if framework.FixedClock && env["SSTC_REAL_CLOCK"] == "" {
		if err = fixClock(env, dir); err == nil {
			err = load(clockScript)
		}
	}
	if framework.Preload != "" && err == nil {
		if err = c.sumSources(s, env, dir); err == nil {
			err = load([]byte(framework.Preload))
		}
	}
	if err != nil {
		done()
		return nil, nil, err
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

// preload makes Node programs load a script before anything else. Done removes
// it.
func preload(env map[string]string, script []byte) (done func(), err error) {
	file, err := os.CreateTemp("", "sstc-preload-*.cjs")
	if err != nil {
		return nil, err
	}
	done = func() { os.Remove(file.Name()) }
	_, err = file.Write(script)
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		done()
		return nil, err
	}
	env["NODE_OPTIONS"] = strings.TrimSpace(env["NODE_OPTIONS"] + " --require " + strconv.Quote(filepath.ToSlash(file.Name())))
	return done, nil
}

// sumSources sets SSTC_SOURCES to a digest of all that decides what a site's
// build makes, as far as that is of the app: the sources of the site and of the
// packages of the workspace that it uses, the lockfiles, and the environment
// that it was given.
func (c *compilation) sumSources(s *ir.Site, env map[string]string, dir string) error {
	h := sha256.New()
	seen := map[string]bool{}
	var add func(dir string) error
	add = func(dir string) error {
		if seen[dir] {
			return nil
		}
		seen[dir] = true
		sum, err := sourceDigest(dir, c.absOut())
		if err != nil {
			return err
		}
		fmt.Fprintf(h, "%x\n", sum)
		text, err := os.ReadFile(filepath.Join(dir, "package.json"))
		var description struct{ Dependencies, DevDependencies map[string]string }
		if err != nil || json.Unmarshal(text, &description) != nil {
			return nil
		}
		names := slices.Concat(slices.Collect(maps.Keys(description.Dependencies)), slices.Collect(maps.Keys(description.DevDependencies)))
		slices.Sort(names)
		for _, name := range names {
			for _, path := range c.upwards(dir, "node_modules/"+name) {
				target, err := filepath.EvalSymlinks(path)
				if err != nil {
					continue
				}
				if rel, err := filepath.Rel(c.files.AbsWorkspace(), target); err == nil && filepath.IsLocal(rel) && !strings.Contains(filepath.ToSlash(rel), "node_modules/") {
					if err := add(target); err != nil {
						return err
					}
				}
				break
			}
		}
		return nil
	}
	if err := add(dir); err != nil {
		return err
	}
	for _, l := range append([]string{"package-lock.json"}, lockfileNames()...) {
		for _, path := range c.upwards(dir, l) {
			if text, err := os.ReadFile(path); err == nil {
				fmt.Fprintf(h, "%x %s\n", sha256.Sum256(text), l)
			}
		}
	}
	for _, e := range s.Build.Env {
		fmt.Fprintf(h, "%s=%q\n", e.Key, env[e.Key])
	}
	env["SSTC_SOURCES"] = fmt.Sprintf("%x", h.Sum(nil))
	return nil
}

// absOut is the output directory, which is none of the sources.
func (c *compilation) absOut() string {
	if c.opts.Out == "" {
		return ""
	}
	return absolute(c.opts.Out)
}

func lockfileNames() []string {
	var names []string
	for _, l := range lockfiles {
		names = append(names, l.name)
	}
	return names
}

// buildVariable returns what a site's build has as a variable, as far as that is
// known: the site's own, or one of the environment.
func (c *compilation) buildVariable(s *ir.Site) func(name string) string {
	return func(name string) string {
		if s.Build != nil {
			for _, e := range s.Build.Env {
				if e.Key == name {
					text, _ := e.Value.(ir.String)
					return string(text)
				}
			}
		}
		v, _ := c.env.Lookup(name)
		return v
	}
}

// fixClock chooses a moment that follows from the site's sources: what a
// framework makes of the time then changes when they do.
func fixClock(env map[string]string, dir string) error {
	sum, err := sourceDigest(dir, "")
	if err != nil {
		return err
	}
	// Some moment of the years 2000 to 2017: tools take what lies ahead of the
	// files that they have just written for a mistake, but not what lies behind.
	moment := 946684800000 + int64(binary.BigEndian.Uint64(sum[:8])>>24)/2
	env["SSTC_CLOCK"] = strconv.FormatInt(moment, 10)
	return nil
}

// madeDirs hold what builds and package managers make, and say nothing of the
// sources.
var madeDirs = []string{"node_modules", "dist", "build", "out", ".output", ".next", ".open-next", ".svelte-kit", ".nuxt", ".nitro", ".vinxi", ".astro", ".tanstack", ".git", ".sst"}

// sourceDigest sums up the sources of a site: names and contents. The directory
// except, absolute, is left out.
func sourceDigest(dir, except string) (sum [32]byte, err error) {
	h := sha256.New()
	root := os.DirFS(dir)
	err = fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (slices.Contains(madeDirs, d.Name()) || filepath.Join(dir, filepath.FromSlash(name)) == except):
			return fs.SkipDir
		case !d.Type().IsRegular(), d.Name() == "next-env.d.ts", strings.HasSuffix(name, ".tsbuildinfo"): // made, too
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
