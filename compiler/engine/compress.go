package engine

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
)

// maxInflated bounds what one call may inflate to, as a small input can be
// the seed of a very large output.
const maxInflated = 64 << 20

// nodeCompress compresses or decompresses the bytes in the slot. The argument
// is the function's name in Node's zlib module. The compressed bytes are valid
// but not those of Node, whose compressor is another.
func (e *Engine) nodeCompress(function string) (string, error) {
	in := e.n.slotBytes()
	var out bytes.Buffer
	var w io.WriteCloser
	var r io.Reader
	var err error
	switch function {
	case "gzip":
		w = gzip.NewWriter(&out)
	case "deflate":
		w = zlib.NewWriter(&out)
	case "deflateRaw":
		w, err = flate.NewWriter(&out, flate.DefaultCompression)
	case "gunzip":
		r, err = gzip.NewReader(bytes.NewReader(in))
	case "inflate":
		r, err = zlib.NewReader(bytes.NewReader(in))
	case "inflateRaw":
		r = flate.NewReader(bytes.NewReader(in))
	}
	switch {
	case err != nil:
	case w != nil:
		if _, err = w.Write(in); err == nil {
			err = w.Close()
		}
	case r != nil:
		var n int64
		n, err = io.Copy(&out, io.LimitReader(r, maxInflated+1))
		if n > maxInflated {
			return "", &Throw{Name: "RangeError", Message: "Cannot create a Buffer larger than 67108864 bytes", Code: "ERR_BUFFER_TOO_LARGE"}
		}
	}
	if err != nil {
		return "", &Throw{Message: err.Error(), Code: "Z_DATA_ERROR", Err: err}
	}
	return "", e.n.setSlotBytes(out.Bytes())
}
