package preview

import (
	_ "embed"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

//go:embed startpage.html
var startPageHTML []byte

// A pageFunction is a function as the start page shows it.
type pageFunction struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Runtime string `json:"runtime"`
	Memory  int    `json:"memory"`
	Timeout int    `json:"timeout"`
	Running int    `json:"running"`
	functionStats
}

// startPage serves the page that lists everything, and the state that it shows.
func (p *Preview) startPage() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.Write(startPageHTML)
	})
	mux.HandleFunc("GET /state", func(w http.ResponseWriter, r *http.Request) {
		since, _ := strconv.Atoi(r.URL.Query().Get("since"))
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		json.NewEncoder(w).Encode(p.state(since))
	})
	mux.HandleFunc("POST /schedules/{id}", func(w http.ResponseWriter, r *http.Request) {
		// Another page that the browser has open must not do this.
		if origin := r.Header.Get("Origin"); origin != "" && origin != p.URL && !strings.HasSuffix(origin, "//"+r.Host) {
			http.Error(w, "Forbidden", http.StatusForbidden)
			return
		}
		if !p.aws.trigger(r.PathValue("id")) {
			http.NotFound(w, r)
			return
		}
		w.WriteHeader(http.StatusAccepted)
	})
	return mux
}

// A pageState is all that the start page shows.
type pageState struct {
	App       string         `json:"app"`
	Started   time.Time      `json:"started"` // tells one preview from the next
	Stage     string         `json:"stage"`
	Sites     []Site         `json:"sites"`
	Functions []pageFunction `json:"functions"`
	Schedules []pageSchedule `json:"schedules"`
	Stands    []standIn      `json:"standIns"`
	Needs     []need         `json:"needs"`
	Entries   []Entry        `json:"entries"`
}

// A need is a secret or another parameter without a value, and the functions
// that fail without it.
type need struct {
	Name      string   `json:"name"`
	Functions []string `json:"functions"`
}

type pageSchedule struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Schedule string `json:"schedule"`
}

// A standIn is a bucket, queue or table that has one.
type standIn struct {
	Kind   string `json:"kind"`
	Name   string `json:"name"`
	Detail string `json:"detail"`
}

func (p *Preview) state(since int) pageState {
	s := pageState{App: p.manifest.App.Name, Started: p.started, Stage: p.manifest.App.Stage, Sites: p.Sites, Needs: p.needs, Functions: []pageFunction{}, Entries: p.log.since(since)}
	for _, f := range p.functions {
		f.mu.Lock()
		s.Functions = append(s.Functions, pageFunction{ID: f.served.ID, Name: f.label(), Runtime: f.record.Runtime, Memory: f.served.Memory,
			Timeout: f.served.Timeout, Running: len(f.all), functionStats: f.stats})
		f.mu.Unlock()
	}
	s.Schedules, s.Stands = p.aws.schedules(), p.aws.standIns()
	return s
}
