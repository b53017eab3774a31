package git

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"io/fs"
	"math/bits"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A repository is the files of one, on disk.
type repository struct {
	top       string // the working tree
	gitDir    string // what is of this working tree
	commonDir string // what all working trees share
	note      func(absPath string, content []byte)
}

// open finds the repository that a directory is in, or returns nil.
func open(dir string, note func(string, []byte)) *repository {
	for {
		name := filepath.Join(dir, ".git")
		if info, err := os.Stat(name); err == nil {
			r := &repository{top: dir, gitDir: name, note: note}
			if !info.IsDir() {
				to, ok := pointer(name, "gitdir: ")
				if !ok {
					return nil
				}
				r.gitDir = to
			}
			r.commonDir = r.gitDir
			if to, ok := pointer(filepath.Join(r.gitDir, "commondir"), ""); ok {
				r.commonDir = to
			}
			if _, err := os.Stat(filepath.Join(r.gitDir, "HEAD")); err == nil {
				return r
			}
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return nil
		}
		dir = parent
	}
}

// pointer reads a file that names a directory, relative to where it is.
func pointer(name, prefix string) (string, bool) {
	b, err := os.ReadFile(name)
	to, ok := strings.CutPrefix(strings.TrimRight(string(b), "\r\n"), prefix)
	if err != nil || !ok || to == "" {
		return "", false
	}
	if !filepath.IsAbs(to) {
		to = filepath.Join(filepath.Dir(name), filepath.FromSlash(to))
	}
	return to, true
}

// readable reports whether references and objects are in files that this package knows.
func (r *repository) readable() bool {
	for _, s := range r.settings() {
		if strings.EqualFold(s.section, "extensions") && (strings.EqualFold(s.name, "refstorage") && s.value != "files" || strings.EqualFold(s.name, "objectformat") && s.value != "sha1") {
			return false
		}
	}
	return true
}

// noted records what a file of the repository said, by the name that it has in a
// repository with one working tree.
func (r *repository) noted(name, content string) {
	if r.note != nil {
		r.note(filepath.Join(r.top, ".git", filepath.FromSlash(name)), []byte(content))
	}
}

// reference reads a reference as its file has it: a hash, or "ref: " and a name.
func (r *repository) reference(name string) string {
	for _, dir := range []string{r.gitDir, r.commonDir} {
		if b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name))); err == nil {
			return strings.TrimSpace(string(b))
		}
	}
	b, _ := os.ReadFile(filepath.Join(r.commonDir, "packed-refs")) // there need be none
	for l := range strings.Lines(string(b)) {
		hash, ref, ok := strings.Cut(strings.TrimSpace(l), " ")
		if ok && ref == name && isHash.MatchString(hash) {
			return hash
		}
	}
	return ""
}

var isHash = regexp.MustCompile(`^[0-9a-f]{40}$`)

// symbolic returns the reference that another stands for, "" if it stands for none.
func (r *repository) symbolic(name string) string {
	text := r.reference(name)
	r.noted(name, text)
	to, ok := strings.CutPrefix(text, "ref:")
	if !ok {
		return ""
	}
	return strings.TrimSpace(to)
}

// resolve returns the hash of a name: HEAD, a branch, a whole reference, a hash.
// Tags are left out: they may be objects of their own.
func (r *repository) resolve(name string) string {
	if isHash.MatchString(name) {
		return name
	}
	for _, ref := range []string{name, "refs/" + name, "refs/tags/" + name, "refs/heads/" + name, "refs/remotes/" + name} {
		if ref == name && name != "HEAD" && !strings.HasPrefix(name, "refs/") {
			continue // other files beside HEAD
		}
		for range 5 { // as many as git follows
			text := r.reference(ref)
			if text == "" {
				break
			}
			r.noted(ref, text)
			if isHash.MatchString(text) {
				return text
			}
			to, ok := strings.CutPrefix(text, "ref:")
			if !ok {
				break
			}
			ref = strings.TrimSpace(to)
		}
	}
	return ""
}

// config looks a setting up in the repository's own file; the last one counts.
func (r *repository) config(key string) (string, bool) {
	section, name := key[:strings.LastIndexByte(key, '.')], key[strings.LastIndexByte(key, '.')+1:]
	value, found := "", false
	for _, s := range r.settings() {
		if sameSection(s.section, section) && strings.EqualFold(s.name, name) {
			value, found = s.value, true
		}
	}
	return value, found
}

// noteConfig notes the settings about where the repository is from.
func (r *repository) noteConfig() {
	var b strings.Builder
	for _, s := range r.settings() {
		if kind, _, _ := strings.Cut(s.section, "."); slices.Contains([]string{"remote", "branch", "url"}, strings.ToLower(kind)) {
			b.WriteString(s.section + "." + s.name + "=" + s.value + "\n")
		}
	}
	r.noted("config", b.String())
}

// sameSection compares sections, whose own names are in any case; what is in
// quotes after that is not.
func sameSection(a, b string) bool {
	a1, a2, _ := strings.Cut(a, ".")
	b1, b2, _ := strings.Cut(b, ".")
	return strings.EqualFold(a1, b1) && a2 == b2
}

type setting struct{ section, name, value string }

var (
	sectionLine = regexp.MustCompile(`^\[\s*([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]`)
	settingLine = regexp.MustCompile(`^([A-Za-z][\w-]*)\s*(?:=\s*(.*))?$`)
)

func (r *repository) settings() []setting {
	var all []setting
	for _, name := range []string{filepath.Join(r.commonDir, "config"), filepath.Join(r.gitDir, "config.worktree")} {
		b, _ := os.ReadFile(name) // there need be none
		section := ""
		text := strings.ReplaceAll(string(b), "\\\n", "")
		for l := range strings.Lines(text) {
			l = strings.TrimSpace(l)
			if m := sectionLine.FindStringSubmatch(l); m != nil {
				if section = m[1]; m[2] != "" {
					section += "." + unescaped.Replace(m[2])
				}
				l = strings.TrimSpace(l[len(m[0]):])
			}
			if m := settingLine.FindStringSubmatch(l); m != nil {
				all = append(all, setting{section, m[1], settingValue(m[2])})
			}
		}
	}
	return all
}

var unescaped = strings.NewReplacer(`\"`, `"`, `\\`, `\`)

// settingValue takes quotes, escapes and comments out of a value.
func settingValue(text string) string {
	var b strings.Builder
	quoted := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\' && i+1 < len(text):
			i++
			switch text[i] {
			case 'n':
				b.WriteByte('\n')
			case 't':
				b.WriteByte('\t')
			default:
				b.WriteByte(text[i])
			}
		case !quoted && (c == '#' || c == ';'):
			return strings.TrimSpace(b.String())
		default:
			b.WriteByte(c)
		}
	}
	return strings.TrimSpace(b.String())
}

// insteadOf rewrites a URL as the repository's settings say.
func (r *repository) insteadOf(url string) string {
	longest, base := "", ""
	for _, s := range r.settings() {
		kind, with, _ := strings.Cut(s.section, ".")
		if strings.EqualFold(kind, "url") && strings.EqualFold(s.name, "insteadof") && strings.HasPrefix(url, s.value) && len(s.value) > len(longest) {
			longest, base = s.value, with
		}
	}
	return base + url[len(longest):]
}

func below(name, dir string) bool {
	return name == dir || strings.HasPrefix(name, dir+string(filepath.Separator))
}

// abbreviate shortens a hash to at least n digits, or to as many as git takes in a
// repository of this size for 0, and to as many as make it unique. It returns "" if
// it cannot tell.
func (r *repository) abbreviate(hash string, n int) string {
	stores := r.objectStores()
	if n == 0 {
		if text, ok := r.config("core.abbrev"); ok && !strings.EqualFold(text, "auto") {
			return ""
		}
		count := 0
		for _, s := range stores {
			for _, p := range s.packs {
				count += p.count()
			}
		}
		n = max(7, (bits.Len(uint(count))+1)/2)
	}
	for _, s := range stores {
		for _, other := range s.like(hash[:min(n, len(hash))]) {
			if other == hash {
				continue
			}
			same := 0
			for same < len(hash) && hash[same] == other[same] {
				same++
			}
			n = max(n, same+1)
		}
	}
	return hash[:min(n, len(hash))]
}

// A store is a directory of objects.
type store struct {
	dir   string
	packs []packIndex
}

func (r *repository) objectStores() []store {
	dirs := []string{filepath.Join(r.commonDir, "objects")}
	b, _ := os.ReadFile(filepath.Join(dirs[0], "info", "alternates")) // there need be none
	for l := range strings.Lines(string(b)) {
		if l = strings.TrimSpace(l); l != "" && l[0] != '#' {
			if !filepath.IsAbs(l) {
				l = filepath.Join(dirs[0], filepath.FromSlash(l))
			}
			dirs = append(dirs, l)
		}
	}
	var stores []store
	for _, dir := range dirs {
		s := store{dir: dir}
		names, _ := filepath.Glob(filepath.Join(dir, "pack", "*.idx"))
		slices.Sort(names)
		for _, name := range names {
			if b, err := os.ReadFile(name); err == nil && bytes.HasPrefix(b, packMagic) && len(b) >= packHeader {
				s.packs = append(s.packs, packIndex(b))
			}
		}
		stores = append(stores, s)
	}
	return stores
}

// like returns the hashes in a store that begin so.
func (s store) like(prefix string) []string {
	var found []string
	entries, err := os.ReadDir(filepath.Join(s.dir, prefix[:2]))
	if err == nil || os.IsNotExist(err) {
		for _, e := range entries {
			if hash := prefix[:2] + e.Name(); e.Type()&fs.ModeType == 0 && strings.HasPrefix(hash, prefix) && isHash.MatchString(hash) {
				found = append(found, hash)
			}
		}
	}
	for _, p := range s.packs {
		found = append(found, p.like(prefix)...)
	}
	return found
}

// A packIndex is the index of a pack, version 2: after the magic number and the
// version, for each first byte how many objects there are up to it, then their names.
type packIndex []byte

var packMagic = []byte{0xff, 't', 'O', 'c', 0, 0, 0, 2}

const packHeader = 8 + 256*4

func (p packIndex) upTo(first int) int {
	if first < 0 {
		return 0
	}
	return int(binary.BigEndian.Uint32(p[8+4*first:]))
}

func (p packIndex) count() int { return p.upTo(255) }

func (p packIndex) like(prefix string) []string {
	b, err := hex.DecodeString(prefix[:2])
	if err != nil {
		return nil
	}
	const size = 20 // of a name
	var found []string
	for i := p.upTo(int(b[0]) - 1); i < p.upTo(int(b[0])); i++ {
		at := packHeader + i*size
		if at+size > len(p) {
			break
		}
		if hash := hex.EncodeToString(p[at : at+size]); strings.HasPrefix(hash, prefix) {
			found = append(found, hash)
		}
	}
	return found
}
