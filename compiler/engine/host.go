package engine

import (
	"encoding/json"
	"errors"
	"fmt"
)

// host is the one function through which JavaScript calls Go: the name of a
// host function, and its argument. The answer begins with "=" before the
// result or "!" before the description of an error.
func (e *Engine) host(args []any) (any, error) {
	e.stopClock()
	defer e.startClock()
	if e.timedOut {
		e.vm.Interrupt()
		return nil, nil
	}
	name, _ := args[0].(string)
	arg, _ := args[1].(string)
	fn := e.hosts[name]
	if fn == nil {
		return "!" + e.thrown(fmt.Errorf("there is no host function %q", name)), nil
	}
	result, err := fn(arg)
	if err != nil {
		return "!" + e.thrown(err), nil
	}
	return "=" + result, nil
}

// thrown notes err and describes it for JavaScript.
func (e *Engine) thrown(err error) string {
	e.hostErrors = append(e.hostErrors, err)
	d := map[string]any{"name": "Error", "message": err.Error(), "host": len(e.hostErrors)}
	var props *systemError
	var t *Throw
	var js *Error
	switch {
	case errors.As(err, &props):
		d["code"], d["props"] = props.code, map[string]any{"errno": props.errno, "syscall": props.syscall, "path": props.path}
	case errors.As(err, &t):
		d["message"] = t.Message
		if t.Name != "" {
			d["name"] = t.Name
		}
		if t.Code != "" {
			d["code"] = t.Code
		}
	case errors.As(err, &js):
		// JavaScript that the host function called threw it.
		d["message"] = js.Message
		if js.Name != "" {
			d["name"] = js.Name
		}
		if js.Code != "" {
			d["code"] = js.Code
		}
	}
	var act *actError
	if errors.As(err, &act) {
		d["code"] = "SSTC_FORBIDDEN"
	}
	b, _ := json.Marshal(d) // strings and numbers only
	return string(b)
}

// hostEval evaluates the script that is ready in e.unit. It returns "" when its
// value is in the slot and "!" when what it threw is.
func (e *Engine) hostEval([]any) (any, error) {
	unit := e.unit
	e.unit = Unit{}
	var threw bool
	var err error
	if unit.Bytecode != nil {
		threw = e.n.evalBytecode(unit.Bytecode)
	} else {
		threw, err = e.n.eval(unit.Name, unit.Source)
	}
	if err != nil {
		return nil, err
	}
	if threw {
		return "!", nil
	}
	return "", nil
}

// config is what the prelude is told of the world.
func (e *Engine) config() map[string]any {
	return map[string]any{
		"now":     e.opts.Now.UnixMilli(),
		"seed":    []int32{int32(e.opts.Seed), int32(e.opts.Seed >> 32)},
		"cwd":     e.opts.Cwd,
		"argv":    append([]string{}, e.opts.Argv...),
		"modules": Modules(),
		"globals": nodeGlobals,
	}
}
