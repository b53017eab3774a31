package browser

import "testing"

// Where there is no Chromium, a test goes on without it.
func TestNone(t *testing.T) {
	t.Setenv("SSTC_CHROMIUM", "none")
	if Find() != "" || Open(t, "nothing") != nil {
		t.Error("there is a browser where there is none")
	}
}
