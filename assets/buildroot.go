package assets

import (
	"bytes"
	"os"
	"strings"
)

// A build puts the path of its directory into what it makes. The directory may
// be /app, as in many containers, and an app may well have a route of that
// name, or a source directory: such a short path counts only where what it
// goes on to is there on this machine.

// HoldsRoot reports whether what a build has made has the path of its
// directory in it, with slashes.
func HoldsRoot(data []byte, root string) bool { return len(rootsIn(data, root, 1)) > 0 }

// replaceRoot puts another path in the place of a build's directory.
func replaceRoot(data []byte, root, by string) []byte {
	var out []byte
	end := 0
	for _, i := range rootsIn(data, root, -1) {
		out = append(append(out, data[end:i]...), by...)
		end = i + len(root)
	}
	if end == 0 {
		return data
	}
	return append(out, data[end:]...)
}

// rootsIn returns where the path of a directory is in a text: the first n
// places, all for -1.
func rootsIn(data []byte, root string, n int) []int {
	short := strings.Count(strings.Trim(root, "/"), "/") == 0
	if strings.Trim(root, "/") == "" {
		return nil
	}
	var list []int
	for from := 0; n < 0 || len(list) < n; {
		i := bytes.Index(data[from:], []byte(root))
		if i < 0 {
			break
		}
		i += from
		from = i + len(root)
		switch {
		case from < len(data) && isNameByte(data[from]):
		case short && !(opensPath(data[:i]) && existsAt(data[i:])):
		default:
			list = append(list, i)
		}
	}
	return list
}

func isNameByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '-' || b == '_' || b == '.'
}

// opensPath reports whether an absolute path can come after a text.
func opensPath(before []byte) bool {
	return len(before) == 0 || bytes.HasSuffix(before, []byte("file://")) || bytes.IndexByte([]byte("\"'`= (,\n"), before[len(before)-1]) >= 0
}

// existsAt reports whether the path that a text begins with is there, in a
// directory: the directory itself is not told from a word.
func existsAt(text []byte) bool {
	if i := bytes.IndexAny(text, "\"'`\\ ,;:)\n?#"); i >= 0 {
		text = text[:i]
	}
	if strings.Count(strings.Trim(string(text), "/"), "/") == 0 {
		return false
	}
	_, err := os.Lstat(string(text))
	return err == nil
}
