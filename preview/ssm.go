package preview

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// parameters stand in for the parameters of Systems Manager: those of the app,
// and the secrets of SST v2, which it keeps there.
type parameters struct {
	mu   sync.Mutex
	list map[string]*parameter // by name
}

type parameter struct {
	Name, Type, Value string
	version           int
	modified          time.Time
}

// secretParameter is the name of the parameter with a secret of SST v2.
var secretParameter = regexp.MustCompile(`^/.+/Secret/([^/]+)/value$`)

func (c *cloud) makeParameters() {
	c.parameters.list = map[string]*parameter{}
	for _, s := range c.p.manifest.Serving.Parameters {
		name := c.p.values.known(s.Name)
		c.parameters.list[name] = &parameter{Name: name, Type: s.Kind, Value: c.p.values.known(s.Value), version: 1, modified: time.Now()}
	}
}

// parameter returns a parameter by name or ARN, nil if there is none.
func (c *cloud) parameter(name string) *parameter {
	if _, after, ok := strings.Cut(name, ":parameter/"); ok {
		name = "/" + after
	}
	if p := c.parameters.list[name]; p != nil {
		return p
	}
	if m := secretParameter.FindStringSubmatch(name); m != nil {
		if value, ok := c.p.values.given[m[1]]; ok {
			return &parameter{Name: name, Type: "SecureString", Value: value, version: 1, modified: c.p.started}
		}
	}
	return nil
}

func (c *cloud) describe(p *parameter) map[string]any {
	return map[string]any{
		"Name": p.Name, "Type": p.Type, "Value": p.Value, "Version": p.version, "DataType": "text",
		"LastModifiedDate": float64(p.modified.UnixMilli()) / 1000, "ARN": "arn:aws:ssm:" + c.p.values.region + ":" + account + ":parameter" + p.Name,
	}
}

// ssm stands in for Systems Manager: its parameters.
func (c *cloud) ssm(w http.ResponseWriter, call *awsCall) bool {
	c.parameters.mu.Lock()
	defer c.parameters.mu.Unlock()
	missing := func(name string) {
		message := fmt.Sprintf("There is no parameter %s. sstc preview has those of the app.", name)
		if m := secretParameter.FindStringSubmatch(name); m != nil {
			message = (&unsetError{m[1]}).Error()
		}
		c.p.log.note(call.caller, "%s", message)
		c.fail(w, call, http.StatusBadRequest, "ParameterNotFound", message)
	}
	switch call.operation {
	case "GetParameter":
		var in struct{ Name string }
		if !c.decode(w, call, &in) {
			return true
		}
		p := c.parameter(in.Name)
		if p == nil {
			missing(in.Name)
			return true
		}
		c.reply(w, map[string]any{"Parameter": c.describe(p)})
	case "GetParameters":
		var in struct{ Names []string }
		if !c.decode(w, call, &in) {
			return true
		}
		found, invalid := []any{}, []string{}
		for _, name := range in.Names {
			if p := c.parameter(name); p != nil {
				found = append(found, c.describe(p))
				continue
			}
			invalid = append(invalid, name)
			if m := secretParameter.FindStringSubmatch(name); m != nil && !strings.Contains(name, "/.fallback/") {
				c.p.log.note(call.caller, "%v", &unsetError{m[1]})
			}
		}
		c.reply(w, map[string]any{"Parameters": found, "InvalidParameters": invalid})
	case "GetParametersByPath":
		var in struct {
			Path      string
			Recursive bool
		}
		if !c.decode(w, call, &in) {
			return true
		}
		found := []any{}
		prefix := strings.TrimSuffix(in.Path, "/") + "/"
		for _, name := range sortedKeys(c.parameters.list) {
			if rest, ok := strings.CutPrefix(name, prefix); ok && (in.Recursive || !strings.Contains(rest, "/")) {
				found = append(found, c.describe(c.parameters.list[name]))
			}
		}
		c.reply(w, map[string]any{"Parameters": found})
	case "PutParameter":
		var in struct {
			Name, Value, Type string
			Overwrite         bool
		}
		if !c.decode(w, call, &in) {
			return true
		}
		p := c.parameters.list[in.Name]
		if p != nil && !in.Overwrite {
			c.fail(w, call, http.StatusBadRequest, "ParameterAlreadyExists", "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.")
			return true
		}
		next := &parameter{Name: in.Name, Type: in.Type, Value: in.Value, version: 1, modified: time.Now()}
		if p != nil {
			next.version = p.version + 1
			if next.Type == "" {
				next.Type = p.Type
			}
		}
		c.parameters.list[in.Name] = next
		c.reply(w, map[string]any{"Version": next.version, "Tier": "Standard"})
	case "DeleteParameter":
		var in struct{ Name string }
		if !c.decode(w, call, &in) {
			return true
		}
		if c.parameters.list[in.Name] == nil {
			missing(in.Name)
			return true
		}
		delete(c.parameters.list, in.Name)
		c.reply(w, map[string]any{})
	default:
		return false
	}
	return true
}

// secrets are the names of the secrets of SST v2 that a function reads when
// it runs.
func (f *function) secrets() []string {
	var names []string
	for _, e := range f.served.Environment {
		if name, ok := strings.CutPrefix(e.Name, "SST_Secret_value_"); ok && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
