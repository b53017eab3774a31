package main

import (
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/schema"
)

// A matcher finds the data source of a function. No map of the AWS functions
// is among the inputs, but names and properties decide nearly all: the words
// of the function's name end the data source's, what precedes them is usual in
// the function's module, and the properties are the same.
type matcher struct {
	data     map[string]*tfBlock
	prefixes map[string]map[string]int // of Terraform types, by Pulumi module
}

func newMatcher(tf awsTerraform, p *puPackage) *matcher {
	m := &matcher{data: tf.Data, prefixes: map[string]map[string]int{}}
	for token, r := range p.resources {
		module, name := memberName(token)
		if m.prefixes[module] == nil {
			m.prefixes[module] = map[string]int{}
		}
		if prefix, ok := strings.CutSuffix(r.Terraform, schema.RuleTerraformName(name, false)); ok {
			m.prefixes[module][prefix]++
		}
	}
	return m
}

func (m *matcher) dataSource(f *schema.Resource) string {
	if fix, ok := awsDataSources[f.Type]; ok {
		return fix
	}
	module, name := memberName(f.Type)
	word := schema.RuleTerraformName(strings.TrimPrefix(name, "get"), false)
	best, bestScore := "", 0.0
	for _, tfName := range sorted(m.data) {
		score := 2 * m.overlap(f, m.data[tfName])
		if prefix, ok := strings.CutSuffix(tfName, word); ok && strings.HasSuffix(prefix, "_") {
			score++
			if m.prefixes[module][prefix] > 0 || prefix == "aws_"+module+"_" {
				score++
			}
			if prefix == "aws_" && module == "" {
				score++
			}
		}
		if score > bestScore {
			best, bestScore = tfName, score
		}
	}
	if bestScore < 2 {
		return ""
	}
	return best
}

// overlap is the share of properties that both sides have, from 0 to 1.
func (m *matcher) overlap(f *schema.Resource, tf *tfBlock) float64 {
	common := 0
	for _, p := range f.Properties {
		if slices.ContainsFunc(nameCandidates(p), tf.has) {
			common++
		}
	}
	total := len(f.Properties) + len(tf.Attrs) + len(tf.Blocks) - common
	if total == 0 {
		return 1
	}
	return float64(common) / float64(total)
}

// guess is the Terraform type that a token newer than Terraform's schema
// probably has: the words of its name after the module's usual prefix.
func (m *matcher) guess(token string) string {
	module, name := memberName(token)
	best := "aws_" + module + "_"
	for _, prefix := range sorted(m.prefixes[module]) {
		if m.prefixes[module][prefix] > m.prefixes[module][best] {
			best = prefix
		}
	}
	return best + schema.RuleTerraformName(strings.TrimPrefix(name, "get"), false)
}
