package preview_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sstc/sstc/internal/browser"
	"github.com/sstc/sstc/preview"
)

// The example, with AWS's own SDKs: its page talks to its API, which keeps
// notes in the table; attachments go to the bucket and come back as a
// notification; exports go through the queue.
func TestNotes(t *testing.T) {
	needNode(t)
	dir := filepath.Join("..", "examples", "notes")
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "@aws-sdk", "client-s3")); err != nil {
		t.Skip("the npm packages of examples/notes are not installed: make example")
	}
	out := compile(t, dir, false)
	a := serve(t, out, preview.Options{Set: map[string]string{"TokenKey": "key"}})

	page := a.do("Web", "GET /")
	a.expect(page, 200, "<title>Notes</title>")
	script := regexp.MustCompile(`src="(/assets/app-[0-9a-f]+\.js)"`).FindStringSubmatch(page.body)
	if script == nil {
		t.Fatalf("no script in %s", page.body)
	}
	js := a.do("Web", "GET "+script[1])
	a.expect(js, 200, `const api = "`+a.url("Api")+`"`)

	mac := hmac.New(sha256.New, []byte("key"))
	mac.Write([]byte("alice"))
	headers := []string{"Authorization", "Bearer alice." + hex.EncodeToString(mac.Sum(nil)), "Content-Type", "application/json", "Origin", a.url("Web")}
	call := func(request, body string) answer {
		if body == "" {
			return a.do("Api", request, headers...)
		}
		return a.do("Api", request, append(headers[:len(headers):len(headers)], "body", body)...)
	}
	a.expect(a.do("Api", "GET /notes"), 401, "The token is missing")
	got := a.do("Api", "OPTIONS /notes", "Origin", a.url("Web"), "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type")
	a.expect(got, 204, "")
	a.expectHeader(got, "Access-Control-Allow-Headers", "authorization,content-type")
	a.expect(call("POST /notes", `{"title":""}`), 400, "error")
	note := call("POST /notes", `{"title":"Milk","text":"two litres","remindAt":"2026-12-01T10:00:00Z"}`)
	a.expect(note, 200, `"title":"Milk"`)
	a.expectHeader(note, "Access-Control-Allow-Origin", "*")
	id, _ := note.json(t)["note"].(string)
	a.expect(call("GET /notes", ""), 200, `"title":"Milk"`)
	a.expect(call("GET /notes/"+id, ""), 200, `"text":"two litres"`)
	a.expect(call("GET /notes/none", ""), 404, "There is no note")
	a.expect(call("PUT /notes/"+id, `{"title":"Milk and bread"}`), 200, `"title":"Milk and bread"`)

	upload, _ := call("POST /notes/"+id+"/attachments", `{"name":"a b.txt"}`).json(t)["upload"].(string)
	r, err := http.NewRequest("PUT", upload, strings.NewReader("attached"))
	must(t, err)
	res, err := client.Do(r)
	must(t, err)
	res.Body.Close()
	if res.StatusCode != 200 {
		t.Errorf("uploading to %s: %s", upload, res.Status)
	}
	a.eventually("the note knows of its attachment", func() bool {
		list, _ := call("GET /notes/"+id, "").json(t)["attachments"].([]any)
		return compact(list) == `[{"bytes":8,"key":"attachments/alice/`+id+`/a b.txt"}]`
	})
	a.expect(call("POST /exports", ""), 200, "exports/alice.md")
	a.eventually("the export is made", func() bool { return strings.Contains(a.do("", "GET /state").body, `"detail":"2 objects"`) })
	a.expect(a.do("", "POST /schedules/RemindRule"), 202, "")
	a.expect(call("DELETE /notes/"+id, ""), 204, "")
	a.expect(call("GET /notes", ""), 200, `{"notes":[]}`)

	b := browser.Open(t, "the page in a browser")
	if b == nil {
		return
	}
	b.Go(a.url("Web"))
	b.Type("input[name=token]", "mallory.0000")
	b.Click("#session button")
	b.See("#problem", "token")
	b.Screenshot("wrong-token")
	b.Settle()
	b.Console() // says that the answer was 401
	b.Eval("sessionStorage.clear()")
	b.Go(a.url("Web"))
	b.Type("input[name=token]", strings.TrimPrefix(headers[1], "Bearer "))
	b.Click("#session button")
	b.See("main:not([hidden]) h2, main:not([hidden]) label", "")
	b.Type("input[name=title]", "Milk")
	b.Type("textarea", "two litres")
	b.Click("#draft button")
	b.See("#notes h2", "Milk")
	b.Click("#export")
	b.Screenshot("notes")
	b.Click("#notes li button")
	b.See("#notes:empty", "")
	b.See("#problem", "")
	b.Quiet()
	b.Go(a.URL)
	b.See("#functions", "Api POST /notes")
	b.Settle()
	b.Screenshot("start-page")
	b.Quiet()
}
