package hcl

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"
	ctyyaml "github.com/zclconf/go-cty-yaml"
	"golang.org/x/text/encoding/ianaindex"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/frontends"
)

// digests are the hash functions, by name.
var digests = map[string]func([]byte) []byte{
	"md5":    func(b []byte) []byte { s := md5.Sum(b); return s[:] },
	"sha1":   func(b []byte) []byte { s := sha1.Sum(b); return s[:] },
	"sha256": func(b []byte) []byte { s := sha256.Sum256(b); return s[:] },
	"sha512": func(b []byte) []byte { s := sha512.Sum512(b); return s[:] },
}

// ofText makes a function of one known string.
func ofText(f func(c *invocation, s string) ir.Value) builtin {
	return builtin{least: 1, most: 1, call: func(c *invocation) ir.Value {
		s, ok := c.mustText(0)
		if !ok {
			return poison
		}
		return f(c, s)
	}}
}

func encodingFunctions() map[string]builtin {
	table := map[string]builtin{
		"base64encode": {least: 1, most: 1, call: func(c *invocation) ir.Value {
			if !c.textOrUnknown(0) {
				return poison
			}
			return c.compute(ir.FuncBase64Encode, c.e.decided(c.args[0]))
		}},
		"base64decode": {least: 1, most: 1, call: func(c *invocation) ir.Value {
			if s, ok := c.text(0); ok {
				b, err := base64.StdEncoding.DecodeString(s)
				if err != nil {
					return c.fail(0, "the text is no base64.")
				}
				return ir.String(b)
			}
			if !c.textOrUnknown(0) {
				return poison
			}
			return c.compute(ir.FuncBase64Decode, c.args[0])
		}},
		"urlencode": {least: 1, most: 1, call: func(c *invocation) ir.Value {
			if s, ok := c.text(0); ok {
				return ir.String(url.QueryEscape(s))
			}
			if !c.textOrUnknown(0) {
				return poison
			}
			// A form's encoding, with a plus for a space, as Terraform has it.
			return c.compute(ir.FuncReplace, c.compute(ir.FuncURLEncode, c.args[0]), ir.String("%20"), ir.String("+"))
		}},
		"jsonencode": {least: 1, most: 1, call: func(c *invocation) ir.Value {
			if v, ok := c.settledKnown(0); ok {
				return ir.String(ir.EncodeJSON(v))
			}
			bad := false
			ir.Walk(c.args[0], func(v ir.Value) bool { bad = bad || isPoison(v) || isHandle(v); return !bad })
			if bad {
				return c.notKnown(0)
			}
			return c.compute(ir.FuncJSONEncode, c.args[0])
		}},
		"jsondecode": {least: 1, most: 1, call: func(c *invocation) ir.Value {
			if s, ok := c.text(0); ok {
				v, err := ir.DecodeJSON(s)
				if err != nil {
					return c.fail(0, fmt.Sprintf("the text is no JSON: %s.", err))
				}
				return v
			}
			if !c.textOrUnknown(0) {
				return poison
			}
			return c.compute(ir.FuncJSONDecode, c.args[0])
		}},
		"yamlencode": {most: -1, known: &ctyyaml.YAMLEncodeFunc},
		"yamldecode": {most: -1, known: &ctyyaml.YAMLDecodeFunc},
		"textencodebase64": {least: 2, most: 2, call: func(c *invocation) ir.Value {
			return transcode(c, true)
		}},
		"textdecodebase64": {least: 2, most: 2, call: func(c *invocation) ir.Value {
			return transcode(c, false)
		}},
		"uuidv5": {least: 2, most: 2, call: uuidv5},
		"timecmp": {least: 2, most: 2, call: func(c *invocation) ir.Value {
			var times [2]time.Time
			for i := range times {
				s, ok := c.mustText(i)
				if !ok {
					return poison
				}
				t, err := time.Parse(time.RFC3339, s)
				if err != nil {
					return c.fail(i, fmt.Sprintf("%q is no time as RFC 3339 has it, such as 2017-11-22T00:00:00Z.", s))
				}
				times[i] = t
			}
			return ir.Number(times[0].Compare(times[1]))
		}},
	}
	for name, digest := range digests {
		table[name] = ofText(func(c *invocation, s string) ir.Value { return ir.String(hex.EncodeToString(digest([]byte(s)))) })
		if name == "sha256" || name == "sha512" {
			table["base64"+name] = ofText(func(c *invocation, s string) ir.Value {
				return ir.String(base64.StdEncoding.EncodeToString(digest([]byte(s))))
			})
		}
	}
	return table
}

// settledKnown is an argument if all of it is known, without looking behind
// references: JSON with a reference in it keeps the reference.
func (c *invocation) settledKnown(i int) (ir.Value, bool) { return c.args[i], knownData(c.args[i]) }

// transcode is text in another encoding, in base64, or back.
func transcode(c *invocation, encode bool) ir.Value {
	text, ok := c.mustText(0)
	name, ok2 := c.mustText(1)
	if !ok || !ok2 {
		return poison
	}
	enc, err := ianaindex.IANA.Encoding(name)
	if err != nil || enc == nil {
		return c.fail(1, fmt.Sprintf("there is no encoding %q, or it is not supported.", name))
	}
	if encode {
		s, err := enc.NewEncoder().String(text)
		if err != nil {
			return c.fail(0, fmt.Sprintf("the text has characters that %s does not have.", name))
		}
		return ir.String(base64.StdEncoding.EncodeToString([]byte(s)))
	}
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return c.fail(0, "the text is no base64.")
	}
	s, err := enc.NewDecoder().String(string(b))
	if err != nil {
		return c.fail(0, fmt.Sprintf("the bytes are no text in %s.", name))
	}
	return ir.String(s)
}

// uuidNamespaces are those of RFC 4122 that have a name.
var uuidNamespaces = map[string]string{
	"dns": "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "url": "6ba7b811-9dad-11d1-80b4-00c04fd430c8",
	"oid": "6ba7b812-9dad-11d1-80b4-00c04fd430c8", "x500": "6ba7b814-9dad-11d1-80b4-00c04fd430c8",
}

func uuidv5(c *invocation) ir.Value {
	space, ok := c.mustText(0)
	name, ok2 := c.mustText(1)
	if !ok || !ok2 {
		return poison
	}
	if known := uuidNamespaces[space]; known != "" {
		space = known
	}
	b, err := hex.DecodeString(strings.ReplaceAll(space, "-", ""))
	if err != nil || len(b) != 16 {
		return c.fail(0, fmt.Sprintf("%q is no namespace: it is dns, url, oid, x500 or a UUID.", space))
	}
	sum := sha1.Sum(append(b, name...))
	id := sum[:16]
	id[6] = id[6]&0x0f | 0x50
	id[8] = id[8]&0x3f | 0x80
	return ir.String(fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:]))
}

func fileFunctions() map[string]builtin {
	table := map[string]builtin{
		"basename": ofText(func(c *invocation, s string) ir.Value { return ir.String(path.Base(s)) }),
		"dirname":  ofText(func(c *invocation, s string) ir.Value { return ir.String(path.Dir(s)) }),
		"file": ofText(func(c *invocation, s string) ir.Value {
			b, ok := c.read(0, s)
			if !ok {
				return poison
			}
			return ir.String(b)
		}),
		"filebase64": ofText(func(c *invocation, s string) ir.Value {
			b, ok := c.read(0, s)
			if !ok {
				return poison
			}
			return ir.String(base64.StdEncoding.EncodeToString(b))
		}),
		"fileexists": ofText(func(c *invocation, s string) ir.Value {
			info, err := c.e.args.Files.Stat(c.e.virtual(s))
			return ir.Bool(err == nil && !info.IsDir())
		}),
		"fileset": {least: 2, most: 2, call: fileset},
		"templatefile": {least: 2, most: 2, call: func(c *invocation) ir.Value {
			name, ok := c.mustText(0)
			if !ok {
				return poison
			}
			b, ok := c.read(0, name)
			if !ok {
				return poison
			}
			rel := c.e.args.Files.Rel(c.e.virtual(name))
			c.e.sources[rel] = b
			return c.e.renderTemplate(string(b), rel, c.at[0], c.args[1], c)
		}},
	}
	for name, digest := range digests {
		table["file"+name] = ofText(func(c *invocation, s string) ir.Value {
			b, ok := c.read(0, s)
			if !ok {
				return poison
			}
			return ir.String(hex.EncodeToString(digest(b)))
		})
		if name == "sha256" || name == "sha512" {
			table["filebase64"+name] = ofText(func(c *invocation, s string) ir.Value {
				b, ok := c.read(0, s)
				if !ok {
					return poison
				}
				return ir.String(base64.StdEncoding.EncodeToString(digest(b)))
			})
		}
	}
	return table
}

// read reads a file of the workspace, whose path is from the app's directory.
func (c *invocation) read(i int, name string) ([]byte, bool) {
	b, err := c.e.args.Files.ReadFile(c.e.virtual(name))
	if err != nil {
		c.fileError(i, name, err)
		return nil, false
	}
	return b, true
}

// fileError reports a file that cannot be read.
func (c *invocation) fileError(i int, name string, err error) {
	if errors.Is(err, frontends.ErrOutside) {
		c.e.errorAt(c.at[i], diag.Forbidden, "File access refused", fmt.Sprintf("%q is outside the workspace. A configuration can read files in its workspace, and nothing else.", name))
		return
	}
	c.e.errorAt(c.at[i], diag.FileNotFound, "File not found", fmt.Sprintf("The file %q cannot be read: %s. Paths are relative to the app's directory.", name, reason(err)))
}

func fileset(c *invocation) ir.Value {
	dir, ok := c.mustText(0)
	pattern, ok2 := c.mustText(1)
	if !ok || !ok2 {
		return poison
	}
	if !doublestar.ValidatePattern(pattern) {
		return c.e.fail(c.at[1], diag.InvalidPattern, "Invalid pattern", fmt.Sprintf("The pattern %q is not well-formed.", pattern))
	}
	var found []string
	var walk func(rel string, depth int) bool
	walk = func(rel string, depth int) bool {
		entries, err := c.e.args.Files.ReadDir(c.e.virtual(path.Join(dir, rel)))
		if err != nil {
			if rel == "" {
				c.fileError(0, dir, err)
				return false
			}
			return true
		}
		for _, f := range entries {
			name := path.Join(rel, f.Name())
			info, err := c.e.args.Files.Stat(c.e.virtual(path.Join(dir, name)))
			switch {
			case err != nil:
			case info.IsDir():
				if depth < 50 {
					walk(name, depth+1)
				}
			default:
				if ok, _ := doublestar.Match(pattern, name); ok {
					found = append(found, name)
				}
			}
		}
		return true
	}
	if !walk("", 0) {
		return poison
	}
	slices.Sort(found)
	out := ir.List{}
	for _, f := range found {
		out = append(out, ir.String(f))
	}
	return out
}

func networkFunctions() map[string]builtin {
	return map[string]builtin{
		"cidrhost": {least: 2, most: 2, call: func(c *invocation) ir.Value {
			p, ok := c.prefix()
			n, ok2 := c.bigNumber(1)
			if !ok || !ok2 {
				return poison
			}
			size := new(big.Int).Lsh(big.NewInt(1), uint(p.Addr().BitLen()-p.Bits()))
			if n.Sign() < 0 {
				n.Add(n, size)
			}
			if n.Sign() < 0 || n.Cmp(size) >= 0 {
				return c.fail(1, fmt.Sprintf("%s has no such host.", p))
			}
			return ir.String(plus(p.Addr(), n).String())
		}},
		"cidrnetmask": {least: 1, most: 1, call: func(c *invocation) ir.Value {
			p, ok := c.prefix()
			switch {
			case !ok:
				return poison
			case !p.Addr().Is4():
				return c.fail(0, "only IPv4 has netmasks.")
			}
			mask := ^uint32(0) << (32 - p.Bits())
			if p.Bits() == 0 {
				mask = 0
			}
			return ir.String(netip.AddrFrom4([4]byte{byte(mask >> 24), byte(mask >> 16), byte(mask >> 8), byte(mask)}).String())
		}},
		"cidrsubnet": {least: 3, most: 3, call: func(c *invocation) ir.Value {
			p, ok := c.prefix()
			bits, ok2 := c.number(1)
			n, ok3 := c.bigNumber(2)
			if !ok || !ok2 || !ok3 {
				return poison
			}
			length := p.Bits() + bits
			switch {
			case bits < 0 || length > p.Addr().BitLen():
				return c.fail(1, fmt.Sprintf("%s cannot be longer by %d bits.", p, bits))
			case n.Sign() < 0 || n.BitLen() > bits:
				return c.fail(2, fmt.Sprintf("%d bits do not hold that number.", bits))
			}
			addr := plus(p.Addr(), n.Lsh(n, uint(p.Addr().BitLen()-length)))
			return ir.String(netip.PrefixFrom(addr, length).String())
		}},
		"cidrsubnets": {least: 1, most: -1, call: func(c *invocation) ir.Value {
			p, ok := c.prefix()
			if !ok {
				return poison
			}
			total := p.Addr().BitLen()
			next, end := new(big.Int), new(big.Int).Lsh(big.NewInt(1), uint(total-p.Bits()))
			out := ir.List{}
			for i := 1; i < len(c.args); i++ {
				bits, ok := c.number(i)
				if !ok {
					return poison
				}
				length := p.Bits() + bits
				if bits < 1 || length > total {
					return c.fail(i, fmt.Sprintf("%s cannot be longer by %d bits.", p, bits))
				}
				size := new(big.Int).Lsh(big.NewInt(1), uint(total-length))
				// Round up to where a network of this size can begin.
				next.Add(next, new(big.Int).Sub(size, big.NewInt(1)))
				next.Sub(next, new(big.Int).Mod(next, size))
				if new(big.Int).Add(next, size).Cmp(end) > 0 {
					return c.fail(i, fmt.Sprintf("there is no room for it in %s.", p))
				}
				out = append(out, ir.String(netip.PrefixFrom(plus(p.Addr(), next), length).String()))
				next.Add(next, size)
			}
			return out
		}},
	}
}

// prefix is the first argument, as a network.
func (c *invocation) prefix() (netip.Prefix, bool) {
	s, ok := c.mustText(0)
	if !ok {
		return netip.Prefix{}, false
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		c.fail(0, fmt.Sprintf("%q is no network, such as 10.0.0.0/16.", s))
		return p, false
	}
	return p.Masked(), true
}

func (c *invocation) bigNumber(i int) (*big.Int, bool) {
	n, ok := c.number(i)
	return big.NewInt(int64(n)), ok
}

// plus is the n-th address after another.
func plus(a netip.Addr, n *big.Int) netip.Addr {
	b := a.AsSlice()
	sum := new(big.Int).Add(new(big.Int).SetBytes(b), n)
	sum.FillBytes(b)
	out, _ := netip.AddrFromSlice(b)
	return out
}

// appFunctions are what there is of the app's surroundings: variables, and
// files to upload.
func appFunctions() map[string]builtin {
	return map[string]builtin{
		"env": {least: 1, most: 2, keep: true, call: func(c *invocation) ir.Value {
			name, ok := c.mustText(0)
			if !ok {
				return poison
			}
			if v, ok := c.e.args.Env.Lookup(name); ok {
				return ir.String(v)
			}
			if len(c.args) == 2 {
				return c.args[1]
			}
			return ir.Null{}
		}},
		"asset":       ofText(func(c *invocation, s string) ir.Value { return c.asset(s, "any") }),
		"fileasset":   ofText(func(c *invocation, s string) ir.Value { return c.asset(s, "file") }),
		"filearchive": ofText(func(c *invocation, s string) ir.Value { return c.asset(s, "directory") }),
		"stringasset": ofText(func(c *invocation, s string) ir.Value {
			if !c.made() {
				return poison
			}
			return ir.AssetRef{Asset: c.e.app.TextAsset(s, c.e.pos(c.x.NameRange)), Attr: ir.AssetFile}
		}),
		"assetarchive": {least: 1, most: 1, call: func(c *invocation) ir.Value {
			o, ok := c.object(0)
			if !ok || !c.made() {
				return poison
			}
			for _, f := range o.Fields {
				if ref, ok := f.Value.(ir.AssetRef); !ok || ref.Attr != ir.AssetFile {
					if isPoison(f.Value) {
						return poison
					}
					return c.fail(0, fmt.Sprintf("%q is no asset. What an archive holds is made by fileasset, filearchive, stringasset or assetarchive.", f.Key))
				}
			}
			return ir.AssetRef{Asset: c.e.app.Archive(o, c.e.pos(c.x.NameRange)), Attr: ir.AssetFile}
		}},
	}
}

// made reports whether there is an app that assets can belong to.
func (c *invocation) made() bool {
	if c.e.app != nil {
		return true
	}
	c.e.errorAt(c.x.NameRange, diag.InvalidCall, "Function not available", "What the block app needs has no assets.")
	return false
}

func (c *invocation) asset(name, kind string) ir.Value {
	if !c.made() {
		return poison
	}
	virtual := c.e.virtual(name)
	info, err := c.e.args.Files.Stat(virtual)
	if err != nil {
		return c.e.fail(c.at[0], diag.FileNotFound, "File not found", fmt.Sprintf("There is no file or directory %q to upload. Paths are relative to the app's directory.", name))
	}
	at := c.e.pos(c.x.NameRange)
	rel := c.e.args.Files.Rel(virtual)
	id := ""
	switch {
	case info.IsDir():
		id = c.e.app.Asset(ir.AssetIsDirectory, rel, at)
	case kind == "directory":
		id = c.e.app.FileArchive(rel, at)
	default:
		id = c.e.app.Asset(ir.AssetIsFile, rel, at)
	}
	return ir.AssetRef{Asset: id, Attr: ir.AssetFile}
}
