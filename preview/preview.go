// Package preview serves a build on this machine, from its output directory
// alone: sites and routers through their CloudFront functions, APIs and
// function URLs through the functions in their archives, each under a URL of
// its own, with stand-ins for the AWS services that small apps use.
//
// It opens no connection to anything off the machine. It compiles nothing and
// knows nothing of configurations or templates: what it serves is what the
// manifest says.
package preview

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sstc/sstc/assets"
	"github.com/sstc/sstc/compiler/diag"
)

// DefaultPort is that of the start page. What the app serves has the ports
// after it.
const DefaultPort = 4400

// Options are what the user asked for.
type Options struct {
	// Out is the output directory of a build.
	Out string
	// Host is the address to listen on; "" for this machine alone.
	Host string
	// Port is that of the start page; 0 for the first free one from
	// [DefaultPort], and -1 for any ports at all.
	Port int
	// Set are values of secrets and other parameters, by name.
	Set map[string]string
	// Data is a directory that keeps what is put into buckets; "" to keep
	// nothing.
	Data string
	// Log is told each entry of the log; nil for nobody. It is called by one
	// goroutine at a time.
	Log func(Entry)
}

// A Site is something that has a URL here.
type Site struct {
	ID   string `json:"id"`
	Name string `json:"name"` // of the component
	Kind string `json:"kind"` // "site", "router", "api", "websocket" or "function"
	URL  string `json:"url"`
	// Domains are the custom domains that it has once deployed.
	Domains []string `json:"domains,omitempty"`
	Details []string `json:"details,omitempty"` // routes of an API
	// Behind is the site or router that leads to it.
	Behind string  `json:"behind,omitempty"`
	Routes []Route `json:"routes,omitempty"` // of a router
}

// behind notes which of the app's URLs a distribution leads to: people open
// that one.
func (p *Preview) behind() {
	s := p.manifest.Serving
	for i := range p.Sites {
		site := &p.Sites[i]
		if site.Kind != "function" {
			continue
		}
		host := p.values.hosts[site.ID]
		for _, d := range s.Distributions {
			if slices.ContainsFunc(d.Origins, func(o assets.ServedOrigin) bool { return p.values.known(o.Domain) == host }) {
				site.Behind = d.Component
			}
		}
		for _, kv := range p.manifest.KeyValues {
			for _, e := range kv.Entries {
				if text, err := p.values.value(e.Value); err == nil && strings.Contains(text, `"`+host+`"`) {
					site.Behind = kv.Component
				}
			}
		}
	}
}

// A Route is a path under which a router serves something else.
type Route struct {
	Path string `json:"path"` // with its host before it, if the router tells hosts apart
	To   string `json:"to"`   // a component, or a host
	URL  string `json:"url"`
}

// A Preview is a build being served. Close must be called.
type Preview struct {
	// URL is that of the start page, and Port its port.
	URL  string
	Port int
	// Sites are what is served, in the order of their ports.
	Sites []Site

	opts     Options
	manifest *assets.Manifest
	values   *values
	log      journal
	quiet    *log.Logger
	temp     string // a directory of our own
	started  time.Time

	functions []*function
	byARN     map[string]*function
	edges     map[string]*edgeFunction  // by ARN
	stores    map[string]*keyValueStore // by ARN
	hosts     map[string]http.Handler   // by host and port
	buckets   map[string]*bucket        // by name
	sockets   []*socketAPI
	aws       *cloud

	requests     atomic.Int64
	needs        []need
	asking       sync.Mutex // guards interpreters
	interpreters map[string]*interpreter
	versions     sync.Map // runtimes of which it has been said on what they run here

	servers []*http.Server
	changed chan struct{}
	closing chan struct{}
	once    sync.Once
	mu      sync.Mutex // guards closed and tasks.Add against Wait
	closed  bool
	tasks   sync.WaitGroup
	scripts func() error
}

// Start serves a build. Diagnostics are the user's to mend.
func Start(opts Options) (*Preview, diag.List, error) {
	var diags diag.List
	manifest, diags := read(opts.Out)
	if diags.HasErrors() {
		return nil, diags, nil
	}
	p := &Preview{
		opts: opts, manifest: manifest, changed: make(chan struct{}), closing: make(chan struct{}), quiet: log.New(io.Discard, "", 0),
		byARN: map[string]*function{}, edges: map[string]*edgeFunction{}, stores: map[string]*keyValueStore{},
		hosts: map[string]http.Handler{}, buckets: map[string]*bucket{}, interpreters: map[string]*interpreter{},
	}
	p.log.tell = opts.Log
	p.started = time.Now()
	p.values = newValues(manifest, opts.Set)
	var err error
	if p.temp, err = os.MkdirTemp("", "sstc-preview-"); err != nil {
		return nil, nil, err
	}
	p.scripts = sync.OnceValue(p.writeScripts)
	if diags, err = p.start(); err != nil || diags.HasErrors() {
		p.Close()
		return nil, diags, err
	}
	return p, diags, nil
}

func read(out string) (*assets.Manifest, diag.List) {
	var diags diag.List
	data, err := os.ReadFile(filepath.Join(out, assets.ManifestName))
	if errors.Is(err, fs.ErrNotExist) {
		diags.Add(diag.FileNotFound, diag.Range{}, "No build",
			fmt.Sprintf("There is no %s in %q. Run sstc build first, or give the output directory of a build.", assets.ManifestName, out))
		return nil, diags
	}
	var m *assets.Manifest
	if err == nil {
		m, err = assets.DecodeManifest(data)
	}
	switch {
	case err != nil:
		diags.Add(diag.InvalidFile, diag.Range{}, "Unreadable build", err.Error())
	case m.Serving == nil:
		diags.Add(diag.InvalidFile, diag.Range{}, "Nothing to serve",
			fmt.Sprintf("The manifest in %q does not say how the app is served. Build it again with this version of sstc.", out))
	}
	return m, diags
}

// A listed is a Site before it has a URL.
type listed struct {
	site    Site
	pretend string
	path    string // of its URL
	// distribution is nil for what is not one.
	distribution *assets.ServedDistribution
	make         func(host string) (http.Handler, error)
}

func (p *Preview) start() (diag.List, error) {
	var diags diag.List
	list := p.list()
	listeners, port, err := p.listen(len(list) + 1)
	if err != nil {
		diags.Add(diag.InvalidOption, diag.Range{}, "Port in use", err.Error())
		return diags, nil
	}
	own, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p.values.endpoint = "http://" + own.Addr().String()
	host := func(i int) string { return "localhost:" + strconv.Itoa(port[i]) }
	for i, l := range list {
		if l.pretend == "" {
			p.values.hosts[l.site.ID] = host(i + 1)
		}
		if l.site.Kind == "api" || l.site.Kind == "websocket" {
			for _, id := range []string{l.site.ID, strings.ToLower(l.site.ID)} {
				p.values.aliases[id+".execute-api."+p.values.region+".amazonaws.com"] = host(i + 1)
			}
		}
		for _, domain := range l.site.Domains {
			if _, ok := p.values.aliases[domain]; !ok && !strings.Contains(domain, "*") {
				p.values.aliases[domain] = host(i + 1)
			}
		}
	}
	if err := p.build(); err != nil {
		return nil, err
	}
	handlers := make([]http.Handler, len(list))
	for i, l := range list {
		if handlers[i], err = l.make(host(i + 1)); err != nil {
			return nil, err
		}
		p.hosts[host(i+1)] = handlers[i]
		l.site.URL = "http://" + host(i+1) + l.path
		if l.site.Kind == "websocket" {
			l.site.URL = "ws://" + host(i+1) + l.path
		}
		if l.distribution != nil {
			l.site.Routes = p.shownRoutes(l.distribution, l.pretend, l.site.URL)
		}
		p.Sites = append(p.Sites, l.site)
	}
	p.warn()
	p.behind()
	p.URL, p.Port = "http://"+host(0), port[0]
	p.serve(p.startPage(), listeners[0])
	for i, h := range handlers {
		if _, ok := h.(*socketAPI); !ok { // which has its own lines
			h = p.logged(list[i].site.Name, h)
		}
		p.serve(h, listeners[i+1])
	}
	p.serve(p.aws, []net.Listener{own})
	p.aws.start()
	p.background(p.takeSteps)
	p.background(p.watch)
	return diags, nil
}

// Changed is closed when there is another build in the output directory. This
// one can then no longer be served, since its files are gone.
func (p *Preview) Changed() <-chan struct{} { return p.changed }

// watch looks at the manifest now and then.
func (p *Preview) watch() {
	name := filepath.Join(p.opts.Out, assets.ManifestName)
	first, err := os.Stat(name)
	if err != nil {
		return
	}
	for p.sleep(500 * time.Millisecond) {
		// While a build is put in place there is none for a moment.
		if now, err := os.Stat(name); err == nil && !os.SameFile(first, now) {
			close(p.changed)
			return
		}
	}
}

// warn says what of the app is not served here.
func (p *Preview) warn() {
	s := p.manifest.Serving
	for _, d := range s.Distributions {
		for _, b := range d.Behaviors {
			if len(b.AtEdge) > 0 {
				p.log.note(d.Component, "Its Lambda@Edge functions (%s) do not run here.", strings.Join(b.AtEdge, ", "))
				break
			}
		}
	}
	for _, f := range s.Functions {
		if len(f.Layers) > 0 {
			p.log.note(f.Component, "Its layers are not on this machine: it runs without them.")
		}
	}
	served := map[string]bool{}
	for _, e := range s.EdgeFunctions {
		for _, store := range e.Stores {
			served[p.values.known(store)] = true
		}
	}
	for _, kv := range p.manifest.KeyValues {
		if store, err := p.values.value(kv.Store); err == nil && !served[store] {
			p.log.note(kv.Component, "It is behind a Router that is not of this app, and so not served here.")
		}
	}
	needs := map[string][]string{}
	for _, f := range p.functions {
		var unset *unsetError
		if _, err := f.environment(); errors.As(err, &unset) {
			needs[unset.name] = append(needs[unset.name], f.label())
		}
		for _, name := range f.secrets() {
			if _, ok := p.opts.Set[name]; !ok {
				needs[name] = append(needs[name], f.label())
			}
		}
	}
	for _, name := range sortedKeys(needs) {
		p.needs = append(p.needs, need{name, needs[name]})
		p.log.note("", "%v Until then these functions fail: %s.", &unsetError{name}, strings.Join(needs[name], ", "))
	}
}

// takeSteps takes the steps of the manifest that mean something here: the
// functions of the app are called that deploying it would call. What the other
// steps make is there already, or is not kept here.
func (p *Preview) takeSteps() {
	for _, step := range p.manifest.Steps {
		switch step.Do {
		case assets.PublishAssets, assets.PublishFiles, assets.PublishKeyValues, assets.Invalidate, assets.PurgeFiles:
		case assets.PublishImages:
			p.log.note("", "Images of containers are not built here, and what runs in them is not there.")
		case assets.ApplyTarget:
			for _, c := range p.manifest.Serving.Calls {
				input, err := p.values.text(c.Input)
				p.callOnce(c.Component, p.values.known(c.Function), input, err)
			}
		case assets.Invoke:
			for _, i := range p.manifest.Invocations {
				name, err := p.values.value(i.Function)
				p.callOnce(i.Component, name, string(i.Input), err)
			}
		default:
			p.log.note("", "The step %q of deploying the app means nothing here, and was left out.", step.Do)
		}
	}
}

// callOnce calls a function as deploying the app does. An error is one of the
// values that the call is made of.
func (p *Preview) callOnce(component, function, input string, err error) {
	f := p.functionOf(function)
	switch {
	case err != nil:
		p.log.note(component, "A function that deploying the app calls is not called: %v", err)
		return
	case f == nil:
		p.log.note(component, "A function that deploying the app calls is not here.")
		return
	}
	p.log.note(f.label(), "It is called with %s, as when the app is deployed.", input)
	if _, err := f.call(context.Background(), []byte(input)); err != nil && !errors.Is(err, errClosing) {
		p.log.note(f.label(), "The call has failed, which would end a deployment: %s", firstLine(err.Error()))
	}
}

// list is everything that gets a URL: distributions, APIs, function URLs, in
// that order, which is stable from build to build.
func (p *Preview) list() []listed {
	var list []listed
	s := p.manifest.Serving
	sites := map[string]bool{}
	for _, site := range p.manifest.Sites {
		sites[site.Name] = true
	}
	for i := range s.Distributions {
		d := &s.Distributions[i]
		kind := "router"
		if sites[d.Component] {
			kind = "site"
		}
		domains := p.values.knownAll(d.Aliases)
		list = append(list, listed{site: Site{ID: d.ID, Name: d.Component, Kind: kind, Domains: domains}, distribution: d,
			make: func(host string) (http.Handler, error) { return newDistribution(p, d, host, ""), nil }})
		// Each host that a router tells apart needs an address of its own.
		for _, pattern := range p.hostsOf(d) {
			list = append(list, listed{site: Site{ID: d.ID + " " + pattern, Name: d.Component + " as " + pattern, Kind: kind, Domains: []string{pattern}}, pretend: pattern, distribution: d,
				make: func(host string) (http.Handler, error) { return newDistribution(p, d, host, pattern), nil }})
		}
	}
	for i := range s.APIs {
		a := &s.APIs[i]
		l := listed{site: Site{ID: a.ID, Name: a.Component, Kind: "api", Domains: p.values.knownAll(a.Domains)}}
		for _, r := range a.Routes {
			if r.Kind != "MOCK" {
				l.site.Details = append(l.site.Details, r.Key)
			}
		}
		if a.Stage != nil {
			l.path = "/" + p.values.known(*a.Stage)
		}
		switch a.Protocol {
		case "WEBSOCKET":
			l.site.Kind = "websocket"
			l.make = func(string) (http.Handler, error) {
				socket := &socketAPI{api: newAPI(p, a), name: a.Component, connections: map[string]*connection{}}
				p.sockets = append(p.sockets, socket)
				return socket, nil
			}
		case "REST":
			l.make = func(string) (http.Handler, error) { return restAPI{newAPI(p, a)}, nil }
		default:
			l.make = func(string) (http.Handler, error) { return newAPI(p, a), nil }
		}
		list = append(list, l)
	}
	for i := range s.URLs {
		u := &s.URLs[i]
		list = append(list, listed{site: Site{ID: u.ID, Name: u.Component, Kind: "function"},
			make: func(host string) (http.Handler, error) {
				return &functionURL{p: p, served: u, f: p.functionOf(p.values.known(u.Function)), host: host, cors: p.values.cors(u.CORS, http.StatusOK)}, nil
			}})
	}
	return list
}

// A routeEntry is one of the routes that a distribution keeps in its store.
type routeEntry struct{ kind, namespace, host, path string }

// routesOf reads the routes of a distribution, which are those of its CloudFront
// function.
func (p *Preview) routesOf(d *assets.ServedDistribution) []routeEntry {
	var routes []routeEntry
	for _, kv := range p.manifest.KeyValues {
		if kv.Component != identifier(d.Component) {
			continue
		}
		for _, e := range kv.Entries {
			if e.Key != "routes" {
				continue
			}
			text, err := p.values.value(e.Value)
			if err != nil {
				continue
			}
			list, err := decodeJSON([]byte(text))
			if err != nil {
				continue
			}
			entries, _ := list.([]any)
			for _, entry := range entries {
				if parts := strings.SplitN(toText(entry), ",", 4); len(parts) == 4 {
					host := strings.ReplaceAll(strings.ReplaceAll(parts[2], ".*", "any"), `\`, "")
					routes = append(routes, routeEntry{parts[0], parts[1], host, cmp.Or(parts[3], "/")})
				}
			}
		}
	}
	return routes
}

// hostsOf are the hosts that the routes of a distribution tell apart.
func (p *Preview) hostsOf(d *assets.ServedDistribution) []string {
	var hosts []string
	for _, r := range p.routesOf(d) {
		if r.host != "" && !slices.Contains(hosts, r.host) {
			hosts = append(hosts, r.host)
		}
	}
	return hosts
}

// shownRoutes are the routes of what is served at a URL, for people: those of
// one host, by path.
func (p *Preview) shownRoutes(d *assets.ServedDistribution, pretend, url string) []Route {
	var routes []Route
	for _, r := range p.routesOf(d) {
		if r.host == pretend {
			routes = append(routes, Route{Path: r.path, To: p.leadsTo(r), URL: url + r.path})
		}
	}
	slices.SortStableFunc(routes, func(a, b Route) int { return cmp.Compare(a.Path, b.Path) })
	return routes
}

// leadsTo names what a route leads to: a component of the app if that can be
// told, else the host.
func (p *Preview) leadsTo(r routeEntry) string {
	i := slices.IndexFunc(p.manifest.KeyValues, func(kv assets.ManifestKeyValues) bool { return kv.Namespace == r.namespace })
	if i < 0 {
		return r.kind
	}
	kv := &p.manifest.KeyValues[i]
	if r.kind == "site" {
		return kv.Component
	}
	for _, e := range kv.Entries {
		text, err := p.values.value(e.Value)
		if e.Key != "metadata" || err != nil {
			continue
		}
		var meta struct{ Host, Domain string }
		if json.Unmarshal([]byte(text), &meta) != nil {
			continue
		}
		if b := p.bucketOfDomain(meta.Domain); b != nil {
			return b.label()
		}
		for _, l := range p.list() {
			if l.pretend == "" && p.values.hosts[l.site.ID] == meta.Host {
				return l.site.Name
			}
		}
		return cmp.Or(meta.Host, meta.Domain)
	}
	return kv.Component
}

// identifier keeps letters and digits, as IDs do.
func identifier(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, name)
}

// listen opens consecutive ports, for each of them on all addresses that the
// host stands for.
func (p *Preview) listen(n int) ([][]net.Listener, []int, error) {
	addresses := []string{p.opts.Host}
	if p.opts.Host == "" || p.opts.Host == "localhost" {
		addresses = []string{"127.0.0.1", "::1"}
	}
	try := func(first int) (all [][]net.Listener, ports []int, err error) {
		defer func() {
			if err != nil {
				for _, list := range all {
					for _, l := range list {
						l.Close()
					}
				}
			}
		}()
		for i := range n {
			port := 0
			if first > 0 {
				port = first + i
			}
			var list []net.Listener
			for k, address := range addresses {
				l, err := net.Listen("tcp", net.JoinHostPort(address, strconv.Itoa(port)))
				if err != nil {
					// A machine need not have IPv6. But where another program has the
					// port there, a browser may ask that one.
					if k > 0 && !inUse(err) {
						continue
					}
					all = append(all, list)
					return all, nil, err
				}
				port = l.Addr().(*net.TCPAddr).Port
				list = append(list, l)
			}
			all, ports = append(all, list), append(ports, port)
		}
		return all, ports, nil
	}
	switch {
	case p.opts.Port < 0:
		for range 20 {
			if all, ports, err := try(0); err == nil {
				return all, ports, nil
			}
		}
		return nil, nil, errors.New("No free ports were found.")
	case p.opts.Port > 0:
		all, ports, err := try(p.opts.Port)
		if err != nil {
			err = fmt.Errorf("The preview needs the %d ports from %d on: %w. Choose others with --port.", n, p.opts.Port, err)
		}
		return all, ports, err
	}
	for first := DefaultPort; first < DefaultPort+2000; first += 100 {
		if all, ports, err := try(first); err == nil {
			return all, ports, nil
		}
	}
	return nil, nil, fmt.Errorf("The preview needs %d consecutive ports, and found none free from %d on. Choose others with --port.", n, DefaultPort)
}

func inUse(err error) bool {
	return strings.Contains(err.Error(), "in use") || strings.Contains(err.Error(), "Only one usage")
}

// build makes everything that answers requests.
func (p *Preview) build() error {
	s := p.manifest.Serving
	records := map[string]*assets.ManifestFunction{}
	for i := range p.manifest.Functions {
		records[p.manifest.Functions[i].Asset] = &p.manifest.Functions[i]
	}
	archives := map[string]string{}
	for _, a := range p.manifest.Assets {
		archives[a.ID] = filepath.Join(p.opts.Out, filepath.FromSlash(a.File))
	}
	for i := range s.Functions {
		served := &s.Functions[i]
		record := records[served.Asset]
		if record == nil {
			record = &assets.ManifestFunction{ID: served.ID, Runtime: served.Runtime, Handler: served.Handler, Architecture: served.Architecture, Asset: served.Asset}
		}
		arn := p.values.known(assets.Expr{Ref: &assets.ExprRef{ID: served.ID, Attr: "arn"}})
		name := p.values.known(assets.Expr{Ref: &assets.ExprRef{ID: served.ID, Attr: "name"}})
		f := newFunction(p, served, record, archives[served.Asset], arn, name)
		p.functions = append(p.functions, f)
		p.byARN[arn] = f
	}
	if err := p.buildStores(); err != nil {
		return err
	}
	for i := range s.EdgeFunctions {
		e := &s.EdgeFunctions[i]
		p.edges[p.values.known(assets.Expr{Ref: &assets.ExprRef{ID: e.ID, Attr: "arn"}})] = newEdgeFunction(p, e)
	}
	if err := p.buildBuckets(); err != nil {
		return err
	}
	p.aws = newCloud(p)
	return nil
}

// buildStores fills the key-value stores of CloudFront functions, as the
// uploader does.
func (p *Preview) buildStores() error {
	for _, kv := range p.manifest.KeyValues {
		arn, err := p.values.value(kv.Store)
		if err != nil {
			return err
		}
		store := p.stores[arn]
		if store == nil {
			store = &keyValueStore{entries: map[string]string{}}
			p.stores[arn] = store
		}
		namespace := kv.Namespace
		if kv.NamespaceFrom != nil {
			if namespace, err = p.values.value(*kv.NamespaceFrom); err != nil {
				return err
			}
		}
		for _, e := range kv.Entries {
			value, err := p.values.value(e.Value)
			if err != nil {
				return err
			}
			key := e.Key
			if namespace != "" {
				key = namespace + ":" + key
			}
			store.entries[key] = value
		}
	}
	return nil
}

// buildBuckets makes a stand-in for each bucket of the app, and puts the files
// of sites into theirs, with their placeholders replaced.
func (p *Preview) buildBuckets() error {
	for i := range p.manifest.Serving.Buckets {
		served := &p.manifest.Serving.Buckets[i]
		name := p.values.known(assets.Expr{Ref: &assets.ExprRef{ID: served.ID, Attr: "bucket"}})
		b, err := p.bucketNamed(name, served.Component)
		if err != nil {
			return err
		}
		for k := range served.CORS {
			b.cors = append(b.cors, p.values.cors(&served.CORS[k], http.StatusOK))
		}
	}
	replaced := map[string][][2]string{} // file → texts and values
	for _, h := range p.manifest.Placeholders {
		value, err := p.values.value(h.Value)
		if err != nil {
			value = "" // said when the value is asked for
			p.log.note("", "A site's placeholder %s has no value: %v", h.Text, err)
		}
		for _, f := range h.Files {
			replaced[f] = append(replaced[f], [2]string{h.Text, value})
		}
	}
	for _, site := range p.manifest.Sites {
		name, err := p.values.value(site.Bucket)
		if err != nil {
			return err
		}
		b, err := p.bucketNamed(name, site.Name)
		if err != nil {
			return err
		}
		for _, f := range site.Files {
			file := site.Dir + "/" + f.Path
			o := &storedObject{Size: f.Size, ETag: `"` + f.Digest[:32] + `"`, ContentType: f.ContentType, CacheControl: f.CacheControl,
				path: filepath.Join(p.opts.Out, filepath.FromSlash(file))}
			if list := replaced[file]; list != nil {
				text, err := os.ReadFile(o.path)
				if err != nil {
					return err
				}
				s := string(text)
				for _, r := range list {
					s = strings.ReplaceAll(s, r[0], r[1])
				}
				o.content, o.path, o.Size = []byte(s), "", int64(len(s))
				o.ETag = etagOf(o.content)
			}
			for _, key := range site.Keys(f) {
				stored := *o
				stored.Key = key
				b.objects[key] = &stored
			}
		}
	}
	return nil
}

// bucketNamed returns the stand-in for a bucket, which is made if need be.
func (p *Preview) bucketNamed(name, component string) (*bucket, error) {
	if b := p.buckets[name]; b != nil {
		return b, nil
	}
	data := p.opts.Data
	if data == "" {
		data = filepath.Join(p.temp, "data")
	}
	b, err := newBucket(name, component, filepath.Join(data, "buckets", name))
	if err == nil {
		p.buckets[name] = b
	}
	return b, err
}

// bucketOfDomain returns the bucket with a domain name such as
// name.s3.eu-west-1.amazonaws.com, or nil.
func (p *Preview) bucketOfDomain(domain string) *bucket {
	name, rest, ok := strings.Cut(domain, ".s3")
	if !ok || !strings.HasSuffix(rest, ".amazonaws.com") {
		return nil
	}
	return p.buckets[name]
}

// functionOf returns the function that a text names: by name, by ARN, or by a
// longer text with its ARN in it, as API Gateway has them.
func (p *Preview) functionOf(text string) *function {
	if f := p.byARN[text]; f != nil {
		return f
	}
	for _, f := range p.functions {
		if f.name == text || strings.HasPrefix(text, f.arn+":") || strings.HasSuffix(text, f.arn) ||
			strings.Contains(text, f.arn+"/") || strings.Contains(text, f.arn+":") {
			return f
		}
	}
	return nil
}

// origin returns what serves a host, if it is here.
func (p *Preview) origin(host string) http.Handler {
	host = strings.ToLower(host)
	if h := p.hosts[host]; h != nil {
		return h
	}
	if local, ok := p.values.aliases[host]; ok {
		return p.hosts[local]
	}
	return nil
}

// ownHosts are the hosts that the app is served under.
func (p *Preview) ownHosts() []string { return sortedKeys(p.hosts) }

// background runs f in a goroutine that Close waits for. It returns false,
// and does not run it, if the preview has ended. What runs in such a goroutine
// may start others with tasks.Go.
func (p *Preview) background(f func()) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.tasks.Go(f)
	return true
}

// sleep waits, and returns false if the preview ends meanwhile.
func (p *Preview) sleep(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-p.closing:
		return false
	}
}

func (p *Preview) serve(h http.Handler, listeners []net.Listener) {
	if p.opts.Host == "" {
		h = local(h)
	}
	server := &http.Server{Handler: h, ErrorLog: p.quiet, ReadHeaderTimeout: time.Minute}
	p.servers = append(p.servers, server)
	for _, l := range listeners {
		p.background(func() { server.Serve(l) })
	}
}

// local lets in only requests for a name of this machine, so that no page on
// the web can reach the preview by having its own name lead here.
func local(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.Host
		if host, _, err := net.SplitHostPort(name); err == nil {
			name = host
		}
		if name != "localhost" && name != "127.0.0.1" && strings.Trim(name, "[]") != "::1" && !strings.HasSuffix(name, ".localhost") {
			http.Error(w, "The preview is served as localhost. To serve it under other names, start it with --host.", http.StatusMisdirectedRequest)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// Close ends the preview: it lets no more requests in, stops the functions'
// processes, and waits until everything is gone.
func (p *Preview) Close() {
	p.once.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
		defer cancel()
		p.log.end()
		close(p.closing)
		for _, f := range p.functions {
			f.close()
		}
		for _, s := range p.servers {
			if s.Shutdown(ctx) != nil {
				s.Close()
			}
		}
		for _, f := range p.functions {
			f.close() // one may have been starting
		}
		p.mu.Lock()
		p.closed = true
		p.mu.Unlock()
		p.tasks.Wait()
		os.RemoveAll(p.temp)
	})
}

func (p *Preview) nodeScript() string   { return filepath.Join(p.temp, "runtime", "node.mjs") }
func (p *Preview) pythonScript() string { return filepath.Join(p.temp, "runtime", "python.py") }

func (p *Preview) writeScripts() error {
	if err := os.MkdirAll(filepath.Join(p.temp, "runtime"), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(p.nodeScript(), nodeBootstrap, 0o644); err != nil {
		return err
	}
	p.linkSDK()
	return os.WriteFile(p.pythonScript(), pythonBootstrap, 0o644)
}

// linkSDK lets functions find the AWS SDK, which is part of Lambda's runtime,
// if it is installed where the build is: above their archives, so that those in
// an archive come first. Without it they say so (function.explain).
func (p *Preview) linkSDK() {
	dir, err := filepath.Abs(p.opts.Out)
	for err == nil {
		installed := filepath.Join(dir, "node_modules", "@aws-sdk")
		if info, err := os.Stat(installed); err == nil && info.IsDir() {
			modules := filepath.Join(p.temp, "functions", "node_modules")
			if os.MkdirAll(modules, 0o755) == nil {
				os.Symlink(installed, filepath.Join(modules, "@aws-sdk"))
			}
			return
		}
		if dir == filepath.Dir(dir) {
			return
		}
		dir = filepath.Dir(dir)
	}
}

// An interpreter is a program of this machine that runs functions.
type interpreter struct {
	path    string
	version string // "v22.1.0", "3.12.1"
}

// interpreter finds the first of some programs on the PATH of the preview
// itself. It is asked where it is and what it is, since what is on the PATH
// may only stand for it, and find it by variables that functions are not given.
func (p *Preview) interpreter(question string, names ...string) (*interpreter, error) {
	if err := p.scripts(); err != nil {
		return nil, err
	}
	p.asking.Lock()
	defer p.asking.Unlock()
	if found := p.interpreters[names[0]]; found != nil {
		return found, nil
	}
	for _, name := range names {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		out, err := exec.Command(path, flagOf(name), question).Output()
		lines := strings.Split(strings.ReplaceAll(strings.TrimSpace(string(out)), "\r", ""), "\n")
		if err == nil && len(lines) == 2 {
			found := &interpreter{lines[0], lines[1]}
			p.interpreters[names[0]] = found
			return found, nil
		}
	}
	return nil, exec.ErrNotFound
}

func flagOf(name string) string {
	if name == "node" {
		return "-e"
	}
	return "-c"
}

// ---- What is said of requests -----------------------------------------------

type servedKey struct{}

// withServed gives a context a place for what has answered.
func withServed(ctx context.Context) context.Context {
	if ctx.Value(servedKey{}) != nil {
		return ctx
	}
	return context.WithValue(ctx, servedKey{}, new(servedNote))
}

type servedNote struct {
	request int // its number
	mu      sync.Mutex
	text    string
}

// requestOf is the number of the request that a context is of; 0 for none.
func requestOf(ctx context.Context) int {
	if n, ok := ctx.Value(servedKey{}).(*servedNote); ok {
		return n.request
	}
	return 0
}

// numbered gives a context a number, by which the log says what is about one
// request.
func (p *Preview) numbered(ctx context.Context) context.Context {
	return context.WithValue(ctx, servedKey{}, &servedNote{request: int(p.requests.Add(1))})
}

// servedBy notes what answers a request, for its line in the log.
func servedBy(r *http.Request, what string) {
	if n, ok := r.Context().Value(servedKey{}).(*servedNote); ok {
		n.mu.Lock()
		n.text = what
		n.mu.Unlock()
	}
}

// logged notes each request in the log.
func (p *Preview) logged(name string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		r = r.WithContext(p.numbered(r.Context()))
		counter := &countingWriter{ResponseWriter: w, values: p.values}
		defer func() {
			note := r.Context().Value(servedKey{}).(*servedNote)
			note.mu.Lock()
			served := note.text
			note.mu.Unlock()
			p.log.add(Entry{Kind: "request", Source: name, Method: r.Method, Text: r.URL.RequestURI(), Status: cmp.Or(counter.status, 200),
				Millis: float64(time.Since(started).Microseconds()) / 1000, Bytes: counter.bytes, Served: served, Request: note.request})
			if why := counter.Header().Get(explain); why != "" {
				p.log.add(Entry{Kind: "note", Source: name, Text: why, Request: note.request})
			}
		}()
		h.ServeHTTP(counter, r)
	})
}

// A countingWriter notes what is sent, and makes headers fit this machine:
// redirects to the app's own URLs, and cookies for its own domains.
type countingWriter struct {
	http.ResponseWriter
	values *values
	status int
	bytes  int64
}

func (c *countingWriter) WriteHeader(status int) {
	if c.status == 0 {
		c.status = status
		h := c.Header()
		if location := h.Get("Location"); location != "" {
			h.Set("Location", c.values.local(location))
		}
		for i, cookie := range h["Set-Cookie"] {
			h["Set-Cookie"][i] = c.values.localCookie(cookie)
		}
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *countingWriter) Write(b []byte) (int, error) {
	if c.status == 0 {
		c.WriteHeader(http.StatusOK)
	}
	n, err := c.ResponseWriter.Write(b)
	c.bytes += int64(n)
	return n, err
}

// Unwrap lets streams be flushed.
func (c *countingWriter) Unwrap() http.ResponseWriter { return c.ResponseWriter }
