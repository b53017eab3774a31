package ir

import (
	"strings"
	"testing"
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
		Outputs: []Output{{"bucket", Ref{"UploadsBucket", "bucket"}}},
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
