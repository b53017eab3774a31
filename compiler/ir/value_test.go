package ir

import (
	"reflect"
	"testing"
)

var ref = Ref{Resource: "Bucket", Attr: "arn"}

func TestConcat(t *testing.T) {
	for _, c := range []struct {
		parts []any
		want  Value
	}{
		{nil, String("")},
		{[]any{"a", "b", 1, true, 0.5}, String("ab1true0.5")},
		{[]any{"", ref, ""}, ref},
		{[]any{"a", "b", ref}, Join{[]Value{String("ab"), ref}}},
		{[]any{Join{[]Value{String("a"), ref}}, Join{[]Value{ref, String("b")}}, "c"}, Join{[]Value{String("a"), ref, ref, String("bc")}}},
		{[]any{nil, ref, "x"}, Join{[]Value{ref, String("x")}}},
	} {
		if got := Concat(c.parts...); !reflect.DeepEqual(got, c.want) {
			t.Errorf("Concat(%v) = %#v, want %#v", c.parts, got, c.want)
		}
	}
}

// A call whose result can be known is computed; one that cannot stays a call.
func TestNewCall(t *testing.T) {
	list := List{String("a"), ref}
	for _, c := range []struct {
		fn   Func
		args []Value
		want Value // nil: stays a call
	}{
		{FuncIndex, []Value{list, Number(1)}, ref},
		{FuncIndex, []Value{list, Number(2)}, nil},
		{FuncIndex, []Value{list, Number(-1)}, nil},
		{FuncIndex, []Value{list, Number(0.5)}, nil},
		{FuncIndex, []Value{Obj("k", "v"), String("k")}, String("v")},
		{FuncIndex, []Value{ref, String("k")}, nil},
		{FuncSplit, []Value{String("/"), String("a/b")}, List{String("a"), String("b")}},
		{FuncSplit, []Value{String("/"), ref}, nil},
		{FuncJoin, []Value{String(","), list}, Join{[]Value{String("a,"), ref}}},
		{FuncJoin, []Value{String(","), ref}, nil},
		{FuncJSONEncode, []Value{Obj("b", 1, "a", []string{"<"})}, String(`{"b":1,"a":["<"]}`)},
		{FuncJSONEncode, []Value{Obj("a", ref)}, nil},
		{FuncJSONDecode, []Value{String(`{"a":[1]}`)}, Obj("a", List{Number(1)})},
		{FuncJSONDecode, []Value{String(`{`)}, nil},
		{FuncBase64Encode, []Value{String("é")}, String("w6k=")},
		{FuncBase64Decode, []Value{String("w6k=")}, String("é")},
		{FuncBase64Decode, []Value{String("?")}, nil},
		{FuncUpper, []Value{String("é")}, String("É")},
		{FuncReplace, []Value{String("aba"), String("a"), String("")}, String("b")},
		{FuncReplaceFirst, []Value{String("aba"), String("a"), String("")}, String("ba")},
		{FuncURLEncode, []Value{String("a b/c")}, String("a%20b%2Fc")},
		{FuncLength, []Value{list}, Number(2)},
		{FuncToNumber, []Value{String("1.5")}, Number(1.5)},
		{FuncToNumber, []Value{String("x")}, nil},
		{FuncToString, []Value{Number(3)}, String("3")},
		{FuncSecret, []Value{String("s")}, nil},
	} {
		got := NewCall(c.fn, c.args...)
		want := c.want
		if want == nil {
			want = Call{c.fn, c.args}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s%v = %#v, want %#v", c.fn, c.args, got, want)
		}
	}
}

// Numbers are written as JavaScript writes them.
func TestFormatNumber(t *testing.T) {
	for f, want := range map[float64]string{
		0: "0", 1: "1", -1: "-1", 0.1: "0.1", 1e20: "100000000000000000000", 1e21: "1e+21", 1.5e-7: "1.5e-7", 1e100: "1e+100", 9007199254740993: "9007199254740992",
	} {
		if got := FormatNumber(f); got != want {
			t.Errorf("FormatNumber(%g) = %s, want %s", f, got, want)
		}
	}
}

// With and Merge leave what they are called on as it was.
func TestObjectsAreImmutable(t *testing.T) {
	o := Obj("a", 1, "b", 2)
	before := Obj("a", 1, "b", 2)
	o.With("a", Number(3))
	o.With("c", Number(3))
	o.With("b", nil)
	o.Merge(Obj("a", 9, "d", 1))
	Map(o, func(v Value) Value {
		if _, ok := v.(Number); ok {
			return String("x")
		}
		return v
	})
	if !reflect.DeepEqual(o, before) {
		t.Errorf("changed to %#v", o)
	}
	var none *Object
	if none.Len() != 0 || none.Get("x") != nil || none.With("x", Bool(true)).Len() != 1 {
		t.Error("a nil object is not empty")
	}
}

func FuzzJSON(f *testing.F) {
	f.Add(`{"b":[1,2.5,null,true,"é<\u2028"],"a":{"b":1,"b":2}}`)
	f.Fuzz(func(t *testing.T, text string) {
		v, err := DecodeJSON(text)
		if err != nil {
			return
		}
		again, err := DecodeJSON(EncodeJSON(v))
		if err != nil || !reflect.DeepEqual(v, again) {
			t.Errorf("%q: %#v became %#v, %v", text, v, again, err)
		}
	})
}
