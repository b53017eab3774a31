package compiler

import (
	"os"
	"path/filepath"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/frontends/typescript"
)

// WriteTypes writes .sst/platform/config.d.ts beside the configuration, to
// which the first line of every sst.config.ts refers: declarations by which
// editors check the configuration. It returns the file's path.
func WriteTypes(dir string) (string, diag.List, error) {
	c := &compilation{opts: Options{Dir: dir}}
	_, root, _, err := c.find()
	if err != nil {
		return "", c.diags, nil
	}
	path := filepath.Join(root, ".sst", "platform", "config.d.ts")
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return "", nil, err
	}
	return filepath.ToSlash(path), nil, os.WriteFile(path, typescript.Declarations(), 0o666)
}
