package assets

import (
	"slices"
	"testing"
)

func TestRequirement(t *testing.T) {
	env := markerEnvironment("3.12", "arm64")
	for text, want := range map[string]struct {
		name, version string
		extras        []string
		applies       bool
	}{
		"requests":                        {"requests", "", nil, true},
		"Foo_Bar.baz[ X_y , z ] (>=1,<2)": {"foo-bar-baz", ">=1,<2", []string{"x-y", "z"}, true},
		"a>=1;python_version<'3.12'":      {"a", ">=1", nil, false},
		`a ~= 1.4 ; python_version >= "3.9" and (sys_platform == "win32" or os_name == 'posix')`: {"a", "~= 1.4", nil, true},
		`a; extra == "x"`:                                    {"a", "", nil, false},
		`a; extra == "socks"`:                                {"a", "", nil, true},
		`a; platform_machine not in "x86_64 AMD64"`:          {"a", "", nil, true},
		`a; platform_machine == "aarch64" and extra=='none'`: {"a", "", nil, false},
		`a; python_full_version ~= "3.12.0" and platform_python_implementation != "PyPy"`: {"a", "", nil, true},
		"a @ git+https://example.com/a.git@main":                                          {"a", "", nil, true},
	} {
		r, err := parseRequirement(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		applies, err := r.applies(env, []string{"socks"})
		if err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if r.name != want.name || r.version != want.version || !slices.Equal(r.extras, want.extras) || applies != want.applies {
			t.Errorf("%q: got %+v, applies: %v", text, r, applies)
		}
	}
	for _, text := range []string{"", "-r other.txt", "a b c ; x", "[x]"} {
		if r, err := parseRequirement(text); err == nil {
			if ok, err := r.applies(env, nil); err == nil {
				t.Errorf("%q: got %+v, applies: %v", text, r, ok)
			}
		}
	}
	for _, marker := range []string{"python_version", "x == 'y'", "'a' == 'a' and", "('a' == 'a'", "'a' ~= 'b'", "'a' == 'a' )", "'a' % 'b'"} {
		if ok, err := (requirement{marker: marker}).applies(env, nil); err == nil {
			t.Errorf("%q: applies: %v", marker, ok)
		}
	}
}

func TestRequirementAllows(t *testing.T) {
	for _, c := range []struct {
		version, installed string
		want               bool
	}{
		{"", "1.0", true}, {">=2.32.3", "2.32.3", true}, {">=2.32.3", "2.31", false}, {"==1.*", "1.9", true},
		{"~=1.4", "1.9", true}, {"~=1.4", "2.0", false}, {">=1,!=1.5", "1.5", false}, {">=1", "2.0b1", true}, {">=1", "weird", true},
	} {
		if got := (requirement{version: c.version}).allows(c.installed); got != c.want {
			t.Errorf("%q allows %q: %v, want %v", c.version, c.installed, got, c.want)
		}
	}
}

func FuzzRequirement(f *testing.F) {
	f.Add(`a[b]>=1 ; (python_version < "3") or extra == 'x'`)
	env := markerEnvironment("3.12", "")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := parseRequirement(text)
		if err != nil {
			return
		}
		if r.name == "" || r.name != normalizeName(r.name) {
			t.Errorf("name %q", r.name)
		}
		_, _ = r.applies(env, r.extras)
		r.allows("1.0")
	})
}
