package engine

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"fmt"
	"path"
	"runtime"
	"strconv"
	"strings"
	"sync"

	lib "modernc.org/libquickjs"
)

//go:embed node/*.js
var nodeFiles embed.FS

// nodeModules returns the modules of Node that the program may require: one
// for each file of the folder node, where a "/" in the name is "_" in that of
// the file. Files named internal_* and the prelude are not modules of Node.
var nodeModules = sync.OnceValue(func() []string {
	entries, err := nodeFiles.ReadDir("node")
	if err != nil {
		return nil
	}
	var names []string
	for _, entry := range entries {
		name := strings.TrimSuffix(entry.Name(), ".js")
		if name == "prelude" || strings.HasPrefix(name, "internal_") {
			continue
		}
		switch name {
		case "async_hooks", "child_process", "diagnostics_channel", "perf_hooks", "string_decoder", "worker_threads":
		default:
			name = strings.ReplaceAll(name, "_", "/")
		}
		names = append(names, name)
	}
	return names
})

// Modules returns the names of Node's modules that the engine has, sorted,
// without the prefix "node:".
func Modules() []string { return nodeModules() }

// nodeGlobals are the properties of the global object that are made when they
// are first read, by the module that makes them.
var nodeGlobals = map[string][]string{
	"buffer":         {"Buffer", "atob", "btoa", "Blob", "File"},
	"url":            {"URL", "URLSearchParams"},
	"util":           {"TextEncoder", "TextDecoder"},
	"internal_event": {"Event", "CustomEvent", "EventTarget", "AbortController", "AbortSignal", "DOMException"},
	"internal_clone": {"structuredClone"},
	"internal_fetch": {"fetch", "WebSocket", "Headers", "Request", "Response", "FormData"},
	"internal_intl":  {"Intl"},
	"stream_web":     {"ReadableStream", "WritableStream", "TransformStream", "TextDecoderStream", "TextEncoderStream"},
	"worker_threads": {"BroadcastChannel", "MessageChannel", "MessagePort"},
}

// nodeCode caches the bytecode of modules that were compiled here, so that a
// process that makes several engines compiles each once.
var nodeCode sync.Map // name -> []byte

func (e *Engine) nodeBytecode(name string) ([]byte, error) {
	source, err := nodeFiles.ReadFile(path.Join("node", name+".js"))
	if err != nil {
		return nil, err
	}
	if code := precompiled(name, source); code != nil {
		return code, nil
	}
	if code, ok := nodeCode.Load(name); ok {
		return code.([]byte), nil
	}
	code, err := e.compileNode(name, source)
	if err != nil {
		return nil, err
	}
	nodeCode.Store(name, code)
	return code, nil
}

// compileNode compiles a file of the folder node. The prelude is an expression
// as it is, the others are the body of a function.
func (e *Engine) compileNode(name string, source []byte) ([]byte, error) {
	text := string(source)
	if name != "prelude" {
		text = `(function (exports, require, module, host, load) { "use strict"; ` + text + "\n})"
	}
	// Nobody reads the source of these functions.
	e.n.strip(lib.MJS_STRIP_SOURCE)
	defer e.n.strip(0)
	code, err := e.n.compile("node:"+strings.ReplaceAll(name, "internal_", "internal/"), text)
	if err != nil {
		return nil, err
	}
	bytecode := e.n.write(code)
	if bytecode == nil {
		return nil, fmt.Errorf("node/%s.js does not compile", name)
	}
	return bytecode, nil
}

// node.bin is the bytecode of the folder node, made by
//
//	SSTC_UPDATE=1 go test ./compiler/engine
//
// Starting an engine and loading the modules that a program uses takes a fifth
// of the time that way. The file begins with the line of the engine that made
// it; for each module follow its name and the digest of its source, in
// hexadecimal, and the length of the bytecode, on one line, and then the
// bytecode.
//
//go:embed node.bin
var nodeBin []byte

type compiledModule struct {
	digest string
	code   []byte
}

var compiledModules = sync.OnceValue(func() map[string]compiledModule {
	modules := map[string]compiledModule{}
	made, rest, _ := bytes.Cut(nodeBin, []byte("\n"))
	// Bytecode has the byte order of the machine. Other machines compile.
	if string(made) != bytecodeVersion || runtime.GOARCH != "amd64" && runtime.GOARCH != "arm64" {
		return modules
	}
	for len(rest) > 0 {
		line, after, _ := bytes.Cut(rest, []byte("\n"))
		fields := strings.Fields(string(line))
		if len(fields) != 3 {
			break
		}
		n, err := strconv.Atoi(fields[2])
		if err != nil || n > len(after) {
			break
		}
		modules[fields[0]] = compiledModule{fields[1], after[:n:n]}
		rest = after[n:]
	}
	return modules
})

// precompiled returns the bytecode of a module if it was made of this source by
// this version of the engine.
func precompiled(name string, source []byte) []byte {
	m := compiledModules()[name]
	if m.code == nil || m.digest != sourceDigest(source) {
		return nil
	}
	return m.code
}

func sourceDigest(source []byte) string {
	return fmt.Sprintf("%x", sha256.Sum256(source))
}

// compileAll returns what node.bin must hold.
func (e *Engine) compileAll() ([]byte, error) {
	entries, err := nodeFiles.ReadDir("node")
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.WriteString(bytecodeVersion + "\n")
	for _, entry := range entries {
		name := strings.TrimSuffix(entry.Name(), ".js")
		source, err := nodeFiles.ReadFile(path.Join("node", entry.Name()))
		if err != nil {
			return nil, err
		}
		code, err := e.compileNode(name, source)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&out, "%s %s %d\n", name, sourceDigest(source), len(code))
		out.Write(code)
	}
	return out.Bytes(), nil
}
