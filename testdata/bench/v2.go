package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Apps of SST v2 are measured with compiled code in the cache, as every build
// but the first finds it, and without; what they are compared with is the real
// SST synthesizing the same app in Node. Both have the packages of
// testdata/sstv2, which npm installs once.

// v2Apps are the configurations, by the number of functions.
var v2Apps = map[string]string{
	"6": `import { Api, Bucket, Cron, Queue, Table } from "sst/constructs";
import { RemovalPolicy } from "aws-cdk-lib";

export default {
  config: () => ({ name: "bench", region: "us-east-1" }),
  stacks(app: any) {
    app.stack(function Main({ stack }: any) {
      const table = new Table(stack, "Notes", { fields: { id: "string" }, primaryIndex: { partitionKey: "id" } });
      const bucket = new Bucket(stack, "Files", { cdk: { bucket: { removalPolicy: RemovalPolicy.DESTROY } } });
      const queue = new Queue(stack, "Jobs", { consumer: "src/fn.job" });
      const api = new Api(stack, "Api", {
        defaults: { function: { bind: [table, bucket, queue] } },
        routes: { "GET /a": "src/fn.list", "POST /a": "src/fn.create", "GET /b": "src/fn.worker", "GET /c": "src/fn.made" },
      });
      new Cron(stack, "Clean", { schedule: "rate(1 hour)", job: "src/fn.cleanup" });
      stack.addOutputs({ url: api.url });
    });
  },
};
`,
	"100": `import { Api, Table } from "sst/constructs";

export default {
  config: () => ({ name: "big", region: "us-east-1" }),
  stacks(app: any) {
    for (let i = 0; i < 10; i++) {
      app.stack(function Main({ stack }: any) {
        const table = new Table(stack, "T" + i, { fields: { id: "string" }, primaryIndex: { partitionKey: "id" } });
        const routes: any = {};
        for (let j = 0; j < 10; j++) routes["GET /r" + j] = "src/fn.list";
        new Api(stack, "Api" + i, { defaults: { function: { bind: [table] } }, routes });
      }, { id: "S" + i });
    }
  },
};
`,
}

const v2Handlers = `export const handler = async () => ({ statusCode: 200 });
export { handler as job, handler as list, handler as create, handler as worker, handler as made, handler as cleanup };
`

// v2Packages installs what a package.json asks for.
func v2Packages(dir, from string) {
	if _, err := os.Stat(filepath.Join(dir, "installed")); err == nil {
		return
	}
	must(os.MkdirAll(dir, 0o777))
	command := "install"
	for _, name := range []string{"package.json", "package-lock.json"} {
		b, err := os.ReadFile(filepath.Join(from, name))
		if os.IsNotExist(err) {
			continue
		}
		must(err)
		must(os.WriteFile(filepath.Join(dir, name), b, 0o666))
		if name == "package-lock.json" {
			command = "ci"
		}
	}
	// A workspace, so that the apps in it may read its packages.
	must(os.WriteFile(filepath.Join(dir, "nx.json"), []byte("{}\n"), 0o666))
	run(dir, "npm", command, "--ignore-scripts", "--no-audit", "--no-fund", "--silent")
	must(os.WriteFile(filepath.Join(dir, "installed"), nil, 0o666))
}

// v2App writes an app into a workspace.
func v2App(workspace, size string) string {
	dir := filepath.Join(workspace, "app"+size)
	must(os.MkdirAll(filepath.Join(dir, "src"), 0o777))
	for name, content := range map[string]string{
		"sst.config.ts": v2Apps[size], "src/fn.ts": v2Handlers, "package.json": `{"name":"bench","private":true}` + "\n",
	} {
		must(os.WriteFile(filepath.Join(dir, name), []byte(content), 0o666))
	}
	return dir
}

// measureV2 prints the figures of an app. The real SST is slow, and runs once.
func measureV2(size, work, sstc string, runs int, real bool) {
	dir := v2App(filepath.Join(work, "v2"), size)
	build := func(cache string) sample {
		return takeIn([]string{"XDG_CACHE_HOME=" + cache, "HOME=" + cache}, sstc, "build", dir, "--stage", "bench", "--json")
	}
	warmCache := filepath.Join(work, "v2cache")
	must(os.MkdirAll(warmCache, 0o777))
	build(warmCache)
	var cold, warm []sample
	for range runs {
		empty, err := os.MkdirTemp(work, "cold")
		must(err)
		cold = append(cold, build(empty))
		must(os.RemoveAll(empty))
		warm = append(warm, build(warmCache))
	}
	fmt.Printf("%9s  %s\n", "v2 "+size, phases(warm))
	fmt.Printf("%9s  warm   %s\n", "", summary(warm))
	fmt.Printf("%9s  cold   %s\n", "", summary(cold))
	if !real {
		return
	}
	app := v2App(filepath.Join(work, "v2real"), size)
	sst := summary([]sample{take("node", "testdata/sstv2/real/synth.mjs", "bench", app, filepath.Join(work, "v2real", "out"+size))})
	fmt.Printf("%9s  SST    %s\n", "", sst)
	for _, s := range []struct {
		name string
		of   []sample
	}{{"warm", warm}, {"cold", cold}} {
		f := summary(s.of)
		fmt.Printf("%9s  ratio  %s: wall %.3f, CPU %.3f\n", "", s.name, float64(f.wall[1])/float64(sst.wall[1]), float64(f.cpu)/float64(sst.cpu))
	}
}

func benchV2(sizes, work, sstc string, runs int, real bool) {
	if sizes == "" {
		return
	}
	v2Packages(filepath.Join(work, "v2"), "testdata/sstv2")
	if real {
		v2Packages(filepath.Join(work, "v2real"), "testdata/sstv2/real")
	}
	for _, size := range strings.Split(sizes, ",") {
		if v2Apps[size] == "" {
			fmt.Fprintf(os.Stderr, "there is no app of SST v2 with %s functions\n", size)
			os.Exit(2)
		}
		measureV2(size, work, sstc, runs, real)
	}
}
