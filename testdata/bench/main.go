// Bench measures whole builds, and compares them with the floor: a raw esbuild
// build of the same entry points, and a zip of each made by the standard
// library. Both are taken in turns in the same run, so that the ratio means
// something on any machine.
//
//	go run ./testdata/bench [-runs N] [-functions 100,1000] [-v2 6,100] [-real=false]
//
// The generated apps have as many functions as asked for, which import three
// shared modules and zod, ten buckets, ten tables, and links between them. zod
// comes from npm, once, into a directory that is kept. Apps of SST v2 are
// compared with the real SST, see v2.go.
package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/evanw/esbuild/pkg/api"
)

const zod = `{"name":"bench","private":true,"type":"module","dependencies":{"zod":"3.23.8"}}` + "\n"

func main() {
	log.SetFlags(0)
	runs := flag.Int("runs", 7, "how often each is run")
	sizes := flag.String("functions", "6,100,1000", "`numbers` of functions, separated by commas; empty for none")
	v2Sizes := flag.String("v2", "6,100", "the same for apps of SST v2")
	real := flag.Bool("real", true, "run the real SST v2 as well")
	work := flag.String("work", filepath.Join(os.TempDir(), "sstc-bench"), "`directory` for the apps, kept for the next run")
	floorOnly := flag.String("floor", "", "take the floor of the app in this `directory`, and nothing else")
	flag.Parse()
	if *floorOnly != "" {
		floor(*floorOnly)
		return
	}
	must(os.MkdirAll(*work, 0o777))
	sstc, self := filepath.Join(*work, "sstc"), filepath.Join(*work, "bench")
	run("", "go", "build", "-o", sstc, "./cmd/sstc")
	run("", "go", "build", "-o", self, "./testdata/bench")
	fmt.Printf("%9s  %30s  %s\n", "", "median of each phase, ms", "whole process: ms (min median max), CPU ms, MB")
	for _, s := range strings.FieldsFunc(*sizes, func(r rune) bool { return r == ',' }) {
		n, err := strconv.Atoi(s)
		must(err)
		dir := filepath.Join(*work, fmt.Sprintf("app%d", n))
		generate(dir, n)
		measure(n, dir, sstc, self, *runs)
	}
	benchV2(*v2Sizes, *work, sstc, *runs, *real)
}

// generate writes an app of n functions.
func generate(dir string, n int) {
	must(os.MkdirAll(filepath.Join(dir, "src"), 0o777))
	must(os.MkdirAll(filepath.Join(dir, "lib"), 0o777))
	write := func(name, content string) { must(os.WriteFile(filepath.Join(dir, name), []byte(content), 0o666)) }
	var imports strings.Builder
	for i := range 3 {
		write(fmt.Sprintf("lib/shared%d.ts", i), fmt.Sprintf(`import { z } from "zod";
export const schema%[1]d = z.object({ id: z.string(), n: z.number() });
export function check%[1]d(x: unknown) { return schema%[1]d.parse(x); }
`, i))
		fmt.Fprintf(&imports, "import { check%[1]d } from \"../lib/shared%[1]d\";\n", i)
	}
	for i := range n {
		write(fmt.Sprintf("src/fn%d.ts", i), imports.String()+fmt.Sprintf(`export const handler = async (event: unknown) => ({
  statusCode: 200,
  body: JSON.stringify([%d, check0(event), check1(event), check2(event)]),
});
`, i))
	}
	write("sst.config.ts", fmt.Sprintf(`/// <reference path="./.sst/platform/config.d.ts" />
export default $config({
  app() {
    return { name: "bench", home: "aws" };
  },
  async run() {
    const buckets: any[] = [], tables: any[] = [];
    for (let i = 0; i < 10; i++) {
      buckets.push(new sst.aws.Bucket("Bucket" + i));
      tables.push(new sst.aws.Dynamo("Table" + i, { fields: { id: "string" }, primaryIndex: { hashKey: "id" } }));
    }
    for (let i = 0; i < %d; i++) {
      new sst.aws.Function("Fn" + i, {
        handler: "src/fn" + i + ".handler",
        link: [buckets[i %% 10], tables[(i + 3) %% 10]],
        environment: { INDEX: String(i) },
      });
    }
  },
});
`, n))
	write("package.json", zod)
	if _, err := os.Stat(filepath.Join(dir, "node_modules")); err != nil {
		run(dir, "npm", "install", "--no-audit", "--no-fund", "--silent")
	}
}

// A sample is one run of a process.
type sample struct {
	wall, cpu time.Duration
	memory    int64 // bytes, the most that was resident
	phases    map[string]int64
}

func measure(n int, dir, sstc, self string, runs int) {
	var builds, floors []sample
	for range runs {
		builds = append(builds, take(sstc, "build", dir, "--stage", "bench", "--json"))
		floors = append(floors, take(self, "-floor", dir))
	}
	b, f := summary(builds), summary(floors)
	fmt.Printf("%9d  %s\n", n, phases(builds))
	fmt.Printf("%9s  sstc   %s\n", "", b)
	fmt.Printf("%9s  floor  %s\n", "", f)
	fmt.Printf("%9s  ratio  wall %.2f, CPU %.2f\n", "", float64(b.wall[1])/float64(f.wall[1]), float64(b.cpu)/float64(f.cpu))
}

// phases are the medians of the phases, in ms.
func phases(builds []sample) string {
	var text []string
	for _, name := range []string{"evaluate", "bundle", "pack", "emit", "write"} {
		var all []float64
		for _, s := range builds {
			all = append(all, float64(s.phases[name])/1000)
		}
		slices.Sort(all)
		text = append(text, fmt.Sprintf("%s %.1f", name, all[len(all)/2]))
	}
	return strings.Join(text, ", ")
}

type figures struct {
	wall   [3]time.Duration // least, median, most
	cpu    time.Duration    // median
	memory int64            // most
}

func (f figures) String() string {
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return fmt.Sprintf("%.0f %.0f %.0f, %.0f, %d", ms(f.wall[0]), ms(f.wall[1]), ms(f.wall[2]), ms(f.cpu), f.memory>>20)
}

func summary(samples []sample) figures {
	var walls, cpus []time.Duration
	var f figures
	for _, s := range samples {
		walls, cpus = append(walls, s.wall), append(cpus, s.cpu)
		f.memory = max(f.memory, s.memory)
	}
	slices.Sort(walls)
	slices.Sort(cpus)
	f.wall = [3]time.Duration{walls[0], walls[len(walls)/2], walls[len(walls)-1]}
	f.cpu = cpus[len(cpus)/2]
	return f
}

func take(name string, args ...string) sample { return takeIn(nil, name, args...) }

// takeIn runs a process with further variables in its environment.
func takeIn(env []string, name string, args ...string) sample {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	start := time.Now()
	if err := cmd.Run(); err != nil {
		log.Fatalf("%s: %v\n%s%s", name, err, stdout.String(), stderr.String())
	}
	s := sample{wall: time.Since(start), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		s.memory = usage.Maxrss << 10 // Linux counts kibibytes
	}
	var answer struct {
		Phases map[string]int64 `json:"phasesMicroseconds"`
	}
	if json.Unmarshal(stdout.Bytes(), &answer) == nil {
		s.phases = answer.Phases
	}
	return s
}

// floor bundles the app's functions in one build and zips each.
func floor(dir string) {
	entries, err := filepath.Glob(filepath.Join(dir, "src", "*.ts"))
	must(err)
	result := api.Build(api.BuildOptions{
		EntryPoints: entries, AbsWorkingDir: dir, Outdir: filepath.Join(dir, "floor"), Bundle: true, Write: false,
		Format: api.FormatESModule, Platform: api.PlatformNode, Target: api.ESNext, MainFields: []string{"module", "main"},
		KeepNames: true, MinifyWhitespace: true, MinifySyntax: true, MinifyIdentifiers: true,
	})
	if len(result.Errors) > 0 {
		log.Fatal(result.Errors[0].Text)
	}
	out, err := os.MkdirTemp("", "sstc-floor-")
	must(err)
	defer os.RemoveAll(out)
	for i, f := range result.OutputFiles {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		w, err := z.Create("bundle.mjs")
		must(err)
		_, err = w.Write(f.Contents)
		must(err)
		must(z.Close())
		must(os.WriteFile(filepath.Join(out, fmt.Sprintf("%d.zip", i)), b.Bytes(), 0o666))
	}
}

func run(dir, name string, args ...string) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		log.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
