// Package browser drives a headless Chromium in tests, as a person would use
// it: open, click, type, look. It collects what the browser's console says,
// and takes screenshots for people to look at.
package browser

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// wait is how long a page may take for what it is expected to do. Functions
// start cold, and machines that test may be busy.
const wait = 3 * time.Minute

// Find returns the Chromium that is installed, or "" if there is none. The
// environment variable SSTC_CHROMIUM names another one, or says that there is
// none: "none".
func Find() string {
	names := []string{"chromium", "chromium-browser", "google-chrome"}
	if name := os.Getenv("SSTC_CHROMIUM"); name != "" {
		names = []string{name}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// Screenshots is the directory that a test's screenshots go to: one that the
// environment variable SSTC_SCREENSHOTS names, or a temporary one.
func Screenshots(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("SSTC_SCREENSHOTS")
	if dir == "" {
		return t.TempDir()
	}
	dir = filepath.Join(dir, filepath.FromSlash(t.Name()))
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A Tab is a page that is open.
type Tab struct {
	t     *testing.T
	ctx   context.Context
	shots string
	count int

	mu      sync.Mutex
	console []string
}

// Open starts a browser with one empty tab, which ends with the test. It
// returns nil, and says in the log of the test what is then not checked, if
// there is no Chromium.
func Open(t *testing.T, checks string) *Tab {
	t.Helper()
	path := Find()
	if path == "" {
		t.Logf("SKIPPED, for want of Chromium: %s", checks)
		return nil
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.WSURLReadTimeout(wait), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1100, 800),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-dev-shm-usage", true),
		// Nothing off the machine.
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"),
	)
	allocator, cancelAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	tab := &Tab{t: t, ctx: ctx, shots: Screenshots(t)}
	t.Cleanup(func() {
		if t.Failed() {
			tab.Screenshot("failed")
		}
		cancel()
		cancelAllocator()
	})
	// The first Do starts the browser, which lives as long as its context.
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("Chromium does not start: %v", err)
	}
	messages := chromedp.Console(ctx)
	go func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			tab.hear(m)
		}
	}()
	return tab
}

// hear keeps what a person would mend. That a site has no icon is none of it,
// nor that what was loaded in advance was not used for some seconds, which is
// the machine's doing.
func (b *Tab) hear(m chromedp.ConsoleMessage) {
	if m.Type != "error" && m.Type != "warning" && m.Type != chromedp.ConsoleException || strings.HasSuffix(m.URL, "/favicon.ico") ||
		strings.Contains(m.Text, "was preloaded using link preload but not used") {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.console = append(b.console, fmt.Sprintf("%s: %s (%s)", m.Type, m.Text, m.URL))
}

// Console returns what has been reported in the console since the last call:
// errors, warnings and exceptions.
func (b *Tab) Console() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	said := b.console
	b.console = nil
	return said
}

// Quiet fails the test if the console has something to say.
func (b *Tab) Quiet() {
	b.t.Helper()
	for _, text := range b.Console() {
		b.t.Errorf("in the console of %s: %s", b.URL(), text)
	}
}

// run does what an action says, in time.
func run[T any](b *Tab, action chromedp.Action[T]) (T, error) {
	ctx, cancel := context.WithTimeout(b.ctx, wait)
	defer cancel()
	return chromedp.Run(ctx, action)
}

// Go opens a URL in the tab.
func (b *Tab) Go(url string) {
	b.t.Helper()
	if _, err := run(b, chromedp.Navigate(url)); err != nil {
		b.t.Fatalf("%s does not open: %v", url, err)
	}
}

// URL is where the tab is.
func (b *Tab) URL() string {
	url, err := run(b, chromedp.Location())
	if err != nil {
		return err.Error()
	}
	return url
}

// Eval evaluates an expression in the page.
func (b *Tab) Eval(expression string) any {
	b.t.Helper()
	result, err := run(b, chromedp.Evaluate[any]("("+expression+") ?? null"))
	if err != nil {
		b.t.Fatalf("%s in %s: %v", expression, b.URL(), err)
	}
	return result
}

// See waits until the first element for a selector has a text in it.
func (b *Tab) See(selector, text string) {
	b.t.Helper()
	got := ""
	look := fmt.Sprintf("document.querySelector(%q)?.textContent ?? ''", selector)
	for deadline := time.Now().Add(wait); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		// A page that is just going away has no answer.
		if now, err := run(b, chromedp.Evaluate[string](look)); err == nil {
			if got = now; strings.Contains(got, text) {
				return
			}
		}
	}
	b.Screenshot("failed")
	page, _ := run(b, chromedp.Evaluate[string]("document.documentElement.outerHTML"))
	b.t.Fatalf("at %s, %s reads %q and not %q; the console says %q\n%s", b.URL(), selector, got, text, b.Console(), page)
}

// Until waits until an expression is true in the page.
func (b *Tab) Until(condition string) {
	b.t.Helper()
	var last error
	for deadline := time.Now().Add(wait); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		// A page that is just going away has no answer.
		ok, err := run(b, chromedp.Evaluate[bool]("!!("+condition+")"))
		if ok && err == nil {
			return
		}
		last = err
	}
	b.Screenshot("failed")
	page, _ := run(b, chromedp.Evaluate[string]("document.documentElement.outerHTML"))
	b.t.Fatalf("at %s, it never holds that %s (%v); the console says %q\n%s", b.URL(), condition, last, b.Console(), page)
}

// Settle waits until the page has been at rest for half a second: loaded, and
// the scripts of frameworks at work.
func (b *Tab) Settle() {
	b.t.Helper()
	quiet := time.Now()
	last := float64(-1)
	look := "document.readyState === 'complete' ? performance.getEntriesByType('resource').length : -2"
	for deadline := time.Now().Add(wait); time.Now().Before(deadline) && time.Since(quiet) < 500*time.Millisecond; time.Sleep(50 * time.Millisecond) {
		n, err := run(b, chromedp.Evaluate[float64](look))
		if err != nil || n != last || n == -2 {
			last, quiet = n, time.Now()
		}
	}
}

// still waits until nothing moves any more: that is so three times in a row,
// for an animation begins a little after what it is for.
func (b *Tab) still() {
	look := "document.getAnimations().every((a) => a.playState !== 'running' || a.effect?.getTiming().iterations === Infinity)"
	n := 0
	for deadline := time.Now().Add(wait); n < 3 && time.Now().Before(deadline); time.Sleep(30 * time.Millisecond) {
		n++
		if ok, err := run(b, chromedp.Evaluate[bool](look)); err != nil || !ok {
			n = 0
		}
	}
}

// Click clicks the first element for a selector. While one page fades into the
// next, neither takes clicks.
func (b *Tab) Click(selector string) {
	b.t.Helper()
	b.still()
	if _, err := run(b, chromedp.Click(chromedp.CSS(selector))); err != nil {
		b.t.Fatalf("%s cannot be clicked at %s: %v", selector, b.URL(), err)
	}
}

// Type types text into the first element for a selector.
func (b *Tab) Type(selector, text string) {
	b.t.Helper()
	if _, err := run(b, chromedp.SendKeys(chromedp.CSS(selector), text)); err != nil {
		b.t.Fatalf("%s cannot be typed into at %s: %v", selector, b.URL(), err)
	}
}

// Screenshot writes what the tab shows to a file, whose name begins with a
// number that counts up.
func (b *Tab) Screenshot(name string) {
	b.t.Helper()
	if !b.t.Failed() {
		b.still()
	}
	png, err := run(b, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Logf("no screenshot of %s: %v", name, err)
		return
	}
	b.count++
	path := filepath.Join(b.shots, fmt.Sprintf("%02d-%s.png", b.count, name))
	if err := os.WriteFile(path, png, 0o666); err != nil {
		b.t.Fatal(err)
	}
}
