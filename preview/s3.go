package preview

import (
	"bufio"
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/sstc/sstc/assets"
)

// makeBuckets has buckets tell their subscribers.
func (c *cloud) makeBuckets() {
	for i := range c.p.manifest.Serving.Buckets {
		served := &c.p.manifest.Serving.Buckets[i]
		b := c.p.buckets[c.attr(served.ID, "bucket")]
		if b == nil || len(served.Notifications) == 0 {
			continue
		}
		arn := c.attr(served.ID, "arn")
		b.notify = func(event, key string, o *storedObject) {
			for _, n := range served.Notifications {
				if !strings.HasPrefix(key, n.Prefix) || !strings.HasSuffix(key, n.Suffix) || !slices.ContainsFunc(n.Events, func(p string) bool { return wildcard(p, "s3:"+event) }) {
					continue
				}
				record := c.s3Event(b, arn, event, key, o, n)
				text, _ := marshal(record)
				c.send(b.label(), c.p.values.known(n.Target), record, string(text))
			}
		}
	}
}

func (c *cloud) s3Event(b *bucket, arn, event, key string, o *storedObject, n assets.BucketNotification) any {
	object := map[string]any{"key": strings.ReplaceAll(url.QueryEscape(key), "%2F", "/"), "sequencer": fmt.Sprintf("%016X", time.Now().UnixNano())}
	if strings.HasPrefix(event, "ObjectCreated") {
		object["size"], object["eTag"] = o.Size, strings.Trim(o.ETag, `"`)
	}
	return map[string]any{"Records": []any{map[string]any{
		"eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": c.p.values.region, "eventTime": time.Now().UTC().Format("2006-01-02T15:04:05.000Z"),
		"eventName": event, "userIdentity": map[string]any{"principalId": "preview"}, "requestParameters": map[string]any{"sourceIPAddress": "127.0.0.1"},
		"responseElements": map[string]any{"x-amz-request-id": newID(), "x-amz-id-2": newID()},
		"s3": map[string]any{
			"s3SchemaVersion": "1.0", "configurationId": "preview",
			"bucket": map[string]any{"name": b.name, "ownerIdentity": map[string]any{"principalId": "preview"}, "arn": arn},
			"object": object,
		},
	}}}
}

// uploads are multipart uploads that have begun.
type uploads struct {
	mu   sync.Mutex
	open map[string]*upload
}

type upload struct {
	key   string
	about *storedObject
	parts map[int][]byte
}

// s3 stands in for S3, with the bucket in the path.
func (c *cloud) s3(w http.ResponseWriter, r *http.Request, call *awsCall) {
	path := strings.TrimPrefix(r.URL.Path, "/")
	name, key, _ := strings.Cut(path, "/")
	if name == "" {
		c.listBuckets(w)
		return
	}
	b := c.p.buckets[name]
	if b == nil {
		message := fmt.Sprintf("sstc preview has no bucket %q: only those of the app. On AWS the call would go through; here it fails.", name)
		c.p.log.note(call.caller, "%s", message)
		writeXMLError(w, http.StatusNotFound, "NoSuchBucket", message)
		return
	}
	if isPreflight(r) {
		b.preflight(w, r)
		return
	}
	b.applyCORS(w.Header(), r)
	q := r.URL.Query()
	if expired(q) {
		writeXMLError(w, http.StatusForbidden, "AccessDenied", "Request has expired")
		return
	}
	if key == "" {
		c.s3Bucket(w, r, b, q)
		return
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		for _, sub := range []string{"acl", "tagging", "torrent", "retention", "legal-hold", "uploadId", "attributes"} {
			if q.Has(sub) {
				c.s3Refuse(w, call, sub)
				return
			}
		}
		o := b.get(key)
		if o == nil {
			s3NoSuchKey(w, r, key)
			return
		}
		for parameter, header := range map[string]string{"response-content-type": "Content-Type", "response-content-disposition": "Content-Disposition", "response-cache-control": "Cache-Control", "response-content-encoding": "Content-Encoding", "response-content-language": "Content-Language", "response-expires": "Expires"} {
			if v := q.Get(parameter); v != "" {
				copied := *o
				o = &copied
				if header == "Content-Type" {
					o.ContentType = v
				} else if header == "Cache-Control" {
					o.CacheControl = v
				} else {
					headers := map[string]string{header: v}
					for k, old := range o.Headers {
						if k != header {
							headers[k] = old
						}
					}
					o.Headers = headers
				}
			}
		}
		// The files of a site were put there when it was deployed: now, here.
		if o.Modified.IsZero() {
			copied := *o
			copied.Modified = c.p.started
			o = &copied
		}
		o.serve(w, r)
	case http.MethodPut:
		switch {
		case q.Has("partNumber"):
			c.uploadPart(w, r, q)
		case q.Has("tagging"), q.Has("acl"):
			w.WriteHeader(http.StatusOK) // nothing here depends on these
		case r.Header.Get("X-Amz-Copy-Source") != "":
			c.copyObject(w, r, b, key)
		default:
			c.putObject(w, r, b, key)
		}
	case http.MethodPost:
		switch {
		case q.Has("uploads"):
			c.createUpload(w, r, b, key)
		case q.Has("uploadId"):
			c.completeUpload(w, b, key, q.Get("uploadId"))
		default:
			c.s3Refuse(w, call, "POST")
		}
	case http.MethodDelete:
		if id := q.Get("uploadId"); id != "" {
			c.uploads.mu.Lock()
			delete(c.uploads.open, id)
			c.uploads.mu.Unlock()
		} else if !q.Has("tagging") {
			b.delete(key)
		}
		w.WriteHeader(http.StatusNoContent)
	default:
		c.s3Refuse(w, call, r.Method)
	}
}

func (c *cloud) s3Refuse(w http.ResponseWriter, call *awsCall, what string) {
	message := fmt.Sprintf("sstc preview's stand-in for S3 does not know %q.", what)
	c.p.log.note(call.caller, "%s", message)
	writeXMLError(w, http.StatusBadRequest, "UnsupportedOperation", message)
}

func s3NoSuchKey(w http.ResponseWriter, r *http.Request, key string) {
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(http.StatusNotFound)
	fmt.Fprintf(w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>%s</Key></Error>", xmlText(key))
}

// expired reports whether a presigned URL is no longer valid.
func expired(q url.Values) bool {
	at, err := time.Parse("20060102T150405Z", q.Get("X-Amz-Date"))
	seconds, err2 := strconv.Atoi(q.Get("X-Amz-Expires"))
	return err == nil && err2 == nil && time.Now().After(at.Add(time.Duration(seconds)*time.Second))
}

func (c *cloud) listBuckets(w http.ResponseWriter) {
	fmt.Fprint(writeXML(w), "<ListAllMyBucketsResult><Owner><ID>preview</ID></Owner><Buckets>")
	var names []string
	for name := range c.p.buckets {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(w, "<Bucket><Name>%s</Name><CreationDate>2000-01-01T00:00:00.000Z</CreationDate></Bucket>", xmlText(name))
	}
	fmt.Fprint(w, "</Buckets></ListAllMyBucketsResult>")
}

// s3Bucket answers requests about a bucket itself.
func (c *cloud) s3Bucket(w http.ResponseWriter, r *http.Request, b *bucket, q url.Values) {
	switch {
	case r.Method == http.MethodHead:
		w.Header().Set("X-Amz-Bucket-Region", c.p.values.region)
	case r.Method == http.MethodGet && q.Has("location"):
		fmt.Fprintf(writeXML(w), "<LocationConstraint>%s</LocationConstraint>", c.p.values.region)
	case r.Method == http.MethodGet && (q.Has("list-type") || onlyListing(q)):
		c.listObjects(w, b, q)
	case r.Method == http.MethodPost && q.Has("delete"):
		c.deleteObjects(w, r, b)
	case r.Method == http.MethodPost && strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data"):
		c.postObject(w, r, b)
	default:
		writeXMLError(w, http.StatusBadRequest, "UnsupportedOperation", "sstc preview's stand-in for S3 does not know this request about a bucket.")
	}
}

func onlyListing(q url.Values) bool {
	for key := range q {
		if !slices.Contains([]string{"prefix", "delimiter", "marker", "max-keys", "encoding-type", "x-id"}, key) && !strings.HasPrefix(key, "X-Amz-") {
			return false
		}
	}
	return true
}

func (c *cloud) listObjects(w http.ResponseWriter, b *bucket, q url.Values) {
	limit := 1000
	if n, err := strconv.Atoi(q.Get("max-keys")); err == nil && n >= 0 && n < limit {
		limit = n
	}
	prefix, delimiter, v2 := q.Get("prefix"), q.Get("delimiter"), q.Get("list-type") == "2"
	after := q.Get("marker")
	if v2 {
		after = q.Get("start-after")
		if token := q.Get("continuation-token"); token != "" {
			decoded, _ := base64.RawURLEncoding.DecodeString(token)
			after = string(decoded)
		}
	}
	encode := xmlText
	if q.Get("encoding-type") == "url" {
		encode = func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "%2F", "/") }
	}
	var contents, prefixes strings.Builder
	count, last, truncated, common := 0, "", false, ""
	for _, o := range b.list(prefix) {
		if o.Key <= after || common != "" && strings.HasPrefix(o.Key, common) || delimiter != "" && strings.HasSuffix(after, delimiter) && strings.HasPrefix(o.Key, after) {
			continue
		}
		if count == limit {
			truncated = true
			break
		}
		count++
		if i := strings.Index(o.Key[len(prefix):], delimiter); delimiter != "" && i >= 0 {
			common = o.Key[:len(prefix)+i+len(delimiter)]
			last = common
			fmt.Fprintf(&prefixes, "<CommonPrefixes><Prefix>%s</Prefix></CommonPrefixes>", encode(common))
			continue
		}
		last = o.Key
		modified := o.Modified
		if modified.IsZero() {
			modified = c.p.started.UTC()
		}
		fmt.Fprintf(&contents, "<Contents><Key>%s</Key><LastModified>%s</LastModified><ETag>%s</ETag><Size>%d</Size><StorageClass>STANDARD</StorageClass></Contents>",
			encode(o.Key), modified.Format("2006-01-02T15:04:05.000Z"), xmlText(o.ETag), o.Size)
	}
	fmt.Fprintf(writeXML(w), "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult><Name>%s</Name><Prefix>%s</Prefix><MaxKeys>%d</MaxKeys><IsTruncated>%t</IsTruncated>",
		xmlText(b.name), encode(prefix), limit, truncated)
	if delimiter != "" {
		fmt.Fprintf(w, "<Delimiter>%s</Delimiter>", encode(delimiter))
	}
	if v := q.Get("encoding-type"); v != "" {
		fmt.Fprintf(w, "<EncodingType>%s</EncodingType>", xmlText(v))
	}
	if v2 {
		fmt.Fprintf(w, "<KeyCount>%d</KeyCount>", count)
		if truncated {
			fmt.Fprintf(w, "<NextContinuationToken>%s</NextContinuationToken>", base64.RawURLEncoding.EncodeToString([]byte(last)))
		}
	} else if truncated {
		fmt.Fprintf(w, "<NextMarker>%s</NextMarker>", encode(last))
	}
	io.WriteString(w, contents.String()+prefixes.String()+"</ListBucketResult>")
}

func (c *cloud) deleteObjects(w http.ResponseWriter, r *http.Request, b *bucket) {
	var request struct {
		Quiet  bool
		Object []struct{ Key string }
	}
	body, err := s3Body(r)
	if err == nil {
		err = xml.NewDecoder(body).Decode(&request)
	}
	if err != nil {
		writeXMLError(w, http.StatusBadRequest, "MalformedXML", err.Error())
		return
	}
	fmt.Fprint(writeXML(w), "<DeleteResult>")
	for _, o := range request.Object {
		b.delete(o.Key)
		if !request.Quiet {
			fmt.Fprintf(w, "<Deleted><Key>%s</Key></Deleted>", xmlText(o.Key))
		}
	}
	fmt.Fprint(w, "</DeleteResult>")
}

// describeObject reads what a request says of the object that it brings.
func describeObject(r *http.Request) *storedObject {
	o := &storedObject{ContentType: r.Header.Get("Content-Type"), CacheControl: r.Header.Get("Cache-Control"), Headers: map[string]string{}, Metadata: map[string]string{}}
	for _, name := range []string{"Content-Encoding", "Content-Disposition", "Content-Language", "Expires"} {
		if v := r.Header.Get(name); v != "" {
			if name == "Content-Encoding" {
				v = strings.Trim(strings.ReplaceAll(v, "aws-chunked", ""), ", ")
			}
			if v != "" {
				o.Headers[name] = v
			}
		}
	}
	for name := range r.Header {
		if rest, ok := strings.CutPrefix(name, "X-Amz-Meta-"); ok {
			o.Metadata[strings.ToLower(rest)] = r.Header.Get(name)
		}
	}
	// A presigned URL has them in its query.
	for name, values := range r.URL.Query() {
		if rest, ok := strings.CutPrefix(strings.ToLower(name), "x-amz-meta-"); ok {
			o.Metadata[rest] = values[0]
		}
	}
	return o
}

func (c *cloud) putObject(w http.ResponseWriter, r *http.Request, b *bucket, key string) {
	old := b.get(key)
	if r.Header.Get("If-None-Match") == "*" && old != nil || r.Header.Get("If-Match") != "" && (old == nil || strings.Trim(r.Header.Get("If-Match"), `"`) != strings.Trim(old.ETag, `"`)) {
		writeXMLError(w, http.StatusPreconditionFailed, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
		return
	}
	body, err := s3Body(r)
	if err != nil {
		writeXMLError(w, http.StatusBadRequest, "InvalidRequest", err.Error())
		return
	}
	o := describeObject(r)
	if err := b.put(key, body, o, "Put"); err != nil {
		writeXMLError(w, http.StatusInternalServerError, "InternalError", err.Error())
		return
	}
	w.Header().Set("Etag", o.ETag)
}

func (c *cloud) copyObject(w http.ResponseWriter, r *http.Request, b *bucket, key string) {
	source, err := url.PathUnescape(strings.TrimPrefix(r.Header.Get("X-Amz-Copy-Source"), "/"))
	name, from, _ := strings.Cut(source, "/")
	from, _, _ = strings.Cut(from, "?versionId=")
	var old *storedObject
	if other := c.p.buckets[name]; err == nil && other != nil {
		old = other.get(from)
	}
	if old == nil {
		s3NoSuchKey(w, r, from)
		return
	}
	body, err := old.open()
	if err != nil {
		writeXMLError(w, http.StatusInternalServerError, "InternalError", err.Error())
		return
	}
	defer body.Close()
	o := &storedObject{ContentType: old.ContentType, CacheControl: old.CacheControl, Headers: old.Headers, Metadata: old.Metadata}
	if r.Header.Get("X-Amz-Metadata-Directive") == "REPLACE" {
		o = describeObject(r)
	}
	if err := b.put(key, body, o, "Copy"); err != nil {
		writeXMLError(w, http.StatusInternalServerError, "InternalError", err.Error())
		return
	}
	fmt.Fprintf(writeXML(w), "<CopyObjectResult><ETag>%s</ETag><LastModified>%s</LastModified></CopyObjectResult>", xmlText(o.ETag), o.Modified.Format("2006-01-02T15:04:05.000Z"))
}

// postObject stores what a form of a browser brings.
func (c *cloud) postObject(w http.ResponseWriter, r *http.Request, b *bucket) {
	form, err := r.MultipartReader()
	if err != nil {
		writeXMLError(w, http.StatusBadRequest, "MalformedPOSTRequest", err.Error())
		return
	}
	fields := map[string]string{}
	for {
		part, err := form.NextPart()
		if err != nil {
			writeXMLError(w, http.StatusBadRequest, "InvalidArgument", "POST requires exactly one file upload per request.")
			return
		}
		if part.FormName() != "file" {
			value, _ := io.ReadAll(io.LimitReader(part, 1<<20))
			fields[strings.ToLower(part.FormName())] = string(value)
			continue
		}
		key := strings.ReplaceAll(fields["key"], "${filename}", part.FileName())
		if key == "" {
			writeXMLError(w, http.StatusBadRequest, "InvalidArgument", "Bucket POST must contain a field named 'key'.")
			return
		}
		o := &storedObject{ContentType: fields["content-type"], CacheControl: fields["cache-control"], Metadata: map[string]string{}}
		for name, value := range fields {
			if rest, ok := strings.CutPrefix(name, "x-amz-meta-"); ok {
				o.Metadata[rest] = value
			}
		}
		if err := b.put(key, part, o, "Post"); err != nil {
			writeXMLError(w, http.StatusInternalServerError, "InternalError", err.Error())
			return
		}
		w.Header().Set("Etag", o.ETag)
		if to := fields["success_action_redirect"]; to != "" {
			w.Header().Set("Location", to)
			w.WriteHeader(http.StatusSeeOther)
			return
		}
		status, _ := strconv.Atoi(fields["success_action_status"])
		if status != http.StatusOK && status != http.StatusCreated {
			status = http.StatusNoContent
		}
		w.WriteHeader(status)
		return
	}
}

func (c *cloud) createUpload(w http.ResponseWriter, r *http.Request, b *bucket, key string) {
	id := newID()
	c.uploads.mu.Lock()
	c.uploads.open[id] = &upload{key: key, about: describeObject(r), parts: map[int][]byte{}}
	c.uploads.mu.Unlock()
	fmt.Fprintf(writeXML(w), "<InitiateMultipartUploadResult><Bucket>%s</Bucket><Key>%s</Key><UploadId>%s</UploadId></InitiateMultipartUploadResult>", xmlText(b.name), xmlText(key), id)
}

func (c *cloud) uploadPart(w http.ResponseWriter, r *http.Request, q url.Values) {
	n, err := strconv.Atoi(q.Get("partNumber"))
	body, err2 := s3Body(r)
	if err != nil || err2 != nil {
		writeXMLError(w, http.StatusBadRequest, "InvalidRequest", errors.Join(err, err2).Error())
		return
	}
	data, err := io.ReadAll(body)
	if err != nil {
		return
	}
	c.uploads.mu.Lock()
	u := c.uploads.open[q.Get("uploadId")]
	if u != nil {
		u.parts[n] = data
	}
	c.uploads.mu.Unlock()
	if u == nil {
		writeXMLError(w, http.StatusNotFound, "NoSuchUpload", "The specified upload does not exist.")
		return
	}
	w.Header().Set("Etag", etagOf(data))
}

func (c *cloud) completeUpload(w http.ResponseWriter, b *bucket, key, id string) {
	c.uploads.mu.Lock()
	u := c.uploads.open[id]
	delete(c.uploads.open, id)
	c.uploads.mu.Unlock()
	if u == nil {
		writeXMLError(w, http.StatusNotFound, "NoSuchUpload", "The specified upload does not exist.")
		return
	}
	var numbers []int
	for n := range u.parts {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	var readers []io.Reader
	sums := md5.New()
	for _, n := range numbers {
		sum := md5.Sum(u.parts[n])
		sums.Write(sum[:])
		readers = append(readers, bytes.NewReader(u.parts[n]))
	}
	u.about.ETag = fmt.Sprintf(`"%s-%d"`, hex.EncodeToString(sums.Sum(nil)), len(numbers))
	if err := b.put(key, io.MultiReader(readers...), u.about, "CompleteMultipartUpload"); err != nil {
		writeXMLError(w, http.StatusInternalServerError, "InternalError", err.Error())
		return
	}
	fmt.Fprintf(writeXML(w), "<CompleteMultipartUploadResult><Bucket>%s</Bucket><Key>%s</Key><ETag>%s</ETag></CompleteMultipartUploadResult>", xmlText(b.name), xmlText(key), xmlText(u.about.ETag))
}

// s3Body is the content that a request brings. SDKs may send it in signed
// chunks: "size;signature CRLF data CRLF", and headers after the last.
func s3Body(r *http.Request) (io.Reader, error) {
	if !strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") && !strings.Contains(r.Header.Get("Content-Encoding"), "aws-chunked") {
		return r.Body, nil
	}
	in := bufio.NewReader(r.Body)
	pr, pw := io.Pipe()
	go func() { // ends with the request, whose body then fails
		for {
			line, err := in.ReadString('\n')
			if err != nil {
				pw.CloseWithError(io.ErrUnexpectedEOF)
				return
			}
			text, _, _ := strings.Cut(strings.TrimSpace(line), ";")
			n, err := strconv.ParseInt(text, 16, 64)
			if err != nil {
				pw.CloseWithError(fmt.Errorf("a chunk begins with %q", line))
				return
			}
			if n == 0 {
				io.Copy(io.Discard, in)
				pw.Close()
				return
			}
			if _, err := io.CopyN(pw, in, n); err != nil {
				pw.CloseWithError(err)
				return
			}
			in.ReadString('\n')
		}
	}()
	return pr, nil
}
