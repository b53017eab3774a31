package typescript

import (
	"embed"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/engine"
	"github.com/sstc/sstc/compiler/lower"
	"github.com/sstc/sstc/compiler/lower/arg"
	"github.com/sstc/sstc/compiler/schema"
	"github.com/sstc/sstc/frontends"
	"github.com/sstc/sstc/frontends/script"
)

// written has the declarations that are the same for every app.
//
//go:embed declarations/*.d.ts
var written embed.FS

// A DeclarationFile is a file of declarations.
type DeclarationFile struct {
	Name string // in .sst/platform
	Text string
}

// Declarations returns the files by which editors and tsc check an app's
// configuration: config.d.ts, to which the first line of the configuration
// refers, and the files to which that refers. They declare SST's globals, the
// components, and the providers that app() names; Pulumi's modules too, so
// that no package need be installed.
//
// If app() fails, the diagnostics say why, and the files are those of an app
// without further providers.
func Declarations(args frontends.Args) ([]DeclarationFile, diag.List, error) {
	keys, diags, err := providerKeys(args)
	if err != nil {
		return nil, nil, err
	}
	d := &declarer{}
	d.line("// Declarations of what sst.config.ts finds around it. Written by sstc types.")
	d.line("")
	d.line(`/// <reference lib="es2023" />`)
	var files []DeclarationFile
	add := func(name, text string) {
		d.line(`/// <reference path="./%s" />`, name)
		files = append(files, DeclarationFile{name, text})
	}
	dir := args.Files.AbsApp()
	if installed(dir, "@types/node") {
		d.line(`/// <reference types="node" />`)
	} else {
		add("node.d.ts", readDeclarations("node.d.ts")+nodeModules())
	}
	for _, name := range []string{"pulumi.d.ts", "globals.d.ts"} {
		add(name, readDeclarations(name))
	}
	var known []knownProvider
	var unknown []string
	for _, key := range keys {
		name := lower.PackageName(key)
		pkg := lower.SchemaPackage(name)
		switch {
		case !slices.Contains(schema.PulumiPackages(), pkg) || schema.PulumiPartial(pkg):
			unknown = append(unknown, key)
		case slices.Contains(reserved, name):
			// No global can be called null.
		default:
			known = append(known, knownProvider{key, name})
			add(name+".d.ts", providerDeclarations(pkg, name))
		}
	}
	add("sst.d.ts", sstDeclarations()+appDeclarations(known))
	for _, key := range unknown {
		name := lower.PackageName(key)
		if npm := installedProvider(dir, key); npm != "" {
			add(name+".d.ts", fmt.Sprintf("import * as sdk from %s;\n\ndeclare global {\n  export import %s = sdk;\n}\n", quote(npm), name))
			continue
		}
		d.line("declare const %s: any;", name)
	}
	files = append(files, DeclarationFile{"config.d.ts", d.String()})
	slices.SortFunc(files, func(a, b DeclarationFile) int { return strings.Compare(a.Name, b.Name) })
	return files, diags, nil
}

func readDeclarations(name string) string {
	b, err := written.ReadFile("declarations/" + name)
	if err != nil {
		panic(err) // the file is part of the program
	}
	return string(b)
}

// nodeModules declares Node's modules, of which nothing more is known.
func nodeModules() string {
	d := &declarer{}
	for _, m := range engine.Modules() {
		d.line("declare module %s;", quote(m))
		d.line("declare module %s;", quote("node:"+m))
	}
	return d.String()
}

// providerKeys returns the providers that the app uses, as it names them: aws,
// its home, and those of app().providers.
func providerKeys(args frontends.Args) ([]string, diag.List, error) {
	keys := []string{"aws"}
	v, diags, err := prepare(args)
	if v == nil {
		return keys, diags, err
	}
	defer v.engine.Close()
	config, _, err := v.callApp()
	var problem *engine.Error
	if errors.As(err, &problem) {
		script.Report(&v.diags, v.positions, problem, v.describe)
		script.Forbidden(&v.diags, v.positions, v.engine.Forbidden())
		return keys, append(diags, v.diags...), nil
	}
	if err != nil {
		return nil, nil, err
	}
	for _, key := range providerNames(config) {
		if !slices.ContainsFunc(keys, func(k string) bool { return lower.PackageName(k) == lower.PackageName(key) }) {
			keys = append(keys, key)
		}
	}
	return keys, diags, nil
}

// installed reports whether an npm package is to be found from a configuration
// in a directory.
func installed(dir, npm string) bool {
	for _, from := range []string{filepath.Join(dir, ".sst", "platform"), dir} {
		for d := from; ; d = filepath.Dir(d) {
			if _, err := os.Stat(filepath.Join(d, "node_modules", filepath.FromSlash(npm), "package.json")); err == nil {
				return true
			}
			if d == filepath.Dir(d) {
				break
			}
		}
	}
	return false
}

// installedProvider returns the npm package of a provider that is installed,
// of those that SST would try, or "".
func installedProvider(dir, key string) string {
	for _, npm := range []string{key, "@sst-provider/" + key, "@pulumi/" + key, "@pulumiverse/" + key, "pulumi-" + key} {
		if installed(dir, npm) {
			return npm
		}
	}
	return ""
}

// A knownProvider is a provider in app().providers whose types are declared.
type knownProvider struct{ key, name string }

// appDeclarations declares what app() returns.
func appDeclarations(providers []knownProvider) string {
	d := &declarer{}
	d.block("declare namespace sst", func() {
		d.doc("What app() says of the app.")
		d.block("interface App", func() {
			for _, f := range arg.Fields(reflect.TypeFor[lower.ConfigArgs]()) {
				if f.Doc == "" {
					continue // of older versions of SST
				}
				d.doc(f.Doc)
				optional := "?"
				if f.Required {
					optional = ""
				}
				if f.Name == "providers" {
					d.block("providers?:", func() {
						for _, p := range providers {
							d.line("%s?: boolean | string | (globalThis.%s.ProviderArgs & { version?: string });", propertyName(p.key), p.name)
						}
						d.line("[name: string]: any;")
					})
					continue
				}
				text, ok := appTypes[f.Name]
				if !ok {
					text = d.typ(f.Type, f)
				}
				d.line("%s%s: %s;", f.Name, optional, text)
			}
		})
	})
	return d.String()
}

// appTypes are the types of what sstc does not use.
var appTypes = map[string]string{
	"version": "string",
	"watch":   "string[] | { paths?: string[]; ignore?: string[] }",
	"state":   "{ purge?: boolean; compress?: boolean; retention?: number }",
	"types":   "{ ignore?: string[] }",
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
