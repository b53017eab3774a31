package terraform

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/sstc/sstc/compiler/ir"
)

// snake turns an ID or a name into lower-case words joined by underscores:
// "UploadsBucket" to "uploads_bucket", "MyAPIKey2" to "my_api_key2". What is
// not a letter or digit of ASCII separates words.
func snake(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= 'A' && c <= 'Z':
			// A word begins after a small letter or digit, and at the last of
			// several capitals if a small letter follows it.
			if i > 0 && (isLowerOrDigit(s[i-1]) || s[i-1] >= 'A' && s[i-1] <= 'Z' && i+1 < len(s) && s[i+1] >= 'a' && s[i+1] <= 'z') {
				separate(&b)
			}
			b.WriteByte(c + 'a' - 'A')
		case isLowerOrDigit(c):
			b.WriteByte(c)
		default:
			separate(&b)
		}
	}
	out := strings.Trim(b.String(), "_")
	if out == "" || out[0] >= '0' && out[0] <= '9' {
		out = "x" + out
	}
	return out
}

func isLowerOrDigit(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }

func separate(b *strings.Builder) {
	if s := b.String(); s != "" && !strings.HasSuffix(s, "_") {
		b.WriteByte('_')
	}
}

// A namer gives out names that are unique within their kind. Two IDs that
// differ only in the case of letters would get the same name; the later one
// gets a suffix made from its ID, so that the name does not depend on how many
// others there are.
type namer map[string]bool // by kind + "." + name

func (n namer) name(kind, id, want string) string {
	name := want
	if n[kind+"."+name] {
		name = want + "_" + shortHash(id)
	}
	n[kind+"."+name] = true
	return name
}

// shortHash is 7 hex digits, as many as Pulumi's own name suffixes have.
func shortHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return fmt.Sprintf("%x", sum[:4])[:7]
}

// reservedFiles are the names of the files that are not a component's, and
// those that mean something else to Terraform.
var reservedFiles = []string{"versions", "providers", "variables", "data", "main", "outputs", "override", "backend", "terraform"}

// nameFiles names the file of each top-level component. Words are joined by
// hyphens, because Terraform gives a meaning to names that end in "_override".
func (e *emission) nameFiles() {
	names := namer{}
	for _, f := range reservedFiles {
		names["."+f] = true
	}
	for _, c := range e.p.Components {
		if c := e.components[c.ID]; c.top == c {
			want := strings.ReplaceAll(snake(c.Name), "_", "-")
			if names["."+want] {
				want += "-" + strings.ReplaceAll(snake(c.Type[strings.LastIndexAny(c.Type, ".:")+1:]), "_", "-")
			}
			c.file = strings.ReplaceAll(names.name("", c.ID, want), "_", "-")
		}
	}
}

// The variables that say where the uploader puts assets, and container images.
const (
	assetsBucket    = "assets_bucket"
	assetsPrefix    = "assets_prefix"
	imageRepository = "image_repository"
)

// reservedVariables cannot be names of variables.
var reservedVariables = []string{"source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals", assetsBucket, assetsPrefix, imageRepository}

// variableNames returns the name of the variable that stands for each of a
// program's parameters, by the parameter's name. Only those that something
// refers to are declared in the files.
func variableNames(p *ir.Program) map[string]string {
	names := namer{}
	for _, v := range reservedVariables {
		names["."+v] = true
	}
	vars := make(map[string]string, len(p.Params))
	for _, d := range p.Params {
		vars[d.Name] = names.name("", d.Name, snake(d.Name))
	}
	return vars
}
