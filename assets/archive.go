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

	sum // set by [project.archive]
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
		g.Go(func() (err error) {
			if e.path != "" {
				e.sum, err = p.sumFile(e.path)
			} else {
				e.sum, err = sumOf(bytes.NewReader(e.data))
			}
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
const compressionLevel = 6

var compressors = sync.Pool{New: func() any {
	w, err := flate.NewWriter(nil, compressionLevel)
	if err != nil {
		panic(err) // the level is a constant
	}
	return w
}}

// outputs are buffers for compressed content.
var outputs = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// deflate returns e's content, compressed, in a buffer to be given back to
// outputs.
func (e *entry) deflate() (*bytes.Buffer, error) {
	r, err := e.open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	out := outputs.Get().(*bytes.Buffer)
	out.Reset()
	w := compressors.Get().(*flate.Writer)
	defer compressors.Put(w)
	w.Reset(out)
	crc := crc32.NewIEEE()
	if _, err := copyContent(io.MultiWriter(w, crc), r); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if crc.Sum32() != e.crc {
		return nil, fmt.Errorf("%s changed while it was packed", e.name)
	}
	return out, nil
}

// writeZip writes the archive. The bytes depend on the entries' names, kinds
// and contents, and on the compressor's version, which go.mod pins.
//
// Entries are compressed at the same time, as many as slots has room for;
// slots is shared by all archives that are being written.
func (a *archive) writeZip(w io.Writer, slots chan struct{}) error {
	type result struct {
		data *bytes.Buffer
		err  error
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
			slots <- struct{}{}
			go func() {
				data, err := e.deflate()
				<-slots
				c <- result{data, err}
			}()
		}
	}()

	z := zip.NewWriter(w)
	for _, e := range a.entries {
		r := <-<-results
		if r.err != nil {
			return r.err
		}
		entry, err := z.CreateRaw(e.header(r.data.Len()))
		if err != nil {
			return err
		}
		if _, err := entry.Write(r.data.Bytes()); err != nil {
			return err
		}
		outputs.Put(r.data)
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
		Method:         zip.Deflate,
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
