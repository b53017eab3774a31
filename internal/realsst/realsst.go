// Package realsst has SST v2 itself make templates of an app, and compares them
// with those of sstc. What both may rightly have in other words (where assets are,
// numbers as text, what sstc leaves out) is brought to one form first.
package realsst

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Account is the account that SST is told of: it has none to ask.
const Account = "123456789012"

// Synthesize has SST make a cloud assembly in out of the app in dir, which has
// SST installed and is written to (its .sst). Script is testdata/sstv2/real/synth.mjs.
// Env are more variables. The error is one of SST's, and has its text.
func Synthesize(script, dir, out, stage string, env ...string) error {
	script, err := filepath.Abs(script)
	if err != nil {
		return err
	}
	cmd := exec.Command("node", script, dir, out, stage)
	cmd.Env = append(append(os.Environ(), "AWS_EC2_METADATA_DISABLED=true", "AWS_ACCESS_KEY_ID=none", "AWS_SECRET_ACCESS_KEY=none"), env...)
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%v\n%s", err, text)
	}
	return nil
}

// Templates are the templates of a cloud assembly, by the names of their stacks.
func Templates(assembly string) (map[string][]byte, error) {
	var manifest struct {
		Artifacts map[string]struct {
			Type       string
			Properties struct{ TemplateFile, StackName string }
		}
	}
	b, err := os.ReadFile(filepath.Join(assembly, "manifest.json"))
	if err == nil {
		err = json.Unmarshal(b, &manifest)
	}
	if err != nil {
		return nil, err
	}
	templates := map[string][]byte{}
	for id, a := range manifest.Artifacts {
		if a.Type != "aws:cloudformation:stack" {
			continue
		}
		b, err := os.ReadFile(filepath.Join(assembly, a.Properties.TemplateFile))
		if err != nil {
			return nil, err
		}
		name := a.Properties.StackName
		if name == "" {
			name = id
		}
		templates[name] = b
	}
	return templates, nil
}

// leftOut are the resources of SST's own that sstc leaves out: the uploader does
// what they do.
var (
	leftOut     = regexp.MustCompile(`^CustomResourceHandler|(SourcemapUploader|S3Uploader|S3AssetUploader|CloudFrontInvalidator|AssetReplacer)(Policy)?[0-9A-F]{8}$`)
	ofThese     = []string{"Custom::SourcemapUploader", "Custom::S3Uploader", "Custom::CloudFrontInvalidator", "Custom::AssetReplacer"}
	parameters  = []string{"SstcAssetBucket", "SstcAssetPrefix", "SstcImageRepository"}
	ownOutput   = "Sstc"
	formatField = "AWSTemplateFormatVersion"
)

func isLeftOut(id string, resource any) bool {
	r, _ := resource.(map[string]any)
	kind, _ := r["Type"].(string)
	if strings.HasPrefix(kind, "Custom::") {
		return slices.Contains(ofThese, kind)
	}
	return leftOut.MatchString(id)
}

// Normal reads a template of either in the form in which they are compared: without what
// is left out on purpose, with numbers as numbers, and assets as nothing but that.
func Normal(data []byte) (any, error) {
	var v map[string]any
	if err := json.Unmarshal(data, &v); err != nil {
		return nil, err
	}
	delete(v, formatField)
	if params, ok := v["Parameters"].(map[string]any); ok {
		for _, name := range parameters {
			delete(params, name)
		}
	}
	if outputs, ok := v["Outputs"].(map[string]any); ok {
		maps.DeleteFunc(outputs, func(id string, _ any) bool { return strings.HasPrefix(id, ownOutput) })
		if len(outputs) == 0 {
			delete(v, "Outputs")
		}
	}
	if resources, ok := v["Resources"].(map[string]any); ok {
		maps.DeleteFunc(resources, isLeftOut)
		for _, r := range resources {
			withoutDependencies(r)
		}
	}
	return normal(v), nil
}

// withoutDependencies takes what is left out from what a resource depends on.
func withoutDependencies(resource any) {
	r, ok := resource.(map[string]any)
	if !ok {
		return
	}
	switch on := r["DependsOn"].(type) {
	case string:
		if leftOut.MatchString(on) {
			delete(r, "DependsOn")
		}
	case []any:
		on = slices.DeleteFunc(on, func(id any) bool {
			s, _ := id.(string)
			return leftOut.MatchString(s)
		})
		if r["DependsOn"] = on; len(on) == 0 {
			delete(r, "DependsOn")
		}
	}
}

func normal(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if isAccount(v) {
			return normal(Account)
		}
		if join, ok := v["Fn::Join"].([]any); ok && len(join) == 2 && join[0] == "" {
			if parts, ok := join[1].([]any); ok {
				return joined(parts)
			}
		}
		_, key := v["S3Key"]
		_, bucket := v["S3Bucket"]
		if key || bucket {
			return "an asset"
		}
		for k, e := range v {
			v[k] = normal(e)
		}
	case []any:
		for i, e := range v {
			v[i] = normal(e)
		}
	case string:
		if f, err := strconv.ParseFloat(v, 64); err == nil {
			return f
		}
	}
	return v
}

// isAccount is true for a reference to the account, which sstc makes where it is not told of one.
func isAccount(v any) bool {
	m, ok := v.(map[string]any)
	return ok && len(m) == 1 && m["Ref"] == "AWS::AccountId"
}

// joined is a join without a delimiter whose known parts are as long as can be.
func joined(parts []any) any {
	var flat []any
	for _, p := range parts {
		if isAccount(p) {
			p = Account
		} else if _, ok := p.(string); !ok {
			p = normal(p)
		}
		more := []any{p}
		if m, ok := p.(map[string]any); ok {
			if join, ok := m["Fn::Join"].([]any); ok && join[0] == "" {
				more = join[1].([]any)
			}
		}
		for _, p := range more {
			text, isText := p.(string)
			if before, ok := last(flat).(string); ok && isText {
				flat[len(flat)-1] = before + text
				continue
			}
			flat = append(flat, p)
		}
	}
	if text, ok := last(flat).(string); ok && len(flat) == 1 {
		return normal(text)
	}
	return map[string]any{"Fn::Join": []any{"", flat}}
}

func last(list []any) any {
	if len(list) == 0 {
		return nil
	}
	return list[len(list)-1]
}

// A Difference is a place where two templates differ.
type Difference struct {
	At         string // path in the template, begun as Compare was told
	Real, Ours string // JSON; "null" for what is not there
}

// Compare returns where two templates differ, in the order of their paths.
func Compare(at string, real, ours any) []Difference {
	w, isMap := real.(map[string]any)
	g, isMap2 := ours.(map[string]any)
	if isMap && isMap2 {
		keys := maps.Clone(w)
		maps.Copy(keys, g)
		var found []Difference
		for _, k := range slices.Sorted(maps.Keys(keys)) {
			found = append(found, Compare(at+"/"+k, w[k], g[k])...)
		}
		return found
	}
	wl, isList := real.([]any)
	gl, isList2 := ours.([]any)
	if isList && isList2 && len(wl) == len(gl) {
		var found []Difference
		for i := range wl {
			found = append(found, Compare(fmt.Sprintf("%s/%d", at, i), wl[i], gl[i])...)
		}
		return found
	}
	a, _ := json.Marshal(real)
	b, _ := json.Marshal(ours)
	if bytes.Equal(a, b) {
		return nil
	}
	return []Difference{{at, string(a), string(b)}}
}

// Kinds are known kinds of differences: a name, and where they are.
type Kinds []kind

type kind struct {
	name string
	at   *regexp.Regexp
}

// ReadKinds reads a pattern of paths on each line, and what kind of difference is
// there. Empty lines, and those that begin with #, are skipped.
func ReadKinds(text string) (Kinds, error) {
	var kinds Kinds
	for line := range strings.Lines(text) {
		pattern, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		if pattern == "" || pattern[0] == '#' {
			continue
		}
		at, err := regexp.Compile("^(?:" + pattern + ")$")
		if err != nil {
			return nil, err
		}
		kinds = append(kinds, kind{strings.TrimSpace(name), at})
	}
	return kinds, nil
}

// Of returns the kind of a difference, "" if it is of none.
func (k Kinds) Of(d Difference) (name string, known bool) {
	for _, kind := range k {
		if kind.at.MatchString(d.At) {
			return kind.name, true
		}
	}
	return "", false
}
