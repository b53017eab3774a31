package frontends

import (
	"maps"
	"slices"
	"sync"
)

// Env is the environment variables that an evaluation may see. It keeps
// record of which were asked for. It is safe for concurrent use.
type Env struct {
	// Hermetic limits the variables to those of Declared and of Files.
	Hermetic bool
	// Declared are variables that the user named on the command line.
	Declared map[string]string
	// Files are the variables of the .env files; what the process has counts
	// before them.
	Files map[string]string
	// Process looks up a variable of the process; nil for none.
	Process func(name string) (string, bool)

	mu   sync.Mutex
	read map[string]bool // name → whether it was set
}

// Lookup returns a variable.
func (e *Env) Lookup(name string) (string, bool) {
	v, ok := e.lookup(name)
	e.mu.Lock()
	if e.read == nil {
		e.read = map[string]bool{}
	}
	e.read[name] = ok
	e.mu.Unlock()
	return v, ok
}

func (e *Env) lookup(name string) (string, bool) {
	if v, ok := e.Declared[name]; ok {
		return v, true
	}
	if !e.Hermetic && e.Process != nil {
		if v, ok := e.Process(name); ok {
			return v, true
		}
	}
	v, ok := e.Files[name]
	return v, ok
}

// Names returns the variables that an evaluation can enumerate: those that
// were declared, on the command line or in a file. What else the process has
// can be asked for by name only, so that it cannot slip into what is built.
func (e *Env) Names() []string {
	names := map[string]bool{}
	for n := range e.Declared {
		names[n] = true
	}
	for n := range e.Files {
		names[n] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// Holding returns the name of a variable that was asked for and has this value,
// the first by name, or "".
func (e *Env) Holding(value string) string {
	for _, v := range e.Read() {
		if held, ok := e.lookup(v.Name); ok && held == value {
			return v.Name
		}
	}
	return ""
}

// A ReadVariable is a variable that an evaluation asked for.
type ReadVariable struct {
	Name string
	Set  bool
}

// Read returns the variables that were asked for, sorted by name.
func (e *Env) Read() []ReadVariable {
	e.mu.Lock()
	defer e.mu.Unlock()
	var out []ReadVariable
	for _, n := range slices.Sorted(maps.Keys(e.read)) {
		out = append(out, ReadVariable{n, e.read[n]})
	}
	return out
}
