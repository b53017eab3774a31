package examples

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Template reads a CloudFormation template of SST v2's or of sstc's, for
// [Differences]: without what sstc leaves out on purpose, without where assets
// are, and with numbers as numbers.
func Template(data []byte) (any, error) {
	var v map[string]any
	if err := json.Unmarshal(data, &v); err != nil {
		return nil, err
	}
	delete(v, "AWSTemplateFormatVersion")
	if params, ok := v["Parameters"].(map[string]any); ok {
		delete(params, "SstcAssetBucket")
		delete(params, "SstcAssetPrefix")
		delete(params, "SstcImageRepository")
	}
	if outputs, ok := v["Outputs"].(map[string]any); ok {
		maps.DeleteFunc(outputs, func(id string, _ any) bool { return strings.HasPrefix(id, "Sstc") })
		if len(outputs) == 0 {
			delete(v, "Outputs")
		}
	}
	if resources, ok := v["Resources"].(map[string]any); ok {
		maps.DeleteFunc(resources, func(id string, _ any) bool { return strings.HasPrefix(id, "CustomResourceHandler") })
	}
	return normal(v), nil
}

func normal(v any) any {
	switch v := v.(type) {
	case map[string]any:
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

// Known reads the paths at which templates may differ: a pattern on each line
// after the first, with its reason.
func Known(text string) []*regexp.Regexp {
	var known []*regexp.Regexp
	_, patterns, _ := strings.Cut(text, "\n")
	for line := range strings.Lines(patterns) {
		if pattern, _, _ := strings.Cut(strings.TrimSpace(line), " "); pattern != "" {
			known = append(known, regexp.MustCompile("^(?:"+pattern+")$"))
		}
	}
	return known
}

// Differences says where two templates differ, but for the known paths. At is
// the path of the two.
func Differences(at string, want, got any, known []*regexp.Regexp) []string {
	w, isMap := want.(map[string]any)
	g, isMap2 := got.(map[string]any)
	var found []string
	if isMap && isMap2 {
		keys := maps.Clone(w)
		maps.Copy(keys, g)
		for _, k := range slices.Sorted(maps.Keys(keys)) {
			found = append(found, Differences(at+"/"+k, w[k], g[k], known)...)
		}
		return found
	}
	wl, isList := want.([]any)
	gl, isList2 := got.([]any)
	if isList && isList2 && len(wl) == len(gl) {
		for i := range wl {
			found = append(found, Differences(fmt.Sprintf("%s/%d", at, i), wl[i], gl[i], known)...)
		}
		return found
	}
	a, _ := json.Marshal(want)
	b, _ := json.Marshal(got)
	if bytes.Equal(a, b) || slices.ContainsFunc(known, func(k *regexp.Regexp) bool { return k.MatchString(at) }) {
		return nil
	}
	return []string{fmt.Sprintf("%s\n  real %.600s\n  ours %.600s", at, a, b)}
}
