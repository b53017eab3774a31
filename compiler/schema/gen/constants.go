package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/sstc/sstc/compiler/schema"
)

// walkConstants loads SDKs in Node and prints their constants: those that
// Pulumi generates, and those that are written by hand, such as
// aws.iam.Principals, look the same only there.
//
//go:embed constants.js
var walkConstants string

// constants makes the data file of the constants of the Pulumi SDKs that are
// installed in directories; those in later ones are older. Notes name the
// packages that are in none.
func constants(dirs []string) (file []byte, notes []string, err error) {
	args := []string{"-"}
	for _, dir := range dirs {
		if dir, err = filepath.Abs(dir); err != nil {
			return nil, nil, err
		}
		args = append(args, dir)
	}
	args = append(args, "--")
	byNPM := map[string]string{}
	for _, pkg := range schema.PulumiPackages() {
		if npm := schema.PulumiProvider(pkg).NPM; npm != "" {
			byNPM[npm] = pkg
			args = append(args, npm)
		}
	}
	cmd := exec.Command("node", args...)
	cmd.Stdin = strings.NewReader(walkConstants)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, nil, fmt.Errorf("node: %v", err)
	}
	var packages map[string]map[string]json.RawMessage
	if err := json.Unmarshal(out, &packages); err != nil {
		return nil, nil, err
	}
	var entries []schema.Entry
	for _, npm := range sorted(byNPM) {
		values, ok := packages[npm]
		if !ok {
			notes = append(notes, npm+" is not installed")
			continue
		}
		entries = append(entries, packageConstants(byNPM[npm], values)...)
	}
	file, err = schema.Pack(entries)
	return file, notes, err
}

// packageConstants makes the entries of one package: its constants, and a list
// of them for each module.
func packageConstants(pkg string, values map[string]json.RawMessage) []schema.Entry {
	var entries []schema.Entry
	modules := map[string][]schema.Member{}
	add := func(path string, kind schema.MemberKind) {
		module, name := "", path
		if i := strings.LastIndexByte(path, '/'); i >= 0 {
			module, name = path[:i], path[i+1:]
		}
		modules[module] = append(modules[module], schema.Member{Name: name, Kind: kind, Token: path})
	}
	seen := map[string]bool{}
	for _, path := range sorted(values) {
		add(path, schema.ConstantMember)
		for i := strings.LastIndexByte(path, '/'); i >= 0; i = strings.LastIndexByte(path[:i], '/') {
			if module := path[:i]; !seen[module] {
				seen[module] = true
				add(module, schema.ModuleMember)
			}
		}
		e := schema.Entry{Kind: schema.ConstantEntry, Name: pkg + ":" + path, Constant: string(values[path])}
		// The same enumeration is in types.enums and in its module.
		if twin, ok := strings.CutPrefix(path, "types/enums/"); ok && bytes.Equal(values[twin], values[path]) {
			e = schema.Entry{Kind: schema.ConstantEntry, Name: e.Name, Target: pkg + ":" + twin}
		}
		entries = append(entries, e)
	}
	for _, module := range sorted(modules) {
		sortMembers(modules[module])
		entries = append(entries, schema.Entry{Kind: schema.ModuleEntry, Name: pkg + ":" + module, Members: modules[module]})
	}
	return entries
}
