package preview

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// An Entry is a line of the log: a request, or something that a function or
// the preview itself has to say.
type Entry struct {
	N      int       `json:"n"` // counts up
	Time   time.Time `json:"time"`
	Kind   string    `json:"kind"`             // "request", "log", "report" or "note"
	Source string    `json:"source,omitempty"` // a site, an API, a function
	Text   string    `json:"text"`
	// Request is the number of the request that it is about, or that was being
	// answered; 0 for none.
	Request int `json:"request,omitempty"`
	// Of requests.
	Method string  `json:"method,omitempty"`
	Status int     `json:"status,omitempty"`
	Millis float64 `json:"millis,omitempty"`
	Bytes  int64   `json:"bytes,omitempty"`
	Served string  `json:"served,omitempty"` // what answered: a function, a file
}

// String is the entry as the terminal shows it.
func (e Entry) String() string {
	at := e.Time.Format("15:04:05")
	switch e.Kind {
	case "request":
		s := fmt.Sprintf("%s  %s  %s %s %d  %.0f ms", at, e.Source, e.Method, e.Text, e.Status, e.Millis)
		if e.Served != "" {
			s += "  (" + e.Served + ")"
		}
		return s
	case "note":
		if e.Source == "" {
			return at + "  " + e.Text
		}
		return at + "  " + e.Source + ": " + e.Text
	}
	return at + "  " + e.Source + " | " + e.Text
}

// logSize is how many entries the start page can look back on.
const logSize = 2000

// A journal keeps the latest entries and tells whoever listens.
type journal struct {
	mu      sync.Mutex
	n       int
	entries []Entry
	tell    func(Entry)
	ended   bool
}

// end lets nothing more in: what processes say while they are being stopped
// means nothing.
func (j *journal) end() {
	j.mu.Lock()
	j.ended = true
	j.mu.Unlock()
}

func (j *journal) add(e Entry) {
	e.Time = time.Now()
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.ended {
		return
	}
	j.n++
	e.N = j.n
	if len(j.entries) >= logSize {
		j.entries = append(j.entries[:0], j.entries[logSize/10:]...)
	}
	j.entries = append(j.entries, e)
	if j.tell != nil {
		j.tell(e)
	}
}

func (j *journal) note(source, format string, args ...any) {
	j.add(Entry{Kind: "note", Source: source, Text: fmt.Sprintf(format, args...)})
}

// lines adds each line of a text.
func (j *journal) lines(kind, source, text string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			j.add(Entry{Kind: kind, Source: source, Text: line})
		}
	}
}

// since returns the entries after number n.
func (j *journal) since(n int) []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	out := []Entry{}
	for _, e := range j.entries {
		if e.N > n {
			out = append(out, e)
		}
	}
	return out
}
