package preview

import (
	"encoding/json"
	"testing"
)

func TestMatches(t *testing.T) {
	const event = `{"source":"shop","detail":{"n":5,"name":"Ada Lovelace","tags":["a","b"],"none":null,"on":true,"deep":{"x":"y"}}}`
	for _, c := range []struct {
		pattern string
		want    bool
	}{
		{`{"source":["shop"]}`, true},
		{`{"source":["other","shop"]}`, true},
		{`{"source":["other"]}`, false},
		{`{"source":[{"prefix":"sh"}],"detail":{"n":[5]}}`, true},
		{`{"detail":{"n":["5"]}}`, false},
		{`{"detail":{"tags":["b"]}}`, true},
		{`{"detail":{"tags":["c"]}}`, false},
		{`{"detail":{"name":[{"suffix":"lace"}]}}`, true},
		{`{"detail":{"name":[{"equals-ignore-case":"ada lovelace"}]}}`, true},
		{`{"detail":{"name":[{"prefix":{"equals-ignore-case":"ADA"}}]}}`, true},
		{`{"detail":{"name":[{"wildcard":"A*a L*e"}]}}`, true},
		{`{"detail":{"name":[{"wildcard":"A*x"}]}}`, false},
		{`{"detail":{"name":[{"anything-but":"Bob"}]}}`, true},
		{`{"detail":{"name":[{"anything-but":["Bob","Ada Lovelace"]}]}}`, false},
		{`{"detail":{"name":[{"anything-but":{"prefix":"A"}}]}}`, false},
		{`{"detail":{"n":[{"numeric":[">",0,"<=",5]}]}}`, true},
		{`{"detail":{"n":[{"numeric":["=",6]}]}}`, false},
		{`{"detail":{"missing":[{"exists":false}]}}`, true},
		{`{"detail":{"missing":[{"exists":true}]}}`, false},
		{`{"detail":{"none":[null]}}`, true},
		{`{"detail":{"on":[true]}}`, true},
		{`{"detail":{"deep":{"x":["y"]}}}`, true},
		{`{"detail":{"deep":{"x":["z"]}}}`, false},
		{`{"$or":[{"source":["other"]},{"detail":{"n":[5]}}]}`, true},
		{`{"$or":[{"source":["other"]},{"detail":{"n":[6]}}]}`, false},
		{`{"source":"shop"}`, false},
		{`[]`, false},
	} {
		var pattern, e any
		if err := json.Unmarshal([]byte(c.pattern), &pattern); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(event), &e); err != nil {
			t.Fatal(err)
		}
		if got := matches(pattern, e); got != c.want {
			t.Errorf("%s: %t", c.pattern, got)
		}
	}
}

func TestWildcard(t *testing.T) {
	for _, c := range []struct {
		pattern, s string
		want       bool
	}{
		{"*", "", true}, {"/api/*", "/api/", true}, {"/api/*", "/api", false}, {"*.jpg", "/a/b.jpg", true}, {"/a?c", "/abc", true},
		{"/a?c", "/ac", false}, {"a*b*c", "aXbYbZc", true}, {"a*b*c", "aXbY", false}, {"**", "x", true}, {"", "", true}, {"", "x", false},
	} {
		if got := wildcard(c.pattern, c.s); got != c.want {
			t.Errorf("%q with %q: %t", c.pattern, c.s, got)
		}
	}
}

// Custom domains of the app become this machine's, and longer names do not.
func TestLocal(t *testing.T) {
	v := &values{hosts: map[string]string{"Api": "localhost:4402"}, aliases: map[string]string{"shop.example": "localhost:4401"}}
	for in, want := range map[string]string{
		"https://localhost:4402/x":                      "http://localhost:4402/x",
		"https://shop.example":                          "http://localhost:4401",
		"https://shop.example/a,https://shop.example?b": "http://localhost:4401/a,http://localhost:4401?b",
		"https://shop.example.com/":                     "https://shop.example.com/",
		"https://other.example/":                        "https://other.example/",
		`{"url":"https://shop.example"}`:                `{"url":"http://localhost:4401"}`,
	} {
		if got := v.local(in); got != want {
			t.Errorf("%s became %s, want %s", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"a=1; Domain=shop.example; Path=/": "a=1; Path=/",
		"a=1; domain=.example":             "a=1",
		"a=1; Domain=other.org":            "a=1; Domain=other.org",
	} {
		if got := v.localCookie(in); got != want {
			t.Errorf("%s became %s, want %s", in, got, want)
		}
	}
}

// Keys that are the beginnings of others, and those that no file could have as
// its name, have files of their own.
func TestFileOf(t *testing.T) {
	seen := map[string]string{}
	for _, key := range []string{"a", "a/b", "a+b", "a%2Fb", "a b", "about", ".hidden", "..", "/", "ä", "a//b", string(make([]byte, 300))} {
		name := fileOf(key)
		if other, ok := seen[name]; ok {
			t.Errorf("%q and %q have the same file %q", key, other, name)
		}
		seen[name] = key
		if len(name) > 255 || name == "" || name == "about" || name[0] == '.' {
			t.Errorf("%q has the file %q", key, name)
		}
		for _, c := range name {
			if c == '/' || c == '\\' || c == 0 {
				t.Errorf("%q has the file %q", key, name)
			}
		}
	}
}
