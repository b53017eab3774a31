package preview

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

var (
	//go:embed bootstrap/node.mjs
	nodeBootstrap []byte
	//go:embed bootstrap/python.py
	pythonBootstrap []byte
)

// An instance is a process that runs a function, and the server of the Lambda
// Runtime API that is for it alone. It carries out one invocation at a time.
type instance struct {
	f      *function
	cmd    *exec.Cmd
	home   string
	server *http.Server

	asks   chan struct{}    // the process has asked for an event
	events chan *invocation // to the request that asks
	exited chan struct{}
	outs   sync.WaitGroup // readers of its output

	mu      sync.Mutex
	current *invocation
	request int // of the latest invocation
	initErr *functionError
	status  string // how it ended, once exited is closed
	peak    int    // the most memory seen, in MB
	// answered says that the latest event is, so that the process is idle or
	// about to be.
	answered bool

	stopped sync.Once
}

// start starts a process. It gets what Lambda would give it, and nothing of
// the user's environment. It is called by tasks of the preview alone.
func (f *function) start() (*instance, error) {
	if f.served.Runtime == "image" {
		return nil, fmt.Errorf("the function is the image of a container, which a preview does not run")
	}
	env, err := f.environment()
	if err != nil {
		return nil, err
	}
	dir, err := f.unpack()
	if err != nil {
		return nil, err
	}
	command, err := f.command(dir)
	if err != nil {
		return nil, err
	}
	home, err := os.MkdirTemp(f.p.temp, "instance-")
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	inst := &instance{f: f, home: home, asks: make(chan struct{}, 1), events: make(chan *invocation), exited: make(chan struct{})}
	inst.server = &http.Server{Handler: inst.api(), ErrorLog: f.p.quiet}
	f.p.tasks.Go(func() { inst.server.Serve(listener) })

	tmp := filepath.Join(home, "tmp")
	if err := os.Mkdir(tmp, 0o700); err != nil {
		inst.server.Close()
		return nil, err
	}
	inst.cmd = exec.Command(command[0], command[1:]...)
	inst.cmd.Dir = dir
	inst.cmd.Env = append(env,
		"AWS_LAMBDA_RUNTIME_API="+listener.Addr().String(),
		"LAMBDA_TASK_ROOT="+dir,
		"LAMBDA_RUNTIME_DIR="+filepath.Dir(f.p.nodeScript()),
		"HOME="+home,
		"TMPDIR="+tmp, "TMP="+tmp, "TEMP="+tmp,
		"PATH="+searchPath(command[0]),
		"SSTC_PREVIEW_HOSTS="+strings.Join(f.p.ownHosts(), ","), // the script takes it away
	)
	confine(inst.cmd)
	stdout, err := inst.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	stderr, err := inst.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := inst.cmd.Start(); err != nil {
		inst.server.Close()
		os.RemoveAll(home)
		return nil, err
	}
	for _, r := range []io.Reader{stdout, stderr} {
		inst.outs.Add(1)
		f.p.tasks.Go(func() {
			defer inst.outs.Done()
			inst.copyLog(r)
		})
	}
	f.p.tasks.Go(inst.wait)
	return inst, nil
}

// searchPath is where a process finds programs: beside its own, and in the
// system's places.
func searchPath(program string) string {
	list := []string{filepath.Dir(program)}
	if runtime.GOOS == "windows" {
		list = append(list, os.Getenv("SystemRoot")+`\System32`)
	} else {
		list = append(list, "/usr/local/bin", "/usr/bin", "/bin")
	}
	return strings.Join(list, string(os.PathListSeparator))
}

// command is what runs the function: Node or Python with a script of ours, or
// the function's own program.
func (f *function) command(dir string) ([]string, error) {
	kind := f.served.Runtime
	if kind == "" {
		kind = f.record.Runtime
	}
	switch {
	case strings.HasPrefix(kind, "nodejs"):
		node, err := f.p.interpreter("console.log(process.execPath); console.log(process.version)", "node")
		if err != nil {
			return nil, fmt.Errorf("the function runs on Node.js, and there is no node on this machine's PATH")
		}
		major, _ := strconv.Atoi(strings.Split(strings.TrimPrefix(node.version, "v"), ".")[0])
		if major < nodeLeast {
			return nil, fmt.Errorf("the preview needs Node.js %d or later, and %s is %s", nodeLeast, node.path, node.version)
		}
		f.otherVersion(kind, strings.TrimSuffix(strings.TrimPrefix(kind, "nodejs"), ".x"), strconv.Itoa(major), "Node.js "+node.version)
		return []string{node.path, "--enable-source-maps", f.p.nodeScript()}, nil
	case strings.HasPrefix(kind, "python"):
		python, err := f.p.interpreter("import sys; print(sys.executable); print('.'.join(map(str, sys.version_info[:3])))", kind, "python3", "python")
		if err != nil {
			return nil, fmt.Errorf("the function runs on %s, and there is no python3 on this machine's PATH", kind)
		}
		minor := strings.Join(strings.SplitN(python.version, ".", 3)[:2], ".")
		f.otherVersion(kind, strings.TrimPrefix(kind, "python"), minor, "Python "+python.version)
		return []string{python.path, f.p.pythonScript()}, nil
	case strings.HasPrefix(kind, "provided"), kind == "go", kind == "rust":
		program := filepath.Join(dir, "bootstrap")
		if _, err := os.Stat(program); err != nil {
			return nil, fmt.Errorf("the archive has no program named bootstrap")
		}
		if want := map[string]string{"arm64": "arm64", "x86_64": "amd64"}[f.record.Architecture]; runtime.GOOS != "linux" || want != "" && want != runtime.GOARCH && !f.script(program) {
			return nil, fmt.Errorf("the function is a program for Linux on %s, and this machine is %s on %s", f.record.Architecture, runtime.GOOS, runtime.GOARCH)
		}
		return []string{program}, nil
	}
	return nil, fmt.Errorf("functions with the runtime %s cannot be run here: only Node.js, Python, and programs of their own", kind)
}

// nodeLeast is the first version of Node.js that the preview's script is for.
const nodeLeast = 20

// otherVersion says, once for each runtime, that functions run here on another
// version than they do on Lambda.
func (f *function) otherVersion(kind, want, got, have string) {
	if want == got {
		return
	}
	if _, said := f.p.versions.LoadOrStore(kind, true); !said {
		f.p.log.note("", "Functions for %s run on %s here.", kind, have)
	}
}

// script reports whether a program is a text that an interpreter runs.
func (f *function) script(name string) bool {
	file, err := os.Open(name)
	if err != nil {
		return false
	}
	defer file.Close()
	var b [2]byte
	_, err = io.ReadFull(file, b[:])
	return err == nil && string(b[:]) == "#!"
}

// environment is what Lambda gives a function, and what the app gives it.
func (f *function) environment() ([]string, error) {
	group := "/aws/lambda/" + f.name
	env := []string{
		"LANG=en_US.UTF-8", "TZ=UTC",
		"_HANDLER=" + f.record.Handler,
		"AWS_REGION=" + f.p.values.region, "AWS_DEFAULT_REGION=" + f.p.values.region,
		"AWS_LAMBDA_FUNCTION_NAME=" + f.name, "AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=" + strconv.Itoa(f.served.Memory),
		"AWS_LAMBDA_LOG_GROUP_NAME=" + group, "AWS_LAMBDA_LOG_STREAM_NAME=preview",
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
		"AWS_EXECUTION_ENV=AWS_Lambda_" + f.served.Runtime,
		// The stand-ins know by the key who calls them.
		"AWS_ACCESS_KEY_ID=" + f.served.ID, "AWS_SECRET_ACCESS_KEY=preview", "AWS_SESSION_TOKEN=preview",
		"AWS_ENDPOINT_URL=" + f.p.values.endpoint,
		"AWS_EC2_METADATA_DISABLED=true",
		"AWS_XRAY_CONTEXT_MISSING=LOG_ERROR",
	}
	if runtime.GOOS == "windows" {
		env = append(env, "SystemRoot="+os.Getenv("SystemRoot"))
	}
	for _, e := range f.served.Environment {
		value, err := f.p.values.text(e.Value)
		if err != nil {
			return nil, err
		}
		env = append(env, e.Name+"="+value)
	}
	return env, nil
}

// copyLog copies lines of output to the log.
func (i *instance) copyLog(r io.Reader) {
	b := bufio.NewReaderSize(r, 64<<10)
	for {
		line, err := b.ReadString('\n')
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			i.mu.Lock()
			request := i.request
			i.mu.Unlock()
			i.f.p.log.add(Entry{Kind: "log", Source: i.f.label(), Text: line, Request: request})
		}
		if err != nil {
			return
		}
	}
}

// wait waits for the process to end, and tells.
func (i *instance) wait() {
	i.outs.Wait()
	err := i.cmd.Wait()
	status := "exit status 0"
	if err != nil {
		status = err.Error()
	}
	i.mu.Lock()
	i.status = status
	i.peak = max(i.peak, peakOf(i.cmd.ProcessState))
	i.mu.Unlock()
	close(i.exited)
	i.server.Close()
	os.RemoveAll(i.home)
}

// gone reports whether the process has ended.
func (i *instance) gone() bool {
	select {
	case <-i.exited:
		return true
	default:
		return false
	}
}

// stop ends the process and what it has started, and waits until it is gone.
func (i *instance) stop() {
	i.stopped.Do(func() { kill(i.cmd) })
	<-i.exited
}

// ready waits until the process asks for its first event.
func (i *instance) ready(limit time.Duration) error {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-i.asks:
		return nil
	case <-i.exited:
		return i.ended()
	case <-timer.C:
		return &functionError{Type: "Sandbox.Timedout", Message: fmt.Sprintf("The function took more than %s to start.", limit), timeout: true}
	case <-i.f.p.closing:
		return errClosing
	}
}

// ended says how the process ended by itself.
func (i *instance) ended() *functionError {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.initErr != nil {
		return i.initErr
	}
	return &functionError{Type: "Runtime.ExitError", Message: "Error: Runtime exited with error: " + i.status}
}

// carryOut has the process answer an event, and returns once it asks for the
// next, or has failed for good.
func (i *instance) carryOut(inv *invocation, timeout time.Duration) *functionError {
	i.mu.Lock()
	i.current, i.request = inv, inv.request
	i.mu.Unlock()
	defer func() {
		i.mu.Lock()
		i.current = nil
		i.mu.Unlock()
	}()
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	fail := func(err *functionError) *functionError {
		inv.settle(invocationResult{err: err})
		return err
	}
	select {
	case i.events <- inv:
	case <-i.exited:
		return fail(i.ended())
	case <-i.f.p.closing:
		return fail(asFunctionError(errClosing))
	}
	select {
	case <-i.asks:
		fail(&functionError{Type: "Runtime.NoResponse", Message: "The runtime asked for the next event without answering this one."}) // nothing if it has answered
		return nil
	case <-i.exited:
		return fail(i.ended())
	case <-timer.C:
		i.stopped.Do(func() { kill(i.cmd) })
		return fail(&functionError{Type: "Sandbox.Timedout", timeout: true,
			Message: fmt.Sprintf("RequestId: %s Error: Task timed out after %.2f seconds", inv.id, timeout.Seconds())})
	case <-i.f.p.closing:
		i.stopped.Do(func() { kill(i.cmd) })
		return fail(asFunctionError(errClosing))
	}
}

// done notes that the current event is answered.
func (i *instance) done() {
	i.mu.Lock()
	i.answered = i.current != nil
	i.mu.Unlock()
}

// take marks an idle process as one that has an event to answer.
func (i *instance) take() {
	i.mu.Lock()
	i.answered = false
	i.mu.Unlock()
}

// finishing reports whether the process is about to be idle.
func (i *instance) finishing() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.answered
}

// memory is the most memory that the process has used so far, in MB; 0 where
// that is not known.
func (i *instance) memory() int {
	n := 0
	if !i.gone() {
		n = peakOfRunning(i.cmd.Process.Pid)
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.peak = max(i.peak, n)
	return i.peak
}

// api is the Lambda Runtime API.
func (i *instance) api() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", i.next)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", i.response)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/error", i.failure)
	mux.HandleFunc("POST /2018-06-01/runtime/init/error", i.initFailure)
	return mux
}

func (i *instance) next(w http.ResponseWriter, r *http.Request) {
	select {
	case i.asks <- struct{}{}:
	default:
	}
	var inv *invocation
	select {
	case inv = <-i.events:
	case <-r.Context().Done():
		return
	case <-i.exited:
		return
	case <-i.f.p.closing:
		panic(http.ErrAbortHandler) // there is no answer to this
	}
	h := w.Header()
	h.Set("Lambda-Runtime-Aws-Request-Id", inv.id)
	h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(time.Duration(i.f.served.Timeout)*time.Second).UnixMilli(), 10))
	h.Set("Lambda-Runtime-Invoked-Function-Arn", i.f.arn)
	h.Set("Lambda-Runtime-Trace-Id", inv.trace)
	if inv.client != "" {
		h.Set("Lambda-Runtime-Client-Context", inv.client)
	}
	h.Set("Content-Type", "application/json")
	w.Write(inv.event)
}

// invocation returns the invocation that a request of the process is about.
func (i *instance) invocation(w http.ResponseWriter, r *http.Request) *invocation {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.current == nil || i.current.id != r.PathValue("id") {
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, `{"errorType":"InvalidRequestID","errorMessage":"Invalid request ID"}`)
		return nil
	}
	return i.current
}

func accepted(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	io.WriteString(w, `{"status":"OK"}`)
}

func (i *instance) response(w http.ResponseWriter, r *http.Request) {
	inv := i.invocation(w, r)
	if inv == nil {
		return
	}
	if r.Header.Get("Lambda-Runtime-Function-Response-Mode") == "streaming" {
		i.stream(w, r, inv)
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, payloadLimit+1))
	switch {
	case err != nil:
		return // the process has gone, or stopped sending
	case len(body) > payloadLimit:
		io.Copy(io.Discard, r.Body)
		inv.settle(invocationResult{err: &functionError{Type: "Function.ResponseSizeTooLarge", Message: "Response payload size exceeded maximum allowed payload size (6291556 bytes)."}})
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		io.WriteString(w, `{"errorType":"RequestEntityTooLarge","errorMessage":"Exceeded maximum allowed payload size"}`)
		return
	}
	i.done()
	inv.settle(invocationResult{answer: &answer{body: io.NopCloser(strings.NewReader(string(body)))}})
	accepted(w)
}

// stream hands on what the process sends while it sends it.
func (i *instance) stream(w http.ResponseWriter, r *http.Request, inv *invocation) {
	pr, pw := io.Pipe()
	inv.settle(invocationResult{answer: &answer{streaming: true, kind: r.Header.Get("Content-Type"), body: pr}})
	buffer := make([]byte, 32<<10)
	reading := true
	for {
		n, err := r.Body.Read(buffer)
		if n > 0 && reading {
			// A reader that has gone does not stop the function.
			if _, err := pw.Write(buffer[:n]); err != nil {
				reading = false
			}
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			pw.CloseWithError(errors.New("the function ended before its answer"))
			return
		}
	}
	i.done()
	if kind := r.Trailer.Get("Lambda-Runtime-Function-Error-Type"); kind != "" {
		pw.CloseWithError(&functionError{Type: kind, Message: "The function failed while it was answering."})
	} else {
		pw.Close()
	}
	accepted(w)
}

// explain says, once for each function, what is behind an error that only a
// preview has.
func (f *function) explain(err *functionError) {
	if strings.Contains(err.Message, "Cannot find package '@aws-sdk/") || strings.Contains(err.Message, "Cannot find module '@aws-sdk/") {
		f.explained.Do(func() {
			f.p.log.note(f.label(), "The AWS SDK is part of Lambda's runtime for Node.js, and not of the function's archive. Here it is taken from node_modules in the directory of the build or above it, where it is not installed.")
		})
	}
}

func readError(r *http.Request) *functionError {
	body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	e := &functionError{Type: r.Header.Get("Lambda-Runtime-Function-Error-Type")}
	if json.Unmarshal(body, e) == nil {
		e.raw = body
	} else {
		e.Message = string(body)
	}
	return e
}

func (i *instance) failure(w http.ResponseWriter, r *http.Request) {
	inv := i.invocation(w, r)
	if inv == nil {
		return
	}
	err := readError(r)
	i.f.explain(err)
	i.done()
	inv.settle(invocationResult{err: err})
	accepted(w)
}

func (i *instance) initFailure(w http.ResponseWriter, r *http.Request) {
	e := readError(r)
	i.f.explain(e)
	i.mu.Lock()
	i.initErr = e
	i.mu.Unlock()
	accepted(w)
}
