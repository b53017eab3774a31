package preview_test

import (
	"strings"
	"testing"

	"github.com/sstc/sstc/internal/browser"
	"github.com/sstc/sstc/preview"
)

// What belongs to a request is marked with its number, and the page shows it
// alone. It asks nobody but the preview.
func TestStartPageInBrowser(t *testing.T) {
	needNode(t)
	out := build(t, socketApp+`
    const key = new sst.Secret("TokenKey");
    new sst.aws.Function("Talks", { handler: "talks.handler", url: true });
    new sst.aws.Function("Needs", { handler: "talks.handler", url: true, link: [key] });`, map[string]string{"socket.ts": socketCode, "talks.ts": `
export const handler = async (event) => { console.log("asked for " + event.rawPath); return event.rawPath; };`})
	a := serve(t, out, preview.Options{})
	a.do("Talks", "GET /one")
	a.do("Talks", "GET /two")
	a.eventually("both have spoken", func() bool { return a.logged("asked for /one") && a.logged("asked for /two") })
	numbers := map[string]int{}
	a.mu.Lock()
	for _, e := range a.log {
		for _, path := range []string{"/one", "/two"} {
			if !strings.HasSuffix(e.Text, path) {
				continue
			}
			if e.Request == 0 || numbers[path] != 0 && numbers[path] != e.Request {
				t.Errorf("%s is about request %d, and another line about %d", e.Text, e.Request, numbers[path])
			}
			numbers[path] = e.Request
		}
	}
	a.mu.Unlock()

	b := browser.Open(t, "the start page")
	if b == nil {
		return
	}
	b.Go(a.URL)
	b.See("#needs", "TokenKey")
	b.See("#sites", "WebSocket API")
	b.See("#log", "asked for /two")
	b.Screenshot("all")
	b.Eval(`[...document.querySelectorAll("#log button")].find((b) => b.textContent === "GET /one").focus()`)
	b.Eval(`document.activeElement.click()`)
	b.See("#one", "Only GET /one")
	b.See("#log", "asked for /one")
	if text, _ := b.Eval(`document.getElementById("log").textContent`).(string); strings.Contains(text, "/two") || !strings.Contains(text, "REPORT") {
		t.Errorf("of the request it shows %s", text)
	}
	b.Screenshot("one")
	b.Eval(`dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }))`)
	b.See("#log", "asked for /two")
	if got := b.Eval(`performance.getEntriesByType("resource").every((e) => new URL(e.name).host === location.host || e.name.startsWith("data:"))`); got != true {
		t.Error("the page asks others than the preview")
	}
	b.Quiet()
}
