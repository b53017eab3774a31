package compiler

import (
	"bytes"
	"crypto/sha256"
	"os"
	"path/filepath"

	"github.com/sstc/sstc/compiler/engine/modules"
)

// bytecode returns the cache in a directory, or nil for none. What is in it
// can be deleted at any time.
func bytecode(dir string) modules.Cache {
	if dir == "" {
		return nil
	}
	return bytecodeCache{filepath.Join(dir, "bytecode")}
}

// A bytecodeCache is a directory with a file for each key. A file begins with
// the SHA-256 of the rest: the engine trusts bytecode, so that one that was
// cut off must not reach it.
type bytecodeCache struct{ dir string }

func (c bytecodeCache) file(key string) string { return filepath.Join(c.dir, key[:2], key[2:]) }

// Get implements [modules.Cache].
func (c bytecodeCache) Get(key string) []byte {
	b, err := os.ReadFile(c.file(key))
	if err != nil || len(b) < sha256.Size {
		return nil
	}
	sum := sha256.Sum256(b[sha256.Size:])
	if !bytes.Equal(sum[:], b[:sha256.Size]) {
		return nil
	}
	return b[sha256.Size:]
}

// Put implements [modules.Cache]. What cannot be kept is compiled again.
func (c bytecodeCache) Put(key string, value []byte) {
	name := c.file(key)
	if os.MkdirAll(filepath.Dir(name), 0o700) != nil {
		return
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".new-")
	if err != nil {
		return
	}
	sum := sha256.Sum256(value)
	_, err = f.Write(append(sum[:], value...))
	if err2 := f.Close(); err == nil {
		err = err2
	}
	if err != nil || os.Rename(f.Name(), name) != nil {
		os.Remove(f.Name())
	}
}
