package engine

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"modernc.org/quickjs/intl"
)

// This file is the Go side of the modules in the folder node.

// registerNode adds the host functions that the modules call. A program cannot
// call them: they are not global functions.
func (e *Engine) registerNode() {
	for name, fn := range map[string]HostFunc{
		"load":      e.nodeLoad,
		"unit":      e.nodeUnit,
		"forbid":    e.nodeForbid,
		"print":     e.nodePrint,
		"exit":      e.nodeExit,
		"env":       e.nodeEnv,
		"env.names": e.nodeEnvNames,
		"exec":      e.nodeExec,
		"fs.bytes":  e.nodeReadBytes,
		"fs.text":   e.nodeReadText,
		"fs.stat":   e.nodeStat,
		"fs.dir":    e.nodeReadDir,
		"fs.may":    e.nodeMayWrite,
		"fs.holds":  e.nodeHolds,
		"fs.real":   e.nodeReal,
		"fs.write":  e.nodeWrite,
		"fs.mkdir":  e.nodeMkdir,
		"fs.remove": e.nodeRemove,
		"fs.rename": e.nodeRename,
		"fs.copy":   e.nodeCopy,
		"fs.chmod":  e.nodeChmod,
		"encode":    e.nodeEncode,
		"decode":    e.nodeDecode,
		"hash":      e.nodeHash,
		"hash.text": nodeHashText,
		"compress":  e.nodeCompress,
		"intl":      e.nodeIntl,
	} {
		e.hosts["node:"+name] = fn
	}
}

func (e *Engine) nodeLoad(name string) (string, error) {
	bytecode, err := e.nodeBytecode(name)
	e.unit = Unit{Bytecode: bytecode}
	return "", err
}

func (e *Engine) nodeUnit(id string) (_ string, err error) {
	if e.opts.Unit == nil {
		return "", fmt.Errorf("there is no unit %q", id)
	}
	e.unit, err = e.opts.Unit(id)
	return "", err
}

// actError is what a forbidden act throws.
type actError struct{ Act }

func (e *actError) Error() string {
	if e.Detail == "" {
		return e.What + " is not available: the program runs in a closed box"
	}
	return e.What + " is not available: the program runs in a closed box (" + e.Detail + ")"
}

func (e *Engine) forbid(act Act) error {
	e.acts = append(e.acts, act)
	return &actError{act}
}

func (e *Engine) nodeForbid(arg string) (string, error) {
	var a struct{ What, Detail, Stack string }
	if err := json.Unmarshal([]byte(arg), &a); err != nil {
		return "", err
	}
	return "", e.forbid(Act{What: a.What, Detail: a.Detail, Stack: ParseStack(a.Stack)})
}

func (e *Engine) nodePrint(arg string) (string, error) {
	if level, text, ok := strings.Cut(arg, " "); ok && e.opts.Console != nil {
		e.opts.Console(level, text)
	}
	return "", nil
}

func (e *Engine) nodeExit(arg string) (string, error) {
	code, _ := strconv.Atoi(arg)
	e.exit = &code
	e.vm.Interrupt()
	return "", nil
}

// nodeEnv answers with "=" and the value, or nothing.
func (e *Engine) nodeEnv(name string) (string, error) {
	if e.opts.Env == nil {
		return "", nil
	}
	value, ok := e.opts.Env(name)
	if !ok {
		return "", nil
	}
	return "=" + value, nil
}

func (e *Engine) nodeEnvNames(string) (string, error) {
	names := []string{}
	if e.opts.EnvNames != nil {
		names = append(names, e.opts.EnvNames()...)
	}
	return marshal(names)
}

// nodeExec answers with the status and the length of the standard output, which
// is in the slot, followed by that of errors.
func (e *Engine) nodeExec(arg string) (string, error) {
	var a struct {
		What, Stack, Line, Name, Dir string
		Args                         []string
	}
	if err := json.Unmarshal([]byte(arg), &a); err != nil {
		return "", err
	}
	c := Command{Line: a.Line, Name: a.Name, Args: a.Args, Dir: a.Dir}
	if c.Line != "" {
		if words, ok := splitCommand(c.Line); ok && len(words) > 0 {
			c.Name, c.Args = words[0], words[1:]
		}
	}
	if e.opts.Exec != nil {
		out, err := e.opts.Exec(c)
		if err != nil {
			return "", err
		}
		if out != nil {
			return fmt.Sprintf("%d %d", out.Status, len(out.Stdout)), e.n.setSlotBytes(slices.Concat(out.Stdout, out.Stderr))
		}
	}
	detail := c.Line
	if detail == "" {
		detail = strings.Join(append([]string{c.Name}, c.Args...), " ")
	}
	return "", e.forbid(Act{What: a.What, Detail: detail, Shell: c.Name == "", Stack: ParseStack(a.Stack)})
}

// splitCommand splits a shell command that has no syntax beyond quotes.
func splitCommand(line string) (words []string, ok bool) {
	var word strings.Builder
	in, quote := false, byte(0)
	for i := range len(line) {
		switch c := line[i]; {
		case quote != 0 && c == quote:
			quote = 0
		case quote == '\'':
			word.WriteByte(c)
		case strings.IndexByte("$`\\", c) >= 0:
			return nil, false
		case quote == '"':
			word.WriteByte(c)
		case c == '\'' || c == '"':
			in, quote = true, c
		case c == ' ' || c == '\t':
			if in {
				words = append(words, word.String())
				word.Reset()
			}
			in = false
		case strings.IndexByte("|&;<>()*?[]#~%!{}\n", c) >= 0:
			return nil, false
		default:
			in = true
			word.WriteByte(c)
		}
	}
	if in {
		words = append(words, word.String())
	}
	return words, quote == 0
}

// systemError is a failed system call as Node reports it.
type systemError struct {
	code, syscall, path string
	errno               int
	err                 error
}

func (e *systemError) Error() string {
	text := map[string]string{
		"ENOENT": "no such file or directory", "EACCES": "permission denied", "EISDIR": "illegal operation on a directory",
		"ENOTDIR": "not a directory", "EIO": "i/o error",
	}[e.code]
	s := e.code + ": " + text + ", " + e.syscall
	if e.path != "" && e.syscall != "read" {
		s += " '" + e.path + "'"
	}
	return s
}

func (e *systemError) Unwrap() error { return e.err }

func newSystemError(syscall, path, code string, err error) *systemError {
	errno := map[string]int{"ENOENT": -2, "EACCES": -13, "EISDIR": -21, "ENOTDIR": -20, "EIO": -5}[code]
	return &systemError{code: code, syscall: syscall, path: path, errno: errno, err: err}
}

// codeOutside is the code of an error for a path that the program may not
// read. The fs module forbids the act, since it knows what the program called.
const codeOutside = "SSTC_OUTSIDE"

func fileError(syscall, path string, err error) error {
	switch {
	case errors.Is(err, ErrOutside):
		return newSystemError(syscall, path, codeOutside, err)
	case errors.Is(err, fs.ErrNotExist):
		return newSystemError(syscall, path, "ENOENT", err)
	case errors.Is(err, fs.ErrPermission):
		return newSystemError(syscall, path, "EACCES", err)
	}
	return newSystemError(syscall, path, "EIO", err)
}

func (e *Engine) readFile(path string) ([]byte, error) {
	if info, err := e.opts.FS.Stat(path); err == nil && info.IsDir() {
		return nil, newSystemError("read", path, "EISDIR", nil)
	}
	b, err := e.opts.FS.ReadFile(path)
	if err != nil {
		return nil, fileError("open", path, err)
	}
	return b, nil
}

func (e *Engine) nodeReadBytes(path string) (string, error) {
	b, err := e.readFile(path)
	if err != nil {
		return "", err
	}
	return "", e.n.setSlotBytes(b)
}

func (e *Engine) nodeReadText(path string) (string, error) {
	b, err := e.readFile(path)
	return string(b), err
}

// nodeStat answers "d" for a directory, "f" and the size for a file, "x" and the
// size for one that can be executed, or nothing for neither.
func (e *Engine) nodeStat(path string) (string, error) {
	info, err := e.opts.FS.Stat(path)
	switch {
	case err != nil:
		return "", nil
	case info.IsDir():
		return "d", nil
	}
	kind := "f"
	if info.Mode()&0o100 != 0 {
		kind = "x"
	}
	return kind + strconv.FormatInt(info.Size(), 10), nil
}

// nodeMayWrite answers "1" if a path may be written to.
func (e *Engine) nodeMayWrite(path string) (string, error) {
	if e.opts.FS.MayWrite(path) {
		return "1", nil
	}
	return "", nil
}

// nodeHolds answers "1" if anything at a path or below it has been written.
func (e *Engine) nodeHolds(path string) (string, error) {
	if e.opts.FS.Holds(path) {
		return "1", nil
	}
	return "", nil
}

// nodeReal answers with the path without symbolic links in it.
func (e *Engine) nodeReal(path string) (string, error) {
	real, err := e.opts.FS.Real(path)
	return real, changed("lstat", path, err)
}

// nodeWrite writes the bytes in the slot. The argument is "w", or "a" to append,
// and the path. The modules have looked, here and below, whether it can be done.
func (e *Engine) nodeWrite(arg string) (string, error) {
	write, path := e.opts.FS.WriteFile, arg[1:]
	if arg[0] == 'a' {
		write = e.opts.FS.Append
	}
	return "", changed("open", path, write(path, e.n.slotBytes()))
}

func (e *Engine) nodeMkdir(path string) (string, error) {
	return "", changed("mkdir", path, e.opts.FS.Mkdir(path))
}

func (e *Engine) nodeRemove(path string) (string, error) {
	return "", changed("unlink", path, e.opts.FS.Remove(path))
}

func (e *Engine) nodeRename(arg string) (string, error) {
	return e.nodeTwo("rename", arg, e.opts.FS.Rename)
}

func (e *Engine) nodeCopy(arg string) (string, error) {
	return e.nodeTwo("copyfile", arg, e.opts.FS.Copy)
}

func (e *Engine) nodeTwo(syscall, arg string, do func(from, to string) error) (string, error) {
	var paths [2]string
	if err := json.Unmarshal([]byte(arg), &paths); err != nil {
		return "", err
	}
	return "", changed(syscall, paths[0], do(paths[0], paths[1]))
}

// nodeChmod gives a file its executable bit, or takes it: "x" or "f", and the path.
func (e *Engine) nodeChmod(arg string) (string, error) {
	return "", changed("chmod", arg[1:], e.opts.FS.Chmod(arg[1:], arg[0] == 'x'))
}

func changed(syscall, path string, err error) error {
	if err == nil {
		return nil
	}
	return fileError(syscall, path, err)
}

// nodeReadDir answers the names in a directory, sorted by code unit, each with
// "d" or "f" before it.
func (e *Engine) nodeReadDir(path string) (string, error) {
	if info, err := e.opts.FS.Stat(path); err == nil && !info.IsDir() {
		return "", newSystemError("scandir", path, "ENOTDIR", nil)
	}
	entries, err := e.opts.FS.ReadDir(path)
	if err != nil {
		return "", fileError("scandir", path, err)
	}
	names := make([]string, 0, len(entries))
	for _, entry := range entries {
		kind := "f"
		if entry.IsDir() {
			kind = "d"
		} else if entry.Type()&fs.ModeSymlink != 0 {
			// A link is what it leads to.
			if info, err := e.opts.FS.Stat(strings.TrimSuffix(path, "/") + "/" + entry.Name()); err == nil && info.IsDir() {
				kind = "d"
			}
		}
		names = append(names, kind+entry.Name())
	}
	return marshal(names)
}

// nodeEncode turns a string into bytes: Buffer.from(text, encoding). The
// argument is the encoding, a space, and the text.
func (e *Engine) nodeEncode(arg string) (string, error) {
	encoding, text, _ := strings.Cut(arg, " ")
	var b []byte
	switch encoding {
	case "utf8":
		b = []byte(text)
	case "latin1":
		b = make([]byte, 0, len(text))
		for _, r := range text {
			if r > 0xffff {
				hi, lo := utf16.EncodeRune(r)
				b = append(b, byte(hi), byte(lo))
				continue
			}
			b = append(b, byte(r))
		}
	case "utf16le":
		for _, u := range utf16.Encode([]rune(text)) {
			b = append(b, byte(u), byte(u>>8))
		}
	case "hex":
		n := 0
		for n+1 < len(text) && isHex(text[n]) && isHex(text[n+1]) {
			n += 2
		}
		b, _ = hex.DecodeString(text[:n])
	case "base64":
		b = decodeBase64(text)
	}
	return "", e.n.setSlotBytes(b)
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// decodeBase64 accepts both alphabets and ignores everything else, up to the
// first padding, as Node does.
func decodeBase64(text string) []byte {
	digits := make([]byte, 0, len(text))
	for i := range len(text) {
		switch c := text[i]; {
		case c == '=':
			text = ""
		case c == '-':
			digits = append(digits, '+')
		case c == '_':
			digits = append(digits, '/')
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '+', c == '/':
			digits = append(digits, c)
		}
		if text == "" {
			break
		}
	}
	if len(digits)%4 == 1 {
		digits = digits[:len(digits)-1]
	}
	b, _ := base64.RawStdEncoding.DecodeString(string(digits))
	return b
}

// nodeDecode turns the bytes in the slot into a string in an encoding.
func (e *Engine) nodeDecode(encoding string) (string, error) {
	b := e.n.slotBytes()
	switch encoding {
	case "utf8":
		return decodeUTF8(b), nil
	case "latin1", "ascii":
		r := make([]rune, len(b))
		for i, c := range b {
			if encoding == "ascii" {
				c &= 0x7f
			}
			r[i] = rune(c)
		}
		return string(r), nil
	case "utf16le":
		u := make([]uint16, len(b)/2)
		for i := range u {
			u[i] = uint16(b[2*i]) | uint16(b[2*i+1])<<8
		}
		return string(utf16.Decode(u)), nil
	case "hex":
		return hex.EncodeToString(b), nil
	case "base64":
		return base64.StdEncoding.EncodeToString(b), nil
	case "base64url":
		return base64.RawURLEncoding.EncodeToString(b), nil
	}
	return "", &Throw{Name: "TypeError", Message: "Unknown encoding: " + encoding, Code: "ERR_UNKNOWN_ENCODING"}
}

// decodeUTF8 puts one U+FFFD for each longest prefix of a character that is
// not completed, as the WHATWG decoder does; Go puts one for each byte.
func decodeUTF8(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	var s strings.Builder
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n <= 1 {
			n = brokenPrefix(b)
		}
		s.WriteRune(r)
		b = b[n:]
	}
	return s.String()
}

// brokenPrefix returns the length of the longest start of b that is a proper
// start of some character, or 1.
func brokenPrefix(b []byte) int {
	var length int
	lo, hi := byte(0x80), byte(0xbf)
	switch c := b[0]; {
	case c >= 0xc2 && c <= 0xdf:
		length = 2
	case c == 0xe0:
		length, lo = 3, 0xa0
	case c == 0xed:
		length, hi = 3, 0x9f
	case c >= 0xe1 && c <= 0xef:
		length = 3
	case c == 0xf0:
		length, lo = 4, 0x90
	case c == 0xf4:
		length, hi = 4, 0x8f
	case c >= 0xf1 && c <= 0xf3:
		length = 4
	}
	n := 1
	for n < length && n < len(b) && lo <= b[n] && b[n] <= hi {
		n++
		lo, hi = 0x80, 0xbf
	}
	return n
}

var hashes = map[string]func() hash.Hash{
	"md5": md5.New, "sha1": sha1.New, "sha224": sha256.New224, "sha256": sha256.New,
	"sha384": sha512.New384, "sha512": sha512.New, "sha512-256": sha512.New512_256,
}

// nodeHash digests the bytes in the slot. The argument is the algorithm, and
// for an HMAC the key in hexadecimal after a space.
func (e *Engine) nodeHash(arg string) (string, error) {
	sum, err := digest(arg, e.n.slotBytes())
	if err != nil {
		return "", err
	}
	return "", e.n.setSlotBytes(sum)
}

// nodeHashText digests text, which comes after the argument of nodeHash and a
// line feed. The answer is in hexadecimal.
func nodeHashText(arg string) (string, error) {
	arg, text, _ := strings.Cut(arg, "\n")
	sum, err := digest(arg, []byte(text))
	return hex.EncodeToString(sum), err
}

func digest(algorithm string, data []byte) ([]byte, error) {
	name, key, keyed := strings.Cut(algorithm, " ")
	newHash := hashes[name]
	if newHash == nil {
		return nil, &Throw{Message: "Digest method not supported", Code: "ERR_CRYPTO_INVALID_DIGEST"}
	}
	var h hash.Hash
	if keyed {
		k, err := hex.DecodeString(key)
		if err != nil {
			return nil, err
		}
		h = hmac.New(newHash, k)
	} else {
		h = newHash()
	}
	h.Write(data)
	return h.Sum(nil), nil
}

// nodeIntl defines globalThis.Intl and the methods that need it.
func (e *Engine) nodeIntl(string) (string, error) {
	return "", intl.Register(e.vm, intl.TimeZone("UTC"))
}

func marshal(v any) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "", err
	}
	return b.String(), nil
}
