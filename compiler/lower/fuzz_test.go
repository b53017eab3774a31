package lower

import (
	"testing"

	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

// FuzzArguments gives arbitrary arguments to every component, method and
// function. Whatever they are, the answer is a diagnostic and never a panic.
// The strings "@bucket", "@queue", "@function", "@ref", "@join", "@secret",
// "@callback" and "@poison" stand for what JSON cannot say.
func FuzzArguments(f *testing.F) {
	for _, seed := range []string{
		`null`, `"x"`, `3`, `[]`, `{}`, `[{}]`, `"@ref"`, `"@poison"`, `"@bucket"`,
		`["@function", "@ref", {"filters": [{"a": "@ref"}], "batch": {"size": 1}}]`,
		`["Sub", "@queue", {"pattern": {"source": ["@ref"]}}]`,
		`["Sub", "arn:aws:sns:us-east-1:1:x", "a.b", {}]`,
		`{"handler": "@ref"}`,
		`{"handler": "a.b", "link": ["@bucket", "@queue", null, "@ref"], "url": true, "durable": true, "environment": {"A": "@join", "B": {}}}`,
		`{"handler": "a.b", "role": "@ref", "vpc": "@bucket", "logging": false, "nodejs": {"install": {"a": "1"}, "esbuild": {"x": "@ref"}}}`,
		`{"handler": "a.b", "transform": {"function": "@callback", "role": {"name": null}}, "concurrency": {"provisioned": "@ref"}}`,
		`{"access": "@ref", "cors": {"maxAge": "1 day"}, "lifecycle": [{"expiresIn": "1 day"}], "policy": [{"actions": [], "principals": []}]}`,
		`{"notifications": [{"name": "a", "function": "@poison"}, {"name": "b", "queue": "@ref"}, {"name": "c", "topic": "@queue"}]}`,
		`{"fields": {"a": "string"}, "primaryIndex": {"hashKey": "@ref"}, "globalIndexes": {"g": {"hashKey": ["a"], "rangeKey": [], "projection": []}}}`,
		`{"schedule": "rate(1 day)", "function": {"handler": 3}, "event": ["@callback"], "task": {}}`,
		`{"authorizer": "@join", "filter": "@ref"}`,
		`{"properties": {"a": "@callback"}, "include": [{"type": "aws.permission"}, {"type": "environment", "env": []}, 3]}`,
		`{"fifo": {"contentBasedDeduplication": "@ref"}, "dlq": {"queue": "@secret"}, "delay": "1 day"}`,
		`{"dependsOn": ["@bucket"], "provider": "@queue", "parent": "@bucket", "aliases": [3], "transformations": ["@callback"]}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := ir.DecodeJSON(text)
		if err != nil {
			t.Skip()
		}
		for _, d := range Definitions() {
			if d.Args == nil {
				continue
			}
			a := newTestApp(t)
			given := a.unjson(v)
			inst := a.new(d.Type, "X", given, given)
			a.everything(d, inst, given)
			a.Finish()
		}
		a := newTestApp(t)
		given := a.unjson(v)
		for _, fn := range Functions() {
			a.function(fn.Name, given)
			if l, ok := given.(ir.List); ok {
				a.function(fn.Name, anys(l)...)
			}
		}
	})
}

// everything calls each method and each static, with the value as the first of
// the arguments, as the second, and as all of them.
func (a *testApp) everything(d *Definition, inst *Instance, v ir.Value) {
	calls := [][]any{{v}, {"Name", v}, {"Name", v, v}, {"arn:aws:sqs:us-east-1:1:x", "a.b", v}}
	if l, ok := v.(ir.List); ok {
		calls = append(calls, anys(l))
	}
	for _, args := range calls {
		for _, m := range d.Methods {
			a.call(inst, m.Name, args...)
		}
		for _, m := range d.Statics {
			a.static(d.Type, m.Name, args...)
		}
	}
}

func anys(l ir.List) []any {
	out := make([]any, len(l))
	for i, v := range l {
		out[i] = v
	}
	return out
}

// unjson puts what JSON cannot say in the place of the strings that stand for it.
func (a *testApp) unjson(v ir.Value) ir.Value {
	made := map[string]*Instance{}
	make := func(typ string, args *ir.Object) ir.Value {
		if made[typ] == nil {
			made[typ] = a.new(typ, "Fuzz"+logicalName(typ), args)
		}
		return opaque(made[typ])
	}
	return ir.Map(v, func(v ir.Value) ir.Value {
		s, _ := v.(ir.String)
		switch s {
		case "@bucket":
			return make(bucketType, nil)
		case "@queue":
			return make(queueType, nil)
		case "@function":
			return make(functionType, ir.Obj("handler", "a.b", "versioning", true))
		case "@ref":
			return ir.Ref{Resource: "FuzzSstawsQueueQueue", Attr: "arn"}
		case "@join":
			return ir.Concat("a", ir.Param{Name: ir.PseudoRegion})
		case "@secret":
			return ir.NewCall(ir.FuncSecret, ir.String("x"))
		case "@poison":
			return ir.Opaque{X: arg.Poison{}}
		case "@callback":
			return ir.Opaque{X: arg.Callback(func(args ...ir.Value) (ir.Value, []ir.Value, error) { return ir.Null{}, args, nil })}
		}
		return v
	})
}

// What a component makes for its own use cannot be made by users.
func TestPartsAreNoComponents(t *testing.T) {
	for _, d := range Definitions() {
		if made := Lookup(d.Type) != nil; made != (d.Args != nil) {
			t.Errorf("%s: Lookup finds it: %t, it declares arguments: %t", d.Type, made, d.Args != nil)
		}
	}
	if _, err := newTestApp(t).New("sst.aws.QueueLambdaSubscriber", "X", nil, nil, testPlace(1)); err == nil {
		t.Error("a QueueLambdaSubscriber was made")
	}
}
