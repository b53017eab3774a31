package preview

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/sstc/sstc/assets"
)

// A function is a Lambda function: its archive, and the processes that run it.
type function struct {
	p       *Preview
	served  *assets.ServedFunction
	record  *assets.ManifestFunction
	archive string // the path of its zip
	arn     string
	name    string

	unpack    func() (string, error) // the directory with the archive's files
	explained sync.Once

	slots chan struct{} // one for each instance that may run
	mu    sync.Mutex
	idle  []*instance
	freed chan struct{} // closed when an instance becomes idle
	all   map[*instance]bool
	stats functionStats
}

// functionStats are shown on the start page.
type functionStats struct {
	Invocations int     `json:"invocations"`
	Errors      int     `json:"errors"`
	MaxMemory   int     `json:"maxMemory"` // MB
	LastMillis  float64 `json:"lastMillis"`
}

// instancesMax is how many processes of a function run at a time, unless its
// concurrency is limited further.
const instancesMax = 10

func newFunction(p *Preview, served *assets.ServedFunction, record *assets.ManifestFunction, archive, arn, name string) *function {
	n := instancesMax
	if served.Reserved != nil && *served.Reserved < n {
		n = *served.Reserved
	}
	f := &function{p: p, served: served, record: record, archive: archive, arn: arn, name: name, slots: make(chan struct{}, max(n, 1)), all: map[*instance]bool{}, freed: make(chan struct{})}
	f.unpack = sync.OnceValues(func() (string, error) {
		dir := filepath.Join(p.temp, "functions", served.ID)
		if code := served.Code; code != nil {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return "", err
			}
			return dir, os.WriteFile(filepath.Join(dir, code.File), []byte(code.Text), 0o644)
		}
		if archive == "" {
			return "", fmt.Errorf("the build has no archive for the function")
		}
		return dir, unzip(archive, dir)
	})
	return f
}

// label is what people know the function by.
func (f *function) label() string { return f.served.Component }

// A functionError is what a function has failed with.
type functionError struct {
	Type    string          `json:"errorType"`
	Message string          `json:"errorMessage"`
	raw     json.RawMessage // what the runtime said
	timeout bool
}

func (e *functionError) Error() string {
	if e.Type == "" || e.Type == previewError {
		return e.Message
	}
	return e.Type + ": " + e.Message
}

// payload is the error as Lambda hands it on.
func (e *functionError) payload() []byte {
	if e.raw != nil {
		return e.raw
	}
	b, _ := json.Marshal(e)
	return b
}

// An answer is what a function has answered. Body must be read to its end or
// closed.
type answer struct {
	streaming bool   // the function streams
	kind      string // Content-Type, if it streams
	body      io.ReadCloser
}

func (a *answer) payload() ([]byte, error) {
	defer a.body.Close()
	return io.ReadAll(a.body)
}

// An invocation is one event on its way through a function.
type invocation struct {
	id      string
	request int // that it is for; 0 for none
	event   []byte
	trace   string
	client  string // client context, as JSON
	result  chan invocationResult
	once    sync.Once
}

type invocationResult struct {
	answer *answer
	err    *functionError
}

func (i *invocation) settle(r invocationResult) {
	sent := false
	i.once.Do(func() { i.result <- r; sent = true })
	if !sent && r.answer != nil {
		r.answer.body.Close()
	}
}

// invoke has the function answer an event. The error is a *functionError if
// it is the function's. When the context ends the function goes on, as Lambda's
// does, but nobody waits for its answer.
func (f *function) invoke(ctx context.Context, event []byte) (*answer, error) {
	if len(event) > payloadLimit {
		return nil, &tooLarge{len(event)}
	}
	select {
	case f.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-f.p.closing:
		return nil, errClosing
	}
	inv := &invocation{id: newID(), request: requestOf(ctx), event: event, result: make(chan invocationResult, 1),
		trace: fmt.Sprintf("Root=1-%08x-%s;Sampled=0", time.Now().Unix(), strings.ReplaceAll(newID(), "-", "")[:24])}
	if !f.p.background(func() {
		defer func() { <-f.slots }()
		f.run(inv)
	}) {
		return nil, errClosing
	}
	select {
	case r := <-inv.result:
		if r.err != nil {
			return nil, r.err
		}
		return r.answer, nil
	case <-ctx.Done():
		f.p.background(func() {
			if r := <-inv.result; r.answer != nil {
				r.answer.body.Close()
			}
		})
		return nil, ctx.Err()
	}
}

// call is invoke for callers that want the whole answer.
func (f *function) call(ctx context.Context, event any) ([]byte, error) {
	b, err := marshal(event)
	if err != nil {
		return nil, err
	}
	a, err := f.invoke(ctx, b)
	if err != nil {
		return nil, err
	}
	return a.payload()
}

var errClosing = errors.New("the preview is being shut down")

// run carries an invocation out in an instance that is idle or new.
func (f *function) run(inv *invocation) {
	inst, init, err := f.instance()
	if err != nil {
		if inv.request == 0 { // else the answer says why
			f.p.log.note(f.label(), "%v", err)
		}
		inv.settle(invocationResult{err: asFunctionError(err)})
		return
	}
	timeout := time.Duration(f.served.Timeout) * time.Second
	started := time.Now()
	failed := inst.carryOut(inv, timeout)
	took := time.Since(started)
	rss := inst.memory()
	f.report(inv, took, init, rss, timeout, failed)
	if failed == nil && !inst.gone() {
		f.mu.Lock()
		f.idle = append(f.idle, inst)
		close(f.freed)
		f.freed = make(chan struct{})
		f.mu.Unlock()
		return
	}
	inst.stop()
	f.mu.Lock()
	delete(f.all, inst)
	f.mu.Unlock()
}

func asFunctionError(err error) *functionError {
	var fe *functionError
	if errors.As(err, &fe) {
		return fe
	}
	return &functionError{Type: previewError, Message: err.Error()}
}

// previewError is the type of an error that is the preview's own.
const previewError = "Preview.Error"

// payloadLimit is the most that an event or an answer may have, in bytes.
const payloadLimit = 6291556

// tooLarge is an event that Lambda does not take.
type tooLarge struct{ size int }

func (e *tooLarge) Error() string {
	return fmt.Sprintf("The event has %d bytes, and Lambda takes %d at most. What is not text grows by a third, since it is in base64.", e.size, payloadLimit)
}

// takeIdle returns an idle instance, or nil.
func (f *function) takeIdle() (inst *instance, freed <-chan struct{}, finishing bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for len(f.idle) > 0 {
		inst := f.idle[len(f.idle)-1]
		f.idle = f.idle[:len(f.idle)-1]
		if !inst.gone() {
			inst.take()
			return inst, nil, false
		}
		delete(f.all, inst)
	}
	for inst := range f.all {
		finishing = finishing || inst.finishing()
	}
	return nil, f.freed, finishing
}

// finishTime is how long to wait for an instance that has answered to ask for
// its next event, before another is started.
const finishTime = 200 * time.Millisecond

// instance returns an idle instance, or a new one and how long it took to
// start.
func (f *function) instance() (*instance, time.Duration, error) {
	for limit := time.After(finishTime); ; {
		inst, freed, finishing := f.takeIdle()
		if inst != nil {
			return inst, 0, nil
		}
		if !finishing {
			break
		}
		select {
		case <-freed:
			continue
		case <-f.p.closing:
		case <-limit:
		}
		break
	}
	started := time.Now()
	inst, err := f.start()
	if err != nil {
		return nil, 0, err
	}
	f.mu.Lock()
	f.all[inst] = true
	f.mu.Unlock()
	if err := inst.ready(initTimeout); err != nil {
		inst.stop()
		f.mu.Lock()
		delete(f.all, inst)
		f.mu.Unlock()
		return nil, 0, err
	}
	return inst, time.Since(started), nil
}

// initTimeout is the longest that a process may take to ask for its first
// event. Lambda allows 10 seconds on a machine that has nothing else to do.
const initTimeout = 30 * time.Second

func (f *function) report(inv *invocation, took, init time.Duration, rss int, timeout time.Duration, err *functionError) {
	millis := float64(took.Microseconds()) / 1000
	f.mu.Lock()
	f.stats.Invocations++
	if err != nil {
		f.stats.Errors++
	}
	f.stats.LastMillis = millis
	f.stats.MaxMemory = max(f.stats.MaxMemory, rss)
	f.mu.Unlock()
	if err != nil && err.timeout {
		f.p.log.add(Entry{Kind: "log", Source: f.label(), Request: inv.request, Text: fmt.Sprintf("%s Task timed out after %.2f seconds", inv.id, timeout.Seconds())})
	}
	s := fmt.Sprintf("REPORT RequestId: %s Duration: %.2f ms Memory Size: %d MB", inv.id, millis, f.served.Memory)
	if rss > 0 {
		s += fmt.Sprintf(" Max Memory Used: %d MB", rss)
	}
	if init > 0 {
		s += fmt.Sprintf(" Init Duration: %.2f ms", float64(init.Microseconds())/1000)
	}
	f.p.log.add(Entry{Kind: "report", Source: f.label(), Request: inv.request, Text: s})
	if rss > f.served.Memory {
		f.p.log.note(f.label(), "It used %d MB, and has %d MB on Lambda, where it would have been stopped.", rss, f.served.Memory)
	}
}

// close stops all processes.
func (f *function) close() {
	f.mu.Lock()
	var list []*instance
	for inst := range f.all {
		list = append(list, inst)
	}
	f.idle, f.all = nil, map[*instance]bool{}
	f.mu.Unlock()
	for _, inst := range list {
		inst.stop()
	}
}

// unzip unpacks an archive of sstc's into a directory.
func unzip(name, dir string) error {
	r, err := zip.OpenReader(name)
	if err != nil {
		return err
	}
	defer r.Close()
	root := dir
	if err := os.MkdirAll(root, 0o755); err != nil {
		return err
	}
	for _, f := range r.File {
		if !filepath.IsLocal(filepath.FromSlash(f.Name)) {
			return fmt.Errorf("%s: the entry %q leads out of it", name, f.Name)
		}
		path := filepath.Join(root, filepath.FromSlash(f.Name))
		if strings.HasSuffix(f.Name, "/") {
			if err := os.MkdirAll(path, 0o755); err != nil {
				return err
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := extract(f, path); err != nil {
			return err
		}
	}
	return nil
}

func extract(f *zip.File, path string) error {
	src, err := f.Open()
	if err != nil {
		return err
	}
	defer src.Close()
	if f.Mode()&fs.ModeSymlink != 0 {
		target, err := io.ReadAll(src)
		if err != nil {
			return err
		}
		return os.Symlink(string(bytes.TrimSpace(target)), path)
	}
	dst, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, f.Mode().Perm()&0o755|0o400)
	if err != nil {
		return err
	}
	if _, err := io.Copy(dst, src); err != nil {
		dst.Close()
		return err
	}
	return dst.Close()
}

func marshal(x any) ([]byte, error) {
	if b, ok := x.([]byte); ok {
		return b, nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(x); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}
