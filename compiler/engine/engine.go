// Package engine runs JavaScript in a closed box.
//
// In go the text of scripts and a few functions of the host; out come strings
// and errors. The program in the box sees the language, and Node's built-in
// modules as far as they compute: it reads files and environment variables
// only through functions of the host, writes files in memory (package overlay), and
// has no network, no processes, no clock and no entropy. What it attempts of these is an error in the program
// and on record, see [Engine.Forbidden].
//
// Equal programs with equal hosts take equal steps: Date stands still except
// while the program waits for timers, whose clock is virtual; Math.random and
// crypto are seeded; the time zone is UTC; the locale is en-US.
//
// The package knows nothing of SST, of TypeScript, or of where files come from.
package engine

import (
	"errors"
	"fmt"
	"sync"
	"time"

	lib "modernc.org/libquickjs"
	"modernc.org/quickjs"

	"github.com/sstc/sstc/compiler/engine/overlay"
)

// Limits are what a program may use. A zero field means its default.
type Limits struct {
	// Time is for JavaScript alone: time spent in host functions is not
	// counted. The default is 10 seconds.
	Time time.Duration
	// Memory is in bytes. The default is 512 MiB.
	Memory int
	// Stack is the depth of calls, in plain calls of JavaScript functions; a
	// call through a built-in such as Array.prototype.map takes several. The
	// default, and the most, is about 5000.
	Stack int
}

// A Command is a process that a program asks for.
type Command struct {
	// Line is the shell command, of child_process.exec and execSync. Name and
	// Args are then its words, if it has no shell syntax beyond quotes, and
	// otherwise empty.
	Line string
	Name string
	Args []string
	Dir  string // absolute, slash-separated
}

// An Output is what a process has left.
type Output struct {
	Stdout, Stderr []byte
	Status         int // 0 for success
}

// Epoch is the time that the clock shows, unless told otherwise.
var Epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// Options are the world of a program. The zero value is a world with no files
// and no variables.
type Options struct {
	Limits Limits

	// FS are the files that a program sees. Names are absolute and slash-separated,
	// from the same root as Cwd, without "." or "..". What lies beneath decides what
	// may be read, keeps record of what was, and answers fs.ErrNotExist or
	// [ErrOutside] for the rest. FS may be nil: no files, but for temporary ones.
	FS *overlay.FS

	// Env returns an environment variable, and EnvNames the names of all that
	// the program may enumerate. Either may be nil.
	Env      func(name string) (string, bool)
	EnvNames func() []string

	// Exec answers for a process, if the host allows it: with nil if not,
	// which makes it a forbidden act. A non-nil error is thrown. Exec may be nil.
	Exec func(Command) (*Output, error)

	// Console gets each line that the program prints. Level is the method of
	// console, such as "log" or "error", or "stdout" or "stderr". It may be nil.
	Console func(level, text string)

	// Unit returns a script for the global function __unit, with which a
	// program evaluates further scripts by name: __unit(id) is the value of
	// the script, which for a module is best a function. It may be nil.
	Unit func(id string) (Unit, error)

	// Cwd is process.cwd(), absolute and slash-separated. The default is "/".
	Cwd string
	// Argv is process.argv from its third element on.
	Argv []string

	// Seed determines Math.random and the randomness of the crypto module.
	Seed uint64
	// Now is what the clock says when the program starts. The default is
	// 2000-01-01 UTC.
	Now time.Time
}

// A Unit is a script, as source or compiled.
type Unit struct {
	Name     string // what frames call it; not needed with Bytecode, which has it
	Source   string
	Bytecode []byte // of [Engine.Compile], or nil
}

// A HostFunc is a function of the host that JavaScript calls with one string,
// by convention JSON. The error it returns is thrown, see [Throw].
type HostFunc func(arg string) (string, error)

// An Engine is one JavaScript world. It is not safe for concurrent use.
type Engine struct {
	opts   Options
	vm     *quickjs.VM
	n      native
	bridge quickjs.Value // the function that the prelude returns
	hosts  map[string]HostFunc

	unit Unit // the script that Go is about to have evaluated

	remaining time.Duration
	started   time.Time
	watchdog  *time.Timer
	timedOut  bool
	exit      *int

	dead       *Error
	hostErrors []error
	acts       []Act
	rejections []rejection
}

// engines finds the engine of a QuickJS context, for callbacks that get
// nothing else.
var engines sync.Map // uintptr -> *Engine

// New makes a world. The caller must [Engine.Close] it.
func New(opts Options) (*Engine, error) {
	if opts.Limits.Time == 0 {
		opts.Limits.Time = 10 * time.Second
	}
	if opts.Limits.Memory == 0 {
		opts.Limits.Memory = 512 << 20
	}
	if opts.FS == nil {
		opts.FS = overlay.New(nil, nil)
	}
	if opts.Cwd == "" {
		opts.Cwd = "/"
	}
	if opts.Now.IsZero() {
		opts.Now = Epoch
	}
	vm, err := quickjs.NewVM()
	if err != nil {
		return nil, fmt.Errorf("starting the JavaScript engine: %w", err)
	}
	e := &Engine{opts: opts, vm: vm, hosts: map[string]HostFunc{}, remaining: opts.Limits.Time}
	if err := e.start(); err != nil {
		e.Close()
		return nil, fmt.Errorf("starting the JavaScript engine: %w", err)
	}
	return e, nil
}

func (e *Engine) start() (err error) {
	if e.n, err = newNative(e.vm); err != nil {
		return err
	}
	e.vm.SetMemoryLimit(uintptr(e.opts.Limits.Memory))
	// The first collection of cycles. What a configuration makes is mostly
	// kept, so that collecting early is work for nothing.
	e.vm.SetGCThreshold(uintptr(min(64<<20, e.opts.Limits.Memory/4)))
	if e.opts.Limits.Stack > 0 {
		e.vm.SetMaxStackSize(uintptr(e.opts.Limits.Stack))
	}
	e.n.makeSlot()
	e.watchdog = time.AfterFunc(time.Hour, e.vm.Interrupt)
	e.watchdog.Stop()
	engines.Store(e.n.ctx, e)
	e.n.trackRejections()
	e.registerNode()
	if err := e.vm.RegisterHostFunc("__sstc_host", e.host); err != nil {
		return err
	}
	if err := e.vm.RegisterHostFunc("__sstc_eval", e.hostEval); err != nil {
		return err
	}
	// The prelude comes as a function expression; calling it returns the bridge.
	bytecode, err := e.nodeBytecode("prelude")
	if err != nil {
		return err
	}
	if e.n.evalBytecode(bytecode) {
		return errors.New("the prelude does not evaluate")
	}
	e.bridge, err = e.vm.CallValue(slotName+".value", e.config())
	return err
}

// Close frees the world.
func (e *Engine) Close() error {
	if e.watchdog != nil {
		e.watchdog.Stop()
	}
	for _, r := range e.rejections {
		e.n.dropRejection(r)
	}
	e.rejections = nil
	if e.n.ctx != 0 {
		engines.Delete(e.n.ctx)
		e.n.freeSlot()
	}
	if e.bridge.VM() != nil {
		e.bridge.Free()
	}
	return e.vm.Close()
}

// Register makes fn a global function of JavaScript.
func (e *Engine) Register(name string, fn HostFunc) error {
	if _, ok := e.hosts[name]; ok {
		return fmt.Errorf("host function %q is registered twice", name)
	}
	e.hosts[name] = fn
	_, err := e.do("register", name, "")
	return err
}

// Eval evaluates a script in the global scope. The name is what the frames of
// [Error.Stack] call it.
func (e *Engine) Eval(name, source string) error {
	e.unit = Unit{Name: name, Source: source}
	_, err := e.do("eval", "", "")
	return err
}

// Compile compiles a script for [Engine.EvalBytecode]. Bytecode belongs to one
// version of the engine, see [Version], and is not checked when it is loaded:
// it must come from this function and from nowhere else.
func (e *Engine) Compile(name, source string) ([]byte, error) {
	code, err := e.n.compile(name, source)
	if err != nil {
		return nil, err
	}
	bytecode := e.n.write(code)
	if bytecode == nil {
		_, err := e.do("rethrow", "", "")
		if err == nil {
			err = errMemory
		}
		return nil, err
	}
	return bytecode, nil
}

// CompileStripped is [Engine.Compile] without the script's text, name and
// lines, which are most of the bytecode: its frames have no place, and
// Function.prototype.toString shows no source.
func (e *Engine) CompileStripped(name, source string) ([]byte, error) {
	e.n.strip(lib.MJS_STRIP_SOURCE | lib.MJS_STRIP_DEBUG)
	defer e.n.strip(0)
	return e.Compile(name, source)
}

// EvalBytecode is [Engine.Eval] of a script that [Engine.Compile] compiled.
func (e *Engine) EvalBytecode(bytecode []byte) error {
	e.unit = Unit{Bytecode: bytecode}
	_, err := e.do("eval", "", "")
	return err
}

// Version names the engine and the form of its bytecode.
func Version() string { return bytecodeVersion }

// Call calls a global function with a string and returns the string that it
// returns; undefined and null are "". It may be called by a host function.
func (e *Engine) Call(function, arg string) (string, error) {
	return e.do("call", function, arg)
}

// Await calls a global function as [Engine.Call] does and, if it returns a
// promise, runs jobs and timers until that is settled. It must not be called
// by a host function.
//
// An exception in a timer, and a rejected promise that nothing waits for, end
// it as they would end Node.
func (e *Engine) Await(function, arg string) (string, error) {
	if _, err := e.do("start", function, arg); err != nil {
		return "", err
	}
	for {
		if err := e.RunJobs(); err != nil {
			return "", err
		}
		result, err := e.do("settled", "", "")
		if err != nil {
			return "", err
		}
		if result != "" {
			return result[1:], nil
		}
		ran, err := e.do("timer", "", "")
		if err != nil {
			return "", err
		}
		if ran == "" {
			return "", &Error{Kind: Deadlock, Name: "Error", Message: "The program waits for a promise that nothing can settle any more."}
		}
	}
}

// Drain runs the jobs and timers that are left, as Node does before it exits.
// Intervals do not keep it running.
func (e *Engine) Drain() error {
	for {
		if err := e.RunJobs(); err != nil {
			return err
		}
		ran, err := e.do("timer", "once", "")
		if err != nil || ran == "" {
			return err
		}
	}
}

// RunJobs runs promise jobs and process.nextTick callbacks until there are
// none. It returns the first rejection that nothing handles.
func (e *Engine) RunJobs() error {
	for {
		ticks, err := e.do("ticks", "", "")
		if err != nil {
			return err
		}
		e.startClock()
		jobs, err := e.vm.ExecutePendingJobs()
		e.stopClock()
		if e.timedOut || e.exit != nil {
			return e.interrupted(err)
		}
		var thrown *quickjs.Error
		if errors.As(err, &thrown) {
			return e.quickjsError(thrown)
		}
		// Another error says that jobs made jobs for very long; the limit of
		// time ends that.
		if jobs == 0 && ticks == "" {
			return e.unhandled()
		}
	}
}

func (e *Engine) unhandled() error {
	for len(e.rejections) > 0 {
		r := e.rejections[0]
		e.rejections = e.rejections[1:]
		e.n.takeRejection(r)
		_, err := e.do("rejection", "", "")
		if err != nil {
			if err, ok := err.(*Error); ok {
				err.Unhandled = true
			}
			return err
		}
	}
	return nil
}

// Forbidden returns the forbidden acts so far, in order, also those whose
// exception the program caught.
func (e *Engine) Forbidden() []Act { return e.acts }

// do has the bridge carry out an operation.
func (e *Engine) do(op, a, b string) (string, error) {
	if e.dead != nil {
		return "", e.dead
	}
	e.startClock()
	r, err := e.bridge.Call(quickjs.UndefinedValue, op, a, b)
	e.stopClock()
	if e.timedOut || e.exit != nil {
		return "", e.interrupted(err)
	}
	if err != nil {
		var thrown *quickjs.Error
		if errors.As(err, &thrown) {
			return "", e.quickjsError(thrown)
		}
		return "", err
	}
	s, _ := r.(string)
	if s == "" {
		return "", nil
	}
	if s[0] == '!' {
		return "", e.describedError(s[1:])
	}
	return s[1:], nil
}

// quickjsError is for an exception that the bridge could not describe: there
// was no memory or no stack left for it.
func (e *Engine) quickjsError(q *quickjs.Error) *Error {
	d := &description{Name: q.Name, Message: q.Message, Stack: q.Stack}
	if d.Name == "" {
		d.Message = "null"
	}
	return e.errorOf(d)
}

// interrupted is the error of a program that ran for too long, or called
// process.exit. Err is what QuickJS made of the interrupt, if anything.
func (e *Engine) interrupted(err error) *Error {
	switch {
	case e.dead != nil:
	case e.exit != nil:
		e.dead = &Error{Kind: Exit, Name: "Error", Message: fmt.Sprintf("process.exit(%d)", *e.exit)}
	default:
		e.dead = &Error{Kind: Timeout, Name: "Error", Message: fmt.Sprintf("The program ran for more than %s.", e.opts.Limits.Time)}
		var thrown *quickjs.Error
		if errors.As(err, &thrown) && thrown.Stack != "" {
			e.dead.Stack = ParseStack(thrown.Stack)
		} else {
			e.dead.Stack = e.rejectedStack()
		}
	}
	return e.dead
}

// rejectedStack finds the place of an interrupt that struck in an async
// function: that has rejected its promise with it, and the rejection is on its
// way up. For a moment the jobs that are left may take it there. What else the
// program does meanwhile is of no consequence: it has failed.
func (e *Engine) rejectedStack() []Frame {
	const grace = 200 * time.Millisecond
	e.watchdog.Reset(grace)
	e.vm.ExecutePendingJobs()
	e.watchdog.Stop()
	stack := func(from string) []Frame {
		r, err := e.bridge.Call(quickjs.UndefinedValue, "interruptStack", from, "")
		if s, ok := r.(string); ok && err == nil {
			return ParseStack(s)
		}
		return nil
	}
	frames := stack("main")
	for len(frames) == 0 && len(e.rejections) > 0 { // or up to where nobody waits
		r := e.rejections[0]
		e.rejections = e.rejections[1:]
		e.n.takeRejection(r)
		frames = stack("slot")
	}
	return frames
}

// startClock and stopClock surround JavaScript. Calls in and calls out
// alternate, so that each call of a host function stops and restarts it.
func (e *Engine) startClock() {
	e.started = time.Now()
	e.watchdog.Reset(max(e.remaining, 0))
}

func (e *Engine) stopClock() {
	e.watchdog.Stop()
	e.remaining -= time.Since(e.started)
	if e.remaining <= 0 {
		e.timedOut = true
	}
}
