package sstv2

import (
	"reflect"
	"strings"
	"testing"
)

func TestReadFacts(t *testing.T) {
	const head = `"use strict";Object.defineProperty(exports,"__esModule",{value:!0}),exports.BuiltIns=void 0;`
	const table = head + `const fact_1=require("./fact");class BuiltIns{static register(){` +
		`fact_1.Fact.register({region:"b",name:fact_1.FactName.PARTITION,value:"aws"}),` +
		`fact_1.Fact.register({region:"a",name:fact_1.FactName.DLC_REPOSITORY_ACCOUNT,value:void 0}),` +
		`fact_1.Fact.register({region:"b",name:fact_1.FactName.layer("1.0","arm64"),value:"arn:aws:lambda"})` +
		"}constructor(){}}exports.BuiltIns=BuiltIns;\n"
	want := &factTable{
		regions: []string{"b", "a"},
		facts:   map[string][]fact{"a": {}, "b": {{Name: "PARTITION", Value: "aws"}, {Name: "layer", Args: []string{"1.0", "arm64"}, Value: "arn:aws:lambda"}}},
	}
	newer := strings.ReplaceAll(table, "fact_1.Fact", "fact_1().Fact")
	for _, text := range []string{table, newer} {
		if got := readFacts(text); !reflect.DeepEqual(got, want) {
			t.Errorf("readFacts(%q) = %v, want %v", text, got, want)
		}
	}
	// Anything else is for the CDK to run.
	for _, change := range [][2]string{
		{"!0", "!1"}, {`"b"`, "region"}, {`"aws"`, `"\"aws"`}, {`"aws"`, "7"}, {`"1.0",`, "1,"}, {`"1.0",`, `a("1.0"),`}, {"})}", "}),more()}"}, {"void 0})", "void 0},true)"}, {"constructor()", "constructor(x)"},
	} {
		if got := readFacts(strings.Replace(table, change[0], change[1], 1)); got.regions != nil {
			t.Errorf("with %s for %s: regions %v, want none", change[1], change[0], got.regions)
		}
	}
}
