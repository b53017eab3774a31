package preview

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/sstc/sstc/assets"
)

// A functionURL serves the URL of a function.
type functionURL struct {
	p      *Preview
	served *assets.ServedURL
	f      *function // nil if it is not of this app
	host   string
	cors   *cors
}

func (u *functionURL) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if u.f == nil {
		w.Header().Set(explain, "The function of this URL is not of this app.")
		writeMessage(w, http.StatusBadGateway, "Bad Gateway")
		return
	}
	servedBy(r, u.f.label())
	if u.cors != nil && u.cors.preflight(w, r) {
		return
	}
	if u.served.IAM && !fromCDN(r) {
		w.Header().Set(explain, "The URL takes only signed requests on AWS (authorization: iam); here it takes all.")
	}
	body, ok := readBody(w, r)
	if !ok {
		return
	}
	e := &httpEvent{r: r, body: body, host: u.host, id: u.served.ID, path: rawPath(r), routeKey: "$default", keepCookie: true, requestID: newID(), now: time.Now()}
	event := e.v2()
	if u.served.IAM {
		event["requestContext"].(map[string]any)["authorizer"] = map[string]any{"iam": map[string]any{
			"accessKey": "preview", "accountId": account, "callerId": "preview", "cognitoIdentity": nil, "principalOrgId": nil,
			"userArn": "arn:aws:iam::" + account + ":user/preview", "userId": "preview",
		}}
	}
	payload, err := marshal(event)
	if err != nil {
		u.failed(w, err)
		return
	}
	a, err := u.f.invoke(r.Context(), payload)
	if err != nil {
		u.failed(w, err)
		return
	}
	defer a.body.Close()
	w.Header().Set("X-Amzn-Requestid", e.requestID)
	if a.streaming {
		u.stream(w, r, a)
		return
	}
	answer, err := a.payload()
	if err != nil {
		u.failed(w, err)
		return
	}
	res, err := parseResponse(answer, "2.0", "application/json")
	if err != nil {
		u.failed(w, err)
		return
	}
	u.cors.apply(res.headers, r)
	res.write(w, r)
}

// rawPath is the path of a request as it was sent.
func rawPath(r *http.Request) string {
	if p := r.URL.EscapedPath(); p != "" {
		return p
	}
	return "/"
}

// failed answers for a function that has failed.
func (u *functionURL) failed(w http.ResponseWriter, err error) {
	if refusedSize(w, err) {
		return
	}
	status := http.StatusBadGateway
	var fe *functionError
	if errors.As(err, &fe) && fe.timeout {
		status = http.StatusGatewayTimeout
	}
	w.Header().Set(explain, headerText(err.Error()))
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	io.WriteString(w, http.StatusText(status))
}

// headerText makes a text fit for a header.
func headerText(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return ' '
		}
		return r
	}, s)
	if len(s) > 500 {
		s = s[:500] + "..."
	}
	return s
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}

const integrationResponse = "application/vnd.awslambda.http-integration-response"

// stream sends what a function streams while it streams it. Behind a URL that
// buffers, it is sent in one piece.
func (u *functionURL) stream(w http.ResponseWriter, r *http.Request, a *answer) {
	res := &functionResponse{status: 200, headers: http.Header{}}
	body := bufio.NewReaderSize(a.body, 32<<10)
	if strings.HasPrefix(a.kind, integrationResponse) {
		var err error
		if res, err = readPrelude(body); err != nil {
			u.failed(w, err)
			return
		}
	} else {
		res.headers.Set("Content-Type", a.kind)
	}
	u.cors.apply(res.headers, r)
	if !u.served.Streaming {
		all, err := io.ReadAll(body)
		if err != nil {
			u.failed(w, err)
			return
		}
		res.body = all
		res.write(w, r)
		return
	}
	h := w.Header()
	for name, values := range res.headers {
		if name != "Connection" && name != "Transfer-Encoding" && name != "Keep-Alive" && name != "Content-Length" {
			h[name] = append(h[name], values...)
		}
	}
	w.WriteHeader(res.status)
	if r.Method == http.MethodHead {
		io.Copy(io.Discard, body)
		return
	}
	flush := http.NewResponseController(w)
	flush.Flush()
	buffer := make([]byte, 32<<10)
	for {
		n, err := body.Read(buffer)
		if n > 0 {
			if _, err := w.Write(buffer[:n]); err != nil {
				return
			}
			flush.Flush()
		}
		if err == io.EOF {
			return
		}
		if err != nil {
			u.p.log.note(u.f.label(), "%s", firstLine(err.Error()))
			panic(http.ErrAbortHandler) // the viewer must not take it for whole
		}
	}
}

// preludeLimit is the most that a stream may say of status and headers.
const preludeLimit = 256 << 10

// readPrelude reads what stands before the body of a streamed response: JSON
// with status and headers, and eight zero bytes.
func readPrelude(r *bufio.Reader) (*functionResponse, error) {
	var prelude []byte
	for !bytes.HasSuffix(prelude, make([]byte, 8)) {
		b, err := r.ReadByte()
		if err != nil {
			return nil, errors.New("the stream ended before its status and headers did")
		}
		if prelude = append(prelude, b); len(prelude) > preludeLimit {
			return nil, errors.New("the stream does not begin with status and headers")
		}
	}
	x, err := decodeJSON(prelude[:len(prelude)-8])
	o, ok := x.(*object)
	if err != nil || !ok {
		return nil, errors.New("the stream does not begin with status and headers in JSON")
	}
	res := &functionResponse{status: 200, headers: http.Header{}}
	if code, ok := o.values["statusCode"].(float64); ok {
		res.status = int(code)
	}
	return res, addHeaders(res.headers, o, "2.0")
}
