package sstv2

import (
	"encoding/json"
	"strings"
)

// A fact is what the CDK knows of a region, such as the account of a layer. Its
// table is a program of a megabyte that registers thousands of them, of all
// regions, when the first is asked for; most apps ask for those of one.
type fact struct {
	Name  string   `json:"name"` // of a member of the CDK's FactName
	Args  []string `json:"args"` // where that is a function
	Value string   `json:"value"`
}

// facts lists the regions in the CDK's table, or the facts of one. It is null
// for a table that is written otherwise than those known.
func (v *evaluation) facts(r *request) (any, error) {
	var a struct {
		File   string `json:"file"`
		Region string `json:"region"`
	}
	if err := json.Unmarshal(r.Arg, &a); err != nil {
		return nil, err
	}
	t := v.factTables[a.File]
	if t == nil {
		b, err := v.args.Files.ReadUnrecorded(a.File)
		if err != nil {
			return nil, err
		}
		t = readFacts(string(b))
		if v.factTables == nil {
			v.factTables = map[string]*factTable{}
		}
		v.factTables[a.File] = t
	}
	if a.Region == "" {
		return t.regions, nil
	}
	return t.facts[a.Region], nil
}

type factTable struct {
	regions []string // in the table's order; nil if the table cannot be read
	facts   map[string][]fact
}

// readFacts reads region-info/lib/built-ins.generated.js, in which there are
// nothing but calls to register a fact.
func readFacts(text string) *factTable {
	t := &factTable{facts: map[string][]fact{}}
	head, rest, _ := strings.Cut(text, "class BuiltIns{static register(){")
	if !strings.HasPrefix(head, `"use strict";Object.defineProperty(exports,"__esModule",{value:!0}),exports.BuiltIns=void 0;`) {
		return &factTable{}
	}
	module := "fact_1"
	if strings.HasPrefix(rest, "fact_1()") {
		module = "fact_1()"
	}
	register, name := module+`.Fact.register({region:"`, ",name:"+module+".FactName."
	ok := true
	skip := func(prefix string) { // over what must come next
		var found bool
		rest, found = strings.CutPrefix(rest, prefix)
		ok = ok && found
	}
	until := func(stop string) string {
		text, after, found := strings.Cut(rest, stop)
		if !found || strings.Contains(text, `\`) {
			ok = false
			return ""
		}
		rest = after
		return text
	}
	for ok {
		skip(register)
		region := until(`"`)
		skip(name)
		f := fact{Name: until(",value:")}
		if member, args, isCall := strings.Cut(f.Name, "("); isCall {
			inner, quoted := strings.CutPrefix(args, `"`)
			inner, closed := strings.CutSuffix(inner, `")`)
			f.Name, f.Args = member, strings.Split(inner, `","`)
			ok = ok && quoted && closed && strings.Count(inner, `"`) == 2*len(f.Args)-2
		}
		known := !strings.HasPrefix(rest, "void 0")
		if known {
			skip(`"`)
			f.Value = until(`"`)
		} else {
			skip("void 0")
		}
		skip("})")
		if _, seen := t.facts[region]; !seen {
			t.regions = append(t.regions, region)
			t.facts[region] = []fact{}
		}
		if known {
			t.facts[region] = append(t.facts[region], f)
		}
		if rest == "}constructor(){}}exports.BuiltIns=BuiltIns;\n" {
			return t
		}
		skip(",")
	}
	return &factTable{}
}
