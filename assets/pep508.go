package assets

import (
	"fmt"
	"regexp"
	"strings"

	pep440 "github.com/aquasecurity/go-pep440-version"
)

// A requirement is one dependency of a Python project, as PEP 508 writes it:
// `requests[socks]>=2.32 ; python_version < "3.13"`.
type requirement struct {
	name    string // normalized
	extras  []string
	version string // specifiers, such as ">=2.32"; "" for any
	marker  string // when it applies; "" for always
}

var (
	requirementText = regexp.MustCompile(`^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*(@[^;]*|[^;@]*)(?:;(.*))?$`)
	nameSeparators  = regexp.MustCompile(`[-_.]+`)
)

// normalizeName returns the form in which two spellings of a Python package's
// name are equal (PEP 503).
func normalizeName(name string) string {
	return nameSeparators.ReplaceAllString(strings.ToLower(name), "-")
}

func parseRequirement(text string) (requirement, error) {
	m := requirementText.FindStringSubmatch(text)
	if m == nil {
		return requirement{}, fmt.Errorf("%q is no requirement", text)
	}
	r := requirement{name: normalizeName(m[1]), marker: strings.TrimSpace(m[4])}
	for extra := range strings.SplitSeq(m[2], ",") {
		if extra = strings.TrimSpace(extra); extra != "" {
			r.extras = append(r.extras, normalizeName(extra))
		}
	}
	if v := strings.TrimSpace(m[3]); !strings.HasPrefix(v, "@") { // a place, not a version
		r.version = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(v, "("), ")"))
		if strings.Trim(r.version[:min(1, len(r.version))], "<>=!~") != "" {
			return requirement{}, fmt.Errorf("%q is no requirement", text)
		}
	}
	return r, nil
}

// allows reports whether an installed version satisfies the requirement.
// Versions that cannot be read do.
func (r requirement) allows(installed string) bool {
	if r.version == "" {
		return true
	}
	v, err := pep440.Parse(installed)
	if err != nil {
		return true
	}
	s, err := pep440.NewSpecifiers(r.version, pep440.WithPreRelease(true))
	return err != nil || s.Check(v)
}

// markerEnvironment returns what the variables of environment markers are on
// Lambda. extra is set for each evaluation.
func markerEnvironment(version, architecture string) map[string]string {
	machine := "x86_64"
	if architecture == "arm64" {
		machine = "aarch64"
	}
	return map[string]string{
		"implementation_name":            "cpython",
		"implementation_version":         version + ".0",
		"os_name":                        "posix",
		"platform_machine":               machine,
		"platform_python_implementation": "CPython",
		"platform_release":               "",
		"platform_system":                "Linux",
		"platform_version":               "",
		"python_full_version":            version + ".0",
		"python_version":                 version,
		"sys_platform":                   "linux",
	}
}

// applies evaluates the requirement's marker for a package that is installed
// with the given extras.
func (r requirement) applies(environment map[string]string, extras []string) (bool, error) {
	if r.marker == "" {
		return true, nil
	}
	for _, extra := range append([]string{""}, extras...) {
		m := markerParser{rest: r.marker, environment: environment, extra: extra}
		m.next()
		ok := m.or()
		if m.failed || m.token != "" {
			return false, fmt.Errorf("%q is no environment marker", r.marker)
		}
		if ok {
			return true, nil
		}
	}
	return false, nil
}

// A markerParser evaluates an environment marker while it reads it:
//
//	or:         and { "or" and }
//	and:        comparison { "and" comparison }
//	comparison: "(" or ")" | operand operator operand
type markerParser struct {
	rest        string
	token       string // the next; "" at the end
	failed      bool
	environment map[string]string
	extra       string
}

var markerToken = regexp.MustCompile(`^\s*("[^"]*"|'[^']*'|[A-Za-z_.]+|[<>=!~]+|[()])\s*`)

func (m *markerParser) next() (token string) {
	token = m.token
	t := markerToken.FindStringSubmatch(m.rest)
	if t == nil {
		m.failed = m.failed || m.rest != ""
		m.token, m.rest = "", ""
		return token
	}
	m.token, m.rest = t[1], m.rest[len(t[0]):]
	return token
}

func (m *markerParser) or() bool {
	v := m.and()
	for m.token == "or" {
		m.next()
		w := m.and()
		v = v || w
	}
	return v
}

func (m *markerParser) and() bool {
	v := m.comparison()
	for m.token == "and" {
		m.next()
		w := m.comparison()
		v = v && w
	}
	return v
}

func (m *markerParser) comparison() bool {
	if m.token == "(" {
		m.next()
		v := m.or()
		m.failed = m.failed || m.next() != ")"
		return v
	}
	left := m.operand()
	operator := m.next()
	if operator == "not" {
		operator += " " + m.next()
	}
	right := m.operand()
	switch operator {
	case "in":
		return strings.Contains(right, left)
	case "not in":
		return !strings.Contains(right, left)
	case "===":
		return left == right
	case "==", "!=", "<", "<=", ">", ">=", "~=":
	default:
		m.failed = true
		return false
	}
	// As versions if both are, else as strings.
	v, err := pep440.Parse(left)
	s, err2 := pep440.NewSpecifiers(operator+right, pep440.WithPreRelease(true))
	if err == nil && err2 == nil {
		return s.Check(v)
	}
	switch operator {
	case "==":
		return left == right
	case "!=":
		return left != right
	case "<":
		return left < right
	case "<=":
		return left <= right
	case ">":
		return left > right
	case ">=":
		return left >= right
	}
	m.failed = true // ~= is for versions alone
	return false
}

func (m *markerParser) operand() string {
	t := m.next()
	switch {
	case t == "":
		m.failed = true
		return ""
	case t[0] == '"' || t[0] == '\'':
		return t[1 : len(t)-1]
	case t == "extra":
		return m.extra
	}
	// os.name and the like are old spellings of os_name.
	v, ok := m.environment[strings.ReplaceAll(t, ".", "_")]
	m.failed = m.failed || !ok
	return v
}
