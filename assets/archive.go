package assets

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zip"
	"golang.org/x/sync/errgroup"
	"golang.org/x/text/cases"
)

// A Digest is a SHA-256.
type Digest [sha256.Size]byte

// String returns the digest in hexadecimal.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// A kind is what an entry of an archive is, as the digest spells it.
type kind byte

const (
	regular    kind = '-'
	executable kind = 'x'
	link       kind = 'l' // a symbolic link; its content is the target
)

// An entry is one file of an archive. Its content is data or, if path is set,
// that of the file at path.
type entry struct {
	name string // slash-separated, relative to the archive's root
	kind kind
	data []byte
	path string // absolute

	// Both are set by [project.archive].
	sum
	packed []byte // the content as it is in a zip; nil if there was no room to keep it
}

func (e *entry) open() (io.ReadCloser, error) {
	if e.path != "" {
		return os.Open(e.path)
	}
	return io.NopCloser(bytes.NewReader(e.data)), nil
}

// A sum is what is known of a content once it has been read.
type sum struct {
	size   int64
	crc    uint32
	digest Digest
}

func sumOf(r io.Reader) (s sum, err error) {
	sha, crc := sha256.New(), crc32.NewIEEE()
	if s.size, err = copyContent(io.MultiWriter(sha, crc), r); err != nil {
		return s, err
	}
	s.crc = crc.Sum32()
	sha.Sum(s.digest[:0])
	return s, nil
}

// buffers are for copying: most files are smaller than what io.Copy would
// allocate for each.
var buffers = sync.Pool{New: func() any { return new([1 << 16]byte) }}

// copyContent is io.Copy with a buffer that is used again.
func copyContent(w io.Writer, r io.Reader) (int64, error) {
	b := buffers.Get().(*[1 << 16]byte)
	defer buffers.Put(b)
	// Only a Reader, or a file would be asked to copy itself.
	return io.CopyBuffer(w, struct{ io.Reader }{r}, b[:])
}

// An archive is a list of entries, sorted by name and summed. Two archives
// with the same digest have the same content.
type archive struct {
	entries []*entry
	digest  Digest
	size    int64 // sum of the entries' sizes, in bytes
}

// archive sums and sorts entries, whose names must be valid.
func (p *project) archive(entries []*entry) (*archive, error) {
	a := &archive{entries: slices.SortedFunc(slices.Values(entries), func(a, b *entry) int {
		return cmp.Compare(a.name, b.name)
	})}
	var g errgroup.Group
	g.SetLimit(p.jobs)
	for _, e := range a.entries {
		g.Go(func() error {
			c, err := p.contentOf(e)
			e.sum, e.packed = c.sum, c.packed
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	h := sha256.New()
	for _, e := range a.entries {
		a.size += e.size
		fmt.Fprintf(h, "%s %c %s\n", e.digest, e.kind, e.name)
	}
	h.Sum(a.digest[:0])
	return a, nil
}

// A content is what is known of an entry's content once it has been read.
type content struct {
	sum
	packed []byte
}

// contentOf reads an entry's content, for its sum and to pack it at once. A file
// that is in several archives is read and packed once.
func (p *project) contentOf(e *entry) (content, error) {
	if e.path == "" {
		return p.readContent(e)
	}
	// The method depends on the name in the archive.
	key := contentKey{e.path, e.method()}
	f, _ := p.contents.LoadOrStore(key, sync.OnceValues(func() (content, error) { return p.readContent(e) }))
	return f.(func() (content, error))()
}

type contentKey struct {
	path   string
	method uint16
}

// maxKept is how much of what has been packed waits in memory to be written, in
// bytes. What is beyond that is packed again when it is written.
const maxKept = 256 << 20

func (p *project) readContent(e *entry) (c content, err error) {
	out := outputs.Get().(*bytes.Buffer)
	defer outputs.Put(out)
	sha := sha256.New()
	if c.size, c.crc, err = e.pack(out, sha); err != nil {
		return c, err
	}
	sha.Sum(c.digest[:0])
	if p.kept.Add(int64(out.Len())) <= p.maxKept {
		c.packed = bytes.Clone(out.Bytes())
		if c.packed == nil {
			c.packed = []byte{}
		}
	}
	return c, nil
}

// badName says what is wrong with an entry's name, or returns "".
func badName(name string) string {
	switch {
	case !utf8.ValidString(name):
		return "it is not valid UTF-8"
	case strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return "it has a control character"
	case strings.Contains(name, `\`):
		return "it has a backslash, which some systems take for a slash"
	}
	for element := range strings.SplitSeq(name, "/") {
		if element == "" || element == "." || element == ".." {
			return "it is not a plain relative path"
		}
	}
	return ""
}

// clashes returns the pairs of names that cannot be unpacked side by side on
// every system: equal under case folding, or a file where the other name
// needs a directory. Names must be sorted.
func clashes(names []string) [][2]string {
	var pairs [][2]string
	folder := cases.Fold()
	fold := func(s string) string {
		if strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) {
			return folder.String(s)
		}
		return strings.ToLower(s) // the same for ASCII, and mostly s itself
	}
	seen := make(map[string]string, len(names))
	for _, n := range names {
		key := fold(n)
		if first, ok := seen[key]; ok {
			pairs = append(pairs, [2]string{first, n})
			continue
		}
		seen[key] = n
	}
	for _, n := range names {
		for i := 0; i < len(n); i++ {
			if n[i] != '/' {
				continue
			}
			if first, ok := seen[fold(n[:i])]; ok {
				pairs = append(pairs, [2]string{first, n})
				break
			}
		}
	}
	return pairs
}

// compressionLevel is where more effort stops paying. Another level, like
// another version of the compressor, gives other bytes, not other digests.
const compressionLevel = 5

var compressors = sync.Pool{New: func() any {
	w, err := flate.NewWriter(nil, compressionLevel)
	if err != nil {
		panic(err) // the level is a constant
	}
	return w
}}

// outputs are buffers for compressed content.
var outputs = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// packedAlready are the extensions of files that compressing makes no smaller.
var packedAlready = []string{
	".avif", ".br", ".gif", ".gz", ".jpeg", ".jpg", ".mp3", ".mp4", ".png", ".tgz", ".webm", ".webp", ".woff", ".woff2", ".zip", ".zst",
}

// method is how the entry's content is in a zip.
func (e *entry) method() uint16 {
	if slices.Contains(packedAlready, strings.ToLower(path.Ext(e.name))) {
		return zip.Store
	}
	return zip.Deflate
}

// pack writes e's content to out, as it is in a zip, and as it is to the other
// writers, and returns its size and its CRC.
func (e *entry) pack(out *bytes.Buffer, others ...io.Writer) (size int64, crc uint32, err error) {
	r, err := e.open()
	if err != nil {
		return 0, 0, err
	}
	defer r.Close()
	out.Reset()
	sum := crc32.NewIEEE()
	others = append(others, sum)
	if e.method() == zip.Store {
		size, err = copyContent(io.MultiWriter(append(others, out)...), r)
		return size, sum.Sum32(), err
	}
	w := compressors.Get().(*flate.Writer)
	defer compressors.Put(w)
	w.Reset(out)
	if size, err = copyContent(io.MultiWriter(append(others, w)...), r); err != nil {
		return 0, 0, err
	}
	return size, sum.Sum32(), w.Close()
}

// packAgain returns e's content as it is in a zip, in a buffer to be given back
// to outputs.
func (e *entry) packAgain() (*bytes.Buffer, error) {
	out := outputs.Get().(*bytes.Buffer)
	_, crc, err := e.pack(out)
	if err == nil && crc != e.crc {
		err = fmt.Errorf("%s changed while it was packed", e.name)
	}
	return out, err
}

// writeZip writes the archive. The bytes depend on the entries' names, kinds
// and contents, and on the compressor's version, which go.mod pins.
//
// Entries are compressed at the same time, as many as slots has room for;
// slots is shared by all archives that are being written.
func (a *archive) writeZip(w io.Writer, slots chan struct{}) error {
	type result struct {
		buffer *bytes.Buffer // nil if the entry has the content
		err    error
	}
	// As many results wait to be written as are compressed at a time.
	results := make(chan chan result, cap(slots))
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		defer close(results)
		for _, e := range a.entries {
			c := make(chan result, 1)
			select {
			case results <- c:
			case <-stop:
				return
			}
			if e.packed != nil {
				c <- result{}
				continue
			}
			slots <- struct{}{}
			go func() {
				buffer, err := e.packAgain()
				<-slots
				c <- result{buffer, err}
			}()
		}
	}()

	z := zip.NewWriter(w)
	for _, e := range a.entries {
		r := <-<-results
		if r.err != nil {
			return r.err
		}
		data := e.packed
		if r.buffer != nil {
			data = r.buffer.Bytes()
		}
		entry, err := z.CreateRaw(e.header(len(data)))
		if err != nil {
			return err
		}
		if _, err := entry.Write(data); err != nil {
			return err
		}
		if r.buffer != nil {
			outputs.Put(r.buffer)
		}
	}
	return z.Close()
}

const (
	zipVersion20   = 20
	zipUnix        = 3 << 8
	zipUTF8        = 1 << 11
	dosDate1980    = 1<<5 | 1 // 1980-01-01, the earliest date that zip can hold
	unixRegular    = 0o100644
	unixExecutable = 0o100755
	unixLink       = 0o120777
)

func (e *entry) header(compressed int) *zip.FileHeader {
	h := &zip.FileHeader{
		Name:           e.name,
		CreatorVersion: zipUnix | zipVersion20,
		ReaderVersion:  zipVersion20,
		Method:         e.method(),
		// The DOS field, not Modified: setting that adds an extra field.
		ModifiedDate:       dosDate1980,
		CRC32:              e.crc,
		CompressedSize64:   uint64(compressed),
		UncompressedSize64: uint64(e.size),
	}
	mode := uint32(unixRegular)
	switch e.kind {
	case executable:
		mode = unixExecutable
	case link:
		mode = unixLink
	}
	h.ExternalAttrs = mode << 16
	if strings.ContainsFunc(e.name, func(r rune) bool { return r >= utf8.RuneSelf }) {
		h.Flags = zipUTF8
	}
	return h
}
