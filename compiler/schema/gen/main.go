// Command gen makes the data files of package schema from published schemas.
//
//	go run ./compiler/schema/gen -from DIR
//	go run ./compiler/schema/gen -sdk DIR[:DIR]
//	go run ./compiler/schema/gen -native FILE
//
// The first DIR holds cfn-schema.json.gz, tf-aws-schema.json.gz,
// pulumi-aws-schema.json.gz, pulumi-aws-map.json.gz and providers/*.json.gz.
// In the second, npm has installed the SDKs of Pulumi's providers, from which
// come the constants alone; Node reads them. Further directories hold older
// SDKs, which add what has been dropped since. FILE is what npm pack makes of
// @pulumi/aws-native.
// Equal inputs give equal files. What the inputs have wrong is corrected in
// overlay.go; -v prints what might be.
package main

import (
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/sstc/sstc/compiler/schema"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("gen: ")
	from := flag.String("from", "", "directory of the schemas")
	sdk := flag.String("sdk", "", "directories in which SDKs are installed")
	native := flag.String("native", "", "archive of @pulumi/aws-native")
	to := flag.String("to", "compiler/schema/data", "directory of the data files")
	verbose := flag.Bool("v", false, "print what the sources disagree on, or lack")
	flag.Parse()
	var files map[string][]byte
	var report []string
	var err error
	switch {
	case *from != "":
		files, report, err = generate(*from)
	case *sdk != "":
		files = map[string][]byte{}
		files["pulumi-constants.bin"], report, err = constants(filepath.SplitList(*sdk))
	case *native != "":
		files = map[string][]byte{}
		files["cloud-control.txt"], report, err = cloudControl(*native)
	default:
		log.Fatal("-from, -sdk or -native is missing")
	}
	if err != nil {
		log.Fatal(err)
	}
	for _, name := range sorted(files) {
		if err := os.WriteFile(filepath.Join(*to, name), files[name], 0o666); err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%8d %s\n", len(files[name]), name)
	}
	if *verbose {
		for _, line := range report {
			fmt.Println(line)
		}
	}
}

// generate returns the data files by name, and where Pulumi's schemas and
// Terraform's disagree: most are newer in one, the rest belong in overlay.go.
func generate(from string) (files map[string][]byte, report []string, err error) {
	g := &generator{}
	aws, err := g.aws(from)
	if err != nil {
		return nil, nil, err
	}
	others, err := g.others(filepath.Join(from, "providers"))
	if err != nil {
		return nil, nil, err
	}
	cfn, err := cloudFormation(filepath.Join(from, "cfn-schema.json.gz"))
	if err != nil {
		return nil, nil, err
	}
	others.pulumi = append(others.pulumi, packageList(aws, others))
	files = map[string][]byte{}
	for name, entries := range map[string][]schema.Entry{
		"pulumi-aws.bin":     aws.pulumi,
		"pulumi.bin":         others.pulumi,
		"terraform-aws.bin":  aws.terraform,
		"terraform.bin":      others.terraform,
		"cloudformation.bin": cfn,
	} {
		if files[name], err = schema.Pack(entries); err != nil {
			return nil, nil, fmt.Errorf("%s: %v", name, err)
		}
	}
	return files, g.report, nil
}

type generator struct {
	report []string
}

func (g *generator) reportf(format string, args ...any) {
	g.report = append(g.report, fmt.Sprintf(format, args...))
}

// entries are those of one or more providers, by dialect.
type entries struct {
	pulumi, terraform []schema.Entry
}

// packageList is the entry that names all packages, with their npm packages in
// the place of tokens.
func packageList(all ...entries) schema.Entry {
	e := schema.Entry{Kind: schema.ModuleEntry, Name: ":"}
	for _, es := range all {
		for _, x := range es.pulumi {
			if x.Kind == schema.ProviderEntry {
				e.Members = append(e.Members, schema.Member{Name: x.Name, Kind: schema.ModuleMember, Token: x.Provider.NPM})
			}
		}
	}
	sortMembers(e.Members)
	return e
}

// readJSON decodes a gzipped file.
func readJSON(path string, into any) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("%s: %v", path, err)
	}
	if err := json.NewDecoder(z).Decode(into); err != nil {
		return fmt.Errorf("%s: %v", path, err)
	}
	return nil
}
