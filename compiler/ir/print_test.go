package ir

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/sstc/sstc/compiler/diag"
)

func TestPrintValue(t *testing.T) {
	arn := Ref{"Uploads", "arn"}
	for want, v := range map[string]Value{
		`null`:                           Null{},
		`[true, 1.5]`:                    List{Bool(true), Number(1.5)},
		`"say \"$${x}\""`:                String(`say "${x}"`),
		`Uploads.arn`:                    arn,
		`GetVpc`:                         Ref{"GetVpc", ""},
		`"\"${Uploads.arn}/*\""`:         Concat(`"`, arn, `/*"`),
		`"$${x}${param(aws:region)}"`:    Concat("${x}", Param{PseudoRegion}),
		`split(":", Uploads.arn)`:        NewCall(FuncSplit, String(":"), arn),
		`asset(Api, key)`:                AssetRef{"Api", AssetKey},
		`{a: 1, "b c": [], d:e: {}}`:     Obj("a", 1, "b c", List{}, "d:e", &Object{}),
		`jsonencode({a: [Uploads.arn]})`: NewCall(FuncJSONEncode, Obj("a", List{arn})),
	} {
		if got := layout(v, 0, ""); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestPrintBreaksLongValues(t *testing.T) {
	long := String(strings.Repeat("x", 115))
	v := NewCall(FuncJSONEncode, Obj("a", List{long, Ref{"R", "arn"}}, "b", 1))
	want := `jsonencode({
    a: [
      "` + string(long) + `"
      R.arn
    ]
    b: 1
  })`
	if got := layout(v, 8, "  "); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestPrintProgram(t *testing.T) {
	p := &Program{
		App:     App{Name: "shop", Stage: "dev", Home: "aws"},
		Dialect: Pulumi,
		Resources: []*Resource{{
			ID: "UploadsBucket", Name: "Uploads-Bucket", Type: "aws:s3/bucket:Bucket", Component: "Uploads",
			Props:   Obj("forceDestroy", true),
			Options: Options{DependsOn: []string{"A", "B"}, Aliases: []Alias{{Name: "Old"}}, Timeouts: Timeouts{Create: "5m"}},
		}},
		Outputs: []Output{{Name: "bucket", Value: Ref{"UploadsBucket", "bucket"}}},
	}
	want := `app shop
  stage: dev
  home: aws
  dialect: pulumi

resource UploadsBucket aws:s3/bucket:Bucket
  name: Uploads-Bucket
  component: Uploads
  dependsOn: A, B
  alias: {name: "Old"}
  timeouts: {create: "5m"}
  forceDestroy = true

output bucket
  value: UploadsBucket.bucket
`
	if got := Print(p); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// Whatever a program can hold shows in its text: each text is given a value of
// its own, and looked for.
func TestPrintLeavesNothingOut(t *testing.T) {
	p := &Program{}
	texts := map[string]string{} // text → where it was put
	fill(reflect.ValueOf(p).Elem(), "Program", texts)
	got := Print(p)
	for text, path := range texts {
		if !strings.Contains(got, text) && path != "Program.App.ConfigFile" {
			t.Errorf("the text of a program lacks %s", path)
		}
	}
}

func fill(v reflect.Value, path string, texts map[string]string) {
	text := func() string {
		s := fmt.Sprintf("text%d.", len(texts))
		texts[s] = path
		return s
	}
	switch {
	case v.Type() == reflect.TypeFor[diag.Range]():
	case v.Type() == reflect.TypeFor[Value]():
		v.Set(reflect.ValueOf(String(text())))
	case v.Kind() == reflect.String:
		v.SetString(text())
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), path, texts)
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), path, texts)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), path+"."+v.Type().Field(i).Name, texts)
		}
	}
}
