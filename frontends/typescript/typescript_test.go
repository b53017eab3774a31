package typescript

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/frontends"
)

func evaluate(t *testing.T, config string) (string, diag.List) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "sst.config.ts"), []byte(config), 0o666); err != nil {
		t.Fatal(err)
	}
	files, err := frontends.NewFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	r, diags, err := Frontend{}.Evaluate(frontends.Args{Files: files, ConfigFile: "sst.config.ts", Stage: "test", Env: &frontends.Env{},
		Console: func(level, text string) { t.Logf("%s: %s", level, text) }})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range diags {
		t.Logf("%+v %v", d, d.Subject)
	}
	var b bytes.Buffer
	if r != nil {
		b.WriteString(ir.Print(r.Program))
	}
	return b.String(), diags
}

func TestSmall(t *testing.T) {
	out, _ := evaluate(t, `/// <reference path="./.sst/platform/config.d.ts" />
export default $config({
  app(input) { return { name: "notes", removal: input.stage === "prod" ? "retain" : "remove", home: "aws" }; },
  async run() {
    const bucket = new sst.aws.Bucket("Uploads", { access: "public" });
    const fn = new sst.aws.Function("Api", {
      handler: "src/api.handler",
      link: [bucket], url: true,
      environment: { BUCKET: bucket.name, X: $interpolate`+"`${bucket.arn}/*`"+` },
      transform: { role: (args) => { args.description = "x"; } },
    });
    const topic = new aws.sns.Topic("Alerts", { displayName: bucket.name.apply(n => n.toUpperCase()) });
    return { url: fn.url, topic: topic.arn, host: fn.url.apply(u => new URL(u).host) };
  },
});
`)
	t.Log(out)
}
