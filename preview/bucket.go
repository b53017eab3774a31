package preview

import (
	"bytes"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// A bucket stands in for an S3 bucket: what was put into it is in a
// directory, one file for each key, and the files of a site are read from the
// output directory.
type bucket struct {
	name      string
	component string // "" if the app only refers to it
	dir       string
	cors      []*cors
	notify    func(event, key string, o *storedObject)

	mu      sync.RWMutex
	objects map[string]*storedObject // by key
}

// A storedObject is an object in a bucket. It is not changed once it is there.
type storedObject struct {
	Key          string            `json:"key"`
	Size         int64             `json:"size"`
	ETag         string            `json:"etag"` // with quotes
	ContentType  string            `json:"contentType,omitempty"`
	CacheControl string            `json:"cacheControl,omitempty"`
	Headers      map[string]string `json:"headers,omitempty"`  // further headers, such as Content-Encoding
	Metadata     map[string]string `json:"metadata,omitempty"` // x-amz-meta-
	Modified     time.Time         `json:"modified,omitzero"`  // zero for the files of a site

	content []byte // the object itself, or nil
	path    string // the file that holds it
}

func (o *storedObject) open() (io.ReadSeekCloser, error) {
	if o.path == "" {
		return readSeekNopCloser{bytes.NewReader(o.content)}, nil
	}
	return os.Open(o.path)
}

type readSeekNopCloser struct{ *bytes.Reader }

func (readSeekNopCloser) Close() error { return nil }

// newBucket opens a bucket in a directory, with what is in it already.
func newBucket(name, component, dir string) (*bucket, error) {
	b := &bucket{name: name, component: component, dir: dir, objects: map[string]*storedObject{}}
	entries, err := os.ReadDir(filepath.Join(dir, "about"))
	if errors.Is(err, fs.ErrNotExist) {
		return b, nil
	}
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, "about", e.Name()))
		if err != nil {
			return nil, err
		}
		o := &storedObject{}
		if json.Unmarshal(text, o) != nil {
			continue
		}
		o.path = filepath.Join(dir, fileOf(o.Key))
		if _, err := os.Stat(o.path); err == nil {
			b.objects[o.Key] = o
		}
	}
	return b, nil
}

// fileOf is the name of the file with an object: its key, escaped, so that a
// key may be the beginning of another.
func fileOf(key string) string {
	name := strings.NewReplacer("%2F", "+", "+", "%2B").Replace(url.PathEscape(strings.ReplaceAll(key, "+", "%2B")))
	if len(name) > 200 || strings.HasPrefix(name, ".") || name == "about" || name == "" {
		sum := sha256.Sum256([]byte(key))
		return "=" + hex.EncodeToString(sum[:])
	}
	return name
}

func (b *bucket) get(key string) *storedObject {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.objects[key]
}

// put stores an object and tells the bucket's subscribers.
func (b *bucket) put(key string, body io.Reader, o *storedObject, event string) error {
	if err := os.MkdirAll(filepath.Join(b.dir, "about"), 0o755); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(b.dir, ".put-")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	sum := md5.New()
	n, err := io.Copy(io.MultiWriter(tmp, sum), body)
	if err2 := tmp.Close(); err == nil {
		err = err2
	}
	if err != nil {
		return err
	}
	o.Key, o.Size, o.Modified = key, n, time.Now().UTC()
	if o.ETag == "" {
		o.ETag = `"` + hex.EncodeToString(sum.Sum(nil)) + `"`
	}
	o.path = filepath.Join(b.dir, fileOf(key))
	about, err := json.MarshalIndent(o, "", "  ")
	if err != nil {
		return err
	}
	b.mu.Lock()
	err = os.Rename(tmp.Name(), o.path)
	if err == nil {
		err = os.WriteFile(filepath.Join(b.dir, "about", fileOf(key)+".json"), about, 0o644)
	}
	if err == nil {
		b.objects[key] = o
	}
	b.mu.Unlock()
	if err == nil && b.notify != nil {
		b.notify("ObjectCreated:"+event, key, o)
	}
	return err
}

func (b *bucket) delete(key string) {
	b.mu.Lock()
	o := b.objects[key]
	delete(b.objects, key)
	if o != nil && o.path != "" && strings.HasPrefix(o.path, b.dir) {
		os.Remove(o.path)
		os.Remove(filepath.Join(b.dir, "about", fileOf(key)+".json"))
	}
	b.mu.Unlock()
	if o != nil && b.notify != nil {
		b.notify("ObjectRemoved:Delete", key, o)
	}
}

// list returns the objects whose keys begin with prefix, sorted.
func (b *bucket) list(prefix string) []*storedObject {
	b.mu.RLock()
	defer b.mu.RUnlock()
	var out []*storedObject
	for key, o := range b.objects {
		if strings.HasPrefix(key, prefix) {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(x, y *storedObject) int { return strings.Compare(x.Key, y.Key) })
	return out
}
