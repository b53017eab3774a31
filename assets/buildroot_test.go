package assets

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestReplaceRoot(t *testing.T) {
	const root = "/home/ann/web"
	for in, want := range map[string]string{
		`{"dir":"/home/ann/web"}`:                `{"dir":"/var/task"}`,
		`"/home/ann/web/src/a.js"`:               `"/var/task/src/a.js"`,
		`import("file:///home/ann/web/a.js")`:    `import("file:///var/task/a.js")`,
		`"/home/ann/website", "/home/ann/web-2"`: `"/home/ann/website", "/home/ann/web-2"`,
		"/home/ann/web\n/home/ann/web":           "/var/task\n/var/task",
		"nothing":                                "nothing",
	} {
		if got := string(replaceRoot([]byte(in), root, lambdaRoot)); got != want {
			t.Errorf("%s becomes %s, want %s", in, got, want)
		}
		if HoldsRoot([]byte(in), root) != (in != want) {
			t.Errorf("of %s, HoldsRoot says otherwise", in)
		}
	}

	if runtime.GOOS == "windows" {
		return // where paths do not begin with a slash
	}

	// A directory at the top of the file system, whose name may be a route.
	dir := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(dir, "app"), 0o777))
	top := "/" + filepath.ToSlash(dir)[1:]
	first, _, _ := cutFirst(top)
	for in, want := range map[string]string{
		`"` + top + `/app"`:          `"/var/task` + top[len(first):] + `/app"`,
		`"` + first + `"`:            `"` + first + `"`,
		`"` + first + `/users"`:      `"` + first + `/users"`,
		`"[project]` + top + `/app"`: `"[project]` + top + `/app"`,
	} {
		if got := string(replaceRoot([]byte(in), first, lambdaRoot)); got != want {
			t.Errorf("%s becomes %s, want %s", in, got, want)
		}
	}
	if HoldsRoot([]byte("a/b"), "/") {
		t.Error("the root of the file system is everywhere")
	}
}

// cutFirst cuts the first directory off an absolute path.
func cutFirst(path string) (first, rest string, ok bool) {
	for i := 1; i < len(path); i++ {
		if path[i] == '/' {
			return path[:i], path[i:], true
		}
	}
	return path, "", false
}
