package engine

import (
	"embed"
	"fmt"
	"path"
	"strings"
	"sync"
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

// nodeCode caches the bytecode of the embedded modules: a process that makes
// several engines compiles each once.
var nodeCode sync.Map // name -> []byte

func (e *Engine) nodeBytecode(name string) ([]byte, error) {
	if b, ok := nodeCode.Load(name); ok {
		return b.([]byte), nil
	}
	source, err := nodeFiles.ReadFile(path.Join("node", name+".js"))
	if err != nil {
		return nil, err
	}
	text := string(source)
	if name != "prelude" {
		text = `(function (exports, require, module, host, load) { "use strict"; ` + text + "\n})"
	}
	code, err := e.n.compile("node:"+strings.ReplaceAll(name, "internal_", "internal/"), text)
	if err != nil {
		return nil, err
	}
	bytecode := e.n.write(code)
	if bytecode == nil {
		return nil, fmt.Errorf("node/%s.js does not compile", name)
	}
	nodeCode.Store(name, bytecode)
	return bytecode, nil
}
